"""EMG-BIDS datasets, and the official validator as their judge."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import mne
import numpy as np
import pytest
from edfio import read_bdf

from emg.blocks import Signal, Unit
from emg.codes import EventKind
from emg.exports.bids import DatasetFacts, export_bids
from emg.exports.publish import ExportFailed
from emg.exports.subject import ExportRefused, Options
from emg.montage import FOUR_SITES
from emg.session.bundle import SessionReadError, read_events, read_samples, read_session
from emg.session.isek import isek_facts
from tests.emg.exports.bids_parts import HALF_PLACED, PLACED, STARTED, content, one, place_of, rows, written
from tests.emg.session.parts import AUX, stream
from tests.emg.session.past import past_practice

SECRETS = ("anna", "Anna", "Bauer", "knee of", "SN-4711", "2026", "20260301", "cyton:SN")
PUBLISHED = DatasetFacts("Glutes of three", ("A. Author", "B. Author"), "CC0")
VALIDATOR = Path(sys.executable).with_name("bids-validator-deno")

UNAVOIDABLE = {
    ("JSON_KEY_RECOMMENDED", "HEDVersion"),  # there are no HED tags in it
    ("JSON_KEY_RECOMMENDED", "SourceDatasets"),  # there is no address at which the sessions could be found
}


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory, saved: Path) -> dict[str, Path]:
    """Three athletes on five boards: whole, with a gap, killed, in the board's own unit, unmeasured."""
    parent = tmp_path_factory.mktemp("sessions")
    cyton = stream(serial="SN-4711", source_id="cyton:SN-4711", aux=AUX)
    ganglion = stream(200.0, board="ganglion", full_scale_uv=15_686.0, bandwidth_hz=100.0, gain=None)
    olimex = stream(
        249.87, board="olimex", full_scale_uv=1024.0, bandwidth_hz=40.0, gain=None, unit=Unit.ARBITRARY
    )
    unshown, told_nothing = PLACED | {"shown": False}, isek_facts(FOUR_SITES.names)
    later, much_later = STARTED + timedelta(days=2), STARTED + timedelta(days=9, hours=3)
    return {
        "first": written(parent, cyton, "anna", STARTED, placement=PLACED, sore_side="right"),
        "again": written(parent, cyton, "anna", later, gap=True, placement=PLACED),
        "killed": written(parent, cyton, "anna", much_later, gap=True, killed=True, placement=HALF_PLACED),
        "ganglion": written(parent, ganglion, "b02", later, gap=True, protocol="annas_own"),
        "olimex": written(parent, olimex, "b02", much_later, placement=unshown, isek=told_nothing),
        "simulated": saved,
    }


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory, sessions: Mapping[str, Path]) -> Path:
    out = tmp_path_factory.mktemp("out") / "dataset"
    found = export_bids(reversed(list(sessions.values())), out, PUBLISHED)
    assert (found.path, found.subjects, found.sessions) == (out, 3, 6)
    return out


PLACES = {
    "first": "P01/s01",
    "again": "P01/s02",
    "killed": "P01/s03",
    "ganglion": "P02/s01",
    "olimex": "P02/s02",
    "simulated": "P03/s01",
}


# --- the judge


def verdict(dataset: Path) -> list[dict[str, Any]]:
    """What the official validator says; it has its schema in it, and is kept from the network."""
    if not VALIDATOR.exists():
        pytest.skip("the official validator is not installed: pip install bids-validator-deno")
    nowhere = {
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [str(VALIDATOR), str(dataset), "--format", "json", "--max-rows", "-1"],
        capture_output=True,
        text=True,
        env=nowhere
        | {"HOME": str(dataset.parent), "DENO_DIR": str(dataset.parent / "deno"), "NO_COLOR": "1"},
        timeout=120,
        check=False,
    )
    try:
        report = json.loads(done.stdout)
    except ValueError:
        pytest.skip(f"the official validator does not run here: {done.stderr[-300:]}")
    assert report["summary"]["modalities"] == ["emg"]
    issues: list[dict[str, Any]] = report["issues"]["issues"]
    return issues


def test_the_official_validator_passes_three_athletes(dataset: Path) -> None:
    """Else no archive takes it."""
    issues = verdict(dataset)
    assert [issue for issue in issues if issue["severity"] == "error"] == []
    assert {(issue["code"], issue.get("subCode")) for issue in issues} == UNAVOIDABLE


