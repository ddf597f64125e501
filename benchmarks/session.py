"""What it costs to write a session, beside appending the bare samples to one file."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import FileIO
from pathlib import Path

from benchmarks.live import garbage_held, rotated
from benchmarks.spread import Spread, ratio
from benchmarks.work import Stream, Work
from emg.activation import Activations
from emg.blocks import SampleBlock
from emg.pipeline import ChainSettings, Pipeline
from emg.quality import INVALID, VERDICTS
from emg.session.folder import SessionFolder
from emg.session.model import SessionRecord, SoftwareFacts
from emg.session.writer import SessionWriter

WARM_UP = 2


@dataclass(frozen=True)
class Row:
    """Microseconds per second of signal, and the ratio turn by turn."""

    work: str
    us: Spread
    floor_us: Spread
    to_floor: Spread


def compare(work: Work, turns: int, folder: Path) -> Row:
    """Write raw samples and tables, and in the same turn the bare samples."""
    info, montage, now = work.info, work.montage, datetime.now(UTC)
    where = SessionFolder.create(folder, "bench", now)
    record = SessionRecord.of_stream(
        info, montage, session_id=where.name, kind="session", athlete="bench", protocol="bench",
        started_at=now, software=SoftwareFacts.here("bench"),
    )  # fmt: skip
    writer = SessionWriter(where, record, info, montage, verdict_names=VERDICTS, invalid=INVALID)
    pipeline, stream = Pipeline(info, montage, ChainSettings(work.filters)), Stream(work)
    took_us: dict[str, list[float]] = {"ours": [], "floor": []}
    with (folder / f"bare-{work.name}").open("wb", buffering=0) as bare:
        for turn in range(turns + WARM_UP):
            blocks = stream.second()
            ticks = [pipeline(block) for block in blocks]
            ways = {
                "ours": partial(_write, writer, blocks, ticks),
                "floor": partial(_append, bare, blocks),
            }
            with garbage_held():
                for name in rotated(list(ways), turn):
                    took_us[name].append(_took_us(ways[name]))
    writer.close(now)
    ours_us, floor_us = took_us["ours"][WARM_UP:], took_us["floor"][WARM_UP:]
    return Row(work.name, Spread.of(ours_us), Spread.of(floor_us), ratio(ours_us, floor_us))


def _write(writer: SessionWriter, blocks: Sequence[SampleBlock], ticks: Sequence[Activations]) -> None:
    for block, levels in zip(blocks, ticks, strict=True):
        writer.write_block(block)
        writer.write_activations(levels)


def _append(bare: FileIO, blocks: Sequence[SampleBlock]) -> None:
    for block in blocks:
        bare.write(block.data_uv.tobytes())


def _took_us(way: Callable[[], None]) -> float:
    start_ns = time.perf_counter_ns()
    way()
    return (time.perf_counter_ns() - start_ns) / 1e3
