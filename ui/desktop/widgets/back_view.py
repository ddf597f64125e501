"""The back view of pelvis and legs, with the place of every electrode pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from emg.montage import FOUR_SITES, Side, Site
from ui.desktop.drawings import landmarks
from ui.desktop.drawings.landmarks import Point, Spot
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.told import Picture
from ui.words import where_words, words

HALO_UNITS: Final = 30.0
MARK_UNITS: Final = 11.0
LETTER_UNITS: Final = 19.0
"""Height of the small words."""

SMALLEST_LETTER_PX: Final = 11.0


class BackView(Picture):
    """Draws the four sites of the main view, and the one that is being taped."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._renderer = QSvgRenderer(landmarks.svg(theme.text), self)
        self._measured: frozenset[Site] = frozenset()
        self._now: Site | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    @property
    def now(self) -> Site | None:
        """The site that is highlighted."""
        return self._now

    def show_site(self, site: Site, measured: Sequence[Site]) -> None:
        """Highlight one site; those of the four that are not measured say so."""
        self._now = site
        self._measured = frozenset(measured)
        guide = where_words.guide(site)
        sentence = where_words.DRAWING if landmarks.spot(site) else where_words.DRAWING_WITHOUT_SPOT
        name = words.site_words(site.name)
        said = [sentence.format(now=name, start=guide.start, end=guide.end)]
        if self.not_measured():
            missing = ", ".join(words.site_words(other.name) for other in self.not_measured())
            said.append(where_words.NOT_MEASURED_SITES.format(sites=missing))
        self.setAccessibleName(where_words.TITLE)
        self.setAccessibleDescription(" ".join(said))
        self.update()

    def not_measured(self) -> list[Site]:
        """Those of the four sites that this session does not have."""
        return [site for site in FOUR_SITES.sites if site not in self._measured]

    def sizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def scale(self) -> float:
        """Pixels a unit of the drawing."""
        width, height = landmarks.SIZE
        return min(self.width() / width, self.height() / height)

    def to_pixels(self, point: Point) -> QPointF:
        """Give a point of the drawing in pixels of this widget."""
        scale = self.scale()
        return QPointF(
            self.width() / 2.0 + (point[0] - landmarks.SIZE[0] / 2.0) * scale,
            self.height() / 2.0 + (point[1] - landmarks.SIZE[1] / 2.0) * scale,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw body, lines and pairs."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            top_left, bottom_right = self.to_pixels((0.0, 0.0)), self.to_pixels(landmarks.SIZE)
            self._renderer.render(painter, QRectF(top_left, bottom_right))
            self._paint_sides(painter)
            for site in FOUR_SITES.sites:
                if site != self._now:
                    self._paint_other(painter, site)
            spot = landmarks.spot(self._now) if self._now is not None else None
            if spot is not None:
                self._paint_now(painter, spot)

    def _letter_px(self) -> float:
        return max(SMALLEST_LETTER_PX, LETTER_UNITS * self.scale())

    def _paint_sides(self, painter: QPainter) -> None:
        """Write left and right where the body leaves room: beside the waist."""
        size = self._letter_px() * 1.15
        for side, text, x in ((Side.LEFT, where_words.LEFT, 4.0), (Side.RIGHT, where_words.RIGHT, 436.0)):
            corner = self.to_pixels((x, 4.0))
            left = corner.x() if side is Side.LEFT else corner.x() - size * 4
            align = Qt.AlignmentFlag.AlignLeft if side is Side.LEFT else Qt.AlignmentFlag.AlignRight
            place = QRectF(left, corner.y(), size * 4, size * 1.5)
            colour = self._theme.side(side)
            paint.draw_text(
                painter, place, text, colour, size, bold=True, align=align | Qt.AlignmentFlag.AlignTop
            )

    def _paint_other(self, painter: QPainter, site: Site) -> None:
        """Draw a pair that is not being taped now: small and quiet, or hollow and named."""
        spot = landmarks.spot(site)
        if spot is None:
            return
        measured = site in self._measured
        quiet = QColor(self._theme.quiet)
        style = Qt.PenStyle.SolidLine if measured else Qt.PenStyle.DotLine
        painter.setPen(QPen(quiet, max(1.2, 1.4 * self.scale()), style))
        painter.setBrush(quiet if measured else Qt.BrushStyle.NoBrush)
        for point in spot.pair:
            self._paint_electrode(painter, point)
        if not measured:
            size = self._letter_px() * 0.9
            centre = self.to_pixels((spot.centre[0], spot.pair[1][1] + 14.0))
            place = QRectF(centre.x() - size * 3.6, centre.y(), size * 7.2, size * 1.4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.ground))
            painter.drawRoundedRect(place, size * 0.4, size * 0.4)
            paint.draw_text(painter, place, where_words.NOT_MEASURED, quiet, size)

    def _paint_now(self, painter: QPainter, spot: Spot) -> None:
        """Draw the line between the landmarks, both letters, and the pair in a ring."""
        colour, scale = self._theme.side(spot.site.side), self.scale()
        start, end = (self.to_pixels(point) for point in spot.line)
        painter.setPen(QPen(colour, max(1.6, 2.2 * scale), Qt.PenStyle.DashLine))
        painter.drawLine(start, end)
        ring = HALO_UNITS * scale
        painter.setPen(QPen(colour, max(2.0, 3.0 * scale)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(self.to_pixels(spot.centre), ring, ring)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.text))
        for point in spot.pair:
            self._paint_electrode(painter, point)
        for centre, letter in ((start, where_words.START_MARK), (end, where_words.END_MARK)):
            self._paint_mark(painter, centre, letter, colour)

    def _paint_electrode(self, painter: QPainter, point: Point) -> None:
        radius = max(2.5, landmarks.ELECTRODE_CM * landmarks.UNITS_PER_CM / 2.0 * self.scale())
        painter.drawEllipse(self.to_pixels(point), radius, radius)

    def _paint_mark(self, painter: QPainter, centre: QPointF, letter: str, colour: QColor) -> None:
        radius = max(SMALLEST_LETTER_PX * 0.75, MARK_UNITS * self.scale())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(centre, radius, radius)
        place = QRectF(centre.x() - radius, centre.y() - radius, radius * 2, radius * 2)
        paint.draw_text(painter, place, letter, self._theme.ground, radius * 1.4, bold=True)
