"""How near the quick maximum of a simulated athlete comes to the true one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emg.blocks import SampleBlock
from emg.filters import CausalFilter, FilterSettings
from emg.montage import FOUR_SITES
from hardware.simulated_athlete import Athlete
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, Spectrum, random_for
from hardware.simulated_muscle import MVC_EFFORT, Muscle
from hardware.simulated_source import SimulatedSource
from tests.sessions import FS, rig, short_exercise

SEEDS = range(6)
EFFORT = sum(MVC_EFFORT) / 2


def in_band(spectrum: Spectrum) -> float:
    """Share of a muscle's RMS that the analysis band lets through."""
    noise = BoardNoise(random_for(1, "band"), FS, spectrum)
    raw = noise.read(200 * FS)[:, None]
    filtered = CausalFilter(FilterSettings.for_rate(FS), FS)(raw)
    return float(np.sqrt(np.mean(np.square(filtered[FS:]))))


def test_the_quick_maximum_is_the_true_one_to_five_percent(tmp_path: Path) -> None:
    """Else every percentage of every session is wrong by as much."""
    share = {"glute": in_band(GLUTEUS_MAXIMUS), "ham": in_band(BICEPS_FEMORIS)}
    found: list[float] = []
    for seed in SEEDS:
        athlete = Athlete(seed=seed)
        source = SimulatedSource(athlete, speed=0.0)
        rigged = rig(short_exercise(), tmp_path, info=source.open(), calibrated=False, performer=athlete)
        while rigged.draft.reference is None:
            block = source.read(1.0)
            assert isinstance(block, SampleBlock)
            rigged.live.on_block(block)
        for site in FOUR_SITES.sites:
            true_uv = Muscle(seed, site, FS).mvc_uv * share[site.muscle] * EFFORT
            found.append(rigged.draft.reference.sites[site.name].span_uv / true_uv)

    assert np.median(found) == pytest.approx(1.0, abs=0.05)
    assert np.quantile(np.abs(np.log(found)), 0.9) < 0.15
