"""Each exercise that comes with the program, start to end, by the simulated athlete."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from emg.montage import FOUR_SITES, Legs, Side
from emg.protocols import Protocol, bundled_protocols, load_protocol
from emg.results import Kind
from emg.session.tables import HOLD_COLUMNS
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import KeptFront, calibration_for, plan_of
from ui.assembly import SessionRunner
from ui.session.front import SessionEnd

MVC_UV = 110.0
"""Near what the athlete's muscles give: what is looked at here is what is done, not how well."""

PATIENCE_S = 200.0


HASTE = {
    "stand_up_s": 1.0,
    "prepare_s": 1.0,
    "quiet_s": 0.5,
    "rest_between_holds_s": 1.0,
    "rest_between_sets_s": 1.0,
    "rest_between_sides_s": 1.0,
}
"""Rests cut short: what is done between them is whole."""


def hurried(code: str) -> Protocol:
    exercise = load_protocol(code)
    return exercise.model_copy(update={"timing": exercise.timing.model_copy(update=HASTE)})


def run(exercise: Protocol, parent: Path) -> SessionEnd:
    athlete = Athlete(seed=6)
    source = SimulatedSource(athlete, speed=0.0)
    info = source.open()
    source.close()
    plan = plan_of(
        source,
        exercise,
        parent,
        performer=athlete,
        calibration=calibration_for(info, FOUR_SITES, mvc_uv=MVC_UV),
    )
    runner = SessionRunner(plan, KeptFront())
    runner.start()
    end = runner.wait(PATIENCE_S)
    if end is None:
        runner.stop()
        pytest.fail(f"{exercise.code} did not come to an end")
    return end


def planned(exercise: Protocol) -> Counter[tuple[str, str]]:
    """How many rows there must be, by kind and side; strides are as many as the athlete takes."""
    rows: Counter[tuple[str, str]] = Counter()
    for side in exercise.sides:
        for of in exercise.sets:
            if of.kind == "holds" and not of.offered:
                rows[Kind.HOLD.value, side.value] += of.holds * of.times
            elif of.kind == "repetitions":
                rows[Kind.REPETITION.value, side.value] += of.repetitions * of.times
    return rows


@pytest.mark.parametrize("code", bundled_protocols())
def test_an_exercise_is_done_to_its_end_with_a_row_for_all_that_was_done(code: str, tmp_path: Path) -> None:
    """Else an exercise that is on the list leaves the athlete in the middle of it, or no trace."""
    exercise = hurried(code)
    end = run(exercise, tmp_path)
    assert (end.exit_code, end.message) == (0, "")
    assert end.folder is not None

    with (end.folder / "holds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[: len(HOLD_COLUMNS)] == list(HOLD_COLUMNS)
    assert [int(row["hold"]) for row in rows] == list(range(1, len(rows) + 1))
    assert {row["protocol"] for row in rows} == {code}
    done = [row for row in rows if row["outcome"] in ("success", "missed", "not_reached")]
    assert all(row["valid"] == "true" for row in done)
    if exercise.sides == (Legs.ALTERNATING,):
        assert {row["kind"] for row in rows} == {Kind.STRIDE.value}
        strides = Counter(row["side"] for row in done)
        assert set(strides) == set(Side), "both legs take them"
        assert abs(strides["left"] - strides["right"]) <= 2 * len({row["set"] for row in rows})
    else:
        assert Counter((row["kind"], row["side"]) for row in done) == planned(exercise)
    for row in done:
        assert float(row[f"{exercise.gate_muscle}_left_pct_mvc"]) >= 0.0, "each site has its own column"

    summary = json.loads((end.folder / "summary.json").read_text(encoding="utf-8"))
    assert "few_test_holds:left" not in summary["warnings"]
    session = json.loads((end.folder / "session.json").read_text(encoding="utf-8"))
    assert session["exercise"] == exercise.model_dump(mode="json", by_alias=True)
    assert (end.folder / "truth.csv").exists()
