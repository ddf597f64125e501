"""Lines of numbers, as people's own sketches send them."""

from __future__ import annotations

import numpy as np
import pytest

from hardware.wire.decoder import Decoded
from hardware.wire.text import LONGEST_LINE, TextDecoder

JOINING = b"23\r\n"
"""The rest of a line that began before the port was opened."""


def decode(*lines: bytes, newline: bytes = b"\r\n") -> Decoded:
    return TextDecoder().feed(JOINING + b"".join(line + newline for line in lines))


def test_the_sketch_of_the_myoware_is_read() -> None:
    """Else the simplest board of all does not work."""
    decoder = TextDecoder()

    decoded = decoder.feed(b"MyoWare Example_01_analogRead_SINGLE\r\n101\r\n102\r\n103\r\n104\r\n105\r\n10")

    assert decoded.values.tolist() == [[101], [102], [103], [104], [105]]
    assert decoded.counters is None
    assert decoded.messages == ("MyoWare Example_01_analogRead_SINGLE",)
    assert decoder.n_channels == 1
    assert decoder.n_waiting == 2
    assert decoded.n_bad == decoded.breaks.size == 0


@pytest.mark.parametrize("newline", [b"\r\n", b"\n", b"\r", b"\n\r", b"\r\n\r\n"])
@pytest.mark.parametrize(
    "line",
    [
        b"1,-2.5,3e2",
        b"1;-2.5;3E+2",
        b"1\t-2.5\t300.",
        b"  1  -2.5  300.000 ",
        b"1, -2.50, +300,",
        b"a:1,b:-2.5,c:300",
        b"a=1 b=-2.5 c=300",
        b"left glute: 1\tleft ham: -2.5\tch 3: 300",
        b"emg:1,-2.5,300",
        b"1,-25e-1,.3e3",
    ],
)
def test_columns_are_read_in_every_common_way_of_writing_them(line: bytes, newline: bytes) -> None:
    """Else a sketch that works in the serial plotter does not work here."""
    decoded = decode(*4 * [line], newline=newline)

    assert decoded.values.tolist() == 4 * [[1.0, -2.5, 300.0]]
    assert decoded.n_bad == 0


def test_the_first_line_is_never_a_sample() -> None:
    """Else 1023 becomes 23 when the port is opened inside it."""
    assert TextDecoder().feed(b"23\n1023\n1023\n1023\n1023\n").values.tolist() == 4 * [[1023]]


def test_channels_are_not_known_before_four_lines_agree_and_no_line_is_lost_by_that() -> None:
    """Else a number in the greeting decides how many muscles there are."""
    decoder = TextDecoder()

    early = decoder.feed(JOINING + b"3\n500\n9,8\nx,7\n1,2\n3,4\n5,6\n")
    assert decoder.n_channels == 0
    assert early.values.shape == (0, 0)
    assert early.n_bad == 4
    late = decoder.feed(b"7,8\n")
    assert decoder.n_channels == 2
    assert late.values.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert late.breaks.size == 0


@pytest.mark.parametrize(
    "bad",
    [
        b"1",
        b"1,2,3",
        b"nan,2",
        b"1,inf",
        b"-inf,1",
        b"ovf,1",
        b"ovf",
        b"a:1,2 b",
        b"abc\x07def",
        b"1e99,2",
        b"1,2x",
        b"1_0,2",
        b"a:1_0,b:2",
        b"1,--2",
        b"1,2\xff",
        b"1,2\x00",
        b"a:1,b:",
        b"a:,b:2",
        b"1,b",
        b"12:34,56",
        b"1,2 mV",
        b"x" * (LONGEST_LINE + 1),
        b"1," + b" " * LONGEST_LINE + b"2",
    ],
)
def test_a_line_that_is_no_sample_is_bad_and_leaves_a_break(bad: bytes) -> None:
    """Else damage becomes a value, or a loss of samples is not seen."""
    decoded = decode(b"1,2", b"3,4", b"5,6", b"7,8", bad, b"9,10", b"11,12")

    assert decoded.values.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10], [11, 12]]
    assert decoded.breaks.tolist() == [4]
    assert decoded.n_bad == 1
    assert decoded.messages == ()


def test_words_between_samples_are_a_message_and_no_break() -> None:
    """Else what a sketch says is hidden, or looks like a loss."""
    decoded = decode(b"1", b"2", b"3", b"4", b"", b"Electrode off!", b"5")

    assert decoded.values.ravel().tolist() == [1, 2, 3, 4, 5]
    assert decoded.messages == ("Electrode off!",)
    assert decoded.breaks.size == decoded.n_bad == 0


def test_a_line_that_never_ends_is_not_kept() -> None:
    """Else a wrong baud rate fills the memory."""
    decoder = TextDecoder()
    decoder.feed(JOINING + b"1\n2\n3\n4\n")

    n_bad = 0
    for _ in range(100):
        n_bad += decoder.feed(b"7" * 1000).n_bad
        assert decoder.n_waiting <= LONGEST_LINE
    decoded = decoder.feed(b"\n5\n")

    assert n_bad + decoded.n_bad == 1
    assert decoded.values.tolist() == [[5]]
    assert decoded.breaks.tolist() == [0]


def test_values_have_a_column_for_each_channel_even_when_there_are_none() -> None:
    """Else joining what came of two reads fails."""
    decoder = TextDecoder()
    decoder.feed(JOINING + 4 * b"1,2\n")

    assert decoder.feed(b"1,").values.shape == (0, 2)
    assert decoder.feed(b"").values.dtype == np.float64