def test_the_judge_sees_what_is_wrong(dataset: Path, tmp_path: Path) -> None:
    """Else its silence says nothing."""
    spoilt = tmp_path / "spoilt"
    shutil.copytree(dataset, spoilt)
    sidecar = one(place_of(spoilt, "P01/s01"), "_emg.json")
    facts = content(sidecar)
    del facts["EMGReference"]
    sidecar.write_text(json.dumps(facts), encoding="utf-8")
    one(place_of(spoilt, "P01/s02"), "_space-GluteLeft_coordsystem.json").unlink()
    codes = {issue["code"] for issue in verdict(spoilt) if issue["severity"] == "error"}
    assert codes == {"SIDECAR_KEY_REQUIRED", "EMG_COORD_SYS_MISMATCH"}


# --- the samples


@pytest.mark.parametrize("name", PLACES)
def test_mne_reads_the_numbers_of_raw_bdf(dataset: Path, sessions: Mapping[str, Path], name: str) -> None:
    """Else a laboratory computes from other samples than the session did."""
    path = one(place_of(dataset, PLACES[name]), "_emg.bdf")
    raw = mne.io.read_raw_bdf(path, preload=True, verbose="error")
    info, blocks = read_samples(sessions[name])
    table = rows(one(path.parent, "_channels.tsv"))
    assert raw.ch_names == [row["name"] for row in table]
    to_unit = 1.0 if info.unit is Unit.ARBITRARY else 1e6
    found = raw.get_data()[: info.n_channels].T * to_unit
    n_seen = 0
    for block in blocks:
        got = found[block.first_sample : block.end_sample]
        np.testing.assert_allclose(got, block.data_uv, rtol=1e-9, atol=1e-9 * info.full_scale_uv)
        n_seen += block.n_samples
    assert n_seen > 2 * info.fs_hz
    assert [row["units"] for row in table[:4]] == ["n/a" if info.unit is Unit.ARBITRARY else "uV"] * 4
    assert float(content(one(path.parent, "_emg.json"))["SamplingFrequency"]) == raw.info["sfreq"]
    assert raw.info["sfreq"] == pytest.approx(info.fs_hz, rel=1e-5)


@pytest.mark.parametrize("name", PLACES)
def test_samples_gaps_and_all_are_copied_to_the_bit(
    dataset: Path, sessions: Mapping[str, Path], name: str
) -> None:
    """Else what leaves is rounded twice."""
    ours, theirs = sessions[name] / "raw.bdf", one(place_of(dataset, PLACES[name]), "_emg.bdf")
    before, after = ours.read_bytes(), theirs.read_bytes()
    n_whole = len(after)
    assert len(before) - n_whole < 8000, "no more than one record was left out"
    assert before[256:n_whole] == after[256:]
    assert before[:8] + before[184:236] == after[:8] + after[184:236]
    assert read_bdf(theirs).num_data_records == int(after[236:244])


def test_a_gap_is_marked_in_the_file_and_in_the_events(dataset: Path) -> None:
    """Else what is no signal is taken for one."""
    for label in ("P01/s02", "P01/s03", "P02/s01", "P03/s01"):
        folder = place_of(dataset, label)
        raw = mne.io.read_raw_bdf(one(folder, "_emg.bdf"), verbose="error")
        marked = [(a["onset"], a["duration"], a["description"]) for a in raw.annotations]
        told = [row for row in rows(one(folder, "_events.tsv")) if row["trial_type"].startswith("BAD_")]
        assert any(text == "BAD_gap" for _, _, text in marked), label
        assert len(marked) == len(told)
        for (onset, duration, text), row in zip(sorted(marked), told, strict=True):
            assert row["trial_type"] == text
            assert float(row["onset"]) == pytest.approx(onset, abs=1e-6)
            assert float(row["duration"]) == pytest.approx(duration, abs=1e-6)
    again = content(one(place_of(dataset, "P01/s02"), "_emg.json"))["PowerHold"]
    assert again["lost_samples"] == 125
    assert again["gaps"] == [{"first_sample": 250, "n_lost": 125, "estimated": False}]
    killed = content(one(place_of(dataset, "P01/s03"), "_emg.json"))["PowerHold"]
    assert (killed["complete"], killed["lost_samples"], killed["gaps"]) == (False, None, None)


