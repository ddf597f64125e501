"""The maximum of a recording is what a live session makes of the same efforts."""

from __future__ import annotations

import numpy as np
import pytest

from emg.activation import Activations
from emg.analysis import AnalysisPlan, Span
from emg.blocks import FloatArray, Unit
from emg.filters import FilterSettings
from emg.maximum import best_of_effort_uv, best_window_s, maximum_of
from emg.pipeline import ChainSettings, Pipeline
from hardware.simulated_emg import BICEPS_FEMORIS, BoardNoise, random_for
from tests.emg.analysis.analysed import FS, ONE, analyse, noise, plan, site
from tests.emg.signals import block, joined, stream
from validation.plain_best import best_uv


def efforts_uv(fs_hz: float) -> FloatArray:
    """One muscle at rest, and from 5 to 9 s at 60 µV; its spectrum is a muscle's at any rate."""
    n = round(12.0 * fs_hz)
    levels = np.where((np.arange(n) >= 5.0 * fs_hz) & (np.arange(n) < 9.0 * fs_hz), 60.0, 2.0)
    emg = BoardNoise(random_for(3, "efforts"), fs_hz, BICEPS_FEMORIS).read(n)
    return np.asarray(levels * emg)[:, None]


def effort_plan(fs_hz: float, span: Span, *, zero_phase: bool = False) -> AnalysisPlan:
    """Rest, and one effort."""
    return plan(fs_hz=fs_hz, zero_phase=zero_phase, rest=Span(1.0, 4.5), mvc={"glute_left": (span,)})


def live_ticks(data_uv: FloatArray, fs_hz: float, *, zero_phase: bool) -> Activations:
    """All ticks of the chain."""
    settings = ChainSettings(FilterSettings.for_rate(fs_hz), zero_phase=zero_phase)
    chain = Pipeline(stream(fs_hz, 1), ONE, settings)
    return joined([chain(block(data_uv, fs_hz=fs_hz)), chain.finish()])


def highest_uv(data_uv: FloatArray, fs_hz: float, span: Span, *, zero_phase: bool = False) -> float:
    """Highest of all windows of a stretch, whatever made it."""
    ticks = live_ticks(data_uv, fs_hz, zero_phase=zero_phase)
    part = ticks.power_uv2[slice(*span.ticks(fs_hz, ticks.spacing))]
    return float(best_uv(part, ticks.spacing / fs_hz, best_window_s(fs_hz))[0])


def test_a_gap_of_a_few_packets_costs_no_effort() -> None:
    """Else a radio that loses a packet a second has a maximum live and none in the report."""
    data_uv = noise([(10.0, 2.0), (3.0, 40.0), (3.0, 2.0)])
    asked = plan(rest=Span(1.0, 9.0), mvc={"glute_left": (Span(10.2, 12.8),)})
    lossy = analyse(data_uv, asked, lost=[(at, at + 10) for at in range(2500, 3250, 125)])

    assert lossy.warnings == ()
    assert site(lossy).mvc_uv == pytest.approx(site(analyse(data_uv, asked)).mvc_uv, rel=0.05)


def test_a_gap_in_an_effort_is_left_out_of_the_maximum_and_said() -> None:
    """Else a dropped packet makes a smaller or larger 100 %."""
    data_uv = noise([(10.0, 2.0), (3.0, 40.0), (5.0, 2.0), (3.0, 60.0), (3.0, 2.0)])
    asked = plan(
        rest=Span(1.0, 9.0),
        mvc={"glute_left": (Span(10.5, 12.5), Span(18.5, 20.5))},
    )
    whole, torn = analyse(data_uv, asked), analyse(data_uv, asked, lost=[(4750, 5000)])

    assert site(whole).mvc_uv == pytest.approx(60.0, rel=0.15)
    assert site(torn).mvc_uv == pytest.approx(40.0, rel=0.15)
    assert whole.warnings == ()
    assert torn.warnings == ("mvc_spoilt:glute_left",)
    all_torn = analyse(data_uv, asked, lost=[(2750, 3000), (4750, 5000)])
    assert all_torn.warnings == ("mvc_spoilt:glute_left",)
    assert site(all_torn).mvc_uv is None


def test_the_maximum_is_the_one_a_guided_session_makes_of_the_same_efforts() -> None:
    """Else 100 % in the report is another 100 % than on the screen."""
    data_uv = noise([(4.0, 2.0), (12.0, 50.0)])
    efforts = (Span(5.0, 8.0), Span(10.0, 15.0))
    found = site(analyse(data_uv, plan(rest=Span(1.0, 4.0), mvc={"glute_left": efforts})))
    ticks = live_ticks(data_uv, FS, zero_phase=False)
    bests_uv = []
    for effort in efforts:
        part = slice(round(FS * effort.start_s), round(FS * effort.stop_s))
        best_uv = best_of_effort_uv(ticks.power_uv2[part, 0], 1.0 / FS, FS, ticks.sample_uv[part, 0])
        assert best_uv is not None
        bests_uv.append(best_uv)
    assert found.mvc_uv == maximum_of(bests_uv, FS, 4.0)[0]
    assert found.mvc_uv < 0.95 * max(bests_uv)


