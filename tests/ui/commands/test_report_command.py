"""Claims about `powerhold report`."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.emg.session.past import MARCH, past_session
from ui.commands.report import report_command
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.kept.athletes import keep_name
from ui.kept.home import sessions_folder

pytestmark = pytest.mark.usefixtures("qapp")


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(report_command, [str(argument) for argument in arguments])
    assert not isinstance(result.exception, Exception), result.exception
    return result


def test_it_writes_one_pdf_that_only_its_owner_reads(tmp_path: Path) -> None:
    """Else a patient's paper lies open to everybody on the machine."""
    folder = past_session(sessions_folder("a01"), MARCH)
    out = tmp_path / "new" / "report.pdf"
    result = call(folder.name, "--out", out, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"session": str(folder), "files": [str(out)]}
    assert out.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in out.parent.iterdir()] == ["report.pdf"]


def test_pictures_come_alone_or_beside_the_pdf(tmp_path: Path) -> None:
    """Else nobody finds the second page."""
    folder = past_session(tmp_path / "sessions", MARCH)
    assert call(folder, "--out", tmp_path / "a.png").exit_code == 0
    assert call(folder, "--out", tmp_path / "b.pdf", "--png").exit_code == 0
    names = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert names == {"a.png", "a-2.png", "b.pdf", "b.png", "b-2.png"}


def test_a_kept_name_is_on_no_page_of_its_own(tmp_path: Path) -> None:
    """Else the file of names is taken by an export."""
    folder = past_session(sessions_folder("a01"), MARCH)
    assert call(folder, "--out", tmp_path / "before.pdf").exit_code == 0
    keep_name("a01", "Anna Muster")
    assert call(folder, "--out", tmp_path / "after.pdf").exit_code == 0
    assert call(folder, "--out", tmp_path / "named.pdf", "--name", "Anna\u202e Muster").exit_code == 0
    before, after, named = ((tmp_path / f"{name}.pdf").read_bytes() for name in ("before", "after", "named"))
    assert before == after
    assert named != after


@pytest.mark.parametrize("out", ["report.docx", "report", ".pdf.txt"])
def test_other_endings_are_refused(tmp_path: Path, out: str) -> None:
    """Else a PDF hides under another name, or a folder is taken for a file."""
    folder = past_session(tmp_path, MARCH)
    result = call(folder, "--out", tmp_path / out)
    assert result.exit_code == EXIT_USAGE
    assert ".pdf or .png" in result.stderr


def test_it_never_writes_into_the_session(tmp_path: Path) -> None:
    """Else a report lies among the files that are trusted."""
    folder = past_session(tmp_path, MARCH)
    before = sorted(path.name for path in folder.iterdir())
    assert call(folder, "--out", folder / "report.pdf").exit_code == EXIT_REFUSED
    assert sorted(path.name for path in folder.iterdir()) == before


def test_what_cannot_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    """Else people see a traceback."""
    assert call("no-such-session", "--out", tmp_path / "a.pdf").exit_code == EXIT_FILE
    (tmp_path / "empty").mkdir()
    assert call(tmp_path / "empty", "--out", tmp_path / "a.pdf").exit_code == EXIT_FILE
    folder = past_session(tmp_path / "sessions", MARCH)
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = call(folder, "--out", tmp_path / "file" / "a.pdf")
    assert told.exit_code == EXIT_REFUSED
    assert told.stderr.count("\n") == 1
    recording = past_session(tmp_path / "recordings", MARCH, [], kind="recording")
    assert call(recording, "--out", tmp_path / "a.pdf").exit_code == EXIT_USAGE


def test_it_needs_no_display_and_no_setting(tmp_path: Path) -> None:
    """Else it works on the developer's desk and not on a server."""
    folder = past_session(tmp_path, MARCH)
    unset = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    code = "from ui.commands.report import report_command; report_command()"
    command = [sys.executable, "-c", code, str(folder), "--out", str(tmp_path / "a.pdf")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr.count("\n") == 1
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
