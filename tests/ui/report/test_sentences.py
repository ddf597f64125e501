"""Claims about what a report says, found without Qt."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from emg.protocols import bundled_protocols, load_protocol
from emg.results import Method, Outcome, Role
from emg.session.bundle import SessionReadError
from tests.emg.session.parts import hold, muscle
from tests.emg.session.past import MARCH, glute_holds, past_session
from ui.kept.home import sessions_folder
from ui.reading.summary_sentences import comparisons
from ui.report.material import Material, NothingToReport, contact_of, read_material
from ui.report.model import compared, hold_dots, last_time, legs_of
from ui.report.sentences import blocks, cautions, headline, went_well, what_next
from ui.words import report_words

EQUAL = glute_holds((40.0, 43.0, 41.0), (41.0, 42.0, 40.0))
UNEQUAL = glute_holds((58.0, 60.0, 57.0), (18.0, 17.0, 19.0))


def material_of(parent: Path, holds: Any = None, **facts: Any) -> Material:
    return read_material(past_session(parent, MARCH, EQUAL if holds is None else holds, **facts))


def with_summary(material: Material, **changes: Any) -> Material:
    """The same with a part of its summary changed, as another session would have it."""
    summary = json.loads(json.dumps(dict(material.summary)))
    for name, value in changes.items():
        *path, last = name.split("__")
        part = summary
        for step in path:
            part = part[step]
        part[last] = value
    return Material(material.record, summary, material.rows)


def test_a_difference_is_told_only_beyond_the_scatter(tmp_path: Path) -> None:
    """Else a patient is told of a weak side that is chance."""
    alike = headline(material_of(tmp_path))
    assert alike.endswith("from these holds alone nobody can tell them apart.")
    assert "difference" not in alike
    told = headline(material_of(tmp_path, UNEQUAL))
    assert told.startswith("Your right glute worked at 18 % of its best, your left glute at 58 %.")
    assert "The difference is more than" in told


def test_a_doubt_goes_before_any_difference(tmp_path: Path) -> None:
    """Else a maximum that was held back makes the weak side the strong one."""
    doubtful = with_summary(
        material_of(tmp_path, UNEQUAL),
        glute_lsi_pct__doubts=["glute_right"],
        references__glute_right__doubts=["painful"],
    )
    told = headline(doubtful)
    assert "difference" not in told
    assert "Right glute: its maximum may be held back" in told
    right = legs_of(doubtful).bars[2]
    assert (right.muscle, right.doubtful) == ("glute", True)


def test_every_comparison_is_the_sentence_of_the_summary(tmp_path: Path) -> None:
    """Else two papers tell one number in two ways."""
    for facts in ({}, {"sore_side": "right"}):
        material = material_of(tmp_path, UNEQUAL, **facts)
        found = compared(material.summary)
        assert sorted(one.sentence for one in found) == sorted(comparisons(material.summary))
        drawn = [one for one in found if one.value is not None]
        assert len(drawn) == 4
        assert all(
            one.low is not None and one.low < one.value < (one.high or 0.0) for one in drawn if one.value
        )
    assert drawn[0].value == pytest.approx(18.0 / 58.3, rel=0.02)


def test_percent_of_the_bridge_never_stands_beside_percent_of_a_maximum(tmp_path: Path) -> None:
    """Else two scales look like one."""
    bridge = with_summary(
        material_of(tmp_path),
        sides__left__glute_pct_mvc={"mean": None, "sd": None},
        sides__left__glute_pct_submax={"mean": 130.0, "sd": 4.0},
        references__glute_left__method=Method.SUBMAX.value,
    )
    legs = legs_of(bridge)
    left = legs.bars[0]
    assert not legs.bridge
    assert (left.mean, left.aside, left.missing) == (None, "130 %", report_words.OF_BRIDGE)
    assert "light two-leg bridge" in headline(bridge)
    assert "difference" not in headline(bridge)


def test_every_hold_is_a_dot_and_only_what_counts_enters(tmp_path: Path) -> None:
    """Else holds that were lost are in the picture, or gone from it."""
    lost = hold(7, role=Role.TEST, outcome=Outcome.LOST_BALANCE, glute=muscle(90.0))
    material = material_of(tmp_path, [*EQUAL, lost])
    dots = hold_dots(material, bridge=False)
    assert [dot.hold for dot in dots] == [1, 2, 3, 4, 5, 6, 7]
    assert [dot.counts for dot in dots] == [True] * 6 + [False]
    assert dots[6].why_not
    assert legs_of(material).bars[0].each == (40.0, 43.0, 41.0)
    assert not any(said == report_words.STEADY for said in went_well(material))


def test_a_hold_in_which_the_glute_never_came_is_no_zero(tmp_path: Path) -> None:
    """Else the slowest looks like the fastest."""
    never = hold(7, glute=muscle(6.0, latency_s=None))
    dots = hold_dots(material_of(tmp_path, [*EQUAL, never]), bridge=False)
    assert (dots[6].latency_s, dots[6].never) == (None, True)
    assert not any(dot.never for dot in dots[:6])


def test_what_went_well_is_counted(tmp_path: Path) -> None:
    """Else praise is invented."""
    trained = [
        hold(number, role=Role.TRAIN, outcome=Outcome.SUCCESS if number < 9 else Outcome.MISSED)
        for number in range(7, 10)
    ]
    said = went_well(material_of(tmp_path, [*EQUAL, *trained]))
    assert said[0] == "2 of 3 training holds were in the target."
    assert went_well(material_of(tmp_path, [])) == []


@pytest.mark.parametrize("code", bundled_protocols())
def test_what_to_do_next_is_what_the_protocol_says(tmp_path: Path, code: str) -> None:
    """Else the program gives advice of its own."""
    protocol = load_protocol(code)
    exercise = protocol.model_dump(mode="json", by_alias=True)
    told = what_next(material_of(tmp_path, protocol=code, exercise=exercise))
    trained = [
        planned
        for planned in exercise["sets"]
        if planned.get("role") != "test" and not planned.get("offered")
    ]
    numbers = [
        str(planned.get("holds") or planned.get("repetitions") or planned.get("bouts")) for planned in trained
    ]
    assert told[0] == protocol.sentence
    assert all(number in told[1] for number in numbers)
    assert told[-2] == report_words.SOURCE.format(source=protocol.source.rstrip("."))
    assert told[-1] == report_words.ASK


def series(values: list[float], **facts: Any) -> Path:
    folder = sessions_folder("a01")
    for day, level in enumerate(values):
        started_at = MARCH + timedelta(days=day)
        taped = {"id": f"taping {day}", "from_landmark_cm": {}, "shown": True}
        last = past_session(
            folder,
            started_at,
            glute_holds((40.0, 41.0, 42.0), (level, level, level)),
            placement=taped,
            **facts,
        )
    return last


def test_more_than_chance_needs_five_tapings_before(tmp_path: Path) -> None:
    """Else noise between two tapings is told as progress."""
    last = series([30.0, 31.0, 30.0, 31.0, 30.0, 60.0])
    second = sorted(sessions_folder("a01").iterdir())[1]
    few = {one.name: one.verdict for one in last_time(read_material(second))}
    assert few["glute_right_pct_mvc"] == report_words.TOO_EARLY
    many = last_time(read_material(last))
    verdicts = {one.name: one.verdict for one in many}
    assert verdicts["glute_right_pct_mvc"] == report_words.BEYOND
    assert verdicts["glute_left_pct_mvc"] == report_words.WITHIN
    right = next(one for one in many if one.name == "glute_right_pct_mvc")
    assert (right.then.number.value, right.now.number.value) == (30.0, 60.0)


@pytest.mark.parametrize(("last_s", "verdict"), [(0.62, "WITHIN"), (1.9, "BEYOND")])
def test_a_latency_is_judged_in_seconds(last_s: float, verdict: str) -> None:
    """Else half a second more is told as chance, or a hundredth as progress."""
    for day, latency_s in enumerate((0.60, 0.66, 0.58, 0.64, 0.61, last_s)):
        holds = [hold(n, glute=muscle(40.0 + n, latency_s=latency_s)) for n in (1, 2, 3)]
        taped = {"id": f"taping {day}", "from_landmark_cm": {}, "shown": True}
        last = past_session(sessions_folder("a01"), MARCH + timedelta(days=day), holds, placement=taped)
    told = [one.verdict for one in last_time(read_material(last)) if one.name.endswith("_latency_s")]
    assert told == [getattr(report_words, verdict)]


def test_what_was_measured_otherwise_is_not_compared(tmp_path: Path) -> None:
    """Else another board or another kind of maximum passes for a change of the athlete."""
    folder = sessions_folder("a01")
    past_session(folder, MARCH, EQUAL)
    board = past_session(folder, MARCH + timedelta(days=1), EQUAL, board="ganglion")
    assert {one.verdict for one in last_time(read_material(board))} == {report_words.OTHER_BOARD}
    full = past_session(
        folder, MARCH + timedelta(days=2), EQUAL, board="ganglion", methods={"glute_left": Method.MVC}
    )
    told = {one.name: one.verdict for one in last_time(read_material(full))}
    assert told["glute_left_pct_mvc"] == report_words.OTHER_WAY
    assert told["glute_right_pct_mvc"] != report_words.OTHER_WAY


def test_later_sessions_are_in_no_report_of_an_earlier_one(tmp_path: Path) -> None:
    """Else a page that is printed again tells of a future that it could not know."""
    series([30.0, 35.0, 40.0])
    first, second, _third = sorted(sessions_folder("a01").iterdir())
    assert last_time(read_material(first)) == ()
    assert {
        one.now.number.value for one in last_time(read_material(second)) if one.name == "glute_right_pct_mvc"
    } == {35.0}


def test_a_session_elsewhere_or_of_nobody_is_in_no_trend(tmp_path: Path) -> None:
    """Else it is put beside somebody else's numbers."""
    series([30.0, 35.0])
    alone = material_of(tmp_path)
    assert (alone.trend, alone.days, last_time(alone)) == (None, (), ())
    simulated = read_material(
        past_session(sessions_folder("a01"), MARCH + timedelta(days=9), EQUAL, simulated=True)
    )
    assert (simulated.trend, simulated.days) == (None, ())
    assert cautions(simulated) == [report_words.SIMULATED]


