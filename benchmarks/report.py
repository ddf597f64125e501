"""The figures as one JSON object and as a page; everything on the page comes from the figures."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks import live, offline, peers, session
from benchmarks.spread import Spread
from benchmarks.ways import version

PACKAGES: Final = (
    "numpy", "scipy", "numba", "brainflow", "biosppy", "neurokit2", "libemg", "ezmsg-sigproc",
)  # fmt: skip
NONE: Final = "–"


@dataclass(frozen=True)
class Setting:
    """On what, with what and how it was measured."""

    machine: str
    python: str
    packages: Mapping[str, str]
    date: str
    turns: int
    paced_turns: int
    rounds: int
    minutes: float

    @classmethod
    def here(cls, *, date: str, turns: int, paced_turns: int, rounds: int, minutes: float) -> Setting:
        """Describe this machine by its kind, never by its name."""
        parts = [platform.machine(), processor(), f"{os.cpu_count()} logical processors", platform.system()]
        packages = {package: version(package) or "not installed" for package in PACKAGES}
        return cls(
            ", ".join(filter(None, parts)), platform.python_version(), packages,
            date, turns, paced_turns, rounds, minutes,
        )  # fmt: skip


def processor() -> str:
    """Kind of processor, empty where the system does not say."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else ""


@dataclass(frozen=True)
class Figures:
    """Everything that was measured."""

    setting: Setting
    blocks: Mapping[str, Sequence[live.Row]]
    shares: Sequence[live.Share]
    recording: Sequence[offline.Row]
    sessions: Sequence[session.Row]

    def to_json(self) -> str:
        """One object, indented."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"


def number(value: float | None) -> str:
    """Three figures that count, with thousands."""
    if value is None:
        return NONE
    if abs(value) >= 100.0:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10.0 else f"{value:.2f}"


def spread(value: Spread | None) -> str:
    """Median and the range of nine tenths of the turns."""
    if value is None:
        return NONE
    if value.n == 1:
        return f"{number(value.median)} (once)"
    return f"{number(value.median)} ({number(value.p5)}–{number(value.p95)})"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table, figures to the right."""
    marks = ["---", *("---:" for _ in head[1:])]
    told = [[cell.replace("|", "\\|").replace("\n", " ") for cell in cells] for cells in (head, marks, *rows)]
    return ["| " + " | ".join(cells) + " |" for cells in told] + [""]


def agreement(row: live.Row) -> str:
    """How the levels compare with SciPy's, in words and figures."""
    found = row.agreement
    if found is None:
        return "no level"
    if row.wrong:
        return f"**WRONG by {found.worst:.0e}**"
    if row.tolerance is not None:
        return f"same ({max(found.worst, 1e-16):.0e})"
    return f"{found.mean_pct:+,.1f} %, worst {100.0 * found.worst:,.0f} %"


def live_table(rows: Sequence[live.Row]) -> list[str]:
    """One size, the quickest way first."""
    measured = sorted(
        (row for row in rows if row.tight is not None),
        key=lambda row: row.tight.to_sosfilt.median if row.tight else 0.0,
    )
    head = ["way", "µs a block", "to sosfilt", "to sosfilt + RMS", "reference machine, µs", "level"]
    cells = [
        [
            row.name, number(row.tight.us.median), spread(row.tight.to_sosfilt),
            number(row.tight.to_sosfilt_rms.median), number(row.tight.reference_machine_us), agreement(row),
        ]
        for row in measured if row.tight is not None
    ]  # fmt: skip
    cells += [[row.name, row.problem, "", "", "", ""] for row in rows if row.problem]
    return table(head, cells)


def paced_table(sizes: Mapping[str, Sequence[live.Row]]) -> list[str]:
    """All sizes, one block every 20 ms."""
    head = ["size", "way", "µs a block", "19 of 20 below", "to sosfilt", "to its own tight loop"]
    cells = [
        [
            size, row.name, number(row.paced.us.median), number(row.paced.us.p95),
            spread(row.paced.to_sosfilt), number(row.paced.us.median / row.tight.us.median),
        ]
        for size, rows in sizes.items() for row in rows if row.paced is not None and row.tight is not None
    ]  # fmt: skip
    return table(head, cells)


def offline_table(rows: Sequence[offline.Row]) -> list[str]:
    """Sort the ways over the recording, the quickest first."""
    head = ["way", "s", "processor, s", "times real time", "to sosfilt", "peak, MB", "level", "bursts", "how"]
    measured = sorted((row for row in rows if row.seconds), key=lambda row: -(row.real_time or 0.0))
    cells = [
        [
            row.name, spread(row.seconds), number(row.processor_s.median if row.processor_s else None),
            number(row.real_time),
            number(row.to_sosfilt.median if row.to_sosfilt else None), number(row.peak_mb),
            offline_level(row), NONE if row.bursts is None else f"{row.bursts:,}", row.note,
        ]
        for row in measured
    ]  # fmt: skip
    cells += [[row.name, row.problem, *[""] * 7] for row in rows if row.problem]
    return table(head, cells)


