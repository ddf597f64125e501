"""Claims about sessions whose disk is full or gone: a few of those that ``validation.mishaps`` makes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from validation.live_runs import Kind, kinds
from validation.mishap_ground import CANNOT_TRY, Plan, can_mount
from validation.mishaps import Mishap, one_mishap, table

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGINT to a child is of POSIX")


def plan_of(how: str, *, refuge: bool, mended_after_s: float | None, killed: bool = False) -> Plan:
    """Plan a quick session that is ended half a second after it said so."""
    kind = kinds(250.0)[0]
    quick = Kind(kind.name, replace(kind.job, speed=6.0), 16.0)
    return Plan(how, quick, 7, 1500, refuge, mended_after_s, 0.5, killed, heard=True)


def run(home: Path, how: str, *, refuge: bool, mended_after_s: float | None, killed: bool = False) -> Mishap:
    if how == "full" and not can_mount():
        pytest.skip(CANNOT_TRY)
    plan = plan_of(how, refuge=refuge, mended_after_s=mended_after_s, killed=killed)
    found = one_mishap(plan, home)
    assert found is not None, "it was over before"
    return found


def test_a_full_disk_is_left_and_not_a_sample_is_lost(powerhold_home: Path) -> None:
    """Else an hour of a patient's work ends where the disk did."""
    found = run(powerhold_home, "full", refuge=True, mended_after_s=None)
    assert found.wrong == ()
    assert (found.ended, found.n_lost, found.n_folders) == ("stopped", 0, 2)
    assert "The disk is full" in found.said
    assert found.n_compared > 10_000


def test_a_folder_that_vanished_and_came_back_does_not_meet_its_heir(powerhold_home: Path) -> None:
    """Else the folder that is put back is written over, or the new one is never recovered."""
    found = run(powerhold_home, "gone", refuge=True, mended_after_s=None, killed=True)
    assert found.wrong == ()
    assert (found.ended, found.n_folders) == ("killed", 2)
    assert "the folder is gone" in found.said


def test_a_folder_that_is_back_has_all_of_it(powerhold_home: Path) -> None:
    """Else "nothing was lost" is said while the folder is still gone, or what came meanwhile is missing."""
    found = run(powerhold_home, "gone", refuge=False, mended_after_s=0.2)
    assert found.wrong == ()
    assert (found.ended, found.mended, found.n_lost, found.n_folders) == ("stopped", True, 0, 1)
    assert found.said.count("Saving goes on") <= 1


def test_the_table_keeps_what_was_killed_as_well_apart() -> None:
    """Else what only memory had, and could not be kept, spoils or hides what was promised."""
    plan = plan_of("full", refuge=True, mended_after_s=None)
    good = Mishap(plan, "stopped", False, 0, 2, 1000, "", ())
    bad = replace(good, ended="killed", n_lost=40, wrong=("holds.csv is another one",))
    *_, one, other, every = table([good, bad]).strip().splitlines()
    assert one == "| disk full, another place, for good | 1 | 0, 1 | 0 | 0 | 0.0 MB | 0 |"
    assert other == "| disk full, another place, for good, then kill -9 | 1 | 0, 0 | 40 | 40 | 0.0 MB | 1 |"
    assert every == "| **all** | 2 | 0, 1 | 20 | 40 | 0.0 MB | 1 |"
