"""Make the spoken prompts: ``python -m ui.sound.make_prompts``, on a machine that has ``pico2wave``.

Never run by the program: what it makes is shipped. Each sentence is spoken by SVOX Pico, trimmed, brought
to one loudness and written as Ogg Vorbis. What it needs and why: ``docs/decisions/0019-sound.md``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import soundfile

from ui.sound.prompts import FOLDER, SUFFIX
from ui.sound.spoken import LANGUAGES, SPOKEN
from ui.sound.synth import FloatArray

VOICES: Final = {"en": "en-US", "de": "de-DE"}
ENGINE: Final = "pico2wave"

QUIET: Final = 0.005
"""Of the peak: what is quieter before and after the words is cut off."""

MARGIN_S: Final = 0.030
FADE_S: Final = 0.010
LOUDNESS: Final = 0.13
"""Root mean square of the spoken part: -18 dB of full scale."""

PEAK: Final = 0.55
COMPRESSION: Final = 0.9
"""Of Vorbis, 0 to 1: smaller files of a voice that has nothing above 8 kHz."""


def speak(text: str, language: str) -> tuple[FloatArray, int]:
    """Speak a sentence.

    Parameters
    ----------
    text : str
        The sentence.
    language : str
        Code of the language.

    Returns
    -------
    ndarray of shape (n_samples,), float32, and int
        What the engine says, and its rate in Hz.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        # by the pipe: some builds lose a sentence that is given as an argument
        subprocess.run(  # noqa: S603
            [ENGINE, "--lang", VOICES[language], "--wave", str(path)],
            input=text.encode(),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        samples, fs_hz = soundfile.read(path, dtype="float32")
    return samples, fs_hz


def finished(samples: FloatArray, fs_hz: int) -> FloatArray:
    """Trim, fade and bring to one loudness.

    Parameters
    ----------
    samples : ndarray of shape (n_samples,), float32
        As it was spoken.
    fs_hz : int
        Its rate.
    """
    heard = np.flatnonzero(np.abs(samples) > QUIET * np.abs(samples).max())
    margin, fade = round(MARGIN_S * fs_hz), round(FADE_S * fs_hz)
    voice = samples[max(0, heard[0] - margin) : heard[-1] + margin].astype(np.float64)
    ramp = np.linspace(0.0, 1.0, fade)
    voice[:fade] *= ramp
    voice[-fade:] *= ramp[::-1]
    spoken = voice[np.abs(voice) > QUIET * np.abs(voice).max()]
    voice *= LOUDNESS / np.sqrt(np.mean(spoken**2))
    # what stands out is bent, not cut: a limited peak is not heard, a low voice is
    return (PEAK * np.tanh(voice / PEAK)).astype(np.float32)


def main() -> int:
    """Make all of them anew; what is no prompt any more goes."""
    for language in LANGUAGES:
        folder = FOLDER / language
        folder.mkdir(parents=True, exist_ok=True)
        for code, sentence in SPOKEN.items():
            samples, fs_hz = speak(getattr(sentence, language), language)
            soundfile.write(
                folder / f"{code}{SUFFIX}",
                finished(samples, fs_hz),
                fs_hz,
                format="OGG",
                subtype="VORBIS",
                compression_level=COMPRESSION,
            )
        for path in folder.glob(f"*{SUFFIX}"):
            if path.stem not in SPOKEN:
                path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
