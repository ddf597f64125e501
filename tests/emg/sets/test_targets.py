"""Targets: from the test holds, then by small steps, each of them shown."""

from __future__ import annotations

import itertools
import statistics
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.montage import Side
from emg.results import HoldResult, Method, Outcome, Role
from emg.sets.targets import (
    CEILING_SHARE,
    HOME_LIMIT_PCT,
    SHARE_OF_TEST,
    Origin,
    Target,
    TargetRule,
)
from tests.emg.session.parts import hold, muscle

GATE, HAM = ("glute_right",), ("ham_right",)
RULE = TargetRule(default_pct=30.0)


def shown(*levels: float, ham: float = 20.0, method: Method = Method.QUICK) -> list[HoldResult]:
    of = {"pct_submax": None} if method is not Method.SUBMAX else {}
    made = []
    for number, level in enumerate(levels, start=1):
        glute = muscle(level, reference=method, **of)
        if method is Method.SUBMAX:
            glute = replace(glute, pct_mvc=None, pct_submax=level)
        made.append(hold(number, glute=glute, ham=muscle(ham)))
    return made


def test_the_first_target_comes_from_the_median_of_the_test_holds() -> None:
    """Else a weak glute is asked for what a strong one does, and never once succeeds."""
    found = RULE.first(shown(20.0, 24.0, 60.0), GATE, HAM)
    assert found == Target(SHARE_OF_TEST * 24.0, None, Origin.TEST_HOLDS)


@pytest.mark.parametrize("spoilt", ["void", "lost", "excluded", "training"])
def test_only_test_holds_that_count_make_a_target(spoilt: str) -> None:
    """Else a wire that came off decides what the athlete is asked for."""
    spoilings: dict[str, dict[str, Any]] = {
        "void": {"valid": False, "outcome": Outcome.VOID},
        "lost": {"outcome": Outcome.LOST_BALANCE},
        "excluded": {"excluded": "slipped"},
        "training": {"role": Role.TRAIN},
    }
    holds = [*shown(40.0), replace(shown(90.0)[0], **spoilings[spoilt])]
    assert RULE.first(holds, GATE, HAM).target_pct == pytest.approx(SHARE_OF_TEST * 40.0)


def test_without_test_holds_the_default_is_asked_for_and_says_so() -> None:
    """Else a session without tests has no target, or one that looks measured."""
    assert RULE.first([], GATE, HAM) == Target(30.0, None, Origin.DEFAULT)


def test_what_somebody_set_stays() -> None:
    """Else the therapist's number is changed behind her back."""
    rule = replace(RULE, own_pct=75.0)
    first = rule.first(shown(20.0), GATE, HAM)
    assert first == Target(75.0, None, Origin.OWN)
    assert rule.next(first, hold(role=Role.TRAIN), GATE) is first


def test_no_target_goes_above_the_limit_or_below_the_floor_by_itself() -> None:
    """Else an athlete alone at home is led to his maximum, or a target means nothing above the noise."""
    assert RULE.first(shown(95.0), GATE, HAM).target_pct == HOME_LIMIT_PCT
    assert RULE.first(shown(2.0), GATE, HAM).target_pct == 5.0
    at_limit = Target(HOME_LIMIT_PCT, None, Origin.TEST_HOLDS)
    assert RULE.next(at_limit, hold(role=Role.TRAIN), GATE) is at_limit
    at_floor = Target(5.0, None, Origin.LOWERED)
    assert RULE.next(at_floor, hold(role=Role.TRAIN, outcome=Outcome.MISSED), GATE) is at_floor


def test_a_percentage_of_a_bridge_may_go_above_sixty() -> None:
    """Else a muscle measured against a light effort is asked for less than it does anyway."""
    assert RULE.first(shown(150.0, method=Method.SUBMAX), GATE, HAM).target_pct == pytest.approx(120.0)


def test_a_ceiling_is_off_until_somebody_wants_it() -> None:
    """Else every hold with a working hamstring is told as missed."""
    tests = shown(40.0, ham=25.0)
    assert RULE.first(tests, GATE, HAM).ceiling_pct is None
    wanted = replace(RULE, ceiling=True)
    assert wanted.first(tests, GATE, HAM).ceiling_pct == pytest.approx(CEILING_SHARE * 25.0)
    assert replace(wanted, ceiling_pct=33.0).first(tests, GATE, HAM).ceiling_pct == 33.0
    assert wanted.first([], GATE, HAM).ceiling_pct is None, "there is nothing to take it from"


def test_of_two_legs_the_mean_makes_the_target() -> None:
    """Else a hold of both legs is judged by one number and aims at another."""
    both = replace(hold(side=Side.RIGHT), sites={"glute_right": muscle(50.0), "glute_left": muscle(30.0)})
    assert RULE.first([both], ("glute_right", "glute_left"), ()).target_pct == pytest.approx(32.0)


def test_small_steps_keep_success_between_sixty_and_eightyfive_percent() -> None:
    """Else people give up because it never works, or learn nothing because it always does."""
    rng = np.random.default_rng(5)
    shares = []
    for able_pct in (12.0, 30.0, 45.0):
        target = RULE.first(shown(able_pct / SHARE_OF_TEST), GATE, HAM)
        outcomes = []
        for _ in range(600):
            succeeded = able_pct * rng.normal(1.0, 0.1) >= target.target_pct
            outcome = Outcome.SUCCESS if succeeded else Outcome.MISSED
            target = RULE.next(target, hold(role=Role.TRAIN, outcome=outcome), GATE)
            outcomes.append(succeeded)
        shares.append(statistics.fmean(outcomes[100:]))
    assert all(0.6 <= share <= 0.85 for share in shares), shares


@given(st.lists(st.sampled_from(list(Outcome)), max_size=40), st.floats(5.0, 60.0))
def test_every_step_is_small_and_only_counting_holds_step(outcomes: list[Outcome], start_pct: float) -> None:
    """Else one void hold moves the goal, or one good one doubles it."""
    target = Target(start_pct, None, Origin.TEST_HOLDS)
    for outcome in outcomes:
        after = RULE.next(
            target, hold(role=Role.TRAIN, outcome=outcome, valid=outcome is not Outcome.VOID), GATE
        )
        assert 5.0 <= after.target_pct <= HOME_LIMIT_PCT
        assert abs(after.target_pct / target.target_pct - 1.0) <= 0.05 + 1e-9
        if not outcome.counts:
            assert after is target
        target = after


def test_steps_balance_where_five_of_seven_succeed() -> None:
    """Else the staircase settles outside the band it is for."""
    up, down = 1.02, 0.95
    start = 30.0
    for order in set(itertools.permutations([up] * 5 + [down] * 2)):
        assert start * float(np.prod(order)) == pytest.approx(start, rel=0.01)
