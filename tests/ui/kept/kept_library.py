"""A small clinic on disk: two athletes, sessions, calibrations, notes, and what remembers them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from calibrations.calibration import Calibration, Chain, SiteRecord
from calibrations.placement import Placement
from calibrations.store import save
from emg.results import Method
from emg.session.bundle import read_session
from tests.emg.session.past import MARCH, past_session
from ui.kept.athlete_files import keep_notes, notes_path
from ui.kept.athletes import keep_name
from ui.kept.home import calibrations_folder, sessions_folder
from ui.kept.morning_notes import NAME, MorningNote, Mornings
from ui.kept.placements import keep_placement
from ui.kept.recent import Recent, keep_recent

WRONG, RIGHT = "runner-07", "runner-08"
TAPED = Placement(id="20260301T091500Z", from_landmark_cm={"glute_left": 11.0})
BEFORE = Placement(id="20260220T091500Z", from_landmark_cm={"glute_left": 7.0})


def calibration(made_at: datetime, athlete: str = WRONG, placement: Placement = TAPED) -> Calibration:
    return Calibration(
        athlete=athlete,
        board="cyton",
        source_id="fake",
        unit="uV",
        chain=Chain(fs_hz=250.0, low_hz=20.0, high_hz=110.0, notch_hz=None, gain=24.0),
        placement=placement,
        made_at=made_at,
        software="0.1.0",
        sites={
            "glute_left": SiteRecord(
                channel=1, rest_uv=2.0, mvc_uv=60.0, method=Method.QUICK, mvc_cv_pct=10.0
            )
        },
    )


def session(athlete: str = WRONG, days: float = 0.0, *, measured: bool = True, **facts: Any) -> Path:
    """Save a session with the calibration that was measured in it, or an hour before it."""
    started_at = MARCH + timedelta(days=days)
    made_at = started_at + timedelta(minutes=2 if measured else -60)
    used = calibration(made_at, athlete)
    folder = past_session(
        sessions_folder(athlete),
        started_at,
        athlete=athlete,
        calibration=used.model_dump(mode="json", by_alias=True),
        placement=TAPED.model_dump(mode="json"),
        **facts,
    )
    source = read_session(folder).source_id
    save(used.model_copy(update={"source_id": source}), calibrations_folder(athlete))
    return folder


def note_mornings(athlete: str, *folders: Path) -> None:
    said = MorningNote(pain_0_10=3, asked_at=datetime(2026, 3, 2, 8, tzinfo=UTC))
    keep_notes(notes_path(athlete, NAME), Mornings({folder.name: said for folder in folders}))


def furnish(athlete: str, *folders: Path) -> None:
    """Keep all that is kept of an athlete besides the sessions."""
    keep_name(athlete, "Änne Müller")
    keep_placement(athlete, TAPED)
    note_mornings(athlete, *folders)
    keep_recent(Recent(athlete=RIGHT, protocol="power_position"))
    keep_recent(Recent(athlete=athlete, protocol="power_position"))
