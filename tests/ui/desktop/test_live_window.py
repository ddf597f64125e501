"""The window of a session, with real keys on real widgets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from emg.codes import CommandKind, DotState, Phase, SignalState
from emg.live_view import LiveView, StageView
from emg.pain import SUGGESTS_STOP
from emg.results import Presser, Role
from tests.fakes import ManualClock
from tests.ui.views import HOLDING, NOW_S, SECRETS, SILENT, SUMMARY, TESTING, bars
from ui.desktop.bridge import Bridge
from ui.desktop.gallery import pictured_views
from ui.desktop.gallery.history_scenes import training_set
from ui.desktop.gallery.hold_scenes import hold_scenes
from ui.desktop.gallery.pictured_holds import summary
from ui.desktop.keys import HELP
from ui.desktop.widgets.hold_plot import HoldPlot
from ui.desktop.widgets.rep_dots import RepDots
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.session_page import SessionPage
from ui.reading.muscles import Show
from ui.session.front import SessionEnd
from ui.words import board_words, words

Key = Qt.Key


class Inbox:
    """A session that only listens."""

    def __init__(self) -> None:
        self.heard: list[CommandKind | str] = []

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        self.heard.append(kind)

    def stop(self) -> None:
        self.heard.append("stop")


class Desk:
    """A window, the session behind it, and a hand on the keyboard."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.clock = ManualClock(NOW_S)
        self.inbox = Inbox()
        self.bridge = Bridge()
        self.window = LiveWindow(self.inbox, self.bridge, clock=self.clock)
        qtbot.addWidget(self.window, before_close_func=lambda window: setattr(window, "_ended", True))
        self.window.resize(1366, 768)
        self.window.show()
        self.window.show_view(HOLDING)

    def shows(self, page: QWidget) -> bool:
        return self.window.page is page

    def press(self, key: Qt.Key, after_s: float = 1.0) -> None:
        self.clock.now_s += after_s
        QTest.keyClick(self.window, key)

    @property
    def session(self) -> SessionPage:
        return self.window.session

    def texts(self) -> str:
        """All that can be read on the page, drawn words and screen reader's words."""
        page = self.window.page
        found = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
        for widget in page.findChildren(QWidget):
            if widget.isVisible():
                found += [widget.accessibleName(), widget.accessibleDescription()]
        return "\n".join(found)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


@pytest.mark.parametrize(
    ("key", "command"),
    [
        (Key.Key_Space, CommandKind.NEXT),
        (Key.Key_PageDown, CommandKind.NEXT),
        (Key.Key_Return, CommandKind.NEXT),
        (Key.Key_Enter, CommandKind.NEXT),
        (Key.Key_Right, CommandKind.NEXT),
        (Key.Key_PageUp, CommandKind.BACK),
        (Key.Key_Left, CommandKind.BACK),
        (Key.Key_F, CommandKind.FELT),
        (Key.Key_D, CommandKind.FOOT_DOWN),
        (Key.Key_Escape, CommandKind.PAUSE),
    ],
)
def test_keys_become_commands(desk: Desk, key: Qt.Key, command: CommandKind) -> None:
    """Everything must go by keyboard or clicker, with the hands full."""
    desk.press(key)
    assert desk.inbox.heard == [command]


def test_escape_goes_on_when_paused(desk: Desk) -> None:
    """Esc pauses and never discards."""
    desk.window.show_view(replace(HOLDING, paused=True))
    desk.press(Key.Key_Escape)
    assert desk.inbox.heard == [CommandKind.RESUME]


def test_a_bounce_is_one_press(desk: Desk) -> None:
    """A clicker that bounces would skip the rest and start the next hold."""
    desk.press(Key.Key_Space)
    desk.press(Key.Key_Space, after_s=0.29)
    desk.press(Key.Key_Space, after_s=0.31)
    assert desk.inbox.heard == [CommandKind.NEXT] * 2


def test_another_key_is_never_taken_for_a_bounce(desk: Desk) -> None:
    """Foot down right after "felt it" must not be lost."""
    desk.press(Key.Key_F)
    desk.press(Key.Key_D, after_s=0.05)
    assert desk.inbox.heard == [CommandKind.FELT, CommandKind.FOOT_DOWN]


def test_a_key_held_down_is_one_press(desk: Desk) -> None:
    """Auto-repeat on Space would race through the whole protocol."""
    for repeat in (False, True, True):
        desk.clock.now_s += 1.0
        event = QKeyEvent(QKeyEvent.Type.KeyPress, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeat)
        QApplication.sendEvent(desk.window, event)
    assert desk.inbox.heard == [CommandKind.NEXT]


