"""The page: it says by itself what is missed, what is lost to others and what was not run."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from validation.__main__ import main
from validation.page import page
from validation.results import Chapter, Claim, Claims, Contest, Table, number, signed, worst_of

MET = Claim("a length, mm", 10.04, 10.0, 0.1)
MISSED = Claim("a width, mm", 10.2, 10.0, 0.1)
SHARE = Claim("a weight, g", 10.2, 10.0, 0.1, relative=True)


def chapter(*claims: Claim, about_us: bool = True, contests: tuple[Contest, ...] = ()) -> Chapter:
    return Chapter(
        "Rulers", "Ours beside theirs.", (Claims("Sizes", claims, "a ruler.", about_us),), contests
    )


def line(text: str, start: str) -> str:
    found = [one for one in text.splitlines() if one.startswith(f"| {start}")]
    assert len(found) == 1, found
    return found[0]


def worse(text: str) -> str:
    return text.split("## What we are worse at")[1]


def test_a_missed_tolerance_is_marked_and_comes_up_again_at_the_end() -> None:
    """Else a reader has to compare every row himself."""
    text = page([chapter(MET, MISSED, SHARE)])
    own = text.split("## What we are worse at")[0]
    assert line(own, "a length").endswith("| 0.040 | 0.10 | yes |")
    assert line(own, "a width").endswith("| 0.20 | 0.10 | **no** |")
    assert line(own, "a weight").endswith("| 2.0 % | 10 % | yes |")
    assert "2 of 3 met" in own
    assert "a width" in worse(text)
    assert "a length" not in worse(text)


def test_with_all_met_the_page_says_so() -> None:
    """An empty list would leave the reader in doubt."""
    assert "No tolerance was missed" in worse(page([chapter(MET)]))


@pytest.mark.parametrize("ours", [None, math.nan, math.inf])
def test_no_reading_never_meets_a_claim(ours: float | None) -> None:
    """NaN compares false with everything, which must not read as "within the tolerance"."""
    claim = Claim("a depth, mm", ours, 10.0, 1e9)
    assert not claim.met
    text = page([chapter(claim)])
    assert "**no**" in line(text.split("## What we are worse at")[0], "a depth")
    assert "a depth" in worse(text)


def test_what_a_reviewer_said_is_met_or_refuted_and_no_fault_of_ours() -> None:
    """A method's known weakness is not a missed target of the product."""
    text = page([chapter(MET, MISSED, about_us=False)])
    assert line(text, "a length").endswith("| met |")
    assert line(text, "a width").endswith("| refuted |")
    assert "0 of 0 met" in text
    assert "a width" not in worse(text)


def test_where_another_is_better_the_page_names_it_and_how_much() -> None:
    """The honest half of a comparison."""
    lost = Contest("error", "ms", 30.0, {"Smith": 20.0, "Jones": 10.0, "Brown": 31.0, "None": math.nan})
    won = Contest("false fires", "count", 0.0, {"Smith": 0.0, "Jones": 5.0})
    text = worse(page([chapter(MET, contests=(lost, won))]))
    assert line(text, "error") == "| error (ms) | 30.0 | Jones 10.0, Smith 20.0 |"
    assert "false fires" not in text
    assert "Brown" not in text


def test_a_contest_without_a_reading_of_ours_is_lost() -> None:
    """Finding nothing is the worst error of all."""
    assert Contest("error", "ms", math.nan, {"Smith": 20.0}).better == ("Smith",)


def test_an_absent_chapter_says_not_run() -> None:
    """Else a page without the real recordings looks as complete as one with them."""
    text = page([chapter(MET), Chapter("Muscles", "", absent="walking")])
    assert "not run: data absent (walking)" in text
    assert "because the data were absent: Muscles." in worse(text)


def test_the_worst_of_many_is_shown_by_name() -> None:
    """An average would hide the one recording that fails."""
    claim = worst_of("error, %", {"a": 0.1, "b": -3.0, "c": 2.0}, 2.5)
    assert (claim.what, claim.ours, claim.met) == ("error, % (worst: b)", -3.0, False)
    assert worst_of("error, %", {"a": 0.0}, 0.0).what == "error, %"
    assert not worst_of("error, %", {"a": 0.0, "b": math.nan}, 9.0).met


def test_cells_with_a_bar_do_not_break_the_table() -> None:
    """Absolute values are written with bars."""
    text = page([Chapter("Bars", "", (Table("Sinc", ("|H|", "Hz"), (("1", "2"),)),))])
    assert "| \\|H\\| | Hz |" in text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (None, 4, "–"),
        (math.nan, 4, "–"),
        (math.inf, 3, "∞"),
        (-math.inf, 3, "-∞"),
        (0.0, 4, "0"),
        (12.0, 4, "12.00"),
        (123456.0, 3, "123000"),
        (-0.2504, 2, "-0.25"),
        (9.996, 3, "10.0"),
        (2.04e-5, 4, "2.0e-05"),
    ],
)
def test_numbers_are_written_with_their_digits(value: float | None, digits: int, text: str) -> None:
    """Digits that mean nothing are not shown, and those that do are."""
    assert number(value, digits) == text


def test_errors_carry_their_sign_and_no_zero_has_one() -> None:
    """-0.0 would look like a bias."""
    assert [signed(value, 1) for value in (1.26, -1.26, -0.04, 0.0)] == ["+1.3", "-1.3", "0.0", "0.0"]


def test_the_command_writes_the_page_also_without_the_recordings(tmp_path: Path) -> None:
    """A fresh clone has no recordings; it must still get the rest of the page."""
    out = tmp_path / "docs" / "page.md"
    arguments = [
        "--data",
        str(tmp_path / "none"),
        "--out",
        str(out),
        "--only",
        "golden",
        "droop",
        "recordings",
    ]
    assert main(arguments) == 0
    text = out.read_text(encoding="utf-8")
    assert text.count("not run: data absent") == 4
    assert "simulated converter at 250 SPS" in text
    assert main(arguments) == 0
    assert out.read_text(encoding="utf-8") == text
