"""What taps and lifts say about the map."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrations.swaps import (
    CLEAR_SD,
    RISE_SD,
    fault_by_lifts,
    fault_by_taps,
    findings,
    mend_code,
    rises_sd,
)
from emg.montage import FOUR_SITES, Montage, Side, Site

GL, HL, GR, HR = FOUR_SITES.names
LEFT, RIGHT = Side.LEFT, Side.RIGHT
SIDES = {GL: GR, GR: GL, HL: HR, HR: HL}
THREE = Montage.of({GL: 2, GR: 5, HL: 1})
OTHERS = Montage.of({"glute_med_left": 1, "quad_left": 2, "glute_med_right": 3, "quad_right": 7})
CROWDED = Montage.of({GL: 1, HL: 2, "quad_left": 3, GR: 4})


def own(montage: Montage) -> dict[str, str]:
    return {site: site for site in montage.names}


@pytest.mark.parametrize(
    ("montage", "moved", "reason"),
    [
        (FOUR_SITES, SIDES, "sides_swapped"),
        (FOUR_SITES, {GL: GR, GR: GL}, f"sides_swapped:{GL},{GR}"),
        (FOUR_SITES, {HL: HR, HR: HL}, f"sides_swapped:{HL},{HR}"),
        (FOUR_SITES, {GL: HL, HL: GL}, "muscles_swapped:left"),
        (FOUR_SITES, {GR: HR, HR: GR}, "muscles_swapped:right"),
        (FOUR_SITES, {GL: HR, HR: GL}, f"map_mixed:{GL},{HR}"),
        (FOUR_SITES, {GL: HL, HL: GR, GR: GL}, f"map_mixed:{GL},{HL},{GR}"),
        (FOUR_SITES, {GL: HL, HL: GL, GR: HR, HR: GR}, f"map_mixed:{GL},{HL},{GR},{HR}"),
        (FOUR_SITES, {GL: HR, HR: GL, HL: GR, GR: HL}, f"map_mixed:{GL},{HL},{GR},{HR}"),
        (THREE, {GL: GR, GR: GL}, f"sides_swapped:{GL},{GR}"),
        (THREE, {GL: HL, HL: GL}, "muscles_swapped:left"),
        (Montage.of({GL: 4, GR: 2}), {GL: GR, GR: GL}, "sides_swapped"),
        (Montage.of({GR: 4, HR: 2}), {GR: HR, HR: GR}, "muscles_swapped:right"),
        (
            OTHERS,
            {"quad_left": "quad_right", "quad_right": "quad_left"},
            "sides_swapped:quad_left,quad_right",
        ),
        (CROWDED, {GL: HL, HL: GL}, f"map_mixed:{GL},{HL}"),
    ],
)
def test_each_kind_of_swap_has_its_name_and_is_mended_whole(
    montage: Montage, moved: Mapping[str, str], reason: str
) -> None:
    """Else people look for the wrong plug, or the map is mended in half."""
    fault = fault_by_taps(montage, {**own(montage), **moved})

    assert fault is not None
    assert fault.reason == reason
    assert set(fault.sites) == set(moved)
    was = montage.as_dict()
    assert fault.channels == {site: was[moved.get(site, site)] for site in montage.names}


def test_a_map_that_is_right_has_no_fault() -> None:
    """Else everybody is asked about a swap that is none."""
    assert fault_by_taps(FOUR_SITES, own(FOUR_SITES)) is None
    assert fault_by_taps(FOUR_SITES, dict.fromkeys(FOUR_SITES.names)) is None
    assert fault_by_taps(FOUR_SITES, {GL: GL, HL: None}) is None
    assert fault_by_taps(Montage.of({GL: 1}), {GL: GL}) is None


@pytest.mark.parametrize("hams", [HL, None])
def test_two_leads_in_one_jack_are_named_and_never_mended(hams: str | None) -> None:
    """Else a site is given a channel on which another muscle is."""
    fault = fault_by_taps(FOUR_SITES, {GL: GR, GR: GR, HL: hams, HR: hams})
    assert fault is not None
    assert fault.reason == (f"same_jack:{GL},{HL},{GR},{HR}" if hams else f"same_jack:{GL},{GR}")
    assert fault.channels is None
    assert set(fault.sites.values()) == {"same_jack"}


def test_one_half_of_a_swap_is_no_map() -> None:
    """Else the site that nobody saw is given a channel by guess."""
    half = fault_by_taps(FOUR_SITES, {GL: GR, GR: None, HL: HL, HR: HR})
    assert half is not None
    assert (half.reason, half.channels) == (f"map_mixed:{GL},{GR}", None)
    assert half.sites == {GL: "mixed"}

    glutes = fault_by_taps(FOUR_SITES, {GL: GR, GR: GL, HL: None, HR: None})
    assert glutes is not None
    assert (glutes.reason, glutes.channels) == (f"sides_swapped:{GL},{GR}", None)

    one_unseen = fault_by_taps(FOUR_SITES, {GL: GR, GR: GL, HL: HL, HR: None})
    assert one_unseen is not None
    assert one_unseen.channels == {GL: 3, HL: 2, GR: 1, HR: 4}


@given(st.permutations(FOUR_SITES.names), st.sets(st.sampled_from(FOUR_SITES.names)), st.integers(1, 4))
@settings(max_examples=300)
def test_no_map_is_ever_proposed_that_is_not_the_true_one(
    jacks: list[str], seen: set[str], n_sites: int
) -> None:
    """Else mending makes left of right, and says that it was checked."""
    montage = Montage(FOUR_SITES.channels[:n_sites])
    jacks = [jack for jack in jacks if jack in montage.names]
    truth = dict(zip(montage.names, jacks, strict=True))
    fault = fault_by_taps(montage, {site: truth[site] if site in seen else None for site in truth})

    channels = montage.as_dict()
    if fault is not None and fault.channels is not None:
        assert fault.channels == {site: channels[jack] for site, jack in truth.items()}
    if seen >= set(truth):
        assert (fault is None) == (truth == own(montage))
        assert fault is None or fault.channels is not None
    if all(truth[site] == site for site in truth if site in seen):
        assert fault is None, "what was not seen is no fault"


# --- lifts


def rises(left: Mapping[str, float], right: Mapping[str, float]) -> dict[Side, dict[str, float]]:
    none = dict.fromkeys(FOUR_SITES.names, 0.0)
    return {LEFT: {**none, **left}, RIGHT: {**none, **right}}


HEALTHY = rises({GL: 25, HL: 30}, {GR: 25, HR: 30})
CROSSED = rises({GR: 25, HR: 30}, {GL: 25, HL: 30})


def test_sides_that_show_the_other_way_in_both_lifts_are_swapped() -> None:
    """Else with electrodes that nobody can tap the wrong side is trained."""
    fault = fault_by_lifts(FOUR_SITES, {}, CROSSED)
    assert fault is not None
    assert fault.reason == "sides_swapped"

    glutes = fault_by_lifts(FOUR_SITES, {}, rises({GR: 25, HL: 30}, {GL: 25, HR: 30}))
    assert glutes is not None
    assert glutes.reason == f"sides_swapped:{GL},{GR}"
    assert (fault.channels, glutes.channels) == (None, None), "which is glute, no lift can tell"

    alone = fault_by_lifts(Montage.of({GL: 1, GR: 3}), {}, CROSSED)
    assert alone is not None
    assert (alone.reason, alone.channels) == ("sides_swapped", {GL: 3, GR: 1})


@pytest.mark.parametrize(
    "seen",
    [
        HEALTHY,
        rises({GL: 25, HL: 30}, {GR: 1, HR: 30}),  # a weak glute
        rises({GL: 25, HL: 30}, {GR: 1, GL: 12, HR: 30}),  # ... and the other side helps
        rises({GR: 25, HR: 30}, {HL: 30}),  # crossed, but a glute is asleep
        rises({GR: 25, HR: 30}, {GL: 25}),
        rises({GR: 25, HR: 30, GL: 4}, {GL: 25, HL: 30}),  # its own side moves too
        rises({GR: 7, HR: 30}, {GL: 25, HL: 30}),  # too little to be sure
        rises({}, {}),
        rises(dict.fromkeys(FOUR_SITES.names, 25), dict.fromkeys(FOUR_SITES.names, 25)),
        {LEFT: CROSSED[LEFT]},
        rises({GR: float("nan"), HR: 30}, {GL: 25, HL: 30}),
    ],
)
def test_lifts_that_leave_a_doubt_call_nothing_swapped(seen: dict[Side, dict[str, float]]) -> None:
    """Else the weak glute, for whom all this is made, is told that the leads are wrong."""
    assert fault_by_lifts(FOUR_SITES, {}, seen) is None
    assert fault_by_lifts(FOUR_SITES, dict.fromkeys(FOUR_SITES.names), seen) is None


def test_lifts_tell_nothing_about_a_muscle_that_is_measured_on_one_side() -> None:
    """Else a site without its mirror is moved by what another muscle did."""
    crossed = {LEFT: {GL: 0.0, GR: 25.0, HL: 0.0}, RIGHT: {GL: 25.0, GR: 0.0, HL: 20.0}}
    assert fault_by_lifts(THREE, {}, crossed) is None
    assert fault_by_lifts(Montage.of({GL: 1}), {}, {LEFT: {GL: 0.0}}) is None


HAMS_CROSSED = rises({GL: 20, HR: 25}, {HL: 25, GR: 20})


def test_hamstrings_that_nobody_saw_tapped_are_still_found_by_their_lifts() -> None:
    """Else one tap that was seen hides a swap of the two electrodes whose taps were not."""
    fault = fault_by_lifts(FOUR_SITES, {GL: GL, GR: GR, HL: None, HR: None}, HAMS_CROSSED)
    assert fault is not None
    assert (fault.reason, fault.channels) == (
        f"sides_swapped:{HL},{HR}",
        {GL: 1, HL: 4, GR: 3, HR: 2},
    )
    three = fault_by_lifts(THREE, {GL: None, GR: None, HL: HL}, rises({GR: 20, HL: 25}, {GL: 20}))
    assert three is not None
    assert three.channels == {GL: 5, GR: 2, HL: 1}


def test_a_swap_with_a_lead_that_nobody_saw_is_named_and_not_mended() -> None:
    """Else a lead that may be in any of three jacks is said to be in one of them."""
    fault = fault_by_lifts(FOUR_SITES, {GL: GL, GR: None, HL: None, HR: None}, HAMS_CROSSED)
    assert fault is not None
    assert (fault.reason, fault.channels) == (f"sides_swapped:{HL},{HR}", None)
    asleep = rises({GL: 20, HR: 25}, {HL: 25})
    assert fault_by_lifts(FOUR_SITES, {GL: GL, GR: None}, asleep) == fault, "the unseen glute is weak"


def test_taps_on_other_channels_leave_nothing_to_the_lifts() -> None:
    """Else a mended pair of glutes hides that hamstring and quadriceps are mixed up."""
    montage = Montage.of({GL: 1, GR: 2, HL: 3, "quad_left": 4})
    crossed = {LEFT: {GL: 0.0, GR: 25.0, HL: 20.0, "quad_left": 20.0}, RIGHT: {GL: 25.0, GR: 0.0}}
    for site in (HL, "quad_left"):
        crossed[RIGHT][site] = 0.0
    right_leads = {HL: HL, "quad_left": "quad_left"}
    fault = fault_by_lifts(montage, right_leads, crossed)
    assert fault is not None
    assert fault.channels == {GL: 2, GR: 1, HL: 3, "quad_left": 4}
    assert fault_by_lifts(montage, {HL: "quad_left", "quad_left": HL}, crossed) is None


@pytest.mark.parametrize(
    ("seen_on", "seen"),
    [
        ({GL: GL, HL: HL, GR: GR, HR: HR}, CROSSED),  # all were seen
        ({GL: GL, GR: GR, HL: HL, HR: None}, HAMS_CROSSED),  # ... or one of the pair
        ({GL: GR, GR: GL, HL: None, HR: None}, CROSSED),  # the taps have said it
        ({GL: GL, HL: GL, GR: None, HR: None}, CROSSED),
        ({GL: GL, GR: GR, HL: None, HR: None}, CROSSED),  # the wrong legs were lifted
        ({GL: GL, GR: None, HL: None, HR: None}, rises({GL: 4, HR: 25}, {GL: 4, HL: 25})),
        ({GL: GL, GR: GR, HL: None, HR: None}, rises({HR: 25}, {HL: 25})),  # no leg is known
        ({GL: GL, GR: GR, HL: None, HR: None}, rises({GL: 7, HR: 25}, {HL: 25, GR: 7})),
        ({GL: GL, GR: None, HL: None, HR: None}, rises({GL: 20, HR: 25}, {HL: 25, GL: 4})),
        ({GL: GL, GR: GR, HL: None, HR: None}, rises({GL: 20, HR: 25}, {GR: 20})),  # one ham is asleep
    ],
)
def test_taps_that_say_otherwise_or_nothing_about_the_legs_leave_nothing_to_the_lifts(
    seen_on: dict[str, str | None], seen: dict[Side, dict[str, float]]
) -> None:
    """Else who lifts the wrong leg has leads exchanged that were right."""
    assert fault_by_lifts(FOUR_SITES, seen_on, seen) is None


SD = st.floats(0.0, 60.0)


def lifted(
    jack: Mapping[str, str],
    strengths: tuple[float, ...],
    helps: tuple[float, ...],
    legs: Mapping[Side, Side],
) -> dict[Side, dict[str, float]]:
    """Rises at each cue, by the map's sites: whose lead is in a jack is seen there; the leg may be wrong."""
    strength = dict(zip(FOUR_SITES.names, strengths, strict=True))
    help_ = dict(zip(FOUR_SITES.names, helps, strict=True))
    return {
        cue: {
            jack[site]: strength[site] * (1.0 if Site.parse(site).side is leg else help_[site])
            for site in strength
        }
        for cue, leg in legs.items()
    }


