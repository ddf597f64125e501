"""``powerhold analyze`` of files as people and scripts use it: exit codes, one object, one folder."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from emg.maximum import luck_of_the_best
from tests.emg.analysis.analysed import noise
from tests.ui.analysis.analysing import SITES, call, refused, table, told, two_muscles, write_csv

FS = 250.0
LIMIT_S = 240.0


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """The command narrows the umask of its process, and here that is the tests'."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two muscles at 250 Hz."""
    return two_muscles(tmp_path)


def test_a_file_is_one_object_with_the_names_of_the_contract(recording: Path) -> None:
    """Else another program does not find what it was promised."""
    found = told(recording, "--fs", 250, *SITES)

    assert {
        "fs_hz",
        "band_hz",
        "notch_hz",
        "zero_phase",
        "lost_samples",
        "sites",
        "sides",
        "diagonal",
        "glute_lsi_pct",
        "ham_lsi_pct",
    } <= set(found)
    assert (found["fs_hz"], found["band_hz"], found["notch_hz"]) == (250.0, [20.0, 115.0], None)
    assert (found["zero_phase"], found["lost_samples"], found["sides"]) == (False, 0, None)
    assert list(found["sites"]) == ["glute_left", "ham_left"]
    assert {
        "rms_uv",
        "envelope_max_uv",
        "rest_uv",
        "mvc_uv",
        "mains_ratio",
        "motion_share",
        "saturated_samples",
        "verdict",
        "median_frequency_hz",
        "bursts",
    } <= set(found["sites"]["glute_left"])
    assert {"onset_s", "offset_s", "rms_uv", "pct_mvc"} <= set(found["sites"]["glute_left"]["bursts"][0])


def test_windows_of_rest_maximum_and_work_give_percentages_and_sides(recording: Path) -> None:
    """Else the options do not reach the numbers."""
    found = told(
        *(recording, "--fs", 250, *SITES, "--rest", "1:5"),
        *("--mvc", "glute_left=6.2:9.8", "--mvc", "ham_left=6.2:9.8", "--work", "left=14.5:17.5"),
    )
    glute, left = found["sites"]["glute_left"], found["sides"]["left"]

    assert glute["rest_uv"] == pytest.approx(2.0, rel=0.06)
    assert glute["mvc_uv"] == pytest.approx(100.0, rel=0.12)
    assert glute["bursts"][1]["pct_mvc"] == pytest.approx(50.0, rel=0.15)
    assert left["ratio"] == pytest.approx(1.0, rel=0.2)
    assert left["glute_share_pct"] == pytest.approx(50.0, abs=5.0)
    assert found["sides"]["right"]["ratio"] is None
    assert found["reference_from"] == "windows"
    assert found["windows"]["work"] == [{"side": "left", "window": [14.5, 17.5]}]


def test_a_maximum_is_corrected_for_its_luck_as_live(recording: Path) -> None:
    """Else the best of many noisy windows makes every percentage too small."""
    ask = (recording, "--fs", 250, *SITES, "--rest", "1:5")
    one = told(*ask, "--mvc", "glute_left=6:10")["sites"]["glute_left"]["mvc_uv"]
    two = told(*ask, "--mvc", "glute_left=6:10", "--mvc", "glute_left=14:18")
    again = two["sites"]["glute_left"]["mvc_uv"]

    luck = [luck_of_the_best(FS, 1.0, 4.0, n) for n in (1, 2)]
    assert again / one == pytest.approx(luck[0] / luck[1])
    assert luck[0] > 1.05


def test_a_knock_in_the_window_of_an_effort_is_not_its_maximum(tmp_path: Path) -> None:
    """Else one tug at the cable halves every percentage of the file."""
    ask = ("--fs", 250, *SITES, "--rest", "1:5", "--mvc", "glute_left=6:10", "--mvc", "ham_left=6:10")
    clean = two_muscles(tmp_path)
    lines = clean.read_text(encoding="utf-8").splitlines()
    knocked = tmp_path / "knocked.csv"
    at = next(n for n, line in enumerate(lines) if line[:1] in "-0123456789") + round(8.0 * FS)
    lines[at] = ",".join(["20000.0"] * (lines[at].count(",") + 1))
    knocked.write_text("\n".join(lines) + "\n", encoding="utf-8")

    one, other = (told(path, *ask)["sites"] for path in (clean, knocked))
    for name in ("glute_left", "ham_left"):
        assert other[name]["envelope_max_uv"] > 3.0 * one[name]["envelope_max_uv"]
        # the best window may be the very one that the knock has cost
        assert 0.9 < other[name]["mvc_uv"] / one[name]["mvc_uv"] < 1.02


