"""``powerhold calibrations``: what was measured of whom, what is in doubt, and what cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Column, Table

from calibrations.calibration import Calibration, SiteRecord
from calibrations.checks import MAX_AGE_H
from calibrations.shelf import Shelved, rank, shelve
from emg.blocks import Unit
from emg.foreign import plain
from emg.montage import Side, Site, ordered
from emg.results import Method
from emg.said import Said
from ui.commands.shared import JSON_OPTION, fail, print_json
from ui.exit_codes import EXIT_USAGE
from ui.kept.athletes import athletes
from ui.kept.home import AthleteError, calibrations_folder, check_athlete
from ui.words import command_words as words
from ui.words import figures
from ui.words.body_words import SIDES_INSIDE, all_of, muscle_word, site_words
from ui.words.reference_words import INHIBITED, OF_THE_BRIDGE
from ui.words.told import told

MARK: Final = " ?"
"""Beside a maximum that is in doubt; the sentence below says why."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file, and whose folder it lies in."""

    athlete: str
    shelved: Shelved


@click.command("calibrations")
@click.option("--athlete", metavar="ID", help="Of this athlete only.")
@JSON_OPTION
def calibrations_command(athlete: str | None, as_json: bool) -> None:
    """List the calibrations there are, newest first, with what is in doubt about them."""
    try:
        ids = [entry.id for entry in athletes()] if athlete is None else [check_athlete(athlete)]
    except AthleteError as error:
        fail(told(error), EXIT_USAGE)
    found = sorted(chain.from_iterable(map(_found, ids)), key=lambda one: rank(one.shelved), reverse=True)
    now = datetime.now(UTC)
    if as_json:
        print_json({"calibrations": [calibration_facts(one.athlete, one.shelved, now) for one in found]})
        return
    console = Console(markup=False, highlight=False)
    if not found:
        console.print(words.NO_CALIBRATION)
        return
    readable = [(one.athlete, one.shelved.calibration) for one in found if one.shelved.calibration]
    if readable:
        console.print(_numbers(readable, now, with_athlete=len(ids) > 1))
    _print_sentences(console, words.TO_KNOW, _remarks(readable, now))
    _print_sentences(
        console,
        words.CANNOT_BE_USED,
        ((one.athlete, told(one.shelved.reason)) for one in found if one.shelved.calibration is None),
    )


def _found(athlete: str) -> Iterator[_Listed]:
    """List every file of an athlete; one that is of somebody else is not theirs."""
    for shelved in shelve(calibrations_folder(athlete)):
        yield _Listed(athlete, _if_theirs(athlete, shelved))


def _if_theirs(athlete: str, shelved: Shelved) -> Shelved:
    calibration = shelved.calibration
    if calibration is None or calibration.athlete == athlete:
        return shelved
    reason = Said(
        "{name} is of athlete {athlete}, and lies in the wrong folder.",
        name=plain(shelved.path.name),
        athlete=calibration.athlete,
    )
    return replace(shelved, calibration=None, reason=reason)


def calibration_facts(athlete: str, shelved: Shelved, now: datetime) -> dict[str, Any]:
    """Tell a program all of a file; of one that cannot be used only where it lies and why.

    Parameters
    ----------
    athlete : str
        Whose folder it lies in.
    shelved : Shelved
        The file.
    now : datetime
        With time zone.
    """
    calibration = shelved.calibration
    place = {"path": str(shelved.path), "athlete": athlete, "reason": shelved.reason}
    if calibration is None:
        empty = dict.fromkeys(("made_at", "age_h", "board", "serial", "source_id", "unit", "way", "software"))
        return place | empty | {"placement": None, "sites": {}, "doubts": {}}
    return place | {
        "made_at": calibration.made_at.astimezone(UTC).isoformat(),
        "age_h": round(calibration.age_h(now), 3),
        "board": calibration.board,
        "serial": calibration.serial,
        "source_id": calibration.source_id,
        "unit": calibration.unit,
        "way": calibration.way.value,
        "software": calibration.software,
        "placement": None if calibration.placement is None else calibration.placement.id,
        "sites": {name: _site_facts(calibration, name) for name in ordered(calibration.sites)},
        "doubts": {
            name: [doubt.value for doubt in calibration.sites[name].doubts]
            for name in ordered(calibration.sites)
            if calibration.sites[name].doubts
        },
    }


