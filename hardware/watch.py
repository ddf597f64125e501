"""Watching a stream: how long a silence means something, and whether the rate is the promised one."""

from __future__ import annotations

from collections import deque
from statistics import median
from typing import Final

import numpy as np

NO_SIGNAL_S: Final = 0.3
"""A board that delivers every few milliseconds has certainly stopped after this time."""
USUAL_CHUNKS: Final = 3
LONGEST_NO_SIGNAL_S: Final = 2.0
"""However lumpy a stream is, so long a silence is one."""
SAME_CHUNK_S: Final = 0.005
"""Blocks that come closer together were cut from one chunk."""
REMEMBERED_CHUNKS: Final = 15

RATE_TOLERANCE: Final = 0.02
RATE_SPAN_S: Final = 10
RATE_MEMORY_S: Final = 30


class ChunkWatch:
    """Learns how a stream is cut, so that a lumpy one is not taken for a dead one."""

    def __init__(self) -> None:
        self._intervals_s: deque[float] = deque(maxlen=REMEMBERED_CHUNKS)
        self._heard_s: float | None = None

    @property
    def no_signal_s(self) -> float:
        """After so long without a sample there is no signal: 0.3 s or three usual chunks, the greater."""
        if len(self._intervals_s) < USUAL_CHUNKS:
            return NO_SIGNAL_S
        return min(LONGEST_NO_SIGNAL_S, max(NO_SIGNAL_S, USUAL_CHUNKS * median(self._intervals_s)))

    def hear(self, now_s: float) -> None:
        """Take note that samples came."""
        if self._heard_s is not None and now_s - self._heard_s > SAME_CHUNK_S:
            # a silence says nothing of how the stream is cut
            self._intervals_s.append(min(now_s - self._heard_s, LONGEST_NO_SIGNAL_S))
        self._heard_s = now_s


class EarliestLine:
    """What one clock shows at a time of another, seen through messages that are late but never early.

    Parameters
    ----------
    creep : float
        Share by which the sender's clock may be slower than it says: the line gives way so fast.
    """

    def __init__(self, creep: float) -> None:
        self._creep = creep
        self._offset_s: float | None = None
        self._came_s = 0.0

    def take(self, sent_s: float, came_s: float) -> float:
        """Take note of a message.

        Parameters
        ----------
        sent_s : float
            When it was sent, on the sender's clock.
        came_s : float
            When it came, on ours.

        Returns
        -------
        float
            Our time less the sender's for a message without delay.
        """
        late_s = came_s - sent_s
        if self._offset_s is None:
            self._offset_s = late_s
        else:
            self._offset_s = min(late_s, self._offset_s + self._creep * max(0.0, came_s - self._came_s))
        self._came_s = came_s
        return self._offset_s


class RateWatch:
    """Measures the rate of a stream against the computer's monotonic clock.

    Samples come late, in bursts or held back, but never early: the line under their earliest
    arrivals has the slope of the board's true clock.

    Parameters
    ----------
    fs_hz : float
        The rate that is taken for true.
    """

    def __init__(self, fs_hz: float) -> None:
        self._fs_hz = fs_hz
        self._earliest: deque[tuple[float, float]] = deque(maxlen=RATE_MEMORY_S)
        self._second = -1
        self._said = False

    def take(self, end_sample: int, time_s: float) -> float | None:
        """Take note of the newest sample and when it came.

        Parameters
        ----------
        end_sample : int
            Samples so far, lost ones included.
        time_s : float
            Monotonic time at which the newest came.

        Returns
        -------
        float or None
            The true rate in hertz, once, as soon as it is certain that it is more than 2 % off.
        """
        late_s = time_s - end_sample / self._fs_hz
        second = int(time_s)
        if second != self._second:
            self._second = second
            measured_hz = self._measured_hz()
            self._earliest.append((time_s, late_s))
            if measured_hz is not None and abs(measured_hz / self._fs_hz - 1.0) > RATE_TOLERANCE:
                first = not self._said
                self._said = True
                return measured_hz if first else None
        elif late_s < self._earliest[-1][1]:
            self._earliest[-1] = (time_s, late_s)
        return None

    def restart(self) -> None:
        """Forget what was measured: the numbers jumped by an estimate."""
        self._earliest.clear()
        self._second = -1

    def _measured_hz(self) -> float | None:
        """Rate from the whole seconds so far; None while they are too few."""
        if len(self._earliest) <= RATE_SPAN_S:
            return None
        times_s, late_s = np.array(self._earliest).T
        # n samples take n / fs seconds and grow later by slope * t meanwhile
        slope = float(np.polyfit(times_s - times_s[0], late_s, 1)[0])
        return self._fs_hz * (1.0 - slope)