# --- the tables


def test_events_tell_the_hold_and_its_moments(dataset: Path) -> None:
    """Else nobody finds the holds in the signal."""
    table = rows(one(place_of(dataset, "P01/s01"), "_events.tsv"))
    (hold,) = [row for row in table if row["trial_type"] == "hold"]
    told = {name: hold[name] for name in ("onset", "duration", "side", "role", "hold", "outcome", "sample")}
    assert told == {
        "onset": "1",
        "duration": "1",
        "side": "right",
        "role": "test",
        "hold": "1",
        "outcome": "success",
        "sample": "250",
    }
    assert (hold["excluded"], hold["pain_0_10"], hold["set_sample"]) == ("true", "3", "270")
    (felt,) = [row for row in table if row["trial_type"] == "felt"]
    assert felt["onset"] == "1.02", "when the key was pressed, not when it was heard"
    assert [float(row["onset"]) for row in table] == sorted(float(row["onset"]) for row in table)


def test_events_of_a_real_session_are_those_of_the_session(
    dataset: Path, sessions: Mapping[str, Path]
) -> None:
    """Else the efforts behind 100 % and the holds cannot be cut out of the signal."""
    table = rows(one(place_of(dataset, PLACES["simulated"]), "_events.tsv"))
    events, fs_hz = read_events(sessions["simulated"]), read_session(sessions["simulated"]).fs_hz
    done = [event for event in events if event.kind is EventKind.HOLD_DONE]
    holds = [row for row in table if row["trial_type"] == "hold"]
    assert [(row["hold"], row["outcome"]) for row in holds] == [
        (str(event.hold), event.detail["outcome"]) for event in done
    ]
    for row, event in zip(holds, done, strict=True):
        assert row["sample"] == str(event.detail["cue_sample"])
        assert float(row["onset"]) == int(row["sample"]) / fs_hz
        assert float(row["onset"]) + float(row["duration"]) == pytest.approx(event.sample / fs_hz)
    trials = [row for row in table if row["trial_type"] == "trial"]
    cues = [e for e in events if e.kind is EventKind.CUE and e.detail.get("exercise") in ("rest", "mvc")]
    assert len(trials) == len(cues) >= 5
    assert {row["site"] for row in trials if row["task_part"] == "mvc"} == set(FOUR_SITES.names)
    assert all(float(row["duration"]) > 1.0 for row in trials)
    sidecar = content(one(place_of(dataset, PLACES["simulated"]), "_emg.json"))
    reference = sidecar["PowerHold"]["normalisation"]["sites"]["glute_left"]
    calibration = read_session(sessions["simulated"]).calibration
    assert calibration is not None
    whole: Any = calibration["sites"]
    assert reference["mvc_uv"] == whole["glute_left"]["mvc_uv"]


def test_every_column_of_every_table_is_described(dataset: Path) -> None:
    """Else a column means what its reader guesses."""
    tables = list(dataset.rglob("*.tsv"))
    assert len(tables) == 1 + 3 + 6 * 3
    for path in tables:
        with path.open(encoding="utf-8") as file:
            columns = file.readline().rstrip("\n").split("\t")
        described = content(path.with_suffix(".json"))
        assert set(columns) <= set(described), path
        assert "value" not in columns, "MNE-BIDS takes it for the number of every event, and drops the others"
        for row in rows(path):
            assert set(row) == set(columns), path
            assert all(row.values()), (path, row)
            levels = described.get("trial_type", {}).get("Levels", {})
            assert not levels or row["trial_type"] in levels, row


