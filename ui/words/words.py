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
from ui.language import _, _n, _p
from ui.words import board_words, fault_words, figures, hold_words, setup_words
from ui.words.body_words import LEGS as LEGS
from ui.words.body_words import LEGS_INSIDE as LEGS_INSIDE
from ui.words.body_words import MUSCLES as MUSCLES
from ui.words.body_words import SIDE_LETTERS as SIDE_LETTERS
from ui.words.body_words import SIDES as SIDES
from ui.words.body_words import muscle_word as muscle_word
from ui.words.body_words import site_words as site_words
from ui.words.told import told

APP_NAME: Final = "PowerHold"
TAGLINE: Final = _("Glute and hamstring, live, while you hold the power position")
NOT_MEDICAL: Final = _(
    "Not a medical device. Not cleared by the FDA, not CE marked. For education, research and training; "
    "not for diagnosis or treatment decisions. A professional who uses it does so under their own "
    "responsibility."
)
NONE: Final = figures.NONE

ROLES: Final[Mapping[Role, str]] = {Role.TEST: _("test"), Role.TRAIN: _("training")}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.SUCCESS: _("done"),
    Outcome.MISSED: _("target reached, not for the whole time"),
    Outcome.NOT_REACHED: _("target not reached"),
    Outcome.LOST_BALANCE: _("foot down, to be repeated"),
    Outcome.VOID: _("not counted, the signal was not good enough"),
    Outcome.INCOMPLETE: _("not finished"),
    Outcome.PRACTISED: _("practised by the clock"),
}
KINDS: Final[Mapping[str, str]] = {
    "hold": _p("a thing done", "Hold"),
    "repetition": _("Repetition"),
    "stride": _("Stride"),
}
SETS: Final[Mapping[Role, str]] = {
    Role.TEST: _("{leg}, test {n} of {of}"),
    Role.TRAIN: _("{leg}, training {n} of {of}"),
}
WHOLE_SETS: Final[Mapping[Role, str]] = {Role.TEST: _("{leg}, test"), Role.TRAIN: _("{leg}, training")}
SET_NUMBER: Final = _("Set {n} of {of}")
HOLD_ENDED: Final = _("{what} {n}: {ended}")
LEG_HOLD_ENDED: Final = _("{what} {n}, {leg}: {ended}")
BROKEN_OFF: Final = _("{holds}, {n} broken off")
PROGRAM_STOPPED: Final = _("Something in the program stopped; the session is saved")
DOTS: Final[Mapping[DotState, str]] = {
    DotState.PENDING: _("to come"),
    DotState.CURRENT: _("now"),
    DotState.DONE: _("done"),
    DotState.SUCCESS: _("in target"),
    DotState.MISSED: _("target reached, not for the whole time"),
    DotState.NOT_REACHED: _("target not reached"),
    DotState.VOID: _("not counted"),
}
PHASE_TITLES: Final[Mapping[Phase, str]] = {
    Phase.IDLE: _("Ready"),
    Phase.BASELINE: _("Relax"),
    Phase.PREPARE: _("Get ready"),
    Phase.CUE: _("Take the position"),
    Phase.EFFORT: _("Push"),
    Phase.WAITING: _("Push"),
    Phase.HOLDING: _("Hold"),
    Phase.REST: _("Rest"),
    Phase.ASK: _("Go on?"),
    Phase.PAUSED: _("Paused"),
    Phase.DONE: _("Done"),
}
PHASE_HINTS: Final[Mapping[Phase, str]] = {
    Phase.IDLE: _("Space starts"),
    Phase.BASELINE: _("Let every muscle go loose and lie still"),
    Phase.PREPARE: _("Be still"),
    Phase.CUE: _("Now"),
    Phase.EFFORT: _("Push the floor away and hold"),
    Phase.WAITING: _("The clock starts at the target"),
    Phase.HOLDING: _("Stay in the target"),
    Phase.REST: _("Let go"),
    Phase.ASK: _("Space goes on"),
    Phase.PAUSED: _("Esc or Space goes on"),
    Phase.DONE: _("All saved"),
}
UNKEYED_HINTS: Final[Mapping[Phase, str]] = {
    Phase.IDLE: _("Waiting for the start"),
    Phase.ASK: _("Waiting for an answer"),
    Phase.PAUSED: _("Nothing is lost"),
}
"""Instead of a hint that names a key, on a front that reads none."""

