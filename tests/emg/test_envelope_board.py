"""A board that sends a finished envelope, twenty numbers a second in a unit of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emg.blocks import SampleBlock, Signal, StreamInfo, Unit
from emg.filters import BandError
from emg.limits import limits_of
from emg.onset import envelope_latency_s
from emg.pipeline import Pipeline
from emg.quality import VERDICTS, ContactMeter
from emg.results import Outcome
from emg.session.tables import HOLD_COLUMNS, HoldTable
from tests.fakes import FAKE_INFO
from tests.sessions import QUICK, RIGHT_LEG, Rig, every, rig, short_exercise
from ui.session.plan import chain_settings

RATE = 20
REST, BEST = 12.0, 600.0
INFO = StreamInfo(
    board="serial-text",
    source_id="serial-text:x",
    nominal_fs_hz=20.0,
    fs_hz=20.0,
    n_channels=4,
    full_scale_uv=1023.0,
    bandwidth_hz=10.0,
    signal=Signal.ENVELOPE,
    unit=Unit.ARBITRARY,
)
SLOWLY = short_exercise(
    test=2, train=1, timing={**QUICK, "hold_s": 6.0, "prepare_s": 3.0, "quiet_s": 1.5, "wait_limit_s": 5.0}
)
RISE_S = 0.6
"""The simulated muscle comes to its level so long after the cue."""


def efforts() -> list[tuple[float, float, float, tuple[int, ...]]]:
    """From, to, level and channels: two maxima of each muscle after 15 s of rest, then three holds."""
    found: list[tuple[float, float, float, tuple[int, ...]]] = []
    at = 15.0
    for channel in (2, 3, 2, 3):
        found.append((at + 4.0, at + 7.0, BEST, (channel,)))
        at += 9.0
    at += 3.0 + 1.0  # to say how much the last one hurt, and to stand up
    for _ in range(3):
        cue = at + 3.0
        found.append((cue + RISE_S, cue + 7.0, 300.0, (2, 3)))
        at = cue + 6.5 + 1.0
    return found


def envelope(fs_hz: float = RATE, seconds: float = 100.0, *, steps: bool = True) -> SampleBlock:
    """What such a board sends: whole numbers that lie dead still at rest."""
    at_s = np.arange(round(seconds * fs_hz)) / fs_hz
    data = np.full((len(at_s), 4), REST)
    for start, stop, level, channels in efforts() if steps else ():
        for channel in channels:
            data[(at_s >= start) & (at_s < stop), channel] = level
    wobble = np.random.default_rng(3).normal(1.0, 0.02, data.shape)
    data = np.where(data > REST, np.rint(data * wobble), data)
    return SampleBlock(data, 0, fs_hz, seconds)


def session(tmp_path: Path, info: StreamInfo = INFO) -> Rig:
    rigged = rig(SLOWLY, tmp_path, info=info, montage=RIGHT_LEG, calibrated=False)
    rigged.feed(every(2, envelope(info.fs_hz)))
    return rigged


@pytest.mark.parametrize("fs_hz", [20.0, 19.6, 50.0])
def test_a_whole_session_runs_on_an_envelope(tmp_path: Path, fs_hz: float) -> None:
    """Else somebody with a muscle sensor for forty euros cannot train at all."""
    rigged = session(tmp_path, replace(INFO, fs_hz=fs_hz, nominal_fs_hz=fs_hz))

    assert rigged.live.refusal == ""
    assert [hold.outcome for hold in rigged.kept.holds] == [Outcome.SUCCESS] * 3
    assert rigged.draft.rest_uv == pytest.approx({"glute_right": REST, "ham_right": REST}, abs=0.5)
    for hold in rigged.kept.holds:
        assert hold.glute.pct_mvc == pytest.approx(50.0, abs=5.0)
        assert hold.ratio_same_side == pytest.approx(1.0, abs=0.1)


def test_latencies_are_coarse_and_onsets_are_missing(tmp_path: Path) -> None:
    """Else a number that needs raw EMG is made up from an envelope."""
    rigged = session(tmp_path)
    row = dict(
        zip(
            HOLD_COLUMNS,
            HoldTable("a", "s", "p").row(rigged.kept.holds[0]).strip().split(","),
            strict=True,
        )
    )
    assert row["glute_onset_latency_s"] == row["ham_onset_latency_s"] == ""
    for hold in rigged.kept.holds:
        assert hold.glute.latency_s == pytest.approx(RISE_S - QUICK["set_after_s"], abs=0.1)


def test_nothing_is_in_microvolts(tmp_path: Path) -> None:
    """Else counts of a converter are read as microvolts of a muscle."""
    kept = session(tmp_path).kept
    header, *rows = (kept.table.header + kept.rows).splitlines()
    row = dict(zip(header.split(","), rows[RATE * 10].split(","), strict=True))
    assert row["glute_right_uv"] == ""
    assert float(row["glute_right_au"]) == REST


def test_a_muscle_at_rest_is_no_bad_contact(tmp_path: Path) -> None:
    """Else every hold is void, because an envelope that stands still looks like a torn wire."""
    for level in (0.0, REST, 980.0):
        block = replace(envelope(seconds=5.0, steps=False), data_uv=np.full((100, 4), level))
        verdicts = Pipeline(INFO, RIGHT_LEG, chain_settings(INFO, None))(block).verdicts
        assert {VERDICTS[code] for code in verdicts[30:].ravel()} == {"ok"}


def test_a_clipped_envelope_is_seen(tmp_path: Path) -> None:
    """Else all efforts beyond the converter's end count the same."""
    block = replace(envelope(seconds=5.0, steps=False), data_uv=np.full((100, 4), 1023.0))
    verdicts = Pipeline(INFO, RIGHT_LEG, chain_settings(INFO, None))(block).verdicts
    assert {VERDICTS[code] for code in verdicts[30:].ravel()} == {"railed"}


