"""When the tone may sound, and how high."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from emg.codes import Phase, SignalState
from emg.live_view import LiveView
from emg.montage import Legs
from emg.results import Role
from tests.ui.views import HOLDING, NOW_S, SILENT, TESTING, bars
from ui.sound.tone import LOWEST_HZ, TARGET_HZ, pitch_hz, tone_of


def staged(**changed: Any) -> LiveView:
    return replace(HOLDING, stage=replace(HOLDING.stage, **changed))


def test_it_sounds_in_a_training_hold() -> None:
    """Else nobody needs it."""
    tone = tone_of(HOLDING, NOW_S)
    assert tone is not None
    assert tone.hz == pytest.approx(pitch_hz(42.0, 30.0))
    assert tone.until_s == NOW_S + HOLDING.stale_after_s


def test_the_zone_is_one_octave() -> None:
    """Else the ear cannot tell the target from the best."""
    assert pitch_hz(30.0, 30.0) == pytest.approx(TARGET_HZ)
    assert pitch_hz(100.0, 30.0) == pytest.approx(2.0 * TARGET_HZ)
    assert pitch_hz(0.0, 30.0) == LOWEST_HZ
    heard = [pitch_hz(level, 30.0) for level in range(12, 140)]
    assert all(low < high for low, high in pairwise(heard))


@pytest.mark.parametrize("target", [None, 0.0, 5.0, 99.0, 250.0])
@pytest.mark.parametrize("level", [-3.0, 0.0, 1e-9, 50.0, 1e6, 1e300])
def test_no_level_breaks_it(target: float | None, level: float) -> None:
    """Else a strange number ends the sound of the session."""
    assert LOWEST_HZ <= pitch_hz(level, target) <= 3.0 * TARGET_HZ


SILENCES: dict[str, LiveView] = {
    "a test hold": TESTING,
    "a test hold whose bars are on": staged(role=Role.TEST),
    "bars off": staged(feedback=False),
    "bars hidden by hand": staged(hidden=True),
    "rest": staged(phase=Phase.REST),
    "prepare": staged(phase=Phase.PREPARE),
    "set-up": staged(stage="mvc", phase=Phase.EFFORT, role=None),
    "no signal": SILENT,
    "lost": replace(HOLDING, signal=SignalState.LOST),
    "ended": replace(HOLDING, signal=SignalState.ENDED),
    "paused": replace(HOLDING, paused=True),
    "finished": replace(HOLDING, finished=True),
    "a question": replace(HOLDING, question="electrodes_touched"),
    "an error": replace(HOLDING, error="the disk is full"),
    "not calibrated": replace(HOLDING, calibrated=False),
    "no level": replace(HOLDING, bars=bars((9.0, 14.0, None, 27.0))),
    "not a number": replace(HOLDING, bars=bars((9.0, 14.0, float("nan"), 27.0))),
    "no contact": replace(HOLDING, bars=bars((9.0, 14.0, 42.0, 27.0), verdicts=("ok", "ok", "flat", "ok"))),
    "clipped": replace(HOLDING, bars=bars((9.0, 14.0, 42.0, 27.0), verdicts=("ok", "ok", "railed", "ok"))),
    "no reference": replace(HOLDING, bars=tuple(replace(bar, reference=None) for bar in HOLDING.bars)),
    "no muscle": replace(HOLDING, bars=()),
    "nobody works": replace(HOLDING, bars=bars((9.0, 14.0, 42.0, 27.0), side=None)),
    "leg after leg": staged(side=Legs.ALTERNATING),
}


@pytest.mark.parametrize("view", SILENCES.values(), ids=SILENCES)
def test_it_is_silent(view: LiveView) -> None:
    """Else a test is told its result while it runs, or a dead signal sounds like a muscle."""
    assert tone_of(view, NOW_S) is None


def test_old_data_is_silent() -> None:
    """Else the last value sounds on."""
    assert tone_of(HOLDING, NOW_S + HOLDING.stale_after_s - 0.01) is not None
    assert tone_of(HOLDING, NOW_S + HOLDING.stale_after_s + 0.01) is None


def test_the_bad_contact_of_another_muscle_does_not_silence_it() -> None:
    """Else a loose hamstring takes the glute away."""
    view = replace(HOLDING, bars=bars((9.0, 14.0, 42.0, 27.0), verdicts=("flat", "ok", "ok", "railed")))
    assert tone_of(view, NOW_S) is not None


def test_with_both_legs_the_weaker_one_is_heard_and_both_must_read() -> None:
    """Else a strong left glute hides the right one."""
    both = replace(staged(side=Legs.BOTH), bars=tuple(replace(bar, working=True) for bar in HOLDING.bars))
    tone = tone_of(both, NOW_S)
    assert tone is not None
    assert tone.hz == pytest.approx(pitch_hz(9.0, 30.0))
    one_lost = replace(both, bars=(replace(both.bars[0], verdict="flat"), *both.bars[1:]))
    assert tone_of(one_lost, NOW_S) is None


def test_it_follows_the_muscle_of_the_exercise() -> None:
    """Else a curl for the hamstring is heard as its glute."""
    tone = tone_of(staged(gate_muscle="ham"), NOW_S)
    assert tone is not None
    assert tone.hz == pytest.approx(pitch_hz(27.0, 30.0))
