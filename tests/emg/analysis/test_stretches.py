"""Stretches of a long recording are found the same however it is read back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from emg.analysis import tick_spool
from emg.analysis.stretches import moments, quietest, quietest_window
from emg.analysis.tick_spool import TickSpool
from emg.blocks import FloatArray
from emg.filters import FilterSettings
from emg.pipeline import ChainSettings, Pipeline
from tests.emg.analysis.analysed import FS, ONE, noise
from tests.emg.signals import blocks, stream

LEVELS = [(4.0, 10.0), (3.0, 2.0), (5.0, 10.0), (2.5, 40.0), (6.0, 10.0)]


@pytest.fixture
def spool() -> Iterator[TickSpool]:
    """Quiet from 4 to 7 s, loud from 12 to 14.5 s, a gap from 18 to 18.4 s."""
    with TickSpool() as kept:
        chain = Pipeline(stream(FS, 1), ONE, ChainSettings(FilterSettings.for_rate(FS)))
        for block in blocks(noise(LEVELS), FS, range(0, 5000, 125), [(4500, 4600)]):
            kept.append(chain(block))
        yield kept


def powers(spool: TickSpool) -> FloatArray:
    return spool.read(0, len(spool)).power_uv2[:, 0]


@pytest.mark.parametrize("chunk", [8192, 300, 77])
def test_the_quietest_window_is_the_quietest_one_whatever_the_pieces(
    spool: TickSpool, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """Else a rest that lies across two pieces of a long recording is missed."""
    monkeypatch.setattr(tick_spool, "CHUNK_TICKS", chunk)
    power = powers(spool)[200:]
    windows = np.lib.stride_tricks.sliding_window_view(power, 250).mean(axis=1)
    expected = 200 + int(np.nanargmin(windows))

    assert quietest_window(spool, 200, len(spool), 250).tolist() == [expected]


@pytest.mark.parametrize("chunk", [8192, 77])
def test_mean_and_scatter_are_those_of_the_stretch(
    spool: TickSpool, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    """Else the threshold of every burst is another one in a long recording."""
    monkeypatch.setattr(tick_spool, "CHUNK_TICKS", chunk)
    short = spool.read(1100, 1700).short_uv[:, 0]

    found = moments(spool, "short_uv", 1100, 1700)
    assert found.count.tolist() == [600]
    assert found.mean[0] == pytest.approx(short.mean(), rel=1e-12)
    assert found.sd[0] == pytest.approx(short.std(ddof=1), rel=1e-9)


def test_a_stretch_with_a_fifth_missing_has_no_level(spool: TickSpool) -> None:
    """Else two samples beside a gap speak for a whole rest."""
    assert np.isnan(moments(spool, "power_uv2", 4400, 4700).mean[0])
    assert not np.isnan(moments(spool, "power_uv2", 4000, 4700).mean[0])


def test_the_quietest_stretch_grows_with_the_recording(spool: TickSpool) -> None:
    """Else a short recording has no rest, or a long one a chance minimum for rest."""
    (ticks,) = quietest(spool, 125, 1.0 / FS)
    assert ticks is not None
    assert 4.0 * FS <= ticks[0] < ticks[1] <= 7.1 * FS
    assert ticks[1] - ticks[0] == round(0.1 * (len(spool) - 125))


def test_where_nothing_is_whole_there_is_no_stretch(spool: TickSpool) -> None:
    """Else a rest is made of what was lost."""
    assert quietest(spool, len(spool) - 20, 1.0 / FS) == [None]
    assert quietest_window(spool, 4490, 4610, 100).tolist() == [-1]
