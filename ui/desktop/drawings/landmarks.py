"""Where the landmarks are on ``back_view.svg``, and where SENIAM puts an electrode pair between them.

Coordinates are those of the drawing: 10 units a centimetre, y downwards, the athlete's left on the left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from math import hypot
from types import MappingProxyType
from typing import Final, TypeAlias

from emg.montage import Side, Site

Point: TypeAlias = tuple[float, float]

UNITS_PER_CM: Final = 10.0
SIZE: Final[Point] = (440.0, 700.0)
MIDLINE_X: Final = 220.0
SPACING_CM: Final = 2.0
"""Between the centres of a pair (SENIAM)."""

ELECTRODE_CM: Final = 1.0
"""Diameter of an electrode; SENIAM: at most 10 mm along the fibres."""


class Landmark(StrEnum):
    """A point that can be felt or seen."""

    SACRUM = "sacrum"
    PSIS = "psis"
    TROCHANTER = "trochanter"
    TUBEROSITY = "tuberosity"
    MID_THIGH = "mid_thigh"
    TIBIA_OUTER = "tibia_outer"


LANDMARKS: Final[Mapping[Landmark, Point]] = MappingProxyType(
    {
        Landmark.SACRUM: (220.0, 150.0),
        Landmark.PSIS: (265.0, 110.0),
        Landmark.TROCHANTER: (370.0, 180.0),
        Landmark.TUBEROSITY: (278.0, 264.0),
        # half way between the gluteal fold and the crease behind the knee
        Landmark.MID_THIGH: (306.0, 460.0),
        Landmark.TIBIA_OUTER: (350.0, 632.0),
    }
)
"""Of the right side; the left one is its mirror image."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where a pair goes: half way along one line, in the direction of another.

    Attributes
    ----------
    line : pair of Landmark
        The pair sits in its middle.
    direction : pair of Landmark
        The two electrodes are one behind the other in this direction.
    """

    line: tuple[Landmark, Landmark]
    direction: tuple[Landmark, Landmark]


GLUTE: Final = Recipe((Landmark.SACRUM, Landmark.TROCHANTER), direction=(Landmark.PSIS, Landmark.MID_THIGH))
HAM: Final = Recipe(
    (Landmark.TUBEROSITY, Landmark.TIBIA_OUTER), direction=(Landmark.TUBEROSITY, Landmark.TIBIA_OUTER)
)
RECIPES: Final[Mapping[str, Recipe]] = MappingProxyType({"glute": GLUTE, "ham": HAM})
"""SENIAM's recommendations for gluteus maximus and for biceps femoris, long head."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An electrode pair on the drawing.

    Attributes
    ----------
    site : Site
        Muscle and side.
    line : pair of Point
        Its two landmarks.
    pair : pair of Point
        Centres of the upper and the lower electrode.
    """

    site: Site
    line: tuple[Point, Point]
    pair: tuple[Point, Point]

    @property
    def centre(self) -> Point:
        """Middle of the pair."""
        (x1, y1), (x2, y2) = self.pair
        return (x1 + x2) / 2.0, (y1 + y2) / 2.0


def place(landmark: Landmark, side: Side) -> Point:
    """Give a landmark's place on one side."""
    x, y = LANDMARKS[landmark]
    return (x, y) if side is Side.RIGHT else (2.0 * MIDLINE_X - x, y)


def spot(site: Site) -> Spot | None:
    """Give the place of a site's pair; None for a muscle that is not on the drawing."""
    recipe = RECIPES.get(site.muscle)
    if recipe is None:
        return None
    start, end = (place(landmark, site.side) for landmark in recipe.line)
    above, below = (place(landmark, site.side) for landmark in recipe.direction)
    middle = (start[0] + end[0]) / 2.0, (start[1] + end[1]) / 2.0
    along = below[0] - above[0], below[1] - above[1]
    scale = SPACING_CM * UNITS_PER_CM / 2.0 / hypot(*along)
    step = along[0] * scale, along[1] * scale
    pair = (middle[0] - step[0], middle[1] - step[1]), (middle[0] + step[0], middle[1] + step[1])
    return Spot(site, (start, end), pair)


def svg(colour: str) -> bytes:
    """Give the drawing in one colour, ``#rrggbb``."""
    text = resources.files(__package__).joinpath("back_view.svg").read_text(encoding="utf-8")
    return text.replace("currentColor", colour).encode()
