"""The history: every session, where the numbers go, and what may not be said yet."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from emg.results import Outcome, Role
from emg.session.adherence import Done, Kept
from emg.session.library import Number, SessionDigest
from emg.session.trend import trends
from tests.emg.session.parts import hold
from tests.emg.session.past import MARCH, digest, past_practice, past_session, series_of
from ui.desktop.gallery.history_scenes import history_of, past
from ui.desktop.theme import DARK
from ui.desktop.widgets import paint
from ui.desktop.widgets.day_calendar import DayCalendar
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.trend_plot import CHARTS, TrendPlot, retaped
from ui.desktop.windows.history_page import HistoryPage, _Sessions
from ui.kept.home import sessions_folder
from ui.reading.history import Day, History, calendar, read_history, read_past
from ui.words import history_words

SIZES = [(1366, 768), (800, 600)]
GLUTES = ("glute_left_pct_mvc", "glute_right_pct_mvc")


def page_of(
    qtbot: QtBot, history: History, size: tuple[int, int] = (1366, 768), athlete: str = "a01"
) -> HistoryPage:
    page = HistoryPage()
    qtbot.addWidget(page)
    page.resize(*size)
    page.show_athlete(athlete, history)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.setFocus()
    return page


def plot_of(qtbot: QtBot, chart: str, *digests: SessionDigest, session: str = "") -> TrendPlot:
    plot = TrendPlot()
    qtbot.addWidget(plot)
    plot.resize(800, 400)
    known = trends(digests)
    plot.show_trend(known[0] if known else None, chart, session)
    with qtbot.waitExposed(plot):
        plot.show()
    return plot


def points(plot: TrendPlot) -> list[tuple[str, float, str, float]]:
    """Symbol, level, colour of the inside and size of each mark."""
    found = []
    for item in plot._plot.plotItem.dataItems:
        if item.opts["symbol"] is not None:
            inside = item.opts["symbolBrush"].color().name()
            found.append((item.opts["symbol"], float(item.yData[0]), inside, item.opts["symbolSize"]))
    return found


def lines(plot: TrendPlot) -> list[tuple[Qt.PenStyle, tuple[float, ...], bool]]:
    """Style and levels of each line, and whether it stands upright, as a range does."""
    return [
        (item.opts["pen"].style(), tuple(item.yData), item.xData[0] == item.xData[1])
        for item in plot._plot.plotItem.dataItems
        if item.opts["symbol"] is None
    ]


def with_glutes(day: float, left: Number, right: Number, **facts: Any) -> SessionDigest:
    return digest(day, numbers=dict(zip(GLUTES, (left, right), strict=True)), **facts)


def test_left_is_round_and_right_is_square_each_at_its_level(qtbot: QtBot) -> None:
    """Else nobody who sees no colours knows which leg came on."""
    plot = plot_of(qtbot, "glute_level", with_glutes(0, Number(20.0), Number(44.0)))
    assert [(symbol, level) for symbol, level, _inside, _size in points(plot)] == [("o", 20.0), ("s", 44.0)]
    left, right = (item.xData[0] for item in plot._plot.plotItem.dataItems)
    assert left < right


@pytest.mark.parametrize("days", [(0.0,), (0.3,), (0.0, 0.4, 30.9)])
def test_a_date_stands_under_its_mark(qtbot: QtBot, days: tuple[float, ...]) -> None:
    """Else the first session of all stands beside its own date, and belongs to no day."""
    plot = plot_of(
        qtbot, "glute_lsi", *(digest(day, numbers={"glute_lsi_pct": Number(90.0)}) for day in days)
    )
    marks = [item.xData[0] for item in plot._plot.plotItem.dataItems if item.opts["symbol"] is not None]
    (ticks,) = plot._plot.getAxis("bottom")._tickLevels
    assert [at for at, _said in ticks] == pytest.approx([marks[0], marks[-1]][: len({*map(int, days)})])


def test_the_range_within_the_session_is_drawn_where_there_is_one(qtbot: QtBot) -> None:
    """Else two points that cannot be told apart look like progress."""
    plot = plot_of(qtbot, "glute_level", with_glutes(0, Number(20.0, 15.0, 26.0), Number(44.0)))
    assert [levels for _style, levels, upright in lines(plot) if upright] == [(15.0, 26.0)]


def test_a_line_is_whole_only_within_one_taping_and_a_new_one_is_marked(qtbot: QtBot) -> None:
    """Else moved electrodes are read as a muscle that changed."""
    same, later = digest(0).placement, digest(9).placement
    sessions = [
        with_glutes(day, Number(20.0 + day), Number(40.0), placement=placement)
        for day, placement in ((0, same), (3, same), (9, later))
    ]
    plot = plot_of(qtbot, "glute_level", *sessions)
    left = [style for style, levels, _upright in lines(plot) if levels[0] < 35.0]
    assert left == [Qt.PenStyle.SolidLine, Qt.PenStyle.DotLine]
    (trend,) = trends(sessions)
    (marked,) = retaped([trend.series[name] for name in GLUTES])
    upright = [item for item in plot._plot.plotItem.items if getattr(item, "angle", None) == 90]
    assert [item.value() for item in upright] == [marked]
    assert "electrodes taped anew" in plot._legend.text()


def test_a_taping_nobody_knows_is_never_taken_for_the_same(qtbot: QtBot) -> None:
    """Else two unknown placements are joined by a whole line."""
    sessions = [with_glutes(day, Number(20.0), Number(40.0), placement=None) for day in (0, 1)]
    plot = plot_of(qtbot, "glute_level", *sessions)
    assert {style for style, _levels, _upright in lines(plot)} == {Qt.PenStyle.DotLine}


def test_a_muscle_that_never_came_stands_on_top_and_is_joined_to_nothing(qtbot: QtBot) -> None:
    """Else "never" is drawn as the fastest of all, or as some number of seconds."""
    never = Number(None, never=True)
    name = "glute_left_latency_s"
    sessions = [
        digest(day, numbers={name: number}) for day, number in enumerate((Number(0.8), never, Number(0.6)))
    ]
    plot = plot_of(qtbot, "latency", *sessions)
    assert [symbol for symbol, *_rest in points(plot)] == ["o", "t1", "o"]
    levels = [level for _symbol, level, *_rest in points(plot)]
    assert levels[1] > 2.0
    assert lines(plot) == []
    marks = dict(plot._plot.getAxis("left")._tickLevels[0])
    assert marks[levels[1]] == "never"


def test_a_doubtful_maximum_is_hollow(qtbot: QtBot) -> None:
    """Else a number that reads too high stands there as the record."""
    plot = plot_of(qtbot, "glute_level", with_glutes(0, Number(70.0, doubts=("glute_left",)), Number(44.0)))
    assert [inside for _symbol, _level, inside, _size in points(plot)] == [DARK.ground, DARK.right]
    assert "Hollow" in plot._legend.text()


def test_the_chosen_session_stands_out(qtbot: QtBot) -> None:
    """Else nobody finds the line of the list in the chart."""
    sessions = [with_glutes(day, Number(20.0), Number(40.0)) for day in (0, 1)]
    plot = plot_of(qtbot, "glute_level", *sessions, session=sessions[1].id)
    sizes = [size for symbol, _level, _inside, size in points(plot) if symbol == "o"]
    assert sizes[1] > sizes[0]


@pytest.mark.parametrize("n", [1, 4])
def test_before_five_fresh_tapings_nobody_says_what_is_more_than_chance(qtbot: QtBot, n: int) -> None:
    """Else chance is sold as progress."""
    values = [80.0, 90.0, 85.0, 95.0][:n]
    plot = plot_of(qtbot, "glute_lsi", *series_of("glute_lsi_pct", *values))
    assert "After 5 sessions with fresh electrodes this line says" in plot._note.text()
    assert f"chance: {n} so far." in plot._note.text()
    assert "More than chance" not in plot._note.text()


def test_with_enough_tapings_the_own_scatter_is_told_and_the_last_held_against_it(qtbot: QtBot) -> None:
    """Else a change that was measured stays untold."""
    values = (80.0, 84.0, 79.0, 83.0, 81.0, 160.0)
    plot = plot_of(qtbot, "glute_lsi", *series_of("glute_lsi_pct", *values))
    assert plot._note.text().startswith("More than chance between two tapings: ")
    assert plot._note.text().endswith("The last session changed by more than that.")
    both = [with_glutes(day, Number(20.0 + day), Number(40.0 + day)) for day in range(6)]
    other = plot_of(qtbot, "glute_level", *both)
    told = other._note.text()
    assert "left " in told
    assert "right " in told
    assert "The last session" not in told


def test_simulated_sessions_are_in_no_trend(qtbot: QtBot) -> None:
    """Else the demo improves the athlete."""
    plot = plot_of(qtbot, "glute_lsi", *series_of("glute_lsi_pct", 80.0, 90.0, simulated=True))
    assert plot._plot is None
    assert "No trend yet" in plot._note.text()


def test_a_chart_is_also_words(qtbot: QtBot) -> None:
    """Else the trend is only for those who see it."""
    plot = plot_of(qtbot, "glute_lsi", *series_of("glute_lsi_pct", 81.0, 90.0))
    assert plot.accessibleName() == "Glute, left of right (1 of 4)"
    assert "2026-03-01 81 %, 2026-03-02 90 %" in plot.accessibleDescription()


def test_up_and_down_choose_and_enter_opens(qtbot: QtBot) -> None:
    """Else the history can be looked at, and none of it opened."""
    history = history_of(past())
    page = page_of(qtbot, history)
    for key, row in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1)):
        QTest.keyClick(page.focusWidget(), key)
        assert page.selected == history.digests[row]
    with qtbot.waitSignal(page.opened) as asked:
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert asked.args == [str(history.digests[1].folder)]


def test_left_and_right_change_the_number_and_escape_goes_back(qtbot: QtBot) -> None:
    """Else three of the four numbers are never seen, and nobody gets out again."""
    page = page_of(qtbot, history_of(past()))
    seen = []
    for _turn in CHARTS:
        seen.append(page.chart)
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Right)
    assert seen == list(CHARTS)
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Left)
    assert page.chart == list(CHARTS)[-1]
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Escape)


def test_the_chart_is_of_the_exercise_that_is_chosen(qtbot: QtBot) -> None:
    """Else bridges are drawn among power positions."""
    power = series_of("glute_lsi_pct", 80.0)
    bridge = series_of("glute_lsi_pct", 120.0, protocol="chair_bridge_single", id="20260305T090000Z-bridge")
    page = page_of(qtbot, history_of((*power, *bridge)))
    assert [level for _symbol, level, *_rest in points(page._trend)] == [120.0]
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Down)
    assert [level for _symbol, level, *_rest in points(page._trend)] == [80.0]


def test_a_line_tells_date_exercise_holds_and_symmetry(qtbot: QtBot) -> None:
    """Else sessions in the list cannot be told apart."""
    held = digest(0, numbers={"glute_lsi_pct": Number(81.0, 70.0, 94.0)})
    killed = digest(1, complete=False, simulated=True)
    page = page_of(qtbot, history_of((held, killed)))
    listed = page.findChild(_Sessions)
    assert listed is not None
    assert listed.item(0).text() == "2026-03-02, power position, simulated, not complete, 5 holds, --"
    assert (
        listed.item(1).text()
        == "2026-03-01, power position, 5 holds, left glute at 81 % (70-94) of the right"
    )


def test_an_empty_history_says_so(qtbot: QtBot) -> None:
    """Else a new athlete meets an empty page."""
    page = page_of(qtbot, History())
    assert page.selected is None
    assert page._heading.text() == "There is no session yet"
    page.open_selected()


def fits(label: FittedLabel) -> bool:
    width, height = label.width(), label.height()
    font = paint.fitted_font(label.text(), width, height, round(height * label._share), label._bold)
    flags = paint.CENTRE.value | paint.WRAP
    box = QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 10_000), flags, label.text())
    return box.width() <= width and box.height() <= height


def place(widget: QWidget, page: QWidget) -> QRectF:
    return QRectF(widget.mapTo(page, widget.rect().topLeft()), widget.rect().size().toSizeF())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("chart", range(len(CHARTS)))
@pytest.mark.parametrize("longer", [False, True], ids=["english", "longer"])
def test_nothing_is_cut_and_nothing_overlaps(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], chart: int, longer: bool
) -> None:
    """Else a sentence ends in the middle, or two stand on one another; German is a third longer."""
    if longer:
        for name in ("HISTORY_KEYS", "SESSIONS", "MORE_THAN_CHANCE", "TAPED_LEGEND", "NEVER_LEGEND"):
            said = getattr(history_words, name)
            monkeypatch.setattr(history_words, name, said + " mehr" * (len(said) // 14))
    page = page_of(qtbot, history_of(past()), size)
    page.turn(chart)
    labels = [label for label in page.findChildren(FittedLabel) if label.text()]
    assert [label.text() for label in labels if not fits(label)] == []
    plot = page._trend._plot
    placed = [place(one, page) for one in [*labels, plot, page.findChild(DayCalendar), page._sessions]]
    assert all(QRectF(page.rect()).contains(one) for one in placed)
    assert [
        (one, other)
        for index, one in enumerate(placed)
        for other in placed[index + 1 :]
        if one.adjusted(1, 1, -1, -1).intersects(other.adjusted(1, 1, -1, -1))
    ] == []


def test_the_calendar_begins_on_a_monday_and_ends_today() -> None:
    """Else a Tuesday stands in the row of the Mondays, or tomorrow counts as missed."""
    today = date(2026, 6, 12)
    days = calendar([Done(today, measured=True), Done(today, measured=False)], today)
    assert days[0].day.weekday() == 0
    assert [one.day for one in days] == [days[0].day + timedelta(days=passed) for passed in range(len(days))]
    assert len(days) == 7 * 11 + 5
    assert days[-1] == Day(today, 2, measured=True)
    assert not any(day.times for day in days[:-1])


def test_every_month_of_the_calendar_is_named_where_it_begins() -> None:
    """Else a row of squares tells how often, and nobody knows when."""
    marks = history_words.month_marks(calendar([], date(2026, 6, 12)))
    assert marks == {0: "Mar", 2: "Apr", 6: "May", 10: "Jun"}
    assert history_words.month_marks([]) == {}


def test_the_calendar_tells_measured_from_practised_and_says_both(qtbot: QtBot) -> None:
    """Else a day by the clock looks like one with a board."""
    today = date(2026, 6, 14)
    done = [Done(today, measured=True), Done(today - timedelta(days=1), measured=False)]
    drawn = DayCalendar()
    qtbot.addWidget(drawn)
    drawn.resize(700, 400)
    drawn.show_days(calendar(done, today, weeks=1))
    assert drawn.accessibleDescription() == "2 of the last 7 days trained, 1 measured"
    drawn.show_days(calendar(done, today, weeks=1), Kept(times=2, planned=4, weeks=5, n_weeks=11))
    assert drawn.accessibleDescription() == (
        "2 of the last 7 days trained, 1 measured. This week 2 of 4 as planned; 5 of 11 weeks before it"
    )
    drawn.show_days(calendar(done, today, weeks=1), Kept(times=1, planned=4, weeks=1, n_weeks=1))
    assert drawn.accessibleDescription().endswith("This week 1 of 4 as planned; 1 of 1 week before it")
    drawn.show_days(calendar(done, today, weeks=1), Kept(times=1, planned=4, weeks=0, n_weeks=0))
    assert drawn.accessibleDescription().endswith("This week 1 of 4 as planned")
    image = drawn.grab().toImage()
    side = 400 * 0.69 * 0.96 / 8
    left = side * 1.3

    def colours(row: int) -> list[str]:
        """Upper and lower half of the square of a day."""
        top = 400 * 0.11 + 400 * 0.69 * 0.04 + (row + 1) * side
        return [image.pixelColor(round(left + side / 2), round(top + side * at)).name() for at in (0.3, 0.7)]

    assert colours(6) == [DARK.good, DARK.good]
    assert colours(5) == [DARK.raised, DARK.good]
    assert colours(4) == [DARK.raised, DARK.raised]


def test_the_history_of_an_athlete_is_read_from_the_disk_once(powerhold_home: Path) -> None:
    """Else the page reads the disk while somebody moves through it, or misses a session."""
    parent = sessions_folder("a01")
    past_session(parent, MARCH)
    past_practice(parent, MARCH + timedelta(days=1))
    (parent / "broken").mkdir()
    history = read_history("a01", (MARCH + timedelta(days=2)).date())
    assert history.kept is None, "without a plan nobody is behind"
    planned = read_history("a01", (MARCH + timedelta(days=2)).date(), per_week=3)
    assert planned.kept is not None
    assert planned.kept.n_weeks + planned.kept.times > 0
    assert [one.kind for one in history.digests] == ["practice", "session"]
    assert [trend.protocol for trend in history.trends] == ["power_position"]
    assert [(day.times, day.measured) for day in history.days[-3:]] == [(1, True), (1, False), (0, False)]
    assert history.n_broken == 1
    assert history.trend("power_position") is history.trends[0]
    assert history.trend("sliders") is None
    assert "1, see powerhold sessions" in history_words.heading_words(history)


def test_a_past_session_opens_even_if_its_tables_are_gone(tmp_path: Path) -> None:
    """Else one broken file keeps the summary of a session from being seen."""
    folder = past_session(tmp_path)
    (folder / "activation.csv").unlink()
    found = read_past(folder)
    assert found.sets == ()
    assert "activation.csv" in found.end.message
    assert found.end.summary["sides"]["left"]["n_test"] == 3
    assert (found.end.holds, found.end.valid_holds) == (6, 6)


def test_a_practice_opens_too(tmp_path: Path) -> None:
    """Else what was done by the clock cannot be looked at."""
    found = read_past(past_practice(tmp_path))
    assert (found.end.holds, found.sets, found.end.message) == (8, (), "")


def test_a_past_session_counts_its_holds_as_its_end_did(tmp_path: Path) -> None:
    """Else the same session tells other numbers a week later."""
    holds = [
        hold(1),
        hold(2, valid=False, outcome=Outcome.VOID, invalid_reason="gap"),
        hold(3, role=Role.TRAIN, outcome=Outcome.LOST_BALANCE),
    ]
    end = read_past(past_session(tmp_path, holds=holds)).end
    assert (end.holds, end.valid_holds, end.unfinished, end.exit_code) == (3, 2, 1, 0)
