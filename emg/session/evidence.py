"""The test holds that count, side by side, and what a number may be built of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from emg.activation import Reference, can_compare
from emg.montage import Side, Site
from emg.results import MISSING, HoldResult, Method, MuscleResult, Role
from emg.statistics import Comparison, Estimate, Group, compare, estimate, mean_sd

PAIR = ("glute", "ham")
"""The two muscles of every comparison."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Test holds that count, with what their percentages are of.

    A muscle's levels are those of its own side's holds. That of the other leg, which swings, is in no
    comparison: it does another job.

    Attributes
    ----------
    by_side : mapping from Side to tuple of HoldResult
        Test holds that are valid, were not lost, void or left incomplete, and that nobody took out.
    reference : Reference
        Rest and maximum in force.
    measured : frozenset of str
        Sites with electrodes.
    doubtful : tuple of str
        Sites whose maximum may be too low: the last one, or one that a hold before it was scored with.
    """

    by_side: Mapping[Side, tuple[HoldResult, ...]]
    reference: Reference
    measured: frozenset[str]
    doubtful: tuple[str, ...]

    @classmethod
    def of(cls, holds: Sequence[HoldResult], reference: Reference, sites: Sequence[str]) -> Evidence:
        """Gather what may enter a comparison.

        Parameters
        ----------
        holds : sequence of HoldResult
            All holds of the session.
        reference : Reference
            Rest and maximum in force at its end.
        sites : sequence of str
            The sites measured; one with a reference, or with a level in a hold, is one of them anyway.
        """
        by_side = {
            side: tuple(
                hold for hold in holds if hold.role is Role.TEST and hold.enters_means and hold.side is side
            )
            for side in Side
        }
        seen = {name for hold in holds for name, found in hold.sites.items() if found != MISSING}
        earlier = [
            f"{muscle}_{side}"
            for side, of_side in by_side.items()
            for muscle in PAIR
            if any(hold.sites.get(f"{muscle}_{side}", MISSING).doubts for hold in of_side)
        ]
        last = [name for name, found in reference.sites.items() if found.doubtful]
        return cls(
            by_side,
            reference,
            frozenset({*sites, *reference.sites, *seen}),
            tuple(dict.fromkeys([*last, *earlier])),
        )

    def results(self, site: str) -> list[MuscleResult]:
        """One muscle in each of its own side's holds."""
        return [hold.sites.get(site, MISSING) for hold in self.by_side[Site.parse(site).side]]

    def levels(self, site: str) -> tuple[float, ...]:
        """Its levels, %MVC; a hold without one is left out."""
        return tuple(found.pct_mvc for found in self.results(site) if found.pct_mvc is not None)

    def doubts(self, *sites: str) -> tuple[str, ...]:
        """Give those of these sites whose maximum may be too low."""
        return tuple(site for site in sites if site in self.doubtful)

    def group(self, site: str, *, gated: bool = False) -> Group:
        """Levels of one muscle for a comparison, with the reason if there can be none.

        Parameters
        ----------
        site : str
            The muscle.
        gated : bool
            Refuse it where its mean is below 5 %MVC or twice its rest: what is divided by hardly anything
            is noise.
        """
        known = self.reference.sites.get(site)
        levels = self.levels(site)
        group = Group(levels, 0.0 if known is None else known.mvc_cv_pct, site)
        if site not in self.measured:
            return replace(group, reason=f"not_measured:{site}")
        if known is None:
            return replace(group, reason=f"no_reference:{site}")
        if known.method is Method.SUBMAX:
            return replace(group, reason=f"submax:{site}")
        if not levels and self.results(site):
            return replace(group, reason=f"no_reading:{site}")
        if levels and gated and not self.passes(site):
            return replace(group, reason=f"below_floor:{site}")
        return group

    def compare(self, over: str, under: str, *, gated: Sequence[str] = (), scale: float = 1.0) -> Comparison:
        """Compare the means of two muscles, each of its own side's holds.

        Parameters
        ----------
        over, under : str
            Sites of the numerator and the denominator.
        gated : sequence of str
            Which of the two must pass the gate of a ratio.
        scale : float
            100 for an index in percent.
        """
        groups = [self.group(site, gated=site in gated) for site in (over, under)]
        return compare(groups[0], groups[1], scale).doubting(self.doubts(over, under))

    def estimate(self, site: str) -> Estimate:
        """Mean level of one muscle in its own side's holds, with its interval."""
        return estimate(self.group(site))

    def passes(self, site: str) -> bool:
        """Gate of a ratio, for the mean over the holds: at 5 %MVC and at twice the rest."""
        pct = mean_sd(self.levels(site)).mean
        found = [one.plateau_uv for one in self.results(site) if one.plateau_uv is not None]
        level_uv, known = mean_sd(found).mean, self.reference.sites.get(site)
        if pct is None or level_uv is None or known is None:
            return False
        return bool(can_compare(pct, level_uv, known.rest_uv))


def plain(found: Comparison | Estimate) -> dict[str, Any]:
    """Make an object of JSON of it, with lists for its tuples."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(found).items()}


def comparison_of(told: Mapping[str, Any]) -> Comparison:
    """Read a comparison back from what ``plain`` made of it."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
    }
    return Comparison(**fields)
