"""One hold, tick by tick: when each phase begins, what counts as reached, and what ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.codes import EventKind, Phase
from emg.montage import Side
from emg.results import Feedback, Outcome, Role, Until
from emg.sets.hold import Hold, HoldEvent, HoldPlan, Tick
from emg.sets.zone import DWELL_S, EXIT_SHARE, TargetClock

FS = 250
TARGET = 30.0
BEGIN = 1000
CUE = BEGIN + 3 * FS
SET = CUE + 375
LEARN = HoldPlan(side=Side.RIGHT, role=Role.TRAIN, until=Until.FIRED, target_pct=TARGET)
TRAIN = replace(LEARN, until=Until.SET)
TEST = HoldPlan(side=Side.RIGHT, role=Role.TEST, until=Until.SET, feedback=Feedback.OFF)

Level = Callable[[int], float | None]


def levels(*stretches: tuple[int, float | None], after: float | None = 0.0) -> Level:
    """Levels from given samples on: ``(until_sample, level)`` in turn."""

    def at(sample: int) -> float | None:
        return next((level for until, level in stretches if sample < until), after)

    return at


def flat(level_pct: float | None) -> Level:
    return lambda sample: level_pct


def play(
    hold: Hold,
    level: Level,
    *,
    start: int = BEGIN,
    stop: int = BEGIN + 60 * FS,
    spacing: int = 1,
    lost: Sequence[int] = (),
    contact: dict[int, str] | None = None,
) -> list[tuple[int, HoldEvent]]:
    """Feed every tick until the hold is over; a lost sample has no reading."""
    raised: list[tuple[int, HoldEvent]] = []
    gone, bad = set(lost), contact or {}
    for sample in range(start, stop, spacing):
        if hold.outcome is not None:
            break
        n_lost = sum(sample - back in gone for back in range(spacing))
        tick = Tick(sample, None if n_lost else level(sample), n_lost, bad.get(sample, ""))
        raised += [(sample, event) for event in hold.see(tick)]
    return raised


def kinds(raised: Iterable[tuple[int, HoldEvent]]) -> list[tuple[int, EventKind]]:
    return [(sample, event.kind) for sample, event in raised]


def learn() -> Hold:
    return Hold(LEARN, BEGIN, FS)


# --- prepare, cue, set


def test_the_phases_begin_at_their_samples() -> None:
    """Else the athlete is cued early or late, and every latency is wrong by as much."""
    hold = Hold(TEST, BEGIN, FS)

    raised = play(hold, flat(50.0))

    assert kinds(raised) == [
        (CUE, EventKind.CUE),
        (SET, EventKind.SET),
        (SET + 6 * FS, EventKind.RELAX),
    ]
    assert (hold.cue_sample, hold.set_sample, hold.end_sample) == (CUE, SET, SET + 6 * FS)
    assert (hold.outcome, hold.phase) == (Outcome.SUCCESS, Phase.REST)
    assert hold.in_target_s(hold.end_sample or 0) is None, "a test hold has no target"


def test_a_key_between_cue_and_set_takes_the_position() -> None:
    """Else a helper who sees the athlete stand cannot say so, and the hold starts before he does."""
    hold = Hold(TEST, BEGIN, FS)
    assert hold.take_position(BEGIN + 5) == [], "before the cue there is no position to take"
    play(hold, flat(0.0), stop=CUE + 100)

    assert [event.kind for event in hold.take_position(CUE + 100)] == [EventKind.SET]
    assert hold.take_position(CUE + 150) == [], "it is taken only once"
    raised = play(hold, flat(0.0), start=CUE + 100)

    assert hold.set_sample == CUE + 100
    assert kinds(raised) == [(CUE + 100 + 6 * FS, EventKind.RELAX)]


def test_the_deadline_is_where_the_present_phase_ends() -> None:
    """Else the countdown on the screen runs to another moment than the coach."""
    hold = learn()
    seen = [hold.deadline]
    for _, event in play(hold, levels((SET + 500, 0.0), after=40.0)):
        if event.kind is not EventKind.RELAX:
            seen.append(hold.deadline)
    assert seen[0] == CUE
    assert hold.fired_sample == SET + 500
    assert hold.deadline == SET + 500 + 6 * FS == hold.end_sample


# --- waiting for the muscle


def test_firing_is_dated_at_its_crossing_and_the_six_seconds_run_from_there() -> None:
    """Else the 250 ms that a crossing must last are taken from the athlete's hold."""
    hold = learn()
    crossing = SET + 2 * FS

    raised = play(hold, levels((crossing, 10.0), after=45.0))

    dwell = round(DWELL_S * FS)
    assert kinds(raised)[2:] == [
        (crossing + dwell, EventKind.FIRED),
        (crossing + 6 * FS, EventKind.RELAX),
    ]
    assert raised[2][1].crossed_sample == hold.fired_sample == crossing
    assert raised[1][1].phase is Phase.WAITING
    assert raised[2][1].phase is Phase.HOLDING
    assert (hold.outcome, hold.in_target_s(hold.end_sample or 0)) == (Outcome.SUCCESS, 6.0)


