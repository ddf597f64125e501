"""No single effort is a maximum that no other one supports; a muscle without a rest has none at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from calibrations.draft import Draft, TrialQuality, Way
from calibrations.intake import Effort
from calibrations.maximum import FOURTH_S
from emg.activation import Activations
from emg.blocks import Unit
from emg.codes import CommandKind, DotState, EventKind
from emg.question import READ_S
from emg.stage import Command
from tests.calibrations.pushing import cued, details, go, mvc, reasons, says, submax
from tests.emg.sets.coached import BACK, FS, NEXT, REST_UV, SPAN_UV

TURN = 9 * FS
DONE = 7 * FS


def level(percent: float) -> float:
    return float(np.hypot(percent / 100.0 * SPAN_UV, REST_UV))


def in_turn(*percents: float) -> Callable[[int], Mapping[str, float]]:
    """Efforts of one muscle in turn; three seconds more after the second, to answer."""
    starts = [0, TURN, 2 * TURN + 3 * FS, 3 * TURN + 6 * FS]
    return lambda s: {"glute_left": percents[max(n for n, at in enumerate(starts) if s >= at)]}


def test_an_artefact_of_believable_height_is_no_maximum() -> None:
    """Else noise on a wire is 100 %, and no hold of the session ever reaches its target."""
    stage = mvc(("glute_left",))
    told = go(stage, in_turn(60.0, 1600.0, 60.0, 60.0))
    assert len(cued(told)) == 4, "asked once more, and once more, up to the limit"
    assert stage._draft.bests_uv("glute_left") == pytest.approx([level(60)] * 3)
    assert stage._draft.trials[1].quality is TrialQuality.ARTEFACT
    assert stage.view().dots.count(DotState.VOID) == 1
    left_out = details(told, EventKind.TRIAL_DONE)[-1]
    assert (left_out["trial"], left_out["best_uv"], left_out["quality"]) == (2, None, "artefact")


def test_a_second_wind_that_comes_again_is_the_maximum() -> None:
    """Else an athlete who held back at first has too low a maximum."""
    stage = mvc(("glute_left",))
    told = go(stage, in_turn(60.0, 100.0, 95.0, 1.0))
    assert len(cued(told)) == 3
    assert max(stage._draft.bests_uv("glute_left")) == pytest.approx(level(100))


@pytest.mark.parametrize(("second", "cues"), [(72.0, 2), (70.0, 3)])
def test_forty_percent_is_the_limit(second: float, cues: int) -> None:
    """Else two efforts that differ as efforts do cost a third, or the limit is another than is written."""
    assert len(cued(go(mvc(("glute_left",)), in_turn(100.0, second, 100.0, 100.0)))) == cues


def test_a_single_effort_because_of_pain_stays() -> None:
    """Else who hurts has no percentages at all."""
    stage = mvc(("glute_left",))
    go(stage, say={DONE + 50: says(6)})
    assert stage._draft.bests_uv("glute_left") == pytest.approx([level(100)])
    assert stage._draft.reference is not None


def test_on_the_full_way_it_is_asked_without_an_offer() -> None:
    """Else silence at the offer makes one artefact the baseline."""
    stage = mvc(("glute_left",), way=Way.FULL)
    told = go(stage, lambda s: {"glute_left": 300.0 if s < 30 * FS else 90.0}, 600)
    assert len(cued(told)) == 5
    assert details(told, EventKind.READY) == []
    assert max(stage._draft.bests_uv("glute_left")) == pytest.approx(level(90))


def test_no_muscle_makes_three_millivolts() -> None:
    """Else a loose electrode in every effort supports itself."""
    assert reasons(go(mvc(("glute_left",)), {"glute_left": 3500.0})) == ["mvc_spoilt"]
    assert reasons(go(mvc(("glute_left",)), {"glute_left": 2500.0})) == []
    assert reasons(go(mvc(("glute_left",), unit=Unit.ARBITRARY), {"glute_left": 3500.0})) == []


@pytest.mark.parametrize("hz", [12.0, 50.0])
def test_an_effort_with_the_spectrum_of_a_cable_is_made_again(hz: float) -> None:
    """Else a leg that swings, or hum that comes with the effort, is 100 %."""

    def swings(levels: Activations) -> None:
        wave = 100.0 * np.sqrt(2.0) * np.sin(2.0 * np.pi * hz * levels.time_s[: 12 * FS])
        levels.sample_uv[: 12 * FS] = wave[:, None]

    for stage in (mvc(("glute_left",)), submax({"glute_left": Effort.BRIDGE})):
        told = go(stage, change=swings)
        assert [done["quality"] for done in details(told, EventKind.TRIAL_DONE)][:2] == ["artefact", "good"]


# --- the offer of a fourth


@pytest.mark.parametrize("key", [NEXT, BACK])
@pytest.mark.parametrize(("after_s", "heard"), [(-0.1, False), (READ_S - 0.1, False), (READ_S + 0.1, True)])
def test_a_key_meant_for_what_stood_there_before_is_no_answer(
    key: CommandKind, after_s: float, heard: bool
) -> None:
    """Else counting up the pain with a clicker asks for one more maximal effort."""

    def push(sample: int) -> Mapping[str, float]:
        return {"glute_left": (75.0, 100.0, 75.0, 90.0)[min(3, sample // (65 * FS))]}

    stage = mvc(("glute_left",), way=Way.FULL)
    asked = go(stage, push, 400).at(EventKind.READY)[0]
    pressed = Command(key, sample=asked + round(after_s * FS))
    told = go(mvc(("glute_left",), way=Way.FULL), push, 400, say={asked + FS: pressed})
    if not heard:
        assert (len(cued(told)), told.end) == (3, asked + round(FOURTH_S * FS))
    else:
        assert len(cued(told)) == (4 if key is NEXT else 3)


# --- no rest


def test_a_muscle_without_a_rest_is_asked_for_no_maximum() -> None:
    """Else the stage breaks on it, or somebody pushes for nothing."""
    draft = Draft(rest_uv={"glute_left": REST_UV})
    stage = mvc(("glute_left", "ham_left"), draft=draft)
    assert stage.view().message == "no_rest:ham_left"
    told = go(stage)
    assert cued(told) == ["glute_left"] * 2
    assert (reasons(told), details(told, EventKind.NOTICE)) == ([], [])
    assert draft.reference is not None
    assert set(draft.reference.sites) == {"glute_left"}


def test_a_muscle_without_a_rest_makes_no_bridge() -> None:
    """Else the bridge breaks on it, and takes the others' reference along."""
    draft = Draft(rest_uv={"ham_left": REST_UV})
    told = go(
        submax({"ham_left": Effort.BRIDGE, "ham_right": Effort.GRADED}, draft=draft), {"ham_left": 30.0}
    )
    assert cued(told, "exercise") == ["bridge"]
    assert details(told, EventKind.CUE)[0]["sites"] == ["ham_left"]
    assert reasons(told) == []


@pytest.mark.parametrize("concludes", [True, False])
def test_no_rest_at_all_is_refused_by_the_last(concludes: bool) -> None:
    """Else the holds begin with nothing to measure them by."""
    for stage in (
        mvc(("glute_left",), draft=Draft(), concludes=concludes),
        submax({"ham_left": Effort.GRADED}, draft=Draft(), concludes=concludes),
    ):
        told = go(stage, seconds=20)
        assert (cued(told), stage.done) == ([], True)
        assert bool(reasons(told)) is concludes
