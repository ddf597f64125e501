"""A verdict per electrode pair: what is wrong is said, and good EMG is never complained about."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.blocks import BoolArray, FloatArray, Unit
from emg.contact_spectrum import Spectra
from emg.quality import (
    FLAT,
    INVALID,
    IS_INVALID,
    MAINS_50,
    MAINS_60,
    MAINS_HZ_OF,
    MOTION,
    NEAR_RAIL,
    NO_READING,
    OK,
    RAILED,
    TWIN,
    VERDICTS,
    WEAK,
    WORST_FIRST,
    ContactMeter,
    VerdictArray,
)
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, Spectrum, random_for
from tests.emg.signals import FULL_SCALE_UV, stream

RATES = pytest.mark.parametrize("fs_hz", [200.0, 250.0, 1000.0])


def _judged(
    raw_uv: FloatArray, fs_hz: float = 250.0, valid: BoolArray | None = None, notched_hz: float | None = None
) -> VerdictArray:
    columns = raw_uv if raw_uv.ndim == 2 else raw_uv[:, None]
    present = np.ones(len(columns), dtype=np.bool_) if valid is None else valid
    meter = ContactMeter(stream(fs_hz, columns.shape[1]), columns.shape[1], notched_hz=notched_hz)
    return meter(columns, present)


def _rest(fs_hz: float, seconds: float, rms_uv: float = 2.0, seed: int = 1) -> FloatArray:
    return rms_uv * BoardNoise(random_for(seed, "rest"), fs_hz).read(round(seconds * fs_hz))


def _hum(fs_hz: float, seconds: float, mains_hz: float, rms_uv: float) -> FloatArray:
    time_s = np.arange(round(seconds * fs_hz)) / fs_hz
    return np.asarray(rms_uv * np.sqrt(2.0) * np.sin(2.0 * np.pi * mains_hz * time_s + 0.3))


def test_the_codes_are_frozen_and_those_without_a_level_are_known() -> None:
    """They stand in every activation.csv; a new order would rename what was recorded."""
    assert VERDICTS[:7] == ("ok", "no_reading", "flat", "railed", "near_rail", "mains", "mains")
    assert VERDICTS[7:] == ("weak", "motion", "twin", "noisy_rest")
    assert dict(MAINS_HZ_OF) == {5: 50.0, 6: 60.0}
    assert sorted(WORST_FIRST) == sorted(set(VERDICTS))
    assert set(INVALID) == {"no_reading", "flat", "railed"}
    assert [VERDICTS[index] in INVALID for index in range(len(VERDICTS))] == IS_INVALID.tolist()


@RATES
def test_an_electrode_on_relaxed_skin_is_ok_after_half_a_second(fs_hz: float) -> None:
    """Nothing can be said of less; a complaint about good contact sends people to re-stick it."""
    verdicts = _judged(_rest(fs_hz, 5.0) + 30_000.0, fs_hz)[:, 0]
    beat = round(0.5 * fs_hz)
    assert np.all(verdicts[: beat - 1] == NO_READING)
    assert np.all(verdicts[beat - 1 :] == OK)


@pytest.mark.parametrize("offset_uv", [0.0, -40_000.0])
@RATES
def test_an_input_that_does_not_move_is_flat_within_a_second_and_a_half(
    fs_hz: float, offset_uv: float
) -> None:
    """A cable that fell off reads 0 µV, which looks like a perfectly relaxed muscle.

    When it is on again, a whole second must have shown skin before the contact is good.
    """
    raw_uv = _rest(fs_hz, 6.0) + offset_uv
    raw_uv[round(2.2 * fs_hz) : round(4.0 * fs_hz)] = offset_uv
    verdicts = _judged(raw_uv, fs_hz)[:, 0]
    assert verdicts[round(2.2 * fs_hz)] == OK
    assert np.all(verdicts[round(3.7 * fs_hz) : round(4.0 * fs_hz)] == FLAT)
    assert set(verdicts[round(4.5 * fs_hz) : round(5.0 * fs_hz) - 1]) == {WEAK}
    assert np.all(verdicts[round(5.0 * fs_hz) :] == OK)


def test_the_noise_of_the_amplifier_alone_is_not_flat() -> None:
    """0.14 µV is what an ADS1299 makes of shorted inputs: a quiet muscle must not lose its reading."""
    assert FLAT not in _judged(_rest(250.0, 4.0, rms_uv=0.14))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_one_clipped_sample_is_railed_at_once_and_until_it_has_left_the_window(sign: float) -> None:
    """A clipped contraction reads low: a strong glute would look weak."""
    raw_uv = _rest(250.0, 4.0)
    raw_uv[510] = sign * FULL_SCALE_UV
    verdicts = _judged(raw_uv)[:, 0]
    assert verdicts[509] == OK
    assert verdicts[510] == RAILED
    assert np.all(verdicts[624:749] == RAILED)
    assert np.all(verdicts[874:] == OK)


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.70, OK), (0.76, NEAR_RAIL), (0.89, NEAR_RAIL), (0.91, RAILED), (0.9995, RAILED)]
)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_offset_alone_warns_at_75_and_fails_at_90_percent(
    share: float, verdict: int, sign: float
) -> None:
    """Dry electrodes drift towards the rail before they clip; the warning comes while there is time."""
    assert np.all(_judged(_rest(250.0, 3.0) + sign * share * FULL_SCALE_UV)[250:] == verdict)


def test_an_offset_that_drifts_is_judged_by_its_mean_over_the_last_second() -> None:
    """A dry electrode drifts: half a second at the old place and half at the new one count alike."""
    shares = np.repeat([0.60, 0.70, 0.82, 0.60, 0.60], 125)  # one a half second
    verdicts = _judged(_rest(250.0, 2.5) + shares * FULL_SCALE_UV)[:, 0]
    means = verdicts[[249, 374, 499, 624]]  # of 0.65, 0.76, 0.71, 0.60 of full scale
    assert (means == NEAR_RAIL).tolist() == [False, True, False, False]


def test_an_input_that_strays_as_no_skin_does_is_loose_without_coming_near_a_rail() -> None:
    """Else an electrode that hangs by its cable reads 2,900 % of the maximum, with the verdict ok."""
    swing = 50_000.0 * np.sin(2.0 * np.pi * np.arange(1000) / 250.0)
    assert np.all(_judged(swing + _rest(250.0, 4.0))[250:] == RAILED)
    assert RAILED not in _judged(swing / 10.0 + _rest(250.0, 4.0)), "a tenth of it may be skin"
    arbitrary = replace(stream(250.0, 1), unit=Unit.ARBITRARY, full_scale_uv=np.inf)
    assert RAILED not in ContactMeter(arbitrary, 1)((swing + _rest(250.0, 4.0))[:, None], None)


def test_a_channel_stuck_at_the_rail_is_railed_and_not_flat() -> None:
    """The two have different cures: press the electrode on, or find the cable."""
    assert np.all(_judged(np.full(1000, -FULL_SCALE_UV))[125:] == RAILED)


@pytest.mark.parametrize("mains_hz", [50.0, 60.0, 49.8, 60.2])
@pytest.mark.parametrize("level_uv", [5.0, 20.0, 150.0, 5000.0])
@RATES
def test_hum_is_called_mains_at_any_level_that_counts(fs_hz: float, level_uv: float, mains_hz: float) -> None:
    """150 µV of hum, as on a real board, is a glute at twice its maximum."""
    pure, worked = (
        _judged(_hum(fs_hz, 6.0, mains_hz, level_uv) + noise, fs_hz)[round(3.1 * fs_hz) :]
        for noise in (0.0, _rest(fs_hz, 6.0))
    )
    position = MAINS_50 if mains_hz < 55.0 else MAINS_60
    assert np.all(pure == position)
    assert np.all(worked == position)


def test_hum_too_weak_to_count_is_not_complained_about() -> None:
    """Everyone has a microvolt of it; a warning that is always on is not read."""
    assert np.all(_judged(_hum(250.0, 8.0, 50.0, 1.0) + _rest(250.0, 8.0))[125:] == OK)


@pytest.mark.parametrize(("hum_hz", "verdict"), [(60.0, OK), (50.0, MAINS_50)])
def test_hum_that_the_notch_takes_is_no_complaint_but_the_other_is(hum_hz: float, verdict: int) -> None:
    """Who sets the notch to 60 Hz in Europe must still be told."""
    raw_uv = _hum(250.0, 6.0, hum_hz, 100.0) + _rest(250.0, 6.0)
    assert np.all(_judged(raw_uv, notched_hz=60.0)[800:] == verdict)


def test_a_complaint_about_hum_stays_a_little_longer_than_it_takes_to_begin() -> None:
    """Hum that wavers about a limit would switch the warning on and off while somebody reads it."""
    quiet = _rest(250.0, 30.0, rms_uv=0.5)
    hum = _hum(250.0, 30.0, 50.0, 1.0)
    weak = np.full(len(quiet), 1.5)
    wavering = np.concatenate((np.full(2500, 5.0), np.full(2500, 1.5), np.full(2500, 0.9)))
    assert np.all(_judged(quiet + weak * hum)[125:] == OK)
    verdicts = _judged(quiet + wavering * hum)[:, 0]
    assert np.all(verdicts[2499:5000] == MAINS_50)
    assert np.all(verdicts[6500:] == OK)


def test_hum_that_goes_is_forgotten() -> None:
    """The charger was unplugged: the warning must go, or nobody believes the next one."""
    raw_uv = _rest(250.0, 12.0)
    raw_uv[:1500] += _hum(250.0, 6.0, 50.0, 50.0)
    verdicts = _judged(raw_uv)[:, 0]
    assert verdicts[1499] == MAINS_50
    assert np.all(verdicts[1500 + 4 * 250 :] == OK)


@pytest.mark.parametrize("spectrum", [GLUTEUS_MAXIMUS, BICEPS_FEMORIS, Spectrum(30.0, 60.0)])
@RATES
def test_emg_is_never_called_anything_but_good(fs_hz: float, spectrum: Spectrum) -> None:
    """EMG has its most power at 50 to 60 Hz; a notch for nothing takes it from one muscle only."""
    seconds = 240.0
    n = round(seconds * fs_hz)
    time_s = np.arange(n) / fs_hz
    emg = np.stack([BoardNoise(random_for(2, "emg", at), fs_hz, spectrum).read(n) for at in range(4)], axis=1)
    steady = np.full(n, 60.0)
    ramps = 60.0 * (0.5 - 0.5 * np.cos(2.0 * np.pi * time_s / 6.0))
    bursts = 100.0 * (np.mod(time_s, 1.37) < 0.3)
    jumps = 80.0 * (np.mod(time_s, 14.0) > 8.0)
    efforts = np.stack([steady, ramps, bursts, jumps], axis=1)
    rest = np.stack([_rest(fs_hz, seconds, seed=seed) for seed in range(4)], axis=1)
    verdicts = _judged(emg * efforts + rest, fs_hz)
    assert np.all(verdicts[round(fs_hz) :] == OK)


def test_the_mains_ratio_is_one_for_white_noise_and_tells_the_hum_s_level() -> None:
    """The number is shown and stored: it must mean the same at every rate."""
    for fs_hz in (250.0, 1000.0):
        ratios = np.array(
            [Spectra(_rest(fs_hz, 2.0, seed=seed), fs_hz, [50.0]).mains()[0][0] for seed in range(60)]
        )
        assert np.median(ratios) == pytest.approx(1.0, abs=0.25)
        hummed = _hum(fs_hz, 2.0, 50.0, 30.0) + _rest(fs_hz, 2.0)
        ratio, hum_uv = Spectra(hummed, fs_hz, [50.0]).mains()
        assert ratio[0] > 100.0
        assert hum_uv[0] == pytest.approx(30.0, rel=0.05)


def test_no_signal_at_all_has_a_ratio_that_is_a_number() -> None:
    """A division by nothing would be a NaN in a file."""
    ratio, hum_uv = Spectra(np.zeros((2, 250)), 250.0, [60.0]).mains()
    assert np.all(np.isfinite(ratio))
    assert hum_uv.tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("lost", [(700, 701), (700, 760), (700, 1100)])
def test_what_was_lost_has_no_reading_and_the_rest_is_judged_by_what_came(lost: tuple[int, int]) -> None:
    """A gap is not a flat line, and a cable that is out must not read as its last verdict."""
    raw_uv = _rest(250.0, 8.0)
    valid = np.ones(len(raw_uv), dtype=np.bool_)
    valid[slice(*lost)] = False
    raw_uv[~valid] = 0.0
    verdicts = _judged(raw_uv, valid=valid)[:, 0]
    assert np.all(verdicts[~valid] == NO_READING)
    assert set(verdicts[125:700]) == {OK}
    assert set(verdicts[lost[1] + 250 :]) == {OK}
    assert set(verdicts[lost[1] :]) <= {OK, NO_READING}


@pytest.mark.parametrize("spacing", [4, 8])
def test_a_clipped_sample_between_two_ticks_is_seen_at_the_second(spacing: int) -> None:
    """At 1 kHz three samples of four lie between ticks; a maximum clipped there would be stored."""
    for clipped in range(600, 600 + spacing):
        raw_uv = _rest(1000.0, 1.0)[:, None]
        raw_uv[clipped] = FULL_SCALE_UV
        for cut in (clipped, clipped + 1):
            meter = ContactMeter(stream(1000.0, 1), 1, spacing)
            found = np.concatenate([meter(part, None) for part in (raw_uv[:cut], raw_uv[cut:])])[:, 0]
            assert np.flatnonzero(found == RAILED)[0] == -(-clipped // spacing)


def test_each_channel_is_judged_for_itself() -> None:
    """One bad electrode must not take the other three with it."""
    good, hums, far = (_rest(250.0, 5.0, seed=seed) for seed in range(3))
    raw_uv = np.stack(
        [good, np.zeros_like(good), hums + _hum(250.0, 5.0, 50.0, 80.0), far + 0.95 * FULL_SCALE_UV], axis=1
    )
    assert _judged(raw_uv)[-1].tolist() == [OK, FLAT, MAINS_50, RAILED]


@given(cuts=st.lists(st.integers(0, 3000), max_size=10), seed=st.integers(0, 5))
def test_any_cut_gives_the_same_verdicts(cuts: list[int], seed: int) -> None:
    """A hold is void or not by its signal, never by the size of the blocks it came in."""
    rng = np.random.default_rng(seed)
    raw_uv = rng.normal(0.0, 3.0, (3000, 6))
    raw_uv[400:900, 0] = 0.0
    raw_uv[1000, 1] = FULL_SCALE_UV
    raw_uv[:, 2] += np.resize(_hum(250.0, 4.0, 50.0, 30.0), 3000)
    raw_uv[:2000, 3] *= 0.03
    raw_uv[1300:2600, 5] = -raw_uv[1300:2600, 4]
    raw_uv[500:2200, 1] += 40.0 * np.sin(2.0 * np.pi * 9.3 * np.arange(1700) / 250.0)
    valid = np.ones(3000, dtype=np.bool_)
    valid[300:310] = valid[1240:1262] = False
    raw_uv[~valid] = np.nan
    whole = ContactMeter(stream(250.0, 6), 6)(raw_uv, valid)
    assert {FLAT, RAILED, MAINS_50, WEAK, MOTION, TWIN} <= set(whole.ravel())
    pieces = ContactMeter(stream(250.0, 6), 6)
    parts = [
        pieces(raw_uv[start:stop], valid[start:stop]) for start, stop in pairwise(sorted({0, 3000, *cuts}))
    ]
    assert np.array_equal(np.concatenate(parts), whole)
