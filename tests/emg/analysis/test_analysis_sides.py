"""Work windows of a recording, side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emg.activation import Reference, SiteReference
from emg.analysis import (
    AnalysisPlan,
    Span,
    WorkWindow,
)
from emg.blocks import FloatArray
from emg.montage import FOUR_SITES, Side
from emg.results import Doubt, Method
from tests.emg.analysis.analysed import analyse, noise, plan
from ui.analysis.table import sentences, side_rows
from ui.words.analysis_words import SIDE_ROWS


def four_muscles(left_pct: float, right_pct: float) -> tuple[FloatArray, AnalysisPlan]:
    """Rest, then a maximum of 100 µV, then three windows a side; hamstrings at half their glutes."""
    parts = []
    for number, pct in enumerate((left_pct, left_pct / 2.0, right_pct, right_pct / 2.0)):
        holds = [(3.0, pct), (1.0, 1.0)] * 6
        parts.append(noise([(5.0, 1.0), (5.0, 100.0), (1.0, 1.0), *holds], seed=number))
    starts = [11.0 + 4.0 * number for number in range(6)]
    work = tuple(
        WorkWindow(side, Span(start + 0.3, start + 2.8))
        for start, side in zip(starts, [Side.LEFT] * 3 + [Side.RIGHT] * 3, strict=True)
    )
    asked = plan(
        FOUR_SITES,
        rest=Span(1.0, 5.0),
        mvc={name: (Span(5.2, 10.0),) for name in FOUR_SITES.names},
        work=work,
    )
    return np.concatenate(parts, axis=1), asked


def test_sides_are_compared_as_in_a_session() -> None:
    """Else the analysis of a file and the summary of a session speak of different things."""
    data_uv, asked = four_muscles(60.0, 40.0)
    report = analyse(data_uv, asked)
    told = report.as_json()

    assert told["sides"]["left"]["ratio"] == pytest.approx(2.0, rel=0.12)
    assert told["sides"]["right"]["glute_share_pct"] == pytest.approx(66.7, rel=0.06)
    assert told["glute_lsi_pct"] == pytest.approx(150.0, rel=0.1)
    assert told["ham_lsi_pct"] == pytest.approx(150.0, rel=0.12)
    assert told["diagonal"]["left_glute_right_ham"] == pytest.approx(3.0, rel=0.12)
    assert told["diagonal"]["right_glute_left_ham"] == pytest.approx(4.0 / 3.0, rel=0.12)
    assert told["symmetry"]["glute"]["index_pct"] == pytest.approx(-40.0, abs=8.0)
    assert told["symmetry"]["glute"]["angle_pct"] == pytest.approx(-12.6, abs=3.0)
    low, high = (told["intervals"]["glute_lsi_pct"][edge] for edge in ("low", "high"))
    assert low < told["glute_lsi_pct"] < high
    left = told["sides"]["left"]
    assert left["n_windows"] == 3
    assert left["falconer_winter_pct"] == pytest.approx(66.0, abs=6.0)
    assert left["rudolph_pct"] == pytest.approx(0.5 * 90.0, rel=0.2)


def test_swapping_the_sides_turns_every_comparison_round() -> None:
    """Else left and right are not treated alike."""
    data_uv, asked = four_muscles(55.0, 45.0)
    mirrored = replace(asked, work=tuple(WorkWindow(window.side.other, window.span) for window in asked.work))
    one, other = analyse(data_uv, asked).sides, analyse(data_uv[:, [2, 3, 0, 1]], mirrored).sides

    assert one is not None
    assert other is not None
    assert one.glute.lsi_pct.value is not None
    assert one.glute.index_pct is not None
    assert other.glute.lsi_pct.value == pytest.approx(1e4 / one.glute.lsi_pct.value)
    assert other.glute.index_pct == pytest.approx(-one.glute.index_pct)
    assert other.sides["left"].ratio == pytest.approx(one.sides["right"].ratio)
    assert other.diagonal["left_glute_right_ham"] == one.diagonal["right_glute_left_ham"]


def test_without_windows_or_without_a_maximum_there_are_no_sides() -> None:
    """Else microvolts of two muscles are compared, which no standard allows."""
    data_uv, asked = four_muscles(60.0, 40.0)
    for less in (replace(asked, work=()), replace(asked, mvc={})):
        told = analyse(data_uv, less).as_json()
        names = ("sides", "diagonal", "glute_lsi_pct", "ham_lsi_pct", "symmetry", "intervals")
        assert {name: told[name] for name in names} == dict.fromkeys(names)


def test_a_lighter_effort_on_one_side_leaves_its_comparisons_empty() -> None:
    """Else a submaximal reference makes a ratio that nobody can interpret."""
    data_uv, asked = four_muscles(60.0, 40.0)
    methods = dict.fromkeys(FOUR_SITES.names, Method.MVC) | {"ham_left": Method.SUBMAX}
    known = Reference({name: SiteReference(1.0, 100.0, method) for name, method in methods.items()})
    told = analyse(data_uv, replace(asked, mvc={}, reference=known)).as_json()

    left, right = told["sides"]["left"], told["sides"]["right"]
    assert (left["ratio"], left["glute_share_pct"], left["ham_pct_mvc"]["mean"]) == (None, None, None)
    assert (left["falconer_winter_pct"], told["ham_lsi_pct"]) == (None, None)
    assert told["diagonal"]["right_glute_left_ham"] is None
    assert left["glute_pct_mvc"]["mean"] == pytest.approx(60.0, rel=0.1)
    assert right["ratio"] == pytest.approx(2.0, rel=0.12)
    assert "submax:ham_left" in told["warnings"]


def test_a_doubtful_maximum_is_named_by_all_that_is_built_on_it() -> None:
    """Else a maximum that pain held back reads as an honest difference, or as none."""
    data_uv, asked = four_muscles(50.0, 50.0)
    sites = {name: SiteReference(1.0, 100.0, Method.QUICK) for name in FOUR_SITES.names}
    sites["ham_left"] = replace(sites["ham_left"], doubts=(Doubt.PAINFUL,))
    report = analyse(data_uv, replace(asked, mvc={}, reference=Reference(sites)))
    told = report.as_json()

    touched = {"ham_lsi_pct", "right_glute_left_ham"}
    for name, interval in told["intervals"].items():
        assert interval["doubts"] == (["ham_left"] if name in touched else []), name
        assert (interval["inside_scatter"] is None) is (name in touched), name
    assert [told["sides"][side]["doubts"] for side in ("left", "right")] == [["ham_left"], []]
    assert [told["symmetry"][muscle]["doubts"] for muscle in ("glute", "ham")] == [[], ["ham_left"]]
    assert "inhibited:ham_left" in told["warnings"]

    assert report.sides is not None
    rows = {row[0]: row[1:] for row in side_rows(report.sides)}
    assert "left hamstring: its maximum may be held back" in rows[SIDE_ROWS["ratio"]][0]
    assert "held back" not in rows[SIDE_ROWS["ratio"]][1]
    (line,) = [line for line in sentences(report) if line.startswith("The left hamstring")]
    assert line.endswith("; left hamstring: its maximum may be held back.")