def test_measured_places_are_coordinates_and_others_are_not(dataset: Path) -> None:
    """Else a place that nobody measured reads as one that somebody did."""
    for label, scheme, xs, spaces in (
        ("P01/s01", "Measured", ["7.5", "19", "7.5", "18.5"], 4),
        ("P01/s03", "ChannelSpecific", ["7", "n/a", "n/a", "n/a"], 2),
        ("P02/s01", "Other", ["n/a"] * 4, 1),
        ("P02/s02", "Other", ["n/a"] * 4, 1),  # centimetres, but nobody was shown from where
    ):
        folder = place_of(dataset, label)
        sidecar = content(one(folder, "_emg.json"))
        electrodes = rows(one(folder, "_electrodes.tsv"))
        assert sidecar["EMGPlacementScheme"] == scheme
        assert [row["x"] for row in electrodes] == xs
        assert [row["y"] for row in electrodes] == ["n/a" if x == "n/a" else "0" for x in xs]
        assert len(list(folder.glob("*_coordsystem.json"))) == spaces
        schemes = [
            row["placement_scheme"] for row in rows(one(folder, "_channels.tsv")) if row["type"] == "EMG"
        ]
        assert schemes == ["other" if x == "n/a" else "measured" for x in xs]
    system = content(one(place_of(dataset, "P01/s01"), "_space-HamRight_coordsystem.json"))
    assert system["EMGCoordinateUnits"] == "cm"
    assert "ischial tuberosity" in system["EMGCoordinateSystemDescription"]
    first = content(one(place_of(dataset, "P01/s01"), "_emg.json"))
    assert "SENIAM gluteus maximus" in first["EMGPlacementSchemeDescription"]
    assert first["HardwareFilters"] == {"Low-pass of the board": {"-3 dB corner (Hz)": 65.0}}
    assert content(one(place_of(dataset, "P02/s01"), "_emg.json"))["HardwareFilters"] == "n/a"


def test_other_channels_of_the_board_are_no_emg(dataset: Path) -> None:
    """Else a counter is filtered as a muscle."""
    table = rows(one(place_of(dataset, "P01/s01"), "_channels.tsv"))
    assert [(row["name"], row["type"]) for row in table[4:]] == [("ACC X", "MISC"), ("COUNTER", "MISC")]
    assert content(one(place_of(dataset, "P01/s01"), "_emg.json"))["EMGChannelCount"] == 4
    assert table[0]["target_muscle"] == "left gluteus maximus"


# --- what stays inside


def test_nothing_in_it_says_who_or_when(dataset: Path) -> None:
    """Else what was meant for science names a patient."""
    for path in dataset.rglob("*"):
        assert not any(secret in path.name for secret in SECRETS), path
        if path.is_file():
            head = path.read_bytes()
            for secret in SECRETS:
                assert secret.encode() not in (head[:5000] if path.suffix == ".bdf" else head), (path, secret)
    assert {row["day"] for row in rows(dataset / "sub-P01" / "sub-P01_sessions.tsv")} == {"0", "2", "9"}
    own = content(one(place_of(dataset, "P02/s01"), "_emg.json"))
    assert (own["TaskName"], own["Instructions"]) == ("own1", "n/a")
    raw = mne.io.read_raw_bdf(one(place_of(dataset, "P01/s01"), "_emg.bdf"), verbose="error")
    assert raw.info["meas_date"] is None or raw.info["meas_date"].year == 1985


def test_dates_and_notes_leave_where_somebody_asks(sessions: Mapping[str, Path], tmp_path: Path) -> None:
    """Else a clinic cannot give its own researcher what he may have."""
    out = tmp_path / "open"
    export_bids([sessions["first"]], out, PUBLISHED, Options(with_ids=True, with_dates=True, with_notes=True))
    folder = out / "sub-anna" / "ses-s01" / "emg"
    table = rows(one(folder, "_events.tsv"))
    notes = [(row["trial_type"], row["note"]) for row in table if row["note"] != "n/a"]
    assert notes == [("note", "the knee of Anna Bauer"), ("hold_excluded", "Anna coughed")]
    (session,) = rows(out / "sub-anna" / "sub-anna_sessions.tsv")
    assert session["acq_time"] == "2026-03-01T09:30:15Z"
    raw = mne.io.read_raw_bdf(one(folder, "_emg.bdf"), verbose="error")
    assert raw.info["meas_date"].isoformat() == "2026-03-01T09:30:15+00:00"


def test_ids_that_bids_cannot_tell_apart_are_refused(tmp_path: Path) -> None:
    """Else two people become one."""
    info = stream()
    pair = [written(tmp_path, info, athlete, STARTED) for athlete in ("a-1", "a1")]
    with pytest.raises(ExportRefused, match="without the ids"):
        export_bids(pair, tmp_path / "out", PUBLISHED, Options(with_ids=True))
    assert export_bids(pair, tmp_path / "out").subjects == 2


