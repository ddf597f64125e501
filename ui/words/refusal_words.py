"""Words for what is refused on the first screen: ids, sites and boards, in the language of the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hardware.board import Board
from ui.language import _

LACKS_SITES: Final = _("{title} cannot be done, because it needs {sites}: add it to the sites.")
"""No set of an exercise is possible."""

BOARD_REFUSALS: Final[Mapping[str, str]] = {
    "cyton_daisy": _(
        "It sends 125 samples a second, which carry nothing above 62 Hz, and most of EMG lies above: use "
        "'cyton' without the Daisy's channels, or 'cyton_daisy_wifi'."
    ),
    "aavaa_v3": _(
        "It sends 50 samples a second, which carry nothing above 25 Hz, where EMG begins: use a board of "
        "at least 200 samples a second."
    ),
}
_SWITCHES: Final = _(
    "Its four slide switches choose bipolar inputs, channel by channel: set them as its guide shows, or the "
    "muscles share one electrode. It needs firmware 3."
)
_DONGLE: Final = _("BrainFlow will drop this dongle; ganglion_native needs none.")
_WHOLE_BAND: Final = _("The whole band of EMG; WiFi loses packets where it is crowded.")

BOARD_NOTES: Final[Mapping[str, str]] = {
    "cyton": _("Amplitude of EMG between 20 and about 110 Hz; too slow for median frequency."),
    "cyton_wifi": _WHOLE_BAND,
    "cyton_daisy_wifi": _WHOLE_BAND,
    "ganglion": f"{_SWITCHES} {_DONGLE}",
    "ganglion_native": _SWITCHES,
    "ganglion_wifi": _SWITCHES,
    "olimex": _(
        "Raw EMG below 40 Hz, about 250 samples a second: amplitude only. Inputs without a shield float: "
        "leave them out."
    ),
    "spikerbox": _(
        "Raw EMG, up to 10 000 samples a second; it does not count, so only the clock shows losses."
    ),
    "serial-text": _("An envelope made on the board, some 20 values a second: amplitude only, and no onset."),
    "lsl": _("An EMG stream in the local network; rate, unit and channels are as the stream says."),
    "replay": _("A file or session, with all its losses; rate, unit and channels are the recording's."),
}
"""Of the boards that are met most; the others keep the English of their table."""


def board_refusal(board: Board) -> str:
    """Say why a board cannot measure EMG; empty if it can."""
    return BOARD_REFUSALS.get(board.name, board.refusal) if board.refusal else ""


def board_note(board: Board) -> str:
    """Say what must be known of a board."""
    return BOARD_NOTES.get(board.name, board.note)
