"""Claims about boards on a serial port, read from emulators of their firmware on pseudo-terminals."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import serial
from numpy.typing import NDArray

from emg.blocks import SampleBlock, Signal, SourceLost, SourceUnavailable, StreamInfo, Unit
from hardware import serial_boards
from hardware.boards import find_board
from hardware.serial_source import SerialSource
from tests.emulators.chords import ChordsEmulator
from tests.emulators.front_end import FrontEnd
from tests.emulators.olimex import OlimexEmulator
from tests.emulators.pty_board import Life, PtyBoard
from tests.emulators.spikerbox import SpikerBoxEmulator
from tests.emulators.text_board import SKETCHES, Sketch, TextEmulator

pytestmark = pytest.mark.device

PATIENCE_S = 30.0


class Noise:
    """A signal of which every stretch is another: 40 µV of white noise on each pair of electrodes."""

    def __init__(self, n_channels: int = 6, rms_uv: float = 40.0) -> None:
        self._rng = np.random.default_rng(5)
        self._n_channels = n_channels
        self._rms_uv = rms_uv

    def __call__(self, n: int, /) -> NDArray[np.float64]:
        signal_uv: NDArray[np.float64] = self._rms_uv * self._rng.standard_normal((n, self._n_channels))
        return signal_uv


@contextmanager
def opened(source: SerialSource) -> Iterator[StreamInfo]:
    try:
        yield source.open()
    finally:
        source.close()
        source.close()


def read_until(source: SerialSource, enough: Callable[[list[SampleBlock]], bool]) -> list[SampleBlock]:
    blocks: list[SampleBlock] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while not enough(blocks):
        assert time.monotonic() < deadline_s, "the stream does not give what was sent"
        block = source.read(0.05)
        if block is not None:
            blocks.append(block)
    return blocks


def read_past(source: SerialSource, sample: int) -> list[SampleBlock]:
    return read_until(source, lambda blocks: bool(blocks) and blocks[-1].end_sample > sample)


def numbers_of(blocks: list[SampleBlock]) -> NDArray[np.int64]:
    return np.concatenate([np.arange(block.first_sample, block.end_sample) for block in blocks])


def rows_of(blocks: list[SampleBlock]) -> NDArray[np.float64]:
    return np.concatenate([block.data_uv for block in blocks])


def true_numbers(blocks: list[SampleBlock], board: PtyBoard) -> NDArray[np.int64]:
    """Find each row among those that were sent, from the first on; rows that were never sent fail."""
    rows, sent, numbers = rows_of(blocks), board.sent_counts().astype(np.float64), board.sent_numbers()
    at = next(at for at in range(len(sent)) if np.array_equal(sent[at : at + 20], rows[:20]))
    found = np.empty(len(rows), dtype=np.int64)
    for i, row in enumerate(rows):
        while not np.array_equal(sent[at], row):
            at += 1
            assert at < len(sent), f"row {i} was never sent after the one before it"
        found[i] = numbers[at]
        at += 1
    since_first: NDArray[np.int64] = found - found[0]
    return since_first


def error_of(source: SerialSource) -> str:
    """Open what cannot be opened, and return the sentence."""
    try:
        with pytest.raises(SourceUnavailable) as failure:
            source.open()
    finally:
        source.close()
    sentence = str(failure.value)
    assert re.fullmatch(r"[^\n]+\.", sentence)
    assert ":" in sentence
    return sentence


def board_source(name: str, board: PtyBoard, channels: int | None = None) -> SerialSource:
    return SerialSource(find_board(name), port=board.port, channels=channels)


@pytest.mark.parametrize(
    ("name", "make", "channels", "facts"),
    [
        ("olimex", lambda: OlimexEmulator(Noise()), None, (250.0, 256.0, 6, 1023.0, 40.0)),
        ("chords", lambda: ChordsEmulator(Noise(), board="UNO-R4"), None, (500.0, 500.0, 6, 16383.0, 250.0)),
        ("spikerbox", lambda: SpikerBoxEmulator(Noise()), None, (1e4, 1e4, 1, 1023.0, 5e3)),
        ("spikerbox", lambda: SpikerBoxEmulator(Noise()), 4, (2500.0, 2500.0, 4, 1023.0, 1250.0)),
        (
            "spikerbox",
            lambda: SpikerBoxEmulator(Noise(), hardware="HUMANSB", channels=2),
            2,
            (5e3, 5e3, 2, 16383.0, 2.5e3),
        ),
    ],
)
def test_every_sample_is_what_the_board_sent(
    name: str, make: Callable[[], PtyBoard], channels: int | None, facts: tuple[float, ...]
) -> None:
    """Else a recording holds another signal, or the right one at a rate that the board only promised."""
    with make() as board:
        source = board_source(name, board, channels)
        with opened(source) as info:
            blocks = read_past(source, round(info.fs_hz))
            assert np.array_equal(numbers_of(blocks), true_numbers(blocks, board))
    described: tuple[float, ...] = (
        info.fs_hz,
        info.nominal_fs_hz,
        info.n_channels,
        info.full_scale_uv,
        info.bandwidth_hz,
    )
    assert described == facts
    assert (info.board, info.source_id, info.unit, info.signal) == (name, name, Unit.ARBITRARY, Signal.RAW)
    assert blocks[0].first_sample == 0
    assert all(block.data_uv.flags.c_contiguous for block in blocks)
    assert all(block.aux.shape == (block.n_samples, len(info.aux)) for block in blocks)


@pytest.mark.parametrize(
    ("sketch", "signal"),
    [
        (SKETCHES["two-envelopes"], Signal.ENVELOPE),
        (SKETCHES["labels"], Signal.RAW),
        (Sketch(500.0, SKETCHES["two-values"].front_end, 1, labels=("ENV",)), Signal.ENVELOPE),
    ],
)
def test_printed_numbers_are_an_envelope_if_they_are_slow_or_say_so(sketch: Sketch, signal: Signal) -> None:
    """Else an envelope is filtered and rectified once more, and the bars stand still."""
    with TextEmulator(Noise(), sketch) as board:
        source = board_source("serial-text", board)
        with opened(source) as info:
            blocks = read_past(source, round(1.5 * info.fs_hz))
        sent = board.sent_counts()
    rows = rows_of(blocks)
    assert any(np.array_equal(sent[at : at + len(rows)], rows) for at in range(len(sent)))
    assert (info.signal, info.unit, info.full_scale_uv) == (signal, Unit.ARBITRARY, 65535.0)
    assert info.fs_hz == pytest.approx(sketch.fs_hz, rel=0.005)
    assert info.bandwidth_hz == info.fs_hz / 2.0


def test_the_full_scale_of_printed_numbers_leaves_room_for_an_effort() -> None:
    """Else a converter of 12 bits, opened at rest, is cut off at a quarter of its range."""
    front_end = FrontEnd(gain=2000.0, reference_v=5.0, bits=12, band_hz=(20.0, 500.0))
    with (
        TextEmulator(Noise(), Sketch(500.0, front_end, 2)) as board,
        opened(board_source("serial-text", board)) as info,
    ):
        assert info.full_scale_uv == 65535.0


def test_lost_packets_are_counted() -> None:
    """Else a dropout shortens the session; the counter shows neither a loss of 256 nor damage."""
    with OlimexEmulator(Noise()) as board:
        source = board_source("olimex", board)
        with opened(source):
            blocks = read_past(source, 100)
            for n_lost in (7, 256):
                board.drop(n_lost)
                blocks += read_past(source, blocks[-1].end_sample + n_lost + 25)
            board.lose_bytes(5)
            board.garbage(40)
            blocks += read_past(source, blocks[-1].end_sample + 50)
            assert np.array_equal(numbers_of(blocks), true_numbers(blocks, board))
            n_lost = blocks[-1].end_sample - sum(block.n_samples for block in blocks)
    assert 7 + 256 + 1 <= n_lost <= 7 + 256 + 4
    assert not any(block.gap_estimated for block in blocks)


def test_without_a_counter_the_clock_tells_what_is_lost() -> None:
    """Else losses of a SpikerBox shorten the session, and bursts lengthen it."""
    with SpikerBoxEmulator(Noise()) as board:
        source = board_source("spikerbox", board, 4)
        with opened(source) as info:
            blocks = read_past(source, 1000)
            board.drop(1500)
            blocks += read_past(source, blocks[-1].end_sample + 2500)
            board.hold_back(0.4)
            board.lose_bytes(1201)  # whole frames lost inside a frame would make a false one
            blocks += read_past(source, blocks[-1].end_sample + 3000)
            error = numbers_of(blocks) - true_numbers(blocks, board)
    gaps = [block for block in blocks if block.gap_estimated]
    assert gaps
    assert np.all(np.diff(numbers_of(blocks)) > 0)
    assert np.abs(error).max() <= 0.06 * info.fs_hz
    assert blocks[-1].end_sample - len(rows_of(blocks)) >= 1500 + 150 - 0.06 * info.fs_hz


def test_a_board_that_is_pulled_out_comes_back(tmp_path: Path) -> None:
    """Else the bars stand still without a word, or the session cannot go on."""
    with OlimexEmulator(Noise(), link=tmp_path / "board") as board:
        source = board_source("olimex", board)
        with opened(source) as info:
            read_past(source, 20)
            board.hang_up()
            with pytest.raises(SourceLost, match="vanished"):
                read_past(source, 10_000)
            with pytest.raises(SourceLost):
                source.read(0.0)
            assert "is gone" in error_of(source)
            board.plug_in()
            assert source.open() == info
            blocks = read_past(source, 100)
            assert np.array_equal(numbers_of(blocks), true_numbers(blocks, board))
    assert blocks[0].first_sample == 0


def test_a_board_that_comes_back_at_another_rate_is_refused(tmp_path: Path) -> None:
    """Else the second half of a session runs at half its speed."""
    link = tmp_path / "board"
    with OlimexEmulator(Noise(), link=link) as board:
        source = board_source("olimex", board)
        with opened(source):
            pass
    with OlimexEmulator(Noise(), link=link, fs_hz=125.0):
        assert re.search(r"12[45]\S* samples a second now, and 250 before", error_of(source))


def test_silence_is_no_sample_and_no_fault() -> None:
    """Else a board that is out of range ends the session, or its last value is shown for ever."""
    with OlimexEmulator(Noise()) as board:
        source = board_source("olimex", board)
        with opened(source):
            read_past(source, 20)
            board.stop_sending()
            read_until(source, lambda _: source.read(0.2) is None)
            assert source.read(0.0) is None
            board.resume_sending()
            read_until(source, lambda blocks: len(blocks) > 0)


@pytest.mark.parametrize("life", [Life(left_streaming=True), Life(banner_delay_s=1.0)])
def test_a_chords_board_starts_late_or_was_left_streaming(life: Life) -> None:
    """Else a program that crashed, or a slow boot loader, makes a board useless until it is unplugged."""
    with ChordsEmulator(Noise(), **life) as board:
        source = board_source("chords", board)
        with opened(source) as info:
            blocks = read_past(source, 100)
            assert np.array_equal(numbers_of(blocks), true_numbers(blocks, board))
        deadline_s = time.monotonic() + PATIENCE_S
        while board.streaming:  # the firmware takes a command when a second of silence has passed
            assert time.monotonic() < deadline_s, "closing must stop it"
    assert (info.fs_hz, info.n_channels, len(info.aux)) == (250.0, 6, 1)


@pytest.mark.parametrize(
    ("name", "make", "looks_like"),
    [
        ("olimex", lambda: TextEmulator(Noise(), SKETCHES["two-values"]), "serial-text"),
        ("chords", lambda: OlimexEmulator(Noise()), "olimex"),
        ("spikerbox", lambda: ChordsEmulator(Noise(), left_streaming=True), "chords"),
        ("serial-text", lambda: SpikerBoxEmulator(Noise()), "spikerbox"),
    ],
)
def test_another_boards_bytes_are_named(name: str, make: Callable[[], PtyBoard], looks_like: str) -> None:
    """Else people look for a broken cable when only the wrong board was chosen."""
    with make() as board:
        sentence = error_of(board_source(name, board))
    assert f"looks like '{looks_like}'" in sentence


def test_a_port_that_cannot_be_used_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the second most frequent complaint is ours too: a port error that says nothing."""
    monkeypatch.setattr(serial_boards, "PATIENCE_S", 0.5)
    olimex = find_board("olimex")
    assert "--port" in error_of(SerialSource(olimex, port=""))
    assert "no port" in error_of(SerialSource(olimex, port=str(tmp_path / "nothing")))
    with OlimexEmulator(Noise(), silent=True) as board:
        assert "Nothing answers" in error_of(board_source("olimex", board))
        with serial.Serial(board.port, exclusive=True):
            assert "in use" in error_of(board_source("olimex", board))
    with SpikerBoxEmulator(Noise(), hardware="MUSCUSB1") as board:
        assert "1 of the 2 channels" in error_of(board_source("spikerbox", board, 2))
    with pytest.raises(ValueError, match="not read through a serial port"):
        SerialSource(find_board("cyton"), port="nowhere")


def test_an_adapter_that_gives_half_a_second_at_once_does_not_spoil_the_rate() -> None:
    """Else an adapter as Windows sets it up makes every rate wrong, or cannot be used at all."""
    with SpikerBoxEmulator(Noise(), chunk_s=0.5) as board:
        source = board_source("spikerbox", board, 4)
        with opened(source) as info:
            blocks = read_past(source, 5000)
            error = numbers_of(blocks) - true_numbers(blocks, board)
    # a computer under load adds 20 ms of scatter to so few arrivals
    assert info.fs_hz == pytest.approx(2500.0, rel=0.015)
    assert np.abs(error).max() <= 0.05 * info.fs_hz
