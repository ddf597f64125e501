"""A session as it runs: samples in, events out, a cursor over stages in between.

Live, replay and recovery drive the same object. It has no thread and no clock of its own: time is the
sample counter, and the only way in beside the signal is the inbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from queue import Empty, SimpleQueue
from typing import Protocol

from emg.activation import Activations
from emg.blocks import SampleBlock, StreamInfo, as_recorded, split_finite
from emg.coach import ReferenceInForce
from emg.pipeline import Pipeline
from emg.reference import reference_event, reference_of
from emg.results import HoldResult
from emg.session.tables import RowContext
from emg.stage import (
    Command,
    CommandKind,
    Event,
    EventKind,
    JsonValue,
    LiveView,
    Origin,
    Performer,
    Phase,
    SignalState,
    Stage,
    StageStart,
    StageView,
)
from emg.view import levels_of


class Listener(Protocol):
    """Who keeps what a session produces; called in the order in which it belongs on disk."""

    def block(self, block: SampleBlock) -> None:
        """Keep samples as the board gave them."""
        ...

    def event(self, event: Event) -> None:
        """Keep an event."""
        ...

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Keep levels, with the phase that holds from each sample on."""
        ...

    def hold(self, result: HoldResult) -> None:
        """Keep a finished hold."""
        ...


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a view says about the session as a whole.

    Attributes
    ----------
    athlete, protocol : str
        Ids.
    axis_max_pct : float
        Top of every bar's axis, pinned.
    autostart : bool
        Begin with the first tick, without a key.
    """

    athlete: str
    protocol: str
    axis_max_pct: float
    autostart: bool = True


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
    ) -> None:
        self._info = info
        self._pipeline = pipeline
        self._stages = stages
        self._reference = reference
        self._listener = listener
        self._facts = facts
        self._performer = performer
        self._inbox: SimpleQueue[Command] = SimpleQueue()
        self._waiting: list[Command] = []
        self._cursor = -1
        self._runs: dict[str, int] = {}
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
        self.lost_samples = 0
        self.holds: list[HoldResult] = []

    def post(self, command: Command) -> None:
        """Put a command into the inbox; from any thread."""
        self._inbox.put(command)

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
        for command in self._commands():
            self._obey(replace(command, applied_sample=self._tick))
        self._flush()

    def reopened(self, n_lost: int, *, estimated: bool) -> None:
        """Note that the board was opened again; ``n_lost`` samples are taken as lost."""
        detail: dict[str, JsonValue] = {"n_lost": n_lost, "estimated": estimated}
        self._publish(Event(self._next_sample, EventKind.REOPENED, detail=detail, origin=Origin.INPUT))
        self._flush()

    def stop(self, reason: str) -> None:
        """End where it stands: a hold under way is kept as incomplete."""
        if not self.finished:
            self._end(reason)
            self._flush()

    def _take(self, block: SampleBlock) -> None:
        """One finite block through the chain and the stages."""
        self._host_time_s = block.host_time_s  # what is not a number is no data, so it makes nothing fresh
        self._note_gap(block)
        if self._silent:
            self._silent = False
            self._publish(Event(block.first_sample, EventKind.SIGNAL_BACK))
        for lost in self._pipeline.skip_to(block.first_sample):
            self._deliver(self._run(lost))
        self._next_sample = block.end_sample
        processed = self._run(self._pipeline(block))
        keep = self._tick + 1 - block.first_sample if self.finished else block.n_samples
        self._listener.block(block.cut(0, max(0, keep)))
        self._deliver(processed)
        self._flush()

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
        self._waiting += self._commands()
        while len(rest) and not self.finished:
            self._begin_if_due(int(rest.samples[0]))
            if not self._obey_due(int(rest.samples[0])):
                break
            used = self._advance(rest.cut(0, self._until_command(rest)))
            self._tick = int(rest.samples[used - 1])
            processed.append(rest.cut(0, used))
            self._latest = processed[-1]
            rest = rest.cut(used)
            if self._pipeline.reference is not self._reference.value:
                self._pipeline.reference = self._reference.value
                rest = self._pipeline.normalise(rest)
        return processed

    def _advance(self, ticks: Activations) -> int:
        """Let the present stage take ticks; return how many were used."""
        if self.paused or not 0 <= self._cursor < len(self._stages):
            return len(ticks)
        stage = self._stages[self._cursor]
        step = stage.advance(ticks)
        self._take_step(step.events, step.holds)
        if self.refusal or stage.done:
            self._tick = int(ticks.samples[step.consumed - 1])
            self._next_stage(self._tick)
        return step.consumed

    def _take_step(self, events: Sequence[Event], holds: Sequence[HoldResult]) -> None:
        self.holds += holds
        self._done_holds += holds
        self._next_hold += len(holds)
        for event in events:
            self._publish(event)

    def _begin_if_due(self, sample: int) -> None:
        if self._cursor < 0 and self._facts.autostart:
            self._begin(sample)

    def _begin(self, sample: int) -> None:
        self._publish(Event(sample, EventKind.SESSION_STARTED))
        if self._reference.value.sites:
            self._publish(reference_event(sample, self._reference.value, "loaded"))
        self._next_stage(sample)

    def _next_stage(self, sample: int) -> None:
        """Move the cursor on, or end the session: after the last stage, or when one refuses to go on."""
        if self.refusal:
            self._end("refused")
            return
        if self._cursor >= 0:
            self._publish(Event(sample, EventKind.STAGE_DONE, run=self._run_id()))
        self._cursor += 1
        if self._cursor >= len(self._stages):
            self._end("done")
            return
        stage = self._stages[self._cursor]
        self._runs[stage.code] = self._runs.get(stage.code, 0) + 1
        self._publish(
            Event(sample, EventKind.STAGE_STARTED, run=self._run_id(), detail={"stage": stage.code})
        )
        start = StageStart(sample, self._run_id(), self._info.fs_hz, self._next_hold)
        self._take_step(stage.begin(start), ())

    def _run_id(self) -> str:
        code = self._stages[self._cursor].code
        return f"{code}#{self._runs[code]}"

    def _commands(self) -> list[Command]:
        commands = []
        while True:
            try:
                commands.append(self._inbox.get_nowait())
            except Empty:
                return commands

    def _until_command(self, ticks: Activations) -> int:
        """Count the ticks before the next command that names its own tick (a replay)."""
        later = [command.applied_sample for command in self._waiting if command.applied_sample is not None]
        if not later:
            return len(ticks)
        return max(1, int(ticks.samples.searchsorted(min(later))))

    def _obey_due(self, sample: int) -> bool:
        """Obey the commands whose tick has come; a live one takes effect at this very tick.

        Returns whether the session goes on: after its end nothing may happen.
        """
        due = [c for c in self._waiting if c.applied_sample is None or c.applied_sample <= sample]
        self._waiting = [c for c in self._waiting if c not in due]
        for command in due:
            self._obey(replace(command, applied_sample=sample))
        return not self.finished

    def _obey(self, command: Command) -> None:
        """Record a command as an input and act on it."""
        if self.finished or command.applied_sample is None:
            return
        sample, kind = command.applied_sample, command.kind
        detail: dict[str, JsonValue] = {
            "command": kind.value,
            "pressed_sample": command.sample,
            "applied_sample": sample,
        }
        self._publish(Event(sample, EventKind.COMMAND, detail=detail, origin=Origin.INPUT))
        if kind is CommandKind.STOP:
            self._tick = sample
            self._end("stopped")
        elif self._cursor < 0:
            if kind in (CommandKind.START, CommandKind.NEXT):
                self._begin(sample)
        elif kind is CommandKind.PAUSE and not self.paused:
            self._pause(command)
        elif self.paused:
            if kind in (CommandKind.RESUME, CommandKind.NEXT):
                self._resume(command)
        else:
            self._to_stage(command)

    def _to_stage(self, command: Command) -> None:
        stage = self._stages[self._cursor]
        step = stage.command(command)
        self._take_step(step.events, step.holds)
        if stage.done and not self.finished:
            self._next_stage(self._tick_of(command))

    def _pause(self, command: Command) -> None:
        """Stop the coach's clock; a hold under way ends as incomplete and is repeated."""
        self._to_stage(command)
        self.paused = True
        self._publish(_phase_event(self._tick_of(command), EventKind.PAUSED, Phase.PAUSED))

    def _resume(self, command: Command) -> None:
        self.paused = False
        self._to_stage(replace(command, kind=CommandKind.RESUME))
        phase = self._stages[self._cursor].view().phase
        self._publish(_phase_event(self._tick_of(command), EventKind.RESUMED, phase))

    def _tick_of(self, command: Command) -> int:
        return self._tick if command.applied_sample is None else command.applied_sample

    def _end(self, reason: str) -> None:
        """End the session; the stage closes what is open."""
        if 0 <= self._cursor < len(self._stages):
            step = self._stages[self._cursor].command(Command(CommandKind.STOP, applied_sample=self._tick))
            self._take_step(step.events, step.holds)
        detail: dict[str, JsonValue] = {"reason": self.refusal or reason, "phase": Phase.DONE.value}
        self._publish(Event(self._tick, EventKind.SESSION_ENDED, detail=detail))
        self.finished = True

    def _publish(self, event: Event) -> None:
        """Let everybody inside hear an event; it goes to the listener with the block it came from."""
        self._events.append(event)
        phase = event.detail.get("phase")
        if isinstance(phase, str):
            self._contexts.append(RowContext(event.sample, Phase(phase), event.role, event.side, event.hold))
        if event.kind is EventKind.REFERENCE_SET and event.detail.get("how") != "loaded":
            self._reference.value = reference_of(event)
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
        return LiveView(
            sample=self._tick,
            time_s=self._tick / self._info.fs_hz,
            host_time_s=self._host_time_s,
            signal=state,
            athlete=self._facts.athlete,
            protocol=self._facts.protocol,
            board=self._info.board,
            stage=stage,
            axis_max_pct=self._facts.axis_max_pct,
            lost_samples=self.lost_samples,
            calibrated=bool(self._reference.value.sites),
            paused=self.paused,
            finished=self.finished,
            **levels_of(latest, self._pipeline.sites, stage.side),
        )

    def _stage_view(self) -> StageView:
        if self.finished:
            return StageView(stage="finished", phase=Phase.DONE, message=self.refusal)
        if self._cursor < 0:
            return StageView()
        return self._stages[self._cursor].view()


def _phase_event(sample: int, kind: EventKind, phase: Phase) -> Event:
    return Event(sample, kind, detail={"phase": phase.value})
