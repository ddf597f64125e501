"""``powerhold protocols``: the exercises that can be chosen, and what stands in their files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table

from emg.foreign import plain
from emg.protocols import Protocol, ProtocolError
from ui.commands.shared import JSON_OPTION, fail, print_json
from ui.exit_codes import EXIT_USAGE
from ui.kept.exercises import Listed, Origin, find_text, list_protocols, protocols_folder
from ui.language import _
from ui.words import command_words as words
from ui.words import figures
from ui.words.body_words import muscle_word
from ui.words.told import told

WIDE: Final = 110
"""From so many columns on there is room for the titles."""


@click.group("protocols", invoke_without_command=True)
@JSON_OPTION
@click.pass_context
def protocols_command(context: click.Context, as_json: bool) -> None:
    """List the exercises there are, those of the program and your own."""
    if context.invoked_subcommand is not None:
        return
    listed = list_protocols()
    if as_json:
        print_json({"protocols": [protocol_facts(one) for one in listed]})
        return
    console = Console(markup=False, highlight=False)
    wide = console.width >= WIDE
    bundled = [one.protocol for one in listed if one.protocol and one.origin is Origin.BUNDLED]
    console.print(_table(bundled, with_title=wide))
    own = [one.protocol for one in listed if one.protocol and one.origin is Origin.OWN]
    if own:
        console.print(f"\n{words.YOUR_OWN}", style="bold")
        console.print(_table(own, with_title=wide))
    _print_problems(console, [one.problem for one in listed if one.problem])
    console.print()
    console.print(words.OWN_GO_THERE.format(folder=plain(str(protocols_folder()), 200)), style="dim")


@protocols_command.command("show")
@click.argument("code")
def show_command(code: str) -> None:
    """Print the file of one exercise, as a start for an own one."""
    try:
        text = find_text(code)
    except ProtocolError as error:
        fail(told(error), EXIT_USAGE)
    # as bytes: what is printed is to be saved, and must not depend on the terminal's encoding
    click.echo(text.encode(), nl=False)


def protocol_facts(listed: Listed) -> dict[str, Any]:
    """Tell a program all of an exercise; of one that cannot be used its name and why.

    Parameters
    ----------
    listed : Listed
        The exercise, or the file that was meant to be one.
    """
    protocol = listed.protocol
    return {
        "code": listed.code,
        "title": listed.title,
        "origin": listed.origin.value,
        "problem": listed.problem,
        "protocol": None if protocol is None else protocol.model_dump(mode="json", by_alias=True),
    }


def _table(protocols: Iterable[Protocol], *, with_title: bool) -> Table:
    said = words.PROTOCOL_COLUMNS
    titles = [Column(said["exercise"], overflow="fold")] if with_title else []
    table = Table(
        Column(words.NAME, overflow="fold"),
        *titles,
        Column(said["gate"], overflow="fold"),
        Column(said["target"], justify="right", no_wrap=True),
        Column(said["done"], overflow="fold"),
        box=None,
        padding=(0, 1, 0, 0),
    )
    for protocol in protocols:
        table.add_row(
            protocol.code,
            *([plain(_(protocol.title), 60)] if with_title else []),
            muscle_word(protocol.gate_muscle),
            figures.percent_words(protocol.target.target_pct),
            words.dosage_words(protocol),
        )
    return table


def _print_problems(console: Console, problems: Iterable[str]) -> None:
    sentences = [told(problem) for problem in problems]
    if not sentences:
        return
    table = Table.grid(Column(overflow="fold"))
    for sentence in sentences:
        table.add_row(sentence)
    console.print(f"\n{words.CANNOT_BE_USED}", style="bold")
    console.print(Padding(table, (0, 0, 0, 2), expand=False))
