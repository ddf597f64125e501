"""Words of the pictures of holds, of the summary's pages, and of the history: part of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from emg.montage import Side
from emg.results import Kind
from emg.session.adherence import Kept
from emg.session.library import SessionDigest
from emg.session.trend import MIN_FRESH, Series, Trend
from ui.language import _, _n, _p
from ui.reading.history import Day, History
from ui.session.courses import HoldCourse, SetCourse
from ui.words import board_words, figures, words
from ui.words.body_words import LEGS, SIDES_INSIDE, muscle_word
from ui.words.trend_words import NUMBERS, interval_words, state_words
from ui.words.trend_words import number_words as number_words_of

# pictures of a set

NUMBERED: Final[Mapping[Kind, str]] = {
    Kind.HOLD: _("Hold {n}"),
    Kind.REPETITION: _("Rep {n}"),
    Kind.STRIDE: _("Stride {n}"),
}
PICTURE: Final = _("{leg}, {role}, set {n}")
PICTURE_PART: Final = _("{picture}: {first} to {last}")
OF_BEST: Final = _("{muscle}, % of its best")
OF_BRIDGE: Final = _("{muscle}, % of the bridge")
SECONDS_FROM_SET: Final = _("seconds from the moment the position was taken")
LATENCY: Final = _("{muscle} is there: 75 % of its level, lasting")
THERE: Final = _("there {seconds}")
FIRED: Final = _("in target for the first time")
TARGET: Final = _("target {level}")
CEILING: Final = _("ceiling of the {muscle} {level}")
SCORED: Final = _("the numbers are from here")
NOT_COUNTED: Final = _("does not count: {reason}")
TAKEN_OUT: Final = _("taken out: {reason}")
LOST: Final[Mapping[str, str]] = {
    "gap": _("data were lost"),
    "lost": _("data were lost"),
    "spoilt": _("the signal was disturbed"),
}
NO_HOLDS: Final = _("No hold to show")
THERE_AFTER: Final = _("{muscle} there after {seconds}")
LEVEL: Final = _("level {level}")
FOUND: Final = _("{seconds}, {level}")
HOLD_TOLD: Final = _("{hold}: {told}")
NEVER_THERE: Final = _("not there")

# pages of the summary

PAGES_HINT: Final = _("Left and Right turn the pages: {n} of {of}")
SAVE_HINT: Final = _("S saves this picture")
REPORT_HINT: Final = _("R makes a report")
REPORT_SAVED: Final = _("The report is saved: {path}")
OPEN_HINT: Final = _("O opens the folder")
FOLDER_GONE: Final = _("The folder is no longer there: {folder}")
NOT_OPENED: Final = _("No program here shows folders; it is {folder}")
SAVED: Final = _("Saved: {names}")
NO_FOLDER: Final = _("There is no folder to save it in")
BACK_HINT: Final = _("Esc goes back")

# history

TITLE: Final = _("History of {athlete}")
NO_SESSIONS: Final = _("There is no session yet")
SESSIONS: Final = _("Sessions, the newest on top")
BROKEN: Final = _("Folders that cannot be read: {n}, see powerhold sessions")
HISTORY_KEYS: Final = _("Up and Down choose, Enter opens, Left and Right change the number, Esc goes back")
CHARTS: Final[Mapping[str, str]] = {
    "glute_lsi": _("Glute, left of right"),
    "glute_level": _("Glute in test holds, % of its best"),
    "ham_level": _("Hamstring in test holds, % of its best"),
    "latency": _("Glute is there after"),
}
CHART: Final = _("{what} ({n} of {of})")
TITLES: Final[Mapping[str, str]] = NUMBERS
NO_TREND: Final = _("No trend yet: it takes a session with a board, not simulated, that went to its end")
NONE_YET: Final = _("No session has this number yet")
SIDES_LEGEND: Final = _("Round: left. Square: right.")
LSI_LEGEND: Final = _("Line at 100 %: both the same.")
RANGE_LEGEND: Final = _("Bar: 95 % range within the session.")
TAPED_LEGEND: Final = _("Dashed: electrodes taped anew.")
DOUBT_LEGEND: Final = _("Hollow: a maximum in it may be too low.")
NEVER_LEGEND: Final = _("Triangle on top: the muscle never came.")
NEVER_AXIS: Final = _("never")
NEEDS_SESSIONS: Final = _(
    "After {of} sessions with fresh electrodes this line says how much change is more than chance: "
    "{n} so far."
)
MORE_THAN_CHANCE: Final = _("More than chance between two tapings: {changes}.")
CHANGE_OF: Final = _("{side} {change}")
LESS_OR_MORE: Final = _("{fall} % less or {rise} % more")
LAST_IS: Final[Mapping[bool | None, str]] = {
    True: _("The last session changed by more than that."),
    False: _("The last session changed by less than that."),
}
"""Where nobody can say yet, nothing is said."""
NEVER_FIRED: Final = _("not known, it never came in some session")
CAME_NEVER: Final = "sdc_never_fired"
CALENDAR: Final = _("Days trained, the last {n} weeks")
MEASURED: Final = _("measured")
PRACTISED: Final = _("practised")
NEITHER: Final = _("not trained")
DAYS: Final = _("{n} of the last {of} days trained, {measured} measured")
KEPT_THIS_WEEK: Final = _("This week {times} of {n} as planned")
WEEKDAYS: Final = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
MONTHS: Final = (
    *(_p("month", "Jan"), _p("month", "Feb"), _p("month", "Mar"), _p("month", "Apr")),
    *(_p("month", "May"), _p("month", "Jun"), _p("month", "Jul"), _p("month", "Aug")),
    *(_p("month", "Sep"), _p("month", "Oct"), _p("month", "Nov"), _p("month", "Dec")),
)
DATE: Final = _("{year}-{month}-{day}")
SHORT_DATE: Final = _("{month}-{day}")
LSI: Final = _("left glute at {value} of the right")


def picture_words(course: SetCourse) -> str:
    """``Right leg, training, set 2``."""
    return PICTURE.format(leg=LEGS[course.side], role=words.ROLES[course.role], n=course.set_number)


def part_words(course: SetCourse, whole: SetCourse) -> str:
    """Say the same with the numbers of its holds, where it is only a part of the set."""
    told = picture_words(course)
    if len(course.holds) == len(whole.holds):
        return told
    return PICTURE_PART.format(picture=told, first=course.holds[0].hold, last=course.holds[-1].hold)


def glute_words(course: SetCourse) -> str:
    """``Glute, % of its best``."""
    submax = any(hold.glute_submax for hold in course.holds)
    return _of(course.muscles.glute, submax=submax)


def ham_words(course: SetCourse) -> str:
    """``Hamstring, % of its best``."""
    submax = any(hold.ham_submax for hold in course.holds)
    return _of(course.muscles.ham, submax=submax)


def target_words(low_pct: float, high_pct: float) -> str:
    """``target 47 to 51 %``."""
    return TARGET.format(level=figures.target_words(low_pct, high_pct))


def ceiling_words(course: SetCourse, low_pct: float, high_pct: float) -> str:
    """``ceiling of the hamstring 40 %``."""
    muscle = muscle_word(course.muscles.ceiling or course.muscles.ham)
    return CEILING.format(muscle=muscle, level=figures.target_words(low_pct, high_pct))


def latency_words(course: SetCourse) -> str:
    """Say what the diamond stands for."""
    return LATENCY.format(muscle=gate_word(course))


def tick_words(latency_s: float) -> str:
    """``there 0.62 s``: what stands at the tick of the latency."""
    return THERE.format(seconds=figures.seconds_words(latency_s))


def gate_word(course: SetCourse) -> str:
    """``Glute``: the muscle that decides."""
    return _capital(muscle_word(course.muscles.gate))


def number_words(hold: HoldCourse) -> str:
    """``Hold 4``."""
    return NUMBERED[hold.kind].format(n=hold.hold)


def ended_words(hold: HoldCourse) -> str:
    """How it ended; of one that does not count, why."""
    if hold.excluded:
        return TAKEN_OUT.format(reason=hold.reason)
    if not hold.valid:
        return NOT_COUNTED.format(reason=_void_words(hold.reason))
    return words.outcome_words(hold.outcome, hold.role, hold.outcome_reason)


def course_words(hold: HoldCourse, gate: str) -> str:
    """One hold in one sentence: its number, how it ended, how soon the muscle was there, and how much."""
    said = [ended_words(hold)]
    if not hold.is_void and hold.outcome.counts:
        if hold.latency_s is None:
            said.append(NEVER_THERE)
        else:
            seconds = figures.seconds_words(hold.latency_s)
            said.append(THERE_AFTER.format(muscle=gate, seconds=seconds))
        if hold.plateau_pct is not None:
            said.append(LEVEL.format(level=figures.percent_words(hold.plateau_pct)))
    return HOLD_TOLD.format(hold=number_words(hold), told=", ".join(said))


def found_words(hold: HoldCourse) -> str:
    """``0.71 s, 62 %``: how soon the muscle was there, and its level; empty where nothing counts."""
    if hold.is_void or not hold.outcome.counts or hold.plateau_pct is None:
        return ""
    level = figures.percent_words(hold.plateau_pct)
    if hold.latency_s is None:
        return level
    return FOUND.format(seconds=figures.seconds_words(hold.latency_s), level=level)


def session_words(digest: SessionDigest) -> tuple[str, str, str, str]:
    """Cells of a session's line: date, what it was, how many holds, and the glutes side by side."""
    lsi = digest.numbers.get("glute_lsi_pct")
    n = digest.holds.total
    return (
        date_words(digest.started_at.astimezone().date()),
        state_words(digest),
        _n("{n} hold", "{n} holds", n).format(n=n) if n else figures.NONE,
        figures.NONE if lsi is None or lsi.value is None else LSI.format(value=interval_words(lsi)),
    )


