"""A plate in the place of bars and clock: what is going on, or what is asked, to be read from far away."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.answer_rows import AnswerRows
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.reading.muscles import PlateFace


class Plate(QWidget):
    """Draws one ``PlateFace``; hidden where there is none."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._face: PlateFace | None = None
        self.title = FittedLabel(share=0.62, bold=True, theme=theme)
        self.sentence = FittedLabel(share=0.36, theme=theme)
        self.count = FittedLabel(share=0.72, bold=True, theme=theme)
        self.quiet = FittedLabel(share=0.44, colour=theme.quiet, theme=theme)
        self.answers = AnswerRows(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part, stretch in (
            (self.title, 18),
            (self.sentence, 24),
            (self.count, 27),
            (self.answers, 40),
            (self.quiet, 12),
        ):
            column.addWidget(part, stretch)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.hide()

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
        self.answers.show_answers(face.answers)
