"""What stands beside a percentage or a ratio while the session runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emg.live_view import BarView, LiveView, StageView
from emg.results import Doubt, Method
from tests.ui.views import HOLDING, NOW_S, TESTING
from ui.reading.muscles import RatioReading, Show, read_bar, read_ratios
from ui.reading.summary_table import findings
from ui.words.reference_words import doubt_words, ratio_note, with_doubts

GLUTE_LEFT, HAM_LEFT, GLUTE_RIGHT, HAM_RIGHT = range(4)
DOUBT = "its maximum may be held back"


def changed(which: int, view: LiveView = HOLDING, **facts: object) -> LiveView:
    """The view with one bar changed."""
    bars: list[BarView] = list(view.bars)
    bars[which] = replace(bars[which], **facts)  # type: ignore[arg-type]
    return replace(view, bars=tuple(bars))


def ratio(view: LiveView, name: str, now_s: float = NOW_S) -> RatioReading:
    """Read one of the four, as they all stand where no hold is under way."""
    idle = replace(view, stage=StageView(feedback=view.stage.feedback))
    return {found.name: found for found in read_ratios(idle, now_s)}[name]


def test_in_a_hold_only_what_the_working_glute_is_in_is_shown() -> None:
    """Else one leg's push is read against the other leg's swing."""
    swinging = replace(HOLDING, stage=replace(HOLDING.stage, other_leg="swings"))
    assert [(found.name, found.title) for found in read_ratios(swinging, NOW_S)] == [
        ("right", "Right glute : hamstring"),
        ("right_glute_left_ham", "Right glute : left hamstring (swing)"),
    ]


# --- a bar


def test_a_percentage_of_a_maximum_needs_no_words() -> None:
    """Else the words that matter drown in words that do not."""
    assert read_bar(HOLDING, HOLDING.bars[GLUTE_RIGHT], NOW_S).note == ""


def test_a_bar_of_a_lighter_effort_says_so() -> None:
    """Else the athlete takes it for a share of a maximum."""
    view = changed(HAM_RIGHT, reference=Method.SUBMAX)
    reading = read_bar(view, view.bars[HAM_RIGHT], NOW_S)
    assert (reading.show, reading.number, reading.note) == (Show.PERCENT, "27 %", "% of the bridge")


def test_a_bar_on_a_doubtful_maximum_says_so_beside_its_contact() -> None:
    """Else a weak muscle behind a low maximum looks strong."""
    view = changed(GLUTE_RIGHT, doubts=(Doubt.PAINFUL,))
    assert read_bar(view, view.bars[GLUTE_RIGHT], NOW_S).note == DOUBT
    view = changed(GLUTE_RIGHT, view, verdict="mains")
    note = read_bar(view, view.bars[GLUTE_RIGHT], NOW_S).note
    assert note.endswith(f", {DOUBT}")
    assert len(note) > len(DOUBT) + 2


def test_a_muscle_without_a_maximum_beside_others_shows_microvolts() -> None:
    """Else it looks like a loose electrode, or has a percentage of nothing."""
    view = changed(GLUTE_LEFT, reference=None)
    reading = read_bar(view, view.bars[GLUTE_LEFT], NOW_S)
    assert (reading.show, reading.level_pct) == (Show.LEVEL, None)
    assert (reading.number, reading.note) == ("27.0 µV", "no maximum")


def test_nothing_of_it_is_told_while_bars_are_off() -> None:
    """A note that comes and goes would give the test away."""
    view = changed(GLUTE_RIGHT, TESTING, reference=Method.SUBMAX)
    assert read_bar(view, view.bars[GLUTE_RIGHT], NOW_S).note == "Bars off for the test"
    doubtful = changed(GLUTE_RIGHT, TESTING, doubts=(Doubt.PAINFUL,))
    doubtful = replace(doubtful, doubtful_ratios=("right",))
    assert ratio(doubtful, "right") == RatioReading("right", "--")


# --- a ratio


def test_a_ratio_on_a_doubtful_maximum_names_it() -> None:
    """Else 1.56 reads as a strong glute."""
    view = replace(
        changed(GLUTE_RIGHT, doubts=(Doubt.SIDES_DIFFER,)), doubtful_ratios=("right", "right_glute_left_ham")
    )
    assert ratio(view, "right") == RatioReading("right", "1.56", f"right glute: {DOUBT}")
    assert ratio(view, "right_glute_left_ham").note == f"right glute: {DOUBT}"
    assert ratio(view, "left").note == ratio(view, "left_glute_right_ham").note == ""


@pytest.mark.parametrize(
    ("method", "reason"), [(Method.SUBMAX, "is in % of the bridge"), (None, "has no maximum")]
)
def test_a_ratio_that_is_withheld_says_why_where_it_would_stand(method: Method | None, reason: str) -> None:
    """Else two dashes look like a fault of the board."""
    view = replace(changed(HAM_LEFT, reference=method), ratio_left=None, diagonal_right_glute=None)
    for name in ("left", "right_glute_left_ham"):
        assert ratio(view, name) == RatioReading(name, "--", f"left hamstring {reason}")
    assert ratio(view, "right").note == ""


def test_a_reason_comes_before_a_doubt() -> None:
    """Else a ratio that does not exist is called doubtful."""
    view = changed(HAM_RIGHT, changed(GLUTE_RIGHT, doubts=(Doubt.PAINFUL,)), reference=Method.SUBMAX)
    view = replace(view, doubtful_ratios=("right",), ratio_right=None)
    assert ratio(view, "right").note == "right hamstring is in % of the bridge"


def test_where_the_bars_say_it_all_a_ratio_says_nothing() -> None:
    """Else an athlete with two electrodes reads four complaints."""
    sore = changed(HAM_RIGHT, reference=Method.SUBMAX)
    alone = replace(sore, bars=sore.bars[GLUTE_RIGHT:])
    assert ratio_note(alone, "left") == ratio_note(alone, "left_glute_right_ham") == ""
    bare = tuple(replace(bar, reference=None) for bar in HOLDING.bars)
    assert ratio_note(replace(HOLDING, bars=bare, calibrated=False), "left") == ""
    stale = ratio(replace(HOLDING, bars=bare), "left", NOW_S + 9.0)
    assert (stale.number, stale.note) == ("--", "")


def test_several_doubts_are_each_told_and_none_adds_nothing() -> None:
    """Else one of two is lost, or a sound number gets a semicolon."""
    assert doubt_words(["glute_left", "ham_right"]) == f"left glute: {DOUBT}; right hamstring: {DOUBT}"
    assert with_doubts("1.24", ["glute_left"]) == f"1.24; left glute: {DOUBT}"
    assert with_doubts("1.24", []) == "1.24"


def test_a_comparison_in_doubt_never_says_that_there_is_no_difference() -> None:
    """Else an inhibited muscle ends as symmetric, whoever wrote the summary."""
    lsi = {"value": 100.0, "low": 90.0, "high": 110.0, "inside_scatter": True}
    assert findings({"glute_lsi_pct": lsi})[0].endswith("(90 to 110 %), no difference beyond the scatter.")
    sentence, _ = findings({"glute_lsi_pct": lsi | {"doubts": ["glute_right"]}})
    assert sentence.endswith(f"(90 to 110 %); right glute: {DOUBT}.")
