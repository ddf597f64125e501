"""One verdict per electrode pair, on the raw signal, on a slow beat of the sample clock."""

from __future__ import annotations

from typing import Final

import numpy as np

from emg.blocks import BoolArray, FloatArray

VerdictArray = np.ndarray[tuple[int, ...], np.dtype[np.int8]]

VERDICTS: Final = ("ok", "no_reading", "flat", "railed", "near_rail", "mains")
"""Frozen codes; ``Activations.verdicts`` holds positions in this tuple."""

OK, NO_READING, FLAT, RAILED, NEAR_RAIL, MAINS = range(len(VERDICTS))

INVALID: Final = frozenset({"no_reading", "flat", "railed"})
"""Verdicts under which a level is no reading; the others are warnings."""

IS_INVALID: Final = np.array([code in INVALID for code in VERDICTS])
"""The same by position, for whole arrays: ``IS_INVALID[verdicts]``."""

BEAT_S: Final = 0.5
MAINS_SEGMENT_S: Final = 1.0
MAINS_SEGMENTS: Final = 3
"""Hum stands in every one of so many seconds; a burst of EMG can look like a line in one of them."""

FLAT_SD_UV: Final = 0.1
"""Below this the input is not an electrode on skin: the noise of an ADS1299 alone is 0.14 µV RMS."""

RAIL_SHARE: Final = 0.999
"""A sample within a thousandth of full scale is clipped."""

RAILED_SHARE: Final = 0.90
NEAR_RAIL_SHARE: Final = 0.75
"""Share of full scale that the offset alone may take (OpenBCI GUI: warn 75 %, fail 90 %)."""

MAINS_RATIO: Final = 5.0
"""Mean density at the mains over that of its neighbours; 0.4-2.0 in 40 clean channels (measured)."""

MAINS_FLOOR_UV: Final = 2.0
"""Hum weaker than this changes no level that counts."""

MAINS_STAYS: Final = 0.6
"""A complaint about hum ends at this share of both limits, so that it does not come and go."""

MAINS_HZ: Final = (50.0, 60.0)


def mains_ratio(raw_uv: FloatArray, fs_hz: float, mains_hz: float) -> tuple[FloatArray, FloatArray]:
    """How far the mains stands out of the spectrum, and how strong it is.

    Parameters
    ----------
    raw_uv : ndarray of shape (n_samples, n_channels)
        At least 1 s of unfiltered signal.
    fs_hz : float
        Sampling rate.
    mains_hz : float
        50 or 60.

    Returns
    -------
    ratio : ndarray of shape (n_channels,)
        Mean power density within 1 Hz of the mains over that 3 to 7 Hz beside it.
    hum_uv : ndarray of shape (n_channels,)
        RMS of the hum, the neighbours' density taken off.
    """
    taper = np.hanning(len(raw_uv))[:, None]
    spectrum = np.abs(np.fft.rfft((raw_uv - raw_uv.mean(axis=0)) * taper, axis=0)) ** 2
    density = 2.0 * spectrum / (fs_hz * np.sum(taper**2))
    distance = np.abs(np.fft.rfftfreq(len(raw_uv), 1.0 / fs_hz) - mains_hz)
    at = density[distance <= 1.0]
    beside = density[(distance >= 3.0) & (distance <= 7.0)].mean(axis=0)
    hum_uv2 = np.maximum(at - beside, 0.0).sum(axis=0) * fs_hz / len(raw_uv)
    return at.mean(axis=0) / np.maximum(beside, 1e-12), np.sqrt(hum_uv2)


class ContactMeter:
    """Verdicts that hold from one beat to the next; any cut into blocks gives the same.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    n_channels : int
        Columns of the raw signal.
    full_scale_uv : float
        Where the converter clips.
    notched_hz : float or None
        Mains frequency that the chain takes out: hum there is no longer a complaint.
    """

    def __init__(
        self, fs_hz: float, n_channels: int, full_scale_uv: float, notched_hz: float | None = None
    ) -> None:
        self._fs_hz = fs_hz
        self._full_scale_uv = full_scale_uv
        self._mains_hz = [hz for hz in MAINS_HZ if hz != notched_hz and hz < 0.45 * fs_hz]
        self._beat = max(1, round(BEAT_S * fs_hz))
        self._segment = round(MAINS_SEGMENT_S * fs_hz)
        self._window = MAINS_SEGMENTS * self._segment
        self._raw = np.full((self._window, n_channels), np.nan)
        self._current: VerdictArray = np.full(n_channels, NO_READING, dtype=np.int8)

    def __call__(self, raw_uv: FloatArray, valid: BoolArray, first_sample: int) -> VerdictArray:
        """Judge consecutive samples.

        Parameters
        ----------
        raw_uv : ndarray of shape (n_samples, n_channels)
            Unfiltered signal.
        valid : ndarray of shape (n_samples,), bool
            False for lost samples.
        first_sample : int
            Index of the first row on the sample clock; beats are its multiples.

        Returns
        -------
        ndarray of shape (n_samples, n_channels), int8
            Verdict at each sample.
        """
        rows = np.where(valid[:, None], raw_uv, np.nan)
        verdicts = np.empty(raw_uv.shape, dtype=np.int8)
        start = 0
        while start < len(rows):
            to_beat = self._beat - (first_sample + start) % self._beat
            stop = min(start + to_beat, len(rows))
            self._raw = np.concatenate((self._raw, rows[start:stop]))[-self._window :]
            verdicts[start:stop] = self._current
            if stop - start == to_beat:
                self._current = self._judge()
                verdicts[stop - 1] = self._current
            start = stop
        clipped = np.abs(raw_uv) >= RAIL_SHARE * self._full_scale_uv
        verdicts[clipped] = RAILED
        verdicts[~valid] = NO_READING
        return verdicts

    def _judge(self) -> VerdictArray:
        """Verdict on the last second (three for the mains), worst finding last."""
        recent = self._raw[-2 * self._beat :]
        known = recent[~np.isnan(recent[:, 0])]
        verdict: VerdictArray = np.full(recent.shape[1], NO_READING, dtype=np.int8)
        if len(known) < self._beat:
            return verdict
        verdict[:] = OK
        if not np.isnan(self._raw[:, 0]).any():
            verdict[self._hums()] = MAINS
        offset = np.abs(known.mean(axis=0)) / self._full_scale_uv
        verdict[offset > NEAR_RAIL_SHARE] = NEAR_RAIL
        clipped = (np.abs(known) >= RAIL_SHARE * self._full_scale_uv).any(axis=0)
        verdict[(offset > RAILED_SHARE) | clipped] = RAILED
        verdict[(known.std(axis=0) < FLAT_SD_UV) & (verdict != RAILED)] = FLAT
        return verdict

    def _hums(self) -> BoolArray:
        """Which channels carry the hum of one mains frequency in every second of the window."""
        found = np.zeros(self._raw.shape[1], dtype=np.bool_)
        ease = np.where(self._current == MAINS, MAINS_STAYS, 1.0)
        for mains_hz in self._mains_hz:
            every = np.ones_like(found)
            for segment in self._raw.reshape(MAINS_SEGMENTS, self._segment, -1):
                ratio, hum_uv = mains_ratio(segment, self._fs_hz, mains_hz)
                every &= (ratio > ease * MAINS_RATIO) & (hum_uv > ease * MAINS_FLOOR_UV)
            found |= every
        return found
