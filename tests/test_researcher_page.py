"""docs/guide/researcher.md: its Python runs on a session, and its methods text has the program's numbers."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from calibrations import maximum, rest, submax
from calibrations.doubts import MAX_SIDE_DIFFERENCE_PCT
from emg import activation, bursts, filters, gaps, onset
from emg import maximum as maxima
from emg.filters import FilterSettings
from emg.limits import MIN_FATIGUE_BANDWIDTH_HZ, MIN_FATIGUE_FS_HZ
from emg.maximum import best_window_s
from emg.montage import Side
from emg.pipeline import TICK_S, ChainSettings
from emg.protocols import load_protocol
from emg.sets import hold, score
from emg.sets.targets import SHARE_OF_TEST
from tests.sessions import short_exercise
from tests.test_every_protocol import HASTE, run
from ui.cli import main as command_line

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "guide" / "researcher.md"
TEXT: Final = PAGE.read_text(encoding="utf-8")
SAID: Final = re.sub(r"\s+", " ", re.sub(r"^> ?", "", TEXT, flags=re.MULTILINE))
"""Without the ends of lines."""

CHAIN: Final = ChainSettings(FilterSettings.for_rate(250.0))
TIMING: Final = load_protocol("power_position").timing
SAME: Final = (
    f"{filters.LOW_HZ:g} Hz to the lower of {filters.HIGH_HZ:g} Hz and {filters.HIGH_SHARE:g} of the",
    f"[{CHAIN.filters.low_hz:g} to {CHAIN.filters.high_hz:g}] Hz",
    f"order {filters.ORDER} at each corner ({6 * filters.ORDER} dB per octave)",
    f"below {filters.NOTCH_SHARE:g} of the sampling rate were removed with notches of Q {filters.NOTCH_Q:g}",
    f"Gaps of up to {1000 * gaps.BRIDGE_S:g} ms were bridged",
    f"lost more than {hold.MAX_GAP_S:g} s in a row",
    f"the quietest {maxima.QUIET_S:g} s out of {rest.REST_S:g} s lying relaxed",
    f"isometric efforts of {maximum.FULL_EFFORT_S:g} s with at least {maximum.FULL_REST_S:g} s between",
    f"best two differed by more than {maximum.FOURTH_DIFFERENCE_PCT:g} %",
    f"isometric efforts of {maximum.QUICK_EFFORT_S:g} s.]",
    f"over {best_window_s(1000.0):g} s ({best_window_s(250.0):g} s at {maxima.SLOW_FS_HZ:g} Hz and below)",
    f"an effort more than {maximum.ALONE_PCT:g} % above all others",
    f"the last {submax.EFFORT_S - maxima.STEADY_FROM_S:g} s of a double-leg bridge of {submax.EFFORT_S:g} s",
    f"test holds of {TIMING.hold_s:g} s in the power position",
    f"{TIMING.rest_between_holds_s:g} s of rest between holds",
    f"and {TIMING.rest_between_sides_s:g} s between legs",
    f"key press, or {TIMING.set_after_s:g} s after the cue",
    f"RMS from {score.SCORED_FROM_S} to {score.SCORED_TO_S} s after",
    f"both muscles reached {activation.RATIO_FLOOR_PCT:g} %MVC and twice their rest",
    f"to {100 * onset.PLATEAU_SHARE:g} % of the hold's own plateau",
    f"autoregressive model of order {onset.AR_ORDER}",
    f"unknown duration ({1000 * min(onset.RISE_TIMES_S):g} to {1000 * max(onset.RISE_TIMES_S):g} ms)",
    f"RMS over {1000 * CHAIN.short_window_s:g} ms above mean + {bursts.ONSET_SD:g} SD of the",
    f"SD of the {TIMING.quiet_s:g} s before the cue",
    f"before the cue for {1000 * bursts.ONSET_DWELL_S:g} ms (after Hodges",
    f"towards a prior of {maxima.PRIOR_CV_PCT:g} %",
    f"causal RMS over {1000 * CHAIN.bar_window_s:g} ms, ratios one over {CHAIN.ratio_window_s:g} s",
    f"computed every {1000 * TICK_S:g} ms",
    f"{load_protocol('power_position').target.target_pct:g} %MVC / {SHARE_OF_TEST:g} of the median",
    f"unless the greater is at {activation.SHARE_FLOOR_PCT:g} %MVC",
    f"only from {MIN_FATIGUE_FS_HZ:g} Hz and a bandwidth of {MIN_FATIGUE_BANDWIDTH_HZ:g} Hz on",
    f"lies more than {MAX_SIDE_DIFFERENCE_PCT:g} % below the other side's",
)
WORDS_OF_NUMBERS: Final = {2: "two", 3: "three"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("phrase", SAME)
def test_every_number_of_the_methods_text_is_the_programs(phrase: str) -> None:
    """Else a paper describes another program than the one that measured."""
    assert phrase in SAID


def test_the_counts_of_efforts_and_holds_are_the_programs() -> None:
    """Else three efforts are reported where there were two."""
    assert activation.REST_FACTOR == 2.0
    assert f"the best of {WORDS_OF_NUMBERS[maximum.FULL_TRIALS]} isometric efforts of 5 s" in SAID
    assert f"the best of {WORDS_OF_NUMBERS[maximum.QUICK_TRIALS]} isometric efforts of 3 s" in SAID
    first = load_protocol("power_position").sets[0]
    assert first.kind == "holds"
    assert f"[{WORDS_OF_NUMBERS[first.holds]}] test holds" in SAID


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of three test holds a side."""
    parent = tmp_path_factory.mktemp("sessions")
    end = run(short_exercise(test=3, train=0, sides=(Side.RIGHT, Side.LEFT), timing=HASTE), parent)
    assert end.folder is not None
    return end.folder


