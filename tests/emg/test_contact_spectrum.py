"""What a second of spectrum tells: no skin, motion, a twin; and which of several findings is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emg.blocks import BoolArray, FloatArray, Signal, StreamInfo, Unit
from emg.contact_spectrum import Spectra, difference_of_twins
from emg.quality import (
    FLAT,
    MAINS_50,
    MAINS_60,
    MOTION,
    NEAR_RAIL,
    OK,
    RAILED,
    TWIN,
    WEAK,
    ContactMeter,
    VerdictArray,
)
from hardware.simulated_emg import GLUTEUS_MAXIMUS, BoardNoise, Spectrum, random_for
from tests.emg.signals import FULL_SCALE_UV, stream

RATES = pytest.mark.parametrize("fs_hz", [200.0, 250.0, 500.0, 1000.0, 2000.0])
AMPLIFIER_UV = 0.14
"""An ADS1299 with shorted inputs at 250 SPS; twice as much at four times the rate."""


def noise(
    rms_uv: float, fs_hz: float = 250.0, seconds: float = 8.0, key: str = "", spectrum: Spectrum | None = None
) -> FloatArray:
    return rms_uv * BoardNoise(random_for(3, key), fs_hz, spectrum).read(round(seconds * fs_hz))


def wave(hz: float, rms_uv: float, fs_hz: float = 250.0, seconds: float = 8.0) -> FloatArray:
    phase = 2.0 * np.pi * hz * np.arange(round(seconds * fs_hz)) / fs_hz
    return np.asarray(rms_uv * np.sqrt(2.0) * np.sin(phase))


def shorted(fs_hz: float, key: str = "short", seconds: float = 8.0) -> FloatArray:
    return noise(AMPLIFIER_UV * np.sqrt(fs_hz / 250.0), fs_hz, seconds, key)


def judged(
    *channels: FloatArray,
    fs_hz: float = 250.0,
    info: StreamInfo | None = None,
    notched_hz: float | None = None,
    valid: BoolArray | None = None,
) -> VerdictArray:
    """Verdict at each sample, one column a channel."""
    raw_uv = np.stack(channels, axis=1)
    return ContactMeter(info or stream(fs_hz), len(channels), notched_hz=notched_hz)(raw_uv, valid)


def from_s(verdicts: VerdictArray, seconds: float, fs_hz: float = 250.0) -> set[int]:
    return {int(code) for code in np.unique(verdicts[round(seconds * fs_hz) :])}


# --- weak


@RATES
def test_a_board_on_a_desk_with_its_leads_together_is_no_quiet_muscle(fs_hz: float) -> None:
    """Else everything passes that is plugged in, and the athlete trains on amplifier noise."""
    on_desk = shorted(fs_hz) + wave(60.0, 0.3, fs_hz) + 12.0
    assert from_s(judged(on_desk, fs_hz=fs_hz), 2.0, fs_hz) == {WEAK}


@RATES
def test_the_quietest_skin_is_not_called_weak(fs_hz: float) -> None:
    """A well prepared skin under a relaxed muscle must not be prepared again."""
    assert from_s(judged(noise(1.3, fs_hz, 30.0), fs_hz=fs_hz), 0.6, fs_hz) == {OK}


def test_what_has_no_microvolts_or_no_raw_signal_is_never_weak_or_in_motion() -> None:
    """In volts a muscle is a millionth of a microvolt's number, and an envelope lies still at rest."""
    info = stream(250.0)
    swinging = noise(2.0) + wave(8.0, 50.0)
    for channel in (shorted(250.0), 1e-6 * noise(2.0), swinging):
        for other in (replace(info, unit=Unit.ARBITRARY), replace(info, signal=Signal.ENVELOPE)):
            assert from_s(judged(channel, info=other), 0.6) == {OK}


# --- motion


@RATES
def test_a_swinging_cable_is_called_motion_within_three_seconds(fs_hz: float) -> None:
    """Its slow waves come through the band-pass as a muscle that is never there."""
    swing = np.convolve(noise(400.0, fs_hz), np.ones(round(0.06 * fs_hz)) / (0.06 * fs_hz), "same")
    verdicts = judged(noise(2.0, fs_hz, key="rest") + swing, fs_hz=fs_hz)
    assert from_s(verdicts, 3.0, fs_hz) == {MOTION}


def test_skin_that_is_slow_but_quiet_is_not_called_motion() -> None:
    """On a Cyton most of a good rest lies below 20 Hz; a complaint would stop every set-up."""
    slow = noise(1.0) + wave(7.0, 3.0)
    assert from_s(judged(slow), 0.6) == {OK}


def test_one_jerk_is_no_loose_electrode() -> None:
    """Somebody touches a cable once: set-up must not begin anew for it."""
    jerked = noise(2.0)
    jerked[1000:1060] += 300.0 * np.hanning(60)
    assert from_s(judged(jerked), 0.6) == {OK}


def test_motion_stays_until_it_is_well_below_its_limit() -> None:
    """A complaint that comes and goes while somebody reads it is not believed."""
    level = np.repeat([8.0, 4.0, 2.0], 5 * 250)
    moved = noise(3.0, seconds=15.0) + level * wave(9.3, 1.0, seconds=15.0)
    verdicts = judged(moved)[:, 0]
    assert set(verdicts[3 * 250 : 10 * 250]) == {MOTION}
    assert set(verdicts[12 * 250 :]) == {OK}
    assert from_s(judged(moved[5 * 250 : 10 * 250]), 0.6) == {OK}


