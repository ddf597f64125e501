"""``powerhold boards``: what each board can and cannot tell, for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table

from emg.blocks import Unit
from hardware.board import CLAIMS, PLATFORMS, Board
from hardware.boards import BOARDS
from hardware.brainflow_diagnosis import names_of
from ui.commands.shared import JSON_OPTION, print_json
from ui.words import command_words as words
from ui.words.told import told

DROOP_AT_HZ: Final = 100.0
"""About the median frequency of a hamstring; what is left there tells how much of EMG a board shows."""

WIDE: Final = 110
"""From so many columns on there is room for the boards' full names."""


@click.command("boards")
@JSON_OPTION
def boards_command(as_json: bool) -> None:
    """List the boards that can be used, and what each can and cannot tell."""
    if as_json:
        print_json({"boards": [board_facts(board) for board in BOARDS.values()]})
        return
    console = Console()
    usable = [board for board in BOARDS.values() if not board.refusal]
    console.print(_numbers(usable, with_title=console.width >= WIDE))
    console.print(words.BOARD_LEGEND, style="dim")
    console.print(f"\n[bold]{words.TO_KNOW}[/bold]")
    console.print(_sentences({board.name: _remark(board) for board in usable}))
    console.print(f"\n[bold]{words.NOT_FOR_EMG}[/bold]")
    console.print(_sentences({board.name: told(board.refusal) for board in BOARDS.values() if board.refusal}))


def board_facts(board: Board) -> dict[str, Any]:
    """Tell a program all of a board; what is not known, or is measured at the open, is None."""
    in_uv = board.unit is Unit.MICROVOLT
    droop_db = board.droop_db(DROOP_AT_HZ)
    return {
        "name": board.name,
        "title": board.title,
        "link": board.link.value,
        "fs_hz": board.fs_hz or None,
        "n_channels": board.n_channels or None,
        "bandwidth_hz": board.bandwidth_hz if math.isfinite(board.bandwidth_hz) else None,
        "droop_at_100_hz_db": None if droop_db is None else round(droop_db, 2),
        "full_scale_at_gain_1_uv": board.full_scale_at_gain_1_uv if in_uv else None,
        "full_scale_at_gain_1_au": None if in_uv else board.full_scale_at_gain_1_uv,
        "gains": list(board.gains),
        "default_gain": board.default_gain,
        "unit": board.unit.value,
        "signal": board.signal.value,
        "claims": _claims(board),
        "platforms": sorted(board.platforms),
        "needs": list(board.needs),
        "takes": list(board.takes),
        "note": board.note,
        "refusal": board.refusal,
    }


def _claims(board: Board) -> list[str]:
    return [claim for claim in CLAIMS if claim in board.claims]


def _claims_words(board: Board) -> list[str]:
    return [words.CLAIMS.get(claim, claim) for claim in _claims(board)]


def _numbers(boards: list[Board], *, with_title: bool) -> Table:
    names = [Column(words.NAME, no_wrap=True)]
    if with_title:
        names.append(Column(words.BOARD, no_wrap=True))
    said = words.BOARD_COLUMNS
    table = Table(
        *names,
        Column(said["link"], no_wrap=True),
        Column(said["rate"], justify="right", no_wrap=True),
        Column(said["channels"], justify="right"),
        Column(said["band"], justify="right", no_wrap=True),
        Column(said["left"], justify="right", no_wrap=True),
        said["tells"],
        box=None,
        padding=(0, 1, 0, 0),
    )
    for board in boards:
        titles = [told(board.title)] if with_title else []
        table.add_row(
            board.name,
            *titles,
            board.link.value,
            _hertz(board.fs_hz) if board.fs_hz else words.RATE_MEASURED,
            str(board.n_channels or "-"),
            _hertz(board.bandwidth_hz),
            _left(board),
            words.TELLS_ALL if board.claims == set(CLAIMS) else ", ".join(_claims_words(board)),
        )
    return table


def _hertz(value_hz: float) -> str:
    return f"{value_hz:g} Hz" if math.isfinite(value_hz) else "-"


def _left(board: Board) -> str:
    droop_db = board.droop_db(DROOP_AT_HZ)
    return "-" if droop_db is None else f"{100.0 * 10.0 ** (droop_db / 20.0):.0f} %"


def _remark(board: Board) -> str:
    parts = [told(board.note)]
    if len(board.gains) > 1:
        gains = ", ".join(map(str, board.gains))
        parts.append(words.GAINS.format(gains=gains, usual=board.default_gain))
    if board.unit is Unit.ARBITRARY:
        parts.append(words.NOT_MICROVOLTS)
    if board.platforms != PLATFORMS:
        parts.append(words.SYSTEMS_ONLY.format(systems=told(names_of(board.platforms))))
    return " ".join(parts)


def _sentences(by_name: Mapping[str, str]) -> Padding:
    """Set names beside what is to be said of them; what several share is said once."""
    names: dict[str, list[str]] = {}
    for name, sentence in by_name.items():
        names.setdefault(sentence, []).append(name)
    table = Table.grid(Column(no_wrap=True), Column(), padding=(0, 2, 0, 0))
    for sentence, sharing in names.items():
        table.add_row("\n".join(sharing), sentence)
    return Padding(table, (0, 0, 0, 2), expand=False)
