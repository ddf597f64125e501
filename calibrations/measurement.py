"""What the measuring stages share: phases counted on the sample clock, in which tick powers are gathered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from calibrations.draft import Draft, TrialQuality
from emg.activation import Activations
from emg.blocks import FloatArray, IntArray, Unit
from emg.codes import CommandKind, EventKind, Phase
from emg.live_view import StageView
from emg.quality import IS_INVALID, MOTION, RAILED, SPOILS_EFFORT, VerdictArray
from emg.stage import Command, Event, JsonValue, StageStart, Step

MAX_TRIES: Final = 3
"""A measurement that fails this often is given up with its reason: it must not trap anyone."""

MEASURING: Final = frozenset({Phase.BASELINE, Phase.EFFORT})


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """What one phase has gathered of one muscle.

    Attributes
    ----------
    power_uv2 : ndarray of shape (n_ticks,)
        Tick powers, NaN where they say nothing of the muscle.
    sample_uv : ndarray of shape (n_ticks,)
        The filtered signal at the ticks, NaN where the powers are.
    worst : TrialQuality
        Why some are missing; ``GOOD`` where none is.
    """

    power_uv2: FloatArray
    sample_uv: FloatArray
    worst: TrialQuality

    def quality(self, *, spoilt: bool) -> TrialQuality:
        """Quality of an effort: what is missing is its fault only if nothing usable was left."""
        if not spoilt:
            return TrialQuality.GOOD
        return TrialQuality.ARTEFACT if self.worst is TrialQuality.GOOD else self.worst


class Measurement(ABC):
    """A stage of phases, each of a length that is known when it begins.

    Parameters
    ----------
    draft : Draft
        Gets what is found.
    unit : Unit
        No rule in microvolts applies to arbitrary units.
    """

    code = ""

    def __init__(self, draft: Draft, unit: Unit) -> None:
        self._draft = draft
        self._unit = unit
        self._start = StageStart(0, "", 1.0)
        self._sample = 0
        self._phase = Phase.PREPARE
        self._phase_from = 0
        self._phase_s = 0.0
        self._read: tuple[str, ...] = ()
        self._powers: list[FloatArray] = []
        self._samples_uv: list[FloatArray] = []
        self._verdicts: list[VerdictArray] = []
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
    def _again(self) -> list[Event]:
        """Begin anew what a pause has broken."""

    @abstractmethod
    def _detail(self) -> dict[str, JsonValue]:
        """Say in every event what it is about."""

    @abstractmethod
    def view(self) -> StageView:
        """Return what to show after the last tick."""

    def advance(self, activations: Activations) -> Step:
        """Take ticks until they end or the stage is done."""
        events: list[Event] = []
        self._tick_s = activations.spacing / activations.fs_hz
        used = 0
        while used < len(activations) and not self.done:
            stop, ended = self._end_of_phase(activations.samples[used:], activations.lost[used:])
            part = activations.cut(used, used + stop)
            if self._phase in MEASURING:
                self._gather(part)
            else:
                events += self._watch(part)
            used += stop
            self._sample = int(activations.samples[used - 1])
            if ended:
                events += self._phase_over()
        return Step(events, used)

    def _end_of_phase(self, samples: IntArray, lost: IntArray) -> tuple[int, bool]:
        """Count the ticks that belong to this phase, and say whether it ends with them.

        It ends at a tick that was measured: nobody hears in a gap what comes next.
        """
        deadline = self._phase_from + round(self._phase_s * self._start.fs_hz)
        over = (samples >= deadline) & (lost == 0)
        return (int(over.argmax()) + 1, True) if over.any() else (len(samples), False)

    def _watch(self, part: Activations) -> list[Event]:
        """Look at ticks in which nothing is measured; what a stage makes of them is its own."""
        return []

    def _gather(self, part: Activations) -> None:
        self._read = part.sites
        self._powers.append(part.power_uv2)
        self._samples_uv.append(part.sample_uv)
        self._verdicts.append(part.verdicts)

    def _taken(self, site: str) -> Taken:
        """Powers of one site in this phase, less what is no reading or motion."""
        column = self._read.index(site)
        power_uv2, sample_uv = (
            np.concatenate([part[:, column] for part in parts]) for parts in (self._powers, self._samples_uv)
        )
        verdicts = np.concatenate([part[:, column] for part in self._verdicts])
        missing = np.isnan(power_uv2)
        if (verdicts == RAILED).any():
            worst = TrialQuality.CLIPPED
        elif (IS_INVALID[verdicts] | missing).any():
            worst = TrialQuality.GAP
        else:
            worst = TrialQuality.ARTEFACT if (verdicts == MOTION).any() else TrialQuality.GOOD
        gone = SPOILS_EFFORT[verdicts] | missing
        return Taken(np.where(gone, np.nan, power_uv2), np.where(gone, np.nan, sample_uv), worst)

    def _enter(self, phase: Phase, seconds: float, kind: EventKind, **extra: JsonValue) -> list[Event]:
        """Begin a phase and say so; its measurement starts empty."""
        self._phase, self._phase_s, self._phase_from = phase, seconds, self._sample
        self._powers, self._samples_uv, self._verdicts = [], [], []
        return [self._event(kind, phase=phase.value, **extra)]

    def _event(self, kind: EventKind, **extra: JsonValue) -> Event:
        return Event(self._sample, kind, run=self._start.run, detail={**self._detail(), **extra})

    def command(self, command: Command) -> Step:
        """Obey; while paused only an answer is heard, and Resume, which begins anew what was broken."""
        if self.done:
            return Step()
        self._sample = self._sample if command.applied_sample is None else command.applied_sample
        if command.kind is CommandKind.STOP:
            return Step(self._stopped())
        if self._paused and command.kind is not CommandKind.ANSWER:
            return Step(self._resumed() if command.kind is CommandKind.RESUME else ())
        if command.kind is CommandKind.PAUSE:
            self._paused = True
            return Step(self._broken())
        return Step(self._heard(command))

    def _resumed(self) -> list[Event]:
        self._paused = False
        return self._again()

    def _broken(self) -> list[Event]:
        """Take note of a pause; what is lost by it is the stage's own."""
        return []

    def _stopped(self) -> list[Event]:
        """Close what is open: the session ends."""
        return []

    def _heard(self, command: Command) -> list[Event]:
        """Obey while not paused: Next skips the preparation, Back measures anew."""
        if command.kind is CommandKind.BACK:
            return self._again()
        if command.kind is CommandKind.NEXT and self._phase is Phase.PREPARE:
            return self._phase_over()
        return []

    def _refuse(self, reason: str) -> list[Event]:
        """End the session: without this measurement no percentage means anything."""
        self._message = reason
        self.done = True
        return [self._event(EventKind.REFUSED, reason=reason)]

    def _clock_view(self) -> StageView:
        """Show the clock of the phase; each stage adds its own."""
        elapsed_s = (self._sample - self._phase_from) / self._start.fs_hz
        return StageView(
            stage=self.code,
            phase=Phase.PAUSED if self._paused else self._phase,
            countdown_s=None if self._paused else max(0.0, self._phase_s - elapsed_s),
            elapsed_s=elapsed_s,
            duration_s=self._phase_s,
            message=self._message,
        )
