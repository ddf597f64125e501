"""Claims about the emulated boards for pyserial: their bytes by hand, and their commands."""

from __future__ import annotations

import numpy as np
import pytest
import serial

from tests.emulators.chords import ChordsEmulator
from tests.emulators.chords_firmware import ChordsFirmware
from tests.emulators.cyton_signals import TestSignal
from tests.emulators.olimex import OlimexEmulator
from tests.emulators.reading import PATIENCE_S, opened, read_bytes, read_until, read_what_was_sent
from tests.emulators.spikerbox import SpikerBoxEmulator
from tests.emulators.spikerbox_firmware import SpikerBoxFirmware
from tests.emulators.text_board import SKETCHES, TextEmulator
from tests.hardware.wire.encode import encode_spikerbox, encode_text

MESSAGE = b"\xff\xff\x01\x01\x80\xff%b\xff\xff\x01\x01\x81\xff"


def fast_signal(n_channels: int = 8) -> TestSignal:
    return TestSignal(1, 10_000.0, n_channels)


def test_an_olimex_packet_is_what_the_sketch_sends() -> None:
    """Else our own reader and writer agree on a wrong format."""
    with OlimexEmulator(TestSignal(), fs_hz=125.0) as board, opened(board) as port:
        data = read_bytes(port, 17 * 12)
        counts = board.sent_counts()

    for n in range(12):
        packet = data[17 * n : 17 * (n + 1)]
        values = [256 * packet[4 + 2 * channel] + packet[5 + 2 * channel] for channel in range(6)]
        assert packet[:4] == bytes([0xA5, 0x5A, 2, n])
        assert values == counts[n].tolist()
        assert packet[16] == 1
    assert counts.min() >= 0
    assert counts.max() < 1024


def test_chords_takes_a_second_for_each_command_and_stops_at_any_byte() -> None:
    """Else a program that asks too fast, or asks while it streams, works here and not on the board."""
    firmware = ChordsFirmware("UNO-R3")

    assert firmware.hear(b"WHO", 10.0) == 11.0
    assert firmware.hear(b"RU\n", 10.5) == 11.5
    assert firmware.act(11.0) == b""
    assert firmware.act(11.5) == b"UNO-R3\r\n"
    assert said_and_streaming(firmware, b"START\n", 20.0) == (b"", True)
    assert said_and_streaming(firmware, b"\n", 30.0) == (b"", False)
    assert said_and_streaming(firmware, b"START\n", 40.0) == (b"", True)
    assert said_and_streaming(firmware, b"STATUS\n", 50.0) == (b"STOP\r\n", False)
    assert said_and_streaming(firmware, b"WHORU\nSTART\n", 60.0) == (b"", False)


def said_and_streaming(firmware: ChordsFirmware, command: bytes, now_s: float) -> tuple[bytes, bool]:
    """Send a command, and see what it has led to a second later; any byte stops the stream at once."""
    firmware.hear(command, now_s)
    assert not firmware.streaming
    return firmware.act(now_s + 1.0), firmware.streaming


def test_a_chords_board_is_asked_started_and_read() -> None:
    """Else the emulator is none for the whole way of a real program."""
    board = ChordsEmulator(TestSignal(fs_hz=500.0), board="UNO-R4", counter_start=250)
    with board, opened(board) as port:
        name = ask_until_it_answers(port, b"WHORU\n")
        port.write(b"START\n")
        data = read_bytes(port, 16 * 10)
        counts = board.sent_counts()
        port.write(b"?")
        read_until(port, lambda data: not board.streaming)

    assert name == b"UNO-R4\r\n"
    for n in range(10):
        packet = data[16 * n : 16 * (n + 1)]
        assert packet[:3] == bytes([0xC7, 0x7C, (250 + n) % 256])
        assert [256 * packet[3 + 2 * c] + packet[4 + 2 * c] for c in range(6)] == counts[n].tolist()
        assert packet[15] == 1
    assert counts.max() < 1 << 14


def ask_until_it_answers(port: serial.Serial, question: bytes) -> bytes:
    """Ask again as long as the board is not there yet."""
    port.timeout = 1.5
    for _ in range(10):
        port.write(question)
        answer: bytes = port.readline()
        if answer:
            return answer
    raise AssertionError("the board does not answer")


def test_a_spikerbox_knows_its_commands() -> None:
    """Else a program's question works here and not on the box."""
    shield, muscle = SpikerBoxFirmware("MUSCLESS", 1), SpikerBoxFirmware("MUSCUSB1", 1)

    assert shield.hear(b"conf s:10000;c:") == b""
    assert shield.n_channels == 1
    assert shield.hear(b"3;\nb:;\n") == MESSAGE % b"HWT:MUSCLESS;"
    assert shield.n_channels == 3
    assert shield.hear(b"?:;\n") == MESSAGE % b"FWV:1.0;HWT:MUSCLESS;HWV:1.0;"
    assert shield.hear(b"conf s:10000;c:9;\nnothing\n" + b"x" * 1000) == b""
    assert shield.n_channels == 3
    assert muscle.hear(b"conf s:10000;c:2;\nb:;\n") == MESSAGE % b"HWT:MUSCUSB1;"
    assert muscle.n_channels == 1
    with pytest.raises(ValueError, match="channels"):
        SpikerBoxFirmware("MUSCUSB1", 2)


