"""The drawing of the back: every electrode where SENIAM puts it, and left on the left."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from math import atan2, degrees, dist, hypot

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from emg.montage import FOUR_SITES, Side, Site
from ui.desktop.drawings import landmarks
from ui.desktop.drawings.landmarks import LANDMARKS, Landmark, Point, Spot, place, spot
from ui.desktop.theme import DARK
from ui.desktop.widgets.back_view import BackView
from ui.words import where_words

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = [landmark for landmark in Landmark if landmark is not Landmark.MID_THIGH]
"""All but the one that is no bone."""


def spot_of(name: str) -> Spot:
    found = spot(Site.parse(name))
    assert found is not None
    return found


def middle(first: Point, second: Point) -> Point:
    return (first[0] + second[0]) / 2, (first[1] + second[1]) / 2


def shown(qtbot: QtBot, now: str, measured: tuple[Site, ...] = FOUR_SITES.sites) -> BackView:
    view = BackView()
    qtbot.addWidget(view)
    view.resize(440, 700)
    view.show_site(Site.parse(now), measured)
    return view


def pixels(view: BackView) -> QImage:
    return view.grab().toImage()


def has_colour(image: QImage, colour: str, x0: int, x1: int, y0: int = 30, y1: int = 700) -> bool:
    wanted = QColor(colour).name()
    return any(image.pixelColor(x, y).name() == wanted for x in range(x0, x1, 2) for y in range(y0, y1, 2))


@pytest.mark.parametrize("site", FOUR_SITES.names)
def test_each_pair_sits_half_way_between_its_landmarks(site: str) -> None:
    """SENIAM: 50 % on the line; anywhere else is another muscle or its tendon."""
    found = spot_of(site)
    assert found.centre == pytest.approx(middle(*found.line))
    assert hypot(found.pair[1][0] - found.pair[0][0], found.pair[1][1] - found.pair[0][1]) == pytest.approx(
        landmarks.SPACING_CM * landmarks.UNITS_PER_CM
    )


def test_the_hamstring_pair_lies_along_its_line_and_the_glute_pair_does_not() -> None:
    """A pair across the fibres reads the neighbour; the glute's fibres run down and out, not sideways."""

    def direction_deg(line: tuple[Point, Point]) -> float:
        return degrees(atan2(line[1][1] - line[0][1], line[1][0] - line[0][0]))

    ham, glute = spot_of("ham_right"), spot_of("glute_right")
    assert direction_deg(ham.pair) == pytest.approx(direction_deg(ham.line))
    from_dimple = place(Landmark.PSIS, Side.RIGHT), place(Landmark.MID_THIGH, Side.RIGHT)
    assert direction_deg(glute.pair) == pytest.approx(direction_deg(from_dimple))
    assert abs(direction_deg(glute.pair) - direction_deg(glute.line)) > 45


@pytest.mark.parametrize("muscle", ["glute", "ham"])
def test_the_athletes_left_is_on_the_left_of_a_back_view(muscle: str) -> None:
    """A mirrored drawing tapes every electrode to the wrong leg."""
    left, right = spot_of(f"{muscle}_left"), spot_of(f"{muscle}_right")
    assert left.centre[0] < landmarks.MIDLINE_X < right.centre[0]
    assert left.centre[0] + right.centre[0] == pytest.approx(2 * landmarks.MIDLINE_X)
    assert left.centre[1] == right.centre[1]


@pytest.mark.parametrize("landmark", DRAWN)
@pytest.mark.parametrize("side", Side)
def test_the_drawn_landmark_is_where_the_table_says(landmark: Landmark, side: Side) -> None:
    """A drawing that is changed without the table shows points beside their bones."""
    drawing = ElementTree.fromstring(landmarks.svg("#ffffff"))
    dots = {dot.get("id"): dot for dot in drawing.iter(f"{SVG}circle")}
    name = f"{landmark}-{side}" if landmark is not Landmark.SACRUM else f"{landmark}-right"
    dot = dots[name]
    assert (float(dot.get("cx", "nan")), float(dot.get("cy", "nan"))) == place(landmark, side)


