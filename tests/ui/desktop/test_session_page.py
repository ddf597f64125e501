"""The athlete's page: read from three metres, in half a second, without reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from emg.codes import DotState, Phase
from emg.live_view import LiveView, StageView
from emg.montage import Legs, Side
from tests.fakes import ManualClock
from tests.ui.setup_views import PAIN, setting_up
from tests.ui.views import HOLDING, NOW_S, SECRETS, SILENT, TESTING, bars
from ui.desktop.gallery.hold_scenes import hold_scenes
from ui.desktop.gallery.setup_scenes import setup_scenes
from ui.desktop.widgets.muscle_bar import MuscleBar
from ui.desktop.widgets.told import Told
from ui.desktop.windows.session_page import SessionPage
from ui.reading.muscles import Show
from ui.words import athlete_words, hold_words, words

CAP_SHARE = 0.105
"""24 arc-minutes at 3 m, on a laptop of 15.6 inches."""

SIZES = [(1366, 768), (1920, 1080), (3840, 2160)]
TO_COME = (DotState.PENDING,) * 3
LOOSE = bars((9.0, 14.0, None, 27.0), verdicts=("ok", "ok", "railed", "ok"))
BOTH = replace(
    HOLDING,
    stage=replace(HOLDING.stage, side=Legs.BOTH),
    bars=tuple(replace(bar, working=True) for bar in HOLDING.bars),
)


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.clock = ManualClock(NOW_S)
        self.page = SessionPage(self.clock)
        qtbot.addWidget(self.page)
        self.page.resize(1366, 768)
        with qtbot.waitExposed(self.page):
            self.page.show()
        self.show(HOLDING)

    def show(self, view: LiveView) -> None:
        self.page.show_view(view)
        QApplication.processEvents()

    def resize(self, width: int, height: int) -> None:
        self.page.resize(width, height)
        QApplication.processEvents()

    def bars(self) -> dict[str, MuscleBar]:
        return {**self.page.left.bars, **self.page.right.bars}

    def texts(self) -> list[str]:
        return [label.text() for label in self.page.findChildren(QLabel) if label.isVisible()]

    def said(self) -> str:
        """All that can be read, drawn words and a screen reader's."""
        shown = [widget for widget in self.page.findChildren(QWidget) if widget.isVisible()]
        told = [text for one in shown for text in (one.accessibleName(), one.accessibleDescription())]
        return "\n".join([*self.texts(), *told])


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def in_set(view: LiveView = HOLDING, **changes: Any) -> LiveView:
    return replace(view, stage=replace(view.stage, **changes))


def first_rest(**changes: Any) -> LiveView:
    settings: dict[str, Any] = {
        "phase": Phase.REST,
        "countdown_s": 48.0,
        "elapsed_s": 12.0,
        "duration_s": 60.0,
        "dots": TO_COME,
        "exercise": "power_position",
        "drawing": "power_position",
        "posture": "standing",
    }
    return in_set(**{**settings, **changes})


# --- from three metres


@pytest.mark.parametrize("size", SIZES)
def test_word_clock_and_stance_numbers_can_be_read_from_three_metres(
    desk: Desk, size: tuple[int, int]
) -> None:
    """Else the athlete walks up to the laptop, out of the position, to see how it goes."""
    desk.resize(*size)
    over = replace(HOLDING, bars=bars((9.0, 14.0, 117.0, 64.0)))
    slow = in_set(elapsed_s=12.4, duration_s=16.0)
    for view in (HOLDING, over, slow, BOTH, TESTING, in_set(phase=Phase.CUE, countdown_s=1.0)):
        desk.show(view)
        fonts = [desk.page.coach.title.drawn_font(), desk.page.coach.ring.digits_font()]
        if desk.page.left.isVisible():
            leading = [bar for bar in desk.bars().values() if bar.leads()]
            assert len(leading) == (4 if view is BOTH else 2)
            fonts += [bar.number_font() for bar in leading]
        caps = [QFontMetricsF(font).capHeight() / size[1] for font in fonts]
        assert min(caps) >= CAP_SHARE, caps


