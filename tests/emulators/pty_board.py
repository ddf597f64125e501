"""An emulated board on a pseudo-terminal: its life in real time, its port, its misbehaviour."""

from __future__ import annotations

import heapq
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from tests.emulators.cyton_signals import ElectrodeSignal
from tests.emulators.ledger import Ledger
from tests.emulators.misbehaviour import Air, Counts, Outbox, Parcel
from tests.emulators.port import Port

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

BURST_S: Final = 0.006
"""A radio or an adapter delivers one or two packets at a time."""

BOOT_S: Final = 0.3
"""From the reset of an Arduino to its program; with most boot loaders it takes 2 s."""


class Life(TypedDict, total=False):
    """What every board may be told when it is made.

    Attributes
    ----------
    link : Path or None
        Symbolic link to the port, which stays the same when the board is pulled and put back.
    silent : bool
        Sends nothing and answers nothing.
    left_streaming : bool
        A program that crashed has left it streaming; it is not reset by being opened.
    banner_delay_s : float
        So much later than usual come its first words, or its first packets after a reset.
    chunk_s : float
        The adapter hands on what it has so often, as FTDI's does on Windows; 0 at once.
    """

    link: Path | None
    silent: bool
    left_streaming: bool
    banner_delay_s: float
    chunk_s: float


