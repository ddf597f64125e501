"""Boards of one file each: every file of the folder is a board, and can be used; all else there is told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emg.blocks import FloatArray
from hardware import plain_boards
from hardware.board import Link
from hardware.boards import BOARDS, find_board
from hardware.counter import Counting
from hardware.plain_board import PlainBoard
from hardware.plain_boards import PLAIN_BOARDS
from hardware.port_talk import talk_to
from hardware.serial_boards import KINDS, Search
from hardware.wire import recognise as recognising
from hardware.wire.decoder import Decoder
from hardware.wire.recognise import recognise
from hardware.wire.text import TextDecoder
from tests.emulators.text_board import SKETCHES, TextEmulator
from tests.hardware.wire.encode import encode_olimex, encode_text

MOST_WAITING = 4096
"""Bytes: a packet or a line is far shorter."""

each_board = pytest.mark.parametrize("plain", PLAIN_BOARDS, ids=[plain.row.name for plain in PLAIN_BOARDS])


def fed(decoder: Decoder, data: bytes, size: int) -> tuple[FloatArray, list[int], int]:
    """Rows, counters and bad packets of bytes in pieces of one size."""
    rows: list[FloatArray] = []
    counters: list[int] = []
    n_bad = 0
    for at in range(0, len(data), size):
        decoded = decoder.feed(data[at : at + size])
        rows.append(decoded.values)
        counters += [] if decoded.counters is None else decoded.counters.tolist()
        n_bad += decoded.n_bad
        assert decoder.n_waiting <= MOST_WAITING
    return np.concatenate([part for part in rows if len(part)] or rows[:1]), counters, n_bad


def in_folder(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """Let a file lie in the folder of boards, as far as imports are concerned."""
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(plain_boards, "__path__", [*plain_boards.__path__, str(folder)])
    monkeypatch.delitem(sys.modules, f"{plain_boards.__name__}.{name}", raising=False)


def test_every_file_of_the_folder_is_in_the_table_and_is_read() -> None:
    """Else a board is written, and nobody can choose it."""
    files = {path.stem for path in Path(plain_boards.__file__).parent.glob("*.py")} - {"__init__"}

    assert {plain.row.name.replace("-", "_") for plain in PLAIN_BOARDS} == files
    for plain in PLAIN_BOARDS:
        assert find_board(plain.row.name) is plain.row
        assert KINDS[plain.row.name].bauds == plain.bauds
    assert "olimex" in BOARDS


def test_a_file_that_lies_there_is_found_and_one_without_a_board_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a new board needs a second line somewhere, or a helper's file breaks the start without a name."""
    olimex = "from hardware.plain_boards.olimex import BOARD as OLIMEX\nfrom dataclasses import replace\n"
    in_folder(
        tmp_path,
        monkeypatch,
        "zz_another",
        f"{olimex}BOARD = replace(OLIMEX, row=replace(OLIMEX.row, name='another'))\n",
    )
    try:
        assert [plain.row.name for plain in plain_boards._found()][-1] == "another"
        in_folder(tmp_path, monkeypatch, "zz_empty", "")
        with pytest.raises(TypeError, match=r"^hardware\.plain_boards\.zz_empty has no BOARD[^\n]*\.$"):
            plain_boards._found()
    finally:
        for name in ("zz_another", "zz_empty"):
            sys.modules.pop(f"{plain_boards.__name__}.{name}", None)


@each_board
def test_what_a_board_says_of_itself_fits_together(plain: PlainBoard) -> None:
    """Else the first packet of a session ends it with a traceback."""
    row, decoder = plain.row, plain.decoder()
    nothing = decoder.feed(b"")

    assert (row.link, row.brainflow_id, row.gains) == (Link.SERIAL, None, ())
    assert plain.bauds
    assert min(plain.bauds) > 0
    assert decoder.n_channels in (row.n_channels, 0) or not row.n_channels
    assert nothing.values.shape == (0, decoder.n_channels)
    assert (nothing.counters is not None) == (row.counting is not None)
    assert plain.decoder() is not decoder, "each stream has its own"
    assert plain.share(b"") == 0.0


@each_board
def test_whatever_comes_is_read_the_same_however_it_is_cut(plain: PlainBoard) -> None:
    """Else noise on a wire ends a session, fills the memory, or gives other numbers in a replay."""
    for seed in range(3):
        data = np.random.default_rng(seed).bytes(6_000)
        whole = fed(plain.decoder(), data, len(data))
        for size in (1, 7, 1000):
            rows, counters, n_bad = fed(plain.decoder(), data, size)
            assert np.array_equal(rows, whole[0])
            assert (counters, n_bad) == whole[1:]


def test_a_promised_rate_is_that_of_the_row_unless_others_are_named() -> None:
    """Else a board that gives 499 samples a second is counted by a clock that nobody promised."""
    olimex = next(plain for plain in PLAIN_BOARDS if plain.row.name == "olimex")
    steady = replace(olimex, row=replace(olimex.row, fs_hz=500.0), promised_hz={})

    assert dict(olimex.rates) == {250.0: 256.0, 256.0: 256.0, 125.0: 125.0}
    assert dict(steady.rates) == {500.0: 500.0}
    assert dict(replace(olimex, promised_hz={}).rates) == {}
    assert steady.row.counting == Counting()
    uncounted = replace(steady, row=replace(steady.row, counting=None))
    assert uncounted.rate_tolerance < steady.rate_tolerance < 0.05


@pytest.mark.parametrize(("n_packets", "n_damaged", "share"), [(2, 0, 0.0), (40, 0, 1.0), (40, 8, 0.8)])
def test_a_board_is_known_by_what_it_explains(n_packets: int, n_damaged: int, share: float) -> None:
    """Else two packets by chance are a board, or a long cable hides one."""
    olimex = next(plain for plain in PLAIN_BOARDS if plain.row.name == "olimex")
    packets = encode_olimex(np.arange(n_packets), np.full((n_packets, 6), 512))
    data = bytearray(packets)
    for number in range(n_damaged):
        data[(4 * number + 2) * 17] ^= 0xFF

    assert olimex.share(bytes(data)) == pytest.approx(share, abs=0.03)


@pytest.mark.device
def test_a_board_that_prints_plain_numbers_too_does_not_hide_plain_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else one more file in the folder takes every Arduino away from who uses one."""
    row = replace(find_board("serial-text"), name="numbers", title="Numbers")
    numbers = PlainBoard(row=row, bauds=(115_200,), decoder=TextDecoder)
    monkeypatch.setattr(recognising, "PLAIN_BOARDS", (*PLAIN_BOARDS, numbers))
    text = encode_text(np.random.default_rng(1).integers(0, 1024, (60, 2)))
    assert [name for name, _ in recognise(text)] == ["numbers", "serial-text"]

    board = find_board("serial-text")
    with (
        TextEmulator(lambda n: np.zeros((n, 6)), SKETCHES["two-values"]) as emulator,
        talk_to(emulator.port, 115_200) as talk,
    ):
        stream = KINDS["serial-text"].find(Search(talk, board, emulator.port, (115_200,)))
    assert stream.heard
