"""Chapter 1: the chain against files and filters that others made."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

import numpy as np
from scipy import signal

from emg.activation import Activations
from emg.blocks import FloatArray
from emg.filters import CausalFilter, Filter, FilterSettings, ZeroPhaseFilter
from emg.pipeline import Pipeline
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, random_for
from validation import data
from validation.results import Chapter, Claim, Claims, worst_of
from validation.simulation import RATES_HZ, blocks_of, chain, joined, moving_rms, noise, run

WALKING: Final = "lower_limb_walk_santuz/ID0012_TW_01"
CYCLES: Final = 3
"""The first of the record is left out, as R leaves it out."""

MATLAB: Final = "golden_matlab_libemg"
CYTON: Final = "derived/santuz_as_cyton_250hz_odf.txt"

ENVELOPE_TOLERANCE: Final = {"BF": 1e-4, "ST": 1e-4, "ME": 1e-4, "MA": 0.008}
"""In shares of the channel's maximum. MA has its minimum at an edge of the record, where R pads otherwise."""

BRAINFLOW_TOLERANCE: Final = 1e-8
CUT_TOLERANCE: Final = 1e-12
N_CUTS: Final = 40
MATLAB_WINDOW, MATLAB_STEP = 200, 25
MATLAB_DIGITS: Final = 5
HALF_A_DIGIT: Final = 0.5 + 1e-6
RMS_TOLERANCE: Final = 5e-4
ARITHMETIC: Final = 1e-9
"""Exact but for the last bits of a floating-point sum."""


@dataclass(frozen=True, slots=True)
class OneSide(FilterSettings):
    """A Butterworth filter of order 4 with one corner, as the R chain wants it."""

    kind: Literal["highpass", "lowpass"] = "highpass"

    def sections(self, fs_hz: float) -> FloatArray:
        """Design it as second-order sections."""
        corner_hz = self.low_hz if self.kind == "highpass" else self.high_hz
        return np.asarray(signal.butter(4, corner_hz, self.kind, fs=fs_hz, output="sos"))


def chapter(folder: Path, seed: int = 1) -> Chapter:
    """Run everything; without the recordings there is no golden file to compare with."""
    missing = [name for name in (f"{WALKING}_raw_1000hz.csv", MATLAB, CYTON) if not (folder / name).exists()]
    if missing:
        return Chapter("Golden files", "", absent=", ".join(missing))
    claims = (
        envelope_claims(folder, seed),
        matlab_claims(folder),
        brainflow_claims(simulated_records(seed) | real_records(folder)),
        streaming_claims(seed),
        cut_claims(seed),
    )
    return Chapter(
        "Golden files",
        "Files that R and MATLAB wrote, and filters that others built, against PowerHold's filters and "
        "windows on the same input.",
        (
            "- R: the normalised envelope of walking by musclesyneRgies. The product has no envelope by "
            "low-pass: R's chain runs through the product's streaming zero-phase filter with R's corners, "
            "in blocks of random length. In shares of the channel's maximum.\n- MATLAB: RMS through the "
            "product's moving RMS. The product has no MAV, IAV or WL: they are their definitions in NumPy, "
            "to show that the windows are MATLAB's.\n- BrainFlow: DataFilter.perform_bandpass over the "
            "whole record, a C++ filter. It starts from zero and PowerHold at the steady state of its "
            "first sample, so a zero is put before the record: both start from zero.\n- SciPy: sosfilt and "
            "sosfiltfilt over the whole record at once, with sections designed here, without notch and "
            "with 50 and 60 Hz; ours in blocks cut at random places. sosfilt gets the record less its first "
            "sample, which is to start at its steady state; of an offset its own rounding would remain.\n"
            "- The whole chain cut at random places, with two gaps: values of any level or verdict that "
            "differ in any bit from those of uncut blocks.\n\n"
            "BrainFlow and SciPy: greatest difference over the greatest value.",
            Claims("Greatest differences", tuple(claim for group in claims for claim in group)),
        ),
    )


def in_pieces(one: Filter, data_uv: FloatArray, seed: int) -> FloatArray:
    """Filter a record in blocks of random length, what is held back at the end included."""
    cuts = np.sort(random_for(seed, "cuts", len(data_uv)).integers(0, len(data_uv), N_CUTS))
    parts = [one(np.ascontiguousarray(part)) for part in np.split(data_uv, cuts)]
    rest = one.restart()
    return np.concatenate(parts if rest is None else [*parts, rest])


def far(ours: FloatArray, theirs: FloatArray) -> float:
    """Greatest difference over the greatest value."""
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


