"""Five plain lines for the chart."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from emg.session.bundle import SessionReadError
from emg.session.library import read_digest
from tests.emg.session.past import MARCH, past_practice, past_session
from tests.ui.commands.home_parts import refused, run
from ui.commands.note import note_command
from ui.kept.home import sessions_folder
from ui.reading.chart_note import chart_note, note_of
from ui.reading.summary_sentences import comparisons
from ui.reading.summary_table import table


@pytest.fixture
def session(powerhold_home: Path) -> Path:
    """One session of athlete a01."""
    return past_session(sessions_folder("a01"))


def test_a_session_is_told_in_five_lines_by_what_the_page_says(session: Path) -> None:
    """Else the chart has other numbers than the page."""
    summary = json.loads((session / "summary.json").read_text(encoding="utf-8"))
    lines = note_of(session)
    assert [line.partition(":")[0] for line in lines] == ["Done", "Numbers", "Success", "Pain", "Limits"]
    for _title, left, right in table(summary)[1:]:
        assert left in lines[1]
        assert right in lines[1]
    assert all(sentence.rstrip(".") in lines[1] for sentence in comparisons(summary))
    assert re.search(r"42 ± 2 %.*52 ± 3 %", lines[1])  # scatter of each side
    assert "2026-03-01, power position, test holds that count: left leg 3, right leg 3" in lines[0]
    assert lines[4].endswith("not a diagnosis")


def test_no_name_no_id_and_no_line_end_are_in_it(session: Path) -> None:
    """Else the note says whose file it was copied from, or breaks the chart."""
    path = session / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    summary["excluded"] = [{"hold": 2, "reason": "phone\nrang\u202e" + "x" * 2000}]
    path.write_text(json.dumps(summary), encoding="utf-8")
    lines = note_of(session)
    assert "hold 2 (phone" in lines[4]
    assert all(line.isprintable() and len(line) < 1000 for line in lines)
    assert not any("a01" in line or session.name in line for line in lines)


def test_success_and_pain_stand_on_lines_of_their_own(session: Path) -> None:
    """Else the therapist searches for the one number that stops the plan."""
    summary = json.loads((session / "summary.json").read_text(encoding="utf-8"))
    summary["pain"] = {"before": 1, "efforts": 4, "worst": 3, "after": 2}
    summary["sides"]["left"]["training"] |= {"n": 5, "n_success": 4, "n_late": 1}
    lines = chart_note(summary, read_digest(session))
    assert lines[2] == "Success: Left leg 4 of 5, 1 came too late"
    assert lines[3] == "Pain: 1 before, 4 in the set-up, 3 in the holds, 2 after"


def test_what_was_not_asked_or_measured_is_said_so(session: Path) -> None:
    """Else an empty line reads as no pain."""
    summary = json.loads((session / "summary.json").read_text(encoding="utf-8"))
    assert note_of(session)[3] == "Pain: not asked, or not said"
    assert note_of(session)[2] == "Success: no training holds"
    for side in summary["sides"].values():
        side["n_test"] = 0
    assert chart_note(summary, read_digest(session))[1] == "Numbers: none, no test hold counts"
    practice = note_of(past_practice(sessions_folder("a01")))
    assert practice[0].endswith("by the clock, nothing measured")
    assert practice[1] == "Numbers: none, nothing was measured"
    assert "8 by the clock" in practice[2]


def test_a_session_that_is_simulated_or_was_not_ended_says_so(session: Path) -> None:
    """Else a demonstration goes into a chart as a patient's."""
    path = session / "session.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told | {"simulated": True, "complete": False}), encoding="utf-8")
    assert note_of(session)[4].startswith("Limits: simulated athlete; the session was not ended in order")


def test_the_command_prints_the_lines(session: Path) -> None:
    """Else nobody can paste them."""
    assert run(note_command, session.name).stdout == "\n".join(note_of(session)) + "\n"


def test_the_last_session_needs_no_name(session: Path) -> None:
    """Else a therapist copies a long name from another window while the next patient waits."""
    newer = past_session(sessions_folder("a02"), MARCH + timedelta(hours=1))
    assert newer.name > session.name
    assert run(note_command, "last").stdout == "\n".join(note_of(newer)) + "\n"
    shutil.rmtree(newer)
    shutil.rmtree(session)
    assert "There is no session last" in refused(4, note_command, "last")


@pytest.mark.parametrize("content", [None, "", "[]", '{"sides": 3}', '{"excluded": [1]}', '{"pain": 1'])
def test_a_summary_that_is_none_ends_with_one_sentence(session: Path, content: str | None) -> None:
    """Else a session that was killed ends in a traceback."""
    path = session / "summary.json"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    refused(4, note_command, session)
    with pytest.raises(SessionReadError):
        note_of(session.parent)
