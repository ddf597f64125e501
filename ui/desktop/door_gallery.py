"""The pages before a session, each with good and bad input, for the pictures and for a look by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from calibrations.draft import Way
from calibrations.intake import Flag, SorePlace, SoreSide
from ui.desktop.port_survey import Asked
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.kept import Kept

NOW: Final = datetime(2026, 6, 12, 11, 5, tzinfo=timezone(timedelta(hours=2)))
ATHLETE: Final = "runner-07"
KEPT: Final = Kept(Path("a.json"), NOW.replace(hour=9, minute=30))
UNFIT: Final = Kept(
    Path("b.json"),
    NOW.replace(hour=8, minute=10),
    "Its sites and channels differ from today's: ham_right is not measured.",
)
BROKEN: Final = Kept(Path("c.json"), None, "c.json is not a calibration: it names 'sites' twice.")
LAST_CM: Final = {"glute_left": 8.5, "ham_left": 19.0}


class Clock:
    """A second goes by between two keys."""

    def __init__(self) -> None:
        self._now_s = 0.0

    def __call__(self) -> float:
        """Give the time."""
        self._now_s += 1.0
        return self._now_s


def door_windows(asked: Sequence[Asked]) -> Iterator[tuple[str, StartWindow]]:
    """Every page of the door with its name.

    Parameters
    ----------
    asked : sequence of Asked
        What is at the ports; the first one has a board that answers.
    """
    for name, show in PAGES.items():
        yield name, show(asked)


def _door(asked: Sequence[Asked], *kept: Kept, battery: bool | None = True) -> StartWindow:
    """Give the first page as it is when an athlete who is known has been typed in."""
    window = StartWindow(
        lambda: asked,
        lambda: [("power_position", "Power position")],
        _nowhere,
        athletes=lambda: [(ATHLETE, "Anna"), ("runner-08", "")],
        kept=lambda choice: kept,
        last_cm=lambda athlete: LAST_CM,
        battery=lambda: battery,
        now=lambda: NOW,
        clock=Clock(),
    )
    window.fields.show_ports(asked)
    window.first.who.id.setEditText(ATHLETE)
    return window


def _nowhere(choice: StartChoice) -> None:
    """Start nothing."""


def _first_new(asked: Sequence[Asked]) -> StartWindow:
    window = _door(asked, UNFIT, BROKEN)
    window.first.taped.way.setCurrentIndex(window.first.taped.way.findData(Way.FULL))
    return window


def _first_still_on(asked: Sequence[Asked]) -> StartWindow:
    window = _door(asked, KEPT, UNFIT)
    window.first.taped.electrodes.setCurrentIndex(1)
    return window


def _first_bad_id(asked: Sequence[Asked]) -> StartWindow:
    window = _door(asked)
    window.first.who.id.setEditText("../../Anna Müller")
    return window


def _before(asked: Sequence[Asked], *kept: Kept, battery: bool | None = True) -> StartWindow:
    window = _door(asked, *kept, battery=battery)
    window.first.taped.electrodes.setCurrentIndex(len(kept))
    window.go_on()
    return window


def _before_sore(asked: Sequence[Asked]) -> StartWindow:
    window = _before(asked)
    page = window.before
    page.sore_side.choose(SoreSide.LEFT)
    page.sore_place.choose(SorePlace.HAM)
    page.pain.choose(2)
    page.company.choose(answer=False)
    return window


def _before_alone(asked: Sequence[Asked]) -> StartWindow:
    window = _before(asked, battery=None)
    window.before.sore_side.choose(SoreSide.RIGHT)
    window.before.company.choose(answer=True)
    return window


def _before_signs(asked: Sequence[Asked]) -> StartWindow:
    window = _before(asked, battery=False)
    page = window.before
    page.sore_side.choose(SoreSide.BOTH)
    page.sore_place.choose(SorePlace.HAM)
    page.pain.choose(6)
    page.company.choose(answer=True)
    for flag, row in page.signs.rows.items():
        row.choose(answer=flag is Flag.TINGLING)
    return window


def _before_still_on(asked: Sequence[Asked]) -> StartWindow:
    window = _before(asked, KEPT)
    window.before.sore_side.choose(SoreSide.NONE)
    window.before.company.choose(answer=False)
    return window


def _where(asked: Sequence[Asked], steps: int, sites: str = "") -> StartWindow:
    window = _door(asked)
    if sites:
        window.first.sites.setText(sites)
    window.go_on()
    window.before.sore_side.choose(SoreSide.NONE)
    window.before.company.choose(answer=False)
    for _ in range(steps + 1):
        window.go_on()
    return window


def _where_bad_cm(asked: Sequence[Asked]) -> StartWindow:
    window = _where(asked, 1, "glute_left=1,ham_left=2")
    window.where.cm.setText("nineteen")
    return window


PAGES: Final[dict[str, Callable[[Sequence[Asked]], StartWindow]]] = {
    "start_new": _first_new,
    "start_still_on": _first_still_on,
    "start_bad_id": _first_bad_id,
    "before": _before,
    "before_sore": _before_sore,
    "before_alone": _before_alone,
    "before_signs": _before_signs,
    "before_still_on": _before_still_on,
    "where_glute": lambda asked: _where(asked, 0),
    "where_ham": lambda asked: _where(asked, 3),
    "where_two_sites": _where_bad_cm,
    "where_other": lambda asked: _where(asked, 0, "glute_med_left=1,ham_right=2"),
}
