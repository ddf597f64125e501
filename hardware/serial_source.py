"""Boards on a serial port that have no driver of their own, as a Source."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import serial

from emg.blocks import (
    DIGITAL_MAX_24BIT,
    AuxChannel,
    FloatArray,
    IntArray,
    SampleBlock,
    Signal,
    SourceLost,
    SourceUnavailable,
    StreamInfo,
)
from emg.said import Said
from hardware.boards import Board
from hardware.poll import POLL_S, read_pending
from hardware.port_advice import PORT_ERRORS, explain, needs_port
from hardware.port_talk import READ_S, WRITE_S, Talk
from hardware.ports import PortMemory, alone, prepare_port
from hardware.sequence import CountedSequence, Stretch
from hardware.sequence_by_clock import TimedSequence
from hardware.serial_boards import KINDS, Search, SerialKind, Stream, declares_envelope
from hardware.serial_rate import count_samples, measure_rate, settle_rate
from hardware.wire.decoder import Decoded, Decoder

MOST_AT_ONCE: Final = 1 << 16
"""Bytes; so many are decoded before it is looked for more."""
SECOND_MEASURE_S: Final = 4.0
"""If the first seconds told no rate, these are measured instead."""
REOPEN_MEASURE_S: Final = 1.0
"""Long enough to see a rate that is 3 % off; the exact one is known already."""
REOPEN_TOLERANCE: Final = 0.03
SLOWEST_RAW_HZ: Final = 190.0
"""Printed text slower than 200 Hz, give or take 5 %, is an envelope: as raw EMG it would say nothing."""
LEAST_TEXT_FULL_SCALE: Final = 1023.0
"""For printed fractions, whose range nobody knows: a step of 0.0001 for every one of them."""
LEAST_COUNT_FULL_SCALE: Final = 65535.0
"""For printed whole numbers: opened at rest, a converter of 16 bits looks like one of 10."""


@dataclass(frozen=True, slots=True, eq=False)
class _Arrival:
    """What one read of the port gave."""

    rows: FloatArray
    decoded: Decoded
    time_s: float


class SerialSource:
    """A board read through its serial port; implements ``emg.blocks.Source``.

    Parameters
    ----------
    board : Board
        Line of the table of boards that ``serial_boards.KINDS`` knows, as ``olimex`` or ``serial-text``.
    port : str
        Serial port.
    channels : int or None
        Channels that are needed; a SpikerBox is told to send so many. None for those that come.

    Raises
    ------
    ValueError
        If the board is not read this way.

    Notes
    -----
    The sampling rate is measured at the first open and stays for the life of this object, as do the
    channels and the full scale, so that a session goes on after a re-open.

    A board that prints text does not say how great its numbers can be. Whole numbers are taken to come
    from a converter of at most 16 bits, fractions to stay below 1023, or more if more is seen while it is
    opened; what comes later beyond that is recorded and shown as full scale, and called saturated.
    """

    def __init__(self, board: Board, *, port: str, channels: int | None = None) -> None:
        kind = KINDS.get(board.name)
        if kind is None:
            raise ValueError(f"{board.title} is not read through a serial port by this program itself.")
        self._board = board
        self._kind: SerialKind = kind
        self._port = port
        self._n_wanted = channels or 0
        self._memory: PortMemory | None = None
        self._serial: serial.Serial | None = None
        self._decoder: Decoder | None = None
        self._sequence: CountedSequence | TimedSequence | None = None
        self._info: StreamInfo | None = None
        self._first: int | None = None
        self._pending: deque[SampleBlock] = deque()

    @property
    def paced(self) -> bool:
        """A board does not wait."""
        return True

    def open(self) -> StreamInfo:
        """Make the board stream, and measure its rate. Blocks for seconds.

        What comes while the rate is measured is thrown away.

        Raises
        ------
        SourceUnavailable
            With one sentence that says what to do.
        """
        self.close()
        if not self._port:
            raise SourceUnavailable(needs_port(self._board.title))
        if self._memory is None:
            self._memory = PortMemory(self._port)
        device = self._memory.current()
        try:
            with alone(device):
                prepare_port(device, stop=b"")
                self._connect(device)
        except PORT_ERRORS as error:
            self.close()
            raise SourceUnavailable(explain(device, error)) from error
        except BaseException:
            self.close()
            raise
        assert self._info is not None
        return self._info

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Return the next stretch without a jump, or None if nothing came in time.

        Raises
        ------
        SourceLost
            If the port has vanished, or the stream has lost its framing.
        """
        return read_pending(self._pending, self._drain, timeout_s)

    def close(self) -> None:
        """Stop the board and let go of the port; safe to call twice."""
        opened, self._serial = self._serial, None
        self._pending.clear()
        if opened is None:
            return
        try:
            opened.write(self._kind.stop)
            opened.flush()
        except PORT_ERRORS:
            pass  # the port is gone, and the board with it
        finally:
            opened.close()

    # Opening

    def _connect(self, device: str) -> None:
        self._serial = serial.Serial(
            device, self._kind.bauds[0], timeout=READ_S, write_timeout=WRITE_S, exclusive=True
        )
        search = Search(Talk(self._serial), self._board, self._port, self._kind.bauds, self._n_wanted)
        stream = self._kind.find(search)
        self._decoder = stream.decoder
        arrivals: list[_Arrival] = []
        if self._info is None:
            fs_hz = self._measured(arrivals, self._kind.measure_s)
            self._info = self._describe(stream, arrivals, fs_hz)
        else:
            self._check_same(arrivals, self._info)
        self._begin(arrivals, self._info.fs_hz)

    def _measured(self, arrivals: list[_Arrival], seconds: float) -> float:
        """Take what comes in so many seconds, or, if that tells no rate, in those that follow."""
        for span_s in (seconds, max(SECOND_MEASURE_S, self._kind.measure_s)):
            came: list[_Arrival] = []
            end_s = time.monotonic() + span_s
            while time.monotonic() < end_s:
                came += self._arrived()
                time.sleep(POLL_S)
            arrivals += came
            fs_hz = measure_rate(*_progress(came))
            if fs_hz is not None:
                return fs_hz
        raise SourceUnavailable(
            Said(
                "The {board} on {port} sends too little, or stops again and again: check its "
                "cable and its power, and try again.",
                board=self._board.title,
                port=self._port,
            )
        )

    def _describe(self, stream: Stream, arrivals: list[_Arrival], measured_hz: float) -> StreamInfo:
        board = self._board
        n_channels = self._checked_channels(stream.decoder)
        fs_hz, nominal_hz = settle_rate(measured_hz, stream.promised_hz, self._kind.rate_tolerance)
        full_scale, signal = stream.full_scale, board.signal
        if full_scale is None:
            full_scale = _text_full_scale(arrivals)
            is_envelope = fs_hz < SLOWEST_RAW_HZ or declares_envelope(stream.heard)
            signal = Signal.ENVELOPE if is_envelope else Signal.RAW
        assert self._memory is not None
        adapter = self._memory.serial
        counts = arrivals[-1].decoded.counters is not None
        return StreamInfo(
            board=board.name,
            source_id=f"{board.name}-{adapter}" if adapter else board.name,
            nominal_fs_hz=nominal_hz,
            fs_hz=fs_hz,
            n_channels=n_channels,
            full_scale_uv=full_scale,
            bandwidth_hz=min(board.bandwidth_hz, fs_hz / 2.0),
            serial=adapter,
            signal=signal,
            unit=board.unit,
            aux=(AuxChannel("COUNTER", "", float(DIGITAL_MAX_24BIT)),) if counts else (),
        )

    def _check_same(self, arrivals: list[_Arrival], info: StreamInfo) -> None:
        """Make sure that a board that was opened again goes on as before."""
        assert self._decoder is not None
        for seconds in (REOPEN_MEASURE_S, self._kind.measure_s):
            fs_hz = self._measured(arrivals, seconds)
            if abs(fs_hz / info.fs_hz - 1.0) <= REOPEN_TOLERANCE:
                break
        else:
            raise SourceUnavailable(
                Said(
                    "The {board} gives {now} samples a second now, and {before} before: start a new session.",
                    board=self._board.title,
                    now=f"{fs_hz:.4g}",
                    before=f"{info.fs_hz:.4g}",
                )
            )
        if self._checked_channels(self._decoder) != info.n_channels:
            raise SourceUnavailable(
                Said(
                    "The {board} sends {now} channels now, and {before} before: start a new session.",
                    board=self._board.title,
                    now=self._decoder.n_channels,
                    before=info.n_channels,
                )
            )

    def _checked_channels(self, decoder: Decoder) -> int:
        if decoder.n_channels < max(1, self._n_wanted):
            raise SourceUnavailable(
                Said(
                    "The {board} on {port} sends {n} of the {needed} channels that are needed: use fewer "
                    "sites, or set it to send more.",
                    board=self._board.title,
                    port=self._port,
                    n=decoder.n_channels,
                    needed=max(1, self._n_wanted),
                )
            )
        return decoder.n_channels

    def _begin(self, arrivals: list[_Arrival], fs_hz: float) -> None:
        """Let the numbering learn from what has come when samples come."""
        counting = self._board.counting
        self._sequence = TimedSequence(fs_hz) if counting is None else CountedSequence(counting, fs_hz)
        self._first = None
        for arrival in arrivals:
            self._number(arrival)

    # Reading

    def _drain(self) -> None:
        """Take all that has come."""
        if self._serial is None or self._info is None:
            raise SourceLost(f"The {self._board.title} is not open.")
        try:
            arrivals = list(self._arrived())
        except PORT_ERRORS as error:
            self.close()
            raise SourceLost(self._vanished()) from error
        if not arrivals and self._memory is not None and self._memory.gone():
            self.close()
            raise SourceLost(self._vanished())
        for arrival in arrivals:
            self._pending.extend(self._block(stretch, self._info) for stretch in self._number(arrival))
        if isinstance(self._sequence, CountedSequence) and self._sequence.out_of_step:
            raise SourceLost(
                Said("The {board}'s packets are out of step: opening it again.", board=self._board.title)
            )

    def _vanished(self) -> Said:
        return Said(
            "The port {port} has vanished: check the plug of the {board}.",
            port=self._port,
            board=self._board.title,
        )

    def _arrived(self) -> Iterator[_Arrival]:
        """Read until nothing waits, and decode each piece."""
        assert self._serial is not None
        assert self._decoder is not None
        while n_waiting := self._serial.in_waiting:
            data = self._serial.read(min(n_waiting, MOST_AT_ONCE))
            time_s = time.monotonic()
            decoded = self._decoder.feed(data)
            counters = decoded.counters
            rows = self._board.driver_scale * decoded.values
            if counters is not None:
                rows = np.column_stack((rows, counters.astype(np.float64)))
            if len(rows) or len(decoded.breaks):
                yield _Arrival(rows, decoded, time_s)

    def _number(self, arrival: _Arrival) -> list[Stretch]:
        times_s = np.full(len(arrival.rows), arrival.time_s)
        counters = arrival.decoded.counters
        if isinstance(self._sequence, CountedSequence):
            assert counters is not None
            return self._sequence.take(arrival.rows, times_s, counters)
        assert self._sequence is not None
        return self._sequence.take(arrival.rows, times_s, arrival.decoded.breaks)

    def _block(self, stretch: Stretch, info: StreamInfo) -> SampleBlock:
        is_first = self._first is None
        if self._first is None:
            self._first = stretch.first_sample
        return SampleBlock(
            data_uv=np.ascontiguousarray(stretch.rows[:, : info.n_channels]),
            first_sample=stretch.first_sample - self._first,
            fs_hz=info.fs_hz,
            host_time_s=stretch.host_time_s,
            aux=np.ascontiguousarray(stretch.rows[:, info.n_channels :]),
            gap_estimated=stretch.estimated and not is_first,
        )


def _progress(arrivals: list[_Arrival]) -> tuple[FloatArray, IntArray]:
    """When something came, and how many samples had been sent by then."""
    steps: list[int] = []
    last: int | None = None
    for arrival in arrivals:
        counters = arrival.decoded.counters
        n = len(arrival.rows)
        if counters is not None and n:
            n = count_samples(counters, last)
            last = int(counters[-1])
        steps.append(n)
    times_s = np.array([arrival.time_s for arrival in arrivals])
    return times_s, np.cumsum(np.array(steps, dtype=np.int64))


def _text_full_scale(arrivals: list[_Arrival]) -> float:
    """Full scale that numbers such as those that came will not exceed."""
    rows = np.concatenate([arrival.rows.ravel() for arrival in arrivals])
    whole = bool((rows == np.rint(rows)).all())
    full_scale = LEAST_COUNT_FULL_SCALE if whole else LEAST_TEXT_FULL_SCALE
    while full_scale < float(np.abs(rows).max(initial=0.0)):
        full_scale = 2.0 * full_scale + 1.0
    return full_scale
