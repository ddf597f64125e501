"""Coming back: how strong each leg feels, and how many single-leg bridges it does. Pure.

This is beside the EMG on purpose: how much of its best a muscle gives is not how strong it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, model_validator

from emg.session.model import Facts

MAX_BRIDGES: Final = 500
MAX_NOTES: Final = 5_000

Feels = Annotated[int, Field(ge=0, le=10)]
Bridges = Annotated[int, Field(ge=0, le=MAX_BRIDGES)]


class ReturnNote(Facts):
    """What was asked and counted on one day; None is "not asked".

    Attributes
    ----------
    noted_at : datetime
        With time zone.
    feels_left_0_10, feels_right_0_10 : int or None
        "Feels as strong as before", 0 not at all, 10 fully.
    bridges_left, bridges_right : int or None
        Single-leg chair bridges until no more went.
    """

    noted_at: AwareDatetime
    feels_left_0_10: Feels | None = None
    feels_right_0_10: Feels | None = None
    bridges_left: Bridges | None = None
    bridges_right: Bridges | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ReturnNote:
        if all(getattr(self, name) is None for name in type(self).model_fields if name != "noted_at"):
            raise ValueError("nothing is said in it")
        return self


class ReturnNotes(Facts):
    """All notes of one athlete, oldest first: the content of returns.json."""

    schema_version: Literal[1] = Field(default=1, alias="schema")
    athlete: Annotated[str, Field(max_length=64)]
    notes: Annotated[tuple[ReturnNote, ...], Field(max_length=MAX_NOTES)] = ()

    def with_note(self, note: ReturnNote) -> ReturnNotes:
        """Return a copy with one note more, in its place by time.

        Raises
        ------
        pydantic.ValidationError
            If there would be too many.
        """
        notes = sorted((*self.notes, note), key=lambda one: one.noted_at)
        return ReturnNotes(athlete=self.athlete, notes=tuple(notes))


@dataclass(frozen=True, slots=True)
class BridgeSymmetry:
    """Left bridges over right ones.

    Attributes
    ----------
    value : float or None
        ``100 * left / right``, never folded.
    n : tuple of two int, or None
        The counts, left and right; None if one was not counted.
    reason : str
        Why there is no value: ``not_counted:SIDE``, ``no_bridges:SIDE``.
    """

    value: float | None = None
    n: tuple[int, int] | None = None
    reason: str = ""


def bridge_symmetry(note: ReturnNote) -> BridgeSymmetry:
    """Compare the bridges of both legs; a leg that did none gives no quotient, in either direction."""
    left, right = note.bridges_left, note.bridges_right
    if left is None or right is None:
        return BridgeSymmetry(reason=f"not_counted:{'left' if left is None else 'right'}")
    if left == 0 or right == 0:
        return BridgeSymmetry(n=(left, right), reason=f"no_bridges:{'left' if left == 0 else 'right'}")
    return BridgeSymmetry(100.0 * left / right, (left, right))
