"""``python -m validation.kills``: live sessions are killed at random moments, and what is left is judged."""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from emg.codes import EventKind
from emg.results import Outcome
from emg.session.bundle import read_events, read_samples, read_session
from emg.session.folder import SessionFolder
from emg.session.library import read_digest
from emg.stage import Event
from hardware.simulated_emg import random_for
from ui.session.recovery import recover_athlete
from validation.killed_session import Job
from validation.live_runs import Kind, differences, live_files, many, sent, started, until

ALLOWED_LOSS_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Killed:
    """What a killed session left.

    Attributes
    ----------
    kind : str
        Which kind of session.
    at_s : float
        How much was sent when it was killed.
    lost_s : float
        What was sent and is not in raw.bdf, on the host's clock: at 4x a board sends four times as much.
    holds, under_way : int
        Rows of holds.csv afterwards, and whether a hold was under way (1) when it was killed.
    compared : int
        Bytes of derived files that the live session had written, and that were compared.
    wrong : tuple of str
        What is not as it must be; empty if all is well.
    """

    kind: str
    at_s: float
    lost_s: float
    holds: int
    under_way: int
    compared: int
    wrong: tuple[str, ...]


def one_kill(kind: Kind, seed: int, home: Path) -> Killed | None:
    """Run a session in a child process, kill it, and judge its folder.

    Parameters
    ----------
    kind : Kind
        Which.
    seed : int
        Decides what is sent, and the moment.
    home : Path
        ``POWERHOLD_HOME`` of this process and the child.

    Returns
    -------
    Killed or None
        None if the session was over before.
    """
    at_s = float(random_for(seed, "kill", kind.name).uniform(0.05, kind.span_s))
    parent = home / "athletes" / f"k{seed}" / "sessions"
    parent.mkdir(parents=True)
    counter = home / f"k{seed}.sent"
    job = replace(kind.job, parent=str(parent), counter=str(counter), seed=seed)
    child = started(job, home)
    try:
        alive = until(child, counter, round(at_s * job.fs_hz))
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    return _judged(kind, job, sent(counter)) if alive else None


def _judged(kind: Kind, job: Job, n_sent: int) -> Killed:
    sent_s = n_sent / job.fs_hz
    folders = sorted(Path(job.parent).iterdir())
    if not folders or not SessionFolder(folders[0]).session_json.exists():
        nothing = (f"nothing was saved in {sent_s:.2f} s",) if sent_s > ALLOWED_LOSS_S else ()
        return Killed(kind.name, sent_s, sent_s, 0, 0, 0, nothing)
    folder = SessionFolder(folders[0])
    if not folder.raw_bdf.exists() or not folder.events_jsonl.exists() or not folder.activation_csv.exists():
        return Killed(kind.name, sent_s, sent_s, 0, 0, 0, ("files are missing",) if sent_s > 1.0 else ())
    live = live_files(folder)
    raw = folder.raw_bdf.read_bytes()
    wrong: list[str] = []
    if not live[folder.events_jsonl].endswith(b"\n") and live[folder.events_jsonl]:
        wrong.append("the last event is torn")
    n_kept = sum(block.n_samples for block in read_samples(folder.path)[1])
    if read_session(folder.path).complete:
        return Killed(kind.name, sent_s, 0.0, 0, 0, 0, ())  # killed after its last file was written
    lost_s = (n_sent - n_kept) / (job.fs_hz * job.speed)  # of the clock on the wall
    if lost_s > ALLOWED_LOSS_S:
        wrong.append(f"{lost_s:.2f} s are lost")
    written = read_events(folder.path)
    under_way = _under_way(written)
    wrong += [
        one.reason for one in recover_athlete(folders[0].parent.parent.name, time.time() + 60) if one.reason
    ]
    different, found = differences(folder, live)
    wrong += different
    if folder.raw_bdf.read_bytes() != raw:
        wrong.append("raw.bdf was changed")
    if not read_digest(folder.path).recovered:
        wrong.append("it is not said to be recovered")
    unfinished = any(hold.outcome is Outcome.INCOMPLETE for hold in found.holds)
    # the samples that ended it can be on disk, and not the event that says so: those are written after them
    if under_way and not unfinished and _n_done(found.events) == _n_done(written):
        wrong.append("the hold under way is not incomplete")
    return Killed(
        kind.name, sent_s, lost_s, len(found.holds), under_way, sum(map(len, live.values())), tuple(wrong)
    )


def _n_done(events: Sequence[Event]) -> int:
    return sum(event.kind is EventKind.HOLD_DONE for event in events)


def _under_way(events: Sequence[Event]) -> int:
    """Whether a hold had begun and not ended, by what was on the disk: 1 or 0."""
    turns = (EventKind.HOLD_DONE, EventKind.STAGE_STARTED, EventKind.STAGE_DONE)
    last = [
        event.kind
        for event in events
        if event.kind in turns or (event.kind is EventKind.CUE and event.hold is not None)
    ]
    return int(bool(last) and last[-1] is EventKind.CUE)


def run(n: int, fs_hz: float, seed: int, n_at_once: int) -> Iterator[Killed]:
    """Kill ``n`` sessions, some of every kind."""
    return many(lambda kind, _number, at, home: one_kill(kind, at, home), fs_hz, n, seed, n_at_once)


def table(found: Sequence[Killed]) -> str:
    """Markdown for docs/durability.md."""
    rows = [
        "| session | kills | a hold under way | lost: median | 95 % | maximum | compared | wrong |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    names = Counter(one.kind for one in found)
    for name in [*names, ""]:
        some = [one for one in found if name in ("", one.kind)]
        lost_s = sorted(one.lost_s for one in some)
        p95_s = lost_s[min(len(lost_s) - 1, round(0.95 * len(lost_s)))]
        rows.append(
            f"| {name or '**all**'} | {len(some)} | {sum(one.under_way for one in some)} "
            f"| {statistics.median(lost_s):.3f} s | {p95_s:.3f} s | {lost_s[-1]:.3f} s "
            f"| {sum(one.compared for one in some) / 1e6:.1f} MB | {sum(bool(one.wrong) for one in some)} |"
        )
    return "\n".join(rows) + "\n"


def main() -> None:
    """Kill, print the table, and end with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m validation.kills", description=__doc__)
    parser.add_argument("--n", type=int, default=300, help="kills")
    parser.add_argument("--fs", type=float, default=1000.0, help="sampling rate, Hz")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=4, help="sessions at a time")
    parser.add_argument("--out", type=Path, help="file for the table")
    parser.add_argument("--json", action="store_true", help="print every kill as a line of JSON")
    asked = parser.parse_args()
    begun_s = time.monotonic()
    found = []
    for one in run(asked.n, asked.fs, asked.seed, asked.at_once):
        found.append(one)
        if one.wrong or asked.json:
            sys.stderr.write(f"{json.dumps([one.kind, one.at_s, one.lost_s, one.holds, *one.wrong])}\n")
    text = table(found)
    sys.stdout.write(f"{text}\n{len(found)} kills in {time.monotonic() - begun_s:.0f} s.\n")
    if asked.out is not None:
        asked.out.write_text(text, encoding="utf-8")
    sys.exit(any(one.wrong for one in found))


if __name__ == "__main__":
    main()
