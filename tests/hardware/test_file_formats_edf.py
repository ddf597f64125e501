"""Claims about EDF, BDF and our own sessions."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from edfio import Bdf, BdfSignal, Edf, EdfAnnotation, EdfSignal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emg.blocks import SampleBlock, Signal, StreamInfo, Unit, as_recorded
from emg.session.bundle import read_samples
from hardware.file_formats import edf
from hardware.files import FileUnreadable, describe
from tests.emg.session.parts import AUX, STARTED, begin, signal, stream
from tests.hardware.reading import read_whole

FS = 1000
RNG = np.random.default_rng(5)
EMG = RNG.normal(0.0, 50.0, (2, 10 * FS))


def edf_file(folder: Path, *, gaps: list[tuple[float, float]] | None = None) -> Path:
    """Two channels of EMG, one in mV, and a slower acceleration."""
    annotations = [EdfAnnotation(at, length, "BAD_gap") for at, length in gaps or []]
    path = folder / "file.edf"
    Edf(
        [
            EdfSignal(EMG[0], FS, label="EMG BF", physical_dimension="uV", physical_range=(-500, 500)),
            EdfSignal(EMG[1] / 1e3, FS, label="EMG ST", physical_dimension="mV", physical_range=(-0.5, 0.5)),
            EdfSignal(EMG[1][:1000], 100, label="acc", physical_dimension="g"),
        ],
        annotations=[*annotations, EdfAnnotation(2.0, None, "set")],
    ).write(path)
    return path


def test_edf_is_read_in_its_own_units_and_rate(tmp_path: Path) -> None:
    """Else a channel in mV is a thousand times too small beside one in uV."""
    found = read_whole(edf_file(tmp_path), "EMG ST", "1")

    assert (found.info.fs_hz, found.info.unit, found.info.full_scale_uv) == (FS, Unit.MICROVOLT, 500.0)
    np.testing.assert_allclose(found.data_uv, EMG[::-1].T, atol=0.51 * 1000 / 65535)
    assert found.lost == 0


def test_channels_of_different_rates_are_refused_together(tmp_path: Path) -> None:
    """Else ten samples of one stand beside one of the other."""
    path = edf_file(tmp_path)

    with pytest.raises(FileUnreadable, match="different rates"):
        read_whole(path, "1", "acc", unit="uV")
    with pytest.raises(FileUnreadable, match="unit of column 'acc'"):
        read_whole(path, "acc")
    assert read_whole(path, "acc", unit="arbitrary").info.fs_hz == 100.0


def test_a_rate_that_is_not_the_file_s_own_is_told(tmp_path: Path) -> None:
    """Else a slip in --fs passes in silence."""
    found = read_whole(edf_file(tmp_path), "1", fs_hz=500.0)

    assert found.info.fs_hz == 500.0
    assert any("1000 Hz" in warning for warning in found.warnings)


def test_what_is_annotated_as_a_gap_is_lost(tmp_path: Path) -> None:
    """Else the value that fills a gap is analysed as a quiet muscle."""
    found = read_whole(edf_file(tmp_path, gaps=[(1.0, 0.5), (7.25, 1.0)]), "1")

    expected = [n for n in range(10 * FS) if not 1000 <= n < 1500 and not 7250 <= n < 8250]
    np.testing.assert_array_equal(found.index, expected)


def discontinuous(path: Path, onsets_s: list[float]) -> None:
    """Give the records of a file times of their own."""
    layout = edf.open_edf(path).layout
    content = bytearray(path.read_bytes())
    content[192:197] = b"EDF+D"
    length = 2 * layout.samples[-1]
    for number, onset_s in enumerate(onsets_s, start=1):
        end = len(layout.header) + number * layout.record_bytes
        content[end - length : end] = (b"+%g\x14\x14" % onset_s).ljust(length, b"\0")
    path.write_bytes(content)


def test_records_that_lie_apart_in_time_leave_gaps(tmp_path: Path) -> None:
    """Else a pause in a discontinuous file is closed up."""
    path = edf_file(tmp_path)
    discontinuous(path, [0.5, 1.5, 2.5, 3.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.75])

    found = read_whole(path, "1")

    np.testing.assert_array_equal(found.index, [*range(4000), *range(7000, 12_000), *range(12_250, 13_250)])


@pytest.mark.parametrize("onsets_s", [[0, 1, 2, 3, 3, 5, 6, 7, 8, 9], [0, 1, 2, 3, 4, 4.5, 6, 7, 8, 9]])
def test_records_that_overlap_in_time_are_refused(tmp_path: Path, onsets_s: list[float]) -> None:
    """Else two samples claim the same moment."""
    path = edf_file(tmp_path)
    discontinuous(path, onsets_s)

    with pytest.raises(FileUnreadable, match="do not follow one another"):
        read_whole(path, "1")


@pytest.mark.parametrize("size", [300, 900, 2000, -1, -3001])
def test_a_file_that_was_cut_off_is_read_to_its_last_whole_record(tmp_path: Path, size: int) -> None:
    """Else a copy that broke off, or a recording that was killed, is lost whole."""
    path = edf_file(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:size])

    if size > 0:
        with pytest.raises(FileUnreadable, match=r"damaged|no samples"):
            read_whole(path, "1")
    else:
        assert read_whole(path, "1").n == 9 * FS


def test_an_unfinished_header_counts_its_records_by_the_size_of_the_file(tmp_path: Path) -> None:
    """Else a file whose writer died says -1 records and is empty."""
    path = edf_file(tmp_path)
    content = bytearray(path.read_bytes())
    content[236:244] = b"-1      "
    path.write_bytes(content)

    assert read_whole(path, "1").n == 10 * FS


@pytest.mark.parametrize("at", [184, 244, 252, 256 + 4 * 216, 256 + 4 * 104])
def test_a_damaged_header_is_refused_in_one_sentence(tmp_path: Path, at: int) -> None:
    """Else people see a traceback, or numbers from the wrong place."""
    path = edf_file(tmp_path)
    content = bytearray(path.read_bytes())
    content[at : at + 4] = b"????"
    path.write_bytes(content)

    with pytest.raises(FileUnreadable, match=r"^[^\n]*damaged[^\n]*\.$"):
        read_whole(path, "1")


@pytest.mark.parametrize("piece_bytes", [1, 30_000, 1 << 18])
def test_pieces_of_any_size_give_the_same(
    tmp_path: Path, piece_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else samples are lost or doubled where two pieces meet."""
    path = edf_file(tmp_path, gaps=[(2.9, 0.3)])
    expected = read_whole(path, "1")

    monkeypatch.setattr(edf, "PIECE_BYTES", piece_bytes)

    found = read_whole(path, "1")
    np.testing.assert_array_equal(found.data_uv, expected.data_uv)
    np.testing.assert_array_equal(found.index, expected.index)


