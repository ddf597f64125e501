"""docs/library.md: what a researcher copies from the page works, and gives the numbers that stand there."""

from __future__ import annotations

import csv
import doctest
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emg import as_array, latency_s, percent_mvc, read_events, read_samples, reference_of, rms_uv
from emg.codes import EventKind

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "library.md"


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command on the page makes, in a folder of its own."""
    folder = tmp_path_factory.mktemp("page")
    arguments = "demo --headless --speed 0 --seed 1 --out sessions"
    assert f"`powerhold {arguments}`" in PAGE.read_text(encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; main()", *arguments.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=240.0,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder


def test_the_examples_give_what_the_page_says(sessions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the first thing a researcher tries fails, or gives another number than promised."""
    for library in ("pandas", "polars", "mne"):
        pytest.importorskip(library)
    monkeypatch.chdir(sessions)
    # a fence is no output: the lines keep their numbers
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    text = "\n".join("" if line.startswith("```") else line for line in lines) + "\n"
    page = doctest.DocTestParser().get_doctest(text, {}, "library.md", str(PAGE), 0)
    told: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(page, out=told.append)
    assert results.attempted > 60
    assert results.failed == 0, "".join(told)


def test_every_example_is_in_a_block_that_runs() -> None:
    """An example outside of a fence, or in one of another kind, is shown but never tried."""
    inside = False
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            assert line in ("```python", "```")
            inside = not inside
        elif line.startswith(">>>"):
            assert inside, line


def test_every_hold_comes_out_of_the_arrays_as_it_stands_in_the_file(sessions: Path) -> None:
    """Else a paper that computes from raw.bdf disagrees with the session's own table."""
    [folder] = (sessions / "sessions").iterdir()
    info, blocks = read_samples(folder)
    data_uv = as_array(blocks)
    [event] = [event for event in read_events(folder) if event.kind is EventKind.REFERENCE_SET]
    reference = reference_of(event)
    names = ("glute_left", "ham_left", "glute_right", "ham_right")
    with (folder / "holds.csv").open(encoding="utf-8", newline="") as file:
        holds = [row for row in csv.DictReader(file) if row["role"] == "test"]
    assert len(holds) == 6
    for row in holds:
        cue_s, set_s = float(row["cue_s"]), float(row["set_s"])
        scored_s = (set_s + 1.0, set_s + 5.5)
        for muscle in ("glute", "ham"):
            name = f"{muscle}_{row['side']}"
            column, site = data_uv[:, names.index(name)], reference.sites[name]
            level_uv = rms_uv(column, info.fs_hz, span_s=scored_s)
            pct = float(percent_mvc(np.array(level_uv), site.rest_uv, site.span_uv))
            assert pct == pytest.approx(float(row[f"{muscle}_pct_mvc"]), abs=0.0051)
            late_s = latency_s(column, info.fs_hz, cue_s=cue_s, scored_s=scored_s, rest_uv=site.rest_uv)
            assert late_s is not None
            assert late_s + cue_s - set_s == pytest.approx(float(row[f"{muscle}_latency_s"]), abs=0.000051)
