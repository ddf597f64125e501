"""Views of the holds for the gallery, made by hand: what people feel, take up, say and are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from emg.codes import DotState, Phase, SignalState
from emg.live_view import BarView, LiveView, StageView
from emg.montage import Legs, Side, Site, sides_of
from emg.pain import ASKS_AFTER, ASKS_WORST, SUGGESTS_STOP
from emg.results import Doubt, Method, Role

LEARNT = (DotState.SUCCESS, DotState.SUCCESS, DotState.NOT_REACHED, DotState.SUCCESS, DotState.PENDING)
TO_COME = (DotState.PENDING,) * 5
BRIDGE: Final[dict[str, Any]] = {
    "side": Legs.BOTH,
    "posture": "supine",
    "other_leg": "",
    "gate_muscle": "ham",
    "ceiling_muscle": "",
    "ceiling_pct": None,
    "exercise": "chair_bridge",
    "drawing": "chair_bridge",
}
EVERY_DOT: Final = (
    DotState.SUCCESS,
    DotState.MISSED,
    DotState.NOT_REACHED,
    DotState.VOID,
    DotState.DONE,
    DotState.CURRENT,
    DotState.PENDING,
)
GHOSTS_PCT: Final = {"glute_right": 35.0, "ham_right": 33.0, "glute_left": 8.0}
BRIDGE_PCT: Final = {"glute_left": 22.0, "ham_left": 34.0, "glute_right": 25.0, "ham_right": 37.0}


def hold_scenes(base: LiveView) -> dict[str, LiveView]:
    """Every state of the holds that the plain scenes do not show.

    Parameters
    ----------
    base : LiveView
        Of a training hold of the right leg, with four bars.
    """
    of = base.stage
    resting = replace(
        of, phase=Phase.REST, in_target_s=None, countdown_s=5.6, elapsed_s=2.4, duration_s=8.0, dots=LEARNT
    )
    changing = replace(
        of,
        phase=Phase.REST,
        side=Side.LEFT,
        role=Role.TEST,
        set_number=4,
        target_pct=None,
        in_target_s=None,
        countdown_s=48.0,
        elapsed_s=12.0,
        duration_s=60.0,
        dots=TO_COME[:3],
    )
    offered = replace(
        of, phase=Phase.ASK, set_number=3, in_target_s=None, duration_s=60.0, dots=TO_COME, proposal="train:5"
    )
    scenes = {
        "felt_hold": replace(
            of,
            phase=Phase.WAITING,
            elapsed_s=2.1,
            duration_s=30.0,
            in_target_s=None,
            feedback=False,
            felt_asked=True,
        ),
        "cue": replace(
            of, phase=Phase.CUE, elapsed_s=None, countdown_s=1.2, duration_s=1.5, in_target_s=None
        ),
        "felt": replace(of, phase=Phase.HOLDING, elapsed_s=1.2, duration_s=6.0, in_target_s=1.2, felt=True),
        "target_raised": replace(resting, target_pct=43.9, message="target_raised:43.9"),
        "target_lowered": replace(resting, target_pct=38.5, message="target_lowered:38.5"),
        "target_first": replace(resting, dots=TO_COME, target_pct=40.6, message="target_test_holds:40.6"),
        "train_offer": replace(offered, countdown_s=47.0),
        "change_legs": changing,
        "pain_asked": replace(changing, asks=ASKS_WORST),
        "pain_told": replace(changing, asks=ASKS_WORST, answer=2),
        "pain_high": replace(changing, asks=ASKS_WORST, answer=4, message=SUGGESTS_STOP),
        "check_electrode": replace(changing, countdown_s=0.0, message="check_electrode:railed:glute_left"),
        "pain_offer": replace(offered, phase=Phase.REST, asks=ASKS_WORST, countdown_s=14.0, duration_s=20.0),
        "afterwards_worst": StageView("afterwards", Phase.ASK, asks=ASKS_WORST, countdown_s=29.0),
        "afterwards": StageView(
            "afterwards", Phase.ASK, asks=ASKS_AFTER, findings={ASKS_WORST: "2"}, countdown_s=24.0
        ),
        "afterwards_told": StageView(
            "afterwards", Phase.ASK, asks=ASKS_AFTER, answer=10, findings={ASKS_WORST: ""}, countdown_s=4.0
        ),
        "every_dot": replace(resting, dots=EVERY_DOT),
        "repetitions": replace(
            of,
            phase=Phase.EFFORT,
            countdown_s=112.0,
            duration_s=150.0,
            in_target_s=None,
            dots=EVERY_DOT + TO_COME + TO_COME[:3],
            work="repetitions",
            **BRIDGE,
        ),
        "both_legs": replace(
            of,
            phase=Phase.HOLDING,
            elapsed_s=2.0,
            duration_s=5.0,
            in_target_s=1.8,
            **BRIDGE,
        ),
        "first_rest": replace(changing, set_number=1, dots=TO_COME, **BRIDGE),
        "strides": replace(
            of,
            side=Legs.ALTERNATING,
            phase=Phase.EFFORT,
            countdown_s=8.2,
            elapsed_s=3.8,
            duration_s=12.0,
            in_target_s=None,
            dots=TO_COME[:3],
            work="bouts",
            other_leg="",
            target_pct=None,
            ceiling_pct=None,
            posture="walking",
            ceiling_muscle="",
            exercise="marching_drill",
            drawing="marching_drill",
        ),
    }
    views = {name: replace(base, stage=stage, bars=_working(base, stage)) for name, stage in scenes.items()}
    return {**views, **_other_views(base)}


def _other_views(base: LiveView) -> dict[str, LiveView]:
    """Make views that differ in more than the stage: marks, electrodes, and what is measured at all."""
    of = base.stage
    tested = replace(of, role=Role.TEST, feedback=False, in_target_s=None, dots=TO_COME[:3], set_number=1)
    loose = tuple(
        replace(bar, level_pct=None, verdict="railed") if bar.site == "glute_right" else bar
        for bar in base.bars
    )
    ready = replace(tested, phase=Phase.PREPARE, role=Role.TRAIN, elapsed_s=None, countdown_s=4.0)
    return {
        "ghosts": replace(base, ghosts=GHOSTS_PCT),
        "bars_hidden": replace(base, stage=replace(of, feedback=False, hidden=True)),
        "test_loose": replace(base, stage=tested, bars=loose),
        "one_site": replace(base, bars=base.bars[2:3]),
        "two_sites": replace(base, bars=base.bars[2:]),
        "practice_prepare": replace(base, stage=ready, bars=(), calibrated=False),
        "practice_hold": replace(
            base, stage=replace(of, target_pct=None, in_target_s=None), bars=(), calibrated=False
        ),
        "ready": replace(base, stage=StageView(), bars=_working(base, StageView())),
        "of_the_bridge": replace(base, bars=_doubted(base.bars)),
        "six_muscles": replace(base, bars=(*base.bars, *_medius(base.bars))),
        "stale": replace(base, host_time_s=base.host_time_s - 2.0),
        "finished": replace(
            base, signal=SignalState.ENDED, finished=True, stage=StageView("finished", Phase.DONE)
        ),
    }


def _doubted(bars: tuple[BarView, ...]) -> tuple[BarView, ...]:
    """Give the same levels, on the left of the bridge and on the right of a maximum in doubt."""
    left = [replace(bar, reference=Method.SUBMAX) for bar in bars[:2]]
    return (*left, *(replace(bar, doubts=(Doubt.PAINFUL,)) for bar in bars[2:]))


def _medius(bars: tuple[BarView, ...]) -> tuple[BarView, ...]:
    """Give a third muscle of either leg."""
    return tuple(replace(bar, site=bar.site.replace("glute", "glute_med")) for bar in bars[::2])


def _working(base: LiveView, stage: StageView) -> tuple[BarView, ...]:
    """Give the same levels, with the muscles marked that work; a bridge has its own."""
    sides = () if stage.side is None else sides_of(stage.side)
    lifted = stage.exercise == BRIDGE["exercise"]
    return tuple(
        replace(
            bar,
            working=Site.parse(bar.site).side in sides,
            level_pct=BRIDGE_PCT[bar.site] if lifted else bar.level_pct,
        )
        for bar in base.bars
    )
