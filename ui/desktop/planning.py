"""From what was chosen on the first screen to a plan, and what is kept of it for the next time."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from calibrations.store import load
from emg.montage import Montage
from emg.said import said_by
from hardware.boards import find_board
from ui.desktop.entrance import refusal
from ui.desktop.windows.start_window import StartChoice, recent_choice
from ui.kept.athletes import athletes, keep_name
from ui.kept.exercises import find_protocol
from ui.kept.home import sessions_folder
from ui.kept.morning import MorningError, due_of, note_morning
from ui.kept.recent import keep_recent
from ui.session.aims import aims_of
from ui.session.plan import SessionPlan, demo_plan, first_side
from ui.session.prescription import by_plan
from ui.session.sources import BoardChoice, performer_of
from ui.words import look_words, start_words

LOG: Final = logging.getLogger("powerhold")
DEMO_SEED: Final = 1


def plan_of(choice: StartChoice) -> SessionPlan:
    """Turn all that was chosen into a plan, and keep what is to be kept of it.

    Raises
    ------
    ValueError
        If it does not hold together, or an answer cannot be kept, in words for the screen.
    """
    plan = session_plan(choice)
    if choice.demo:
        return plan
    refused = refusal(choice.protocol, plan.montage, bool(choice.ceiling))
    if refused:
        raise ValueError(refused)
    aims = aims_of(choice.target_pct, choice.ceiling or None, choice.feedback or None)
    keep_new_name(choice)
    keep_morning(choice)
    try:
        keep_recent(recent_choice(choice))
    except OSError as error:
        LOG.warning("What was started is not remembered: %s", error)
    return by_plan(replace(plan, aims=aims))


def session_plan(choice: StartChoice) -> SessionPlan:
    """Turn who, board, sites and exercise into a plan.

    Raises
    ------
    ValueError
        If the choice does not hold together, in words for the screen.
    """
    parent = sessions_folder(choice.athlete)
    if choice.demo:
        return demo_plan(seed=DEMO_SEED, faults=(), speed=1.0, parent=parent)
    montage = Montage.parse(choice.sites)
    exercise = find_protocol(choice.protocol)
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
        resistance=choice.resistance,
        placement=choice.placement if known is None else known.placement,
        calibration=known,
        # what was filtered out of the maximum stays filtered out of what is compared with it
        notch_hz=None if known is None else known.chain.notch_hz,
        attended=True,
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


def keep_morning(choice: StartChoice) -> None:
    """Keep how the morning after was, if it was said.

    Raises
    ------
    ValueError
        If it cannot be kept, in words for the screen.
    """
    if choice.pain_morning is None:
        return
    now = datetime.now(UTC)
    try:
        if due_of(choice.athlete, now) is not None:  # who goes back and starts again has said it already
            note_morning(choice.athlete, choice.pain_morning, now)
    except MorningError as error:
        raise ValueError(said_by(error)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ValueError(look_words.MORNING_NOT_KEPT.format(reason=reason)) from error
