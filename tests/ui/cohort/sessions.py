"""Short sessions of a small clinic, each really recorded, under athletes and days that are made up."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from emg.montage import FOUR_SITES, Side
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import QUICK, KeptFront, calibration_for, plan_of, short_exercise
from ui.assembly import SessionRunner

LIMIT_S: Final = 120.0
FIRST: Final = datetime(2031, 5, 6, 9, 30, 15, tzinfo=UTC)
EXERCISE: Final = short_exercise(
    test=1, train=0, sides=(Side.RIGHT, Side.LEFT), timing={**QUICK, "hold_s": 2.0}
)


def recorded(parent: Path, seed: int, *, calibrated: bool = True) -> Path:
    """A session with a hold a side; its calibration was brought along, or rest and maximum are measured."""
    athlete = Athlete(seed=seed)
    source = SimulatedSource(athlete, speed=0.0)
    info = source.open()
    source.close()
    calibration = calibration_for(info, FOUR_SITES) if calibrated else None
    plan = plan_of(source, EXERCISE, parent, performer=athlete, calibration=calibration)
    runner = SessionRunner(plan, KeptFront())
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.folder is not None
    return end.folder


def copied(folder: Path, home: Path, athlete: str, days: int, *, simulated: bool = False) -> Path:
    """The same session of somebody else on another day."""
    started_at = FIRST + timedelta(days=days)
    name = f"{started_at:%Y%m%dT%H%M%SZ}-power_position"
    new = home / "athletes" / athlete / "sessions" / name
    shutil.copytree(folder, new)
    path = new / "session.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told |= {"id": name, "athlete": athlete, "started_at": started_at.isoformat(), "simulated": simulated}
    told |= {"ended_at": (started_at + timedelta(minutes=1)).isoformat()}
    made_at = started_at - timedelta(minutes=5)
    told["calibration"] |= {"athlete": athlete, "made_at": made_at.isoformat()}
    path.write_text(json.dumps(told), encoding="utf-8")
    return new
