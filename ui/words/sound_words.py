"""Words about sound: part of the catalogue of ``ui/words``."""

from __future__ import annotations

from typing import Final

from ui.language import _

NAME: Final = _("sound")
"""What follows a session, where it is said that something does so no more."""

NO_LIBRARY: Final = _("No sound: this computer lacks the audio library")
NO_DEVICE: Final = _("No sound: no audio device found")
DEVICE_GONE: Final = _("No sound: the audio device is gone")
NO_VOICE: Final = _("No voice: its files cannot be read")
SOUND_FAILED: Final = _("No sound: something in it failed ({why})")
