"""What may be drawn of a muscle: one rule for the window and the terminal.

A front draws a level only when all of it holds: the stream is live, the data is fresh, the contact
is good, bars are on, and there is a reference for a percentage. Everything else looks like nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, TypeAlias

from emg.codes import Phase, SignalState
from emg.live_view import BarView, LiveView, StageView
from emg.montage import MontageError, Side, Site
from emg.quality import INVALID
from ui import board_words, figures, reference_words, setup_words, words

Clock: TypeAlias = Callable[[], float]
"""Monotonic host time in seconds, the clock of ``LiveView.host_time_s``."""

GATE_MUSCLE: Final = "glute"
CEILING_MUSCLE: Final = "ham"

BAR_STAGES: Final = frozenset({"idle", "holds"})
"""Stages in which bars are shown; the others are plain screens."""


RING_STEPS: Final = 120
COUNTING_PHASES: Final = frozenset({Phase.HOLDING})
"""Phases whose clock counts up to a planned length; the others count down."""


class Show(StrEnum):
    """How a bar is drawn."""

    PERCENT = "percent"
    LEVEL = "level"
    NOTHING = "nothing"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class BarReading:
    """One bar as it may be drawn now.

    Attributes
    ----------
    show : Show
        Which kind of bar.
    level_pct : float or None
        Set only with ``Show.PERCENT``.
    number : str
        The big number, or the sign for none.
    note : str
        The few words under it, empty if nothing needs saying.
    """

    show: Show
    level_pct: float | None
    number: str
    note: str = ""


def is_fresh(view: LiveView, now_s: float) -> bool:
    """Whether there is a stream and its newest block is young enough to be shown."""
    return view.signal is SignalState.LIVE and now_s - view.host_time_s <= view.stale_after_s


def waited_s(view: LiveView, now_s: float) -> float | None:
    """Tell how long the board has been opened or looked for, None while it streams."""
    waiting = view.signal in (SignalState.OPENING, SignalState.LOST)
    return max(0.0, now_s - view.since_s) if waiting and view.since_s is not None else None


def read_bar(view: LiveView, bar: BarView, now_s: float) -> BarReading:
    """Decide what of a bar may be drawn.

    Parameters
    ----------
    view : LiveView
        The view that ``bar`` is part of.
    bar : BarView
        The muscle.
    now_s : float
        Host time of the paint.
    """
    if not view.stage.feedback:
        return BarReading(Show.COVERED, None, "", words.BARS_OFF)
    if not is_fresh(view, now_s):
        return BarReading(Show.NOTHING, None, words.NONE, board_words.SIGNALS[SignalState.NO_SIGNAL].lower())
    note = board_words.verdict_words(bar.verdict, view.cannot) if bar.verdict != "ok" else ""
    if bar.verdict in INVALID:
        return BarReading(Show.NOTHING, None, words.NONE, note)
    if not view.calibrated or bar.reference is None:
        number = figures.level_words(_finite(bar.level_uv), view.unit)
        why = reference_words.NO_MAXIMUM if view.calibrated else words.NOT_CALIBRATED.lower()
        return BarReading(Show.LEVEL, None, number, note or why)
    level_pct = _finite(bar.level_pct)
    if level_pct is None:
        return BarReading(Show.NOTHING, None, words.NONE, note)
    notes = (note, reference_words.percent_note(bar))
    return BarReading(
        Show.PERCENT, level_pct, figures.percent_words(level_pct), ", ".join(part for part in notes if part)
    )


def target_pct(view: LiveView, bar: BarView) -> float | None:
    """Target line of a bar: on the working glute only."""
    return view.stage.target_pct if bar.working and muscle_of(bar.site) == GATE_MUSCLE else None


def ceiling_pct(view: LiveView, bar: BarView) -> float | None:
    """Ceiling line of a bar: on the working hamstring only."""
    return view.stage.ceiling_pct if bar.working and muscle_of(bar.site) == CEILING_MUSCLE else None


def ratios(view: LiveView, now_s: float) -> dict[str, float | None]:
    """Give the four ratios by name, all None while bars are off or the data is old."""
    shown = view.stage.feedback and view.calibrated and is_fresh(view, now_s)
    values = {
        "left": view.ratio_left,
        "right": view.ratio_right,
        "left_glute_right_ham": view.diagonal_left_glute,
        "right_glute_left_ham": view.diagonal_right_glute,
    }
    return {name: _finite(value) if shown else None for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class RatioReading:
    """One ratio as it may be drawn now.

    Attributes
    ----------
    name : str
        Of ``emg.activation.RATIO_PAIRS``.
    number : str
        The ratio, or the sign for none.
    note : str
        The doubt in it, or why it is withheld; empty if nothing needs saying.
    """

    name: str
    number: str
    note: str = ""


def read_ratios(view: LiveView, now_s: float) -> tuple[RatioReading, ...]:
    """Decide what of the four ratios may be drawn, and what stands beside them."""
    found = ratios(view, now_s)
    shown = view.stage.feedback and is_fresh(view, now_s)
    return tuple(
        RatioReading(
            name, figures.ratio_words(value), reference_words.ratio_note(view, name) if shown else ""
        )
        for name, value in found.items()
    )


@dataclass(frozen=True, slots=True)
class PlateFace:
    """What stands in the place of bars and clock while there is something else to know or to decide.

    Attributes
    ----------
    title, sentence, quiet : str
        What is going on, why or what to do, and what may be overlooked.
    count : str
        How long it has been so, empty where nobody waits.
    answers : tuple of (str, str)
        Keys, and what they say; empty where nothing is asked.
    """

    title: str
    sentence: str
    quiet: str = ""
    count: str = ""
    answers: tuple[tuple[str, str], ...] = ()


def read_plate(view: LiveView, now_s: float) -> PlateFace | None:
    """Read off a view what matters more than bars: a board that is away or being opened, or a question."""
    if view.error or view.finished:
        return None
    waited = waited_s(view, now_s)
    count = "" if waited is None else figures.waited_words(waited)
    if view.signal is SignalState.LOST:
        sentence = words.trouble_words(view, fresh=False)
        return PlateFace(
            board_words.SIGNALS[SignalState.LOST], sentence, board_words.GOES_ON_BY_ITSELF, count
        )
    if view.question:
        return PlateFace(
            board_words.QUESTION_TITLES.get(view.question, ""),
            board_words.QUESTIONS.get(view.question, words.message_words(view.question)),
            board_words.QUESTION_REASONS.get(view.question, ""),
            answers=board_words.ANSWERS.get(view.question, ()),
        )
    if view.signal is SignalState.OPENING:
        return PlateFace(words.OPENING_TITLE, board_words.SIGNAL_HELP[SignalState.OPENING], count=count)
    # the contact check asks beside its tiles; with nothing new from the board nothing is asked
    beside = view.stage.stage == "contact" or view.paused or not is_fresh(view, now_s)
    return None if beside else _asked(view)


def _asked(view: LiveView) -> PlateFace | None:
    """Read a set-up stage's question off a view."""
    asked = setup_words.question(view.stage, view.cannot)
    if asked is None:
        return None
    left_s = view.stage.countdown_s
    count = "" if left_s is None else figures.seconds_number(left_s)
    return PlateFace(asked.title, asked.sentence, asked.quiet, count, asked.answers)


