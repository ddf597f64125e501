"""Words of ``powerhold export`` and ``powerhold unseal``."""

from __future__ import annotations

from typing import Final

from ui.language import _

NOTHING: Final = _("Say which sessions: their folders or names, --athlete ID, or --all.")
NONE_LEFT: Final = _("There is no session to export.")
DONE: Final = _("Exported to {path}.")
KEY: Final = _("{subject} is {athlete}, with sessions {sessions}.")
KEEP_KEY: Final = _("The codes stand in the export, and whose they are only here.")
NOTES_LEAVE: Final = _("What people wrote is in it and may name somebody: read it before you pass it on.")
LEFT_OUT: Final = _("Left out: {reason}")
PASSPHRASE: Final = _("Passphrase")
AGAIN: Final = _("The same passphrase again")
NO_PASSPHRASE: Final = _("Type the passphrase when asked, or set it in POWERHOLD_PASSPHRASE.")
LOST_IS_LOST: Final = _("Nobody can open it without the passphrase, not even PowerHold: keep it elsewhere.")
OPENED: Final = _("Opened into {path}.")
INTERRUPTED: Final = _("Interrupted: nothing was exported.")
