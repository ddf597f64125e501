"""Sessions with random truths: what each athlete's muscles do, and what the board samples of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from scipy import fft, signal

from calibrations.draft import Way
from calibrations.maximum import FULL_EFFORT_S, QUICK_EFFORT_S
from emg.blocks import BoolArray, FloatArray, IntArray
from emg.maximum import MVC_REST_FACTOR, REST_LIMIT_UV
from emg.montage import FOUR_SITES, Side
from emg.results import Role, Until
from emg.sets.hold import HoldPlan
from emg.sets.score import SCORED_FROM_S, SCORED_TO_S
from hardware.simulated_emg import LEAST_OVERSAMPLING, MODEL_RATE_HZ, Spectrum, sinc3_taps
from validation.holds import AT_PLATEAU
from validation.maxima import MVC_UV, REACTION_S, RISE_S, SPECTRA
from validation.simulation import theory

LEVEL_PCT: Final = (8.0, 60.0)
ASYMMETRY: Final = (0.5, 2.0)
"""Left over right."""

REP_CV: Final = (0.03, 0.20)
EFFORT_CV: Final = (0.03, 0.20)
"""From hold to hold, and from one maximal effort to the next. Norcross et al. (2010) saw 9 to 36 % within
an athlete for maxima; nobody knows what the rest of a population has."""

RAMP_S: Final = (0.05, 0.4)
STRENGTH: Final = (2.0, 20.0)
"""The session's mean plateau over the rest, RMS in the analysis band."""

LATENCY_S: Final = (0.0, 1.5)
LATENCY_SCATTER_S: Final = 0.1
N_HOLDS: Final = 3

LEAD_S: Final = 0.5
"""Before anything that is measured: the filters settle."""

REST_S: Final = 10.0
PLAN: Final = HoldPlan(side=Side.LEFT, role=Role.TEST, until=Until.SET)
"""The product's own times of a test hold."""

CUE_S: Final = LEAD_S + PLAN.quiet_s
SET_S: Final = CUE_S + PLAN.set_after_s
END_S: Final = SET_S + PLAN.hold_s

EXPECTED_BEST: Final = {Way.QUICK: 1.0 / math.sqrt(math.pi), Way.FULL: 1.5 / math.sqrt(math.pi)}
"""Mean of the best of two, and of three, standard normal numbers."""

N_EFFORTS: Final = {Way.QUICK: 2, Way.FULL: 3}
EFFORT_S: Final = {Way.QUICK: QUICK_EFFORT_S, Way.FULL: FULL_EFFORT_S}
HALF_NORMAL_SD: Final = math.sqrt(1.0 - 2.0 / math.pi)

SITES: Final = FOUR_SITES.names
MUSCLES: Final = tuple(site.muscle for site in FOUR_SITES.sites)

SAFETY: Final = 0.6
"""No true rest is louder than this share of what set-up refuses: its measurement scatters."""

APART_S: Final = 0.1
"""What is left out of noise that is periodic by its making, so that its end knows nothing of its start."""

