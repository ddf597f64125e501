"""Read a session or recording back: the very samples that were processed, and the events."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from edfio import Bdf, EdfAnnotation, read_bdf
from pydantic import ValidationError

from emg.blocks import AuxChannel, FloatArray, SampleBlock, Scale, StreamInfo
from emg.codes import EventKind
from emg.foreign import NotStrict, own_words, plain, read_small
from emg.said import Said, said_by
from emg.session.bdf import GAP_TEXT, PAD_TEXT, as_readings
from emg.session.events import EventFormatError, event_from_json
from emg.session.folder import SessionFolder
from emg.session.model import Gap, SessionRecord
from emg.session.small_files import MAX_EVENTS_BYTES, MAX_SESSION_BYTES
from emg.stage import Event

_FIELDS: Final = (
    *("label", "physical_dimension", "physical_min", "physical_max", "digital_min", "digital_max"),
    *("samples_per_data_record", "sampling_frequency", "transducer_type", "prefiltering"),
)
"""Of a signal of a BDF file."""


class SessionReadError(ValueError):
    """A session's file cannot be read; the message is one sentence that says which and why."""


def read_session(folder: Path) -> SessionRecord:
    """Read session.json.

    Raises
    ------
    SessionReadError
        If it is missing, or is not a session's.
    """
    path = SessionFolder(folder).session_json
    text = _bytes_of(path, MAX_SESSION_BYTES)
    try:
        return SessionRecord.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SessionReadError(
            Said(
                "{path} is not the session.json of a session ({where}: {fault}).",
                path=str(path),
                where=plain(where, 60) or Said("text"),
                fault=own_words(first) or plain(first["msg"], 160),
            )
        ) from error


def read_events(folder: Path) -> list[Event]:
    """Read events.jsonl; a last line that was cut short by a kill is dropped.

    Raises
    ------
    SessionReadError
        If it is missing, or a whole line is not an event.
    """
    path = SessionFolder(folder).events_jsonl
    *lines, _torn = _bytes_of(path, MAX_EVENTS_BYTES).split(b"\n")
    events: list[Event] = []
    for number, line in enumerate(lines, start=1):
        try:
            events.append(event_from_json(line.decode()))
        except (EventFormatError, UnicodeDecodeError) as error:
            raise SessionReadError(
                Said(
                    "Line {line} of {path} cannot be read: {fault}.",
                    line=number,
                    path=str(path),
                    fault=said_by(error),
                )
            ) from error
    return events


def read_samples(folder: Path, max_samples: int | None = None) -> tuple[StreamInfo, Iterator[SampleBlock]]:
    """Read raw.bdf through edfio.

    Parameters
    ----------
    folder : Path
        A session or recording, also one that was killed.
    max_samples : int or None
        Longest block; 1 s unless told.

    Returns
    -------
    info : StreamInfo
        The stream as it was opened.
    blocks : iterator of SampleBlock
        Every sample as it was processed, bit by bit. Gaps are jumps of ``first_sample``, padding is
        dropped. ``host_time_s`` is the end of the block on the sample clock.

    Raises
    ------
    SessionReadError
        If session.json or raw.bdf cannot be read, or they do not belong together.
    """
    record = read_session(folder)
    path = SessionFolder(folder).raw_bdf
    bdf, marks = open_bdf(path)
    signals = bdf.signals
    if len(signals) < record.channels or any(
        s.physical_max != record.full_scale for s in signals[: record.channels]
    ):
        raise SessionReadError(
            Said("{path} and the session.json beside it do not belong together.", path=str(path))
        )
    if len({signal.samples_per_data_record for signal in signals}) > 1:
        raise SessionReadError(Said("The channels of {path} do not belong together.", path=str(path)))
    info = _stream_info(record, bdf)
    emg = np.stack([signal.digital for signal in signals[: record.channels]], axis=1)
    data_uv = info.scale.decode(emg)
    aux = _aux_of(bdf, record.channels, len(data_uv))
    whole = SampleBlock(data_uv, 0, info.fs_hz, 0.0, aux)
    estimated = frozenset(gap.first_sample + gap.n_lost for gap in record.gaps if gap.estimated)
    longest = max(1, round(info.fs_hz)) if max_samples is None else max_samples
    return info, _blocks(
        whole, _received(marks, signals[0].sampling_frequency, len(data_uv)), estimated, longest
    )


