"""A calibration is used for what it was made for, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from calibrations.checks import MAX_AGE_H, CalibrationMismatch, Occasion, check_fits
from tests.calibrations.parts import CALIBRATION, CHAIN, MADE_AT, OCCASION, SITES

OTHER_CHAINS: list[dict[str, float | None]] = [
    {"fs_hz": 500.0},
    {"low_hz": 10.0},
    {"high_hz": 92.0},
    {"notch_hz": 50.0},
    {"gain": 12.0},
    {"gain": None},
]


def test_a_calibration_fits_where_it_was_made() -> None:
    """Else nobody can use one again on the same day."""
    check_fits(CALIBRATION, OCCASION)
    check_fits(CALIBRATION, replace(OCCASION, now=MADE_AT))
    check_fits(CALIBRATION, replace(OCCASION, now=MADE_AT + timedelta(hours=MAX_AGE_H)))
    elsewhere = (MADE_AT + timedelta(hours=1)).astimezone(timezone(timedelta(hours=-8)))
    check_fits(CALIBRATION, replace(OCCASION, now=elsewhere))


@pytest.mark.parametrize(
    ("occasion", "reason"),
    [
        (replace(OCCASION, athlete="ben"), "it is of athlete anna-1, not ben"),
        (replace(OCCASION, source_id="cyton:DM01"), "it was made with cyton:DM00, not cyton:DM01"),
        (replace(OCCASION, unit="arbitrary"), "its unit is uV, not arbitrary"),
        *(
            (replace(OCCASION, chain=CHAIN.model_copy(update=other)), "rate, filter, notch or gain differ")
            for other in OTHER_CHAINS
        ),
        (replace(OCCASION, channels={"glute_left": 2, "ham_left": 1}), "its sites and channels differ"),
        (replace(OCCASION, channels={"glute_left": 1}), "its sites and channels differ"),
        (
            replace(OCCASION, channels={"glute_left": 1, "ham_left": 2, "glute_right": 3}),
            "its sites and channels differ",
        ),
        (replace(OCCASION, now=MADE_AT - timedelta(minutes=1)), "it was made in the future"),
        (replace(OCCASION, now=MADE_AT + timedelta(hours=MAX_AGE_H + 1)), "it is 13 hours old"),
    ],
)
def test_every_mismatch_is_refused_with_its_reason(occasion: Occasion, reason: str) -> None:
    """Else percentages of another person, board, band or placement are shown as the athlete's own."""
    with pytest.raises(CalibrationMismatch) as caught:
        check_fits(CALIBRATION, occasion)

    sentence = str(caught.value)
    assert reason in sentence
    assert sentence.endswith("Start without it to measure anew.")
    assert "\n" not in sentence


def test_a_calibration_becomes_the_reference_it_was_made_from() -> None:
    """Else a saved maximum scores holds differently from the one just measured."""
    reference = CALIBRATION.reference()

    for name, site in SITES.items():
        found = reference.sites[name]
        assert (found.rest_uv, found.mvc_uv) == (site.rest_uv, site.mvc_uv)
        assert (found.method, found.mvc_cv_pct) == (site.method, site.mvc_cv_pct)
