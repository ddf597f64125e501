"""The chain on other people's recordings of real muscles: clean ones stay clean, bad ones are called bad."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from emg.activation import Activations, Reference, SiteReference
from emg.blocks import FloatArray
from emg.filters import FilterSettings
from emg.montage import FOUR_SITES, Montage
from emg.pipeline import ChainSettings, Pipeline
from emg.quality import MOTION, OK, TWIN, VERDICTS
from tests.emg.signals import blocks, fields_of, pipeline, run, stream

LAB_FULL_SCALE_UV = 10_000.0
CYTON = "openbci_format/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt"
PLUX = "upper_limb_plux/emg_fatigue_12bit_1000hz.txt"
WALKING = "lower_limb_walk_santuz/ID0012_TW_01_raw_1000hz.csv"
ISOMETRIC = [
    f"lower_limb_isometric_elderly/{name}_2000hz.csv"
    for name in ("ID02_BFtask", "ID02_VLtask", "ID05_BFtask", "ID05_VLtask", "ID19_BFtask")
]
EXG5 = 5


@cache
def _openbci(path: Path) -> FloatArray:
    with path.open(encoding="utf-8") as lines:
        rows = [line for line in lines if line[0].isdigit()]
    return np.loadtxt(rows, delimiter=",", usecols=range(1, 9))


@cache
def _columns(path: Path, *columns: int, scale: float = 1.0) -> FloatArray:
    return np.loadtxt(path, delimiter=",", skiprows=1, usecols=columns) * scale


def _plux(path: Path) -> FloatArray:
    return ((np.loadtxt(path) / 4096.0 - 0.5) * 3000.0)[:, None]


def _levels(
    data_uv: FloatArray,
    fs_hz: float,
    full_scale_uv: float = LAB_FULL_SCALE_UV,
    notch_hz: float | None = None,
    reference: Reference | None = None,
) -> Activations:
    """Run the first four channels, or fewer, as the four sites."""
    data_uv = np.ascontiguousarray(data_uv[:, :4])
    chain = Pipeline(
        stream(fs_hz, data_uv.shape[1], full_scale_uv),
        Montage(FOUR_SITES.channels[: data_uv.shape[1]]),
        ChainSettings(FilterSettings.for_rate(fs_hz, notch_hz)),
        reference or Reference(),
    )
    return run(chain, blocks(data_uv, fs_hz, range(0, len(data_uv), round(0.1 * fs_hz))))


def _found(levels: Activations, from_s: float = 0.6) -> set[str]:
    """Verdicts that occur once the first can be given."""
    return {VERDICTS[code] for code in np.unique(levels.verdicts[levels.samples >= from_s * levels.fs_hz])}


def test_the_hum_of_a_real_cyton_is_called_mains_until_its_own_notch_is_on(shared_data: Path) -> None:
    """108 to 148 µV of 60 Hz hide every muscle; the wrong notch must not silence the warning."""
    data_uv = _openbci(shared_data / CYTON)[:7500]
    for channel in range(8):
        one = data_uv[:, channel : channel + 1]
        late = {
            notch_hz: _found(_levels(one, 250.0, 187_500.0, notch_hz), 3.6) for notch_hz in (None, 50.0, 60.0)
        }
        assert late[None] == late[50.0] == {"mains"}
        assert late[60.0] <= {"ok", "motion"}  # eyes blink at 5-20 Hz


def test_leads_that_share_one_reference_are_called_twins(shared_data: Path) -> None:
    """On this board eight scalp leads hang on one ear: as muscles, each would be its neighbour too."""
    levels = _levels(_openbci(shared_data / CYTON)[:, :4], 250.0, 187_500.0, 60.0)
    assert np.mean(levels.verdicts == TWIN) > 0.8


def test_with_the_notch_a_jaw_clench_stands_out_of_the_hum(shared_data: Path) -> None:
    """Measured with another filter: 10.4 µV quiet against 119.6 µV clenched; 151.9 against 220.1 without."""
    one = _openbci(shared_data / CYTON)[:, EXG5 : EXG5 + 1]
    levels = _levels(one, 250.0, 187_500.0, 60.0)
    time_s, rms_uv = levels.samples / 250.0, levels.slow_uv[:, 0]
    quiet, clenched = rms_uv[(time_s > 20.0) & (time_s < 60.0)], rms_uv[(time_s > 9.0) & (time_s < 14.0)]
    assert 5.0 < np.median(quiet) < 20.0
    assert 80.0 < np.max(clenched) < 200.0


@pytest.mark.parametrize("name", ISOMETRIC)
def test_isometric_holds_of_real_thigh_muscles_are_never_complained_about(
    shared_data: Path, name: str
) -> None:
    """A complaint about a good electrode costs a session; the cable artefact in one of them is no hum."""
    assert _found(_levels(_columns(shared_data / name, 2, 3, 4, 5), 2000.0)) == {"ok"}


def test_walking_and_knee_flexion_are_never_complained_about(shared_data: Path) -> None:
    """EMG in bursts has its own rhythm, and most of its power where the mains are."""
    walking = _columns(shared_data / WALKING, *range(1, 14))
    for first in (0, 4, 8, 9):
        assert _found(_levels(walking[:, first : first + 4], 1000.0)) == {"ok"}
    for name in ("4Nstanding.csv", "6Nsitting.csv"):
        data_uv = _columns(shared_data / "lower_limb_uci" / name, 0, 1, 2, 3, scale=1000.0)
        assert _found(_levels(data_uv, 1000.0)) == {"ok"}


def test_walking_through_a_simulated_cyton_is_motion_only_where_a_third_of_it_is(shared_data: Path) -> None:
    """A quarter of the rate, and aliases in it: still muscle, but for one channel with 34 % at 5-20 Hz."""
    data_uv = _openbci(shared_data / "derived/santuz_as_cyton_250hz_odf.txt")[:, :4]
    verdicts = _levels(data_uv, 250.0, 187_500.0).verdicts[150:]
    assert np.all(np.delete(verdicts, 2, axis=1) == OK)
    assert np.mean(verdicts[:, 2] == MOTION) > 0.6


def test_a_recording_that_clips_is_railed_where_it_clips_and_ok_elsewhere(shared_data: Path) -> None:
    """A clipped biceps reads too low; the whole two minutes must not be lost for it."""
    data_uv = _plux(shared_data / PLUX)
    levels = _levels(data_uv, 1000.0, 1500.0)
    assert _found(levels) == {"ok", "railed"}
    railed = levels.verdicts[:, 0] == VERDICTS.index("railed")
    clipped = np.flatnonzero(np.abs(data_uv[:, 0]) >= 0.999 * 1500.0)
    assert 0.1 < railed.mean() < 0.6
    at_tick = clipped[clipped % levels.spacing == 0] // levels.spacing
    assert np.all(railed[at_tick])
    since = levels.samples - clipped[np.searchsorted(clipped, levels.samples, side="right") - 1]
    assert np.all(~railed[(levels.samples > clipped[0]) & (since > 1500)])


@pytest.mark.parametrize(
    ("name", "key", "column", "scale"),
    [
        (WALKING, "santuz/MA_uV", 2, 1.0),
        (WALKING, "santuz/BF_uV", 8, 1.0),
        (ISOMETRIC[0], "isometric/ID02_BFtask/BF_uV", 3, 1.0),
    ],
)
def test_levels_agree_with_an_independent_zero_phase_analysis(
    shared_data: Path, name: str, key: str, column: int, scale: float
) -> None:
    """A factor in the chain would go unseen in simulation: both sides of it would have it."""
    expected = json.loads((shared_data / "expected_stats.json").read_text(encoding="utf-8"))[key]
    levels = _levels(_columns(shared_data / name, column, scale=scale)[:, None], float(expected["fs"]))
    power_uv2 = levels.power_uv2[levels.samples >= 0.5 * levels.fs_hz, 0]
    assert np.sqrt(np.nanmean(power_uv2)) == pytest.approx(expected["rms_zero_lag_bw2"], rel=0.06)


def test_a_glute_and_its_hamstring_have_a_ratio_while_they_work_and_none_at_rest(shared_data: Path) -> None:
    """Repeated knee flexions with rest between: the ratio must come and go with the muscles."""
    data_uv = _columns(shared_data / "lower_limb_uci/4Nstanding.csv", 1, 3, scale=1000.0)
    reference = Reference({"glute_left": SiteReference(3.0, 190.0), "ham_left": SiteReference(3.0, 190.0)})
    levels = _levels(data_uv, 1000.0, reference=reference)
    ratio, weaker_uv = levels.ratios["left"], np.min(levels.slow_uv, axis=1)
    known = ~np.isnan(ratio)
    assert 0.1 < known.mean() < 0.95
    assert np.min(weaker_uv[known]) >= 2.0 * 3.0
    assert np.all(np.isnan(ratio[weaker_uv < 5.0]))
    assert np.all((ratio[known] > 0.05) & (ratio[known] < 20.0))


def test_a_real_recording_gives_the_same_numbers_in_any_blocks(shared_data: Path) -> None:
    """Real offsets, real hum, real steps: the cut must not show there either."""
    data_uv = np.ascontiguousarray(_openbci(shared_data / CYTON)[:2500, :4])
    lost = [(700, 712), (1500, 1513)]
    ways = [
        fields_of(run(pipeline(notch_hz=60.0), blocks(data_uv, 250.0, range(0, 2500, step), lost)))
        for step in (2500, 5, 1, 173)
    ]
    assert all(way == ways[0] for way in ways)
