"""Colours, shapes and type of the windows.

The hues are those of Okabe and Ito (2008), which stay apart for every common kind of colour vision. Left is
blue and right is orange, but their luminance is nearly the same: words, letters and place say it too. On
white their sky blue, orange and yellow are too pale, so the light theme takes blue, vermillion, green and
purple, darkened until they can be read as words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtGui import QColor, QFont, QPalette

from emg.montage import Side
from ui.kept.settings import Settings


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, as ``#rrggbb``.

    Attributes
    ----------
    ground, surface, raised : str
        Window, empty bar, and what stands on it.
    line : str
        Outlines and hatching, and words of what cannot be chosen; at least 3:1 on all three.
    text, quiet : str
        Words that matter, and words that may be overlooked; both at least 4.5:1 on all three.
    left, right : str
        The two sides; words in them at least 4.5:1 on ``ground`` and ``surface``.
    good, warn, bad : str
        Time in target, a hint, and a fault. Never a judgement of the athlete.
    """

    ground: str = "#121212"
    surface: str = "#1e1f22"
    raised: str = "#2b2d31"
    line: str = "#757a82"
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
LIGHT: Final = Theme(
    ground="#ffffff",
    surface="#eef0f2",
    raised="#e0e3e7",
    line="#7a8088",
    text="#16181b",
    quiet="#50565e",
    left="#0066a1",
    right="#ad4a00",
    good="#00785a",
    warn="#735c00",
    bad="#7a1f5c",
)
"""For printing and bright rooms."""

THEMES: Final[Mapping[str, Theme]] = MappingProxyType({"dark": DARK, "light": LIGHT})
"""By the word that the settings keep."""


def theme_of(settings: Settings) -> Theme:
    """Give the theme that was chosen."""
    return THEMES[settings.theme]


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


CALM: Final = "calm"
"""Property of a main button that can be pressed while something else is still to be done first."""


def main_button(theme: Theme = DARK) -> str:
    """Style sheet of the one button that matters on a screen; a ring shows where the keyboard is."""
    return (
        f"QPushButton {{ background: {theme.left}; color: {theme.ground}; border: 3px solid {theme.left};"
        f" border-radius: 8px; padding: 4px 40px; font-weight: bold; }}"
        f'QPushButton[{CALM}="true"] {{ background: {theme.raised}; color: {theme.text};'
        f" border-color: {theme.line}; }}"
        f"QPushButton:focus {{ border-color: {theme.text}; }}"
        f"QPushButton:disabled {{ background: {theme.raised}; color: {theme.quiet};"
        f" border-color: {theme.raised}; }}"
    )
