"""Our own sessions and recordings: session.json says what raw.bdf holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emg.blocks import Unit
from emg.said import Said, said_by
from emg.session.bundle import SessionReadError, read_session
from emg.session.folder import SessionFolder
from hardware.file_formats.edf import EdfRecording, open_edf
from hardware.file_formats.recording import FileUnreadable, Origin, SignalColumn
from hardware.file_formats.units import ARBITRARY


def open_session(folder: Path) -> EdfRecording:
    """Recognise the folder of a session or recording.

    Raises
    ------
    FileUnreadable
        If session.json or raw.bdf is missing or damaged, or they do not belong together.
    """
    found = SessionFolder(folder)
    if not found.session_json.is_file():
        raise FileUnreadable(
            Said(
                "{folder} is a folder without a session.json: give a file, or a session's folder.",
                folder=str(folder),
            )
        )
    try:
        record = read_session(folder)
    except SessionReadError as error:
        raise FileUnreadable(said_by(error)) from error
    raw = open_edf(found.raw_bdf)
    emg = raw.signals[: record.channels]
    if len(emg) < record.channels or any(signal.full_scale != record.full_scale for signal in emg):
        raise FileUnreadable(
            Said("{file} and the session.json beside it do not belong together.", file=str(found.raw_bdf))
        )
    unit = ARBITRARY if record.unit is Unit.ARBITRARY else "uV"
    return replace(
        raw,
        origin=Origin(
            board=record.board,
            fs_hz=record.fs_hz,
            bandwidth_hz=record.bandwidth_hz,
            nominal_fs_hz=record.nominal_fs_hz,
            n_samples_hint=raw.origin.n_samples_hint,
            source_id=record.source_id,
            serial=record.serial,
            gain=record.gain,
            signal=record.signal,
            simulated=record.simulated,
        ),
        signals=tuple(
            SignalColumn(name, unit, record.full_scale) for name in record.channel_names[: record.channels]
        ),
    )
