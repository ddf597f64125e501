"""The pictures' data: live and from the files the same, and what nobody read is nowhere."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from emg.activation import Activations
from emg.blocks import SampleBlock
from emg.codes import EventKind
from emg.montage import FOUR_SITES, Legs, Side
from emg.protocols import load_protocol
from emg.results import HoldResult, Outcome, Role
from emg.session.bundle import SessionReadError
from emg.session.tables import ROWS_PER_S
from emg.stage import Event, RowContext
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.emg.session.parts import hold as result_of
from tests.emg.session.past import past_practice, past_session
from tests.fakes import FAKE_INFO
from tests.sessions import (
    FS,
    Kept,
    KeptFront,
    Rig,
    calibration_for,
    every,
    noise,
    plan_of,
    rig,
    short_exercise,
)
from ui.assembly import SessionRunner
from ui.session.course_making import BEFORE_S, MOST_HOLDS, Courses, read_courses
from ui.session.courses import HoldCourse, Muscles, SetCourse
from ui.session.watchers import Silent

LIMIT_S = 120.0
BOTH = short_exercise(test=1, train=2, sides=(Side.RIGHT, Side.LEFT))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[SetCourse, ...]]:
    """A whole simulated session on its real threads: its folder, and what a watcher made of it."""
    athlete = Athlete(seed=3)
    source = SimulatedSource(athlete, speed=0.0)
    calibration = calibration_for(source.open(), FOUR_SITES, mvc_uv=100.0)
    source.close()
    athlete = Athlete(seed=3)
    parent = tmp_path_factory.mktemp("sessions")
    plan = plan_of(
        SimulatedSource(athlete, speed=0.0), BOTH, parent, calibration=calibration, performer=athlete
    )
    courses = Courses(BOTH)
    runner = SessionRunner(plan, KeptFront(), [courses])
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.folder is not None
    return end.folder, courses.sets()


def holds_of(sets: tuple[SetCourse, ...]) -> list[HoldCourse]:
    return [hold for course in sets for hold in course.holds]


def same(one: HoldCourse, other: HoldCourse) -> bool:
    """Whether two courses agree in every field, number by number."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(HoldCourse)]
    return all(
        np.array_equal(here, there, equal_nan=True) if isinstance(here, np.ndarray) else here == there
        for here, there in pairs
    )


class Both(Silent):
    """Keeps what it is told, and lets a watcher hear the same."""

    def __init__(self, kept: Kept, watcher: Courses) -> None:
        self.kept, self.watcher = kept, watcher

    def block(self, block: SampleBlock) -> None:
        self.kept.block(block)

    def event(self, event: Event) -> None:
        self.kept.event(event)
        self.watcher.event(event)

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        self.kept.activations(activations, contexts)
        self.watcher.activations(activations, contexts)

    def hold(self, result: HoldResult) -> None:
        self.kept.hold(result)
        self.watcher.hold(result)


def followed(rigged: Rig, blocks: Iterable[SampleBlock], courses: Courses) -> tuple[SetCourse, ...]:
    """Drive a session without threads, and let a watcher hear it in the order of the listener."""
    courses.opened(FAKE_INFO, FOUR_SITES)
    rigged.live._listener = Both(rigged.kept, courses)
    for block in blocks:
        rigged.live.on_block(block)
    return courses.sets()


def test_a_running_session_and_its_files_give_the_same_pictures(
    session: tuple[Path, tuple[SetCourse, ...]],
) -> None:
    """Else the picture after a set and the one in the history tell different stories."""
    folder, live = session
    read = read_courses(folder)
    assert [(one.set_number, one.side, one.role, len(one.holds), one.muscles) for one in live] == [
        (one.set_number, one.side, one.role, len(one.holds), one.muscles) for one in read
    ]
    pairs = list(zip(holds_of(live), holds_of(read), strict=True))
    assert len(pairs) >= 6
    assert all(same(one, other) for one, other in pairs)


def test_a_course_has_twenty_readings_a_second_from_before_set_to_the_end(
    session: tuple[Path, tuple[SetCourse, ...]],
) -> None:
    """Else a picture ends before the hold does, or begins after the muscle has come."""
    for hold in holds_of(session[1]):
        assert hold.times_s[0] == pytest.approx(-BEFORE_S, abs=1.5 / ROWS_PER_S)
        assert hold.times_s[-1] == pytest.approx(hold.end_s, abs=1.5 / ROWS_PER_S)
        assert np.diff(hold.times_s) == pytest.approx(1.0 / ROWS_PER_S, abs=0.003)
        assert np.isfinite(hold.glute_pct).all()


