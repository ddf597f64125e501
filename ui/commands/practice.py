"""``powerhold practice``: an exercise by the clock, with no board."""

from __future__ import annotations

from pathlib import Path

import click

from calibrations.intake import Intake, IntakeError, SoreSide
from emg.pain import PainLimits
from emg.protocols import ProtocolError
from emg.session.plan_file import PlanFileError
from hardware.clock_source import ClockSource
from ui.commands.session import no_window, run_session
from ui.commands.shared import JSON_OPTION, PAIN_0_10, fail, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.kept.exercises import find_protocol
from ui.kept.home import AthleteError, check_athlete, sessions_folder
from ui.session.plan import USUAL_LIMITS
from ui.session.practice import practice_plan
from ui.session.prescription import by_plan, prescription
from ui.words import command_words
from ui.words.told import told


@click.command("practice")
@click.option("--protocol", required=True, metavar="CODE", help="As in 'powerhold protocols'.")
@click.option("--athlete", required=True, metavar="ID")
@click.option("--sore-side", type=click.Choice([side.value for side in SoreSide]), help="Where it hurts.")
@click.option("--pain", type=PAIN_0_10, metavar="0-10", help="Pain now.")
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
    headless = headless or no_window()
    try:
        who = check_athlete(athlete)
        exercise = find_protocol(protocol)
        prescribed = prescription(who, exercise.code)
        _rest_if_it_hurts(pain, USUAL_LIMITS if prescribed is None else prescribed.limits)
        plan = practice_plan(
            exercise,
            source=ClockSource(),
            athlete=who,
            parent=out or sessions_folder(who),
            intake=Intake(
                sore_side=None if sore_side is None else SoreSide(sore_side), pain_0_10=pain, alone=True
            ),
            attended=not headless,
        )
        plan = by_plan(plan)
    except (AthleteError, IntakeError, ProtocolError) as error:
        fail(told(error), EXIT_USAGE)
    except PlanFileError as error:
        fail(told(error), EXIT_FILE)
    end = run_session(plan, headless=headless)
    if as_json and end.folder is not None:
        print_json({"session": str(end.folder), "holds": end.holds, "summary": end.summary})
    raise click.exceptions.Exit(end.exit_code)


def _rest_if_it_hurts(pain: int | None, limits: PainLimits) -> None:
    """End with a kind sentence above the limit that stops; above the one that suggests to stop, say so."""
    if pain is not None and limits.ends(pain):
        fail(command_words.REST_TODAY.format(pain=pain), EXIT_REFUSED)
    if pain is not None and limits.message(pain):
        say(command_words.GO_EASY.format(pain=pain))
