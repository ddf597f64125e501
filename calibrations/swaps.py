"""What taps and lifts say about the map of leads: which are swapped, and how the map would be right.

A tap is a touch of one electrode pair, so the channel that jumps is the one it is plugged into, whatever the
muscle can do. A lift only compares one leg with the other, and a weak or sleeping muscle does not rise: the
taps outrank the lifts, and what does not rise is never called swapped.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from emg.blocks import FloatArray
from emg.montage import Montage, Side, Site, ordered

SIDES_SWAPPED: Final = "sides_swapped"
MUSCLES_SWAPPED: Final = "muscles_swapped"
MAP_MIXED: Final = "map_mixed"
SAME_JACK: Final = "same_jack"

OK: Final = "ok"
SWAPPED: Final = "swapped"
MIXED: Final = "mixed"
NO_TAP: Final = "no_tap"
NO_RISE: Final = "no_rise"
CANNOT_TELL: Final = "cannot_tell"
"""Findings about one site. ``no_rise``: its lead is right, but its muscle or electrode cannot be told."""

RISE_SD: Final = 3.0
"""A muscle has risen if it is so many SD of its own rest above it: 1.6 to 1.9 times rest in 50 ms RMS."""

CLEAR_SD: Final = 8.0
CLEAR_FACTOR: Final = 3.0
"""One side outdoes the other clearly if it rises by so many SD, and so many times as far (our convention)."""

STEADY_SHARE: Final = 0.1
"""The SD of noise over 50 ms is at least this share of its mean; less is an envelope that lies still."""

Rises = Mapping[Side, Mapping[str, float]]
"""Per lifted side and site: how far the level rose, in SD of its own rest; NaN where it cannot be told."""


@dataclass(frozen=True, slots=True)
class MapFault:
    """What is wrong with the map.

    Attributes
    ----------
    reason : str
        Frozen code, ``code`` or ``code:what``.
    sites : mapping from site to str
        Finding about each site that it concerns.
    channels : mapping from site to int, or None
        The whole map as it would be right; None where that cannot be told for certain.
    """

    reason: str
    sites: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, int] | None = None


def fault_by_taps(montage: Montage, seen_on: Mapping[str, str | None]) -> MapFault | None:
    """Say what the taps tell about the map.

    Parameters
    ----------
    montage : Montage
        The map in force.
    seen_on : mapping from site to site or None
        For each site that was tapped, the site whose channel jumped; None if that could not be seen.

    Returns
    -------
    MapFault or None
        None if no tap was seen on another channel than its own. The right map is only given if it leaves
        nothing to guess: every site was seen, or the only one that was not keeps its own channel.
    """
    on = {site: other for site, other in seen_on.items() if other is not None}
    shared = [site for site, other in on.items() if list(on.values()).count(other) > 1]
    if shared:
        return MapFault(_about(SAME_JACK, shared), dict.fromkeys(shared, SAME_JACK))
    moved = {site: other for site, other in on.items() if other != site}
    if not moved:
        return None
    unseen = set(montage.names) - set(on)
    told = unseen <= set(montage.names) - set(on.values()) and len(unseen) <= 1
    return _named(montage, moved, mend=told)


def fault_by_lifts(montage: Montage, seen_on: Mapping[str, str | None], rises: Rises) -> MapFault | None:
    """Say what the lifts tell about the muscles of which neither side's tap was seen.

    Parameters
    ----------
    montage : Montage
        The map in force.
    seen_on : mapping from site to site or None
        As for ``fault_by_taps``, whose word stands: a tap on another channel leaves nothing to the lifts.
    rises : mapping
        Of both lifts.

    Returns
    -------
    MapFault or None
        Sides that are swapped, if each of these muscles shows clearly, in both lifts, to which side it
        belongs; at least one to the other. Whose taps were seen must show that the legs were lifted as
        asked; with no tap at all every muscle must be measured on both sides. Anything less cannot tell.
        A lift knows glute from hamstring no more than the map does, so the right map is only given if it
        exchanges one pair, and every other site's tap was seen.
    """
    seen = {site for site, on in seen_on.items() if on is not None}
    pairs = [site for site in montage.sites if _mirrored(site) in montage.sites]
    judged = [site for site in pairs if not seen & {site.name, _mirrored(site).name}]
    if any(seen_on[site] != site for site in seen):
        return None
    if not (_as_asked(rises, seen) if seen else len(judged) == len(montage.sites)):
        return None
    moved: dict[str, str] = {}
    for site in judged:
        if all(_outdoes(rises, Site(site.muscle, side.other), side) for side in Side):
            moved[site.name] = _mirrored(site).name
        elif not all(_outdoes(rises, Site(site.muscle, side), side) for side in Side):
            return None
    told = len(moved) == len(Side) and seen | set(moved) == set(montage.names)
    return _named(montage, moved, mend=told) if moved else None


def findings(montage: Montage, seen_on: Mapping[str, str | None], rises: Rises) -> dict[str, str]:
    """Say of each site what taps and lifts together tell, where no fault was found.

    Parameters
    ----------
    montage : Montage
        The map in force.
    seen_on : mapping from site to site or None
        Of the sites tapped so far.
    rises : mapping
        Of the sides lifted so far; may be empty.
    """
    found: dict[str, str] = {}
    for site in montage.sites:
        side = site.side
        tapped = seen_on.get(site.name) == site.name
        if side not in rises:
            if site.name in seen_on:
                found[site.name] = OK if tapped else NO_TAP
        elif tapped:
            found[site.name] = OK if _rise(rises, site, side) >= RISE_SD else NO_RISE
        else:
            found[site.name] = OK if _own_side(rises, site) else CANNOT_TELL
    return found


def rises_sd(quiet_uv: FloatArray, working_uv: FloatArray) -> FloatArray:
    """How far levels rise above their own rest.

    Parameters
    ----------
    quiet_uv, working_uv : ndarray of shape (n_ticks, n_sites)
        RMS over 50 ms before the cue and in the effort; NaN where there is no reading.

    Returns
    -------
    ndarray of shape (n_sites,)
        Median of the effort less mean of the quiet, in SD of the quiet; NaN where either is missing for
        half of its time, or nothing moves at all.
    """
    risen = np.full(quiet_uv.shape[1], np.nan)
    for column in range(len(risen)):
        quiet, working = (part[np.isfinite(part)] for part in (quiet_uv[:, column], working_uv[:, column]))
        if 2 * len(quiet) <= len(quiet_uv) or 2 * len(working) <= len(working_uv):
            continue
        mean = float(quiet.mean())
        spread = max(float(quiet.std()), STEADY_SHARE * mean)
        if spread > 0.0:
            risen[column] = (float(np.median(working)) - mean) / spread
    return risen


def mend_code(channels: Mapping[str, int] | None) -> str:
    """Code of the proposal to mend the map, the whole of it; empty where there is none."""
    return "mend:" + ",".join(f"{site}={channel}" for site, channel in channels.items()) if channels else ""


def _named(montage: Montage, moved: Mapping[str, str], *, mend: bool) -> MapFault:
    """Name what is swapped with what, and give the right map if it is known."""
    reason, finding = _reason(montage, moved)
    before = montage.as_dict()
    channels = {site: before[moved.get(site, site)] for site in before} if mend else None
    return MapFault(reason, dict.fromkeys(moved, finding), channels)


def _reason(montage: Montage, moved: Mapping[str, str]) -> tuple[str, str]:
    """Code of the fault, and the finding about each of its sites."""
    sites = {Site.parse(name): Site.parse(other) for name, other in moved.items()}
    exchanged = set(sites.values()) == set(sites)  # else one of them was not seen, and the rest is a guess
    if exchanged and all(other == _mirrored(site) for site, other in sites.items()):
        whole = set(sites) == set(montage.sites)
        return (SIDES_SWAPPED if whole else _about(SIDES_SWAPPED, moved)), SWAPPED
    sides = {site.side for site in (*sites, *sites.values())}
    for side in sides:
        on_side = {site for site in montage.sites if site.side is side}
        if exchanged and len(on_side) == 2 and on_side == set(sites):
            return f"{MUSCLES_SWAPPED}:{side}", SWAPPED
    return _about(MAP_MIXED, {*moved, *moved.values()}), MIXED


def _about(code: str, sites: Iterable[str]) -> str:
    return f"{code}:{','.join(ordered(sites))}"


def _outdoes(rises: Rises, site: Site, lifted: Side) -> bool:
    """Whether a muscle rises clearly when a leg is lifted, and the same muscle of the other side does not."""
    rise, other = _rise(rises, site, lifted), _rise(rises, _mirrored(site), lifted)
    return rise >= max(CLEAR_SD, CLEAR_FACTOR * other) and other < RISE_SD


def _as_asked(rises: Rises, seen: Iterable[str]) -> bool:
    """Whether muscles whose channel is known say that each leg was lifted when it was asked for.

    One must work clearly in its own lift and lie still in the other; a weak one says nothing.
    """
    sites = [Site.parse(name) for name in seen]
    lifts = [(_rise(rises, site, site.side), _rise(rises, site, site.side.other)) for site in sites]
    return any(own >= max(CLEAR_SD, CLEAR_FACTOR * other) and other < RISE_SD for own, other in lifts)


def _own_side(rises: Rises, site: Site) -> bool:
    """Whether a muscle rises when its own leg is lifted, and more than the same muscle of the other leg."""
    rise, other = _rise(rises, site, site.side), _rise(rises, _mirrored(site), site.side)
    return rise >= RISE_SD and not other >= rise  # the other one need not be measured


def _rise(rises: Rises, site: Site, lifted: Side) -> float:
    return rises.get(lifted, {}).get(site.name, math.nan)


def _mirrored(site: Site) -> Site:
    return Site(site.muscle, site.side.other)