def test_the_examples_run_and_agree(
    session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else the first thing that a researcher pastes fails, or gives another number than the session's own."""
    for library in ("pandas", "polars", "duckdb", "mne"):
        pytest.importorskip(library)
    shutil.copytree(session, tmp_path / "session")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^ {4}powerhold (export .*)$", TEXT, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        done = CliRunner().invoke(command_line, command.split(), catch_exceptions=False)
        assert done.exit_code == 0, done.output
    names: dict[str, Any] = {}
    examples = blocks("python")
    assert len(examples) == 3
    for example in examples:
        exec(compile(example, str(PAGE), "exec"), names)

    summary = json.loads((session / "summary.json").read_text(encoding="utf-8"))
    found, told = names["tests"].groupby("side")["glute_pct_mvc"], summary["sides"]
    of_sides = {row["side"]: row for row in names["of_sides"].to_dicts()}
    assert set(of_sides) == {"left", "right"}
    for side, row in of_sides.items():
        mean = told[side]["glute_pct_mvc"]["mean"]
        assert (row["holds"], int(found.count()[side])) == (3, 3)
        assert found.mean()[side] == pytest.approx(mean, abs=0.01)
        assert row["glute_pct_mvc"] == pytest.approx(mean, abs=0.01)
    assert names["rms_uv"].shape == (6, 4)
    rest_uv = summary["references"]["glute_right"]["rest_uv"]
    span_uv = (summary["references"]["glute_right"]["mvc_uv"] ** 2 - rest_uv**2) ** 0.5
    rights = [name.startswith("hold/right/") for name in _names_of_holds(names)]
    column = names["epochs"].ch_names.index("GLUTE_R")
    levels = (names["rms_uv"][rights, column] ** 2 - rest_uv**2) ** 0.5
    assert 100.0 * levels.mean() / span_uv == pytest.approx(found.mean()["right"], rel=0.01)
    assert "glute" in capsys.readouterr().out


def _names_of_holds(names: dict[str, Any]) -> list[str]:
    by_number = {number: name for name, number in names["epochs"].event_id.items()}
    return [by_number[number] for number in names["epochs"].events[:, 2]]


def test_every_python_block_is_one_that_runs_and_r_says_that_it_does_not() -> None:
    """Else an example is shown that nobody has ever tried, as if it had been."""
    fences = re.findall(r"^```(\w+)$", TEXT, re.MULTILINE)

    assert set(fences) == {"python", "r"}
    assert TEXT.split("```r\n")[0].rstrip().endswith("Not run by our tests.")
