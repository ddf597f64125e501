"""What may be drawn of a muscle, for both fronts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emg.codes import DotState, Phase, SignalState
from emg.live_view import LiveView
from emg.montage import Legs, Side, WorkingSide, sides_of
from emg.quality import INVALID
from emg.results import Role
from tests.ui.views import HOLDING, NOW_S, TESTING
from ui.reading.muscles import (
    BarReading,
    Show,
    ceiling_pct,
    draws_exercise,
    ghost_pct,
    names_leg,
    ratios,
    read_bar,
    read_clock,
    shows_bars,
    side_of,
    target_pct,
)

GLUTE_LEFT, HAM_LEFT, GLUTE_RIGHT, HAM_RIGHT = range(4)


def read(view: LiveView, which: int = GLUTE_RIGHT, now_s: float = NOW_S) -> BarReading:
    return read_bar(view, view.bars[which], now_s)


def test_a_good_reading_is_shown_as_a_percentage() -> None:
    """Without it there is no feedback at all."""
    reading = read(HOLDING)
    assert (reading.show, reading.level_pct, reading.number) == (Show.PERCENT, 42.0, "42 %")


def test_zero_effort_is_a_reading() -> None:
    """A relaxed muscle must not look like a loose electrode."""
    view = replace(HOLDING, bars=(replace(HOLDING.bars[0], level_pct=0.0), *HOLDING.bars[1:]))
    assert read(view, GLUTE_LEFT).number == "0 %"


@pytest.mark.parametrize("signal", [state for state in SignalState if state is not SignalState.LIVE])
def test_without_a_live_signal_nothing_is_shown(signal: SignalState) -> None:
    """The last value left on the screen would be trained on."""
    reading = read(replace(HOLDING, signal=signal))
    assert (reading.show, reading.level_pct, reading.number) == (Show.NOTHING, None, "--")


@pytest.mark.parametrize("stale_after_s", [0.3, 1.2])
@pytest.mark.parametrize(("more_s", "show"), [(-0.01, Show.PERCENT), (0.01, Show.NOTHING)])
def test_old_data_is_no_signal(stale_after_s: float, more_s: float, show: Show) -> None:
    """A thread that hangs sends no view that would say so: the age must tell, by the board's own chunks."""
    view = replace(HOLDING, stale_after_s=stale_after_s)
    assert read(view, now_s=NOW_S + stale_after_s + more_s).show is show
    assert set(ratios(view, NOW_S + stale_after_s + 0.01).values()) == {None}


@pytest.mark.parametrize("verdict", sorted(INVALID))
def test_a_bad_contact_has_no_level(verdict: str) -> None:
    """A loose electrode reads hum as effort."""
    bars = tuple(replace(bar, verdict=verdict) for bar in HOLDING.bars)
    reading = read(replace(HOLDING, bars=bars))
    assert (reading.show, reading.number) == (Show.NOTHING, "--")
    assert reading.note


@pytest.mark.parametrize("level", [None, float("nan"), float("inf")])
def test_a_missing_level_is_not_a_number(level: float | None) -> None:
    """No reading is neither zero nor a crash in the paint."""
    view = replace(HOLDING, bars=tuple(replace(bar, level_pct=level) for bar in HOLDING.bars))
    assert read(view).number == "--"


def test_without_a_calibration_there_is_no_percentage() -> None:
    """A percentage of nothing means nothing."""
    reading = read(replace(HOLDING, calibrated=False))
    assert (reading.show, reading.level_pct) == (Show.LEVEL, None)
    assert reading.number == "126 µV"
    assert "not calibrated" in reading.note


def test_ratios_need_a_calibration_a_signal_and_bars() -> None:
    """A ratio beside hidden bars would give the test away."""
    assert ratios(HOLDING, NOW_S)["right"] == 1.56
    for view in (replace(HOLDING, calibrated=False), TESTING, replace(HOLDING, signal=SignalState.LOST)):
        assert set(ratios(view, NOW_S).values()) == {None}
    assert set(ratios(HOLDING, NOW_S + 1.0).values()) == {None}


def test_target_and_ceiling_belong_to_the_working_leg() -> None:
    """A target on the swing leg would ask for the wrong effort."""
    targets = [target_pct(HOLDING, bar) for bar in HOLDING.bars]
    ceilings = [ceiling_pct(HOLDING, bar) for bar in HOLDING.bars]
    assert targets == [None, None, 30.0, None]
    assert ceilings == [None, None, None, 40.0]


@pytest.mark.parametrize(
    ("side", "targets"),
    [
        (Side.RIGHT, [None, None, None, 30.0]),
        (Side.LEFT, [None, 30.0, None, None]),
        (Legs.BOTH, [None, 30.0, None, 30.0]),
    ],
)
def test_lines_are_drawn_on_the_muscles_that_decide(side: WorkingSide, targets: list[float | None]) -> None:
    """Else a hamstring's target stands on the glute, which is then asked for what nobody measures."""
    stage = replace(HOLDING.stage, side=side, gate_muscle="ham", ceiling_muscle="glute")
    bars = [replace(bar, working=side_of(bar.site) in sides_of(side)) for bar in HOLDING.bars]
    view = replace(HOLDING, stage=stage, bars=tuple(bars))
    assert [target_pct(view, bar) for bar in bars] == targets
    found = [ceiling_pct(view, bar) for bar in bars]
    assert found == [40.0 if bar.working and bar.site.startswith("glute") else None for bar in bars]


