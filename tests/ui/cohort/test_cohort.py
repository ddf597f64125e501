"""Claims about a cohort: the same numbers whoever computes them, and nothing lost when somebody dies."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import stat
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from emg.codes import EventKind
from emg.exports.make import Format, export
from emg.exports.subject import Options
from emg.session.amend import excluded_event
from emg.session.bundle import read_events
from emg.session.events import append_event, event_to_json
from emg.session.folder import replace_file
from tests.ui.cohort.sessions import copied, recorded
from ui.cohort.facts import FactsUnreadable, read_facts
from ui.cohort.make import Cohort, CohortRequest, Listener, make_cohort
from ui.cohort.on_cores import on_cores
from ui.cohort.parts import FOLDER, CohortBusy, Parts
from ui.cohort.sessions import find, part_of
from ui.cohort.work import Done, Settings, Task, computed
from ui.commands.cohort import cohort_command

DOCS = Path(__file__).resolve().parents[3] / "docs"
ANNA, BEN = "anna-am-1", "ben-bm-2"
DAYS = (0, 3, 42)
TABLES = ("sessions.parquet", "holds.parquet", "sites.parquet")
QUIET = Listener(lambda done, of: None, lambda sentence: None)
FACTS = f"athlete,age_years,sport\n{BEN},47,running\n{ANNA},31,Sprint of Anna\nsomebody-else,12,judo\n"


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three sessions of simulated athletes, in the last of which maxima are measured; not to be changed."""
    place = tmp_path_factory.mktemp("recorded")
    return [recorded(place / str(seed), seed, calibrated=seed != 3) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def clinic(recordings: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two athletes on three days; not to be changed."""
    home = tmp_path_factory.mktemp("clinic")
    for turn, day in enumerate(DAYS):
        copied(recordings[turn], home, ANNA, day)
        copied(recordings[(turn + 1) % 3], home, BEN, day + 1)
    return home


@pytest.fixture(scope="module")
def alone(clinic: Path, tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """The cohort of the clinic, made by one process."""
    out = tmp_path_factory.mktemp("alone")
    facts = out / "facts.csv"
    facts.write_text(FACTS, encoding="utf-8")
    return make_cohort(request_of(clinic, out, athletes=facts), QUIET)


def request_of(clinic: Path, out: Path, **more: Any) -> CohortRequest:
    told: dict[str, Any] = {"settings": Settings(), "options": Options(), "jobs": 1, **more}
    return CohortRequest((clinic,), out, **told)


def tasks_of(clinic: Path) -> list[Task]:
    settings = Settings()
    folders = find([clinic], simulated=False).folders
    return [Task(folder, settings, part_of(folder, settings)) for folder in folders]


def call(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(cohort_command, [str(argument) for argument in arguments])
    assert not isinstance(result.exception, Exception), result.exception
    return result


def content(made: Cohort | Path) -> dict[str, bytes]:
    path = made if isinstance(made, Path) else made.path
    assert path is not None
    return {name: (path / name).read_bytes() for name in TABLES}


def rows(made: Cohort, name: str) -> list[dict[str, Any]]:
    assert made.path is not None
    return list(pq.read_table(made.path / name).to_pylist())


# --- what is in it


def test_the_holds_are_those_of_the_sessions(alone: Cohort, clinic: Path, tmp_path: Path) -> None:
    """Else the cohort has other numbers than the screen had, or a query for an export fails on it."""
    folders = list(find([clinic], simulated=False).folders)
    exported = export(folders, Format.PARQUET, tmp_path).path
    assert alone.path is not None
    for name in ("holds.parquet", "sessions.parquet"):
        found, wanted = pq.read_table(alone.path / name), pq.read_table(exported / name)
        assert found.schema.equals(wanted.schema, check_metadata=False)
        assert found.to_pylist() == wanted.to_pylist()
    assert alone.n_holds == 12
    assert {row["glute_pct_mvc"] is None for row in rows(alone, "holds.parquet")} == {False}


def test_every_pair_of_electrodes_has_a_row(alone: Cohort) -> None:
    """Else nobody sees that a clinic's channel hums."""
    found = rows(alone, "sites.parquet")
    assert len(found) == 6 * 4
    assert {row["verdict"] for row in found} == {"ok"}
    assert {(row["band_low_hz"], row["notch_hz"], row["zero_phase"]) for row in found} == {(20, None, False)}
    mvc_uv = [row["mvc_uv"] for row in found]
    assert (len(set(mvc_uv)), mvc_uv.count(60), mvc_uv.count(None)) == (5, 16, 0)
    schema = pq.read_schema(Path(str(alone.path)) / "sites.parquet")
    assert all((field.metadata or {}).get(b"meaning") for field in schema)


def test_nobody_is_told_from_the_tables(alone: Cohort) -> None:
    """Else health data leaves with names and dates, or others on the computer read it."""
    assert alone.path is not None
    whole = b"".join(path.read_bytes() for path in alone.path.iterdir())
    text = str([rows(alone, path.name) for path in alone.path.iterdir()]).encode()
    for secret in (ANNA, BEN, "Anna", "2031-05", "203105", "somebody"):
        assert secret.encode() not in whole + text
    for place in (alone.path, alone.path.parent / FOLDER):
        for path in (place, *place.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_other_filters_are_for_the_electrodes_alone(clinic: Path, alone: Cohort, tmp_path: Path) -> None:
    """Else a hold fires when nobody heard it, or a level stands on the maximum of another filter."""
    one = clinic / "athletes" / ANNA
    settings = Settings(mains="50", zero_phase=True)
    found = make_cohort(request_of(one, tmp_path, settings=settings), QUIET)
    before = [row for row in rows(alone, "holds.parquet") if row["subject"] == "P01"]
    assert rows(found, "holds.parquet") == before
    sites = rows(found, "sites.parquet")
    assert {(row["notch_hz"], row["zero_phase"], row["mvc_uv"]) for row in sites} == {(50, True, None)}
    assert sites[0]["rms_uv"] != rows(alone, "sites.parquet")[0]["rms_uv"]


# --- who computes it


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_a_process_that_is_killed_loses_nothing(clinic: Path) -> None:
    """Else one crash in the night costs a clinic's run, or leaves another number in the table."""
    tasks = tasks_of(clinic)[:5]
    found: dict[str, Done] = {}
    for task, done in on_cores(tasks, 2):
        if not found:
            workers()[0].kill()
        found[task.part] = done
    assert all(done.files for done in found.values())
    assert {name: done.files for name, done in found.items()} == {
        task.part: computed(task).files for task in tasks
    }
    assert workers() == []


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_a_session_that_kills_its_process_is_given_up(clinic: Path) -> None:
    """Else the run never ends, or ends for all because of one."""
    over = threading.Event()

    def kill_all() -> None:
        while not over.wait(0.02):
            for process in workers():
                process.kill()

    killer = threading.Thread(target=kill_all)
    killer.start()
    try:
        found = dict(on_cores(tasks_of(clinic)[:2], 2))
    finally:
        over.set()
        killer.join()
    assert ["ends each time" in done.reason for done in found.values()] == [True, True]
    assert [done.files for done in found.values()] == [{}, {}]


def workers() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "--multiprocessing-fork" in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue  # it has just gone
    return found


# --- interrupted, and again


def test_what_was_interrupted_goes_on_where_it_was(clinic: Path, alone: Cohort, tmp_path: Path) -> None:
    """Else a power cut at the end costs the whole night, or another table comes out."""

    def power_cut(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_cohort(request_of(clinic, tmp_path), Listener(power_cut, QUIET.say))
    half = next((tmp_path / FOLDER).glob("??/*-*"))
    shutil.copytree(half, half.with_name(f".{half.name}-0.part"))  # as a kill -9 leaves one
    assert not list(tmp_path.glob("powerhold-cohort*"))
    again = make_cohort(request_of(clinic, tmp_path), QUIET)
    assert (again.reused, again.computed) == (2, 4)
    assert content(again) == content(alone)
    assert not list((tmp_path / FOLDER).glob("*/.*"))
    third = make_cohort(request_of(clinic, tmp_path), QUIET)
    assert (third.reused, third.computed) == (6, 0)
    assert content(third) == content(alone)


def test_only_what_changed_is_computed_again(recordings: list[Path], tmp_path: Path) -> None:
    """Else a hold that was taken out stays in the norms, or what was deleted stays on the disk."""
    home, out = tmp_path / "home", tmp_path / "out"
    one, two = copied(recordings[0], home, ANNA, 0), copied(recordings[1], home, BEN, 0)
    before = make_cohort(request_of(home, out), QUIET)
    assert [row["excluded"] for row in rows(before, "holds.parquet")] == [None] * 4
    append_event(one / "events.jsonl", excluded_event(1, "she slipped", sample=9))
    after = make_cohort(request_of(home, out), QUIET)
    assert (after.reused, after.computed) == (1, 1)
    assert sorted(str(row["excluded"]) for row in rows(after, "holds.parquet")) == ["None"] * 3 + ["by_hand"]
    shutil.rmtree(two)
    last = make_cohort(request_of(home, out), QUIET)
    assert len(last.sessions) == 1
    assert len(list((out / FOLDER).glob("??/*"))) == 1


def test_two_cohorts_do_not_write_one_place(clinic: Path, tmp_path: Path) -> None:
    """Else one takes away what the other has just computed."""
    with Parts.beside(tmp_path), pytest.raises(CohortBusy, match="Another cohort"):
        make_cohort(request_of(clinic, tmp_path), QUIET)


# --- what is left out


@pytest.fixture(scope="module")
def damaged(recordings: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One good session among others."""
    home = tmp_path_factory.mktemp("damaged")
    good, no_bdf, no_json, other, none, _demo = (
        copied(recordings[0], home, ANNA, day, simulated=day == 5) for day in range(6)
    )
    (no_bdf / "raw.bdf").write_bytes(b"no bdf")
    (no_json / "session.json").write_text("{", encoding="utf-8")
    events = read_events(other)
    later = [replace(one, sample=one.sample + (one.kind is EventKind.CUE)) for one in events]
    moved = map(event_to_json, later)
    replace_file(other / "events.jsonl", "".join(f"{line}\n" for line in moved))
    (none / "raw.bdf").unlink()
    shutil.copytree(good, good.with_name("a copy of it"))
    return home


def test_broken_sessions_stop_nothing_and_are_told(damaged: Path, tmp_path: Path) -> None:
    """Else one torn file of 2,000 costs the table, or a session is missing and nobody knows."""
    result = call(damaged, "--to", "parquet", "--out", tmp_path, "--jobs", "1", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert [one["subject"] for one in told["sessions"]] == ["P01"]
    path = Path(told["left_out_file"])
    assert (path.name, stat.S_IMODE(path.stat().st_mode)) == ("powerhold-cohort-left-out.csv", 0o600)
    with path.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [(one["folder"], one["reason"]) for one in listed] == [
        (one["folder"], one["reason"]) for one in told["left_out"]
    ]
    whys = {Path(one["folder"]).name[:8]: (one["why"], one["reason"]) for one in listed}
    assert [why for why, _reason in whys.values()] == [*["broken"] * 4, "simulated", "copy"]
    assert "is not a BDF file" in whys["20310507"][1]
    assert "is not the session.json" in whys["20310508"][1] or "cannot be read" in whys["20310508"][1]
    assert "goes another way" in whys["20310509"][1]
    assert "raw.bdf" in whys["20310510"][1]
    assert result.stderr.count("Left out: ") == 5
    assert "Left out besides: 1." in result.stderr
    assert f"P01 is {ANNA}." in result.stderr


def test_the_simulated_athlete_is_asked_for(damaged: Path, tmp_path: Path) -> None:
    """Else a demonstration is in the norms, or nobody can try this without patients."""
    [demo] = (damaged / "athletes" / ANNA / "sessions").glob("20310511*")
    refused = call(demo, "--to", "parquet", "--out", tmp_path, "--jobs", "1", "--json")
    assert (refused.exit_code, refused.stdout) == (4, "")
    assert "There is no session to analyse." in refused.stderr
    assert list(tmp_path.glob("powerhold-cohort")) == []
    told = call(demo, "--to", "parquet", "--out", tmp_path, "--jobs", "1", "--json", "--simulated")
    assert len(json.loads(told.stdout)["sessions"]) == 1


def test_what_cannot_be_asked_is_one_sentence(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else people see a traceback."""
    to = ("--to", "parquet", "--out", tmp_path / "out")
    monkeypatch.setitem(sys.modules, "distributed", None)
    asked: list[tuple[int, str, list[str | Path]]] = [
        (4, "There is no folder", [tmp_path / "nothing", *to]),
        (2, "--jobs is for this computer", [clinic, *to, "--jobs", "2", "--scheduler", "127.0.0.1:1"]),
        (2, "pip install 'powerhold[cohort]'", [clinic, *to, "--scheduler", "127.0.0.1:1"]),
        (4, "cannot be read", [clinic, *to, "--athletes", tmp_path / "nothing.csv"]),
        (5, "lies in the session itself", [clinic, "--to", "parquet", "--out", tasks_of(clinic)[0].folder]),
    ]
    for code, sentence, arguments in asked:
        result = call(*arguments)
        assert (result.exit_code, result.stdout) == (code, ""), result.stderr
        assert sentence in result.stderr
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id,age_years\nx,1\n", "no column athlete"),
        ("athlete,Age\nx,1\n", "has a column 'Age'"),
        ("athlete,name\nx,Anna\n", "has a column 'name'"),
        ("athlete,age,age\nx,1,1\n", "has a column 'age'"),
        ("athlete,age\nx\n", "Line 2"),
        ("athlete,age\nx,1\nx,2\n", "athlete x twice"),
        ("athlete,age\n\xe9,1\n", "cannot be read"),
        ("", "no column athlete"),
    ],
)
def test_a_list_of_athletes_is_read_with_suspicion(text: str, sentence: str, tmp_path: Path) -> None:
    """Else ages stand beside the wrong athletes."""
    path = tmp_path / "facts.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(FactsUnreadable, match=sentence):
        read_facts(path)


# --- what people ask


@pytest.fixture
def answers(alone: Cohort, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    """The answers to the queries of the page, by the first words of each heading."""
    assert alone.path is not None
    monkeypatch.chdir(alone.path.parent)
    page = (DOCS / "cohort.md").read_text(encoding="utf-8")
    [view, *queries] = re.findall(r"```sql\n(.*?)```", page, flags=re.DOTALL)
    with duckdb.connect() as asked:
        asked.execute(view)
        yield dict(
            zip(
                ("norms", "effect", "retest"),
                (asked.execute(query).fetchall() for query in queries),
                strict=True,
            )
        )


def level(alone: Cohort, subject: str, session: str, side: str) -> float:
    """The one test hold of a session."""
    [found] = [
        row["glute_pct_mvc"]
        for row in rows(alone, "holds.parquet")
        if (row["subject"], row["session"], row["side"]) == (subject, session, side)
    ]
    return float(found)


def test_the_questions_of_the_page_are_answered(
    alone: Cohort, answers: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Else the page teaches a query that fails, or that gives another number than it says."""
    assert rows(alone, "athletes.parquet") == [
        {"subject": "P01", "age_years": 31.0, "sport": "other"},
        {"subject": "P02", "age_years": 47.0, "sport": "running"},
    ]
    norms = {(row[1], row[2]): (row[3], row[4]) for row in answers["norms"]}
    assert norms == {
        (age, side): (1, level(alone, subject, "s01", side))
        for age, subject in ((30.0, "P01"), (40.0, "P02"))
        for side in ("left", "right")
    }
    for turn, side in enumerate(("left", "right")):
        first, second, last = (
            [level(alone, who, session, side) for who in ("P01", "P02")] for session in ("s01", "s02", "s03")
        )
        change = [after - before for before, after in zip(first, last, strict=True)]
        assert answers["effect"][turn][1:4] == (side, 2, pytest.approx(sum(change) / 2))
        a, b = [one - two for one, two in zip(first, second, strict=True)]
        sem = abs(a - b) / 2**0.5 / 2**0.5
        retest = answers["retest"][turn]
        assert retest[1:5] == (side, 2, pytest.approx(sem), pytest.approx(1.96 * 2**0.5 * sem))
        means = [(one + two) / 2 for one, two in zip(first, second, strict=True)]
        between, within = (means[0] - means[1]) ** 2, (a * a + b * b) / 4
        assert retest[5] == pytest.approx((between - within) / (between + within))
