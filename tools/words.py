"""Collect the words people read, update the catalogue of every language, and compile it: ``make words``.

English words stand in the source, as ``_("...")``, and as title and sentence in the exercises. A translation
is written by hand into ``ui/locale/*/LC_MESSAGES/powerhold.po``; what has none yet is named at the end. The
files change only with the words: no dates, no line numbers and no names of tools are in them.
"""

from __future__ import annotations

import io
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
EXERCISES: Final = "emg/protocols"
EXERCISE_FIELDS: Final = ("title", "sentence", "source")
CATALOGUES: Final = ROOT / "ui" / "locale"
KEYWORDS: Final = {"_": None, "_n": (1, 2), "_p": ((1, "c"), 2), "Said": None}
PACKAGES: Final = ("emg", "hardware", "calibrations", "ui")
PLAIN_PERCENT: Final = "python-format"
"""``% of best`` looks like a format to Babel and is none: the placeholders here are ``{named}``."""


class WordCatalogue(Catalog):
    """A catalogue whose header says what a reader of it needs, and no more."""

    def __iter__(self) -> Iterator[Message]:
        """Give the header, then the words."""
        plural = get_plural(self.locale)
        header = {
            "Project-Id-Version": "PowerHold",
            "Language": str(self.locale),
            "Plural-Forms": plural.plural_forms,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "8bit",
        }
        yield Message("", "".join(f"{name}: {value}\n" for name, value in header.items()))
        yield from (message for message in super().__iter__() if message.id)


def english() -> Catalog:
    """Collect every word people read from the source and from the exercises."""
    words = Catalog(charset="utf-8")
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, [("**.py", "python")], keywords=KEYWORDS)
        for name, _line, message, _comments, context in found:
            words.add(message, locations=[(f"{package}/{name}", 0)], context=context)
    for path in sorted((ROOT / EXERCISES).glob("*.toml")):
        exercise = tomllib.loads(path.read_text(encoding="utf-8"))
        for field in EXERCISE_FIELDS:
            words.add(exercise[field], locations=[(f"{EXERCISES}/{path.name}", 0)])
    return words


def translated(words: Catalog, known: Catalog, locale: Locale) -> WordCatalogue:
    """Give every word its translation where one is known; what is not said any more is dropped."""
    catalogue = WordCatalogue(locale, header_comment=f"# {locale.english_name} words of PowerHold.")
    for message in words:
        if message.id:
            there = known.get(message.id, message.context)
            added = catalogue.add(
                message.id,
                there.string if there else "",
                sorted({(place, 0) for place, _line in message.locations}),
                context=message.context,
            )
            added.flags.discard(PLAIN_PERCENT)
    return catalogue


def missing(catalogue: Catalog) -> list[str]:
    """Name the words without a translation."""
    return [str(message.id) for message in catalogue if message.id and not all(_forms(message) or [""])]


def _forms(message: Message) -> list[str]:
    """Give the translations of a message, one for each form of its plural."""
    string = message.string
    return [string] if isinstance(string, str) else list(string or ())


def po_bytes(catalogue: WordCatalogue) -> bytes:
    """Write it for translators; locations are files without lines."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_by_file=True, include_lineno=False)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Write it for the program."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def updated(po: Path, words: Catalog) -> WordCatalogue:
    """Bring the catalogue in a file up to these words, without writing it."""
    locale = Locale.parse(po.parent.parent.name)
    return translated(words, read_po(io.BytesIO(po.read_bytes()), locale), locale)


def main() -> int:
    """Update and compile the catalogue of every language there is."""
    words, wanting = english(), 0
    for po in sorted(CATALOGUES.glob("*/LC_MESSAGES/powerhold.po")):
        catalogue = updated(po, words)
        po.write_bytes(po_bytes(catalogue))
        po.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        for said in missing(catalogue):
            sys.stdout.write(f"{po.relative_to(ROOT)}: no words yet for {said!r}\n")
            wanting += 1
    return 1 if wanting else 0


if __name__ == "__main__":
    sys.exit(main())
