"""Stand-ins for what has no deterministic self: a source that follows a script, a clock that is told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from emg.blocks import EndOfSource, SampleBlock, StreamInfo
from hardware.acquisition import EndReason

FAKE_INFO = StreamInfo(
    board="fake",
    source_id="fake",
    nominal_fs_hz=250.0,
    fs_hz=250.0,
    n_channels=4,
    full_scale_uv=187_500.0,
    bandwidth_hz=65.0,
)

ScriptLine: TypeAlias = SampleBlock | BaseException | None
"""What one ``read`` does: return a block, raise, or find nothing."""


class ManualClock:
    """A monotonic clock that stands still until it is advanced."""

    def __init__(self, now_s: float = 0.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s

    def advance(self, by_s: float) -> None:
        self.now_s += by_s


class ScriptedSource:
    """A source that plays a script, one line per ``read``.

    Parameters
    ----------
    script : sequence of SampleBlock, exception or None
        Lines, played on over re-opens; when they are used up, the source has ended.
    info : StreamInfo
        What an open gives.
    opens : sequence of StreamInfo, exception or None
        What each open does in turn; None, and every open after these, gives ``info``.
    clock : ManualClock or None
        Advanced by the timeout of every read that finds nothing.
    paced : bool
        Whether it claims to run in real time.
    may_open : threading.Event
        Opens wait for it; set from the start.
    """

    def __init__(
        self,
        script: Sequence[ScriptLine],
        *,
        info: StreamInfo = FAKE_INFO,
        opens: Sequence[StreamInfo | BaseException | None] = (),
        clock: ManualClock | None = None,
        paced: bool = True,
    ) -> None:
        self.paced = paced
        self.n_opens = 0
        self.n_closes = 0
        self.may_open = threading.Event()
        self.may_open.set()
        self._script = deque(script)
        self._info = info
        self._opens = deque(opens)
        self._clock = clock

    def open(self) -> StreamInfo:
        self.n_opens += 1
        assert self.may_open.wait(60.0), "nobody let the open go on"
        answer = self._opens.popleft() if self._opens else None
        if isinstance(answer, BaseException):
            raise answer
        return answer or self._info

    def read(self, timeout_s: float) -> SampleBlock | None:
        if not self._script:
            raise EndOfSource
        line = self._script.popleft()
        if isinstance(line, BaseException):
            raise line
        if line is None and self._clock is not None:
            self._clock.advance(timeout_s)
        return line

    def close(self) -> None:
        self.n_closes += 1


@dataclass
class RecordingSink:
    """An acquisition sink that keeps all it is told, in order.

    Attributes
    ----------
    calls : list of str
        Names of the calls, silences left out.
    """

    calls: list[str] = field(default_factory=list)
    infos: list[StreamInfo] = field(default_factory=list)
    blocks: list[SampleBlock] = field(default_factory=list)
    silences_s: list[float] = field(default_factory=list)
    gaps: list[tuple[int, bool]] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    ends: list[tuple[EndReason, str]] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)

    def on_open(self, info: StreamInfo) -> None:
        self.calls.append("open")
        self.infos.append(info)

    def on_block(self, block: SampleBlock) -> None:
        self.calls.append("block")
        self.blocks.append(block)

    def on_silence(self, now_s: float) -> None:
        self.silences_s.append(now_s)
        self.silent.set()

    def on_reopen(self, gap_samples: int, estimated: bool) -> None:
        self.calls.append("reopen")
        self.gaps.append((gap_samples, estimated))

    def on_lost(self, message: str) -> None:
        self.calls.append("lost")
        self.losses.append(message)

    def on_notice(self, message: str) -> None:
        self.calls.append("notice")
        self.notices.append(message)

    def on_end(self, reason: EndReason, message: str) -> None:
        self.calls.append("end")
        self.ends.append((reason, message))


def ramp(
    first_sample: int, n: int, *, n_channels: int = 4, fs_hz: float = 250.0, host_time_s: float | None = None
) -> SampleBlock:
    """Build a block whose values are their own sample numbers, so that any lost or shifted one shows.

    Channel c holds ``sample + 1000 c`` uV; the last sample arrives at its own time unless told.
    """
    samples = np.arange(first_sample, first_sample + n, dtype=np.float64)
    data_uv: NDArray[np.float64] = samples[:, np.newaxis] + 1000.0 * np.arange(n_channels)
    arrival_s = (first_sample + n - 1) / fs_hz if host_time_s is None else host_time_s
    return SampleBlock(data_uv, first_sample, fs_hz, arrival_s)
