"""Claims about the life that all emulated boards share, told on the one that streams without being asked."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal
from tests.emulators.olimex import OlimexEmulator
from tests.emulators.pty_board import FloatArray, PtyBoard
from tests.emulators.reading import PATIENCE_S, opened, read_bytes, read_until, read_what_was_sent
from tests.hardware.wire.encode import OLIMEX_BYTES, encode_olimex

Act = Callable[[PtyBoard], None]


class WatchedSignal:
    """A test signal by which a test can let time pass on the board's own clock."""

    def __init__(self) -> None:
        self._signal = TestSignal()
        self._n_given = 0
        self._more = threading.Condition()

    def __call__(self, n: int, /) -> FloatArray:
        with self._more:
            self._n_given += n
            self._more.notify_all()
        return self._signal(n)

    def wait_for(self, n: int) -> None:
        """Wait until so many more samples have been taken."""
        with self._more:
            end = self._n_given + n
            assert self._more.wait_for(lambda: self._n_given >= end, PATIENCE_S)


def packed(board: PtyBoard) -> list[bytes]:
    counts = board.sent_counts()
    data = encode_olimex(board.sent_numbers()[: len(counts)], counts[: len(board.sent_numbers())])
    return [data[start : start + OLIMEX_BYTES] for start in range(0, len(data), OLIMEX_BYTES)]


def wait_for(board: PtyBoard, n: int) -> None:
    """Wait until so many more packets have been sent."""
    assert board.wait_sent(len(board.sent_numbers()) + n, PATIENCE_S)


def missing(numbers: np.ndarray) -> int:
    return int(numbers[-1]) + 1 - len(numbers)


@pytest.mark.parametrize("n", [1, 7, 255, 256, 257])
def test_dropped_packets_are_missing_and_nothing_else_is(n: int) -> None:
    """Else nobody can say whether a loss was found to the last sample."""
    with OlimexEmulator(TestSignal()) as board, opened(board) as port:
        wait_for(board, 10)
        board.drop(n)
        wait_for(board, 10)
        numbers, rest = read_what_was_sent(port, board, packed)

    assert rest == b""
    assert sorted(set(np.diff(numbers).tolist())) == [1, n + 1]


@pytest.mark.parametrize(
    ("act", "n_damaged", "n_vanished", "n_rest"),
    [
        (lambda board: board.corrupt(3), 3, 0, 3 * OLIMEX_BYTES),
        (lambda board: board.corrupt(2, at=0), 2, 0, 2 * OLIMEX_BYTES),
        (lambda board: board.lose_bytes(5), 1, 0, OLIMEX_BYTES - 5),
        (lambda board: board.lose_bytes(20, at=16), 2, 1, 3 * OLIMEX_BYTES - 20),
        (lambda board: board.garbage(100), 0, 0, 100),
    ],
)
def test_every_byte_is_accounted_for(act: Act, n_damaged: int, n_vanished: int, n_rest: int) -> None:
    """Else a packet that left damaged counts as one that a reader has lost."""
    with OlimexEmulator(TestSignal()) as board, opened(board) as port:
        wait_for(board, 10)
        act(board)
        wait_for(board, 20)
        numbers, rest = read_what_was_sent(port, board, packed)
        damaged = board.damaged_numbers()

    assert len(damaged) == n_damaged
    assert missing(numbers) == n_damaged + n_vanished
    assert not set(damaged.tolist()) & set(numbers.tolist())
    assert len(rest) == n_rest


def test_out_of_range_the_counter_goes_on_and_frozen_it_does_not() -> None:
    """Else a loss that the counter shows is not told from one that only the clock shows."""
    signal = WatchedSignal()
    with OlimexEmulator(signal) as board, opened(board) as port:
        wait_for(board, 10)
        board.stop_sending()
        signal.wait_for(50)
        board.resume_sending()
        wait_for(board, 10)
        n_out_of_range = missing(board.sent_numbers())
        board.freeze()
        signal.wait_for(50)
        board.thaw()
        wait_for(board, 10)
        numbers, rest = read_what_was_sent(port, board, packed)

    assert n_out_of_range >= 50
    assert missing(numbers) == n_out_of_range
    assert rest == b""


def test_held_back_packets_are_late_and_whole() -> None:
    """Else an adapter's latency is taken for a loss."""
    with OlimexEmulator(TestSignal()) as board, opened(board) as port:
        wait_for(board, 10)
        board.hold_back(0.3)
        wait_for(board, 60)
        board.chunk_s = 0.1
        wait_for(board, 60)
        numbers, rest = read_what_was_sent(port, board, packed)

    assert missing(numbers) == 0
    assert rest == b""


