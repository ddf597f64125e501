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

from emg.activation import RATIO_PAIRS
from emg.codes import DotState, Phase, SignalState
from emg.live_view import BarView, LiveView, StageView
from emg.montage import MontageError, Side, Site
from emg.quality import INVALID
from ui.language import inside
from ui.words import board_words, figures, hold_words, reference_words, setup_words, words

Clock: TypeAlias = Callable[[], float]
"""Monotonic host time in seconds, the clock of ``LiveView.host_time_s``."""

GATE_MUSCLE: Final = "glute"
CEILING_MUSCLE: Final = "ham"
"""Of a view that names neither muscle."""

BAR_STAGES: Final = frozenset({"idle", "holds"})
"""Stages in which bars are shown; the others are plain screens."""

RESTING_PHASES: Final = frozenset({Phase.REST, Phase.ASK, Phase.DONE})
"""Of a set: nothing is to be steered, so there is nothing to look at but what comes next."""

RING_STEPS: Final = 60
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


def measures(view: LiveView) -> bool:
    """Whether anything is measured: a practice by the clock has no bars, and no signal to speak of."""
    return bool(view.bars)


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
        return BarReading(Show.COVERED, None, "", hold_words.covered(view.stage))
    if not is_fresh(view, now_s):
        return BarReading(Show.NOTHING, None, words.NONE, inside(board_words.SIGNALS[SignalState.NO_SIGNAL]))
    if view.error or view.paused:
        return BarReading(Show.NOTHING, None, words.NONE, _standstill(view))
    note = board_words.verdict_words(bar.verdict, view.cannot) if bar.verdict != "ok" else ""
    if bar.verdict in INVALID:
        return BarReading(Show.NOTHING, None, words.NONE, note)
    if not view.calibrated or bar.reference is None:
        number = figures.level_words(_finite(bar.level_uv), view.unit)
        why = reference_words.NO_MAXIMUM if view.calibrated else inside(words.NOT_CALIBRATED)
        return BarReading(Show.LEVEL, None, number, note or why)
    level_pct = _finite(bar.level_pct)
    if level_pct is None:
        return BarReading(Show.NOTHING, None, words.NONE, note)
    notes = (note, reference_words.percent_note(bar))
    return BarReading(
        Show.PERCENT, level_pct, figures.percent_words(level_pct), ", ".join(part for part in notes if part)
    )


def _standstill(view: LiveView) -> str:
    """Say why nothing is read of a signal that is there."""
    return inside(words.STOPPED_TITLE if view.error else words.PHASE_TITLES[Phase.PAUSED])


def shows_bars(view: LiveView) -> bool:
    """Whether there are bars to look at: not in a rest, nor where they are off or nothing is measured."""
    stage = view.stage
    return (
        stage.stage in BAR_STAGES
        and stage.feedback
        and stage.phase not in RESTING_PHASES
        and measures(view)
        and not view.finished
    )


def names_leg(view: LiveView) -> bool:
    """Whether the leg is named beside the clock: in a set, where no bars stand at its side."""
    stage = view.stage
    if stage.stage != "holds" or stage.side is None or hold_words.is_offered(stage):
        return False
    return not (shows_bars(view) or view.finished)


def draws_exercise(view: LiveView) -> bool:
    """Whether there is time and room for the drawing of the exercise: before a set, and in a practice."""
    stage = view.stage
    if stage.stage != "holds" or not stage.drawing or view.paused or view.finished or stage.asks:
        return False
    begins = bool(stage.dots) and all(dot is DotState.PENDING for dot in stage.dots)
    if stage.phase is Phase.REST:
        return begins and bool(stage.countdown_s) and view.signal is SignalState.LIVE
    return stage.phase is Phase.PREPARE and not measures(view)


def ghost_pct(view: LiveView, bar: BarView) -> float | None:
    """Where the same muscle of the other side was in its last set; only beside a muscle that works."""
    return _finite(view.ghosts.get(bar.site)) if bar.working and view.stage.feedback else None


