"""What can go wrong with the simulated athlete, as people ask for it: ``NAME[@START[+LENGTH]]``."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from emg.said import Said

LASTING: Final = (
    "late-right-glute",
    "weak-right-glute",
    "dominant-left-ham",
    "swapped-sides",
    "mains",
    "inhibited-mvc-glute-right",
    "painful-mvc-ham-left",
)
"""Faults that last the whole session."""

PASSING: Final = ("loose-glute-left", "saturated-ham-right", "dropped-packets", "cable-pull", "motion")
"""Faults that last some seconds of the sample clock, or the whole session if no start is said."""

DEFAULT_LENGTH_S: Final = 3.0

_KNOWN: Final = ", ".join(LASTING + PASSING)

_PATTERN: Final = re.compile(r"([a-z-]+)(?:@(\d+(?:\.\d+)?)(?:\+(\d+(?:\.\d+)?))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that was asked for.

    Attributes
    ----------
    name : str
        One of ``LASTING`` or ``PASSING``.
    start_s, length_s : float or None
        On the sample clock; both None for the whole session.
    """

    name: str
    start_s: float | None = None
    length_s: float | None = None

    def span(self, fs_hz: float) -> tuple[int, float]:
        """First sample of the fault, and the one after its last: infinite for the whole session."""
        if self.start_s is None:
            return 0, math.inf
        start = round(self.start_s * fs_hz)
        length_s = DEFAULT_LENGTH_S if self.length_s is None else self.length_s
        return start, start + round(length_s * fs_hz)


@dataclass(frozen=True, slots=True)
class MuscleChange:
    """What is different in one muscle.

    Attributes
    ----------
    site : str
        The muscle.
    later_s : float
        How much later it starts to push in a hold.
    hold_share, lift_share, mvc_share : float
        What it gives, as a share of what it would give: in holds, in the lift of the side check, and when
        asked for all it has.
    strength : float
        Its true maximum, as a share of what it would be.
    pain_0_10 : int
        How much it hurts when it is asked for all it has.
    """

    site: str
    later_s: float = 0.0
    hold_share: float = 1.0
    lift_share: float = 1.0
    mvc_share: float = 1.0
    strength: float = 1.0
    pain_0_10: int = 0

    def and_also(self, other: MuscleChange) -> MuscleChange:
        """Both changes of the same muscle at once."""
        return MuscleChange(
            site=self.site,
            later_s=self.later_s + other.later_s,
            hold_share=self.hold_share * other.hold_share,
            lift_share=self.lift_share * other.lift_share,
            mvc_share=self.mvc_share * other.mvc_share,
            strength=self.strength * other.strength,
            pain_0_10=max(self.pain_0_10, other.pain_0_10),
        )


CHANGES: Final[Mapping[str, MuscleChange]] = MappingProxyType(
    {
        "late-right-glute": MuscleChange("glute_right", later_s=1.0),
        "weak-right-glute": MuscleChange("glute_right", hold_share=0.3, lift_share=0.3, strength=0.9),
        "dominant-left-ham": MuscleChange("ham_left", hold_share=1.7),
        "inhibited-mvc-glute-right": MuscleChange("glute_right", mvc_share=0.4),
        "painful-mvc-ham-left": MuscleChange("ham_left", mvc_share=0.4, pain_0_10=5),
    }
)
"""The faults that are in a muscle."""


def parse_fault(text: str) -> Fault:
    """Read one fault.

    Parameters
    ----------
    text : str
        ``NAME``, ``NAME@START`` or ``NAME@START+LENGTH``, in seconds.

    Raises
    ------
    ValueError
        If it is none of these, or not a known fault; the message lists those.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(
            Said(
                "'{fault}' is not a fault: write {name}, {begun} or {whole} in seconds, "
                "for example {example}. Known faults: {known}.",
                fault=text,
                name="NAME",
                begun="NAME@START",
                whole="NAME@START+LENGTH",
                example="motion@30+2",
                known=_KNOWN,
            )
        )
    name, start, length = match.groups()
    if name not in LASTING + PASSING:
        raise ValueError(
            Said("There is no fault '{fault}'. Known faults: {known}.", fault=name, known=_KNOWN)
        )
    if start is None:
        return Fault(name)
    if name in LASTING:
        raise ValueError(
            Said("{fault} lasts the whole session: write it without {start}.", fault=name, start=f"@{start}")
        )
    length_s = DEFAULT_LENGTH_S if length is None else float(length)
    if length_s <= 0.0:
        example = f"{name}@{start}+{DEFAULT_LENGTH_S:g}"
        raise ValueError(
            Said("'{fault}' has no length: write for example {example}.", fault=text, example=example)
        )
    return Fault(name, float(start), length_s)


def parse_faults(texts: Iterable[str]) -> tuple[Fault, ...]:
    """Read all faults of a session.

    Raises
    ------
    ValueError
        If one cannot be read.
    """
    return tuple(parse_fault(text) for text in texts)


def change_of(site: str, faults: Iterable[Fault]) -> MuscleChange:
    """Return what the faults change in one muscle, all of them together."""
    found = MuscleChange(site)
    for fault in faults:
        change = CHANGES.get(fault.name)
        if change is not None and change.site == site:
            found = found.and_also(change)
    return found
