from __future__ import annotations

import csv
import io
import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emg.activation import Activations
from emg.blocks import Unit
from emg.codes import Phase
from emg.montage import FOUR_SITES, Legs, Side
from emg.results import Doubt, Kind, Method, Outcome, Presser, Role
from emg.session.tables import HOLD_COLUMNS, ActivationTable, HoldTable, csv_line, number_cell, text_cell
from emg.stage import RowContext
from tests.emg.session.parts import INVALID, VERDICTS, hold, muscle, ticks

CONTRACT = (
    "athlete,session,protocol,hold,set,role,until,side,valid,invalid_reason,outcome,outcome_reason,"
    "glute_reference,ham_reference,opposite_glute_reference,opposite_ham_reference,feedback,target_pct,"
    "ceiling_pct,cue_s,set_s,glute_latency_s,ham_latency_s,glute_onset_latency_s,ham_onset_latency_s,"
    "felt_latency_s,held_s,in_target_s,in_target_pct,glute_pct_mvc,ham_pct_mvc,opposite_glute_pct_mvc,"
    "opposite_ham_pct_mvc,glute_pct_submax,ham_pct_submax,ratio_same_side,glute_share_pct,ratio_diagonal,"
    "glute_cv_pct,pain_0_10,lost_samples,doubtful_references,kind,felt_by,felt_cued,excluded\n"
)
PHASES = [
    RowContext(0, Phase.BASELINE),
    RowContext(130, Phase.CUE, Role.TEST, Side.RIGHT, 1),
    RowContext(131, Phase.HOLDING, Role.TEST, Side.RIGHT, 1),
    RowContext(400, Phase.REST),
]


def table(fs_hz: float = 250.0, unit: Unit = Unit.MICROVOLT) -> ActivationTable:
    return ActivationTable(FOUR_SITES.names, fs_hz, VERDICTS, INVALID, unit)


def rows_of(made: ActivationTable, text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.header + text)))


def test_holds_csv_has_the_columns_that_other_programs_rely_on() -> None:
    """Else a researcher's script reads one quantity as another."""
    assert HoldTable("a", "s", "p").header == CONTRACT


def test_every_number_of_a_hold_stands_in_its_own_column() -> None:
    """Else glute and hamstring, or percent and seconds, change places."""
    result = hold(
        4,
        Side.LEFT,
        Role.TRAIN,
        set_number=2,
        valid=False,
        invalid_reason="gap",
        outcome=Outcome.VOID,
        outcome_reason="signal",
        glute=muscle(
            1.0, 0.01, onset_latency_s=0.02, cv_pct=3.0, pct_submax=4.0, doubts=(Doubt.SIDES_DIFFER,)
        ),
        ham=muscle(5.0, 0.05, onset_latency_s=0.06, pct_submax=7.0, reference=Method.SUBMAX),
        opposite_glute=muscle(8.0, reference=Method.MVC, doubts=(Doubt.PAINFUL,)),
        opposite_ham=muscle(9.0, reference=None, doubts=(Doubt.PAINFUL, Doubt.SIDES_DIFFER)),
        feedback=False,
        target_pct=10.0,
        ceiling_pct=11.0,
        cue_s=12.0,
        set_s=13.0,
        felt_latency_s=-0.5,
        held_s=14.0,
        in_target_s=15.0,
        in_target_pct=16.0,
        ratio_same_side=17.0,
        glute_share_pct=18.0,
        ratio_diagonal=19.0,
        pain_0_10=0,
        lost_samples=21,
        kind=Kind.REPETITION,
        felt_by=Presser.HELPER,
        felt_cued=False,
        excluded="=slipped",
    )
    expected = (
        "a,s,p,4,2,train,set,left,false,gap,void,signal,quick,submax,mvc,,false,10.00,11.00,12.0000,13.0000,"
        "0.0100,0.0500,0.0200,0.0600,-0.5000,14.0000,15.0000,16.00,1.00,5.00,8.00,9.00,4.00,7.00,17.0000,"
        "18.00,19.0000,3.00,0,21,glute_left ham_right,repetition,helper,false,'=slipped\n"
    )
    assert HoldTable("a", "s", "p").row(result) == expected


