"""A session from the board to the disk, on its real threads."""

from __future__ import annotations

import csv
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calibrations.store import load
from emg.blocks import SampleBlock, Source, SourceLost, SourceUnavailable, StreamInfo
from emg.codes import CommandKind, EventKind, Phase, SignalState
from emg.live_view import LiveView
from emg.montage import FOUR_SITES, Montage
from emg.session.bundle import read_events, read_samples, read_session
from emg.stage import Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.fakes import FAKE_INFO, ScriptedSource, ScriptLine
from tests.sessions import QUICK, RIGHT_LEG, KeptFront, calibration_for, every, noise, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.kept.home import calibrations_folder
from ui.session import front
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan

LIMIT_S = 120.0
ONE = short_exercise(test=1, train=0)


class Real(SimulatedSource):
    """The simulated athlete, passed off as a person on a board."""

    def open(self) -> StreamInfo:
        return replace(super().open(), board="cyton", source_id="cyton:x", simulated=False)


class Silent:
    """A board that opens, gives some blocks, and then nothing."""

    paced = True

    def __init__(self, blocks: Sequence[SampleBlock], then: Exception | None = None) -> None:
        self._blocks = list(blocks)
        self._then = then
        self._never = threading.Event()
        self.n_opens = 0

    def open(self) -> StreamInfo:
        self.n_opens += 1
        return FAKE_INFO

    def read(self, timeout_s: float) -> SampleBlock | None:
        if self._blocks:
            return replace(self._blocks.pop(0), host_time_s=time.monotonic())
        if self._then is not None:
            then, self._then = self._then, None
            raise then
        self._never.wait(timeout_s)
        return None

    def close(self) -> None:
        self._never.set()
        self._never.clear()


class WaitingFront(KeptFront):
    """A front on whose events and views a test can wait."""

    def __init__(self) -> None:
        super().__init__()
        self._waits: list[tuple[Callable[[object], bool], threading.Event]] = []

    def when(self, condition: Callable[[object], bool]) -> threading.Event:
        found = threading.Event()
        self._waits.append((condition, found))
        return found

    def post_view(self, view: LiveView) -> None:
        super().post_view(view)
        self._look(view)

    def post_event(self, event: Event) -> None:
        super().post_event(event)
        self._look(event)

    def _look(self, item: object) -> None:
        for condition, found in self._waits:
            if condition(item):
                found.set()


def is_event(kind: EventKind) -> Callable[[object], bool]:
    return lambda item: isinstance(item, Event) and item.kind is kind


def simulated(
    parent: Path, *, speed: float = 0.0, calibrated: bool = True, montage: Montage = RIGHT_LEG
) -> SessionPlan:
    athlete = Athlete(seed=5)
    source = SimulatedSource(athlete, speed=speed)
    calibration = calibration_for(source.open(), montage) if calibrated else None
    source.close()
    return plan_of(source, ONE, parent, montage=montage, calibration=calibration, performer=athlete)


def on_board(source: Source, parent: Path, **changes: Any) -> SessionPlan:
    calibration = calibration_for(FAKE_INFO, FOUR_SITES)
    return replace(plan_of(source, ONE, parent, calibration=calibration), **changes)


RUNNING: list[SessionRunner] = []


@pytest.fixture(autouse=True)
def _nobody_is_left_running() -> Iterator[None]:
    """A test that fails in the middle must not keep its session for ever."""
    yield
    while RUNNING:
        RUNNING[-1].stop()
        RUNNING.pop().wait(LIMIT_S)


def started(plan: SessionPlan, shown: KeptFront) -> SessionRunner:
    RUNNING.append(SessionRunner(plan, shown))
    RUNNING[-1].start()
    return RUNNING[-1]


def run(plan: SessionPlan, seen_by: KeptFront | None = None) -> tuple[SessionEnd, KeptFront]:
    shown = seen_by or KeptFront()
    runner = started(plan, shown)
    end = runner.wait(LIMIT_S)
    assert end is not None, "the session did not come to an end"
    return end, shown