def test_a_rest_counts_down_as_large(desk: Desk) -> None:
    """Else the athlete misses the start of the next hold."""
    for view in (
        in_set(phase=Phase.REST, countdown_s=7.0, duration_s=8.0),
        first_rest(),
        first_rest(dots=()),
    ):
        desk.show(view)
        cap = QFontMetricsF(desk.page.coach.ring.digits_font()).capHeight()
        assert cap / desk.page.height() >= CAP_SHARE


def test_the_four_muscles_lie_as_on_the_body(desk: Desk) -> None:
    """A screen that does not read like the body trains the wrong muscle."""
    place = {
        site: bar.rect().translated(bar.mapTo(desk.page, bar.rect().topLeft()))
        for site, bar in desk.bars().items()
    }
    for muscle in ("glute", "ham"):
        left, right = place[f"{muscle}_left"], place[f"{muscle}_right"]
        assert left.right() < right.left()
        assert (left.top(), left.bottom()) == (right.top(), right.bottom()), "one row"
    for side in Side:
        assert place[f"glute_{side}"].bottom() < place[f"ham_{side}"].top()
    ring = desk.page.coach.ring.mapTo(desk.page, desk.page.coach.ring.rect().center()).x()
    assert place["glute_left"].right() < ring < place["glute_right"].left()


def test_the_stance_side_is_large_and_the_swing_side_narrow(desk: Desk) -> None:
    """One look must tell which leg pushes."""
    for side in Side:
        desk.show(replace(in_set(side=side), bars=bars((9.0, 14.0, 42.0, 27.0), side=side)))
        wide, narrow = (desk.page.left, desk.page.right)[:: 1 if side is Side.LEFT else -1]
        assert wide.width() > 2 * narrow.width()
        assert {bar.leads() for bar in wide.bars.values()} == {True}
        assert {bar.leads() for bar in narrow.bars.values()} == {False}
    desk.show(BOTH)
    assert abs(desk.page.left.width() - desk.page.right.width()) <= 1


def test_legs_are_told_by_word_too(desk: Desk) -> None:
    """Blue and orange are one grey in print, and to some eyes."""
    assert "Right leg pushes" in desk.texts()
    desk.show(in_set(other_leg="swings"))
    assert {"Right leg pushes", "Left leg swings"} <= set(desk.texts())


# --- one word


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"phase": Phase.PREPARE, "countdown_s": 2.0}, "Get ready"),
        ({"phase": Phase.CUE, "countdown_s": 1.0}, "Go"),
        ({"phase": Phase.WAITING}, "Push"),
        ({"phase": Phase.HOLDING}, "Hold"),
        ({"phase": Phase.EFFORT}, "Push"),
        ({"phase": Phase.EFFORT, "work": "repetitions"}, "Repeat"),
        ({"phase": Phase.EFFORT, "work": "bouts"}, "Go"),
        ({"phase": Phase.REST, "countdown_s": 4.0}, "Rest"),
    ],
)
def test_one_word_says_the_state(desk: Desk, changes: dict[str, Any], word: str) -> None:
    """A sentence is read after the hold is over."""
    desk.show(in_set(**changes))
    assert desk.page.coach.title.text() == word


@pytest.mark.parametrize(
    ("view", "word"),
    [
        (SILENT, "No signal"),
        (replace(HOLDING, paused=True), "Paused"),
        (replace(HOLDING, error="The disk is full."), "Stopped"),
        (replace(HOLDING, host_time_s=NOW_S - 1.0), "No signal"),
    ],
)
def test_what_stands_still_says_so_and_shows_no_level(desk: Desk, view: LiveView, word: str) -> None:
    """The last value left on the screen would be trained on."""
    desk.show(view)
    assert desk.page.coach.title.text() == word
    assert len(desk.bars()) == 4
    for bar in desk.bars().values():
        assert bar.isVisible()
        assert (bar.reading().show, bar.reading().number) == (Show.NOTHING, "--")
    assert not [secret for secret in SECRETS if secret in desk.said().replace("3.1 s", "")]


