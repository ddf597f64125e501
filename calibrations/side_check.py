"""Is left left? Each electrode is tapped, then each leg lifted: swapped leads are found and mended."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibrations.swaps import (
    MapFault,
    fault_by_lifts,
    fault_by_taps,
    findings,
    mend_code,
    rises_sd,
)
from calibrations.taps import FLOOR_UV, column_of, find_taps, quiet_level_uv
from emg.activation import Activations, reading
from emg.blocks import FloatArray, Unit
from emg.codes import ACCEPTED, CommandKind, DotState, EventKind, Phase
from emg.input_events import montage_event
from emg.live_view import StageView
from emg.montage import Montage, Side
from emg.quality import IS_INVALID
from emg.question import was_unread
from emg.stage import Command, Event, JsonValue, StageStart, Step

TAP_LEAD_S: Final = 3.0
"""Before the first tap somebody has to find the electrode."""

TAP_PREPARE_S: Final = 1.5
TAP_S: Final = 6.0
"""Time for two taps; it is over as soon as they are seen and all is quiet again."""

LOOK_S: Final = 0.25
"""Taps are looked for so often."""

LIFT_PREPARE_S: Final = 3.0
LIFT_QUIET_S: Final = 2.0
"""The last of the preparation is the rest that a rise is counted from."""

LIFT_S: Final = 3.0
LIFT_RISE_S: Final = 1.0
"""Reaction and rise at the start of a lift; the rest of it is measured."""

RELAX_S: Final = 1.0
TOLD_S: Final = 3.0
"""The last relaxation is as long as it takes to read that something could not be told."""

TRIES: Final = 2
"""What was not seen is asked for once more, then it cannot be told."""

TAP_AGAIN: Final = "tap_again"


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is asked for next: to tap a site, or, without one, to lift a leg."""

    side: Side
    site: str | None = None

    @property
    def task(self) -> str:
        return "lift" if self.site is None else "tap"


