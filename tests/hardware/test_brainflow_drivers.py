"""Claims about BrainFlow's other drivers: Daisy, WiFi Shield, and absent boards."""

from __future__ import annotations

import re

import numpy as np
import pytest

from emg.blocks import FloatArray, SourceUnavailable
from hardware.board import Board, Link
from hardware.boards import BOARDS, find_board
from hardware.brainflow_diagnosis import diagnose, wrong_computer
from hardware.brainflow_driver import (
    Way,
    describe_board,
    direct_way,
    new_shim,
)
from hardware.brainflow_rows import Rows
from hardware.brainflow_source import BrainFlowSource
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_firmware import COUNT_MAX
from tests.emulators.cyton_signals import TestSignal
from tests.hardware.brainflow_reading import (
    joined_uv,
    jumps_of,
    numbers_of,
    opened,
    read_past,
    read_samples,
)
from tests.hardware.wifi_shield import WifiShield

pytestmark = pytest.mark.device

CYTON = find_board("cyton")
DAISY = find_board("cyton_daisy")


# --- Cyton and Daisy


def test_every_sample_of_a_daisy_is_what_it_sent_and_every_loss_is_counted() -> None:
    """Else sixteen muscles are shown in the wrong places, or one of two packets goes missing unseen.

    The rows beside a loss are left out: if it begins between the halves of a sample the driver joins the
    first with the second of a later one, under a number that is in order. No counter shows that.
    """
    losses = [2, 256, 512]  # in packets, two a sample
    with CytonEmulator(TestSignal(seed=3, n_channels=16), daisy=True) as cyton:
        source = BrainFlowSource(DAISY, port=cyton.port, gain=12, emg_channels=(1, 9))
        with opened(source) as info:
            blocks = read_samples(source, 100)
            for n_lost in losses:
                cyton.drop(n_lost)
                blocks += read_past(source, blocks[-1].end_sample + n_lost // 2 + 15)
        numbers, sent = cyton.sent_numbers(), cyton.sent_counts()
        settings = cyton.gains, cyton.srb2, cyton.bias

    received = numbers_of(blocks)
    steps = np.diff(received)
    sure = (np.append(steps, 1) == 1) & (np.insert(steps, 0, 1) == 1)
    where = np.searchsorted(numbers, received[sure])
    assert np.array_equal(numbers[where], received[sure])
    assert np.abs(joined_uv(blocks)[sure] / (4.5e6 / COUNT_MAX / 12.0) - sent[where]).max() <= 0.01
    assert [abs(jump - lost // 2) <= 1 for jump, lost in zip(jumps_of(blocks), losses, strict=True)] == [
        True
    ] * 3
    assert (info.n_channels, info.fs_hz, info.gain) == (16, 125.0, 12)
    only_used = tuple(channel in (1, 9) for channel in range(1, 17))
    assert settings == ((12,) * 16, (False,) * 16, only_used)


def test_half_a_sample_of_a_daisy_is_never_shown() -> None:
    """Else one lost packet gives a row whose halves are of two moments."""
    with CytonEmulator(TestSignal(seed=4, n_channels=16), daisy=True) as cyton:
        source = BrainFlowSource(DAISY, port=cyton.port)
        with opened(source):
            blocks = read_samples(source, 60)
            for _ in range(4):
                cyton.drop(1)
                blocks += read_past(source, blocks[-1].end_sample + 20)
        numbers, sent = cyton.sent_numbers(), cyton.sent_counts()

    received = numbers_of(blocks)
    where = np.searchsorted(numbers, received)
    assert np.array_equal(numbers[where], received)
    assert np.abs(joined_uv(blocks) / (4.5e6 / COUNT_MAX / 24.0) - sent[where]).max() <= 0.01
    # the sample that was hit, and the first after it, whose halves may be of two moments
    assert jumps_of(blocks) == [2] * 4


def test_a_daisy_that_is_not_there_is_missed() -> None:
    """Else eight channels of nothing stand beside eight muscles, set with success."""
    with CytonEmulator(TestSignal()) as cyton:
        source = BrainFlowSource(DAISY, port=cyton.port)
        with pytest.raises(SourceUnavailable, match=r"it has no Daisy.*or choose 'cyton'\.$"):
            source.open()
        assert not cyton.streaming


def test_a_daisy_that_nobody_asked_for_does_not_come_between() -> None:
    """Else its packets are taken for the Cyton's, at twice the time between samples."""
    with CytonEmulator(TestSignal(seed=5, n_channels=16), daisy=True) as cyton:
        source = BrainFlowSource(CYTON, port=cyton.port)
        with opened(source):
            blocks = read_samples(source, 100)
        sent = cyton.sent_counts()

    received_uv = joined_uv(blocks)
    assert sent.shape[1] == 8
    assert np.abs(received_uv / (4.5e6 / COUNT_MAX / 24.0) - sent[: len(received_uv)]).max() <= 0.01
    assert jumps_of(blocks) == []


def test_a_refused_channel_of_the_daisy_is_named_by_its_number() -> None:
    """Else channel 12 stays tied to all others because its command calls it R."""
    with CytonEmulator(TestSignal(n_channels=16), daisy=True) as cyton:
        cyton.refuse_channel(12)
        with pytest.raises(SourceUnavailable, match=r"did not take the settings of channel 12: switch"):
            BrainFlowSource(DAISY, port=cyton.port).open()


# --- over WiFi


@pytest.mark.parametrize(("name", "n_channels"), [("cyton_wifi", 8), ("cyton_daisy_wifi", 16)])
def test_over_wifi_every_channel_is_bipolar_too_and_in_its_place(name: str, n_channels: int) -> None:
    """Else the muscles leak into each other as soon as the cable is replaced by WiFi."""
    pairs_uv = np.linspace(100.0, 100.0 * n_channels, n_channels)
    with shield(pairs_uv) as board:
        source = BrainFlowSource(find_board(name), address=board.address, gain=8, emg_channels=range(1, 3))
        with opened(source) as info:
            blocks = read_samples(source, 500)
        settings = board.firmware.settings

    step_uv = info.full_scale_uv / COUNT_MAX
    assert np.abs(joined_uv(blocks) - pairs_uv).max() <= step_uv
    assert jumps_of(blocks) == []
    assert info.fs_hz == 1000.0
    assert [setting.gain for setting in settings] == [8] * n_channels
    assert not any(setting.srb2 or setting.srb1 for setting in settings)
    assert [setting.bias for setting in settings] == [True, True, *[False] * (n_channels - 2)]


def test_over_wifi_a_refused_channel_and_a_missing_daisy_are_said() -> None:
    """Else BrainFlow, which keeps the shield's replies to itself, makes a failure look like success."""
    with shield(np.zeros(8)) as board:
        board.firmware.refused.add(5)
        with pytest.raises(SourceUnavailable, match=r"did not take the settings of channel 5: switch"):
            BrainFlowSource(find_board("cyton_wifi"), address=board.address).open()
    with (
        shield(np.zeros(8)) as board,
        pytest.raises(SourceUnavailable, match=r"it has no Daisy.*or choose 'cyton_wifi'\.$"),
    ):
        BrainFlowSource(find_board("cyton_daisy_wifi"), address=board.address).open()


def shield(pairs_uv: FloatArray) -> WifiShield:
    try:
        return WifiShield(pairs_uv)
    except OSError as error:
        pytest.skip(f"port 80, at which a WiFi Shield answers, cannot be opened here: {error}")


# --- boards that are not here


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("ganglion_native", ""),
        ("explore_4_chan", "00:00:00:00:00:00"),
        ("ant_neuro_ee_410", ""),
        ("galea", "127.0.0.1"),
        ("cyton_wifi", "nonsense"),
    ],
)
def test_a_board_that_is_not_here_is_missed_in_one_sentence(name: str, address: str) -> None:
    """Else a forgotten switch, a missing library and a wrong address all look like BrainFlow's number 7."""
    board = find_board(name)
    source = BrainFlowSource(board, address=address)
    with pytest.raises(SourceUnavailable) as error:
        source.open()
    assert is_one_sentence(str(error.value))
    source.close()


