"""The maxima that the session's own stages capture, on fewer athletes than the page has."""

from __future__ import annotations

import numpy as np
import pytest

from calibrations.draft import Way
from validation import knocks, maxima


@pytest.mark.parametrize("fs_hz", maxima.RATES_HZ)
def test_captured_maxima_and_rests_are_those_of_the_model(fs_hz: float) -> None:
    """Else every percentage of every session is off by as much."""
    found = maxima.sessions(fs_hz, Way.QUICK, 4, seed=1)
    assert found.mvc.size == 16
    assert np.nanmedian(found.mvc) == pytest.approx(1.0, abs=0.05)
    assert np.quantile(np.abs(found.rest_errors), 0.9) <= 1.0
    assert found.seconds <= 91.0, "rest and maxima of four muscles"


def test_a_session_whose_rest_was_refused_is_counted_and_has_no_error() -> None:
    """Else sessions that were refused make the others look better, or break the page."""
    rests = np.array([np.nan, 2.0])
    found = maxima.Found(np.array([np.nan, 1.0]), rests, np.array([2.0, 2.0]), 90.0)
    assert found.refused_pct == 50.0
    assert found.rest_errors.tolist() == [0.0]


def test_a_knock_is_told_from_an_effort() -> None:
    """Else the table of knocks says nothing of the product."""
    ours, plain = knocks.changes_pct(1000.0, 100.0, 0.0, 10, seed=2)
    assert np.median(np.abs(ours)) < knocks.CHANGE_TOLERANCE_PCT
    assert np.median(plain) > 100.0
    assert knocks.untouched_pct(250.0, 10, seed=2) == 100.0
