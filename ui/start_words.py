"""Words of the first screen: part of the catalogue in ``ui/words.py``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from calibrations.draft import Way

START_LABELS: Final[Mapping[str, str]] = {
    "athlete": "Athlete",
    "name": "Name: stays on this computer",
    "source": "Signal from",
    "sites": "Channels",
    "electrodes": "Electrodes",
    "way": "Maximum",
    "protocol": "Exercise",
}
ATHLETE_HINT: Final = "id: letters, digits, - and _"
NAME_HINT: Final = "if wanted"
ATHLETE_LINE: Final = "{id}   {name}"
"""A known athlete in the list."""

NEW_ELECTRODES: Final = "New: rest and maximum are measured"
STILL_ON: Final = "Still on since {time}"
STILL_ON_YESTERDAY: Final = "Still on since yesterday, {time}"
OTHER_BOARD: Final = "It was made with {then}, not with {now}."
KEPT_UNFIT: Final = "{name}: {why}"
"""A calibration that cannot be used, and why."""

MORE_MINUTES_FULL: Final = 2
"""Three rounds of 5 s with 60 s between efforts of one muscle take some 2.9 minutes, two of 3 s some 1.2."""

WAYS: Final[Mapping[Way, str]] = {
    Way.QUICK: "Quick: 2 efforts of 3 s a muscle",
    Way.FULL: f"Full, for a baseline: 3 of 5 s, about {MORE_MINUTES_FULL} minutes more",
}
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
NEXT: Final = "Next"
BACK: Final = "Back"
NEXT_KEYS: Final = "Enter or Page Down"
BACK_KEYS: Final = "Esc or Page Up"
NAME_NOT_KEPT: Final = "The name could not be kept ({reason}): leave it empty to go on without it."
START_REASONS: Final[Mapping[str, str]] = {
    "athlete_missing": "Type an athlete id first",
    "demo_is_nobodys": "Choose the athlete's board; for the demo leave the athlete empty",
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


def still_on_words(made_at: datetime, now: datetime) -> str:
    """Say since when electrodes have been on, by the clock on the wall."""
    there = made_at.astimezone(now.tzinfo)
    sentence = STILL_ON if there.date() == now.date() else STILL_ON_YESTERDAY
    return sentence.format(time=f"{there:%H:%M}")
