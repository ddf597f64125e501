"""A sender on Lab Streaming Layer, heard on this machine only; the fixture skips where there can be none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from emg.blocks import FloatArray, SourceUnavailable
from hardware.lsl_library import load_pylsl

QUIET_HERE = """
[log]
level = -3
[ports]
IPv6 = disable
[multicast]
ResolveScope = machine
ListenAddress = 127.0.0.1
"""
"""Neither questions nor answers leave this machine."""

PIECE_S = 0.02


@pytest.fixture(scope="session")
def lsl(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return pylsl, set up once for the whole run."""
    config = tmp_path_factory.mktemp("lsl") / "lsl_api.cfg"
    config.write_text(QUIET_HERE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSLAPICFG", str(config))
        try:
            pylsl = load_pylsl()
        except SourceUnavailable as missing:
            pytest.skip(str(missing))
        probe = pylsl.StreamOutlet(pylsl.StreamInfo("probe", "probe", 1, 0.0, "float32", uuid4().hex))
        found = pylsl.resolve_byprop("uid", probe.get_info().uid(), timeout=5.0)
    if not found:
        pytest.skip("this machine does not let Lab Streaming Layer find a stream of its own")
    return pylsl


def fresh(what: str) -> str:
    """Name something so that no other run on this machine has it."""
    return f"{what} {uuid4().hex[:8]}"


class Sender:
    """Sends rows in real time whose values tell their sample: channel c holds sample + 1000 c.

    Parameters
    ----------
    lsl : module
        pylsl.
    name : str
        Of the stream; the source id is made of it.
    fs_hz : float
        Real rate.
    promised_hz : float
        Rate as announced; 0 for irregular.
    kind, form, unit : str
        Type, channel format and unit of all channels.
    lost : set of int
        Samples that are never sent.
    stamp : callable
        Makes the stamp from the time at which a sample was measured and the time at which it is sent.
    piece_s : float
        Sent in pieces of this length.
    describe : callable
        Adds to the description.
    """

    def __init__(
        self,
        lsl: Any,
        name: str,
        *,
        fs_hz: float = 250.0,
        promised_hz: float | None = None,
        kind: str = "EMG",
        form: str = "float32",
        unit: str = "microvolts",
        n_channels: int = 2,
        lost: frozenset[int] = frozenset(),
        stamp: Callable[[float, float], float] = lambda measured_s, sent_s: measured_s,
        piece_s: float = PIECE_S,
        describe: Callable[[Any], None] = lambda desc: None,
    ) -> None:
        self._lsl = lsl
        self._fs_hz = fs_hz
        self._n_channels = n_channels
        self._lost = lost
        self._stamp = stamp
        self._piece_s = piece_s
        rate_hz = fs_hz if promised_hz is None else promised_hz
        info = lsl.StreamInfo(name, kind, n_channels, rate_hz, form, f"id of {name}")
        channels = info.desc().append_child("channels")
        for number in range(1, n_channels + 1):
            channel = channels.append_child("channel")
            channel.append_child_value("label", f"CH{number}")
            if unit:
                channel.append_child_value("unit", unit)
        describe(info.desc())
        self._outlet: Any = lsl.StreamOutlet(info)
        self._going = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="emg-lsl-sender")
        self._thread.start()
        self._going.set()

    def pause(self) -> None:
        """Fall silent, with the stream still there."""
        self._going.clear()

    def resume(self) -> None:
        """Go on; what was measured meanwhile comes in one burst."""
        self._going.set()

    def close(self) -> None:
        """Close the stream."""
        self._ending.set()
        self._going.set()
        self._thread.join()
        self._outlet = None

    def row(self, samples: Any) -> FloatArray:
        """Make the rows of samples."""
        return np.asarray(samples, dtype=np.float64)[:, np.newaxis] + 1000.0 * np.arange(self._n_channels)

    def _run(self) -> None:
        start_s, clock_s, done = time.monotonic(), self._lsl.local_clock(), 0
        while not self._ending.wait(self._piece_s):
            self._going.wait()
            due = int((time.monotonic() - start_s) * self._fs_hz)
            samples = [sample for sample in range(done, due) if sample not in self._lost]
            if samples:
                sent_s = self._lsl.local_clock()
                stamps_s = [self._stamp(clock_s + sample / self._fs_hz, sent_s) for sample in samples]
                self._outlet.push_chunk(self.row(samples), stamps_s)
            done = due


@contextmanager
def sending(lsl: Any, name: str, **how: Any) -> Iterator[Sender]:
    """Send for as long as the block lasts."""
    sender = Sender(lsl, name, **how)
    try:
        yield sender
    finally:
        sender.close()
