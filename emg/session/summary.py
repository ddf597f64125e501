"""summary.json: what the test holds of one session say, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from emg.activation import RATIO_PAIRS, Reference, SiteReference
from emg.blocks import Unit
from emg.codes import EventKind
from emg.montage import Side, Site
from emg.reference import DROPPED
from emg.results import HoldResult, Method, MuscleResult, Outcome, Role
from emg.session.evidence import PAIR, Evidence, plain
from emg.session.findings import findings
from emg.session.order import order, share
from emg.session.training import felt, legs, training
from emg.stage import Event
from emg.statistics import NEVER, geometric_mean_sd, mean_sd, median_iqr

FEW_TEST_HOLDS: Final = 3
"""Below this many test holds a side's numbers carry a warning."""

ORDER, SHARE = "order", "share"
"""What a protocol may report besides levels (``Protocol.reports``)."""


UNKNOWN: Final = frozenset({"not_measured", "no_maximum"})
"""Reasons of a test hold of which nothing is known but that it was held."""


def summarise(
    holds: Sequence[HoldResult],
    reference: Reference,
    *,
    sites: Sequence[str] = (),
    unit: Unit = Unit.MICROVOLT,
    warned: Sequence[str] = (),
    sore_side: str | None = None,
    gate_muscle: str = "glute",
    reports: Sequence[str] = (),
    order_resolution_s: float | None = None,
    pain_before: int | None = None,
    pain_after: int | None = None,
    pain_efforts: int | None = None,
    timed: bool = True,
) -> dict[str, Any]:
    """Summarise a session.

    Only test holds enter a comparison that are valid and were not lost, void, left incomplete or taken
    out by hand; those that did not reach the target do enter. Training holds are counted.

    Parameters
    ----------
    holds : sequence of HoldResult
        All holds of the session, as amended.
    reference : Reference
        Rest and maximum that the percentages were built on.
    sites : sequence of str
        The sites measured.
    unit : Unit
        With arbitrary units the maxima stand in ``mvc_au``, and ``mvc_uv`` has none.
    warned : sequence of str
        Warnings that came up while it ran, from ``warning_of``.
    sore_side : str or None
        ``left``, ``right``, ``both`` or ``none``; None if nobody said.
    gate_muscle : str
        The muscle of the protocol: what the target and "I felt it" are about.
    reports : sequence of str
        What the protocol tells besides levels: ``order``, ``share``.
    order_resolution_s : float or None
        Of ``emg.session.order``; None if the board cannot tell an order.
    pain_before, pain_after, pain_efforts : int or None
        Pain 0 to 10 before and after, and at worst in the efforts of the set-up, where it was said; that of
        the holds is in them.
    timed : bool
        Whether the holds had a cue; a muscle in one without has no latency, and was not "never there".

    Returns
    -------
    dict
        What summary.json has (``docs/data-dictionary.md``); no number in it is NaN or infinite. A warning or
        reason is ``code`` or ``code:what``.
    """
    evidence = Evidence.of(holds, reference, sites)
    maxima = {site: found.mvc_uv for site, found in reference.sites.items()}
    summary: dict[str, Any] = {
        "sides": {
            side.value: {
                **_tested(side, evidence, timed=timed),
                "training": training([hold for hold in holds if hold.side is side], gate_muscle),
                "felt": felt([hold for hold in holds if hold.side is side], gate_muscle),
                "glute_share_pct": share(evidence.by_side[side]) if SHARE in reports else None,
                "order": order(evidence.by_side[side], order_resolution_s) if ORDER in reports else None,
            }
            for side in Side
        },
        **{f"{muscle}_lsi_pct": _symmetry(muscle, evidence) for muscle in PAIR},
        "diagonal": {
            name: plain(evidence.compare(*pair, gated=pair))
            for name, pair in RATIO_PAIRS.items()
            if name not in set(Side)
        },
        "findings": findings(evidence, sore_side),
        "legs": legs(holds, gate_muscle),
        "pain": {
            "before": pain_before,
            "efforts": pain_efforts,
            "worst": _worst_pain(holds),
            "after": pain_after,
        },
        "excluded": [{"hold": hold.hold, "reason": hold.excluded} for hold in holds if hold.excluded],
        "mvc_uv": maxima,
        "references": {site: _reference(found, unit) for site, found in reference.sites.items()},
        "warnings": [*dict.fromkeys(warned), *_warnings(holds, evidence, sites)],
    }
    if unit is Unit.ARBITRARY:
        summary["mvc_uv"] = dict.fromkeys(maxima)
        summary["mvc_au"] = maxima
    return summary


