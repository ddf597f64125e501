"""What the holds have to say: targets that move, a set that is offered, pain; part of ``ui/words``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from emg.codes import CHECK_ELECTRODE, GOES_ON, TRAIN_OFFER, DotState, Phase
from emg.live_view import LiveView, StageView
from emg.montage import Side
from emg.pain import ASKS_AFTER, ASKS_WORST, SUGGESTS_STOP
from emg.results import Outcome, Role
from ui.language import _, _n
from ui.words import fault_words
from ui.words.body_words import LEGS_INSIDE

AFTERWARDS: Final = "afterwards"

MESSAGES: Final[Mapping[str, str]] = {
    GOES_ON: _("The set goes on where you left it"),
    "target_own": _("Target {of} %, as set for you"),
    "target_test_holds": _("Target {of} %, from your test holds"),
    "target_default": _("Target {of} %"),
    "target_first_hold": _("Target {of} %, from your first hold"),
    "target_raised": _("Well held: the target goes up to {of} %"),
    "target_lowered": _("The target comes down to {of} %"),
    SUGGESTS_STOP: _("That is a lot of pain: better stop for today"),
}
"""Sentences by code; what follows the code after a colon stands where ``{of}`` is."""

TARGET_CODES: Final = "target_"
STANDING: Final = "standing"
GOES_ON_STANDING: Final = _("Stand up: the set goes on where you left it")
POSTURE_HINTS: Final[Mapping[tuple[str, Phase], str]] = {
    (STANDING, Phase.PREPARE): _("Stand tall"),
    ("walking", Phase.PREPARE): _("Stand tall"),
    ("supine", Phase.PREPARE): _("Lie on your back"),
    ("prone", Phase.PREPARE): _("Lie on your front"),
    (STANDING, Phase.REST): _("Foot down"),
}
"""What a phase says in one posture; in all others it says what is true of all."""

OWN_WORDS: Final = "power_position"
"""The exercise that the words of the holds were written for: it needs no sentence more."""

REASONS: Final[Mapping[tuple[Outcome, str], str]] = {
    (Outcome.MISSED, "over_ceiling"): _("hamstring over its ceiling"),
    (Outcome.MISSED, "late"): _("came late"),
    (Outcome.NOT_REACHED, "felt"): _("felt, below the target"),
}
OWN_STOP: Final = _("ended early")
"""Why a hold ended as it did, by outcome and reason."""

STOPPED_TITLE: Final = _("Stopped")
STOPPED_BY_PAIN: Final = _("It hurts too much, so the session stops here: rest. All is saved.")

OFFER_TITLE: Final = _("It fires fast now: train?")
STOP_HINT_RESTING: Final = _("Page Up: stop and save. Else it goes on after the rest")
STOP_HINT_UNKEYED: Final = _("Tell the one who leads whether to stop or to go on")
AFTERWARDS_TITLE: Final = _("All holds done")
AFTERWARDS_HINT: Final = _("Before it ends")

STAND_UP: Final = _("Stand up: {leg} first")
NEXT_SET: Final = _("Next: {leg}. Stand, do not sit on the electrodes")

NEXT_ELSE: Final = _("Next: {leg}")
TEST_HINT: Final = _("Push and hold until it says rest")
FEEL_IT: Final = _("F once you feel it work")
FEEL_IT_UNKEYED: Final = _("Feel it work")
FELT: Final = _("Felt: hold on")
FELT_IDLE: Final = _("Felt counts only in a hold")
BARS_OFF: Final = _("Bars off for the test")
BARS_WAIT: Final = _("Bars come when you feel it")
WORK_TITLES: Final[Mapping[str, str]] = {"repetitions": _("Repeat"), "bouts": _("Go")}
WORK_HINTS: Final[Mapping[str, str]] = {
    "repetitions": _("At your own pace, all the way each time"),
    "bouts": _("Leg after leg until it says rest"),
}
OTHER_LEG: Final[Mapping[str, str]] = {
    "swings": _("{leg} swings"),
    "stands": _("{leg} stands"),
    "rests": "{leg}",
}
"""Title of the leg that does not work in a hold: its muscles do something else."""

ACROSS: Final[Mapping[str, str]] = {"swings": _("swing"), "stands": _("standing leg")}
"""Beside a ratio with the other leg's hamstring."""

