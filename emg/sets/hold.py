"""One hold as a pure state machine on the sample clock.

Prepare, cue, set, waiting, holding, and one outcome. It sees levels tick by tick and raises events;
what the hold was worth is computed afterwards (``emg/sets/score.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from emg.codes import EventKind, Phase
from emg.montage import WorkingSide
from emg.results import OWN_STOP, Feedback, Outcome, Presser, Role, Until
from emg.sets.zone import DWELL_S, Crossing, TargetClock

MAX_GAP_S: Final = 0.100
"""A longer gap inside a hold voids it."""

FAST_S: Final = 2.0
"""A glute is felt to fire within 1 to 2 s of taking the position; later is not fast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlan:
    """What one hold is to be.

    Attributes
    ----------
    side, role, until
        Working side, and what kind of hold.
    gate_muscle : str
        The muscle that has to work, on the working side.
    target_pct, ceiling_pct : float or None
        Of the gate and the ceiling muscle, in %MVC; a hold until = fired needs a target.
    feedback : Feedback
        When bars and tones are on.
    practice : bool
        By the clock, with nothing measured: then nothing is claimed either.
    prepare_s, quiet_s : float
        Time before the cue, and how much of its end is the quiet baseline.
    set_after_s : float
        The position counts as taken this long after the cue, or at a key.
    wait_limit_s : float
        Longest wait for the gate muscle.
    hold_s : float
        Length of the hold itself.
    """

    side: WorkingSide
    role: Role
    until: Until
    gate_muscle: str = "glute"
    target_pct: float | None = None
    ceiling_pct: float | None = None
    feedback: Feedback = Feedback.ON
    practice: bool = False
    prepare_s: float = 3.0
    quiet_s: float = 1.5
    set_after_s: float = 1.5
    wait_limit_s: float = 30.0
    hold_s: float = 6.0


@dataclass(frozen=True, slots=True)
class Tick:
    """What one hold sees of one tick.

    Attributes
    ----------
    sample : int
        On the sample clock.
    gate_pct : float or None
        Level of the gate muscle in %MVC, None for no reading.
    ceiling_pct : float or None
        Level of the ceiling muscle, in the same way.
    lost : int
        Samples lost since the tick before.
    contact : str
        Empty, or the verdict that makes a working muscle's reading invalid.
    """

    sample: int
    gate_pct: float | None
    lost: int = 0
    contact: str = ""
    ceiling_pct: float | None = None


@dataclass(frozen=True, slots=True)
class HoldEvent:
    """What the hold raises: a kind, the phase it leads into, and the sample it is dated."""

    kind: EventKind
    phase: Phase
    crossed_sample: int | None = None


