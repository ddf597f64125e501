"""How the simulated athlete moves at a pace of his own: repetitions and strides, as moves of each muscle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from emg.montage import Side, WorkingSide, sides_of
from hardware.simulated_emg import random_for
from hardware.simulated_muscle import REACTION_S, Muscle, Span

REPETITIONS_AT_MOST: Final = 240
"""More than anybody asks for; he has done them all after ten minutes."""

UP_S: Final[Span] = (0.7, 0.9)
TOP_S: Final[Span] = (0.35, 0.55)
DOWN_S: Final[Span] = (0.7, 0.9)
PAUSE_S: Final[Span] = (0.4, 0.6)
"""Of one repetition: 2.5 s in the middle."""

STRIDE_S: Final[Span] = (0.45, 0.55)
STRIDE_RAMP_S: Final[Span] = (0.10, 0.13)
STRIDE_LOOSE_S: Final = 0.05
"""So long before the other foot's turn the muscle has let go."""

BOUT_LONGER_S: Final = 5.0
"""He goes on until he is told to relax."""

LAG_S: Final[Span] = (0.0, 0.05)
"""Muscles of one movement do not begin together."""

SCATTER: Final[Span] = (0.95, 1.05)


@dataclass(frozen=True, slots=True)
class Move:
    """Go to a level, a share of the maximum: so long after "set", and how long that takes."""

    after_s: float
    ramp_s: float
    level: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One movement of a leg, in seconds after "set": rising from ``start_s`` on, fallen at ``stop_s``."""

    side: WorkingSide
    start_s: float
    up_s: float
    down_s: float
    stop_s: float


def repetitions(seed: int, key: str, side: WorkingSide) -> list[Turn]:
    """Repetitions of one leg, or of both at once.

    Parameters
    ----------
    seed : int
        Seed of the athlete.
    key : str
        Name of the set: the pace is its own.
    side : Side or Legs
        Which leg works.
    """
    own = random_for(seed, key, "pace")
    at_s = own.uniform(*REACTION_S)
    turns = []
    for _ in range(REPETITIONS_AT_MOST):
        up_s, top_s, down_s, pause_s = (own.uniform(*span) for span in (UP_S, TOP_S, DOWN_S, PAUSE_S))
        stop_s = at_s + up_s + top_s + down_s
        turns.append(Turn(side, at_s, up_s, down_s, stop_s))
        at_s = stop_s + pause_s
    return turns


def strides(seed: int, key: str, bout_s: float) -> list[Turn]:
    """Strides of left and right in turn, for a little longer than a bout.

    Parameters
    ----------
    seed : int
        Seed of the athlete.
    key : str
        Name of the bout: the pace is its own, and the leg that begins.
    bout_s : float
        Length of the bout.
    """
    own = random_for(seed, key, "pace")
    side = tuple(Side)[int(own.integers(2))]
    at_s = own.uniform(*REACTION_S)
    turns = []
    while at_s < bout_s + BOUT_LONGER_S:
        ramp_s, stride_s = own.uniform(*STRIDE_RAMP_S), own.uniform(*STRIDE_S)
        turns.append(Turn(side, at_s, ramp_s, ramp_s, at_s + stride_s - STRIDE_LOOSE_S))
        at_s += stride_s
        side = side.other
    return turns


def moves_of(
    muscle: Muscle, turns: list[Turn], *, seed: int, key: str, gate_muscle: str, posture: float
) -> Iterator[Move]:
    """Give what one muscle does in these movements; draws belong to (seed, key, muscle).

    The gate muscle of a working leg works, its neighbour helps, and what does not work keeps the posture.

    Parameters
    ----------
    muscle : Muscle
        Which one.
    turns : list of Turn
        The movements, in order.
    seed, key : int, str
        Seed of the athlete, name of the set.
    gate_muscle : str
        The muscle that does the work.
    posture : float
        Level between the movements.
    """
    own = random_for(seed, key, muscle.site.name, "moves")
    level = muscle.works if muscle.site.muscle == gate_muscle else muscle.helps
    lag_s = muscle.change.later_s + own.uniform(*LAG_S)
    for turn in turns:
        height = min(1.0, level * own.uniform(*SCATTER))
        if muscle.site.side in sides_of(turn.side):
            yield Move(turn.start_s + lag_s, turn.up_s, height)
            yield Move(turn.stop_s - turn.down_s + lag_s, turn.down_s, posture)
