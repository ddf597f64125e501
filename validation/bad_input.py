"""Give every reader of PowerHold damaged files until time is over: ``python -m validation.bad_input``.

Each reader runs in a process of its own with a bounded memory, and each reading in a bounded time. What is
expected of any input: it is read, or refused with one sentence; nothing is made up, nothing else is harmed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

import click
import numpy as np

from ui.commands.exclude import NoSuchHold
from validation.bad_mutations import FORMATS, PLACES
from validation.bad_readers import Harmed, Reader, readers, sound_home

KEPT: Final = Path("bad-input-kept")
SMALL_BYTES: Final = 6_000
"""A file up to this size is cut at every byte."""
N_CUTS: Final = 500
READ_S: Final = 5.0
MEMORY_BYTES: Final = 1_000_000_000
"""On top of what the program itself takes."""
STALL_S: Final = 60.0
LONGEST_SENTENCE: Final = 900
SHRINK_TRIES: Final = 40
READ, REFUSED = "read", "refused"
GOOD: Final = frozenset({READ, REFUSED})


class TooSlow(BaseException):
    """Time is over; no reader may swallow this."""


@dataclass
class Tally:
    """What came of the damage, by its kind and by what happened."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, damage: str, what: str) -> None:
        """Count one."""
        self.counts[damage, what] += 1

    def as_json(self) -> list[list[Any]]:
        """Rows of damage, what happened, and how often."""
        return [[*key, n] for key, n in sorted(self.counts.items())]


