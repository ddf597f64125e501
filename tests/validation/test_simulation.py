"""Truths that the validation measures against, and its simulated chapters in small."""

from __future__ import annotations

import math

import numpy as np
import pytest

from emg.filters import CausalFilter, FilterSettings
from emg.maximum import luck_of_the_best
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, Spectrum
from validation import amplitude, definitions, droop, luck, scatter
from validation.holds import AT_PLATEAU, holds
from validation.onset import Errors, our_errors, our_fires_s, published_errors, trips_at_pct
from validation.published_onsets import PUBLISHED, hodges_bui, solnik, tenan
from validation.results import Chapter, Claims
from validation.simulation import RATES_HZ, noise, theory

ALL_SPECTRA = [GLUTEUS_MAXIMUS, BICEPS_FEMORIS, None]


@pytest.mark.parametrize("spectrum", ALL_SPECTRA)
@pytest.mark.parametrize("fs_hz", RATES_HZ)
def test_the_theory_of_an_rms_is_what_a_long_record_has(fs_hz: float, spectrum: Spectrum | None) -> None:
    """A wrong truth would call a right chain wrong, and a wrong one right."""
    raw = noise(1, "theory", fs_hz, round(60.0 * fs_hz), 2, spectrum)
    filtered = CausalFilter(FilterSettings.for_rate(fs_hz, 50.0), fs_hz)(raw)[round(fs_hz) :]
    found = math.sqrt(float(np.mean(np.square(filtered))))
    assert found == pytest.approx(theory(fs_hz, spectrum, 50.0).rms, rel=0.02)


def test_an_ideal_board_loses_nothing_that_the_droop_takes() -> None:
    """The loss that the page states is the sinc filter's and not the band-pass's."""
    for spectrum in (GLUTEUS_MAXIMUS, BICEPS_FEMORIS):
        ideal, real = theory(250.0, spectrum, droop=False).rms, theory(250.0, spectrum).rms
        assert 0.5 * ideal < real < 0.9 * ideal
        assert theory(2000.0, spectrum, droop=False).rms == pytest.approx(
            theory(2000.0, spectrum).rms, rel=0.03
        )


def test_scatter_of_windows_is_that_of_theory() -> None:
    """1 / (2 sqrt(B T)) is what every error bar of the product rests on."""
    for fs_hz in (250.0, 1000.0):
        found, expected = scatter.window_cvs(fs_hz, 60.0, seed=1), theory(fs_hz, BICEPS_FEMORIS)
        for window_s in (0.1, 0.25, 0.5):
            assert found[window_s] == pytest.approx(expected.window_cv(window_s), rel=0.08)


def test_the_simulated_converter_droops_as_its_data_sheet_says() -> None:
    """Else the demo promises a Cyton more of the hamstring than it can give."""
    chapter = droop.chapter()
    assert len(chapter.claims) >= 5
    assert [claim.what for claim in chapter.claims if not claim.met] == []


@pytest.fixture(scope="module")
def defined() -> Chapter:
    return definitions.chapter(n_sessions=1500)


def test_definitions_and_intervals_are_met(defined: Chapter) -> None:
    """Check values of the papers, identities, published tables, and the 95 % of an interval."""
    assert [claim.what for claim in defined.claims if not claim.met] == []


def test_what_a_reviewer_said_of_symmetry_and_intervals_is_looked_at(defined: Chapter) -> None:
    """Folding an index, or leaving out the maximum's error, must show as the fault it is."""
    (reviewed,) = [part for part in defined.parts if isinstance(part, Claims) and not part.about_us]
    assert [claim.what for claim in reviewed.rows if not claim.met] == []


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_amplitudes_of_a_clean_session_have_no_bias(fs_hz: float) -> None:
    """RMS to 1 %, %MVC and ratio to 3 %: what the page claims, on fewer athletes."""
    found = amplitude.sessions(fs_hz, amplitude.CLEAN, n_athletes=24, seed=2)
    assert abs(found.rms.bias_pct) < 1.5
    assert abs(found.pct.bias_pct) < 4.0
    assert abs(found.ratio.bias_pct) < 4.0
    assert found.ratio.refused_pct == 0.0


