"""holds.csv and activation.csv: rows of text, fixed decimals, an empty cell where nothing was read."""

from __future__ import annotations

import csv
import io
import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np

from emg.activation import RATIO_PAIRS, Activations
from emg.blocks import Unit
from emg.codes import Phase
from emg.montage import Side
from emg.results import HoldResult, Role

ROWS_PER_S: Final = 20

UV_DECIMALS: Final = 3
PCT_DECIMALS: Final = 2
RATIO_DECIMALS: Final = 4
S_DECIMALS: Final = 4

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell: TypeAlias = str
Maker: TypeAlias = Callable[[HoldResult], Cell]


def text_cell(text: str) -> str:
    """Text for a table; what a spreadsheet would take for a formula gets a leading apostrophe.

    References
    ----------
    OWASP ASVS 1.2.10, CSV and formula injection.
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def number_cell(value: float | None, decimals: int) -> str:
    """Write a number with fixed decimals; empty if there is none or it is not finite. Never ``-0``."""
    if value is None or not math.isfinite(value):
        return ""
    return f"{value:z.{decimals}f}"


def csv_line(cells: Iterable[str]) -> str:
    """One line of CSV, with its line feed."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _whole(value: int | None) -> str:
    return "" if value is None else str(int(value))


def _numbers(decimals: int, **getters: Callable[[HoldResult], float | None]) -> dict[str, Maker]:
    return {name: _number_maker(getter, decimals) for name, getter in getters.items()}


def _number_maker(getter: Callable[[HoldResult], float | None], decimals: int) -> Maker:
    return lambda hold: number_cell(getter(hold), decimals)


_HOLD_COLUMNS: Final[Mapping[str, Maker]] = {
    "hold": lambda hold: _whole(hold.hold),
    "set": lambda hold: _whole(hold.set_number),
    "role": lambda hold: hold.role.value,
    "until": lambda hold: hold.until.value,
    "side": lambda hold: hold.side.value,
    "valid": lambda hold: _truth(hold.valid),
    "invalid_reason": lambda hold: text_cell(hold.invalid_reason),
    "outcome": lambda hold: hold.outcome.value,
    "outcome_reason": lambda hold: text_cell(hold.outcome_reason),
    "glute_reference": lambda hold: hold.glute.reference or "",
    "ham_reference": lambda hold: hold.ham.reference or "",
    "opposite_glute_reference": lambda hold: hold.opposite_glute.reference or "",
    "opposite_ham_reference": lambda hold: hold.opposite_ham.reference or "",
    "feedback": lambda hold: _truth(hold.feedback),
    **_numbers(
        PCT_DECIMALS,
        target_pct=lambda hold: hold.target_pct,
        ceiling_pct=lambda hold: hold.ceiling_pct,
    ),
    **_numbers(
        S_DECIMALS,
        cue_s=lambda hold: hold.cue_s,
        set_s=lambda hold: hold.set_s,
        glute_latency_s=lambda hold: hold.glute.latency_s,
        ham_latency_s=lambda hold: hold.ham.latency_s,
        glute_onset_latency_s=lambda hold: hold.glute.onset_latency_s,
        ham_onset_latency_s=lambda hold: hold.ham.onset_latency_s,
        felt_latency_s=lambda hold: hold.felt_latency_s,
        held_s=lambda hold: hold.held_s,
        in_target_s=lambda hold: hold.in_target_s,
    ),
    **_numbers(
        PCT_DECIMALS,
        in_target_pct=lambda hold: hold.in_target_pct,
        glute_pct_mvc=lambda hold: hold.glute.pct_mvc,
        ham_pct_mvc=lambda hold: hold.ham.pct_mvc,
        opposite_glute_pct_mvc=lambda hold: hold.opposite_glute.pct_mvc,
        opposite_ham_pct_mvc=lambda hold: hold.opposite_ham.pct_mvc,
        glute_pct_submax=lambda hold: hold.glute.pct_submax,
        ham_pct_submax=lambda hold: hold.ham.pct_submax,
    ),
    **_numbers(RATIO_DECIMALS, ratio_same_side=lambda hold: hold.ratio_same_side),
    **_numbers(PCT_DECIMALS, glute_share_pct=lambda hold: hold.glute_share_pct),
    **_numbers(RATIO_DECIMALS, ratio_diagonal=lambda hold: hold.ratio_diagonal),
    **_numbers(PCT_DECIMALS, glute_cv_pct=lambda hold: hold.glute.cv_pct),
    "pain_0_10": lambda hold: _whole(hold.pain_0_10),
    "lost_samples": lambda hold: _whole(hold.lost_samples),
    "doubtful_references": lambda hold: " ".join(hold.doubtful_references),
}

HOLD_COLUMNS: Final = ("athlete", "session", "protocol", *_HOLD_COLUMNS)


@dataclass(frozen=True, slots=True)
class HoldTable:
    """Lines of holds.csv.

    Attributes
    ----------
    athlete, session, protocol : str
        The same on every row.
    """

    athlete: str
    session: str
    protocol: str

    @property
    def header(self) -> str:
        """First line."""
        return csv_line(HOLD_COLUMNS)

    def row(self, hold: HoldResult) -> str:
        """Line of one hold."""
        who = (text_cell(self.athlete), text_cell(self.session), text_cell(self.protocol))
        return csv_line((*who, *(make(hold) for make in _HOLD_COLUMNS.values())))