def test_q_asks_once_and_then_ends(desk: Desk) -> None:
    """One slip of a finger must not end a session."""
    desk.press(Key.Key_Q)
    assert desk.inbox.heard == []
    assert desk.session.message.text() == words.ASK_END
    desk.press(Key.Key_Q)
    assert desk.inbox.heard == ["stop"]
    assert desk.session.message.text() == words.ENDING


def test_escape_only_takes_the_question_away(desk: Desk) -> None:
    """Who wants back must not find the session paused."""
    desk.press(Key.Key_Q)
    desk.press(Key.Key_Escape)
    assert desk.inbox.heard == []
    assert desk.session.message.text() != words.ASK_END


def test_foot_down_acts_even_while_the_question_stands(desk: Desk) -> None:
    """An athlete who loses balance cannot wait for a dialogue."""
    desk.press(Key.Key_Q)
    desk.press(Key.Key_D)
    assert desk.inbox.heard == [CommandKind.FOOT_DOWN]
    desk.press(Key.Key_Q)
    assert "stop" not in desk.inbox.heard


def test_closing_the_window_asks_as_well_and_saves(desk: Desk) -> None:
    """The cross in the corner must not throw a session away."""
    desk.window.close()
    assert desk.window.isVisible()
    assert desk.session.message.text() == words.ASK_END
    desk.window.close()
    assert desk.inbox.heard == ["stop"]
    assert desk.window.isVisible()


def test_the_question_stays_when_views_come(desk: Desk) -> None:
    """Fifty views a second must not wipe the question away."""
    desk.press(Key.Key_Q)
    desk.window.show_view(replace(HOLDING, time_s=9.0))
    assert desk.session.message.text() == words.ASK_END


def test_the_help_lists_every_key_and_goes_away(desk: Desk) -> None:
    """A key nobody can look up does not exist."""
    desk.press(Key.Key_Question)
    assert desk.shows(desk.window.help)
    text = desk.texts()
    assert all(keys in text and what in text for keys, what in HELP)
    desk.press(Key.Key_Space)
    assert desk.shows(desk.session)
    assert desk.inbox.heard == []


def test_the_help_says_what_the_dots_mean(desk: Desk) -> None:
    """Else an athlete sees a half moon after a hold and takes it for a failure."""
    desk.press(Key.Key_Question)
    dots = desk.window.help.findChildren(RepDots)
    told = (DotState.SUCCESS, DotState.MISSED, DotState.NOT_REACHED, DotState.VOID)
    assert [dot.accessibleDescription() for dot in dots] == [words.DOTS[state] for state in told]
    labels = {label.text(): label for label in desk.window.help.findChildren(QLabel)}
    for dot in dots:
        label = labels[dot.accessibleDescription()]
        assert dot.width() > 0
        assert label.geometry().top() <= dot.geometry().center().y() <= label.geometry().bottom()


def test_an_exercise_is_told_in_letters_that_can_be_read(desk: Desk) -> None:
    """Else the sentence of an exercise stands in a line made for three words."""
    stage = replace(
        HOLDING.stage,
        phase=Phase.REST,
        dots=(DotState.PENDING,) * 3,
        exercise="chair_bridge",
        sentence="Lie on your back, one heel on a chair, and lift the hips until the body is straight.",
    )
    before = desk.session.coach.hint.height()
    desk.window.show_view(replace(HOLDING, stage=stage))
    desk.qtbot.waitUntil(lambda: desk.session.coach.hint.height() > 1.5 * before)
    assert "chair" in desk.session.coach.hint.text()


def test_every_picture_shows_numbers_that_fit_each_other() -> None:
    """Else people learn from a picture what no session can show: 42 over 27 that makes 1.68."""
    scenes = {**pictured_views.SCENES, **hold_scenes(pictured_views.HOLDING)}
    for name, view in scenes.items():
        shown, stage = pictured_views.with_ratios(view), view.stage
        level = {bar.site: bar.level_pct for bar in view.bars}
        over, under = level.get("glute_right"), level.get("ham_right")
        wanted = None if over is None or under is None else pytest.approx(over / under, abs=0.0051)
        assert shown.ratio_right == wanted, name
        if stage.in_target_s is not None and stage.elapsed_s is not None:
            assert stage.in_target_s <= stage.elapsed_s, name
    holding = pictured_views.with_ratios(pictured_views.HOLDING)
    assert (holding.ratio_left, holding.ratio_right) == (0.64, 1.56)
    assert (holding.diagonal_left_glute, holding.diagonal_right_glute) == (0.33, 3.0)