class PtyBoard(ABC):
    """A board that streams an electrode signal; a context manager.

    Parameters
    ----------
    signal : ElectrodeSignal
        What lies between the electrodes. Once the board samples it goes on in real time, whether or
        not the board streams.
    pace_hz : float
        Rate at which the electrodes are read.
    counter_start : int
        Counter of the first packet.
    **life
        See ``Life``.

    Attributes
    ----------
    silent : bool
        As above; may be changed at any time.
    scrambled : bool
        Send random counters, as they look to a driver that has locked on to a wrong byte.

    Notes
    -----
    What ``sent_numbers`` and ``sent_counts`` tell has gone into the port whole and undamaged while
    somebody had it open, since the last start of the stream. What the reader flushes, and what it has not
    read when the plug is pulled, is among it.
    """

    resets_on_open: ClassVar[bool] = False
    """Opening the port of an Arduino resets it. A port closed and opened again within 6 ms is not seen."""

    n_columns: int
    """Channels in one packet."""

    def __init__(
        self, signal: ElectrodeSignal, *, pace_hz: float, counter_start: int = 0, **life: Unpack[Life]
    ) -> None:
        self.silent = life.get("silent", False)
        self.scrambled = False
        self._signal = signal
        self._pace_hz = pace_hz
        self._counter_start = counter_start
        self._port = Port(life.get("link"))
        self._ledger = Ledger()
        self._left_streaming = life.get("left_streaming", False)
        self._resets = self.resets_on_open and not self._left_streaming
        self._banner_delay_s = life.get("banner_delay_s", 0.0)
        self._lock = threading.RLock()
        self._has_sent = threading.Condition(self._lock)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"emg-emulator-{type(self).__name__}")
        self._listened = False
        self._powered = False
        self._air = Air()
        self._outbox = Outbox()
        self._outbox.chunk_s = life.get("chunk_s", 0.0)
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._busy_until_s = 0.0
        self._born_s: float | None = None
        self._n_lived = 0
        self._frozen = False
        self._stuck_at: int | None = None
        self._n_numbered = 0

    @property
    def port(self) -> str:
        """What to connect to: the link if there is one."""
        return self._port.name

    @property
    def listened(self) -> bool:
        """Whether somebody has the port open, as far as the board has noticed."""
        return self._listened

    @property
    def chunk_s(self) -> float:
        """The adapter hands on what it has so often; may be changed at any time."""
        return self._outbox.chunk_s

    @chunk_s.setter
    def chunk_s(self, chunk_s: float) -> None:
        with self._lock:
            self._outbox.chunk_s = chunk_s

    # What a board is

    @property
    @abstractmethod
    def streaming(self) -> bool:
        """Whether it sends its samples."""

    @abstractmethod
    def _power_on(self, left_streaming: bool) -> None:
        """Begin as with fresh power or after a reset; calls ``_begin_run`` if it streams at once."""

    @abstractmethod
    def _lose_power(self) -> None:
        """Stop, and forget all settings."""

    @abstractmethod
    def _hear(self, data: bytes) -> None:
        """Take bytes from the host; replies go through ``_say``."""

    @abstractmethod
    def _measure(self, pairs_uv: FloatArray) -> Counts:
        """Convert electrode potentials, shape (n, electrodes), to counts, shape (m, channels), m <= n."""

    @abstractmethod
    def _packets(self, counters: IntArray, counts: Counts) -> list[bytes]:
        """Pack one sample per packet."""

    def _as_sent(self, numbers: IntArray, counts: Counts) -> Counts:
        """Rows that the packets of these numbers hold."""
        return counts

    # What truly left it

    def sent_counts(self) -> Counts:
        """Counts in every packet sent undamaged since the last start, shape (n, n_columns)."""
        with self._lock:
            return self._ledger.rows(self.n_columns)

    def sent_numbers(self) -> IntArray:
        """Running number of every packet sent undamaged since the last start; lost ones are missing."""
        with self._lock:
            return self._ledger.numbers()

    def damaged_numbers(self) -> IntArray:
        """Running number of every packet since the last start of which only a damaged part was sent."""
        with self._lock:
            return self._ledger.damaged()

    def wait_sent(self, n: int, timeout_s: float) -> bool:
        """Wait until this many packets have been sent undamaged since the last start."""
        with self._has_sent:
            return self._has_sent.wait_for(lambda: self._n_whole() >= n, timeout_s)

    def _n_whole(self) -> int:
        return self._ledger.n_whole

    # Misbehaviour

    def drop(self, n: int) -> None:
        """Lose the next ``n`` packets in the air; the counter goes on."""
        with self._lock:
            self._advance()
            self._air.drop(n)

    def corrupt(self, n: int, at: int | None = None) -> None:
        """Flip one byte in each of the next ``n`` packets: the one at ``at``, or any but the first."""
        with self._lock:
            self._advance()
            self._air.corrupt(n, at)

    def lose_bytes(self, n: int, at: int | None = None) -> None:
        """Lose ``n`` bytes in a row, from byte ``at`` of the next packet on or from inside it."""
        with self._lock:
            self._advance()
            self._air.lose_bytes(n, at)

    def garbage(self, n_bytes: int) -> None:
        """Send random bytes between two packets."""
        with self._lock:
            self._advance()
            self._outbox.put([Parcel(self._air.noise(n_bytes))])

    def hold_back(self, seconds: float) -> None:
        """Let the adapter keep all bytes for so long, and hand them on in one burst."""
        with self._lock:
            self._advance()
            self._outbox.held_until_s = time.monotonic() + seconds

    def stop_sending(self) -> None:
        """Go out of range, sampling on."""
        with self._lock:
            self._advance()
            self._air.radio_on = False

    def resume_sending(self) -> None:
        """Come back into range."""
        with self._lock:
            self._advance()
            self._air.radio_on = True

    def freeze(self) -> None:
        """Stop sampling without a word: the counter does not go on."""
        with self._lock:
            self._advance()
            self._frozen = True

    def thaw(self) -> None:
        """Go on sampling."""
        with self._lock:
            self._advance()
            self._frozen = False

    def stick_counter(self, on: bool) -> None:
        """Send the same counter with every packet; numbers and counts are told as if it went on."""
        with self._lock:
            self._advance()
            last = self._counter_start + max(0, self._n_numbered - 1)
            self._stuck_at = last if on else None

    def hang_up(self, *, powered: bool = False) -> None:
        """Pull the plug: the port vanishes, and what has not left is lost.

        Parameters
        ----------
        powered : bool
            The board has a battery of its own and goes on as it was, its adapter gone; else it loses its
            settings and starts anew when it is plugged in.
        """
        with self._lock:
            if not self._port.is_open:
                return
            self._advance()
            self._port.hang_up()
            self._listened = False
            self._forget_outgoing()
            self._powered = powered
            if not powered:
                self._lose_power()

    def plug_in(self) -> None:
        """Put the plug back; the port has another number, the link is the same."""
        with self._lock:
            self._port.plug_in()
            if not self._powered:
                left, self._left_streaming = self._left_streaming, False
                self._power_on(left)

    # Life

    def __enter__(self) -> Self:
        self.plug_in()
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
        start_s = time.monotonic()
        n_bursts = 0
        while not self._stopping.is_set():
            with self._lock:
                self._advance()
                if self._port.is_open:
                    self._serve()
            # Absolute deadlines: a late burst is followed by a punctual one.
            n_bursts = max(n_bursts + 1, int((time.monotonic() - start_s) / BURST_S))
            self._stopping.wait(max(0.0, start_s + n_bursts * BURST_S - time.monotonic()))

    def _serve(self) -> None:
        listened, has_come = self._port.state()
        self._notice_listener(listened)
        if has_come:
            data = self._port.read()
            if not self.silent:
                self._hear(data)
        now_s = time.monotonic()
        while self._later and self._later[0][0] <= now_s:
            heapq.heappop(self._later)[2]()
        self._advance()
        if self._listened:
            self._flush(now_s)
        else:
            self._outbox.clear()  # nobody listens, and nothing is kept for who comes next

    def _notice_listener(self, listened: bool) -> None:
        opened = listened and not self._listened
        self._listened = listened
        if opened and self._resets:
            self._forget_outgoing()
            self._lose_power()
            self._power_on(left_streaming=False)

    def _flush(self, now_s: float) -> None:
        n_before = self._ledger.n_whole
        while data := self._outbox.ready(now_s):
            n = self._port.write(data)
            self._ledger.note(self._outbox.left(n))
            if n < len(data):
                break
        if self._ledger.n_whole > n_before:
            self._has_sent.notify_all()

    def _say(self, data: bytes, after_s: float = 0.0) -> None:
        """Answer; a board answers in order, so a late answer delays those behind it."""
        if data:
            self._busy_until_s = max(time.monotonic(), self._busy_until_s) + after_s
            self._do_later(lambda: self._speak(data), self._busy_until_s)

    def _speak(self, data: bytes) -> None:
        if not self.silent:
            self._outbox.put([Parcel(data)])

    def _do_later(self, act: Callable[[], None], due_s: float) -> None:
        heapq.heappush(self._later, (due_s, next(self._order), act))

    def _forget_outgoing(self) -> None:
        self._outbox.clear()
        self._later.clear()
        self._busy_until_s = 0.0

    def _begin_run(self, counter_start: int | None = None) -> None:
        """Start the stream: numbers from 0, and an account of its own."""
        self._ledger.begin_run()
        self._n_numbered = 0
        if counter_start is not None:
            self._counter_start = counter_start
        if self._born_s is None:
            self._born_s = time.monotonic()

    def _advance(self) -> None:
        """Let the electrodes live up to now, and send what they gave if the board streams."""
        if self._born_s is None:
            return
        n = int((time.monotonic() - self._born_s) * self._pace_hz) - self._n_lived
        if n <= 0:
            return
        self._n_lived += n
        counts = self._measure(self._signal(n))
        if not self.streaming or self._frozen or self.silent or not len(counts):
            return
        numbers = self._n_numbered + np.arange(len(counts), dtype=np.int64)
        self._n_numbered += len(counts)
        rows = self._as_sent(numbers, counts)
        packets = self._packets(self._counters(numbers), rows)
        run = self._ledger.run
        parcels = (
            Parcel(packet, number, row, True, run)
            for packet, number, row in zip(packets, numbers.tolist(), rows, strict=True)
        )
        arrived = self._air.carry(parcels)
        if self._port.is_open:
            self._outbox.put(arrived)

    def _counters(self, numbers: IntArray) -> IntArray:
        counters = numbers + self._counter_start
        if self.scrambled:
            return np.random.default_rng(self._n_lived).integers(0, 256, len(counters))
        return counters if self._stuck_at is None else np.full_like(counters, self._stuck_at)
