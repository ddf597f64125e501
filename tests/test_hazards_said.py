"""Protections of HAZARDS.md that no other test takes hold of."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emg.montage import FOUR_SITES, Legs
from emg.session import folder
from emg.session.folder import replace_file
from hardware.files import open_file
from tests.ui.desktop.therapist_desk import Desk
from tests.ui.views import HOLDING, NOW_S
from ui.desktop.theme import DARK
from ui.desktop.widgets.muscle_bar import MuscleBar
from ui.desktop.windows.where_page import WherePage
from ui.words import where_words, words


def test_leads_are_taped_and_a_wall_is_near_before_anybody_stands_on_one_leg(qtbot: QtBot) -> None:
    """Else somebody on one leg steps on a cable, or has nothing to hold on to."""
    page = WherePage()
    qtbot.addWidget(page)
    page.prepare(FOUR_SITES, {})
    for _ in FOUR_SITES.names:
        assert page.lines["leads"].text() == where_words.LEADS
        page.next_site()
    assert where_words.LEADS.startswith("Tape them down")
    assert "stand by a wall" in where_words.LEADS


def test_whose_session_it_is_stands_on_the_therapists_page_too(qtbot: QtBot) -> None:
    """Else a session runs to its end under the wrong id, and nobody could have seen it."""
    desk = Desk()
    qtbot.addWidget(desk)
    with qtbot.waitExposed(desk):
        desk.show()
    desk.page.show_view(HOLDING)
    QApplication.processEvents()
    assert HOLDING.athlete in desk.page.status_label.text()


def test_left_and_right_are_told_apart_where_their_colours_are_one(qtbot: QtBot) -> None:
    """Else on a grey print, or to eyes that see no colour, the wrong leg is trained."""
    stage = replace(HOLDING.stage, side=Legs.BOTH)
    bars = tuple(replace(bar, level_pct=40.0, working=True) for bar in HOLDING.bars)
    view = replace(HOLDING, stage=stage, bars=bars)
    pictures = []
    for bar in bars[0], bars[2], bars[0], bars[2]:
        drawn = MuscleBar(bar.site, lambda: NOW_S, replace(DARK, right=DARK.left))
        qtbot.addWidget(drawn)
        drawn.resize(640, 220)
        drawn.show_view(view, bar)
        pictures.append(drawn.grab().toImage())
    assert pictures[2] != pictures[3]
    assert pictures[1] == pictures[3]


def test_what_is_not_saved_is_said_on_the_screen() -> None:
    """Else an hour of training goes nowhere, and all looks well."""
    unsaved = "The disk is full, so nothing more can be saved."
    assert words.trouble_words(replace(HOLDING, unsaved=unsaved), fresh=True) == unsaved


@pytest.mark.parametrize(("unit", "word"), [("uV", "is this mV"), ("V", "no muscle")])
def test_a_unit_off_by_a_thousand_is_doubted(tmp_path: Path, unit: str, word: str) -> None:
    """Else it is reported as this athlete's strength."""
    millivolts = np.random.default_rng(1).normal(0.0, 0.1, 4000)
    path = tmp_path / "found.csv"
    path.write_text("BF\n" + "".join(f"{value:.6f}\n" for value in millivolts), encoding="utf-8")

    assert open_file(path, columns=["BF"], fs_hz=1000.0, unit="mV").warnings == ()
    (doubt,) = open_file(path, columns=["BF"], fs_hz=1000.0, unit=unit).warnings
    assert word in doubt


def test_a_file_that_is_replaced_is_whole_at_every_step(tmp_path: Path) -> None:
    """Else a kill in the middle takes session.json with it, and with that the session."""
    path = tmp_path / "session.json"
    replace_file(path, "old")
    seen: list[str] = []

    def look(frame: FrameType, what: str, _: Any) -> Any:
        if frame.f_code.co_filename != folder.__file__:
            return None
        if what == "line":
            seen.append(path.read_text(encoding="utf-8") if path.exists() else "nothing")
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        replace_file(path, "new")
    finally:
        sys.settrace(before)
    assert set(seen) == {"old", "new"}
    assert seen == sorted(seen, reverse=True)
