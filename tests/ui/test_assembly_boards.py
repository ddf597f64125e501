"""A session whose board goes, comes back, sends an envelope or is slow: what is shown and what is kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest

from emg.blocks import SampleBlock, Signal, SourceLost, SourceUnavailable, Unit
from emg.codes import ELECTRODES_TOUCHED, CommandKind, EventKind, SignalState
from emg.live_view import LiveView
from emg.montage import FOUR_SITES
from emg.session.bundle import read_events, read_session
from emg.stage import Event
from hardware.acquisition import Acquisition
from tests.fakes import FAKE_INFO, ScriptedSource, ScriptLine
from tests.sessions import calibration_for, every, noise
from tests.ui.test_assembly import LIMIT_S, RUNNING, WaitingFront, holds_of, is_event, on_board, run, started
from ui.assembly import SessionRunner
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan
from ui.words import board_words
from ui.words.words import event_words, warning_words


@pytest.fixture(autouse=True)
def _nobody_is_left_running() -> Iterator[None]:
    """A test that fails in the middle must not keep its session for ever."""
    yield
    while RUNNING:
        RUNNING[-1].stop()
        RUNNING.pop().wait(LIMIT_S)


class AtHand(ScriptedSource):
    """A scripted board that waits for the test before it goes on with each part after a loss."""

    def __init__(self, script: list[ScriptLine], opens: list[BaseException | None] | None = None) -> None:
        super().__init__(script, opens=opens or [], paced=False)
        self.go_on = threading.Event()

    def read(self, timeout_s: float) -> SampleBlock | None:
        if self._script and self._script[0] is None and not self.go_on.wait(0.01):
            return None
        return super().read(timeout_s)


class Waiting(AtHand):
    """One that gives a tenth of a second, and then waits until the session was begun by a key."""

    def __init__(self, script: list[ScriptLine]) -> None:
        super().__init__(script)
        self.begun = threading.Event()
        self._at_once = 1

    def read(self, timeout_s: float) -> SampleBlock | None:
        if not self._at_once and not self.begun.wait(0.01):
            return None
        self._at_once = 0
        return super().read(timeout_s)


def later(block: SampleBlock, by_s: float) -> SampleBlock:
    return replace(block, host_time_s=block.host_time_s + by_s)


def broken_script(quiet: range = range(0)) -> list[ScriptLine]:
    """Three seconds, a loss of six, then a question that waits, then enough for all."""
    block = noise(140.0)
    at = np.arange(block.n_samples)
    block.data_uv[(at >= quiet.start) & (at < quiet.stop)] *= 0.1
    rest = [later(part, 9.0) for part in every(25, block)]
    return [*every(25, noise(3.0)), SourceLost("The dongle is gone."), *rest[:10], None, *rest[10:]]


def view_is(**wanted: object) -> object:
    return lambda item: (
        isinstance(item, LiveView) and all(getattr(item, name) == value for name, value in wanted.items())
    )


def summary_of(end: SessionEnd) -> dict[str, object]:
    assert end.folder is not None
    found: dict[str, object] = json.loads((end.folder / "summary.json").read_text(encoding="utf-8"))
    return found


# --- away


def test_while_the_board_is_looked_for_the_reason_and_the_time_stand_there(tmp_path: Path) -> None:
    """Else the screen says "no signal" for minutes, and nobody knows that a plug has come out."""
    reason = "There is no port /dev/x: plug in the dongle."
    source = AtHand(broken_script(), opens=[None, SourceUnavailable(reason), SourceUnavailable(reason), None])
    source.go_on.set()
    end, shown = run(on_board(source, tmp_path))

    assert end.exit_code == 0
    lost = [view for view in shown.views if view.signal is SignalState.LOST]
    assert [lost[0].problem, lost[-1].problem] == ["The dongle is gone.", reason]
    assert {view.since_s for view in lost} == {3.0}, "the seconds count from the last sample"
    after = shown.views[shown.views.index(lost[0]) :]
    away = list(takewhile(lambda view: view.signal is not SignalState.LIVE, after))
    assert len(away) > 2
    assert all(view.signal is SignalState.LOST for view in away), "silence does not change the words"
    assert all(bar.level_pct is None for view in lost for bar in view.bars)
    live = [view for view in shown.views if view.signal is SignalState.LIVE]
    assert all((view.problem, view.since_s) == ("", None) for view in live)


def test_a_slow_open_counts_its_seconds(tmp_path: Path) -> None:
    """Else six seconds of a silent dongle look like a program that hangs."""
    shown = WaitingFront()
    source = AtHand(broken_script())
    runner = started(on_board(source, tmp_path), shown)
    assert shown.views[0].signal is SignalState.OPENING
    assert shown.views[0].since_s is not None
    runner.stop()


def test_the_acquisition_says_how_long_a_silence_must_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a board that sends large chunks has no signal between any two of them."""
    monkeypatch.setattr(Acquisition, "no_signal_s", 1.7)
    source = AtHand(broken_script())
    source.go_on.set()
    _, shown = run(on_board(source, tmp_path))
    assert {view.stale_after_s for view in shown.views if view.signal is SignalState.LIVE} == {1.7}


