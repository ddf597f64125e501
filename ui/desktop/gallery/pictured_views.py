"""Views of the holds and of the boards made by hand, for the pictures of screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from emg.blocks import Unit
from emg.codes import ELECTRODES_TOUCHED, DotState, Phase, SignalState
from emg.live_view import BarView, LiveView, StageView
from emg.montage import FOUR_SITES, Side, WorkingSide, sides_of
from emg.results import Method, Role
from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.desktop.port_survey import Asked
from ui.words import words

NOW_S: Final = 1000.0
TRAIN_DOTS: Final = (
    DotState.SUCCESS,
    DotState.MISSED,
    DotState.CURRENT,
    DotState.PENDING,
    DotState.PENDING,
)
ASKED: Final[Sequence[Asked]] = (
    (
        PortFacts("/dev/ttyUSB0", "FT231X USB UART", usb_id="0403:6015", latency_ms=16),
        Answer("cyton", "An OpenBCI Cyton answers (firmware v3.1.2)."),
    ),
    (PortFacts("/dev/ttyS0"), Answer(None, "Nothing answers.")),
)
"""A board that is there and answers: what the guide shows to whoever sees the program for the first time."""

NOT_ALLOWED: Final[Sequence[Asked]] = (
    (
        PortFacts(
            "/dev/ttyUSB1",
            usable=False,
            advice=(
                "You may not use the port /dev/ttyUSB1: run 'sudo usermod -aG dialout $USER', log out and in "
                "again."
            ),
        ),
        None,
    ),
    *ASKED,
)
TEST_DOTS: Final = (DotState.DONE, DotState.CURRENT, DotState.PENDING)


def bars(
    levels_pct: Sequence[float | None],
    side: WorkingSide | None,
    verdicts: Sequence[str] = ("ok",) * 4,
    levels_uv: Sequence[float] = (61.0, 48.0, 120.5, 42.3),
) -> tuple[BarView, ...]:
    """Bars of the four sites, in the order of the montage."""
    working = () if side is None else sides_of(side)
    return tuple(
        BarView(site.name, pct, uv, verdict, working=site.side in working, reference=Method.QUICK)
        for site, pct, uv, verdict in zip(FOUR_SITES.sites, levels_pct, levels_uv, verdicts, strict=True)
    )


def stage(**changes: Any) -> StageView:
    """Return a stage of the right leg's training set, with changes."""
    base = StageView(
        stage="holds",
        side=Side.RIGHT,
        role=Role.TRAIN,
        hold=6,
        set_number=2,
        n_sets=6,
        target_pct=30.0,
        ceiling_pct=40.0,
        dots=TRAIN_DOTS,
        work="holds",
        other_leg="swings",
        posture="standing",
        gate_muscle="glute",
        ceiling_muscle="ham",
        exercise="power_position",
        drawing="power_position",
    )
    return replace(base, **changes)


HOLDING: Final = LiveView(
    sample=25_000,
    time_s=100.0,
    host_time_s=NOW_S,
    signal=SignalState.LIVE,
    athlete="runner-07",
    protocol="power_position",
    board="cyton",
    stage=stage(
        phase=Phase.HOLDING,
        elapsed_s=3.4,
        duration_s=6.0,
        in_target_s=3.1,
        counts_from_pct=24.0,
        counts_to_pct=40.0,
    ),
    bars=bars((9.0, 14.0, 42.0, 27.0), Side.RIGHT),
    axis_max_pct=100.0,
    calibrated=True,
)
RATIO_FIELDS: Final = {
    "ratio_left": ("glute_left", "ham_left"),
    "ratio_right": ("glute_right", "ham_right"),
    "diagonal_left_glute": ("glute_left", "ham_right"),
    "diagonal_right_glute": ("glute_right", "ham_left"),
}
LOW: Final = bars((5.0, 11.0, 21.0, 24.0), Side.RIGHT)
NONE: Final = bars((None,) * 4, Side.RIGHT, ("no_reading",) * 4)

