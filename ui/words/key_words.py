"""Words of the keys, and of what a window says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ui.language import _
from ui.words import words

KEY_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **words.KEY_NAMES,
        "hide_bars": _("B, full stop"),
        "mark": _("1 to 9"),
        "note": "N",
        "mute": "M",
        "tone": "T",
        "start": "F5",
        "switch": _("Tab, F2"),
        "pictures": "P",
        "report": "W",
    }
)
"""Keys of each action, as they are printed on a keyboard."""

KEY_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **words.KEY_WORDS,
        "hide_bars": _("Hide the bars, show them again"),
        "mark": _("Set a marker, where no number is asked"),
        "note": _("Write a note"),
        "mute": _("Sound off and on"),
        "tone": _("Tone that follows the glute"),
        "start": _("Start, go on after a pause"),
        "switch": _("Athlete page, therapist page"),
        "pictures": _("Pictures of the sets so far, in a rest"),
        "report": _("Save a report of what went wrong, without names"),
    }
)
"""What each action does."""

MUTED: Final = _("Sound off: M turns it on")
PROBLEM_TITLE: Final = _("Paused")
PROBLEM_CALM: Final = _("Nothing is lost. Space goes on")
PROBLEM_ATHLETE: Final = _("Paused: nothing is lost. Space goes on")
PROBLEM_THERAPIST: Final = _(
    "Something in this program went wrong. The session was paused; it is still recorded and saved"
)
PROBLEM_START: Final = _("Something went wrong in this program: {what}")
REPORT_TITLE: Final = _("Report of what went wrong")
REPORT_SAVED: Final = _("A report without names is in {path}")
REPORT_FAILED: Final = _("The report could not be saved ({reason})")
GO_BACK_HINT: Final = _("Any other key goes back")
AGAIN_HINT: Final = _("Space starts a new session, Q closes the program")
THERAPIST_TITLE: Final = _("PowerHold: therapist")