def date_words(day: date, *, short: bool = False) -> str:
    """``2026-03-01``, or ``03-01``."""
    form = SHORT_DATE if short else DATE
    return form.format(year=f"{day.year:04d}", month=f"{day.month:02d}", day=f"{day.day:02d}")


def chart_title(chart: str) -> str:
    """``Glute, left of right (1 of 4)``."""
    place = list(CHARTS).index(chart) + 1
    return CHART.format(what=CHARTS[chart], n=place, of=len(CHARTS))


def legend_words(chart: str, series: Sequence[Series]) -> str:
    """Say what the marks of a chart mean."""
    points = [point for one in series for point in one.points]
    return " ".join(
        [
            LSI_LEGEND if chart == "glute_lsi" else SIDES_LEGEND,
            *([RANGE_LEGEND] if any(point.number.low is not None for point in points) else []),
            TAPED_LEGEND,
            *([DOUBT_LEGEND] if any(point.number.doubts for point in points) else []),
            *([NEVER_LEGEND] if any(point.number.never for point in points) else []),
        ]
    )


def detectable_note(trend: Trend, series: Sequence[Series]) -> str:
    """Say what change would be more than chance, and of one number whether the last one was."""
    unknown = {told: None for one in series if (told := _unknown(trend, one))}
    known = [one for one in series if not _unknown(trend, one)]
    said = [MORE_THAN_CHANCE.format(changes="; ".join(_change(one) for one in known))] if known else []
    if len(series) == 1:
        said.append(LAST_IS.get(series[0].beyond, ""))
    return " ".join(filter(None, [*said, *unknown]))


