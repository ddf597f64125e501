"""What the therapist's page may say of a session: one rule with the athlete's, but for the curtain."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from emg.codes import Phase
from emg.live_view import LiveView
from emg.montage import Side, WorkingSide
from emg.results import HoldResult, MuscleResult, Outcome, Role
from ui.reading.latency import Latencies, Percentiles
from ui.reading.muscles import is_fresh, read_ratios
from ui.reading.summary_parts import part, untested
from ui.reading.summary_sentences import low_side_first, shown_names
from ui.session.traces import TraceMark
from ui.words import board_words, figures, finding_words, therapist_words, words
from ui.words.body_words import LEGS, LEGS_INSIDE
from ui.words.reference_words import with_doubts

AGE_UNKNOWN: Final = figures.NONE

LAG_S: Final = 1.0
"""Traces and comparisons come with the views; what is farther behind them is followed no longer."""


def uncovered(view: LiveView) -> LiveView:
    """Give the view with its bars on: people steer to a line that they see, and this is not the athlete."""
    if view.stage.feedback and not view.stage.hidden:
        return view
    return replace(view, stage=replace(view.stage, feedback=True, hidden=False))


def is_covered(view: LiveView) -> bool:
    """Whether the athlete does not see what the therapist sees."""
    return bool(view.bars) and (view.stage.hidden or not view.stage.feedback)


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison so far.

    Attributes
    ----------
    title, number : str
        What is compared, and the quotient, or the sign for none.
    note : str
        Its interval, number of holds, whether it is inside the scatter and what is in doubt; or why there is
        no number.
    value, low, high : float or None
        The same as numbers, 1 for no difference.
    inside : bool
        Whether no difference is shown beyond the scatter.
    """

    title: str
    number: str
    note: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    inside: bool = False


def compared(
    summary: Mapping[str, Any], tested: Collection[WorkingSide] = tuple(Side)
) -> tuple[Compared, ...]:
    """Give both symmetries and both diagonals; none before a test hold counts.

    Named and turned as on the summary page: sore of other where the sore side is known, else left of right.

    Parameters
    ----------
    summary : mapping
        Of the session so far.
    tested : collection of Side
        Legs of which a test hold is over: of the others nothing is withheld, they are yet to come.
    """
    if not summary or untested(summary):
        return ()
    return tuple(_compared(name, part(summary, *name.split(".")), tested) for name in shown_names(summary))


def left_out(summary: Mapping[str, Any]) -> tuple[Compared, ...]:
    """Give the same without a number: whoever compares has missed what came since."""
    return tuple(
        Compared(_title(name, part(summary, *name.split("."))), words.NONE, therapist_words.NOT_FOLLOWED)
        for name in shown_names(summary)
    )


def _title(name: str, found: Mapping[str, Any]) -> str:
    """Name a comparison in the few words that its row has room for."""
    turned, _number = low_side_first(name, found)
    return (therapist_words.TURNED if turned else therapist_words.COMPARED)[name]


def lags(view: LiveView, followed_s: float | None) -> bool:
    """Whether what was followed up to this sample time is no longer the session that is shown."""
    return followed_s is not None and view.time_s - followed_s > max(LAG_S, view.stale_after_s)


def _compared(name: str, found: Mapping[str, Any], tested: Collection[WorkingSide]) -> Compared:
    title, found = _title(name, found), low_side_first(name, found)[1]
    value, low, high, reason = (found.get(key) for key in ("value", "low", "high", "reason"))
    code, _, side = str(reason or "").partition(":")
    if code == "no_holds" and side in set(Side) - set(tested):
        return Compared(title, words.NONE, therapist_words.NOT_YET.format(leg=LEGS[Side(side)]))
    why = finding_words.reason_words(str(reason)) if reason else ""
    if value is None:
        return Compared(title, words.NONE, therapist_words.NOT_TOLD.format(reason=why) if why else "")
    in_percent = name.endswith(("_pct", "_other"))
    whole = 100.0 if in_percent else 1.0
    spread = (figures.range_words if in_percent else figures.ratio_range_words)(low, high)
    doubts = found.get("doubts") or ()
    inside = bool(found.get("inside_scatter"))  # never where a maximum is in doubt
    told = (spread, figures.counts_words(found.get("n")), why, finding_words.INSIDE_SCATTER if inside else "")
    return Compared(
        title,
        figures.percent_words(value) if in_percent else figures.ratio_words(value),
        with_doubts(", ".join(filter(None, told)), doubts),
        value / whole,
        None if low is None else low / whole,
        None if high is None else high / whole,
        inside,
    )


def ratio_rows(view: LiveView, now_s: float) -> list[tuple[str, str, str]]:
    """Give the live ratios: a short name with what the other leg does, the number, and what is in doubt."""
    return [
        (
            " ".join(
                filter(None, (therapist_words.RATIOS[ratio.name], f"({ratio.aside})" if ratio.aside else ""))
            ),
            ratio.number,
            ratio.note,
        )
        for ratio in read_ratios(view, now_s)
    ]


def last_hold_words(result: HoldResult | None, cannot: tuple[str, ...] = ()) -> str:
    """Tell the hold that has just ended in one line: how it ended, levels, latency, ratios."""
    if result is None:
        return therapist_words.NO_HOLD_YET
    leg = LEGS_INSIDE[result.side]
    ended = therapist_words.LAST_HOLD.format(n=result.hold, leg=leg, ended=_ended(result, cannot))
    return "  ·  ".join((ended, *_levels(result), *_ratios(result)))


