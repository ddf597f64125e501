"""BrainFlow's driver: how it is told where a board is, and how it is let go."""

from __future__ import annotations

import socket
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from emg.blocks import SourceUnavailable
from emg.said import Said
from hardware.board import Board, Link

SHIELD_TIMEOUT_S: Final = 5
"""A WiFi Shield answers within tens of milliseconds, or after 2 s that the board did not."""


@dataclass(frozen=True, slots=True)
class Way:
    """How BrainFlow gets at a board.

    Attributes
    ----------
    driver_id : int
        BrainFlow's number of the driver.
    params : mapping of str to str or int
        Fields of BrainFlow's input parameters.
    """

    driver_id: int
    params: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))


def direct_way(board: Board, device: str, address: str, serial: str) -> Way:
    """Get at the board itself.

    Parameters
    ----------
    board : Board
        Line of the table of boards, with a BrainFlow number.
    device, address, serial : str
        Its port; its Bluetooth or network address; its serial number or Bluetooth name. Empty where
        BrainFlow is to look for it.
    """
    assert board.brainflow_id is not None
    params: dict[str, str | int] = {"serial_port": device, "serial_number": serial}
    if board.link is Link.WIFI:
        params["ip_address"] = address
        if "address" in board.needs:  # a shield: it calls back, on any port that is free here
            params |= {"ip_port": _free_port(), "timeout": SHIELD_TIMEOUT_S}
    else:
        params["mac_address"] = address
    return Way(board.brainflow_id, params)


def new_shim(way: Way) -> Any:
    """Make BrainFlow's handle of a board, its log silenced: that grows by megabytes when a dongle is pulled.

    Raises
    ------
    SourceUnavailable
        If BrainFlow has no library for this computer.
    """
    with warnings.catch_warnings():
        # before Python 3.12 BrainFlow asks pkg_resources for its library, which is deprecated
        warnings.filterwarnings("ignore", message=".*pkg_resources", category=UserWarning)
        warnings.filterwarnings("ignore", message=".*pkg_resources", category=DeprecationWarning)
        from brainflow.board_shim import BoardShim, BrainFlowInputParams, LogLevels

        try:
            BoardShim.set_log_level(LogLevels.LEVEL_OFF.value)
        except OSError as error:
            raise SourceUnavailable(
                Said(
                    "BrainFlow has no library for this kind of computer: use one with an Intel or AMD "
                    "processor, or a Mac."
                )
            ) from error

    class Shim(BoardShim):  # type: ignore[misc]  # BrainFlow has no types
        def __del__(self) -> None:
            """Leave the board alone: as it is, this ends the session of whoever opened it meanwhile."""

    params = BrainFlowInputParams()
    for name, value in way.params.items():
        setattr(params, name, value)
    return Shim(way.driver_id, params)


def describe_board(brainflow_id: int) -> dict[str, Any]:
    """Return BrainFlow's own description of a board."""
    from brainflow.board_shim import BoardShim

    description: dict[str, Any] = BoardShim.get_board_descr(brainflow_id)
    return description


def release(shim: Any) -> None:
    """Stop and release; a dead port makes the stop fail, and only the release ends the driver's thread."""
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("", 0))
        port: int = probe.getsockname()[1]
        return port
