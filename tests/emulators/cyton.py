"""Emulator of an OpenBCI Cyton and its dongle on a pseudo-terminal, for BrainFlow's real driver.

Run ``python -m tests.emulators.cyton --help`` for one that other programs can connect to.
"""

from __future__ import annotations

import argparse
import os
import select
import signal as signals
import sys
import threading
import time
import tty
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from hardware.faults import parse_fault
from tests.emulators.cyton_firmware import BOARD_OFF_REPLY, FS_HZ, N_CHANNELS, CytonFirmware, packets
from tests.emulators.cyton_signals import AthleteSignal, ElectrodeSignal, TestSignal

BURST_S: Final = 0.006
"""The radio delivers one or two packets at a time."""
OUT_LIMIT_BYTES: Final = 1 << 17


class CytonEmulator:
    """A Cyton that streams an electrode signal; a context manager.

    Parameters
    ----------
    signal : ElectrodeSignal
        What lies between the electrodes. It goes on in real time from the first ``b``, whether
        or not the board streams.
    fs_hz : float
        Rate at which packets are sent.
    link : Path or None
        Symbolic link to the port, which stays the same when the dongle is pulled and put back.
    silent : bool
        Answers nothing.
    off : bool
        The dongle answers that the board does not.
    counter_start : int
        Counter of the first packet after ``b``.

    Attributes
    ----------
    port : str
        What to connect to.
    silent, off : bool
        As above; may be changed at any time.
    scrambled : bool
        Send random counters, as they look to a driver that has locked on to a wrong byte.
    """

    def __init__(
        self,
        signal: ElectrodeSignal,
        *,
        fs_hz: float = FS_HZ,
        link: Path | None = None,
        silent: bool = False,
        off: bool = False,
        counter_start: int = 0,
    ) -> None:
        self.silent = silent
        self.off = off
        self.scrambled = False
        self.port = ""
        self._signal = signal
        self._fs_hz = fs_hz
        self._link = link
        self._counter_start = counter_start
        self._firmware = CytonFirmware()
        self._lock = threading.RLock()
        self._has_sent = threading.Condition(self._lock)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="emg-emulator-cyton")
        self._master = -1
        self._out = bytearray()
        self._born_s: float | None = None
        self._n_lived = 0
        self._n_streamed = 0
        self._n_to_drop = 0
        self._radio_on = True
        self._sent: list[NDArray[np.int32]] = []
        self._sent_numbers: list[NDArray[np.int64]] = []

    # What the board knows of itself

    @property
    def gains(self) -> tuple[int, ...]:
        """Gain of every channel."""
        with self._lock:
            return tuple(setting.gain for setting in self._firmware.settings)

    @property
    def srb2(self) -> tuple[bool, ...]:
        """Whether each channel's P input is tied to the common SRB2 line."""
        with self._lock:
            return tuple(setting.srb2 for setting in self._firmware.settings)

    @property
    def bias(self) -> tuple[bool, ...]:
        """Whether each channel drives the bias electrode."""
        with self._lock:
            return tuple(setting.bias for setting in self._firmware.settings)

    @property
    def streaming(self) -> bool:
        """Between ``b`` and ``s``."""
        with self._lock:
            return self._firmware.streaming

    def sent_counts(self) -> NDArray[np.int32]:
        """Counts of every packet sent since the last ``b``, shape (n, 8)."""
        with self._lock:
            return np.concatenate([np.empty((0, N_CHANNELS), dtype=np.int32), *self._sent])

    def sent_numbers(self) -> NDArray[np.int64]:
        """Running number of every packet sent since the last ``b``; dropped ones are missing."""
        with self._lock:
            return np.concatenate([np.empty(0, dtype=np.int64), *self._sent_numbers])

    def wait_sent(self, n: int, timeout_s: float) -> bool:
        """Wait until this many packets have been sent since the last ``b``."""
        with self._has_sent:
            return self._has_sent.wait_for(lambda: len(self.sent_numbers()) >= n, timeout_s)

    # Misbehaviour

    def refuse_channel(self, channel: int) -> None:
        """Answer settings of this channel, counted from 1, with a failure."""
        with self._lock:
            self._firmware.refused.add(channel)

    def drop(self, n: int) -> None:
        """Lose the next ``n`` packets in the air; the counter goes on."""
        with self._lock:
            self._advance()
            self._n_to_drop += n

    def stop_sending(self) -> None:
        """Go out of range of the dongle, sampling on."""
        with self._lock:
            self._advance()
            self._radio_on = False

    def resume_sending(self) -> None:
        """Come back into range."""
        with self._lock:
            self._advance()
            self._radio_on = True

    def hang_up(self) -> None:
        """Pull the dongle: the port vanishes. The board loses its settings with its power."""
        with self._lock:
            if self._master < 0:
                return
            os.close(self._master)
            self._master = -1
            self._out.clear()
            self._firmware = CytonFirmware()
            if self._link is not None:
                self._link.unlink(missing_ok=True)

    def plug_in(self) -> None:
        """Put the dongle back; the port is a new one, the link the same."""
        with self._lock:
            self._master, slave = os.openpty()
            os.set_blocking(self._master, False)
            # The settings of a pseudo-terminal outlive its last user, so nobody need hold it open.
            tty.setraw(slave)
            self.port = os.ttyname(slave)
            os.close(slave)
            if self._link is not None:
                self._link.symlink_to(self.port)
                self.port = str(self._link)

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
                if self._master >= 0:
                    self._serve()
            # Absolute deadlines: a late burst is followed by a punctual one.
            n_bursts = max(n_bursts + 1, int((time.monotonic() - start_s) / BURST_S))
            self._stopping.wait(max(0.0, start_s + n_bursts * BURST_S - time.monotonic()))

    def _serve(self) -> None:
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        state = dict(poll.poll(0)).get(self._master, 0)
        if state & select.POLLIN:
            self._answer(os.read(self._master, 4096))
        self._advance()
        if state & select.POLLHUP:
            self._out.clear()  # nobody listens, and nothing is kept for who comes next
        elif self._out:
            try:
                del self._out[: os.write(self._master, self._out)]
            except BlockingIOError:
                del self._out[:-OUT_LIMIT_BYTES]

    def _answer(self, data: bytes) -> None:
        if self.silent:
            return
        if self.off:
            self._out += BOARD_OFF_REPLY * sum(data.count(command) for command in (b"v", b"d"))
            return
        for command, reply in self._firmware.hear(data):
            self._out += reply
            if command == ord("b"):
                self._advance(streaming=False)
                self._n_streamed = 0
                self._sent.clear()
                self._sent_numbers.clear()
                self._born_s = self._born_s or time.monotonic()

    def _advance(self, streaming: bool = True) -> None:
        """Let the electrodes live up to now, and send what they gave if the board streams."""
        if self._born_s is None:
            return
        n = int((time.monotonic() - self._born_s) * self._fs_hz) - self._n_lived
        if n <= 0:
            return
        self._n_lived += n
        counts = self._firmware.convert(self._signal(n))
        if not (streaming and self._firmware.streaming):
            return
        numbers = self._n_streamed + np.arange(n, dtype=np.int64)
        self._n_streamed += n
        n_dropped = min(self._n_to_drop, n)
        self._n_to_drop -= n_dropped
        if self._radio_on and n_dropped < n:
            counts, numbers = counts[n_dropped:], numbers[n_dropped:]
            counters = numbers + self._counter_start
            if self.scrambled:
                counters = np.random.default_rng(self._n_lived).integers(0, 256, len(counters))
            self._out += packets(counters, counts)
            self._sent.append(counts)
            self._sent_numbers.append(numbers)
            self._has_sent.notify_all()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.emulators.cyton", description=__doc__)
    parser.add_argument("--signal", choices=("test", "athlete"), default="test")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--fault", action="append", default=[], type=parse_fault, help="fault of the simulated athlete"
    )
    parser.add_argument("--follow", type=Path, help="folder of sessions whose newest coach is heard")
    parser.add_argument("--sent", type=Path, help="file for the counts sent since the last start, .npy")
    parser.add_argument("--link", type=Path, help="symbolic link to the port")
    return parser.parse_args()


def main() -> None:
    """Print the port as the first line, and stream until interrupted or terminated."""
    options = _arguments()
    electrode_signal: ElectrodeSignal = (
        AthleteSignal(options.seed, options.follow, options.fault)
        if options.signal == "athlete"
        else TestSignal(options.seed)
    )
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signals.signal(signals.SIGTERM, end)
    signals.signal(signals.SIGINT, end)
    with CytonEmulator(electrode_signal, link=options.link) as cyton:
        sys.stdout.write(f"{cyton.port}\n")
        sys.stdout.flush()
        stop.wait()
        if options.sent is not None:
            np.save(options.sent, cyton.sent_counts())


if __name__ == "__main__":
    main()
