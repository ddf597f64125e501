"""A practice that is killed in the middle: it is put right, and what was done counts."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from emg.codes import EventKind
from emg.results import Outcome
from emg.session.bundle import read_events, read_session
from emg.session.events import append_event, event_to_json
from emg.session.outcome import holds_text, summary_of
from emg.session.summary import summary_to_json
from emg.stage import Event
from ui.cli import main
from ui.kept.athlete_lock import AthleteLock
from ui.kept.home import sessions_folder
from ui.session.recompute import CannotRecompute, practised_again
from ui.session.recovery import recover, recover_athlete

ROOT = Path(__file__).resolve().parents[3]
LIMIT_S = 120.0
ATHLETE = "anna"
HOLDS = 6

PRACTISE = """
import sys
from dataclasses import replace
from emg.protocols import load_protocol
from hardware.clock_source import ClockSource
from ui.assembly import SessionRunner
from ui.kept.home import sessions_folder
from ui.session.practice import practice_plan
from validation.killed_session import Nobody

class Somebody(ClockSource):
    def open(self):
        return replace(super().open(), simulated=False)

plan = practice_plan(
    load_protocol("power_position_warm_up"),
    source=Somebody(speed=float(sys.argv[1])),
    athlete="anna",
    parent=sessions_folder("anna"),
    attended=False,
)
runner = SessionRunner(plan, Nobody())
runner.start()
while runner.wait(1.0) is None:
    pass
"""


def practise(speed: float) -> subprocess.Popen[bytes]:
    """Begin a practice in a process of its own, at the pace of somebody who hurries."""
    return subprocess.Popen([sys.executable, "-c", PRACTISE, str(speed)], cwd=ROOT)


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "holds.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def the_one() -> Path | None:
    found = list(sessions_folder(ATHLETE).glob("*Z-*"))
    return found[0] if found else None


def is_holding() -> bool:
    """Whether two holds are done and the third has begun, by what is on the disk."""
    folder = the_one()
    if folder is None or not (folder / "events.jsonl").exists():
        return False
    kinds = [event.kind for event in read_events(folder) if event.hold is not None]
    return kinds.count(EventKind.HOLD_DONE) == 2 and kinds[-1] is EventKind.SET


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What kill -9 leaves of a practice in its third hold."""
    if os.name != "posix":
        pytest.skip("kill -9 is of POSIX")
    home = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERHOLD_HOME", str(home))
        child = practise(15.0)
        with child:
            over_s = time.monotonic() + LIMIT_S
            while not is_holding():
                assert child.poll() is None
                assert time.monotonic() < over_s
                threading.Event().wait(0.01)
            child.kill()
        found = the_one()
    assert found is not None
    return found


@pytest.fixture
def killed(left: Path, powerhold_home: Path) -> Path:
    """A copy of it in this test's home, an hour later."""
    folder = sessions_folder(ATHLETE) / left.name
    shutil.copytree(left, folder)
    an_hour_ago_s = time.time() - 3600.0
    os.utime(folder / "events.jsonl", (an_hour_ago_s, an_hour_ago_s))
    return folder


def told() -> dict[str, Any]:
    result = CliRunner().invoke(main, ["sessions", "--athlete", ATHLETE, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_it_is_put_right_by_the_list_and_what_was_done_counts(killed: Path) -> None:
    """Else a week of practice at home is lost with an empty battery, or stays "not complete" for ever."""
    before = {name: (killed / name).read_bytes() for name in ("events.jsonl", "holds.csv")}
    assert not (killed / "summary.json").exists()

    found = told()
    (session,) = found["sessions"]
    assert (session["kind"], session["complete"], session["recovered"]) == ("practice", False, True)
    assert session["holds"] == {"train": {"practised": 2, "incomplete": 1}}
    assert [week["times"] for week in found["adherence"]["weeks"]] == [1]
    assert found["broken"] == []
    for name, content in before.items():
        assert (killed / name).read_bytes().startswith(content), f"{name} goes on where it was cut off"
    assert [row["outcome"] for row in rows(killed)] == ["practised", "practised", "incomplete"]
    summary = json.loads((killed / "summary.json").read_text(encoding="utf-8"))
    assert summary["kind"] == "practice"
    record = read_session(killed)
    assert record.ended_at is not None
    last = read_events(killed)[-1]
    assert (last.kind, last.detail["reason"]) == (EventKind.SESSION_ENDED, "killed")
    assert (record.ended_at - record.started_at).total_seconds() == pytest.approx((last.sample + 1) / 100.0)
    assert not {"raw.bdf", "activation.csv"} & {path.name for path in killed.iterdir()}
    after = {path.name: path.read_bytes() for path in killed.iterdir()}
    recover(killed)
    assert {path.name: path.read_bytes() for path in killed.iterdir()} == after


def test_one_that_runs_is_left_alone(killed: Path) -> None:
    """Else a list beside a long hold ends the practice on the disk while it goes on."""
    lock = AthleteLock(ATHLETE)
    lock.take()
    assert recover_athlete(ATHLETE) == ()
    lock.release()
    assert not (killed / "summary.json").exists()


def test_where_the_disk_has_no_locks_nobody_knows_and_it_is_left_alone(
    killed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the same on a network disk."""
    monkeypatch.setattr(AthleteLock, "take", lambda self: False)
    assert recover_athlete(ATHLETE) == ()
    assert not (killed / "summary.json").exists()


def test_a_damaged_line_is_a_reason_and_no_hang(killed: Path) -> None:
    """Else one wrong number in a file keeps the list busy for a thousand years."""
    line = (killed / "events.jsonl").read_bytes().splitlines()[-1].decode()
    far = json.loads(line) | {"sample": 10**12}
    with (killed / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(far) + "\n")
    os.utime(killed / "events.jsonl", (1.0, 1.0))
    (found,) = recover_athlete(ATHLETE)
    assert "takes longer than a day" in found.reason
    assert not (killed / "summary.json").exists()


def test_a_gap_that_says_nothing_is_a_reason(killed: Path) -> None:
    """Else the list ends in a traceback."""
    append_event(killed / "events.jsonl", Event(50, EventKind.GAP, detail={"n_lost": "many"}))
    with pytest.raises(CannotRecompute, match="holds an input that cannot be read"):
        practised_again(killed)


def test_a_whole_practice_passes_again_as_it_was(powerhold_home: Path) -> None:
    """Else what is put right after a kill is another practice than the one that was done."""
    assert practise(0.0).wait(LIMIT_S) == 0
    folder = the_one()
    assert folder is not None
    found = practised_again(folder)
    assert [event_to_json(event) for event in found.events] == [
        event_to_json(event) for event in found.recorded
    ]
    assert [hold.outcome for hold in found.holds] == [Outcome.PRACTISED] * HOLDS
    assert holds_text(found.record, found.holds) == (folder / "holds.csv").read_text(encoding="utf-8")
    summary = summary_of(found.record, found.holds, found.recorded, found.reference)
    assert summary_to_json(summary) == (folder / "summary.json").read_text(encoding="utf-8")
