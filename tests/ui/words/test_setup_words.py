"""What the set-up stages say: every code has words and a remedy, and they are true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calibrations import swaps
from calibrations.positions import POSITIONS
from calibrations.side_check import TAP_AGAIN
from emg.codes import EventKind, Phase, SignalState
from emg.live_view import LiveView, StageView
from emg.montage import Side
from emg.quality import VERDICTS
from emg.stage import Event, JsonValue
from tests.ui.setup_views import MEND, REFUSALS, SITES, contact, setting_up
from tests.ui.views import HOLDING, NOW_S
from ui.reading.muscles import read_plate
from ui.words import body_words, fault_words, setup_words, words

DOING_WORDS = ("press", "check", "tape", "clean", "run", "give", "swap", "follow", "turn", "let")
"""What a remedy begins with: something to do."""


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_names_whom_it_is_about_and_says_what_to_do(code: str) -> None:
    """Exit 5 without a remedy leaves a user with a code and a cold athlete."""
    said = words.why_refused(code)
    what, _, remedy = said.partition(". ")
    assert what
    assert remedy.split()[0].lower() in DOING_WORDS, said
    assert fault_words.THEN_START_AGAIN in said
    assert "_" not in said
    if SITES in code:
        assert said.startswith("Left glute and right hamstring: ")
    if code.startswith("muscles"):
        assert said.startswith("Left leg: " if code.endswith("left") else "Right leg: ")


@pytest.mark.parametrize("code", REFUSALS)
def test_the_same_codes_are_said_while_it_goes_on(code: str) -> None:
    """A message that told people to start again would make them end a session that goes on."""
    said = words.message_words(code)
    assert said
    assert "start again" not in said
    assert "_" not in said


def test_every_verdict_has_a_sentence_for_the_contact_check() -> None:
    """A verdict without a sentence would stand there as a bare code, with no remedy."""
    assert {f"contact_{verdict}" for verdict in VERDICTS if verdict != "ok"} <= set(fault_words.FAULTS)


def test_a_code_of_tomorrow_shows_as_plain_words() -> None:
    """A code that a later stage adds must not vanish, nor show its underscores."""
    assert words.message_words("gel_dry:glute_left") == "Gel dry: left glute"
    assert words.why_refused("gel_dry:left") == "Gel dry: left leg"
    assert words.why_refused("gel_dry") == "Gel dry"
    assert setup_words.finding_words("half_dry") == "half dry"


def test_a_fault_without_a_site_begins_with_the_fault() -> None:
    """Else a sentence begins with a colon."""
    assert words.message_words("contact_flat").startswith("No contact. ")
    assert words.why_refused("sides_swapped").startswith("Left and right are swapped. ")


def test_a_clipped_envelope_is_not_called_loose_in_set_up_either() -> None:
    """Else somebody presses electrodes on when the gain must be turned down."""
    view = replace(contact(ham_left="railed"), cannot=("contact",))
    assert "gain" in words.phase_hint(view)
    assert "loose" in words.phase_hint(replace(view, cannot=()))
    assert "gain" in words.why_refused("contact_railed:ham_left", ("contact",))


def test_the_worst_finding_is_told_with_all_its_sites() -> None:
    """A cable that moves a little must not hide two sensors without contact."""
    view = contact(ham_left="motion", glute_right="flat", ham_right="flat")
    assert words.phase_hint(view).startswith("Right glute and right hamstring: no contact. ")
    assert fault_words.worst_contact({"glute_left": "of_tomorrow"}) == "contact_of_tomorrow:glute_left"


def test_a_good_contact_asks_for_nothing() -> None:
    """A key named where none is needed makes people get up and look for it."""
    view = contact()
    assert setup_words.question(view.stage) is None
    assert "by itself" in words.phase_hint(view)
    assert words.phase_title(setting_up("contact", Phase.BASELINE)) == setup_words.LIE_DOWN


def test_nothing_is_proposed_before_anything_was_seen() -> None:
    """A question without a word of why is answered with the wrong button."""
    view = setting_up("contact", Phase.BASELINE, proposal="notch:50")
    assert setup_words.question(view.stage) is None
    assert words.phase_hint(view) == setup_words.CHECKING


def test_the_contact_check_is_not_told_twice() -> None:
    """The same sentence in two places reads like two faults; where sensors are tapped cables do move."""
    bars = (replace(HOLDING.bars[0], verdict="motion"), replace(HOLDING.bars[1], verdict="flat"))
    assert words.contact_words(replace(contact(glute_left="motion"), bars=bars)) == ""
    tapping = replace(setting_up("sides", Phase.CUE, site="glute_left", task="tap"), bars=bars)
    assert words.contact_words(tapping).startswith("Left hamstring: no contact")
    assert words.contact_words(replace(tapping, bars=bars[:1])) == ""
    assert "cable" in words.contact_words(replace(HOLDING, bars=bars[:1]))


@pytest.mark.parametrize("hz", ["50", "60"])
def test_hum_proposes_its_filter_with_its_frequency(hz: str) -> None:
    """A notch that is switched on unseen changes every number from then on."""
    view = contact(glute_left="mains")
    asked = setup_words.question(replace(view.stage, proposal=f"notch:{hz}"))
    assert asked is not None
    assert f"{hz} Hz" in asked.title
    (forward, on), (back, off) = asked.answers
    assert ("Space" in forward, "Page Up" in back) == (True, True)
    assert f"{hz} Hz" in on
    assert hz not in off
    assert asked.sentence.startswith("Left glute: mains hum. Run the laptop on its battery")


def test_a_warning_that_stops_nothing_asks_for_nothing() -> None:
    """The check goes on by itself there; two buttons would hold people up."""
    view = contact(ham_left="near_rail")
    counting = replace(view.stage, countdown_s=2.0, message="contact_near_rail:ham_left")
    assert setup_words.question(counting) is None
    assert setup_words.title(counting) == "Good enough"
    assert setup_words.hint(counting).startswith("Left hamstring: a sensor is almost loose")


def test_what_stops_is_told_before_what_only_warns() -> None:
    """The stage knows which it is; the worse word alone would hide what keeps people waiting."""
    view = contact(ham_left="near_rail", glute_left="noisy_rest")
    told = replace(view.stage, message="contact_noisy_rest:glute_left")
    asked = setup_words.question(told)
    assert asked is not None
    assert (asked.title, asked.sentence[:10]) == ("Let go", "Left glute")
    hum = setup_words.question(replace(view.stage, message="contact_mains_60:ham_left"))
    assert hum is not None
    assert hum.title == "Mains hum"


def test_a_bad_contact_can_be_gone_on_with_and_says_that_nobody_must() -> None:
    """Waiting for a sensor that is not there must not trap anyone, and pressing must not look needed."""
    asked = setup_words.question(contact(ham_left="weak").stage)
    assert asked is not None
    assert [said for _, said in asked.answers] == [setup_words.GO_ON_AS_IT_IS]
    assert "by itself" in asked.quiet


def test_before_a_tap_nobody_is_told_to_tap() -> None:
    """A tap in the quiet before the cue is taken for the rest of that sensor."""
    view = setting_up("sides", Phase.PREPARE, site="glute_left", task="tap")
    assert words.phase_title(view) == "Lie still"
    assert words.phase_hint(view) == "Then tap the left glute sensor twice"
    cued = setting_up("sides", Phase.CUE, site="glute_left", task="tap")
    assert words.phase_title(cued) == "Tap the left glute sensor twice"


@pytest.mark.parametrize(
    ("side", "leg", "other"), [(Side.LEFT, "left", "right"), (Side.RIGHT, "right", "left")]
)
def test_the_lifted_leg_is_the_one_that_is_looked_at(side: Side, leg: str, other: str) -> None:
    """The stage looks for the muscles of the lifted leg: the wrong leg named would be called a swap."""
    lifting = setting_up("sides", Phase.CUE, side=side, task="lift")
    assert words.phase_title(lifting) == f"Lift the {leg} leg"
    assert other not in words.phase_title(lifting).lower() + words.phase_hint(lifting).lower()
    assert words.phase_title(setting_up("sides", side=side, task="lift")) == f"{leg.capitalize()} leg next"


def test_what_does_not_rise_is_never_called_swapped() -> None:
    """The weak glute is the very user: it must not hear that its wires are wrong."""
    view = setting_up(
        "sides", Phase.REST, findings={"glute_left": "no_rise", "ham_left": "ok", "ham_right": "no_tap"}
    )
    said = words.phase_hint(view)
    assert said.startswith("Left glute: cannot tell")
    assert "muscle or the electrode" in said
    assert "swap" not in said


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("sides_swapped", "Left and right are swapped"),
        ("muscles_swapped:left", "Left leg: glute and hamstring are swapped"),
        ("", "Is left left?"),
    ],
)
def test_a_swap_is_named_and_says_what_both_buttons_do(message: str, title: str) -> None:
    """A map that is mended without being read would swap what was right."""
    face = read_plate(setting_up("sides", Phase.ASK, proposal=MEND, message=message), NOW_S)
    assert face is not None
    assert face.title == title
    assert "left glute 3, left hamstring 4, right glute 1, right hamstring 2" in face.sentence
    assert [said for _, said in face.answers] == ["Mend the map", "Do it again"]


def test_a_fault_that_cannot_be_mended_says_what_to_do() -> None:
    """Two leads in one jack are mended by hand and not by a map."""
    face = read_plate(setting_up("sides", Phase.ASK, message=f"same_jack:{SITES}"), NOW_S)
    assert face is not None
    assert face.title.startswith("Left glute and right hamstring")
    assert face.sentence == "Give each lead its own jack"
    assert len(face.answers) == 2


def test_a_fourth_effort_is_offered_and_silence_is_a_no() -> None:
    """Nobody with hands on the ankle may have to press a key to be let go."""
    view = setting_up("mvc", Phase.ASK, site="glute_left", proposal="fourth:glute_left", countdown_s=12.4)
    face = read_plate(view, NOW_S)
    assert face is not None
    assert face.count == "13"
    assert [said for _, said in face.answers] == ["Yes: once more", "No: go on"]
    assert face.sentence.startswith("Left glute")
    assert "Press nothing" in face.quiet


def test_a_proposal_of_tomorrow_still_has_two_answers() -> None:
    """A question that cannot be answered traps whoever is asked."""
    face = read_plate(setting_up("mvc", Phase.ASK, proposal="another_way:ham_left"), NOW_S)
    assert face is not None
    assert (face.title, len(face.answers)) == ("Another way: left hamstring", 2)


@pytest.mark.parametrize(
    ("change", "age_s"),
    [({"paused": True}, 0.0), ({"signal": SignalState.NO_SIGNAL}, 0.0), ({}, 1.0), ({"finished": True}, 0.0)],
)
def test_nothing_is_asked_while_nothing_comes(change: dict[str, object], age_s: float) -> None:
    """A question over a dead signal is answered about what nobody sees."""
    view = replace(setting_up("sides", Phase.ASK, proposal=MEND), **change)  # type: ignore[arg-type]
    assert read_plate(view, NOW_S + age_s) is None


@pytest.mark.parametrize("position", POSITIONS.values(), ids=lambda position: position.code)
def test_every_position_is_said_with_its_joint_angles(position: object) -> None:
    """ISEK asks for them, and another angle gives another maximum."""
    assert isinstance(position, type(POSITIONS["prone_knee_curl"]))
    said = setup_words.POSITIONS[position.code]
    angles = {deg for deg in (position.knee_deg, position.hip_deg) if deg}
    assert all(f"{angle:.0f}°" in said for angle in angles)
    assert ("0°" in said or "straight" in said) == (0.0 in (position.hip_deg, position.knee_deg))
    assert ("front" in said) == position.prone
    view = setting_up("mvc", site=f"{position.muscle or 'glute'}_left", task=position.code)
    whole = f"Push as hard as you can, {said[0].lower()}{said[1:]}"
    assert words.phase_hint(view) == (whole if position.hip_deg is None else said)


@pytest.mark.parametrize(
    ("task", "hint"),
    [
        ("prone_hip_extension", "Push as hard as you can"),
        ("standing_squeeze", "Squeeze as hard as you can"),
        ("prone_knee_curl", "Pull as hard as you can"),
        (
            "free_isometric",
            "Push as hard as you can, in the position you chose, against something that does not give",
        ),
        ("", "Push as hard as you can"),
    ],
)
def test_in_the_effort_the_words_are_few(task: str, hint: str) -> None:
    """Who pushes with the face down has no eyes for a paragraph."""
    view = setting_up("mvc", Phase.EFFORT, site="ham_right", task=task, message="mvc_spoilt")
    assert (words.phase_title(view), words.phase_hint(view)) == ("Right hamstring", hint)


@pytest.mark.parametrize(
    ("effort_pct", "effort"), [(25, "light"), (50, "half"), (75, "strong"), (40, "40 %")]
)
def test_a_graded_effort_says_how_hard(effort_pct: int, effort: str) -> None:
    """A sore muscle that is told to push as hard as it can may tear."""
    view = setting_up(
        "submax", Phase.EFFORT, site="ham_left", task="prone_knee_curl", effort_pct=effort_pct, asks="pain"
    )
    assert words.phase_title(view) == f"Left hamstring: {effort}"
    assert f"{effort_pct} %" in words.phase_hint(view)
    assert "as hard as you can" not in words.phase_hint(view)


@pytest.mark.parametrize("phase", Phase)
def test_no_lighter_effort_ever_asks_for_all(phase: Phase) -> None:
    """Whatever the phase, the sore muscle's stage must not shout for a maximum."""
    for site, task in (
        ("ham_left", "prone_knee_curl"),
        ("quad_left", "free_isometric"),
        (None, "double_leg_bridge"),
    ):
        view = setting_up("submax", phase, site=site, task=task, effort_pct=75 if site else None)
        assert "hard as you can" not in words.phase_title(view) + words.phase_hint(view)


