"""summary.json: what the test holds of one session say, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from emg.activation import RATIO_FLOOR_PCT, REST_FACTOR, Reference, SiteReference
from emg.blocks import Unit
from emg.codes import EventKind
from emg.montage import Side, Site
from emg.reference import DROPPED
from emg.results import HoldResult, Method, MuscleResult, Outcome, Role
from emg.stage import Event
from emg.statistics import (
    NEVER,
    Comparison,
    Group,
    compare,
    geometric_mean_sd,
    mean_sd,
    median_iqr,
)

FEW_TEST_HOLDS: Final = 3
"""Below this many test holds a side's numbers carry a warning."""

_Muscle = str  # "glute" or "ham"


def summarise(
    holds: Sequence[HoldResult],
    reference: Reference,
    *,
    sites: Sequence[str] = (),
    unit: Unit = Unit.MICROVOLT,
    warned: Sequence[str] = (),
) -> dict[str, Any]:
    """Summarise a session.

    Only test holds enter that are valid and were not lost, void or left incomplete; those that did
    not reach the target do enter.

    Parameters
    ----------
    holds : sequence of HoldResult
        All holds of the session.
    reference : Reference
        Rest and maximum that the percentages were built on.
    sites : sequence of str
        The sites measured.
    unit : Unit
        With arbitrary units the maxima stand in ``mvc_au``, and ``mvc_uv`` has none.
    warned : sequence of str
        Warnings that came up while it ran, from ``warning_of``.

    Returns
    -------
    dict
        ``sides``, ``glute_lsi_pct``, ``ham_lsi_pct``, ``diagonal``, ``mvc_uv``, ``references`` and
        ``warnings`` as summary.json has them; no number in it is NaN or infinite. A warning is ``code``
        or ``code:what``.
    """
    by_side = {side: [hold for hold in holds if _enters(hold, side)] for side in Side}
    doubtful = _doubtful(by_side, reference)
    maxima = {site: found.mvc_uv for site, found in reference.sites.items()}
    summary: dict[str, Any] = {
        "sides": {side.value: _side(side, by_side[side], doubtful) for side in Side},
        "glute_lsi_pct": _told(_symmetry("glute", by_side, reference), doubtful, "glute_left", "glute_right"),
        "ham_lsi_pct": _told(_symmetry("ham", by_side, reference), doubtful, "ham_left", "ham_right"),
        "diagonal": {
            f"{side}_glute_{side.other}_ham": _told(
                _diagonal(side, by_side, reference), doubtful, f"glute_{side}", f"ham_{side.other}"
            )
            for side in Side
        },
        "mvc_uv": maxima,
        "references": {site: _reference(found, unit) for site, found in reference.sites.items()},
        "warnings": [*dict.fromkeys(warned), *_warnings(holds, by_side, reference, sites, doubtful)],
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


def _enters(hold: HoldResult, side: Side) -> bool:
    return hold.role is Role.TEST and hold.enters_means and hold.side is side


def _doubtful(by_side: Mapping[Side, Sequence[HoldResult]], reference: Reference) -> list[str]:
    """Sites whose maximum may be too low: the last one, or one that a hold before it was scored with."""
    earlier = (
        f"{muscle}_{side}"
        for side, holds in by_side.items()
        for muscle in ("glute", "ham")
        if any(found.doubts for found in _results(holds, muscle))
    )
    last = (site for site, found in reference.sites.items() if found.doubtful)
    return list(dict.fromkeys([*last, *earlier]))


def _told(found: Comparison, doubtful: Sequence[str], *sites: str) -> dict[str, Any]:
    """Give a comparison of these sites, with the doubts in it."""
    told = asdict(found.doubting(_among(doubtful, *sites)))
    return told | {"doubts": list(told["doubts"])}


def _among(doubtful: Sequence[str], *sites: str) -> list[str]:
    return [site for site in sites if site in doubtful]


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


def _side(side: Side, holds: Sequence[HoldResult], doubtful: Sequence[str]) -> dict[str, Any]:
    ratio = geometric_mean_sd([h.ratio_same_side for h in holds if h.ratio_same_side is not None])
    measured = [hold.glute for hold in holds if hold.glute.plateau_uv is not None]
    latencies = [NEVER if glute.latency_s is None else glute.latency_s for glute in measured]
    return {
        "n_test": len(holds),
        "n_not_reached": sum(hold.outcome is Outcome.NOT_REACHED for hold in holds),
        "glute_pct_mvc": asdict(mean_sd(_percentages(holds, "glute"))),
        "ham_pct_mvc": asdict(mean_sd(_percentages(holds, "ham"))),
        "glute_pct_submax": asdict(mean_sd(_submaximal(holds, "glute"))),
        "ham_pct_submax": asdict(mean_sd(_submaximal(holds, "ham"))),
        "ratio_same_side": {
            "mean": ratio.mean,
            "sd_factor": ratio.sd,
            "doubts": _among(doubtful, f"glute_{side}", f"ham_{side}"),
        },
        "glute_latency_s": asdict(median_iqr(latencies)),
    }


def _results(holds: Sequence[HoldResult], muscle: _Muscle) -> list[MuscleResult]:
    return [hold.glute if muscle == "glute" else hold.ham for hold in holds]


def _percentages(holds: Sequence[HoldResult], muscle: _Muscle) -> tuple[float, ...]:
    return tuple(found.pct_mvc for found in _results(holds, muscle) if found.pct_mvc is not None)


def _submaximal(holds: Sequence[HoldResult], muscle: _Muscle) -> tuple[float, ...]:
    return tuple(found.pct_submax for found in _results(holds, muscle) if found.pct_submax is not None)


def _group(holds: Sequence[HoldResult], muscle: _Muscle, side: Side, reference: Reference) -> Group | None:
    """Levels of one muscle in its own side's holds; None if no percentage of a maximum can be built."""
    found = reference.sites.get(f"{muscle}_{side}")
    if found is None or found.method is Method.SUBMAX:
        return None
    return Group(_percentages(holds, muscle), found.mvc_cv_pct)


def _symmetry(
    muscle: _Muscle, by_side: Mapping[Side, Sequence[HoldResult]], reference: Reference
) -> Comparison:
    """``100 * left / right``, each side's muscle in its own holds."""
    left = _group(by_side[Side.LEFT], muscle, Side.LEFT, reference)
    right = _group(by_side[Side.RIGHT], muscle, Side.RIGHT, reference)
    return Comparison() if left is None or right is None else compare(left, right, scale=100.0)


def _diagonal(side: Side, by_side: Mapping[Side, Sequence[HoldResult]], reference: Reference) -> Comparison:
    """One side's glute in its own holds over the other side's hamstring in its own."""
    pairs = (("glute", side), ("ham", side.other))
    groups = [_group(by_side[of], muscle, of, reference) for muscle, of in pairs]
    passes = all(_passes(_results(by_side[of], muscle), f"{muscle}_{of}", reference) for muscle, of in pairs)
    over, under = groups
    return Comparison() if over is None or under is None or not passes else compare(over, under)


def _passes(results: Iterable[MuscleResult], site: str, reference: Reference) -> bool:
    """Gate of a ratio, for the mean over the holds: at 5 %MVC and at twice the rest."""
    results = list(results)
    pct = mean_sd([found.pct_mvc for found in results if found.pct_mvc is not None]).mean
    level_uv = mean_sd([found.plateau_uv for found in results if found.plateau_uv is not None]).mean
    found = reference.sites.get(site)
    if pct is None or level_uv is None or found is None:
        return False
    return pct >= RATIO_FLOOR_PCT and level_uv >= REST_FACTOR * found.rest_uv


def _warnings(
    holds: Sequence[HoldResult],
    by_side: Mapping[Side, Sequence[HoldResult]],
    reference: Reference,
    sites: Sequence[str],
    doubtful: Sequence[str],
) -> list[str]:
    sides_used = {hold.side for hold in holds if hold.role is Role.TEST}
    few = [side for side in Side if side in sides_used and len(by_side[side]) < FEW_TEST_HOLDS]
    submax = [site for site, found in reference.sites.items() if found.method is Method.SUBMAX]
    return [
        *(f"few_test_holds:{side}" for side in few),
        *(f"no_reference:{site}" for site in sites if site not in reference.sites),
        *(f"submax:{site}" for site in submax),
        *(f"inhibited:{site}" for site in doubtful),
        *(f"unlisted_site:{site}" for site in sites if not Site.parse(site).listed),
        *(["lost_samples"] if any(hold.lost_samples for hold in holds) else []),
    ]
