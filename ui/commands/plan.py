"""``powerhold plan``: what a clinic sends home, and what a home opens."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
from pydantic import ValidationError
from rich.console import Console
from rich.padding import Padding

from emg.foreign import plain
from emg.montage import Montage, MontageError, Side
from emg.pain import PainLimits
from emg.protocols import ProtocolError, bundled_protocols
from emg.session.bundle import SessionReadError, read_session
from emg.session.folder import PrivateFile
from emg.session.model import SessionRecord
from emg.session.plan_file import (
    Dose,
    PlanFile,
    PlanFileError,
    SideAim,
    Spot,
    dosed,
    first_fault,
    read_plan,
)
from emg.sets.targets import HOME_LIMIT_PCT
from hardware.boards import BOARDS, UnknownBoard, find_board
from ui.commands.shared import JSON_OPTION, PERCENT, fail, print_json, say
from ui.exit_codes import EXIT_FILE, EXIT_REFUSED, EXIT_USAGE
from ui.kept.earlier import last_centimetres
from ui.kept.exercises import find_protocol
from ui.kept.home import AthleteError, athletes_folder, check_athlete
from ui.kept.home_plan import Opening, keep_plan, opening
from ui.kept.library import athlete_library
from ui.session.aims import AimError, aims_of, limits_of
from ui.session.plan import USUAL_LIMITS
from ui.session.records import software
from ui.words import command_words, home_words
from ui.words.body_words import SIDES_INSIDE
from ui.words.told import told

SECONDS: Final = click.FloatRange(0.0, 600.0, min_open=True)
CEILING_HELP: Final = "Ceiling there: from the test holds, or in % of its maximum."


@click.group("plan")
def plan_command() -> None:
    """Send an exercise plan home as a file, or open one."""


@plan_command.command("make")
@click.option("--athlete", required=True, metavar="ID")
@click.option("--protocol", metavar="NAME", help="Exercise; else that of the last session.")
@click.option("--target-left", type=PERCENT, metavar="PCT", help="Target on the left, in % of the maximum.")
@click.option("--target-right", type=PERCENT, metavar="PCT", help="The same on the right.")
@click.option("--ceiling-left", metavar="auto|PCT", help=CEILING_HELP)
@click.option("--ceiling-right", metavar="auto|PCT", help=CEILING_HELP)
@click.option("--over-60", is_flag=True, help="A target above 60 % is meant, though nobody is beside it.")
@click.option("--pain-limits", metavar="A,B", help="Pain above A suggests to stop, above B stops.")
@click.option("--board", metavar="NAME", help="Board the channels are for; else that of the last session.")
@click.option("--sites", metavar="SITE=CH,...", help="Else those of the last session.")
@click.option("--cm", metavar="SITE=CM,...", help="From the first landmark; else as kept last.")
@click.option("--holds", type=click.IntRange(1, 30), metavar="N", help="In a training set.")
@click.option("--sets", type=click.IntRange(1, 10), metavar="N", help="Training sets.")
@click.option("--rest", type=SECONDS, metavar="S", help="Seconds between holds.")
@click.option("--rest-sets", type=SECONDS, metavar="S", help="Seconds between sets.")
@click.option("--per-week", type=click.IntRange(1, 21), metavar="N", help="How often.")
@click.option("--sentence", default="", metavar="TEXT", help="What the athlete is told; no name.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, metavar="FILE")
@JSON_OPTION
def make(
    athlete: str,
    protocol: str | None,
    target_left: float | None,
    target_right: float | None,
    ceiling_left: str | None,
    ceiling_right: str | None,
    over_60: bool,
    pain_limits: str | None,
    board: str | None,
    sites: str | None,
    cm: str | None,
    holds: int | None,
    sets: int | None,
    rest: float | None,
    rest_sets: float | None,
    per_week: int | None,
    sentence: str,
    out: Path,
    as_json: bool,
) -> None:
    """Write a plan for an athlete's home; what is not said is as in the last session."""
    aims = {Side.LEFT: (target_left, ceiling_left), Side.RIGHT: (target_right, ceiling_right)}
    try:
        who = check_athlete(athlete)
        last = _last_session(who)
        exercise = find_protocol(protocol or _last_protocol(who, last))
        board = find_board(board).name if board else _last_board(last)
        limits = limits_of(pain_limits) if pain_limits else _last_limits(last)
        spots = _spots(who, sites, cm, last)
        for side, (target_pct, _ceiling) in aims.items():
            _check_target(side, target_pct, over_60=over_60)
        plan = PlanFile(
            made_at=datetime.now(UTC).replace(microsecond=0),
            software=software().version,
            athlete=who,
            protocol=exercise.code,
            own_protocol=None if exercise.code in bundled_protocols() else exercise,
            aims={side.value: _side_aim(*said) for side, said in aims.items() if any(said)},
            over_60_pct=over_60,
            pain_suggest=limits.suggest,
            pain_stop=limits.stop,
            board=board,
            sites=spots,
            dose=Dose(holds=holds, sets=sets, rest_between_holds_s=rest, rest_between_sets_s=rest_sets),
            per_week=per_week,
            sentence=" ".join(sentence.split()),
        )
        dosed(exercise, plan.dose)
    except (AthleteError, ProtocolError, MontageError, AimError, UnknownBoard, PlanFileError) as error:
        fail(told(error), EXIT_USAGE)
    except ValidationError as error:
        fail(f"{told(first_fault(error))}.", EXIT_USAGE)
    _write_new(out, plan.to_json())
    if as_json:
        print_json({"path": str(out), "plan": plan.model_dump(mode="json", by_alias=True)})
    say(home_words.PLAN_SAVED.format(path=out))


