"""What a chapter of the validation hands to the page: claims, contests and tables, all frozen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

NONE: Final = "–"
"""What stands in a table where there is no value."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One number of ours beside the number that it is held against.

    Attributes
    ----------
    what : str
        The quantity, with its unit.
    ours : float or None
        What the run gave; None is no reading, which never meets a claim.
    reference : float
        What it is held against.
    tolerance : float
        Greatest difference that still meets the claim.
    relative : bool
        The tolerance is a share of the reference.
    digits : int
        Significant digits on the page.
    """

    what: str
    ours: float | None
    reference: float
    tolerance: float
    relative: bool = False
    digits: int = 4

    @property
    def difference(self) -> float | None:
        """Ours minus the reference, or its share of the reference; None without a reading."""
        if self.ours is None:
            return None
        difference = self.ours - self.reference
        return difference / abs(self.reference) if self.relative else difference

    @property
    def met(self) -> bool:
        """Whether the difference is within the tolerance; what is not a number never is."""
        return self.difference is not None and abs(self.difference) <= self.tolerance


def worst_of(
    what: str, values: Mapping[str, float], tolerance: float, reference: float = 0.0, digits: int = 2
) -> Claim:
    """Claim of many values at once: the one farthest from the reference, by its name.

    Parameters
    ----------
    what : str
        The quantity, with its unit.
    values : mapping from name to value
        A value that is not a number is the farthest.
    tolerance, reference, digits
        As in ``Claim``.
    """
    far = {name: math.inf if math.isnan(value) else abs(value - reference) for name, value in values.items()}
    name = max(far, key=lambda one: far[one])
    where = f" (worst: {name})" if far[name] > 0.0 else ""
    return Claim(f"{what}{where}", values[name], reference, tolerance, digits=digits)


@dataclass(frozen=True, slots=True)
class Claims:
    """A table of claims.

    Attributes
    ----------
    title : str
        Heading of the table.
    rows : tuple of Claim
        The claims.
    source : str
        Where the references come from.
    about_us : bool
        True for targets that we have to meet. False for what a reviewer said of methods in general:
        there a difference refutes it and is no fault of ours; the page collects these at its end.
    """

    title: str
    rows: tuple[Claim, ...]
    source: str = ""
    about_us: bool = True


@dataclass(frozen=True, slots=True)
class Contest:
    """Ours and others' on the same data; the smaller value is the better.

    Attributes
    ----------
    what : str
        The quantity and on what it was measured.
    unit : str
        Its unit.
    ours : float
        Our value.
    others : mapping from name to value
        The others' values.
    """

    what: str
    unit: str
    ours: float
    others: Mapping[str, float]

    @property
    def better(self) -> tuple[str, ...]:
        """Who is better than we are, the best first; a missing value is worse than any."""
        ours = math.inf if math.isnan(self.ours) else self.ours
        ranked = sorted(self.others.items(), key=lambda item: item[1])
        return tuple(name for name, value in ranked if value < ours)


@dataclass(frozen=True, slots=True)
class Table:
    """Plain numbers that nothing is held against."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


Part = Claims | Table | str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of the page.

    Attributes
    ----------
    title, about : str
        Heading, and what is compared with what.
    parts : tuple of Claims, Table or str
        In the order of the page; a str is a paragraph.
    contests : tuple of Contest
        For "What we are worse at".
    absent : str
        Which data this needs and did not find; then nothing else is there.
    """

    title: str
    about: str
    parts: tuple[Part, ...] = ()
    contests: tuple[Contest, ...] = field(default=())
    absent: str = ""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The targets that we have to meet."""
        return tuple(
            row for part in self.parts if isinstance(part, Claims) and part.about_us for row in part.rows
        )


def number(value: float | None, digits: int = 4) -> str:
    """Write a value with so many significant digits; a dash where there is none."""
    if value is None or math.isnan(value):
        return NONE
    if value == 0.0:
        return "0"
    if math.isinf(value):
        return "∞" if value > 0.0 else "-∞"
    if abs(value) < 1e-3:
        return f"{value:.1e}"
    rounded = float(f"{value:.{digits - 1}e}")
    decimals = digits - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:.{max(0, decimals)}f}"


def signed(value: float, decimals: int = 0) -> str:
    """Write an error with its sign; never a zero with a minus."""
    rounded = round(value, decimals) + 0.0
    return f"{rounded:+.{decimals}f}" if rounded else f"{0.0:.{decimals}f}"


def rows_of(cells: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Freeze the rows of a table."""
    return tuple(tuple(row) for row in cells)
