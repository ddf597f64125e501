"""One leg: its muscles side by side, glute before hamstring."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from emg.live_view import LiveView
from emg.montage import Side, ordered
from ui import words
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.muscle_bar import MuscleBar
from ui.reading import Clock, side_of


class LegPanel(QWidget):
    """Shows the bars of one side; the athlete's own left is on the left."""

    def __init__(
        self,
        side: Side,
        clock: Clock = time.monotonic,
        theme: Theme = DARK,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._side = side
        self._clock = clock
        self._theme = theme
        self.bars: dict[str, MuscleBar] = {}
        self._title = FittedLabel(share=0.52, bold=True, colour=theme.side(side).name(), theme=theme)
        self._empty = FittedLabel(share=0.06, colour=theme.quiet, theme=theme)
        self._row = QHBoxLayout()
        self._row.setSpacing(0)
        self._row.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._title, 8)
        column.addLayout(self._row, 92)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(words.LEGS[side])

    def show_view(self, view: LiveView) -> None:
        """Draw this side of this view from now on."""
        mine = {bar.site: bar for bar in view.bars if side_of(bar.site) is self._side}
        if set(mine) != set(self.bars):
            self._build(list(mine))
        self._empty.setText(words.NOT_MEASURED if view.bars and not mine else "")
        pushes = view.stage.side is self._side and view.stage.stage == "holds"
        leg = words.LEGS[self._side]
        self._title.setText(f"{leg} {words.PUSHING}" if pushes else leg)
        for site, bar in mine.items():
            self.bars[site].show_view(view, bar)

    def _build(self, sites: list[str]) -> None:
        for old in self.bars.values():
            self._row.removeWidget(old)
            old.deleteLater()
        self.bars = {site: MuscleBar(site, self._clock, self._theme) for site in ordered(sites)}
        for bar in self.bars.values():
            self._row.addWidget(bar, 1)
        self._empty.setVisible(not self.bars)
