"""``powerhold record``: samples and gaps to the disk, no coach, no percentages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from emg.blocks import SampleBlock, Source, StreamInfo, as_recorded, split_finite
from emg.codes import EventKind, Origin
from emg.montage import Montage, MontageError
from emg.said import said_by
from emg.session.folder import SessionFolder
from emg.session.model import SessionRecord
from emg.session.writer import SessionWriter
from emg.stage import Event, JsonValue
from hardware.acquisition import Acquisition, AcquisitionSettings, EndReason
from ui.exit_codes import EXIT_USAGE
from ui.session.ending import exit_code_of
from ui.session.recorder import Recorder
from ui.session.records import software
from ui.words.told import told

GIVE_UP_S: Final = 10.0
"""Where nobody looks on, a board that stays away so long ends what runs."""

NOBODY: Final = "unknown"


@dataclass(frozen=True, slots=True)
class RecordingPlan:
    """What to record.

    Attributes
    ----------
    source : Source
        The board, closed.
    seconds : float
        Length on the sample clock, received and lost samples together.
    parent : Path
        Folder in which the recording's folder is made.
    montage : Montage or None
        Sites and channels, where they are known.
    """

    source: Source
    seconds: float
    parent: Path
    montage: Montage | None = None


@dataclass(frozen=True, slots=True)
class RecordingEnd:
    """How a recording ended; ``report`` is the object of ``--json``."""

    message: str
    exit_code: int
    report: dict[str, Any]


class Recording:
    """Takes a stream for so many seconds; fits ``AcquisitionSink``.

    Parameters
    ----------
    plan : RecordingPlan
        What to record.
    on_progress : callable
        Hears the seconds recorded, on the acquisition thread.
    on_told : callable
        Hears sentences for people while it goes on: the board is gone, or its rate is off.
    """

    def __init__(
        self,
        plan: RecordingPlan,
        on_progress: Callable[[float], None],
        on_told: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._plan = plan
        self._on_progress = on_progress
        self._on_told = on_told
        self._info: StreamInfo | None = None
        self._recorder: Recorder | None = None
        self._wanted = 0
        self._next_sample = 0
        self._received = 0
        self._gaps: list[dict[str, JsonValue]] = []
        self._interrupted = False
        self._refusal = ""
        self.end: RecordingEnd | None = None
        self._acquisition = Acquisition(plan.source, self, AcquisitionSettings(give_up_s=GIVE_UP_S))

    def start(self) -> None:
        """Begin."""
        self._acquisition.start()

    def wait(self, timeout_s: float | None = None) -> RecordingEnd | None:
        """Wait for the end; None if it has not come in time."""
        return self.end if self._acquisition.join(timeout_s) else None

    def interrupt(self) -> None:
        """End early; what was recorded is kept."""
        self._interrupted = True
        self._acquisition.request_stop()

    def on_open(self, info: StreamInfo) -> None:
        """Make ready to write."""
        if self._plan.montage is not None:
            try:
                self._plan.montage.check_fits(info.n_channels, info.board)
            except MontageError as error:
                self._refusal = said_by(error)
                self._acquisition.request_stop()
                return
        self._info = info
        self._wanted = round(self._plan.seconds * info.fs_hz)
        self._recorder = Recorder(self._make_writer, paced=self._plan.source.paced, on_problem=lambda _: None)

    def on_block(self, block: SampleBlock) -> None:
        """Keep samples up to the wanted number."""
        for part in split_finite(block):
            self._keep(part)
        if self._next_sample >= self._wanted:
            self._acquisition.request_stop()

    def _keep(self, block: SampleBlock) -> None:
        info, recorder = self._info, self._recorder
        if info is None or recorder is None:
            return
        n_lost = min(block.first_sample, self._wanted) - self._next_sample
        if n_lost > 0:
            self._note_gap(recorder, n_lost, estimated=block.gap_estimated)
        room = self._wanted - block.first_sample
        if room <= 0:
            self._next_sample = max(self._next_sample, self._wanted)
            return
        kept = as_recorded(block.cut(0, min(room, block.n_samples)), info)
        recorder.block(kept)
        self._received += kept.n_samples
        self._next_sample = kept.end_sample
        self._on_progress(self._next_sample / info.fs_hz)

    def _note_gap(self, recorder: Recorder, n_lost: int, *, estimated: bool) -> None:
        gap: dict[str, JsonValue] = {
            "first_sample": self._next_sample,
            "n_lost": n_lost,
            "estimated": estimated,
        }
        self._gaps.append(gap)
        recorder.event(Event(self._next_sample, EventKind.GAP, detail=gap))

    def on_silence(self, now_s: float) -> None:
        """Wait: silence alone never counts as time."""

    def on_reopen(self, gap_samples: int, estimated: bool) -> None:
        """Note that the board was opened again."""
        if self._recorder is not None:
            detail: dict[str, JsonValue] = {"n_lost": gap_samples, "estimated": estimated}
            event = Event(self._next_sample, EventKind.REOPENED, detail=detail, origin=Origin.INPUT)
            self._recorder.event(event)

    def on_lost(self, message: str) -> None:
        """Say that the board is gone; the recording waits for it."""
        self._on_told(told(message))

    def on_notice(self, message: str) -> None:
        """Pass it on."""
        self._on_told(told(message))

    def on_end(self, reason: EndReason, message: str) -> None:
        """Finish the files."""
        if self._refusal:
            self.end = RecordingEnd(told(self._refusal), EXIT_USAGE, {})
            return
        recorder = self._recorder
        if recorder is not None:
            recorder.close(lambda writer: writer.close(datetime.now(UTC)))
            message = message or recorder.problem
        saved = recorder is None or not recorder.problem
        exit_code = exit_code_of(reason, message, interrupted=self._interrupted, saved=saved)
        self.end = RecordingEnd(told(message), exit_code, self._report())

    def _report(self) -> dict[str, Any]:
        info, recorder = self._info, self._recorder
        if info is None or recorder is None or recorder.folder is None:
            return {}
        return {
            "path": str(recorder.folder),
            "board": info.board,
            "fs_hz": info.fs_hz,
            "samples": self._received,
            "lost_samples": self._next_sample - self._received,
            "gaps": self._gaps,
            "reconnects": self._acquisition.n_reconnects,
            "duration_s": self._next_sample / info.fs_hz,
        }

    def _make_writer(self, started_at: datetime) -> SessionWriter:
        assert self._info is not None  # the recorder is made with it
        folder = SessionFolder.create(self._plan.parent, "recording", started_at)
        record = SessionRecord.of_stream(
            self._info,
            self._plan.montage,
            session_id=folder.name,
            kind="recording",
            athlete=NOBODY,
            protocol="recording",
            started_at=started_at,
            software=software(),
        )
        return SessionWriter(folder, record, self._info, self._plan.montage)
