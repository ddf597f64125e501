"""Make the wheel and the source archive: ``python -m tools.dist``, in the environment of `make dist`.

Both lie in dist/, and are the same bytes each time they are made of the same source.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from tools.bundle import DIST, ROOT, size_mb, source_date

LEFT_BY_SETUPTOOLS: Final = ROOT / "powerhold.egg-info"
"""It would put files into the next source archive that are gone by then."""


def built(folder: Path, date: int) -> list[Path]:
    """Build both: the wheel is made from the source archive, so that one is known to be whole."""
    told = {**os.environ, "SOURCE_DATE_EPOCH": str(date)}
    words = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    shutil.rmtree(LEFT_BY_SETUPTOOLS, ignore_errors=True)
    try:
        subprocess.run(words, env=told, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  (our own words)
    finally:
        shutil.rmtree(LEFT_BY_SETUPTOOLS, ignore_errors=True)
    return sorted(folder.iterdir())


def without_times(source: bytes, date: int) -> bytes:
    """Write a .tar.gz anew: in order, all of one time, and nobody's."""
    packed = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(source)) as before,
        gzip.GzipFile("", "wb", fileobj=packed, mtime=date) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as after,
    ):
        for entry in sorted(before.getmembers(), key=lambda entry: entry.name):
            content = before.extractfile(entry)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = date
            entry.mode = 0o755 if entry.isdir() else 0o644
            entry.pax_headers = {}
            after.addfile(entry, content)
    return packed.getvalue()


def main() -> int:
    """Make both, and say how large they are."""
    date = source_date()
    DIST.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for made in built(Path(folder), date):
            content = made.read_bytes()
            target = DIST / made.name
            target.write_bytes(without_times(content, date) if made.name.endswith(".tar.gz") else content)
            sys.stdout.write(f"{target.relative_to(ROOT)}: {size_mb(target):.2f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
