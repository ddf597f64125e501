"""What is taken home from the summary: pictures, the report, the folder itself."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.emg.session.past import past_session
from tests.ui.desktop.hands import Key, pressed
from tests.ui.desktop.test_summary_page import with_pictures
from ui.desktop.gallery.history_scenes import training_set
from ui.desktop.windows.summary_page import SummaryPage


def test_s_saves_the_picture_beside_its_session_and_says_where(qtbot: QtBot, tmp_path: Path) -> None:
    """Else it is saved somewhere, or over the last one, or not at all."""
    folder = tmp_path / "20260612T091500Z-power_position"
    folder.mkdir()
    page = with_pictures(qtbot, folder)
    QTest.keyClick(page, Qt.Key.Key_S)
    assert list(folder.iterdir()) == []  # the numbers are in summary.json
    page.next_page()
    QTest.keyClick(page, Qt.Key.Key_S)
    saved = sorted(path.name for path in (folder / "pictures").iterdir())
    assert saved == [f"{folder.name}-set2-right-train.png", f"{folder.name}-set2-right-train.svg"]
    assert all(name in page._where.text() for name in saved)
    page.next_page()
    names = [path.name for path in page.save_picture()]
    assert names[0] == f"{folder.name}-set1-both-train-holds1to8.png"
    assert len(page.save_picture()) == 2
    assert len(list((folder / "pictures").iterdir())) == 6


def test_a_picture_that_cannot_be_saved_is_told_and_costs_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    """Else a full disk takes the summary with it, or somebody believes that it was saved."""
    (tmp_path / "session").write_text("a file, where a folder should be")
    page = with_pictures(qtbot, tmp_path / "session")
    page.next_page()
    assert page.save_picture() == ()
    assert "Nothing can be saved" in page._where.text()
    homeless = with_pictures(qtbot, None)
    homeless.next_page()
    assert homeless.save_picture() == ()
    assert homeless._where.text() == "There is no folder to save it in"


def test_r_makes_the_report_beside_its_session_and_says_where(qtbot: QtBot, tmp_path: Path) -> None:
    """Else who has never seen a terminal takes no page home; or it lies open to everybody here."""
    folder = past_session(tmp_path)
    page = with_pictures(qtbot, folder)
    for name in (f"{folder.name}-report.pdf", f"{folder.name}-report-2.pdf"):
        QTest.keyClick(page, Qt.Key.Key_R)
        report = folder / "pictures" / name
        assert page._where.text() == f"The report is saved: pictures/{name}.  O opens the folder"
        assert report.read_bytes().startswith(b"%PDF-")
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
    (folder / "session.json").write_text("{}", encoding="utf-8")
    QTest.keyClick(page, Qt.Key.Key_R)
    assert "is not the session.json of a session" in page._where.text()


class Files(QObject):
    """The computer's program for files, and what it was started with."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[Path] = []
        self.libraries: list[str | None] = []

    @Slot(QUrl)
    def open(self, address: QUrl) -> None:
        self.opened.append(Path(address.toLocalFile()))
        self.libraries.append(os.environ.get("LD_LIBRARY_PATH"))


@pytest.fixture
def files() -> Iterator[Files]:
    known = Files()
    QDesktopServices.setUrlHandler("file", known, "open")  # type: ignore[arg-type]  # bytes are refused
    yield known
    QDesktopServices.unsetUrlHandler("file")


def test_o_opens_the_folder_and_after_a_report_the_one_that_it_lies_in(
    qtbot: QtBot, tmp_path: Path, files: Files
) -> None:
    """Else the athlete alone at home has a path in small letters to type off."""
    folder = past_session(tmp_path)
    page = with_pictures(qtbot, folder)
    QTest.keyClick(page, Qt.Key.Key_O)
    QTest.keyClick(page, Qt.Key.Key_R)
    QTest.keyClick(page, Qt.Key.Key_O)
    assert "The report is saved" in page._where.text(), "it still says where"
    page.next_page()
    QTest.keyClick(page, Qt.Key.Key_O)
    page.save_report()
    shutil.rmtree(folder / "pictures")
    QTest.keyClick(page, Qt.Key.Key_O)
    assert files.opened == [folder, folder / "pictures", folder, folder]
    folder.rename(tmp_path / "elsewhere")
    QTest.keyClick(page, Qt.Key.Key_O)
    assert page._where.text() == f"The folder is no longer there: {folder}"


def test_a_key_that_is_held_or_the_systems_takes_nothing_home(
    qtbot: QtBot, tmp_path: Path, files: Files
) -> None:
    """Else ten folders open, and ten reports lie there."""
    page = with_pictures(qtbot, past_session(tmp_path))
    for key in (Key.Key_O, Key.Key_R, Key.Key_C):
        assert not page.hears(pressed(key, repeat=True))
        assert not page.hears(pressed(key, with_key=Qt.KeyboardModifier.ControlModifier))
        assert page.hears(pressed(key))
    assert page.hears(pressed(Key.Key_Right, repeat=True)), "pages turn as long as it is held"
    page.keyPressEvent(pressed(Key.Key_O, repeat=True))
    assert files.opened == []


def test_in_a_rest_there_is_nothing_to_take_home_but_a_picture(qtbot: QtBot, tmp_path: Path) -> None:
    """Else another program comes up in the middle of a session, and takes the keyboard."""
    page = SummaryPage()
    qtbot.addWidget(page)
    page.show_sets([training_set()], past_session(tmp_path), "Any other key goes back")
    assert page.hears(pressed(Key.Key_S))
    assert not any(page.hears(pressed(key)) for key in (Key.Key_O, Key.Key_R, Key.Key_C))
    page.keyPressEvent(pressed(Key.Key_S))
    assert page._where.text().startswith("Saved: ")
    assert "O opens" not in page._where.text(), "no key is promised that is not heard"


def test_a_session_that_was_moved_away_leaves_no_pictures_behind(qtbot: QtBot, tmp_path: Path) -> None:
    """Else a folder without a session lies where one was, and says that it is saved."""
    folder = past_session(tmp_path)
    page = with_pictures(qtbot, folder)
    page.next_page()
    folder.rename(tmp_path / "elsewhere")
    QTest.keyClick(page, Qt.Key.Key_S)
    assert page._where.text() == f"The folder is no longer there: {folder}"
    assert not folder.exists()


def test_outside_of_the_bundle_the_environment_is_the_users(
    qtbot: QtBot, tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who needs a library path of his own loses it for the program for files."""
    page = with_pictures(qtbot, past_session(tmp_path))
    monkeypatch.setenv("LD_LIBRARY_PATH", "his own")
    QTest.keyClick(page, Qt.Key.Key_O)
    assert files.libraries == ["his own"]


@pytest.mark.parametrize("found", ["/usr/lib/own", None])
def test_a_program_of_the_computer_is_not_started_with_the_libraries_of_the_bundle(
    qtbot: QtBot, tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch, found: str | None
) -> None:
    """Else the program for files loads the Qt of the bundle, and does not come up."""
    page = with_pictures(qtbot, past_session(tmp_path))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "bundle")
    if found is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", found)
    QTest.keyClick(page, Qt.Key.Key_O)
    assert files.libraries == [found]
    assert os.environ["LD_LIBRARY_PATH"] == "bundle"


def test_where_no_program_shows_folders_the_path_is_told(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a key does nothing, and nobody knows why."""
    folder = past_session(tmp_path)
    page = with_pictures(qtbot, folder)
    monkeypatch.setenv("PATH", str(tmp_path))
    QTest.keyClick(page, Qt.Key.Key_O)
    assert page._where.text() == f"No program here shows folders; it is {folder}"
