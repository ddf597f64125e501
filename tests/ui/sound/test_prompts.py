"""The spoken prompts as they are shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from calibrations.positions import POSITIONS
from emg.montage import BDF_NAMES, Legs, Side
from ui.sound.prompts import FOLDER, PAUSE_S, SUFFIX, Prompts
from ui.sound.spoken import (
    CHECK,
    LANGUAGES,
    READY,
    SPOKEN,
    TAP,
    leg_prompt,
    next_prompt,
    site_prompt,
)

MOST_BYTES = 2_500_000
PARTS = ["lie_loose", "go", "ready_ham_left"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_its_file_and_no_file_is_left_over(language: str) -> None:
    """Else a prone athlete waits for a word that never comes."""
    assert {path.stem for path in (FOLDER / language).glob(f"*{SUFFIX}")} == set(SPOKEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_are_of_one_loudness_and_begin_and_end_softly(language: str) -> None:
    """Else one is missed and the next one frightens, or each begins with a click."""
    for path in (FOLDER / language).glob(f"*{SUFFIX}"):
        samples, fs_hz = soundfile.read(path)
        spoken = samples[np.abs(samples) > 0.01]
        assert samples.ndim == 1
        assert 0.2 < len(samples) / fs_hz < 4.5, path.stem
        assert np.abs(samples).max() < 0.7, path.stem
        assert 0.08 < np.sqrt(np.mean(spoken**2)) < 0.2, path.stem
        assert abs(samples[0]) < 0.01, path.stem
        assert abs(samples[-1]) < 0.01, path.stem


def test_they_are_small() -> None:
    """Else the program is mostly voice."""
    assert sum(path.stat().st_size for path in FOLDER.rglob(f"*{SUFFIX}")) < MOST_BYTES


def test_every_listed_muscle_and_every_leg_has_its_own_sentences() -> None:
    """Else "get ready" does not say which muscle."""
    for muscle in BDF_NAMES:
        for side in Side:
            for said in (READY, TAP, CHECK):
                assert site_prompt(said, f"{muscle}_{side}", "") == f"{said}_{muscle}_{side}"
    for working in (*Side, *Legs):
        assert leg_prompt(working) in SPOKEN
        assert next_prompt(working) in SPOKEN


def test_every_position_that_needs_words_has_some() -> None:
    """Else the position changes and nobody says so."""
    silent = {code for code in POSITIONS if f"position_{code}" not in SPOKEN}
    assert silent == {"double_leg_bridge", "free_isometric"}  # one has its own sentence, one is the athlete's


def test_an_unlisted_muscle_is_called_no_wrong_name() -> None:
    """Else the left tibialis is tapped as something else."""
    assert site_prompt(READY, "tibialis_left", "ready") == "ready"


@pytest.mark.parametrize("fs_hz", [16_000.0, 44_100.0, 48_000.0])
def test_a_voice_keeps_its_length_and_loudness_at_any_rate(fs_hz: float) -> None:
    """Else it speaks like a duck on a device of another rate."""
    samples, own_hz = soundfile.read(FOLDER / "en" / f"ready_ham_left{SUFFIX}")
    voice = Prompts("en", fs_hz).spoken(("ready_ham_left",))
    assert voice.dtype == np.float32
    assert len(voice) / fs_hz == pytest.approx(len(samples) / own_hz, abs=0.001)
    assert np.sqrt(np.mean(voice**2)) == pytest.approx(np.sqrt(np.mean(samples**2)), rel=0.02)


def test_sentences_follow_each_other_after_a_short_silence() -> None:
    """Else "left leg" and "last one" run into each other."""
    prompts = Prompts("en", 16_000.0)
    one, two = (len(prompts.spoken((code,))) for code in ("leg_left", "last_one"))
    both = prompts.spoken(("leg_left", "last_one"), after_s=0.5)
    assert len(both) == one + two + round((PAUSE_S + 0.5) * 16_000)
    assert not both[: round(0.5 * 16_000)].any()


def test_a_language_without_a_voice_speaks_english() -> None:
    """Else it is silent, and nobody knows why."""
    assert np.array_equal(Prompts("fr", 16_000.0).spoken(("go",)), Prompts("en", 16_000.0).spoken(("go",)))
    assert len(Prompts("de", 16_000.0).spoken(("rest",))) != len(Prompts("en", 16_000.0).spoken(("rest",)))


def test_a_missing_file_is_an_error_of_the_disk(tmp_path: Path) -> None:
    """Else a broken installation ends the thread that speaks."""
    (tmp_path / "en").mkdir()
    with pytest.raises(OSError, match="go"):
        Prompts("en", 16_000.0, tmp_path).spoken(("go",))
