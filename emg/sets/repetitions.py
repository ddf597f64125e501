"""The Stage of a set of repetitions at the athlete's own pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from emg.codes import DotState, Phase
from emg.montage import WorkingSide
from emg.results import Kind, Outcome
from emg.sets.found import REPETITION
from emg.sets.hold_clock import StageClock
from emg.sets.movement_score import Ended, Ending
from emg.sets.moving_set import (
    FOOT_DOWN,
    LIMIT,
    PAUSED,
    MovingSet,
    MovingSettings,
)
from emg.stage import JsonValue, outcome_dot


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionSettings(MovingSettings):
    """One set of repetitions.

    Attributes
    ----------
    repetitions : int
        How many that count.
    limit_s : float
        It ends this long after "set", pauses left out, however many were found.
    """

    repetitions: int
    limit_s: float


class RepetitionSet(MovingSet[RepetitionSettings]):
    """A Stage: rest, prepare, cue, set, then repetitions until enough of them count.

    Those of one leg are found in its gate muscle; those of both legs at once in the mean of both gates. A
    void one, and one in which a foot came down, is to be done again. Without a reference none is found.
    """

    _kind = Kind.REPETITION
    _movement = REPETITION

    def _begin_anew(self, sample: int) -> None:
        super()._begin_anew(sample)
        self._over = False
        self._used = 0

    @property
    def done(self) -> bool:
        """Whether the set has ended."""
        return self._over

    @property
    def _legs(self) -> tuple[WorkingSide, ...]:
        return (self._settings.side,)

    @property
    def _work_s(self) -> float:
        return self._settings.limit_s - self._used / self._start.fs_hz

    @property
    def _set_number(self) -> int:
        return self._settings.set_number

    @property
    def _progress(self) -> tuple[Sequence[DotState], int]:
        return self._counted, self._settings.repetitions

    @property
    def _counted(self) -> list[DotState]:
        """Dots of the repetitions that count."""
        results = (result for result in self._results if result.outcome.counts)
        return [outcome_dot(result.outcome, scored=True) for result in results]

    def _asked(self) -> dict[str, JsonValue]:
        return {"kind": "repetitions", "repetitions": self._settings.repetitions, "limit_s": self._work_s}

    def _found(self, ended: Ended) -> None:
        self._publish(ended)
        if len(self._counted) >= self._settings.repetitions:
            self._end("")

    def _time_is_up(self) -> None:
        self._end(LIMIT)

    def _end(self, reason: str) -> None:
        self._end_work(Ending(Outcome.INCOMPLETE, reason))
        self._over = True

    def _break_off(self, reason: str) -> None:
        if reason == FOOT_DOWN:
            self._lose_balance()
        elif reason == PAUSED:
            self._used += self._sample - self._clock.since
            self._end_work(Ending(Outcome.INCOMPLETE, reason))
            self._rest(0.0)
        else:
            self._end(reason)

    def _lose_balance(self) -> None:
        """Take the repetition under way for lost; the set goes on."""
        for leg, finder in self._finders.items():
            found = finder.cut_off(self._sample)
            if found is not None:
                self._publish(Ended(leg, found, Ending(Outcome.LOST_BALANCE, FOOT_DOWN)))

    def _shown_clock(self) -> StageClock:
        """Say the phase, and its clock; the pace is the athlete's own, so the limit is nothing to race."""
        clock = super()._shown_clock()
        return replace(clock, countdown_s=None) if clock.phase is Phase.EFFORT else clock
