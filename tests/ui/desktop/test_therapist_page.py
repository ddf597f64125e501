"""The therapist's page, with real widgets and real keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from emg.codes import ELECTRODES_TOUCHED, Phase, SignalState
from emg.live_view import LiveView, StageView
from emg.pain import ASKS_WORST, SUGGESTS_STOP
from emg.results import HoldResult, Method, Outcome, Role
from tests.emg.session.parts import hold, muscle
from tests.ui.desktop.painted import painted
from tests.ui.desktop.therapist_desk import Desk, level
from tests.ui.session.test_standing import held
from tests.ui.session.test_traces import feed, noise
from tests.ui.views import HOLDING, NOW_S, SILENT, TESTING, at, bars
from ui.desktop.gallery.therapist_scenes import VIEWS, therapist_scenes
from ui.desktop.keys import Action
from ui.desktop.theme import DARK
from ui.reading.latency import Latencies
from ui.reading.muscles import Show
from ui.reading.therapist import last_hold_words, meters
from ui.words import therapist_words

# bars and numbers


def test_the_bars_say_what_the_athletes_bars_say(desk: Desk) -> None:
    """Else therapist and athlete talk about two numbers."""
    assert level(desk, "glute_right") == 42.0
    assert "42 %" in desk.texts()
    assert "Right leg, training 2 of 3" in desk.texts()
    assert "Set 2 of 4" in desk.texts()
    assert desk.page.clock_label.text() == "3.4"


@pytest.mark.parametrize(
    "stage",
    [
        TESTING.stage,
        replace(HOLDING.stage, feedback=False, hidden=True),
        replace(HOLDING.stage, feedback=False, felt_asked=True, phase=Phase.WAITING),
    ],
)
def test_what_the_athlete_does_not_see_the_therapist_sees_and_is_told_so(
    desk: Desk, stage: StageView
) -> None:
    """Else a test hold is blind for both, or the therapist reads the levels aloud."""
    desk.page.show_view(replace(HOLDING, stage=stage))
    assert level(desk, "glute_right") == 42.0
    assert desk.page.hidden_note.text() == "hidden from the athlete"
    assert "1.56" in desk.texts()
    desk.page.show_view(HOLDING)
    assert desk.page.hidden_note.text() == ""


def test_old_data_is_no_reading_anywhere(desk: Desk) -> None:
    """Else a board that has gone looks like a muscle that holds."""
    feed(desk.traces, noise(500))
    desk.clock.now_s += 1.0
    desk.page.refresh()
    desk.page.sweep()
    assert {bar.reading().show for bar in desk.page.bars.bars.values()} == {Show.NOTHING}
    said = desk.texts()
    assert "42" not in said
    assert "1.56" not in said
    assert "3.4" not in said
    assert desk.page.trace_panel._stopped == "No signal"
    assert desk.page.trace_panel._contact == {}


def test_traces_that_nobody_follows_any_more_are_covered(desk: Desk) -> None:
    """Else a picture of a minute ago stands under a signal that is live, and is read as now."""
    feed(desk.traces, noise(1_000))
    desk.page.show_view(at(4.9))
    desk.page.sweep()
    assert desk.page.trace_panel._stopped == ""
    desk.page.show_view(at(5.1))
    desk.page.sweep()
    assert desk.page.trace_panel._stopped == therapist_words.TRACES_STOPPED
    feed(desk.traces, noise(500), 1_000)
    desk.page.sweep()
    assert desk.page.trace_panel._stopped == ""


def test_comparisons_that_nobody_follows_any_more_are_no_reading(desk: Desk) -> None:
    """Else the comparison of two holds is taken for that of ten."""
    for result in held():
        desk.standing.hold(result)
    desk.standing.view(HOLDING)
    desk.page.refresh()
    assert "Glute, sore of other: 62 %" in desk.texts()
    desk.page.show_view(at(HOLDING.time_s + 1.1))
    assert "Glute, sore of other: --, stopped" in desk.texts()
    assert "62 %" not in desk.texts()
    assert desk.page.last_hold.text().startswith("--")
    desk.standing.view(at(HOLDING.time_s + 1.1))
    desk.page.refresh()
    assert "Glute, sore of other: 62 %" in desk.texts()
    assert desk.page.last_hold.text().startswith("Hold 5")


class Paints(QObject):
    """Takes down what of a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.areas: list[QRect] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(event.rect())
        return False


