"""What is known of one hold when it is over: a row of holds.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from emg.montage import Side, WorkingSide

OWN_STOP: Final = "own_stop"
"""Reason of a hold that somebody ended because it was enough."""


class Role(StrEnum):
    """Test holds measure (bars off), training holds train (bars on)."""

    TEST = "test"
    TRAIN = "train"


class Until(StrEnum):
    """When the clock of a training hold starts: at "set", or when the gate muscle fires.

    A repetition or stride has no clock: it lasts until the muscle lets go.
    """

    SET = "set"
    FIRED = "fired"
    RELEASE = "release"


class Kind(StrEnum):
    """What a row is: a hold on cue, a repetition found in the envelope, or one stride of a bout."""

    HOLD = "hold"
    REPETITION = "repetition"
    STRIDE = "stride"


class Feedback(StrEnum):
    """When bars and tones are on: always, never, after "I felt it", or less and less from hold to hold."""

    ON = "on"
    OFF = "off"
    FELT = "felt"
    FADED = "faded"


class Presser(StrEnum):
    """Who pressed a key."""

    ATHLETE = "athlete"
    HELPER = "helper"


class Outcome(StrEnum):
    """How a hold ended; one per hold."""

    SUCCESS = "success"
    MISSED = "missed"
    NOT_REACHED = "not_reached"
    LOST_BALANCE = "lost_balance"
    VOID = "void"
    INCOMPLETE = "incomplete"
    PRACTISED = "practised"

    @property
    def counts(self) -> bool:
        """Whether the hold enters means: void, incomplete and lost balance never do.

        Nor does one that was practised by the clock, with nothing measured.
        """
        return self in (Outcome.SUCCESS, Outcome.MISSED, Outcome.NOT_REACHED)

    @property
    def is_done(self) -> bool:
        """Whether the hold need not be repeated."""
        return self.counts or self is Outcome.PRACTISED


class Method(StrEnum):
    """How a site's 100 % was got."""

    MVC = "mvc"
    QUICK = "quick"
    SUBMAX = "submax"


class Doubt(StrEnum):
    """Why a maximum may be lower than the muscle's own: what is built on it says so."""

    SIDES_DIFFER = "sides_differ"
    PAINFUL = "painful"


@dataclass(frozen=True, slots=True, kw_only=True)
class MuscleResult:
    """One muscle in one hold.

    Attributes
    ----------
    reference : Method or None
        How its 100 % was got; None if not measured or not calibrated.
    plateau_uv : float or None
        RMS over the scored span, rest removed.
    pct_mvc, pct_submax : float or None
        The plateau over the maximum (or over the submaximal reference).
    latency_s : float or None
        From set to the first lasting crossing of 75 % of the plateau; <= 0 if already there.
    onset_latency_s : float or None
        From set to the noise-based onset; a research column.
    cv_pct : float or None
        Coefficient of variation of the 250 ms RMS over the scored span.
    doubts : tuple of Doubt
        Why the maximum may be too low; none where there is no %MVC to doubt.
    """

    reference: Method | None = None
    plateau_uv: float | None = None
    pct_mvc: float | None = None
    pct_submax: float | None = None
    latency_s: float | None = None
    onset_latency_s: float | None = None
    cv_pct: float | None = None
    doubts: tuple[Doubt, ...] = ()