def test_spikerbox_frames_start_with_the_only_byte_that_has_its_highest_bit() -> None:
    """Else a frame cannot be found again after a loss."""
    with SpikerBoxEmulator(fast_signal(), channels=3) as board, opened(board) as port:
        data = read_bytes(port, 10 + 6 * 200)
        counts = board.sent_counts()

    assert data[:10] == b"StartUp!\r\n"
    frames = np.frombuffer(data[10 : 10 + 6 * 200], dtype=np.uint8).reshape(-1, 6).astype(np.int64)
    assert np.all(frames[:, 0] >= 0x80)
    assert np.all(frames[:, 1:] < 0x80)
    assert np.array_equal((frames[:, 0::2] & 0x7F) * 128 + frames[:, 1::2], counts[:200])
    assert counts.max() < 1024


def test_spikerbox_channels_share_the_converter_and_messages_stand_in_the_stream() -> None:
    """Else a box with two channels runs at the rate of one, or its name is read as samples."""
    board = SpikerBoxEmulator(fast_signal(), hardware="HUMANSB", channels=2, left_streaming=True)
    with board, opened(board) as port:
        assert board.wait_sent(100, PATIENCE_S)
        port.write(b"b:;\n")
        named = read_until(port, lambda data: b"\x81\xff" in data)
        board.say("EVNT:1;", inside_frame=True)
        marked = read_until(port, lambda data: b"\x81\xff" in data)
        port.write(b"conf s:10000;c:4;\n")
        read_until(port, lambda data: board.n_columns == 4)
        assert board.wait_sent(100, PATIENCE_S)
        columns = board.sent_counts().shape[1]

    assert MESSAGE % b"HWT:HUMANSB;" in named
    start = marked.index(MESSAGE % b"EVNT:1;")
    assert marked[start - 1] >= 0x80
    assert columns == 4


def test_a_spikerbox_accounts_for_every_frame_although_none_is_numbered() -> None:
    """Else a loss that only the clock can tell has no truth to be held against."""
    with SpikerBoxEmulator(fast_signal(), channels=2) as board, opened(board) as port:
        assert board.wait_sent(50, PATIENCE_S)
        board.drop(256)
        board.corrupt(2, at=1)
        assert board.wait_sent(2000, PATIENCE_S)
        numbers = board.sent_numbers()
        frames = encode_spikerbox(board.sent_counts()[: len(numbers)])
        damaged = board.damaged_numbers()
        n_before = int(np.argmax(np.diff(numbers) > 1)) + 1
        banner, n_between = len(b"StartUp!\r\n"), 2 * 4
        data = read_bytes(port, banner + n_between + len(frames))[banner:]

    assert np.diff(numbers)[n_before - 1] == 259
    assert numbers[-1] + 1 - len(numbers) == 258
    assert damaged.tolist() == [numbers[n_before] - 2, numbers[n_before] - 1]
    assert data[: 4 * n_before] == frames[: 4 * n_before]
    assert data[4 * n_before + n_between : n_between + len(frames)] == frames[4 * n_before :]


@pytest.mark.parametrize(
    ("sketch", "first", "line"),
    [
        ("myoware", b"MyoWare Example_01_analogRead_SINGLE\r\n", b"%d\r\n"),
        ("two-values", b"", b"%d,%d\r\n"),
        ("four-values", b"", b"%d %d %d %d\n"),
        ("labels", b"", b"glute:%d\tham:%d\r\n"),
    ],
)
def test_a_sketch_prints_lines_after_its_banner(sketch: str, first: bytes, line: bytes) -> None:
    """Else the reader of text is tried on a text that no Arduino prints."""
    facts = SKETCHES[sketch]
    with TextEmulator(TestSignal(fs_hz=facts.electrodes_hz), facts) as board, opened(board) as port:
        assert board.wait_sent(5, PATIENCE_S)
        counts = board.sent_counts()[:5]
        expected = first + b"".join(line % tuple(row) for row in counts.tolist())
        data = read_bytes(port, len(expected))

    assert data[: len(expected)] == expected
    assert counts.shape == (5, facts.n_channels)


def test_an_envelope_board_is_read_far_finer_than_it_prints() -> None:
    """Else its envelope is made of 20 readings a second, which is none."""
    signal = TestSignal(fs_hz=SKETCHES["two-envelopes"].electrodes_hz)
    with TextEmulator(signal, SKETCHES["two-envelopes"]) as board, opened(board) as port:
        assert board.wait_sent(12, PATIENCE_S)
        numbers, rest = read_what_was_sent(
            port, board, lambda board: [encode_text(row) for row in board.sent_counts()]
        )
        counts = board.sent_counts()

    assert numbers[0] == 0
    assert rest == b""
    assert counts[-4:, 0].min() > 5 * max(1, counts[-4:, 1].max())
