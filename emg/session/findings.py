"""What the numbers say of a sore side: three muscles, and two patterns that are looked for alike."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from emg.montage import Side
from emg.session.evidence import PAIR, Evidence, plain
from emg.statistics import Comparison, Estimate

NO_SORE_SIDE = "no_sore_side"
"""Reason: neither side is sore, both are, or nobody said; there is no sound side to compare with."""

INSIDE_SCATTER = "inside_scatter"
DOUBT = "doubt"
BELOW_FLOOR = "below_floor"


class Pattern(StrEnum):
    """Frozen codes of the two patterns that a physical therapist told of, each of a kind of athlete.

    In sprinters and lifters the glute of the sore side works less than the other one; in distance runners
    that of the other side. Neither is expected of anybody: both are looked for in every session.
    """

    SORE_SIDE = "sore_side_less"
    OTHER_SIDE = "other_side_less"


class Shown(StrEnum):
    """Whether the numbers show a pattern."""

    SHOWN = "shown"
    NOT_SHOWN = "not_shown"
    CANNOT_TELL = "cannot_tell"


def findings(evidence: Evidence, sore_side: str | None) -> dict[str, Any]:
    """Put the three muscles side by side, and say which pattern their numbers show.

    Parameters
    ----------
    evidence : Evidence
        The test holds.
    sore_side : str or None
        ``left``, ``right``, ``both`` or ``none``; None if nobody said.

    Returns
    -------
    dict
        ``findings`` of summary.json. Without one sore side every number is None, for the reason
        ``no_sore_side``.
    """
    if sore_side not in set(Side):
        return _without(sore_side)
    sore = Side(sore_side)
    other = sore.other
    sites = {
        "other_glute": f"glute_{other}",
        "sore_glute": f"glute_{sore}",
        "sore_ham": f"ham_{sore}",
    }
    estimates = {name: evidence.estimate(site) for name, site in sites.items()}
    compared = {
        f"{muscle}_sore_over_other": evidence.compare(
            f"{muscle}_{sore}", f"{muscle}_{other}", gated=(f"{muscle}_{other}",), scale=100.0
        )
        for muscle in PAIR
    }
    return {
        "sore_side": sore.value,
        **{
            name: plain(found) | {"doubts": list(evidence.doubts(sites[name]))}
            for name, found in estimates.items()
        },
        **{name: plain(found) for name, found in compared.items()},
        "patterns": _patterns(evidence, sites["sore_glute"], sites["other_glute"]),
        "reason": "",
    }


def _without(sore_side: str | None) -> dict[str, Any]:
    nothing = plain(Estimate(reason=NO_SORE_SIDE)) | {"doubts": []}
    return {
        "sore_side": sore_side,
        **{name: dict(nothing) for name in ("other_glute", "sore_glute", "sore_ham")},
        **{f"{muscle}_sore_over_other": plain(Comparison(reason=NO_SORE_SIDE)) for muscle in PAIR},
        "patterns": {pattern.value: _verdict(Shown.CANNOT_TELL, NO_SORE_SIDE) for pattern in Pattern},
        "reason": NO_SORE_SIDE,
    }


def _patterns(evidence: Evidence, sore: str, other: str) -> dict[str, dict[str, str]]:
    """Look for both patterns in one comparison: what shows the one does not show the other."""
    less, reason = _works_less(evidence, sore, other)
    if reason:
        return {pattern.value: _verdict(Shown.CANNOT_TELL, reason) for pattern in Pattern}
    found = Pattern.SORE_SIDE if less == sore else Pattern.OTHER_SIDE
    return {
        pattern.value: _verdict(Shown.SHOWN if pattern is found else Shown.NOT_SHOWN) for pattern in Pattern
    }


def _works_less(evidence: Evidence, sore: str, other: str) -> tuple[str, str]:
    """Say which glute works less beyond scatter and error, or (second) why that cannot be said.

    Without the gate of a quotient, so that neither side is favoured: one glute that hardly works makes no
    index, but it does work less. Two of them make noise.
    """
    found = evidence.compare(sore, other, scale=100.0)
    code, _, silent = found.reason.partition(":")
    if found.reason and code != BELOW_FLOOR:
        return "", found.reason
    if found.doubts:
        return "", f"{DOUBT}:{found.doubts[0]}"
    if not (evidence.passes(sore) or evidence.passes(other)):
        return "", f"{BELOW_FLOOR}:{sore}"
    if code == BELOW_FLOOR:  # a mean of 0 has no quotient
        counted = found.n or (0, 0)
        return (silent, "") if min(counted) > 1 else ("", found.reason)
    if found.inside_scatter or found.value is None:
        return "", INSIDE_SCATTER
    return (sore if found.value < 100.0 else other), ""


def _verdict(shown: Shown, reason: str = "") -> dict[str, str]:
    return {"shown": shown.value, "reason": reason}
