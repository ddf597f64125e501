"""``powerhold analyze`` on real recordings in the formats that people have."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.analysis.analysing import told


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """The command narrows the umask of its process, and here that is the tests'."""
    before = os.umask(0o022)
    yield
    os.umask(before)


WALKING = ("lower_limb_walk_santuz/ID0012_TW_01_raw_1000hz.csv", "--fs", "1000")
ISOMETRIC = {
    f"isometric/{name}/{muscle}_uV": (
        *(f"lower_limb_isometric_elderly/{name}_2000hz.csv", "--fs", "2000"),
        *("--sites", f"quad_left={muscle}_uV"),
    )
    for name in ("ID02_BFtask", "ID02_VLtask", "ID05_BFtask", "ID05_VLtask", "ID19_BFtask")
    for muscle in ("VL", "BF")
}
UCI = {
    f"uci/{name}/{muscle}_uV": (
        *(f"lower_limb_uci/{name}", "--fs", "1000", "--unit", "mV"),
        *("--sites", f"ham_left={column}"),
    )
    for name, columns in (
        ("4Nstanding.csv", "24"),
        ("5Npie.txt", ("BF", "ST")),
        ("6Nsitting.csv", "24"),
    )
    for muscle, column in zip(("BF", "ST"), columns, strict=True)
}
CYTON = "openbci_format/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt"
DERIVED = "derived/santuz_as_cyton_250hz_odf.txt"
RECORDINGS = {
    **{f"santuz/{m}_uV": (*WALKING, "--sites", f"x_left={m}_uV") for m in ("MA", "ME", "BF", "ST")},
    **ISOMETRIC,
    **UCI,
    **{f"{CYTON}/EXG{n}": (CYTON, "--sites", f"x_left={n + 1}") for n in (2, 4, 5)},
    **{f"{DERIVED}/EXG{n}": (DERIVED, "--sites", f"x_left={n + 1}") for n in range(4)},
    "plux/emg_fatigue_uV": (
        *("upper_limb_plux/emg_fatigue_12bit_1000hz.txt", "--fs", "1000", "--unit", "mV"),
        *("--scale", repr(3.0 / 4096.0), "--no-header", "--sites", "x_left=1"),
    ),
    **{
        f"myo/left_44444-1_{file}.txt/ch{column - 1}": (
            *(f"myo_200hz/left_44444-1_{file}.txt", "--fs", "200", "--unit", "arbitrary"),
            *("--no-header", "--sites", f"x_left={column}"),
        )
        for file, column in ((0, 1), (7, 7))
    },
}


@pytest.mark.parametrize("key", RECORDINGS)
def test_every_real_recording_reads_as_in_the_reference_figures(shared_data: Path, key: str) -> None:
    """Else unit, rate, column or filter of somebody's format is not what it was taken for."""
    expected = json.loads((shared_data / "expected_stats.json").read_text(encoding="utf-8"))
    file, *options = RECORDINGS[key]

    found = told(shared_data / file, *options, "--zero-phase", "--from", 0)

    (site,) = found["sites"].values()
    level = site["rms_au"] if found["unit"] == "arbitrary" else site["rms_uv"]
    assert level == pytest.approx(expected[key]["rms_zero_lag_bw2"], rel=1e-4)
    assert found["samples"] == expected[key]["n"]


def test_every_figure_of_the_reference_has_its_recording(shared_data: Path) -> None:
    """Else a new recording is never read."""
    expected = json.loads((shared_data / "expected_stats.json").read_text(encoding="utf-8"))
    assert set(expected) == set(RECORDINGS)


def test_the_clipped_samples_of_a_real_recording_are_found(shared_data: Path) -> None:
    """Else a contraction that the converter cut is signed as it stands: 12 at the bottom, 26 at the top."""
    file, *options = RECORDINGS["plux/emg_fatigue_uV"]
    assert told(shared_data / file, *options)["sites"]["x_left"]["saturated_samples"] == 38


def test_the_hum_of_a_real_recording_is_its_verdict(shared_data: Path) -> None:
    """Else 148 µV of mains pass for a muscle."""
    file, *options = RECORDINGS[f"{CYTON}/EXG5"]
    hum, clean = (told(shared_data / file, *options, "--mains", mains) for mains in ("off", "60"))
    assert hum["sites"]["x_left"]["verdict"] == "mains"
    assert hum["sites"]["x_left"]["mains_ratio"] > 100.0
    assert clean["sites"]["x_left"]["verdict"] != "mains"
