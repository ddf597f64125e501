"""The Stage of one set of holds: its rest before, its holds, their repeats and their scoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from emg.activation import Activations, Reference, reading
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.hold import Hold, HoldEvent, HoldPlan, Tick
from emg.live_view import StageView
from emg.quality import INVALID, VERDICTS
from emg.results import HoldResult, Outcome, Role
from emg.score import ChainDelays, HoldTicks, score, scored_span
from emg.stage import Command, Event, JsonValue, StageStart, Step, outcome_dot

MAX_REPEATS: Final = 5
"""Void or lost holds of a set that are repeated before it ends as it is: a broken wire must trap nobody."""

GOES_ON: Final = "set_goes_on"
"""Message of a set that was left for a new calibration, until its next hold."""


@dataclass(frozen=True, slots=True)
class SetSettings:
    """One set of holds.

    Attributes
    ----------
    code : str
        Name of the stage, for example ``holds_right_test``.
    exercise : str
        Code of the protocol.
    plan : HoldPlan
        What each hold is to be.
    holds : int
        How many holds that count.
    set_number, n_sets : int
        Which set of how many, from 1.
    lead_rest_s, rest_s, stand_up_s : float
        Rest before the set, between its holds, and before it goes on after a new calibration.
    gate_site : str
        The muscle whose level decides, on the working side.
    working_sites : tuple of str
        Sites whose contact must be good during a hold.
    """

    code: str
    exercise: str
    plan: HoldPlan
    holds: int
    set_number: int
    n_sets: int
    lead_rest_s: float
    rest_s: float
    gate_site: str
    working_sites: tuple[str, ...]
    stand_up_s: float = 0.0


class HoldSet:
    """A Stage: rest, then holds in succession until enough of them count.

    Parameters
    ----------
    settings : SetSettings
        What the set is.
    delays : ChainDelays
        Delays that latencies are corrected for.
    reference : callable returning Reference
        Rest and maximum in force when a hold ends.
    """

    def __init__(self, settings: SetSettings, delays: ChainDelays, reference: ReferenceInForce) -> None:
        self._settings = settings
        self._delays = delays
        self._reference = reference
        self._start = StageStart(0, "", 1.0)
        self._reset(0)

    def _reset(self, sample: int) -> None:
        self._sample = sample
        self._hold: Hold | None = None
        self._ticks: list[Activations] = []
        self._open_from = 0
        self._results: list[HoldResult] = []
        self._n_before = 0
        self._rest_from = sample
        self._rest_s = self._settings.lead_rest_s
        self._paused_at: int | None = None
        self._last: HoldResult | None = None
        self._message = ""

    @property
    def code(self) -> str:
        """Name of the stage."""
        return self._settings.code

    @property
    def done(self) -> bool:
        """Whether enough holds count, or too many had to be repeated."""
        outcomes = [result.outcome for result in self._results]
        counted = sum(outcome.counts for outcome in outcomes)
        # a pause is asked for: it traps nobody, and never costs a hold
        repeated = len(outcomes) - counted - outcomes.count(Outcome.INCOMPLETE)
        return self._hold is None and (counted >= self._settings.holds or repeated > MAX_REPEATS)

    def begin(self, start: StageStart) -> Sequence[Event]:
        """Begin with the rest before the set, or go on with the holds that are left of it."""
        self._start = start
        if start.goes_on:
            self._go_on(start.sample)
        else:
            self._reset(start.sample)
        return [self._rest_event(start.sample)]

    def _go_on(self, sample: int) -> None:
        """Keep what was done; everybody lies down from the new calibration and has to stand up first."""
        self._sample = self._rest_from = sample
        self._rest_s = self._settings.stand_up_s
        self._n_before = len(self._results)
        self._paused_at = None
        self._message = GOES_ON

    def advance(self, activations: Activations) -> Step:
        """Take ticks until they end or the set is done."""
        events: list[Event] = []
        holds: list[HoldResult] = []
        column = _column(activations, self._settings.gate_site)
        working = [_column(activations, site) for site in self._settings.working_sites]
        self._open_from = 0 if self._hold is not None else len(activations)
        for position in range(len(activations)):
            self._sample = int(activations.samples[position])
            if self._hold is None and not activations.lost[position]:  # nobody hears a cue in a gap
                events += self._resting()
                self._open_from = position
            hold = self._hold
            if hold is None:
                continue
            raised = hold.see(_tick(activations, position, column, working))
            if hold.broken_off and not hold.begun:
                self._prepare_anew()
                continue
            if hold.outcome is not None:
                self._ticks.append(activations.cut(self._open_from, position + 1))
            events += self._published(hold, raised, holds)
            if self.done:
                return Step(events, position + 1, holds)
        if self._hold is not None:
            self._ticks.append(activations.cut(self._open_from))
        return Step(events, len(activations), holds)

    def _resting(self) -> list[Event]:
        """Begin the next hold when the rest is over."""
        if self._sample < self._rest_from + round(self._rest_s * self._start.fs_hz):
            return []
        self._hold = Hold(self._settings.plan, self._sample, self._start.fs_hz)
        self._ticks = []
        self._message = ""
        return [self._event(EventKind.PREPARE, Phase.PREPARE)]

    def _published(self, hold: Hold, raised: Sequence[HoldEvent], holds: list[HoldResult]) -> list[Event]:
        """Session events for what the hold raised; closes the hold when it is over."""
        events = []
        for item in raised:
            extra: dict[str, JsonValue] = {}
            if item.crossed_sample is not None:
                extra["crossed_sample"] = item.crossed_sample
            events.append(self._event(item.kind, item.phase, **extra))
        if hold.outcome is not None:
            events += self._closed(hold, holds)
        return events

    def _closed(self, hold: Hold, holds: list[HoldResult]) -> list[Event]:
        """Score the finished hold and begin the rest after it."""
        result = score(
            hold,
            HoldTicks.gather(self._ticks),
            self._reference(),
            self._delays,
            number=self._number,
            set_number=self._settings.set_number,
        )
        span = scored_span(hold)
        done = self._event(
            EventKind.HOLD_DONE,
            Phase.REST,
            outcome=result.outcome.value,
            reason=result.outcome_reason,
            cue_sample=hold.cue_sample,
            set_sample=hold.set_sample,
            fired_sample=hold.fired_sample,
            end_sample=hold.end_sample,
            scored_from_sample=span[0] if span else None,
            scored_to_sample=span[1] if span else None,
        )
        self._results.append(result)
        self._last = result
        holds.append(result)
        self._hold = None
        self._ticks = []
        self._rest_from = self._sample
        self._rest_s = self._settings.rest_s
        return [done] if self.done else [done, self._rest_event(self._sample)]

    @property
    def _number(self) -> int:
        """Number of the present or next hold in the session."""
        return self._start.next_hold + len(self._results) - self._n_before

    def _event(self, kind: EventKind, phase: Phase, **detail: JsonValue) -> Event:
        """Event of the present hold."""
        return Event(
            sample=self._sample,
            kind=kind,
            run=self._start.run,
            side=self._settings.plan.side,
            role=self._settings.plan.role,
            hold=self._number,
            detail={"exercise": self._settings.exercise, "phase": phase.value, **detail},
        )

    def _rest_event(self, sample: int) -> Event:
        """Event of a rest; it belongs to no hold."""
        return Event(
            sample=sample,
            kind=EventKind.REST,
            run=self._start.run,
            side=self._settings.plan.side,
            role=self._settings.plan.role,
            detail={"phase": Phase.REST.value, "rest_s": self._rest_s},
        )

    def command(self, command: Command) -> Step:
        """Hear a key; it takes effect at ``command.applied_sample``."""
        if command.applied_sample is not None:
            self._sample = command.applied_sample
        holds: list[HoldResult] = []
        events = self._obey(command.kind, holds)
        return Step(events, 0, holds)

    def _obey(self, kind: CommandKind, holds: list[HoldResult]) -> list[Event]:
        hold = self._hold
        match kind:
            case CommandKind.PAUSE if self._paused_at is None:
                return self._pause(holds)
            case CommandKind.RESUME if self._paused_at is not None:
                self._rest_from += self._sample - self._paused_at
                self._paused_at = None
                return []
            case CommandKind.STOP if hold is not None and hold.begun:
                return self._end(hold, Outcome.INCOMPLETE, "stopped", holds)
            case CommandKind.FOOT_DOWN | CommandKind.BACK if hold is not None and hold.begun:
                return self._end(hold, Outcome.LOST_BALANCE, "foot_down", holds)
            case CommandKind.FELT if hold is not None:
                return self._felt(hold)
            case CommandKind.NEXT:
                return self._next(hold, holds)
        return []

    def _end(self, hold: Hold, outcome: Outcome, reason: str, holds: list[HoldResult]) -> list[Event]:
        return self._published(hold, hold.finish(self._sample, outcome, reason), holds)

    def _pause(self, holds: list[HoldResult]) -> list[Event]:
        """Freeze the rest; a hold under way is kept as incomplete and repeated."""
        self._paused_at = self._sample
        if self._hold is None:
            return []
        if self._hold.begun:
            return self._end(self._hold, Outcome.INCOMPLETE, "paused", holds)
        self._prepare_anew()
        return []

    def _prepare_anew(self) -> None:
        """Forget a hold that nobody was cued to: it begins again when its time comes."""
        self._hold = None
        self._rest_from, self._rest_s = self._sample, 0.0

    def _felt(self, hold: Hold) -> list[Event]:
        return [self._event(EventKind.COMMAND, hold.phase, felt=True)] if hold.felt(self._sample) else []

    def _next(self, hold: Hold | None, holds: list[HoldResult]) -> list[Event]:
        """Skip the rest; between cue and set take the position; after set, "I felt it"."""
        if hold is None:
            self._rest_s = 0.0
            return []
        if hold.begun and hold.set_sample is None:
            return self._published(hold, hold.take_position(self._sample), holds)
        return self._felt(hold)

    def view(self) -> StageView:
        """Show the clock of the present phase, the dots and the target."""
        settings, plan, hold = self._settings, self._settings.plan, self._hold
        phase, countdown_s, elapsed_s, duration_s = self._clock()
        return StageView(
            stage="holds",
            phase=phase,
            side=plan.side,
            role=plan.role,
            hold=self._number,
            set_number=settings.set_number,
            n_sets=settings.n_sets,
            countdown_s=countdown_s,
            elapsed_s=elapsed_s,
            duration_s=duration_s,
            in_target_s=hold.in_target_s(self._sample) if hold else None,
            target_pct=plan.target_pct,
            ceiling_pct=plan.ceiling_pct,
            feedback=plan.feedback or hold is None,
            dots=self._dots(),
            last_result=self._last,
            message=self._message,
        )

    def _clock(self) -> tuple[Phase, float | None, float | None, float | None]:
        """Phase, seconds to its end, seconds of it gone, and its length."""
        fs_hz, hold = self._start.fs_hz, self._hold
        if self._paused_at is not None:
            return Phase.PAUSED, None, None, None
        if hold is None:
            gone_s = (self._sample - self._rest_from) / fs_hz
            return Phase.REST, max(0.0, self._rest_s - gone_s), gone_s, self._rest_s
        began = hold.prepare_sample
        for sample in (hold.cue_sample, hold.set_sample, hold.fired_sample):
            began = sample if sample is not None else began
        elapsed_s = (self._sample - began) / fs_hz
        length_s = (hold.deadline - began) / fs_hz
        # how long the glute may take is not a countdown: nobody should race it
        countdown_s = None if hold.phase is Phase.WAITING else max(0.0, length_s - elapsed_s)
        return hold.phase, countdown_s, elapsed_s, length_s

    def _dots(self) -> tuple[DotState, ...]:
        """One dot for each repetition: those that count, the present one, those to come."""
        trained = self._settings.plan.role is Role.TRAIN
        dots = [outcome_dot(result.outcome, trained) for result in self._results if result.outcome.counts]
        if self._hold is not None:
            dots.append(DotState.CURRENT)
        missing = self._settings.holds - len(dots)
        return (*dots, *[DotState.PENDING] * max(0, missing))


class ReferenceInForce:
    """Holds the reference that the session uses now; stages read it, the session writes it.

    Attributes
    ----------
    last : Reference
        The last one with anything in it: what the holds so far were scored with, where none is in force.
    """

    def __init__(self, value: Reference) -> None:
        self.value = self.last = value

    @property
    def value(self) -> Reference:
        """Rest and maximum in force."""
        return self._value

    @value.setter
    def value(self, value: Reference) -> None:
        self._value = value
        if value.sites:
            self.last = value

    def __call__(self) -> Reference:
        """Return the reference in force."""
        return self._value


def _column(activations: Activations, site: str) -> int | None:
    return activations.sites.index(site) if site in activations.sites else None


def _tick(activations: Activations, position: int, gate: int | None, working: Sequence[int | None]) -> Tick:
    """Reduce a tick to what a hold looks at."""
    verdicts = activations.verdicts[position]
    names = [VERDICTS[verdicts[column]] for column in working if column is not None]
    lost = int(activations.lost[position])
    invalid = next((name for name in names if name in INVALID), "")
    level = None
    if gate is not None and not lost and VERDICTS[verdicts[gate]] not in INVALID:
        level = reading(activations.pct_mvc[position, gate])
    return Tick(int(activations.samples[position]), level, lost, invalid)