class Hold:
    """The state of one hold. Feed it every tick from its beginning; it is over when ``outcome`` is set.

    Parameters
    ----------
    plan : HoldPlan
        What it is to be.
    sample : int
        Tick at which "prepare" begins.
    fs_hz : float
        Sampling rate of the clock.
    """

    def __init__(self, plan: HoldPlan, sample: int, fs_hz: float) -> None:
        self.plan = plan
        self.fs_hz = fs_hz
        self.phase = Phase.PREPARE
        self.prepare_sample = sample
        self.cue_sample: int | None = None
        self.set_sample: int | None = None
        self.set_by_clock = False
        self.fired_sample: int | None = None
        self.felt_sample: int | None = None
        self.felt_by: Presser | None = None
        self.felt_cued: bool | None = None
        self.end_sample: int | None = None
        self.outcome: Outcome | None = None
        self.reason = ""
        self.lost_samples = 0
        self._gap = 0
        self._target: TargetClock | None = None
        if plan.target_pct is not None:
            self._target = TargetClock(plan.target_pct, plan.ceiling_pct, self._samples(DWELL_S))

    def _samples(self, seconds: float) -> int:
        return round(seconds * self.fs_hz)

    @property
    def begun(self) -> bool:
        """Whether the athlete has been cued: from here on the hold gets a row, whatever happens."""
        return self.cue_sample is not None

    @property
    def broken_off(self) -> bool:
        """Whether more was lost in a row, up to now, than a hold can bear."""
        return self._gap > self._samples(MAX_GAP_S)

    @property
    def shows_levels(self) -> bool:
        """Whether bars and tones are on; in a felt hold they are withheld until the press."""
        feedback = self.plan.feedback
        return feedback is Feedback.ON or (feedback is Feedback.FELT and self.felt_sample is not None)

    @property
    def withheld(self) -> bool:
        """Whether the athlete is still to feel it: then nothing on the screen may tell."""
        unfelt = self.plan.feedback is Feedback.FELT and self.felt_sample is None
        return unfelt and self.set_sample is not None and self.plan.until is Until.FIRED

    @property
    def shown_phase(self) -> Phase:
        """Phase for people: a felt hold waits until it is felt."""
        return Phase.WAITING if self.withheld and self.outcome is None else self.phase

    @property
    def clock_sample(self) -> int | None:
        """Sample at which the clock of the hold itself starts: set, or fired, or felt before that."""
        if self.plan.until is Until.SET:
            return self.set_sample
        began = [sample for sample in (self.fired_sample, self.felt_sample) if sample is not None]
        return min(began, default=None)

    @property
    def deadline(self) -> int:
        """Sample at which the present phase ends by itself."""
        plan = self.plan
        if self.cue_sample is None:
            return self.prepare_sample + self._samples(plan.prepare_s)
        if self.set_sample is None:
            return self.cue_sample + self._samples(plan.set_after_s)
        if self.clock_sample is None:
            return self.set_sample + self._samples(plan.wait_limit_s)
        return self.clock_sample + self._samples(plan.hold_s)

    def in_target_s(self, sample: int) -> float | None:
        """Time in target since set, None where there is no target."""
        if self._target is None or self.set_sample is None:
            return None
        return self._target.samples_inside(sample) / self.fs_hz

    @property
    def edges_pct(self) -> tuple[float | None, float | None]:
        """Levels between which time counts as in target now: once reached, a target is not lost at once."""
        return (None, None) if self._target is None else self._target.edges_pct

    def see(self, tick: Tick) -> list[HoldEvent]:
        """Take one tick and return what it brought about, in order."""
        if self.outcome is not None:
            return []
        self.lost_samples += tick.lost
        self._gap = self._gap + tick.lost if tick.lost else 0
        fault = self._signal_fault(tick) if self.begun else []
        if fault:
            return fault
        events: list[HoldEvent] = []
        # nobody hears a cue in a gap
        if self.set_sample is None and tick.sample >= self.deadline and (self.begun or not tick.lost):
            events += self._phase_over(tick.sample)
        if self.set_sample is not None:  # the tick of "set" belongs to the hold already
            events += self._target_events(tick)
            if tick.sample >= self.deadline:
                events += self.finish(tick.sample, *self._verdict(tick.sample))
        return events

    def _signal_fault(self, tick: Tick) -> list[HoldEvent]:
        """Void the hold where the signal does not carry it."""
        if self.broken_off:
            return self.finish(tick.sample, Outcome.VOID, "gap")
        if tick.contact and not tick.lost:
            return self.finish(tick.sample, Outcome.VOID, tick.contact)
        return []

    def _target_events(self, tick: Tick) -> list[HoldEvent]:
        """Follow the muscles over their lines; the first entry of a hold that waits for it is "fired"."""
        if self._target is None:
            return []
        crossings = self._target.see(tick.sample, tick.gate_pct, tick.ceiling_pct)
        return [self._crossed(crossing) for crossing in crossings]

    def _crossed(self, crossing: Crossing) -> HoldEvent:
        entered = crossing.kind is EventKind.BACK_IN_TARGET
        if entered and self.plan.until is Until.FIRED and self.fired_sample is None:
            self.fired_sample = crossing.sample
            self.phase = Phase.HOLDING
            return HoldEvent(EventKind.FIRED, Phase.HOLDING, crossing.sample)
        return HoldEvent(crossing.kind, self.phase, crossing.sample)

    def _phase_over(self, sample: int) -> list[HoldEvent]:
        """Go on from prepare to the cue, and from there to set."""
        if self.cue_sample is None:
            self.cue_sample = sample
            self.phase = Phase.CUE
            return [HoldEvent(EventKind.CUE, Phase.CUE)]
        self.set_by_clock = True
        return self.take_position(sample)

    def _verdict(self, sample: int) -> tuple[Outcome, str]:
        """Outcome of a hold that ran its course; a test hold's is decided by its plateau."""
        if self.plan.practice:
            return Outcome.PRACTISED, ""
        if self.plan.role is Role.TEST:
            return Outcome.SUCCESS, ""
        target = self._target
        if target is None or target.reached is None:
            felt = self.felt_sample is not None and self.plan.until is Until.FIRED
            return Outcome.NOT_REACHED, "felt" if felt else "limit"
        if self._long_enough(sample, target):
            return Outcome.SUCCESS, ""
        if target.was_over:
            return Outcome.MISSED, "over_ceiling"
        return Outcome.MISSED, "left_target" if target.left else "late"

    def _long_enough(self, sample: int, target: TargetClock) -> bool:
        """Whether it was in target for the hold.

        From "fired" that is all of it. From "set" no muscle is there at once: it has ``FAST_S`` to come,
        and stays.
        """
        assert self.set_sample is not None  # only asked once the clock has run
        slack = 2  # the last tick may fall one short of the planned length
        inside = target.samples_inside(sample)
        if self.plan.until is Until.FIRED:
            return inside >= self._samples(self.plan.hold_s) - slack
        came = self.set_sample if target.reached is None else max(self.set_sample, target.reached)
        return came - self.set_sample <= self._samples(FAST_S) and inside >= sample - came - slack

    def take_position(self, sample: int) -> list[HoldEvent]:
        """Note that the position is taken: by a key between cue and set, or by the clock."""
        if self.cue_sample is None or self.set_sample is not None:
            return []
        self.set_sample = sample
        self.phase = Phase.HOLDING if self.plan.until is Until.SET else Phase.WAITING
        return [HoldEvent(EventKind.SET, self.phase)]

    def felt(self, sample: int, by: Presser | None = None) -> bool:
        """Note the first "I felt it" after set; True if it was the first.

        In a hold that waits for the muscle it starts the clock: what is felt is held, fired or not.
        """
        if self.set_sample is None or self.felt_sample is not None or self.outcome is not None:
            return False
        self.felt_cued = self.shows_levels
        self.felt_sample, self.felt_by = sample, by
        if self.phase is Phase.WAITING:
            self.phase = Phase.HOLDING
        return True

    def enough(self, sample: int) -> list[HoldEvent]:
        """End the hold because somebody says so, who may have any reason: that is nobody's failure.

        A key at the very tick at which its time is up takes nothing away.
        """
        if self.set_sample is not None and sample >= self.deadline:
            return self.finish(sample, *self._verdict(sample))
        return self.finish(sample, Outcome.INCOMPLETE, OWN_STOP)

    def finish(self, sample: int, outcome: Outcome, reason: str) -> list[HoldEvent]:
        """End the hold."""
        self.end_sample = sample
        self.outcome = outcome
        self.reason = reason
        self.phase = Phase.REST
        return [HoldEvent(EventKind.RELAX, Phase.REST)]
