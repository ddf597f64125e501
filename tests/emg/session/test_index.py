"""Claims about the index: a list is made faster by it, and never another one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from emg.results import Method
from emg.session import index as index_module
from emg.session.index import SETTLED_NS, SessionIndex
from emg.session.index_rows import SCHEMA
from emg.session.library import Library, digests
from tests.emg.session.past import MARCH, past_practice, past_session


def settled_ns() -> int:
    """So late that whatever was written is long quiet."""
    return time.time_ns() + 2 * SETTLED_NS


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    folder = tmp_path / "a01" / "sessions"
    past_session(folder, methods={"ham_left": Method.SUBMAX}, sore_side="left", intake={"pain_0_10": 2})
    past_session(folder, MARCH + timedelta(days=1), killed=True)
    past_practice(folder, MARCH + timedelta(days=2))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> SessionIndex:
    return SessionIndex(tmp_path / "index.sqlite3", settled_ns)


def found(index: SessionIndex, parent: Path) -> Library:
    return index.look({"a01": parent}).library()


def never_read(folder: Path) -> None:
    raise AssertionError(f"{folder} was read again")


def rewrite(path: Path, old: str, new: str) -> None:
    """Change a file in place, as an editor does, and keep its size."""
    assert len(old) == len(new)
    content = path.read_text()
    assert old in content
    with path.open("r+") as file:
        file.write(content.replace(old, new))


def test_what_comes_from_the_index_is_what_comes_from_the_folders(index: SessionIndex, parent: Path) -> None:
    """Else a field is lost between the two."""
    assert found(index, parent) == digests(parent)
    assert found(index, parent) == digests(parent)


def test_a_folder_that_did_not_change_is_not_opened_again(
    index: SessionIndex, parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the index saves nothing."""
    before = found(index, parent)
    monkeypatch.setattr(index_module, "read_digest", never_read)
    assert found(index, parent) == before


def edited_in_place(parent: Path) -> None:
    rewrite(next(parent.glob("*Z-*/session.json")), '"athlete": "a01"', '"athlete": "b99"')


def hold_taken_out(parent: Path) -> None:
    path = next(parent.glob("*/holds.csv"))
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))


def summary_gone(parent: Path) -> None:
    next(parent.glob("*/summary.json")).unlink()


def renamed(parent: Path) -> None:
    first = min(parent.iterdir())
    first.rename(parent / "20200101T000000Z-elsewhere")


def deleted(parent: Path) -> None:
    shutil.rmtree(min(parent.iterdir()))


def copied(parent: Path) -> None:
    shutil.copytree(min(parent.iterdir()), parent / "0-copy")


def added(parent: Path) -> None:
    past_session(parent, MARCH + timedelta(days=9))


def swapped_with_its_old_date(parent: Path) -> None:
    """Put other content in with size and time of change as they were, as a backup does."""
    path = next(parent.glob("*Z-*/session.json"))
    was = path.stat()
    other = path.with_name("new")
    other.write_text(path.read_text().replace('"athlete": "a01"', '"athlete": "b99"'))
    os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))
    other.replace(path)


def edited_with_its_old_date(parent: Path) -> None:
    """Edit in place and set the date back: only the disk itself knows."""
    path = next(parent.glob("*Z-*/session.json"))
    was = path.stat()
    edited_in_place(parent)
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))


CHANGES = (edited_in_place, hold_taken_out, summary_gone, renamed, deleted, copied, added)


@pytest.mark.parametrize(
    "change", [*CHANGES, swapped_with_its_old_date, edited_with_its_old_date], ids=lambda one: one.__name__
)
def test_what_is_changed_by_hand_is_noticed(
    index: SessionIndex, parent: Path, change: Callable[[Path], None]
) -> None:
    """Else the list tells of sessions as they once were."""
    before = found(index, parent)
    change(parent)
    after = found(index, parent)
    assert after == digests(parent)
    assert after != before
    assert found(index, parent) == after


def test_what_changed_just_now_is_not_believed_yet(tmp_path: Path, parent: Path) -> None:
    """Else a second change within one step of the disk's clock is never seen."""
    index = SessionIndex(tmp_path / "index.sqlite3", time.time_ns)
    assert found(index, parent) == digests(parent)
    assert not (tmp_path / "index.sqlite3").exists()


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def no_index(path: Path) -> None:
    path.write_bytes(b"these are holiday pictures" * 500)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as index:
        index.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    index.close()


