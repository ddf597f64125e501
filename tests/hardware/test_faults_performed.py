"""The faults of the simulated athlete: each does what its name says, where and when, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from emg.blocks import FloatArray
from emg.filters import CausalFilter, FilterSettings
from emg.maximum import best_of_effort_uv, maximum_of
from emg.montage import Side
from emg.stage import Command, Event
from hardware.board import CYTON_FULL_SCALE_UV
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import LASTING, PASSING, parse_faults
from hardware.simulated_source import SimulatedSource
from tests.hardware.scripted_coach import FS, asked, hold, play

SITES = ("glute_left", "ham_left", "glute_right", "ham_right")
RATES = pytest.mark.parametrize("fs_hz", [250.0, 500.0, 1000.0])
SCRIPT = (
    asked(0.5, "tap", site="glute_left", effort_s=2.0)
    + asked(5.0, "lift", side=Side.RIGHT, effort_s=2.0)
    + asked(9.5, "mvc", site="glute_right")
    + asked(15.0, "mvc", site="ham_left")
    + hold(21.0, Side.RIGHT, held_s=3.0, scored_s=(1.2, 2.8))
    + hold(31.0, Side.LEFT, held_s=3.0, scored_s=(1.2, 2.8), number=2)
)
SPANS = {"tap": (0, 5), "lift": (5, 9), "mvc right": (9, 15), "mvc left": (15, 21), "holds": (21, 40)}


def athlete_with(*faults: str, seed: int = 4, fs_hz: float = FS) -> Athlete:
    return Athlete(seed=seed, faults=parse_faults(faults), fs_hz=fs_hz)


def script_uv(*faults: str, blocks: Sequence[int] = (25,)) -> FloatArray:
    return play(athlete_with(*faults), SCRIPT, 40.0, blocks)


def still_uv(fault: str, seconds: float, *, seed: int = 4, fs_hz: float = FS) -> FloatArray:
    """What he gives when nobody asks for anything, less what he gives in health."""
    n = round(seconds * fs_hz)
    sick = athlete_with(fault, seed=seed, fs_hz=fs_hz).samples(n)
    return sick - Athlete(seed=seed, fs_hz=fs_hz).samples(n)


def changed(*faults: str) -> dict[str, set[str]]:
    """Sites that a fault changes, for each part of the script."""
    differs = script_uv(*faults) != script_uv()
    found = {}
    for part, (start_s, stop_s) in SPANS.items():
        columns = differs[start_s * FS : stop_s * FS].any(axis=0)
        found[part] = {site for site, is_so in zip(SITES, columns, strict=True) if is_so}
    return {part: sites for part, sites in found.items() if sites}


@pytest.mark.parametrize("fault", LASTING + PASSING)
def test_every_fault_of_the_list_is_performed_by_athlete_or_board(fault: str) -> None:
    """Left out in silence, a demo of a loose electrode would show a perfect one."""
    received = []
    for faults in ((fault,), ()):
        source = SimulatedSource(athlete := athlete_with(*faults), speed=0.0)
        source.open()
        waiting, pieces, end = list(SCRIPT), [np.zeros((1, 4))], 0
        while end < 40 * FS and (block := source.read(0.0)) is not None:
            end = block.end_sample
            pieces.append(block.data_uv)
            while waiting and waiting[0].sample < end:
                athlete.hear(waiting.pop(0))
        received.append(np.concatenate(pieces))
    assert not np.array_equal(received[0], received[1])


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("late-right-glute", {"holds": {"glute_right"}}),
        ("dominant-left-ham", {"holds": {"ham_left"}}),
        ("inhibited-mvc-glute-right", {"mvc right": {"glute_right"}}),
        ("painful-mvc-ham-left", {"mvc left": {"ham_left"}}),
        ("dropped-packets", {}),
        ("cable-pull", {}),
    ],
)
def test_a_fault_of_one_muscle_changes_no_other_and_no_other_exercise(
    fault: str, expected: dict[str, set[str]]
) -> None:
    """A fault that leaks into another muscle makes every comparison of the two worthless."""
    assert changed(fault) == expected


def test_a_weak_right_glute_is_weak_in_lift_and_holds_and_a_little_smaller_in_all() -> None:
    """Weak at work but not at its maximum: else the percentage would hide the very weakness."""
    assert set.union(*changed("weak-right-glute").values()) == {"glute_right"}
    weak, well = athlete_with("weak-right-glute"), athlete_with()
    for athlete in (weak, well):
        play(athlete, SCRIPT, 40.0)
    share = {
        part: weak.levels("glute_right", *span).mean() / well.levels("glute_right", *span).mean()
        for part, span in {"lift": (1900, 2200), "mvc": (3100, 3500), "hold": (6700, 7000)}.items()
    }
    assert share == pytest.approx({"lift": 0.3, "mvc": 1.0, "hold": 0.3})
    assert weak.truth[0].pct_mvc["glute_right"] == pytest.approx(
        0.3 * (well.truth[0].pct_mvc["glute_right"] or 0.0)
    )
    assert weak.truth[1] == well.truth[1]


def test_a_dominant_left_ham_gives_seventeen_tenths_in_holds() -> None:
    """It is the athlete whose hamstring does the glute's work."""
    loud, well = athlete_with("dominant-left-ham"), athlete_with()
    for athlete in (loud, well):
        play(athlete, SCRIPT, 40.0)
    for loud_row, well_row in zip(loud.truth, well.truth, strict=True):
        for site in SITES:
            factor = 1.7 if site == "ham_left" else 1.0
            assert loud_row.pct_mvc[site] == pytest.approx(factor * (well_row.pct_mvc[site] or 0.0))
        assert loud_row.glute_latency_s == well_row.glute_latency_s


