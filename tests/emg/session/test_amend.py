"""Claims about what is learned of a hold after it was over."""

from __future__ import annotations

import csv
import json
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.activation import Reference, SiteReference
from emg.codes import EventKind, Origin
from emg.pain import ASKS_WORST, pain_event
from emg.results import HoldResult
from emg.session.amend import amended, amends, excluded_event, restored_event
from emg.session.bundle import read_events
from emg.session.events import append_event, event_from_json, event_to_json
from emg.stage import Event
from tests.emg.session.parts import STARTED, begin, hold, stream

REFERENCE = Reference({"glute_right": SiteReference(5.0, 300.0), "ham_right": SiteReference(5.0, 200.0)})
THREE = [hold(number) for number in (1, 2, 3)]


def out(number: int, reason: str = "slipped") -> Event:
    return excluded_event(number, reason, sample=900)


def pain(value: Any, *numbers: Any) -> Event:
    return Event(900, EventKind.PAIN, detail={"pain_0_10": value, "holds": list(numbers)})


def learned(*events: Event) -> list[tuple[int, int | None, str]]:
    return [(found.hold, found.pain_0_10, found.excluded) for found in amended(THREE, events)]


# --- the holds


def test_a_hold_with_nothing_learned_stays_as_it_was() -> None:
    """Else a file is rewritten that nobody said anything about."""
    others = [Event(1, EventKind.HOLD_DONE, hold=1), Event(2, EventKind.NOTICE, detail={"code": "x"})]
    assert amended(THREE, others) == THREE


def test_an_excluded_hold_enters_no_mean_and_keeps_its_numbers() -> None:
    """Else excluding a rep throws away what was measured."""
    first, second, third = amended(THREE, [out(2)])
    assert (first, third) == (THREE[0], THREE[2])
    assert (second.excluded, second.enters_means) == ("slipped", False)
    assert (second.sites, second.outcome, second.valid) == (THREE[1].sites, THREE[1].outcome, True)


def test_the_last_word_wins() -> None:
    """Else a hold that was restored stays out, or a new reason is not told."""
    back = restored_event(2, "it was the other one", sample=901)
    assert learned(out(2), back)[1] == (2, None, "")
    assert learned(out(2), back, out(2, "motion"))[1] == (2, None, "motion")
    assert learned(out(2), out(2, "motion"))[1] == (2, None, "motion")
    assert learned(back)[1] == (2, None, ""), "what was never out is in"


def test_pain_belongs_to_the_holds_that_it_was_asked_for() -> None:
    """Else the pain of one side is told of the other."""
    assert learned(pain_event(900, ASKS_WORST, 4, (1, 3))) == [(1, 4, ""), (2, None, ""), (3, 4, "")]
    assert learned(pain(4, 1), pain(0, 1))[0] == (1, 0, ""), "no pain is an answer"
    assert learned(pain(4, 1), pain(None, 1))[0] == (1, 4, ""), "no answer is none"
    assert learned(pain(4)) == learned()


def test_the_pain_of_an_effort_in_the_set_up_is_of_no_hold() -> None:
    """Else a painful maximum is written beside a hold that did not hurt."""
    effort = Event(10, EventKind.PAIN, detail={"site": "ham_left", "trial": 1, "pain_0_10": 7})
    assert not amends(effort)
    assert amended(THREE, [effort]) == THREE


def test_pain_and_exclusion_do_not_undo_each_other() -> None:
    """Else the second thing that is learned of a hold wipes out the first."""
    assert learned(pain(3, 2), out(2))[1] == learned(out(2), pain(3, 2))[1] == (2, 3, "slipped")


def test_a_hold_that_is_not_there_cannot_be_amended() -> None:
    """Else a session that lost its end cannot be read at all."""
    assert learned(out(9), pain(3, 8)) == learned()


def test_no_row_is_lost_even_if_a_number_stands_twice() -> None:
    """Else a fault in the numbering costs a hold."""
    assert [found.excluded for found in amended([hold(1), hold(1)], [out(1)])] == ["slipped"] * 2


@pytest.mark.parametrize(
    "event",
    [
        pain(11, 1),
        pain(-1, 1),
        pain(True, 1),
        pain("4", 1),
        pain(4.0, 1),
        pain(4, "1"),
        pain(4, True),
        Event(1, EventKind.PAIN, detail={"pain_0_10": 4, "holds": "12"}),
        Event(1, EventKind.PAIN, detail={"pain_0_10": 4, "holds": 1}),
        Event(1, EventKind.HOLD_EXCLUDED, detail={"reason": "x"}),
        Event(1, EventKind.HOLD_EXCLUDED, hold=1),
        Event(1, EventKind.HOLD_EXCLUDED, hold=1, detail={"reason": ""}),
        Event(1, EventKind.HOLD_RESTORED, hold=1, detail={"reason": 3}),
    ],
)
def test_what_does_not_say_what_it_means_is_refused(event: Event) -> None:
    """Else a damaged line changes a mean."""
    with pytest.raises(ValueError, match="at sample"):
        amended(THREE, [event])


@given(
    st.lists(
        st.one_of(
            st.builds(out, st.integers(1, 4), st.sampled_from(["a", "b"])),
            st.builds(restored_event, st.integers(1, 4), sample=st.just(5)),
            st.builds(pain, st.none() | st.integers(0, 10), st.integers(1, 4), st.integers(1, 4)),
        )
    ),
    st.integers(0, 20),
)
def test_amending_in_two_steps_is_amending_in_one(events: list[Event], cut: int) -> None:
    """Else what was learned while it ran and what was decided a week later do not add up."""
    assert amended(amended(THREE, events[:cut]), events[cut:]) == amended(THREE, events)


# --- the events