def test_a_row_ends_with_the_level_of_every_site_whichever_leg_works() -> None:
    """Else an exercise on both legs leaves no level in its table at all."""
    sites = ("glute_left", "ham_left", "quad_right")
    result = replace(
        hold(1, role=Role.TRAIN),
        side=Legs.BOTH,
        sites={
            "glute_left": muscle(31.0),
            "ham_left": muscle(None, None, pct_submax=52.5, reference=Method.SUBMAX),
        },
    )
    table = HoldTable("a", "s", "p", sites)
    row = dict(zip(table.header.strip().split(","), table.row(result).strip().split(","), strict=True))
    assert [row[f"{site}_pct_mvc"] for site in sites] == ["31.00", "", ""]
    assert [row[f"{site}_pct_submax"] for site in sites] == ["", "52.50", ""]
    assert row["glute_pct_mvc"] == row["opposite_ham_pct_mvc"] == "", "there is no working side"
    assert table.header.startswith(CONTRACT.strip())


def test_what_was_not_read_is_an_empty_cell() -> None:
    """Else a missing latency counts as zero seconds."""
    result = hold(glute=muscle(None, None), ham=muscle(math.nan, math.inf), ratio_same_side=None)
    row = HoldTable("a", "s", "p").row(result)
    assert "nan" not in row
    assert "inf" not in row
    found = dict(zip(CONTRACT.strip().split(","), row.strip().split(","), strict=True))
    assert {found[name] for name in ("glute_pct_mvc", "glute_latency_s", "ham_latency_s", "cue_s")} == {""}


@given(st.text(st.characters(codec="utf-8"), min_size=1))
@example("=1+1")
@example("+cmd")
@example("-2")
@example("@SUM(A1)")
@example("\tx")
@example("\nx")
def test_no_text_from_people_can_be_taken_for_a_formula(text: str) -> None:
    """Else opening holds.csv in a spreadsheet runs what somebody typed as a name."""
    line = HoldTable(text, "s", "p").row(hold(invalid_reason=text))
    (row,) = csv.reader(io.StringIO(line, newline=""))
    assert row[0] == row[9] == text_cell(text)
    assert row[0][0] not in "=+-@\t\r\n"
    assert row[0] in (text, f"'{text}")
    assert len(row) == len(HOLD_COLUMNS)


@pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\r\nb", 'a"b', "a,b"])
def test_a_line_of_a_table_is_read_back_as_it_was_written(text: str) -> None:
    """Else one reason with a line break in it makes the whole file unreadable."""
    line = csv_line([text, "1"])
    assert line.endswith("\n")
    assert not line.endswith("\r\n")
    assert list(csv.reader(io.StringIO(line, newline=""))) == [[text, "1"]]


def test_a_carriage_return_cannot_begin_a_cell() -> None:
    """Else the rest of the text begins a row of its own."""
    assert text_cell("\r=1") == "'\r=1"


@given(st.none() | st.floats())
def test_numbers_are_plain_decimals_or_nothing(value: float | None) -> None:
    """Else a cell says nan, inf, 1e-05 or -0.00, or a negative latency becomes text."""
    cell = number_cell(value, 4)
    if value is None or not math.isfinite(value):
        assert cell == ""
    else:
        assert "e" not in cell
        assert float(cell) == pytest.approx(value, abs=5.01e-5, rel=1e-15)
        assert not (cell.startswith("-") and float(cell) == 0.0)


@settings(max_examples=60, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 700), max_size=10),
    fs_hz=st.sampled_from([200.0, 250.0, 256.0, 1000.0, 249.8731]),
)
def test_any_cut_of_the_ticks_gives_the_same_rows(cuts: list[int], fs_hz: float) -> None:
    """Else activation.csv depends on the speed of the computer, and recovery differs from live."""
    levels = ticks(700, fs_hz)
    whole = table(fs_hz).add(levels, PHASES)
    made, text, waiting = table(fs_hz), "", list(PHASES)
    for start, stop in pairwise(sorted({0, 700, *cuts})):
        part = levels.cut(start, stop)
        now = [context for context in waiting if context.sample <= part.samples[-1]]
        waiting = waiting[len(now) :]
        text += made.add(part, now)
    assert text == whole


@pytest.mark.parametrize("fs_hz", [200.0, 250.0, 256.0, 1000.0, 2000.0])
def test_rows_come_twenty_a_second_with_the_last_tick_at_or_before_them(fs_hz: float) -> None:
    """Else the table's time axis drifts, or shows a value from the future."""
    levels = ticks(3 * 250, fs_hz)
    made = table(fs_hz)
    rows = rows_of(made, made.add(levels))
    n_rows = math.floor(int(levels.samples[-1]) * 20 / fs_hz) + 1
    assert [int(row["sample"]) for row in rows] == [
        math.ceil(k * Fraction(fs_hz) / 20) for k in range(n_rows)
    ]
    for row in rows:
        sample = int(row["sample"])
        assert row["time_s"] == f"{sample / fs_hz:.4f}"
        tick = sample // levels.spacing
        if row["glute_left_valid"] == "true":
            assert row["glute_left_uv"] == f"{levels.rms_uv[tick, 0]:.3f}"


