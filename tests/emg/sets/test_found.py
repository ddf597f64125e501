"""Repetitions found in a level: neither split nor joined, nor made of what was not read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emg.activation import Reference, SiteReference
from emg.sets.found import REPETITION, STRIDE, Finder, Found, Movement, Reads, entry_level_pct
from tests.emg.sets.coached import REFERENCE, ticks
from tests.emg.sets.moving import with_verdict

FS = 250
ENTRY_PCT = 7.5
QUIET, TOP = 2.0, 40.0


def held(*steps: tuple[float, float]) -> list[float | None]:
    """Levels held for so many seconds each."""
    return [level for level, seconds in steps for _ in range(round(seconds * FS))]


def finder(movement: Movement = REPETITION, *, window_s: float = 0.0, fs_hz: float = FS) -> Finder:
    return Finder(movement, ENTRY_PCT, sample=0, fs_hz=fs_hz, window_s=window_s)


def found(
    levels: Sequence[float | None],
    movement: Movement = REPETITION,
    *,
    lost: Sequence[range] = (),
    contacts: dict[int, str] | None = None,
) -> list[Found]:
    looking = finder(movement)
    told = (
        looking.see(
            sample,
            None if any(sample in gap for gap in lost) else level,
            lost=int(any(sample in gap for gap in lost)),
            contact=(contacts or {}).get(sample, ""),
        )
        for sample, level in enumerate(levels)
    )
    return [one for one in told if one is not None]


ONE = held((QUIET, 1.0), (TOP, 1.0), (QUIET, 1.0))


def test_a_repetition_is_dated_where_the_level_rises_and_returns() -> None:
    """Else its level is that of the pause around it."""
    assert found(ONE) == [Found(FS, 2 * FS)]


@pytest.mark.parametrize("share", [0.9, 0.7, 0.5])
def test_a_wobble_does_not_split_a_repetition(share: float) -> None:
    """Else a tired athlete is told that he has done more than he has."""
    wobbly = held((QUIET, 1.0), (TOP, 1.0), (share * TOP, 0.5), (TOP, 1.0), (QUIET, 1.0))
    assert found(wobbly) == [Found(FS, round(3.5 * FS))]


def test_a_jerk_to_nothing_and_back_does_not_split_a_repetition() -> None:
    """Else every catch in a movement counts double."""
    caught = held((QUIET, 1.0), (TOP, 1.0), (QUIET, 0.15), (TOP, 1.0), (QUIET, 1.0))
    assert found(caught) == [Found(FS, round(3.15 * FS))]


@pytest.mark.parametrize("share", [0.4, 0.2, 0.05])
def test_two_repetitions_that_do_not_meet_above_half_are_two(share: float) -> None:
    """Else who does not let go in between is told that he has done half of it."""
    both = held((QUIET, 1.0), (TOP, 1.0), (share * TOP, 0.5), (TOP, 1.0), (QUIET, 1.0))
    assert found(both) == [Found(FS, 2 * FS), Found(round(2.5 * FS), round(3.5 * FS))]


def test_the_tail_of_a_strong_repetition_is_no_second_one() -> None:
    """Else a slow return is counted: it lies below half of its peak and far above the entry."""
    tail = held((QUIET, 1.0), (4.0 * TOP, 1.0), (1.5 * TOP, 0.5), (1.8 * TOP, 2.0), (QUIET, 1.0))
    assert found(tail) == [Found(FS, 2 * FS)]


def test_a_weak_muscle_s_repetitions_are_found_as_weak_ones() -> None:
    """Else the athlete whom the tool is for does fifteen and is told none."""
    weak = held((QUIET, 1.0), (8.0, 1.0), (QUIET, 1.0), (9.0, 1.0), (QUIET, 1.0))
    assert len(found(weak)) == 2
    assert found(held((QUIET, 1.0), (7.0, 1.0), (QUIET, 1.0))) == []


def test_a_stronger_top_does_not_reach_back_into_the_preparation() -> None:
    """Else the easy part before a repetition lowers its level."""
    eased = held((QUIET, 1.0), (12.0, 1.0), (TOP, 1.0), (QUIET, 1.0))
    assert found(eased) == [Found(2 * FS, 3 * FS)]


@pytest.mark.parametrize(("movement", "shortest_s"), [(REPETITION, 0.3), (STRIDE, 0.12)])
def test_a_twitch_is_no_repetition(movement: Movement, shortest_s: float) -> None:
    """Else something that pulls at a cable is counted."""
    short = held((QUIET, 1.0), (TOP, shortest_s - 0.02), (QUIET, 1.0))
    enough = held((QUIET, 1.0), (TOP, shortest_s + 0.02), (QUIET, 1.0))
    assert found(short, movement) == []
    assert len(found(enough, movement)) == 1


def test_strides_of_half_a_second_are_told_apart_and_repetitions_need_longer() -> None:
    """Else a drill is one long stride, or a repetition is cut by a catch in it."""
    drill = held((QUIET, 0.5), *[(TOP, 0.35), (QUIET, 0.12)] * 6, (QUIET, 1.0))
    assert len(found(drill, STRIDE)) == 6
    assert len(found(drill, REPETITION)) == 1


@pytest.mark.parametrize("lost_s", [0.1, 0.104])
def test_more_than_a_tenth_of_a_second_lost_makes_a_repetition_void(lost_s: float) -> None:
    """Else a level is told of what nobody saw; or one lost packet costs a repetition."""
    gap = range(round(1.4 * FS), round((1.4 + lost_s) * FS))
    (one,) = found(ONE, lost=[gap])
    assert one == Found(FS, 2 * FS, "gap" if lost_s > 0.1 else "")


def test_a_repetition_whose_beginning_was_lost_is_void() -> None:
    """Else its second half is told as the whole of it."""
    (one,) = found(ONE, lost=[range(round(0.8 * FS), round(1.2 * FS))])
    assert one == Found(round(1.2 * FS), 2 * FS, "gap")


def test_a_gap_in_the_pause_harms_no_repetition() -> None:
    """Else what was seen from its beginning to its end is done again for nothing."""
    assert found(ONE, lost=[range(100, 150), range(round(2.5 * FS), round(2.7 * FS))]) == [Found(FS, 2 * FS)]


def test_losses_one_after_another_are_not_added_up() -> None:
    """Else a radio that loses a packet now and then lets nobody finish."""
    gaps = [range(at, at + 20) for at in range(FS + 10, 2 * FS - 30, 40)]
    assert [one.fault for one in found(ONE, lost=gaps)] == [""]


def test_the_first_reason_stays() -> None:
    """Else a cable that comes off is told as the gap that follows from it."""
    loose = dict.fromkeys(range(300, 310), "railed")
    assert found(ONE, lost=[range(330, 370)], contacts=loose)[0].fault == "railed"
    assert (
        found(ONE, lost=[range(300, 340)], contacts=dict.fromkeys(range(350, 360), "flat"))[0].fault == "gap"
    )


def test_a_bad_contact_between_repetitions_harms_none() -> None:
    """Else a step on a cable in the pause costs the next repetition."""
    assert found(ONE, contacts=dict.fromkeys(range(100, 150), "railed")) == [Found(FS, 2 * FS)]


def test_a_beginning_hidden_by_a_bad_contact_is_not_told_as_seen() -> None:
    """Else a muscle that was up when the electrode came back began there."""
    hidden = [*ONE]
    hidden[200:300] = [None] * 100
    assert found(hidden, contacts=dict.fromkeys(range(200, 300), "railed")) == [Found(300, 2 * FS, "railed")]


def test_no_reading_is_neither_up_nor_down() -> None:
    """Else a hole in the signal ends a repetition, or begins one."""
    holed = [*ONE]
    holed[400:440] = [None] * 40
    assert found(holed) == [Found(FS, 2 * FS)]
    assert found([None] * 1000) == []


def test_what_is_cut_off_is_told_once_and_its_rest_is_no_new_one() -> None:
    """Else one repetition is two when a foot comes down in it."""
    looking = finder()
    for sample, level in enumerate(held((QUIET, 1.0), (TOP, 1.0))):
        assert looking.see(sample, level) is None
    assert looking.cut_off(2 * FS) == Found(FS, 2 * FS)
    assert looking.cut_off(2 * FS + 1) is None
    rest = held((TOP, 1.0), (QUIET, 1.0), (TOP, 1.0), (QUIET, 1.0))
    later = [looking.see(2 * FS + place, level) for place, level in enumerate(rest)]
    assert [one for one in later if one] == [Found(4 * FS, 5 * FS)]


def test_what_has_hardly_begun_is_not_told_when_it_is_cut_off() -> None:
    """Else the end of every set makes a row of its own."""
    looking = finder()
    for sample, level in enumerate(held((QUIET, 1.0), (TOP, 0.2))):
        looking.see(sample, level)
    assert looking.cut_off(round(1.2 * FS)) is None


@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
@pytest.mark.parametrize("length_s", [0.5, 2.0])
def test_a_sudden_rise_and_fall_are_dated_free_of_the_window(fs_hz: float, length_s: float) -> None:
    """Else every stride is told a quarter of a second too long, and weaker than it was."""
    n, window = round(5.0 * fs_hz), round(0.25 * fs_hz)
    amplitude = np.zeros(n)
    amplitude[round(fs_hz) : round((1.0 + length_s) * fs_hz)] = TOP
    power = np.convolve(np.square(amplitude), np.ones(window) / window)[:n]
    looking = finder(STRIDE, window_s=0.25, fs_hz=fs_hz)
    told = [one for s, level in enumerate(np.sqrt(power)) if (one := looking.see(s, float(level)))]
    (one,) = told
    assert one.onset == pytest.approx(fs_hz, abs=2)
    assert one.end == pytest.approx((1.0 + length_s) * fs_hz, abs=2)


def test_a_single_spike_is_no_stride() -> None:
    """Else a tap on an electrode is a stride, for the window makes a quarter of a second of it."""
    looking = finder(STRIDE, window_s=0.25)
    spiked = held((0.0, 1.0), (TOP, 0.25), (0.0, 1.0))
    assert [one for s, level in enumerate(spiked) if (one := looking.see(s, level))] == []


levels_st = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(0.0, 120.0)), st.integers(1, 90)), min_size=1, max_size=40
)


@given(steps=levels_st, movement=st.sampled_from([REPETITION, STRIDE]), cuts=st.lists(st.integers(0, 2000)))
@example(steps=[(40.0, 80), (20.0, 80), (19.0, 80), (40.0, 80), (1.0, 80)], movement=STRIDE, cuts=[100])
def test_none_overlaps_another_whatever_the_level_does(
    steps: list[tuple[float | None, int]], movement: Movement, cuts: list[int]
) -> None:
    """Else a moment of work is counted twice."""
    looking, told, sample = finder(movement, window_s=0.25), [], 0
    for level, length in steps:
        for _ in range(length):
            needed = looking.needed_from
            if sample in cuts and (one := looking.cut_off(sample)):
                told.append((needed, one))
            if one := looking.see(sample, level):
                told.append((needed, one))
            sample += 1
    end = 0
    for needed, one in told:
        assert end <= one.onset < one.end <= sample
        assert one.end - one.onset >= round(movement.least_s * FS)
        assert one.onset >= needed, "else its ticks have been forgotten"
        end = one.end


# --- what it looks at


def test_it_is_looked_for_above_the_floor_above_rest_and_from_a_share_of_the_target() -> None:
    """Else noise at rest is a repetition, or a weak one is none."""
    quiet = Reference({"glute_left": SiteReference(1.0, 100.0)})
    noisy = Reference({"glute_left": SiteReference(10.0, float(np.hypot(10.0, 100.0)))})
    assert entry_level_pct(quiet, ("glute_left",), 10.0) == pytest.approx(5.0)
    assert entry_level_pct(quiet, ("glute_left",), 40.0) == pytest.approx(10.0)
    assert entry_level_pct(noisy, ("glute_left",), 40.0) == pytest.approx(20.0)
    assert entry_level_pct(noisy, ("glute_right", "glute_left"), 40.0) == pytest.approx(20.0)
    assert entry_level_pct(Reference(), ("glute_left",), 10.0) == pytest.approx(5.0)


GATES, WORKING = ("glute_left", "glute_right"), ("glute_left", "ham_left", "glute_right", "ham_right")


def test_two_gates_are_read_as_their_mean_and_only_together() -> None:
    """Else one leg alone is told as both."""
    levels = ticks(range(10), {"glute_left": 20.0, "glute_right": 40.0}, lost=[3])
    assert Reads.of(levels, GATES, WORKING).levels_pct == [30.0] * 3 + [None] + [30.0] * 6
    one_leg = ticks(range(10), {"glute_left": 20.0}, sites=("glute_left", "ham_left"))
    assert Reads.of(one_leg, GATES, WORKING).levels_pct == [None] * 10
    loose = with_verdict(levels, "glute_right", "flat", 5, 7)
    assert Reads.of(loose, GATES, WORKING).levels_pct[4:8] == [30.0, None, None, 30.0]


def test_without_a_reference_there_is_no_level() -> None:
    """Else microvolts are looked at as percent."""
    without = Reference({name: site for name, site in REFERENCE.sites.items() if name != "glute_left"})
    levels = ticks(range(5), {"glute_left": 20.0}, reference=without)
    assert Reads.of(levels, ("glute_left",), WORKING).levels_pct == [None] * 5


def test_the_contact_of_every_working_muscle_counts_and_a_warning_does_not() -> None:
    """Else a hamstring without an electrode gives its repetition a level."""
    levels = ticks(range(10), {"glute_left": 20.0})
    assert Reads.of(levels, GATES, WORKING).contacts == [""] * 10
    bad = with_verdict(with_verdict(levels, "ham_right", "railed", 2, 4), "ham_left", "motion", 0, 10)
    assert Reads.of(bad, GATES, WORKING).contacts == ["", "", "railed", "railed", *[""] * 6]
    assert Reads.of(bad, ("glute_left",), ("glute_left", "ham_left")).contacts == [""] * 10
