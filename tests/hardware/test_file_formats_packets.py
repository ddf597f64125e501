"""Claims about rows that carry a packet counter: OpenBCI text and BrainFlow files."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.blocks import FloatArray, IntArray
from hardware.boards import find_board
from hardware.counter import Counting
from hardware.file_formats.packets import PacketNumbers, find_counting
from hardware.files import FileUnreadable, describe
from tests.hardware.reading import read_whole, text_file

V6_HEAD = (
    "%OpenBCI Raw EXG Data\n%Number of channels = {n}\n%Sample Rate = {fs} Hz\n%Board = OpenBCI_GUI${board}\n"
    "Sample Index, {names}, Accel Channel 0, Timestamp, Marker Channel, Timestamp (Formatted)\n"
)


def v6_file(
    folder: Path,
    counters: IntArray,
    times_s: FloatArray,
    *,
    n: int = 2,
    fs: int = 250,
    board: str = "BoardCytonSerial",
    in_seconds: bool = False,
) -> Path:
    """A file as the GUI writes it; channel 0 counts the rows, the others are constant."""
    head = V6_HEAD.format(n=n, fs=fs, board=board, names=", ".join(f"EXG Channel {c}" for c in range(n)))
    others = ", ".join(["-123.4567"] * (n - 1))
    clocks = [f"{t:.6f}" if in_seconds else str(round(1000 * t)) for t in times_s.tolist()]
    rows = [
        f"{counter}, {at}.0000, {others}, 0.040, {clock},0, 12:00:53.329\n"
        for at, (counter, clock) in enumerate(zip(counters.tolist(), clocks, strict=True))
    ]
    return text_file(folder, head + "".join(rows), "OpenBCI-RAW.txt")


def burst_times(numbers: IntArray, fs_hz: float, *, seed: int = 1) -> FloatArray:
    """Wall clock at which samples came: up to 35 ms late, and never one before another."""
    late_s = np.random.default_rng(seed).choice([0.0, 0.008, 0.035], len(numbers))
    times_s: FloatArray = np.maximum.accumulate(1.7e9 + numbers / fs_hz + late_s)
    return times_s


def without(n: int, start: int, n_lost: int) -> IntArray:
    """Sample numbers of a recording from which some are lost."""
    return np.concatenate((np.arange(start), np.arange(start + n_lost, n)))


@pytest.mark.parametrize("n_lost", [1, 7, 255, 256, 257, 512, 5000])
@pytest.mark.parametrize("start", [2, 1000, 7990])
def test_lost_packets_are_counted_also_when_the_counter_went_round(
    tmp_path: Path, n_lost: int, start: int
) -> None:
    """Else time closes up over a second without radio, and every latency after it is wrong."""
    numbers = without(8000 + n_lost, start, n_lost)
    path = v6_file(tmp_path, numbers % 256, burst_times(numbers, 250.0))

    found = read_whole(path, "1")

    np.testing.assert_array_equal(found.index, numbers)
    np.testing.assert_array_equal(found.data_uv[:, 0], np.arange(len(numbers)))


def test_half_a_second_held_back_by_an_adapter_is_not_lost(tmp_path: Path) -> None:
    """Else every stall of a USB port is a hole in the signal."""
    numbers = np.arange(6000)
    times_s = burst_times(numbers, 250.0)
    times_s[3000:3125] = times_s[3125]

    assert read_whole(v6_file(tmp_path, numbers % 256, times_s), "1").lost == 0


def test_a_clock_in_seconds_serves_as_one_in_milliseconds(tmp_path: Path) -> None:
    """Else files of a newer GUI lose whole turns of the counter."""
    numbers = without(3000, 700, 256)
    path = v6_file(tmp_path, numbers % 256, burst_times(numbers, 250.0), in_seconds=True)

    np.testing.assert_array_equal(read_whole(path, "1").index, numbers)


def test_a_daisy_counts_in_twos_and_its_half_stale_rows_are_left_out(tmp_path: Path) -> None:
    """Else half of the samples seem lost, or a row that mixes two moments is analysed."""
    numbers = without(2000, 500, 3)
    counters = (2 * numbers) % 256
    counters = np.insert(counters, 800, counters[799])  # after one lost radio packet: the same number again
    counters[1200] += 1  # or, in place of its own, an odd one
    times_s = burst_times(np.insert(numbers, 800, numbers[799]), 125.0)
    path = v6_file(tmp_path, counters, times_s, n=16, fs=125, board="BoardCytonSerialDaisy")

    found = read_whole(path, "1", "16")

    np.testing.assert_array_equal(found.index, np.delete(numbers, 1199))


@pytest.mark.parametrize("base", [0, 100])
@pytest.mark.parametrize("n_lost", [1, 60, 100])
def test_a_ganglion_numbers_its_packets_and_each_holds_two_samples(
    tmp_path: Path, base: int, n_lost: int
) -> None:
    """Else a Ganglion's file is half lost samples."""
    packets = without(1500, 400, n_lost)
    numbers = np.repeat(2 * packets, 2) + np.tile([0, 1], len(packets))
    counters = base + (numbers // 2) % 100
    path = v6_file(tmp_path, counters, burst_times(numbers, 200.0), n=4, fs=200, board="BoardGanglionNative")

    found = read_whole(path, "4", "1")

    np.testing.assert_array_equal(found.index, numbers)
    assert found.info.full_scale_uv == pytest.approx(15_686, abs=1)


def test_a_counter_that_does_not_count_is_told(tmp_path: Path) -> None:
    """Else a file in which losses cannot be seen looks like one without losses."""
    numbers = np.arange(300)

    found = read_whole(v6_file(tmp_path, numbers * 0, burst_times(numbers, 250.0)), "1")

    assert found.n == 300
    assert any("lost samples cannot be seen" in warning for warning in found.warnings)


def test_a_counter_gone_wild_is_refused_by_its_line(tmp_path: Path) -> None:
    """Else channels that slipped by a byte are analysed as muscles."""
    counters = np.arange(6000) % 256
    counters[3000:] = np.random.default_rng(2).integers(0, 256, 3000)
    path = v6_file(tmp_path, counters, burst_times(np.arange(6000), 250.0))

    with pytest.raises(FileUnreadable, match="packet numbers make no sense"):
        read_whole(path, "1")


def test_the_columns_of_a_board_are_its_electrodes(tmp_path: Path) -> None:
    """Else acceleration is read as a muscle."""
    path = v6_file(tmp_path, np.arange(9), burst_times(np.arange(9), 250.0), n=4)

    assert [column.name for column in describe(path).signals] == [f"EXG Channel {n}" for n in range(4)]
    with pytest.raises(FileUnreadable, match="Accel"):
        read_whole(path, "Accel Channel 0")


@pytest.mark.parametrize(
    ("old", "new"), [("Number of channels", "Number"), ("channels = 2", "channels = 99")]
)
def test_a_file_that_does_not_say_its_channels_is_refused(tmp_path: Path, old: str, new: str) -> None:
    """Else some columns are guessed to be electrodes."""
    path = v6_file(tmp_path, np.arange(9), burst_times(np.arange(9), 250.0))
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(FileUnreadable, match="number of channels"):
        read_whole(path, "1")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("cyton", "BoardCytonSerial"),
        ("cyton_daisy", "BoardCytonSerialDaisy"),
        ("cyton_wifi", "BoardCytonWifi"),
        ("ganglion", "BoardGanglionBLE"),
        ("ganglion_wifi", "BoardGanglionWifi"),
    ],
)
def test_a_board_s_file_carries_as_much_of_the_spectrum_as_the_board(
    tmp_path: Path, name: str, called: str
) -> None:
    """Else the same samples allow another number in the analysis than they did live."""
    board = find_board(name)
    n, fs_hz = board.n_channels, board.fs_hz
    times_s = burst_times(np.arange(9), fs_hz)

    info = read_whole(v6_file(tmp_path, np.arange(9), times_s, n=n, fs=round(fs_hz), board=called), "1").info

    assert (info.fs_hz, info.bandwidth_hz) == (fs_hz, board.bandwidth_hz)


