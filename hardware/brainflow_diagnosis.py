"""Why BrainFlow could not start a board, in one sentence that says what to do."""

from __future__ import annotations

import sys
from functools import reduce
from typing import Final

from emg.said import Said
from hardware.board import Board, Link
from hardware.ports import ask

BANNER_WAIT_S: Final = 1.5
"""A board answers within 0.5 s, a dongle without a board within a second."""

# BrainFlow's exit codes
NO_PORT: Final = 2
NOT_READY: Final = 7
INVALID_ARGUMENTS: Final = 13
UNSUPPORTED: Final = 14
GENERAL: Final = 17

OS_NAMES: Final = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}
_PLATFORM: Final = {"win32": "windows", "darwin": "macos"}


def wrong_computer(board: Board, platform: str = sys.platform) -> str:
    """Say where the board's driver runs, if it does not run here; empty if it does."""
    here = _PLATFORM.get(platform, "linux")
    if here in board.platforms:
        return ""
    return Said(
        "The {board} does not work on {system}, because its maker has no driver for it: use a "
        "computer with {systems}, or another board.",
        board=board.title,
        system=OS_NAMES[here],
        systems=names_of(board.platforms),
    )


def names_of(platforms: frozenset[str]) -> str:
    """Write platforms as people do: ``Windows or macOS``."""
    names = [name for key, name in OS_NAMES.items() if key in platforms]
    return reduce(lambda most, last: Said("{most} or {last}", most=most, last=last), names)


def diagnose(board: Board, exit_code: int, *, device: str, address: str) -> Said:
    """Say what is wrong, from the driver's exit code and by what the board's link is like.

    Parameters
    ----------
    board : Board
        The board that could not be started.
    exit_code : int
        BrainFlow's.
    device, address : str
        Its port, already released, and its address; empty where there is none.
    """
    if exit_code == UNSUPPORTED:
        return Said(
            "The installed BrainFlow cannot use the {board} here: bring BrainFlow up to date, or use "
            "a computer with {systems}.",
            board=board.title,
            systems=names_of(board.platforms),
        )
    if board.link is Link.SERIAL:
        return _of_cyton(board, device) if board.channel_codes else _of_serial(board, exit_code, device)
    if board.link is Link.BLE:
        return _of_ble(board, exit_code)
    if board.link is Link.BLUETOOTH:
        return _of_bluetooth(board, exit_code, address)
    if board.link is Link.WIFI:
        return _of_wifi(board, exit_code, address)
    if board.link is Link.USB:
        return Said(
            "No {board} was found: plug it in and switch it on; on Linux it also needs libusb "
            "('sudo apt install libusb-1.0-0') and the maker's udev rule.",
            board=board.title,
        )
    return Said(
        "The {board} could not be started by BrainFlow: close other programs that use it.", board=board.title
    )


def _of_cyton(board: Board, device: str) -> Said:
    """Ask the board once more."""
    try:
        answer = ask(device, b"v", BANNER_WAIT_S)
    except OSError:
        return Said("The port {port} went away: check the plug of the dongle and try again.", port=device)
    if answer.startswith(b"Failure"):
        return Said(
            "The dongle on {port} answers, but the {board} does not: switch the board to PC, "
            "check its battery, and try again.",
            port=device,
            board=board.title,
        )
    if answer:
        return Said(
            "What answers on {port} is no {board}: choose another port, or switch the board "
            "off and on and try again.",
            port=device,
            board=board.title,
        )
    return Said(
        "Nothing answers on {port}: check that it is the {board}'s dongle with its switch "
        "at GPIO6, that the board is on, and try again.",
        port=device,
        board=board.title,
    )


def _of_serial(board: Board, exit_code: int, device: str) -> Said:
    if exit_code == NOT_READY:
        return Said(
            "No {board} answers on {port}: check that the board is on and near, and try again.",
            board=board.title,
            port=device,
        )
    return Said(
        "The port {port} cannot be used for a {board}: check that it is the right one, unplug it, "
        "plug it in and try again.",
        port=device,
        board=board.title,
    )


def _of_ble(board: Board, exit_code: int) -> Said:
    if exit_code == GENERAL:
        return Said(
            "BrainFlow's Bluetooth library could not be loaded: on Linux run 'sudo apt install libdbus-1-3', "
            "elsewhere install BrainFlow again."
        )
    if exit_code == NO_PORT:
        return Said(
            "This computer has no Bluetooth adapter that may be used: switch Bluetooth on or plug an adapter "
            "in; on Linux the service 'bluetooth' must run, on macOS allow Bluetooth for the terminal."
        )
    return Said(
        "No {board} was found by Bluetooth: switch it on and bring it near, disconnect it from phones "
        "and other programs, and try again.",
        board=board.title,
    )


def _of_bluetooth(board: Board, exit_code: int, address: str) -> Said:
    if exit_code == GENERAL:
        return Said(
            "BrainFlow's Bluetooth library could not be loaded: on Linux run 'sudo apt install "
            "libbluetooth3', elsewhere install BrainFlow again."
        )
    if exit_code == INVALID_ARGUMENTS:
        return Said(
            "The {board} cannot be found by itself here: give its Bluetooth address with --address.",
            board=board.title,
        )
    return Said(
        "No {board} answers at {address}: pair it in the computer's Bluetooth settings, wait until "
        "its light blinks blue, and try again.",
        board=board.title,
        address=address,
    )


def _of_wifi(board: Board, exit_code: int, address: str) -> Said:
    if "address" in board.needs:
        return _of_shield(board, exit_code, address)
    if exit_code == GENERAL:
        return Said(
            "The address {address} cannot be used for the {board}: write it as four numbers.",
            address=address,
            board=board.title,
        )
    if address and exit_code != INVALID_ARGUMENTS:
        return Said(
            "No {board} answers at {address}: check that it is on and in the same network.",
            board=board.title,
            address=address,
        )
    return Said(
        "No {board} was found in the network: check that it is on and in the same network, or give "
        "its --address.",
        board=board.title,
    )


def _of_shield(board: Board, exit_code: int, address: str) -> Said:
    if exit_code == GENERAL:
        return Said(
            "The address {address} of the {board} cannot be reached: write it as four numbers, "
            "192.168.4.1 if this computer has joined the shield's own network.",
            address=address,
            board=board.title,
        )
    return Said(
        "No WiFi Shield answers at {address}: switch the board and the shield on, join its network "
        "(its own address there is 192.168.4.1), let the firewall through, and try again.",
        address=address,
    )
