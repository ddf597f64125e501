"""Measure how long the program takes from its command to something to see, and to a window that takes keys.

``python -m benchmarks.start`` prints the best and the median of some starts, each a process of its own in an
empty home, and what ``import PySide6.QtWidgets`` alone takes beside them: the part that is not ours.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Final

TURNS: Final = 7
LIMITS_S: Final[Mapping[str, float]] = {"first_paint": 0.5, "window": 0.8, "first_key": 0.8}
"""What the program promises, warm."""

MARKS: Final = ("bare", "qt", "first_paint", "window", "first_key")
BARE: Final = "import time, sys; print(time.monotonic() - float(sys.argv[1]))"
QT: Final = "import PySide6.QtWidgets, time, sys; print(time.monotonic() - float(sys.argv[1]))"
WATCHED: Final = """
import sys
from benchmarks.start import watched_start
watched_start(float(sys.argv[1]))
"""


@dataclass(frozen=True)
class Row:
    """How long one way to a mark took, in seconds."""

    mark: str
    best_s: float
    median_s: float
    times_qt: float
    limit_s: float | None


def watched_start(begun_s: float) -> None:
    """Start the program as its command does, print when each mark was reached, and end it.

    Parameters
    ----------
    begun_s : float
        Monotonic time at which the process was asked for.
    """
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication, QWidget

    from ui.desktop import starting

    found: dict[str, float] = {}

    class Watch(QObject):
        """Sees every event of the program; a paint is over when the next event comes."""

        painted = ""
        asked = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if self.painted:
                found.setdefault(self.painted, time.monotonic() - begun_s)
                self.painted = ""
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
                name = type(watched.window()).__name__
                self.painted = "window" if name == "StartWindow" else "first_paint"
            elif "window" in found and not self.asked:
                self.asked = True
                self.press()
            return False

        def press(self) -> None:
            target = QApplication.focusWidget() or QApplication.activeWindow()
            from ui.desktop.windows.start_window import StartWindow

            (window,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, StartWindow)]
            window.first.who.id.editTextChanged.connect(self.accepted)
            key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier, "x")
            QCoreApplication.postEvent(target or window, key)

        def accepted(self) -> None:
            found.setdefault("first_key", time.monotonic() - begun_s)
            QCoreApplication.exit(0)

    watch: list[Watch] = []

    def application(argv: Sequence[str]) -> QApplication:
        app = QApplication(list(argv))
        watch.append(Watch())
        app.installEventFilter(watch[0])
        return app

    vars(starting)["QApplication"] = application
    starting.run_app()
    print(json.dumps(found))


def run(code: str, home: str) -> str:
    """Run code in a process of its own; it is told when it was asked for.

    Compiled files are kept from start to start, as where the program is installed, and outside its folder.
    """
    place = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(Path(home) / "compiled"),
        "POWERHOLD_HOME": home,
        "QT_QPA_PLATFORM": "offscreen",
    }
    words = [sys.executable, "-c", code, str(time.monotonic())]
    return subprocess.run(words, env=place, check=True, capture_output=True, text=True).stdout


def measure(turns: int) -> list[Row]:
    """Start the program so many times, each kind in turn, and once before to warm the disk."""
    seconds: dict[str, list[float]] = {mark: [] for mark in MARKS}
    with tempfile.TemporaryDirectory() as home:
        # nobody starts for the first time twice
        (Path(home) / "settings.json").write_text('{"first_run_seen": true}', encoding="utf-8")
        run(WATCHED, home)
        for _ in range(turns):
            seconds["bare"].append(float(run(BARE, home)))
            seconds["qt"].append(float(run(QT, home)))
            for mark, found_s in json.loads(run(WATCHED, home).splitlines()[-1]).items():
                seconds[mark].append(found_s)
    qt_s = min(seconds["qt"])
    return [
        Row(mark, min(all_s), median(all_s), min(all_s) / qt_s, LIMITS_S.get(mark))
        for mark, all_s in seconds.items()
    ]


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; returns 1 where a limit was missed by the best start."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS, help="starts of each kind")
    parser.add_argument("--json", action="store_true", help="print the JSON object instead of lines")
    given = parser.parse_args(words)
    rows = measure(given.turns)
    if given.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        for row in rows:
            limit = f"   at most {row.limit_s} s" if row.limit_s else ""
            print(
                f"{row.mark:12} {row.best_s:6.3f} s  {row.median_s:6.3f} s  {row.times_qt:5.2f} x Qt{limit}"
            )
    return int(any(row.limit_s is not None and row.best_s > row.limit_s for row in rows))


if __name__ == "__main__":
    sys.exit(main())
