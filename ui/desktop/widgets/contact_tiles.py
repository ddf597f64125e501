"""A tile for every electrode pair, placed as on the body: upper muscles above, the athlete's left left."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from emg.live_view import LiveView
from ui.desktop.theme import DARK, Theme
from ui.desktop.widgets import paint
from ui.desktop.widgets.sign import paint_sign
from ui.desktop.widgets.told import Told
from ui.reading.set_up import Sign, TileFace, Tiles, read_tiles
from ui.words import setup_words


class ContactTile(Told):
    """Draws one ``TileFace``: muscle, shape and words; a broad frame says that it is this one's turn."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.face = TileFace("", None, "", "", Sign.NONE)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def minimumSizeHint(self) -> QSize:
        """Leave the size to the layout."""
        return QSize(0, 0)

    def show_face(self, face: TileFace) -> None:
        """Draw this from now on."""
        if face == self.face:
            return
        self.face = face
        self.setAccessibleName(face.name)
        turn = setup_words.ITS_TURN if face.lit else ""
        self.setAccessibleDescription(", ".join(part for part in (face.said, turn) if part))
        self.update()

    def parts(self) -> tuple[QRectF, QRectF, QRectF]:
        """Places of the name, the sign and the words."""
        width, height = float(self.width()), float(self.height())
        name = QRectF(width * 0.06, height * 0.08, width * 0.88, height * 0.26)
        side = min(height * 0.28, width * 0.3)
        sign = QRectF((width - side) / 2, height * 0.37, side, side)
        said = QRectF(width * 0.06, height * 0.69, width * 0.88, height * 0.24)
        return name, sign, said

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frame, name, sign and words."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            face, theme, height = self.face, self._theme, float(self.height())
            thick = max(2.0, height * (0.04 if face.lit else 0.01))
            frame = QRectF(self.rect()).adjusted(thick, thick, -thick, -thick)
            quiet = face.sign is Sign.NONE
            painter.setPen(QPen(theme.side(face.side) if face.lit else QColor(theme.line), thick))
            painter.setBrush(
                Qt.BrushStyle.NoBrush if quiet else QColor(theme.raised if face.lit else theme.surface)
            )
            painter.drawRoundedRect(frame, height * 0.06, height * 0.06)
            name, sign, said = self.parts()
            colour = QColor(theme.quiet) if quiet else theme.side(face.side)
            # the longest name on one line, so that all tiles have one size
            size_px = min(height * 0.15, self.width() * 0.085)
            paint.draw_text(painter, name, face.name, colour, size_px, bold=True)
            told = theme.quiet if quiet else theme.text
            said_px = min(height * 0.17, self.width() * 0.11)
            paint.draw_text(painter, said, face.said, told, said_px, bold=not quiet)
            paint_sign(painter, face.sign, QPointF(sign.center()), sign.height() / 2, theme)


class ContactTiles(QWidget):
    """Draws the tiles of the contact and side checks; hidden where there are none."""

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.tiles: dict[str, ContactTile] = {}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.hide()

    def show_view(self, view: LiveView, fresh: bool) -> None:
        """Draw the tiles of this view from now on."""
        rows = read_tiles(view, fresh)
        faces = {face.site: face for row in rows for face in row}
        if faces and list(faces) != list(self.tiles):
            self._build(rows)
        for site, face in faces.items():
            self.tiles[site].show_face(face)

    def _build(self, rows: Tiles) -> None:
        for old in self.tiles.values():
            self._grid.removeWidget(old)
            old.hide()  # it is deleted only when the event loop comes round
            old.deleteLater()
        self.tiles = {}
        for row, faces in enumerate(rows):
            for column, face in enumerate(faces):
                self.tiles[face.site] = ContactTile(self._theme)
                self._grid.addWidget(self.tiles[face.site], row, column)