def test_data_grows_old_in_the_paint_itself(desk: Desk, qtbot: QtBot) -> None:
    """Else a window that stands still shows the last level for as long as it stands."""
    bar = desk.page.bars.bars["glute_right"]
    live = bar.grab().toImage()
    painted(bar)  # nothing waits to be painted any more
    paints = Paints(bar)
    desk.clock.now_s += 1.0
    bar.repaint(bar.rect().adjusted(0, bar.height() // 2, 0, 0))
    qtbot.waitUntil(lambda: bar.rect() in paints.areas)  # its words follow
    assert bar.accessibleDescription().startswith("--")
    assert bar.grab().toImage() != live


def test_a_loose_electrode_is_named_beside_its_trace_and_its_bar_is_empty(desk: Desk) -> None:
    """Else the therapist looks for the fault in the athlete."""
    view = replace(HOLDING, bars=bars((9.0, 14.0, None, 27.0), verdicts=("ok", "mains", "railed", "ok")))
    desk.page.show_view(view)
    assert level(desk, "glute_right") is None
    assert "Right glute: loose?" in desk.page.trace_panel.accessibleDescription()
    assert "Left hamstring: hum" in desk.page.trace_panel.accessibleDescription()
    assert "Right glute" in desk.page.message.text()


def test_a_question_of_the_session_is_shown_with_its_answers(desk: Desk) -> None:
    """Else the session waits for an answer to a question that nobody sees."""
    desk.page.show_view(replace(HOLDING, question=ELECTRODES_TOUCHED, paused=True))
    assert "Were the electrodes touched?" in desk.texts()
    assert "Yes: measure again" in desk.texts()
    assert not desk.page.bars.isVisible()
    desk.page.show_view(HOLDING)
    assert desk.page.bars.isVisible()


def test_the_pain_question_is_shown(desk: Desk) -> None:
    """Else nobody presses a number."""
    desk.page.show_view(replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.REST, asks=ASKS_WORST)))
    assert "Worst pain" in desk.page.message.text()


def test_a_prompt_goes_before_everything(desk: Desk) -> None:
    """Else "End the session?" is asked behind a warning, and the next key ends it."""
    desk.page.show_view(SILENT)
    desk.page.prompt("End the session?")
    assert desk.page.message.text() == "End the session?"
    desk.page.prompt("")
    assert "No signal" in desk.page.message.text()


# comparisons, last hold, meters


def test_comparisons_follow_each_hold(desk: Desk) -> None:
    """Else they are those of the summary that comes too late to change anything today."""
    assert therapist_words.NO_TESTS_YET in desk.texts()
    for result in held():
        desk.standing.hold(result)
    desk.page.refresh()
    assert "Glute, sore of other: 62 %" in desk.texts()
    assert desk.page.last_hold.text().startswith("Hold 5, right leg: done")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (hold(glute=muscle(42.0, 0.62), ham=muscle(27.0)), "glute 42 %, hamstring 27 %"),
        (hold(glute=muscle(42.0, 0.62)), "glute there after 0.62 s"),
        (hold(glute=muscle(42.0, None)), "glute never there"),
        (hold(ratio_same_side=1.556, ratio_diagonal=3.0), "glute : hamstring 1.56  ·  across 3.00"),
        (
            hold(outcome=Outcome.VOID, valid=False, invalid_reason="gap"),
            "not counted: samples were lost",
        ),
        (
            hold(outcome=Outcome.VOID, valid=False, invalid_reason="railed"),
            "not counted: loose?",
        ),
        (
            hold(outcome=Outcome.NOT_REACHED, outcome_reason="below_floor"),
            "below 5 % of its best, or twice its rest",
        ),
        (
            hold(1, role=Role.TRAIN, outcome=Outcome.MISSED, outcome_reason="over_ceiling"),
            "hamstring over its ceiling",
        ),
        (
            hold(glute=muscle(None, None, pct_submax=140.0, plateau_uv=30.0, reference=Method.SUBMAX)),
            "glute 140 %, hamstring -- of the bridge",
        ),
    ],
)
def test_the_last_hold_is_one_line(result: HoldResult, words: str) -> None:
    """Else the therapist must remember a number that flew by, or guess why a hold did not count."""
    assert words in last_hold_words(result)


def test_a_void_hold_tells_no_latency() -> None:
    """Else a number that enters no mean is read as one that does."""
    void = hold(outcome=Outcome.VOID, valid=False, invalid_reason="gap", glute=muscle(42.0, 0.62))
    assert "0.62" not in last_hold_words(void)


