"""What a LiveView is built from: facts of the session, and bars and ratios, missing where nothing is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from emg.activation import RATIO_PAIRS, Activations, Reference, reading
from emg.blocks import StreamInfo
from emg.limits import limits_of
from emg.live_view import BarView, LiveView, StageView
from emg.montage import Site, sides_of
from emg.quality import INVALID, VERDICTS
from emg.results import Method


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
    filter_delay_s, window_s : float or None
        Mean delay of the filter, and length of the bars' RMS window.
    """

    athlete: str
    protocol: str
    axis_max_pct: float
    autostart: bool = True
    filter_delay_s: float | None = None
    window_s: float | None = None


def blank_view(facts: SessionFacts, info: StreamInfo) -> LiveView:
    """Give a view of what does not change while a session runs."""
    return LiveView(
        athlete=facts.athlete,
        protocol=facts.protocol,
        board=info.board,
        unit=info.unit,
        cannot=limits_of(info),
        axis_max_pct=facts.axis_max_pct,
        fs_hz=info.fs_hz,
        filter_delay_s=facts.filter_delay_s,
        window_s=facts.window_s,
    )


class Levels(TypedDict):
    """Fields of a LiveView."""

    bars: tuple[BarView, ...]
    ratio_left: float | None
    ratio_right: float | None
    diagonal_left_glute: float | None
    diagonal_right_glute: float | None
    doubtful_ratios: tuple[str, ...]


def levels_of(
    latest: Activations | None, sites: Sequence[str], reference: Reference, stage: StageView
) -> Levels:
    """Give bars and ratios of the last tick.

    Parameters
    ----------
    latest : Activations or None
        The last ticks; None while there is no signal, and then nothing reads anything.
    sites : sequence of str
        Measured sites.
    reference : Reference
        Rest and maximum in force: what the percentages are of.
    stage : StageView
        Its working side, and its own verdicts on the contact.
    """
    ratios = {name: reading(values[-1]) for name, values in latest.ratios.items()} if latest else {}
    return Levels(
        bars=tuple(_bar(column, site, latest, reference, stage) for column, site in enumerate(sites)),
        ratio_left=ratios.get("left"),
        ratio_right=ratios.get("right"),
        diagonal_left_glute=ratios.get("left_glute_right_ham"),
        diagonal_right_glute=ratios.get("right_glute_left_ham"),
        doubtful_ratios=tuple(
            name for name, pair in RATIO_PAIRS.items() if {*pair} <= {*sites} and _in_doubt(pair, reference)
        ),
    )


def _in_doubt(pair: Sequence[str], reference: Reference) -> bool:
    """Whether a ratio of these is built at all, and on a maximum that may be too low."""
    known = [reference.sites.get(site) for site in pair]
    maxima = [found for found in known if found is not None and found.method is not Method.SUBMAX]
    return len(maxima) == len(pair) and any(found.doubtful for found in maxima)


def _bar(
    column: int, site: str, latest: Activations | None, reference: Reference, stage: StageView
) -> BarView:
    """Give one muscle's bar; no reading unless the contact carries it."""
    known = reference.sites.get(site)
    bar = BarView(
        site=site,
        level_pct=None,
        level_uv=None,
        verdict=_verdict(column, site, latest, stage),
        working=stage.side is not None and Site.parse(site).side in sides_of(stage.side),
        reference=None if known is None else known.method,
        doubts=known.doubts if known is not None and known.doubtful else (),
    )
    if latest is None or bar.verdict in INVALID:
        return bar
    return replace(
        bar,
        level_pct=None if known is None else reading(latest.pct_mvc[-1, column]),
        level_uv=reading(latest.rms_uv[-1, column]),
    )


def _verdict(column: int, site: str, latest: Activations | None, stage: StageView) -> str:
    """Give the verdict of a stage that knows what is asked of the muscle, else that of the chain.

    A signal that carries no reading carries none whatever a stage says of it.
    """
    if latest is None:
        return "no_reading"
    verdict = VERDICTS[latest.verdicts[-1, column]]
    return verdict if verdict in INVALID else stage.contact.get(site, verdict)
