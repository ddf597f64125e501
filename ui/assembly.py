"""The composition root: every front gets its session from here, whole and wired."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from calibrations.checks import CalibrationMismatch, Occasion, check_fits
from calibrations.draft import Draft
from emg.activation import NO_REFERENCE, Activations
from emg.blocks import SampleBlock, Signal, SourceUnavailable, StreamInfo, Unit
from emg.codes import CommandKind, EventKind, SignalState
from emg.filters import BandError
from emg.live.build_view import SessionFacts
from emg.live.live_session import LiveSession
from emg.live_view import LiveView
from emg.montage import MontageError
from emg.pain import ENDS
from emg.pipeline import Pipeline
from emg.reference import MEASURED, ReferenceInForce, reference_of
from emg.results import HoldResult, Outcome, Presser
from emg.said import Said, said_by
from emg.stage import Command, Event, RowContext
from hardware.acquisition import Acquisition, AcquisitionSettings, EndReason
from hardware.lsl_out import OPENS_NETWORK, LslOut
from ui.exit_codes import EXIT_BOARD, EXIT_FAULT, EXIT_OK, EXIT_REFUSED, EXIT_USAGE
from ui.kept.athlete_lock import AthleteBusy
from ui.session.ending import exit_code_of
from ui.session.files import SessionFiles
from ui.session.front import Front, SafeFront, SessionEnd
from ui.session.later import Later
from ui.session.news import News
from ui.session.plan import SessionPlan, chain_settings
from ui.session.recorder import Recorder
from ui.session.records import occasion
from ui.session.set_up import make_set_up
from ui.session.stages import make_stages
from ui.session.watchers import Watcher, Watchers
from ui.words import hold_words, words
from ui.words.reference_words import maxima_words
from ui.words.told import told

AXIS_MAX_PCT: Final = 100.0
"""Top of every bar: the muscle's own best. Pinned, so that 5 % off and 50 % off never look alike."""

UNFINISHED: Final = frozenset({Outcome.INCOMPLETE, Outcome.LOST_BALANCE})
"""Outcomes of holds that came to no end; void ones are told by their signal."""


