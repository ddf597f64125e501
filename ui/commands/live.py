"""``powerhold live``: a session with a board."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from calibrations.calibration import Calibration
from calibrations.draft import Way
from calibrations.intake import PAIN_STOP, Flag, Intake, IntakeError, SorePlace, SoreSide
from calibrations.positions import Resistance
from calibrations.store import load
from emg.montage import Montage, MontageError, Side, sides_of
from emg.pain import PainLimits
from emg.protocols import Protocol as Exercise
from emg.results import Feedback
from hardware.charger import on_battery
from hardware.lsl_library import load_pylsl
from hardware.lsl_out import OPENS_NETWORK
from ui.commands.board_options import board_options, say_plugged_in, usage_errors
from ui.commands.session import no_window, run_to_end
from ui.commands.shared import JSON_OPTION, OUT_OPTION, PAIN_0_10, PERCENT, fail, say
from ui.exit_codes import EXIT_REFUSED
from ui.kept.exercises import find_protocol
from ui.kept.home import check_athlete, sessions_folder
from ui.kept.morning import note_morning
from ui.language import _
from ui.session.aims import aims_of, limits_of
from ui.session.plan import MAINS, USUAL_LIMITS, Aims, SessionPlan, first_side
from ui.session.prescription import by_plan, prescription
from ui.session.recording import GIVE_UP_S
from ui.session.sources import BoardChoice, performer_of
from ui.session.stages import missing_gates, nothing_to_do
from ui.words import command_words
from ui.words.body_words import all_of
from ui.words.command_words import GO_EASY
from ui.words.told import told

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


@click.command("live")
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
def live_command(
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
        limits = _limits(pain_limits, who, exercise)
        _rest_if_it_hurts(pain, limits, who, pain_morning)
        intake = _intake(sore_side, sore_place, pain, alone=alone, signs=signs)
        _check_anything_to_do(exercise, montage)
        aims = _possible(aims_of(target_pct, ceiling, feedback), exercise, montage)
        chosen = choose()
        source = chosen.source(montage)
        if lsl_out:
            load_pylsl()  # before the board is opened: without it nothing can be published
        _keep_morning(who, pain_morning)
    if lsl_out:
        say(told(OPENS_NETWORK))
    say_plugged_in(chosen)
    _say_what_is_missing(exercise, montage)
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
    run_to_end(by_plan(plan), headless=headless, as_json=as_json)


def _limits(said: str, athlete: str, exercise: Exercise) -> PainLimits:
    """Give the limits that were said; where none were, those of the athlete's plan."""
    limits = limits_of(said)
    prescribed = prescription(athlete, exercise.code)
    return limits if prescribed is None or limits != USUAL_LIMITS else prescribed.limits


def _intake(
    sore_side: str | None, sore_place: str | None, pain: int | None, *, alone: bool, signs: tuple[str, ...]
) -> Intake:
    """Put together what was said before anything contracts.

    Raises
    ------
    IntakeError
        If it cannot be so, or if pain has no place.
    """
    if sore_side is None and pain is not None and pain > PAIN_STOP:
        raise IntakeError(SAY_WHERE.format(pain=pain))
    return Intake(
        sore_side=None if sore_side is None else SoreSide(sore_side),
        sore_place=None if sore_place is None else SorePlace(sore_place),
        pain_0_10=pain,
        alone=alone,
        flags=tuple(Flag(sign) for sign in dict.fromkeys(signs)),
        on_battery=on_battery(),
    )


def _keep_morning(athlete: str, pain_0_10: int | None) -> None:
    """Keep how the morning after the last session was, if it was said."""
    if pain_0_10 is not None:
        note = note_morning(athlete, pain_0_10, datetime.now(UTC))
        say(MORNING_KEPT.format(pain=pain_0_10, session=note.id))


def _rest_if_it_hurts(pain: int | None, limits: PainLimits, athlete: str, pain_morning: int | None) -> None:
    """End with a kind sentence above the limit that stops; above the one that suggests to stop, say so."""
    if pain is None:
        return
    if limits.ends(pain):
        _keep_morning(athlete, pain_morning)  # it was said, whatever becomes of today
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


def _say_what_is_missing(exercise: Exercise, montage: Montage) -> None:
    """Name sites that nobody knows, and the gate sites without which no training is possible."""
    for name in montage.unlisted():
        say(command_words.UNLISTED.format(name=name))
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
