"""Rest: ten relaxed seconds, of which the quietest five count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from calibrations.draft import Draft, TrialQuality
from calibrations.measurement import MAX_TRIES, Measurement
from emg.blocks import Unit
from emg.codes import EventKind, Phase
from emg.live_view import StageView
from emg.maximum import REST_LIMIT_UV, quietest_uv
from emg.stage import Event, JsonValue

PREPARE_S: Final = 5.0
REST_S: Final = 10.0


class RestStage(Measurement):
    """Rest of every muscle, lying relaxed.

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

    def _first(self) -> list[Event]:
        self._tries = 0
        return self._again()

    def _again(self) -> list[Event]:
        return self._enter(Phase.PREPARE, PREPARE_S, EventKind.PREPARE)

    def _detail(self) -> dict[str, JsonValue]:
        return {"exercise": "rest"}

    def _phase_over(self) -> list[Event]:
        if self._phase is Phase.PREPARE:
            return self._enter(Phase.BASELINE, REST_S, EventKind.CUE)
        rest_uv, fault = self._measured()
        self._tries += 1
        if fault and self._tries >= MAX_TRIES:
            return self._refuse(fault)
        self._message = fault
        if fault:
            return self._again()
        self._draft.rest_uv = rest_uv
        self.done = True
        measured: dict[str, JsonValue] = dict(rest_uv)
        return self._enter(Phase.IDLE, 0.0, EventKind.TRIAL_DONE, rest_uv=measured)

    def _measured(self) -> tuple[dict[str, float], str]:
        """Rest of each site, and what is wrong with it: a gap before motion before tension."""
        taken = {site: self._taken(site) for site in self._sites}
        rest_uv = {
            site: float(quietest_uv(one.power_uv2[:, None], self._tick_s)[0]) for site, one in taken.items()
        }
        unknown = [taken[site].worst for site, level_uv in rest_uv.items() if np.isnan(level_uv)]
        if unknown:
            moved = all(worst is TrialQuality.ARTEFACT for worst in unknown)
            return rest_uv, "rest_motion" if moved else "rest_gap"
        if self._unit is Unit.MICROVOLT and max(rest_uv.values()) > REST_LIMIT_UV:
            return rest_uv, "rest_too_loud"
        return rest_uv, ""

    def view(self) -> StageView:
        """Show the countdown."""
        return replace(self._clock_view(), task="relax")
