"""Sound as a watcher of a session.

The acquisition thread asks the director and hands over buffers that are ready; a thread of its own opens
the device and reads the voice, which both can take a while; the callback of the device adds it all up.
"""

from __future__ import annotations

import contextlib
import math
import queue
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from emg.blocks import StreamInfo
from emg.live_view import LiveView
from emg.montage import Montage
from emg.stage import Event
from ui.kept.settings import Settings, keep_settings, read_settings
from ui.language import LANGUAGE
from ui.reading.muscles import Clock
from ui.session.watchers import Silent
from ui.sound.director import Director
from ui.sound.mixer import Mixer
from ui.sound.orders import Orders, Saying
from ui.sound.output import Device, Fill, NoSound, Output, PortAudio
from ui.sound.prompts import Prompts
from ui.sound.synth import Cue, FloatArray, cue_samples
from ui.sound.tone import tone_of
from ui.words import sound_words

SILENT_DEVICE_S: Final = 1.0
"""A device that asked for nothing so long is gone, whatever it says of itself."""

TRY_AGAIN_S: Final = 5.0
"""At most so often a device that is gone is looked for."""

LATE_S: Final = 1.0
"""A sentence that could not begin in this time is not worth saying any more."""

LAST_WORDS_S: Final = 4.0
"""So long the end of a session may sound on."""


@dataclass(frozen=True, slots=True, eq=False)
class Studio:
    """All that an open device needs, at its own rate."""

    device: Device
    mixer: Mixer
    cues: Mapping[Cue, FloatArray]
    prompts: Prompts


@dataclass(frozen=True, slots=True)
class _Asked:
    """A saying on its way; one from before the last hush is not said."""

    saying: Saying
    at_s: float
    hushes: int


class _Task(StrEnum):
    OPEN = "open"
    CLOSE = "close"


