"""Which event or view makes which sound. Pure: no device, no thread, no clock of its own."""

from __future__ import annotations

import math
from typing import Final

from emg.codes import AFTERWARDS, CommandKind, EventKind, Phase, SignalState
from emg.input_events import command_of, is_command
from emg.live_view import LiveView, StageView
from emg.quality import INVALID
from emg.stage import Event
from ui.reading.muscles import is_fresh
from ui.sound.hold_rules import HoldRules
from ui.sound.orders import NOTHING, Orders, Weight, say, sound
from ui.sound.question_rules import QuestionRules
from ui.sound.set_up_rules import TAP_TASK, SetUpRules
from ui.sound.spoken import CHECK, site_prompt
from ui.sound.synth import Cue

COUNTS: Final = 3
"""Three, two, one."""

STANDS_S: Final = 2.0
"""A fault at an electrode is said once it has stood so long: a movement is none."""

AGAIN_S: Final = 15.0
"""While it stays in the way of the contact check it is said again after so long."""

QUIET_STAGES: Final = frozenset({"idle", AFTERWARDS, "finished"})
"""Where nobody waits for an electrode."""

HUM: Final = frozenset({"contact_mains", "contact_mains_50", "contact_mains_60"})
LOOSE: Final = frozenset({"contact_noisy_rest", "contact_motion"})


class Director:
    """Follows a session and says what is to be heard.

    Parameters
    ----------
    fs_hz : float
        Of the sample clock.
    """

    def __init__(self, fs_hz: float) -> None:
        self._holds = HoldRules(fs_hz)
        self._set_up = SetUpRules()
        self._questions = QuestionRules()
        self._count_of: tuple[str, Phase, int | None] | None = None
        self._counted = math.inf
        self._fault = ""
        self._fault_since_s = self._fault_said_s = -math.inf
        self._error = ""
        self._ended = False

    def event(self, event: Event) -> Orders:
        """Say what an event asks for."""
        if event.kind in _AT_ANY_TIME:
            self._holds.shut()
            return self._at_any_time(event)
        if is_command(event):
            if command_of(event).kind is CommandKind.HIDE:
                self._holds.shut()
            return NOTHING
        if event.detail.get("phase") == Phase.ASK:
            # after the last hold only pain is asked, and that has words of its own
            return NOTHING if event.run.startswith(AFTERWARDS) else say("question")
        return self._set_up.orders(event) if event.role is None else self._holds.orders(event)

    def _at_any_time(self, event: Event) -> Orders:
        """Tell what stops a session, and what lets it go on."""
        match event.kind:
            case EventKind.PAUSED:
                asks = bool(event.detail.get("question"))
                return say("question" if asks else "paused", weight=Weight.NEWS, hush=True)
            case EventKind.RESUMED:
                return say("going_on", weight=Weight.NEWS)
            case EventKind.NO_SIGNAL:
                return say("no_signal", cue=Cue.WARNING, weight=Weight.WARNING, hush=True)
            case EventKind.SIGNAL_BACK:
                return say("signal_back", weight=Weight.NEWS)
            case EventKind.SESSION_ENDED:
                return self._end(str(event.detail.get("reason", "")))
            case EventKind.UNRECORDED | EventKind.FAILED:
                return sound(Cue.WARNING)
        return NOTHING

    def _end(self, reason: str) -> Orders:
        """End: with praise only for what was done to its end."""
        self._ended = True
        if reason == "done":
            return say("done", cue=Cue.END, weight=Weight.NEWS)
        if reason in _BY_CHOICE:
            return sound(Cue.REST, hush=True)
        return say("stopped", cue=Cue.WARNING, weight=Weight.WARNING, hush=True)

    def view(self, view: LiveView, now_s: float) -> Orders:
        """Say what a view asks for: three, two, one, a question, and an electrode to look at.

        Parameters
        ----------
        view : LiveView
            The newest one.
        now_s : float
            Host time.
        """
        self._holds.see(view)
        if view.error and view.error != self._error:
            self._error = view.error
            return say("stopped", cue=Cue.WARNING, weight=Weight.WARNING, hush=True)
        if self._ended or view.finished or view.paused or view.question or not is_fresh(view, now_s):
            self._counted = math.inf
            return NOTHING
        told, asked = self._told_fault(view), self._questions.orders(view)
        counted = self._count(view.stage)
        cues = (*told.cues, *asked.cues, *(() if counted is None else (counted,)))
        return Orders(told.hush, cues, told.saying or asked.saying)

    def _count(self, stage: StageView) -> Cue | None:
        """Count down to a cue or to the end of a rest, each number once."""
        left_s = stage.countdown_s
        counts = stage.phase is Phase.PREPARE and stage.task != TAP_TASK
        rests = stage.phase is Phase.REST and stage.stage == "holds"
        if left_s is None or not (counts or rests):
            self._counted = math.inf
            return None
        what = (stage.stage, stage.phase, stage.hold)
        number = math.ceil(left_s)
        if what != self._count_of or number > self._counted:
            self._count_of, self._counted = what, math.inf
        new = number < self._counted
        self._counted = number
        if not (new and 0 < number <= COUNTS):
            return None
        return Cue.COUNT if counts else Cue.REST_COUNT

    def _told_fault(self, view: LiveView) -> Orders:
        """Say which electrode to look at, once that has stood for a while."""
        fault = _fault_prompt(view)
        if fault != self._fault:
            self._fault, self._fault_since_s, self._fault_said_s = fault, view.time_s, -math.inf
        stands = view.time_s - self._fault_since_s >= STANDS_S
        # elsewhere people have decided to go on with it: once is enough
        again_s = AGAIN_S if view.stage.stage == "contact" else math.inf
        if not fault or not stands or view.time_s - self._fault_said_s < again_s:
            return NOTHING
        self._fault_said_s = view.time_s
        return say(fault, cue=Cue.WARNING, weight=Weight.WARNING)


_AT_ANY_TIME: Final = frozenset(
    {
        EventKind.PAUSED,
        EventKind.RESUMED,
        EventKind.NO_SIGNAL,
        EventKind.SIGNAL_BACK,
        EventKind.SESSION_ENDED,
        EventKind.UNRECORDED,
        EventKind.FAILED,
    }
)
_BY_CHOICE: Final = frozenset({"stopped", "interrupted"})


def _fault_prompt(view: LiveView) -> str:
    """Code of what is said of the electrodes now; empty if they read."""
    stage = view.stage
    if stage.stage in QUIET_STAGES or view.signal is not SignalState.LIVE:
        return ""
    if stage.stage == "contact":
        # a countdown tells that nothing stands in the way
        return "" if stage.countdown_s is not None or not stage.contact else _contact_prompt(stage.message)
    return _check_prompt([bar.site for bar in view.bars if bar.verdict in INVALID])


def _contact_prompt(message: str) -> str:
    """Code of the remedy for the worst finding of the contact check, ``contact_flat:glute_left``."""
    kind, _, about = message.partition(":")
    if not kind.startswith("contact_"):
        return ""
    if kind in HUM:
        return "hum"
    return "still_relax" if kind in LOOSE else _check_prompt(about.split(","))


def _check_prompt(sites: list[str]) -> str:
    if not sites:
        return ""
    return site_prompt(CHECK, sites[0], "check_electrodes") if len(sites) == 1 else "check_electrodes"
