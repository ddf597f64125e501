"""A practice from the clock to the disk, on its real threads and in both fronts."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pytestqt.qtbot import QtBot

from calibrations.intake import Intake
from calibrations.placement import Placement
from emg.blocks import StreamInfo
from emg.codes import CommandKind, EventKind, Phase
from emg.live_view import LiveView
from emg.protocols import bundled_protocols, load_protocol
from emg.results import Presser
from emg.session.adherence import done_of
from emg.session.bundle import read_events, read_session
from emg.session.library import digests
from emg.stage import Event
from hardware.clock_source import ClockSource
from tests.fakes import ManualClock
from tests.sessions import KeptFront
from ui.assembly import SessionRunner
from ui.cli import main
from ui.commands import practice as practice_command
from ui.desktop.windows.session_page import SessionPage
from ui.desktop.windows.summary_page import SummaryPage
from ui.kept.home import sessions_folder
from ui.kept.placements import current_placement, keep_placement
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan
from ui.session.practice import practice_form, practice_plan
from ui.words import words

LIMIT_S = 120.0
ATHLETE = "anna"


class Somebody(ClockSource):
    """A clock as fast as it is read, passed off as a person's."""

    def __init__(self) -> None:
        super().__init__(speed=0.0)

    def open(self) -> StreamInfo:
        return replace(super().open(), simulated=False)


class Pressing(KeptFront):
    """A front that presses a key at events."""

    def __init__(self, press: Callable[[Event], CommandKind | None]) -> None:
        super().__init__()
        self._press = press
        self.runner: SessionRunner | None = None

    def post_event(self, event: Event) -> None:
        super().post_event(event)
        kind = self._press(event)
        if kind is not None and self.runner is not None:
            self.runner.post(kind)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERHOLD_HOME", str(tmp_path / "home"))


def plan_of(code: str, *, attended: bool = False, **said: Any) -> SessionPlan:
    return practice_plan(
        load_protocol(code),
        source=Somebody(),
        athlete=ATHLETE,
        parent=sessions_folder(ATHLETE),
        intake=Intake(alone=True, **said),
        attended=attended,
    )


def practise(plan: SessionPlan, front: Pressing | None = None) -> SessionEnd:
    front = front or Pressing(lambda event: None)
    front.runner = SessionRunner(plan, front)
    front.runner.start()
    end = front.runner.wait(LIMIT_S)
    assert end is not None
    assert (end.message, end.exit_code) == ("", 0)
    return end


