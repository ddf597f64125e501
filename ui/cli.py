"""The command ``powerhold``; stdout carries the JSON object of ``--json`` and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from io import TextIOWrapper
from pathlib import Path
from typing import Final, NoReturn

import click
from rich.progress import Progress

from calibrations.calibration import Calibration
from calibrations.draft import Way
from calibrations.intake import PAIN_STOP, Flag, Intake, IntakeError, SorePlace, SoreSide
from calibrations.positions import Resistance
from calibrations.store import CalibrationUnreadable, load
from emg.blocks import SourceUnavailable
from emg.montage import Montage, MontageError, Side, sides_of
from emg.pain import PainLimits
from emg.protocols import Protocol as Exercise
from emg.protocols import ProtocolError
from emg.results import Feedback
from emg.session.plan_file import PlanFileError
from hardware.board import Link
from hardware.boards import UnknownBoard
from hardware.charger import on_battery
from hardware.files import FileUnreadable
from hardware.lsl_library import load_pylsl
from hardware.lsl_out import OPENS_NETWORK
from hardware.simulated_faults import parse_faults
from ui.commands import Commands
from ui.commands.board_options import board_options
from ui.commands.session import no_window, run_session
from ui.commands.shared import (
    JSON_OPTION,
    PAIN_0_10,
    PERCENT,
    check_number,
    fail,
    interrupted_by_signals,
    print_json,
    say,
)
from ui.exit_codes import EXIT_BOARD, EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.kept.athlete_files import NotesUnreadable
from ui.kept.exercises import find_protocol
from ui.kept.home import DEMO_ATHLETE, AthleteError, check_athlete, recordings_folder, sessions_folder
from ui.kept.home_plan import by_plan, prescription
from ui.kept.morning import MorningError, note_morning
from ui.language import _
from ui.opening import open_window
from ui.session.aims import AimError, aims_of, limits_of
from ui.session.plan import MAINS, USUAL_LIMITS, Aims, SessionPlan, demo_plan, first_side
from ui.session.recording import GIVE_UP_S, Recording, RecordingPlan
from ui.session.sources import BoardChoice, BoardRefused, SourceChoiceError, performer_of
from ui.session.stages import missing_gates, nothing_to_do
from ui.terminal import StderrConsole
from ui.words import command_words, intake_words
from ui.words.body_words import all_of
from ui.words.command_words import GO_EASY
from ui.words.told import told

HEADLESS_SPEED: Final = 20.0
SAY_WHERE: Final = _("Pain of {pain} of 10: say where it hurts with --sore-side, so that it is spared.")

REST_TODAY: Final = _(
    "Pain of {pain} of 10 before it begins: give it a rest today. "
    "A therapist can decide otherwise, and raise the limit with --pain-limits."
)

NOBODY_SAID: Final = _(
    "Nobody said what hurts, so every muscle is asked for its best: "
    "say --sore-side left, right, both or none."
)

MORNING_KEPT: Final = _("Kept: pain of {pain} the morning after {session}.")

OUT_OPTION: Final = click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the new folder."
)


def keep_morning(athlete: str, pain_0_10: int | None) -> None:
    """Keep how the morning after the last session was, if it was said."""
    if pain_0_10 is not None:
        note = note_morning(athlete, pain_0_10, datetime.now(UTC))
        say(MORNING_KEPT.format(pain=pain_0_10, session=note.id))


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turn what the user can mend on the command line into a sentence and exit 2."""
    try:
        yield
    except (
        *(MontageError, UnknownBoard, ProtocolError, AthleteError, IntakeError),
        *(SourceChoiceError, SourceUnavailable, AimError, MorningError),
    ) as error:
        fail(told(error), EXIT_USAGE)
    except BoardRefused as error:
        fail(told(error), EXIT_BOARD)
    except (CalibrationUnreadable, FileUnreadable, NotesUnreadable, PlanFileError) as error:
        fail(told(error), EXIT_FILE)


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
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
        raise click.exceptions.Exit(open_window())


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
        fail(told(error), EXIT_USAGE)
    headless = headless or no_window()
    speed = speed if speed is not None else (HEADLESS_SPEED if headless else 1.0)
    check_number(speed, "--speed")
    plan = demo_plan(seed=seed, faults=faults, speed=speed, parent=out or sessions_folder(DEMO_ATHLETE))
    if headless:
        plan = replace(plan, give_up_s=GIVE_UP_S)
    _run_session(plan, headless=headless, as_json=as_json, audible=speed == 1.0)


