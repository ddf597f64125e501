"""What a session keeps besides its signal, and what it lets go of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calibrations.draft import Draft
from calibrations.placement import Placement
from calibrations.store import load
from emg.activation import NO_REFERENCE, Reference, SiteReference
from emg.blocks import StreamInfo
from emg.codes import CommandKind, EventKind
from emg.montage import FOUR_SITES
from emg.reference import DROPPED, MEASURED, ReferenceInForce, reference_event
from emg.results import Method
from emg.session.summary import warning_of
from emg.stage import Command, Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.fakes import FAKE_INFO
from tests.sessions import (
    FS,
    KeptFront,
    calibration_for,
    every,
    noise,
    plan_of,
    rig,
    short_exercise,
)
from ui.assembly import SessionRunner
from ui.kept.home import calibrations_folder
from ui.kept.placements import current_placement, keep_placement
from ui.session.files import SessionFiles
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan, chain_settings
from ui.words import words

ONE = short_exercise(test=1, train=0)
HERE = Placement(id="20260301T093015Z", from_landmark_cm={"glute_left": 8.5})
SITE = SiteReference(2.0, 90.0, Method.QUICK, 8.0)
FOUND = Reference(dict.fromkeys(FOUR_SITES.names, SITE))
LIMIT_S = 120.0


class Desk:
    """The files of a session on a board, without the session."""

    def __init__(self, parent: Path, info: StreamInfo = FAKE_INFO, **changes: Any) -> None:
        source = SimulatedSource(Athlete(seed=1), speed=0.0)
        self.plan = replace(plan_of(source, ONE, parent), athlete="anna", **changes)
        known = self.plan.calibration
        self.reference = ReferenceInForce(NO_REFERENCE if known is None else known.reference())
        self.problems: list[str] = []
        self.files = SessionFiles(
            self.plan, info, chain_settings(info, None), Draft(), self.reference, self.problems.append
        )

    def run(self, events: Iterable[Event]) -> dict[str, Any]:
        """Write a second of signal and these events; returns session.json."""
        if self.plan.calibration is None:
            self.files.begin_placement()
        for block in every(50, noise(1.0)):
            self.files.recorder.block(block)
        for event in events:
            if event.detail.get("how") == MEASURED:
                self.reference.value = FOUND
            self.files.event(event)
        self.files.recorder.close(self.files.finish)
        assert self.problems == []
        assert self.files.recorder.folder is not None
        text = (self.files.recorder.folder / "session.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found


def told_by(tmp_path: Path, answer: CommandKind | None, *, calibrated: bool = True) -> list[Event]:
    """Events of a session whose board was opened again, with the answer; or where C was pressed.

    With no calibration it is opened again while the first effort is prepared, after the rest.
    """
    rigged = rig(short_exercise(test=2, train=0), tmp_path, attended=True, calibrated=calibrated)
    at = (5 if calibrated else 17) * FS
    for block in every(50, noise(20.0, level_uv=3.0)):
        if block.first_sample == at and answer is None:
            rigged.live.post(Command(CommandKind.CALIBRATE, applied_sample=at))
        elif block.first_sample == at and answer is not None:
            rigged.live.reopened(0, estimated=True)
            early = Command(CommandKind.BACK, sample=at + 10, applied_sample=at + 20)
            rigged.live.post(early)  # before anybody can have read the question
            rigged.live.post(Command(answer, sample=at + 2 * FS, applied_sample=at + 2 * FS))
        rigged.live.on_block(block)
    asked = any(event.detail.get("question") for event in rigged.kept.events)
    assert asked is (answer is not None)
    assert not rigged.live.question
    return rigged.kept.events


# --- the placement


@pytest.mark.parametrize("given", [None, HERE])
def test_who_measures_anew_wears_a_new_taping_from_then_on(tmp_path: Path, given: Placement | None) -> None:
    """Else this morning's maximum is offered for electrodes of the afternoon."""
    keep_placement("anna", Placement(id="20260201T000000Z"))
    before = datetime.now(UTC) - timedelta(seconds=1)
    record = Desk(tmp_path, placement=given).run([reference_event(200, FOUND, MEASURED)])

    placement = current_placement("anna")
    assert placement is not None
    assert placement == given if given else placement.id >= Placement.new(before).id
    assert record["placement"] == placement.model_dump(mode="json")
    (path,) = calibrations_folder("anna").iterdir()
    assert load(path).placement == placement
    said = record["isek"]["placement"]
    assert "SENIAM" in said if given else said is None, "nobody was shown where"


