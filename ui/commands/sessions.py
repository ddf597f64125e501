"""``powerhold sessions``: what was done so far, and for one athlete where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table

from emg.foreign import plain
from emg.session.adherence import Plan, Week, adherence, day_of, done_of
from emg.session.index_rows import Listed
from emg.session.library import Broken, Number, SessionDigest
from emg.session.trend import Point, Series, Trend, best_of, trends
from ui.commands.calibrations import when_words
from ui.commands.returns import returns_table
from ui.commands.shared import JSON_OPTION, fail, print_json, say
from ui.exit_codes import EXIT_USAGE
from ui.kept.athlete_files import NotesUnreadable
from ui.kept.athletes import athletes
from ui.kept.home import AthleteError, check_athlete
from ui.kept.home_plan import times_a_week
from ui.kept.library import look
from ui.kept.morning_notes import MorningNote, mornings
from ui.kept.returns import return_facts, returns_of
from ui.session.recovery import recover_athlete
from ui.words import command_words, figures, library_words, trend_words
from ui.words.told import told

WEEKS: Final = 4

NEWEST: Final = 40
"""So many lines nobody has to ask for: more of them push the newest off the screen."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A session, and what was said on the morning after."""

    digest: SessionDigest
    morning: MorningNote | None


@dataclass(frozen=True, slots=True)
class _Found:
    """All of one or several athletes, newest first; what the lists do not show is not even made."""

    listed: tuple[Listed, ...]
    broken: tuple[Broken, ...]

    @property
    def digests(self) -> list[SessionDigest]:
        """All that is known of each."""
        return [one.digest for one in self.listed]

    def lines(self, most: int | None) -> list[_Line]:
        """Give the newest, with what was said on the morning after."""
        shown = self.listed[:most]
        known = {athlete: _mornings(athlete) for athlete in dict.fromkeys(one.athlete for one in shown)}
        return [_Line(one.digest, known[one.athlete].get(one.id)) for one in shown]


@click.command("sessions")
@click.option("--athlete", metavar="ID", help="Of this athlete only, with trend and adherence.")
@click.option(
    "--per-day", type=click.IntRange(1, 2), help="Planned times a day; else as in the athlete's plan, else 1."
)
@click.option(
    "--measured-per-week",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="Planned sessions with a board, a week.",
)
@click.option("--all", "every", is_flag=True, help="List also what is older than the newest 40.")
@JSON_OPTION
def sessions_command(
    athlete: str | None, per_day: int | None, measured_per_week: int, every: bool, as_json: bool
) -> None:
    """List the sessions there are, newest first; of one athlete also how they go on."""
    try:
        ids = [entry.id for entry in athletes()] if athlete is None else [check_athlete(athlete)]
    except AthleteError as error:
        fail(told(error), EXIT_USAGE)
    found = _find(ids, everybody=athlete is None)
    seen = found.listed if as_json or every else found.listed[:NEWEST]
    cut_off = {one.athlete for one in seen if _may_be_cut_off(one.digest)}
    recovered = [recover_athlete(one) for one in sorted(cut_off)]
    if any(recovered):
        found = _find(ids, everybody=athlete is None)
    per_week = None if per_day or athlete is None else times_a_week(athlete)
    plan = Plan(per_day or 1, measured_per_week, per_week)
    if as_json:
        across = {} if athlete is None else _across_facts(athlete, found, plan)
        print_json(
            {
                "sessions": [session_facts(one.digest, one.morning) for one in found.lines(None)],
                "broken": [{"path": str(one.folder), "reason": one.reason} for one in found.broken],
                **across,
            }
        )
        return
    console = Console(markup=False, highlight=False)
    _print_list(console, found, None if every else NEWEST, with_athlete=len(ids) > 1)
    if athlete is not None:
        _print_across(console, athlete, found, plan)


