"""Claims about where an export appears: whole, under a free name, private, or not at all."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from emg.exports.make import Format, export
from emg.exports.publish import ExportFailed, publish_file, publish_folder
from emg.exports.subject import ExportRefused
from emg.session.bundle import SessionReadError


def test_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    """Else the export of today takes the place of that of yesterday."""

    def fill(folder: Path) -> None:
        (folder / "a.csv").write_text("new", encoding="utf-8")

    (tmp_path / "powerhold-csv").mkdir()
    (tmp_path / "powerhold-csv-2").write_text("a file of that name", encoding="utf-8")
    (tmp_path / "powerhold-csv-3").symlink_to("nowhere")
    assert publish_folder(tmp_path, "powerhold-csv", fill).name == "powerhold-csv-4"
    assert publish_folder(tmp_path, "powerhold-csv", fill).name == "powerhold-csv-5"
    assert list((tmp_path / "powerhold-csv").iterdir()) == []
    assert [publish_file(tmp_path, "x", ".age", b"1").name for _ in range(2)] == ["x.age", "x-2.age"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_folders_and_files_are_their_owners_only(clinic: list[Path], tmp_path: Path) -> None:
    """Else everybody on the computer reads a patient's session."""
    before = os.umask(0)
    try:
        for form in (Format.CSV, Format.BDF, Format.PARQUET):
            made = export(clinic[:1], form, tmp_path / "new", None).path
            for path in (made.parent, made, *made.rglob("*")):
                expected = 0o700 if path.is_dir() else 0o600
                assert stat.S_IMODE(path.stat().st_mode) == expected, path
    finally:
        os.umask(before)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, OSError, SessionReadError])
def test_an_interrupted_export_leaves_nothing(error: type[BaseException], tmp_path: Path) -> None:
    """Else half an export is taken for a whole one."""

    def fill(folder: Path) -> None:
        (folder / "half.csv").write_text("half", encoding="utf-8")
        raise error

    with pytest.raises(error):
        publish_folder(tmp_path, "powerhold-csv", fill)
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_cannot_be_read_stops_the_whole_export(clinic: list[Path], tmp_path: Path) -> None:
    """Else a clinic's export lacks a session and does not say so."""
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in clinic[0].iterdir():
        (broken / path.name).write_bytes(path.read_bytes() if path.name != "holds.csv" else b"\xff\xfe\n")
    with pytest.raises(SessionReadError, match=r"holds\.csv is not UTF-8"):
        export([clinic[1], broken], Format.CSV, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_an_export_that_is_killed_has_no_name(clinic: list[Path], tmp_path: Path) -> None:
    """Else after a power cut somebody passes on half of a session."""
    code = (
        "import sys, os, signal\nfrom pathlib import Path\nfrom emg.exports.publish import publish_folder\n"
        "def fill(folder):\n    (folder / 'a').write_text('half')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "publish_folder(Path(sys.argv[1]), 'powerhold-csv', fill)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    [left] = tmp_path.iterdir()
    assert left.name.startswith(".powerhold-csv-")
    assert left.name.endswith(".part")
    assert export(clinic[:1], Format.PARQUET, tmp_path).path.name == "powerhold-parquet"


def test_a_disk_that_refuses_is_one_sentence(clinic: list[Path], tmp_path: Path) -> None:
    """Else people see a traceback and do not know what to do."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ExportFailed, match="choose another folder with --out"):
        export(clinic[:1], Format.CSV, tmp_path / "file" / "out")
    full = Path("/dev/full")
    with pytest.raises(ExportFailed, match="choose another folder with --out"):
        export(clinic[:1], Format.CSV, full)


@pytest.mark.parametrize("inside", ["", "deeper", "../{name}"])
def test_an_export_does_not_go_into_the_session_itself(inside: str, clinic: list[Path]) -> None:
    """Else a session's folder holds what is not the session."""
    before = sorted(clinic[0].iterdir())
    with pytest.raises(ExportRefused, match="lies in the session itself"):
        export(clinic[:1], Format.CSV, clinic[0] / inside.format(name=clinic[0].name))
    assert sorted(clinic[0].iterdir()) == before
