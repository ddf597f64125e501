"""Traces as they are painted: only what is new, gaps as gaps, marks where they were."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from pytestqt.qtbot import QtBot

from emg.blocks import Unit
from emg.codes import CommandKind, EventKind
from emg.input_events import command_event
from emg.stage import Command, Event
from tests.emg.session.parts import stream
from tests.ui.desktop.therapist_desk import Desk, differing
from tests.ui.session.test_traces import block, feed, noise, opened, ticks
from tests.ui.views import HOLDING
from ui.desktop.theme import DARK
from ui.reading.therapist import scale_words
from ui.session.traces import Traces


def test_traces_go_on_while_the_page_is_seen_and_rest_while_it_is_not(desk: Desk) -> None:
    """Else a page in the background paints thirty times a second for nobody."""
    assert desk.page._timer.isActive()
    assert desk.page._timer.interval() == 33
    desk.page.hide()
    assert not desk.page._timer.isActive()


def test_only_what_is_new_is_painted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the traces cost ten times as much, and the bars wait for them."""
    desk.page._timer.stop()
    feed(desk.traces, noise(1_500))
    desk.page.sweep()
    before = desk.picture()
    areas: list[QRect] = []
    panel = desk.page.trace_panel
    whole = panel.rect()
    monkeypatch.setattr(panel, "update", lambda area=whole: areas.append(area))
    feed(desk.traces, noise(20), 1_500)
    desk.page.sweep()
    after = desk.picture()
    left = panel.sweep().left() + panel.column_x(750)
    changed = differing(before, after)
    assert changed
    assert min(changed) >= left - 2
    assert max(changed) <= left + 40
    assert len(areas) == 1
    assert areas[0].left() <= min(changed)
    assert areas[0].right() >= max(changed)
    assert areas[0].width() < 60


def test_what_was_painted_bit_by_bit_is_what_is_painted_at_once(qtbot: QtBot) -> None:
    """Else seams, leftovers and holes grow on the picture with every sweep."""
    data_uv = noise(4_400)
    pictures = []
    for size in (20, 4_400):
        desk = Desk()
        qtbot.addWidget(desk)
        desk.page._timer.stop()
        with qtbot.waitExposed(desk):
            desk.show()
        desk.page._timer.stop()
        desk.page.show_view(HOLDING)
        for first in range(0, 4_400, size):
            feed(desk.traces, data_uv[first : first + size], first)
            desk.page.sweep()
            desk.page.trace_panel._bring_up_to_date()
        assert desk.traces.snapshot().scale == (200.0,) * 4
        pictures.append(desk.picture())
    sweep = desk.page.trace_panel.sweep()
    # where a line was cut its pieces may begin a pixel beside it; anything more is a leftover
    assert len(differing(pictures[0].copy(sweep), pictures[1].copy(sweep))) < 0.15 * sweep.width()
    blank = desk.page.trace_panel.column_x(2_200)
    ahead = QRect(sweep.left() + int(blank) + 3, sweep.top(), 8, sweep.height())
    assert not differing(pictures[0].copy(ahead), pictures[1].copy(ahead))


