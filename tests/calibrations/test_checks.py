"""A calibration is used for what it was made for, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from calibrations.calibration import IntakeRecord, TrialRecord
from calibrations.checks import MAX_AGE_H, CalibrationMismatch, Occasion, check_fits
from calibrations.intake import SorePlace, SoreSide
from calibrations.placement import Placement
from tests.calibrations.parts import CALIBRATION, CHAIN, MADE_AT, OCCASION, SITES

OTHER_CHAINS: list[tuple[dict[str, float | None], str]] = [
    ({"fs_hz": 500.0}, "from today's: the rate was 250 Hz and is 500 Hz"),
    ({"fs_hz": 256.0}, "from today's: the rate was 250 Hz and is 256 Hz"),
    ({"low_hz": 10.0}, "from today's: the band's lower end was 20 Hz and is 10 Hz"),
    ({"high_hz": 92.0}, "from today's: the band's upper end was 115 Hz and is 92 Hz"),
    ({"low_hz": None, "high_hz": None}, "from today's: the band's lower end was 20 Hz and is none"),
    ({"notch_hz": 50.0}, "from today's: the notch was none and is 50 Hz"),
    ({"gain": 12.0}, "from today's: the gain was 24 and is 12"),
    ({"gain": 23.9}, "from today's: the gain was 24 and is 23.9"),
    ({"gain": None}, "from today's: the gain was 24 and is none"),
]


def test_a_calibration_fits_where_it_was_made() -> None:
    """Else nobody can use one again on the same day."""
    check_fits(CALIBRATION, OCCASION)
    check_fits(CALIBRATION, replace(OCCASION, now=MADE_AT))
    check_fits(CALIBRATION, replace(OCCASION, now=MADE_AT + timedelta(hours=MAX_AGE_H)))
    elsewhere = (MADE_AT + timedelta(hours=1)).astimezone(timezone(timedelta(hours=-8)))
    check_fits(CALIBRATION, replace(OCCASION, now=elsewhere))


OTHER_OCCASIONS = [
    (replace(OCCASION, athlete="ben"), "it is of athlete anna-1, not ben"),
    (replace(OCCASION, source_id="cyton:DM01"), "it was made with cyton:DM00, not cyton:DM01"),
    (replace(OCCASION, unit="arbitrary"), "its unit is uV, not arbitrary"),
    *(
        (
            replace(OCCASION, chain=CHAIN.model_copy(update=other)),
            f"rate, filter, notch or gain differ {says}",
        )
        for other, says in OTHER_CHAINS
    ),
    (replace(OCCASION, channels={"glute_left": 2, "ham_left": 1}), "glute_left was on channel 1 and is on 2"),
    (
        replace(OCCASION, channels={"glute_left": 1}),
        "its sites and channels differ from today's: ham_left is",
    ),
    (
        replace(OCCASION, channels={"glute_left": 1, "ham_left": 2, "glute_right": 3}),
        "its sites and channels differ from today's: it says nothing of glute_right",
    ),
    (replace(OCCASION, now=MADE_AT - timedelta(seconds=1)), "it was made in the future"),
    (replace(OCCASION, now=MADE_AT + timedelta(hours=MAX_AGE_H + 1)), "it is 13 hours old"),
    (replace(OCCASION, now=MADE_AT + timedelta(hours=MAX_AGE_H, seconds=1)), "it is 12.1 hours old"),
]


@pytest.mark.parametrize(("occasion", "reason"), OTHER_OCCASIONS, ids=[says for _, says in OTHER_OCCASIONS])
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


def test_a_measured_rate_may_differ_by_what_measuring_it_costs() -> None:
    """Else a board that does not say its rate has to be calibrated anew after every pause."""
    measured = CHAIN.model_copy(update={"fs_hz": 249.3, "high_hz": 0.46 * 249.3})
    check_fits(CALIBRATION, replace(OCCASION, chain=measured))
    check_fits(CALIBRATION.model_copy(update={"chain": measured}), OCCASION)


def test_the_serial_counts_where_both_say_one() -> None:
    """Else two boards of one kind are taken for one, or a board that says none for another."""
    known = CALIBRATION.model_copy(update={"serial": "DM00"})
    for calibration, serial in ((CALIBRATION, "DM01"), (known, ""), (known, "DM00")):
        check_fits(calibration, replace(OCCASION, serial=serial))
    with pytest.raises(CalibrationMismatch, match="it was made with board DM00, not DM01"):
        check_fits(known, replace(OCCASION, serial="DM01"))


def test_the_placement_counts_where_both_say_one() -> None:
    """Else electrodes that were taped anew are read with the maximum of the old ones."""
    placed = CALIBRATION.model_copy(update={"placement": Placement.new(MADE_AT)})
    for calibration, placement_id in (
        (CALIBRATION, "20260301T093015Z"),
        (placed, None),
        (placed, "20260301T093015Z"),
    ):
        check_fits(calibration, replace(OCCASION, placement_id=placement_id))
    with pytest.raises(CalibrationMismatch, match="the electrodes have been placed anew since"):
        check_fits(placed, replace(OCCASION, placement_id="20260301T093016Z"))


FOUR = {"glute_left": 1, "ham_left": 2, "glute_right": 3, "ham_right": 4}


def test_a_muscle_that_got_no_maximum_does_not_spoil_the_others() -> None:
    """Else somebody with a sore hamstring has to calibrate anew each time he comes back."""
    tried = CALIBRATION.model_copy(
        update={
            "trials": tuple(TrialRecord(site=f"{muscle}_right", best_uv=None) for muscle in ("glute", "ham"))
        }
    )
    sore = IntakeRecord(sore_side=SoreSide.RIGHT, sore_place=SorePlace.HAM, pain_0_10=6)
    spared = CALIBRATION.model_copy(update={"intake": sore})

    check_fits(tried, replace(OCCASION, channels=FOUR))
    check_fits(spared, replace(OCCASION, channels={"glute_left": 1, "ham_left": 2, "ham_right": 4}))
    with pytest.raises(CalibrationMismatch, match="it says nothing of glute_right"):
        check_fits(spared, replace(OCCASION, channels=FOUR))
    bearable = spared.model_copy(update={"intake": sore.model_copy(update={"pain_0_10": 2})})
    with pytest.raises(CalibrationMismatch, match="it says nothing of ham_right"):
        check_fits(bearable, replace(OCCASION, channels={"glute_left": 1, "ham_left": 2, "ham_right": 4}))


def test_what_a_file_says_cannot_turn_the_sentence_around() -> None:
    """Else a board's name from a foreign file writes to the terminal."""
    strange = CALIBRATION.model_copy(update={"source_id": "\u202ex\n\x1b[2J" * 50})
    with pytest.raises(CalibrationMismatch) as caught:
        check_fits(strange, OCCASION)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250
