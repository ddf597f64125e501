"""What a block costs, against a floor measured turn by turn in the same process.

Compare only the ratios: a turn runs one second of signal through both ways, one right after the other. The
floor of the chain is ``scipy.signal.sosfilt`` alone, state carried; the writer's is appending bare samples.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy import signal

from emg.activation import Reference, SiteReference
from emg.blocks import SampleBlock, StreamInfo
from emg.filters import FilterSettings
from emg.montage import FOUR_SITES
from emg.pipeline import ChainSettings, Pipeline
from emg.quality import INVALID, VERDICTS
from emg.session.folder import SessionFolder
from emg.session.model import SessionRecord, SoftwareFacts
from emg.session.writer import SessionWriter

BLOCK_S, BLOCKS_A_TURN = 0.020, 50
RATES_HZ = (250.0, 2000.0)
Way = Callable[[Sequence[SampleBlock]], None]


@dataclass(frozen=True)
class Result:
    """One comparison; times are medians over the turns."""

    name: str
    ours_us: float
    floor_us: float
    ratio: float
    ratio_p5: float
    ratio_p95: float


def stream(fs_hz: float) -> StreamInfo:
    """Give the facts of a board of four channels."""
    return StreamInfo("bench", "bench", fs_hz, fs_hz, len(FOUR_SITES.names), 187_500.0, 0.26 * fs_hz)


def turns(fs_hz: float, n_turns: int) -> list[list[SampleBlock]]:
    """Cut noise with an offset into turns of one second, in blocks of 20 ms."""
    n = round(fs_hz * BLOCK_S)
    data_uv = np.random.default_rng(1).normal(5000.0, 40.0, (n_turns * BLOCKS_A_TURN, n, 4))
    blocks = [SampleBlock(part, index * n, fs_hz, 0.0) for index, part in enumerate(data_uv)]
    return [blocks[start : start + BLOCKS_A_TURN] for start in range(0, len(blocks), BLOCKS_A_TURN)]


def timed_us(way: Way, blocks: Sequence[SampleBlock]) -> float:
    """Time one turn, in microseconds."""
    start_ns = time.perf_counter_ns()
    way(blocks)
    return (time.perf_counter_ns() - start_ns) / 1e3


def paired(name: str, ours: Way, floor: Way, fs_hz: float, n_turns: int, per: int) -> Result:
    """Run both ways on every turn, the first of them in turn; the first two turns warm up."""
    both = []
    for index, blocks in enumerate(turns(fs_hz, n_turns + 2)):
        order = (ours, floor) if index % 2 else (floor, ours)
        took_us = {way: timed_us(way, blocks) for way in order}
        both.append((took_us[ours], took_us[floor]))
    times_us = np.array(both[2:]) / per
    ratios = times_us[:, 0] / times_us[:, 1]
    return Result(
        name, *map(float, (*np.median(times_us, axis=0), *np.percentile(ratios, [50.0, 5.0, 95.0])))
    )


def chain(fs_hz: float, n_turns: int) -> Result:
    """Compare the whole chain with its filter alone, per block."""
    settings, site = FilterSettings.for_rate(fs_hz, 50.0), SiteReference(2.0, 100.0)
    reference = Reference(dict.fromkeys(FOUR_SITES.names, site))
    pipeline = Pipeline(stream(fs_hz), FOUR_SITES, ChainSettings(settings), reference)
    sections = settings.sections(fs_hz)
    state = signal.sosfilt_zi(sections)[:, :, None] * np.full(4, 5000.0)

    def ours(blocks: Sequence[SampleBlock]) -> None:
        for block in blocks:
            pipeline(block)

    def floor(blocks: Sequence[SampleBlock]) -> None:
        nonlocal state
        for block in blocks:
            _, state = signal.sosfilt(sections, block.data_uv, axis=0, zi=state)

    return paired(f"chain, 4 x {fs_hz:g} Hz, a block", ours, floor, fs_hz, n_turns, BLOCKS_A_TURN)


def writer(fs_hz: float, n_turns: int, folder: Path) -> Result:
    """Compare the session's files with the bare samples appended to one, per second of signal."""
    info, now = stream(fs_hz), datetime.now(UTC)
    where = SessionFolder.create(folder, "bench", now)
    record = SessionRecord.of_stream(
        info, FOUR_SITES, session_id=where.name, kind="session", athlete="bench", protocol="bench",
        started_at=now, software=SoftwareFacts.here("bench"),
    )  # fmt: skip
    session = SessionWriter(where, record, info, FOUR_SITES, verdict_names=VERDICTS, invalid=INVALID)
    pipeline = Pipeline(info, FOUR_SITES, ChainSettings(FilterSettings.for_rate(fs_hz)))
    ticks = {block.first_sample: pipeline(block) for turn in turns(fs_hz, n_turns + 2) for block in turn}

    def ours(blocks: Sequence[SampleBlock]) -> None:
        for block in blocks:
            session.write_block(block)
            session.write_activations(ticks[block.first_sample])

    with (folder / f"floor-{fs_hz:g}").open("wb", buffering=0) as bare:

        def floor(blocks: Sequence[SampleBlock]) -> None:
            for block in blocks:
                bare.write(block.data_uv.tobytes())

        result = paired(f"writer, 4 x {fs_hz:g} Hz, a second", ours, floor, fs_hz, n_turns, 1)
        session.close(now)
        return result


def main() -> None:
    """Run everything and print a table, or one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--turns", type=int, default=60, help="seconds of signal in each comparison")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    results = [chain(fs_hz, given.turns) for fs_hz in RATES_HZ]
    with tempfile.TemporaryDirectory() as folder:
        results += [writer(fs_hz, given.turns, Path(folder)) for fs_hz in RATES_HZ]
    if given.json:
        print(json.dumps({"turns": given.turns, "results": [asdict(result) for result in results]}))
        return
    print(f"{'':34}{'ours, µs':>10}{'floor, µs':>11}{'ratio':>8}   5-95 %")
    for row in results:
        times = f"{row.ours_us:10.0f}{row.floor_us:11.0f}{row.ratio:8.1f}"
        print(f"{row.name:34}{times}   {row.ratio_p5:.1f}-{row.ratio_p95:.1f}")


if __name__ == "__main__":
    main()
