"""Boards that come through BrainFlow's drivers, as a Source."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, Final

import numpy as np

from emg.blocks import FloatArray, SampleBlock, SourceLost, SourceUnavailable, StreamInfo
from emg.said import Said
from hardware.board import Board, Link
from hardware.brainflow_diagnosis import diagnose, wrong_computer
from hardware.brainflow_driver import describe_board, direct_way, new_shim, release
from hardware.brainflow_rows import Rows
from hardware.brainflow_settings import set_bipolar
from hardware.poll import read_pending
from hardware.port_advice import needs_port
from hardware.ports import PortMemory, alone, prepare_port
from hardware.sequence import CountedSequence, Stretch
from hardware.sequence_by_clock import TimedSequence

RING_S: Final = 180.0
RING_LIMIT_SAMPLES: Final = 200_000
"""BrainFlow overwrites the oldest without a word when its ring is full: three minutes, 12 s at 16 kHz."""


class BrainFlowSource:
    """A board read by BrainFlow; implements ``emg.blocks.Source``.

    Parameters
    ----------
    board : Board
        Line of the table of boards, with a BrainFlow number.
    port : str
        Serial port; empty for boards without one.
    gain : float or None
        Gain of all channels; None for the board's default.
    emg_channels : sequence of int
        Channels with electrodes on them, counted from 1; all if empty. All channels are measured,
        but only these drive the bias electrode: an open input would pull it to its rail.
    address : str
        Network or Bluetooth address; empty where the board has none, or BrainFlow is to look for it.
    serial : str
        Serial number, or Bluetooth name, where there are several boards; else empty.

    Raises
    ------
    ValueError
        If the board does not come through BrainFlow, or has no such gain.

    Notes
    -----
    BrainFlow keeps its sessions globally, reads with one consumer only and takes no reply for a
    failure; that is why this class owns the one session of its board, and checks every reply.
    """

    def __init__(
        self,
        board: Board,
        *,
        port: str = "",
        gain: float | None = None,
        emg_channels: Sequence[int] = (),
        address: str = "",
        serial: str = "",
    ) -> None:
        if board.brainflow_id is None:
            raise ValueError(f"{board.title} does not come through BrainFlow.")
        self._board = board
        self._port = port
        self._address = address
        self._serial = serial
        self._gain = board.check_gain(gain)
        self._used = frozenset(emg_channels) or frozenset(range(1, board.n_channels + 1))
        self._memory: PortMemory | None = None
        self._shim: Any = None
        self._claim: tuple[int, tuple[str, ...]] | None = None
        self._rows: Rows | None = None
        self._sequence = _sequence_of(board)
        self._pending: deque[SampleBlock] = deque()
        self._drained_s = 0.0

    @property
    def paced(self) -> bool:
        """A board does not wait."""
        return True

    def open(self) -> StreamInfo:
        """Connect, set every channel bipolar at the gain, and start the stream. Blocks for seconds.

        Raises
        ------
        SourceUnavailable
            With one sentence that says what to do.
        """
        self.close()
        self._check_found()
        self._claim = _claim(self._board, self._port, self._address, self._serial)
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        self._drained_s = time.monotonic()
        return self._info()

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Return the next stretch without a jump, or None if nothing came in time.

        Raises
        ------
        SourceLost
            If the port has vanished, or the stream has lost its framing.
        """
        return read_pending(self._pending, self._drain, timeout_s)

    def close(self) -> None:
        """Stop the stream and let go of the board; safe to call twice."""
        shim, self._shim = self._shim, None
        self._pending.clear()
        if shim is not None:
            release(shim)
        if self._claim is not None:
            _CLAIMS.discard(self._claim)
            self._claim = None

    def _check_found(self) -> None:
        """Make sure that the board can be used here, and that all is said that is needed to find it."""
        problem = wrong_computer(self._board)
        if problem:
            raise SourceUnavailable(problem)
        said = {"port": self._port, "address": self._address, "serial": self._serial}
        for option in self._board.needs:
            if not said[option]:
                title = self._board.title
                raise SourceUnavailable(needs_port(title) if option == "port" else _needs_address(title))

    def _start(self) -> None:
        from brainflow.exit_codes import BrainFlowError

        device = self._device()
        self._shim = shim = new_shim(direct_way(self._board, device, self._address, self._serial))
        with alone(device) if device else nullcontext():
            try:
                shim.prepare_session()
                if self._board.channel_codes:
                    assert self._gain is not None
                    set_bipolar(shim, self._board, self._gain, self._used, self._address)
                shim.start_stream(int(min(RING_S * self._board.fs_hz, RING_LIMIT_SAMPLES)))
            except BrainFlowError as error:
                release(shim)  # the port must be free to be asked what is wrong
                trouble = diagnose(self._board, error.exit_code, device=device, address=self._address)
                raise SourceUnavailable(trouble) from error
        assert self._board.brainflow_id is not None
        self._rows = Rows.of(describe_board(self._board.brainflow_id))
        self._sequence = _sequence_of(self._board)

    def _device(self) -> str:
        """Port to open now, found again if its number has changed; empty for boards without one."""
        if self._board.link is not Link.SERIAL:
            return ""
        if self._memory is None:
            self._memory = PortMemory(self._port)
        device = self._memory.current()
        # only the boards of the Cyton family know the command that stops a stream
        prepare_port(device, stop=b"s" if self._board.channel_codes else b"")
        return device

    def _info(self) -> StreamInfo:
        board = self._board
        assert self._rows is not None
        serial = (
            self._memory.serial if self._memory is not None else self._serial or self._bluetooth_address()
        )
        return StreamInfo(
            board=board.name,
            source_id=f"{board.name}-{serial}" if serial else board.name,
            nominal_fs_hz=board.fs_hz,
            fs_hz=board.fs_hz,
            n_channels=board.n_channels,
            full_scale_uv=board.full_scale_uv(self._gain),
            bandwidth_hz=board.bandwidth_hz,
            serial=serial,
            gain=self._gain,
            signal=board.signal,
            unit=board.unit,
            aux=self._rows.aux_channels(),
        )

    def _bluetooth_address(self) -> str:
        """Return the address of a radio, which is its own; a network's may be another board's tomorrow."""
        return "" if self._board.link is Link.WIFI else self._address

    def _check_alive(self) -> None:
        if self._memory is not None and self._memory.gone():
            self.close()  # at once: the driver's thread reads a dead port as fast as it can
            raise SourceLost(
                Said("The port {port} has vanished: check the plug of the dongle.", port=self._port)
            )

    def _drain(self) -> None:
        """Take all that the driver has, and cut it where samples are missing."""
        if self._shim is None:
            raise SourceLost(f"The {self._board.title} is not open.")
        table: FloatArray = self._shim.get_board_data()
        now_s = time.monotonic()
        if table.shape[1]:
            assert self._rows is not None
            # The driver stamps packets by the wall clock, which may be set while it runs: its
            # differences count, within the time between two drains.
            times_s = np.clip(table[self._rows.timestamp] - time.time() + now_s, self._drained_s, now_s)
            self._pending.extend(self._blocks(self._numbered(table, times_s)))
        self._drained_s = now_s
        if not self._pending:
            self._check_alive()

    def _numbered(self, table: FloatArray, times_s: FloatArray) -> list[Stretch]:
        assert self._rows is not None
        samples = self._rows.samples(table, self._board.driver_scale)
        if isinstance(self._sequence, TimedSequence):
            return self._sequence.take(samples, times_s, np.empty(0, dtype=np.int64))
        stretches = self._sequence.take(samples, times_s, table[self._rows.counter])
        if self._sequence.out_of_step:
            # The driver has locked on to a wrong byte: only a new session finds the right one.
            raise SourceLost(
                Said("The {board}'s packets are out of step: opening it again.", board=self._board.title)
            )
        return stretches

    def _blocks(self, stretches: list[Stretch]) -> list[SampleBlock]:
        assert self._rows is not None
        blocks = []
        for stretch in stretches:
            data_uv, aux = self._rows.split(stretch.rows)
            blocks.append(
                SampleBlock(
                    data_uv=data_uv,
                    first_sample=stretch.first_sample,
                    fs_hz=self._board.fs_hz,
                    host_time_s=stretch.host_time_s,
                    aux=aux,
                    gap_estimated=stretch.estimated,
                )
            )
        return blocks


def _needs_address(board: str) -> Said:
    return Said(
        "The {board} needs an address: say it with --address, as its guide or the computer's network or "
        "Bluetooth settings show it.",
        board=board,
    )


def _sequence_of(board: Board) -> CountedSequence | TimedSequence:
    if board.counting is None:
        return TimedSequence(board.fs_hz)
    return CountedSequence(board.counting, board.fs_hz)


_CLAIMS: Final[set[tuple[int, tuple[str, ...]]]] = set()


def _claim(board: Board, port: str, address: str, serial: str) -> tuple[int, tuple[str, ...]]:
    """Take a board for one source: a second handle of BrainFlow's would end the first one's session.

    Raises
    ------
    SourceUnavailable
        If another source of this program has it.
    """
    assert board.brainflow_id is not None
    claim = (board.brainflow_id, (os.path.realpath(port) if port else "", address, serial))
    if claim in _CLAIMS:
        raise SourceUnavailable(
            Said(
                "The {board} is already in use by this program: end the other session first.",
                board=board.title,
            )
        )
    _CLAIMS.add(claim)
    return claim
