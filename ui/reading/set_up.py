"""What may be drawn in the set-up stages: a tile for every electrode pair, placed as on the body."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from emg.codes import SignalState
from emg.live_view import BarView, LiveView, StageView
from emg.montage import Side
from emg.quality import INVALID
from ui.language import inside
from ui.reading.muscles import muscle_of, side_of
from ui.words import board_words, setup_words, words

FROM_THE_TOP: Final = (
    "erector",
    "glute_upper",
    "glute_med",
    "glute",
    "glute_lower",
    "ham",
    "ham_lateral",
    "ham_medial",
    "adductor",
    "quad",
    "calf",
)
"""Muscles as they lie on the body; unlisted ones stand below them."""


class Sign(StrEnum):
    """Shape that stands beside the words of a tile: colour is never the only sign."""

    TICK = "tick"
    TRIANGLE = "triangle"
    CROSS = "cross"
    QUESTION = "question"
    RING = "ring"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TileFace:
    """One electrode pair as it may be drawn now.

    Attributes
    ----------
    site : str
        For example ``glute_left``.
    side : Side or None
        Whose colour it has.
    name, said : str
        The muscle, and what is known of its electrodes in one or two words.
    sign : Sign
        The same as a shape.
    lit : bool
        Whether it is this one's turn.
    """

    site: str
    side: Side | None
    name: str
    said: str
    sign: Sign
    lit: bool = False


Tiles: TypeAlias = tuple[tuple[TileFace, ...], ...]
"""Rows of tiles, upper muscles first; in each row the left side stands left."""


def read_tiles(view: LiveView, fresh: bool) -> Tiles:
    """Read the tiles off a view; empty where the stage says nothing about single electrodes.

    Parameters
    ----------
    view : LiveView
        What to draw.
    fresh : bool
        Whether its data is young enough to be shown.
    """
    if view.stage.stage not in setup_words.TILE_STAGES or not view.bars:
        return ()
    bars = {bar.site: bar for bar in view.bars}
    height = {muscle: row for row, muscle in enumerate(FROM_THE_TOP)}
    shown = sorted({muscle_of(site) for site in bars}, key=lambda name: (height.get(name, len(height)), name))
    return tuple(
        tuple(_tile(view, f"{muscle}_{side}", bars.get(f"{muscle}_{side}"), fresh) for side in Side)
        for muscle in shown
    )


def _tile(view: LiveView, site: str, bar: BarView | None, fresh: bool) -> TileFace:
    name, side = words.site_words(site), side_of(site)
    if bar is None:
        return TileFace(site, side, name, inside(words.NOT_MEASURED), Sign.NONE)
    if not fresh:
        said = inside(board_words.SIGNALS[SignalState.NO_SIGNAL])
        return TileFace(site, side, name, said, Sign.NONE)
    stage = view.stage
    said, sign = _contact(view, site) if stage.stage == "contact" else _finding(stage, bar, view)
    return TileFace(site, side, name, said, sign, lit=_is_lit(stage, site))


def _contact(view: LiveView, site: str) -> tuple[str, Sign]:
    verdict = view.stage.contact.get(site)
    if verdict is None:
        return setup_words.WAITS, Sign.RING
    return board_words.verdict_words(verdict, view.cannot), _verdict_sign(verdict)


def _verdict_sign(verdict: str) -> Sign:
    if verdict == "ok":
        return Sign.TICK
    return Sign.CROSS if verdict in INVALID else Sign.TRIANGLE


def _finding(stage: StageView, bar: BarView, view: LiveView) -> tuple[str, Sign]:
    """Tell what was found of a site; a sensor that is lost meanwhile comes first."""
    if bar.verdict in INVALID:
        return board_words.verdict_words(bar.verdict, view.cannot), Sign.CROSS
    found = stage.findings.get(bar.site)
    if found is None:
        return "", Sign.RING
    if found == setup_words.FOUND:
        sign = Sign.TICK
    else:
        sign = Sign.QUESTION if found in setup_words.OPEN_FINDINGS else Sign.CROSS
    return setup_words.finding_words(found), sign


def _is_lit(stage: StageView, site: str) -> bool:
    """Whether it is this electrode pair's turn: it is tapped, or its leg is lifted."""
    if stage.site is not None:
        return stage.site == site
    return stage.side is not None and stage.side is side_of(site)


@dataclass(frozen=True, slots=True)
class ScaleFace:
    """The scale on which pain is told.

    Attributes
    ----------
    question, said, keys : str
        What is asked, what was answered so far, and how to answer.
    answer : int or None
        The number to mark, None for not said.
    """

    question: str
    said: str
    keys: str
    answer: int | None


def read_scale(view: LiveView) -> ScaleFace | None:
    """Read off a view whether pain is asked, and what was said; None where it is not."""
    stage = view.stage
    if not stage.asks or view.paused or view.finished or view.signal is not SignalState.LIVE:
        return None
    question, said = setup_words.pain_question(stage), setup_words.pain_words(stage)
    return ScaleFace(question, said, setup_words.pain_keys(stage), stage.answer)
