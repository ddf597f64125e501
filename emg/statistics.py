"""Means, scatter and intervals of the holds of one session. Pure; None where nothing can be said."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from scipy.special import ndtri, stdtrit

COVERAGE: Final = 0.95
"""Coverage of every interval."""

MIN_FOR_SCATTER: Final = 2
"""One value alone says nothing of how far the next one may lie from it."""

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
        One %MVC a hold, 0 or more; holds that did not reach anything are among them.
    mvc_cv_pct : float
        Error of the maximum they are divided by; it is common to all of them.
    site : str
        The muscle, for the reasons.
    reason : str
        Why nothing may be said of it whatever its levels are, for example ``submax:ham_left``.
    """

    pct: tuple[float, ...]
    mvc_cv_pct: float
    site: str = ""
    reason: str = ""

    @property
    def missing(self) -> str:
        """Why it has no mean above 0, or empty."""
        if self.reason:
            return self.reason
        if not self.pct:
            return _reason("no_holds", self.site.rpartition("_")[2])
        return "" if statistics.fmean(self.pct) > 0.0 else _reason("below_floor", self.site)

    @property
    def alone(self) -> str:
        """Why it has no scatter, or empty."""
        return _reason("one_hold", self.site.rpartition("_")[2]) if len(self.pct) == 1 else ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Mean level of one muscle in its test holds, with its interval.

    Attributes
    ----------
    value : float or None
        Arithmetic mean of the holds, %MVC.
    low, high : float or None
        95 % interval, the error of the maximum in it; None with fewer than two holds.
    n : int
        Holds.
    sd : float or None
        From hold to hold, %MVC.
    reason : str
        Frozen code why the value or its interval is missing; empty where both are there.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    sd: float | None = None
    reason: str = ""


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
    n : tuple of 2 int, or None
        Holds of the numerator and of the denominator.
    spread_pct : tuple of 2 float or None
        Coefficient of variation from hold to hold of each; None with fewer than two holds.
    reason : str
        Frozen code why the value or its interval is missing; empty where both are there.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    inside_scatter: bool | None = None
    doubts: tuple[str, ...] = ()
    n: tuple[int, int] | None = None
    spread_pct: tuple[float | None, float | None] = (None, None)
    reason: str = ""

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
    scatters = len(values) >= MIN_FOR_SCATTER
    return MeanSd(statistics.fmean(values), statistics.stdev(values) if scatters else None)


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
        None where the median or a quartile falls among the ``NEVER``; one value alone has no range.

    References
    ----------
    Hyndman and Fan (1996), Am Stat 50:361-365: quartiles of type 7, as NumPy and R take them.
    """
    ranked = sorted(values)
    low, median, high = (_quantile(ranked, part) for part in (0.25, 0.5, 0.75))
    if low is None or high is None or len(ranked) < MIN_FOR_SCATTER:
        return MedianIqr(median, None)
    return MedianIqr(median, high - low)


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


def estimate(group: Group) -> Estimate:
    """Mean level of one muscle with its interval on the log scale.

    Parameters
    ----------
    group : Group
        Its levels, and the error of the maximum they are percentages of.

    Returns
    -------
    Estimate
        The value alone for one hold, and for a mean of 0; nothing where the group has a reason.

    Notes
    -----
    What the interval is for, and how it is made: see ``compare``.
    """
    n = len(group.pct)
    if group.reason or not group.pct:
        return Estimate(n=n, reason=group.missing)
    found = mean_sd(group.pct)
    reason = group.missing or group.alone
    if reason or found.mean is None:
        return Estimate(found.mean, n=n, sd=found.sd, reason=reason)
    reach = _reach((group,))
    return Estimate(found.mean, found.mean / reach, found.mean * reach, n, found.sd)


def compare(over: Group, under: Group, scale: float = 1.0) -> Comparison:
    """Quotient of two means with its interval on the log scale.

    The means are arithmetic ones, though ratios are averaged as logs everywhere else. Holds of two sides
    are not made in pairs, so there is no ratio of a single hold to average; and a hold in which the muscle
    did not work is in every mean, at 0 or 1 %MVC: its log does not exist, or outweighs all the others.
    The log is taken of the quotient: value and interval of A over B are the inverse of those of B over A.

    The interval is for the mean level of which these holds are a sample, over the maximum that efforts like
    the measured ones give on average, within one session and one placement of the electrodes. Half its
    width on the log scale is put together from two parts that are independent, in squares: Student's t for
    the holds' scatter, pooled over both groups as a share of their means, and the normal quantile for the
    error of both maxima, which is taken as known. So an uncertain maximum never narrows it, as the degrees
    of freedom of Welch and Satterthwaite would have it. Noise of the RMS windows is in the scatter already,
    and is not added again. How often it holds the truth: ``docs/validation.md``.

    Parameters
    ----------
    over, under : Group
        Numerator and denominator.
    scale : float
        100 for an index in percent. "No difference" is at ``scale``.

    Returns
    -------
    Comparison
        Without a value, and with a reason, unless both means are above 0.

    References
    ----------
    Zou and Donner (2008), Stat Med 27:1693-1702: limits of a sum from the limits of its parts.
    Norcross et al. (2010), J Electromyogr Kinesiol 20:1192-1199: repeatability of a maximum.
    """
    groups = (over, under)
    n = (len(over.pct), len(under.pct))
    spread_pct = (_spread_pct(over), _spread_pct(under))
    reason = over.missing or under.missing
    if reason:
        return Comparison(n=n, spread_pct=spread_pct, reason=reason)
    value = scale * statistics.fmean(over.pct) / statistics.fmean(under.pct)
    reason = over.alone or under.alone
    if reason:
        return Comparison(value, n=n, spread_pct=spread_pct, reason=reason)
    reach = _reach(groups)
    low, high = value / reach, value * reach
    return Comparison(value, low, high, low <= scale <= high, n=n, spread_pct=spread_pct)


def _reach(groups: Sequence[Group]) -> float:
    """Factor from the middle to either end of the interval; every group has two holds or more."""
    freedom = sum(len(group.pct) - 1 for group in groups)
    squares = sum((len(group.pct) - 1) * _relative_variance(group) for group in groups)
    scatter = sum(math.log1p(squares / freedom / len(group.pct)) for group in groups)
    maxima = sum(math.log1p((group.mvc_cv_pct / 100.0) ** 2) for group in groups)
    tail = 0.5 + COVERAGE / 2.0
    student, normal = float(stdtrit(freedom, tail)), float(ndtri(tail))
    return math.exp(math.sqrt(student**2 * scatter + normal**2 * maxima))


def _relative_variance(group: Group) -> float:
    return statistics.variance(group.pct) / statistics.fmean(group.pct) ** 2


def _spread_pct(group: Group) -> float | None:
    if len(group.pct) < MIN_FOR_SCATTER or statistics.fmean(group.pct) <= 0.0:
        return None
    return 100.0 * math.sqrt(_relative_variance(group))


def _reason(code: str, what: str) -> str:
    return f"{code}:{what}" if what else code