def walking_envelope(folder: Path, seed: int) -> tuple[tuple[str, ...], FloatArray]:
    """Run the R chain: names of the muscles, and three cycles of 200 points; shape (600, n_muscles)."""
    path = folder / f"{WALKING}_raw_1000hz.csv"
    with path.open(encoding="utf-8") as lines:
        names = tuple(name.removesuffix("_uV") for name in lines.readline().strip().split(",")[1:])
    raw = data.table(path)
    time_s, emg = raw[:, 0], raw[:, 1:] - raw[:, 1:].mean(axis=0)
    high = ZeroPhaseFilter(OneSide(50.0, 500.0, kind="highpass"), 1000.0)
    low = ZeroPhaseFilter(OneSide(0.0, 20.0, kind="lowpass"), 1000.0)
    envelope = in_pieces(low, np.abs(in_pieces(high, emg, seed)), seed + 1)
    envelope[envelope <= 0.0] = envelope[envelope > 0.0].min()
    envelope -= envelope.min(axis=0)
    envelope /= envelope.max(axis=0)
    cycles = data.table(folder / f"{WALKING}_cycles.csv")
    points = []
    for (down_s, off_s), (next_s, _) in pairwise(cycles[1 : CYCLES + 2]):
        for start_s, stop_s in ((down_s, off_s), (off_s, next_s)):
            phase = envelope[(time_s > start_s - 5e-4) & (time_s < stop_s - 5e-4)]
            at = np.linspace(0.0, len(phase) - 1.0, 100)
            points.append(np.stack([np.interp(at, np.arange(len(phase)), one) for one in phase.T], axis=1))
    return names, np.concatenate(points)


def envelope_claims(folder: Path, seed: int) -> tuple[Claim, ...]:
    """Greatest difference from R's envelope, muscle by muscle."""
    names, ours = walking_envelope(folder, seed)
    golden = data.named(folder / f"{WALKING}_filtEMG_golden_R.csv", names)
    worst = np.abs(ours - golden).max(axis=0)
    return tuple(
        Claim(f"R envelope, {name}", float(worst[names.index(name)]), 0.0, limit)
        for name, limit in ENVELOPE_TOLERANCE.items()
    )


def matlab_claims(folder: Path) -> tuple[Claim, ...]:
    """MATLAB's features of each window and channel, the RMS through the product's moving power."""
    emg = data.table(folder / MATLAB / "emg_data_myo.csv", skip=0)
    ends = np.arange(MATLAB_WINDOW - 1, len(emg), MATLAB_STEP)
    windows = np.stack([emg[end + 1 - MATLAB_WINDOW : end + 1] for end in ends])
    found = {
        "RMS": moving_rms(emg, (MATLAB_WINDOW,), ends)[0],
        "MAV": np.abs(windows).mean(axis=1),
        "IAV": np.abs(windows).sum(axis=1),
        "WL": np.abs(np.diff(windows, axis=1)).sum(axis=1),
    }
    claims = []
    for name, ours in found.items():
        golden = data.table(folder / MATLAB / f"matlab_{name}.csv", skip=0)
        assert golden.shape == ours.shape
        worst = float(np.abs(ours - golden).max())
        claims.append(Claim(f"MATLAB {name}", worst, 0.0, RMS_TOLERANCE if name == "RMS" else ARITHMETIC))
        if name == "RMS":
            digit = 10.0 ** (np.floor(np.log10(golden)) - (MATLAB_DIGITS - 1))
            in_digits = float((np.abs(ours - golden) / digit).max())
            what = f"MATLAB RMS, in units of the last of its {MATLAB_DIGITS} digits"
            claims.append(Claim(what, in_digits, 0.0, HALF_A_DIGIT))
    return tuple(claims)


def record(fs_hz: float, seed: int, seconds: float = 20.0) -> FloatArray:
    """Make a record such as a board gives: muscle, hum, and offsets of tens of millivolts."""
    n = round(seconds * fs_hz)
    emg = [
        50.0 * noise(seed, "record", fs_hz, n, 2, spectrum) for spectrum in (GLUTEUS_MAXIMUS, BICEPS_FEMORIS)
    ]
    hum = 100.0 * np.sin(2.0 * np.pi * 50.0 * np.arange(n) / fs_hz)[:, None]
    return np.ascontiguousarray(np.hstack(emg) + hum + np.array([-28e3, 0.0, 15e3, 66e3]))


Records = dict[str, tuple[float, FloatArray]]
"""Rate and signal of each record."""


def simulated_records(seed: int) -> Records:
    """Make one record a rate."""
    return {f"simulated, {fs_hz:g} Hz": (fs_hz, record(fs_hz, seed)) for fs_hz in RATES_HZ}


def real_records(folder: Path) -> Records:
    """Read records of a laboratory system, and of what a Cyton makes of the same muscles."""
    return {
        "walking, 1000 Hz": (1000.0, data.table(folder / f"{WALKING}_raw_1000hz.csv")[:, 1:]),
        "walking as a Cyton gives it": (250.0, data.openbci(folder / CYTON)),
    }


