"""Claims about `powerhold exclude`: one hold changes, all is computed again, nothing else moves."""

from __future__ import annotations

import csv
import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emg.codes import EventKind
from emg.montage import Side
from emg.pain import ASKS_WORST, pain_event
from emg.session.bundle import read_events, read_session
from emg.session.events import append_event
from emg.session.folder import SessionFolder, replace_file
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import QUICK, KeptFront, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.commands.exclude import exclude_command
from ui.kept.home import sessions_folder

LIMIT_S = 240.0
FILES = ("holds.csv", "summary.json")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session as the program saves it: three test holds and a training hold."""
    athlete = Athlete(seed=6)
    timing = {**QUICK, "hold_s": 3.0}
    exercise = short_exercise(test=3, train=1, sides=(Side.RIGHT,), timing=timing)
    source = SimulatedSource(athlete, speed=0.0)
    runner = SessionRunner(
        plan_of(source, exercise, tmp_path_factory.mktemp("saved"), performer=athlete), KeptFront()
    )
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert (end.exit_code, end.holds) == (0, 4)
    assert end.folder is not None
    return end.folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / saved.name))


def call(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(exclude_command, [str(argument) for argument in arguments])
    assert not isinstance(result.exception, Exception), result.exception
    return result


def done(*arguments: str | Path) -> Result:
    result = call(*arguments)
    assert result.exit_code == 0, result.stderr
    return result


def refused(exit_code: int, *arguments: str | Path) -> str:
    """The one sentence of a refusal."""
    result = call(*arguments)
    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert result.stderr.count("\n") == 1
    return result.stderr.strip()


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "holds.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- what changes


def test_an_excluded_hold_leaves_the_means_and_only_its_mark_changes(folder: Path) -> None:
    """Else excluding one rep moves the numbers of the others, or the rep is lost."""
    before, was = contents(folder), rows(folder)
    done(folder, "--hold", "2", "--reason", "the cable came off")
    after, now = contents(folder), rows(folder)

    assert [row["excluded"] for row in now] == ["", "the cable came off", "", ""]
    assert [{**row, "excluded": ""} for row in now] == was
    kept = [float(row["glute_pct_mvc"]) for row in now if row["role"] == "test" and not row["excluded"]]
    right = summary(folder)["sides"]["right"]
    assert right["n_test"] == 2
    assert right["glute_pct_mvc"]["mean"] == pytest.approx(sum(kept) / 2, abs=0.01)
    assert summary(folder)["excluded"] == [{"hold": 2, "reason": "the cable came off"}]
    assert {name for name in before if before[name] != after[name]} == {"events.jsonl", *FILES}
    assert set(before) == set(after), "nothing is left lying about"
    assert after["events.jsonl"].startswith(before["events.jsonl"])
    event = read_events(folder)[-1]
    assert (event.kind, event.hold, event.origin.value) == (EventKind.HOLD_EXCLUDED, 2, "input")
    assert event.detail["reason"] == "the cable came off"
    assert str(event.detail["said_at"]).endswith("+00:00")
    assert stat.S_IMODE((folder / "holds.csv").stat().st_mode) == 0o600


def test_a_restored_hold_brings_every_number_back_to_the_last_digit(folder: Path) -> None:
    """Else trying out what a rep does to the mean changes the session for good."""
    before = contents(folder)
    for hold in ("1", "3", "2"):
        done(folder, "--hold", hold, "--reason", "trying")
    assert summary(folder)["sides"]["right"]["n_test"] == 0
    for hold in ("3", "2", "1"):
        done(folder, "--hold", hold, "--restore")
    after = contents(folder)
    assert {name: after[name] for name in FILES} == {name: before[name] for name in FILES}


def test_programs_are_told_what_it_came_to(folder: Path) -> None:
    """Else a script reads the files of a session that it may not have found."""
    result = done(folder, "--hold", "1", "--reason", "motion", "--json")
    told = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1
    assert told == {
        "session": str(folder),
        "hold": 1,
        "excluded": "motion",
        "enters_means": False,
        "summary": summary(folder),
    }
    told = json.loads(done(folder, "--hold", "1", "--restore", "--reason", "was fine", "--json").stdout)
    assert (told["excluded"], told["enters_means"], told["summary"]) == (None, True, summary(folder))
    assert read_events(folder)[-1].detail["reason"] == "was fine"


def test_a_new_reason_takes_the_place_of_the_old_one(folder: Path) -> None:
    """Else a reason that was mistyped stands in every table for ever."""
    done(folder, "--hold", "1", "--reason", "motoin")
    done(folder, "--hold", "1", "--reason", "motion")
    assert rows(folder)[0]["excluded"] == "motion"


def test_a_session_is_found_by_its_name(saved: Path) -> None:
    """Else one has to know where the program keeps its files."""
    place = sessions_folder("anna") / saved.name
    place.parent.mkdir(parents=True)
    shutil.copytree(saved, place)
    done(saved.name, "--hold", "1", "--reason", "motion")
    assert rows(place)[0]["excluded"] == "motion"
    shutil.copytree(saved, sessions_folder("ben") / saved.name)
    assert "several sessions" in refused(2, saved.name, "--hold", "1", "--reason", "x")


def test_what_was_broken_off_between_two_files_is_made_good(folder: Path) -> None:
    """Else a computer that went off at the wrong moment leaves a session that refuses every change."""
    before = contents(folder)
    done(folder, "--hold", "1", "--reason", "motion")
    for name in FILES:
        (folder / name).write_bytes(before[name])
    done(folder, "--hold", "2", "--reason", "slipped")
    assert [row["excluded"] for row in rows(folder)] == ["motion", "slipped", "", ""]


# --- what is refused, with nothing changed


def forget_the_plan(folder: Path) -> None:
    record = read_session(folder).amended(plan=None)
    replace_file(SessionFolder(folder).session_json, record.to_json())


def plan_of_the_future(folder: Path) -> None:
    record = read_session(folder)
    plan = {**(record.plan or {}), "gravity": 3.7}
    replace_file(SessionFolder(folder).session_json, record.amended(plan=plan).to_json())


def still_running(folder: Path) -> None:
    record = read_session(folder).amended(complete=False)
    replace_file(SessionFolder(folder).session_json, record.to_json())


def other_numbers(folder: Path) -> None:
    path = folder / "holds.csv"
    first, second, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([first, second.replace("success", "missed"), *rest]), encoding="utf-8")


def a_row_less(folder: Path) -> None:
    path = folder / "holds.csv"
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]))


def lacking_samples(folder: Path) -> None:
    line = '{"sample":5,"kind":"unrecorded","run":"","side":null,"role":null,"hold":null,'
    path = folder / "events.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + line + '"origin":"derived","detail":{}}\n')


def no_table(folder: Path) -> None:
    (folder / "holds.csv").unlink()


def no_samples(folder: Path) -> None:
    (folder / "raw.bdf").unlink()


def no_events(folder: Path) -> None:
    (folder / "events.jsonl").unlink()


def bad_amendment(folder: Path) -> None:
    path = folder / "events.jsonl"
    line = '{"sample":5,"kind":"pain","run":"","side":null,"role":null,"hold":null,"origin":"derived",'
    path.write_text(path.read_text(encoding="utf-8") + line + '"detail":{"holds":[1],"pain_0_10":12}}\n')


@pytest.mark.parametrize(
    ("spoil", "exit_code", "said"),
    [
        (forget_the_plan, 5, "before sessions kept all that is needed"),
        (plan_of_the_future, 5, "does not know (gravity): use a newer one"),
        (still_running, 5, "still running, or was cut off"),
        (other_numbers, 5, "this one finds other numbers in it: nothing was changed"),
        (a_row_less, 5, "this one finds other numbers in it: nothing was changed"),
        (lacking_samples, 5, "lacks samples"),
        (no_table, 4, "holds.csv cannot be read"),
        (no_samples, 4, "raw.bdf cannot be opened"),
        (no_events, 4, "events.jsonl cannot be opened"),
        (bad_amendment, 4, "events.jsonl cannot be used"),
    ],
)
def test_what_cannot_be_computed_again_is_left_alone(
    folder: Path, spoil: Callable[[Path], None], exit_code: int, said: str
) -> None:
    """Else numbers that a physiotherapist has seen are silently put in place of others."""
    spoil(folder)
    before = contents(folder)
    assert said in refused(exit_code, folder, "--hold", "1", "--reason", "motion")
    assert contents(folder) == before


def test_a_hold_that_is_not_there_is_said_with_those_that_are(folder: Path) -> None:
    """Else a mistyped number excludes nothing, or another hold."""
    before = contents(folder)
    assert "has no hold 9: it has holds 1 to 4." in refused(2, folder, "--hold", "9", "--reason", "x")
    assert "Hold 1 is not excluded" in refused(2, folder, "--hold", "1", "--restore")
    assert "Say with --reason why hold 1" in refused(2, folder, "--hold", "1")
    assert "Say with --reason why hold 1" in refused(2, folder, "--hold", "1", "--reason", "  ")
    assert call(folder, "--hold", "0", "--reason", "x").exit_code == 2
    assert contents(folder) == before


def test_what_is_no_session_is_said(tmp_path: Path) -> None:
    """Else a typing error ends in a traceback."""
    assert "There is no session nowhere" in refused(4, "nowhere", "--hold", "1", "--reason", "x")
    assert "There is no session *" in refused(4, "*", "--hold", "1", "--reason", "x")
    assert "session.json cannot be opened" in refused(4, tmp_path, "--hold", "1", "--reason", "x")


def test_a_recording_has_no_holds(folder: Path) -> None:
    """Else one is told that files are missing which were never there."""
    record = read_session(folder).amended(kind="recording")
    replace_file(SessionFolder(folder).session_json, record.to_json())
    assert "is a recording: nothing was held in it" in refused(5, folder, "--hold", "1", "--reason", "x")


def test_a_pain_that_was_said_in_the_session_stays(folder: Path) -> None:
    """Else excluding a rep wipes out how much it hurt."""
    said = pain_event(read_events(folder)[-1].sample, ASKS_WORST, 3, (1, 2))
    append_event(folder / "events.jsonl", said)
    done(folder, "--hold", "2", "--reason", "motion")
    assert [row["pain_0_10"] for row in rows(folder)] == ["3", "3", "", ""]
    assert summary(folder)["pain"]["worst"] == 3
