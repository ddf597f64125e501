"""The same session without Qt: live bars in a terminal, plain lines where there is none.

Everything goes to stderr, so that stdout stays free for ``--json``. It draws the same ``LiveView`` as the
window, by the same rule of what may be shown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self, TypeAlias

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from emg.codes import DotState
from emg.live_view import BarView, LiveView
from emg.montage import Side
from emg.stage import Event
from ui.language import inside
from ui.reading.muscles import (
    BAR_STAGES,
    CEILING_MUSCLE,
    Clock,
    RatioReading,
    Show,
    ceiling_pct,
    is_fresh,
    muscle_of,
    read_bar,
    read_clock,
    read_ratios,
    side_of,
    side_shown,
    target_pct,
    waited_s,
)
from ui.reading.set_up import Sign, TileFace, read_scale, read_tiles
from ui.reading.summary_table import HEADINGS, findings, table
from ui.session.front import SessionEnd
from ui.words import board_words, figures, practice_words, setup_words, words

Job: TypeAlias = Callable[[], object]

FRAME_S: Final = 1 / 12
"""Shortest time between two frames."""

MAX_WAITING: Final = 24
"""Frames that may wait for a slow terminal; further ones are left out."""

BAR_CELLS: Final = 40
GLUTE, HAM, EMPTY, HATCH, COVER, TARGET, CEILING = "█", "▓", "·", "╱", "░", "┃", "╎"
DOTS: Final = {
    DotState.PENDING: "○",
    DotState.CURRENT: "◉",
    DotState.DONE: "●",
    DotState.SUCCESS: "✔",
    DotState.MISSED: "◒",
    DotState.NOT_REACHED: "⊖",
    DotState.VOID: "✗",
}
SIGNS: Final = {
    Sign.TICK: "✔",
    Sign.TRIANGLE: "▲",
    Sign.CROSS: "✗",
    Sign.QUESTION: "?",
    Sign.RING: "○",
    Sign.NONE: " ",
}
TURN: Final = "▶"
TILE_CELLS: Final = 36
SIDE_STYLES: Final = {Side.LEFT: "#56b4e9", Side.RIGHT: "#e69f00"}


class StderrConsole(Console):
    """Writes to stderr; once nobody reads there any more, it is quiet."""

    def __init__(self) -> None:
        super().__init__(stderr=True)

    def on_broken_pipe(self) -> None:
        """Keep stdout and the program as they are, where rich would silence the one and end the other."""
        self.quiet = True


class TerminalFront:
    """Draws views and tells events on the thread ``emg-terminal``; the posts come from any thread.

    A terminal that stands still (Ctrl-S, a hung connection) stops the drawing and nothing else.

    Parameters
    ----------
    console : rich.console.Console or None
        Where to draw; stderr if None. Live bars need a terminal, else it prints lines.
    clock : callable
        Host time in seconds.
    """

    def __init__(self, console: Console | None = None, clock: Clock = time.monotonic) -> None:
        self._console = console if console is not None else StderrConsole()
        self._clock = clock
        self._lock = threading.Lock()
        self._drawn_s = float("-inf")
        self._newest: LiveView | None = None
        self._cannot: tuple[str, ...] = ()
        self._line = ""
        self._closed = False
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._live: Live | None = None
        if self._console.is_terminal:
            self._live = Live(console=self._console, auto_refresh=False, redirect_stdout=False)
            self._jobs.put(self._live.start)
        self._thread = threading.Thread(target=self._run, name="emg-terminal")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def post_view(self, view: LiveView) -> None:
        """Draw the view if a frame is due; between frames the newest one wins."""
        with self._lock:
            self._tell_limits(view)
            if self._live is None:
                self._tell(view)
                return
            self._newest = view
            now_s = self._clock()
            if now_s - self._drawn_s >= FRAME_S and self._jobs.qsize() < MAX_WAITING:
                self._drawn_s = now_s
                self._jobs.put(partial(_draw, self._live, view, now_s))

    def post_event(self, event: Event) -> None:
        """Print the line of an event that has one."""
        self._say(words.event_words(event))

    def post_end(self, end: SessionEnd) -> None:
        """Draw the last view, then tell what the session came to."""
        self._finish_bars()
        told = end.summary if end.holds else {}  # without a hold there are only dashes to show
        if told and (rows := table(told)):
            self._jobs.put(partial(self._console.print, _summary(rows)))
        saved = words.SAVED_IN.format(folder=end.folder) if end.folder is not None else ""
        done = practice_words.end_words(end)
        for line in (*(findings(told) if told else ()), done, end.message, saved):
            self._say(line)

    def close(self) -> None:
        """Show what is waiting and give the terminal back; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        self._finish_bars()
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            with suppress(OSError):  # a terminal that is gone does not end the session
                job()

    def _say(self, line: str) -> None:
        if line:
            self._jobs.put(partial(self._console.print, Text(line), soft_wrap=True))

    def _finish_bars(self) -> None:
        """Leave the last view on the screen and draw no more bars."""
        with self._lock:
            live, newest = self._live, self._newest
            self._live = None
        if live is None:
            return
        if newest is not None:
            self._jobs.put(partial(_draw, live, newest, self._clock()))
        self._jobs.put(live.stop)

    def _tell_limits(self, view: LiveView) -> None:
        """Say once, at the start, what the board cannot tell."""
        if view.cannot != self._cannot:
            self._cannot = view.cannot
            self._say(board_words.limits_words(view.cannot))

    def _tell(self, view: LiveView) -> None:
        """Print one line whenever what is to be done has changed."""
        fresh = is_fresh(view, self._clock())
        parts = (words.set_words(view.stage), _steady(view, fresh), _notable(view, fresh))
        line = "  ".join(part for part in parts if part)
        if line != self._line:
            self._line = line
            self._say(line)