def test_hum_without_its_notch_gives_no_ratio_and_with_it_a_right_one() -> None:
    """A ratio made of hum is worse than none."""
    off, on = (
        amplitude.sessions(250.0, condition, n_athletes=6, seed=3)
        for condition in amplitude.CONDITIONS
        if condition.hum_uv == 100.0
    )
    assert off.ratio.refused_pct == 100.0
    assert str(off.ratio) == "all refused"
    assert on.ratio.refused_pct == 0.0
    assert abs(on.rms.bias_pct) < 2.0


def test_the_best_of_noisy_windows_is_too_high_and_is_corrected() -> None:
    """Uncorrected, every percentage of every session reads a tenth too low."""
    bests = luck.best_of(250.0, BICEPS_FEMORIS, 100, 7).max(axis=1)
    assert 1.08 < float(bests.mean()) < 1.18
    corrected = bests / luck_of_the_best(250.0, 1.0, luck.TRIAL_S, luck.N_TRIALS)
    assert float(corrected.mean()) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_strong_contractions_are_dated_to_tens_of_milliseconds_by_all(fs_hz: float) -> None:
    """A reference that cannot find a strong contraction would make ours look good for nothing."""
    some = holds(fs_hz, rise_s=0.1, strength=23.0, n_holds=6, seed=9)
    plateau = Errors.of(some.plateau_errors_ms())
    assert plateau.missed_pct == 0.0
    assert plateau.rmse_ms < 40.0
    assert our_errors(some).rmse_ms < 40.0
    assert our_errors(some, n_sd=3.0).median_ms <= our_errors(some).median_ms
    errors = published_errors(some)
    assert set(errors) == set(PUBLISHED)
    # at 250 Hz the double threshold fires on noise before the contraction comes
    reliable = [one for name, one in errors.items() if fs_hz > 250.0 or not name.startswith("Bonato")]
    assert max(one.median_ms for one in reliable) < 80.0
    assert min(one.median_ms for one in reliable) > -40.0


def test_the_truth_of_a_hold_is_where_its_effort_crosses() -> None:
    """75 % of a raised cosine is reached after two thirds of it."""
    assert 0.5 * (1.0 - math.cos(math.pi * AT_PLATEAU)) == pytest.approx(0.75)
    some = holds(250.0, rise_s=0.4, strength=8.0, n_holds=4, seed=2)
    assert some.plateau_s - some.start_s == pytest.approx(0.4 * AT_PLATEAU, abs=1e-9)
    step = holds(250.0, rise_s=0.0, strength=8.0, n_holds=4, seed=2)
    assert np.array_equal(step.plateau_s, step.start_s)


def test_a_level_that_never_rises_has_no_onset_and_counts_as_missed() -> None:
    """A miss that counts as no error would reward the deafest detector."""
    short_uv = 2.0 + 0.1 * np.sin(np.arange(1000.0))
    assert len(our_fires_s(short_uv, 0.004, 625, 0.005, 5.0)) == 0
    errors = Errors.of(np.array([1.0, 3.0, np.nan, np.nan]))
    assert (errors.missed_pct, errors.bias_ms) == (50.0, 2.0)
    assert str(errors) == "+2 ± 1, 50 % missed"
    assert str(Errors.of(np.full(4, np.nan))) == "–"


def test_a_threshold_over_noise_means_more_of_a_maximum_on_a_loud_rest() -> None:
    """ "Fired" by noise is not "fired" for a person."""
    assert trips_at_pct(16.0, 180.0) == pytest.approx(8.0 * trips_at_pct(2.0, 180.0))
    assert trips_at_pct(2.0, 90.0) == pytest.approx(2.0 * trips_at_pct(2.0, 180.0))


def test_the_energy_operator_hears_a_change_of_frequency_and_the_envelope_does_not() -> None:
    """What sets the published detectors apart must be in the references, or they are one and the same."""
    fs_hz, n = 1000.0, 5000
    noise_uv = np.random.default_rng(1).normal(0.0, 0.5, n)
    frequency_hz = np.where(np.arange(n) < 4000, 30.0, 150.0)
    tone_uv = 10.0 * np.sin(2.0 * np.pi * np.cumsum(frequency_hz) / fs_hz) + noise_uv
    assert solnik(tone_uv, fs_hz, 2500)[0] == pytest.approx(4.0, abs=0.05)
    assert len(tenan(tone_uv, fs_hz, 2500)) == 0
    assert len(hodges_bui(tone_uv, fs_hz, 2500)) == 0