@dataclass(frozen=True, slots=True)
class RowContext:
    """What the coach was doing, from a sample on until the next context.

    Attributes
    ----------
    sample : int
        First sample for which it holds.
    phase : Phase
        Phase of the stage.
    role, side, hold
        Of the present hold, where there is one.
    """

    sample: int
    phase: Phase = Phase.IDLE
    role: Role | None = None
    side: Side | None = None
    hold: int | None = None


class ActivationTable:
    """Lines of activation.csv: 20 a second, at the samples ``ceil(k * fs / 20)``.

    A row has the values of the last tick at or before it, and is made as soon as a tick at or after
    it has come; so the rows are the same however the ticks were cut.

    Parameters
    ----------
    sites : sequence of str
        In the order of the columns of ``Activations``.
    fs_hz : float
        Sampling rate.
    verdict_names : sequence of str
        Name of each number in ``Activations.verdicts``.
    invalid : set of str
        Verdicts with which a reading does not count.
    unit : Unit
        With arbitrary units ``SITE_uv`` stays empty and ``SITE_au``, after the ratios, is filled.
    """

    def __init__(
        self,
        sites: Sequence[str],
        fs_hz: float,
        verdict_names: Sequence[str],
        invalid: frozenset[str],
        unit: Unit = Unit.MICROVOLT,
    ) -> None:
        self._sites = tuple(sites)
        self._fs = Fraction(fs_hz)
        self._verdict_names = tuple(verdict_names)
        self._invalid = invalid
        self._arbitrary = unit is Unit.ARBITRARY
        self._contexts: deque[RowContext] = deque()
        self._context = RowContext(0)
        self._row = 0
        self._before: tuple[Activations, int] | None = None

    @property
    def header(self) -> str:
        """First line."""
        of_site = (f"{site}_{name}" for site in self._sites for name in ("uv", "pct_mvc", "verdict", "valid"))
        ratios = (f"ratio_{name}" for name in RATIO_PAIRS)
        au = (f"{site}_au" for site in self._sites) if self._arbitrary else ()
        submax = (f"{site}_pct_submax" for site in self._sites)
        when = ("time_s", "sample", "phase", "role", "side", "hold")
        return csv_line((*when, *of_site, *ratios, *au, *submax))

    def add(self, activations: Activations, contexts: Sequence[RowContext] = ()) -> str:
        """Take ticks, and what changed with them.

        Parameters
        ----------
        activations : Activations
            The next ticks.
        contexts : sequence of RowContext
            In order; none later than the last of these ticks is still to come.

        Returns
        -------
        str
            The lines that can be written now, possibly none.
        """
        self._contexts.extend(contexts)
        if len(activations) == 0:
            return ""
        lines: list[str] = []
        while (row := self._row_sample()) <= int(activations.samples[-1]):
            index = int(np.searchsorted(activations.samples, row, side="right")) - 1
            lines.append(self._line(row, (activations, index) if index >= 0 else self._before))
            self._row += 1
        self._before = (activations.cut(len(activations) - 1), 0)
        return "".join(lines)

    def _row_sample(self) -> int:
        return math.ceil(self._row * self._fs / ROWS_PER_S)

    def _line(self, sample: int, at: tuple[Activations, int] | None) -> str:
        while self._contexts and self._contexts[0].sample <= sample:
            self._context = self._contexts.popleft()
        now = self._context
        if at is not None and sample - int(at[0].samples[at[1]]) >= at[0].spacing:
            at = None  # ticks are missing: the last value is not the present one
        return csv_line(
            (
                number_cell(sample / float(self._fs), S_DECIMALS),
                str(sample),
                now.phase.value,
                now.role or "",
                now.side or "",
                _whole(now.hold),
                *(self._nothing() if at is None else self._readings(*at)),
            )
        )

    def _readings(self, ticks: Activations, index: int) -> Iterator[str]:
        verdicts = [self._verdict_names[number] for number in ticks.verdicts[index]]
        levels = [number_cell(level, UV_DECIMALS) for level in ticks.rms_uv[index]]
        valid = {
            site: level != "" and verdict not in self._invalid
            for site, level, verdict in zip(self._sites, levels, verdicts, strict=True)
        }
        levels = [level if valid[site] else "" for site, level in zip(self._sites, levels, strict=True)]
        pct = {
            site: number_cell(ticks.pct_mvc[index, column], PCT_DECIMALS) if valid[site] else ""
            for column, site in enumerate(self._sites)
        }
        for column, site in enumerate(self._sites):
            yield "" if self._arbitrary else levels[column]
            yield "" if site in ticks.submaximal else pct[site]
            yield verdicts[column]
            yield _truth(valid[site])
        for name, pair in RATIO_PAIRS.items():
            measured = all(valid.get(site, False) for site in pair)
            yield number_cell(ticks.ratios[name][index], RATIO_DECIMALS) if measured else ""
        if self._arbitrary:
            yield from levels
        for site in self._sites:
            yield pct[site] if site in ticks.submaximal else ""

    def _nothing(self) -> Iterator[str]:
        for _ in self._sites:
            yield from ("", "", "", "false")
        yield from [""] * (len(RATIO_PAIRS) + len(self._sites) * (2 if self._arbitrary else 1))
