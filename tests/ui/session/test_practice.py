"""Claims about a practice: what an exercise becomes by the clock, its words, its screen, its command."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from rich.console import Console

from calibrations.intake import Intake, SoreSide
from emg.codes import DotState, Phase
from emg.live_view import LiveView
from emg.montage import NO_SITES, Side
from emg.protocols import (
    BoutsSet,
    HoldsSet,
    Protocol,
    ProtocolError,
    RepetitionsSet,
    SetPlan,
    bundled_protocols,
    load_protocol,
)
from emg.results import Feedback, Role, Until
from hardware.clock_source import CLOCK_NAME, ClockSource
from tests.fakes import ManualClock
from tests.ui.views import HOLDING, NOW_S, SUMMARY
from ui.commands.practice import practice_command
from ui.desktop.windows.session_page import SessionPage
from ui.exit_codes import EXIT_REFUSED, EXIT_USAGE
from ui.reading.muscles import measures, read_ratios
from ui.session.front import SessionEnd
from ui.session.practice import LEAST_PACE_S, STAND_UP_S, practice_form, practice_plan
from ui.terminal import render
from ui.words import practice_words, words

POWER = load_protocol("power_position")
TEST, LEARN, TRAIN = POWER.sets


def holds_of(exercise: Protocol) -> list[HoldsSet]:
    return [planned for planned in practice_form(exercise).sets if isinstance(planned, HoldsSet)]


def with_sets(*sets: SetPlan) -> Protocol:
    return POWER.model_copy(update={"sets": sets})


def repetitions(n: int, limit_s: float, times: int = 1) -> RepetitionsSet:
    return RepetitionsSet(
        kind="repetitions", repetitions=n, limit_s=limit_s, times=times, feedback=Feedback.ON
    )


def test_the_power_position_is_five_holds_of_six_seconds_a_side() -> None:
    """Else the dosage at home is not that of the article: 4 to 6 holds of 6 s in succession, each side."""
    form = practice_form(POWER)
    (planned,) = holds_of(POWER)

    assert (planned.role, planned.until, planned.holds, planned.offered) == (Role.TRAIN, Until.SET, 5, False)
    assert set(form.sides) == {Side.LEFT, Side.RIGHT}
    assert (form.timing.hold_s, form.timing.rest_between_holds_s) == (6.0, 8.0)
    assert form.timing.rest_between_sides_s == 60.0
    assert form.timing.stand_up_s == STAND_UP_S


@pytest.mark.parametrize(
    ("sets", "holds"),
    [
        ((TEST, LEARN, TRAIN), [5]),
        ((TEST, LEARN), [5]),
        ((TEST,), [3]),
        ((TRAIN, TRAIN.model_copy(update={"holds": 4})), [5, 4]),
    ],
)
def test_what_trains_is_practised_and_a_test_only_where_there_is_nothing_else(
    sets: tuple[SetPlan, ...], holds: list[int]
) -> None:
    """Else tests tire the athlete at home, though nothing is measured, or an exercise is done twice."""
    found = holds_of(with_sets(*sets))

    assert [planned.holds for planned in found] == holds
    assert {(planned.role, planned.until) for planned in found} == {(Role.TRAIN, Until.SET)}


@pytest.mark.parametrize("code", bundled_protocols())
def test_every_bundled_exercise_has_a_form_in_which_nothing_is_shown(code: str) -> None:
    """Else an exercise cannot be done at home, or a press reads as if a bar had told."""
    form = practice_form(load_protocol(code))

    assert {planned.feedback for planned in form.sets} == {Feedback.OFF}
    assert all(planned.kind == "holds" for planned in form.sets)
    assert form.timing.stand_up_s <= STAND_UP_S
    assert form.sides == load_protocol(code).sides


def test_repetitions_are_cued_at_the_pace_at_which_the_set_keeps_its_limit() -> None:
    """Else fifteen repetitions take longer by the clock than with a board, or nobody knows when to move."""
    exercise = with_sets(repetitions(15, 120.0, times=2))
    (planned,), timing = holds_of(exercise), practice_form(exercise).timing
    cycle_s = timing.prepare_s + timing.set_after_s + timing.hold_s + timing.rest_between_holds_s

    assert (planned.holds, planned.times) == (15, 2)
    assert cycle_s == pytest.approx(120.0 / 15)
    assert timing.set_after_s + timing.hold_s == pytest.approx(cycle_s / 2.0)
    assert timing.between_sets_s == POWER.timing.between_sets_s
    assert timing.quiet_s <= timing.prepare_s


def test_no_pace_is_faster_than_people_can_follow() -> None:
    """Else an own exercise with a tight limit becomes a drum roll."""
    timing = practice_form(with_sets(repetitions(30, 10.0))).timing
    cycle_s = timing.prepare_s + timing.set_after_s + timing.hold_s + timing.rest_between_holds_s

    assert cycle_s == pytest.approx(LEAST_PACE_S)
    assert min(timing.prepare_s, timing.set_after_s, timing.hold_s, timing.rest_between_holds_s) > 0.0


def test_a_bout_is_one_hold_of_its_length() -> None:
    """Else a drill of 12 s is stopped after 6."""
    bouts = BoutsSet(kind="bouts", bouts=4, bout_s=12.0, feedback=Feedback.ON)
    exercise = with_sets(bouts)
    (planned,) = holds_of(exercise)

    assert planned.holds == 4
    assert practice_form(exercise).timing.hold_s == 12.0
    assert practice_form(exercise).timing.rest_between_holds_s == POWER.timing.rest_between_holds_s


def test_sets_that_one_clock_cannot_run_are_refused() -> None:
    """Else repetitions are held for 6 s each, and nobody said so."""
    with pytest.raises(ProtocolError, match=r"Power position cannot be practised by the clock"):
        practice_form(with_sets(TRAIN, repetitions(15, 120.0)))


def plan_of(tmp_path: Path, **said: Any) -> Any:
    return practice_plan(
        POWER, source=ClockSource(speed=0.0), athlete="anna", parent=tmp_path, intake=Intake(**said)
    )


def test_a_practice_measures_nothing_and_asks_for_no_set_up(tmp_path: Path) -> None:
    """Else somebody without electrodes waits for a contact check."""
    plan = plan_of(tmp_path)

    assert plan.practice
    assert plan.montage is NO_SITES
    assert not plan.checks
    assert plan.calibration is None
    assert plan.exercise.code == POWER.code
    assert plan.attended


def test_the_side_that_does_not_hurt_begins(tmp_path: Path) -> None:
    """Else it differs from the session with a board."""
    assert plan_of(tmp_path, sore_side=SoreSide.RIGHT).first_side is Side.LEFT
    assert plan_of(tmp_path, sore_side=SoreSide.LEFT).first_side is Side.RIGHT


# The screen: nothing measured, so nothing about a measurement

PRACTISING = replace(
    HOLDING,
    athlete="anna",
    board=CLOCK_NAME,
    bars=(),
    calibrated=False,
    ratio_left=None,
    stage=replace(
        HOLDING.stage,
        target_pct=None,
        ceiling_pct=None,
        in_target_s=None,
        feedback=False,
        dots=(DotState.DONE, DotState.CURRENT, DotState.PENDING),
    ),
)
RESTING = replace(
    PRACTISING,
    stage=replace(
        PRACTISING.stage, phase=Phase.REST, feedback=True, elapsed_s=1.0, countdown_s=7.0, duration_s=8.0
    ),
)


def said_on(page: QWidget) -> str:
    found = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    for widget in page.findChildren(QWidget):
        if widget.isVisible():
            found += [widget.accessibleName(), widget.accessibleDescription()]
    return "\n".join(found)


@pytest.fixture
def page(qtbot: QtBot) -> SessionPage:
    found = SessionPage(ManualClock(NOW_S))
    qtbot.addWidget(found)
    found.resize(1280, 720)
    found.show()
    return found


def test_the_window_shows_clock_phase_and_dots_and_no_empty_legs(page: SessionPage) -> None:
    """Else half of the window says that nothing is measured, and the clock is small."""
    page.show_view(PRACTISING)
    said = said_on(page)

    assert not page.left.isVisible()
    assert not page.right.isVisible()
    assert page.coach.isVisible()
    assert page.coach.width() > 0.8 * page.width()
    for word in ("Right leg", "Hold", "3.4", "Set 2 of 4", "anna", CLOCK_NAME):
        assert word in said


@pytest.mark.parametrize("view", [PRACTISING, RESTING], ids=["holding", "rest"])
def test_the_strip_and_the_status_say_nothing_about_a_signal(page: SessionPage, view: LiveView) -> None:
    """Else somebody at home looks for a board that is not meant to be there."""
    page.show_view(view)

    assert "Live" not in page.status_label.text()
    assert "glute" not in said_on(page)
    assert words.NONE not in said_on(page)


def test_bars_come_back_with_something_measured(page: SessionPage) -> None:
    """Else a session with a board has no bars any more."""
    page.show_view(PRACTISING)
    page.show_view(HOLDING)

    assert page.left.isVisible()
    assert page.right.isVisible()
    assert "Live" in page.status_label.text()
    assert "glute" in said_on(page)


def test_a_clock_that_stands_still_is_told(page: SessionPage) -> None:
    """Else the picture of a program that hangs looks like one that runs."""
    page.show_view(replace(PRACTISING, host_time_s=NOW_S - 60.0))

    assert "No signal" in page.status_label.text()


def test_no_ratio_is_read_where_nothing_is_measured() -> None:
    """Else four dashes stand where nothing was to be seen."""
    assert measures(HOLDING)
    assert len(read_ratios(HOLDING, NOW_S)) == 2
    assert not measures(PRACTISING)
    assert read_ratios(RESTING, NOW_S) == ()


def test_the_terminal_shows_the_clock_and_no_bars() -> None:
    """Else the practice without a window shows rows of dashes."""
    console = Console(width=100)
    with console.capture() as caught:
        console.print(render(RESTING, NOW_S))
    said = caught.get()

    assert re.search(r"Rest\s+7 seconds", said)
    assert "● ◉ ○" in said
    for nag in (words.NONE, words.NOT_MEASURED, words.NOT_CALIBRATED, "glute"):
        assert nag not in said


# What it came to


def side(n: int, felt: int = 0, felt_s: float | None = None) -> dict[str, Any]:
    return {
        "training": {"n_practised": n},
        "felt": {"n": felt, "n_helper": 0, "felt_s": {"median": felt_s, "iqr": None}},
    }


def summary(left: dict[str, Any], right: dict[str, Any], **legs: dict[str, int]) -> dict[str, Any]:
    return {"kind": "practice", "sides": {"left": left, "right": right}, "legs": legs}


def test_what_was_practised_is_told_by_side() -> None:
    """Else the athlete does not see that both legs had their share."""
    found = summary(side(4, 3, 1.23), side(5))

    assert practice_words.rows(found) == [
        ("Practised", "4", "5"),
        ("Felt after", "1.2 s in 3 of 4", words.NONE),
    ]
    assert practice_words.rows(summary(side(4), side(5))) == [("Practised", "4", "5")]


def test_of_a_practice_no_good_signal_is_told() -> None:
    """Else it says "10 with a good signal" where there was none."""
    of_legs = SessionEnd(
        holds=20, valid_holds=20, summary=summary(side(0), side(0), both={"n_practised": 20})
    )
    of_sides = SessionEnd(holds=9, valid_holds=9, summary=summary(side(4), side(5)))
    nothing = SessionEnd(holds=1, valid_holds=1, summary=summary(side(0), side(0)))

    assert practice_words.end_words(of_sides) == "9 practised by the clock"
    assert practice_words.end_words(of_legs) == "20 practised by the clock"
    assert practice_words.rows(of_legs.summary) == []
    assert practice_words.end_words(nothing) == practice_words.NONE_DONE


def test_of_a_session_all_stays_as_it_was() -> None:
    """Else the summary of a measured session is told as a practice."""
    end = SessionEnd(holds=16, valid_holds=15, summary=SUMMARY)

    assert not practice_words.is_practice(SUMMARY)
    assert practice_words.end_words(end) == words.holds_words(16, 15, end.unfinished)


# The command, as far as it goes without a session

OPTIONS = ("--protocol", "power_position", "--athlete", "anna", "--headless")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(practice_command, list(arguments))


def test_too_much_pain_is_no_day_for_practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the program trains what hurts."""
    monkeypatch.setenv("POWERHOLD_HOME", str(tmp_path))
    found = call(*OPTIONS, "--pain", "5")

    assert found.exit_code == EXIT_REFUSED
    assert "Pain of 5 of 10" in found.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(("--protocol", "juggling"), "juggling"), (("--athlete", "Jane Doe"), "Jane Doe")],
)
def test_what_can_be_mended_is_one_sentence(
    wrong: tuple[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a slip of the keyboard is answered with a traceback."""
    monkeypatch.setenv("POWERHOLD_HOME", str(tmp_path))
    found = call(*OPTIONS, *wrong)

    assert found.exit_code == EXIT_USAGE
    assert said in found.output
    assert len(found.output.strip().splitlines()) == 1