class Trial:
    """One reader, and its file to be damaged again and again.

    Parameters
    ----------
    reader : Reader
        The reader.
    root : Path
        The home; nothing in it but the damaged file may change.
    """

    def __init__(self, reader: Reader, root: Path) -> None:
        self.reader = reader
        self.sound = reader.path.read_bytes()
        facts = reader.path.stat()
        self._times = facts.st_atime_ns, facts.st_mtime_ns
        self.whole = _read_whole(reader)
        self.root = root
        self._others = self._tree()

    def tell(self, content: bytes, *, cut: bool = False) -> str:
        """Read these bytes in the place of the sound ones, and say what happened."""
        self.reader.path.write_bytes(content)
        try:
            return self._told(cut=cut)
        finally:
            self.restore()

    def tell_place(self, put: Callable[[Path], None]) -> str:
        """Read what is put in the place of the file, and say what happened."""
        self.reader.path.unlink()
        try:
            put(self.reader.path)
            return self._told(cut=False)
        finally:
            self.restore()

    def _told(self, *, cut: bool) -> str:
        try:
            with in_time(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = self.reader.read()
        except self.reader.refuses as refused:
            what = REFUSED if is_sentence(str(refused)) else f"no sentence: {str(refused)[:200]!r}"
        except TooSlow:
            what = "too slow"
        except Harmed as error:
            what = f"harmed: {error}"
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            ours = [
                one
                for one in traceback.extract_tb(error.__traceback__)
                if "site-packages" not in one.filename
            ]
            where = ours[-1] if ours else last
            what = f"{type(error).__name__} in {Path(where.filename).name}:{where.name}"
        else:
            made_up = cut and not self.reader.part_of(found, self.whole)
            what = "made up" if made_up else READ
        return what if self._tree() == self._others else f"harmed files beside it, {what}"

    def _tree(self) -> dict[Path, tuple[int, int]]:
        """Sizes and times of all other files that were there."""
        known = getattr(self, "_others", None)
        paths = self.root.rglob("*") if known is None else known
        found = {}
        for path in paths:
            if path != self.reader.path and (known is not None or path.is_file()):
                facts = path.stat()
                found[path] = facts.st_size, facts.st_mtime_ns
        return found

    def restore(self) -> None:
        """Put the sound file back, with its time."""
        path = self.reader.path
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        path.write_bytes(self.sound)
        path.chmod(0o600)
        os.utime(path, ns=self._times)


def _read_whole(reader: Reader) -> Any:
    """Read the sound file; one reader is asked for a hold that there is not, lest it write."""
    try:
        return reader.read()
    except NoSuchHold:
        return None


def is_sentence(text: str) -> bool:
    """Whether a refusal is one plain sentence: one line, ended, not long, and nothing that turns it round."""
    return text.endswith(".") and text.isprintable() and len(text) <= LONGEST_SENTENCE


@contextmanager
def in_time(seconds: float = READ_S) -> Iterator[None]:
    """Break off what takes longer."""

    def over(number: int, frame: FrameType | None) -> NoReturn:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def bound_memory(extra_bytes: int = MEMORY_BYTES) -> None:
    """Let this process have so much more than it has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + extra_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def smaller(trial: Trial, content: bytes, what: str, *, cut: bool) -> bytes:
    """Make an input smaller that still does the same."""
    piece = len(content) // 2
    for _ in range(SHRINK_TRIES):
        if not piece or cut or what == "too slow":
            return content
        for start in range(0, len(content), piece):
            less = content[:start] + content[start + piece :]
            if trial.tell(less) == what:
                content = less
                break
        else:
            piece //= 2
    return content


def work(name: str, seed: int, seconds: float, kept: Path) -> None:
    """Try one reader in this process; prints its tally as JSON."""
    home = sound_home()
    tally = Tally()
    try:
        trial = Trial(readers(home)[name], home)
        bound_memory()
        rng = np.random.default_rng([seed, *name.encode()])
        _places(trial, tally)
        _cuts(trial, tally, rng, kept, seconds)
        begun = time.monotonic()
        damages = FORMATS[trial.reader.kind]
        while time.monotonic() - begun < seconds:
            damage = list(damages)[int(rng.integers(len(damages)))]
            content = damages[damage](trial.sound, rng)
            _current(kept, name).write_bytes(content)
            what = trial.tell(content)
            tally.add(damage, what)
            _keep(trial, tally, content, what, kept)
    finally:
        shutil.rmtree(home)
        _current(kept, name).unlink(missing_ok=True)
    click.echo(json.dumps(tally.as_json()))


def _places(trial: Trial, tally: Tally) -> None:
    for place, put in PLACES.items():
        tally.add(place, trial.tell_place(put))


def _cuts(trial: Trial, tally: Tally, rng: np.random.Generator, kept: Path, seconds: float) -> None:
    """Cut the file at every byte, or at many, in any order: a slow reader gets as far as its time goes."""
    size, begun = len(trial.sound), time.monotonic()
    places = rng.choice(size, size if size <= SMALL_BYTES else N_CUTS, replace=False).tolist()
    for place in places:
        if time.monotonic() - begun > seconds:
            return
        content = trial.sound[:place]
        what = trial.tell(content, cut=True)
        tally.add("truncate", what)
        _keep(trial, tally, content, what, kept, cut=True)


def _keep(trial: Trial, tally: Tally, content: bytes, what: str, kept: Path, *, cut: bool = False) -> None:
    """Keep what failed, made smaller, the first time that it does."""
    if what in GOOD or sum(n for (_, told), n in tally.counts.items() if told == what) > 1:
        return
    small = smaller(trial, content, what, cut=cut)
    name = f"{_slug(trial.reader.name)}-{_slug(what)[:50]}-{hashlib.sha256(small).hexdigest()[:8]}"
    (kept / name).write_bytes(small)


def _current(kept: Path, name: str) -> Path:
    return kept / f"current-{_slug(name)}"


def _slug(text: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in text)


def run(name: str, seed: int, seconds: float, kept: Path) -> list[list[Any]]:
    """Try one reader in a process of its own; a process that dies or hangs is a finding too."""
    command = [sys.executable, "-m", "validation.bad_input", "--work", "--reader", name]
    command += ["--seed", str(seed), "--seconds", str(seconds), "--kept", str(kept)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, capture_output=True, text=True, timeout=seconds + 4 * STALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        return [["any", f"hung; see {_current(kept, name)}", 1]]
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return [["any", f"died ({done.returncode}): {last[:200]}", 1]]
    found: list[list[Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def lines_of(name: str, rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Lines of the table for one reader: what is good in one of them, and what is not in one each."""
    good = Counter(dict.fromkeys((READ, REFUSED), 0))
    for _, what, n in rows:
        if what in GOOD:
            good[what] += n
    bad = [row for row in rows if row[1] not in GOOD]
    n, n_bad = (sum(row[2] for row in some) for some in (rows, bad))
    yield f"| {name} | {n} | {good[READ]} | {good[REFUSED]} | {n_bad} |"
    yield from (f"| {name}: {damage} | | | | {n}: {what} |" for damage, what, n in bad)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the readers that are asked for, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m validation.bad_input", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of random damage, for each reader")
    parser.add_argument("--reader", action="append", help="only this one; may be said again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder for inputs that failed")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    chosen.kept.mkdir(parents=True, exist_ok=True)
    if chosen.work:
        work(chosen.reader[0], chosen.seed, chosen.seconds, chosen.kept)
        return 0
    click.echo("| reader | inputs | read | refused | wrong |\n|---|---|---|---|---|")
    failed = False
    for name in chosen.reader or _names():
        rows = run(name, chosen.seed, chosen.seconds, chosen.kept)
        failed = failed or any(row[1] not in GOOD for row in rows)
        for line in lines_of(name, rows):
            click.echo(line)
    return int(failed)


def _names() -> list[str]:
    home = sound_home()
    try:
        return list(readers(home))
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    raise SystemExit(main())
