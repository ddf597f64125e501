"""Words of the summary: what was compared, what the numbers say of a sore side, and why there is no number.

Sentences about numbers, never about a person. Two patterns are told of athletes with a sore hamstring; they
stand side by side with the same words, whichever of them the numbers show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from emg.montage import Side
from emg.session.findings import Pattern, Shown
from ui.language import _, _n
from ui.words.body_words import LEGS_INSIDE, site_inside
from ui.words.figures import NONE, seconds_words, target_words

SCOPE: Final = _(
    "± and IQR are how the holds spread, n how many there are; "
    "ranges are 95 %, within this session and these electrodes"
)
"""Said once."""

INSIDE_SCATTER: Final = _("no difference beyond the scatter")
REASONS: Final[Mapping[str, str]] = {
    "not_measured": _("{what} was not measured"),
    "no_reference": _("{what} has no maximum"),
    "submax": _("{what} is in % of the bridge"),
    "no_reading": _("{what} gave no reading in the test holds"),
    "no_holds": _("no test hold of the {what} counts"),
    "one_hold": _("only one test hold of the {what} counts"),
    "below_floor": _("{what} is below 5 % of its best or twice its rest"),
    "doubt": _("{what}: its maximum may be held back"),
    "inside_scatter": INSIDE_SCATTER,
    "no_sore_side": _("no one sore side was given"),
    "board_too_coarse": _("the times of this board are too coarse"),
}
"""Why there is no number, no range or no answer, by its frozen code."""

NOTHING_COMPARED: Final = _("Nothing is compared: there is no test hold that counts")
ONE_LEG: Final = _("Only the {leg} was tested, so nothing is compared")
NO_TESTS: Final = _("This exercise has no test holds, so nothing is compared")
NOT_COMPARED: Final = _("{names}: withheld, {reason}")
NO_RANGE: Final = _("no range: {reason}")
NO_FINDINGS: Final = _("Sore side and other side are not set apart: {reason}")

SORE_COMPARED: Final[Mapping[str, str]] = {
    "findings.glute_sore_over_other": _("The sore-side glute worked at {value} of the other-side one"),
    "findings.ham_sore_over_other": _("The sore-side hamstring worked at {value} of the other-side one"),
}
TURNED: Final[Mapping[str, str]] = {
    "glute_lsi_pct": _("The right glute worked at {value} of the left one"),
    "ham_lsi_pct": _("The right hamstring worked at {value} of the left one"),
    "findings.glute_sore_over_other": _("The other-side glute worked at {value} of the sore-side one"),
    "findings.ham_sore_over_other": _("The other-side hamstring worked at {value} of the sore-side one"),
}
"""The same turned round, where what is told first is the higher: a share reads better than a multiple."""

LATER: Final = _("The {later} glute came {seconds} s later than the {earlier} ({medians})")
MEDIANS: Final = _("medians of {later} and {earlier} holds")
ONE_EACH: Final = _("one hold each")
SORE_NAMES: Final[Mapping[str, str]] = {
    "findings.glute_sore_over_other": _("Sore-side glute against the other one"),
    "findings.ham_sore_over_other": _("Sore-side hamstring against the other one"),
}
ESTIMATES: Final[Mapping[str, str]] = {
    "other_glute": _("Other-side glute, {side}"),
    "sore_glute": _("Sore-side glute, {side}"),
    "sore_ham": _("Sore-side hamstring, {side}"),
}
"""The three findings, in their order."""

OF_BEST: Final = _("{range} of its best")
PATTERNS: Final[Mapping[Pattern, str]] = {
    Pattern.SORE_SIDE: _("Described in sprinters and lifters: less glute on the sore side"),
    Pattern.OTHER_SIDE: _("Described in distance runners: less glute on the other side"),
}
SHOWN: Final[Mapping[Shown, str]] = {
    Shown.SHOWN: _("These numbers show it"),
    Shown.NOT_SHOWN: _("These numbers do not show it"),
    Shown.CANNOT_TELL: _("These numbers cannot tell: {reason}"),
}
ROWS: Final[Mapping[str, str]] = {
    "share": _("Glute's share of the two"),
    "order": _("First to work"),
    "training": _("Training, in target"),
    "felt": _("Felt, measured"),
    "felt_later": _("Felt, against measured"),
}
TRAINED: Final[Mapping[str, str]] = {
    "n_over_ceiling": _("{n} over the ceiling"),
    "n_left_target": _("{n} left the target"),
    "n_late": _("{n} came too late"),
    "n_below_target": _("{n} a little below the target"),
    "n_short": _("{n} not long enough in target"),
    "n_not_reached": _("{n} did not reach the target"),
    "n_lost_balance": _("{n} foot down"),
    "n_void": _("{n} not counted"),
    "n_practised": _("{n} by the clock"),
    "n_ended": _("{n} ended early"),
}
MISSED_FOR: Final = ("n_over_ceiling", "n_left_target", "n_late", "n_below_target")
IN_TARGET: Final = _("{n} of {of}")
AT: Final = _("{counts} at {target}")
OF_THE_BRIDGE_ITS: Final = _("{target} of the bridge")
FIRST: Final[Mapping[str, str]] = {
    "ham_first": _("hamstring {n}"),
    "glute_first": _("glute {n}"),
    "together": _("together {n}"),
}
OF_MAXIMUM: Final = _("{level} of {maximum}")
SELDOM: Final = _("not in most of them")
"""Median of a muscle that did not come in half of the holds or more."""

THE_BRIDGE: Final = _("The bridge is the light two-leg bridge, measured in place of a maximum")
ORDER_NOTE: Final = _(
    "First to work is told to {resolution}; hamstring first is common, in people without pain too, and says "
    "nothing by itself"
)
ORDER_WITHHELD: Final = _("First to work: withheld, {reason}")
HELPED: Final = _("{leg}: felt key pressed by a helper (n {n}), who is later than the athlete")
BEFORE, AFTER = _("{seconds} before"), _("{seconds} after")
ENDED: Final = _("{leg}, training: {ends}")
LEGS_TRAINED: Final = _("{legs}, in target: {counts}")
EXCLUDED_HOLD: Final = _("hold {n} ({reason})")
EXCLUDED: Final = _("Taken out by hand, in no number here: {holds}")
PAIN: Final = _("Pain, 0 to 10: {parts}")
PAIN_WHEN: Final[Mapping[str, str]] = {
    "before": _("{pain} before"),
    "efforts": _("{pain} in the set-up"),
    "worst": _("{pain} in the holds"),
    "after": _("{pain} after"),
}


def reason_words(reason: str) -> str:
    """``left glute was not measured`` for ``not_measured:glute_left``.

    A code without words is shown as plain ones, never swallowed.
    """
    code, _, what = reason.partition(":")
    about = LEGS_INSIDE[Side(what)] if what in set(Side) else site_inside(what) if what else ""
    if code not in REASONS:
        return " ".join(part for part in (code.replace("_", " "), about) if part)
    return REASONS[code].format(what=about)


def pattern_words(pattern: Pattern, shown: str, reason: str) -> str:
    """Tell one of the two patterns, and whether these numbers show it."""
    return f"{PATTERNS[pattern]}. {SHOWN[Shown(shown)].format(reason=reason_words(reason))}"


def later_words(seconds: float) -> str:
    """``0.30 s after``, ``0.12 s before``: when it was felt, counted from when it was measured."""
    return (BEFORE if seconds < 0.0 else AFTER).format(seconds=seconds_words(abs(seconds)))


def cued_words(leg: str, n: int, later: str) -> str:
    """Say how many presses came when the athlete had been told: they tell of no feeling."""
    return _n(
        "{leg}: in {n} hold the bar or a sound had told before felt was pressed ({later} the muscle): "
        "not counted as felt",
        "{leg}: in {n} holds the bar or a sound had told before felt was pressed ({later} the muscle): "
        "not counted as felt",
        n,
    ).format(leg=leg, n=n, later=later)


def more_words(n: int) -> str:
    """``3 more are in summary.json``: notes for which there is no room."""
    return _n("{n} more is in summary.json", "{n} more are in summary.json", n).format(n=n)


def trained_words(told: Mapping[str, Any]) -> str:
    """``4 of 6 at 14 to 15 %, 1 came too late``; the sign for no reading without any.

    Parameters
    ----------
    told : mapping
        ``training`` of one side, or of both legs; older ones have neither target nor reasons.
    """
    return ", ".join(filter(None, (in_target_words(told), ends_words(told)))) or NONE


def ends_words(told: Mapping[str, Any]) -> str:
    """``1 came too late, 2 did not reach the target``: how those ended that were not in target, and why."""
    known = sum(told.get(name) or 0 for name in MISSED_FOR)
    counts = dict(told) | {"n_short": max(0, (told.get("n_missed") or 0) - known)}
    return ", ".join(said.format(n=counts[name]) for name, said in TRAINED.items() if counts.get(name))


def in_target_words(told: Mapping[str, Any]) -> str:
    """``5 of 5 at 14 to 15 %``: a weak muscle has a low target, and reaches it as often as a strong one.

    Empty where none counts.
    """
    if not told.get("n"):
        return ""
    counts, aimed = IN_TARGET.format(n=told["n_success"], of=told["n"]), told.get("target_pct")
    if not aimed:
        return counts
    target = target_words(aimed["low"], aimed["high"])
    if aimed["of"] == "bridge":
        target = OF_THE_BRIDGE_ITS.format(target=target)
    return AT.format(counts=counts, target=target)
