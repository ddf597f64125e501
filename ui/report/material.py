"""What a report is made of: the files of one session, and what is known around it. Nothing is changed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeAlias

from emg.codes import Phase
from emg.foreign import NotStrict, read_small, strict_object
from emg.said import Said, said_by
from emg.session.adherence import day_of, done_of
from emg.session.amend import amended
from emg.session.bundle import SessionReadError, read_session
from emg.session.folder import SessionFolder
from emg.session.ids import is_id
from emg.session.library import SessionDigest
from emg.session.model import SessionRecord
from emg.session.outcome import holds_text, summary_of
from emg.session.recover import KILLED
from emg.session.small_files import MAX_HOLDS_BYTES, MAX_SUMMARY_BYTES
from emg.session.trend import Trend, trends
from ui.kept.athlete_files import NotesUnreadable
from ui.kept.home import sessions_folder
from ui.kept.library import athlete_library
from ui.kept.morning_notes import mornings
from ui.reading.history import Day, calendar
from ui.session.recompute import CannotRecompute, recomputed
from ui.words import report_words
from ui.words.told import told

Row: TypeAlias = Mapping[str, str]
"""A line of holds.csv, by the names of its columns."""

WEEKS: Final = 4
"""So many rows of the calendar of a report."""

MAX_ACTIVATION_BYTES: Final = 100_000_000
"""Twenty rows a second: some five hours. Of a longer session the contact is not told."""


class NothingToReport(ValueError):
    """There is no hold in it, and none was meant; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How the electrode pair of a site sat while holds were held.

    Attributes
    ----------
    site : str
        Where.
    good_pct : float
        Share of the rows of activation.csv in a hold whose verdict was ``ok``.
    worst : str
        The verdict that came up most often besides; empty for none.
    """

    site: str
    good_pct: float
    worst: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """All that a report may say.

    Attributes
    ----------
    record : SessionRecord
        session.json.
    summary : mapping
        summary.json, or what it would have been; empty where nobody can compute it.
    rows : tuple of mapping
        holds.csv.
    contact : tuple of Contact
        From activation.csv; empty where that is not there.
    digests : tuple of SessionDigest
        This session and those before it, oldest first; empty outside the athlete's own folder.
    trend : Trend or None
        Of this exercise up to this session; None where it is in none.
    days : tuple of Day
        The last weeks up to the day of the session; empty where they are not known.
    morning : int or None
        Pain on the morning after, 0 to 10.
    name : str
        Only where it was given for this report.
    computed_again : bool
        The numbers were not on disk, and were computed from the samples.
    problem : str
        Why there are no numbers, as a sentence.
    """

    record: SessionRecord
    summary: Mapping[str, Any]
    rows: tuple[Row, ...]
    contact: tuple[Contact, ...] = ()
    digests: tuple[SessionDigest, ...] = ()
    trend: Trend | None = None
    days: tuple[Day, ...] = ()
    morning: int | None = None
    name: str = ""
    computed_again: bool = False
    problem: str = ""

    @property
    def day(self) -> date:
        """Day of the session by the clock of this place."""
        return day_of(self.record.started_at, None)

    @property
    def recovered(self) -> bool:
        """Whether it was cut off before it was saved in order."""
        cut_off = any(row.get("outcome_reason") == KILLED for row in self.rows)
        return cut_off or self.computed_again or not self.record.complete


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known around a session."""

    digests: tuple[SessionDigest, ...] = ()
    trend: Trend | None = None
    days: tuple[Day, ...] = ()
    morning: int | None = None


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Summary and holds, from disk or computed again."""

    summary: Mapping[str, Any] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    computed_again: bool = False
    problem: str = ""


def read_material(folder: Path, name: str = "") -> Material:
    """Read a session for its report.

    Parameters
    ----------
    folder : Path
        The session.
    name : str
        Of the athlete, where it is to stand on the page.

    Raises
    ------
    SessionReadError
        If a file is missing or broken.
    NothingToReport
        If it is a recording.
    """
    record = read_session(folder)
    if record.kind == "recording":
        raise NothingToReport(report_words.IS_RECORDING.format(folder=folder))
    found, around = _numbers(folder, record), _around(folder, record)
    return Material(
        record=record,
        summary=found.summary,
        rows=found.rows,
        contact=contact_of(SessionFolder(folder).activation_csv, tuple(record.montage)),
        digests=around.digests,
        trend=around.trend,
        days=around.days,
        morning=around.morning,
        name=name,
        computed_again=found.computed_again,
        problem=found.problem,
    )


def contact_of(path: Path, sites: Sequence[str]) -> tuple[Contact, ...]:
    """Say how each pair sat while holds were held; nothing where the table is not there or cannot be read.

    Parameters
    ----------
    path : Path
        activation.csv.
    sites : sequence of str
        The sites measured.
    """
    verdicts: dict[str, Counter[str]] = {site: Counter() for site in sites}
    try:
        if path.stat().st_size > MAX_ACTIVATION_BYTES:
            return ()
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows, [])
            phase = header.index("phase")
            columns = {site: header.index(f"{site}_verdict") for site in sites}
            for row in rows:
                if len(row) == len(header) and row[phase] in (Phase.HOLDING, Phase.WAITING):
                    for site, column in columns.items():
                        verdicts[site][row[column]] += 1
    except (OSError, ValueError, csv.Error):
        return ()
    return tuple(_contact(site, counts) for site, counts in verdicts.items() if counts)


def _contact(site: str, counts: Counter[str]) -> Contact:
    total, good = sum(counts.values()), counts.pop("ok", 0)
    worst = min(counts, key=lambda verdict: (-counts[verdict], verdict), default="")
    return Contact(site, 100.0 * good / total, worst)


def _numbers(folder: Path, record: SessionRecord) -> _Numbers:
    files = SessionFolder(folder)
    rows = _rows(files.holds_csv)
    try:
        content = read_small(files.summary_json, MAX_SUMMARY_BYTES)
        return _Numbers(strict_object(content), rows)
    except FileNotFoundError:
        return _computed(folder, record, rows)
    except OSError as error:
        raise SessionReadError(_not_opened(files.summary_json, error)) from error
    except NotStrict as error:
        raise SessionReadError(
            Said("{path} {fault}.", path=str(files.summary_json), fault=said_by(error))
        ) from error


def _computed(folder: Path, record: SessionRecord, rows: tuple[Row, ...]) -> _Numbers:
    """Compute what a session was cut off before, by the code that would have written it."""
    try:
        found = recomputed(folder)
        holds = amended(found.holds, found.recorded)
        summary = summary_of(record, holds, found.recorded, found.reference)
    except CannotRecompute as error:
        return _Numbers(rows=rows, problem=told(error).replace(str(folder), folder.name))
    except ValueError as error:
        reason = told(error).rstrip(".")
        raise SessionReadError(report_words.NOT_COMPUTED.format(folder=folder, reason=reason)) from error
    return _Numbers(summary, _parsed(holds_text(record, holds), folder), computed_again=True)


def _rows(path: Path) -> tuple[Row, ...]:
    """Read holds.csv; a last line that was cut short by a kill is dropped."""
    try:
        content = read_small(path, MAX_HOLDS_BYTES)
        return _parsed(content[: content.rfind(b"\n") + 1].decode(), path)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SessionReadError(_not_opened(path, error)) from error
    except NotStrict as error:
        raise SessionReadError(Said("{path} {fault}.", path=str(path), fault=said_by(error))) from error
    except UnicodeDecodeError as error:
        raise SessionReadError(report_words.NOT_TEXT.format(path=path)) from error


def _parsed(text: str, path: Path) -> tuple[Row, ...]:
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(rows, [])
        return tuple(dict(zip(header, row, strict=True)) for row in rows)
    except (ValueError, csv.Error) as error:
        raise SessionReadError(report_words.NO_TABLE.format(path=path)) from error


def _not_opened(path: Path, error: OSError) -> str:
    return report_words.NOT_OPENED.format(path=path, reason=error.strerror or type(error).__name__)


def _around(folder: Path, record: SessionRecord) -> _Around:
    """Look for the sessions before this one, where it lies in the folder of its athlete."""
    if not is_id(record.athlete) or not _is_theirs(folder, record.athlete):
        return _Around()
    library = athlete_library(record.athlete)
    known = tuple(one for one in library.digests if one.started_at <= record.started_at)
    mine = next((one for one in known if one.id == record.id), None)
    if mine is None:
        return _Around()
    trend = next((one for one in trends(known) if one.sessions[-1] == mine.id), None)
    day = day_of(record.started_at, None)
    days = () if record.simulated else calendar(done_of(known, None), day, WEEKS)
    return _Around(known, trend, days, _morning(record))


def _is_theirs(folder: Path, athlete: str) -> bool:
    try:
        return folder.resolve().parent.samefile(sessions_folder(athlete))
    except OSError:
        return False


def _morning(record: SessionRecord) -> int | None:
    try:
        note = mornings(record.athlete).get(record.id)
    except NotesUnreadable:
        return None
    return None if note is None else note.pain_0_10