def maxima_uv(athlete: Athlete) -> dict[str, float]:
    """Maxima of two efforts of 3 s each, as they are measured."""
    fs_hz, events, cues = athlete.fs_hz, list[Event](), dict[str, list[float]]()
    for index, site in enumerate(SITES * 2):
        start_s = 0.5 + 6.0 * index
        events += asked(start_s, "mvc", site=site, trial=1 + index // 4, fs_hz=fs_hz)
        cues.setdefault(site, []).append(start_s + 2.0)
    raw_uv = play(athlete, events, 49.0, [round(0.1 * fs_hz)])
    power = np.square(CausalFilter(FilterSettings.for_rate(fs_hz), fs_hz)(raw_uv))
    found = {}
    for column, site in enumerate(SITES):
        efforts = [power[round(at * fs_hz) : round((at + 3.0) * fs_hz), column] for at in cues[site]]
        bests = [best_of_effort_uv(effort, 1 / fs_hz, fs_hz) for effort in efforts]
        found[site] = maximum_of([best for best in bests if best is not None], fs_hz, 3.0)[0]
    return found


@pytest.mark.parametrize(("fs_hz", "n_seeds"), [(250.0, 8), (1000.0, 2)])
def test_left_and_right_maxima_are_alike_in_health_and_apart_where_one_is_held_back(
    fs_hz: float, n_seeds: int
) -> None:
    """The limit of 40 % must find every inhibited maximum, and no healthy athlete."""
    for seed in range(n_seeds):
        well = maxima_uv(Athlete(seed=seed, fs_hz=fs_hz))
        held = maxima_uv(
            athlete_with("inhibited-mvc-glute-right", "painful-mvc-ham-left", seed=seed, fs_hz=fs_hz)
        )
        for muscle, low, high in (("glute", "right", "left"), ("ham", "left", "right")):
            sides = well[f"{muscle}_left"] / well[f"{muscle}_right"]
            assert 0.7 < sides < 1.0 / 0.7
            assert 0.31 < held[f"{muscle}_{low}"] / held[f"{muscle}_{high}"] < 0.52
        assert min(held.values()) > 20.0, "large enough to be a maximum at all"


def test_the_painful_maximum_hurts_and_he_says_so() -> None:
    """Weak and silent it would be an inhibited one: the pain is what tells the two apart."""
    athlete = athlete_with("painful-mvc-ham-left", "inhibited-mvc-glute-right")
    said: list[Command] = []
    athlete.speak_to(said.append)
    play(athlete, SCRIPT, 40.0)
    assert [command.value for command in said] == [0, 5]


def test_swapped_sides_are_the_same_signals_on_the_other_side_s_channels() -> None:
    """A swap that also changed the signal would be found by the change and not by the swap."""
    assert np.array_equal(script_uv("swapped-sides"), script_uv()[:, [2, 3, 0, 1]])
    swapped, well = athlete_with("swapped-sides"), athlete_with()
    for athlete in (swapped, well):
        play(athlete, SCRIPT, 40.0)
    assert swapped.truth == well.truth
    loose = play(athlete_with("swapped-sides", "loose-glute-left"), SCRIPT, 40.0)
    assert (np.abs(loose).max(axis=0) > 1e5).tolist() == [False, False, True, False]


def line_rms_uv(data_uv: FloatArray, fs_hz: float, hz: float) -> FloatArray:
    """RMS of the line at one frequency, over whole seconds."""
    turns = np.exp(-2j * np.pi * hz / fs_hz * np.arange(len(data_uv)))
    return np.asarray(np.sqrt(2.0) * np.abs(np.mean(data_uv * turns[:, np.newaxis], axis=0)))


@RATES
def test_mains_is_forty_microvolts_of_sixty_hertz_on_every_channel(fs_hz: float) -> None:
    """The check proposes the notch by this line; another frequency would get the wrong notch."""
    hum_uv = still_uv("mains", 6.0, fs_hz=fs_hz)
    assert np.sqrt(np.mean(np.square(hum_uv), axis=0)) == pytest.approx(np.full(4, 40.0), rel=0.11)
    assert line_rms_uv(hum_uv, fs_hz, 60.0) == pytest.approx(np.full(4, 40.0), rel=0.11)


@RATES
def test_motion_is_hundreds_of_microvolts_below_twenty_hertz_on_every_channel(fs_hz: float) -> None:
    """Slower swings would be filtered away, faster ones would be taken for muscle."""
    moved_uv = still_uv("motion", 12.0, fs_hz=fs_hz)
    rms_uv = np.sqrt(np.mean(np.square(moved_uv), axis=0))
    assert ((rms_uv > 150.0) & (rms_uv < 600.0)).all()
    power = np.square(np.abs(np.fft.rfft(moved_uv, axis=0)))
    hz = np.fft.rfftfreq(len(moved_uv), 1.0 / fs_hz)
    assert (power[(hz >= 4.0) & (hz <= 18.0)].sum(axis=0) > 0.85 * power.sum(axis=0)).all()


@RATES
def test_a_loose_electrode_wanders_to_the_rail_and_back_and_moves_and_hums(fs_hz: float) -> None:
    """One that is always at the rail would be found by any check, one that never is by few."""
    for seed in range(4):
        raw_uv = still_uv("loose-glute-left", 15.0, seed=seed, fs_hz=fs_hz)
        assert not raw_uv[:, 1:].any()
        out = np.abs(raw_uv[:, 0]) > CYTON_FULL_SCALE_UV
        assert 0.02 < out.mean() < 0.6
        assert out[: round(12.0 * fs_hz)].any()
        filtered = CausalFilter(FilterSettings.for_rate(fs_hz), fs_hz)(raw_uv[:, :1])
        assert np.sqrt(np.mean(np.square(filtered[round(fs_hz) :]))) > 200.0
        hum, beside = (line_rms_uv(filtered[round(fs_hz) :], fs_hz, hz)[0] for hz in (60.0, 65.0))
        assert hum > 10.0 * beside


@RATES
def test_a_saturated_electrode_is_clipped_in_every_sample(fs_hz: float) -> None:
    """Its own offset may be of the other sign: a sample within range would look like a reading."""
    for seed in range(12):
        source = SimulatedSource(athlete_with("saturated-ham-right", seed=seed, fs_hz=fs_hz), speed=0.0)
        full_uv = source.open().full_scale_uv
        block = source.read(0.0)
        assert block is not None
        assert (np.abs(block.data_uv[:, 3]) >= 0.999 * full_uv).all()
        assert (np.abs(block.data_uv[:, :3]) < 0.5 * full_uv).all()


@RATES
@pytest.mark.parametrize("name", ["motion", "loose-glute-left", "saturated-ham-right"])
def test_a_passing_fault_is_there_in_its_seconds_and_in_no_others(name: str, fs_hz: float) -> None:
    """A fault that stays on would spoil the holds that are to show the recovery."""
    touched = np.flatnonzero(still_uv(f"{name}@2+1.5", 6.0, fs_hz=fs_hz).any(axis=1)) / fs_hz
    assert touched[0] == pytest.approx(2.0, abs=0.01)
    assert touched[-1] == pytest.approx(3.5, abs=0.01)
    twice = still_uv(f"{name}@1+1", 6.0, fs_hz=fs_hz) + still_uv(f"{name}@4+1", 6.0, fs_hz=fs_hz)
    both = athlete_with(f"{name}@1+1", f"{name}@4+1", fs_hz=fs_hz).samples(round(6 * fs_hz))
    assert both == pytest.approx(Athlete(seed=4, fs_hz=fs_hz).samples(round(6 * fs_hz)) + twice)


@pytest.mark.parametrize("blocks", [(1, 7, 25), (3,)])
def test_no_fault_depends_on_the_blocks(blocks: Sequence[int]) -> None:
    """The same seed and faults at another speed must give the same session."""
    faults = ("mains", "motion@3+20", "loose-glute-left@8", "saturated-ham-right@9+1", "swapped-sides")
    assert np.array_equal(script_uv(*faults, blocks=blocks), script_uv(*faults))


def test_a_fault_is_the_same_beside_another_one() -> None:
    """A disturbance that is drawn anew because of a late glute would change the left side too."""
    alone = script_uv("motion@3+4", "loose-glute-left@12+2")
    beside = script_uv("late-right-glute", "saturated-ham-right@1+1", "motion@3+4", "loose-glute-left@12+2")
    assert np.array_equal(alone[:, :2], beside[:, :2])
