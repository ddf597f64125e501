"""EDF, EDF+, BDF and BDF+, read through edfio in pieces of whole data records."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from edfio import Bdf, BdfSignal, Edf, EdfSignal, read_bdf, read_edf

from emg.blocks import BoolArray, FloatArray, IntArray
from emg.foreign import plain
from emg.said import Said, said_by
from emg.session.bdf import GAP_TEXT, PAD_TEXT
from hardware.file_formats.recording import (
    PIECE_BYTES,
    FileUnreadable,
    Origin,
    Piece,
    SignalColumn,
    not_opened,
    open_bytes,
)
from hardware.file_formats.units import unit_word

BDF_FIRST_BYTES: Final = b"\xffBIOSEMI"

LONGEST_RECORD: Final = 1 << 26
"""Bytes of a data record, which is read as a whole; the standard asks for 61,440 at most."""
LONGEST_S: Final = 1e8
"""Three years: no time in a file lies further from its beginning."""

_MAIN: Final = 256
_N_RECORDS: Final = slice(236, 244)
_SIGNAL_FIELDS: Final = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)
_LABEL, _SAMPLES = 0, 8
_MARKS: Final = (GAP_TEXT.encode(), PAD_TEXT.encode())
_ONSET: Final = re.compile(rb"([+-]\d+(?:\.\d*)?)")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in the file; edfio decodes them, but only a whole file at a time.

    Attributes
    ----------
    header : bytes
        As it stands.
    sample_bytes : int
        2 in EDF, 3 in BDF.
    samples : tuple of int
        Samples of each signal in a data record, annotations included.
    annotations : tuple of int
        Which signals are annotations.
    n_records : int
        Whole data records in the file, whatever its header says.
    """

    header: bytes
    sample_bytes: int
    samples: tuple[int, ...]
    annotations: tuple[int, ...]
    n_records: int

    @property
    def record_bytes(self) -> int:
        """Bytes of a data record."""
        return sum(self.samples) * self.sample_bytes

    @property
    def discontinuous(self) -> bool:
        """Whether records may lie apart in time."""
        return self.header[192:197] in (b"EDF+D", b"BDF+D")

    def decode(self, records: bytes) -> Edf | Bdf:
        """Give these records to edfio as a file of their own."""
        return self._read(self.header, records, len(records) // max(1, self.record_bytes))

    def decode_annotations(self, records: bytes, n_records: int) -> Edf | Bdf:
        """Give edfio a file of nothing but the annotations."""
        fields = []
        at, n = _MAIN, len(self.samples)
        for width in _SIGNAL_FIELDS:
            fields += [self.header[at + i * width : at + (i + 1) * width] for i in self.annotations]
            at += n * width
        n = len(self.annotations)
        main = bytearray(self.header[:_MAIN])
        main[184:192] = f"{_MAIN * (n + 1):<8}".encode()
        main[252:256] = f"{n:<4}".encode()
        return self._read(bytes(main) + b"".join(fields), records, n_records)

    def _read(self, header: bytes, records: bytes, n_records: int) -> Edf | Bdf:
        header = header[: _N_RECORDS.start] + f"{n_records:<8}".encode() + header[_N_RECORDS.stop :]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a label or a date that is not by the book is no reason to stop
            if self.sample_bytes == 3:
                return read_bdf(io.BytesIO(header + records), header_encoding="latin-1")
            return read_edf(header + records, header_encoding="latin-1")


@dataclass(frozen=True, slots=True)
class Times:
    """What the annotations say of time.

    Attributes
    ----------
    onsets_s : tuple of float
        Time of each data record where they may lie apart; empty where they do not.
    gaps_s : tuple of (float, float)
        Start and end of what is filled in, not measured.
    """

    onsets_s: tuple[float, ...] = ()
    gaps_s: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class EdfRecording:
    """A file of data records; implements ``Recording``."""

    path: Path
    layout: Layout
    origin: Origin
    signals: tuple[SignalColumn, ...]
    times: Times

    def pieces(self, wanted: Sequence[int], fs_hz: float) -> Iterator[Piece]:
        """Read from the beginning; annotated gaps are lost samples, and so is the time between records."""
        layout = self.layout
        with self.path.open("rb") as file:
            at_once = max(1, PIECE_BYTES // layout.record_bytes)
            for first in range(0, layout.n_records, at_once):
                n = min(at_once, layout.n_records - first)
                file.seek(len(layout.header) + first * layout.record_bytes)
                signals = layout.decode(file.read(n * layout.record_bytes)).signals
                values = np.stack([_physical(signals[place]) for place in wanted], axis=1)
                # the file's own clock dates its records, whatever rate the user says
                own_fs_hz = signals[wanted[0]].sampling_frequency
                index = _index(first, len(values) // n, n, self.times.onsets_s, own_fs_hz)
                good = _outside(index, self.times.gaps_s, own_fs_hz)
                yield Piece(values[good], index[good], (first + n) / layout.n_records)


def open_edf(path: Path) -> EdfRecording:
    """Recognise EDF or BDF.

    Raises
    ------
    FileUnreadable
        If its header cannot be read, or no samples follow.
    """
    try:
        layout = _read_layout(path)
        times = _read_times(path, layout)
        facts = layout.decode(b"")
        signals = tuple(_column(signal) for signal in facts.signals)
    except FileUnreadable:
        raise
    except OSError as error:
        raise FileUnreadable(not_opened(path, error)) from error
    except Exception as error:
        raise FileUnreadable(
            Said(
                "{path} begins like EDF or BDF but is damaged ({reason}).",
                path=str(path),
                reason=_reason(error),
            )
        ) from error
    if not signals or not layout.n_records:
        raise FileUnreadable(Said("{path} holds no samples: there is nothing to read in it.", path=str(path)))
    return EdfRecording(
        path,
        layout,
        Origin(
            board="bdf" if layout.sample_bytes == 3 else "edf",
            n_samples_hint=layout.n_records * max(s.samples_per_data_record for s in facts.signals),
            source_id=path.name,
        ),
        signals,
        times,
    )


def _reason(error: Exception) -> str:
    """Say what is damaged: in our words, else in those of whoever noticed it."""
    said = said_by(error)
    return said if isinstance(said, Said) else plain(said, 200)


def _read_layout(path: Path) -> Layout:
    with open_bytes(path) as file:
        main = file.read(_MAIN)
        n_signals = int(main[252:256])
        if not 0 < n_signals <= 9999:
            raise ValueError(Said("{n} signals", n=n_signals))
        header = main + file.read(_MAIN * n_signals)
        size = path.stat().st_size
    labels = _fields(header, n_signals, _LABEL)
    samples = tuple(int(text) for text in _fields(header, n_signals, _SAMPLES))
    if len(header) != _MAIN * (n_signals + 1) or min(samples) < 0 or not sum(samples):
        raise ValueError(Said("its header is cut off or says nothing of samples"))
    if sum(samples) > LONGEST_RECORD // 3:
        raise ValueError(Said("its data records are of {n} samples", n=sum(samples)))
    sample_bytes = 3 if main.startswith(BDF_FIRST_BYTES) else 2
    return Layout(
        header=header,
        sample_bytes=sample_bytes,
        samples=samples,
        annotations=tuple(
            i for i, label in enumerate(labels) if label in ("EDF Annotations", "BDF Annotations")
        ),
        n_records=(size - len(header)) // (sum(samples) * sample_bytes),
    )


def _fields(header: bytes, n_signals: int, which: int) -> list[str]:
    start = _MAIN + n_signals * sum(_SIGNAL_FIELDS[:which])
    width = _SIGNAL_FIELDS[which]
    return [
        header[start + i * width : start + (i + 1) * width].decode("latin-1").strip()
        for i in range(n_signals)
    ]


def _column(signal: EdfSignal | BdfSignal) -> SignalColumn:
    """Look at all that the header says of a signal, so that reading on cannot fail."""
    low, high = signal.physical_range
    if not np.isfinite([low, high]).all() or low == high or signal.digital_min == signal.digital_max:
        raise ValueError(Said("the range of its signal '{label}' is empty", label=plain(signal.label)))
    return SignalColumn(
        signal.label,
        unit_word(signal.physical_dimension),
        max(abs(low), abs(high)),
        signal.sampling_frequency,
    )


def _physical(signal: EdfSignal | BdfSignal) -> FloatArray:
    """Physical values; without a rounding error of their own where the range is symmetric, as ours is."""
    if signal.physical_min == -signal.physical_max and signal.digital_min == -signal.digital_max != 0:
        return signal.digital.astype(np.float64) * (signal.physical_max / signal.digital_max)
    return signal.data


def _read_times(path: Path, layout: Layout) -> Times:
    """Look through the annotations of all records; edfio reads those that speak of gaps."""
    if not layout.annotations:
        return Times()
    starts = np.cumsum([0, *layout.samples]) * layout.sample_bytes
    cuts = [slice(int(starts[i]), int(starts[i + 1])) for i in layout.annotations]
    length = layout.record_bytes
    telling: list[bytes] = []
    onsets_s: list[float] = []
    with path.open("rb") as file:
        file.seek(len(layout.header))
        for number in range(layout.n_records):
            record = file.read(length)
            texts = b"".join(record[cut] for cut in cuts)
            if number == 0 or any(mark in texts for mark in _MARKS):
                telling.append(texts)  # the first one says when the file begins
            if layout.discontinuous:
                onset = _ONSET.match(record[cuts[0]])
                if onset is None:
                    raise ValueError(Said("its data record {n} does not say its time", n=number + 1))
                onsets_s.append(_near(float(onset.group(1))))
    duration_s = float(layout.header[244:252])
    if any(later - earlier < duration_s - 1e-6 for earlier, later in pairwise(onsets_s)):
        raise ValueError(Said("its data records do not follow one another in time"))
    annotations = layout.decode_annotations(b"".join(telling), len(telling)).annotations
    return Times(
        tuple(onsets_s),
        tuple(
            (_near(mark.onset), _near(mark.onset + (mark.duration or 0.0)))
            for mark in annotations
            if mark.text in (GAP_TEXT, PAD_TEXT)
        ),
    )


def _near(time_s: float) -> float:
    """Give a time back if a recording can have it."""
    if not abs(time_s) <= LONGEST_S:
        raise ValueError(Said("it speaks of a time {seconds} s from its beginning", seconds=f"{time_s:g}"))
    return time_s


def _index(first: int, per_record: int, n: int, onsets_s: Sequence[float], fs_hz: float) -> IntArray:
    """Sample numbers of the rows of ``n`` records."""
    if not onsets_s:
        return np.arange(first * per_record, (first + n) * per_record)
    since_start = np.asarray(onsets_s[first : first + n]) - onsets_s[0]
    starts = np.rint(since_start * fs_hz).astype(np.int64)
    index: IntArray = (starts[:, np.newaxis] + np.arange(per_record)).ravel()
    return index


def _outside(index: IntArray, gaps: Sequence[tuple[float, float]], fs_hz: float) -> BoolArray:
    """Rows that lie in no gap; a file may have a hundred thousand of them."""
    edges = np.rint(np.asarray(gaps).reshape(-1, 2) * fs_hz)
    edges = edges[edges[:, 1] > edges[:, 0]]
    begun = np.searchsorted(np.sort(edges[:, 0]), index, side="right")
    over = np.searchsorted(np.sort(edges[:, 1]), index, side="right")
    good: BoolArray = begun == over
    return good
