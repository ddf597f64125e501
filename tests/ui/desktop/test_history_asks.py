"""Moving and deleting from the history: by keyboard, with the same words as the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from emg.session.trend import trends
from tests.emg.session.past import series_of
from tests.ui.kept.kept_library import RIGHT, WRONG, furnish, session
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.windows.history_page import MOST_DRAWN, around
from ui.desktop.windows.history_window import HistoryWindow
from ui.kept.home import athletes_folder
from ui.kept.removing import athlete_going, session_going
from ui.reading.history import read_history, read_past
from ui.words import library_words

SIZES = [(1366, 768), (800, 600)]


@pytest.fixture
def folders() -> tuple[Path, Path]:
    found = session(), session(WRONG, 30.0)
    furnish(WRONG, *found)
    session(RIGHT, 3.0)
    return found


def opened(qtbot: QtBot, size: tuple[int, int] = (1366, 768)) -> HistoryWindow:
    window = HistoryWindow(WRONG, read_history(WRONG), read_past)
    qtbot.addWidget(window)
    window.resize(*size)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def press(window: HistoryWindow, key: Qt.Key, *, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(window.focusWidget(), key, modifier)


def answer(window: HistoryWindow, typed: str) -> None:
    QTest.keyClicks(window.focusWidget(), typed)
    press(window, Qt.Key.Key_Return)


def shown(window: HistoryWindow) -> QWidget:
    return window.page


def told(window: HistoryWindow) -> list[str]:
    return [label.text() for label in window.asks.findChildren(FittedLabel)]


def test_delete_asks_in_the_words_of_the_command_and_deletes_the_chosen_session(
    qtbot: QtBot, folders: tuple[Path, Path]
) -> None:
    """Else the window promises something else than the command."""
    first, newest = folders
    window = opened(qtbot)
    press(window, Qt.Key.Key_Down)
    said = library_words.before_words(session_going(first))
    press(window, Qt.Key.Key_Delete)
    assert shown(window) is window.asks
    assert "\n\n".join(said) in told(window)
    answer(window, WRONG)
    assert not first.exists()
    assert newest.exists()
    assert shown(window) is window.history
    assert [one.folder for one in window.history._history.digests] == [newest]
    assert window.history._heading.text().startswith("Deleted: 1 session of 2026-03-01")


@pytest.mark.parametrize("shift", [False, True])
def test_another_word_or_escape_deletes_nothing(
    qtbot: QtBot, folders: tuple[Path, Path], *, shift: bool
) -> None:
    """Else a cat on the keyboard deletes a patient."""
    window = opened(qtbot)
    press(window, Qt.Key.Key_Delete, shift=shift)
    answer(window, "yes")
    assert window.asks.refused == f"That was not {WRONG}, so nothing was deleted."
    assert shown(window) is window.asks
    press(window, Qt.Key.Key_Escape)
    assert shown(window) is window.history
    assert all(folder.exists() for folder in folders)


def test_shift_delete_deletes_the_athlete_and_closes(qtbot: QtBot, folders: tuple[Path, Path]) -> None:
    """Else the history of somebody who is gone stands there."""
    window = opened(qtbot)
    said = library_words.before_words(athlete_going(WRONG))
    press(window, Qt.Key.Key_Delete, shift=True)
    assert "\n\n".join(said) in told(window)
    with qtbot.waitSignal(window.left):
        answer(window, WRONG)
    assert not (athletes_folder() / WRONG).exists()


def test_m_moves_the_chosen_session(qtbot: QtBot, folders: tuple[Path, Path]) -> None:
    """Else it takes a terminal to mend a slip."""
    window = opened(qtbot)
    press(window, Qt.Key.Key_M)
    answer(window, "nobody-1")
    assert window.asks.refused == "There is no athlete nobody-1 here: check the id."
    answer(window, RIGHT)
    assert shown(window) is window.history
    assert folders[1].name not in [one.folder.name for one in window.history._history.digests]
    assert (athletes_folder() / RIGHT / "sessions" / folders[1].name).is_dir()
    assert (
        window.history._heading.text() == f"{folders[1].name} is {RIGHT}'s now. Its calibration came along."
    )
    press(window, Qt.Key.Key_Home)


def fits(label: FittedLabel) -> bool:
    box = QFontMetricsF(label.drawn_font()).boundingRect(
        QRectF(0, 0, label.width(), 10_000), paint.CENTRE.value | paint.WRAP, label.text()
    )
    return box.width() <= label.width() and box.height() <= label.height()


@pytest.mark.parametrize("size", SIZES)
def test_what_is_asked_is_not_cut(qtbot: QtBot, folders: tuple[Path, Path], size: tuple[int, int]) -> None:
    """Else the sentence that says what goes ends in the middle."""
    window = opened(qtbot, size)
    for key, shift in ((Qt.Key.Key_M, False), (Qt.Key.Key_Delete, False), (Qt.Key.Key_Delete, True)):
        press(window, key, shift=shift)
        window.asks.refuse(library_words.LEFT_OVER.format(reason="Permission denied"))
        labels = [label for label in window.asks.findChildren(FittedLabel) if label.text()]
        assert [label.text() for label in labels if not fits(label)] == []
        assert all(label.drawn_font().pixelSize() >= 12 for label in labels)
        press(window, Qt.Key.Key_Escape)


def test_a_long_history_is_drawn_about_the_chosen_session() -> None:
    """Else a chart of a thousand sessions is a smear, or the chosen one is not in it."""
    (trend,) = trends(series_of("glute_lsi_pct", *[80.0 + n % 9 for n in range(150)]))
    newest = around(trend, trend.sessions[-1])
    assert newest.sessions == trend.sessions[-MOST_DRAWN:]
    assert len(newest.series["glute_lsi_pct"].points) == MOST_DRAWN
    assert newest.series["glute_lsi_pct"].typical == trend.series["glute_lsi_pct"].typical
    for place in (0, 10, 40, 75, 149):
        shown = around(trend, trend.sessions[place])
        assert trend.sessions[place] in shown.sessions
        assert len(shown.sessions) == MOST_DRAWN
    assert around(trend, "nowhere").sessions == newest.sessions
    assert around(newest, "nowhere") is newest
