from __future__ import annotations

import os
import signal as signals
import subprocess
import sys
import warnings
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import edfio
import mne
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.blocks import DIGITAL_MAX_24BIT, AuxChannel, SampleBlock, StreamInfo, Unit
from emg.montage import FOUR_SITES, Montage
from emg.session.bdf import BdfWriter, RecordLength, record_length, storable_full_scale
from tests.emg import judges
from tests.emg.session.parts import AUX, STARTED, signal, stream

pyedflib = judges.pyedflib()

CYTON_GAINS = (1, 2, 4, 6, 8, 12, 24)


def write(
    path: Path, info: StreamInfo, *blocks: SampleBlock, montage: Montage | None = FOUR_SITES
) -> BdfWriter:
    writer = BdfWriter(path, info, montage, STARTED)
    for block in blocks:
        writer.write(block)
    writer.close()
    return writer


def marks_mne(path: Path) -> list[tuple[float, float, str]]:
    raw = mne.io.read_raw_bdf(path, infer_types=True, verbose="warning")
    return [(a["onset"], a["duration"], a["description"]) for a in raw.annotations]


def marks_pyedflib(path: Path) -> list[tuple[float, float, str]]:
    with pyedflib.EdfReader(str(path)) as reader:
        return [(float(o), float(d), str(t)) for o, d, t in zip(*reader.readAnnotations(), strict=True)]


def marks_edfio(path: Path) -> list[tuple[float, float, str]]:
    return [(a.onset, a.duration or 0.0, a.text) for a in edfio.read_bdf(path).annotations]


@pytest.mark.parametrize("fs_hz", [200.0, 250.0, 256.0, 500.0, 1000.0, 2000.0])
def test_three_independent_readers_give_every_sample_label_unit_and_rate(
    tmp_path: Path, fs_hz: float
) -> None:
    """Else a researcher opens raw.bdf and sees another signal than the one that was processed."""
    path, info = tmp_path / "raw.bdf", stream(fs_hz, 6, aux=AUX)
    block = signal(info, record_length(fs_hz).n_samples * 23)
    write(path, info, block)
    labels = [
        "EMG GLUTE_L",
        "EMG HAM_L",
        "EMG GLUTE_R",
        "EMG HAM_R",
        "EMG CH5",
        "EMG CH6",
        "ACC X",
        "COUNTER",
    ]
    step = info.scale.step

    raw = mne.io.read_raw_bdf(path, infer_types=True, preload=True, verbose="warning")
    assert raw.ch_names == [label.removeprefix("EMG ") for label in labels]
    assert raw.get_channel_types()[:6] == ["emg"] * 6
    assert raw.info["sfreq"] == fs_hz
    assert raw.info["meas_date"] == STARTED.replace(microsecond=0)
    np.testing.assert_allclose(raw.get_data()[:6].T * 1e6, block.data_uv, rtol=0, atol=step / 1000)

    with pyedflib.EdfReader(str(path)) as reader:
        assert reader.getSignalLabels() == labels
        assert [reader.getPhysicalDimension(n) for n in range(8)] == ["uV"] * 6 + ["g", ""]
        assert list(reader.getSampleFrequencies()) == [fs_hz] * 8
        for channel in range(6):
            counts = reader.readSignal(channel, digital=True)
            np.testing.assert_array_equal(info.scale.decode(counts), block.data_uv[:, channel])

    found = edfio.read_bdf(path)
    assert list(found.labels) == labels
    assert found.signals[0].sampling_frequency == fs_hz
    assert found.is_continuous
    for channel in range(6):
        np.testing.assert_array_equal(
            info.scale.decode(found.signals[channel].digital), block.data_uv[:, channel]
        )
    for index, aux in enumerate(info.aux):
        np.testing.assert_allclose(
            found.signals[6 + index].data, block.aux[:, index], rtol=0, atol=aux.full_scale / 2**23
        )


