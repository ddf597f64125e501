"""Sessions as an EMG-BIDS dataset, the layout in which laboratories share EMG.

References
----------
Brain Imaging Data Structure 1.11.1, Electromyography (BEP042), https://bids-specification.readthedocs.io
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from emg.blocks import Signal
from emg.exports import bids_sidecar
from emg.exports.bids_raw import copy_raw, read_header
from emg.exports.bids_sidecar import CHANNEL_COLUMNS, ELECTRODE_COLUMNS, Facts, Recorded
from emg.exports.bids_tables import Cell, Column, Stretch, event_columns, event_rows, json_text, tsv
from emg.exports.bids_words import PARTICIPANT_COLUMNS, SESSION_COLUMNS, readme
from emg.exports.publish import check_out, exporting, make_private, put_text, staging
from emg.exports.subject import ExportRefused, Leaving, Options, leaving_of
from emg.foreign import plain
from emg.said import Said
from emg.session.bdf_layout import record_length
from emg.session.bundle import read_events
from emg.session.folder import make_private_folders, sync_folder
from emg.session.model import SessionRecord

BIDS_VERSION: Final = "1.11.1"


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What only the people who share a dataset can say of it.

    Attributes
    ----------
    name : str
        Title of the dataset.
    authors : tuple of str
        Who made it; nobody unless told.
    license : str
        Under which it may be used, for example ``CC0``; empty if nobody decided.
    """

    name: str = "PowerHold sessions"
    authors: tuple[str, ...] = ()
    license: str = ""


PLAIN: Final = DatasetFacts()
DEFAULT: Final = Options()


@dataclass(frozen=True, slots=True)
class BidsExport:
    """What was written.

    Attributes
    ----------
    path : Path
        Folder of the dataset.
    subjects, sessions : int
        How many of each.
    """

    path: Path
    subjects: int
    sessions: int


@dataclass(frozen=True, slots=True)
class _Session:
    """A session that was looked at and may leave."""

    leaving: Leaving
    facts: Facts
    recorded: Recorded
    stretches: tuple[Stretch, ...]
    label: str


def refusal_of(record: SessionRecord) -> str:
    """Say in one sentence why a session cannot stand in such a dataset; empty if it can."""
    if record.kind == "practice":
        return Said("{id} was practised by the clock and has no samples: leave it out.", id=record.id)
    if record.signal is not Signal.RAW:
        return Said(
            "{id} holds envelopes that {board} had already made, and EMG-BIDS is for raw EMG: "
            "export it as csv or parquet.",
            id=record.id,
            board=record.board,
        )
    return ""


def export_bids(
    folders: Iterable[Path],
    out: Path,
    dataset: DatasetFacts = PLAIN,
    options: Options = DEFAULT,
) -> BidsExport:
    """Write sessions of any number of athletes as one new dataset.

    Parameters
    ----------
    folders : iterable of Path
        Session folders.
    out : Path
        Folder of the dataset. It must not exist; the one above it is made if it is missing.
    dataset : DatasetFacts
        Title, authors and licence.
    options : Options
        What may leave besides the default, which names nobody, tells no date and no written word.

    Returns
    -------
    BidsExport
        What was written; until then there is nothing under the name ``out``.

    Raises
    ------
    ExportRefused
        If ``out`` exists, there are no sessions, or one cannot be in such a dataset.
    SessionReadError
        If a session cannot be read.
    ExportFailed
        If the disk refuses.
    """
    folders = list(folders)
    taken = Said(
        "{out} is there already, and nothing is ever overwritten or added to: choose a new "
        "folder and export all sessions that belong together into it.",
        out=plain(str(out), 200),
    )
    with exporting(out.parent):
        if os.path.lexists(out):
            raise ExportRefused(taken)
        check_out(out, folders)
        sessions = leaving_of(folders, options)
        make_private_folders(out.parent)
        with staging(out.parent, out.name) as part:
            write_bids(sessions, part, dataset)
            make_private(part)
            if os.path.lexists(out):  # somebody was faster
                raise ExportRefused(taken)
            part.rename(out)
            sync_folder(out.parent)
    return BidsExport(out, len({one.subject for one in sessions}), len(sessions))


def write_bids(sessions: Iterable[Leaving], folder: Path, dataset: DatasetFacts = PLAIN) -> None:
    """Write sessions into an empty folder as a dataset.

    Parameters
    ----------
    sessions : iterable of Leaving
        What leaves.
    folder : Path
        An empty folder, which becomes the dataset.
    dataset : DatasetFacts
        Title, authors and licence.

    Raises
    ------
    SessionReadError
        If a file of a session cannot be read.
    ExportRefused
        If there are no sessions, or one cannot be in such a dataset.
    OSError
        If the disk refuses.
    """
    subjects = _looked_at(sessions)
    for label, found in subjects.items():
        _write_subject(folder, label, found)
    _write_dataset(folder, dataset, subjects)


def _looked_at(leaving: Iterable[Leaving]) -> dict[str, list[_Session]]:
    """Look at every session before anything is written, and give each its labels."""
    found: dict[str, list[_Session]] = {}
    athlete_of: dict[str, str] = {}
    for one in leaving:
        if reason := refusal_of(one.record):
            raise ExportRefused(reason)
        label = _label(one.subject)
        if athlete_of.setdefault(label.lower(), one.subject) != one.subject or not label:
            raise ExportRefused(
                Said(
                    "Two of these athletes' ids are the same in BIDS, which knows letters and digits "
                    "only: export without the ids."
                )
            )
        recorded, stretches = read_header(one.files.raw_bdf, one.record.channels)
        session = _Session(one, one.facts(), recorded, stretches, _label(one.session))
        found.setdefault(label, []).append(session)
    if not found:
        raise ExportRefused(Said("There is no session to export: name at least one session folder."))
    return found