def test_bdf_of_24_bits_comes_back_to_its_last_bit(tmp_path: Path) -> None:
    """Else BDF is read with the grain of EDF."""
    path = tmp_path / "file.bdf"
    emg_signal = BdfSignal(EMG[0], FS, label="A1", physical_dimension="uV", physical_range=(-262144, 262143))
    Bdf([emg_signal]).write(path)

    found = read_whole(path, "A1")

    assert (found.info.board, found.info.full_scale_uv) == ("bdf", 262144.0)
    np.testing.assert_array_equal(found.data_uv[:, 0], emg_signal.data)


# --- our own sessions


def recording(folder: Path, info: StreamInfo, *blocks: SampleBlock, closed: bool = True) -> Path:
    writer = begin(folder, info)
    for block in blocks:
        writer.write_block(block)
    if closed:
        writer.close(STARTED)
    else:
        writer.abandon()
    return writer.folder.path


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 120)), min_size=1, max_size=6),
    fs_hz=st.sampled_from([200.0, 250.0, 256.0, 1000.0, 249.8731]),
    closed=st.booleans(),
)
def test_a_session_gives_what_its_own_reader_gives(
    tmp_path: Path, steps: list[tuple[int, int]], fs_hz: float, closed: bool
) -> None:
    """Else the analysis of a session and the session itself show different numbers."""
    info = stream(fs_hz, aux=AUX)
    whole, sent, at = signal(info, 2000), [], 0
    for lost, received in steps:
        sent.append(whole.cut(at + lost, at + lost + received))
        at += lost + received
    folder = recording(tmp_path, info, *sent, closed=closed)
    expected_info, blocks = read_samples(folder)
    expected = list(blocks)
    if not expected:
        with pytest.raises(FileUnreadable):
            read_whole(folder, "1")
        return

    found = read_whole(folder, *(str(channel) for channel in range(1, info.n_channels + 1)))

    np.testing.assert_array_equal(found.data_uv, np.concatenate([b.data_uv for b in expected]))
    np.testing.assert_array_equal(
        found.index, np.concatenate([np.arange(b.first_sample, b.end_sample) for b in expected])
    )
    for fact in ("board", "source_id", "serial", "fs_hz", "nominal_fs_hz", "bandwidth_hz", "full_scale_uv"):
        assert getattr(found.info, fact) == getattr(expected_info, fact)
    assert 0 <= found.hint - (found.index[-1] + 1) <= 0.2 * fs_hz  # the last record is padded
    assert (found.info.gain, found.info.simulated) == (expected_info.gain, expected_info.simulated)