# --- back


def asked(tmp_path: Path, quiet: range = range(0)) -> tuple[SessionRunner, WaitingFront, AtHand]:
    """A session in a window whose board came back and which asks now."""
    shown, source = WaitingFront(), Waiting(broken_script(quiet))
    plan = on_board(source, tmp_path, attended=True)
    begins = shown.when(view_is(signal=SignalState.LIVE))  # type: ignore[arg-type]
    asks = shown.when(view_is(question=ELECTRODES_TOUCHED))  # type: ignore[arg-type]
    runner = SessionRunner(plan, shown)
    RUNNING.append(runner)
    runner.start()
    assert begins.wait(LIMIT_S)
    runner.post(CommandKind.NEXT)
    source.begun.set()
    assert asks.wait(LIMIT_S)
    return runner, shown, source


def finished(runner: SessionRunner, source: AtHand) -> SessionEnd:
    source.go_on.set()
    end = runner.wait(LIMIT_S)
    assert end is not None
    return end


def press_until(runner: SessionRunner, shown: WaitingFront, key: CommandKind, kind: EventKind) -> None:
    """Press a key, and again while it is too soon after the question for an answer."""
    done = shown.when(is_event(kind))
    for _ in range(round(LIMIT_S / 0.1)):
        runner.post(key)
        if done.wait(0.1):
            return
    raise AssertionError("the key was not heard")


def test_in_a_window_the_session_asks_and_goes_on_with_the_answer(tmp_path: Path) -> None:
    """Else the reference is kept or dropped behind the back of whoever stands there."""
    runner, shown, source = asked(tmp_path)
    assert not [event for event in shown.events if event.kind is EventKind.NOTICE]
    press_until(runner, shown, CommandKind.RESUME, EventKind.RESUMED)
    end = finished(runner, source)

    assert (end.exit_code, end.message) == (0, "")
    assert summary_of(end)["warnings"] == ["few_test_holds:right", "lost_samples"]
    assert [row["outcome"] for row in holds_of(end.folder)][-1] == "success"


def test_touched_measures_again_and_the_record_says_so(tmp_path: Path) -> None:
    """Else a session with two maxima reads as one with one."""
    runner, shown, source = asked(tmp_path, quiet=range(0, 17 * 250))
    press_until(runner, shown, CommandKind.BACK, EventKind.REFERENCE_SET)
    end = finished(runner, source)

    assert end.exit_code == 0
    assert end.folder is not None
    events = read_events(end.folder)
    how = [event.detail["how"] for event in events if event.kind is EventKind.REFERENCE_SET]
    assert how == ["loaded", "dropped", "measured"]
    warnings = summary_of(end)["warnings"]
    assert isinstance(warnings, list)
    assert "reference_dropped" in warnings
    assert "reference_kept_unasked" not in warnings


