"""``powerhold record``: a board's samples, without a coach."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from rich.progress import Progress

from emg.montage import Montage
from ui.commands.board_options import board_options, say_plugged_in, usage_errors
from ui.commands.shared import JSON_OPTION, OUT_OPTION, check_number, interrupted_by_signals, print_json, say
from ui.kept.home import recordings_folder
from ui.session.recording import Recording, RecordingPlan
from ui.session.sources import BoardChoice
from ui.terminal import StderrConsole
from ui.words import command_words


@click.command("record")
@board_options
@click.option("--sites", metavar="SITE=CH,...")
@click.option("--seconds", type=click.FloatRange(min=0.1, max=86_400.0), required=True, metavar="N")
@OUT_OPTION
@JSON_OPTION
def record_command(
    choose: Callable[[], BoardChoice], sites: str | None, seconds: float, out: Path | None, as_json: bool
) -> None:
    """Record a board's samples, without a coach."""
    with usage_errors():
        montage = None if sites is None else Montage.parse(sites)
        chosen = choose()
        source = chosen.source(montage)
    say_plugged_in(chosen)
    check_number(seconds, "--seconds")
    with Progress(console=StderrConsole()) as shown:
        task = shown.add_task("Recording", total=seconds)
        plan = RecordingPlan(source, seconds, out or recordings_folder(), montage)
        recording = Recording(
            plan,
            on_progress=lambda done_s: shown.update(task, completed=done_s),
            on_told=lambda sentence: shown.console.print(sentence, highlight=False),
        )
        with interrupted_by_signals(recording.interrupt):
            recording.start()
            while (end := recording.wait(0.2)) is None:
                pass
    if end.message:
        say(end.message)
    if as_json and end.report:
        print_json(end.report)
    elif end.report:
        samples, lost = end.report["samples"], end.report["lost_samples"]
        say(command_words.RECORDED.format(samples=samples, lost=lost, folder=end.report["path"]))
    raise click.exceptions.Exit(end.exit_code)