def offline_level(row: offline.Row) -> str:
    """How the mean envelope compares with SciPy's, channel by channel."""
    if row.level_pct is None:
        return NONE
    return f"**WRONG: {row.level_pct:+.2f} %**" if row.wrong else f"{row.level_pct:+.2f} %"


def stands(rows: Sequence[live.Row], ours: str) -> list[str]:
    """Say whether our way is ahead of every other library that makes a level."""
    to_sosfilt = {row.key: row.tight.to_sosfilt.median for row in rows if row.tight is not None}
    names = {row.key: row.name for row in rows}
    others = [(median, key) for key, median in to_sosfilt.items() if key in peers.LIBRARIES]
    if ours not in to_sosfilt or not others:
        return []
    (best, key), own = min(others), to_sosfilt[ours]
    word = "ahead of" if own < best else "behind"
    return [
        f"{names[ours]} takes {number(own)} times sosfilt alone: {word} the quickest other library, "
        f"{names[key]} ({number(best)}).",
        "",
    ]


HEAD: Final = """\
# Benchmarks

Written by `make bench`, every figure from the run itself; the same in `benchmarks.json`. Machines differ and
are busy with other things: compare ratios, not microseconds.

Measured on {date}: {machine}; Python {python}; {packages}.

## Live: filter and envelope of a block of 20 ms

The same work for all: band-pass, one notch at 50 Hz and RMS over 250 ms for each channel, on noise with hum
and an offset of 5 mV. All ways in one process, turn by turn: in each turn every way runs over a second of
signal (slow ones over fewer blocks), in an order that changes. A turn's figure is its mean, so that what
happens every half second is in it. SciPy's sosfilt, alone and with RMS, runs right beside every way in every
turn, and ratios are to these. Medians over {turns} turns, with the range of nine tenths of them. The garbage
collector runs between turns only. Times are the processor's: what other programs took meanwhile is not in
them.

*Level* compares the RMS with SciPy's of the same second: a way that claims the same work must give the same
numbers; for the others the table says how far off they are.

*Reference machine* is the ratio to sosfilt + RMS, times what that takes on the machine that our targets were
written for ({reference}).
"""

PACED: Final = """\
## Live, at the pace of the board

One block every 20 ms, {paced_turns} for each way. In between the processor does other things, and the caches
are cold. The garbage collector is off.
"""

OFFLINE: Final = """\
## Offline: {minutes:g} minutes, {n_channels} channels, {fs_hz:g} Hz

Filter, notch, envelope and bursts. Each way in a process of its own, up to {rounds} rounds in an order that
changes, slow ways once. Reading the samples is not counted. Peak memory is that of the whole process. *Level*
is the mean envelope against SciPy channel by channel. The recording has {bursts:,} bursts.
"""

SESSIONS: Final = """\
## Writing a session

Raw samples and activation table per second of signal, beside appending the bare samples to one file.
"""


def page(figures: Figures) -> str:
    """Write docs/benchmarks.md."""
    setting, work = figures.setting, offline.WORK
    packages = ", ".join(f"{name} {found}" for name, found in setting.packages.items())
    reference = ", ".join(f"{size}: {us:g} µs" for size, us in live.REFERENCE_MACHINE_US.items())
    whole = {
        "n_channels": work.n_channels,
        "fs_hz": work.fs_hz,
        "bursts": offline.true_bursts(setting.minutes),
    }
    facts = {**asdict(setting), **whole, "packages": packages, "reference": reference}
    lines = [HEAD.format(**facts)]
    for size, rows in figures.blocks.items():
        lines += [f"### {size} Hz", ""]
        for ours in ("filter_rms", "filter_envelope"):
            lines += stands(rows, ours)
        lines += live_table(rows)
    lines += ["What they do:", "", *notes(next(iter(figures.blocks.values()), ()))]
    lines += [PACED.format(**facts), *paced_table(figures.blocks), *share_lines(figures.shares)]
    lines += [OFFLINE.format(**facts), *offline_table(figures.recording)]
    lines += [SESSIONS, *sessions_table(figures.sessions)]
    return "\n".join(lines).rstrip() + "\n"


def notes(rows: Sequence[live.Row]) -> list[str]:
    """List what each way does."""
    return [*(f"- {row.name}: {row.note}." for row in rows), ""]


def share_lines(shares: Sequence[live.Share]) -> list[str]:
    """Tell how much of a core blocks at their own pace take."""
    head = ["size", "way", "% of a core", "of which waking up alone, %"]
    rows = [[one.work, one.name, number(one.of_core_pct), number(one.waking_alone_pct)] for one in shares]
    return ["Processor time of the whole process at that pace:", "", *table(head, rows)] if rows else []


def sessions_table(rows: Sequence[session.Row]) -> list[str]:
    """List the sizes."""
    return table(
        ["size", "ours, µs", "bare, µs", "ratio"],
        [
            [row.work, number(row.us.median), number(row.floor_us.median), spread(row.to_floor)]
            for row in rows
        ],
    )
