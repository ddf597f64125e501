"""Names of sides, legs and muscles: part of the catalogue of ``ui/words.py``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from emg.montage import MontageError, Side, Site

SIDES: Final[Mapping[Side, str]] = {Side.LEFT: "Left", Side.RIGHT: "Right"}
SIDE_LETTERS: Final[Mapping[Side, str]] = {Side.LEFT: "L", Side.RIGHT: "R"}
LEGS: Final[Mapping[Side, str]] = {Side.LEFT: "Left leg", Side.RIGHT: "Right leg"}
MUSCLES: Final[Mapping[str, str]] = {
    "glute": "glute",
    "ham": "hamstring",
    "glute_med": "glute medius",
    "glute_upper": "upper glute",
    "glute_lower": "lower glute",
    "ham_medial": "inner hamstring",
    "ham_lateral": "outer hamstring",
    "quad": "quadriceps",
    "adductor": "adductor",
    "calf": "calf",
    "erector": "back extensor",
}


def muscle_word(muscle: str) -> str:
    """Name of a muscle; an unlisted one is shown as it was given."""
    return MUSCLES.get(muscle, muscle.replace("_", " "))


def site_words(name: str) -> str:
    """``Left glute`` for ``glute_left``."""
    try:
        site = Site.parse(name)
    except MontageError:
        return name.replace("_", " ")
    return f"{SIDES[site.side]} {muscle_word(site.muscle)}"


def listed(parts: Iterable[str]) -> str:
    """``Left glute, right glute and left hamstring``: a list as it is said, one capital at its start."""
    first, *others = list(parts) or [""]
    others = [part[:1].lower() + part[1:] for part in others]
    if not others:
        return first
    return f"{', '.join([first, *others[:-1]])} and {others[-1]}"


def sites_words(names: Iterable[str]) -> str:
    """``Left glute and right glute``."""
    return listed(site_words(name) for name in names)
