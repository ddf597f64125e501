"""The drawing of one exercise, in the colours of the theme."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from emg.montage import Side, WorkingSide
from ui.desktop.drawings import exercises
from ui.desktop.drawings.exercises import Inks
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.told import Picture

FAR_SHARE: Final = 0.55
"""So much of the working leg's colour is left on the farther leg; the rest is ground."""


class ExerciseView(Picture):
    """Draws one exercise; nothing where there is no drawing of that name."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._renderer: QSvgRenderer | None = None
        self._mirrored = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    @property
    def has_drawing(self) -> bool:
        """Whether there is something to see: an own exercise may name a drawing that is not there."""
        return self._renderer is not None

    def show_exercise(self, drawing: str, title: str, sentence: str, side: WorkingSide | None = None) -> None:
        """Draw this exercise from now on.

        Parameters
        ----------
        drawing : str
            Its name.
        title, sentence : str
            What a screen reader says instead.
        side : Side or Legs, optional
            Which leg works: it gets the colour of its side, and the left one a mirrored drawing.
        """
        content = exercises.svg(drawing, inks(self._theme, side))
        self._renderer = None if content is None else QSvgRenderer(content, self)
        self._mirrored = side is Side.LEFT
        self.setAccessibleName(title or sentence)
        self.setAccessibleDescription(sentence if title else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it as large as it fits, in the middle."""
        if self._renderer is None:
            return
        width, height = exercises.SIZE
        scale = min(self.width() / width, self.height() / height)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(self.width() / 2.0, self.height() / 2.0)
            if self._mirrored:
                painter.scale(-1.0, 1.0)
            place = QRectF(-width * scale / 2.0, -height * scale / 2.0, width * scale, height * scale)
            self._renderer.render(painter, place)


def inks(theme: Theme, side: WorkingSide | None = None) -> Inks:
    """Choose the colours: the working leg stands out from the body, and the arrows from both.

    Parameters
    ----------
    theme : Theme
        Of the window.
    side : Side or Legs, optional
        Which leg works; both, or nobody said, is the colour of time in target.
    """
    work = theme.side(side).name() if isinstance(side, Side) else theme.good
    return Inks(
        body=theme.quiet,
        far=theme.line,
        work=work,
        work_far=_mixed(work, theme.ground),
        thing=theme.line,
        move=theme.text,
    )


def _mixed(colour: str, ground: str) -> str:
    over, under = QColor(colour), QColor(ground)
    channels = ((over.red(), under.red()), (over.green(), under.green()), (over.blue(), under.blue()))
    return QColor(*(round(FAR_SHARE * a + (1.0 - FAR_SHARE) * b) for a, b in channels)).name()
