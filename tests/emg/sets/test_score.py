"""What a hold was worth: the span, the gates, the sides, and nothing from a hold that does not count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.activation import Activations, Reference, SiteReference
from emg.codes import EventKind
from emg.montage import FOUR_SITES, Side
from emg.quality import OK, VERDICTS
from emg.results import MISSING, Doubt, Feedback, HoldResult, Method, Outcome, Role, Until
from emg.sets.hold import Hold, HoldPlan, Tick
from emg.sets.score import ChainDelays, HoldTicks, score, scored_span
from tests.emg.signals import blocks, muscles_uv, pipeline

FS = 250
REST_UV = 2.0
SPAN_UV = 100.0
SITE = SiteReference(REST_UV, float(np.hypot(SPAN_UV, REST_UV)))
REFERENCE = Reference(dict.fromkeys(FOUR_SITES.names, SITE))
DELAYS = ChainDelays(filter_s=0.0, short_window_s=0.05)
TEST = HoldPlan(side=Side.RIGHT, role=Role.TEST, until=Until.SET, feedback=Feedback.OFF, quiet_s=2.5)
LEARN = HoldPlan(side=Side.RIGHT, role=Role.TRAIN, until=Until.FIRED, target_pct=30.0, wait_limit_s=8.0)
START, CUE, SET = 1000, 1000 + 3 * FS, 1000 + round(4.5 * FS)
"""Samples at which the hold is prepared, cued and set."""

Level = float | Callable[[float], float]
"""A muscle in %MVC, as a number or by the seconds since set."""


def _pct(level: Level, since_set_s: float) -> float:
    return level(since_set_s) if callable(level) else level


def _step(at_s: float, high: float, low: float = 0.0) -> Callable[[float], float]:
    return lambda since_set_s: high if since_set_s >= at_s else low


def _run(plan: HoldPlan, gate: Level, *, void_at_s: float | None = None) -> Hold:
    """Play a hold to its end; the gate muscle's level is known to the tick."""
    hold = Hold(plan, START, float(FS))
    for sample in range(START, START + 60 * FS):
        contact = "railed" if void_at_s is not None and sample >= SET + void_at_s * FS else ""
        hold.see(Tick(sample, _pct(gate, (sample - SET) / FS), contact=contact))
        if hold.outcome is not None:
            return hold
    raise AssertionError("the hold has no end")


@cache
def _anything(n: int) -> Activations:
    """Ticks of a real chain, for the fields that a hold is not scored by."""
    return pipeline()(blocks(muscles_uv(250.0, n / FS, seed=1), 250.0)[0])


def _activations(levels: Mapping[str, Level], end: int) -> Activations:
    """Ticks of known power from prepare to the end, rest in them; the samples are noise, none of it slow."""
    samples = np.arange(START, end + 1)
    since_set_s = (samples - SET) / FS
    pct = np.array([[_pct(levels.get(site, 0.0), at) for site in FOUR_SITES.names] for at in since_set_s])
    power_uv2 = REST_UV**2 + np.square(pct * SPAN_UV / 100.0)
    white = np.random.default_rng(1).standard_normal((len(samples) + 1, len(FOUR_SITES.names)))
    noise = np.diff(white, axis=0) / np.sqrt(2.0)
    return replace(
        _anything(len(samples)),
        samples=samples.astype(np.int64),
        sample_uv=np.sqrt(power_uv2) * noise,
        power_uv2=power_uv2,
        rms_uv=np.sqrt(power_uv2),
        short_uv=np.sqrt(power_uv2) * (1.0 + 0.01 * noise),
        verdicts=np.full(power_uv2.shape, OK, dtype=np.int8),
    )


