"""Means, scatter and intervals of the holds of one session. Pure; None where nothing can be said."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from scipy.special import stdtrit

COVERAGE: Final = 0.95
"""Coverage of every interval."""

NEVER: Final = math.inf
"""Latency of a muscle that never fired: longer than any other."""


@dataclass(frozen=True, slots=True)
class MeanSd:
    """Mean and standard deviation; for a geometric mean ``sd`` is a factor."""

    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True)
class MedianIqr:
    """Median and interquartile range."""

    median: float | None
    iqr: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """Levels of one muscle in its test holds.

    Attributes
    ----------
    pct : tuple of float
        One %MVC a hold.
    mvc_cv_pct : float
        Error of the maximum they are divided by; it is common to all of them.
    """

    pct: tuple[float, ...]
    mvc_cv_pct: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """One muscle's mean over another's, with its interval.

    Attributes
    ----------
    value : float or None
        The quotient, times its scale; never folded.
    low, high : float or None
        95 % interval; None if a side has fewer than two holds.
    inside_scatter : bool or None
        True if the interval contains "no difference"; None also where a maximum is in doubt.
    doubts : tuple of str
        The sites among the two whose maximum may be too low.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    inside_scatter: bool | None = None
    doubts: tuple[str, ...] = ()

    def doubting(self, sites: Sequence[str]) -> Comparison:
        """Give the same, with the sites in doubt.

        The interval knows scatter and repeatability. A maximum that was held back is neither: nothing is
        then said of "no difference", in either direction.
        """
        return replace(self, inside_scatter=None, doubts=tuple(sites)) if sites else self


def mean_sd(values: Sequence[float]) -> MeanSd:
    """Arithmetic mean and sample standard deviation (n - 1).

    Parameters
    ----------
    values : sequence of float
        Finite.
    """
    if not values:
        return MeanSd(None, None)
    return MeanSd(statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else None)


def geometric_mean_sd(values: Sequence[float]) -> MeanSd:
    """Geometric mean and the factor of one standard deviation on the log scale.

    Parameters
    ----------
    values : sequence of float
        Above 0. A ratio is skewed and unbounded: 1/2 and 2 average to 1, not to 1.25.
    """
    logs = mean_sd([math.log(value) for value in values])
    return MeanSd(
        None if logs.mean is None else math.exp(logs.mean),
        None if logs.sd is None else math.exp(logs.sd),
    )


def median_iqr(values: Sequence[float]) -> MedianIqr:
    """Median and interquartile range of values some of which may be ``NEVER``.

    Parameters
    ----------
    values : sequence of float
        ``NEVER`` (infinity) stands for longer than any other.

    Returns
    -------
    MedianIqr
        None where the median or a quartile falls among the ``NEVER``.

    References
    ----------
    Hyndman and Fan (1996), Am Stat 50:361-365: quartiles of type 7, as NumPy and R take them.
    """
    ranked = sorted(values)
    low, median, high = (_quantile(ranked, part) for part in (0.25, 0.5, 0.75))
    return MedianIqr(median, None if low is None or high is None else high - low)


def _quantile(ranked: Sequence[float], part: float) -> float | None:
    if not ranked:
        return None
    position = part * (len(ranked) - 1)
    below = math.floor(position)
    weight = position - below
    value = ranked[below]
    if weight > 0.0:
        value += weight * (ranked[below + 1] - ranked[below])
    return value if math.isfinite(value) else None


def compare(over: Group, under: Group, scale: float = 1.0) -> Comparison:
    """Quotient of two means with its interval on the log scale.

    Scatter from hold to hold and the error of both maxima are held to be log-normal and independent;
    the variance of the log of a mean is ``log(1 + cv² / n)``, that of the log of a maximum
    ``log(1 + cv²)``. The degrees of freedom are those of the scatter (Welch-Satterthwaite); the error
    of a maximum is taken as known.

    Parameters
    ----------
    over, under : Group
        Numerator and denominator.
    scale : float
        100 for an index in percent. "No difference" is at ``scale``.

    Returns
    -------
    Comparison
        Empty unless both means are above 0.

    References
    ----------
    Welch (1947), Biometrika 34:28-35; Satterthwaite (1946), Biometrics Bull 2:110-114.
    Norcross et al. (2010), J Electromyogr Kinesiol 20:1192-1199: repeatability of a maximum.
    """
    top, bottom = mean_sd(over.pct), mean_sd(under.pct)
    if top.mean is None or bottom.mean is None or top.mean <= 0.0 or bottom.mean <= 0.0:
        return Comparison()
    value = scale * top.mean / bottom.mean
    if top.sd is None or bottom.sd is None:
        return Comparison(value)
    groups = ((top.mean, top.sd, len(over.pct)), (bottom.mean, bottom.sd, len(under.pct)))
    scatter = [math.log1p((sd / mean) ** 2 / n) for mean, sd, n in groups]
    maxima = [math.log1p((group.mvc_cv_pct / 100.0) ** 2) for group in (over, under)]
    total = sum(scatter) + sum(maxima)
    spread = sum(part**2 / (n - 1) for part, (_, _, n) in zip(scatter, groups, strict=True))
    freedom = total**2 / spread if spread > 0.0 else math.inf
    reach = math.exp(float(stdtrit(freedom, 0.5 + COVERAGE / 2.0)) * math.sqrt(total))
    low, high = value / reach, value * reach
    return Comparison(value, low, high, low <= scale <= high)