def a_bit_turned(path: Path) -> None:
    """Turn a digit of a number in a body: the file is a good database all the same."""
    content = path.read_bytes()
    place = content.index(b'"glute_left_pct_mvc":[')
    at = place + len(b'"glute_left_pct_mvc":[')
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])


def other_table(path: Path) -> None:
    with sqlite3.connect(path) as index:
        index.execute("DROP TABLE session")
        index.execute("CREATE TABLE session (parent, name, facts, body, checksum)")
        index.execute("INSERT INTO session VALUES ('a01', 'text', 5, NULL, 'x')")
    index.close()


@pytest.mark.parametrize(
    "harm", [torn, no_index, newer, a_bit_turned, other_table], ids=lambda one: one.__name__
)
def test_a_bad_index_is_thrown_away_without_a_word(
    index: SessionIndex, parent: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """Else somebody has to know that there is an index, or reads a number that nobody measured."""
    before = found(index, parent)
    harm(tmp_path / "index.sqlite3")
    assert found(index, parent) == before
    assert found(index, parent) == before
    with closing(sqlite3.connect(tmp_path / "index.sqlite3")) as made:
        assert made.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        assert made.execute("SELECT count(*) FROM session").fetchone() == (3,)


def test_a_file_that_cannot_be_an_index_does_no_harm(tmp_path: Path, parent: Path) -> None:
    """Else a full disk or a foreign folder keeps people from their sessions."""
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "nowhere" / "index.sqlite3"):
        assert found(SessionIndex(path, settled_ns), parent) == digests(parent)
    assert not (tmp_path / "nowhere").exists()


def test_another_program_that_holds_the_index_is_not_waited_for(
    index: SessionIndex, parent: Path, tmp_path: Path
) -> None:
    """Else two windows make each other stand still; and the index is not taken for a broken one."""
    before = found(index, parent)
    same = (tmp_path / "index.sqlite3").stat().st_ino
    other = sqlite3.connect(tmp_path / "index.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    begun_s = time.monotonic()
    assert found(index, parent) == before
    added(parent)
    assert len(found(index, parent).digests) == 4
    assert time.monotonic() - begun_s < 2 * (index_module.WAIT_S + 0.4)
    assert (tmp_path / "index.sqlite3").stat().st_ino == same
    other.execute("COMMIT")
    assert other.execute("SELECT count(*) FROM session").fetchone() == (3,)
    other.close()


def test_the_index_is_for_its_owner_only(index: SessionIndex, parent: Path, tmp_path: Path) -> None:
    """Else others on this computer read who hurts where."""
    old = os.umask(0)
    try:
        found(index, parent)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "index.sqlite3").stat().st_mode) == 0o600


def test_what_is_forgotten_leaves_no_byte(index: SessionIndex, parent: Path, tmp_path: Path) -> None:
    """Else a deleted athlete is still there for whoever opens the file."""
    other = tmp_path / "b02" / "sessions"
    past_session(other, athlete="b02")
    index.look({"a01": parent, "b02": other}, everybody=True)
    assert b"b02" in (tmp_path / "index.sqlite3").read_bytes()
    index.forget("b02")
    content = (tmp_path / "index.sqlite3").read_bytes()
    assert b"b02" not in content
    assert b"a01" in content
    name = min(parent.iterdir()).name
    index.forget("a01", name)
    assert name.encode() not in (tmp_path / "index.sqlite3").read_bytes()


def test_an_athlete_whose_folder_is_gone_is_forgotten(
    index: SessionIndex, parent: Path, tmp_path: Path
) -> None:
    """Else a folder that was deleted by hand lives on in the index."""
    index.look({"a01": parent}, everybody=True)
    index.look({}, everybody=True)
    assert b"a01" not in (tmp_path / "index.sqlite3").read_bytes()


def test_old_folders_are_not_opened_here_either(index: SessionIndex, parent: Path) -> None:
    """Else the question about this morning opens a thousand folders; nor are they forgotten for that."""
    since = MARCH + timedelta(days=20)
    assert index.look({"a01": parent}, since).library() == digests(parent, since)
    found(index, parent)
    index.look({"a01": parent}, since)
    assert found(index, parent) == digests(parent)


def test_a_place_is_known_without_the_rest(index: SessionIndex, parent: Path) -> None:
    """Else a list of forty lines costs five thousand digests."""
    found(index, parent)
    for one in index.look({"a01": parent}).listed:
        assert isinstance(one._whole, bytes)
        digest = one.digest
        assert (one.id, one.athlete, Path(one.folder)) == (digest.id, digest.athlete, digest.folder)