LEG_TITLES: Final[Mapping[Phase, str]] = {
    Phase.PREPARE: _("{leg}: ready"),
    Phase.EFFORT: _("{leg}: push"),
    Phase.WAITING: _("{leg}: push"),
}
"""Big words that name the leg."""

WORKING_PHASES: Final = frozenset({Phase.BASELINE, Phase.CUE, Phase.EFFORT, Phase.WAITING, Phase.HOLDING})
"""Phases whose hint says what to do at this moment; a message waits until they are over."""

OPENING_TITLE: Final = _("One moment")
STOPPED_TITLE: Final = _("Stopped")

STAGES: Final[Mapping[str, str]] = {
    "idle": "",
    **setup_words.STAGES,
    "holds": "",
    hold_words.AFTERWARDS: "",
    "finished": "",
}
"""What a stage without a set is called."""

NOT_CALIBRATED: Final = _("Not calibrated")
CALIBRATE_OFFER: Final = _("Not calibrated: C measures rest and maximum")
WATCHER_FAILED: Final = _("There is no {what} any more ({why}); the session goes on and is saved.")
NOT_MEASURED: Final = _("Not measured")
PAUSED_HELP: Final = _("Paused: nothing is lost")
ASK_END: Final = _("End the session? Q again ends and saves it, any other key goes on")
ASK_CALIBRATE: Final = _("Measure everything again, some two minutes? C again does it, any other key goes on")
CLOCK: Final = _("Clock")
REPETITIONS: Final = _("Repetitions")
CLOCK_WAITS: Final = _("the clock waits")
KEY_NAMES: Final[Mapping[str, str]] = {
    "next": _("Space, Enter, Page Down, Right"),
    "back": _("Page Up, Left"),
    "pause": _("Esc"),
    "felt": _("F"),
    "foot_down": _("D"),
    "enough": _("E"),
    "answer": _("0 to 9"),
    "calibrate": _("C"),
    "end": _("Q"),
    "full_screen": _("F11"),
    "help": "?",
}
KEY_WORDS: Final[Mapping[str, str]] = {
    "next": _("Start, next, position taken"),
    "back": _("Back, do it again"),
    "pause": _("Pause and go on; a hold is repeated"),
    "felt": _("I feel it working"),
    "foot_down": _("Foot down: this hold is repeated"),
    "enough": _("Enough: this hold ends"),
    "answer": _("Pain, when it is asked; 1 then 0 is 10"),
    "calibrate": _("Measure rest and maximum anew"),
    "end": _("End and save the session (asks once)"),
    "full_screen": _("Full screen"),
    "help": _("Show or hide these keys"),
}
KEYS_TITLE: Final = _("Keys")
DOTS_TITLE: Final = _("Holds of a set")
DOTS_TOLD: Final = (DotState.SUCCESS, DotState.MISSED, DotState.NOT_REACHED, DotState.VOID)
"""Shapes that the help explains."""

EDGE: Final = _("Green edge")
EDGE_TOLD: Final = _("where time counts as in target now")
SHORT_TOLD: Final[Mapping[str, str]] = {
    _("n 3 and 2"): _("test holds behind a number, on either side"),
    _("across"): _("glute against the hamstring of the other leg"),
}
"""Words of numbers that the help explains."""