def test_the_bridge_is_on_both_legs() -> None:
    """A bridge on one leg is twice the load."""
    for site in (None, "ham_left"):  # it may measure one muscle alone
        view = setting_up("submax", site=site, task="double_leg_bridge")
        assert words.phase_title(view) == "Bridge on both legs"
        assert "both feet down" in words.phase_hint(view)


def test_a_site_without_a_maximum_is_named() -> None:
    """Percentages that are missing without a word look like a fault of the screen."""
    said = words.message_words("no_maximum:ham_left")
    assert said.startswith("Left hamstring: no maximum")
    notice = Event(5, EventKind.NOTICE, detail={"code": "no_maximum", "message": "ham_left"})
    assert words.event_words(notice) == said


@pytest.mark.parametrize("stage", [*setup_words.STAGES, "idle", "holds", "finished"])
@pytest.mark.parametrize("phase", Phase)
def test_a_front_without_keys_names_none(stage: str, phase: Phase) -> None:
    """Who reads "Space goes on" in a terminal presses Space, and nothing happens."""
    for paused in (False, True):
        view = replace(HOLDING, stage=StageView(stage, phase, site="ham_left"), paused=paused)
        said = words.phase_title(view) + words.phase_hint(view, keys=False)
        assert not [key for key in ("Space", "Esc", "Page", "Enter", "Forward") if key in said]