PAIN_QUESTIONS: Final[Mapping[str, str]] = {
    ASKS_WORST: _("Worst pain in the last holds, 0 to 10?"),
    ASKS_AFTER: _("Pain now, 0 to 10?"),
}
NUMBERED: Final = _("{n} of {of}: {question}")
PAIN_TOLD: Final[Mapping[str, str]] = {
    ASKS_WORST: _("Worst: {answer}"),
    ASKS_AFTER: _("Now: {answer}"),
}
WORST_NOT_TOLD: Final = _("Worst: not said")
PAIN_KEYS: Final = _("Keys 0 to 9; 1 then 0 is 10. To say nothing is fine")
PAIN_KEYS_AFTER: Final = _(
    "Keys 0 to 9; 1 then 0 is 10. To say nothing is fine: Space, or it goes on by itself in {seconds} s"
)
TAKEN_DOWN: Final = _("Taken down: another number corrects it. Space goes on, or by itself in {seconds} s")
TAKEN_DOWN_RESTING: Final = _("Taken down: another number corrects it, until the rest is over")

CHECK_GOES_ON: Final = _("{fault}. Goes on by itself when it is good; Space goes on without")
CLOCK_WAITS: Final = _("The clock waits until the signal is back")
CLOCK_WAITS_HOLD: Final = _("The clock waits. The hold is repeated when the signal is back")


def message_words(code: str) -> str:
    """Sentence of a message of the holds; empty if it is none of theirs."""
    name, _, of = code.partition(":")
    if name == CHECK_ELECTRODE:
        return CHECK_GOES_ON.format(fault=fault_words.message_words(f"contact_{of}"))
    return MESSAGES.get(name, "").format(of=_whole(of) if name.startswith(TARGET_CODES) else of)


def _whole(of: str) -> str:
    """Whole percents, as on the label of the bar's own line."""
    try:
        return f"{float(of):.0f}"
    except ValueError:
        return of


def stage_message(stage: StageView) -> str:
    """Sentence of a stage's message where the stage knows it better than its code; else empty."""
    if stage.message == GOES_ON and stage.posture == STANDING:
        return GOES_ON_STANDING
    name, _, _ = stage.message.partition(":")
    if name in MESSAGES and name.startswith(TARGET_CODES) and stage.target_pct is not None:
        return message_words(f"{name}:{stage.target_pct}")  # rounded once, as on the bar
    return message_words(stage.message)


def idle_press(stage: StageView) -> str:
    """Say that "I felt it" was pressed where it counts for nothing; empty where it was not, or it hurts."""
    rests = stage.stage == "holds" and stage.phase is Phase.REST
    return FELT_IDLE if stage.felt and rests and not in_headline(stage) else ""


def posture_hint(stage: StageView) -> str:
    """Say what a phase asks for in the posture of this exercise; empty where that is the same in all."""
    return POSTURE_HINTS.get((stage.posture, stage.phase), "") if stage.stage == "holds" else ""


def reason_words(outcome: Outcome, reason: str) -> str:
    """Say why a hold ended short; empty where its outcome says all."""
    return OWN_STOP if reason == "own_stop" else REASONS.get((outcome, reason), "")


def title(stage: StageView) -> str:
    """Big words where something is asked or hurts, or is no hold; empty elsewhere."""
    if in_headline(stage):
        return warning(stage)
    if stage.phase is Phase.ASK:
        if stage.stage == AFTERWARDS:
            return AFTERWARDS_TITLE
        return OFFER_TITLE if stage.proposal.startswith(TRAIN_OFFER) else ""
    return WORK_TITLES.get(stage.work, "") if stage.phase is Phase.EFFORT else ""


def hint(view: LiveView, *, keys: bool) -> str:
    """Line under the big words in a set, and after it; empty where the phase says it all."""
    stage = view.stage
    if stage.stage == AFTERWARDS:
        return _told_before(stage) or AFTERWARDS_HINT
    if stage.stage != "holds":
        return ""
    if in_headline(stage):
        return STOP_HINT_RESTING if keys else STOP_HINT_UNKEYED
    if stage.phase is Phase.ASK:
        return _offer(stage, keys)
    if stage.phase is Phase.REST:
        return _resting(stage)
    if stage.phase not in (Phase.WAITING, Phase.HOLDING, Phase.EFFORT):
        return ""
    if stage.work in WORK_HINTS:
        return WORK_HINTS[stage.work]
    return _working(view, keys)


def _working(view: LiveView, keys: bool) -> str:
    """Line while a position is held."""
    stage = view.stage
    measured = bool(view.bars)
    if stage.felt and (not measured or stage.phase is Phase.HOLDING):
        return FELT
    if stage.felt_asked or (not measured and stage.phase is Phase.HOLDING):
        return FEEL_IT if keys else FEEL_IT_UNKEYED
    return TEST_HINT if stage.role is Role.TEST else ""


