"""Reading a BrainFlow source in a test, patiently."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from emg.blocks import FloatArray, IntArray, SampleBlock, SourceLost, StreamInfo
from hardware.brainflow_source import BrainFlowSource

PATIENCE_S = 30.0


@contextmanager
def opened(source: BrainFlowSource) -> Iterator[StreamInfo]:
    try:
        yield source.open()
    finally:
        source.close()


def read_until(source: BrainFlowSource, enough: Callable[[list[SampleBlock]], bool]) -> list[SampleBlock]:
    blocks: list[SampleBlock] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while not enough(blocks):
        assert time.monotonic() < deadline_s, "the stream does not give what was sent"
        block = source.read(0.1)
        if block is not None:
            blocks.append(block)
    return blocks


def read_samples(source: BrainFlowSource, n: int) -> list[SampleBlock]:
    return read_until(source, lambda blocks: sum(block.n_samples for block in blocks) >= n)


def read_past(source: BrainFlowSource, sample: int) -> list[SampleBlock]:
    return read_until(source, lambda blocks: bool(blocks) and blocks[-1].end_sample > sample)


def read_until_lost(source: BrainFlowSource) -> tuple[list[SampleBlock], str]:
    """Give what came before the stream was lost, and why it was."""
    blocks: list[SampleBlock] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        assert time.monotonic() < deadline_s, "the stream is not lost"
        try:
            block = source.read(0.1)
        except SourceLost as lost:
            return blocks, str(lost)
        if block is not None:
            blocks.append(block)


def joined_uv(blocks: list[SampleBlock]) -> FloatArray:
    return np.concatenate([block.data_uv for block in blocks])


def numbers_of(blocks: list[SampleBlock]) -> IntArray:
    return np.concatenate([np.arange(block.first_sample, block.end_sample) for block in blocks])


def jumps_of(blocks: list[SampleBlock]) -> list[int]:
    """How many samples are missing at each place where some are."""
    gaps = np.diff(numbers_of(blocks)) - 1
    return [int(gap) for gap in gaps if gap]
