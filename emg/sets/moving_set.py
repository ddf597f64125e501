"""What sets of repetitions and of bouts have in common: rest, prepare, cue, set, and movements found."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Generic, TypeVar

from emg.activation import Activations, Reference
from emg.codes import GOES_ON, CommandKind, DotState, EventKind, Phase
from emg.live_view import StageView
from emg.montage import WorkingSide, sides_of
from emg.question import was_unread
from emg.results import OWN_STOP, Feedback, HoldResult, Kind, Role
from emg.sets.found import Finder, Movement, Reads, entry_level_pct
from emg.sets.hold_clock import StageClock
from emg.sets.movement_score import Ended, Ending, lost_in, movement_result
from emg.sets.phase_clock import PhaseClock
from emg.sets.progress import Progress
from emg.sets.score import HoldTicks
from emg.sets.set_settings import SetFacts, feedback_after
from emg.stage import Command, Event, JsonValue, StageStart, Step

FOOT_DOWN: Final = "foot_down"
PAUSED: Final = "paused"
STOPPED: Final = "stopped"
LIMIT: Final = "limit"
"""Frozen reasons why a movement that was under way was ended."""


WORK: Final[Mapping[Kind, str]] = {Kind.REPETITION: "repetitions", Kind.STRIDE: "bouts"}
"""What a set of these is called in a view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingSettings(SetFacts):
    """What a set of repetitions and one of bouts are both told.

    Attributes
    ----------
    side : Side or Legs
        Which leg works.
    gate_muscle : str
        The muscle whose level is looked at, on the working side.
    working_muscles : tuple of str
        Muscles of the working side whose contact must be good, the gate muscle among them.
    target_pct : float
        Of the gate muscle.
    feedback : Feedback
        When bars and tones are on; faded as in a set of holds.
    prepare_s, set_after_s : float
        Time before the cue; the position counts as taken this long after it, or at a key.
    window_s : float
        RMS window of the bars; 0 for a board that sends envelopes.
    """

    side: WorkingSide
    gate_muscle: str
    working_muscles: tuple[str, ...]
    target_pct: float
    feedback: Feedback
    prepare_s: float
    set_after_s: float
    window_s: float = 0.250

    def gates(self, side: WorkingSide) -> tuple[str, ...]:
        """Sites of the gate muscle of these legs."""
        return tuple(f"{self.gate_muscle}_{leg}" for leg in sides_of(side))

    def working(self, side: WorkingSide) -> tuple[str, ...]:
        """Sites of these legs whose contact must be good."""
        return tuple(f"{muscle}_{leg}" for leg in sides_of(side) for muscle in self.working_muscles)


Settings = TypeVar("Settings", bound=MovingSettings)


