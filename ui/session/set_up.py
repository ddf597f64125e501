"""What a session does before its first hold: the stages of the set-up, in their order."""

from __future__ import annotations

from dataclasses import dataclass

from calibrations.contact import ContactStage
from calibrations.draft import Draft
from calibrations.intake import Effort
from calibrations.maximum import MvcEffort, MvcStage
from calibrations.positions import position_for
from calibrations.rest import RestStage
from calibrations.side_check import SideCheck
from calibrations.submax import SubmaxStage
from emg.blocks import StreamInfo
from emg.limits import Limit, limits_of
from emg.montage import Side
from emg.stage import Stage
from ui.session.plan import SessionPlan


@dataclass(frozen=True, slots=True)
class SetUp:
    """Stages that can each be run again: a new run begins anew and knows the map that was mended.

    Attributes
    ----------
    checks : tuple of Stage
        Contact, then whether left is left.
    measuring : tuple of Stage
        Rest, then a maximum or something lighter for each muscle; empty if no muscle may work at all,
        and then the session shows microvolts.
    """

    checks: tuple[Stage, ...] = ()
    measuring: tuple[Stage, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All, in their order."""
        return self.checks + self.measuring


def make_set_up(plan: SessionPlan, info: StreamInfo, draft: Draft) -> SetUp:
    """Make the stages of the set-up for a stream.

    Parameters
    ----------
    plan : SessionPlan
        Sites, what was said, and how much time there is.
    info : StreamInfo
        The stream; of an envelope no contact can be told.
    draft : Draft
        Gets what is measured.
    """
    montage, attended = plan.montage, plan.attended
    checks: tuple[Stage, ...] = ()
    if plan.checks:
        can_tell = Limit.CONTACT not in limits_of(info)
        checks = (
            ContactStage(montage.names, info.unit, attended=attended, can_tell=can_tell),
            SideCheck(montage, attended=attended, unit=info.unit, spared=sore_legs(plan)),
        )
    return SetUp(checks, _measuring(plan, info, draft))


def sore_legs(plan: SessionPlan) -> frozenset[Side]:
    """Legs on which something that is measured hurts."""
    return frozenset(site.side for site in plan.montage.sites if plan.intake.is_sore(site))


def _measuring(plan: SessionPlan, info: StreamInfo, draft: Draft) -> tuple[Stage, ...]:
    """Rest, and 100 % of each muscle in the way that what was said allows."""
    sites, intake = plan.montage.sites, plan.intake
    efforts = {site: intake.effort_of(site) for site in sites}
    maximal = [
        MvcEffort(site.name, position_for(site, intake).code)
        for site, effort in efforts.items()
        if effort is Effort.MAXIMAL
    ]
    lighter = {
        site.name: effort for site, effort in efforts.items() if effort in (Effort.GRADED, Effort.BRIDGE)
    }
    if not maximal and not lighter:
        return ()
    stages: list[Stage] = [RestStage(plan.montage.names, draft, info.unit)]
    if maximal:
        stages.append(MvcStage(maximal, draft, info.unit, way=plan.way, concludes=not lighter))
    if lighter:
        stages.append(SubmaxStage(lighter, draft, info.unit, concludes=True))
    return tuple(stages)
