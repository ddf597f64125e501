"""Sessions in which something was put right on the way: leads mended, electrodes touched, and gone home."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from emg.blocks import SampleBlock, SourceLost
from emg.codes import ELECTRODES_TOUCHED, CommandKind, EventKind
from emg.montage import FOUR_SITES, Side
from emg.reference import reference_of
from emg.results import Presser
from emg.session.bundle import read_events, read_session
from emg.stage import Command, Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from tests.sessions import QUICK, KeptFront, calibration_for, plan_of, short_exercise
from tests.ui.analysis.analysing import told
from tests.ui.session.test_recompute import assert_same
from ui.assembly import SessionRunner
from ui.session.front import SessionEnd

LIMIT_S = 240.0
FS = 250
HOLD = {**QUICK, "hold_s": 6.0, "prepare_s": 3.0, "quiet_s": 2.0}


class Helped(Athlete):
    """The simulated athlete beside somebody who begins the session and answers what is asked."""

    goes_home = False

    def speak_to(self, post: Callable[[Command], None]) -> None:
        super().speak_to(post)
        self._press(CommandKind.START, 120)

    def hear(self, event: Event) -> None:
        super().hear(event)
        if event.detail.get("question") == ELECTRODES_TOUCHED and event.kind is EventKind.PAUSED:
            self._press(CommandKind.BACK, event.sample + FS)
        elif event.detail.get("phase") == "ask" and event.run.startswith("sides"):
            self._press(CommandKind.NEXT, event.sample + FS)
        elif self.goes_home and event.kind is EventKind.REFERENCE_SET and not event.detail["sites"]:
            self._press(CommandKind.STOP, event.sample + FS)

    def _press(self, kind: CommandKind, sample: int) -> None:
        if self._post is not None:
            self._post(Command(kind, sample=sample, applied_sample=sample, by=Presser.HELPER))


class Pulled(SimulatedSource):
    """The simulated board, whose plug comes out once."""

    at_s = math.inf

    def read(self, timeout_s: float) -> SampleBlock | None:
        block = super().read(timeout_s)
        if block is not None and block.end_sample >= self.at_s * FS:
            self.at_s = math.inf
            raise SourceLost("The plug is out.")
        return block


def session(
    parent: Path,
    *faults: str,
    calibrated: bool,
    pulled_s: float = math.inf,
    goes_home: bool = False,
    n_test: int = 2,
) -> SessionEnd:
    athlete = Helped(seed=6, faults=parse_faults(faults))
    athlete.goes_home = goes_home
    source = Pulled(athlete, speed=0.0)
    source.at_s = pulled_s
    info = source.open()
    source.close()
    plan = plan_of(
        source,
        short_exercise(test=n_test, train=0, sides=tuple(Side), timing=HOLD),
        parent,
        performer=athlete,
        calibration=calibration_for(info, FOUR_SITES) if calibrated else None,
        attended=True,
        checks=not calibrated,
    )
    runner = SessionRunner(plan, KeptFront())
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.folder is not None, end
    return end


def assert_same_numbers(end: SessionEnd) -> dict[str, Any]:
    """The analysis says what the session said, to the last digit, and so do its files made again."""
    assert end.folder is not None
    found, live = told(end.folder), end.summary
    assert found["reference_from"] == "session"
    for side, summary in live["sides"].items():
        again = found["sides"][side]
        assert again["n_windows"] == summary["n_test"]
        assert again["ratio"] == summary["ratio_same_side"]["mean"]
        for muscle in ("glute", "ham"):
            assert again[f"{muscle}_pct_mvc"] == summary[f"{muscle}_pct_mvc"], (side, muscle)
    for name in ("glute_lsi_pct", "ham_lsi_pct"):
        assert found[name] == live[name]["value"]
        assert found["intervals"][name]["low"] == live[name]["low"]
    for name, diagonal in live["diagonal"].items():
        assert found["diagonal"][name] == diagonal["value"]
    assert {name: site["mvc_uv"] for name, site in found["sites"].items()} == live["mvc_uv"]
    assert_same(end.folder)
    return found


def how(end: SessionEnd) -> list[Any]:
    assert end.folder is not None
    return [e.detail["how"] for e in read_events(end.folder) if e.kind is EventKind.REFERENCE_SET]


def test_leads_that_were_mended_count_where_they_were_found(tmp_path: Path) -> None:
    """Else left is analysed as right, although somebody said yes to mending it."""
    end = session(tmp_path, "swapped-sides", calibrated=False)
    assert end.folder is not None
    (mended,) = [e for e in read_events(end.folder) if e.kind is EventKind.MONTAGE_SET]
    record = read_session(end.folder)
    assert record.montage != FOUR_SITES.as_dict()
    assert mended.sample < min(e.sample for e in read_events(end.folder) if e.kind is EventKind.HOLD_DONE)
    assert end.summary["glute_lsi_pct"]["value"] is not None
    assert_same_numbers(end)


def test_electrodes_that_were_touched_have_two_maxima_in_one_session(tmp_path: Path) -> None:
    """Else the holds before are measured by a maximum of electrodes that sat elsewhere."""
    end = session(tmp_path, calibrated=True, pulled_s=36.0)
    assert how(end) == ["loaded", "dropped", "measured"]
    assert end.folder is not None
    kinds = [e.kind for e in read_events(end.folder)]
    assert EventKind.HOLD_DONE in kinds[: kinds.index(EventKind.REOPENED)], "some were held before"
    assert_same_numbers(end)


def test_who_went_home_before_the_new_maximum_keeps_the_holds_of_the_old_one(tmp_path: Path) -> None:
    """Else the analysis of a session that ended early has no percentages, and its summary has."""
    end = session(tmp_path, calibrated=True, pulled_s=36.0, goes_home=True, n_test=3)
    assert how(end) == ["loaded", "dropped"]
    assert end.folder is not None
    assert read_session(end.folder).calibration is None
    rights = end.summary["sides"]["right"]["glute_pct_mvc"]["mean"]
    assert rights is not None
    assert end.holds >= 1
    events = read_events(end.folder)
    known = [reference_of(e) for e in events if e.kind is EventKind.REFERENCE_SET and e.detail["sites"]]
    found = assert_same_numbers(end)
    assert found["sites"]["glute_right"]["mvc_uv"] == known[-1].sites["glute_right"].mvc_uv