def test_the_pictured_summary_is_one_the_program_writes() -> None:
    """Else the page is looked at with a file that no session has."""
    plain, sore = summary(), summary("left")
    assert plain["glute_lsi_pct"]["n"] == [3, 3]
    assert plain["ham_lsi_pct"]["inside_scatter"] is True
    assert plain["findings"]["reason"] == "no_sore_side"
    assert sore["findings"]["sore_side"] == "left"
    assert sore["findings"]["glute_sore_over_other"]["reason"] == ""


def test_much_pain_stands_once_in_the_window(desk: Desk) -> None:
    """Else one alarm in two places hides which leg comes next."""
    stage = replace(HOLDING.stage, phase=Phase.REST, message=SUGGESTS_STOP)
    desk.window.show_view(replace(HOLDING, stage=stage))
    labels = [label.text() for label in desk.session.findChildren(QLabel) if label.isVisible()]
    assert sum("a lot of pain" in text for text in labels) == 1
    assert "a lot of pain" in desk.session.coach.title.text()


def test_f11_is_full_screen_and_back(desk: Desk) -> None:
    """The athlete stands three metres away."""
    desk.press(Key.Key_F11)
    assert desk.window.isFullScreen()
    desk.press(Key.Key_F11)
    assert not desk.window.isFullScreen()


def test_views_from_the_bridge_are_drawn(desk: Desk) -> None:
    """The window and the session only meet in the bridge."""
    desk.bridge.post_view(replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.REST)))
    desk.qtbot.waitUntil(lambda: desk.session.coach.title.text() == "Rest")


def test_left_stands_left_and_glute_before_hamstring(desk: Desk) -> None:
    """A screen that does not read like the body trains the wrong muscle."""
    names = ("glute_left", "ham_left", "glute_right", "ham_right")
    found = {**desk.session.left.bars, **desk.session.right.bars}
    centres = [found[name].mapTo(desk.window, found[name].rect().center()).x() for name in names]
    assert centres == sorted(centres)


def test_the_working_leg_is_named(desk: Desk) -> None:
    """One look must tell which leg pushes."""
    assert desk.session.set_label.text() == "Right leg, training 2 of 3"
    assert "Right leg pushes" in desk.texts()
    assert "Left leg pushes" not in desk.texts()


def test_in_a_test_hold_no_level_can_be_read_or_heard(desk: Desk) -> None:
    """Bars off means off, for eyes and for screen readers."""
    before = desk.texts()
    assert "42 %" in before
    desk.window.show_view(TESTING)
    after = desk.texts()
    assert not [secret for secret in SECRETS if secret in after]
    assert desk.session.strip.accessibleName() == ""
    assert "3.4" in after


def test_a_test_hold_looks_the_same_at_any_level(desk: Desk) -> None:
    """Not one pixel of the whole window may give the level away."""
    desk.window.show_view(TESTING)
    desk.window.grab()  # a large glyph is drawn a shade differently the first time
    low = desk.window.grab().toImage()
    stage = replace(TESTING.stage, in_target_s=0.0)
    strong = replace(TESTING, bars=bars((55.0,) * 4), ratio_right=9.0, time_s=9.0, stage=stage)
    desk.window.show_view(strong)
    assert desk.window.grab().toImage() == low


def test_silence_is_noticed_without_a_new_view(desk: Desk) -> None:
    """A session whose thread hangs sends nothing, not even that it hangs."""
    desk.clock.now_s += 0.5
    desk.qtbot.waitUntil(lambda: desk.session.coach.title.text() == "No signal")
    assert desk.session.message.text() == board_words.STALE_HELP
    assert {bar.reading().show for bar in desk.session.right.bars.values()} == {Show.NOTHING}


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (SILENT, board_words.SIGNAL_HELP[SignalState.NO_SIGNAL]),
        (replace(HOLDING, paused=True), words.PAUSED_HELP),
        (replace(SILENT, error="The disk is full."), "The disk is full."),
        (HOLDING, ""),
    ],
)
def test_trouble_is_written_across_the_window(desk: Desk, view: LiveView, sentence: str) -> None:
    """Whoever looks for half a second must see that it does not count."""
    desk.window.show_view(view)
    assert desk.session.message.text() == sentence


@pytest.mark.parametrize(
    ("stage", "title"),
    [
        (StageView("rest", Phase.BASELINE, countdown_s=4.0, duration_s=10.0), "Relax"),
        (StageView("mvc", Phase.EFFORT, site="ham_left", dots=(DotState.CURRENT,)), "Left hamstring"),
    ],
)
def test_setting_up_is_a_plain_screen(desk: Desk, stage: StageView, title: str) -> None:
    """Bars without a reference would invite to read them."""
    desk.window.show_view(replace(HOLDING, stage=stage, calibrated=False))
    assert desk.session.coach.title.text() == title
    assert not desk.session.left.isVisible()
    assert not desk.session.right.isVisible()
    assert "126 µV" in desk.session.strip.accessibleName()


