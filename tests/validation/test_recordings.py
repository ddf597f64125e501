"""The analysis on every real recording, against figures made apart from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from validation import recordings
from validation.recorded import EXPECTED, analysed, blocks_of, expected_stats, place_of
from validation.results import Chapter, Claims


@pytest.fixture(scope="module")
def chapter(shared_data: Path) -> Chapter:
    return recordings.chapter(shared_data)


def rows(chapter: Chapter, title: str) -> dict[str, bool]:
    (part,) = [part for part in chapter.parts if isinstance(part, Claims) and part.title.startswith(title)]
    return {claim.what: claim.met for claim in part.rows}


def test_every_reference_figure_is_met_on_every_recording(chapter: Chapter) -> None:
    """RMS within 1 %, half seconds, median frequency and shares of power: nothing in the chain may drift."""
    found = rows(chapter, "Against the references")
    assert len(found) == 5
    assert [what for what, met in found.items() if not met] == []


def test_hum_motion_and_clipping_are_called_where_they_are_and_nowhere_else(chapter: Chapter) -> None:
    """A complaint about a good electrode costs a session, a missed one its result."""
    found = rows(chapter, "Quality")
    assert len(found) == 6
    assert [what for what, met in found.items() if not met] == []


def test_the_fatigue_of_a_real_biceps_is_found(chapter: Chapter) -> None:
    """75.5 Hz, -0.137 Hz/s and -10.9 %/min over thirty contractions, within their standard error."""
    found = {what: met for what, met in rows(chapter, "Fatigue").items() if "noise rule" not in what}
    assert len(found) == 4
    assert [what for what, met in found.items() if not met] == []


def test_recordings_that_are_absent_are_named_and_the_rest_is_run(shared_data: Path, tmp_path: Path) -> None:
    """Half of the folder must not read as the whole."""
    kept = "isometric/ID05_BFtask/BF_uV"
    place = place_of(kept)
    (tmp_path / place.file).parent.mkdir()
    (tmp_path / place.file).symlink_to(shared_data / place.file)
    (tmp_path / EXPECTED).symlink_to(shared_data / EXPECTED)
    some = recordings.chapter(tmp_path)
    assert "Absent:" in some.about
    assert "plux" in some.about
    assert kept not in some.about
    assert all(rows(some, "Against the references").values())


def test_causal_and_zero_phase_are_not_mixed_up(shared_data: Path) -> None:
    """The two differ by percents on real muscles; a page that swaps them explains nothing."""
    key = "isometric/ID19_BFtask/VL_uV"
    source = place_of(key).open(shared_data)
    blocks = list(blocks_of(source))
    reference = expected_stats(shared_data)[key]["rms_zero_lag_bw2"]
    both = [
        analysed(source.info, blocks, zero_phase=zero_phase, from_s=0.0)[0].rms_uv
        for zero_phase in (True, False)
    ]
    assert both[0] == pytest.approx(reference, rel=1e-3)
    assert both[1] == pytest.approx(1.013 * reference, rel=3e-3)