def test_a_line_stands_under_the_word_only_where_it_tells_to_do_something(desk: Desk) -> None:
    """Else people learn to look past the line, and miss it when it matters."""
    assert desk.page.coach.hint.text() == ""
    desk.show(in_set(phase=Phase.CUE))
    assert desk.page.coach.hint.text() == athlete_words.TAKE_POSITION
    desk.show(in_set(phase=Phase.EFFORT, work="bouts"))
    assert desk.page.coach.hint.text() == hold_words.WORK_HINTS["bouts"]


# --- bars off


def test_a_test_hold_shows_clock_word_side_and_dots_and_nothing_else(desk: Desk) -> None:
    """People steer to every line they see: a test with a hint is no test."""
    desk.show(in_set(TESTING, phase=Phase.HOLDING))
    assert not desk.page.left.isVisible()
    assert not desk.page.right.isVisible()
    assert not desk.page.strip.isVisible()
    assert not [secret for secret in SECRETS if secret in desk.said()]
    header = {"Right leg, test 2 of 3", "Set 2 of 4", "runner-07  ·  cyton  ·  Live"}
    assert {text for text in desk.texts() if text} == header | {"Hold", "Right leg"}
    assert "3.4" in desk.said()


def test_a_test_hold_looks_the_same_at_any_level(desk: Desk) -> None:
    """Not one pixel of the page may give the level away."""
    desk.show(TESTING)
    desk.page.grab()  # a large glyph is drawn a shade differently the first time
    low = desk.page.grab().toImage()
    strong = replace(
        TESTING, bars=bars((55.0,) * 4), ratio_right=9.0, time_s=9.0, ghosts={"glute_right": 50.0}
    )
    desk.show(in_set(strong, in_target_s=0.0))
    assert desk.page.grab().toImage() == low


@pytest.mark.parametrize("side", list(Side))
def test_without_bars_the_leg_is_named_at_its_own_side(desk: Desk, side: Side) -> None:
    """Else nobody sees from afar which leg is tested."""
    desk.show(in_set(TESTING, side=side))
    label = desk.page.coach.names[side]
    assert (label.text(), label.isVisible()) == (words.LEGS[side], True)
    assert desk.page.coach.names[side.other].text() == ""
    middle = label.mapTo(desk.page, label.rect().center()).x()
    assert (middle < desk.page.width() / 2) is (side is Side.LEFT)


def test_a_felt_hold_asks_and_shows_its_bars_only_after_the_press(desk: Desk) -> None:
    """Else the bar is felt with the eyes."""
    asking = in_set(phase=Phase.WAITING, feedback=False, felt_asked=True)
    desk.show(asking)
    assert desk.page.coach.hint.text() == athlete_words.FEEL_IT
    assert not desk.page.right.isVisible()
    desk.show(in_set(felt=True))
    assert desk.page.right.isVisible()
    assert desk.page.coach.hint.text() == hold_words.FELT


@pytest.mark.parametrize("phase", [Phase.PREPARE, Phase.HOLDING])
def test_bars_hidden_by_hand_say_how_they_come_back(desk: Desk, phase: Phase) -> None:
    """Else one key takes the bars away and nobody finds them again."""
    desk.show(in_set(phase=phase, countdown_s=2.0, feedback=False, hidden=True))
    assert not desk.page.right.isVisible()
    assert desk.page.message.text() == athlete_words.BARS_HIDDEN
    desk.show(HOLDING)
    assert desk.page.right.isVisible()
    assert desk.page.message.text() == ""


@pytest.mark.parametrize("feedback", [True, False])
def test_a_loose_electrode_is_named_in_large_words(desk: Desk, feedback: bool) -> None:
    """Else a test hold runs to its end for nothing."""
    desk.show(replace(in_set(feedback=feedback), bars=LOOSE))
    assert desk.page.coach.hint.text() == "Right glute: loose?"
    assert "Right glute" in desk.page.message.text()
    swing = bars((None, 14.0, 42.0, 27.0), verdicts=("flat", "ok", "ok", "ok"))
    desk.show(replace(in_set(feedback=feedback), bars=swing))
    assert desk.page.coach.hint.text() == "", "the message is enough for the leg that swings"


