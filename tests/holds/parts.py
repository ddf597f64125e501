"""Sessions with a fault at a moment of a hold, and their files read back as a PT gets them."""

from __future__ import annotations

import csv
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from calibrations.calibration import Calibration
from calibrations.store import parse
from emg.montage import Side
from emg.protocols import Protocol as Exercise
from emg.session.bundle import read_session
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from tests.sessions import KeptFront, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.exit_codes import EXIT_OK

Row: TypeAlias = dict[str, str]

SEED: Final = 5
LIMIT_S: Final = 240.0
BRISK: Final[Mapping[str, float]] = {
    "stand_up_s": 1.0,
    "rest_between_holds_s": 5.0,
    "rest_between_sides_s": 5.0,
}
"""The exercise with less rest; its holds are whole."""

LATENCY_LIMIT_S: Final = 0.075
"""What is promised of a latency (docs/decisions/0007)."""

LEVEL_LIMIT: Final = 0.20
"""Two standard deviations of a maximum of one effort, 10 % each: in it is every %MVC of that muscle."""

COUNTED: Final = ("success", "missed", "not_reached")

MEASURED: Final = (
    *("glute_latency_s", "ham_latency_s", "glute_onset_latency_s", "ham_onset_latency_s"),
    *("glute_pct_mvc", "ham_pct_mvc", "opposite_glute_pct_mvc", "opposite_ham_pct_mvc"),
    *("ratio_same_side", "glute_share_pct", "ratio_diagonal", "glute_cv_pct"),
)
"""Columns that a hold without a signal has nothing in."""


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """One session as its files tell it."""

    holds: list[Row]
    truth: dict[str, Row]
    summary: dict[str, Any]
    calibration: Calibration

    @property
    def counted(self) -> list[Row]:
        """The holds that may enter a mean."""
        return [row for row in self.holds if row["outcome"] in COUNTED]

    def of(self, side: str, role: str = "test") -> list[Row]:
        """The counted holds of one side."""
        return [row for row in self.counted if (row["side"], row["role"]) == (side, role)]

    def mean(self, column: str, side: str) -> float:
        """Mean over a side's counted test holds."""
        return statistics.fmean(float(row[column]) for row in self.of(side))

    def true_mean(self, muscle: str, side: str) -> float:
        """Mean %MVC that the muscle really had in its own side's counted test holds."""
        rows = [self.truth[row["hold"]] for row in self.of(side)]
        return statistics.fmean(float(row[f"{muscle}_{side}_pct_mvc"]) for row in rows)

    def true_latency_s(self, side: str) -> float:
        """Median of the latencies that the glute really had."""
        rows = [self.truth[row["hold"]] for row in self.of(side)]
        return statistics.median(float(row["glute_latency_s"]) for row in rows)


def exercise(*, test: int = 0, train: int = 0, sides: Sequence[str] = ("right",)) -> Exercise:
    """The power position with so many holds a side."""
    return short_exercise(test=test, train=train, sides=[Side(side) for side in sides], timing=BRISK)


def run(
    parent: Path,
    what: Exercise,
    *faults: str,
    calibration: Calibration | None = None,
    seed: int = SEED,
) -> Session:
    """Run a whole session with nobody there to be asked; without a calibration it makes its own."""
    athlete = Athlete(seed=seed, faults=parse_faults(faults))
    source = SimulatedSource(athlete, speed=0.0)
    plan = plan_of(source, what, parent, performer=athlete, calibration=calibration)
    runner = SessionRunner(plan, KeptFront())
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.folder is not None, end.message
    assert end.exit_code == EXIT_OK, end.message
    used = read_session(end.folder).calibration
    assert used is not None
    truth = {row["hold"]: row for row in table(end.folder / "truth.csv")}
    summary = json.loads((end.folder / "summary.json").read_text(encoding="utf-8"))
    return Session(table(end.folder / "holds.csv"), truth, summary, parse(used))


def table(path: Path) -> list[Row]:
    """Rows of a CSV file, as text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def check_against_truth(session: Session, row: Row) -> None:
    """A clean hold says what the muscles did: latencies, and levels of either leg."""
    true, side = session.truth[row["hold"]], Side(row["side"])
    for muscle in ("glute", "ham"):
        off_s = float(row[f"{muscle}_latency_s"]) - float(true[f"{muscle}_latency_s"])
        assert abs(off_s) <= LATENCY_LIMIT_S, (row["hold"], muscle, off_s)
        share = float(row[f"{muscle}_pct_mvc"]) / float(true[f"{muscle}_{side}_pct_mvc"])
        assert abs(share - 1.0) <= LEVEL_LIMIT, (row["hold"], muscle, share)
    share = float(row["opposite_ham_pct_mvc"]) / float(true[f"ham_{side.other}_pct_mvc"])
    assert abs(share - 1.0) <= LEVEL_LIMIT, (row["hold"], "opposite ham", share)
