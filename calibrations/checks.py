"""Whether a calibration fits this session: a reason for every no, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from calibrations.calibration import Calibration, Chain
from calibrations.intake import Effort, Intake
from emg.foreign import plain
from emg.montage import Site
from emg.said import Said

MAX_AGE_H: Final = 12.0
"""Electrodes taped longer ago than this are taken to have been moved."""

MEASURED_RATE: Final = 0.01
"""Where a board does not say its rate it is measured at each open, to some tenths of a percent; the band
follows it. No board has two rates so close."""

_CHAIN: Final[Mapping[str, tuple[str, str, float]]] = {
    "fs_hz": (Said("the rate"), " Hz", MEASURED_RATE),
    "low_hz": (Said("the band's lower end"), " Hz", MEASURED_RATE),
    "high_hz": (Said("the band's upper end"), " Hz", MEASURED_RATE),
    "notch_hz": (Said("the notch"), " Hz", 0.0),
    "gain": (Said("the gain"), "", 0.0),
}
"""What each field of the chain is called, its unit, and by which share it may differ."""


class CalibrationMismatch(ValueError):
    """The calibration does not fit; the message says in what, and what to do."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a calibration must fit.

    Attributes
    ----------
    athlete, source_id, unit : str
        Who, and measured with what.
    chain : Chain
        Rate, band, notch and gain.
    channels : mapping from site to int
        The montage.
    now : datetime
        With time zone.
    serial : str
        Of the board, empty where it does not say one.
    placement_id : str or None
        Which taping this is, None where nobody said.
    """

    athlete: str
    source_id: str
    unit: str
    chain: Chain
    channels: Mapping[str, int]
    now: datetime
    serial: str = ""
    placement_id: str | None = None


def check_fits(calibration: Calibration, occasion: Occasion) -> None:
    """Refuse a calibration made for something else.

    Raises
    ------
    CalibrationMismatch
        With the first thing that does not fit.
    """
    reason = mismatch(calibration, occasion)
    if reason:
        raise CalibrationMismatch(
            Said("This calibration does not fit: {reason}. Start without it to measure anew.", reason=reason)
        )


def mismatch(calibration: Calibration, occasion: Occasion) -> str:
    """Give the first thing that does not fit, as the rest of a sentence; empty if all does.

    Parameters
    ----------
    calibration : Calibration
        The record.
    occasion : Occasion
        Today.
    """
    return (
        _other_person_or_board(calibration, occasion)
        or _other_chain(calibration.chain, occasion.chain)
        or _other_sites(calibration, occasion)
        or _other_time(calibration, occasion)
    )


def _other_person_or_board(calibration: Calibration, occasion: Occasion) -> str:
    if calibration.athlete != occasion.athlete:
        return Said("it is of athlete {then}, not {now}", then=calibration.athlete, now=occasion.athlete)
    if calibration.source_id != occasion.source_id:
        then, now = plain(calibration.source_id), plain(occasion.source_id)
        return Said("it was made with {then}, not {now}", then=then, now=now)
    if calibration.serial and occasion.serial and calibration.serial != occasion.serial:
        then, now = plain(calibration.serial), plain(occasion.serial)
        return Said("it was made with board {then}, not {now}", then=then, now=now)
    if calibration.unit != occasion.unit:
        return Said("its unit is {then}, not {now}", then=calibration.unit, now=occasion.unit)
    return ""


def _other_chain(then: Chain, now: Chain) -> str:
    for name, (what, unit, tolerance) in _CHAIN.items():
        was, is_now = getattr(then, name), getattr(now, name)
        if was == is_now or (was and is_now and abs(was / is_now - 1.0) <= tolerance):
            continue
        return Said(
            "rate, filter, notch or gain differ from today's: {what} was {then} and is {now}",
            what=what,
            then=_figure(was, unit),
            now=_figure(is_now, unit),
        )
    return ""


def _figure(value: float | None, unit: str) -> str:
    return Said("none") if value is None else f"{value:g}{unit}"


def _other_sites(calibration: Calibration, occasion: Occasion) -> str:
    differing = [
        Said(
            "{site} was on channel {then} and is on {now}",
            site=name,
            then=site.channel,
            now=occasion.channels[name],
        )
        if name in occasion.channels
        else Said("{site} is not measured", site=name)
        for name, site in calibration.sites.items()
        if occasion.channels.get(name) != site.channel
    ]
    unknown = [
        Said("it says nothing of {site}", site=name)
        for name in occasion.channels
        if not _was_there(calibration, name)
    ]
    details = differing + unknown
    return Said("its sites and channels differ from today's: {what}", what=details[0]) if details else ""


def _was_there(calibration: Calibration, site: str) -> bool:
    """Whether a site was measured then; one that was sore, or gave too little, may have got no maximum."""
    tried = {trial.site for trial in calibration.trials}
    if site in calibration.sites or site in tried:
        return True
    said = calibration.intake
    return said is not None and Intake(**dict(said)).effort_of(Site.parse(site)) is Effort.NONE


def _other_time(calibration: Calibration, occasion: Occasion) -> str:
    placement = calibration.placement
    if placement and occasion.placement_id and placement.id != occasion.placement_id:
        return Said("the electrodes have been placed anew since")
    age_h = calibration.age_h(occasion.now)
    if age_h < 0.0:
        return Said("it was made in the future; check the clock")
    if age_h > MAX_AGE_H:
        hours = max(round(age_h, 1), MAX_AGE_H + 0.1)  # 12 hours and a minute are not "12 hours"
        return Said(
            "it is {hours} hours old, and electrodes are taken as moved after {most}",
            hours=f"{hours:g}",
            most=f"{MAX_AGE_H:.0f}",
        )
    return ""
