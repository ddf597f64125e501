"""Streams that are not microvolts of raw EMG: envelopes and arbitrary units are taken for what they are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from emg.activation import Reference, SiteReference
from emg.blocks import Signal, Unit
from emg.filters import FilterSettings
from emg.montage import Montage
from emg.pipeline import ChainSettings, Pipeline
from emg.quality import FLAT, MAINS_50, OK, RAILED, VERDICTS
from tests.emg.signals import REFERENCE, block, muscles_uv, pipeline, stream

ONE = Montage.of({"glute_left": 1})
FILTERS = FilterSettings(20.0, 115.0)


def test_an_envelope_board_s_numbers_are_shown_as_they_come() -> None:
    """A MyoWare sends 20 rectified values a second: filtered again, a steady hold would read zero."""
    info = replace(stream(20.0, 1), signal=Signal.ENVELOPE, unit=Unit.ARBITRARY)
    reference = Reference({"glute_left": SiteReference(rest_uv=30.0, mvc_uv=500.0)})
    chain = Pipeline(info, ONE, ChainSettings(FILTERS), reference)
    levels = chain(block(np.linspace(100.0, 300.0, 60)[:, None], 0, 20.0))
    assert levels.rms_uv[:, 0] == pytest.approx(np.linspace(100.0, 300.0, 60))
    assert levels.slow_uv[-1, 0] == pytest.approx(np.sqrt(np.mean(np.linspace(100.0, 300.0, 60)[-20:] ** 2)))
    assert levels.pct_mvc[-1, 0] == pytest.approx(100.0 * math.sqrt((300**2 - 30**2) / (500**2 - 30**2)))
    assert chain.settings.delay_s(info) == 0.0


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e4])
def test_no_microvolt_rule_judges_arbitrary_units(unit: float) -> None:
    """In volts a good muscle is a millionth, and an electrode that is on must not be called off."""
    info = replace(stream(250.0, 1, math.inf), unit=Unit.ARBITRARY)
    muscle = muscles_uv(250.0, 6.0, seed=3, n_channels=1)
    still = np.full_like(muscle, muscle[0, 0])
    hum = 3.0 * np.sin(2.0 * np.pi * 50.0 * np.arange(len(muscle)) / 250.0)[:, None]
    quiet = 0.1 * np.random.default_rng(1).normal(size=muscle.shape)
    for raw, verdict in ((muscle, OK), (still, FLAT), (hum + quiet, MAINS_50)):
        chain = Pipeline(info, ONE, ChainSettings(FILTERS))
        assert VERDICTS[chain(block(unit * raw)).verdicts[-1, 0]] == VERDICTS[verdict]


def test_where_the_rail_is_not_known_nothing_is_railed() -> None:
    """A file of microvolts does not say at which the amplifier clips; a strong muscle is no fault."""
    loud = 1e6 * np.random.default_rng(1).normal(size=(1000, 4))
    known, unknown = (pipeline(full_scale_uv=rail)(block(loud)) for rail in (1e6, math.inf))
    assert np.all(known.verdicts[-1] == RAILED)
    assert np.all(unknown.verdicts[-1] == OK)
    assert np.array_equal(known.rms_uv, unknown.rms_uv, equal_nan=True)


def test_an_input_that_swings_is_railed_where_the_rail_is_known() -> None:
    """Else an electrode that comes off swings over half the range, and counts as a strong muscle."""
    swinging = 60_000.0 * np.random.default_rng(1).normal(size=(1000, 4))
    found = pipeline(full_scale_uv=1e6)(block(swinging))
    assert np.all(found.verdicts[-1] == RAILED)


def test_a_reference_that_comes_later_gives_the_percentages_of_one_that_was_there() -> None:
    """An analysis learns its maximum from the end of the file and must not read differently for it."""
    data_uv = muscles_uv(250.0, 4.0, seed=6)
    there, later = pipeline(reference=REFERENCE), pipeline()
    expected = there(block(data_uv))
    levels = later(block(data_uv))
    assert np.all(np.isnan(levels.pct_mvc))
    assert all(np.all(np.isnan(values)) for values in levels.ratios.values())
    later.reference = REFERENCE
    found = later.normalise(levels)
    assert found.pct_mvc.tobytes() == expected.pct_mvc.tobytes()
    assert found.slow_pct.tobytes() == expected.slow_pct.tobytes()
    for name, values in expected.ratios.items():
        assert found.ratios[name].tobytes() == values.tobytes()
