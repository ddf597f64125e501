"""Everything that can be wrong with electrodes, wires and maxima, from the board to the words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from calibrations.intake import Intake, SoreSide
from calibrations.store import parse
from emg.activation import Reference
from emg.codes import EventKind
from emg.montage import Side
from emg.results import Doubt, Method
from emg.session.bundle import read_session
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from tests.sessions import KeptFront, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.exit_codes import EXIT_BOARD, EXIT_OK, EXIT_REFUSED
from ui.session.front import SessionEnd
from ui.session.plan import NOTHING_SAID
from ui.words import words

Hurts: TypeAlias = Mapping[str, int]
"""Pain that a muscle gives in an effort of all it has."""

LIMIT_S = 240.0
ONE_EACH = short_exercise(test=1, train=0, sides=(Side.RIGHT, Side.LEFT))


def session(
    parent: Path, *faults: str, seed: int = 5, intake: Intake = NOTHING_SAID, hurts: Hurts | None = None
) -> tuple[SessionEnd, KeptFront]:
    """A whole set-up and one test hold a side, with nobody there to be asked."""
    athlete = Athlete(seed=seed, faults=parse_faults(faults), sore=hurts or {})
    source = SimulatedSource(athlete, speed=0.0)
    front = KeptFront()
    plan = plan_of(source, ONE_EACH, parent, performer=athlete, checks=True, give_up_s=10.0)
    plan = replace(plan, intake=intake)
    runner = SessionRunner(plan, front)
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    return end, front


def last_stage(front: KeptFront) -> str:
    began = [event.run for event in front.events if event.kind is EventKind.STAGE_STARTED]
    return began[-1].split("#")[0]


def reference_of(end: SessionEnd) -> Reference:
    assert end.folder is not None
    fields = read_session(end.folder).calibration
    assert fields is not None
    return parse(fields).reference()


@pytest.mark.parametrize(
    ("fault", "stage", "reason", "said"),
    [
        ("mains", "contact", "contact_mains_60:", ("hum", "60 Hz")),
        ("loose-glute-left", "contact", "contact_", ("Left glute",)),
        ("saturated-ham-right", "contact", "contact_railed:ham_right", ("Right hamstring",)),
        ("motion", "contact", "contact_motion:", ("still",)),
        ("swapped-sides", "sides", "sides_swapped", ("Left and right are swapped",)),
    ],
)
def test_the_set_up_stops_at_the_right_step_with_the_right_words(
    tmp_path: Path, fault: str, stage: str, reason: str, said: tuple[str, ...]
) -> None:
    """Else a maximum is measured on a loose electrode, on hum, or on the other leg."""
    end, front = session(tmp_path, fault)
    refused = [event.detail["reason"] for event in front.events if event.kind is EventKind.REFUSED]
    assert end.exit_code == EXIT_REFUSED
    assert last_stage(front) == stage
    assert [str(told).startswith(reason) for told in refused] == [True], refused
    for part in said:
        assert part in end.message
    assert end.message == words.why_refused(str(refused[0]))


@pytest.mark.parametrize("fault", ["weak-right-glute", "late-right-glute", "dominant-left-ham"])
def test_a_weak_glute_is_the_very_user_and_stops_nothing(tmp_path: Path, fault: str) -> None:
    """Else who needs the tool most is sent away, or told that wires are swapped."""
    end, front = session(tmp_path, fault)
    assert (end.exit_code, end.holds, end.valid_holds) == (EXIT_OK, 2, 2)
    assert not any(event.kind is EventKind.MONTAGE_SET for event in front.events)
    assert not [warning for warning in end.summary["warnings"] if warning.startswith("inhibited")]


@pytest.mark.parametrize(
    ("fault", "site", "doubt", "names"),
    [
        ("inhibited-mvc-glute-right", "glute_right", Doubt.SIDES_DIFFER, ("glute_lsi_pct",)),
        ("painful-mvc-ham-left", "ham_left", Doubt.PAINFUL, ("ham_lsi_pct",)),
    ],
)
def test_a_maximum_that_hides_something_is_said_wherever_it_counts(
    tmp_path: Path, fault: str, site: str, doubt: Doubt, names: tuple[str, ...]
) -> None:
    """Else an inhibited glute reads symmetric, and a painful hamstring reads loud."""
    end, _ = session(tmp_path, fault)
    assert end.exit_code == EXIT_OK
    reference = reference_of(end)
    assert doubt in reference.sites[site].doubts
    assert [name for name, of in reference.sites.items() if of.doubts] == [site]
    assert f"inhibited:{site}" in end.summary["warnings"]
    for name in names:
        assert end.summary[name]["doubts"] == [site]
        assert end.summary[name]["inside_scatter"] is None


def test_a_healthy_athlete_is_doubted_in_nothing(tmp_path: Path) -> None:
    """Else every second session warns, and nobody reads warnings any more."""
    end, _ = session(tmp_path)
    assert (end.exit_code, end.valid_holds) == (EXIT_OK, 2)
    assert not [warning for warning in end.summary["warnings"] if warning.startswith("inhibited")]
    assert all(not of.doubts for of in reference_of(end).sites.values())


def cues(front: KeptFront) -> list[tuple[object, object, object]]:
    """Exercise, muscle or leg, and effort of everything that was asked for in the set-up."""
    return [
        (event.detail["exercise"], event.detail.get("site") or event.side, event.detail.get("effort_pct"))
        for event in front.events
        if event.kind is EventKind.CUE and event.hold is None
    ]


@pytest.mark.parametrize(("pain", "steps"), [(2, [25, 50, 75]), (5, [25, 50, 75]), (8, [25, 50])])
def test_a_sore_hamstring_is_never_asked_for_all_it_has(tmp_path: Path, pain: int, steps: list[int]) -> None:
    """Else the program itself tears what it was to help."""
    intake = Intake(sore_side=SoreSide.LEFT, pain_0_10=1)
    end, front = session(tmp_path, intake=intake, hurts={"ham_left": pain})
    asked = cues(front)
    assert end.exit_code == EXIT_OK, end.message
    assert not [one for one in asked if one[:2] == ("mvc", "ham_left")]
    assert not [one for one in asked if one[:2] == ("lift", "left")], "nor lifted to see if a lead is right"
    assert [effort for exercise, site, effort in asked if exercise == "graded"] == steps
    bridged = ("bridge", None, None) in asked
    assert bridged is (pain <= 3), "above 3 of 10 nothing more is asked of it"
    method = {name: of.method for name, of in reference_of(end).sites.items()}
    assert method.get("ham_left") == (Method.SUBMAX if bridged else None)
    assert {method[name] for name in ("glute_left", "glute_right", "ham_right")} == {Method.QUICK}
    assert end.summary["ham_lsi_pct"]["value"] is None
    assert end.summary["sides"]["left"]["ratio_same_side"]["mean"] is None
    assert (end.summary["sides"]["left"]["ham_pct_submax"]["mean"] is not None) is bridged


def test_lost_packets_cost_nothing_that_was_measured(tmp_path: Path) -> None:
    """Else a radio at its limit ends the set-up, or a gap becomes the maximum."""
    end, _ = session(tmp_path, "dropped-packets@20+60")
    healthy, _ = session(tmp_path)
    assert end.exit_code == EXIT_OK
    clean, lossy = reference_of(healthy), reference_of(end)
    for site, of in clean.sites.items():
        assert lossy.sites[site].mvc_uv == pytest.approx(of.mvc_uv, rel=0.1)
        assert lossy.sites[site].rest_uv == pytest.approx(of.rest_uv, rel=0.1)


@pytest.mark.parametrize(
    ("fault", "start_s"), [("cable-pull", 40), ("motion", 38), ("loose-glute-left", 60), ("motion", 70)]
)
def test_what_passes_during_a_measurement_is_measured_again(tmp_path: Path, fault: str, start_s: int) -> None:
    """Else three bad seconds end the session, or are in its rest or its maximum for good."""
    end, _ = session(tmp_path, f"{fault}@{start_s}+3")
    healthy, _ = session(tmp_path)
    assert end.exit_code == EXIT_OK, end.message
    clean, passed = reference_of(healthy), reference_of(end)
    for site, of in clean.sites.items():
        assert passed.sites[site].mvc_uv == pytest.approx(of.mvc_uv, rel=0.15)
        assert passed.sites[site].rest_uv == pytest.approx(of.rest_uv, rel=0.15, abs=0.3)


def test_a_board_that_never_sends_ends_with_a_sentence(tmp_path: Path) -> None:
    """Else the first check waits for ever for samples that never come."""
    end, _ = session(tmp_path, "cable-pull")
    assert end.exit_code == EXIT_BOARD
    assert end.message