def test_without_a_maximum_one_key_is_offered_and_only_there() -> None:
    """Microvolts without a way out leave the session useless; before the start it comes by itself."""
    bare = replace(HOLDING, calibrated=False)
    assert words.calm_words(bare) == "Not calibrated: C measures rest and maximum"
    assert words.calm_words(HOLDING) == ""
    assert words.calm_words(replace(bare, notice="The board is slow.")) == "The board is slow."
    for other in (StageView(), StageView("rest"), StageView("mvc")):
        assert "C measures" not in words.calm_words(replace(bare, stage=other))


@pytest.mark.parametrize(
    ("kind", "detail", "line"),
    [
        (EventKind.PAIN, {"site": "ham_left", "trial": 1, "pain_0_10": 4}, "Left hamstring: pain 4 of 10"),
        (EventKind.PAIN, {"site": "ham_left", "trial": 1, "pain_0_10": 0}, "Left hamstring: pain 0 of 10"),
        (EventKind.PAIN, {"site": "ham_left", "trial": 1, "pain_0_10": None}, ""),
        (
            EventKind.MONTAGE_SET,
            {"channels": {"glute_left": 3, "ham_left": 1}, "how": "mended"},
            "The map is mended: left glute 3, left hamstring 1",
        ),
        (EventKind.MONTAGE_SET, {"channels": {"glute_left": 1}, "how": "loaded"}, ""),
        (EventKind.NOTCH_SET, {"notch_hz": 60.0}, "60 Hz is filtered out from here on"),
        (EventKind.NOTCH_SET, {"notch_hz": None}, ""),
        (EventKind.CHECKED, {"check": "contact", "accepted": True}, ""),
    ],
)
def test_what_the_set_up_changes_is_told_as_a_line(
    kind: EventKind, detail: dict[str, JsonValue], line: str
) -> None:
    """A map or filter that changed must be found again in the log of the session."""
    assert words.event_words(Event(9, kind, detail=detail)) == line


