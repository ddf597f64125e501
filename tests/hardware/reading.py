"""Read a file to its end, and see what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emg.blocks import EndOfSource, FloatArray, IntArray, SampleBlock, StreamInfo
from hardware.files import FileSource, open_file


@dataclass(frozen=True)
class WholeFile:
    """All that a source gave."""

    info: StreamInfo
    data_uv: FloatArray
    index: IntArray
    warnings: tuple[str, ...]
    hint: int

    @property
    def n(self) -> int:
        return len(self.index)

    @property
    def lost(self) -> int:
        """Samples that are missing before the last one."""
        return int(self.index[-1]) + 1 - self.n if self.n else 0


def blocks_of(source: FileSource) -> list[SampleBlock]:
    """Every block, from ``open`` to the end."""
    source.open()
    found = []
    try:
        while True:
            found.append(source.read(0.0))
    except EndOfSource:
        return found
    finally:
        source.close()


def read_whole(path: Path, *columns: str, **said: Any) -> WholeFile:
    """Open a file and read it all; ``said`` is what the user says of it."""
    source = open_file(path, columns=columns, **said)
    blocks = blocks_of(source)
    empty = np.empty((0, len(columns)))
    return WholeFile(
        source.info,
        np.concatenate([empty, *(block.data_uv for block in blocks)]),
        np.concatenate(
            [np.empty(0, dtype=np.int64), *(np.arange(b.first_sample, b.end_sample) for b in blocks)]
        ),
        source.warnings,
        source.n_samples_hint,
    )


def text_file(folder: Path, text: str | bytes, name: str = "file.csv") -> Path:
    """Write a file byte by byte as given."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
