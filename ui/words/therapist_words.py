"""Words of the therapist's page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ui.language import _, _n

BUTTONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "next": (_("Next"), _("Space")),
        "back": (_("Back"), _("Page Up")),
        "pause": (_("Pause"), _("Esc")),
        "felt": (_("Felt"), "F"),
        "foot_down": (_("Foot down"), "D"),
        "enough": (_("Enough"), "E"),
        "hide_bars": (_("Hide bars"), "B"),
        "mute": (_("Mute"), "M"),
        "mark": (_("Mark"), _("1 to 9")),
        "calibrate": (_("Calibrate"), "C"),
        "end": (_("End"), "Q"),
    }
)
"""What a button says, and its key, by the code of what it does."""

START: Final = _("Start")
GO_ON: Final = _("Go on")
SHOW_BARS: Final = _("Show bars")

HIDDEN: Final = _("hidden from the athlete")
"""Beside levels that the athlete does not see."""

SO_FAR: Final = _("So far")
NO_TESTS_YET: Final = _("Sides and diagonals are compared from the test holds")
NOT_TOLD: Final = _("withheld: {reason}")
NOT_YET: Final = _("{leg}: not done yet")
NOT_FOLLOWED: Final = _("stopped, the session goes on")
"""Of comparisons whose follower was left out: what is known is no longer all."""

TRACES_STOPPED: Final = _("The traces have stopped, the session goes on")
COMPARED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "glute_lsi_pct": _("Glute, left of right"),
        "ham_lsi_pct": _("Hamstring, left of right"),
        "diagonal.left_glute_right_ham": _("L glute : R hamstring"),
        "diagonal.right_glute_left_ham": _("R glute : L hamstring"),
        "findings.glute_sore_over_other": _("Glute, sore of other"),
        "findings.ham_sore_over_other": _("Hamstring, sore of other"),
    }
)
TURNED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "glute_lsi_pct": _("Glute, right of left"),
        "ham_lsi_pct": _("Hamstring, right of left"),
        "findings.glute_sore_over_other": _("Glute, other of sore"),
        "findings.ham_sore_over_other": _("Hamstring, other of sore"),
    }
)
"""The same turned round where what is named first is the higher, as the summary does."""

RATIOS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "left": _("L glute : hamstring"),
        "right": _("R glute : hamstring"),
        "left_glute_right_ham": COMPARED["diagonal.left_glute_right_ham"],
        "right_glute_left_ham": COMPARED["diagonal.right_glute_left_ham"],
    }
)
"""The live ones, by their names of ``emg.activation.RATIO_PAIRS``."""

SAME: Final = _("same")

LAST_HOLD: Final = _("Hold {n}, {leg}: {ended}")
NO_HOLD_YET: Final = _("No hold yet")
LEVELS: Final = _("glute {glute}, hamstring {ham}")
LEVELS_BRIDGE: Final = _("glute {glute}, hamstring {ham} of the bridge")
GLUTE_AFTER: Final = _("glute there after {latency}")
GLUTE_NEVER: Final = _("glute never there")
RATIO: Final = _("glute : hamstring {ratio}")
ACROSS: Final = _("across {ratio}")
VOID: Final = _("not counted: {reason}")
SAMPLES_LOST: Final = _("samples were lost")
TEST_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "below_floor": _("below 5 % of its best, or twice its rest"),
        "not_measured": _("its muscle is not measured"),
        "no_maximum": _("its muscle has no maximum"),
    }
)
"""Why a test hold has nothing to tell of its muscle."""

SIGNAL: Final = _("Signal")
BOARD: Final = _("Board")
LOST: Final = _("Lost")
LATENCY: Final = _("Delay")

AGE: Final = _("{state}, newest {age} old")
AGE_S: Final = _("{seconds} s")
RATE: Final = _("{board}, {rate} Hz")
DELAY_SCREEN: Final = _("screen {half} ms (99 %: {most} ms)")
DELAY_FILTER: Final = _("filter {filter} ms")
DELAY_WINDOW: Final = _("averaging {window} ms")

NOTES: Final = _("Notes and markers")
NOTES_LAST: Final = _("Notes and markers, the last {n} of {of}: all are in events.jsonl")
NOTE_HINT: Final = _("N writes a note")
NOTE_OPEN: Final = _("Enter keeps it, Esc leaves")
NO_NOTES: Final = _("none yet")
MARKER: Final = _("Marker {n}")

TRACES: Final = _("Raw signal and envelope, ten seconds")
MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cue": _("cue"),
        "set": _("set"),
        "fired": _("fired"),
        "felt": _("felt"),
        "note": _("note"),
    }
)
SCALE: Final = _("± {level} µV")
SCALE_PLAIN: Final = "± {level}"
SCALE_UP: Final = _("to {level} µV")
SCALE_UP_PLAIN: Final = _("to {level}")

SAVE_REPORT: Final = _("Save report")
REPORT_KEY: Final = "W"


def notes_title(n: int, of: int) -> str:
    """Head a list of notes and markers: as many are shown, of so many there are."""
    return NOTES if n == of else NOTES_LAST.format(n=n, of=of)


def lost_words(n: int, share: str) -> str:
    """``120 samples, 0.15 %``."""
    return _n("{n} sample, {share} %", "{n} samples, {share} %", n).format(n=n, share=share)
