"""The number a program ends with, of whatever ran on a stream."""

from __future__ import annotations

import pytest

from hardware.acquisition import EndReason
from ui.session.ending import exit_code_of

DAMAGED = "x.csv: row 12 has too few cells."


@pytest.mark.parametrize(
    ("reason", "complaint", "exit_code"),
    [
        (EndReason.STOPPED, "", 0),
        (EndReason.ENDED, "", 0),
        (EndReason.ENDED, DAMAGED, 4),
        (EndReason.LOST, "The board is gone.", 3),
        (EndReason.UNAVAILABLE, "The port is not there.", 3),
        (EndReason.FAILED, "ZeroDivisionError", 1),
    ],
)
def test_every_end_has_its_number(reason: EndReason, complaint: str, exit_code: int) -> None:
    """Else a script goes on with half a recording, or gives up a whole one."""
    assert exit_code_of(reason, complaint, interrupted=False, saved=True) == exit_code
    assert exit_code_of(reason, complaint, interrupted=True, saved=True) == 130


def test_what_is_not_on_the_disk_is_told_unless_something_worse_is() -> None:
    """Else a full disk ends as if all were there, or hides that the board was lost."""
    assert exit_code_of(EndReason.STOPPED, "", interrupted=False, saved=False) == 2
    assert exit_code_of(EndReason.LOST, "gone", interrupted=False, saved=False) == 3