def test_hum_that_the_notch_takes_does_not_hide_motion() -> None:
    """The raw signal is full of it: a share of all its power would be a share of the mains."""
    moved = noise(2.0) + wave(9.3, 15.0) + wave(59.9, 150.0)
    assert from_s(judged(moved, notched_hz=60.0), 3.0) == {MOTION}


# --- twins


@RATES
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_two_leads_in_one_jack_are_called_twins_both_of_them(fs_hz: float, sign: float) -> None:
    """Else a hamstring is trained as a glute, perfectly in step."""
    lead = noise(1.3, fs_hz, key="lead")
    one, two = (shorted(fs_hz, key) for key in "ab")
    verdicts = judged(lead + one, noise(3.0, fs_hz, key="other"), sign * lead + two + 9000.0, fs_hz=fs_hz)
    assert [from_s(verdicts[:, [column]], 2.0, fs_hz) for column in range(3)] == [{TWIN}, {OK}, {TWIN}]


def test_cross_talk_of_half_is_no_twin_neither_at_rest_nor_in_an_effort() -> None:
    """A glute under fat hears its hamstring: that is said elsewhere, and no wire is wrong."""
    ham = np.repeat([0.05, 60.0], 15 * 250) * noise(1.0, seconds=30.0, key="ham", spectrum=GLUTEUS_MAXIMUS)
    verdicts = judged(ham + noise(1.5, seconds=30.0, key="a"), 0.5 * ham + noise(1.5, seconds=30.0, key="b"))
    assert from_s(verdicts, 0.6) == {OK}


@pytest.mark.parametrize(("hum_uv", "notched_hz"), [(1.5, None), (300.0, 50.0)])
def test_hum_in_common_makes_no_twins(hum_uv: float, notched_hz: float | None) -> None:
    """The mains are one wave on all channels, below the limit or under the notch."""
    channels = [noise(1.5, key=key) + wave(50.1, hum_uv) for key in "abcd"]
    assert from_s(judged(*channels, notched_hz=notched_hz), 0.6) == {OK}


@pytest.mark.parametrize("length", [2, 12, 40])
def test_lost_samples_make_no_twins(length: int) -> None:
    """They are lost on all channels at once, and are bridged by straight lines."""
    channels = np.stack([noise(1.5, key=key) for key in "abcd"], axis=1)
    valid = np.ones(len(channels), dtype=np.bool_)
    for start in range(90, len(valid) - 50, 250):
        before, after = channels[start - 1], channels[start + length]
        channels[start : start + length] = np.linspace(before, after, length)
        valid[start : start + length] = False
    assert from_s(judged(*channels.T, valid=valid)[valid], 1.1) == {OK}


def test_the_difference_of_twins_is_that_of_their_powers() -> None:
    """The number in the table of rules must be the one that is compared."""
    lead, own = (noise(3.0, seconds=60.0, key=key) for key in "ab")
    pairs = {0.0: (lead, -lead), 1.0: (lead, own), 0.2: (lead, 0.5 * lead), 1 / 3: (lead + own, lead)}
    for expected, pair in pairs.items():
        products = Spectra(np.stack(pair).reshape(2, 60, 250), 250.0).products_uv2().mean(axis=0)
        assert difference_of_twins(products[None]) == pytest.approx(expected, abs=0.03)


# --- which of several, and what is forgotten


@pytest.mark.parametrize(
    ("worse", "others"),
    [
        (RAILED, {"rail", "hum"}),
        (FLAT, {"still", "near"}),
        (MAINS_50, {"hum", "swing", "near"}),
        (WEAK, {"short", "near"}),
        (TWIN, {"twin", "swing", "near"}),
        (MOTION, {"swing", "near"}),
        (NEAR_RAIL, {"near"}),
    ],
)
def test_of_several_findings_the_worst_is_told(worse: int, others: set[str]) -> None:
    """A hint to press an electrode on, where the lead is in the wrong jack, sends people the wrong way."""
    parts = {
        "hum": wave(50.0, 30.0),
        "swing": wave(8.3, 60.0),
        "near": np.full(2000, 0.8 * FULL_SCALE_UV),
        "rail": np.full(2000, FULL_SCALE_UV),
        "still": -noise(2.0),
        "short": shorted(250.0) - noise(2.0),
    }
    neighbour = noise(2.0 if "twin" in others else 3.0, key="" if "twin" in others else "other")
    raw_uv = noise(2.0) + sum((parts[name] for name in others & set(parts)), np.zeros(2000))
    assert from_s(judged(raw_uv, neighbour)[:, [0]], 3.0) == {worse}


def test_a_new_notch_silences_its_own_frequency_at_once_and_no_other() -> None:
    """The check begins anew after the notch: an old complaint would stand in its way for seconds."""
    meter = ContactMeter(stream(250.0), 2)
    raw_uv = np.stack([noise(2.0) + wave(50.0, 30.0), noise(2.0, key="b") + wave(60.0, 30.0)], axis=1)
    assert meter(raw_uv[:1000], None)[-1].tolist() == [MAINS_50, MAINS_60]
    meter.set_notch(60.0)
    after = meter(raw_uv[1000:], None)
    assert set(after[125:, 1]) == {OK}
    assert after[-1, 0] == MAINS_50


def test_a_second_that_is_half_lost_tells_nothing_of_twins() -> None:
    """Two channels of a gap are alike in every sample that is not there."""
    channels = np.stack([noise(1.5, key=key) for key in "ab"], axis=1)
    valid = np.ones(len(channels), dtype=np.bool_)
    for start in range(740, 2000, 250):  # across the edges of the seconds
        valid[start : start + 20] = False
        channels[start : start + 20] = np.nan
    assert from_s(judged(*channels.T, valid=valid)[valid], 1.1) == {OK}
