"""raw.bdf on its way out: the very same samples and gaps, under a header that names no day.

Samples are copied, not decoded, so that nothing is rounded twice. The header becomes what the EDF+
specification asks of an anonymous file (https://www.edfplus.info/specs/edfplus.html).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from emg.exports.bids_sidecar import Recorded
from emg.exports.bids_tables import Stretch
from emg.said import Said
from emg.session.bdf import GAP_TEXT, PAD_TEXT
from emg.session.bundle import SessionReadError, open_bdf
from emg.session.folder import PrivateFile

_BLOCK: Final = 1 << 20
_MAIN_HEADER: Final = 256
_OF_A_SIGNAL: Final = 256
_NOBODY: Final = b"X X X X".ljust(80) + b"Startdate X X X X".ljust(80) + b"01.01.8500.00.00"
"""Patient, recording, date and time: nobody, none, and the date that EDF+ sets for "not told"."""


def read_header(path: Path, n_emg: int) -> tuple[Recorded, tuple[Stretch, ...]]:
    """Read what raw.bdf says of itself, and its stretches without signal.

    Parameters
    ----------
    path : Path
        A raw.bdf, also of a session that was killed.
    n_emg : int
        How many of its signals are EMG; they come first.

    Raises
    ------
    SessionReadError
        If it cannot be read, or holds no samples yet.
    """
    bdf, marks = open_bdf(path)
    signals = bdf.signals
    labels = tuple(signal.label for signal in signals)
    units = tuple(signal.physical_dimension for signal in signals)
    fs_hz = signals[0].sampling_frequency if signals else 0.0
    n_samples = len(signals[0].digital) if signals else 0
    if len(labels) < n_emg:
        raise SessionReadError(
            Said("{path} and the session.json beside it do not belong together.", path=str(path))
        )
    if not n_samples:
        raise SessionReadError(Said("{path} holds no samples: leave this session out.", path=str(path)))
    stretches = tuple(
        Stretch(mark.onset, mark.duration or 0.0, mark.text)
        for mark in marks
        if mark.text in (GAP_TEXT, PAD_TEXT)
    )
    return Recorded(fs_hz, n_samples, n_emg, labels, units), stretches


def copy_raw(source: Path, target: Path, *, with_date: bool) -> None:
    """Copy raw.bdf, whole records only, and unless told without the day and the hour in its header.

    Raises
    ------
    FileExistsError
        If there is such a file.
    OSError
        If the disk refuses.
    """
    with source.open("rb") as file:
        header = bytearray(file.read(_MAIN_HEADER))
        n_signals = int(header[252:256])
        of_signals = file.read(_OF_A_SIGNAL * n_signals)
        lengths = of_signals[216 * n_signals : 224 * n_signals]
        record = 3 * sum(int(lengths[8 * n : 8 * n + 8]) for n in range(n_signals))
        n_records = (source.stat().st_size - len(header) - len(of_signals)) // record
        if not with_date:
            header[8:184] = _NOBODY
        header[236:244] = str(n_records).encode().ljust(8)
        copy = PrivateFile(target)
        try:
            copy.append(bytes(header) + of_signals)
            left = n_records * record
            while left and (block := file.read(min(left, _BLOCK))):
                copy.append(block)
                left -= len(block)
        finally:
            copy.close()
