"""Claims about sealed exports: they open with the passphrase, and with nothing else."""

from __future__ import annotations

import io
import stat
import tarfile
from pathlib import Path

import pytest

from emg.exports.make import Format, export, open_sealed
from emg.exports.sealed import SealError, _unpack, packed, seal
from tests.emg.exports.parts import SECRETS

PASSPHRASE = "four words with spaces"


@pytest.fixture(scope="module")
def sealed(clinic: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(clinic[:1], Format.PARQUET, tmp_path_factory.mktemp("out"), passphrase=PASSPHRASE).path


def test_a_sealed_export_opens_to_what_an_open_one_is(
    sealed: Path, clinic: list[Path], tmp_path: Path
) -> None:
    """Else what arrives is not what was sent."""
    assert sealed.name == "powerhold-parquet.age"
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert [path.name for path in sealed.parent.iterdir()] == [sealed.name], "nothing in the clear beside it"
    opened = open_sealed(sealed, PASSPHRASE, tmp_path / "opened")
    plain = export(clinic[:1], Format.PARQUET, tmp_path / "plain").path
    names = sorted(path.relative_to(plain) for path in plain.rglob("*"))
    assert sorted(path.relative_to(opened) for path in opened.rglob("*")) == names
    for name in names:
        if (plain / name).is_file():
            assert (opened / name).read_bytes() == (plain / name).read_bytes()
            assert stat.S_IMODE((opened / name).stat().st_mode) == 0o600


def test_the_file_says_nothing_in_the_clear(sealed: Path) -> None:
    """Else whoever finds the stick reads what is on it."""
    content = sealed.read_bytes()
    for text in (*SECRETS, "holds", "parquet", "P01", "glute"):
        assert text.encode() not in content


@pytest.mark.parametrize(
    "damage",
    [lambda b: b[:-1], lambda b: b[:30], lambda b: b"", lambda b: b"PK\3\4" + b],
)
def test_a_damaged_file_is_one_sentence(damage: object, sealed: Path, tmp_path: Path) -> None:
    """Else a torn download opens to half a clinic."""
    path = tmp_path / "torn.age"
    assert callable(damage)
    path.write_bytes(damage(sealed.read_bytes()))
    with pytest.raises(SealError):
        open_sealed(path, PASSPHRASE, tmp_path / "out")


def test_a_short_passphrase_is_refused_before_anything_is_written(clinic: list[Path], tmp_path: Path) -> None:
    """Else a file that travels opens to whoever tries for an afternoon."""
    with pytest.raises(SealError, match="12 characters"):
        export(clinic[:1], Format.PARQUET, tmp_path / "out", passphrase="short")
    assert not (tmp_path / "out").exists()


def test_the_archive_says_nothing_of_this_computer(clinic: list[Path]) -> None:
    """Else the file carries the name of whoever made it."""
    with tarfile.open(fileobj=io.BytesIO(packed(clinic[0], "x"))) as archive:
        entries = archive.getmembers()
    assert "x/raw.bdf" in [entry.name for entry in entries]
    said = {(entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime) for entry in entries}
    assert said == {(0, 0, "", "", 0)}


def archive_of(name: str, kind: bytes = tarfile.REGTYPE, twice: bool = False) -> tarfile.TarFile:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for _ in range(2 if twice else 1):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            entry.size = 3 if kind == tarfile.REGTYPE else 0
            archive.addfile(entry, io.BytesIO(b"abc"))
    return tarfile.open(fileobj=io.BytesIO(packed.getvalue()))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../up.csv", tarfile.REGTYPE),
        ("powerhold-csv/../../up.csv", tarfile.REGTYPE),
        ("/etc/cron.d/x", tarfile.REGTYPE),
        ("C:\\windows\\x", tarfile.REGTYPE),
        ("powerhold-csv/.bashrc", tarfile.REGTYPE),
        ("powerhold-csv/\u202egpj.exe", tarfile.REGTYPE),
        ("powerhold-csv/a\nb", tarfile.REGTYPE),
        ("powerhold-csv/link", tarfile.SYMTYPE),
        ("powerhold-csv/hard", tarfile.LNKTYPE),
        ("powerhold-csv/pipe", tarfile.FIFOTYPE),
        ("powerhold-csv/device", tarfile.CHRTYPE),
        ("only-a-file", tarfile.REGTYPE),
    ],
)
def test_an_archive_that_reaches_out_is_refused(name: str, kind: bytes, tmp_path: Path) -> None:
    """Else a file from a stranger who knows the passphrase writes where he likes."""
    inside = tmp_path / "inside"
    inside.mkdir()
    with archive_of(name, kind) as archive, pytest.raises(SealError):
        _unpack(archive, "FILE", inside)
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]


def test_an_archive_that_says_a_name_twice_is_refused(tmp_path: Path) -> None:
    """Else the second file hides the first."""
    with archive_of("powerhold-csv/a.csv", twice=True) as archive, pytest.raises(SealError, match="twice"):
        _unpack(archive, "FILE", tmp_path)


def test_too_much_is_refused_rather_than_half_sealed(tmp_path: Path) -> None:
    """Else the program runs out of memory with a clinic in it."""
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1_000_000_001)
    with pytest.raises(SealError, match="export fewer sessions"):
        seal(tmp_path, "x", PASSPHRASE)
