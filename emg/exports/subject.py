"""What of a session may leave: codes in place of ids, days in place of dates, no text that people wrote.

Every export takes what it says about a session from here, and nothing else. What is not listed stays.
The file of names is never opened.
"""

from __future__ import annotations

import re
import stat
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from emg.codes import CommandKind, EventKind
from emg.exports.columns import is_site
from emg.foreign import plain, whole_or_none
from emg.protocols import bundled_protocols
from emg.said import Said
from emg.session.bundle import SessionReadError, read_events, read_session
from emg.session.folder import SessionFolder
from emg.session.ids import is_id
from emg.session.model import SessionRecord
from emg.session.small_files import MAX_EVENTS_BYTES
from emg.stage import Event

DAY_ZERO: Final = date(1900, 1, 1)
"""Stands in for the day of an athlete's first session where a format cannot do without a date; BIDS wants
dates that are not the real ones to lie before 1925."""

NOT_A_CODE: Final = "other"
"""Stands where a code was to be and a text was found."""

OWN: Final = "own"
"""Begins the code of an exercise that does not come with the program: somebody named it, perhaps after
somebody."""

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_.:#-]{0,63}")

_TYPED: Final = ("material", "shape", "skin_preparation")
"""Of the facts about electrodes those in somebody's own words."""

_SAID: Final[Mapping[EventKind, tuple[str, ...]]] = MappingProxyType(
    {
        EventKind.CUE: ("site",),
        EventKind.COMMAND: ("command", "value", "by"),
        EventKind.CHECKED: ("check",),
        EventKind.TRIAL_DONE: ("site", "trial", "quality"),
        EventKind.PAIN: ("pain_0_10",),
        EventKind.HOLD_DONE: ("outcome",),
        EventKind.TARGET_SET: ("target_pct",),
        EventKind.REFERENCE_SET: ("how",),
        EventKind.NOTCH_SET: ("notch_hz",),
        EventKind.NOTICE: ("code",),
        EventKind.GAP: ("n_lost",),
        EventKind.REOPENED: ("n_lost",),
        EventKind.ANSWERED: ("question", "touched"),
        EventKind.SESSION_ENDED: ("reason",),
    }
)
"""What of an event's detail may leave: codes and numbers, by kind. Reasons of an exclusion, messages of a
notice and written notes are text of people or of their machines."""


