"""What the last tick comes to on a screen: what each percentage is of, and what may be doubted."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emg.activation import RATIO_PAIRS, Activations, Reference, SiteReference
from emg.blocks import SampleBlock
from emg.filters import FilterSettings
from emg.live.build_view import Levels, levels_of
from emg.live_view import BarView, StageView
from emg.montage import FOUR_SITES, Side
from emg.pipeline import ChainSettings, Pipeline
from emg.quality import INVALID, VERDICTS
from emg.results import Doubt, Method
from emg.session.tables import ActivationTable
from tests.fakes import FAKE_INFO
from tests.sessions import every, noise, rig, short_exercise

FS = 250
MAXIMUM = SiteReference(2.0, 100.0)
SUBMAX = SiteReference(2.0, 50.0, Method.SUBMAX)
ALL = Reference(dict.fromkeys(FOUR_SITES.names, MAXIMUM))
SIGNAL_UV = np.random.default_rng(3).standard_normal((5 * FS, 4)) * 40.0


def with_sites(**changed: SiteReference | None) -> Reference:
    sites = dict(ALL.sites) | changed
    return Reference({name: found for name, found in sites.items() if found is not None})


def levels_by(reference: Reference) -> Activations:
    """Five seconds of four working muscles through the real chain."""
    chain = Pipeline(FAKE_INFO, FOUR_SITES, ChainSettings(FilterSettings(20.0, 115.0)), reference)
    return chain(SampleBlock(SIGNAL_UV, 0, float(FS), 0.0))


def shown(reference: Reference = ALL, stage: StageView | None = None, verdict: str = "ok") -> Levels:
    """What a view says, with a verdict of the chain on the left glute."""
    latest = levels_by(reference)
    latest.verdicts[:] = VERDICTS.index("ok")
    latest.verdicts[:, FOUR_SITES.names.index("glute_left")] = VERDICTS.index(verdict)
    return levels_of(latest, FOUR_SITES.names, reference, stage or StageView())


def bar(levels: Levels, site: str = "glute_left") -> BarView:
    return next(found for found in levels["bars"] if found.site == site)


# --- what a percentage is of


@pytest.mark.parametrize("method", list(Method))
def test_a_bar_says_what_its_percentage_is_of(method: Method) -> None:
    """Else 80 % of a light effort is shown as 80 % of a maximum."""
    found = bar(shown(with_sites(glute_left=replace(MAXIMUM, method=method))))
    assert found.reference is method
    assert found.level_pct is not None


def test_a_muscle_without_a_maximum_has_microvolts_and_never_a_percentage() -> None:
    """Else the percentage of a maximum that was dropped stays on the screen."""
    latest = levels_by(ALL)
    found = levels_of(latest, FOUR_SITES.names, with_sites(glute_left=None), StageView())["bars"][0]
    assert (found.reference, found.level_pct) == (None, None)
    assert found.level_uv is not None


def test_a_doubt_is_on_the_bar_and_on_both_ratios_built_on_it() -> None:
    """Else a number that may be half as large is drawn like any other."""
    doubtful = replace(MAXIMUM, doubts=(Doubt.SIDES_DIFFER,))
    levels = shown(with_sites(glute_right=doubtful))
    assert {found.site: found.doubts for found in levels["bars"] if found.doubts} == {
        "glute_right": (Doubt.SIDES_DIFFER,)
    }
    assert levels["doubtful_ratios"] == ("right", "right_glute_left_ham")
    assert levels["ratio_right"] is not None
    assert shown()["doubtful_ratios"] == ()


def test_no_ratio_that_is_withheld_is_called_doubtful() -> None:
    """Else the reason why there is no number is hidden by a doubt in it."""
    doubtful = replace(MAXIMUM, doubts=(Doubt.PAINFUL,))
    levels = shown(with_sites(glute_right=doubtful, ham_right=SUBMAX, ham_left=None))
    assert levels["doubtful_ratios"] == ()
    sore = with_sites(ham_left=replace(SUBMAX, doubts=(Doubt.PAINFUL,)))
    assert bar(shown(sore), "ham_left").doubts == (), "the bridge is no maximum"
    names = FOUR_SITES.names[:2]
    latest = levels_by(ALL)
    assert levels_of(latest, names, with_sites(glute_left=doubtful), StageView())["doubtful_ratios"] == (
        "left",
    )


def test_working_bars_are_those_of_the_working_side() -> None:
    """Else the target stands on the swing leg."""
    working = [found.site for found in shown(stage=StageView(side=Side.RIGHT))["bars"] if found.working]
    assert working == ["glute_right", "ham_right"]


# --- verdicts


@pytest.mark.parametrize("told", ["noisy_rest", "weak", "motion", "twin"])
@pytest.mark.parametrize("verdict", ["ok", "mains"])
def test_a_stage_that_knows_more_wins_and_warns_without_hiding(told: str, verdict: str) -> None:
    """Else a muscle that cannot let go reads "ok", or its level is taken away while it is needed."""
    found = bar(shown(stage=StageView(contact={"glute_left": told}), verdict=verdict))
    assert found.verdict == told
    assert (found.level_pct is None) is (told in INVALID)
    assert found.level_uv is not None or told in INVALID


@pytest.mark.parametrize("verdict", ["flat", "railed", "no_reading"])
@pytest.mark.parametrize("told", ["ok", "noisy_rest"])
def test_no_stage_can_make_a_dead_wire_read(verdict: str, told: str) -> None:
    """Else a loose electrode is drawn as a level because it was fine a second ago."""
    found = bar(shown(stage=StageView(contact={"glute_left": told}), verdict=verdict))
    assert (found.verdict, found.level_pct, found.level_uv) == (verdict, None, None)


def test_what_a_stage_finds_dead_has_no_level() -> None:
    """Else set-up calls a pair flat while its bar stands."""
    found = bar(shown(stage=StageView(contact={"glute_left": "flat"})))
    assert (found.verdict, found.level_pct, found.level_uv) == ("flat", None, None)


def test_without_a_signal_nothing_reads_whatever_a_stage_says() -> None:
    """Else the last verdict looks like a board that is there."""
    levels = levels_of(None, FOUR_SITES.names, ALL, StageView(contact={"glute_left": "ok"}))
    assert {(found.verdict, found.level_pct, found.level_uv) for found in levels["bars"]} == {
        ("no_reading", None, None)
    }
    assert levels["ratio_left"] is None
    assert bar(levels).reference is Method.QUICK, "what a percentage will be of is known"


# --- the same levels in the table


def test_the_table_keeps_percentages_of_the_bridge_apart_from_the_tick_it_is_in_force() -> None:
    """Else activation.csv calls a light effort a maximum, or forgets what it said before."""
    chain = Pipeline(FAKE_INFO, FOUR_SITES, ChainSettings(FilterSettings(20.0, 115.0)), ALL)
    levels = chain(SampleBlock(SIGNAL_UV, 0, float(FS), 0.0))
    chain.reference = with_sites(ham_left=SUBMAX)
    made = ActivationTable(FOUR_SITES.names, float(FS), VERDICTS, INVALID)
    text = made.add(levels.cut(0, 2 * FS)) + made.add(chain.normalise(levels.cut(2 * FS)))
    rows = list(csv.DictReader(io.StringIO(made.header + text)))

    for row in rows:
        if row["ham_left_valid"] != "true":
            continue
        sample, late = int(row["sample"]), int(row["sample"]) >= 2 * FS
        bridge, maximum = row["ham_left_pct_submax"], row["ham_left_pct_mvc"]
        assert (bool(bridge), bool(maximum)) == (late, not late), sample
        assert row["glute_left_pct_mvc"]
        assert row["glute_left_pct_submax"] == ""
        assert not late or row["ratio_left"] == row["ratio_right_glute_left_ham"] == ""
    assert float(rows[-1]["ham_left_pct_submax"]) == pytest.approx(
        100.0 * np.sqrt(levels.rms_uv[-1, 1] ** 2 - 4.0) / np.sqrt(2500.0 - 4.0), rel=0.05
    )
    assert set(RATIO_PAIRS) == {name.removeprefix("ratio_") for name in rows[0] if name.startswith("ratio")}


def test_a_session_tells_its_fronts_what_its_percentages_are_of(tmp_path: Path) -> None:
    """Else the doubt that set-up found never reaches a screen."""
    rigged = rig(short_exercise(), tmp_path)
    doubtful = replace(MAXIMUM, doubts=(Doubt.PAINFUL,))
    rigged.reference.value = with_sites(glute_right=doubtful, ham_left=SUBMAX)
    rigged.feed(every(50, noise(2.0)))
    view = rigged.live.view()

    told = {found.site: (found.reference, found.doubts) for found in view.bars}
    assert told == {
        "glute_left": (Method.QUICK, ()),
        "ham_left": (Method.SUBMAX, ()),
        "glute_right": (Method.QUICK, (Doubt.PAINFUL,)),
        "ham_right": (Method.QUICK, ()),
    }
    assert view.doubtful_ratios == ("right",)
    assert (view.ratio_left, view.diagonal_right_glute) == (None, None)
    assert view.ratio_right is not None
