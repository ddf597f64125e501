"""Words about boards and their signal: part of the catalogue of ``ui/words``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from emg.codes import ELECTRODES_TOUCHED, SignalState
from emg.limits import Limit
from ui.language import _
from ui.words.body_words import one_of

SIGNALS: Final[Mapping[SignalState, str]] = {
    SignalState.OPENING: _("Opening the board"),
    SignalState.LIVE: _("Live"),
    SignalState.NO_SIGNAL: _("No signal"),
    SignalState.LOST: _("Looking for the board"),
    SignalState.ENDED: _("Ended"),
}
SIGNAL_HELP: Final[Mapping[SignalState, str]] = {
    SignalState.OPENING: _("Opening the board"),
    SignalState.LIVE: "",
    SignalState.NO_SIGNAL: _("No signal: check the board and its radio"),
    SignalState.LOST: _("The board is gone: check its battery and its dongle"),
    SignalState.ENDED: _("The signal has ended"),
}
STALE_HELP: Final = _("No signal: nothing new from the board")
GOES_ON_BY_ITSELF: Final = _("The session goes on by itself. What you have done is safe")
"""Under the sentence that says why the board is away."""

FORWARD, BACK = _("Forward or Space"), _("Back or Page Up")
"""The two buttons of a clicker, or the keyboard."""

QUESTIONS: Final[Mapping[str, str]] = {ELECTRODES_TOUCHED: _("Were the electrodes touched?")}
QUESTION_TITLES: Final[Mapping[str, str]] = {ELECTRODES_TOUCHED: _("The board is back")}
ANSWERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    ELECTRODES_TOUCHED: (
        (FORWARD, _("No: go on")),
        (BACK, _("Yes: measure again")),
    )
}
"""Keys and what they say."""

QUESTION_REASONS: Final[Mapping[str, str]] = {
    ELECTRODES_TOUCHED: _("A sensor that was moved needs a new rest and maximum: about two minutes")
}
"""Why it is asked, and what an answer costs."""

NOTICES: Final[Mapping[str, str]] = {
    "board_notice": "{message}",
    "calibration_refused": "{message}",
    "reference_kept_unasked": _(
        "The board was opened again and nobody could be asked: the maximum is kept, as if no electrode "
        "was touched"
    ),
}
"""What is said while all goes on."""

LIMITS: Final[Mapping[Limit, str]] = {
    Limit.MICROVOLT: _("microvolts"),
    Limit.CONTACT: _("contact"),
    Limit.MAINS: _("hum"),
    Limit.ONSET: _("onsets"),
    Limit.FINE_LATENCY: _("latencies finer than 0.1 s"),
    Limit.SPECTRUM: "",
}
"""What a board cannot tell; where a word is empty nobody misses it in a session."""

LIMITS_SENTENCE: Final = _("This board cannot tell {what}. Percentages are not affected")

VERDICTS: Final[Mapping[str, str]] = {
    "ok": _("good"),
    "no_reading": _("no reading"),
    "flat": _("no contact"),
    "railed": _("loose?"),
    "near_rail": _("almost loose"),
    "mains": _("hum"),
    "weak": _("weak contact"),
    "motion": _("cable moves"),
    "twin": _("same signal"),
    "noisy_rest": _("not quiet"),
}
"""Few words for an electrode pair; what to do about it is in ``ui/words/fault_words.py``."""

TOO_STRONG: Final = _("too strong")
"""What a clipped envelope means; whether a sensor is loose it cannot tell."""


def verdict_words(verdict: str, cannot: Sequence[str]) -> str:
    """Few words for a contact; what a clipped envelope means is not what clipped raw EMG means."""
    if verdict == "railed" and Limit.CONTACT in cannot:
        return TOO_STRONG
    return VERDICTS.get(verdict, verdict)


def limits_words(cannot: Sequence[str]) -> str:
    """Sentence that says what this board cannot tell; empty if nobody would miss it."""
    known = [LIMITS[Limit(code)] if code in set(Limit) else code.replace("_", " ") for code in cannot]
    said = [words for words in known if words]
    if not said:
        return ""
    return LIMITS_SENTENCE.format(what=one_of(said))