@pytest.mark.parametrize("name", ["callibri_emg", "gforce_pro"])
def test_a_board_without_a_driver_here_is_refused_before_brainflow_is_asked(name: str) -> None:
    """Else a PT with the wrong computer learns that something is unsupported, and not what would do."""
    board = find_board(name)
    assert re.search(r"does not work on Linux.*: use a computer with Windows", wrong_computer(board, "linux"))
    assert wrong_computer(board, "win32") == ""
    assert wrong_computer(find_board("ant_neuro_ee_410"), "darwin").startswith("The ANT Neuro")
    assert wrong_computer(find_board("cyton"), "darwin") == ""
    if wrong_computer(board):
        with pytest.raises(SourceUnavailable, match=r"does not work on "):
            BrainFlowSource(board).open()


@pytest.mark.parametrize("exit_code", [2, 3, 4, 7, 13, 14, 17, 18])
@pytest.mark.parametrize(
    "board",
    [board for board in BOARDS.values() if board.brainflow_id is not None and not board.channel_codes],
    ids=lambda board: board.name,
)
def test_every_failure_of_the_driver_is_one_sentence_that_says_what_to_do(
    board: Board, exit_code: int
) -> None:
    """Else somebody in front of a silent board reads a number."""
    assert is_one_sentence(diagnose(board, exit_code, device="PORT", address="ADDRESS"))


