"""What a screen reader finds when it walks each screen: Qt's own tree, asked as a reader asks it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emg.codes import Phase, SignalState
from emg.live_view import LiveView
from tests.ui.desktop.accessible_tree import CONTROLS, Node, Role, tree_of, wrappers_left
from tests.ui.desktop.setup_desk import Desk
from ui.desktop.announcer import Announcer
from ui.desktop.gallery import all_scenes, pictured_views
from ui.desktop.gallery.pictured_views import HOLDING, LOW, NONE, stage
from ui.words import start_words, words

TELLS = frozenset({Role.StaticText, Role.Graphic, Role.ProgressBar})
"""What tells something."""

HOLDS = frozenset({Role.Client})
"""What only holds others."""

COVERED = ("test_hold", "bars_hidden", "felt_hold", "test_loose")
"""Scenes in which the athlete's bars are covered."""

PERCENT = re.compile(r"\d\s?%")
READING = re.compile(r"\d+(\.\d+)? ?(%|µV)")


@pytest.fixture(scope="module")
def trees(qapp: QApplication) -> dict[str, Node]:
    """The tree of every screen of the gallery."""
    found: dict[str, Node] = {}
    for name, window in all_scenes.windows():
        window.resize(1366, 768)
        window.show()
        found[name] = tree_of(window)
        window.hide()
    return found


def every(trees: dict[str, Node]) -> Iterator[tuple[str, Node]]:
    for name, tree in trees.items():
        for node in tree.walk():
            yield name, node


def bars_of(tree: Node) -> list[Node]:
    return [node for node in tree.walk() if node.role is Role.ProgressBar or node.kind == "SmallBar"]


def where(tree: Node, said: str) -> int:
    """The place of a node in the order of reading."""
    return next(index for index, node in enumerate(tree.walk()) if node.said.startswith(said))


def test_whatever_can_be_worked_has_a_name(trees: dict[str, Node]) -> None:
    """Else a screen reader says "button" and nothing more."""
    controls = [(name, node) for name, node in every(trees) if node.role in CONTROLS]
    assert len(controls) > 300
    assert [(name, node) for name, node in controls if not (node.label or node.name)] == []


def test_a_box_to_choose_from_is_called_by_its_question_and_tells_its_answer(trees: dict[str, Node]) -> None:
    """Else one hears "Not said" and does not learn what was not said."""
    boxes = [(name, node) for name, node in every(trees) if node.role is Role.ComboBox]
    assert len(boxes) > 30
    for name, box in boxes:
        assert box.label, (name, box)
        assert box.label != box.value, (name, box)


def test_answers_of_which_one_is_right_are_radio_buttons(trees: dict[str, Node]) -> None:
    """Else who sees nothing ticks "left" and then "right", and does not know that one undoes the other."""
    answers = [node for node in trees["before"].walk() if ":" in node.name and node.role in CONTROLS]
    assert len(answers) > 6
    assert {node.role for node in answers} == {Role.RadioButton}


def test_whatever_tells_something_has_a_role_for_that(trees: dict[str, Node]) -> None:
    """Else a reader passes over the dots, the tiles and the plots: to it they are empty boxes."""
    assert {node.role for _, node in every(trees)} <= CONTROLS | TELLS | HOLDS
    mute = {
        (name, node.kind)
        for name, node in every(trees)
        if node.role in HOLDS and not node.children and (node.name or node.description)
    }
    assert not mute
    pictures = {node.kind for _, node in every(trees) if node.role is Role.Graphic}
    assert pictures >= {"BackView", "DayCalendar", "ExerciseView", "TracePanel"}
    for name, node in every(trees):
        assert node.role is not Role.Graphic or node.name, name


def test_a_bar_tells_a_number_with_its_unit_or_that_there_is_none_and_why(trees: dict[str, Node]) -> None:
    """Else a blind athlete trains on silence, on zero, or on the last value of a dead electrode."""
    bars = [(name, bar) for name, tree in trees.items() for bar in bars_of(tree)]
    assert len(bars) > 100
    for name, bar in bars:
        assert re.match("(Left|Right) [a-z]+", bar.name), (name, bar)
        number, _, why = bar.description.partition(", ")
        if number == words.NONE:
            assert why, (name, bar)
            assert not re.search(r"\d", bar.description), (name, bar)
        else:  # a board with a unit of its own has numbers without one
            assert READING.match(number) or why == "not calibrated", (name, bar)


def test_the_value_of_a_bar_is_its_percentage_and_lies_outside_its_range_where_there_is_none(
    trees: dict[str, Node],
) -> None:
    """Else a reader says zero, which is a reading, where nothing is measured."""
    for name, node in every(trees):
        if node.role is not Role.ProgressBar:
            continue
        assert node.number is not None
        assert node.least is not None
        percent = re.match(r"(\d+) %", node.description)
        if percent is not None:
            assert node.number == min(float(percent[1]), node.most or 0.0), (name, node)
        else:
            assert node.number < node.least, (name, node)


