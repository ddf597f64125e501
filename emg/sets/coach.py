"""The Stage of one set of holds: its rest before, its holds, their repeats and their scoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from emg.activation import Activations
from emg.codes import CHECK_ELECTRODE, GOES_ON, TRAIN_OFFER, CommandKind, EventKind, Phase
from emg.live_view import StageView
from emg.montage import Site
from emg.pain import ASKS_WORST, ENDS, SUGGESTS_STOP, PainQuestion, pain_event
from emg.question import was_unread
from emg.reference import ReferenceInForce
from emg.results import HoldResult, Outcome, Presser
from emg.sets.aim import Aim
from emg.sets.contact_wait import ContactWait, bad_site
from emg.sets.hold import Hold, HoldEvent, HoldPlan
from emg.sets.hold_clock import StageClock, hold_clock
from emg.sets.hold_ticks import Columns
from emg.sets.hold_told import done_detail, hold_dots, offer_answered, rest_event, with_time_in_target
from emg.sets.phase_clock import ASKED_REST_S, DECIDES_S, OFFER_S, PhaseClock
from emg.sets.progress import Progress
from emg.sets.score import ChainDelays, HoldTicks, score
from emg.sets.set_settings import MAX_REPEATS, SetSettings
from emg.stage import Command, Event, JsonValue, StageStart, Step


class HoldSet:
    """A Stage: rest, then holds in succession until enough of them count.

    Parameters
    ----------
    settings : SetSettings
        What the set is.
    delays : ChainDelays
        Delays that latencies are corrected for.
    reference : callable returning Reference
        Rest and maximum in force when a hold ends.
    progress : Progress or None
        What the session's sets know of each other; None for a set that stands alone.
    """

    def __init__(
        self,
        settings: SetSettings,
        delays: ChainDelays,
        reference: ReferenceInForce,
        progress: Progress | None = None,
    ) -> None:
        self._settings = settings
        self._delays = delays
        self._reference = reference
        self._progress = Progress() if progress is None else progress
        self._start = StageStart(0, "", 1.0)
        self._reset(0)

    def _reset(self, sample: int) -> None:
        self._sample = sample
        self._hold: Hold | None = None
        self._ticks: list[Activations] = []
        self._open_from = 0
        self._results: list[HoldResult] = []
        self._n_before = 0
        self._begin_rest(self._settings.lead_rest_s)
        self._paused_at: int | None = None
        self._last: HoldResult | None = None
        self._message = ""
        self._aim = Aim(self._settings, self._progress)
        self._wait: ContactWait | None = None
        self._holds_up = self._felt_idle = False
        self._question: PainQuestion | None = None
        self._offers = self._declined = False
        self._offered_at: int | None = None
        self._answered_at = 0

    @property
    def code(self) -> str:
        """Name of the stage."""
        return self._settings.code

    @property
    def done(self) -> bool:
        """Whether enough holds count, too many had to be repeated, or nobody wanted the set."""
        if self._declined:
            return True
        if self._hold is not None:
            return False
        counted = sum(result.is_done for result in self._results)
        repeated = len(self._results) - counted - sum(result.was_paused for result in self._results)
        return counted >= self._settings.holds or repeated > MAX_REPEATS

    def begin(self, start: StageStart) -> Sequence[Event]:
        """Begin with the rest before the set, or go on with the holds that are left of it."""
        self._start = start
        if start.goes_on:
            self._go_on(start.sample)
        else:
            self._reset(start.sample)
            self._declined = self._settings.offered and not self._progress.earned_train(self._plan.side)
        if self._declined:
            return []
        if self._settings.rechecks:
            self._wait = ContactWait(start.fs_hz)
        untold = self._progress.untold if self._settings.asks_pain else ()
        self._question = PainQuestion(ASKS_WORST, untold) if untold else None
        begun = self._offer_begun() if self._settings.offered and not start.goes_on else [self._rest_event()]
        return [*begun, *self._aimed(self._aim.take_up())]

    def _offer_begun(self) -> list[Event]:
        """Ask how much it hurt in a rest of its own, then whether the set is wanted: one thing at a time."""
        self._offers = True
        if self._question is None:
            return self._offered()
        self._rest.leave(self._sample, ASKED_REST_S)
        return [self._rest_event()]

    @property
    def _plan(self) -> HoldPlan:
        return self._settings.plan

    def _go_on(self, sample: int) -> None:
        """Keep what was done; everybody lies down from the new calibration and has to stand up first."""
        self._sample = sample
        self._begin_rest(self._settings.stand_up_s)
        self._n_before = len(self._results)
        self._paused_at = self._offered_at = None  # an offer comes again when all stand
        self._message = GOES_ON

    def _aimed(self, moved: tuple[Mapping[str, JsonValue], str] | None) -> list[Event]:
        """Tell that the target was chosen or moved: never unseen."""
        if moved is None:
            return []
        detail, message = moved
        self._message = message or self._message
        return [self._event(EventKind.TARGET_SET, None, **detail)]

    def advance(self, activations: Activations) -> Step:
        """Take ticks until they end or the set is done."""
        if self._declined:
            return Step((), min(1, len(activations)))
        events: list[Event] = []
        holds: list[HoldResult] = []
        columns = Columns.of(activations, self._settings)
        self._open_from = 0 if self._hold is not None else len(activations)
        for position in range(len(activations)):
            self._sample = int(activations.samples[position])
            told = self._between(activations, columns, position) if self._hold is None else []
            if self._hold is not None:
                told += self._held(self._hold, activations, columns, position, holds)
            events += told
            if told and self.done:
                return Step(events, position + 1, holds)
        if self._hold is not None:
            self._ticks.append(activations.cut(self._open_from))
        return Step(events, len(activations), holds)

    def _between(self, activations: Activations, columns: Columns, position: int) -> list[Event]:
        """Let a tick of a rest or an offer pass; in a gap nobody hears a cue, or reads an offer."""
        if not activations.lost[position]:
            self._open_from = position
            return self._resting(bad_site(columns, activations, position))
        if self._offered_at is not None:
            self._rest.put_off(activations.spacing)
        return []

    def _held(
        self, hold: Hold, activations: Activations, columns: Columns, position: int, holds: list[HoldResult]
    ) -> list[Event]:
        """Show a tick to the hold."""
        raised = hold.see(columns.tick(activations, position))
        if hold.broken_off and not hold.begun:
            self._prepare_anew()
            return []
        if hold.outcome is not None:
            self._ticks.append(activations.cut(self._open_from, position + 1))
        return self._published(hold, raised, holds)

    def _resting(self, bad_contact: str) -> list[Event]:
        """Begin the next hold when the rest is over."""
        if self._offers:
            return self._offering()
        if self._waits_for_contact(bad_contact) or self._sample < self._rest.due:
            return []
        self._hold = self._next_hold()
        self._ticks = []
        self._message = ""
        self._question, self._felt_idle = None, False
        return [self._event(EventKind.PREPARE, Phase.PREPARE)]

    def _begin_rest(self, seconds: float) -> None:
        self._rest = PhaseClock(self._start.fs_hz, self._sample, seconds)

    def _waits_for_contact(self, bad_contact: str) -> bool:
        """Whether an electrode has to be seen to before the first hold."""
        if self._wait is None or self._results:
            return False
        self._wait.see(self._sample, bad_contact)
        waits = self._sample >= self._rest.due and self._wait.holds_up(self._sample, self._rest.due)
        if waits:
            self._message = f"{CHECK_ELECTRODE}:{self._wait.verdict}"
        self._holds_up = waits
        return waits

    def _next_hold(self) -> Hold:
        counted = sum(result.outcome.counts for result in self._results)
        plan = self._aim.plan(counted, measured=self._has_reference)
        return Hold(plan, self._sample, self._start.fs_hz)

    @property
    def _has_reference(self) -> bool:
        """Whether the level of a gate muscle is a percentage of anything."""
        sites = self._reference().sites
        return any(site in sites for site in self._settings.gate_sites)

    def _published(self, hold: Hold, raised: Sequence[HoldEvent], holds: list[HoldResult]) -> list[Event]:
        """Session events for what the hold raised; closes the hold when it is over."""
        events = []
        for item in raised:
            extra: dict[str, JsonValue] = {}
            if item.crossed_sample is not None:
                extra["crossed_sample"] = item.crossed_sample
            if item.kind is EventKind.SET:
                extra["gate"] = self._plan.gate_muscle
            if item.kind is EventKind.FIRED and not hold.shows_levels:
                extra["withheld"] = True  # it is for the athlete to feel
            events.append(self._event(item.kind, item.phase, **extra))
        if hold.outcome is not None:
            events += self._closed(hold, holds)
        return events

    def _closed(self, hold: Hold, holds: list[HoldResult]) -> list[Event]:
        """Score the finished hold and begin the rest after it."""
        result = score(
            hold,
            HoldTicks.gather(self._ticks),
            self._reference(),
            self._delays,
            number=self._number,
            set_number=self._settings.set_number,
        )
        done = self._event(EventKind.HOLD_DONE, Phase.REST, **done_detail(hold, result))
        self._results.append(result)
        self._progress.add(result)
        self._last = result
        holds.append(result)
        self._hold = None
        self._ticks = []
        self._begin_rest(self._settings.rest_s)
        moved = self._aimed(self._aim.move(result))
        return [done, *moved] if self.done else [done, *moved, self._rest_event()]

    @property
    def _number(self) -> int:
        """Number of the present or next hold in the session."""
        return self._start.next_hold + len(self._results) - self._n_before

    def _event(self, kind: EventKind, phase: Phase | None, **detail: JsonValue) -> Event:
        """Event of the present hold; without a phase it belongs to the set."""
        told: dict[str, JsonValue] = {"exercise": self._settings.exercise}
        if phase is not None:
            told["phase"] = phase.value
        return Event(
            sample=self._sample,
            kind=kind,
            run=self._start.run,
            side=self._plan.side,
            role=self._plan.role,
            hold=None if phase is None else self._number,
            detail=told | detail,
        )

    def _rest_event(self) -> Event:
        """Event of a rest, or of an offer."""
        rest_s = None if self._offered_at is not None else self._rest.length_s
        return rest_event(self._sample, self._start.run, self._plan, rest_s, offers=self._offers)

    def command(self, command: Command) -> Step:
        """Hear a key; it takes effect at ``command.applied_sample``, unless nobody can have read yet."""
        if command.applied_sample is not None:
            self._sample = command.applied_sample
        if command.kind is CommandKind.ANSWER:
            return self._answered(command)
        if command.kind in (CommandKind.NEXT, CommandKind.BACK):
            goes, fs_hz = command.kind is CommandKind.NEXT, self._start.fs_hz
            if self._offered_at is not None:
                unread = was_unread(command, self._offered_at, fs_hz)
                return Step() if unread else Step(self._taken_up(taken=goes))
            if self._paused_at is None and self._warned and not goes:
                return Step() if was_unread(command, self._answered_at, fs_hz) else Step(ends=ENDS)
        holds: list[HoldResult] = []
        events = self._obey(command, holds)
        return Step(events, 0, holds)

    def _answered(self, command: Command) -> Step:
        """Take how much it hurt, until the rest is over; too much ends the session."""
        question = self._question
        answer = None if question is None else question.heard(command)
        if question is None or answer is None:
            return Step()
        limits, kept = self._settings.limits, "" if self._warned else self._message
        self._answered_at = self._sample
        self._progress.tell()
        self._message = limits.message(answer) or kept
        if self._warned:
            self._rest.leave(self._sample, DECIDES_S)
        told = pain_event(self._sample, question.asks, answer, question.holds, self._start.run)
        return Step([told], ends=limits.ends(answer))

    @property
    def _warned(self) -> bool:
        """Whether the last answer was that it hurts a lot, and nothing has begun since."""
        return self._message == SUGGESTS_STOP

    def _offering(self) -> list[Event]:
        """Make the offer when the rest before it is over, unless it hurts; end one that stood long enough."""
        if self._sample < self._rest.due:
            return []
        asks = self._offered_at is None and not self._warned
        return self._offered() if asks else self._taken_up(taken=False)

    def _offered(self) -> list[Event]:
        """Ask whether the set is wanted."""
        self._offered_at = self._sample
        self._begin_rest(OFFER_S)
        self._question = None
        return [self._rest_event()]

    def _taken_up(self, *, taken: bool) -> list[Event]:
        """Do the set that was offered, after the rest before it, or leave it."""
        self._offers, self._offered_at, self._declined = False, None, not taken
        self._begin_rest(self._settings.lead_rest_s)
        answered = offer_answered(self._sample, self._start.run, taken=taken)
        return [answered, self._rest_event()] if taken else [answered]

    def _obey(self, command: Command, holds: list[HoldResult]) -> list[Event]:
        hold = self._hold
        match command.kind:
            case CommandKind.PAUSE if self._paused_at is None:
                return self._pause(holds)
            case CommandKind.RESUME if self._paused_at is not None:
                self._rest.put_off(self._sample - self._paused_at)
                self._paused_at = None
                return []
            case CommandKind.STOP if hold is not None and hold.begun:
                return self._end(hold, Outcome.INCOMPLETE, "stopped", holds)
            case CommandKind.FOOT_DOWN | CommandKind.BACK if hold is not None and hold.begun:
                return self._end(hold, Outcome.LOST_BALANCE, "foot_down", holds)
            case CommandKind.ENOUGH if hold is not None and hold.begun:
                return self._published(hold, hold.enough(self._sample), holds)
            case CommandKind.FELT:
                return self._felt(hold, command.by)
            case CommandKind.NEXT:
                return self._next(hold, command, holds)
        return []

    def _end(self, hold: Hold, outcome: Outcome, reason: str, holds: list[HoldResult]) -> list[Event]:
        return self._published(hold, hold.finish(self._sample, outcome, reason), holds)

    def _pause(self, holds: list[HoldResult]) -> list[Event]:
        """Freeze the rest; a hold under way is kept as incomplete and repeated."""
        self._paused_at = self._sample
        if self._hold is None:
            return []
        if self._hold.begun:
            return self._end(self._hold, Outcome.INCOMPLETE, "paused", holds)
        self._prepare_anew()
        return []

    def _prepare_anew(self) -> None:
        """Forget a hold that nobody was cued to: it begins again when its time comes."""
        self._hold = None
        self._begin_rest(0.0)

    def _felt(self, hold: Hold | None, by: Presser | None) -> list[Event]:
        if hold is None or not hold.felt(self._sample, by):
            self._felt_idle = hold is None  # it counts for nothing there, and that is said
            return []
        pressed = None if by is None else by.value
        return [self._event(EventKind.COMMAND, hold.phase, felt=True, by=pressed, cued=hold.felt_cued)]

    def _next(self, hold: Hold | None, command: Command, holds: list[HoldResult]) -> list[Event]:
        """Skip the rest; between cue and set take the position; after set, "I felt it"."""
        if hold is None:
            self._rest.skip()
            if self._holds_up:
                self._wait = None  # somebody has seen it, and goes on without
            return []
        if hold.begun and hold.set_sample is None:
            return self._published(hold, hold.take_position(self._sample), holds)
        if hold.set_by_clock and was_unread(command, hold.set_sample or 0, hold.fs_hz):
            return []  # meant for "position taken", which the clock has just said
        return self._felt(hold, command.by)

    def view(self) -> StageView:
        """Show the clock of the present phase, the dots and the target."""
        settings, plan, hold, target = self._settings, self._plan, self._hold, self._aim.target
        clock, question = self._clock(), self._question
        return replace(
            with_time_in_target(settings.shown(), hold, self._sample),
            phase=clock.phase,
            side=plan.side,
            role=plan.role,
            hold=self._number,
            countdown_s=clock.countdown_s,
            elapsed_s=clock.elapsed_s,
            duration_s=clock.duration_s,
            target_pct=plan.target_pct if target is None else target.target_pct,
            ceiling_pct=plan.ceiling_pct if target is None else target.ceiling_pct,
            feedback=hold is None or hold.shows_levels,
            dots=hold_dots(self._results, plan.role, holding=hold is not None, holds=settings.holds),
            last_result=self._last,
            message=self._message,
            work="holds",
            other_leg=settings.other_leg,
            gate_muscle=plan.gate_muscle,
            ceiling_muscle=Site.parse(settings.ceiling_sites[0]).muscle if settings.ceiling_sites else "",
            felt_asked=hold is not None and hold.withheld,
            felt=self._felt_idle if hold is None else hold.felt_sample is not None,
            asks="" if question is None else question.asks,
            answer=None if question is None else question.answer,
            proposal=f"{TRAIN_OFFER}:{settings.holds}" if self._offers and not self._warned else "",
        )

    def _clock(self) -> StageClock:
        """Say the phase, and its clock."""
        if self._paused_at is not None:
            return StageClock(Phase.PAUSED)
        if self._hold is not None:
            return hold_clock(self._hold, self._sample)
        phase = Phase.REST if self._offered_at is None else Phase.ASK
        return self._rest.shown(phase, self._sample)
