"""The exercises that can be chosen: those that come with the program, and the user's own files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from emg.foreign import NotStrict, plain, read_small
from emg.protocols import (
    Protocol,
    ProtocolError,
    bundled_protocols,
    load_protocol,
    parse_protocol,
    protocol_text,
)
from emg.said import Said, said_by
from ui.kept.home import home
from ui.language import _

SUFFIX: Final = ".toml"

MOST_BYTES: Final = 64_000
"""Of an own file; the longest that comes with the program has 2 000."""

MOST_FILES: Final = 200
"""So many own files are looked at, in the order of their names."""

_BOMS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
"""Marks that editors and shells of Windows put first, and what they say of the text behind them."""


class Origin(StrEnum):
    """Where an exercise comes from."""

    BUNDLED = "bundled"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Listed:
    """An exercise that is there, or a file that was meant to be one.

    Attributes
    ----------
    code, title : str
        Name in files, and for people; of a file that cannot be used its name without ``.toml``, and nothing.
    origin : Origin
        Where it comes from.
    problem : str
        Why it cannot be used, as a sentence; empty if it can.
    protocol : Protocol or None
        The exercise, None where there is a problem.
    """

    code: str
    title: str
    origin: Origin
    problem: str = ""
    protocol: Protocol | None = None


def protocols_folder() -> Path:
    """Folder of the user's own exercises."""
    return home() / "protocols"


def list_protocols() -> list[Listed]:
    """List all exercises: those of the program, then the user's own, each in the order of their names.

    A file that cannot be used is listed with its problem. Hidden files are left out; links are not followed.
    """
    bundled = [_checked(code, Origin.BUNDLED, protocol_text(code)) for code in bundled_protocols()]
    return [*bundled, *(_own(path) for path in _own_files()), *_unlisted()]


def find_protocol(code: str) -> Protocol:
    """Find an exercise, the program's or the user's own.

    Raises
    ------
    ProtocolError
        With the problem of its file, or with the codes there are.
    """
    listed = _find(code)
    if listed.protocol is None:
        raise ProtocolError(listed.problem)
    return listed.protocol


@lru_cache(maxsize=1)
def _bundled_titles() -> dict[str, str]:
    return {code: load_protocol(code).title for code in bundled_protocols()}


def title_words(code: str) -> str:
    """Name an exercise for people; one of somebody's own by its code, for its file may be gone."""
    title = _bundled_titles().get(code)
    return code.replace("_", " ") if title is None else _(title)


def find_text(code: str) -> str:
    """Text of an exercise's file, to be copied as a start for another one.

    Raises
    ------
    ProtocolError
        As ``find_protocol``.
    """
    listed = _find(code)
    if listed.protocol is None:
        raise ProtocolError(listed.problem)
    return protocol_text(code) if listed.origin is Origin.BUNDLED else _read(_path(code))


def _find(code: str) -> Listed:
    """Find what is listed under a code; only a name that is there becomes a path."""
    if code in bundled_protocols():
        return _checked(code, Origin.BUNDLED, protocol_text(code))
    own = {path.stem: path for path in _own_files()}
    if code in own:
        return _own(own[code])
    there = [listed.code for listed in list_protocols() if not listed.problem]
    raise ProtocolError(
        Said(
            "There is no protocol '{code}': choose one of {codes}.", code=plain(code), codes=", ".join(there)
        )
    )


def _path(code: str) -> Path:
    return protocols_folder() / f"{code}{SUFFIX}"


def _names() -> list[str]:
    try:
        with os.scandir(protocols_folder()) as entries:
            names = [entry.name for entry in entries]
    except FileNotFoundError:
        return []
    return sorted(name for name in names if name.endswith(SUFFIX) and not name.startswith("."))


def _own_files() -> list[Path]:
    """List the files that are meant; none where the folder cannot be listed, which ``_unlisted`` says."""
    try:
        return [protocols_folder() / name for name in _names()[:MOST_FILES]]
    except OSError:
        return []


def _unlisted() -> list[Listed]:
    """Say what of the folder is not listed."""
    folder = plain(str(protocols_folder()), 200)
    try:
        left_out = len(_names()) - MOST_FILES
    except OSError as error:
        reason = error.strerror or type(error).__name__
        problem = Said("{folder} cannot be listed: {reason}.", folder=folder, reason=reason)
        return [Listed("", "", Origin.OWN, problem)]
    if left_out <= 0:
        return []
    problem = Said(
        "{folder} holds {n} more: only {most} are listed.", folder=folder, n=left_out, most=MOST_FILES
    )
    return [Listed("", "", Origin.OWN, problem)]


def _own(path: Path) -> Listed:
    name = plain(path.stem)
    try:
        if path.stem in bundled_protocols():
            raise ProtocolError(
                Said(
                    "{name}{suffix} has the name of an exercise that comes with the program: give it "
                    "another name, and the same as its code.",
                    name=name,
                    suffix=SUFFIX,
                )
            )
        text = _read(path)
    except ProtocolError as error:
        return Listed(name, "", Origin.OWN, said_by(error))
    return _checked(path.stem, Origin.OWN, text)


def _checked(code: str, origin: Origin, text: str) -> Listed:
    """Check a file's text; its code must be the name of the file, or one exercise would have two names."""
    name = plain(code)
    try:
        protocol = parse_protocol(text, f"{name}{SUFFIX}")
        if protocol.code != code:
            raise ProtocolError(
                Said(
                    "{name}{suffix}: code: it is '{other}', and has to be the name of the file.",
                    name=name,
                    suffix=SUFFIX,
                    other=protocol.code,
                )
            )
    except ProtocolError as error:
        return Listed(name, "", origin, said_by(error))
    return Listed(code, protocol.title, origin, protocol=protocol)


def _read(path: Path) -> str:
    """Read an own file.

    Raises
    ------
    ProtocolError
        If it is a link, no file, too large, or no text.
    """
    name = plain(path.name)
    try:
        if path.is_symlink():
            raise ProtocolError(Said("{name} is a link: put the file itself here.", name=name))
        content = read_small(path, MOST_BYTES)
        text = content.decode(_encoding(content))
        if text[-1:].isdigit():  # 20.0 that was cut off may be 2
            raise ProtocolError(
                Said("{name} ends in a number that may be cut off: end its last line with Enter.", name=name)
            )
        return text
    except NotStrict as error:
        raise ProtocolError(Said("{name} {fault}.", name=name, fault=said_by(error))) from error
    except UnicodeDecodeError as error:
        raise ProtocolError(Said("{name} is not UTF-8 text.", name=name)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ProtocolError(Said("{name} cannot be read: {reason}.", name=name, reason=reason)) from error


def _encoding(content: bytes) -> str:
    return next((encoding for mark, encoding in _BOMS if content.startswith(mark)), "utf-8")