class SideCheck:
    """A Stage: taps, then lifts. What is wrong with the map is asked about, or, with nobody there, refused.

    It never stops for a muscle that does not rise, nor for a tap that nobody saw: that is said.

    Parameters
    ----------
    montage : Montage
        The map; a mended one takes its place, also in a later run.
    attended : bool
        Whether somebody can press a key.
    unit : Unit
        No rule in microvolts applies to arbitrary units.
    spared : collection of Side
        Sore legs: nobody lifts them to see whether a lead is right.
    """

    code = "sides"

    def __init__(
        self, montage: Montage, *, attended: bool, unit: Unit, spared: Collection[Side] = ()
    ) -> None:
        self._montage = montage
        self._attended = attended
        self._floor_uv = FLOOR_UV if unit is Unit.MICROVOLT else 0.0
        taps = [_Turn(site.side, site.name) for site in montage.sites]
        measured = {site.side for site in montage.sites}
        lifts = [_Turn(side) for side in Side if side in measured and side not in spared]
        self._turns = (*taps, *lifts)
        self._n_taps = len(taps)
        self._start = StageStart(0, "", 1.0)
        self._tick_s = 0.0
        self._sample = 0
        self._phase, self._phase_from, self._phase_s = Phase.PREPARE, 0, 0.0
        self._forget()

    def _forget(self) -> None:
        self._at = self._tries = 0
        self._seen_on: dict[str, str | None] = {}
        self._rises: dict[Side, dict[str, float]] = {}
        self._fault: MapFault | None = None
        self._mended = self._accepted = self._paused = self.done = False
        self._message = ""
        self._heard: list[tuple[FloatArray, FloatArray]] = []
        self._n_before = self._looks = 0
        self._quiet_uv: FloatArray = np.full(len(self._montage.names), np.nan)

    @property
    def montage(self) -> Montage:
        """The map as it is now."""
        return self._montage

    def begin(self, start: StageStart) -> Sequence[Event]:
        """Start, or start anew."""
        self._forget()
        self._start = start
        self._sample = start.sample
        return self._prepare()

    # --- time

    def advance(self, activations: Activations) -> Step:
        """Take ticks until they end or the stage is done."""
        events: list[Event] = []
        self._tick_s = activations.spacing / activations.fs_hz
        short_uv = np.where(IS_INVALID[activations.verdicts], np.nan, activations.short_uv)
        used = 0
        while used < len(activations) and not self.done:
            # a phase ends at a tick that was measured: nobody hears in a gap what comes next
            due = (activations.samples[used:] >= self._due) & (activations.lost[used:] == 0)
            ended = bool(due.any())
            stop = used + int(due.argmax()) + 1 if ended else len(activations)
            if self._phase in (Phase.PREPARE, Phase.EFFORT):
                self._heard.append((activations.power_uv2[used:stop], short_uv[used:stop]))
            self._sample = int(activations.samples[stop - 1])
            used = stop
            if ended:
                events += self._phase_over()
        return Step(events, used)

    @property
    def _due(self) -> float:
        """Sample at which to look what has happened."""
        seconds = self._phase_s
        if self._phase is Phase.EFFORT and self._turn.site is not None:
            seconds = min(seconds, self._looks * LOOK_S)
        return math.inf if math.isinf(seconds) else self._phase_from + round(seconds * self._start.fs_hz)

    @property
    def _turn(self) -> _Turn:
        return self._turns[min(self._at, len(self._turns) - 1)]

    def _enter(self, phase: Phase, seconds: float, kind: EventKind, **extra: JsonValue) -> list[Event]:
        """Begin a phase."""
        self._phase, self._phase_s, self._phase_from = phase, seconds, self._sample
        turn = self._turn
        detail: dict[str, JsonValue] = {"exercise": turn.task, "phase": phase.value, **extra}
        if turn.site is not None:
            detail["site"] = turn.site
        side = turn.side if turn.site is None else None
        return [Event(self._sample, kind, run=self._start.run, side=side, detail=detail)]

    def _prepare(self) -> list[Event]:
        """Begin the present turn, or a part of the check that is not over yet."""
        if self._at == len(self._turns):
            return self._conclude()
        self._heard = []
        seconds = LIFT_PREPARE_S
        if self._turn.site is not None:
            seconds = TAP_PREPARE_S if self._at or self._tries else TAP_LEAD_S
        return self._enter(Phase.PREPARE, seconds, EventKind.PREPARE, trial=self._tries + 1)

    def _phase_over(self) -> list[Event]:
        """Go on at the end of a phase, or look whether it can end."""
        turn = self._turn
        if self._phase is Phase.PREPARE:
            powers = [power for power, _ in self._heard]
            self._n_before = sum(map(len, powers))
            self._quiet_uv = quiet_level_uv(np.concatenate(powers), self._tick_s)
            self._looks = 1
            seconds = LIFT_S if turn.site is None else TAP_S
            return self._enter(Phase.EFFORT, seconds, EventKind.CUE, trial=self._tries + 1)
        if self._phase is Phase.REST:
            return self._next_turn()
        return self._lifted(turn.side) if turn.site is None else self._look(turn.site)

    # --- taps

    def _look(self, site: str) -> list[Event]:
        """Look for two taps; without them wait, ask once more, then leave it."""
        power_uv2 = np.concatenate([power for power, _ in self._heard])
        taps = find_taps(power_uv2, self._quiet_uv, self._tick_s, self._floor_uv)
        column = column_of([tap for tap in taps if tap.at >= self._n_before], self._tick_s)
        elapsed_s = (self._sample - self._phase_from) / self._start.fs_hz
        if column is None and elapsed_s < TAP_S:
            self._looks = max(self._looks, math.floor(elapsed_s / LOOK_S)) + 1
            return []
        if column is None and self._tries + 1 < TRIES:
            self._tries += 1
            self._message = TAP_AGAIN
            return self._prepare()
        return self._tapped(site, None if column is None else self._montage.names[column])

    def _tapped(self, site: str, seen_on: str | None) -> list[Event]:
        self._seen_on[site] = seen_on
        return self._next_turn()

    # --- lifts

    def _lifted(self, side: Side) -> list[Event]:
        """See which muscles rose; a lift that was lost is asked for once more."""
        short_uv = np.concatenate([short for _, short in self._heard])
        quiet_ticks, rise_ticks = (round(seconds / self._tick_s) for seconds in (LIFT_QUIET_S, LIFT_RISE_S))
        before, lift = short_uv[: self._n_before], short_uv[self._n_before :]
        rises = rises_sd(before[-quiet_ticks:], lift[rise_ticks:])
        if np.isnan(rises).all() and self._tries + 1 < TRIES:
            self._tries += 1
            return self._prepare()
        self._rises[side] = dict(zip(self._montage.names, map(float, rises), strict=True))
        last = self._at + 1 == len(self._turns)
        told = last and set(self._findings().values()) != {"ok"}
        return self._enter(Phase.REST, TOLD_S if told else RELAX_S, EventKind.RELAX)

    # --- what it means

    def _next_turn(self) -> list[Event]:
        """Go on; at the end of each part see what it says about the map."""
        self._at += 1
        self._tries = 0
        self._message = ""
        fault = None
        if self._at == self._n_taps:
            fault = fault_by_taps(self._montage, self._seen_on)
        elif self._at == len(self._turns):
            fault = fault_by_lifts(self._montage, self._seen_on, self._rises)
        if fault is None:
            return self._prepare()
        self._fault = fault
        self._message = fault.reason
        return self._ask(fault) if self._attended else self._refuse(fault)

    def _ask(self, fault: MapFault) -> list[Event]:
        """Ask what to do; Next mends the map, or goes on with it as it is where it cannot be mended."""
        self._phase, self._phase_s, self._phase_from = Phase.ASK, math.inf, self._sample
        detail: dict[str, JsonValue] = {"exercise": self.code, "phase": Phase.ASK.value}
        detail |= {"reason": fault.reason, "proposal": mend_code(fault.channels)}
        return [Event(self._sample, EventKind.REST, run=self._start.run, detail=detail)]

    def _refuse(self, fault: MapFault) -> list[Event]:
        """End the session: left would be right, and nobody is there to decide."""
        self.done = True
        detail: dict[str, JsonValue] = {"exercise": self.code, "reason": fault.reason}
        return [Event(self._sample, EventKind.REFUSED, run=self._start.run, detail=detail)]

    def _settle(self, fault: MapFault) -> list[Event]:
        """Do what was proposed and go on."""
        self._message = ""
        if fault.channels is None:
            self._accepted = True
            return self._prepare()
        # whose taps were seen has them on its own channel now, and each rise belongs to another site
        self._seen_on = {site: site if other else None for site, other in self._seen_on.items()}
        was = {channel: site for site, channel in self._montage.as_dict().items()}
        self._rises = {
            side: {site: rises[was[channel]] for site, channel in fault.channels.items()}
            for side, rises in self._rises.items()
        }
        self._montage = Montage.of(fault.channels)
        self._fault = None
        self._mended = True
        return [montage_event(self._sample, fault.channels, self._start.run), *self._prepare()]

    def _findings(self) -> dict[str, str]:
        """Say what is known of each site so far."""
        found = findings(self._montage, self._seen_on, self._rises)
        return found | dict(self._fault.sites) if self._fault else found

    def _conclude(self) -> list[Event]:
        self.done = True
        rises: dict[str, JsonValue] = {
            side.value: {site: reading(rise) for site, rise in sites.items()}
            for side, sites in self._rises.items()
        }
        detail: dict[str, JsonValue] = {
            "check": self.code,
            "findings": dict(self._findings()),
            "taps_seen_on": dict(self._seen_on),
            "rises_sd": rises,
            "fault": self._fault.reason if self._fault else "",
            "channels": dict(self._montage.as_dict()),
            "mended": self._mended,
            "accepted": self._accepted,
        }
        events = [Event(self._sample, EventKind.CHECKED, run=self._start.run, detail=detail)]
        if self._fault and self._accepted:  # told now: until here Back could take it back
            notice: dict[str, JsonValue] = {"code": ACCEPTED, "message": self._fault.reason}
            events.insert(0, Event(self._sample, EventKind.NOTICE, run=self._start.run, detail=notice))
        return events

    # --- people

    def command(self, command: Command) -> Step:
        """Obey; while paused only Resume is heard, and it begins the present turn anew."""
        if self.done:
            return Step()
        self._sample = self._sample if command.applied_sample is None else command.applied_sample
        if command.kind is CommandKind.PAUSE:
            self._paused = True
        elif self._paused:
            if command.kind is CommandKind.RESUME:
                self._paused = False
                return Step(self._again())
        elif self._unread(command):
            return Step()
        elif command.kind is CommandKind.NEXT:
            return Step(self._next())
        elif command.kind is CommandKind.BACK:
            return Step(self._back())
        return Step()

    def _unread(self, command: Command) -> bool:
        """Whether a key was meant for what stood on the screen before the question."""
        return self._phase is Phase.ASK and was_unread(command, self._phase_from, self._start.fs_hz)

    def _again(self) -> list[Event]:
        """Begin anew what a pause has broken; a question still stands, and there is time to read on."""
        if self._phase is Phase.ASK and self._fault is not None:
            return self._ask(self._fault)
        return self._next_turn() if self._phase is Phase.REST else self._prepare()

    def _next(self) -> list[Event]:
        """Answer the question with yes; leave out a tap that nobody can reach."""
        if self._phase is Phase.ASK and self._fault is not None:
            return self._settle(self._fault)
        if self._phase is Phase.EFFORT and self._turn.site is not None:
            return self._tapped(self._turn.site, None)
        return []

    def _back(self) -> list[Event]:
        """Do it again: the whole part in a question, else the present turn, or the last before its cue."""
        if self._phase is Phase.ASK:
            self._at = 0 if self._at == self._n_taps else self._n_taps
        elif self._phase is Phase.PREPARE and not self._tries:
            self._at = max(0, self._at - 1)
        self._tries = 0
        self._message = ""
        if self._at < self._n_taps or not self._accepted:
            self._fault, self._accepted = None, False
        for turn in self._turns[self._at :]:
            self._seen_on.pop(turn.site or "", None)
            if turn.site is None:
                self._rises.pop(turn.side, None)
        return self._prepare()

    def view(self) -> StageView:
        """Show whose turn it is, the clock, a dot for each turn, and what was found."""
        elapsed_s = (self._sample - self._phase_from) / self._start.fs_hz
        asking = self._phase is Phase.ASK
        turn = None if asking or self.done else self._turn
        timed = not (asking or self._paused or (self._phase is Phase.EFFORT and self._turn.site))
        return StageView(
            stage=self.code,
            phase=Phase.PAUSED if self._paused else self._phase,
            side=turn.side if turn and turn.site is None else None,
            site=turn.site if turn else None,
            task=turn.task if turn else "",
            # how long somebody looks for an electrode is not a countdown: nobody should race it
            countdown_s=max(0.0, self._phase_s - elapsed_s) if timed else None,
            elapsed_s=elapsed_s,
            duration_s=None if asking else self._phase_s,
            dots=self._dots(),
            message=self._message,
            proposal=mend_code(self._fault.channels) if asking and self._fault else "",
            findings=self._findings(),
        )

    def _dots(self) -> tuple[DotState, ...]:
        over = self._at + (self._phase is Phase.REST)
        to_come = len(self._turns) - over
        present = [DotState.CURRENT] if to_come and self._phase is not Phase.ASK else []
        return (*[DotState.DONE] * over, *present, *[DotState.PENDING] * (to_come - len(present)))