def test_the_folder_holds_the_numbers_the_levels_and_the_bursts(recording: Path, tmp_path: Path) -> None:
    """Else a table for other programs is missing, or everybody can read it."""
    out = tmp_path / "out"
    ask = (recording, "--fs", 250, *SITES, "--rest", "1:5", "--mvc", "glute_left=6:10", "--out", out)
    found, again = told(*ask), told(*ask)
    folder = Path(found["path"])

    assert folder.parent == out
    assert Path(again["path"]) != folder
    assert sorted(path.name for path in folder.iterdir()) == ["activation.csv", "analysis.json", "bursts.csv"]
    saved = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    assert saved == {name: value for name, value in found.items() if name != "path"}
    levels = table(folder / "activation.csv")
    assert len(levels) == 400
    assert levels[300]["time_s"] == "15.0000"
    assert float(levels[300]["glute_left_pct_mvc"]) == pytest.approx(50.0, rel=0.4)
    bursts = table(folder / "bursts.csv")
    assert [(row["site"], row["burst"]) for row in bursts[:2]] == [("glute_left", "1"), ("glute_left", "2")]
    assert float(bursts[1]["rms_uv"]) == pytest.approx(
        found["sites"]["glute_left"]["bursts"][1]["rms_uv"], abs=1e-3
    )
    if os.name == "posix":
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
        assert modes == {0o700, 0o600}


def test_arbitrary_units_are_so_here_and_on_disk(recording: Path, tmp_path: Path) -> None:
    """Else counts stand in a column of microvolts."""
    found = told(recording, "--fs", 250, "--unit", "arbitrary", *SITES, "--out", tmp_path / "out")
    site, folder = found["sites"]["glute_left"], Path(found["path"])

    assert (found["unit"], site["rms_uv"]) == ("arbitrary", None)
    assert site["rms_au"] > 10.0
    bursts = table(folder / "bursts.csv")
    assert {row["rms_uv"] for row in bursts} == {""}
    assert float(bursts[0]["rms_au"]) > 10.0
    assert {row["glute_left_uv"] for row in table(folder / "activation.csv")} == {""}


def test_scale_and_unit_are_applied_once(recording: Path) -> None:
    """Else millivolts are read a thousand times too small, or too large."""
    plain = told(recording, "--fs", 250, *SITES)["sites"]["glute_left"]["rms_uv"]
    scaled = told(recording, "--fs", 250, "--unit", "mV", "--scale", 0.001, *SITES)
    assert scaled["sites"]["glute_left"]["rms_uv"] == pytest.approx(plain, rel=1e-9)


def test_a_notch_and_zero_phase_are_done_and_said(recording: Path) -> None:
    """Else nobody knows how a number was filtered."""
    found = told(recording, "--fs", 250, *SITES, "--mains", 50, "--zero-phase")
    assert (found["notch_hz"], found["zero_phase"], found["filter"]["causal"]) == (50.0, True, False)
    people = call(recording, "--fs", 250, *SITES, "--zero-phase")
    assert "zero-phase" in people.stdout


def test_people_get_a_table(recording: Path) -> None:
    """Else one has to read JSON to see a level."""
    work = ("--rest", "1:5", "--mvc", "glute_left=6:10", "--mvc", "ham_left=6:10", "--work", "left=14:17")
    result = call(recording, "--fs", 250, *SITES, *work)

    assert result.exit_code == 0
    assert re.search(r"Left glute +\d+\.\d µV +± \d\.\d %", result.stdout)
    assert re.search(r"Glute : hamstring +\d\.\d\d +--", result.stdout)
    assert "20.0 s at 250 Hz, 20-115 Hz, causal" in result.stdout
    assert "Analysing" not in result.stdout


