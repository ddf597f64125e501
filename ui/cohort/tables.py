"""The tables of a cohort, laid out as ``powerhold export --to parquet`` does, and one of the electrodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq

from emg.exports.columns import HOLDS, SESSIONS, Column, Kind
from emg.exports.parquet_files import about_file, all_sites, in_schema, schema_of, write_table
from emg.exports.subject import Leaving
from emg.exports.tables import read_holds
from ui.cohort.facts import Row, facts_table
from ui.cohort.work import Settings
from ui.session.records import software

ROWS: Final = 50_000
"""So many rows are written at a time: what is in memory does not grow with the cohort."""
SMALL: Final = 256
"""So many small tables are made one: a table of one row takes as much memory as one of a hundred."""

_N, _W, _C, _B = Kind.NUMBER, Kind.WHOLE, Kind.CODE, Kind.TRUTH


def _column(names: str, unit: str, kind: Kind, meaning: str) -> Column:
    return Column(tuple(names.split()), unit, kind, meaning)


SITES: Final = (
    _column("subject session", "-", _C, "as in sessions.parquet"),
    _column("day", "days", _W, "since the athlete's first session in this export"),
    _column("site", "-", _C, "electrode pair"),
    _column("band_low_hz band_high_hz notch_hz", "Hz", _N, "corners of the band-pass, and the notch if any"),
    _column("zero_phase", "-", _B, "filtered forwards and backwards"),
    _column("rms_uv envelope_max_uv", "µV", _N, "RMS over the recording; highest RMS over 250 ms"),
    _column("rms_cv_pct", "%", _N, "statistical error of the RMS"),
    _column("rest_uv mvc_uv", "µV", _N, "RMS at rest and at the maximum"),
    _column("rms_au envelope_max_au rest_au mvc_au", "arbitrary", _N, "the same where the unit is not known"),
    _column("rest_from mvc_from", "-", _C, "what they are of, as in `analyze --json`"),
    _column("mains_ratio motion_share", "-", _N, "of the unfiltered signal, as in `analyze --json`"),
    _column("saturated_samples", "samples", _W, "clipped"),
    _column("verdict", "-", _C, "verdict on the electrode pair"),
    _column("median_frequency_hz", "Hz", _N, "of the whole recording, where rate and board can carry it"),
    _column("snr_db", "dB", _N, "RMS of all bursts over the rest"),
)
"""One row for each electrode pair of a session; the definitions are those of ``powerhold analyze``."""


def write_tables(
    sessions: Sequence[Leaving],
    about: Callable[[Path], Mapping[str, Any]],
    folder: Path,
    settings: Settings,
    facts: Mapping[str, Row] | None = None,
) -> int:
    """Write ``sessions.parquet``, ``holds.parquet``, ``sites.parquet`` and, if told, ``athletes.parquet``.

    Parameters
    ----------
    sessions : sequence of Leaving
        Parts, by subject and time.
    about : callable
        Reads what a part says besides its session and holds.
    folder : Path
        Empty.
    settings : Settings
        With which they were made.
    facts : mapping from athlete's id to row, or None
        What is known of the athletes.

    Returns
    -------
    int
        How many holds there are.

    Raises
    ------
    SessionReadError
        If a part is damaged.
    OSError
        If the disk refuses.
    """
    said = {**about_file(sessions[0]), "powerhold_software": f"powerhold {software().version}"}
    said["powerhold_settings"] = settings.to_json()
    schemas = {
        "holds": schema_of(HOLDS, all_sites(sessions), said),
        "sessions": schema_of(SESSIONS, (), said),
        "sites": schema_of(SITES, (), said),
    }
    n_holds = 0
    with ExitStack() as open_files:
        files = {
            name: open_files.enter_context(_Growing(folder / f"{name}.parquet", schema))
            for name, schema in schemas.items()
        }
        for leaving in sessions:
            holds = read_holds(leaving)
            n_holds += len(holds.rows)
            files["holds"].add(in_schema(holds, leaving, schemas["holds"]))
            row = {**leaving.facts(), "holds": len(holds.rows)}
            files["sessions"].add(_rows([row], schemas["sessions"]))
            files["sites"].add(_rows(_site_rows(leaving, about(leaving.folder)), schemas["sites"]))
    if facts is not None:
        subjects = {leaving.record.athlete: leaving.subject for leaving in sessions}
        write_table(facts_table(facts, subjects), folder / "athletes.parquet")
    return n_holds


def _site_rows(leaving: Leaving, about: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    who = {"subject": leaving.subject, "session": leaving.session, "day": leaving.day}
    return [{**who, "site": site, **about["filter"], **found} for site, found in about["sites"].items()]


def _rows(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    found = list(rows)
    return pa.table({name: [row.get(name) for row in found] for name in schema.names}, schema=schema)


class _Growing:
    """A Parquet file that is written as its rows come."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = pq.ParquetWriter(path, schema, compression="zstd")
        self._schema = schema
        self._small: list[pa.Table] = []
        self._waiting: list[pa.Table] = []
        self._n_rows = 0

    def add(self, table: pa.Table) -> None:
        """Take rows."""
        self._small.append(table)
        self._n_rows += len(table)
        if self._n_rows >= ROWS:
            self._write()
        elif len(self._small) >= SMALL:
            self._join()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits, and the end of the file."""
        self._write()
        self._file.close()

    def _join(self) -> None:
        self._waiting.append(_as_one([self._schema.empty_table(), *self._small]))
        self._small = []

    def _write(self) -> None:
        self._join()
        self._file.write_table(_as_one(self._waiting))
        self._waiting, self._n_rows = [], 0


def _as_one(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables).combine_chunks()
