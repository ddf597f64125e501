"""Ids of athletes: a folder on every system, whatever file they come in."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from emg.session.ids import AthleteId, is_id

FIELD: TypeAdapter[str] = TypeAdapter(AthleteId)


@pytest.mark.parametrize("name", ["a", "P17", "runner-07", "_", "-", "console", "com", "COM10", "x" * 64])
def test_a_pseudonym_is_an_id(name: str) -> None:
    """Else a clinic cannot keep its own codes."""
    assert is_id(name)
    assert FIELD.validate_python(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "x" * 65, "anna b", "anna.", "../anna", "anna\n", "änna", "=anna", "\u202eanna"),
        *("CON", "con", "Prn", "aux", "nul", "COM1", "com9", "LPT1", "lpt9"),
    ],
    ids=ascii,
)
def test_what_cannot_name_a_folder_everywhere_is_none(name: str) -> None:
    """Else a plan or a parcel names an athlete for whom Windows has no folder."""
    assert not is_id(name)
    with pytest.raises(ValidationError):
        FIELD.validate_python(name)


def test_a_name_that_windows_keeps_is_told_as_such() -> None:
    """Else "con" is refused as if it had a wrong letter."""
    with pytest.raises(ValidationError, match="Windows keeps this name for a device"):
        FIELD.validate_python("con")
