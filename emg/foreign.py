"""Text and small JSON files from elsewhere, read with suspicion: what is doubtful is refused."""

from __future__ import annotations

import json
import math
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeGuard

from emg.said import Said, said_by

SHOWN: Final = 40
"""So many characters of a foreign text stand in a sentence."""


class NotStrict(ValueError):
    """The text cannot be taken at its word; the message goes on after "it"."""


def plain(text: str, longest: int = SHOWN) -> str:
    """Foreign text as it can stand in a sentence: one line, no control or direction characters, not long."""
    line = "".join(character if character.isprintable() else "�" for character in text[: longest + 1])
    return line if len(line) <= longest else f"{line[:longest]}…"


def one_line(text: str) -> str:
    """Refuse what would break a screen or a table: control characters, line ends, nothing but blanks.

    Raises
    ------
    ValueError
        If it is none.
    """
    if not text.isprintable() or (text and not text.strip()):
        raise ValueError(Said("write one line of plain text"))
    return text


def own_words(complaint: Mapping[str, Any]) -> Said | None:
    """Give what a check of ours said of a field, out of pydantic's ``errors()``; None if pydantic says it."""
    cause = complaint.get("ctx", {}).get("error")
    said = said_by(cause) if isinstance(cause, BaseException) else None
    return said if isinstance(said, Said) else None


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value out of a JSON file is a whole number: Python takes true and false for such."""
    return isinstance(value, int) and not isinstance(value, bool)


def whole_or_none(value: object) -> int | None:
    """Give a whole number out of a JSON file, and None for anything else."""
    return value if is_whole(value) else None


def read_small(path: Path, max_bytes: int) -> bytes:
    """Read a file that is one, and is small: a device or a pipe would be read for ever.

    Raises
    ------
    OSError
        If it cannot be opened.
    NotStrict
        If it is no file, or larger than ``max_bytes``.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotStrict(Said("is not a file"))
    with path.open("rb") as file:
        found = file.read(max_bytes + 1)
    if len(found) > max_bytes:
        raise NotStrict(Said("is too large: over {most} kB", most=max_bytes // 1000))
    return found


def strict_object(content: bytes) -> dict[str, Any]:
    """Read a JSON object in which nothing is said twice and every number is one.

    Raises
    ------
    NotStrict
        With the first thing that is wrong.
    """
    if not content.strip():
        raise NotStrict(Said("is empty"))
    try:
        found = json.loads(
            content.decode(), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
    except NotStrict:
        raise
    except UnicodeDecodeError as error:
        raise NotStrict(Said("is not UTF-8 text")) from error
    except json.JSONDecodeError as error:
        if content.startswith(b"\xef\xbb\xbf"):
            raise NotStrict(Said("begins with a byte order mark: save it as plain UTF-8")) from error
        raise NotStrict(
            Said("is not whole JSON (line {line}, column {column})", line=error.lineno, column=error.colno)
        ) from error
    except RecursionError as error:
        raise NotStrict(Said("is nested too deeply")) from error
    except ValueError as error:  # an integer of thousands of digits
        raise NotStrict(Said("holds a number that nobody can have measured")) from error
    if not isinstance(found, dict):
        raise NotStrict(Said("is not a JSON object"))
    return found


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice: the second would hide the first."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            raise NotStrict(Said("names '{name}' twice", name=plain(name)))
        fields[name] = value
    return fields


def _no_number(name: str) -> float:
    raise NotStrict(Said("holds {name}, which is not a number", name=name))


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NotStrict(Said("holds {text}, which is no number that can be measured", text=plain(text, 12)))
    return value