@pytest.mark.parametrize("name", COVERED)
def test_nothing_tells_the_value_of_a_covered_bar(trees: dict[str, Node], name: str) -> None:
    """Else a test hold is done by ear, with the feedback that it must do without."""
    tree = trees[name]
    assert bars_of(tree) == []
    assert [node.said for node in tree.walk() if PERCENT.search(node.said) or "µV" in node.said] == []


def test_a_bar_that_is_covered_after_it_was_seen_is_gone_for_the_reader_too(qtbot: QtBot) -> None:
    """Else the value of before the test is still there to be read."""
    desk = Desk(qtbot)
    desk.show(HOLDING)
    assert len(bars_of(tree_of(desk.window))) == 4
    desk.show(pictured_views.SCENES["test_hold"])
    assert bars_of(tree_of(desk.window)) == []
    desk.show(replace(HOLDING, time_s=HOLDING.time_s + 6.0))
    assert [bar.number for bar in bars_of(tree_of(desk.window))] == [9.0, 14.0, 42.0, 27.0]


def test_a_reading_that_grew_old_is_gone_for_the_reader_too(qtbot: QtBot) -> None:
    """Else the last value of a board that fell silent is read as if it were of now."""
    desk = Desk(qtbot)
    desk.show(HOLDING)
    desk.clock.advance(3.0)
    desk.session.refresh()
    for bar in bars_of(tree_of(desk.window)):
        assert bar.description.startswith(words.NONE), bar
        assert bar.number is not None
        assert bar.number < 0.0, bar


def test_screens_are_read_from_the_title_down(trees: dict[str, Node]) -> None:
    """Else one hears the answers before the question, and numbers without whose they are."""
    first = trees["start_new"]
    order = [where(first, said) for said in start_words.START_LABELS.values() if any_says(first, said)]
    assert len(order) > 5
    assert where(first, "PowerHold") < min(order)
    assert where(first, start_words.NEXT) > max(order)
    holding = trees["holding"]
    told = ("Right leg, training", "Hold", "Left leg", "Left glute", "Left hamstring", "Clock")
    places = [where(holding, said) for said in (*told, "Right leg pushes", "Right glute", "Right hamstring")]
    assert places == sorted(places)
    settings = trees["settings"]
    assert where(settings, "Language") < where(settings, "Volume") < where(settings, "Done")
    history = trees["history"]
    assert where(history, "History of") < where(history, "Glute, left of right") < where(history, "Sessions")
    summary = trees["summary"]
    assert where(summary, "Done") < where(summary, "Test holds") < where(summary, "Saved in")


def any_says(tree: Node, said: str) -> bool:
    return any(node.said.startswith(said) for node in tree.walk())


def test_every_window_has_a_title(trees: dict[str, Node]) -> None:
    """Else who comes to a window does not know where he is."""
    windows = [(name, tree) for name, tree in trees.items() if tree.kind.endswith("Window")]
    assert len(windows) > 80
    assert [name for name, tree in windows if not tree.name] == []


STATES: tuple[tuple[str, LiveView], ...] = (
    (
        "prepare",
        replace(HOLDING, stage=stage(phase=Phase.PREPARE, countdown_s=2.4, duration_s=3.0), bars=LOW),
    ),
    ("cue", replace(HOLDING, stage=stage(phase=Phase.CUE), bars=LOW)),
    ("holding", HOLDING),
    ("rest", replace(HOLDING, stage=stage(phase=Phase.REST, countdown_s=7.6, duration_s=8.0), bars=LOW)),
    ("paused", replace(HOLDING, paused=True, stage=stage(phase=Phase.PAUSED), bars=LOW)),
    ("no signal", replace(HOLDING, signal=SignalState.NO_SIGNAL, bars=NONE)),
    ("error", replace(HOLDING, signal=SignalState.LOST, error="It stopped.", bars=NONE)),
)


def test_each_change_of_state_is_told_with_the_word_that_stands_on_the_screen(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else somebody who cannot see learns of "rest" when he asks for it, on one leg."""
    desk = Desk(qtbot)
    told: list[tuple[QWidget, str]] = []
    monkeypatch.setattr(
        desk.session, "_announcer", Announcer(lambda widget, said: told.append((widget, said)))
    )
    for number, (state, view) in enumerate(STATES, start=1):
        desk.clock.advance(2.0)
        desk.show(view)
        desk.show(view)
        assert len(told) == number, (state, told)
        widget, said = told[-1]
        assert widget is desk.session
        assert any(node.name == said for node in tree_of(desk.window).walk()), (state, said)
    assert len({said for _, said in told}) == len(STATES)


def test_nothing_of_qt_is_left_when_a_tree_has_been_read(qtbot: QtBot) -> None:
    """Else the next window that is made where this one was takes the whole run with it."""
    desk = Desk(qtbot)
    desk.show(HOLDING)
    tree = tree_of(desk.window)
    assert len(list(tree.walk())) > 15
    assert wrappers_left() == []
