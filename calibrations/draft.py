"""What the set-up stages have found so far; the record of the calibration is made from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from emg.activation import Reference, SiteReference


class TrialQuality(StrEnum):
    """Whether an effort may become the maximum, and why not."""

    GOOD = "good"
    GAP = "gap"
    CLIPPED = "clipped"
    ARTEFACT = "artefact"
    STOPPED = "stopped"


class Way(StrEnum):
    """How much time the maxima are given."""

    QUICK = "quick"
    FULL = "full"


BRIDGE_PCT: Final = 0
"""How hard a double-leg bridge is asked for: nobody says."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One effort.

    Attributes
    ----------
    site : str
        The muscle that worked.
    sample : int
        Its cue.
    position : str
        Code of ``calibrations/positions.py``.
    effort_pct : int
        How hard was asked for, in percent of all one has; 0 for the double-leg bridge.
    best_uv : float or None
        Highest RMS window of a maximal effort, RMS of the steady part of another; None if it was spoilt.
    quality : TrialQuality
        Why it was spoilt.
    pain_0_10 : int or None
        Pain in it, where it was said.
    """

    site: str
    sample: int
    position: str
    effort_pct: int
    best_uv: float | None
    quality: TrialQuality = TrialQuality.GOOD
    pain_0_10: int | None = None


@dataclass(slots=True)
class Draft:
    """What the stages have found so far.

    Attributes
    ----------
    rest_uv : dict from site to float
        RMS at rest.
    trials : list of Trial
        Every effort that counts as made, spoilt ones included; one that is repeated by a key is dropped.
    maxima : dict from site to SiteReference
        What the efforts came to, before anything is doubted.
    reference : Reference or None
        The result.
    pains : dict from site to int
        Worst pain that was said of any effort of a site, also of one that was broken, dropped or forgotten:
        what hurt too much once is not asked for again in this session.
    """

    rest_uv: dict[str, float] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)
    maxima: dict[str, SiteReference] = field(default_factory=dict)
    reference: Reference | None = None
    pains: dict[str, int] = field(default_factory=dict)

    def bests_uv(self, site: str) -> list[float]:
        """Bests of a site's good maximal efforts."""
        return [t.best_uv for t in self.trials if t.site == site and t.best_uv is not None]

    def forget(self, sites: Iterable[str]) -> None:
        """Forget the efforts of some sites, which are made anew, but never that they hurt."""
        gone = set(sites)
        self.trials = [trial for trial in self.trials if trial.site not in gone]
        self.maxima = {site: found for site, found in self.maxima.items() if site not in gone}