@main.command()
@board_options
@click.option("--sites", required=True, metavar="SITE=CH,...")
@click.option("--athlete", required=True, metavar="ID")
@click.option("--protocol", required=True, metavar="NAME")
@click.option("--sore-side", type=click.Choice([side.value for side in SoreSide]), help="Where it hurts.")
@click.option(
    "--sore-place",
    type=click.Choice([place.value for place in SorePlace]),
    help="What hurts there; else the hamstring.",
)
@click.option("--pain", type=PAIN_0_10, metavar="0-10", help="Pain now.")
@click.option("--pain-morning", type=PAIN_0_10, help="Worst pain the morning after last time.")
@click.option(
    "--resistance",
    type=click.Choice([Resistance.HAND.value, Resistance.STRAP.value, Resistance.SOFA.value]),
    help="What the maxima push against; it is kept with them.",
)
@click.option("--target", "target_pct", type=PERCENT, help="Target in % of the maximum; it stays.")
@click.option(
    "--ceiling",
    metavar="auto|PCT",
    help="Ceiling of the standing leg's hamstring: from the test holds, or in % of its maximum.",
)
@click.option(
    "--feedback",
    type=click.Choice([feedback.value for feedback in Feedback]),
    help="Bars in training: on, off, felt (after you feel it), faded (less and less).",
)
@click.option(
    "--pain-limits",
    default="3,4",
    show_default=True,
    metavar="A,B",
    help="Pain above A suggests to stop, above B stops.",
)
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
    pain_morning: int | None,
    resistance: str | None,
    target_pct: float | None,
    ceiling: str | None,
    feedback: str | None,
    pain_limits: str,
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
        exercise = find_protocol(protocol)
        who = check_athlete(athlete)
        known: Calibration | None = None if calibration is None else load(calibration)
        limits = limits_of(pain_limits)
        prescribed = prescription(who, exercise.code)
        if prescribed is not None and limits == USUAL_LIMITS:
            limits = prescribed.limits
        _rest_if_it_hurts(pain, limits, who, pain_morning)
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
        _check_anything_to_do(exercise, montage)
        aims = _possible(aims_of(target_pct, ceiling, feedback), exercise, montage)
        chosen = choose()
        source = chosen.source(montage)
        if lsl_out:
            load_pylsl()  # before the board is opened: without it nothing can be published
        keep_morning(who, pain_morning)
    if lsl_out:
        say(told(OPENS_NETWORK))
    _say_plugged_in(chosen)
    for name in montage.unlisted():
        say(command_words.UNLISTED.format(name=name))
    _say_what_is_left_out(exercise, montage)
    headless = headless or no_window()
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
        resistance=None if resistance is None else Resistance(resistance),
        aims=aims,
        limits=limits,
        placement=None if known is None else known.placement,
        calibration=known,
        attended=not headless,
        give_up_s=GIVE_UP_S if headless else None,
        publish=lsl_out,
    )
    _run_session(by_plan(plan), headless=headless, as_json=as_json)


def _say_plugged_in(chosen: BoardChoice) -> None:
    """Say that the computer hangs on the mains, where somebody is about to hang on the computer."""
    if chosen.board.link not in (Link.FILE, Link.NONE) and on_battery() is False:
        say(intake_words.ON_MAINS)


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
        chosen = choose()
        source = chosen.source(montage)
    _say_plugged_in(chosen)
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


def _rest_if_it_hurts(pain: int | None, limits: PainLimits, athlete: str, pain_morning: int | None) -> None:
    """End with a kind sentence above the limit that stops; above the one that suggests to stop, say so."""
    if pain is None:
        return
    if limits.ends(pain):
        keep_morning(athlete, pain_morning)  # it was said, whatever becomes of today
        fail(REST_TODAY.format(pain=pain), EXIT_REFUSED)
    if limits.message(pain):
        say(GO_EASY.format(pain=pain))


def _check_anything_to_do(exercise: Exercise, montage: Montage) -> None:
    """Refuse sites with which no set is left.

    Raises
    ------
    MontageError
        With the sites that are missing.
    """
    refusal = nothing_to_do(exercise, montage)
    if refusal:
        raise MontageError(refusal)


def _say_what_is_left_out(exercise: Exercise, montage: Montage) -> None:
    """Name the gate sites without which no training is possible, side by side."""
    for side in sorted(exercise.sides):
        left_out = command_words.SIDE_LEFT_OUT if isinstance(side, Side) else command_words.TRAINING_LEFT_OUT
        for gate in missing_gates(exercise, montage, side):
            say(left_out.format(site=gate))


def _possible(aims: Aims, exercise: Exercise, montage: Montage) -> Aims:
    """Leave out a ceiling that nothing could be held under, and say so."""
    if not aims.ceiling:
        return aims
    if exercise.ceiling_muscle is None:
        say(command_words.NO_CEILING.format(title=_(exercise.title)))
        return replace(aims, ceiling=False, ceiling_pct=None)
    legs = sorted({leg for side in exercise.sides for leg in sides_of(side)})
    sites = [f"{exercise.ceiling_muscle}_{leg}" for leg in legs]
    missing = [site for site in sites if site not in montage.names]
    if missing:
        say(command_words.CEILING_OF_NOTHING.format(sites=all_of(missing)))
    return aims if len(missing) < len(sites) else replace(aims, ceiling=False, ceiling_pct=None)


def _run_session(plan: SessionPlan, *, headless: bool, as_json: bool, audible: bool = True) -> NoReturn:
    """Run a session in the terminal or in a window, print the result and end."""
    end = run_session(plan, headless=headless, audible=audible and not as_json)
    if as_json and end.folder is not None:
        report = {
            "session": str(end.folder),
            "holds": end.holds,
            "valid_holds": end.valid_holds,
            "summary": end.summary,
        }
        print_json(report if end.latency_ms is None else {**report, "latency_ms": end.latency_ms})
    raise click.exceptions.Exit(end.exit_code)
