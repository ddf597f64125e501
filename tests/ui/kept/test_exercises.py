"""The exercises that can be chosen: those of the program, and the user's own files."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emg.protocols import ProtocolError, bundled_protocols, load_protocol, protocol_text
from ui.kept.exercises import (
    MOST_BYTES,
    MOST_FILES,
    Listed,
    Origin,
    find_protocol,
    find_text,
    list_protocols,
    protocols_folder,
)
from ui.kept.home import home

TEXT = protocol_text("power_position")


def text_of(code: str) -> str:
    return TEXT.replace('code = "power_position"', f'code = "{code}"').replace("Power position", "Mine")


def put(name: str, content: str | bytes) -> Path:
    protocols_folder().mkdir(parents=True, exist_ok=True)
    path = protocols_folder() / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def own() -> list[Listed]:
    return [listed for listed in list_protocols() if listed.origin is Origin.OWN]


def problem(name: str, content: str | bytes) -> str:
    """Problem of a file, which is the same whether it is listed or asked for."""
    path = put(name, content)
    (listed,) = own()
    assert (listed.protocol, listed.title) == (None, "")
    assert listed.problem.isprintable()
    assert listed.problem.endswith(".")
    if path.stem not in bundled_protocols():
        with pytest.raises(ProtocolError) as caught:
            find_protocol(path.stem)
        assert str(caught.value) == listed.problem
    return listed.problem


def test_without_own_files_there_are_those_of_the_program() -> None:
    """Else a new user cannot choose an exercise, or a folder appears that nobody asked for."""
    listed = list_protocols()

    assert [one.code for one in listed] == list(bundled_protocols())
    assert all(one.origin is Origin.BUNDLED and one.title and not one.problem for one in listed)
    assert find_protocol("hip_hinge") == load_protocol("hip_hinge")
    assert protocols_folder() == home() / "protocols"
    assert not protocols_folder().exists()


def test_an_own_file_is_an_exercise_like_all_others() -> None:
    """Else a PT has to wait for us to write hers."""
    put("zz_mine.toml", text_of("zz_mine"))
    put("aa_mine.toml", text_of("aa_mine"))

    assert [(one.code, one.title, one.origin, one.problem) for one in own()] == [
        ("aa_mine", "Mine", Origin.OWN, ""),
        ("zz_mine", "Mine", Origin.OWN, ""),
    ]
    assert find_protocol("zz_mine") == own()[1].protocol
    assert find_protocol("zz_mine").timing == load_protocol("power_position").timing
    assert find_text("zz_mine") == text_of("zz_mine")
    assert find_text("power_position") == TEXT


def test_an_exercise_of_the_program_cannot_be_replaced() -> None:
    """Else two athletes do two things, and both files say power_position."""
    said = problem("power_position.toml", TEXT.replace("holds = 3", "holds = 9"))

    assert said.startswith("power_position.toml has the name of an exercise that comes with the program")
    assert find_protocol("power_position") == load_protocol("power_position")
    assert find_text("power_position") == TEXT


def test_a_broken_file_is_listed_and_stops_nothing() -> None:
    """Else one slip of the keyboard and no exercise can be chosen any more."""
    put("bad.toml", "schema = ")
    put("good.toml", text_of("good"))

    bad, good = own()
    assert (bad.code, bad.protocol, good.problem) == ("bad", None, "")
    assert bad.problem.startswith("bad.toml is not a TOML file: ")
    assert find_protocol("good").code == "good"
    assert len(list_protocols()) == len(bundled_protocols()) + 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (text_of("yours"), "mine.toml: code: it is 'yours', and has to be the name of the file."),
        (TEXT, "mine.toml: code: it is 'power_position', and has to be the name of the file."),
        (b"\xff\xfe\x00", "mine.toml is not UTF-8 text."),
        (b'title = "\xe9"', "mine.toml is not UTF-8 text."),
        (b"#" * (MOST_BYTES + 1), "mine.toml is too large: over 64 kB."),
        (b"", "mine.toml: schema: it is missing."),
        (text_of("mine").replace("holds = 3", "holds = 99"), "mine.toml: sets.0.holds: "),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_one_sentence(content: str | bytes, said: str) -> None:
    """Else who wrote it has to guess."""
    found = problem("mine.toml", content)

    assert found.startswith(said) if said.endswith(" ") else found == said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_copy_made_by_windows_can_be_read(encoding: str) -> None:
    """Else `powerhold protocols show ... > mine.toml` in PowerShell makes a file that we refuse."""
    text = text_of("mine").replace("Mine", "Übung").replace("\n", "\r\n")
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    put("mine.toml", mark + text.encode(encoding))

    assert find_protocol("mine").title == "Übung"


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../mine", "/etc/passwd", "mine.toml", "MINE", "a\nb", "\x1b[31m"]
)
def test_only_a_name_that_is_there_is_looked_up(name: str) -> None:
    """Else a name reaches out of the folder, or writes on the terminal what it likes."""
    put("mine.toml", text_of("mine"))
    (protocols_folder().parent / "outside.toml").write_text(text_of("outside"), encoding="utf-8")

    for ask in (find_protocol, find_text):
        with pytest.raises(ProtocolError) as caught:
            ask(name)
        assert str(caught.value).isprintable()
        assert str(caught.value).startswith("There is no protocol '")
        assert str(caught.value).endswith(f"{bundled_protocols()[-1]}, mine.")


def test_files_that_are_not_meant_are_no_exercises() -> None:
    """Else an editor's leavings stand in the list."""
    for name in (".mine.toml", "mine.toml~", "mine.toml.swp", "notes.txt", ".toml"):
        put(name, "x")

    assert own() == []


