"""How long it takes from the first sample until the holds begin, in sample time and without a key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from calibrations.calibration import Calibration
from calibrations.draft import Way
from calibrations.intake import Intake, SoreSide
from calibrations.store import parse
from emg.codes import EventKind
from emg.montage import Side
from emg.session.bundle import read_session
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import KeptFront, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.exit_codes import EXIT_OK
from ui.session.front import SessionEnd
from ui.session.plan import NOTHING_SAID

LIMIT_S = 240.0
FS = 250
ONE_HOLD = short_exercise(test=1, train=0, sides=(Side.RIGHT,))


def ready_s(
    parent: Path,
    *,
    way: Way = Way.QUICK,
    intake: Intake = NOTHING_SAID,
    calibration: Calibration | None = None,
) -> tuple[float, SessionEnd]:
    """Sample time at which the holds begin, in a session that nobody presses a key in."""
    athlete = Athlete(seed=9)
    source = SimulatedSource(athlete, speed=0.0)
    plan = plan_of(source, ONE_HOLD, parent, performer=athlete, checks=True, calibration=calibration)
    front = KeptFront()
    runner = SessionRunner(replace(plan, way=way, intake=intake), front)
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.exit_code == EXIT_OK, end.message
    keys = [event for event in front.events if event.kind is EventKind.COMMAND]
    assert {event.detail["command"] for event in keys} <= {"answer"}, "the athlete says how much it hurt"
    (began,) = [
        event.sample
        for event in front.events
        if event.kind is EventKind.STAGE_STARTED and str(event.detail["stage"]).startswith("holds")
    ]
    return began / FS, end


def test_new_electrodes_take_two_minutes_and_the_same_ones_half_a_minute(tmp_path: Path) -> None:
    """Else the set-up is the first barrier, and is skipped."""
    new_s, end = ready_s(tmp_path)
    assert end.folder is not None
    fields = read_session(end.folder).calibration
    assert fields is not None
    again_s, _ = ready_s(tmp_path, calibration=parse(fields))
    assert 110.0 < new_s < 150.0
    assert 25.0 < again_s < 90.0


@pytest.mark.parametrize(
    ("way", "intake", "at_most_s"),
    [
        (Way.QUICK, Intake(alone=True), 150.0),
        (Way.QUICK, Intake(sore_side=SoreSide.LEFT, pain_0_10=2), 200.0),
        (Way.FULL, NOTHING_SAID, 240.0),
    ],
)
def test_the_longer_ways_are_as_long_as_they_are_said_to_be(
    tmp_path: Path, way: Way, intake: Intake, at_most_s: float
) -> None:
    """Else who plans a baseline, or has a sore leg, runs out of time."""
    taken_s, _ = ready_s(tmp_path, way=way, intake=intake)
    assert taken_s <= at_most_s