def _scored(
    levels: Mapping[str, Level],
    plan: HoldPlan = TEST,
    reference: Reference = REFERENCE,
    spoil: Callable[[Activations], Activations] = lambda ticks: ticks,
) -> HoldResult:
    hold = _run(plan, levels.get("glute_right", 0.0))
    assert hold.end_sample is not None
    ticks = HoldTicks.gather([spoil(_activations(levels, hold.end_sample))])
    return score(hold, ticks, reference, DELAYS, number=3, set_number=2)


WORKING: Mapping[str, Level] = {
    "glute_right": 50.0,
    "ham_right": 25.0,
    "glute_left": 10.0,
    "ham_left": 20.0,
}


def test_working_and_opposite_muscles_are_told_apart_and_so_are_the_quotients() -> None:
    """A ratio over the wrong leg's hamstring is a treatment of the wrong leg."""
    result = _scored(WORKING)
    assert [
        muscle.pct_mvc for muscle in (result.glute, result.ham, result.opposite_glute, result.opposite_ham)
    ] == pytest.approx([50.0, 25.0, 10.0, 20.0])
    assert result.ratio_same_side == pytest.approx(2.0)
    assert result.ratio_diagonal == pytest.approx(2.5)
    assert result.glute_share_pct == pytest.approx(100.0 * 50.0 / 75.0)
    mirrored: dict[str, Level] = {
        f"{site.partition('_')[0]}_{Side(site.partition('_')[2]).other}": pct for site, pct in WORKING.items()
    }
    other = _scored(mirrored, replace(TEST, side=Side.LEFT))
    assert (other.side, other.ratio_same_side, other.ratio_diagonal) == (
        Side.LEFT,
        result.ratio_same_side,
        result.ratio_diagonal,
    )


def test_a_test_hold_is_scored_from_1_to_5_and_a_half_seconds_after_set_and_nowhere_else() -> None:
    """Stepping up and stepping down are the loudest parts; in the score they would be the result."""
    loud_outside = {"glute_right": lambda at: 40.0 if 1.0 <= at < 5.5 else 190.0}
    assert _scored(loud_outside).glute.pct_mvc == pytest.approx(40.0)
    hold = _run(TEST, 40.0)
    assert scored_span(hold) == (SET + FS, SET + round(5.5 * FS))
    assert (hold.set_sample, hold.end_sample) == (SET, SET + 6 * FS)


def test_the_plateau_is_a_mean_of_powers() -> None:
    """A mean of microvolts reads an unsteady hold lower than the muscle worked."""
    result = _scored({"glute_right": lambda at: 80.0 if int(at * 2) % 2 else 0.0})
    share = np.mean([int(at * 2) % 2 for at in 1.0 + np.arange(round(4.5 * FS)) / FS])
    assert result.glute.pct_mvc == pytest.approx(80.0 * np.sqrt(share))
    assert result.glute.plateau_uv == pytest.approx(0.8 * SPAN_UV * np.sqrt(share))


def test_a_hold_until_fired_is_scored_from_when_it_fired() -> None:
    """Waiting for the glute is not part of the effort."""
    result = _scored({**WORKING, "glute_right": _step(3.0, 50.0)}, LEARN)
    assert result.fired_sample == SET + 3 * FS
    assert result.end_sample == SET + 9 * FS
    assert result.glute.pct_mvc == pytest.approx(50.0)
    assert result.outcome is Outcome.SUCCESS
    assert result.in_target_s == pytest.approx(6.0)
    assert result.in_target_pct == pytest.approx(100.0)
    assert result.held_s == pytest.approx(9.0)


def test_a_hold_that_never_fired_is_scored_to_its_end_and_enters_the_means() -> None:
    """To leave out the holds of a weak glute makes it strong: half of its holds would be gone."""
    result = _scored({"glute_right": _step(4.0, 20.0, low=10.0)}, LEARN)
    assert (result.outcome, result.outcome_reason) == (Outcome.NOT_REACHED, "limit")
    assert (result.valid, result.enters_means) == (True, True)
    assert result.fired_sample is None
    assert result.glute.pct_mvc == pytest.approx(np.sqrt((3.0 * 10.0**2 + 4.0 * 20.0**2) / 7.0))
    assert result.in_target_s == 0.0