@pytest.mark.parametrize(
    ("lasting", "fires"), [(round(DWELL_S * FS), False), (round(DWELL_S * FS) + 1, True)]
)
def test_a_crossing_counts_when_it_has_lasted_a_quarter_of_a_second(lasting: int, fires: bool) -> None:
    """Else a twitch starts the clock of the hold."""
    hold = learn()
    play(hold, levels((SET + 100, 0.0), (SET + 100 + lasting, TARGET), after=0.0))

    assert (hold.fired_sample is not None) is fires


def test_a_muscle_that_is_on_at_set_has_fired_at_set() -> None:
    """Else who is early waits for nothing, and an exact six seconds count as missed."""
    hold = learn()
    play(hold, flat(50.0))

    assert hold.fired_sample == hold.set_sample == SET
    assert hold.outcome is Outcome.SUCCESS


def test_what_the_muscle_did_before_set_fires_nothing() -> None:
    """Else the way into the position already counts as the hold."""
    hold = learn()
    play(hold, levels((SET, 90.0), after=0.0))

    assert hold.fired_sample is None


@pytest.mark.parametrize("late", [0, 20])
def test_the_wait_ends_after_its_limit_and_says_so(late: int) -> None:
    """Else a glute that never fires keeps the athlete standing for ever."""
    hold = learn()
    limit = SET + 30 * FS

    raised = play(hold, levels((limit - late, TARGET - 0.01), after=90.0))

    assert kinds(raised)[-1] == (limit, EventKind.RELAX)
    assert (hold.outcome, hold.reason) == (Outcome.NOT_REACHED, "limit")
    assert hold.in_target_s(limit) == 0.0


# --- in and out of the target


@pytest.mark.parametrize(
    ("dip_pct", "n", "leaves"), [(24.0, 1000, False), (23.9, 62, False), (23.9, 63, True)]
)
def test_the_target_is_left_at_eight_tenths_of_it_and_only_for_good(
    dip_pct: float, n: int, leaves: bool
) -> None:
    """Else noise makes the zone flicker in and out 700 times a minute."""
    assert EXIT_SHARE * TARGET == 24.0
    hold = learn()
    start = SET + FS

    raised = play(hold, levels((start, 40.0), (start + n, dip_pct), after=40.0))

    left = [event for _, event in raised if event.kind is EventKind.LOST_TARGET]
    assert [event.crossed_sample for event in left] == ([start] if leaves else [])
    assert hold.outcome is (Outcome.MISSED if leaves else Outcome.SUCCESS)


def test_time_in_target_is_counted_to_the_sample() -> None:
    """Else what the athlete is praised for differs from what he did."""
    hold = learn()
    fired, left, back = SET + 250, SET + 750, SET + 1000

    raised = play(hold, levels((fired, 0.0), (left, 40.0), (back, 10.0), after=40.0))

    assert [event.kind for _, event in raised][2:] == [
        EventKind.FIRED,
        EventKind.LOST_TARGET,
        EventKind.BACK_IN_TARGET,
        EventKind.RELAX,
    ]
    assert hold.end_sample == fired + 6 * FS, "leaving the target does not stop the clock"
    assert hold.in_target_s(hold.end_sample) == (6 * FS - (back - left)) / FS
    assert (hold.outcome, hold.reason) == (Outcome.MISSED, "left_target")


@pytest.mark.parametrize(("fs_hz", "spacing"), [(250, 1), (500, 2), (1000, 4), (2000, 8)])
@pytest.mark.parametrize("until", [Until.SET, Until.FIRED])
def test_six_seconds_in_target_are_a_success_at_every_rate(fs_hz: int, spacing: int, until: Until) -> None:
    """Else a faster board turns a perfect hold into a missed one, because a tick is several samples."""
    hold = Hold(replace(LEARN, until=until), 0, fs_hz)

    play(hold, flat(40.0), start=0, stop=20 * fs_hz, spacing=spacing)

    assert hold.set_sample == 4.5 * fs_hz
    assert (hold.outcome, hold.in_target_s(hold.end_sample or 0)) == (Outcome.SUCCESS, 6.0)


