"""What the first page says of ports and boards, in another language than English."""

from __future__ import annotations

from tests.ui.words.test_language import in_language

SCRIPT = """
from PySide6.QtWidgets import QApplication
from emg.said import Said
from hardware.port_advice import in_use, no_permission
from hardware.ports import PortFacts
from hardware.probe import NOTHING, Answer
from ui.desktop.windows.source_fields import SourceChoice, SourceFields

app = QApplication([])
fields = SourceFields(list)
held = PortFacts("/dev/ttyUSB1", held_by=("minicom",), advice=in_use("/dev/ttyUSB1", ("minicom",)))
refused = PortFacts("/dev/ttyUSB2", usable=False, advice=no_permission("/dev/ttyUSB2"))
fields.show_ports([(held, None), (refused, None), (PortFacts("/dev/ttyACM0"), Answer(None, NOTHING))])
print(fields.about.text())
fields.show_all()
model = fields.source.model()
for row in range(model.rowCount()):
    print(model.item(row).text())
fields.source.setCurrentIndex(fields.source.findText("OpenBCI Cyton mit WiFi Shield"))
print(fields.about.text())
"""


def test_the_first_page_tells_of_ports_and_boards_in_german() -> None:
    """Else a German therapist reads in English which program holds the dongle."""
    said = in_language("de", SCRIPT, QT_QPA_PLATFORM="offscreen")

    assert "Der Anschluss /dev/ttyUSB1 ist belegt von minicom: Schließ das Programm" in said
    assert "Du darfst den Anschluss /dev/ttyUSB2 nicht benutzen" in said
    assert "Nichts antwortet." in said
    assert "OpenBCI Cyton mit Daisy" in said
    assert "Sendet nur 125 Messwerte pro Sekunde" in said
    assert "Das ganze EMG-Band; WLAN verliert Pakete" in said
    for english in ("in use by", "You may not", "Nothing answers", "samples a second", "whole band"):
        assert english not in said
