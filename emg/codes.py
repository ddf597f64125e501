"""Frozen codes: they stand in files and cross every border. Words for people live in ``ui``."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

ELECTRODES_TOUCHED: Final = "electrodes_touched"
"""Question after a re-open: Next says that they were not, Back that they were."""

ACCEPTED: Final = "accepted"
"""Notice of trouble that somebody went on with; its message is the reason of the refusal that it would have
been."""


class EventKind(StrEnum):
    """Frozen codes of what happens in a session."""

    SESSION_STARTED = "session_started"
    STAGE_STARTED = "stage_started"
    STAGE_DONE = "stage_done"
    READY = "ready"
    PREPARE = "prepare"
    CUE = "cue"
    SET = "set"
    FIRED = "fired"
    LOST_TARGET = "lost_target"
    BACK_IN_TARGET = "back_in_target"
    RELAX = "relax"
    TRIAL_DONE = "trial_done"
    PAIN = "pain"
    CHECKED = "checked"
    ANSWERED = "answered"
    HOLD_DONE = "hold_done"
    REST = "rest"
    REFERENCE_SET = "reference_set"
    MONTAGE_SET = "montage_set"
    NOTCH_SET = "notch_set"
    REFUSED = "refused"
    COMMAND = "command"
    PAUSED = "paused"
    RESUMED = "resumed"
    GAP = "gap"
    NO_SIGNAL = "no_signal"
    SIGNAL_BACK = "signal_back"
    REOPENED = "reopened"
    NOTICE = "notice"
    UNRECORDED = "unrecorded"
    FAILED = "failed"
    SESSION_ENDED = "session_ended"


class Origin(StrEnum):
    """Inputs are needed to compute a session again; derived events follow from them."""

    INPUT = "input"
    DERIVED = "derived"


class Phase(StrEnum):
    """Frozen codes of the phases; one stands on every row of activation.csv."""

    IDLE = "idle"
    BASELINE = "baseline"
    PREPARE = "prepare"
    CUE = "cue"
    EFFORT = "effort"
    WAITING = "waiting"
    HOLDING = "holding"
    REST = "rest"
    ASK = "ask"
    PAUSED = "paused"
    DONE = "done"


class CommandKind(StrEnum):
    """What people do, by key, clicker or button."""

    START = "start"
    NEXT = "next"
    BACK = "back"
    PAUSE = "pause"
    RESUME = "resume"
    FELT = "felt"
    FOOT_DOWN = "foot_down"
    ANSWER = "answer"
    CALIBRATE = "calibrate"
    STOP = "stop"


class SignalState(StrEnum):
    """What is known of the stream right now."""

    OPENING = "opening"
    LIVE = "live"
    NO_SIGNAL = "no_signal"
    LOST = "lost"
    ENDED = "ended"


class DotState(StrEnum):
    """State of one repetition in the row of dots."""

    PENDING = "pending"
    CURRENT = "current"
    DONE = "done"
    SUCCESS = "success"
    MISSED = "missed"
    NOT_REACHED = "not_reached"
    VOID = "void"
