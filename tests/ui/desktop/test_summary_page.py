"""The last page of a session: everything on it can be read, and what matters is on top."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from emg.montage import FOUR_SITES, Side
from emg.results import Outcome, Role
from emg.session.summary import summarise
from tests.emg.session.parts import hold, muscle
from tests.ui.words.test_finding_words import REFERENCE, SITUATIONS, SORE, session_of
from ui.desktop.gallery.history_scenes import repetitions, training_set
from ui.desktop.theme import DARK
from ui.desktop.widgets import paint
from ui.desktop.widgets.estimate_card import EstimateCard
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.hold_plot import HoldPlot
from ui.desktop.widgets.side_table import CELL_GAP_PX, SideTable
from ui.desktop.windows.summary_page import MOST_NOTES, SummaryPage
from ui.reading.summary_sentences import Finding, comparisons, patterns, side_by_side
from ui.session.front import SessionEnd
from ui.words.finding_words import SCOPE

FOLDER = Path("~/.local/share/powerhold/athletes/runner-07/sessions/20260612T091500Z-power_position")
SIZES = [(1366, 768), (1280, 800), (800, 600)]


def slips() -> dict[str, Any]:
    """A whole session in which the training of one leg went wrong in every way there is."""
    ends = [
        (Outcome.MISSED, "over_ceiling"),
        (Outcome.MISSED, "left_target"),
        (Outcome.MISSED, "late"),
        (Outcome.MISSED, "own_stop"),
        (Outcome.NOT_REACHED, "limit"),
        (Outcome.LOST_BALANCE, ""),
        (Outcome.SUCCESS, ""),
    ]
    trained = [
        hold(
            10 + n,
            Side.RIGHT,
            Role.TRAIN,
            outcome=end,
            outcome_reason=why,
            target_pct=14.0 + n,
            felt_latency_s=0.8,
            felt_cued=False,
            pain_0_10=2,
        )
        for n, (end, why) in enumerate(ends)
    ]
    late = [
        replace(one, sites={**one.sites, "glute_left": muscle(20.0 + one.hold, 1.4)}) for one in session_of()
    ]
    return summarise(
        [*late, *trained, hold(40, excluded="slipped")],
        REFERENCE,
        sites=FOUR_SITES.names,
        sore_side="right",
        reports=("order", "share"),
        order_resolution_s=0.1,
    )


SHOWN = SITUATIONS | {"slips": slips()}


def shown(qtbot: QtBot, summary: dict[str, Any], size: tuple[int, int] = (1280, 800)) -> SummaryPage:
    page = SummaryPage()
    qtbot.addWidget(page)
    page.resize(*size)
    page.show_end(SessionEnd(folder=FOLDER, holds=16, valid_holds=15, unfinished=1, summary=summary))
    page.show()
    return page


def labels(page: SummaryPage) -> list[FittedLabel]:
    return [label for label in page.findChildren(FittedLabel) if label.text()]


def fits(label: FittedLabel) -> bool:
    """Whether the words, as they are drawn, stay inside their place."""
    width, height = label.width(), label.height()
    font = paint.fitted_font(label.text(), width, height, round(height * label._share), label._bold)
    flags = paint.CENTRE.value | paint.WRAP
    box = QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 10_000), flags, label.text())
    return box.width() <= width and box.height() <= height


def place(widget: QWidget, page: QWidget) -> QRectF:
    return QRectF(widget.mapTo(page, widget.rect().topLeft()), widget.rect().size().toSizeF())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", SHOWN)
def test_nothing_is_cut_and_nothing_overlaps(qtbot: QtBot, code: str, size: tuple[int, int]) -> None:
    """Else a number ends in the middle, or two stand on one another, just where there is most to say."""
    page = shown(qtbot, SHOWN[code], size)
    assert [label.text() for label in labels(page) if not fits(label)] == []
    placed = [place(widget, page) for widget in [*labels(page), *page.findChildren(EstimateCard)]]
    assert all(QRectF(page.rect()).contains(one) for one in placed)
    overlapping = [
        (one, other)
        for index, one in enumerate(placed)
        for other in placed[index + 1 :]
        if one.adjusted(1, 1, -1, -1).intersects(other.adjusted(1, 1, -1, -1))
    ]
    assert overlapping == []


def test_the_three_muscles_stand_on_top_and_both_patterns_weigh_the_same(qtbot: QtBot) -> None:
    """Else the eye falls on one of the patterns first."""
    summary = SITUATIONS["inside_scatter"]
    page = shown(qtbot, summary)
    cards = page.findChildren(EstimateCard)
    assert len(cards) == 3
    assert len({card.y() for card in cards}) == 1
    boxes = [label for label in labels(page) if label.text().rstrip(".") in patterns(summary)]
    one, other = (place(box, page) for box in boxes)
    assert one.top() == other.top()
    assert abs(one.width() - other.width()) <= 1.0
    assert one.height() == other.height()
    assert {box._colour.name() for box in boxes} == {DARK.text}


def test_without_a_sore_side_there_are_no_cards_and_it_is_said_why(qtbot: QtBot) -> None:
    """Else the program makes up an "other side"."""
    page = shown(qtbot, SITUATIONS["no_sore_side"])
    assert page.findChildren(EstimateCard) == []
    assert any("no one sore side was given" in label.text() for label in labels(page))


def test_order_is_never_coloured(qtbot: QtBot) -> None:
    """Else the usual order looks like a fault."""
    page = shown(qtbot, SITUATIONS["board_too_coarse"])
    drawn = [label for label in labels(page) if "irst to work" in label.text()]
    assert len(drawn) == 2
    assert {label._colour.name() for label in drawn} == {DARK.text}


def test_what_ranges_are_stands_once_on_the_page(qtbot: QtBot) -> None:
    """Else it is missing, or it is noise."""
    page = shown(qtbot, SITUATIONS["inside_scatter"])
    assert sum(SCOPE in label.text() for label in labels(page)) == 1


def test_more_notes_than_can_be_read_are_counted(qtbot: QtBot) -> None:
    """Else warnings beyond the fifth are gone without a trace."""
    warnings = [f"few_test_holds:{side}" for side in ("left", "right")] * 4
    page = shown(qtbot, SITUATIONS["inside_scatter"] | {"warnings": warnings})
    said = "\n".join(label.text() for label in labels(page))
    assert said.count("fewer than three") == MOST_NOTES
    assert f"{len(warnings) - MOST_NOTES} more are in summary.json" in said


def test_a_card_draws_its_range_where_it_is_and_none_where_there_is_none(qtbot: QtBot) -> None:
    """Else two cards side by side are compared by eye, and wrongly."""

    def marked(finding: Finding) -> list[int]:
        """Columns in which the range is drawn, on a card of 440 px."""
        card = EstimateCard(finding)
        qtbot.addWidget(card)
        card.resize(440, 160)
        image = card.grab().toImage()
        rows = range(round(160 * 0.55), round(160 * 0.72))
        return [x for x in range(440) if any(image.pixelColor(x, y).name() == DARK.quiet for y in rows)]

    glute = side_by_side(SITUATIONS["inside_scatter"])[1]
    assert glute.low is not None
    assert glute.high is not None
    found, inner, left = marked(glute), 440 * 0.92, 440 * 0.04
    assert found[0] == pytest.approx(left + inner * glute.low / 100.0, abs=2.0)
    assert found[-1] == pytest.approx(left + inner * glute.high / 100.0, abs=2.0)
    assert marked(side_by_side(SITUATIONS["submax"])[1]) == []


def test_a_card_is_one_sentence_to_a_screen_reader(qtbot: QtBot) -> None:
    """Else the number is only for those who see it."""
    page = shown(qtbot, SITUATIONS["submax"])
    said = [card.accessibleName() for card in page.findChildren(EstimateCard)]
    assert said[1] == "Sore-side glute, left: --, withheld: left glute is in % of the bridge"


def with_pictures(qtbot: QtBot, folder: Path | None = FOLDER) -> SummaryPage:
    """A page of numbers, and three of pictures: one set of six holds, and one of fifteen repetitions."""
    page = SummaryPage()
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show_end(SessionEnd(folder=folder, holds=21, valid_holds=20, summary=SITUATIONS["inside_scatter"]))
    page.show_courses([training_set(), repetitions()])
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.setFocus()
    return page


def pictures(page: SummaryPage) -> list[HoldPlot]:
    return [plot for plot in page.findChildren(HoldPlot) if plot.isVisible()]


def test_left_and_right_turn_from_the_numbers_through_the_pictures(qtbot: QtBot) -> None:
    """Else the pictures are there, and nobody finds them, or the way back."""
    page = with_pictures(qtbot)
    assert (page.page, page.n_pages) == (0, 4)
    assert pictures(page) == []
    seen = []
    for _turn in range(5):
        QTest.keyClick(page, Qt.Key.Key_Right)
        (plot,) = pictures(page)
        assert not page._content.isVisible()
        seen.append(plot.accessibleName())
    assert seen[:3] == [
        "Right leg, training, set 2",
        "Both legs, training, set 1: 1 to 8",
        "Both legs, training, set 1: 9 to 15",
    ]
    assert seen[3:] == [seen[2]] * 2
    for _turn in range(5):
        QTest.keyClick(page, Qt.Key.Key_Left)
    assert page.page == 0
    assert page._content.isVisible()
    assert pictures(page) == []


def test_the_page_says_which_it_is_and_what_the_keys_do(qtbot: QtBot) -> None:
    """Else nobody knows that there is more, nor how to leave."""
    page = with_pictures(qtbot)
    keys = [
        "Space closes the window",
        "Left and Right turn the pages: 1 of 4",
        "C copies a note for the chart",
        "R makes a report",
        "O opens the folder",
    ]
    assert page._where.text() == ".  ".join(keys)
    assert page.next_page()
    assert page._where.text().endswith("2 of 4.  S saves this picture")
    alone = shown(qtbot, SITUATIONS["inside_scatter"])
    assert alone._where.text() == ".  ".join((keys[0], *keys[2:]))
    assert not alone.next_page()
    assert not alone.previous_page()


def test_the_next_session_begins_with_its_own_numbers(qtbot: QtBot) -> None:
    """Else the pictures of one athlete are shown under the numbers of another."""
    page = with_pictures(qtbot)
    page.next_page()
    page.show_end(
        SessionEnd(folder=FOLDER, holds=16, valid_holds=16, summary=SITUATIONS["submax"]), "Esc goes back"
    )
    assert (page.page, page.n_pages) == (0, 1)
    assert pictures(page) == []
    keys = ["Esc goes back", "C copies a note for the chart", "R makes a report", "O opens the folder"]
    assert page._where.text() == ".  ".join(keys)


def test_other_keys_are_left_to_the_window(qtbot: QtBot) -> None:
    """Else Space no longer closes it."""
    page = with_pictures(qtbot)
    press = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    page.keyPressEvent(press)
    assert not press.isAccepted()


@pytest.mark.parametrize("size", SIZES)
def test_the_letters_of_a_table_are_all_of_one_size(qtbot: QtBot, size: tuple[int, int]) -> None:
    """Else the eye goes to the row that happens to be short."""
    page = shown(qtbot, SITUATIONS["inside_scatter"], size)
    (rows,) = page.findChildren(SideTable)
    cells = [label for label in rows.findChildren(FittedLabel) if label.text()]
    sizes = {
        paint.fitted_font(
            cell.text(), cell.width(), cell.height(), round(cell.height() * cell._share), cell._bold
        ).pixelSize()
        for cell in cells
    }
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("size", SIZES)
def test_columns_never_touch(qtbot: QtBot, size: tuple[int, int]) -> None:
    """Else the end of one number and the beginning of the next are read as one."""
    page = shown(qtbot, SHOWN["slips"], size)
    (rows,) = page.findChildren(SideTable)
    cells = rows.findChildren(FittedLabel)
    for first in range(0, len(cells), 3):
        for one, other in pairwise(cells[first : first + 3]):
            assert other.x() - (one.x() + one.width()) >= CELL_GAP_PX
        assert all(fits(cell) for cell in cells[first : first + 3])


def test_a_key_that_qt_has_no_name_for_is_no_error(qtbot: QtBot) -> None:
    """Else a media key on somebody's keyboard takes the summary with it."""
    page = with_pictures(qtbot)
    press = QKeyEvent(QKeyEvent.Type.KeyPress, 0x0123_4567, Qt.KeyboardModifier.NoModifier)
    page.keyPressEvent(press)
    assert not press.isAccepted()
    assert page.page == 0


def test_a_session_of_one_leg_says_so_once() -> None:
    """Else a session that was ended early reads as four numbers that are kept from the reader."""
    right = [one for one in session_of() if one.side is Side.RIGHT]
    for facts in ({}, SORE):
        summary = summarise(right, REFERENCE, sites=FOUR_SITES.names, **facts)
        assert comparisons(summary) == ["Only the right leg was tested, so nothing is compared"]
    void = replace(session_of()[0], side=Side.LEFT, outcome=Outcome.VOID, valid=False)
    tried = summarise([*right, void], REFERENCE, sites=FOUR_SITES.names)
    assert any("no test hold of the left leg counts" in said for said in comparisons(tried))
