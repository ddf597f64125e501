"""Words for what goes beyond one session: part of the catalogue of ``ui/words``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from emg.montage import Side
from emg.session.adherence import Plan, Week
from emg.session.library import Number, SessionDigest, SessionPain
from emg.session.returning import ReturnNote, bridge_symmetry
from emg.session.trend import MIN_FRESH, TYPICAL_OF, Change, Detectable, Series, Trend, Typical
from ui.kept.exercises import title_words
from ui.language import _, _n, inside
from ui.words import figures
from ui.words.body_words import site_words

MARK: Final = " ?"
"""Beside a number with a maximum in doubt."""

BEYOND_MARK: Final = " *"
"""Beside a change that is larger than this athlete's own scatter."""

NO_SESSIONS: Final = _("There is no session yet: powerhold live makes one, powerhold demo shows one.")
BROKEN_TITLE: Final = _("Cannot be read")
NOT_COMPLETE: Final = _("not complete")
RECOVERED: Final = _("cut off, recovered")
SIMULATED: Final = _("simulated")
PRACTICE: Final = _("practice")
RECORDING: Final = _("recording")
NEVER: Final = _("never")
PAIN_ORDER: Final = _("Pain of 10: before / worst / after / the morning after.")
DOUBT_LEGEND: Final = _("? : a maximum in it may be too low, so it may read too high.")
NO_TREND: Final = _("No trend yet: it takes a session with a board, not simulated, that went to its end.")
TREND_TITLE: Final = _("{protocol}: {n}, {fresh} with fresh electrodes known")
BEYOND_LEGEND: Final = _(
    "* : more than this athlete's own scatter from taping to taping; 1 number in 20 is marked by chance."
)
COLUMNS_LEGEND: Final = _(
    "Typical: median of up to {n} sessions before the last. Best is a record, not an aim."
).format(n=TYPICAL_OF)
NEEDS_SESSIONS: Final = _(
    "After {of} sessions with fresh electrodes this line says how much change is more than chance: "
    "{n} so far."
).format(of=MIN_FRESH, n="{n}")
FROM_NEXT_ON: Final = _("The last session is part of this scatter, so it judges from the next one on.")
CAVEATS: Final[Mapping[str, str]] = {
    "mixed_ways": _("Full and quick maxima stand side by side here: part of a change may come from that."),
    "mixed_boards": _("Different boards stand side by side here: part of a change may come from that."),
}
NOT_STRENGTH: Final = _("EMG symmetry is not strength: it says how hard muscles work, not what they can do.")
ADHERENCE_TITLE: Final = _("Trained")
RETURNS_TITLE: Final = _("Coming back")
TREND_COLUMNS: Final = (_("typical"), _("IQR"), _("last"), _("change"), _("detectable"), _("best"))
"""Typical is of the up to five sessions before the last, which is held against it."""
NOTHING_SAID: Final = _(
    "Say at least one of --feels-left, --feels-right, --bridges-left and --bridges-right."
)
NO_RETURNS: Final = _("Nothing is noted yet: powerhold returns add notes it.")
N_OF: Final = _("{n} of {of}")
DONE: Final = _("{n} done")
MEASURED: Final = _("measured {done} of {n}")
PLANNED: Final = _("planned: {times} a day, measured {measured} a week")
PLANNED_A_WEEK: Final = _("planned: {n} times a week, measured {measured} a week")
OFTEN: Final[Mapping[int, str]] = {1: _("once"), 2: _("twice")}
OF_TEN: Final = _("{level} of 10")
NO_QUOTIENT: Final = _("One leg did no bridge, so there is no quotient.")
BRIDGES: Final = _("Bridges: left {left}, right {right}; left is {share} of right.")
RETURN_TITLES: Final = (
    _("feels left"),
    _("feels right"),
    _("bridges left"),
    _("bridges right"),
    _("left / right"),
)

OF_BEST: Final = _("{muscle}, % of best")
TO_HAMSTRING: Final = _("{muscle} : hamstring")
THERE_AFTER: Final = _("{muscle} is there after")
NUMBERS: Final[Mapping[str, str]] = {
    **{f"glute_{side}_pct_mvc": OF_BEST.format(muscle=site_words(f"glute_{side}")) for side in Side},
    **{f"ham_{side}_pct_mvc": OF_BEST.format(muscle=site_words(f"ham_{side}")) for side in Side},
    **{f"ratio_{side}": TO_HAMSTRING.format(muscle=site_words(f"glute_{side}")) for side in Side},
    **{f"glute_{side}_latency_s": THERE_AFTER.format(muscle=site_words(f"glute_{side}")) for side in Side},
    "glute_lsi_pct": _("Glute, left of right"),
    "ham_lsi_pct": _("Hamstring, left of right"),
    "left_glute_right_ham": _("Left glute : right hamstring"),
    "right_glute_left_ham": _("Right glute : left hamstring"),
}
"""In the order in which they are shown."""


def number_words(name: str, number: Number) -> str:
    """``48 %``, ``0.62 s`` or ``1.55``, with its doubt; ``never`` for a muscle that did not come."""
    if number.never:
        return NEVER
    if number.value is None:
        return figures.NONE
    return f"{value_words(name, number.value)}{MARK if number.doubts else ''}"


def value_words(name: str, value: float) -> str:
    """Write a value with the unit of its number."""
    if name.endswith("_s"):
        return figures.seconds_words(value)
    return figures.percent_words(value) if name.endswith(("_pct", "_pct_mvc")) else figures.ratio_words(value)


def interval_words(number: Number) -> str:
    """``97 % (77-122)``: a symmetry with its interval."""
    if number.value is None:
        return figures.NONE
    between = "" if number.low is None or number.high is None else f" ({number.low:.0f}-{number.high:.0f})"
    return f"{figures.percent_words(number.value)}{between}{MARK if number.doubts else ''}"


