"""An athlete's folder of calibrations: what can be used, and of everything else why not."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from calibrations.calibration import Calibration
from calibrations.shelf import shelve
from calibrations.store import save
from tests.calibrations.hostile import NOT_JSON, NOT_OURS, without_rights
from tests.calibrations.parts import CALIBRATION, MADE_AT


def made(hours: float) -> Calibration:
    return CALIBRATION.model_copy(update={"made_at": MADE_AT + timedelta(hours=hours)})


def reasons(folder: Path) -> dict[str, str]:
    return {one.path.name: one.reason for one in shelve(folder)}


def test_the_newest_stands_first_and_what_cannot_be_read_last(tmp_path: Path) -> None:
    """Else this morning's calibration is offered instead of the one just made."""
    for hours in (2.0, -3.0, 0.0, 0.0, 30.0):
        save(made(hours), tmp_path)
    (tmp_path / "99991231T000000Z.json").write_text("{", encoding="utf-8")

    found = shelve(tmp_path)

    names = ["20260302T153015Z", "20260301T113015Z", "20260301T093015Z-2", "20260301T093015Z"]
    assert [one.path.stem for one in found] == [*names, "20260301T063015Z", "99991231T000000Z"]
    assert [one.calibration is None for one in found] == [False] * 5 + [True]
    assert [one.reason == "" for one in found] == [True] * 5 + [False]


def test_ten_of_one_second_are_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    """Else the ninth is taken for later than the tenth."""
    paths = [save(CALIBRATION, tmp_path) for _ in range(11)]
    assert [one.path for one in shelve(tmp_path)] == paths[::-1]


def test_every_bad_file_is_listed_with_its_reason_and_left_as_it_is(tmp_path: Path) -> None:
    """Else one broken file hides the good ones, or is taken for a calibration, or is gone."""
    good = save(CALIBRATION, tmp_path)
    contents = {}
    for number, (content, says) in enumerate([*NOT_JSON, *NOT_OURS]):
        path = tmp_path / f"bad{number}.json"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        contents[path.name] = (path.read_bytes(), says)

    found = shelve(tmp_path)

    assert [one.path for one in found if one.calibration is not None] == [good]
    assert len(found) == 1 + len(contents)
    for one in found[1:]:
        content, says = contents[one.path.name]
        assert one.reason.startswith(f"{one.path.name} ")
        assert says in one.reason
        assert one.reason.endswith(".")
        assert one.path.read_bytes() == content


def test_strange_things_in_the_folder_are_listed_and_not_followed(tmp_path: Path) -> None:
    """Else a link out of the folder, a pipe or a folder with that name ends the program, or is believed."""
    elsewhere = save(CALIBRATION, tmp_path / "elsewhere")
    folder = tmp_path / "calibrations"
    folder.mkdir()
    (folder / "folder.json").mkdir()
    (folder / "link.json").symlink_to(elsewhere)
    (folder / "zero.json").symlink_to("/dev/zero")
    (folder / "loop.json").symlink_to(folder / "loop.json")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.json")

    found = reasons(folder)

    links = [found.pop(name) for name in ("link.json", "zero.json", "loop.json")]
    assert links == [f"{name}.json is a link: put the file itself here." for name in ("link", "zero", "loop")]
    assert found.pop("folder.json") == "folder.json is not a calibration: it is not a file."
    assert set(found.values()) <= {"pipe.json is not a calibration: it is not a file."}


def test_a_name_from_elsewhere_cannot_turn_the_list_around(tmp_path: Path) -> None:
    """Else a file is called what it is not on the screen, or writes to the terminal."""
    (tmp_path / "a\u202enosj\n\x1b[2J.json").write_text("", encoding="utf-8")
    (found,) = shelve(tmp_path)
    assert found.reason.isprintable()
    assert "is not a calibration: it is empty." in found.reason


def test_other_files_and_what_a_killed_saver_leaves_are_not_listed(tmp_path: Path) -> None:
    """Else the list is full of what nobody put there as a calibration."""
    for name in (".DS_Store", ".20260301T093015Z.12-ab.tmp", ".x.json", "notes.txt", "json"):
        (tmp_path / name).touch()
    assert shelve(tmp_path) == []
    (tmp_path / "X.JSON").touch()
    assert list(reasons(tmp_path)) == ["X.JSON"]


def test_a_folder_that_is_not_there_is_empty_and_one_that_is_no_folder_says_so(tmp_path: Path) -> None:
    """Else a new athlete cannot begin, or a disk that is away reads as "never calibrated"."""
    assert shelve(tmp_path / "none") == []
    (tmp_path / "file").touch()
    (found,) = shelve(tmp_path / "file")
    assert (found.path, found.calibration) == (tmp_path / "file", None)
    assert found.reason.endswith("cannot be listed: Not a directory.")


@pytest.mark.skipif(sys.platform == "win32", reason="here everything may be read")
def test_a_folder_that_may_not_be_listed_says_so(tmp_path: Path) -> None:
    """Else somebody else's folder ends the program."""
    folder = tmp_path / "theirs"
    folder.mkdir(0)
    with without_rights():
        (found,) = shelve(folder)
    assert found.reason.endswith("cannot be listed: Permission denied.")
    folder.chmod(0o700)
