"""The sore muscle: steps with pain asked after each, then a bridge instead of a maximum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrations.draft import Draft, TrialQuality
from calibrations.intake import Effort
from calibrations.measurement import MAX_TRIES
from calibrations.submax import SUBMAX_CV_PCT
from emg.codes import CommandKind, EventKind
from emg.results import Doubt, Method
from emg.stage import Event
from tests.calibrations.pushing import ALL_OUT, SITES, cued, details, go, mvc, reasons, says, steps_of, submax
from tests.emg.sets.coached import BACK, FS, NEXT, PAUSE, REST_UV, RESUME, Told

SORE = {"ham_left": Effort.GRADED}
BOTH = {"ham_left": Effort.GRADED, "ham_right": Effort.GRADED}
BRIDGING = {"ham_left": 30.0, "ham_right": 30.0}


def level(percent: float) -> float:
    return float(np.hypot(percent, REST_UV))


def bridges(told: Told) -> int:
    return cued(told, "exercise").count("bridge")


def no_pain(_: Event) -> int:
    return 0


def test_a_sore_muscle_goes_up_in_steps_and_then_makes_a_bridge() -> None:
    """Else the athlete whom this is for gives all he has with what hurts."""
    stage = submax(SORE)
    told = go(stage, BRIDGING, answer=no_pain)

    assert cued(told, "exercise") == ["graded", "graded", "graded", "bridge"]
    assert steps_of(told)[:3] == [("ham_left", 25), ("ham_left", 50), ("ham_left", 75)]
    assert cued(told, "position") == ["prone_knee_curl"] * 3 + ["double_leg_bridge"]
    reference = stage._draft.reference
    assert reference is not None
    found = reference.sites["ham_left"]
    assert (found.method, found.rest_uv, found.mvc_cv_pct) == (Method.SUBMAX, REST_UV, SUBMAX_CV_PCT)
    assert found.mvc_uv == pytest.approx(level(30)), "no luck is taken off what is no best window"
    assert [trial.effort_pct for trial in stage._draft.trials] == [25, 50, 75, 0]
    assert told.end == 56 * FS


def test_one_bridge_measures_all_and_alone_where_nothing_may_work_harder() -> None:
    """Else with a sign for a clinician somebody is asked for efforts, or for one bridge a muscle."""
    stage = submax(dict.fromkeys(SITES, Effort.BRIDGE))
    told = go(stage, dict.fromkeys(SITES, 20.0))

    assert cued(told, "exercise") == ["bridge"]
    assert stage._draft.reference is not None
    assert set(stage._draft.reference.sites) == set(SITES)
    (done,) = details(told, EventKind.TRIAL_DONE)
    assert done["levels_uv"] == pytest.approx(dict.fromkeys(SITES, level(20)))
    assert done["quality"] == "good"


def test_pain_above_three_stops_the_steps_and_the_bridge() -> None:
    """Else the coach goes on up while the athlete says that it hurts."""
    told = go(
        stage := submax(SORE), BRIDGING, answer=lambda event: 5 if event.detail["effort_pct"] == 50 else 1
    )
    assert steps_of(told) == [("ham_left", 25), ("ham_left", 50)]
    assert bridges(told) == 0
    assert reasons(told) == ["mvc_spoilt"], "alone it leaves nothing to measure by"
    assert stage._draft.reference is None


def test_a_bridge_is_made_with_no_muscle_that_hurts() -> None:
    """Else the other leg's bridge loads the leg that has just been spared."""
    told = go(submax(BOTH), BRIDGING, answer=lambda event: 4 if event.detail.get("site") == "ham_left" else 0)
    assert steps_of(told) == [("ham_left", 25), ("ham_right", 25), ("ham_right", 50), ("ham_right", 75)]
    assert bridges(told) == 0


def test_without_an_answer_nobody_goes_higher_and_the_bridge_is_made() -> None:
    """Else silence is taken for "no pain", or an athlete who lies alone is left without a reference."""
    told = go(stage := submax(SORE), BRIDGING)
    assert cued(told, "exercise") == ["graded", "bridge"]
    assert stage._draft.reference is not None
    gap_s = (told.at(EventKind.CUE)[1] - told.at(EventKind.CUE)[0]) / FS
    assert gap_s == 4 + 5 + 4 + 8, "steps that are left out are not counted in"


def test_pain_of_three_goes_on() -> None:
    """Else the limit that is written is not the one that is used."""
    assert len(cued(go(submax(SORE), BRIDGING, answer=lambda _: 3))) == 4


def test_a_late_answer_still_opens_the_next_step() -> None:
    """Else nobody who thinks for five seconds ever comes to a half."""
    told = go(submax(SORE), BRIDGING, say={8 * FS + 8 * FS: says(0)})
    assert steps_of(told)[:2] == [("ham_left", 25), ("ham_left", 50)]


def test_the_glute_keeps_its_maximum_and_the_sore_hamstring_its_bridge() -> None:
    """Else one sore muscle takes the percentages of all others away."""
    draft = Draft(rest_uv=dict.fromkeys(SITES, REST_UV))
    first = go(mvc(("glute_left", "glute_right"), concludes=False, draft=draft), {**ALL_OUT})
    assert first.at(EventKind.REFERENCE_SET) == []
    told = go(submax(SORE, draft=draft), BRIDGING, answer=no_pain)

    assert draft.reference is not None
    assert {site: found.method for site, found in draft.reference.sites.items()} == {
        "glute_left": Method.QUICK,
        "glute_right": Method.QUICK,
        "ham_left": Method.SUBMAX,
    }
    assert told.events[-1].kind is EventKind.REFERENCE_SET


