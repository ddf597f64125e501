"""What a session is made of: stages, the events they raise, the commands they hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from emg.codes import CommandKind, DotState, EventKind, Origin, Phase
from emg.live_view import StageView
from emg.montage import WorkingSide

if TYPE_CHECKING:
    from emg.activation import Activations
    from emg.results import HoldResult, Outcome, Presser, Role

JsonValue: TypeAlias = "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
"""A value that JSON can carry."""


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
    side: WorkingSide | None = None
    role: Role | None = None
    hold: int | None = None
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
    origin: Origin = Origin.DERIVED


def phase_event(sample: int, kind: EventKind, phase: Phase, **detail: JsonValue) -> Event:
    """Make an event that leads into a phase."""
    return Event(sample, kind, detail={"phase": phase.value, **detail})


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
    value : int or None
        What was said, with ``ANSWER``; which marker, with ``MARK``.
    by : Presser or None
        Who pressed; None if that is not known.
    text : str
        What was written, with ``NOTE``.
    """

    kind: CommandKind
    sample: int | None = None
    applied_sample: int | None = None
    value: int | None = None
    by: Presser | None = None
    text: str = ""


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
    notched : bool
        Whether the signal goes through a notch.
    """

    sample: int
    run: str
    fs_hz: float
    next_hold: int = 1
    goes_on: bool = False
    notched: bool = False


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
    ends : str
        Reason why the session ends here, empty if it goes on.
    """

    events: Sequence[Event] = ()
    consumed: int = 0
    holds: Sequence[HoldResult] = ()
    ends: str = ""


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
    if not scored or outcome == "practised":
        return DotState.DONE
    return DotState(str(outcome))


@dataclass(frozen=True, slots=True)
class RowContext:
    """What the coach was doing, from a sample on until the next context.

    Attributes
    ----------
    sample : int
        First sample for which it holds.
    phase : Phase
        Phase of the stage.
    role, side, hold
        Of the present hold, where there is one.
    """

    sample: int
    phase: Phase = Phase.IDLE
    role: Role | None = None
    side: WorkingSide | None = None
    hold: int | None = None
