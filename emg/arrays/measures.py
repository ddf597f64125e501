"""When a muscle works, and the spectrum of its signal."""

from __future__ import annotations

from typing import Unpack

from numpy.typing import ArrayLike

from emg.activation import REST_FACTOR
from emg.arrays.chain import Chain, settings_for
from emg.arrays.samples import Span, samples_of
from emg.arrays.ticks import Ticks
from emg.blocks import FloatArray
from emg.onset import Burst, find_bursts, noise_baseline, plateau_latency_s, plateau_uv
from emg.spectrum import SEGMENT_S, WelchSpectrum


def latency_s(
    x_uv: ArrayLike,
    fs_hz: float,
    *,
    cue_s: float,
    scored_s: Span,
    rest_uv: float,
    quiet_s: float = 2.5,
    **chain: Unpack[Chain],
) -> float | None:
    """Time from the cue until a muscle is at 75 % of its own plateau, found as for holds.csv.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples,)
        EMG in microvolts, not yet filtered, from before the cue to the end of the hold.
    fs_hz : float
        Sampling rate.
    cue_s : float
        When the cue was given, in seconds from the first sample.
    scored_s : tuple of 2 floats
        From where to where the plateau is taken, likewise.
    rest_uv : float
        RMS at rest.
    quiet_s : float
        For so long before the cue the posture was quiet.
    **chain
        ``band_hz``, ``notch_hz``, ``zero_phase``; see ``Chain``.

    Returns
    -------
    float or None
        Seconds, the filter's delay taken off. None if the plateau is below twice the rest, or lost.

    Raises
    ------
    ValueError
        As ``filter_emg``; also if quiet, cue and plateau do not follow each other in the recording.
    """
    ticks = Ticks(x_uv, fs_hz, settings_for(fs_hz, **chain))
    quiet, scored = ticks.span((cue_s - quiet_s, cue_s)), ticks.span(scored_s)
    if scored.start <= quiet.stop:
        raise ValueError(f"The plateau from {scored_s[0]:g} s on must come after the cue at {cue_s:g} s.")
    level_uv = plateau_uv(ticks.power_uv2[scored], rest_uv)
    if level_uv is None or level_uv < REST_FACTOR * rest_uv:
        return None
    return plateau_latency_s(
        ticks.sample_uv[quiet.start : scored.stop],
        ticks.tick_s,
        quiet_to=quiet.stop - quiet.start,
        scored_from=scored.start - quiet.start,
        rest_share=rest_uv**2 / (rest_uv**2 + level_uv**2),
        delay_s=ticks.delay_s,
    )


def detect_bursts(x_uv: ArrayLike, fs_hz: float, *, baseline_s: Span, **chain: Unpack[Chain]) -> list[Burst]:
    """Find when a muscle came on and went off: mean + 5 SD of a quiet stretch for 50 ms.

    It is over below mean + 2 SD for 100 ms; the delay of the window and of the filter is taken off.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples,)
        EMG in microvolts, not yet filtered.
    fs_hz : float
        Sampling rate.
    baseline_s : tuple of 2 floats
        A stretch in which the muscle is quiet, in seconds from the first sample: 2.5 s or more.
    **chain
        ``band_hz``, ``notch_hz``, ``zero_phase``; see ``Chain``.

    Returns
    -------
    list of Burst
        In order; a time that was not seen, as at the end of the recording, is None.

    Raises
    ------
    ValueError
        As ``filter_emg``; also if the baseline does not lie in the recording, or too much of it was lost.

    References
    ----------
    Hodges and Bui (1996), Electroencephalogr Clin Neurophysiol 101:511-519: mean + k SD of the baseline.
    """
    ticks = Ticks(x_uv, fs_hz, settings_for(fs_hz, **chain))
    short_uv = ticks.short_uv
    baseline = noise_baseline(short_uv[ticks.span(baseline_s)])
    if baseline is None:
        raise ValueError(
            f"More than a fifth of the baseline from {baseline_s[0]:g} to {baseline_s[1]:g} s was lost: "
            "choose another quiet stretch."
        )
    return find_bursts(short_uv, ticks.tick_s, *baseline, window_s=ticks.window_s, delay_s=ticks.delay_s)


def power_spectrum(
    x_uv: ArrayLike, fs_hz: float, *, segment_s: float = SEGMENT_S
) -> tuple[FloatArray, FloatArray]:
    """Power density of the unfiltered signal: Welch's average of Hann windows that overlap by half.

    Parameters
    ----------
    x_uv : array_like of shape (n_samples,) or (n_samples, n_channels)
        EMG in microvolts, not filtered; a segment with a lost sample is left out.
    fs_hz : float
        Sampling rate.
    segment_s : float
        Length of a segment; the frequencies are ``1 / segment_s`` apart.

    Returns
    -------
    freq_hz : ndarray of shape (k,)
        Frequencies.
    density : ndarray of shape (k,) or (k, n_channels)
        µV² per Hz; its integral is the variance.

    Raises
    ------
    ValueError
        As ``filter_emg``; also if there is no whole segment.

    References
    ----------
    Welch (1967), IEEE Trans Audio Electroacoust 15:70-73.
    """
    settings_for(fs_hz)
    samples = samples_of(x_uv)
    rows = samples.reshape(len(samples), -1)
    spectrum = WelchSpectrum(fs_hz, rows.shape[1], segment_s)
    spectrum.push(rows, 0)
    if spectrum.density is None:
        raise ValueError(f"There are no {segment_s:g} s without a lost sample in this recording.")
    freq_hz, density = spectrum.density
    return freq_hz, density.reshape(len(freq_hz), *samples.shape[1:])
