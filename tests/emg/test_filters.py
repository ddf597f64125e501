"""The band and the notch: the right corners, no transient, and scipy's own numbers whatever the cut."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal

from emg.blocks import FloatArray
from emg.filters import BandError, CausalFilter, FilterSettings

BANDS = [(200.0, 92.0), (250.0, 115.0), (500.0, 230.0), (1000.0, 450.0), (1600.0, 450.0), (2000.0, 450.0)]
RATES = pytest.mark.parametrize("fs_hz", [rate for rate, _ in BANDS])


def _gain_db(settings: FilterSettings, fs_hz: float, freq_hz: list[float]) -> FloatArray:
    _, response = signal.sosfreqz(settings.sections(fs_hz), worN=freq_hz, fs=fs_hz)
    return np.asarray(20.0 * np.log10(np.maximum(np.abs(response), 1e-12)))


@pytest.mark.parametrize(("fs_hz", "high_hz"), BANDS)
def test_the_band_of_each_rate_is_the_documented_one_and_its_corners_are_at_3_db(
    fs_hz: float, high_hz: float
) -> None:
    """Another band is another microvolt: no figure could be compared with anything."""
    settings = FilterSettings.for_rate(fs_hz)
    assert (settings.low_hz, settings.high_hz) == pytest.approx((20.0, high_hz))
    assert settings.notch_hz is None
    assert _gain_db(settings, fs_hz, [20.0, high_hz]) == pytest.approx([-3.01, -3.01], abs=0.02)
    # 12 dB an octave, two octaves below the corner
    assert _gain_db(settings, fs_hz, [5.0])[0] == pytest.approx(-24.1, abs=1.5)


@pytest.mark.parametrize("fs_hz", [125.0, 100.0, 0.0, -250.0, float("nan")])
def test_a_board_too_slow_for_emg_is_refused(fs_hz: float) -> None:
    """At 125 Hz most of a hamstring is out of reach; a bar from the rest would look like a reading."""
    with pytest.raises(BandError, match="use a board with 200 or more"):
        FilterSettings.for_rate(fs_hz)


@pytest.mark.parametrize("high_hz", [125.0, 126.0, 450.0, 20.0, 10.0, float("nan"), float("inf")])
def test_a_band_that_does_not_fit_the_rate_is_refused_and_never_bent(high_hz: float) -> None:
    """Other tools quietly turn such a band-pass into a high-pass."""
    with pytest.raises(BandError, match=r"does not fit 250 samples a second"):
        FilterSettings(20.0, high_hz).sections(250.0)


@pytest.mark.parametrize("low_hz", [0.0, -1.0, float("nan")])
def test_a_lower_corner_at_or_below_nothing_is_refused(low_hz: float) -> None:
    """Without a high-pass the electrode's offset is the level."""
    with pytest.raises(BandError):
        FilterSettings(low_hz, 100.0).sections(250.0)


@pytest.mark.parametrize(
    ("fs_hz", "notch_hz", "taken", "left"),
    [
        (250.0, 50.0, [50.0, 100.0], [60.0]),
        (250.0, 60.0, [60.0], [50.0, 100.0]),
        (200.0, 50.0, [50.0], [60.0]),
        (1000.0, 60.0, [60.0, 120.0, 180.0, 240.0, 300.0, 360.0, 420.0], [50.0, 90.0]),
    ],
)
def test_the_notch_takes_the_mains_and_its_harmonics_and_nothing_else(
    fs_hz: float, notch_hz: float, taken: list[float], left: list[float]
) -> None:
    """A harmonic left standing is 10 to 20 µV of glute that nobody squeezed."""
    plain, notched = (FilterSettings.for_rate(fs_hz, hz) for hz in (None, notch_hz))
    assert np.all(_gain_db(notched, fs_hz, taken) < -60.0)
    assert _gain_db(notched, fs_hz, left) == pytest.approx(_gain_db(plain, fs_hz, left), abs=0.4)


def test_the_notch_costs_little_of_the_emg() -> None:
    """A wide notch takes a tenth of a muscle's level, and another share of each muscle."""
    freq_hz = np.linspace(20.0, 115.0, 4000)
    plain, notched = (
        signal.sosfreqz(FilterSettings.for_rate(250.0, hz).sections(250.0), worN=freq_hz, fs=250.0)[1]
        for hz in (None, 60.0)
    )
    kept = np.sqrt(np.sum(np.abs(notched) ** 2) / np.sum(np.abs(plain) ** 2))
    assert 0.97 < kept < 0.995


