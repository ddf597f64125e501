"""The command as people and scripts use it: exit codes, one sentence, one JSON object."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calibrations.placement import Placement
from calibrations.store import save
from emg.montage import FOUR_SITES
from hardware.boards import BOARDS
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import calibration_for
from tests.ui.session.test_plan import BAD_IDS
from ui.cli import main
from ui.kept.placements import current_placement, keep_placement

SITES = "glute_left=1,ham_left=2,glute_right=3,ham_right=4"
LIVE = {
    "--board": "simulated",
    "--sites": SITES,
    "--athlete": "anna",
    "--protocol": "power_position",
}
RECORD = {"--board": "simulated", "--seconds": "1"}


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """The command narrows the umask of its process, and here that is the tests'."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def with_options(command: str, base: dict[str, str], *more: str, **changed: str | None) -> list[str]:
    options = base | {
        f"--{name.replace('_', '-')}": value for name, value in changed.items() if value is not None
    }
    gone = {f"--{name.replace('_', '-')}" for name, value in changed.items() if value is None}
    return [
        command,
        *(part for name, value in options.items() if name not in gone for part in (name, value)),
        *more,
    ]


def one_sentence(result: Result, exit_code: int) -> str:
    """The error as the user sees it."""
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = [
        line for line in result.stderr.splitlines() if line.strip() and not line.startswith("Recording ")
    ]
    assert lines
    said = [line for line in lines if not line.startswith(("Usage:", "Try '"))]
    assert len(said) == 1, result.stderr
    assert said[0].endswith(".")
    return said[0]


