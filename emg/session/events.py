"""Events as lines of events.jsonl: one JSON object a line, always the same keys in the same order."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np

from emg.codes import EventKind, Origin
from emg.foreign import is_whole, plain
from emg.montage import working_side
from emg.results import Role
from emg.said import Said
from emg.stage import Event, JsonValue

_KEYS: Final = ("sample", "kind", "run", "side", "role", "hold", "origin", "detail")

MOST: Final = 2**53
"""Whole numbers up to here are the same in every program."""


class EventFormatError(ValueError):
    """A line is not an event; the message says what is wrong with it."""


def jsonable(value: object) -> JsonValue:
    """Turn a value into what JSON can carry: NumPy scalars to numbers, NaN and infinity to None.

    Keys of mappings are sorted, so that equal values always give equal text.

    Raises
    ------
    TypeError
        If the value cannot stand in JSON.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): jsonable(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, (bytes, bytearray)):
        return [jsonable(item) for item in value]
    raise TypeError(f"{type(value).__name__} cannot stand in JSON")


def event_to_json(event: Event) -> str:
    """Write an event as one line, without its line feed.

    Parameters
    ----------
    event : Event
        Numbers in ``detail`` that are not finite are written as ``null``.

    Returns
    -------
    str
        JSON with the keys sample, kind, run, side, role, hold, origin, detail, in this order.
    """
    line = {
        "sample": int(event.sample),
        "kind": str(event.kind),
        "run": event.run,
        "side": None if event.side is None else str(event.side),
        "role": None if event.role is None else str(event.role),
        "hold": event.hold,
        "origin": str(event.origin),
        "detail": jsonable(event.detail),
    }
    # ASCII: a line separator or half a character in a text could otherwise break the line
    return json.dumps(line, allow_nan=False, separators=(",", ":"))


def event_from_json(line: str) -> Event:
    """Read a line of events.jsonl; ``event_from_json(event_to_json(e))`` says the same as ``e``.

    Raises
    ------
    EventFormatError
        If the line is cut short, is not JSON, has a key too many or too few, or an unknown code.
    """
    try:
        found = json.loads(
            line,
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
            parse_int=_int,
            parse_float=_float,
        )
        if not isinstance(found, dict) or set(found) != set(_KEYS):
            raise EventFormatError(Said("an event has the keys {keys}", keys=", ".join(_KEYS)))
        return Event(
            sample=_whole(found["sample"], "sample"),
            kind=EventKind(found["kind"]),
            run=_text(found["run"]),
            side=None if found["side"] is None else working_side(found["side"]),
            role=None if found["role"] is None else Role(found["role"]),
            hold=None if found["hold"] is None else _whole(found["hold"], "hold"),
            detail=_mapping(found["detail"]),
            origin=Origin(found["origin"]),
        )
    except EventFormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise EventFormatError(
            Said("this line is not an event: {fault}", fault=plain(str(error), 120))
        ) from error


def append_event(path: Path, event: Event) -> None:
    """Add one event to the events.jsonl of a session that is over: a whole line on the disk, or nothing.

    What stands there is not touched. Half a line that a kill left at the end is no event to any reader;
    it goes, or the new line could not be read either.

    Parameters
    ----------
    path : Path
        An events.jsonl that nobody writes any more.
    event : Event
        The last word.

    Raises
    ------
    OSError
        If it cannot be written; the file is as it was, less such half a line.
    """
    with FileIO(path, "r+") as file:
        lines = file.readall()
        end = lines.rfind(b"\n") + 1
        rest = memoryview(f"{event_to_json(event)}\n".encode())
        file.truncate(end)
        file.seek(end)
        try:
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise


def _whole(value: object, name: str) -> int:
    if not is_whole(value):
        raise EventFormatError(Said("{name} of an event must be a whole number", name=name))
    if abs(value) > MOST:
        raise EventFormatError(Said("{name} of an event is more than any clock comes to", name=name))
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise EventFormatError(Said("run of an event must be text"))
    return value


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise EventFormatError(Said("detail of an event must be an object"))
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise EventFormatError(Said("a key stands twice in one object"))
    return found


def _int(text: str) -> int:
    """Refuse what no other number can be divided by."""
    value = int(text)
    if not math.isfinite(_as_float(value)):
        raise EventFormatError(Said("{text}... is more than anything can be", text=text[:12]))
    return value


def _as_float(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise EventFormatError(Said("{text} is no number that can be measured", text=text[:12]))
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise EventFormatError(Said("{name} is not a number", name=name))