def test_the_meters_say_latency_loss_rate_age_and_the_delays_that_are_built_in() -> None:
    """Else 250 ms of smoothing hide behind 2 ms of paint."""
    view = replace(HOLDING, sample=9_999, lost_samples=120, fs_hz=250.0, filter_delay_s=0.0063, window_s=0.25)
    latencies = Latencies()
    latencies.add(NOW_S - 0.004, NOW_S - 0.002)
    said = dict(meters(view, NOW_S + 0.1, latencies))
    assert said["Signal"] == "Live, newest 0.1 s old"
    assert said["Board"] == "cyton, 250 Hz"
    assert said["Lost"] == "120 samples, 1.20 %"
    assert said["Delay"] == "screen 2 ms (99 %: 2 ms) + filter 6 ms + averaging 250 ms"
    bare = replace(view, window_s=None)
    assert dict(meters(bare, NOW_S, latencies))["Delay"] == "screen 2 ms (99 %: 2 ms) + filter 6 ms"
    assert dict(meters(bare, NOW_S + 61.0, latencies))["Delay"] == "filter 6 ms", "nothing was painted lately"


def test_without_a_board_no_meter_claims_anything() -> None:
    """Else an unknown rate or latency stands there as a number."""
    said = dict(meters(LiveView(), NOW_S, Latencies()))
    assert said["Board"] == "--, -- Hz"
    assert said["Delay"] == "--"
    assert said["Signal"].endswith("newest -- old")


def test_meters_follow_slowly_enough_to_be_read_and_a_lost_signal_at_once(desk: Desk) -> None:
    """Else digits flicker, or a signal that is gone is told half a second late."""
    before = desk.page.meters.rows
    desk.clock.now_s += 0.1
    desk.page.show_view(replace(HOLDING, lost_samples=5))
    assert desk.page.meters.rows == before
    desk.page.show_view(replace(SILENT, lost_samples=5))
    assert desk.page.meters.rows[2][1].startswith("5 samples")


# notes, buttons, trouble


def test_a_note_is_written_with_the_keys_and_the_next_key_is_a_command_again(
    qtbot: QtBot, desk: Desk
) -> None:
    """Else "pain" pauses nothing but marks, ends and mutes; or the next Space is a blank in a note."""
    written: list[str] = []
    desk.page.note_written.connect(written.append)
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow, timeout=10_000)
    desk.page.begin_note()
    assert desk.page.note.hasFocus()
    QTest.keyClicks(desk.page.note, " q 1 hip out ")
    QTest.keyClick(desk.page.note, Qt.Key.Key_Return)
    assert written == ["q 1 hip out"]
    assert desk.page.note.text() == ""
    assert not desk.page.note.hasFocus()
    assert desk.heard == []
    QTest.keyClick(desk, Qt.Key.Key_Space)
    assert desk.heard == [Qt.Key.Key_Space.value]


def test_escape_leaves_a_note_and_keeps_what_was_written(qtbot: QtBot, desk: Desk) -> None:
    """Else Esc pauses the session in the middle of a word, or the word is lost."""
    written: list[str] = []
    desk.page.note_written.connect(written.append)
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow, timeout=10_000)
    desk.page.begin_note()
    QTest.keyClicks(desk.page.note, "hip")
    QTest.keyClick(desk.page.note, Qt.Key.Key_Escape)
    assert (desk.page.note.text(), desk.heard, written) == ("hip", [], [])
    assert not desk.page.note.hasFocus()
    desk.page.begin_note()
    QTest.keyClicks(desk.page.note, " out")
    QTest.keyClick(desk.page.note, Qt.Key.Key_Enter)
    desk.page.begin_note()
    QTest.keyClick(desk.page.note, Qt.Key.Key_Enter)
    assert written == ["hip out"]


@pytest.mark.parametrize("key", [Qt.Key.Key_PageDown, Qt.Key.Key_PageUp])
def test_the_athletes_clicker_is_heard_while_a_note_is_written(desk: Desk, key: Qt.Key) -> None:
    """Else the athlete presses "felt" and a note swallows it."""
    desk.page.begin_note()
    QTest.keyClick(desk.page.note, key)
    assert desk.heard == [key.value]


def test_every_button_says_its_action_and_takes_no_keyboard(desk: Desk) -> None:
    """Else a click makes the next Space press that button again instead of going on."""
    pressed: list[str] = []
    desk.page.action.connect(pressed.append)
    buttons = desk.page.buttons.buttons
    for button in buttons.values():
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.accessibleName() == button.text()
        assert button.accessibleDescription()
    assert pressed == list(buttons)
    assert {Action(code) for code in pressed}
    focusable = desk.page.findChildren(QPushButton)
    assert {button.focusPolicy() for button in focusable} == {Qt.FocusPolicy.NoFocus}


