"""The positions in which a muscle gives its 100 %, and what it pushes against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from calibrations.intake import Intake, SorePlace, family_of
from emg.montage import Side, Site


class Resistance(StrEnum):
    """What the muscle pushes against."""

    HAND = "hand"
    STRAP = "strap"
    SOFA = "sofa"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Position:
    """A position with its joint angles, as ISEK asks them to be reported.

    Attributes
    ----------
    code : str
        Frozen name.
    muscle : str
        The family of muscles it is for, empty for all.
    hip_deg, knee_deg : float or None
        Flexion; 0 is straight, None is the athlete's own choice.
    prone : bool
        Lying on the front.
    """

    code: str
    muscle: str
    hip_deg: float | None
    knee_deg: float | None
    prone: bool


POSITIONS: Final[Mapping[str, Position]] = MappingProxyType(
    {
        position.code: position
        for position in (
            # Contreras et al. (2015), PeerJ 3:e1261: no difference between these two for the glute
            Position("prone_hip_extension", "glute", hip_deg=0.0, knee_deg=90.0, prone=True),
            Position("standing_squeeze", "glute", hip_deg=0.0, knee_deg=0.0, prone=False),
            # SENIAM: the clinical test of biceps femoris and semitendinosus
            Position("prone_knee_curl", "ham", hip_deg=0.0, knee_deg=45.0, prone=True),
            Position("double_leg_bridge", "", hip_deg=0.0, knee_deg=90.0, prone=False),
            # no standard test is known here for any other muscle: the athlete or the therapist knows one
            Position("free_isometric", "", hip_deg=None, knee_deg=None, prone=False),
        )
    }
)


def position_for(site: Site, intake: Intake) -> Position:
    """Choose the position of an effort; left and right in the same one.

    The bent-knee hip extension loads the hamstring least against a hand or strap but not at all in the
    standing squeeze, which also needs nobody: so that is taken when nobody helps, or a hamstring is sore,
    whether it is measured or not.

    Parameters
    ----------
    site : Site
        The muscle.
    intake : Intake
        What was said.
    """
    family = family_of(site.muscle)
    if family is SorePlace.HAM:
        return POSITIONS["prone_knee_curl"]
    if family is not SorePlace.GLUTE:
        return POSITIONS["free_isometric"]
    sore_ham = any(intake.is_sore(Site(SorePlace.HAM.value, side)) for side in Side)
    return POSITIONS["standing_squeeze" if intake.alone or sore_ham else "prone_hip_extension"]


def resistance_for(position: Position, said: Resistance | None) -> Resistance | None:
    """Say what the muscle pushes against: in a squeeze or a bridge nothing, else what was said, if it was."""
    stands_free = not position.prone and position.hip_deg is not None
    return Resistance.NONE if stands_free else said
