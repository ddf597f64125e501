"""All that a front draws: built once per block from the last tick, outside Qt, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from emg.blocks import Unit
from emg.codes import DotState, Phase, SignalState
from emg.montage import WorkingSide
from emg.results import Doubt, HoldResult, Method, Role

STALE_AFTER_S: Final = 0.3
"""Data older than this is no signal, unless the acquisition knows that the board sends larger chunks."""


@dataclass(frozen=True, slots=True)
class StageView:
    """What a stage shows; part of every LiveView.

    Attributes
    ----------
    stage : str
        Code of the stage: ``idle``, ``contact``, ``sides``, ``rest``, ``mvc``, ``submax``, ``holds``,
        ``finished``.
    phase : Phase
        Where in the stage.
    side, role : Side, Role or None
        Working side and role of the present set.
    site : str or None
        The muscle the stage is about (set-up stages).
    hold : int or None
        Number of the hold in the session.
    set_number, n_sets : int
        Which set of how many; 0 where there are no sets.
    countdown_s : float or None
        Seconds until the next phase begins.
    elapsed_s, duration_s : float or None
        Clock of the present phase, and its planned length.
    in_target_s : float or None
        Time in target in this hold.
    target_pct, ceiling_pct : float or None
        Target of the gate muscle and ceiling of the other, in %MVC.
    counts_from_pct, counts_to_pct : float or None
        In a hold: from which level of the gate muscle and up to which of the other time counts as in target
        now; once in target it takes a lower level to leave it. None: the lines say it.
    feedback : bool
        False while bars and tones are off (test holds).
    dots : tuple of DotState
        One for each planned repetition of the set.
    last_result : HoldResult or None
        The hold that has just ended.
    message : str
        Code of a sentence to be shown, empty for none.
    task : str
        Code of what is to be done in a set-up stage: a position of ``calibrations/positions.py``, ``tap``,
        ``lift`` or ``relax``; empty elsewhere.
    effort_pct : int or None
        How hard, in percent of all one has, as asked for.
    asks : str
        Code of a question that a number answers while all goes on (``pain``), empty for none.
    asks_site : str
        The muscle it is about, empty for no single one.
    answer : int or None
        What was answered so far.
    proposal : str
        In the phase ``ask``: code of what Next does, ``code`` or ``code:what``; Back does it again. In a
        rest: what is asked when it is over.
    contact : mapping from site to str
        Verdicts of the stage's own, which know more than the chain's: what is asked of the muscle.
    findings : mapping from site to str
        Code of what a check has found for each site so far.
    work : str
        In a set: ``holds``, ``repetitions`` or ``bouts``.
    other_leg : str
        What the leg does that does not work: ``swings``, ``stands`` or ``rests``; empty outside holds.
    posture : str
        In which it is done: ``standing``, ``supine``, ``prone`` or ``walking``; empty outside holds.
    gate_muscle, ceiling_muscle : str
        The muscles that target and ceiling are of; empty outside holds.
    exercise, sentence, drawing : str
        Code of the exercise, what the athlete does in it, and the name of its drawing.
    felt_asked, felt : bool
        Whether the bars wait for "I felt it", and whether that was pressed in this hold; or in this rest,
        where it counts for nothing.
    hidden : bool
        Whether somebody has hidden the bars by hand.
    """

    stage: str = "idle"
    phase: Phase = Phase.IDLE
    side: WorkingSide | None = None
    role: Role | None = None
    site: str | None = None
    hold: int | None = None
    set_number: int = 0
    n_sets: int = 0
    countdown_s: float | None = None
    elapsed_s: float | None = None
    duration_s: float | None = None
    in_target_s: float | None = None
    target_pct: float | None = None
    ceiling_pct: float | None = None
    counts_from_pct: float | None = None
    counts_to_pct: float | None = None
    feedback: bool = True
    dots: tuple[DotState, ...] = ()
    last_result: HoldResult | None = None
    message: str = ""
    task: str = ""
    effort_pct: int | None = None
    asks: str = ""
    asks_site: str = ""
    answer: int | None = None
    proposal: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, str] = field(default_factory=dict)
    work: str = ""
    other_leg: str = ""
    posture: str = ""
    gate_muscle: str = ""
    ceiling_muscle: str = ""
    exercise: str = ""
    sentence: str = ""
    drawing: str = ""
    felt_asked: bool = False
    felt: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class BarView:
    """One muscle's bar.

    Attributes
    ----------
    site : str
        For example ``glute_left``.
    level_pct : float or None
        Effort in %MVC over 250 ms; None is "no reading" and is drawn as missing.
    level_uv : float or None
        RMS over 250 ms, rest not removed, in the unit of the view.
    verdict : str
        Code of the contact verdict.
    working : bool
        True if the muscle is on the working side of the present hold.
    reference : Method or None
        What ``level_pct`` is a percentage of; None where there is nothing.
    doubts : tuple of Doubt
        Why its maximum may be too low.
    """

    site: str
    level_pct: float | None
    level_uv: float | None
    verdict: str
    working: bool = False
    reference: Method | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveView:
    """All that a front draws, built once per block from the last tick.

    Attributes
    ----------
    sample : int
        Last tick.
    time_s : float
        The same on the sample clock.
    host_time_s : float
        When the block that this view is built from arrived; its age is the age of the data.
    stale_after_s : float
        Older data than this is drawn as no signal.
    signal : SignalState
        Whether there is a stream; bars are empty unless it is ``live``.
    problem : str
        A sentence that says why the board is away and what to do; empty unless it is lost.
    since_s : float or None
        Host time from which a front counts how long the board has been opened or looked for.
    question : str
        Code of a question that the paused session asks, empty for none.
    notice : str
        A sentence worth saying while all goes on, empty for none.
    athlete, protocol, board : str
        Who, what and with which board.
    stage : StageView
        What the coach says.
    bars : tuple of BarView
        One per measured site, in the order of the montage.
    unit : Unit
        Of the levels; what is arbitrary is shown without a unit.
    cannot : tuple of str
        Codes of what this board's signal cannot tell.
    axis_max_pct : float
        Top of every bar's axis, pinned for the session.
    ratio_left, ratio_right : float or None
        Glute over hamstring of one side, over 1 s.
    diagonal_left_glute, diagonal_right_glute : float or None
        Glute over the other side's hamstring, over 1 s.
    doubtful_ratios : tuple of str
        Names of the ratios that are built on a maximum which may be too low.
    ghosts : mapping from site to float
        Where the same muscle in the same role was in the other side's last set, in %MVC.
    fs_hz, filter_delay_s, window_s : float or None
        Rate of the signal, and what its way to the bars costs: the filter's mean delay, and the length of
        the RMS window; None where nothing is measured.
    lost_samples : int
        Lost so far.
    calibrated : bool
        Whether percentages mean something.
    paused, finished : bool
        State of the session.
    error : str
        A sentence for the screen if a thread has died, else empty.
    unsaved : str
        A sentence for the screen if a disk refuses or has been changed for another, else empty: the session
        goes on, and its levels are as true as before.
    """

    sample: int = -1
    time_s: float = 0.0
    host_time_s: float = 0.0
    stale_after_s: float = STALE_AFTER_S
    signal: SignalState = SignalState.OPENING
    problem: str = ""
    since_s: float | None = None
    question: str = ""
    notice: str = ""
    athlete: str = ""
    protocol: str = ""
    board: str = ""
    stage: StageView = field(default_factory=StageView)
    bars: tuple[BarView, ...] = ()
    unit: Unit = Unit.MICROVOLT
    cannot: tuple[str, ...] = ()
    axis_max_pct: float = 100.0
    ratio_left: float | None = None
    ratio_right: float | None = None
    diagonal_left_glute: float | None = None
    diagonal_right_glute: float | None = None
    doubtful_ratios: tuple[str, ...] = ()
    ghosts: Mapping[str, float] = field(default_factory=dict)
    fs_hz: float | None = None
    filter_delay_s: float | None = None
    window_s: float | None = None
    lost_samples: int = 0
    calibrated: bool = False
    paused: bool = False
    finished: bool = False
    error: str = ""
    unsaved: str = ""