def read_gaps(folder: Path) -> tuple[tuple[Gap, ...], int]:
    """Find what was lost in a session that was killed, from raw.bdf and its events.

    Parameters
    ----------
    folder : Path
        A session or recording.

    Returns
    -------
    gaps : tuple of Gap
        In order.
    end_sample : int
        One past the last sample that came.

    Raises
    ------
    SessionReadError
        If a file cannot be read.
    """
    _, blocks = read_samples(folder, max_samples=2**40)
    told = [event for event in read_events(folder) if event.kind is EventKind.GAP]
    estimated = {event.sample for event in told if event.detail.get("estimated") is True}
    gaps, end = [], 0
    for block in blocks:
        if block.first_sample > end:
            lost = block.first_sample - end
            gaps.append(Gap(first_sample=end, n_lost=lost, estimated=end in estimated))
        end = block.end_sample
    return tuple(gaps), end


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    stop: int


def _blocks(
    whole: SampleBlock, stretches: Sequence[_Stretch], estimated: frozenset[int], longest: int
) -> Iterator[SampleBlock]:
    for stretch in stretches:
        for start in range(stretch.start, stretch.stop, longest):
            part = whole.cut(start, min(start + longest, stretch.stop))
            yield SampleBlock(
                part.data_uv,
                part.first_sample,
                part.fs_hz,
                host_time_s=part.end_sample / part.fs_hz,
                aux=part.aux,
                gap_estimated=part.first_sample in estimated,
            )


def _received(marks: Sequence[EdfAnnotation], fs_hz: float, n_samples: int) -> list[_Stretch]:
    """Stretches of samples that came from the board: the file less its gaps and its padding."""
    stretches, start = [], 0
    for mark in marks:
        if mark.text not in (GAP_TEXT, PAD_TEXT):
            continue
        first = round(mark.onset * fs_hz)
        if first > start:
            stretches.append(_Stretch(start, min(first, n_samples)))
        start = max(start, first + round((mark.duration or 0.0) * fs_hz))
    if start < n_samples:
        stretches.append(_Stretch(start, n_samples))
    return stretches


def open_bdf(path: Path) -> tuple[Bdf, tuple[EdfAnnotation, ...]]:
    """Open a raw.bdf, also one that was killed.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bdf : Bdf
        Every field of its header has been read.
    annotations : tuple of EdfAnnotation
        None where it has no whole record yet.

    Raises
    ------
    SessionReadError
        If it is no BDF file that can be read.
    """
    if path.exists() and not path.is_file():
        raise SessionReadError(
            Said("{path} is not a file.", path=str(path))
        )  # of a pipe there would be no end
    try:
        with warnings.catch_warnings():
            # a recording that was killed may end in half a record; edfio leaves that out, and says so
            warnings.simplefilter("ignore")
            bdf = read_bdf(path)
            for signal in bdf.signals:  # edfio reads a field when it is asked for
                for field in _FIELDS:
                    getattr(signal, field)
            return bdf, tuple(bdf.annotations) if bdf.num_data_records else ()
    except OSError as error:
        raise SessionReadError(
            Said("{path} cannot be opened ({reason}).", path=str(path), reason=str(error.strerror))
        ) from error
    except Exception as error:
        raise SessionReadError(
            Said("{path} is not a BDF file that can be read ({fault}).", path=str(path), fault=said_by(error))
        ) from error


def _stream_info(record: SessionRecord, bdf: Bdf) -> StreamInfo:
    return StreamInfo(
        board=record.board,
        source_id=record.source_id,
        nominal_fs_hz=record.nominal_fs_hz,
        fs_hz=record.fs_hz,
        n_channels=record.channels,
        full_scale_uv=record.full_scale,
        bandwidth_hz=record.bandwidth_hz,
        serial=record.serial,
        gain=record.gain,
        signal=record.signal,
        unit=record.unit,
        aux=tuple(
            AuxChannel(signal.label, signal.physical_dimension, signal.physical_max)
            for signal in bdf.signals[record.channels :]
        ),
        simulated=record.simulated,
    )


def _aux_of(bdf: Bdf, n_emg: int, n_samples: int) -> FloatArray:
    columns = [as_readings(signal.digital, Scale(signal.physical_max)) for signal in bdf.signals[n_emg:]]
    return np.stack(columns, axis=1) if columns else np.empty((n_samples, 0))


def _bytes_of(path: Path, most: int) -> bytes:
    try:
        return read_small(path, most)
    except OSError as error:
        raise SessionReadError(
            Said("{path} cannot be opened ({reason}).", path=str(path), reason=str(error.strerror))
        ) from error
    except NotStrict as error:
        raise SessionReadError(Said("{path} {fault}.", path=str(path), fault=said_by(error))) from error
