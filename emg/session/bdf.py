"""raw.bdf: a BDF+ file that grows while the board streams, and can be read at any moment.

No library can grow such a file; edfio, MNE and pyedflib judge this one in the tests. The layout is
that of the EDF+ specification (https://www.edfplus.info/specs/edfplus.html) with BioSemi's 24-bit
samples. Every data record carries its own time and the annotations of the gaps that begin in it, and
the number of records in the header is brought up to date after each write, so that a process killed
at any moment leaves a file in which lost data is still marked as lost.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emg.blocks import DIGITAL_MAX_24BIT, FloatArray, SampleBlock, Scale, StreamInfo, Unit, split_finite
from emg.montage import Montage
from emg.session.folder import PrivateFile
from emg.session.model import Gap

RECORD_S: Final = 0.1
"""Data records last 0.1 s or the nearest length that is a whole number of samples."""

LONGEST_RECORD_S: Final = 1.0
"""A record is lost whole when the power goes, so it never lasts longer than this."""

_LOWEST: Final = -DIGITAL_MAX_24BIT - 1

NO_READING: Final = _LOWEST
"""Count of an auxiliary value that is not a number; it lies outside the digital range."""

GAP_TEXT: Final = "BAD_gap"
PAD_TEXT: Final = "BAD_pad"

_ANNOTATION_SAMPLES: Final = 60
"""180 bytes a record: its own time and some six marks; further marks go to the next records."""

_FILL_RECORDS: Final = 100
_RECORD_COUNT_OFFSET: Final = 236
_LABELS_OFFSET: Final = 256
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

Counts = NDArray[np.int32]


class RecordLength(NamedTuple):
    """Length of the data records.

    Attributes
    ----------
    n_samples : int
        Samples of each channel in a record.
    duration : Decimal
        Seconds, as written in the header.
    """

    n_samples: int
    duration: Decimal

    @property
    def fs_hz(self) -> float:
        """Sampling rate that a reader of the file computes."""
        return self.n_samples / float(self.duration)

    def seconds(self, sample: int) -> Decimal:
        """Time of a sample on the file's own clock."""
        return sample * self.duration / self.n_samples


def record_length(fs_hz: float) -> RecordLength:
    """Find the record length nearest to 0.1 s whose duration fits the 8 characters of its field.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.

    Returns
    -------
    RecordLength
        Exact, up to 1 s long, where there is such a length (256 Hz: 24 samples in 0.09375 s); for
        a measured rate without one, the length from 0.05 to 0.2 s that comes closest to the rate.
    """
    lengths = [_record_of(n, fs_hz) for n in range(1, max(1, int(LONGEST_RECORD_S * fs_hz)) + 1)]
    lengths = [length for length in lengths if length.duration]
    exact = [length for length in lengths if length.fs_hz == fs_hz]
    if exact:
        return min(exact, key=lambda length: abs(float(length.duration) - RECORD_S))
    near = [length for length in lengths if RECORD_S / 2 <= length.duration <= RECORD_S * 2]
    return min(near or lengths, key=lambda length: abs(length.fs_hz - fs_hz))


def _record_of(n_samples: int, fs_hz: float) -> RecordLength:
    return RecordLength(n_samples, Decimal(f"{n_samples / fs_hz:.6f}"))


def storable_full_scale(value: float) -> float:
    """Smallest full scale, not below ``value``, that a reader gets back from the header exactly.

    Its negative has to fit 8 characters, without an exponent.

    Raises
    ------
    ValueError
        If no such number exists; the message says what to do.
    """
    exact = Decimal(repr(float(value)))
    if not exact.is_finite() or not Decimal("0.00001") <= exact <= Decimal(9_999_999):
        raise ValueError(
            f"A full scale of {value} cannot be written to BDF: give it in a unit in which it lies "
            "between 0.00001 and 9999999."
        )
    decimals = max(0, 6 - len(str(int(exact))))
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_CEILING))


class Mark(NamedTuple):
    """A stretch of samples that are not signal."""

    first_sample: int
    n_samples: int
    text: str


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

    Raises
    ------
    ValueError
        If the full scale or a label cannot be written exactly.
    OSError
        If the file cannot be made.
    """

    def __init__(self, path: Path, info: StreamInfo, montage: Montage | None, started_at: datetime) -> None:
        if storable_full_scale(info.full_scale_uv) != info.full_scale_uv:
            raise ValueError(
                f"A full scale of {info.full_scale_uv} does not survive the header of raw.bdf: use "
                f"{storable_full_scale(info.full_scale_uv)}."
            )
        self.length: Final = record_length(info.fs_hz)
        self.scale: Final = info.scale
        self.aux_scales: Final = tuple(Scale(storable_full_scale(aux.full_scale)) for aux in info.aux)
        header = _header(info, self.aux_scales, _labels(info, montage), self.length, started_at)
        self._info = info
        n_signals = info.n_channels + len(info.aux)
        self._last: Counts = np.zeros((1, n_signals), dtype=np.int32)
        self._buffer: Counts = self._last[:0]
        self._marks: list[Mark] = []
        self._gaps: list[Gap] = []
        self._next_sample = 0
        self._n_records = 0
        self._file = PrivateFile(path)
        try:
            self._file.append(header)
        except OSError:
            self._file.close()
            raise

    @property
    def end_sample(self) -> int:
        """One past the last sample given, gaps included."""
        return self._next_sample

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What was lost so far."""
        return tuple(self._gaps)

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
        labels = _labels(self._info, montage)
        self._file.overwrite(_LABELS_OFFSET, b"".join(_field(label, 16) for label in labels))

    def sync(self) -> None:
        """Force what was written onto the disk."""
        self._file.sync()

    def close(self) -> None:
        """Pad to a whole record, mark the padding BAD_pad, and close; safe to call twice."""
        if self._file.closed:
            return
        try:
            end = self._next_sample
            while len(self._buffer) or self._marks:
                missing = self.length.n_samples - len(self._buffer)
                self._add(np.repeat(self._last, missing, axis=0), Mark(self._next_sample, missing, PAD_TEXT))
            self._next_sample = end
            self._file.sync()
        finally:
            self._file.close()

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
            self._file.overwrite(_RECORD_COUNT_OFFSET, _field(self._n_records, 8))

    def _annotate(self, n_records: int, marks: list[Mark]) -> tuple[list[bytes], list[Mark]]:
        """Annotations of the next records, and the marks that found no room in them."""
        found: list[bytes] = []
        for number in range(self._n_records, self._n_records + n_records):
            end = (number + 1) * self.length.n_samples
            text = b"+%b\x14\x14\x00" % _number(number * self.length.duration)
            while marks and marks[0].first_sample < end:
                entry = self._entry(marks[0])
                if len(text) + len(entry) > 3 * _ANNOTATION_SAMPLES:
                    break
                text += entry
                marks = marks[1:]
            found.append(text.ljust(3 * _ANNOTATION_SAMPLES, b"\x00"))
        return found, marks

    def _entry(self, mark: Mark) -> bytes:
        onset = _number(self.length.seconds(mark.first_sample))
        duration = _number(self.length.seconds(mark.n_samples))
        return b"+%b\x15%b\x14%b\x14\x00" % (onset, duration, mark.text.encode("ascii"))