@pytest.mark.parametrize("zero_phase", [False, True])
@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_the_maximum_of_a_clean_effort_is_its_highest_window(fs_hz: float, zero_phase: bool) -> None:
    """Else what is done against knocks makes every percentage larger."""
    data_uv, span = efforts_uv(fs_hz), Span(5.0, 8.0)
    found = site(analyse(data_uv, effort_plan(fs_hz, span, zero_phase=zero_phase), fs_hz=fs_hz))

    highest = highest_uv(data_uv, fs_hz, span, zero_phase=zero_phase)
    assert found.mvc_uv == pytest.approx(maximum_of([highest], fs_hz, 3.0)[0], rel=1e-12)


@pytest.mark.parametrize("zero_phase", [False, True])
@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
@pytest.mark.parametrize("height_uv", [1_500.0, 20_000.0])
def test_a_knock_in_an_effort_does_not_raise_its_maximum(
    fs_hz: float, zero_phase: bool, height_uv: float
) -> None:
    """Else one tug at the cable is 100 % in the report, and was left out on the screen."""
    clean_uv, span = efforts_uv(fs_hz), Span(5.0, 8.0)
    knocked_uv = clean_uv.copy()
    knocked_uv[round(6.5 * fs_hz)] += height_uv * np.sqrt(fs_hz / 250.0)
    asked = effort_plan(fs_hz, span, zero_phase=zero_phase)
    clean, knocked = (analyse(data_uv, asked, fs_hz=fs_hz) for data_uv in (clean_uv, knocked_uv))

    known_uv = site(clean).mvc_uv
    assert known_uv is not None
    assert highest_uv(knocked_uv, fs_hz, span, zero_phase=zero_phase) > 1.5 * known_uv, (
        "it is one that counts"
    )
    assert site(knocked).mvc_uv == pytest.approx(known_uv, rel=0.05)
    assert knocked.warnings == ()


def test_movement_and_hum_are_no_maximum() -> None:
    """Else a swinging cable, or an electrode that comes off, is the 100 % of the whole recording."""
    data_uv = efforts_uv(FS)
    time_s = np.arange(len(data_uv))[:, None] / FS
    inside = (time_s >= 5.0) & (time_s < 8.0)
    for foreign_uv in (300.0 * np.sin(2.0 * np.pi * hz * time_s) * inside for hz in (16.0, 50.0)):
        found = analyse(data_uv + foreign_uv, effort_plan(FS, Span(5.0, 8.0)))
        assert found.warnings == ("mvc_spoilt:glute_left",)
        assert site(found).mvc_uv is None


def test_an_effort_that_is_called_motion_has_no_maximum() -> None:
    """Else what a live session refuses to measure is 100 % in the report."""
    data_uv = efforts_uv(FS)
    time_s = np.arange(len(data_uv))[:, None] / FS
    swing_uv = 60.0 * np.sin(2.0 * np.pi * 8.0 * time_s) * ((time_s >= 1.0) & (time_s < 9.0))
    found = analyse(data_uv + swing_uv, plan(mvc={"glute_left": (Span(5.0, 8.0),)}))

    assert site(found).verdict == "motion"
    assert found.warnings == ("mvc_spoilt:glute_left",)


def test_no_muscle_has_three_millivolts() -> None:
    """Else a channel in the wrong unit passes for a strong athlete; counts have no such limit."""
    data_uv = noise([(5.0, 2.0), (4.0, 4000.0), (3.0, 2.0)])
    asked = effort_plan(FS, Span(5.5, 8.5))

    assert analyse(data_uv, asked).warnings == ("mvc_spoilt:glute_left",)
    counts = analyse(data_uv, asked, unit=Unit.ARBITRARY)
    assert counts.warnings == ()
    assert site(counts).mvc_uv == pytest.approx(4000.0, rel=0.1)


def test_a_short_effort_in_a_long_window_is_no_knock() -> None:
    """Else who gives the whole recording for the window has the rest for a maximum."""
    data_uv, whole = noise([(30.0, 2.0), (2.0, 60.0), (30.0, 2.0)]), Span(0.0, 62.0)
    found = analyse(data_uv, effort_plan(FS, whole))

    highest = highest_uv(data_uv, FS, whole)
    assert highest > 55.0
    assert site(found).mvc_uv == pytest.approx(maximum_of([highest], FS, 62.0)[0], rel=1e-12)
    assert found.warnings == ()


def test_a_window_inside_of_the_plateau_may_be_as_short_as_the_best() -> None:
    """Else a second that somebody has picked is refused for having no rise."""
    data_uv, second = efforts_uv(FS), Span(6.0, 7.0)
    found = analyse(data_uv, effort_plan(FS, second))

    assert site(found).mvc_uv == pytest.approx(highest_uv(data_uv, FS, second), rel=1e-12)
    assert found.warnings == ()