@pytest.mark.parametrize("gain", CYTON_GAINS)
def test_every_step_of_the_converter_survives_at_every_gain_of_the_cyton(tmp_path: Path, gain: int) -> None:
    """Else the file holds rounded microvolts, and a replay gives other numbers than the live session."""
    info = stream(full_scale_uv=4.5e6 / gain, n_channels=1)
    counts = np.array([-DIGITAL_MAX_24BIT, -1, 0, 1, 2, 12_345, DIGITAL_MAX_24BIT] + [7] * 18, dtype=np.int32)
    block = SampleBlock(info.scale.decode(counts)[:, None], 0, 250.0, 0.0)
    write(tmp_path / "raw.bdf", info, block, montage=None)
    with pyedflib.EdfReader(str(tmp_path / "raw.bdf")) as reader:
        np.testing.assert_array_equal(reader.readSignal(0, digital=True), counts)
        assert reader.getPhysicalMaximum(0) == 4.5e6 / gain
        np.testing.assert_allclose(reader.readSignal(0), block.data_uv[:, 0], atol=1e-6 * info.scale.step)


def test_lost_samples_hold_the_last_value_and_all_readers_see_them_marked(tmp_path: Path) -> None:
    """Else a gap looks like signal, or closes up and shifts everything after it in time."""
    path, info = tmp_path / "raw.bdf", stream()
    block = signal(info, 400)
    writer = write(path, info, block.cut(7, 20), block.cut(23, 48), block.cut(301, 399))
    expected = [(0.0, 7), (20, 3), (48, 253), (399, 1)]
    texts = ["BAD_gap"] * 3 + ["BAD_pad"]
    for marks in (marks_mne(path), marks_pyedflib(path), marks_edfio(path)):
        assert [text for _, _, text in marks] == texts
        found = np.array([(onset, duration) for onset, duration, _ in marks])
        np.testing.assert_allclose(found, np.array(expected) / 250.0, atol=1e-9)
    digital = edfio.read_bdf(path).signals[0].digital
    assert set(digital[:7]) == {0}
    assert set(digital[20:23]) == {digital[19]}
    assert set(digital[48:301]) == {digital[47]}
    assert digital[399] == digital[398]
    assert [(gap.first_sample, gap.n_lost) for gap in writer.gaps] == [(0, 7), (20, 3), (48, 253)]
    assert writer.end_sample == 399


def test_a_gap_is_already_marked_in_the_record_in_which_it_begins(tmp_path: Path) -> None:
    """Else a power cut leaves the filling of a gap in the file as if a muscle had done it."""
    path, info = tmp_path / "raw.bdf", stream()
    block = signal(info, 2000)
    writer = BdfWriter(path, info, FOUR_SITES, STARTED)
    writer.write(block.cut(0, 30))
    writer.write(block.cut(60, 70))
    assert marks_pyedflib(path) == [(0.12, 0.12, "BAD_gap")]
    writer.close()


def test_a_gap_of_minutes_is_one_mark_and_keeps_the_time_after_it(tmp_path: Path) -> None:
    """Else pulling the cable for a minute is counted as many losses, or moves all that follows."""
    path, info = tmp_path / "raw.bdf", stream()
    block = signal(info, 30_025)
    writer = write(path, info, block.cut(0, 10), block.cut(30_000, 30_025))
    assert marks_edfio(path) == [(0.04, 119.96, "BAD_gap")]
    assert [(gap.first_sample, gap.n_lost) for gap in writer.gaps] == [(10, 29_990)]
    found = info.scale.decode(edfio.read_bdf(path).signals[1].digital)
    np.testing.assert_array_equal(found[30_000:], block.data_uv[30_000:, 1])


def test_more_gaps_than_a_record_has_room_for_are_all_marked(tmp_path: Path) -> None:
    """Else a bad radio link hides the very losses it makes."""
    path, info = tmp_path / "raw.bdf", stream(1000.0)
    block = signal(info, 2000)
    write(path, info, *(block.cut(n, n + 1) for n in range(0, 1000, 2)))
    firsts = [round(onset * 1000) for onset, _, text in marks_edfio(path) if text == "BAD_gap"]
    assert firsts == list(range(1, 999, 2))
    same = [round(onset * 1000) for onset, _, text in marks_pyedflib(path) if text == "BAD_gap"]
    assert same == firsts


