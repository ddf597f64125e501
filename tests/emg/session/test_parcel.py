"""Sessions as one file: whole, checked, and harmless whatever somebody has put into it."""

from __future__ import annotations

import io
import json
import random
import stat
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from emg.session import parcel as parcels
from emg.session.bundle import read_session
from emg.session.library import digests
from emg.session.parcel import MANIFEST, Parcel, ParcelError, write_parcel
from emg.session.received import ParcelConflict, Received, receive
from tests.emg.session.past import MARCH, past_practice, past_session

PLACED = {"id": "20260301T080000Z", "from_landmark_cm": {}, "shown": True}
ID = "20260301T093015Z-power_position"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A session and a practice of athlete a01."""
    parent = tmp_path_factory.mktemp("clinic")
    calibration = {"athlete": "a01"}
    return [past_session(parent, placement=PLACED, calibration=calibration), past_practice(parent)]


@pytest.fixture(scope="module")
def sent(folders: list[Path]) -> bytes:
    """Both in one file."""
    return packed(folders)


def packed(folders: list[Path]) -> bytes:
    file = io.BytesIO()
    write_parcel(file, folders, made_at=MARCH, software="0.1.0")
    return file.getvalue()


def opened(content: bytes) -> Parcel:
    return Parcel(io.BytesIO(content), "x.powerhold")


def refusal(content: bytes) -> str:
    with pytest.raises(ParcelError) as refused:
        opened(content)
    sentence = str(refused.value)
    assert sentence.startswith("x.powerhold")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


Rewrite = Callable[[zipfile.ZipInfo, bytes], tuple[zipfile.ZipInfo, bytes] | None]


def rewritten(content: bytes, change: Rewrite, extra: list[tuple[Any, bytes]] | None = None) -> bytes:
    """The same file with members changed, left out or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for info in old.infolist():
            changed = change(info, old.read(info))
            if changed is not None:
                new.writestr(*changed)
        for name, data in extra or []:
            new.writestr(name, data)
    return file.getvalue()