class SessionRunner:
    """One session from the board to the disk; fits ``SessionControl`` and ``AcquisitionSink``.

    Parameters
    ----------
    plan : SessionPlan
        What to do.
    front : Front
        Who shows it.
    watchers : sequence of Watcher
        Who else follows it while it runs: traces, sounds.
    """

    def __init__(self, plan: SessionPlan, front: Front, watchers: Sequence[Watcher] = ()) -> None:
        self._plan = plan
        self._watchers = Watchers(watchers, self._on_broken_watcher)
        self._later = Later()
        self._front = SafeFront(front, self._on_broken_front)
        self._view = LiveView(athlete=plan.athlete, protocol=plan.exercise.code)
        self._live: LiveSession | None = None
        self._files: SessionFiles | None = None
        self._network: LslOut | None = None
        self._info: StreamInfo | None = None
        self._newest = (0, 0.0)
        self._news = News()
        self._refused: SessionEnd | None = None
        self._interrupted = False
        self._fault = ""
        self._over = threading.Event()
        self.end: SessionEnd | None = None
        settings = AcquisitionSettings(give_up_s=plan.give_up_s)
        self._acquisition = Acquisition(plan.source, self, settings)

    # Asked by the front, from any thread

    def start(self) -> None:
        """Begin to open the board."""
        self._show(self._view)
        self._acquisition.start()

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        """Put a key press into the session's inbox, dated on the sample clock.

        A key that does not tell who pressed it is the athlete's where nobody else is there.
        """
        live, info = self._live, self._info
        if live is None or info is None:
            return
        sample, host_time_s = self._newest
        pressed = sample + round((time.monotonic() - host_time_s) * info.fs_hz)
        alone = Presser.ATHLETE if self._plan.intake.alone else Presser.HELPER
        live.post(Command(kind, sample=max(0, pressed), value=value, by=by or alone, text=text))

    def stop(self) -> None:
        """End the session where it stands and save it."""
        self._acquisition.request_stop()

    def interrupt(self) -> None:
        """End it because the user broke off the program."""
        self._interrupted = True
        self.stop()

    def wait(self, timeout_s: float | None = None) -> SessionEnd | None:
        """Wait for the end; None if it has not come in time."""
        if self._over.wait(timeout_s):
            self._acquisition.join()
        return self.end

    # Called by the acquisition, on its thread

    def on_open(self, info: StreamInfo) -> None:
        """Put the session together for this stream, or end it with the reason why not."""
        refusals: dict[type[Exception], int] = {
            MontageError: EXIT_USAGE,
            BandError: EXIT_BOARD,
            CalibrationMismatch: EXIT_REFUSED,
            SourceUnavailable: EXIT_USAGE,  # the network that was asked for
            AthleteBusy: EXIT_REFUSED,
        }
        try:
            self._prepare(info)
        except tuple(refusals) as error:
            self._refused = SessionEnd(told(error), refusals[type(error)])
            self._acquisition.request_stop()

    def _prepare(self, info: StreamInfo) -> None:
        plan = self._plan
        plan.montage.check_fits(info.n_channels, info.board)
        chain = chain_settings(info, plan.notch_hz)
        misfit = self._misfit(occasion(plan, info, chain))
        asked_to_measure = plan.calibration is None
        if misfit:  # from here on there never was one
            plan = replace(plan, calibration=None, placement=None)
        self._watchers.opened(info, plan.montage)
        draft = Draft()
        reference = ReferenceInForce(plan.calibration.reference() if plan.calibration else NO_REFERENCE)
        pipeline = Pipeline(info, plan.montage, chain, reference())
        facts = SessionFacts(
            plan.athlete,
            plan.exercise.code,
            AXIS_MAX_PCT,
            not plan.attended,
            filter_delay_s=chain.delay_s(info),
            window_s=chain.bar_window_s if info.signal is Signal.RAW else None,
        )
        self._info = info
        self._newest = (0, time.monotonic())
        self._files = SessionFiles(plan, info, chain, draft, reference, self._on_problem)
        if asked_to_measure and not plan.practice:  # what electrodes were measured with still holds
            self._files.begin_placement()
        if plan.publish:
            self._network = LslOut(info, plan.montage, plan.exercise.code, self._on_network_problem)
            self._news.standing = told(OPENS_NETWORK)
        set_up = make_set_up(plan, info, draft)
        before = set_up.stages if asked_to_measure else set_up.checks
        stages = make_stages(plan, info, chain, before, reference)
        self._live = LiveSession(
            info,
            pipeline,
            stages,
            reference,
            self,
            facts,
            performer=plan.performer,
            recalibration=set_up.stages if plan.attended else (),
        )
        if plan.performer is not None:
            plan.performer.speak_to(self._live.post)
        if misfit:
            self._live.notice("calibration_refused", misfit)

    def _misfit(self, occasion: Occasion) -> str:
        """Say why the calibration cannot be used; empty if it can, or if there is none.

        Raises
        ------
        CalibrationMismatch
            If nobody is there who could measure anew.
        """
        if self._plan.calibration is None:
            return ""
        try:
            check_fits(self._plan.calibration, occasion)
        except CalibrationMismatch as mismatch:
            if not self._plan.attended:
                raise
            return said_by(mismatch)
        return ""

    def on_block(self, block: SampleBlock) -> None:
        """Process a block, show it, and end with the last stage."""
        live = self._live
        if live is None:
            return
        self._newest = (block.end_sample, block.host_time_s)
        self._news.streams()
        live.on_block(block)
        self._show(live.view())
        if live.finished:
            self._acquisition.request_stop()

    def on_silence(self, now_s: float) -> None:
        """Show that nothing comes, once it has lasted long enough to mean something."""
        live = self._live
        if live is None or now_s - self._newest[1] < self._acquisition.no_signal_s:
            return
        live.on_silence()
        self._show(live.view(self._news.signal))
        if live.finished:
            self._acquisition.request_stop()

    def on_reopen(self, gap_samples: int, estimated: bool) -> None:
        """Note the gap that a re-open left."""
        if self._live is not None:
            self._live.reopened(gap_samples, estimated=estimated)

    def on_lost(self, message: str) -> None:
        """Show that the board is gone and being looked for, and why it is not found yet."""
        live = self._live
        if live is None:
            return
        self._news.lost(message, since_s=self._newest[1])
        live.on_silence()
        self._show(live.view(self._news.signal))

    def on_notice(self, message: str) -> None:
        """Keep and show what the acquisition has to say while all goes on."""
        if self._live is not None:
            self._live.notice("board_notice", message)

    def on_end(self, reason: EndReason, message: str) -> None:
        """Save the session and tell the front how it ended."""
        try:
            self.end = self._concluded(reason, message)
        except Exception as error:
            fault = Said(
                "The session could not be closed in order ({error}): please report it.", error=repr(error)
            )
            self.end = SessionEnd(told(fault), EXIT_FAULT, self.folder)
        # a failure is told by the end itself, and by no "well done" before it
        if self.end.exit_code == EXIT_OK:
            last = self._news.told(self._view, self._acquisition.no_signal_s)
            self._front.post_view(replace(last, signal=SignalState.ENDED, question="", finished=True))
        self._front.post_end(self.end)
        self._over.set()

    def _concluded(self, reason: EndReason, message: str) -> SessionEnd:
        live, files = self._live, self._files
        if self._refused is not None:
            if files is not None:
                files.recorder.close(files.finish)  # lets the athlete's folder go
            return self._refused
        if live is None or files is None:
            return SessionEnd(told(message), self._exit_code(reason, message))
        try:
            live.stop("interrupted" if self._interrupted else reason.value)
        finally:  # whatever broke the session, what was recorded is finished and the writer let go
            try:
                self._later.flush()
            finally:
                files.recorder.close(files.finish)
            if self._network is not None:
                self._network.close()
        if live.refusal:
            message = words.why_refused(live.refusal, live.view().cannot)
        elif live.ended_by == ENDS:
            message = hold_words.STOPPED_BY_PAIN
        return SessionEnd(
            told(self._fault or message) or files.recorder.problem or files.recorder.moved,
            EXIT_FAULT if self._fault else self._exit_code(reason, message),
            self.folder,
            holds=len(live.holds),
            valid_holds=sum(result.valid for result in live.holds),
            unfinished=sum(result.outcome in UNFINISHED for result in live.holds),
            summary=_read_summary(self.folder),
        )

    def _exit_code(self, reason: EndReason, message: str) -> int:
        if self._live is not None and self._live.refusal:
            return EXIT_REFUSED
        saved = self._files is None or not self._files.recorder.problem
        return exit_code_of(reason, message, interrupted=self._interrupted, saved=saved)

    # Called by the live session: what is shown goes to the front, all the rest waits until it is there

    def block(self, block: SampleBlock) -> None:
        """Keep samples."""
        self._later(self._kept.block, block)
        self._later(self._watchers.block, block)
        if self._network is not None:
            self._later(self._network.block, block)

    def event(self, event: Event) -> None:
        """Show an event and keep it."""
        self._front.post_event(event)
        self._later(self._written.event, event)
        self._later(self._watchers.event, event)
        if self._network is not None:
            self._later(self._network.event, event)
        if event.kind is EventKind.NOTICE:
            self._news.notice(words.event_words(event))
        elif event.kind is EventKind.REFERENCE_SET and event.detail.get("how") == MEASURED:
            self._news.notice(maxima_words(reference_of(event), self._unit))

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Keep levels."""
        contexts = tuple(contexts)  # the session goes on with its own
        self._later(self._kept.activations, activations, contexts)
        self._later(self._watchers.activations, activations, contexts)
        if self._network is not None:
            self._later(self._network.activations, activations, contexts)

    def hold(self, result: HoldResult) -> None:
        """Keep a hold."""
        self._later(self._kept.hold, result)
        self._later(self._watchers.hold, result)

    @property
    def _unit(self) -> Unit:
        return Unit.MICROVOLT if self._info is None else self._info.unit

    @property
    def _written(self) -> SessionFiles:
        assert self._files is not None  # made before the live session that calls this
        return self._files

    @property
    def _kept(self) -> Recorder:
        return self._written.recorder

    @property
    def folder(self) -> Path | None:
        """Where the session is kept; None before it is."""
        return None if self._files is None else self._files.recorder.folder

    def _show(self, view: LiveView) -> None:
        """Post what the session shows, with what only the acquisition and the recorder know."""
        recorder = None if self._files is None else self._files.recorder
        unsaved = "" if recorder is None else recorder.problem or recorder.moved
        view = self._news.told(view, self._acquisition.no_signal_s)
        self._view = replace(view, unsaved=unsaved) if unsaved else view
        self._front.post_view(self._view)
        self._later.flush()
        self._watchers.view(self._view)

    def _on_broken_front(self, error: Exception) -> None:
        """End the session and save it, unless only the terminal was closed: that ends the picture alone."""
        if not isinstance(error, OSError):
            self._fault = Said(
                "The session had to end because its screen failed ({error}): please report it.",
                error=repr(error),
            )
            self.stop()

    def _on_broken_watcher(self, watcher: Watcher, error: Exception) -> None:
        """Say that something beside the picture has failed; the session itself goes on."""
        self._news.notice(words.WATCHER_FAILED.format(what=watcher.name, why=repr(error)))

    def _on_network_problem(self, problem: str) -> None:
        """Say that nothing is published any more; the session itself goes on."""
        self._news.standing = ""
        self._news.notice(problem)

    def _on_problem(self, problem: str) -> None:
        """Show at once that nothing is being saved, or where it is now; called on the writer thread."""
        self._front.post_view(replace(self._view, unsaved=problem))


def _read_summary(folder: Path | None) -> dict[str, Any]:
    """Give back what was written, so that the screen and the file cannot differ."""
    path = None if folder is None else folder / "summary.json"
    if path is None or not path.exists():
        return {}
    summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return summary
