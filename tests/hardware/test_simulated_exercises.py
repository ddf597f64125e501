"""The simulated athlete at a pace of his own: repetitions and strides, decided by the seed alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.blocks import FloatArray
from emg.codes import EventKind
from emg.montage import Legs, Side, WorkingSide, sides_of
from emg.results import Role
from emg.stage import Event, JsonValue
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import Fault
from tests.hardware.scripted_coach import FS, hold, play

SET_S = 4.5
"""Of every set here: prepared from 1.0 s on."""

SITES = ("glute_left", "ham_left", "glute_right", "ham_right")


def a_set(
    kind: str,
    side: WorkingSide,
    *,
    until_s: float = 20.0,
    gate: str = "glute",
    attempt: int = 1,
    start_s: float = 1.0,
    exercise: str = "sliders",
    end: EventKind = EventKind.RELAX,
) -> list[Event]:
    """Events of a set as its stage raises them; ``until_s`` counts from "set"."""
    told: dict[str, JsonValue] = {"exercise": exercise, "attempt": attempt}
    asked: dict[str, JsonValue] = {
        "kind": kind,
        "gate": gate,
        "repetitions": 5,
        "limit_s": 60.0,
        "bout_s": 10.0,
    }
    plan: list[tuple[float, EventKind, dict[str, JsonValue]]] = [
        (start_s, EventKind.PREPARE, told),
        (start_s + 3.0, EventKind.CUE, told),
        (start_s + 3.5, EventKind.SET, {**told, **asked}),
        (start_s + 3.5 + until_s, end, told),
    ]
    return [
        Event(round(FS * at_s), what, "set#1", side, Role.TRAIN, None, detail) for at_s, what, detail in plan
    ]


def efforts(athlete: Athlete, from_s: float, to_s: float) -> dict[str, FloatArray]:
    """Noise-free effort of every muscle, seconds counted from "set"."""
    start, stop = (round(FS * (SET_S + at_s)) for at_s in (from_s, to_s))
    return {site: athlete.levels(site, start, stop) for site in SITES}


def performed(seed: int, events: Sequence[Event], faults: Sequence[Fault] = ()) -> Athlete:
    athlete = Athlete(seed=seed, faults=faults)
    play(athlete, events, events[-1].sample / FS + 1.0)
    return athlete


def tops(level: FloatArray) -> int:
    """How often a level rises above a quarter."""
    up = level > 0.25
    return int(np.count_nonzero(up[1:] & ~up[:-1]))


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT, Legs.BOTH])
@pytest.mark.parametrize(("gate", "neighbour"), [("glute", "ham"), ("ham", "glute")])
def test_the_gate_muscle_works_its_neighbour_helps_and_the_other_leg_rests(
    side: WorkingSide, gate: str, neighbour: str
) -> None:
    """Else an exercise is demonstrated with the wrong muscle."""
    athlete = performed(3, a_set("repetitions", side, gate=gate))
    level = efforts(athlete, 0.0, 20.0)
    for leg in Side:
        gate_top, neighbour_top = level[f"{gate}_{leg}"].max(), level[f"{neighbour}_{leg}"].max()
        if leg in sides_of(side):
            assert 0.5 < gate_top < 0.68
            assert 0.15 < neighbour_top < 0.3
        else:
            assert max(gate_top, neighbour_top) < 0.05


def test_a_repetition_takes_about_two_and_a_half_seconds_with_a_pause_after_it() -> None:
    """Else nobody could do what the demo shows."""
    for seed in range(4):
        level = efforts(performed(seed, a_set("repetitions", Side.RIGHT)), 0.0, 20.0)["glute_right"]
        assert 7 <= tops(level) <= 9
        assert np.mean(level < 0.05) > 0.15, "he lets go in between"
        assert level[: round(0.2 * FS)].max() == 0.0, "nobody reacts faster"


def test_both_legs_move_together() -> None:
    """Else the mean of both gates shows twice as many as he does."""
    level = efforts(performed(1, a_set("repetitions", Legs.BOTH)), 0.0, 20.0)
    assert np.corrcoef(level["glute_left"], level["glute_right"])[0, 1] > 0.98


def test_strides_come_left_and_right_in_turn_about_half_a_second_each() -> None:
    """Else the drill is a hop on both legs."""
    for seed in range(4):
        level = efforts(performed(seed, a_set("bouts", Legs.ALTERNATING, until_s=10.0)), 0.0, 10.0)
        left, right = level["glute_left"], level["glute_right"]
        assert 9 <= tops(left) <= 11
        assert abs(tops(left) - tops(right)) <= 1
        assert np.max(np.minimum(left, right)) < 0.1, "never both at once"
        assert np.corrcoef(left, level["ham_left"])[0, 1] > 0.8, "the neighbour helps"


def test_who_begins_a_drill_is_not_always_the_same_leg() -> None:
    """Else the first stride of every bout is left, and the bout's end always cuts the right."""
    first = set()
    for seed in range(8):
        level = efforts(performed(seed, a_set("bouts", Legs.ALTERNATING, until_s=3.0)), 0.0, 0.6)
        first.add(level["glute_left"].max() > level["glute_right"].max())
    assert first == {True, False}


