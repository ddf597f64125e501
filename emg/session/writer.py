"""The files of a session while it runs: nothing is kept back that a kill could take away."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from emg.activation import NO_REFERENCE, Activations, Reference
from emg.blocks import SampleBlock, StreamInfo
from emg.codes import EventKind
from emg.montage import Montage
from emg.results import HoldResult
from emg.said import Said
from emg.session.amend import amended
from emg.session.bdf import BdfWriter, NoRawFile
from emg.session.events import event_to_json
from emg.session.folder import MOVED, PrivateFile, RecordingError, SessionFolder, replace_file, writing
from emg.session.model import SessionRecord, channel_names
from emg.session.outbox import ALL, NotGivenBack, Outbox
from emg.session.outcome import MATTERS, hold_table, holds_text, summary_of
from emg.session.summary import summary_to_json
from emg.session.tables import ActivationTable
from emg.stage import Event, RowContext

MEMORY_S: Final = 600.0
"""What the disk refuses is kept in memory for so long, on the sample clock."""

RAW: Final = "raw.bdf"
EVENTS: Final = "events.jsonl"
HOLDS: Final = "holds.csv"
LEVELS: Final = "activation.csv"


class SessionWriter:
    """Write one session or recording; it has no thread of its own, and one thread calls it.

    What was made of samples is written after them, so that after a kill nothing is ahead of raw.bdf.

    session.json is there before the first sample. A recording has session.json, raw.bdf and
    events.jsonl, a session the tables and the summary as well. A practice, in which nothing is measured,
    has no raw.bdf and no activation.csv.

    Parameters
    ----------
    folder : SessionFolder
        New and empty.
    record : SessionRecord
        What is known at the start; ``started_at`` is the UTC time of sample 0.
    info : StreamInfo
        The stream.
    montage : Montage or None
        Sites and channels; a recording may have none.
    verdict_names : sequence of str
        ``quality.VERDICTS``.
    invalid : set of str
        ``quality.INVALID``.

    Raises
    ------
    RecordingError
        From every method, if the disk refuses: what was written stays whole, what was given waits in
        memory for ``MEMORY_S``, and goes to the disk with the next call that is not refused, or elsewhere
        (``move``). What does not fit is a gap in the samples, and an event says where it began.
    ValueError
        If the stream cannot be written to BDF.
    """

    def __init__(
        self,
        folder: SessionFolder,
        record: SessionRecord,
        info: StreamInfo,
        montage: Montage | None,
        *,
        verdict_names: Sequence[str] = (),
        invalid: frozenset[str] = frozenset(),
    ) -> None:
        self._folder = folder
        self._record = record
        self._info = info
        self._holds: list[HoldResult] = []
        self._told: list[Event] = []
        self._amended = False
        self._closed = False
        self._dropped_at: int | None = None
        self._on_disk = 0
        self._is_gone = False
        self._left: set[Path] = set()
        self._untold: set[Path] = set()
        self._hold_table = hold_table(record)
        sites = () if montage is None else montage.names
        self._activation_table = ActivationTable(sites, info.fs_hz, verdict_names, invalid, info.unit)
        self._files: dict[str, Outbox] = {}
        self._raw: BdfWriter | NoRawFile = NoRawFile()
        with ExitStack() as opened, writing(folder.path):
            replace_file(folder.session_json, record.to_json())
            if record.kind != "practice":
                make = partial(self._open, RAW, opened)
                self._raw = BdfWriter(folder.raw_bdf, info, montage, record.started_at, make)
            self._open(EVENTS, opened, folder.events_jsonl)
            if record.kind != "recording":
                self._open(HOLDS, opened, folder.holds_csv, self._hold_table.header)
            if record.kind == "session":
                self._open(LEVELS, opened, folder.activation_csv, self._activation_table.header)
            for file in self._files.values():
                file.flush()
            opened.pop_all()

    @property
    def folder(self) -> SessionFolder:
        """Where it is written."""
        return self._folder

    @property
    def record(self) -> SessionRecord:
        """What session.json says, or will say at the end."""
        return self._record

    @property
    def holds(self) -> tuple[HoldResult, ...]:
        """The holds written so far; after the end with what was learned of them later."""
        return tuple(amended(self._holds, self._told) if self._closed else self._holds)

    @property
    def waits(self) -> bool:
        """Whether anything is in memory alone, and not because its record has only begun, or in no folder."""
        return (
            self._amended
            or self._is_gone
            or self._dropped_at is not None
            or any(file.waits for file in self._files.values())
        )

    def write_block(self, block: SampleBlock) -> None:
        """Append samples; a jump of ``first_sample`` is filled and marked."""
        if self._has_room(block.first_sample):
            self._raw.write(block)
        self.flush()

    def write_event(self, event: Event) -> None:
        """Append one event."""
        if event.kind in MATTERS:
            self._told.append(event)
        self._append(EVENTS, f"{event_to_json(event)}\n", event.sample)

    def write_activations(self, activations: Activations, contexts: Sequence[RowContext] = ()) -> None:
        """Append the rows of activation.csv that these ticks complete; a practice has no levels."""
        if self._record.kind != "practice":
            rows = self._activation_table.add(activations, contexts)
            self._append(LEVELS, rows, int(activations.samples[0]) if len(activations) else 0)

    def write_hold(self, hold: HoldResult) -> None:
        """Append a row of holds.csv."""
        self._holds.append(hold)
        self._append(HOLDS, self._hold_table.row(hold), hold.end_sample or 0)

    def amend(self, **changes: object) -> None:
        """Change facts of session.json, at once and as a whole; for a calibration made in the session."""
        self._record = self._record.amended(**changes)
        self._amended = True
        self.flush()

    def remap(self, montage: Montage) -> None:
        """Give the sites their mended channels, in the labels of raw.bdf and in session.json, at once."""
        self._raw.relabel(montage)
        self.amend(montage=montage.as_dict(), channel_names=channel_names(self._info, montage))

    def flush(self) -> None:
        """Write what waits: samples first, and of what was made of them nothing that is ahead of them."""
        with writing(self._folder.path):
            if RAW in self._files:
                self._files[RAW].flush()
                self._on_disk = max(self._on_disk, self._raw.whole_sample)
            self._flush_the_rest(self._on_disk)

    def sync(self) -> None:
        """Force everything onto the disk, the record that has begun as well; once a second is enough."""
        self.flush()
        with writing(self._folder.path):
            begun = self._raw.begun()
            if begun is not None:
                self._files[RAW].foresee(*begun)
                self._on_disk = self._raw.end_sample
            self._flush_the_rest(self._on_disk)
            self._sync_files()
        self._say_where()

    def _sync_files(self) -> None:
        """Force them onto the disk; files without their names take every write, and nobody finds it."""
        try:
            for file in self._files.values():
                file.sync()
        except FileNotFoundError:
            self._is_gone = True
            raise
        self._is_gone = False

    def _flush_the_rest(self, reached: int) -> None:
        """Write tables, events and facts as far as the samples are on the disk; a practice has none."""
        reached = reached if RAW in self._files else ALL
        for name, file in self._files.items():
            if name != RAW:
                file.flush(reached)
        if self._amended:
            replace_file(self._folder.session_json, self._record.to_json())
            self._amended = False
        if self._dropped_at is not None:
            line = event_to_json(Event(self._dropped_at, EventKind.UNRECORDED))
            self._files[EVENTS].append(f"{line}\n".encode())
            self._files[EVENTS].flush()
            self._dropped_at = None

    def _append(self, name: str, text: str, sample: int) -> None:
        if name not in self._files:
            raise ValueError(f"A recording has no {name}.")
        if self._has_room(sample):
            self._files[name].append(text.encode(), after=self._raw.end_sample)
        self.flush()

    def _has_room(self, sample: int) -> bool:
        """Whether memory may take more; from where on it took none is marked as soon as it can be."""
        waiting_s = (self._raw.end_sample - self._on_disk) / self._info.fs_hz
        if waiting_s > MEMORY_S and self._dropped_at is None:
            self._dropped_at = sample
        return self._dropped_at is None

    def move(self, parent: Path) -> bool:
        """Go on in a new folder elsewhere, with all that was written so far and all that waits.

        Parameters
        ----------
        parent : Path
            Made if it is missing.

        Returns
        -------
        bool
            True if what was written came along; False if the old place does not give it back, and the new
            one has the samples before as lost.

        Raises
        ------
        RecordingError
            If the new place refuses; all is as it was before.
        """
        if self._closed:
            raise RecordingError(
                Said("{folder} is closed already, and stays where it is.", folder=str(self._folder.path))
            )
        with writing(parent):
            new = self._new_folder(parent)
            try:
                whole, files = self._carried(new)
            except BaseException:
                shutil.rmtree(new.path, ignore_errors=True)
                raise
        for name, file in files.items():
            self._files[name].go_on_in(file, new.path / name)
        old, self._folder, self._is_gone = self._folder, new, False
        if not whole:
            self._files[HOLDS].forget()  # written anew, all of them
            self._dropped_at = 0
        self._left.add(old.path)
        self._untold.add(old.path)
        try:
            self.sync()  # what had begun was on the disk, and what was made of it is
        finally:
            self._say_where()
        return whole

    def _new_folder(self, parent: Path) -> SessionFolder:
        """Make a folder that is not called like one that was left: that one may come back to its name."""
        record = self._record
        new = SessionFolder.create(parent, record.protocol, record.started_at)
        if new.path not in {*self._left, self._folder.path}:
            return new
        try:
            return self._new_folder(parent)  # this name is taken now
        finally:
            with suppress(OSError):
                new.path.rmdir()

    def _say_where(self) -> None:
        """Leave a line in the folders that the session had to leave, as soon as that is possible."""
        for old in tuple(self._untold):
            with suppress(OSError):
                replace_file(old / MOVED, f"This session goes on in {self._folder.path}.\n")
                self._untold.discard(old)

    def _carried(self, new: SessionFolder) -> tuple[bool, dict[str, PrivateFile]]:
        """Make the files in another folder: copies, else what memory has of them."""
        files: dict[str, PrivateFile] = {}
        with ExitStack() as made:
            try:
                for name, file in self._files.items():
                    files[name] = file.copied(new.path / name)
                    made.callback(files[name].close)
            except NotGivenBack:
                files = {}
            else:
                replace_file(new.session_json, self._record.to_json())  # last: half a copy is no session
                made.pop_all()
                return True, files
        for name in self._files:
            (new.path / name).unlink(missing_ok=True)
        with ExitStack() as made:
            for name, file in self._files.items():
                files[name] = PrivateFile(new.path / name)
                made.callback(files[name].close)
                if name == RAW:
                    assert isinstance(self._raw, BdfWriter)  # a practice has no such file
                    self._raw.write_without(files[name], file.size)
            if HOLDS in files:
                files[HOLDS].append(holds_text(self._record, self._holds).encode())
            if LEVELS in files:
                files[LEVELS].append(self._activation_table.header.encode())
            replace_file(new.session_json, self._record.to_json())
            made.pop_all()
        return False, files

    def close(
        self, ended_at: datetime, *, reference: Reference = NO_REFERENCE, **changes: object
    ) -> SessionRecord:
        """Finish all files. If the disk refuses, nothing is closed and it can be asked again, after a move.

        Once it is done, another call does nothing.

        Parameters
        ----------
        ended_at : datetime
            UTC time of the end.
        reference : Reference
            For the summary.
        **changes
            Facts of session.json that were not known at the start.

        Returns
        -------
        SessionRecord
            The final one.
        """
        if self._closed:
            return self._record
        with writing(self._folder.path):
            self._raw.pad()
            self.flush()
            self._flush_the_rest(ALL)
            self._sync_files()
            if self._record.kind != "recording":
                self._conclude(self._record.amended(**changes), reference)
            gaps = self._raw.gaps
            final = {
                "ended_at": ended_at,
                "complete": True,
                "gaps": gaps,
                "lost_samples": sum(gap.n_lost for gap in gaps),
            }
            self.amend(**(final | changes))
        self._say_where()
        self.abandon()
        return self._record

    def _conclude(self, record: SessionRecord, reference: Reference) -> None:
        """Write what the holds come to, with what was learned of them after they were over."""
        holds = amended(self._holds, self._told)
        if holds != self._holds:
            replace_file(self._folder.holds_csv, holds_text(record, holds))
        found = summary_of(record, holds, self._told, reference)
        replace_file(self._folder.summary_json, summary_to_json(found))

    def abandon(self) -> None:
        """Let go of the files as they are, as a kill would; session.json says what it said."""
        self._closed = True
        for file in self._files.values():
            file.close()

    def _open(self, name: str, opened: ExitStack, path: Path, header: str = "") -> Outbox:
        self._files[name] = file = Outbox(path)
        opened.callback(file.close)
        file.append(header.encode())
        return file
