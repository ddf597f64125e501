"""The ticks of a whole recording, kept outside memory so that its length does not matter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from emg.activation import RATIO_PAIRS, Activations
from emg.blocks import FloatArray
from emg.said import Said

IN_MEMORY_BYTES: Final = 32 * 2**20
"""Up to here no file is made: some ten minutes of four sites."""

CHUNK_TICKS: Final = 8192
"""Ticks read at a time: half a minute."""

_LEVELS: Final = ("sample_uv", "power_uv2", "rms_uv", "slow_uv", "short_uv")


class SpoolError(Exception):
    """The ticks cannot be kept; the message is one sentence that says what to do."""


class TickSpool:
    """Activations appended once and read back in any stretches, in a file without a name.

    Kept are the levels and verdicts; percentages and ratios are for ``Pipeline.normalise`` to make.

    Raises
    ------
    SpoolError
        From ``append``, if the folder of temporary files has no room.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - __exit__ closes it
        self._like: Activations | None = None
        self._row = np.dtype([])
        self._n = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return self._n

    @property
    def sites(self) -> tuple[str, ...]:
        """Names of the columns; none before the first ticks."""
        return () if self._like is None else self._like.sites

    def append(self, levels: Activations) -> None:
        """Keep the next ticks; the first one kept is tick 0."""
        if self._like is None:
            n_sites = len(levels.sites)
            floats = [(name, np.float64, (n_sites,)) for name in _LEVELS]
            self._row = np.dtype([("lost", np.int64), ("verdicts", np.int8, (n_sites,)), *floats])
            self._like = levels.cut(0, 0)
        rows: NDArray[np.void] = np.empty(len(levels), self._row)
        for name in self._row.names or ():
            rows[name] = getattr(levels, name)
        try:
            self._file.seek(self._n * self._row.itemsize)
            self._file.write(rows.tobytes())
        except OSError as error:
            raise SpoolError(
                Said(
                    "The folder for temporary files, {folder}, cannot take this recording ({reason}): "
                    "free some space there or name another folder in TMPDIR.",
                    folder=tempfile.gettempdir(),
                    reason=str(error.strerror),
                )
            ) from error
        self._n += len(levels)

    def read(self, start: int, stop: int) -> Activations:
        """Ticks ``start`` to ``stop``; percentages and ratios are NaN.

        Raises
        ------
        ValueError
            If nothing was ever kept.
        """
        if self._like is None:
            raise ValueError("nothing was kept")
        start, stop = (min(max(edge, 0), self._n) for edge in (start, stop))
        n = max(0, stop - start)
        self._file.seek(start * self._row.itemsize)
        rows = np.frombuffer(self._file.read(n * self._row.itemsize), self._row)
        none: FloatArray = np.full((n, len(self._like.sites)), np.nan)
        return Activations(
            fs_hz=self._like.fs_hz,
            spacing=self._like.spacing,
            sites=self._like.sites,
            samples=np.arange(start, start + n, dtype=np.int64) * self._like.spacing,
            pct_mvc=none,
            slow_pct=none,
            submaximal=frozenset(),
            ratios=dict.fromkeys(RATIO_PAIRS, np.full(n, np.nan)),
            **{name: np.ascontiguousarray(rows[name]) for name in self._row.names or ()},
        )

    def chunks(self, start: int = 0, stop: int | None = None, overlap: int = 0) -> Iterator[Activations]:
        """Ticks ``start`` to ``stop`` in pieces that fit in memory.

        Parameters
        ----------
        start, stop : int
            Stretch of ticks; to the end unless told.
        overlap : int
            So many ticks of a piece are given again at the beginning of the next.
        """
        end = self._n if stop is None else min(stop, self._n)
        while start < end:
            upto = min(start + overlap + CHUNK_TICKS, end)
            yield self.read(start, upto)
            if upto == end:
                return
            start = upto - overlap
