"""The tables of an EMG-BIDS dataset, row by row."""

from __future__ import annotations

from decimal import Decimal

import pytest

from emg.codes import EventKind
from emg.exports.bids_tables import Stretch, cell, event_rows, tsv
from emg.session.bdf_layout import record_length
from emg.stage import Event, JsonValue

LENGTH = record_length(250.0)


def effort(sample: int, kind: EventKind, trial: int = 1, **more: JsonValue) -> Event:
    detail: dict[str, JsonValue] = {"exercise": "mvc", "site": "ham_left", "trial": trial, **more}
    return Event(sample, kind, run="mvc#1", detail=detail)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "n/a"),
        (float("nan"), "n/a"),
        (float("inf"), "n/a"),
        (-0.0, "0"),
        (1e-7, "0"),
        (Decimal("12.500000"), "12.5"),
        (100, "100"),
        (100.0, "100"),
        (True, "true"),
        ("", "n/a"),
        ("a\tb\nc", "a b c"),
        ("=1+1", "'=1+1"),
    ],
)
def test_a_cell_is_one_value_on_one_line(value: float | Decimal | bool | str | None, text: str) -> None:
    """Else a table has other columns than its header, or a formula in it."""
    assert cell(value) == text


def test_a_row_that_does_not_fit_its_table_is_a_defect() -> None:
    """Else a value is dropped in silence."""
    with pytest.raises(ValueError, match="no column b"):
        tsv(("a",), [{"a": 1, "b": 2}])


def test_a_trial_judged_again_keeps_its_length() -> None:
    """Else an effort that nothing else supports seems to last until the end of all efforts."""
    events = [
        effort(1000, EventKind.CUE),
        effort(1750, EventKind.RELAX),
        effort(1750, EventKind.TRIAL_DONE, quality="good"),
        effort(3000, EventKind.CUE, trial=2),
        effort(9000, EventKind.TRIAL_DONE, quality="artefact"),
    ]
    trials = [row for row in event_rows(events, (), LENGTH) if row["trial_type"] == "trial"]
    assert [(row["onset"], row["duration"], row.get("quality")) for row in trials] == [
        (4, 3, "artefact"),
        (12, None, None),
    ]


def test_an_effort_made_again_is_a_row_of_its_own() -> None:
    """Else the first one vanishes."""
    events = [
        effort(1000, EventKind.CUE),
        effort(1750, EventKind.RELAX),
        effort(4000, EventKind.CUE),
        effort(4500, EventKind.RELAX),
    ]
    trials = [row for row in event_rows(events, (), LENGTH) if row["trial_type"] == "trial"]
    assert [(row["onset"], row["duration"]) for row in trials] == [(4, 3), (16, 2)]


def test_words_in_the_place_of_codes_stay_inside() -> None:
    """Else a session that was tampered with carries a name out."""
    events = [
        effort(1000, EventKind.CUE, site="Anna Bauer"),
        Event(1100, EventKind.HOLD_DONE, run="Anna Bauer", hold=1, detail={"outcome": "Anna Bauer fell"}),
        Event(1200, EventKind.NOTICE, detail={"message": "Anna Bauer"}),
    ]
    rows = event_rows(events, [Stretch(1.0, 0.5, "BAD_gap")], LENGTH)
    assert [row["trial_type"] for row in rows] == ["BAD_gap", "cue", "trial", "hold"]
    assert not any("Anna" in str(value) for row in rows for value in row.values())
