"""Files of other tools have two doors, and one rule for both of how they are read."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import pytest

from tests.emg.analysis.analysed import noise
from tests.ui.analysis.analysing import two_muscles, write_csv
from tests.ui.commands.home_parts import run
from ui.analysis.file_choice import FileChoice
from ui.analysis.typed import RequestError
from ui.commands.analyze import analyze_command
from ui.commands.import_file import import_command

WHO = ("--athlete", "a01", "--date", "2026-03-02")
HOW = ("fs_hz", "unit", "scale", "no_header", "skip", "sites")
SITES = "glute_left=GM_uV,ham_left=2"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two muscles as another program gives them."""
    return two_muscles(tmp_path_factory.mktemp("logger"))


def said_by(exit_code: int, command: click.Command, *arguments: object) -> str:
    """The one sentence, without the lines of usage that stand above some."""
    result = run(command, *arguments)
    assert result.exit_code == exit_code, result.output
    (sentence,) = (
        line
        for line in result.stderr.splitlines()
        if line.strip() and not line.startswith(("Usage:", "Try '"))
    )
    return sentence


@pytest.mark.parametrize(
    ("exit_code", "said"),
    [
        (2, ("--fs", "250")),
        (2, ("--fs", "250", "--sites", "glute_left=1,ham_left=GM_uV")),
        (2, ("--fs", "250", "--sites", "glute_left")),
        (2, ("--fs", "nan", "--sites", SITES)),
        (2, ("--fs", "250", "--scale", "inf", "--sites", SITES)),
        (2, ("--fs", "250", "--skip", "-1", "--sites", SITES)),
        (4, ("--sites", SITES)),
        (4, ("--fs", "250", "--scale", "0", "--sites", SITES)),
        (4, ("--fs", "250", "--sites", "glute_left=3")),
        (4, ("--fs", "250", "--skip", "100000", "--sites", SITES)),
    ],
    ids=str,
)
def test_both_doors_refuse_a_file_by_one_sentence(file: Path, exit_code: int, said: tuple[str, ...]) -> None:
    """Else who imports what was just analysed is told something else of the same mistake."""
    asked = said_by(exit_code, analyze_command, file, *said)
    assert asked == said_by(exit_code, import_command, file, *WHO, *said)


def test_both_doors_are_told_alike_how_a_file_is_read() -> None:
    """Else an option means one thing here and another one there."""

    def options(command: click.Command) -> list[dict[str, object]]:
        return [param.to_info_dict() for param in command.params if param.name in HOW]

    assert len(options(analyze_command)) == len(HOW)
    assert options(analyze_command) == options(import_command)


def test_all_that_was_said_of_a_file_counts(tmp_path: Path) -> None:
    """Else an option is taken and forgotten, and the numbers are of another size, rate or row."""
    path = write_csv(tmp_path / "x.csv", noise([(2.0, 50.0)]), ["a"])
    path.write_text("a line\n" + path.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    said = FileChoice(path, "glute_left=1", fs_hz=500.0, unit="mV", scale=2.0, header=False, skip=1)
    found = said.find()
    data_uv = np.concatenate([block.data_uv for block in found.blocks()])
    written = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    assert data_uv == pytest.approx(written * 2000.0, rel=1e-12)
    assert found.source.info.fs_hz == 500.0
    assert found.montage.as_dict() == {"glute_left": 1}


def test_a_file_is_read_again_from_its_beginning(file: Path) -> None:
    """Else an import looks through its file and then writes an empty session."""
    found = FileChoice(file, SITES, fs_hz=250.0).find()
    shares: list[float] = []
    first = [block.first_sample for block in found.blocks(shares.append)]
    assert first == [block.first_sample for block in found.blocks()]
    assert len(first) == len(shares) > 1
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_what_is_said_goes_before_what_a_session_says(file: Path) -> None:
    """Else nobody can look at another channel of a session."""
    own = FileChoice(file, "ham_right=2", fs_hz=250.0).find().montage, ("2",)
    assert FileChoice(file, fs_hz=250.0).find(own).montage.names == ("ham_right",)
    assert FileChoice(file, SITES, fs_hz=250.0).find(own).montage.names == ("glute_left", "ham_left")
    with pytest.raises(RequestError, match="it has GM_uV, BF_uV"):
        FileChoice(file, fs_hz=250.0).find()


@pytest.mark.parametrize(
    "said", [{"fs_hz": 250.0}, {"unit": "mV"}, {"scale": 2.0}, {"header": False}, {"skip": 1}], ids=str
)
def test_any_word_on_how_a_file_is_read_is_noticed(file: Path, said: dict[str, object]) -> None:
    """Else a session is analysed as it was not meant, and nobody hears that a word was left out."""
    assert FileChoice(file, **said).says_how_to_read  # type: ignore[arg-type]
    assert not FileChoice(file, SITES).says_how_to_read