def _label(code: str) -> str:
    """Give what BIDS allows in a label: letters and digits."""
    return "".join(c for c in code if c.isascii() and c.isalnum())


def _write_subject(root: Path, subject: str, sessions: Sequence[_Session]) -> None:
    """Write an athlete's sessions and the table of them."""
    rows: list[dict[str, Cell]] = []
    for session, taping in zip(sessions, _tapings(sessions), strict=True):
        _write_session(root / f"sub-{subject}" / f"ses-{session.label}", f"sub-{subject}", session)
        facts, leaving = session.facts, session.leaving
        rows.append(
            {
                "session_id": f"ses-{session.label}",
                "acq_time": _time_of(leaving),
                "day": leaving.day,
                "task": bids_sidecar.task_name(facts),
                "board": facts["board"],
                "taping": taping,
                "sore_side": facts["sore_side"],
                "pain_before_0_10": facts["pain_before_0_10"],
                "simulated": facts["simulated"],
                "complete": facts["complete"],
            }
        )
    stem = root / f"sub-{subject}" / f"sub-{subject}_sessions"
    put_text(stem.with_suffix(".tsv"), tsv(tuple(SESSION_COLUMNS), rows))
    put_text(stem.with_suffix(".json"), json_text(SESSION_COLUMNS))


def _time_of(leaving: Leaving) -> str:
    """Time in the way of BIDS; without dates midnight of a day before 1925, which stands for "not told"."""
    if leaving.started_at is None:
        return f"{leaving.stand_in_date}T00:00:00"
    return f"{leaving.started_at:%Y-%m-%dT%H:%M:%S}Z"


def _tapings(sessions: Sequence[_Session]) -> list[int | None]:
    """Give each taping of an athlete a number: the same electrodes in the same place have the same one."""
    ids = [(session.leaving.record.placement or {}).get("id") for session in sessions]
    known = list(dict.fromkeys(found for found in ids if found is not None))
    return [None if found is None else known.index(found) + 1 for found in ids]


def _write_session(place: Path, subject: str, session: _Session) -> None:
    """Write the files of one session."""
    facts, recorded, leaving = session.facts, session.recorded, session.leaving
    folder = place / "emg"
    make_private_folders(folder)
    of_all = f"{subject}_{place.name}"
    of_task = f"{of_all}_task-{bids_sidecar.task_label(facts)}"

    def table(stem: str, columns: Mapping[str, Column], rows: list[dict[str, Cell]], **more: Any) -> None:
        put_text(folder / f"{stem}.tsv", tsv(tuple(columns), rows))
        put_text(folder / f"{stem}.json", json_text({**columns, **more}))

    copy_raw(leaving.files.raw_bdf, folder / f"{of_task}_emg.bdf", with_date=leaving.options.with_dates)
    put_text(folder / f"{of_task}_emg.json", json_text(bids_sidecar.sidecar(facts, recorded)))
    table(f"{of_task}_channels", CHANNEL_COLUMNS, bids_sidecar.channel_rows(facts, recorded))
    notes = leaving.options.with_notes
    events = event_rows(
        read_events(leaving.folder), session.stretches, record_length(facts["fs_hz"]), notes=notes
    )
    table(f"{of_task}_events", event_columns(notes=notes), events, **_presentation(facts))
    table(f"{of_all}_electrodes", ELECTRODE_COLUMNS, bids_sidecar.electrode_rows(facts, recorded))
    for space, content in bids_sidecar.coordinate_systems(facts, recorded).items():
        put_text(folder / f"{of_all}_space-{space}_coordsystem.json", json_text(content))


def _presentation(facts: Facts) -> dict[str, Any]:
    """Which program gave the cues."""
    name, _, version = facts["software"].partition(" ")
    return {"StimulusPresentation": {"SoftwareName": name, "SoftwareVersion": version}}


def _write_dataset(root: Path, dataset: DatasetFacts, subjects: Mapping[str, Sequence[_Session]]) -> None:
    """Write what is said of the whole dataset, last of all."""
    versions = {
        session.facts["software"].split()[-1] for sessions in subjects.values() for session in sessions
    }
    description: dict[str, Any] = {
        "Name": dataset.name,
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "raw",
        "GeneratedBy": [{"Name": "PowerHold", "Version": ", ".join(sorted(versions))}],
    }
    if dataset.authors:
        description["Authors"] = list(dataset.authors)
    if dataset.license:
        description["License"] = dataset.license
    rows: list[dict[str, Cell]] = [
        {
            "participant_id": f"sub-{label}",
            "species": None if _simulated(sessions) else "homo sapiens",
            "sessions": len(sessions),
            "simulated": _simulated(sessions),
        }
        for label, sessions in subjects.items()
    ]
    put_text(root / "participants.tsv", tsv(tuple(PARTICIPANT_COLUMNS), rows))
    put_text(root / "participants.json", json_text(PARTICIPANT_COLUMNS))
    put_text(root / "README", readme(dataset.name, any(map(_simulated, subjects.values()))))
    put_text(root / "dataset_description.json", json_text(description))


def _simulated(sessions: Iterable[_Session]) -> bool:
    return any(session.leaving.record.simulated for session in sessions)
