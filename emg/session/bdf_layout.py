"""How raw.bdf is laid out: length of the data records, labels, scales and the header."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple

from emg.blocks import DIGITAL_MAX_24BIT, Scale, StreamInfo, Unit
from emg.montage import Montage
from emg.said import Said

RECORD_S: Final = 0.1
"""Data records last 0.1 s or the nearest length that is a whole number of samples."""

LONGEST_RECORD_S: Final = 1.0
"""A record is lost whole when the power goes, so it never lasts longer than this."""

LOWEST: Final = -DIGITAL_MAX_24BIT - 1

ANNOTATION_SAMPLES: Final = 60
"""180 bytes a record: its own time and some six marks; further marks go to the next records."""

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


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
            Said(
                "A full scale of {value} cannot be written to BDF: give it in a unit in which it "
                "lies between 0.00001 and 9999999.",
                value=str(value),
            )
        )
    decimals = max(0, 6 - len(str(int(exact))))
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_CEILING))


def header_of(
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
        (8, [*[-DIGITAL_MAX_24BIT] * len(labels), LOWEST]),
        (8, [DIGITAL_MAX_24BIT] * n_signals),
        (80, [""] * n_signals),
        (8, [*[length.n_samples] * len(labels), ANNOTATION_SAMPLES]),
        (32, [""] * n_signals),
    ]
    main = [
        b"\xffBIOSEMI",
        field_of("X X X X", 80),
        field_of(f"Startdate {date} X X powerhold", 80),
        field_of(f"{start:%d.%m.%y}", 8),
        field_of(f"{start:%H.%M.%S}", 8),
        field_of(256 * (n_signals + 1), 8),
        field_of("BDF+C", 44),
        field_of(0, 8),
        field_of(number_of(length.duration).decode(), 8),
        field_of(n_signals, 4),
    ]
    return b"".join([*main, *(field_of(value, width) for width, values in columns for value in values)])


def labels_of(info: StreamInfo, montage: Montage | None) -> tuple[str, ...]:
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


def field_of(value: object, width: int) -> bytes:
    """Give a field of a header; what does not fit is a ``ValueError``."""
    text = str(value)
    if len(text) > width or not (text.isascii() and text.isprintable()):
        raise ValueError(f"'{text}' does not fit the {width} characters of its field in BDF.")
    return text.encode("ascii").ljust(width)


def number_of(value: Decimal) -> bytes:
    """Plain decimal notation, to 1e-12 s."""
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text.encode("ascii")


def _scale_text(value: float) -> str:
    return f"{Decimal(repr(value)):f}".removesuffix(".0")
