"""The report: a page for the patient and one for the physical therapist, as PDF and as pictures.

It is painted without a window: where there is no Qt application yet, one is made that needs no display.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
)

from ui.report.canvas import Canvas
from ui.report.material import Material
from ui.report.pages import draw_patient_page, draw_therapist_page
from ui.words import report_words, words

PAPERS: Final = {"a4": QSizeF(210.0, 297.0), "letter": QSizeF(215.9, 279.4)}
"""Width and height in millimetres."""

PDF_DPI: Final = 1200
PICTURE_DPI: Final = 200
MM_PER_INCH: Final = 25.4
PAGES: Final = (draw_patient_page, draw_therapist_page)

_DATE: Final = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")
_XMP_DATE: Final = re.compile(rb'(xmp:(?:Create|Modify|Metadata)Date=")[^"]*"')
_kept: list[QGuiApplication] = []


def pdf_of(material: Material, paper: str = "a4") -> bytes:
    """Paint the report as a PDF of two pages, with its fonts in it.

    Parameters
    ----------
    material : Material
        What it says.
    paper : str
        A key of ``PAPERS``.

    Returns
    -------
    bytes
        The same for the same session: its date is the session's.
    """
    application()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    size = PAPERS[paper]
    writer.setResolution(PDF_DPI)
    writer.setPageLayout(
        QPageLayout(QPageSize(size, QPageSize.Unit.Millimeter), QPageLayout.Orientation.Portrait, QMarginsF())
    )
    writer.setTitle(f"{words.APP_NAME}: {report_words.TITLE}")
    writer.setCreator(f"{words.APP_NAME} {material.record.software.version}")
    writer.setDocumentId(QUuid(str(uuid5(NAMESPACE_OID, f"{words.APP_NAME}/{material.record.id}"))))
    with _painting(writer) as painter:
        for number, draw in enumerate(PAGES):
            if number:
                writer.newPage()
            draw(Canvas(painter, PDF_DPI / MM_PER_INCH, size.width(), size.height()), material)
    buffer.close()
    return _dated(bytes(content.data()), material)


def pictures_of(material: Material, paper: str = "a4") -> tuple[bytes, ...]:
    """Paint the report as PNG pictures, one a page.

    Parameters
    ----------
    material : Material
        What it says.
    paper : str
        A key of ``PAPERS``.
    """
    application()
    return tuple(_picture(material, page, PAPERS[paper]) for page in range(len(PAGES)))


def application() -> QGuiApplication:
    """Give the Qt application there is, or make one that opens no window and needs no display."""
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    # elsewhere the offscreen platform finds no fonts, and the system's own needs no window
    without = ["-platform", "offscreen"] if sys.platform == "linux" else []
    _kept.append(QGuiApplication([words.APP_NAME, *without]))
    return _kept[0]


@contextmanager
def _painting(device: QPaintDevice) -> Iterator[QPainter]:
    """Paint, and let go of the device whatever happens: Qt takes the process down if it is not let go of."""
    painter = QPainter(device)
    try:
        yield painter
    finally:
        painter.end()


def _picture(material: Material, page: int, size: QSizeF) -> bytes:
    per_mm = PICTURE_DPI / MM_PER_INCH
    image = QImage(round(size.width() * per_mm), round(size.height() * per_mm), QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(per_mm * 1000.0))
    image.setDotsPerMeterY(round(per_mm * 1000.0))
    image.fill(QColor("#ffffff"))
    with _painting(image) as painter:
        PAGES[page](Canvas(painter, per_mm, size.width(), size.height()), material)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(content.data())


def _dated(content: bytes, material: Material) -> bytes:
    """Put the session's time where Qt wrote the present one; not a byte longer, for the file counts bytes."""
    moment = material.record.started_at.astimezone(UTC)

    def mended(found: re.Match[bytes]) -> bytes:
        whole, name = found[0], found[1]
        stamp = b"/%b (D:%b" % (name, f"{moment:%Y%m%d%H%M%S}".encode())
        zone = b"+00'00')" if len(whole) - len(stamp) == len(b"+00'00')") else b"Z)"
        return (stamp + zone).ljust(len(whole))

    def mended_xmp(found: re.Match[bytes]) -> bytes:
        whole, name = found[0], found[1]
        stamp = name + f"{moment:%Y-%m-%dT%H:%M:%S}".encode()
        zone = b'+00:00"' if len(whole) - len(stamp) == len(b'+00:00"') else b'Z"'
        return (stamp + zone).ljust(len(whole))

    return _XMP_DATE.sub(mended_xmp, _DATE.sub(mended, content))
