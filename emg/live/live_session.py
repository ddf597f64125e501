"""A session as it runs: samples in, events out, a cursor over stages in between.

Live, replay and recovery drive the same object. It has no thread and no clock of its own: time is the
sample counter, and the only way in beside the signal is the inbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from emg.activation import NO_REFERENCE, Activations
from emg.blocks import SampleBlock, StreamInfo, as_recorded, split_finite
from emg.codes import AFTERWARDS, CommandKind, EventKind, Origin, Phase, SignalState
from emg.input_events import UNMAKING, channels_of, command_event, notch_of
from emg.live.build_view import SessionFacts, blank_view, levels_of
from emg.live.course import CHECKS, Course
from emg.live.curtain import Curtain
from emg.live.ghosts import Ghosts
from emg.live.inbox import Inbox
from emg.live.listener import Listener
from emg.live_view import LiveView, StageView
from emg.pipeline import Pipeline, tick_from
from emg.question import ElectrodesQuestion, answered_event
from emg.reference import DROPPED, LOADED, ReferenceInForce, reference_event, reference_of
from emg.results import HoldResult
from emg.stage import Command, Event, JsonValue, Performer, RowContext, Stage, StageStart, Step, phase_event


class LiveSession:
    """Drives a Pipeline and a list of Stages.

    Parameters
    ----------
    info : StreamInfo
        Facts of the stream.
    pipeline : Pipeline
        The chain.
    stages : sequence of Stage
        In order.
    reference : ReferenceInForce
        Shared with the stages that score.
    listener : Listener
        Who keeps it.
    facts : SessionFacts
        For the views.
    performer : Performer or None
        The simulated athlete, who hears every event.
    recalibration : sequence of Stage
        What measures the reference again. With it somebody is there, who is asked after a re-open
        whether the electrodes were touched; without it the reference is kept, and that is said.
    """

    def __init__(
        self,
        info: StreamInfo,
        pipeline: Pipeline,
        stages: Sequence[Stage],
        reference: ReferenceInForce,
        listener: Listener,
        facts: SessionFacts,
        performer: Performer | None = None,
        recalibration: Sequence[Stage] = (),
    ) -> None:
        self._info = info
        self._pipeline = pipeline
        self._course = Course(stages)
        self._recalibration = recalibration
        self._reference = reference
        self._listener = listener
        self._facts = facts
        self._performer = performer
        self._inbox = Inbox()
        self._question = ElectrodesQuestion(info.fs_hz)
        self._curtain, self._ghosts = Curtain(), Ghosts()
        self._blank = blank_view(facts, info)
        self._new_map: dict[str, int] = {}
        self._events: list[Event] = []
        self._contexts: list[RowContext] = []
        self._done_holds: list[HoldResult] = []
        self._next_sample = 0
        self._tick = 0
        self._next_hold = 1
        self._silent = False
        self._latest: Activations | None = None
        self._host_time_s = 0.0
        self.paused = False
        self.finished = False
        self.refusal = ""
        self.ended_by = ""
        self.lost_samples = 0
        self.holds: list[HoldResult] = []

    def post(self, command: Command) -> None:
        """Put a command into the inbox; from any thread."""
        self._inbox.post(command)

    def on_block(self, block: SampleBlock) -> None:
        """Take the next block: one call of the acquisition thread."""
        for part in split_finite(block):
            if not self.finished:
                self._take(as_recorded(part, self._info))

    def on_silence(self) -> None:
        """Note that nothing comes: commands are obeyed at the last tick, no stage advances."""
        if self.finished:
            return
        if not self._silent:
            self._silent = True
            self._publish(Event(self._tick, EventKind.NO_SIGNAL))
        self._inbox.collect()
        self._obey_due(self._tick)
        self._flush()

    def reopened(self, n_lost: int, *, estimated: bool) -> None:
        """Note a re-open; what the reference is worth now people are asked once samples come again."""
        if self.finished:
            return
        asked = self._at_stake()
        detail: dict[str, JsonValue] = {"n_lost": n_lost, "estimated": estimated, "asked": asked}
        self._publish(Event(self._next_sample, EventKind.REOPENED, detail=detail, origin=Origin.INPUT))
        if asked:
            self._question.due_sample = self._next_sample + n_lost
        elif self._reference.value.sites:
            self.notice("reference_kept_unasked")
        self._flush()

    def _at_stake(self) -> bool:
        """Whether there is somebody to ask, and something measured that electrodes belong to."""
        stage = self._course.present
        if not self._recalibration or (stage is not None and stage.code == AFTERWARDS):
            return False
        under_way = stage is not None and stage.code != self._recalibration[0].code
        return under_way or bool(self._reference.value.sites)

    def notice(self, code: str, message: str = "") -> None:
        """Keep something worth saying while all goes on."""
        if not self.finished:
            detail: dict[str, JsonValue] = {"code": code, "message": message}
            self._publish(Event(self._next_sample, EventKind.NOTICE, detail=detail))
            self._flush()

    def stop(self, reason: str) -> None:
        """End where it stands: a hold under way is kept as incomplete."""
        if not self.finished:
            self._end(reason)
            self._flush()

    def _take(self, block: SampleBlock) -> None:
        """One finite block through the chain and the stages, cut where a command takes effect."""
        self._host_time_s = block.host_time_s  # what is not a number is no data, so it makes nothing fresh
        self._inbox.collect()
        self._note_gap(block)
        if self._silent:
            self._silent = False
            self._publish(Event(block.first_sample, EventKind.SIGNAL_BACK))
        for lost in self._pipeline.skip_to(block.first_sample):
            self._deliver(self._run(lost))
        for piece in self._inbox.pieces(block, self._pipeline.spacing):
            if not self.finished:
                self._take_piece(piece)
        self._flush()

    def _take_piece(self, piece: SampleBlock) -> None:
        tick = tick_from(self._next_sample, self._pipeline.spacing)
        if tick < piece.end_sample:
            self._before_tick(tick)
        self._next_sample = piece.end_sample
        processed = [] if self.finished else self._run(self._pipeline(piece))
        keep = self._tick + 1 - piece.first_sample if self.finished else piece.n_samples
        self._listener.block(piece.cut(0, max(0, keep)))
        self._deliver(processed)

    def _before_tick(self, sample: int) -> bool:
        """Do what is due at a tick before it is processed; False if the session is over then."""
        self._begin_if_due(sample)
        self._ask_if_due(sample)
        return self._obey_due(sample)

    def _deliver(self, processed: Sequence[Activations]) -> None:
        for part in processed:
            self._listener.activations(part, self._contexts)
            self._contexts = []

    def _note_gap(self, block: SampleBlock) -> None:
        n_lost = block.first_sample - self._next_sample
        if n_lost > 0:
            self.lost_samples += n_lost
            detail: dict[str, JsonValue] = {"n_lost": n_lost, "estimated": block.gap_estimated}
            self._publish(Event(self._next_sample, EventKind.GAP, detail=detail))

    def _run(self, activations: Activations) -> list[Activations]:
        """Give ticks and commands to the stages in order; return what was processed, in parts."""
        processed: list[Activations] = []
        rest = activations
        while len(rest) and not self.finished:
            if not self._before_tick(int(rest.samples[0])):
                break
            rest = self._in_force(rest)
            used = self._advance(rest.cut(0, self._until_input(rest)))
            self._tick = int(rest.samples[used - 1])
            processed.append(rest.cut(0, used))
            self._latest = processed[-1]
            rest = self._in_force(rest.cut(used))
        return processed

    def _in_force(self, ticks: Activations) -> Activations:
        """Ticks by the map and the reference in force: a new one, or none, counts from the very next tick."""
        if self._new_map:
            ticks = self._pipeline.remap(self._new_map, ticks)
            self._new_map = {}
        if self._pipeline.reference is self._reference.value:
            return ticks
        self._pipeline.reference = self._reference.value
        return self._pipeline.normalise(ticks)

    def _advance(self, ticks: Activations) -> int:
        """Let the present stage take ticks; return how many were used."""
        stage = self._course.present
        if self.paused or stage is None:
            return len(ticks)
        step = stage.advance(ticks)
        self._take_step(step)
        if self.refusal or stage.done:
            self._tick = int(ticks.samples[step.consumed - 1])
            self._next_stage(self._tick)
        return step.consumed

    def _take_step(self, step: Step) -> None:
        holds = [self._curtain.told(result) for result in step.holds]
        self.holds += holds
        self._done_holds += holds
        self._next_hold += len(holds)
        self._ghosts.add(holds)
        for event in step.events:
            self._publish(event)

    def _begin_if_due(self, sample: int) -> None:
        if not self._course.begun and self._facts.autostart:
            self._begin(sample)

    def _begin(self, sample: int) -> None:
        self._publish(Event(sample, EventKind.SESSION_STARTED))
        if self._reference.value.sites:
            self._publish(reference_event(sample, self._reference.value, LOADED))
        self._next_stage(sample)

    def _next_stage(self, sample: int) -> None:
        """Move the cursor on, or end the session: after the last stage, or when one refuses to go on."""
        if self.refusal:
            self._end("refused")
            return
        if self._course.begun:
            self._publish(Event(sample, EventKind.STAGE_DONE, run=self._course.run))
        self._course.advance()
        self._enter(sample)

    def _enter(self, sample: int) -> None:
        """Begin the stage at the cursor, or let it go on; behind the last one the session is over."""
        stage = self._course.present
        if stage is None:
            self._end("done")
            return
        goes_on = self._course.goes_on
        kind = EventKind.RESUMED if goes_on else EventKind.STAGE_STARTED
        self._publish(Event(sample, kind, run=self._course.run, detail={"stage": stage.code}))
        notched = self._pipeline.settings.filters.notch_hz is not None
        start = StageStart(sample, self._course.run, self._info.fs_hz, self._next_hold, goes_on, notched)
        self._take_step(Step(stage.begin(start)))

    def _until_input(self, ticks: Activations) -> int:
        """Count the ticks before the next question, or command that names its own tick (a replay)."""
        later = [
            sample for sample in (self._inbox.next_sample, self._question.due_sample) if sample is not None
        ]
        return max(1, int(ticks.samples.searchsorted(min(later)))) if later else len(ticks)

    def _obey_due(self, sample: int) -> bool:
        """Obey the commands whose tick has come; a live one takes effect at this very tick.

        Returns whether the session goes on: after its end nothing may happen.
        """
        for command in self._inbox.due(sample):
            self._obey(replace(command, applied_sample=sample))
        return not self.finished

    def _obey(self, command: Command) -> None:
        """Record a command as an input and act on it."""
        if self.finished or command.applied_sample is None:
            return
        sample, kind = command.applied_sample, command.kind
        self._tick = sample  # what it brings about, an end too, is dated at its own tick
        self._publish(command_event(command, sample))
        if kind is CommandKind.STOP:
            self._end("stopped")
        elif self.question and kind is not CommandKind.ANSWER:
            self._answer(command, sample)
        elif not self._course.begun:
            if kind in (CommandKind.START, CommandKind.NEXT):
                self._begin(sample)
        elif self.paused and kind is not CommandKind.ANSWER:
            if kind in (CommandKind.RESUME, CommandKind.NEXT):
                self._resume(sample)
        else:
            self._obey_running(command, sample)

    def _obey_running(self, command: Command, sample: int) -> None:
        """Act on a command while a stage runs."""
        if command.kind is CommandKind.PAUSE:
            self._pause(sample)
        elif command.kind is CommandKind.CALIBRATE:
            self._calibrate(sample)
        else:
            self._to_stage(command)

    def _to_stage(self, command: Command) -> None:
        stage = self._course.present
        if stage is None:  # nothing has begun yet
            return
        step = stage.command(command)
        self._take_step(step)
        if step.ends:
            self.ended_by = step.ends
            self._end(step.ends)
        elif self._reference.value.sites and any(event.kind in UNMAKING for event in step.events):
            self._measure_again(self._tick)
        elif stage.done and not self.finished:
            self._next_stage(self._tick)

    def _pause(self, sample: int, **detail: JsonValue) -> None:
        """Stop the coach's clock; a hold under way ends as incomplete and is repeated."""
        self._to_stage(Command(CommandKind.PAUSE, applied_sample=sample))
        self.paused = True
        self._publish(phase_event(sample, EventKind.PAUSED, Phase.PAUSED, **detail))

    def _resume(self, sample: int) -> None:
        self.paused = False
        self._to_stage(Command(CommandKind.RESUME, applied_sample=sample))
        self._publish(phase_event(sample, EventKind.RESUMED, self._stage_view().phase))

    @property
    def question(self) -> str:
        """Code of the question that is open, empty for none."""
        return self._question.code

    def _ask_if_due(self, sample: int) -> None:
        """Pause and ask at the first tick after a re-open: the gap itself has ended the hold under way."""
        if self._question.is_due(sample):
            self._question.ask(sample, paused=self.paused)
            self._pause(sample, question=self.question)

    def _answer(self, command: Command, sample: int) -> None:
        """Keep the reference, or drop it and measure it again; other keys are no answer."""
        if (touched := self._question.answered(command)) is None:
            return
        self._publish(answered_event(sample, touched=touched))
        if touched:
            self._measure_again(sample)
        elif self._question.goes_on:
            self._resume(sample)

    def _calibrate(self, sample: int) -> None:
        """Measure the reference anew because somebody asked for it; of no use where that comes anyway."""
        codes = {stage.code for stage in self._recalibration} - CHECKS
        if not codes or self._course.comes(codes) or self._course.run.startswith(AFTERWARDS):
            return
        self._to_stage(Command(CommandKind.PAUSE, applied_sample=sample))
        self._measure_again(sample)

    def _measure_again(self, sample: int) -> None:
        """Drop the reference at once; new runs of rest and maximum come before what is left of the set."""
        if self._reference.value.sites:
            self._publish(reference_event(sample, NO_REFERENCE, DROPPED, self._course.run))
        self.paused = False
        self._course.insert(self._recalibration)
        if self._course.begun:
            self._enter(sample)
        else:
            self._publish(phase_event(sample, EventKind.RESUMED, Phase.IDLE))

    def _end(self, reason: str) -> None:
        """End the session; the stage closes what is open."""
        stage = self._course.present
        if stage is not None:
            self._take_step(stage.command(Command(CommandKind.STOP, applied_sample=self._tick)))
        detail: dict[str, JsonValue] = {"reason": self.refusal or reason, "phase": Phase.DONE.value}
        self._publish(Event(self._tick, EventKind.SESSION_ENDED, detail=detail))
        self.finished = True

    def _publish(self, event: Event) -> None:
        """Let everybody inside hear an event; it goes to the listener with the block it came from."""
        self._events.append(event)
        self._curtain.hear(event)
        phase = event.detail.get("phase")
        if isinstance(phase, str):
            self._contexts.append(RowContext(event.sample, Phase(phase), event.role, event.side, event.hold))
        if event.kind is EventKind.REFERENCE_SET and event.detail.get("how") != LOADED:
            self._reference.value = reference_of(event)
        if event.kind is EventKind.MONTAGE_SET:
            self._new_map = channels_of(event)
        if event.kind is EventKind.NOTCH_SET:
            self._pipeline.set_notch(notch_of(event))
        if event.kind is EventKind.REFUSED:
            self.refusal = str(event.detail.get("reason", "refused"))
        if self._performer is not None:
            self._performer.hear(event)

    def _flush(self) -> None:
        """Hand events and holds over, after the samples they came from."""
        for event in self._events:
            self._listener.event(event)
        for result in self._done_holds:
            self._listener.hold(result)
        self._events, self._done_holds = [], []

    def view(self, signal: SignalState | None = None) -> LiveView:
        """Build all that a front draws, from the last tick.

        Parameters
        ----------
        signal : SignalState or None
            What the acquisition knows better (opening, lost); None for what the session knows.
        """
        state = signal or (SignalState.NO_SIGNAL if self._silent else SignalState.LIVE)
        if self.finished:
            state = SignalState.ENDED
        stage = self._stage_view()
        latest = self._latest if state is SignalState.LIVE else None
        return replace(
            self._blank,
            sample=self._tick,
            time_s=self._tick / self._info.fs_hz,
            host_time_s=self._host_time_s,
            signal=state,
            question="" if self.finished else self.question,
            stage=stage,
            ghosts=self._ghosts.of(stage.side),
            lost_samples=self.lost_samples,
            calibrated=bool(self._reference.value.sites),
            paused=self.paused,
            finished=self.finished,
            **levels_of(latest, self._pipeline.sites, self._reference.value, stage),
        )

    def _stage_view(self) -> StageView:
        if self.finished:
            return StageView(stage="finished", phase=Phase.DONE, message=self.refusal)
        stage = self._course.present
        return self._curtain.drawn(StageView() if stage is None else stage.view())
