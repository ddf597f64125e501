"""Claims about BDF and EDF: judged by MNE, pyedflib and edfio."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import edfio
import mne
import numpy as np
import pytest

from emg.exports.make import Format, export
from emg.exports.subject import ExportRefused, Options
from emg.session.bundle import read_events, read_session
from tests.emg import judges
from tests.emg.exports.parts import holds_of


@pytest.fixture(scope="module")
def bdf(clinic: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(clinic, Format.BDF, tmp_path_factory.mktemp("out")).path / "P01_s02_emg.bdf"


@pytest.fixture(scope="module")
def edf(clinic: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(clinic, Format.EDF, tmp_path_factory.mktemp("out")).path / "P01_s02_emg.edf"


def test_every_count_of_bdf_is_the_recorded_one(bdf: Path, clinic: list[Path]) -> None:
    """Else raw is not raw."""
    ours, source = edfio.read_bdf(bdf), edfio.read_bdf(clinic[0] / "raw.bdf")
    assert ours.labels == source.labels
    for one, other in zip(ours.signals, source.signals, strict=True):
        assert np.array_equal(one.digital, other.digital)
        assert (one.physical_range, one.digital_range) == (other.physical_range, other.digital_range)
        assert one.sampling_frequency == other.sampling_frequency


def test_mne_pyedflib_and_edfio_read_the_same_samples(bdf: Path) -> None:
    """Else a result depends on the program that opened the file."""
    raw = mne.io.read_raw_bdf(bdf, infer_types=True, verbose="error")
    assert raw.get_channel_types() == ["emg"] * 4
    assert raw.ch_names == ["GLUTE_L", "HAM_L", "GLUTE_R", "HAM_R"]
    by_mne_uv = 1e6 * raw.get_data()
    by_edfio_uv = np.stack([signal.data for signal in edfio.read_bdf(bdf).signals])
    with judges.pyedflib().EdfReader(str(bdf)) as file:
        by_pyedflib_uv = np.stack([file.readSignal(channel) for channel in range(4)])
        assert file.getPatientName() == "X"
        assert file.getStartdatetime().year == 1985, "the date is that of nobody"
    assert np.abs(by_mne_uv - by_edfio_uv).max() < 0.001
    assert np.abs(by_pyedflib_uv - by_edfio_uv).max() < 0.001


def test_the_error_of_edf_is_below_the_one_it_states(edf: Path, bdf: Path) -> None:
    """Else somebody measures in the last bit and is told nothing."""
    stated = json.loads(edf.with_suffix(".json").read_text(encoding="utf-8"))["largest_error"]
    small, exact = edfio.read_edf(edf), edfio.read_bdf(bdf)
    by_mne_uv = 1e6 * mne.io.read_raw_edf(edf, infer_types=True, verbose="error").get_data()
    with judges.pyedflib().EdfReader(str(edf)) as file:
        by_pyedflib_uv = [file.readSignal(channel) for channel in range(4)]
    for index, (one, other) in enumerate(zip(small.signals, exact.signals, strict=True)):
        bound = stated[one.label]
        assert bound["unit"] == "uV"
        assert 0.001 < bound["value"] < 0.5
        for read in (one.data, by_mne_uv[index], by_pyedflib_uv[index]):
            assert np.abs(read - other.data).max() <= bound["value"] + 1e-6
        assert np.abs(one.data - other.data).max() > bound["value"] / 2, "the bound is no excuse"


def test_edf_is_refused_where_16_bits_round_too_much(clinic: list[Path], tmp_path: Path) -> None:
    """Else a channel on a wandering offset comes out in steps larger than the muscle."""
    folder = Path(shutil.copytree(clinic[0], tmp_path / clinic[0].name))
    raw = bytearray((folder / "raw.bdf").read_bytes())
    header = 256 * 6
    raw[header : header + 3] = (8_000_000).to_bytes(3, "little", signed=True)  # one sample at 178,800 µV
    (folder / "raw.bdf").write_bytes(raw)
    with pytest.raises(ExportRefused, match=r"EMG GLUTE_L .* by up to 1\.\d µV: export it as bdf"):
        export([folder], Format.EDF, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    export([folder], Format.BDF, tmp_path / "out")


def annotations_of(path: Path) -> list[tuple[float, float, str]]:
    read = mne.read_annotations(path)
    return [(float(one["onset"]), float(one["duration"]), str(one["description"])) for one in read]


@pytest.mark.parametrize("form", ["bdf", "edf"])
def test_all_events_gaps_and_holds_are_annotations(
    form: str, request: pytest.FixtureRequest, clinic: list[Path]
) -> None:
    """Else a recording comes without what happened in it."""
    path: Path = request.getfixturevalue(form)
    told, record = annotations_of(path), read_session(clinic[0])
    fs_hz = record.fs_hz
    gaps = [(round(at * fs_hz), round(lasts * fs_hz)) for at, lasts, text in told if text == "BAD_gap"]
    assert gaps == [(gap.first_sample, gap.n_lost) for gap in record.gaps]
    assert gaps
    events = read_events(clinic[0])
    for kind in ("cue", "set", "fired", "session_ended", "command"):
        at = sorted(round(onset * fs_hz) for onset, _, text in told if text.split("/")[0] == kind)
        assert at == sorted(event.sample for event in events if event.kind.value == kind), kind
        assert at
    holds = [(at, lasts, text) for at, lasts, text in told if text.startswith("hold/")]
    rows = holds_of(clinic[0])
    assert [text for _, _, text in holds] == [
        f"hold/{row['side']}/{row['role']}/hold{row['hold']}/{row['outcome']}"
        + ("/excluded" if row["excluded"] else "")
        for row in rows
    ]
    for (start, held, _), row in zip(holds, rows, strict=True):
        assert (start, held) == pytest.approx((float(row["set_s"]), float(row["held_s"])), abs=1e-4)


def test_padding_at_the_end_stays_marked(bdf: Path, clinic: list[Path]) -> None:
    """Else samples that nobody measured count as signal."""
    source = [one for one in annotations_of(clinic[0] / "raw.bdf") if one[2] == "BAD_pad"]
    assert [one for one in annotations_of(bdf) if one[2] == "BAD_pad"] == source


def test_a_date_and_a_note_are_there_when_they_are_asked_for(clinic: list[Path], tmp_path: Path) -> None:
    """Else the options do nothing."""
    made = export(clinic[:1], Format.BDF, tmp_path, Options(with_dates=True, with_notes=True)).path
    [path] = made.glob("*.bdf")
    read = edfio.read_bdf(path)
    assert read.startdatetime.isoformat() == "2031-05-09T09:30:15"
    assert any("note: =1+1 Annegret" in one.text for one in read.annotations)


def test_a_recording_that_was_killed_is_exported_as_far_as_it_goes(
    clinic: list[Path], tmp_path: Path
) -> None:
    """Else the session that needs rescue most is the one that cannot leave."""
    folder = Path(shutil.copytree(clinic[0], tmp_path / clinic[0].name))
    raw = (folder / "raw.bdf").read_bytes()
    (folder / "raw.bdf").write_bytes(raw[: len(raw) // 2 + 7])
    made = export([folder], Format.BDF, tmp_path / "out").path
    ours, whole = edfio.read_bdf(made / "P01_s01_emg.bdf"), edfio.read_bdf(clinic[0] / "raw.bdf")
    n_samples = len(ours.signals[0].digital)
    assert 0.4 < n_samples / len(whole.signals[0].digital) < 0.5
    assert np.array_equal(ours.signals[0].digital, whole.signals[0].digital[:n_samples])
