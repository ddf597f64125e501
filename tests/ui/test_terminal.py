"""The session without Qt: the same rules, in cells."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from emg.codes import EventKind, Phase, SignalState
from emg.live_view import LiveView
from emg.montage import Side
from emg.results import Role
from emg.stage import Event
from tests.fakes import ManualClock
from tests.ui.views import HOLDING, NOW_S, SECRETS, SILENT, SUMMARY, TESTING, at, bars
from ui.session.front import SessionEnd
from ui.terminal import EMPTY, GLUTE, HAM, HATCH, TARGET, TerminalFront, bar_line, render


def console(terminal: bool) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=100, height=30, color_system=None)


def written(on: Console) -> str:
    assert isinstance(on.file, io.StringIO)
    return on.file.getvalue()


def frame(view: LiveView, now_s: float = NOW_S) -> str:
    on = console(terminal=True)
    on.print(render(view, now_s))
    return written(on)


def test_a_frame_shows_bars_target_numbers_and_clock() -> None:
    """What the window shows, the terminal shows."""
    text = frame(HOLDING)
    for part in ("Right leg, training 2 of 3", "Set 2 of 4", "Hold", "3.4", *SECRETS):
        assert part in text
    assert TARGET in text


def test_the_bar_is_as_long_as_the_level() -> None:
    """A wrong length is wrong feedback."""
    line = bar_line(HOLDING, HOLDING.bars[0], NOW_S).plain
    assert line.count(GLUTE) == 6  # 9 of 60 %MVC on 40 cells
    assert line.count(EMPTY) == 34


def test_hamstrings_look_different_without_colour() -> None:
    """Colour is never the only sign."""
    assert HAM in bar_line(HOLDING, HOLDING.bars[1], NOW_S).plain
    assert GLUTE not in bar_line(HOLDING, HOLDING.bars[1], NOW_S).plain


def test_beyond_the_axis_the_number_stays_true() -> None:
    """A bar that stops at the top must not make 117 % look like 60 %."""
    view = replace(HOLDING, bars=bars((9.0, 14.0, 117.0, 27.0)))
    line = bar_line(view, view.bars[2], NOW_S).plain
    assert "117 % ▲" in line
    assert EMPTY not in line


def test_in_a_test_hold_no_level_can_be_read() -> None:
    """Bars off means off in the terminal as well."""
    text = frame(TESTING)
    assert "bars off for the test" in text
    for secret in SECRETS:
        assert secret not in text
    assert GLUTE not in text
    assert HAM not in text


@pytest.mark.parametrize(("view", "age_s"), [(SILENT, 0.0), (HOLDING, 0.5)])
def test_no_signal_is_hatched(view: LiveView, age_s: float) -> None:
    """Old or missing data must not look like a low level."""
    text = frame(view, NOW_S + age_s)
    assert HATCH in text
    assert "No signal" in text
    assert "--" in text
    assert GLUTE not in text
    assert "42" not in text


def test_the_target_stands_on_the_muscle_that_decides() -> None:
    """Else the terminal asks the glute for what the window asks the hamstring."""
    view = replace(HOLDING, stage=replace(HOLDING.stage, gate_muscle="ham", ceiling_muscle=""))
    marked = [bar.site for bar in view.bars if TARGET in bar_line(view, bar, NOW_S).plain]
    assert marked == ["ham_right"]


def test_without_a_terminal_there_is_one_line_for_each_change() -> None:
    """A log file full of bars helps nobody."""
    on = console(terminal=False)
    with TerminalFront(on, ManualClock(NOW_S)) as front:
        for step in range(50):
            front.post_view(at(4.0 + 0.02 * step))
        front.post_view(replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.REST)))
    lines = written(on).splitlines()
    assert len(lines) == 2
    assert "Hold" in lines[0]
    assert "Rest" in lines[1]


def test_without_a_terminal_a_test_hold_tells_nothing_either() -> None:
    """A plain line could give the level away as well."""
    on = console(terminal=False)
    with TerminalFront(on, ManualClock(NOW_S)) as front:
        front.post_view(TESTING)
        detail = {"outcome": "not_reached"}
        front.post_event(
            Event(9, EventKind.HOLD_DONE, side=Side.RIGHT, role=Role.TEST, hold=5, detail=detail)
        )
    text = written(on)
    assert "Hold 5, right leg: done" in text
    assert not [secret for secret in SECRETS if secret in text]


def test_a_lost_board_is_told() -> None:
    """Who reads a log must find out why the holds are void."""
    on = console(terminal=False)
    with TerminalFront(on, ManualClock(NOW_S)) as front:
        front.post_view(HOLDING)
        front.post_view(replace(SILENT, signal=SignalState.LOST))
    assert "board is gone" in written(on)


def test_frames_are_throttled_and_the_newest_view_wins() -> None:
    """At 50 blocks a second a terminal would do nothing but draw, and the last state must still be shown."""
    on, clock = console(terminal=True), ManualClock(NOW_S)
    front = TerminalFront(on, clock)
    for step in range(50):
        front.post_view(replace(at(4.0 + 0.02 * step), athlete=f"view-{step:02d}", host_time_s=clock.now_s))
        clock.now_s += 0.02
    front.close()
    text = written(on)
    drawn = [step for step in range(50) if f"view-{step:02d}" in text]
    assert 8 <= len(drawn) <= 16
    assert drawn[-1] == 49


def test_the_end_says_what_was_done_and_where_it_is(tmp_path: Path) -> None:
    """The numbers and the folder are what a session is for."""
    on = console(terminal=False)
    with TerminalFront(on, ManualClock(NOW_S)) as front:
        front.post_end(SessionEnd("", 0, tmp_path, 16, 15, summary=SUMMARY))
    text = written(on)
    assert "16 holds, 15 with a good signal" in text
    assert "38 ± 4 %" in text
    assert str(tmp_path) in text


def test_stdout_stays_free_for_json(capsys: pytest.CaptureFixture[str]) -> None:
    """One stray line on stdout breaks every program that reads the result."""
    with TerminalFront(clock=ManualClock(NOW_S)) as front:
        front.post_view(HOLDING)
        front.post_end(SessionEnd("Done."))
    out, err = capsys.readouterr()
    assert out == ""
    assert "Done." in err


def test_the_terminal_needs_no_qt() -> None:
    """It is what is left where there are no Qt libraries."""
    code = "import sys, ui.terminal; sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
