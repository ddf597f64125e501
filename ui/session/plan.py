"""What a session is told, and what follows from it: its filters, and the side that begins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from calibrations.calibration import Calibration
from calibrations.draft import Way
from calibrations.intake import Intake
from calibrations.placement import Placement
from calibrations.positions import Resistance
from emg.blocks import Signal, Source, StreamInfo
from emg.filters import HIGH_HZ, LOW_HZ, BandError, FilterSettings
from emg.montage import FOUR_SITES, Montage, Side, WorkingSide
from emg.pain import PainLimits
from emg.pipeline import ChainSettings
from emg.protocols import Protocol as Exercise
from emg.protocols import load_protocol
from emg.results import Feedback
from hardware.boards import BOARDS
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from ui.kept.home import DEMO_ATHLETE

MAINS: Final = {"50": 50.0, "60": 60.0, "off": None}
"""What is taken out of the signal, by what it is called on the command line: hertz."""

DEMO_PROTOCOL: Final = "power_position"

MOST_HEADER: Final = 4096
"""Bytes of holds.csv that are read: its header has fewer."""

NO_BAND: Final = FilterSettings(LOW_HZ, HIGH_HZ)
"""Stands where a band must stand; without effect on an envelope."""


NOTHING_SAID: Final = Intake()
USUAL_LIMITS: Final = PainLimits()


@dataclass(frozen=True, slots=True)
class Aims:
    """What somebody set for an athlete, beside what the exercise says.

    Attributes
    ----------
    target_pct : float or None
        Target of every training hold; None takes it from the test holds.
    ceiling : bool
        Whether the ceiling muscle has a ceiling.
    ceiling_pct : float or None
        The ceiling; None takes it from the test holds.
    feedback : Feedback or None
        For every training set; None is as the exercise says.
    """

    target_pct: float | None = None
    ceiling: bool = False
    ceiling_pct: float | None = None
    feedback: Feedback | None = None


NOTHING_SET: Final = Aims()


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """All that a session needs to be told.

    Attributes
    ----------
    source : Source
        The board, closed.
    exercise : Exercise
        The protocol.
    montage : Montage
        Sites and channels.
    athlete : str
        Id.
    parent : Path
        Folder in which the session's folder is made.
    first_side : Side
        The side that begins.
    performer : Athlete or None
        The simulated athlete, who hears the coach.
    seed : int or None
        Of the simulated athlete.
    faults : tuple of str
        That he performs.
    notch_hz : float or None
        Mains frequency to take out.
    intake : Intake
        What was said before anything contracts.
    way : Way
        How much time the maxima are given.
    resistance : Resistance or None
        What the muscles push against; None if nobody said.
    placement : Placement or None
        This taping; None for a new one that nobody measured.
    calibration : Calibration or None
        To be used instead of rest and MVC.
    checks : bool
        Contact and sides are checked before anything is measured.
    attended : bool
        Somebody is there who begins it and can be asked; without it, it begins by itself and nothing waits.
    give_up_s : float or None
        End after so long without a sample.
    publish : bool
        Publish it on the network, by the Lab Streaming Layer.
    aims : Aims
        What somebody set for this athlete.
    leg_aims : mapping from side to Aims
        Of sets in which that leg alone works, where the legs are asked for different things.
    limits : PainLimits
        Answers to the pain question that suggest to stop, and stop.
    practice : bool
        By the clock, with nothing measured.
    """

    source: Source
    exercise: Exercise
    montage: Montage
    athlete: str
    parent: Path
    first_side: Side = Side.RIGHT
    performer: Athlete | None = None
    seed: int | None = None
    faults: tuple[str, ...] = ()
    notch_hz: float | None = None
    intake: Intake = NOTHING_SAID
    way: Way = Way.QUICK
    resistance: Resistance | None = None
    placement: Placement | None = None
    calibration: Calibration | None = None
    checks: bool = True
    attended: bool = False
    give_up_s: float | None = None
    publish: bool = False
    aims: Aims = NOTHING_SET
    leg_aims: Mapping[Side, Aims] = field(default_factory=dict)
    limits: PainLimits = USUAL_LIMITS
    practice: bool = False

    def aims_of(self, side: WorkingSide) -> Aims:
        """Give what is asked of a leg, or of both at once or in turn."""
        return self.leg_aims.get(side, self.aims) if isinstance(side, Side) else self.aims


def demo_plan(*, seed: int, faults: tuple[str, ...], speed: float, parent: Path) -> SessionPlan:
    """Plan a session with the simulated athlete.

    Parameters
    ----------
    seed : int
        Decides everything he does.
    faults : tuple of str
        ``NAME[@START[+LENGTH]]``.
    speed : float
        1 is real time, 0 as fast as it goes.
    parent : Path
        Folder for the session's folder.

    Raises
    ------
    ValueError
        If a fault cannot be read or performed.
    """
    athlete = Athlete(seed=seed, faults=parse_faults(faults))
    return SessionPlan(
        source=SimulatedSource(athlete, speed=speed),
        exercise=load_protocol(DEMO_PROTOCOL),
        montage=FOUR_SITES,
        athlete=DEMO_ATHLETE,
        parent=parent,
        performer=athlete,
        seed=seed,
        faults=faults,
    )


def chain_settings(info: StreamInfo, notch_hz: float | None) -> ChainSettings:
    """Choose band and windows for a stream.

    A board that sends envelopes has no band left to choose, at whatever rate.

    Raises
    ------
    BandError
        If the board is too slow for raw EMG, in the words of the table of boards where it has some.
    """
    if info.signal is not Signal.RAW:
        return ChainSettings(NO_BAND)
    board = BOARDS.get(info.board)
    if board is not None and board.refusal:
        raise BandError(board.refusal)
    return ChainSettings(FilterSettings.for_rate(info.fs_hz, notch_hz))


def first_side(exercise: Exercise, sore_side: str | None, parent: Path) -> Side:
    """Choose the side that begins: the one that is not sore; else the two take turns.

    Parameters
    ----------
    exercise : Exercise
        Lists its sides.
    sore_side : str or None
        ``left``, ``right``, ``both``, ``none`` or not said.
    parent : Path
        Folder of the athlete's sessions; those of this exercise that came to a hold are counted.
    """
    if sore_side in set(Side):
        return Side(sore_side).other
    begins = exercise.sides[0]
    if not isinstance(begins, Side):
        return Side.RIGHT  # both legs work: neither begins
    ours = re.compile(rf"[0-9T]{{15}}Z-{exercise.code}(-[0-9]+)?")
    before = [folder for folder in parent.glob("*Z-*") if ours.fullmatch(folder.name)]
    return begins if sum(map(_has_a_hold, before)) % 2 == 0 else begins.other


def _has_a_hold(folder: Path) -> bool:
    """Whether a session came to a hold: one that broke off in its set-up tired no side."""
    try:
        table = folder / "holds.csv"
        if not table.is_file():  # a pipe would be waited for
            return False
        with table.open("rb") as rows:
            return bool(rows.read(2 * MOST_HEADER).partition(b"\n")[2])
    except OSError:
        return False
