"""The one thread that reads the source: open, read, watch, re-open, report."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Final, Protocol

from emg.blocks import EndOfSource, SampleBlock, Source, SourceLost, SourceUnavailable, StreamInfo
from emg.said import Said, said_by
from hardware.watch import RATE_TOLERANCE, ChunkWatch, EarliestLine, RateWatch

CLOCK_CREEP: Final = 0.03
"""A board's clock may be so much slower than it says; beyond 2 % it is said."""
SILENCE_S: Final = 3.0
"""A stream that gave nothing for so long is closed and opened again. 300 to 500 ms are certainly a stop, but
an open costs two seconds; the bars are empty long before."""
READ_TIMEOUT_S: Final = 0.05
"""Twice as often as silence must be reported."""


class EndReason(StrEnum):
    """Why the acquisition is over."""

    STOPPED = "stopped"
    ENDED = "ended"
    LOST = "lost"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"


class AcquisitionSink(Protocol):
    """Who takes what the acquisition finds; always called on its thread, in order."""

    def on_open(self, info: StreamInfo) -> None:
        """Take note that the stream is open; once, before anything else but silence."""
        ...

    def on_block(self, block: SampleBlock) -> None:
        """Take samples, numbered from the first open; a jump between blocks is lost data."""
        ...

    def on_silence(self, now_s: float) -> None:
        """Hear that nothing came, at least every 100 ms for as long as nothing comes."""
        ...

    def on_reopen(self, gap_samples: int, estimated: bool) -> None:
        """Hear that samples come again after a re-open; the next block follows this gap."""
        ...

    def on_lost(self, message: str) -> None:
        """Hear that the stream broke off and is being re-opened, and why that does not work yet."""
        ...

    def on_notice(self, message: str) -> None:
        """Hear one sentence worth saying while the stream goes on."""
        ...

    def on_end(self, reason: EndReason, message: str) -> None:
        """Hear, once, that nothing more comes and the source is closed; no message if all is well."""
        ...


@dataclass(frozen=True, slots=True)
class AcquisitionSettings:
    """When to look again, and when to give up.

    Attributes
    ----------
    retry_s : float
        Pause between two attempts to open.
    give_up_s : float or None
        End after so long without a sample, re-opens included; None to go on for ever.
    """

    retry_s: float = 0.25
    give_up_s: float | None = None


class _State(StrEnum):
    WAITING = "waiting"
    OPENING = "opening"
    STREAMING = "streaming"


