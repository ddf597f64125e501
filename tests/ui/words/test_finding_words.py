"""What is said of a session's numbers: comparisons, the sore side, reasons, training, what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from emg.activation import Reference, SiteReference
from emg.montage import FOUR_SITES, Legs, Side
from emg.results import Doubt, HoldResult, Method, Outcome, Presser, Role
from emg.session.findings import Pattern, Shown
from emg.session.order import TOO_COARSE
from emg.session.summary import summarise
from tests.emg.session.parts import hold, muscle
from ui.reading.summary_sentences import comparisons, findings, notes, patterns, side_by_side
from ui.reading.summary_table import table
from ui.words import finding_words, words
from ui.words.finding_words import PATTERNS, REASONS, SCOPE, SHOWN, pattern_words, reason_words

STEADY = SiteReference(2.0, 200.0, Method.QUICK, 5.0)
REFERENCE = Reference(dict.fromkeys(FOUR_SITES.names, STEADY))
MUCH, LITTLE = (40.0, 41.0, 42.0), (20.0, 21.0, 22.0)


def session_of(left: Sequence[float] = LITTLE, right: Sequence[float] = MUCH) -> list[HoldResult]:
    sides = [(Side.LEFT, pct) for pct in left] + [(Side.RIGHT, pct) for pct in right]
    return [
        hold(number, side, glute=muscle(pct, 0.3), ham=muscle(60.0 + number, 0.2), ratio_same_side=pct / 60.0)
        for number, (side, pct) in enumerate(sides, start=1)
    ]


def told(
    left: Sequence[float] = LITTLE, right: Sequence[float] = MUCH, known: Reference = REFERENCE, **facts: Any
) -> dict[str, Any]:
    return summarise(session_of(left, right), known, **({"sites": FOUR_SITES.names} | facts))


def with_site(name: str, site: SiteReference | None) -> Reference:
    sites = dict(REFERENCE.sites) | ({name: site} if site else {})
    return Reference({key: value for key, value in sites.items() if site or key != name})


SORE: dict[str, Any] = {"sore_side": "left"}
SITUATIONS: dict[str, dict[str, Any]] = {
    "not_measured": told((), known=with_site("glute_left", None), sites=("ham_left", "glute_right"), **SORE),
    "no_reference": told(known=with_site("glute_left", None), **SORE),
    "submax": told(known=with_site("glute_left", SiteReference(2.0, 60.0, Method.SUBMAX)), **SORE),
    "no_reading": summarise(
        [hold(1, Side.LEFT, glute=muscle(None, None)), *session_of((), MUCH)],
        REFERENCE,
        sites=FOUR_SITES.names,
        **SORE,
    ),
    "no_holds": told((), **SORE),
    "one_hold": told(LITTLE[:1], **SORE),
    "below_floor": told(MUCH, (1.0, 1.1), **SORE),
    "doubt": told(known=with_site("glute_left", replace(STEADY, doubts=(Doubt.PAINFUL,))), **SORE),
    "inside_scatter": told(MUCH, MUCH, **SORE),
    "no_sore_side": told(sore_side="none"),
    "board_too_coarse": told(reports=("order",), **SORE),
}


def codes(found: Any) -> set[str]:
    """Every reason anywhere in a summary."""
    if isinstance(found, dict):
        own = {found["reason"]} if isinstance(found.get("reason"), str) and found["reason"] else set()
        return own.union(*(codes(value) for value in found.values()))
    return set()


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_comes_up_and_is_told_in_words(code: str) -> None:
    """Else somebody looks at an empty place, or at a bare code."""
    found = {reason for reason in codes(SITUATIONS[code]) if reason.partition(":")[0] == code}
    assert found, "a reason that nothing gives"
    said = " ".join(findings(SITUATIONS[code]))
    for reason in found:
        assert reason_words(reason).lower() in said.lower()
        assert "_" not in reason_words(reason)
        assert "{" not in reason_words(reason)


def test_there_is_no_reason_without_words() -> None:
    """Else the catalogue and the numbers drift apart; an unknown code is still shown as plain words."""
    for summary in SITUATIONS.values():
        assert {reason.partition(":")[0] for reason in codes(summary)} <= {*REASONS}
    assert reason_words("a_code_of_tomorrow:ham_left") == "a code of tomorrow left hamstring"
    assert TOO_COARSE in REASONS


# --- the two patterns


def test_both_patterns_are_offered_with_the_same_words() -> None:
    """Else the longer or the warmer sentence is the one that people remember."""
    one, other = PATTERNS.values()
    assert abs(len(one) - len(other)) <= 8
    assert one.split()[:2] == other.split()[:2] == ["Described", "in"]
    assert {*PATTERNS} == {*Pattern}
    assert {*SHOWN} == {*Shown}
    for shown in Shown:
        ends = {pattern_words(pattern, shown, "inside_scatter").split(". ")[1] for pattern in Pattern}
        assert len(ends) == 1


@pytest.mark.parametrize(
    ("left", "right", "verdicts"),
    [(LITTLE, MUCH, ("show it", "do not show it")), (MUCH, LITTLE, ("do not show it", "show it"))],
)
def test_both_patterns_are_always_told_whichever_the_numbers_show(
    left: Sequence[float], right: Sequence[float], verdicts: tuple[str, str]
) -> None:
    """Else only the story that fits is told."""
    one, other = patterns(told(left, right, **SORE))
    assert "sprinters and lifters: less glute on the sore side" in one
    assert "distance runners: less glute on the other side" in other
    assert (one.endswith(f"These numbers {verdicts[0]}"), other.endswith(f"These numbers {verdicts[1]}")) == (
        True,
        True,
    )


def test_nothing_is_called_weak_strong_high_or_ill() -> None:
    """Else a number about a muscle becomes a verdict about a person; EMG is not strength."""
    said = " ".join(line for summary in SITUATIONS.values() for line in findings(summary)).lower()
    for word in (
        "weak",
        "strong",
        "strength",
        "sky",
        "bad",
        "too high.",
        "injur",
        "deficit",
        "diagnos",
        "should",
    ):
        assert word not in said.replace("may read too high", ""), word


# --- the three muscles


def test_the_three_muscles_stand_in_order_with_range_and_number_of_holds() -> None:
    """Else a bare percentage looks surer than it is, or the sides change places."""
    cards = side_by_side(told(**SORE))
    assert [card.title for card in cards] == [
        "Other-side glute, right",
        "Sore-side glute, left",
        "Sore-side hamstring, left",
    ]
    assert [card.number for card in cards] == ["41 %", "21 %", "62 %"]
    assert [card.side for card in cards] == [Side.RIGHT, Side.LEFT, Side.LEFT]
    assert all(card.note.endswith("% of its best, n 3") and " to " in card.note for card in cards)
    mirrored = side_by_side(told(sore_side="right"))
    assert [card.number for card in mirrored] == ["21 %", "41 %", "65 %"]


def test_a_muscle_without_a_number_says_why_in_its_place() -> None:
    """Else two dashes look like a fault."""
    _, glute, _ = side_by_side(SITUATIONS["submax"])
    assert (glute.number, glute.note) == ("--", "withheld: left glute is in % of the bridge")
    _, glute, _ = side_by_side(SITUATIONS["doubt"])
    assert glute.note.endswith("n 3; left glute: its maximum may be held back")
    _, glute, _ = side_by_side(SITUATIONS["one_hold"])
    assert (glute.number, glute.low) == ("20 %", None)
    assert "only one test hold of the left leg counts" in glute.note


# --- comparisons


def test_there_is_one_symmetry_number_a_muscle() -> None:
    """Else two indices of the same two muscles seem to contradict one another."""
    said = comparisons(told(**SORE))
    assert said[0].startswith("The sore-side glute worked at 51 % of the other-side one (")
    assert said[0].endswith(", n 3 and 3)")
    assert not [line for line in said if "of the right one" in line]
    said = comparisons(told(sore_side="right"))
    assert said[0].startswith("The other-side glute worked at 51 % of the sore-side one (")
    said = comparisons(told(sore_side="both"))
    assert said[0].startswith("The left glute worked at 51 % of the right one (")
    assert not [line for line in said if "sore-side" in line]


def test_a_value_without_a_range_says_why() -> None:
    """Else one hold looks like a number without error."""
    first = comparisons(SITUATIONS["one_hold"])[0]
    assert first.endswith("(n 1 and 3), no range: only one test hold of the left leg counts")


def test_what_ranges_are_is_said_once_and_only_if_there_is_one() -> None:
    """Else nobody knows what they hold for, or everybody stops reading it."""
    for summary in SITUATIONS.values():
        said = findings(summary)
        assert sum(SCOPE in line for line in said) == 1
    nothing = findings(summarise([], Reference(), sites=("glute_left",), sore_side="left"))
    assert SCOPE not in " ".join(nothing)


def test_without_a_test_hold_one_sentence_says_so() -> None:
    """Else a set of bridges ends in six complaints about sides."""
    bridges = [replace(hold(1, role=Role.TRAIN), side=Legs.BOTH), hold(2, Side.LEFT, Role.TRAIN)]
    summary = summarise(bridges, REFERENCE, sites=FOUR_SITES.names, sore_side="left")
    assert findings(summary) == [
        "This exercise has no test holds, so nothing is compared.",
        "Both legs, in target: 1 of 1.",
    ]
    assert side_by_side(summary) == []
    assert [row[0] for row in table(summary)] == ["Training, in target"]


def test_test_holds_that_do_not_count_are_not_an_exercise_without_any() -> None:
    """Else a set of slips is told as if it had never been meant to measure."""
    slips = [hold(1, Side.LEFT, outcome=Outcome.VOID, valid=False), hold(2, Side.LEFT, Role.TRAIN)]
    said = findings(summarise(slips, REFERENCE, sites=FOUR_SITES.names))
    assert said[0] == "Nothing is compared: there is no test hold that counts."


def test_sore_over_other_is_told_with_the_low_side_first() -> None:
    """Else 303 % has to be worked out in the head, and its interval with it."""
    (number,) = [told(MUCH, LITTLE[:2], **SORE)["findings"]["glute_sore_over_other"]]
    assert number["value"] == pytest.approx(200.0)
    assert number["n"] == [3, 2]
    low, high = 1e4 / number["high"], 1e4 / number["low"]
    said = comparisons(told(MUCH, LITTLE[:2], **SORE))[0]
    between = f"({low:.0f} to {high:.0f} %, n 2 and 3)"
    assert said == f"The other-side glute worked at 50 % of the sore-side one {between}"
    alone = comparisons(told(MUCH[:1], LITTLE, **SORE))[0]
    assert alone.startswith("The other-side glute worked at 52 % of the sore-side one (n 3 and 1), no range")
    assert comparisons(told(MUCH, MUCH, **SORE))[0].startswith("The sore-side glute worked at 100 %")


def at(left_s: Sequence[float | None], right_s: Sequence[float | None]) -> list[str]:
    """Tell which glute came later, from the latencies of each side's test holds."""
    sides = [(Side.LEFT, late) for late in left_s] + [(Side.RIGHT, late) for late in right_s]
    holds = [hold(number, side, glute=muscle(40.0, late)) for number, (side, late) in enumerate(sides, 1)]
    said = comparisons(summarise(holds, REFERENCE, sites=FOUR_SITES.names))
    return [line for line in said if " came " in line]


