"""What a session came to, as rows; the summary page and the terminal show the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from emg.activation import RATIO_PAIRS
from emg.blocks import Unit
from emg.montage import Side
from emg.results import Method
from ui.reading.summary_parts import Summary as Summary
from ui.reading.summary_parts import methods, nowhere_measured, of_side, part, side_of, trained, untested
from ui.reading.summary_sentences import findings as findings
from ui.words import figures, finding_words, practice_words, words
from ui.words.body_words import LEGS
from ui.words.reference_words import BRIDGE_ROWS, NO_MAXIMUM, WITHHELD, with_doubts, withheld_words

Row: TypeAlias = tuple[str, str, str]
"""What, left leg, right leg."""

HEADINGS: Final[Row] = ("", LEGS[Side.LEFT], LEGS[Side.RIGHT])
MUSCLES: Final = ("glute", "ham")


def table(summary: Summary) -> list[Row]:
    """Rows of the table, one column a side; a percentage stands beside what it is of.

    First what the test holds say, with their number on top; then the training. A row that says nothing of
    either side is left out where it is not of every session.
    """
    if practice_words.is_practice(summary):
        return practice_words.rows(summary)
    tested = [] if _only_trained(summary) else _test_rows(summary)
    return [*tested, *_report_rows(summary), *_training_rows(summary)]


def _test_rows(summary: Summary) -> list[Row]:
    muscles = [muscle for muscle in MUSCLES if not nowhere_measured(summary, muscle)]
    ratio = _row(words.SUMMARY_ROWS["ratio"], [_ratio(summary, side) for side in Side])
    return [
        _row(words.SUMMARY_ROWS["n_test"], [_count(side_of(summary, side)) for side in Side]),
        *(
            _row(words.SUMMARY_ROWS[muscle], [_level(summary, side, muscle, "mvc") for side in Side])
            for muscle in muscles
        ),
        *(
            _row(BRIDGE_ROWS[muscle], [_level(summary, side, muscle, "submax") for side in Side])
            for muscle in MUSCLES
            if any(of_side(summary, side, f"{muscle}_pct_submax").get("mean") is not None for side in Side)
        ),
        *([ratio] if len(muscles) == len(MUSCLES) else []),
        _row(words.SUMMARY_ROWS["latency"], [_latency(side_of(summary, side)) for side in Side]),
    ]


def _report_rows(summary: Summary) -> list[Row]:
    """Share and order, for the exercises that report them."""
    cells = {
        "share": [_share(of_side(summary, side, "glute_share_pct")) for side in Side],
        "order": [_order(of_side(summary, side, "order")) for side in Side],
    }
    return [_row(finding_words.ROWS[name], row) for name, row in cells.items() if any(row)]


def _training_rows(summary: Summary) -> list[Row]:
    cells = {
        "training": [_trained(of_side(summary, side, "training")) for side in Side],
        "felt": [_felt(of_side(summary, side, "felt")) for side in Side],
        "felt_later": [_felt_later(of_side(summary, side, "felt")) for side in Side],
    }
    none = {words.NONE}
    return [_row(finding_words.ROWS[name], row) for name, row in cells.items() if {*row} != none]


def _trained(told: Summary) -> str:
    """How many were in target; how the others ended needs the room of a sentence."""
    return finding_words.in_target_words(told) or finding_words.ends_words(told) or words.NONE


def _felt(told: Summary) -> str:
    felt_s, measured_s = (part(told, name).get("median") for name in ("felt_s", "measured_s"))
    if felt_s is None or measured_s is None:
        return words.NONE
    return ", ".join(
        (figures.seconds_words(felt_s), figures.seconds_words(measured_s), figures.count_words(told.get("n")))
    )


def _felt_later(told: Summary) -> str:
    found = part(told, "felt_minus_measured_s")
    if found.get("median") is None:
        return words.NONE
    iqr_s = found.get("iqr")
    spread = "" if iqr_s is None else f" (IQR {figures.number(iqr_s, '.2f')})"
    return f"{finding_words.later_words(found['median'])}{spread}"


def _share(told: Summary) -> str:
    if not told:
        return ""
    return figures.mean_words(told.get("mean"), told.get("sd"), told.get("n"))


def _order(told: Summary) -> str:
    if not told:
        return ""
    if not told.get("n"):
        return words.NONE
    return ", ".join(said.format(n=told[name]) for name, said in finding_words.FIRST.items() if told[name])


def _level(summary: Summary, side: Side, muscle: str, of: str) -> str:
    """``42 ± 3 % of 312 µV``: what a percentage is of stands beside it, left and right."""
    name, site = f"{muscle}_pct_{of}", f"{muscle}_{side}"
    number = of_side(summary, side, name)
    mean, sd = number.get("mean"), number.get("sd")
    if mean is None:
        none_known = of == "mvc" and methods(summary, (site,)).get(site, Method.MVC) is None
        return NO_MAXIMUM if none_known else words.NONE
    level = figures.mean_words(mean, sd)
    whole = part(summary, "references", site)
    unit = Unit.ARBITRARY if "mvc_au" in whole else Unit.MICROVOLT
    maximum = whole.get("mvc_au" if unit is Unit.ARBITRARY else "mvc_uv")
    told = (
        level
        if maximum is None
        else finding_words.OF_MAXIMUM.format(level=level, maximum=figures.level_words(maximum, unit))
    )
    return _with_fewer(told, side_of(summary, side), name)


def _ratio(summary: Summary, side: Side) -> str:
    """Glute over hamstring with the doubts in it, or why it is withheld."""
    number = of_side(summary, side, "ratio_same_side")
    value = number.get("mean")
    if value is None:
        reason = withheld_words(methods(summary, RATIO_PAIRS[side.value]))
        return f"{WITHHELD}: {reason}" if reason else words.NONE
    told = _with_fewer(figures.ratio_words(value), side_of(summary, side), "ratio_same_side")
    return with_doubts(told, number.get("doubts") or ())


def _latency(told: Summary) -> str:
    found = part(told, "glute_latency_s")
    if found.get("median") is None:
        return finding_words.SELDOM if part(told, "n").get("glute_latency_s") else words.NONE
    return _with_fewer(figures.median_words(found["median"], found.get("iqr")), told, "glute_latency_s")


def _with_fewer(cell: str, told: Summary, name: str) -> str:
    """Add the number of holds where it is not that of the column."""
    counted = part(told, "n").get(name)
    return cell if counted in (None, told.get("n_test")) else f"{cell}, {figures.count_words(counted)}"


def _only_trained(summary: Summary) -> bool:
    """Whether this session had no test hold, and was not meant to."""
    return trained(summary) and untested(summary)


def _row(title: str, cells: Sequence[str]) -> Row:
    left, right = cells
    return title, left, right


def _count(side: Summary) -> str:
    value = side.get("n_test")
    return words.NONE if value is None else str(value)