@RATES
@pytest.mark.parametrize("notch_hz", [None, 50.0])
def test_an_offset_of_60_millivolts_leaves_no_transient(fs_hz: float, notch_hz: float | None) -> None:
    """Started from zero the filter rings for 0.2 s: the first bar would show thousands of microvolts."""
    offsets_uv = np.full((round(fs_hz), 3), [60_000.0, -60_000.0, 0.0])
    filtered = CausalFilter(FilterSettings.for_rate(fs_hz, notch_hz), fs_hz)(offsets_uv)
    assert np.max(np.abs(filtered)) < 1e-3


@given(
    fs_hz=st.sampled_from([200.0, 250.0, 1000.0, 2000.0]),
    notch_hz=st.sampled_from([None, 50.0, 60.0]),
    n_channels=st.sampled_from([1, 3, 4, 8, 16, 64]),
    cuts=st.lists(st.integers(0, 400), max_size=12),
)
def test_any_cut_gives_the_same_to_the_last_bit_and_scipy_s_numbers(
    fs_hz: float, notch_hz: float | None, n_channels: int, cuts: list[int]
) -> None:
    """Live, replay and analysis read the same samples in different blocks; they must give one number."""
    settings = FilterSettings.for_rate(fs_hz, notch_hz)
    data_uv = np.random.default_rng(1).normal(40_000.0, 30.0, (400, n_channels))
    whole = CausalFilter(settings, fs_hz)(data_uv)
    chain = CausalFilter(settings, fs_hz)
    edges = sorted({0, 400, *cuts})
    parts = [chain(data_uv[start:stop]) for start, stop in pairwise(edges)]
    assert np.concatenate(parts).tobytes() == whole.tobytes()
    sections = settings.sections(fs_hz)
    steady = signal.sosfilt_zi(sections)[:, :, None] * data_uv[0]
    expected, _ = signal.sosfilt(sections, data_uv, axis=0, zi=steady)
    # rounding of an offset of 40 mV
    assert np.abs(whole - expected).max() < 1e-12 * 40_000.0


def test_a_block_without_samples_changes_nothing() -> None:
    """A board that has nothing to say must not reset the filter."""
    data_uv = np.random.default_rng(2).normal(500.0, 30.0, (100, 2))
    plain, interrupted = (CausalFilter(FilterSettings.for_rate(250.0), 250.0) for _ in range(2))
    assert len(interrupted(np.empty((0, 2)))) == 0
    head = interrupted(data_uv[:40])
    assert len(interrupted(np.empty((0, 2)))) == 0
    assert np.array_equal(np.concatenate((head, interrupted(data_uv[40:]))), plain(data_uv))


def test_after_a_restart_the_past_is_forgotten() -> None:
    """An electrode that came back at another offset would ring like a contraction."""
    chain = CausalFilter(FilterSettings.for_rate(250.0), 250.0)
    chain(np.random.default_rng(3).normal(0.0, 50.0, (100, 1)))
    chain.restart()
    assert np.max(np.abs(chain(np.full((100, 1), -30_000.0)))) < 1e-3


@pytest.mark.parametrize(("fs_hz", "low_s", "high_s"), [(250.0, 0.002, 0.006), (1000.0, 0.001, 0.004)])
def test_the_delay_that_latencies_are_corrected_for_is_the_filter_s_own(
    fs_hz: float, low_s: float, high_s: float
) -> None:
    """A wrong correction shifts every latency of every athlete by the same amount."""
    settings = FilterSettings.for_rate(fs_hz)
    delay_s = settings.delay_s(fs_hz)
    assert low_s < delay_s < high_s
    # the centre of the power of the filter's impulse response is the same thing, seen in time
    impulse = np.zeros((round(fs_hz), 1))
    impulse[1] = 1.0
    power = np.square(CausalFilter(settings, fs_hz)(impulse)[:, 0])
    centre_s = (np.sum(power * np.arange(len(power))) / np.sum(power) - 1.0) / fs_hz
    assert delay_s == pytest.approx(centre_s, rel=0.15)
    assert FilterSettings.for_rate(fs_hz, 50.0).delay_s(fs_hz) == delay_s


def test_a_notch_at_no_frequency_is_refused() -> None:
    """Its harmonics would never end, and neither would the program."""
    with pytest.raises(BandError, match="no mains frequency"):
        FilterSettings.for_rate(250.0, 0.0).sections(250.0)
