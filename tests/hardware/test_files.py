"""Claims about the door to recorded files: columns, units, rates, and what is refused."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emg.blocks import EndOfSource, Unit
from hardware.files import FileUnreadable, describe, open_file
from tests.hardware.reading import blocks_of, read_whole, text_file

ROOT = Path(__file__).resolve().parents[2]

NAMED = "time_s,BF_uV,ST_uV\n" + "".join(f"{n / 1000:.3f},{n * 1.5},{-n}\n" for n in range(50))


def refusal(path: Path, *columns: str, **said: object) -> str:
    with pytest.raises(FileUnreadable) as caught:
        read_whole(path, *columns, **said)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


# --- every real recording

SANTUZ = "lower_limb_walk_santuz/ID0012_TW_01_raw_1000hz.csv"
ISOMETRIC = "lower_limb_isometric_elderly/{}_2000hz.csv"
V6 = "openbci_format/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt"
V5 = "openbci_format/OpenBCI_GUI-v5-HEAD4000lines.txt"
LEGACY = "openbci_format/OpenBCI-legacy-pre-v5-HEAD4000lines.txt"
DERIVED = "derived/santuz_as_cyton_250hz_odf.txt"
PLUX = "upper_limb_plux/emg_fatigue_12bit_1000hz.txt"


@pytest.mark.parametrize(
    ("name", "columns", "said", "rate", "n", "first", "last"),
    [
        (SANTUZ, ("MA_uV", "ME_uV", "7"), {}, 1000, 7618, (-6.44531, 0.201416, -1.3092), None),
        (SANTUZ, ("2",), {}, 1000, 7618, (-6.44531,), (-0.302124,)),
        (ISOMETRIC.format("ID02_BFtask"), ("BF_uV",), {}, 2000, 20001, (8.101,), (-4.109,)),
        (ISOMETRIC.format("ID02_VLtask"), ("VL_uV",), {}, 2000, 20001, (40.489,), (-1.025,)),
        (
            ISOMETRIC.format("ID05_BFtask"),
            ("VL_uV", "BF_uV"),
            {},
            2000,
            10001,
            (8.743, 5.659),
            (-1.025, 22.753),
        ),
        (ISOMETRIC.format("ID05_VLtask"), ("VL_uV",), {}, 2000, 10001, (28.279,), (-1.025,)),
        (ISOMETRIC.format("ID19_BFtask"), ("BF_uV",), {}, 2000, 20001, (-50.507,), (-99.347,)),
        (
            "lower_limb_uci/4Nstanding.csv",
            ("Biceps Femoral", "4"),
            {"fs_hz": 1000.0, "unit": "mV"},
            1000,
            13820,
            (-0.8, 0.7),
            (-4.6, -0.8),
        ),
        (
            "lower_limb_uci/6Nsitting.csv",
            ("EMG Semitendinoso",),
            {"fs_hz": 1000.0, "unit": "mV"},
            1000,
            20500,
            (-29.3,),
            (-4.6,),
        ),
        ("lower_limb_uci/5Npie.txt", ("BF", "ST"), {}, 1000, 15260, (2.2, 3.7), (3.7, 3.7)),
        ("lower_limb_uci/5Npie.txt", ("2",), {"header": False}, 1000, 15260, (2.2,), (3.7,)),
        (
            "myo_200hz/left_44444-1_0.txt",
            ("1", "8"),
            {"fs_hz": 200.0, "unit": "arbitrary", "header": False},
            200,
            11960,
            (-2.0, -1.0),
            (-2.0, -3.0),
        ),
        (
            "myo_200hz/left_44444-1_7.txt",
            ("7",),
            {"fs_hz": 200.0, "unit": "arbitrary", "header": False},
            200,
            11960,
            (0.0,),
            (20.0,),
        ),
        (
            "golden_matlab_libemg/emg_data_myo.csv",
            ("1", "8"),
            {"fs_hz": 200.0, "unit": "arbitrary", "header": False},
            200,
            500,
            (-3.0, 2.0),
            (-1.0, 8.0),
        ),
        (
            PLUX,
            ("1",),
            {"unit": "mV", "scale": 3 / 4096, "header": False},
            1000,
            126900,
            (1514.6484375,),
            None,
        ),
        (V6, ("1", "EXG Channel 7"), {}, 250, 22490, (61379.36, 1740.11), (58705.56, -6470.99)),
        (V5, ("1", "8"), {}, 250, 3995, (61379.36, 1740.11), (64677.39, -946.1)),
        (LEGACY, ("1", "8"), {}, 250, 3994, (61379.36, 1740.11), (64545.0, -734.3)),
        (DERIVED, ("1", "4"), {}, 250, 1905, (-0.0001, 0.0001), (68.9407, 22.8799)),
    ],
)
def test_every_real_recording_is_read_whole(
    shared_data: Path,
    name: str,
    columns: tuple[str, ...],
    said: dict[str, object],
    rate: float,
    n: int,
    first: tuple[float, ...],
    last: tuple[float, ...] | None,
) -> None:
    """Else a researcher's own files give other numbers here than in the program that wrote them."""
    found = read_whole(shared_data / name, *columns, **said)

    assert (found.n, found.lost, found.info.fs_hz) == (n, 0, rate)
    assert found.info.unit is (Unit.ARBITRARY if said.get("unit") == "arbitrary" else Unit.MICROVOLT)
    assert found.data_uv[0] == pytest.approx(first, rel=1e-12)
    if last is not None:
        assert found.data_uv[-1] == pytest.approx(last, rel=1e-12)
    assert found.warnings == ()
    assert found.hint == pytest.approx(n, rel=0.2)


