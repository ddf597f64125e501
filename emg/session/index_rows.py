"""What the index keeps of a session: the facts by which it is believed, and a digest as a short list."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from emg.results import Outcome, Role
from emg.session.library import Holds, Number, SessionDigest, SessionPain

LAYOUT: Final = 1
"""Count this up when the same files come to another digest: the names of the fields are seen to."""

FILES: Final = ("session.json", "summary.json", "holds.csv")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FACTS: Final = struct.Struct("<15q")
_NO_FILE: Final = (0, 0, -1, 0)
_63_BITS: Final = (1 << 63) - 1

Put: TypeAlias = tuple[str, bytes, bytes, bytes, int]
"""A row of the index: whose, name of the folder, facts, body, checksum."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A session in its place among others; the rest of it is made when it is asked for.

    Attributes
    ----------
    parent : str
        Whose folder it lies in.
    folder : str
        Where it lies.
    id, athlete : str
        As session.json says.
    started_us : int
        Microseconds since 1970, UTC.
    """

    parent: str
    folder: str
    id: str
    athlete: str
    started_us: int
    _whole: SessionDigest | bytes

    @property
    def order(self) -> tuple[int, str]:
        """Key to sort by, oldest first."""
        return self.started_us, self.id

    @property
    def digest(self) -> SessionDigest:
        """All that lists and trends need of it."""
        if isinstance(self._whole, SessionDigest):
            return self._whole
        return _decoded(self, self._whole)


def facts_of(path: str) -> tuple[bytes, int]:
    """Give the facts that change with a session, and when the newest of them did, in ns since 1970.

    Twenty thousand files are asked for a list of 5,000 sessions: paths stay text here.
    """
    try:
        found = os.stat(path)  # noqa: PTH116
        facts = [found.st_mtime_ns, found.st_ctime_ns, found.st_ino & _63_BITS]
    except OSError:
        facts = [0, 0, 0]
    for name in FILES:
        try:
            found = os.stat(f"{path}{os.sep}{name}")  # noqa: PTH116
            facts += (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino & _63_BITS)
        except OSError:
            facts += _NO_FILE
    newest_ns = max(facts[0], facts[1], facts[3], facts[4], facts[7], facts[8], facts[11], facts[12])
    return _FACTS.pack(*facts), newest_ns


def checksum_of(parent: str, name: bytes, facts: bytes, body: bytes) -> int:
    """Tell a row that a disk has bent from one that was written."""
    return zlib.crc32(body, zlib.crc32(facts, zlib.crc32(name, zlib.crc32(parent.encode()))))


def put_of(parent: str, name: bytes, facts: bytes, digest: SessionDigest, started_us: int) -> Put:
    """Make the row of a session."""
    body = _encoded(digest, started_us)
    return parent, name, facts, body, checksum_of(parent, name, facts, body)


def fresh(parent: str, folder: str, digest: SessionDigest) -> Listed:
    """List a session that was just read."""
    started_us = (digest.started_at - _EPOCH) // timedelta(microseconds=1)
    return Listed(parent, folder, digest.id, digest.athlete, started_us, digest)


def from_row(parent: str, folder: str, body: bytes) -> Listed | None:
    """Read the first line of a body, which says its place; None if it is not one."""
    head, _line_feed, rest = body.partition(b"\n")
    try:
        started_us, session, athlete = json.loads(head)
    except (ValueError, TypeError):
        return None
    return Listed(parent, folder, session, athlete, started_us, rest)


def _encoded(digest: SessionDigest, started_us: int) -> bytes:
    """Write a digest, less its folder, as two lists: what its place depends on, and the rest."""
    holds, pain = digest.holds, digest.pain
    head = [started_us, digest.id, digest.athlete]
    rest = [
        digest.protocol,
        digest.kind,
        digest.complete,
        digest.simulated,
        digest.board,
        digest.sore_side,
        digest.placement,
        digest.way,
        digest.recovered,
        dict(digest.methods),
        [{role: dict(outcomes) for role, outcomes in holds.counts.items()}, holds.excluded, holds.worst_pain],
        {name: _values(number) for name, number in digest.numbers.items()},
        [pain.before, pain.worst, pain.after],
    ]
    return "\n".join(json.dumps(part, separators=(",", ":")) for part in (head, rest)).encode()


def _values(number: Number) -> list[object]:
    return [number.value, number.low, number.high, number.spread, number.never, number.doubts, number.reason]


def _decoded(listed: Listed, body: bytes) -> SessionDigest:
    protocol, kind, complete, simulated, board, sore, placement, way, recovered, *rest = json.loads(body)
    methods, (counts, excluded, worst), numbers, pain = rest
    held = {
        Role(role): {Outcome(outcome): n for outcome, n in outcomes.items()}
        for role, outcomes in counts.items()
    }
    return SessionDigest(
        id=listed.id,
        folder=Path(listed.folder),
        athlete=listed.athlete,
        protocol=protocol,
        kind=kind,
        started_at=_EPOCH + timedelta(microseconds=listed.started_us),
        complete=complete,
        simulated=simulated,
        board=board,
        sore_side=sore,
        placement=placement,
        way=way,
        recovered=recovered,
        methods=methods,
        holds=Holds(held, excluded, worst),
        numbers=dict(_numbers(numbers)),
        pain=SessionPain(*pain),
    )


def _numbers(numbers: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, Number]]:
    for name, (value, low, high, spread, never, doubts, reason) in numbers.items():
        yield name, Number(value, low, high, spread, never, tuple(doubts), reason)


def _schema_of(parts: Iterable[type]) -> int:
    """Give the number of this layout: other fields of a digest are another one, whoever forgets to count."""
    names = [[part.__name__, *(one.name for one in fields(part))] for part in parts]
    return 1 + zlib.crc32(repr([LAYOUT, names]).encode()) % (1 << 30)


SCHEMA: Final = _schema_of((SessionDigest, Number, Holds, SessionPain))
"""``user_version`` of the file."""
