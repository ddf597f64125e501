"""Claims about a session computed again from its folder: it was told the same, so it comes to the same."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calibrations.calibration import Calibration
from calibrations.draft import Way
from calibrations.intake import Intake, SorePlace, SoreSide
from calibrations.positions import Resistance
from emg.codes import CommandKind, EventKind
from emg.input_events import montage_event
from emg.montage import Montage, Side
from emg.pain import PainLimits
from emg.results import Feedback, Presser
from emg.session.amend import amended
from emg.session.bundle import read_events, read_session
from emg.session.events import append_event, event_to_json
from emg.session.folder import SessionFolder, replace_file
from emg.session.outcome import holds_text, summary_of
from emg.session.summary import summary_to_json
from emg.stage import Command, Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import RIGHT_LEG, KeptFront, calibration_for, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.session.plan import Aims, SessionPlan, chain_settings
from ui.session.recompute import CannotRecompute, plan_from, recomputed
from ui.session.records import session_record

LIMIT_S = 240.0
EXERCISE = short_exercise(test=1, train=1)
NOW = datetime.now(UTC)

Post = Callable[[Command], None]


class Answering(Athlete):
    """The simulated athlete beside somebody who begins the session and answers at its end.

    ``again`` names the stage in which that somebody wants the maxima measured anew.
    """

    again = ""

    def speak_to(self, post: Post) -> None:
        super().speak_to(post)
        post(Command(CommandKind.START, applied_sample=120, by=Presser.HELPER))

    def hear(self, event: Event) -> None:
        super().hear(event)
        if self._post is None or event.kind is not EventKind.STAGE_STARTED:
            return
        if event.run == self.again:
            self._post(Command(CommandKind.CALIBRATE, applied_sample=event.sample + 100))
        elif event.run.startswith("afterwards"):
            for number, value in enumerate((4, 1), start=1):
                at = event.sample + 2000 * number  # an answer can be changed for a while
                self._post(Command(CommandKind.ANSWER, sample=at - 1, applied_sample=at, value=value))


def planned(
    parent: Path, *, calibrated: bool = False, attended: bool = False, again: str = ""
) -> SessionPlan:
    athlete = Answering(seed=8)
    athlete.again = again
    source = SimulatedSource(athlete, speed=0.0)
    calibration = None
    if calibrated:
        info = source.open()
        source.close()
        calibration = calibration_for(info, RIGHT_LEG)
    return plan_of(
        *(source, EXERCISE, parent),
        montage=RIGHT_LEG,
        performer=athlete,
        calibration=calibration,
        attended=attended,
    )


def run(plan: SessionPlan) -> Path:
    runner = SessionRunner(plan, KeptFront())
    runner.start()
    end = runner.wait(LIMIT_S)
    if end is None:
        runner.stop()
        pytest.fail("the session did not come to an end")
    assert end.folder is not None, end.message
    return end.folder


def assert_same(folder: Path) -> None:
    """What is computed again is what is on disk: events, rows and summary."""
    found = recomputed(folder)
    recorded = [event for event in found.recorded if event.kind is not EventKind.HOLD_EXCLUDED]
    assert [event_to_json(event) for event in found.events] == [event_to_json(event) for event in recorded]
    holds = amended(found.holds, found.recorded)
    assert holds_text(found.record, holds) == (folder / "holds.csv").read_text(encoding="utf-8")
    summary = summary_of(found.record, holds, found.recorded, found.reference)
    assert summary_to_json(summary) == (folder / "summary.json").read_text(encoding="utf-8")


def amend_record(folder: Path, **changes: object) -> None:
    record = read_session(folder).amended(**changes)
    replace_file(SessionFolder(folder).session_json, record.to_json())


# --- whole sessions


@pytest.fixture(scope="module")
def attended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with a calibration, begun by a key and ended by two answers."""
    plan = planned(tmp_path_factory.mktemp("attended"), calibrated=True, attended=True)
    return run(replace(plan, intake=Intake(SoreSide.RIGHT, SorePlace.HAM, 2)))


def test_an_attended_session_is_begun_and_ended_again_by_its_keys(attended: Path) -> None:
    """Else only what runs by itself can be computed again: a session with people ends with a key."""
    events = read_events(attended)
    assert {"start", "answer"} <= {str(event.detail.get("command")) for event in events}
    assert events[-1].detail["reason"] == "done"
    with (attended / "holds.csv").open(encoding="utf-8", newline="") as file:
        assert {row["pain_0_10"] for row in csv.DictReader(file)} == {"4"}
    assert_same(attended)


def test_the_summary_tells_what_was_said_of_pain(attended: Path) -> None:
    """Else it was asked for nothing: before, worst and after stand in three files and nowhere together."""
    summary = json.loads((attended / "summary.json").read_text(encoding="utf-8"))
    assert summary["pain"] == {"before": 2, "efforts": None, "worst": 4, "after": 1}
    assert summary["findings"]["sore_side"] == "right"


def test_what_was_measured_anew_by_a_key_is_measured_anew_again(tmp_path: Path) -> None:
    """Else a session is scored with the maxima that somebody threw away."""
    plan = planned(tmp_path, calibrated=True, attended=True, again="holds_right_learn#1")
    folder = run(plan)
    how = [e.detail["how"] for e in read_events(folder) if e.kind is EventKind.REFERENCE_SET]
    assert how == ["loaded", "dropped", "measured"]
    assert_same(folder)


