"""The two pages of the report, laid out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from emg.montage import Legs
from ui.reading.summary_table import HEADINGS, table
from ui.report.canvas import BLUE, FAINT, GREEN, INK, LINE, QUIET, VERMILLION, Box, Canvas, Type
from ui.report.charts import (
    draw_compared,
    draw_days,
    draw_holds,
    draw_legs,
    draw_trend,
)
from ui.report.material import Material
from ui.report.model import Since, compared, hold_dots, last_time, legs_of, trend_series
from ui.report.sentences import (
    Block,
    blocks,
    cautions,
    headline,
    method_line,
    practised_of,
    subtitle,
    was_done,
    went_well,
    what_next,
)
from ui.words import history_words, report_words, trend_words, words
from ui.words.body_words import LEGS, site_words
from ui.words.history_words import date_words

MARGIN: Final = 18.0
A4_HEIGHT: Final = 297.0
TITLE: Final = Type(24.0, bold=True, leading=1.15)
LEAD: Final = Type(13.0, leading=1.38)
HEADING: Final = Type(10.0, bold=True)
BODY: Final = Type(9.2, leading=1.42)
QUIET_BODY: Final = Type(8.4, colour=QUIET, leading=1.35)
PRINT: Final = Type(7.0, colour=INK, leading=1.26)
PRINT_TITLE: Final = Type(7.2, bold=True, leading=1.3)
LEAST_PRINT: Final = 5.4
COLUMNS: Final = 3
GAP: Final = 7.0
LARGEST: Final = 1.22
"""Of the small print, where there is room."""
SHORTEST: Final = 60
"""Characters: a shorter block is not cut."""


def draw_patient_page(canvas: Canvas, material: Material) -> None:
    """Paint the page that the patient takes home."""
    scale = canvas.height / A4_HEIGHT
    paper = Box(MARGIN, MARGIN * scale, canvas.width - 2.0 * MARGIN, canvas.height - 2.0 * MARGIN * scale)
    y = _head(canvas, paper, report_words.TITLE, subtitle(material))
    y += canvas.fitted(Box(paper.x, y, paper.w, 21.0 * scale), headline(material), LEAD) + 2.0
    told = " ".join(cautions(material))
    if told:
        y += canvas.fitted(Box(paper.x, y, paper.w, 9.0), told, QUIET_BODY) + 1.0
    foot = _foot(canvas, paper, material)
    lower = paper.y + paper.h * 0.58
    _picture(canvas, Box(paper.x, y + 2.0, paper.w, lower - y - 5.0), material)
    half = (paper.w - GAP * 1.4) / 2.0
    right = paper.x + half + GAP * 1.4
    middle = lower + 40.0 * scale
    _well(canvas, Box(paper.x, lower, half, middle - lower - 3.0), material)
    _since(canvas, Box(right, lower, half, middle - lower - 3.0), material)
    last = foot - 15.0 * scale
    _next(canvas, Box(paper.x, middle, half, last - middle - 3.0), material)
    _practised(canvas, Box(right, middle, half, last - middle - 3.0), material)
    _by_hand(canvas, Box(paper.x, last, paper.w, foot - last))


def draw_therapist_page(canvas: Canvas, material: Material) -> None:
    """Paint the page for the physical therapist: the picture first, then the small print."""
    scale = canvas.height / A4_HEIGHT
    paper = Box(
        MARGIN, MARGIN * 0.8 * scale, canvas.width - 2.0 * MARGIN, canvas.height - 1.5 * MARGIN * scale
    )
    y = _head(
        canvas, paper, report_words.TITLE_PT, f"{subtitle(material)}  ·  {material.record.id}", small=True
    )
    y = _sides(canvas, paper, y, material) + 3.5 * scale
    if material.rows and material.record.kind != "practice":
        legs = legs_of(material)
        title = report_words.EACH_HOLD_BRIDGE if legs.bridge else report_words.EACH_HOLD
        _title_with_key(canvas, paper, y, title)
        draw_holds(
            canvas,
            Box(paper.x, y + 5.0, paper.w, 47.0 * scale),
            hold_dots(material, bridge=legs.bridge),
            bridge=legs.bridge,
        )
        y += 5.0 + 49.0 * scale
    found = compared(material.summary)
    if found:
        canvas.text(paper.x, y, paper.w, report_words.COMPARED, HEADING)
        row = 7.6 * scale
        draw_compared(canvas, Box(paper.x, y + 5.0, paper.w, row * len(found) + 4.0), found, row)
        y += 5.0 + 4.0 + row * len(found) + 2.5 * scale
    y = _over_time(canvas, paper, y, material, 27.0 * scale)
    canvas.rule(paper.x, y, paper.right, y, LINE)
    _small_print(canvas, Box(paper.x, y + 2.5, paper.w, paper.bottom - y - 2.5), blocks(material))


def _head(canvas: Canvas, paper: Box, title: str, told: str, *, small: bool = False) -> float:
    """Paint the name of the program, the title and whose session it is; give where it ends."""
    mark = Box(paper.right - 24.5, paper.y + 0.4, 3.4, 4.6)
    canvas.bar(Box(mark.x, mark.y + 1.6, 1.4, 3.0), BLUE, radius=0.3)
    canvas.bar(Box(mark.x + 2.0, mark.y, 1.4, 4.6), VERMILLION, radius=0.3)
    canvas.text(paper.right - 20.0, paper.y, 20.5, words.APP_NAME, Type(9.4, bold=True))
    look = TITLE.scaled(0.66) if small else TITLE
    y = paper.y + canvas.fitted(Box(paper.x, paper.y - 1.4, paper.w - 28.0, 12.0), title, look)
    y += 0.0 if small else 1.5
    return y + canvas.fitted(Box(paper.x, y, paper.w, 9.0), told, QUIET_BODY) + (2.5 if small else 5.0)


def _foot(canvas: Canvas, paper: Box, material: Material) -> float:
    look = Type(7.2, colour=QUIET, leading=1.35)
    told = f"{method_line(material)} {report_words.DISCLAIMER}"
    height = min(10.5, canvas.height_of(told, paper.w, look))
    y = paper.bottom + 2.0 - height
    canvas.fitted(Box(paper.x, y, paper.w, height), told, look)
    return y - 3.0


def _heading(canvas: Canvas, box: Box, title: str) -> Box:
    """Paint a small title with a line over it; give the room that is left."""
    canvas.rule(box.x, box.y, box.right, box.y, LINE)
    taken = canvas.fitted(Box(box.x, box.y + 1.8, box.w, 9.0), title, HEADING)
    return box.inset(top=taken + 3.4)


def _picture(canvas: Canvas, box: Box, material: Material) -> None:
    if material.record.kind == "practice":
        _practice_picture(canvas, box, material)
        return
    legs = legs_of(material)
    title = report_words.PICTURE_BRIDGE if legs.bridge else report_words.PICTURE
    taken = canvas.fitted(Box(box.x, box.y, box.w, 5.0), title, HEADING)
    legend = [report_words.SEEN, report_words.LEGEND]
    legend += [report_words.LEGEND_AFTER] if any(legs.there) else []
    legend += [report_words.LEGEND_DOUBT] if any(bar.doubtful for bar in legs.bars) else []
    look = Type(7.4, colour=QUIET, leading=1.3)
    below = min(9.0, canvas.height_of(" ".join(legend), box.w, look))
    draw_legs(canvas, box.inset(top=taken + 2.0, bottom=below + 1.0), legs)
    canvas.fitted(Box(box.x, box.bottom - below, box.w, below), " ".join(legend), look)


def _practice_picture(canvas: Canvas, box: Box, material: Material) -> None:
    """Paint how many holds each leg did: where nothing was measured there are no bars."""
    ground = box.inset(top=1.0, bottom=box.h * 0.35)
    canvas.bar(ground, FAINT, radius=2.0)
    told = practised_of(material)
    legs = [(LEGS[side], n) for side, n in told.items()]
    if not any(told.values()):
        legs = [(LEGS[Legs.BOTH], len(material.rows))]
    width = ground.w / len(legs)
    for number, (leg, n) in enumerate(legs):
        centre, y = ground.x + width * (number + 0.5), ground.y + ground.h / 2.0
        canvas.label(centre, y - 13.0, leg, Type(12.0, bold=True), "centre", most=width)
        canvas.label(
            centre, y, report_words.holds_words(n), Type(26.0, bold=True), "centre", most=width * 0.9
        )
        canvas.label(centre, y + 11.0, report_words.BY_CLOCK, QUIET_BODY, "centre", most=width)


def _well(canvas: Canvas, box: Box, material: Material) -> None:
    found = went_well(material)
    room = _heading(canvas, box, report_words.WELL if found else report_words.DONE)
    _listed(canvas, room, found or [was_done(material)], mark=GREEN)


def _listed(canvas: Canvas, box: Box, lines: Sequence[str], mark: str | None = None) -> None:
    """Paint lines one under the other, as small as it takes."""
    indent = 4.2 if mark else 0.0
    look = BODY
    while sum(canvas.height_of(line, box.w - indent, look) + 1.2 for line in lines) > box.h and look.pt > 5.0:
        look = look.scaled(0.96)
    y = box.y
    for line in lines:
        if mark:
            canvas.dot(box.x + 1.2, y + canvas.line_height(look) / 2.0, 1.8, mark)
        y += canvas.text(box.x + indent, y, box.w - indent, line, look) + 1.2


def _since(canvas: Canvas, box: Box, material: Material) -> None:
    """Paint the numbers of last time beside those of today, or why there are none."""
    room = _heading(canvas, box, report_words.LAST_TIME)
    found = last_time(material)
    if not found:
        canvas.fitted(room, _why_alone(material), BODY)
        return
    look = Type(8.2, leading=1.25)
    taken = canvas.text(
        room.x,
        room.y,
        room.w,
        report_words.THEN.format(day=date_words(found[0].then.started_at.astimezone().date())),
        QUIET_BODY,
    )
    step = (room.h - taken - 1.0) / len(found)
    for number, one in enumerate(found):
        y = room.y + taken + 1.0 + number * step
        _since_row(canvas, Box(room.x, y, room.w, step), one, look)


def _since_row(canvas: Canvas, box: Box, one: Since, look: Type) -> None:
    then, now = (trend_words.number_words(one.name, point.number) for point in (one.then, one.now))
    y, w = box.y + box.h / 2.0, box.w
    canvas.label(box.x, y, _since_name(one.name), look, most=w * 0.38)
    canvas.label(box.x + w * 0.51, y, then, look, "right", most=w * 0.12)
    canvas.label(box.x + w * 0.66, y, now, Type(look.pt, bold=True), "right", most=w * 0.14)
    canvas.label(box.x + w * 0.685, y, one.verdict, Type(7.0, colour=QUIET), most=w * 0.315)


def _since_name(name: str) -> str:
    """``Left glute`` of a level, whose sign is a percent; ``Left glute is there after`` of a latency."""
    site = name.removesuffix("_pct_mvc")
    return trend_words.NUMBERS[name] if site == name else site_words(site)


def _why_alone(material: Material) -> str:
    """Say why nothing stands beside this session."""
    if material.record.simulated:
        return report_words.NOT_COMPARED_SIM
    if not material.digests:
        return report_words.NOT_IN_A_TREND
    if material.trend is None:
        return report_words.NO_LEVEL_TO_COMPARE
    return report_words.FIRST_TIME


def _next(canvas: Canvas, box: Box, material: Material) -> None:
    room = _heading(canvas, box, report_words.NEXT)
    _listed(canvas, room, what_next(material))


def _practised(canvas: Canvas, box: Box, material: Material) -> None:
    room = _heading(canvas, box, report_words.PRACTISED)
    if not material.days:
        why = report_words.SIMULATED_DAYS if material.record.simulated else report_words.NO_DAYS
        canvas.fitted(room, why, BODY)
        return
    taken = canvas.fitted(Box(room.x, room.y, room.w, 9.0), history_words.days_words(material.days), BODY)
    draw_days(canvas, room.inset(top=taken + 1.0, bottom=4.0, right=room.w * 0.3), material.days)
    key = [(GREEN, True, report_words.LEGEND_MEASURED), (GREEN, False, report_words.LEGEND_PRACTISED)]
    x, look = room.x + room.w * 0.72, Type(7.2, colour=QUIET)
    for number, (colour, filled, told) in enumerate(key):
        y = room.y + taken + 6.0 + number * 5.0
        canvas.dot(x, y, 2.2, colour, filled=filled)
        canvas.label(x + 2.6, y, told, look)
    y = room.y + taken + 16.0
    canvas.bar(Box(x - 1.5, y - 1.5, 3.0, 3.0), None, INK, mm=0.25, radius=0.8)
    canvas.label(x + 2.6, y, report_words.LEGEND_TODAY, look)


def _by_hand(canvas: Canvas, box: Box) -> None:
    """Paint the lines for the next session."""
    canvas.rule(box.x, box.y, box.right, box.y, LINE)
    y = box.y + 8.5
    canvas.label(box.x, y - 0.6, report_words.NEXT_SESSION, HEADING)
    x = box.x + canvas.width_of(report_words.NEXT_SESSION, HEADING) + 6.0
    look = Type(8.0, colour=QUIET)
    shares = (0.22, 0.16, 0.26, 0.36)
    room = box.right - x
    for title, share in zip(report_words.NEXT_LINES, shares, strict=True):
        canvas.label(x, y - 0.4, title, look)
        canvas.rule(
            x + canvas.width_of(title, look) + 1.5, y + 1.4, x + room * share - 3.0, y + 1.4, QUIET, 0.2
        )
        x += room * share


def _sides(canvas: Canvas, paper: Box, y: float, material: Material) -> float:
    """Paint the table of sides as the summary has it; give where it ends."""
    rows = table(material.summary) if material.summary else []
    if not rows:
        return y + canvas.fitted(Box(paper.x, y, paper.w, 12.0), headline(material), BODY)
    columns = (0.26, 0.37, 0.37)
    looks = (Type(8.0, colour=QUIET, leading=1.25), Type(8.4, leading=1.25), Type(8.4, leading=1.25))
    for number, row in enumerate([HEADINGS, *rows]):
        x, tallest = paper.x, 0.0
        for share, cell, look in zip(columns, row, looks, strict=True):
            width = paper.w * share
            shown = Type(look.pt, bold=True) if number == 0 else look
            if number == 0 and cell:
                canvas.dot(x + 1.0, y + 2.0, 2.0, BLUE if cell == HEADINGS[1] else VERMILLION)
                canvas.fitted(Box(x + 3.0, y, width - 5.0, 5.0), cell, shown)
                tallest = max(tallest, canvas.line_height(shown))
            else:
                tallest = max(tallest, canvas.fitted(Box(x, y, width - 3.0, 8.4), cell, shown))
            x += width
        y += tallest + 0.9
        canvas.rule(paper.x, y, paper.right, y, LINE, 0.15 if number else 0.3)
        y += 0.9
    return y


def _title_with_key(canvas: Canvas, paper: Box, y: float, title: str) -> None:
    """Paint the title of the holds' chart, and what its marks mean at its right, as far as there is room."""
    canvas.text(paper.x, y, paper.w, title, HEADING)
    look = Type(7.0, colour=QUIET)
    room = paper.w - canvas.width_of(title, HEADING) - 8.0
    needed = sum(canvas.width_of(told, look) for _shape, _filled, told in report_words.HOLD_KEY)
    marks = 6.0 * len(report_words.HOLD_KEY)
    look = look.scaled(min(1.0, (room - marks) / needed))
    x, middle = paper.right, y + 2.2
    for shape, filled, told in reversed(report_words.HOLD_KEY):
        canvas.label(x, middle, told, look, "right")
        x -= canvas.width_of(told, look) + 2.6
        if shape == "line":
            canvas.rule(x - 1.2, middle, x + 1.2, middle, INK, 0.25)
        else:
            canvas.dot(x, middle, 1.7, QUIET, shape, filled=filled)
        x -= 3.4


