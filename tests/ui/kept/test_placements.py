"""Which taping is worn now: kept as a whole, privately, and never over what cannot be read."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calibrations.placement import Placement
from ui.kept.placements import current_placement, keep_placement, placement_path

NOW = datetime(2026, 6, 12, 9, 5, tzinfo=UTC)
FIRST = Placement(id=Placement.new(NOW).id, from_landmark_cm={"glute_left": 8.5})
SECOND = Placement.new(NOW + timedelta(hours=2))


def test_the_placement_kept_last_is_the_present_one(powerhold_home: Path) -> None:
    """Else yesterday's electrodes count as today's."""
    assert current_placement("anna") is None
    keep_placement("anna", FIRST)
    assert current_placement("anna") == FIRST
    keep_placement("anna", SECOND)
    assert (current_placement("anna"), current_placement("ben")) == (SECOND, None)

    path = placement_path("anna")
    assert path == powerhold_home / "athletes" / "anna" / "placement.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path], "nothing else is left behind"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"id": "20260612T090500Z", "id": "20260612T090501Z"}',
        b'{"id": "yesterday"}',
        b'{"id": "20260612T090500Z", "from_landmark_cm": {"glute_left": NaN}}',
        b'{"id": "20260612T090500Z", "more": 1}',
        b'{"id": "20260612T090500Z"' + b" " * 20_000 + b"}",
        b"[" * 9_000,
    ],
    ids=["empty", "torn", "list", "no text", "twice", "no id", "NaN", "unknown", "large", "deep"],
)
def test_a_broken_file_says_nothing_and_is_never_overwritten(content: bytes) -> None:
    """Else a file that somebody could have mended is gone."""
    keep_placement("anna", FIRST)
    path = placement_path("anna")
    for number in (1, 2):
        path.write_bytes(content)
        assert current_placement("anna") is None
        keep_placement("anna", SECOND)
        assert current_placement("anna") == SECOND
        assert path.with_name(f"placement-broken-{number}.json").read_bytes() == content


def test_a_folder_in_its_place_is_put_aside() -> None:
    """Else no placement of this athlete can ever be kept."""
    placement_path("anna").mkdir(parents=True)
    assert current_placement("anna") is None
    keep_placement("anna", FIRST)
    assert current_placement("anna") == FIRST


def test_the_next_placement_is_another_one_however_soon() -> None:
    """Else electrodes that were pressed on again within a second are the same ones."""
    for now in (NOW, NOW + timedelta(minutes=1)):
        renewed = FIRST.renewed(now)
        assert renewed.id != FIRST.id
        assert (renewed.from_landmark_cm, renewed.shown) == ({}, True), "nobody has measured again"
    assert not SECOND.renewed(NOW).shown
