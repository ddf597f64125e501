"""The pictures of every screen, and what the gallery finds by itself: words that do not fit."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from emg.codes import DotState, Phase, SignalState
from emg.protocols import bundled_protocols
from ui.desktop.gallery import all_scenes, pictured_views, pictures
from ui.desktop.gallery.colour_vision import MACHADO
from ui.desktop.gallery.exercise_scenes import exercise_scenes
from ui.desktop.gallery.fits import Misfit, misfits
from ui.desktop.gallery.hold_scenes import hold_scenes
from ui.desktop.gallery.pictures import Size, Tally, contact_sheet, save_as_seen, write_index
from ui.desktop.gallery.setup_scenes import setup_scenes
from ui.desktop.gallery.therapist_scenes import therapist_scenes
from ui.desktop.theme import DARK, LIGHT, THEMES
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.windows.before_page import BeforePage
from ui.desktop.windows.broken_page import BrokenPage
from ui.desktop.windows.first_run_page import FirstRunPage
from ui.desktop.windows.help_page import HelpPage
from ui.desktop.windows.history_page import HistoryPage
from ui.desktop.windows.history_window import HistoryWindow
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.session_page import SessionPage
from ui.desktop.windows.settings_page import SettingsPage
from ui.desktop.windows.start_page import StartPage
from ui.desktop.windows.start_window import StartWindow
from ui.desktop.windows.summary_page import SummaryPage
from ui.desktop.windows.therapist_page import TherapistPage
from ui.desktop.windows.therapist_window import TherapistWindow
from ui.desktop.windows.where_page import WherePage
from ui.language import LANGUAGES
from ui.words.setup_words import STAGES

SIZES = {"en": "800x600", "de": "1366x768,800x600", "es": "1366x768,800x600"}
"""English is the shortest of them."""

SHARP = ("start", "therapist_mvc", "contact_bad", "summary_sore", "afterwards")
"""Scenes with most words."""

PAGES = (
    {
        page.__name__
        for page in (BeforePage, BrokenPage, FirstRunPage, HelpPage, HistoryPage, HistoryWindow, LiveWindow)
    }
    | {
        page.__name__
        for page in (SessionPage, SettingsPage, StartPage, StartWindow, SummaryPage, TherapistPage)
    }
    | {page.__name__ for page in (TherapistWindow, WherePage)}
)
LONG = "Donaudampfschifffahrtsgesellschaft"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_every_screen_fits(tmp_path: Path, language: str) -> None:
    """Else a sentence lost its end in a language that nobody here looked at."""
    place = {**os.environ, "POWERHOLD_LANGUAGE": language, "QT_QPA_PLATFORM": "offscreen"}
    words = [sys.executable, "-m", "ui.desktop.gallery", "--check", "--out", str(tmp_path)]
    words += ["--sizes", SIZES[language]]
    told = subprocess.run(words, env=place, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr) == (0, "")


def test_words_fit_on_a_sharp_screen_and_the_end_says_how_many_were_looked_at(tmp_path: Path) -> None:
    """Else what is cut only at 200 %, where letters are measured anew, is found by an athlete."""
    place = {**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}
    words = [sys.executable, "-m", "ui.desktop.gallery", "--check", "--out", str(tmp_path)]
    words += ["--sizes", "3840x2160@2", "--only", *SHARP]
    told = subprocess.run(words, env=place, capture_output=True, text=True, check=False)
    found = f"{len(SHARP)} pictures, 0 problems\n"
    assert (told.returncode, told.stdout, told.stderr) == (0, found, "")


def test_the_pictures_of_all_processes_are_counted() -> None:
    """Else the end speaks of one language, and trouble in the other is not in it."""
    told = Tally.read(f"warned of 7 things\n{Tally(179, 2)}\n")
    assert str(told + Tally(179, 0)) == "358 pictures, 2 problems"


def test_every_state_has_a_scene(qapp: object) -> None:
    """Else a state comes to the code, and nobody has looked at it."""
    views = [*pictured_views.SCENES.values(), *hold_scenes(pictured_views.HOLDING).values()]
    views += setup_scenes(pictured_views.HOLDING).values()
    views += exercise_scenes(pictured_views.HOLDING).values()
    assert {view.stage.phase for view in views} == set(Phase)
    assert {view.signal for view in views} == set(SignalState)
    assert {dot for view in views for dot in view.stage.dots} == set(DotState)
    assert {view.stage.stage for view in views} >= {*STAGES, "idle", "holds", "afterwards", "finished"}
    assert {view.stage.exercise for view in views} >= set(bundled_protocols())
    assert {view.stage.work for view in views} >= {"holds", "repetitions", "bouts"}


def test_the_gallery_has_every_screen(qapp: object) -> None:
    """Else the check above is of some of them."""
    names, pages = [], set()
    for name, window in all_scenes.windows():
        names.append(name)
        pages |= {type(page).__name__ for page in (window, *window.findChildren(QWidget))}
    assert len(set(names)) == len(names) > 170
    assert pages >= PAGES


def shown(qtbot: QtBot, window: QWidget) -> QWidget:
    qtbot.addWidget(window)
    window.resize(200, 100)
    with qtbot.waitExposed(window):
        window.show()
    return window


def child(window: QWidget, widget: QWidget, place: QRect) -> QWidget:
    widget.setParent(window)
    widget.setGeometry(place)
    return widget


@pytest.mark.parametrize(
    ("widget", "place"),
    [
        (lambda: QLabel(LONG), QRect(0, 0, 60, 30)),
        (lambda: QPushButton(LONG), QRect(0, 0, 60, 30)),
        (lambda: FittedLabel(LONG), QRect(0, 0, 60, 30)),
        (lambda: FittedLabel(LONG + " " + LONG), QRect(0, 0, 200, 14)),
    ],
    ids=["label", "button", "fitted", "fitted_high"],
)
def test_words_that_are_cut_are_found(qtbot: QtBot, widget: type, place: QRect) -> None:
    """Else the check is blind and says that all is well."""
    window = QWidget()
    made = child(window, widget(), place)
    shown(qtbot, window)
    assert [found.what for found in misfits(window)] == ["cut"]
    made.setGeometry(QRect(0, 0, 200, 100) if isinstance(made, FittedLabel) else QRect(0, 0, 400, 60))
    window.resize(420, 100)
    assert list(misfits(window)) == []


def test_a_box_and_a_label_with_several_lines_are_looked_at_too(qtbot: QtBot) -> None:
    """Else the longest texts of the first page are not checked."""
    window = QWidget()
    box, label = QComboBox(), QLabel(f"{LONG} {LONG} {LONG}")
    box.addItem(LONG)
    label.setWordWrap(True)
    child(window, box, QRect(0, 0, 80, 24))
    child(window, label, QRect(0, 40, 260, 18))
    shown(qtbot, window).resize(300, 100)
    assert [found.what for found in misfits(window)] == ["cut", "cut"]


def test_words_over_words_and_words_outside_are_found(qtbot: QtBot) -> None:
    """Else two sentences lie on each other and both look drawn."""
    window = QWidget()
    child(window, QLabel("one"), QRect(0, 0, 60, 30))
    child(window, QLabel("two"), QRect(40, 10, 60, 30))
    child(window, QLabel("out"), QRect(180, 60, 60, 30))
    child(window, QLabel(""), QRect(0, 0, 200, 100))
    found = list(misfits(shown(qtbot, window)))
    assert found == [Misfit("overlaps", "one", "two"), Misfit("outside", "out")] or set(found) == {
        Misfit("overlaps", "one", "two"),
        Misfit("outside", "out"),
    }
    assert str(Misfit("overlaps", "one", "two")) == "overlaps: 'one' and 'two'"


def test_it_draws_every_scene_in_the_theme_that_is_asked_for(qapp: object, tmp_path: Path) -> None:
    """Else the light pictures are dark ones."""
    for name, theme in THEMES.items():
        folder = tmp_path / name
        words = ["--out", str(folder), "--themes", name, "--only"]
        assert pictures.main(all_scenes.windows, "ui.desktop.gallery", [*words, "start", "holding"]) == 0
        assert pictures.main(therapist_scenes, "ui.desktop.gallery", [*words, "therapist"]) == 0
        drawn = {path.stem: QImage(str(path)) for path in folder.glob("*.png")}
        assert set(drawn) == {"start", "holding", "therapist"}
        for image in drawn.values():
            assert (image.width(), image.height()) == (1366, 768)
            assert image.pixelColor(2, 766).name() == theme.ground


def test_other_languages_and_scales_are_drawn_by_a_process_of_their_own(tmp_path: Path, qapp: object) -> None:
    """Else the German pictures have English words, and those at 200 % the letters of 100 %."""
    words = ["--out", str(tmp_path), "--languages", "en,de", "--sizes", "800x600,1600x1200@2"]
    assert pictures.main(all_scenes.windows, "ui.desktop.gallery", [*words, "--only", "start"]) == 0
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.png"))
    assert found == [
        f"{language}/dark/{size}/start.png"
        for language in ("de", "en")
        for size in ("1600x1200@2", "800x600")
    ]
    small, large = (
        QImage(str(tmp_path / "en" / "dark" / size / "start.png")) for size in ("800x600", "1600x1200@2")
    )
    assert (large.width(), large.height()) == (2 * small.width(), 2 * small.height())
    german = QImage(str(tmp_path / "de" / "dark" / "800x600" / "start.png"))
    assert german != small
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert all(path in index for path in found)


def test_a_size_is_read_as_it_is_written() -> None:
    """Else a picture at 200 % is twice as large as the screen."""
    assert Size.read("3840x2160@2") == Size(3840, 2160, 2)
    assert [str(Size.read(text)) for text in ("1366x768", "3840x2160@2")] == ["1366x768", "3840x2160@2"]


def test_eyes_and_sheets_are_made_of_the_pictures(tmp_path: Path, qapp: object) -> None:
    """Else nobody looks at a hundred pictures one by one."""
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(DARK.right)
    paths = [tmp_path / "holding.png", tmp_path / "other.png"]
    for path in paths:
        image.save(str(path))
    save_as_seen(paths, tmp_path / "eyes")
    assert {path.name for path in (tmp_path / "eyes").iterdir()} == {
        f"holding-{kind}.png" for kind in MACHADO
    }
    contact_sheet(paths, tmp_path / "sheet.webp", LIGHT)
    sheet = QImage(str(tmp_path / "sheet.webp"))
    assert sheet.width() == pictures.SHEET_COLUMNS * pictures.SHEET_PX
    write_index(tmp_path)
    assert "<h2>other</h2>" in (tmp_path / "index.html").read_text(encoding="utf-8")
