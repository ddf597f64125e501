"""Claims about the pain of the morning after."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from emg.results import Outcome, Role
from emg.session.library import Holds
from tests.emg.session.past import MARCH, digest, past_session
from ui.kept.athlete_files import NotesUnreadable
from ui.kept.home import athletes_folder, sessions_folder
from ui.kept.morning import MorningError, due_of, morning_due, note_morning
from ui.kept.morning_notes import mornings

PRACTISED = Holds({Role.TRAIN: {Outcome.PRACTISED: 8}})


def notes_file() -> Path:
    return athletes_folder() / "a01" / "mornings.json"


def due(*days: float, now: float = 0.0, known: tuple[str, ...] = ()) -> float | None:
    """Day of the session that is asked about; now is so many days after the first of March, 9:30."""
    found = morning_due([digest(day) for day in days], MARCH + timedelta(days=now), known, UTC)
    return None if found is None else (found.started_at - MARCH) / timedelta(days=1)


def test_yesterdays_session_is_asked_about() -> None:
    """Else pain that comes overnight is never known."""
    assert due(0.0, now=1.0) == 0.0


def test_the_next_morning_begins_at_midnight_not_after_24_hours() -> None:
    """Else whoever trained in the evening is not asked at breakfast."""
    assert due(0.5, now=0.9) == 0.5  # 21:30, then 7:06 the next day
    assert due(0.0, now=0.5) is None  # the evening of the same day


def test_only_the_last_session_of_an_earlier_day_is_asked_about() -> None:
    """Else one answer is asked for two evenings, and nobody can tell them apart."""
    assert due(0.0, 1.0, 1.2, 2.0, now=2.1) == 1.2
    assert due(1.2, 0.0, now=2.0) == 1.2


def test_an_answered_morning_is_not_asked_again_nor_the_one_before_it() -> None:
    """Else every start of the day begins with the same question."""
    answered = digest(1.0).id

    assert due(1.0, now=2.0, known=(answered,)) is None
    assert due(0.0, 1.0, now=2.0, known=(answered,)) is None


def test_after_three_days_nobody_is_asked() -> None:
    """Else somebody makes up how a morning was."""
    assert due(0.0, now=3.0) == 0.0
    assert due(0.0, now=4.0) is None


def test_a_session_dated_in_the_future_is_not_asked_about() -> None:
    """Else a clock that was wrong once asks for ever."""
    assert due(5.0, now=1.0) is None
    assert due(0.0, 5.0, now=1.0) == 0.0


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"kind": "practice", "holds": PRACTISED}, True),
        ({"complete": False}, True),
        ({"kind": "recording"}, False),
        ({"simulated": True}, False),
        ({"holds": Holds()}, False),
    ],
)
def test_what_somebody_really_did_is_asked_about(facts: dict[str, object], asked: bool) -> None:
    """Else practice never hurts, or the demo does."""
    found = morning_due([digest(0, **facts)], MARCH + timedelta(days=1), tz=UTC)

    assert (found is not None) is asked


def test_the_day_is_the_athletes_own() -> None:
    """Else in Tokyo "yesterday" is decided in London."""
    sessions = [digest(0, started_at=datetime(2026, 3, 1, 14, tzinfo=UTC))]
    now = datetime(2026, 3, 1, 16, tzinfo=UTC)

    assert morning_due(sessions, now, tz=UTC) is None
    assert morning_due(sessions, now, tz=ZoneInfo("Asia/Tokyo")) is not None


def test_the_answer_is_kept_beside_the_session_and_not_in_it() -> None:
    """Else a finished session changes after the fact."""
    folder = past_session(sessions_folder("a01"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    now = MARCH + timedelta(days=1)

    session = note_morning("a01", 4, now, UTC)

    assert session.id == folder.name
    assert json.loads(notes_file().read_text()) == {
        folder.name: {"pain_0_10": 4, "asked_at": "2026-03-02T09:30:15Z"}
    }
    assert mornings("a01")[folder.name].asked_at == now
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert due_of("a01", now, UTC) is None


def test_answers_before_it_stay() -> None:
    """Else only the last morning is known."""
    first = past_session(sessions_folder("a01"))
    note_morning("a01", 4, MARCH + timedelta(days=1), UTC)
    second = past_session(sessions_folder("a01"), MARCH + timedelta(days=1))

    note_morning("a01", 0, MARCH + timedelta(days=2), UTC)

    assert {session: note.pain_0_10 for session, note in mornings("a01").items()} == {
        first.name: 4,
        second.name: 0,
    }


def test_an_answer_to_no_question_is_refused() -> None:
    """Else pain is written to a session that nobody meant."""
    with pytest.raises(MorningError, match="leave --pain-morning out"):
        note_morning("a01", 4, MARCH, UTC)

    assert not notes_file().exists()


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"a": {"pain_0_10": 11, "asked_at": "2026-03-02T09:30:15Z"}}',
        '{"a": {"pain_0_10": 1, "asked_at": "2026-03-02T09:30:15"}}',
        '{"a": {"pain_0_10": 1, "pain_0_10": 2, "asked_at": "2026-03-02T09:30:15Z"}}',
    ],
)
def test_broken_answers_are_said_and_left_as_they_are(content: str) -> None:
    """Else what was said for months is written over."""
    past_session(sessions_folder("a01"))
    notes_file().write_text(content)

    with pytest.raises(NotesUnreadable, match="nothing was changed"):
        note_morning("a01", 4, MARCH + timedelta(days=1), UTC)

    assert notes_file().read_text() == content


def test_only_the_folders_of_the_last_days_are_opened() -> None:
    """Else a start waits for years of sessions."""
    strange = past_session(sessions_folder("a01"), MARCH - timedelta(days=40))
    facts = json.loads((strange / "session.json").read_text())
    latest = (MARCH + timedelta(days=2)).isoformat()  # whoever opens it asks about it
    (strange / "session.json").write_text(json.dumps(facts | {"started_at": latest}))
    new = past_session(sessions_folder("a01"))

    found = due_of("a01", MARCH + timedelta(days=3), UTC)

    assert found is not None
    assert found.id == new.name
