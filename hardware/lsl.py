"""An EMG stream of the Lab Streaming Layer, as a Source."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import Any, Final

import numpy as np

from emg.blocks import FloatArray, SampleBlock, SourceLost, SourceUnavailable, StreamInfo
from emg.said import Said
from hardware.lsl_clock import CREEP, ScatteredStamps, StampSequence, SteadyStamps, is_steady
from hardware.lsl_library import load_pylsl
from hardware.lsl_metadata import RAW_TYPE, read_metadata
from hardware.lsl_stream import Columns, check_one, choose, identity, stream_info
from hardware.watch import RATE_TOLERANCE, EarliestLine

RESOLVE_S: Final = 1.0
"""Senders answer within milliseconds on one computer, and within some tenths of a second in a network."""
RESOLVE_ROUNDS: Final = 3
CONNECT_S: Final = 5.0
FIRST_SAMPLE_S: Final = 3.0
WATCH_S: Final = 1.0
"""So long a stream is watched before it is believed: how great it is, how fast, and how it is stamped."""
MEASURE_S: Final = 5.0
"""... and so long if its rate is not promised, or the promise seems not to be kept."""
CLOCK_JUMP_S: Final = 1.0
"""A sender's stamps may be late by any time, but never so much earlier than those before."""
BUFFER_S: Final = 60
CHUNK_S: Final = 0.01
"""Samples are taken in pieces of this length, however they were sent."""


