"""Another tool's recording as a session: the same numbers, by the same code, marked as what it is."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emg.session.bundle import read_events, read_samples, read_session
from emg.session.library import read_digest
from emg.session.trend import trends
from tests.emg.session.past import past_session
from tests.ui.analysis.analysing import told, two_muscles, write_csv
from tests.ui.commands.home_parts import done, refused
from ui.analysis.typed import RequestError
from ui.commands.import_file import import_command
from ui.importing.request import started_of
from ui.kept.home import athletes_folder, sessions_folder
from ui.kept.library import athlete_library
from ui.reading.chart_note import note_of

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
READ = ("--sites", "glute_left=GM_uV,ham_left=2", "--fs", "250")
WINDOWS = ("--rest", "1:5", "--mvc", "glute_left=6:10", "--mvc", "ham_left=6:10")
WORK = ("--work", "left=16.2:17.8", "--work", "left=14.5:16")
WHO = ("--athlete", "a01", "--date", "2026-03-02T10:00+00:00")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two muscles as another program gives them."""
    return two_muscles(tmp_path_factory.mktemp("logger"))


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def imported(*arguments: object) -> Path:
    return Path(done(import_command, *arguments)["session"])


def test_an_imported_session_gives_the_numbers_of_its_file(file: Path) -> None:
    """Else the same recording has two truths."""
    folder = imported(file, *WHO, *READ, *WINDOWS, *WORK, "--protocol", "power_position")
    direct, again = told(file, *READ, *WINDOWS, *WORK), told(folder)
    assert again["reference_from"] == "session"
    for site, found in direct["sites"].items():
        for name in ("rms_uv", "rest_uv", "mvc_uv"):
            assert again["sites"][site][name] == pytest.approx(found[name], rel=1e-4), (site, name)
    left = direct["sides"]["left"]
    assert again["sides"]["left"]["glute_pct_mvc"] == pytest.approx(left["glute_pct_mvc"], rel=1e-6)
    assert again["sides"]["left"]["ratio"] == pytest.approx(left["ratio"], rel=1e-6)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["sides"]["left"]["glute_pct_mvc"] == again["sides"]["left"]["glute_pct_mvc"]
    holds = rows(folder, "holds.csv")
    assert [(row["role"], row["outcome"], row["held_s"]) for row in holds] == [
        ("test", "success", "1.5000"),
        ("test", "success", "1.6000"),
    ]
    assert {row["glute_latency_s"] + row["set_s"] + row["cue_s"] for row in holds} == {""}
    activation = rows(folder, "activation.csv")
    assert {row["hold"] for row in activation if row["phase"] == "holding"} == {"1", "2"}
    assert len(activation) == 20 * 20
    assert {row["glute_left_verdict"] for row in activation[20:]} == {"ok"}


