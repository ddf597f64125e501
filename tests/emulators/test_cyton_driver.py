"""Claims about BrainFlow's real driver on the emulated Cyton, with and without a Daisy."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from tests.emulators.cyton import FALSE_PACKET_UV, CytonEmulator
from tests.emulators.cyton_firmware import (
    CHANNEL_LETTERS,
    COUNT_MAX,
    DAISY_BANNER,
    REFERENCE_UV,
    CytonFirmware,
    packets,
)
from tests.emulators.cyton_signals import SteadyElectrode, TestSignal
from tests.emulators.reading import PATIENCE_S, opened, read_until, read_what_was_sent

CYTON, CYTON_DAISY = 0, 2
STEP_UV = REFERENCE_UV / COUNT_MAX / 24.0


@contextmanager
def session(port: str, board_id: int) -> Iterator[Any]:
    """Open the board with BrainFlow alone, as it leaves it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from brainflow.board_shim import BoardShim, BrainFlowInputParams, LogLevels

        BoardShim.set_log_level(LogLevels.LEVEL_OFF.value)
    params = BrainFlowInputParams()
    params.serial_port = port
    shim = BoardShim(board_id, params)
    shim.prepare_session()
    try:
        yield shim
    finally:
        shim.release_session()


def take(shim: Any, n: int) -> np.ndarray:
    """Take so many rows or more from the driver, one per column of the result."""
    deadline_s = time.monotonic() + PATIENCE_S
    while shim.get_board_data_count() < n:
        assert time.monotonic() < deadline_s, "the driver gives no data"
    data: np.ndarray = shim.get_board_data()
    return data


def replies(firmware: CytonFirmware, data: bytes) -> bytes:
    return b"".join(reply for _, reply in firmware.hear(data))


def test_the_firmware_tells_of_its_daisy_as_the_real_one_does() -> None:
    """Else a program believes in 16 channels on a board that has 8, or the other way round."""
    with_daisy, without = CytonFirmware(daisy=True), CytonFirmware()

    assert replies(with_daisy, b"v") == DAISY_BANNER
    assert [replies(with_daisy, command) for command in (b"C", b"c", b"c", b"C")] == [
        b"16$$$",
        b"daisy removed$$$",
        b"",
        b"daisy attached16$$$",
    ]
    assert replies(without, b"Cc") == b"no daisy to attach!8$$$"
    assert replies(without, b"V") == b"v3.1.2$$$"
    assert replies(without, b"~~") == b"Success: Sample rate is 250Hz$$$"
    assert replies(without, b"~4~9").startswith(b"Success: Sample rate is 1000Hz$$$Failure")


def test_the_daisys_channels_are_set_by_their_letters() -> None:
    """Else its muscles stay tied together while the board's own are free."""
    firmware = CytonFirmware(daisy=True)
    commands = b"".join(b"x%c030000X" % letter for letter in CHANNEL_LETTERS)

    assert replies(firmware, commands).count(b"Success: Channel set for ") == 16
    assert {setting.gain for setting in firmware.settings} == {6}
    assert not any(setting.srb2 for setting in firmware.settings)
    assert replies(CytonFirmware(), b"xQ030000X") == b"Success: Channel set for 9$$$"


def test_a_leak_stays_on_its_own_converter() -> None:
    """Else the emulated leak is weaker or stronger than a real one."""
    pairs_uv = np.zeros((4, 16))
    pairs_uv[:, 0], pairs_uv[:, 15] = 1600.0, 3200.0
    counts = CytonFirmware(daisy=True).convert(pairs_uv)

    assert np.all(counts[:, 1:8] * STEP_UV == pytest.approx(100.0, abs=STEP_UV))
    assert np.all(counts[:, 8:15] * STEP_UV == pytest.approx(200.0, abs=STEP_UV))


def test_packets_hold_the_daisy_and_the_board_in_turn_as_means_of_two_samples() -> None:
    """Else the order of 16 channels is a guess that two programs share."""
    firmware = CytonFirmware(daisy=True)
    counts = np.column_stack(
        [np.outer(np.arange(4), np.ones(8)) * 10 + 1, -np.outer(np.arange(4), np.ones(8)) * 100 - 5]
    ).astype(np.int32)

    sent = np.concatenate(
        [firmware.as_sent(np.arange(1), counts[:1]), firmware.as_sent(np.arange(1, 4), counts[1:])]
    )

    assert sent[:, 0].tolist() == [-5, 6, -155, 26]
    assert sent.shape == (4, 8)


