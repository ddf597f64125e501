"""Levels of stretches and of whole recordings, and the rest and maximum they are measured by."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from emg.activation import NO_REFERENCE, Activations, Reference, SiteReference
from emg.arrays.chain import Chain, info_of, settings_for
from emg.arrays.samples import Span, blocks_of, samples_of
from emg.arrays.ticks import Ticks
from emg.artefacts import MAX_RMS_UV
from emg.blocks import FloatArray
from emg.maximum import best_of_effort_uv, best_window_s, maximum_of, pieces
from emg.montage import Montage
from emg.onset import mean_power
from emg.pipeline import ChainSettings, Pipeline
from emg.results import Method


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
    """Highest RMS of one channel over a window, whatever made it: a knock on the cable counts like a muscle.

    A maximum without knocks and luck is that of ``reference_from``.

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
    ticks = Ticks(x_uv, fs_hz, settings_for(fs_hz, **chain))
    power_uv2 = ticks.power_uv2[ticks.span(span_s)]
    n_ticks = _window_ticks(best_window_s(fs_hz) if window_s is None else window_s, power_uv2, ticks.tick_s)
    windows = np.lib.stride_tricks.sliding_window_view(power_uv2, n_ticks)
    return math.sqrt(float(np.fmax.reduce(windows.mean(axis=-1))))


def _window_ticks(window_s: float, power_uv2: FloatArray, tick_s: float) -> int:
    """Length of a window in ticks; refused if it does not fit."""
    n_ticks = round(window_s / tick_s)
    if not 1 <= n_ticks <= len(power_uv2):
        raise ValueError(f"No window of {window_s:g} s fits into {len(power_uv2) * tick_s:g} s.")
    return n_ticks


def _best_of_trial_uv(x_uv: ArrayLike, fs_hz: float, settings: ChainSettings) -> float | None:
    """Highest window of a trial that only a muscle can have made, by the rule of a guided session."""
    ticks = Ticks(x_uv, fs_hz, settings)
    stretch, notched = ticks.span(), settings.filters.notch_hz is not None
    power_uv2, sample_uv = ticks.power_uv2[stretch], ticks.sample_uv[stretch]
    _window_ticks(best_window_s(fs_hz), power_uv2, ticks.tick_s)
    found = [
        best_of_effort_uv(
            power_uv2[piece], ticks.tick_s, fs_hz, sample_uv[piece], MAX_RMS_UV, notched=notched
        )
        for piece in pieces(len(power_uv2), ticks.tick_s)
    ]
    return max((best_uv for best_uv in found if best_uv is not None), default=None)


def reference_from(
    rest_uv: Mapping[str, ArrayLike],
    mvc_uv: Mapping[str, Sequence[ArrayLike]],
    fs_hz: float,
    *,
    method: Method | str = Method.MVC,
    **chain: Unpack[Chain],
) -> Reference:
    """Rest and maximum of each site, from recordings of rest and of maximal contractions.

    Rest is ``rms_uv`` of its recording. Of each trial, all but its first 0.5 s, the highest RMS over 0.5 s
    (1 s at 256 Hz and below) counts that only a muscle can have made: without knocks, movement of a cable
    and hum, and with at least 80 % of its samples. The maximum is the highest of the trials, less what the
    best of many noisy windows owes to luck. A guided session makes it of its efforts in the same way.

    Parameters
    ----------
    rest_uv : mapping from site name to array_like of shape (n_samples,)
        EMG of the relaxed muscle in microvolts, not yet filtered.
    mvc_uv : mapping from site name to sequence of array_like of shape (n_samples,)
        One array a trial; a list also if there is only one. The effort fills at least a quarter of it, of a
        longer one at least a quarter of 5 s: a shorter one cannot be told from a knock.
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
        settings = settings_for(fs_hz, **chain)
        found = [_best_of_trial_uv(trial, fs_hz, settings) for trial in trials]
        bests_uv = [best_uv for best_uv in found if best_uv is not None]
        rest = rms_uv(rest_uv[name], fs_hz, **chain)
        if not bests_uv:
            raise ValueError(
                f"No trial of {name} has a window without gaps, movement, hum and more than "
                f"{MAX_RMS_UV:g} µV: there is no maximum."
            )
        effort_s = sum(len(np.asarray(trial)) for trial in trials) / len(trials) / fs_hz
        highest_uv, cv_pct = maximum_of(bests_uv, fs_hz, effort_s)
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