@pytest.mark.parametrize("end", [1023.0, 4095.0])
def test_an_envelope_that_stands_still_at_the_end_of_its_converter_is_clipped(end: float) -> None:
    """Else the strongest effort of a board that does not tell its range is taken for a maximum."""
    info = replace(INFO, full_scale_uv=65535.0)
    verdicts = []
    for level in (end, end - 1.0):
        as_recorded = info.scale.decode(info.scale.encode(np.full((60, 1), level)))
        verdicts.append(VERDICTS[ContactMeter(info, 1)(as_recorded, None)[-1, 0]])
    assert verdicts == ["railed", "ok"]


def test_a_slow_envelope_is_taken_and_a_slow_raw_board_is_not() -> None:
    """Else envelope boards are refused for a band they do not need, or raw ones show half of the EMG."""
    assert chain_settings(INFO, 50.0).filters.notch_hz is None
    with pytest.raises(BandError, match="20 samples a second"):
        chain_settings(replace(INFO, board="fake", signal=Signal.RAW), None)


def test_a_refused_board_is_refused_in_its_own_words() -> None:
    """Else the owner of a Daisy does not learn that the same board works without it."""
    with pytest.raises(BandError, match="125 samples a second"):
        chain_settings(replace(FAKE_INFO, board="cyton_daisy", fs_hz=125.0), None)


def test_what_a_board_cannot_tell_is_listed() -> None:
    """Else nobody knows why columns are empty."""
    assert limits_of(INFO) == ("microvolt", "contact", "mains", "onset", "fine_latency", "spectrum")
    assert limits_of(FAKE_INFO) == ("spectrum",)
    assert limits_of(replace(FAKE_INFO, bandwidth_hz=40.0)) == ("onset", "spectrum")
    fast = replace(FAKE_INFO, fs_hz=1000.0, bandwidth_hz=450.0)
    assert limits_of(fast) == ()
    assert limits_of(replace(fast, unit=Unit.ARBITRARY)) == ("microvolt",)


# --- the latency of an envelope


def rise(values: list[float]) -> float | None:
    return envelope_latency_s(np.array(values), 0.05, rest_uv=0.0, level_uv=100.0)


@pytest.mark.parametrize(
    ("values", "latency_s"),
    [
        ([0.0] * 4 + [100.0] * 10, 3.75 * 0.05),
        ([100.0] * 20, 0.0),
        ([0.0, 90.0, 0.0, *[80.0] * 8], (2 + 75 / 80) * 0.05),
        ([0.0, *[90.0] * 5, 0.0], None),
        ([0.0] * 30, None),
        ([90.0] * 3, None),
        ([], None),
        ([float("nan"), float("nan"), *[90.0] * 8], 2 * 0.05),
        ([0.0, *[90.0] * 3, float("nan"), *[90.0] * 8], 5 * 0.05),
    ],
    ids=["a step", "on already", "a spike first", "too short", "never", "no time", "nothing", "lost", "gap"],
)
def test_the_first_crossing_that_stays_is_the_latency(values: list[float], latency_s: float | None) -> None:
    """Else a twitch counts as the muscle's start, or a sample that nobody has seen."""
    assert rise(values) == (None if latency_s is None else pytest.approx(latency_s))
