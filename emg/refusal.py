"""What is refused in words of its own language, and by a code, so that it can be said in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Fact: TypeAlias = str | int | tuple[str, ...]
"""What a refusal is about: a name, a number, or some names."""


class Refusal(ValueError):
    """Something that somebody typed or chose cannot be used; the message says what can.

    Attributes
    ----------
    code : str
        Why, for words in another language; empty where only the message tells.
    facts : mapping
        What the message names.
    """

    def __init__(self, message: str, code: str = "", **facts: Fact) -> None:
        super().__init__(message)
        self.code = code
        self.facts: Mapping[str, Fact] = facts
