"""Pictures of every screen: ``python -m ui.desktop.gallery --out DIR``.

Drawn from views made by hand, so that each state can be looked at without a session.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QApplication, QWidget

from emg.blocks import Unit
from emg.codes import ELECTRODES_TOUCHED, CommandKind, DotState, Phase, SignalState
from emg.live_view import BarView, LiveView, StageView
from emg.montage import FOUR_SITES, Side
from emg.results import Method, Role
from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.desktop.app import make_application
from ui.desktop.bridge import Bridge
from ui.desktop.door_gallery import door_windows
from ui.desktop.port_survey import Asked
from ui.desktop.setup_scenes import setup_scenes
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.start_window import StartWindow

SIZE: Final = (1366, 768)
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
    (PortFacts("/dev/ttyS0"), Answer(None, "Nothing answers.")),
)
TEST_DOTS: Final = (DotState.DONE, DotState.CURRENT, DotState.PENDING)


class Nobody:
    """A session control that nobody hears."""

    def post(self, kind: CommandKind, value: int | None = None) -> None:
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
    side: Side | None,
    verdicts: Sequence[str] = ("ok",) * 4,
    levels_uv: Sequence[float] = (61.0, 48.0, 120.5, 42.3),
) -> tuple[BarView, ...]:
    """Bars of the four sites, in the order of the montage."""
    return tuple(
        BarView(site.name, pct, uv, verdict, working=site.side is side, reference=Method.QUICK)
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
        n_sets=4,
        target_pct=30.0,
        ceiling_pct=40.0,
        dots=TRAIN_DOTS,
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
    axis_max_pct=60.0,
    ratio_left=0.64,
    ratio_right=1.68,
    diagonal_left_glute=0.29,
    diagonal_right_glute=3.71,
    calibrated=True,
)
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
            phase=Phase.HOLDING, side=Side.LEFT, elapsed_s=5.2, duration_s=6.0, in_target_s=2.0, set_number=4
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
        error="Something in the program stopped. The session is saved up to here; start it again.",
        bars=NONE,
    ),
}
SUMMARY: Final[Mapping[str, Any]] = {
    "sides": {
        "left": {
            "n_test": 3,
            "glute_pct_mvc": {"mean": 38.2, "sd": 4.1},
            "ham_pct_mvc": {"mean": 51.0, "sd": 6.3},
            "ratio_same_side": {"mean": 0.75, "sd_factor": 1.2},
            "glute_latency_s": {"median": 0.62, "iqr": 0.11},
        },
        "right": {
            "n_test": 3,
            "glute_pct_mvc": {"mean": 46.9, "sd": 3.8},
            "ham_pct_mvc": {"mean": 44.1, "sd": 5.0},
            "ratio_same_side": {"mean": 1.06, "sd_factor": 1.1},
            "glute_latency_s": {"median": None, "iqr": None},
        },
    },
    "glute_lsi_pct": {"value": 81.4, "low": 70.2, "high": 94.5},
    "ham_lsi_pct": {"value": 115.6, "low": 97.0, "high": 137.8},
    "diagonal": {
        "left_glute_right_ham": {"value": 0.87, "low": 0.71, "high": 1.06},
        "right_glute_left_ham": {"value": 0.92, "low": 0.78, "high": 1.08},
    },
    "references": {
        site: {"method": "quick", "mvc_uv": mvc_uv, "rest_uv": 2.1, "cv_pct": 8.0, "doubts": []}
        for site, mvc_uv in (
            ("glute_left", 84.0),
            ("ham_left", 131.0),
            ("glute_right", 92.0),
            ("ham_right", 140.0),
        )
    },
    "warnings": [],
}


def windows() -> Iterator[tuple[str, QWidget]]:
    """Every screen with its name."""
    yield "start", _start(ASKED)
    yield "start_no_board", _start(())
    yield from door_windows(ASKED)
    for name, view in {**SCENES, **setup_scenes(HOLDING)}.items():
        window = _live()
        window.show_view(view)
        yield name, window
    asking = _live()
    asking.show_view(HOLDING)
    asking.close()
    yield "asking", asking
    keys = _live()
    keys.show_help()
    yield "keys", keys
    done = _live()
    folder = Path("~/.local/share/powerhold/athletes/runner-07/sessions/20260612T091500Z-power_position")
    done.show_end(End("", 0, folder, 16, 16, summary=SUMMARY))
    yield "summary", done
    failed = _live()
    failed.show_end(End("The port /dev/ttyUSB0 is not there: plug the dongle in and start again.", 3))
    yield "failed", failed


def _start(asked: Sequence[Asked]) -> StartWindow:
    start = StartWindow(lambda: asked, lambda: [("power_position", "Power position")], lambda choice: None)
    start.fields.show_ports(asked)
    return start


def _live() -> LiveWindow:
    return LiveWindow(Nobody(), Bridge(), clock=lambda: NOW_S + 0.02)


def main(argv: Sequence[str] | None = None) -> int:
    """Save a picture of every screen."""
    parser = argparse.ArgumentParser(description="Save a picture of every screen.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--size", default=f"{SIZE[0]}x{SIZE[1]}", help="WIDTHxHEIGHT in pixels")
    options = parser.parse_args(argv)
    width, height = (int(part) for part in options.size.split("x"))
    options.out.mkdir(parents=True, exist_ok=True)
    app = make_application(sys.argv[:1], lambda said, error: sys.exit(f"{said} {error!r}"))
    for name, window in windows():
        _save(app, window, width, height, options.out / f"{name}.png")
    return 0


def _save(app: QApplication, window: QWidget, width: int, height: int, path: Path) -> None:
    window.resize(width, height)
    window.show()
    app.processEvents()
    window.grab().save(str(path))
    window.hide()
    window.deleteLater()


if __name__ == "__main__":
    sys.exit(main())
