"""Sessions of three athletes on five boards, as the real writer leaves them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from emg.blocks import StreamInfo
from emg.codes import EventKind, Origin
from emg.montage import FOUR_SITES, Montage, Side
from emg.results import Role
from emg.session.folder import SessionFolder
from emg.session.isek import isek_facts
from emg.session.model import SessionRecord, SoftwareFacts
from emg.session.writer import SessionWriter
from emg.stage import Event, JsonValue
from tests.emg.session.parts import INVALID, VERDICTS
from tests.emg.session.parts import signal as samples_of

STARTED = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)
PLACED = {
    "id": "20260301T092000Z",
    "from_landmark_cm": {"glute_left": 7.5, "ham_left": 19.0, "glute_right": 7.5, "ham_right": 18.5},
    "shown": True,
}
HALF_PLACED = {"id": "20260303T080000Z", "from_landmark_cm": {"glute_left": 7.0}, "shown": True}


def record_of(info: StreamInfo, athlete: str, started_at: datetime, **facts: Any) -> SessionRecord:
    placement = facts.get("placement")
    return SessionRecord.of_stream(
        info,
        FOUR_SITES,
        session_id=f"{started_at:%Y%m%dT%H%M%SZ}-power_position",
        kind="session",
        athlete=athlete,
        protocol="power_position",
        started_at=started_at,
        software=SoftwareFacts.here("0.1.0"),
    ).amended(**{"isek": isek_facts(FOUR_SITES.names, placement=placement)} | facts)


def events_of(fs_hz: float) -> Iterator[Event]:
    """A hold, felt and taken out by hand, a note, and pain that is said later."""
    at = round(fs_hz)
    of_hold: dict[str, Any] = {"run": "holds_right_test#1", "side": Side.RIGHT, "role": Role.TEST, "hold": 1}
    yield Event(0, EventKind.SESSION_STARTED)
    yield Event(at, EventKind.CUE, **of_hold, detail={"exercise": "power_position"})
    felt: dict[str, JsonValue] = {
        "command": "felt",
        "pressed_sample": at + 5,
        "applied_sample": at + 9,
        "by": "athlete",
    }
    yield Event(at + 9, EventKind.COMMAND, detail=felt, origin=Origin.INPUT)
    note: dict[str, JsonValue] = {
        "command": "note",
        "pressed_sample": at,
        "applied_sample": at + 10,
        "text": "the knee of Anna Bauer",
    }
    yield Event(at + 10, EventKind.COMMAND, detail=note, origin=Origin.INPUT)
    done: dict[str, JsonValue] = {
        "cue_sample": at,
        "set_sample": at + 20,
        "end_sample": 2 * at,
        "outcome": "success",
        "reason": "",
    }
    yield Event(2 * at, EventKind.HOLD_DONE, **of_hold, detail=done)
    yield Event(2 * at, EventKind.PAIN, detail={"holds": [1], "pain_0_10": 3})
    out: dict[str, JsonValue] = {"reason": "Anna coughed"}
    yield Event(2 * at, EventKind.HOLD_EXCLUDED, hold=1, detail=out, origin=Origin.INPUT)


def written(
    parent: Path,
    info: StreamInfo,
    athlete: str,
    started_at: datetime,
    *,
    gap: bool = False,
    killed: bool = False,
    montage: Montage = FOUR_SITES,
    **facts: Any,
) -> Path:
    """A session as the real writer leaves it: three seconds, and half a second lost if it has a gap."""
    folder = SessionFolder.create(parent, "power_position", started_at)
    record = record_of(info, athlete, started_at, **facts)
    writer = SessionWriter(folder, record, info, montage, verdict_names=VERDICTS, invalid=INVALID)
    whole = samples_of(info, round(3 * info.fs_hz) + 7)
    lost = (round(info.fs_hz), round(1.5 * info.fs_hz)) if gap else (5, 5)
    for start, stop in ((0, lost[0]), (lost[1], whole.n_samples)):
        writer.write_block(whole.cut(start, stop))
    for event in events_of(info.fs_hz):
        writer.write_event(event)
    if killed:
        writer.abandon()
    else:
        writer.close(started_at + timedelta(seconds=4))
    return folder.path


def place_of(dataset: Path, label: str) -> Path:
    subject, session = label.split("/")
    return dataset / f"sub-{subject}" / f"ses-{session}" / "emg"


def one(folder: Path, end: str) -> Path:
    (found,) = folder.glob(f"*{end}")
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