def test_who_stops_before_the_new_maximum_keeps_what_was_measured_with_the_old_one(tmp_path: Path) -> None:
    """Else the holds that were done lose their maximum because somebody went home."""
    runner, shown, _ = asked(tmp_path)
    press_until(runner, shown, CommandKind.BACK, EventKind.REFERENCE_SET)
    runner.stop()
    end = runner.wait(LIMIT_S)

    assert end is not None
    summary = summary_of(end)
    assert summary["mvc_uv"] == dict.fromkeys(FOUR_SITES.names, 60.0)
    assert summary["warnings"] == ["reference_dropped", "few_test_holds:right", "lost_samples"]


def test_with_nobody_there_the_summary_says_that_the_reference_was_kept(tmp_path: Path) -> None:
    """Else nobody can tell afterwards what the percentages of the second half rest on."""
    source = AtHand(broken_script())
    source.go_on.set()
    end, shown = run(on_board(source, tmp_path))

    warnings = summary_of(end)["warnings"]
    assert isinstance(warnings, list)
    assert "reference_kept_unasked" in warnings
    assert board_words.NOTICES["reference_kept_unasked"] in {view.notice for view in shown.views}
    assert not any(view.question for view in shown.views)


# --- worth knowing


class Noticing(AtHand):
    """A board about which the acquisition has something to say."""

    def read(self, timeout_s: float) -> SampleBlock | None:
        block = super().read(timeout_s)
        if block is not None and block.first_sample == 250:
            RUNNING[-1].on_notice("The board gives 245.0 samples a second and not 250.")
        return block


def test_a_notice_is_shown_kept_and_warned_of(tmp_path: Path) -> None:
    """Else a clock that is 2 % off is known for a second and then forgotten."""
    shown = WaitingFront()
    end, _ = run(on_board(Noticing(list(every(25, noise(20.0)))), tmp_path), shown)

    sentence = "The board gives 245.0 samples a second and not 250."
    assert sentence in {view.notice for view in shown.views}
    assert end.folder is not None
    (event,) = [event for event in read_events(end.folder) if event.kind is EventKind.NOTICE]
    assert (event.detail["code"], event.detail["message"], event.origin) == (
        "board_notice",
        sentence,
        "derived",
    )
    warnings = summary_of(end)["warnings"]
    assert isinstance(warnings, list)
    assert f"board_notice:{sentence}" in warnings


def envelope_plan(tmp_path: Path) -> SessionPlan:
    info = replace(
        FAKE_INFO,
        board="serial-text",
        nominal_fs_hz=20.0,
        fs_hz=20.0,
        full_scale_uv=1023.0,
        signal=Signal.ENVELOPE,
        unit=Unit.ARBITRARY,
    )
    block = SampleBlock(np.full((20 * 20, 4), 300.0), 0, 20.0, 20.0)
    source = ScriptedSource(list(every(2, block)), info=info, paced=False)
    montage_calibration = calibration_for(info, on_board(source, tmp_path).montage, mvc_uv=600.0)
    return on_board(source, tmp_path, calibration=montage_calibration)


def test_what_an_envelope_board_cannot_tell_is_shown_and_in_the_record(tmp_path: Path) -> None:
    """Else people wonder why there is no onset, or take a missing warning about hum for good news."""
    end, shown = run(envelope_plan(tmp_path))

    assert (end.exit_code, end.holds) == (0, 1)
    assert end.folder is not None
    record = read_session(end.folder)
    cannot = ("microvolt", "contact", "mains", "onset", "fine_latency", "spectrum")
    assert record.cannot == cannot
    assert record.filters is not None
    assert (record.filters.type, record.filters.band_hz) == ("none", None)
    assert {view.cannot for view in shown.views if view.bars} == {cannot}
    assert {view.unit for view in shown.views if view.bars} == {Unit.ARBITRARY}
    warnings = summary_of(end)["warnings"]
    assert isinstance(warnings, list)
    assert "coarse_latency" in warnings


def test_events_know_their_words() -> None:
    """Else a terminal prints a code."""
    event = Event(3, EventKind.NOTICE, detail={"code": "reference_kept_unasked", "message": ""})
    assert event_words(event) == board_words.NOTICES["reference_kept_unasked"]
    assert warning_words("board_notice:It is 2 % off: switch it off.") == "It is 2 % off: switch it off."
