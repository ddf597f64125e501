"""What the ISEK standards ask to be reported, as far as a session knows it; nothing is made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from emg.maximum import best_window_s
from emg.montage import Site
from emg.results import Method
from emg.session.model import ElectrodeFacts

SENIAM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "glute": "gluteus maximus, half way between the sacral vertebrae and the greater trochanter",
        "ham": (
            "biceps femoris, half way between the ischial tuberosity and the lateral epicondyle of the tibia"
        ),
    }
)
"""Sites that people are shown where to put (Hermens et al. 1999, SENIAM 8), named as there."""

_WAYS: Final[Mapping[Method, str]] = MappingProxyType(
    {
        Method.MVC: "%MVC of {n} maximal efforts (full way)",
        Method.QUICK: "%MVC of {n} maximal efforts (quick way)",
        Method.SUBMAX: "percent of a submaximal task, comparable with nothing but itself",
    }
)


def isek_facts(
    sites: Iterable[str],
    *,
    calibration: Mapping[str, Any] | None = None,
    placement: Mapping[str, Any] | None = None,
    inter_electrode_mm: float | None = None,
) -> ElectrodeFacts:
    """Fill the facts about electrodes and normalisation from what is known.

    Parameters
    ----------
    sites : iterable of str
        Measured sites.
    calibration, placement : mapping or None
        As they stand in session.json. Without a placement nobody was shown where the electrodes go.
    inter_electrode_mm : float or None
        Distance from centre to centre, where somebody said it.

    References
    ----------
    Merletti (1999), Standards for reporting EMG data, ISEK.
    """
    sites = tuple(sites)
    return ElectrodeFacts(
        configuration="bipolar" if sites else None,  # of no electrodes nothing is said
        placement=None if placement is None else _placement_text(sites, placement),
        inter_electrode_mm=inter_electrode_mm,
        normalisation=None if calibration is None else _normalisation_text(calibration),
    )


def _placement_text(sites: Iterable[str], placement: Mapping[str, Any]) -> str | None:
    """Where the electrodes were asked to sit, and the centimetres somebody measured."""
    measured: Mapping[str, float] = placement.get("from_landmark_cm", {})
    by_place: dict[str, list[str]] = {}
    for name in sites:
        place = SENIAM.get(Site.parse(name).muscle)
        if place is not None:
            cm = f" ({measured[name]:g} cm from the first)" if name in measured else ""
            by_place.setdefault(place, []).append(name + cm)
    return _grouped({f"SENIAM {place}": names for place, names in by_place.items()})


def _normalisation_text(calibration: Mapping[str, Any]) -> str | None:
    """How 100 % was got: method, position, angles, resistance and window."""
    window_s = best_window_s(calibration["chain"]["fs_hz"])
    by_way: dict[str, list[str]] = {}
    for name, site in calibration["sites"].items():
        parts = [_way(site, n_efforts(calibration, name), window_s)]
        if site.get("position"):
            parts.append(site["position"].replace("_", " "))
        parts += [
            f"{joint} at {site[f'{joint}_deg']:g} deg" for joint in ("hip", "knee") if _said(site, joint)
        ]
        if site.get("resistance"):
            parts.append("no resistance" if site["resistance"] == "none" else f"against {site['resistance']}")
        by_way.setdefault(", ".join(parts), []).append(name)
    return _grouped(by_way)


def _said(site: Mapping[str, Any], joint: str) -> bool:
    return site.get(f"{joint}_deg") is not None


def _way(site: Mapping[str, Any], n_efforts: int, window_s: float) -> str:
    method = Method(site["method"])
    way = _WAYS[method].format(n=n_efforts or "an unknown number of")
    if method is Method.SUBMAX:
        return f"{way}, RMS of its steady part, rest removed in power"
    return f"{way}, best {window_s:g} s RMS corrected for the maximum of noisy windows, rest removed in power"


def n_efforts(calibration: Mapping[str, Any], site: str) -> int:
    """Count the efforts of a site that counted; those of a submaximal one are not told.

    Parameters
    ----------
    calibration : mapping
        As it stands in session.json.
    site : str
        Name of the site.
    """
    return sum(
        trial["site"] == site and trial.get("best_uv") is not None for trial in calibration.get("trials", ())
    )


def _grouped(by_text: Mapping[str, list[str]]) -> str | None:
    """Say once what several sites share; None if there is nothing to say."""
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in by_text.items()) or None