@pytest.mark.parametrize(
    ("pct", "rest_uv", "outcome"),
    [
        (5.01, REST_UV, Outcome.SUCCESS),
        (4.99, REST_UV, Outcome.NOT_REACHED),
        (20.0, 10.1, Outcome.NOT_REACHED),
        (0.0, REST_UV, Outcome.NOT_REACHED),
    ],
)
def test_a_test_hold_without_a_glute_is_not_reached_and_has_no_latency(
    pct: float, rest_uv: float, outcome: Outcome
) -> None:
    """A latency of a muscle that never fired is the latency of noise."""
    site = SiteReference(rest_uv, float(np.hypot(SPAN_UV, rest_uv)))
    level = float(np.sqrt(max(0.0, pct**2 + rest_uv**2 - REST_UV**2)))
    result = _scored({"glute_right": level}, reference=Reference(dict.fromkeys(FOUR_SITES.names, site)))
    assert result.outcome is outcome
    assert result.valid
    assert result.enters_means
    assert result.glute.pct_mvc == pytest.approx(pct, abs=1e-9)
    assert (result.glute.latency_s is None) is (outcome is Outcome.NOT_REACHED)
    assert result.outcome_reason == ("below_floor" if outcome is Outcome.NOT_REACHED else "")


@pytest.mark.parametrize("at_s", [0.3, 0.8, 2.5])
def test_the_latency_is_counted_from_set(at_s: float) -> None:
    """Counted from the cue every athlete is a second and a half late."""
    result = _scored({**WORKING, "glute_right": _step(at_s, 50.0, low=2.0)})
    assert result.glute.latency_s == pytest.approx(at_s, abs=0.05)
    assert result.glute.onset_latency_s == pytest.approx(at_s - DELAYS.short_window_s / 2.0, abs=0.02)


def test_a_muscle_that_was_on_before_set_has_a_latency_of_0_or_less() -> None:
    """Early is a finding too; it must not be cut off or turned into a delay."""
    result = _scored({**WORKING, "glute_right": 50.0, "ham_right": _step(-0.7, 25.0)})
    assert result.glute.latency_s is not None
    assert -1.5 <= result.glute.latency_s <= -1.3
    assert result.ham.latency_s == pytest.approx(-0.7, abs=0.05)


@pytest.mark.parametrize(
    ("levels", "same", "diagonal", "share"),
    [
        ({**WORKING, "ham_right": 4.9}, None, 2.5, 100.0 * 50.0 / 54.9),
        ({**WORKING, "ham_left": 4.9}, 2.0, None, 100.0 * 50.0 / 75.0),
        ({**WORKING, "glute_right": 4.9}, None, None, 100.0 * 4.9 / 29.9),
        ({**WORKING, "glute_right": 9.0, "ham_right": 9.0}, 1.0, 0.45, None),
    ],
)
def test_every_quotient_has_its_gate(
    levels: Mapping[str, Level], same: float | None, diagonal: float | None, share: float | None
) -> None:
    """A quotient of a muscle and a noise is the largest number of the session."""
    result = _scored(levels)
    found = (result.ratio_same_side, result.ratio_diagonal, result.glute_share_pct)
    for value, wanted in zip(found, (same, diagonal, share), strict=True):
        assert value == (None if wanted is None else pytest.approx(wanted))


def test_a_submaximal_site_has_its_own_column_and_no_quotient() -> None:
    """60 % of a submaximal effort beside 60 % of a maximum is a comparison of nothing."""
    submax = replace(SITE, method=Method.SUBMAX)
    result = _scored(WORKING, reference=Reference(dict(REFERENCE.sites) | {"ham_right": submax}))
    assert (result.ham.pct_mvc, result.ham.reference) == (None, Method.SUBMAX)
    assert result.ham.pct_submax == pytest.approx(25.0)
    assert result.ham.latency_s is not None
    assert result.glute.pct_submax is None
    assert result.ratio_same_side is None
    assert result.glute_share_pct is None
    assert result.ratio_diagonal == pytest.approx(2.5)