@pytest.mark.parametrize("kind", ["repetition", "stride"])
def test_one_that_is_done_is_no_reason_to_stop(kind: str) -> None:
    """Else he does one repetition, and the set waits for its limit."""
    events = a_set("repetitions", Side.RIGHT)
    found = done(kind, Side.RIGHT, 2.0, 3.9)
    heard, deaf = performed(3, [*events[:3], found, events[3]]), performed(3, events)
    one, other = (efforts(athlete, 0.0, 21.0)["glute_right"] for athlete in (heard, deaf))
    assert np.array_equal(one, other)
    assert len(heard.truth) == 1


@pytest.mark.parametrize("end", [EventKind.RELAX, EventKind.PAUSED, EventKind.SESSION_ENDED])
@pytest.mark.parametrize("until_s", [3.1, 4.3, 5.9])
def test_he_stops_when_he_is_told_to(end: EventKind, until_s: float) -> None:
    """Else he goes on through the rest, and tires the next set."""
    athlete = Athlete(seed=3)
    play(athlete, a_set("repetitions", Side.RIGHT, until_s=until_s, end=end), 20.0)
    assert max(level.max() for level in efforts(athlete, until_s + 0.7, 15.0).values()) == 0.0


@settings(max_examples=10)
@given(blocks=st.lists(st.integers(1, 25), min_size=1, max_size=8))
def test_any_blocks_of_up_to_a_tenth_of_a_second_give_the_same_samples(blocks: list[int]) -> None:
    """Else the same seed at another speed is another session."""
    events = [
        *a_set("repetitions", Legs.BOTH, until_s=4.0),
        *a_set("bouts", Legs.ALTERNATING, until_s=2.0, start_s=10.0, attempt=2),
    ]
    expected = play(Athlete(seed=7), events, 17.0, [25])
    assert np.array_equal(play(Athlete(seed=7), events, 17.0, blocks), expected)


def test_a_set_begun_again_has_a_pace_and_a_noise_of_its_own() -> None:
    """Else two bouts are one bout told twice, and their scatter is nothing."""
    first, again = (
        play(Athlete(seed=4), a_set("bouts", Legs.ALTERNATING, attempt=attempt), 20.0) for attempt in (1, 2)
    )
    same = play(Athlete(seed=4), a_set("bouts", Legs.ALTERNATING, attempt=1), 20.0)
    assert np.array_equal(first, same)
    later = slice(round(FS * 6.0), None)
    assert abs(np.corrcoef(first[later, 0], again[later, 0])[0, 1]) < 0.2


def test_another_set_does_not_change_a_set() -> None:
    """Else what was done before decides what comes."""
    alone = play(Athlete(seed=4), a_set("repetitions", Side.LEFT), 26.0)
    second = a_set("repetitions", Side.LEFT, start_s=31.0)
    first = [replace(event, run="set#0") for event in a_set("bouts", Legs.ALTERNATING)]
    after = play(Athlete(seed=4), [*first, *second], 56.0)
    here, there = round(FS * 1.25), round(FS * 31.25)
    assert np.array_equal(after[there : there + 20 * FS], alone[here : here + 20 * FS])


