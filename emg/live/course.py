"""Where a session is: a cursor over its stages, with a run id for every time that one begins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from emg.stage import Stage

CHECKS: Final = frozenset({"contact", "sides"})
"""Codes of stages that look at the electrodes before anything is measured."""


class Course:
    """The stages of a session in the order in which they come.

    Parameters
    ----------
    stages : sequence of Stage
        In order.

    Attributes
    ----------
    goes_on : bool
        Whether the present stage was left before it was done, and goes on now.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self._stages = list(stages)
        self._at = -1
        self._runs: dict[str, int] = {}
        self._left: Stage | None = None
        self.goes_on = False

    @property
    def begun(self) -> bool:
        """Whether there is, or was, a present stage."""
        return self._at >= 0

    @property
    def present(self) -> Stage | None:
        """The stage that gets the ticks; None before the first and after the last."""
        return self._stages[self._at] if 0 <= self._at < len(self._stages) else None

    @property
    def run(self) -> str:
        """Run id of the present stage, for example ``rest#2``; empty where there is none."""
        stage = self.present
        return "" if stage is None else f"{stage.code}#{self._runs[stage.code]}"

    def comes(self, codes: Collection[str]) -> bool:
        """Whether a stage of one of these codes is the present one, or still lies ahead."""
        return any(stage.code in codes for stage in self._stages[max(self._at, 0) :])

    def advance(self) -> None:
        """Move on to the next stage; one that was left before goes on with its run."""
        self._at += 1
        self._enter()

    def insert(self, stages: Sequence[Stage]) -> None:
        """Begin new runs of these stages; the present one, unless it is one of them, goes on after them.

        Of what lies ahead the stages of the same codes are left out: they are done now.
        """
        here = max(self._at, 0)
        codes = {stage.code for stage in stages}
        present = self.present
        if present is not None and present.code not in codes:
            self._left = present
        ahead = [stage for stage in self._stages[here:] if stage.code not in codes]
        self._stages[here:] = [*stages, *ahead]
        if self.begun:
            self._enter()

    def _enter(self) -> None:
        stage = self.present
        self.goes_on = stage is not None and stage is self._left
        if self.goes_on:
            self._left = None
        elif stage is not None:
            self._runs[stage.code] = self._runs.get(stage.code, 0) + 1
