"""What a LiveView is built from: facts of the session, and bars and ratios, missing where nothing is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from emg.activation import Activations, reading
from emg.live_view import BarView
from emg.montage import Side
from emg.quality import INVALID, VERDICTS


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a view says about the session as a whole.

    Attributes
    ----------
    athlete, protocol : str
        Ids.
    axis_max_pct : float
        Top of every bar's axis, pinned.
    autostart : bool
        Begin with the first tick, without a key.
    """

    athlete: str
    protocol: str
    axis_max_pct: float
    autostart: bool = True


class Levels(TypedDict):
    """Fields of a LiveView."""

    bars: tuple[BarView, ...]
    ratio_left: float | None
    ratio_right: float | None
    diagonal_left_glute: float | None
    diagonal_right_glute: float | None


def levels_of(latest: Activations | None, sites: Sequence[str], side: Side | None) -> Levels:
    """Give bars and ratios of the last tick.

    Parameters
    ----------
    latest : Activations or None
        The last ticks; None while there is no signal, and then nothing reads anything.
    sites : sequence of str
        Measured sites.
    side : Side or None
        Working side.
    """
    ratios = {name: reading(values[-1]) for name, values in latest.ratios.items()} if latest else {}
    return Levels(
        bars=tuple(_bar(column, site, latest, side) for column, site in enumerate(sites)),
        ratio_left=ratios.get("left"),
        ratio_right=ratios.get("right"),
        diagonal_left_glute=ratios.get("left_glute_right_ham"),
        diagonal_right_glute=ratios.get("right_glute_left_ham"),
    )


def _bar(column: int, site: str, latest: Activations | None, side: Side | None) -> BarView:
    """Give one muscle's bar; no reading unless the contact carries it."""
    working = side is not None and site.endswith(f"_{side}")
    if latest is None:
        return BarView(site, None, None, "no_reading", working)
    verdict = VERDICTS[latest.verdicts[-1, column]]
    if verdict in INVALID:
        return BarView(site, None, None, verdict, working)
    level_pct, level_uv = reading(latest.pct_mvc[-1, column]), reading(latest.rms_uv[-1, column])
    return BarView(site, level_pct, level_uv, verdict, working)
