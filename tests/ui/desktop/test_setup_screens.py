"""The set-up stages in the window and in the terminal: tiles, questions, pain, keys."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot
from rich.console import Console

from emg.codes import CommandKind, Phase
from emg.live_view import LiveView, StageView
from emg.montage import FOUR_SITES, Side
from tests.fakes import ManualClock
from tests.ui.desktop.setup_desk import Desk
from tests.ui.setup_views import GOOD, MEND, PAIN, answered, contact, setting_up
from tests.ui.views import HOLDING, NOW_S
from ui.desktop.gallery.setup_scenes import setup_scenes
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.windows.live_window import LiveWindow
from ui.reading.set_up import Sign, TileFace, read_tiles
from ui.terminal import TerminalFront, render
from ui.words import board_words, setup_words, words

Key = Qt.Key
SCENES = setup_scenes(HOLDING)
READABLE_PX = 12
"""Smaller words nobody reads on a small laptop."""


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def faces(view: LiveView, *, fresh: bool = True) -> dict[str, TileFace]:
    return {face.site: face for row in read_tiles(view, fresh) for face in row}


# --- tiles


def test_tiles_lie_as_on_the_body(desk: Desk) -> None:
    """A tile in another place sends the hand to the wrong sensor."""
    desk.show(contact())
    centre = {site: tile.geometry().center() for site, tile in desk.tiles().items()}
    assert set(centre) == set(FOUR_SITES.names)
    for muscle in ("glute", "ham"):
        assert centre[f"{muscle}_left"].x() < centre[f"{muscle}_right"].x()
    for side in Side:
        assert centre[f"glute_{side}"].y() < centre[f"ham_{side}"].y()
    assert desk.session.tiles.isVisible()
    assert not desk.session.left.isVisible()


@pytest.mark.parametrize(
    "order", [("calf_right", "glute_med_left", "ham_right"), ("soleus_left", "glute_left")]
)
def test_any_muscles_lie_from_the_top_down_and_the_rest_is_not_measured(order: tuple[str, ...]) -> None:
    """Other muscles than the four must not be mixed up, nor missing ones look fine."""
    view = replace(contact(), bars=tuple(replace(HOLDING.bars[0], site=site) for site in order))
    rows = read_tiles(view, True)
    assert all([face.side for face in row] == [Side.LEFT, Side.RIGHT] for row in rows)
    assert rows[0][0].site.startswith("glute")
    unknown = [face for row in rows for face in row if face.site not in order]
    assert {(face.said, face.sign) for face in unknown} == {("not measured", Sign.NONE)}


@pytest.mark.parametrize(
    ("verdict", "said", "sign"),
    [
        ("ok", "good", Sign.TICK),
        ("flat", "no contact", Sign.CROSS),
        ("railed", "loose?", Sign.CROSS),
        ("mains", "hum", Sign.TRIANGLE),
        ("noisy_rest", "not quiet", Sign.TRIANGLE),
        ("weak", "weak contact", Sign.TRIANGLE),
    ],
)
def test_a_verdict_is_a_word_and_a_shape(verdict: str, said: str, sign: Sign) -> None:
    """One person in twelve men sees no difference between the colours."""
    face = faces(contact(ham_left=verdict))["ham_left"]
    assert (face.said, face.sign) == (said, sign)


def test_a_tile_without_a_verdict_yet_is_not_good() -> None:
    """A tick before anything was measured is a lie."""
    begun = setting_up("contact", Phase.BASELINE)
    assert {face.sign for face in faces(begun).values()} == {Sign.RING}
    assert {face.sign for face in faces(contact(), fresh=False).values()} == {Sign.NONE}
    assert {face.said for face in faces(contact(), fresh=False).values()} == {"no signal"}


def test_the_sensor_to_be_tapped_is_lit_and_the_found_ones_named(desk: Desk) -> None:
    """Which sensor is meant must be seen without reading."""
    view = setting_up("sides", Phase.CUE, site="ham_left", task="tap", findings={"glute_left": "ok"})
    found = faces(view)
    assert [site for site, face in found.items() if face.lit] == ["ham_left"]
    assert (found["glute_left"].said, found["glute_left"].sign) == ("found", Sign.TICK)
    assert found["glute_right"].sign is Sign.RING
    desk.show(view)
    assert setup_words.ITS_TURN in desk.tiles()["ham_left"].accessibleDescription()
    assert desk.tiles()["glute_left"].accessibleDescription() == "found"


def test_a_lift_lights_the_leg_that_is_lifted() -> None:
    """Both muscles of that leg are looked at."""
    lit = faces(setting_up("sides", Phase.CUE, side=Side.RIGHT, task="lift"))
    assert {site for site, face in lit.items() if face.lit} == {"glute_right", "ham_right"}


@pytest.mark.parametrize(
    ("finding", "sign"),
    [
        ("no_rise", Sign.QUESTION),
        ("no_tap", Sign.QUESTION),
        ("cannot_tell", Sign.QUESTION),
        ("swapped", Sign.CROSS),
        ("same_jack", Sign.CROSS),
        ("mixed", Sign.CROSS),
    ],
)
def test_what_cannot_be_told_is_a_question_and_no_fault(finding: str, sign: Sign) -> None:
    """A cross over a weak muscle tells its owner that something is broken."""
    face = faces(setting_up("sides", Phase.REST, findings={"ham_left": finding}))["ham_left"]
    assert face.sign is sign
    assert ("swap" in face.said) == (finding == "swapped")


def test_a_sensor_lost_while_tapping_is_seen_on_its_tile() -> None:
    """A sensor that was tapped off must not still read "found"."""
    bars = tuple(replace(bar, verdict="flat") if bar.site == "ham_left" else bar for bar in HOLDING.bars)
    view = replace(setting_up("sides", Phase.CUE, task="tap", findings=dict(GOOD)), bars=bars)
    assert (faces(view)["ham_left"].said, faces(view)["ham_left"].sign) == ("no contact", Sign.CROSS)


@pytest.mark.parametrize("stage", ["rest", "mvc", "submax", "holds", "idle"])
def test_no_tiles_where_no_electrode_is_looked_at(desk: Desk, stage: str) -> None:
    """Tiles that stay behind show verdicts of an earlier minute."""
    desk.show(contact())
    desk.show(setting_up(stage))
    assert not desk.session.tiles.isVisible()


# --- questions


def test_hum_shows_both_answers_beside_the_tiles(desk: Desk) -> None:
    """The two buttons of a clicker must be named where the question stands."""
    view = contact(glute_left="mains")
    desk.show(replace(view, stage=replace(view.stage, proposal="notch:50")))
    assert {board_words.FORWARD, "Filter 50 Hz out", board_words.BACK} <= set(desk.texts())
    assert desk.session.tiles.isVisible()
    assert not desk.session.coach.ring.isVisible()
    desk.show(contact())
    assert desk.session.coach.ring.isVisible()
    assert board_words.FORWARD not in desk.texts()


def test_a_swap_takes_the_whole_window(desk: Desk) -> None:
    """It is read from the floor, two metres away."""
    desk.show(setting_up("sides", Phase.ASK, message="sides_swapped", proposal=MEND))
    assert {"Left and right are swapped", "Mend the map", "Do it again"} <= set(desk.texts())
    assert not desk.session.tiles.isVisible()
    for key, kind in ((Key.Key_Space, CommandKind.NEXT), (Key.Key_PageUp, CommandKind.BACK)):
        desk.press(key)
        assert desk.inbox.heard[-1] == (kind, None)


def test_one_answer_leaves_no_trace_of_two(desk: Desk) -> None:
    """An answer of the question before would do something else now."""
    hum = contact(glute_left="mains")
    desk.show(replace(hum, stage=replace(hum.stage, proposal="notch:50")))
    assert setup_words.FILTER_OFF in desk.texts()
    desk.show(contact(glute_left="flat"))
    assert not {setup_words.FILTER_OFF, board_words.BACK} & set(desk.texts())
    assert setup_words.GO_ON_AS_IT_IS in desk.texts()


def test_a_message_stands_beside_the_position_and_not_over_it(desk: Desk) -> None:
    """Who is told that the last one did not count must still know how to lie for the next."""
    for stage, task in (("mvc", "prone_knee_curl"), ("submax", "double_leg_bridge")):
        view = setting_up(stage, site="ham_left", task=task, message="mvc_too_small")
        desk.show(view)
        assert desk.session.coach.hint.text() == setup_words.POSITIONS[task]
        assert desk.session.message.text() == "One more time: a little harder"
        text = frame(view)
        assert "One more time" in text
        assert "°" in text


# --- nothing is cut


def labels(window: LiveWindow) -> Iterator[FittedLabel]:
    for label in window.findChildren(FittedLabel):
        if label.isVisible() and label.text():
            yield label


def fits(place: QRectF, text: str, size_px: float, bold: bool) -> bool:
    width, height = int(place.width()), int(place.height())
    font = paint.fitted_font(text, width, height, round(size_px), bold)
    flags = paint.CENTRE.value | paint.WRAP
    box = QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 10_000), flags, text)
    return font.pixelSize() >= READABLE_PX and box.width() <= width and box.height() <= height


@pytest.mark.parametrize("size", [(800, 600), (1280, 800), (1920, 1080)])
def test_no_word_is_cut_and_none_too_small(desk: Desk, size: tuple[int, int]) -> None:
    """Half a remedy, or one that needs glasses, is none."""
    desk.window.resize(*size)
    desk.qtbot.waitUntil(lambda: (desk.window.width(), desk.window.height()) == size)
    plain = {name: view for name, view in SCENES.items() if view.stage.stage != "holds"}
    for name, view in plain.items():
        desk.show(view)
        for label in labels(desk.window):
            place = QRectF(label.rect())
            share, bold = label._share, label._bold
            assert fits(place, label.text(), place.height() * share, bold), (name, label.text())
        if desk.session.tiles.isVisible():
            for tile in desk.tiles().values():
                said, place = tile.face.said, tile.parts()[2]
                assert fits(place, tile.face.name, place.height(), bold=True), (name, tile.face.name)
                assert not said or fits(place, said, place.height(), bold=True), (name, said)


def test_the_parts_of_the_set_up_do_not_overlap(desk: Desk) -> None:
    """A word that covers a number is a wrong number."""
    for size in ((800, 600), (1920, 1080)):
        desk.window.resize(*size)
        for view in (PAIN, contact(glute_left="mains"), SCENES["sides_tap"]):
            desk.show(view)
            coach = desk.session.coach
            parts = [coach.title, coach.hint, coach.ring, coach.answers, coach.quiet, coach.scale, coach.dots]
            parts = [*(part for part in parts if part.isVisible()), desk.session.tiles, desk.session.strip]
            parts = [part for part in parts if part.isVisible()]
            places = [
                part.rect().translated(part.mapTo(desk.window, part.rect().topLeft())) for part in parts
            ]
            for index, place in enumerate(places):
                assert desk.window.rect().contains(place)
                assert not [other for other in places[index + 1 :] if place.intersects(other)]


# --- the terminal


def frame(view: LiveView) -> str:
    on = Console(file=io.StringIO(), force_terminal=True, width=120, height=30, color_system=None)
    on.print(render(view, NOW_S))
    assert isinstance(on.file, io.StringIO)
    return on.file.getvalue()


def test_the_terminal_has_the_same_tiles_as_on_the_body() -> None:
    """A front without a window must not know less about a sensor."""
    text = frame(contact(ham_right="flat", glute_left="mains"))
    glutes, hams = (
        next(line for line in text.splitlines() if name in line) for name in ("glute  ", "hamstring  ")
    )
    assert glutes.index("Left glute") < glutes.index("Right glute")
    assert "▲ Left glute  hum" in glutes
    assert "✗ Right hamstring  no contact" in hams
    assert "Press the electrodes on" in text
    assert text.index("Left glute  ") < text.index("Left hamstring  ")


def test_the_terminal_lights_the_tapped_sensor_and_names_no_key() -> None:
    """It reads no keys: what it names would do nothing."""
    tap = frame(setting_up("sides", Phase.CUE, site="ham_left", task="tap", findings={"glute_left": "ok"}))
    assert "▶ ○ Left hamstring" in tap
    assert "✔ Left glute  found" in tap
    waiting = [replace(HOLDING, stage=StageView()), replace(HOLDING, paused=True)]
    for view in (*SCENES.values(), *waiting):
        text = frame(replace(view, host_time_s=NOW_S))
        assert not [key for key in ("Space", "Page", "Esc", "Keys 0", "Forward") if key in text]


def test_the_terminal_tells_the_pain_that_was_said() -> None:
    """The simulated athlete answers too, and a log must show it."""
    assert "Pain: 4 of 10" in frame(answered(4))
    assert "Pain: not said" in frame(PAIN)
    assert "Pain" not in frame(setting_up("mvc", Phase.REST))


def test_lines_follow_the_set_up() -> None:
    """Without a terminal each step is one line, in the words of the window."""
    on = Console(file=io.StringIO(), force_terminal=False, width=140, color_system=None)
    with TerminalFront(on, ManualClock(NOW_S)) as front:
        for countdown_s in (3.0, 2.0, 1.0):
            front.post_view(setting_up("rest", countdown_s=countdown_s))
        front.post_view(contact(glute_left="flat"))
        front.post_view(setting_up("mvc", Phase.EFFORT, site="ham_left", task="prone_knee_curl"))
    assert isinstance(on.file, io.StringIO)
    rest, checked, effort = on.file.getvalue().splitlines()
    assert rest.startswith("Lie on your front: ")
    assert "Left glute: no contact" in checked
    assert effort == "Left hamstring: Pull as hard as you can"


def test_every_scene_has_its_own_words(desk: Desk) -> None:
    """Two states that look the same cannot be told apart by anybody."""
    seen: dict[tuple[str, ...], str] = {}
    for name, view in SCENES.items():
        desk.show(view)
        said = (*desk.texts(), *(tile.face.said for tile in desk.tiles().values() if tile.isVisible()))
        scale = desk.session.coach.scale
        key = (*said, scale.face.said if scale.face else "", words.phase_title(view))
        assert key not in seen, (name, seen.get(key))
        seen[key] = name
