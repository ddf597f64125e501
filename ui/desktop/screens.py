"""Which window stands on which screen: the athlete's fills the second one, as long as there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from ui.desktop.placing import NORMAL
from ui.desktop.windows.live_window import LiveWindow
from ui.desktop.windows.session_window import Face, NoteTaker
from ui.desktop.windows.therapist_window import TherapistWindow

FREE_SHARE: Final = 0.94
"""How much of a screen a normal window takes at most: its frame needs room too."""


def second_screen(screens: Sequence[QScreen]) -> QScreen | None:
    """Find the screen for the athlete: the first that shows something else than the main one.

    A mirrored screen shows the same; a window that filled it would cover the therapist's.
    """
    return next((one for one in screens[1:] if not one.geometry().intersects(screens[0].geometry())), None)


class Screens(QObject):
    """Keeps the two windows of a session on the screens there are.

    Parameters
    ----------
    athlete : LiveWindow
        Shown always.
    make_therapist : callable
        Makes the therapist's window when there is a screen for it.
    page, face, notes : QWidget, Face, NoteTaker
        The therapist's page, one object by what it does: in its own window, or in the athlete's.
    screens : callable
        Lists the screens, the main one first.
    """

    def __init__(
        self,
        athlete: LiveWindow,
        make_therapist: Callable[[], TherapistWindow],
        page: QWidget,
        face: Face,
        notes: NoteTaker,
        *,
        screens: Callable[[], Sequence[QScreen]] = QGuiApplication.screens,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.athlete = athlete
        self.therapist: TherapistWindow | None = None
        self._make_therapist = make_therapist
        self._page, self._face, self._notes = page, face, notes
        self._screens = screens
        self._away: QScreen | None = None
        athlete.add_face(page, face, notes)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenAdded.connect(self.arrange)
            app.screenRemoved.connect(self._gone)

    def open(self) -> None:
        """Show the windows for the first time."""
        normal(self.athlete, self._screens()[0])
        self.arrange()
        self.athlete.show()
        (self.therapist or self.athlete).come_forward()

    def arrange(self) -> None:
        """Use a second screen if there is one, from the start or from now on."""
        screens = self._screens()
        second = second_screen(screens)
        if second is None or self._away is not None:
            return
        self._away = second
        noting = self._notes.is_noting()
        therapist = self.therapist or self._part(screens[0])
        self.athlete.setScreen(second)
        self.athlete.setGeometry(second.geometry())
        self.athlete.showFullScreen()
        if noting:  # else the rest of the sentence is keys of the session
            therapist.come_forward()
            therapist.write_note()

    def _part(self, screen: QScreen) -> TherapistWindow:
        """Give the therapist's page a window of its own."""
        self.therapist = window = self._make_therapist()
        self.athlete.drop_face(self._page)
        window.add_face(self._page, self._face, self._notes)
        self.athlete.partner, window.partner = window, self.athlete
        normal(window, screen)
        window.show()
        return window

    def _gone(self, screen: QScreen) -> None:
        """Bring the athlete's window back as a normal one when its screen goes; both windows stay."""
        if screen is not self._away:
            return
        self._away = None
        left = [one for one in self._screens() if one is not screen]
        if not left:
            return
        self.athlete.showNormal()
        normal(self.athlete, left[0])


def normal(window: QWidget, screen: QScreen) -> None:
    """Put a window on a screen, no larger than the screen is."""
    free = screen.availableGeometry()
    window.setScreen(screen)
    window.resize(NORMAL.boundedTo(free.size() * FREE_SHARE))
    window.move(free.center() - window.rect().center())