def _draw(live: Live, view: LiveView, now_s: float) -> None:
    live.update(render(view, now_s), refresh=True)


def render(view: LiveView, now_s: float) -> Group:
    """Build a frame: set, phase and clock, bars, dots, ratios, trouble.

    Parameters
    ----------
    view : LiveView
        What to draw.
    now_s : float
        Host time; old data is drawn as no signal.
    """
    fresh = is_fresh(view, now_s)
    style = SIDE_STYLES.get(side_shown(view.stage) or Side.LEFT, "")
    what = words.set_words(view.stage) or words.STAGES.get(view.stage.stage, "")
    head = "  ".join(part for part in (what, words.set_number_words(view.stage)) if part)
    face = read_clock(view, fresh)
    waited = waited_s(view, now_s)
    count = "" if waited is None else figures.waited_words(waited)
    clock = " ".join(part for part in (face.number, face.unit, face.told, count) if part)
    lines = [
        Text.assemble(
            (head, f"bold {style}"), f"   {view.athlete} {view.board}  {words.signal_words(view, fresh)}"
        ),
        Text.assemble((words.phase_title(view, fresh), "bold"), f"   {clock}"),
        Text(words.phase_hint(view, fresh, keys=False), style="dim"),
        *(Text.assemble(*map(_tile, row)) for row in read_tiles(view, fresh)),
    ]
    if view.stage.stage in BAR_STAGES:
        lines += [bar_line(view, bar, now_s) for bar in view.bars]
        lines.append(_ratio_line(view, now_s))
    scale = read_scale(view)
    if scale is not None:
        lines.append(Text(f"{setup_words.PAIN}: {scale.said}"))
    lines.append(Text(" ".join(DOTS[dot] for dot in view.stage.dots)))
    lines.append(Text(_notable(view, fresh), style="bold #f0e442"))
    return Group(*lines)


def _notable(view: LiveView, fresh: bool) -> str:
    """Say trouble, else what is said beside the hint."""
    return words.trouble_words(view, fresh) or setup_words.aside(view.stage)


def bar_line(view: LiveView, bar: BarView, now_s: float) -> Text:
    """Draw one muscle as a line: name, bar with its target, number."""
    reading = read_bar(view, bar, now_s)
    side = side_of(bar.site)
    style = SIDE_STYLES[side] if side is not None else ""
    line = Text(f"{words.site_words(bar.site):<16.16} ", style=f"bold {style}" if bar.working else style)
    if reading.show is Show.COVERED:
        return line.append(COVER * BAR_CELLS, style="dim").append(f" {inside(reading.note)}", style="dim")
    if reading.level_pct is None:
        line.append(HATCH * BAR_CELLS, style="dim")
    else:
        line.append(_cells(view, bar, reading.level_pct), style=style)
    over = " ▲" if reading.level_pct is not None and reading.level_pct > view.axis_max_pct else ""
    return line.append(f" {reading.number:>7}{over}  {reading.note}".rstrip(), style="")


def _tile(face: TileFace) -> tuple[str, str]:
    """Draw one electrode pair: whose turn, its sign, its name and what is known of it."""
    turn = TURN if face.lit else " "
    said = f"{turn} {SIGNS[face.sign]} {face.name}  {face.said}"
    return f"{said:<{TILE_CELLS}}", SIDE_STYLES[face.side] if face.side is not None else ""


def _cells(view: LiveView, bar: BarView, level_pct: float) -> str:
    fill = HAM if muscle_of(bar.site).startswith(CEILING_MUSCLE) else GLUTE
    filled = _cell(view, level_pct)
    cells = [fill] * filled + [EMPTY] * (BAR_CELLS - filled)
    for line_pct, mark in ((target_pct(view, bar), TARGET), (ceiling_pct(view, bar), CEILING)):
        if line_pct is not None:
            cells[min(_cell(view, line_pct), BAR_CELLS - 1)] = mark
    return "".join(cells)


def _cell(view: LiveView, level_pct: float) -> int:
    return round(BAR_CELLS * min(1.0, max(0.0, level_pct / view.axis_max_pct)))


def _ratio_line(view: LiveView, now_s: float) -> Text:
    """Ratios, and what must stand beside them: a doubt, or why one is withheld."""
    if not view.stage.feedback:
        return Text("")
    found = read_ratios(view, now_s)
    line = "   ".join(_short(ratio) for ratio in found)
    notes = dict.fromkeys(ratio.note for ratio in found if ratio.note)
    return Text("\n".join([line, *notes]), style="dim")


def _steady(view: LiveView, fresh: bool) -> str:
    """Say the phase without its running clock."""
    title, hint = words.phase_title(view, fresh), words.phase_hint(view, fresh, keys=False)
    return f"{title}: {hint}" if hint else title


def _summary(rows: list[tuple[str, str, str]]) -> Table:
    result = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        result.add_column(heading, justify="right" if heading else "left")
    for row in rows:
        result.add_row(*row)
    return result


def _short(ratio: RatioReading) -> str:
    aside = f" ({ratio.aside})" if ratio.aside else ""
    return f"{words.RATIO_SHORT[ratio.name]}{aside} {ratio.number}"