@pytest.mark.parametrize(
    ("from_s", "outcome", "reason"),
    [
        (0.0, Outcome.SUCCESS, ""),
        (2.0, Outcome.SUCCESS, ""),
        (2.1, Outcome.MISSED, "late"),
        (5.9, Outcome.NOT_REACHED, "limit"),
        (99.0, Outcome.NOT_REACHED, "limit"),
    ],
)
def test_six_seconds_from_set_give_the_muscle_two_to_come(
    from_s: float, outcome: Outcome, reason: str
) -> None:
    """Else nobody ever succeeds, for no muscle is there at set; or a late one reads like a fast one."""
    hold = Hold(TRAIN, BEGIN, FS)
    play(hold, levels((SET + round(from_s * FS), 0.0), after=40.0))

    assert hold.end_sample == SET + 6 * FS
    assert (hold.outcome, hold.reason) == (outcome, reason)


# --- the signal


@pytest.mark.parametrize(("n_lost", "outcome"), [(25, Outcome.SUCCESS), (26, Outcome.VOID)])
@pytest.mark.parametrize("at", [CUE + 10, SET + 500, SET + 6 * FS - 26])
def test_a_gap_of_more_than_a_tenth_of_a_second_voids(n_lost: int, outcome: Outcome, at: int) -> None:
    """Else a hold is scored of which nobody knows what the muscle did, or a blink of the radio costs one."""
    hold = Hold(TEST, BEGIN, FS)
    play(hold, flat(50.0), lost=range(at, at + n_lost))

    assert hold.outcome is outcome
    assert (hold.reason == "gap") is (outcome is Outcome.VOID)
    assert hold.lost_samples == n_lost


@pytest.mark.parametrize("spacing", [1, 4])
def test_gaps_with_signal_between_them_are_not_one_gap(spacing: int) -> None:
    """Else a radio that drops a packet now and then voids every hold."""
    hold = Hold(TEST, 0, FS * spacing)
    gap, rate = 20 * spacing, FS * spacing
    lost = [6 * rate + k * 2 * gap + i for k in range(20) for i in range(gap)]

    play(hold, flat(50.0), start=0, stop=20 * rate, spacing=spacing, lost=lost)

    assert hold.outcome is Outcome.SUCCESS
    assert hold.lost_samples == len(lost)


def test_a_gap_before_the_cue_voids_nothing_and_is_counted() -> None:
    """Else a hold is repeated for a cable that was mended before it began."""
    hold = Hold(TEST, BEGIN, FS)
    play(hold, flat(50.0), lost=range(BEGIN + 10, BEGIN + 210), contact={BEGIN + 300: "railed"})

    assert hold.outcome is Outcome.SUCCESS
    assert hold.lost_samples == 200


@pytest.mark.parametrize("verdict", ["railed", "flat", "no_reading"])
def test_a_bad_contact_voids_with_its_name(verdict: str) -> None:
    """Else the percentage of an electrode that hangs in the air enters a mean."""
    hold = learn()
    play(hold, flat(50.0), contact={SET + 700: verdict})

    assert (hold.outcome, hold.reason, hold.end_sample) == (Outcome.VOID, verdict, SET + 700)


def test_a_short_gap_is_not_taken_for_a_bad_contact() -> None:
    """Else every gap voids, because a lost sample has the verdict "no reading"."""
    hold = learn()
    gap = range(SET + 700, SET + 710)
    play(hold, flat(50.0), lost=gap, contact=dict.fromkeys(gap, "no_reading"))

    assert hold.outcome is Outcome.SUCCESS


def test_no_reading_neither_enters_nor_leaves_the_target() -> None:
    """Else a gap fires the muscle, or throws the athlete out of a target he held."""
    clock = TargetClock(TARGET, None, 10)
    assert not any(clock.see(sample, None, None) for sample in range(100))
    assert [sample for sample in range(100, 120) if clock.see(sample, 40.0, None)] == [110]
    assert clock.reached == 100
    assert not any(clock.see(sample, None, None) for sample in range(120, 400))
    assert clock.inside
    assert [sample for sample in range(400, 420) if clock.see(sample, 5.0, None)] == [410]
    assert clock.samples_inside(1000) == 300


def test_a_hold_without_a_reading_reaches_nothing() -> None:
    """Else a muscle without a reference, or never measured, earns a success."""
    for plan, outcome in ((LEARN, Outcome.NOT_REACHED), (TRAIN, Outcome.NOT_REACHED)):
        hold = Hold(plan, BEGIN, FS)
        play(hold, flat(None))
        assert (hold.outcome, hold.fired_sample) == (outcome, None)
        assert hold.in_target_s(hold.end_sample or 0) == 0.0


