"""Files of BrainFlow's ``DataFilter.write_file``: rows of a board between tabs, and not a word about them."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from hardware.board import sinc3_corner_hz
from hardware.boards import find_board
from hardware.brainflow_boards import GANGLION_FULL_SCALE_UV
from hardware.file_formats.dialect import Dialect, find_dialect, number
from hardware.file_formats.openbci import PacketTable, counting_notes
from hardware.file_formats.packets import find_counting
from hardware.file_formats.recording import Origin, SignalColumn, Wish

_RATE_TOLERANCE: Final = 0.3
"""A clock of bursts can choose between 125, 250 and 1000 Hz; the rate itself is the board's."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns of one of BrainFlow's boards, as BrainFlow itself describes them."""

    name: str
    fs_hz: float
    n_columns: int
    counter: int
    clock: int
    emg: tuple[int, ...]


def open_brainflow(path: Path, wish: Wish) -> PacketTable | None:
    """Recognise a BrainFlow file by its number of columns, packet numbers and arrival times.

    Returns
    -------
    PacketTable or None
        None if it is none of these.
    """
    dialect = find_dialect(path, header=False, skip=wish.skip)
    if dialect.names is not None or dialect.preamble or not _has_clock(dialect):
        return None
    fitting = [layout for layout in _layouts() if _fits(layout, dialect)]
    fitting = _at_rate(fitting, dialect, wish.fs_hz)
    if not fitting or len({layout.emg for layout in fitting}) > 1:
        return None
    layout = fitting[0]
    rates = {each.fs_hz for each in fitting}
    fs_hz = rates.pop() if len(rates) == 1 else None
    full_scale, bandwidth = _limits(layout, fs_hz)
    counting = find_counting(dialect.column(layout.counter))
    return PacketTable(
        path=path,
        dialect=dialect,
        origin=Origin(
            board="brainflow-csv",
            fs_hz=fs_hz,
            bandwidth_hz=bandwidth,
            n_samples_hint=round(path.stat().st_size / dialect.row_bytes),
            source_id=path.name,
            notes=counting_notes(counting, dialect),
        ),
        signals=tuple(
            SignalColumn(str(channel), "uV", full_scale) for channel in range(1, len(layout.emg) + 1)
        ),
        places=layout.emg,
        counter_place=layout.counter,
        clock_place=layout.clock,
        clock_step_s=1.0,
        counting=counting,
    )


def _has_clock(dialect: Dialect) -> bool:
    """Whether a column holds seconds since 1970; spares other tables the import of BrainFlow."""
    return any(
        all(1e9 < number(row[place], dialect.decimal) < 1e10 for row in (dialect.rows[0], dialect.rows[-1]))
        for place in range(dialect.n_columns)
    )


def _layouts() -> list[_Layout]:
    """Ask BrainFlow for its boards with EMG."""
    needed = ("emg_channels", "sampling_rate", "num_rows", "package_num_channel", "timestamp_channel")
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # before Python 3.12 brainflow uses pkg_resources, which warns
        from brainflow.board_shim import BoardIds, BoardShim
        from brainflow.exit_codes import BrainFlowError

        for board in BoardIds:
            try:
                facts: dict[str, Any] = BoardShim.get_board_descr(board.value)
            except BrainFlowError:
                continue  # a number without a board of its own: playback, streaming
            if all(name in facts for name in needed):
                emg, fs_hz, n_columns, counter, clock = (facts[name] for name in needed)
                found.append(_Layout(board.name, float(fs_hz), n_columns, counter, clock, tuple(emg)))
    return found


def _fits(layout: _Layout, dialect: Dialect) -> bool:
    if layout.n_columns != dialect.n_columns:
        return False
    counters = np.asarray(dialect.column(layout.counter))
    times_s = np.asarray(dialect.column(layout.clock))
    return bool(
        np.isfinite(times_s).all()
        and times_s.min() > 1e9
        and (np.diff(times_s) >= 0.0).all()
        and (counters == np.rint(counters)).all()
    )


def _at_rate(fitting: list[_Layout], dialect: Dialect, fs_hz: float | None) -> list[_Layout]:
    """Those of the boards whose rate is the one said, or near that of the clock."""
    if not fitting:
        return []
    times_s = dialect.column(fitting[0].clock)
    if fs_hz is None and len(times_s) > 1 and times_s[-1] > times_s[0]:
        fs_hz = (len(times_s) - 1) / (times_s[-1] - times_s[0])
    if fs_hz is None:
        return fitting
    near = [layout for layout in fitting if abs(math.log(layout.fs_hz / fs_hz)) < _RATE_TOLERANCE]
    return near or fitting


def _limits(layout: _Layout, fs_hz: float | None) -> tuple[float, float]:
    """Full scale in microvolts and bandwidth where the board is known, infinite where not."""
    if layout.name.startswith("CYTON"):
        full_scale = find_board("cyton").full_scale_uv()
    elif layout.name.startswith("GANGLION"):
        full_scale = GANGLION_FULL_SCALE_UV
    else:
        return math.inf, math.inf
    return full_scale, math.inf if fs_hz is None else sinc3_corner_hz(fs_hz)