def state_words(digest: SessionDigest) -> str:
    """``power position, practice, not complete``."""
    told = (
        inside(title_words(digest.protocol)),
        {"practice": PRACTICE, "recording": RECORDING}.get(digest.kind, ""),
        SIMULATED if digest.simulated else "",
        "" if digest.complete else RECOVERED if digest.recovered else NOT_COMPLETE,
    )
    return ", ".join(filter(None, told))


def trained_words(digest: SessionDigest) -> str:
    """``9 of 10``: training holds in target of those that count; ``8 done`` of a practice."""
    done, of = digest.holds.trained
    if not of and digest.holds.practised:
        return DONE.format(n=digest.holds.practised)
    return N_OF.format(n=done, of=of) if of else figures.NONE


def pain_words(pain: SessionPain, morning: int | None) -> str:
    """``1/3/2/-``: before, worst, after, the morning after."""
    told = (pain.before, pain.worst, pain.after, morning)
    if all(level is None for level in told):
        return figures.NONE
    return "/".join("-" if level is None else str(level) for level in told)


def trend_title(trend: Trend) -> str:
    """``power position: 7 sessions, 5 with fresh electrodes known``."""
    n = len(trend.sessions)
    return TREND_TITLE.format(
        protocol=inside(title_words(trend.protocol)),
        n=_n("{n} session", "{n} sessions", n).format(n=n),
        fresh=trend.n_fresh,
    )


def series_cells(series: Series) -> tuple[str, ...]:
    """Cells of a number in the table of a trend, as ``TREND_COLUMNS`` names them."""
    name = series.name
    return (
        typical_words(name, series.before),
        figures.NONE if series.before.iqr is None else value_words(name, series.before.iqr),
        figures.NONE if series.last is None else number_words(name, series.last.number),
        change_words(series.change, series.beyond),
        detectable_words(series.detectable),
        figures.NONE if series.best is None else number_words(name, series.best.number),
    )


def typical_words(name: str, typical: Typical) -> str:
    """``38 %``: the median; ``never`` where it falls among latencies longer than any."""
    if typical.median is None:
        return NEVER if typical.n else figures.NONE
    return value_words(name, typical.median)


def change_words(change: Change | None, beyond: bool | None) -> str:
    """``+12 %`` or ``-0.10 s``, marked if it is beyond the athlete's own scatter."""
    if change is None:
        return figures.NONE
    told = f"{figures.number(change.s, '+.2f')} s" if change.s is not None else f"{change.pct or 0.0:+.0f} %"
    return f"{told}{BEYOND_MARK if beyond else ''}"


def detectable_words(found: Detectable | None) -> str:
    """``-19, +24 %`` or ``± 0.20 s``."""
    if found is None:
        return figures.NONE
    if found.s is not None:
        return f"± {figures.seconds_words(found.s)}"
    return f"-{found.fall_pct or 0.0:.0f}, +{found.rise_pct or 0.0:.0f} %"


def trend_sentences(trend: Trend) -> list[str]:
    """Say what must be known to read the table of a trend."""
    series = trend.series.values()
    return [
        *([BEYOND_LEGEND] if any(one.beyond for one in series) else []),
        *([DOUBT_LEGEND] if any(map(_doubted, series)) else []),
        *([NEEDS_SESSIONS.format(n=trend.n_fresh)] if trend.n_fresh < MIN_FRESH else []),
        *([FROM_NEXT_ON] if any(one.detectable and one.detectable.with_last for one in series) else []),
        *(CAVEATS[caveat] for caveat in trend.caveats),
        COLUMNS_LEGEND,
        NOT_STRENGTH,
    ]


def _doubted(series: Series) -> bool:
    return any(point is not None and point.number.doubts for point in (series.last, series.best))


def week_words(week: Week) -> tuple[str, str]:
    """``2026-03-01 to 2026-03-07`` and what was done in it."""
    days = _n("{done} of {n} day", "{done} of {n} days", week.n_days).format(
        done=week.days_done, n=week.n_days
    )
    times = _n("{done} of {n} time", "{done} of {n} times", week.times_planned).format(
        done=week.times_counted, n=week.times_planned
    )
    measured = MEASURED.format(done=week.measured, n=week.measured_planned)
    return figures.RANGE.format(low=week.first, high=week.last), f"{days}, {times}, {measured}"


def plan_words(plan: Plan) -> str:
    """``planned: once a day, measured once a week``; ``4 times a week`` by a therapist's plan."""
    if plan.per_week is not None:
        return PLANNED_A_WEEK.format(n=plan.per_week, measured=OFTEN[plan.measured_per_week])
    return PLANNED.format(times=OFTEN[plan.per_day], measured=OFTEN[plan.measured_per_week])


def return_cells(note: ReturnNote) -> tuple[str, ...]:
    """Cells of a note: feels, bridges, and left of right."""
    feels = (note.feels_left_0_10, note.feels_right_0_10)
    bridges = (note.bridges_left, note.bridges_right)
    return (
        *(figures.NONE if level is None else OF_TEN.format(level=level) for level in feels),
        *(figures.NONE if count is None else str(count) for count in bridges),
        figures.percent_words(bridge_symmetry(note).value),
    )


def return_sentences(note: ReturnNote) -> list[str]:
    """Tell the bridges of both legs with their counts, and what EMG does not say."""
    found = bridge_symmetry(note)
    told = ""
    if found.n is not None and found.value is None:
        told = NO_QUOTIENT
    elif found.n is not None:
        left, right = found.n
        told = BRIDGES.format(left=left, right=right, share=figures.percent_words(found.value))
    return [*filter(None, [told]), NOT_STRENGTH]
