"""Ways to damage a file: by bytes, by what its format is made of, and by what stands in its place."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

Rng: TypeAlias = np.random.Generator
Damage: TypeAlias = Callable[[bytes, Rng], bytes]

RAW: Final = "@raw@"
"""Stands before what JSON itself would not write."""

DEEP: Final = 3000
LONG: Final = 60_000

TEXTS: Final = (
    "",
    "=1+1",
    "@SUM(A1)",
    "\u202egnp.exe",
    "a\u2028b",
    "a\x00b",
    "../../../x",
    "x" * LONG,
    "1" * LONG,
    " " * LONG,
    "\ud800",
    "\r\n",
    "\x1b[2J",
)
NUMBERS: Final = (
    *("0", "-1", "1", "-0.0", "0.5", "1000000000", "1e9", "99999999", "1e18", "1e-300", "1e308", "1e999"),
    *("NaN", "nan", "-Infinity", "inf", "0x10", "1_000", "1,5", "٣", f"1{'0' * 400}", "1" * 5000),
)
TYPES: Final[tuple[Any, ...]] = (None, True, False, [], {}, [1], {"a": 1}, "text", 10**18, -(10**18), 1.5)
TOKENS: Final = (
    *(text.encode("utf-8", "surrogatepass") for text in (*TEXTS, *NUMBERS)),
    b"\xff\xfe",
    b"\xc3",
)


def one_of(choices: Any, rng: Rng) -> Any:
    """Choose one."""
    return choices[int(rng.integers(len(choices)))]


def span(content: bytes, rng: Rng, longest: int = 40) -> slice:
    """Choose a place, and how far from it."""
    start = int(rng.integers(len(content) + 1))
    return slice(start, start + int(rng.integers(longest)))


def replaced(content: bytes, where: slice, new: bytes) -> bytes:
    """Put other bytes in the place of some."""
    return content[: where.start] + new + content[where.stop :]


def truncate(content: bytes, rng: Rng) -> bytes:
    """Lose the end."""
    return content[: int(rng.integers(len(content) + 1))]


def flip(content: bytes, rng: Rng) -> bytes:
    """Turn some bits round."""
    found = bytearray(content)
    for _ in range(int(rng.integers(1, 9)) if found else 0):
        found[int(rng.integers(len(found)))] ^= 1 << int(rng.integers(8))
    return bytes(found)


def delete(content: bytes, rng: Rng) -> bytes:
    """Lose some bytes."""
    return replaced(content, span(content, rng), b"")


def double(content: bytes, rng: Rng) -> bytes:
    """Say something twice."""
    where = span(content, rng, 400)
    return replaced(content, slice(where.stop, where.stop), content[where])


def insert(content: bytes, rng: Rng) -> bytes:
    """Put something strange in, over what is there or beside it."""
    where = span(content, rng, 12)
    return replaced(content, one_of((where, slice(where.start, where.start)), rng), one_of(TOKENS, rng))


def recode(content: bytes, rng: Rng) -> bytes:
    """Save the text as other programs do, or pack it."""
    text = content.decode("utf-8", "replace")
    found: bytes = one_of(
        (
            b"\xef\xbb\xbf" + content,
            content.replace(b"\n", b"\r\n"),
            content.replace(b"\n", b"\r"),
            text.encode("utf-16"),
            text.encode("utf-32"),
            gzip.compress(content, mtime=0),
            content + b"\x00" * 4096,
            content[: len(content) // 2] + b"\x00" * (len(content) // 2),
            content * 3,
            content + b"\x1a",
        ),
        rng,
    )
    return found


def number(content: bytes, rng: Rng) -> bytes:
    """Put another number in the place of one."""
    found = list(re.finditer(rb"-?[0-9][0-9.eE+-]*", content[:200_000]))
    if not found:
        return insert(content, rng)
    match = one_of(found, rng)
    return replaced(content, slice(*match.span()), one_of(NUMBERS, rng).encode())


def json_part(content: bytes, rng: Rng) -> bytes:
    """Change one part of an object: leave it out, give it another type, say it twice, nest it deeply."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        return insert(content, rng)
    parts = list(_parts(whole))
    if not parts:
        return insert(content, rng)
    holder, key = one_of(parts, rng)
    new = one_of((_typed, _numbered, _worded), rng)(rng)
    how = int(rng.integers(6))
    if how == 0:
        del holder[key]
    elif how == 1 and isinstance(holder, dict):
        holder[one_of(TEXTS, rng)] = new
    elif how == 2:
        holder[key] = deepcopy(whole)
    elif how == 3 and isinstance(holder, dict):
        text = _as_text(whole)
        return text.replace(b"{", b"{" + _as_text({key: new})[1:-1] + b", ", 1)
    elif how == 4:
        holder[key] = RAW + "[" * DEEP + "]" * DEEP
    else:
        holder[key] = new
    return _as_text(whole)


def _parts(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, (dict, list)):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _parts(value[key])


def _typed(rng: Rng) -> Any:
    return one_of(TYPES, rng)


def _numbered(rng: Rng) -> str:
    return RAW + str(one_of(NUMBERS, rng))


def _worded(rng: Rng) -> str:
    return str(one_of(TEXTS, rng))


