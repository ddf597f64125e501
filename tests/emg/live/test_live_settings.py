"""What people settle while the session is set up: another map, the notch, a new calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emg.activation import NO_REFERENCE, Activations
from emg.blocks import SampleBlock, StreamInfo, as_recorded
from emg.codes import CommandKind, EventKind, Origin, Phase
from emg.input_events import channels_of, montage_event, notch_event, notch_of
from emg.live.build_view import SessionFacts
from emg.live.live_session import LiveSession
from emg.live_view import StageView
from emg.montage import FOUR_SITES, Montage
from emg.pipeline import Pipeline
from emg.quality import INVALID, VERDICTS
from emg.reference import ReferenceInForce
from emg.session.tables import ActivationTable
from emg.stage import Command, Event, JsonValue, StageStart, Step
from tests.emg.sets.coached import REFERENCE
from tests.fakes import FAKE_INFO
from tests.sessions import FS, Kept, every, noise, rig, short_exercise
from ui.session.plan import chain_settings

SWAPPED = {"glute_left": 3, "ham_left": 4, "glute_right": 1, "ham_right": 2}
AT = 5 * FS
"""Sample at which something is decided."""


class Asking:
    """A stage that asks, and does what Next was said to do."""

    code = "asking"

    def __init__(self, answer: Event) -> None:
        self._answer = answer
        self.seen: list[Activations] = []
        self.answers: list[int | None] = []
        self.done = False
        self.notched: bool | None = None

    def begin(self, start: StageStart) -> Sequence[Event]:
        self.notched = start.notched
        return []

    def advance(self, activations: Activations) -> Step:
        self.seen.append(activations)
        return Step((), len(activations))

    def command(self, command: Command) -> Step:
        if command.kind is CommandKind.ANSWER:
            self.answers.append(command.value)
        return Step([self._answer] if command.kind is CommandKind.NEXT else ())

    def view(self) -> StageView:
        return StageView(stage=self.code, phase=Phase.ASK)

    @property
    def rms_uv(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.concatenate([part.rms_uv for part in self.seen])

    @property
    def pct_mvc(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.concatenate([part.pct_mvc for part in self.seen])


def asked(
    block: SampleBlock, answer: Event, cut: int, at: int = AT, notch_hz: float | None = None
) -> tuple[Asking, LiveSession, Kept]:
    """A session of one such stage that hears Next at a sample."""
    stage = Asking(answer)
    chain = chain_settings(FAKE_INFO, notch_hz)
    pipeline = Pipeline(FAKE_INFO, FOUR_SITES, chain, REFERENCE)
    kept = Kept(ActivationTable(FOUR_SITES.names, FS, VERDICTS, INVALID, FAKE_INFO.unit))
    facts = SessionFacts("demo", "power_position", 60.0)
    live = LiveSession(FAKE_INFO, pipeline, [stage], ReferenceInForce(REFERENCE), kept, facts)
    live.post(Command(CommandKind.NEXT, sample=at, applied_sample=at))
    for part in every(cut, block):
        live.on_block(part)
    return stage, live, kept


def levels(block: SampleBlock, channels: dict[str, int]) -> Activations:
    """What the chain gives with a map that was right from the start."""
    return Pipeline(FAKE_INFO, Montage.of(channels), chain_settings(FAKE_INFO, None), REFERENCE)(block)


def uneven(seconds: float) -> SampleBlock:
    """Noise of another height on each channel."""
    block = noise(seconds)
    uneven_uv = block.data_uv * [1.0, 2.0, 3.0, 4.0]
    return as_recorded(SampleBlock(uneven_uv, 0, FS, block.host_time_s), FAKE_INFO)


@pytest.mark.parametrize("cut", [1, 37, 250, 2500])
def test_a_mended_map_holds_from_the_next_tick_on_at_any_cut(cut: int) -> None:
    """Else the first percentages after the mending are of the muscle on the other side."""
    block = uneven(10.0)
    stage, _, _ = asked(block, montage_event(AT, SWAPPED), cut)

    before, after = levels(block, FOUR_SITES.as_dict()), levels(block, SWAPPED)
    np.testing.assert_array_equal(stage.rms_uv[:AT], before.rms_uv[:AT])
    np.testing.assert_array_equal(stage.rms_uv[AT:], after.rms_uv[AT:])
    assert np.isnan(stage.pct_mvc[AT:]).all(), "a maximum of the other map is none"


def test_a_map_can_be_mended_twice() -> None:
    """Else who said yes to the wrong proposal can only begin a new session."""
    block = uneven(4.0)
    pipeline = Pipeline(FAKE_INFO, FOUR_SITES, chain_settings(FAKE_INFO, None), REFERENCE)
    first = pipeline(block.cut(0, 500))
    other = {"glute_left": 2, "ham_left": 1, "glute_right": 4, "ham_right": 3}
    twice = pipeline.remap(other, pipeline.remap(SWAPPED, first))
    np.testing.assert_array_equal(twice.rms_uv, levels(block, other).rms_uv[:500])
    np.testing.assert_array_equal(twice.pct_mvc, levels(block, other).pct_mvc[:500])
    np.testing.assert_array_equal(pipeline(block.cut(500, 1000)).rms_uv, levels(block, other).rms_uv[500:])


@pytest.mark.parametrize(
    "channels", [{"glute_left": 1}, {**SWAPPED, "ham_right": 5}, {**SWAPPED, "ham_right": 3}]
)
def test_a_map_of_other_channels_is_refused(channels: dict[str, int]) -> None:
    """Else a site is given a channel that nobody filtered, and two sites show one muscle."""
    pipeline = Pipeline(FAKE_INFO, FOUR_SITES, chain_settings(FAKE_INFO, None))
    with pytest.raises(ValueError, match="does not give the measured channels"):
        pipeline.remap(channels, pipeline(noise(1.0)))


def test_the_notch_takes_the_hum_out_and_ends_the_complaint() -> None:
    """Else who accepts the proposal goes on looking at the same hum."""
    block = noise(20.0, level_uv=5.0)
    hum = 60.0 * np.sin(2.0 * np.pi * 50.0 * np.arange(block.n_samples) / FS)
    humming = SampleBlock(block.data_uv + hum[:, None], 0, FS, block.host_time_s)
    stage, live, _ = asked(humming, notch_event(AT, 50.0), 50)

    codes = np.concatenate([part.verdicts for part in stage.seen])
    assert {VERDICTS[code] for code in codes[4 * FS : AT].ravel()} == {"mains"}
    assert {VERDICTS[code] for code in codes[AT + 5 * FS :].ravel()} == {"ok"}
    assert stage.rms_uv[AT - 1].min() > 40.0
    assert stage.rms_uv[-1].max() < 8.0
    assert live.view().bars[0].verdict == "ok"


@pytest.mark.parametrize("notch_hz", [None, 50.0])
def test_a_stage_is_told_whether_a_notch_is_on(notch_hz: float | None) -> None:
    """Else a maximum takes the ringing of a notch for muscle."""
    stage, *_ = asked(noise(1.0), notch_event(AT, 50.0), 50, notch_hz=notch_hz)
    assert stage.notched is (notch_hz is not None)


def test_what_was_settled_is_kept_as_an_input() -> None:
    """Else a session cannot be computed again from its samples and inputs."""
    for event in (montage_event(7, SWAPPED, "sides#1"), notch_event(7, 60.0), notch_event(7, None)):
        assert event.origin is Origin.INPUT
    assert channels_of(montage_event(7, SWAPPED)) == SWAPPED
    assert [notch_of(notch_event(7, hz)) for hz in (60.0, None)] == [60.0, None]
    nothing: list[dict[str, JsonValue]] = [{}, {"channels": {}}, {"channels": {"glute_left": "1"}}]
    for broken in nothing:
        with pytest.raises(ValueError, match="sample 3"):
            channels_of(Event(3, EventKind.MONTAGE_SET, detail=broken))
    with pytest.raises(ValueError, match="sample 3"):
        notch_of(Event(3, EventKind.NOTCH_SET, detail={"notch_hz": "50"}))


def test_an_answer_is_recorded_with_its_number() -> None:
    """Else the pain that was said is not in the record."""
    stage = Asking(Event(0, EventKind.CHECKED))
    kept = Kept(ActivationTable(FOUR_SITES.names, FS, VERDICTS, INVALID, FAKE_INFO.unit))
    pipeline = Pipeline(FAKE_INFO, FOUR_SITES, chain_settings(FAKE_INFO, None))
    facts = SessionFacts("demo", "power_position", 60.0)
    live = LiveSession(FAKE_INFO, pipeline, [stage], ReferenceInForce(REFERENCE), kept, facts)
    live.post(Command(CommandKind.ANSWER, sample=10, value=4))
    live.on_block(noise(1.0))
    (said,) = [event for event in kept.events if event.kind is EventKind.COMMAND]
    assert (said.detail["command"], said.detail["value"]) == ("answer", 4)


def test_one_key_measures_rest_and_maximum_anew(tmp_path: Path) -> None:
    """Else who sees microvolts only, or doubts the maximum, has to end the session."""
    rigged = rig(short_exercise(test=2, train=0), tmp_path, attended=True)
    rigged.live.post(Command(CommandKind.CALIBRATE, sample=4 * FS, applied_sample=4 * FS))
    kept = rigged.feed(every(50, noise(60.0)))
    dropped = [event for event in kept.events if event.kind is EventKind.REFERENCE_SET]
    assert [event.detail["how"] for event in dropped][:2] == ["loaded", "dropped"]
    began = [event.run for event in kept.events if event.kind is EventKind.STAGE_STARTED]
    assert began[1] == "rest#1"
    assert kept.holds[0].outcome == "incomplete"


def test_the_key_means_nothing_where_it_is_measured_anyway_or_nobody_is_there(tmp_path: Path) -> None:
    """Else a rest under way begins again because somebody leans on a key."""
    for attended, calibrated in ((True, False), (False, True)):
        rigged = rig(short_exercise(), tmp_path, attended=attended, calibrated=calibrated)
        rigged.live.post(Command(CommandKind.CALIBRATE, sample=2 * FS, applied_sample=2 * FS))
        kept = rigged.feed(every(50, noise(10.0)))
        began = [event.run for event in kept.events if event.kind is EventKind.STAGE_STARTED]
        assert "rest#2" not in began
        assert ("rest#1" in began) is attended


@pytest.mark.parametrize("answer", [montage_event(AT, SWAPPED), notch_event(AT, 50.0)])
def test_a_reference_of_another_map_or_filter_is_dropped_and_measured_anew(answer: Event) -> None:
    """Else a calibration of this morning is used through another filter, or for the other leg's muscle."""
    again = Asking(Event(0, EventKind.CHECKED))
    kept = Kept(ActivationTable(FOUR_SITES.names, FS, VERDICTS, INVALID, FAKE_INFO.unit))
    pipeline = Pipeline(FAKE_INFO, FOUR_SITES, chain_settings(FAKE_INFO, None), REFERENCE)
    facts = SessionFacts("demo", "power_position", 60.0)
    in_force = ReferenceInForce(REFERENCE)
    live = LiveSession(FAKE_INFO, pipeline, [Asking(answer)], in_force, kept, facts, recalibration=[again])
    live.post(Command(CommandKind.NEXT, sample=AT, applied_sample=AT))
    for part in every(50, noise(10.0)):
        live.on_block(part)
    assert [event.detail["how"] for event in kept.events if event.kind is EventKind.REFERENCE_SET] == [
        "loaded",
        "dropped",
    ]
    assert not in_force.value.sites
    assert again.seen
    assert np.isnan(again.pct_mvc).all()


