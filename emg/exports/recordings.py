"""Sessions as BDF+ (24 bit, every sample as it is on disk) and EDF+ (16 bit, with a stated error)."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Final

import numpy as np
from edfio import Bdf, BdfSignal, Edf, EdfAnnotation, EdfSignal, Recording
from numpy.typing import NDArray

from emg.blocks import Unit
from emg.exports.subject import ExportRefused, Leaving
from emg.exports.tables import read_holds
from emg.foreign import plain
from emg.said import Said
from emg.session.bdf import GAP_TEXT, NO_READING, PAD_TEXT
from emg.session.bundle import SessionReadError, open_bdf

EDF_BOTTOM, EDF_TOP = -32768, 32767
EDF_ERROR_LIMIT_UV: Final = 0.5
"""Half a step of an EDF channel may be so large: a third of the noise of a good electrode pair. An offset
that wanders over more than 65 mV needs larger steps, and goes to BDF."""

BANDWIDTH_KEPT: Final = "unfiltered"
_LABEL: Final = re.compile(r"[A-Za-z0-9 _-]{1,16}")
_QUIET: Final = frozenset({GAP_TEXT, PAD_TEXT})


@dataclass(frozen=True, slots=True)
class ChannelError:
    """How far a written sample may be from the recorded one.

    Attributes
    ----------
    label : str
        Channel.
    unit : str
        Its unit.
    largest : float
        Half a step; 0 where every sample is exact.
    """

    label: str
    unit: str
    largest: float


def write_bdf(sessions: Sequence[Leaving], folder: Path) -> None:
    """Write each session as ``SUBJECT_SESSION_emg.bdf``, its counts bit by bit as recorded.

    Parameters
    ----------
    sessions : sequence of Leaving
        What leaves; each has a signal.
    folder : Path
        An empty folder.

    Raises
    ------
    SessionReadError
        If a file of a session cannot be read.
    ExportRefused
        If a session has no signal.
    OSError
        If the disk refuses.
    """
    for leaving in sessions:
        source, marks = _source(leaving)
        file = Bdf(
            [
                _exact(signal, label)
                for signal, label in zip(source.signals, _labels(leaving, source), strict=True)
            ],
            recording=_recording(leaving),
            starttime=_start(leaving),
            data_record_duration=source.data_record_duration,
            annotations=_annotations(leaving, source, marks),
        )
        file.write(folder / f"{leaving.name}_emg.bdf")
        _write_facts(leaving, folder, ())


def write_edf(sessions: Sequence[Leaving], folder: Path) -> None:
    """Write each session as ``SUBJECT_SESSION_emg.edf``, scaled to what each channel holds.

    The largest error of each channel stands in the JSON beside the file.

    Parameters
    ----------
    sessions, folder
        As for ``write_bdf``.

    Raises
    ------
    SessionReadError, OSError
        As for ``write_bdf``.
    ExportRefused
        If a session has no signal, or 16 bits cannot hold it to 0.5 µV.
    """
    for leaving in sessions:
        source, marks = _source(leaving)
        written = [
            _scaled(signal, label, leaving)
            for signal, label in zip(source.signals, _labels(leaving, source), strict=True)
        ]
        file = Edf(
            [signal for signal, _error in written],
            recording=_recording(leaving),
            starttime=_start(leaving),
            data_record_duration=source.data_record_duration,
            annotations=_annotations(leaving, source, marks),
        )
        file.write(folder / f"{leaving.name}_emg.edf")
        _write_facts(leaving, folder, [error for _signal, error in written])


def _source(leaving: Leaving) -> tuple[Bdf, tuple[EdfAnnotation, ...]]:
    path = leaving.files.raw_bdf
    if leaving.record.channels == 0:
        raise ExportRefused(
            Said(
                "{folder} is a practice without a signal: export it as csv.",
                folder=plain(str(leaving.folder), 200),
            )
        )
    bdf, marks = open_bdf(path)
    if bdf.num_data_records < 1:
        raise SessionReadError(
            Said("{path} holds no samples yet, so there is nothing to export.", path=str(path))
        )
    if len(bdf.signals) != len(leaving.record.channel_names):
        raise SessionReadError(
            Said("{path} and the session.json beside it do not belong together.", path=str(path))
        )
    return bdf, tuple(mark for mark in marks if mark.text in _QUIET)


def _labels(leaving: Leaving, source: Bdf) -> Iterator[str]:
    """Labels as recorded; what is not made of letters and digits gets a number."""
    for number, signal in enumerate(source.signals, start=1):
        kind = "EMG CH" if number <= leaving.record.channels else "AUX "
        yield signal.label if _LABEL.fullmatch(signal.label) else f"{kind}{number}"


def _recording(leaving: Leaving) -> Recording:
    startdate = None if leaving.started_at is None else leaving.started_at.date()
    return Recording(startdate=startdate, equipment_code="powerhold")


def _start(leaving: Leaving) -> datetime.time | None:
    """Time of day, in whole seconds as in the recorded file; nothing unless dates may leave."""
    return None if leaving.started_at is None else leaving.started_at.time().replace(microsecond=0)


def _exact(signal: BdfSignal, label: str) -> BdfSignal:
    # "no reading" of a channel that is not EMG lies one count below the range, which the library refuses:
    # it is written as the lowest count
    lowest, highest = signal.digital_range
    return BdfSignal.from_digital(
        np.maximum(signal.digital, lowest),
        signal.sampling_frequency,
        label=label,
        physical_dimension=signal.physical_dimension,
        physical_range=(signal.physical_min, signal.physical_max),
        digital_range=(int(lowest), int(highest)),
        prefiltering=BANDWIDTH_KEPT if label.startswith("EMG ") else "",
    )


def _scaled(signal: BdfSignal, label: str, leaving: Leaving) -> tuple[EdfSignal, ChannelError]:
    """Fit 16 bits to what a channel holds."""
    known = signal.digital != NO_READING
    values = signal.data
    low, high = _field_range(values[known] if known.any() else np.zeros(1), spare=not known.all())
    step = (high - low) / (2 * EDF_TOP + 1)
    counts = np.rint((values - low) / step) + EDF_BOTTOM
    digital = np.where(known, np.clip(counts, EDF_BOTTOM, EDF_TOP), EDF_BOTTOM).astype(np.int16)
    error = ChannelError(label, signal.physical_dimension, step / 2 * (1 + 1e-9))
    is_emg = label.startswith("EMG ")
    if is_emg and leaving.record.unit is Unit.MICROVOLT and error.largest > EDF_ERROR_LIMIT_UV:
        raise ExportRefused(
            Said(
                "{label} of {folder} spans {width} µV, and the 16 bits of EDF would round it by up "
                "to {most} µV: export it as bdf, which has 24.",
                label=label,
                folder=plain(str(leaving.folder), 200),
                width=f"{high - low:.0f}",
                most=f"{error.largest:.1f}",
            )
        )
    written = EdfSignal.from_digital(
        digital,
        signal.sampling_frequency,
        label=label,
        physical_dimension=signal.physical_dimension,
        physical_range=(low, high),
        digital_range=(EDF_BOTTOM, EDF_TOP),
        prefiltering=BANDWIDTH_KEPT if is_emg else "",
    )
    return written, error


def _field_range(values: NDArray[np.float64], *, spare: bool) -> tuple[float, float]:
    """Smallest range around the values whose ends fit the 8 characters of their fields.

    With ``spare`` the lowest count stands below all of them: it is "no reading".
    """
    low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = low - 1.0, high + 1.0
    if spare:
        low -= (high - low) / EDF_TOP
    return _field(low, ROUND_FLOOR), _field(high, ROUND_CEILING)


def _field(value: float, rounding: str) -> float:
    digits = len(str(math.floor(abs(value)))) + (value < 0)
    decimals = max(0, 8 - digits - 2)
    return float(Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding))


def _annotations(leaving: Leaving, source: Bdf, marks: Sequence[EdfAnnotation]) -> list[EdfAnnotation]:
    """Gaps and padding as recorded, every event, and every hold with its outcome."""
    fs_hz = float(source.signals[0].sampling_frequency)
    found = [*marks, *_event_marks(leaving, fs_hz)]
    if leaving.record.kind == "session":
        found += _hold_marks(leaving)
    return sorted(found, key=lambda mark: mark.onset)


def _event_marks(leaving: Leaving, fs_hz: float) -> Iterator[EdfAnnotation]:
    """Tags with slashes between them, by which MNE selects: ``cue/right/test/hold3``."""
    for one in leaving.happenings():
        hold = "" if one.hold is None else f"hold{one.hold}"
        said = (
            f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}" for name, value in one.said
        )
        tags = "/".join(tag for tag in (one.kind, one.side, one.role, hold, *said) if tag)
        yield EdfAnnotation(one.sample / fs_hz, None, tags)
        if one.note:
            yield EdfAnnotation(one.sample / fs_hz, None, f"note: {plain(one.note, 400)}")


def _hold_marks(leaving: Leaving) -> Iterator[EdfAnnotation]:
    """From set to the end: ``hold/right/test/hold3/success``, and ``/excluded`` where it was taken out."""
    table = read_holds(leaving)
    for row in table.rows:
        cell = dict(zip(table.names, row, strict=True))
        start = cell.get("set_s") or cell.get("cue_s")
        if not start:
            continue
        end = "excluded" if cell.get("excluded") else ""
        tags = ("hold", cell["side"], cell["role"], f"hold{cell['hold']}", cell["outcome"], end)
        held_s = float(cell.get("held_s") or 0.0)
        yield EdfAnnotation(float(start), held_s, "/".join(tag for tag in tags if tag))


def _write_facts(leaving: Leaving, folder: Path, errors: Sequence[ChannelError]) -> None:
    facts = leaving.facts() | {
        "largest_error": {error.label: {"unit": error.unit, "value": error.largest} for error in errors}
    }
    path = folder / f"{leaving.name}_emg.json"
    path.write_text(json.dumps(facts, indent=2, allow_nan=False) + "\n", encoding="utf-8", newline="\n")
