"""How electrodes sat and what 100 % was, as the ISEK standards ask, in the language of the program.

``session.json`` has the same as one English text (``emg/session/isek.py``), made from the same facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from emg.maximum import best_window_s
from emg.montage import Site
from emg.results import Method
from emg.session.isek import isek_facts, n_efforts
from emg.session.model import SessionRecord
from ui.language import _, _n
from ui.words import figures
from ui.words.body_words import site_inside

BIPOLAR: Final = _("bipolar")
PLACES: Final[Mapping[str, str]] = {
    "glute": _("SENIAM gluteus maximus, half way between the sacral vertebrae and the greater trochanter"),
    "ham": _(
        "SENIAM biceps femoris, half way between the ischial tuberosity and the lateral epicondyle of the "
        "tibia"
    ),
}
FROM_FIRST: Final = _("{site} ({cm} cm from the first)")
GROUP: Final = _("{sites}: {told}")

FULL_UNKNOWN: Final = _("%MVC of an unknown number of maximal efforts (full way)")
QUICK_UNKNOWN: Final = _("%MVC of an unknown number of maximal efforts (quick way)")
BEST: Final = _(
    "{way}, best {window} s RMS corrected for the maximum of noisy windows, rest removed in power"
)
STEADY: Final = _(
    "percent of a submaximal task, comparable with nothing but itself, RMS of its steady part, rest removed "
    "in power"
)
POSITIONS: Final[Mapping[str, str]] = {
    "prone_hip_extension": _("hip extension on the front"),
    "standing_squeeze": _("squeezed standing"),
    "prone_knee_curl": _("knee curl on the front"),
    "double_leg_bridge": _("two-leg bridge"),
    "free_isometric": _("in a position of their own choice"),
}
JOINTS: Final[Mapping[str, str]] = {"hip": _("hip at {deg}°"), "knee": _("knee at {deg}°")}
AGAINST: Final[Mapping[str, str]] = {
    "hand": _("against a hand"),
    "strap": _("against a strap"),
    "sofa": _("against a sofa"),
    "none": _("against nothing"),
}


def electrode_words(record: SessionRecord, name: str) -> str | None:
    """Tell a fact about the electrodes; what somebody wrote otherwise stands as it is, None is not said.

    Parameters
    ----------
    record : SessionRecord
        session.json.
    name : str
        A field of its ``isek``.
    """
    value = getattr(record.isek, name)
    if value is None or isinstance(value, float):
        return None if value is None else figures.number(value, "g")
    ours = isek_facts(record.montage, calibration=record.calibration, placement=record.placement)
    if value != getattr(ours, name):
        return str(value)
    if name == "placement":
        return _placed(record)
    return _normalised(record.calibration or {}) if name == "normalisation" else BIPOLAR


def _placed(record: SessionRecord) -> str:
    """Where the electrodes were asked to sit, and the centimetres somebody measured."""
    placement: Mapping[str, Any] = record.placement or {}
    measured: Mapping[str, float] = placement.get("from_landmark_cm", {})
    told: dict[str, list[str]] = {}
    for name in record.montage:
        place = PLACES.get(Site.parse(name).muscle)
        if place is not None:
            told.setdefault(place, []).append(_with_cm(name, measured.get(name)))
    return _grouped(told)


def _with_cm(site: str, cm: float | None) -> str:
    said = site_inside(site)
    return said if cm is None else FROM_FIRST.format(site=said, cm=figures.number(cm, "g"))


def _normalised(calibration: Mapping[str, Any]) -> str:
    """How 100 % was got: method, position, angles, resistance and window."""
    window = figures.number(best_window_s(calibration["chain"]["fs_hz"]), "g")
    told: dict[str, list[str]] = {}
    for name, site in calibration["sites"].items():
        angles = [
            words.format(deg=figures.number(site[f"{joint}_deg"], "g"))
            for joint, words in JOINTS.items()
            if site.get(f"{joint}_deg") is not None
        ]
        position, resistance = site.get("position") or "", site.get("resistance") or ""
        parts = (
            _way(Method(site["method"]), n_efforts(calibration, name), window),
            POSITIONS.get(position, position.replace("_", " ")),
            *angles,
            AGAINST.get(resistance, resistance),
        )
        told.setdefault(", ".join(filter(None, parts)), []).append(site_inside(name))
    return _grouped(told)


def _way(method: Method, n: int, window: str) -> str:
    if method is Method.SUBMAX:
        return STEADY
    if method is Method.MVC:
        said = _n("%MVC of {n} maximal effort (full way)", "%MVC of {n} maximal efforts (full way)", n)
        way = said.format(n=n) if n else FULL_UNKNOWN
    else:
        said = _n("%MVC of {n} maximal effort (quick way)", "%MVC of {n} maximal efforts (quick way)", n)
        way = said.format(n=n) if n else QUICK_UNKNOWN
    return BEST.format(way=way, window=window)


def _grouped(told: Mapping[str, Iterable[str]]) -> str:
    """Say once what several sites share."""
    return "; ".join(GROUP.format(sites=", ".join(sites), told=text) for text, sites in told.items())
