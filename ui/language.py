"""The language people read: settled once, before any word is made.

Words are made when their module is imported, so a language that is chosen while the program runs counts
from its next start. Numbers on the screen follow the words: their decimal sign is one of them.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ui.kept.settings import read_settings

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"en": "English", "de": "Deutsch", "es": "Español"})
"""Languages there are, each by its own name."""

NOUNS_LARGE: Final = frozenset({"de"})
"""Languages that write nouns with a capital wherever they stand; their sentences begin with nouns here."""

VARIABLE: Final = "POWERHOLD_LANGUAGE"
"""Environment variable that goes before the settings and before the system's language."""

CATALOGUES: Final = Path(__file__).resolve().parent / "locale"
DOMAIN: Final = "powerhold"


def chosen_language(environment: Mapping[str, str], setting: str = "") -> str:
    """Choose among the languages there are.

    Parameters
    ----------
    environment : mapping
        Environment variables.
    setting : str
        What the settings say, empty for the system's own.

    Returns
    -------
    str
        Code of a language; English if what is asked for is not there.
    """
    system = (environment.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    first_system = next((value for value in system if value), "")
    for asked in (environment.get(VARIABLE, ""), setting, first_system):
        code = asked[:2].lower()
        if asked:
            return code if code in LANGUAGES else "en"
    return "en"


LANGUAGE: Final = chosen_language(os.environ, read_settings().language)
_CATALOGUE: Final = gettext.translation(DOMAIN, CATALOGUES, [LANGUAGE], fallback=True)


def _(text: str) -> str:
    """Give the words for an English sentence in the language of the program."""
    return _CATALOGUE.gettext(text) if text else ""  # the entry without words is the catalogue's own header


def _n(one: str, many: str, n: int) -> str:
    """Give the words for one or for many of a thing; ``{n}`` in them is left to be filled in."""
    return _CATALOGUE.ngettext(one, many, n)


def _p(context: str, text: str) -> str:
    """Give the words where one English word is several in other languages; the context tells which."""
    return _CATALOGUE.pgettext(context, text)


def inside(text: str) -> str:
    """Give words as they stand inside a sentence: small, where the language writes its nouns small."""
    return text if LANGUAGE in NOUNS_LARGE else text[:1].lower() + text[1:]
