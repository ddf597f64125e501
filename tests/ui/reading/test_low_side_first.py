"""A quotient of two sides is told as a share of the stronger one."""

from __future__ import annotations

import pytest

from tests.ui.words.test_finding_words import LITTLE, MUCH, told
from ui.reading.summary_sentences import comparisons
from ui.reading.therapist import compared


def test_left_over_right_is_told_with_the_low_side_first_and_kept_as_it_is_defined() -> None:
    """Else a therapist reads "331 % of the right one" and has to turn it round in the head."""
    summary = told(MUCH, LITTLE[:2])
    number = summary["glute_lsi_pct"]
    assert number["value"] == pytest.approx(200.0), "left of right, never folded"
    low, high = 1e4 / number["high"], 1e4 / number["low"]
    said = comparisons(summary)[0]
    between = f"({low:.0f} to {high:.0f} %, n 2 and 3)"
    assert said == f"The right glute worked at 50 % of the left one {between}"
    assert comparisons(told(LITTLE, MUCH))[0].startswith("The left glute worked at 51 % of the right one")
    row = compared(summary)[0]
    assert (row.title, row.number) == ("Glute, right of left", "50 %")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (100.4, "The left glute worked at 100 %"),
        (101.0, "The right glute worked at 99 %"),
        (40.0, "The left"),
    ],
)
def test_what_reads_as_a_hundred_stays_as_it_is_defined(value: float, said: str) -> None:
    """Else two legs that are alike are told as if the other one were the weaker."""
    lsi = {"value": value, "low": value - 9.0, "high": value + 9.0, "n": [3, 3], "doubts": [], "reason": ""}
    summary = told(LITTLE, MUCH) | {"glute_lsi_pct": lsi}
    assert comparisons(summary)[0].startswith(said)