def session_facts(digest: SessionDigest, morning: MorningNote | None) -> dict[str, Any]:
    """Tell a program all of a session that a list knows.

    Parameters
    ----------
    digest : SessionDigest
        The session.
    morning : MorningNote or None
        What was said on the morning after.
    """
    done, of = digest.holds.trained
    return {
        "id": digest.id,
        "path": str(digest.folder),
        "athlete": digest.athlete,
        "protocol": digest.protocol,
        "kind": digest.kind,
        "started_at": digest.started_at.isoformat(),
        "complete": digest.complete,
        "recovered": digest.recovered,
        "simulated": digest.simulated,
        "board": digest.board,
        "sore_side": digest.sore_side,
        "placement": digest.placement,
        "way": digest.way,
        "methods": dict(digest.methods),
        "holds": {
            role.value: {outcome.value: n for outcome, n in outcomes.items()}
            for role, outcomes in digest.holds.counts.items()
        },
        "n_holds": digest.holds.total,
        "n_excluded": digest.holds.excluded,
        "training": {"n_success": done, "n": of},
        "numbers": {name: _number_facts(number) for name, number in digest.numbers.items()},
        "pain": asdict(digest.pain) | {"next_morning": None if morning is None else morning.pain_0_10},
    }


def trend_facts(trend: Trend) -> dict[str, Any]:
    """Tell a program all of a trend."""
    return {
        "athlete": trend.athlete,
        "protocol": trend.protocol,
        "sessions": list(trend.sessions),
        "n_fresh": trend.n_fresh,
        "caveats": list(trend.caveats),
        "numbers": {name: _series_facts(series) for name, series in trend.series.items()},
    }


def week_facts(week: Week) -> dict[str, Any]:
    """Tell a program all of a week."""
    return asdict(week) | {"first": week.first.isoformat(), "last": week.last.isoformat()}


def _may_be_cut_off(digest: SessionDigest) -> bool:
    """Whether it may be a session that was killed, and never put right."""
    return digest.kind != "recording" and not (digest.complete or digest.recovered)


def _find(ids: Sequence[str], *, everybody: bool) -> _Found:
    shelf = look(ids, everybody=everybody)
    return _Found(shelf.listed[::-1], shelf.broken)


def _mornings(athlete: str) -> Mapping[str, MorningNote]:
    """Answers of the morning after; without them the list is still one."""
    try:
        return mornings(athlete)
    except NotesUnreadable as error:
        say(told(error))
        return {}


def _weeks(found: _Found, plan: Plan) -> tuple[Week, ...]:
    done = done_of(found.digests, None)
    return adherence(done, plan, day_of(datetime.now(UTC), None), WEEKS)


def _across_facts(athlete: str, found: _Found, plan: Plan) -> dict[str, Any]:
    try:
        notes = [return_facts(note) for note in reversed(returns_of(athlete))]
    except NotesUnreadable as error:
        say(told(error))
        notes = []
    return {
        "trends": [trend_facts(trend) for trend in trends(found.digests)],
        "adherence": {
            "plan": asdict(plan),
            "weeks": [week_facts(week) for week in _weeks(found, plan)],
        },
        "returns": notes,
    }


def _number_facts(number: Number) -> dict[str, Any]:
    return asdict(number) | {"doubts": list(number.doubts)}


def _series_facts(series: Series) -> dict[str, Any]:
    return {
        "points": [_point_facts(point) for point in series.points],
        "typical": asdict(series.typical),
        "before": asdict(series.before),
        "best": None if series.best is None else _point_facts(series.best),
        "best_is": best_of(series.name).value,
        "last": None if series.last is None else _point_facts(series.last),
        "change": None if series.change is None else asdict(series.change),
        "detectable": None if series.detectable is None else asdict(series.detectable),
        "detectable_reason": series.detectable_reason,
        "beyond": series.beyond,
    }


def _point_facts(point: Point) -> dict[str, Any]:
    return {
        "session": point.session,
        "started_at": point.started_at.isoformat(),
        "placement": point.placement,
        **_number_facts(point.number),
    }