class ExportRefused(ValueError):
    """Exporting would say more than was asked for, or something untrue; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may leave besides the default.

    Attributes
    ----------
    with_ids : bool
        The athlete's id in place of a code, and the names of exercises of one's own.
    with_dates : bool
        The time at which the session began, in place of days since the first one.
    with_notes : bool
        What people wrote: notes, and why a hold was excluded.
    """

    with_ids: bool = False
    with_dates: bool = False
    with_notes: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """An event as it may leave.

    Attributes
    ----------
    sample : int
        On the sample clock.
    kind : str
        Frozen code.
    side, role : str
        Codes, empty for none.
    hold : int or None
        Number of the hold.
    said : tuple of (str, str or int or float or bool)
        Codes and numbers of its detail.
    note : str
        What somebody wrote; empty unless notes may leave.
    """

    sample: int
    kind: str
    side: str
    role: str
    hold: int | None
    said: tuple[tuple[str, str | int | float | bool], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A session, and what may be said of it outside.

    Attributes
    ----------
    folder : Path
        Where it lies; for reading, never for writing down.
    record : SessionRecord
        Its session.json, whole; for reading. ``facts`` is what may leave of it.
    subject : str
        ``P01``, ``P02`` ...: the same for all sessions of an athlete in one export; letters and digits. With
        ``with_ids`` the athlete's id, in which ``-`` and ``_`` may stand.
    session : str
        ``s01``, ``s02`` ...: an athlete's sessions in this export, in order of time; letters and digits.
        The name of the folder is a date, so it never leaves.
    protocol : str
        Code of the exercise; ``own1`` ... for one that does not come with the program.
    day : int
        Days since the athlete's first session in this export, by UTC dates.
    started_at : datetime or None
        UTC time of sample 0, with ``with_dates`` only.
    options : Options
        What was asked for.
    """

    folder: Path
    record: SessionRecord
    subject: str
    session: str
    protocol: str
    day: int
    started_at: datetime | None
    options: Options

    @property
    def files(self) -> SessionFolder:
        """Names of its files."""
        return SessionFolder(self.folder)

    @property
    def name(self) -> str:
        """Name for its files in an export: ``P01_s01``."""
        return f"{self.subject}_{self.session}"

    @property
    def stand_in_date(self) -> date:
        """Real date with ``with_dates``; else ``day`` counted from 1 January 1900."""
        if self.started_at is not None:
            return self.started_at.date()
        return DAY_ZERO + timedelta(days=self.day)

    def facts(self) -> dict[str, Any]:
        """Give what of session.json may leave, ready for JSON.

        Left out are ids and serial numbers of boards and ports, names and versions of the system, the times
        of calibration and placement, signs for a clinician, and all text that people wrote.
        """
        record, calibration, placement = self.record, self.record.calibration, self.record.placement
        return {
            "subject": self.subject,
            "session": self.session,
            "day": self.day,
            "started_at": None if self.started_at is None else self.started_at.isoformat(),
            "protocol": self.protocol,
            "kind": record.kind,
            "complete": record.complete,
            "simulated": record.simulated,
            "board": code_or_other(record.board),
            "fs_hz": record.fs_hz,
            "nominal_fs_hz": record.nominal_fs_hz,
            "bandwidth_hz": record.bandwidth_hz,
            "gain": record.gain,
            "unit": record.unit.value,
            "signal": record.signal.value,
            "cannot": [code_or_other(code) for code in record.cannot],
            "montage": {site: channel for site, channel in record.montage.items() if is_site(site)},
            "sore_side": record.sore_side,
            "pain_before_0_10": whole_or_none((record.intake or {}).get("pain_0_10")),
            "filters": None if record.filters is None else record.filters.model_dump(mode="json"),
            "isek": self._isek(),
            "calibration": None if calibration is None else _calibration_facts(calibration),
            "from_landmark_cm": _numbers((placement or {}).get("from_landmark_cm")),
            "lost_samples": record.lost_samples,
            "gaps": [gap.model_dump() for gap in record.gaps],
            "software": f"{record.software.name} {record.software.version}",
        }

    def _isek(self) -> dict[str, str | float | None]:
        """Tell what the program knows of the electrodes; what somebody typed about them is text of people."""
        told = self.record.isek.model_dump(mode="json")
        typed = () if self.options.with_notes else _TYPED
        return {name: None if name in typed else value for name, value in told.items()}

    def happenings(self) -> list[Happening]:
        """Its events as they may leave, in the order in which they were written.

        Raises
        ------
        SessionReadError
            If events.jsonl cannot be read.
        """
        return [self._happening(event) for event in read_events(self.folder)]

    def _happening(self, event: Event) -> Happening:
        said = (
            (name, value)
            for name in _SAID.get(event.kind, ())
            if (value := _said(event.detail.get(name))) is not None
        )
        return Happening(
            sample=event.sample,
            kind=event.kind.value,
            side=event.side or "",
            role=event.role or "",
            hold=event.hold,
            said=tuple(said),
            note=_note_of(event) if self.options.with_notes else "",
        )


def leaving_of(folders: Iterable[Path], options: Options) -> tuple[Leaving, ...]:
    """Decide what leaves of some sessions.

    Subjects are numbered by their first session in this export, whatever the order in which folders are
    given, so the same sessions always get the same codes. Codes of two exports have nothing to do with
    each other.

    Parameters
    ----------
    folders : iterable of Path
        Folders of sessions or recordings; one that is given twice counts once.
    options : Options
        What may leave besides the default.

    Returns
    -------
    tuple of Leaving
        By subject, then by time.

    Raises
    ------
    SessionReadError
        If a session.json cannot be read, or a file of a session is a link, a pipe or the like.
    ExportRefused
        If two folders hold the same session, or an athlete's id cannot name files.
    """
    by_athlete: dict[str, list[tuple[Path, SessionRecord]]] = defaultdict(list)
    for folder in dict.fromkeys(path.resolve() for path in folders):
        _check_files(folder)
        record = read_session(folder)
        by_athlete[record.athlete].append((folder, record))
    for sessions in by_athlete.values():
        sessions.sort(key=lambda one: (one[1].started_at, one[1].id))
        _refuse_copies(sessions)
    ordered = sorted(by_athlete, key=lambda athlete: (by_athlete[athlete][0][1].started_at, athlete))
    subjects = _subjects(ordered, options)
    everything = [record for athlete in ordered for _folder, record in by_athlete[athlete]]
    protocols = _protocols(everything, options)
    return tuple(
        _leaving(one, number, sessions[0][1], subjects[athlete], protocols, options)
        for athlete in ordered
        for sessions in (by_athlete[athlete],)
        for number, one in enumerate(sessions, start=1)
    )


def is_code(text: str) -> bool:
    """Whether a text is a code as the program writes them: lower-case, short, without a space."""
    return _CODE.fullmatch(text) is not None


def code_or_other(text: str) -> str:
    """Return a code or nothing as it is, and ``other`` in place of any other text."""
    return text if text == "" or is_code(text) else NOT_A_CODE


def _leaving(
    one: tuple[Path, SessionRecord],
    number: int,
    first: SessionRecord,
    subject: str,
    protocols: Mapping[str, str],
    options: Options,
) -> Leaving:
    folder, record = one
    return Leaving(
        folder=folder,
        record=record,
        subject=subject,
        session=f"s{number:02d}",
        protocol=protocols[record.protocol],
        day=(record.started_at.date() - first.started_at.date()).days,
        started_at=record.started_at if options.with_dates else None,
        options=options,
    )


def _subjects(athletes: Sequence[str], options: Options) -> dict[str, str]:
    if not options.with_ids:
        width = max(2, len(str(len(athletes))))
        return {athlete: f"P{number:0{width}d}" for number, athlete in enumerate(athletes, start=1)}
    for athlete in athletes:
        if not is_id(athlete):
            raise ExportRefused(
                Said(
                    "'{athlete}' cannot name a file: export without the ids, or give this athlete an id "
                    "of letters, digits, - and _.",
                    athlete=plain(athlete),
                )
            )
    if len({athlete.casefold() for athlete in athletes}) < len(athletes):
        raise ExportRefused(
            Said(
                "Two ids differ in capitals only, and many disks do not tell them apart: export "
                "without the ids."
            )
        )
    return {athlete: athlete for athlete in athletes}


def _protocols(records: Iterable[SessionRecord], options: Options) -> dict[str, str]:
    """Codes of exercises: those of the program are public, those of one's own get a number."""
    found = dict.fromkeys(record.protocol for record in records)
    if options.with_ids:
        return {code: code_or_other(code) for code in found}
    public = set(bundled_protocols())
    own = [code for code in found if code not in public]
    numbered = {code: f"{OWN}{number}" for number, code in enumerate(own, start=1)}
    return {code: numbered.get(code, code) for code in found}


def _refuse_copies(sessions: Sequence[tuple[Path, SessionRecord]]) -> None:
    seen: dict[tuple[str, datetime], Path] = {}
    for folder, record in sessions:
        other = seen.setdefault((record.id, record.started_at), folder)
        if other is not folder:
            one, shown = plain(str(other), 200), plain(str(folder), 200)
            raise ExportRefused(
                Said("{one} and {other} hold the same session: give one of them.", one=one, other=shown)
            )


def _check_files(folder: Path) -> None:
    """Refuse what is no plain file: a link may lead to what was not meant, a pipe is read for ever."""
    files = SessionFolder(folder)
    for path in (
        files.session_json,
        files.events_jsonl,
        files.raw_bdf,
        files.holds_csv,
        files.activation_csv,
        files.summary_json,
    ):
        try:
            found = path.lstat()
        except OSError:
            continue  # whoever needs it says so
        name = plain(str(path), 200)
        if not stat.S_ISREG(found.st_mode):
            raise SessionReadError(
                Said("{path} is a link or no file at all, so nothing was exported.", path=name)
            )
        if path == files.events_jsonl and found.st_size > MAX_EVENTS_BYTES:
            raise SessionReadError(
                Said("{path} is larger than any session's, so nothing was exported.", path=name)
            )


def _calibration_facts(calibration: Mapping[str, Any]) -> dict[str, Any]:
    """How 100 % was got, site by site; not when, nor on which serial number."""
    names = ("rest_uv", "mvc_uv", "rest_au", "mvc_au", "mvc_cv_pct", "hip_deg", "knee_deg")
    sites = calibration.get("sites")
    return {
        "way": _text_code(calibration.get("way")),
        "sites": {
            site: {
                **{name: _number(told.get(name)) for name in names if name in told},
                "method": _text_code(told.get("method")),
                "position": _text_code(told.get("position")),
                "doubts": [code_or_other(str(doubt)) for doubt in told.get("doubts") or ()],
            }
            for site, told in (sites.items() if isinstance(sites, Mapping) else ())
            if is_site(site) and isinstance(told, Mapping)
        },
    }


def _note_of(event: Event) -> str:
    """Find what somebody wrote."""
    is_note = event.kind is EventKind.COMMAND and event.detail.get("command") == CommandKind.NOTE.value
    if is_note:
        return str(event.detail.get("text", ""))
    if event.kind in (EventKind.HOLD_EXCLUDED, EventKind.HOLD_RESTORED):
        return str(event.detail.get("reason", ""))
    return ""


def _said(value: object) -> str | int | float | bool | None:
    if isinstance(value, str):
        return code_or_other(value) or None
    return value if isinstance(value, bool | int | float) else None


def _text_code(value: object) -> str | None:
    return code_or_other(value) if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _numbers(found: object) -> dict[str, float]:
    if not isinstance(found, Mapping):
        return {}
    return {
        site: number
        for site, value in found.items()
        if is_site(site) and (number := _number(value)) is not None
    }