def _over_time(canvas: Canvas, paper: Box, y: float, material: Material, height: float) -> float:
    """Paint the small charts of the trend; give where they end."""
    charts = trend_series(material)
    if not charts:
        return y
    canvas.text(paper.x, y, paper.w, report_words.TREND, HEADING)
    left = paper.x + canvas.width_of(report_words.TREND, HEADING) + 5.0
    look = Type(7.0, colour=QUIET)
    canvas.fitted(Box(left, y + 0.4, paper.right - left, 3.8), report_words.TREND_LEGEND, look, "right", 4.0)
    width = (paper.w - 5.0 * (len(charts) - 1)) / len(charts)
    for number, (title, lines) in enumerate(charts.items()):
        draw_trend(canvas, Box(paper.x + number * (width + 5.0), y + 5.5, width, height - 6.0), title, lines)
    return y + height + 2.0


def _small_print(canvas: Canvas, box: Box, found: Sequence[Block]) -> None:
    """Set all blocks in columns, as small as it takes; what even so has no room ends in an ellipsis."""
    width = (box.w - GAP * (COLUMNS - 1)) / COLUMNS
    factor, kept = LARGEST, list(found)
    while (places := _placed(canvas, box, width, kept, factor)) is None:
        if PRINT.pt * factor > LEAST_PRINT:
            factor *= 0.97
        elif not _shorten(kept):
            return
    for block, (x, y) in zip(kept, places, strict=True):
        y += canvas.text(x, y, width, block.title, PRINT_TITLE.scaled(factor))
        for line in block.lines:
            y += canvas.text(x, y, width, line, PRINT.scaled(factor))


