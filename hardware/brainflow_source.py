"""Boards that come through BrainFlow's drivers, as a Source."""

from __future__ import annotations

import os
import time
import warnings
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from emg.blocks import (
    DIGITAL_MAX_24BIT,
    AuxChannel,
    SampleBlock,
    SourceLost,
    SourceUnavailable,
    StreamInfo,
)
from hardware.boards import Board, Link
from hardware.counter import CounterUnwrapper
from hardware.ports import ask, port_exists, prepare_port, usb_serial

FloatArray = NDArray[np.float64]

POLL_S: Final = 0.01
RING_SAMPLES: Final = 45_000
"""BrainFlow overwrites the oldest without a word when its ring is full: three minutes at 250 Hz."""
BANNER_WAIT_S: Final = 1.5
"""A board answers within 0.5 s, a dongle without a board within a second."""
ACCEL_FULL_SCALE_G: Final = 4.0


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

    Raises
    ------
    ValueError
        If the board does not come through BrainFlow, or has no such gain.

    Notes
    -----
    BrainFlow keeps its sessions globally, reads with one consumer only and takes no reply for a
    failure; that is why this class owns the one session of its port, and checks every reply.
    """

    def __init__(
        self, board: Board, *, port: str = "", gain: float | None = None, emg_channels: Sequence[int] = ()
    ) -> None:
        if board.brainflow_id is None:
            raise ValueError(f"{board.title} does not come through BrainFlow.")
        self._board = board
        self._port = port
        self._gain = board.check_gain(gain)
        self._used = frozenset(emg_channels) or frozenset(range(1, board.n_channels + 1))
        self._shim: Any = None
        self._claim: tuple[int | None, str] | None = None
        self._rows = _Rows.empty()
        self._counter = CounterUnwrapper(board.fs_hz)
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
        if self._board.link is Link.SERIAL and not self._port:
            raise SourceUnavailable(
                f"The {self._board.title} needs a port: say which one with --port; "
                "'powerhold ports' lists them."
            )
        self._claim = _claim(self._board, self._port)
        try:
            if self._board.link is Link.SERIAL:
                prepare_port(self._port)
            self._shim = _new_shim(self._board, self._port)
            self._start(self._shim)
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
        deadline_s = time.monotonic() + timeout_s
        while not self._pending:
            if self._shim is None:
                raise SourceLost(f"The {self._board.title} is not open.")
            self._drain()
            if self._pending:
                break
            self._check_alive()
            wait_s = min(POLL_S, deadline_s - time.monotonic())
            if wait_s <= 0.0:
                return None
            time.sleep(wait_s)
        return self._pending.popleft()

    def close(self) -> None:
        """Stop the stream and let go of the port; safe to call twice."""
        shim, self._shim = self._shim, None
        self._pending.clear()
        if shim is not None:
            _release(shim)
        if self._claim is not None:
            _CLAIMS.discard(self._claim)
            self._claim = None

    def _start(self, shim: Any) -> None:
        from brainflow.exit_codes import BrainFlowError

        try:
            shim.prepare_session()
            if self._board.gains:
                self._set_channels(shim)
            shim.start_stream(RING_SAMPLES)
        except BrainFlowError as error:
            _release(shim)  # the port must be free to be asked what is wrong
            raise SourceUnavailable(self._diagnosis()) from error
        self._rows = _Rows.of(shim.get_board_descr(self._board.brainflow_id))
        self._counter = CounterUnwrapper(self._board.fs_hz)

    def _set_channels(self, shim: Any) -> None:
        """Set all channels in one string: the driver waits a second after each.

        Power on, gain, normal input, bias, SRB2 off, SRB1 off. By default SRB2 ties the P inputs
        of all channels together, and the muscles would leak into each other.
        """
        assert self._gain is not None
        code = self._board.gains.index(self._gain)
        channels = range(1, self._board.n_channels + 1)
        command = "".join(f"x{n}0{code}0{int(n in self._used)}00X" for n in channels)
        try:
            reply = str(shim.config_board(command))
        except UnicodeDecodeError:
            reply = ""  # bytes of a stream that had not quite ended
        refused = [n for n in channels if reply.count(f"Success: Channel set for {n}$$$") != 1]
        if refused:
            raise SourceUnavailable(
                f"The {self._board.title} did not take the settings of channel "
                f"{', '.join(map(str, refused))}: switch the board off and on, and try again."
            )

    def _diagnosis(self) -> str:
        """Say why the driver could not talk to the board, by asking the board once more."""
        title = self._board.title
        if self._board.link is not Link.SERIAL:
            return f"The {title} could not be started by BrainFlow: close other programs that use it."
        try:
            answer = ask(self._port, b"v", BANNER_WAIT_S)
        except OSError:
            return f"The port {self._port} went away: check the plug of the dongle and try again."
        if answer.startswith(b"Failure"):
            return (
                f"The dongle on {self._port} answers, but the {title} does not: switch the board to PC, "
                "check its battery, and try again."
            )
        if answer:
            return (
                f"What answers on {self._port} is not a {title}: choose another port, or switch the board "
                "off and on and try again."
            )
        return (
            f"Nothing answers on {self._port}: check that it is the {title}'s dongle with its switch "
            "at GPIO6, that the board is on, and try again."
        )

    def _info(self) -> StreamInfo:
        board = self._board
        serial = usb_serial(self._port) if board.link is Link.SERIAL else ""
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
            aux=self._rows.aux_channels(),
        )

    def _check_alive(self) -> None:
        if self._board.link is Link.SERIAL and not port_exists(self._port):
            raise SourceLost(f"The port {self._port} has vanished: check the plug of the dongle.")

    def _drain(self) -> None:
        """Take all that the driver has, and cut it where samples are missing."""
        rows: FloatArray = self._shim.get_board_data()
        now_s = time.monotonic()
        if rows.shape[1]:
            # The driver stamps packets by the wall clock, which may be set while it runs: its
            # differences count, within the time between two drains.
            times_s = np.clip(rows[self._rows.timestamp] - time.time() + now_s, self._drained_s, now_s)
            numbers = self._counter.unwrap(rows[self._rows.counter].astype(np.int64), times_s)
            if self._counter.out_of_step:
                # The driver has locked on to a wrong byte: only a new session finds the right one.
                raise SourceLost(f"The {self._board.title}'s packets are out of step: opening it again.")
            self._pending.extend(self._stretches(rows, numbers, times_s))
        self._drained_s = now_s

    def _stretches(
        self, rows: FloatArray, numbers: NDArray[np.int64], times_s: FloatArray
    ) -> list[SampleBlock]:
        good = np.flatnonzero(numbers >= 0)
        stretches = np.split(good, np.flatnonzero(np.diff(numbers[good]) != 1) + 1)
        return [
            SampleBlock(
                data_uv=np.ascontiguousarray(rows[self._rows.emg][:, stretch].T),
                first_sample=int(numbers[stretch[0]]),
                fs_hz=self._board.fs_hz,
                host_time_s=float(times_s[stretch[-1]]),
                aux=np.ascontiguousarray(rows[self._rows.aux][:, stretch].T),
            )
            for stretch in stretches
            if len(stretch)
        ]


class _Rows:
    """Which rows of the driver's table hold what."""

    def __init__(
        self, emg: list[int], accel: list[int], analog: list[int], counter: int, timestamp: int
    ) -> None:
        self.emg = emg
        self.counter = counter
        self.timestamp = timestamp
        self.aux = [*accel, *analog, counter]
        self._n_accel = len(accel)
        self._n_analog = len(analog)

    @classmethod
    def empty(cls) -> _Rows:
        return cls([], [], [], 0, 0)

    @classmethod
    def of(cls, description: dict[str, Any]) -> _Rows:
        return cls(
            description["emg_channels"],
            description.get("accel_channels", []),
            description.get("analog_channels", []),
            description["package_num_channel"],
            description["timestamp_channel"],
        )

    def aux_channels(self) -> tuple[AuxChannel, ...]:
        """Acceleration in g, then plain numbers, which a step of 1 keeps exact."""
        axes = "XYZ"[: self._n_accel]
        return (
            *(AuxChannel(f"ACCEL {axis}", "g", ACCEL_FULL_SCALE_G) for axis in axes),
            *(AuxChannel(f"ANALOG {n + 1}", "", float(DIGITAL_MAX_24BIT)) for n in range(self._n_analog)),
            AuxChannel("COUNTER", "", float(DIGITAL_MAX_24BIT)),
        )


