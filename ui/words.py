"""Every word people read, in one catalogue keyed by the frozen codes.

The window, the terminal and the report take their words from here and write none of their own.
Sentences are kind and concrete: they say what to do, and never what is wrong with somebody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from emg.codes import ACCEPTED, DotState, EventKind, Phase, SignalState
from emg.live_view import LiveView, StageView
from emg.montage import Side
from emg.quality import INVALID
from emg.results import Outcome, Role
from emg.stage import Event
from ui import board_words, fault_words, figures, setup_words
from ui.body_words import LEGS as LEGS
from ui.body_words import MUSCLES as MUSCLES
from ui.body_words import SIDE_LETTERS as SIDE_LETTERS
from ui.body_words import SIDES as SIDES
from ui.body_words import muscle_word as muscle_word
from ui.body_words import site_words as site_words

APP_NAME: Final = "PowerHold"
TAGLINE: Final = "Glute and hamstring, live, while you hold the power position"
NOT_MEDICAL: Final = (
    "Not a medical device. Not cleared by the FDA, not CE marked. For education, research and training; "
    "not for diagnosis or treatment decisions. A professional who uses it does so under their own "
    "responsibility."
)
NONE: Final = figures.NONE

SORE_SIDES: Final[Mapping[str, str]] = {
    "none": "Neither side",
    "left": "Left side",
    "right": "Right side",
    "both": "Both sides",
}
ROLES: Final[Mapping[Role, str]] = {Role.TEST: "test", Role.TRAIN: "training"}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.SUCCESS: "done",
    Outcome.MISSED: "target reached, not for the whole time",
    Outcome.NOT_REACHED: "target not reached",
    Outcome.LOST_BALANCE: "foot down, to be repeated",
    Outcome.VOID: "not counted, the signal was not good enough",
    Outcome.INCOMPLETE: "not finished",
}
DOTS: Final[Mapping[DotState, str]] = {
    DotState.PENDING: "to come",
    DotState.CURRENT: "now",
    DotState.DONE: "done",
    DotState.SUCCESS: "in target",
    DotState.MISSED: "target reached, not for the whole time",
    DotState.NOT_REACHED: "target not reached",
    DotState.VOID: "not counted",
}
MESSAGES: Final[Mapping[str, str]] = {"set_goes_on": "Stand up: the set goes on where you left it"}
"""What the holds have to say; the set-up stages have a catalogue of their own."""

PHASE_TITLES: Final[Mapping[Phase, str]] = {
    Phase.IDLE: "Ready",
    Phase.BASELINE: "Relax",
    Phase.PREPARE: "Get ready",
    Phase.CUE: "Take the position",
    Phase.EFFORT: "Push",
    Phase.WAITING: "Push",
    Phase.HOLDING: "Hold",
    Phase.REST: "Rest",
    Phase.ASK: "Go on?",
    Phase.PAUSED: "Paused",
    Phase.DONE: "Done",
}
PHASE_HINTS: Final[Mapping[Phase, str]] = {
    Phase.IDLE: "Space starts",
    Phase.BASELINE: "Let every muscle go loose and lie still",
    Phase.PREPARE: "Stand tall",
    Phase.CUE: "Now",
    Phase.EFFORT: "Push the floor away and hold",
    Phase.WAITING: "The clock starts at the target",
    Phase.HOLDING: "Stay in the target",
    Phase.REST: "Foot down",
    Phase.ASK: "Space goes on",
    Phase.PAUSED: "Esc or Space goes on",
    Phase.DONE: "Well done",
}
UNKEYED_HINTS: Final[Mapping[Phase, str]] = {
    Phase.IDLE: "Waiting for the start",
    Phase.ASK: "Waiting for an answer",
    Phase.PAUSED: "Nothing is lost",
}
"""Instead of a hint that names a key, on a front that reads none."""

STAND_UP: Final = "Stand up: {leg} first"
NEXT_SET: Final = "Next: {leg}"
TEST_HINTS: Final[Mapping[Phase, str]] = {
    Phase.EFFORT: "Push and hold until it says rest",
    Phase.WAITING: "Push and hold until it says rest",
    Phase.HOLDING: "Push and hold until it says rest",
}
LEG_TITLES: Final[Mapping[Phase, str]] = {
    Phase.PREPARE: "{leg}: ready",
    Phase.EFFORT: "{leg}: push",
    Phase.WAITING: "{leg}: push",
}
"""Big words that name the leg."""

WORKING_PHASES: Final = frozenset({Phase.BASELINE, Phase.CUE, Phase.EFFORT, Phase.WAITING, Phase.HOLDING})
"""Phases whose hint says what to do at this moment; a message waits until they are over."""

OPENING_TITLE: Final = "One moment"
STOPPED_TITLE: Final = "Stopped"

STAGES: Final[Mapping[str, str]] = {
    "idle": "",
    **setup_words.STAGES,
    "holds": "",
    "finished": "",
}
"""What a stage without a set is called."""

BARS_OFF: Final = "Bars off for the test"
NOT_CALIBRATED: Final = "Not calibrated"
CALIBRATE_OFFER: Final = "Not calibrated: C measures rest and maximum"
NOT_MEASURED: Final = "Not measured"
PAUSED_HELP: Final = "Paused: nothing is lost"
ASK_END: Final = "End the session? Q again ends and saves it, any other key goes on"
ASK_CALIBRATE: Final = "Measure everything again, some two minutes? C again does it, any other key goes on"
CLOCK: Final = "Clock"
REPETITIONS: Final = "Repetitions"
SECONDS_LEFT: Final = "seconds"
CLOCK_WAITS: Final = "the clock waits"
KEY_NAMES: Final[Mapping[str, str]] = {
    "next": "Space, Enter, Page Down, Right",
    "back": "Page Up, Left",
    "pause": "Esc",
    "felt": "F",
    "foot_down": "D",
    "answer": "0 to 9",
    "calibrate": "C",
    "end": "Q",
    "full_screen": "F11",
    "help": "?",
}
KEY_WORDS: Final[Mapping[str, str]] = {
    "next": "Start, next, position taken",
    "back": "Back, do it again",
    "pause": "Pause and go on; nothing is lost",
    "felt": "I feel the glute working",
    "foot_down": "Foot down: this hold is repeated",
    "answer": "Pain, when it is asked; 1 then 0 is 10",
    "calibrate": "Measure rest and maximum anew",
    "end": "End and save the session (asks once)",
    "full_screen": "Full screen",
    "help": "Show or hide these keys",
}
KEYS_TITLE: Final = "Keys"
HELP_HINT: Final = "? shows the keys"
SUMMARY_ROWS: Final[Mapping[str, str]] = {
    "n_test": "Test holds",
    "glute": "Glute, % of your best",
    "ham": "Hamstring, % of your best",
    "ratio": "Glute : hamstring",
    "latency": "Glute is there after",
}
FINDINGS: Final[Mapping[str, str]] = {
    "glute_lsi_pct": "The left glute worked at {value} of the right one",
    "ham_lsi_pct": "The left hamstring worked at {value} of the right one",
    "diagonal.left_glute_right_ham": "Left glute over right hamstring: {value}",
    "diagonal.right_glute_left_ham": "Right glute over left hamstring: {value}",
}
INSIDE_SCATTER: Final = "no difference beyond the scatter"
WARNINGS: Final[Mapping[str, str]] = {
    "few_test_holds": "{what}: fewer than three test holds, so the numbers are rough",
    "no_reference": "{what}: no maximum, so no percentages",
    "submax": "{what}: measured against a lighter effort, so it is not compared",
    "inhibited": "{what}: its maximum may be inhibited, so its percentages may read too high",
    "unlisted_site": "{what}: not a listed muscle, taken as it is",
    "lost_samples": "Some samples were lost; the holds they touched are marked",
    "board_notice": "{what}",
    "calibration_refused": "{what}",
    "reference_kept_unasked": (
        "The board was opened again with nobody to ask: the maximum is kept, as if no electrode was touched"
    ),
    "reference_dropped": (
        "Rest and maximum were measured again in between: each hold is in percent of its own"
    ),
    "coarse_latency": "Latencies are good to about 0.1 s: this board sends an envelope",
    "no_rest": "{what}: its rest could not be measured, so no percentages and no bursts",
    "no_maximum": "{what}: none of its efforts gave a maximum",
    "mvc_spoilt": "{what}: an effort has no window without a gap or a clipped sample, and is left out",
    "mvc_small": "{what}: the maximum is less than five times the rest, so its percentages are rough",
}
CALIBRATION_UNCHECKED: Final = (
    "A file does not say whose it is or which board made it: that the calibration fits is your word."
)
CAUSAL_CALIBRATION: Final = (
    "This calibration was measured through the causal filter: leave --zero-phase out, or give the windows "
    "of this recording with --rest and --mvc."
)
OTHER_FILTER: Final = (
    "The session's maxima were measured through another filter, so they give no percentages here: "
    "give --rest and --mvc."
)
OWN_UNFIT: Final = (
    "The calibration that this session was run with does not fit it: {reason}. It gives no percentages here: "
    "give --rest and --mvc."
)
PUSHING: Final = "pushes"
SUMMARY_TITLE: Final = "Done"
ENDED_TITLE: Final = "The session has ended"
SAVED_IN: Final = "Saved in {folder}"
CLOSE_HINT: Final = "Space closes the window"
ENDING: Final = "Saving the session"
RATIO_TITLES: Final[Mapping[str, str]] = {
    "left": "Left glute : hamstring",
    "right": "Right glute : hamstring",
    "left_glute_right_ham": "Left glute : right hamstring",
    "right_glute_left_ham": "Right glute : left hamstring",
}
RATIO_SHORT: Final[Mapping[str, str]] = {
    "left": "L glute:ham",
    "right": "R glute:ham",
    "left_glute_right_ham": "L glute:R ham",
    "right_glute_left_ham": "R glute:L ham",
}
EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.REFUSED: "That cannot be done now",
    EventKind.GAP: "Some samples were lost",
    EventKind.NO_SIGNAL: board_words.SIGNAL_HELP[SignalState.NO_SIGNAL],
    EventKind.SIGNAL_BACK: "The signal is back",
    EventKind.REOPENED: "The board is open again",
    EventKind.UNRECORDED: "Some samples could not be written to disk",
    EventKind.PAUSED: PHASE_TITLES[Phase.PAUSED],
    EventKind.RESUMED: "Going on",
}
"""Events that are told as a line; the others show in the phase."""


def phase_title(view: LiveView, fresh: bool = True) -> str:
    """Say in a few big words what to do now; without a signal nothing is to be done."""
    stage = view.stage
    if view.error:
        return STOPPED_TITLE
    if view.finished or stage.stage == "finished":
        return STOPPED_TITLE if stage.message else PHASE_TITLES[Phase.DONE]
    if view.signal is SignalState.OPENING:
        return OPENING_TITLE
    if view.signal is SignalState.LOST:
        return board_words.SIGNALS[SignalState.LOST]
    if not fresh:
        return board_words.SIGNALS[SignalState.NO_SIGNAL]
    if view.paused:
        return PHASE_TITLES[Phase.PAUSED]
    if setup_words.has_words(stage):
        return setup_words.title(stage, view.cannot)
    if stage.side is not None and stage.phase in LEG_TITLES:
        return LEG_TITLES[stage.phase].format(leg=LEGS[stage.side])
    return PHASE_TITLES[stage.phase]


def phase_hint(view: LiveView, fresh: bool = True, keys: bool = True) -> str:
    """Say the quiet line under the big words; it names a key only where ``keys`` are read."""
    stage = view.stage
    if view.finished or stage.stage == "finished":
        done = "" if view.error else PHASE_HINTS[Phase.DONE]
        return refusal_words(stage.message, view.cannot) if stage.message else done
    if view.signal is SignalState.LOST and not view.error:
        return board_words.GOES_ON_BY_ITSELF
    if view.error or not fresh:
        return ""
    if view.paused:
        return _phase_words(Phase.PAUSED, keys)
    if setup_words.has_words(stage):
        return setup_words.hint(stage, view.cannot)
    if stage.message and stage.phase not in WORKING_PHASES:
        return message_words(stage.message)
    if stage.stage == "holds" and stage.phase is Phase.REST and _no_hold_yet(stage) and stage.side:
        return (STAND_UP if stage.set_number == 1 else NEXT_SET).format(leg=LEGS[stage.side].lower())
    if stage.role is Role.TEST and stage.stage == "holds" and stage.phase in TEST_HINTS:
        return TEST_HINTS[stage.phase]
    return _phase_words(stage.phase, keys)


def _phase_words(phase: Phase, keys: bool) -> str:
    return PHASE_HINTS[phase] if keys or phase not in UNKEYED_HINTS else UNKEYED_HINTS[phase]


def _no_hold_yet(stage: StageView) -> bool:
    """Whether a set is still ahead: nobody's foot is in the air, the athlete may even be lying down."""
    return bool(stage.dots) and all(dot is DotState.PENDING for dot in stage.dots) and not stage.last_result