def test_a_stuck_counter_stays_and_the_samples_go_on() -> None:
    """Else nobody sees what a reader makes of a counter that says nothing."""
    with OlimexEmulator(TestSignal(), counter_start=250) as board, opened(board) as port:
        first = read_bytes(port, 10 * OLIMEX_BYTES)
        board.stick_counter(True)
        wait_for(board, 20)
        stuck = read_bytes(port, 40 * OLIMEX_BYTES)
        counts = board.sent_counts()

    assert [first[17 * i + 3] for i in range(10)] == [250, 251, 252, 253, 254, 255, 0, 1, 2, 3]
    table = np.frombuffer((first + stuck)[: 45 * OLIMEX_BYTES], dtype=np.uint8).reshape(-1, OLIMEX_BYTES)
    assert len(set(table[-20:, 3].tolist())) == 1
    assert np.array_equal(table[:, 4:16].copy().view(">u2"), counts[: len(table)])


def test_a_pulled_board_comes_back_under_another_number_and_starts_anew(tmp_path: Path) -> None:
    """Else a program that remembers the number of a port is never found out."""
    link = tmp_path / "board"
    with OlimexEmulator(TestSignal(), link=link) as board:
        before = link.readlink()
        with opened(board) as port:
            wait_for(board, 10)
            board.hang_up()
            with pytest.raises(OSError):
                read_until(port, lambda data: False)
        assert not os.path.lexists(link)
        assert not board.streaming
        board.plug_in()
        assert board.port == str(link)
        assert link.readlink() != before
        with opened(board) as port:
            first = read_bytes(port, OLIMEX_BYTES)

    assert first[:4] == b"\xa5\x5a\x02\x00"
    assert not os.path.lexists(link)


def test_a_board_with_a_battery_goes_on_without_its_dongle() -> None:
    """Else the board that still streams when its dongle is back is never tried."""
    signal = WatchedSignal()
    with CytonEmulator(signal) as cyton:
        with opened(cyton) as port:
            port.write(b"x1000100Xb")
            wait_for(cyton, 10)
            cyton.hang_up(powered=True)
            signal.wait_for(5)
        cyton.plug_in()
        assert cyton.streaming
        assert cyton.gains[0] == 1
        n_before = len(cyton.sent_numbers())
        with opened(cyton):
            wait_for(cyton, 10)
            numbers = cyton.sent_numbers()

    assert numbers[n_before] > n_before


def test_a_board_that_lost_its_power_ties_its_inputs_together_again() -> None:
    """Else a program that does not set it again passes, and one muscle is shown as another."""
    with CytonEmulator(TestSignal()) as cyton:
        with opened(cyton) as port:
            port.write(b"x1060000Xx2030000X")
            read_until(port, lambda data: data.count(b"$$$") == 2)
            set_before = cyton.srb2, cyton.gains[1]
            cyton.hang_up()
        cyton.plug_in()
        with opened(cyton) as port:
            port.write(b"b")
            wait_for(cyton, 5)
            set_after = cyton.srb2, cyton.gains[1]

    assert set_before == ((False, False, *(True,) * 6), 6)
    assert set_after == ((True,) * 8, 24)


def test_opening_resets_a_board_unless_it_was_left_streaming() -> None:
    """Else a stream that is joined in the middle of a packet is never tried, or always."""
    with OlimexEmulator(TestSignal()) as board:
        for _ in range(2):
            with opened(board) as port:
                assert read_bytes(port, OLIMEX_BYTES)[:4] == b"\xa5\x5a\x02\x00"
            wait_until_unheard(board)
    signal = WatchedSignal()
    with OlimexEmulator(signal, left_streaming=True) as board:
        signal.wait_for(30)
        with opened(board):
            wait_for(board, 10)
        numbers = board.sent_numbers()

    assert numbers[0] > 0


def wait_until_unheard(board: PtyBoard) -> None:
    """Wait until the board has noticed that its port was closed."""
    deadline_s = time.monotonic() + PATIENCE_S
    while board.listened:
        assert time.monotonic() < deadline_s


def test_a_silent_board_sends_nothing_and_hears_nothing() -> None:
    """Else what a dead board looks like is never seen."""
    signal = WatchedSignal()
    with CytonEmulator(signal) as cyton, opened(cyton) as port:
        port.write(b"b")
        read_bytes(port, 33)
        cyton.silent = True
        signal.wait_for(5)
        read_until(port, lambda data: port.in_waiting == 0)
        n_before = len(cyton.sent_numbers())
        port.write(b"x1000100X")
        signal.wait_for(30)
        assert len(cyton.sent_numbers()) - n_before <= 5
        cyton.silent = False
        wait_for(cyton, 5)
        assert cyton.gains[0] == 24


def test_a_slow_banner_delays_what_is_said_after_it() -> None:
    """Else a board that takes its time is one that answers out of order."""
    with CytonEmulator(TestSignal(), banner_delay_s=0.3) as cyton, opened(cyton) as port:
        asked_s = time.monotonic()
        port.write(b"vd")
        answer = read_until(port, lambda data: data.count(b"$$$") == 2)
        waited_s = time.monotonic() - asked_s

    assert answer.startswith(b"OpenBCI")
    assert waited_s >= 0.3
