"""How far colours are apart: contrast as WCAG 2.2 counts it, and the distance that an eye sees."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ui.desktop.gallery.colour_vision import linear, seen

LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])
TO_XYZ: Final = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE: Final = TO_XYZ.sum(axis=1)


def rgb(colour: str) -> NDArray[np.float64]:
    """Read ``#rrggbb`` as red, green and blue from 0 to 1."""
    return np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 to 21."""
    light = sorted(float(LUMINANCE @ linear(rgb(colour))) for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def delta_e(one: str, other: str, kind: str = "") -> float:
    """Give the distance of two colours in CIELAB (1976) for an eye; about 2.3 can just be told apart."""
    return float(np.linalg.norm(_lab(seen(rgb(one), kind)) - _lab(seen(rgb(other), kind))))


def _lab(values: NDArray[np.float64]) -> NDArray[np.float64]:
    part = TO_XYZ @ linear(values) / WHITE
    f = np.where(part > (6 / 29) ** 3, np.cbrt(part), part / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
