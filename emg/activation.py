"""What a level means: %MVC, ratio, share, symmetry and diagonal, each with its gate.

"No reading" is NaN inside arrays and ``None`` at every boundary to people and files; it is never
zero and never the last value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from emg.blocks import BoolArray, FloatArray, IntArray
from emg.results import Doubt, Method

RATIO_FLOOR_PCT: Final = 5.0
"""Both muscles of a ratio must reach this, in %MVC (the floor of emgteach; our convention)."""

REST_FACTOR: Final = 2.0
"""... and this multiple of their rest."""

SHARE_FLOOR_PCT: Final = 10.0
"""A share needs the greater of the two at this %MVC."""


@dataclass(frozen=True, slots=True)
class SiteReference:
    """Rest and maximum of one site.

    Attributes
    ----------
    rest_uv : float
        RMS at rest, in the analysis band.
    mvc_uv : float
        RMS at the maximum, rest still in it; must be above ``rest_uv``.
    method : Method
        How it was got.
    mvc_cv_pct : float
        Repeatability of the maximum: measured from the trials, or a stated prior.
    doubts : tuple of Doubt
        Why the maximum may be lower than the muscle's own.
    """

    rest_uv: float
    mvc_uv: float
    method: Method = Method.QUICK
    mvc_cv_pct: float = 10.0
    doubts: tuple[Doubt, ...] = ()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rest_uv) and math.isfinite(self.mvc_uv)):
            raise ValueError("rest and maximum must be finite numbers")
        if not 0.0 <= self.rest_uv < self.mvc_uv:
            raise ValueError(f"the maximum ({self.mvc_uv} µV) must be above the rest ({self.rest_uv} µV)")

    @property
    def span_uv(self) -> float:
        """The maximum with rest removed in power: what 100 % is."""
        return float(remove_rest(self.mvc_uv, self.rest_uv))

    @property
    def doubtful(self) -> bool:
        """Whether it is a maximum, and may be too low: its percentages may then be too high."""
        return bool(self.doubts) and self.method is not Method.SUBMAX


@dataclass(frozen=True, slots=True)
class Reference:
    """Rest and maximum per site, and how they were got.

    Attributes
    ----------
    sites : mapping from site name to SiteReference
        Sites without an entry have no percentages.
    """

    sites: Mapping[str, SiteReference] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sites", MappingProxyType(dict(self.sites)))

    def rest_uv(self, sites: Sequence[str]) -> FloatArray:
        """Rest of each site, NaN where there is none; shape (n_sites,)."""
        return np.array([s.rest_uv if (s := self.sites.get(name)) else np.nan for name in sites])

    def span_uv(self, sites: Sequence[str]) -> FloatArray:
        """100 % of each site with rest removed, NaN where there is none; shape (n_sites,)."""
        return np.array([s.span_uv if (s := self.sites.get(name)) else np.nan for name in sites])

    def submaximal(self, sites: Sequence[str]) -> BoolArray:
        """Which sites have a submaximal reference: no %MVC and no ratio may be built on them."""
        return np.array(
            [(s := self.sites.get(name)) is not None and s.method is Method.SUBMAX for name in sites],
            dtype=np.bool_,
        )


NO_REFERENCE: Final = Reference()


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """Levels on the session's grid of ticks; NaN is "no reading".

    Ticks are the samples that are a multiple of ``spacing``, lost ones included.

    Attributes
    ----------
    fs_hz : float
        Sampling rate of the sample clock.
    spacing : int
        Samples between ticks.
    sites : tuple of str
        Names of the columns.
    samples : ndarray of shape (n_ticks,), int64
        Sample of each tick.
    sample_uv : ndarray of shape (n_ticks, n_sites), float64
        The filtered signal at the tick itself.
    power_uv2 : ndarray of shape (n_ticks, n_sites), float64
        Mean square of the filtered signal over the samples since the tick before.
    rms_uv, slow_uv, short_uv : ndarray of shape (n_ticks, n_sites), float64
        Causal moving RMS over 250 ms (bars), 1 s (ratios) and 50 ms (onset); rest still in it.
    pct_mvc, slow_pct : ndarray of shape (n_ticks, n_sites), float64
        ``rms_uv`` and ``slow_uv`` with rest removed, over the maximum.
    verdicts : ndarray of shape (n_ticks, n_sites), int8
        Index into ``quality.VERDICTS``.
    lost : ndarray of shape (n_ticks,), int64
        Samples lost since the tick before.
    ratios : mapping from name to ndarray of shape (n_ticks,)
        ``left``, ``right``, ``left_glute_right_ham``, ``right_glute_left_ham``, from ``slow_pct``.
    submaximal : frozenset of str
        Sites whose ``pct_mvc`` is a percentage of a submaximal reference; their ``slow_pct`` is NaN.
    """

    fs_hz: float
    spacing: int
    sites: tuple[str, ...]
    samples: IntArray
    sample_uv: FloatArray
    power_uv2: FloatArray
    rms_uv: FloatArray
    slow_uv: FloatArray
    short_uv: FloatArray
    pct_mvc: FloatArray
    slow_pct: FloatArray
    verdicts: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
    lost: IntArray
    ratios: Mapping[str, FloatArray]
    submaximal: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def time_s(self) -> FloatArray:
        """Time of each tick on the sample clock; shape (n_ticks,)."""
        return self.samples / self.fs_hz

    def cut(self, start: int, stop: int | None = None) -> Activations:
        """Ticks ``start`` to ``stop``."""
        part = slice(start, stop)
        # built as it stands: this is done for every hold and block, and `replace` costs as much again
        return Activations(
            fs_hz=self.fs_hz,
            spacing=self.spacing,
            sites=self.sites,
            samples=self.samples[part],
            sample_uv=self.sample_uv[part],
            power_uv2=self.power_uv2[part],
            rms_uv=self.rms_uv[part],
            slow_uv=self.slow_uv[part],
            short_uv=self.short_uv[part],
            pct_mvc=self.pct_mvc[part],
            slow_pct=self.slow_pct[part],
            verdicts=self.verdicts[part],
            lost=self.lost[part],
            ratios={name: values[part] for name, values in self.ratios.items()},
            submaximal=self.submaximal,
        )

    def reordered(self, order: IntArray) -> Activations:
        """Give column ``i`` what column ``order[i]`` has; percentages and ratios are to be computed anew."""
        return replace(
            self,
            sample_uv=self.sample_uv[:, order],
            power_uv2=self.power_uv2[:, order],
            rms_uv=self.rms_uv[:, order],
            slow_uv=self.slow_uv[:, order],
            short_uv=self.short_uv[:, order],
            verdicts=self.verdicts[:, order],
        )


RATIO_PAIRS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "left": ("glute_left", "ham_left"),
        "right": ("glute_right", "ham_right"),
        "left_glute_right_ham": ("glute_left", "ham_right"),
        "right_glute_left_ham": ("glute_right", "ham_left"),
    }
)
"""Numerator and denominator of the ratios of the main view."""


def remove_rest(rms_uv: FloatArray | float, rest_uv: FloatArray | float) -> FloatArray | float:
    """Remove rest noise in power: ``sqrt(max(0, rms² - rest²))``.

    Parameters
    ----------
    rms_uv, rest_uv : float or ndarray
        RMS of the signal and at rest, µV.

    Returns
    -------
    float or ndarray
        RMS of the muscle alone, µV.

    References
    ----------
    Clancy, Morin and Merletti (2002), J Electromyogr Kinesiol 12:1-16: independent noise adds in power.
    """
    power = np.square(rms_uv) - np.square(rest_uv)
    result: FloatArray | float = np.sqrt(np.maximum(power, 0.0))
    return result


def percent_mvc(
    rms_uv: FloatArray | float, rest_uv: FloatArray | float, span_uv: FloatArray | float
) -> FloatArray:
    """Level in percent of the maximum, rest removed from both.

    Parameters
    ----------
    rms_uv : float or ndarray of shape (..., n_sites)
        RMS, µV, rest still in it.
    rest_uv, span_uv : float or ndarray of shape (n_sites,)
        Rest, and the maximum with rest removed, µV. NaN gives NaN.

    Returns
    -------
    ndarray of the same shape
        %MVC; values above 100 are kept.

    References
    ----------
    Besomi et al. (2020), CEDE amplitude normalisation matrix, J Electromyogr Kinesiol 53:102438.
    """
    return np.asarray(100.0 * remove_rest(rms_uv, rest_uv) / span_uv)


def can_compare(
    pct: FloatArray | float, rms_uv: FloatArray | float, rest_uv: FloatArray | float
) -> BoolArray:
    """Gate of a ratio: at least 5 %MVC and twice the rest. NaN never passes.

    ``rms_uv`` is the muscle's RMS with rest removed.
    """
    return np.asarray(
        (np.asarray(pct) >= RATIO_FLOOR_PCT) & (np.asarray(rms_uv) >= REST_FACTOR * np.asarray(rest_uv))
    )


def ratio(
    over_pct: float | None, under_pct: float | None, over_passes: bool, under_passes: bool
) -> float | None:
    """Quotient of two %MVC levels, None unless both pass their gate."""
    if over_pct is None or under_pct is None or not (over_passes and under_passes):
        return None
    return over_pct / under_pct


def glute_share_pct(glute_pct: float | None, ham_pct: float | None) -> float | None:
    """Glute's share ``100 G / (G + H)``, None unless the greater is at 10 %MVC or more."""
    if glute_pct is None or ham_pct is None or max(glute_pct, ham_pct) < SHARE_FLOOR_PCT:
        return None
    return 100.0 * glute_pct / (glute_pct + ham_pct)


def limb_symmetry_index_pct(left: float | None, right: float | None) -> float | None:
    """``100 * left / right``, never folded; None where either is missing or the right is not above 0."""
    if left is None or right is None or right <= 0.0:
        return None
    return 100.0 * left / right


def reading(value: float | np.floating) -> float | None:
    """Value at a boundary: None where there is no reading."""
    number = float(value)
    return number if math.isfinite(number) else None