def test_a_context_holds_from_its_sample_on() -> None:
    """Else the last row of the rest is counted to the hold."""
    made = table()
    rows = rows_of(made, made.add(ticks(500), PHASES))
    at = {int(row["sample"]): row for row in rows}
    assert [at[n]["phase"] for n in (0, 125, 138, 388, 400)] == [
        "baseline",
        "baseline",
        "holding",
        "holding",
        "rest",
    ]
    assert [at[138][name] for name in ("role", "side", "hold")] == ["test", "right", "1"]
    assert [at[400][name] for name in ("role", "side", "hold")] == ["", "", ""]


def test_a_reading_under_an_invalid_verdict_is_no_reading() -> None:
    """Else a loose electrode trains the athlete."""
    levels = ticks(1)
    levels.rms_uv[:] = [[1.0, 2.0, np.nan, 4.0]]
    levels.pct_mvc[:] = [[10.0, 20.0, 30.0, np.nan]]
    levels.verdicts[:] = [[0, 2, 0, 3]]
    levels = replace(levels, ratios=dict.fromkeys(levels.ratios, np.array([1.5])))
    made = table()
    (row,) = rows_of(made, made.add(levels))
    cells = [
        [row[f"{site}_{name}"] for name in ("uv", "pct_mvc", "verdict", "valid")] for site in FOUR_SITES.names
    ]
    assert cells == [
        ["1.000", "10.00", "ok", "true"],
        ["", "", "flat", "false"],
        ["", "", "ok", "false"],
        ["4.000", "", "mains", "true"],
    ]
    assert (row["ratio_left"], row["ratio_left_glute_right_ham"]) == ("", "1.5000")


def test_where_ticks_are_missing_the_last_value_is_not_shown_again() -> None:
    """Else a dead stream goes on as a steady hold."""
    levels = ticks(300)
    levels.rms_uv[:], levels.verdicts[:] = 50.0, 0
    made = table()
    rows = rows_of(made, made.add(levels.cut(0, 100)) + made.add(levels.cut(200, 300)))
    assert {row["ham_left_uv"] for row in rows if 100 <= int(row["sample"]) < 200} == {""}
    assert {row["ham_left_uv"] for row in rows if not 100 <= int(row["sample"]) < 200} == {"50.000"}


def test_arbitrary_units_stand_in_columns_of_their_own() -> None:
    """Else an envelope board's numbers are read as microvolts."""
    levels: Activations = ticks(1)
    levels.rms_uv[:], levels.verdicts[:] = 7.0, 0
    made = table(unit=Unit.ARBITRARY)
    (row,) = rows_of(made, made.add(levels))
    assert (row["ham_left_uv"], row["ham_left_au"], row["ham_left_valid"]) == ("", "7.000", "true")


@pytest.mark.parametrize("unit", list(Unit))
def test_percentages_of_the_bridge_stand_in_columns_of_their_own_at_the_end(unit: Unit) -> None:
    """Else a script reads 80 % of a light effort as 80 % of a maximum."""
    levels: Activations = ticks(1)
    levels.rms_uv[:], levels.verdicts[:] = 7.0, [[0, 0, 2, 0]]
    levels.pct_mvc[:] = [[10.0, 80.0, 30.0, 40.0]]
    levels = replace(levels, submaximal=frozenset({"ham_left", "glute_right"}))
    made = table(unit=unit)
    (row,) = rows_of(made, made.add(levels))

    assert list(row)[-4:] == [f"{site}_pct_submax" for site in FOUR_SITES.names]
    assert [row[f"{site}_pct_mvc"] for site in FOUR_SITES.names] == ["10.00", "", "", "40.00"]
    assert list(row.values())[-4:] == ["", "80.00", "", ""], "the right glute is flat"


@pytest.mark.parametrize("unit", list(Unit))
def test_columns_that_came_later_stand_behind_all_that_were_there(unit: Unit) -> None:
    """Else a script that counts columns reads another quantity since the last version."""
    columns = table(unit=unit).header.strip().split(",")
    ratios = [name for name in columns if name.startswith("ratio")]
    before = ["time_s", "sample", "phase", "role", "side", "hold"]
    for site in FOUR_SITES.names:
        before += [f"{site}_{name}" for name in ("uv", "pct_mvc", "verdict", "valid")]
    assert columns[: len(before) + 4] == before + ratios
    gap = ticks(300)
    lines = table(unit=unit)
    text = lines.add(gap.cut(0, 100)) + lines.add(gap.cut(200, 300))
    assert {len(row) for row in csv.reader(io.StringIO(text))} == {len(columns)}
