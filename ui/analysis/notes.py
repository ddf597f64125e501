"""What to read before believing the numbers of an analysis: it goes into its file too, in English."""

from __future__ import annotations

from typing import Final

from emg.said import Said

CALIBRATION_UNCHECKED: Final = Said(
    "A file does not say whose it is or which board made it: that the calibration fits is your word."
)
CAUSAL_CALIBRATION: Final = Said(
    "This calibration was measured through the causal filter: leave --zero-phase out, or give the windows "
    "of this recording with --rest and --mvc."
)
OTHER_FILTER: Final = Said(
    "The session's maxima were measured through another filter, so they give no percentages here: "
    "give --rest and --mvc."
)


def own_unfit(reason: str) -> Said:
    """Say why the calibration in a session's own file gives no percentages.

    Parameters
    ----------
    reason : str
        What does not fit, as the rest of a sentence.
    """
    return Said(
        "The calibration that this session was run with does not fit it: {reason}. It gives no percentages "
        "here: give --rest and --mvc.",
        reason=reason,
    )


def taken_out(n: int) -> Said:
    """Say how many holds somebody took out by hand."""
    if n == 1:
        return Said("1 hold was taken out by hand.")
    return Said("{n} holds were taken out by hand.", n=n)