@pytest.mark.parametrize(
    ("left_s", "right_s", "said"),
    [
        (
            (0.2, 0.2, 0.3),
            (1.1, 1.2, 1.2),
            ["The right glute came 1.0 s later than the left (medians of 3 and 3 holds)"],
        ),
        (
            (0.8, 0.8, None),
            (0.2, 0.2),
            ["The left glute came 0.6 s later than the right (medians of 3 and 2 holds)"],
        ),
        ((0.3,), (0.2,), ["The left glute came 0.1 s later than the right (one hold each)"]),
        ((0.29, 0.29), (0.2, 0.2), []),
        ((0.2, 0.2), (None, None), []),
        ((0.2, 0.2), (), []),
    ],
    ids=["right", "left, once never", "just", "finer than can be told", "never", "no holds"],
)
def test_a_late_glute_is_told_where_both_came(
    left_s: Sequence[float | None], right_s: Sequence[float | None], said: list[str]
) -> None:
    """Else the delay is two cells of a table, or noise is told as one."""
    assert at(left_s, right_s) == said


# --- rows and notes


def rows(summary: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {title: (left, right) for title, left, right in table(summary)}


def test_training_and_feeling_are_told_by_leg() -> None:
    """Else the counts of one leg are read as the other's."""
    trained = [
        hold(
            10 + number,
            Side.LEFT,
            Role.TRAIN,
            outcome=end,
            felt_latency_s=felt_s,
            felt_cued=False,
            glute=muscle(40.0, 0.6),
        )
        for number, (end, felt_s) in enumerate(
            [
                (Outcome.SUCCESS, 1.0),
                (Outcome.MISSED, 0.9),
                (Outcome.NOT_REACHED, None),
                (Outcome.LOST_BALANCE, None),
            ]
        )
    ]
    summary = summarise([*session_of(), *trained], REFERENCE, sites=FOUR_SITES.names)
    found = rows(summary)
    assert found["Training, in target"] == ("1 of 3", "--")
    (ended,) = [line for line in notes(summary) if "training" in line]
    assert ended == (
        "Left leg, training: 1 not long enough in target, 1 did not reach the target, 1 foot down"
    )
    assert found["Felt, measured"] == ("0.95 s, 0.60 s, n 2", "--")
    assert found["Felt, against measured"] == ("0.35 s after (IQR 0.05)", "--")
    assert finding_words.later_words(-0.12) == "0.12 s before"
    assert not {"Training, in target", "Felt, measured"} & {*rows(told())}


def trained_at(*targets_pct: float, method: Method = Method.QUICK, **facts: Any) -> list[HoldResult]:
    glute = muscle(20.0, 0.3, reference=method)
    return [
        hold(20 + n, Side.LEFT, Role.TRAIN, target_pct=pct, glute=glute, **facts)
        for n, pct in enumerate(targets_pct)
    ]


@pytest.mark.parametrize(
    ("holds", "said"),
    [
        (trained_at(14.2, 15.3, 14.6), "3 of 3 at 14 to 15 %"),
        (trained_at(14.6, 15.3), "2 of 2 at 15 %"),
        (trained_at(60.0, 60.0, method=Method.SUBMAX), "2 of 2 at 60 % of the bridge"),
        ([*trained_at(15.0), *trained_at(60.0, method=Method.SUBMAX)], "2 of 2"),
        (
            trained_at(15.0, 15.0, outcome=Outcome.NOT_REACHED),
            "0 of 2 at 15 %, 2 did not reach the target",
        ),
    ],
    ids=["range", "one", "bridge", "both kinds", "never"],
)
def test_training_says_what_it_had_to_reach(holds: list[HoldResult], said: str) -> None:
    """Else a weak glute that reaches its own low target looks as good as the other one."""
    one = summarise(holds, REFERENCE, sites=FOUR_SITES.names)
    in_target, _, ends = said.partition(", ")
    assert rows(one)["Training, in target"] == (in_target, "--")
    assert [line for line in notes(one) if "training" in line] == (
        [f"Left leg, training: {ends}"] if ends else []
    )
    both = summarise([replace(one, side=Legs.BOTH) for one in holds], REFERENCE, sites=FOUR_SITES.names)
    assert f"Both legs, in target: {said}" in notes(both)


def test_a_missed_hold_says_why_where_that_is_known() -> None:
    """Else a hamstring over its ceiling and a glute that lets go are both "short", and nobody can mend it."""
    why = ("over_ceiling", "over_ceiling", "left_target", "late", "below_target", "own_stop")
    holds = [
        hold(number, Side.LEFT, Role.TRAIN, outcome=Outcome.MISSED, outcome_reason=reason)
        for number, reason in enumerate(why, start=1)
    ]
    (ended,) = notes(summarise(holds, REFERENCE, sites=FOUR_SITES.names))
    assert ended == (
        "Left leg, training: 2 over the ceiling, 1 left the target, 1 came too late, "
        "1 a little below the target, 1 not long enough in target"
    )
    older = {"n": 3, "n_success": 1, "n_missed": 2}
    assert finding_words.trained_words(older) == "1 of 3, 2 not long enough in target"


def test_every_level_has_its_spread_in_one_form_and_the_page_says_what_it_is() -> None:
    """Else a tired reader sees 21 ± 1 % in the table, 17 to 26 % on the card, and trusts neither."""
    carded = rows(told(**SORE))
    assert carded[words.SUMMARY_ROWS["glute"]] == rows(told())[words.SUMMARY_ROWS["glute"]]
    assert carded[words.SUMMARY_ROWS["ham"]][1] == "65 ± 1 % of 200 µV"
    assert finding_words.SCOPE.startswith(
        "± and IQR are how the holds spread, n how many there are; ranges are"
    )


def test_one_muscle_in_both_legs_has_no_empty_rows_and_still_compares() -> None:
    """Else half of the page of a board with two channels is dashes, and they look like faults."""
    glutes = [
        replace(one, sites={name: of for name, of in one.sites.items() if name.startswith("glute")})
        for one in session_of()
    ]
    known = Reference(dict.fromkeys(("glute_left", "glute_right"), STEADY))
    summary = summarise(glutes, known, sites=tuple(known.sites), **SORE)
    assert [*rows(summary)] == [words.SUMMARY_ROWS[name] for name in ("n_test", "glute", "latency")]
    assert comparisons(summary)[0].startswith("The sore-side glute worked at 51 % of the other-side one")
    bare = summarise(session_of(), with_site("ham_left", None), sites=FOUR_SITES.names)
    assert words.SUMMARY_ROWS["ham"] in rows(bare)


def test_the_bridge_is_named_once_where_it_stands_for_a_maximum() -> None:
    """Else "% of the bridge" is a riddle on the one page that is kept."""
    named = "The bridge is the light two-leg bridge, measured in place of a maximum."
    assert findings(SITUATIONS["submax"]).count(named) == 1
    assert named not in findings(SITUATIONS["doubt"])


def test_order_is_told_with_its_resolution_and_that_it_says_nothing_by_itself() -> None:
    """Else a hamstring that leads, as it does in most people, is taken for the trouble."""
    summary = told(reports=("order", "share"), order_resolution_s=0.1)
    assert rows(summary)["First to work"] == ("together 3", "together 3")
    assert rows(summary)["Glute's share of the two"] == ("--", "--")
    (note,) = [line for line in notes(summary) if "First to work" in line]
    assert "0.1 s" in note
    assert "common, in people without pain too" in note
    (note,) = [line for line in notes(SITUATIONS["board_too_coarse"]) if "First to work" in line]
    assert note == "First to work: withheld, the times of this board are too coarse"


def test_a_glute_that_mostly_never_came_is_not_a_missing_number() -> None:
    """Else the late glute, the very thing looked for, reads like an electrode too few."""
    late = [hold(number, Side.LEFT, glute=muscle(40.0, None)) for number in range(1, 4)]
    found = rows(summarise(late, REFERENCE, sites=FOUR_SITES.names))[words.SUMMARY_ROWS["latency"]]
    assert found == ("not in most of them", "--")


def test_a_mean_of_fewer_holds_says_so() -> None:
    """Else the number on top of the column is taken for all of it."""
    holds = session_of()
    holds[0] = replace(holds[0], ratio_same_side=None)
    found = rows(summarise(holds, REFERENCE, sites=FOUR_SITES.names))
    left, right = found[words.SUMMARY_ROWS["ratio"]]
    assert left.endswith(", n 2")
    assert right == "0.68"


def test_what_was_cued_helped_hurt_or_taken_out_is_said() -> None:
    """Else it is in the file, and nobody who reads the page knows."""
    more = [
        hold(10, Side.LEFT, Role.TRAIN, felt_latency_s=1.0, felt_cued=True, glute=muscle(40.0, 0.6)),
        hold(
            11,
            Side.RIGHT,
            Role.TRAIN,
            felt_latency_s=1.0,
            felt_cued=False,
            felt_by=Presser.HELPER,
            pain_0_10=4,
        ),
        hold(12, Side.RIGHT, excluded="slipped"),
        hold(13, Side.RIGHT, excluded="cough"),
    ]
    said = notes(summarise([*session_of(), *more], REFERENCE, sites=FOUR_SITES.names, pain_before=0))
    assert said == [
        "Left leg: in 1 hold the bar or a sound had told before felt was pressed (0.40 s after the muscle): "
        "not counted as felt",
        "Right leg: felt key pressed by a helper (n 1), who is later than the athlete",
        "Pain, 0 to 10: 0 before, 4 in the holds",
        "Taken out by hand, in no number here: hold 12 (slipped), hold 13 (cough)",
    ]