def test_the_plateau_stands_in_the_middle_of_the_curve_over_the_scored_span(
    session: tuple[Path, tuple[SetCourse, ...]],
) -> None:
    """Else the shaded span, the curve or the number belongs to another hold."""
    for hold in holds_of(session[1]):
        assert hold.scored_s is not None
        assert hold.plateau_pct is not None
        start_s, stop_s = hold.scored_s
        inside = hold.glute_pct[(hold.times_s >= start_s + 0.2) & (hold.times_s <= stop_s)]
        assert np.sqrt(np.mean(np.square(inside))) == pytest.approx(hold.plateau_pct, rel=0.15)


def test_fired_is_told_from_set_and_only_where_the_hold_waited_for_it(
    session: tuple[Path, tuple[SetCourse, ...]],
) -> None:
    """Else the triangle stands at the time of the session, or in a test hold."""
    for hold in holds_of(session[1]):
        assert (hold.fired_s is not None) == (hold.role is Role.TRAIN)
        if hold.fired_s is not None and hold.scored_s is not None:
            assert 0.0 <= hold.fired_s < 2.0
            assert hold.scored_s[0] == pytest.approx(hold.fired_s + 1.0, abs=0.01)


def test_the_sides_are_the_athletes_own(session: tuple[Path, tuple[SetCourse, ...]]) -> None:
    """Else the swing leg's muscles are drawn as those of the working leg."""
    folder, _live = session
    with (folder / "activation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for course in read_courses(folder):
        hold = course.holds[0]
        told = [float(row[f"glute_{course.side}_pct_mvc"]) for row in rows if row["hold"] == str(hold.hold)]
        assert max(hold.glute_pct) == max(told)


def test_a_gap_is_no_reading_and_its_hold_is_void(tmp_path: Path) -> None:
    """Else a lost second is drawn as a level, the last one or zero."""
    exercise = short_exercise(test=2, train=0)
    whole = noise(12.0)
    blocks = list(every(50, whole))
    away = [block for block in blocks if not 4.0 <= block.first_sample / FS < 4.6]
    sets = followed(rig(exercise, tmp_path), away, Courses(exercise))
    first = sets[0].holds[0]
    assert first.outcome is Outcome.VOID
    assert not first.valid
    assert first.reason == "gap"
    assert first.scored_s is None
    assert first.latency_s is None
    assert first.is_void


def test_a_hold_that_was_never_taken_up_is_drawn_from_its_cue(tmp_path: Path) -> None:
    """Else a hold that was lost early brings the picture down with it."""
    exercise = short_exercise(test=2, train=0)
    away = [block for block in every(50, noise(9.0)) if not 2.2 <= block.first_sample / FS < 2.4]
    sets = followed(rig(exercise, tmp_path), away, Courses(exercise))
    first = sets[0].holds[0]
    assert first.outcome is Outcome.VOID
    assert first.end_s < 1.0
    assert len(first.times_s) == len(first.glute_pct) == len(first.ham_pct)


def test_the_muscles_are_those_of_the_exercise() -> None:
    """Else a bridge, which the hamstring decides, marks the latency of the glute."""
    bridge = Muscles.of(load_protocol("chair_bridge_single"))
    assert (bridge.gate, bridge.other, bridge.glute, bridge.ham) == ("ham", "glute", "glute", "ham")
    power = Muscles.of(load_protocol("power_position"))
    assert (power.gate, power.glute, power.ham, power.ceiling) == ("glute", "glute", "ham", "ham")
    assert Muscles("ham_medial", "glute_med").glute == "glute_med"
    assert Muscles.told({}) == Muscles()


def written(tmp_path: Path, header: str, rows: list[str]) -> Path:
    """A past session with one hold of both legs, and an activation.csv made to order."""
    folder = past_session(tmp_path)
    (folder / "activation.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    ended = {
        "sample": 750,
        "kind": EventKind.HOLD_DONE,
        "run": "holds#1",
        "side": "both",
        "role": "test",
        "hold": 1,
        "origin": "derived",
        "detail": {"set_sample": 250, "end_sample": 500},
    }
    (folder / "events.jsonl").write_text(json.dumps(ended) + "\n", encoding="utf-8")
    lines = (folder / "holds.csv").read_text(encoding="utf-8").splitlines()
    holds = "\n".join([lines[0], lines[1].replace(",left,", ",both,", 1), ""])
    (folder / "holds.csv").write_text(holds, encoding="utf-8")
    return folder


SITES = [f"{muscle}_{side}" for side in Side for muscle in ("glute", "ham")]
HEADER = ",".join(["time_s", *(f"{site}_pct_{of}" for site in SITES for of in ("mvc", "submax"))])


def test_both_legs_are_their_mean_and_none_where_one_of_them_is_not_read(tmp_path: Path) -> None:
    """Else half a reading is drawn as a whole one."""
    folder = written(tmp_path, HEADER, ["1.0000,10,,20,,30,,40,", "1.0500,10,,20,,,,40,"])
    (hold,) = holds_of(read_courses(folder))
    assert hold.side is Legs.BOTH
    assert hold.glute_pct[0] == 20.0
    assert np.isnan(hold.glute_pct[1])
    assert hold.ham_pct.tolist() == [30.0, 30.0]


def test_percent_of_the_bridge_is_never_taken_for_percent_of_the_best(tmp_path: Path) -> None:
    """Else 90 % of a gentle bridge is drawn as 90 % of the muscle's best."""
    folder = written(tmp_path, HEADER, ["1.0000,10,,,90,30,,,70"])
    (hold,) = holds_of(read_courses(folder))
    assert (hold.glute_submax, hold.ham_submax) == (False, True)
    assert hold.ham_pct.tolist() == [80.0]


def test_a_muscle_without_electrodes_is_not_drawn(tmp_path: Path) -> None:
    """Else a session of one leg cannot be opened at all."""
    header = ",".join(["time_s", "glute_left_pct_mvc", "glute_left_pct_submax"])
    (hold,) = holds_of(read_courses(written(tmp_path, header, ["1.0000,10,"])))
    assert hold.glute_pct.tolist() == [10.0]
    assert np.isnan(hold.ham_pct).all()


def test_a_last_line_that_was_cut_short_is_dropped(tmp_path: Path) -> None:
    """Else a session that was killed has no picture."""
    folder = written(tmp_path, HEADER, ["1.0000,10,,20,,30,,40,"])
    with (folder / "activation.csv").open("a", encoding="utf-8") as file:
        file.write("1.0500,1")
    (hold,) = holds_of(read_courses(folder))
    assert len(hold.times_s) == 1


@pytest.mark.parametrize("row", ["1.0000,10", "now,10,,20,,30,,40,"])
def test_a_table_that_is_none_is_named(tmp_path: Path, row: str) -> None:
    """Else a broken file ends the program, or half of it is drawn."""
    with pytest.raises(SessionReadError, match="cannot be read"):
        read_courses(written(tmp_path, HEADER, [row, "1.0500,10,,20,,30,,40,"]))


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    """Else nobody knows what is gone."""
    folder = written(tmp_path, HEADER, [])
    (folder / "activation.csv").unlink()
    with pytest.raises(SessionReadError, match=r"activation\.csv"):
        read_courses(folder)


def test_a_practice_has_no_pictures(tmp_path: Path) -> None:
    """Else one is looked for, and its absence told as a fault."""
    assert read_courses(past_practice(tmp_path)) == ()


def test_what_was_taken_out_by_hand_is_void_with_its_reason(tmp_path: Path) -> None:
    """Else a hold that nobody counts looks like all others."""
    folder = written(tmp_path, HEADER, ["1.0000,10,,20,,30,,40,"])
    with (folder / "holds.csv").open(encoding="utf-8", newline="") as file:
        header, row = list(csv.reader(file))
    row[header.index("excluded")] = "slipped"
    (folder / "holds.csv").write_text(f"{','.join(header)}\n{','.join(row)}\n", encoding="utf-8")
    (hold,) = holds_of(read_courses(folder))
    assert hold.excluded
    assert hold.is_void
    assert hold.reason == "slipped"


def test_a_long_set_is_cut_into_even_parts(session: tuple[Path, tuple[SetCourse, ...]]) -> None:
    """Else fifteen repetitions stand in one picture that nobody can read, or the last one stands alone."""
    hold = session[1][0].holds[0]
    course = SetCourse(1, Side.LEFT, Role.TRAIN, tuple(replace(hold, hold=n) for n in range(1, 18)))
    parts = course.parts(8)
    assert [len(part.holds) for part in parts] == [6, 5, 6]
    assert [hold.hold for part in parts for hold in part.holds] == list(range(1, 18))
    assert [len(part.holds) for part in course.parts(17)] == [17]


def test_what_is_kept_of_a_long_session_is_bounded() -> None:
    """Else eight hours of strides fill the memory."""
    courses = Courses(short_exercise())
    courses.opened(FAKE_INFO, FOUR_SITES)
    for number in range(1, MOST_HOLDS + 20):
        courses.hold(result_of(number))
    found = holds_of(courses.sets())
    assert len(found) == MOST_HOLDS
    assert found[-1].hold == MOST_HOLDS + 19


def test_the_sets_can_be_asked_for_while_the_session_runs() -> None:
    """Else the window that draws the last set stops the acquisition, or is stopped by it."""
    courses = Courses(short_exercise())
    courses.opened(FAKE_INFO, FOUR_SITES)
    over = threading.Event()
    raised: list[Exception] = []

    def ask() -> None:
        while not over.is_set():
            try:
                courses.sets()
            except Exception as error:
                raised.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    for number in range(1, 300):
        courses.hold(result_of(number))
    over.set()
    asking.join()
    assert raised == []
