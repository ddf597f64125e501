"""Claims about the notes on coming back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from emg.session.returning import MAX_BRIDGES, BridgeSymmetry, ReturnNote, ReturnNotes, bridge_symmetry

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def note(**said: Any) -> ReturnNote:
    return ReturnNote(noted_at=said.pop("noted_at", NOON), **said)


def test_left_over_right_with_both_counts() -> None:
    """Else 67 % of three bridges looks like 67 % of thirty."""
    found = bridge_symmetry(note(bridges_left=22, bridges_right=15))

    assert found == BridgeSymmetry(100.0 * 22 / 15, (22, 15), "")


def test_it_is_never_folded() -> None:
    """Else the weaker side cannot be told."""
    assert bridge_symmetry(note(bridges_left=15, bridges_right=22)).value == pytest.approx(68.18, abs=0.01)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"bridges_left": 3}, "not_counted:right"),
        ({"bridges_right": 3}, "not_counted:left"),
        ({"feels_left_0_10": 3}, "not_counted:left"),
        ({"bridges_left": 0, "bridges_right": 9}, "no_bridges:left"),
        ({"bridges_left": 9, "bridges_right": 0}, "no_bridges:right"),
        ({"bridges_left": 0, "bridges_right": 0}, "no_bridges:left"),
    ],
)
def test_without_two_counts_there_is_no_quotient_and_a_reason(said: dict[str, int], reason: str) -> None:
    """Else a leg that was not tested reads as zero, or one that did none as infinite."""
    found = bridge_symmetry(note(**said))

    assert (found.value, found.reason) == (None, reason)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"feels_left_0_10": 11},
        {"feels_right_0_10": -1},
        {"feels_left_0_10": 7.5},
        {"feels_left_0_10": True},
        {"bridges_left": -1},
        {"bridges_right": MAX_BRIDGES + 1},
        {"bridges_left": "22"},
        {"bridges_left": 22, "noted_at": datetime(2026, 3, 1, 12)},  # noqa: DTZ001
        {"bridges_left": 22, "strength": 1},
    ],
)
def test_a_note_says_something_and_only_what_can_be(said: dict[str, Any]) -> None:
    """Else a slip of a key is kept as a result."""
    with pytest.raises(ValidationError):
        note(**said)


def test_notes_survive_their_file_and_stand_in_order_of_time() -> None:
    """Else what was noted last is not what is shown as last."""
    late, early = note(bridges_left=2), note(feels_left_0_10=1, noted_at=NOON - timedelta(days=1))

    notes = ReturnNotes(athlete="a01").with_note(late).with_note(early)

    assert notes.notes == (early, late)
    assert ReturnNotes.model_validate_json(notes.model_dump_json(by_alias=True)) == notes
    assert '"schema":1' in notes.model_dump_json(by_alias=True)
