"""Words of the page that is shown at the first start: part of the catalogue in ``ui/words``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ui.language import _, _p

TITLE: Final = _("Before the first time")
NAMES: Final[Mapping[str, str]] = {
    "battery": _("Battery"),
    "board": _("Board"),
    "permission": _("Permission"),
    "sound": _("Sound"),
    "files": _("Files"),
}
MARKS: Final[Mapping[str, str]] = {
    "good": _p("mark", "Good"),
    "look": _p("mark", "Look at this"),
    "open": _p("mark", "Not known yet"),
}
"""For a screen reader, which sees no shapes."""

BATTERY: Final[Mapping[bool | None, str]] = {
    True: _("The computer runs on its battery."),
    False: _("Pull the charger out before electrodes go on a person."),
    None: _("With electrodes on a person, only a computer on its battery."),
}
BOARD_FOUND: Final = _("{title} answers at {port}.")
BOARD_ASKING: Final = _("The ports are being asked.")
BOARD_NONE: Final = _("None answers yet: plug it in and press F5. The demo athlete needs none.")
PORTS_GOOD: Final = _("You may use the ports.")
PORTS_REFUSED: Final = _("You may not use {port}. Run 'powerhold doctor': it says how to change that.")
PORTS_NONE: Final = _("Seen when a board is plugged in.")
SOUND_GOOD: Final = _("Counting and voice can be heard.")
SOUND_LIBRARY: Final = _("Silent without the package libportaudio2. All that is said can also be seen.")
SOUND_NO_OUTPUT: Final = _("No loudspeaker is here. All that is said can also be seen.")
SOUND_UNKNOWN: Final = _("If nothing is heard, look at the volume of the system.")
FILES_GOOD: Final = _("Sessions stay on this computer, in {folder}.")
FILES_REFUSED: Final = _("Nothing can be written to {folder} ({reason}).")
ONCE: Final = _("This page comes once. 'powerhold doctor' looks at all of it again.")
GO_ON: Final = _("Go on")
GO_ON_KEYS: Final = _("Enter, Page Down or Esc")
