"""Olimex, Chords and Cyton: packets with a sync and a counter, against bytes written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hardware.wire.chords import ChordsDecoder
from hardware.wire.cyton import CytonDecoder
from hardware.wire.framing import PacketDecoder
from hardware.wire.olimex import HEX_TEXT_FOUND, RESTARTED, OlimexDecoder
from tests.hardware.wire.encode import encode_chords, encode_cyton, encode_olimex, encode_olimex_hex_text
from tests.hardware.wire.hammer import joined

FIRST = bytes.fromhex("a55a02 fe 0200 0001 03ff 0000 00ff 0100 01")
SECOND = bytes.fromhex("a55a02 ff 0201 0002 03fe 0000 0100 00ff 01")
THIRD = bytes.fromhex("a55a02 00 0202 0003 03fd 0000 0101 00fe 01")
OLIMEX_ROWS = [[512, 1, 1023, 0, 255, 256], [513, 2, 1022, 0, 256, 255], [514, 3, 1021, 0, 257, 254]]


def some_olimex(n: int, first: int = 0) -> bytes:
    rng = np.random.default_rng(n)
    return encode_olimex(np.arange(first, first + n), rng.integers(0, 1024, (n, 6)))


def test_olimex_packets_are_read_as_the_firmware_writes_them() -> None:
    """Else every value, or the number of every sample, of this board is wrong."""
    decoder = OlimexDecoder()

    decoded = decoder.feed(FIRST + SECOND + THIRD)

    assert decoder.n_channels == 6
    assert decoded.values.dtype == np.float64
    assert decoded.values.tolist() == OLIMEX_ROWS
    assert decoded.counters is not None
    assert decoded.counters.dtype == np.int64
    assert decoded.counters.tolist() == [0xFE, 0xFF, 0x00]
    assert decoded.breaks.size == decoded.n_bad == len(decoded.messages) == decoder.n_waiting == 0


def test_chords_packets_are_read_as_the_firmware_writes_them() -> None:
    """Else every value of this board is wrong."""
    stream = bytes.fromhex("c77c 07 0200 03ff 0000 01  c77c 08 0201 03fe 0001 01")

    decoded = ChordsDecoder(3, 10).feed(stream)

    assert decoded.values.tolist() == [[512, 1023, 0], [513, 1022, 1]]
    assert decoded.counters is not None
    assert decoded.counters.tolist() == [7, 8]


def test_a_16_bit_value_that_looks_like_a_sync_is_a_value() -> None:
    """Else a board with 16 bits loses samples at one level of the signal."""
    values = np.full((50, 6), 0xC77C)

    decoded = ChordsDecoder(6, 16).feed(encode_chords(np.arange(50), values))

    assert np.array_equal(decoded.values, values)
    assert decoded.n_bad == 0


def test_cyton_packets_are_read_with_their_sign() -> None:
    """Else a board left streaming is not recognised, and tests of damage compare nonsense."""
    packet = bytes.fromhex("a0 2a 000001 ffffff 7fffff 800000 000000 a0a0a0 00c0a0 010000 0102 0304 0506 c0")

    decoded = CytonDecoder().feed(packet + packet[:1] + b"\x2b" + packet[2:])

    row = [1, -1, 8388607, -8388608, 0, -6250336, 49312, 65536]
    assert decoded.values.tolist() == [row, row]
    assert decoded.counters is not None
    assert decoded.counters.tolist() == [42, 43]


@pytest.mark.parametrize(("end", "n_packets"), [(0xC0, 4), (0xC6, 4), (0xCF, 4), (0xD0, 0), (0xB0, 0)])
def test_a_cyton_may_end_its_packets_with_c0_to_cf(end: int, n_packets: int) -> None:
    """Else a board is not recognised while it sends time stamps or what its analog pins read."""
    stream = encode_cyton(range(4), np.ones((4, 8)), end) + b"\xa0"

    assert len(CytonDecoder().feed(stream).values) == n_packets


def test_a_good_packet_is_given_at_its_last_byte() -> None:
    """Else the bars lag by a packet, and the last one before a silence never comes."""
    decoder = OlimexDecoder()
    decoder.feed(FIRST + SECOND)

    assert len(decoder.feed(THIRD[:-1]).values) == 0
    assert decoder.n_waiting == 16
    assert decoder.feed(THIRD[-1:]).values.tolist() == OLIMEX_ROWS[2:]
    assert decoder.n_waiting == 0


def test_the_first_packet_waits_for_the_sync_of_the_second() -> None:
    """Else a session begins with a false sample when the port is opened inside a packet."""
    decoder = OlimexDecoder()

    assert len(decoder.feed(FIRST + SECOND[:2]).values) == 0
    assert decoder.feed(SECOND[2:3]).values.tolist() == OLIMEX_ROWS[:1]


def test_the_first_packet_is_not_made_of_two_halves() -> None:
    """Else a byte lost just behind the start gives a value that was never measured."""
    lost = some_olimex(1)[:9] + some_olimex(1)[10:] + b"\x01"

    decoded = OlimexDecoder().feed(lost + some_olimex(3, first=1))

    assert decoded.counters is not None
    assert decoded.counters.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("position", "byte"), [(0, 0xA4), (1, 0x00), (2, 0x03), (4, 0x04), (14, 0xFF), (16, 0x10)]
)
def test_an_impossible_byte_costs_its_packet_only_and_leaves_a_break(position: int, byte: int) -> None:
    """Else damage shows as a jump of the muscle, or takes good samples with it."""
    stream = bytearray(some_olimex(10))
    stream[5 * 17 + position] = byte

    decoded = OlimexDecoder().feed(bytes(stream))

    assert decoded.counters is not None
    assert decoded.counters.tolist() == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    assert decoded.breaks.tolist() == [5]
    assert decoded.n_bad == 1


@pytest.mark.parametrize("n_bytes", [1, 5, 16, 17, 40, 500])
def test_garbage_between_packets_costs_no_packet(n_bytes: int) -> None:
    """Else a spark on the cable costs more than it has to."""
    garbage = bytes(n_bytes)

    decoded = OlimexDecoder().feed(some_olimex(5) + garbage + some_olimex(5, first=5))

    assert decoded.counters is not None
    assert decoded.counters.tolist() == list(range(10))
    assert decoded.breaks.tolist() == [5]
    assert decoded.n_bad == -(-n_bytes // 17)


def test_what_precedes_the_first_packet_is_no_break() -> None:
    """Else every session begins with a gap, because ports are opened inside packets."""
    decoded = OlimexDecoder().feed(some_olimex(10)[20:])

    assert decoded.counters is not None
    assert decoded.counters.tolist() == list(range(2, 10))
    assert decoded.breaks.size == 0
    assert decoded.n_bad == 1


@pytest.mark.parametrize(("decoder", "top"), [(ChordsDecoder(1, 10), 1023), (ChordsDecoder(1, 14), 16383)])
def test_a_value_beyond_the_bits_of_the_converter_is_damage(decoder: PacketDecoder, top: int) -> None:
    """Else a flipped bit becomes a spike that no converter can give."""
    stream = encode_chords(range(4), [[top], [top], [top + 1], [top]]) + encode_chords([4], [[0]])

    decoded = decoder.feed(stream)

    assert decoded.values.ravel().tolist() == [top, top, top, 0]
    assert decoded.breaks.tolist() == [2]


def test_the_restart_signal_of_a_board_is_no_sample() -> None:
    """Else a second of a standing counter looks like a lost framing, and the board is restarted for ever."""
    restart = 125 * bytes.fromhex("a55a02 00 0200 0200 0200 0200 0200 0200 02")
    stream = some_olimex(3) + restart + some_olimex(3)
    decoder = OlimexDecoder()

    decoded = joined(decoder.feed(stream[i : i + 100]) for i in range(0, len(stream), 100))

    assert decoded.counters is not None
    assert decoded.counters.tolist() == [0, 1, 2, 0, 1, 2]
    assert decoded.messages == (RESTARTED,)
    assert decoded.n_bad == 0


def test_a_sketch_that_prints_hex_text_is_told_once_and_gives_no_samples() -> None:
    """Else its user sees silence and no reason."""
    decoder = OlimexDecoder()
    text = encode_olimex_hex_text(range(50), np.full((50, 6), 512))

    parts = [decoder.feed(text[i : i + 1]) for i in range(len(text))]

    assert [message for part in parts for message in part.messages] == [HEX_TEXT_FOUND]
    assert sum(len(part.values) for part in parts) == 0


@pytest.mark.parametrize(("n_channels", "bits"), [(0, 10), (6, 7), (6, 17)])
def test_a_packet_that_cannot_be_is_refused(n_channels: int, bits: int) -> None:
    """Else a wrong number of channels reads as a dead board."""
    with pytest.raises(ValueError, match=r"say how many|choose 8 to 16"):
        ChordsDecoder(n_channels, bits)