def set_words(stage: StageView) -> str:
    """``Right leg, training 2 of 5``; empty outside the holds."""
    if stage.side is None or stage.role is None:
        return ""
    over = sum(dot not in (DotState.PENDING, DotState.CURRENT) for dot in stage.dots)
    count = f" {min(over + 1, len(stage.dots))} of {len(stage.dots)}" if stage.dots else ""
    return f"{LEGS[stage.side]}, {ROLES[stage.role]}{count}"


def set_number_words(stage: StageView) -> str:
    """``Set 2 of 4``; empty where there are no sets."""
    return f"Set {stage.set_number} of {stage.n_sets}" if stage.n_sets else ""


def warning_words(code: str) -> str:
    """Sentence of a warning in the summary, ``CODE`` or ``CODE:SITE or SIDE or SENTENCE``."""
    kind, _, about = code.partition(":")
    if kind == ACCEPTED:
        return fault_words.accepted_words(about)
    if " " in about:  # a whole sentence, with codes in it that are as they are
        return WARNINGS.get(kind, code).format(what=about)
    what = LEGS[Side(about)] if about in set(Side) else site_words(about) if about else ""
    return WARNINGS.get(kind, code).format(what=what)


def message_words(code: str, cannot: Sequence[str] = ()) -> str:
    """Sentence of a stage's message; a code without one is shown as plain words, never swallowed."""
    return MESSAGES.get(code) or fault_words.message_words(code, cannot)


