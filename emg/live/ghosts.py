"""Where the same muscles of the other side were in its last set: marks beside the bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from emg.montage import Side, Site, WorkingSide
from emg.results import HoldResult


class Ghosts:
    """Remembers each side's last set in which a hold counted.

    The two legs change roles with the side: what the pushing leg's glute did there stands beside the
    pushing leg's glute here, and the swinging leg's beside the swinging leg's.
    """

    def __init__(self) -> None:
        self._sets: dict[Side, tuple[str, list[HoldResult]]] = {}
        self._marks: dict[Side, Mapping[str, float]] = {}

    def add(self, results: Sequence[HoldResult]) -> None:
        """Take holds that have ended; those that do not count are let be."""
        for result in results:
            if not isinstance(result.side, Side) or not result.enters_means:
                continue
            name = f"{result.set_number} {result.role}"
            before, holds = self._sets.get(result.side, (name, []))
            holds = [*holds, result] if before == name else [result]
            self._sets[result.side] = name, holds
            self._marks[result.side.other] = _mirrored(holds)

    def of(self, side: WorkingSide | None) -> Mapping[str, float]:
        """Give the marks for the set of a side.

        Parameters
        ----------
        side : Side or str or None
            The side that works now.

        Returns
        -------
        mapping from site to float
            Mean level in %MVC of the mirrored site in the other side's last set; a site without a level
            there is left out.
        """
        return self._marks.get(side, {}) if isinstance(side, Side) else {}


def _mirrored(holds: Sequence[HoldResult]) -> Mapping[str, float]:
    """Give the mean level of each muscle in these holds, by the name of the same one of the other leg."""
    levels: dict[str, list[float]] = {}
    for result in holds:
        for name, muscle in result.sites.items():
            if muscle.pct_mvc is not None:
                site = Site.parse(name)
                levels.setdefault(f"{site.muscle}_{site.side.other}", []).append(muscle.pct_mvc)
    return {name: fmean(found) for name, found in levels.items()}