def test_files_are_their_owners_only(dataset: Path) -> None:
    """Else everybody on the computer reads it."""
    for path in (dataset, *dataset.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


# --- what is refused, and what is left when it breaks off


def test_what_cannot_be_emg_bids_is_refused_in_one_sentence(
    sessions: Mapping[str, Path], tmp_path: Path
) -> None:
    """Else an envelope passes for raw EMG, or a session without samples for a measured one."""
    envelopes = stream(20.0, board="serial-text", signal=Signal.ENVELOPE, unit=Unit.ARBITRARY)
    for folder, what in (
        (written(tmp_path, envelopes, "c03", STARTED), "envelopes"),
        (past_practice(tmp_path), "practised by the clock"),
    ):
        with pytest.raises(ExportRefused, match=what) as refused:
            export_bids([sessions["first"], folder], tmp_path / "out")
        assert ". " not in str(refused.value)
        assert str(refused.value).endswith(".")
    with pytest.raises(ExportRefused, match="no session"):
        export_bids([], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_is_ever_overwritten_or_added_to(sessions: Mapping[str, Path], tmp_path: Path) -> None:
    """Else a dataset that somebody works on changes under his hands."""
    out = tmp_path / "taken"
    out.mkdir()
    with pytest.raises(ExportRefused, match="is there already"):
        export_bids([sessions["first"]], out)
    out.rmdir()
    out.write_text("mine")
    with pytest.raises(ExportRefused, match="is there already"):
        export_bids([sessions["first"]], out)
    assert out.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_session_that_cannot_be_read_leaves_nothing(sessions: Mapping[str, Path], tmp_path: Path) -> None:
    """Else half a dataset passes for a whole one."""
    broken = tmp_path / "broken"
    shutil.copytree(sessions["olimex"], broken)
    with (broken / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write("not an event\n")
    out = tmp_path / "out" / "dataset"
    with pytest.raises(SessionReadError, match="cannot be read"):
        export_bids([sessions["first"], broken], out)
    (broken / "raw.bdf").write_bytes((broken / "raw.bdf").read_bytes()[:2000])
    with pytest.raises(SessionReadError, match="holds no samples"):
        export_bids([sessions["first"], broken], out)
    assert list(out.parent.iterdir()) == []


@contextmanager
def files_of_at_most(n_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_disk_that_is_full_leaves_nothing(sessions: Mapping[str, Path], tmp_path: Path) -> None:
    """Else what fitted passes for the whole."""
    out = tmp_path / "out" / "dataset"
    with files_of_at_most(9_000), pytest.raises(ExportFailed, match="is full"):
        export_bids([sessions["first"]], out)
    assert list(out.parent.iterdir()) == []


def test_a_killed_export_has_no_name(sessions: Mapping[str, Path], tmp_path: Path) -> None:
    """Else half a dataset is found under the name of a whole one."""
    parent, out = tmp_path / "out", tmp_path / "out" / "dataset"
    program = (
        "import sys; from pathlib import Path; from emg.exports.bids import export_bids; "
        "export_bids([Path(one) for one in sys.argv[2:]], Path(sys.argv[1]))"
    )
    child = subprocess.Popen([sys.executable, "-c", program, out, *sessions.values()])
    deadline = time.monotonic() + 60.0
    while not any(parent.glob(".dataset-*/sub-*")) and not out.exists():
        assert time.monotonic() < deadline
        assert child.poll() is None or out.exists()
    child.kill()
    child.wait()
    assert not out.exists() or (out / "dataset_description.json").exists()
    again = parent / "again"
    assert export_bids(sessions.values(), again).sessions == 6


def test_the_same_sessions_give_the_same_dataset(
    dataset: Path, sessions: Mapping[str, Path], tmp_path: Path
) -> None:
    """Else two exports of one clinic cannot be compared."""
    again = tmp_path / "again"
    export_bids(sessions.values(), again, PUBLISHED)
    names = sorted(path.relative_to(dataset) for path in dataset.rglob("*"))
    assert names == sorted(path.relative_to(again) for path in again.rglob("*"))
    for name in names:
        if (dataset / name).is_file():
            assert (dataset / name).read_bytes() == (again / name).read_bytes(), name
