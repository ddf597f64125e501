"""Claims about `powerhold boards`."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hardware.boards import BOARDS
from ui.commands.boards import boards_command

SHOWN_FOR_PEOPLE = {"Cyton", "Ganglion", "MyoWare", "Galea"}


def call(*arguments: str, columns: int = 80) -> Result:
    return CliRunner().invoke(boards_command, arguments, env={"COLUMNS": str(columns)})


def told() -> dict[str, dict[str, Any]]:
    found = json.loads(call("--json").stdout)
    assert list(found) == ["boards"]
    return {board["name"]: board for board in found["boards"]}


@pytest.mark.parametrize("columns", [80, 120])
def test_every_board_is_listed_whole_in_the_width_there_is(columns: int) -> None:
    """Else a name is cut in a small terminal, and what is left of it is not accepted after --board."""
    shown = call(columns=columns)

    assert (shown.exit_code, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert "…" not in shown.stdout
    for board in BOARDS.values():
        assert any(board.name in line.split() for line in lines)
    together = " ".join(shown.stdout.split())
    if columns == 120:
        assert all(title in together for title in SHOWN_FOR_PEOPLE)


def test_a_refused_board_is_listed_with_its_reason_and_with_nothing_else() -> None:
    """Else somebody buys a Daisy for EMG, or thinks that it was forgotten."""
    usable, refused = call(columns=120).stdout.split("Not for EMG")

    assert "cyton_daisy " not in usable
    assert "It sends 125 samples a second" in refused
    assert "aavaa_v3" in refused
    assert "cyton_wifi" not in refused.replace("'cyton_daisy_wifi'", "")


def test_what_the_board_swallows_is_printed() -> None:
    """Else a Cyton's numbers are compared with a laboratory's."""
    row = next(line.split() for line in call().stdout.splitlines() if line.startswith("cyton "))
    assert row == ["cyton", "serial", "250", "Hz", "8", "65", "Hz", "43", "%", "amplitude,", "onset"]


def test_programs_are_told_all_of_a_board() -> None:
    """Else a script has to read a table made for people; names that were there stay."""
    cyton = told()["cyton"]

    assert (
        cyton.items()
        >= {
            "title": "OpenBCI Cyton",
            "link": "serial",
            "fs_hz": 250.0,
            "n_channels": 8,
            "bandwidth_hz": 65.0,
            "full_scale_at_gain_1_uv": 4.5e6,
            "gains": [1, 2, 4, 6, 8, 12, 24],
            "default_gain": 24,
            "droop_at_100_hz_db": -7.26,
            "claims": ["amplitude", "onset"],
            "platforms": ["linux", "macos", "windows"],
            "unit": "uV",
            "signal": "raw",
            "needs": ["port"],
            "refusal": "",
        }.items()
    )
    assert cyton["note"]
    assert list(told()) == list(BOARDS)
    assert told()["cyton_daisy"]["claims"] == []
    assert told()["cyton_daisy"]["refusal"].startswith("It sends 125 samples a second")


def test_what_is_not_known_is_null_and_counts_are_no_microvolts() -> None:
    """Else a program reads a rate of zero, an infinite band, or takes counts for microvolts."""
    boards = told()

    spikerbox = boards["spikerbox"]
    for unknown in ("fs_hz", "n_channels", "bandwidth_hz", "droop_at_100_hz_db", "full_scale_at_gain_1_uv"):
        assert spikerbox[unknown] is None
    assert (spikerbox["unit"], spikerbox["full_scale_at_gain_1_au"]) == ("arbitrary", 16384.0)
    assert boards["cyton"]["full_scale_at_gain_1_au"] is None
    assert boards["serial-text"]["signal"] == "envelope"
