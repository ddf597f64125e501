"""The clock of a phase that ends by itself: a rest, an offer that waits for its answer, a bout."""

from __future__ import annotations

from typing import Final

from emg.codes import Phase
from emg.sets.hold_clock import StageClock

OFFER_S: Final = 60.0
"""So long an offer stands; silence is no."""

ASKED_REST_S: Final = 20.0
"""Rest before an offer, at least: who has just put the foot down says first how much it hurt."""

DECIDES_S: Final = 20.0
"""So much of the rest is left, at least, to whoever has just told much pain: a key stops there."""


class PhaseClock:
    """Runs from a tick for some seconds; can be put off, made longer and skipped.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    sample : int
        Tick at which it begins.
    length_s : float
        How long it is.

    Attributes
    ----------
    since : int
        Tick at which it began, later by what does not count.
    length_s : float
        How long it is now.
    """

    def __init__(self, fs_hz: float, sample: int, length_s: float) -> None:
        self._fs_hz = fs_hz
        self.since = sample
        self.length_s = length_s

    @property
    def due(self) -> int:
        """Tick at which it is over."""
        return self.since + round(self.length_s * self._fs_hz)

    def put_off(self, n_samples: int) -> None:
        """Let time pass that does not count."""
        self.since += n_samples

    def leave(self, sample: int, seconds: float) -> None:
        """Make it long enough for so much to be left."""
        self.length_s = max(self.length_s, self._gone_s(sample) + seconds)

    def skip(self) -> None:
        """End it."""
        self.length_s = 0.0

    def shown(self, phase: Phase, sample: int) -> StageClock:
        """Say what it shows at a tick."""
        gone_s = self._gone_s(sample)
        return StageClock(phase, max(0.0, self.length_s - gone_s), gone_s, self.length_s)

    def _gone_s(self, sample: int) -> float:
        return (sample - self.since) / self._fs_hz