def test_a_set_heard_late_is_done_late_and_no_faster() -> None:
    """Else, over files, the first repetition is cut short, or what was given is changed."""
    events = a_set("repetitions", Side.RIGHT)
    late, well = Athlete(seed=5), performed(5, events)
    given = play(late, events[:2], SET_S + 2.0)
    late.hear(events[2])
    assert np.array_equal(given, play(Athlete(seed=5), events[:2], SET_S + 2.0))
    late.samples(10 * FS)
    delay = 2.0 - 0.2
    one = efforts(late, delay, delay + 8.0)["glute_right"]
    other = efforts(well, 0.0, 8.0)["glute_right"]
    assert np.array_equal(one, other)


def test_a_weak_glute_is_weak_in_repetitions_and_a_late_one_late() -> None:
    """Else a fault shows in holds and not in what follows them."""
    events = a_set("repetitions", Side.RIGHT)
    well, weak, late = (
        efforts(performed(6, events, [Fault(name) for name in names]), 0.0, 18.0)
        for names in ((), ("weak-right-glute",), ("late-right-glute",))
    )
    assert weak["glute_right"].max() == pytest.approx(0.3 * well["glute_right"].max(), rel=0.01)
    assert np.array_equal(weak["ham_right"], well["ham_right"])
    second = FS
    assert np.allclose(late["glute_right"][second:], well["glute_right"][:-second], atol=1e-9)


def test_a_cue_of_a_set_is_none_of_the_set_up() -> None:
    """Else an exercise that somebody calls bridge is done twice at once."""
    for exercise in ("bridge", "lift", "tap", "mvc"):
        as_told, as_known = (
            play(Athlete(seed=2), a_set("repetitions", Side.RIGHT, exercise=name), 12.0)
            for name in (exercise, "sliders")
        )
        assert np.array_equal(as_told, as_known)


# --- holds of other exercises


def test_a_hold_of_both_legs_is_held_with_both() -> None:
    """Else he lies still in a chair bridge."""
    events = [replace(event, side=Legs.BOTH) for event in hold(1.0, Side.RIGHT)]
    athlete = Athlete(seed=3)
    play(athlete, events, 14.0)
    (row,) = athlete.truth
    assert row.side is Legs.BOTH
    assert min(row.pct_mvc["glute_left"] or 0.0, row.pct_mvc["glute_right"] or 0.0) > 45.0
    assert (row.glute_latency_s, row.ham_latency_s) == (None, None), "of which leg?"


def test_a_hold_for_the_hamstring_is_held_with_the_hamstring() -> None:
    """Else every hamstring exercise of the demo misses its target."""

    def told(gate: str) -> dict[str, float | None]:
        events = [
            replace(event, detail={**event.detail, "gate": gate}) if gate else event
            for event in hold(1.0, Side.RIGHT)
        ]
        athlete = Athlete(seed=3)
        play(athlete, events, 14.0)
        return dict(athlete.truth[0].pct_mvc)

    ham, glute = told("ham"), told("glute")
    assert (ham["ham_right"] or 0.0) > 50.0
    assert 15.0 < (ham["glute_right"] or 0.0) < 30.0
    assert glute == told(""), "the power position is what it was"


# --- the truth


def done(kind: str, side: WorkingSide, from_s: float, to_s: float, number: int = 1) -> Event:
    """A repetition that the coach has found, seconds counted from "set"."""
    start, stop = (round(FS * (SET_S + at_s)) for at_s in (from_s, to_s))
    detail: dict[str, JsonValue] = {
        "kind": kind,
        "set_sample": start,
        "end_sample": stop,
        "scored_from_sample": start,
        "scored_to_sample": stop,
    }
    return Event(stop + 40, EventKind.HOLD_DONE, "set#1", side, Role.TRAIN, number, detail)


@pytest.mark.parametrize(("kind", "side"), [("repetition", Legs.BOTH), ("stride", Side.LEFT)])
def test_the_truth_of_a_repetition_is_its_level_and_no_latency(kind: str, side: WorkingSide) -> None:
    """Else truth.csv says how fast somebody was who was at no start."""
    events = a_set("repetitions", Legs.BOTH)
    found = done(kind, side, 0.6, 1.9)
    athlete = performed(3, sorted([*events, found], key=lambda event: event.sample))
    (row,) = athlete.truth
    level = efforts(athlete, 0.6, 1.9)["glute_left"]
    assert (row.hold, row.side, row.role) == (1, side, Role.TRAIN)
    assert row.pct_mvc["glute_left"] == pytest.approx(100.0 * np.sqrt(np.mean(np.square(level))))
    assert (row.glute_latency_s, row.ham_latency_s) == (None, None)
