"""The sore muscle: quarter, half and three quarters with pain asked after each, then a double-leg bridge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from calibrations.doubts import MAX_SIDE_DIFFERENCE_PCT
from calibrations.draft import BRIDGE_PCT, Draft, Trial, TrialQuality
from calibrations.efforts import ANSWER_S, EffortStage
from calibrations.intake import Effort, Intake
from calibrations.maximum import working_order
from calibrations.measurement import MAX_TRIES
from calibrations.planned import Planned
from calibrations.positions import position_for
from emg.activation import SiteReference
from emg.blocks import Unit
from emg.maximum import steady_uv
from emg.montage import Site
from emg.results import Method
from emg.stage import Event, JsonValue

STEPS_PCT: Final = (25, 50, 75)
EFFORT_S: Final = 4.0
"""Of it the last three seconds are steady."""

SUBMAX_REST_FACTOR: Final = 3.0
"""A bridge that brings a muscle to less than this multiple of its rest measures nothing (our convention)."""

SUBMAX_CV_PCT: Final = 20.0
"""Repeatability of a submaximal reference: the least of 20-59 % (one-leg stance, Norcross et al. 2010)."""

BRIDGE: Final = "double_leg_bridge"
NOBODY_HELPS: Final = Intake(alone=True)
"""Graded efforts are made in positions that need nobody's help."""


class SubmaxStage(EffortStage):
    """Reference of muscles that do not give all they have.

    Above ``PAIN_STOP`` a muscle goes no further up, and nobody makes a bridge with it. Without an answer
    it goes no further up either, and the bridge is made.

    Parameters
    ----------
    sites : mapping from site to Effort
        Graded ones go up in steps before the bridge; those of effort none are left alone.
    draft : Draft
        Has ``rest_uv``; gets ``trials``, ``maxima`` and, if this stage concludes, ``reference``.
    unit : Unit
        No rule in microvolts applies to arbitrary units.
    concludes : bool
        Whether nothing is measured after it: then it puts the reference together.
    max_side_difference_pct : float
        From which difference of left and right on a maximum is doubted.
    """

    code = "submax"
    effort_s = EFFORT_S

    def __init__(
        self,
        sites: Mapping[str, Effort],
        draft: Draft,
        unit: Unit,
        *,
        concludes: bool,
        max_side_difference_pct: float = MAX_SIDE_DIFFERENCE_PCT,
    ) -> None:
        super().__init__(draft, unit, concludes=concludes, max_side_difference_pct=max_side_difference_pct)
        self._asked_of = {site: sites[site] for site in working_order(list(sites))}
        self._bridging: tuple[str, ...] = ()

    def _wanted(self) -> list[str]:
        return [site for site, effort in self._asked_of.items() if effort is not Effort.MAXIMAL]

    def _planned(self) -> list[Planned]:
        self._bridging = tuple(
            site
            for site, effort in self._asked_of.items()
            if effort in (Effort.GRADED, Effort.BRIDGE) and self._has_rest(site)
        )
        return [*self._graded(), *([self._bridge] if self._bridging else [])]

    def _graded(self) -> Iterator[Planned]:
        graded = [site for site in self._bridging if self._asked_of[site] is Effort.GRADED]
        for effort_pct in STEPS_PCT:
            for site in graded:
                position = position_for(Site.parse(site), NOBODY_HELPS)
                yield Planned("graded", (site,), position.code, effort_pct)

    @property
    def _bridge(self) -> Planned:
        return Planned("bridge", self._bridging, BRIDGE, effort_pct=BRIDGE_PCT)

    def _left_out(self, planned: Planned) -> bool:
        return self._may_not(planned) or (planned.exercise == "graded" and self._silent(planned.sites[0]))

    def _silent(self, site: str) -> bool:
        """Whether nothing was said of the last effort of a muscle."""
        trials = [trial for trial in self._draft.trials if trial.site == site]
        return bool(trials) and trials[-1].pain_0_10 is None

    def _detail(self) -> dict[str, JsonValue]:
        present = self._present
        if present.exercise != "graded":
            return {"exercise": "bridge", "sites": list(present.sites), "position": BRIDGE}
        return {
            "exercise": "graded",
            "site": present.sites[0],
            "trial": STEPS_PCT.index(present.effort_pct) + 1,
            "effort_pct": present.effort_pct,
            "position": present.position,
        }

    def _measured(self, planned: Planned) -> list[Trial]:
        """Read the steady part of the effort, of every muscle that it measures."""
        trials = []
        for site in planned.sites:
            taken = self._taken(site)
            level_uv = steady_uv(
                *(taken.power_uv2, self._tick_s, self._start.fs_hz, taken.sample_uv, self._ceiling_uv),
                notched=self._start.notched,
            )
            quality = taken.quality(spoilt=level_uv is None)
            trials.append(
                Trial(site, self._phase_from, planned.position, planned.effort_pct, level_uv, quality)
            )
        self._message = "mvc_spoilt" if any(trial.best_uv is None for trial in trials) else ""
        return trials

    def _found(self, trials: Sequence[Trial]) -> dict[str, JsonValue]:
        if self._present.exercise == "graded":
            return super()._found(trials)
        worst = next((t.quality for t in trials if t.quality is not TrialQuality.GOOD), TrialQuality.GOOD)
        return {"levels_uv": {trial.site: trial.best_uv for trial in trials}, "quality": worst.value}

    def _rest_s(self) -> float:
        """Rest long enough to answer: what comes next depends on it."""
        return ANSWER_S

    def _plan_over(self) -> list[Event]:
        """Make the bridge again if it was spoilt for some muscle, up to the limit."""
        bridges = self._plan.count(self._bridge)
        lacking = [site for site in self._bridging if self._level_uv(site) is None]
        if lacking and 0 < bridges < MAX_TRIES and not self._may_not(self._bridge):
            return self._more([self._bridge])
        return self._finished("mvc_spoilt" if lacking else "mvc_too_small")

    def _level_uv(self, site: str) -> float | None:
        """Level of a muscle in its last good bridge."""
        levels = [
            trial.best_uv
            for trial in self._draft.trials
            if trial.site == site and trial.position == BRIDGE and trial.best_uv is not None
        ]
        return levels[-1] if levels else None

    def _references(self) -> dict[str, SiteReference]:
        found = {}
        for site in self._bridging:
            level_uv, rest_uv = self._level_uv(site), self._draft.rest_uv[site]
            if level_uv is not None and level_uv > SUBMAX_REST_FACTOR * rest_uv:
                found[site] = SiteReference(rest_uv, level_uv, Method.SUBMAX, SUBMAX_CV_PCT)
        return found