def target_pct(view: LiveView, bar: BarView) -> float | None:
    """Target line of a bar: on the muscle that decides, of every leg that works."""
    gate = view.stage.gate_muscle or GATE_MUSCLE
    return view.stage.target_pct if bar.working and muscle_of(bar.site) == gate else None


def ceiling_pct(view: LiveView, bar: BarView) -> float | None:
    """Ceiling line of a bar: on the muscle that has one, of every leg that works."""
    named = view.stage.ceiling_muscle
    # a view that names the gate and no ceiling has none: only one that names nothing is the power position
    ceiling = named if named or view.stage.gate_muscle else CEILING_MUSCLE
    return view.stage.ceiling_pct if bar.working and muscle_of(bar.site) == ceiling else None


def counted_pct(view: LiveView, bar: BarView) -> tuple[tuple[float, float], ...]:
    """Levels between which time counts as in target just now: once reached, a line is not lost at once."""
    zones = []
    if (target := target_pct(view, bar)) is not None:
        zones.append((_first(view.stage.counts_from_pct, target), view.axis_max_pct))
    if (ceiling := ceiling_pct(view, bar)) is not None:
        zones.append((0.0, _first(view.stage.counts_to_pct, ceiling)))
    return tuple(zones)


def ratios(view: LiveView, now_s: float) -> dict[str, float | None]:
    """Give the four ratios by name, all None while bars are off or the data is old."""
    shown = view.stage.feedback and view.calibrated and is_fresh(view, now_s)
    shown = shown and not (view.error or view.paused)
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
    aside : str
        What the other leg does, where its hamstring is in the ratio.
    """

    name: str
    number: str
    note: str = ""
    aside: str = ""

    @property
    def title(self) -> str:
        """Name what it is a ratio of."""
        return (
            f"{words.RATIO_TITLES[self.name]} ({self.aside})" if self.aside else words.RATIO_TITLES[self.name]
        )


def read_ratios(view: LiveView, now_s: float) -> tuple[RatioReading, ...]:
    """Decide what of the four ratios may be drawn, and what stands beside them; none in a practice.

    In a hold of one leg its own ratio, and its glute over the other leg's hamstring, which is named by what
    that leg does: one leg's push is never compared with the other's swing.
    """
    if not measures(view):
        return ()
    found = ratios(view, now_s)
    shown = view.stage.feedback and is_fresh(view, now_s)
    return tuple(
        RatioReading(
            name,
            figures.ratio_words(found[name]),
            reference_words.ratio_note(view, name) if shown else "",
            _aside(view.stage, name),
        )
        for name in _ratios_of(view.stage)
    )


def _ratios_of(stage: StageView) -> tuple[str, ...]:
    """Names of the ratios that mean something now."""
    side = stage.side
    if stage.stage != "holds" or not isinstance(side, Side):
        return tuple(RATIO_PAIRS)
    return side.value, f"{side}_glute_{side.other}_ham"


def _aside(stage: StageView, name: str) -> str:
    """Say what the leg does whose hamstring is in a ratio across; empty where it works itself."""
    across = name not in set(Side) and stage.stage == "holds" and isinstance(stage.side, Side)
    return hold_words.ACROSS.get(stage.other_leg, "") if across else ""


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
            board_words.SIGNALS[SignalState.LOST],
            sentence,
            hold_words.away_hint(view.stage) or board_words.GOES_ON_BY_ITSELF,
            count,
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
    if stage.stage == hold_words.AFTERWARDS:
        return ClockFace()  # the line under the question counts: a clock would hurry an answer
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
    if stage.countdown_s is None or (stage.phase is Phase.REST and not stage.countdown_s):
        return ClockFace()  # a rest that is over and goes on waits for something: no clock is true
    share = _share(stage.countdown_s, duration_s) if duration_s else None
    left = figures.seconds_number(stage.countdown_s)
    return ClockFace(left, words.seconds_left_words(left), share=share)


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
    if stage.side is None and stage.site is not None:
        return side_of(stage.site)
    return stage.side if isinstance(stage.side, Side) else None


def _first(one: float | None, other: float) -> float:
    return other if one is None else one


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