def refusal_words(code: str, cannot: Sequence[str] = ()) -> str:
    """Sentence that says why the session ended and what to do."""
    return fault_words.refusal_words(code, cannot)


def notice_words(code: str, message: str = "") -> str:
    """Sentence of a notice; a code without one is shown as plain words, never swallowed."""
    told = board_words.NOTICES.get(code)
    if told is not None:
        return told.format(message=message)
    return message_words(f"{code}:{message}" if message else code)


def signal_words(view: LiveView, fresh: bool) -> str:
    """State of the signal in one or two words."""
    if view.signal is SignalState.LIVE and not fresh:
        return board_words.SIGNALS[SignalState.NO_SIGNAL]
    return board_words.SIGNALS[view.signal]


def trouble_words(view: LiveView, fresh: bool) -> str:
    """Say the one sentence that matters most now, empty if all is well."""
    if view.error:
        return view.error
    if view.finished:
        return ""
    if view.signal is not SignalState.LIVE:
        return view.problem or board_words.SIGNAL_HELP[view.signal]
    if not fresh:
        return board_words.STALE_HELP
    if view.paused:
        return PAUSED_HELP
    return contact_words(view)


def contact_words(view: LiveView) -> str:
    """Advice for the electrode pairs that need it most.

    The contact check says it itself, and larger; where sensors are tapped only a lost one matters.
    """
    if view.stage.stage == "contact":
        return ""
    found = {bar.site: bar.verdict for bar in view.bars if bar.verdict != "no_reading"}
    if view.stage.stage == "sides":
        found = {site: verdict for site, verdict in found.items() if verdict in INVALID}
    worst = fault_words.worst_contact(found)
    return fault_words.message_words(worst, view.cannot) if worst else ""


