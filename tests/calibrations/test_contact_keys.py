"""The contact check and its keys: what is gone on with leaves a trace, and a key means what could be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from calibrations.contact import ContactStage
from emg.activation import Activations
from emg.blocks import SampleBlock, Unit
from emg.codes import CommandKind, EventKind
from emg.montage import FOUR_SITES
from emg.pipeline import Pipeline
from emg.session.summary import summarise, warning_of
from emg.stage import Command, StageStart
from tests.calibrations.lying import (
    GL,
    GR,
    HL,
    HR,
    accepted,
    always,
    checked,
    contact,
    refusals,
    relaxed,
    told,
)
from tests.emg.sets.coached import BACK, FS, NEXT, PAUSE, REFERENCE, RESUME, Told
from tests.fakes import FAKE_INFO
from ui.session.plan import chain_settings
from ui.words.words import event_words, warning_words

READABLE = round(0.7 * FS)


# --- what is gone on with


def test_all_that_is_gone_on_with_is_said_and_stands_in_the_summary() -> None:
    """Else holds on an electrode that hung in the air look like any others."""
    found = {GL: "motion", HL: "flat", HR: "flat"}
    said = told(contact(), always(found), {20 * FS: NEXT})
    assert accepted(said) == [f"contact_flat:{HL},{HR}", f"contact_motion:{GL}"]
    warned = [warning for event in said.events if (warning := warning_of(event))]
    assert warned == [f"accepted:contact_flat:{HL},{HR}", f"accepted:contact_motion:{GL}"]
    assert summarise([], REFERENCE, warned=warned)["warnings"] == warned

    sentence = "Gone on with it: left hamstring and right hamstring: no contact"
    assert warning_words(warned[0]) == sentence
    (notice, _) = [event for event in said.events if event.kind is EventKind.NOTICE]
    assert event_words(notice) == sentence


def test_a_wire_that_comes_and_goes_is_gone_on_with_even_while_it_reads() -> None:
    """Else a loose wire leaves no trace if the key falls into the right moment."""
    spans = [(second, second + 0.5, {GR: "railed"}) for second in range(40)]
    said = told(contact(), relaxed(40.0, *spans), {round(20.8 * FS): NEXT})
    assert checked(said).detail["accepted"] is True
    assert accepted(said) == [f"contact_railed:{GR}"]


def test_what_has_turned_into_something_else_is_named_as_it_is_now() -> None:
    """Else a wire that was pressed on and now hums is still called loose."""
    levels = relaxed(40.0, (0.0, 18.0, {GR: "flat"}), (18.0, 40.0, {GR: "motion"}))
    assert accepted(told(contact(), levels, {20 * FS: NEXT})) == [f"contact_motion:{GR}"]
    mended = relaxed(40.0, (0.0, 14.0, {HL: "flat"}), (10.0, 40.0, {GR: "motion"}))
    assert accepted(told(contact(), mended, {20 * FS: NEXT})) == [f"contact_motion:{GR}"]


def test_what_only_warns_is_not_gone_on_with() -> None:
    """Else every offset near the rail ends in a warning about a key that nobody pressed."""
    said = told(contact(), always({GL: "near_rail", HL: "flat"}), {20 * FS: NEXT})
    assert accepted(said) == [f"contact_flat:{HL}"]
    assert accepted(told(contact(), always({GL: "near_rail"}))) == []


# --- a dead wire and hum


def test_a_dead_wire_is_told_before_the_mains_and_the_filter_is_still_offered() -> None:
    """Else the filter is put in over a wire that hangs in the air, and nobody is told."""
    for dead in ("flat", "railed", "no_reading"):
        stage = contact()
        levels = always({HL: dead, GL: "mains_50", HR: "mains_50"}, 60.0)
        said = told(stage, levels.cut(0, 10 * FS))
        shown = stage.view()
        assert (shown.proposal, shown.message) == ("", f"contact_{dead}:{HL}")

        assert not stage.command(Command(NEXT, applied_sample=10 * FS)).events
        assert (stage.done, stage.view().proposal) == (False, "notch:50")
        events = [*stage.command(Command(NEXT, applied_sample=11 * FS)).events]
        assert [event.kind for event in events] == [EventKind.NOTCH_SET, EventKind.PREPARE]

        cured = always({HL: dead}, 20.0)
        stage.advance(replace(cured, samples=cured.samples + 11 * FS))
        assert (stage.done, stage.view().proposal) == (False, "")
        said.events += stage.command(Command(NEXT, applied_sample=31 * FS)).events
        assert stage.done
        assert accepted(said) == [f"contact_{dead}:{HL}"]


def test_a_dead_wire_that_comes_after_the_first_is_told_too() -> None:
    """Else one wire that was gone on with hides every other."""
    stage = contact()
    levels = relaxed(40.0, (0.0, 40.0, {HL: "flat", GL: "mains_60"}), (12.0, 40.0, {GR: "flat"}))
    stage.advance(levels.cut(0, 10 * FS))
    stage.command(Command(NEXT, applied_sample=10 * FS))
    assert stage.view().proposal == "notch:60"
    stage.advance(levels.cut(10 * FS, 20 * FS))
    assert (stage.view().proposal, stage.view().message) == ("", f"contact_flat:{HL},{GR}")


# --- keys that were meant for what stood there before


def pressed(
    levels: Activations, key: CommandKind, at: int, applied: int, stage: ContactStage | None = None
) -> Told:
    """What a key brings that was pressed at one sample and obeyed at another."""
    stage = stage or contact()
    stage.advance(levels.cut(0, applied))
    return Told([*stage.command(Command(key, at, applied)).events])


HUM = {HL: "mains_50"}
TURNS = {
    "go on becomes filter": relaxed(30.0, (0.0, 10.0, {GL: "motion"}), (10.0, 30.0, HUM)),
    "filter becomes go on": relaxed(30.0, (0.0, 10.0, HUM), (10.0, 30.0, {GL: "motion"})),
    "filter becomes another": relaxed(30.0, (0.0, 10.0, HUM), (10.0, 30.0, {HL: "mains_60"})),
    "filter becomes a dead wire": relaxed(30.0, (0.0, 30.0, HUM), (10.0, 30.0, {GR: "flat"})),
}


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("key", [NEXT, BACK])
def test_a_key_pressed_before_its_meaning_could_be_read_does_nothing(turn: str, key: CommandKind) -> None:
    """Else "go on as it is" puts a filter into the whole session, or "filter" goes on with a loose wire."""
    levels = TURNS[turn]
    for at in (10 * FS - 25, 10 * FS, 10 * FS + READABLE - 1):
        assert pressed(levels, key, at, 11 * FS).events == []
    assert pressed(levels, key, 10 * FS + READABLE, 11 * FS).events != [] or "dead" in turn
    assert pressed(levels, key, 8 * FS, 9 * FS).events != [], "a key that could be read counts"


def test_a_second_press_on_start_filters_nothing() -> None:
    """Else hum that was there before the check began is filtered by a key that bounced."""
    for at_s in (0.1, 0.5, 1.2, 1.6):
        said = pressed(always(HUM), NEXT, round(at_s * FS), round(max(at_s, 1.7) * FS))
        assert said.events == []
    early = contact()
    early.advance(always(HUM).cut(0, FS // 2))
    assert not early.command(Command(NEXT, applied_sample=FS // 2)).events
    said = pressed(always(HUM), NEXT, round(1.8 * FS), 2 * FS)
    assert [event.kind for event in said.events] == [EventKind.NOTCH_SET, EventKind.PREPARE]


def test_pause_is_heard_whatever_has_just_changed() -> None:
    """Else who needs a break has to press twice."""
    stage = contact()
    pressed(TURNS["go on becomes filter"], PAUSE, 10 * FS, 10 * FS + 5, stage)
    assert stage.view().phase.value == "paused"
    stage.command(Command(RESUME, 10 * FS + 6, 10 * FS + 10))
    assert stage.view().phase.value == "baseline"


# --- through the whole chain


def chained(raw_uv: np.ndarray[tuple[int, ...], np.dtype[np.float64]], step: int = 125) -> Told:
    """The check on a raw signal, with nobody there."""
    pipeline = Pipeline(FAKE_INFO, FOUR_SITES, chain_settings(FAKE_INFO, None))
    stage = ContactStage(FOUR_SITES.names, Unit.MICROVOLT, attended=False)
    stage.begin(StageStart(0, "contact#1", float(FS)))
    said = Told()
    for start in range(0, len(raw_uv), step):
        levels = pipeline(SampleBlock(raw_uv[start : start + step], start, float(FS), 0.0))
        taken = stage.advance(levels)
        said.events += taken.events
        if stage.done:
            said.end = int(levels.samples[taken.consumed - 1])
            break
    return said


def skin(seconds: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.random.default_rng(5).standard_normal((round(seconds * FS), 4)) * 5.0


def test_a_good_contact_is_through_within_five_seconds() -> None:
    """Else the check of every session costs more than it has to."""
    said = chained(skin(10.0))
    assert refusals(said) == []
    verdicts = checked(said).detail["verdicts"]
    assert isinstance(verdicts, Mapping)
    assert set(verdicts.values()) == {"ok"}
    assert said.end <= 5 * FS


@pytest.mark.parametrize("plugged_s", [6.1, 6.3, 6.6, 6.9])
def test_hum_that_comes_with_the_plug_is_heard_before_the_check_is_over(plugged_s: float) -> None:
    """Else an electrode that is pressed on while a charger hums is called good, and its hum comes later."""
    raw_uv = skin(30.0)
    at = np.arange(len(raw_uv)) / FS
    raw_uv[:, 1] += np.where(at >= plugged_s, 60.0, 0.0) * np.sin(2 * np.pi * 50.0 * at)
    raw_uv[: round(plugged_s * FS), 1] = 0.0
    assert refusals(chained(raw_uv)) == [f"contact_mains_50:{HL}"]