@pytest.mark.parametrize(
    "finding",
    [swaps.OK, swaps.SWAPPED, swaps.MIXED, swaps.NO_TAP, swaps.NO_RISE, swaps.CANNOT_TELL, swaps.SAME_JACK],
)
def test_every_finding_of_the_side_check_has_words(finding: str) -> None:
    """A tile with a bare code tells nobody what was found."""
    assert finding in setup_words.FINDINGS
    assert "_" not in setup_words.finding_words(finding)
    assert set(setup_words.FINDINGS) >= setup_words.OPEN_FINDINGS


def test_a_missed_tap_is_asked_for_again_in_words() -> None:
    """Else it says the same thing again, and nobody knows that the first one was not seen."""
    view = setting_up("sides", site="glute_left", task="tap", message=TAP_AGAIN)
    assert words.phase_hint(view) == "Then tap the left glute sensor twice"
    assert words.calm_words(view) == "No tap seen yet. Once more, a little firmer"


def test_pain_that_stops_a_muscle_is_announced() -> None:
    """A muscle that is suddenly left out looks like a fault of the program."""
    for stage in ("mvc", "submax"):
        assert "3 of 10" in words.phase_hint(setting_up(stage, Phase.REST, asks="pain"))
        assert "3 of 10" not in words.phase_hint(setting_up(stage, Phase.REST))


def test_lists_are_said_as_people_say_them() -> None:
    """Else three sensors are read as one."""
    assert body_words.sites_words(["glute_left"]) == "Left glute"
    three = body_words.sites_words(["glute_left", "ham_left", "glute_right"])
    assert three == "Left glute, left hamstring and right glute"
    assert body_words.sites_words([]) == ""


def test_no_set_up_stage_speaks_for_another() -> None:
    """The bars of a hold have nothing to decide here."""
    assert setup_words.question(HOLDING.stage) is None
    assert read_plate(LiveView(signal=SignalState.LIVE, host_time_s=NOW_S), NOW_S) is None
