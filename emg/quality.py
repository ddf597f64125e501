"""One verdict per electrode pair, on the raw signal, on a slow beat of the sample clock."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from emg.blocks import BoolArray, FloatArray, IntArray, Signal, StreamInfo, Unit
from emg.contact_spectrum import MAINS_HZ, SPECTRAL_RULES, SpectralContact
from emg.filters import MIN_RAW_FS_HZ

VerdictArray = np.ndarray[tuple[int, ...], np.dtype[np.int8]]

VERDICTS: Final = (
    *("ok", "no_reading", "flat", "railed", "near_rail", "mains", "mains"),
    *("weak", "motion", "twin", "noisy_rest"),
)
"""Frozen codes; ``Activations.verdicts`` holds positions in this tuple. Hum has two, one a frequency."""

OK, NO_READING, FLAT, RAILED, NEAR_RAIL, MAINS_50, MAINS_60, WEAK, MOTION, TWIN, NOISY_REST = range(
    len(VERDICTS)
)
"""``NOISY_REST`` is never given here: what is asked of the muscle, only a stage knows."""

MAINS_HZ_OF: Final[Mapping[int, float]] = MappingProxyType(
    dict(zip((MAINS_50, MAINS_60), MAINS_HZ, strict=True))
)
"""Frequency of the hum, for the two positions that stand for it."""

WORST_FIRST: Final = (
    *("no_reading", "railed", "flat", "mains", "weak", "twin", "motion"),
    *("noisy_rest", "near_rail", "ok"),
)
"""Of several findings the first of these is told. What leaves no signal goes before what is read from the
signal, and what stops set-up before a mere warning: an offset near the rail must not hide a wire in the
wrong jack. Why the rules of the spectrum come as they do, ``emg.contact_spectrum.SPECTRAL_RULES`` says."""

INVALID: Final = frozenset({"no_reading", "flat", "railed"})
"""Verdicts under which a level is no reading; the others are warnings. A twin has a level, of a muscle:
set-up stops at it, but no hold is void by it, because a cross-talk of more than half would be."""

IS_INVALID: Final = np.array([code in INVALID for code in VERDICTS])
"""The same by position, for whole arrays: ``IS_INVALID[verdicts]``."""

SPOILS_EFFORT: Final = IS_INVALID | (np.arange(len(VERDICTS)) == MOTION)
"""Where no rest and no maximum is measured: what is no reading, and motion."""

BEAT_S: Final = 0.5
SECOND_MISSING: Final = 0.05
"""A second with more than this share missing has no spectrum; less is bridged linearly."""

FLAT_SD_UV: Final = 0.1
"""Below this the input is not an electrode on skin: the noise of an ADS1299 alone is 0.14 µV RMS."""

SWING_UV: Final = 25_000.0
"""An input that strays by more within a second has lost the skin, wherever the rails are: 0.6 mV at the most
in 40 recordings, one of them with a cable that knocks; every electrode that hardly touches comes to it
within three seconds (simulation)."""

RAIL_SHARE: Final = 0.999
"""A sample within a thousandth of full scale is clipped."""

CONVERTER_ENDS: Final = (1023.0, 4095.0, 16383.0, 65535.0)
"""Greatest counts of 10 to 16 bits: an envelope that stands still there for a second is clipped."""

RAILED_SHARE: Final = 0.90
NEAR_RAIL_SHARE: Final = 0.75
"""Share of full scale that the offset alone may take (OpenBCI GUI: warn 75 %, fail 90 %)."""

_SECONDS_AT_ONCE: Final = 8
_IN_TABLE: Final = np.array(
    [
        {"mains_50": MAINS_50, "mains_60": MAINS_60, "weak": WEAK, "twin": TWIN, "motion": MOTION}[rule]
        for rule in SPECTRAL_RULES
    ]
    + [OK],
    dtype=np.int8,
)


class ContactMeter:
    """Verdicts that hold from one beat to the next; any cut into blocks gives the same.

    Each beat of half a second is summed up once. A verdict is on the last two beats, and on the last two
    or three whole seconds where it takes a spectrum; all beats of a block are judged together, so that an
    hour of recording costs no more than it must.

    Parameters
    ----------
    info : StreamInfo
        Facts of the stream; its rail may be unknown (infinite), and no microvolt rule applies to
        arbitrary units.
    n_channels : int
        Columns of the raw signal.
    step : int
        Samples from one tick to the next; the first sample is a tick.
    notched_hz : float or None
        Mains frequency that the chain takes out: hum there is no longer a complaint.
    """

    def __init__(
        self, info: StreamInfo, n_channels: int, step: int = 1, notched_hz: float | None = None
    ) -> None:
        self._fs_hz, self._step, self._rail = info.fs_hz, step, info.full_scale_uv
        # an envelope lies still at rest and far from zero in an effort: of it only clipping can be told
        self._sees_contact = info.signal is Signal.RAW
        in_uv = info.unit is Unit.MICROVOLT
        self._flat_sd = FLAT_SD_UV if in_uv else 0.0
        # what does not say where it clips may be no electrode on skin: a file, at whatever scale
        self._swing_sd = SWING_UV if in_uv and np.isfinite(self._rail) else np.inf
        self._spectral: SpectralContact | None = None
        if self._sees_contact and info.fs_hz >= MIN_RAW_FS_HZ:
            self._spectral = SpectralContact(info.fs_hz, n_channels, in_uv=in_uv, notched_hz=notched_hz)
        self._beat = max(1, round(BEAT_S * info.fs_hz))
        # one row a channel, from the last whole second on, so that a second of it lies together
        self._raw: FloatArray = np.empty((n_channels, 2 * self._beat * _SECONDS_AT_ONCE))
        self._valid: BoolArray = np.empty(self._raw.shape[1], dtype=np.bool_)
        self._n_raw = self._n_judged = self._n_samples = 0
        self._last_beat = np.zeros((4, 1, n_channels))
        self._complaint: VerdictArray = np.full(n_channels, OK, dtype=np.int8)
        self._current: VerdictArray = np.full(n_channels, NO_READING, dtype=np.int8)
        self._clipped: BoolArray = np.zeros(n_channels, dtype=np.bool_)

    def __call__(self, raw_uv: FloatArray, valid: BoolArray | None) -> VerdictArray:
        """Judge consecutive samples.

        Parameters
        ----------
        raw_uv : ndarray of shape (n_samples, n_channels)
            Unfiltered signal; bridged or NaN where it was lost.
        valid : ndarray of shape (n_samples,), bool, or None
            False for lost samples. None: nothing was lost.

        Returns
        -------
        ndarray of shape (n_ticks, n_channels), int8
            Verdict at each tick among the samples. A sample clipped since the tick before is seen.
        """
        ticks = np.arange((-self._n_samples) % self._step, len(raw_uv), self._step)
        table = [self._current[None]]
        begun = self._n_samples // self._beat
        start = 0
        while start < len(raw_uv):
            stop = min(len(raw_uv), start + self._raw.shape[1] - self._n_raw)
            self._take(raw_uv[start:stop], None if valid is None else valid[start:stop])
            if self._n_raw // self._beat > self._n_judged:
                table.append(self._judge())
            start = stop
        # the last sample of a beat has the new verdict already
        beats = (self._n_samples + 1 + ticks) // self._beat - begun
        verdicts: VerdictArray = np.concatenate(table)[beats]
        self._n_samples += len(raw_uv)
        self._mark_clipped(raw_uv, valid, ticks, verdicts)
        if valid is not None:
            verdicts[~valid[ticks]] = NO_READING
        return verdicts

    def set_notch(self, notch_hz: float | None) -> None:
        """Complain no more about hum that the chain takes out from now on; what was heard is forgotten."""
        if self._spectral is not None:
            self._spectral.set_notch(notch_hz)
            self._complaint = np.full_like(self._complaint, OK)

    def _take(self, raw_uv: FloatArray, valid: BoolArray | None) -> None:
        rows = slice(self._n_raw, self._n_raw + len(raw_uv))
        self._raw[:, rows] = raw_uv.T
        self._valid[rows] = True if valid is None else valid
        self._n_raw = rows.stop

    def _mark_clipped(
        self, raw_uv: FloatArray, valid: BoolArray | None, ticks: IntArray, verdicts: VerdictArray
    ) -> None:
        limit = RAIL_SHARE * self._rail
        if not self._clipped.any() and (not raw_uv.size or max(raw_uv.max(), -raw_uv.min()) < limit):
            return
        clipped = np.abs(raw_uv) >= limit
        if valid is not None:
            clipped &= valid[:, None]
        if not len(ticks):
            self._clipped = self._clipped | clipped.any(axis=0)
            return
        begins = np.concatenate(([0], ticks[:-1] + 1))
        since = np.logical_or.reduceat(clipped[: ticks[-1] + 1], begins, axis=0)
        since[0] |= self._clipped
        verdicts[since] = RAILED
        self._clipped = np.asarray(clipped[ticks[-1] + 1 :].any(axis=0))

    def _judge(self) -> VerdictArray:
        """Verdicts at the beats that are complete and not judged yet; shape (n_beats, n_channels)."""
        n_beats = self._n_raw // self._beat
        rows = slice(self._n_judged * self._beat, n_beats * self._beat)
        plain = self._by_level(self._sums(self._raw[:, rows], self._valid[rows]))
        heard = self._heard(self._n_judged + 1 + np.arange(len(plain)))
        np.copyto(plain, heard, where=np.isin(plain, (OK, NEAR_RAIL)) & (heard != OK))
        self._current = plain[-1]
        whole = 2 * (n_beats // 2) * self._beat
        left = slice(whole, self._n_raw)
        self._n_raw -= whole
        self._raw[:, : self._n_raw] = self._raw[:, left].copy()
        self._valid[: self._n_raw] = self._valid[left].copy()
        self._n_judged = n_beats % 2
        return plain

    def _sums(self, raw: FloatArray, valid: BoolArray) -> FloatArray:
        """Count, mean, squared deviations and peak of each beat; shape (4, n_beats, n_channels)."""
        beats = raw.reshape(len(raw), len(valid) // self._beat, self._beat)
        known = valid.reshape(-1, self._beat)
        there: BoolArray | bool = True if valid.all() else known
        count = np.maximum(known.sum(axis=-1), 1)
        mean = beats.sum(axis=-1, where=there) / count
        away = beats - mean[..., None]
        squares = np.square(away, out=away).sum(axis=-1, where=there)
        peak = np.maximum(
            beats.max(axis=-1, where=there, initial=-np.inf), -beats.min(axis=-1, where=there, initial=np.inf)
        )
        counts = np.broadcast_to(known.sum(axis=-1), mean.shape)
        return np.stack((counts, mean, squares, peak)).transpose(0, 2, 1)

    def _by_level(self, sums: FloatArray) -> VerdictArray:
        """Verdict on each beat and the one before it, worst finding last."""
        both = np.concatenate((self._last_beat, sums), axis=1)
        self._last_beat = sums[:, -1:].copy()
        (n0, mean0, squares0, peak0), (n1, mean1, squares1, peak1) = both[:, :-1], both[:, 1:]
        n = np.maximum(n0 + n1, 1.0)
        mean = (n0 * mean0 + n1 * mean1) / n
        sd = np.sqrt((squares0 + squares1 + n0 * n1 / n * np.square(mean1 - mean0)) / n)
        peak = np.where(n0 > 0, np.maximum(peak0, peak1), peak1)
        verdict: VerdictArray = np.full(n.shape, OK, dtype=np.int8)
        offset = np.abs(mean) / self._rail
        verdict[(offset > NEAR_RAIL_SHARE) & self._sees_contact] = NEAR_RAIL
        far_out = (offset > RAILED_SHARE) & self._sees_contact
        strays = (sd > self._swing_sd) & self._sees_contact
        verdict[far_out | strays | (peak >= RAIL_SHARE * self._rail)] = RAILED
        # an input that does not move has no spread but rounding's
        still = sd <= np.maximum(self._flat_sd, 1e-12 * np.abs(mean))
        if self._sees_contact:
            verdict[still & (verdict != RAILED)] = FLAT
        else:
            verdict[still & np.isin(np.rint(mean), CONVERTER_ENDS)] = RAILED
        verdict[n < self._beat] = NO_READING
        return verdict

    def _heard(self, beats: IntArray) -> VerdictArray:
        """Worst finding in the spectrum that stands at each beat; shape (n_beats, n_channels)."""
        if self._spectral is None:
            return self._complaint[None].repeat(len(beats), axis=0)
        n_seconds = self._n_raw // (2 * self._beat)
        found = self._complaint[None]
        if n_seconds:
            rows = slice(0, n_seconds * 2 * self._beat)
            seconds = self._raw[:, rows].reshape(len(self._raw), n_seconds, 2 * self._beat)
            missing = 1.0 - self._valid[rows].reshape(n_seconds, -1).mean(axis=-1)
            complaints = self._spectral(seconds, missing > SECOND_MISSING)
            worst = np.where(complaints.any(axis=1), complaints.argmax(axis=1), len(SPECTRAL_RULES))
            found = np.concatenate((found, _IN_TABLE[worst]))
            self._complaint = found[-1]
        return found[beats // 2]