SCENES: Final[Mapping[str, LiveView]] = {
    "opening": LiveView(athlete="runner-07", board="cyton", since_s=NOW_S - 3.1),
    "rest": replace(
        HOLDING,
        stage=StageView("rest", Phase.BASELINE, countdown_s=3.2, elapsed_s=1.8, duration_s=5.0),
        calibrated=False,
    ),
    "mvc": replace(
        HOLDING,
        stage=StageView(
            "mvc",
            Phase.EFFORT,
            site="ham_left",
            countdown_s=2.1,
            duration_s=5.0,
            dots=(DotState.DONE, DotState.CURRENT),
        ),
        calibrated=False,
    ),
    "prepare": replace(HOLDING, stage=stage(phase=Phase.PREPARE, countdown_s=2.4, duration_s=3.0), bars=LOW),
    "test_hold": replace(
        HOLDING,
        stage=stage(
            phase=Phase.HOLDING,
            role=Role.TEST,
            elapsed_s=2.2,
            duration_s=6.0,
            feedback=False,
            dots=TEST_DOTS,
            set_number=1,
        ),
    ),
    "waiting": replace(HOLDING, stage=stage(phase=Phase.WAITING, elapsed_s=4.0, duration_s=30.0), bars=LOW),
    "holding": HOLDING,
    "holding_left": replace(
        HOLDING,
        stage=stage(
            phase=Phase.HOLDING,
            side=Side.LEFT,
            elapsed_s=5.2,
            duration_s=6.0,
            in_target_s=2.0,
            counts_from_pct=24.0,
            counts_to_pct=36.0,
            set_number=5,
        ),
        bars=bars((28.0, 46.0, 6.0, 12.0), Side.LEFT),
    ),
    "overflow": replace(HOLDING, bars=bars((9.0, 14.0, 117.0, 64.0), Side.RIGHT)),
    "break": replace(HOLDING, stage=stage(phase=Phase.REST, countdown_s=7.6, duration_s=8.0), bars=LOW),
    "no_signal": replace(HOLDING, signal=SignalState.NO_SIGNAL, bars=NONE),
    "looking": replace(
        HOLDING,
        signal=SignalState.LOST,
        problem="The port /dev/ttyUSB0 is gone: plug the dongle in again.",
        since_s=NOW_S - 12.4,
        bars=NONE,
    ),
    "question": replace(
        HOLDING, question=ELECTRODES_TOUCHED, paused=True, stage=stage(phase=Phase.PAUSED), bars=LOW
    ),
    "set_goes_on": replace(
        HOLDING,
        stage=stage(phase=Phase.REST, countdown_s=18.2, duration_s=20.0, message="set_goes_on"),
        bars=LOW,
    ),
    "notice": replace(
        HOLDING,
        notice="The board gives 245.1 samples a second and not 250: all times are 2.0% off. Switch it off "
        "and on, and start a new session.",
    ),
    "arbitrary": replace(
        HOLDING,
        board="olimex",
        stage=StageView(),
        bars=bars((None,) * 4, None, levels_uv=(61.3, 8.25, 512.0, 0.4)),
        unit=Unit.ARBITRARY,
        cannot=("microvolt", "spectrum"),
        calibrated=False,
    ),
    "envelope": replace(
        HOLDING,
        board="serial-text",
        stage=StageView(),
        bars=bars((None,) * 4, None, levels_uv=(213.0, 88.0, 512.0, 40.0)),
        unit=Unit.ARBITRARY,
        cannot=("microvolt", "contact", "mains", "onset", "fine_latency", "spectrum"),
        calibrated=False,
    ),
    "envelope_rest": replace(
        HOLDING,
        board="serial-text",
        stage=StageView("rest", Phase.BASELINE, countdown_s=3.2, elapsed_s=1.8, duration_s=5.0),
        unit=Unit.ARBITRARY,
        bars=bars((None,) * 4, None, levels_uv=(12.0, 9.0, 11.0, 10.0)),
        cannot=("microvolt", "contact", "mains", "onset", "fine_latency", "spectrum"),
        calibrated=False,
    ),
    "envelope_too_strong": replace(
        HOLDING,
        board="serial-text",
        unit=Unit.ARBITRARY,
        bars=bars((9.0, 14.0, None, 31.0), Side.RIGHT, ("ok", "ok", "railed", "ok")),
        cannot=("microvolt", "contact", "mains", "onset", "fine_latency", "spectrum"),
    ),
    "loose_electrode": replace(
        HOLDING, bars=bars((9.0, 14.0, None, 31.0), Side.RIGHT, ("ok", "mains", "railed", "ok"))
    ),
    "not_calibrated": replace(HOLDING, stage=StageView(), bars=bars((None,) * 4, None), calibrated=False),
    "refused": replace(
        HOLDING,
        signal=SignalState.ENDED,
        stage=StageView("finished", Phase.DONE, message="rest_too_loud"),
        calibrated=False,
        finished=True,
    ),
    "paused": replace(HOLDING, paused=True, stage=stage(phase=Phase.PAUSED), bars=LOW),
    "error": replace(
        HOLDING,
        signal=SignalState.LOST,
        error=words.PROGRAM_STOPPED,
        bars=NONE,
    ),
}


def with_ratios(view: LiveView) -> LiveView:
    """Give a view the ratios of its own bars: a number that fits no bar is a lie in a picture."""
    levels = {bar.site: bar.level_pct for bar in view.bars}
    found: dict[str, Any] = {}
    for field_name, (over, under) in RATIO_FIELDS.items():
        top, bottom = levels.get(over), levels.get(under)
        found[field_name] = None if top is None or not bottom else round(top / bottom, 2)
    return replace(view, **found)
