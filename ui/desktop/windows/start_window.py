"""The door: the pages before a session, one after the other, and what was chosen on them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from calibrations.draft import Way
from calibrations.intake import Intake
from calibrations.placement import Placement
from calibrations.positions import Resistance
from ui.desktop.keys import DEBOUNCE_S
from ui.desktop.port_survey import Look
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.athlete_fields import KnownAthletes
from ui.desktop.windows.before_page import BeforePage, OnBattery
from ui.desktop.windows.door_page import DoorPage
from ui.desktop.windows.settings_page import KeepSettings, ReadSettings, SettingsPage
from ui.desktop.windows.source_fields import SourceFields
from ui.desktop.windows.start_page import (
    DEFAULT_SITES,
    Choices,
    Refusal,
    StartPage,
    nothing_is_refused,
)
from ui.desktop.windows.where_page import WherePage
from ui.kept.earlier import Kept
from ui.kept.home import DEMO_ATHLETE
from ui.kept.recent import NOTHING_YET, Recent
from ui.kept.settings import Settings
from ui.reading.muscles import Clock
from ui.words import words
from ui.words.told import told

if TYPE_CHECKING:
    from ui.desktop.windows.first_run_page import FirstRunPage

NO_SORE_SIDE: Final = "none"


@dataclass(frozen=True, slots=True)
class StartChoice:
    """What was chosen before the session.

    Attributes
    ----------
    athlete : str
        Athlete id.
    board, port, address, serial : str
        Name from the table of boards, and where it is found; empty where that need not be said.
    sites : str
        ``SITE=CH,...``.
    protocol : str
        Code of the protocol.
    sore_side : str
        ``left``, ``right``, ``both`` or ``none``.
    demo : bool
        True for the simulated athlete, who is asked nothing.
    intake : Intake
        What was said before anything contracts.
    way : Way
        How much time the maxima are given.
    calibration : Path or None
        A calibration that goes on with the same electrodes; None to measure anew.
    placement : Placement or None
        The new taping; None with a calibration that goes on, which has its own.
    name : str
        The athlete's name, for this computer only; empty if none is wanted.
    resistance : Resistance or None
        What the maxima push against; None if nobody said.
    target_pct : float or None
        Target in % of the maximum; None takes it from the test holds.
    ceiling, feedback : str
        As ``aims_of`` takes them; empty for no ceiling, and for what the exercise says.
    pain_morning : int or None
        Worst pain on the morning after the session that waits for it.
    """

    athlete: str
    board: str
    port: str
    sites: str
    protocol: str
    sore_side: str
    demo: bool
    address: str = ""
    serial: str = ""
    intake: Intake = field(default_factory=Intake)
    way: Way = Way.QUICK
    calibration: Path | None = None
    placement: Placement | None = None
    name: str = ""
    resistance: Resistance | None = None
    target_pct: float | None = None
    ceiling: str = ""
    feedback: str = ""
    pain_morning: int | None = None


def recent_choice(choice: StartChoice) -> Recent:
    """Give what is to be remembered of a start, for ``keep_recent``; of the demo there is nothing."""
    return Recent(
        athlete=choice.athlete,
        protocol=choice.protocol,
        board=choice.board,
        port=choice.port,
        address=choice.address,
        serial=choice.serial,
        sites=choice.sites,
    )


KeptCalibrations: TypeAlias = Callable[[StartChoice], Sequence[Kept]]
"""Gives the calibrations kept for a choice, newest first: those that fit, and those that do not."""

LastCentimetres: TypeAlias = Callable[[str], Mapping[str, float]]
"""Gives the centimetres from the landmark that were kept for an athlete last time, by site."""


MorningDue: TypeAlias = Callable[[str], date | None]
"""Gives the day of the athlete's session whose morning after nobody has told yet; None for none."""


def no_morning_is_due(athlete: str) -> date | None:
    """Ask for no morning."""
    return None


def forget_settings(settings: Settings) -> None:
    """Write nothing."""


def nobody_is_known() -> list[tuple[str, str]]:
    """No athlete has been here yet."""
    return []


def nothing_is_kept(choice: StartChoice) -> list[Kept]:
    """No calibration is on disk."""
    return []


def nothing_was_measured(athlete: str) -> dict[str, float]:
    """No centimetres are on disk."""
    return {}


