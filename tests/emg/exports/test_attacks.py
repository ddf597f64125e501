"""Claims about hostile sessions: each input has the result that docs/exports.md tells of it."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from emg.exports.make import Format, export
from emg.exports.subject import ExportRefused, Options, leaving_of
from emg.session.bundle import SessionReadError
from tests.emg.exports.parts import copy_of, day, holds_of, write_holds

IDS = [
    "../../etc/x",
    "/etc/passwd",
    "a\\b",
    "CON",
    "x" * 300,
    "\u202efdp.exe",
    "=cmd()",
    "",
    ".",
    "a b",
    "\u0391lex",
    "a\nb",
    "a\0b",
]
FORMULAS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    '=HYPERLINK("http://x";"y")',
    "=cmd|'/c calc'!A1",
]


@pytest.fixture
def session(saved: Path, tmp_path: Path) -> Path:
    return copy_of(saved, tmp_path, day(6))


def amend(folder: Path, **facts: object) -> None:
    path = folder / "session.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | facts), encoding="utf-8")


@pytest.mark.parametrize("athlete", IDS)
def test_an_id_is_no_path(athlete: str, session: Path) -> None:
    """Else a session from elsewhere writes where it likes."""
    amend(session, athlete=athlete, id=athlete)
    assert [one.name for one in leaving_of([session], Options())] == ["P01_s01"]
    with pytest.raises(ExportRefused, match="cannot name a file") as refusal:
        leaving_of([session], Options(with_ids=True))
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


def test_an_export_of_an_id_that_is_a_path_stays_where_it_was_asked_to_go(
    session: Path, tmp_path: Path
) -> None:
    """Else the test above looks at the wrong thing."""
    amend(session, athlete="../../up", id="../../up", protocol="../../up")
    made = export([session], Format.PARQUET, tmp_path / "deep" / "out").path
    names = sorted(path.relative_to(tmp_path / "deep").as_posix() for path in made.rglob("*.parquet"))
    assert names == [
        f"out/powerhold-parquet/{n}.parquet" for n in ("activation/P01_s01", "holds", "sessions")
    ]
    assert sorted(path.name for path in tmp_path.iterdir() if path != session) == ["deep"]


@pytest.mark.parametrize("options", [Options(), Options(with_dates=True, with_notes=True)])
def test_a_formula_is_text_in_a_table(options: Options, session: Path, tmp_path: Path) -> None:
    """Else opening a table runs what a stranger wrote."""
    rows = holds_of(session)
    for index, row in enumerate(rows):
        text = FORMULAS[index]
        row |= dict.fromkeys(("athlete", "session", "protocol", "outcome_reason"), text)
        row["excluded"] = FORMULAS[index + 3]
    write_holds(session, rows)
    amend(session, **dict.fromkeys(("protocol", "athlete", "id", "board"), FORMULAS[0]))
    made = export([session], Format.CSV, tmp_path / "out", options).path
    for path in (made / "P01_s01" / "holds.csv", made / "P01_s01" / "events.csv", made / "sessions.csv"):
        for row in rows_of(path):
            for name, cell in row.items():
                is_number = cell[:1] in "+-" and cell[1:].replace(".", "").isdigit()
                assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), (name, cell)
    told = rows_of(made / "P01_s01" / "holds.csv")
    assert {row["outcome_reason"] for row in told} == {"other"}
    assert all(row["excluded"] == "by_hand" for row in told) is not options.with_notes
    assert any(row["excluded"].startswith("'=") for row in told) is options.with_notes


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_link(path: Path, secret: Path) -> None:
    path.unlink()
    path.symlink_to(secret)


def as_pipe(path: Path, secret: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_folder(path: Path, secret: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("name", ["session.json", "events.jsonl", "raw.bdf", "holds.csv", "activation.csv"])
@pytest.mark.parametrize("make", [as_link, as_pipe, as_folder])
def test_what_is_no_plain_file_is_not_read(
    name: str, make: Callable[[Path, Path], None], session: Path, tmp_path: Path
) -> None:
    """Else an export holds a file that was never part of the session, or waits for ever."""
    secret = tmp_path / "secret"
    secret.write_text("root:x:0:0\n", encoding="utf-8")
    make(session / name, secret)
    with pytest.raises(SessionReadError, match="a link or no file at all") as refusal:
        export([session], Format.CSV, tmp_path / "out")
    assert "root:x" not in str(refusal.value)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("glute_pct_mvc", "nan"),
        ("glute_pct_mvc", "1e999"),
        ("glute_pct_mvc", "1,5"),
        ("hold", "1.5"),
        ("valid", "yes"),
        ("set_s", "=1+1"),
        ("pain_0_10", "9" * 5000),
    ],
)
def test_a_cell_that_is_not_what_it_should_be_is_one_sentence(
    column: str, cell: str, session: Path, tmp_path: Path
) -> None:
    """Else something that is no number stands among the numbers."""
    rows = holds_of(session)
    rows[2][column] = cell
    write_holds(session, rows)
    with pytest.raises(SessionReadError, match=r"Line 4 of .*holds\.csv cannot be read") as refusal:
        export([session], Format.CSV, tmp_path / "out")
    assert len(str(refusal.value)) < 400


def test_a_column_nobody_knows_stays_at_home(session: Path, tmp_path: Path) -> None:
    """Else a later version, or a stranger, adds a column with names and it leaves."""
    write_holds(session, [{**row, "comment": "Annegret", "=x_left": "1"} for row in holds_of(session)])
    made = export([session], Format.CSV, tmp_path / "out").path
    text = (made / "P01_s01" / "holds.csv").read_text(encoding="utf-8")
    assert "comment" not in text
    assert "Annegret" not in text
    assert "=x" not in text


def test_a_site_that_is_no_site_names_no_column(session: Path, tmp_path: Path) -> None:
    """Else the map of channels writes into the head of a table."""
    amend(session, montage={"=cmd()": 1, "ham_left": 2, "Anna_right": 3})
    made = export([session], Format.CSV, tmp_path / "out").path
    assert (made / "P01_s01" / "raw.csv").read_text(encoding="utf-8").split("\n", 1)[0] == (
        "sample,time_s,valid,CH1_uv,ham_left_uv,CH3_uv,CH4_uv"
    )


def test_a_row_that_a_kill_cut_short_is_no_row(session: Path, tmp_path: Path) -> None:
    """Else 812.53 that was cut to 81 is taken for a level."""
    text = (session / "holds.csv").read_text(encoding="utf-8")
    (session / "holds.csv").write_text(text[:-3], encoding="utf-8", newline="")
    made = export([session], Format.CSV, tmp_path / "out").path
    assert (made / "P01_s01" / "holds.csv").read_text(encoding="utf-8").count("\n") == 6


def test_a_missing_table_is_one_sentence(session: Path, tmp_path: Path) -> None:
    """Else a session that was cut off leaves without its holds."""
    (session / "holds.csv").unlink()
    with pytest.raises(SessionReadError, match=r"holds\.csv is missing: open the session in PowerHold once"):
        export([session], Format.CSV, tmp_path / "out")


def test_a_folder_with_a_strange_name_is_read_and_not_told(session: Path, tmp_path: Path) -> None:
    """Else the name of a folder leaves with what is in it."""
    strange = tmp_path / "Annegret \u202e=1+1;'$(id)"
    shutil.move(session, strange)
    made = export([strange], Format.CSV, tmp_path / "out").path
    assert not any(b"$(id)" in path.read_bytes() for path in made.rglob("*") if path.is_file())