def test_a_doubt_goes_with_every_percentage_of_a_maximum_and_with_no_other() -> None:
    """Else the row of a hold looks surer than the maximum under it."""
    doubtful = replace(SITE, doubts=(Doubt.SIDES_DIFFER,))
    sites = dict(REFERENCE.sites) | {
        "ham_right": doubtful,
        "glute_left": doubtful,
        "ham_left": replace(doubtful, method=Method.SUBMAX),
    }
    result = _scored(WORKING, reference=Reference(sites))
    assert (result.ham.doubts, result.glute.doubts) == ((Doubt.SIDES_DIFFER,), ())
    assert result.opposite_glute.doubts == (Doubt.SIDES_DIFFER,)
    assert result.opposite_ham.doubts == ()
    assert result.doubtful_references == ("ham_right",), "the other glute enters no ratio of this hold"


def test_what_was_not_calibrated_or_not_measured_reads_nothing() -> None:
    """Not zero: a zero would be the weakest hamstring ever seen."""
    only_glute = Reference({"glute_right": SITE})
    result = _scored(WORKING, reference=only_glute)
    assert (result.ham, result.opposite_glute) == (MISSING, MISSING)
    assert (result.ratio_same_side, result.ratio_diagonal, result.glute_share_pct) == (None, None, None)

    def without_hams(ticks: Activations) -> Activations:
        return replace(ticks, sites=("glute_left", "other_left", "glute_right", "other_right"))

    result = _scored(WORKING, spoil=without_hams)
    assert result.ham == MISSING
    assert result.glute.pct_mvc == pytest.approx(50.0)
    assert (result.ratio_same_side, result.ratio_diagonal, result.glute_share_pct) == (None, None, None)


@pytest.mark.parametrize(
    ("how", "outcome", "valid"),
    [
        ("void", Outcome.VOID, False),
        ("lost_balance", Outcome.LOST_BALANCE, True),
        ("incomplete", Outcome.INCOMPLETE, True),
    ],
)
def test_a_hold_that_does_not_count_has_no_numbers(how: str, outcome: Outcome, valid: bool) -> None:
    """They would enter a mean sooner or later: half a hold is not a weak one."""
    if how == "void":
        hold = _run(TEST, 50.0, void_at_s=3.0)
    else:
        hold = Hold(TEST, START, float(FS))
        for sample in range(START, SET + 3 * FS):
            hold.see(Tick(sample, 50.0))
        hold.finish(SET + 3 * FS, outcome, how)
    assert hold.end_sample is not None
    ticks = HoldTicks.gather([_activations(WORKING, hold.end_sample)])
    result = score(hold, ticks, REFERENCE, DELAYS, number=1, set_number=1)
    assert (result.outcome, result.valid, result.enters_means) == (outcome, valid, False)
    assert result.invalid_reason == ("railed" if how == "void" else "")
    for muscle in (result.glute, result.ham, result.opposite_glute, result.opposite_ham):
        assert muscle.reference is Method.QUICK
        assert (muscle.pct_mvc, muscle.plateau_uv, muscle.latency_s, muscle.cv_pct) == (None,) * 4
    assert (result.ratio_same_side, result.ratio_diagonal, result.glute_share_pct) == (None, None, None)