class _Opening:
    """One ``Source.open`` on a thread of its own, because it may block for seconds."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.done = threading.Event()
        self.info: StreamInfo | None = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="emg-open")
        self._thread.start()

    def _run(self) -> None:
        try:
            self._source.close()  # here too: to stop a dead stream takes up to a second
            self.info = self._source.open()
        except Exception as error:
            self.error = error
        finally:
            self.done.set()

    def join(self) -> None:
        self._thread.join()


class Acquisition:
    """Read a source until it ends, is stopped, or cannot be brought back.

    Parameters
    ----------
    source : Source
        Closed; it belongs to the acquisition from now on, and is closed by it.
    sink : AcquisitionSink
        Takes what comes. What it raises ends the acquisition as failed.
    settings : AcquisitionSettings
        When to look again, and when to give up.
    clock : callable
        Monotonic time in seconds, the same as in ``SampleBlock.host_time_s``.

    Attributes
    ----------
    n_reconnects : int
        Re-opens that succeeded.
    error : Exception or None
        What made it fail.
    """

    def __init__(
        self,
        source: Source,
        sink: AcquisitionSink,
        settings: AcquisitionSettings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.n_reconnects = 0
        self.error: Exception | None = None
        self._source = source
        self._sink = sink
        self._settings = settings or AcquisitionSettings()
        self._clock = clock
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self.run, name="emg-acquisition")
        self._state = _State.WAITING
        self._opening: _Opening | None = None
        self._next_open_s = clock()
        self._info: StreamInfo | None = None
        self._offset = 0
        self._end_sample: int | None = None
        self._newest_s = 0.0
        self._line = EarliestLine(CLOCK_CREEP)
        self._heard_s = 0.0
        self._last_sample_s: float | None = None
        self._reopened = False
        self._told = ""
        self._chunks = ChunkWatch()
        self._rate: RateWatch | None = None

    # From any thread

    @property
    def no_signal_s(self) -> float:
        """After so long without a sample there is no signal."""
        return self._chunks.no_signal_s

    def start(self) -> None:
        """Begin, on the thread ``emg-acquisition``."""
        self._thread.start()

    def request_stop(self) -> None:
        """Ask it to end, without waiting."""
        self._stopping.set()

    def stop(self) -> None:
        """End it and wait. An open that is under way is waited for, which may take seconds."""
        self.request_stop()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; returns whether it has come."""
        if not self._ended.wait(timeout_s):
            return False
        self.stop()
        return True

    # On the acquisition thread

    def run(self) -> None:
        """Loop until the end; blocks."""
        reason, message = EndReason.STOPPED, ""
        try:
            try:
                while not self._stopping.is_set():
                    self.run_once()
            finally:
                self._let_go()
        except _Over as over:
            reason, message = over.reason, over.message
        except EndOfSource as end:
            reason, message = EndReason.ENDED, said_by(end)
        except Exception as error:
            self.error = error
            reason = EndReason.FAILED
            message = Said(
                "The session had to end because of a fault in the program ({error}): please report it.",
                error=repr(error),
            )
        try:
            self._sink.on_end(reason, message)
        finally:
            self._ended.set()

    def run_once(self) -> None:
        """One turn of the loop; takes at most about 0.05 s, unless the sink takes longer.

        Raises
        ------
        EndOfSource
            If the source has ended.
        """
        if self._state is _State.STREAMING:
            self._read()
        elif self._state is _State.OPENING:
            self._await_open()
        elif self._clock() >= self._next_open_s:
            self._opening = _Opening(self._source)
            self._state = _State.OPENING
        else:
            self._stopping.wait(min(READ_TIMEOUT_S, self._next_open_s - self._clock()))
            self._be_silent()

    def _await_open(self) -> None:
        assert self._opening is not None
        if not self._opening.done.wait(READ_TIMEOUT_S):
            self._be_silent()
            return
        opening, self._opening = self._opening, None
        opening.join()
        if opening.info is not None:
            self._opened(opening.info)
        elif not isinstance(opening.error, SourceUnavailable | SourceLost):
            raise opening.error or RuntimeError("the source was opened and said nothing")
        elif self._info is None:
            raise _Over(EndReason.UNAVAILABLE, said_by(opening.error))
        else:
            self._tell_lost(said_by(opening.error))
            self._open_after(self._settings.retry_s)

    def _opened(self, info: StreamInfo) -> None:
        self._state = _State.STREAMING
        self._heard_s = self._clock()
        if self._info is None:
            self._info = info
            self._rate = RateWatch(info.fs_hz) if self._source.paced else None
            self._last_sample_s = self._heard_s
            self._sink.on_open(info)
            self._check_rate(info.nominal_fs_hz, info.fs_hz)
            return
        changed = [
            field.name
            for field in fields(info)
            if getattr(info, field.name) != getattr(self._info, field.name)
        ]
        if changed:
            raise _Over(
                EndReason.FAILED,
                Said(
                    "The board that came back is not the same ({what} changed): start a new session with it.",
                    what=", ".join(changed),
                ),
            )
        self.n_reconnects += 1
        self._reopened = True

    def _read(self) -> None:
        try:
            block = self._source.read(READ_TIMEOUT_S)
        except SourceLost as lost:
            self._lose(said_by(lost))
            return
        now_s = self._clock()
        if block is not None:
            self._heard_s = self._last_sample_s = now_s
            self._chunks.hear(now_s)
            self._pass_on(block)
            return
        self._be_silent()
        if self._source.paced and now_s - self._heard_s >= SILENCE_S:
            self._lose(
                Said(
                    "Nothing came from the board for {seconds} s: check that it is switched "
                    "on and near. It is being opened again.",
                    seconds=f"{SILENCE_S:g}",
                )
            )

    def _pass_on(self, block: SampleBlock) -> None:
        """Count the block from the first open on, and hand it over."""
        if self._reopened:
            block = self._after_gap(block)
        else:
            block = replace(block, first_sample=block.first_sample + self._offset)
        self._end_sample = block.end_sample
        # the last sample may have been held back: what counts is when it could have come
        sent_s = block.end_sample / block.fs_hz
        self._newest_s = sent_s + self._line.take(sent_s, block.host_time_s)
        self._sink.on_block(block)
        self._watch_rate(block)

    def _watch_rate(self, block: SampleBlock) -> None:
        """Say it, once, if the board's clock is not what it promises; estimated numbers say nothing of it."""
        if self._rate is None:
            return
        if block.gap_estimated:
            self._rate.restart()
        true_hz = self._rate.take(block.end_sample, block.host_time_s)
        if true_hz is not None:
            self._sink.on_notice(
                Said(
                    "The board gives {true} samples a second and not {promised}: all times are "
                    "{off} off. Switch it off and on, and start a new session.",
                    true=f"{true_hz:.1f}",
                    promised=f"{block.fs_hz:g}",
                    off=f"{abs(true_hz / block.fs_hz - 1.0):.1%}",
                )
            )

    def _check_rate(self, promised_hz: float, measured_hz: float) -> None:
        """Say it if a rate that was measured at the open is not the promised one; it is used as measured."""
        if abs(measured_hz / promised_hz - 1.0) > RATE_TOLERANCE:
            self._sink.on_notice(
                Said(
                    "The board gives {true} samples a second, not the {promised} that it "
                    "promises; times are counted by what it gives.",
                    true=f"{measured_hz:.1f}",
                    promised=f"{promised_hz:g}",
                )
            )

    def _after_gap(self, block: SampleBlock) -> SampleBlock:
        """Place the first block after a re-open by the clock; no counter spans it."""
        self._reopened = False
        self._line = EarliestLine(CLOCK_CREEP)
        if self._end_sample is None:
            self._offset = -block.first_sample
            return replace(block, first_sample=0)
        oldest_s = block.host_time_s - (block.n_samples - 1) / block.fs_hz
        gap = max(1, round((oldest_s - self._newest_s) * block.fs_hz) - 1)
        self._offset = self._end_sample + gap - block.first_sample
        self._sink.on_reopen(gap, estimated=True)
        return replace(block, first_sample=self._end_sample + gap, gap_estimated=True)

    def _lose(self, message: str) -> None:
        self._told = ""
        self._tell_lost(message)
        self._open_after(0.0)

    def _tell_lost(self, message: str) -> None:
        """Say each reason once: a port is looked for four times a second."""
        if message != self._told:
            self._told = message
            self._sink.on_lost(message)

    def _open_after(self, pause_s: float) -> None:
        self._state = _State.WAITING
        self._next_open_s = self._clock() + pause_s

    def _be_silent(self) -> None:
        now_s = self._clock()
        self._sink.on_silence(now_s)
        limit_s = self._settings.give_up_s
        if limit_s is None or self._last_sample_s is None or now_s - self._last_sample_s < limit_s:
            return
        raise _Over(
            EndReason.LOST,
            Said(
                "Nothing came from the board for {seconds} s: check its battery and dongle, and start again.",
                seconds=f"{limit_s:g}",
            ),
        )

    def _let_go(self) -> None:
        if self._opening is not None:
            self._opening.join()
        self._source.close()


class _Over(Exception):
    """The end of the loop, with its reason."""

    def __init__(self, reason: EndReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
