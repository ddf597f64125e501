"""Words of the first screen: part of the catalogue in ``ui/words.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

START_LABELS: Final[Mapping[str, str]] = {
    "athlete": "Athlete",
    "source": "Signal from",
    "sites": "Electrodes",
    "protocol": "Exercise",
    "sore_side": "Sore side",
}
ATHLETE_HINT: Final = "an id, not a name: letters, digits, - and _"
DEMO_SOURCE: Final = "Demo athlete (no hardware)"
FOUND: Final = "{title} on {port}"
"""A board that answers at a port."""

NOT_TO_BE_CHOSEN: Final = "{name}: {why}"
"""A board or a port, and why it is none for a session."""

NOT_ASKED: Final = "It was not asked."
OTHER_SYSTEM_ADVICE: Final = "Its driver runs on {systems} only."
SYSTEMS: Final[Mapping[str, str]] = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}
PLACES: Final[Mapping[str, str]] = {
    "port": "Port",
    "address": "Address",
    "serial": "Serial number",
    "stream": "Stream",
    "file": "File",
    "": "",
}
"""Where a board is found."""

PLACE_HINTS: Final[Mapping[str, str]] = {
    "port": "choose the port, or type it",
    "address": "of the board",
    "serial": "of the board",
    "stream": "its name or type, empty for any EMG",
    "file": "the recording, with its folder",
    "": "",
}
CLAIMS: Final[Mapping[str, str]] = {
    "amplitude": "how hard a muscle works",
    "onset": "when it starts",
    "spectrum": "how it tires",
}
CLAIMS_SENTENCE: Final = "Can tell {claims}."
REFRESH: Final = "Look again (F5)"
LOOKING: Final = "Asking the ports"
NO_PORT: Final = "No port was found. Plug the board or its dongle in, then look again."
START: Final = "Start"
START_REASONS: Final[Mapping[str, str]] = {
    "athlete_missing": "Type an athlete id first",
    "protocol_missing": "There is no exercise to choose",
    "port_missing": "Choose the port of the board",
    "address_missing": "Type the address of the board",
    "serial_missing": "Type the serial number of the board",
    "file_missing": "Type which recording",
    "looking": "The ports are being asked, a moment",
}
SURVEY_FAILED: Final = "The ports could not be asked ({error!r}): please report it"


def hindrance_words(name: str, why: str) -> str:
    """Say why a board or a port cannot be chosen; a sentence that names it needs no other name."""
    return why if name in why else NOT_TO_BE_CHOSEN.format(name=name, why=why)


def claims_words(claims: frozenset[str]) -> str:
    """Say what a board's numbers can carry; empty if nothing."""
    said = [words for claim, words in CLAIMS.items() if claim in claims]
    if not said:
        return ""
    *most, last = said
    return CLAIMS_SENTENCE.format(claims=f"{', '.join(most)} and {last}" if most else last)
