"""The drawings of the exercises: every one there, in the theme's colours, the working leg on its side."""

from __future__ import annotations

import tomllib
import xml.etree.ElementTree as ElementTree
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from emg.blocks import IntArray
from emg.montage import Legs, Side, WorkingSide
from emg.protocols import bundled_protocols, load_protocol
from ui.desktop.drawings import exercises
from ui.desktop.drawings.exercise_view import ExerciseView, inks
from ui.desktop.theme import DARK, Theme

SVG = "{http://www.w3.org/2000/svg}"
LIGHT = Theme(
    ground="#ffffff",
    line="#c0c4ca",
    text="#111111",
    quiet="#5a5f66",
    left="#00629b",
    right="#b06000",
    good="#007a55",
)
CODES = bundled_protocols()
BOTH_LEGS = {"chair_bridge", "bridge_walk_out", "ham_isometric_supine", "sliders", "hip_hinge"}
DRILLS = {"marching_drill", "skipping_drill"}


def text_of(name: str) -> str:
    return resources.files(exercises).joinpath(f"{name}.svg").read_text(encoding="utf-8")


def shown(
    qtbot: QtBot, name: str, side: WorkingSide | None = None, *, theme: Theme = DARK, width: int = 480
) -> ExerciseView:
    view = ExerciseView(theme)
    qtbot.addWidget(view)
    view.setStyleSheet(f"background: {theme.ground}")
    view.resize(width, width * 3 // 4)
    view.show_exercise(name, "Title", "What to do.", side)
    return view


def pixels(view: ExerciseView) -> IntArray:
    """Colours as 0xrrggbb, shape (height, width)."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), dtype=np.uint32).reshape(image.height(), -1)
    return (rows[:, : image.width()] & 0xFFFFFF).astype(np.int64)


def number(colour: str) -> int:
    return int(colour.removeprefix("#"), 16)


def count(image: IntArray, colour: str) -> int:
    return int((image == number(colour)).sum())


def edges(image: IntArray, colour: str) -> tuple[int, int, int, int]:
    """Left, right, top and bottom of what has a colour."""
    ys, xs = np.nonzero(image == number(colour))
    return int(xs.min()), int(xs.max()), int(ys.min()), int(ys.max())


def test_every_exercise_of_the_program_has_its_own_drawing() -> None:
    """Else an athlete is told what to do in words only, or is shown another exercise."""
    assert sorted(load_protocol(code).drawing for code in CODES) == sorted(CODES)
    assert set(exercises.names()) == set(CODES)
    assert len({text_of(name) for name in exercises.names()}) == len(CODES)


@pytest.mark.parametrize("name", CODES)
def test_a_drawing_is_small_plain_and_without_words(name: str) -> None:
    """Else it cannot be read in another language, loads something, or draws other than in its colours."""
    text = text_of(name)
    root = ElementTree.fromstring(text)

    assert (root.get("viewBox"), len(text) < 4000) == ("0 0 480 360", True)
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "g", "path", "circle", "rect")
    }
    inked = {value for element in root.iter() for key in ("stroke", "fill") if (value := element.get(key))}
    assert inked - {"none"} <= set(exercises.INKS)
    ids = {element.get("id") for element in root.iter()}
    assert {"working", "body", "things", "moves"} <= ids
    assert ("working-far" in ids) == (name in BOTH_LEGS | DRILLS)
    assert QSvgRenderer(text.encode()).isValid()


@pytest.mark.parametrize("name", CODES)
def test_the_legs_that_work_are_those_of_the_exercise(name: str) -> None:
    """Else the drawing shows one leg and the words say two."""
    sides = load_protocol(name).sides

    assert (Legs.BOTH in sides) == (name in BOTH_LEGS)
    assert (Legs.ALTERNATING in sides) == (name in DRILLS)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("name", CODES)
def test_a_drawing_has_the_colours_of_the_theme_and_no_other(qtbot: QtBot, name: str, theme: Theme) -> None:
    """Else a figure is black on black."""
    image = pixels(shown(qtbot, name, theme=theme))

    for colour, least in ((theme.ground, 90000), (theme.quiet, 1500), (theme.good, 1500), (theme.text, 150)):
        assert count(image, colour) >= least, colour
    content = exercises.svg(name, inks(theme))
    assert content is not None
    assert not any(ink in content.decode() for ink in exercises.INKS)


def test_a_theme_may_use_the_colours_of_the_files() -> None:
    """Else a theme whose text is the blue of the files has a body in the colour of the working leg."""
    swapped = Theme(quiet="#0072b2", good="#d55e00", text="#b4b8bf")
    content = exercises.svg("power_position", inks(swapped))

    assert content is not None
    assert b'stroke="#0072b2" stroke-linecap' in content
    assert b'id="working" stroke="#d55e00"' in content
    assert b'id="moves" stroke="#b4b8bf"' in content


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("width", [200, 800])
def test_nothing_is_cut_off_at_any_size(qtbot: QtBot, name: str, width: int) -> None:
    """Else the foot that matters is outside."""
    image = pixels(shown(qtbot, name, width=width))
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])

    assert set(border.tolist()) == {number(DARK.ground)}


def test_the_working_leg_has_the_colour_of_its_side_and_left_is_mirrored(qtbot: QtBot) -> None:
    """Else the drawing highlights the right leg while the left one is asked for."""
    right = pixels(shown(qtbot, "power_position", Side.RIGHT))
    left = pixels(shown(qtbot, "power_position", Side.LEFT))

    assert count(right, DARK.right) > 1500
    assert count(left, DARK.left) > 1500
    assert count(right, DARK.left) == count(left, DARK.right) == 0
    x0, x1, y0, y1 = edges(right, DARK.right)
    m0, m1, n0, n1 = edges(left, DARK.left)
    assert (abs(m0 - (479 - x1)), abs(m1 - (479 - x0)), abs(n0 - y0), abs(n1 - y1)) <= (1, 1, 1, 1)
    assert x0 + x1 != m0 + m1


def test_both_legs_have_the_colour_of_neither_side(qtbot: QtBot) -> None:
    """Else a bridge on two legs looks like one of the right leg."""
    for side in (Legs.BOTH, None):
        image = pixels(shown(qtbot, "chair_bridge", side))
        assert count(image, DARK.good) > 1500
        far = inks(DARK, side).work_far
        assert count(image, far) > 150
        parts = zip(*(bytes.fromhex(c[1:]) for c in (DARK.ground, far, DARK.good)), strict=True)
        assert all(ground < between < work for ground, between, work in parts)  # of its hue, and dimmer
        assert count(image, DARK.left) == count(image, DARK.right) == 0


def test_a_drawing_keeps_its_shape_in_the_middle(qtbot: QtBot) -> None:
    """Else a tall window stretches the athlete."""
    view = shown(qtbot, "marching_drill")
    x0, x1, y0, y1 = edges(pixels(view), DARK.good)
    view.resize(480, 960)

    m0, m1, n0, n1 = edges(pixels(view), DARK.good)
    assert (m0, m1) == (x0, x1)
    assert (n0 - y0, n1 - y1) == (300, 300)


@pytest.mark.parametrize("name", ["my_drawing", "", "../back_view", "POWER_POSITION"])
def test_an_own_exercise_without_a_drawing_is_blank_and_still_told(qtbot: QtBot, name: str) -> None:
    """Else an own file with a slip in one word ends the window, or shows the exercise before it."""
    view = shown(qtbot, "power_position")
    there = [view.has_drawing]
    view.show_exercise(name, "Mine", "Do this.")

    assert set(pixels(view).ravel().tolist()) == {number(DARK.ground)}
    assert (view.accessibleName(), view.accessibleDescription()) == ("Mine", "Do this.")
    there.append(view.has_drawing)
    view.show_exercise("sliders", "Sliders", "Slide.")
    assert [*there, view.has_drawing] == [True, False, True]


def test_the_drawings_are_packed() -> None:
    """Else they are here and missing where the program is installed."""
    project = tomllib.loads(
        (Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8")
    )
    data = project["tool"]["setuptools"]["package-data"]

    assert data["emg.protocols"] == ["*.toml"]
    assert data.get("ui.desktop.drawings.exercises") == ["*.svg"]
