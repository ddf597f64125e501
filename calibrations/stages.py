"""Rest and quick MVC as Stages: counted in, measured on the sample clock, no key needed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from emg.activation import Activations, Reference, SiteReference
from emg.blocks import FloatArray, Unit
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.live_view import StageView
from emg.maximum import (
    MVC_FLOOR_UV,
    MVC_REST_FACTOR,
    REST_LIMIT_UV,
    best_uv,
    best_window_s,
    maximum_of,
    quietest_uv,
)
from emg.quality import IS_INVALID
from emg.reference import MEASURED, reference_event
from emg.results import Method
from emg.stage import Command, Event, JsonValue, StageStart, Step

REST_PREPARE_S: Final = 5.0
REST_S: Final = 10.0
MVC_PREPARE_S: Final = 4.0
MVC_EFFORT_S: Final = 3.0
MVC_RELAX_S: Final = 2.0
QUICK_TRIALS: Final = 2
MAX_TRIES: Final = 3
"""A measurement that fails this often ends the session with the reason: it must not trap anyone."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One maximal effort.

    Attributes
    ----------
    site : str
        The muscle that worked.
    best_uv : float or None
        Highest RMS window; None if a gap or a clipped sample spoilt it.
    """

    site: str
    best_uv: float | None


@dataclass(slots=True)
class Draft:
    """What the calibration stages have found so far; the record is made from it.

    Attributes
    ----------
    rest_uv : dict from site to float
        RMS at rest.
    trials : list of Trial
        Every effort, spoilt ones included.
    reference : Reference or None
        The result.
    """

    rest_uv: dict[str, float] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)
    reference: Reference | None = None

    def bests_uv(self, site: str) -> list[float]:
        """Bests of a site's good trials."""
        return [t.best_uv for t in self.trials if t.site == site and t.best_uv is not None]