def _no_hold_yet(stage: StageView) -> bool:
    """Whether a set is still ahead: nobody's foot is in the air, the athlete may even be lying down."""
    return bool(stage.dots) and all(dot is DotState.PENDING for dot in stage.dots) and not stage.last_result


def _offer(stage: StageView, keys: bool) -> str:
    of = stage.proposal.partition(":")[2]
    n = int(of) if of.isdigit() else 0
    if keys:
        return _n(
            "{of} more hold; the clock starts at once. Space: yes. Page Up, or no answer: skip",
            "{of} more holds; the clock starts at once. Space: yes. Page Up, or no answer: skip",
            n,
        ).format(of=of)
    return _n(
        "{of} more hold; the clock starts at once. Without an answer: skip",
        "{of} more holds; the clock starts at once. Without an answer: skip",
        n,
    ).format(of=of)


def _resting(stage: StageView) -> str:
    """Line of a rest: which leg comes, how it goes, and not to sit down on what is taped there."""
    said = stage.message and not warning(stage)
    if is_offered(stage) or not _no_hold_yet(stage) or (said and stage.message.startswith(CHECK_ELECTRODE)):
        return ""
    sentence = _(stage.sentence) if stage.exercise != OWN_WORDS else ""
    if said:
        return f"{stage_message(stage)}. {sentence}" if sentence and stage_message(stage) else ""
    return ". ".join(part for part in (_next(stage), sentence) if part)


def _next(stage: StageView) -> str:
    if stage.side is None:
        return ""
    told = NEXT_ELSE
    if stage.posture == STANDING and isinstance(stage.side, Side):
        told = STAND_UP if stage.set_number == 1 else NEXT_SET
    return told.format(leg=LEGS_INSIDE[stage.side])


def warning(stage: StageView) -> str:
    """Say what stands above everything: pain that should end the day."""
    return MESSAGES[SUGGESTS_STOP] if stage.message == SUGGESTS_STOP else ""


def in_headline(stage: StageView) -> bool:
    """Whether the warning is the headline: in a set, as long as all rest."""
    return bool(warning(stage)) and stage.stage == "holds" and stage.phase is Phase.REST


def is_offered(stage: StageView) -> bool:
    """Whether this set is only offered yet, or will be when the rest is over."""
    return stage.stage == "holds" and (stage.phase is Phase.ASK or stage.proposal.startswith(TRAIN_OFFER))


def no_signal_hint(stage: StageView) -> str:
    """Say what becomes of a set while nothing comes from the board; empty where no clock waits."""
    if stage.stage != "holds" or stage.phase is Phase.ASK:
        return ""
    return away_hint(stage) or CLOCK_WAITS


def away_hint(stage: StageView) -> str:
    """Say that a hold is repeated which a missing signal has spoilt; empty where nobody holds."""
    holds = stage.work not in WORK_HINTS and stage.phase in (Phase.CUE, Phase.WAITING, Phase.HOLDING)
    return CLOCK_WAITS_HOLD if holds and stage.stage == "holds" else ""


def pain_question(stage: StageView) -> str:
    """Ask how much the holds hurt, or how it is now; numbered where there are two such questions."""
    asked = PAIN_QUESTIONS[stage.asks]
    if stage.stage != AFTERWARDS:
        return asked
    if stage.asks == ASKS_WORST:
        return NUMBERED.format(n=1, of=2, question=asked)
    return NUMBERED.format(n=2, of=2, question=asked) if ASKS_WORST in stage.findings else asked


def pain_told(stage: StageView) -> str:
    """Say what was answered; empty before."""
    return "" if stage.answer is None else PAIN_TOLD[stage.asks].format(answer=stage.answer)


def pain_keys(stage: StageView) -> str:
    """Say how to answer, and what goes on without."""
    if stage.stage != AFTERWARDS or stage.countdown_s is None:
        return PAIN_KEYS if stage.answer is None else TAKEN_DOWN_RESTING
    said = PAIN_KEYS_AFTER if stage.answer is None else TAKEN_DOWN
    return said.format(seconds=math.ceil(stage.countdown_s))


def _told_before(stage: StageView) -> str:
    """Echo the answer before this question: an almost equal screen looks as if it had not been heard."""
    before = stage.findings.get(ASKS_WORST)
    if before is None:
        return ""
    return PAIN_TOLD[ASKS_WORST].format(answer=before) if before else WORST_NOT_TOLD


def covered(stage: StageView) -> str:
    """Say why bars are off."""
    return BARS_WAIT if stage.felt_asked else BARS_OFF