def _number(value: Decimal) -> bytes:
    """Plain decimal notation, to 1e-12 s."""
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text.encode("ascii")


def _record_bytes(counts: Counts, annotations: list[bytes]) -> bytes:
    """Lay out data records: every channel's samples in turn, 24 bits little-endian, then the annotations."""
    n_records, n_signals = len(annotations), counts.shape[1]
    by_signal = counts.reshape(n_records, -1, n_signals).transpose(0, 2, 1)
    four_bytes = np.ascontiguousarray(by_signal, dtype="<i4").view(np.uint8).reshape(n_records, -1, 4)
    samples = four_bytes[:, :, :3].reshape(n_records, -1)
    marks = np.frombuffer(b"".join(annotations), dtype=np.uint8).reshape(n_records, -1)
    return np.concatenate((samples, marks), axis=1).tobytes()


def _labels(info: StreamInfo, montage: Montage | None) -> tuple[str, ...]:
    """Labels of all signals; two muscles whose labels would be cut alike are told apart by channel."""
    numbers = tuple(f"EMG CH{number}" for number in range(1, info.n_channels + 1))
    emg = numbers if montage is None else montage.bdf_labels(info.n_channels)
    emg = tuple(
        label if emg.count(label) == 1 else number for label, number in zip(emg, numbers, strict=True)
    )
    labels = (*emg, *(aux.label for aux in info.aux))
    for aux in info.aux:
        if aux.label.startswith("EMG") or labels.count(aux.label) > 1 or not aux.label.strip():
            raise ValueError(f"'{aux.label}' cannot be the label of a channel that is not EMG.")
    return labels


def _field(value: object, width: int) -> bytes:
    text = str(value)
    if len(text) > width or not (text.isascii() and text.isprintable()):
        raise ValueError(f"'{text}' does not fit the {width} characters of its field in BDF.")
    return text.encode("ascii").ljust(width)


def _scale_text(value: float) -> str:
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def _header(
    info: StreamInfo,
    aux_scales: tuple[Scale, ...],
    labels: tuple[str, ...],
    length: RecordLength,
    started_at: datetime,
) -> bytes:
    """Header of the file and of its signals; of people it says only X."""
    start = started_at.astimezone(UTC)
    n_signals = len(labels) + 1
    date = f"{start:%d}-{_MONTHS[start.month - 1]}-{start:%Y}"
    emg_unit = "uV" if info.unit is Unit.MICROVOLT else ""
    units = [*[emg_unit] * info.n_channels, *(aux.unit for aux in info.aux), ""]
    tops = [
        *[_scale_text(info.full_scale_uv)] * info.n_channels,
        *(_scale_text(scale.full_scale) for scale in aux_scales),
        "1",
    ]
    columns: list[tuple[int, list[object]]] = [
        (16, [*labels, "BDF Annotations"]),
        (80, [""] * n_signals),
        (8, [*units]),
        (8, [f"-{top}" for top in tops]),
        (8, [*tops]),
        (8, [*[-DIGITAL_MAX_24BIT] * len(labels), _LOWEST]),
        (8, [DIGITAL_MAX_24BIT] * n_signals),
        (80, [""] * n_signals),
        (8, [*[length.n_samples] * len(labels), _ANNOTATION_SAMPLES]),
        (32, [""] * n_signals),
    ]
    main = [
        b"\xffBIOSEMI",
        _field("X X X X", 80),
        _field(f"Startdate {date} X X powerhold", 80),
        _field(f"{start:%d.%m.%y}", 8),
        _field(f"{start:%H.%M.%S}", 8),
        _field(256 * (n_signals + 1), 8),
        _field("BDF+C", 44),
        _field(0, 8),
        _field(_number(length.duration).decode(), 8),
        _field(n_signals, 4),
    ]
    return b"".join([*main, *(_field(value, width) for width, values in columns for value in values)])


def as_readings(counts: Counts, scale: Scale) -> FloatArray:
    """Auxiliary counts as values; NaN where there was no reading."""
    return np.where(counts == NO_READING, np.nan, scale.decode(counts))
