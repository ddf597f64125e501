"""The Stage of a drill: bouts by the clock, looked at stride by stride."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emg.codes import DotState
from emg.montage import WorkingSide, sides_of
from emg.results import Kind, Outcome
from emg.sets.found import STRIDE
from emg.sets.movement_score import Ended, Ending
from emg.sets.moving_set import FOOT_DOWN, LIMIT, PAUSED, STOPPED, MovingSet, MovingSettings
from emg.sets.set_settings import MAX_REPEATS
from emg.stage import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class BoutSettings(MovingSettings):
    """One set of bouts.

    Attributes
    ----------
    bouts : int
        How many that are done to their end.
    bout_s : float
        Length of each.
    """

    bouts: int
    bout_s: float


class BoutSet(MovingSet[BoutSettings]):
    """A Stage: rest, prepare, cue, set, a bout, and again until all bouts are done.

    Strides are found in each leg's gate muscle apart from the other's, and told when their bout is over:
    what they count for is known only then. A bout in which a foot comes down at the wrong time, or that is
    paused, is done again. Without a reference no stride is found. The settings' ``set_number`` is that of the
    first bout.
    """

    _kind = Kind.STRIDE
    _movement = STRIDE

    def _begin_anew(self, sample: int) -> None:
        super()._begin_anew(sample)
        self._bouts_done = 0
        self._bouts_lost = 0

    @property
    def done(self) -> bool:
        """Whether all bouts are done, or too many had to be repeated."""
        return self._bouts_done >= self._settings.bouts or self._bouts_lost > MAX_REPEATS

    @property
    def _legs(self) -> tuple[WorkingSide, ...]:
        return sides_of(self._settings.side)

    @property
    def _work_s(self) -> float:
        return self._settings.bout_s

    @property
    def _set_number(self) -> int:
        return self._settings.set_number + self._bouts_done

    @property
    def _progress(self) -> tuple[Sequence[DotState], int]:
        return [DotState.DONE] * self._bouts_done, self._settings.bouts

    def _asked(self) -> dict[str, JsonValue]:
        return {"kind": "bouts", "bout_s": self._settings.bout_s}

    def _found(self, ended: Ended) -> None:
        self._waiting.append(ended)

    def _time_is_up(self) -> None:
        self._end(Ending(Outcome.INCOMPLETE, LIMIT))

    def _end(self, ending: Ending) -> None:
        """End a bout that counts."""
        self._end_work(ending)
        self._bouts_done += 1
        self._rest_if_not_done()

    def _break_off(self, reason: str) -> None:
        if reason == FOOT_DOWN:
            self._end_work(Ending(Outcome.LOST_BALANCE, reason), also_whole=True)
            self._bouts_lost += 1
            self._rest_if_not_done()
        elif reason == PAUSED:
            self._end_work(Ending(Outcome.INCOMPLETE, reason), also_whole=True)
            self._rest(0.0)
        elif reason == STOPPED:
            self._end_work(Ending(Outcome.INCOMPLETE, reason))
        else:
            self._end(Ending(Outcome.INCOMPLETE, reason))

    def _rest_if_not_done(self) -> None:
        if not self.done:
            self._rest(self._settings.rest_s)
