"""Claims about the emulated firmware: what it says and measures is what a Cyton says and measures."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hardware.ports import ask
from tests.emulators.cyton_firmware import COUNT_MAX, COUNT_MIN, CytonFirmware, packets
from tests.emulators.cyton_signals import AthleteSignal, TestSignal

pytestmark = pytest.mark.device

ROOT = Path(__file__).resolve().parents[2]


def replies(firmware: CytonFirmware, data: bytes) -> bytes:
    return b"".join(reply for _, reply in firmware.hear(data))


def test_several_channel_commands_in_one_string_are_answered_one_by_one() -> None:
    """Else the emulator could not tell a channel that was set from one that was not."""
    firmware = CytonFirmware()
    firmware.refused = {2}

    answer = replies(firmware, b"x1030100Xx2060100X" + b"x80000" + b"00X")

    assert answer.count(b"$$$") == 3
    assert answer.startswith(b"Success: Channel set for 1$$$Failure: ")
    assert answer.endswith(b"Success: Channel set for 8$$$")
    assert [setting.gain for setting in firmware.settings] == [6, 24, 24, 24, 24, 24, 24, 1]
    assert [setting.srb2 for setting in firmware.settings] == [False, *[True] * 6, False]
    assert [setting.bias for setting in firmware.settings] == [True, *[True] * 6, False]


@pytest.mark.parametrize("command", [b"x9060100X", b"x1070100X", b"x1X", b"xaaaaaaaX"])
def test_a_wrong_channel_command_fails_and_changes_nothing(command: bytes) -> None:
    """Else a wrong command of ours would pass here and fail on a real board."""
    firmware = CytonFirmware()

    assert replies(firmware, command).startswith(b"Failure")
    assert firmware.settings == CytonFirmware().settings


def test_defaults_bring_srb2_and_gain_24_back() -> None:
    """Else nobody would notice that a re-opened board has lost its settings."""
    firmware = CytonFirmware()
    replies(firmware, b"x1000100X")

    assert replies(firmware, b"d") == b"updating channel settings to default$$$"
    assert firmware.settings == CytonFirmware().settings


def test_counts_stop_at_the_rails() -> None:
    """Else a saturated electrode would wrap around and look like a strong contraction."""
    counts = CytonFirmware().convert(np.array([[1e6] * 8, [-1e6] * 8, [0.0] * 8]))

    assert counts.tolist() == [[COUNT_MAX] * 8, [COUNT_MIN] * 8, [0] * 8]


def test_a_packet_has_the_bytes_of_the_radio() -> None:
    """Else our own reader and writer could agree on a wrong format."""
    counts = np.array([[1, -1, 0x123456, -8_388_608, 8_388_607, 0, 256, -256]], dtype=np.int32)

    packet = packets(np.array([257]), counts)

    assert packet[:2] == b"\xa0\x01"
    assert packet[2:26] == bytes.fromhex("000001 ffffff 123456 800000 7fffff 000000 000100 ffff00")
    assert packet[26:] == bytes.fromhex("0190 fce0 1f40 c0")


def test_the_test_signal_depends_on_the_seed_and_not_on_the_cut() -> None:
    """Else no test can say what the electrodes carried."""
    whole, cut = TestSignal(seed=4), TestSignal(seed=4)

    assert np.array_equal(whole(300), np.concatenate([cut(n) for n in (1, 0, 99, 200)]))
    assert not np.array_equal(TestSignal(seed=5)(300), TestSignal(seed=4)(300))


def test_the_test_signal_is_what_electrodes_carry() -> None:
    """Else the tests run on a signal that is easier than life: no offset, no hum."""
    pairs_uv = TestSignal(seed=1)(2500)
    spectrum = np.abs(np.fft.rfft(pairs_uv, axis=0))[60 * 10] / 1250.0

    assert np.all(np.abs(pairs_uv.mean(axis=0)) > 9e3)
    assert spectrum[[1, 5]] == pytest.approx([3.0, 3.0], abs=1.0)
    assert pairs_uv.std(axis=0)[0] > 10.0 * pairs_uv.std(axis=0)[5]


def test_the_athlete_lies_under_the_first_four_electrodes(tmp_path: Path) -> None:
    """Else the coached session on the emulator would measure nobody."""
    pairs_uv = AthleteSignal(3, tmp_path)(500)

    assert pairs_uv.shape == (500, 8)
    assert np.isfinite(pairs_uv).all()
    assert np.all(np.abs(pairs_uv.mean(axis=0)) > 9e3)


def test_the_command_streams_on_a_link_and_leaves_what_it_sent(tmp_path: Path) -> None:
    """Else no other program can be tried against the emulator."""
    link, sent = tmp_path / "cyton", tmp_path / "sent.npy"
    command = [sys.executable, "-m", "tests.emulators.cyton", "--link", str(link), "--sent", str(sent)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        banner = ask(port, b"v", 10.0)
        port_fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
        os.write(port_fd, b"b")
        received = b""
        while len(received) < 33 * 20:
            received += os.read(port_fd, 4096)
        os.close(port_fd)
        process.send_signal(signal.SIGTERM)

    assert process.returncode == 0
    assert port == str(link)
    assert not os.path.lexists(link)
    assert banner.endswith(b"$$$")
    counts = np.load(sent)
    assert len(counts) >= 20
    assert received[: 33 * 20] == packets(np.arange(20), counts[:20])