def series_words(series: Series) -> str:
    """Tell a line of a chart: ``Glute, left of right: 2026-03-01 81 %, 2026-03-08 90 %``."""
    told = (
        f"{date_words(point.started_at.astimezone().date())} {number_words_of(series.name, point.number)}"
        for point in series.points
    )
    return f"{TITLES[series.name]}: {', '.join(told)}"


def month_marks(days: Sequence[Day]) -> dict[int, str]:
    """Name the months of a calendar: each at the first week that begins in it, by the number of the week."""
    marks: dict[int, str] = {}
    for week, day in enumerate(days[::7]):
        if week == 0 or day.day.month != days[(week - 1) * 7].day.month:
            marks[week] = MONTHS[day.day.month - 1]
    return marks


def calendar_title(days: Sequence[Day]) -> str:
    """``Days trained, the last 12 weeks``."""
    return CALENDAR.format(n=-(-len(days) // 7))


def days_words(days: Sequence[Day]) -> str:
    """``21 of the last 84 days trained, 5 measured``."""
    trained = sum(day.times > 0 for day in days)
    return DAYS.format(n=trained, of=len(days), measured=sum(day.measured for day in days))


def kept_words(kept: Kept | None) -> str:
    """Say how the plan was kept: ``this week 2 of 4 as planned; 7 of 11 weeks before it``."""
    if kept is None:
        return ""
    if not kept.n_weeks:
        return KEPT_THIS_WEEK.format(times=kept.times, n=kept.planned)
    return _n(
        "This week {times} of {n} as planned; {weeks} of {of} week before it",
        "This week {times} of {n} as planned; {weeks} of {of} weeks before it",
        kept.n_weeks,
    ).format(times=kept.times, n=kept.planned, weeks=kept.weeks, of=kept.n_weeks)


def heading_words(history: History) -> str:
    """Title of the list, and what could not be read."""
    told = SESSIONS if history.digests else NO_SESSIONS
    return f"{told}. {BROKEN.format(n=history.n_broken)}" if history.n_broken else told


def _unknown(trend: Trend, series: Series) -> str:
    """Say why it is not known what change is more than chance; empty where it is."""
    if series.detectable is not None or series.detectable_reason == CAME_NEVER:
        return ""
    missing = int(series.detectable_reason.partition(":")[2] or max(1, MIN_FRESH - trend.n_fresh))
    return NEEDS_SESSIONS.format(of=MIN_FRESH, n=max(0, MIN_FRESH - missing))


def _change(series: Series) -> str:
    """``left 44 % less or 78 % more``; ``0.20 s`` of a latency."""
    found = series.detectable
    if found is None:
        told = NEVER_FIRED
    elif found.s is not None:
        told = figures.seconds_words(found.s)
    else:
        fall, rise = (f"{pct or 0.0:.0f}" for pct in (found.fall_pct, found.rise_pct))
        told = LESS_OR_MORE.format(fall=fall, rise=rise)
    side = next((side for side in Side if series.name.startswith((f"glute_{side}_", f"ham_{side}_"))), None)
    return told if side is None else CHANGE_OF.format(side=SIDES_INSIDE[side], change=told)


def _void_words(code: str) -> str:
    return LOST.get(code) or board_words.verdict_words(code, ())


def _of(muscle: str, *, submax: bool) -> str:
    return (OF_BRIDGE if submax else OF_BEST).format(muscle=_capital(muscle_word(muscle)))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
