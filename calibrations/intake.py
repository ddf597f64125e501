"""What is asked before anything contracts, and how hard each muscle may then work."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from emg.montage import BDF_NAMES, Site
from emg.pain import PAIN_SCALE
from emg.said import Said

PAIN_STOP: Final = 3
"""Above this, of 10, a sore muscle is asked for nothing more (our convention)."""


class IntakeError(ValueError):
    """What was said cannot be; the message says what can."""


class SoreSide(StrEnum):
    """Where it hurts; the athlete's own sides."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    NONE = "none"


class SorePlace(StrEnum):
    """What hurts there; the muscles are told apart by the same families."""

    HAM = "ham"
    GLUTE = "glute"
    OTHER = "other"


def family_of(muscle: str) -> SorePlace | None:
    """Give the family of a muscle; None where nobody here knows what it is.

    Parameters
    ----------
    muscle : str
        As in a site's name: ``ham_medial`` is of the hamstrings, ``quad`` a listed other.
    """
    for family in (SorePlace.GLUTE, SorePlace.HAM):
        if muscle.startswith(family.value):
            return family
    return SorePlace.OTHER if muscle in BDF_NAMES else None


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
        A therapist decided that a sore muscle gives all it has: of no effect where the athlete is alone,
        where there are flags, or above ``PAIN_STOP``.

    Raises
    ------
    IntakeError
        If the pain is no number from 0 to 10.
    """

    sore_side: SoreSide | None = None
    sore_place: SorePlace | None = None
    pain_0_10: int | None = None
    alone: bool = False
    flags: tuple[Flag, ...] = ()
    on_battery: bool | None = None
    maximal_anyway: bool = False

    def __post_init__(self) -> None:
        if self.pain_0_10 is not None and self.pain_0_10 not in PAIN_SCALE:
            raise IntakeError(Said("Pain is a number from 0 to 10; {pain} was given.", pain=self.pain_0_10))

    def is_sore(self, site: Site) -> bool:
        """Whether this very muscle hurts, or may: on a sore side an unlisted one could be any.

        Somewhere else than hamstring and glute is nowhere in particular: then the whole side is sore.
        """
        if self.sore_side not in (SoreSide.BOTH, site.side.value):
            return False
        place = self.sore_place or SorePlace.HAM
        return place is SorePlace.OTHER or family_of(site.muscle) in (place, None)

    def effort_of(self, site: Site) -> Effort:
        """Decide how hard a muscle may work for its 100 %.

        A sore muscle is not asked at all where it hurts too much already; with a sign for a clinician
        no other gives all it has either; and else a sore one goes up in steps.
        """
        sore = self.is_sore(site)
        if sore and self.pain_0_10 is not None and self.pain_0_10 > PAIN_STOP:
            return Effort.NONE
        if self.flags:
            return Effort.BRIDGE
        if not sore or (self.maximal_anyway and not self.alone):
            return Effort.MAXIMAL
        return Effort.GRADED
