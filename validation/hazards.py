"""``python -m validation.hazards``: each protection of HAZARDS.md is taken away, and its test must fail.

Every mutation of ``hazards.toml`` is done to a copy of the tree in a temporary folder, and one test is run
there. The work tree is only read.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from queue import SimpleQueue
from typing import Final
from xml.etree.ElementTree import parse

import click

ROOT: Final = Path(__file__).resolve().parents[1]
TABLE: Final = Path(__file__).with_name("hazards.toml")
NOT_COPIED: Final = (".git", ".venv", "build", "dist", "__pycache__", ".*_cache", ".hypothesis", "*.egg-info")
LONGEST_S: Final = 600.0
TOLD_LINES: Final = 15
FAILED: Final = 1
"""Exit code of pytest when tests ran and some failed; every other one but 0 is of a test that did not run."""


class Outcome(StrEnum):
    """What became of a mutation."""

    KILLED = "killed"
    SURVIVED = "survived"
    NOT_TRIED = "not tried"


class CannotMutate(ValueError):
    """The text is not there once, or what is left is no Python; one sentence."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A protection taken away.

    Attributes
    ----------
    hazard : str
        Id in HAZARDS.md.
    file : str
        Path in the project.
    before, after : str
        Text that stands in it exactly once, and what takes its place.
    test : str
        ``FILE::NAME`` of the test that must fail.
    """

    hazard: str
    file: str
    before: str
    after: str
    test: str

    def applied(self, text: str) -> str:
        """Give the file without the protection.

        Raises
        ------
        CannotMutate
            If the text is not there exactly once, or what is left cannot be compiled.
        """
        found = text.count(self.before)
        if found != 1:
            raise CannotMutate(f"{self.file} has the text {found} times: {self.before.strip()[:60]}")
        changed = text.replace(self.before, self.after)
        try:
            ast.parse(changed)
        except SyntaxError as error:
            raise CannotMutate(f"{self.file} is no Python without it, line {error.lineno}") from error
        return changed


@dataclass(frozen=True, slots=True)
class Tried:
    """One mutation, and what became of it.

    Attributes
    ----------
    mutation : Mutation
        Which.
    outcome : Outcome
        Killed, survived, or not tried.
    took_s : float
        Time of the test.
    said : str
        Last lines of the run, where it was not killed.
    """

    mutation: Mutation
    outcome: Outcome
    took_s: float = 0.0
    said: str = ""


def mutations(table: Path = TABLE) -> tuple[Mutation, ...]:
    """Read the table."""
    found = tomllib.loads(table.read_text(encoding="utf-8"))["mutation"]
    return tuple(Mutation(**one) for one in found)


class Copy:
    """A copy of the project in a folder of its own, for one mutation at a time.

    Parameters
    ----------
    folder : Path
        Empty.
    """

    def __init__(self, folder: Path) -> None:
        self._root = folder / ROOT.name
        shutil.copytree(ROOT, self._root, ignore=shutil.ignore_patterns(*NOT_COPIED), symlinks=True)
        env = dict(os.environ, PYTHONPATH=str(self._root), QT_QPA_PLATFORM="offscreen")
        env.pop("PYTHONDONTWRITEBYTECODE", None)  # each test reads some hundred modules
        self._env = env
        self._n_done = 0
        where = self._python("-c", "import emg; print(emg.__file__)").stdout.strip()
        if not Path(where).is_relative_to(self._root):
            raise RuntimeError(f"the copy would test {where}, which is not its own")

    def sound(self, tests: Sequence[str]) -> frozenset[str]:
        """Tell which of these tests pass as the tree is; one that is skipped here does not."""
        report = self._root.parent / "report.xml"
        self._pytest(*tests, f"--junitxml={report}")
        passed: dict[str, bool] = {}
        for case in parse(report).iter("testcase"):  # noqa: S314 - pytest has just written it
            file, name = str(case.get("classname")).replace(".", "/"), str(case.get("name")).split("[")[0]
            ended = {child.tag for child in case}
            if "skipped" not in ended:
                test = f"{file}.py::{name}"
                passed[test] = passed.get(test, True) and ended.isdisjoint(("failure", "error"))
        return frozenset(test for test in tests if passed.get(test))

    def tried(self, mutation: Mutation) -> Tried:
        """Take the protection away, run its test, and put it back."""
        path = self._root / mutation.file
        text, stat = path.read_text(encoding="utf-8"), path.stat()
        try:
            changed = mutation.applied(text)
        except CannotMutate as error:
            return Tried(mutation, Outcome.NOT_TRIED, said=str(error))
        self._n_done += 1
        began_s = time.monotonic()
        try:
            path.write_text(changed, encoding="utf-8", newline="\n")
            # compiled modules are told apart by whole seconds
            os.utime(path, (stat.st_atime, stat.st_mtime + 10.0 * self._n_done))
            run = self._pytest(mutation.test, "-x")
        finally:
            path.write_text(text, encoding="utf-8", newline="\n")
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        took_s = time.monotonic() - began_s
        if run.returncode == FAILED:
            return Tried(mutation, Outcome.KILLED, took_s)
        outcome = Outcome.NOT_TRIED if run.returncode else Outcome.SURVIVED
        return Tried(mutation, outcome, took_s, "\n".join(run.stdout.splitlines()[-TOLD_LINES:]))

    def _pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._python("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments)

    def _python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        try:
            return subprocess.run(  # noqa: S603 - a module of ours, and tests of our own table
                command,
                cwd=self._root,
                env=self._env,
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, -1, f"not over after {LONGEST_S:.0f} s", "")


@contextmanager
def _copies(n: int) -> Iterator[SimpleQueue[Copy]]:
    """Make as many copies as there are jobs; each is used by one at a time."""
    with ExitStack() as made:
        queue: SimpleQueue[Copy] = SimpleQueue()
        for _ in range(n):
            queue.put(Copy(Path(made.enter_context(tempfile.TemporaryDirectory(prefix="hazards-")))))
        yield queue


def try_all(chosen: Sequence[Mutation], jobs: int) -> Iterator[Tried]:
    """Try mutations, in their order; a test that does not pass as the tree is proves nothing.

    Parameters
    ----------
    chosen : sequence of Mutation
        Which.
    jobs : int
        How many at a time.
    """
    tests = list(dict.fromkeys(one.test for one in chosen))
    with _copies(jobs) as copies, ThreadPoolExecutor(jobs) as pool:

        def sound(part: Sequence[str]) -> frozenset[str]:
            copy = copies.get()
            try:
                return copy.sound(part)
            finally:
                copies.put(copy)

        def tried(mutation: Mutation) -> Tried:
            if mutation.test not in known:
                return Tried(mutation, Outcome.NOT_TRIED, said="its test does not pass as the tree is")
            copy = copies.get()
            try:
                return copy.tried(mutation)
            finally:
                copies.put(copy)

        parts = [part for start in range(jobs) if (part := tests[start::jobs])]
        known = frozenset[str]().union(*pool.map(sound, parts))
        yield from pool.map(tried, chosen)


def main(arguments: Sequence[str] | None = None) -> int:
    """Try what is asked for and say what survived; 0 if nothing did."""
    parser = argparse.ArgumentParser(prog="python -m validation.hazards", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="H-07", help="hazards; default: all")
    parser.add_argument("--jobs", type=int, default=2, help="mutations at a time")
    asked = parser.parse_args(arguments)
    chosen = [one for one in mutations() if not asked.only or one.hazard in asked.only]
    if not chosen:
        parser.error("no mutation is of these hazards")
    began_s = time.monotonic()
    counts = dict.fromkeys(Outcome, 0)
    for done in try_all(chosen, max(1, asked.jobs)):
        counts[done.outcome] += 1
        one = done.mutation
        click.echo(f"{done.outcome:9}  {one.hazard}  {done.took_s:5.1f} s  {one.file}  {one.test}")
        if done.said:
            click.echo("    " + done.said.replace("\n", "\n    "))
    told = ", ".join(f"{n} {outcome}" for outcome, n in counts.items())
    click.echo(f"{len(chosen)} mutations: {told}; {time.monotonic() - began_s:.0f} s")
    return 0 if counts[Outcome.KILLED] == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