def brainflow_claims(records: Records) -> tuple[Claim, ...]:
    """BrainFlow's filter against ours, both from zero."""
    found = {}
    for name, (fs_hz, emg) in records.items():
        settings = FilterSettings.for_rate(fs_hz)
        ours = CausalFilter(settings, fs_hz)(np.concatenate((np.zeros((1, emg.shape[1])), emg)))[1:]
        found[name] = far(ours, brainflow_bandpass(emg, fs_hz, settings))
    return (worst_of(f"BrainFlow, {len(found)} records", found, BRAINFLOW_TOLERANCE),)


def brainflow_bandpass(emg: FloatArray, fs_hz: float, settings: FilterSettings) -> FloatArray:
    """Filter a whole record with BrainFlow; before Python 3.12 it warns of a package that it needs itself."""
    channels = np.ascontiguousarray(emg.T)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*pkg_resources")
        from brainflow.data_filter import DataFilter, FilterTypes

        for channel in channels:
            DataFilter.perform_bandpass(
                channel, int(fs_hz), settings.low_hz, settings.high_hz, 2, FilterTypes.BUTTERWORTH.value, 0.0
            )
    return channels.T


def designed(fs_hz: float, notch_hz: float | None) -> FloatArray:
    """Design the default filter once more, from the words of its documentation."""
    sos = signal.butter(2, (20.0, min(450.0, 0.46 * fs_hz)), "bandpass", fs=fs_hz, output="sos")
    lines_hz = () if notch_hz is None else np.arange(notch_hz, 0.45 * fs_hz, notch_hz)
    notches = [np.concatenate(signal.iirnotch(hz, 30.0, fs=fs_hz)) for hz in lines_hz]
    return np.vstack([sos, *notches])


def streaming_claims(seed: int) -> tuple[Claim, ...]:
    """Both filters in pieces against SciPy in one shot."""
    causal, zero_phase = {}, {}
    for fs_hz in RATES_HZ:
        emg = record(fs_hz, seed)
        for notch_hz in (None, 50.0, 60.0):
            settings, sos = FilterSettings.for_rate(fs_hz, notch_hz), designed(fs_hz, notch_hz)
            name = f"{fs_hz:g} Hz, " + ("no notch" if notch_hz is None else f"notch {notch_hz:g} Hz")
            once = signal.sosfilt(sos, emg - emg[0], axis=0)
            causal[name] = far(in_pieces(CausalFilter(settings, fs_hz), emg, seed), once)
            twice = signal.sosfiltfilt(sos, emg, axis=0)
            zero_phase[name] = far(in_pieces(ZeroPhaseFilter(settings, fs_hz), emg, seed), twice)
    return (
        worst_of(f"SciPy sosfilt, {len(causal)} settings", causal, CUT_TOLERANCE),
        worst_of(f"SciPy sosfiltfilt, {len(zero_phase)} settings", zero_phase, CUT_TOLERANCE),
    )


def cut_claims(seed: int) -> tuple[Claim, ...]:
    """Activations from random blocks, with two gaps, against those from few."""
    claims = []
    for zero_phase in (False, True):
        differing = 0
        for fs_hz in RATES_HZ:
            emg = record(fs_hz, seed)
            second = round(fs_hz)
            lost = [(3 * second, 3 * second + second // 40), (7 * second, 7 * second + second // 4)]
            whole = run(chain(fs_hz, emg.shape[1], zero_phase=zero_phase), emg, lost)
            cuts = random_for(seed, "chain", round(fs_hz)).integers(0, len(emg), N_CUTS)
            pieces = _through(chain(fs_hz, emg.shape[1], zero_phase=zero_phase), emg, lost, cuts.tolist())
            differing += _differing(whole, pieces)
        kind = "zero-phase" if zero_phase else "causal"
        claims.append(
            Claim(
                f"whole chain, {kind}, values that differ at {len(RATES_HZ)} rates",
                float(differing),
                0.0,
                0.0,
            )
        )
    return tuple(claims)


def _through(
    pipeline: Pipeline, emg: FloatArray, lost: list[tuple[int, int]], cuts: list[int]
) -> Activations:
    return joined([*map(pipeline, blocks_of(emg, pipeline.fs_hz, lost, cuts)), pipeline.finish()])


def _differing(one: Activations, other: Activations) -> int:
    """Count the values that are not the same, NaN being the same as NaN."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Activations)]
    arrays = [(a, b) for a, b in pairs if isinstance(a, np.ndarray)]
    return int(sum(np.sum((a != b) & ~((a != a) & (b != b))) for a, b in arrays))