@pytest.mark.parametrize(("lost_s", "reads"), [(0.8, True), (1.0, False)])
def test_a_muscle_with_more_than_a_fifth_of_the_span_missing_has_no_reading(
    lost_s: float, reads: bool
) -> None:
    """The muscle of the other leg does not void the hold when its cable is out, and must not read half."""
    from_tick = SET - START + 2 * FS

    def cable_out(ticks: Activations) -> Activations:
        verdicts = ticks.verdicts.copy()
        verdicts[from_tick : from_tick + round(lost_s * FS), FOUR_SITES.names.index("ham_left")] = (
            VERDICTS.index("flat")
        )
        return replace(ticks, verdicts=verdicts)

    result = _scored(WORKING, spoil=cable_out)
    assert (result.opposite_ham.pct_mvc is not None) is reads
    assert (result.ratio_diagonal is not None) is reads
    assert result.ham.pct_mvc == pytest.approx(25.0)


def test_steadiness_is_the_scatter_of_the_bar() -> None:
    """A steady hold has none."""
    assert _scored(WORKING).glute.cv_pct == pytest.approx(0.0, abs=1e-9)
    swaying = _scored({**WORKING, "glute_right": lambda at: 50.0 + 10.0 * np.sin(2.0 * np.pi * 2.0 * at)})
    assert swaying.glute.cv_pct == pytest.approx(100.0 * 0.2 / np.sqrt(2.0), rel=0.02)


def test_time_in_target_belongs_to_training_holds_only() -> None:
    """A test hold has no target to be in: its level is the measurement."""
    assert _scored(WORKING).in_target_s is None
    assert _scored(WORKING).in_target_pct is None
    dip: Mapping[str, Level] = {**WORKING, "glute_right": lambda at: 10.0 if 2.0 <= at < 4.0 else 50.0}
    result = _scored(dip, replace(LEARN, until=Until.SET))
    assert result.outcome is Outcome.MISSED
    assert result.in_target_s == pytest.approx(4.0, abs=0.02)
    assert result.in_target_pct == pytest.approx(100.0 * 4.0 / 6.0, abs=0.5)


def test_the_row_says_when_things_happened() -> None:
    """The latencies of a paper are recomputed from these columns."""
    hold = Hold(TEST, START, float(FS))
    for sample in range(START, START + 12 * FS):
        if sample == SET + 2 * FS:
            assert hold.felt(sample)
        hold.see(Tick(sample, 50.0, lost=1 if sample == SET + 100 else 0))
    assert hold.end_sample is not None
    ticks = HoldTicks.gather([_activations(WORKING, hold.end_sample)])
    result = score(hold, ticks, REFERENCE, DELAYS, number=7, set_number=4)
    assert (result.hold, result.set_number, result.lost_samples) == (7, 4, 1)
    assert (result.cue_s, result.set_s) == (CUE / FS, SET / FS)
    assert (result.felt_latency_s, result.held_s) == (2.0, 6.0)
    assert (result.target_pct, result.feedback) == (None, False)


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, 2600), max_size=10))
def test_any_cut_of_the_ticks_gives_the_same_row(cuts: list[int]) -> None:
    """Live and recovered sessions come in other blocks, and must give the same holds.csv."""
    hold = _run(TEST, 50.0)
    assert hold.end_sample is not None
    whole = _activations({**WORKING, "glute_right": _step(0.4, 50.0)}, hold.end_sample)
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    parts = [whole.cut(start, stop) for start, stop in pairwise(edges)]
    rows = [
        score(hold, HoldTicks.gather(of), REFERENCE, DELAYS, number=1, set_number=1)
        for of in (parts, [whole])
    ]
    assert rows[0] == rows[1]


def test_the_zone_s_events_are_those_the_score_stands_on() -> None:
    """A "fired" on the screen at one time and a span from another would be two truths."""
    hold = Hold(LEARN, START, float(FS))
    raised = []
    for sample in range(START, SET + 10 * FS):
        raised += [
            (event.kind, event.crossed_sample)
            for event in hold.see(Tick(sample, _step(1.0, 50.0)((sample - SET) / FS)))
        ]
    assert (EventKind.FIRED, SET + FS) in raised
    assert scored_span(hold) == (SET + 2 * FS, SET + round(6.5 * FS))