STRENGTHS = st.tuples(*[st.one_of(st.just(25.0), SD)] * 4)
HELPS = st.tuples(*[st.one_of(st.just(0.0), st.floats(0.0, 0.9))] * 4)
LEGS = st.sampled_from([{LEFT: one, RIGHT: other} for one in Side for other in Side])


@given(st.permutations(FOUR_SITES.names), st.sets(st.sampled_from(FOUR_SITES.names)), STRENGTHS, HELPS, LEGS)
@settings(max_examples=400)
def test_no_taps_and_lifts_together_propose_a_wrong_map(
    jacks: list[str],
    seen: set[str],
    strengths: tuple[float, ...],
    helps: tuple[float, ...],
    legs: dict[Side, Side],
) -> None:
    """Else mending makes left of right for whoever has one strong leg, or lifts the other one."""
    truth = dict(zip(FOUR_SITES.names, jacks, strict=True))
    seen_on = {site: truth[site] if site in seen else None for site in truth}
    fault = fault_by_lifts(FOUR_SITES, seen_on, lifted(truth, strengths, helps, legs))
    if fault is None:
        return
    assert legs == {side: side for side in Side} or not seen, "seen taps know the legs"
    if seen:
        assert truth != own(FOUR_SITES)
    if fault.channels is not None:
        channels = FOUR_SITES.as_dict()
        assert fault.channels == {site: channels[jack] for site, jack in truth.items()}


