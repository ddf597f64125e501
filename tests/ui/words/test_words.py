"""Every frozen code has words, and they say what is true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from emg.codes import DotState, EventKind, Phase, SignalState
from emg.limits import Limit
from emg.live_view import LiveView, StageView
from emg.montage import FOUR_SITES, Legs, Side
from emg.quality import VERDICTS
from emg.results import Outcome, Role
from emg.session.summary import warning_of
from emg.stage import Event
from tests.ui.views import HOLDING, SUMMARY
from ui.reading.summary_table import findings, table
from ui.words import (
    board_words,
    body_words,
    fault_words,
    figures,
    finding_words,
    setup_words,
    start_words,
    words,
)

CATALOGUE = (words, board_words, body_words, fault_words, finding_words, setup_words, start_words)


@pytest.mark.parametrize(
    ("codes", "catalogue"),
    [
        (Phase, words.PHASE_TITLES),
        (Phase, words.PHASE_HINTS),
        (Outcome, words.OUTCOMES),
        (DotState, words.DOTS),
        (SignalState, board_words.SIGNALS),
        (SignalState, board_words.SIGNAL_HELP),
        (Limit, board_words.LIMITS),
        (Role, words.ROLES),
        (Side, words.SIDES),
        ((*Side, *Legs), words.LEGS),
        (Side, words.SIDE_LETTERS),
        (VERDICTS, board_words.VERDICTS),
    ],
)
def test_every_code_has_words(codes: Iterable[str], catalogue: Mapping[str, str]) -> None:
    """A code without words would stand on the athlete's screen as a bare identifier, or crash the paint."""
    assert set(codes) == set(catalogue)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("stage", ["idle", *setup_words.STAGES, "holds", "finished", "a_stage_of_tomorrow"])
@pytest.mark.parametrize("side", [None, *Side])
def test_every_phase_of_every_stage_says_what_to_do(phase: Phase, stage: str, side: Side | None) -> None:
    """A phase with an empty screen leaves the athlete standing on one leg without a word."""
    view = replace(HOLDING, stage=StageView(stage, phase, side, role=Role.TRAIN, site="ham_left"))
    assert words.phase_title(view)
    assert words.phase_hint(view)


def test_sites_are_named_as_the_athletes_own() -> None:
    """Left and right mixed up would train the wrong leg."""
    assert [words.site_words(name) for name in FOUR_SITES.names] == [
        "Left glute",
        "Left hamstring",
        "Right glute",
        "Right hamstring",
    ]
    assert words.site_words("soleus_left") == "Left soleus"


def test_a_maximum_names_its_muscle() -> None:
    """Pushing with the wrong muscle makes a wrong 100 %."""
    view = replace(HOLDING, stage=StageView("mvc", Phase.EFFORT, site="ham_left", message="mvc_too_small"))
    assert words.phase_title(view) == "Left hamstring"
    assert words.phase_hint(view) == "Push as hard as you can"


def test_a_message_is_shown_between_efforts() -> None:
    """Without it nobody learns why a maximum is asked for again."""
    view = replace(HOLDING, stage=StageView("mvc", Phase.PREPARE, site="ham_left", message="mvc_too_small"))
    assert words.phase_hint(view) == fault_words.FAULTS["mvc_too_small"].again


def test_an_unknown_message_is_shown_as_words() -> None:
    """A code that a later stage adds must not vanish from the screen."""
    assert words.message_words("electrode_on_table") == "Electrode on table"


def test_without_a_signal_nothing_is_to_be_done() -> None:
    """An athlete who is told to push while nothing is measured works for nothing."""
    assert words.phase_title(HOLDING, fresh=False) == "No signal"
    assert (
        words.phase_hint(HOLDING, fresh=False)
        == "The clock waits. The hold is repeated when the signal is back"
    )


