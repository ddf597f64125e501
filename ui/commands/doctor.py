"""``powerhold doctor``: what is wrong with this computer, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import click
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ui.commands.shared import JSON_OPTION, print_json
from ui.computer.checks import Finding, State, cut
from ui.computer.doctor import examine, is_well
from ui.words import command_words as words
from ui.words.told import told

EXIT_BAD: Final = 2

STYLES: Final = {State.OK: "green", State.WARN: "yellow", State.BAD: "bold red", State.UNKNOWN: "dim"}


@click.command("doctor")
@click.option("--ask", is_flag=True, help="Ask at every port what answers there.")
@JSON_OPTION
def doctor_command(ask: bool, as_json: bool) -> None:
    """Look at this computer: window, ports, sound, disk, versions.

    Exit code 2 if something keeps PowerHold from working.
    """
    findings = examine(ask=ask)
    if as_json:
        print_json({"checks": [_facts(finding) for finding in findings], "ok": is_well(findings)})
    else:
        _show(findings)
    raise click.exceptions.Exit(0 if is_well(findings) else EXIT_BAD)


def _facts(finding: Finding) -> dict[str, str]:
    """Tell a program what was found."""
    return {"name": finding.name, "state": finding.state, "what": finding.what, "do": finding.do}


def _said(finding: Finding) -> tuple[str, str]:
    """Tell people what was found, and what to do."""
    return cut(told(finding.whole)) if finding.whole else (told(finding.what), told(finding.do))


def _show(findings: Sequence[Finding]) -> None:
    console = Console()
    table = Table(Column("", no_wrap=True), words.CHECKED, Column(words.FOUND, overflow="fold"))
    for finding in findings:
        what, do = _said(finding)
        found = Text(what)
        if do:
            found.append(f"\n{do}", style="bold" if finding.state is State.BAD else "italic")
        state = Text(words.STATES[finding.state], style=STYLES[finding.state])
        table.add_row(state, told(finding.name), found)
    console.print(table)
    console.print(Text(_summed_up(findings)))


def _summed_up(findings: Sequence[Finding]) -> str:
    counted = Counter(finding.state for finding in findings)
    if counted[State.BAD]:
        return words.KEEPS_FROM_WORKING.format(n=counted[State.BAD])
    if counted[State.WARN]:
        return words.WORTH_A_LOOK.format(n=counted[State.WARN])
    return words.CAN_WORK