class LslSource:
    """A stream found by name, type or source id; implements ``emg.blocks.Source``.

    Parameters
    ----------
    wanted : str
        Name, else type, else source id of the stream; empty for the only stream of type EMG.

    Notes
    -----
    liblsl's own recovery is off: it begins after 15 s, hides how long it took, and would take up another
    stream of the same name at another rate. A sender that closes is ``SourceLost`` at once, one that falls
    silent is silence; the acquisition opens the stream again in both cases, and marks the gap.

    Samples are numbered on the sender's own clock (``hardware.lsl_clock``). The estimated difference
    between both computers' clocks (``time_correction``) is not needed for that and would add its own
    noise. ``host_time_s`` is the stamp laid along the earliest arrivals, so it also holds for senders that
    stamp with another clock than LSL's.
    """

    def __init__(self, wanted: str = "") -> None:
        self._wanted = wanted.strip()
        self._lsl: Any = None
        self._inlet: Any = None
        self._identity: tuple[str, ...] | None = None
        self._info: StreamInfo | None = None
        self._columns: Columns | None = None
        self._steady = True
        self._sequence: StampSequence = ScatteredStamps(1.0)
        self._line = EarliestLine(CREEP)
        self._newest: tuple[float, float] | None = None
        self._pending: deque[SampleBlock] = deque()

    @property
    def paced(self) -> bool:
        """A sender does not wait."""
        return True

    def open(self) -> StreamInfo:
        """Find the stream, subscribe to it and, the first time, watch it for a second or more.

        Raises
        ------
        SourceUnavailable
            With one sentence that says what to do.
        """
        self.close()
        self._lsl = load_pylsl()
        try:
            info = self._open()
        except RuntimeError as error:  # pylsl's only kind: lost, timed out, refused
            self.close()
            raise SourceUnavailable(
                Said(
                    "The stream '{name}' was found but cannot be read: check that its sender still runs "
                    "and that no firewall is between.",
                    name=self._name,
                )
            ) from error
        except BaseException:
            self.close()
            raise
        return info

    def _open(self) -> StreamInfo:
        found = self._find()
        self._inlet = self._lsl.StreamInlet(found, max_buflen=BUFFER_S, recover=False)
        described = self._inlet.info(timeout=CONNECT_S)
        self._inlet.open_stream(timeout=CONNECT_S)
        if self._info is None:
            self._info = self._first_look(described)
            self._identity = identity(found)
        else:
            self._watch(0.0)
        self._sequence = (SteadyStamps if self._steady else ScatteredStamps)(self._info.fs_hz)
        self._line, self._newest = EarliestLine(CREEP), None
        return self._info

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Return the next stretch without a jump, or None if nothing came in time.

        Raises
        ------
        SourceLost
            If the sender has closed the stream, or its clock has jumped.
        """
        if not self._pending:
            if self._inlet is None:
                raise SourceLost("The Lab Streaming Layer stream is not open.")
            try:
                rows, stamps_s = self._pull(timeout_s)
            except RuntimeError as error:
                raise SourceLost(
                    Said("The stream '{name}' was closed by its sender.", name=self._name)
                ) from error
            if len(stamps_s):
                self._take(rows, stamps_s)
        return self._pending.popleft() if self._pending else None

    def close(self) -> None:
        """Unsubscribe; safe to call twice."""
        inlet, self._inlet = self._inlet, None
        self._pending.clear()
        if inlet is not None:
            inlet.close_stream()

    @property
    def _name(self) -> str:
        return self._identity[0] if self._identity else self._wanted or RAW_TYPE

    def _find(self) -> Any:
        """Find the one stream that is meant; once it has been open, the same again."""
        found: list[Any] = []
        streams: list[Any] = []
        for _ in range(RESOLVE_ROUNDS):
            streams = self._lsl.resolve_streams(RESOLVE_S)
            if self._identity is None:
                found = choose(streams, self._wanted)
            else:
                found = [stream for stream in streams if identity(stream) == self._identity]
            if found:
                break
        check_one(found, streams, self._name)
        if found[0].channel_format() in (self._lsl.cf_string, self._lsl.cf_undefined):
            raise SourceUnavailable(
                Said(
                    "The stream '{name}' sends text and no samples: choose one of type {kind}.",
                    name=found[0].name(),
                    kind=RAW_TYPE,
                )
            )
        return found[0]

    def _first_look(self, described: Any) -> StreamInfo:
        """Watch a stream that is not known yet, to learn what it does not say."""
        metadata = read_metadata(described)
        columns = Columns.of(metadata)
        rows, stamps_s = self._watch(WATCH_S)
        fs_hz = self._rate(described.nominal_srate(), stamps_s)
        self._columns = columns
        self._steady = is_steady(stamps_s, fs_hz)
        counts = described.channel_format() not in (self._lsl.cf_float32, self._lsl.cf_double64)
        return stream_info(described, metadata, columns, fs_hz, rows, counts=counts)

    def _watch(self, span_s: float) -> tuple[FloatArray, FloatArray]:
        """Read for a while from the first sample on.

        Returns
        -------
        tuple of ndarray of shape (n, n_channels) and ndarray of shape (n,)
            Rows as they were sent, and their stamps.

        Raises
        ------
        SourceUnavailable
            If nothing comes.
        """
        parts: list[tuple[FloatArray, FloatArray]] = []
        end_s = time.monotonic() + FIRST_SAMPLE_S
        while (left_s := end_s - time.monotonic()) > 0.0:
            rows, stamps_s = self._pull(min(left_s, CHUNK_S))
            if len(stamps_s):
                end_s = end_s if parts else time.monotonic() + span_s
                parts.append((rows, stamps_s))
        if not parts:
            raise SourceUnavailable(
                Said(
                    "The stream '{name}' is there but sends nothing: start its measurement, and try again.",
                    name=self._name,
                )
            )
        return np.concatenate([rows for rows, _ in parts]), np.concatenate([stamps for _, stamps in parts])

    def _rate(self, promised_hz: float, stamps_s: FloatArray) -> float:
        """Tell the true rate: the promised one if there is one and it is kept, else as measured."""
        if promised_hz > 0.0 and _is_kept(promised_hz, stamps_s):
            return promised_hz
        _, longer_s = self._watch(MEASURE_S)
        if promised_hz > 0.0 and _is_kept(promised_hz, longer_s):
            return promised_hz
        measured_hz = _slope_hz(longer_s)
        if not 1.0 <= measured_hz < math.inf:
            raise SourceUnavailable(
                Said(
                    "The rate of the stream '{name}' cannot be told from its stamps: check its sender.",
                    name=self._name,
                )
            )
        return float(round(measured_hz))

    def _pull(self, timeout_s: float) -> tuple[FloatArray, FloatArray]:
        fs_hz = 0.0 if self._info is None else self._info.fs_hz
        rows, stamps_s = self._inlet.pull_chunk(
            timeout=max(0.0, timeout_s), min_samples=max(1, round(CHUNK_S * fs_hz)), as_numpy=True
        )
        return rows.astype(np.float64), stamps_s

    def _take(self, rows: FloatArray, stamps_s: FloatArray) -> None:
        """Give numbers to rows, and keep the blocks that this completes."""
        assert self._info is not None
        assert self._columns is not None
        now_s = time.monotonic()
        offset_s = self._offset_s(stamps_s, now_s)
        for stretch in self._sequence.take(rows, stamps_s):
            self._pending.append(
                SampleBlock(
                    data_uv=np.ascontiguousarray(stretch.rows[:, self._columns.emg] * self._columns.factor),
                    first_sample=stretch.first_sample,
                    fs_hz=self._info.fs_hz,
                    host_time_s=min(now_s, stretch.host_time_s + offset_s),
                    aux=np.ascontiguousarray(stretch.rows[:, self._columns.aux]),
                    gap_estimated=stretch.estimated,
                )
            )
        if self._sequence.out_of_step:
            self._steady = False
            raise SourceLost(
                Said(
                    "The stamps of the stream '{name}' are out of step: it is opened again.", name=self._name
                )
            )

    def _offset_s(self, stamps_s: FloatArray, now_s: float) -> float:
        """Lay stamps along the earliest arrivals, and return our clock less the sender's.

        Raises
        ------
        SourceLost
            If the sender's clock has jumped: what was lost meanwhile only our own clock can tell.
        """
        newest_s = float(stamps_s[-1])
        if self._newest is not None:
            before_s, offset_s = self._newest
            went_back = bool(np.any(np.diff(stamps_s, prepend=before_s) < -CLOCK_JUMP_S))
            if went_back or now_s - newest_s < offset_s - CLOCK_JUMP_S:
                raise SourceLost(
                    Said("The clock of the stream '{name}' has jumped: it is opened again.", name=self._name)
                )
        offset_s = self._line.take(newest_s, now_s)
        self._newest = (newest_s, offset_s)
        return offset_s


def _is_kept(promised_hz: float, stamps_s: FloatArray) -> bool:
    return abs(_slope_hz(stamps_s) / promised_hz - 1.0) <= RATE_TOLERANCE


def _slope_hz(stamps_s: FloatArray) -> float:
    """Rate of stamps by a straight line through all of them; infinite if they do not go on."""
    if len(stamps_s) < 2:
        return math.inf
    slope_s = float(np.polyfit(np.arange(len(stamps_s)), stamps_s - stamps_s[0], 1)[0])
    return 1.0 / slope_s if slope_s > 0.0 else math.inf