def test_a_refusal_says_what_to_do() -> None:
    """A session that ends without holds must not look like one that went well."""
    view = LiveView(stage=StageView("finished", Phase.DONE, message="rest_too_loud"), finished=True)
    assert words.phase_title(view) != words.PHASE_TITLES[Phase.DONE]
    assert words.phase_hint(view) == words.why_refused("rest_too_loud")
    assert words.phase_hint(view).endswith("then start again")


def test_the_worst_contact_is_named_first() -> None:
    """Hum on one muscle must not hide that another sensor has come loose."""
    first, *rest = HOLDING.bars
    last = replace(rest.pop(), verdict="railed")
    view = replace(HOLDING, bars=(replace(first, verdict="mains"), *rest, last))
    assert words.trouble_words(view, fresh=True).startswith("Right hamstring")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"error": "The disk is full."}, "The disk is full."),
        ({"signal": SignalState.NO_SIGNAL}, "No signal"),
        ({"paused": True}, "Paused"),
        ({}, ""),
    ],
)
def test_trouble_is_said_in_a_sentence(change: dict[str, Any], word: str) -> None:
    """Trouble that is not said is trouble that is trained through."""
    said = words.trouble_words(replace(HOLDING, **change), fresh=True)
    assert said.startswith(word)
    assert bool(said) is bool(word)


def test_the_last_of_the_seconds_is_one() -> None:
    """Else every countdown ends on a mistake."""
    assert [words.seconds_left_words(left) for left in ("2", "1", "0")] == ["seconds", "second", "seconds"]


@pytest.mark.parametrize(("seconds", "shown"), [(7.6, "8"), (1.0, "1"), (0.2, "1"), (0.0, "0"), (-0.1, "0")])
def test_a_countdown_ends_on_one(seconds: float, shown: str) -> None:
    """A 0 that stands for a second makes the athlete start early."""
    assert figures.seconds_number(seconds) == shown


def test_six_seconds_are_shown_only_when_reached() -> None:
    """A rounded clock would say 6.0 before the hold is done."""
    assert figures.clock_words(5.99) == "5.9"
    assert figures.clock_words(6.0) == "6.0"


@pytest.mark.parametrize("outcome", [Outcome.SUCCESS, Outcome.MISSED, Outcome.NOT_REACHED])
def test_a_test_hold_is_only_told_as_done(outcome: Outcome) -> None:
    """Telling the result of a test hold would be the feedback that the test leaves out."""
    event = Event(
        5, EventKind.HOLD_DONE, side=Side.LEFT, role=Role.TEST, hold=2, detail={"outcome": outcome.value}
    )
    assert words.event_words(event) == "Hold 2, left leg: done"


@pytest.mark.parametrize("kind", EventKind)
def test_any_event_can_be_told(kind: EventKind) -> None:
    """An event with an empty detail must not stop the front that prints it."""
    assert isinstance(words.event_words(Event(5, kind)), str)


def test_the_notice_stands_once() -> None:
    """The sentence that this is no medical device must be there, and not wear out by repetition."""
    everything = [value for module in CATALOGUE for value in vars(module).values() if isinstance(value, str)]
    assert sum("Not a medical device" in text for text in everything) == 1


def test_nothing_sounds_like_a_diagnosis() -> None:
    """Numbers are for the professional to judge."""
    texts = [
        text
        for module in CATALOGUE
        for value in vars(module).values()
        for text in (value.values() if isinstance(value, Mapping) else [value])
        if isinstance(text, str) and text != words.NOT_MEDICAL
    ]
    assert not [
        t
        for t in texts
        for bad in ("deficit", "abnormal", "injur", "compensat", "healthy")
        if bad in t.lower()
    ]


def test_a_missing_result_stays_missing_in_the_summary() -> None:
    """A zero where nothing was measured would be read as a muscle that does not work."""
    rows = {row[0]: row[1:] for row in table(SUMMARY)}
    assert rows[words.SUMMARY_ROWS["latency"]] == (words.NONE, "0.61 s")
    assert rows[words.SUMMARY_ROWS["ham"]] == (words.NONE, words.NONE)
    assert rows[words.SUMMARY_ROWS["glute"]] == ("38 ± 4 %", "47 %")