def _as_text(value: Any) -> bytes:
    text = json.dumps(value)
    return re.sub(rf'"{RAW}([^"]*)"', lambda match: match[1], text).encode("utf-8", "replace")


def json_line(content: bytes, rng: Rng) -> bytes:
    """Change one part of one line, or the order of lines."""
    lines = content.splitlines(keepends=True)
    if not lines:
        return insert(content, rng)
    at = int(rng.integers(len(lines)))
    if rng.random() < 0.2:
        other = int(rng.integers(len(lines)))
        lines[at], lines[other] = lines[other], lines[at]
    else:
        lines[at] = json_part(lines[at].rstrip(b"\n"), rng) + b"\n"
    return b"".join(lines)


def cell(content: bytes, rng: Rng) -> bytes:
    """Change a cell of a table, or a column, or a row of it."""
    separator = max((b",", b";", b"\t", b"  "), key=content.count)
    rows = [line.split(separator) for line in content.split(b"\n")]
    at = int(rng.integers(len(rows)))
    row = rows[int(rng.integers(min(3, len(rows))))] if rng.random() < 0.4 else rows[at]
    place, new = int(rng.integers(len(row))), one_of(TOKENS, rng)
    how = int(rng.integers(7))
    if how == 0:
        rows = [one[:place] + one[place + 1 :] for one in rows]
    elif how == 1:
        rows = [[*one[: place + 1], *one[place:]] for one in rows]
    elif how == 2:
        row.append(new)
    elif how == 3:
        row.extend([b"1"] * 100_000)
    elif how == 4:
        rows[at:at] = [rows[int(rng.integers(len(rows)))]]
    else:
        row[place] = new
    return b"\n".join(separator.join(one) for one in rows)


def setting(content: bytes, rng: Rng) -> bytes:
    """Change a line of a TOML file."""
    lines = content.split(b"\n")
    at = int(rng.integers(len(lines)))
    name = lines[at].partition(b"=")[0]
    deep = b"[" * DEEP + b"]" * DEEP
    quoted = b'"' + one_of(TOKENS, rng) + b'"'
    new = one_of((one_of(NUMBERS, rng).encode(), quoted, deep, b"1979-99-99", b"{a = 1}", b'"""'), rng)
    lines[at : at + 1] = one_of(
        (
            [],
            [lines[at], lines[at]],
            [name + b"= " + new],
            [b"[" + b"a." * DEEP + b"a]"],
            [one_of(TOKENS, rng)],
        ),
        rng,
    )
    return b"\n".join(lines)


def edf_header(content: bytes, rng: Rng) -> bytes:
    """Change a field of the header: how many signals, records, samples; ranges and labels."""
    try:
        n = max(1, int(content[252:256]))
    except ValueError:
        return flip(content, rng)
    fields = [(0, 8), (168, 8), (176, 8), (184, 8), (192, 44), (236, 8), (244, 8), (252, 4)]
    at = 256
    for width in (16, 80, 8, 8, 8, 8, 8, 80, 8, 32):
        fields += [(at + i * width, width) for i in range(n)]
        at += n * width
    start, width = one_of(fields, rng)
    value = one_of((*NUMBERS, *TEXTS, "EDF+D", "BDF+D", "BDF Annotations", "9999"), rng)
    return replaced(
        content, slice(start, start + width), value.encode("utf-8", "replace")[:width].ljust(width)
    )


def annotation(content: bytes, rng: Rng) -> bytes:
    """Write strange times where annotations are."""
    found = list(re.finditer(rb"\+[0-9.]+(?=[\x14\x15])", content))
    if not found:
        return flip(content, rng)
    start, stop = one_of(found, rng).span()
    new = b"+" + one_of(NUMBERS, rng).encode("ascii", "replace")[:80]
    marked = new + one_of((b"", b"\x159999999999999\x14BAD_gap", b"\x15-5\x14BAD_gap"), rng)
    return replaced(content, slice(start, start + len(marked) if rng.random() < 0.7 else stop), marked)


BYTES: Final[dict[str, Damage]] = {
    "truncate": truncate,
    "flip": flip,
    "delete": delete,
    "double": double,
    "insert": insert,
    "recode": recode,
    "number": number,
}
FORMATS: Final[dict[str, dict[str, Damage]]] = {
    "json": BYTES | {"part": json_part, "part twice": lambda c, rng: json_part(json_part(c, rng), rng)},
    "lines": BYTES | {"part": json_line},
    "csv": BYTES | {"cell": cell},
    "toml": BYTES | {"setting": setting},
    "edf": BYTES | {"header": edf_header, "annotation": annotation},
}
"""Ways to damage each kind of file."""


def _empty(path: Path) -> None:
    path.touch()


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(20_000_000_000)


def _locked(path: Path) -> None:
    path.touch(0)


def _missing(path: Path) -> None:
    """Put nothing there."""


PLACES: Final[dict[str, Callable[[Path], None]]] = {
    "empty": _empty,
    "missing": _missing,
    "folder": _folder,
    "pipe": _pipe,
    "link to itself": _loop,
    "device": _device,
    "20 GB of zeros": _huge,
    "no permission": _locked,
}
"""What can stand in the place of a file."""
