"""Numbers as they lie in memory, checked, and cut into blocks as a board would send them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from emg.blocks import FloatArray, SampleBlock, split_finite

PIECE: Final = 8192
"""Rows taken at a time, so that a long recording needs little more memory than its result."""

Span = tuple[float, float]
"""From and to, in seconds from the first sample."""


def as_array(blocks: Iterable[SampleBlock]) -> FloatArray:
    """Put the blocks of a recording together: row ``n`` is sample ``n``.

    Parameters
    ----------
    blocks : iterable of SampleBlock
        As ``read_samples`` gives them.

    Returns
    -------
    ndarray of shape (n_samples, n_channels), float64
        Microvolts; NaN where samples were lost.

    Raises
    ------
    ValueError
        If there is no block, or one begins before the end of the last.
    """
    parts: list[FloatArray] = []
    end = 0
    for block in blocks:
        gap = block.first_sample - end
        if gap < 0:
            raise ValueError(f"The block at sample {block.first_sample} begins before sample {end}.")
        parts += [np.full((gap, block.data_uv.shape[1]), np.nan), block.data_uv]
        end = block.end_sample
    if not parts:
        raise ValueError("There is no sample in this recording.")
    return np.concatenate(parts)


def samples_of(x_uv: ArrayLike) -> FloatArray:
    """Check the samples; where one column has no number, none has."""
    samples = _numbers(x_uv)
    if samples.ndim not in (1, 2) or samples.size == 0:
        raise ValueError(
            f"EMG comes in the shape (n_samples,) or (n_samples, n_channels); this is {samples.shape}."
        )
    if samples.ndim == 2 and samples.shape[1] > len(samples):
        raise ValueError(
            f"{samples.shape} is {len(samples)} samples of {samples.shape[1]} channels: transpose it (x.T)."
        )
    finite = np.isfinite(samples.reshape(len(samples), -1))
    for column in np.flatnonzero(~finite.any(axis=0)):
        raise ValueError(f"Column {column} has no number in it: leave it out.")
    lost = ~finite.all(axis=1)
    if lost.all():
        raise ValueError("No row has a number in each column: give the columns one at a time.")
    if lost.any():
        samples = samples.copy()
        samples[lost] = np.nan
    return samples


def column_of(x_uv: ArrayLike) -> FloatArray:
    """Check that it is a single channel, and give it the shape (n_samples, 1)."""
    samples = samples_of(x_uv)
    rows = samples.reshape(len(samples), -1)
    if rows.shape[1] != 1:
        raise ValueError(f"Give one channel at a time: this is {rows.shape[1]} columns.")
    return rows


def blocks_of(rows: FloatArray, fs_hz: float) -> Iterable[SampleBlock]:
    """Cut an array into blocks as a source would give them; lost samples are jumps."""
    for stretch in split_finite(SampleBlock(rows, first_sample=0, fs_hz=fs_hz, host_time_s=0.0)):
        for start in range(0, stretch.n_samples, PIECE):
            yield stretch.cut(start, min(start + PIECE, stretch.n_samples))


def _numbers(x_uv: Any) -> FloatArray:
    """Turn what has rows into float64; what is masked or null becomes NaN."""
    if hasattr(x_uv, "__array__") and hasattr(x_uv, "columns"):  # a table: its columns can differ in type
        names = list(x_uv.columns)
        if len(set(names)) < len(names):
            raise ValueError(f"Two columns of the table have the same name: {names}.")
        return np.column_stack([_numbers(x_uv[name]) for name in names])
    try:
        found = np.asarray(x_uv)
        text = found.dtype.kind == "O" and any(isinstance(value, str) for value in found.flat)
        if text or found.dtype.kind not in "iufO":  # NumPy would read "1.5", and True as 1
            raise TypeError
        numbers = np.asarray(found, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "EMG comes as rows of numbers in microvolts, all of the same length; this is something else: "
            f"{type(x_uv).__name__}."
        ) from error
    return np.where(np.ma.getmaskarray(x_uv), np.nan, numbers) if np.ma.isMaskedArray(x_uv) else numbers