def test_values_that_are_not_numbers_are_lost_samples(tmp_path: Path) -> None:
    """Else a NaN becomes an arbitrary count, which looks like a muscle."""
    info = stream()
    block = signal(info, 100)
    block.data_uv[40:43, 2] = np.nan
    writer = write(tmp_path / "raw.bdf", info, block)
    assert [(gap.first_sample, gap.n_lost) for gap in writer.gaps] == [(40, 3)]


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(1, 299), max_size=12), gap=st.integers(0, 400))
def test_any_cut_into_blocks_gives_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], gap: int
) -> None:
    """Else the recording depends on how busy the computer was."""
    info = stream(aux=AUX)
    folder = tmp_path_factory.mktemp("cut")
    before, after = signal(info, 300), signal(info, 1000, seed=2).cut(300 + gap, 500 + gap)
    write(folder / "whole.bdf", info, before, after)
    edges = sorted({0, 300, *cuts})
    write(folder / "cut.bdf", info, *(before.cut(a, b) for a, b in pairwise(edges)), after)
    assert (folder / "whole.bdf").read_bytes() == (folder / "cut.bdf").read_bytes()


def test_the_file_can_be_opened_at_any_moment_while_it_grows(tmp_path: Path) -> None:
    """Else a session that never ends in order leaves a file that EDF readers refuse."""
    path, info = tmp_path / "raw.bdf", stream()
    writer, block = BdfWriter(path, info, FOUR_SITES, STARTED), signal(stream(), 500)
    for start in range(0, 500, 40):
        writer.write(block.cut(start, min(start + 40, 500)))
        n_records = min(start + 40, 500) // 25
        assert edfio.read_bdf(path).num_data_records == n_records
        with pyedflib.EdfReader(str(path)) as reader:
            assert reader.datarecords_in_file == n_records
    writer.close()


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from emg.session.bdf import BdfWriter
from emg.montage import FOUR_SITES
from tests.emg.session.parts import STARTED, signal, stream
info = stream()
block = signal(info, 2_000_000 // 4)
writer = BdfWriter(Path(sys.argv[1]), info, FOUR_SITES, STARTED)
start = 0
while start < block.n_samples:
    writer.write(block.cut(start, start + 11))
    start += 11 if start % 5 else 14
    print(start, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
@pytest.mark.parametrize("after_lines", [4, 40, 333, 1501])
def test_a_killed_recording_opens_everywhere_with_its_gaps_marked(tmp_path: Path, after_lines: int) -> None:
    """Else a crash costs the athlete the session."""
    path, info = tmp_path / "raw.bdf", stream()
    child = subprocess.Popen(
        [sys.executable, "-c", WRITE_FOR_EVER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout is not None
    with child:
        for _ in range(after_lines):
            confirmed = int(child.stdout.readline())
        child.send_signal(signals.SIGKILL)
        assert child.wait() == -signals.SIGKILL
    sent = signal(info, 2_000_000 // 4).data_uv
    with warnings.catch_warnings():
        # a kill between a record and the count in the header is mended by the readers, with a warning
        warnings.simplefilter("ignore")
        found = edfio.read_bdf(path)
        raw = mne.io.read_raw_bdf(path, infer_types=True, preload=True, verbose="error")
    n_samples = len(found.signals[0].digital)
    assert n_samples >= confirmed - 25
    assert raw.n_times == n_samples
    lost = np.zeros(n_samples, dtype=bool)
    for mark in found.annotations:
        first = round(mark.onset * 250)
        lost[first : first + round((mark.duration or 0) * 250)] = True
    for channel in range(4):
        values = info.scale.decode(found.signals[channel].digital)
        np.testing.assert_array_equal(values[~lost], sent[:n_samples, channel][~lost])
    with pyedflib.EdfReader(str(path), check_file_size=pyedflib.DO_NOT_CHECK_FILE_SIZE) as reader:
        assert n_samples // 25 - reader.datarecords_in_file in (0, 1)


def test_marks_stay_on_their_samples_for_hours(tmp_path: Path) -> None:
    """Else rounding of seconds moves a gap onto good samples late in a session."""
    path, info = tmp_path / "raw.bdf", stream(256.0, 1)
    block = SampleBlock(np.ones((24 * 40_000, 1)), 0, 256.0, 0.0)
    last = 24 * 40_000
    write(path, info, block, SampleBlock(np.ones((5, 1)), last + 1, 256.0, 0.0), montage=None)
    assert marks_edfio(path)[0] == (last / 256.0, 1 / 256.0, "BAD_gap")
    assert marks_pyedflib(path)[0][0] == pytest.approx(last / 256.0, abs=1e-6)


def test_a_measured_rate_without_an_exact_record_is_kept_to_a_millionth() -> None:
    """Else the file's clock drifts away from the session's."""
    assert record_length(249.8731).fs_hz == pytest.approx(249.8731, rel=1e-6)


@pytest.mark.parametrize(
    ("fs_hz", "n_samples", "duration"),
    [(250, 25, "0.1"), (200, 20, "0.1"), (256, 24, "0.09375"), (1000, 100, "0.1"), (997, 997, "1")],
)
def test_records_last_a_tenth_of_a_second_or_nearly(fs_hz: float, n_samples: int, duration: str) -> None:
    """Else readers compute a wrong rate, or a power cut takes more than it must."""
    assert record_length(float(fs_hz)) == RecordLength(n_samples, Decimal(duration))


@settings(max_examples=50, deadline=None)
@given(st.floats(1.0, 5_000.0))
def test_every_rate_has_a_record_of_at_most_a_second(fs_hz: float) -> None:
    """Else a board with an odd rate cannot be recorded."""
    length = record_length(fs_hz)
    assert length.n_samples >= 1
    assert 0 < length.duration <= 1
    assert len(f"{length.duration}") <= 8
    assert length.fs_hz == pytest.approx(fs_hz, rel=1e-4)


@given(st.floats(1e-5, 9_999_999.0))
def test_a_storable_full_scale_is_what_a_reader_gets_and_clips_nothing(value: float) -> None:
    """Else the file's microvolts differ from the session's."""
    stored = storable_full_scale(value)
    assert stored >= value
    assert storable_full_scale(stored) == stored
    assert stored == pytest.approx(value, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"full_scale_uv": 187_500.123}, "187501"),
        ({"full_scale_uv": 1e9}, "give it in a unit"),
        ({"full_scale_uv": float("nan")}, "give it in a unit"),
        ({"aux": (AuxChannel("EMG 9", "", 1.0),)}, "not EMG"),
        ({"aux": (AuxChannel("A", "", 1.0), AuxChannel("A", "", 1.0))}, "not EMG"),
        ({"aux": (AuxChannel("a label that is too long", "", 1.0),)}, "16 characters"),
        ({"aux": (AuxChannel("ANGLE", "µrad", 1.0),)}, "8 characters"),
    ],
)
def test_what_the_header_cannot_say_exactly_is_refused_before_a_file_is_made(
    tmp_path: Path, facts: dict[str, Any], sentence: str
) -> None:
    """Else the file says something else than what was measured."""
    with pytest.raises(ValueError, match=sentence):
        BdfWriter(tmp_path / "raw.bdf", stream(**facts), FOUR_SITES, STARTED)
    assert not (tmp_path / "raw.bdf").exists()


def test_a_block_from_the_past_is_refused(tmp_path: Path) -> None:
    """Else samples are written twice and everything after them is late."""
    writer = BdfWriter(tmp_path / "raw.bdf", stream(), FOUR_SITES, STARTED)
    block = signal(stream(), 60)
    writer.write(block.cut(0, 30))
    with pytest.raises(ValueError, match="sample 29"):
        writer.write(block.cut(29, 60))
    writer.close()
    writer.close()


def test_arbitrary_units_are_never_called_microvolts(tmp_path: Path) -> None:
    """Else an envelope board's numbers are read as a voltage."""
    info = stream(unit=Unit.ARBITRARY, full_scale_uv=1023.0)
    write(tmp_path / "raw.bdf", info, signal(info, 25))
    assert edfio.read_bdf(tmp_path / "raw.bdf").signals[0].physical_dimension == ""


def test_two_muscles_with_the_same_short_label_are_told_apart(tmp_path: Path) -> None:
    """Else a reader cannot tell which of the two it plots."""
    montage = Montage.of({"gluteus_upper_left": 1, "gluteus_up_left": 2, "ham_left": 3})
    write(tmp_path / "raw.bdf", stream(), signal(stream(), 25), montage=montage)
    assert list(edfio.read_bdf(tmp_path / "raw.bdf").labels) == ["EMG CH1", "EMG CH2", "EMG HAM_L", "EMG CH4"]


def test_the_header_names_nobody(tmp_path: Path) -> None:
    """Else handing on raw.bdf hands on a name."""
    write(tmp_path / "raw.bdf", stream(), signal(stream(), 25))
    header = (tmp_path / "raw.bdf").read_bytes()[:256]
    assert header[8:88].decode().strip() == "X X X X"
    assert header[88:168].decode().strip() == "Startdate 01-MAR-2026 X X powerhold"
    assert header[192:236].decode().strip() == "BDF+C"
