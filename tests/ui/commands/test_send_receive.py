"""Sessions from a home to a clinic, by the commands."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from emg.session.library import digests
from tests.emg.session.past import past_practice, past_session
from tests.ui.commands.home_parts import done, refused, run
from ui.commands.receive import receive_command
from ui.commands.send import send_command
from ui.kept.home import sessions_folder

SECRET = "four words with spaces"
PLACED = {"id": "20260301T080000Z", "from_landmark_cm": {}, "shown": True}


@pytest.fixture
def session(powerhold_home: Path) -> Path:
    """One session of athlete a01 here."""
    return past_session(sessions_folder("a01"), placement=PLACED)


def test_what_a_home_sends_a_clinic_receives(
    session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the therapist never sees how it went at home."""
    practice = past_practice(sessions_folder("a01"))
    out = tmp_path / "s.powerhold"
    told = done(send_command, session, practice.name, "--out", out)
    assert told["sessions"] == [session.name, practice.name]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    monkeypatch.setenv("POWERHOLD_HOME", str(tmp_path / "clinic"))
    assert "say with --athlete whose they are" in refused(2, receive_command, out)
    assert not (tmp_path / "clinic").exists()
    got = done(receive_command, out, "--athlete", "P17")
    assert (got["new"], got["there"]) == ([session.name, practice.name], [])
    assert done(receive_command, out, "--athlete", "P17")["there"] == [session.name, practice.name]
    assert {digest.athlete for digest in digests(sessions_folder("P17")).digests} == {"P17"}


def test_who_is_known_here_by_that_id_is_not_asked_for(session: Path, tmp_path: Path) -> None:
    """Else everybody types an id that the file names."""
    out = tmp_path / "s.powerhold"
    done(send_command, session, "--out", out)
    assert done(receive_command, out)["there"] == [session.name]


def test_sessions_of_two_athletes_need_to_be_told_whose_they_are(session: Path, tmp_path: Path) -> None:
    """Else one athlete's session is listed as another's."""
    other = past_session(tmp_path / "elsewhere", athlete="b02", protocol="sliders", placement=PLACED)
    out = tmp_path / "s.powerhold"
    done(send_command, session, other, "--out", out)
    assert "a01, b02" in refused(2, receive_command, out)


def test_sealed_it_opens_with_the_passphrase_only(
    session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever finds the mail reads the session."""
    out = tmp_path / "s.powerhold"
    monkeypatch.setenv("POWERHOLD_PASSPHRASE", SECRET)
    assert done(send_command, session, "--out", out, "--sealed")["sealed"]
    assert session.name.encode() not in out.read_bytes()
    assert done(receive_command, out, "--athlete", "P17")["new"] == [session.name]
    monkeypatch.setenv("POWERHOLD_PASSPHRASE", f"{SECRET}!")
    assert "the passphrase is wrong" in refused(4, receive_command, out, "--athlete", "P18")
    monkeypatch.setenv("POWERHOLD_PASSPHRASE", "short")
    assert "passphrase needs" in refused(2, send_command, session, "--out", tmp_path / "t", "--sealed")
    assert not (tmp_path / "t").exists()
    assert not sessions_folder("P18").exists()


def test_nothing_is_overwritten_and_nothing_half_is_left(session: Path, tmp_path: Path) -> None:
    """Else a slip of the hand costs a file."""
    out = tmp_path / "mine.powerhold"
    out.write_text("mine", encoding="utf-8")
    assert "is there already" in refused(2, send_command, session, "--out", out)
    assert out.read_text(encoding="utf-8") == "mine"
    (session / "session.json").write_text("{}", encoding="utf-8")
    refused(4, send_command, session, "--out", tmp_path / "new.powerhold")
    refused(4, send_command, "20200101T000000Z-none", "--out", tmp_path / "new.powerhold")
    assert "Choose another place" in refused(2, send_command, session, "--out", tmp_path / "no" / "x")
    assert not (tmp_path / "new.powerhold").exists()


def test_what_cannot_be_received_ends_with_4_and_leaves_nothing(
    session: Path, tmp_path: Path, powerhold_home: Path
) -> None:
    """Else a wrong attachment ends in a traceback."""
    out = tmp_path / "s.powerhold"
    done(send_command, session, "--out", out)
    content = out.read_bytes()
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    cases = [tmp_path / "none", tmp_path, fifo]
    for number, data in enumerate((b"", b"PK", content[:-1], content[: len(content) // 2])):
        cases.append(tmp_path / f"{number}.powerhold")
        cases[-1].write_bytes(data)
    before = sorted(powerhold_home.rglob("*"))
    for path in cases:
        refused(4, receive_command, path, "--athlete", "P17")
    assert sorted(powerhold_home.rglob("*")) == before


def test_another_session_of_that_name_ends_with_5(session: Path, tmp_path: Path) -> None:
    """Else two sessions become one."""
    out = tmp_path / "s.powerhold"
    done(send_command, session, "--out", out)
    (session / "raw.bdf").write_bytes(b"other")
    assert "nothing was received" in refused(5, receive_command, out, "--athlete", "a01")


def test_it_is_said_that_an_open_file_can_be_read(session: Path, tmp_path: Path) -> None:
    """Else nobody learns that it could be sealed."""
    assert "not sealed" in run(send_command, session, "--out", tmp_path / "s.powerhold").stderr
