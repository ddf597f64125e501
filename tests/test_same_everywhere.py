"""One session, and every way to run it: in any cut, at any speed, unseen, replayed, recovered."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emg.blocks import SampleBlock
from emg.codes import CommandKind, EventKind
from emg.results import HoldResult, Outcome, Presser
from emg.session.amend import amended
from emg.session.bundle import read_events, read_samples, read_session
from emg.session.events import event_to_json
from emg.session.folder import SessionFolder, replace_file
from emg.session.outcome import holds_text, summary_of
from emg.session.recover import KILLED, Keeper, replay
from emg.session.summary import summary_to_json
from emg.stage import Command, Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from tests.sessions import QUICK, RIGHT_LEG, KeptFront, joined, plan_of, rig, short_exercise
from ui.assembly import SessionRunner
from ui.session.front import Front
from ui.session.recompute import recomputed

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

LIMIT_S = 240.0
EXERCISE = short_exercise(test=2, train=3, timing={**QUICK, "wait_limit_s": 3.0})
DROPPED = "dropped-packets@66+0.3"
"""In a hold: some samples never come."""

KEYS = {
    (EventKind.CUE, 1): (CommandKind.NEXT, 60),
    (EventKind.SET, 1): (CommandKind.FOOT_DOWN, 140),
    (EventKind.SET, 2): (CommandKind.PAUSE, 75),
    (EventKind.SET, 4): (CommandKind.FELT, 90),
    (EventKind.SET, 6): (CommandKind.FELT, 45),
    (EventKind.SET, 7): (CommandKind.ENOUGH, 333),
}
"""What is pressed so many samples after which event of which hold."""


class Steered(Athlete):
    """The simulated athlete with a hand on the clicker, in samples and not in seconds of the host.

    He presses later than a block is long, so that no cut decides at which tick he is heard.
    """

    def hear(self, event: Event) -> None:
        super().hear(event)
        if event.kind is EventKind.PAUSED:
            self._press(CommandKind.RESUME, event.sample + 100)
        elif event.hold is not None and (event.kind, event.hold) in KEYS:
            kind, later = KEYS[event.kind, event.hold]
            self._press(kind, event.sample + later)

    def _press(self, kind: CommandKind, sample: int) -> None:
        if self._post is not None:
            by = Presser.ATHLETE if kind is CommandKind.FELT else Presser.HELPER
            self._post(Command(kind, sample=sample - 1, applied_sample=sample, by=by))


def run(parent: Path, speed: float, front: Front | None = None) -> Path:
    """The session through the real runner, from its source to its files."""
    athlete = Steered(seed=8, faults=parse_faults([DROPPED]))
    source = SimulatedSource(athlete, speed=speed)
    runner = SessionRunner(
        plan_of(source, EXERCISE, parent, montage=RIGHT_LEG, performer=athlete), front or KeptFront()
    )
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None, "the session did not come to an end"
    assert end.folder is not None
    return end.folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The session of the day, as fast as it goes."""
    return run(tmp_path_factory.mktemp("day"), 0.0)


def lines(events: Iterable[Event]) -> list[str]:
    return [event_to_json(event) for event in events]


def text(folder: Path, name: str) -> str:
    """A file of a session, without the name that the clock gave it."""
    return (folder / name).read_text(encoding="utf-8").replace(folder.name, "SESSION")


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "holds.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def assert_same(day: Path, events: Sequence[Event], holds: Sequence[HoldResult]) -> None:
    """The events of the day, and its rows of holds.csv, from other events and holds."""
    assert lines(events) == lines(read_events(day))
    record = read_session(day)
    assert holds_text(record, amended(holds, events)) == (day / "holds.csv").read_text(encoding="utf-8")


def test_the_session_of_the_day_has_all_that_could_differ(folder: Path) -> None:
    """Else the comparisons below compare nothing."""
    events = read_events(folder)
    pressed = {
        event.detail["command"] for event in events if event.origin == "input" and "command" in event.detail
    }
    assert {"next", "foot_down", "pause", "resume", "felt", "enough"} <= pressed
    kinds = {event.kind for event in events}
    assert {EventKind.GAP, EventKind.FIRED, EventKind.REFERENCE_SET, EventKind.STAGE_DONE} <= kinds
    found = rows(folder)
    assert {"success", "lost_balance", "incomplete"} <= {row["outcome"] for row in found}
    assert any(row["felt_by"] == "athlete" for row in found)
    assert any(int(row["lost_samples"]) for row in found)
    assert [row["feedback"] for row in found].count("false") >= 2
    assert len(found) >= 7


# --- the cut


def blocks_of(folder: Path, lengths: Callable[[], int]) -> Iterator[SampleBlock]:
    """The recorded samples in blocks of other lengths."""
    run: list[SampleBlock] = []
    for block in [*read_samples(folder)[1], None]:
        if run and (block is None or block.first_sample != run[-1].end_sample):
            whole, start = joined(run), 0
            while start < whole.n_samples:
                stop = min(start + lengths(), whole.n_samples)
                yield whole.cut(start, stop)
                start = stop
            run = []
        if block is not None:
            run.append(block)


@pytest.mark.parametrize("n", [1, 7, 25, 250])
def test_any_size_of_block_gives_the_session_of_the_day(folder: Path, tmp_path: Path, n: int) -> None:
    """Else the result depends on how the radio bundled its packets."""
    info, _ = read_samples(folder)
    again = rig(EXERCISE, tmp_path, info=info, montage=RIGHT_LEG, calibrated=False)
    replay(again.live, info, blocks_of(folder, lambda: n), read_events(folder))
    assert_same(folder, again.kept.events, again.kept.holds)
    levels = (again.kept.table.header + again.kept.rows).encode()
    assert levels == (folder / "activation.csv").read_bytes()