def test_after_standing_efforts_one_has_time_to_lie_down() -> None:
    """Else the sore leg is asked to curl while its owner still stands."""
    draft = Draft(rest_uv=dict.fromkeys(SITES, REST_UV))
    go(mvc(("glute_left",), positions={"glute_left": "standing_squeeze"}, concludes=False, draft=draft))
    assert go(submax(SORE, draft=draft), BRIDGING).at(EventKind.CUE)[0] == 8 * FS


def test_steps_that_hurt_a_little_do_not_make_a_painless_bridge_doubtful() -> None:
    """Else the doubt stands at a number that nothing was held back in."""

    def first_steps(event: Event) -> int:
        return 3 if event.detail["exercise"] == "graded" else 1

    go(stage := submax(SORE), BRIDGING, answer=first_steps)
    assert stage._draft.reference is not None
    assert stage._draft.reference.sites["ham_left"].doubts == ()
    go(stage := submax(SORE), BRIDGING, answer=lambda _: 3)
    assert stage._draft.reference is not None
    assert stage._draft.reference.sites["ham_left"].doubts == (Doubt.PAINFUL,)


def test_what_was_said_of_a_bridge_is_said_of_all_it_measured() -> None:
    """Else half of a bridge that hurt passes for painless."""
    told = go(stage := submax(dict.fromkeys(BOTH, Effort.BRIDGE)), BRIDGING, answer=lambda _: 2)
    assert [trial.pain_0_10 for trial in stage._draft.trials] == [2, 2]
    (said,) = details(told, EventKind.PAIN)
    assert (said["exercise"], said["pain_0_10"], said["sites"]) == ("bridge", 2, ["ham_left", "ham_right"])


def test_a_spoilt_bridge_is_made_again_up_to_a_limit() -> None:
    """Else a gap is a reference, or an athlete with a broken cable bridges for ever."""
    told = go(stage := submax({"ham_left": Effort.BRIDGE}), BRIDGING, lost=range(9 * FS, 11 * FS))
    assert bridges(told) == 2
    assert [trial.quality for trial in stage._draft.trials] == [TrialQuality.GAP, TrialQuality.GOOD]

    broken = [sample for sample in range(200 * FS) if sample % FS < 100]
    told = go(submax({"ham_left": Effort.BRIDGE}), BRIDGING, 200, lost=broken)
    assert (bridges(told), reasons(told)) == (MAX_TRIES, ["mvc_spoilt"])


def test_a_bridge_that_hardly_stands_out_of_rest_is_no_reference() -> None:
    """Else percent of a bridge is percent of noise."""
    told = go(stage := submax(dict.fromkeys(BOTH, Effort.BRIDGE)), {"ham_left": 30.0, "ham_right": 3.0})
    assert stage._draft.reference is not None
    assert set(stage._draft.reference.sites) == {"ham_left"}
    assert [notice["message"] for notice in details(told, EventKind.NOTICE)] == ["ham_right"]


@pytest.mark.parametrize("others", [True, False])
def test_a_muscle_that_may_do_nothing_is_said_to_have_none(others: bool) -> None:
    """Else the set-up stands still, or breaks, where a muscle hurts too much for anything."""
    draft = Draft(rest_uv=dict.fromkeys(SITES, REST_UV))
    if others:
        go(mvc(("glute_left",), concludes=False, draft=draft))
    stage = submax({"ham_left": Effort.NONE}, draft=draft)
    assert stage.view().message == "no_maximum:ham_left"
    told = go(stage, {}, 20)
    assert told.at(EventKind.CUE) == []
    assert reasons(told) == ([] if others else ["mvc_too_small"])
    assert (draft.reference is not None) is others


def test_the_bridge_and_the_steps_are_named_on_the_screen() -> None:
    """Else nobody knows how hard, or in which position."""
    go(stage := submax(SORE), BRIDGING, 6)
    shown = stage.view()
    assert (shown.stage, shown.site, shown.task, shown.effort_pct) == (
        "submax",
        "ham_left",
        "prone_knee_curl",
        25,
    )
    go(stage := submax(dict.fromkeys(BOTH, Effort.BRIDGE)), BRIDGING, 10)
    assert (stage.view().site, stage.view().task, stage.view().effort_pct) == (
        None,
        "double_leg_bridge",
        None,
    )


def test_back_makes_the_last_step_again() -> None:
    """Else a step that was not made at all opens the next one."""
    told = go(stage := submax(SORE), BRIDGING, answer=no_pain, say={10 * FS: BACK})
    assert steps_of(told)[:3] == [("ham_left", 25), ("ham_left", 25), ("ham_left", 50)]
    assert [trial.effort_pct for trial in stage._draft.trials] == [25, 50, 75, 0]


KEYS = st.dictionaries(st.integers(0, 50 * FS), st.sampled_from([PAUSE, RESUME, NEXT, BACK]), max_size=5)


@given(st.lists(st.integers(1, 70 * FS), max_size=12), KEYS)
@settings(max_examples=10, deadline=None)
def test_any_cut_of_the_ticks_gives_the_same_reference(cuts: list[int], say: dict[int, CommandKind]) -> None:
    """Else the reference depends on how the radio bundled its packets."""
    assert go(submax(SORE), BRIDGING, 70, say=say, cuts=cuts) == go(submax(SORE), BRIDGING, 70, say=say)