def test_every_number_of_a_real_file_comes_back_as_an_independent_reader_sees_it(shared_data: Path) -> None:
    """Else one bad row in the middle would go unseen."""
    table = np.loadtxt(shared_data / SANTUZ, delimiter=",", skiprows=1)

    found = read_whole(shared_data / SANTUZ, *(str(number) for number in range(1, 14)))

    np.testing.assert_array_equal(found.data_uv, table[:, 1:])


def test_the_bursts_of_a_real_cyton_are_no_lost_samples(shared_data: Path) -> None:
    """Else 35 ms in which the radio held packets back would void a hold."""
    found = read_whole(shared_data / V6, "1")

    np.testing.assert_array_equal(found.index, np.arange(22490))
    assert (found.info.full_scale_uv, found.info.bandwidth_hz) == (187_500.0, 65.0)


@pytest.mark.parametrize(("unit", "word"), [("uV", "is this mV"), ("V", "no muscle")])
def test_a_real_recording_in_a_wrong_unit_is_doubted(shared_data: Path, unit: str, word: str) -> None:
    """Else a unit off by a thousand is reported as this athlete's strength."""
    found = read_whole(shared_data / "lower_limb_uci/4Nstanding.csv", "2", fs_hz=1000.0, unit=unit)

    assert len(found.warnings) == 1
    assert word in found.warnings[0]
    assert "--unit" in found.warnings[0]


@pytest.mark.parametrize("offset_uv", [187_000.0, -187_000.0])
def test_the_offset_of_an_electrode_is_no_reason_to_doubt(tmp_path: Path, offset_uv: float) -> None:
    """Else every Cyton file would come with a warning that people learn to ignore."""
    x = offset_uv + np.random.default_rng(1).normal(0.0, 20.0, 4000)
    path = text_file(tmp_path, "BF_uV\n" + "\n".join(f"{v:.4f}" for v in x) + "\n")

    assert read_whole(path, "1", fs_hz=1000.0).warnings == ()


# --- columns


def test_time_is_not_a_signal_column(tmp_path: Path) -> None:
    """Else --sites glute_left=1 would show the clock as a muscle."""
    path = text_file(tmp_path, NAMED)

    np.testing.assert_array_equal(read_whole(path, "1").data_uv[:, 0], 1.5 * np.arange(50))
    assert [column.name for column in describe(path).signals] == ["BF_uV", "ST_uV"]


def test_channels_come_in_the_order_asked_for_and_may_be_asked_for_twice(tmp_path: Path) -> None:
    """Else glute and hamstring change places with the order of the file."""
    found = read_whole(text_file(tmp_path, NAMED), "ST_uV", "1", "2")

    assert found.info.n_channels == 3
    np.testing.assert_array_equal(found.data_uv[3], (-3.0, 4.5, -3.0))


