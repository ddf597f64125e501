"""``python -m validation.mishaps``: the disk of a live session is full, or its folder gone; it is judged."""

from __future__ import annotations

import argparse
import json
import math
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ui.session.recorder import MOVED as SAYS_MOVED
from validation.live_runs import LOOK_S, many, sent, started, until
from validation.mishap_ground import CANNOT_TRY, Ground, Plan, can_mount
from validation.mishap_judge import Said, digest_of, judged, said_in, sessions_in

END_LIMIT_S: Final = 300.0
TOLD_S: Final = 2.0
"""A folder to which a session can come again is told where it went within so long."""

NOWHERE: Final = "nowhere"
HOWS: Final = ("full", "gone")
_SAYS_MOVED: Final = SAYS_MOVED.partition("{")[0]


@dataclass(frozen=True, slots=True)
class Mishap:
    """How a session came through.

    Attributes
    ----------
    plan : Plan
        What happened.
    ended : str
        ``by itself``, ``stopped`` or ``killed``.
    mended : bool
        It was put right before the end.
    n_lost : int
        Samples that were sent and are nowhere.
    n_folders : int
        In which it lies.
    n_compared : int
        Bytes that were compared with what is computed again.
    said : str
        Its sentences.
    wrong : tuple of str
        What is not as it must be; empty if all is well.
    """

    plan: Plan
    ended: str
    mended: bool
    n_lost: int
    n_folders: int
    n_compared: int
    said: str
    wrong: tuple[str, ...]

    @property
    def name(self) -> str:
        """What happened, for the table."""
        what = "disk full" if self.plan.how == "full" else "folder gone"
        place = "another place" if self.plan.refuge else "no other place"
        again = "room again" if self.plan.how == "full" else "put back"
        return f"{what}, {place}, {again if self.mended else 'for good'}"


def one_mishap(plan: Plan, home: Path) -> Mishap | None:
    """Run a session in a child process, let it happen, wait for the end, and judge what there is.

    Parameters
    ----------
    plan : Plan
        What happens when.
    home : Path
        ``POWERHOLD_HOME`` of this process and the child.

    Returns
    -------
    Mishap or None
        None if the session was over before it could happen.
    """
    ground = Ground(home, home / f"m{plan.seed}", f"m{plan.seed}", plan)
    try:
        ground.prepare()
        return _run(plan, ground)
    finally:
        ground.clear()


def _run(plan: Plan, ground: Ground) -> Mishap | None:
    parent = ground.disk / "sessions"
    counter = ground.root / "sent"
    job = replace(
        plan.kind.job, parent=str(parent), counter=str(counter), seed=plan.seed, said=str(ground.said)
    )
    child = started(job, ground.home, {"HOME": str(ground.user), "TMPDIR": str(ground.temp)})
    try:
        if not until(child, counter, plan.at_sample) or not sessions_in(parent):
            return None
        watch = _Watch(ground, sessions_in(parent)[0].raw_bdf.stat().st_ino)
        ground.strike()
        mended_s, ended_s = _lived_on(child, plan, ground, watch)
    finally:
        child.kill()
        child.wait()
    said = said_in(ground.said)
    n_sent = sent(counter) if said.end is None else said.n_taken
    changed = watch.changed()
    mended = mended_s < ended_s
    pointed = mended_s < ended_s - TOLD_S
    may_lose = not plan.refuge and not mended
    roots = ground.gather()
    found = judged(roots, ground.athlete, said, may_lose=may_lose, pointed=pointed)
    wrong = [*found.wrong, *changed]
    n_lost = n_sent - found.n_kept
    if said.end is not None and n_lost and not may_lose:
        wrong.append(f"{n_lost} samples are lost")
    if not said.sentences and found.n_folders > 1 and said.end is not None:
        wrong.append("it moved and said nothing")
    if not said.sentences and may_lose and said.end is not None and n_lost:
        wrong.append("it lost something and said nothing")
    return Mishap(
        plan,
        _ending(plan, said),
        mended,
        n_lost,
        found.n_folders,
        found.n_compared,
        " | ".join((*said.sentences, f"{said.exit_code}: {said.end}")),
        tuple(wrong),
    )


def _ending(plan: Plan, said: Said) -> str:
    if said.end is None:
        return "killed"
    return "stopped" if plan.end_after_s is not None and not plan.killed else "by itself"


