"""The target of a set as it moves: chosen once, then by small steps, each one an event and a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from emg.results import HoldResult, Role, Until
from emg.sets.hold import HoldPlan
from emg.sets.progress import Progress
from emg.sets.set_settings import SetSettings, feedback_after
from emg.sets.targets import Target
from emg.stage import JsonValue


class Aim:
    """What the holds of one set are to reach.

    Parameters
    ----------
    settings : SetSettings
        Its rule; without one nothing moves.
    progress : Progress
        Where a side's last target stands.

    Attributes
    ----------
    target : Target or None
        In force; None where the plan of the set says all there is.
    """

    def __init__(self, settings: SetSettings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self.target: Target | None = None

    def take_up(self) -> tuple[Mapping[str, JsonValue], str] | None:
        """Take up the target where this side's last set left it, or choose the first one.

        Returns
        -------
        detail : mapping
            Of the event that says so.
        message : str
            For the screen: a step after a set's last hold has not been seen yet.
        """
        rule, side = self._settings.rule, self._settings.plan.side
        if rule is None or self._settings.plan.role is not Role.TRAIN or self.target is not None:
            return None
        known = self._progress.targets.get(side)
        if known is None:
            sites = self._settings.gate_sites, self._settings.ceiling_sites
            self.target = self._progress.targets[side] = rule.first(self._progress.of(side), *sites)
        else:
            self.target = known
        return _detail(self.target, None), _message(self.target)

    def move(self, result: HoldResult) -> tuple[Mapping[str, JsonValue], str] | None:
        """Move by a small step after a hold; None if nothing moved."""
        rule, before = self._settings.rule, self.target
        if rule is None or before is None:
            return None
        self.target = rule.next(before, result, self._settings.gate_sites)
        if self.target is before:
            return None
        self._progress.targets[self._settings.plan.side] = self.target
        return _detail(self.target, before.target_pct), _message(self.target)

    def plan(self, n_counted: int, *, measured: bool) -> HoldPlan:
        """Plan the next hold: with the target of now, and feedback where its turn has come.

        Parameters
        ----------
        n_counted : int
            Holds of the set that count so far.
        measured : bool
            Whether the level of a gate muscle is a percentage of anything.
        """
        plan = self._settings.plan
        if plan.role is Role.TRAIN and not measured:
            # nothing can reach a target that is in percent of nothing: by the clock, and nothing claimed
            return replace(plan, until=Until.SET, target_pct=None, ceiling_pct=None, practice=True)
        if (target := self.target) is not None:
            plan = replace(plan, target_pct=target.target_pct, ceiling_pct=target.ceiling_pct)
        return replace(plan, feedback=feedback_after(n_counted, plan.feedback))


def _detail(target: Target, before_pct: float | None) -> Mapping[str, JsonValue]:
    return {
        "target_pct": target.target_pct,
        "ceiling_pct": target.ceiling_pct,
        "before_pct": before_pct,
        "origin": target.origin.value,
    }


def _message(target: Target) -> str:
    return f"target_{target.origin.value}:{target.target_pct:.1f}"
