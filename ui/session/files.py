"""What a session keeps besides its signal: facts that change while it runs, calibrations, the placement."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from calibrations.draft import Draft
from calibrations.placement import Placement
from calibrations.store import save
from emg.blocks import StreamInfo
from emg.codes import EventKind
from emg.input_events import channels_of, notch_of
from emg.montage import Montage
from emg.pipeline import ChainSettings
from emg.quality import INVALID, VERDICTS
from emg.reference import DROPPED, MEASURED, ReferenceInForce
from emg.session.folder import SessionFolder, writing
from emg.session.writer import SessionWriter
from emg.stage import Event
from hardware.simulated_truth import write_truth
from ui.kept.athlete_lock import AthleteBusy, AthleteLock
from ui.kept.home import DEMO_ATHLETE, calibrations_folder, sessions_folder
from ui.kept.library import end_unfinished
from ui.kept.placements import keep_placement, placement_path
from ui.kept.refuge import refuges
from ui.session.plan import SessionPlan
from ui.session.recorder import Elsewhere, Recorder
from ui.session.records import Measured, calibration_facts, calibration_record, filter_facts, session_record


class SessionFiles:
    """Opens, amends and finishes the files of a session.

    Parameters
    ----------
    plan : SessionPlan
        What is to be done; a calibration in it is used.
    info : StreamInfo
        The stream.
    chain : ChainSettings
        The chain at the beginning.
    draft : Draft
        What the set-up finds.
    reference : ReferenceInForce
        What it comes to.
    on_problem : callable
        Hears one sentence when the disk refuses; called on the writer thread.

    Attributes
    ----------
    recorder : Recorder
        The writer thread.

    Raises
    ------
    AthleteBusy
        If another program works in the athlete's folder; of the demo's athlete there may be several.
    """

    def __init__(
        self,
        plan: SessionPlan,
        info: StreamInfo,
        chain: ChainSettings,
        draft: Draft,
        reference: ReferenceInForce,
        on_problem: Callable[[str], None],
    ) -> None:
        self._plan = plan
        self._info, self._chain, self._montage = info, chain, plan.montage
        self._draft, self._reference = draft, reference
        self._lock = AthleteLock(plan.athlete)
        end_unfinished()  # or a deletion that was broken off would take this session with it later
        in_folder = plan.parent == sessions_folder(plan.athlete)
        if not info.simulated or (in_folder and plan.athlete != DEMO_ATHLETE):
            self._lock.take()
        elif in_folder:
            with suppress(AthleteBusy):
                self._lock.take()
        self.recorder = Recorder(
            self._make_writer,
            paced=plan.source.paced,
            on_problem=on_problem,
            elsewhere=Elsewhere(lambda: refuges(plan.parent, plan.athlete), self._make_writer),
            on_closed=self._lock.release,
        )

    def begin_placement(self) -> None:
        """Keep the taping that is about to be measured: nothing measured before it holds any more."""
        if not self._info.simulated:
            self._place(self._plan.placement or Placement.new(datetime.now(UTC)))

    def event(self, event: Event) -> None:
        """Keep an event, and what follows from it."""
        self.recorder.event(event)
        how = event.detail.get("how")
        if event.kind is EventKind.REFERENCE_SET and how == MEASURED:
            self._save_calibration()
        elif event.kind is EventKind.REFERENCE_SET and how == DROPPED:
            self.recorder.amend(**calibration_facts(self._plan, None))
        elif event.kind is EventKind.MONTAGE_SET:
            self._mend_map(event)
        elif event.kind is EventKind.NOTCH_SET:
            self._change_filter(event)
        elif event.kind is EventKind.ANSWERED and event.detail.get("touched"):
            self._renew_placement()

    def finish(self, writer: SessionWriter) -> None:
        """Finish the files; beside what was measured of the simulated athlete goes what he really did."""
        writer.close(datetime.now(UTC), reference=self._reference.last)
        performer, folder = self._plan.performer, writer.folder.path
        if performer is not None:
            with writing(folder):
                write_truth(folder / "truth.csv", performer.truth, self._plan.montage.names)

    def _make_writer(self, started_at: datetime, parent: Path | None = None) -> SessionWriter:
        """Make folder and files; on the writer thread."""
        plan, info = self._plan, self._info
        folder = SessionFolder.create(parent or plan.parent, plan.exercise.code, started_at)
        record = session_record(plan, info, self._chain, folder.name, started_at)
        return SessionWriter(folder, record, info, plan.montage, verdict_names=VERDICTS, invalid=INVALID)

    def _mend_map(self, event: Event) -> None:
        """Keep the map that the side check found, in the record and for the calibration."""
        channels = channels_of(event)
        self._montage = Montage.of({site: channels[site] for site in self._plan.montage.names})
        self.recorder.remap(self._montage)

    def _change_filter(self, event: Event) -> None:
        """Keep the filter that somebody said yes to."""
        filters = replace(self._chain.filters, notch_hz=notch_of(event))
        self._chain = replace(self._chain, filters=filters)
        self.recorder.amend(filters=filter_facts(self._chain, self._info))

    def _save_calibration(self) -> None:
        """Keep the new calibration: whole in session.json, and as a file of the athlete's."""
        if self._plan.placement is None:
            self.begin_placement()
        measured = Measured(self._info, self._chain, self._montage, self._reference(), self._draft)
        calibration = calibration_record(self._plan, measured)
        self.recorder.amend(**calibration_facts(self._plan, calibration))
        if not self._info.simulated:
            folder = calibrations_folder(self._plan.athlete)
            self.recorder.also(folder, lambda: save(calibration, folder))

    def _renew_placement(self) -> None:
        """Begin another taping: what was measured with the last one holds no more."""
        before, now = self._plan.placement, datetime.now(UTC)
        self._place(Placement.new(now) if before is None else before.renewed(now))
        self.recorder.amend(**calibration_facts(self._plan, None))

    def _place(self, placement: Placement) -> None:
        """Measure with this placement from here on; of a simulated board none is kept."""
        self._plan = replace(self._plan, placement=placement)
        if not self._info.simulated:
            athlete = self._plan.athlete
            folder = placement_path(athlete).parent
            self.recorder.also(folder, lambda: keep_placement(athlete, placement))
