"""Words about boards and their signal: part of the catalogue of ``ui/words.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from emg.codes import ELECTRODES_TOUCHED, SignalState
from emg.limits import Limit

SIGNALS: Final[Mapping[SignalState, str]] = {
    SignalState.OPENING: "Opening the board",
    SignalState.LIVE: "Live",
    SignalState.NO_SIGNAL: "No signal",
    SignalState.LOST: "Looking for the board",
    SignalState.ENDED: "Ended",
}
SIGNAL_HELP: Final[Mapping[SignalState, str]] = {
    SignalState.OPENING: "Opening the board",
    SignalState.LIVE: "",
    SignalState.NO_SIGNAL: "No signal: check the board and its radio",
    SignalState.LOST: "The board is gone: check its battery and its dongle",
    SignalState.ENDED: "The signal has ended",
}
STALE_HELP: Final = "No signal: nothing new from the board"
GOES_ON_BY_ITSELF: Final = "The session goes on by itself. What you have done is safe"
"""Under the sentence that says why the board is away."""

FORWARD, BACK = "Forward or Space", "Back or Page Up"
"""The two buttons of a clicker, or the keyboard."""

QUESTIONS: Final[Mapping[str, str]] = {ELECTRODES_TOUCHED: "Were the electrodes touched?"}
QUESTION_TITLES: Final[Mapping[str, str]] = {ELECTRODES_TOUCHED: "The board is back"}
ANSWERS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    ELECTRODES_TOUCHED: (
        (FORWARD, "No: go on"),
        (BACK, "Yes: measure again"),
    )
}
"""Keys and what they say."""

QUESTION_REASONS: Final[Mapping[str, str]] = {
    ELECTRODES_TOUCHED: "A sensor that was moved needs a new rest and maximum: about two minutes"
}
"""Why it is asked, and what an answer costs."""

NOTICES: Final[Mapping[str, str]] = {
    "board_notice": "{message}",
    "calibration_refused": "{message}",
    "reference_kept_unasked": (
        "The board was opened again and nobody could be asked: the maximum is kept, as if no electrode "
        "was touched"
    ),
}
"""What is said while all goes on."""

LIMITS: Final[Mapping[Limit, str]] = {
    Limit.MICROVOLT: "microvolts",
    Limit.CONTACT: "contact",
    Limit.MAINS: "hum",
    Limit.ONSET: "onsets",
    Limit.FINE_LATENCY: "latencies finer than 0.1 s",
    Limit.SPECTRUM: "",
}
"""What a board cannot tell; where a word is empty nobody misses it in a session."""

LIMITS_SENTENCE: Final = "This board cannot tell {what}. Percentages are not affected"

VERDICTS: Final[Mapping[str, str]] = {
    "ok": "good",
    "no_reading": "no reading",
    "flat": "no contact",
    "railed": "loose?",
    "near_rail": "almost loose",
    "mains": "hum",
    "weak": "weak contact",
    "motion": "cable moves",
    "twin": "same signal",
    "noisy_rest": "not quiet",
}
"""Few words for an electrode pair; what to do about it is in ``ui/fault_words.py``."""

TOO_STRONG: Final = "too strong"
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
    *most, last = said
    what = f"{', '.join(most)} or {last}" if most else last
    return LIMITS_SENTENCE.format(what=what)
