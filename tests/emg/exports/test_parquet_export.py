"""Claims about Parquet: one query reads a clinic's every hold, with the same answer in three programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emg.exports.make import Format, export
from tests.emg.exports.parts import copy_of, day, holds_of


@pytest.fixture(scope="module")
def made(clinic: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(clinic, Format.PARQUET, tmp_path_factory.mktemp("out")).path


def asked(question: str) -> list[Any]:
    found = duckdb.sql(question)
    assert found is not None
    return list(found.fetchall())


def said(metadata: dict[bytes, bytes] | None) -> dict[bytes, bytes]:
    assert metadata is not None
    return metadata


def test_duckdb_polars_and_pandas_answer_alike(made: Path) -> None:
    """Else the clinic's mean depends on who asks."""
    question = f"""
        select subject, side, count(*) as n, avg(glute_pct_mvc) as mean_pct_mvc, max(day) as last_day
        from '{made}/holds.parquet' where role = 'test' and valid and excluded is null
        group by subject, side order by subject, side
    """
    by_duckdb = asked(question)
    by_polars = (
        pl.scan_parquet(made / "holds.parquet")
        .filter((pl.col("role") == "test") & pl.col("valid") & pl.col("excluded").is_null())
        .group_by("subject", "side")
        .agg(pl.len(), pl.col("glute_pct_mvc").mean(), pl.col("day").max())
        .sort("subject", "side")
        .collect()
        .rows()
    )
    table = pd.read_parquet(made / "holds.parquet")
    tests = table[(table["role"] == "test") & table["valid"] & table["excluded"].isna()]
    by_pandas = [
        (*key, len(part), part["glute_pct_mvc"].mean(), part["day"].max())
        for key, part in tests.groupby(["subject", "side"])
    ]
    assert [row[:3] for row in by_duckdb] == [
        ("P01", "left", 4), ("P01", "right", 2), ("P02", "left", 2), ("P02", "right", 1)
    ]  # fmt: skip
    assert [row[4] for row in by_duckdb] == [3, 3, 0, 0]
    for other in (by_polars, by_pandas):
        assert [(*row[:3], row[4]) for row in other] == [(*row[:3], row[4]) for row in by_duckdb]
        assert [row[3] for row in other] == pytest.approx([row[3] for row in by_duckdb], rel=1e-12)


def test_every_hold_is_there_with_the_number_that_was_saved(made: Path, clinic: list[Path]) -> None:
    """Else the query answers about holds that were not done."""
    table = pq.read_table(made / "holds.parquet").to_pylist()
    table = [row for row in table if (row["subject"], row["session"]) == ("P01", "s02")]
    for name in ("glute_pct_mvc", "ratio_same_side", "glute_latency_s", "ham_right_pct_mvc", "target_pct"):
        expected = [float(row[name]) if row[name] else None for row in holds_of(clinic[0])]
        assert [row[name] for row in table] == expected, name


def test_columns_are_typed_and_say_their_unit_and_meaning(made: Path) -> None:
    """Else every reader guesses anew what a column is."""
    schema = pq.read_schema(made / "holds.parquet")
    types = {field.name: field.type for field in schema}
    assert (types["hold"], types["valid"], types["side"]) == (pa.int64(), pa.bool_(), pa.string())
    assert types["glute_pct_mvc"] == pa.float64()
    assert said(schema.field("set_s").metadata)[b"unit"] == b"s"
    for field in schema:
        assert said(field.metadata)[b"meaning"], field.name
    assert b"left out" in said(schema.metadata)[b"powerhold_leaves"]


def test_all_files_have_the_same_columns_whatever_was_measured(
    clinic: list[Path], saved: Path, tmp_path: Path
) -> None:
    """Else one session with two electrodes breaks the query over five thousand."""
    parent = tmp_path / "in"
    parent.mkdir()
    half = copy_of(saved, parent, day(1), athlete="half", montage={"glute_med_left": 1, "ham_left": 2})
    for name in ("holds.csv", "activation.csv"):
        text = (half / name).read_text(encoding="utf-8")
        text = (
            text.replace("glute_right_", "\0")
            .replace("glute_left_", "glute_med_left_")
            .replace("\0", "glute_right_")
        )
        (half / name).write_text(text, encoding="utf-8", newline="")
    made = export([*clinic[:1], half], Format.PARQUET, tmp_path / "out").path
    schemas = [pq.read_schema(path) for path in sorted((made / "activation").iterdir())]
    assert schemas[0].equals(schemas[1], check_metadata=True)
    for table in ("holds.parquet", "activation/*.parquet"):
        n_files = asked(f"select count(distinct subject) from '{made}/{table}'")
        assert n_files == [(2,)]
    told = asked(
        f"select subject, count(glute_med_left_pct_mvc) from '{made}/holds.parquet' group by 1 order by 1"
    )
    assert [n > 0 for _, n in told] == [True, False]


def test_activation_and_sessions_are_there(made: Path, clinic: list[Path]) -> None:
    """Else only the holds can be asked."""
    levels = pl.read_parquet(made / "activation" / "P01_s02.parquet")
    source = pl.read_csv(clinic[0] / "activation.csv", infer_schema_length=None)
    for name in ("time_s", "glute_left_uv", "glute_left_valid", "ham_right_pct_mvc", "ham_right_verdict"):
        assert levels[name].to_list() == source[name].to_list(), name
    assert not levels["glute_left_valid"].all()
    sessions = pl.read_parquet(made / "sessions.parquet")
    assert sessions.select("subject", "session", "day", "holds").rows() == [
        ("P01", "s01", 0, 6), ("P01", "s02", 3, 6), ("P02", "s01", 0, 6)
    ]  # fmt: skip
