"""Claims about `powerhold returns`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emg.session.returning import MAX_NOTES
from ui.commands.returns import returns_command
from ui.kept.home import athletes_folder
from ui.kept.returns import returns_of
from ui.words import trend_words

ALL = ("--feels-left", "8", "--feels-right", "6", "--bridges-left", "22", "--bridges-right", "15")


def call(*arguments: str) -> Result:
    result = CliRunner().invoke(returns_command, arguments, env={"COLUMNS": "80"})
    assert not isinstance(result.exception, Exception), result.exception
    return result


def add(*arguments: str, athlete: str = "anna-1") -> Result:
    return call("add", "--athlete", athlete, *arguments)


def notes_file(athlete: str = "anna-1") -> Path:
    return athletes_folder() / athlete / "returns.json"


def test_what_is_noted_is_kept_and_told_with_what_emg_does_not_say() -> None:
    """Else a number of bridges is taken for one of EMG, or the other way round."""
    result = add(*ALL)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "left 22, right 15; left is 147 % of right." in result.stderr
    assert trend_words.NOT_STRENGTH in result.stderr
    (note,) = returns_of("anna-1")
    assert (note.feels_left_0_10, note.feels_right_0_10) == (8, 6)
    assert (note.bridges_left, note.bridges_right) == (22, 15)


def test_programs_are_told_the_note_with_its_date_and_counts() -> None:
    """Else a script has to reckon the symmetry itself."""
    said = json.loads(add(*ALL, "--json").stdout)

    assert said == {
        "athlete": "anna-1",
        "noted_at": returns_of("anna-1")[0].model_dump(mode="json")["noted_at"],
        "feels_left_0_10": 8,
        "feels_right_0_10": 6,
        "bridges_left": 22,
        "bridges_right": 15,
        "bridges_lsi_pct": pytest.approx(146.67, abs=0.01),
        "bridges_n": [22, 15],
        "reason": "",
    }


def test_notes_are_listed_newest_first() -> None:
    """Else the first visit is read as the last."""
    add("--feels-left", "3")
    add("--bridges-left", "9", "--bridges-right", "0")

    notes = json.loads(call("list", "--athlete", "anna-1", "--json").stdout)["returns"]
    table = call("list", "--athlete", "anna-1").stdout

    assert [note["reason"] for note in notes] == ["no_bridges:right", "not_counted:left"]
    assert notes[0]["bridges_lsi_pct"] is None
    assert "3 of 10" in table
    assert trend_words.NOT_STRENGTH in " ".join(table.split())


def test_a_leg_without_a_bridge_is_told_and_not_divided_by() -> None:
    """Else the best leg is infinitely better."""
    assert "there is no quotient" in add("--bridges-left", "9", "--bridges-right", "0").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--feels-left", "11"),
        ("--bridges-right", "-1"),
        ("--bridges-right", "9999"),
        ("--feels-left", "x"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[str, ...]) -> None:
    """Else a slip of a key is a result."""
    result = add(*arguments)

    assert result.exit_code == 2
    assert not notes_file().exists()


def test_a_name_is_no_athlete() -> None:
    """Else names of people stand in folders that travel."""
    result = add(*ALL, athlete="Anna Smith")

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("content", ["{", "{}", '{"schema": 2, "athlete": "anna-1", "notes": []}'])
def test_broken_notes_are_said_in_one_sentence_and_left_as_they_are(content: str) -> None:
    """Else months of notes are written over."""
    notes_file().parent.mkdir(parents=True)
    notes_file().write_text(content)

    for result in (add(*ALL), call("list", "--athlete", "anna-1")):
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (4, "", 1)
    assert notes_file().read_text() == content


def test_notes_of_another_athlete_are_not_theirs() -> None:
    """Else a copied file gives one athlete another's legs."""
    add(*ALL)
    notes_file("b02").parent.mkdir(parents=True)
    notes_file("b02").write_bytes(notes_file().read_bytes())

    assert call("list", "--athlete", "b02").exit_code == 4


def test_a_full_file_says_so() -> None:
    """Else note 5,001 ends in a traceback."""
    note = {"noted_at": "2026-03-01T12:00:00Z", "feels_left_0_10": 1}
    notes_file().parent.mkdir(parents=True)
    notes_file().write_text(json.dumps({"schema": 1, "athlete": "anna-1", "notes": [note] * MAX_NOTES}))

    result = add(*ALL)

    assert (result.exit_code, result.stderr.count("\n")) == (4, 1)
    assert "no more go in" in result.stderr


def test_nothing_noted_is_said() -> None:
    """Else an empty screen looks like a failure."""
    assert call("list", "--athlete", "anna-1").stdout.strip() == trend_words.NO_RETURNS


def test_notes_are_the_owners_alone() -> None:
    """Else whoever shares the computer reads how somebody's leg is."""
    add(*ALL)

    assert notes_file().stat().st_mode & 0o077 == 0
