"""The sources of samples that come neither through BrainFlow nor from ``plain_boards``."""

from __future__ import annotations

import math
from typing import Final

from emg.blocks import Signal, Unit
from emg.said import Said
from hardware.board import ADS1299_REFERENCE_UV, Board, Link, sinc3_corner_hz
from hardware.counter import Counting

MEASURED: Final = 0.0
"""Rate of a source that is measured at the open."""
AS_MANY_AS_COME: Final = 0

OTHER_ROWS: Final = (
    Board(
        name="spikerbox",
        title="Backyard Brains SpikerBox",
        link=Link.SERIAL,
        fs_hz=MEASURED,
        n_channels=AS_MANY_AS_COME,
        bandwidth_hz=math.inf,
        full_scale_at_gain_1_uv=16384.0,
        unit=Unit.ARBITRARY,
        needs=("port",),
        note=Said(
            "Raw EMG, up to 10 000 samples a second; it does not count, so only the clock shows losses."
        ),
    ),
    Board(
        name="chords",
        title=Said("Upside Down Labs Chords board"),
        link=Link.SERIAL,
        fs_hz=MEASURED,
        n_channels=AS_MANY_AS_COME,
        bandwidth_hz=math.inf,
        full_scale_at_gain_1_uv=65536.0,
        unit=Unit.ARBITRARY,
        counting=Counting(),
        needs=("port",),
        note=Said(
            "Raw EMG at 250 or 500 samples a second, by board; the channels are sampled one after another."
        ),
    ),
    Board(
        name="serial-text",
        title=Said("Arduino with MyoWare or the like, plain text"),
        link=Link.SERIAL,
        fs_hz=MEASURED,
        n_channels=AS_MANY_AS_COME,
        bandwidth_hz=math.inf,
        full_scale_at_gain_1_uv=65536.0,
        unit=Unit.ARBITRARY,
        signal=Signal.ENVELOPE,
        needs=("port",),
        note=Said("An envelope made on the board, some 20 values a second: amplitude only, and no onset."),
    ),
    Board(
        name="lsl",
        title=Said("Lab Streaming Layer stream"),
        link=Link.NETWORK,
        fs_hz=MEASURED,
        n_channels=AS_MANY_AS_COME,
        bandwidth_hz=math.inf,
        full_scale_at_gain_1_uv=1e6,
        takes=("port",),
        note=Said("An EMG stream in the local network; rate, unit and channels are as the stream says."),
    ),
    Board(
        name="replay",
        title=Said("Recording, played again"),
        link=Link.FILE,
        fs_hz=MEASURED,
        n_channels=AS_MANY_AS_COME,
        bandwidth_hz=math.inf,
        full_scale_at_gain_1_uv=1e6,
        needs=("port",),
        note=Said("A file or session, with all its losses; rate, unit and channels are the recording's."),
    ),
    Board(
        name="simulated",
        title=Said("Simulated athlete"),
        link=Link.NONE,
        fs_hz=250.0,
        n_channels=4,
        bandwidth_hz=sinc3_corner_hz(250.0),
        full_scale_at_gain_1_uv=ADS1299_REFERENCE_UV,
        gains=(24,),
        default_gain=24,
        sinc3=True,
        note=Said("An athlete who hears the coach, measured as by a Cyton; needs no hardware."),
    ),
)
