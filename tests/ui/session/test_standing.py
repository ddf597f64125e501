"""Comparisons while the session runs: the same as its summary at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from emg.activation import NO_REFERENCE, Reference, SiteReference
from emg.blocks import Unit
from emg.live_view import LiveView
from emg.montage import FOUR_SITES, Side
from emg.reference import DROPPED, MEASURED, reference_event
from emg.results import Doubt, HoldResult, Method, Outcome, Role
from emg.session.summary import summarise
from tests.emg.session.parts import hold, muscle, stream
from ui.reading.summary_sentences import comparisons
from ui.reading.therapist import compared, lags, left_out
from ui.session.standing import Standing

REFERENCE = Reference({name: SiteReference(5.0, 300.0, Method.QUICK, 8.0) for name in FOUR_SITES.names})
LEVELS = ((Side.LEFT, 28.0), (Side.LEFT, 26.0), (Side.LEFT, 30.0), (Side.RIGHT, 47.0), (Side.RIGHT, 43.0))


def standing(**facts: object) -> Standing:
    found = Standing("left", **facts)  # type: ignore[arg-type]
    found.opened(stream(), FOUR_SITES)
    found.event(reference_event(0, REFERENCE, MEASURED))
    return found


def held() -> list[HoldResult]:
    return [
        hold(number, side, glute=muscle(pct), ham=muscle(48.0 + number))
        for number, (side, pct) in enumerate(LEVELS, start=1)
    ]


def test_it_says_what_the_summary_of_the_session_says() -> None:
    """Else the number in the session and the one in the file are two numbers."""
    now = standing(pain_before=2)
    for count, result in enumerate(held(), start=1):
        now.hold(result)
        expected = summarise(
            held()[:count],
            REFERENCE,
            sites=FOUR_SITES.names,
            sore_side="left",
            order_resolution_s=0.1,
            pain_before=2,
        )
        assert {**now.summary(), "sides": None} == {**expected, "sides": None}
        assert now.summary()["sides"]["left"] == expected["sides"]["left"]
        assert now.last() == result


def test_nothing_is_said_before_the_first_hold() -> None:
    """Else an empty session has comparisons."""
    assert dict(standing().summary()) == {}
    assert standing().last() is None
    assert compared(standing().summary()) == ()


def test_a_dropped_reference_keeps_what_the_holds_were_scored_with() -> None:
    """Else one look at the electrodes takes every comparison away."""
    now = standing()
    now.event(reference_event(900, NO_REFERENCE, DROPPED))
    for result in held():
        now.hold(result)
    assert now.summary()["glute_lsi_pct"]["value"] is not None


def test_a_board_of_its_own_units_is_never_told_in_microvolts() -> None:
    """Else a maximum of 512 of something stands as 512 µV."""
    now = Standing()
    now.opened(stream(unit=Unit.ARBITRARY), FOUR_SITES)
    now.event(reference_event(0, REFERENCE, MEASURED))
    now.hold(held()[0])
    assert set(now.summary()["mvc_uv"].values()) == {None}


def test_a_comparison_has_interval_number_of_holds_and_side_by_side_direction() -> None:
    """Else a quotient is read without its scatter, or the wrong way round."""
    now = standing()
    for result in held():
        now.hold(result)
    glute, ham, diagonal, other = compared(now.summary())
    assert (glute.title, glute.number) == ("Glute, sore of other", "62 %")
    assert "n 3 and 2" in glute.note
    assert glute.low is not None
    assert glute.high is not None
    assert glute.low < 0.62 < glute.high
    assert not glute.inside
    assert ham.inside
    assert "no difference beyond the scatter" in ham.note
    assert diagonal.number == "0.53"
    assert other.value is not None


def session(sore_side: str | None, levels: Sequence[tuple[Side, float]] = LEVELS) -> Standing:
    found = Standing(sore_side)
    found.opened(stream(), FOUR_SITES)
    found.event(reference_event(0, REFERENCE, MEASURED))
    for number, (side, pct) in enumerate(levels, start=1):
        found.hold(hold(number, side, glute=muscle(pct), ham=muscle(48.0 + number)))
    return found


@pytest.mark.parametrize("levels", [LEVELS, [(side.other, pct) for side, pct in LEVELS]])
@pytest.mark.parametrize("sore_side", ["left", "right", "both", "none", None])
def test_therapist_and_summary_read_the_same_number_the_same_way_round(
    sore_side: str | None, levels: Sequence[tuple[Side, float]]
) -> None:
    """Else 62 % on the page is 161 % on the summary of the same session, and both look like a finding."""
    summary = session(sore_side, levels).summary()
    sentences = comparisons(summary)
    for told, said in zip(compared(summary), sentences, strict=False):
        assert told.number in said
        assert told.note.split(",")[0] in said
        assert ("left of right" in told.title) == (said.startswith("The left ")), told.title
        assert ("sore of other" in told.title) == (said.startswith("The sore-side ")), told.title
        assert ("other of sore" in told.title) == (said.startswith("The other-side ")), told.title


def test_the_higher_sore_side_is_turned_round_with_its_interval_and_its_counts() -> None:
    """Else the dot stands left of "the same", and the line right of it."""
    left, right = (compared(session(side).summary())[0] for side in ("left", "right"))
    assert (left.title, right.title) == ("Glute, sore of other", "Glute, other of sore")
    assert left.number == right.number == "62 %"
    assert (right.value, right.low, right.high) == pytest.approx((left.value, left.low, left.high))
    assert right.note == left.note
    assert "n 3 and 2" in right.note


def test_without_one_sore_side_left_and_right_stay_as_they_are() -> None:
    """Else a share of nothing that is known takes the place of left and right."""
    glute, ham, *_diagonals = compared(session("both").summary())
    assert (glute.title, ham.title) == ("Glute, left of right", "Hamstring, left of right")
    assert glute.number == "62 %"


def test_what_is_no_longer_followed_keeps_the_names_it_had() -> None:
    """Else the rows change their meaning in the moment in which they lose their numbers."""
    for sore_side in ("left", "right", None):
        summary = session(sore_side).summary()
        assert [one.title for one in left_out(summary)] == [one.title for one in compared(summary)]


def test_one_hold_a_side_has_a_number_and_no_interval() -> None:
    """Else two holds look like a finding."""
    now = standing()
    for result in (held()[0], held()[3]):
        now.hold(result)
    glute = compared(now.summary())[0]
    assert (glute.low, glute.high) == (None, None)
    assert "only one test hold" in glute.note


def test_what_is_withheld_says_why_and_has_no_number() -> None:
    """Else an empty row looks like a fault of the program."""
    sites = dict(REFERENCE.sites) | {"ham_left": SiteReference(5.0, 100.0, Method.SUBMAX)}
    now = standing()
    now.event(reference_event(10, Reference(sites), MEASURED))
    for result in held():
        now.hold(result)
    ham = compared(now.summary())[1]
    assert (ham.number, ham.value) == ("--", None)
    assert "left hamstring is in % of the bridge" in ham.note


def test_a_doubtful_maximum_is_named_and_never_inside_the_scatter() -> None:
    """Else a painful maximum turns a difference into "the same"."""
    sites = dict(REFERENCE.sites)
    sites["ham_left"] = SiteReference(5.0, 300.0, Method.QUICK, 8.0, (Doubt.PAINFUL,))
    now = standing()
    now.event(reference_event(10, Reference(sites), MEASURED))
    for result in held():
        now.hold(result)
    ham = compared(now.summary())[1]
    assert not ham.inside
    assert "maximum may be held back" in ham.note


def test_training_and_void_holds_compare_nothing() -> None:
    """Else a hold with bars on decides what the sides are."""
    now = standing()
    now.hold(hold(1, Side.LEFT, Role.TRAIN, glute=muscle(40.0)))
    now.hold(hold(2, Side.LEFT, outcome=Outcome.VOID, valid=False, glute=muscle(40.0)))
    assert compared(now.summary()) == ()


def test_a_leg_that_is_yet_to_come_is_not_withheld() -> None:
    """Else the whole first half of every session reads as if something had gone wrong."""
    now = standing()
    for result in held()[:3]:
        now.hold(result)
    told = compared(now.summary(), now.tested())
    assert {(one.number, one.note) for one in told} == {("--", "Right leg: not done yet")}
    now.hold(replace(held()[3], outcome=Outcome.VOID, valid=False))
    told = compared(now.summary(), now.tested())
    assert {one.note for one in told} == {"withheld: no test hold of the right leg counts"}


def test_it_knows_how_far_it_followed() -> None:
    """Else nobody can see that what it compares is no longer all."""
    now = standing()
    assert now.followed_s() is None
    now.view(replace(LiveView(), time_s=7.0))
    assert now.followed_s() == 7.0
    assert not lags(replace(LiveView(), time_s=7.9), now.followed_s())
    assert lags(replace(LiveView(), time_s=8.1), now.followed_s())
    slow = replace(LiveView(), time_s=8.1, stale_after_s=2.0)
    assert not lags(slow, now.followed_s()), "a board that sends large chunks"
    assert not lags(LiveView(), None)
