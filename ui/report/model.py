"""The numbers of a report, ready to be drawn: they are those of summary.json and holds.csv, and no others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from emg.foreign import plain
from emg.montage import Side
from emg.results import Method, Outcome, Role
from emg.session.library import SessionDigest
from emg.session.trend import Point, Series
from ui.reading.summary_parts import Summary, of_side, part, side_of
from ui.reading.summary_sentences import comparisons, low_side_first, shown_names
from ui.report.material import Material, Row
from ui.words import figures, report_words, words

MUSCLES: Final = ("glute", "ham")
MAX_SESSIONS: Final = 12
"""So many points a small chart of the trend has room for."""

COMPARISONS: Final = ("glute_lsi_pct", "ham_lsi_pct", "diagonal", "findings")
"""Where comparisons stand in summary.json."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One muscle of one leg in the picture of the two legs.

    Attributes
    ----------
    side, muscle : Side, str
        Whose.
    mean, sd : float or None
        In % of what the axis says; None is drawn as missing.
    each : tuple of float
        Every test hold that counts, in order.
    doubtful : bool
        Its maximum may be too low, so it may read too high.
    missing : str
        Why there is no bar; empty where there is one.
    aside : str
        A number that does not belong on this axis, with what it is of.
    """

    side: Side
    muscle: str
    mean: float | None = None
    sd: float | None = None
    each: tuple[float, ...] = ()
    doubtful: bool = False
    missing: str = ""
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Legs:
    """The picture of the two legs.

    Attributes
    ----------
    bars : tuple of Bar
        Left glute, left hamstring, right glute, right hamstring.
    bridge : bool
        Whether the axis is in % of the bridge, because nothing has a maximum.
    there : tuple of str
        One sentence a side about the latency; empty for none.
    """

    bars: tuple[Bar, ...]
    bridge: bool
    there: tuple[str, str]


@dataclass(frozen=True, slots=True)
class HoldDot:
    """One hold.

    Attributes
    ----------
    hold : int
        Its number.
    side : Side or None
        Working leg; None where both work.
    test : bool
        Else it trained.
    counts : bool
        Whether it enters the means.
    why_not : str
        How it ended, where it does not.
    glute, ham, target, latency_s : float or None
        As in holds.csv; levels in % of what the chart says.
    never : bool
        The glute was measured, and did not come.
    """

    hold: int
    side: Side | None
    test: bool
    counts: bool
    why_not: str = ""
    glute: float | None = None
    ham: float | None = None
    target: float | None = None
    latency_s: float | None = None
    never: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, as a sentence and as a bar on a log axis.

    Attributes
    ----------
    sentence : str
        As the summary says it.
    value, low, high : float or None
        As a quotient: 1 is alike.
    doubtful : bool
        A maximum in it may be held back.
    """

    sentence: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """One number beside the same of the session before.

    Attributes
    ----------
    name : str
        As in ``SessionDigest.numbers``.
    then, now : Number
        Both as they stand in their summaries.
    verdict : str
        Whether that is more than chance, or why the two are not compared.
    """

    name: str
    then: Point
    now: Point
    verdict: str


def legs_of(material: Material) -> Legs:
    """Give the picture of the two legs."""
    summary = material.summary
    levels = {
        (side, muscle, of): of_side(summary, side, f"{muscle}_pct_{of}").get("mean")
        for side in Side
        for muscle in MUSCLES
        for of in ("mvc", "submax")
    }
    bridge = not any(value is not None for (_s, _m, of), value in levels.items() if of == "mvc") and any(
        value is not None for value in levels.values()
    )
    bars = tuple(
        _bar(material, side, muscle, "submax" if bridge else "mvc") for side in Side for muscle in MUSCLES
    )
    left, right = (_there(summary, side) for side in Side)
    return Legs(bars, bridge, (left, right))


