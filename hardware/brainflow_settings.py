"""Channel settings of the Cyton family: every EMG channel bipolar, the gain set, and each reply checked.

By default SRB2 ties the P inputs of all channels together, and the muscles would leak into each other. The
driver resets the board to that at every open, and takes no reply for a failure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

from emg.blocks import SourceUnavailable
from emg.said import Said
from hardware.board import Board, Link

END: Final = "$$$"
ATTACH_DAISY: Final = "C"
DETACH_DAISY: Final = "c"
SHIELD_REPLY_S: Final = 5.0


def set_bipolar(shim: Any, board: Board, gain: int, used: Collection[int], address: str) -> None:
    """Set every channel: power on, gain, normal input, SRB2 and SRB1 off; bias only where electrodes are.

    Parameters
    ----------
    shim : BoardShim
        Prepared, not streaming.
    board : Board
        One with ``channel_codes``.
    gain : int
        Gain of all channels.
    used : collection of int
        Channels with electrodes on them, counted from 1: an open input would pull the bias to its rail.
    address : str
        Of the WiFi Shield, where there is one.

    Raises
    ------
    SourceUnavailable
        If a channel did not take it, or the Daisy is not there.
    """
    code = board.gains.index(gain)
    channels = [
        f"x{letter}0{code}0{int(number in used)}00X" for number, letter in enumerate(board.channel_codes, 1)
    ]
    if board.link is Link.WIFI:
        daisy_reply, replies = _by_shield(shim, board, channels, address)
    else:
        daisy_reply, replies = _by_serial(shim, board, channels)
    if _wants_daisy(board) and daisy_reply.endswith("8"):
        raise SourceUnavailable(
            Said(
                "The Cyton answers, but it has no Daisy, so it is not a {board}: press the Daisy firmly "
                "on to it and switch it off and on, or choose '{other}'.",
                board=board.title,
                other=board.name.replace("_daisy", ""),
            )
        )
    refused = [number for number in range(1, len(channels) + 1) if not _took(replies, number)]
    if refused:
        raise SourceUnavailable(
            Said(
                "The {board} did not take the settings of channel {numbers}: switch "
                "the board off and on, and try again.",
                board=board.title,
                numbers=", ".join(map(str, refused)),
            )
        )


def _wants_daisy(board: Board) -> bool:
    return len(board.channel_codes) > 8


def _took(replies: Sequence[str], number: int) -> bool:
    wanted = f"Success: Channel set for {number}"
    return sum(reply.endswith(wanted) for reply in replies) == 1


def _by_serial(shim: Any, board: Board, channels: Sequence[str]) -> tuple[str, list[str]]:
    """Say all in one string, because the driver waits a second after each.

    A Daisy that nobody asked for is switched off in the same breath: its packets would come between the
    Cyton's and be taken for them.
    """
    daisy = ATTACH_DAISY if _wants_daisy(board) else DETACH_DAISY
    try:
        reply = str(shim.config_board(daisy + "".join(channels)))
    except UnicodeDecodeError:
        reply = ""  # bytes of a stream that had not quite ended
    replies = reply.split(END)
    return replies[0], replies


def _by_shield(shim: Any, board: Board, channels: Sequence[str], address: str) -> tuple[str, list[str]]:
    """Say each to the shield, which takes 31 characters at a time.

    The driver must hear of the gain, but keeps the reply to itself: so the shield is told twice.
    """
    ask = _shield(address)
    daisy_reply = ask(ATTACH_DAISY if _wants_daisy(board) else DETACH_DAISY)
    replies = []
    for channel in channels:
        shim.config_board(channel)
        replies.append(ask(channel))
    return daisy_reply, replies


def _shield(address: str) -> Callable[[str], str]:
    def ask(command: str) -> str:
        connection = HTTPConnection(address, timeout=SHIELD_REPLY_S)
        try:
            connection.request(
                "POST",
                "/command",
                json.dumps({"command": command}),
                {"Content-Type": "application/json"},
            )
            return connection.getresponse().read().decode("ascii", "replace").strip().removesuffix(END)
        except (OSError, HTTPException) as error:
            raise SourceUnavailable(
                Said(
                    "The WiFi Shield at {address} stopped answering: check its battery, and try again.",
                    address=address,
                )
            ) from error
        finally:
            connection.close()

    return ask
