"""Claims about the table of boards."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

from emg.blocks import DIGITAL_MAX_24BIT, Signal, Unit
from emg.limits import can_tell_fatigue
from hardware.board import CLAIMS, PLATFORMS, claims_of, sinc3_corner_hz, sinc3_droop_db
from hardware.boards import BOARDS, PLAIN_ROWS, Board, Link, UnknownBoard, find_board

PLAIN = {board.name for board in PLAIN_ROWS}
"""Whoever adds a file adds one of these, and nothing here."""

OTHERS = ["spikerbox", "chords", "serial-text", "lsl", "replay", "simulated"]


def brainflow_descriptions() -> dict[str, tuple[int, dict[str, Any]]]:
    """What the installed BrainFlow says of every board with EMG rows, by our name."""
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # before Python 3.12 BrainFlow asks pkg_resources for its library
        from brainflow.board_shim import BoardIds, BoardShim
        from brainflow.exit_codes import BrainFlowError

        for member in BoardIds:
            try:
                description = BoardShim.get_board_descr(member.value)
            except BrainFlowError:
                continue  # a number without a board
            if description.get("emg_channels"):
                found[member.name.lower().removesuffix("_board")] = member.value, description
    return found


def test_every_board_that_brainflow_reads_emg_from_is_in_the_table_as_brainflow_has_it() -> None:
    """Else a board is missing, or read at the wrong rate once BrainFlow has been brought up to date."""
    theirs = {
        name: (number, float(description["sampling_rate"]), len(description["emg_channels"]))
        for name, (number, description) in brainflow_descriptions().items()
    }
    ours = {
        name: (board.brainflow_id, board.fs_hz, board.n_channels)
        for name, board in BOARDS.items()
        if board.brainflow_id is not None
    }

    assert ours == theirs
    assert [name for name in BOARDS if name not in ours and name not in PLAIN] == OTHERS
    assert "olimex" in PLAIN


def test_the_first_rows_of_the_cyton_family_are_the_channels_that_commands_set() -> None:
    """Else the command that makes a channel bipolar goes to another channel than its samples come from."""
    described = brainflow_descriptions()
    for board in BOARDS.values():
        if board.channel_codes:
            assert described[board.name][1]["emg_channels"] == list(range(1, len(board.channel_codes) + 1))


def test_an_unknown_board_is_answered_with_those_that_there_are() -> None:
    """Else somebody who misspells a board does not learn what to write."""
    with pytest.raises(
        UnknownBoard, match=r"There is no board 'citon': choose one of cyton, .*simulated\.$"
    ) as error:
        find_board("citon")
    assert "aavaa" not in str(error.value)


def test_brainflows_own_spelling_finds_the_board() -> None:
    """Else who comes from BrainFlow's list of boards has to guess ours."""
    assert find_board("CYTON_BOARD") is find_board("cyton")
    assert find_board("ant_neuro_ee_410_board") is find_board("ant_neuro_ee_410")


@pytest.mark.parametrize("gain", find_board("cyton").gains)
@pytest.mark.parametrize("name", ["cyton", "cyton_daisy", "cyton_wifi", "cyton_daisy_wifi"])
def test_one_count_of_the_recording_is_one_step_of_the_cyton(name: str, gain: int) -> None:
    """Else every sample on disk is rounded once more than the converter rounded it."""
    step_uv = find_board(name).full_scale_uv(gain) / DIGITAL_MAX_24BIT

    assert step_uv == pytest.approx(4.5 / (2**23 - 1) / gain * 1e6, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "step_uv"),
    [
        ("ganglion", 1.2e6 / (8_388_607.0 * 1.5 * 51.0)),
        ("freeeeg32", 2.5 / (2**23 - 1) / 8.0 * 1e6),
        ("biolistener", 2.0 * 2.5e6 / 2**24 / 8.0),
        ("galea", 4.5 / (2**23 - 1) / 4.0 * 1e6),
        ("ntl_wifi", 4.5 / (2**23 - 1) / 24.0 * 1e6),
    ],
)
def test_the_scale_of_other_boards_is_that_of_their_driver(name: str, step_uv: float) -> None:
    """Else a recording of theirs is clipped, or keeps fewer steps than the board gave."""
    assert find_board(name).full_scale_uv() / DIGITAL_MAX_24BIT == pytest.approx(step_uv, rel=1e-6)


def test_a_gain_the_board_does_not_have_is_refused_with_those_it_has() -> None:
    """Else the board stays at another gain and every microvolt is wrong by that factor."""
    with pytest.raises(ValueError, match=r"no gain 5: choose one of 1, 2, 4, 6, 8, 12, 24\."):
        find_board("cyton").check_gain(5)
    with pytest.raises(ValueError, match=r"has no gain 2: leave the gain out\."):
        find_board("synthetic").check_gain(2)


