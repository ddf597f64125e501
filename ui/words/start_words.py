"""Words of the first screen: part of the catalogue in ``ui/words``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from calibrations.draft import Way
from calibrations.positions import Resistance
from ui.language import _
from ui.words.body_words import all_of

START_LABELS: Final[Mapping[str, str]] = {
    "athlete": _("Athlete"),
    "name": _("Name: stays on this computer"),
    "source": _("Signal from"),
    "sites": _("Channels"),
    "electrodes": _("Electrodes"),
    "way": _("Maximum"),
    "against": _("Pushing against"),
    "protocol": _("Exercise"),
}
ATHLETE_HINT: Final = _("id: letters, digits, - and _")
NAME_HINT: Final = _("if wanted")
ATHLETE_LINE: Final = "{id}   {name}"
"""A known athlete in the list."""

NEW_ELECTRODES: Final = _("New: rest and maximum are measured")
STILL_ON: Final = _("Still on since {time}")
STILL_ON_YESTERDAY: Final = _("Still on since yesterday, {time}")
OTHER_BOARD: Final = _("It was made with {then}, not with {now}.")
KEPT_UNFIT: Final = "{name}: {why}"
"""A calibration that cannot be used, and why."""

MORE_MINUTES_FULL: Final = 2
"""Three rounds of 5 s with 60 s between efforts of one muscle take some 2.9 minutes, two of 3 s some 1.2."""

WAYS: Final[Mapping[Way, str]] = {
    Way.QUICK: _("Quick: 2 efforts of 3 s a muscle"),
    Way.FULL: _("Full, for a baseline: 3 of 5 s, about {minutes} minutes more").format(
        minutes=MORE_MINUTES_FULL
    ),
}
AGAINST: Final[Mapping[Resistance | None, str]] = {
    None: _("Not said"),
    Resistance.HAND: _("A hand"),
    Resistance.STRAP: _("A strap"),
    Resistance.SOFA: _("The sofa"),
}
"""What is not said is not written down."""

DEMO_SOURCE: Final = _("Demo athlete (no hardware)")
MORE_BOARDS: Final = _("More boards ...")
"""Opens the rest of the list."""

CLOSED_BEFORE: Final = _("The window was closed before the session began.")
FOUND: Final = _("{title} on {port}")
"""A board that answers at a port."""

NOT_TO_BE_CHOSEN: Final = "{name}: {why}"
"""A board or a port, and why it is none for a session."""

NOT_ASKED: Final = _("It was not asked.")
OTHER_SYSTEM_ADVICE: Final = _("Its driver runs on {systems} only.")
SYSTEMS: Final[Mapping[str, str]] = {"linux": _("Linux"), "windows": _("Windows"), "macos": _("macOS")}
PLACES: Final[Mapping[str, str]] = {
    "port": _("Port"),
    "address": _("Address"),
    "serial": _("Serial number"),
    "stream": _("Stream"),
    "file": _("File"),
    "": "",
}
"""Where a board is found."""

PLACE_HINTS: Final[Mapping[str, str]] = {
    "port": _("choose the port, or type it"),
    "address": _("of the board"),
    "serial": _("of the board"),
    "stream": _("its name or type, empty for any EMG"),
    "file": _("the recording, with its folder"),
    "": "",
}
CLAIMS: Final[Mapping[str, str]] = {
    "amplitude": _("how hard a muscle works"),
    "onset": _("when it starts"),
    "spectrum": _("how it tires"),
}
CLAIMS_SENTENCE: Final = _("Can tell {claims}.")
REFRESH: Final = _("Look again (F5)")
LOOKING: Final = _("Asking the ports")
NO_PORT: Final = _("No port was found. Plug the board or its dongle in, then look again.")
START: Final = _("Start")
NEXT: Final = _("Next")
BACK: Final = _("Back")
NEXT_KEYS: Final = _("Enter or Page Down")
BACK_KEYS: Final = _("Esc or Page Up")
NAME_NOT_KEPT: Final = _("The name could not be kept ({reason}): leave it empty to go on without it.")
START_REASONS: Final[Mapping[str, str]] = {
    "athlete_missing": _("Type an athlete id first"),
    "demo_is_nobodys": _("Choose the athlete's board; for the demo leave the athlete empty"),
    "protocol_missing": _("There is no exercise to choose"),
    "port_missing": _("Choose the port of the board"),
    "address_missing": _("Type the address of the board"),
    "serial_missing": _("Type the serial number of the board"),
    "file_missing": _("Type which recording"),
    "looking": _("The ports are being asked, a moment"),
}
SURVEY_FAILED: Final = _("The ports could not be asked ({error}): please report it")


def hindrance_words(name: str, why: str) -> str:
    """Say why a board or a port cannot be chosen; a sentence that names it needs no other name."""
    return why if name in why else NOT_TO_BE_CHOSEN.format(name=name, why=why)


def claims_words(claims: frozenset[str]) -> str:
    """Say what a board's numbers can carry; empty if nothing."""
    said = [words for claim, words in CLAIMS.items() if claim in claims]
    if not said:
        return ""
    return CLAIMS_SENTENCE.format(claims=all_of(said))


def still_on_words(made_at: datetime, now: datetime) -> str:
    """Say since when electrodes have been on, by the clock on the wall."""
    there = made_at.astimezone(now.tzinfo)
    sentence = STILL_ON if there.date() == now.date() else STILL_ON_YESTERDAY
    return sentence.format(time=f"{there:%H:%M}")