def test_a_decision_says_why_and_when_and_survives_its_line() -> None:
    """Else nobody knows next month why a rep is missing."""
    said_at = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=1)))
    event = excluded_event(3, "  the cable\r\n came off ", sample=900, said_at=said_at)
    assert (event.kind, event.hold, event.sample, event.origin) == (
        *(EventKind.HOLD_EXCLUDED, 3, 900),
        Origin.INPUT,
    )
    assert event.detail == {"reason": "the cable came off", "said_at": "2026-03-02T07:00:00+00:00"}
    assert event_from_json(event_to_json(event)) == event


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_no_hold_is_excluded_without_a_reason(reason: str) -> None:
    """Else means are made better by leaving out what one does not like."""
    with pytest.raises(ValueError, match="with a reason"):
        excluded_event(1, reason, sample=0)


# --- events.jsonl of a session that is over


def file_with(path: Path, *events: Event, torn: bytes = b"") -> bytes:
    before = b"".join(f"{event_to_json(event)}\n".encode() for event in events)
    path.write_bytes(before + torn)
    return before


def test_a_decision_is_added_behind_what_stands_there(tmp_path: Path) -> None:
    """Else the record of a session is rewritten by hand."""
    path = tmp_path / "events.jsonl"
    before = file_with(path, Event(0, EventKind.SESSION_STARTED), Event(9, EventKind.SESSION_ENDED))
    append_event(path, out(1))
    append_event(path, restored_event(1, sample=900))
    assert path.read_bytes().startswith(before)
    assert [event.kind.value for event in read_events(tmp_path)][-2:] == ["hold_excluded", "hold_restored"]


def test_half_a_line_at_the_end_does_not_swallow_the_decision(tmp_path: Path) -> None:
    """Else a session that was killed once cannot be read any more after a rep was excluded."""
    path = tmp_path / "events.jsonl"
    before = file_with(path, Event(0, EventKind.SESSION_STARTED), torn=b'{"sample":5,"kin')
    append_event(path, out(1))
    assert path.read_bytes() == before + f"{event_to_json(out(1))}\n".encode()


@pytest.mark.skipif(os.name != "posix", reason="limits on file sizes are of POSIX")
def test_a_full_disk_leaves_the_events_as_they_were(tmp_path: Path) -> None:
    """Else half a decision ends the file."""
    import resource

    path = tmp_path / "events.jsonl"
    before = file_with(path, Event(0, EventKind.SESSION_STARTED))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            append_event(path, out(1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before


def test_a_session_without_events_gets_none(tmp_path: Path) -> None:
    """Else a file of a single decision stands where a session was."""
    with pytest.raises(FileNotFoundError):
        append_event(tmp_path / "events.jsonl", out(1))
    assert list(tmp_path.iterdir()) == []


# --- the writer


def closed(parent: Path, holds: list[HoldResult], *events: Event) -> tuple[list[dict[str, str]], Any, Path]:
    """Rows, summary and folder of a session with these holds and what was learned of them."""
    writer = begin(parent, stream())
    for found in holds:
        writer.write_hold(found)
    for event in events:
        writer.write_event(event)
    writer.close(STARTED, reference=REFERENCE)
    folder = writer.folder.path
    with (folder / "holds.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return rows, json.loads((folder / "summary.json").read_text(encoding="utf-8")), folder


def test_a_session_ends_with_what_was_learned_of_its_holds(tmp_path: Path) -> None:
    """Else pain stands in the events only, and an excluded rep in the mean."""
    rows, summary, folder = closed(tmp_path, THREE, pain_event(900, ASKS_WORST, 3, (1, 2)), out(2))
    assert [(row["hold"], row["pain_0_10"], row["excluded"]) for row in rows] == [
        *(("1", "3", ""), ("2", "3", "slipped"), ("3", "", "")),
    ]
    assert summary["sides"]["right"]["n_test"] == 2
    plain, _, _ = closed(tmp_path, THREE)
    same = [name for name in rows[1] if name not in ("session", "pain_0_10", "excluded")]
    assert [rows[1][name] for name in same] == [plain[1][name] for name in same]
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_rows_that_nothing_was_learned_of_are_not_written_twice(tmp_path: Path) -> None:
    """Else every session rests on one more chance to lose its rows."""
    writer = begin(tmp_path, stream())
    writer.write_hold(hold())
    node = (writer.folder.path / "holds.csv").stat().st_ino
    writer.write_event(restored_event(1, sample=5))
    writer.close(STARTED, reference=REFERENCE)
    assert (writer.folder.path / "holds.csv").stat().st_ino == node
    assert writer.holds == (hold(),)


def test_what_people_say_cannot_become_a_formula(tmp_path: Path) -> None:
    """Else opening the table runs what somebody typed as a reason."""
    rows, _, _ = closed(tmp_path, THREE, out(1, "=1+1"))
    assert rows[0]["excluded"] == "'=1+1"


def test_a_killed_session_keeps_its_rows_as_they_were(tmp_path: Path) -> None:
    """Else a hold is rewritten while the session runs."""
    writer = begin(tmp_path, stream())
    writer.write_hold(hold())
    path = writer.folder.path / "holds.csv"
    before = path.read_bytes()
    writer.write_event(out(1))
    assert path.read_bytes() == before
    writer.abandon()
    assert path.read_bytes() == before
    assert amended([hold()], read_events(writer.folder.path))[0].excluded == "slipped"


def test_utc_is_written_whatever_the_time_zone() -> None:
    """Else two decisions of one day cannot be put in order."""
    assert restored_event(1, sample=0, said_at=STARTED.astimezone(UTC)).detail["said_at"] == (
        "2026-03-01T09:30:15.250000+00:00"
    )
