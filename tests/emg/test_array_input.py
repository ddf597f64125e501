"""What may hold the numbers, and what is no signal: refused in one sentence, never bent into one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from emg import (
    SampleBlock,
    as_array,
    detect_bursts,
    filter_emg,
    latency_s,
    levels,
    peak_rms_uv,
    power_spectrum,
    reference_from,
    rms_envelope,
    rms_uv,
)
from tests.emg.signals import block, muscles_uv

FOUR_UV = muscles_uv(250.0, 5.0, seed=21)
ONE_UV = muscles_uv(1000.0, 5.0, seed=21)[:, 2]
HOLED_UV = np.where((np.arange(len(ONE_UV)) >= 1000) & (np.arange(len(ONE_UV)) < 1300), math.nan, ONE_UV)


# --- whatever holds the numbers


@pytest.mark.parametrize(
    "given_as",
    [
        list,
        tuple,
        pd.Series,
        pl.Series,
        lambda x: pd.Series(x, dtype="Float64"),
        lambda x: pd.Series(x, index=np.arange(len(x))[::-1] * 7),
        lambda x: pd.Series(x, dtype=object),
        lambda x: pd.DataFrame({"emg": x}),
        lambda x: pl.DataFrame({"emg": x}),
        lambda x: np.asfortranarray(np.stack((x, x), axis=1))[:, :1],
        lambda x: np.repeat(x, 2)[::2],
    ],
)
def test_a_column_is_its_numbers_whatever_holds_them(given_as: Any) -> None:
    """pandas, polars and NumPy users of one lab must get one number."""
    expected = rms_envelope(ONE_UV, 1000.0)
    found = rms_envelope(given_as(ONE_UV.copy()), 1000.0)
    assert found.reshape(-1).tobytes() == expected.tobytes()
    assert rms_uv(given_as(ONE_UV.copy()), 1000.0) == rms_uv(ONE_UV, 1000.0)


def test_tables_keep_the_order_of_their_columns() -> None:
    """Left and right must not change places on the way."""
    names = ["z", "a", "m", "b"]
    columns = {name: FOUR_UV[:, place] for place, name in enumerate(names)}
    expected = filter_emg(FOUR_UV, 250.0).tobytes()
    assert filter_emg(pd.DataFrame(columns), 250.0).tobytes() == expected
    assert filter_emg(pl.DataFrame(columns), 250.0).tobytes() == expected


def test_null_masked_and_infinite_are_lost_as_nan_is() -> None:
    """A null read as zero is a muscle that let go; a mask that is dropped brings the artefact back."""
    gone = slice(2000, 2300)
    holed_uv = ONE_UV.copy()
    holed_uv[gone] = math.nan
    expected = rms_envelope(holed_uv, 1000.0)
    assert np.isnan(expected[2200])
    as_objects = [None if math.isnan(value) else value for value in holed_uv]
    mask = np.isnan(holed_uv)
    held: list[Any] = [
        as_objects,
        pd.Series(as_objects, dtype="Float64"),
        pd.DataFrame({"a": pd.array(as_objects, dtype="Float64")}),
        pl.Series(as_objects),
        np.ma.masked_array(ONE_UV, mask),
        np.where(mask, -math.inf, ONE_UV),
    ]
    for column in held:
        assert rms_envelope(column, 1000.0).reshape(-1).tobytes() == expected.tobytes()


def test_a_table_of_mixed_types_is_one_of_numbers() -> None:
    """pandas turns a table of Int64 and Float64 with a missing value into Python objects."""
    counts = [1, None, *range(3, 401)]
    values = [0.5, None, *(value / 2 for value in range(3, 401))]
    table = pd.DataFrame({"a": pd.array(counts, dtype="Int64"), "b": pd.array(values, dtype="Float64")})
    plain = np.array(
        [[math.nan if v is None else v for v in row] for row in zip(counts, values, strict=True)]
    )
    assert filter_emg(table, 250.0).tobytes() == filter_emg(plain, 250.0).tobytes()


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.uint16, np.int64, np.float32])
def test_whole_numbers_do_not_wrap(kind: Any) -> None:
    """The square of 200 in an 8-bit or 16-bit column is not what it is."""
    counts = np.random.default_rng(2).integers(0, 120, 1500).astype(kind)
    assert rms_uv(counts, 250.0) == rms_uv(counts.astype(np.float64), 250.0)
    assert rms_uv(counts, 250.0) > 10.0


def test_what_is_given_stays_as_it_is_and_nothing_is_remembered() -> None:
    """A cell run twice in a notebook must give the same twice."""
    data_uv = FOUR_UV.copy()
    data_uv[300:340, 1] = math.inf
    before = data_uv.tobytes()
    once, twice = (rms_envelope(data_uv, 250.0).tobytes() for _ in range(2))
    assert once == twice
    assert data_uv.tobytes() == before


# --- what cannot be used

UNUSABLE: list[tuple[Any, str]] = [
    ([], "n_samples"),
    (5.0, "n_samples"),
    (np.zeros((4, 3, 2)), "n_samples"),
    (np.zeros((400, 0)), "n_samples"),
    (np.zeros((4, 400)), "transpose"),
    (["1.5"] * 300, "numbers"),
    ([1.0, "2", None], "numbers"),
    (pd.Series(["1,5", "2,5"]), "numbers"),
    (pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}), "numbers"),
    (pl.LazyFrame({"a": [1.0, 2.0]}), "numbers"),
    (pd.Series(pd.date_range("2024-01-01", periods=5)), "numbers"),
    (np.array([True, False]), "numbers"),
    (np.array([1.0 + 2.0j]), "numbers"),
    ([[1.0, 2.0], [3.0]], "same length"),
    ({"a": [1.0]}, "numbers"),
    (pd.DataFrame([[1.0, 2.0]] * 3, columns=["a", "a"]), "same name"),
    ([math.nan] * 5, "Column 0"),
    ([None] * 5, "Column 0"),
    (np.column_stack((np.ones(9), np.full(9, math.nan))), "Column 1"),
    ([[1.0, math.nan], [math.nan, 1.0]], "one at a time"),
]


@pytest.mark.parametrize(("thing", "reason"), UNUSABLE)
def test_what_is_no_signal_is_refused_in_one_sentence(thing: Any, reason: str) -> None:
    """A traceback from inside NumPy does not say which column to mend."""
    for function in (filter_emg, rms_envelope, power_spectrum):
        with pytest.raises(ValueError, match=reason) as refused:
            function(thing, 250.0)
        assert str(refused.value).endswith(".")


@pytest.mark.parametrize("fs_hz", [0.0, -250.0, math.nan, math.inf, 1e9, 0.004, 125.0])
def test_a_rate_that_is_none_is_refused(fs_hz: float) -> None:
    """A period given for a rate, or megahertz, must not give a level."""
    for function in (filter_emg, rms_envelope, rms_uv, peak_rms_uv, power_spectrum):
        with pytest.raises(ValueError, match="samples a second"):
            function(ONE_UV, fs_hz)


def test_a_band_that_does_not_fit_is_refused_never_bent() -> None:
    """Two labs that ask for 20-450 Hz must not get two bands."""
    for band_hz in ((20.0, 500.0), (0.0, 100.0), (300.0, 100.0), (math.nan, 100.0)):
        with pytest.raises(ValueError, match="band"):
            filter_emg(ONE_UV, 1000.0, band_hz=band_hz)
    with pytest.raises(ValueError, match="mains"):
        filter_emg(ONE_UV, 1000.0, notch_hz=-50.0)


@pytest.mark.parametrize("span_s", [(-1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (1.0, 99.0), (math.nan, 2.0)])
def test_a_stretch_outside_the_recording_is_refused(span_s: tuple[float, float]) -> None:
    """A slip of a minute would otherwise be the mean of something else."""
    for call in (
        lambda: rms_uv(ONE_UV, 1000.0, span_s=span_s),
        lambda: peak_rms_uv(ONE_UV, 1000.0, span_s=span_s),
        lambda: detect_bursts(ONE_UV, 1000.0, baseline_s=span_s),
        lambda: latency_s(ONE_UV, 1000.0, cue_s=3.0, scored_s=span_s, rest_uv=1.0),
    ):
        with pytest.raises(ValueError, match="no stretch"):
            call()


def test_times_and_windows_that_do_not_fit_are_refused() -> None:
    """Each with its own reason."""
    with pytest.raises(ValueError, match="are left out"):
        rms_uv(ONE_UV[:400], 1000.0)
    with pytest.raises(ValueError, match="No window"):
        peak_rms_uv(ONE_UV[:900], 1000.0)
    for window_s in (0.0, -1.0, math.nan, math.inf, 1e-9):
        with pytest.raises(ValueError, match="window"):
            rms_envelope(ONE_UV, 1000.0, window_s=window_s)
    with pytest.raises(ValueError, match="after the cue"):
        latency_s(ONE_UV, 1000.0, cue_s=3.0, scored_s=(2.9, 4.0), rest_uv=1.0)
    with pytest.raises(ValueError, match="without a lost sample"):
        power_spectrum(ONE_UV[:900], 1000.0)
    with pytest.raises(ValueError, match="baseline"):
        detect_bursts(HOLED_UV, 1000.0, baseline_s=(1.0, 2.0))


def test_sites_that_do_not_name_the_columns_are_refused() -> None:
    """A ratio of the wrong two columns looks like any other."""
    data_uv = FOUR_UV[:, :2]
    for sites in (["glute_left"], "glute_left", ["glute_left", "ham_left", "ham_right"]):
        with pytest.raises(ValueError, match="each column"):
            levels(data_uv, 250.0, sites=sites)
    with pytest.raises(ValueError, match="twice"):
        levels(data_uv, 250.0, sites=["glute_left", "glute_left"])
    with pytest.raises(ValueError, match="not a site"):
        levels(data_uv, 250.0, sites=["glute_left", "ham"])
    with pytest.raises(ValueError, match="one channel"):
        rms_uv(data_uv, 250.0)


def test_a_reference_without_rest_or_trials_is_refused() -> None:
    """A single trial given without its list would be taken apart into samples."""
    rest: dict[str, Any] = {"glute_left": 0.05 * ONE_UV}
    with pytest.raises(ValueError, match="no rest"):
        reference_from(rest, {"ham_left": [ONE_UV]}, 1000.0)
    trials: Any
    for trials in (ONE_UV, []):
        with pytest.raises(ValueError, match="list of recordings"):
            reference_from(rest, {"glute_left": trials}, 1000.0)
    with pytest.raises(ValueError, match="above the rest"):
        reference_from({"glute_left": ONE_UV}, {"glute_left": [0.05 * ONE_UV]}, 1000.0)


def test_blocks_that_overlap_or_are_none_are_refused() -> None:
    """Samples that come twice shift all that follows."""
    with pytest.raises(ValueError, match="begins before"):
        as_array([block(np.zeros((10, 1)), 0), block(np.zeros((10, 1)), 9)])
    with pytest.raises(ValueError, match="no sample"):
        as_array(list[SampleBlock]())
