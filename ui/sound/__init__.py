"""What people hear: cues, a voice, and a tone that follows the muscle. Without Qt."""

from ui.sound.player import Sound

__all__ = ["Sound"]