@pytest.mark.parametrize("cut", [7, 50, 1000, 2500])
@pytest.mark.parametrize("fs_hz", [250.0, 1000.0])
def test_a_notch_can_be_computed_again_to_the_sample(cut: int, fs_hz: float) -> None:
    """Else nobody can compute a session again in whose set-up the hum was filtered out."""
    info = replace(FAKE_INFO, fs_hz=fs_hz, nominal_fs_hz=fs_hz)
    block = noise(8.0, fs_hz=fs_hz)
    pressed = Command(CommandKind.NEXT, sample=999)
    live_stage, live = settled(info, block, 50, pressed, from_block=20)
    (said,) = [event for event in live.events if event.kind is EventKind.COMMAND]
    at = said.detail["applied_sample"]
    assert isinstance(at, int)
    again = Command(CommandKind.NEXT, sample=999, applied_sample=at)
    replayed, _ = settled(info, block, cut, again)
    np.testing.assert_array_equal(replayed.rms_uv, live_stage.rms_uv)


def settled(
    info: StreamInfo, block: SampleBlock, cut: int, command: Command, from_block: int = 0
) -> tuple[Asking, Kept]:
    """A session in which the notch is said yes to, before the given block."""
    stage = Asking(notch_event(AT, 50.0))
    pipeline = Pipeline(info, FOUR_SITES, chain_settings(info, None))
    kept = Kept(ActivationTable(FOUR_SITES.names, info.fs_hz, VERDICTS, INVALID, info.unit))
    facts = SessionFacts("demo", "power_position", 60.0)
    live = LiveSession(info, pipeline, [stage], ReferenceInForce(NO_REFERENCE), kept, facts)
    for number, part in enumerate(every(cut, block)):
        if number == from_block:
            live.post(command)
        live.on_block(part)
    return stage, kept