@given(
    st.tuples(SD, SD, SD, SD),
    st.tuples(*[st.floats(0.0, 0.9)] * 4),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=400)
def test_lifts_never_propose_a_wrong_map_whatever_the_muscles_can_do(
    strengths: tuple[float, ...], helps: tuple[float, ...], glutes: bool, hams: bool
) -> None:
    """Else somebody with one strong and one weak leg gets the map of a mirror."""
    jack = {
        site: SIDES[site] if (glutes if site in (GL, GR) else hams) else site for site in FOUR_SITES.names
    }
    seen = lifted(jack, strengths, helps, {side: side for side in Side})
    for tapped in ({}, {GL: jack[GL], GR: jack[GR]}):
        fault = fault_by_lifts(FOUR_SITES, tapped, seen)
        if fault is not None:
            assert glutes or hams
            channels = FOUR_SITES.as_dict()
            true_map = {site: channels[jack[site]] for site in FOUR_SITES.names}
            assert fault.channels == (true_map if tapped else None)


def test_findings_say_what_is_known_so_far() -> None:
    """Else a muscle that cannot be told is shown as found, or one that is found as unknown."""
    assert findings(FOUR_SITES, {}, {}) == {}
    assert findings(FOUR_SITES, {GL: GL, HL: None}, {}) == {GL: "ok", HL: "no_tap"}

    weak = rises({GL: 25, HL: 30}, {GR: RISE_SD - 0.1, HR: 30})
    assert findings(FOUR_SITES, own(FOUR_SITES), weak)[GR] == "no_rise"
    untapped = findings(FOUR_SITES, dict.fromkeys(FOUR_SITES.names), weak)
    assert untapped == {GL: "ok", HL: "ok", GR: "cannot_tell", HR: "ok"}
    crossed = findings(FOUR_SITES, {}, CROSSED)
    assert set(crossed.values()) == {"cannot_tell"}
    assert findings(FOUR_SITES, {}, rises({GL: 10, GR: 20}, {}))[GL] == "cannot_tell"
    assert findings(Montage.of({GL: 1}), {}, {LEFT: {GL: 10.0}}) == {GL: "ok"}