def test_a_board_that_is_not_known_has_no_known_rail(tmp_path: Path) -> None:
    """Else its channels clip at the rail of another board."""
    path = v6_file(tmp_path, np.arange(9), burst_times(np.arange(9), 250.0), board="BoardOfTomorrow")

    info = read_whole(path, "1").info

    assert (info.full_scale_uv, info.bandwidth_hz) == (np.inf, 125.0)


@given(
    cuts=st.lists(st.integers(0, 1500), max_size=8),
    losses=st.lists(st.tuples(st.integers(70, 1400), st.sampled_from([1, 2, 100, 256, 300])), max_size=3),
    pairs=st.booleans(),
)
def test_any_cut_of_the_rows_gives_the_same_numbers(
    cuts: list[int], losses: list[tuple[int, int]], pairs: bool
) -> None:
    """Else the size of a buffer decides how much was lost."""
    packets = np.arange(1500)
    for start, n_lost in losses:
        packets = packets + np.where(np.arange(1500) >= start, n_lost, 0)
    numbers, counters = packets, packets % 256
    counting = Counting()
    if pairs:
        numbers = np.repeat(2 * packets, 2) + np.tile([0, 1], 1500)
        counters, counting = (numbers // 2) % 100, Counting(wrap=100, pairs=True)
    times_s = 1.7e9 + numbers / 250.0
    numberer = PacketNumbers(counting, 250.0)

    parts = [
        numberer.number(some.astype(float), times)
        for some, times in zip(np.split(counters, sorted(cuts)), np.split(times_s, sorted(cuts)), strict=True)
    ]

    np.testing.assert_array_equal(np.concatenate(parts), numbers)


@pytest.mark.parametrize(
    ("counters", "expected"),
    [
        (np.arange(300) % 256, Counting()),
        (np.arange(0, 600, 2) % 256, Counting(step=2)),
        (np.repeat(np.arange(150), 2) % 100, Counting(wrap=100, pairs=True)),
        (np.arange(1000, 1300), Counting(wrap=None)),
        (np.zeros(300), None),
        (np.array([4.0]), Counting()),
    ],
)
def test_how_a_board_counts_is_seen_in_its_first_rows(
    counters: FloatArray, expected: Counting | None
) -> None:
    """Else the user must know the firmware."""
    assert find_counting(counters.tolist()) == expected


def test_a_counter_without_a_wrap_tells_its_losses_by_itself() -> None:
    """Else a counter of 32 bits is read as one of eight."""
    numberer = PacketNumbers(Counting(wrap=None), 250.0)

    found = numberer.number(np.array([900.0, 901.0, 905.0, 905.0, 906.0]), np.full(5, np.nan))

    assert found.tolist() == [0, 1, 5, -1, 6]


# --- BrainFlow


@pytest.fixture
def brainflow_file(tmp_path: Path) -> Callable[..., Path]:
    """Write a file with BrainFlow's own writer, in the layout of one of its boards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from brainflow.board_shim import BoardShim
        from brainflow.data_filter import DataFilter

        BoardShim.get_version()

    def write(board_id: int, numbers: IntArray, *, step: int = 1, fs_hz: float = 250.0) -> Path:
        facts = BoardShim.get_board_descr(board_id)
        rows = np.zeros((facts["num_rows"], len(numbers)))
        rows[facts["package_num_channel"]] = (step * numbers) % 256
        for at, channel in enumerate(facts["emg_channels"], start=1):
            rows[channel] = 1000.0 * at + np.sin(numbers / 3.0) * 50.0
        rows[facts["timestamp_channel"]] = burst_times(numbers, fs_hz)
        path = tmp_path / "brainflow.csv"
        DataFilter.write_file(rows, str(path), "w")
        return path

    return write


@pytest.mark.parametrize(
    ("board_id", "step", "fs_hz", "n_channels", "full_scale_uv"),
    [
        (0, 1, 250.0, 8, 187_500.0),
        (2, 2, 125.0, 16, 187_500.0),
        (-1, 1, 250.0, 16, np.inf),
        (5, 1, 1000.0, 8, 187_500.0),
        (24, 1, 2000.0, 8, np.inf),
    ],
)
def test_a_file_of_brainflow_is_known_by_its_columns_counter_and_clock(
    brainflow_file: Callable[..., Path],
    board_id: int,
    step: int,
    fs_hz: float,
    n_channels: int,
    full_scale_uv: float,
) -> None:
    """Else its packet number is taken for a muscle, and its losses are not seen."""
    numbers = without(4000, 1500, 300)

    found = read_whole(
        brainflow_file(board_id, numbers, step=step, fs_hz=fs_hz), "1", str(n_channels), header=False
    )

    np.testing.assert_array_equal(found.index, numbers)
    np.testing.assert_allclose(found.data_uv[:, 0], 1000.0 + np.sin(numbers / 3.0) * 50.0, atol=1e-6)
    np.testing.assert_allclose(
        found.data_uv[:, 1], 1000.0 * n_channels + np.sin(numbers / 3.0) * 50.0, atol=1e-6
    )
    assert (found.info.fs_hz, found.info.full_scale_uv, found.info.board) == (
        fs_hz,
        full_scale_uv,
        "brainflow-csv",
    )


def test_a_table_that_only_looks_like_brainflow_is_a_table(tmp_path: Path) -> None:
    """Else a clock in a column makes a board of any table."""
    text = "".join(f"{n},{n % 7},{1.7e9 + n}\n" for n in range(30))

    assert describe(text_file(tmp_path, text), header=False).origin.board == "table"
