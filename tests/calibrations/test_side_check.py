"""The side check as people go through it: leads right or wrong, taps seen or not, legs strong or weak."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.blocks import Unit
from emg.codes import EventKind, Origin, Phase
from emg.montage import FOUR_SITES, Montage, Side
from emg.stage import Event
from tests.calibrations.leads import (
    LIFTED,
    Person,
    accepted,
    check,
    coach,
    of_kind,
    outcome,
    questions,
    refusals,
    right,
    swapped,
)
from tests.emg.sets.coached import BACK, FS, NEXT

GL, HL, GR, HR = FOUR_SITES.names
SIDES = swapped((GL, GR), (HL, HR))
ALL_OK = dict.fromkeys(FOUR_SITES.names, "ok")


# --- nothing wrong


@pytest.mark.parametrize("attended", [True, False])
def test_four_right_leads_take_no_key_and_less_than_forty_seconds(attended: bool) -> None:
    """Else the first five minutes go by with checks, and nobody does them a second time."""
    stage, person = check(attended=attended), right()
    told = coach(stage, person)

    assert stage.done
    assert told.end <= 40 * FS
    assert person.asked == list(FOUR_SITES.names)
    assert outcome(told)["findings"] == ALL_OK
    assert (questions(told), refusals(told)) == ([], [])
    assert of_kind(told, EventKind.MONTAGE_SET) == []
    assert outcome(told)["channels"] == FOUR_SITES.as_dict()


def test_each_cue_says_what_is_meant() -> None:
    """Else the athlete, simulated or not, does not know what to do."""
    told = coach(check(), right())
    cues = of_kind(told, EventKind.CUE)
    assert [(cue.detail["exercise"], cue.detail.get("site"), cue.side) for cue in cues] == [
        *(("tap", site, None) for site in FOUR_SITES.names),
        ("lift", None, Side.LEFT),
        ("lift", None, Side.RIGHT),
    ]
    prepared = [event for event in told.events if event.kind is EventKind.PREPARE]
    assert [event.detail["phase"] for event in prepared] == ["prepare"] * 6
    relaxed = of_kind(told, EventKind.RELAX)
    assert [event.side for event in relaxed] == [Side.LEFT, Side.RIGHT]


@pytest.mark.parametrize(
    "channels",
    [
        {GL: 1},
        {HR: 4},
        {GL: 2, GR: 1},
        {GR: 3, HR: 4},
        {GL: 1, HL: 2, GR: 3},
        {"glute_med_left": 2, "quad_right": 5},
    ],
)
def test_any_one_to_four_sites_are_checked(channels: dict[str, int]) -> None:
    """Else a session with two electrodes stops, or waits for muscles that nobody measures."""
    montage = Montage.of(channels)
    stage, person = check(montage), right(montage, seen=montage.names)
    told = coach(stage, person)
    assert outcome(told)["findings"] == dict.fromkeys(channels, "ok")
    sides = {site.side for site in montage.sites}
    assert [event.side for event in of_kind(told, EventKind.RELAX)] == [
        side for side in Side if side in sides
    ]


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("rest_uv", [1.0, 4.0, 15.0])
def test_taps_are_seen_at_any_rest(rest_uv: float, unit: Unit) -> None:
    """Else with dry skin the wiring is never checked."""
    told = coach(check(unit=unit), right(rest_uv=rest_uv))
    assert outcome(told)["findings"] == ALL_OK
    assert told.end <= 40 * FS


# --- swapped leads


@pytest.mark.parametrize(
    ("plugged", "reason"),
    [
        (SIDES, "sides_swapped"),
        (swapped((GL, GR)), f"sides_swapped:{GL},{GR}"),
        (swapped((HL, HR)), f"sides_swapped:{HL},{HR}"),
        (swapped((GL, HL)), "muscles_swapped:left"),
        (swapped((GR, HR)), "muscles_swapped:right"),
        (swapped((GL, HR)), f"map_mixed:{GL},{HR}"),
        ({GL: 2, HL: 3, GR: 4, HR: 1}, f"map_mixed:{GL},{HL},{GR},{HR}"),
    ],
)
def test_swapped_leads_are_named_and_mended_with_one_key(plugged: dict[str, int], reason: str) -> None:
    """Else left is trained for right, and nobody notices."""
    stage, person = check(), Person(plugged)
    told = coach(stage, person, answer=NEXT)

    proposal = "mend:" + ",".join(f"{site}={plugged[site]}" for site in FOUR_SITES.names)
    assert questions(told) == [(reason, proposal)]
    (mended,) = of_kind(told, EventKind.MONTAGE_SET)
    assert mended.detail == {"channels": plugged, "how": "mended"}
    assert mended.origin is Origin.INPUT
    # the lifts are seen by the mended map
    assert outcome(told)["findings"] == ALL_OK
    assert (outcome(told)["mended"], outcome(told)["channels"]) == (True, plugged)
    assert stage.montage.as_dict() == plugged


@pytest.mark.parametrize("plugged", [SIDES, swapped((GL, HL)), {**FOUR_SITES.as_dict(), GL: 3}])
def test_with_nobody_there_a_wrong_map_ends_the_session(plugged: dict[str, int]) -> None:
    """Else hours of holds are recorded for the other leg."""
    stage = check(attended=False)
    told = coach(stage, Person(plugged))
    assert stage.done
    (reason,) = refusals(told)
    assert str(reason).split(":")[0] in ("sides_swapped", "muscles_swapped", "same_jack")
    assert stage.view().message == reason
    assert of_kind(told, EventKind.MONTAGE_SET) == of_kind(told, EventKind.CHECKED) == []


def test_a_question_waits_and_back_taps_again() -> None:
    """Else who has just moved the plugs has to start the program anew."""
    stage, person = check(), Person(SIDES)
    told = coach(stage, person, seconds=60.0)
    assert stage.view().phase is Phase.ASK
    assert stage.view().proposal.startswith("mend:glute_left=3")
    assert stage.view().message == "sides_swapped"
    assert set(stage.view().findings.values()) == {"swapped"}
    assert told.end == 60 * FS - 1

    plugged = dict(SIDES)
    again = Person(plugged)

    class Replugs(Person):
        def hear(self, event: Event) -> None:
            super().hear(event)
            if event.detail.get("phase") == "ask":
                self.plugged = FOUR_SITES.as_dict()

    told = coach(check(), Replugs(again.plugged), answer=BACK)
    assert outcome(told)["findings"] == ALL_OK
    assert (outcome(told)["mended"], outcome(told)["fault"]) == (False, "")


def test_two_leads_in_one_jack_say_check_the_plugs() -> None:
    """Else one muscle is shown twice, as glute and as hamstring."""
    plugged = {**FOUR_SITES.as_dict(), HL: 1}
    told = coach(check(), Person(plugged), seconds=40.0)
    assert questions(told) == [(f"same_jack:{GL},{HL}", "")]

    gone_on = coach(check(), Person(plugged), answer=NEXT)
    assert outcome(gone_on)["accepted"] is True
    assert outcome(gone_on)["fault"] == f"same_jack:{GL},{HL}"
    found = outcome(gone_on)["findings"]
    assert isinstance(found, Mapping)
    assert (found[GL], found[HL], found[GR]) == ("same_jack", "same_jack", "ok")
    assert of_kind(gone_on, EventKind.MONTAGE_SET) == []
    assert accepted(gone_on) == [f"same_jack:{GL},{HL}"]


PLUGS = st.permutations(FOUR_SITES.names)
SEEN = st.sets(st.sampled_from(FOUR_SITES.names))
LEVEL = st.sampled_from([1.0, 1.2, 3.0, LIFTED])


@given(PLUGS, SEEN, st.tuples(LEVEL, LEVEL, LEVEL, LEVEL), st.integers(0, 1000))
@settings(max_examples=12)
def test_whatever_is_plugged_where_only_the_true_map_is_proposed(
    jacks: list[str], seen: set[str], levels: tuple[float, ...], seed: int
) -> None:
    """Else the program swaps sides that were right."""
    channels = FOUR_SITES.as_dict()
    plugged = {site: channels[jack] for site, jack in zip(FOUR_SITES.names, jacks, strict=True)}
    lifted = dict(zip(FOUR_SITES.names, levels, strict=True))
    person = Person(plugged, seen=seen, lifted=lifted, seed=seed)
    told = coach(check(), person, seconds=100.0)

    for reason, proposal in questions(told):
        assert plugged != channels, f"{reason} with every lead in its jack"
        if proposal:
            assert proposal == "mend:" + ",".join(f"{site}={plugged[site]}" for site in channels)
    if seen == set(channels) and plugged != channels:
        assert questions(told), "a wrong map that everybody can see goes by in silence"


# --- what cannot be told


def test_a_weak_glute_is_not_called_swapped_and_stops_nothing() -> None:
    """Else the very user this is made for is sent to look at the plugs."""
    for seen in (FOUR_SITES.names, ()):
        told = coach(check(attended=False), right(seen=seen, lifted={GR: 1.1}, other_leg=1.5))
        assert refusals(told) == []
        found = outcome(told)["findings"]
        assert found == {**ALL_OK, GR: "no_rise" if seen else "cannot_tell"}


def test_a_lift_that_comes_late_has_still_risen() -> None:
    """Else an athlete who has to turn round first is told that nothing can be told."""
    told = coach(check(), right(reaction_s=1.7))
    assert outcome(told)["findings"] == ALL_OK


def test_taps_that_nobody_sees_are_asked_for_once_more_and_then_left() -> None:
    """Else an electrode that sits well holds everybody up for ever."""
    stage, person = check(attended=False), right(seen=())
    told = coach(stage, person)
    assert person.asked == [site for site in FOUR_SITES.names for _ in range(2)]
    assert outcome(told)["findings"] == ALL_OK, "the lifts show the sides"
    assert outcome(told)["taps_seen_on"] == dict.fromkeys(FOUR_SITES.names)
    assert refusals(told) == []


def test_one_tap_waits_for_the_second_and_is_asked_for_once_more() -> None:
    """Else a chance touch counts as two, or one tap too few ends the check."""
    stage, person = check(Montage.of({GL: 1, HL: 2})), right(Montage.of({GL: 1, HL: 2}), taps=1)
    told = coach(stage, person)
    assert person.asked == [GL, GL, HL, HL]
    cues = [event.sample for event in of_kind(told, EventKind.CUE)]
    assert cues[1] - cues[0] == pytest.approx(7.5 * FS, abs=1)
    assert outcome(told)["taps_seen_on"] == {GL: None, HL: None}


def test_the_second_asking_is_said() -> None:
    """Else it looks as if the taps had not counted for no reason."""
    stage = check()
    coach(stage, right(seen=()), seconds=9.5)
    assert (stage.view().message, stage.view().site) == ("tap_again", GL)
    coach(stage, right(seen=(GL,)), seconds=9.5)
    assert (stage.view().message, stage.view().site) == ("", HL)


def test_only_lifts_can_swap_sides_where_no_tap_was_seen() -> None:
    """Else electrodes that show no tap are never found on the wrong leg."""
    stage, person = check(), Person(SIDES, seen=())
    told = coach(stage, person, answer=NEXT)
    assert questions(told) == [("sides_swapped", "")], "a lift cannot tell glute from hamstring"
    assert set(dict(outcome(told)["findings"]).values()) == {"swapped"}  # type: ignore[call-overload]
    assert accepted(told) == ["sides_swapped"]
    rises = outcome(told)["rises_sd"]
    assert isinstance(rises, Mapping)
    assert rises["left"][GR] > 8.0 > rises["left"][GL]

    refused = coach(check(attended=False), Person(SIDES, seen=()))
    assert refusals(refused) == ["sides_swapped"]

    two = Montage.of({GL: 1, GR: 2})
    told = coach(check(two), Person({GL: 2, GR: 1}, two, seen=()), answer=NEXT)
    assert questions(told) == [("sides_swapped", f"mend:{GL}=2,{GR}=1")]
    assert outcome(told)["findings"] == {GL: "ok", GR: "ok"}


def test_taps_of_the_glutes_do_not_hide_hamstrings_that_are_swapped() -> None:
    """Else whose hamstring electrodes show no tap trains with left for right."""
    hams = swapped((HL, HR))
    stage, person = check(), Person(hams, seen=(GL, GR))
    told = coach(stage, person, answer=NEXT)
    proposal = "mend:" + ",".join(f"{site}={hams[site]}" for site in FOUR_SITES.names)
    assert questions(told) == [(f"sides_swapped:{HL},{HR}", proposal)]
    assert outcome(told)["findings"] == ALL_OK
    assert (outcome(told)["channels"], accepted(told)) == (hams, [])
    rises = outcome(told)["rises_sd"]
    assert isinstance(rises, Mapping)
    assert rises["left"][HL] > 8.0 > rises["left"][HR], "by the mended map"

    for seen in ((GL, GR), (GL,)):
        refused = coach(check(attended=False), Person(hams, seen=seen))
        assert refusals(refused) == [f"sides_swapped:{HL},{HR}"]
    assert questions(coach(check(), Person(hams, seen=(GR,)), answer=NEXT)) == [
        (f"sides_swapped:{HL},{HR}", "")
    ]


def test_the_taps_outrank_the_lifts() -> None:
    """Else who lifts the wrong leg has the right map mended."""

    class WrongLeg(Person):
        def hear(self, event: Event) -> None:
            other = event.side.other if isinstance(event.side, Side) else None
            super().hear(Event(event.sample, event.kind, side=other, detail=event.detail))

    for seen in ((GL,), FOUR_SITES.names):
        told = coach(check(attended=False), WrongLeg(FOUR_SITES.as_dict(), seen=seen))
        assert refusals(told) == []
    assert questions(coach(check(), WrongLeg(FOUR_SITES.as_dict(), seen=(HR,)))) == []


def test_lifts_are_repeated_from_their_question() -> None:
    """Else one wrong lift is the end of the check."""
    told = coach(check(), Person(SIDES, seen=()), answer=BACK, seconds=110.0)
    assert len(questions(told)) >= 2
    lifts = [event.side for event in of_kind(told, EventKind.RELAX)]
    assert lifts[:4] == [Side.LEFT, Side.RIGHT, Side.LEFT, Side.RIGHT]


def test_what_cannot_be_told_stays_on_the_screen_long_enough() -> None:
    """Else it is said and gone."""
    stage = check()
    told = coach(stage, right(lifted={GR: 1.0}))
    last = of_kind(told, EventKind.RELAX)[-1]
    assert told.end - last.sample == pytest.approx(3 * FS, abs=1)
    healthy = coach(check(), right())
    assert healthy.end - of_kind(healthy, EventKind.RELAX)[-1].sample == pytest.approx(FS, abs=1)