def _bar(material: Material, side: Side, muscle: str, of: str) -> Bar:
    site, name = f"{muscle}_{side}", f"{muscle}_pct_{of}"
    number = of_side(material.summary, side, name)
    reference = part(material.summary, "references", site)
    if number.get("mean") is None:
        other = of_side(material.summary, side, f"{muscle}_pct_submax").get("mean")
        aside = "" if other is None or of == "submax" else figures.percent_words(other)
        return Bar(side, muscle, missing=_missing(material, side, site, reference), aside=aside)
    tested = [
        row
        for row in material.rows
        if row.get("role") == Role.TEST and row.get("side") == side and counts(row)
    ]
    each = (number_of(row, name) for row in tested)
    return Bar(
        side,
        muscle,
        float(number["mean"]),
        number.get("sd"),
        tuple(value for value in each if value is not None),
        bool(reference.get("doubts")),
    )


def _missing(material: Material, side: Side, site: str, reference: Summary) -> str:
    """Say why a bar is not there."""
    if not material.summary:
        return report_words.NO_NUMBER
    if site not in material.record.montage:
        return report_words.NOT_MEASURED
    if reference.get("method") == Method.SUBMAX:
        return report_words.OF_BRIDGE
    if not reference:
        return report_words.NO_MAXIMUM
    tested = any(row.get("role") == Role.TEST and row.get("side") == side for row in material.rows)
    return report_words.NO_READING if tested else report_words.NOT_TESTED


def _there(summary: Summary, side: Side) -> str:
    latency = of_side(summary, side, "glute_latency_s")
    if latency.get("median") is None:
        return ""
    return report_words.THERE[side].format(seconds=figures.median_words(latency["median"], None))


def counts(row: Row) -> bool:
    """Whether a hold enters the means, as ``HoldResult.enters_means``."""
    outcome = row.get("outcome", "")
    return outcome in set(Outcome) and Outcome(outcome).counts and not row.get("excluded")


def number_of(row: Row, name: str) -> float | None:
    """Give a number of a row; None for an empty cell."""
    try:
        return float(row.get(name) or "nan") if row.get(name) else None
    except ValueError:
        return None


def hold_dots(material: Material, *, bridge: bool) -> tuple[HoldDot, ...]:
    """Give every hold, in order."""
    return tuple(_dot(row, "submax" if bridge else "mvc") for row in material.rows)


def _dot(row: Row, of: str) -> HoldDot:
    number = row.get("hold", "")
    side = Side(row["side"]) if row.get("side") in set(Side) else None
    counted = counts(row)
    glute, ham = (number_of(row, f"{muscle}_pct_{of}") for muscle in MUSCLES)
    latency_s = number_of(row, "glute_latency_s")
    held = glute is not None or number_of(row, "glute_cv_pct") is not None
    return HoldDot(
        hold=int(number) if number.isdigit() else 0,
        side=side,
        test=row.get("role") == Role.TEST,
        counts=counted,
        why_not="" if counted else ended_words(row),
        glute=glute,
        ham=ham,
        target=number_of(row, "target_pct"),
        latency_s=latency_s,
        never=counted and held and latency_s is None,
    )


def ended_words(row: Row) -> str:
    """Say how a hold ended that enters no mean; what somebody wrote is told as they did."""
    if row.get("excluded"):
        return plain(row["excluded"], 60)
    outcome = row.get("outcome", "")
    role = Role(row["role"]) if row.get("role") in set(Role) else None
    if outcome not in set(Outcome):
        return plain(outcome)
    return words.outcome_words(Outcome(outcome), role, plain(row.get("outcome_reason", ""), 60))


def compared(summary: Summary) -> tuple[Compared, ...]:
    """Give what is compared, in the sentences of the summary, with the numbers to draw beside them."""
    found = [_compared(name, summary) for name in shown_names(summary)]
    drawn = [one for one in found if one.value is not None]
    told = {one.sentence for one in drawn}
    rest = [Compared(sentence) for sentence in comparisons(summary) if sentence not in told]
    return (*drawn, *rest)


