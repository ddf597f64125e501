"""The clock that a hold shows."""

from __future__ import annotations

from dataclasses import dataclass

from emg.codes import Phase
from emg.sets.hold import Hold


@dataclass(frozen=True, slots=True)
class StageClock:
    """A phase, and its clock where one runs.

    Attributes
    ----------
    phase : Phase
        What is shown.
    countdown_s, elapsed_s, duration_s : float or None
        Seconds to its end, seconds of it gone, and its length.
    """

    phase: Phase
    countdown_s: float | None = None
    elapsed_s: float | None = None
    duration_s: float | None = None


def hold_clock(hold: Hold, sample: int) -> StageClock:
    """Say what the clock of a hold shows.

    How long the muscle may take is no countdown: nobody should race it. In a felt hold nothing tells that
    it has fired, not even a clock that starts.
    """
    shown = (hold.cue_sample, hold.set_sample, None if hold.withheld else hold.clock_sample)
    began = max([hold.prepare_sample, *(at for at in shown if at is not None)])
    elapsed_s = (sample - began) / hold.fs_hz
    if hold.withheld:
        return StageClock(hold.shown_phase, elapsed_s=elapsed_s, duration_s=hold.plan.wait_limit_s)
    length_s = (hold.deadline - began) / hold.fs_hz
    left_s = None if hold.shown_phase is Phase.WAITING else max(0.0, length_s - elapsed_s)
    return StageClock(hold.shown_phase, left_s, elapsed_s, length_s)
