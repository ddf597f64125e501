"""Every board that BrainFlow reads EMG from, as its drivers treat it (BrainFlow 5.23).

Rate, channels and counter are BrainFlow's own, and a test holds the two together; scales are those of its
drivers. Where a range or a bandwidth is not published a safe one stands here, and the note says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from emg.blocks import Unit
from emg.said import Said
from hardware.board import ADS1299_REFERENCE_UV, CYTON_GAIN, Board, Link, sinc3_corner_hz
from hardware.counter import GANGLION_WRAP, Counting

GANGLION_FULL_SCALE_UV: Final = 1.2e6 / (1.5 * 51.0)
"""Reference 1.2 V over 1.5 and the fixed gain of 51."""

AD7771_FULL_SCALE_UV: Final = 2.5e6 / 8.0
"""Reference 2.5 V at the fixed gain of 8."""

EXPLORE_FULL_SCALE_UV: Final = 4.5e6 / 6.0
"""Gain 6 and a reference of 2.4 V, or of 4.5 V in one version: the wider."""

EEGO_FULL_SCALE_UV: Final = 4.0e6
"""The widest range of a bipolar input; BrainFlow opens the first that the amplifier lists."""

UNKNOWN_CORNER: Final = 0.25
"""Where no bandwidth is published: a quarter of the rate, a little less than a sinc3 filter has."""

_CYTON_CODES: Final = "12345678"
_DAISY_CODES: Final = "QWERTYUI"

_COMMON_REFERENCE: Final = Said(
    "Check in its guide that each channel has two electrodes of its own: with a common reference the "
    "muscles leak into each other."
)

_CYTON: Final = Board(
    name="cyton",
    title="OpenBCI Cyton",
    link=Link.SERIAL,
    fs_hz=250.0,
    n_channels=8,
    bandwidth_hz=sinc3_corner_hz(250.0),
    full_scale_at_gain_1_uv=ADS1299_REFERENCE_UV,
    gains=(1, 2, 4, 6, 8, 12, 24),
    default_gain=CYTON_GAIN,
    sinc3=True,
    counting=Counting(),
    needs=("port",),
    brainflow_id=0,
    channel_codes=_CYTON_CODES,
    note=Said("Amplitude of EMG between 20 and about 110 Hz; too slow for median frequency."),
)

_CYTON_WIFI: Final = replace(
    _CYTON,
    name="cyton_wifi",
    title=Said("OpenBCI Cyton with WiFi Shield"),
    link=Link.WIFI,
    fs_hz=1000.0,
    bandwidth_hz=sinc3_corner_hz(1000.0),
    needs=("address",),
    brainflow_id=5,
    note=Said("The whole band of EMG; WiFi loses packets where it is crowded."),
)

_GANGLION_SWITCHES: Final = Said(
    "Its four slide switches choose bipolar inputs, channel by channel: set them as its guide shows, or the "
    "muscles share one electrode. It needs firmware 3."
)

_GANGLION: Final = Board(
    name="ganglion",
    title=Said("OpenBCI Ganglion with BLED112 dongle"),
    link=Link.SERIAL,
    fs_hz=200.0,
    n_channels=4,
    bandwidth_hz=sinc3_corner_hz(200.0),
    full_scale_at_gain_1_uv=GANGLION_FULL_SCALE_UV,
    sinc3=True,
    counting=Counting(wrap=GANGLION_WRAP, pairs=True),
    needs=("port",),
    takes=("address",),
    brainflow_id=1,
    note=Said(
        "{switches} BrainFlow will drop this dongle; ganglion_native needs none.", switches=_GANGLION_SWITCHES
    ),
)

_EXPLORE: Final = Board(
    name="explore_4_chan",
    title=Said("{name}, {n} channels", name="Mentalab Explore", n=4),
    link=Link.BLUETOOTH,
    fs_hz=250.0,
    n_channels=4,
    bandwidth_hz=sinc3_corner_hz(250.0),
    full_scale_at_gain_1_uv=EXPLORE_FULL_SCALE_UV,
    sinc3=True,
    needs=("address",),
    brainflow_id=44,
    note=Said(
        "{reference} Its counter counts packets of all kinds, so only the clock shows losses.",
        reference=_COMMON_REFERENCE,
    ),
)

_FREEEEG: Final = Board(
    name="freeeeg32",
    title="FreeEEG32",
    link=Link.SERIAL,
    fs_hz=512.0,
    n_channels=32,
    bandwidth_hz=sinc3_corner_hz(512.0),
    full_scale_at_gain_1_uv=AD7771_FULL_SCALE_UV,
    sinc3=True,
    counting=Counting(),
    needs=("port",),
    brainflow_id=17,
    note=_COMMON_REFERENCE,
)

_EEGO: Final = Board(
    name="ant_neuro_ee_410",
    title="ANT Neuro eego EE-410",
    link=Link.USB,
    fs_hz=2000.0,
    n_channels=8,
    bandwidth_hz=UNKNOWN_CORNER * 2000.0,
    full_scale_at_gain_1_uv=EEGO_FULL_SCALE_UV,
    platforms=frozenset({"linux", "windows"}),
    counting=Counting(wrap=None),
    takes=("serial",),
    brainflow_id=24,
    driver_scale=1e6,  # its library gives volts, and BrainFlow passes them on
    note=Said("Its bipolar inputs. Range and bandwidth are assumed: 4 V and a quarter of the rate."),
)

_GFORCE: Final = Board(
    name="gforce_pro",
    title=Said("OYMotion gForcePro armband"),
    link=Link.BLE,
    fs_hz=500.0,
    n_channels=8,
    bandwidth_hz=UNKNOWN_CORNER * 500.0,
    full_scale_at_gain_1_uv=4096.0,
    unit=Unit.ARBITRARY,
    platforms=frozenset({"windows"}),
    brainflow_id=16,
    note=Said(
        "Raw counts of a converter of at most 12 bits; range and bandwidth are assumed. Made for the arm."
    ),
)


def _eego(model: str, brainflow_id: int, fs_hz: float, n_channels: int) -> Board:
    return replace(
        _EEGO,
        name=f"ant_neuro_ee_{model}",
        title=f"ANT Neuro eego EE-{model}",
        fs_hz=fs_hz,
        n_channels=n_channels,
        bandwidth_hz=UNKNOWN_CORNER * fs_hz,
        brainflow_id=brainflow_id,
    )


def _explore(name: str, title: str, brainflow_id: int, n_channels: int) -> Board:
    return replace(
        _EXPLORE,
        name=name,
        title=Said("{name}, {n} channels", name=title, n=n_channels),
        brainflow_id=brainflow_id,
        n_channels=n_channels,
    )


BRAINFLOW_ROWS: Final = (
    _CYTON,
    replace(
        _CYTON,
        name="cyton_daisy",
        title=Said("OpenBCI Cyton with Daisy"),
        fs_hz=125.0,
        n_channels=16,
        bandwidth_hz=sinc3_corner_hz(125.0),
        counting=Counting(step=2),
        brainflow_id=2,
        channel_codes=_CYTON_CODES + _DAISY_CODES,
        note=Said("Eight more channels at half the rate."),
        refusal=Said(
            "It sends 125 samples a second, which carry nothing above 62 Hz, and most of EMG lies above: use "
            "'cyton' without the Daisy's channels, or 'cyton_daisy_wifi'."
        ),
    ),
    _CYTON_WIFI,
    replace(
        _CYTON_WIFI,
        name="cyton_daisy_wifi",
        title=Said("OpenBCI Cyton with Daisy and WiFi Shield"),
        n_channels=16,
        brainflow_id=6,
        channel_codes=_CYTON_CODES + _DAISY_CODES,
    ),
    _GANGLION,
    replace(
        _GANGLION,
        name="ganglion_native",
        title=Said("OpenBCI Ganglion over Bluetooth"),
        link=Link.BLE,
        needs=(),
        takes=("address", "serial"),
        brainflow_id=46,
        note=_GANGLION_SWITCHES,
    ),
    replace(
        _GANGLION,
        name="ganglion_wifi",
        title=Said("OpenBCI Ganglion with WiFi Shield"),
        link=Link.WIFI,
        fs_hz=1600.0,
        bandwidth_hz=sinc3_corner_hz(1600.0),
        counting=Counting(),
        needs=("address",),
        takes=(),
        brainflow_id=4,
        note=_GANGLION_SWITCHES,
    ),
    Board(
        name="galea",
        title="OpenBCI Galea",
        link=Link.WIFI,
        fs_hz=250.0,
        n_channels=6,
        bandwidth_hz=sinc3_corner_hz(250.0),
        full_scale_at_gain_1_uv=ADS1299_REFERENCE_UV / 4.0,
        sinc3=True,
        counting=Counting(),
        takes=("address", "serial"),
        brainflow_id=3,
        note=Said("A headset with six EMG channels at a fixed gain of 4, made for the face."),
    ),
    Board(
        name="callibri_emg",
        title="NeuroMD Callibri, EMG",
        link=Link.BLE,
        fs_hz=1000.0,
        n_channels=1,
        bandwidth_hz=UNKNOWN_CORNER * 1000.0,
        full_scale_at_gain_1_uv=1e6,
        platforms=frozenset({"windows", "macos"}),
        takes=("serial",),
        brainflow_id=10,
        note=Said(
            "One muscle. Range and bandwidth are assumed: 1 V and a quarter of the rate. The driver counts "
            "what it received, so only the clock shows losses."
        ),
    ),
    _GFORCE,
    replace(
        _GFORCE,
        name="gforce_dual",
        title=Said("OYMotion gForceDual armband"),
        n_channels=2,
        brainflow_id=19,
    ),
    _FREEEEG,
    replace(
        _FREEEEG,
        name="freeeeg128",
        title="FreeEEG128",
        fs_hz=256.0,
        n_channels=128,
        bandwidth_hz=sinc3_corner_hz(256.0),
        brainflow_id=52,
    ),
    replace(
        _FREEEEG,
        name="ironbci_32",
        title="IronBCI-32",
        brainflow_id=65,
        note=Said(
            "{reference} BrainFlow takes its scale to be that of a FreeEEG32.", reference=_COMMON_REFERENCE
        ),
    ),
    _EXPLORE,
    _explore("explore_8_chan", "Mentalab Explore", 45, 8),
    _explore("explore_plus_8_chan", "Mentalab Explore+", 54, 8),
    _explore("explore_plus_32_chan", "Mentalab Explore+", 55, 32),
    Board(
        name="ntl_wifi",
        title=Said("NTL WiFi board"),
        link=Link.WIFI,
        fs_hz=250.0,
        n_channels=8,
        bandwidth_hz=sinc3_corner_hz(250.0),
        full_scale_at_gain_1_uv=ADS1299_REFERENCE_UV / 24.0,
        sinc3=True,
        counting=Counting(),
        needs=("address",),
        brainflow_id=50,
        note=_COMMON_REFERENCE,
    ),
    Board(
        name="biolistener",
        title="BioListener",
        link=Link.WIFI,
        fs_hz=500.0,
        n_channels=8,
        bandwidth_hz=sinc3_corner_hz(500.0),
        full_scale_at_gain_1_uv=AD7771_FULL_SCALE_UV,
        sinc3=True,
        counting=Counting(wrap=None),
        takes=("address",),
        brainflow_id=64,
        note=Said("The board calls this computer, at port 12345; an address is one of this computer's own."),
    ),
    _EEGO,
    _eego("214", 30, 2000.0, 24),
    _eego("215", 31, 2000.0, 24),
    _eego("223", 34, 16000.0, 24),
    _eego("225", 36, 16000.0, 24),
    _eego("511", 51, 4096.0, 4),
    Board(
        name="aavaa_v3",
        title="AAVAA v3",
        link=Link.BLE,
        fs_hz=50.0,
        n_channels=8,
        bandwidth_hz=sinc3_corner_hz(50.0),
        full_scale_at_gain_1_uv=ADS1299_REFERENCE_UV / 12.0,
        sinc3=True,
        counting=None,
        takes=("address", "serial"),
        brainflow_id=53,
        note=Said("A headset for eye movements and alertness."),
        refusal=Said(
            "It sends 50 samples a second, which carry nothing above 25 Hz, where EMG begins: use a board of "
            "at least 200 samples a second."
        ),
    ),
    Board(
        name="synthetic",
        title=Said("BrainFlow synthetic board"),
        link=Link.NONE,
        fs_hz=250.0,
        n_channels=16,
        bandwidth_hz=125.0,
        full_scale_at_gain_1_uv=ADS1299_REFERENCE_UV / 24.0,
        counting=Counting(),
        brainflow_id=-1,
        note=Said("Sine waves of a few hertz, to try the connection; not EMG."),
    ),
)
