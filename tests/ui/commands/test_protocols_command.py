"""Claims about `powerhold protocols`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from emg.protocols import bundled_protocols, load_protocol, protocol_text
from ui.commands.protocols import protocols_command
from ui.kept.exercises import protocols_folder


def call(*arguments: str, columns: int = 80) -> Result:
    result = CliRunner().invoke(protocols_command, arguments, env={"COLUMNS": str(columns)})
    assert not isinstance(result.exception, Exception), result.exception
    return result


def told() -> list[dict[str, Any]]:
    result = call("--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert list(found) == ["protocols"]
    listed: list[dict[str, Any]] = found["protocols"]
    return listed


def put(name: str, content: str) -> None:
    protocols_folder().mkdir(parents=True, exist_ok=True)
    (protocols_folder() / name).write_text(content, encoding="utf-8")


def mine(title: str = "Mine") -> str:
    text = protocol_text("hip_hinge").replace('code = "hip_hinge"', 'code = "mine"')
    return text.replace('title = "Hip hinge"', f'title = "{title}"')


@pytest.mark.parametrize("columns", [80, 120])
def test_every_exercise_is_listed_whole_in_the_width_there_is(columns: int) -> None:
    """Else a name is cut in a small terminal, and what is left of it is not accepted after --protocol."""
    shown = call(columns=columns)

    assert (shown.exit_code, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert "…" not in shown.stdout
    for code in bundled_protocols():
        assert any(line.split()[:1] == [code] for line in lines)
        assert (load_protocol(code).title in shown.stdout) == (columns == 120)
    row = next(line for line in lines if line.startswith("ham_isometric_prone"))
    assert " ".join(row.split()).endswith("hamstring 40 % 10 holds of 5 s; each leg")


def test_own_ones_and_broken_ones_stand_by_themselves() -> None:
    """Else somebody takes his own file for ours, or looks for one that is not there."""
    assert "Your own\n" not in call().stdout
    assert "Cannot be used" not in call().stdout
    put("mine.toml", mine("[bold]Mine[/bold]"))
    put("bad.toml", "schema = 1\n")

    shown = call(columns=120).stdout
    of_ours, rest = shown.split("\nYour own\n")
    of_mine, broken = rest.split("\nCannot be used\n")
    assert "mine" not in of_ours
    assert "[bold]Mine[/bold]" in of_mine
    assert broken.strip().startswith("bad.toml: code: it is missing.")
    assert str(protocols_folder()) in "".join(broken.split("\n"))


def test_programs_are_told_all_of_an_exercise() -> None:
    """Else a script has to read a table made for people; names that were there stay."""
    put("mine.toml", mine())
    put("bad.toml", "schema = 1\n")

    listed = told()
    by_code = {one["code"]: one for one in listed}

    assert list(by_code) == [*bundled_protocols(), "bad", "mine"]
    assert {tuple(one) for one in listed} == {("code", "title", "origin", "problem", "protocol")}
    assert by_code["bad"] == {
        "code": "bad",
        "title": "",
        "origin": "own",
        "problem": "bad.toml: code: it is missing.",
        "protocol": None,
    }
    assert (by_code["mine"]["origin"], by_code["mine"]["title"]) == ("own", "Mine")
    assert by_code["mine"]["protocol"]["sets"][0]["repetitions"] == 15
    ours = by_code["power_position"]
    assert (ours["origin"], ours["problem"]) == ("bundled", "")
    assert ours["protocol"] == load_protocol("power_position").model_dump(mode="json", by_alias=True)
    assert (ours["protocol"]["schema"], ours["protocol"]["target"]["ceiling_pct"]) == (1, None)


def test_what_is_shown_can_be_saved_as_an_own_one() -> None:
    """Else who wants to change one number begins with an empty file."""
    shown = call("show", "hip_hinge")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout_bytes.decode() == protocol_text("hip_hinge")
    put("mine.toml", shown.stdout.replace('code = "hip_hinge"', 'code = "mine"'))

    assert told()[-1]["problem"] == ""
    assert call("show", "mine").stdout == (protocols_folder() / "mine.toml").read_text(encoding="utf-8")


def test_a_title_that_no_terminal_knows_can_be_shown_and_told() -> None:
    """Else an accent ends the command on an old terminal."""
    put("mine.toml", mine("Übung Ω"))

    runner = CliRunner(charset="ascii")
    assert runner.invoke(protocols_command, ["show", "mine"]).stdout_bytes == mine("Übung Ω").encode()
    assert (
        json.loads(runner.invoke(protocols_command, ["--json"]).stdout)["protocols"][-1]["title"] == "Übung Ω"
    )


@pytest.mark.parametrize("code", ["squat", "../mine", "bad", ""])
def test_what_cannot_be_shown_is_one_sentence(code: str) -> None:
    """Else a typing error ends in a traceback, or in an empty file that looks saved."""
    put("bad.toml", "schema = 1\n")

    shown = call("show", code)
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert len(shown.stderr.splitlines()) == 1
