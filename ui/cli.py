"""The command ``powerhold``; stdout carries the JSON object of ``--json`` and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import metadata
from io import TextIOWrapper
from pathlib import Path
from typing import Final, NoReturn

import click
from rich.progress import Progress

from calibrations.calibration import Calibration
from calibrations.draft import Way
from calibrations.intake import PAIN_STOP, Flag, Intake, IntakeError, SorePlace, SoreSide
from calibrations.store import CalibrationUnreadable, load
from emg.blocks import SourceUnavailable
from emg.montage import Montage, MontageError
from emg.protocols import ProtocolError, load_protocol
from hardware.boards import UnknownBoard
from hardware.faults import parse_faults
from hardware.files import FileUnreadable
from hardware.lsl_library import load_pylsl
from hardware.lsl_out import OPENS_NETWORK
from ui.analysis.command import analyze_command
from ui.assembly import EXIT_BOARD, EXIT_FILE, EXIT_USAGE, SessionEnd, SessionRunner
from ui.board_options import board_options
from ui.boards_command import boards_command
from ui.calibrations_command import calibrations_command
from ui.command import JSON_OPTION, MAINS, check_number, fail, interrupted_by_signals, print_json, say
from ui.doctor_command import doctor_command
from ui.home import AthleteError, check_athlete, recordings_folder, sessions_folder
from ui.plan import DEMO_ATHLETE, SessionPlan, demo_plan, first_side
from ui.ports_command import ports_command
from ui.power import on_battery
from ui.qt_check import qt_problem
from ui.recording import Recording, RecordingPlan
from ui.sources import BoardChoice, BoardRefused, SourceChoiceError, performer_of
from ui.terminal import StderrConsole, TerminalFront

HEADLESS_SPEED: Final = 20.0
GIVE_UP_S: Final = 10.0
SAY_WHERE: Final = "Pain of {pain} of 10: say where it hurts with --sore-side, so that it is spared."

NOBODY_SAID: Final = (
    "Nobody said what hurts, so every muscle is asked for its best: "
    "say --sore-side left, right, both or none."
)

OUT_OPTION: Final = click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the new folder."
)


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn what the user can mend on the command line into a sentence and exit 2."""
    try:
        yield
    except (
        *(MontageError, UnknownBoard, ProtocolError, AthleteError, IntakeError),
        *(SourceChoiceError, SourceUnavailable),
    ) as error:
        fail(str(error), EXIT_USAGE)
    except BoardRefused as error:
        fail(str(error), EXIT_BOARD)
    except (CalibrationUnreadable, FileUnreadable) as error:
        fail(str(error), EXIT_FILE)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("powerhold"), prog_name="powerhold")
@click.pass_context
def main(context: click.Context) -> None:
    """Live EMG biofeedback of glute against hamstring in the power position.

    Without a command it opens the desktop app. Not a medical device.
    """
    os.umask(0o077)  # whatever a library writes is the user's alone
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a table for an old terminal, rather than none
    if context.invoked_subcommand is None:
        problem = qt_problem()
        if problem:
            fail(f"{problem} Without a window: powerhold demo --headless.", EXIT_USAGE)
        from ui.desktop.shell import run_app

        raise click.exceptions.Exit(run_app())


