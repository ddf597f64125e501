"""Sampling rate and lost samples from a column of times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

import numpy as np

from emg.blocks import FloatArray, IntArray
from emg.said import Said
from hardware.file_formats.recording import FileUnreadable
from hardware.file_formats.units import LONGEST_NAME

SLOWEST_HZ: Final = 10.0
FASTEST_HZ: Final = 100_000.0

MOST_LOST: Final = 1e15
"""A damaged time may be any number; ``FileSource`` refuses what lasts longer than a day."""

_ROUND_HZ: Final = (500.0, 100.0, 50.0, 10.0, 5.0, 1.0)
_MOST: Final = 0.9
"""So many of the steps must be alike; the others are lost samples."""

_TIME_UNIT: Final = r"[\s_]*[\[(/_]?\s*(?P<unit>s|sec|seconds?|ms|msec|us|µs|min)\s*[\])]?"
_TIME_NAMES: Final = (
    re.compile(rf"(?:time|zeit|temps|tiempo|tempo|timestamps?|elapsed(?: time)?|[tx])(?:{_TIME_UNIT})", re.I),
    re.compile(r"(?:time|zeit|temps|tiempo|tempo|timestamps?|elapsed(?: time)?|seconds)(?P<unit>)", re.I),
)
_COUNTER_NAME: Final = re.compile(
    r"(?:sample|frame|row)?[\s_]*(?:index|number|no\.?|nr\.?|#|n)|samples?|frames?", re.I
)
_SECONDS: Final = {
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "seconds": 1.0,
    "ms": 1e-3,
    "msec": 1e-3,
    "us": 1e-6,
    "µs": 1e-6,
    "min": 60.0,
}


def is_time_name(name: str) -> bool:
    """Whether a header name is that of a column of times."""
    return _time_unit(name) is not None


def is_counter_name(name: str) -> bool:
    """Whether a header name is that of a column that counts rows."""
    return len(name) <= LONGEST_NAME and _COUNTER_NAME.fullmatch(name.strip()) is not None


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """An even column of times.

    Attributes
    ----------
    place : int
        Column, from 0.
    step : float
        Time between two samples, in the file's unit of time.
    tolerance : float
        A step may be so much longer or shorter than that.
    fs_hz : float or None
        Sampling rate; None if the file does not say in what unit the times are.
    """

    place: int
    step: float
    tolerance: float
    fs_hz: float | None

    def lost_before(self, times: FloatArray, before: float) -> IntArray:
        """Count the samples lost before each row.

        Parameters
        ----------
        times : ndarray of shape (n,), float64
            Times of rows in the order of the file.
        before : float
            Time of the row before the first; NaN if there is none.

        Raises
        ------
        FileUnreadable
            If time runs backwards. A mere counter may start anew.
        """
        steps = np.diff(times, prepend=before)
        steps[~np.isfinite(steps)] = self.step  # a row without a time follows the one before
        if self.fs_hz is not None and steps.min(initial=np.inf) < -self.tolerance:
            at = times[int(np.argmin(steps))]
            raise FileUnreadable(
                Said(
                    "Its time runs backwards at {time}: cut the file there, or leave that column out.",
                    time=f"{at:g}",
                )
            )
        late = steps - self.step > self.tolerance
        lost = np.where(late, np.rint(steps / self.step) - 1.0, 0.0)
        return np.minimum(lost, MOST_LOST).astype(np.int64)


def find_step(texts: Sequence[str], values: Sequence[float], name: str, place: int) -> TimeColumn | None:
    """Take a column for time if it rises evenly.

    Parameters
    ----------
    texts, values : sequences
        The column in the head of the file, as written and as numbers.
    name : str
        Its header name, which may hold its unit.
    place : int
        Where it stands.

    Returns
    -------
    TimeColumn or None
        None if there are not three rows, or they do not rise evenly. A step up to a half too long or too
        short counts as even, and so does one that the last written digit explains.
    """
    times = np.asarray(values)
    if len(times) < 3 or not np.isfinite(times).all():
        return None
    quantum = 10.0 ** min(_exponent(text) for text in texts)
    steps = np.diff(times)
    step = float(np.median(steps))
    exact = float(np.mean(np.abs(steps - step) < 1e-3 * step)) >= _MOST
    tolerance = 0.5 * step if exact else max(0.5 * step, 1.5 * quantum)
    usual = np.abs(steps - step) <= tolerance
    if steps.min() < 0.0 or usual.mean() < _MOST or not steps[usual].any():
        return None
    # times written with few digits take turns: 0, 1, 1, 0 ms at 1500 Hz; their mean knows better
    span = float(steps[usual].sum())
    mean = span / int(usual.sum())
    return TimeColumn(place, mean, tolerance, _rate(mean, 0.0 if exact else quantum / span, name))


def _rate(step: float, uncertainty: float, name: str) -> float | None:
    """Rate of a step: the roundest number that the digits of the file allow."""
    unit = _time_unit(name)
    if unit is None and (name or step >= 1.0):
        return None
    fs_hz = 1.0 / (step * _SECONDS[unit or "s"])
    for grain in _ROUND_HZ:
        rounder = round(fs_hz / grain) * grain
        if rounder and abs(fs_hz - rounder) <= (uncertainty + 1e-6) * rounder:
            fs_hz = rounder
            break
    return fs_hz if SLOWEST_HZ <= fs_hz <= FASTEST_HZ else None


def _time_unit(name: str) -> str | None:
    """Find the unit of a column of times, empty if it does not say; None if it is none."""
    if len(name) > LONGEST_NAME:
        return None
    found = next(filter(None, (pattern.fullmatch(name.strip()) for pattern in _TIME_NAMES)), None)
    return None if found is None else found["unit"].lower()


def _exponent(text: str) -> int:
    try:
        exponent = Decimal(text.strip().replace(",", ".")).as_tuple().exponent
    except InvalidOperation:
        return 0
    return exponent if isinstance(exponent, int) else 0