class _Measurement(ABC):
    """What the two stages share: phases of fixed length, in which tick powers are gathered."""

    code = ""

    def __init__(self, sites: Sequence[str], draft: Draft, unit: Unit) -> None:
        self._sites = tuple(sites)
        self._draft = draft
        self._unit = unit
        self._start = StageStart(0, "", 1.0)
        self._sample = 0
        self._phase = Phase.PREPARE
        self._phase_from = 0
        self._phase_s = 0.0
        self._parts: list[tuple[FloatArray, bool]] = []
        self._tick_s = 0.0
        self._message = ""
        self._paused = False
        self.done = False

    def begin(self, start: StageStart) -> Sequence[Event]:
        """Start, or start anew."""
        self._start = start
        self._sample = start.sample
        self.done = self._paused = False
        self._message = ""
        return self._first()

    @abstractmethod
    def _first(self) -> list[Event]:
        """Begin the first phase of a run."""

    @abstractmethod
    def _phase_over(self) -> list[Event]:
        """Go on when the present phase has run its time."""

    @abstractmethod
    def _detail(self) -> dict[str, JsonValue]:
        """Say in every event what it is about."""

    def advance(self, activations: Activations) -> Step:
        """Take ticks until they end or the stage is done."""
        events: list[Event] = []
        self._tick_s = activations.spacing / activations.fs_hz
        bad = IS_INVALID[activations.verdicts]
        used = 0
        while used < len(activations) and not self.done:
            # a phase ends at a tick that was measured: nobody hears in a gap what comes next
            over = (activations.samples[used:] >= self._deadline) & (activations.lost[used:] == 0)
            ended = bool(over.any())
            stop = used + int(over.argmax()) + 1 if ended else len(activations)
            if self._phase in (Phase.BASELINE, Phase.EFFORT):
                self._gather(activations.power_uv2[used:stop], bad[used:stop])
            self._sample = int(activations.samples[stop - 1])
            used = stop
            if ended:
                events += self._phase_over()
        return Step(events, used)

    def _gather(self, power_uv2: FloatArray, bad: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> None:
        self._parts.append((np.where(bad, np.nan, power_uv2), bool(bad.any())))

    def _powers(self) -> FloatArray:
        """Tick powers gathered in this phase, shape (n_ticks, n_sites)."""
        powers: FloatArray = np.concatenate([power for power, _ in self._parts])
        return powers

    @property
    def _deadline(self) -> int:
        return self._phase_from + round(self._phase_s * self._start.fs_hz)

    def _enter(self, phase: Phase, seconds: float, kind: EventKind, **extra: JsonValue) -> list[Event]:
        """Begin a phase; its measurement starts empty."""
        self._phase, self._phase_s, self._phase_from = phase, seconds, self._sample
        self._parts = []
        detail: dict[str, JsonValue] = {**self._detail(), "phase": phase.value, **extra}
        return [Event(self._sample, kind, run=self._start.run, detail=detail)]

    def command(self, command: Command) -> Step:
        """Pause starts the present measurement anew at resume; Next skips the preparation."""
        self._sample = self._sample if command.applied_sample is None else command.applied_sample
        match command.kind:
            case CommandKind.PAUSE:
                self._paused = True
            case CommandKind.RESUME if self._paused:
                self._paused = False
                return Step(self._again())
            case CommandKind.BACK:
                return Step(self._again())
            case CommandKind.NEXT if self._phase is Phase.PREPARE:
                return Step(self._phase_over())
            case _:
                pass
        return Step()

    @abstractmethod
    def _again(self) -> list[Event]:
        """Repeat the present measurement from its preparation."""

    def _refuse(self, reason: str) -> list[Event]:
        """End the session: without this measurement no percentage means anything."""
        self._message = reason
        self.done = True
        detail: dict[str, JsonValue] = {**self._detail(), "reason": reason}
        return [Event(self._sample, EventKind.REFUSED, run=self._start.run, detail=detail)]

    def _clock_view(self, stage: str, site: str | None, dots: tuple[DotState, ...]) -> StageView:
        elapsed_s = (self._sample - self._phase_from) / self._start.fs_hz
        return StageView(
            stage=stage,
            phase=Phase.PAUSED if self._paused else self._phase,
            site=site,
            countdown_s=None if self._paused else max(0.0, self._phase_s - elapsed_s),
            elapsed_s=elapsed_s,
            duration_s=self._phase_s,
            dots=dots,
            message=self._message,
        )


class RestStage(_Measurement):
    """Ten relaxed seconds, of which the quietest five count.

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

    def _first(self) -> list[Event]:
        self._tries = 0
        return self._again()

    def _again(self) -> list[Event]:
        return self._enter(Phase.PREPARE, REST_PREPARE_S, EventKind.PREPARE)

    def _detail(self) -> dict[str, JsonValue]:
        return {"exercise": "rest"}

    def _phase_over(self) -> list[Event]:
        if self._phase is Phase.PREPARE:
            return self._enter(Phase.BASELINE, REST_S, EventKind.CUE)
        rest_uv = quietest_uv(self._powers(), self._tick_s)
        fault = self._fault(rest_uv)
        self._tries += 1
        if fault and self._tries >= MAX_TRIES:
            return self._refuse(fault)
        self._message = fault
        if fault:
            return self._again()
        self._draft.rest_uv = dict(zip(self._sites, map(float, rest_uv), strict=True))
        self.done = True
        measured: dict[str, JsonValue] = dict(self._draft.rest_uv)
        return self._enter(Phase.IDLE, 0.0, EventKind.TRIAL_DONE, rest_uv=measured)

    def _fault(self, rest_uv: FloatArray) -> str:
        if np.isnan(rest_uv).any():
            return "rest_gap"
        if self._unit is Unit.MICROVOLT and bool((rest_uv > REST_LIMIT_UV).any()):
            return "rest_too_loud"
        return ""

    def view(self) -> StageView:
        """Show the countdown."""
        return self._clock_view("rest", None, ())


class QuickMvcStage(_Measurement):
    """Two efforts of 3 s a muscle, in turn, so that each muscle rests while the others work.

    Parameters
    ----------
    sites : sequence of str
        Measured sites, in the order in which they work.
    draft : Draft
        Has ``rest_uv``; gets ``trials`` and ``reference``.
    unit : Unit
        No rule in microvolts applies to arbitrary units.
    """

    code = "mvc"

    def _first(self) -> list[Event]:
        self._draft.trials = []
        self._plan = [site for _ in range(QUICK_TRIALS) for site in working_order(self._sites)]
        self._step = 0
        return self._again()

    def _again(self) -> list[Event]:
        return self._enter(Phase.PREPARE, MVC_PREPARE_S, EventKind.PREPARE)

    @property
    def _site(self) -> str:
        return self._plan[min(self._step, len(self._plan) - 1)]

    def _detail(self) -> dict[str, JsonValue]:
        trial = self._plan[: self._step + 1].count(self._site)
        return {"exercise": "mvc", "site": self._site, "trial": trial}

    def _phase_over(self) -> list[Event]:
        if self._phase is Phase.PREPARE:
            return self._enter(Phase.EFFORT, MVC_EFFORT_S, EventKind.CUE)
        if self._phase is Phase.EFFORT:
            trial = self._measured()
            self._draft.trials.append(trial)
            relax = self._enter(Phase.REST, MVC_RELAX_S, EventKind.RELAX)
            done: dict[str, JsonValue] = {**self._detail(), "best_uv": trial.best_uv}
            return [*relax, Event(self._sample, EventKind.TRIAL_DONE, run=self._start.run, detail=done)]
        self._step += 1
        return self._again() if self._step < len(self._plan) else self._concluded()

    def _measured(self) -> Trial:
        """Best window of this effort; a clipped sample or a gap spoils the whole trial."""
        column = self._sites.index(self._site)
        power = self._powers()[:, column]
        if np.isnan(power).any():
            self._message = "mvc_spoilt"
            return Trial(self._site, None)
        self._message = ""
        best = best_uv(power[:, None], self._tick_s, best_window_s(self._start.fs_hz))
        return Trial(self._site, float(best[0]))

    def _concluded(self) -> list[Event]:
        """Make the reference, or ask once more for the efforts that were spoilt or too small."""
        known = {site: self._reference(site) for site in self._sites}
        n_good = {site: len(self._draft.bests_uv(site)) for site in self._sites}
        weak = [site for site in self._sites if known[site] is None]
        left = [site for site in self._sites if self._plan.count(site) < QUICK_TRIALS + MAX_TRIES - 1]
        reason = "mvc_too_small" if any(n_good[site] for site in weak) else "mvc_spoilt"
        if not set(weak) <= set(left):
            return self._refuse(reason)
        again = [site for site in left if site in weak or n_good[site] < QUICK_TRIALS]
        if again:
            self._plan += again
            self._message = reason
            return self._again()
        self._draft.reference = Reference({site: found for site, found in known.items() if found})
        self.done = True
        return [reference_event(self._sample, self._draft.reference, MEASURED, self._start.run)]

    def _reference(self, site: str) -> SiteReference | None:
        """Rest and maximum of a site, None if its efforts give no maximum."""
        bests, rest_uv = self._draft.bests_uv(site), self._draft.rest_uv[site]
        if not bests:
            return None
        mvc_uv, cv_pct = maximum_of(bests, self._start.fs_hz, MVC_EFFORT_S)
        floor_uv = MVC_FLOOR_UV if self._unit is Unit.MICROVOLT else 0.0
        if mvc_uv < max(MVC_REST_FACTOR * rest_uv, floor_uv):
            return None
        return SiteReference(rest_uv, mvc_uv, Method.QUICK, cv_pct)

    def view(self) -> StageView:
        """Show whose turn it is, the countdown, and a dot for every effort."""
        dots = [DotState.DONE if trial.best_uv is not None else DotState.VOID for trial in self._draft.trials]
        if self._phase is not Phase.REST and len(dots) < len(self._plan):
            dots.append(DotState.CURRENT)
        dots += [DotState.PENDING] * (len(self._plan) - len(dots))
        return self._clock_view("mvc", self._site, tuple(dots))


def working_order(sites: Sequence[str]) -> list[str]:
    """Left glute, right glute, left hamstring, right hamstring: each muscle rests while others work."""
    return sorted(sites, key=lambda site: (site.rpartition("_")[0] != "glute", site.rpartition("_")[0], site))
