"""One effort after another: counted in, pushed, let go, and asked whether it hurt; no key is needed."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from calibrations.doubts import doubts_of_all
from calibrations.draft import Draft, Trial, TrialQuality
from calibrations.intake import PAIN_STOP
from calibrations.measurement import Measurement
from calibrations.planned import NOTHING, Asked, Planned
from calibrations.positions import POSITIONS
from emg.activation import Activations, Reference, SiteReference
from emg.artefacts import MAX_RMS_UV
from emg.blocks import Unit
from emg.codes import CommandKind, DotState, EventKind, Phase
from emg.live_view import StageView
from emg.quality import MOTION
from emg.reference import MEASURED, reference_event
from emg.stage import Command, Event, JsonValue

PREPARE_S: Final = 4.0
TURN_S: Final = 4.0
"""More preparation where one has to get up from lying on the front, or back down to it."""

RELAX_S: Final = 2.0
ANSWER_S: Final = 5.0
"""After the last effort, and wherever the next one depends on the answer."""

LATE_VERDICT_S: Final = 2.0
"""Motion that is called so soon after an effort was in at least the last second of it."""

MESSAGE_S: Final = 4.0
"""How long a sentence stands that nothing else follows."""


class EffortStage(Measurement):
    """A plan of efforts; what each measures, and what follows from it, is the subclass's.

    Pause breaks an effort, which is then made anew, also right after it: nobody would see that motion is
    called in it. Back drops the last one, while its question is open, and makes it anew. What was broken or
    dropped never counts, but what was said of it does: a muscle that hurt too much is asked for nothing more
    in this session. A muscle without a rest is left out.

    Parameters
    ----------
    draft : Draft
        Has ``rest_uv``; gets ``trials``, ``maxima`` and ``pains``.
    unit : Unit
        No rule in microvolts applies to arbitrary units.
    concludes : bool
        Whether nothing is measured after it: then it puts the reference together.
    max_side_difference_pct : float
        From which difference of left and right on a maximum is doubted.
    """

    effort_s: float

    def __init__(self, draft: Draft, unit: Unit, *, concludes: bool, max_side_difference_pct: float) -> None:
        super().__init__(draft, unit)
        self._concludes = concludes
        self._max_side_difference_pct = max_side_difference_pct
        self._ceiling_uv = MAX_RMS_UV if unit is Unit.MICROVOLT else math.inf
        self._closing = False
        self._reason = ""
        self._plan: list[Planned] = []
        self._made: dict[int, DotState] = {}
        self._skipped: set[int] = set()
        self._step = 0
        self._n_planned = 0
        self._asked: Asked | None = None
        self._prone = True
        self._let_go: dict[str, int] = {}

    @abstractmethod
    def _wanted(self) -> Iterable[str]:
        """List the muscles that are to get a reference."""

    @abstractmethod
    def _planned(self) -> list[Planned]:
        """List the efforts of a run, of muscles that have a rest."""

    @abstractmethod
    def _measured(self, planned: Planned) -> list[Trial]:
        """Read what was gathered in the effort that has just ended."""

    @abstractmethod
    def _plan_over(self) -> list[Event]:
        """Ask for more, or come to an end."""

    @abstractmethod
    def _references(self) -> dict[str, SiteReference]:
        """Rest and maximum of the muscles whose efforts came to one."""

    def _first(self) -> list[Event]:
        settled = self._settled()
        self._plan = self._planned()
        self._n_planned = len(self._plan)
        self._draft.forget({site for planned in self._plan for site in planned.sites})
        self._draft.reference = None
        self._made, self._skipped, self._let_go = {}, set(), {}
        self._step, self._asked, self._closing = 0, None, False
        before = self._draft.trials[-1:]  # after rest, and before any effort, one lies on the front
        self._prone = POSITIONS[before[0].position].prone if before else True
        restless = [site for site in self._wanted() if not self._has_rest(site)]
        self._message = f"no_rest:{','.join(restless)}" if restless else ""
        return [*settled, *self._go_on()]

    def _has_rest(self, site: str) -> bool:
        return site in self._draft.rest_uv

    # --- the plan

    @property
    def _present(self) -> Planned:
        return self._plan[min(self._step, len(self._plan) - 1)] if self._plan else NOTHING

    def _may_not(self, planned: Planned) -> bool:
        """Whether pain that was said in this session, of whatever effort, forbids this one."""
        return any(self._draft.pains.get(site, 0) > PAIN_STOP for site in planned.sites)

    def _left_out(self, planned: Planned) -> bool:
        """Whether it is left out now that its cue is due."""
        return self._may_not(planned)

    def _more(self, planned: Sequence[Planned]) -> list[Event]:
        """Add efforts to the plan and go on with them."""
        self._plan += planned
        return self._go_on()

    def _go_on(self) -> list[Event]:
        """Prepare the next effort that may be made; after the last one see what follows."""
        while self._step < len(self._plan) and self._may_not(self._plan[self._step]):
            self._skip()
        return self._prepare() if self._step < len(self._plan) else self._plan_over()

    def _skip(self) -> None:
        self._skipped.add(self._step)
        self._step += 1

    def _again(self) -> list[Event]:
        """Prepare the broken effort anew, if it may be; one that stands has its rest begin anew."""
        if self._closing or (self._phase is Phase.REST and self._step in self._made):
            return self._enter(Phase.REST, MESSAGE_S if self._closing else self._rest_s(), EventKind.RELAX)
        return self._go_on()

    def _prepare(self) -> list[Event]:
        return self._enter(Phase.PREPARE, self._prepare_s(self._present), EventKind.PREPARE)

    def _phase_over(self) -> list[Event]:
        if self._closing:
            return self._concluded()
        if self._phase is Phase.PREPARE:
            return self._cue()
        if self._phase is Phase.EFFORT:
            return self._done()
        self._step += 1
        return self._go_on()

    def _cue(self) -> list[Event]:
        """Cue the effort, unless what was said meanwhile, or was not, speaks against it."""
        if self._left_out(self._present):
            while self._step < len(self._plan) and self._left_out(self._present):
                self._skip()
            return self._go_on()
        settled = self._settled()
        self._prone = POSITIONS[self._present.position].prone
        return [*settled, *self._enter(Phase.EFFORT, self.effort_s, EventKind.CUE)]

    def _done(self) -> list[Event]:
        """Keep what the effort gave, and ask whether it hurt."""
        planned, trials = self._present, self._measured(self._present)
        self._draft.trials += trials
        good = any(trial.best_uv is not None for trial in trials)
        self._made[self._step] = DotState.DONE if good else DotState.VOID
        self._let_go.update(dict.fromkeys(planned.sites, self._sample))
        self._ask_pain(trials)
        relax = self._enter(Phase.REST, self._rest_s(), EventKind.RELAX)
        return [*relax, self._event(EventKind.TRIAL_DONE, **self._found(trials))]

    def _watch(self, part: Activations) -> list[Event]:
        """Take an effort back if motion is called right after it: that verdict looks back over 3 s."""
        asked = self._asked
        if self._phase is not Phase.REST or asked is None or not any(t.best_uv for t in asked.trials):
            return []
        columns = [part.sites.index(trial.site) for trial in asked.trials]
        at_once = part.samples <= self._verdict_until(asked)
        moved = (part.verdicts[:, columns] == MOTION).any(axis=1) & at_once
        if not moved.any():
            return []
        spoilt = [replace(trial, best_uv=None, quality=TrialQuality.ARTEFACT) for trial in asked.trials]
        self._draft.trials[-len(spoilt) :] = asked.trials = tuple(spoilt)
        self._made[asked.step] = DotState.VOID
        self._message = "mvc_spoilt"
        return [self._found_anew(asked, spoilt, int(part.samples[moved.argmax()]))]

    def _verdict_until(self, asked: Asked) -> int:
        """Last sample at which motion that is called was in the effort."""
        let_go = max(self._let_go[trial.site] for trial in asked.trials)
        return let_go + round(LATE_VERDICT_S * self._start.fs_hz)

    def _found_anew(self, asked: Asked, trials: Sequence[Trial], sample: int) -> Event:
        """Say that an effort which was told as made has come to something else."""
        detail = {**asked.detail, **self._found(trials)}
        return Event(sample, EventKind.TRIAL_DONE, run=self._start.run, detail=detail)

    def _broken(self) -> list[Event]:
        """Break the effort that a pause falls into, or into the time in which its motion would be called."""
        asked = self._asked
        if self._phase is Phase.EFFORT:
            self._ask_pain(())
        elif (
            self._phase is Phase.REST
            and asked is not None
            and any(trial.best_uv is not None for trial in asked.trials)
            and self._sample <= self._verdict_until(asked)
        ):
            stopped = [replace(t, best_uv=None, quality=TrialQuality.STOPPED) for t in asked.trials]
            self._forget_trials(asked)
            return [self._found_anew(asked, stopped, self._sample)]
        return []

    def _forget_trials(self, asked: Asked) -> None:
        """Take what an effort gave out of the draft; what was said of it stays."""
        del self._draft.trials[len(self._draft.trials) - len(asked.trials) :]
        self._made.pop(asked.step, None)
        asked.trials = ()

    def _found(self, trials: Sequence[Trial]) -> dict[str, JsonValue]:
        """Say what one effort of one muscle gave."""
        return {"best_uv": trials[0].best_uv, "quality": trials[0].quality.value}

    # --- the end

    def _finished(self, reason: str) -> list[Event]:
        """Keep the maxima; where there is none say so, and go on with what there is.

        Parameters
        ----------
        reason : str
            Why the session ends if none of all got one.
        """
        settled = self._settled()
        self._draft.maxima |= self._references()
        rested = [site for site in self._wanted() if self._has_rest(site)]
        lacking = [site for site in rested if site not in self._draft.maxima]
        self._reason = reason
        if self._plan and (not lacking or self._in_vain):
            return [*settled, *self._concluded()]
        if lacking:
            self._message = f"no_maximum:{','.join(lacking)}"
        self._closing = True
        notices = [
            Event(
                self._sample,
                EventKind.NOTICE,
                self._start.run,
                detail={"code": "no_maximum", "message": site},
            )
            for site in lacking
        ]
        return [*settled, *notices, *self._enter(Phase.REST, MESSAGE_S, EventKind.RELAX)]

    @property
    def _in_vain(self) -> bool:
        """Whether nothing at all has been measured when all is over."""
        return self._concludes and not self._draft.maxima

    def _concluded(self) -> list[Event]:
        """End the stage; the last one that measures puts the reference in force, if there is any."""
        if self._in_vain:
            return self._refuse(self._reason)
        self.done = True
        if not self._concludes:
            return []
        self._draft.reference = reference_from(self._draft, self._max_side_difference_pct)
        return [reference_event(self._sample, self._draft.reference, MEASURED, self._start.run)]

    # --- times

    def _prepare_s(self, planned: Planned) -> float:
        """Give the length of a preparation: longer where one has to get up or lie down."""
        return PREPARE_S + (TURN_S if POSITIONS[planned.position].prone is not self._prone else 0.0)

    def _rest_s(self) -> float:
        """Rest after an effort: to let go, and to answer where nothing else follows."""
        return RELAX_S if self._step + 1 < len(self._plan) else ANSWER_S

    # --- pain

    def _ask_pain(self, trials: Sequence[Trial]) -> None:
        """Open the question about the present effort."""
        self._asked = Asked(
            self._step, tuple(trials), self._detail(), self._start.run, dict(self._draft.pains)
        )

    def _stopped(self) -> list[Event]:
        return self._settled()

    def _settled(self) -> list[Event]:
        """Close the question; what was answered is kept as an event."""
        asked, self._asked = self._asked, None
        if asked is None or asked.question.answer is None:
            return []
        detail = {**asked.detail, "pain_0_10": asked.question.answer}
        return [Event(self._sample, EventKind.PAIN, run=asked.run, detail=detail)]

    def _heard(self, command: Command) -> list[Event]:
        """Take an answer, count it up by a clicker, drop the last effort, or skip a preparation."""
        asked = self._asked
        if self._closing:
            return self._concluded() if command.kind is CommandKind.NEXT else []
        if asked is None:
            return super()._heard(command)
        if asked.question.heard(command) is not None or asked.question.count(command):
            self._answered(asked)
            return []
        return self._drop(asked) if command.kind is CommandKind.BACK else []

    def _answered(self, asked: Asked) -> None:
        """Put the latest answer into the draft; it may be corrected until the question is closed."""
        answer = asked.question.answer
        said = {} if answer is None else dict.fromkeys(self._plan[asked.step].sites, answer)
        worst = {site: max(pain, asked.pains.get(site, 0)) for site, pain in said.items()}
        self._draft.pains = asked.pains | worst
        trials = tuple(replace(trial, pain_0_10=answer) for trial in asked.trials)
        self._draft.trials[len(self._draft.trials) - len(trials) :] = trials
        asked.trials = trials

    def _drop(self, asked: Asked) -> list[Event]:
        """Forget the last effort and all that was decided after it; make it anew unless it hurt too much."""
        settled = self._settled()
        self._forget_trials(asked)
        del self._plan[max(self._n_planned, asked.step + 1) :]
        self._skipped = {step for step in self._skipped if step < asked.step}
        self._step, self._message = asked.step, ""
        return [*settled, *self._go_on()]

    # --- what is shown

    def _dots(self) -> tuple[DotState, ...]:
        """One dot for every effort that is made, being made or still to come."""
        present = self._step if self._phase is not Phase.REST else -1
        return tuple(
            self._made.get(step, DotState.CURRENT if step == present else DotState.PENDING)
            for step in range(len(self._plan))
            if step not in self._skipped
        )

    def view(self) -> StageView:
        """Show what is to be done, the clock, a dot for every effort, and the question."""
        planned, asked = self._present, self._asked
        return replace(
            self._clock_view(),
            site=planned.sites[0] if len(planned.sites) == 1 else None,
            task=planned.position,
            effort_pct=planned.effort_pct or None,
            dots=self._dots(),
            asks="" if asked is None else asked.question.asks,
            asks_site="" if asked is None else str(asked.detail.get("site", "")),
            answer=None if asked is None else asked.question.answer,
        )


def reference_from(draft: Draft, max_side_difference_pct: float) -> Reference:
    """Put together what all efforts came to, with what is to be doubted.

    Parameters
    ----------
    draft : Draft
        With its maxima and trials.
    max_side_difference_pct : float
        As in ``doubts_of``; only maximal efforts are compared between sides.
    """
    doubts = doubts_of_all(draft.maxima, draft.trials, max_side_difference_pct=max_side_difference_pct)
    return Reference({site: replace(found, doubts=doubts[site]) for site, found in draft.maxima.items()})
