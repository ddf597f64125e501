"""What every window of a session has: pages, keys, and an orderly end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol, TypeAlias, runtime_checkable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from emg.codes import Phase
from emg.live_view import LiveView
from ui.desktop.controls import Controls
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.windows.broken_page import BrokenPage
from ui.desktop.windows.help_page import HelpPage
from ui.desktop.windows.summary_page import SummaryPage
from ui.reading.muscles import Clock
from ui.session.courses import SetCourse
from ui.session.front import SessionEnd
from ui.words import key_words, words

REPAINT_MS: Final = 200
"""Silence sends no view: the last one is drawn again this often, so that old data cannot stay there."""

SMALLEST_PX: Final = (800, 600)
AT_WORK: Final = frozenset({Phase.PREPARE, Phase.CUE, Phase.EFFORT, Phase.WAITING, Phase.HOLDING})
"""Phases in which nobody looks at pictures: they go away by themselves."""

Sets: TypeAlias = Callable[[], tuple[Sequence[SetCourse], Path | None]]
"""Gives the sets so far, and the folder that keeps their pictures."""

MARGIN_SHARE: Final = 0.02
BADGE_SHARE: Final = 0.036
"""Height of the line below the page, while there is something to say on it."""


def no_sets() -> tuple[Sequence[SetCourse], Path | None]:
    """Give none: nothing was done yet."""
    return (), None


class Face(Protocol):
    """A page that draws the session."""

    def show_view(self, view: LiveView) -> None:
        """Draw this view from now on."""
        ...

    def refresh(self) -> None:
        """Draw the same view again: its age may have changed."""
        ...

    def prompt(self, sentence: str) -> None:
        """Show a sentence above everything, empty to take it away."""
        ...


class NoteTaker(Protocol):
    """A page on which notes are written."""

    def is_noting(self) -> bool:
        """Whether the keyboard is there, or was before the page moved: a note is half written."""
        ...

    def begin_note(self) -> None:
        """Put the keyboard there."""
        ...


@runtime_checkable
class SaysSound(Protocol):
    """A page that has a place of its own for what there is to know about the sound."""

    def set_sound_badge(self, text: str) -> None:
        """Say why nothing is heard, empty if it is."""
        ...


class PaintTimes(Protocol):
    """Who keeps how long the way to the screen was."""

    def add(self, host_time_s: float, painted_s: float) -> None:
        """Keep one: when the block arrived, and when its paint was over."""
        ...


class SessionWindow(QWidget):
    """A window of a session: one page at a time, and a line for a badge below it.

    Parameters
    ----------
    controls : Controls
        Where keys go; shared by all windows of a session.
    clock : callable
        Host time in seconds.
    theme : Theme
        Colours.
    latencies : PaintTimes or None
        Gets the time of every paint of a new view.

    Attributes
    ----------
    partner : SessionWindow or None
        The other window of the session.
    after : str
        What stands below the summary: how it is left.
    sets : callable
        Gives the sets so far, and the folder of their session.

    Signals
    -------
    painted()
        A new view stands on the screen.
    """

    painted = Signal()
    _painting = Signal(object)

    def __init__(
        self,
        controls: Controls,
        *,
        clock: Clock = time.monotonic,
        theme: Theme = DARK,
        latencies: PaintTimes | None = None,
    ) -> None:
        super().__init__()
        self.controls = controls
        self._clock = clock
        self._latencies = latencies
        self._faces: dict[QWidget, Face] = {}
        self._undrawn: LiveView | None = None
        self._ended = self._at_work = False
        self._sound = self._failure = ""
        self._home: QWidget | None = None
        self._came_from: QWidget | None = None
        self._notes: tuple[QWidget, NoteTaker] | None = None
        self.partner: SessionWindow | None = None
        self.after = words.CLOSE_HINT
        self.help = HelpPage(theme)
        self.summary = SummaryPage(theme)
        self.pictures = SummaryPage(theme)
        self.sets: Sets = no_sets
        self.broken = BrokenPage(theme)
        self.badge = FittedLabel(share=0.7, colour=theme.quiet, align=paint.RIGHT, theme=theme)
        self.badge.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._pages = QStackedLayout()
        for page in (self.help, self.summary, self.pictures, self.broken):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._pages, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.badge)
        column.addLayout(self._foot)
        self.setWindowTitle(words.APP_NAME)
        self.setMinimumSize(*SMALLEST_PX)
        # decides nothing: the age of the data is judged in the paint, this only asks for one
        self._repaint = QTimer(self)
        self._repaint.setInterval(REPAINT_MS)
        self._repaint.timeout.connect(self.refresh)
        self._repaint.start()
        self._painting.connect(self._time, Qt.ConnectionType.QueuedConnection)
        self.installEventFilter(self)
        controls.prompted.connect(self._show_prompt)
        controls.left.connect(self._leave)
        controls.sound_changed.connect(self.show_badge)
        self.show_badge(controls.badge)

    # pages

    @property
    def page(self) -> QWidget:
        """The page that is shown."""
        return self._pages.currentWidget()

    @property
    def home(self) -> QWidget:
        """The page that draws the session, or drew it last."""
        return self._home or self.broken

    def add_face(self, page: QWidget, face: Face, notes: NoteTaker | None = None) -> None:
        """Take in a page that draws the session; the first one is shown.

        Parameters
        ----------
        page : QWidget
            The page.
        face, notes : Face, NoteTaker or None
            The same object by what it does; only one page of a session takes notes.
        """
        self._faces[page] = face
        if notes is not None:
            self._notes = page, notes
        self._pages.addWidget(page)
        face.prompt(self.controls.prompt)
        if self._home is None:
            self.show_page(page)

    def drop_face(self, page: QWidget) -> None:
        """Let a page go to another window; it is not the only one."""
        del self._faces[page]
        self._came_from = None
        if self._notes is not None and self._notes[0] is page:
            self._notes = None
        if self._home is page:
            self._home = next(iter(self._faces))
        if self.page is page:
            self.show_page(self.home)
        self._pages.removeWidget(page)

    def show_page(self, page: QWidget) -> None:
        """Show a page that draws the session, as of now."""
        self._home = page
        self._turn_to(page)
        self._draw()

    def show_view(self, view: LiveView) -> None:
        """Draw this view from now on; the page that is not shown gets it when it is."""
        self.controls.see(view)
        was_at_work, self._at_work = self._at_work, view.stage.phase in AT_WORK
        begins = self._at_work and (
            self.page is self.pictures or (self.page is self.help and not was_at_work)
        )
        if begins or (self.page is self.broken and not view.paused):
            self._turn_to(self.home)
        self._undrawn = view
        if not self._ended:
            self._repaint.start()  # from now: only silence asks for a paint of its own
        self.controls.follow_sound()
        self._follow()

    def _follow(self) -> None:
        """Draw a new view, at once."""
        self._draw()

    def refresh(self) -> None:
        """Draw the same view again: its age may have changed. Such a paint tells nothing of the latency."""
        self._undrawn = None
        self.controls.follow_sound()
        face = self._faces.get(self.page)
        if face is not None:
            face.refresh()

    def show_end(self, end: SessionEnd) -> None:
        """Show what the session came to."""
        self.controls.end()
        self._ended = True
        self._undrawn = None
        self._repaint.stop()
        self.summary.show_end(end, self.after, with_notes=self._notes is not None)
        self._turn_to(self.summary)

    @Slot(str)
    def show_badge(self, text: str) -> None:
        """Say what there is to know about the sound, unless the page that is shown says it itself."""
        self._sound = text
        self._say()

    def show_failure(self, text: str) -> None:
        """Say what went wrong when the session was over: no page is left that would."""
        self._failure = text
        self._say()

    def _turn_to(self, page: QWidget) -> None:
        """Show a page; the line below it may be another one with it.

        The layout's own signal is of no use for it: it comes while a window is being destroyed, too.
        """
        self._pages.setCurrentWidget(page)
        self._say()

    def _say(self) -> None:
        """Write the line below the page; it is gone while there is nothing."""
        text = self._failure or ("" if isinstance(self.page, SaysSound) else self._sound)
        self.badge.setText(text)
        self.badge.setVisible(bool(text))

    @Slot(str)
    def _show_prompt(self, sentence: str) -> None:
        for face in self._faces.values():
            face.prompt(sentence)

    @Slot(bool)
    def _leave(self, again: bool) -> None:
        self.close()

    def _draw(self) -> None:
        """Give the page that is shown the newest view; one that cannot draw it is covered up.

        What it has drawn before would stay there, and look like now.
        """
        face = self._faces.get(self.page)
        if face is None:
            return
        try:
            face.show_view(self.controls.view)
        except Exception:
            self.cover_up()
            raise

    def cover_up(self) -> None:
        """Put "Paused" in the place of a page that cannot draw what is, and see to it that it is true."""
        self.controls.trouble()
        self._undrawn = None
        self._turn_to(self.broken)

    # what keys and buttons do to a window

    def toggle_full_screen(self) -> None:
        """Fill the screen, or give it back."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def show_help(self) -> None:
        """Show the keys until one is pressed, or a hold begins."""
        self._turn_to(self.help)

    def show_pictures(self) -> None:
        """Show the sets so far, the last one first; any key but those that turn or save them goes back."""
        sets, folder = self.sets()
        if self._ended or not sets or self.controls.view.stage.phase in AT_WORK:
            return
        self.pictures.show_sets(sets, folder, key_words.GO_BACK_HINT)
        self._turn_to(self.pictures)

    def leave_help(self) -> bool:
        """Take keys or pictures away; False if neither was shown."""
        if self.page not in (self.help, self.pictures):
            return False
        if self._ended:
            self._turn_to(self.summary)
        else:
            self.show_page(self.home)
        return True

    def switch(self) -> None:
        """Show the other window, or the next page of this one."""
        self._came_from = None
        if self.partner is not None:
            self.partner.come_forward()
        elif not self._ended:
            pages = list(self._faces)
            self.show_page(pages[(pages.index(self.home) + 1) % len(pages)])

    def write_note(self) -> None:
        """Put the keyboard where notes are written, in whichever window that is."""
        if self._ended:
            return
        if self._notes is not None:
            page, taker = self._notes
            if self.home is not page:
                self._came_from = self.home
            self.show_page(page)
            taker.begin_note()
        elif self.partner is not None and self.partner._notes is not None:
            self.partner.come_forward()
            self.partner.write_note()

    def end_note(self) -> None:
        """Show the page again from which somebody went to write a note."""
        page, self._came_from = self._came_from, None
        if page in self._faces and self.page is self.home:
            self.show_page(page)

    def come_forward(self) -> None:
        """Stand before other windows and take the keys."""
        self.raise_()
        self.activateWindow()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Date the end of a paint: Qt paints all that waits in a window on this one event.

        What is posted here comes when that is done. ``event`` itself must not be overridden for it: a paint
        that fails below a call from Python is kept as a pending error, and takes the program with it.
        """
        if event.type() is QEvent.Type.UpdateRequest and self._undrawn is not None and self._on_screen:
            view, self._undrawn = self._undrawn, None
            self._painting.emit(view)
        return False

    @Slot(object)
    def _time(self, view: LiveView) -> None:
        if self._latencies is not None:
            self._latencies.add(view.host_time_s, self._clock())
        self.painted.emit()

    @property
    def _on_screen(self) -> bool:
        """Whether there is anything to paint on; a window that is covered up is not painted."""
        return self.isVisible() and self.windowHandle().isExposed()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Leave Tab to the session: nothing here is chosen by it."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the line of the badge follow the window."""
        self.badge.setFixedHeight(round(self.height() * BADGE_SHARE))
        self._foot.setContentsMargins(0, 0, round(self.height() * MARGIN_SHARE), 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn a key into a command, or into something of the window's own."""
        page = self.page
        if isinstance(page, SummaryPage) and page.hears(event):
            page.keyPressEvent(event)
        elif not self.controls.hear(event, self):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close after the end; before it, ask once and let the session be saved."""
        if self._ended or self.controls.may_close():
            event.accept()
            self.controls.leave(again=False)
            return
        self.leave_help()
        event.ignore()