def test_two_sites_make_two_bars(desk: Desk) -> None:
    """A board with two channels shows what it has, and says what is not measured."""
    desk.window.show_view(replace(HOLDING, bars=HOLDING.bars[2:]))
    assert set(desk.session.left.bars) == set()
    assert set(desk.session.right.bars) == {"glute_right", "ham_right"}
    assert words.NOT_MEASURED in desk.texts()


def test_the_end_shows_what_was_done_and_one_key_closes(desk: Desk, tmp_path: Path) -> None:
    """The numbers and the folder are what the session was for."""
    desk.bridge.post_end(SessionEnd("", 0, tmp_path, 16, 16, summary=SUMMARY))
    desk.qtbot.waitUntil(lambda: desk.window.page is desk.window.summary)
    text = desk.texts()
    for part in ("16 holds", "38 ± 4 %", "81 %", "One hold was void.", str(tmp_path)):
        assert part in text
    desk.press(Key.Key_Space)
    assert not desk.window.isVisible()
    assert desk.inbox.heard == []


def test_an_end_without_a_session_says_why(desk: Desk) -> None:
    """A port that is not there must not look like a finished session."""
    desk.window.show_end(SessionEnd("The port is not there: plug the dongle in.", 3))
    text = desk.texts()
    assert "The port is not there" in text
    assert words.SUMMARY_TITLE not in text.splitlines()


@pytest.mark.parametrize("size", [(800, 600), (1366, 768), (3840, 2160)])
def test_nothing_overlaps_at_any_size(desk: Desk, size: tuple[int, int]) -> None:
    """A word that covers a number is a wrong number."""
    desk.window.resize(*size)
    desk.qtbot.waitUntil(lambda: (desk.window.width(), desk.window.height()) == size)
    page = desk.session
    parts = [
        page.set_label,
        page.number_label,
        page.status_label,
        page.message,
        page.left,
        page.right,
        page.strip,
    ]
    parts += [page.coach.title, page.coach.hint, page.coach.ring, page.coach.dots]
    places = [
        part.rect().translated(part.mapTo(desk.window, part.rect().topLeft()))
        for part in parts
        if part.isVisible()
    ]
    for index, place in enumerate(places):
        assert desk.window.rect().contains(place)
        assert not [other for other in places[index + 1 :] if place.intersects(other)]


def test_a_test_set_and_a_training_set_are_told_apart(desk: Desk) -> None:
    """The athlete must know why the bars are gone."""
    desk.window.show_view(TESTING)
    assert desk.session.set_label.text().startswith("Right leg, test")
    assert TESTING.stage.role is Role.TEST


def resting_after_a_set(desk: Desk) -> None:
    """Let the set of the picture be over, and a rest be shown."""
    desk.window.sets = lambda: ([training_set()], None)
    rest = replace(HOLDING.stage, phase=Phase.REST, countdown_s=30.0)
    desk.window.show_view(replace(HOLDING, stage=rest))


def test_p_shows_the_last_set_in_a_rest_and_any_key_goes_back(desk: Desk) -> None:
    """Else what the athlete has just done is to be seen only when all is over."""
    resting_after_a_set(desk)
    desk.press(Key.Key_P)
    assert desk.shows(desk.window.pictures)
    assert desk.window.pictures.findChildren(HoldPlot)[0].isVisible()
    desk.press(Key.Key_Left)  # there is no page of numbers before it
    assert desk.shows(desk.window.pictures)
    desk.press(Key.Key_Space)
    assert desk.shows(desk.session)
    assert desk.inbox.heard == []


def test_pictures_go_away_by_themselves_when_a_hold_begins(desk: Desk) -> None:
    """Else the athlete is cued behind a picture of the last set."""
    resting_after_a_set(desk)
    desk.press(Key.Key_P)
    desk.window.show_view(replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.PREPARE)))
    assert desk.shows(desk.session)
    desk.press(Key.Key_P)  # nor do they come in a hold
    assert desk.shows(desk.session)


def test_without_a_set_there_is_no_picture(desk: Desk) -> None:
    """Else P leads to an empty page."""
    resting_after_a_set(desk)
    desk.window.sets = lambda: ([], None)
    desk.press(Key.Key_P)
    assert desk.shows(desk.session)
