"""What a board's signal cannot tell: frozen codes, shown once at the start and kept in session.json."""

from __future__ import annotations

from enum import StrEnum

from emg.blocks import Signal, StreamInfo, Unit
from emg.fatigue import can_tell_fatigue


class Limit(StrEnum):
    """Frozen codes of what cannot be told."""

    MICROVOLT = "microvolt"
    CONTACT = "contact"
    MAINS = "mains"
    ONSET = "onset"
    FINE_LATENCY = "fine_latency"
    SPECTRUM = "spectrum"


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
    if info.unit is Unit.ARBITRARY:
        found.append(Limit.MICROVOLT)
    if info.signal is Signal.ENVELOPE:
        found += [Limit.CONTACT, Limit.MAINS, Limit.ONSET, Limit.FINE_LATENCY]
    if info.signal is Signal.ENVELOPE or not can_tell_fatigue(info.fs_hz, info.bandwidth_hz):
        found.append(Limit.SPECTRUM)
    return tuple(limit.value for limit in found)
