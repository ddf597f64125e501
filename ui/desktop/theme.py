"""Colours, shapes and type of the windows.

The hues are those of Okabe and Ito (2008), which stay apart for every common kind of colour vision. Left
is sky blue and right is orange, but their luminance is the same: words, letters and place say it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QColor, QFont, QPalette

from emg.montage import Side


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, as ``#rrggbb``.

    Attributes
    ----------
    ground, surface, raised : str
        Window, empty bar, and what stands on it.
    line : str
        Outlines and hatching.
    text, quiet : str
        Words that matter, and words that may be overlooked; both at least 4.5:1 on ``ground``.
    left, right : str
        The two sides.
    good, warn, bad : str
        Time in target, a hint, and a fault. Never a judgement of the athlete.
    """

    ground: str = "#121212"
    surface: str = "#1e1f22"
    raised: str = "#2b2d31"
    line: str = "#565a61"
    text: str = "#f2f2f2"
    quiet: str = "#a3a8b0"
    left: str = "#56b4e9"
    right: str = "#e69f00"
    good: str = "#21b890"
    warn: str = "#f0e442"
    bad: str = "#e8743b"

    def side(self, side: Side | None) -> QColor:
        """Colour of a side; plain text colour for neither."""
        if side is None:
            return QColor(self.text)
        return QColor(self.left if side is Side.LEFT else self.right)


DARK: Final = Theme()


def palette(theme: Theme = DARK) -> QPalette:
    """Palette for Fusion, so that every standard widget fits in."""
    result = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.ground,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.raised,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.BrightText: theme.text,
        QPalette.ColorRole.ToolTipBase: theme.raised,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.quiet,
        QPalette.ColorRole.Highlight: theme.left,
        QPalette.ColorRole.HighlightedText: theme.ground,
        QPalette.ColorRole.Link: theme.left,
    }
    for role, colour in roles.items():
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.line))
    return result


def font(height_px: float, bold: bool = False) -> QFont:
    """Font whose size follows the window: pixels, never points."""
    result = QFont()
    result.setPixelSize(max(8, round(height_px)))
    result.setBold(bold)
    return result


def main_button(theme: Theme = DARK) -> str:
    """Style sheet of the one button that matters on a screen; a ring shows where the keyboard is."""
    return (
        f"QPushButton {{ background: {theme.left}; color: {theme.ground}; border: 3px solid {theme.left};"
        f" border-radius: 8px; padding: 4px 40px; font-weight: bold; }}"
        f"QPushButton:focus {{ border-color: {theme.text}; }}"
        f"QPushButton:disabled {{ background: {theme.raised}; color: {theme.quiet};"
        f" border-color: {theme.raised}; }}"
    )
