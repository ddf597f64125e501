"""Recorded files as a Source: every reader stands behind ``open_file``."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from emg.blocks import EndOfSource, FloatArray, SampleBlock, Signal, StreamInfo, Unit
from emg.foreign import plain
from emg.said import Said
from hardware.file_formats.recognise import recognise
from hardware.file_formats.recording import (
    FileUnreadable,
    Origin,
    Piece,
    Recording,
    SignalColumn,
    Wish,
    stretches,
)
from hardware.file_formats.units import ARBITRARY, MICROVOLTS, check_rate, doubtful_amplitude

__all__ = ["FileSource", "FileUnreadable", "SignalColumn", "describe", "open_file"]

BLOCK_S: Final = 1.0
LONGEST_LOSS_S: Final = 86_400.0
"""A day: where more is missing a number in the file is damaged, and nobody wants its rows."""
MOST_LISTED: Final = 64
"""Columns that a refusal names."""
LOOK_S: Final = 10.0
"""So much of the beginning is looked at for an amplitude that no muscle gives."""


class FileSource:
    """Columns of a recorded file; implements ``emg.blocks.Source``.

    Channel 1 is the first column that was asked for, channel 2 the second. Samples that the file lacks,
    or that are not numbers in one of these columns, are jumps of ``first_sample``. Sample 0 is the first row.

    Attributes
    ----------
    info : StreamInfo
        What ``open`` returns.
    columns : tuple of SignalColumn
        The columns, in the order asked for.
    warnings : tuple of str
        Sentences to read before believing the numbers.
    n_samples_hint : int
        About how many samples there are; 0 if there is no telling.
    """

    def __init__(
        self,
        recording: Recording,
        wanted: Sequence[int],
        info: StreamInfo,
        to_unit: Sequence[float],
        warnings: tuple[str, ...] = (),
    ) -> None:
        self._recording = recording
        self._wanted = tuple(wanted)
        self._to_unit: FloatArray = np.asarray(to_unit, dtype=np.float64)
        self._pieces: Iterator[Piece] = iter(())
        self._pending: deque[SampleBlock] = deque()
        self.info = info
        self.columns = tuple(recording.signals[place] for place in wanted)
        self.n_samples_hint = recording.origin.n_samples_hint
        self._next_sample = self._lost = 0
        self.fraction = 0.0
        """How much of the file has been read, 0 to 1."""
        self.warnings = warnings

    @property
    def paced(self) -> bool:
        """False: a file waits for its reader."""
        return False

    def open(self) -> StreamInfo:
        """Begin at the beginning."""
        self._pending.clear()
        self._pieces = self._recording.pieces(self._wanted, self.info.fs_hz)
        self._next_sample = self._lost = 0
        self.fraction = 0.0
        return self.info

    def read(self, timeout_s: float = 0.0) -> SampleBlock:
        """Return the next block, at most 1 s long; never waits.

        Raises
        ------
        EndOfSource
            After the last sample, and before ``open``.
        FileUnreadable
            At a row that is damaged.
        """
        while not self._pending:
            piece = next(self._pieces, None)
            if piece is None:
                raise EndOfSource
            self.fraction = piece.fraction
            self._pending.extend(self._blocks(piece))
        return self._pending.popleft()

    def close(self) -> None:
        """Let the file go; safe to call twice."""
        self._pieces = iter(())
        self._pending.clear()

    def _blocks(self, piece: Piece) -> Iterator[SampleBlock]:
        longest = max(1, round(BLOCK_S * self.info.fs_hz))
        values = piece.values * self._to_unit
        for run in stretches(values, piece.index):
            for start in range(run.start, run.stop, longest):
                part = values[start : min(start + longest, run.stop)]
                first = int(piece.index[start])
                self._note_loss(first, len(part))
                yield SampleBlock(
                    part, first, self.info.fs_hz, host_time_s=(first + len(part)) / self.info.fs_hz
                )

    def _note_loss(self, first: int, n: int) -> None:
        """Count what is missing, and refuse what no recording lacks."""
        self._lost += first - self._next_sample
        self._next_sample = first + n
        if self._lost > LONGEST_LOSS_S * self.info.fs_hz:
            raise FileUnreadable(
                Said(
                    "{path} says that more than a day is missing after {seconds} s of signal: "
                    "mend or delete what damages its time, then read again.",
                    path=str(self._recording.path),
                    seconds=f"{(first - self._lost) / self.info.fs_hz:.1f}",
                )
            )


def open_file(
    path: Path | str,
    *,
    columns: Sequence[str],
    fs_hz: float | None = None,
    unit: str | None = None,
    scale: float = 1.0,
    header: bool = True,
    skip: int = 0,
) -> FileSource:
    """Open a recorded file, whatever its format.

    Parameters
    ----------
    path : Path or str
        OpenBCI text, BrainFlow CSV, BDF, EDF, a table as text, or the folder of a session.
    columns : sequence of str
        Header names, or numbers of signal columns from 1; time and counters are not signal columns. A
        name wins where a column is named with a number.
    fs_hz : float or None
        Sampling rate; None for the file's own.
    unit : str or None
        ``uV``, ``mV``, ``V`` or ``arbitrary``; None for the file's own.
    scale : float
        What the file's numbers are multiplied with to be in ``unit``.
    header : bool
        Whether a row of names stands above the numbers of a text file.
    skip : int
        Lines at the top of a text file to pass over.

    Returns
    -------
    FileSource
        Not open yet.

    Raises
    ------
    FileUnreadable
        With one sentence that says what to do.
    """
    path = Path(path)
    wish = Wish(None if fs_hz is None else check_rate(float(fs_hz)), _known_unit(unit), header, skip)
    if not (math.isfinite(scale) and scale != 0.0):
        raise FileUnreadable(
            Said("A scale of {scale} makes no signal: say another with --scale.", scale=f"{scale:g}")
        )
    recording = recognise(path, wish)
    wanted = [_find_column(path, recording.signals, column) for column in columns]
    if not wanted:
        raise FileUnreadable(
            Said("Say which columns to read: {columns}.", columns=_listed(recording.signals))
        )
    chosen = [recording.signals[place] for place in wanted]
    units = _units_of(path, chosen, wish)
    to_unit = [scale * MICROVOLTS.get(each, 1.0) for each in units]
    info = _stream_info(
        recording.origin,
        fs_hz=_rate_of(path, recording, chosen, wish),
        full_scales=[abs(column.full_scale * factor) for column, factor in zip(chosen, to_unit, strict=True)],
        unit=Unit.ARBITRARY if ARBITRARY in units else Unit.MICROVOLT,
    )
    warnings = (
        *recording.origin.notes,
        *_differences(chosen, recording, wish),
        *_look(path, recording, wanted, info, to_unit),
    )
    return FileSource(recording, wanted, info, to_unit, warnings)


def describe(path: Path | str, *, header: bool = True, skip: int = 0) -> Recording:
    """Recognise a file without reading its samples: its columns, units and rate.

    Raises
    ------
    FileUnreadable
        With one sentence that says what to do.
    """
    return recognise(Path(path), Wish(header=header, skip=skip))


def _stream_info(origin: Origin, *, fs_hz: float, full_scales: Sequence[float], unit: Unit) -> StreamInfo:
    return StreamInfo(
        board=origin.board,
        source_id=origin.source_id,
        nominal_fs_hz=origin.nominal_fs_hz or fs_hz,
        fs_hz=fs_hz,
        n_channels=len(full_scales),
        full_scale_uv=max(full_scales),
        bandwidth_hz=min(origin.bandwidth_hz, fs_hz / 2.0),
        serial=origin.serial,
        gain=origin.gain,
        signal=origin.signal,
        unit=unit,
        simulated=origin.simulated,
    )


def _look(
    path: Path, recording: Recording, wanted: Sequence[int], info: StreamInfo, to_unit: Sequence[float]
) -> tuple[str, ...]:
    """Look at the beginning: whether there is anything, and whether it has the amplitude of a muscle."""
    missing = math.ceil(LOOK_S * info.fs_hz)
    found: list[FloatArray] = []
    empty = np.ones(len(wanted), dtype=np.bool_)
    for piece in recording.pieces(wanted, info.fs_hz):
        finite = np.isfinite(piece.values)
        empty &= ~finite.any(axis=0)
        found.append(piece.values[finite.all(axis=1)] * np.asarray(to_unit))
        missing -= len(found[-1])
        if missing <= 0:
            break
    data_uv = np.concatenate(found) if found else np.empty((0, len(wanted)))
    if not len(data_uv):
        names = (plain(recording.signals[place].name) for place in np.asarray(wanted)[empty])
        raise FileUnreadable(_nothing_in(path, tuple(f"'{name}'" for name in names)))
    if info.unit is not Unit.MICROVOLT or info.signal is not Signal.RAW:
        return ()
    doubt = doubtful_amplitude(data_uv, info.fs_hz)
    return () if doubt is None else (doubt,)


def _nothing_in(path: Path, names: tuple[str, ...]) -> Said:
    if names:
        return Said(
            "{path} holds nothing in column {names}: choose other columns.", path=str(path), names=names
        )
    return Said(
        "{path} holds no row in which all these columns have numbers: choose other columns.", path=str(path)
    )


def _known_unit(unit: str | None) -> str | None:
    if unit is None or unit in (ARBITRARY, *MICROVOLTS):
        return unit
    raise FileUnreadable(Said("There is no unit '{unit}': say uV, mV, V or arbitrary.", unit=unit))


def _find_column(path: Path, signals: Sequence[SignalColumn], column: str) -> int:
    name = column.strip()
    places = [place for place, signal in enumerate(signals) if signal.name == name]
    if len(places) == 1:
        return places[0]
    if places:
        raise FileUnreadable(
            Said(
                "{path} has more than one column '{column}': ask for it by number, {numbers}.",
                path=str(path),
                column=name,
                numbers=tuple(str(place + 1) for place in places),
            )
        )
    if name.isdecimal() and 1 <= int(name) <= len(signals):
        return int(name) - 1
    raise FileUnreadable(
        Said(
            "{path} has no column '{column}': its signal columns are {columns}.",
            path=str(path),
            column=name,
            columns=_listed(signals),
        )
    )


def _listed(signals: Sequence[SignalColumn]) -> str:
    shown = [
        f"{number} ({plain(signal.name)})" if signal.name != str(number) else str(number)
        for number, signal in enumerate(signals[:MOST_LISTED], start=1)
    ]
    more = len(signals) - len(shown)
    listed = ", ".join(shown)
    return Said("{columns}, and {n} more", columns=listed, n=more) if more else listed


def _units_of(path: Path, chosen: Sequence[SignalColumn], wish: Wish) -> list[str]:
    units = []
    for column in chosen:
        unit = wish.unit or column.unit
        if unit is None:
            raise FileUnreadable(
                Said(
                    "{path} does not say the unit of column '{column}': "
                    "say it with --unit uV, mV, V or arbitrary.",
                    path=str(path),
                    column=plain(column.name),
                )
            )
        units.append(unit)
    return units


def _rate_of(path: Path, recording: Recording, chosen: Sequence[SignalColumn], wish: Wish) -> float:
    rates = {column.fs_hz for column in chosen}
    if len(rates) > 1:
        raise FileUnreadable(
            Said(
                "{path} has these columns at different rates: read those of one rate at a time.",
                path=str(path),
            )
        )
    rate = wish.fs_hz or rates.pop() or recording.origin.fs_hz
    if rate is None:
        raise FileUnreadable(Said("{path} does not say its sampling rate: say it with --fs.", path=str(path)))
    return check_rate(rate)


def _differences(chosen: Sequence[SignalColumn], recording: Recording, wish: Wish) -> tuple[str, ...]:
    """Where the user says one thing and the file another."""
    found = []
    said = sorted({column.unit for column in chosen if column.unit})
    if wish.unit and said and said != [wish.unit]:
        found.append(
            Said(
                "The file says its unit is {units}; it is read as {unit}, as you said.",
                units=tuple(said),
                unit=wish.unit,
            )
        )
    rate = chosen[0].fs_hz or recording.origin.fs_hz
    if wish.fs_hz and rate and abs(wish.fs_hz - rate) > 0.001 * rate:
        found.append(
            Said(
                "The file says its rate is {rate} Hz; it is read at {wanted} Hz, as you said.",
                rate=f"{rate:g}",
                wanted=f"{wish.fs_hz:g}",
            )
        )
    return tuple(found)
