"""What is offered to an athlete who comes back: only what may hold, and of the rest the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calibrations.calibration import Calibration, Chain, SiteRecord
from calibrations.maximum import (
    FULL_EFFORT_S,
    FULL_REST_S,
    FULL_TRIALS,
    QUICK_EFFORT_S,
    QUICK_TRIALS,
)
from calibrations.placement import Placement
from calibrations.store import save
from emg.montage import Montage
from emg.results import Method
from hardware.boards import BOARDS
from ui.kept.earlier import kept_calibrations, last_centimetres
from ui.kept.home import calibrations_folder
from ui.kept.placements import keep_placement
from ui.words import start_words

NOW = datetime(2026, 6, 12, 9, 5, tzinfo=UTC)
MONTAGE = Montage.of({"glute_left": 1, "ham_left": 2})
Keep = Callable[..., Path]


@pytest.fixture
def keep() -> Keep:
    """Save a calibration of today with changes; returns its file."""

    def save_one(
        athlete: str = "runner-07",
        hours_ago: float = 1.0,
        cm: dict[str, float] | None = None,
        channels: dict[str, int] | None = None,
        board: str = "cyton",
    ) -> Path:
        made_at = NOW - timedelta(hours=hours_ago)
        record = SiteRecord(channel=1, rest_uv=3.0, mvc_uv=300.0, method=Method.QUICK, mvc_cv_pct=6.0)
        sites = {
            site: record.model_copy(update={"channel": channel})
            for site, channel in (channels or MONTAGE.as_dict()).items()
        }
        calibration = Calibration(
            athlete=athlete,
            board=board,
            source_id="cyton-1",
            unit="uV",
            chain=Chain(fs_hz=250.0, low_hz=20.0, high_hz=115.0, notch_hz=None, gain=24.0),
            placement=Placement(id=Placement.new(made_at).id, from_landmark_cm=cm or {}),
            made_at=made_at,
            software="0.1.0",
            sites=sites,
        )
        return save(calibration, calibrations_folder(athlete))

    return save_one


def reasons(athlete: str = "runner-07", board: str = "cyton") -> dict[str, str]:
    found = kept_calibrations(athlete, BOARDS[board], MONTAGE, NOW)
    return {kept.path.name: kept.reason for kept in found}


def test_what_fits_is_offered_newest_first(keep: Keep) -> None:
    """The older of two tapings must not be taken by habit."""
    older, newer = keep(hours_ago=3.0), keep(hours_ago=1.0)
    found = kept_calibrations("runner-07", BOARDS["cyton"], MONTAGE, NOW)
    assert [(kept.path, kept.reason) for kept in found] == [(newer, ""), (older, "")]
    assert found[0].made_at == NOW - timedelta(hours=1)


def test_what_is_too_old_is_not_even_named(keep: Keep) -> None:
    """A list of last year's calibrations hides today's."""
    keep(hours_ago=12.1)
    assert reasons() == {}


def test_what_does_not_fit_says_why(keep: Keep) -> None:
    """ "Cannot be used" without a reason is a program that does not work."""
    other_board, other_sites = keep(board="ganglion"), keep(channels={"glute_left": 2, "ham_left": 1})
    said = reasons()
    assert "Ganglion" in said[other_board.name]
    assert said[other_sites.name].startswith("Its sites and channels differ from today's: glute_left was on ")


def test_what_was_taped_before_the_present_electrodes_is_refused(keep: Keep) -> None:
    """Else the older of two tapings is offered, and its microvolts are percentages of nothing."""
    older, newer = keep(hours_ago=6.0), keep(hours_ago=1.0)
    keep_placement("runner-07", Placement.new(NOW - timedelta(hours=1)))
    said = reasons()
    assert said[older.name] == "The electrodes have been placed anew since."
    assert said[newer.name] == ""


def test_a_broken_file_is_named_and_left_alone(keep: Keep) -> None:
    """A file that silently vanishes from the list was somebody's morning."""
    good = keep()
    broken = good.with_name("broken.json")
    broken.write_text('{"schema": NaN}', encoding="utf-8")
    foreign = keep(athlete="runner-08")
    smuggled = good.with_name("smuggled.json")
    smuggled.write_bytes(foreign.read_bytes())
    said = reasons()
    assert said[good.name] == ""
    assert "broken.json" in said["broken.json"]
    assert said["smuggled.json"] == "It is of athlete runner-08, not runner-07."


def test_an_athlete_who_is_new_has_nothing(keep: Keep) -> None:
    """A first visit must not begin with an error."""
    assert reasons("nobody-yet") == {}
    assert last_centimetres("nobody-yet") == {}


def test_the_last_length_of_each_site_is_found_however_long_ago(keep: Keep) -> None:
    """Centimetres are for next week, and some days only two muscles are measured."""
    keep(hours_ago=900.0, cm={"glute_left": 7.0, "ham_left": 19.0})
    keep(hours_ago=200.0, cm={"glute_left": 8.5})
    assert last_centimetres("runner-07") == {"glute_left": 8.5, "ham_left": 19.0}
    keep_placement("runner-07", Placement(id="20260612T080000Z", from_landmark_cm={"glute_left": 9.0}))
    assert last_centimetres("runner-07") == {"glute_left": 9.0, "ham_left": 19.0}


def test_the_minutes_said_of_the_full_way_are_those_it_takes() -> None:
    """Who is told two minutes and waits ten chooses quick for ever."""
    around_s, sites = 6.0, 4  # counted in before, let go after
    quick_s = QUICK_TRIALS * sites * (QUICK_EFFORT_S + around_s)
    full_s = (FULL_TRIALS - 1) * (FULL_REST_S + FULL_EFFORT_S) + sites * (FULL_EFFORT_S + around_s)
    assert round((full_s - quick_s) / 60.0) == start_words.MORE_MINUTES_FULL
