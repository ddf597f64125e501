"""What keys do: the same whichever window they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from emg.codes import CommandKind
from emg.live_view import LiveView
from emg.results import Presser
from tests.fakes import ManualClock
from tests.ui.desktop.hands import Desk, Inbox, Key, Switches, pressed
from tests.ui.views import HOLDING
from ui.desktop.controls import Controls
from ui.desktop.keys import Action
from ui.desktop.windows.summary_page import SummaryPage
from ui.words import key_words, therapist_words, words

ASKING = replace(HOLDING, stage=replace(HOLDING.stage, asks="worst"))
PAUSED = replace(HOLDING, paused=True)


@dataclass
class Hand:
    """Hands on two keyboards of one session."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(100.0))
    inbox: Inbox = field(default_factory=Inbox)
    sound: Switches = field(default_factory=Switches)
    desk: Desk = field(default_factory=Desk)
    other: Desk = field(default_factory=Desk)
    prompts: list[str] = field(default_factory=list)
    badges: list[str] = field(default_factory=list)
    left: list[bool] = field(default_factory=list)
    reports: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.controls = Controls(self.inbox, clock=self.clock, sound=self.sound)
        self.controls.prompted.connect(self.prompts.append)
        self.controls.sound_changed.connect(self.badges.append)
        self.controls.left.connect(self.left.append)
        self.controls.report_wanted.connect(lambda: self.reports.append(1))
        self.controls.see(HOLDING)

    def press(self, *keys: Qt.Key, after_s: float = 1.0, on: Desk | None = None) -> None:
        for key in keys:
            self.clock.advance(after_s)
            assert self.controls.hear(pressed(key), on or self.desk)


@pytest.fixture
def hand(qapp: QApplication) -> Hand:
    return Hand()


def kinds(hand: Hand) -> Sequence[CommandKind]:
    return hand.inbox.kinds


@pytest.mark.parametrize(
    ("key", "view", "heard"),
    [
        (Key.Key_PageDown, HOLDING, (CommandKind.NEXT, None, Presser.ATHLETE, "")),
        (Key.Key_PageUp, HOLDING, (CommandKind.BACK, None, Presser.ATHLETE, "")),
        (Key.Key_Space, HOLDING, (CommandKind.NEXT, None, None, "")),
        (Key.Key_B, HOLDING, (CommandKind.HIDE, None, None, "")),
        (Key.Key_Period, HOLDING, (CommandKind.HIDE, None, None, "")),
        (Key.Key_7, HOLDING, (CommandKind.MARK, 7, None, "")),
        (Key.Key_7, ASKING, (CommandKind.ANSWER, 7, None, "")),
        (Key.Key_E, HOLDING, (CommandKind.ENOUGH, None, None, "")),
        (Key.Key_Escape, HOLDING, (CommandKind.PAUSE, None, None, "")),
        (Key.Key_Escape, PAUSED, (CommandKind.RESUME, None, None, "")),
        (Key.Key_F5, HOLDING, (CommandKind.START, None, None, "")),
        (Key.Key_F5, PAUSED, (CommandKind.RESUME, None, None, "")),
    ],
)
def test_a_key_is_a_command(hand: Hand, key: Qt.Key, view: LiveView, heard: tuple[object, ...]) -> None:
    """Else hands that are full cannot run a session."""
    hand.controls.see(view)
    hand.press(key)
    assert hand.inbox.heard == [heard]


def test_what_belongs_to_a_window_reaches_that_window_alone(hand: Hand) -> None:
    """Else F11 on the laptop shrinks the athlete's screen."""
    hand.press(Key.Key_F11, Key.Key_Tab, Key.Key_N, on=hand.other)
    hand.press(Key.Key_Question)
    assert hand.other.asked == ["full screen", "switch", "note"]
    assert hand.desk.asked == ["help"]
    assert kinds(hand) == []


def test_a_key_that_can_wait_only_takes_the_help_away(hand: Hand) -> None:
    """Else who reads the keys skips a hold by closing them."""
    for key in (Key.Key_Space, Key.Key_7, Key.Key_C, Key.Key_F11):
        hand.press(Key.Key_Question, key)
        assert not hand.desk.help_shown
    assert kinds(hand) == []


@pytest.mark.parametrize(
    ("key", "command"),
    [
        (Key.Key_Escape, CommandKind.PAUSE),
        (Key.Key_D, CommandKind.FOOT_DOWN),
        (Key.Key_E, CommandKind.ENOUGH),
        (Key.Key_Left, CommandKind.BACK),
        (Key.Key_F, CommandKind.FELT),
        (Key.Key_PageDown, CommandKind.NEXT),
        (Key.Key_PageUp, CommandKind.BACK),
    ],
)
def test_a_key_that_cannot_wait_acts_through_the_help(hand: Hand, key: Qt.Key, command: CommandKind) -> None:
    """Else somebody has pain, and the first press is swallowed by a list of keys."""
    hand.press(Key.Key_Question, key)
    assert not hand.desk.help_shown
    assert kinds(hand) == [command]