# --- rests


def test_a_rest_shows_no_bars_but_what_comes_next(desk: Desk) -> None:
    """Else the athlete watches bars instead of resting, or sits down on the electrodes."""
    desk.show(first_rest())
    assert not desk.page.right.isVisible()
    assert "do not sit on the electrodes" in desk.page.coach.hint.text()
    assert "48 seconds" in desk.page.coach.ring.accessibleDescription()


def test_before_a_set_the_position_is_drawn(desk: Desk) -> None:
    """An athlete alone has nobody who shows it."""
    desk.show(first_rest())
    drawing = desk.page.coach.drawing
    assert drawing.isVisible()
    assert drawing.width() > 0.4 * desk.page.width()
    assert drawing.accessibleName()
    running = in_set(phase=Phase.REST, countdown_s=7.0, exercise="power_position", drawing="power_position")
    waiting = first_rest(countdown_s=0.0, message="check_electrode:railed")
    for view in (
        running,
        HOLDING,
        waiting,
        first_rest(exercise="own_one", drawing="own_one"),
        first_rest(asks="pain"),
    ):
        desk.show(view)
        assert not drawing.isVisible()


def test_a_practice_draws_the_position_before_each_hold(desk: Desk) -> None:
    """Alone at home there is nothing else to look at."""
    practising = replace(in_set(TESTING, phase=Phase.PREPARE, countdown_s=4.0), bars=(), calibrated=False)
    desk.show(in_set(practising, exercise="power_position", drawing="power_position"))
    assert desk.page.coach.drawing.isVisible()
    desk.show(in_set(practising, exercise="power_position", drawing="power_position", phase=Phase.HOLDING))
    assert not desk.page.coach.drawing.isVisible()


def test_a_rest_that_waits_for_an_electrode_has_no_clock(desk: Desk) -> None:
    """Else it counts "0 seconds" for minutes."""
    desk.show(first_rest(countdown_s=0.0, message="check_electrode:railed"))
    assert not desk.page.coach.ring.has_clock
    assert "Press the electrodes on" in desk.page.coach.hint.text()


# --- what is there


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_missing_muscle_leaves_a_quiet_cell(desk: Desk, count: int) -> None:
    """An empty place would look like a muscle at rest."""
    measured = HOLDING.bars[4 - count :]
    desk.show(replace(HOLDING, bars=measured))
    missing = {bar.site for bar in HOLDING.bars} - {bar.site for bar in measured}
    wanted = {f"{words.site_words(site)}\n{words.NOT_MEASURED}" for site in missing}
    assert {text for text in desk.texts() if words.NOT_MEASURED in text} == wanted
    assert set(desk.bars()) == {bar.site for bar in measured}


def test_a_muscle_that_is_gone_leaves_nothing_behind(desk: Desk) -> None:
    """Else a bar of the montage before stands under the new one until the program finds time."""
    desk.page.show_view(replace(HOLDING, bars=HOLDING.bars[2:]))
    shown = {bar.site for bar in desk.page.findChildren(MuscleBar) if bar.isVisible()}
    assert shown == {"glute_right", "ham_right"}


def test_other_muscles_have_rows_of_their_own(desk: Desk) -> None:
    """Else a fifth muscle stands in the row of another one."""
    sites = ("glute_med_left", "glute_left", "glute_med_right", "calf_right")
    desk.show(
        replace(
            HOLDING,
            bars=tuple(replace(bar, site=site) for bar, site in zip(HOLDING.bars, sites, strict=True)),
        )
    )
    top = {site: bar.mapTo(desk.page, bar.rect().topLeft()).y() for site, bar in desk.bars().items()}
    assert top["glute_med_left"] == top["glute_med_right"] < top["glute_left"] < top["calf_right"]