HELP_HINT: Final = _("? shows the keys")
SUMMARY_ROWS: Final[Mapping[str, str]] = {
    "n_test": _("Test holds"),
    "glute": _("Glute, % of your best"),
    "ham": _("Hamstring, % of your best"),
    "ratio": _("Glute : hamstring"),
    "latency": _("Glute is there after"),
}
FINDINGS: Final[Mapping[str, str]] = {
    "glute_lsi_pct": _("The left glute worked at {value} of the right one"),
    "ham_lsi_pct": _("The left hamstring worked at {value} of the right one"),
    "diagonal.left_glute_right_ham": _("Left glute over right hamstring: {value}"),
    "diagonal.right_glute_left_ham": _("Right glute over left hamstring: {value}"),
}
WARNINGS: Final[Mapping[str, str]] = {
    "few_test_holds": _("{what}: fewer than three test holds, so the numbers are rough"),
    "no_reference": _("{what}: no maximum, so no percentages"),
    "submax": _("{what}: measured against a lighter effort, so it is not compared"),
    "inhibited": _("{what}: its maximum may be held back, so its percentages may read too high"),
    "unlisted_site": _("{what}: not a listed muscle, taken as it is"),
    "imported": _("Imported from another tool's recording"),
    "lost_samples": _("Some samples were lost; the holds they touched are marked"),
    "board_notice": "{what}",
    "calibration_refused": "{what}",
    "reference_kept_unasked": _(
        "The board was opened again with nobody to ask: the maximum is kept, as if no electrode was touched"
    ),
    "reference_dropped": _(
        "Rest and maximum were measured again in between: each hold is in percent of its own"
    ),
    "coarse_latency": _("Latencies are good to about 0.1 s: this board sends an envelope"),
    "no_rest": _("{what}: its rest could not be measured, so no percentages and no bursts"),
    "no_maximum": _("{what}: none of its efforts gave a maximum"),
    "mvc_spoilt": _(
        "{what}: an effort has no window free of gaps, clipping, movement and hum, and is left out"
    ),
    "mvc_small": _("{what}: the maximum is less than five times the rest, so its percentages are rough"),
}

