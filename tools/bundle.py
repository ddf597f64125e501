"""Make the bundle, a folder that needs no Python: ``python -m tools.bundle``, called by `make bundle`.

The folder and the archive of it lie in dist/. Two runs on the same machine give the same bytes: the time in
them is SOURCE_DATE_EPOCH, or that of the last commit.
"""

from __future__ import annotations

import gzip
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tools.bundle_contents import version

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGING: Final = ROOT / "packaging"
DIST: Final = ROOT / "dist"
WORK: Final = ROOT / "build" / "pyinstaller"
BESIDE: Final = {
    "linux": ("powerhold.desktop", "powerhold.svg", "60-powerhold.rules", "install.sh"),
    "darwin": (),
    "win32": (),
}
"""Files that lie beside the program, by system."""

SYSTEMS: Final = {"linux": "linux", "darwin": "macos", "win32": "windows"}
FIRST_TIME: Final = 315_576_000
"""1980: no archive knows an earlier time."""


def source_date() -> int:
    """Give the time that stands in everything: what was asked for, else that of the last commit."""
    asked = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not asked and shutil.which("git"):
        words = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
        asked = subprocess.run(words, check=False, capture_output=True, text=True).stdout.strip()  # noqa: S603
    return max(FIRST_TIME, int(asked or 0))


def freeze(date: int) -> Path:
    """Run PyInstaller; gives the folder of the program."""
    told = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(date),
        "PYTHONHASHSEED": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = (*(sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),)
    places = ("--distpath", str(DIST), "--workpath", str(WORK), str(PACKAGING / "powerhold.spec"))
    subprocess.run([*command, *places], cwd=ROOT, env=told, check=True)  # noqa: S603  (our own words)
    return DIST / ("PowerHold.app" if sys.platform == "darwin" else "powerhold")


def add_beside(folder: Path) -> None:
    """Put what a system wants to know of the program beside it, and the licence."""
    for name in BESIDE[sys.platform]:
        shutil.copyfile(PACKAGING / name, folder / name)
    if sys.platform != "darwin":  # there the folder is one signed thing
        shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")


def archive(folder: Path, date: int) -> Path:
    """Pack the folder into one file, in order and without times or names of this machine."""
    name = f"powerhold-{version(ROOT)}-{SYSTEMS[sys.platform]}-{platform.machine().lower()}"
    return _zipped(folder, name, date) if sys.platform == "win32" else _tarred(folder, name, date)


def _tarred(folder: Path, name: str, date: int) -> Path:
    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = date
        runs = entry.isdir() or bool(entry.mode & 0o100)
        entry.mode = 0o755 if runs else 0o644
        return entry

    target = DIST / f"{name}.tar.gz"
    inside = folder.name if folder.suffix == ".app" else name
    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=date) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.add(folder, inside, recursive=False, filter=plain)
        for path in sorted(folder.rglob("*")):
            tar.add(path, f"{inside}/{path.relative_to(folder)}", recursive=False, filter=plain)
    return target


def _zipped(folder: Path, name: str, date: int) -> Path:
    target, when = DIST / f"{name}.zip", datetime.fromtimestamp(date, UTC).timetuple()[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}", when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())
    return target


def size_mb(path: Path) -> float:
    """How much room a file or a folder takes, links not counted."""
    files = (
        [path]
        if path.is_file()
        else [one for one in path.rglob("*") if one.is_file() and not one.is_symlink()]
    )
    return sum(one.stat().st_size for one in files) / 1e6


def main() -> int:
    """Make both, and say how large they are."""
    date = source_date()
    folder = freeze(date)
    add_beside(folder)
    for made in (folder, archive(folder, date)):
        sys.stdout.write(f"{made.relative_to(ROOT)}: {size_mb(made):.0f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
