"""What a session is made of: stages, the events they raise, the commands they hear, the view they give.

Codes in this module are frozen: they stand in files. Words for people live in ``ui/words.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from emg.blocks import Unit
from emg.montage import Side

if TYPE_CHECKING:
    from emg.activation import Activations
    from emg.results import HoldResult, Outcome, Role

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
"""A value that JSON can carry."""

STALE_AFTER_S: Final = 0.3
"""Data older than this is no signal, unless the acquisition knows that the board sends larger chunks."""

ELECTRODES_TOUCHED: Final = "electrodes_touched"
"""Question after a re-open: Next says that they were not, Back that they were."""


class EventKind(StrEnum):
    """Frozen codes of what happens in a session."""

    SESSION_STARTED = "session_started"
    STAGE_STARTED = "stage_started"
    STAGE_DONE = "stage_done"
    READY = "ready"
    PREPARE = "prepare"
    CUE = "cue"
    SET = "set"
    FIRED = "fired"
    LOST_TARGET = "lost_target"
    BACK_IN_TARGET = "back_in_target"
    RELAX = "relax"
    TRIAL_DONE = "trial_done"
    HOLD_DONE = "hold_done"
    REST = "rest"
    REFERENCE_SET = "reference_set"
    REFUSED = "refused"
    COMMAND = "command"
    PAUSED = "paused"
    RESUMED = "resumed"
    GAP = "gap"
    NO_SIGNAL = "no_signal"
    SIGNAL_BACK = "signal_back"
    REOPENED = "reopened"
    NOTICE = "notice"
    UNRECORDED = "unrecorded"
    FAILED = "failed"
    SESSION_ENDED = "session_ended"


class Origin(StrEnum):
    """Inputs are needed to compute a session again; derived events follow from them."""

    INPUT = "input"
    DERIVED = "derived"


class Phase(StrEnum):
    """Frozen codes of the phases; one stands on every row of activation.csv."""

    IDLE = "idle"
    BASELINE = "baseline"
    PREPARE = "prepare"
    CUE = "cue"
    EFFORT = "effort"
    WAITING = "waiting"
    HOLDING = "holding"
    REST = "rest"
    PAUSED = "paused"
    DONE = "done"


class CommandKind(StrEnum):
    """What people do, by key, clicker or button."""

    START = "start"
    NEXT = "next"
    BACK = "back"
    PAUSE = "pause"
    RESUME = "resume"
    FELT = "felt"
    FOOT_DOWN = "foot_down"
    STOP = "stop"


class SignalState(StrEnum):
    """What is known of the stream right now."""

    OPENING = "opening"
    LIVE = "live"
    NO_SIGNAL = "no_signal"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, on the sample clock.

    Attributes
    ----------
    sample : int
        Sample at which it happened.
    kind : EventKind
        Frozen code.
    run : str
        Stage and its run, for example ``holds_right_test#1``; empty for the session itself.
    side, role, hold
        Working side, role and number of the hold it belongs to, where it belongs to one.
    detail : mapping
        What else is to be known, in values that JSON can carry.
    origin : Origin
        Input or derived.
    """

    sample: int
    kind: EventKind
    run: str = ""
    side: Side | None = None
    role: Role | None = None
    hold: int | None = None
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
    origin: Origin = Origin.DERIVED


@dataclass(frozen=True, slots=True)
class Command:
    """One key press, dated on the sample clock.

    Attributes
    ----------
    kind : CommandKind
        What was asked.
    sample : int or None
        Sample at which the key was pressed, from its host time; None if not known.
    applied_sample : int or None
        Tick at which it took effect; filled in by the session.
    """

    kind: CommandKind
    sample: int | None = None
    applied_sample: int | None = None


class DotState(StrEnum):
    """State of one repetition in the row of dots."""

    PENDING = "pending"
    CURRENT = "current"
    DONE = "done"
    SUCCESS = "success"
    MISSED = "missed"
    NOT_REACHED = "not_reached"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class StageView:
    """What a stage shows; part of every LiveView.

    Attributes
    ----------
    stage : str
        Code of the stage: ``idle``, ``rest``, ``mvc``, ``holds``, ``finished``.
    phase : Phase
        Where in the stage.
    side, role : Side, Role or None
        Working side and role of the present set.
    site : str or None
        The muscle the stage is about (MVC).
    hold : int or None
        Number of the hold in the session.
    set_number, n_sets : int
        Which set of how many; 0 where there are no sets.
    countdown_s : float or None
        Seconds until the next phase begins.
    elapsed_s, duration_s : float or None
        Clock of the present phase, and its planned length.
    in_target_s : float or None
        Time in target in this hold.
    target_pct, ceiling_pct : float or None
        Target of the gate muscle and ceiling of the other, in %MVC.
    feedback : bool
        False while bars and tones are off (test holds).
    dots : tuple of DotState
        One for each planned repetition of the set.
    last_result : HoldResult or None
        The hold that has just ended.
    message : str
        Code of a sentence to be shown, empty for none.
    """

    stage: str = "idle"
    phase: Phase = Phase.IDLE
    side: Side | None = None
    role: Role | None = None
    site: str | None = None
    hold: int | None = None
    set_number: int = 0
    n_sets: int = 0
    countdown_s: float | None = None
    elapsed_s: float | None = None
    duration_s: float | None = None
    in_target_s: float | None = None
    target_pct: float | None = None
    ceiling_pct: float | None = None
    feedback: bool = True
    dots: tuple[DotState, ...] = ()
    last_result: HoldResult | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class BarView:
    """One muscle's bar.

    Attributes
    ----------
    site : str
        For example ``glute_left``.
    level_pct : float or None
        Effort in %MVC over 250 ms; None is "no reading" and is drawn as missing.
    level_uv : float or None
        RMS over 250 ms, rest not removed, in the unit of the view.
    verdict : str
        Code of the contact verdict.
    working : bool
        True if the muscle is on the working side of the present hold.
    """

    site: str
    level_pct: float | None
    level_uv: float | None
    verdict: str
    working: bool = False