def test_it_says_where_it_is_from(file: Path) -> None:
    """Else nobody can tell an imported session from one that was measured here."""
    folder = imported(file, *WHO, *READ, *WORK, "--protocol", "power_position")
    record = read_session(folder)
    assert (record.board, record.complete, record.kind) == ("import", True, "session")
    assert record.protocol == "import_power_position"
    assert record.exercise is not None
    facts: Any = (record.plan or {})["import"]
    assert facts["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (facts["fs_hz"], facts["unit"], facts["work"][0]) == (250.0, None, ["left", 16.2, 17.8])
    assert str(file.parent) not in (folder / "session.json").read_text(encoding="utf-8")
    assert (record.ended_at or NOW) - record.started_at == (read_digest_end(folder))
    assert "imported from another tool's recording" in note_of(folder)[4]


def read_digest_end(folder: Path) -> Any:
    events = read_events(folder)
    assert events[-1].detail["reason"] == "imported"
    return datetime.fromtimestamp(events[-1].sample / 250.0, UTC) - datetime.fromtimestamp(0, UTC)


def test_raw_samples_come_back_to_22_bits_of_their_greatest(tmp_path: Path) -> None:
    """Else an import is a copy that nobody can compute anything from again."""
    data = np.random.RandomState(3).standard_normal((2000, 2)) * [50.0, 4000.0] + [0.0, 20_000.0]
    path = write_csv(tmp_path / "x.csv", data, ["a_uV", "b_uV"])
    folder = imported(path, *WHO, "--sites", "glute_left=1,ham_left=2", "--fs", 1000)
    info, blocks = read_samples(folder)
    found = np.concatenate([block.data_uv for block in blocks])
    written = np.loadtxt(path, delimiter=",", skiprows=1)
    assert np.abs(found - written).max() <= info.full_scale_uv / 8_388_607 / 2.0 * 1.001
    assert info.full_scale_uv < 4.01 * np.abs(written).max()


def test_what_is_lost_stays_lost(tmp_path: Path) -> None:
    """Else a gap of another tool becomes signal."""
    data = np.random.RandomState(3).standard_normal((2000, 1)) * 50.0
    data[800:900] = np.nan
    path = write_csv(tmp_path / "x.csv", data, ["a_uV"])
    folder = imported(path, *WHO, "--sites", "glute_left=1", "--fs", 1000, "--work", "left=0.5:1.5")
    record = read_session(folder)
    assert (record.lost_samples, record.gaps[0].first_sample) == (100, 800)
    assert [event.sample for event in read_events(folder) if event.kind == "gap"] == [800]
    hold = rows(folder, "holds.csv")[0]
    assert (hold["lost_samples"], hold["outcome"], hold["outcome_reason"]) == (
        "100",
        "not_reached",
        "no_maximum",
    )
    assert hold["glute_pct_mvc"] == ""


def test_arbitrary_units_never_become_microvolts(tmp_path: Path) -> None:
    """Else a tool's own numbers are read as muscle."""
    data = np.random.RandomState(3).standard_normal((2000, 1)) * 50.0
    path = write_csv(tmp_path / "x.csv", data, ["a"])
    folder = imported(path, *WHO, "--sites", "glute_left=1", "--fs", 1000, "--unit", "arbitrary")
    assert read_session(folder).unit.value == "arbitrary"
    row = rows(folder, "activation.csv")[30]
    assert (row["glute_left_uv"], row["glute_left_au"] != "") == ("", True)


def test_live_and_imported_sessions_have_trends_of_their_own(file: Path, powerhold_home: Path) -> None:
    """Else a change of the tool reads as a change of the muscle."""
    past_session(sessions_folder("a01"))
    imported(file, *WHO, *READ, *WINDOWS, *WORK, "--protocol", "power_position")
    found = trends(athlete_library("a01").digests)
    assert [(trend.protocol, len(trend.sessions)) for trend in found] == [
        ("import_power_position", 1),
        ("power_position", 1),
    ]
    assert found[0].n_fresh == 0


def test_the_same_file_is_imported_once(file: Path) -> None:
    """Else one recording counts twice."""
    first = imported(file, *WHO, *READ)
    assert first.name in refused(5, import_command, file, *WHO, *READ)
    assert read_digest(imported(file, "--athlete", "b02", *WHO[2:], *READ)).athlete == "b02"


@pytest.mark.parametrize(
    ("exit_code", "arguments", "said"),
    [
        (2, (*WHO,), "--sites SITE=COLUMN,...: it has GM_uV, BF_uV"),
        (4, (*WHO, "--sites", "glute_left=1"), "--fs"),
        (4, (*WHO, *READ[:2], "--fs", "0"), "--fs"),
        (4, (*WHO, *READ[:2], "--fs", "1e9"), "--fs"),
        (4, (*WHO, "--sites", "glute_left=9", "--fs", "250"), "no column '9'"),
        (
            2,
            (*WHO, "--sites", "glute_left=1,ham_left=1", "--fs", "250"),
            "is given to glute_left and ham_left",
        ),
        (2, (*WHO, "--sites", "glute=1", "--fs", "250"), "is not a site"),
        (2, ("--athlete", "A B", *WHO[2:], *READ), "cannot be an athlete's id"),
        (2, (*WHO[:2], "--date", "yesterday", *READ), "--date 2026-05-31"),
        (2, (*WHO[:2], "--date", "2999-01-01", *READ), "still to come"),
        (2, (*WHO[:2], "--date", "1969-01-01", *READ), "before 1970"),
        (2, (*WHO, *READ, "--protocol", "none"), "no protocol 'none'"),
        (2, (*WHO, *READ, "--work", "both=1:2"), "names no side"),
        (4, (*WHO, *READ, "--work", "left=1:99"), "1:99"),
        (4, (*WHO, *READ, "--mvc", "glute_left=1:1.1"), "too short"),
        (4, (*WHO, *READ, "--rest", "6:10", "--mvc", "glute_left=1:5"), "not above its rest"),
    ],
)
def test_what_is_missing_is_asked_by_one_sentence_and_nothing_is_left(
    file: Path, exit_code: int, arguments: tuple[str, ...], said: str
) -> None:
    """Else a half session lies among the athlete's."""
    assert said in refused(exit_code, import_command, file, *arguments)
    assert not list(athletes_folder().glob("*/sessions/*"))


def test_a_unit_that_the_file_does_not_say_is_asked_for(tmp_path: Path) -> None:
    """Else volts are kept as microvolts."""
    path = write_csv(tmp_path / "x.csv", np.ones((500, 1)), ["a"])
    assert "--unit" in refused(4, import_command, path, *WHO, "--sites", "glute_left=1", "--fs", "250")
    assert "folder" in refused(2, import_command, tmp_path, *WHO, "--sites", "glute_left=1")
    assert refused(4, import_command, tmp_path / "none", *WHO, "--sites", "glute_left=1")


def test_a_recording_of_a_few_samples_is_a_session_or_a_sentence(tmp_path: Path) -> None:
    """Else a file that was cut short ends in a traceback."""
    data = np.random.RandomState(1).standard_normal((40, 1)) * 20.0
    for n in (1, 2, 40):
        path = write_csv(tmp_path / f"{n}.csv", data[:n], ["a_uV"])
        folder = imported(path, *WHO, "--sites", "glute_left=1", "--fs", "250")
        assert read_session(folder).complete


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-05-31T14:30:00+00:00", 14), ("2026-05-31T14:30:00+02:00", 12), (" 2026-05-31T14:30Z ", 14)],
)
def test_a_date_is_taken_as_it_is_written(text: str, hour: int) -> None:
    """Else a session stands on the wrong day."""
    assert started_of(text, NOW) == datetime(2026, 5, 31, hour, 30, tzinfo=UTC)


def test_a_day_alone_is_that_day_here_and_today_is_not_to_come() -> None:
    """Else midnight puts it on the day before."""
    assert f"{started_of('2026-05-31', NOW).astimezone():%Y-%m-%d %H}" == "2026-05-31 12"
    morning = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
    assert started_of("2026-06-01", morning) > morning
    with pytest.raises(RequestError):
        started_of("2026-06-01T23:00+00:00", morning)
    for text in ("0001-01-01", "9999-12-31", "2026-13-01", "", "20"):
        with pytest.raises(RequestError):
            started_of(text, NOW)