def test_a_gap_is_hatched_and_nothing_is_drawn_through_it(desk: Desk) -> None:
    """Else lost samples look like a straight line, or like rest."""
    desk.page._timer.stop()
    feed(desk.traces, noise(500))
    desk.traces.activations(ticks(np.full((300, 4), np.nan), 500), ())
    feed(desk.traces, noise(900), first=800)
    desk.page.sweep()
    panel, image = desk.page.trace_panel, desk.picture()
    sweep = panel.sweep()
    raw = panel._pens[0].color().rgb()
    inside = QRect(QPoint(sweep.left() + int(panel.column_x(260)), sweep.top()), sweep.bottomRight())
    inside.setWidth(int(panel.column_x(390) - panel.column_x(260)))
    colours = {
        image.pixel(x, y)
        for x in range(inside.left(), inside.right())
        for y in range(inside.top(), sweep.top() + sweep.height() // 4)
    }
    hatched = {image.pixelColor(x, sweep.top() + 20).name() for x in range(inside.left(), inside.right())}
    assert raw not in colours
    assert {DARK.line, DARK.surface} <= hatched


def test_a_mark_stands_on_the_traces_and_a_note_in_the_list(desk: Desk) -> None:
    """Else what somebody noted cannot be found again, and nobody knows that it was kept."""
    desk.page._timer.stop()
    feed(desk.traces, noise(1_500))
    desk.page.sweep()
    before = desk.picture()
    desk.traces.event(command_event(Command(CommandKind.MARK, sample=500, value=3), 500))
    desk.traces.event(command_event(Command(CommandKind.NOTE, sample=16_000, text="hip out"), 16_000))
    desk.page.sweep()
    panel = desk.page.trace_panel
    at_px = panel.sweep().left() + round(panel.column_x(250))
    assert at_px in differing(before, desk.picture())
    assert desk.page.notes.rows == (("0:02", "Marker 3"), ("1:04", "hip out"))


@pytest.mark.parametrize(
    ("level", "centred", "microvolts", "said"),
    [(200.0, True, True, "± 200 µV"), (0.5, True, False, "± 0.5"), (500.0, False, False, "to 500")],
)
def test_a_lane_says_how_much_it_shows(level: float, centred: bool, microvolts: bool, said: str) -> None:
    """Else a lane of 50 µV and one of 500 look alike; and arbitrary numbers become microvolts."""
    assert scale_words(level, centred=centred, microvolts=microvolts) == said


def test_traces_of_an_arbitrary_unit_and_of_one_site_are_drawn(qtbot: QtBot) -> None:
    """Else an envelope board with one sensor ends the page."""
    for sites in ((), ("glute_left",)):
        desk = Desk(opened(stream(unit=Unit.ARBITRARY)) if sites else Traces())
        qtbot.addWidget(desk)
        with qtbot.waitExposed(desk):
            desk.show()
        if sites:
            desk.traces.block(block(noise(300)))
        desk.page.show_view(replace(HOLDING, bars=tuple(bar for bar in HOLDING.bars if bar.site in sites)))
        desk.page.sweep()
        assert list(desk.page.bars.bars) == list(sites)
        assert not desk.picture().isNull()


def test_words_of_marks_never_stand_on_one_another_and_every_mark_keeps_its_line(desk: Desk) -> None:
    """Else "note" and "cue" are printed as "nocue", and neither can be read."""
    desk.page._timer.stop()
    notes = (500, 506, 512, 700)
    for number, sample in enumerate(notes):
        command = Command(CommandKind.NOTE, text=f"n{number}", sample=sample)
        desk.traces.event(command_event(command, sample))
    feed(desk.traces, noise(1_000))
    desk.page.sweep()
    panel = desk.page.trace_panel
    picture = desk.picture()
    places = panel._label_places()
    assert [mark.sample for mark in panel._traces.marks if mark in places] == [500, 506, 700]
    assert not any(one.intersects(other) for one, other in combinations(places.values(), 2))
    for sample in notes:
        x = panel.sweep().left() + round(panel.column_x(sample // panel._traces.spacing))
        column = {picture.pixelColor(x, y).name() for y in range(panel.sweep().top(), panel.height())}
        assert DARK.text in column, "the line is there"


def test_what_is_felt_right_upon_firing_has_its_word_too(desk: Desk) -> None:
    """Else there is a green line in every felt hold of which nobody knows what it is."""
    desk.page._timer.stop()
    feed(desk.traces, noise(1_000))
    desk.traces.event(Event(500, EventKind.FIRED))
    desk.traces.event(command_event(Command(CommandKind.FELT, sample=515), 515))
    desk.page.sweep()
    places = desk.page.trace_panel._label_places()
    fired, felt = (places[mark] for mark in desk.traces.snapshot().marks)
    assert fired.bottom() == desk.page.trace_panel.sweep().top()
    assert (felt.bottom(), felt.top()) == (fired.top(), 0.0)


@pytest.mark.parametrize("code", [CommandKind.NOTE, CommandKind.FELT])
@pytest.mark.parametrize("sample", [1, 2_490])
def test_a_word_at_the_edge_is_a_whole_word(desk: Desk, code: CommandKind, sample: int) -> None:
    """Else "note" reads "ote" where the sweep begins, and "no" where it ends."""
    desk.page._timer.stop()
    feed(desk.traces, noise(2_498))
    desk.traces.event(command_event(Command(code, sample=sample, text="knee"), sample))
    desk.page.sweep()
    panel = desk.page.trace_panel
    (place,) = panel._label_places().values()
    assert panel.sweep().left() <= place.left()
    assert place.right() <= panel.width()
