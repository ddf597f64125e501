"""What a board's signal cannot tell: frozen codes, shown once at the start and kept in session.json."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from emg.blocks import Signal, StreamInfo, Unit

MIN_ONSET_FS_HZ: Final = 200.0
"""A sample every 5 ms; the electromechanical delay of a thigh muscle is some 50 ms."""

MIN_ONSET_BANDWIDTH_HZ: Final = 50.0
"""A board that ends at 40 Hz (Olimex) gives the slow part of a burst: its amplitude, not its beginning."""

MIN_FATIGUE_FS_HZ: Final = 500.0
"""At 250 Hz, even without droop, a hamstring's median frequency reads 28 % low and of a fall by a fifth
less than half is left, because what lies above 125 Hz is folded back (Stulen and De Luca's spectra)."""

MIN_FATIGUE_BANDWIDTH_HZ: Final = 200.0
"""-3 dB corner that the board itself must reach: about twice a hamstring's median frequency. With a sinc3
filter of 131 Hz (an ADS1299 at 500 a second) it reads 24 % low and a third of the fall is lost, with
262 Hz 10 % and an eighth (same spectra). A Cyton has 65 Hz; a laboratory's amplifier has 450 or more."""


class Limit(StrEnum):
    """Frozen codes of what cannot be told."""

    MICROVOLT = "microvolt"
    CONTACT = "contact"
    MAINS = "mains"
    ONSET = "onset"
    FINE_LATENCY = "fine_latency"
    SPECTRUM = "spectrum"


def can_tell_fatigue(fs_hz: float, bandwidth_hz: float) -> bool:
    """Whether a board carries enough of the spectrum for a median frequency.

    Parameters
    ----------
    fs_hz : float
        Sampling rate, at least 500 Hz.
    bandwidth_hz : float
        Upper -3 dB corner of the board itself (``StreamInfo.bandwidth_hz``), at least 200 Hz.
    """
    return fs_hz >= MIN_FATIGUE_FS_HZ and bandwidth_hz >= MIN_FATIGUE_BANDWIDTH_HZ


def can_tell_onset(fs_hz: float, bandwidth_hz: float) -> bool:
    """Whether raw EMG is fast and wide enough for the beginning of a burst.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    bandwidth_hz : float
        Upper -3 dB corner of the board itself.
    """
    return fs_hz >= MIN_ONSET_FS_HZ and bandwidth_hz >= MIN_ONSET_BANDWIDTH_HZ


def limits_of(info: StreamInfo) -> tuple[str, ...]:
    """List what this stream cannot tell.

    An envelope has lost what contact, hum, onset and spectrum are seen in: these need raw EMG. Its
    latencies are as coarse as its own samples and the smoothing that the board has already done.

    Parameters
    ----------
    info : StreamInfo
        The stream.

    Returns
    -------
    tuple of str
        Codes of ``Limit``.
    """
    found: list[Limit] = []
    if info.signal is Signal.NONE:  # a clock: nobody expects anything of it
        return ()
    if info.unit is Unit.ARBITRARY:
        found.append(Limit.MICROVOLT)
    if info.signal is Signal.ENVELOPE:
        found += [Limit.CONTACT, Limit.MAINS, Limit.ONSET, Limit.FINE_LATENCY]
    elif not can_tell_onset(info.fs_hz, info.bandwidth_hz):
        found.append(Limit.ONSET)
    if info.signal is Signal.ENVELOPE or not can_tell_fatigue(info.fs_hz, info.bandwidth_hz):
        found.append(Limit.SPECTRUM)
    return tuple(limit.value for limit in found)