def test_a_calibration_that_was_brought_along_is_in_force_again(attended: Path) -> None:
    """Else rest and maxima are looked for in the holds, and every percentage is another one."""
    how = [e.detail["how"] for e in read_events(attended) if e.kind is EventKind.REFERENCE_SET]
    assert how == ["loaded"]
    found = recomputed(attended)
    assert {site.mvc_uv for site in found.reference.sites.values()} == {60.0}


def test_a_session_that_measured_its_own_maxima_measures_them_again(tmp_path: Path) -> None:
    """Else the percentages of a recovered session are of nothing."""
    assert_same(run(planned(tmp_path)))


def test_a_calibration_that_did_not_fit_is_refused_again(tmp_path: Path) -> None:
    """Else a session without percentages gets some, of a set-up that it never did."""
    plan = planned(tmp_path, calibrated=True, attended=True)
    assert plan.calibration is not None
    old: Calibration = plan.calibration.model_copy(update={"made_at": NOW - timedelta(days=3)})
    folder = run(replace(plan, calibration=old))
    events = read_events(folder)
    assert [e.detail["code"] for e in events if e.kind is EventKind.NOTICE] == ["calibration_refused"]
    assert_same(folder)


# --- the plan

TOLD_ELSEWHERE = {
    "source": "the samples stand in for it",
    "parent": "the folder's own",
    "performer": "what he said is recorded",
    "calibration": "the first reference is recorded",
    "placement": "decides nothing",
    "give_up_s": "decides nothing once the samples are there",
    "publish": "decides nothing",
    "practice": "there is nothing to compute",
}


def test_every_field_of_a_plan_comes_back_or_is_known_not_to_matter(tmp_path: Path) -> None:
    """Else a new setting is forgotten, and sessions that used it compute to something else."""
    source = SimulatedSource(Athlete(seed=1), speed=0.0)
    exercise = short_exercise(test=2, train=3, offered=2, sides=(Side.LEFT, Side.RIGHT))
    plan = SessionPlan(
        source=source,
        exercise=exercise,
        montage=Montage.of({"ham_left": 3, "glute_left": 1}),
        athlete="anna",
        parent=tmp_path,
        first_side=Side.LEFT,
        seed=5,
        faults=("motion@3",),
        notch_hz=60.0,
        intake=Intake(SoreSide.LEFT, SorePlace.GLUTE, 2, alone=True, on_battery=True),
        way=Way.FULL,
        resistance=Resistance.STRAP,
        checks=False,
        attended=True,
        aims=Aims(33.0, ceiling=True, ceiling_pct=21.0, feedback=Feedback.FADED),
        leg_aims={Side.LEFT: Aims(31.0, feedback=Feedback.FADED)},
        limits=PainLimits(1, 2),
    )
    usual = {field.name: field.default for field in fields(SessionPlan)}
    info = source.open()
    source.close()
    record = session_record(plan, info, chain_settings(info, plan.notch_hz), "s1", NOW)
    found = plan_from(type(record).model_validate_json(record.to_json()), [], tmp_path / "s1")
    for field in fields(SessionPlan):
        if field.name not in TOLD_ELSEWHERE:
            assert getattr(plan, field.name) != usual[field.name], f"{field.name} is not tried"
            assert getattr(found, field.name) == getattr(plan, field.name), field.name
    assert list(found.montage.names) == list(plan.montage.names), "in this order"


def test_a_map_that_was_mended_is_only_used_from_where_it_was(attended: Path, tmp_path: Path) -> None:
    """Else the side check finds nothing to mend the second time, and the channels stay swapped."""
    record = read_session(attended)
    mended = montage_event(500, {"glute_right": 4, "ham_right": 3})
    told = record.amended(plan={**(record.plan or {}), "montage": {"glute_right": 3, "ham_right": 4}})
    assert plan_from(told, [mended], tmp_path).montage == RIGHT_LEG
    untold = record.amended(plan={k: v for k, v in (record.plan or {}).items() if k != "montage"})
    assert plan_from(untold, [], tmp_path).montage == RIGHT_LEG
    with pytest.raises(CannotRecompute, match="on which channels its sites were"):
        plan_from(untold, [mended], tmp_path)


# --- what is refused


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "recording"}, "nothing was held in it"),
        ({"plan": None}, "before sessions kept"),
        ({"exercise": None}, "before sessions kept"),
        ({"intake": None}, "before sessions kept"),
        ({"exercise": {"schema": 1}}, r"does not know \(code\)"),
        ({"intake": {"sore_side": "middle"}}, r"does not know \(sore_side\)"),
        ({"plan": {}}, r"does not know \(first_side\)"),
    ],
)
def test_what_does_not_say_what_it_was_told_is_refused(
    attended: Path, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    """Else an old session is computed by today's settings."""
    folder = copied(attended, tmp_path)
    amend_record(folder, **changes)
    with pytest.raises(CannotRecompute, match=said):
        recomputed(folder)


def test_an_input_that_cannot_be_read_is_said(attended: Path, tmp_path: Path) -> None:
    """Else a damaged line ends in a traceback, or in another session."""
    folder = copied(attended, tmp_path)
    pressed = next(event for event in read_events(folder) if event.kind is EventKind.COMMAND)
    append_event(folder / "events.jsonl", replace(pressed, detail={**pressed.detail, "by": "nobody"}))
    with pytest.raises(CannotRecompute, match="holds an input that cannot be read: 'nobody'"):
        recomputed(folder)


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / folder.name))
