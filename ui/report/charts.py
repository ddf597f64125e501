"""The charts of the report, painted as lines and shapes; what is missing is drawn as missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtSvg import QSvgRenderer

from emg.montage import Side, Site
from emg.session.trend import Point, Series
from ui.desktop.drawings import landmarks
from ui.reading.history import Day
from ui.report.canvas import BLUE, GREEN, INK, LINE, QUIET, UNITS, VERMILLION, Box, Canvas, Type
from ui.report.model import Bar, Compared, HoldDot, Legs
from ui.words import figures, report_words
from ui.words.body_words import LEGS
from ui.words.history_words import WEEKDAYS, date_words

COLOURS: Final = {Side.LEFT: BLUE, Side.RIGHT: VERMILLION}
TINTS: Final = {Side.LEFT: "#dcebf5", Side.RIGHT: "#fae5d8"}
SHAPES: Final = {"glute": "round", "ham": "square"}
NAMES: Final = {"glute": report_words.GLUTE, "ham": report_words.HAM}
SMALL: Final = Type(7.4, colour=QUIET)
TINY: Final = Type(6.6, colour=QUIET)
FULL_PCT: Final = 100.0
STEPS: Final = (5.0, 10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 500.0)
LEAST_STEP: Final = 3.4
"""In millimetres: closer together the numbers of the holds are left out."""

REACH: Final = 5.0
"""Comparisons are drawn from a fifth to five times as much."""


def draw_legs(canvas: Canvas, box: Box, legs: Legs) -> None:
    """Paint the glute against the hamstring of both legs, with scatter, on one scale."""
    plot = box.inset(left=9.0, top=11.0, bottom=17.0)
    middle = 40.0
    half = (plot.w - middle) / 2.0
    top = _top_of(legs.bars)
    for level in _ticks(top):
        y = plot.bottom - plot.h * level / top
        canvas.label(plot.x - 1.5, y, f"{level:.0f}", SMALL, "right")
        for left in (plot.x, plot.right - half):
            canvas.rule(left, y, left + half, y, LINE if level else QUIET, 0.3 if not level else 0.15)
    full_y, line = None, report_words.BRIDGE_LINE if legs.bridge else report_words.ITS_BEST
    if top >= FULL_PCT:
        y = plot.bottom - plot.h * FULL_PCT / top
        for left in (plot.x, plot.right - half):
            canvas.rule(left, y, left + half, y, QUIET, 0.35)
        full_y = y
    for side, left in ((Side.LEFT, plot.x), (Side.RIGHT, plot.right - half)):
        panel = Box(left, plot.y, half, plot.h)
        pair = [bar for bar in legs.bars if bar.side is side]
        canvas.label(panel.x + half / 2.0, box.y + 3.0, LEGS[side], Type(12.0, bold=True), "centre")
        for number, bar in enumerate(pair):
            _draw_bar(canvas, panel, bar, panel.x + half * (0.27 + 0.46 * number), top)
        there = legs.there[list(Side).index(side)]
        canvas.fitted(
            Box(panel.x - 3.0, plot.bottom + 8.5, half + 3.0, 8.0), there, Type(8.6, colour=QUIET), "centre"
        )
    body = Box(plot.x + half + 2.0, plot.bottom - (middle - 4.0) * 1.59, middle - 4.0, (middle - 4.0) * 1.59)
    _draw_body(canvas, body, legs)
    if full_y is not None:
        width = canvas.width_of(line, SMALL) + 3.0
        centre = plot.x + half + middle / 2.0
        canvas.bar(Box(centre - width / 2.0, full_y - 2.0, width, 4.0), "#ffffff", radius=1.0)
        canvas.label(centre, full_y, line, SMALL, "centre")


def _draw_bar(canvas: Canvas, panel: Box, bar: Bar, x: float, top: float) -> None:
    """Paint one muscle: a full bar is the glute, an outlined one the hamstring."""
    width = panel.w * 0.25
    colour, tint = COLOURS[bar.side], TINTS[bar.side]
    canvas.fitted(
        Box(x - panel.w * 0.23, panel.bottom + 1.8, panel.w * 0.46, 5.0),
        NAMES[bar.muscle],
        Type(10.0),
        "centre",
    )
    if bar.mean is None:
        empty = Box(x - width / 2.0, panel.bottom - panel.h * 0.32, width, panel.h * 0.32)
        canvas.bar(empty, None, QUIET, mm=0.25, dashed=True)
        told = "\n".join(filter(None, (bar.aside, bar.missing)))
        canvas.fitted(
            empty.inset(left=0.6, right=0.6, top=empty.h * 0.28), told, Type(8.0, colour=QUIET), "centre"
        )
        return
    y = panel.bottom - panel.h * bar.mean / top
    fill = colour if bar.muscle == "glute" and not bar.doubtful else tint
    canvas.bar(Box(x - width / 2.0, y, width, panel.bottom - y), fill, colour, mm=0.5, dashed=bar.doubtful)
    highest = bar.mean
    if bar.sd is not None:
        low, high = max(0.0, bar.mean - bar.sd), bar.mean + bar.sd
        canvas.whisker(x, panel.bottom - panel.h * low / top, panel.bottom - panel.h * high / top, INK)
        highest = high
    for number, level in enumerate(bar.each):
        spread = (number - (len(bar.each) - 1) / 2.0) * min(2.4, 8.0 / max(1, len(bar.each)))
        where = x + width / 2.0 + 4.2 + spread
        canvas.dot(
            where,
            panel.bottom - panel.h * level / top,
            1.7,
            colour,
            SHAPES[bar.muscle],
            filled=bar.muscle == "glute",
        )
    mark = " ?" if bar.doubtful else ""
    above = panel.bottom - panel.h * highest / top - 4.6
    canvas.label(x, above, f"{figures.percent_words(bar.mean)}{mark}", Type(15.0, bold=True), "centre")


def _draw_body(canvas: Canvas, box: Box, legs: Legs) -> None:
    """Paint pelvis and legs from behind, with a mark at each muscle that was measured."""
    renderer = QSvgRenderer(QByteArray(landmarks.svg("#9aa1a9")))
    frame = QRectF(box.x * UNITS, box.y * UNITS, box.w * UNITS, box.h * UNITS)
    renderer.render(canvas.painter, frame)
    for bar in legs.bars:
        spot = landmarks.spot(Site.parse(f"{bar.muscle}_{bar.side}"))
        if spot is None or bar.missing == report_words.NOT_MEASURED:
            continue
        x, y = spot.centre
        place = (box.x + box.w * x / landmarks.SIZE[0], box.y + box.h * y / landmarks.SIZE[1])
        canvas.dot(*place, 2.6, COLOURS[bar.side], SHAPES[bar.muscle], filled=bar.muscle == "glute")


def draw_days(canvas: Canvas, box: Box, days: Sequence[Day]) -> None:
    """Paint the last weeks, a row a week from Monday on: full is measured, a ring is practised."""
    weeks = max(1, -(-len(days) // 7))
    step = min((box.w - 9.0) / 7.0, box.h / (weeks + 0.9))
    left = box.x + 8.5 + step * 0.5
    for number, word in enumerate(WEEKDAYS):
        canvas.label(left + number * step, box.y + step * 0.4, word, TINY, "centre")
    for number, day in enumerate(days):
        week, weekday = divmod(number, 7)
        x, y = left + weekday * step, box.y + step * (week + 1.25)
        if not weekday:
            canvas.label(box.x, y, date_words(day.day, short=True), TINY)
        if not day.times:
            canvas.dot(x, y, step * 0.16, LINE)
        else:
            canvas.dot(x, y, step * 0.56, GREEN, filled=day.measured)
        if number == len(days) - 1:
            around = step * 0.84
            canvas.bar(
                Box(x - around / 2.0, y - around / 2.0, around, around), None, INK, mm=0.25, radius=1.0
            )


def draw_holds(canvas: Canvas, box: Box, dots: Sequence[HoldDot], *, bridge: bool) -> None:
    """Paint every hold in order: levels above, latency below."""
    plot = box.inset(left=17.0, top=4.5, bottom=4.5)
    levels = Box(plot.x, plot.y, plot.w, plot.h * 0.66)
    times = Box(plot.x, plot.y + plot.h * 0.74, plot.w, plot.h * 0.26)
    known = [level for dot in dots for level in (dot.glute, dot.ham, dot.target) if level is not None]
    top = _nice(max([40.0, *known]) * 1.08)
    late = [dot.latency_s for dot in dots if dot.latency_s is not None]
    top_s = max(1.0, math.ceil(max([0.0, *late]) * 1.15))
    for level in _ticks(top):
        y = levels.bottom - levels.h * level / top
        canvas.rule(levels.x, y, levels.right, y, LINE, 0.15)
        canvas.label(levels.x - 1.5, y, f"{level:.0f}", TINY, "right")
    for seconds in (0.0, top_s):
        y = times.bottom - times.h * seconds / top_s
        canvas.rule(times.x, y, times.right, y, LINE, 0.15)
        canvas.label(times.x - 1.5, y, figures.number(seconds, "g"), TINY, "right")
    axis = report_words.LEVEL_AXIS_BRIDGE if bridge else report_words.LEVEL_AXIS
    canvas.fitted(Box(box.x, levels.y + levels.h / 2.0 - 3.0, 11.0, 8.0), axis, TINY)
    canvas.fitted(Box(box.x, times.y + 0.5, 11.0, times.h), report_words.LATENCY_AXIS, TINY)
    step = levels.w / max(1, len(dots))
    for number, dot in enumerate(dots):
        _draw_hold(canvas, levels, times, dot, (plot.x + step * (number + 0.5), step), (top, top_s))
    _draw_sides(canvas, levels, dots, step)


def _draw_hold(
    canvas: Canvas, levels: Box, times: Box, dot: HoldDot, at: tuple[float, float], tops: tuple[float, float]
) -> None:
    x, step = at
    colour = QUIET if dot.side is None else COLOURS[dot.side]
    size = max(0.8, min(2.1, step * 0.34))
    apart = min(1.4, step * 0.18)
    if step >= LEAST_STEP:
        canvas.label(x, times.bottom + 2.6, str(dot.hold), TINY, "centre")
    if not dot.counts:
        canvas.dot(x, levels.bottom - 1.6, size, QUIET, "cross")
        return
    if dot.target is not None:
        y = levels.bottom - levels.h * min(dot.target, tops[0]) / tops[0]
        canvas.rule(x - step * 0.36, y, x + step * 0.36, y, INK, 0.25)
    for level, shape, dx in ((dot.glute, "round", -apart), (dot.ham, "square", apart)):
        if level is not None:
            y = levels.bottom - levels.h * level / tops[0]
            canvas.dot(x + dx, y, size, colour, shape, filled=dot.test)
    if dot.latency_s is not None:
        y = times.bottom - times.h * max(0.0, dot.latency_s) / tops[1]
        canvas.dot(x, y, size * 1.1, colour, "diamond", filled=dot.test)
    elif dot.never:
        canvas.dot(x, times.y, size * 1.1, colour, "up", filled=dot.test)


def _draw_sides(canvas: Canvas, levels: Box, dots: Sequence[HoldDot], step: float) -> None:
    """Name the leg over each run of holds, and part the runs."""
    start = 0
    for number in range(1, len(dots) + 1):
        if number < len(dots) and dots[number].side is dots[start].side:
            continue
        side = dots[start].side
        if side is not None:
            x = levels.x + step * (start + 0.1)
            look = Type(7.4, bold=True, colour=INK)
            if canvas.width_of(LEGS[side], look) <= step * (number - start):
                canvas.dot(x + 0.9, levels.y - 2.6, 1.8, COLOURS[side])
                canvas.label(x + 2.8, levels.y - 2.6, LEGS[side], look)
        if number < len(dots):
            canvas.rule(
                levels.x + step * number, levels.y, levels.x + step * number, levels.bottom, LINE, 0.3
            )
        start = number


def draw_compared(canvas: Canvas, box: Box, found: Sequence[Compared], row: float) -> None:
    """Paint each comparison: its sentence, and beside it where it lies on a log axis around "alike"."""
    left = box.w * 0.56
    axis = Box(box.x + left + 4.0, box.y + 4.0, box.w - left - 8.0, box.h - 4.0)
    drawn = [one for one in found if one.value is not None]
    if drawn:
        bottom = box.y + 4.0 + row * len(drawn)
        for quotient, told in ((0.25, "1/4"), (0.5, "1/2"), (1.0, report_words.EVEN), (2.0, "2"), (4.0, "4")):
            x = _on_log(axis, quotient)
            canvas.rule(
                x, axis.y, x, bottom, QUIET if quotient == 1.0 else LINE, 0.35 if quotient == 1.0 else 0.15
            )
            canvas.label(x, box.y + 1.2, told, TINY, "centre")
    y = box.y + 4.0
    for one in found:
        width = left if one.value is not None else box.w
        look = Type(7.7, leading=1.18)
        spare = max(0.0, row - canvas.height_of(one.sentence, width, look)) / 2.0
        canvas.fitted(Box(box.x, y + spare, width, row - spare - 0.2), one.sentence, look)
        if one.value is not None:
            _draw_interval(canvas, axis, one, y + row / 2.0)
        y += row


def _draw_interval(canvas: Canvas, axis: Box, one: Compared, y: float) -> None:
    """Paint one comparison; what runs off the axis ends in a point."""
    if one.low is not None and one.high is not None:
        low, high = (_on_log(axis, max(end, 1e-6)) for end in (one.low, one.high))
        canvas.rule(low, y, high, y, INK, 0.5)
        for end, x in ((one.low, low), (one.high, high)):
            if 1.0 / REACH < end < REACH:
                canvas.rule(x, y - 0.9, x, y + 0.9, INK, 0.5)
    canvas.dot(_on_log(axis, one.value or 1.0), y, 2.3, INK, filled=not one.doubtful)


def _on_log(axis: Box, quotient: float) -> float:
    reach = math.log(REACH)
    place = min(reach, max(-reach, math.log(max(quotient, 1e-9))))
    return axis.x + axis.w * (place + reach) / (2.0 * reach)


def draw_trend(canvas: Canvas, box: Box, title: str, lines: Sequence[Series]) -> None:
    """Paint one small chart of the sessions over time, the last one with its number."""
    canvas.fitted(Box(box.x, box.y, box.w, 3.4), title, Type(7.4, bold=True))
    plot = box.inset(left=7.0, top=5.0, right=9.0, bottom=4.0)
    points = [point for line in lines for point in line.points]
    moments = [point.started_at.timestamp() for point in points]
    values = [value for point in points for value in _ends(point)]
    low, high = _range(values)
    first, last = min(moments), max(moments)
    for level in (low, high):
        y = _up(plot, level, low, high)
        canvas.rule(plot.x, y, plot.right, y, LINE, 0.15)
        canvas.label(plot.x - 1.0, y, figures.number(level, "g"), TINY, "right")
    told = [_draw_line(canvas, plot, line, (low, high), (first, last)) for line in lines]
    _label_ends(canvas, plot, [one for one in told if one is not None])
    dates = sorted({point.started_at.astimezone().date() for point in points})
    canvas.label(plot.x, plot.bottom + 2.4, date_words(dates[0], short=True), TINY)
    canvas.label(plot.right, plot.bottom + 2.4, date_words(dates[-1], short=True), TINY, "right")


def _draw_line(
    canvas: Canvas, plot: Box, line: Series, levels: tuple[float, float], moments: tuple[float, float]
) -> tuple[float, str] | None:
    """Paint one line; give the height and the words of its last number, where the last session has one."""
    side = next((side for side in Side if f"_{side}_" in line.name), None)
    colour = QUIET if side is None else COLOURS[side]
    first, last = moments
    found = []
    for point in line.points:
        value = point.number.value
        x = plot.x + plot.w * (point.started_at.timestamp() - first) / max(1.0, last - first)
        if value is None:
            if point.number.never:
                canvas.dot(x, plot.y, 1.6, colour, "up")
            continue
        y = _up(plot, value, *levels)
        found.append((x, y))
        if point.number.low is not None and point.number.high is not None and side is None:
            canvas.rule(
                x, _up(plot, point.number.low, *levels), x, _up(plot, point.number.high, *levels), LINE, 0.5
            )
    if len(found) > 1:
        canvas.path(found, colour)
    shape = "square" if side is Side.RIGHT else "round"
    known = [point for point in line.points if point.number.value is not None]
    for (x, y), point in zip(found, known, strict=True):
        canvas.dot(x, y, 1.6, colour, shape, filled=not point.number.doubts)
    if not known or known[-1] is not line.points[-1]:
        return None
    value = known[-1].number.value or 0.0
    return found[-1][1], figures.number(value, ".2f" if line.name.endswith("_s") else ".0f")


def _label_ends(canvas: Canvas, plot: Box, told: Sequence[tuple[float, str]]) -> None:
    """Write the last numbers at the right, moved apart where they would lie on each other."""
    look, apart = Type(7.0, bold=True), 2.7
    at = None
    for y, words in sorted(told):
        at = y if at is None else max(y, at + apart)
        canvas.label(plot.right + 1.8, at, words, look)


def _ends(point: Point) -> list[float]:
    number = point.number
    return [value for value in (number.value, number.low, number.high) if value is not None]


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Round range of values, from 0 unless some are below."""
    top = _nice(max([*values, 1e-3]) * 1.05)
    return (0.0 if min([*values, 0.0]) >= 0.0 else -_nice(-min(values)), top)


def _up(plot: Box, level: float, low: float, high: float) -> float:
    inside = min(high, max(low, level))
    return plot.bottom - plot.h * (inside - low) / (high - low)


def _top_of(bars: Sequence[Bar]) -> float:
    """Top of the axis: 100 %, or above what is higher, scatter and holds included."""
    highest = [bar.mean + (bar.sd or 0.0) for bar in bars if bar.mean is not None]
    highest += [level for bar in bars for level in bar.each]
    return FULL_PCT if max([0.0, *highest]) <= 96.0 else _nice(max(highest) * 1.12)


def _nice(level: float) -> float:
    """Round up to a number that makes an axis."""
    power = 10.0 ** math.floor(math.log10(max(level, 1e-9)))
    return next(
        step * power
        for step in (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
        if step * power >= level * 0.9999
    )


def _ticks(top: float) -> list[float]:
    step = next((step for step in STEPS if top / step <= 5.01), top)
    return [number * step for number in range(int(top / step + 0.001) + 1)]
