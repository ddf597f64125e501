"""Waits after a rest until every electrode is on."""

from __future__ import annotations

from typing import Final

from emg.activation import Activations
from emg.quality import INVALID, VERDICTS
from emg.sets.hold_ticks import Columns

STEADY_S: Final = 2.0
"""So long the contact must have been good after a rest."""

LONGEST_S: Final = 10.0
"""So long a set waits for it, then begins as it is: a broken wire must trap nobody."""


def bad_site(columns: Columns, activations: Activations, position: int) -> str:
    """First working muscle of a tick that cannot be read, ``verdict:site``; empty if all can."""
    for column in columns.working:
        verdict = VERDICTS[activations.verdicts[position, column]]
        if verdict in INVALID:
            return f"{verdict}:{activations.sites[column]}"
    return ""


class ContactWait:
    """Waits, after a rest in which somebody may have sat on an electrode, until the contact is good.

    Parameters
    ----------
    fs_hz : float
        Sampling rate.
    """

    def __init__(self, fs_hz: float) -> None:
        self._steady, self._longest = (round(seconds * fs_hz) for seconds in (STEADY_S, LONGEST_S))
        self._bad_at: int | None = None
        self.verdict = ""

    def see(self, sample: int, bad_contact: str) -> None:
        """Take what is the matter at a tick, ``verdict:site``; empty for nothing."""
        if bad_contact:
            self._bad_at, self.verdict = sample, bad_contact

    def holds_up(self, sample: int, due: int) -> bool:
        """Whether what was due at ``due`` has to wait."""
        if self._bad_at is None or sample - due >= self._longest:
            return False
        return sample - self._bad_at < self._steady
