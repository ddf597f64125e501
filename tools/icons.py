"""Make the pictures of the program from packaging/powerhold.svg: ``python -m tools.icons``.

PNG for Linux, ICO for Windows, ICNS for macOS. Both containers are a short table before pictures in PNG,
and Qt writes only one picture into them, so they are put together here.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

PACKAGING: Final = Path(__file__).resolve().parent.parent / "packaging"
SOURCE: Final = PACKAGING / "powerhold.svg"
ICONS: Final = PACKAGING / "icons"
PNG_PX: Final = 256
ICO_PX: Final = (16, 24, 32, 48, 64, 128, 256)
ICNS_PX: Final[Mapping[bytes, int]] = {
    b"ic11": 32,
    b"ic12": 64,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
}
"""Type and size of each picture."""


def picture(size_px: int) -> bytes:
    """Draw the picture, as PNG."""
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub asks for bytes, Qt for a word
    return bytes(buffer.data().data())


def ico(pictures: Sequence[tuple[int, bytes]]) -> bytes:
    """Put pictures into one ICO: sizes and PNGs; 256 is written as 0."""
    start = 6 + 16 * len(pictures)
    head, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size_px, png in pictures:
        side = size_px % 256
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), start + len(body))
        body += png
    return head + body


def icns(pictures: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Put pictures into one ICNS: types and PNGs."""
    body = b"".join(kind + struct.pack(">I", 8 + len(png)) + png for kind, png in pictures)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def main() -> int:
    """Write all three."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    ICONS.mkdir(exist_ok=True)
    (ICONS / "powerhold.png").write_bytes(picture(PNG_PX))
    (ICONS / "powerhold.ico").write_bytes(ico([(size, picture(size)) for size in ICO_PX]))
    (ICONS / "powerhold.icns").write_bytes(icns([(kind, picture(size)) for kind, size in ICNS_PX.items()]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
