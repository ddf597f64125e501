"""What the holds of a session came to so far: sets add to it, and later ones begin where it stands."""

from __future__ import annotations

from typing import Final

from emg.montage import WorkingSide
from emg.results import HoldResult, Role, Until
from emg.sets.hold import FAST_S
from emg.sets.targets import Target

LAST, FAST_ENOUGH = 4, 3
"""The train stage is offered once so many of the last learn holds fired fast."""

NOT_ASKED: Final = 0


class Progress:
    """Shared by the sets of one session; each adds its own holds.

    Attributes
    ----------
    targets : dict from side to Target
        The last target of each side.
    """

    def __init__(self) -> None:
        self._results: list[HoldResult] = []
        self._told = NOT_ASKED
        self.targets: dict[WorkingSide, Target] = {}

    def add(self, result: HoldResult) -> None:
        """Keep a hold that is over."""
        self._results.append(result)

    def of(self, side: WorkingSide) -> list[HoldResult]:
        """List the holds of one side."""
        return [hold for hold in self._results if hold.side == side]

    def earned_train(self, side: WorkingSide) -> bool:
        """Whether the gate muscle fires fast: 3 of the last 4 learn holds within 2 s of set."""
        learnt = [
            hold
            for hold in self.of(side)
            if hold.role is Role.TRAIN and hold.until is Until.FIRED and hold.enters_means
        ][-LAST:]
        return len(learnt) == LAST and sum(map(_fast, learnt)) >= FAST_ENOUGH

    @property
    def untold(self) -> tuple[int, ...]:
        """Numbers of the holds whose pain nobody was asked for yet."""
        return tuple(hold.hold for hold in self._results[self._told :])

    def tell(self) -> None:
        """Note that the pain of every hold so far is known."""
        self._told = len(self._results)


def _fast(hold: HoldResult) -> bool:
    return hold.fired_latency_s is not None and hold.fired_latency_s <= FAST_S