def test_q_closes_the_help_and_asks_even_where_it_was_asked_before(hand: Hand) -> None:
    """Else a question that stood behind the help is answered by who has not seen it."""
    hand.press(Key.Key_Q, Key.Key_Question, Key.Key_Q)
    assert (hand.inbox.stops, hand.controls.prompt) == (0, words.ASK_END)


def test_after_the_end_a_key_only_takes_the_help_away(hand: Hand) -> None:
    """Else who looks up the keys of the summary is thrown out of it."""
    hand.controls.end()
    hand.press(Key.Key_Question, Key.Key_Escape)
    assert hand.left == []


def test_both_windows_share_what_was_asked_once(hand: Hand) -> None:
    """Else each window has to be asked, and neither ends the session."""
    hand.press(Key.Key_Q)
    hand.press(Key.Key_Q, on=hand.other)
    assert hand.inbox.stops == 1
    assert hand.prompts == [words.ASK_END, words.ENDING]


def test_a_bounce_from_the_other_window_is_a_bounce(hand: Hand) -> None:
    """Else one press that two windows hear is two."""
    hand.press(Key.Key_Space)
    hand.clock.advance(0.1)
    hand.controls.hear(pressed(Key.Key_Space), hand.other)
    assert kinds(hand) == [CommandKind.NEXT]


def test_c_asks_once_where_there_is_something_to_lose(hand: Hand) -> None:
    """Else a slip of the finger throws the maxima away."""
    hand.press(Key.Key_C)
    assert kinds(hand) == []
    hand.press(Key.Key_C)
    assert kinds(hand) == [CommandKind.CALIBRATE]
    hand.controls.see(replace(HOLDING, calibrated=False))
    hand.press(Key.Key_C)
    assert kinds(hand) == [CommandKind.CALIBRATE] * 2


def test_a_question_of_the_window_is_answered_by_the_clicker_too(hand: Hand) -> None:
    """Else a presenter that has no Q is stuck behind somebody's slip."""
    hand.press(Key.Key_Q, Key.Key_PageDown)
    assert kinds(hand) == [CommandKind.NEXT]
    assert hand.prompts[-1] == ""
    hand.press(Key.Key_Q)
    assert hand.inbox.stops == 0


def test_escape_only_takes_the_question_away(hand: Hand) -> None:
    """Else who wants back finds the session paused."""
    hand.press(Key.Key_C, Key.Key_Escape)
    assert kinds(hand) == []
    assert hand.controls.prompt == ""


def test_m_and_t_turn_the_sound_and_the_badge_says_so(hand: Hand) -> None:
    """Else silence looks like a broken loudspeaker."""
    hand.press(Key.Key_M)
    assert (hand.sound.muted, hand.badges) == (True, [key_words.MUTED])
    hand.press(Key.Key_M, Key.Key_T)
    assert (hand.sound.muted, hand.sound.tone, hand.badges) == (False, True, [key_words.MUTED, ""])
    assert kinds(hand) == []


def test_a_sound_that_is_lost_is_told_without_a_key(hand: Hand) -> None:
    """Else the athlete waits for a cue that never sounds."""
    hand.sound.problem = "No sound: the headphones are gone."
    hand.controls.follow_sound()
    hand.controls.follow_sound()
    assert hand.badges == ["No sound: the headphones are gone."]


def test_without_a_sound_its_keys_do_nothing(qapp: QApplication) -> None:
    """Else M ends in a traceback where no sound was made."""
    controls = Controls(Inbox(), clock=ManualClock())
    assert controls.hear(pressed(Key.Key_M), Desk())
    assert controls.badge == ""


def test_a_note_is_kept_and_an_empty_one_is_not(hand: Hand) -> None:
    """Else the record is full of notes that say nothing."""
    hand.controls.note("  knee wobbles ")
    hand.controls.note("   ")
    assert hand.inbox.heard == [(CommandKind.NOTE, None, None, "knee wobbles")]


def test_buttons_do_what_keys_do(hand: Hand) -> None:
    """Else a mouse runs another session than the keyboard."""
    for action in (Action.NEXT, Action.MARK, Action.HIDE, Action.END):
        hand.controls.do(action, hand.desk)
    assert hand.inbox.heard[:2] == [(CommandKind.NEXT, None, None, ""), (CommandKind.MARK, 1, None, "")]
    assert hand.controls.prompt == words.ASK_END


def test_closing_asks_once_then_ends_and_then_lets_go(hand: Hand) -> None:
    """Else the cross in the corner throws a session away, or traps who waits for a slow disk."""
    assert [hand.controls.may_close() for _ in range(3)] == [False, False, True]
    assert hand.inbox.stops == 1


# --- when the program fails


