"""Sessions as Parquet: the same columns in every file, so that one query reads a clinic's every hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from emg.blocks import Unit
from emg.exports.columns import ACTIVATION, HOLDS, SESSIONS, SITE, Column, Kind, column_of, names_of
from emg.exports.csv_files import leaves_words
from emg.exports.subject import Leaving
from emg.exports.tables import Table, Value, read_activation, read_holds

SCHEMA: Final = 1
Metadata: TypeAlias = "dict[bytes | str, bytes | str]"

_TYPES: Final[Mapping[Kind, pa.DataType]] = {
    Kind.NUMBER: pa.float64(),
    Kind.WHOLE: pa.int64(),
    Kind.TRUTH: pa.bool_(),
    Kind.CODE: pa.string(),
    Kind.TEXT: pa.string(),
}
_FIRST: Final = tuple(column for column in SESSIONS if column.names[0] in ("subject", "session", "day"))
_WHO: Final = ("subject", "session", "day")


def write_parquet(sessions: Sequence[Leaving], folder: Path) -> None:
    """Write sessions as Parquet.

    ``sessions.parquet`` has one row a session, ``holds.parquet`` every hold of all of them, and
    ``activation/SUBJECT_SESSION.parquet`` the levels of each, every file with the same columns and types,
    whatever was measured. Units and meanings are in the metadata of the fields.

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
    about = about_file(sessions[0])
    holds_schema = schema_of(HOLDS, all_sites(sessions), about)
    activation_schema = schema_of(ACTIVATION, all_sites(sessions), about, au=_any_arbitrary(sessions))
    (folder / "activation").mkdir()
    holds_tables = [holds_schema.empty_table()]
    rows: list[dict[str, Value]] = []
    for leaving in sessions:
        n_holds = 0
        if leaving.record.kind != "recording":
            holds = read_holds(leaving)
            n_holds = len(holds.rows)
            holds_tables.append(in_schema(holds, leaving, holds_schema))
        if leaving.record.kind == "session":
            levels = read_activation(leaving)
            write_table(
                in_schema(levels, leaving, activation_schema),
                folder / "activation" / f"{leaving.name}.parquet",
            )
        rows.append({**leaving.facts(), "holds": n_holds})
    write_table(pa.concat_tables(holds_tables), folder / "holds.parquet")
    schema = schema_of(SESSIONS, (), about)
    columns = {name: [row[name] for row in rows] for name in schema.names}
    write_table(pa.table(columns, schema=schema), folder / "sessions.parquet")


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table as all tables here are written."""
    pq.write_table(table, path, compression="zstd")


def in_schema(table: Table, leaving: Leaving, schema: pa.Schema) -> pa.Table:
    """Bring a table into the columns of the schema; what it has not is null."""
    own: dict[str, Value] = {"subject": leaving.subject, "session": leaving.session, "day": leaving.day}
    at = {name: index for index, name in enumerate(table.names)}
    columns = []
    for field in schema:
        if field.name in own:
            columns.append(pa.array([own[field.name]] * len(table.rows), field.type))
        elif field.name in at:
            columns.append(pa.array(table.values(at[field.name]), field.type))
        else:
            columns.append(pa.nulls(len(table.rows), field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def schema_of(
    table: Sequence[Column], sites: Iterable[str], about: Metadata, *, au: bool = False
) -> pa.Schema:
    """Give the typed columns of a table, each with its unit and meaning."""
    names = list(dict.fromkeys((*_WHO, *names_of(table), *_site_names(table, sites, au=au))))
    fields = []
    for name in names:
        column = column_of(table, name) or column_of(_FIRST, name)
        assert column is not None
        told: Metadata = {"unit": column.unit, "meaning": column.meaning}
        fields.append(pa.field(name, _TYPES[column.kind], metadata=told))
    return pa.schema(fields, metadata=about)


def _site_names(table: Sequence[Column], sites: Iterable[str], *, au: bool) -> Iterator[str]:
    endings = [name.removeprefix(SITE) for column in table for name in column.names if name.startswith(SITE)]
    for site in sites:
        yield from (f"{site}{ending}" for ending in endings if au or ending != "_au")


def all_sites(sessions: Sequence[Leaving]) -> list[str]:
    """Return every site that any of the sessions measured, those of the main view first."""
    found = {site for leaving in sessions for site in leaving.facts()["montage"]}
    main = [site for site in ("glute_left", "ham_left", "glute_right", "ham_right") if site in found]
    return [*main, *sorted(found - set(main))]


def _any_arbitrary(sessions: Sequence[Leaving]) -> bool:
    return any(leaving.record.unit is Unit.ARBITRARY for leaving in sessions)


def about_file(leaving: Leaving) -> Metadata:
    """Say what every file of an export says of itself."""
    return {
        "powerhold_schema": str(SCHEMA),
        "powerhold_software": str(leaving.facts()["software"]),
        "powerhold_leaves": leaves_words(leaving),
    }
