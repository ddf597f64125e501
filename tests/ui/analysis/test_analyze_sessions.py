"""``powerhold analyze`` on sessions: the numbers that were on the screen, and the calibrations that fit."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from calibrations.calibration import Calibration
from calibrations.store import save
from emg.codes import CommandKind, EventKind
from emg.montage import FOUR_SITES, Side
from emg.reference import reference_of
from emg.results import Presser
from emg.session.bundle import read_events, read_session
from emg.stage import Command, Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import QUICK, KeptFront, calibration_for, plan_of, short_exercise
from tests.ui.analysis.analysing import SITES, call, refused, table, told, two_muscles
from ui.assembly import SessionRunner
from ui.cli import main

LIMIT_S = 240.0
HOLD = {**QUICK, "hold_s": 6.0, "prepare_s": 3.0, "quiet_s": 2.0}


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


# --- a session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rest, maxima, three test holds and a training hold a side of the simulated athlete, live."""
    athlete = Athlete(seed=6)
    exercise = short_exercise(test=3, train=1, sides=tuple(Side), timing=HOLD)
    plan = plan_of(
        SimulatedSource(athlete, speed=0.0), exercise, tmp_path_factory.mktemp("s"), performer=athlete
    )
    runner = SessionRunner(plan, KeptFront())
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.folder is not None, end
    return end.folder


def test_a_session_analysed_again_gives_its_own_summary(session: Path) -> None:
    """Else the number on the screen and the number in the export are two numbers."""
    summary = json.loads((session / "summary.json").read_text(encoding="utf-8"))
    found = told(session)

    assert found["reference_from"] == "session"
    for side, live in summary["sides"].items():
        again = found["sides"][side]
        assert again["n_windows"] == live["n_test"] == 3
        assert again["ratio"] == live["ratio_same_side"]["mean"]
        assert again["glute_pct_mvc"] == live["glute_pct_mvc"]
        assert again["ham_pct_mvc"] == live["ham_pct_mvc"]
    for name in ("glute_lsi_pct", "ham_lsi_pct"):
        assert found[name] == summary[name]["value"]
        assert found["intervals"][name]["low"] == summary[name]["low"]
    for name, live in summary["diagonal"].items():
        assert found["diagonal"][name] == live["value"]
        assert found["intervals"][name]["high"] == live["high"]
    assert {name: site["mvc_uv"] for name, site in found["sites"].items()} == summary["mvc_uv"]


class MeasuredAnew(Athlete):
    """Begins by a key, and is calibrated anew when the second side's holds begin."""

    again = "holds_left_test#1"

    def speak_to(self, post: Callable[[Command], None]) -> None:
        super().speak_to(post)
        post(Command(CommandKind.START, applied_sample=120, by=Presser.HELPER))

    def hear(self, event: Event) -> None:
        super().hear(event)
        if self._post is not None and event.kind is EventKind.STAGE_STARTED and event.run == self.again:
            self._post(Command(CommandKind.CALIBRATE, applied_sample=event.sample + 100))


def test_each_hold_has_the_maximum_that_was_in_force_in_it(tmp_path: Path) -> None:
    """Else a session that was calibrated anew in the middle has two symmetries, and one of them is wrong."""
    athlete = MeasuredAnew(seed=6)
    source = SimulatedSource(athlete, speed=0.0)
    info = source.open()
    source.close()
    plan = plan_of(
        source,
        short_exercise(test=3, train=0, sides=tuple(Side), timing=HOLD),
        tmp_path,
        performer=athlete,
        calibration=calibration_for(info, FOUR_SITES),
        attended=True,
    )
    runner = SessionRunner(plan, KeptFront())
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.folder is not None, end
    maxima = [
        tuple(site.mvc_uv for site in reference_of(event).sites.values())
        for event in read_events(end.folder)
        if event.kind is EventKind.REFERENCE_SET and event.detail["sites"]
    ]
    assert len(set(maxima)) > 1, "it has been calibrated anew"
    summary, found = end.summary, told(end.folder)
    assert summary["glute_lsi_pct"]["value"] is not None
    for name in ("glute_lsi_pct", "ham_lsi_pct"):
        assert found[name] == summary[name]["value"]
    for side, live in summary["sides"].items():
        assert found["sides"][side]["glute_pct_mvc"] == live["glute_pct_mvc"]


def test_the_shares_of_a_session_are_those_of_its_holds(session: Path) -> None:
    """Else holds.csv and the analysis tell two stories."""
    found = told(session)
    for side in Side:
        shares = [
            float(row["glute_share_pct"])
            for row in table(session / "holds.csv")
            if (row["side"], row["role"]) == (side, "test")
        ]
        assert found["sides"][side]["glute_share_pct"] == pytest.approx(np.mean(shares), abs=0.01)