@main.command()
@click.option("--headless", is_flag=True, help="In the terminal, without a window.")
@click.option(
    "--speed", type=click.FloatRange(min=0.0, max=1000.0), help="1: real time, 0: as fast as it goes."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--fault", "faults", multiple=True, metavar="NAME[@START[+LENGTH]]")
@OUT_OPTION
@JSON_OPTION
def demo(
    headless: bool, speed: float | None, seed: int, faults: tuple[str, ...], out: Path | None, as_json: bool
) -> None:
    """Run a session with the simulated athlete; no hardware is needed."""
    try:
        parse_faults(faults)
    except ValueError as error:
        fail(str(error), EXIT_USAGE)
    headless = headless or _no_window()
    speed = speed if speed is not None else (HEADLESS_SPEED if headless else 1.0)
    check_number(speed, "--speed")
    plan = demo_plan(seed=seed, faults=faults, speed=speed, parent=out or sessions_folder(DEMO_ATHLETE))
    if headless:
        plan = replace(plan, give_up_s=GIVE_UP_S)
    _run_session(plan, headless=headless, as_json=as_json)


@main.command()
@board_options
@click.option("--sites", required=True, metavar="SITE=CH,...")
@click.option("--athlete", required=True, metavar="ID")
@click.option("--protocol", required=True, metavar="NAME")
@click.option("--sore-side", type=click.Choice([side.value for side in SoreSide]), help="Where it hurts.")
@click.option(
    "--sore-place", type=click.Choice(list(SorePlace)), help="What hurts there; else the hamstring."
)
@click.option("--pain", type=click.IntRange(0, 10), metavar="0-10", help="Pain now.")
@click.option("--alone", is_flag=True, help="No therapist is there: positions that need no helper.")
@click.option(
    "--sign",
    "signs",
    multiple=True,
    type=click.Choice([flag.value for flag in Flag]),
    help="A sign for a clinician: then no effort is maximal. Can be given several times.",
)
@click.option(
    "--way",
    type=click.Choice([way.value for way in Way]),
    default=Way.QUICK.value,
    show_default=True,
    help="Time for the maxima: full is for a baseline.",
)
@click.option("--mains", type=click.Choice(list(MAINS)), default="off", show_default=True)
@click.option("--calibration", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--headless", is_flag=True, help="In the terminal, without a window.")
@click.option("--lsl-out", is_flag=True, help="Publish the signal on the network (Lab Streaming Layer).")
@OUT_OPTION
@JSON_OPTION
def live(
    choose: Callable[[], BoardChoice],
    sites: str,
    athlete: str,
    protocol: str,
    sore_side: str | None,
    sore_place: str | None,
    pain: int | None,
    alone: bool,
    signs: tuple[str, ...],
    way: str,
    mains: str,
    calibration: Path | None,
    headless: bool,
    lsl_out: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Run a session with a board."""
    with usage_errors():
        montage = Montage.parse(sites)
        montage.check_session()
        exercise = load_protocol(protocol)
        who = check_athlete(athlete)
        known: Calibration | None = None if calibration is None else load(calibration)
        if sore_side is None and pain is not None and pain > PAIN_STOP:
            raise IntakeError(SAY_WHERE.format(pain=pain))
        intake = Intake(
            sore_side=None if sore_side is None else SoreSide(sore_side),
            sore_place=None if sore_place is None else SorePlace(sore_place),
            pain_0_10=pain,
            alone=alone,
            flags=tuple(Flag(sign) for sign in dict.fromkeys(signs)),
            on_battery=on_battery(),
        )
        source = choose().source(montage)
        if lsl_out:
            load_pylsl()  # before the board is opened: without it nothing can be published
    if lsl_out:
        say(OPENS_NETWORK)
    for name in montage.unlisted():
        say(f"{name} is not a listed muscle; it is taken as it is.")
    for gate in sorted({f"{exercise.gate_muscle}_{side}" for side in exercise.sides} - set(montage.names)):
        say(f"{gate} is not measured: training on that side is left out.")
    headless = headless or _no_window()
    if sore_side is None and not signs and (known is None or not headless):
        say(NOBODY_SAID)  # in a window even a calibration that fits can be measured anew
    parent = out or sessions_folder(who)
    plan = SessionPlan(
        source=source,
        exercise=exercise,
        montage=montage,
        athlete=who,
        parent=parent,
        first_side=first_side(exercise, sore_side, parent),
        performer=performer_of(source),
        notch_hz=MAINS[mains],
        intake=intake,
        way=Way(way),
        placement=None if known is None else known.placement,
        calibration=known,
        attended=not headless,
        give_up_s=GIVE_UP_S if headless else None,
        publish=lsl_out,
    )
    _run_session(plan, headless=headless, as_json=as_json)


@main.command()
@board_options
@click.option("--sites", metavar="SITE=CH,...")
@click.option("--seconds", type=click.FloatRange(min=0.1, max=86_400.0), required=True, metavar="N")
@OUT_OPTION
@JSON_OPTION
def record(
    choose: Callable[[], BoardChoice], sites: str | None, seconds: float, out: Path | None, as_json: bool
) -> None:
    """Record a board's samples, without a coach."""
    with usage_errors():
        montage = None if sites is None else Montage.parse(sites)
        source = choose().source(montage)
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
        say(f"{end.report['samples']} samples, {end.report['lost_samples']} lost: {end.report['path']}")
    raise click.exceptions.Exit(end.exit_code)


main.add_command(analyze_command)
main.add_command(boards_command)
main.add_command(calibrations_command)
main.add_command(ports_command)
main.add_command(doctor_command)


def _no_window() -> bool:
    """Whether no window can be opened; says so and why."""
    problem = qt_problem()
    if problem:
        say(f"{problem} Going on in the terminal.")
    return bool(problem)


def _run_session(plan: SessionPlan, *, headless: bool, as_json: bool) -> NoReturn:
    """Run a session in the terminal or in a window, print the result and end."""
    if headless:
        end = _in_terminal(plan)
    else:
        from ui.desktop.shell import run_session

        end = run_session(plan)
    if as_json and end.folder is not None:
        print_json(
            {
                "session": str(end.folder),
                "holds": end.holds,
                "valid_holds": end.valid_holds,
                "summary": end.summary,
            }
        )
    raise click.exceptions.Exit(end.exit_code)


def _in_terminal(plan: SessionPlan) -> SessionEnd:
    with TerminalFront() as front:
        runner = SessionRunner(plan, front)
        with interrupted_by_signals(runner.interrupt):
            runner.start()
            while (end := runner.wait(0.2)) is None:
                pass
    return end
