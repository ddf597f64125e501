"""Views made by hand for the tests of both fronts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from emg.codes import DotState, Phase, SignalState
from emg.live_view import BarView, LiveView, StageView
from emg.montage import FOUR_SITES, Side
from emg.results import Method, Role

NOW_S = 500.0
"""Host time at which the block of ``HOLDING`` arrived."""


def bars(
    levels_pct: Sequence[float | None],
    *,
    verdicts: Sequence[str] = ("ok",) * 4,
    side: Side | None = Side.RIGHT,
) -> tuple[BarView, ...]:
    return tuple(
        BarView(
            site.name,
            pct,
            None if pct is None else 3.0 * pct,
            verdict,
            working=site.side is side,
            reference=Method.QUICK,
        )
        for site, pct, verdict in zip(FOUR_SITES.sites, levels_pct, verdicts, strict=True)
    )


HOLDING = LiveView(
    sample=1000,
    time_s=4.0,
    host_time_s=NOW_S,
    signal=SignalState.LIVE,
    athlete="runner-07",
    protocol="power_position",
    board="cyton",
    stage=StageView(
        stage="holds",
        phase=Phase.HOLDING,
        side=Side.RIGHT,
        role=Role.TRAIN,
        hold=5,
        set_number=2,
        n_sets=4,
        elapsed_s=3.4,
        duration_s=6.0,
        in_target_s=3.1,
        target_pct=30.0,
        ceiling_pct=40.0,
        dots=(DotState.SUCCESS, DotState.CURRENT, DotState.PENDING),
    ),
    bars=bars((9.0, 14.0, 42.0, 27.0)),
    axis_max_pct=60.0,
    ratio_left=0.64,
    ratio_right=1.56,
    diagonal_left_glute=0.33,
    diagonal_right_glute=3.0,
    calibrated=True,
)
TESTING = replace(HOLDING, stage=replace(HOLDING.stage, role=Role.TEST, feedback=False))
SILENT = replace(HOLDING, signal=SignalState.NO_SIGNAL, bars=bars((None,) * 4, verdicts=("no_reading",) * 4))
SECRETS = ("42", "27", "9 %", "14 %", "3.1", "1.56", "3.00")
"""Every number of ``HOLDING`` that would tell a level."""


def at(time_s: float, view: LiveView = HOLDING) -> LiveView:
    """Return the view of a later block."""
    return replace(view, time_s=time_s, sample=round(250 * time_s))


SUMMARY: Mapping[str, Any] = {
    "sides": {
        "left": {
            "n_test": 3,
            "glute_pct_mvc": {"mean": 38.2, "sd": 4.1},
            "glute_latency_s": {"median": None},
        },
        "right": {
            "n_test": 2,
            "glute_pct_mvc": {"mean": 46.9, "sd": None},
            "glute_latency_s": {"median": 0.61},
        },
    },
    "glute_lsi_pct": {"value": 81.4, "low": 70.2, "high": 94.5},
    "ham_lsi_pct": {"value": None, "low": None, "high": None},
    "diagonal": {"left_glute_right_ham": {"value": 0.87, "low": 0.71, "high": 1.06}},
    "warnings": ["One hold was void."],
}
