"""What makes frequent painting cheap: opaque mixed colours, and lines without an object for each point."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from PySide6.QtGui import QColor, QPolygonF
from shiboken6 import Shiboken

from emg.blocks import FloatArray

POINT_BYTES: Final = 16
"""Two doubles: what a QPointF is."""


def mixed(colour: QColor | str, ground: QColor | str, share: float) -> QColor:
    """Give so much of a colour on this ground, opaque: half-transparent fills and pens cost much more."""
    one, other = QColor(colour), QColor(ground)
    return QColor(
        *(
            round(share * over + (1.0 - share) * under)
            for over, under in (
                (one.red(), other.red()),
                (one.green(), other.green()),
                (one.blue(), other.blue()),
            )
        )
    )


def polyline(x: FloatArray, y: FloatArray) -> QPolygonF:
    """Make a polyline of two arrays of shape (n,), written right into its memory: 20 times as fast."""
    result = QPolygonF()
    result.resize(len(x))
    if len(x):
        writable = True
        # the stub knows another form of it, and not that it is a buffer
        memory: Any = Shiboken.VoidPtr(result.data(), POINT_BYTES * len(x), writable)  # type: ignore[call-arg, arg-type]
        points = np.frombuffer(memory, dtype=np.float64).reshape(-1, 2)
        points[:, 0], points[:, 1] = x, y
    return result