def test_the_driver_reads_16_channels_from_two_packets_each() -> None:
    """Else nothing shows that the second board's channels are where they belong."""
    signal = TestSignal(2, n_channels=16)
    with CytonEmulator(signal, daisy=True) as cyton:
        with session(cyton.port, CYTON_DAISY) as shim:
            asked = [shim.config_board(command) for command in ("c", "C")]
            shim.start_stream()
            data = take(shim, 60)
            cyton.drop(1)
            data = np.hstack((data, take(shim, 20)))
            sent, numbers = cyton.sent_counts(), cyton.sent_numbers()
        assert all(cyton.srb2)

    assert asked == ["daisy removed$$$", "daisy attached16$$$"]
    assert np.array_equal(data[0, :60], 2.0 * numbers[:60] % 256)
    assert np.array_equal(np.rint(data[1:17, :60].T / STEP_UV), sent[:60])
    # the odd packet of a lost even one makes a row of half-old channels; of a lost odd one nothing comes
    steps = np.diff(data[0]) % 256
    assert sorted(set(steps.tolist())) in ([0.0, 2.0, 4.0], [2.0, 4.0])
    assert sorted(set(np.diff(numbers).tolist())) == [1, 2]


def test_one_lost_byte_makes_the_driver_lock_on_to_a_wrong_packet_until_it_is_opened_anew() -> None:
    """Else the worst fault of the driver, other channels at full rate, cannot be shown to be cured."""
    signal = SteadyElectrode(TestSignal(), 3, FALSE_PACKET_UV)
    bipolar = "".join(f"x{n}060000X" for n in range(1, 9))
    with CytonEmulator(signal) as cyton:

        def stream(damage: Callable[[], None]) -> tuple[np.ndarray, np.ndarray]:
            with session(cyton.port, CYTON) as shim:
                shim.config_board(bipolar)
                shim.start_stream()
                before = take(shim, 50)
                damage()
                take(shim, 25)
                return before, take(shim, 150)

        right, wrong = stream(lambda: cyton.lose_bytes(1))
        again, still = stream(lambda: None)
        sent = cyton.sent_counts()

    assert np.all(np.diff(right[0]) % 256 == 1)
    assert np.mean(np.diff(wrong[0]) % 256 == 1) < 0.1
    assert np.all(np.diff(still[0]) % 256 == 1)
    assert np.array_equal(np.rint(again[1:9, :50].T / STEP_UV), sent[:50])


def test_a_reader_of_bytes_finds_every_packet_that_was_sent() -> None:
    """Else the account is of something else than what goes over the wire."""
    with CytonEmulator(TestSignal()) as cyton, opened(cyton) as port:
        port.write(b"b")
        assert cyton.wait_sent(20, PATIENCE_S)
        cyton.lose_bytes(3)
        assert cyton.wait_sent(40, PATIENCE_S)
        numbers, rest = read_what_was_sent(
            port,
            cyton,
            lambda board: [
                packets(np.array([number]), row[np.newaxis])
                for number, row in zip(board.sent_numbers().tolist(), board.sent_counts(), strict=False)
            ],
        )
        port.write(b"s")

    assert len(rest) == 30
    assert sum(np.diff(numbers) - 1) == 1


def test_the_dongle_tells_whether_its_board_is_there() -> None:
    """Else a dongle without a board is not told from a port with nothing on it."""
    with CytonEmulator(TestSignal(), off=True) as cyton, opened(cyton) as port:
        port.write(b"\xf0\x07")
        off = read_until(port, lambda data: data.endswith(b"$$$"))
        cyton.off = False
        port.write(b"\xf0")
        port.write(b"\x07")
        on = read_until(port, lambda data: data.endswith(b"$$$"))

    assert (off, on) == (b"Failure: System is Down$$$", b"Success: System is Up$$$")


def test_a_daisy_needs_an_even_counter() -> None:
    """Else the board's and the Daisy's channels change places."""
    with pytest.raises(ValueError, match="give an even one"):
        CytonEmulator(TestSignal(n_channels=16), daisy=True, counter_start=3)
