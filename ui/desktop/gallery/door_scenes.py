"""The pages before a session, each with good and bad input, for the pictures and for a look by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from calibrations.draft import Way
from calibrations.intake import Flag, SorePlace, SoreSide
from ui.desktop.port_survey import Asked
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.source_fields import SourceChoice
from ui.desktop.windows.start_window import StartChoice, StartWindow
from ui.kept.earlier import Kept
from ui.kept.recent import NOTHING_YET, Recent
from ui.words import look_words, start_words

NOW: Final = datetime(2026, 6, 12, 11, 5, tzinfo=timezone(timedelta(hours=2)))
ATHLETE: Final = "runner-07"
KEPT: Final = Kept(Path("a.json"), NOW.replace(hour=9, minute=30))
UNFIT: Final = Kept(
    Path("b.json"),
    NOW.replace(hour=8, minute=10),
    "Its sites and channels differ from today's: ham_right is not measured.",
)
BROKEN: Final = Kept(Path("c.json"), None, "c.json is not a calibration: it names 'sites' twice.")
RECENT: Final = Recent(
    ATHLETE,
    "power_position",
    "cyton",
    "/dev/ttyUSB0",
    sites="glute_left=1,ham_left=2,glute_right=3,ham_right=4",
    athletes=(ATHLETE,),
    protocols=("power_position",),
)
LAST_CM: Final = {"glute_left": 8.5, "ham_left": 19.0}


class Clock:
    """A second goes by between two keys."""

    def __init__(self) -> None:
        self._now_s = 0.0

    def __call__(self) -> float:
        """Give the time."""
        self._now_s += 1.0
        return self._now_s


@dataclass(frozen=True, slots=True)
class Set:
    """What a page is pictured with.

    Attributes
    ----------
    asked : sequence of Asked
        What is at the ports; the first one has a board that answers.
    theme : Theme
        Its colours.
    """

    asked: Sequence[Asked]
    theme: Theme = DARK


def door_windows(asked: Sequence[Asked], theme: Theme = DARK) -> Iterator[tuple[str, StartWindow]]:
    """Every page of the door with its name."""
    for name, show in PAGES.items():
        yield name, show(Set(asked, theme))


def door(
    scene: Set,
    *kept: Kept,
    battery: bool | None = True,
    morning: date | None = None,
    recent: Recent = NOTHING_YET,
) -> StartWindow:
    """Give the first page as it is when an athlete who is known has been typed in."""
    window = StartWindow(
        lambda: scene.asked,
        lambda: [("power_position", "Power position")],
        _nowhere,
        athletes=lambda: [(ATHLETE, "Anna"), ("runner-08", "")],
        kept=lambda choice: kept,
        last_cm=lambda athlete: LAST_CM,
        battery=lambda: battery,
        morning=lambda athlete: morning,
        recent=recent,
        now=lambda: NOW,
        clock=Clock(),
        colours=scene.theme,
    )
    window.fields.show_ports(scene.asked)
    window.first.who.id.setEditText(ATHLETE)
    return window


def _nowhere(choice: StartChoice) -> None:
    """Start nothing."""


def _first_new(scene: Set) -> StartWindow:
    window = door(scene, UNFIT, BROKEN)
    window.first.taped.way.setCurrentIndex(window.first.taped.way.findData(Way.FULL))
    return window


def _first_still_on(scene: Set) -> StartWindow:
    window = door(scene, KEPT, UNFIT)
    window.first.taped.electrodes.setCurrentIndex(1)
    return window


def _first_bad_id(scene: Set) -> StartWindow:
    window = door(scene)
    window.first.who.id.setEditText("../../Anna Müller")
    return window


def _first_again(scene: Set) -> StartWindow:
    return door(scene, KEPT, recent=RECENT)


def _first_more(scene: Set) -> StartWindow:
    window = door(scene)
    more = window.first.more
    more.target.setValue(35)
    more.ceiling.setCurrentIndex(more.ceiling.findData("own"))
    more.feedback.setCurrentIndex(more.feedback.findData("faded"))
    return window


def _first_looking(scene: Set) -> StartWindow:
    window = door(scene)
    fields = window.fields
    fields.survey.running = True  # as it is while a thread of its own asks
    fields.show_ports(())
    fields.look_again.setEnabled(False)
    fields.look_again.setText(start_words.LOOKING)
    window.check_again()
    return window


def _first_board(scene: Set, board: str) -> StartWindow:
    window = door(scene)
    window.fields.show_all()
    choices = [window.fields.source.itemData(row) for row in range(window.fields.source.count())]
    named = [isinstance(choice, SourceChoice) and choice.board == board for choice in choices]
    window.fields.source.setCurrentIndex(named.index(True))
    return window


def _first_refused(scene: Set) -> StartWindow:
    window = door(scene)
    window.first.sites.setText("glute_left=1,ham_left=1")
    return window


def _settings(scene: Set) -> StartWindow:
    window = door(scene)
    window.first.settings_pressed.emit()
    return window


def _settings_not_kept(scene: Set) -> StartWindow:
    window = _settings(scene)
    window.settings.say(look_words.SETTINGS_NOT_KEPT.format(reason="No space left on device"))
    return window


def _before_morning(scene: Set) -> StartWindow:
    window = _before(scene, morning=date(2026, 6, 11))
    window.before.morning.choose(3)
    return window


def _before(scene: Set, *kept: Kept, battery: bool | None = True, morning: date | None = None) -> StartWindow:
    window = door(scene, *kept, battery=battery, morning=morning)
    window.first.taped.electrodes.setCurrentIndex(len(kept))
    window.go_on()
    return window


def _before_sore(scene: Set) -> StartWindow:
    window = _before(scene)
    page = window.before
    page.sore_side.choose(SoreSide.LEFT)
    page.sore_place.choose(SorePlace.HAM)
    page.pain.choose(2)
    page.company.choose(answer=False)
    return window


def _before_alone(scene: Set) -> StartWindow:
    window = _before(scene, battery=None)
    window.before.sore_side.choose(SoreSide.RIGHT)
    window.before.company.choose(answer=True)
    return window


def _before_signs(scene: Set) -> StartWindow:
    window = _before(scene, battery=False)
    page = window.before
    page.sore_side.choose(SoreSide.BOTH)
    page.sore_place.choose(SorePlace.HAM)
    page.pain.choose(6)
    page.company.choose(answer=True)
    for flag, row in page.signs.rows.items():
        row.choose(answer=flag is Flag.TINGLING)
    return window


def _before_still_on(scene: Set) -> StartWindow:
    window = _before(scene, KEPT)
    window.before.sore_side.choose(SoreSide.NONE)
    window.before.company.choose(answer=False)
    return window


def _where(scene: Set, steps: int, sites: str = "") -> StartWindow:
    window = door(scene)
    if sites:
        window.first.sites.setText(sites)
    window.go_on()
    window.before.sore_side.choose(SoreSide.NONE)
    window.before.company.choose(answer=False)
    for _ in range(steps + 1):
        window.go_on()
    return window


def _where_bad_cm(scene: Set) -> StartWindow:
    window = _where(scene, 1, "glute_left=1,ham_left=2")
    window.where.cm.setText("nineteen")
    return window


PAGES: Final[dict[str, Callable[[Set], StartWindow]]] = {
    "start_new": _first_new,
    "start_still_on": _first_still_on,
    "start_bad_id": _first_bad_id,
    "start_again": _first_again,
    "start_more": _first_more,
    "start_looking": _first_looking,
    "start_address": lambda scene: _first_board(scene, "ganglion_wifi"),
    "start_serial_text": lambda scene: _first_board(scene, "serial-text"),
    "start_refused": _first_refused,
    "settings": _settings,
    "settings_not_kept": _settings_not_kept,
    "before": _before,
    "before_morning": _before_morning,
    "before_sore": _before_sore,
    "before_alone": _before_alone,
    "before_signs": _before_signs,
    "before_still_on": _before_still_on,
    "where_glute": lambda scene: _where(scene, 0),
    "where_ham": lambda scene: _where(scene, 3),
    "where_two_sites": _where_bad_cm,
    "where_other": lambda scene: _where(scene, 0, "glute_med_left=1,ham_right=2"),
}
