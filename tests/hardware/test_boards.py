"""Claims about the table of boards."""

from __future__ import annotations

import pytest

from emg.blocks import DIGITAL_MAX_24BIT
from hardware.boards import BOARDS, Board, Link, UnknownBoard, find_board


def test_an_unknown_board_is_answered_with_those_that_there_are() -> None:
    """Else somebody who misspells a board does not learn what to write."""
    with pytest.raises(UnknownBoard, match=r"There is no board 'citon': choose one of cyton, .*simulated\.$"):
        find_board("citon")


@pytest.mark.parametrize("gain", find_board("cyton").gains)
def test_one_count_of_the_recording_is_one_step_of_the_cyton(gain: int) -> None:
    """Else every sample on disk is rounded once more than the converter rounded it."""
    step_uv = find_board("cyton").full_scale_uv(gain) / DIGITAL_MAX_24BIT

    assert step_uv == pytest.approx(4.5 / (2**23 - 1) / gain * 1e6, rel=1e-12)


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
    assert board.note
    assert 0.0 < board.bandwidth_hz <= board.fs_hz / 2.0
    assert board.default_gain in (board.gains or (None,))
    assert board.link is not Link.SERIAL or board.brainflow_id is not None