def _site_facts(calibration: Calibration, name: str) -> dict[str, Any]:
    site = calibration.sites[name]
    levels = {"rest": site.rest_uv, "mvc": site.mvc_uv}
    in_uv = calibration.unit == Unit.MICROVOLT.value
    return {
        "channel": site.channel,
        **{f"{what}_uv": level if in_uv else None for what, level in levels.items()},
        **{f"{what}_au": None if in_uv else level for what, level in levels.items()},
        "method": site.method.value,
        "mvc_cv_pct": site.mvc_cv_pct,
        "cv_from": site.cv_from,
        "position": site.position,
    }


def _numbers(calibrations: Iterable[tuple[str, Calibration]], now: datetime, *, with_athlete: bool) -> Table:
    """One row a muscle, left beside right; what holds for all muscles stands in the first row."""
    athlete_column = [Column(words.ATHLETE, overflow="fold")] if with_athlete else []
    said = words.CALIBRATION_COLUMNS
    table = Table(
        Column(said["made"], no_wrap=True),
        *athlete_column,
        Column(words.BOARD, overflow="fold"),
        said["way"],
        Column(said["maximum"], no_wrap=True),
        *(Column(SIDES_INSIDE[side], justify="right", no_wrap=True) for side in Side),
        Column(said["age"], justify="right", no_wrap=True),
        box=None,
        padding=(0, 1, 0, 0),
    )
    for athlete, calibration in calibrations:
        who = [athlete] if with_athlete else []
        head = [when_words(calibration.made_at), *who, plain(calibration.board), calibration.way.value]
        age = age_words(calibration.age_h(now))
        for muscle in dict.fromkeys(Site.parse(name).muscle for name in ordered(calibration.sites)):
            levels = (_maximum(calibration, Site(muscle, side).name) for side in Side)
            table.add_row(*head, plain(muscle_word(muscle), 20), *levels, age)
            head, age = [""] * len(head), ""
    return table


def _maximum(calibration: Calibration, site: str) -> str:
    record = calibration.sites.get(site)
    if record is None:
        return figures.NONE
    level = figures.level_words(record.mvc_uv, Unit(calibration.unit))
    return f"{level}{MARK if record.doubts else ''}"


def _remarks(calibrations: Iterable[tuple[str, Calibration]], now: datetime) -> Iterator[tuple[str, str]]:
    for athlete, calibration in calibrations:
        sentences = [*_about_sites(calibration.sites), _about_time(calibration, now)]
        yield f"{when_words(calibration.made_at)} {athlete}", " ".join(filter(None, sentences))


def _about_sites(sites: dict[str, SiteRecord]) -> Iterator[str]:
    for name in ordered(sites):
        site = sites[name]
        if site.doubts:
            reasons = all_of(words.DOUBTS[doubt] for doubt in site.doubts)
            yield words.DOUBTED.format(site=plain(site_words(name)), doubt=INHIBITED, reasons=reasons)
        if site.method is Method.SUBMAX:
            yield words.IN_BRIDGE.format(site=plain(site_words(name)), of_bridge=OF_THE_BRIDGE)


def _about_time(calibration: Calibration, now: datetime) -> str:
    placement = calibration.placement
    taped = "" if placement is None else words.TAPED.format(when=_placed_words(placement.id))
    if calibration.age_h(now) > MAX_AGE_H:
        return f"{taped} {words.MOVED.format(hours=f'{MAX_AGE_H:.0f}')}".strip()
    return taped


def _placed_words(placement_id: str) -> str:
    """Time of a taping; an id that is no time stands as it is."""
    try:
        return when_words(datetime.strptime(placement_id, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return placement_id


def when_words(moment: datetime) -> str:
    """``2026-03-01 09:30``, on the clock of this place."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def age_words(age_h: float) -> str:
    """``20 min``, ``3 h``, ``12 days``: rounded down."""
    if age_h < 0.0:
        return words.IN_THE_FUTURE
    if age_h < 1.0:
        return f"{int(60.0 * age_h)} min"
    return f"{int(age_h)} h" if age_h < 48.0 else words.days_words(int(age_h / 24.0))


def _print_sentences(console: Console, title: str, sentences: Iterable[tuple[str, str]]) -> None:
    """Print names and what is to be said of them; nothing without a sentence."""
    told = [(name, sentence) for name, sentence in sentences if sentence]
    if not told:
        return
    table = Table.grid(Column(overflow="fold"), Column(overflow="fold"), padding=(0, 2, 0, 0))
    for name, sentence in told:
        table.add_row(name, sentence)
    console.print(f"\n{title}", style="bold")
    console.print(Padding(table, (0, 0, 0, 2), expand=False))
