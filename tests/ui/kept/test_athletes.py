"""Who trains here: ids that can name a folder of their own, and names that stay in one file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.kept.athletes import MAX_NAME, AthleteEntry, NamesUnreadable, athletes, clean_name, keep_name, name_of
from ui.kept.home import AthleteError, check_athlete


@pytest.fixture
def people(powerhold_home: Path) -> Path:
    """The folder of athletes of a new user of the program."""
    folder = powerhold_home / "athletes"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The umask of an ordinary shell."""
    before = os.umask(0o022)
    yield
    os.umask(before)


BAD_IDS = (
    *("", " ", ".", "..", "../../x", "..\\..\\x", "a/b", "/etc", "C:", "anna ", " anna", "anna.", "anna..."),
    *("CON", "con", "Con", "NUL", "com1", "LPT9", "con.txt", "CON.", "nul.json", "aux .x"),
    *("x" * 65, "x" * 300, "🏃", "anna🏃", "\u202eanna", "an\u200fna", "anna\u2066", "an\u200bna", "Änne"),
    *("anna\n", "anna\x00", "\x1b[2J", "=anna", "-" * 65, "\udcff", "\uff21nna"),
)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("athlete", BAD_IDS, ids=ascii)
def test_an_id_that_no_folder_may_have_is_refused_in_a_sentence(people: Path, athlete: str) -> None:
    """Else an id reaches out of the folder, cannot be opened elsewhere, or turns the sentence around."""
    for call in (check_athlete, lambda bad: keep_name(bad, "Anna")):
        with pytest.raises(AthleteError) as caught:
            call(athlete)
        sentence = str(caught.value)
        assert sentence.endswith("use 1 to 64 letters, digits, - and _, and no name.")
        assert sentence.isprintable()
        assert len(sentence) < 160
    assert list(people.parent.iterdir()) == [people], "nothing was made"


@pytest.mark.parametrize(
    "athlete", ["anna", "A-1", "_", "0", "x" * 64, "CONRAD", "com10", "nul_1", "con-txt"]
)
def test_ordinary_ids_are_taken(people: Path, athlete: str) -> None:
    """Else people cannot use the ids of their study."""
    (people / "someone").mkdir()
    assert check_athlete(athlete) == athlete
    (people / athlete).mkdir()
    assert check_athlete(athlete) == athlete


def test_an_id_that_would_share_anothers_folder_is_refused(people: Path) -> None:
    """Else, where a disk does not tell capitals apart, two people train into one folder."""
    (people / "Anna").mkdir()
    if not (people / "anna").exists():  # this disk does: so let it be one folder by another way
        assert check_athlete("anna") == "anna"
        (people / "anna").symlink_to(people / "Anna")
        (people / "ANNA").mkdir()
        assert check_athlete("ANNA") == "ANNA", "a folder of its own"
    else:
        assert check_athlete("Anna") == "Anna"
    with pytest.raises(AthleteError) as caught:
        check_athlete("anna")
    assert str(caught.value) == (
        "This disk does not tell anna from Anna, who is here already: write Anna, or choose another id."
    )


def test_those_with_a_folder_are_listed_by_name_or_id(people: Path) -> None:
    """Else an athlete is not found, or a stray file is taken for one."""
    for name in ("zoe", "b2", "Carl", "a b", "CON", "x.y", "\u202ex"):
        (people / name).mkdir()
    (people / "file").touch()
    keep_name("zoe", "Anna Ö.")
    keep_name("gone", "Nobody")

    assert athletes() == [AthleteEntry("zoe", "Anna Ö."), AthleteEntry("b2", ""), AthleteEntry("Carl", "")]
    assert name_of("gone") == "Nobody"
    assert name_of("b2") == ""


def test_without_a_folder_of_athletes_there_are_none(people: Path) -> None:
    """Else the first start ends in a traceback."""
    people.rmdir()
    assert athletes() == []
    assert check_athlete("anna") == "anna"


