"""Sentences for people that are made where no language is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Self, TypeAlias

Fact: TypeAlias = str | int | tuple[str, ...]
"""What a sentence is about: a name, a whole number, or some names. A name may be a sentence itself."""


class Said(str):
    """A sentence in English, which still knows what it was made of.

    It is a string like any other, in messages of exceptions, in files and in JSON. A front that speaks
    another language says it anew from the template (``ui/words/told.py``).

    Parameters
    ----------
    template : str
        English, with ``{name}`` for each fact. Written out at the call, where ``make words`` collects it.
    **facts : str or int or tuple of str
        What the names stand for.

    Attributes
    ----------
    template : str
    facts : mapping
    """

    template: str
    facts: Mapping[str, Fact]

    def __new__(cls, template: str, **facts: Fact) -> Self:
        """Say it in English."""
        shown = {name: in_a_row(fact) if isinstance(fact, tuple) else fact for name, fact in facts.items()}
        said = super().__new__(cls, template.format(**shown))
        said.template, said.facts = template, MappingProxyType(facts)
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process makes it again from its parts."""
        return _again, (type(self), self.template, dict(self.facts))


def _again(kind: type[Said], template: str, facts: Mapping[str, Fact]) -> Said:
    return kind(template, **facts)


def in_a_row(names: Sequence[str]) -> str:
    """``one, two and three``, in English."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def said_by(error: BaseException) -> str:
    """Give the message of an error as it was raised with: ``str`` of an error forgets what it was made of."""
    message = error.args[0] if len(error.args) == 1 else None
    return message if isinstance(message, Said) else str(error)
