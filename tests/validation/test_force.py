"""Real efforts beside their force: what the page says of them is so, and is left unsaid without the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from validation import force
from validation.force import BEGINS, BENDS, ENDS, OURS, RATES_HZ
from validation.published_onsets import PUBLISHED
from validation.results import Chapter, Claims

MISSED = {"end of the burst, ours minus Hodges and Bui", "end of the burst, ours minus Solnik, TKEO"}
"""Detectors of a beginning, run backwards, are up to 0.75 s apart in the tail of the one release there is."""


@pytest.fixture(scope="module")
def chapter(shared_data: Path) -> Chapter:
    return force.chapter(shared_data)


def met(chapter: Chapter, title: str) -> dict[str, bool]:
    (part,) = [part for part in chapter.parts if isinstance(part, Claims) and part.title == title]
    return {claim.what.split(", ms")[0]: claim.met for claim in part.rows}


def test_a_real_push_begins_when_its_force_and_two_published_detectors_say(chapter: Chapter) -> None:
    """Else latencies are right on the muscles that we made up, and on no other."""
    found = met(chapter, "Beginnings")
    assert len(found) == 6
    assert all(found.values()), found


def test_a_real_push_ends_when_its_force_says(chapter: Chapter) -> None:
    """Else the target is left while the leg still pushes; what published detectors say of it stands there."""
    found = met(chapter, "Ends")
    assert len(found) == 5
    assert {what for what, good in found.items() if not good} == MISSED


def test_the_rate_of_the_board_hardly_moves_a_beginning(shared_data: Path) -> None:
    """Else the delay of the converter, or of the filter, is in the latency."""
    found = [force.onsets_s(shared_data, BEGINS, fs_hz)[OURS] for fs_hz in RATES_HZ]
    assert max(found) - min(found) < 0.010
    ends = [force.followed(shared_data, ENDS, fs_hz).left_s for fs_hz in RATES_HZ]
    assert max(ends) - min(ends) < 0.010


def test_a_muscle_is_on_before_its_leg_moves(shared_data: Path) -> None:
    """Else the knee bends before the muscle that bends it is seen."""
    for bend in BENDS:
        moved_s = force.mechanics_of(shared_data, bend, moves=True).leaves_s
        assert force.onsets_s(shared_data, bend, 1000.0)[OURS] < moved_s


def recording(folder: Path, column: int, lead_s: float) -> None:
    """A file like those of the push: noise that rises at 1.0 s, and a force that follows it."""
    at_s = np.arange(10_000) / BEGINS.fs_hz
    emg = np.random.default_rng(2).standard_normal(10_000) * np.where(at_s < 1.0, 2.0, 60.0)
    rows = np.zeros((10_000, 6))
    rows[:, column] = np.diff(emg, prepend=0.0)
    rows[:, BEGINS.mechanics] = 5.0 * np.clip((at_s - 1.0 - lead_s) / 0.1, 0.0, 1.0)
    path = folder / BEGINS.file
    path.parent.mkdir(parents=True)
    np.savetxt(path, rows, delimiter=",", header="time,force,VL,BF,TA,GL", comments="")


@pytest.mark.parametrize("lead_s", [0.0, 0.08, 0.2])
def test_a_lead_that_is_put_in_is_found(tmp_path: Path, lead_s: float) -> None:
    """Else the page proves a delay of its own arithmetic."""
    recording(tmp_path, BEGINS.column, lead_s)
    pushed = force.mechanics_of(tmp_path, BEGINS)
    for fs_hz in RATES_HZ:
        found = force.onsets_s(tmp_path, BEGINS, fs_hz)
        # of a step, half of the short window is taken off that it never needed
        assert found[OURS] == pytest.approx(1.0, abs=0.035)
        assert set(found) == {OURS, *PUBLISHED}
        assert pushed.leaves_s - found[OURS] == pytest.approx(lead_s, abs=0.05)


def test_without_the_recordings_the_chapter_says_which_are_absent(tmp_path: Path) -> None:
    """Else a page made elsewhere looks as if force had been looked at."""
    found = force.chapter(tmp_path)
    assert found.absent
    assert BEGINS.file in found.absent
    assert found.claims == ()
