"""Words of the first screen's choices, of the settings, and of the gallery: part of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from ui.language import LANGUAGES, _

APP_NAME: Final = "PowerHold"
MOMENT: Final = _("One moment")
"""Under the name, until the first window is there."""

HISTORY: Final = _("History (Alt+H)")
SETTINGS: Final = _("Settings (Alt+O)")
STILL_ON_KEY: Final = _("Electrodes still on: press Alt+E")
NEW_KEY: Final = _("Electrodes are new: press Alt+E")

MORE: Final = _("More for today")
MORE_LABELS: Final[Mapping[str, str]] = {
    "target": _("Target"),
    "ceiling": _("Ceiling"),
    "feedback": _("Bars in training"),
}
TARGET_MEASURED: Final = _("Measured in the test holds")
OF_MAXIMUM: Final = _(" % of the maximum")
"""After the number of a target or a ceiling."""

CEILING_NONE: Final = _("None")
CEILING_MEASURED: Final = _("From the test holds")
CEILING_OWN: Final = _("A number")
CEILING_OWN_NAME: Final = _("Ceiling in % of the maximum")
NO_CEILING: Final = _("{title} has no ceiling: choose None.")
CEILING_NOT_MEASURED: Final = _("The muscle with the ceiling is not measured: choose None.")
FEEDBACK: Final[Mapping[str, str]] = {
    "": _("As the exercise says"),
    "on": _("On"),
    "faded": _("Shown less and less"),
    "felt": _("Shown after you feel it"),
    "off": _("Off"),
}
MORNING_LABEL: Final = _("Pain after {date}")
MORNING_NAME: Final = _("Worst pain on the morning after")
MORNING_ASKED: Final = _("Worst pain on the morning after {date}, 0 to 10. Leave it empty if nobody knows.")
MORNING_NOT_KEPT: Final = _("The pain of the morning after could not be kept: {reason}")
DATE: Final = _("{month}/{day}")
"""A day of this year, in the order people write it."""

BOARD_AWAY: Final = _("{board} does not answer at {port}: plug it in, then look again (F5)")

SETTINGS_TITLE: Final = _("Settings")
SETTING_LABELS: Final[Mapping[str, str]] = {
    "language": _("Language"),
    "theme": _("Colours"),
    "sound": _("Sounds"),
    "tone": _("Tone"),
    "speech": _("Voice"),
    "volume": _("Volume"),
}
SYSTEM_LANGUAGE: Final = _("As the system")
LANGUAGE_NAMES: Final[Mapping[str, str]] = {"": SYSTEM_LANGUAGE, **LANGUAGES}
THEME_NAMES: Final[Mapping[str, str]] = {"dark": _("Dark"), "light": _("Light")}
ON_OFF: Final[Mapping[bool, str]] = {True: _("On"), False: _("Off")}
PERCENT: Final = _("{value} %")
SETTING_NOTES: Final[Mapping[str, str]] = {
    "tone": _("Its pitch follows the glute; silent without a valid signal."),
    "speech": _("Speaks the steps of the set-up, so that no hand is needed."),
}
FROM_NEXT_START: Final = _("Language and colours change when PowerHold is started the next time.")
SETTINGS_NOT_KEPT: Final = _("The settings could not be kept ({reason}).")
DONE: Final = _("Done")


def day_words(day: date) -> str:
    """Write a day of the last few."""
    return DATE.format(day=day.day, month=day.month)