class Sound(Silent):
    """Lets a session be heard. Nothing that fails here ends it: ``problem`` says so in one sentence.

    Parameters
    ----------
    settings : Settings
        Sound, tone, voice and volume.
    output : Output or None
        Where it goes; None for the default audio device.
    clock : callable
        Monotonic host time in seconds, the clock of ``LiveView.host_time_s``.
    language : str
        Of the voice.
    """

    name = sound_words.NAME

    def __init__(
        self,
        settings: Settings,
        output: Output | None = None,
        *,
        clock: Clock = time.monotonic,
        language: str = LANGUAGE,
    ) -> None:
        self._settings = settings
        self._output: Output = PortAudio() if output is None else output
        self._clock = clock
        self._language = language
        self._director: Director | None = None
        self._studio: Studio | None = None
        self._tasks: queue.Queue[_Task | _Asked] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._asked_s = -math.inf
        self._hushes = self._spoken_hushes = 0
        self._speaks_until_s = self._weight = -math.inf
        self.problem = ""

    # --- what people choose, from any thread

    @property
    def muted(self) -> bool:
        """Whether nothing is heard."""
        return not self._settings.sound

    @property
    def tone(self) -> bool:
        """Whether the tone follows the muscle."""
        return self._settings.tone

    @property
    def volume_pct(self) -> int:
        """How loud, 0 to 100."""
        return self._settings.volume_pct

    @property
    def latency_s(self) -> float | None:
        """From an order to the ear, as the device says; None without one."""
        studio = self._studio
        return None if studio is None else studio.device.latency_s

    def toggle_mute(self) -> None:
        """Be heard, or not; kept for the next time."""
        self._choose(sound=self.muted)
        if self.muted:
            self._hush()
        if not self.muted and self._director is not None:
            self._ask_for_device()

    def toggle_tone(self) -> None:
        """Switch the tone that follows the muscle on or off; kept for the next time."""
        self._choose(tone=not self.tone)

    def _choose(self, **choice: bool) -> None:
        self._settings = self._settings.model_copy(update=choice)
        studio = self._studio
        if studio is not None:
            studio.mixer.volume = self._volume
            if self.muted or not self.tone:
                studio.mixer.tone_level = 0.0
        with contextlib.suppress(OSError):  # it holds for this session, and a full disk has its own sentence
            keep_settings(read_settings().model_copy(update=choice))

    @property
    def _volume(self) -> float:
        """Loudness is heard by its ratio: half the way down the slider is a quarter of the amplitude."""
        return 0.0 if self.muted else (self.volume_pct / 100.0) ** 2

    # --- what the session says, on the acquisition thread

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        """Begin with a stream: the device is opened meanwhile."""
        self._director = Director(info.fs_hz)
        if not self.muted:
            self._ask_for_device()

    def event(self, event: Event) -> None:
        """Let an event be heard."""
        if self._director is not None:
            self._obey(self._director.event(event))

    def view(self, view: LiveView) -> None:
        """Count down, look at the electrodes, and let the tone follow."""
        if self._director is None:
            return
        now_s = self._clock()
        self._obey(self._director.view(view, now_s))
        studio = self._studio
        if studio is None:
            return
        tone = tone_of(view, now_s) if self.tone and not self.muted else None
        if tone is None:
            studio.mixer.tone_level = 0.0
            return
        studio.mixer.tone_hz = tone.hz
        studio.mixer.silent_after_s = tone.until_s
        studio.mixer.tone_level = 1.0

    def _obey(self, orders: Orders) -> None:
        if orders.hush:
            self._hush()
        if self.muted or not (orders.cues or orders.saying):
            return
        studio = self._heard_studio()
        if studio is not None:
            for cue in orders.cues:
                studio.mixer.play(studio.cues[cue])
        # a voice waits for a device that is just being opened
        if orders.saying is not None and self._settings.speech:
            self._tasks.put(_Asked(orders.saying, self._clock(), self._hushes))

    def _hush(self) -> None:
        self._hushes += 1
        studio = self._studio
        if studio is not None:
            studio.mixer.hush()

    def _heard_studio(self) -> Studio | None:
        """Give what is open, or look for the device once more, quietly."""
        studio = self._studio
        if studio is not None and not self._is_gone(studio):
            return studio
        if studio is not None:
            self._studio = None
            self.problem = sound_words.DEVICE_GONE
        if self._clock() - self._asked_s >= TRY_AGAIN_S:
            self._ask_for_device()
        return None

    def _is_gone(self, studio: Studio) -> bool:
        return not self._output.alive or self._clock() - studio.mixer.called_s > SILENT_DEVICE_S

    # --- what takes a while, on a thread of its own

    def _ask_for_device(self) -> None:
        self._asked_s = self._clock()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="emg-sound", daemon=True)
            self._thread.start()
        self._tasks.put(_Task.OPEN)

    @property
    def busy(self) -> bool:
        """Whether something that was asked for is not ready yet."""
        return self._tasks.unfinished_tasks > 0

    def _work(self) -> None:
        while (task := self._tasks.get()) is not _Task.CLOSE:
            try:
                if isinstance(task, _Asked):
                    self._say(task)
                elif self._studio is None:
                    self._open()
            except Exception as error:  # a sound that fails is never the end of a session
                self.problem = sound_words.SOUND_FAILED.format(why=repr(error))
            finally:
                self._tasks.task_done()
        self._studio = None
        self._output.close()

    def _open(self) -> None:
        """Open the device, and make everything at its rate."""
        self._output.close()
        made: list[Mixer] = []

        def make_fill(device: Device) -> Fill:
            mixer = Mixer(device.fs_hz, self._clock)
            mixer.volume = self._volume
            made.append(mixer)
            return mixer.fill

        try:
            device = self._output.open(make_fill)
        except NoSound as error:
            self.problem = sound_words.NO_LIBRARY if error.no_library else sound_words.NO_DEVICE
            return
        cues = {cue: cue_samples(cue, device.fs_hz) for cue in Cue}
        made[0].called_s = self._clock()
        self._studio = Studio(device, made[0], cues, Prompts(self._language, device.fs_hz))
        self.problem = ""

    def _say(self, asked: _Asked) -> None:
        """Say it, unless it is too late, or something that weighs more is being said."""
        studio, now_s, saying = self._studio, self._clock(), asked.saying
        if studio is None or now_s - asked.at_s > LATE_S:
            return
        if now_s < self._speaks_until_s and saying.weight < self._weight and not self._was_hushed(asked):
            return
        try:
            voice = studio.prompts.spoken(saying.prompts, saying.after_s)
        except (ImportError, OSError):
            self.problem = sound_words.NO_VOICE
            return
        if asked.hushes == self._hushes:
            studio.mixer.play(voice, spoken=True)
            self._weight, self._spoken_hushes = saying.weight, asked.hushes
            self._speaks_until_s = now_s + len(voice) / studio.device.fs_hz

    def _was_hushed(self, asked: _Asked) -> bool:
        """Whether what was being said has been ended since."""
        return asked.hushes != self._spoken_hushes

    # --- the end

    def close(self) -> None:
        """End at once; from any thread, more than once, and never for long."""
        self._director = None
        if self._thread is not None:
            self._tasks.put(_Task.CLOSE)
            self._thread.join(timeout=2.0)
            self._thread = None

    def finish(self) -> None:
        """End when what sounds has come to its end, a few seconds at most: for who leaves right after."""
        until_s = self._clock() + LAST_WORDS_S
        studio = self._studio
        while studio is not None and not self._is_gone(studio) and self._clock() < until_s:
            if not self.busy and not studio.mixer.sounds and self._clock() >= self._speaks_until_s:
                break
            threading.Event().wait(0.05)
        self.close()
