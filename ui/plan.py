"""What a session is told, and what follows from it: stages, filters, the facts in session.json."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calibrations.calibration import Calibration
from calibrations.draft import Way
from calibrations.intake import Intake
from calibrations.placement import Placement
from emg.blocks import Signal, Source, StreamInfo
from emg.coach import HoldSet, ReferenceInForce, SetSettings
from emg.filters import HIGH_HZ, LOW_HZ, BandError, FilterSettings
from emg.limits import Limit, limits_of
from emg.montage import FOUR_SITES, Montage, Side
from emg.pipeline import ChainSettings
from emg.protocols import Protocol as Exercise
from emg.protocols import SetPlan, Timing, load_protocol
from emg.results import Role
from emg.score import ChainDelays
from emg.stage import Stage
from hardware.boards import BOARDS
from hardware.faults import parse_faults
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource

DEMO_ATHLETE: Final = "demo"
DEMO_PROTOCOL: Final = "power_position"

MOST_HEADER: Final = 4096
"""Bytes of holds.csv that are read: its header has fewer."""

NO_BAND: Final = FilterSettings(LOW_HZ, HIGH_HZ)
"""Stands where a band must stand; without effect on an envelope."""


NOTHING_SAID: Final = Intake()


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
    placement: Placement | None = None
    calibration: Calibration | None = None
    checks: bool = True
    attended: bool = False
    give_up_s: float | None = None
    publish: bool = False


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


def make_stages(
    plan: SessionPlan,
    info: StreamInfo,
    chain: ChainSettings,
    before: Sequence[Stage],
    reference: ReferenceInForce,
) -> list[Stage]:
    """List the stages of a session: the set-up, then the sets of each side.

    Parameters
    ----------
    plan : SessionPlan
        What to do.
    info : StreamInfo
        The stream.
    chain : ChainSettings
        The chain, for its delays.
    before : sequence of Stage
        What comes before the holds.
    reference : ReferenceInForce
        What the holds are scored with.
    """
    exercise, timing = plan.exercise, plan.exercise.timing
    stages = [*before]
    delays = ChainDelays(
        chain.delay_s(info),
        chain.short_window_s,
        raw=info.signal is Signal.RAW,
        onset=Limit.ONSET not in limits_of(info),
    )
    sets = planned_sets(exercise, plan.montage, plan.first_side)
    side_before: Side | None = None
    for number, (side, planned) in enumerate(sets, start=1):
        gate_site = f"{exercise.gate_muscle}_{side}"
        settings = SetSettings(
            code=f"holds_{side}_{planned.role}",
            exercise=exercise.code,
            plan=exercise.hold_plan(planned, side),
            holds=planned.holds,
            set_number=number,
            n_sets=len(sets),
            lead_rest_s=_lead_rest_s(timing, side_before, side),
            rest_s=timing.rest_between_holds_s,
            gate_site=gate_site,
            working_sites=(gate_site, f"{exercise.other_muscle}_{side}"),
            stand_up_s=timing.stand_up_s,
        )
        stages.append(HoldSet(settings, delays, reference))
        side_before = side
    return stages


def _lead_rest_s(timing: Timing, side_before: Side | None, side: Side) -> float:
    """Rest before a set: to stand up before the first, to change sides, else as between holds."""
    if side_before is None:
        return timing.stand_up_s
    return timing.rest_between_holds_s if side is side_before else timing.rest_between_sides_s


def planned_sets(exercise: Exercise, montage: Montage, first: Side) -> list[tuple[Side, SetPlan]]:
    """List the sets of a session, side after side: any one to four sites make one.

    A side whose gate muscle is not measured is left out while the other side's is; with neither, only
    the test holds are left, for the muscles that are measured.

    Parameters
    ----------
    exercise : Exercise
        Sides and sets.
    montage : Montage
        Measured sites.
    first : Side
        The side that begins.
    """
    sides = sorted(exercise.sides, key=lambda side: side is not first)
    gated = [side for side in sides if f"{exercise.gate_muscle}_{side}" in montage.names]
    if gated:
        return [(side, planned) for side in gated for planned in exercise.sets]
    return [(side, planned) for side in sides for planned in exercise.sets if planned.role is Role.TEST]


def chain_settings(info: StreamInfo, notch_hz: float | None) -> ChainSettings:
    """Choose band and windows for a stream.

    A board that sends envelopes has no band left to choose, at whatever rate.

    Raises
    ------
    BandError
        If the board is too slow for raw EMG, in the words of the table of boards where it has some.
    """
    if info.signal is Signal.ENVELOPE:
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
    ours = re.compile(rf"[0-9T]{{15}}Z-{exercise.code}(-[0-9]+)?")
    before = [folder for folder in parent.glob("*Z-*") if ours.fullmatch(folder.name)]
    return begins if sum(map(_has_a_hold, before)) % 2 == 0 else begins.other


def _has_a_hold(folder: Path) -> bool:
    """Whether a session came to a hold: one that broke off in its set-up tired no side."""
    try:
        with (folder / "holds.csv").open("rb") as rows:
            return len(rows.readlines(MOST_HEADER)) > 1
    except OSError:
        return False
