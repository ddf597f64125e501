"""Where sound goes: the audio device, through PortAudio, or nowhere.

The library is imported when a device is first opened: who starts without sound does not pay for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from ui.sound.synth import FloatArray

LATENCY_S: Final = 0.030
"""Asked for: 20 to 40 ms. PortAudio held 10 to 80 ms without a drop-out beside a painting window."""

LIKELY_FRAMES: Final = 4096


class NoSound(Exception):
    """The device cannot be used; ``no_library`` says whether there is not even a library for it."""

    def __init__(self, why: str, *, no_library: bool = False) -> None:
        super().__init__(why)
        self.no_library = no_library


@dataclass(frozen=True, slots=True)
class Device:
    """An open device.

    Attributes
    ----------
    fs_hz : float
        Its rate.
    latency_s : float
        From the callback to the ear, as it says itself.
    """

    fs_hz: float
    latency_s: float


Fill = Callable[[FloatArray], None]
"""Fills a mono buffer."""


class Output(Protocol):
    """Somewhere that sound can go."""

    @property
    def alive(self) -> bool:
        """Whether it is open and takes sound."""
        ...

    def open(self, make_fill: Callable[[Device], Fill]) -> Device:
        """Begin to ask for sound.

        Parameters
        ----------
        make_fill : callable
            Gives what is called for each buffer, once the rate is known.

        Raises
        ------
        NoSound
            If that cannot be.
        """
        ...

    def close(self) -> None:
        """Ask for no more; never raises."""
        ...


class PortAudio:
    """The default audio device of this computer."""

    def __init__(self) -> None:
        self._stream: Any = None
        self._was_open = False

    @property
    def alive(self) -> bool:
        """Whether the stream runs."""
        return self._stream is not None and bool(self._stream.active)

    def open(self, make_fill: Callable[[Device], Fill]) -> Device:
        """Open it; see ``Output``."""
        try:
            import sounddevice
        except (ImportError, OSError) as error:  # the package, or the library that it is for
            raise NoSound(str(error), no_library=True) from error
        try:
            return self._open(sounddevice, make_fill)
        except (sounddevice.PortAudioError, ValueError, OSError) as error:
            self.close()
            raise NoSound(str(error)) from error

    def _open(self, library: Any, make_fill: Callable[[Device], Fill]) -> Device:
        if self._was_open:
            # PortAudio makes its list of devices once; only a new start sees what was plugged in since
            library._terminate()
            library._initialize()
        self._was_open = True
        facts = library.query_devices(kind="output")
        fs_hz = float(facts["default_samplerate"])
        channels = min(2, int(facts["max_output_channels"]))
        mono: FloatArray = np.zeros(LIKELY_FRAMES, dtype=np.float32)
        device = Device(fs_hz, LATENCY_S)
        fill = make_fill(device)

        def callback(out: FloatArray, frames: int, when: object, status: object) -> None:
            for start in range(0, frames, LIKELY_FRAMES):
                part = mono[: min(LIKELY_FRAMES, frames - start)]
                fill(part)
                out[start : start + len(part)] = part[:, None]

        self._stream = library.OutputStream(
            samplerate=fs_hz, channels=channels, dtype="float32", latency=LATENCY_S, callback=callback
        )
        self._stream.start()
        return Device(fs_hz, float(self._stream.latency))

    def close(self) -> None:
        """Let the device go; one that has died may say what it likes."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        with contextlib.suppress(Exception):  # nothing is lost: it is not used any more
            stream.close(ignore_errors=True)
