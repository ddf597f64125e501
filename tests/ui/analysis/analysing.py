"""Calls of ``powerhold analyze``, and a file of two muscles to call it on."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner, Result

from emg.blocks import FloatArray
from tests.emg.analysis.analysed import noise
from ui.cli import main

SITES = ("--sites", "glute_left=GM_uV,ham_left=2")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["analyze", *map(str, arguments)])


def told(*arguments: object) -> dict[str, Any]:
    """The object of --json, which must be all there is on stdout."""
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("\n") == 1
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(exit_code: int, *arguments: object) -> str:
    """The one sentence that a user gets."""
    result = call(*arguments, "--json")
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith(("Usage:", "Try '"))]
    assert len(said) == 1, result.stderr
    assert said[0].endswith("."), said
    return said[0]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, data: FloatArray, names: Sequence[str]) -> Path:
    np.savetxt(path, data, fmt="%.4f", delimiter=",", header=",".join(names), comments="")
    return path


def two_muscles(folder: Path) -> Path:
    """Two muscles at 250 Hz: rest, a maximum of 100 µV, then 50 µV; the second one at half of it."""
    spans = [(6.0, 2.0), (4.0, 100.0), (4.0, 2.0), (4.0, 50.0), (2.0, 2.0)]
    half = [(seconds, max(2.0, level / 2.0)) for seconds, level in spans]
    data_uv = np.concatenate([noise(spans, seed=1), noise(half, seed=2)], axis=1)
    return write_csv(folder / "two.csv", data_uv, ["GM_uV", "BF_uV"])