def calm_words(view: LiveView) -> str:
    """Say what is worth knowing while all is well: what this board cannot tell, or a maximum does."""
    aside = "" if view.finished else setup_words.aside(view.stage)
    if aside or view.notice or view.finished:
        return aside or view.notice
    if view.stage.stage == "idle":
        return board_words.limits_words(view.cannot)
    return CALIBRATE_OFFER if view.stage.stage == "holds" and not view.calibrated else ""


def holds_words(holds: int, valid_holds: int, unfinished: int = 0) -> str:
    """Say how much was done; empty if there was no hold."""
    if not holds:
        return ""
    noun = "hold" if holds == 1 else "holds"
    broken_off = f", {unfinished} broken off" if unfinished else ""
    return f"{holds} {noun}, {valid_holds} with a good signal{broken_off}"


def outcome_words(outcome: Outcome, role: Role | None) -> str:
    """How a hold ended. A test hold is only ever told as done, whatever its level."""
    if role is Role.TEST and outcome.counts:
        return OUTCOMES[Outcome.SUCCESS]
    if outcome is Outcome.SUCCESS:
        return DOTS[DotState.SUCCESS]
    return OUTCOMES[outcome]


def event_words(event: Event) -> str:
    """Line that tells an event, empty for those that show in the phase."""
    if event.kind is EventKind.HOLD_DONE:
        told = event.detail.get("outcome")
        outcome = Outcome(told) if isinstance(told, str) and told in set(Outcome) else Outcome.INCOMPLETE
        leg = f", {LEGS[event.side].lower()}" if event.side is not None else ""
        return f"Hold {event.hold}{leg}: {outcome_words(outcome, event.role)}"
    if event.kind is EventKind.NOTICE:
        return notice_words(*(str(event.detail.get(key, "")) for key in ("code", "message")))
    if event.kind is EventKind.FAILED:
        told = event.detail.get("message")
        return told if isinstance(told, str) else "Something in the program stopped; the session is saved"
    return EVENTS.get(event.kind) or setup_words.event_words(event)
