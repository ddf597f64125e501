"""What a maximum may hide: a muscle that is held back, by its own inhibition or by pain, gives too little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from calibrations.draft import BRIDGE_PCT
from emg.activation import SiteReference
from emg.montage import Side, Site
from emg.results import Doubt, Method

MAX_SIDE_DIFFERENCE_PCT: Final = 40.0
"""A maximum that lies below the other side's by more, in percent of that one, is doubted (our convention)."""

PAINFUL_0_10: Final = 3
"""A trial that hurts as much as this may have been held back (our convention)."""


def doubts_of(
    maxima_uv: Mapping[str, float],
    pains: Mapping[str, int | None],
    *,
    max_side_difference_pct: float = MAX_SIDE_DIFFERENCE_PCT,
) -> Mapping[str, tuple[Doubt, ...]]:
    """Say of which maxima one cannot be sure, and why.

    Parameters
    ----------
    maxima_uv : mapping from site to float
        Maxima with rest removed, µV or arbitrary; only those that can be compared between sides.
    pains : mapping from site to int or None
        Worst pain in the trials that count, None where nothing was said.
    max_side_difference_pct : float
        How far the lower side may lie below the higher, in percent of the higher.

    Returns
    -------
    mapping from site to tuple of Doubt
        Of every site given, empty where there is no doubt. Sides that differ are held against the lower
        one only.
    """
    found: dict[str, tuple[Doubt, ...]] = {}
    for site in {**maxima_uv, **pains}:
        pain = pains.get(site)
        holds = {
            Doubt.SIDES_DIFFER: _is_low(site, maxima_uv, max_side_difference_pct),
            Doubt.PAINFUL: pain is not None and pain >= PAINFUL_0_10,
        }
        found[site] = tuple(doubt for doubt, there in holds.items() if there)
    return found


class Made(Protocol):
    """An effort as it was made, or as it stands in a record."""

    @property
    def site(self) -> str:
        """The muscle that worked."""
        ...

    @property
    def effort_pct(self) -> int:
        """How hard was asked for."""
        ...

    @property
    def pain_0_10(self) -> int | None:
        """Pain in it."""
        ...


def doubts_of_all(
    sites: Mapping[str, SiteReference],
    efforts: Iterable[Made],
    *,
    max_side_difference_pct: float = MAX_SIDE_DIFFERENCE_PCT,
) -> Mapping[str, tuple[Doubt, ...]]:
    """Say what is to be doubted of a whole reference, from its maxima and the efforts that made them.

    Only maximal efforts are compared between sides; the steps up to a bridge are no part of its pain.

    Parameters
    ----------
    sites : mapping from site to SiteReference
        Rest and maximum of each.
    efforts : iterable of Made
        All efforts.
    max_side_difference_pct : float
        As in ``doubts_of``.
    """
    submaximal = {name: found.method is Method.SUBMAX for name, found in sites.items()}
    pains: dict[str, int | None] = dict.fromkeys(sites)
    for made in efforts:
        counts = made.site in sites and (made.effort_pct == BRIDGE_PCT) is submaximal[made.site]
        if counts and made.pain_0_10 is not None:
            pains[made.site] = max(made.pain_0_10, pains[made.site] or 0)
    spans_uv = {name: found.span_uv for name, found in sites.items() if not submaximal[name]}
    return doubts_of(spans_uv, pains, max_side_difference_pct=max_side_difference_pct)


def _is_low(name: str, maxima_uv: Mapping[str, float], max_side_difference_pct: float) -> bool:
    """Whether a maximum lies too far below that of the other side."""
    site = Site.parse(name)
    other = Site(site.muscle, Side(site.side).other).name
    if name not in maxima_uv or other not in maxima_uv:
        return False
    return maxima_uv[name] < (1.0 - max_side_difference_pct / 100.0) * maxima_uv[other]
