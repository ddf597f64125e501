"""Sound as a watcher: what reaches the ear, and what happens without one."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from emg.blocks import StreamInfo
from emg.codes import EventKind, Phase, SignalState
from emg.live_view import LiveView
from emg.montage import FOUR_SITES
from emg.stage import Event
from tests.ui.sound.test_director import counting, in_set, in_set_up
from tests.ui.views import HOLDING, NOW_S, TESTING
from ui.kept.settings import Settings, read_settings
from ui.sound import Sound
from ui.sound.output import Device, Fill, NoSound
from ui.sound.player import LATE_S, SILENT_DEVICE_S, TRY_AGAIN_S
from ui.sound.synth import Cue, FloatArray, cue_samples
from ui.words import sound_words

FS_HZ = 48_000.0
LIMIT_S = 10.0
INFO = StreamInfo(
    board="simulated",
    source_id="1",
    nominal_fs_hz=250.0,
    fs_hz=250.0,
    n_channels=4,
    full_scale_uv=187_500.0,
    bandwidth_hz=125.0,
)


class Ear:
    """An output that a test can break, and hear through."""

    def __init__(self) -> None:
        self.alive = False
        self.fill: Fill | None = None
        self.missing: NoSound | None = None
        self.opened = 0

    def open(self, make_fill: Callable[[Device], Fill]) -> Device:
        self.opened += 1
        if self.missing is not None:
            raise self.missing
        device = Device(FS_HZ, 0.0)
        self.fill = make_fill(device)
        self.alive = True
        return device

    def close(self) -> None:
        self.alive = False


class Room:
    """A watcher, its output, and a clock."""

    def __init__(self, **settings: bool | int) -> None:
        self.now_s = NOW_S
        self.ear = Ear()
        chosen = Settings().model_copy(update={"volume_pct": 100} | settings)
        self.sound = Sound(chosen, self.ear, clock=lambda: self.now_s, language="en")

    def open(self) -> None:
        self.sound.opened(INFO, FOUR_SITES)
        until(lambda: self.sound.latency_s is not None or bool(self.sound.problem))
        self.hear(0.05)

    def hear(self, seconds: float) -> FloatArray:
        assert self.ear.fill is not None
        out = np.zeros(round(seconds * FS_HZ), dtype=np.float32)
        self.ear.fill(out)
        self.now_s += seconds
        return out

    def voice_comes(self) -> FloatArray:
        """Hear on until somebody speaks; what is said comes from a thread of its own, which is waited for."""
        self.settle()
        until_s = time.monotonic() + LIMIT_S
        while time.monotonic() < until_s:
            heard = self.hear(0.01)
            if heard.any():
                return np.concatenate([heard, self.hear(0.5)])
        raise AssertionError("nobody spoke")

    def settle(self) -> None:
        """Let the thread have done all that was asked."""
        until(lambda: not self.sound.busy)


def until(done: Callable[[], bool]) -> None:
    until_s = time.monotonic() + LIMIT_S
    while not done():
        assert time.monotonic() < until_s
        threading.Event().wait(0.005)


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room(speech=False)
    made.open()
    yield made
    made.sound.close()


@pytest.fixture
def speaking() -> Iterator[Room]:
    made = Room()
    made.open()
    yield made
    made.sound.close()


def test_a_cue_is_in_the_very_next_buffer(room: Room) -> None:
    """Else "go" waits for a thread."""
    room.sound.event(in_set(EventKind.CUE))
    go = cue_samples(Cue.GO, FS_HZ)
    assert np.allclose(room.hear(0.5)[: len(go)], go, atol=1e-6)


def test_an_instruction_is_spoken(speaking: Room) -> None:
    """Else a prone athlete hears beeps."""
    speaking.sound.event(in_set_up(EventKind.PREPARE, "mvc", site="ham_left"))
    heard = speaking.voice_comes()
    assert 0.05 < np.sqrt(np.mean(heard**2)) < 0.3


def test_without_speech_nobody_speaks(room: Room) -> None:
    """Else the switch does nothing."""
    room.sound.event(in_set_up(EventKind.PREPARE, "mvc", site="ham_left"))
    room.settle()
    assert not room.hear(0.5).any()


def test_the_tone_is_off_unless_it_is_asked_for(room: Room) -> None:
    """Else it follows everybody."""
    room.sound.view(HOLDING)
    assert not room.hear(0.2).any()
    room.sound.toggle_tone()
    room.sound.view(HOLDING)
    assert room.hear(0.2).any()
    assert read_settings().tone


@pytest.mark.parametrize(
    "after",
    [
        TESTING,
        replace(HOLDING, signal=SignalState.NO_SIGNAL),
        replace(HOLDING, paused=True),
        replace(HOLDING, stage=replace(HOLDING.stage, hidden=True)),
        replace(HOLDING, stage=replace(HOLDING.stage, phase=Phase.REST)),
    ],
)
def test_the_tone_ends_with_the_view_that_ends_it(after: LiveView) -> None:
    """Else it sounds on into a test hold, or without a signal."""
    room = Room(tone=True, speech=False)
    room.open()
    room.sound.view(HOLDING)
    assert room.hear(0.1).any()
    room.sound.view(replace(after, host_time_s=room.now_s))
    room.hear(0.05)
    assert not room.hear(0.2).any()
    room.sound.close()


def test_the_tone_ends_by_itself_when_no_view_comes() -> None:
    """Else a session whose thread has died sings on."""
    room = Room(tone=True, speech=False)
    room.open()
    room.sound.view(HOLDING)
    room.hear(0.1)
    room.now_s = NOW_S + HOLDING.stale_after_s
    room.hear(0.05)
    assert not room.hear(0.2).any()
    room.sound.close()


def test_mute_is_silence_at_once_and_is_kept(room: Room) -> None:
    """Else M does not work in the middle of a sentence, or only until tomorrow."""
    room.sound.event(in_set(EventKind.CUE))
    room.sound.toggle_mute()
    assert room.sound.muted
    room.hear(0.02)
    assert not room.hear(0.1).any()
    assert not read_settings().sound
    room.sound.event(in_set(EventKind.CUE))
    room.sound.toggle_mute()
    assert read_settings().sound
    assert not room.hear(0.1).any()  # what was muted is not heard later
    room.sound.event(in_set(EventKind.CUE))
    assert room.hear(0.1).any()


def test_a_choice_leaves_the_others_as_they_are(room: Room) -> None:
    """Else mute turns the windows light."""
    from ui.kept.settings import keep_settings

    keep_settings(Settings(theme="light", volume_pct=20))
    room.sound.toggle_mute()
    assert read_settings() == Settings(theme="light", volume_pct=20, sound=False)


def test_the_volume_that_was_chosen_is_heard() -> None:
    """Else the slider lies."""
    room = Room(speech=False, volume_pct=50)
    room.open()
    room.sound.event(in_set(EventKind.CUE))
    assert np.abs(room.hear(0.5)).max() == pytest.approx(0.25 * 0.3, rel=0.02)
    room.sound.close()


def test_who_starts_muted_opens_no_device_until_unmuted() -> None:
    """Else muted still takes the device from a video call."""
    room = Room(sound=False)
    room.sound.opened(INFO, FOUR_SITES)
    room.sound.event(in_set(EventKind.CUE))
    assert room.ear.opened == 0
    room.sound.toggle_mute()
    until(lambda: room.sound.latency_s is not None)
    room.sound.close()


def test_a_pause_ends_a_sentence_that_is_only_being_read(speaking: Room) -> None:
    """Else "push" is heard after the pause."""
    speaking.sound.event(in_set_up(EventKind.CUE, "mvc", site="ham_left"))
    speaking.sound.event(Event(0, EventKind.SESSION_ENDED, detail={"reason": "stopped"}))
    speaking.settle()
    speaking.hear(0.5)  # the soft end
    assert not speaking.hear(1.0).any()


def test_a_warning_interrupts_and_is_not_interrupted(speaking: Room) -> None:
    """Else "no signal" loses to "right leg"."""
    speaking.sound.event(Event(0, EventKind.NO_SIGNAL))
    speaking.settle()
    speaking.hear(0.1)
    until_s = speaking.sound._speaks_until_s
    speaking.sound.event(in_set(EventKind.PREPARE))
    speaking.settle()
    assert speaking.sound._speaks_until_s == until_s
    speaking.now_s = until_s + 0.01
    speaking.hear(0.01)
    speaking.sound.event(in_set(EventKind.CUE))
    speaking.settle()
    assert speaking.sound._speaks_until_s > until_s


def test_the_next_instruction_takes_the_place_of_the_last(speaking: Room) -> None:
    """Else "pull" waits for "get ready" to end, and is never said."""
    speaking.sound.event(in_set_up(EventKind.PREPARE, "mvc", site="ham_left"))
    speaking.settle()
    until_s = speaking.sound._speaks_until_s
    speaking.hear(0.1)
    speaking.sound.event(in_set_up(EventKind.CUE, "mvc", site="ham_left", position="prone_knee_curl"))
    speaking.settle()
    assert speaking.sound._speaks_until_s not in (until_s, -math.inf)


def test_what_comes_too_late_is_not_said() -> None:
    """Else "push" is heard when the effort is over."""
    room = Room()
    room.sound.opened(INFO, FOUR_SITES)
    until(lambda: room.sound.latency_s is not None)
    studio = room.sound._studio
    room.sound._studio = None
    room.sound._asked_s = room.now_s
    room.sound.event(in_set_up(EventKind.CUE, "mvc", site="ham_left"))
    room.settle()
    room.sound._studio = studio
    room.now_s += LATE_S + 0.1
    assert not room.hear(1.0).any()
    room.sound.close()


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        (NoSound("PortAudio library not found", no_library=True), sound_words.NO_LIBRARY),
        (NoSound("Error querying device -1"), sound_words.NO_DEVICE),
    ],
)
def test_without_a_device_there_is_one_sentence_and_all_goes_on(missing: NoSound, sentence: str) -> None:
    """Else a laptop without a speaker cannot measure."""
    room = Room(tone=True)
    room.ear.missing = missing
    room.sound.opened(INFO, FOUR_SITES)
    until(lambda: bool(room.sound.problem))
    assert room.sound.problem == sentence
    for _ in range(20):
        room.sound.event(in_set(EventKind.CUE))
        room.sound.view(HOLDING)
    room.sound.toggle_tone()
    room.settle()
    assert room.ear.opened == 1  # not at every cue
    room.sound.close()


def test_a_device_that_goes_is_told_and_looked_for_quietly() -> None:
    """Else a headset that slips out silences the rest of the day."""
    room = Room(speech=False)
    room.open()
    room.ear.alive = False
    room.ear.missing = NoSound("gone")
    room.now_s += TRY_AGAIN_S
    room.sound.event(in_set(EventKind.CUE))
    assert room.sound.problem in (sound_words.DEVICE_GONE, sound_words.NO_DEVICE)
    until(lambda: room.ear.opened == 2)
    room.ear.missing = None
    room.now_s += TRY_AGAIN_S
    room.sound.event(in_set(EventKind.CUE))
    until(lambda: room.ear.opened == 3 and not room.sound.problem)
    room.sound.event(in_set(EventKind.CUE))
    assert room.hear(0.3).any()
    room.sound.close()


def test_a_device_that_asks_for_nothing_any_more_is_gone(room: Room) -> None:
    """Else it says that it plays, and nobody hears it."""
    room.now_s += SILENT_DEVICE_S + 0.1
    room.sound.event(in_set(EventKind.CUE))
    assert room.sound.problem == sound_words.DEVICE_GONE


def test_a_defect_of_the_output_ends_no_session(room: Room) -> None:
    """Else a driver that raises takes the recording with it."""

    def broken(make_fill: Callable[[Device], Fill]) -> Device:
        raise RuntimeError("driver")

    room.ear.open = broken  # type: ignore[method-assign]
    room.ear.alive = False
    room.now_s += TRY_AGAIN_S
    room.sound.event(in_set(EventKind.CUE))
    until(lambda: "driver" in room.sound.problem)


def test_the_count_is_heard(room: Room) -> None:
    """Else the rules are right and the ear hears nothing."""
    heard = []
    for left_s in (3.0, 2.5, 2.0, 1.5, 1.0, 0.5):
        room.sound.view(replace(counting(left_s), host_time_s=room.now_s))
        heard.append(bool(room.hear(0.5).any()))
    assert heard == [True, False, True, False, True, False]


def test_before_a_stream_and_after_the_end_nothing_is_asked_of_it() -> None:
    """Else a front that closes first brings the other down."""
    room = Room()
    room.sound.view(HOLDING)
    room.sound.event(in_set(EventKind.CUE))
    room.sound.close()
    room.open()
    room.sound.close()
    room.sound.close()
    room.sound.event(in_set(EventKind.CUE))
    assert not room.ear.alive


def test_the_last_words_are_heard_before_it_closes(speaking: Room) -> None:
    """Else "well done" is cut off by the end of the program."""
    stop = threading.Event()

    def device() -> None:
        while not stop.wait(0.001):
            if speaking.ear.alive:
                speaking.hear(0.02)

    listening = threading.Thread(target=device)
    listening.start()
    speaking.sound.event(Event(0, EventKind.SESSION_ENDED, detail={"reason": "done"}))
    before_s = speaking.now_s
    speaking.sound.finish()
    heard_s = speaking.now_s - before_s
    stop.set()
    listening.join()
    assert heard_s > 1.0
    assert not speaking.ear.alive