PUSHING: Final = _("pushes")
SUMMARY_TITLE: Final = _("Done")
ENDED_TITLE: Final = _("The session has ended")
SAVED_IN: Final = _("Saved in {folder}")
NO_SESSION: Final = _("There is no session {session}: give its folder, or its name.")
SEVERAL_SESSIONS: Final = _("{session} is the name of several sessions: give its folder.")
CLOSE_HINT: Final = _("Space closes the window")
ENDING: Final = _("Saving the session")
RATIO_TITLES: Final[Mapping[str, str]] = {
    "left": _("Left glute : hamstring"),
    "right": _("Right glute : hamstring"),
    "left_glute_right_ham": _("Left glute : right hamstring"),
    "right_glute_left_ham": _("Right glute : left hamstring"),
}
RATIO_SHORT: Final[Mapping[str, str]] = {
    "left": _("L glute:ham"),
    "right": _("R glute:ham"),
    "left_glute_right_ham": _("L glute:R ham"),
    "right_glute_left_ham": _("R glute:L ham"),
}
EVENTS: Final[Mapping[EventKind, str]] = {
    EventKind.REFUSED: _("That cannot be done now"),
    EventKind.GAP: _("Some samples were lost"),
    EventKind.NO_SIGNAL: board_words.SIGNAL_HELP[SignalState.NO_SIGNAL],
    EventKind.SIGNAL_BACK: _("The signal is back"),
    EventKind.REOPENED: _("The board is open again"),
    EventKind.UNRECORDED: _("Some samples could not be written to disk"),
    EventKind.PAUSED: PHASE_TITLES[Phase.PAUSED],
    EventKind.RESUMED: _("Going on"),
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
    if asked := hold_words.title(stage):
        return asked
    if stage.side is not None and stage.phase in LEG_TITLES:
        return LEG_TITLES[stage.phase].format(leg=LEGS[stage.side])
    return PHASE_TITLES[stage.phase]


def phase_hint(view: LiveView, fresh: bool = True, keys: bool = True) -> str:
    """Say the quiet line under the big words; it names a key only where ``keys`` are read."""
    stage = view.stage
    if view.finished or stage.stage == "finished":
        done = "" if view.error else PHASE_HINTS[Phase.DONE]
        return why_refused(stage.message, view.cannot) if stage.message else done
    if view.signal is SignalState.LOST and not view.error:
        return hold_words.away_hint(stage) or board_words.GOES_ON_BY_ITSELF
    if view.error or (view.paused and not fresh):
        return ""
    if not fresh:
        return hold_words.no_signal_hint(stage)
    if view.paused:
        return _phase_words(Phase.PAUSED, keys)
    if setup_words.has_words(stage):
        return setup_words.hint(stage, view.cannot)
    said = (
        hold_words.hint(view, keys=keys)
        or _message_words(stage)
        or hold_words.posture_hint(stage)
        or _phase_words(stage.phase, keys)
    )
    return ". ".join(filter(None, (hold_words.idle_press(stage), said)))


def _message_words(stage: StageView) -> str:
    """Say what a stage has to say, once nothing is to be done at this moment."""
    if not stage.message or stage.phase in WORKING_PHASES or hold_words.warning(stage):
        return ""
    return hold_words.stage_message(stage) or message_words(stage.message)


def _phase_words(phase: Phase, keys: bool) -> str:
    return PHASE_HINTS[phase] if keys or phase not in UNKEYED_HINTS else UNKEYED_HINTS[phase]


def seconds_left_words(number: str) -> str:
    """``seconds``, what a countdown counts; of the last one ``second``."""
    return _n("second", "seconds", int(number))


def set_words(stage: StageView) -> str:
    """``Right leg, training 2 of 5``; empty outside the holds, and not counted while it is only offered."""
    if stage.side is None or stage.role is None:
        return ""
    over = sum(dot not in (DotState.PENDING, DotState.CURRENT) for dot in stage.dots)
    counted = bool(stage.dots) and not (hold_words.is_offered(stage) and not over)
    said = SETS[stage.role] if counted else WHOLE_SETS[stage.role]
    return said.format(leg=LEGS[stage.side], n=min(over + 1, len(stage.dots)), of=len(stage.dots))


def set_number_words(stage: StageView) -> str:
    """``Set 2 of 4``; empty where there are no sets, and for one that is only offered."""
    counted = stage.n_sets and not hold_words.is_offered(stage)
    return SET_NUMBER.format(n=stage.set_number, of=stage.n_sets) if counted else ""


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
    return hold_words.message_words(code) or fault_words.message_words(code, cannot)


def why_refused(code: str, cannot: Sequence[str] = ()) -> str:
    """Sentence that says why the session ended and what to do."""
    return fault_words.why_refused(code, cannot)


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
    if view.unsaved:
        return view.unsaved
    warning = "" if hold_words.in_headline(view.stage) else hold_words.warning(view.stage)
    return warning or contact_words(view)


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
    # a practice has no bars, and nothing to be calibrated
    return CALIBRATE_OFFER if view.stage.stage == "holds" and view.bars and not view.calibrated else ""


def holds_words(holds: int, valid_holds: int, unfinished: int = 0) -> str:
    """Say how much was done; empty if there was no hold."""
    if not holds:
        return ""
    said = _n("{n} hold, {valid} with a good signal", "{n} holds, {valid} with a good signal", holds)
    told = said.format(n=holds, valid=valid_holds)
    return BROKEN_OFF.format(holds=told, n=unfinished) if unfinished else told


def outcome_words(outcome: Outcome, role: Role | None, reason: str = "") -> str:
    """How a hold ended, and why. A test hold is only ever told as done, whatever its level."""
    if role is Role.TEST and outcome.counts:
        return OUTCOMES[Outcome.SUCCESS]
    if outcome is Outcome.SUCCESS:
        return DOTS[DotState.SUCCESS]
    return hold_words.reason_words(outcome, reason) or OUTCOMES[outcome]


def event_words(event: Event) -> str:
    """Line that tells an event, empty for those that show in the phase."""
    if event.kind is EventKind.HOLD_DONE:
        told = event.detail.get("outcome")
        outcome = Outcome(told) if isinstance(told, str) and told in set(Outcome) else Outcome.INCOMPLETE
        what = KINDS.get(str(event.detail.get("kind", "")), KINDS["hold"])
        ended = outcome_words(outcome, event.role, str(event.detail.get("reason", "")))
        if event.side is None:
            return HOLD_ENDED.format(what=what, n=event.hold, ended=ended)
        return LEG_HOLD_ENDED.format(what=what, n=event.hold, leg=LEGS_INSIDE[event.side], ended=ended)
    if event.kind is EventKind.NOTICE:
        return notice_words(_text_of(event, "code"), _text_of(event, "message"))
    if event.kind is EventKind.FAILED:
        return _text_of(event, "message") or PROGRAM_STOPPED
    return EVENTS.get(event.kind) or setup_words.event_words(event)


def _text_of(event: Event, key: str) -> str:
    """Read a text of an event; one that was made just now is told in the language of the program."""
    text = event.detail.get(key)
    return told(text) if isinstance(text, str) else ""
