"""However the bytes are cut, the same comes out: of whole streams, damaged ones and noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hardware.wire.formats import FORMATS, Format
from tests.hardware.wire.hammer import assert_same, joined

each_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)


@st.composite
def streams(draw: st.DrawFn, form: Format) -> bytes:
    """Packets, parts of packets, what is hardest for the decoder, and noise, in any order."""
    pieces, _ = form.pieces(np.random.default_rng(draw(st.integers(0, 99))), 12)
    packets = st.sampled_from(pieces)
    parts = st.tuples(packets, st.integers(0, 40), st.integers(0, 40)).map(lambda p: p[0][p[1] : p[2]])
    runs = st.integers(0, 8).map(lambda n: b"".join(pieces[n : n + 5]))
    hostile = st.tuples(st.sampled_from(form.hostile), st.integers(1, 60)).map(lambda p: p[0] * p[1])
    return b"".join(
        draw(st.lists(st.one_of(packets, runs, parts, hostile, st.binary(max_size=40)), max_size=12))
    )


@each_format
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_cut_gives_the_same_samples_counters_breaks_and_counts(form: Format, data: st.DataObject) -> None:
    """Else a recording depends on how the computer happened to read the port."""
    stream = data.draw(streams(form))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    decoder = form.decoder()

    parts = [decoder.feed(stream[a:b]) for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    if any(len(part.values) for part in parts):
        assert all(len(part.breaks) == 0 or part.breaks[-1] <= len(part.values) for part in parts)
    assert decoder.n_waiting <= form.most_waiting
    assert_same(joined(iter(parts)), form.decoder().feed(stream))


@each_format
def test_byte_by_byte_gives_the_same_as_all_at_once(form: Format) -> None:
    """Else a slow computer and a fast one record different samples."""
    rng = np.random.default_rng(5)
    stream = b"".join(form.pieces(rng, 30)[0]) + rng.bytes(60) + b"".join(form.pieces(rng, 30)[0])
    decoder = form.decoder()

    one_by_one = joined(decoder.feed(stream[i : i + 1]) for i in range(len(stream)))

    assert len(one_by_one.values) >= 50
    assert_same(one_by_one, form.decoder().feed(stream))
