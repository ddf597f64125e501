"""A plate in the place of bars and clock: what is going on, or what is asked, to be read from far away."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.reading import PlateFace

MOST_ANSWERS = 2
"""As many as a clicker has buttons."""

GAP_PX = 40
"""Between the keys and what they say."""


class Plate(QWidget):
    """Draws one ``PlateFace``; hidden where there is none."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._face: PlateFace | None = None
        self.title = FittedLabel(share=0.62, bold=True, theme=theme)
        self.sentence = FittedLabel(share=0.36, theme=theme)
        self.count = FittedLabel(share=0.72, bold=True, theme=theme)
        self.quiet = FittedLabel(share=0.44, colour=theme.quiet, theme=theme)
        self._answers = QWidget()
        self._keys = [
            FittedLabel(share=0.34, colour=theme.quiet, align=paint.RIGHT, theme=theme)
            for _ in range(MOST_ANSWERS)
        ]
        self._said = [
            FittedLabel(share=0.48, bold=True, align=paint.LEFT, theme=theme) for _ in range(MOST_ANSWERS)
        ]
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.hide()

    def _lay_out(self) -> None:
        grid = QGridLayout(self._answers)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, (keys, said) in enumerate(zip(self._keys, self._said, strict=True)):
            grid.addWidget(keys, row, 0)
            grid.addWidget(said, row, 1)
        grid.setColumnStretch(0, 42)
        grid.setColumnStretch(1, 58)
        grid.setHorizontalSpacing(GAP_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part, stretch in (
            (self.title, 18),
            (self.sentence, 24),
            (self.count, 27),
            (self._answers, 40),
            (self.quiet, 12),
        ):
            column.addWidget(part, stretch)

    def show_face(self, face: PlateFace | None) -> None:
        """Draw this from now on, or hide."""
        if face == self._face:
            return
        self._face = face
        self.setVisible(face is not None)
        if face is None:
            return
        self.title.setText(face.title)
        self.sentence.setText(face.sentence)
        self.count.setText(face.count)
        self.count.setVisible(bool(face.count))
        self.quiet.setText(face.quiet)
        self._answers.setVisible(bool(face.answers))
        for (keys, said), label, answer in zip(face.answers, self._keys, self._said, strict=False):
            label.setText(keys)
            answer.setText(said)
