"""Touches of an electrode through the real chain, at the rates of real boards, and what is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import signal

from calibrations.taps import AROUND_S, Tap, column_of, find_taps, quiet_level_uv
from emg.activation import Activations
from emg.blocks import FloatArray, SampleBlock, StreamInfo
from emg.filters import FilterSettings
from emg.montage import FOUR_SITES
from emg.pipeline import ChainSettings, Pipeline

RATES = (250.0, 500.0, 1000.0)
CUE_S, SECONDS = 1.5, 7.5
PEOPLE = range(8)

Random = np.random.Generator


class Skin:
    """Raw signal of four electrode pairs on relaxed muscles, 1 to 15 µV, with some hum.

    Touches, squeezes and shakes are added to it.
    """

    def __init__(self, seed: int, fs_hz: float) -> None:
        self.random = np.random.default_rng([seed, round(fs_hz)])
        self.fs_hz = fs_hz
        n = round(SECONDS * fs_hz)
        time_s = np.arange(n) / fs_hz
        self.uv = np.empty((n, 4))
        for column in range(4):
            hum = self.random.uniform(0.0, 5.0) * np.sin(
                2 * np.pi * 50.0 * time_s + self.random.uniform(0, 6)
            )
            self.uv[:, column] = self.random.uniform(1.0, 15.0) * self.muscle(n) + hum

    def muscle(self, n: int) -> FloatArray:
        """Noise with the spectrum of a muscle, RMS 1."""
        band = signal.butter(
            2, (30.0, min(150.0, 0.45 * self.fs_hz)), "bandpass", fs=self.fs_hz, output="sos"
        )
        shaped = np.asarray(signal.sosfilt(band, self.random.standard_normal(n + 200)))[200:]
        return np.asarray(shaped / shaped.std())

    def add(self, at_s: float, uv: FloatArray, column: int) -> None:
        at = round(at_s * self.fs_hz)
        stop = min(len(self.uv), at + len(uv))
        self.uv[at:stop, column] += uv[: stop - at]

    def tap(self, at_s: float, column: int, height_uv: float = 1500.0, leak: float = 0.2) -> None:
        """A jump of the skin that rings and dies away; neighbours get a part of it."""
        time_s = np.arange(round(0.2 * self.fs_hz)) / self.fs_hz
        swing = np.exp(-time_s / self.random.uniform(0.008, 0.025))
        swing = swing * np.cos(2 * np.pi * self.random.uniform(12.0, 45.0) * time_s)
        uv = height_uv * (1.0 - np.exp(-time_s / 0.003)) * (swing + 0.5 * np.exp(-time_s / 0.05))
        for other in range(4):
            self.add(at_s, uv * (1.0 if other == column else self.random.uniform(0.0, leak)), other)

    def squeeze(self, at_s: float, length_s: float, column: int, level_uv: float) -> None:
        n = round(length_s * self.fs_hz)
        edge = np.minimum(np.arange(n), np.arange(n)[::-1]) / (0.03 * self.fs_hz)
        self.add(at_s, level_uv * self.muscle(n) * np.minimum(edge, 1.0), column)

    def ticks(self) -> Activations:
        info = StreamInfo("fake", "fake", self.fs_hz, self.fs_hz, 4, 187_500.0, 0.26 * self.fs_hz)
        chain = ChainSettings(FilterSettings.for_rate(self.fs_hz))
        return Pipeline(info, FOUR_SITES, chain)(SampleBlock(self.uv, 0, self.fs_hz, 0.0))


def taps_of(ticks: Activations) -> list[Tap]:
    """Taps after the cue."""
    tick_s = ticks.spacing / ticks.fs_hz
    cue = round(CUE_S / tick_s)
    quiet_uv = quiet_level_uv(ticks.power_uv2[:cue], tick_s)
    return [tap for tap in find_taps(ticks.power_uv2, quiet_uv, tick_s) if tap.at >= cue]


def seen_on(skin: Skin) -> int | None:
    return column_of(taps_of(skin.ticks()), 0.004)


@pytest.mark.parametrize("fs_hz", RATES)
@pytest.mark.parametrize("apart_s", [0.25, 0.5, 1.5])
def test_two_taps_are_seen_on_the_channel_that_is_touched(fs_hz: float, apart_s: float) -> None:
    """Else the wiring is "cannot tell" with every electrode well tapped."""
    for seed in PEOPLE:
        skin, column = Skin(seed, fs_hz), seed % 4
        height_uv = 10 ** skin.random.uniform(2.8, 3.9)
        for tap in range(2):
            skin.tap(2.0 + tap * apart_s, column, height_uv)
        assert seen_on(skin) == column, seed


@pytest.mark.parametrize("fs_hz", RATES)
def test_one_tap_is_no_pair_and_the_finger_that_leaves_no_second(fs_hz: float) -> None:
    """Else a chance touch decides which lead is where."""
    for seed in PEOPLE:
        skin = Skin(seed, fs_hz)
        skin.tap(3.0, 1)
        assert {tap.column for tap in taps_of(skin.ticks())} - {None} == {1}
        assert seen_on(skin) is None
    close = [Tap(500, 510, 2), Tap(500 + 30, 540, 2)]
    assert column_of(close, 0.004) is None
    assert column_of([*close, Tap(500 + 38, 550, 2)], 0.004) == 2


NO_TAPS: dict[str, Callable[[Skin], None]] = {}


def no_tap(what: Callable[[Skin], None]) -> Callable[[Skin], None]:
    NO_TAPS[what.__name__] = what
    return what


@no_tap
def stillness(skin: Skin) -> None:
    """Nothing happens."""


@no_tap
def squeezes(skin: Skin) -> None:
    for at_s in (2.0, 3.2, 5.0):
        skin.squeeze(at_s, skin.random.uniform(0.22, 1.0), 2, skin.random.uniform(20.0, 250.0))


@no_tap
def a_long_squeeze(skin: Skin) -> None:
    skin.squeeze(1.8, 5.0, 0, skin.random.uniform(10.0, 250.0))


@no_tap
def jumps_of_all_inputs(skin: Skin) -> None:
    for at_s in (2.0, 2.5, 4.0):
        skin.tap(at_s, 0, 2000.0, leak=0.0)
        for column in (1, 2, 3):
            skin.tap(at_s, column, 2000.0 * skin.random.uniform(0.5, 1.5), leak=0.0)


@no_tap
def a_touch_that_shows_on_two(skin: Skin) -> None:
    for at_s in (2.0, 2.6):
        skin.tap(at_s, 1, 1500.0, leak=0.05)
        skin.tap(at_s, 3, 900.0, leak=0.05)


@no_tap
def cables_that_sway(skin: Skin) -> None:
    low = signal.butter(2, (2.0, 25.0), "bandpass", fs=skin.fs_hz, output="sos")
    for column in range(4):
        n = round(skin.random.uniform(0.3, 1.5) * skin.fs_hz)
        uv = np.asarray(signal.sosfilt(low, skin.random.standard_normal(n + 500)))[500:]
        skin.add(skin.random.uniform(1.8, 4.5), uv / uv.std() * np.hanning(n) * 800.0, column)


@no_tap
def a_hand_that_holds_on(skin: Skin) -> None:
    for at_s in (2.0, 4.0):
        skin.squeeze(at_s, 0.6, 1, 1500.0)


@pytest.mark.parametrize("fs_hz", RATES)
@pytest.mark.parametrize("what", NO_TAPS)
def test_what_is_no_tap_is_seen_on_no_channel(what: str, fs_hz: float) -> None:
    """Else a muscle, a cable or the whole body tells which lead is where."""
    for seed in PEOPLE:
        skin = Skin(seed, fs_hz)
        NO_TAPS[what](skin)
        assert seen_on(skin) is None, seed


@pytest.mark.parametrize("fs_hz", RATES)
def test_another_muscle_that_squeezes_does_not_hide_the_taps(fs_hz: float) -> None:
    """Else who taps with one hand and tenses a leg cannot be told."""
    for seed in PEOPLE:
        skin = Skin(seed, fs_hz)
        skin.squeeze(1.8, 3.0, 3, 120.0)
        for at_s in (2.2, 2.8):
            skin.tap(at_s, 0, 1500.0, leak=0.05)
        assert seen_on(skin) == 0, seed


def test_taps_on_two_channels_say_nothing() -> None:
    """Else who taps two electrodes in one turn has the map mended by the first."""
    taps = [Tap(500, 510, 0), Tap(600, 610, 0), Tap(700, 710, 1)]
    assert column_of(taps, 0.004) is None
    assert column_of(taps[:2], 0.004) == 0
    assert column_of([*taps[:2], Tap(700, 710, None)], 0.004) == 0
    assert column_of([], 0.004) is None


def made(*levels_uv: float, taps: tuple[int, ...] = (600,), column: int = 0) -> FloatArray:
    """Tick powers of channels at a level, with bumps on one of them."""
    power_uv2 = np.tile(np.square(levels_uv), (1000, 1))
    for at in taps:
        power_uv2[at : at + 8, column] += 500.0**2
    return power_uv2


def test_a_tap_is_told_once_all_is_quiet_again() -> None:
    """Else the check goes on while a hand is still on the electrode."""
    power_uv2, quiet = made(3.0, 3.0), np.array([3.0, 3.0])
    around = round(AROUND_S / 0.004)
    assert find_taps(power_uv2[: 600 + around], quiet, 0.004) == []
    (tap,) = find_taps(power_uv2[: 610 + around], quiet, 0.004)
    assert (tap.column, 600 <= tap.at < 608 < tap.end < 620) == (0, True)


@pytest.mark.parametrize(("height_uv", "seen"), [(25.0, 0), (60.0, 1)])
def test_a_tap_must_stand_out_of_a_floor_too(height_uv: float, seen: int) -> None:
    """Else on the quietest skin the pulse of an artery is a touch."""
    power_uv2 = made(1.0, 1.0, taps=())
    power_uv2[600:608, 0] = height_uv**2
    assert len(find_taps(power_uv2, np.ones(2), 0.004)) == seen
    assert len(find_taps(power_uv2, np.ones(2), 0.004, 0.0)) == 1


def test_lost_ticks_are_no_touch_and_hide_none() -> None:
    """Else a packet that was lost is taken for the end of a tap, or for a tap."""
    quiet = np.array([3.0, 3.0])
    sparse = made(3.0, 3.0)
    sparse[::20] = np.nan
    assert [tap.column for tap in find_taps(sparse, quiet, 0.004)] == [0]
    torn = made(3.0, 3.0)
    torn[604:640] = np.nan
    assert find_taps(torn, quiet, 0.004) == []
    gap = made(3.0, 3.0, taps=())
    gap[500:600] = np.nan
    assert find_taps(gap, quiet, 0.004) == []


def test_a_channel_whose_quiet_is_not_known_has_no_taps() -> None:
    """Else after a gap the first movement is a tap."""
    power_uv2 = made(3.0, 3.0)
    known = power_uv2[:300].copy()
    known[:200, 0] = np.nan
    quiet = quiet_level_uv(known, 0.004)
    assert (np.isnan(quiet[0]), quiet[1]) == (True, pytest.approx(3.0))
    assert find_taps(power_uv2, quiet, 0.004) == []
    both = made(3.0, 3.0)
    both[:, 1] = both[:, 0]
    (tap,) = find_taps(both, np.array([3.0, np.nan]), 0.004)
    assert tap.column is None, "it shows on a channel whose quiet is not known"