def test_the_sites_of_a_session_are_its_columns(tmp_path: Path) -> None:
    """Else people must remember which channel was which muscle."""
    info = stream(aux=AUX)
    block = signal(info, 500)
    folder = recording(tmp_path, info, block)

    names = [column.name for column in describe(folder).signals]
    found = read_whole(folder, names[2], names[0])

    assert all(re.fullmatch(r"[a-z0-9_]+_(left|right)|CH\d+", name) for name in names)
    assert len(names) == info.n_channels
    np.testing.assert_array_equal(found.data_uv, as_recorded(block, info).data_uv[:, [2, 0]])


def test_a_session_of_envelopes_in_arbitrary_units_stays_one(tmp_path: Path) -> None:
    """Else an envelope is filtered as raw EMG, and counts become microvolts."""
    info = stream(unit=Unit.ARBITRARY, signal=Signal.ENVELOPE)
    found = read_whole(recording(tmp_path, info, signal(info, 300)), "1")

    assert (found.info.unit, found.info.signal) == (Unit.ARBITRARY, Signal.ENVELOPE)


def test_a_session_whose_files_do_not_belong_together_is_refused(tmp_path: Path) -> None:
    """Else another recording's samples carry this athlete's name."""
    info = stream()
    folder = recording(tmp_path, info, signal(info, 300))
    other = stream(full_scale_uv=4000.0)
    stranger = recording(tmp_path, other, signal(other, 300)) / "raw.bdf"

    for content in (edf_file(tmp_path).read_bytes(), stranger.read_bytes()):
        (folder / "raw.bdf").write_bytes(content)
        with pytest.raises(FileUnreadable, match="do not belong together"):
            read_whole(folder, "1")


@pytest.mark.parametrize("name", ["session.json", "raw.bdf"])
def test_a_session_with_a_file_missing_or_damaged_is_refused(tmp_path: Path, name: str) -> None:
    """Else people see a traceback."""
    info = stream()
    folder = recording(tmp_path, info, signal(info, 300))

    (folder / name).write_bytes(b"{}")
    with pytest.raises(FileUnreadable, match=re.escape(name)):
        read_whole(folder, "1")
    (folder / name).unlink()
    with pytest.raises(FileUnreadable, match=re.escape(name)):
        read_whole(folder, "1")