def is_one_sentence(text: str) -> bool:
    """Whether it names what is wrong, then what to do."""
    return text.endswith(".") and ": " in text and text.count(". ") == 0 and "_ERROR" not in text


def test_what_is_wrong_with_a_radio_is_told_apart() -> None:
    """Else who has no adapter looks for the board, and who has not switched it on buys an adapter."""
    ganglion = find_board("ganglion_native")
    told = {code: diagnose(ganglion, code, device="", address="") for code in (2, 7, 14, 17)}

    assert "no Bluetooth adapter" in told[2]
    assert "switch it on and bring it near" in told[7]
    assert "bring BrainFlow up to date" in told[14]
    assert "library could not be loaded" in told[17]
    explore = find_board("explore_8_chan")
    assert "libbluetooth3" in diagnose(explore, 17, device="", address="F4")
    assert "--address" in diagnose(explore, 13, device="", address="")
    assert "BLED112" in diagnose(find_board("ganglion"), 7, device="COM3", address="")


# --- boards that the emulators have none of


def test_volts_of_a_driver_become_microvolts() -> None:
    """Else an eego shows nothing at all: its library gives volts, and BrainFlow passes them on."""
    board = find_board("ant_neuro_ee_410")
    rows = Rows.of(describe_board_of(board))
    table = np.zeros((14, 3))
    table[1:9] = 50e-6

    data_uv, aux = rows.split(rows.samples(table, board.driver_scale))
    assert data_uv == pytest.approx(np.full((3, 8), 50.0))
    assert aux.shape == (3, 1)
    assert data_uv.flags.c_contiguous


def describe_board_of(board: Board) -> dict[str, object]:
    assert board.brainflow_id is not None
    new_shim(Way(board.brainflow_id))  # loads the library
    return describe_board(board.brainflow_id)


def test_where_a_board_is_said_goes_where_its_driver_looks() -> None:
    """Else --address is given, and BrainFlow looks for any board in the room."""
    ganglion = direct_way(find_board("ganglion"), "COM3", "E0:00", "")
    native = direct_way(find_board("ganglion_native"), "", "E0:00", "Ganglion-1")
    shield_way = direct_way(find_board("cyton_wifi"), "", "192.168.4.1", "")
    galea = direct_way(find_board("galea"), "", "10.0.0.2", "G1")

    assert (ganglion.params["serial_port"], ganglion.params["mac_address"]) == ("COM3", "E0:00")
    assert (native.params["mac_address"], native.params["serial_number"]) == ("E0:00", "Ganglion-1")
    assert shield_way.params["ip_address"] == "192.168.4.1"
    assert int(shield_way.params["ip_port"]) > 0
    assert (galea.params["ip_address"], galea.params["serial_number"]) == ("10.0.0.2", "G1")
    assert "ip_port" not in galea.params
    assert find_board("galea").link is Link.WIFI
