"""One leg as on the body: its glute above its hamstring, in the rows of the other leg."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from emg.live_view import LiveView
from emg.montage import Side
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.fitted_label import FittedLabel
from ui.desktop.widgets.ghost_legend import GhostLegend
from ui.desktop.widgets.muscle_bar import MuscleBar
from ui.reading.muscles import CEILING_MUSCLE, GATE_MUSCLE, Clock, Show, ghost_pct, muscle_of, side_of
from ui.reading.set_up import FROM_THE_TOP
from ui.words import hold_words, words

PAIR: Final = (GATE_MUSCLE, CEILING_MUSCLE)
"""Of the main view: where only one of them is measured, the other has its place too."""

HEAD_STRETCH, CELLS_STRETCH = 9, 91


def rows_of(view: LiveView) -> tuple[str, ...]:
    """Muscles from the top of the body down: those that are measured, and the pair's missing half."""
    height = {muscle: row for row, muscle in enumerate(FROM_THE_TOP)}
    found = {muscle_of(bar.site) for bar in view.bars}
    if found and found < set(PAIR):
        found = set(PAIR)
    return tuple(sorted(found, key=lambda name: (height.get(name, len(height)), name)))


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
        self._cells: dict[str, QWidget] = {}
        self._shape: tuple[tuple[str, ...], frozenset[str]] = ((), frozenset())
        self._title = FittedLabel(share=0.62, colour=theme.side(side).name(), align=paint.LEFT, theme=theme)
        self.legend = GhostLegend(theme)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self._title, 54)
        head.addWidget(self.legend, 46)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head, HEAD_STRETCH)
        column.addLayout(self._rows, CELLS_STRETCH)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setAccessibleName(words.LEGS[side])

    def show_view(self, view: LiveView) -> None:
        """Draw this side of this view from now on."""
        mine = {bar.site: bar for bar in view.bars if side_of(bar.site) is self._side}
        shape = rows_of(view), frozenset(mine)
        if shape != self._shape:
            self._shape = shape
            self._build(shape[0], mine)
        self._name(view)
        for site, bar in mine.items():
            self.bars[site].show_view(view, bar)
        marked = (site for site, bar in mine.items() if ghost_pct(view, bar) is not None)
        shown = any(self.bars[site].reading().show is Show.PERCENT for site in marked)
        self.legend.show_marks(shown)
        self.legend.setVisible(shown)

    def _name(self, view: LiveView) -> None:
        pushes = view.stage.side is self._side and view.stage.stage == "holds"
        leg = words.LEGS[self._side]
        other = hold_words.OTHER_LEG.get(view.stage.other_leg, "{leg}").format(leg=leg)
        self._title.setText(f"{leg} {words.PUSHING}" if pushes else other)
        self._title.set_bold(pushes)

    def _build(self, rows: tuple[str, ...], mine: Collection[str]) -> None:
        for old in self._cells.values():
            self._rows.removeWidget(old)
            old.hide()  # it is deleted only when the event loop comes round
            old.deleteLater()
        self.bars, self._cells = {}, {}
        for muscle in rows:
            site = f"{muscle}_{self._side}"
            if site in mine:
                cell: QWidget = self.bars.setdefault(site, MuscleBar(site, self._clock, self._theme))
            else:
                said = f"{words.site_words(site)}\n{words.NOT_MEASURED}"
                cell = FittedLabel(said, share=0.12, colour=self._theme.quiet, theme=self._theme)
            self._cells[site] = cell
            self._rows.addWidget(cell, 1)
            cell.show()  # at once, not when the event loop comes round
