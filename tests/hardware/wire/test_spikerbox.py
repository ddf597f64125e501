"""SpikerBox frames and messages, against bytes written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hardware.wire.spikerbox import LONGEST_MESSAGE, SpikerBoxDecoder
from tests.hardware.wire.encode import encode_spikerbox, spikerbox_message

START = bytes.fromhex("ffff010180ff")
END = bytes.fromhex("ffff010181ff")
NEXT = b"\x80"
"""The first byte of a frame to come, without which the last one waits."""


def test_frames_of_10_bits_are_read_as_the_firmware_writes_them() -> None:
    """Else every value of this board is wrong."""
    decoder = SpikerBoxDecoder(1, bits=10)

    decoded = decoder.feed(bytes.fromhex("8400 877f 8000 8401") + NEXT)

    assert decoded.values.tolist() == [[512], [1023], [0], [513]]
    assert decoded.values.dtype == np.float64
    assert decoded.counters is None
    assert decoded.breaks.size == decoded.n_bad == len(decoded.messages) == 0
    assert decoder.n_waiting == 1


def test_frames_of_several_channels_and_14_bits_are_read_as_the_firmware_writes_them() -> None:
    """Else the channels of a Human SpikerBox are mixed up, or cut to ten bits."""
    decoded = SpikerBoxDecoder(3).feed(bytes.fromhex("c000 4001 3f7f  ff7f 0000 7f7f") + NEXT)

    assert decoded.values.tolist() == [[8192, 8193, 8191], [16383, 0, 16383]]


def test_the_last_frame_waits_for_one_byte_only() -> None:
    """Else the bars lag; a frame with a byte too many must not pass either."""
    decoder = SpikerBoxDecoder(2)

    assert len(decoder.feed(bytes.fromhex("8400 0401")).values) == 0
    assert decoder.feed(NEXT).values.tolist() == [[512, 513]]


@pytest.mark.parametrize("cut_at", [0, 1, 2, 3, 4])
def test_a_message_is_cut_out_wherever_it_is_even_inside_a_frame(cut_at: int) -> None:
    """Else an answer of the board costs samples, or becomes some."""
    frames = bytes.fromhex("8400 0401 8402 0403")
    stream = frames[:cut_at] + START + b"HWT:HUMANSB;" + END + frames[cut_at:] + NEXT

    decoded = SpikerBoxDecoder(2).feed(stream)

    assert decoded.values.tolist() == [[512, 513], [514, 515]]
    assert decoded.messages == ("HWT:HUMANSB;",)
    assert decoded.breaks.size == decoded.n_bad == 0


def test_a_message_without_the_last_byte_of_its_mark_is_understood() -> None:
    """The Human-Human-Interface sends it so; else its frame behind the message is lost."""
    stream = bytes.fromhex("8401") + START + b"HWT:MUSCLESS;" + END[:-1] + bytes.fromhex("8402 8403") + NEXT

    decoded = SpikerBoxDecoder(1).feed(stream)

    assert decoded.values.ravel().tolist() == [513, 514, 515]
    assert decoded.messages == ("HWT:MUSCLESS;",)


def test_a_frame_behind_a_broken_mark_is_kept() -> None:
    """Else a damaged answer of the board costs good samples on both of its sides."""
    broken = START + b"HWT:MUSCLESS;" + END[:-2]

    decoded = SpikerBoxDecoder(1).feed(bytes.fromhex("8401") + broken + bytes.fromhex("8102 8403") + NEXT)

    assert decoded.values.ravel().tolist() == [513, 130, 515]
    assert decoded.messages == ()


def test_messages_one_after_another_are_told_in_order_and_in_printable_characters() -> None:
    """Else a board's type is missed, or its control characters reach the terminal."""
    stream = (
        spikerbox_message("FWV:1.0;") + spikerbox_message("HWT:MU\x1b\x07SC;\r\n") + spikerbox_message("")
    )

    assert SpikerBoxDecoder(1).feed(stream).messages == ("FWV:1.0;", "HWT:MUSC;")


def test_a_message_may_be_long() -> None:
    """Else a board that says much about itself is not known."""
    text = LONGEST_MESSAGE * "x"
    decoder = SpikerBoxDecoder(1)

    slowly = [decoder.feed(bytes([byte])).messages for byte in spikerbox_message(text)]

    assert slowly[-1] == (text,)
    assert SpikerBoxDecoder(1).feed(spikerbox_message(text)).messages == (text,)
    assert SpikerBoxDecoder(1).feed(spikerbox_message(text + "x")).messages == ()


@pytest.mark.parametrize("broken", [b"HWT:" + NEXT, (LONGEST_MESSAGE + 1) * b"A"])
def test_a_message_that_never_ends_does_not_swallow_the_stream(broken: bytes) -> None:
    """Else one damaged byte silences the board."""
    values = np.arange(500, 520)[:, np.newaxis]

    decoded = SpikerBoxDecoder(1).feed(START + broken + encode_spikerbox(values) + NEXT)

    assert decoded.values.ravel().tolist()[-19:] == list(range(501, 520))
    assert decoded.messages == ()


def test_a_frame_of_the_wrong_length_is_bad_and_leaves_a_break() -> None:
    """Else a lost or added byte becomes a value that was never measured."""
    short, long = bytes.fromhex("84 84 00"), bytes.fromhex("84 00 00")

    for damaged in (short, long):
        decoded = SpikerBoxDecoder(1).feed(
            bytes.fromhex("8401 8402") + damaged + bytes.fromhex("8403") + NEXT
        )

        assert decoded.values.ravel().tolist()[:2] == [513, 514]
        assert decoded.values.ravel().tolist()[-1] == 515
        assert decoded.breaks.tolist() == [2]
        assert decoded.n_bad >= 1


def test_a_value_beyond_the_bits_of_the_converter_is_damage() -> None:
    """Else a flipped bit becomes a spike that no converter can give."""
    decoded = SpikerBoxDecoder(1, bits=10).feed(bytes.fromhex("8400 8800 877f") + NEXT)

    assert decoded.values.ravel().tolist() == [512, 1023]
    assert decoded.breaks.tolist() == [1]
    assert decoded.n_bad == 1


def test_what_precedes_the_first_frame_is_no_break() -> None:
    """Else every session begins with a gap: with the text that a shield sends when it starts."""
    decoded = SpikerBoxDecoder(1).feed(b"StartUp!\r\n" + bytes.fromhex("8401 8402") + NEXT)

    assert decoded.values.ravel().tolist() == [513, 514]
    assert decoded.breaks.size == 0
    assert decoded.n_bad == 5


@pytest.mark.parametrize(("n_channels", "bits"), [(0, 10), (1, 7), (1, 15)])
def test_a_frame_that_cannot_be_is_refused(n_channels: int, bits: int) -> None:
    """Else a wrong number of channels reads as a dead board."""
    with pytest.raises(ValueError, match=r"say how many|choose 8 to 14"):
        SpikerBoxDecoder(n_channels, bits)