# --- what people say


def test_felt_counts_once_and_only_after_set() -> None:
    """Else a second press overwrites the moment at which the athlete first felt it."""
    hold = learn()
    assert not hold.felt(BEGIN)
    play(hold, flat(0.0), stop=SET + 50)
    assert [hold.felt(SET + 20), hold.felt(SET + 40)] == [True, False]
    assert hold.felt_sample == SET + 20
    hold.finish(SET + 60, Outcome.LOST_BALANCE, "foot_down")
    assert hold.felt_sample == SET + 20

    other = learn()
    play(other, flat(0.0))
    assert not other.felt(SET + 40 * FS), "after the end there is nothing to feel"


def test_a_hold_that_is_over_hears_nothing_more() -> None:
    """Else the rest after a hold is counted into it."""
    hold = learn()
    play(hold, flat(50.0))
    end, lost = hold.end_sample, hold.lost_samples

    assert hold.see(Tick((end or 0) + 1, 0.0, lost=50, contact="railed")) == []
    assert (hold.end_sample, hold.lost_samples, hold.outcome) == (end, lost, Outcome.SUCCESS)


# --- whatever happens

LEVELS = st.one_of(st.none(), st.sampled_from([0.0, 23.9, 24.0, 29.9, 30.0, 80.0, 300.0]))
STRETCH = st.tuples(
    st.integers(1, 200),
    LEVELS,
    st.sampled_from(["", "", "", "", "gap", "railed"]),
    st.sampled_from(["", "", "", "set", "felt", "foot"]),
)
PLANS = st.sampled_from([LEARN, TRAIN, TEST, replace(LEARN, wait_limit_s=1.0, hold_s=2.0)])


@given(PLANS, st.lists(STRETCH, max_size=40))
def test_every_course_of_events_has_one_outcome_and_honest_times(
    plan: HoldPlan, stretches: list[tuple[int, float | None, str, str]]
) -> None:
    """Else some odd sequence of gaps, contacts and keys hangs a session or invents time in target."""
    hold = Hold(plan, 0, FS)
    raised: list[HoldEvent] = []
    seen: dict[int, float | None] = {}
    sample = 0
    for n, level, signal, key in [*stretches, (40 * FS, None, "", "")]:
        if hold.outcome is None and key == "set":
            raised += hold.take_position(sample)
        if hold.outcome is None and key == "foot" and hold.begun:
            raised += hold.finish(sample, Outcome.LOST_BALANCE, "foot_down")
        if key == "felt":
            hold.felt(sample)
        for _ in range(n):
            seen[sample] = None if signal else level
            tick = Tick(sample, seen[sample], int(signal == "gap"), signal if signal == "railed" else "")
            raised += hold.see(tick)
            sample += 1

    assert [event.kind for event in raised].count(EventKind.RELAX) == 1
    assert raised[-1].kind is EventKind.RELAX
    assert hold.outcome is not None
    assert hold.end_sample is not None
    order = [hold.prepare_sample, hold.cue_sample, hold.set_sample, hold.fired_sample, hold.end_sample]
    known = [at for at in order if at is not None]
    assert known == sorted(known)
    fired = [event for event in raised if event.kind is EventKind.FIRED]
    assert [event.crossed_sample for event in fired] == [hold.fired_sample] * len(fired)
    if hold.fired_sample is not None:
        assert (seen[hold.fired_sample] or 0.0) >= TARGET, "only a reading in target can fire"
    inside_s = hold.in_target_s(hold.end_sample)
    if inside_s is not None:
        began = hold.fired_sample if hold.fired_sample is not None else hold.set_sample
        assert began is not None
        in_reach = sum((level or 0.0) >= EXIT_SHARE * TARGET for level in seen.values())
        assert 0.0 <= inside_s <= (hold.end_sample - began) / FS
        assert (inside_s > 0.0) <= (in_reach > 0)
    if hold.outcome is Outcome.SUCCESS and plan.target_pct is not None:
        assert inside_s is not None
        assert inside_s >= plan.hold_s - 0.01


@pytest.mark.parametrize(("early", "outcome"), [(1, Outcome.INCOMPLETE), (0, Outcome.SUCCESS)])
def test_a_key_at_the_tick_at_which_the_time_is_up_takes_nothing_away(early: int, outcome: Outcome) -> None:
    """Else a therapist who counts along ends a success as a hold that was not finished."""
    hold = Hold(TRAIN, BEGIN, FS)
    play(hold, flat(90.0), stop=SET + 6 * FS - early)
    assert hold.outcome is None
    hold.enough(SET + 6 * FS - early)
    assert hold.outcome is outcome
