"""What one hold sees of the chain's ticks: its gate muscles, its ceiling, its contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from emg.activation import Activations, reading
from emg.quality import INVALID, VERDICTS
from emg.sets.hold import Tick
from emg.sets.set_settings import SetSettings


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of ``Activations`` that a set looks at; sites that are not measured have none.

    Attributes
    ----------
    gates, ceilings, working : tuple of int
        Of the gate muscles, of those with a ceiling, and of those whose contact must be good.
    n_gates, n_ceilings : int
        How many there should be: a hold of both legs is judged by neither one alone.
    """

    gates: tuple[int, ...]
    ceilings: tuple[int, ...]
    working: tuple[int, ...]
    n_gates: int
    n_ceilings: int

    @classmethod
    def of(cls, activations: Activations, settings: SetSettings) -> Columns:
        """Find the columns of a set."""

        def found(sites: Sequence[str]) -> tuple[int, ...]:
            return tuple(activations.sites.index(site) for site in sites if site in activations.sites)

        return cls(
            found(settings.gate_sites),
            found(settings.ceiling_sites),
            found(settings.working_sites),
            len(settings.gate_sites),
            len(settings.ceiling_sites),
        )

    def tick(self, activations: Activations, position: int) -> Tick:
        """Reduce a tick to what a hold looks at."""
        lost = int(activations.lost[position])
        return Tick(
            sample=int(activations.samples[position]),
            gate_pct=_level(activations, position, self.gates, self.n_gates, fmean),
            lost=lost,
            contact=self.bad_contact(activations, position),
            ceiling_pct=_level(activations, position, self.ceilings, self.n_ceilings, max),
        )

    def bad_contact(self, activations: Activations, position: int) -> str:
        """Verdict that makes a working muscle's reading invalid, empty if all are good."""
        names = (VERDICTS[activations.verdicts[position, column]] for column in self.working)
        return next((name for name in names if name in INVALID), "")


def _level(
    activations: Activations,
    position: int,
    columns: Sequence[int],
    wanted: int,
    of_several: Callable[[Sequence[float]], float],
) -> float | None:
    """Level that stands for these muscles; None unless every one of them reads."""
    if not columns or len(columns) < wanted or activations.lost[position]:
        return None
    levels = []
    for column in columns:
        level = reading(activations.pct_mvc[position, column])
        if level is None or VERDICTS[activations.verdicts[position, column]] in INVALID:
            return None
        levels.append(level)
    return of_several(levels)
