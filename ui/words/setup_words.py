"""Words of the set-up stages: contact, sides, rest and maxima. Part of the catalogue of ``ui/words``.

Who lies on the front cannot see the screen: big words first, few of them, the same in every round.
A sentence that names a key is only for a front that reads keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from emg.codes import EventKind, Phase
from emg.live_view import StageView
from emg.stage import Event
from ui.language import _, _p
from ui.words import hold_words
from ui.words.board_words import BACK, FORWARD
from ui.words.body_words import LEGS, LEGS_INSIDE, site_inside, site_words, sites_words
from ui.words.fault_words import CONTACT, message_words, remedy_words, what_words, worst_contact

STAGES: Final[Mapping[str, str]] = {
    "contact": _("Contact"),
    "sides": _("Is left left?"),
    "rest": _("Muscles at rest"),
    "mvc": _("Your best"),
    "submax": _("Lighter efforts"),
}
"""What each set-up stage is called; a stage that is not here is none."""

TILE_STAGES: Final = frozenset({"contact", "sides"})
"""Stages that say something about every electrode pair."""

LISTENING: Final = frozenset({Phase.PREPARE, Phase.REST, Phase.IDLE})
"""Phases in which there is time to read a message."""

RELAX: Final = _("Relax")
LIE_STILL: Final = _("Lie still")
LIE_DOWN: Final = _("Lie on your front")
CHECKING: Final = _("Let every muscle go loose while the sensors are checked")
WAITS: Final = _("wait")
ITS_TURN: Final = _("its turn")
CONTACT_GOOD: Final = _("Contact is good")
CONTACT_DOES: Final = _("Good enough")
CONTACT_TITLE: Final = _("Look at a sensor")
CONTACT_TITLES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("mains", "mains_50", "mains_60"), _("Mains hum")),
    "motion": _("Lie still"),
    "noisy_rest": _("Let go"),
}
"""What stands big over the worst finding, where it is not the sensor to look at."""

GOES_ON: Final = _("Stay loose: it goes on by itself")
GO_ON_AS_IT_IS: Final = _("Go on as it is")
WAITS_FOR_CONTACT: Final = _("Once the contact is good it goes on by itself")

TAP_TASK: Final = "tap"
TAP_NEXT: Final = _("Then tap the {site} sensor twice")
TAP: Final = _("Tap the {site} sensor twice")
TAP_HOW: Final = _("With a fingertip, then leave it alone")
LIFT_NEXT: Final = _("{leg} next")
LIFT: Final = _("Lift the {leg}")
LIFT_HOW: Final = _("Straight up behind you, and squeeze. The other leg stays loose")

REST_HINT: Final = _("Let everything go loose: this measures your muscles at rest")
LIE_LOOSE: Final = _("Let every muscle go loose and lie still")
LET_GO: Final = _("Let go, breathe")
LET_GO_AND_ANSWER: Final = _("Let go, breathe. Above 3 of 10 that muscle has done enough")

POSITIONS: Final[Mapping[str, str]] = {
    "prone_hip_extension": _(
        "On your front, knee bent to 90°, hip straight. Push the heel to the ceiling against a hand or strap "
        "above the knee"
    ),
    "standing_squeeze": _(
        "Stand straight, hips and knees at 0°. Squeeze the buttock, nothing to push against"
    ),
    "prone_knee_curl": _(
        "On your front, hip straight, knee bent to 45°. Pull the heel up against a hand, a strap or the sofa "
        "at the ankle"
    ),
    "double_leg_bridge": _(
        "On your back, knees bent to 90°, both feet down. Lift until the hips are straight"
    ),
    "free_isometric": _("In the position you chose, against something that does not give"),
}
"""How to lie or stand, with joint angles, and what to push against."""

VERBS: Final[Mapping[str, str]] = {
    "prone_hip_extension": _p("do it", "Push"),
    "standing_squeeze": _("Squeeze"),
    "prone_knee_curl": _("Pull"),
}
VERB_ELSE: Final = _p("do it", "Push")
FREE_HINT: Final = _(
    "Push as hard as you can, in the position you chose, against something that does not give"
)
AS_HARD_AS_YOU_CAN: Final = _("{verb} as hard as you can")
EFFORTS: Final[Mapping[int, str]] = {25: _("light"), 50: _("half"), 75: _("strong")}
EFFORT_TITLE: Final = "{site}: {effort}"
EFFORT_HINT: Final = _("{verb} at {effort_pct} % of all you have, and hold it")
EFFORT_IN_PCT: Final = "{effort_pct} %"
BRIDGE: Final = "double_leg_bridge"
FREE: Final = "free_isometric"
BRIDGE_TITLE: Final = _("Bridge on both legs")
BRIDGE_HINT: Final = _("Lift the hips and hold")

PAIN: Final = _("Pain")
PAIN_QUESTION: Final = _("Last effort, {site}: did it hurt? 0 to 10")
PAIN_QUESTION_ALL: Final = _("Last effort: did it hurt? 0 to 10")
PAIN_ENDS: Final = (_("none"), _("worst"))
PAIN_SAID: Final = _("{answer} of 10")
NOT_SAID: Final = _("not said")
PAIN_KEYS: Final = _("Keys 0 to 9 (1, 0 is 10), or forward and back count. To say nothing is fine")
PAIN_KEYS_GRADED: Final = _(
    "Keys 0 to 9 (1, 0 is 10), or forward and back count. To say nothing is fine: then it gets no harder"
)

FINDINGS: Final[Mapping[str, str]] = {
    "ok": _("found"),
    "no_tap": _("no tap seen"),
    "no_rise": _("no rise"),
    "cannot_tell": _("cannot tell"),
    "swapped": _("swapped"),
    "mixed": _("mixed up"),
    "same_jack": _("same signal"),
}
"""What the side check has found of a site, in one or two words."""

FOUND: Final = "ok"
CANNOT_TELL_FINDINGS: Final = frozenset({"no_rise", "cannot_tell"})
OPEN_FINDINGS: Final = CANNOT_TELL_FINDINGS | {"no_tap"}
"""What is no fault: nobody can say, and the session goes on."""

CANNOT_TELL: Final = _("{sites}: cannot tell. It may be the muscle or the electrode. It goes on")


@dataclass(frozen=True, slots=True)
class Question:
    """What people may decide, and what the two buttons do.

    Attributes
    ----------
    title, sentence : str
        What it is about.
    answers : tuple of (str, str)
        Keys, and what they say.
    quiet : str
        What may be overlooked.
    """

    title: str
    sentence: str
    answers: tuple[tuple[str, str], ...] = ()
    quiet: str = ""


def has_words(stage: StageView) -> bool:
    """Whether this is a set-up stage."""
    return stage.stage in STAGES


# --- what stands big, and the line under it


def title(stage: StageView, cannot: Sequence[str] = ()) -> str:
    """Say in a few big words what to do."""
    asked = question(stage, cannot)
    if asked is not None:
        return asked.title
    return _TITLES[stage.stage](stage)


def hint(stage: StageView, cannot: Sequence[str] = ()) -> str:
    """Say the line under the big words."""
    asked = question(stage, cannot)
    if asked is not None:
        return asked.sentence
    if stage.message and not aside(stage) and stage.stage != "contact" and stage.phase in LISTENING:
        return message_words(stage.message)
    return _HINTS[stage.stage](stage)


def aside(stage: StageView) -> str:
    """Say a message beside the hint, where the hint says what to do next and both are needed."""
    prepares = stage.phase is Phase.PREPARE and (stage.task in POSITIONS or stage.task == TAP_TASK)
    return message_words(stage.message) if stage.message and prepares else ""


def _contact_title(stage: StageView) -> str:
    if not stage.contact:
        return LIE_DOWN
    return CONTACT_DOES if _worst(stage) else CONTACT_GOOD


def _contact_hint(stage: StageView) -> str:
    if not stage.contact:
        return CHECKING
    return message_words(_worst(stage)) if _worst(stage) else GOES_ON


def _worst(stage: StageView) -> str:
    """Worst finding of the contact check: the stage knows best, it tells what stops before a warning."""
    return stage.message or worst_contact(stage.contact)


def _sides_title(stage: StageView) -> str:
    if stage.phase is Phase.REST:
        return RELAX
    if stage.side is not None and stage.task != TAP_TASK:
        if stage.phase is Phase.PREPARE:
            return LIFT_NEXT.format(leg=LEGS[stage.side])
        return LIFT.format(leg=LEGS_INSIDE[stage.side])
    if stage.phase is Phase.PREPARE or stage.site is None:
        return LIE_STILL
    return TAP.format(site=site_inside(stage.site))


def _sides_hint(stage: StageView) -> str:
    unknown = [site for site, found in stage.findings.items() if found in CANNOT_TELL_FINDINGS]
    if stage.phase is Phase.REST:
        return CANNOT_TELL.format(sites=sites_words(unknown)) if unknown else LET_GO
    if stage.task != TAP_TASK:
        return LIFT_HOW
    if stage.site is None:
        return LET_GO
    return TAP_NEXT.format(site=site_inside(stage.site)) if stage.phase is Phase.PREPARE else TAP_HOW


def _rest_title(stage: StageView) -> str:
    return LIE_DOWN if stage.phase is Phase.PREPARE else RELAX


def _rest_hint(stage: StageView) -> str:
    return REST_HINT if stage.phase is Phase.PREPARE else LIE_LOOSE


def _mvc_title(stage: StageView) -> str:
    if stage.phase is Phase.REST or stage.site is None:
        return RELAX
    return site_words(stage.site)


def _mvc_hint(stage: StageView) -> str:
    if stage.phase is Phase.REST:
        return LET_GO_AND_ANSWER if stage.asks else LET_GO
    if stage.task == FREE:
        return FREE_HINT
    hard = AS_HARD_AS_YOU_CAN.format(verb=_verb(stage))
    return POSITIONS.get(stage.task, hard) if stage.phase is Phase.PREPARE else hard


def _submax_title(stage: StageView) -> str:
    if stage.phase is Phase.REST:
        return RELAX
    if stage.site is None or stage.task == BRIDGE:
        return BRIDGE_TITLE
    effort_pct = stage.effort_pct or 0
    effort = EFFORTS.get(effort_pct, EFFORT_IN_PCT.format(effort_pct=effort_pct))
    return EFFORT_TITLE.format(site=site_words(stage.site), effort=effort)


def _submax_hint(stage: StageView) -> str:
    if stage.phase is Phase.REST:
        return LET_GO_AND_ANSWER if stage.asks else LET_GO
    if stage.phase is Phase.PREPARE and stage.task in POSITIONS:
        return POSITIONS[stage.task]
    if stage.site is None or stage.task == BRIDGE:
        return BRIDGE_HINT
    return EFFORT_HINT.format(verb=_verb(stage), effort_pct=stage.effort_pct)


def _verb(stage: StageView) -> str:
    return VERBS.get(stage.task, VERB_ELSE)


_TITLES: Final = {
    "contact": _contact_title,
    "sides": _sides_title,
    "rest": _rest_title,
    "mvc": _mvc_title,
    "submax": _submax_title,
}
_HINTS: Final = {
    "contact": _contact_hint,
    "sides": _sides_hint,
    "rest": _rest_hint,
    "mvc": _mvc_hint,
    "submax": _submax_hint,
}


# --- what people may decide

MENDS: Final = _("Mend the map")
AGAIN: Final = _("Do it again")
MENDED: Final = _("Then the channels are: {channels}")
FILTER_TITLE: Final = _("Mains hum, {hz} Hz")
FILTER_ON: Final = _("Filter {hz} Hz out")
FILTER_OFF: Final = _("No filter, check again")
FILTER_WHY: Final = _("The filter then stays on from rest to the last hold")
FOURTH_TITLE: Final = _("Once more?")
FOURTH: Final = _("{site}: the best two are far apart. A fourth one makes it surer")
FOURTH_YES: Final = _("Yes: once more")
FOURTH_NO: Final = _("No: go on")
FOURTH_WHY: Final = _("Press nothing and it goes on without")
YES: Final = _("Yes")
GOES_ON_TITLE: Final = _("Go on?")
WAITS_FOR_ANSWER: Final = _("It waits until you have decided")


def question(stage: StageView, cannot: Sequence[str] = ()) -> Question | None:
    """Tell what people may decide now in a set-up stage; None where nothing is to be decided.

    Parameters
    ----------
    stage : StageView
        The stage.
    cannot : sequence of str
        What the board cannot tell.
    """
    if not has_words(stage) or (stage.stage == "contact" and not stage.contact):
        return None
    if stage.proposal:
        return _proposed(stage)
    if stage.phase is Phase.ASK:
        what = what_words(stage.message) if stage.message else GOES_ON_TITLE
        sentence = remedy_words(stage.message) or WAITS_FOR_ANSWER
        return Question(what, sentence, _answers(GO_ON_AS_IT_IS, AGAIN))
    return _in_the_way(stage, cannot) if stage.stage == "contact" else None


def _in_the_way(stage: StageView, cannot: Sequence[str]) -> Question | None:
    """Offer to go on with a contact that stops the check; a countdown tells that nothing does."""
    worst = _worst(stage)
    if not worst or stage.countdown_s is not None:
        return None
    verdict = worst.removeprefix(CONTACT).partition(":")[0]
    title = CONTACT_TITLES.get(verdict, CONTACT_TITLE)
    return Question(title, message_words(worst, cannot), ((FORWARD, GO_ON_AS_IT_IS),), WAITS_FOR_CONTACT)


def _proposed(stage: StageView) -> Question:
    kind, _, about = stage.proposal.partition(":")
    what = what_words(stage.message) if stage.message else ""
    if kind == "mend":
        mended = MENDED.format(channels=_map_words(about))
        return Question(what or STAGES["sides"], mended, _answers(MENDS, AGAIN))
    if kind == "notch":
        title = FILTER_TITLE.format(hz=about)
        humming = worst_contact({site: code for site, code in stage.contact.items() if code == "mains"})
        sentence = message_words(humming) if humming else what
        return Question(title, sentence, _answers(FILTER_ON.format(hz=about), FILTER_OFF), FILTER_WHY)
    if kind == "fourth":
        sentence = FOURTH.format(site=site_words(about))
        return Question(FOURTH_TITLE, sentence, _answers(FOURTH_YES, FOURTH_NO), FOURTH_WHY)
    return Question(what_words(stage.proposal), what, _answers(YES, AGAIN))


def _answers(forward: str, back: str) -> tuple[tuple[str, str], ...]:
    return (FORWARD, forward), (BACK, back)


def _map_words(channels: str) -> str:
    """``left glute 3, right glute 1`` for ``glute_left=3,glute_right=1``."""
    pairs = [pair.partition("=") for pair in channels.split(",")]
    return ", ".join(f"{site_inside(site)} {channel}" for site, _, channel in pairs)


# --- pain


def pain_question(stage: StageView) -> str:
    """Ask for a number; empty where none is asked for."""
    if not stage.asks:
        return ""
    if stage.asks in hold_words.PAIN_QUESTIONS:
        return hold_words.pain_question(stage)
    return PAIN_QUESTION.format(site=site_inside(stage.asks_site)) if stage.asks_site else PAIN_QUESTION_ALL


def pain_words(stage: StageView) -> str:
    """Say what was answered so far."""
    if stage.stage == hold_words.AFTERWARDS and stage.asks in hold_words.PAIN_TOLD:
        return hold_words.pain_told(stage) or NOT_SAID
    return NOT_SAID if stage.answer is None else PAIN_SAID.format(answer=stage.answer)


def pain_keys(stage: StageView) -> str:
    """Say how to answer, and what silence means."""
    if stage.asks in hold_words.PAIN_QUESTIONS:
        return hold_words.pain_keys(stage)
    return PAIN_KEYS_GRADED if stage.stage == "submax" and stage.task != BRIDGE else PAIN_KEYS


def finding_words(code: str) -> str:
    """Say what a check has found of a site; a code without words is shown as plain ones."""
    return FINDINGS.get(code, code.replace("_", " "))


# --- what is told as a line

PAIN_TOLD: Final = _("{site}: pain {answer} of 10")
MAP_MENDED: Final = _("The map is mended: {channels}")
FILTER_IS_ON: Final = _("{hz:g} Hz is filtered out from here on")


def event_words(event: Event) -> str:
    """Line that tells an event of the set-up; empty for those that show in the phase."""
    detail = event.detail
    if event.kind is EventKind.PAIN and detail.get("pain_0_10") is not None:
        return PAIN_TOLD.format(site=site_words(str(detail.get("site", ""))), answer=detail["pain_0_10"])
    channels, hz = detail.get("channels"), detail.get("notch_hz")
    if (
        event.kind is EventKind.MONTAGE_SET
        and detail.get("how") == "mended"
        and isinstance(channels, Mapping)
    ):
        told = ",".join(f"{site}={channel}" for site, channel in channels.items())
        return MAP_MENDED.format(channels=_map_words(told))
    if event.kind is EventKind.NOTCH_SET and isinstance(hz, int | float):
        return FILTER_IS_ON.format(hz=hz)
    return ""
