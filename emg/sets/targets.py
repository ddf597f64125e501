"""What the gate muscle is asked for: from the test holds, then by small steps, each of them shown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from emg.activation import RATIO_FLOOR_PCT
from emg.results import HoldResult, Method, MuscleResult, Outcome, Role

SHARE_OF_TEST: Final = 0.8
"""First target, as a share of the median of the test holds (ours: held with a 250 ms RMS whose own scatter is
9 to 12 %, by a muscle that repeats within 10 %, it is in reach and not free)."""

CEILING_SHARE: Final = 1.2
"""First ceiling, as a share of what the muscle did in the test holds (ours)."""

HOME_LIMIT_PCT: Final = 60.0
"""No target goes above this by itself (ours): who wants more sets it."""

HIGHEST_PCT: Final = 150.0
"""Nobody can set a target or a ceiling above this (ours)."""

UP, DOWN = 1.02, 0.95
"""Steps after a success and after anything else. They balance where 5 of 7 holds succeed: 71 %, in the middle
of the 60 to 85 % at which people stay with an exercise (ours).

References
----------
Kaernbach (1991), Percept Psychophys 49:227-229: the weighted up-down method.
"""


class Origin(StrEnum):
    """Where a target is from."""

    OWN = "own"
    TEST_HOLDS = "test_holds"
    DEFAULT = "default"
    RAISED = "raised"
    LOWERED = "lowered"
    FIRST_HOLD = "first_hold"


@dataclass(frozen=True, slots=True)
class Target:
    """What one hold asks for.

    Attributes
    ----------
    target_pct : float
        Of the gate muscle, in percent of its reference.
    ceiling_pct : float or None
        Of the ceiling muscle; None for none.
    origin : Origin
        Where the target is from.
    """

    target_pct: float
    ceiling_pct: float | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class TargetRule:
    """How targets are chosen.

    Attributes
    ----------
    default_pct : float
        Where no test hold has shown what the muscle does.
    own_pct : float or None
        Set by somebody: it stays as it is.
    ceiling : bool
        Whether there is a ceiling.
    ceiling_pct : float or None
        Set by somebody; None takes it from the test holds.
    """

    default_pct: float
    own_pct: float | None = None
    ceiling: bool = False
    ceiling_pct: float | None = None

    def first(self, results: Sequence[HoldResult], gates: Sequence[str], ceilings: Sequence[str]) -> Target:
        """Choose the first target of a side, and its ceiling.

        Parameters
        ----------
        results : sequence of HoldResult
            What was done on this side so far.
        gates, ceilings : sequence of str
            Sites of the gate muscle and of the one that may have a ceiling.
        """
        tests = [hold for hold in results if hold.role is Role.TEST and hold.enters_means]
        ceiling_pct = self._ceiling(tests, ceilings)
        if self.own_pct is not None:
            return Target(self.own_pct, ceiling_pct, Origin.OWN)
        shown_pct = _median_pct(tests, gates)
        if shown_pct is None:
            return Target(self._within(self.default_pct, tests, gates), ceiling_pct, Origin.DEFAULT)
        return Target(self._within(SHARE_OF_TEST * shown_pct, tests, gates), ceiling_pct, Origin.TEST_HOLDS)

    def next(self, before: Target, hold: HoldResult, gates: Sequence[str]) -> Target:
        """Move the target by one small step after a training hold.

        One that does not count, or has no level, moves nothing. A default is left at once for what the
        first hold shows.
        """
        level_pct = _median_pct([hold], gates)
        if self.own_pct is not None or not hold.enters_means or level_pct is None:
            return before
        if before.origin is Origin.DEFAULT:  # it was nobody's: the first hold shows what this muscle does
            pct = self._within(SHARE_OF_TEST * level_pct, [hold], gates)
            return Target(pct, before.ceiling_pct, Origin.FIRST_HOLD)
        succeeded = hold.outcome is Outcome.SUCCESS
        pct = self._within(before.target_pct * (UP if succeeded else DOWN), [hold], gates)
        if succeeded and pct <= before.target_pct:
            return before  # at its limit
        if not succeeded and pct >= before.target_pct:
            return before
        return Target(pct, before.ceiling_pct, Origin.RAISED if succeeded else Origin.LOWERED)

    def _within(self, pct: float, holds: Sequence[HoldResult], gates: Sequence[str]) -> float:
        """Keep a target where it means something: above the floor, below the limit of what is a maximum."""
        submax = any(_of(hold, site).reference is Method.SUBMAX for hold in holds for site in gates)
        return max(RATIO_FLOOR_PCT, pct if submax else min(pct, HOME_LIMIT_PCT))

    def _ceiling(self, tests: Sequence[HoldResult], ceilings: Sequence[str]) -> float | None:
        if not self.ceiling:
            return None
        if self.ceiling_pct is not None:
            return self.ceiling_pct
        shown_pct = _median_pct(tests, ceilings)
        return None if shown_pct is None else max(RATIO_FLOOR_PCT, CEILING_SHARE * shown_pct)


def _median_pct(tests: Sequence[HoldResult], sites: Sequence[str]) -> float | None:
    """Median over the test holds of the sites' mean level; None where none was read."""
    levels = [
        statistics.fmean(read)
        for hold in tests
        if len(read := [pct for site in sites if (pct := _pct(_of(hold, site))) is not None])
        == len(sites)
        > 0
    ]
    return statistics.median(levels) if levels else None


def _of(hold: HoldResult, site: str) -> MuscleResult:
    return hold.sites.get(site, MuscleResult())


def _pct(muscle: MuscleResult) -> float | None:
    return muscle.pct_mvc if muscle.pct_mvc is not None else muscle.pct_submax
