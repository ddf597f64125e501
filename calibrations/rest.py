"""Rest: ten relaxed seconds, of which the quietest five count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from calibrations.draft import Draft, TrialQuality
from calibrations.measurement import MAX_TRIES, Measurement, Taken
from emg.blocks import Unit
from emg.codes import EventKind, Phase
from emg.live_view import StageView
from emg.maximum import REST_LIMIT_UV, quietest_uv
from emg.stage import Event, JsonValue

PREPARE_S: Final = 5.0
REST_S: Final = 10.0

NOTHING_READ: Final = "nothing_read"
"""Fault of a contact that has read nothing through a whole try: waiting for it mends nothing."""

WORST_FIRST: Final = ("rest_gap", "rest_motion", "rest_too_loud", NOTHING_READ)
"""What is worth a word when rest is asked for again."""


class RestStage(Measurement):
    """Rest of every muscle, lying relaxed.

    What disturbs the rest of some muscle is asked to be mended twice; a muscle that has none even then is
    left out, as is at once one whose contact has read nothing at all, and the others go on.

    Parameters
    ----------
    sites : sequence of str
        Measured sites.
    draft : Draft
        Gets ``rest_uv``.
    unit : Unit
        No rule in microvolts applies to arbitrary units.
    """

    code = "rest"

    def __init__(self, sites: Sequence[str], draft: Draft, unit: Unit) -> None:
        super().__init__(draft, unit)
        self._sites = tuple(sites)
        self._tries = 0
        self._found: dict[str, float] = {}

    def _first(self) -> list[Event]:
        self._tries, self._found = 0, {}
        return self._again()

    def _again(self) -> list[Event]:
        return self._enter(Phase.PREPARE, PREPARE_S, EventKind.PREPARE)

    def _detail(self) -> dict[str, JsonValue]:
        return {"exercise": "rest"}

    def _phase_over(self) -> list[Event]:
        if self._phase is Phase.PREPARE:
            return self._enter(Phase.BASELINE, REST_S, EventKind.CUE)
        faults = self._measured()
        self._tries += 1
        worst = next((fault for fault in WORST_FIRST if fault in faults.values()), "")
        mendable = any(fault != NOTHING_READ for fault in faults.values()) or len(faults) == len(self._sites)
        if self._found and (not mendable or self._tries >= MAX_TRIES):
            return self._kept()
        self._message = "rest_gap" if worst == NOTHING_READ else worst
        if self._tries >= MAX_TRIES:
            return self._refuse(self._message)
        return self._again()

    def _kept(self) -> list[Event]:
        """End with what was found; who has no rest is named."""
        self._draft.rest_uv = {site: self._found[site] for site in self._sites if site in self._found}
        restless = [site for site in self._sites if site not in self._found]
        self._message = f"no_rest:{','.join(restless)}" if restless else ""
        self.done = True
        measured: dict[str, JsonValue] = dict(self._draft.rest_uv)
        run = self._start.run
        notices = [
            Event(self._sample, EventKind.NOTICE, run, detail={"code": "no_rest", "message": site})
            for site in restless
        ]
        return [*notices, *self._enter(Phase.IDLE, 0.0, EventKind.TRIAL_DONE, rest_uv=measured)]

    def _measured(self) -> dict[str, str]:
        """Keep the rest of each site that has one, and say what is wrong with the others."""
        faults: dict[str, str] = {}
        for site in self._sites:
            taken = self._taken(site)
            rest_uv = float(quietest_uv(taken.power_uv2[:, None], self._tick_s)[0])
            fault = self._fault(taken, rest_uv)
            if fault:
                faults[site] = fault
            else:
                self._found[site] = rest_uv
        return faults

    def _fault(self, taken: Taken, rest_uv: float) -> str:
        if np.isnan(rest_uv):
            if taken.worst is TrialQuality.ARTEFACT:
                return "rest_motion"
            return "rest_gap" if np.isfinite(taken.power_uv2).any() else NOTHING_READ
        return "rest_too_loud" if self._unit is Unit.MICROVOLT and rest_uv > REST_LIMIT_UV else ""

    def view(self) -> StageView:
        """Show the countdown."""
        return replace(self._clock_view(), task="relax")
