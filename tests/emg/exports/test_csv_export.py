"""Claims about the CSV export: it opens as it is, and every program reads the same numbers."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from emg.exports import csv_files
from emg.exports.columns import ACTIVATION, HOLDS, TABLES, column_of
from emg.exports.make import Format, export
from emg.session.bundle import read_samples
from emg.session.tables import HOLD_COLUMNS
from tests.emg.exports.parts import holds_of

PAGE = (Path(__file__).parents[3] / "docs" / "data-dictionary.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(clinic: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(clinic, Format.CSV, tmp_path_factory.mktemp("out")).path


def test_pandas_polars_and_csv_read_the_numbers_that_were_saved(made: Path, clinic: list[Path]) -> None:
    """Else a result depends on the program that opened the table."""
    path, source = made / "P01_s02" / "holds.csv", holds_of(clinic[0])
    with path.open(encoding="utf-8", newline="") as file:
        plain = list(csv.DictReader(file))
    pandas, polars = pd.read_csv(path), pl.read_csv(path)
    assert len(source) == len(plain) == len(pandas) == len(polars) == 6
    for name in ("glute_pct_mvc", "set_s", "ratio_same_side", "glute_latency_s", "ham_left_pct_mvc"):
        expected = [float(row[name]) if row[name] else None for row in source]
        assert [float(row[name]) if row[name] else None for row in plain] == expected, name
        assert [None if pd.isna(value) else value for value in pandas[name]] == expected, name
        assert polars[name].to_list() == expected, name
    assert pandas["valid"].dtype == bool
    assert polars["valid"].dtype == pl.Boolean


def test_the_files_are_plain_utf8_with_line_feeds(made: Path) -> None:
    """Else one program reads a stray character into the first column's name."""
    for path in made.rglob("*.csv"):
        content = path.read_bytes()
        content.decode()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in content
        assert content.endswith(b"\n")
        assert re.search(rb"(?i)\b(nan|inf)\b", content) is None, path


def test_raw_csv_is_the_recording_to_the_last_count_and_empty_where_it_was_lost(
    made: Path, clinic: list[Path]
) -> None:
    """Else lost samples are closed up, or turn into numbers."""
    table = pd.read_csv(made / "P01_s02" / "raw.csv")
    info, blocks = read_samples(clinic[0])
    end = 0
    for block in blocks:
        lost = table.iloc[end : block.first_sample]
        assert not lost["valid"].any()
        assert lost.iloc[:, 3:].isna().all(axis=None)
        end = block.end_sample
        part = table.iloc[block.first_sample : end]
        assert part["valid"].all()
        assert np.array_equal(
            info.scale.encode(part.iloc[:, 3:].to_numpy()), info.scale.encode(block.data_uv)
        )
    assert end == len(table)
    assert not table["valid"].all(), "there is a gap in this recording"
    assert (table["sample"] == np.arange(len(table))).all()
    assert table["time_s"].iloc[-1] == pytest.approx((len(table) - 1) / info.fs_hz)


def test_a_long_recording_goes_on_in_the_next_file(
    clinic: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a spreadsheet shows the first million rows and says nothing of the others."""
    monkeypatch.setattr(csv_files, "RAW_ROWS", 20_000)
    folder = export(clinic[:1], Format.CSV, tmp_path).path / "P01_s01"
    parts = [pd.read_csv(folder / name) for name in ("raw.csv", "raw-2.csv")]
    assert len(parts[0]) == 20_000
    assert parts[1]["sample"].iloc[0] == 20_000
    assert list(parts[0].columns) == list(parts[1].columns)


def test_every_column_of_every_table_is_in_the_dictionary_beside_it(made: Path) -> None:
    """Else there is a number of which nobody knows what it is."""
    with (made / "data-dictionary.csv").open(encoding="utf-8", newline="") as file:
        known = {(row["table"], row["column"]) for row in csv.DictReader(file)}
    tables = [*made.glob("*/*.csv"), made / "sessions.csv"]
    assert len(tables) == 13
    for path in tables:
        for name in path.read_text(encoding="utf-8").split("\n", 1)[0].split(","):
            of_site = re.sub(r"^(glute|ham)_(left|right)_", "SITE_", name)
            assert {(path.stem, name), (path.stem, of_site)} & known, (path.name, name)


def test_the_table_of_columns_and_the_data_dictionary_say_the_same() -> None:
    """Else the page in the docs and the file in the export define a number differently."""
    assert [name for column in HOLDS for name in column.names][1:-2] == list(HOLD_COLUMNS[1:])
    for heading, table in (("holds.csv", HOLDS), ("activation.csv of a session", ACTIVATION)):
        section = PAGE.split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        for row in rows:
            cell, unit, _meaning = row.strip("| ").split(" | ", 2)
            for name in re.findall(r"`([^`]+)`", cell):
                column = column_of(table, "subject" if name == "athlete" else name)
                assert column is not None, name
                assert column.unit in unit or "," in unit, name


def test_a_meaning_stands_for_each_column_once() -> None:
    """Else one column has two definitions."""
    for columns in TABLES.values():
        names = [name for column in columns for name in column.names]
        assert len(names) == len(set(names))
        assert all(column.meaning for column in columns)


def test_sessions_csv_has_one_row_a_session(made: Path) -> None:
    """Else nobody can tell which session came first, or of what kind it was."""
    table = pd.read_csv(made / "sessions.csv")
    assert table[["subject", "session", "day", "holds"]].to_numpy().tolist() == [
        ["P01", "s01", 0, 6], ["P01", "s02", 3, 6], ["P02", "s01", 0, 6]
    ]  # fmt: skip
    assert table["started_at"].isna().all()


def test_an_excluded_row_is_marked_without_the_words(made: Path) -> None:
    """Else an excluded hold counts again once it has left, or says why in somebody's words."""
    assert list(pd.read_csv(made / "P01_s01" / "holds.csv")["excluded"].fillna("")) == ["by_hand", *[""] * 5]