def test_a_fault_pauses_once_and_says_that_nothing_is_lost(hand: Hand) -> None:
    """Else an athlete goes on training beside a screen that is not true."""
    hand.press(Key.Key_Q)
    hand.controls.trouble()
    assert kinds(hand) == [CommandKind.PAUSE]
    assert hand.controls.prompt == key_words.PROBLEM_ATHLETE
    hand.press(Key.Key_D)
    assert hand.controls.prompt == key_words.PROBLEM_ATHLETE
    assert hand.inbox.stops == 0


@pytest.mark.parametrize("key", [Key.Key_PageDown, Key.Key_F5, Key.Key_Escape])
def test_who_goes_on_after_a_fault_is_let_go_on(hand: Hand, key: Qt.Key) -> None:
    """Else the band stays when all is well, and is no longer believed."""
    hand.controls.trouble()
    hand.controls.see(PAUSED)
    hand.press(key)
    assert hand.controls.prompt == ""
    assert kinds(hand)[-1] in (CommandKind.NEXT, CommandKind.RESUME)


def test_every_fault_pauses_what_runs_again(hand: Hand) -> None:
    """Else who goes on beside a page that still fails trains beside numbers that are not true."""
    hand.controls.trouble()
    hand.controls.see(PAUSED)
    hand.press(Key.Key_Space)
    hand.controls.trouble()
    assert kinds(hand) == [CommandKind.PAUSE, CommandKind.NEXT, CommandKind.PAUSE]
    assert hand.controls.prompt == key_words.PROBLEM_ATHLETE
    hand.controls.see(HOLDING)  # measured anew, say: nobody has pressed "go on"
    hand.clock.advance(1.0)
    hand.controls.trouble()
    assert kinds(hand)[-2:] == [CommandKind.PAUSE, CommandKind.PAUSE]


def test_a_fault_in_every_paint_does_not_fill_the_record(hand: Hand) -> None:
    """Else the list of events is a thousand pauses, and the disk is full of them."""
    for n in range(50):
        hand.clock.advance(0.02)
        hand.controls.see(PAUSED if n > 5 else HOLDING)
        hand.controls.trouble()
    hand.clock.advance(60.0)
    hand.controls.trouble()
    assert kinds(hand) == [CommandKind.PAUSE]


@pytest.mark.parametrize(
    ("key", "command"), [(Key.Key_Return, CommandKind.NEXT), (Key.Key_Escape, CommandKind.PAUSE)]
)
def test_a_key_that_was_a_notes_does_not_bounce_into_the_session(
    hand: Hand, key: Qt.Key, command: CommandKind
) -> None:
    """Else a worn key ends the rest, or stops the session, with every note."""
    hand.controls.typed()
    hand.clock.advance(0.1)
    hand.controls.hear(pressed(key), hand.desk)
    assert kinds(hand) == []
    hand.press(key)
    assert kinds(hand) == [command]


def test_w_asks_for_the_report_of_what_went_wrong_also_when_it_is_over(hand: Hand) -> None:
    """Else only a mouse can save it, or the key makes the pages of the session on the summary."""
    hand.press(Key.Key_W)
    assert hand.reports == [1]
    hand.controls.end()
    hand.press(Key.Key_W)
    assert hand.reports == [1, 1]
    assert key_words.KEY_NAMES["report"] == therapist_words.REPORT_KEY == "W"
    assert not SummaryPage().hears(pressed(Key.Key_W))


# --- after the end


def test_a_key_meant_for_the_last_hold_does_not_skip_the_summary(hand: Hand) -> None:
    """Else the numbers that the session was for flash by unseen."""
    hand.controls.end()
    hand.press(Key.Key_PageDown, after_s=0.6)
    assert hand.left == []
    hand.press(Key.Key_PageDown)
    assert hand.left == [True]


@pytest.mark.parametrize(
    ("key", "again"),
    [(Key.Key_Space, True), (Key.Key_F5, True), (Key.Key_Q, False), (Key.Key_Escape, False)],
)
def test_one_key_leaves_the_summary(hand: Hand, key: Qt.Key, again: bool) -> None:
    """Else the next athlete waits for a program to be started again."""
    hand.controls.end()
    hand.press(key)
    assert hand.left == [again]
    assert (kinds(hand), hand.inbox.stops) == ([], 0)


def test_after_the_end_nothing_reaches_the_session(hand: Hand) -> None:
    """Else a fault of the summary pauses what is over."""
    hand.controls.end()
    hand.controls.trouble()
    hand.controls.note("late")
    hand.press(Key.Key_D, Key.Key_B, Key.Key_3)
    assert kinds(hand) == []
    assert hand.controls.prompt == ""


def test_it_is_left_once(hand: Hand) -> None:
    """Else two windows that close ask for two new sessions."""
    hand.controls.end()
    hand.controls.leave(again=True)
    hand.controls.leave(again=False)
    assert hand.left == [True]