def same(info: zipfile.ZipInfo, data: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    return info, data


def relisted(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The same file with another list of what is in it."""

    def in_list(info: zipfile.ZipInfo, data: bytes) -> tuple[zipfile.ZipInfo, bytes]:
        if info.filename != MANIFEST:
            return info, data
        told = json.loads(data)
        change(told)
        return info, json.dumps(told).encode()

    return rewritten(content, in_list)


def all_files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_sessions_arrive_to_the_last_byte(folders: list[Path], sent: bytes, tmp_path: Path) -> None:
    """Else the clinic reads other numbers than the home measured."""
    done = receive(opened(sent), tmp_path / "sessions", "a01")
    assert done == Received(new=(ID, f"{ID}-2"))
    for folder in folders:
        assert all_files(tmp_path / "sessions" / folder.name) == all_files(folder)
    modes = {
        stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "sessions").rglob("*.*") if path.is_file()
    }
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "sessions" / ID).stat().st_mode) == 0o700


def test_the_athlete_gets_the_id_he_has_here(sent: bytes, tmp_path: Path) -> None:
    """Else the library lists his own sessions as somebody else's."""
    receive(opened(sent), tmp_path, "home_1")
    found = digests(tmp_path)
    assert not found.broken
    assert {digest.athlete for digest in found.digests} == {"home_1"}
    record = read_session(tmp_path / ID)
    assert record.calibration == {"athlete": "home_1"}
    rows = (tmp_path / ID / "holds.csv").read_text(encoding="utf-8").splitlines()
    assert all(row.startswith("home_1,") for row in rows[1:])
    assert len(rows) == 7


def test_a_second_time_changes_nothing_and_says_so(sent: bytes, tmp_path: Path) -> None:
    """Else a note that was written here since is gone."""
    receive(opened(sent), tmp_path, "home_1")
    before = all_files(tmp_path)
    assert receive(opened(sent), tmp_path, "home_1") == Received(there=(ID, f"{ID}-2"))
    with (tmp_path / ID / "events.jsonl").open("a", encoding="utf-8") as events:
        events.write("{}\n")
    assert receive(opened(sent), tmp_path, "home_1").told_more == (ID,)
    changed = all_files(tmp_path)
    assert changed.pop(f"{ID}/events.jsonl").endswith(b"{}\n")
    before.pop(f"{ID}/events.jsonl")
    assert changed == before


@pytest.mark.parametrize("other", ["raw", "file", "link", "empty"])
def test_another_session_of_that_name_stops_all(sent: bytes, tmp_path: Path, other: str) -> None:
    """Else one session overwrites another, or half of a file is in."""
    place = tmp_path / ID
    if other == "raw":
        receive(opened(sent), tmp_path, "a01")
        (place / "raw.bdf").write_bytes(b"other")
    elif other == "file":
        place.write_text("", encoding="utf-8")
    elif other == "link":
        place.symlink_to(tmp_path / "nowhere")
    else:
        place.mkdir()
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(ParcelConflict, match="move that folder away"):
        receive(opened(sent), tmp_path, "a01")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_another_practice_of_that_name_stops_all(folders: list[Path], tmp_path: Path) -> None:
    """Else two practices without samples are taken for one."""
    content = packed([folders[1]])
    receive(opened(content), tmp_path, "a01")
    path = tmp_path / f"{ID}-2" / "session.json"
    path.write_text(path.read_text(encoding="utf-8").replace("09:30:15", "09:30:14"), encoding="utf-8")
    with pytest.raises(ParcelConflict):
        receive(opened(content), tmp_path, "a01")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../../evil",
        f"sessions/{ID}/../../evil",
        f"sessions/{ID}/sub/file",
        f"sessions/{ID}/..",
        f"sessions/{ID}/.hidden",
        f"sessions/{ID}/",
        f"sessions/{ID}/a\\b",
        f"sessions/{ID}/NUL",
        f"sessions/{ID}/con.txt",
        f"sessions/{ID}/a:b",
        f"sessions/{ID}/é.txt",
        f"sessions/{ID}/{'a' * 90}",
        "sessions/../x/raw.bdf",
        "C:/x",
        "other.txt",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(sent: bytes, name: str) -> None:
    """Else a file of a stranger writes where it likes."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    assert "which is no file of a session" in refusal(rewritten(sent, same, [(info, b"evil")]))


def test_links_devices_and_locked_members_are_refused(sent: bytes) -> None:
    """Else a link leads whoever unpacks out of the folder."""
    for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR):

        def turned(info: zipfile.ZipInfo, data: bytes, kind: int = kind) -> tuple[zipfile.ZipInfo, bytes]:
            if info.filename.endswith("raw.bdf"):
                info.external_attr = (kind | 0o777) << 16
            return info, data

        assert "which is no plain file" in refusal(rewritten(sent, turned))


def test_nothing_in_it_is_compressed(sent: bytes) -> None:
    """Else a file of a kilobyte fills the disk."""

    def bomb(info: zipfile.ZipInfo, data: bytes) -> tuple[zipfile.ZipInfo, bytes]:
        if info.filename.endswith("raw.bdf"):
            info.compress_type = zipfile.ZIP_DEFLATED
            return info, bytes(5_000_000)
        return info, data

    assert "compressed" in refusal(rewritten(sent, bomb))


def test_members_that_share_their_bytes_are_refused(sent: bytes) -> None:
    """Else overlapping members are a bomb without compression."""
    content = bytearray(sent)
    with zipfile.ZipFile(io.BytesIO(sent)) as old:
        infos = old.infolist()
    big = max(infos, key=lambda info: info.file_size)
    for at in range(content.rfind(b"PK\x05\x06")):
        if content[at : at + 4] == b"PK\x01\x02":  # every member says it is the largest, at its place
            content[at + 16 : at + 20] = big.CRC.to_bytes(4, "little")
            content[at + 20 : at + 24] = content[at + 24 : at + 28] = big.file_size.to_bytes(4, "little")
            content[at + 42 : at + 46] = big.header_offset.to_bytes(4, "little")
    assert refusal(bytes(content))


def test_too_many_and_too_large_are_refused_unread(
    sent: bytes, folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a directory of millions fills the memory before anything is checked."""
    monkeypatch.setattr(parcels, "MOST_FILES", 0)
    assert "more than any sessions have" in refusal(sent)
    monkeypatch.undo()
    monkeypatch.setattr(parcels, "MAX_BYTES", 1000)
    assert "too large" in refusal(sent)
    with pytest.raises(ParcelError, match="send them in several"):
        packed(folders)


def test_the_64_bit_form_is_refused(sent: bytes) -> None:
    """Else its directory has any size, whatever the end of the file says."""
    at = sent.rfind(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(4) + at.to_bytes(8, "little") + (1).to_bytes(4, "little")
    assert "cut short" in refusal(sent[:at] + locator + sent[at:])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told.update(schema=2), "newer version"),
        (lambda told: told.update(schema="1"), "its list cannot be read, schema"),
        (lambda told: told.update(format="x"), "its list cannot be read, format"),
        (lambda told: told.update(name="Anna"), "its list cannot be read, name"),
        (lambda told: told["sessions"].clear(), "its list cannot be read, sessions"),
        (lambda told: told["sessions"].append(told["sessions"][0]), "not what it lists"),
        (lambda told: told["sessions"].pop(), "not what it lists"),
        (lambda told: told["sessions"][0].update(id="../../x"), "sessions.0.id"),
        (lambda told: told["sessions"][0].update(athlete="a02"), "is another session"),
        (lambda told: told["sessions"][0].update(athlete="../a"), "sessions.0.athlete"),
        (lambda told: told["sessions"][0].update(athlete="com1"), "sessions.0.athlete"),
        (lambda told: told["sessions"][0]["files"].pop(), "not what it lists"),
        (lambda told: told["sessions"][0]["files"][0].update(size=1), "not what it lists"),
        (lambda told: told["sessions"][0]["files"][0].update(name="../x"), "files.0.name"),
        (lambda told: told["sessions"][0]["files"][0].update(sha256="0" * 64), "is not what was sent"),
    ],
)
def test_a_list_that_lies_is_refused(
    sent: bytes, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    """Else what arrives is not what was sent."""
    assert said in refusal(relisted(sent, change))


def test_without_its_list_or_twice_the_same_it_is_refused(sent: bytes) -> None:
    """Else a second member of a name hides the first one that was checked."""

    def unlisted(info: zipfile.ZipInfo, data: bytes) -> tuple[zipfile.ZipInfo, bytes] | None:
        return None if info.filename == MANIFEST else (info, data)

    assert "does not list" in refusal(rewritten(sent, unlisted))
    upper = f"sessions/{ID}/RAW.bdf"
    assert "twice" in refusal(rewritten(sent, same, [(upper, b"")]))
    assert "not a file of sessions" in refusal(b"")
    assert "not a file of sessions" in refusal(b"PK" * 200)


def test_cut_short_anywhere_it_is_refused(sent: bytes) -> None:
    """Else half a download is a session."""
    for end in range(0, len(sent), 211):
        refusal(sent[:end])


def test_one_turned_byte_is_refused_or_without_effect(sent: bytes, tmp_path: Path) -> None:
    """Else a damaged file ends in a traceback, or in other numbers."""
    chance = random.Random(8)
    whole = _contents(opened(sent))
    for _ in range(250):
        content = bytearray(sent)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        with suppress(ParcelError):
            assert _contents(opened(bytes(content))) == whole


def _contents(parcel: Parcel) -> dict[str, bytes]:
    return {
        f"{entry.id}/{file.name}": b"".join(parcel.chunks(entry, file))
        for entry in parcel.manifest.sessions
        for file in entry.files
    }


@pytest.mark.parametrize("fails_at", ["write", "rename"])
def test_a_disk_that_refuses_leaves_nothing_behind(
    sent: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: str
) -> None:
    """Else half a session lies where the next one is looked for."""
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == f"{ID}-2" and ".receiving-" in str(self):
            raise OSError(28, "No space left on device")
        return real(self, target)

    if fails_at == "rename":
        monkeypatch.setattr(Path, "rename", rename)
    else:
        monkeypatch.setattr("emg.session.received.PrivateFile", _Full)
    with pytest.raises(OSError, match="No space"):
        receive(opened(sent), tmp_path / "athletes" / "a01" / "sessions", "a01")
    assert list(tmp_path.iterdir()) == []


class _Full:
    """A file on a disk that is full."""

    def __init__(self, path: Path) -> None:
        raise OSError(28, "No space left on device")


def test_a_file_that_changes_while_it_is_received_is_refused(sent: bytes, tmp_path: Path) -> None:
    """Else what was checked is not what is kept."""
    file = io.BytesIO(sent)
    parcel = Parcel(file, "x.powerhold")
    with zipfile.ZipFile(io.BytesIO(sent)) as found:
        info = found.getinfo(f"sessions/{ID}/raw.bdf")
    file.seek(info.header_offset + 200)
    file.write(b"\0" * 8)
    with pytest.raises(ParcelError, match="damaged"):
        receive(parcel, tmp_path / "sessions", "a01")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_session_is_not_sent(folders: list[Path], tmp_path: Path) -> None:
    """Else something goes to a clinic that nobody can take in."""
    with pytest.raises(ParcelError, match="not a session"):
        packed([tmp_path])
    with pytest.raises(ParcelError, match="given twice"):
        packed([folders[0], folders[0]])
    folder = past_session(tmp_path)
    (folder / "raw.bdf").rename(tmp_path / "elsewhere")
    (folder / "raw.bdf").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ParcelError, match="no file of a session"):
        packed([folder])


def test_a_killed_session_is_sent_as_far_as_it_got(tmp_path: Path) -> None:
    """Else the one session that needs help cannot be shown to anybody."""
    folder = past_session(tmp_path / "home", killed=True)
    (folder / ".session.json.1.tmp").write_text("half", encoding="utf-8")
    with (folder / "holds.csv").open("a", encoding="utf-8") as holds:
        holds.write("a01,half")
    receive(opened(packed([folder])), tmp_path / "clinic", "b02")
    there = tmp_path / "clinic" / folder.name
    assert "half" not in (there / "holds.csv").read_text(encoding="utf-8")
    assert not list(there.glob(".*"))
    assert not digests(tmp_path / "clinic").digests[0].complete
    assert [path.name for path in (tmp_path / "clinic").iterdir()] == [folder.name]
