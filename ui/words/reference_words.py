"""What a percentage is of, and what a ratio must say beside itself: the same words in every front.

A maximum that may be too low makes its percentages too high; a percentage of the bridge compares with
nothing but itself. Nobody should have to know that: it stands beside the number, or in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from emg.activation import RATIO_PAIRS, Reference, SiteReference
from emg.blocks import Unit
from emg.live_view import BarView, LiveView
from emg.results import Method
from ui.language import _
from ui.words import figures
from ui.words.body_words import site_inside

BRIDGE: Final = _("in the light two-leg bridge")
"""Where it is named first; after that "the bridge" will do."""

OF_THE_BRIDGE: Final = _("% of the bridge")
NO_MAXIMUM: Final = _("no maximum")
INHIBITED: Final = _("its maximum may be held back")
DOUBT: Final = _("{muscle}: its maximum may be held back")
HAS_NO_MAXIMUM: Final = _("{muscle} has no maximum")
IN_PCT_OF_THE_BRIDGE: Final = _("{muscle} is in % of the bridge")
WITHHELD: Final = _("withheld")
MAXIMA: Final = _("100 % is now {maxima}")

BRIDGE_ROWS: Final[Mapping[str, str]] = {
    "glute": _("Glute, % of the bridge"),
    "ham": _("Hamstring, % of the bridge"),
}
COMPARED: Final[Mapping[str, str]] = {
    "glute_lsi_pct": _("Left glute against the right one"),
    "ham_lsi_pct": _("Left hamstring against the right one"),
    "diagonal.left_glute_right_ham": _("Left glute over right hamstring"),
    "diagonal.right_glute_left_ham": _("Right glute over left hamstring"),
}
"""What is compared, where no number can be told."""


def doubt_words(sites: Iterable[str]) -> str:
    """``right glute: its maximum may be held back``, for each of these sites; empty for none."""
    return "; ".join(DOUBT.format(muscle=site_inside(site)) for site in sites)


def maxima_words(reference: Reference, unit: Unit) -> str:
    """``100 % is now left glute 95 µV, right glute 38 µV (its maximum may be held back)``."""
    told = [
        f"{site_inside(name)} {figures.level_words(site.mvc_uv, unit)}{_kind(site)}"
        for name, site in reference.sites.items()
    ]
    return MAXIMA.format(maxima=", ".join(told))


def _kind(site: SiteReference) -> str:
    if site.method is Method.SUBMAX:
        return f" ({BRIDGE})"
    return f" ({INHIBITED})" if site.doubtful else ""


def with_doubts(number: str, sites: Iterable[str]) -> str:
    """``1.24; right glute: its maximum may be held back``: a number never stands without its doubts."""
    return "; ".join(part for part in (number, doubt_words(sites)) if part)


def withheld_words(methods: Mapping[str, Method | None]) -> str:
    """Say why nothing is built between muscles: ``left hamstring is in % of the bridge``.

    Parameters
    ----------
    methods : mapping from site to Method or None
        How the 100 % of each muscle that is needed was got; None where there is none.

    Returns
    -------
    str
        The first reason; empty if every one has a maximum.
    """
    for site, method in methods.items():
        if method is None:
            return HAS_NO_MAXIMUM.format(muscle=site_inside(site))
        if method is Method.SUBMAX:
            return IN_PCT_OF_THE_BRIDGE.format(muscle=site_inside(site))
    return ""


def percent_note(bar: BarView) -> str:
    """Say what must stand under a muscle's percentage; empty where it is of a maximum without a doubt."""
    if bar.reference is Method.SUBMAX:
        return OF_THE_BRIDGE
    return INHIBITED if bar.doubts else ""


def ratio_note(view: LiveView, name: str) -> str:
    """Say what must stand beside a ratio: the doubt in it, or the reason why it is withheld.

    Parameters
    ----------
    view : LiveView
        What is shown.
    name : str
        Of ``emg.activation.RATIO_PAIRS``.

    Returns
    -------
    str
        Empty if there is nothing to say, and where the bars say it all: without any maximum, and for a
        muscle that is not measured.
    """
    bars = {bar.site: bar for bar in view.bars}
    pair = [bars[site] for site in RATIO_PAIRS[name] if site in bars]
    if not view.calibrated or len(pair) < 2:
        return ""
    withheld = withheld_words({bar.site: bar.reference for bar in pair})
    if withheld or name not in view.doubtful_ratios:
        return withheld
    return doubt_words(bar.site for bar in pair if bar.doubts)