@plan_command.command("open")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--athlete", metavar="ID", help="Who uses it here; else the one it names, if known here.")
@click.option("--yes", is_flag=True, help="Use it without being asked.")
@JSON_OPTION
def open_(file: Path, athlete: str | None, yes: bool, as_json: bool) -> None:
    """Show what a plan will change, and use it from then on."""
    try:
        who = check_athlete(athlete or read_plan(file).athlete)
        if athlete is None and not (athletes_folder() / who).is_dir():
            fail(home_words.PLAN_WHOSE.format(athlete=who), EXIT_USAGE)
        opened = opening(file, who)
    except PlanFileError as error:
        fail(told(error), EXIT_FILE)
    except AthleteError as error:
        fail(told(error), EXIT_USAGE)
    _show(opened)
    used = yes or _agreed()
    if used:
        try:
            keep_plan(opened, datetime.now(UTC))
        except OSError as error:
            fail(home_words.PLAN_DISK.format(reason=error.strerror or type(error).__name__), EXIT_USAGE)
        say(home_words.PLAN_KEPT)
    if as_json:
        print_json(
            {
                "athlete": opened.athlete,
                "used": used,
                "changes": list(opened.changes),
                "plan": opened.plan.model_dump(mode="json", by_alias=True),
            }
        )


def _show(opened: Opening) -> None:
    """Print what using it will change, on stderr: stdout is for the object of --json."""
    console = Console(stderr=True, markup=False, highlight=False)
    console.print(home_words.PLAN_FOR.format(athlete=opened.athlete))
    for line in opened.changes:
        console.print(Padding(plain(line, 400), (0, 0, 0, 2), expand=False))


def _agreed() -> bool:
    """Ask; where nobody can be asked, say how to agree."""
    if not sys.stdin.isatty():
        say(home_words.PLAN_SAY_YES)
        raise click.exceptions.Exit(EXIT_REFUSED)
    if not click.confirm(home_words.PLAN_ASK, default=False, err=True):
        say(home_words.PLAN_NOT_USED)
        return False
    return True


def _last_session(athlete: str) -> SessionRecord | None:
    """Read the newest measured session; None without one that can be read."""
    for digest in reversed(athlete_library(athlete).digests):
        if digest.kind == "session" and not digest.protocol.startswith("import"):
            try:
                return read_session(digest.folder)
            except SessionReadError:
                continue
    return None


def _last_protocol(athlete: str, last: SessionRecord | None) -> str:
    if last is None:
        fail(home_words.NO_PROTOCOL_KNOWN.format(athlete=athlete), EXIT_USAGE)
    return last.protocol


def _last_board(last: SessionRecord | None) -> str:
    return last.board if last is not None and last.board in BOARDS else ""


def _last_limits(last: SessionRecord | None) -> PainLimits:
    told: Mapping[str, Any] = {} if last is None or last.plan is None else last.plan
    suggest, stop = told.get("pain_suggest"), told.get("pain_stop")
    return USUAL_LIMITS if suggest is None or stop is None else limits_of(f"{suggest},{stop}")


def _spots(athlete: str, sites: str | None, cm: str | None, last: SessionRecord | None) -> dict[str, Spot]:
    """Give each site its channel and its length from the landmark."""
    if sites is not None:
        channels = Montage.parse(sites).as_dict()
    else:
        channels = {} if last is None else dict(last.montage)
    lengths = last_centimetres(athlete) | _lengths(cm or "", channels)
    return {
        name: Spot(channel=channel, from_landmark_cm=lengths.get(name)) for name, channel in channels.items()
    }


def _lengths(text: str, channels: Mapping[str, int]) -> dict[str, float]:
    """Read ``SITE=CM,...``.

    Raises
    ------
    AimError
        If a part is not that, or names a site that is not in the plan.
    """
    found = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, length = (word.strip() for word in part.partition("="))
        try:
            found[name] = float(length)
        except ValueError as error:
            raise AimError(command_words.WRITE_CM.format(part=part)) from error
        if name not in channels:
            raise AimError(command_words.NO_SUCH_SITE.format(part=part, name=plain(name)))
    return found


def _check_target(side: Side, target_pct: float | None, *, over_60: bool) -> None:
    if target_pct is not None and target_pct > HOME_LIMIT_PCT and not over_60:
        fail(
            home_words.ABOVE_LIMIT.format(
                pct=f"{target_pct:g}", side=SIDES_INSIDE[side], limit=f"{HOME_LIMIT_PCT:g}"
            ),
            EXIT_USAGE,
        )


def _side_aim(target_pct: float | None, ceiling: str | None) -> SideAim:
    aims = aims_of(target_pct, ceiling, None)
    return SideAim(
        target_pct=aims.target_pct,
        ceiling_pct=aims.ceiling_pct,
        ceiling_from_tests=aims.ceiling and aims.ceiling_pct is None,
    )


def _write_new(out: Path, text: str) -> None:
    """Write a file that is not there yet."""
    try:
        file = PrivateFile(out)
    except FileExistsError:
        fail(home_words.PLAN_OVERWRITES.format(path=out), EXIT_USAGE)
    except OSError as error:
        fail(home_words.PLAN_UNSAVED.format(reason=error.strerror), EXIT_USAGE)
    try:
        file.append(text.encode())
    except OSError as error:
        out.unlink(missing_ok=True)
        fail(home_words.PLAN_UNSAVED.format(reason=error.strerror), EXIT_USAGE)
    finally:
        file.close()
