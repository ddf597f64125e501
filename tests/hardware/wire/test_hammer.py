"""A share of the hammering that ``python -m tests.hardware.wire.hammer`` does in full."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hardware.wire.formats import FORMATS, Format
from tests.hardware.wire.hammer import CHUNK, Sent, flood, hammer_streams, random_chunks, repeated

each_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
KEPT_BYTES = 16_384
"""Of memory, after a megabyte; what tracing itself and caches of the interpreter take is in it."""


@each_format
def test_damage_costs_the_packets_it_hits_and_one_neighbour_at_most(form: Format) -> None:
    """Else a bad cable loses far more of a hold than it touches, or invents samples."""
    tally = hammer_streams(form, 250, seed=1)

    assert tally.hit > 500
    assert tally.lost_whole <= 0.15 * tally.sites


@each_format
def test_random_bytes_are_survived_and_nothing_of_them_is_kept(form: Format) -> None:
    """Else a wrong baud rate ends the session, or fills the memory over an afternoon."""
    result = flood(form, random_chunks(3), 1_000_000 // CHUNK)

    assert result.kept_bytes < KEPT_BYTES


@each_format
def test_what_is_hardest_for_a_decoder_is_survived_and_nothing_of_it_is_kept(form: Format) -> None:
    """Else a short circuit on the cable stops the program: marks only, no marks, no end of line."""
    for pattern in form.hostile:
        result = flood(form, repeated(pattern), 2)

        assert result.kept_bytes < KEPT_BYTES


@pytest.mark.parametrize("form", FORMATS[:4], ids=lambda form: form.name)
def test_random_bytes_are_not_taken_for_samples(form: Format) -> None:
    """Else noise on the cable moves the bars. A SpikerBox's format is too weak to promise it."""
    result = flood(form, random_chunks(4), 1_000_000 // CHUNK, trace=False)

    assert result.samples <= 5


def test_the_hammer_knows_which_packets_are_still_whole() -> None:
    """Else the tests above prove nothing."""
    sent = Sent([b"abc", b"de", b"fgh"], [None, None, None])

    def whole(places: list[int]) -> list[bool]:
        return [bool(piece) for piece in sent.whole_in(np.array(places))]

    assert whole([0, 1, 2, 3, 4, 5, 6, 7]) == [True, True, True]
    assert whole([0, 1, 3, 4, 5, 6, 7]) == [False, True, True]
    assert whole([0, 1, -1, 2, 3, 4, 5, 6, -1]) == [False, True, False]
    assert whole([0, 1, 2, 3, 0, 1, 2, 3, 4, 5]) == [True, True, False]
    assert whole([5, 6, 7, 3, 4, 0, 1]) == [False, True, True]
