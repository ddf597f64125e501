from __future__ import annotations

import os
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from emg.session.folder import PrivateFile, RecordingError, SessionFolder, replace_file
from tests.emg.session.parts import STARTED


def test_the_folder_is_named_after_the_utc_start_and_the_protocol(tmp_path: Path) -> None:
    """Else sessions from two time zones are listed out of order."""
    here = STARTED.astimezone(timezone(timedelta(hours=-5)))
    assert SessionFolder.create(tmp_path, "power_position", here).name == "20260301T093015Z-power_position"


def test_sessions_of_the_same_second_never_share_a_folder(tmp_path: Path) -> None:
    """Else the second athlete's session overwrites the first one's."""
    names = [SessionFolder.create(tmp_path, "record", STARTED).name for _ in range(3)]
    assert names == [f"20260301T093015Z-record{suffix}" for suffix in ("", "-2", "-3")]


def test_folders_that_had_to_be_made_are_private(tmp_path: Path) -> None:
    """Else everybody on a shared computer can list the athletes."""
    folder = SessionFolder.create(tmp_path / "athletes" / "a01", "record", STARTED).path
    for made in (folder, folder.parent, folder.parent.parent):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


@pytest.mark.parametrize("protocol", ["", "..", "a/b", "a b", "-x", "x" * 65, "\u202exe"])
def test_a_protocol_cannot_lead_out_of_the_folder(tmp_path: Path, protocol: str) -> None:
    """Else a protocol file decides where on the disk things are written."""
    with pytest.raises(ValueError, match="cannot name a folder"):
        SessionFolder.create(tmp_path, protocol, STARTED)
    with pytest.raises(ValueError, match="time zone"):
        SessionFolder.create(tmp_path, "record", datetime(2026, 3, 1))  # noqa: DTZ001 - what is refused


def test_a_parent_that_is_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Else a wrong --out ends in a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match="Choose another folder"):
        SessionFolder.create(tmp_path / "file", "record", STARTED)


@pytest.mark.skipif(os.name != "posix", reason="file modes are of POSIX")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_files_are_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    """Else a permissive umask shows health data to everybody, and a strict one locks the owner out."""
    before = os.umask(umask)
    try:
        PrivateFile(tmp_path / "a").close()
        replace_file(tmp_path / "b", "text")
    finally:
        os.umask(before)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"} == {0o600}


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """Else an old session is lost to a new one."""
    (tmp_path / "a").write_text("old")
    with pytest.raises(FileExistsError):
        PrivateFile(tmp_path / "a")
    assert (tmp_path / "a").read_text() == "old"


def test_replacing_leaves_the_new_file_and_nothing_else(tmp_path: Path) -> None:
    """Else temporary files pile up beside session.json."""
    replace_file(tmp_path / "a", "one")
    replace_file(tmp_path / "a", "two")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "two")]
