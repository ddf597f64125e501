"""A program that sends numbered samples over the Lab Streaming Layer, and can be made to misbehave."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

import numpy as np

from emg.blocks import FloatArray, IntArray
from hardware.lsl_library import load_pylsl
from tests.emulators.cyton_signals import TestSignal
from validation.faults.numbered import Code, SplitCode

PIECE_S: Final = 0.02
PROMISED_HZ: Final = 250.0
N_CHANNELS: Final = 4


class NumberedSender:
    """Sends in real time; a context manager with the ways to misbehave that a sender has.

    Parameters
    ----------
    share : float
        Share of the promised rate at which it really sends.

    Attributes
    ----------
    port : str
        Name of the stream.
    silent : bool
        Send nothing; may be changed at any time.
    """

    def __init__(self, share: float) -> None:
        self.port = f"fault trial {uuid4().hex[:8]}"
        self.silent = False
        self._lsl = load_pylsl()
        self._fs_hz = PROMISED_HZ * share
        self._signal = TestSignal(n_channels=N_CHANNELS)
        self._code: Code = SplitCode()
        self._outlet: Any = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="emg-lsl-sender")
        self._born_s = 0.0
        self._held_until_s = 0.0
        self._n_to_drop = 0
        self._rows: list[IntArray] = []
        self._n_measured = 0
        self._waiting: list[tuple[IntArray, FloatArray]] = []

    def remember(self, code: Code) -> None:
        """Begin to number, in this way; to be called before it is switched on."""
        self._code = code

    @property
    def n_measured(self) -> int:
        """Number of the next sample."""
        with self._lock:
            return self._n_measured

    def measured(self) -> IntArray:
        """All samples so far, shape (n, columns)."""
        with self._lock:
            return np.concatenate(self._rows)

    def drop(self, n: int) -> None:
        """Never send the next ``n`` samples."""
        with self._lock:
            self._n_to_drop += n

    def hold_back(self, seconds: float) -> None:
        """Keep everything for so long, and send it at once."""
        with self._lock:
            self._held_until_s = self._lsl.local_clock() + seconds

    def stop_sending(self) -> None:
        """Send nothing, sampling on."""
        self.silent = True

    def resume_sending(self) -> None:
        """Send again."""
        self.silent = False

    def hang_up(self) -> None:
        """Close the stream, as a program does that ends."""
        with self._lock:
            self._outlet = None

    def plug_in(self) -> None:
        """Open it again, under the same name."""
        facts = self._lsl.StreamInfo(self.port, "EMG", N_CHANNELS, PROMISED_HZ, self._lsl.cf_int32, self.port)
        with self._lock:
            self._outlet = self._lsl.StreamOutlet(facts)

    def __enter__(self) -> Self:
        self.plug_in()
        self._born_s = self._lsl.local_clock()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self.hang_up()

    def _run(self) -> None:
        while not self._stopping.wait(PIECE_S):
            with self._lock:
                self._measure()
                if self._lsl.local_clock() >= self._held_until_s:
                    self._send()

    def _measure(self) -> None:
        """Sample up to now."""
        n = int((self._lsl.local_clock() - self._born_s) * self._fs_hz) - self._n_measured
        if n <= 0:
            return
        numbers = self._n_measured + np.arange(n)
        rows = np.rint(self._signal(n)).astype(np.int32)
        self._code.write(rows, numbers)
        self._n_measured += n
        self._rows.append(rows.astype(np.int64))
        n_dropped = min(n, self._n_to_drop)
        self._n_to_drop -= n_dropped
        if not self.silent and self._outlet is not None:
            stamps_s = self._born_s + numbers[n_dropped:] / self._fs_hz
            self._waiting.append((rows[n_dropped:].astype(np.int64), stamps_s))

    def _send(self) -> None:
        for rows, stamps_s in self._waiting:
            if self._outlet is not None and len(rows):
                self._outlet.push_chunk(np.ascontiguousarray(rows, dtype=np.int32), stamps_s.tolist())
        self._waiting.clear()