def warning_of(event: Event) -> str:
    """Warning that an event leaves in the summary: a notice, or a dropped reference; empty for none."""
    detail = event.detail
    if event.kind is EventKind.NOTICE:
        return ":".join(str(part) for key in ("code", "message") if (part := detail.get(key)))
    if event.kind is EventKind.REFERENCE_SET and detail.get("how") == DROPPED:
        return "reference_dropped"
    return ""


def summary_to_json(summary: Mapping[str, Any]) -> str:
    """Text of summary.json."""
    return json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _reference(found: SiteReference, unit: Unit) -> dict[str, Any]:
    """Tell what a site's percentages are of, and how well it repeats; arbitrary units never in ``_uv``."""
    levels = {"mvc": found.mvc_uv, "rest": found.rest_uv}
    microvolts = unit is Unit.MICROVOLT
    return {
        "method": found.method.value,
        **{f"{name}_uv": level if microvolts else None for name, level in levels.items()},
        **({} if microvolts else {f"{name}_au": level for name, level in levels.items()}),
        "cv_pct": found.mvc_cv_pct,
        "doubts": [doubt.value for doubt in found.doubts],
    }


def _was_silent(hold: HoldResult) -> bool:
    """Whether the gate muscle did not work, and that is known: without a maximum nobody can say."""
    return hold.outcome is Outcome.NOT_REACHED and hold.outcome_reason not in UNKNOWN


def _tested(side: Side, evidence: Evidence, *, timed: bool) -> dict[str, Any]:
    """Levels, ratio and latency of one side's test holds, and how many holds each is of."""
    holds = evidence.by_side[side]
    glutes, hams = (evidence.results(f"{muscle}_{side}") for muscle in PAIR)
    ratios = [hold.ratio_same_side for hold in holds if hold.ratio_same_side is not None]
    ratio = geometric_mean_sd(ratios)
    latencies = [
        NEVER if glute.latency_s is None else glute.latency_s
        for glute in glutes
        if timed and glute.plateau_uv is not None
    ]
    levels = {
        "glute_pct_mvc": _percentages(glutes, "pct_mvc"),
        "ham_pct_mvc": _percentages(hams, "pct_mvc"),
        "glute_pct_submax": _percentages(glutes, "pct_submax"),
        "ham_pct_submax": _percentages(hams, "pct_submax"),
    }
    return {
        "n_test": len(holds),
        "n_not_reached": sum(map(_was_silent, holds)),
        **{name: asdict(mean_sd(found)) for name, found in levels.items()},
        "ratio_same_side": {
            "mean": ratio.mean,
            "sd_factor": ratio.sd,
            "doubts": list(evidence.doubts(*(f"{muscle}_{side}" for muscle in PAIR))),
        },
        "glute_latency_s": asdict(median_iqr(latencies)),
        "n": {
            **{name: len(found) for name, found in levels.items()},
            "ratio_same_side": len(ratios),
            "glute_latency_s": len(latencies),
        },
    }


def _percentages(results: Sequence[MuscleResult], name: str) -> list[float]:
    return [level for found in results if (level := getattr(found, name)) is not None]


def _symmetry(muscle: str, evidence: Evidence) -> dict[str, Any]:
    """``100 * left / right``, each side's muscle in its own holds; not over a muscle that hardly works."""
    left, right = (f"{muscle}_{side}" for side in Side)
    return plain(evidence.compare(left, right, gated=(right,), scale=100.0))


def _worst_pain(holds: Sequence[HoldResult]) -> int | None:
    return max((hold.pain_0_10 for hold in holds if hold.pain_0_10 is not None), default=None)


def _warnings(holds: Sequence[HoldResult], evidence: Evidence, sites: Sequence[str]) -> list[str]:
    known = evidence.reference.sites
    sides_used = {hold.side for hold in holds if hold.role is Role.TEST}
    few = [side for side in Side if side in sides_used and len(evidence.by_side[side]) < FEW_TEST_HOLDS]
    submax = [site for site, found in known.items() if found.method is Method.SUBMAX]
    return [
        *(f"few_test_holds:{side}" for side in few),
        *(f"no_reference:{site}" for site in sites if site not in known),
        *(f"submax:{site}" for site in submax),
        *(f"inhibited:{site}" for site in evidence.doubtful),
        *(f"unlisted_site:{site}" for site in sites if not Site.parse(site).listed),
        *(["lost_samples"] if any(hold.lost_samples for hold in holds) else []),
    ]