@pytest.mark.usefixtures("open_umask")
def test_names_stand_in_one_file_of_the_users_alone(people: Path) -> None:
    """Else a folder that is handed on tells who was trained."""
    (people / "b2").mkdir()
    people.parent.chmod(0o700)
    keep_name("b2", "Björn Ørsted")
    keep_name("a1", "Anna")
    keep_name("a1", "Anna B.")

    path = people.parent / "names.json"
    assert json.loads(path.read_text(encoding="utf-8")) == {"a1": "Anna B.", "b2": "Björn Ørsted"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    others = [other for other in people.parent.rglob("*") if other != path]
    assert others == [people, people / "b2"], "and nothing else was written"
    keep_name("a1", "  ")
    assert (name_of("a1"), name_of("b2")) == ("", "Björn Ørsted")


def test_a_name_is_any_text_that_can_be_seen(people: Path) -> None:
    """Else a name turns the screen around, hides in it, or does not fit."""
    for given_name, kept in (
        ("\u202eannA\u202c", "annA"),
        ("  A\tn\nn  a\u200b ", "A n n a"),
        ("\x1b[2JA\x00", "[2JA"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("<b>O'Neill & Søn</b>", "<b>O'Neill & Søn</b>"),
        ("🏃\u200d♀️", "🏃\u200d♀️"),
        ("e\u0301", "é"),
        ("../../x", "../../x"),
        ("\u200d\u200f", ""),
        ("x" * MAX_NAME, "x" * MAX_NAME),
        ("\ud800x", "x"),
    ):
        keep_name("a1", given_name)
        assert name_of("a1") == kept
    before = (people.parent / "names.json").read_bytes()
    with pytest.raises(AthleteError, match="up to 100 characters, and this one has 101"):
        keep_name("a1", "x" * 101)
    assert (people.parent / "names.json").read_bytes() == before


@given(name=st.text())
def test_a_cleaned_name_is_clean(name: str) -> None:
    """Else a second look at it shows something else."""
    cleaned = clean_name(name)
    assert clean_name(cleaned) == cleaned
    assert not set(cleaned) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\n\x1b\0"
    )
    cleaned.encode()


BROKEN = (
    "",
    "{",
    "[]",
    '{"a": 1}',
    '{"a": "x", "a": "y"}',
    "[" * 90_000,
    b"\xff",
    b"\xef\xbb\xbf{}",
    b"{}" + b" " * 2_000_000,
)


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: ascii(content[:12]))
def test_a_broken_file_of_names_is_kept_and_named(people: Path, content: str | bytes) -> None:
    """Else one slip of an editor loses every name, or nobody can train any more."""
    (people / "anna").mkdir()
    path = people.parent / "names.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = path.read_bytes()

    assert athletes() == [AthleteEntry("anna", "")]
    for call in (lambda: name_of("anna"), lambda: keep_name("anna", "Anna")):
        with pytest.raises(NamesUnreadable, match=r"nothing was changed: move that file away") as caught:
            call()
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_names_written_by_hand_are_shown_clean_and_kept_as_they_are(people: Path) -> None:
    """Else an editor is a way to turn the screen around, or a new name shortens the others."""
    (people / "anna").mkdir()
    path = people.parent / "names.json"
    path.write_text(json.dumps({"anna": "\u202eA" + "x" * 200, "not an id": "y"}), encoding="utf-8")

    assert athletes() == [AthleteEntry("anna", "A" + "x" * 99)]
    keep_name("ben", "Ben")
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "anna": "\u202eA" + "x" * 200,
        "ben": "Ben",
        "not an id": "y",
    }


def test_a_disk_that_refuses_leaves_the_names_as_they_were(
    people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a full disk leaves half the names."""
    keep_name("a1", "Anna")

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", refuse)
        with pytest.raises(OSError, match="No space left"):
            keep_name("a1", "Berta")
    assert name_of("a1") == "Anna"
    assert sorted(entry.name for entry in people.parent.iterdir()) == ["athletes", "names.json"]
