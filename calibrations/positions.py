"""The positions in which a muscle gives its 100 %, and what it pushes against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from calibrations.intake import Intake
from emg.montage import Site


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
        The muscle it is for, empty for all.
    hip_deg, knee_deg : float
        Flexion; 0 is straight.
    prone : bool
        Lying on the front.
    """

    code: str
    muscle: str
    hip_deg: float
    knee_deg: float
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
        )
    }
)


def position_for(site: Site, sites: Sequence[Site], intake: Intake) -> Position:
    """Choose the position of a maximal effort; left and right in the same one.

    The bent-knee hip extension loads the hamstring least against a hand or strap but not at all in the
    standing squeeze, which also needs nobody: so that is taken when a hamstring is sore or nobody helps.

    Parameters
    ----------
    site : Site
        The muscle.
    sites : sequence of Site
        All that are measured.
    intake : Intake
        What was said.
    """
    if not site.muscle.startswith("glute"):
        return POSITIONS["prone_knee_curl"]
    sore_ham = any(intake.is_sore(other) for other in sites if other.muscle.startswith("ham"))
    return POSITIONS["standing_squeeze" if intake.alone or sore_ham else "prone_hip_extension"]


def resistance_for(position: Position, intake: Intake) -> Resistance:
    """Say what gives the resistance unless somebody says otherwise."""
    if not position.prone:
        return Resistance.NONE
    return Resistance.SOFA if intake.alone else Resistance.HAND
