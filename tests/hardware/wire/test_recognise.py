"""Which board sends: told from its bytes, because names of USB adapters do not tell it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hardware.wire.recognise import recognise
from tests.hardware.wire.encode import encode_chords, encode_olimex_hex_text, encode_spikerbox, encode_text
from tests.hardware.wire.formats import FORMATS, Counts, Format
from tests.hardware.wire.uart import misread

CYTON_BANNER = (
    b"OpenBCI V3 8-16 channel\nOn Board ADS1299 Device ID: 0x3E\n"
    b"LIS3DH Device ID: 0x33\nFirmware: v3.1.2\n$$$"
)


def of_a_muscle(rng: np.random.Generator, n: int) -> Counts:
    """14 bits at some kilohertz, as a Human SpikerBox measures: no sample is far from the last."""
    return 8192 + np.cumsum(rng.integers(-300, 301, (n, 4)), axis=0)


STREAMS = [replace(form, draw=of_a_muscle) if "14 bits" in form.name else form for form in FORMATS]
each_stream = pytest.mark.parametrize("form", STREAMS, ids=lambda form: form.name)


def stream(form: Format, seed: int, n: int = 250) -> bytes:
    return b"".join(form.pieces(np.random.default_rng(seed), n)[0])


@each_stream
def test_a_streaming_board_is_recognised_from_anywhere_in_its_stream(form: Format) -> None:
    """Else the list of ports does not say where the board is."""
    name = form.name.split()[0].replace("text,", "serial-text")

    for seed in range(8):
        found = recognise(stream(form, seed)[17 * seed :])

        assert [board for board, _ in found] == [name]
        assert 0.9 < found[0][1] <= 1.0


@each_stream
@pytest.mark.parametrize(
    ("sent_baud", "read_baud"),
    [(230_400, 115_200), (115_200, 57_600), (57_600, 115_200), (230_400, 57_600), (9_600, 115_200)],
)
def test_a_board_read_at_a_wrong_speed_is_no_other_board(
    form: Format, sent_baud: int, read_baud: int
) -> None:
    """Else a Chords board read at half its speed is a SpikerBox, and is opened as one."""
    data = stream(form, 3, n=120)

    assert misread(data, sent_baud, sent_baud) == data
    assert recognise(misread(data, sent_baud, read_baud)) == []


@pytest.mark.parametrize("n_channels", [1, 2, 3, 6, 8, 16])
def test_boards_are_recognised_with_any_number_of_channels(n_channels: int) -> None:
    """Else a shield with two muscles is found and one with four is not."""
    values = np.random.default_rng(n_channels).integers(0, 1024, (200, n_channels))

    assert recognise(encode_chords(range(200), values))[0][0] == "chords"
    assert recognise(encode_spikerbox(values))[0][0] == "spikerbox"
    assert recognise(encode_text(values))[0][0] == "serial-text"


@each_stream
def test_a_damaged_stream_is_still_recognised(form: Format) -> None:
    """Else a long cable hides the board."""
    rng = np.random.default_rng(8)
    data = bytearray(stream(form, 8))
    for place in rng.integers(0, len(data), len(data) // 250):
        data[place] ^= 0x10

    assert len(recognise(bytes(data))) == 1


@pytest.mark.parametrize("n_bytes", [0, 1, 2, 50, 1000, 23_000])
def test_random_bytes_and_silence_are_no_board(n_bytes: int) -> None:
    """Else a mouse, a printer or a wrong baud rate is offered as an EMG board."""
    for seed in range(20):
        assert recognise(np.random.default_rng(seed).bytes(n_bytes)) == []


@pytest.mark.parametrize(
    "text",
    [
        CYTON_BANNER,
        3 * (CYTON_BANNER + b"\n"),
        b"Failure: Communications timeout - Device failed to poll Host$$$",
        4 * b"AT\r\nOK\r\nAT+CSQ\r\n+CSQ: 20,99\r\n\r\nOK\r\n",
        20 * b"ERROR\r\n",
        5 * b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n",
        b"UNO-R3\r\nUNO-R3\r\nUNO-R3\r\nUNO-R3\r\nUNO-R3\r\n",
        b"1\r\n2\r\n",
        b"23\n1\n2\n3\n4",
        encode_spikerbox(np.full((20, 1), 512)),
        encode_chords(range(2), np.full((2, 6), 512)),
        200 * b"\x00",
        200 * b"\xff",
    ],
)
def test_what_other_devices_say_and_what_is_too_little_is_no_board(text: bytes) -> None:
    """Else a modem is offered as an EMG board, and an idle Cyton as a sketch of somebody's own."""
    assert recognise(text) == []


def test_hex_text_of_an_olimex_sketch_is_not_samples() -> None:
    """Else its digits are shown as a muscle."""
    values = np.random.default_rng(2).integers(0, 10, (100, 6))

    assert recognise(encode_olimex_hex_text(range(100), values)) == []
