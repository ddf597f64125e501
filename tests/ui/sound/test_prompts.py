"""The spoken prompts as they are shipped."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import soundfile

from calibrations.positions import POSITIONS
from emg.montage import BDF_NAMES, Legs, Side
from ui.language import LANGUAGES
from ui.sound.make_prompts import LOUDNESS, PEAK, texts_of
from ui.sound.prompts import FOLDER, PAUSE_S, SUFFIX, Prompts
from ui.sound.spoken import (
    CHECK,
    READY,
    SPOKEN,
    TAP,
    Muscle,
    Sentence,
    leg_prompt,
    next_prompt,
    site_prompt,
)

MOST_BYTES = 4_000_000
PER_LETTER_S = (0.04, 0.095)
"""Of the voices as they are; to the longer one comes what a sentence has at its stops."""

STOPS_S = 0.35

PARTS = ["lie_loose", "go", "ready_ham_left"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_its_file_and_no_file_is_left_over(language: str) -> None:
    """Else a prone athlete waits for a word that never comes."""
    assert {path.stem for path in (FOLDER / language).glob(f"*{SUFFIX}")} == set(SPOKEN)


def test_every_language_that_is_read_is_spoken() -> None:
    """Else who reads Spanish is led in English."""
    assert {voice.name for voice in fields(Sentence)} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_says_the_sentence_of_today(language: str) -> None:
    """Else a sentence is mended in the table, and the voice goes on saying the old one."""
    assert texts_of(FOLDER / language) == {code: said.said_in(language) for code, said in SPOKEN.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_prompts_say_the_same(language: str) -> None:
    """Else left and right are told by one sentence."""
    said = [sentence.said_in(language) for sentence in SPOKEN.values()]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_are_of_one_loudness_and_begin_and_end_softly(language: str) -> None:
    """Else one is missed and the next one frightens, or each begins with a click."""
    for path in (FOLDER / language).glob(f"*{SUFFIX}"):
        samples, _fs_hz = soundfile.read(path)
        spoken = samples[np.abs(samples) > 0.01]
        assert samples.ndim == 1
        assert np.abs(samples).max() < PEAK, path.stem  # more is a crack that the engine has made
        assert np.sqrt(np.mean(spoken**2)) == pytest.approx(LOUDNESS, rel=0.15), path.stem
        assert abs(samples[0]) < 0.01, path.stem
        assert abs(samples[-1]) < 0.01, path.stem


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_is_as_long_as_its_sentence(language: str) -> None:
    """Else the voice has lost a word, or leaves a silence in which nobody knows what to do."""
    least_s, most_s = PER_LETTER_S
    for code, sentence in SPOKEN.items():
        letters = len(sentence.said_in(language))
        length_s = soundfile.info(FOLDER / language / f"{code}{SUFFIX}").duration
        assert least_s * letters < length_s < most_s * letters + STOPS_S, code
        assert length_s < 4.5, code


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


def test_a_muscle_agrees_with_its_side_in_every_language() -> None:
    """Else the voice makes the mistakes of somebody who does not speak the language."""
    calf = Muscle("calf", "Wade", "pantorrilla", feminine=frozenset({"de", "es"}))
    glute = Muscle("glute", "Gesäßmuskel", "glúteo")
    named = [
        [muscle.on(side).said_in(code) for code in LANGUAGES] for muscle in (calf, glute) for side in Side
    ]
    assert named == [
        ["left calf", "linke Wade", "pantorrilla izquierda"],
        ["right calf", "rechte Wade", "pantorrilla derecha"],
        ["left glute", "linker Gesäßmuskel", "glúteo izquierdo"],
        ["right glute", "rechter Gesäßmuskel", "glúteo derecho"],
    ]


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
    lengths = {len(Prompts(language, 16_000.0).spoken(("rest",))) for language in LANGUAGES}
    assert len(lengths) == len(LANGUAGES)


def test_a_missing_file_is_an_error_of_the_disk(tmp_path: Path) -> None:
    """Else a broken installation ends the thread that speaks."""
    (tmp_path / "en").mkdir()
    with pytest.raises(OSError, match="go"):
        Prompts("en", 16_000.0, tmp_path).spoken(("go",))
