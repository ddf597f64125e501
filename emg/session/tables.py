"""holds.csv and activation.csv: rows of text, fixed decimals, an empty cell where nothing was read."""

from __future__ import annotations

import csv
import io
import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np

from emg.activation import RATIO_PAIRS, Activations
from emg.blocks import Unit
from emg.results import MISSING, HoldResult
from emg.stage import RowContext

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
    # a lone carriage return is quoted only where it is part of the end of a line
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def renamed_rows(text: str, athlete: str, session: str) -> str:
    """Put the right athlete and session into every row of holds.csv, also into one that a kill cut short.

    Parameters
    ----------
    text : str
        The table; what is none comes back as it is.
    athlete, session : str
        From now on.
    """
    end = text.rfind("\n") + 1
    rows = list(csv.reader(io.StringIO(text[:end], newline="")))
    header = rows[0] if rows else []
    cells = {"athlete": text_cell(athlete), "session": text_cell(session)}
    columns = {header.index(name): cell for name, cell in cells.items() if name in header}
    told = [
        row if number == 0 else [columns.get(place, cell) for place, cell in enumerate(row)]
        for number, row in enumerate(rows)
    ]
    first, comma, rest = text[end:].partition(",")
    torn = f"{cells['athlete']}{comma}{rest}" if first and comma and 0 in columns else ""
    return "".join(map(csv_line, told)) + torn


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
    "kind": lambda hold: hold.kind.value,
    "felt_by": lambda hold: hold.felt_by or "",
    "felt_cued": lambda hold: "" if hold.felt_cued is None else _truth(hold.felt_cued),
    "excluded": lambda hold: text_cell(hold.excluded),
}

HOLD_COLUMNS: Final = ("athlete", "session", "protocol", *_HOLD_COLUMNS)


@dataclass(frozen=True, slots=True)
class HoldTable:
    """Lines of holds.csv.

    Attributes
    ----------
    athlete, session, protocol : str
        The same on every row.
    sites : tuple of str
        The sites measured: ``SITE_pct_mvc`` and ``SITE_pct_submax`` of each stand at the end of the row.
        Where both legs work there is no working side, and these are all there is.
    """

    athlete: str
    session: str
    protocol: str
    sites: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """First line."""
        of_sites = (f"{site}_{name}" for site in self.sites for name in ("pct_mvc", "pct_submax"))
        return csv_line((*HOLD_COLUMNS, *of_sites))

    def row(self, hold: HoldResult) -> str:
        """Line of one hold."""
        who = (text_cell(self.athlete), text_cell(self.session), text_cell(self.protocol))
        levels = [
            level
            for found in (hold.sites.get(site, MISSING) for site in self.sites)
            for level in (found.pct_mvc, found.pct_submax)
        ]
        return csv_line(
            (
                *who,
                *(make(hold) for make in _HOLD_COLUMNS.values()),
                *(number_cell(level, PCT_DECIMALS) for level in levels),
            )
        )


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
        return -(-self._row * self._fs.numerator // (self._fs.denominator * ROWS_PER_S))  # rounded up

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
                *(self._nothing if at is None else self._readings(*at)),
            )
        )

    def _readings(self, ticks: Activations, index: int) -> list[str]:
        verdicts = [self._verdict_names[number] for number in ticks.verdicts[index].tolist()]
        levels = [number_cell(level, UV_DECIMALS) for level in ticks.rms_uv[index].tolist()]
        valid = [
            level != "" and verdict not in self._invalid
            for level, verdict in zip(levels, verdicts, strict=True)
        ]
        levels = [level if good else "" for level, good in zip(levels, valid, strict=True)]
        pct = [
            number_cell(value, PCT_DECIMALS) if good else ""
            for value, good in zip(ticks.pct_mvc[index].tolist(), valid, strict=True)
        ]
        weak = [site in ticks.submaximal for site in self._sites]
        cells: list[str] = []
        for column, verdict in enumerate(verdicts):
            level = "" if self._arbitrary else levels[column]
            cells += (level, "" if weak[column] else pct[column], verdict, _truth(valid[column]))
        measured = {site for site, good in zip(self._sites, valid, strict=True) if good}
        for name, pair in RATIO_PAIRS.items():
            cells.append(
                number_cell(ticks.ratios[name][index], RATIO_DECIMALS) if measured.issuperset(pair) else ""
            )
        if self._arbitrary:
            cells += levels
        cells += [pct[column] if weak[column] else "" for column in range(len(self._sites))]
        return cells

    @property
    def _nothing(self) -> list[str]:
        n_last = len(RATIO_PAIRS) + len(self._sites) * (2 if self._arbitrary else 1)
        return ["", "", "", "false"] * len(self._sites) + [""] * n_last
