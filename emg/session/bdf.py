"""raw.bdf: a BDF+ file that grows while the board streams, and can be read at any moment.

No library can grow such a file; edfio, MNE and pyedflib judge this one in the tests. The layout is
that of the EDF+ specification (https://www.edfplus.info/specs/edfplus.html) with BioSemi's 24-bit
samples. Every data record carries its own time and the annotations of the gaps that begin in it, and
the number of records in the header is brought up to date after each write, so that a process killed
at any moment leaves a file in which lost data is still marked as lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from emg.blocks import FloatArray, SampleBlock, Scale, StreamInfo, split_finite
from emg.montage import Montage
from emg.session.bdf_layout import (
    ANNOTATION_SAMPLES,
    LOWEST,
    field_of,
    header_of,
    labels_of,
    number_of,
)
from emg.session.bdf_layout import RecordLength as RecordLength
from emg.session.bdf_layout import record_length as record_length
from emg.session.bdf_layout import storable_full_scale as storable_full_scale
from emg.session.folder import PrivateFile
from emg.session.model import Gap

NO_READING: Final = LOWEST
"""Count of an auxiliary value that is not a number; it lies outside the digital range."""

GAP_TEXT: Final = "BAD_gap"
PAD_TEXT: Final = "BAD_pad"

_FILL_RECORDS: Final = 100
_RECORD_COUNT_OFFSET: Final = 236
_LABELS_OFFSET: Final = 256

Counts = NDArray[np.int32]


class Mark(NamedTuple):
    """A stretch of samples that are not signal."""

    first_sample: int
    n_samples: int
    text: str


class GrowingFile(Protocol):
    """What the writer writes into: an ``emg.session.folder.PrivateFile``, or one that may be refused."""

    @property
    def closed(self) -> bool:
        """Whether it can no longer be written."""
        ...

    def append(self, data: bytes) -> None:
        """Add a piece at the end."""
        ...

    def overwrite(self, offset: int, data: bytes) -> None:
        """Replace bytes inside."""
        ...

    def sync(self) -> None:
        """Force it onto the disk."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class BdfWriter:
    """Write blocks to a new BDF+ file; not for use by two threads at once.

    Parameters
    ----------
    path : Path
        Must not exist yet.
    info : StreamInfo
        The stream; ``full_scale_uv`` must survive the header (``storable_full_scale``).
    montage : Montage or None
        Gives the labels.
    started_at : datetime
        Time of sample 0, with its zone; the file says UTC, in whole seconds.
    make_file : callable
        Makes the file.

    Raises
    ------
    ValueError
        If the full scale or a label cannot be written exactly.
    OSError
        If the file cannot be made.
    """

    def __init__(
        self,
        path: Path,
        info: StreamInfo,
        montage: Montage | None,
        started_at: datetime,
        make_file: Callable[[Path], GrowingFile] = PrivateFile,
    ) -> None:
        if storable_full_scale(info.full_scale_uv) != info.full_scale_uv:
            raise ValueError(
                f"A full scale of {info.full_scale_uv} does not survive the header of raw.bdf: use "
                f"{storable_full_scale(info.full_scale_uv)}."
            )
        self.length: Final = record_length(info.fs_hz)
        self.scale: Final = info.scale
        self.aux_scales: Final = tuple(Scale(storable_full_scale(aux.full_scale)) for aux in info.aux)
        self._header = header_of(info, self.aux_scales, labels_of(info, montage), self.length, started_at)
        self._info = info
        n_signals = info.n_channels + len(info.aux)
        self._last: Counts = np.zeros((1, n_signals), dtype=np.int32)
        self._buffer: Counts = self._last[:0]
        self._marks: list[Mark] = []
        self._gaps: list[Gap] = []
        self._next_sample = 0
        self._n_records = 0
        self._file = make_file(path)
        try:
            self._file.append(self._header)
        except OSError:
            self._file.close()
            raise

    @property
    def end_sample(self) -> int:
        """One past the last sample given, gaps included."""
        return self._next_sample

    @property
    def whole_sample(self) -> int:
        """One past the last sample of the whole records that were given to the file."""
        return self._n_records * self.length.n_samples

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was lost so far."""
        return tuple(self._gaps)

    def begun(self) -> tuple[bytes, dict[int, bytes]] | None:
        """Give the record that has begun, padded, and what the header says with it; b"" if none has.

        None if its marks find no room in it.

        It may stand at the end of the file until the whole record takes its place: the samples in it are
        the same, and the mark of the padding is behind them.
        """
        missing = self.length.n_samples - len(self._buffer)
        pad = Mark(self._next_sample, missing, PAD_TEXT)
        annotations, too_many = self._annotate(1, [*self._marks, pad])
        if not len(self._buffer):
            return b"", {}
        if too_many:
            return None
        counts = np.concatenate((self._buffer, np.repeat(self._last, missing, axis=0)))
        return _record_bytes(counts, annotations), {_RECORD_COUNT_OFFSET: field_of(self._n_records + 1, 8)}

    def write_without(self, file: GrowingFile, n_bytes: int) -> None:
        """Begin another file for the records to come: those that the first so many bytes held are lost.

        Their samples are filled and marked BAD_gap, so that the time of all others stays.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        size = 3 * (self.length.n_samples * self._last.shape[1] + ANNOTATION_SAMPLES)
        n_lost = max(0, n_bytes - len(self._header)) // size
        end = n_lost * self.length.n_samples
        file.append(self._header)
        if n_lost:
            end = max([end, *(gap.first_sample + gap.n_lost for gap in self._gaps if gap.first_sample < end)])
            marks = [Mark(0, end, GAP_TEXT)]
            for first in range(0, n_lost, _FILL_RECORDS):
                n_records = min(_FILL_RECORDS, n_lost - first)
                annotations, marks = self._annotate(n_records, marks, first)
                n_signals = self._last.shape[1]
                nothing = np.zeros((n_records * self.length.n_samples, n_signals), dtype=np.int32)
                file.append(_record_bytes(nothing, annotations))
            later = [gap for gap in self._gaps if gap.first_sample >= end]
            self._gaps = [Gap(first_sample=0, n_lost=end), *later]
        file.overwrite(_RECORD_COUNT_OFFSET, field_of(n_lost, 8))

    def write(self, block: SampleBlock) -> None:
        """Add a block; samples that never came are filled with the last value and marked BAD_gap.

        Whole records go to the file at once, the rest waits for the next block. What is not finite
        counts as lost. If the disk refuses a block, it counts as lost as soon as one is accepted.

        Raises
        ------
        ValueError
            If the block begins before the end of the one before.
        OSError
            If the disk refuses.
        """
        for part in split_finite(block):
            at_the_start = part.first_sample == block.first_sample
            self._fill(part.first_sample, estimated=block.gap_estimated and at_the_start)
            self._add(self._encode(part))

    def relabel(self, montage: Montage) -> None:
        """Write other labels over those of the EMG channels: the samples stay where they came in.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        labels = b"".join(field_of(label, 16) for label in labels_of(self._info, montage))
        self._header = self._header[:_LABELS_OFFSET] + labels + self._header[_LABELS_OFFSET + len(labels) :]
        self._file.overwrite(_LABELS_OFFSET, labels)

    def sync(self) -> None:
        """Force what was written onto the disk."""
        self._file.sync()

    def close(self) -> None:
        """Pad to a whole record, mark the padding BAD_pad, and close; safe to call twice."""
        if self._file.closed:
            return
        try:
            self.pad()
            self._file.sync()
        finally:
            self._file.close()

    def pad(self) -> None:
        """Pad to a whole record and mark the padding BAD_pad; nothing can be added after that."""
        end = self._next_sample
        while len(self._buffer) or self._marks:
            missing = self.length.n_samples - len(self._buffer)
            self._add(np.repeat(self._last, missing, axis=0), Mark(self._next_sample, missing, PAD_TEXT))
        self._next_sample = end

    def abandon(self) -> None:
        """Close without padding, as it is; for a disk that refuses."""
        self._file.close()

    def _encode(self, block: SampleBlock) -> Counts:
        columns = [self.scale.encode(block.data_uv)]
        for index, scale in enumerate(self.aux_scales):
            values = block.aux[:, index] if block.aux.size else np.full(block.n_samples, np.nan)
            known = np.isfinite(values)
            counts = np.where(known, scale.encode(np.where(known, values, 0.0)), NO_READING)
            columns.append(counts.astype(np.int32)[:, np.newaxis])
        return np.concatenate(columns, axis=1)

    def _fill(self, first_sample: int, *, estimated: bool) -> None:
        start = self._next_sample
        if first_sample < start:
            raise ValueError(f"A block begins at sample {first_sample}, but {start} is the next one.")
        mark: Mark | None = Mark(start, first_sample - start, GAP_TEXT)
        try:
            while self._next_sample < first_sample:
                n = min(first_sample - self._next_sample, _FILL_RECORDS * self.length.n_samples)
                self._add(np.repeat(self._last, n, axis=0), mark)
                mark = None
        finally:
            if self._next_sample > start:
                lost = self._next_sample - start
                self._gaps.append(Gap(first_sample=start, n_lost=lost, estimated=estimated))

    def _add(self, counts: Counts, mark: Mark | None = None) -> None:
        """Append to the buffer and write out its whole records; nothing changes if the disk refuses."""
        marks = self._marks if mark is None else [*self._marks, mark]
        buffer = np.concatenate((self._buffer, counts))
        n_records = len(buffer) // self.length.n_samples
        n_whole = n_records * self.length.n_samples
        if n_records:
            annotations, marks = self._annotate(n_records, marks)
            self._file.append(_record_bytes(buffer[:n_whole], annotations))
        self._buffer = buffer[n_whole:].copy()
        self._marks = marks
        self._next_sample += len(counts)
        if len(counts):
            self._last = counts[-1:].copy()
        if n_records:
            self._n_records += n_records
            self._file.overwrite(_RECORD_COUNT_OFFSET, field_of(self._n_records, 8))

    def _annotate(
        self, n_records: int, marks: list[Mark], first: int | None = None
    ) -> tuple[list[bytes], list[Mark]]:
        """Annotations of the next records, and the marks that found no room in them."""
        found: list[bytes] = []
        first = self._n_records if first is None else first
        for number in range(first, first + n_records):
            end = (number + 1) * self.length.n_samples
            text = b"+%b\x14\x14\x00" % number_of(number * self.length.duration)
            while marks and marks[0].first_sample < end:
                entry = self._entry(marks[0])
                if len(text) + len(entry) > 3 * ANNOTATION_SAMPLES:
                    break
                text += entry
                marks = marks[1:]
            found.append(text.ljust(3 * ANNOTATION_SAMPLES, b"\x00"))
        return found, marks

    def _entry(self, mark: Mark) -> bytes:
        onset = number_of(self.length.seconds(mark.first_sample))
        duration = number_of(self.length.seconds(mark.n_samples))
        return b"+%b\x15%b\x14%b\x14\x00" % (onset, duration, mark.text.encode("ascii"))


class NoRawFile:
    """Stands for raw.bdf where nothing is measured: a practice has no samples to be written."""

    gaps: tuple[Gap, ...] = ()
    end_sample = 0
    whole_sample = 0

    def write(self, block: SampleBlock) -> None:
        """Let the time of a block pass."""

    def relabel(self, montage: Montage) -> None:
        """Have no labels."""

    def begun(self) -> None:
        """Have no record that has begun."""

    def pad(self) -> None:
        """Have nothing to be padded."""


def _record_bytes(counts: Counts, annotations: list[bytes]) -> bytes:
    """Lay out data records: every channel's samples in turn, 24 bits little-endian, then the annotations."""
    n_records, n_signals = len(annotations), counts.shape[1]
    by_signal = counts.reshape(n_records, -1, n_signals).transpose(0, 2, 1)
    four_bytes = np.ascontiguousarray(by_signal, dtype="<i4").view(np.uint8).reshape(n_records, -1, 4)
    samples = four_bytes[:, :, :3].reshape(n_records, -1)
    marks = np.frombuffer(b"".join(annotations), dtype=np.uint8).reshape(n_records, -1)
    return np.concatenate((samples, marks), axis=1).tobytes()


def as_readings(counts: Counts, scale: Scale) -> FloatArray:
    """Auxiliary counts as values; NaN where there was no reading."""
    return np.where(counts == NO_READING, np.nan, scale.decode(counts))
