"""Drawings of the exercises, one SVG each: who does what, from the side, without a word.

Each can be opened by itself, and says with a few fixed colours what is what (``INKS``); a theme puts its
own in their place. The figure looks to the right, so the leg nearer to us is the athlete's right one; where
one leg works it is this one, and for the left leg the drawing is mirrored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import resources
from types import MappingProxyType
from typing import Final

SIZE: Final = (480.0, 360.0)
"""Of every drawing."""

INKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "currentColor": "body",
        "#b4b8bf": "far",
        "#0072b2": "work",
        "#7fb3d5": "work_far",
        "#8a8f98": "thing",
        "#d55e00": "move",
    }
)
"""Colours in the files, and what they stand for."""

_INK: Final = re.compile("|".join(map(re.escape, INKS)))


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours of one drawing, as ``#rrggbb``.

    Attributes
    ----------
    body, far : str
        Head, trunk and near arm; limbs that are farther away and do not work, and where they will be next.
    work, work_far : str
        The leg that works; the farther one, where both do.
    thing : str
        Floor, chair, box, strap.
    move : str
        Arrows.
    """

    body: str
    far: str
    work: str
    work_far: str
    thing: str
    move: str


def names() -> tuple[str, ...]:
    """Names of the drawings there are."""
    files = resources.files(__package__).iterdir()
    return tuple(sorted(file.name[:-4] for file in files if file.name.endswith(".svg")))


def svg(name: str, inks: Inks) -> bytes | None:
    """Give a drawing in these colours; None if there is none of that name."""
    if name not in names():
        return None
    text = resources.files(__package__).joinpath(f"{name}.svg").read_text(encoding="utf-8")
    colours = asdict(inks)
    return _INK.sub(lambda found: str(colours[INKS[found[0]]]), text).encode()
