"""The follower: how an emulated board's athlete hears a session that runs in another process."""

from __future__ import annotations

from pathlib import Path

from emg.codes import EventKind
from emg.montage import Side
from emg.results import Role
from emg.session.events import event_to_json
from emg.stage import Event
from tests.emulators.follow import EventFollower

CUE = Event(
    500, EventKind.CUE, "holds_right_test#1", Side.RIGHT, Role.TEST, 1, {"exercise": "power_position"}
)
SET = Event(875, EventKind.SET, "holds_right_test#1", Side.RIGHT, Role.TEST, 1)


def _session(root: Path, name: str) -> Path:
    folder = root / "athletes" / "demo" / "sessions" / name
    folder.mkdir(parents=True)
    return folder / "events.jsonl"


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(text)


def test_events_are_heard_once_and_in_order(tmp_path: Path) -> None:
    """Otherwise the emulated athlete pushes twice, or never."""
    follower = EventFollower(tmp_path)
    assert follower.poll() == []
    path = _session(tmp_path, "20260101T000000Z-power_position")
    _append(path, event_to_json(CUE) + "\n")
    assert follower.poll() == [CUE]
    assert follower.poll() == []
    _append(path, event_to_json(SET) + "\n" + event_to_json(CUE) + "\n")
    assert follower.poll() == [SET, CUE]


def test_a_line_still_being_written_waits_for_its_end(tmp_path: Path) -> None:
    """Otherwise half an event ends the emulator in the middle of a session."""
    follower = EventFollower(tmp_path)
    path = _session(tmp_path, "20260101T000000Z-power_position")
    line = event_to_json(SET) + "\n"
    for end in (1, len(line) // 2, len(line) - 1):
        path.write_text(line[:end], encoding="utf-8", newline="")
        assert follower.poll() == []
    path.write_text(line + line[:5], encoding="utf-8", newline="")
    assert follower.poll() == [SET]


def test_sessions_of_before_are_left_alone_and_the_next_one_is_followed(tmp_path: Path) -> None:
    """Otherwise the athlete acts out yesterday's session, or goes on listening to one that is over."""
    old = _session(tmp_path, "20250101T000000Z-power_position")
    _append(old, event_to_json(CUE) + "\n")
    follower = EventFollower(tmp_path)
    assert follower.poll() == []
    first = _session(tmp_path, "20260101T000000Z-power_position")
    _append(first, event_to_json(CUE) + "\n")
    assert follower.poll() == [CUE]
    second = _session(tmp_path, "20260102T000000Z-power_position")
    _append(second, event_to_json(SET) + "\n")
    _append(old, event_to_json(CUE) + "\n")
    _append(first, event_to_json(CUE) + "\n")
    assert follower.poll() == [SET]


def test_a_folder_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    """The emulator is started before the session, often before its folder."""
    root = tmp_path / "later"
    follower = EventFollower(root)
    assert follower.poll() == []
    path = _session(root, "20260101T000000Z-power_position")
    _append(path, event_to_json(SET) + "\n")
    assert follower.poll() == [SET]
