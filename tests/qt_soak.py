"""Use Qt for a while and print what it did to the reference counts of True and None.

A program of its own, because a bad PySide6 aborts the whole process.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel

N_EMITS = 5000


class Sender(QObject):
    sent = Signal(bool)


def main() -> None:
    app = QApplication([])
    sender, label = Sender(), QLabel()
    heard: list[bool] = []
    sender.sent.connect(heard.append)
    before = sys.getrefcount(True), sys.getrefcount(None)
    for k in range(N_EMITS):
        sender.sent.emit(True)
        label.setText("12 %")
        label.setVisible(k % 2 == 0)
    n_heard = len(heard)
    heard.clear()
    after = sys.getrefcount(True), sys.getrefcount(None)
    sys.stdout.write(f"{n_heard} {after[0] - before[0]} {after[1] - before[1]}\n")
    app.quit()


if __name__ == "__main__":
    main()