def _print_list(console: Console, found: _Found, most: int | None, *, with_athlete: bool) -> None:
    if not found.listed and not found.broken:
        console.print(trend_words.NO_SESSIONS)
        return
    lines = found.lines(most)
    if lines:
        console.print(_list_table(lines, with_athlete=with_athlete))
        if len(lines) < len(found.listed):
            console.print(library_words.OLDER.format(n=len(found.listed) - len(lines)))
        if any(_pain(one) != figures.NONE for one in lines):
            console.print(f"\n{trend_words.PAIN_ORDER}")
    if found.broken:
        console.print(f"\n{trend_words.BROKEN_TITLE}", style="bold")
        for one in found.broken:
            console.print(Padding(plain(told(one.reason), 400), (0, 0, 0, 2), expand=False))


def _list_table(listed: Iterable[_Line], *, with_athlete: bool) -> Table:
    """One row a session."""
    who = [Column(command_words.ATHLETE, overflow="fold")] if with_athlete else []
    said = command_words.SESSION_COLUMNS
    table = Table(
        Column(said["started"], no_wrap=True),
        *who,
        Column(said["what"], overflow="fold"),
        Column(said["glute_left"], justify="right", no_wrap=True),
        Column(said["glute_right"], justify="right", no_wrap=True),
        Column(said["left_of_right"], justify="right", no_wrap=True),
        Column(said["in_target"], justify="right", no_wrap=True),
        Column(said["pain"], justify="right", no_wrap=True),
        box=None,
        padding=(0, 1, 0, 0),
    )
    for one in listed:
        digest = one.digest
        glutes = (f"glute_{side}_pct_mvc" for side in ("left", "right"))
        table.add_row(
            when_words(digest.started_at),
            *([plain(digest.athlete)] if with_athlete else []),
            plain(trend_words.state_words(digest), 80),
            *(trend_words.number_words(name, _number(digest, name)) for name in glutes),
            trend_words.interval_words(_number(digest, "glute_lsi_pct")),
            trend_words.trained_words(digest),
            _pain(one),
        )
    return table


def _number(digest: SessionDigest, name: str) -> Number:
    return digest.numbers.get(name, Number())


def _pain(one: _Line) -> str:
    return trend_words.pain_words(one.digest.pain, None if one.morning is None else one.morning.pain_0_10)


def _print_across(console: Console, athlete: str, found: _Found, plan: Plan) -> None:
    """Print trends, adherence and what was noted of coming back."""
    known = trends(found.digests)
    if found.listed and not known:
        console.print(f"\n{trend_words.NO_TREND}")
    for trend in known:
        console.print(f"\n{plain(trend_words.trend_title(trend), 120)}", style="bold")
        console.print(_trend_table(trend))
        for sentence in trend_words.trend_sentences(trend):
            console.print(Padding(sentence, (0, 0, 0, 2), expand=False))
    _print_weeks(console, _weeks(found, plan), plan)
    try:
        notes = returns_of(athlete)
    except NotesUnreadable as error:
        say(told(error))
        return
    if notes:
        console.print(f"\n{trend_words.RETURNS_TITLE}", style="bold")
        console.print(returns_table(reversed(notes)))
        if not known:
            console.print(Padding(trend_words.NOT_STRENGTH, (0, 0, 0, 2), expand=False))


def _trend_table(trend: Trend) -> Table:
    """One row a number."""
    table = Table(
        Column("", overflow="fold"),
        *(Column(title, justify="right", no_wrap=True) for title in trend_words.TREND_COLUMNS),
        box=None,
        padding=(0, 1, 0, 0),
    )
    for name, title in trend_words.NUMBERS.items():
        series = trend.series.get(name)
        if series is not None:
            table.add_row(title, *trend_words.series_cells(series))
    return table


def _print_weeks(console: Console, weeks: Sequence[Week], plan: Plan) -> None:
    if not weeks:
        return
    console.print(f"\n{trend_words.ADHERENCE_TITLE} ({trend_words.plan_words(plan)})", style="bold")
    table = Table.grid(Column(no_wrap=True), Column(overflow="fold"), padding=(0, 2, 0, 0))
    for week in reversed(weeks):
        table.add_row(*trend_words.week_words(week))
    console.print(Padding(table, (0, 0, 0, 2), expand=False))
