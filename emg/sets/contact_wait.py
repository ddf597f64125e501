"""Waits after a rest until every electrode is on."""

from __future__ import annotations

from emg.activation import Activations
from emg.quality import INVALID, VERDICTS
from emg.sets.hold_ticks import Columns


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
    steady, longest : int
        Samples it must have been good for, and the longest wait: a broken wire must trap nobody.
    """

    def __init__(self, steady: int, longest: int) -> None:
        self._steady, self._longest = steady, longest
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
