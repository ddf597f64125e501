"""Whether a calibration fits this session: a reason for every no, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from calibrations.calibration import Calibration, Chain

MAX_AGE_H: Final = 12.0
"""Electrodes taped longer ago than this are taken to have been moved."""


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
    """

    athlete: str
    source_id: str
    unit: str
    chain: Chain
    channels: Mapping[str, int]
    now: datetime


def check_fits(calibration: Calibration, occasion: Occasion) -> None:
    """Refuse a calibration made for something else.

    Raises
    ------
    CalibrationMismatch
        With the first thing that does not fit.
    """
    reason = _mismatch(calibration, occasion)
    if reason:
        raise CalibrationMismatch(
            f"This calibration does not fit: {reason}. Start without it to measure anew."
        )


def _mismatch(calibration: Calibration, occasion: Occasion) -> str:
    if calibration.athlete != occasion.athlete:
        return f"it is of athlete {calibration.athlete}, not {occasion.athlete}"
    if calibration.source_id != occasion.source_id:
        return f"it was made with {calibration.source_id}, not {occasion.source_id}"
    if calibration.unit != occasion.unit:
        return f"its unit is {calibration.unit}, not {occasion.unit}"
    if calibration.chain != occasion.chain:
        return "rate, filter, notch or gain differ from today's"
    channels = {name: site.channel for name, site in calibration.sites.items()}
    if channels != dict(occasion.channels):
        return "its sites and channels differ from today's"
    age_h = calibration.age_h(occasion.now)
    if age_h < 0.0:
        return "it was made in the future; check the clock"
    if age_h > MAX_AGE_H:
        return f"it is {age_h:.0f} hours old, and electrodes are taken as moved after {MAX_AGE_H:.0f}"
    return ""
