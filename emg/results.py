"""What is known of one hold when it is over: a row of holds.csv."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from emg.montage import Side


class Role(StrEnum):
    """Test holds measure (bars off), training holds train (bars on)."""

    TEST = "test"
    TRAIN = "train"


class Until(StrEnum):
    """When the clock of a training hold starts: at "set", or when the gate muscle fires."""

    SET = "set"
    FIRED = "fired"


class Outcome(StrEnum):
    """How a hold ended; one per hold."""

    SUCCESS = "success"
    MISSED = "missed"
    NOT_REACHED = "not_reached"
    LOST_BALANCE = "lost_balance"
    VOID = "void"
    INCOMPLETE = "incomplete"

    @property
    def counts(self) -> bool:
        """Whether the hold enters means: void, incomplete and lost balance never do."""
        return self in (Outcome.SUCCESS, Outcome.MISSED, Outcome.NOT_REACHED)


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
    glute, ham, opposite_glute, opposite_ham : MuscleResult
        The working side's muscles, then the other side's, in this hold.
    feedback : bool
        Whether bars and tones were on.
    target_pct, ceiling_pct : float or None
        In %MVC.
    prepare_sample, cue_sample, set_sample, fired_sample, end_sample : int or None
        The hold on the sample clock.
    cue_s, set_s : float or None
        The same in seconds from sample 0.
    felt_latency_s : float or None
        From set to the "I felt it" key.
    held_s, in_target_s, in_target_pct : float or None
        How long the position was held, and how much of it in target.
    ratio_same_side, glute_share_pct, ratio_diagonal : float or None
        With the gates of their definitions.
    pain_0_10 : int or None
        Pain during the hold, where asked.
    lost_samples : int
        Lost between prepare and the end.
    """

    hold: int
    set_number: int
    role: Role
    until: Until
    side: Side
    valid: bool
    outcome: Outcome
    invalid_reason: str = ""
    outcome_reason: str = ""
    glute: MuscleResult = MISSING
    ham: MuscleResult = MISSING
    opposite_glute: MuscleResult = MISSING
    opposite_ham: MuscleResult = MISSING
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
    held_s: float | None = None
    in_target_s: float | None = None
    in_target_pct: float | None = None
    ratio_same_side: float | None = None
    glute_share_pct: float | None = None
    ratio_diagonal: float | None = None
    pain_0_10: int | None = None
    lost_samples: int = 0

    @property
    def enters_means(self) -> bool:
        """Whether the hold may stand in a mean."""
        return self.valid and self.outcome.counts

    @property
    def doubtful_references(self) -> tuple[str, ...]:
        """Sites of this hold's ratio, share and diagonal whose maximum may be too low."""
        entering = {
            f"glute_{self.side}": self.glute,
            f"ham_{self.side}": self.ham,
            f"ham_{self.side.other}": self.opposite_ham,
        }
        return tuple(site for site, muscle in entering.items() if muscle.doubts)