def test_contact_is_the_share_of_the_time_in_holds(tmp_path: Path) -> None:
    """Else a loose electrode at rest hides behind, or spoils, a good hold."""
    table = tmp_path / "activation.csv"
    rows = ["rest,railed", *["holding,ok"] * 6, "waiting,railed", "holding,flat", "holding,railed"]
    table.write_text("\n".join(["phase,glute_left_verdict", *rows]) + "\n", encoding="utf-8")
    (found,) = contact_of(table, ["glute_left"])
    assert found.good_pct == pytest.approx(100.0 * 6 / 9)
    assert found.worst == "railed"
    assert contact_of(tmp_path / "none.csv", ["glute_left"]) == ()


def test_the_small_print_has_what_a_therapist_asks_for(tmp_path: Path) -> None:
    """Else the numbers cannot be judged."""
    facts: dict[str, Any] = {"intake": {"pain_0_10": 3}, "sore_side": "left"}
    told = {block.title: " ".join(block.lines) for block in blocks(material_of(tmp_path, UNEQUAL, **facts))}
    assert "Before 3, in the set-up --, in the holds --, after --, next morning --" in told[report_words.PAIN]
    assert "200 µV" in told[report_words.REFERENCES]
    assert "quick" in told[report_words.REFERENCES]
    assert "Gain 24" in told[report_words.SIGNAL]
    assert "PowerHold 0.1.0" in told[report_words.RECORD]
    assert "placement" in told[report_words.ELECTRODES]
    assert "Sore-side glute, left" in told[report_words.FINDINGS]


def test_files_that_cannot_be_read_are_said_in_one_sentence(tmp_path: Path) -> None:
    """Else a broken file is a traceback, or a page of nonsense."""
    for name, content in (("summary.json", "{"), ("holds.csv", "a,b\n1\n"), ("session.json", "[]")):
        folder = past_session(tmp_path / name, MARCH, EQUAL)
        (folder / name).write_text(content, encoding="utf-8")
        with pytest.raises(SessionReadError) as told:
            read_material(folder)
        assert name in str(told.value)
    with pytest.raises(NothingToReport):
        material_of(tmp_path, [], kind="recording")


def test_a_press_that_counts_for_nothing_is_not_called_none(tmp_path: Path) -> None:
    """Else the page says that nobody pressed, and in the next column why it did not count."""

    def said(material: Material) -> str:
        return " ".join(line for block in blocks(material) for line in block.lines)

    material = material_of(tmp_path)
    pressed = said(with_summary(material, sides__left__felt={"n": 0, "n_cued": 1, "n_helper": 1}))
    assert report_words.FELT_UNCOUNTED in pressed
    assert report_words.NOT_FELT not in pressed
    assert report_words.NOT_FELT in said(with_summary(material, sides__left__felt={}))
