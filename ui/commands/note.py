"""``powerhold note``: five plain lines for the chart."""

from __future__ import annotations

import click

from emg.session.bundle import SessionReadError
from ui.commands.given import session_folder
from ui.commands.shared import JSON_OPTION, fail, print_json
from ui.exit_codes import EXIT_FILE
from ui.reading.chart_note import note_of
from ui.words.told import told


@click.command("note")
@click.argument("session", metavar="SESSION")
@JSON_OPTION
def note_command(session: str, as_json: bool) -> None:
    """Print a session in five plain lines for the chart; no name and no id is in them."""
    try:
        lines = note_of(session_folder(session))
    except SessionReadError as error:
        fail(told(error), EXIT_FILE)
    if as_json:
        print_json({"lines": list(lines)})
        return
    click.echo("\n".join(lines))