@pytest.mark.parametrize("seed", range(3))
def test_any_cut_gives_the_session_of_the_day(folder: Path, tmp_path: Path, seed: int) -> None:
    """Else a slow computer, which reads longer blocks, gets other results."""
    draw = np.random.default_rng(seed)
    info, _ = read_samples(folder)
    again = rig(EXERCISE, tmp_path, info=info, montage=RIGHT_LEG, calibrated=False)
    replay(again.live, info, blocks_of(folder, lambda: int(draw.integers(1, 400))), read_events(folder))
    assert_same(folder, again.kept.events, again.kept.holds)


# --- the speed, and who looks on


def assert_same_files(day: Path, other: Path) -> None:
    assert lines(read_events(other)) == lines(read_events(day))
    for name in ("holds.csv", "activation.csv", "summary.json", "truth.csv"):
        assert text(other, name) == text(day, name), name
    samples = [[block.data_uv.tobytes() for block in read_samples(path)[1]] for path in (day, other)]
    assert samples[0] == samples[1]


def test_any_speed_gives_the_session_of_the_day(folder: Path, tmp_path: Path) -> None:
    """Else a demonstration shows another athlete than the practice after it."""
    assert_same_files(folder, run(tmp_path, 20.0))


def test_a_hidden_window_changes_nothing(folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
    """Else looking at something else for a minute changes what is measured."""
    from ui.desktop.bridge import Bridge
    from ui.desktop.windows.live_window import LiveWindow

    bridge = Bridge()
    athlete = Steered(seed=8, faults=parse_faults([DROPPED]))
    source = SimulatedSource(athlete, speed=0.0)
    plan = plan_of(source, EXERCISE, tmp_path, montage=RIGHT_LEG, performer=athlete)
    runner = SessionRunner(plan, bridge)
    window = LiveWindow(runner, bridge)
    qtbot.addWidget(window)
    window.show()
    window.hide()
    with qtbot.waitSignal(bridge.ended, timeout=round(1000 * LIMIT_S)):
        runner.start()
    end = runner.wait(LIMIT_S)

    assert not window.isVisible()
    assert window.page is window.summary, "it was told all the same"
    assert end is not None
    assert end.folder is not None
    assert_same_files(folder, end.folder)


# --- from the folder alone


def test_the_folder_alone_gives_the_session_of_the_day(folder: Path) -> None:
    """Else what is excluded, analysed or reported a month later is another session."""
    found = recomputed(folder)
    assert_same(folder, found.events, found.holds)
    summary = summary_of(found.record, amended(found.holds, found.recorded), found.recorded, found.reference)
    assert summary_to_json(summary) == (folder / "summary.json").read_text(encoding="utf-8")


def killed(folder: Path, to: Path, share: float) -> Path:
    """The session as it would lie there had the process been killed on its way, and the power with it.

    raw.bdf ends with a record, events.jsonl in the middle of the line that came next, and session.json says
    what it said while the session ran.
    """
    copy = Path(shutil.copytree(folder, to / folder.name))
    files = SessionFolder(copy)
    record = read_session(copy)
    replace_file(files.session_json, record.amended(complete=False, ended_at=None, gaps=()).to_json())
    raw = files.raw_bdf.read_bytes()
    header = int(raw[184:192])
    n_records, n_signals = int(raw[236:244]), int(raw[252:256])
    fields = header - n_signals * 40
    counts = [int(raw[fields + 8 * i : fields + 8 * (i + 1)]) for i in range(n_signals)]
    whole = int(n_records * share)
    text = raw[:236] + str(whole).ljust(8).encode() + raw[244 : header + 3 * sum(counts) * whole]
    files.raw_bdf.write_bytes(text)
    end = counts[0] * whole
    kept = [event for event in read_events(folder) if event.sample < end]
    files.events_jsonl.write_text("".join(f"{line}\n" for line in lines(kept)) + '{"sample":99')
    for path in (files.holds_csv, files.activation_csv, files.summary_json):
        path.unlink()
    return copy


@pytest.mark.parametrize("share", [0.03, 0.3, 0.6, 0.77, 0.9, 0.97])
def test_a_killed_session_is_recovered_as_far_as_it_came(folder: Path, tmp_path: Path, share: float) -> None:
    """Else a crash costs what was done before it, or changes it."""
    copy = killed(folder, tmp_path, share)
    found = recomputed(copy)

    kept = read_events(copy)
    end = sum(1 for _ in kept)
    assert lines(found.events[:end]) == lines(kept)
    assert found.events[-1].detail["reason"] == KILLED
    record = read_session(folder)
    whole = holds_text(record, found_holds(folder)).splitlines()
    ours = holds_text(record, found.holds).splitlines()
    done = [hold for hold in found.holds if hold.outcome is not Outcome.INCOMPLETE]
    assert len(done) >= sum(event.kind is EventKind.HOLD_DONE for event in kept) - 1
    n_same = len(ours) - (bool(found.holds) and found.holds[-1].outcome is Outcome.INCOMPLETE)
    assert ours[:n_same] == whole[:n_same]


def found_holds(folder: Path) -> tuple[HoldResult, ...]:
    return recomputed(folder).holds


def test_a_session_that_is_computed_again_leaves_no_trace(folder: Path) -> None:
    """Else looking at a session changes it."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    recomputed(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_keeper_grows_with_what_happened_and_not_with_the_signal(folder: Path) -> None:
    """Else an hour of signal does not fit into memory twice."""
    kept = Keeper()
    for block in read_samples(folder)[1]:
        kept.block(block)
    assert kept == Keeper()
