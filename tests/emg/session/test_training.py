"""What training holds leave in the summary: counts, and what was felt beside what was measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emg.activation import Reference
from emg.limits import Limit
from emg.montage import Legs, Side
from emg.results import OWN_STOP, HoldResult, Method, Outcome, Presser, Role
from emg.session.order import TOO_COARSE, order, order_resolution_s, share
from emg.session.summary import summarise
from emg.session.training import felt, legs, training
from tests.emg.session.parts import hold, muscle


def pressed(
    felt_s: float | None, measured_s: float | None, *, cued: bool | None = False, **facts: Any
) -> HoldResult:
    return hold(
        role=Role.TRAIN,
        glute=muscle(40.0, measured_s),
        felt_latency_s=felt_s,
        felt_cued=None if felt_s is None else cued,
        felt_by=None if felt_s is None else Presser.ATHLETE,
        **facts,
    )


def test_every_way_a_training_hold_can_end_is_counted_once() -> None:
    """Else a session of slips reads as a session of successes."""
    ends = [
        *[Outcome.SUCCESS] * 4,
        *[Outcome.MISSED] * 3,
        *[Outcome.NOT_REACHED] * 2,
        Outcome.LOST_BALANCE,
        Outcome.INCOMPLETE,
        *[Outcome.PRACTISED] * 5,
    ]
    holds = [hold(number, role=Role.TRAIN, outcome=end) for number, end in enumerate(ends, start=1)]
    void = hold(20, role=Role.TRAIN, outcome=Outcome.VOID, valid=False)
    out = [hold(30, role=Role.TRAIN, outcome=end, excluded="slipped") for end in Outcome]
    stopped: dict[str, Any] = {"outcome": Outcome.INCOMPLETE, "outcome_reason": OWN_STOP}
    roles = {22: Role.TRAIN, 23: Role.TRAIN, 24: Role.TEST}
    ended = [hold(number, role=role, **stopped) for number, role in roles.items()]
    assert training([*holds, void, hold(21), *out, *ended]) == {
        "n": 9,
        "n_success": 4,
        "n_missed": 3,
        "n_not_reached": 2,
        "n_lost_balance": 1,
        "n_void": 1,
        "n_practised": 5,
        "n_ended": 2,
        "n_over_ceiling": 0,
        "n_left_target": 0,
        "n_late": 0,
        "n_below_target": 0,
        "target_pct": None,
    }


@pytest.mark.parametrize("gate", ["glute", "ham"])
def test_the_target_is_a_range_of_those_that_count_and_of_one_thing(gate: str) -> None:
    """Else a bridge's 60 % and a maximum's 15 % become one range, or a slip widens it."""
    other = {"glute": "ham", "ham": "glute"}[gate]

    def at(pct: float | None, method: Method = Method.QUICK, **facts: Any) -> HoldResult:
        muscles: dict[str, Any] = {gate: muscle(reference=method), other: muscle(reference=Method.SUBMAX)}
        return hold(role=Role.TRAIN, target_pct=pct, **muscles, **facts)

    out = [at(90.0, outcome=Outcome.LOST_BALANCE), at(90.0, excluded="slip"), at(None)]
    aimed = [at(15.0), at(14.0, outcome=Outcome.NOT_REACHED)]
    assert training([*out, *aimed], gate)["target_pct"] == {"low": 14.0, "high": 15.0, "of": "maximum"}
    bridge = [at(60.0, Method.SUBMAX)]
    assert training(bridge, gate)["target_pct"] == {"low": 60.0, "high": 60.0, "of": "bridge"}
    assert training([*aimed, *bridge], gate)["target_pct"] is None
    both = [replace(one, side=Legs.BOTH) for one in aimed]
    told = summarise([*aimed, *both], Reference(), gate_muscle=gate)
    for counts in (told["sides"]["right"]["training"], told["legs"]["both"]):
        assert counts["target_pct"]["of"] == "maximum"


def test_each_side_counts_its_own_training_and_both_legs_theirs() -> None:
    """Else repetitions on two legs are given to one of them, or are lost."""
    holds = [
        hold(1, Side.LEFT, Role.TRAIN),
        hold(2, Side.RIGHT, Role.TRAIN, outcome=Outcome.MISSED),
        replace(hold(3, role=Role.TRAIN), side=Legs.BOTH),
        replace(hold(4, role=Role.TRAIN, outcome=Outcome.MISSED), side=Legs.BOTH),
    ]
    told = summarise(holds, Reference())
    assert [told["sides"][side]["training"]["n_success"] for side in ("left", "right")] == [1, 0]
    assert [told["sides"][side]["training"]["n"] for side in ("left", "right")] == [1, 1]
    assert {code: (of["n"], of["n_success"]) for code, of in told["legs"].items()} == {"both": (2, 1)}
    assert legs(holds[:2]) == {}


def test_felt_stands_beside_measured_with_their_difference() -> None:
    """Else nobody learns whether the feeling comes with the muscle."""
    told = felt([pressed(1.0, 0.6), pressed(0.5, 0.7), pressed(1.6, 0.7)], "glute")
    assert told["n"] == 3
    assert told["felt_s"]["median"] == pytest.approx(1.0)
    assert told["measured_s"]["median"] == pytest.approx(0.7)
    assert told["felt_minus_measured_s"]["median"] == pytest.approx(0.4)
    assert told["felt_minus_measured_s"]["iqr"] == pytest.approx(0.55)


def test_a_press_after_a_cue_never_counts_as_felt() -> None:
    """Else somebody who presses when the bar moves seems to feel the muscle."""
    cued = [pressed(2.0, 0.6, cued=True), pressed(2.0, 0.6, cued=None)]
    told = felt([pressed(1.0, 0.6), *cued], "glute")
    assert (told["n"], told["n_cued"]) == (1, 2)
    assert told["felt_minus_measured_s"]["median"] == pytest.approx(0.4)
    assert told["cued_felt_minus_measured_s"]["median"] == pytest.approx(1.4)


def test_a_press_without_a_muscle_is_counted_and_has_no_difference() -> None:
    """Else a feeling without a muscle is an early one, or was never said."""
    told = felt(
        [pressed(1.0, None), pressed(None, 0.6), replace(pressed(1.0, 0.5), felt_by=Presser.HELPER)], "glute"
    )
    assert (told["n"], told["n_unmeasured"], told["n_helper"]) == (1, 1, 1)
    assert told["felt_minus_measured_s"]["median"] == pytest.approx(0.5)
    assert felt([], "glute")["felt_s"] == {"median": None, "iqr": None}


def test_a_void_hold_has_no_feeling_in_it() -> None:
    """Else a loose electrode says when the muscle came."""
    assert felt([pressed(1.0, 0.6, outcome=Outcome.VOID, valid=False)], "glute")["n"] == 0


def test_what_is_felt_for_is_the_muscle_of_the_exercise() -> None:
    """Else "I feel the hamstring" is compared with the glute."""
    holds = [
        hold(
            role=Role.TRAIN,
            glute=muscle(latency_s=0.2),
            ham=muscle(latency_s=0.9),
            felt_latency_s=1.0,
            felt_cued=False,
        )
    ]
    told = summarise(holds, Reference(), gate_muscle="ham")["sides"]["right"]["felt"]
    assert told["felt_minus_measured_s"]["median"] == pytest.approx(0.1)


# --- which muscle begins first


def begun(glute_s: float | None, ham_s: float | None) -> HoldResult:
    return hold(glute=muscle(40.0, glute_s), ham=muscle(40.0, ham_s))


def test_an_order_finer_than_the_method_is_no_order() -> None:
    """Else noise decides which muscle is said to lead."""
    holds = [
        begun(0.5, 0.2),
        begun(0.5, 0.39),
        begun(0.5, 0.41),
        begun(0.5, 0.59),
        begun(0.2, 0.5),
        begun(None, 0.2),
    ]
    told = order(holds, 0.1)
    assert (told["n"], told["ham_first"], told["glute_first"], told["together"]) == (5, 2, 1, 2)
    assert told["resolution_s"] == 0.1
    assert told["ham_minus_glute_s"]["median"] == pytest.approx(-0.09)


def test_a_board_that_cannot_tell_a_beginning_tells_no_order() -> None:
    """Else an envelope's smoothing is read as a muscle that waits; and none is not zero."""
    for cannot in ([Limit.ONSET.value], [Limit.FINE_LATENCY.value]):
        assert order_resolution_s(cannot) is None
    assert order_resolution_s([Limit.SPECTRUM.value]) == 0.1
    told = order([begun(0.5, 0.2)], None)
    assert (told["n"], told["ham_first"], told["resolution_s"], told["reason"]) == (
        None,
        None,
        None,
        TOO_COARSE,
    )


def test_only_test_holds_have_an_order_and_a_share() -> None:
    """Else holds in which people steer by the bar tell what they would do without it."""
    holds = [
        hold(1, Side.LEFT, glute_share_pct=40.0),
        hold(2, Side.LEFT, glute_share_pct=None),
        hold(3, Side.LEFT, Role.TRAIN, glute_share_pct=90.0),
    ]
    told = summarise(holds, Reference(), reports=("order", "share"), order_resolution_s=0.1)["sides"]["left"]
    assert told["order"]["n"] == 2
    assert told["glute_share_pct"] == {"mean": 40.0, "sd": None, "n": 1}
    assert share([]) == {"mean": None, "sd": None, "n": 0}
