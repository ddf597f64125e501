"""The desktop front put together: start screen, session window, and what happens when something raises."""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from typing import Final

from calibrations.store import load
from emg.montage import Montage
from emg.protocols import bundled_protocols, load_protocol
from hardware.boards import find_board
from hardware.probe import survey
from ui import start_words
from ui.assembly import EXIT_FAULT, SessionEnd, SessionRunner
from ui.athletes import athletes, keep_name
from ui.desktop.app import make_application, open_live
from ui.desktop.bridge import Bridge
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.home import sessions_folder
from ui.kept import Kept, kept_calibrations, last_centimetres
from ui.plan import SessionPlan, demo_plan, first_side
from ui.power import on_battery
from ui.sources import BoardChoice, performer_of

LOG: Final = logging.getLogger("powerhold")
DEMO_SEED: Final = 1


class Desktop:
    """Owns the windows of the program, one after the other, and the session that runs.

    Attributes
    ----------
    end : SessionEnd or None
        How the last session ended.
    """

    def __init__(self) -> None:
        self.end: SessionEnd | None = None
        self._bridge: Bridge | None = None
        self._window: LiveWindow | None = None
        self._start: StartWindow | None = None
        self._runner: SessionRunner | None = None

    def show_start(self) -> None:
        """Ask what to do."""
        self._start = StartWindow(
            survey,
            _protocols,
            self._chosen,
            athletes=lambda: [(entry.id, entry.name) for entry in athletes()],
            kept=_kept,
            last_cm=last_centimetres,
            battery=on_battery,
        )
        self._start.show()
        self._start.look_for_boards()

    def _chosen(self, choice: StartChoice) -> None:
        plan = plan_of(choice)
        keep_new_name(choice)
        if self._start is not None:
            self._start.close()
        self.show_session(plan)

    def show_session(self, plan: SessionPlan) -> None:
        """Open the session's window and begin to open the board."""
        self._bridge = Bridge()
        self._bridge.ended.connect(self._keep_end)
        self._runner = SessionRunner(plan, self._bridge)
        self._window = open_live(self._runner, self._bridge)
        self._runner.start()

    def _keep_end(self, end: SessionEnd) -> None:
        self.end = end

    def finish(self) -> None:
        """Let a session that still runs save itself; called when the last window is closed."""
        if self._runner is not None:
            self._runner.stop()
            self.end = self._runner.wait() or self.end


def on_problem(sentence: str, error: BaseException | None) -> None:
    """Write what nobody caught to the log, so that it is never lost in a window that runs on."""
    LOG.error("%s", sentence, exc_info=error)


def run_session(plan: SessionPlan) -> SessionEnd:
    """Run one session in a window; returns when the window is closed."""
    app = make_application(sys.argv, on_problem)
    desktop = Desktop()
    desktop.show_session(plan)
    app.exec()
    desktop.finish()
    return desktop.end or SessionEnd("The window was closed before the session began.", EXIT_FAULT)


def run_app() -> int:
    """Run the program from its start screen; returns the exit code."""
    app = make_application(sys.argv, on_problem)
    desktop = Desktop()
    desktop.show_start()
    app.exec()
    desktop.finish()
    return desktop.end.exit_code if desktop.end is not None else 0


def plan_of(choice: StartChoice) -> SessionPlan:
    """Turn what was chosen on the first screen into a plan.

    Raises
    ------
    ValueError
        If the choice does not hold together, in words for the screen.
    """
    parent = sessions_folder(choice.athlete)
    if choice.demo:
        return demo_plan(seed=DEMO_SEED, faults=(), speed=1.0, parent=parent)
    montage = Montage.parse(choice.sites)
    exercise = load_protocol(choice.protocol)
    board = BoardChoice(find_board(choice.board), choice.port, choice.address, choice.serial)
    source = board.source(montage)
    known = None if choice.calibration is None else load(choice.calibration)
    return SessionPlan(
        source=source,
        exercise=exercise,
        montage=montage,
        athlete=choice.athlete,
        parent=parent,
        first_side=first_side(exercise, choice.intake.sore_side, parent),
        performer=performer_of(source),
        intake=choice.intake,
        way=choice.way,
        placement=choice.placement if known is None else known.placement,
        calibration=known,
        # what was filtered out of the maximum stays filtered out of what is compared with it
        notch_hz=None if known is None else known.chain.notch_hz,
        attended=True,
    )


def _kept(choice: StartChoice) -> list[Kept]:
    return kept_calibrations(
        choice.athlete, find_board(choice.board), Montage.parse(choice.sites), datetime.now().astimezone()
    )


def keep_new_name(choice: StartChoice) -> None:
    """Keep a name that is new for this athlete.

    Raises
    ------
    ValueError
        If it cannot be kept, in words for the screen.
    """
    known = {entry.id: entry.name for entry in athletes()}
    if choice.demo or choice.name == known.get(choice.athlete, ""):
        return
    try:
        keep_name(choice.athlete, choice.name)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ValueError(start_words.NAME_NOT_KEPT.format(reason=reason)) from error


def _protocols() -> list[tuple[str, str]]:
    return [(code, load_protocol(code).title) for code in bundled_protocols()]
