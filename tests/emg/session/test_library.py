"""Claims about the list of past sessions."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emg.montage import Side
from emg.results import Method, Outcome, Role
from emg.session.folder import MOVED
from emg.session.index import SessionIndex
from emg.session.library import Library, Number, SessionPain, digests, read_digest
from emg.session.small_files import MAX_SUMMARY_BYTES, DigestError
from tests.emg.session.parts import hold, muscle
from tests.emg.session.past import MARCH, glute_holds, past_practice, past_session

PLACED = {"id": "20260301T090000Z", "from_landmark_cm": {}, "shown": True}
CALIBRATED: dict[str, Any] = {
    "way": "quick",
    "sites": {
        "glute_left": {"method": "quick", "doubts": []},
        "ham_left": {"method": "submax", "doubts": []},
    },
}


def change(path: Path, **fields: Any) -> None:
    """Edit a JSON file; a field that is ``...`` is taken out."""
    found = json.loads(path.read_text())
    for name, value in fields.items():
        found.pop(name, None)
        if value is not ...:
            found[name] = value
    path.write_text(json.dumps(found))


def test_a_digest_tells_what_session_holds_and_summary_say(tmp_path: Path) -> None:
    """Else the trend follows other numbers than the summary page showed."""
    trained = [
        hold(7, role=Role.TRAIN, pain_0_10=2),
        hold(8, role=Role.TRAIN, outcome=Outcome.MISSED),
        hold(9, role=Role.TRAIN, outcome=Outcome.LOST_BALANCE),
    ]
    holds = [*glute_holds((40.0, 44.0, 42.0), (50.0, 55.0, 52.0)), *trained]
    folder = past_session(
        tmp_path,
        holds=holds,
        placement=PLACED,
        calibration=CALIBRATED,
        sore_side="left",
        intake={"pain_0_10": 1},
    )

    found = read_digest(folder)

    assert (found.id, found.folder, found.athlete) == (folder.name, folder, "a01")
    assert (found.kind, found.started_at, found.complete) == ("session", MARCH, True)
    assert (found.board, found.sore_side, found.placement) == ("cyton", "left", PLACED["id"])
    assert (found.way, found.methods["ham_right"]) == ("quick", "quick")
    assert found.holds.counts == {
        Role.TEST: {Outcome.SUCCESS: 6},
        Role.TRAIN: {Outcome.SUCCESS: 1, Outcome.MISSED: 1, Outcome.LOST_BALANCE: 1},
    }
    assert found.holds.trained == (1, 2)
    assert (found.pain.before, found.pain.worst) == (1, 2)
    summary = json.loads((folder / "summary.json").read_text())
    glute = found.numbers["glute_left_pct_mvc"]
    assert glute.value == pytest.approx(42.0)
    assert glute.spread == summary["sides"]["left"]["glute_pct_mvc"]["sd"]
    lsi = summary["glute_lsi_pct"]
    assert found.numbers["glute_lsi_pct"] == Number(lsi["value"], lsi["low"], lsi["high"])
    diagonal = summary["diagonal"]["left_glute_right_ham"]
    assert diagonal["high"] is not None
    assert found.numbers["left_glute_right_ham"].high == diagonal["high"]
    assert found.numbers["ratio_right"].value == summary["sides"]["right"]["ratio_same_side"]["mean"]
    assert found.numbers["glute_right_latency_s"].value == pytest.approx(0.2)
    assert found.exercised


def test_a_killed_session_is_listed_as_not_complete_with_what_it_has(tmp_path: Path) -> None:
    """Else a crash hides a session, or its half means stand in the trend."""
    hurting = [hold(n, pain_0_10=pain) for n, pain in enumerate((1, 4, 2, None, None, None), start=1)]
    folder = past_session(tmp_path, holds=hurting, killed=True)
    with (folder / "holds.csv").open("a") as file:
        file.write("a01,x,power_position,7,1,train,set,left,true,,succ")

    found = read_digest(folder)

    assert (found.complete, found.numbers) == (False, {})
    assert found.holds.counts == {Role.TEST: {Outcome.SUCCESS: 6}}
    assert found.pain.worst == 4
    assert found.exercised


def test_a_session_that_says_it_is_complete_and_has_no_summary_is_not(tmp_path: Path) -> None:
    """Else a folder that lost its summary looks whole."""
    folder = past_session(tmp_path)
    (folder / "summary.json").unlink()

    assert not read_digest(folder).complete


@pytest.mark.parametrize(
    ("killed", "n", "exercised"), [(False, 8, True), (True, 8, True), (True, 0, False), (False, 0, False)]
)
def test_a_practice_is_read_as_one(tmp_path: Path, killed: bool, n: int, exercised: bool) -> None:
    """Else training without a board is forgotten, or one that was never begun counts."""
    found = read_digest(past_practice(tmp_path, n=n, killed=killed))

    assert (found.kind, found.complete, found.exercised) == ("practice", not killed, exercised)
    assert (found.holds.practised, found.holds.trained) == (n, (0, 0))
    assert all(number.value is None and not number.never for number in found.numbers.values())


def test_a_recording_is_complete_without_a_summary(tmp_path: Path) -> None:
    """Else every recording is shown as broken off."""
    folder = past_session(tmp_path)
    change(folder / "session.json", kind="recording")
    (folder / "summary.json").unlink()

    assert read_digest(folder).complete


def test_a_session_without_holds_is_nothing_that_was_done(tmp_path: Path) -> None:
    """Else opening the board and closing it counts as training."""
    assert not read_digest(past_session(tmp_path, holds=[])).exercised


def test_a_hold_taken_out_by_hand_is_counted_apart(tmp_path: Path) -> None:
    """Else a hold that somebody excluded still makes training look good or bad."""
    holds = [hold(1, role=Role.TRAIN), hold(2, role=Role.TRAIN, excluded="cough")]

    found = read_digest(past_session(tmp_path, holds=holds)).holds

    assert (found.trained, found.excluded, found.total) == ((1, 1), 1, 2)


def test_fields_of_older_and_newer_versions_do_no_harm(tmp_path: Path) -> None:
    """Else an update makes the history unreadable."""
    folder = past_session(tmp_path, calibration=CALIBRATED)
    change(folder / "session.json", intake=..., placement=..., sore_side=..., exercise={"new": [1]}, more=1)
    change(folder / "summary.json", references=..., diagonal=..., findings=..., pain=..., more={"a": None})

    found = read_digest(folder)

    assert found.numbers["glute_lsi_pct"].value is not None
    assert found.numbers["right_glute_left_ham"] == Number()
    assert (found.placement, found.pain, found.methods["ham_left"]) == (None, SessionPain(), "submax")


def test_pain_interval_and_reason_are_taken_where_the_summary_tells_them(tmp_path: Path) -> None:
    """Else what the session asked and could not compute is lost across sessions."""
    folder = past_session(tmp_path)
    estimate = {"value": 42.0, "low": 30.0, "high": 58.0, "n": 3, "sd": 2.0, "reason": ""}
    change(
        folder / "summary.json",
        pain={"before": 1, "worst": 4, "after": 2},
        findings={"sore_side": "right", "other_glute": estimate, "sore_glute": estimate | {"low": 31.0}},
        ham_lsi_pct={"value": None, "low": None, "high": None, "reason": "submax:ham_left"},
    )

    found = read_digest(folder)

    assert found.pain == SessionPain(1, 4, 2)
    change(folder / "summary.json", pain={"before": 1, "efforts": 5, "worst": 4, "after": 2})
    assert read_digest(folder).pain == SessionPain(1, 5, 2), "a maximum that hurt more is the worst"
    assert (found.numbers["glute_left_pct_mvc"].low, found.numbers["glute_right_pct_mvc"].low) == (30.0, 31.0)
    assert found.numbers["glute_left_pct_mvc"].value == pytest.approx(42.0)
    assert found.numbers["ham_lsi_pct"] == Number(reason="submax:ham_left")


def test_a_glute_that_never_came_is_later_than_any_and_one_not_measured_is_not(tmp_path: Path) -> None:
    """Else the worst sessions vanish from the trend of the latency, or a missing one looks like the worst."""
    late = [hold(n, Side.LEFT, glute=muscle(6.0, None), ham=muscle()) for n in (1, 2, 3)]

    folder = past_session(tmp_path, holds=late)
    new = read_digest(folder).numbers
    sides = json.loads((folder / "summary.json").read_text())["sides"]
    for side in sides.values():
        side.pop("n")
    sides["right"]["n_test"] = 3  # holds without a level: an old summary cannot say whether one was late
    change(folder / "summary.json", sides=sides)
    old = read_digest(folder).numbers

    for found in (new, old):
        assert found["glute_left_latency_s"] == Number(never=True)
        assert found["glute_right_latency_s"] == Number()


def test_a_glute_without_any_maximum_can_still_have_come_too_late(tmp_path: Path) -> None:
    """Else whoever has no maximum has no latency either, though it needs none."""
    folder = past_session(tmp_path)
    nothing_told = {"mean": None, "sd": None}
    side = {
        "n_test": 3,
        "glute_pct_mvc": nothing_told,
        "glute_latency_s": {"median": None, "iqr": None},
        "n": {"glute_latency_s": 3},
    }
    change(folder / "summary.json", sides={"left": side, "right": side | {"n": {"glute_latency_s": 0}}})

    found = read_digest(folder).numbers

    assert found["glute_left_latency_s"].never
    assert not found["glute_right_latency_s"].never


def test_a_doubtful_maximum_marks_every_number_built_on_it(tmp_path: Path) -> None:
    """Else a percentage of half a maximum becomes the best session ever."""
    folder = past_session(tmp_path)
    path = folder / "summary.json"
    references = json.loads(path.read_text())["references"]
    references["glute_left"]["doubts"] = ["painful"]
    change(path, references=references)

    found = read_digest(folder).numbers

    assert found["glute_left_pct_mvc"].doubts == ("glute_left",)
    assert found["glute_right_pct_mvc"].doubts == ()


def nothing(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def of_a_later_schema(folder: Path) -> None:
    change(folder / "session.json", schema=2)


def not_json(folder: Path) -> None:
    (folder / "session.json").write_text("{")


def with_nan(folder: Path) -> None:
    change(folder / "summary.json", glute_lsi_pct={"value": float("nan")})


def with_text_for_a_number(folder: Path) -> None:
    change(folder / "summary.json", glute_lsi_pct={"value": "97"})


def without_zone(folder: Path) -> None:
    change(folder / "session.json", started_at="2026-03-01T09:30:15")


def at_the_end_of_time(folder: Path) -> None:
    change(folder / "session.json", started_at="9999-12-31T23:59:59Z")


def too_large(folder: Path) -> None:
    (folder / "summary.json").write_text(" " * (MAX_SUMMARY_BYTES + 1))


def a_pipe(folder: Path) -> None:
    (folder / "holds.csv").unlink()
    os.mkfifo(folder / "holds.csv")


def strange_holds(folder: Path) -> None:
    path = folder / "holds.csv"
    path.write_text(path.read_text().replace("success", "triumph"))


def another_table(folder: Path) -> None:
    (folder / "holds.csv").write_text("time_s\n1\n")


def short_row(folder: Path) -> None:
    with (folder / "holds.csv").open("a") as file:
        file.write("a01,x\n")


def impossible_pain(folder: Path) -> None:
    (folder / "holds.csv").write_text("role,outcome,pain_0_10\ntest,success,11\n")


def not_utf8(folder: Path) -> None:
    (folder / "holds.csv").write_bytes(b"role,outcome\n\xff\xfe,\n")


BREAKERS: list[tuple[Callable[[Path], None], str]] = [
    (nothing, "has no session.json, so it is not a session."),
    (of_a_later_schema, "(schema: "),
    (not_json, "session.json cannot be read (text: Invalid JSON"),
    (with_nan, "(glute_lsi_pct.value: "),
    (with_text_for_a_number, "(glute_lsi_pct.value: "),
    (without_zone, "(started_at: "),
    (at_the_end_of_time, "no session was started then"),
    (too_large, "is too large: over 1000 kB."),
    (strange_holds, "is not a table of holds that can be read."),
    (short_row, "is not a table of holds that can be read."),
    (another_table, "is not a table of holds that can be read."),
    (impossible_pain, "is not a table of holds that can be read."),
    (not_utf8, "is not a table of holds that can be read."),
    *([(a_pipe, "holds.csv is not a file.")] if hasattr(os, "mkfifo") else []),
]


@pytest.mark.parametrize(("spoil", "said"), BREAKERS, ids=[spoil.__name__ for spoil, _ in BREAKERS])
def test_a_broken_session_is_listed_in_one_sentence_and_hides_no_other(
    tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    """Else one bad file takes the whole history away."""
    broken = past_session(tmp_path)
    good = past_session(tmp_path, MARCH + timedelta(days=1))
    spoil(broken)

    found = digests(tmp_path)

    assert [one.id for one in found.digests] == [good.name]
    (listed,) = found.broken
    assert listed.folder == broken
    assert said in listed.reason
    assert "\n" not in listed.reason
    with pytest.raises(DigestError):
        read_digest(broken)


def test_foreign_text_in_a_reason_stays_on_its_line(tmp_path: Path) -> None:
    """Else a file can paint over the terminal."""
    folder = past_session(tmp_path)
    change(folder / "summary.json", sides={"\x1b[2J\nleft": 1})

    (listed,) = digests(tmp_path).broken

    assert listed.reason.isprintable()


def test_no_folder_is_no_sessions(tmp_path: Path) -> None:
    """Else a new athlete begins with an error."""
    assert digests(tmp_path / "none") == Library()


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    """Else a history that cannot be listed looks like one that is empty."""
    (tmp_path / "sessions").write_text("")

    (listed,) = digests(tmp_path / "sessions").broken

    assert "cannot be listed" in listed.reason


def test_files_and_hidden_folders_are_no_sessions(tmp_path: Path) -> None:
    """Else what a file manager leaves behind is reported as broken for ever."""
    (tmp_path / ".Trash").mkdir()
    (tmp_path / "note.txt").write_text("x")

    assert digests(tmp_path).broken == ()


def test_a_copied_session_counts_once_and_the_copy_is_named(tmp_path: Path) -> None:
    """Else a backup beside the original doubles the adherence and halves the scatter."""
    folder = past_session(tmp_path)
    shutil.copytree(folder, tmp_path / "2025 copy")
    shutil.copytree(folder, tmp_path / f"{folder.name} copy")

    found = digests(tmp_path)

    assert [one.folder for one in found.digests] == [folder]
    assert sorted(one.folder.name for one in found.broken) == ["2025 copy", f"{folder.name} copy"]
    assert all(f"is a copy of {folder.name}" in one.reason for one in found.broken)


def test_of_a_session_that_had_to_leave_its_folder_the_whole_one_counts(tmp_path: Path) -> None:
    """Else the half from before the disk was full is the session, and the whole one is its copy."""
    left = past_session(tmp_path / "a01")
    whole = left.with_name(f"{left.name}-2")
    shutil.copytree(left, whole)
    (left / MOVED).write_text(f"This session goes on in {whole}.\n", encoding="utf-8")

    found = digests(left.parent)
    listed = SessionIndex(tmp_path / "index.sqlite3").look({"a01": left.parent}, everybody=True)

    assert [one.folder for one in found.digests] == [whole]
    assert [one.folder for one in found.broken] == [left]
    assert [one.folder for one in listed.listed] == [str(whole)]
    assert [one.folder for one in listed.broken] == [left]


def test_sessions_come_in_the_order_in_which_they_were_started(tmp_path: Path) -> None:
    """Else "the last session" is the one whose folder sorts last."""
    later = past_session(tmp_path, MARCH + timedelta(days=2))
    earlier = past_session(tmp_path, MARCH)
    later = later.rename(tmp_path / "0 renamed")

    assert [one.folder for one in digests(tmp_path).digests] == [earlier, later]


def test_old_folders_are_not_opened_where_only_the_last_days_matter(tmp_path: Path) -> None:
    """Else a start with 5,000 sessions behind it waits for all of them."""
    old = past_session(tmp_path, MARCH)
    (old / "session.json").write_text("{")  # would be listed as broken if it were opened
    new = past_session(tmp_path, MARCH + timedelta(days=9))
    unnamed = past_session(tmp_path, MARCH + timedelta(days=8)).rename(tmp_path / "mine")
    nonsense = past_session(tmp_path, MARCH + timedelta(days=7)).rename(tmp_path / "99999999T999999Z-x")

    found = digests(tmp_path, since=MARCH + timedelta(days=6))

    assert [one.folder for one in found.digests] == [nonsense, unnamed, new]
    assert found.broken == ()


def test_reading_changes_nothing(tmp_path: Path) -> None:
    """Else looking at a session is not safe."""
    folder = past_session(tmp_path)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()}

    digests(tmp_path)

    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.iterdir()} == before


def test_a_submaximal_hamstring_gives_no_percentage_of_a_maximum(tmp_path: Path) -> None:
    """Else percentages of two kinds are drawn as one line."""
    found = read_digest(past_session(tmp_path, methods={"ham_left": Method.SUBMAX}))

    assert found.methods["ham_left"] == "submax"
    assert found.numbers["ham_lsi_pct"].value is None
