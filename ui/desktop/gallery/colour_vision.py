"""What a colour-blind eye makes of colours.

The matrices are those of Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of
color vision deficiency" (IEEE TVCG 15, 2009), severity 1.0; they work on linear light.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

MACHADO: Final[Mapping[str, NDArray[np.float64]]] = MappingProxyType(
    {
        "protanopia": np.array(
            [
                [0.152286, 1.052583, -0.204868],
                [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        ),
        "deuteranopia": np.array(
            [
                [0.367322, 0.860646, -0.227968],
                [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        ),
        "tritanopia": np.array(
            [
                [1.255528, -0.076749, -0.178779],
                [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ]
        ),
    }
)
"""What each kind of colour-blind eye sees of linear red, green and blue."""


def linear(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn sRGB from 0 to 1 into linear light."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn linear light into sRGB from 0 to 1; what a screen cannot show is cut."""
    within = np.clip(light, 0.0, 1.0)
    return np.where(within <= 0.0031308, within * 12.92, 1.055 * within ** (1 / 2.4) - 0.055)


def seen(values: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Give sRGB values as an eye sees them.

    Parameters
    ----------
    values : array of shape (..., 3)
        sRGB from 0 to 1.
    kind : str
        A key of ``MACHADO``; empty for an eye that sees all colours.
    """
    return encoded(linear(values) @ MACHADO[kind].T) if kind else values


def picture_as_seen(image: QImage, kind: str) -> QImage:
    """Give a picture as an eye sees it."""
    flat = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    pixels = rows[:, : 3 * flat.width()].reshape(flat.height(), flat.width(), 3)
    told = np.ascontiguousarray(np.rint(seen(pixels / 255.0, kind) * 255.0).astype(np.uint8))
    made = QImage(told.data, flat.width(), flat.height(), 3 * flat.width(), QImage.Format.Format_RGB888)
    return made.copy()  # else it would point into an array that is gone