def test_an_unknown_column_lists_those_there_are(tmp_path: Path) -> None:
    """Else people guess."""
    sentence = refusal(text_file(tmp_path, NAMED), "GM_uV")

    assert "'GM_uV'" in sentence
    assert "1 (BF_uV), 2 (ST_uV)" in sentence
    assert "0" in refusal(text_file(tmp_path, NAMED), "0")
    assert "3" in refusal(text_file(tmp_path, NAMED), "3")


def test_a_name_that_stands_twice_is_refused_only_if_it_is_asked_for(tmp_path: Path) -> None:
    """Else the wrong one of two is read, or a file is refused for columns nobody wants."""
    path = text_file(tmp_path, "BF_uV,x1,x1\n1,2,3\n4,5,6\n")

    assert "2 and 3" in refusal(path, "x1", fs_hz=1000.0)
    assert read_whole(path, "BF_uV", "3", fs_hz=1000.0, unit="uV").data_uv[1].tolist() == [4.0, 6.0]


def test_no_column_at_all_is_refused(tmp_path: Path) -> None:
    """Else an analysis of nothing looks like an analysis."""
    assert "1 (BF_uV)" in refusal(text_file(tmp_path, NAMED))


# --- units and scale


@pytest.mark.parametrize(
    ("header", "unit", "factor"),
    [
        ("BF_uV", None, 1.0),
        ("BF (mV)", None, 1e3),
        ("BF [µV]", None, 1.0),
        ("BF [V]", None, 1e6),
        ("BF/mV", None, 1e3),
        ("BF mV", None, 1e3),
        ("BF", "mV", 1e3),
        ("BF", "V", 1e6),
        ("BF_uV", "mV", 1e3),
    ],
)
def test_volts_become_microvolts(tmp_path: Path, header: str, unit: str | None, factor: float) -> None:
    """Else amplitudes are a thousand times wrong, whoever wrote the unit where."""
    found = read_whole(text_file(tmp_path, f"{header}\n0.5\n-2\n"), "1", fs_hz=1000.0, unit=unit)

    np.testing.assert_array_equal(found.data_uv[:, 0], (0.5 * factor, -2.0 * factor))
    assert found.info.unit is Unit.MICROVOLT


def test_a_row_of_units_under_the_names_is_understood(tmp_path: Path) -> None:
    """Else the units row is a bad row, or the unit must be said again."""
    path = text_file(tmp_path, "Time,BF,ST\ns,mV,uV\n0,1,2\n0.001,3,4\n0.002,5,6\n")

    found = read_whole(path, "BF", "ST")

    assert found.info.fs_hz == 1000.0
    assert found.data_uv[1].tolist() == [3000.0, 4.0]


def test_the_unit_said_wins_and_the_difference_is_told(tmp_path: Path) -> None:
    """Else a slip in --unit passes in silence."""
    found = read_whole(text_file(tmp_path, NAMED), "1", unit="mV", fs_hz=500.0)

    assert found.data_uv[1, 0] == 1500.0
    assert found.info.fs_hz == 500.0
    assert any("uV" in warning and "mV" in warning for warning in found.warnings)
    assert any("1000 Hz" in warning for warning in found.warnings)


def test_arbitrary_units_stay_what_they_are(tmp_path: Path) -> None:
    """Else counts are reported as microvolts."""
    found = read_whole(text_file(tmp_path, "BF\n512\n9e9\n"), "1", fs_hz=200.0, unit="arbitrary", scale=2.0)

    assert found.info.unit is Unit.ARBITRARY
    assert found.data_uv[:, 0].tolist() == [1024.0, 1.8e10]
    assert found.warnings == ()


def test_scale_comes_before_the_unit(tmp_path: Path) -> None:
    """Else counts cannot be given in millivolts."""
    found = read_whole(text_file(tmp_path, "BF\n100\n"), "1", fs_hz=200.0, unit="mV", scale=0.01)

    assert found.data_uv[0, 0] == 1000.0


