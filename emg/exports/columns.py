"""The one table of columns: what each is, in which unit, and how it is checked before it leaves.

``docs/data-dictionary.md`` says the same of the columns that the session's own files have; a test holds
the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SITE: Final = "SITE"
"""Stands for any measured site in the name of a column."""

_SITE_NAME: Final = re.compile(r"[a-z0-9_]{1,40}_(?:left|right)")


class Kind(StrEnum):
    """What a cell holds."""

    NUMBER = "number"
    WHOLE = "whole"
    TRUTH = "true or false"
    CODE = "code"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """One column, or several that are defined together.

    Attributes
    ----------
    names : tuple of str
        In their order; ``SITE`` stands for a measured site.
    unit : str
        ``-`` for none.
    kind : Kind
        What its cells hold.
    meaning : str
        As in the data dictionary.
    """

    names: tuple[str, ...]
    unit: str
    kind: Kind
    meaning: str


def _column(names: str, unit: str, kind: Kind, meaning: str) -> Column:
    return Column(tuple(names.split()), unit, kind, meaning)


_N, _W, _B, _C, _T = Kind.NUMBER, Kind.WHOLE, Kind.TRUTH, Kind.CODE, Kind.TEXT

WHO: Final = (
    _column("subject", "-", _C, "code of the athlete in this export"),
    _column("session", "-", _C, "number of the session in this export, `s01` the first of this athlete"),
    _column("protocol", "-", _C, "exercise; `own1`, `own2` ... for one that does not come with the program"),
)

HOLDS: Final = (
    *WHO,
    _column("hold set", "-", _W, "number in the session, from 1; which set, from 1"),
    _column("role", "-", _C, "`test` (bars and tones off, scored whatever the level) or `train`"),
    _column(
        "until",
        "-",
        _C,
        "`set`: the clock runs from set. `fired`: from the moment the glute is in target. `release`: no "
        "clock, a repetition lasts until the muscle lets go",
    ),
    _column(
        "side",
        "-",
        _C,
        "working (stance) side, the athlete's own; `both` or `alternating` where both legs work",
    ),
    _column("valid", "-", _B, "about the signal only"),
    _column("invalid_reason", "-", _C, "a contact verdict or `gap`"),
    _column(
        "outcome",
        "-",
        _C,
        "`success`, `missed`, `not_reached`, `lost_balance`, `void`, `incomplete`, `practised` (by the "
        "clock, nothing measured)",
    ),
    _column(
        "outcome_reason",
        "-",
        _C,
        "of a test hold that is not reached: `below_floor` (the glute's plateau is below 5 % of its own "
        "reference, maximum or bridge, or below twice its rest), `not_measured`, `no_maximum`; of a training "
        "hold `limit`, `felt` (felt, and never fired), `late`, `left_target`, `over_ceiling`; else what "
        "ended it: `own_stop` (somebody, by hand: `incomplete`, and no training hold is repeated for it) ...",
    ),
    _column(
        "glute_reference ham_reference opposite_glute_reference opposite_ham_reference",
        "-",
        _C,
        "how that muscle's 100 % was got: `mvc` (the full way), `quick`, `submax`; empty without one",
    ),
    _column("feedback", "-", _B, "whether bars and tones were on"),
    _column(
        "target_pct ceiling_pct",
        "%",
        _N,
        "target of the working glute, ceiling of the working hamstring, each in percent of its own reference",
    ),
    _column(
        "cue_s set_s",
        "s",
        _N,
        "cue, and the position taken (a key, or 1.5 s after the cue), from sample 0",
    ),
    _column(
        "glute_latency_s ham_latency_s",
        "s",
        _N,
        "from set to the first crossing of 75 % of the plateau that lasts 250 ms; <= 0 if already there; "
        "empty unless the plateau is at 5 % of its reference and twice its rest",
    ),
    _column(
        "glute_onset_latency_s ham_onset_latency_s",
        "s",
        _N,
        "from set to the noise-based onset, for research",
    ),
    _column("felt_latency_s", "s", _N, 'from set to the key "I feel it"'),
    _column("held_s in_target_s", "s", _N, "from set to the end; how much of it in target"),
    _column("in_target_pct", "%", _N, "the same, of the time the clock ran"),
    _column(
        "glute_pct_mvc ham_pct_mvc opposite_glute_pct_mvc opposite_ham_pct_mvc",
        "%MVC",
        _N,
        "plateau: RMS over the scored span with rest removed, over the maximum; empty for a submaximal "
        "reference",
    ),
    _column(
        "glute_pct_submax ham_pct_submax",
        "%",
        _N,
        "the same over the submaximal reference; empty for any other",
    ),
    _column(
        "ratio_same_side",
        "-",
        _N,
        "glute over hamstring, both in %MVC, both at 5 %MVC and twice their rest",
    ),
    _column("glute_share_pct", "%", _N, "`100 G / (G + H)` where the greater is at 10 %MVC"),
    _column(
        "ratio_diagonal",
        "-",
        _N,
        "stance glute over the opposite hamstring in the same hold, gated as the ratio",
    ),
    _column("glute_cv_pct", "%", _N, "coefficient of variation of the 250 ms RMS over the scored span"),
    _column("pain_0_10", "-", _W, "pain in the hold, where it was asked and said"),
    _column("lost_samples", "samples", _W, 'lost from "prepare" to the end'),
    _column(
        "doubtful_references",
        "-",
        _C,
        "names of the sites, with a space between them, that enter this row's ratio, share or diagonal on a "
        "maximum that may be too low; empty for none",
    ),
    _column(
        "kind",
        "-",
        _C,
        "`hold` on cue, `repetition` found in the envelope, `stride` of a bout",
    ),
    _column(
        "felt_by",
        "-",
        _C,
        'who pressed "I feel it", `athlete` or `helper`; empty without a press',
    ),
    _column("felt_cued", "-", _B, "whether bar or sound had told before the press; empty without a press"),
    _column(
        "excluded",
        "-",
        _T,
        "`by_hand` where somebody took this row out of every number of the summary; their words only if "
        "notes were asked for; empty if nobody did",
    ),
    _column(
        "SITE_pct_mvc SITE_pct_submax",
        "%",
        _N,
        "the same plateau of each measured site, over its maximum or its submaximal reference, whichever leg "
        "works",
    ),
)

ACTIVATION: Final = (
    _column("time_s", "s", _N, "on the sample clock"),
    _column("sample", "samples", _W, "on the sample clock"),
    _column("phase role side", "-", _C, "what the coach was doing"),
    _column("hold", "-", _W, "the present hold"),
    _column("SITE_uv", "µV", _N, "RMS over 250 ms, rest still in it"),
    _column(
        "SITE_pct_mvc",
        "%MVC",
        _N,
        "the same with rest removed, over the maximum in force; empty for a submaximal reference",
    ),
    _column("SITE_verdict", "-", _C, "verdict on the electrode pair"),
    _column("SITE_valid", "-", _B, "whether the reading counts"),
    _column(
        "ratio_left ratio_right ratio_left_glute_right_ham ratio_right_glute_left_ham",
        "-",
        _N,
        "over 1 s, gated as in holds.csv; empty where one of the two has no maximum",
    ),
    _column(
        "SITE_au",
        "arbitrary",
        _N,
        "in place of `SITE_uv`, and only there, where the unit is arbitrary",
    ),
    _column(
        "SITE_pct_submax",
        "%",
        _N,
        "level in percent of the submaximal reference in force; empty for any other reference",
    ),
)

RAW: Final = (
    _column("sample", "samples", _W, "counts from 0, lost samples included"),
    _column("time_s", "s", _N, "sample over the sampling rate"),
    _column("valid", "-", _B, "`false` where nothing came from the board; the row is then empty"),
    _column(
        "SITE_uv",
        "µV",
        _N,
        "the signal as it came, unfiltered; `CH1_uv` ... for a channel without a site",
    ),
    _column("SITE_au", "arbitrary", _N, "in place of `SITE_uv` where the board's unit is not known"),
    _column("aux1", "as session.json says", _N, "the board's other channels, `aux1`, `aux2` ..."),
)

EVENTS: Final = (
    _column("sample", "samples", _W, "on the sample clock"),
    _column("time_s", "s", _N, "sample over the sampling rate"),
    _column("kind side role", "-", _C, "what happened, for which working side, in a test or training hold"),
    _column("hold", "-", _W, "the hold it belongs to"),
    _column("said", "-", _C, "codes and numbers that belong to it, `name=value` with a space between them"),
    _column("note", "-", _T, "what somebody wrote; only if notes were asked for"),
)

SESSIONS: Final = (
    *WHO,
    _column("day", "days", _W, "since the athlete's first session in this export"),
    _column("started_at", "UTC", _C, "time of sample 0; only if dates were asked for"),
    _column("kind", "-", _C, "`session`, `practice` (by the clock, nothing measured) or `recording`"),
    _column("complete simulated", "-", _B, "closed in order; of the simulated athlete"),
    _column("board", "-", _C, "kind of board"),
    _column("fs_hz", "Hz", _N, "sampling rate that times are counted by"),
    _column("unit signal", "-", _C, "`uV` or `arbitrary`; `raw` or `envelope`"),
    _column("sore_side", "-", _C, "side that was said to hurt"),
    _column("lost_samples", "samples", _W, "what never arrived"),
    _column("holds", "-", _W, "rows of holds.csv"),
    _column("software", "-", _C, "program that recorded it"),
)

TABLES: Final = {
    "sessions": SESSIONS,
    "holds": HOLDS,
    "activation": ACTIVATION,
    "events": EVENTS,
    "raw": RAW,
}
"""Tables of an export, by their names."""


def names_of(table: Iterable[Column]) -> tuple[str, ...]:
    """Columns that stand in every file, in order; those of a site are not among them."""
    return tuple(name for column in table for name in column.names if not name.startswith(SITE))


def column_of(table: Iterable[Column], name: str) -> Column | None:
    """Find the definition of a column, also of ``glute_left_pct_mvc``; None for one that is not known."""
    of_site: Column | None = None
    for column in table:
        for known in column.names:
            if known == name:
                return column
            if known.startswith(SITE) and _is_of_site(name, known.removeprefix(SITE)):
                of_site = column
    return of_site


def dictionary_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Rows of the data dictionary: table, column, unit, what a cell holds, meaning."""
    for table, columns in TABLES.items():
        for column in columns:
            for name in column.names:
                yield table, name, column.unit, column.kind.value, column.meaning


def _is_of_site(name: str, ending: str) -> bool:
    return name.endswith(ending) and is_site(name.removesuffix(ending))


def is_site(name: str) -> bool:
    """Whether a name is a site's, listed or not; anything else begins no column."""
    return _SITE_NAME.fullmatch(name) is not None
