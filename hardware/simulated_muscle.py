"""One muscle of the simulated athlete: what is fixed for it, what it does in a hold, and its noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from emg.blocks import FloatArray
from emg.montage import Site
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, Effort, Spectrum, random_for
from hardware.simulated_faults import MuscleChange

Span = tuple[float, float]

SPECTRA: Final[Mapping[str, Spectrum]] = {"glute": GLUTEUS_MAXIMUS, "ham": BICEPS_FEMORIS}
MVC_UV: Final[Mapping[str, Span]] = {"glute": (95.0, 150.0), "ham": (135.0, 200.0)}
"""The athlete's own; left and right differ from it by ``SIDE_SHARE``."""

SIDE_SHARE: Final[Span] = (0.95, 1.05)
REST_UV: Final[Span] = (1.5, 3.0)

REACTION_S: Final[Span] = (0.2, 0.35)
FALL_S: Final[Span] = (0.2, 0.3)

STANCE: Final[Mapping[str, Span]] = {"glute": (0.48, 0.57), "ham": (0.27, 0.33)}
"""What the working side holds; within 5 % of one level per athlete and muscle."""

LIFT: Final[Span] = (0.22, 0.28)
"""The swing leg's hamstring keeps the heel up."""

POSTURE: Final[Span] = (0.02, 0.04)
START_S: Final[Mapping[str, Span]] = {"glute": (0.42, 0.72), "ham": (0.2, 0.33)}
"""From set to the start of the rise; 75 % of the level is crossed after two thirds of the rise."""

RISE_S: Final[Span] = (0.10, 0.18)
HOLD_SCATTER: Final = 0.05
WANDER: Final = 0.03
"""A held effort drifts by this share of itself, to a new level every second."""

WANDER_STEPS: Final = 60

MVC_EFFORT: Final[Span] = (0.97, 1.0)
MVC_RISE_S: Final[Span] = (0.3, 0.5)
SYNERGIST: Final[Span] = (0.10, 0.15)
WORKS: Final[Span] = (0.54, 0.62)
HELPS: Final[Span] = (0.18, 0.26)
"""Tops of repetitions and strides: of the muscle that an exercise is for, and of its neighbour."""

OTHER_SIDE: Final[Span] = (0.005, 0.025)
RAISED: Final[Span] = (0.22, 0.28)
"""One straight leg lifted and squeezed."""

BRIDGE: Final[Mapping[str, Span]] = {"glute": (0.24, 0.32), "ham": (0.26, 0.36)}
"""The double-leg bridge."""


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """What one muscle does in one hold or trial; times in seconds, efforts as shares of the maximum.

    ``graded`` is by how much an effort of a given share misses it.
    """

    reaction_s: float
    release_s: float
    fall_s: float
    start_s: float
    rise_s: float
    stance: float
    lift: float
    posture: float
    wander: FloatArray
    mvc_effort: float
    mvc_rise_s: float
    synergist: float
    other_side: float
    raised: float
    graded: float
    bridge: float


class Muscle:
    """One site of the athlete: what is fixed for it, its effort and its noise.

    Parameters
    ----------
    seed : int
        Seed of the athlete.
    site : Site
        Where it is.
    fs_hz : float
        Sampling rate of the board.
    change : MuscleChange or None
        What is wrong with it.
    """

    def __init__(self, seed: int, site: Site, fs_hz: float, change: MuscleChange | None = None) -> None:
        own = random_for(seed, "athlete", site.name)
        self.site = site
        self.change = change or MuscleChange(site.name)
        both_uv = random_for(seed, "athlete", site.muscle).uniform(*MVC_UV[site.muscle])
        self.mvc_uv = both_uv * own.uniform(*SIDE_SHARE) * self.change.strength
        self.rest_uv = own.uniform(*REST_UV)
        self._stance = own.uniform(*STANCE[site.muscle]) * self.change.hold_share
        self._lift = own.uniform(*LIFT) * self.change.hold_share
        self._bridge = own.uniform(*BRIDGE[site.muscle])
        self.works = own.uniform(*WORKS) * self.change.hold_share
        self.helps = own.uniform(*HELPS) * self.change.hold_share
        self.effort = Effort()
        self._seed = seed
        self._fs_hz = fs_hz
        self.begin_noise("")

    def begin_noise(self, key: str) -> None:
        """Start the noise that belongs to a hold or trial."""
        name = self.site.name
        self._emg = BoardNoise(
            random_for(self._seed, key, name, "emg"), self._fs_hz, SPECTRA[self.site.muscle]
        )
        self._rest = BoardNoise(random_for(self._seed, key, name, "rest"), self._fs_hz)

    def draw(self, key: str) -> Draw:
        """Decide what the muscle does in a hold or trial."""
        own = random_for(self._seed, key, self.site.name, "effort")
        return Draw(
            reaction_s=own.uniform(*REACTION_S),
            release_s=own.uniform(*REACTION_S),
            fall_s=own.uniform(*FALL_S),
            start_s=own.uniform(*START_S[self.site.muscle]) + self.change.later_s,
            rise_s=own.uniform(*RISE_S),
            stance=self._stance * own.uniform(1.0 - HOLD_SCATTER, 1.0 + HOLD_SCATTER),
            lift=self._lift * own.uniform(1.0 - HOLD_SCATTER, 1.0 + HOLD_SCATTER),
            posture=own.uniform(*POSTURE),
            wander=own.uniform(1.0 - WANDER, 1.0 + WANDER, WANDER_STEPS),
            mvc_effort=own.uniform(*MVC_EFFORT) * self.change.mvc_share,
            mvc_rise_s=own.uniform(*MVC_RISE_S),
            synergist=own.uniform(*SYNERGIST),
            other_side=own.uniform(*OTHER_SIDE),
            raised=own.uniform(*RAISED) * self.change.lift_share,
            graded=own.uniform(1.0 - HOLD_SCATTER, 1.0 + HOLD_SCATTER),
            bridge=self._bridge * own.uniform(1.0 - HOLD_SCATTER, 1.0 + HOLD_SCATTER),
        )

    def read_uv(self, start: int, stop: int) -> FloatArray:
        """Return what the board samples at the electrodes, µV."""
        n = stop - start
        emg = self.mvc_uv * self.effort.levels(start, stop) * self._emg.read(n)
        return emg + self.rest_uv * self._rest.read(n)

    def skip_noise(self, n: int) -> None:
        """Let noise pass that nobody sampled."""
        self._emg.read(n)
        self._rest.read(n)