class MovingSet(ABC, Generic[Settings]):
    """A Stage in which the athlete moves at a pace of his own between "set" and "relax".

    Parameters
    ----------
    settings : MovingSettings
        What the set is.
    reference : callable returning Reference
        Rest and maximum in force; ``ReferenceInForce``.
    session : Progress or None
        What the session's sets know of each other.
    """

    _kind: ClassVar[Kind]
    _movement: ClassVar[Movement]

    def __init__(
        self,
        settings: Settings,
        reference: Callable[[], Reference],
        session: Progress | None = None,
    ) -> None:
        self._settings = settings
        self._reference = reference
        self._session = Progress() if session is None else session
        self._start = StageStart(0, "", 1.0)
        self._raised: list[Event] = []
        self._closed: list[HoldResult] = []
        self._begin_anew(0)

    def _begin_anew(self, sample: int) -> None:
        self._sample = sample
        self._turn_to(Phase.REST, self._settings.lead_rest_s)
        self._finders: dict[WorkingSide, Finder] = {}
        self._waiting: list[Ended] = []
        self._ticks: list[Activations] = []
        self._results: list[HoldResult] = []
        self._n_before = 0
        self._attempt = 0
        self._paused_at: int | None = None
        self._message = ""

    @property
    def code(self) -> str:
        """Name of the stage."""
        return self._settings.code

    @property
    @abstractmethod
    def done(self) -> bool:
        """Whether the next stage may begin."""

    @property
    @abstractmethod
    def _legs(self) -> tuple[WorkingSide, ...]:
        """Whose movements are found one apart from the other."""

    @property
    @abstractmethod
    def _work_s(self) -> float:
        """How long the athlete moves from this "set" on, at most."""

    @property
    @abstractmethod
    def _set_number(self) -> int:
        """Number of the present set, or bout."""

    @property
    @abstractmethod
    def _progress(self) -> tuple[Sequence[DotState], int]:
        """Dots of what counts so far, and how many there are to be."""

    @abstractmethod
    def _asked(self) -> dict[str, JsonValue]:
        """Detail of the event "set" that belongs to this kind of set."""

    @abstractmethod
    def _found(self, ended: Ended) -> None:
        """Take a movement that has ended by itself."""

    @abstractmethod
    def _time_is_up(self) -> None:
        """End the work after the longest time it may take."""

    @abstractmethod
    def _break_off(self, reason: str) -> None:
        """End the work because of a key, with one of the reasons of this module."""

    def begin(self, start: StageStart) -> Sequence[Event]:
        """Begin with the rest before the set, or go on with what is left of it."""
        self._start = start
        if start.goes_on:
            # everybody lies down for a calibration and has to stand up first
            self._n_before = len(self._results)
            self._paused_at = None
            self._message = GOES_ON
            self._sample = start.sample
            self._rest(self._settings.stand_up_s)
        else:
            self._begin_anew(start.sample)
            self._rest(self._settings.lead_rest_s)
        return self._step(0).events

    def advance(self, activations: Activations) -> Step:
        """Take ticks until they end or the set is done."""
        self._ticks.append(activations)
        reads = {
            leg: Reads.of(activations, self._settings.gates(leg), self._settings.working(leg))
            for leg in self._legs
        }
        for position in range(len(activations)):
            self._sample = int(activations.samples[position])
            lost = int(activations.lost[position])
            if self._phase is not Phase.EFFORT:
                self._come_to_it(in_gap=lost > 0)
            if self._phase is Phase.EFFORT:  # the tick of "set" belongs to the work already
                self._look(reads, position, lost)
            if self.done:
                return self._step(position + 1)
        self._forget_ticks()
        return self._step(len(activations))

    def _come_to_it(self, *, in_gap: bool) -> None:
        """Go on from rest to prepare, cue and set; nobody hears a cue in a gap."""
        if self._sample < self._clock.due:
            return
        if self._phase is Phase.CUE:
            self._take_position()
        elif not in_gap:
            self._message = ""
            if self._phase is Phase.REST:
                self._attempt += 1
                self._enter(Phase.PREPARE, self._settings.prepare_s, EventKind.PREPARE)
            else:
                self._enter(Phase.CUE, self._settings.set_after_s, EventKind.CUE)

    def _take_position(self) -> None:
        """Begin the work: by a key between cue and set, or by the clock."""
        settings, reference = self._settings, self._reference()
        asked = self._asked()
        self._enter(Phase.EFFORT, self._work_s, EventKind.SET, **asked, gate=settings.gate_muscle)
        self._finders = {
            leg: Finder(
                self._movement,
                entry_level_pct(reference, settings.gates(leg), settings.target_pct),
                sample=self._sample,
                fs_hz=self._start.fs_hz,
                window_s=settings.window_s,
            )
            for leg in self._legs
        }

    def _look(self, reads: dict[WorkingSide, Reads], position: int, lost: int) -> None:
        """Look for movements in a tick, then at the clock."""
        for leg, finder in self._finders.items():
            read = reads[leg]
            found = finder.see(
                self._sample, read.levels_pct[position], lost=lost, contact=read.contacts[position]
            )
            if found is not None:
                self._found(Ended(leg, found))
        # what was found may have ended the work
        if self._phase is Phase.EFFORT and self._sample >= self._clock.due:
            self._time_is_up()

    def _end_work(self, ending: Ending, *, also_whole: bool = False) -> None:
        """End the work: what is under way ends so, and with ``also_whole`` all that waits to be told, too."""
        for leg, finder in self._finders.items():
            found = finder.cut_off(self._sample)
            if found is not None:
                self._waiting.append(Ended(leg, found, ending))
        for ended in sorted(self._waiting, key=lambda ended: ended.found.onset):
            self._publish(replace(ended, ending=ending) if also_whole else ended)
        self._waiting = []
        self._finders = {}
        self._enter(Phase.REST, self._settings.rest_s, EventKind.RELAX)

    def _publish(self, ended: Ended) -> None:
        """Score a movement and tell it."""
        settings, found = self._settings, ended.found
        result, span = movement_result(
            ended,
            HoldTicks.gather(self._ticks),
            self._reference(),
            kind=self._kind,
            gates=settings.gates(ended.side),
            target_pct=settings.target_pct,
            number=self._number,
            set_number=self._set_number,
            feedback=self._shows_levels,
            lost_samples=lost_in(self._ticks, found),
        )
        # without a phase: the phase of the set goes on
        detail: dict[str, JsonValue] = {
            "exercise": settings.exercise,
            "kind": self._kind.value,
            "outcome": result.outcome.value,
            "reason": result.outcome_reason,
            "set_sample": result.set_sample,
            "end_sample": result.end_sample,
            "scored_from_sample": span[0] if span else None,
            "scored_to_sample": span[1] if span else None,
        }
        self._raised.append(
            Event(
                self._sample,
                EventKind.HOLD_DONE,
                self._start.run,
                ended.side,
                Role.TRAIN,
                self._number,
                detail,
            )
        )
        self._results.append(result)
        self._session.add(result)
        self._closed.append(result)

    @property
    def _number(self) -> int:
        """Number in the session of the next movement."""
        return self._start.next_hold + len(self._results) - self._n_before

    def command(self, command: Command) -> Step:
        """Hear a key; it takes effect at ``command.applied_sample``."""
        if command.applied_sample is not None:
            self._sample = command.applied_sample
        self._obey(command)
        self._forget_ticks()
        return self._step(0)

    def _obey(self, command: Command) -> None:
        working = self._phase is Phase.EFFORT
        match command.kind:
            case CommandKind.PAUSE if self._paused_at is None:
                self._pause()
            case CommandKind.RESUME if self._paused_at is not None:
                self._clock.put_off(self._sample - self._paused_at)
                self._paused_at = None
            case CommandKind.STOP if working:
                self._break_off(STOPPED)
            case CommandKind.FOOT_DOWN | CommandKind.BACK if working:
                self._break_off(FOOT_DOWN)
            case CommandKind.NEXT if working and was_unread(command, self._clock.since, self._start.fs_hz):
                pass  # meant for "position taken", which the clock has just said
            case CommandKind.NEXT | CommandKind.ENOUGH if working:
                self._break_off(OWN_STOP)
            case CommandKind.NEXT if self._phase is Phase.CUE:
                self._take_position()
            case CommandKind.NEXT if self._phase is Phase.REST:
                self._clock.skip()

    def _pause(self) -> None:
        """Freeze the rest; what had begun begins anew with its "prepare"."""
        if self._phase is Phase.EFFORT:
            self._break_off(PAUSED)
        elif self._phase is not Phase.REST:
            self._turn_to(Phase.REST, 0.0)
        self._paused_at = self._sample

    def _rest(self, seconds: float) -> None:
        """Rest, and say so."""
        self._turn_to(Phase.REST, seconds)
        detail: dict[str, JsonValue] = {"phase": Phase.REST.value, "rest_s": seconds}
        self._raised.append(self._event(EventKind.REST, detail))

    def _turn_to(self, phase: Phase, seconds: float) -> None:
        self._phase = phase
        self._clock = PhaseClock(self._start.fs_hz, self._sample, seconds)

    def _enter(self, phase: Phase, seconds: float, event: EventKind, /, **detail: JsonValue) -> None:
        self._turn_to(phase, seconds)
        told = {"exercise": self._settings.exercise, "phase": phase.value, "attempt": self._attempt}
        self._raised.append(self._event(event, {**told, **detail}))

    def _event(self, kind: EventKind, detail: dict[str, JsonValue]) -> Event:
        """Event of the whole set: it belongs to no single movement."""
        return Event(self._sample, kind, self._start.run, self._settings.side, Role.TRAIN, None, detail)

    def _step(self, consumed: int) -> Step:
        """Hand over what was raised since the last time."""
        step = Step(self._raised, consumed, self._closed)
        self._raised, self._closed = [], []
        return step

    def _forget_ticks(self) -> None:
        """Keep the ticks that a movement still to be scored may need, and no others."""
        if not self._finders:
            self._ticks = []
            return
        needed = min(finder.needed_from for finder in self._finders.values())
        needed = min([needed, *(ended.found.onset for ended in self._waiting)])
        self._ticks = [part for part in self._ticks if len(part) and int(part.samples[-1]) >= needed]

    @property
    def _shows_levels(self) -> bool:
        """Whether bars and tones are on."""
        return feedback_after(len(self._progress[0]), self._settings.feedback) is Feedback.ON

    def view(self) -> StageView:
        """Show the clock of the present phase, the dots and the target."""
        settings = self._settings
        clock = self._shown_clock()
        dots, wanted = self._progress
        if self._phase is Phase.EFFORT:
            dots = [*dots, DotState.CURRENT]
        return replace(
            settings.shown(),
            phase=clock.phase,
            side=settings.side,
            role=Role.TRAIN,
            hold=self._number,
            set_number=self._set_number,
            countdown_s=clock.countdown_s,
            elapsed_s=clock.elapsed_s,
            duration_s=clock.duration_s,
            target_pct=settings.target_pct,
            feedback=self._shows_levels,
            dots=(*dots, *[DotState.PENDING] * (wanted - len(dots))),
            last_result=self._results[-1] if self._results else None,
            message=self._message,
            work=WORK[self._kind],
            gate_muscle=settings.gate_muscle,
        )

    def _shown_clock(self) -> StageClock:
        """Say the phase, and its clock."""
        if self._paused_at is not None:
            return StageClock(Phase.PAUSED)
        return self._clock.shown(self._phase, self._sample)