# --- what the user can mend


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--fs", 250), "--sites SITE=COLUMN,...: it has GM_uV, BF_uV"),
        (("--fs", 250, "--sites", "glute_left"), "'glute_left' is not SITE=COLUMN"),
        (("--fs", 250, "--sites", "glute=1"), "'glute' is not a site"),
        (("--fs", 250, "--sites", ""), "Give at least one site"),
        (("--fs", 250, "--sites", "glute_left=1,glute_left=2"), "glute_left is given twice"),
        (("--fs", 250, "--sites", "glute_left=1,ham_left=GM_uV"), "is given to glute_left and ham_left"),
        (("--fs", 250, *SITES, "--rest", "5"), "'5' is not a window"),
        (("--fs", 250, *SITES, "--rest", "a:b"), "'a:b' is not a window"),
        (("--fs", 250, *SITES, "--rest", "1:2:3"), "'1:2:3' is not a window"),
        (("--fs", 250, *SITES, "--rest", "1:inf"), "'1:inf' is not a window"),
        (("--fs", 250, *SITES, "--mvc", "3:5"), "'3:5' names no site"),
        (("--fs", 250, *SITES, "--mvc", "quad_left=3:5"), "'quad_left=3:5' names no site"),
        (("--fs", 250, *SITES, "--work", "both=3:5"), "'both=3:5' names no side"),
        (("--fs", "nan", *SITES), "--fs must be a number"),
        (("--fs", 250, *SITES, "--scale", "inf"), "--scale must be a number"),
        (("--fs", 250, *SITES, "--from", "nan"), "--from must be a number"),
        (("--fs", 250, *SITES, "--unit", "furlong"), "Invalid value for '--unit'"),
        (("--fs", 250, *SITES, "--skip", -1), "Invalid value for '--skip'"),
    ],
    ids=str,
)
def test_a_slip_on_the_command_line_is_exit_2(recording: Path, options: Sequence[object], says: str) -> None:
    """Else a typing error ends in a traceback, or in numbers that mean something else."""
    assert says in refused(2, recording, *options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--fs", 250, "--sites", "glute_left=3"), "has no column '3'"),
        (SITES, "--fs"),
        (("--fs", 1e9, *SITES), "--fs"),
        (("--fs", 0, *SITES), "--fs"),
        (("--fs", 125, *SITES), "125 samples a second"),
        (("--fs", 250, *SITES, "--scale", 0), "--scale"),
        (("--fs", 250, *SITES, "--rest", "0:21"), "goes beyond the end of the recording, which lasts 20.000"),
        (("--fs", 250, *SITES, "--rest", "5:3"), "ends before it begins"),
        (("--fs", 250, *SITES, "--mvc", "glute_left=25:30"), "goes beyond the end"),
        (("--fs", 250, *SITES, "--mvc", "glute_left=6:6.4"), "is too short"),
        (("--fs", 250, *SITES, "--work", "left=-1:3"), "begins before the recording"),
        (("--fs", 250, *SITES, "--work", "left=1:3", "--work", "left=2:4"), "overlap"),
        (("--fs", 250, *SITES, "--from", 20), "Nothing is left after 20 s"),
        (("--fs", 250, *SITES, "--from", -1), "cannot begin at -1 s"),
        (
            ("--fs", 250, *SITES, "--rest", "6:9", "--mvc", "glute_left=1:5"),
            "is not above its rest",
        ),
    ],
    ids=str,
)
def test_what_the_file_does_not_hold_is_exit_4(
    recording: Path, tmp_path: Path, options: Sequence[object], says: str
) -> None:
    """Else a wrong window gives a number from other seconds; and nothing may be left behind."""
    assert says in refused(4, recording, *options, "--out", tmp_path / "out")
    assert list((tmp_path / "out").glob("*")) == []


@pytest.mark.parametrize("name", ["none.csv", "empty.csv", "words.txt", "picture.png", "a_folder"])
def test_what_is_no_recording_is_one_sentence(tmp_path: Path, name: str) -> None:
    """Else a wrong file ends in a traceback."""
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "words.txt").write_text("Dear Sir,\nthis is a letter.\n", encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (tmp_path / "a_folder").mkdir()
    refused(4, tmp_path / name, *(() if name == "a_folder" else ("--fs", 250)), "--sites", "glute_left=1")


def test_a_folder_that_cannot_be_made_is_one_sentence(recording: Path, tmp_path: Path) -> None:
    """Else a script goes on as if there were tables."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "Choose another folder with --out" in refused(
        2, recording, "--fs", 250, *SITES, "--out", tmp_path / "file" / "x"
    )


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_breaking_off_is_exit_130_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    """Else half a table lies about, and looks like a whole one."""
    path = write_csv(tmp_path / "a.csv", noise([(5.0, 20.0)]), ["a_uV"])
    code = (  # in the middle of the table
        "import os\n"
        "from ui.analysis.files import AnalysisFolder\n"
        "add = AnalysisFolder.add\n"
        "def interrupted(self, ticks):\n"
        "    add(self, ticks)\n"
        f"    os.kill(os.getpid(), {int(number)})\n"
        "AnalysisFolder.add = interrupted\n"
        "from ui.cli import main\n"
        "main()\n"
    )
    command = [
        *(sys.executable, "-c", code, "analyze", str(path), "--fs", "250", "--sites", "glute_left=1"),
        *("--json", "--out", str(tmp_path / "out")),
    ]
    run = subprocess.run(
        command, cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )

    assert run.returncode == 130, run.stderr
    assert run.stdout == ""
    assert "Interrupted: nothing was written." in run.stderr
    assert "Traceback" not in run.stderr
    assert list((tmp_path / "out").glob("*")) == []