def _ended(result: HoldResult, cannot: tuple[str, ...]) -> str:
    if result.outcome is Outcome.VOID:
        reason = result.invalid_reason
        told = (
            therapist_words.SAMPLES_LOST
            if reason == "gap"
            else board_words.verdict_words(reason, cannot).replace("_", " ")
        )
        return therapist_words.VOID.format(reason=told)
    if result.role is Role.TEST and result.outcome is Outcome.NOT_REACHED:
        return therapist_words.TEST_REASONS.get(result.outcome_reason, words.OUTCOMES[result.outcome])
    return words.outcome_words(result.outcome, result.role, result.outcome_reason)


def _levels(result: HoldResult) -> list[str]:
    """Levels and latency of the working leg; none where nothing was scored, or both legs work."""
    glute, ham = result.glute, result.ham
    found = []
    of_best = (glute.pct_mvc, ham.pct_mvc)
    of_bridge = (glute.pct_submax, ham.pct_submax)
    for form, (glute_pct, ham_pct) in (
        (therapist_words.LEVELS, of_best),
        (therapist_words.LEVELS_BRIDGE, of_bridge),
    ):
        if glute_pct is not None or ham_pct is not None:
            told = {"glute": figures.percent_words(glute_pct), "ham": figures.percent_words(ham_pct)}
            found.append(form.format(**told))
    return [*found, *_latency(glute, result)]


def _latency(glute: MuscleResult, result: HoldResult) -> list[str]:
    if glute.plateau_uv is None or not result.enters_means:
        return []
    if glute.latency_s is None:
        return [therapist_words.GLUTE_NEVER]
    return [therapist_words.GLUTE_AFTER.format(latency=figures.seconds_words(glute.latency_s))]


def _ratios(result: HoldResult) -> list[str]:
    told = ((therapist_words.RATIO, result.ratio_same_side), (therapist_words.ACROSS, result.ratio_diagonal))
    return [form.format(ratio=figures.ratio_words(ratio)) for form, ratio in told if ratio is not None]


def meters(view: LiveView, now_s: float, latencies: Latencies) -> tuple[tuple[str, str], ...]:
    """Say how good the signal and its way to the screen are: names and readings, always all of them."""
    state = words.signal_words(view, is_fresh(view, now_s))
    age_s = now_s - view.host_time_s
    age = AGE_UNKNOWN if view.sample < 0 else therapist_words.AGE_S.format(seconds=_age(age_s))
    share = 100.0 * view.lost_samples / (view.sample + 1) if view.sample >= 0 else 0.0
    rate = AGE_UNKNOWN if view.fs_hz is None else figures.number(view.fs_hz, ".4g")
    return (
        (therapist_words.SIGNAL, therapist_words.AGE.format(state=state, age=age)),
        (therapist_words.BOARD, therapist_words.RATE.format(board=view.board or AGE_UNKNOWN, rate=rate)),
        (
            therapist_words.LOST,
            therapist_words.lost_words(view.lost_samples, figures.number(share, ".2f")),
        ),
        (therapist_words.LATENCY, _delays(view, latencies.recent(now_s))),
    )


def _age(age_s: float) -> str:
    """Tenths while it is young: what is older is told in whole seconds, never ahead of it."""
    return figures.number(max(0.0, age_s), ".1f") if age_s < 10.0 else str(int(age_s))


def _delays(view: LiveView, found: Percentiles | None) -> str:
    """Tell all that lies between a muscle and the picture of it, in whole milliseconds."""
    told = []
    if found is not None:
        half, most = (figures.number(took_ms, ".0f") for took_ms in (found.p50_ms, found.p99_ms))
        told.append(therapist_words.DELAY_SCREEN.format(half=half, most=most))
    for form, name, delay_s in (
        (therapist_words.DELAY_FILTER, "filter", view.filter_delay_s),
        (therapist_words.DELAY_WINDOW, "window", view.window_s if view.filter_delay_s is not None else None),
    ):
        if delay_s is not None:
            told.append(form.format(**{name: figures.number(1000.0 * delay_s, ".0f")}))
    return " + ".join(told) or AGE_UNKNOWN


def note_words(mark: TraceMark, fs_hz: float) -> tuple[str, str]:
    """Tell a marker or a note: when in the session, and what."""
    minutes, seconds = divmod(max(0, int(mark.sample / fs_hz)), 60)
    said = therapist_words.MARKER.format(n=mark.text) if mark.code == "mark" else mark.text
    return f"{minutes}:{seconds:02d}", said


def mark_words(mark: TraceMark) -> str:
    """Say in a word what stands on the traces: the number of a marker, else what it is."""
    return mark.text if mark.code == "mark" else therapist_words.MARKS.get(mark.code, mark.code)


def scale_words(level: float, *, centred: bool, microvolts: bool) -> str:
    """Say how much a lane shows: ``± 200 µV``; an envelope goes ``to 500``."""
    told = f"{level:g}"
    if centred:
        return (therapist_words.SCALE if microvolts else therapist_words.SCALE_PLAIN).format(level=told)
    return (therapist_words.SCALE_UP if microvolts else therapist_words.SCALE_UP_PLAIN).format(level=told)


def button_words(view: LiveView, code: str) -> str:
    """Say what a button does now."""
    if code == "next" and view.stage.stage == "idle" and view.stage.phase is Phase.IDLE:
        return therapist_words.START
    if code == "pause" and view.paused:
        return therapist_words.GO_ON
    if code == "hide_bars" and view.stage.hidden:
        return therapist_words.SHOW_BARS
    return therapist_words.BUTTONS[code][0]
