"""Holds, maxima and a whole summary made by hand, for the pictures of screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from emg.activation import Reference, SiteReference
from emg.montage import Side
from emg.results import HoldResult, Method, MuscleResult, Outcome, Role, Until
from emg.session.summary import summarise

Levels: TypeAlias = tuple[float, float, float | None]
"""Glute and hamstring in %MVC, and seconds until the glute was there; None if it never was."""

HAM_LATENCY_S: Final = 0.3


def pictured_reference(maxima_uv: Mapping[str, float]) -> Reference:
    """Give the reference of these maxima."""
    return Reference({site: SiteReference(2.1, uv, mvc_cv_pct=8.0) for site, uv in maxima_uv.items()})


def pictured_hold(
    number: int,
    side: Side,
    levels: Levels,
    maxima_uv: Mapping[str, float],
    diagonal: float | None = None,
) -> HoldResult:
    """Give a test hold with these levels.

    Parameters
    ----------
    number : int
        Its number.
    side : Side
        Working leg.
    levels : tuple
        Of its glute and hamstring.
    maxima_uv : mapping from site to float
        What they are percentages of.
    diagonal : float or None
        Its glute over the other hamstring, where that is known.
    """
    glute_pct, ham_pct, latency_s = levels
    told = {"glute": (glute_pct, latency_s), "ham": (ham_pct, HAM_LATENCY_S)}
    return HoldResult(
        hold=number,
        set_number=1,
        role=Role.TEST,
        until=Until.SET,
        side=side,
        valid=True,
        outcome=Outcome.SUCCESS,
        sites={
            f"{muscle}_{side}": MuscleResult(
                reference=Method.QUICK,
                plateau_uv=pct * maxima_uv[f"{muscle}_{side}"] / 100.0,
                pct_mvc=pct,
                latency_s=late_s,
            )
            for muscle, (pct, late_s) in told.items()
        },
        ratio_same_side=glute_pct / ham_pct,
        ratio_diagonal=diagonal,
    )


def pictured_training(number: int, side: Side, outcome: Outcome) -> HoldResult:
    """Give a training hold that ended so."""
    return HoldResult(
        hold=number,
        set_number=2,
        role=Role.TRAIN,
        until=Until.FIRED,
        side=side,
        valid=True,
        outcome=outcome,
    )


MAXIMA_UV: Final = {"glute_left": 84.0, "ham_left": 131.0, "glute_right": 92.0, "ham_right": 140.0}
LEVELS_PCT: Final[Mapping[Side, Sequence[tuple[float, float, float | None]]]] = {
    Side.LEFT: ((28.4, 51.0, 0.62), (26.1, 46.2, 0.55), (30.2, 55.8, 0.71)),
    Side.RIGHT: ((46.9, 44.1, 0.48), (43.2, 40.3, None), (50.6, 48.0, None)),
}
"""Glute and hamstring, and seconds until the glute was there, of each test hold."""

TRAINED: Final = (Outcome.SUCCESS, Outcome.MISSED, Outcome.SUCCESS, Outcome.NOT_REACHED, Outcome.SUCCESS)


def summary(sore_side: str | None = None) -> dict[str, Any]:
    """Summary of a session made by hand, as the program itself writes it."""
    tests = [(side, levels) for side, found in LEVELS_PCT.items() for levels in found]
    holds = [
        pictured_hold(number, side, levels, MAXIMA_UV) for number, (side, levels) in enumerate(tests, start=1)
    ]
    trained = [(side, outcome) for side in Side for outcome in TRAINED]
    holds += [
        pictured_training(number, side, outcome)
        for number, (side, outcome) in enumerate(trained, start=len(holds) + 1)
    ]
    pain = 2 if sore_side else None
    return summarise(
        holds,
        pictured_reference(MAXIMA_UV),
        sites=tuple(MAXIMA_UV),
        sore_side=sore_side,
        pain_before=pain,
        pain_after=pain,
    )