def rows_of(end: SessionEnd) -> list[dict[str, str]]:
    assert end.folder is not None
    with (end.folder / "holds.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("code", bundled_protocols())
def test_every_exercise_can_be_practised_from_start_to_end(code: str) -> None:
    """Else an athlete at home stands before an exercise that the clock cannot run."""
    end = practise(plan_of(code))
    form = practice_form(load_protocol(code))
    wanted = sum(planned.holds * planned.times for planned in form.sets if planned.kind == "holds")

    rows = rows_of(end)
    assert [row["outcome"] for row in rows] == ["practised"] * wanted * len(form.sides)
    assert {row["side"] for row in rows} == {side.value for side in form.sides}
    assert {float(row["held_s"]) for row in rows} == {form.timing.hold_s}
    numbers = ("pct", "ratio", "share", "latency", "cv", "reference", "target")
    assert not any(row[name] for row in rows for name in row if any(word in name for word in numbers))


def test_a_practice_is_found_as_one_and_counts_as_training() -> None:
    """Else a month of everyday practice is no adherence."""
    end = practise(plan_of("power_position_warm_up"))
    assert end.folder is not None
    record = read_session(end.folder)

    assert (record.kind, record.simulated, record.cannot, record.filters) == ("practice", False, (), None)
    assert record.isek.configuration is None
    assert record.exercise is not None
    assert end.summary["kind"] == "practice"
    assert sorted(path.name for path in end.folder.iterdir()) == [
        *("events.jsonl", "holds.csv", "session.json", "summary.json")
    ]
    (done,) = done_of(digests(sessions_folder(ATHLETE)).digests, UTC)
    assert not done.measured


def test_a_practice_leaves_the_electrodes_alone() -> None:
    """Else the calibration of this morning is taken as that of other electrodes after a practice at noon."""
    placed = Placement.new(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    keep_placement(ATHLETE, placed)

    practise(plan_of("power_position_warm_up"))

    assert current_placement(ATHLETE) == placed


def test_a_press_is_kept_with_who_pressed() -> None:
    """Else the only thing an athlete can tell at home is not in the file."""
    front = Pressing(lambda event: CommandKind.FELT if event.kind is EventKind.SET else None)
    rows = rows_of(practise(plan_of("power_position_warm_up"), front))

    assert all(0.0 <= float(row["felt_latency_s"]) < 1.0 for row in rows)
    assert {(row["felt_by"], row["felt_cued"]) for row in rows} == {(Presser.ATHLETE.value, "false")}


def test_a_foot_that_came_down_is_repeated() -> None:
    """Else a lost balance is a hold that was done."""
    front = Pressing(
        lambda event: CommandKind.FOOT_DOWN if event.kind is EventKind.SET and event.hold in (1, 3) else None
    )
    rows = rows_of(practise(plan_of("power_position_warm_up"), front))

    outcomes = [row["outcome"] for row in rows if row["side"] == rows[0]["side"]]
    assert outcomes == ["lost_balance", "practised", "lost_balance", "practised", "practised"]


def test_somebody_who_is_there_begins_and_is_asked_for_pain() -> None:
    """Else the clock runs before anybody stands, and pain of an everyday practice is never known."""

    def press(event: Event) -> CommandKind | None:
        return CommandKind.NEXT if event.detail.get("phase") == Phase.ASK.value else None

    front = Pressing(press)
    plan = plan_of("power_position_warm_up", attended=True, pain_0_10=1)
    front.runner = runner = SessionRunner(plan, front)
    runner.start()
    runner.post(CommandKind.START)  # may come before the session is there
    while not front.ends:
        if not any(event.kind is EventKind.SESSION_STARTED for event in front.events):
            runner.post(CommandKind.START)
        asked = front.views[-1].stage.asks if front.views else ""
        if asked:
            runner.post(CommandKind.ANSWER, 2)
        runner.wait(0.02)

    end = runner.end
    assert end is not None
    assert end.folder is not None
    assert end.summary["pain"]["before"] == 1
    assert 2 in (end.summary["pain"]["worst"], end.summary["pain"]["after"])
    assert any(event.kind is EventKind.PAIN for event in read_events(end.folder))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[LiveView], SessionEnd]:
    """All that the fronts were shown in one practice."""
    folder = tmp_path_factory.mktemp("seen")
    front = Pressing(lambda event: CommandKind.FELT if event.kind is EventKind.SET else None)
    plan = practice_plan(
        load_protocol("power_position_warm_up"),
        source=Somebody(),
        athlete=ATHLETE,
        parent=folder,
        attended=False,
    )
    end = practise(plan, front)
    return front.views, end


def views_of(views: list[LiveView], phase: Phase) -> LiveView:
    return next(view for view in views if view.stage.stage == "holds" and view.stage.phase is phase)


@pytest.mark.parametrize("phase", [Phase.REST, Phase.PREPARE, Phase.CUE, Phase.HOLDING])
def test_no_phase_of_a_practice_asks_for_a_measurement(
    phase: Phase, seen: tuple[list[LiveView], SessionEnd], qtbot: QtBot
) -> None:
    """Else the screen nags at home about what is not meant to be there."""
    view = views_of(seen[0], phase)
    page = SessionPage(ManualClock(view.host_time_s))
    qtbot.addWidget(page)
    page.show_view(view)

    assert words.calm_words(view) == ""
    assert words.trouble_words(view, fresh=True) == ""
    assert "target" not in words.phase_hint(view)
    assert view.stage.dots
    assert (view.stage.target_pct, view.stage.in_target_s) == (None, None)
    assert not page.message.isVisibleTo(page) or "calibrated" not in page.message.accessibleName()


def test_the_hint_of_a_hold_names_the_key_only_where_it_is_read(
    seen: tuple[list[LiveView], SessionEnd],
) -> None:
    """Else somebody in a terminal presses F and nothing happens."""
    view = views_of(seen[0], Phase.HOLDING)

    assert words.phase_hint(view).startswith("F ")
    assert not words.phase_hint(view, keys=False).startswith("F ")


def test_the_end_says_what_was_practised_and_compares_nothing(
    seen: tuple[list[LiveView], SessionEnd], qtbot: QtBot
) -> None:
    """Else a practice ends with a table of dashes."""
    page = SummaryPage()
    qtbot.addWidget(page)
    page.show_end(seen[1])
    page.resize(1280, 720)
    page.show()
    said = "\n".join(
        text for label in page.findChildren(type(page._label("", 0.5))) if (text := label.text())
    )

    assert "6 practised by the clock" in said
    assert "Felt after" in said
    for wrong in ("good signal", "compared", "target", "Test holds", "glute"):
        assert wrong not in said


def test_the_command_runs_it_without_a_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else practice is in the library and in no program."""
    monkeypatch.setattr(practice_command, "ClockSource", partial(ClockSource, speed=0.0))
    options = ("--protocol", "power_position_warm_up", "--athlete", ATHLETE, "--headless", "--json")
    found = CliRunner().invoke(main, ["practice", *options, "--out", str(tmp_path / "out"), "--pain", "4"])

    assert found.exit_code == 0
    told = json.loads(found.stdout)
    assert set(told) == {"session", "holds", "summary"}
    assert told["holds"] == 6
    assert told["summary"]["pain"]["before"] == 4
    assert Path(told["session"]).parent == tmp_path / "out"
    for said in ("wise to stop", "practised by the clock", "Saved in", "Practised"):
        assert said in found.stderr
    for wrong in ("good signal", "cannot tell", "glute:ham", words.NOT_CALIBRATED):
        assert wrong not in found.stderr
