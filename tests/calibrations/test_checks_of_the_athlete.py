"""Contact and sides with the simulated athlete, through the chain and the live session."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from calibrations.contact import ContactStage
from calibrations.side_check import SideCheck
from emg.activation import NO_REFERENCE
from emg.codes import CommandKind, EventKind
from emg.live.build_view import SessionFacts
from emg.live.live_session import LiveSession
from emg.montage import FOUR_SITES, Montage
from emg.pipeline import Pipeline
from emg.quality import INVALID, VERDICTS
from emg.reference import ReferenceInForce
from emg.session.tables import ActivationTable
from emg.stage import Command, Stage
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from tests.sessions import Kept
from ui.session.plan import chain_settings

RATES = (250.0, 500.0, 1000.0)
GL, HL, GR, HR = FOUR_SITES.names
LIMIT_S = 70.0


def checks(
    *faults: str,
    seed: int = 1,
    fs_hz: float = 250.0,
    montage: Montage = FOUR_SITES,
    attended: bool = False,
) -> tuple[LiveSession, Kept]:
    """A session of the two checks; somebody who is there says yes to the first proposal."""
    athlete = Athlete(seed=seed, faults=parse_faults(faults), fs_hz=fs_hz)
    source = SimulatedSource(athlete, speed=0.0)
    info = source.open()
    pipeline = Pipeline(info, montage, chain_settings(info, None))
    kept = Kept(ActivationTable(montage.names, info.fs_hz, VERDICTS, INVALID, info.unit))
    stages: list[Stage] = [
        ContactStage(montage.names, info.unit, attended=attended),
        SideCheck(montage, attended=attended, unit=info.unit),
    ]
    facts = SessionFacts("demo", "power_position", 60.0)
    live = LiveSession(info, pipeline, stages, ReferenceInForce(NO_REFERENCE), kept, facts, athlete)
    said_yes = False
    while not live.finished and live.view().time_s < LIMIT_S:
        block = source.read(1.0)
        if block is not None:
            live.on_block(block)
        if attended and not said_yes and live.view().stage.proposal:
            said_yes = True
            live.post(Command(CommandKind.NEXT))
    return live, kept


def sides(kept: Kept) -> Mapping[str, object]:
    (event,) = [event for event in kept.events if event.detail.get("check") == "sides"]
    return event.detail


@pytest.mark.parametrize("fs_hz", RATES)
@pytest.mark.parametrize("fault", ["", "weak-right-glute", "inhibited-mvc-glute-right"])
def test_a_right_set_up_goes_by_in_less_than_forty_five_seconds(fault: str, fs_hz: float) -> None:
    """Else there is no time left for the exercise, or a weak glute is sent to look at the plugs."""
    live, kept = checks(*filter(None, [fault]), seed=2, fs_hz=fs_hz)
    assert live.refusal == ""
    assert sides(kept)["findings"] == dict.fromkeys(FOUR_SITES.names, "ok")
    assert live.view().time_s <= 45.0


@pytest.mark.parametrize("fs_hz", RATES)
def test_swapped_sides_end_a_session_alone_and_are_mended_with_a_key(fs_hz: float) -> None:
    """Else the left leg is trained for the right one."""
    alone, _ = checks("swapped-sides", seed=3, fs_hz=fs_hz)
    assert alone.refusal == "sides_swapped"

    live, kept = checks("swapped-sides", seed=3, fs_hz=fs_hz, attended=True)
    assert live.refusal == ""
    assert len(kept.at(EventKind.MONTAGE_SET)) == 1
    assert sides(kept)["channels"] == {GL: 3, HL: 4, GR: 1, HR: 2}
    # the lifts came after the mending: the columns of the ticks are the right ones
    assert sides(kept)["findings"] == dict.fromkeys(FOUR_SITES.names, "ok")
    rises = sides(kept)["rises_sd"]
    assert isinstance(rises, Mapping)
    assert rises["left"][GL] > 8.0 > 3.0 > rises["left"][GR]


def test_a_wrong_map_is_as_wrong_as_a_wrong_plug() -> None:
    """Else only swapped leads are found, and not a channel that was typed wrongly."""
    typed = Montage.of({GL: 2, HL: 1, GR: 3, HR: 4})
    assert checks(montage=typed)[0].refusal == "muscles_swapped:left"
    live, kept = checks(montage=typed, attended=True)
    assert (live.refusal, sides(kept)["channels"]) == ("", FOUR_SITES.as_dict())


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("mains", f"contact_mains_60:{GL},{HL},{GR},{HR}"),
        ("loose-glute-left", f"contact_railed:{GL}"),
        ("saturated-ham-right", f"contact_railed:{HR}"),
    ],
)
def test_a_bad_contact_ends_a_session_alone_with_its_reason(fault: str, reason: str) -> None:
    """Else holds are done on a wire that hangs in the air."""
    live, _ = checks(fault, seed=1)
    assert live.refusal == reason
    assert live.view().time_s == pytest.approx(20.0, abs=0.5)


def test_hum_is_taken_out_with_one_key_and_all_goes_on() -> None:
    """Else in a room that hums nothing can be measured."""
    live, kept = checks("mains", attended=True)
    (notch,) = [event for event in kept.events if event.kind is EventKind.NOTCH_SET]
    assert notch.detail["notch_hz"] == 60.0
    assert live.refusal == ""
    assert sides(kept)["findings"] == dict.fromkeys(FOUR_SITES.names, "ok")


@pytest.mark.parametrize("fault", ["dropped-packets", "cable-pull@6", "motion@8+3", "loose-glute-left@12+3"])
def test_what_passes_costs_time_and_names_no_swap(fault: str) -> None:
    """Else a cable that was pulled once is called a swapped lead."""
    live, kept = checks(fault, seed=1)
    assert live.refusal == ""
    assert sides(kept)["findings"] == dict.fromkeys(FOUR_SITES.names, "ok")


def test_two_electrodes_are_checked_like_four() -> None:
    """Else a session of one leg stops at muscles that nobody measures."""
    leg = Montage.of({GR: 3, HR: 4})
    live, kept = checks(montage=leg)
    assert live.refusal == ""
    assert sides(kept)["findings"] == {GR: "ok", HR: "ok"}
