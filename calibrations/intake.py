"""What is asked before anything contracts, and how hard each muscle may then work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from emg.montage import Site

PAIN_STOP: Final = 3
"""Above this, of 10, a sore muscle is asked for nothing more (our convention)."""


class SoreSide(StrEnum):
    """Where it hurts; the athlete's own sides."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    NONE = "none"


class SorePlace(StrEnum):
    """What hurts there."""

    HAM = "ham"
    GLUTE = "glute"
    OTHER = "other"


class Flag(StrEnum):
    """Signs for a clinician, asked of an athlete who is alone for the first time."""

    POP_OR_BRUISE = "pop_or_bruise"
    TINGLING = "tingling"
    PAIN_AT_REST = "pain_at_rest"
    BACK_PAIN = "back_pain"
    RECENT_INJURY = "recent_injury"


class Effort(StrEnum):
    """How a muscle's 100 % is got."""

    MAXIMAL = "maximal"
    GRADED = "graded"
    BRIDGE = "bridge"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Intake:
    """What the athlete said; None is "not asked" or "not said".

    Attributes
    ----------
    sore_side, sore_place
        Where it hurts. A sore side without a place is taken for its hamstring.
    pain_0_10 : int or None
        Pain now.
    alone : bool
        No therapist is there.
    flags : tuple of Flag
        Signs for a clinician that were said yes to.
    on_battery : bool or None
        Whether the computer runs on its battery.
    maximal_anyway : bool
        A therapist decided that a sore muscle gives all it has.
    """

    sore_side: SoreSide | None = None
    sore_place: SorePlace | None = None
    pain_0_10: int | None = None
    alone: bool = False
    flags: tuple[Flag, ...] = ()
    on_battery: bool | None = None
    maximal_anyway: bool = False

    def __post_init__(self) -> None:
        if self.pain_0_10 is not None and not 0 <= self.pain_0_10 <= 10:
            raise ValueError(f"Pain is a number from 0 to 10; {self.pain_0_10} was given.")

    def is_sore(self, site: Site) -> bool:
        """Whether this very muscle hurts."""
        if self.sore_side not in (SoreSide.BOTH, site.side.value):
            return False
        return site.muscle.startswith((self.sore_place or SorePlace.HAM).value)

    def effort_of(self, site: Site) -> Effort:
        """Decide how hard a muscle may work for its 100 %.

        With a sign for a clinician nothing gives all it has; a sore muscle goes up in steps, and is not
        asked at all where it hurts too much already.
        """
        if self.flags:
            return Effort.BRIDGE
        if not self.is_sore(site) or self.maximal_anyway:
            return Effort.MAXIMAL
        if self.pain_0_10 is not None and self.pain_0_10 > PAIN_STOP:
            return Effort.NONE
        return Effort.GRADED