_QUANTILES: Final = 21


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What some athletes do in one session each; arrays of shape (n_sessions, n_sites), sites as ``SITES``.

    Attributes
    ----------
    fs_hz : float
        Of the board.
    way : Way
        How all of them measure their maxima.
    ceiling : bool
        False: efforts scatter log-normally, and 100 % is the average of the best of so many. True: no effort
        exceeds the muscle's ceiling, which is 100 %; how far they fall short is half-normal.
    full_uv : ndarray
        100 %, RMS in the analysis band at the board.
    rest_uv : ndarray
        RMS of rest in the same band.
    mean_pct : ndarray
        Mean plateau of the athlete's holds, of which three are seen.
    rep_cv, effort_cv, ramp_s : ndarray
        Scatter of holds and efforts; length of the rise.
    held : ndarray of shape (n_sessions, n_sites, n_holds)
        Plateau of each hold over the mean.
    start_s : ndarray of shape (n_sessions, n_sites, n_holds)
        First sample of each rise, from set.
    typical_share : ndarray
        Root of the share of the scored span in which the muscle is up, on average over its latencies.
    """

    fs_hz: float
    way: Way
    ceiling: bool
    full_uv: FloatArray
    rest_uv: FloatArray
    mean_pct: FloatArray
    rep_cv: FloatArray
    effort_cv: FloatArray
    ramp_s: FloatArray
    held: FloatArray
    start_s: FloatArray
    typical_share: FloatArray

    @property
    def level_pct(self) -> FloatArray:
        """True mean level by the definition of holds.csv: RMS over the scored span, over 100 %."""
        return self.mean_pct * self.typical_share

    @property
    def latency_s(self) -> FloatArray:
        """True crossing of 75 % of the plateau, from set; shape as ``start_s``."""
        return self.start_s + AT_PLATEAU * self.ramp_s[..., None]

    @property
    def strength(self) -> FloatArray:
        """Mean plateau over rest."""
        return self.mean_pct / 100.0 * self.full_uv / self.rest_uv


def sigma_of(cv: FloatArray) -> FloatArray:
    """Give the standard deviation of the log of what is log-normal with this coefficient of variation."""
    return np.asarray(np.sqrt(np.log1p(np.square(cv))))


def draw(
    fs_hz: float, way: Way, n_sessions: int, random: np.random.Generator, *, ceiling: bool = False
) -> Truth:
    """Draw sessions; a rest that set-up would refuse, and a level out of range, are drawn again."""
    shape = (n_sessions, len(SITES))
    mean_pct = _levels_pct(random, n_sessions)
    full_uv = np.stack(
        [
            random.uniform(*MVC_UV[muscle], n_sessions) * theory(fs_hz, SPECTRA[muscle]).rms
            for muscle in MUSCLES
        ],
        axis=1,
    )
    rest_uv = _rests_uv(random, mean_pct / 100.0 * full_uv, full_uv)
    rep_cv, effort_cv = (_log_uniform(random, cv, shape) for cv in (REP_CV, EFFORT_CV))
    sigma = sigma_of(rep_cv)[..., None]
    held = np.exp(sigma * random.standard_normal((*shape, N_HOLDS)) - np.square(sigma) / 2.0)
    ramp_s = np.round(random.uniform(*RAMP_S, shape) * fs_hz) / fs_hz
    middle_s = random.uniform(LATENCY_S[0] + LATENCY_SCATTER_S, LATENCY_S[1] - LATENCY_SCATTER_S, shape)
    scatter_s = random.uniform(-LATENCY_SCATTER_S, LATENCY_SCATTER_S, (*shape, N_HOLDS))
    rise_s, after_s = ramp_s[..., None], (middle_s - AT_PLATEAU * ramp_s)[..., None]
    start_s = np.ceil((after_s + scatter_s) * fs_hz) / fs_hz  # a rise begins at a sample
    likely_s = after_s + LATENCY_SCATTER_S * np.linspace(-1.0, 1.0, _QUANTILES)
    return Truth(
        fs_hz=fs_hz,
        way=way,
        ceiling=ceiling,
        full_uv=full_uv,
        rest_uv=rest_uv,
        mean_pct=mean_pct,
        rep_cv=rep_cv,
        effort_cv=effort_cv,
        ramp_s=ramp_s,
        held=held,
        start_s=start_s,
        typical_share=scored_share(likely_s, rise_s).mean(axis=-1),
    )


def _log_uniform(
    random: np.random.Generator, low_high: tuple[float, float], shape: tuple[int, ...]
) -> FloatArray:
    low, high = (math.log(end) for end in low_high)
    return np.asarray(np.exp(random.uniform(low, high, shape)))


def _levels_pct(random: np.random.Generator, n_sessions: int) -> FloatArray:
    """Draw mean plateaus: a level for both sides and their quotient, both log-uniform; one column a site."""
    found = np.empty((n_sessions, len(SITES)))
    for muscle in SPECTRA:
        columns = [SITES.index(f"{muscle}_{side}") for side in Side]
        wrong: BoolArray = np.ones(n_sessions, dtype=np.bool_)
        while wrong.any():
            both, quotient = (
                _log_uniform(random, span, (int(wrong.sum()),)) for span in (LEVEL_PCT, ASYMMETRY)
            )
            sides = found[:, columns]
            sides[wrong] = np.stack((both * np.sqrt(quotient), both / np.sqrt(quotient)), axis=1)
            found[:, columns] = sides
            wrong = np.asarray(((sides < LEVEL_PCT[0]) | (sides > LEVEL_PCT[1])).any(axis=1))
    return found


def _rests_uv(random: np.random.Generator, plateau_uv: FloatArray, full_uv: FloatArray) -> FloatArray:
    """Give rests under the plateaus, none so loud that set-up would refuse it or the maximum."""
    loudest_uv = np.minimum(SAFETY * REST_LIMIT_UV, SAFETY * full_uv / MVC_REST_FACTOR)
    rest_uv = np.full_like(plateau_uv, np.inf)
    while (wrong := rest_uv > loudest_uv).any():
        rest_uv[wrong] = plateau_uv[wrong] / _log_uniform(random, STRENGTH, (int(wrong.sum()),))
    return rest_uv


def scored_share(start_s: FloatArray, ramp_s: FloatArray) -> FloatArray:
    """RMS over the scored span of a rise to 1 that begins so long after set, from its integral.

    The rise is ``(1 - cos(pi u)) / 2``; the integral of its square up to ``u`` is
    ``(3 u / 2 - 2 sin(pi u) / pi + sin(2 pi u) / (4 pi)) / 4``.
    """

    def until(share: FloatArray) -> FloatArray:
        waves = -2.0 * np.sin(np.pi * share) / np.pi + np.sin(2.0 * np.pi * share) / (4.0 * np.pi)
        return np.asarray((1.5 * share + waves) / 4.0)

    into = np.clip((SCORED_FROM_S - start_s) / ramp_s, 0.0, 1.0)
    up_s = SCORED_TO_S - np.maximum(SCORED_FROM_S, start_s + ramp_s)
    return np.asarray(
        np.sqrt((up_s + ramp_s * (until(np.ones_like(into)) - until(into))) / (SCORED_TO_S - SCORED_FROM_S))
    )


# --- what the board samples


def rests_uv(truth: Truth, random: np.random.Generator) -> FloatArray:
    """Every muscle at rest; shape (n_samples, n_sessions * n_sites)."""
    n = round((LEAD_S + REST_S) * truth.fs_hz)
    return truth.rest_uv.ravel() * board_noise(random, truth.fs_hz, None, (n, truth.rest_uv.size))


def efforts_uv(truth: Truth, muscles: IntArray, random: np.random.Generator) -> FloatArray:
    """One maximal effort of some muscles.

    Parameters
    ----------
    truth : Truth
        Of the sessions.
    muscles : ndarray of shape (n_muscles,), int64
        Positions among all muscles of all sessions.
    random : numpy.random.Generator
        Of this effort.

    Returns
    -------
    ndarray of shape (n_samples, n_muscles)
        From ``LEAD_S`` before the cue on.
    """
    fs_hz, n_muscles = truth.fs_hz, len(muscles)
    sigma, z = sigma_of(truth.effort_cv.ravel()[muscles]), random.standard_normal(n_muscles)
    given = -np.abs(z) / HALF_NORMAL_SD if truth.ceiling else z - EXPECTED_BEST[truth.way]
    level_uv = truth.full_uv.ravel()[muscles] * np.exp(sigma * given)
    start_s = LEAD_S + random.uniform(*REACTION_S, n_muscles)
    n = round((LEAD_S + EFFORT_S[truth.way]) * fs_hz)
    rise = _rises(n, fs_hz, start_s, random.uniform(*RISE_S, n_muscles))
    return _mixed(truth, muscles, level_uv * rise, random)


def holds_uv(truth: Truth, random: np.random.Generator) -> FloatArray:
    """Every test hold, one a column, from ``LEAD_S`` before the quiet baseline; holds vary fastest."""
    each = np.repeat(np.arange(truth.full_uv.size), N_HOLDS)
    level_uv = (truth.full_uv * truth.mean_pct / 100.0)[..., None] * truth.held
    start_s, ramp_s = SET_S + truth.start_s.ravel(), truth.ramp_s.ravel()[each]
    rise = _rises(round(END_S * truth.fs_hz), truth.fs_hz, start_s, ramp_s)
    return _mixed(truth, each, level_uv.ravel() * rise, random)


def _rises(n: int, fs_hz: float, start_s: FloatArray, ramp_s: FloatArray) -> FloatArray:
    """Rise from 0 to 1 along raised cosines, one a column."""
    time_s = np.arange(n)[:, None] / fs_hz
    return np.asarray(0.5 - 0.5 * np.cos(np.pi * np.clip((time_s - start_s) / ramp_s, 0.0, 1.0)))


def _mixed(truth: Truth, muscles: IntArray, level_uv: FloatArray, random: np.random.Generator) -> FloatArray:
    """EMG of these levels over the rest of these muscles."""
    found = truth.rest_uv.ravel()[muscles] * board_noise(random, truth.fs_hz, None, level_uv.shape)
    for name, spectrum in SPECTRA.items():
        columns = np.flatnonzero([MUSCLES[muscle % len(SITES)] == name for muscle in muscles])
        emg = board_noise(random, truth.fs_hz, spectrum, (len(level_uv), len(columns)))
        found[:, columns] += level_uv[:, columns] * emg
    return found


def board_noise(
    random: np.random.Generator, fs_hz: float, spectrum: Spectrum | None, shape: tuple[int, int]
) -> FloatArray:
    """Stationary noise as a board samples it, with an RMS of 1 in the analysis band.

    The same as ``hardware.simulated_emg.BoardNoise``, made from its spectrum at once instead of sample by
    sample at a finer rate: Gaussian noise is nothing but its spectrum.

    Parameters
    ----------
    random : numpy.random.Generator
        The noise is decided by it alone.
    fs_hz : float
        Sampling rate.
    spectrum : Spectrum or None
        Of the muscle; None is noise that is white before the converter.
    shape : (n_samples, n_columns)
        Of what is returned; the columns are independent.
    """
    n_samples, n_columns = shape
    n = fft.next_fast_len(n_samples + round(APART_S * fs_hz), real=True)
    gain = _gains(fs_hz, spectrum, n)
    lines = random.standard_normal((n_columns, 2 * len(gain))).view(np.complex128)
    made = fft.irfft(lines * gain, n, axis=1, overwrite_x=True)
    return np.ascontiguousarray(made[:, :n_samples].T)


@lru_cache(maxsize=16)
def _gains(fs_hz: float, spectrum: Spectrum | None, n: int) -> FloatArray:
    """Factor of every line of the spectrum: the converter folds what lies above half the rate back."""
    factor = max(LEAST_OVERSAMPLING, math.ceil(MODEL_RATE_HZ / fs_hz))
    taps = sinc3_taps(factor)
    _, adc = signal.freqz(taps, worN=n * factor, whole=True)
    power = np.square(np.abs(adc))
    if spectrum is None:
        power /= np.sum(np.square(taps))
    else:
        _, muscle = signal.freqz(*spectrum.shaping(factor * fs_hz), worN=n * factor, whole=True)
        power *= np.square(np.abs(muscle))
    folded = power.reshape(factor, n).sum(axis=0) / factor
    # half of a line's variance is in its real part; irfft divides by n
    gain = np.sqrt(folded[: n // 2 + 1] * n / 2.0) / theory(fs_hz, spectrum).rms
    return np.asarray(gain)
