"""Make the spoken prompts: ``python -m ui.sound.make_prompts``, on a machine that has ``pico2wave``.

Never run by the program: what it makes is shipped. Each sentence is spoken by SVOX Pico, trimmed, brought
to one loudness and written as Ogg Vorbis. Only files that are missing, or that were made from other words,
are made; ``--all`` makes every one. What it needs and why: ``docs/decisions/0019-sound.md``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import soundfile

from ui.language import LANGUAGES
from ui.sound.prompts import FOLDER, SUFFIX
from ui.sound.spoken import SPOKEN
from ui.sound.synth import FloatArray

VOICES: Final = {"en": "en-US", "de": "de-DE", "es": "es-ES"}
ENGINE: Final = "pico2wave"
TEXTS: Final = "texts.json"
"""Beside the files of a language: what each of them says. It is not shipped."""

QUIET: Final = 0.005
"""Of the peak: what is quieter before and after the words is cut off."""

MARGIN_S: Final = 0.030
FADE_S: Final = 0.010
LOUDNESS: Final = 0.13
"""Root mean square of the spoken part: -18 dB of full scale."""

PEAK: Final = 0.55
COMPRESSION: Final = 0.9
"""Of Vorbis, 0 to 1: smaller files of a voice that has nothing above 8 kHz."""

UNSPOKEN: Final = "¡"
"""The Spanish voice makes half a second of silence of it, and "go" would come late."""

Speak: TypeAlias = Callable[[str, str], tuple[FloatArray, int]]
"""Gives samples and their rate in Hz for a sentence and a language."""


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
            input=text.replace(UNSPOKEN, "").encode(),
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


def texts_of(folder: Path) -> dict[str, str]:
    """Read what the files of a folder say, by their code; empty if nobody knows."""
    path = folder / TEXTS
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def due(folder: Path, sentences: Mapping[str, str]) -> list[str]:
    """List what has no file yet, or one that says something else.

    Parameters
    ----------
    folder : Path
        Of one language.
    sentences : mapping from code to str
        What is to be said.
    """
    made = texts_of(folder)
    return [
        code
        for code, text in sentences.items()
        if made.get(code) != text or not (folder / f"{code}{SUFFIX}").is_file()
    ]


def make(
    folder: Path, language: str, sentences: Mapping[str, str], *, anew: bool = False, speaker: Speak = speak
) -> list[str]:
    """Make what is due in a folder; what is no prompt any more goes, and all else stays byte for byte.

    Parameters
    ----------
    folder : Path
        Of one language.
    language : str
        Its code.
    sentences : mapping from code to str
        What is to be said.
    anew : bool
        Make every file.
    speaker : callable
        Who says it.

    Returns
    -------
    list of str
        Codes of what was made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    codes = list(sentences) if anew else due(folder, sentences)
    texts = {code: text for code, text in texts_of(folder).items() if code in sentences}
    try:
        for code in codes:
            samples, fs_hz = speaker(sentences[code], language)
            texts.pop(code, None)  # a file that is half written says nothing
            soundfile.write(
                folder / f"{code}{SUFFIX}",
                finished(samples, fs_hz),
                fs_hz,
                format="OGG",
                subtype="VORBIS",
                compression_level=COMPRESSION,
            )
            texts[code] = sentences[code]
    finally:  # what was made before something failed is not made again
        told = json.dumps(texts, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / TEXTS).write_text(f"{told}\n", encoding="utf-8")
    for path in folder.glob(f"*{SUFFIX}"):
        if path.stem not in sentences:
            path.unlink()
    return codes


def main(arguments: Sequence[str] | None = None) -> int:
    """Make what is due in every language, and say how much that was."""
    parser = argparse.ArgumentParser(
        prog="python -m ui.sound.make_prompts", description="Make the spoken prompts."
    )
    parser.add_argument("--all", action="store_true", help="every file, not only what is missing or changed")
    anew = parser.parse_args(arguments).all
    if shutil.which(ENGINE) is None:
        parser.exit(1, f"{ENGINE} is not installed: on Debian it is in the package libttspico-utils.\n")
    for language in LANGUAGES:
        sentences = {code: sentence.said_in(language) for code, sentence in SPOKEN.items()}
        made = make(FOLDER / language, language, sentences, anew=anew)
        sys.stdout.write(f"{language}: {len(made)} of {len(sentences)} made\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