def test_findings_carry_their_interval() -> None:
    """A bare difference between sides looks surer than it is."""
    assert findings(SUMMARY) == [
        "The left glute worked at 81 % of the right one (70 to 94 %).",
        "Left glute over right hamstring: 0.87 (0.71 to 1.06).",
        f"{finding_words.SCOPE}.",
        "One hold was void.",
    ]


def test_an_empty_summary_makes_an_empty_table() -> None:
    """A session that ended at once must still get to its last page."""
    assert findings({}) == []
    assert all(cell == words.NONE for row in table({}) for cell in row[1:])


@pytest.mark.parametrize(
    ("set_number", "hint"),
    [
        (1, "Stand up: right leg first"),
        (3, "Next: right leg. Stand, do not sit on the electrodes"),
    ],
)
def test_before_a_set_nobody_is_told_to_put_a_foot_down(set_number: int, hint: str) -> None:
    """After the efforts the athlete is lying down; between the legs the question is which one is next."""
    ahead = StageView(
        stage="holds",
        phase=Phase.REST,
        side=Side.RIGHT,
        role=Role.TEST,
        set_number=set_number,
        dots=(DotState.PENDING,) * 3,
        posture="standing",
    )
    view = LiveView(signal=SignalState.LIVE, stage=ahead)
    assert words.phase_hint(view) == hint
    begun = replace(ahead, dots=(DotState.DONE, DotState.PENDING, DotState.PENDING))
    assert words.phase_hint(replace(view, stage=begun)) == "Foot down"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("contact_flat:ham_right", "Gone on with it: right hamstring: no contact"),
        ("contact_mains_50:glute_left", "Gone on with it: left glute: mains hum, 50 Hz"),
        (
            "same_jack:glute_left,ham_left",
            "Gone on with it: left glute and left hamstring: one and the same signal",
        ),
        ("sides_swapped", "Gone on with it: left and right are swapped"),
        ("muscles_swapped:left", "Gone on with it: left leg: glute and hamstring are swapped"),
        ("a_reason_of_tomorrow:ham_left", "Gone on with it: a reason of tomorrow: left hamstring"),
    ],
)
def test_what_was_gone_on_with_is_one_calm_sentence(reason: str, sentence: str) -> None:
    """Else the trace that a key left in a session is a bare code, or nothing at all."""
    notice = Event(5, EventKind.NOTICE, detail={"code": "accepted", "message": reason})
    assert words.event_words(notice) == words.notice_words("accepted", reason) == sentence
    assert words.warning_words(warning_of(notice)) == sentence


@pytest.mark.parametrize("code", ["no_rest", "no_maximum"])
def test_a_muscle_that_is_left_out_is_said_as_notice_message_and_warning(code: str) -> None:
    """Else a muscle without percentages is missing without a word, or with a bare code."""
    notice = Event(5, EventKind.NOTICE, detail={"code": code, "message": "ham_right"})
    now, later = words.event_words(notice), words.warning_words(warning_of(notice))
    assert now == words.message_words(f"{code}:ham_right")
    for said in (now, later, words.message_words(code), words.message_words(f"{code}:ham_right,glute_left")):
        assert "_" not in said
    assert now.startswith("Right hamstring: ")
    assert later.startswith("Right hamstring: ")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, 0), ""),
        ((1, 1, 0), "1 hold, 1 with a good signal"),
        ((2, 2, 2), "2 holds, 2 with a good signal, 2 broken off"),
    ],
)
def test_holds_that_were_broken_off_are_told_as_that(counts: tuple[int, int, int], said: str) -> None:
    """Else "2 holds, 2 with a good signal" stands above a table that has none."""
    assert words.holds_words(*counts) == said
