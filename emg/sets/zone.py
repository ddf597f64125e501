"""In or out of target: a level against a line, with hysteresis and dwell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from emg.codes import EventKind

EXIT_SHARE: Final = 0.8
"""A level in target leaves it at this share of the target: 7 crossings a minute, not 709 (simulation)."""

UNDER_SHARE: Final = 0.9
"""A level over its ceiling is under it again at this share of it (ours)."""

DWELL_S: Final = 0.250
"""A crossing counts when it has lasted this long."""


class Zone:
    """At or above a line, with hysteresis and dwell; a crossing is dated at its beginning.

    Parameters
    ----------
    line_pct : float
        Level of entry.
    dwell : int
        Samples a crossing must last.
    exit_share : float
        The exit is at this share of the line.
    """

    def __init__(self, line_pct: float, dwell: int, exit_share: float = EXIT_SHARE) -> None:
        self._line_pct = line_pct
        self._exit_pct = exit_share * line_pct
        self._dwell = dwell
        self.inside = False
        self.since: int | None = None
        self._crossed: int | None = None

    @property
    def edge_pct(self) -> float:
        """Level at which it is left while inside, and entered while outside."""
        return self._exit_pct if self.inside else self._line_pct

    def see(self, sample: int, level_pct: float | None) -> bool:
        """Take a level; return True if the zone has just been entered or left.

        A missing reading is no information: it neither enters nor leaves.
        """
        if level_pct is None:
            return False
        if (level_pct >= self.edge_pct) == self.inside:
            self._crossed = None
            return False
        if self._crossed is None:
            self._crossed = sample
        if sample - self._crossed < self._dwell:
            return False
        self.inside, self.since, self._crossed = not self.inside, self._crossed, None
        return True


@dataclass(frozen=True, slots=True)
class Crossing:
    """A line that was crossed: what that means, and the sample at which it began."""

    kind: EventKind
    sample: int


class TargetClock:
    """Counts the time in target: the gate muscle at its target, the other one under its ceiling.

    Parameters
    ----------
    target_pct : float
        Of the gate muscle.
    ceiling_pct : float or None
        Of the ceiling muscle; None for no ceiling.
    dwell : int
        Samples a crossing must last.
    """

    def __init__(self, target_pct: float, ceiling_pct: float | None, dwell: int) -> None:
        self._gate = Zone(target_pct, dwell)
        self._over = None if ceiling_pct is None else Zone(ceiling_pct, dwell, UNDER_SHARE)
        self._before = 0
        self._since: int | None = None
        self.reached: int | None = None
        self.left = False
        self.was_over = False

    @property
    def inside(self) -> bool:
        """Whether it is in target now."""
        return self._since is not None

    @property
    def edges_pct(self) -> tuple[float, float | None]:
        """From which level of the gate muscle, and up to which of the other one, it counts now."""
        return self._gate.edge_pct, None if self._over is None else self._over.edge_pct

    def see(self, sample: int, gate_pct: float | None, ceiling_pct: float | None) -> list[Crossing]:
        """Take a tick; return the lines that have just been crossed for good."""
        crossings: list[Crossing] = []
        if self._over is not None and self._over.see(sample, ceiling_pct):
            self.was_over = True
            kind = EventKind.OVER_CEILING if self._over.inside else EventKind.UNDER_CEILING
            crossings.append(Crossing(kind, _began(self._over)))
        if self._gate.see(sample, gate_pct):
            began = _began(self._gate)
            if self.reached is None:
                self.reached = began
            self.left = self.left or not self._gate.inside
            kind = EventKind.BACK_IN_TARGET if self._gate.inside else EventKind.LOST_TARGET
            crossings.append(Crossing(kind, began))
        for crossing in crossings:
            self._count(crossing.sample)
        return crossings

    def _count(self, sample: int) -> None:
        """Start or stop the clock at a crossing; dips shorter than the dwell count as inside."""
        inside = self._gate.inside and not (self._over is not None and self._over.inside)
        if inside and self._since is None:
            self._since = sample
        elif not inside and self._since is not None:
            self._before += max(0, sample - self._since)
            self._since = None

    def samples_inside(self, sample: int) -> int:
        """Count the samples spent in target up to ``sample``."""
        return self._before + (0 if self._since is None else sample - self._since)


def _began(zone: Zone) -> int:
    assert zone.since is not None  # it has just been crossed
    return zone.since
