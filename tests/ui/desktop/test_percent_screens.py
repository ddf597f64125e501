"""The words beside a percentage, in the window: beside the bars, with a ratio, in the summary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from emg.live_view import LiveView
from emg.results import Doubt, Method
from tests.ui.views import HOLDING, NOW_S, SUMMARY
from ui.desktop.theme import DARK
from ui.desktop.widgets.readings_strip import ReadingsStrip
from ui.desktop.windows.session_page import SessionPage
from ui.desktop.windows.summary_page import SummaryPage
from ui.reading.muscles import read_ratios
from ui.session.front import SessionEnd
from ui.words.words import warning_words

DOUBT = "its maximum may be held back"
GLUTE_LEFT, HAM_LEFT, GLUTE_RIGHT, HAM_RIGHT = range(4)


def doubtful() -> LiveView:
    """A left hamstring in percent of the bridge, a right glute whose maximum is in doubt."""
    bars = list(HOLDING.bars)
    bars[HAM_LEFT] = replace(bars[HAM_LEFT], reference=Method.SUBMAX)
    bars[GLUTE_RIGHT] = replace(bars[GLUTE_RIGHT], doubts=(Doubt.SIDES_DIFFER,))
    return replace(
        HOLDING, bars=tuple(bars), ratio_left=None, diagonal_right_glute=None, doubtful_ratios=("right",)
    )


def test_the_window_says_what_each_percentage_is_of_and_what_is_in_doubt(qtbot: QtBot) -> None:
    """Else the number at two metres is the one thing that is not explained."""
    page = SessionPage(lambda: NOW_S)
    qtbot.addWidget(page)
    page.resize(1280, 720)
    page.show_view(doubtful())

    assert page.left.bars["ham_left"].accessibleDescription() == "14 %, % of the bridge"
    assert page.right.bars["glute_right"].accessibleDescription() == f"42 %, {DOUBT}"
    assert page.right.bars["ham_right"].accessibleDescription() == "27 %"


def test_ratios_say_what_they_are_of_and_what_is_in_doubt() -> None:
    """Else a ratio of two different percentages is read as one of effort."""
    own, across = read_ratios(doubtful(), NOW_S)
    assert (own.title, own.number) == ("Right glute : hamstring", "1.56")
    assert own.note == f"right glute: {DOUBT}"
    assert (across.title, across.number) == ("Right glute : left hamstring", "--")
    assert across.note == "left hamstring is in % of the bridge"


def test_notes_are_drawn_and_without_them_nothing_moves(qtbot: QtBot) -> None:
    """Else the doubt is told to a screen reader alone."""
    strip = ReadingsStrip()
    qtbot.addWidget(strip)
    strip.resize(800, 80)
    strip.show_readings([("A", "1.00"), ("B", "2.00")])
    plain = strip.grab().toImage()
    strip.show_readings([("A", "1.00", ""), ("B", "2.00", "")])
    assert strip.grab().toImage() == plain
    strip.show_readings([("A", "1.00", ""), ("B", "2.00", "in doubt")])
    noted = strip.grab().toImage()
    warned = {noted.pixelColor(x, y).name() for x in range(400, 800) for y in range(round(0.7 * 80), 80)}
    assert DARK.warn in warned
    assert DARK.warn not in {noted.pixelColor(x, y).name() for x in range(400) for y in range(80)}


def test_the_summary_page_shows_maxima_doubts_and_reasons(qtbot: QtBot) -> None:
    """Else the page that people print hides what its numbers stand on."""
    known = {"method": "quick", "mvc_uv": 131.0, "rest_uv": 2.0, "cv_pct": 8.0, "doubts": ["sides_differ"]}
    summary: dict[str, Any] = {
        **SUMMARY,
        "references": {"glute_right": known, "ham_right": known | {"method": "submax"}},
        "warnings": ["inhibited:glute_right", "submax:ham_right"],
    }
    page = SummaryPage()
    qtbot.addWidget(page)
    page.show_end(SessionEnd(holds=6, valid_holds=6, summary=summary))
    said = [label.text() for label in page.findChildren(QLabel)]

    assert "47 % of 131 µV" in said
    assert "38 ± 4 %" in said, "an older summary says no maximum"
    assert "withheld: right hamstring is in % of the bridge" in said
    assert any(warning_words("inhibited:glute_right") in line for line in said)
