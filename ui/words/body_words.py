"""Names of sides, legs and muscles: part of the catalogue of ``ui/words``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from emg.montage import Legs, MontageError, Side, Site, WorkingSide
from ui.language import _, _p, inside

SIDES: Final[Mapping[Side, str]] = {Side.LEFT: _("Left"), Side.RIGHT: _("Right")}
SIDE_LETTERS: Final[Mapping[Side, str]] = {Side.LEFT: _("L"), Side.RIGHT: _("R")}
LEGS: Final[Mapping[WorkingSide, str]] = {
    Side.LEFT: _("Left leg"),
    Side.RIGHT: _("Right leg"),
    Legs.BOTH: _("Both legs"),
    Legs.ALTERNATING: _("Leg after leg"),
}
LEGS_INSIDE: Final[Mapping[WorkingSide, str]] = {
    Side.LEFT: _("left leg"),
    Side.RIGHT: _("right leg"),
    Legs.BOTH: _("both legs"),
    Legs.ALTERNATING: _("leg after leg"),
}
SIDES_INSIDE: Final[Mapping[Side, str]] = {Side.LEFT: _("left"), Side.RIGHT: _("right")}
"""The same inside a sentence."""

SITES: Final[Mapping[Side, str]] = {Side.LEFT: _("Left {muscle}"), Side.RIGHT: _("Right {muscle}")}
SITES_INSIDE: Final[Mapping[Side, str]] = {Side.LEFT: _("left {muscle}"), Side.RIGHT: _("right {muscle}")}
AND: Final = _("{most} and {last}")
AND_BEFORE_I: Final = _p("before the sound of i", "{most} and {last}")
"""Spanish has a word of its own there."""

OR: Final = _("{most} or {last}")

MUSCLES: Final[Mapping[str, str]] = {
    "glute": _("glute"),
    "ham": _("hamstring"),
    "glute_med": _("glute medius"),
    "glute_upper": _("upper glute"),
    "glute_lower": _("lower glute"),
    "ham_medial": _("inner hamstring"),
    "ham_lateral": _("outer hamstring"),
    "quad": _("quadriceps"),
    "adductor": _("adductor"),
    "calf": _("calf"),
    "erector": _("back extensor"),
}


def muscle_word(muscle: str) -> str:
    """Name of a muscle; an unlisted one is shown as it was given."""
    return MUSCLES.get(muscle, muscle.replace("_", " "))


def site_words(name: str) -> str:
    """``Left glute`` for ``glute_left``."""
    said = _named(name, SITES)
    return said[:1].upper() + said[1:]  # in some languages the muscle comes first


def site_inside(name: str) -> str:
    """``left glute`` for ``glute_left``, inside a sentence."""
    return _named(name, SITES_INSIDE)


def _named(name: str, forms: Mapping[Side, str]) -> str:
    try:
        site = Site.parse(name)
    except MontageError:
        return name.replace("_", " ")
    return forms[site.side].format(muscle=muscle_word(site.muscle))


def all_of(parts: Iterable[str]) -> str:
    """``one, two and three``; empty for none."""
    several = list(parts)
    before_i = bool(several) and several[-1].lower().startswith(("i", "hi"))
    return _in_a_row(several, AND_BEFORE_I if before_i else AND)


def one_of(parts: Iterable[str]) -> str:
    """``one, two or three``; empty for none."""
    return _in_a_row(parts, OR)


def _in_a_row(parts: Iterable[str], end: str) -> str:
    *most, last = list(parts) or [""]
    return end.format(most=", ".join(most), last=last) if most else last


def listed(parts: Iterable[str]) -> str:
    """``Left glute, right glute and left hamstring``: a list as it is said, one capital at its start."""
    first, *others = list(parts) or [""]
    return all_of([first, *map(inside, others)])


def sites_words(names: Iterable[str]) -> str:
    """``Left glute and right glute``."""
    return listed(site_words(name) for name in names)