def test_electrodes_that_were_touched_are_another_taping(tmp_path: Path) -> None:
    """Else a maximum of the electrodes before is used for those that were pressed on again."""
    known = calibration_for(FAKE_INFO, FOUR_SITES, athlete="anna").model_copy(update={"placement": HERE})
    keep_placement("anna", HERE)
    desk = Desk(tmp_path, placement=HERE, calibration=known)
    events = told_by(tmp_path, CommandKind.BACK)
    record = desk.run([*events, reference_event(245, FOUND, MEASURED)])

    placement = current_placement("anna")
    assert placement not in (None, HERE)
    (path,) = calibrations_folder("anna").iterdir()
    assert load(path).placement == placement
    assert placement is not None
    assert record["placement"] == record["calibration"]["placement"] == placement.model_dump(mode="json")


def test_touched_before_there_is_any_maximum_counts_as_well(tmp_path: Path) -> None:
    """Nothing is dropped then, and yet the rest was measured with other electrodes."""
    events = told_by(tmp_path, CommandKind.BACK, calibrated=False)
    assert not [event for event in events if event.detail.get("how") == DROPPED]
    Desk(tmp_path, placement=HERE).run(events)
    assert current_placement("anna") not in (None, HERE)


@pytest.mark.parametrize("answer", [CommandKind.NEXT, None], ids=["not touched", "key C"])
def test_what_moves_no_electrode_keeps_the_taping(tmp_path: Path, answer: CommandKind | None) -> None:
    """Else a key pressed by mistake throws away what was measured in the morning."""
    keep_placement("anna", HERE)
    known = calibration_for(FAKE_INFO, FOUR_SITES, athlete="anna").model_copy(update={"placement": HERE})
    record = Desk(tmp_path, placement=HERE, calibration=known).run(told_by(tmp_path, answer))
    assert current_placement("anna") == HERE
    assert record["placement"]["id"] == HERE.id


def test_a_simulated_board_keeps_no_placement(tmp_path: Path, powerhold_home: Path) -> None:
    """Else a demo throws away what was measured of a person."""
    simulated = replace(FAKE_INFO, simulated=True)
    record = Desk(tmp_path, simulated).run([reference_event(200, FOUND, MEASURED)])
    assert record["placement"] is None
    Desk(tmp_path, simulated).run(told_by(tmp_path, CommandKind.BACK))
    assert not powerhold_home.exists()


# --- a reference that is no more


def test_a_dropped_reference_is_not_in_the_record(tmp_path: Path) -> None:
    """Else whoever reads the session uses a maximum that was thrown away in it."""
    known = calibration_for(FAKE_INFO, FOUR_SITES, athlete="anna")
    kept = Desk(tmp_path, calibration=known).run([])
    assert kept["calibration"] is not None
    assert kept["isek"]["normalisation"]

    dropped = reference_event(100, NO_REFERENCE, DROPPED)
    record = Desk(tmp_path, calibration=known).run([dropped])
    assert (record["calibration"], record["isek"]["normalisation"]) == (None, None)

    again = Desk(tmp_path, calibration=known).run([dropped, reference_event(200, FOUND, MEASURED)])
    assert again["calibration"]["sites"]["glute_left"]["mvc_uv"] == 90.0
    assert again["isek"]["normalisation"]


# --- a calibration that does not fit


def attended(plan: SessionPlan) -> tuple[SessionEnd, KeptFront]:
    """Run a session in which somebody presses Next once, to begin."""

    class Front(KeptFront):
        begun = False

        def post_view(self, view: Any) -> None:
            super().post_view(view)
            if not self.begun and runner._live is not None:
                self.begun = True
                runner.post(CommandKind.START)

    front = Front()
    runner = SessionRunner(plan, front)
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    return end, front


def test_a_calibration_that_is_not_used_leaves_no_trace_of_use(tmp_path: Path) -> None:
    """Else the summary of Anna carries the maxima of Ben, and the analysis takes her percent of his."""
    athlete = Athlete(seed=1)
    source = SimulatedSource(athlete, speed=0.0)
    other = calibration_for(source.open(), FOUR_SITES, athlete="ben_2", mvc_uv=777.25)
    source.close()
    plan = plan_of(source, ONE, tmp_path, calibration=other, performer=athlete, attended=True)
    end, front = attended(replace(plan, placement=HERE))

    assert (end.exit_code, end.holds) == (0, 1), end.message
    assert end.folder is not None
    text = (end.folder / "session.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert (record["calibration"], record["isek"]["normalisation"], record["placement"]) == (None,) * 3
    assert (end.summary["mvc_uv"], end.summary["references"]) == ({}, {})
    assert "777.25" not in text + json.dumps(end.summary)  # no time of day reads like this, as 777 can
    assert not [event for event in front.events if event.kind is EventKind.REFERENCE_SET]

    (notice,) = [event for event in front.events if event.detail.get("code") == "calibration_refused"]
    assert notice.kind is EventKind.NOTICE
    assert warning_of(notice) in end.summary["warnings"]
    said = words.warning_words(warning_of(notice))
    assert said == words.event_words(notice)
    assert "it is of athlete ben_2, not demo" in said
    assert said.startswith("This calibration does not fit: ")
    assert any(view.notice == said for view in front.views), "and on the screen"
