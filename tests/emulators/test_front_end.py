"""Claims about what the plain boards' converters make of the electrodes' microvolts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emg.codes import EventKind
from emg.session.events import event_to_json
from emg.stage import Event
from tests.emulators import olimex, text_board
from tests.emulators.cyton_signals import AthleteSignal, SteadyElectrode, TestSignal
from tests.emulators.front_end import EveryNth, FrontEnd

FS_HZ = 1000.0


def tone(amplitude_uv: float, frequency_hz: float, offset_uv: float = 0.0, n: int = 4000) -> np.ndarray:
    wave = amplitude_uv * np.sin(2.0 * np.pi * frequency_hz * np.arange(n) / FS_HZ) + offset_uv
    return np.column_stack((wave, np.full(n, offset_uv)))


def test_an_offset_does_not_reach_the_converter_and_the_band_does() -> None:
    """Else the half-cell potentials alone would drive a plain board to its rail."""
    front_end = FrontEnd(gain=2000.0, reference_v=5.0, bits=10, band_hz=(0.16, 400.0))
    counts = front_end.converter(FS_HZ, 2)(tone(500.0, 50.0, offset_uv=40_000.0))

    assert counts[:, 1].tolist() == [512] * 4000
    assert counts[:, 0].std() * np.sqrt(2.0) == pytest.approx(500e-6 * 2000.0 / 5.0 * 1024.0, rel=0.02)
    assert counts[:, 0].mean() == pytest.approx(512.0, abs=1.0)


def test_olimex_passes_what_is_below_40_hz() -> None:
    """Else the emulated shield claims a spectrum that the real one does not have."""
    counts = olimex.FRONT_END.converter(FS_HZ, 2)(tone(300.0, 40.0))
    low = olimex.FRONT_END.converter(FS_HZ, 2)(tone(300.0, 5.0))

    assert counts[1000:, 0].std() / low[1000:, 0].std() == pytest.approx(0.707, abs=0.03)


def test_too_strong_a_signal_stays_at_the_ends_of_the_range() -> None:
    """Else a saturated board wraps around."""
    front_end = FrontEnd(gain=2000.0, reference_v=5.0, bits=10, band_hz=(0.16, 400.0))
    counts = front_end.converter(FS_HZ, 1)(tone(5000.0, 50.0))

    assert (counts.min(), counts.max()) == (0, 1023)


def test_an_envelope_rests_at_zero_and_follows_the_effort() -> None:
    """Else a board that only gives envelopes looks like one that gives EMG."""
    convert = text_board.ENVELOPE.converter(FS_HZ, 2)
    rest, work = convert(tone(0.0, 80.0))[-1000:, 0], convert(tone(140.0, 80.0))[-1000:, 0]

    assert np.all(rest == 0)
    assert work.min() > 100
    assert work.max() - work.min() < 0.05 * work.mean()


@pytest.mark.parametrize("cuts", [(4000,), (1, 0, 999, 3000)])
def test_counts_do_not_depend_on_the_cut(cuts: tuple[int, ...]) -> None:
    """Else no test can say what a board should have sent."""
    signal = tone(100.0, 60.0)
    whole = text_board.ENVELOPE.converter(FS_HZ, 2)(signal)
    convert = text_board.ENVELOPE.converter(FS_HZ, 2)
    parts = np.split(signal, np.cumsum(cuts)[:-1])

    assert np.array_equal(np.concatenate([convert(part) for part in parts]), whole)


def test_every_nth_sample_is_taken_however_they_are_cut() -> None:
    """Else a board that reads finer than it sends sends too much, by the whim of the scheduler."""
    counts = np.arange(100, dtype=np.int32)[:, np.newaxis]
    choose = EveryNth()
    parts = np.split(counts, [1, 1, 8, 20, 21, 60])

    assert np.concatenate([choose(part, 7) for part in parts])[:, 0].tolist() == list(range(0, 100, 7))


@pytest.mark.parametrize("n_channels", [4, 8, 16])
def test_signals_have_as_many_channels_as_the_board(n_channels: int) -> None:
    """Else a board of 16 channels has nothing to measure on half of them."""
    for signal in (TestSignal(1, 500.0, n_channels), AthleteSignal(1, None, (), 500.0, n_channels)):
        assert signal(100).shape == (100, n_channels)
        assert signal(0).shape == (0, n_channels)


def test_the_athlete_on_a_slow_board_pushes_when_he_hears_the_coach(tmp_path: Path) -> None:
    """Else the samples of a slow session send him an hour into the past, and he never reacts as a person."""
    signal = AthleteSignal(1, tmp_path, (), FS_HZ, 4, on_session_clock=False)
    rest_uv = signal(2000)[:, 0]
    events = tmp_path / "session" / "events.jsonl"
    events.parent.mkdir()
    cue = Event(40, EventKind.CUE, "mvc#1", detail={"exercise": "mvc", "site": "glute_left", "trial": 1})
    events.write_text(event_to_json(cue) + "\n", encoding="utf-8")
    pieces_uv = [signal(50)[:, 0] for _ in range(30)]

    assert np.std(np.concatenate(pieces_uv[:4])) < 3.0 * np.std(rest_uv)
    assert np.std(np.concatenate(pieces_uv[-10:])) > 5.0 * np.std(rest_uv)


def test_a_steady_electrode_touches_no_other_channel() -> None:
    """Else what a driver makes of one constant channel is mixed up with the others."""
    steady, plain = SteadyElectrode(TestSignal(3), 2, -5.0)(50), TestSignal(3)(50)

    assert np.all(steady[:, 1] == -5.0)
    assert np.array_equal(np.delete(steady, 1, axis=1), np.delete(plain, 1, axis=1))