def test_a_hold_taken_out_by_hand_is_out_of_the_analysis_until_it_is_let_in_again(
    session: Path, tmp_path: Path
) -> None:
    """Else the summary leaves a cough out, and the analysis of the same session has it in."""
    folder = Path(shutil.copytree(session, tmp_path / "copy"))
    number = next(int(row["hold"]) for row in table(folder / "holds.csv") if row["role"] == "test")
    exclude = ["exclude", str(folder), "--hold", str(number)]

    before = told(folder)
    assert CliRunner().invoke(main, [*exclude, "--reason", "cough"]).exit_code == 0
    without = told(folder)
    assert CliRunner().invoke(main, [*exclude, "--restore"]).exit_code == 0

    assert without["notes"] == [*before["notes"], "1 hold was taken out by hand."]
    assert len(without["windows"]["work"]) == len(before["windows"]["work"]) - 1
    assert before["windows"]["work"][0] not in without["windows"]["work"]
    assert told(folder) == before


def test_the_levels_of_a_session_are_written_as_they_were_live(session: Path, tmp_path: Path) -> None:
    """Else a table made again differs from the one that was saved."""
    live = table(session / "activation.csv")
    again = table(Path(told(session, "--out", tmp_path)["path"]) / "activation.csv")

    assert len(again) == len(live)
    for before, after in zip(live, again, strict=True):
        # live there were no percentages before there was a maximum
        known = [name for name, cell in before.items() if cell or not name.endswith("_pct_mvc")]
        differing = [name for name in known if before[name] != after[name] and "ratio" not in name]
        assert differing == [], before["time_s"]
        assert all(before[n] in ("", after[n]) for n in before if "ratio" in n), before["time_s"]


def test_other_windows_win_over_those_of_the_session(session: Path) -> None:
    """Else one cannot look at another part of a session."""
    windows = told(session, "--work", "left=30:33")["windows"]["work"]
    assert windows == [{"side": "left", "window": [30.0, 33.0]}]


def test_through_another_filter_the_sessions_maximum_gives_no_percentages(session: Path) -> None:
    """Else a maximum of one filter is the 100 % of another."""
    for option in (("--zero-phase",), ("--mains", "50")):
        result = call(session, *option, "--json")
        found = json.loads(result.stdout)
        assert result.exit_code == 0
        assert (found["reference_from"], found["sides"], found["glute_lsi_pct"]) == (None, None, None)
        assert found["sites"]["glute_left"]["mvc_uv"] is None
        assert "measured through another filter" in result.stderr


def test_a_session_says_itself_how_it_is_read(session: Path) -> None:
    """Else a wrong rate on the command line silently wins over the right one in the session."""
    for option in (("--fs", 500), ("--unit", "mV"), ("--scale", 2), ("--skip", 3), ("--no-header",)):
        assert "A session says itself how it is read" in refused(2, session, *option)


def test_a_recording_without_sites_asks_for_them(tmp_path: Path) -> None:
    """Else nobody knows which channel is which muscle."""
    record = ["record", "--board", "simulated", "--seconds", "2", "--out", str(tmp_path), "--json"]
    folder = json.loads(CliRunner().invoke(main, record).stdout)["path"]

    assert "name them with --sites" in refused(2, folder)
    found = told(folder, "--sites", "glute_left=1,ham_left=2")
    assert (found["samples"], found["fs_hz"], found["reference_from"]) == (500, 250.0, None)


# --- calibrations


def calibration(tmp_path: Path, session: Path, **changes: object) -> Path:
    record = read_session(session)
    made = Calibration.model_validate_json(json.dumps(record.calibration))
    return save(made.model_copy(update={"made_at": record.started_at, **changes}), tmp_path)


def test_a_calibration_that_fits_is_used_and_one_that_does_not_is_refused(
    session: Path, tmp_path: Path
) -> None:
    """Else percentages of another person, board or placement are shown."""
    good = calibration(tmp_path, session)
    assert told(session, "--calibration", good)["glute_lsi_pct"] == told(session)["glute_lsi_pct"]

    for changes, says in (
        ({"athlete": "ben"}, "it is of athlete ben"),
        ({"source_id": "cyton:x"}, "it was made with cyton:x"),
        ({"unit": "arbitrary"}, "its unit is arbitrary"),
    ):
        bad = calibration(tmp_path, session, **changes)
        assert says in refused(5, session, "--calibration", bad)
    assert "rate, filter, notch or gain differ" in refused(5, session, "--calibration", good, "--mains", "50")
    assert "causal filter" in refused(5, session, "--calibration", good, "--zero-phase")
    assert "leave --rest and --mvc out" in refused(2, session, "--calibration", good, "--rest", "0:5")


OF_SCHEMA_2 = ("serial", "placement", "way", "intake")
OF_SCHEMA_1 = {
    "sites": ("channel", "rest_uv", "mvc_uv", "method", "mvc_cv_pct"),
    "trials": ("site", "best_uv"),
}


