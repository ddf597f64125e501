"""A simulated session, and copies of it that are somebody else's."""

from __future__ import annotations

import csv
import io
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from emg.codes import CommandKind, EventKind, Origin
from emg.montage import Side
from emg.session.events import append_event
from emg.stage import Event, JsonValue
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from tests.sessions import QUICK, KeptFront, plan_of, short_exercise
from ui.assembly import SessionRunner

LIMIT_S: Final = 240.0
NAME: Final = "Annegret Mustermann"
SERIAL: Final = "SN-31337-clinic"
ATHLETE: Final = "kn4711-am"
OWN_PROTOCOL: Final = "annegrets_rehab"
SECRETS: Final = (
    *(NAME, "Annegret", "annegret", SERIAL, ATHLETE, "slipped", "/dev/tty"),
    *("2031-05", "20310506T", "20310509T", "06.05.31", "06-MAY-2031"),
)
"""What must not leave: a name, an id, a date, a device, a path, somebody's words."""


def recorded(parent: Path, *, train: int = 1, fault: str = "dropped-packets@70+8") -> Path:
    """A session as the program saves it, with packets lost."""
    athlete = Athlete(seed=6, faults=parse_faults([fault]))
    exercise = short_exercise(
        test=2, train=train, sides=(Side.RIGHT, Side.LEFT), timing={**QUICK, "hold_s": 3.0}
    )
    source = SimulatedSource(athlete, speed=0.0)
    runner = SessionRunner(plan_of(source, exercise, parent, performer=athlete), KeptFront())
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.folder is not None
    return end.folder


def copy_of(folder: Path, parent: Path, started_at: datetime, athlete: str = ATHLETE, **facts: Any) -> Path:
    """The same session, of another athlete and time, with a serial number, a note and an excluded hold."""
    protocol = facts.get("protocol", "power_position")
    name = facts.pop("id", f"{started_at:%Y%m%dT%H%M%SZ}-{protocol}")
    new = Path(shutil.copytree(folder, parent / name))
    told = json.loads((new / "session.json").read_text(encoding="utf-8"))
    told |= {
        "id": name,
        "athlete": athlete,
        "started_at": started_at.isoformat(),
        "ended_at": None,
        "simulated": False,
        "serial": SERIAL,
        "source_id": f"/dev/ttyUSB0-{SERIAL}",
        **facts,
    }
    told["calibration"]["serial"] = SERIAL
    (new / "session.json").write_text(json.dumps(told), encoding="utf-8")
    end = 20_000
    said: dict[str, JsonValue] = {
        "command": CommandKind.NOTE.value,
        "text": f"=1+1 {NAME} knee",
        "pressed_sample": end,
        "applied_sample": end,
    }
    append_event(new / "events.jsonl", Event(end, EventKind.COMMAND, detail=said, origin=Origin.INPUT))
    why: dict[str, JsonValue] = {"reason": f"slipped, {NAME}", "said_at": "2031-05-06T07:08:09+00:00"}
    append_event(
        new / "events.jsonl", Event(end, EventKind.HOLD_EXCLUDED, hold=1, detail=why, origin=Origin.INPUT)
    )
    again: dict[str, JsonValue] = {"reason": "annegret", "said_at": "2031-05-06T07:08:09+00:00"}
    append_event(
        new / "events.jsonl", Event(end, EventKind.HOLD_RESTORED, hold=2, detail=again, origin=Origin.INPUT)
    )
    rows = holds_of(new)
    for row in rows:
        row |= {"athlete": athlete, "session": name, "protocol": protocol}
    rows[0]["excluded"] = str(why["reason"])
    write_holds(new, rows)
    return new


def holds_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "holds.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_holds(folder: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    lines = csv.DictWriter(text, list(rows[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
    lines.writeheader()
    lines.writerows(rows)
    (folder / "holds.csv").write_text(text.getvalue(), encoding="utf-8", newline="")


def day(number: int) -> datetime:
    return datetime(2031, 5, number, 9, 30, 15, tzinfo=UTC)