def test_the_marks_of_the_other_side_are_explained_once(desk: Desk) -> None:
    """Else a little triangle is taken for a second target, or for a fault."""
    desk.show(replace(HOLDING, ghosts=dict.fromkeys(desk.bars(), 20.0)))
    assert desk.said().count(athlete_words.GHOSTS) == 1
    assert desk.page.right.legend.isVisible()
    for view in (HOLDING, replace(SILENT, ghosts={"glute_right": 20.0})):
        desk.show(view)
        assert athlete_words.GHOSTS not in desk.said()


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        (HOLDING, False),
        (first_rest(), False),
        (TESTING, False),
        (replace(HOLDING, stage=StageView("afterwards", Phase.ASK, asks="pain_after")), False),
        (replace(HOLDING, stage=StageView()), False),
        (setting_up("rest", Phase.BASELINE, countdown_s=3.0, duration_s=5.0), True),
        (PAIN, True),
    ],
)
def test_small_numbers_stand_there_only_while_setting_up(desk: Desk, view: LiveView, shown: bool) -> None:
    """Ratios beside a hold are eight numbers too many: the therapist has them."""
    desk.show(view)
    assert desk.page.strip.isVisible() is shown


def test_before_the_start_the_bars_have_the_whole_page(desk: Desk) -> None:
    """Else a third of the page is kept for a clock that does not run."""
    desk.show(replace(HOLDING, stage=StageView(), calibrated=False))
    assert not desk.page.coach.isVisible()
    assert desk.page.coach.title.text() == "Ready"
    assert desk.page.left.width() + desk.page.right.width() > 0.9 * desk.page.width()


# --- nothing covers, nothing is cut


def scenes() -> Iterator[tuple[str, LiveView]]:
    base = replace(HOLDING, stage=replace(HOLDING.stage, other_leg="swings", posture="standing"))
    yield from {**hold_scenes(base), **setup_scenes(base)}.items()
    yield "ghosts", replace(base, ghosts={"glute_right": 20.0, "ham_right": 30.0})
    yield "two", replace(base, bars=base.bars[2:])
    yield "silent", SILENT


def leaves(page: SessionPage) -> list[QWidget]:
    """Every widget that draws something of its own."""
    visible = [widget for widget in page.findChildren(QWidget) if widget.isVisible()]
    inner = [one for one in visible if not any(one.isAncestorOf(other) for other in visible)]
    return [one for one in inner if not isinstance(one, QLabel) or isinstance(one, Told) or one.text()]


@pytest.mark.parametrize("size", [(800, 600), (1366, 768), (1920, 1080)])
def test_nothing_overlaps_in_any_scene(desk: Desk, size: tuple[int, int]) -> None:
    """A word that covers a number is a wrong number."""
    desk.resize(*size)
    for name, view in scenes():
        desk.show(view)
        found = leaves(desk.page)
        places = [one.rect().translated(one.mapTo(desk.page, one.rect().topLeft())) for one in found]
        for index, place in enumerate(places):
            assert desk.page.rect().contains(place), (name, found[index])
            others = [other for other in places[index + 1 :] if place.intersects(other)]
            assert not others, (name, found[index])


def test_the_numbers_of_a_pain_question_are_large_beside_a_clock(desk: Desk) -> None:
    """Else they are too small to be read from two metres, where the keyboard is not."""
    desk.page.resize(1920, 1080)
    desk.show(first_rest(asks="pain_worst"))
    assert desk.page.coach.ring.isVisible()
    assert desk.page.coach.scale.cells()[0].width() > 0.12 * desk.page.height()


def test_before_the_start_it_says_how_to_see_the_keys(desk: Desk) -> None:
    """Else nobody who is new here ever finds them."""
    desk.show(replace(HOLDING, stage=StageView()))
    assert desk.page.message.text() == "? shows the keys"
    for other in (replace(HOLDING, stage=StageView(), notice="Something else"), HOLDING):
        desk.show(other)
        assert "keys" not in desk.page.message.text()