def test_a_folder_with_the_name_of_an_exercise_is_none() -> None:
    """Else the list ends where somebody made a folder by mistake."""
    (protocols_folder() / "mine.toml").mkdir(parents=True)

    assert [one.problem for one in own()] == ["mine.toml is not a file."]


def test_a_link_is_not_followed() -> None:
    """Else a file of somebody else is printed by `show`."""
    target = put("mine.toml", text_of("mine"))
    link = protocols_folder() / "other.toml"
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("this system makes no links")

    assert [one.problem for one in own()] == ["", "other.toml is a link: put the file itself here."]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_not_waited_for() -> None:
    """Else the list of exercises never appears."""
    protocols_folder().mkdir(parents=True)
    os.mkfifo(protocols_folder() / "mine.toml")

    assert [one.problem for one in own()] == ["mine.toml is not a file."]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is closed to root")
def test_what_cannot_be_opened_is_said() -> None:
    """Else a file of another user ends the program."""
    path = put("mine.toml", text_of("mine"))
    path.chmod(0)
    try:
        assert [one.problem for one in own()] == ["mine.toml cannot be read: Permission denied."]
    finally:
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_a_folder_that_is_none_is_said() -> None:
    """Else own exercises are missing, and nobody knows why."""
    protocols_folder().parent.mkdir(parents=True, exist_ok=True)
    protocols_folder().write_text("x", encoding="utf-8")

    (listed,) = own()
    assert "cannot be listed: " in listed.problem
    assert find_protocol("sliders").code == "sliders"


def test_a_folder_full_of_files_is_not_read_whole() -> None:
    """Else the start window waits for ten thousand files."""
    for number in range(MOST_FILES + 3):
        put(f"p{number:03}.toml", "x")

    *listed, rest = own()
    assert len(listed) == MOST_FILES
    assert rest.problem.endswith(f"holds 3 more: only {MOST_FILES} are listed.")


@pytest.mark.parametrize("find", [find_protocol, find_text])
def test_a_file_that_went_is_an_unknown_one(find: Callable[[str], object]) -> None:
    """Else a list that stood open for an hour ends the program."""
    put("mine.toml", text_of("mine")).unlink()

    with pytest.raises(ProtocolError, match="There is no protocol 'mine'"):
        find("mine")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=80), st.integers(0, len(TEXT)))
def test_any_bytes_are_an_exercise_or_a_sentence(content: bytes, at: int) -> None:
    """Else a file from a broken stick ends the program."""
    whole = text_of("mine").encode()
    put("mine.toml", whole[:at] + content + whole[at:])

    (listed,) = own()
    assert (listed.protocol is None) == bool(listed.problem)
    assert listed.problem.isprintable()
