"""A whole session in each language: what it says, and that its files do not change with it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.words.test_language import TRANSLATED, TWO_WORDS, catalogue_of, pairs
from ui.language import LANGUAGES


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Path]]:
    """What two sessions told, and where they lie; the languages run side by side."""
    folder = tmp_path_factory.mktemp("languages")
    code = "from ui.cli import main; main()"
    runs = {}
    for name in LANGUAGES:
        told = {**os.environ, "POWERHOLD_LANGUAGE": name, "POWERHOLD_HOME": str(folder / f"home-{name}")}
        command = [sys.executable, "-c", code, "demo", "--headless", "--speed", "0"]
        runs[name] = subprocess.Popen(
            [*command, "--out", str(folder / name)],
            env=told | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "300"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    said = {name: run.communicate(timeout=180)[0].decode("utf-8") for name, run in runs.items()}
    assert {run.returncode for run in runs.values()} == {0}
    return {name: (text, next((folder / name).iterdir())) for name, text in said.items()}


@pytest.mark.parametrize(
    ("name", "lies", "saved", "row"),
    [
        ("de", "Leg dich auf den Bauch", "Gespeichert in", "Gesäß : Beinbeuger"),
        ("es", "Túmbate boca abajo", "Guardado en", "Glúteo : isquio"),
    ],
)
def test_a_session_says_nothing_in_english(
    sessions: dict[str, tuple[str, Path]], name: str, lies: str, saved: str, row: str
) -> None:
    """Else the athlete gets half of what to do in a foreign language."""
    told, folder = sessions[name]
    left = told.replace(str(folder), "")
    english = [said for said, word in pairs(catalogue_of(name)) if TWO_WORDS.search(said) and word != said]

    assert lies in told
    assert f"{saved} {folder}" in told
    assert [said for said in english if said in left] == []
    assert not re.search(r"\b(the|and|of|glute|hamstring|hold|leg|rest)\b", left)
    assert re.search(rf"{row} +\d,\d\d +\d,\d\d", told)


def test_files_are_the_same_in_every_language(sessions: dict[str, tuple[str, Path]]) -> None:
    """Else what one clinic measured cannot be read together with what another did."""
    english = _files(sessions["en"][1])

    assert set(english) > {"summary.json", "holds.csv", "events.jsonl", "activation.csv"}
    for language_name in TRANSLATED:
        other = _files(sessions[language_name][1])
        assert set(other) == set(english)
        for name in english:
            assert other[name] == english[name], (language_name, name)


def _files(folder: Path) -> dict[str, str]:
    """Content of a session's text files, without its name and its times of day."""
    now = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\d{8}T\d{6}Z")
    files = {path.name: path for path in folder.iterdir() if path.suffix != ".bdf"}
    return {
        name: now.sub("", path.read_text(encoding="utf-8").replace(folder.name, ""))
        for name, path in files.items()
    }
