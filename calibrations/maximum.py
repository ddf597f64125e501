"""The maximal efforts: quick or full, in turn, so that each muscle rests while the others work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from calibrations.doubts import MAX_SIDE_DIFFERENCE_PCT
from calibrations.draft import Draft, Trial, TrialQuality, Way
from calibrations.efforts import EffortStage
from calibrations.measurement import MAX_TRIES
from calibrations.planned import Planned
from calibrations.positions import POSITIONS
from emg.activation import SiteReference
from emg.blocks import Unit
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.live_view import StageView
from emg.maximum import MVC_FLOOR_UV, MVC_REST_FACTOR, best_of_effort_uv, maximum_of
from emg.question import was_unread
from emg.results import Method
from emg.stage import Command, Event, JsonValue

QUICK_EFFORT_S: Final = 3.0
QUICK_TRIALS: Final = 2
FULL_EFFORT_S: Final = 5.0
FULL_TRIALS: Final = 3
FULL_REST_S: Final = 60.0
"""Between two efforts of one muscle, used by the others: the usual protocol is 30 to 120 s."""

FOURTH_DIFFERENCE_PCT: Final = 15.0
"""A fourth effort is offered where the best two differ by more."""

FOURTH_S: Final = 15.0
"""So long the offer stands; silence is no."""

ALONE_PCT: Final = 40.0
"""An effort that exceeds the muscle's second best by more is no maximum by itself (our convention): noise
of a height that a muscle may have is told from one only by not coming back."""

METHODS: Final = {Way.QUICK: Method.QUICK, Way.FULL: Method.MVC}


@dataclass(frozen=True, slots=True)
class MvcEffort:
    """A muscle that gives all it has.

    Attributes
    ----------
    site : str
        The muscle.
    position : str
        Code of ``calibrations/positions.py``.
    """

    site: str
    position: str


def working_order(sites: Sequence[str]) -> list[str]:
    """Left glute, right glute, left hamstring, right hamstring: each muscle rests while others work."""
    return sorted(sites, key=lambda site: (site.rpartition("_")[0] != "glute", site.rpartition("_")[0], site))


class MvcStage(EffortStage):
    """Maximal efforts of some muscles.

    Quick: two efforts of 3 s a muscle. Full: three of 5 s, a minute between those of one muscle, and a
    fourth where the best two differ. An effort that is spoilt as a whole is asked for again up to twice,
    one that is too small once, and so is one that exceeds all others by far: what then still stands alone
    is left out. A muscle that gives no maximum has no percentages, and the session goes on.

    Parameters
    ----------
    efforts : sequence of MvcEffort
        One for each muscle.
    draft : Draft
        Has ``rest_uv``; gets ``trials``, ``maxima`` and, if this stage concludes, ``reference``.
    unit : Unit
        No rule in microvolts applies to arbitrary units.
    way : Way
        Quick or full.
    concludes : bool
        Whether nothing is measured after it: then it puts the reference together.
    max_side_difference_pct : float
        From which difference of left and right on a maximum is doubted.
    """

    code = "mvc"

    def __init__(
        self,
        efforts: Sequence[MvcEffort],
        draft: Draft,
        unit: Unit,
        *,
        way: Way,
        concludes: bool,
        max_side_difference_pct: float = MAX_SIDE_DIFFERENCE_PCT,
    ) -> None:
        super().__init__(draft, unit, concludes=concludes, max_side_difference_pct=max_side_difference_pct)
        self._way = way
        self.effort_s = QUICK_EFFORT_S if way is Way.QUICK else FULL_EFFORT_S
        self._rounds = QUICK_TRIALS if way is Way.QUICK else FULL_TRIALS
        positions = {effort.site: effort.position for effort in efforts}
        self._turns = {
            site: Planned("mvc", (site,), positions[site], effort_pct=100)
            for site in working_order(list(positions))
        }
        self._offered: set[str] = set()
        self._offer = ""

    def _wanted(self) -> list[str]:
        return list(self._turns)

    def _planned(self) -> list[Planned]:
        self._offered, self._offer = set(), ""
        rested = [turn for site, turn in self._turns.items() if self._has_rest(site)]
        if self._way is Way.FULL:  # where a minute of rest is what the others' efforts are for
            return rested * self._rounds
        # who stands up or lies down does so once
        positions = dict.fromkeys(POSITIONS[turn.position].prone for turn in rested)
        return [
            turn
            for prone in positions
            for turn in [one for one in rested if POSITIONS[one.position].prone is prone] * self._rounds
        ]

    def _detail(self) -> dict[str, JsonValue]:
        return self._detail_of(self._step) if self._plan else {"exercise": "mvc"}

    def _detail_of(self, step: int) -> dict[str, JsonValue]:
        planned = self._plan[min(step, len(self._plan) - 1)]
        return {
            "exercise": planned.exercise,
            "site": planned.sites[0],
            "trial": self._plan[: step + 1].count(planned),
            "position": planned.position,
        }

    def _measured(self, planned: Planned) -> list[Trial]:
        """Best window of this effort, among those in which nothing but the muscle is seen."""
        (site,) = planned.sites
        taken = self._taken(site)
        best_uv = best_of_effort_uv(
            *(taken.power_uv2, self._tick_s, self._start.fs_hz, taken.sample_uv, self._ceiling_uv),
            notched=self._start.notched,
        )
        quality = taken.quality(spoilt=best_uv is None)
        self._message = "mvc_spoilt" if best_uv is None else ""
        return [Trial(site, self._phase_from, planned.position, planned.effort_pct, best_uv, quality)]

    def _rest_s(self) -> float:
        """Rest after an effort; the full way waits until the next muscle has had its minute."""
        at_least_s = super()._rest_s()
        if self._step + 1 >= len(self._plan):
            return at_least_s
        following = self._plan[self._step + 1]
        return max(at_least_s, self._wait_s(following) - self._prepare_s(following))

    def _wait_s(self, planned: Planned) -> float:
        """Time until a muscle may be asked for its next effort."""
        let_go = self._let_go.get(planned.sites[0])
        if let_go is None or self._way is Way.QUICK:
            return 0.0
        rested_s = (self._sample - let_go) / self._start.fs_hz
        return FULL_REST_S - rested_s

    def _prepare(self) -> list[Event]:
        """Prepare; on the full way no muscle is asked again before its minute is over."""
        seconds = max(self._prepare_s(self._present), self._wait_s(self._present))
        return self._enter(Phase.PREPARE, seconds, EventKind.PREPARE)

    # --- after the planned rounds

    def _plan_over(self) -> list[Event]:
        again = [turn for site, turn in self._turns.items() if self._asks_again(site)]
        if again:
            spoilt = any(len(self._draft.bests_uv(turn.sites[0])) < self._rounds for turn in again)
            self._message = "mvc_spoilt" if spoilt else "mvc_too_small"
            return self._more(again)
        alone = [event for site in self._turns for event in self._left_alone(site)]
        return [*alone, *self._offered_or_finished()]

    def _offered_or_finished(self) -> list[Event]:
        offer = next((site for site in self._turns if self._deserves_a_fourth(site)), "")
        if offer:
            settled = self._settled()
            self._offered.add(offer)
            return [*settled, *self._ask(offer)]
        any_good = any(self._draft.bests_uv(site) for site in self._turns)
        return self._finished("mvc_too_small" if any_good else "mvc_spoilt")

    def _asks_again(self, site: str) -> bool:
        """Whether some were spoilt, all too small, or the best stands alone; never beyond the limit."""
        turn, n_good = self._turns[site], len(self._draft.bests_uv(site))
        if not self._has_rest(site) or self._may_not(turn):
            return False
        if self._plan.count(turn) >= self._rounds + MAX_TRIES - 1:
            return False
        too_small = n_good == self._rounds and self._reference(site) is None
        return n_good < self._rounds or too_small or self._exceeds_pct(site) > ALONE_PCT

    def _exceeds_pct(self, site: str) -> float:
        """By how much the best effort exceeds the second best, in percent of that one; 0 if there is none."""
        best_uv, *others_uv = sorted(self._draft.bests_uv(site), reverse=True) or [0.0]
        return 100.0 * (best_uv / others_uv[0] - 1.0) if others_uv else 0.0

    def _left_alone(self, site: str) -> Iterator[Event]:
        """Leave out every effort that no other one supports; the last that is left needs none."""
        made = [
            step for step, planned in enumerate(self._plan) if step in self._made and site in planned.sites
        ]
        while self._exceeds_pct(site) > ALONE_PCT:
            best_uv = max(self._draft.bests_uv(site))
            trials = self._draft.trials
            of_site = [at for at, trial in enumerate(trials) if trial.site == site]
            number = next(n for n, at in enumerate(of_site) if trials[at].best_uv == best_uv)
            at, step = of_site[number], made[number]
            trials[at] = replace(trials[at], best_uv=None, quality=TrialQuality.ARTEFACT)
            self._made[step] = DotState.VOID
            detail = {**self._detail_of(step), **self._found([trials[at]])}
            yield Event(self._sample, EventKind.TRIAL_DONE, run=self._start.run, detail=detail)

    def _deserves_a_fourth(self, site: str) -> bool:
        bests_uv = sorted(self._draft.bests_uv(site), reverse=True)
        if self._way is Way.QUICK or site in self._offered or len(bests_uv) < 2:
            return False
        differ_pct = 100.0 * (1.0 - bests_uv[1] / bests_uv[0])
        return differ_pct > FOURTH_DIFFERENCE_PCT and not self._may_not(self._turns[site])

    def _ask(self, offer: str) -> list[Event]:
        self._offer = offer
        return self._enter(Phase.ASK, FOURTH_S, EventKind.READY, site=offer, proposal=f"fourth:{offer}")

    def _phase_over(self) -> list[Event]:
        if self._phase is Phase.ASK:
            return self._plan_over()
        return super()._phase_over()

    def _again(self) -> list[Event]:
        return self._ask(self._offer) if self._phase is Phase.ASK else super()._again()

    def _heard(self, command: Command) -> list[Event]:
        if self._phase is not Phase.ASK:
            return super()._heard(command)
        if was_unread(command, self._phase_from, self._start.fs_hz):
            return []
        if command.kind is CommandKind.NEXT:
            return self._more([self._turns[self._offer]])
        return self._phase_over() if command.kind is CommandKind.BACK else []

    def _references(self) -> dict[str, SiteReference]:
        found = {site: self._reference(site) for site in self._turns}
        return {site: one for site, one in found.items() if one is not None}

    def _reference(self, site: str) -> SiteReference | None:
        """Rest and maximum of a site, None if its efforts give no maximum."""
        bests_uv, rest_uv = self._draft.bests_uv(site), self._draft.rest_uv.get(site)
        if not bests_uv or rest_uv is None:
            return None
        mvc_uv, cv_pct = maximum_of(bests_uv, self._start.fs_hz, self.effort_s)
        floor_uv = MVC_FLOOR_UV if self._unit is Unit.MICROVOLT else 0.0
        if mvc_uv <= rest_uv or mvc_uv < max(MVC_REST_FACTOR * rest_uv, floor_uv):
            return None
        return SiteReference(rest_uv, mvc_uv, METHODS[self._way], cv_pct)

    def view(self) -> StageView:
        """Show what is to be done, and what is offered."""
        shown = super().view()
        if self._phase is not Phase.ASK:
            return shown
        turn = self._turns[self._offer]
        return replace(shown, site=self._offer, task=turn.position, proposal=f"fourth:{self._offer}")
