"""The chapter on contact, in small: every kind of placement, and every real recording."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from validation import contact
from validation.contact import CLEAN, CLIPPED, HUMMING, MOVED, at_set_up, called, chapter, recordings
from validation.placements import BAD, GOOD, LYING_S, TWIN, placement
from validation.results import Claims, Table
from validation.simulation import chain, run


@pytest.mark.parametrize("fs_hz", contact.RATES_HZ)
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_pair_is_called_by_its_name(kind: str, fs_hz: float) -> None:
    """Else set-up goes on, and everything after it is measured on this pair."""
    assert called(placement(kind, 4, fs_hz)) == BAD[kind][1]


@pytest.mark.parametrize("fs_hz", contact.RATES_HZ)
def test_two_leads_in_one_jack_are_told_from_a_good_neighbour(fs_hz: float) -> None:
    """The good pair beside a good pair is the same placement without the wrong wire."""
    assert called(placement(TWIN, 5, fs_hz)) == "twin"
    assert called(placement(GOOD, 5, fs_hz)) == "ok"


def test_good_pairs_are_good_while_they_lie_stand_and_work() -> None:
    """Else one set-up in fifty ends with a skin prepared for nothing."""
    found = Counter(called(placement(GOOD, seed, 250.0)) for seed in range(100, 130))
    assert found == {"ok": 30}


def test_the_judgement_is_set_up_s_own() -> None:
    """A pair that is good for two seconds at a time must not count as good."""
    one = placement(GOOD, 1, 250.0)
    levels = run(chain(250.0, 2), one.raw_uv)
    lying = levels.samples < LYING_S * 250.0
    assert at_set_up(levels, 0, lying) == "ok"
    levels.verdicts[625::700, 0] = 3  # railed for an instant, every 2.8 s
    assert at_set_up(levels, 0, lying) == "railed"
    levels.verdicts[:] = 0
    levels.verdicts[:900, 0] = 7  # weak for 3.6 s, until the electrode is pressed on
    assert at_set_up(levels, 0, lying) == "ok"


def test_real_recordings_are_called_what_they_are_known_to_be(shared_data: Path) -> None:
    """Three are full of motion, three of hum, two are clipped: the others must not be complained about."""
    found = recordings(shared_data)
    assert found == {
        CLEAN: Counter(ok=22),
        MOVED: Counter(motion=3),
        HUMMING: Counter(mains=3),
        CLIPPED: Counter(railed=2),
    }


def test_the_chapter_counts_what_passed_and_says_what_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table that cannot show a failure proves nothing."""
    monkeypatch.setattr(contact, "RATES_HZ", (250.0,))
    written = chapter(tmp_path, n_placements=4)
    (claims,) = (part for part in written.parts if isinstance(part, Claims))
    assert [claim.met for claim in claims.rows] == [True, True]
    (table,) = (part for part in written.parts if isinstance(part, Table))
    assert table.rows[0][:2] == (GOOD, "2")
    assert any(isinstance(part, str) and "absent" in part for part in written.parts)

    monkeypatch.setattr(contact, "called", lambda one: "ok" if one.kind != GOOD else "weak")
    (claims,) = (part for part in chapter(tmp_path, 4).parts if isinstance(part, Claims))
    assert [claim.ours for claim in claims.rows] == [2.0, 100.0]
    assert not any(claim.met for claim in claims.rows)


def test_a_placement_is_the_same_every_time() -> None:
    """A claim that cannot be computed again is none."""
    assert np.array_equal(placement(GOOD, 7, 500.0).raw_uv, placement(GOOD, 7, 500.0).raw_uv)
    assert not np.array_equal(placement(GOOD, 7, 500.0).raw_uv, placement(GOOD, 9, 500.0).raw_uv)
