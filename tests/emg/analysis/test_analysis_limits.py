"""What cannot be analysed ends with one sentence, and what is long needs no more memory."""

from __future__ import annotations

import os
import tracemalloc
from typing import Any

import numpy as np
import pytest

from emg.activation import Activations, Reference, SiteReference
from emg.analysis import (
    AnalysisError,
    AnalysisPlan,
    Span,
    SpoolError,
    WorkWindow,
    analyze_blocks,
    tick_spool,
)
from emg.blocks import FloatArray, SampleBlock, StreamInfo
from emg.filters import BandError
from emg.montage import Montage, MontageError, Side
from tests.emg.analysis.analysed import FS, analyse, noise, plan
from tests.emg.signals import blocks, stream


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"rest": (2.0, 11.0)}, "goes beyond the end of the recording, which lasts 10.000 s"),
        ({"rest": (3.0, 3.0)}, "ends before it begins"),
        ({"rest": (5.0, 2.0)}, "ends before it begins"),
        ({"rest": (-1.0, 2.0)}, "begins before the recording"),
        ({"mvc": (9.5, 12.0)}, "goes beyond the end"),
        ({"mvc": (4.0, 4.5)}, "is too short: a maximum is taken over 1 s"),
        ({"work": (0.0, 99.0)}, "goes beyond the end"),
        ({"from_s": 10.0}, "Nothing is left after 10 s"),
        ({"from_s": -1.0}, "cannot begin at -1 s"),
    ],
    ids=str,
)
def test_a_window_that_is_not_in_the_recording_is_one_sentence(asked: dict[str, Any], says: str) -> None:
    """Else a slip of the pen gives a number from other seconds than those that were meant."""
    with pytest.raises(AnalysisError, match=says):
        analyse(noise([(10.0, 5.0)]), _asked(**asked))


def _asked(
    rest: tuple[float, float] | None = None,
    mvc: tuple[float, float] | None = None,
    work: tuple[float, float] | None = None,
    from_s: float = 0.5,
) -> AnalysisPlan:
    return plan(
        rest=None if rest is None else Span(*rest),
        mvc={} if mvc is None else {"glute_left": (Span(*mvc),)},
        work=() if work is None else (WorkWindow(Side.LEFT, Span(*work)),),
        from_s=from_s,
    )


def test_windows_that_do_not_go_together_are_refused() -> None:
    """Else moments count twice, or an effort of nobody's is silently dropped."""
    with pytest.raises(AnalysisError, match="overlap"):
        plan(work=(WorkWindow(Side.LEFT, Span(1.0, 3.0)), WorkWindow(Side.LEFT, Span(2.0, 4.0))))
    plan(work=(WorkWindow(Side.LEFT, Span(1.0, 3.0)), WorkWindow(Side.RIGHT, Span(2.0, 4.0))))
    with pytest.raises(AnalysisError, match="ham_left has an effort but no column"):
        plan(mvc={"ham_left": (Span(1.0, 3.0),)})
    with pytest.raises(AnalysisError, match="is not above its rest"):
        analyse(
            noise([(5.0, 40.0), (5.0, 2.0)]),
            plan(rest=Span(1.0, 4.0), mvc={"glute_left": (Span(6.0, 9.0),)}),
        )


@pytest.mark.parametrize(
    ("data_uv", "says"),
    [
        (np.empty((0, 1)), "There is no sample"),
        (np.full((500, 1), np.nan), "There is no sample"),
        (np.ones((1, 1)), "Nothing is left after 0.5 s of a recording of 0.004 s"),
    ],
    ids=["empty", "no numbers", "one sample"],
)
def test_a_recording_of_nothing_is_one_sentence(data_uv: FloatArray, says: str) -> None:
    """Else an empty column gives a report full of zeros, or a traceback."""
    with pytest.raises(AnalysisError, match=says):
        analyse(data_uv)


def test_rates_and_channels_that_cannot_be_are_refused() -> None:
    """Else a band is bent, or the memory is filled by a slip of the unit."""
    with pytest.raises(AnalysisError, match=r"1e\+09 samples a second is no rate"):
        analyse(np.ones((10, 1)), fs_hz=1e9)
    with pytest.raises(BandError, match="125 samples a second"):
        plan(fs_hz=125.0)
    with pytest.raises(BandError, match="does not fit 200"):
        analyse(np.ones((400, 1)), plan(fs_hz=1000.0), fs_hz=200.0)
    with pytest.raises(MontageError, match="channel 2"):
        analyse(np.ones((400, 1)), plan(Montage.of({"glute_left": 2})))


def test_a_hole_of_hours_is_refused_and_not_gone_through() -> None:
    """Else a broken sample counter fills the memory."""
    parts = [SampleBlock(np.ones((250, 1)), first, FS, 0.0) for first in (0, 10**10)]
    with pytest.raises(AnalysisError, match=r"At 1.0 s there is a hole of 39999999 s"):
        analyze_blocks(stream(FS, 1), parts, plan())


# --- length


def test_an_hour_needs_no_more_memory_than_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a long recording ends the program."""
    monkeypatch.setattr(tick_spool, "IN_MEMORY_BYTES", 100_000)
    second = noise([(1.0, 10.0)], seed=9)

    def peak_of(seconds: int) -> int:
        parts = (SampleBlock(second, n * 250, FS, 0.0) for n in range(seconds))
        tracemalloc.start()
        try:
            analyze_blocks(stream(FS, 1), parts, plan())
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_of(10)  # what is loaded once is no matter of length
    assert peak_of(1200) < 1.25 * peak_of(120)


def test_ticks_kept_in_a_file_are_those_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a long recording has other numbers than a short one."""
    data_uv = noise([(40.0, 10.0)])
    asked = plan(rest=Span(1.0, 5.0))
    in_memory = analyse(data_uv, asked, lost=[(3000, 3100)]).as_json()
    monkeypatch.setattr(tick_spool, "IN_MEMORY_BYTES", 1000)
    monkeypatch.setattr(tick_spool, "CHUNK_TICKS", 300)

    assert analyse(data_uv, asked, lost=[(3000, 3100)]).as_json() == in_memory


@pytest.mark.skipif(os.name != "posix", reason="limits of this kind are POSIX's")
def test_a_full_temporary_folder_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a long analysis ends in a traceback."""
    import resource

    monkeypatch.setattr(tick_spool, "IN_MEMORY_BYTES", 1000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(SpoolError, match="folder for temporary files"):
            analyse(noise([(60.0, 10.0)]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_all_ticks_are_told_once_in_order_with_their_percentages() -> None:
    """Else the table of levels has holes, or is without percentages."""
    heard: list[Activations] = []
    data_uv = noise([(40.0, 10.0)])
    info: StreamInfo = stream(FS, 1)
    asked = plan(reference=Reference({"glute_left": SiteReference(1.0, 20.0)}), zero_phase=True)

    analyze_blocks(info, blocks(data_uv, FS, range(0, 10_000, 250)), asked, on_ticks=heard.append)

    samples = np.concatenate([ticks.samples for ticks in heard])
    assert np.array_equal(samples, np.arange(10_000))
    pct = np.concatenate([ticks.pct_mvc[:, 0] for ticks in heard])
    assert np.nanmedian(pct) == pytest.approx(50.0, rel=0.1)
