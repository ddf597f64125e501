"""Claims about `powerhold export` and `powerhold unseal`: what people type, read and get."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emg.exports import make, publish
from tests.emg.exports.parts import ATHLETE, copy_of, day, recorded
from ui.commands.export import export_command, unseal_command
from ui.commands.given import VARIABLE

PASSPHRASE = "four words with spaces"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded(tmp_path_factory.mktemp("saved"), train=0)


@pytest.fixture
def folder(saved: Path, powerhold_home: Path) -> Path:
    """A session among those of its athlete."""
    sessions = powerhold_home / "athletes" / ATHLETE / "sessions"
    sessions.mkdir(parents=True)
    return copy_of(saved, sessions, day(6))


def call(*arguments: str | Path, typed: str | None = None, unseal: bool = False) -> Result:
    command = unseal_command if unseal else export_command
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], input=typed)
    assert not isinstance(result.exception, Exception), result.exception
    return result


def refused(exit_code: int, *arguments: str | Path, unseal: bool = False) -> str:
    """The one sentence of a refusal."""
    result = call(*arguments, unseal=unseal)
    assert (result.exit_code, result.stdout) == (exit_code, ""), result.stderr
    assert result.stderr.count("\n") == 1
    return result.stderr.strip()


@pytest.mark.parametrize("by_name", [True, False])
def test_a_session_is_exported_by_folder_or_by_name(by_name: bool, folder: Path, tmp_path: Path) -> None:
    """Else people have to know where a session lies."""
    out = tmp_path / "out"
    result = call(folder.name if by_name else folder, "--to", "parquet", "--out", out, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {
        "path": str(out / "powerhold-parquet"),
        "format": "parquet",
        "sealed": False,
        "left_out": [],
        "sessions": [
            {"subject": "P01", "session": "s01", "athlete": ATHLETE, "id": folder.name, "folder": str(folder)}
        ],
    }
    assert f"P01 is {ATHLETE}, with sessions s01." in result.stderr


def test_all_of_an_athlete_or_of_everybody(
    folder: Path, saved: Path, powerhold_home: Path, tmp_path: Path
) -> None:
    """Else a clinic types five thousand names; and one broken session stops them all, or is passed over."""
    demo = powerhold_home / "athletes" / "demo" / "sessions"
    demo.mkdir(parents=True)
    shutil.copytree(saved, demo / saved.name)
    broken = folder.parent / "20310507T093015Z-power_position"
    broken.mkdir()
    (broken / "session.json").write_text("{", encoding="utf-8")
    for arguments in (["--all"], ["--athlete", ATHLETE]):
        result = call(*arguments, "--to", "parquet", "--out", tmp_path, "--json")
        assert result.exit_code == 0, result.stderr
        told = json.loads(result.stdout)
        assert [one["id"] for one in told["sessions"]] == [folder.name], "the simulated one stays"
        assert [broken.name in reason for reason in told["left_out"]] == [True]
        assert "Left out: " in result.stderr


def test_what_cannot_be_exported_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    """Else people see a traceback, or a script takes a failure for an export."""
    out = tmp_path / "out"
    to = ("--to", "csv", "--out", out)
    assert "their folders or names" in refused(2, *to)
    assert "There is no session nothing" in refused(4, "nothing", *to)
    assert "cannot be an athlete's id" in refused(2, "--athlete", "../x", *to)
    assert refused(4, "--athlete", "nobody", *to) == "There is no session to export."
    assert "lies in the session itself" in refused(5, folder, "--to", "csv", "--out", folder / "x")
    (folder / "raw.bdf").write_bytes(b"no bdf")
    assert "is not a BDF file" in refused(4, folder, "--to", "bdf", "--out", out)
    (folder / "session.json").write_text("{}", encoding="utf-8")
    assert "is not the session.json of a session" in refused(4, folder, *to)
    assert not out.exists() or list(out.iterdir()) == []


def test_a_sealed_export_goes_and_comes_back(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what was sealed stays so, or a passphrase stands on the command line."""
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    result = call(folder, "--to", "parquet", "--out", tmp_path / "out", "--sealed", "--json")
    assert result.exit_code == 0, result.stderr
    path = json.loads(result.stdout)["path"]
    assert PASSPHRASE not in result.output
    monkeypatch.delenv(VARIABLE)
    opened = call(path, "--out", tmp_path / "in", "--json", typed=f"{PASSPHRASE}\n", unseal=True)
    assert opened.exit_code == 0, opened.stderr
    assert PASSPHRASE not in opened.output
    assert Path(json.loads(opened.stdout[opened.stdout.index("{") :])["path"]).is_dir()
    monkeypatch.setenv(VARIABLE, "not the passphrase")
    assert "the passphrase is wrong" in refused(4, path, "--out", tmp_path / "in2", unseal=True)
    assert "is not a sealed export" in refused(4, folder / "holds.csv", "--out", tmp_path, unseal=True)
    assert "There is no file" in refused(4, tmp_path / "nothing.age", "--out", tmp_path, unseal=True)


def test_a_passphrase_is_asked_for_twice_and_is_long(folder: Path, tmp_path: Path) -> None:
    """Else a slip of the finger locks a session away for good."""
    arguments = (folder, "--to", "parquet", "--out", tmp_path / "out", "--sealed")
    short = call(*arguments, typed="short\nshort\n")
    assert short.exit_code == 2
    assert "12 characters or more" in short.stderr
    slip = call(*arguments, typed="four words with spaces\nfour words with space\n")
    assert slip.exit_code == 2
    assert "POWERHOLD_PASSPHRASE" in slip.stderr
    assert not (tmp_path / "out").exists()


def test_notes_come_with_a_warning(folder: Path, tmp_path: Path) -> None:
    """Else people pass names on without having been told."""
    result = call(folder, "--to", "parquet", "--out", tmp_path, "--with-notes", "--with-ids", "--with-dates")
    assert "may name somebody" in result.stderr
    assert "P01" not in result.stderr
    assert (tmp_path / "powerhold-parquet" / "activation" / f"{ATHLETE}_s01.parquet").is_file()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_export_says_so_and_leaves_nothing(
    number: signal.Signals, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else Ctrl-C leaves half an export, or a passed-on name."""
    assert threading.current_thread() is threading.main_thread()
    renamed = publish.publish_folder

    def interrupted(parent: Path, name: str, fill: make.Fill) -> Path:
        def fill_and_stop(folder: Path) -> Path | None:
            made = fill(folder)
            os.kill(os.getpid(), number)
            return made

        return renamed(parent, name, fill_and_stop)

    monkeypatch.setattr(make, "publish_folder", interrupted)
    assert (
        refused(130, folder, "--to", "parquet", "--out", tmp_path / "out")
        == "Interrupted: nothing was exported."
    )
    assert list((tmp_path / "out").iterdir()) == []


def test_bids_is_made_too(folder: Path, tmp_path: Path) -> None:
    """Else a laboratory has to convert what it was sent."""
    result = call(folder, "--to", "bids", "--out", tmp_path, "--json")
    assert result.exit_code == 0, result.stderr
    made = Path(json.loads(result.stdout)["path"])
    assert made == tmp_path / "powerhold-bids"
    assert (made / "dataset_description.json").is_file()
    assert len(list(made.rglob("*_emg.bdf"))) == 1