def test_buttons_say_what_they_do_now(desk: Desk) -> None:
    """Else "Pause" goes on, and "Hide bars" shows them."""
    buttons = desk.page.buttons.buttons
    assert [buttons[code].text() for code in ("next", "pause", "hide_bars")] == ["Next", "Pause", "Hide bars"]
    stage = replace(HOLDING.stage, feedback=False, hidden=True)
    desk.page.show_view(replace(HOLDING, paused=True, stage=stage))
    assert [buttons[code].text() for code in ("pause", "hide_bars")] == ["Go on", "Show bars"]
    desk.page.show_view(replace(HOLDING, stage=StageView()))
    assert buttons["next"].text() == "Start"


def test_a_problem_stands_until_it_is_taken_away_and_offers_a_report(desk: Desk, qtbot: QtBot) -> None:
    """Else what happened is gone with the next warning, and nobody can send it."""
    band = desk.page.problem
    assert not band.isVisible()
    desk.page.show_problem("The picture could not be drawn", "A report is in /reports", "paint.py, line 12")
    desk.page.show_view(SILENT)
    assert band.isVisible()
    assert band.sentence.text() == "The picture could not be drawn"
    assert band.below.isVisible()
    assert band.below.text() == "A report is in /reports"
    assert band.sentence.accessibleDescription() == "paint.py, line 12"
    with qtbot.waitSignal(desk.page.report_wanted):
        QTest.mouseClick(band.button, Qt.MouseButton.LeftButton)
    desk.page.show_problem("")
    assert not band.isVisible()


def test_felt_pressed_in_a_rest_says_quietly_that_it_counts_only_in_a_hold(desk: Desk) -> None:
    """Else a therapist presses a moment too late, hears nothing, and believes that it was kept."""
    resting = replace(HOLDING.stage, phase=Phase.REST, countdown_s=20.0, message="target_raised:41")
    desk.page.show_view(replace(HOLDING, stage=resting))
    before = desk.texts()
    desk.page.show_view(replace(HOLDING, stage=replace(resting, felt=True)))
    assert "Felt counts only in a hold" not in before
    assert "Felt counts only in a hold. " in desk.texts(), "and what stood there still does"
    desk.page.show_view(replace(HOLDING, stage=replace(resting, felt=True, message=SUGGESTS_STOP)))
    assert "Felt counts only in a hold" not in desk.texts()


def test_the_sound_badge_is_there_only_when_there_is_something_to_say(desk: Desk) -> None:
    """Else a session without sound is taken for one where nothing has happened."""
    desk.page.set_sound_badge("No sound")
    assert desk.page.sound_badge.isVisible()
    assert "No sound" in desk.texts()
    desk.page.set_sound_badge("")
    assert not desk.page.sound_badge.isVisible()


def test_every_part_has_a_name_for_screen_readers(desk: Desk) -> None:
    """Else half of the page does not exist for somebody who cannot see it."""
    page = desk.page
    for part in (page.trace_panel, page.comparisons, page.meters, page.notes, page.note, page.dots):
        assert part.accessibleName()
    assert page.bars.bars["ham_left"].accessibleName() == "Left hamstring"
    assert page.bars.bars["ham_left"].accessibleDescription().startswith("14 %")


@pytest.mark.parametrize("size", [(800, 600), (1366, 768), (1920, 1080)])
def test_no_part_lies_on_another(qtbot: QtBot, size: tuple[int, int]) -> None:
    """Else a number is covered in a window that is not the developer's."""
    for name, page in therapist_scenes(DARK):
        qtbot.addWidget(page)
        page.resize(*size)
        with qtbot.waitExposed(page):
            page.show()
        shown = [
            child
            for child in page.children()
            if isinstance(child, QWidget) and child.isVisible() and not child.geometry().isEmpty()
        ]
        for number, one in enumerate(shown):
            assert page.rect().contains(one.geometry()), (name, one)
            for other in shown[number + 1 :]:
                assert not one.geometry().intersects(other.geometry()), (name, one, other)
        page.hide()


def test_the_gallery_has_every_state() -> None:
    """Else a state of the page is never looked at."""
    signals = {view.signal for view in VIEWS.values()}
    assert {SignalState.LIVE, SignalState.NO_SIGNAL} <= signals
    assert any(view.stage.hidden for view in VIEWS.values())
    assert any(view.stage.role is Role.TEST for view in VIEWS.values())
