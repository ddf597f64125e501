"""What a session came to, in sentences; the summary page and the terminal show the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from emg.montage import Legs, Side
from emg.results import Method
from emg.session.findings import Pattern
from emg.session.order import RESOLUTION_S
from ui.reading.summary_parts import Summary, part, side_of, untested, warnings_of, without_tests
from ui.words import figures, finding_words, practice_words, words
from ui.words.body_words import LEGS, LEGS_INSIDE, SIDES_INSIDE, listed
from ui.words.reference_words import COMPARED, WITHHELD, with_doubts

SORE_FOR: Final[Mapping[str, str]] = {
    f"{muscle}_lsi_pct": f"findings.{muscle}_sore_over_other" for muscle in ("glute", "ham")
}
"""The one symmetry number that is shown where the sore side is known, instead of left over right."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One of the three muscles that stand side by side.

    Attributes
    ----------
    title : str
        ``Sore-side glute, left``.
    number : str
        Its mean level, or the sign for no reading.
    note : str
        Range and number of holds, the doubt in it, or why it is withheld.
    side : Side
        The athlete's own.
    value, low, high : float or None
        The same as numbers, in %MVC.
    """

    title: str
    number: str
    note: str
    side: Side
    value: float | None = None
    low: float | None = None
    high: float | None = None


def findings(summary: Summary) -> list[str]:
    """All sentences: the sore side, comparisons with interval and doubts or why there is none, the notes."""
    estimates = [
        f"{one.title}: {', '.join(filter(None, (one.number, one.note)))}" for one in side_by_side(summary)
    ]
    scope = finding_words.SCOPE if has_ranges(summary) else ""
    said = [*estimates, *comparisons(summary), *patterns(summary), scope, *notes(summary)]
    return [sentence(text) for text in said if text]


def has_ranges(summary: Summary) -> bool:
    """Whether any number comes with an interval, so that it must be said what that is."""
    paths = [name.split(".") for name in (*words.FINDINGS, *finding_words.SORE_COMPARED)]
    paths += [["findings", name] for name in finding_words.ESTIMATES]
    return any(part(summary, *path).get("low") is not None for path in paths)


def side_by_side(summary: Summary) -> list[Finding]:
    """Give the three muscles around a sore side; none without one, or where no test hold counts."""
    found = part(summary, "findings")
    if not found or found.get("reason") or untested(summary):
        return []
    sore = Side(found["sore_side"])
    return [
        _estimated(name, sore.other if name.startswith("other") else sore, part(found, name))
        for name in finding_words.ESTIMATES
    ]


def comparisons(summary: Summary) -> list[str]:
    """One sentence a comparison, and one for all that have the same reason to be withheld."""
    if practice_words.is_practice(summary):
        return []
    if untested(summary):
        return [finding_words.NO_TESTS if without_tests(summary) else finding_words.NOTHING_COMPARED]
    if (alone := _only_leg(summary)) is not None:
        return [finding_words.ONE_LEG.format(leg=LEGS_INSIDE[alone])]
    told, withheld = [], dict[str, list[str]]()
    for shown in shown_names(summary):
        number = part(summary, *shown.split("."))
        if number.get("value") is not None:
            told.append(_compared(shown, number))
        elif number.get("reason"):
            withheld.setdefault(str(number["reason"]), []).append(_name(shown))
    return [*told, *_later(summary)] + [
        finding_words.NOT_COMPARED.format(names=listed(names), reason=finding_words.reason_words(reason))
        for reason, names in withheld.items()
    ]


def _only_leg(summary: Summary) -> Side | None:
    """Give the leg that was tested where not one test hold of the other was begun; None of any other session.

    A test hold that was begun and does not count leaves a warning.
    """
    begun = [
        side
        for side in Side
        if side_of(summary, side).get("n_test") or f"few_test_holds:{side}" in warnings_of(summary)
    ]
    return begun[0] if len(begun) == 1 and all(side_of(summary, side) for side in Side) else None


def patterns(summary: Summary) -> list[str]:
    """Tell both patterns alike, or why there is nothing to tell of."""
    found = part(summary, "findings")
    if not found or untested(summary):
        return []
    if found.get("reason"):
        why = finding_words.reason_words(found["reason"])
        return [finding_words.NO_FINDINGS.format(reason=why)]
    return [
        finding_words.pattern_words(pattern, told["shown"], told["reason"])
        for pattern in Pattern
        if (told := part(found, "patterns", pattern.value))
    ]


def notes(summary: Summary) -> list[str]:
    """Say what else is worth it: order, cued presses, both legs, pain, what was taken out, warnings."""
    of_sides = [sentence for side in Side for sentence in _felt_notes(side, side_of(summary, side))]
    return [
        *_bridge_notes(summary),
        *_training_notes(summary),
        *_order_notes(summary),
        *of_sides,
        *_legs_notes(summary),
        *_pain_notes(summary),
        *_excluded_notes(summary),
        *(words.warning_words(warning) for warning in warnings_of(summary)),
    ]


def sentence(text: str) -> str:
    """End it with one full stop."""
    return f"{text.rstrip('.')}."


def _estimated(name: str, side: Side, number: Summary) -> Finding:
    title = finding_words.ESTIMATES[name].format(side=SIDES_INSIDE[side])
    value, low, high, reason = (number.get(key) for key in ("value", "low", "high", "reason"))
    why = finding_words.reason_words(str(reason)) if reason else ""
    if value is None:
        return Finding(title, words.NONE, f"{WITHHELD}: {why}" if why else "", side)
    spread = finding_words.OF_BEST.format(range=figures.range_words(low, high)) if low is not None else ""
    note = ", ".join(filter(None, (spread, figures.count_words(number.get("n")), why)))
    note = with_doubts(note, number.get("doubts") or ())
    return Finding(title, figures.percent_words(value), note, side, value, low, high)


def _compared(name: str, number: Summary) -> str:
    """Tell one comparison; scatter decides nothing where a maximum is in doubt."""
    turned, number = low_side_first(name, number)
    told_as = finding_words.TURNED if turned else {**words.FINDINGS, **finding_words.SORE_COMPARED}
    value, low, high, counted = (number.get(key) for key in ("value", "low", "high", "n"))
    in_percent = name.endswith(("_pct", "_other"))
    form = figures.percent_words if in_percent else figures.ratio_words
    spread = (figures.range_words if in_percent else figures.ratio_range_words)(low, high)
    between = ", ".join(filter(None, (spread, figures.counts_words(counted))))
    reason = number.get("reason")
    why = finding_words.NO_RANGE.format(reason=finding_words.reason_words(reason)) if reason else ""
    doubts = number.get("doubts") or ()
    scatter = finding_words.INSIDE_SCATTER if number.get("inside_scatter") and not doubts else ""
    told = f"{told_as[name].format(value=form(value))}{f' ({between})' if between else ''}"
    return with_doubts(", ".join(filter(None, (told, why, scatter))), doubts)


def low_side_first(name: str, number: Summary) -> tuple[bool, Summary]:
    """Turn a quotient in percent round where it is above 100: 33 %, not 303 %; the file stays as it is.

    Parameters
    ----------
    name : str
        Path of the number in summary.json.
    number : mapping
        As it stands there.

    Returns
    -------
    turned : bool
        Whether it is the other way round now.
    number : mapping
        With value, interval and counts that way round.
    """
    value, low, high, counted = (number.get(key) for key in ("value", "low", "high", "n"))
    # what reads as 100 % reads the same either way
    if name not in finding_words.TURNED or value is None or round(value) <= 100:
        return False, number
    ends = (None, None) if low is None or high is None else (1e4 / high, 1e4 / low)
    turned = {"value": 1e4 / value, "low": ends[0], "high": ends[1], "n": counted and counted[::-1]}
    return True, {**number, **turned}


def shown_names(summary: Summary) -> tuple[str, ...]:
    """Paths of the comparisons that are shown: where the sore side is known, sore over other."""
    found = part(summary, "findings")
    sore = bool(found) and not found.get("reason")
    return tuple(SORE_FOR.get(name, name) if sore else name for name in words.FINDINGS)


def _later(summary: Summary) -> list[str]:
    """Tell which glute came later and by how much, if both came and the difference can be told at all."""
    came = {side: part(side_of(summary, side), "glute_latency_s").get("median") for side in Side}
    counted = {side: part(side_of(summary, side), "n").get("glute_latency_s") for side in Side}
    medians_s = {side: float(median_s) for side, median_s in came.items() if median_s is not None}
    if len(medians_s) < len(Side) or None in counted.values():
        return []
    later = max(Side, key=medians_s.__getitem__)
    apart_s = round(medians_s[later] - medians_s[later.other], 6)
    if apart_s < RESOLUTION_S:
        return []
    of_both = {"later": counted[later], "earlier": counted[later.other]}
    alone = {*of_both.values()} == {1}
    return [
        finding_words.LATER.format(
            later=SIDES_INSIDE[later],
            earlier=SIDES_INSIDE[later.other],
            seconds=figures.number(apart_s, ".1f"),
            medians=finding_words.ONE_EACH if alone else finding_words.MEDIANS.format(**of_both),
        )
    ]


def _name(name: str) -> str:
    return finding_words.SORE_NAMES.get(name) or COMPARED[name]


def _bridge_notes(summary: Summary) -> list[str]:
    known = part(summary, "references").values()
    return [finding_words.THE_BRIDGE] if any(one["method"] == Method.SUBMAX for one in known) else []


def _training_notes(summary: Summary) -> list[str]:
    """Say how those holds ended that were not in target, where the table tells how many were."""
    if practice_words.is_practice(summary):
        return []
    told = {side: part(side_of(summary, side), "training") for side in Side}
    return [
        finding_words.ENDED.format(leg=LEGS[side], ends=ends)
        for side, training in told.items()
        if (training.get("n") or training.get("n_ended")) and (ends := finding_words.ends_words(training))
    ]


def _order_notes(summary: Summary) -> list[str]:
    orders = [found for side in Side if (found := part(side_of(summary, side), "order"))]
    if not orders:
        return []
    resolution_s = orders[0].get("resolution_s")
    if resolution_s is None:
        why = finding_words.reason_words(str(orders[0].get("reason", "")))
        return [finding_words.ORDER_WITHHELD.format(reason=why)]
    return [finding_words.ORDER_NOTE.format(resolution=f"{figures.number(resolution_s, 'g')} s")]


def _felt_notes(side: Side, told: Summary) -> list[str]:
    felt = part(told, "felt")
    later_s = part(felt, "cued_felt_minus_measured_s").get("median")
    found = []
    if felt.get("n_cued") and later_s is not None:
        later = finding_words.later_words(later_s)
        found.append(finding_words.cued_words(LEGS[side], felt["n_cued"], later))
    if felt.get("n_helper"):
        found.append(finding_words.HELPED.format(leg=LEGS[side], n=felt["n_helper"]))
    return found


def _legs_notes(summary: Summary) -> list[str]:
    if practice_words.is_practice(summary):  # how many is said already
        return []
    return [
        finding_words.LEGS_TRAINED.format(legs=LEGS[Legs(code)], counts=counts)
        for code, told in part(summary, "legs").items()
        if (counts := finding_words.trained_words(told)) != words.NONE
    ]


def _pain_notes(summary: Summary) -> list[str]:
    told = part(summary, "pain")
    parts = [
        said.format(pain=told[when])
        for when, said in finding_words.PAIN_WHEN.items()
        if told.get(when) is not None
    ]
    return [finding_words.PAIN.format(parts=", ".join(parts))] if parts else []


def _excluded_notes(summary: Summary) -> list[str]:
    holds = [
        finding_words.EXCLUDED_HOLD.format(n=one["hold"], reason=one["reason"])
        for one in summary.get("excluded") or ()
    ]
    return [finding_words.EXCLUDED.format(holds=", ".join(holds))] if holds else []
