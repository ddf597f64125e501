"""Making the spoken prompts: only what is due, and all of one loudness. The voice here is a hum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ui.sound.make_prompts import LOUDNESS, PEAK, finished, make, texts_of
from ui.sound.prompts import SUFFIX
from ui.sound.synth import FloatArray

FS_HZ = 16_000
SENTENCES = {"go": "Go!", "rest": "Rest.", "relax": "Relax."}


class Hum:
    """Says each sentence as a tone between two silences, and keeps what it was asked for."""

    def __init__(self, fails_at: str = "") -> None:
        self.said: list[tuple[str, str]] = []
        self._fails_at = fails_at

    def __call__(self, text: str, language: str) -> tuple[FloatArray, int]:
        if text == self._fails_at:
            raise OSError(text)
        self.said.append((text, language))
        return hum(0.1 * len(text)), FS_HZ


def hum(seconds: float, level: float = 0.1, silence_s: float = 0.3) -> FloatArray:
    silence = np.zeros(round(silence_s * FS_HZ))
    wave = level * np.sin(2.0 * np.pi * 200.0 * np.arange(round(seconds * FS_HZ)) / FS_HZ)
    return np.concatenate([silence, wave, silence]).astype(np.float32)


def files(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in folder.glob(f"*{SUFFIX}")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A language that is spoken already."""
    assert make(tmp_path / "en", "en", SENTENCES, speaker=Hum()) == list(SENTENCES)
    return tmp_path / "en"


def test_what_is_there_stays_byte_for_byte(folder: Path) -> None:
    """Else one new sentence changes every file of the release."""
    before, voice = files(folder), Hum()
    assert make(folder, "en", SENTENCES, speaker=voice) == []
    assert (voice.said, files(folder)) == ([], before)


def test_a_changed_a_missing_and_a_new_sentence_are_made_and_a_dropped_one_goes(folder: Path) -> None:
    """Else the voice says what the table said before."""
    before, voice = files(folder), Hum()
    (folder / f"rest{SUFFIX}").unlink()
    wanted = {"go": "Go now!", "rest": "Rest.", "done": "Done."}
    assert make(folder, "en", wanted, speaker=voice) == ["go", "rest", "done"]
    assert voice.said == [("Go now!", "en"), ("Rest.", "en"), ("Done.", "en")]
    after = files(folder)
    assert set(after) == set(wanted)
    assert after["go"] != before["go"]
    assert texts_of(folder) == wanted


def test_all_can_be_made_anew(folder: Path) -> None:
    """Else a better engine speaks only the new sentences."""
    assert make(folder, "en", SENTENCES, anew=True, speaker=Hum()) == list(SENTENCES)


def test_what_was_made_before_a_failure_is_not_made_again(tmp_path: Path) -> None:
    """Else a hundred files are made again for one that failed, or the one that failed is taken as made."""
    with pytest.raises(OSError, match="Relax"):
        make(tmp_path, "en", SENTENCES, speaker=Hum(fails_at="Relax."))
    assert make(tmp_path, "en", SENTENCES, speaker=Hum()) == ["relax"]


@pytest.mark.parametrize("level", [0.02, 0.5, 0.99])
def test_a_voice_is_trimmed_and_brought_to_one_loudness(level: float, tmp_path: Path) -> None:
    """Else one sentence is missed and the next one frightens."""
    voice = finished(hum(0.5, level), FS_HZ)
    assert len(voice) / FS_HZ == pytest.approx(0.56, abs=0.01)
    assert np.sqrt(np.mean(voice**2)) == pytest.approx(LOUDNESS, rel=0.15)
    assert np.abs(voice).max() < PEAK
    assert voice[0] == voice[-1] == 0.0
    make(tmp_path, "en", {"hum": "Hum."}, speaker=lambda _text, _language: (hum(0.5, level), FS_HZ))
    samples, fs_hz = soundfile.read(tmp_path / f"hum{SUFFIX}")
    assert (fs_hz, len(samples)) == (FS_HZ, len(voice))
