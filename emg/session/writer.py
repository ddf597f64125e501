"""The files of a session while it runs: nothing is kept back that a kill could take away."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from emg.activation import NO_REFERENCE, Activations, Reference
from emg.blocks import SampleBlock, StreamInfo
from emg.limits import Limit
from emg.montage import Montage
from emg.results import HoldResult
from emg.session.bdf import BdfWriter
from emg.session.events import event_to_json
from emg.session.folder import PrivateFile, SessionFolder, replace_file, writing
from emg.session.model import SessionRecord, channel_names
from emg.session.summary import summarise, summary_to_json, warning_of
from emg.session.tables import ActivationTable, HoldTable, RowContext
from emg.stage import Event


class SessionWriter:
    """Write one session or recording; it has no thread of its own, and one thread calls it.

    session.json is there before the first sample. A recording has session.json, raw.bdf and
    events.jsonl, a session the tables and the summary as well.

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
        From every method, if the disk refuses; what was written stays whole, and a later call that
        is not refused goes on with a gap in the samples.
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
        self._sites = () if montage is None else montage.names
        self._info = info
        self._holds: list[HoldResult] = []
        self._warned = ["coarse_latency"] if Limit.FINE_LATENCY in record.cannot else []
        self._closed = False
        self._hold_table = HoldTable(record.athlete, record.id, record.protocol)
        self._activation_table = ActivationTable(self._sites, info.fs_hz, verdict_names, invalid, info.unit)
        with ExitStack() as opened, writing(folder.path):
            replace_file(folder.session_json, record.to_json())
            self._raw = BdfWriter(folder.raw_bdf, info, montage, record.started_at)
            opened.callback(self._raw.abandon)
            self._events = self._open(folder.events_jsonl, opened)
            self._tables: dict[str, PrivateFile] = {}
            if record.kind == "session":
                self._tables = {
                    "holds": self._open(folder.holds_csv, opened, self._hold_table.header),
                    "activation": self._open(folder.activation_csv, opened, self._activation_table.header),
                }
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
        """The holds written so far."""
        return tuple(self._holds)

    def write_block(self, block: SampleBlock) -> None:
        """Append samples; a jump of ``first_sample`` is filled and marked."""
        with writing(self._folder.path):
            self._raw.write(block)

    def write_event(self, event: Event) -> None:
        """Append one event."""
        self._warned += filter(None, [warning_of(event)])
        with writing(self._folder.path):
            self._events.append(f"{event_to_json(event)}\n".encode())

    def write_activations(self, activations: Activations, contexts: Sequence[RowContext] = ()) -> None:
        """Append the rows of activation.csv that these ticks complete."""
        self._append("activation", self._activation_table.add(activations, contexts))

    def write_hold(self, hold: HoldResult) -> None:
        """Append a row of holds.csv."""
        self._holds.append(hold)
        self._append("holds", self._hold_table.row(hold))

    def amend(self, **changes: object) -> None:
        """Change facts of session.json, at once and as a whole; for a calibration made in the session."""
        record = self._record.amended(**changes)
        with writing(self._folder.path):
            replace_file(self._folder.session_json, record.to_json())
        self._record = record

    def remap(self, montage: Montage) -> None:
        """Give the sites their mended channels, in the labels of raw.bdf and in session.json, at once."""
        with writing(self._folder.path):
            self._raw.relabel(montage)
        self.amend(montage=montage.as_dict(), channel_names=channel_names(self._info, montage))

    def sync(self) -> None:
        """Force everything onto the disk; once a second is enough."""
        with writing(self._folder.path):
            for file in self._files:
                file.sync()

    def close(
        self, ended_at: datetime, *, reference: Reference = NO_REFERENCE, **changes: object
    ) -> SessionRecord:
        """Finish all files; every one is closed even if the disk refuses one. A second call does nothing.

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
        self._closed = True
        with writing(self._folder.path):
            with ExitStack() as closing:
                for file in self._files:
                    closing.callback(file.close)
                self.sync()
            if self._record.kind == "session":
                found = summarise(
                    self._holds, reference, sites=self._sites, unit=self._info.unit, warned=self._warned
                )
                replace_file(self._folder.summary_json, summary_to_json(found))
            gaps = self._raw.gaps
            final = {
                "ended_at": ended_at,
                "complete": True,
                "gaps": gaps,
                "lost_samples": sum(gap.n_lost for gap in gaps),
            }
            self.amend(**(final | changes))
        return self._record

    def abandon(self) -> None:
        """Let go of the files as they are, as a kill would; session.json goes on saying "not complete"."""
        self._closed = True
        self._raw.abandon()
        for file in (self._events, *self._tables.values()):
            file.close()

    @property
    def _files(self) -> tuple[BdfWriter | PrivateFile, ...]:
        return (self._raw, self._events, *self._tables.values())

    def _open(self, path: Path, opened: ExitStack, header: str = "") -> PrivateFile:
        file = PrivateFile(path)
        opened.callback(file.close)
        file.append(header.encode())
        return file

    def _append(self, name: str, text: str) -> None:
        if name not in self._tables:
            raise ValueError(f"A recording has no {name}.csv.")
        with writing(self._folder.path):
            self._tables[name].append(text.encode())