def test_an_exercise_without_a_ceiling_muscle_has_no_ceiling() -> None:
    """Else a hamstring that has to work is shown a line to stay under."""
    view = replace(HOLDING, stage=replace(HOLDING.stage, gate_muscle="ham", ceiling_muscle=""))
    assert {ceiling_pct(view, bar) for bar in view.bars} == {None}


def test_a_test_hold_shows_its_clock_and_nothing_more() -> None:
    """Time in target is feedback too."""
    face = read_clock(TESTING, fresh=True)
    assert (face.number, face.told, face.target_share) == ("3.4", "", None)


def test_the_clock_of_a_hold_shows_time_in_target() -> None:
    """The athlete must see what counts."""
    face = read_clock(HOLDING, fresh=True)
    assert (face.number, face.unit, face.told) == ("3.4", "of 6 s", "in target 3.1 s")
    assert face.share == pytest.approx(3.4 / 6, abs=0.01)
    assert face.target_share == pytest.approx(3.1 / 6, abs=0.01)


def test_waiting_is_no_race() -> None:
    """A countdown of the waiting time would make the athlete force it."""
    stage = replace(HOLDING.stage, phase=Phase.WAITING, elapsed_s=12.0, duration_s=30.0, in_target_s=0.0)
    assert read_clock(replace(HOLDING, stage=stage), fresh=True).number == "0.0"


def test_no_clock_without_a_signal() -> None:
    """A clock that stands at the last value says that the hold goes on."""
    assert read_clock(HOLDING, fresh=False).number == ""


def test_a_countdown_is_shown_in_every_other_phase() -> None:
    """The athlete must know when it begins."""
    stage = replace(HOLDING.stage, phase=Phase.PREPARE, role=Role.TRAIN, countdown_s=2.2, duration_s=3.0)
    assert read_clock(replace(HOLDING, stage=stage), fresh=True).number == "3"


@pytest.mark.parametrize("view", [replace(HOLDING, paused=True), replace(HOLDING, error="It broke.")])
def test_what_stands_still_has_neither_level_nor_ratio(view: LiveView) -> None:
    """A bar that moves in a pause says that it counts."""
    for which in range(4):
        reading = read(view, which)
        assert (reading.show, reading.number) == (Show.NOTHING, "--")
        assert reading.note
    assert set(ratios(view, NOW_S).values()) == {None}


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, True),
        ({"phase": Phase.PREPARE}, True),
        ({"phase": Phase.PAUSED}, True),
        ({"phase": Phase.REST}, False),
        ({"phase": Phase.ASK}, False),
        ({"feedback": False}, False),
        ({"stage": "mvc"}, False),
        ({"stage": "idle", "phase": Phase.IDLE, "side": None}, True),
    ],
)
def test_bars_are_there_while_there_is_something_to_steer(changes: dict[str, Any], shown: bool) -> None:
    """Bars in a rest are looked at instead of resting; bars in a test are no test."""
    view = replace(HOLDING, stage=replace(HOLDING.stage, **changes))
    assert shows_bars(view) is shown
    assert not shows_bars(replace(view, bars=()))
    assert not shows_bars(replace(view, finished=True))


def test_a_ghost_belongs_to_a_muscle_that_works_and_is_seen() -> None:
    """A mark beside hidden bars would be steered to; one that is no number would break the paint."""
    ghosts = {"glute_right": 31.0, "glute_left": 8.0, "ham_right": float("nan")}
    view = replace(HOLDING, ghosts=ghosts)
    assert [ghost_pct(view, bar) for bar in view.bars] == [None, None, 31.0, None]
    assert {ghost_pct(replace(TESTING, ghosts=ghosts), bar) for bar in TESTING.bars} == {None}


def test_the_leg_is_named_beside_the_clock_only_without_bars() -> None:
    """Said twice it is read twice; not said, nobody knows which leg is tested."""
    assert not names_leg(HOLDING)
    assert names_leg(TESTING)
    assert names_leg(replace(HOLDING, bars=()))
    offer = replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.ASK))
    assert not names_leg(offer)


def test_the_exercise_is_drawn_before_a_set_and_never_beside_bars() -> None:
    """A picture that moves in during a hold takes the eyes away."""
    before = replace(
        HOLDING.stage,
        phase=Phase.REST,
        countdown_s=9.0,
        dots=(DotState.PENDING,) * 3,
        exercise="sliders",
        drawing="sliders",
    )
    assert draws_exercise(replace(HOLDING, stage=before))
    for other in ({"dots": (DotState.DONE, DotState.PENDING)}, {"drawing": ""}, {"phase": Phase.PREPARE}):
        assert not draws_exercise(replace(HOLDING, stage=replace(before, **other)))
    assert not draws_exercise(replace(HOLDING, stage=before, signal=SignalState.LOST))
    assert not draws_exercise(replace(HOLDING, stage=before, paused=True))