@dataclass(frozen=True, slots=True)
class LiveView:
    """All that a front draws, built once per block from the last tick.

    Attributes
    ----------
    sample : int
        Last tick.
    time_s : float
        The same on the sample clock.
    host_time_s : float
        When the block that this view is built from arrived; its age is the age of the data.
    stale_after_s : float
        Older data than this is drawn as no signal.
    signal : SignalState
        Whether there is a stream; bars are empty unless it is ``live``.
    problem : str
        A sentence that says why the board is away and what to do; empty unless it is lost.
    since_s : float or None
        Host time from which a front counts how long the board has been opened or looked for.
    question : str
        Code of a question that the paused session asks, empty for none.
    notice : str
        A sentence worth saying while all goes on, empty for none.
    athlete, protocol, board : str
        Who, what and with which board.
    stage : StageView
        What the coach says.
    bars : tuple of BarView
        One per measured site, in the order of the montage.
    unit : Unit
        Of the levels; what is arbitrary is shown without a unit.
    cannot : tuple of str
        Codes of what this board's signal cannot tell.
    axis_max_pct : float
        Top of every bar's axis, pinned for the session.
    ratio_left, ratio_right : float or None
        Glute over hamstring of one side, over 1 s.
    diagonal_left_glute, diagonal_right_glute : float or None
        Glute over the other side's hamstring, over 1 s.
    lost_samples : int
        Lost so far.
    calibrated : bool
        Whether percentages mean something.
    paused, finished : bool
        State of the session.
    error : str
        A sentence for the screen if a thread has died, else empty.
    """

    sample: int = -1
    time_s: float = 0.0
    host_time_s: float = 0.0
    stale_after_s: float = STALE_AFTER_S
    signal: SignalState = SignalState.OPENING
    problem: str = ""
    since_s: float | None = None
    question: str = ""
    notice: str = ""
    athlete: str = ""
    protocol: str = ""
    board: str = ""
    stage: StageView = field(default_factory=StageView)
    bars: tuple[BarView, ...] = ()
    unit: Unit = Unit.MICROVOLT
    cannot: tuple[str, ...] = ()
    axis_max_pct: float = 100.0
    ratio_left: float | None = None
    ratio_right: float | None = None
    diagonal_left_glute: float | None = None
    diagonal_right_glute: float | None = None
    lost_samples: int = 0
    calibrated: bool = False
    paused: bool = False
    finished: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class StageStart:
    """What a stage is told when it begins.

    Attributes
    ----------
    sample : int
        The tick at which it begins; the first it will be given is the next one.
    run : str
        Its run id.
    fs_hz : float
        Sampling rate of the clock.
    next_hold : int
        Number that its next hold gets.
    goes_on : bool
        True if it was left for a new calibration and goes on with what it has done.
    """

    sample: int
    run: str
    fs_hz: float
    next_hold: int = 1
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What ``Stage.advance`` gives back.

    Attributes
    ----------
    events : sequence of Event
        Raised by these ticks, in order.
    consumed : int
        Number of ticks used; fewer than given only when the stage is done.
    holds : sequence of HoldResult
        Holds that ended.
    """

    events: Sequence[Event] = ()
    consumed: int = 0
    holds: Sequence[HoldResult] = ()


class Stage(Protocol):
    """One step of a session. Pure: it sees ticks and commands, and nothing else."""

    @property
    def code(self) -> str:
        """Frozen name of the stage, for example ``rest`` or ``holds_right_test``."""
        ...

    @property
    def done(self) -> bool:
        """Whether the next stage may begin."""
        ...

    def begin(self, start: StageStart) -> Sequence[Event]:
        """Start, start anew (a new run), or go on where it was left."""
        ...

    def advance(self, activations: Activations) -> Step:
        """Take ticks in order; any cut of the same ticks gives the same events."""
        ...

    def command(self, command: Command) -> Step:
        """Hear a command at ``command.applied_sample``; ``consumed`` of the answer is 0."""
        ...

    def view(self) -> StageView:
        """Return what to show after the last tick."""
        ...


class Performer(Protocol):
    """Somebody who hears the coach: the simulated athlete."""

    def hear(self, event: Event) -> None:
        """Take note of an event; reacts at ``event.sample`` plus a reaction time."""
        ...


def outcome_dot(outcome: Outcome, scored: bool) -> DotState:
    """Dot of a finished hold; a test hold is only ever shown as done."""
    if outcome in ("void", "lost_balance", "incomplete"):
        return DotState.VOID
    if not scored:
        return DotState.DONE
    return DotState(str(outcome))