# --- what is refused before anything begins


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (with_options("live", LIVE, board="tardis"), "There is no board 'tardis': choose one of cyton"),
        (with_options("record", RECORD, board="tardis"), "There is no board 'tardis'"),
        (with_options("record", RECORD, board=""), "There is no board ''"),
        (with_options("live", LIVE, protocol="squat"), "There is no protocol 'squat'"),
        (with_options("live", LIVE, protocol="../power_position"), "There is no protocol"),
        (
            with_options("live", LIVE, sites="glute_left=1,ham_left=1"),
            "Channel 1 is given to glute_left and ham_left",
        ),
        (with_options("live", LIVE, sites="glute_left=1,glute_left=2"), "glute_left is given twice"),
        (with_options("live", LIVE, sites="glute_left=0"), "Channels count from 1"),
        (with_options("live", LIVE, sites="glute_left=5"), "channel 5"),
        (with_options("live", LIVE, sites="glute_left=-1"), "is not SITE=CHANNEL"),
        (with_options("live", LIVE, sites="glute_left"), "is not SITE=CHANNEL"),
        (with_options("live", LIVE, sites="glute=1"), "is not a site"),
        (with_options("live", LIVE, sites="../x_left=1"), "is not a site"),
        (with_options("live", LIVE, sites=""), "Give at least one site"),
        (with_options("live", LIVE, sites=SITES + ",quad_left=5"), "one to 4 sites"),
        (with_options("live", LIVE, sites=f"glute_left={9**9}"), "is not SITE=CHANNEL"),
        (with_options("live", LIVE, board="cyton"), "needs --port; powerhold ports lists them"),
        (with_options("live", LIVE, address="10.0.0.1"), "leave --address out"),
        (with_options("live", LIVE, serial="x"), "leave --serial out"),
        (with_options("live", LIVE, gain="3"), "has no gain 3"),
        (with_options("live", LIVE, gain="nan"), "has no gain nan"),
        (with_options("live", LIVE, gain="1e400"), "has no gain inf"),
        (with_options("record", RECORD, sites="glute_left=99"), "channel 99"),
        (with_options("record", RECORD, seconds="nan"), "--seconds must be a number"),
        (["demo", "--fault", "headache"], "There is no fault 'headache'"),
        (["demo", "--fault", "late-right-glute@"], "is not a fault"),
        (["demo", "--headless", "--speed", "nan"], "--speed must be a number"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_the_user_can_mend_is_one_sentence_and_exit_2(
    arguments: Sequence[str], says: str, powerhold_home: Path
) -> None:
    """Else a typing error ends in a traceback, or begins a session that means nothing."""
    assert says in one_sentence(call(*arguments), 2)
    assert not powerhold_home.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo", "--speed", "-1"],
        ["demo", "--speed", "inf"],
        ["demo", "--seed", "-1"],
        ["demo", "--seed", "one"],
        ["demo", "--no-such-option"],
        ["nonsense"],
        ["live"],
        with_options("live", LIVE, athlete=None),
        with_options("live", LIVE, sore_side="top"),
        with_options("live", LIVE, mains="55"),
        with_options("record", RECORD, seconds="0"),
        with_options("record", RECORD, seconds="-5"),
        with_options("record", RECORD, seconds="inf"),
        with_options("record", RECORD, seconds="ten"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_exit_2(arguments: Sequence[str], powerhold_home: Path) -> None:
    """Else a script takes a typing error for a session."""
    result = call(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert re.search(r"^Error: .+\.$", result.stderr, re.MULTILINE)
    assert not powerhold_home.exists()


@pytest.mark.parametrize("athlete", [bad for bad in BAD_IDS if "\x00" not in bad], ids=ascii)
def test_an_id_that_no_folder_may_have_is_exit_2(athlete: str, powerhold_home: Path) -> None:
    """Else an id reaches out of the folder of athletes."""
    result = call(*with_options("live", LIVE, "--headless"), "--athlete", athlete)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "cannot be an athlete's id: use 1 to 64 letters, digits, - and _, and no name.\n" in result.stderr
    assert not powerhold_home.exists()


# --- calibration files


def calibration_file(folder: Path, **changes: object) -> Path:
    source = SimulatedSource(Athlete(seed=1), speed=0.0)
    made = calibration_for(source.open(), FOUR_SITES, athlete="anna")
    return save(made.model_copy(update=changes), folder)


@pytest.mark.parametrize("name", ["none.json", "folder", "broken.json"])
def test_a_calibration_that_cannot_be_read_is_named(tmp_path: Path, name: str, powerhold_home: Path) -> None:
    """Else a typing error is taken for "no calibration" and the athlete is measured for nothing."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    result = call(*with_options("live", LIVE, "--headless", calibration=str(tmp_path / name)))

    assert result.exit_code == (2 if name == "folder" else 4)
    assert name in result.stderr
    assert "Traceback" not in result.stderr
    assert not powerhold_home.exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"athlete": "ben"}, "it is of athlete ben, not anna"),
        ({"source_id": "cyton:x"}, "it was made with cyton:x"),
        ({"made_at": timedelta(hours=-30)}, "it is 30 hours old"),
    ],
)
def test_a_calibration_of_something_else_is_exit_5(
    tmp_path: Path, changes: dict[str, object], reason: str, powerhold_home: Path
) -> None:
    """Else percentages of another person, board or day are shown as the athlete's own."""
    if isinstance(ago := changes.get("made_at"), timedelta):
        changes = {"made_at": datetime.now(UTC) + ago}  # now, not when the tests were collected
    path = calibration_file(tmp_path, **changes)
    result = call(*with_options("live", LIVE, "--headless", calibration=str(path)))

    assert result.exit_code == 5, result.output
    assert f"This calibration does not fit: {reason}" in result.stderr
    assert "Traceback" not in result.output
    assert "Well done" not in result.output
    assert not powerhold_home.exists()


def test_a_calibration_of_other_electrodes_is_exit_5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the maximum of electrodes that are in the bin makes the percentages of those that are on."""
    real = replace(SimulatedSource(Athlete(seed=1), speed=0.0).open(), simulated=False)
    monkeypatch.setattr(SimulatedSource, "open", lambda _: real)
    path = calibration_file(tmp_path, placement=Placement(id="20260301T093015Z"))
    keep_placement("anna", Placement(id="20260301T113015Z"))
    result = call(*with_options("live", LIVE, "--headless", calibration=str(path)))

    assert result.exit_code == 5, result.output
    assert "does not fit: the electrodes have been placed anew since. Start without it" in result.stderr
    current = current_placement("anna")
    assert current is not None
    assert current.id == "20260301T113015Z", "a refused session is no new taping"


# --- boards and ports


@pytest.mark.parametrize("port", ["/dev/no-such-port", "", "\x07", "/dev/null"])
def test_a_port_that_cannot_be_used_is_one_sentence(port: str, tmp_path: Path) -> None:
    """Else a wrong port ends in a traceback of a driver."""
    result = call(
        *with_options("record", RECORD, "--json", board="cyton", port=port, out=str(tmp_path / "out"))
    )

    assert result.exit_code == (3 if port else 2), result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()


def test_boards_are_listed_for_people_and_for_programs() -> None:
    """Else nobody knows what to write after --board."""
    shown, told = call("boards"), call("boards", "--json")

    assert (shown.exit_code, told.exit_code, told.stderr) == (0, 0, "")
    found = json.loads(told.stdout)
    assert list(found) == ["boards"]
    assert [board["name"] for board in found["boards"]] == list(BOARDS)
    assert all(name in shown.stdout for name in BOARDS)


def test_ports_are_listed_for_programs() -> None:
    """Else a script has to read a table made for people."""
    told = call("ports", "--json")
    assert told.exit_code == 0
    assert isinstance(json.loads(told.stdout)["ports"], list)
    assert told.stdout.count("\n") == 1


def test_help_and_version_need_nothing() -> None:
    """Else a broken display keeps people from reading the help."""
    for arguments in (["--help"], ["--version"], ["live", "-h"], ["record", "-h"], ["demo", "-h"]):
        result = call(*arguments)
        assert (result.exit_code, result.stderr) == (0, "")


# --- record


def modes(folder: Path) -> set[tuple[bool, int]]:
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.rglob("*"))}


def test_a_recording_is_told_in_one_object_and_is_the_users_alone(powerhold_home: Path) -> None:
    """Else a script cannot find the recording, or everybody on the computer can."""
    result = call(*with_options("record", RECORD, "--json", seconds="0.5", sites=SITES))

    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["samples"], found["lost_samples"], found["gaps"], found["fs_hz"]) == (125, 0, [], 250.0)
    assert set(found) == {
        "path",
        "board",
        "fs_hz",
        "samples",
        "lost_samples",
        "gaps",
        "reconnects",
        "duration_s",
    }
    folder = Path(found["path"])
    assert folder.parent == powerhold_home / "recordings"
    assert modes(powerhold_home) == {(True, 0o700), (False, 0o600)}


def test_without_json_the_recording_is_told_in_words(tmp_path: Path) -> None:
    """Else nobody knows where the recording is."""
    result = call(*with_options("record", RECORD, seconds="0.2", out=str(tmp_path / "mine")))

    assert (result.exit_code, result.stdout) == (0, "")
    (folder,) = (tmp_path / "mine").iterdir()
    assert f"50 samples, 0 lost: {folder}" in result.stderr


def test_an_out_folder_that_cannot_be_is_not_done(tmp_path: Path) -> None:
    """Else a script goes on as if there were a recording."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = call(*with_options("record", RECORD, "--json", seconds="0.2", out=str(tmp_path / "file" / "x")))

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Choose another folder with --out." in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes only on POSIX systems")
def test_a_folder_of_any_name_can_be_told(tmp_path: Path) -> None:
    """Else a recording in a folder with an old or foreign name ends in a traceback."""
    out = tmp_path / "s\u00e9ance \u0431 \udcff"
    result = call(*with_options("record", RECORD, "--json", seconds="0.2", out=str(out)))

    assert result.exit_code == 0, result.output
    assert Path(json.loads(result.stdout)["path"]).parent == out
    assert result.stdout.isascii()


def test_an_old_terminal_gets_a_table_too() -> None:
    """Else a list ends in a traceback where the terminal cannot show every character."""
    result = CliRunner(charset="ascii").invoke(main, ["boards"])
    assert (result.exit_code, result.exception) == (0, None)
    assert "cyton" in result.stdout