# --- rise


def noise(level: float, n: int, seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """RMS over 50 ms of noise: 12 values and a tail, one a tick."""
    squares = np.square(np.random.default_rng(seed).standard_normal(n + 11)) * level**2
    result: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.sqrt(
        np.convolve(squares, np.full(12, 1 / 12), "valid")
    )
    return result


def test_rest_has_not_risen_and_a_lift_has() -> None:
    """Else noise is called work, or work noise."""
    quiet = np.stack([noise(2.0, 500, seed) for seed in range(60)], axis=1)
    still = np.stack([noise(2.0, 500, 100 + seed) for seed in range(60)], axis=1)
    assert np.abs(rises_sd(quiet, still)).max() < 1.0 < RISE_SD
    assert rises_sd(quiet, 2.5 * still).min() > RISE_SD
    assert rises_sd(quiet, 6.0 * still).min() > CLEAR_SD


def test_a_rise_needs_readings() -> None:
    """Else what was lost in a gap counts as rest."""
    quiet, work = noise(2.0, 500, 1)[:, None], noise(20.0, 500, 2)[:, None]
    gap = work.copy()
    gap[:251] = np.nan
    assert np.isnan(rises_sd(quiet, gap)).all()
    assert np.isnan(rises_sd(np.full_like(quiet, np.nan), work)).all()
    assert np.isnan(rises_sd(np.empty((0, 1)), work)).all()
    gap = work.copy()
    gap[:200] = np.nan
    assert rises_sd(quiet, gap)[0] > CLEAR_SD


def test_an_envelope_that_lies_still_rises_by_shares_of_itself() -> None:
    """Else a board that sends envelopes without noise has infinite rises, or a division by zero."""
    flat = np.full((100, 2), [50.0, 0.0])
    assert rises_sd(flat, flat * 1.2)[0] == pytest.approx(2.0)
    assert np.isnan(rises_sd(flat, flat)[1])


def test_the_proposal_names_the_whole_map() -> None:
    """Else a front cannot show what it is about to change."""
    assert mend_code({GL: 3, GR: 1}) == f"mend:{GL}=3,{GR}=1"
    assert mend_code(None) == ""
