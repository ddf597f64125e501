"""What is said in the set-up stages, so that nobody who lies on the front needs a screen or a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from emg.codes import EventKind
from emg.montage import Side
from emg.stage import Event
from ui.sound.orders import NOTHING, Orders, say
from ui.sound.spoken import READY, SPOKEN, TAP, next_prompt, site_prompt
from ui.sound.synth import Cue

TAP_TASK, LIFT_TASK = "tap", "lift"
VERBS: Final[Mapping[str, str]] = {"prone_knee_curl": "pull", "standing_squeeze": "squeeze"}
"""Of an effort with all one has; elsewhere it is a push."""


class SetUpRules:
    """Turns the events of contact, sides, rest and efforts into words.

    Every event of these stages says in its detail what it is about.
    """

    def __init__(self) -> None:
        self._run = ""
        self._told_rest = self._told_still = False
        self._position = ""

    def orders(self, event: Event) -> Orders:
        """Say what an event of a set-up stage asks for."""
        if event.run and event.run != self._run:
            self._run, self._position = event.run, ""
            self._told_rest = self._told_still = False
        rule = _RULES.get(str(event.detail.get("exercise", "")))
        return NOTHING if rule is None else rule(self, event)

    def _contact(self, event: Event) -> Orders:
        return say("lie_loose") if event.kind is EventKind.PREPARE else NOTHING

    def _tap(self, event: Event) -> Orders:
        if event.kind is EventKind.CUE:
            site = str(event.detail.get("site", ""))
            return say(site_prompt(TAP, site, "tap_sensor"), cue=Cue.FELT)
        if event.kind is not EventKind.PREPARE:
            return NOTHING
        if event.detail.get("trial") != 1:
            return say("tap_again")
        first, self._told_still = not self._told_still, True
        return say("lie_still") if first else NOTHING

    def _lift(self, event: Event) -> Orders:
        side = event.side
        if not isinstance(side, Side):
            return NOTHING
        match event.kind:
            case EventKind.PREPARE:
                return say(next_prompt(side))
            case EventKind.CUE:
                return say(f"lift_{side}", cue=Cue.GO)
            case EventKind.RELAX:
                return say("relax", cue=Cue.REST)
        return NOTHING

    def _rest(self, event: Event) -> Orders:
        if event.kind is EventKind.PREPARE:
            again, self._told_rest = self._told_rest, True
            return say("still_again" if again else "lie_loose")
        return say("still_relax") if event.kind is EventKind.CUE else NOTHING

    def _effort(self, event: Event) -> Orders:
        match event.kind:
            case EventKind.PREPARE:
                return self._prepared(event)
            case EventKind.CUE:
                return say(_effort_prompt(event), cue=Cue.GO)
            case EventKind.RELAX if "quality" not in event.detail:
                return say("relax", cue=Cue.REST)
        return NOTHING

    def _prepared(self, event: Event) -> Orders:
        """Name the muscle, and before it the position where that is another one."""
        position = str(event.detail.get("position", ""))
        site = str(event.detail.get("site", ""))
        if not site:
            return say("bridge")
        told = f"position_{position}"
        new, self._position = position != self._position, position
        ready = site_prompt(READY, site, "ready")
        return say(told, ready) if new and told in SPOKEN else say(ready)


def _effort_prompt(event: Event) -> str:
    """Code of what is said with the cue of an effort."""
    match event.detail.get("exercise"):
        case "bridge":
            return "bridge_lift"
        case "graded":
            graded = f"effort_{event.detail.get('effort_pct')}"
            return graded if graded in SPOKEN else "push"
    return VERBS.get(str(event.detail.get("position", "")), "push")


_RULES: Final[Mapping[str, Callable[[SetUpRules, Event], Orders]]] = {
    "contact": SetUpRules._contact,
    TAP_TASK: SetUpRules._tap,
    LIFT_TASK: SetUpRules._lift,
    "rest": SetUpRules._rest,
    "mvc": SetUpRules._effort,
    "graded": SetUpRules._effort,
    "bridge": SetUpRules._effort,
}
"""By the exercise that an event names."""
