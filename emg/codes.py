"""Frozen codes: they stand in files and cross every border. Words for people live in ``ui``."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

ELECTRODES_TOUCHED: Final = "electrodes_touched"
"""Question after a re-open: Next says that they were not, Back that they were."""

ACCEPTED: Final = "accepted"
"""Notice of trouble that somebody went on with; its message is the reason of the refusal that it would have
been."""

GOES_ON: Final = "set_goes_on"
"""Message of a set that was left for a new calibration, until its next hold."""

CHECK_ELECTRODE: Final = "check_electrode"
"""Message while a set waits for the contact of the muscle that follows it, after a colon."""

TRAIN_OFFER: Final = "train"
"""Proposal of a set that has been earned; how many holds follows, after a colon."""

AFTERWARDS: Final = "afterwards"
"""Code of the stage after the last hold: nothing is measured any more."""


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
    HOLD_EXCLUDED = "hold_excluded"
    HOLD_RESTORED = "hold_restored"
    TARGET_SET = "target_set"
    OVER_CEILING = "over_ceiling"
    UNDER_CEILING = "under_ceiling"
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


WORKING: Final = frozenset({Phase.WAITING, Phase.HOLDING, Phase.EFFORT})
"""Phases in which the athlete holds or moves."""


class CommandKind(StrEnum):
    """What people do, by key, clicker or button."""

    START = "start"
    NEXT = "next"
    BACK = "back"
    PAUSE = "pause"
    RESUME = "resume"
    FELT = "felt"
    FOOT_DOWN = "foot_down"
    ENOUGH = "enough"
    ANSWER = "answer"
    CALIBRATE = "calibrate"
    HIDE = "hide"
    MARK = "mark"
    NOTE = "note"
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