def _compared(name: str, summary: Summary) -> Compared:
    """Take one comparison out of the summary, so that its sentence stands alone."""
    number = part(summary, *name.split("."))
    if number.get("value") is None:
        return Compared("")
    alone = {key: value for key, value in summary.items() if key not in COMPARISONS}
    alone["sides"] = {side.value: {**side_of(summary, side), "glute_latency_s": {}} for side in Side}
    first, _, last = name.partition(".")
    kept = {"sore_side": part(summary, "findings").get("sore_side"), last: number} if last else number
    sentences = comparisons({**alone, first: kept})
    _turned, shown = low_side_first(name, number)
    scale = 100.0 if name.endswith(("_pct", "_other")) else 1.0
    value, low, high = (
        None if shown.get(key) is None else shown[key] / scale for key in ("value", "low", "high")
    )
    return Compared(" ".join(sentences), value, low, high, bool(number.get("doubts")))


def last_time(material: Material) -> tuple[Since, ...]:
    """Put the numbers of this session beside those of the session before it, of the same exercise."""
    if material.trend is None:
        return ()
    before = {one.id: one for one in material.digests}
    names = [f"{muscle}_{side}_pct_mvc" for muscle in MUSCLES for side in Side]
    names += [f"glute_{side}_latency_s" for side in Side]
    found = []
    for name in names:
        series = material.trend.series.get(name)
        if series is None or series.last is None or len(series.points) < 2:
            continue
        then, now = series.points[-2], series.points[-1]
        verdict = _verdict(series, then, now, before[then.session], before[now.session])
        found.append(Since(name, then, now, verdict))
    return tuple(found)


def _verdict(series: Series, then: Point, now: Point, before: SessionDigest, today: SessionDigest) -> str:
    """Say whether two sessions differ by more than chance, and first whether they may be compared."""
    site = series.name.removesuffix("_pct_mvc").removesuffix("_latency_s")
    if before.board != today.board:
        return report_words.OTHER_BOARD
    if series.name.endswith("_pct_mvc") and before.methods.get(site) != today.methods.get(site):
        return report_words.OTHER_WAY
    if then.number.doubts or now.number.doubts:
        return report_words.DOUBTFUL
    reach, first, last = series.detectable, then.number.value, now.number.value
    if reach is None or reach.with_last or first is None or last is None:
        return report_words.TOO_EARLY
    if reach.s is not None:
        beyond = abs(last - first) > reach.s
    elif first > 0.0 and reach.rise_pct is not None and reach.fall_pct is not None:
        change_pct = 100.0 * (last / first - 1.0)
        beyond = change_pct > reach.rise_pct or -change_pct > reach.fall_pct
    else:
        return report_words.TOO_EARLY
    return report_words.BEYOND if beyond else report_words.WITHIN


def trend_series(material: Material) -> dict[str, tuple[Series, ...]]:
    """Give the small charts of the trend: title, and the lines in it; only those with two sessions."""
    if material.trend is None:
        return {}
    charts = {
        report_words.TREND_GLUTE: [f"glute_{side}_pct_mvc" for side in Side],
        report_words.TREND_HAM: [f"ham_{side}_pct_mvc" for side in Side],
        report_words.TREND_LSI: ["glute_lsi_pct"],
        report_words.TREND_LATENCY: [f"glute_{side}_latency_s" for side in Side],
    }
    known = material.trend.series
    found = {
        title: tuple(_last(known[name]) for name in names if name in known) for title, names in charts.items()
    }
    return {title: lines for title, lines in found.items() if any(len(line.points) > 1 for line in lines)}


def _last(series: Series) -> Series:
    return replace(series, points=series.points[-MAX_SESSIONS:])


def level_of(summary: Summary, side: Side) -> tuple[float | None, bool]:
    """Level of a side's glute in its test holds, and whether it is in % of the bridge."""
    for of in ("mvc", "submax"):
        mean = of_side(summary, side, f"glute_pct_{of}").get("mean")
        if mean is not None:
            return float(mean), of == "submax"
    return None, False