def _shorten(found: list[Block]) -> bool:
    """Cut the longest block by a fifth; False where nothing is left to cut."""
    place = max(range(len(found)), key=lambda number: sum(map(len, found[number].lines)))
    text = "\n".join(found[place].lines)
    if len(text) < SHORTEST:
        return False
    found[place] = Block(found[place].title, tuple(f"{text[: len(text) * 4 // 5]}…".split("\n")))
    return True


def _placed(
    canvas: Canvas, box: Box, width: float, found: Sequence[Block], factor: float
) -> list[tuple[float, float]] | None:
    """Give each block its place, column by column; None where they do not fit."""
    heights = [_height(canvas, block, width, factor) for block in found]
    least, most = sum(heights) / COLUMNS, box.h
    for room in (least, *(least + (most - least) * part / 12.0 for part in range(1, 13))):
        places = _flowed(box, width, heights, room)
        if places is not None:
            return places
    return None


def _flowed(
    box: Box, width: float, heights: Sequence[float], room: float
) -> list[tuple[float, float]] | None:
    places, column, y = [], 0, 0.0
    for height in heights:
        if y and y + height > room + 0.1:
            column, y = column + 1, 0.0
        if column >= COLUMNS or height > box.h or room > box.h + 0.1:
            return None
        places.append((box.x + column * (width + GAP), box.y + y))
        y += height
    return places


def _height(canvas: Canvas, block: Block, width: float, factor: float) -> float:
    lines = sum(canvas.height_of(line, width, PRINT.scaled(factor)) for line in block.lines)
    return canvas.height_of(block.title, width, PRINT_TITLE.scaled(factor)) + lines + 2.2
