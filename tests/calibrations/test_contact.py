"""The contact check as people go through it: electrodes that read, that do not, and mains hum."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrations.contact import ContactStage
from emg.blocks import Unit
from emg.codes import CommandKind, EventKind, Origin, Phase
from emg.montage import FOUR_SITES
from emg.quality import INVALID, OK, VERDICTS
from emg.stage import Command, StageStart
from tests.calibrations.lying import (
    FOUND,
    GL,
    GR,
    HL,
    HR,
    POSITIONS,
    STOPS,
    accepted,
    always,
    checked,
    contact,
    refusals,
    relaxed,
    told,
)
from tests.emg.sets.coached import BACK, FS, NEXT, PAUSE, RESUME, Say

# --- going on by itself


@pytest.mark.parametrize("attended", [True, False])
def test_good_contact_takes_four_seconds_and_no_key(attended: bool) -> None:
    """Else the check that saves time costs it."""
    stage = contact(attended=attended)
    said = told(stage, relaxed(20.0))
    assert stage.done
    assert said.end == pytest.approx(4 * FS, abs=1)
    assert checked(said).detail == {
        "exercise": "contact",
        "check": "contact",
        "verdicts": dict.fromkeys(FOUR_SITES.names, "ok"),
        "accepted": False,
    }


def test_it_goes_on_four_good_seconds_after_the_last_complaint() -> None:
    """Else an electrode that only just sticks is taken for good, or one that sticks is waited for."""
    said = told(contact(), relaxed(40.0, (0.0, 7.0, {HL: "flat"}), (8.5, 9.0, {GR: "railed"})))
    assert said.end == pytest.approx(13 * FS, abs=1)
    assert (checked(said).detail["accepted"], accepted(said)) == (False, [])


CONFUSION = [
    # what is found, what a session without anybody ends with, whether somebody is offered a notch
    ("no_reading", f"contact_no_reading:{HL}", ""),
    ("flat", f"contact_flat:{HL}", ""),
    ("railed", f"contact_railed:{HL}", ""),
    ("near_rail", "", ""),
    ("mains_50", f"contact_mains_50:{HL}", "notch:50"),
    ("mains_60", f"contact_mains_60:{HL}", "notch:60"),
    ("weak", f"contact_weak:{HL}", ""),
    ("motion", f"contact_motion:{HL}", ""),
    ("twin", f"contact_twin:{HL}", ""),
]


def test_the_table_has_every_verdict_and_stops_where_the_rules_say() -> None:
    """Else a verdict that is added stops nothing, and nobody notices."""
    assert [found for found, _, _ in sorted(CONFUSION)] == FOUND
    for found, reason, _ in CONFUSION:
        assert (found.removesuffix("_50").removesuffix("_60") in STOPS) == bool(reason)


@pytest.mark.parametrize(("found", "reason", "proposal"), CONFUSION)
def test_each_verdict_stops_or_goes_on_with_its_words(found: str, reason: str, proposal: str) -> None:
    """Else a board that lies on a desk passes, or a good contact is sent back."""
    alone = contact(attended=False)
    said = told(alone, always({HL: found}))
    assert alone.done
    assert refusals(said) == ([reason] if reason else [])
    assert said.end == pytest.approx((20 if reason else 4) * FS, abs=1)
    assert alone.view().proposal == "", "nobody is there to decide"

    code = found.removesuffix("_50").removesuffix("_60")
    stage = contact()
    said = told(stage, always({HL: found}, seconds=45.0))
    assert stage.done is (not reason)
    assert refusals(said) == []
    assert stage.view().contact == {GL: "ok", HL: code, GR: "ok", HR: "ok"}
    assert stage.view().message == f"contact_{found}:{HL}"
    assert stage.view().proposal == proposal


@pytest.mark.parametrize(
    ("slow_uv", "code", "stops"),
    [
        (9.9, "ok", False),
        (10.1, "noisy_rest", False),
        (19.9, "noisy_rest", False),
        (20.1, "noisy_rest", True),
        (float("nan"), "ok", False),
    ],
)
def test_a_relaxed_muscle_that_is_loud_is_said_and_a_louder_one_stops(
    slow_uv: float, code: str, stops: bool
) -> None:
    """Else a poor contact becomes the floor under every percentage."""
    stage = contact(attended=False)
    said = told(stage, relaxed(40.0, slow_uv=slow_uv))
    everybody = ",".join(FOUR_SITES.names)
    assert refusals(said) == ([f"contact_noisy_rest:{everybody}"] if stops else [])
    assert set(stage.view().contact.values()) == {code}
    assert stage.view().message == ("" if code == "ok" else f"contact_noisy_rest:{everybody}")


def test_noise_that_stops_is_not_hidden_by_a_warning() -> None:
    """Else an offset near the rail makes a loud contact a good one."""
    said = told(contact(attended=False), always({HL: "near_rail"}, slow_uv=30.0))
    assert str(refusals(said)[0]).startswith("contact_noisy_rest")
    worse = told(contact(attended=False), always({HL: "flat"}, slow_uv=30.0))
    assert refusals(worse) == [f"contact_flat:{HL}"]


def test_no_rule_in_microvolts_applies_to_other_units() -> None:
    """Else a board in counts is never quiet enough."""
    assert refusals(told(contact(attended=False, unit=Unit.ARBITRARY), relaxed(9.0, slow_uv=600.0))) == []


@pytest.mark.parametrize("found", FOUND)
def test_of_an_envelope_only_what_can_be_told_matters(found: str) -> None:
    """Else a board that sends envelopes is flat at rest, and never used."""
    said = told(contact(attended=False, can_tell=False), always({HL: found}, slow_uv=300.0))
    reason = [f"contact_{found}:{HL}"] if found in ("railed", "no_reading") else []
    assert refusals(said) == reason


def test_the_worst_is_told_with_all_its_sites() -> None:
    """Else people press on one electrode after the other."""
    found = {GL: "weak", HL: "flat", GR: "mains_60", HR: "flat"}
    stage = contact(attended=False)
    assert refusals(told(stage, always(found))) == [f"contact_flat:{HL},{HR}"]
    assert stage.view().message == f"contact_flat:{HL},{HR}"


def test_a_complaint_that_comes_and_goes_is_still_the_reason() -> None:
    """Else a loose wire that reads at the wrong moment ends the session without a reason."""
    spans = [(second, second + 0.2, {GR: "flat"}) for second in range(40)]
    levels = relaxed(40.0, (0.0, 5.0, {GL: "no_reading"}), *spans)
    assert refusals(told(contact(attended=False), levels)) == [f"contact_flat:{GR}"]

    loose = relaxed(40.0, (0.0, 40.0, {GL: "mains_60"}), (12.0, 12.5, {GL: "railed", HL: "railed"}))
    assert refusals(told(contact(attended=False), loose)) == [f"contact_railed:{GL},{HL}"]


# --- people


@pytest.mark.parametrize("found", sorted(set(FOUND) - {"near_rail"}))
def test_next_goes_on_with_what_there_is_and_says_so(found: str) -> None:
    """Else one electrode that nobody can mend ends the day."""
    hums = found.startswith("mains")
    say: Say = {8 * FS: BACK, 20 * FS: NEXT} if hums else {20 * FS: NEXT}
    said = told(contact(), always({HL: found}), say)
    assert said.end == 20 * FS
    assert checked(said).detail["accepted"] is True
    verdicts = checked(said).detail["verdicts"]
    assert isinstance(verdicts, Mapping)
    assert verdicts[HL] == ("mains" if hums else found)
    assert accepted(said) == [f"contact_{found}:{HL}"]


@pytest.mark.parametrize("found", sorted(INVALID))
def test_one_site_at_least_must_read(found: str) -> None:
    """Else a session is made of nothing."""
    none = dict.fromkeys(FOUR_SITES.names, found)
    stage = contact()
    told(stage, always(none), {20 * FS: NEXT})
    assert not stage.done
    one = told(contact(), always({**none, HR: "ok"}), {20 * FS: NEXT})
    assert checked(one).detail["accepted"] is True


def test_a_key_cannot_skip_the_check() -> None:
    """Else the second press on "start" is the answer to a question that nobody has read."""
    bounced = told(contact(), always({HL: "flat"}), {FS // 10: NEXT, 3 * FS: NEXT})
    assert [event for event in bounced.events if event.kind is EventKind.CHECKED] == []


def test_with_nobody_there_no_key_means_anything() -> None:
    """Else a stray key accepts what a program should refuse."""
    said = told(contact(attended=False), always({HL: "mains_50"}), {8 * FS: NEXT})
    assert refusals(said) == [f"contact_mains_50:{HL}"]
    assert [event for event in said.events if event.kind is EventKind.NOTCH_SET] == []


def test_next_takes_the_mains_out_and_the_check_begins_anew() -> None:
    """Else rest and maximum are measured through a filter that was settled half way."""
    stage = contact()
    levels = relaxed(40.0, (0.0, 10.0, {HL: "mains_50", GR: "mains_50"}))
    said = told(stage, levels, {10 * FS: NEXT})
    (notch,) = [event for event in said.events if event.kind is EventKind.NOTCH_SET]
    assert (notch.detail, notch.origin, notch.sample) == ({"notch_hz": 50.0}, Origin.INPUT, 10 * FS)
    assert said.end == pytest.approx(14 * FS, abs=1)
    assert checked(said).detail["accepted"] is False


def test_the_frequency_that_most_sites_hum_with_is_proposed() -> None:
    """Else the filter takes out what only one cable picks up."""
    found = {GL: "mains_60", HL: "mains_60", GR: "mains_50"}
    stage = contact()
    told(stage, always(found, 10.0))
    assert stage.view().proposal == "notch:60"
    told(stage, always({GL: "mains_60", GR: "mains_50"}, 10.0))
    assert stage.view().proposal == "notch:50"


def test_hum_that_stays_with_the_notch_is_not_proposed_again() -> None:
    """Else with hum at both frequencies every yes only moves it."""
    stage = contact()
    said = told(stage, always({HL: "mains_50", GR: "mains_60"}, 60.0), {10 * FS: NEXT, 30 * FS: NEXT})
    assert said.at(EventKind.NOTCH_SET) == [10 * FS]
    assert (stage.done, checked(said).detail["accepted"], said.end) == (True, True, 30 * FS)


def test_back_declines_the_notch_and_checks_again() -> None:
    """Else the filter is put in by the only key that is left."""
    stage = contact()
    said = told(stage, always({HL: "mains_50"}, 20.0), {10 * FS: BACK})
    assert said.at(EventKind.PREPARE) == [10 * FS]
    assert stage.view().proposal == ""
    assert not stage.done
    assert stage.view().elapsed_s == pytest.approx(10.0, abs=0.01)

    stage.begin(StageStart(20 * FS, "contact#2", float(FS)))
    told(stage, always({HL: "mains_50"}, 10.0))
    assert stage.view().proposal == "notch:50", "a new run asks again"


def test_a_pause_begins_the_check_anew() -> None:
    """Else good seconds from before a pause count, though somebody has got up since."""
    said = told(contact(), relaxed(40.0), {3 * FS: PAUSE, 20 * FS: RESUME})
    assert said.end == pytest.approx(24 * FS, abs=1)
    stage = contact()
    told(stage, relaxed(3.0), {FS: PAUSE})
    assert stage.view().phase is Phase.PAUSED
    stage.command(Command(NEXT, applied_sample=2 * FS))
    assert stage.view().phase is Phase.PAUSED
    ignored = told(contact(), relaxed(40.0), {FS: RESUME, 2 * FS: CommandKind.FELT})
    assert ignored.end == pytest.approx(4 * FS, abs=1)


# --- the stream


def test_lost_packets_are_no_bad_electrode() -> None:
    """Else with a radio in the room everybody presses electrodes on that are good."""
    sparse = range(0, 40 * FS, 25)
    said = told(contact(attended=False), relaxed(40.0, lost=sparse))
    assert refusals(said) == []
    assert said.end == pytest.approx(4.16 * FS, abs=3)


def test_a_board_that_was_away_uses_up_no_time() -> None:
    """Else a radio that was away for half a minute ends the session."""
    away = range(2 * FS, 32 * FS)
    said = told(contact(attended=False), relaxed(60.0, lost=away))
    assert refusals(said) == []
    assert said.end == pytest.approx(34 * FS, abs=1)


def test_what_is_shown_in_the_first_second_is_nothing() -> None:
    """Else every check begins with "no reading" on all sites."""
    stage = contact()
    told(stage, always(dict.fromkeys(FOUR_SITES.names, "no_reading"), 0.9))
    assert (stage.view().contact, stage.view().message) == ({}, "")
    stage = contact()
    told(stage, relaxed(2.0))
    shown = stage.view()
    assert set(shown.contact.values()) == {"ok"}
    assert shown.countdown_s == pytest.approx(2.0, abs=0.01)
    assert (shown.task, shown.phase, shown.stage) == ("relax", Phase.BASELINE, "contact")


def test_while_something_stops_there_is_no_countdown() -> None:
    """Else the screen counts down to something that does not come."""
    stage = contact()
    told(stage, always({HL: "flat"}, 10.0))
    assert stage.view().countdown_s is None


def test_the_check_says_its_phase_at_once() -> None:
    """Else the rows of activation.csv belong to the phase before."""
    stage = ContactStage(FOUR_SITES.names, Unit.MICROVOLT, attended=True)
    (began,) = stage.begin(StageStart(7, "contact#1", float(FS)))
    assert (began.sample, began.run, began.detail["phase"]) == (7, "contact#1", "baseline")


CODES = st.sampled_from([*FOUND, "ok", "ok", "ok"])
SPANS = st.lists(
    st.tuples(st.floats(0, 25), st.floats(0, 4), st.sampled_from(FOUR_SITES.names), CODES), max_size=8
)
CUTS = st.lists(st.integers(1, 30 * FS), max_size=15)
SAY = st.dictionaries(st.integers(0, 28 * FS), st.sampled_from([PAUSE, RESUME, NEXT, BACK]), max_size=4)


@given(SPANS, CUTS, SAY, st.booleans())
@settings(max_examples=25)
def test_any_cut_of_the_ticks_gives_the_same_verdict(
    spans: list[tuple[float, float, str, str]], cuts: list[int], say: dict[int, CommandKind], attended: bool
) -> None:
    """Else whether a contact is good depends on how the radio bundled its packets."""
    levels = relaxed(30.0, *((start, start + length, {site: code}) for start, length, site, code in spans))
    stages = [contact(attended=attended) for _ in range(2)]
    whole, in_pieces = (
        told(stage, levels, say, edges) for stage, edges in zip(stages, ((), cuts), strict=True)
    )
    assert whole == in_pieces
    assert stages[0].view() == stages[1].view()


def test_positions_are_those_of_the_chain() -> None:
    """Else this file tests other verdicts than it says."""
    assert {VERDICTS[POSITIONS[code]] for code in FOUND} == set(VERDICTS) - {"ok", "noisy_rest"}
    assert VERDICTS[OK] == "ok"