def test_no_unit_and_no_rate_are_refused_by_the_name_of_their_option(tmp_path: Path) -> None:
    """Else people do not know what to add."""
    path = text_file(tmp_path, "BF\n1\n2\n")

    assert "--unit" in refusal(path, "BF", fs_hz=1000.0)
    assert "--fs" in refusal(path, "BF", unit="uV")
    assert "arbitrary" in refusal(path, "BF", unit="counts", fs_hz=1000.0)


@pytest.mark.parametrize("scale", [0.0, math.nan, math.inf])
def test_a_scale_that_leaves_nothing_is_refused(tmp_path: Path, scale: float) -> None:
    """Else every sample is lost or zero without a word."""
    assert "--scale" in refusal(text_file(tmp_path, NAMED), "1", scale=scale)


# --- rates


@pytest.mark.parametrize("fs_hz", [1e9, 0.0, -1000.0, math.nan, math.inf])
def test_an_impossible_rate_is_refused(tmp_path: Path, fs_hz: float) -> None:
    """Else a billion hertz goes into the design of a filter."""
    assert "--fs" in refusal(text_file(tmp_path, NAMED), "1", fs_hz=fs_hz)


def test_an_impossible_rate_in_the_file_is_refused_too(tmp_path: Path) -> None:
    """Else only the honest user is protected."""
    assert "--fs" in refusal(text_file(tmp_path, "# fs = 1000000 kHz\nBF_uV\n1\n2\n"), "1")


# --- reading


def test_blocks_are_about_a_second_long_and_opening_again_begins_again(tmp_path: Path) -> None:
    """Else a progress bar jumps, or a second pass reads nothing."""
    rows = "".join(f"{n % 97}\n" for n in range(2500))
    source = open_file(text_file(tmp_path, "BF_uV\n" + rows), columns=["1"], fs_hz=1000.0)

    first = blocks_of(source)

    assert [block.n_samples for block in first] == [1000, 1000, 500]
    assert source.fraction == 1.0
    assert source.paced is False
    assert all(block.data_uv.flags.c_contiguous for block in first)
    source.open()
    source.read(0.0)
    again = blocks_of(source)
    np.testing.assert_array_equal(
        np.concatenate([block.data_uv for block in again]), np.concatenate([block.data_uv for block in first])
    )


def test_a_source_that_is_not_open_has_nothing(tmp_path: Path) -> None:
    """Else a forgotten open reads from the middle."""
    source = open_file(text_file(tmp_path, NAMED), columns=["1"])

    with pytest.raises(EndOfSource):
        source.read(0.0)


def test_one_sample_is_a_recording(tmp_path: Path) -> None:
    """Else a file of one row crashes instead of being too short to analyse."""
    found = read_whole(text_file(tmp_path, "BF_uV\n5\n"), "1", fs_hz=1000.0)

    assert found.data_uv.tolist() == [[5.0]]


# --- files of another kind


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"PK\x03\x04\x14\0\x06\0\x08\0",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
        bytes(range(256)) * 40,
        "BF_uV\n1\n2\n".encode("utf-16"),
        b"",
        b"\n\n  \n",
        b"\0" * 1000,
        b"once upon a time\nthere was a muscle\n",
        b"<html><body>not found</body></html>\n",
        b"BF_uV,ST_uV\n",
        b'{"a": [1, 2]}',
        b"\xffBIOSEMI" + b" " * 400,
        b"0       " + b"9" * 1000,
        b"%OpenBCI Raw EXG Data\n",
        b"%OpenBCI Raw EXG Data\n1, 2, 3\n",
        b"SQLite format 3\0" + b"\x10\0\x01\x01" * 50,
    ],
)
def test_a_file_of_another_kind_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    """Else people see a traceback, or a picture analysed as a muscle."""
    path = text_file(tmp_path, content)

    assert str(path) in refusal(path, "1", fs_hz=1000.0, unit="uV")


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    """Else people see a traceback."""
    assert "session.json" in refusal(tmp_path, "1")
    assert "cannot be opened" in refusal(tmp_path / "absent.csv", "1")


def test_the_libraries_of_the_formats_wait_until_a_file_needs_them() -> None:
    """Else the live program starts slower and weighs more for formats it does not read."""
    heavy = "{'pyarrow', 'edfio', 'brainflow', 'pandas', 'pydantic'}"
    code = f"import sys, hardware.files; print(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
