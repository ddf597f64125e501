"""Marks of the other side's last set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emg.live.ghosts import Ghosts
from emg.montage import Legs, Side
from emg.results import HoldResult, Method, MuscleResult, Outcome, Role, Until


def held(
    number: int, side: Side | Legs, glute_pct: float | None, *, set_number: int = 1, swing_pct: float = 5.0
) -> HoldResult:
    """A hold that counts, with a level of both glutes."""
    other = side.other if isinstance(side, Side) else Side.LEFT
    sites = {f"glute_{other}": MuscleResult(reference=Method.QUICK, pct_mvc=swing_pct)}
    if isinstance(side, Side):
        sites[f"glute_{side}"] = MuscleResult(reference=Method.QUICK, pct_mvc=glute_pct)
    return HoldResult(
        hold=number,
        set_number=set_number,
        role=Role.TEST,
        until=Until.SET,
        side=side,
        valid=True,
        outcome=Outcome.SUCCESS,
        sites=sites,
    )


def test_a_mark_is_the_same_muscle_in_the_same_role() -> None:
    """Else the swinging glute of the left stands as the mark of the pushing glute of the right."""
    ghosts = Ghosts()
    ghosts.add([held(1, Side.LEFT, 40.0, swing_pct=6.0), held(2, Side.LEFT, 44.0, swing_pct=8.0)])
    assert ghosts.of(Side.RIGHT) == pytest.approx({"glute_right": 42.0, "glute_left": 7.0})
    assert ghosts.of(Side.LEFT) == {}


def test_only_the_last_set_marks() -> None:
    """Else a mark is the mean of holds of an hour, with other targets."""
    ghosts = Ghosts()
    ghosts.add([held(1, Side.LEFT, 10.0), held(2, Side.LEFT, 20.0, set_number=3)])
    ghosts.add([held(3, Side.LEFT, 30.0, set_number=3)])
    assert ghosts.of(Side.RIGHT)["glute_right"] == 25.0


def test_a_hold_that_enters_no_mean_marks_nothing() -> None:
    """Else a loose electrode stands beside the bar as what the other leg can do."""
    good = held(1, Side.LEFT, 30.0)
    ghosts = Ghosts()
    ghosts.add(
        [
            good,
            replace(held(2, Side.LEFT, 900.0, set_number=2), valid=False, outcome=Outcome.VOID),
            replace(held(3, Side.LEFT, 90.0, set_number=2), outcome=Outcome.LOST_BALANCE),
            replace(held(4, Side.LEFT, 90.0, set_number=2), excluded="cramp"),
        ]
    )
    assert ghosts.of(Side.RIGHT)["glute_right"] == 30.0


def test_what_was_not_read_there_has_no_mark() -> None:
    """Else no reading stands as a mark at zero."""
    ghosts = Ghosts()
    ghosts.add([held(1, Side.LEFT, None)])
    assert "glute_right" not in ghosts.of(Side.RIGHT)


def test_both_legs_at_once_have_no_other_side() -> None:
    """Else a bridge on two legs shows a mark of no leg."""
    ghosts = Ghosts()
    ghosts.add([held(1, Legs.BOTH, None), held(2, Side.LEFT, 30.0)])
    assert (ghosts.of(Legs.BOTH), ghosts.of(None)) == ({}, {})