def test_no_gain_asked_for_is_the_boards_default() -> None:
    """Else a session without --gain has an unknown scale."""
    assert find_board("cyton").check_gain(None) == 24
    assert find_board("cyton").full_scale_uv() == 187_500.0


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_every_line_of_the_table_is_whole(board: Board) -> None:
    """Else `powerhold boards` prints a board that cannot be started."""
    assert BOARDS[board.name] is board
    assert board.title
    assert board.note.endswith(".")
    assert board.bandwidth_hz > 0.0
    assert not board.fs_hz or board.bandwidth_hz <= board.fs_hz / 2.0
    assert board.default_gain in (board.gains or (None,))
    assert board.full_scale_at_gain_1_uv > 0.0
    assert board.platforms
    assert board.platforms <= PLATFORMS
    assert set(board.needs) | set(board.takes) <= {"port", "address", "serial"}
    assert ("port" in board.needs) is (board.link in (Link.SERIAL, Link.FILE))
    assert len(board.channel_codes) in (0, board.n_channels)


@pytest.mark.parametrize(
    ("freq_hz", "expected_db"), [(0.0, 0.0), (50.0, -1.7), (65.0, -3.0), (100.0, -7.3), (110.0, -8.9)]
)
def test_what_the_cyton_swallows_is_said(freq_hz: float, expected_db: float) -> None:
    """Else a Cyton's microvolts are compared with a laboratory's, which are twice as many at 100 Hz."""
    assert find_board("cyton").droop_db(freq_hz) == pytest.approx(expected_db, abs=0.07)


def test_no_droop_is_told_where_nobody_knows_it() -> None:
    """Else a made-up number stands beside a measured one; from half the rate on there is nothing to tell."""
    assert find_board("callibri_emg").droop_db(100.0) is None
    assert find_board("cyton").droop_db(125.0) is None
    assert find_board("ganglion").droop_db(100.0) is None
    assert find_board("lsl").droop_db(10.0) is None


@pytest.mark.parametrize("fs_hz", [200.0, 250.0, 500.0, 1000.0, 16000.0])
def test_the_corner_is_where_half_of_the_power_is_left(fs_hz: float) -> None:
    """Else the band that is printed is not the band that is there."""
    assert sinc3_droop_db(sinc3_corner_hz(fs_hz), fs_hz) == pytest.approx(10.0 * math.log10(0.5), abs=0.06)


def test_the_droop_is_that_of_a_real_sinc3_filter() -> None:
    """Else the formula is believed because it was written down; a sinc3 filter is three running means."""
    steps = 64
    mean = np.full(steps, 1.0 / steps)
    kernel = np.convolve(np.convolve(mean, mean), mean)
    phase = np.exp(-2j * np.pi * 0.4 / steps * np.arange(len(kernel)))

    assert 20.0 * math.log10(abs(np.sum(kernel * phase))) == pytest.approx(
        sinc3_droop_db(100.0, 250.0), abs=0.01
    )


def test_claims_follow_from_rate_band_and_signal() -> None:
    """Else a median frequency or an onset is told that the board cannot carry."""
    everything = frozenset(CLAIMS)
    assert find_board("cyton").claims == {"amplitude", "onset"}
    assert find_board("cyton_wifi").claims == everything
    assert find_board("freeeeg32").claims == {"amplitude", "onset"}  # 512 a second, but only 134 Hz
    assert find_board("olimex").claims == find_board("serial-text").claims == {"amplitude"}
    assert claims_of(10_000.0, math.inf, Signal.RAW) == everything
    assert claims_of(250.0, 40.0, Signal.RAW) == {"amplitude"}
    assert claims_of(10_000.0, math.inf, Signal.ENVELOPE) == {"amplitude"}
    for board in BOARDS.values():
        told = can_tell_fatigue(board.fs_hz, board.bandwidth_hz)
        assert ("spectrum" in board.claims) is (told and not board.refusal)


def test_a_board_too_slow_for_emg_is_refused_with_the_reason_and_a_way_out() -> None:
    """Else half of the signal is folded back on the other half, and nothing on the screen says so."""
    refused = {name for name, board in BOARDS.items() if board.refusal}

    assert refused == {"cyton_daisy", "aavaa_v3"}
    assert refused == {name for name, board in BOARDS.items() if 0.0 < board.fs_hz < 200.0}
    for name in refused:
        board = find_board(name)
        assert f"{board.fs_hz:g} samples a second" in board.refusal
        assert ": use " in board.refusal
        assert not board.claims


def test_only_boards_with_a_known_scale_give_microvolts() -> None:
    """Else the counts of a trimmer-set amplifier are read as microvolts."""
    boards = {name: board for name, board in BOARDS.items() if name not in PLAIN}
    arbitrary = {name for name, board in boards.items() if board.unit is Unit.ARBITRARY}

    assert arbitrary == {"gforce_pro", "gforce_dual", "spikerbox", "chords", "serial-text"}
    assert find_board("olimex").unit is Unit.ARBITRARY
    assert [name for name, board in boards.items() if board.signal is Signal.ENVELOPE] == ["serial-text"]
