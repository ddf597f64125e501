"""What the muscles did in each hold of a set, over time: what the pictures are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from emg.blocks import FloatArray
from emg.montage import WorkingSide
from emg.protocols import Protocol
from emg.results import Kind, Outcome, Role

_GLUTE: Final = "glute"
_HAM: Final = "ham"


@dataclass(frozen=True, slots=True)
class Muscles:
    """Which muscles a picture shows: the exercise's gate muscle and the one beside it.

    Attributes
    ----------
    gate, other : str
        The one that decides, and the other one, for example ``ham`` and ``glute``.
    ceiling : str
        The one that may have a ceiling; empty for none.
    """

    gate: str = _GLUTE
    other: str = _HAM
    ceiling: str = ""

    @classmethod
    def of(cls, exercise: Protocol) -> Muscles:
        """Take them from an exercise."""
        return cls.told(exercise.model_dump())

    @classmethod
    def told(cls, exercise: Mapping[str, object]) -> Muscles:
        """Take them from an exercise as session.json tells it; what it does not tell is as usual."""
        found = (exercise.get(f"{name}_muscle") for name in ("gate", "other", "ceiling"))
        gate, other, ceiling = (one if isinstance(one, str) else "" for one in found)
        return cls(gate or _GLUTE, other or _HAM, ceiling)

    @property
    def glute(self) -> str:
        """The one drawn as the glute: whichever is not the hamstring."""
        return self.other if self.gate.startswith(_HAM) else self.gate

    @property
    def ham(self) -> str:
        """The one drawn as the hamstring."""
        return self.gate if self.gate.startswith(_HAM) else self.other

    @property
    def gate_drawn_as(self) -> str:
        """Which of the two the gate muscle is drawn as: its columns in holds.csv begin so."""
        return _HAM if self.gate.startswith(_HAM) else _GLUTE


@dataclass(frozen=True, slots=True, eq=False)
class HoldCourse:
    """One hold over time; NaN is "no reading".

    Attributes
    ----------
    hold : int
        Its number in the session.
    side, role, kind, outcome, outcome_reason, valid
        As in holds.csv.
    reason : str
        Why its signal does not carry it, or why it was taken out by hand; empty for neither.
    excluded : bool
        Whether it was taken out by hand.
    target_pct, ceiling_pct : float or None
        What was asked for.
    times_s : ndarray of shape (n,)
        From "set"; from the cue where the position was never taken.
    glute_pct, ham_pct : ndarray of shape (n,)
        Levels, in percent of their best or of the submaximal reference; the mean of both legs where both
        work.
    glute_submax, ham_submax : bool
        Whether that is the submaximal reference.
    latency_s : float or None
        Of the gate muscle: when it first came to 75 % of its plateau and stayed.
    plateau_pct : float or None
        Its plateau.
    scored_s : tuple of 2 floats or None
        The span that the numbers are from.
    fired_s : float or None
        When the gate muscle came to its target.
    end_s : float
        When it was over.
    """

    hold: int
    side: WorkingSide
    role: Role
    kind: Kind
    outcome: Outcome
    outcome_reason: str
    valid: bool
    reason: str
    excluded: bool
    target_pct: float | None
    ceiling_pct: float | None
    times_s: FloatArray
    glute_pct: FloatArray
    ham_pct: FloatArray
    glute_submax: bool
    ham_submax: bool
    latency_s: float | None
    plateau_pct: float | None
    scored_s: tuple[float, float] | None
    fired_s: float | None
    end_s: float

    @property
    def is_void(self) -> bool:
        """Whether nobody should read a level from it."""
        return not self.valid or self.excluded


@dataclass(frozen=True, slots=True, eq=False)
class SetCourse:
    """The holds of one set.

    Attributes
    ----------
    set_number : int
        Which set, from 1.
    side : Side or Legs
        Side of all its holds; ``alternating`` where they change.
    role : Role
        Of its holds.
    holds : tuple of HoldCourse
        In order, repeats included.
    muscles : Muscles
        Which they are.
    """

    set_number: int
    side: WorkingSide
    role: Role
    holds: tuple[HoldCourse, ...]
    muscles: Muscles = Muscles()

    def parts(self, most: int) -> tuple[SetCourse, ...]:
        """Cut a long set into parts of at most so many holds, as even as can be."""
        n_parts = max(1, -(-len(self.holds) // most))
        edges = [round(index * len(self.holds) / n_parts) for index in range(n_parts + 1)]
        return tuple(replace(self, holds=self.holds[start:stop]) for start, stop in pairwise(edges))