@dataclass(frozen=True, slots=True)
class ClockFace:
    """The clock as it may be drawn now.

    Attributes
    ----------
    number, unit, told : str
        Digits in the middle, the line under them, and time in target.
    share : float or None
        How much of the ring is drawn, 0 to 1; None without a clock.
    target_share : float or None
        How much of the planned time was in target; None where that is not told.
    """

    number: str = ""
    unit: str = ""
    told: str = ""
    share: float | None = None
    target_share: float | None = None


def read_clock(view: LiveView, fresh: bool) -> ClockFace:
    """Read the clock off a view.

    Time in target stays hidden while bars are off; without a signal no clock is true.
    """
    if not fresh:
        return ClockFace()
    stage = view.stage
    duration_s = stage.duration_s
    if stage.phase is Phase.WAITING:
        # how long the glute takes is no race: the clock of the hold simply has not begun
        return ClockFace(figures.clock_words(0.0), words.CLOCK_WAITS, share=0.0)
    if stage.phase in COUNTING_PHASES and stage.elapsed_s is not None and duration_s:
        told = stage.in_target_s if stage.feedback else None
        return ClockFace(
            number=figures.clock_words(stage.elapsed_s),
            unit=figures.of_seconds_words(duration_s),
            told="" if told is None else figures.in_target_words(told),
            share=_share(stage.elapsed_s, duration_s),
            target_share=None if told is None else _share(told, duration_s),
        )
    if stage.countdown_s is None:
        return ClockFace()
    share = _share(stage.countdown_s, duration_s) if duration_s else None
    return ClockFace(figures.seconds_number(stage.countdown_s), words.SECONDS_LEFT, share=share)


def _share(part: float, whole: float) -> float:
    """Give a share in steps: finer than a ring shows, and each would cost a paint."""
    return round(RING_STEPS * min(1.0, max(0.0, part / whole))) / RING_STEPS


@lru_cache(maxsize=64)
def muscle_of(site: str) -> str:
    """Muscle of a site, the whole name if it is not one."""
    try:
        return Site.parse(site).muscle
    except MontageError:
        return site


@lru_cache(maxsize=64)
def side_of(site: str) -> Side | None:
    """Side of a site, None if it is not one."""
    try:
        return Site.parse(site).side
    except MontageError:
        return None


def side_shown(stage: StageView) -> Side | None:
    """Side that the stage is about: of the set, or of the one muscle."""
    return stage.side if stage.side is not None or stage.site is None else side_of(stage.site)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