_CLAIMS: Final[set[tuple[int | None, str]]] = set()


def _claim(board: Board, port: str) -> tuple[int | None, str]:
    """Take a board for one source: a second handle of BrainFlow's would end the first one's session.

    Raises
    ------
    SourceUnavailable
        If another source of this program has it.
    """
    claim = (board.brainflow_id, os.path.realpath(port) if port else "")
    if claim in _CLAIMS:
        raise SourceUnavailable(
            f"The {board.title} is already in use by this program: end the other session first."
        )
    _CLAIMS.add(claim)
    return claim


def _new_shim(board: Board, port: str) -> Any:
    """Make BrainFlow's handle of a board, its own log silenced."""
    with warnings.catch_warnings():
        # before Python 3.12 BrainFlow asks pkg_resources for its library, which is deprecated
        warnings.filterwarnings("ignore", message=".*pkg_resources", category=UserWarning)
        warnings.filterwarnings("ignore", message=".*pkg_resources", category=DeprecationWarning)
        from brainflow.board_shim import BoardShim, BrainFlowInputParams, LogLevels

        BoardShim.set_log_level(LogLevels.LEVEL_OFF.value)
    params = BrainFlowInputParams()
    params.serial_port = port
    return BoardShim(board.brainflow_id, params)


def _release(shim: Any) -> None:
    """Stop and release; a dead port makes the stop fail, and only the release ends its thread."""
    from brainflow.exit_codes import BrainFlowError

    try:
        if shim.is_prepared():
            shim.stop_stream()
    except BrainFlowError:
        pass  # not streaming, or the port is gone
    finally:
        try:
            if shim.is_prepared():
                shim.release_session()
        except BrainFlowError:
            pass  # released meanwhile: there is nothing left to let go of