class _Watch:
    """Looks that nobody changes the first folder once the session has left it."""

    def __init__(self, ground: Ground, inode: int) -> None:
        self._ground = ground
        self._inode = inode
        self._digest = ""

    def look(self) -> None:
        """Remember the folder as it is when the session says that it has left it."""
        if not self._digest and any(_SAYS_MOVED in one for one in said_in(self._ground.said).sentences):
            self._digest = self._now()

    def changed(self) -> list[str]:
        """Say whether it is another one now."""
        if self._digest in ("", self._now()) and self._digest != NOWHERE:
            return []
        return ["the folder that was left was changed"]

    def _now(self) -> str:
        for folder in sessions_in(self._ground.disk, self._ground.root):
            if folder.raw_bdf.exists() and folder.raw_bdf.stat().st_ino == self._inode:
                return digest_of(folder.path)
        return NOWHERE


def _lived_on(
    child: subprocess.Popen[bytes], plan: Plan, ground: Ground, watch: _Watch
) -> tuple[float, float]:
    """Put it right and end it when its time has come; tell when it was put right, and when it ended.

    What has ended is not put right any more: infinite.
    """
    struck_s = begun_s = time.monotonic()
    mended_s, asked, waits_for_word = math.inf, False, plan.heard
    while child.poll() is None:
        said = said_in(ground.said)
        if said.end is not None:
            break
        watch.look()
        now_s = time.monotonic()
        if waits_for_word:
            begun_s = now_s
            waits_for_word = not said.sentences
        if (
            mended_s == math.inf
            and plan.mended_after_s is not None
            and now_s - begun_s >= plan.mended_after_s
        ):
            ground.mend()
            mended_s = now_s
        if not asked and plan.end_after_s is not None and now_s - begun_s >= plan.end_after_s:
            child.send_signal(signal.SIGKILL if plan.killed else signal.SIGINT)
            asked = True
        if now_s - struck_s > END_LIMIT_S:
            raise TimeoutError("The session does not end.")
        time.sleep(LOOK_S)
    ended_s = time.monotonic()
    child.wait(END_LIMIT_S)
    return mended_s, ended_s


def run(how: str, n: int, fs_hz: float, seed: int, n_at_once: int) -> Iterator[Mishap]:
    """Let it happen to ``n`` sessions, some of every kind."""
    return many(
        lambda kind, number, at, home: one_mishap(Plan.of(how, kind, number, at), home),
        fs_hz,
        n,
        seed,
        n_at_once,
    )


def table(found: Sequence[Mishap]) -> str:
    """Markdown for docs/durability.md: what was killed as well stands apart."""
    rows = [
        "| what happened | sessions | by itself, stopped | samples lost: median | most | compared | wrong |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]

    def row(name: str, some: Sequence[Mishap]) -> None:
        lost = [one.n_lost for one in some]
        ends = [sum(one.ended == end for one in some) for end in ("by itself", "stopped")]
        rows.append(
            f"| {name} | {len(some)} | {ends[0]}, {ends[1]} | {statistics.median(lost):.0f} | {max(lost)} "
            f"| {sum(one.n_compared for one in some) / 1e6:.1f} MB | {sum(bool(one.wrong) for one in some)} |"
        )

    for name in sorted({one.name for one in found}):
        for killed in (False, True):
            some = [one for one in found if one.name == name and (one.ended == "killed") is killed]
            if some:
                row(f"{name}{', then kill -9' if killed else ''}", some)
    row("**all**", found)
    return "\n".join(rows) + "\n"


def main() -> None:
    """Let it happen, print the table, and end with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m validation.mishaps", description=__doc__)
    parser.add_argument("--how", choices=HOWS, required=True)
    parser.add_argument("--n", type=int, default=100, help="sessions")
    parser.add_argument("--fs", type=float, default=1000.0, help="sampling rate, Hz")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=4, help="sessions at a time")
    parser.add_argument("--out", type=Path, help="file for the table")
    parser.add_argument("--json", action="store_true", help="print every one as a line of JSON")
    asked = parser.parse_args()
    if asked.how == "full" and not can_mount():
        sys.exit(CANNOT_TRY)
    begun_s = time.monotonic()
    found = []
    for one in run(asked.how, asked.n, asked.fs, asked.seed, asked.at_once):
        found.append(one)
        if one.wrong or asked.json:
            facts = [one.plan.seed, one.plan.kind.name, one.name, one.ended, one.n_lost, one.said, *one.wrong]
            sys.stderr.write(f"{json.dumps(facts)}\n")
            sys.stderr.flush()
    text = table(found)
    sys.stdout.write(f"{text}\n{len(found)} sessions in {time.monotonic() - begun_s:.0f} s.\n")
    if asked.out is not None:
        asked.out.write_text(text, encoding="utf-8")
    sys.exit(any(one.wrong for one in found))


if __name__ == "__main__":
    main()
