"""What was said below ``ui``, in the language of the program."""

from __future__ import annotations

from emg.said import Fact, Said, said_by
from ui.language import _
from ui.words.body_words import all_of


def told(said: str | BaseException) -> str:
    """Say a sentence, or the message of an error, in the language of the program.

    Parameters
    ----------
    said : str or BaseException
        What is not ``Said`` (and no error that was raised with it) stays as it is.
    """
    text = said if isinstance(said, str) else said_by(said)
    if not isinstance(text, Said):
        return text
    return _(text.template).format(**{name: _fact(fact) for name, fact in text.facts.items()})


def _fact(fact: Fact) -> str | int:
    if isinstance(fact, tuple):
        return all_of(map(told, fact))
    return told(fact) if isinstance(fact, str) else fact
