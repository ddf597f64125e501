"""What is kept of an athlete: calibrations that may still hold, and lengths from the landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from calibrations.calibration import Calibration
from calibrations.checks import MAX_AGE_H, Occasion, mismatch
from calibrations.shelf import shelve
from emg.montage import Montage
from hardware.boards import BOARDS, Board
from ui.kept.home import calibrations_folder
from ui.kept.placements import current_placement
from ui.words import start_words
from ui.words.told import told


@dataclass(frozen=True, slots=True)
class Kept:
    """A calibration of this athlete that is on disk.

    Attributes
    ----------
    path : Path
        Its file.
    made_at : datetime or None
        With time zone; None for a file that cannot be read.
    reason : str
        Why it cannot be used, as a sentence in the language of the program; empty if it can.
    """

    path: Path
    made_at: datetime | None
    reason: str = ""


def kept_calibrations(athlete: str, board: Board, montage: Montage, now: datetime) -> list[Kept]:
    """List the calibrations that a session may go on with, and of today's others why not.

    What only the open board tells, its serial number and rate, is checked when it is open.

    Parameters
    ----------
    athlete : str
        Id.
    board : Board
        Line of the table.
    montage : Montage
        Sites and channels.
    now : datetime
        With time zone.

    Returns
    -------
    list of Kept
        Newest first, then what cannot be read. Those that are merely too old are left out: nobody
        expects yesterday's electrodes to be on.
    """
    found = []
    placement = current_placement(athlete)
    placement_id = None if placement is None else placement.id
    for shelved in shelve(calibrations_folder(athlete)):
        calibration = shelved.calibration
        if calibration is None:
            found.append(Kept(shelved.path, None, told(shelved.reason)))
        elif calibration.age_h(now) <= MAX_AGE_H:
            expected = _expected(calibration, athlete, montage, now, placement_id)
            reason = _other_board(calibration, board) or _sentence(told(mismatch(calibration, expected)))
            found.append(Kept(shelved.path, calibration.made_at, reason))
    return found


def last_centimetres(athlete: str) -> dict[str, float]:
    """Give the newest kept length from the landmark for each site, also where no maximum came of it."""
    worn = current_placement(athlete)
    found = {} if worn is None else dict(worn.from_landmark_cm)
    for shelved in shelve(calibrations_folder(athlete)):
        if shelved.calibration is not None and shelved.calibration.placement is not None:
            for site, cm in shelved.calibration.placement.from_landmark_cm.items():
                found.setdefault(site, cm)
    return found


def _other_board(calibration: Calibration, board: Board) -> str:
    if calibration.board == board.name:
        return ""
    then = BOARDS.get(calibration.board)
    title = told(then.title) if then is not None else calibration.board
    return start_words.OTHER_BOARD.format(then=title, now=told(board.title))


def _sentence(rest: str) -> str:
    return f"{rest[0].upper()}{rest[1:]}." if rest else ""


def _expected(
    calibration: Calibration, athlete: str, montage: Montage, now: datetime, placement_id: str | None
) -> Occasion:
    """Say what is known of today before the board is open; the rest is taken as it was."""
    return Occasion(
        athlete=athlete,
        source_id=calibration.source_id,
        unit=calibration.unit,
        chain=calibration.chain,
        channels=montage.as_dict(),
        now=now,
        placement_id=placement_id,
    )
