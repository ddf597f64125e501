"""Claims about a session that is published on the network while it runs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from emg.blocks import EndOfSource, SampleBlock
from hardware.lsl_out import OPENS_NETWORK, RAW
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.hardware.lsl_parts import lsl as lsl  # a fixture
from tests.sessions import KeptFront, plan_of, short_exercise
from ui.assembly import SessionRunner

GATE_AT = 100
"""Samples after which the session waits for its receiver."""


class _WaitsForReceiver(SimulatedSource):
    """An athlete who stands still until somebody receives what is published, and ends with 4 s."""

    def __init__(self, lsl: Any) -> None:
        super().__init__(Athlete(seed=2), speed=0.0)
        self._lsl = lsl
        self.inlet: Any = None
        self.received: list[list[float]] = []
        self.stamps_s: list[float] = []

    def read(self, timeout_s: float) -> SampleBlock | None:
        block = super().read(timeout_s)
        if block is not None and self.inlet is None and block.end_sample >= GATE_AT:
            found = self._lsl.resolve_byprop("name", RAW, timeout=10.0)
            ours = [stream for stream in found if "simulated-2" in stream.source_id()]
            self.inlet = self._lsl.StreamInlet(ours[0], recover=False)
            self.inlet.open_stream(timeout=10.0)
        if block is not None and block.end_sample >= 1000:
            while len(self.received) < 500:
                rows, stamps_s = self.inlet.pull_chunk(timeout=5.0, max_samples=500)
                self.received += rows
                self.stamps_s += stamps_s
            raise EndOfSource
        return block


def test_who_listens_gets_the_signal_and_the_screen_says_so(lsl: Any, tmp_path: Path) -> None:
    """Else a lab that asked for the stream gets none, or the athlete is not told that it goes out."""
    source, front = _WaitsForReceiver(lsl), KeptFront()
    plan = replace(plan_of(source, short_exercise(), tmp_path), publish=True)

    runner = SessionRunner(plan, front)
    runner.start()
    assert runner.wait(60.0) is not None

    assert len(source.received[0]) == 4
    assert all(later > earlier for earlier, later in pairwise(source.stamps_s))
    assert OPENS_NETWORK in {view.notice for view in front.views}


def test_a_session_that_was_not_asked_to_publishes_nothing(lsl: Any, tmp_path: Path) -> None:
    """Else health data goes out on the network unasked."""
    source, front = SimulatedSource(Athlete(seed=3), speed=0.0), KeptFront()
    runner = SessionRunner(plan_of(source, short_exercise(), tmp_path), front)
    runner.start()
    try:
        assert lsl.resolve_byprop("source_id", "powerhold-simulated-3-EMG", timeout=1.0) == []
    finally:
        runner.stop()
        assert runner.wait(60.0) is not None
    assert OPENS_NETWORK not in {view.notice for view in front.views}