def with_calibration(session: Path, folder: Path, fields: dict[str, Any]) -> Path:
    """A copy of a session that carries another calibration."""
    copied = folder / "copied"
    shutil.copytree(session, copied, dirs_exist_ok=True)
    record = json.loads((session / "session.json").read_text(encoding="utf-8"))
    text = json.dumps(record | {"calibration": fields})
    (copied / "session.json").write_text(text, encoding="utf-8")
    return copied


def test_a_session_of_the_first_version_is_read_with_its_own_calibration(
    session: Path, tmp_path: Path
) -> None:
    """Else an update takes the percentages out of every session that was saved before."""
    fields = read_session(session).calibration
    assert fields is not None
    old: dict[str, Any] = {name: value for name, value in fields.items() if name not in OF_SCHEMA_2}
    old["sites"] = {
        name: {key: site[key] for key in OF_SCHEMA_1["sites"]}
        for name, site in json.loads(json.dumps(fields["sites"])).items()
    }
    old["trials"] = [
        {key: trial[key] for key in OF_SCHEMA_1["trials"]}
        for trial in json.loads(json.dumps(fields["trials"]))
    ]

    found = told(with_calibration(session, tmp_path, old | {"schema": 1}))

    assert found["reference_from"] == "session"
    assert found["sides"] == told(session)["sides"]


def test_a_session_is_not_measured_by_a_calibration_that_does_not_fit_it(
    session: Path, tmp_path: Path
) -> None:
    """Else what an older version wrote down as used makes percentages of another person's maximum."""
    fields = json.loads((session / "session.json").read_text(encoding="utf-8"))["calibration"]
    other_channel = json.loads(json.dumps(fields["sites"]))
    other_channel["ham_left"]["channel"] = 9
    for changes, says in (
        ({"athlete": "ben"}, "it is of athlete ben, not demo"),
        ({"source_id": "cyton:x"}, "it was made with cyton:x"),
        ({"unit": "arbitrary"}, "its unit is arbitrary"),
        ({"sites": other_channel}, "ham_left was on channel 9 and is on 2"),
        ({"made_at": "2020-01-01T00:00:00Z"}, "hours old"),
        ({"made_at": "2999-01-01T00:00:00Z"}, "it was made in the future"),
    ):
        copied = with_calibration(session, tmp_path, fields | changes)
        result = call(copied, "--json")
        found = json.loads(result.stdout)
        assert result.exit_code == 0
        assert (found["reference_from"], found["sides"]) == (None, None)
        assert found["sites"]["glute_left"]["mvc_uv"] is None
        assert "does not fit it: " in result.stderr
        assert says in result.stderr

    copied = with_calibration(session, tmp_path, fields | {"placement": {"id": "20260301T093015Z"}})
    record = json.loads((copied / "session.json").read_text(encoding="utf-8"))
    for placement, reference_from in (("20260301T093015Z", "session"), ("20260301T113015Z", None)):
        text = json.dumps(record | {"placement": {"id": placement}})
        (copied / "session.json").write_text(text, encoding="utf-8")
        assert told(copied)["reference_from"] == reference_from


def test_a_calibration_in_a_session_that_cannot_be_read_is_named(session: Path, tmp_path: Path) -> None:
    """Else a maximum is guessed from a damaged session, or one of a newer program."""
    fields = dict(read_session(session).calibration or {})
    for changes, says in (
        ({"schema": 3}, "The calibration in session.json was made by a newer version of PowerHold"),
        ({"schema": 0}, "The calibration in session.json is not a calibration: its schema is missing"),
        ({"sites": {}}, "The calibration in session.json is not a calibration: sites:"),
    ):
        sentence = refused(4, with_calibration(session, tmp_path, fields | changes))
        assert sentence.startswith(says)
        assert sentence.endswith("Or give another one with --calibration.")


def test_a_file_takes_a_calibration_of_its_sites_and_rate(recording: Path, tmp_path: Path) -> None:
    """Else a file exported elsewhere has no percentages, or has them from other muscles."""
    info = SimulatedSource(Athlete(seed=1), speed=0.0).open()
    path = save(calibration_for(info, FOUR_SITES, mvc_uv=100.0), tmp_path)

    result = call(recording, "--fs", 250, *SITES, "--calibration", path, "--json")
    found = json.loads(result.stdout)["sites"]["glute_left"]
    assert (found["mvc_uv"], found["rest_from"]) == (100.0, "calibration")
    assert found["bursts"][1]["pct_mvc"] == pytest.approx(50.0, rel=0.12)
    assert "that the calibration fits is your word" in result.stderr
    assert "sites and channels differ" in refused(
        5, recording, "--fs", 250, "--sites", "quad_left=1", "--calibration", path
    )
    assert "rate, filter" in refused(5, recording, "--fs", 500, *SITES, "--calibration", path)
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    assert "is not a calibration" in refused(
        4, recording, "--fs", 250, *SITES, "--calibration", tmp_path / "broken.json"
    )
