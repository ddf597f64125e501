"""What the end of a stream means to who started the program: the exit code, of sessions and of recordings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hardware.acquisition import EndReason
from ui.exit_codes import EXIT_BOARD, EXIT_FAULT, EXIT_FILE, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE

BROKEN_OFF: Final[Mapping[EndReason, int]] = MappingProxyType(
    {
        EndReason.UNAVAILABLE: EXIT_BOARD,
        EndReason.LOST: EXIT_BOARD,
        EndReason.FAILED: EXIT_FAULT,
    }
)
"""Exit codes of streams that ended before anybody wanted it."""


def exit_code_of(reason: EndReason, complaint: str, *, interrupted: bool, saved: bool) -> int:
    """Give the exit code of what ran on a stream: a session or a recording.

    Parameters
    ----------
    reason : EndReason
        Why the stream is over.
    complaint : str
        What there is to say about that; empty if it just came to its end.
    interrupted : bool
        Whether the user broke off the program.
    saved : bool
        Whether all of it is where it should be.
    """
    if interrupted:
        return EXIT_INTERRUPTED
    if reason is EndReason.ENDED and complaint:
        return EXIT_FILE  # a replay whose file is damaged there
    return BROKEN_OFF.get(reason, EXIT_OK if saved else EXIT_USAGE)
