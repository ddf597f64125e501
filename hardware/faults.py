"""What can go wrong with the simulated athlete, as people ask for it: ``NAME[@START[+LENGTH]]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Change:
    """What a fault does to the athlete.

    Attributes
    ----------
    site : str
        The muscle it is about.
    later_s : float
        How much later this muscle starts to push.
    """

    site: str
    later_s: float


PERFORMED: Final[Mapping[str, Change]] = MappingProxyType(
    {"late-right-glute": Change(site="glute_right", later_s=1.0)}
)
"""The faults that the athlete can show; a further one is a further line."""


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
            f"'{text}' is not a fault: write NAME, NAME@START or NAME@START+LENGTH in seconds, "
            f"for example motion@30+2. {_known()}"
        )
    name, start, length = match.groups()
    if name not in LASTING + PASSING:
        raise ValueError(f"There is no fault '{name}'. {_known()}")
    if start is None:
        return Fault(name)
    if name in LASTING:
        raise ValueError(f"{name} lasts the whole session: write it without @{start}.")
    length_s = DEFAULT_LENGTH_S if length is None else float(length)
    if length_s <= 0.0:
        raise ValueError(f"'{text}' has no length: write for example {name}@{start}+{DEFAULT_LENGTH_S:g}.")
    return Fault(name, float(start), length_s)


def parse_faults(texts: Iterable[str]) -> tuple[Fault, ...]:
    """Read all faults of a session.

    Raises
    ------
    ValueError
        If one cannot be read, or is not performed by this version.
    """
    faults = tuple(parse_fault(text) for text in texts)
    changes(faults)
    return faults


def changes(faults: Iterable[Fault]) -> tuple[Change, ...]:
    """Return what the faults do to the athlete.

    Raises
    ------
    ValueError
        For a fault that this version does not perform: it is never left out in silence.
    """
    found: list[Change] = []
    for fault in faults:
        if fault.name not in PERFORMED:
            known = ", ".join(PERFORMED)
            raise ValueError(f"The fault {fault.name} is not performed by this version; use {known}.")
        found.append(PERFORMED[fault.name])
    return tuple(found)


def _known() -> str:
    """Sentence that lists the faults."""
    return f"Known faults: {', '.join(LASTING + PASSING)}."
