"""``powerhold ports``: which ports there are, what answers at each, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypeAlias

import click
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from hardware.charger import CHARGER_ADVICE, on_battery
from hardware.port_advice import taken_by_brltty
from hardware.ports import PortFacts, list_ports
from hardware.probe import Answer, survey, with_extra
from ui.commands.shared import JSON_OPTION, print_json, say
from ui.words import command_words as words
from ui.words.told import told

Asked: TypeAlias = tuple[PortFacts, Answer | None]


@click.command("ports")
@click.option("--port", "extra_ports", multiple=True, metavar="P", help="A port that is not listed, too.")
@click.option("--no-ask", is_flag=True, help="Send nothing to any port.")
@JSON_OPTION
def ports_command(extra_ports: tuple[str, ...], no_ask: bool, as_json: bool) -> None:
    """List the serial ports: what answers there, who holds them, and what to do about it.

    Each port is listened to and asked for its name, which takes up to 6 seconds; ports that another
    program uses are left alone.
    """
    found: list[Asked] = (
        [(port, None) for port in with_extra(list_ports(), extra_ports)] if no_ask else survey(extra_ports)
    )
    notes = _notes(found)
    if as_json:
        print_json({"ports": [_facts(port, answer) for port, answer in found], "notes": notes})
        return
    if found:
        Console().print(_table(found))
    else:
        say(words.NO_PORT)
    for note in notes:
        say(told(note))


def _facts(port: PortFacts, answer: Answer | None) -> dict[str, Any]:
    return asdict(port) | {
        "answers": answer.board if answer is not None else None,
        "detail": answer.detail if answer is not None else None,
    }


def _notes(found: Sequence[Asked]) -> list[str]:
    """Say what concerns no single port."""
    notes = [taken_by_brltty()]
    if found and on_battery() is False:
        notes.append(CHARGER_ADVICE)
    return [note for note in notes if note]


def _table(found: Sequence[Asked]) -> Table:
    """One row a port: a column for each kind of fact would leave none of them room in 80 columns."""
    table = Table(
        Column(words.PORT, overflow="fold", max_width=28),
        Column(words.PORT_TOLD, overflow="fold"),
        show_lines=True,
    )
    for port, answer in found:
        facts = (
            (told(port.description), "dim"),
            (words.NOT_ASKED if answer is None else told(answer.detail), ""),
            (_what_to_do(port, answer), "bold"),
        )
        lines = [Text(fact, style=style) for fact, style in facts if fact]
        table.add_row(Text(port.device), Text("\n").join(lines))
    return table


def _what_to_do(port: PortFacts, answer: Answer | None) -> str:
    if answer is not None and answer.board:
        ready = words.READY.format(options=f"--board {answer.board} --port {port.device}")
        return f"{ready}\n{told(port.advice)}" if port.advice else ready
    return told(port.advice)