def test_the_drawn_body_is_as_tall_and_wide_as_a_body() -> None:
    """Who measures on the drawing's proportions must find the spot on a person."""
    ham_cm = dist(*spot_of("ham_left").line) / landmarks.UNITS_PER_CM
    hips_cm = 2 * (LANDMARKS[Landmark.TROCHANTER][0] - landmarks.MIDLINE_X) / landmarks.UNITS_PER_CM
    dimples_cm = 2 * (LANDMARKS[Landmark.PSIS][0] - landmarks.MIDLINE_X) / landmarks.UNITS_PER_CM
    assert 34 < ham_cm < 44
    assert 27 < hips_cm < 35
    assert 7 < dimples_cm < 12
    order = [Landmark.PSIS, Landmark.SACRUM, Landmark.TROCHANTER, Landmark.TUBEROSITY, Landmark.TIBIA_OUTER]
    heights = [LANDMARKS[landmark][1] for landmark in order]
    assert heights == sorted(heights), "from top to bottom"


def test_the_drawing_can_be_drawn() -> None:
    """A file that Qt cannot read leaves an empty page."""
    renderer = QSvgRenderer(landmarks.svg(DARK.text))
    assert renderer.isValid()
    assert (renderer.viewBoxF().width(), renderer.viewBoxF().height()) == landmarks.SIZE
    assert b"currentColor" not in landmarks.svg(DARK.text)


def test_the_chosen_pair_is_on_its_own_side_in_its_own_colour(qtbot: QtBot) -> None:
    """One look must tell which leg is meant."""
    left = pixels(shown(qtbot, "ham_left"))
    assert has_colour(left, DARK.left, 0, 215)
    assert not has_colour(left, DARK.left, 225, 440)
    right = pixels(shown(qtbot, "ham_right"))
    assert has_colour(right, DARK.right, 225, 440)
    assert not has_colour(right, DARK.right, 0, 215)


def test_the_chosen_pair_is_drawn_at_its_spot(qtbot: QtBot) -> None:
    """A point that drifts with the window's size is no guide."""
    view = shown(qtbot, "glute_right")
    for size in ((440, 700), (900, 700), (300, 900)):
        view.resize(*size)
        image = pixels(view)
        for point in spot_of("glute_right").pair:
            assert image.pixelColor(view.to_pixels(point).toPoint()).name() == QColor(DARK.text).name()


def test_a_site_that_is_not_measured_looks_and_reads_so(qtbot: QtBot) -> None:
    """An electrode that nobody needs is taped in vain."""
    measured = (Site.parse("glute_left"), Site.parse("ham_left"))
    view = shown(qtbot, "glute_left", measured)
    other = spot_of("ham_right").pair[0]
    hollow = pixels(view).pixelColor(view.to_pixels(other).toPoint()).name()
    full = pixels(shown(qtbot, "glute_left")).pixelColor(view.to_pixels(other).toPoint()).name()
    assert (full == DARK.quiet, hollow == DARK.quiet) == (True, False)
    assert "Not measured: Right glute, Right hamstring." in view.accessibleDescription()
    assert where_words.GUIDES["glute"].start in view.accessibleDescription()


def test_a_muscle_that_is_not_on_the_drawing_says_so(qtbot: QtBot) -> None:
    """A highlight on the wrong muscle would be believed."""
    view = shown(qtbot, "quad_left", (Site.parse("quad_left"),))
    assert "not on the drawing" in view.accessibleDescription()
    assert not has_colour(pixels(view), DARK.left, 0, 440)


def test_every_muscle_on_the_drawing_has_a_guide() -> None:
    """A point without words is found by nobody's fingers."""
    assert set(where_words.GUIDES) == set(landmarks.RECIPES)
