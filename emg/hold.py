"""One hold as a pure state machine on the sample clock.

Prepare, cue, set, waiting, holding, and one outcome. It sees levels tick by tick and raises events;
what the hold was worth is computed afterwards (``emg/score.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from emg.codes import EventKind, Phase
from emg.montage import Side
from emg.results import Outcome, Role, Until

EXIT_SHARE: Final = 0.8
"""A level in target leaves it at this share of the target: 7 crossings a minute, not 709 (simulation)."""

DWELL_S: Final = 0.250
"""A crossing counts when it has lasted this long."""

MAX_GAP_S: Final = 0.100
"""A longer gap inside a hold voids it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlan:
    """What one hold is to be.

    Attributes
    ----------
    side, role, until
        Working side, and what kind of hold.
    target_pct, ceiling_pct : float or None
        In %MVC; a hold until = fired needs a target.
    feedback : bool
        Whether bars and tones are on.
    prepare_s, quiet_s : float
        Time before the cue, and how much of its end is the quiet baseline.
    set_after_s : float
        The position counts as taken this long after the cue, or at a key.
    wait_limit_s : float
        Longest wait for the gate muscle.
    hold_s : float
        Length of the hold itself.
    """

    side: Side
    role: Role
    until: Until
    target_pct: float | None = None
    ceiling_pct: float | None = None
    feedback: bool = True
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
    lost : int
        Samples lost since the tick before.
    contact : str
        Empty, or the verdict that makes a working muscle's reading invalid.
    """

    sample: int
    gate_pct: float | None
    lost: int = 0
    contact: str = ""


class Zone:
    """In or out of target, with hysteresis and dwell; a crossing is dated at its beginning.

    Parameters
    ----------
    target_pct : float
        Level of entry; the exit is at 0.8 of it.
    dwell : int
        Samples a crossing must last.
    """

    def __init__(self, target_pct: float, dwell: int) -> None:
        self._target_pct = target_pct
        self._dwell = dwell
        self.inside = False
        self.since: int | None = None
        self._crossed: int | None = None
        self._before = 0

    def see(self, sample: int, level_pct: float | None) -> bool:
        """Take a level; return True if the zone has just been entered or left.

        A missing reading is no information: it neither enters nor leaves.
        """
        if level_pct is None:
            return False
        edge_pct = EXIT_SHARE * self._target_pct if self.inside else self._target_pct
        if (level_pct >= edge_pct) == self.inside:
            self._crossed = None
            return False
        if self._crossed is None:
            self._crossed = sample
        if sample - self._crossed < self._dwell:
            return False
        if self.inside and self.since is not None:
            self._before += self._crossed - self.since
        self.inside, self.since, self._crossed = not self.inside, self._crossed, None
        return True

    def samples_inside(self, sample: int) -> int:
        """Count the samples spent in target up to ``sample``; dips shorter than the dwell count as inside."""
        running = sample - self.since if self.inside and self.since is not None else 0
        return self._before + running


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
        self.fired_sample: int | None = None
        self.felt_sample: int | None = None
        self.end_sample: int | None = None
        self.outcome: Outcome | None = None
        self.reason = ""
        self.lost_samples = 0
        self._gap = 0
        self._zone = None if plan.target_pct is None else Zone(plan.target_pct, self._samples(DWELL_S))

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
    def deadline(self) -> int:
        """Sample at which the present phase ends by itself."""
        plan = self.plan
        if self.cue_sample is None:
            return self.prepare_sample + self._samples(plan.prepare_s)
        if self.set_sample is None:
            return self.cue_sample + self._samples(plan.set_after_s)
        if plan.until is Until.SET:
            return self.set_sample + self._samples(plan.hold_s)
        if self.fired_sample is None:
            return self.set_sample + self._samples(plan.wait_limit_s)
        return self.fired_sample + self._samples(plan.hold_s)

    def in_target_s(self, sample: int) -> float | None:
        """Time in target since set, None where there is no target."""
        if self._zone is None or self.set_sample is None:
            return None
        return self._zone.samples_inside(sample) / self.fs_hz

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
            events += self._zone_events(tick)
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

    def _zone_events(self, tick: Tick) -> list[HoldEvent]:
        """Follow the gate muscle in and out of its target."""
        zone = self._zone
        if zone is None or not zone.see(tick.sample, tick.gate_pct):
            return []
        if zone.inside and self.plan.until is Until.FIRED and self.fired_sample is None:
            self.fired_sample = zone.since
            self.phase = Phase.HOLDING
            return [HoldEvent(EventKind.FIRED, Phase.HOLDING, zone.since)]
        kind = EventKind.BACK_IN_TARGET if zone.inside else EventKind.LOST_TARGET
        return [HoldEvent(kind, self.phase, zone.since)]

    def _phase_over(self, sample: int) -> list[HoldEvent]:
        """Go on from prepare to the cue, and from there to set."""
        if self.cue_sample is None:
            self.cue_sample = sample
            self.phase = Phase.CUE
            return [HoldEvent(EventKind.CUE, Phase.CUE)]
        return self.take_position(sample)

    def _verdict(self, sample: int) -> tuple[Outcome, str]:
        """Outcome of a hold that ran its course; a test hold's is decided by its plateau."""
        if self.plan.role is Role.TEST:
            return Outcome.SUCCESS, ""
        if self.plan.until is Until.FIRED and self.fired_sample is None:
            return Outcome.NOT_REACHED, "limit"
        inside_s = self.in_target_s(sample) or 0.0
        if inside_s == 0.0:
            return Outcome.NOT_REACHED, "limit"
        # the last tick may fall one short of the planned length
        if inside_s >= self.plan.hold_s - 2.0 / self.fs_hz:
            return Outcome.SUCCESS, ""
        return Outcome.MISSED, "left_target"

    def take_position(self, sample: int) -> list[HoldEvent]:
        """Note that the position is taken: by a key between cue and set, or by the clock."""
        if self.cue_sample is None or self.set_sample is not None:
            return []
        self.set_sample = sample
        self.phase = Phase.HOLDING if self.plan.until is Until.SET else Phase.WAITING
        return [HoldEvent(EventKind.SET, self.phase)]

    def felt(self, sample: int) -> bool:
        """Note the first "I felt it" after set; True if it was the first."""
        if self.set_sample is None or self.felt_sample is not None or self.outcome is not None:
            return False
        self.felt_sample = sample
        return True

    def finish(self, sample: int, outcome: Outcome, reason: str) -> list[HoldEvent]:
        """End the hold."""
        self.end_sample = sample
        self.outcome = outcome
        self.reason = reason
        self.phase = Phase.REST
        return [HoldEvent(EventKind.RELAX, Phase.REST)]
