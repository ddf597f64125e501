"""One kind of board: what it measures, what its numbers can carry, and how it is found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from emg.blocks import Signal, Unit
from emg.limits import can_tell_fatigue, can_tell_onset
from emg.said import Said
from hardware.counter import Counting

SINC3_CORNER: Final = 0.262
"""-3 dB corner of a sinc3 decimation filter in sampling rates (ADS1299: 65 Hz at 250, SBAS499 table 1)."""

ADS1299_REFERENCE_UV: Final = 4.5e6
"""Full scale of the ADS1299 at gain 1 (datasheet SBAS499)."""

CYTON_GAIN: Final = 24
"""As its firmware sets it."""

CYTON_FULL_SCALE_UV: Final = ADS1299_REFERENCE_UV / CYTON_GAIN
"""In steps of 0.02 µV; also taken for what is in microvolts and does not tell its own."""

PLATFORMS: Final = frozenset({"linux", "windows", "macos"})

CLAIMS: Final = ("amplitude", "onset", "spectrum")
"""What a board may be asked for, the least demanding first."""


class Link(StrEnum):
    """How a board is connected."""

    SERIAL = "serial"
    BLUETOOTH = "bluetooth"
    BLE = "ble"
    WIFI = "wifi"
    USB = "usb"
    NETWORK = "network"
    FILE = "file"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One line of the table of boards.

    Attributes
    ----------
    name : str
        As written after ``--board``.
    title : str
        As people call it.
    link : Link
        How it is connected.
    fs_hz : float
        Promised sampling rate; 0 where it is measured.
    n_channels : int
        EMG channels; 0 for as many as come.
    bandwidth_hz : float
        Upper -3 dB corner of the board itself; infinite where nothing is known of it, and then half the
        sampling rate is the limit.
    full_scale_at_gain_1_uv : float
        Greatest absolute value at gain 1, or of a board without a gain; in ``unit``.
    gains : tuple of int
        Gains that can be set, in the order of the board's own codes; empty if there are none.
    default_gain : int or None
        The gain used unless another is asked for.
    unit, signal
        What the samples normally are.
    sinc3 : bool
        Whether a sinc3 decimation filter at the sampling rate shapes the band, as in an ADS1299.
    platforms : frozenset of str
        Of ``linux``, ``windows``, ``macos``: where its driver runs.
    counting : Counting or None
        How it counts its samples; None if only the clock tells what is missing.
    needs, takes : tuple of str
        Of ``port``, ``address``, ``serial``: what must be said to find it, and what may be.
    brainflow_id : int or None
        BrainFlow's number of the board; None if it does not come through BrainFlow.
    driver_scale : float
        What the driver's numbers are multiplied by to give ``unit``.
    channel_codes : str
        The board's own code of each channel, where the channels must be set bipolar by command.
    note : str
        What to know before believing its numbers.
    refusal : str
        Why it may not be used for EMG, and what to use instead; empty if it may.
    """

    name: str
    title: str
    link: Link
    fs_hz: float
    n_channels: int
    bandwidth_hz: float
    full_scale_at_gain_1_uv: float
    gains: tuple[int, ...] = ()
    default_gain: int | None = None
    unit: Unit = Unit.MICROVOLT
    signal: Signal = Signal.RAW
    sinc3: bool = False
    platforms: frozenset[str] = PLATFORMS
    counting: Counting | None = None
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    brainflow_id: int | None = None
    driver_scale: float = 1.0
    channel_codes: str = ""
    note: str = ""
    refusal: str = ""

    @property
    def claims(self) -> frozenset[str]:
        """What its signal can carry: ``amplitude``, ``onset``, ``spectrum``; nothing if it is refused.

        Where the rate is measured only the least is claimed: ``claims_of`` tells the rest of a stream.
        """
        if self.refusal:
            return frozenset()
        return claims_of(self.fs_hz, self.bandwidth_hz, self.signal)

    def full_scale_uv(self, gain: float | None = None) -> float:
        """Greatest absolute value of a channel at a gain, the default gain unless given."""
        return self.full_scale_at_gain_1_uv / (gain or self.default_gain or 1)

    def droop_db(self, freq_hz: float) -> float | None:
        """Gain of the board's own filter at a frequency, in dB; None where it is not known.

        From half the sampling rate on there is none either: what lies there is folded back.
        """
        if not self.sinc3 or not 0.0 <= freq_hz < self.fs_hz / 2.0:
            return None
        return sinc3_droop_db(freq_hz, self.fs_hz)

    def check_gain(self, gain: float | None) -> int | None:
        """Return the gain to be set: the one asked for, or the board's default.

        Raises
        ------
        ValueError
            If the board cannot be set to it; the message lists what it can.
        """
        if gain is None:
            return self.default_gain
        if gain not in self.gains:
            raise ValueError(self._no_such_gain(f"{gain:g}"))
        return int(gain)

    def _no_such_gain(self, gain: str) -> Said:
        if not self.gains:
            return Said("{board} has no gain {gain}: leave the gain out.", board=self.title, gain=gain)
        return Said(
            "{board} has no gain {gain}: choose one of {gains}.",
            board=self.title,
            gain=gain,
            gains=", ".join(map(str, self.gains)),
        )


def claims_of(fs_hz: float, bandwidth_hz: float, signal: Signal) -> frozenset[str]:
    """Tell what a stream can carry.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    bandwidth_hz : float
        Upper -3 dB corner of the board itself.
    signal : Signal
        An envelope carries amplitude only.
    """
    claims = {"amplitude"}
    if signal is Signal.RAW:
        if can_tell_onset(fs_hz, bandwidth_hz):
            claims.add("onset")
        if can_tell_fatigue(fs_hz, min(bandwidth_hz, fs_hz / 2.0)):
            claims.add("spectrum")
    return frozenset(claims)


def sinc3_corner_hz(fs_hz: float) -> float:
    """-3 dB corner of a sinc3 decimation filter, in whole hertz as datasheets give it."""
    return float(math.floor(SINC3_CORNER * fs_hz))


def sinc3_droop_db(freq_hz: float, fs_hz: float) -> float:
    """Gain in dB of a sinc3 decimation filter whose first zero is at the sampling rate.

    Notes
    -----
    |sin(x) / x|^3 with x = pi f / fs, the limit of SBAS499 eq. 9 for a modulator much faster than the output;
    an ADS1299 at 250 SPS has -1.7 dB at 50 Hz and -7.3 dB at 100 Hz.
    """
    x = math.pi * freq_hz / fs_hz
    return 60.0 * math.log10(math.sin(x) / x) if x else 0.0
