"""Files and filters that others made, as the validation compares them; a golden that is missed fails here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emg.filters import CausalFilter, FilterSettings, NoFilter
from validation import golden
from validation.results import Claim


def missed(claims: tuple[Claim, ...]) -> list[str]:
    return [f"{claim.what}: {claim.ours} for {claim.reference}" for claim in claims if not claim.met]


@pytest.mark.parametrize("seed", [1, 2])
def test_r_s_envelope_of_walking_is_met_muscle_by_muscle(shared_data: Path, seed: int) -> None:
    """Else the zero-phase filter, in whatever blocks, is not the one that the field's papers used."""
    claims = golden.envelope_claims(shared_data, seed)
    assert {claim.what: claim.tolerance for claim in claims} == {
        "R envelope, BF": 1e-4,
        "R envelope, ST": 1e-4,
        "R envelope, ME": 1e-4,
        "R envelope, MA": 0.008,
    }
    assert missed(claims) == []


def test_matlab_s_window_features_are_met_to_the_digits_in_the_file(shared_data: Path) -> None:
    """Else a window is one sample too long, or begins one too late."""
    claims = golden.matlab_claims(shared_data)
    assert [claim.what.split(",")[0] for claim in claims] == [
        f"MATLAB {name}" for name in ("RMS", "RMS", "MAV", "IAV", "WL")
    ]
    assert missed(claims) == []


def test_brainflow_s_own_filter_gives_the_same_band_pass() -> None:
    """BrainFlow is in C++ and by others: an error in our design would not be in it too."""
    claims = golden.brainflow_claims(golden.simulated_records(seed=3))
    assert claims[0].tolerance == 1e-8
    assert missed(claims) == []


def test_brainflow_s_own_filter_gives_the_same_on_real_muscles(shared_data: Path) -> None:
    """Real offsets of tens of millivolts and real steps."""
    assert missed(golden.brainflow_claims(golden.real_records(shared_data))) == []


@pytest.mark.parametrize("seed", [4, 5])
def test_scipy_in_one_shot_is_what_random_blocks_give(seed: int) -> None:
    """Else live and offline numbers differ, and nobody knows which is right."""
    claims = golden.streaming_claims(seed)
    assert {claim.tolerance for claim in claims} == {1e-12}
    assert missed(claims) == []


def test_no_value_of_the_chain_depends_on_the_cut() -> None:
    """Two gaps, five rates, causal and zero-phase: not one bit may differ."""
    assert missed(golden.cut_claims(seed=6)) == []


def test_a_filter_with_another_corner_is_found_out() -> None:
    """A comparison that cannot fail proves nothing."""
    emg = golden.record(250.0, seed=7, seconds=4.0)
    settings = FilterSettings(20.0, 115.5)
    theirs = golden.brainflow_bandpass(emg, 250.0, FilterSettings.for_rate(250.0))
    ours = golden.in_pieces(CausalFilter(settings, 250.0), emg - emg[0], seed=7)
    assert golden.far(ours, theirs) > 1e-4
    assert golden.far(theirs, theirs) == 0.0


def test_without_the_recordings_the_chapter_says_what_is_absent(tmp_path: Path) -> None:
    """A page that silently leaves out its best evidence looks complete."""
    chapter = golden.chapter(tmp_path)
    assert golden.WALKING.split("/")[0] in chapter.absent
    assert chapter.parts == ()


def test_pieces_hold_every_sample_once() -> None:
    """A lost or doubled piece would shift everything after it."""
    emg = golden.record(250.0, seed=8, seconds=2.0)
    assert np.array_equal(golden.in_pieces(NoFilter(), emg, seed=8), emg)
