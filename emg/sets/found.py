"""Repetitions and strides found in an envelope: a rise of its own, and its lasting return.

Everything is measured on the repetition itself, so that a weak muscle's are found as well as a strong one's:
it begins where the level has more than doubled since its lowest point, and is over where it stays below 45 %
of its own peak. A wobble above that splits nothing; two that do not meet above it are two.

Measured in simulation at 250 and 1000 Hz, noise of a gluteus maximus at 45 and at 12 %MVC:

- a dip to 70 % of the top for 0.5 to 0.8 s splits at most 2 % of repetitions, one to 60 % at most 2 % in
  0.5 s and 2 (1000 Hz) to 23 % (250 Hz, weak) in 0.8 s; a steady top of 10 s none in 192;
- 0.5 s of letting go between two keeps 96 % of them apart, 0.8 s at up to 30 % of the top all;
- the simulated athlete's 600 repetitions of 2.5 s were found one by one, a weak glute's too: they begin 0.06
  to 0.09 s behind the middle of a rise of 0.8 s (SD 0.06) and end within 0.03 s of the middle of the fall; so
  were his 1,800 strides of half a second, within 0.04 s at both ends (SD 0.03).

On real recordings: four of four knee flexions, and each of seven steps of a walking athlete in gluteus
maximus, gluteus medius, biceps femoris and semitendinosus.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from emg.activation import RATIO_FLOOR_PCT, REST_FACTOR, Activations, Reference
from emg.blocks import FloatArray
from emg.quality import IS_INVALID, VERDICTS
from emg.sets.hold import MAX_GAP_S

EXIT_SHARE: Final = 0.45
"""Of its own peak: below this a repetition is over, and the next one needs as deep a valley before it."""

TARGET_SHARE: Final = 0.25
"""A repetition is looked for from this share of the target on: a weak one is found, and told as weak."""

GAP: Final = "gap"
"""Reason of a repetition in which more was lost than it can bear."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What one movement is at least.

    Attributes
    ----------
    least_s : float
        What is shorter is a twitch, or something that pulled at a cable.
    return_s : float
        Its end must last so long.
    """

    least_s: float
    return_s: float


REPETITION: Final = Movement(least_s=0.3, return_s=0.16)
STRIDE: Final = Movement(least_s=0.12, return_s=0.1)
"""A spike of no length at all makes 0.125 s of a 250 ms window; the shortest burst of a real gluteus maximus
in slow walking makes 0.15 s."""


@dataclass(frozen=True, slots=True)
class Found:
    """One repetition.

    Attributes
    ----------
    onset, end : int
        First sample of it, and the one after its last.
    fault : str
        Why the signal does not carry it: ``gap``, a verdict, or empty.
    """

    onset: int
    end: int
    fault: str = ""


class Finder:
    """Finds the repetitions of one level, tick by tick.

    Parameters
    ----------
    movement : Movement
        What is looked for.
    entry_pct : float
        No repetition begins below this level.
    sample : int
        Where the search begins; nothing is dated before it.
    fs_hz : float
        Sampling rate of the clock.
    window_s : float
        Length of the causal RMS window that made the level. A sudden edge crosses the share ``g`` of its
        height ``g²`` of a window late upwards, ``1 - g²`` downwards, which is taken off; 0 where the level
        is the board's own envelope.
    """

    def __init__(
        self, movement: Movement, entry_pct: float, *, sample: int, fs_hz: float, window_s: float
    ) -> None:
        self._least = round(movement.least_s * fs_hz)
        self._return = round(movement.return_s * fs_hz)
        self._max_gap = round(MAX_GAP_S * fs_hz)
        self._window = window_s * fs_hz
        self._entry_pct = entry_pct
        self._free_from = self._seen = sample
        self._valley_pct = 0.0
        self._samples: list[int] = []
        self._levels: list[float] = []
        self._peak_pct = 0.0
        self._below: int | None = None
        self._gap = 0
        self._fault = ""
        self._unseen = ""

    @property
    def needed_from(self) -> int:
        """No repetition still to come begins before this sample."""
        return max(self._free_from, (self._samples or [self._seen])[0] - math.ceil(self._window))

    def see(self, sample: int, level_pct: float | None, *, lost: int = 0, contact: str = "") -> Found | None:
        """Take a tick; return the repetition that is over with it.

        Parameters
        ----------
        sample : int
            The tick.
        level_pct : float or None
            Level in percent of the reference; None is no reading, and says neither that it rose nor that it
            fell.
        lost : int
            Samples lost since the tick before.
        contact : str
            Verdict that makes a working muscle's reading invalid, empty if there is none.
        """
        self._seen = sample
        self._note_faults(lost, contact, seen=level_pct is not None)
        if level_pct is None:
            return None
        if not self._samples:
            self._wait(sample, level_pct)
            return None
        return self._follow(sample, level_pct)

    def cut_off(self, sample: int) -> Found | None:
        """End what is under way, if that is a repetition; the rest of it is no new one."""
        if not self._samples:
            return None
        self._valley_pct = self._levels[-1]
        return self._closed(sample)

    def _note_faults(self, lost: int, contact: str, *, seen: bool) -> None:
        """Keep the first reason why the signal does not carry what is under way, or hid its beginning."""
        self._gap = self._gap + lost if lost else 0
        found = GAP if self._gap > self._max_gap else ("" if lost else contact)
        if self._samples:
            self._fault = self._fault or found
        elif found and not seen:
            self._unseen = self._unseen or found

    def _wait(self, sample: int, level_pct: float) -> None:
        """Begin a repetition where the level has risen from its valley."""
        if level_pct < max(self._entry_pct, self._valley_pct / EXIT_SHARE):
            self._valley_pct = min(self._valley_pct, level_pct)
            self._unseen = ""
            return
        self._samples, self._levels, self._peak_pct = [sample], [level_pct], level_pct
        self._fault, self._unseen, self._below = self._unseen, "", None

    def _follow(self, sample: int, level_pct: float) -> Found | None:
        """End it where the level has stayed below half of its peak."""
        self._samples.append(sample)
        self._levels.append(level_pct)
        self._peak_pct = max(self._peak_pct, level_pct)
        if level_pct >= EXIT_SHARE * self._peak_pct:
            self._below = None
            return None
        if self._below is None:
            self._below = len(self._samples) - 1
        fell = self._samples[self._below]
        if sample - fell < self._return:
            return None
        self._valley_pct = min(self._levels[self._below :])
        return self._closed(fell - round((1.0 - EXIT_SHARE**2) * self._window))

    def _closed(self, end: int) -> Found | None:
        """Date what is over by its own peak; what is too short was none."""
        line_pct = max(self._entry_pct, EXIT_SHARE * self._peak_pct)
        rose = next(at for at, level in zip(self._samples, self._levels, strict=True) if level >= line_pct)
        late = (line_pct / self._peak_pct) ** 2 * self._window
        onset = max(self._free_from, rose - round(late))
        fault = self._fault
        self._samples, self._levels, self._below = [], [], None
        if end - onset < self._least:
            return None
        self._free_from = end
        return Found(onset, end, fault)


@dataclass(frozen=True, slots=True)
class Reads:
    """What a finder sees of consecutive ticks.

    Attributes
    ----------
    levels_pct : list of float or None
        Mean of the gates in percent of their references; None unless every one of them reads.
    contacts : list of str
        Verdict that makes a working muscle's reading invalid, empty where all are good.
    """

    levels_pct: list[float | None]
    contacts: list[str]

    @classmethod
    def of(cls, activations: Activations, gates: Sequence[str], working: Sequence[str]) -> Reads:
        """Reduce ticks; a site that is not measured has no level, and no contact to complain of."""
        verdicts = activations.verdicts
        columns = [activations.sites.index(site) for site in working if site in activations.sites]
        bad = IS_INVALID[verdicts[:, columns]]
        contacts = [""] * len(activations)
        for position in np.flatnonzero(bad.any(axis=1)):
            contacts[position] = VERDICTS[verdicts[position, columns[int(bad[position].argmax())]]]
        if not all(site in activations.sites for site in gates):
            return cls([None] * len(activations), contacts)
        at = [activations.sites.index(site) for site in gates]
        unread = IS_INVALID[verdicts[:, at]] | (activations.lost > 0)[:, None]
        levels: FloatArray = np.where(unread, np.nan, activations.pct_mvc[:, at]).mean(axis=1)
        return cls([None if math.isnan(level) else level for level in levels.tolist()], contacts)


def entry_level_pct(reference: Reference, gates: Sequence[str], target_pct: float) -> float:
    """Level from which a repetition may begin: where a muscle works at all, and a share of the target."""
    at_rest = [
        REST_FACTOR * 100.0 * known.rest_uv / known.span_uv
        for site in gates
        if (known := reference.sites.get(site)) is not None
    ]
    return max([RATIO_FLOOR_PCT, TARGET_SHARE * target_pct, *at_rest])
