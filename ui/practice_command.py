"""``powerhold practice``: an exercise by the clock, with no board."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from calibrations.intake import Intake, IntakeError, SoreSide
from emg.protocols import ProtocolError
from hardware.clock_source import ClockSource
from ui.assembly import EXIT_REFUSED, EXIT_USAGE
from ui.command import JSON_OPTION, fail, print_json, say
from ui.exercises import find_protocol
from ui.home import AthleteError, check_athlete, sessions_folder
from ui.plan import USUAL_LIMITS
from ui.practice import practice_plan
from ui.session_command import no_window, run_session

REST_TODAY: Final = (
    "Pain of {pain} of 10 before it begins: give it a rest today. A session with your therapist can say more."
)
GO_EASY: Final = "Pain of {pain} of 10: it would be wise to stop here. If you go on, stop when it gets worse."


@click.command("practice")
@click.option("--protocol", required=True, metavar="CODE", help="As in 'powerhold protocols'.")
@click.option("--athlete", required=True, metavar="ID")
@click.option("--sore-side", type=click.Choice([side.value for side in SoreSide]), help="Where it hurts.")
@click.option("--pain", type=click.IntRange(0, 10), metavar="0-10", help="Pain now.")
@click.option("--headless", is_flag=True, help="In the terminal, without a window: it begins by itself.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the session's folder."
)
@JSON_OPTION
def practice_command(
    protocol: str,
    athlete: str,
    sore_side: str | None,
    pain: int | None,
    headless: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Do an exercise by the clock, with no board: for every day, and before a run.

    Nothing is measured. It counts as practice; F says that you feel the muscle work.
    """
    if pain is not None and USUAL_LIMITS.ends(pain):
        fail(REST_TODAY.format(pain=pain), EXIT_REFUSED)
    if pain is not None and USUAL_LIMITS.message(pain):
        say(GO_EASY.format(pain=pain))
    headless = headless or no_window()
    try:
        who = check_athlete(athlete)
        plan = practice_plan(
            find_protocol(protocol),
            source=ClockSource(),
            athlete=who,
            parent=out or sessions_folder(who),
            intake=Intake(
                sore_side=None if sore_side is None else SoreSide(sore_side), pain_0_10=pain, alone=True
            ),
            attended=not headless,
        )
    except (AthleteError, IntakeError, ProtocolError) as error:
        fail(str(error), EXIT_USAGE)
    end = run_session(plan, headless=headless)
    if as_json and end.folder is not None:
        print_json({"session": str(end.folder), "holds": end.holds, "summary": end.summary})
    raise click.exceptions.Exit(end.exit_code)
