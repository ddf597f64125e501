"""Pictures of every screen: ``python -m ui.desktop.gallery --out DIR [--all]``.

Drawn from views made by hand, so that each state can be looked at without a session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from emg.blocks import Unit
from emg.codes import ELECTRODES_TOUCHED, CommandKind, DotState, Phase, SignalState
from emg.live.live_view import BarView, LiveView, StageView
from emg.montage import FOUR_SITES, Side, WorkingSide, sides_of
from emg.results import Method, Outcome, Presser, Role
from emg.session.summary import summarise
from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.desktop.bridge import Bridge
from ui.desktop.gallery import pictures
from ui.desktop.gallery.door_scenes import door_windows
from ui.desktop.gallery.exercise_scenes import exercise_scenes
from ui.desktop.gallery.first_run_scenes import first_run_scenes
from ui.desktop.gallery.history_scenes import history_scenes
from ui.desktop.gallery.hold_scenes import hold_scenes
from ui.desktop.gallery.pictured_holds import pictured_hold, pictured_reference, pictured_training
from ui.desktop.gallery.pictures import Scenes
from ui.desktop.gallery.setup_scenes import setup_scenes
from ui.desktop.gallery.summary_scenes import summary_scenes
from ui.desktop.gallery.therapist_scenes import therapist_scenes
from ui.desktop.gallery.window_scenes import window_scenes
from ui.desktop.port_survey import Asked
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.start_window import StartWindow
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


class Nobody:
    """A session control that nobody hears."""

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        """Forget the command."""

    def stop(self) -> None:
        """Forget that the session is to end."""


@dataclass(frozen=True, slots=True)
class End:
    """How a pictured session ended."""

    message: str
    exit_code: int
    folder: Path | None = None
    holds: int = 0
    valid_holds: int = 0
    unfinished: int = 0
    summary: Mapping[str, Any] = field(default_factory=dict)


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
    stage=stage(phase=Phase.HOLDING, elapsed_s=3.4, duration_s=6.0, in_target_s=3.1),
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
            phase=Phase.HOLDING, side=Side.LEFT, elapsed_s=5.2, duration_s=6.0, in_target_s=2.0, set_number=5
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


def with_ratios(view: LiveView) -> LiveView:
    """Give a view the ratios of its own bars: a number that fits no bar is a lie in a picture."""
    levels = {bar.site: bar.level_pct for bar in view.bars}
    found: dict[str, Any] = {}
    for field_name, (over, under) in RATIO_FIELDS.items():
        top, bottom = levels.get(over), levels.get(under)
        found[field_name] = None if top is None or not bottom else round(top / bottom, 2)
    return replace(view, **found)


def windows(theme: Theme = DARK) -> Iterator[tuple[str, QWidget]]:
    """Every screen with its name."""
    yield "start", _start(ASKED, theme)
    yield "start_no_board", _start((), theme)
    yield "start_not_allowed", _start(NOT_ALLOWED, theme)
    yield from door_windows(ASKED, theme)
    views = {**SCENES, **hold_scenes(HOLDING), **exercise_scenes(HOLDING), **setup_scenes(HOLDING)}
    for name, view in views.items():
        window = _live(theme)
        window.show_view(with_ratios(view))
        yield name, window
    asking = _live(theme)
    asking.show_view(HOLDING)
    asking.close()
    yield "asking", asking
    keys = _live(theme)
    keys.show_help()
    yield "keys", keys
    yield from _ends(theme)
    yield from summary_scenes(summary("left"), theme)
    for scenes in OTHERS:
        yield from scenes(theme)


def _ends(theme: Theme) -> Iterator[tuple[str, QWidget]]:
    """How a session can end."""
    folder = Path("~/.local/share/powerhold/athletes/runner-07/sessions/20260612T091500Z-power_position")
    for name, end in {
        "summary": End("", 0, folder, 16, 16, summary=summary()),
        "summary_sore": End("", 0, folder, 16, 16, summary=summary("left")),
        "failed": End("The port /dev/ttyUSB0 is not there: plug the dongle in and start again.", 3),
    }.items():
        window = _live(theme)
        window.show_end(end)
        yield name, window


OTHERS: Final[Sequence[Scenes]] = (first_run_scenes, therapist_scenes, window_scenes, history_scenes)
"""Screens that are pictured where they are made."""


def _start(asked: Sequence[Asked], theme: Theme) -> StartWindow:
    start = StartWindow(
        lambda: asked,
        lambda: [("power_position", "Power position")],
        lambda choice: None,
        colours=theme,
    )
    start.fields.show_ports(asked)
    return start


def _live(theme: Theme) -> LiveWindow:
    return LiveWindow(Nobody(), Bridge(), clock=lambda: NOW_S + 0.02, theme=theme)


def main(argv: Sequence[str] | None = None) -> int:
    """Save a picture of every screen."""
    return pictures.main(windows, "ui.desktop.gallery", argv)
