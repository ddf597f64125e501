"""Levels of stretches and of whole recordings, and the rest and maximum they are measured by."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Final, Unpack

import numpy as np
from numpy.typing import ArrayLike

from emg.activation import NO_REFERENCE, Activations, Reference, SiteReference
from emg.arrays.chain import Chain, info_of, settings_for
from emg.arrays.samples import Span, blocks_of, samples_of
from emg.arrays.ticks import Ticks
from emg.maximum import maximum_of
from emg.montage import Montage
from emg.onset import mean_power
from emg.pipeline import Pipeline
from emg.results import Method

MVC_WINDOW_S: Final = 0.5
SLOW_MVC_WINDOW_S: Final = 1.0
SLOW_FS_HZ: Final = 256.0
"""The window of a maximum, and a longer one at this rate and below, where an RMS scatters more."""


def rms_uv(x_uv: ArrayLike, fs_hz: float, *, span_s: Span | None = None, **chain: Unpack[Chain]) -> float:
    """RMS of one channel over a stretch: rest, or the plateau of a hold.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples,)
        EMG in microvolts, not yet filtered; filtering begins with its first sample.
    fs_hz : float
        Sampling rate.
    span_s : tuple of 2 floats or None
        The stretch, in seconds from the first sample, to the nearest tick (4 ms); None for all but the
        first 0.5 s.
    **chain
        ``band_hz``, ``notch_hz``, ``zero_phase``; see ``Chain``.

    Returns
    -------
    float
        Microvolts, rest still in it; NaN if more than a fifth of the stretch was lost.

    Raises
    ------
    ValueError
        As ``filter_emg``; also if the stretch does not lie in the recording.
    """
    ticks = Ticks(x_uv, fs_hz, settings_for(fs_hz, **chain))
    power = mean_power(ticks.power_uv2[ticks.span(span_s)])
    return math.nan if power is None else math.sqrt(power)


def peak_rms_uv(
    x_uv: ArrayLike,
    fs_hz: float,
    *,
    window_s: float | None = None,
    span_s: Span | None = None,
    **chain: Unpack[Chain],
) -> float:
    """Highest RMS of one channel over a window: what a maximal contraction came to.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples,)
        EMG in microvolts, not yet filtered.
    fs_hz : float
        Sampling rate.
    window_s : float or None
        None for 0.5 s, or 1 s at 256 Hz and below.
    span_s : tuple of 2 floats or None
        The whole window lies in this stretch; None for all but the first 0.5 s.
    **chain
        ``band_hz``, ``notch_hz``, ``zero_phase``; see ``Chain``.

    Returns
    -------
    float
        Microvolts; NaN if no window is without a gap.

    Raises
    ------
    ValueError
        As ``rms_uv``; also if no window fits into the stretch.
    """
    if window_s is None:
        window_s = SLOW_MVC_WINDOW_S if fs_hz <= SLOW_FS_HZ else MVC_WINDOW_S
    ticks = Ticks(x_uv, fs_hz, settings_for(fs_hz, **chain))
    power_uv2 = ticks.power_uv2[ticks.span(span_s)]
    n_ticks = round(window_s / ticks.tick_s)
    if not 1 <= n_ticks <= len(power_uv2):
        raise ValueError(f"No window of {window_s:g} s fits into {len(power_uv2) * ticks.tick_s:g} s.")
    windows = np.lib.stride_tricks.sliding_window_view(power_uv2, n_ticks)
    return math.sqrt(float(np.fmax.reduce(windows.mean(axis=-1))))


def reference_from(
    rest_uv: Mapping[str, ArrayLike],
    mvc_uv: Mapping[str, Sequence[ArrayLike]],
    fs_hz: float,
    *,
    method: Method | str = Method.MVC,
    **chain: Unpack[Chain],
) -> Reference:
    """Rest and maximum of each site, from recordings of rest and of maximal contractions.

    Rest is ``rms_uv`` of its recording, the maximum the highest ``peak_rms_uv`` of the trials, less what
    the best of many noisy windows owes to luck, as in a guided session.

    Parameters
    ----------
    rest_uv : mapping from site name to array_like of shape (n_samples,)
        EMG of the relaxed muscle in microvolts, not yet filtered.
    mvc_uv : mapping from site name to sequence of array_like of shape (n_samples,)
        One array a trial; a list also if there is only one.
    fs_hz : float
        Sampling rate of all of them.
    method : str
        ``mvc``, ``quick`` or ``submax``; no ratio is built on a submaximal reference.
    **chain
        ``band_hz``, ``notch_hz``, ``zero_phase``; see ``Chain``.

    Returns
    -------
    Reference
        Of the sites that have trials.

    Raises
    ------
    ValueError
        If a site has no rest or no trials, or its maximum is not above its rest.

    References
    ----------
    Besomi et al. (2020), CEDE amplitude normalisation matrix, J Electromyogr Kinesiol 53:102438.
    """
    sites = {}
    for name, trials in mvc_uv.items():
        if name not in rest_uv:
            raise ValueError(f"{name} has no rest: give a recording of the relaxed muscle too.")
        if len(trials) == 0 or np.ndim(trials[0]) == 0:
            raise ValueError(f"The trials of {name} are a list of recordings, also if there is only one.")
        peaks_uv = [peak_rms_uv(trial, fs_hz, **chain) for trial in trials]
        rest = rms_uv(rest_uv[name], fs_hz, **chain)
        known_uv = [peak for peak in peaks_uv if math.isfinite(peak)]
        if not known_uv:
            raise ValueError(f"No trial of {name} has a whole window without a gap: there is no maximum.")
        effort_s = sum(len(np.asarray(trial)) for trial in trials) / len(trials) / fs_hz
        highest_uv, cv_pct = maximum_of(known_uv, fs_hz, effort_s)
        sites[name] = SiteReference(rest, highest_uv, Method(method), cv_pct)
    return Reference(sites)


def levels(
    x_uv: ArrayLike,
    fs_hz: float,
    *,
    sites: Sequence[str],
    reference: Reference = NO_REFERENCE,
    full_scale_uv: float = math.inf,
    **chain: Unpack[Chain],
) -> Activations:
    """All that a session computes at its ticks: RMS, %MVC, ratios with their gate, verdicts.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples, n_sites) or (n_samples,)
        EMG in microvolts, not yet filtered.
    fs_hz : float
        Sampling rate.
    sites : sequence of str
        Muscle and side of each column: ``["glute_left", "ham_left"]``.
    reference : Reference
        Rest and maximum; without it percentages and ratios are NaN.
    full_scale_uv : float
        Where the converter clips; infinite if not known, then nothing is found to be clipped.
    **chain
        ``band_hz``, ``notch_hz``, ``zero_phase``; see ``Chain``.

    Returns
    -------
    Activations
        Its ticks are 4 ms apart, at ``samples / fs_hz`` seconds. They end with the last sample that is
        not lost.

    Raises
    ------
    ValueError
        As ``filter_emg``; also if ``sites`` does not name each column once.
    """
    rows = samples_of(x_uv)
    rows = rows.reshape(len(rows), -1)
    if isinstance(sites, str) or len(sites) != rows.shape[1]:
        raise ValueError(f"Give one site for each column, {rows.shape[1]} in all, not {sites!r}.")
    montage = Montage.parse(",".join(f"{name}={channel}" for channel, name in enumerate(sites, start=1)))
    info = info_of(fs_hz, rows.shape[1], full_scale_uv)
    pipeline = Pipeline(info, montage, settings_for(fs_hz, **chain), reference)
    parts = [pipeline(block) for block in blocks_of(rows, fs_hz)]
    return _joined([*parts, pipeline.finish()])


def _joined(parts: Sequence[Activations]) -> Activations:
    """Put consecutive activations together."""
    changed: dict[str, Any] = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(Activations)
        if isinstance(getattr(parts[0], field.name), np.ndarray)
    }
    ratios = {name: np.concatenate([part.ratios[name] for part in parts]) for name in parts[0].ratios}
    return replace(parts[0], ratios=ratios, **changed)
