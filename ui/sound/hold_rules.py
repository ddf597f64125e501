"""What is heard in a set: cue, target, end. In test holds nothing that tells how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from emg.codes import WORKING, DotState, EventKind, Phase
from emg.live_view import LiveView
from emg.results import Outcome, Role
from emg.stage import Event
from ui.sound.orders import NOTHING, Orders, Weight, say, sound
from ui.sound.spoken import leg_prompt, next_prompt
from ui.sound.synth import Cue

QUICK_S: Final = 8.0
"""Who is cued more often than that hears the cues alone: words would come too late."""

TEST_CUES: Final = frozenset(
    {Cue.COUNT, Cue.REST_COUNT, Cue.GO, Cue.HOLD_DONE, Cue.REST, Cue.END, Cue.ASK, Cue.WARNING}
)
"""All that may sound around a test hold."""


def tells_levels(view: LiveView) -> bool:
    """Whether what a view shows may also be heard: a training hold at work, with its bars on."""
    stage = view.stage
    return (
        stage.stage == "holds"
        and stage.role is Role.TRAIN
        and stage.phase in WORKING
        and stage.feedback
        and not stage.hidden
        and not view.paused
        and bool(view.bars)
    )


class HoldRules:
    """Turns the events of sets into cues and words.

    Crossings sound only while the last view showed the bars: every change that could take them away shuts
    that door at once, and the next view opens it again.

    Parameters
    ----------
    fs_hz : float
        Of the sample clock.
    """

    def __init__(self, fs_hz: float) -> None:
        self._fs_hz = fs_hz
        self._run = ""
        self._open = self._awaited = False
        self._withheld = self._inside = False
        self._dots: Sequence[DotState] = ()
        self._quick = self._led = False
        self._cue_sample: int | None = None

    def see(self, view: LiveView) -> None:
        """Take the newest view."""
        self._open = tells_levels(view)
        stage = view.stage
        self._awaited = stage.felt_asked and stage.role is Role.TRAIN and not stage.hidden
        self._dots = stage.dots

    def shut(self) -> None:
        """Let no crossing sound before the next view."""
        self._open = self._awaited = False

    def orders(self, event: Event) -> Orders:
        """Say what an event of a set asks for."""
        if event.run != self._run:
            self._run, self._led, self._quick, self._cue_sample = event.run, False, False, None
            self.shut()
        orders = self._orders(event)
        if event.role is not Role.TEST:
            return orders
        return Orders(orders.hush, tuple(cue for cue in orders.cues if cue in TEST_CUES), orders.saying)

    def _orders(self, event: Event) -> Orders:
        match event.kind:
            case EventKind.REST:
                return self._rests(event)
            case EventKind.PREPARE:
                return self._prepares(event)
            case EventKind.CUE:
                return self._cued(event)
            case EventKind.SET:
                go = event.detail.get("phase") == Phase.EFFORT and not self._quick
                return say("go", cue=Cue.SET) if go else sound(Cue.SET)
            case EventKind.RELAX if event.hold is None:  # of repetitions and bouts: no single one of them
                return self._over()
            case EventKind.HOLD_DONE if "phase" in event.detail:
                return self._ended(event)
            case EventKind.COMMAND:
                return self._felt()
        return self._crossed(event)

    def _rests(self, event: Event) -> Orders:
        """Say before a set which leg it is for; between its holds their end has said all.

        Before an offer nobody knows which leg is next.
        """
        if event.detail.get("offers"):
            return NOTHING
        first, self._led = not self._led, True
        if not first or event.side is None:
            return NOTHING
        return say(next_prompt(event.side))

    def _prepares(self, event: Event) -> Orders:
        self.shut()
        self._withheld = self._inside = False
        to_come = sum(dot is DotState.PENDING for dot in self._dots)
        if len(self._dots) > 1 and to_come == 1 and self._cue_sample is not None:
            return say("last_one", weight=Weight.NAME)
        if self._cue_sample is not None or event.side is None:
            return NOTHING
        return say(leg_prompt(event.side), weight=Weight.NAME)

    def _cued(self, event: Event) -> Orders:
        self.shut()
        before, self._cue_sample = self._cue_sample, event.sample
        self._quick = before is not None and event.sample - before < QUICK_S * self._fs_hz
        return sound(Cue.GO) if self._quick else say("take_position", cue=Cue.GO)

    def _over(self) -> Orders:
        self.shut()
        return sound(Cue.HOLD_DONE) if self._quick else say("rest", cue=Cue.HOLD_DONE)

    def _ended(self, event: Event) -> Orders:
        """End a hold: one sound for all that counts, whatever came of it."""
        self.shut()
        outcome, reason = event.detail.get("outcome"), event.detail.get("reason")
        if outcome == Outcome.LOST_BALANCE:
            return say("foot_down", cue=Cue.REST, weight=Weight.NEWS)
        if outcome == Outcome.VOID:
            return say("once_more", cue=Cue.WARNING, weight=Weight.NEWS)
        if outcome == Outcome.INCOMPLETE and reason == "paused":
            return NOTHING  # the pause is told by its own event
        return self._over()

    def _felt(self) -> Orders:
        """Answer "I felt it": had the muscle fired before, that may be heard now where it was waited for."""
        fired, self._withheld = self._withheld and self._awaited, False
        return sound(Cue.FIRED if fired else Cue.FELT)

    def _crossed(self, event: Event) -> Orders:
        """Tell a muscle that crosses a line, where that may be told."""
        fired = event.kind is EventKind.FIRED
        if fired or event.kind is EventKind.BACK_IN_TARGET:
            self._inside = True
        elif event.kind is EventKind.LOST_TARGET:
            self._inside = False
        if event.detail.get("withheld"):
            self._withheld = True
            return NOTHING
        if not self._open:
            return NOTHING
        match event.kind:
            case EventKind.FIRED:
                return sound(Cue.FIRED)
            case EventKind.BACK_IN_TARGET:
                return sound(Cue.BACK)
            case EventKind.LOST_TARGET:
                return sound(Cue.LOST)
            case EventKind.OVER_CEILING:
                return sound(Cue.OVER)
            case EventKind.UNDER_CEILING if self._inside:
                return sound(Cue.BACK)
        return NOTHING
