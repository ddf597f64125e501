"""Claims about sessions that are killed: a few of the hundreds that ``python -m validation.kills`` makes."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import edfio
import pytest
from click.testing import CliRunner

from emg.montage import FOUR_SITES
from emg.session.amend import amended
from emg.session.bundle import read_session
from emg.session.events import event_to_json
from emg.session.outcome import holds_text, summary_of
from emg.session.summary import summary_to_json
from tests.sessions import KeptFront
from ui.assembly import SessionRunner
from ui.cli import main
from ui.session.recompute import recomputed
from validation.killed_session import COUNT, Job, plan_of
from validation.kills import Killed, one_kill, table
from validation.live_runs import Kind, kinds

SITES = FOUR_SITES.names


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
@pytest.mark.parametrize("number", [0, 1, 5])
def test_a_killed_session_is_whole_again_to_the_last_digit(powerhold_home: Path, number: int) -> None:
    """Else an hour of a patient's work is gone with the power, or comes back with other numbers."""
    kind = kinds(250.0)[number]
    quick = Kind(kind.name, replace(kind.job, speed=6.0), 16.0)
    found = one_kill(quick, number, powerhold_home)
    assert found is not None, "it was over before"
    assert found.wrong == ()
    assert found.lost_s <= 1.0
    told = json.loads(CliRunner().invoke(main, ["sessions", "--athlete", f"k{number}", "--json"]).stdout)
    (session,) = told["sessions"]
    assert (session["recovered"], session["complete"], told["broken"]) == (True, False, [])
    assert session["n_holds"] == found.holds


def test_the_table_counts_what_is_wrong() -> None:
    """Else a mismatch hides behind a good median."""
    good = Killed("holds", 5.0, 0.08, 1, 1, 1000, ())
    text = table([good, replace(good, lost_s=0.5, wrong=("holds.csv is another one",))])
    *_, last = text.strip().splitlines()
    assert last == "| **all** | 2 | 2 | 0.290 s | 0.500 s | 0.500 s | 0.0 MB | 1 |"


@pytest.fixture(scope="module")
def with_a_gap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole session with a calibration in which a cable was off for 2 s, from 6 s on."""
    parent = tmp_path_factory.mktemp("gap") / "athletes" / "k" / "sessions"
    counter = parent.parents[2] / "sent"
    counter.write_bytes(COUNT.pack(0))
    job = Job(str(parent), str(counter), 3, 250.0, speed=60.0, faults=("cable-pull@6+2",))
    runner = SessionRunner(plan_of(job), KeptFront())
    runner.start()
    end = runner.wait(120.0)
    assert end is not None
    assert end.folder is not None
    return end.folder


def test_a_gap_stays_a_gap_in_time_in_every_file(with_a_gap: Path) -> None:
    """Else what a board never sent reads as rest, or moves everything after it."""
    marks = [mark for mark in edfio.read_bdf(with_a_gap / "raw.bdf").annotations if mark.text == "BAD_gap"]
    assert [(mark.onset, mark.duration) for mark in marks] == [(6.0, 2.0)]
    assert [(gap.first_sample, gap.n_lost) for gap in read_session(with_a_gap).gaps] == [(1500, 500)]
    with (with_a_gap / "activation.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if 1510 <= int(row["sample"]) < 2000]
    assert len(rows) == 39
    told = {
        (row[f"{site}_uv"], row[f"{site}_pct_mvc"], row[f"{site}_valid"]) for row in rows for site in SITES
    }
    assert told == {("", "", "false")}


def test_a_session_with_a_gap_computes_to_what_is_on_disk(with_a_gap: Path) -> None:
    """Else a summary that was made again differs from the live one, be it in the order of its muscles."""
    found = recomputed(with_a_gap, with_levels=True)
    assert tuple(map(event_to_json, found.events)) == tuple(map(event_to_json, found.recorded))
    assert found.levels == (with_a_gap / "activation.csv").read_text(encoding="utf-8")
    holds = amended(found.holds, found.recorded)
    assert holds_text(found.record, holds) == (with_a_gap / "holds.csv").read_text(encoding="utf-8")
    summary = summary_of(found.record, holds, found.recorded, found.reference)
    assert summary_to_json(summary) == (with_a_gap / "summary.json").read_text(encoding="utf-8")
