"""Pens of plots that are as thick on a sharp screen as on any other."""

from __future__ import annotations

from PySide6.QtGui import QPen


def thick(pen: QPen, ratio: float) -> QPen:
    """Give a cosmetic pen its width in pixels of the screen.

    Such a pen counts those and not the window's: at 200 % every line of a plot were half as thick, and faint.

    Parameters
    ----------
    pen : QPen
        With its width in pixels of the window.
    ratio : float
        Pixels of the screen in one of these.
    """
    pen.setWidthF(max(1.0, pen.widthF()) * ratio)
    return pen