def test_pain_is_heard_while_paused_and_while_a_question_is_open() -> None:
    """Else who stops because it hurts is told to push again, since nobody heard how much."""
    stage = Asking(Event(0, EventKind.CHECKED))
    kept = Kept(ActivationTable(FOUR_SITES.names, FS, VERDICTS, INVALID, FAKE_INFO.unit))
    pipeline = Pipeline(FAKE_INFO, FOUR_SITES, chain_settings(FAKE_INFO, None))
    facts = SessionFacts("demo", "power_position", 60.0)
    other = Asking(Event(0, EventKind.CHECKED))
    live = LiveSession(
        FAKE_INFO, pipeline, [stage], ReferenceInForce(REFERENCE), kept, facts, recalibration=[other]
    )
    block = noise(8.0)
    live.on_block(block.cut(0, 500))
    live.post(Command(CommandKind.PAUSE))
    live.on_block(block.cut(500, 750))
    live.post(Command(CommandKind.ANSWER, value=8))
    live.on_block(block.cut(750, 1000))
    live.reopened(10, estimated=True)
    live.on_block(block.cut(1010, 1250))
    assert live.question
    live.post(Command(CommandKind.ANSWER, value=7))
    live.on_block(block.cut(1250, 1500))
    assert stage.answers == [8, 7]
    assert live.question, "a number is no answer to it"

    live.post(Command(CommandKind.NEXT, sample=1500))
    live.on_block(block.cut(1500, 1750))
    assert not live.question
    assert live.paused, "it was paused before the board went away"