def battery_unknown() -> None:
    """Nothing tells whether the computer runs on its battery."""


def wall_clock() -> datetime:
    """Give the time with the zone of this computer."""
    return datetime.now().astimezone()


class StartWindow(QWidget):
    """Three pages: what a session needs, "Before anything contracts", "Where the electrodes go".

    Next goes on, Back goes back, and nothing that was said is lost on the way. The demo has only the
    first page; electrodes that are still on need no third. A page for the settings lies beside them.

    Parameters
    ----------
    look : callable
        Asks what is at the ports; called on a thread of its own by ``look_for_boards``.
    protocols : callable
        Protocols: code and title.
    on_start : callable
        Called with the choice; a ValueError from it is shown, and nothing starts.
    athletes : callable
        Athletes of this computer: id and name.
    kept : callable
        Calibrations of the athlete that is chosen.
    last_cm : callable
        Centimetres from the landmarks of last time.
    battery : callable
        Tells whether the computer runs on its battery, or None.
    morning : callable
        Day of the session whose morning after is to be asked for.
    refuses : callable
        Why an exercise cannot be done with some sites.
    recent : Recent
        What was started last.
    read_settings, keep_settings : callable
        Where the settings are.
    first_run : FirstRunPage or None
        Shown before all others; None once it was seen.
    now : callable
        Wall-clock time with a zone.
    clock : callable
        Host time in seconds, for keys that bounce.

    Signals
    -------
    history_wanted(str)
        Of this athlete; empty for all.
    """

    history_wanted = Signal(str)

    def __init__(
        self,
        look: Look,
        protocols: Choices,
        on_start: Callable[[StartChoice], None],
        *,
        athletes: KnownAthletes = nobody_is_known,
        kept: KeptCalibrations = nothing_is_kept,
        last_cm: LastCentimetres = nothing_was_measured,
        battery: OnBattery = battery_unknown,
        morning: MorningDue = no_morning_is_due,
        refuses: Refusal = nothing_is_refused,
        recent: Recent = NOTHING_YET,
        read_settings: ReadSettings = Settings,
        keep_settings: KeepSettings = forget_settings,
        first_run: FirstRunPage | None = None,
        now: Callable[[], datetime] = wall_clock,
        clock: Clock = time.monotonic,
        colours: Theme = DARK,
    ) -> None:
        super().__init__()
        self._on_start, self._kept, self._last_cm, self._morning = on_start, kept, last_cm, morning
        self._now, self._clock = now, clock
        self._last_turn_s = float("-inf")
        self._asked_athlete = ""
        self._kept_for: tuple[object, ...] = ()
        self.first = StartPage(look, protocols, athletes, refuses=refuses, recent=recent, colours=colours)
        self.before = BeforePage(battery, clock=clock, colours=colours)
        self.where = WherePage(colours=colours)
        self.settings = SettingsPage(read_settings, keep_settings, colours=colours)
        self._stack = QStackedLayout(self)
        for page in (self.first, self.before, self.where, self.settings):
            self._stack.addWidget(page)
            page.next_pressed.connect(self.go_on)
            page.back_pressed.connect(self.go_back)
        self.first.changed.connect(self._follow)
        self.first.settings_pressed.connect(lambda: self._show(self.settings))
        self.first.history_pressed.connect(lambda: self.history_wanted.emit(self.first.who.athlete()))
        if first_run is not None:
            self._begin_with(first_run)
        self.setWindowTitle(words.APP_NAME)
        self.setMinimumSize(800, 600)
        self._follow()

    @property
    def fields(self) -> SourceFields:
        """The fields that choose a signal."""
        return self.first.fields

    @property
    def page(self) -> DoorPage:
        """The page that is shown."""
        page = self._stack.currentWidget()
        return page if isinstance(page, DoorPage) else self.first

    def look_for_boards(self) -> None:
        """Ask the ports; the window goes on meanwhile."""
        self.fields.look()

    def check_again(self) -> None:
        """Ask once more what is refused: more of the program is there now."""
        self.first.follow()

    def showEvent(self, event: QShowEvent) -> None:
        """Put the keyboard where it is needed first."""
        super().showEvent(event)
        if self.focusWidget() is None:
            self.page.take_focus()

    def choice(self) -> StartChoice:
        """Tell what is chosen now."""
        more = self.first.more
        first, source, demo = self.first, self.fields.choice(), self.fields.demo
        intake = Intake() if demo else self.before.intake()
        calibration = None if demo else first.taped.calibration()
        cm = {site: value for site, value in self.where.centimetres().items() if site in self._sites()}
        new = demo or calibration is not None
        return StartChoice(
            athlete=DEMO_ATHLETE if demo else first.who.athlete(),
            board=source.board,
            port=source.port,
            sites=DEFAULT_SITES if demo else first.sites.text().strip(),
            protocol=str(first.protocol.currentData() or ""),
            sore_side=intake.sore_side.value if intake.sore_side else NO_SORE_SIDE,
            demo=demo,
            address=source.address,
            serial=source.serial,
            intake=intake,
            way=first.taped.chosen_way(),
            calibration=calibration,
            placement=None if new else Placement(id=Placement.new(self._now()).id, from_landmark_cm=cm),
            name="" if demo else first.who.name.text().strip(),
            resistance=None if demo else first.taped.resistance(),
            target_pct=None if demo else more.target_pct(),
            ceiling="" if demo else more.ceiling_word(),
            feedback="" if demo else more.feedback_word(),
            pain_morning=None if demo else self.before.pain_morning(),
        )

    def missing(self) -> str:
        """Say in words why the page that is shown does not go on; empty if it can."""
        page = self.page
        return page.missing() if isinstance(page, StartPage | BeforePage | WherePage) else ""

    def go_on(self) -> None:
        """Go to the next page or electrode, or start."""
        if self._bounces():
            return
        if self.page is self.settings:
            self._show(self.first)
        elif self.missing():
            self.page.show_missing()
        elif self.page is self.first and not self.fields.demo:
            self._ask_before()
        elif self.page is self.before and self.first.taped.calibration() is None:
            self.where.prepare(self.first.montage(), self._last_cm(self.first.who.athlete()))
            self._show(self.where)
        elif self.page is not self.where or not self.where.next_site():
            self._begin()

    def go_back(self) -> None:
        """Go to the page or electrode before; all answers stay."""
        if self._bounces() or self.page is self.first:
            return
        if self.page in (self.before, self.settings):
            self._show(self.first)
        elif not self.where.previous_site():
            self._show(self.before)

    def _begin_with(self, page: FirstRunPage) -> None:
        """Show the page of the first start before all others."""
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        page.over.connect(self._leave_first_run)
        page.ports_wanted.connect(self.fields.look)
        self.fields.survey.answered.connect(page.show_ports)
        self.fields.survey.failed.connect(lambda sentence: page.show_ports(()))

    def _leave_first_run(self) -> None:
        """Go to the first page; the key that did it does not also start the demo."""
        self._last_turn_s = self._clock()
        self._show(self.first)

    def _begin(self) -> None:
        try:
            self._on_start(self.choice())
        except ValueError as error:
            self.page.say(told(error))
            self.page.fit()

    def _ask_before(self) -> None:
        """Ask; what another athlete has said is nobody's now."""
        athlete = self.first.who.athlete()
        if athlete != self._asked_athlete:
            self._asked_athlete = athlete
            self.before.clear()
            self.where.clear()
        self.before.prepare(
            self.first.montage().sites,
            calibrated=self.first.taped.calibration() is not None,
            morning=self._morning(athlete),
        )
        self._show(self.before)

    def _show(self, page: DoorPage) -> None:
        self._stack.setCurrentWidget(page)
        page.take_focus()

    def _bounces(self) -> bool:
        """Whether this is the same press as the last one: it would skip an electrode."""
        now_s = self._clock()
        bounces = now_s - self._last_turn_s < DEBOUNCE_S
        if not bounces:
            self._last_turn_s = now_s
        return bounces

    def _sites(self) -> tuple[str, ...]:
        return () if self.first.missing() else self.first.montage().names

    def _follow(self) -> None:
        """Offer what is kept for the athlete and the board that are chosen now."""
        source, demo = self.fields.choice(), self.fields.demo
        key = (self.first.who.athlete(), source, self.first.sites.text(), demo, bool(self.first.missing()))
        if key != self._kept_for:
            if self._kept_for and key[0] != self._kept_for[0]:
                self.first.more.clear()
            self._kept_for = key
            unknown = demo or bool(self.first.missing())
            self.first.taped.offer(() if unknown else self._kept(self.choice()), self._now())
        self.first.follow()