def holds_of(folder: Path | None) -> list[dict[str, str]]:
    assert folder is not None
    with (folder / "holds.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- all is well


def test_a_session_is_run_shown_and_saved(tmp_path: Path) -> None:
    """Else there is nothing to look at after the training."""
    end, _ = run(simulated(tmp_path))

    assert (end.message, end.exit_code, end.holds, end.valid_holds) == ("", 0, 1, 1)
    assert end.folder is not None
    assert end.folder.parent == tmp_path
    assert {path.name for path in end.folder.iterdir()} == {
        "session.json",
        "raw.bdf",
        "events.jsonl",
        "holds.csv",
        "activation.csv",
        "summary.json",
        "truth.csv",
    }
    assert len(holds_of(end.folder)) == 1
    assert json.loads((end.folder / "summary.json").read_text(encoding="utf-8")) == end.summary
    record = read_session(end.folder)
    assert (record.complete, record.simulated, record.lost_samples) == (True, True, 0)
    assert record.calibration is not None
    _, blocks = read_samples(end.folder)
    assert sum(block.n_samples for block in blocks) == read_events(end.folder)[-1].sample + 1


def test_the_front_gets_every_event_and_one_end(tmp_path: Path) -> None:
    """Else a cue is never heard, or the window stays open for ever."""
    end, shown = run(simulated(tmp_path))

    assert end.folder is not None
    assert shown.events == read_events(end.folder)
    assert shown.ends == [end]
    assert shown.views[0].signal is SignalState.OPENING
    assert (shown.views[-1].signal, shown.views[-1].finished) == (SignalState.ENDED, True)
    assert {view.stage.phase for view in shown.views} >= {Phase.REST, Phase.CUE, Phase.HOLDING}
    assert [view.sample for view in shown.views] == sorted(view.sample for view in shown.views)


def test_a_measured_calibration_is_kept_for_the_athlete(tmp_path: Path, powerhold_home: Path) -> None:
    """Else the athlete is measured anew for a second exercise of the same day."""
    athlete = Athlete(seed=5)
    plan = plan_of(Real(athlete, speed=0.0), ONE, tmp_path, montage=RIGHT_LEG, performer=athlete)
    end, _ = run(replace(plan, athlete="anna"))

    (path,) = calibrations_folder("anna").iterdir()
    saved = load(path)
    assert (saved.athlete, saved.source_id, set(saved.sites)) == ("anna", "cyton:x", set(RIGHT_LEG.names))
    assert end.folder is not None
    record = read_session(end.folder)
    assert record.calibration == json.loads(path.read_text(encoding="utf-8"))
    assert path.is_relative_to(powerhold_home)


def test_a_simulated_maximum_is_nobodys(tmp_path: Path, powerhold_home: Path) -> None:
    """Else the demo leaves a calibration that is offered to a person."""
    end, _ = run(simulated(tmp_path, calibrated=False))

    assert end.folder is not None
    assert read_session(end.folder).calibration is not None
    assert not powerhold_home.exists()


# --- what cannot be run


def refused(plan: SessionPlan) -> SessionEnd:
    end, shown = run(plan)
    assert end.folder is None
    assert shown.ends == [end]
    assert not any(view.finished for view in shown.views), "nobody has done well"
    assert end.message.endswith(".")
    assert "\n" not in end.message
    assert list(plan.parent.iterdir()) == [], "nothing is left behind"
    return end


def test_a_board_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    """Else a board that is off ends in a traceback."""
    source = ScriptedSource([], opens=[SourceUnavailable("No board answers on /dev/x: switch it on.")])
    end = refused(on_board(source, tmp_path))
    assert (end.exit_code, end.message) == (3, "No board answers on /dev/x: switch it on.")


def test_a_channel_that_the_board_does_not_have_is_refused(tmp_path: Path) -> None:
    """Else a muscle is measured on a channel that is not there."""
    wrong = Montage.of({"glute_right": 3, "ham_right": 9})
    end = refused(on_board(ScriptedSource([]), tmp_path, montage=wrong))
    assert end.exit_code == 2
    assert "channel 9" in end.message


def test_a_board_that_is_too_slow_is_refused(tmp_path: Path) -> None:
    """Else half of the EMG is missing and nobody knows."""
    slow = replace(FAKE_INFO, fs_hz=125.0)
    assert refused(on_board(ScriptedSource([], info=slow), tmp_path)).exit_code == 3


def test_a_calibration_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    """Else percentages of another person are shown as the athlete's own."""
    other = calibration_for(FAKE_INFO, FOUR_SITES, athlete="ben")
    end = refused(on_board(ScriptedSource([]), tmp_path, calibration=other))
    assert end.exit_code == 5
    assert "it is of athlete ben, not demo" in end.message


def test_a_measurement_that_fails_ends_with_its_reason(tmp_path: Path) -> None:
    """Else the athlete is trained with a maximum that is none."""
    loud = list(every(25, noise(50.0)))
    end, _ = run(replace(on_board(ScriptedSource(loud, paced=False), tmp_path), calibration=None))

    assert end.exit_code == 5
    assert end.message == "It was not quiet enough at rest. Press the electrodes on, then start again"
    assert end.folder is not None
    assert read_session(end.folder).complete
    assert end.holds == 0


# --- broken off


@pytest.mark.parametrize(("way", "exit_code"), [("interrupt", 130), ("stop", 0)])
def test_what_is_broken_off_is_saved_with_its_last_hold(tmp_path: Path, way: str, exit_code: int) -> None:
    """Else Ctrl-C in the ninth minute takes the whole session away."""
    shown = WaitingFront()
    held = shown.when(is_event(EventKind.SET))
    slow = short_exercise(test=1, train=0, timing={**QUICK, "hold_s": 600.0})
    runner = started(replace(simulated(tmp_path), exercise=slow), shown)
    assert held.wait(LIMIT_S)
    getattr(runner, way)()
    end = runner.wait(LIMIT_S)

    assert end is not None
    assert end.exit_code == exit_code
    (row,) = holds_of(end.folder)
    assert (row["outcome"], row["glute_pct_mvc"], row["valid"]) == ("incomplete", "", "true")
    assert end.folder is not None
    last = read_events(end.folder)[-1]
    assert last.kind is EventKind.SESSION_ENDED
    assert last.detail["reason"] == ("interrupted" if way == "interrupt" else "stopped")
    assert read_session(end.folder).complete


def test_a_stop_before_the_board_is_open_leaves_nothing(tmp_path: Path) -> None:
    """Else closing the window at once leaves an empty session, or hangs."""
    source = ScriptedSource(list(every(25, noise(20.0))))
    source.may_open.clear()
    shown = KeptFront()
    runner = started(on_board(source, tmp_path), shown)
    runner.post(CommandKind.NEXT)
    runner.interrupt()
    source.may_open.set()
    end = runner.wait(LIMIT_S)

    assert end is not None
    assert (end.exit_code, end.folder) == (130, None)
    assert list(tmp_path.iterdir()) == []


class BrokenFront(KeptFront):
    """A front that breaks at the first event of a kind, and whenever it is asked again."""

    def __init__(self, error: Exception, where: str) -> None:
        super().__init__()
        self._error = error
        self._where = where

    def post_view(self, view: LiveView) -> None:
        self._break("view", bool(self.events))

    def post_event(self, event: Event) -> None:
        super().post_event(event)
        self._break("event", event.kind is EventKind.CUE)

    def post_end(self, end: front.SessionEnd) -> None:
        self._break("end", True)

    def _break(self, where: str, due: bool) -> None:
        if due and where == self._where:
            raise self._error


@pytest.mark.parametrize("where", ["view", "event", "end"])
@pytest.mark.parametrize("error", [BrokenPipeError("nobody reads"), KeyError("oops")], ids=["pipe", "fault"])
def test_a_front_that_breaks_takes_nothing_with_it(tmp_path: Path, where: str, error: Exception) -> None:
    """Else a closed pipe or terminal leaves a process that even Ctrl-C cannot end, and no session."""
    end, _ = run(simulated(tmp_path), BrokenFront(error, where))

    assert end.folder is not None
    assert read_session(end.folder).complete
    if where == "end" or isinstance(error, OSError):
        assert (end.exit_code, end.message, end.holds) == (0, "", 1)
    else:
        assert end.exit_code == 1
        assert "its screen failed (KeyError('oops'))" in end.message


# --- silence and loss


def test_a_board_that_falls_silent_is_shown_and_given_up(tmp_path: Path) -> None:
    """Else the last level stands on the screen while the board is dead."""
    shown = WaitingFront()
    blocks = list(every(25, noise(3.0)))
    end, _ = run(on_board(Silent(blocks), tmp_path, give_up_s=1.0), shown)
    assert end.exit_code == 3
    assert end.message.startswith("Nothing came from the board for 1 s")
    silent = [view for view in shown.views if view.signal is SignalState.NO_SIGNAL]
    assert silent
    assert all(bar.level_pct is None for view in silent for bar in view.bars)
    assert [event.kind for event in shown.events].count(EventKind.NO_SIGNAL) == 1
    (row,) = holds_of(end.folder)
    assert row["outcome"] == "incomplete"


def test_a_key_in_silence_is_heard(tmp_path: Path) -> None:
    """Else nobody can end a session whose board is dead."""
    shown = WaitingFront()
    silent = shown.when(is_event(EventKind.NO_SIGNAL))
    runner = started(on_board(Silent(list(every(25, noise(3.0)))), tmp_path), shown)
    assert silent.wait(LIMIT_S)
    runner.post(CommandKind.STOP)
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.exit_code == 0
    assert shown.events[-1].detail["reason"] == "stopped"


def test_a_board_that_comes_back_goes_on_in_the_same_session(tmp_path: Path) -> None:
    """Else a radio that drops out for a moment ends the training."""
    part = list(every(25, noise(3.0)))
    script: list[ScriptLine] = [
        *part,
        SourceLost("gone"),
        *(replace(b, host_time_s=b.host_time_s + 9.0) for b in every(25, noise(40.0))),
    ]
    end, shown = run(on_board(ScriptedSource(script, paced=False), tmp_path))
    assert (end.exit_code, end.message) == (0, "")
    assert [event.kind for event in shown.events].count(EventKind.REOPENED) == 1
    assert [row["outcome"] for row in holds_of(end.folder)] == ["void", "success"]
    assert end.folder is not None
    (gap,) = read_session(end.folder).gaps
    assert gap.estimated
    assert any(view.signal is SignalState.LOST for view in shown.views)


def test_another_board_in_its_place_ends_the_session_with_a_reason(tmp_path: Path) -> None:
    """Else two boards' samples are one recording."""
    script: list[ScriptLine] = [*every(25, noise(3.0)), SourceLost("gone")]
    other = replace(FAKE_INFO, source_id="other")
    end, _ = run(on_board(ScriptedSource(script, opens=[None, other]), tmp_path))
    assert "is not the same" in end.message
    assert end.exit_code != 0
    assert len(holds_of(end.folder)) == 1


# --- keys


def test_a_key_is_dated_on_the_sample_clock(tmp_path: Path) -> None:
    """Else nobody can say when the athlete felt it."""
    shown = WaitingFront()
    held = shown.when(is_event(EventKind.SET))
    plan = simulated(tmp_path, speed=1.0)
    quick = short_exercise(
        test=1,
        train=0,
        timing={**QUICK, "stand_up_s": 0.6, "quiet_s": 0.2, "set_after_s": 0.2, "hold_s": 1.5},
    )
    runner = started(replace(plan, exercise=quick), shown)
    assert held.wait(LIMIT_S)
    runner.post(CommandKind.FELT)
    end = runner.wait(LIMIT_S)
    assert end is not None
    assert end.folder is not None
    (command,) = [event for event in read_events(end.folder) if event.detail.get("command") == "felt"]
    pressed, applied = command.detail["pressed_sample"], command.detail["applied_sample"]
    assert isinstance(pressed, int)
    assert isinstance(applied, int)
    assert abs(applied - pressed) < 250
    (row,) = holds_of(end.folder)
    assert float(row["felt_latency_s"]) == pytest.approx(applied / 250 - float(row["set_s"]), abs=1e-4)


# --- the disk


def test_a_session_goes_on_without_a_disk_and_says_so(tmp_path: Path) -> None:
    """Else a wrong --out ends the training, or hides that nothing was kept."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    end, shown = run(simulated(tmp_path / "file" / "sessions"))
    assert "saved" in end.message
    assert (end.holds, end.exit_code) == (1, 0)
    assert end.folder is not None
    assert (end.folder / "holds.csv").is_file()
    assert tmp_path / "file" not in end.folder.parents
    assert any(view.unsaved == end.message for view in shown.views)
    assert not any(view.error for view in shown.views), "the bars stay as true as they were"
    assert shown.events[-1].kind is EventKind.SESSION_ENDED
