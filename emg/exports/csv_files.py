"""Sessions as CSV: tables that open in a spreadsheet, and a dictionary of every column beside them."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO

import numpy as np

from emg.blocks import SampleBlock, StreamInfo, Unit
from emg.exports.columns import EVENTS, SESSIONS, dictionary_rows, is_site, names_of
from emg.exports.publish import put_text
from emg.exports.subject import Leaving
from emg.exports.tables import event_rows, read_activation, read_holds
from emg.session.bundle import read_samples

README: Final = "README.txt"
DICTIONARY: Final = "data-dictionary.csv"
RAW_ROWS: Final = 1_000_000
"""Rows of one raw.csv: a spreadsheet shows 1,048,576, header included, and is silent about the others."""

_READ_ME: Final = """\
PowerHold sessions as tables.

sessions.csv          one row a session
SESSION/holds.csv     one row a hold
SESSION/activation.csv  20 rows a second: levels in microvolts and percent, with their verdicts
SESSION/events.csv    what happened, on the sample clock
SESSION/raw.csv       the signal as it came, unfiltered; raw-2.csv and so on go on after a million rows
SESSION/session.json  facts about the recording: board, rate, filters, electrodes, what 100 % is
data-dictionary.csv   every column: its unit and what it means

The files are UTF-8 text with commas, a decimal point and no thousands separators. An empty cell is "no
reading"; it is never zero. Where the signal was lost, valid is false and the row is empty.
In a spreadsheet that uses decimal commas open them with Data > From text/CSV, comma, English (US).
A text that a spreadsheet would take for a formula begins with an apostrophe.

{leaves}
"""

_LEAVES: Final = (
    (
        "with_ids",
        "Athletes have the ids they have in PowerHold.",
        "Athletes have codes made for this export.",
    ),
    (
        "with_dates",
        "Sessions have their real dates.",
        "Dates are left out: day counts from each athlete's first session in this export.",
    ),
    (
        "with_notes",
        "Notes are in events.csv. They may name people: read them before you pass this on.",
        "What people wrote is left out.",
    ),
)


def write_csv(sessions: Sequence[Leaving], folder: Path) -> None:
    """Write sessions as CSV.

    Parameters
    ----------
    sessions : sequence of Leaving
        What leaves.
    folder : Path
        An empty folder.

    Raises
    ------
    SessionReadError
        If a file of a session cannot be read.
    OSError
        If the disk refuses.
    """
    put_text(folder / README, _READ_ME.format(leaves=leaves_words(sessions[0])))
    _write_rows(
        folder / DICTIONARY,
        ("table", "column", "unit", "holds", "meaning"),
        (
            (table, name, unit, kind, _sheet(meaning))
            for table, name, unit, kind, meaning in dictionary_rows()
        ),
    )
    rows = [_write_session(leaving, folder / leaving.name) for leaving in sessions]
    _write_rows(folder / "sessions.csv", names_of(SESSIONS), rows)


def leaves_words(leaving: Leaving) -> str:
    """Say what the export holds of people, and what it does not."""
    options = leaving.options
    return "\n".join(yes if getattr(options, name) else no for name, yes, no in _LEAVES)


def session_cells(leaving: Leaving, n_holds: int) -> tuple[str, ...]:
    """Row of sessions.csv."""
    facts = {**leaving.facts(), "holds": n_holds}
    return tuple(_cell(facts[name]) for name in names_of(SESSIONS))


def _write_session(leaving: Leaving, folder: Path) -> tuple[str, ...]:
    folder.mkdir()
    put_text(folder / "session.json", json.dumps(leaving.facts(), indent=2, allow_nan=False) + "\n")
    _write_rows(folder / "events.csv", names_of(EVENTS), event_rows(leaving))
    n_holds = 0
    if leaving.record.kind != "recording":
        holds = read_holds(leaving)
        n_holds = len(holds.rows)
        _write_rows(folder / "holds.csv", holds.names, holds.rows)
    if leaving.record.kind == "session":
        activation = read_activation(leaving)
        _write_rows(folder / "activation.csv", activation.names, activation.rows)
    if leaving.record.channels:
        _write_raw(leaving, folder)
    return session_cells(leaving, n_holds)


def _write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(header)
        lines.writerows(rows)


def _write_raw(leaving: Leaving, folder: Path) -> None:
    """Write every sample, with an empty row for each that was lost."""
    info, blocks = read_samples(leaving.folder)
    header = ",".join(("sample", "time_s", "valid", *_raw_names(leaving, info))) + "\n"
    file: TextIO | None = None
    n_files, n_rows = 0, RAW_ROWS
    try:
        for lines in _raw_lines(leaving, info, blocks):
            for line in lines:
                if n_rows == RAW_ROWS:
                    if file is not None:
                        file.close()
                    n_files, n_rows = n_files + 1, 0
                    name = "raw.csv" if n_files == 1 else f"raw-{n_files}.csv"
                    file = (folder / name).open("x", encoding="utf-8", newline="")
                    file.write(header)
                assert file is not None
                file.write(line)
                n_rows += 1
    finally:
        if file is not None:
            file.close()


def _raw_names(leaving: Leaving, info: StreamInfo) -> Iterator[str]:
    ending = "au" if info.unit is Unit.ARBITRARY else "uv"
    sites = {channel: site for site, channel in leaving.record.montage.items() if is_site(site)}
    for number in range(1, info.n_channels + 1):
        yield f"{sites.get(number, f'CH{number}')}_{ending}"
    for number in range(1, len(info.aux) + 1):
        yield f"aux{number}"


def _raw_lines(leaving: Leaving, info: StreamInfo, blocks: Iterable[SampleBlock]) -> Iterator[Iterator[str]]:
    fs_hz = leaving.record.fs_hz
    lost = ",false" + "," * (info.n_channels + len(info.aux)) + "\n"
    decimals = decimals_of(info.full_scale_uv)
    end = 0
    for block in blocks:
        yield (f"{at},{at / fs_hz:.6f}{lost}" for at in range(end, block.first_sample))
        end = block.end_sample
        rounded = np.round(block.data_uv, decimals).tolist()
        others = block.aux.tolist() if block.aux.size else [[]] * block.n_samples
        yield (
            f"{at},{at / fs_hz:.6f},true,{','.join(map(_number, (*row, *aux)))}\n"
            for at, row, aux in zip(range(block.first_sample, end), rounded, others, strict=True)
        )


def decimals_of(full_scale: float) -> int:
    """Decimals with which the text of a sample gives back its 24-bit count."""
    return max(0, 1 - math.floor(math.log10(full_scale / 2**24)))


def _number(value: float) -> str:
    return repr(value + 0.0) if math.isfinite(value) else ""


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _sheet(meaning: str) -> str:
    """Words of the dictionary without the marks of a page."""
    return meaning.replace("`", "")
