"""Olimex SHIELD-EKG-EMG on an Arduino: streams from its start on, and hears nothing."""

from __future__ import annotations

from typing import Final

from emg.blocks import Unit
from emg.said import Said
from hardware.board import Board, Link
from hardware.counter import Counting
from hardware.plain_board import PlainBoard
from hardware.wire.olimex import OlimexDecoder

BOARD: Final = PlainBoard(
    row=Board(
        name="olimex",
        title="Olimex SHIELD-EKG-EMG",
        link=Link.SERIAL,
        fs_hz=0.0,  # measured
        n_channels=6,
        bandwidth_hz=40.0,  # the shield's own low-pass
        full_scale_at_gain_1_uv=1023.0,
        unit=Unit.ARBITRARY,
        counting=Counting(),
        needs=("port",),
        note=Said(
            "Raw EMG below 40 Hz, about 250 samples a second: amplitude only. Inputs without a shield float: "
            "leave them out."
        ),
    ),
    bauds=(57_600, 115_200),
    decoder=OlimexDecoder,
    # The sketch says 256 and its timer gives 250; copies of it give what they say.
    promised_hz={250.0: 256.0, 256.0: 256.0, 125.0: 125.0},
)