MISSING = MuscleResult()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldResult:
    """One hold: a row of holds.csv, less athlete, session and protocol.

    Attributes
    ----------
    hold : int
        Counts from 1 through the session, repeats included.
    set_number : int
        Which set, from 1 (column ``set``).
    role, until, side
        Kind of hold and the working (stance) side.
    valid, invalid_reason
        About the signal only.
    outcome, outcome_reason
        How it ended.
    kind : Kind
        Hold, repetition or stride.
    sites : mapping from site to MuscleResult
        Every measured muscle in this hold.
    feedback : bool
        Whether bars and tones were on at any time.
    target_pct, ceiling_pct : float or None
        In %MVC.
    prepare_sample, cue_sample, set_sample, fired_sample, end_sample : int or None
        The hold on the sample clock.
    cue_s, set_s : float or None
        The same in seconds from sample 0.
    felt_latency_s, fired_latency_s : float or None
        From set to the "I felt it" key, and to the moment at which the gate muscle came to its target.
    held_s, in_target_s, in_target_pct : float or None
        How long the position was held, and how much of it in target.
    ratio_same_side, glute_share_pct, ratio_diagonal : float or None
        With the gates of their definitions.
    pain_0_10 : int or None
        Worst pain during the set of this hold, where asked.
    lost_samples : int
        Lost between prepare and the end.
    felt_by : Presser or None
        Who pressed "I felt it".
    felt_cued : bool or None
        Whether the athlete had been shown or told before the press that the muscle works; None without a
        press.
    excluded : str
        Why somebody took it out of all means by hand; empty if nobody did.
    """

    hold: int
    set_number: int
    role: Role
    until: Until
    side: WorkingSide
    valid: bool
    outcome: Outcome
    kind: Kind = Kind.HOLD
    invalid_reason: str = ""
    outcome_reason: str = ""
    sites: Mapping[str, MuscleResult] = field(default_factory=dict)
    feedback: bool = True
    target_pct: float | None = None
    ceiling_pct: float | None = None
    prepare_sample: int | None = None
    cue_sample: int | None = None
    set_sample: int | None = None
    fired_sample: int | None = None
    end_sample: int | None = None
    cue_s: float | None = None
    set_s: float | None = None
    felt_latency_s: float | None = None
    fired_latency_s: float | None = None
    held_s: float | None = None
    in_target_s: float | None = None
    in_target_pct: float | None = None
    ratio_same_side: float | None = None
    glute_share_pct: float | None = None
    ratio_diagonal: float | None = None
    pain_0_10: int | None = None
    lost_samples: int = 0
    felt_by: Presser | None = None
    felt_cued: bool | None = None
    excluded: str = ""

    @property
    def glute(self) -> MuscleResult:
        """The working side's glute; nothing where both legs work, for there it could be either."""
        return self._of("glute", opposite=False)

    @property
    def ham(self) -> MuscleResult:
        """The working side's hamstring."""
        return self._of("ham", opposite=False)

    @property
    def opposite_glute(self) -> MuscleResult:
        """The other side's glute in the same hold."""
        return self._of("glute", opposite=True)

    @property
    def opposite_ham(self) -> MuscleResult:
        """The other side's hamstring in the same hold."""
        return self._of("ham", opposite=True)

    def _of(self, muscle: str, *, opposite: bool) -> MuscleResult:
        if not isinstance(self.side, Side):
            return MISSING
        return self.sites.get(f"{muscle}_{self.side.other if opposite else self.side}", MISSING)

    @property
    def was_paused(self) -> bool:
        """Whether a pause broke it off: that is asked for, traps nobody, and never costs a hold."""
        return self.outcome is Outcome.INCOMPLETE and self.outcome_reason != OWN_STOP

    @property
    def was_ended(self) -> bool:
        """Whether somebody ended this training hold by hand: no failure, and nobody is asked for it again."""
        return (
            self.role is Role.TRAIN and self.outcome is Outcome.INCOMPLETE and self.outcome_reason == OWN_STOP
        )

    @property
    def is_done(self) -> bool:
        """Whether it need not be repeated; a test hold that was ended measured nothing, and is."""
        return self.outcome.is_done or self.was_ended

    @property
    def enters_means(self) -> bool:
        """Whether the hold may stand in a mean."""
        return self.valid and self.outcome.counts and not self.excluded

    @property
    def doubtful_references(self) -> tuple[str, ...]:
        """Sites of this hold's ratio, share and diagonal whose maximum may be too low."""
        if not isinstance(self.side, Side):
            return ()
        entering = (f"glute_{self.side}", f"ham_{self.side}", f"ham_{self.side.other}")
        return tuple(site for site in entering if self.sites.get(site, MISSING).doubts)
