"""The Qt application: style, colours, and a net under everything that can raise."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TypeAlias

from PySide6.QtCore import QMessageLogContext, QSize, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui import words
from ui.desktop.bridge import Bridge, SessionControl
from ui.desktop.collector import MainThreadCollector
from ui.desktop.theme import palette
from ui.desktop.windows.live_window import LiveWindow

OnProblem: TypeAlias = Callable[[str, BaseException | None], None]
"""Called with what happened and the exception, if it was one; from whatever thread it happened in."""

QT_NOISE = ("This plugin does not support propagateSizeHints()",)
"""Said by the offscreen platform on every resize; means nothing."""


def make_application(argv: Sequence[str], on_problem: OnProblem) -> QApplication:
    """Make the application, or dress the one there is.

    Parameters
    ----------
    argv : sequence of str
        Command line, program name first.
    on_problem : callable
        Hears of every exception that nobody caught (slots, paints, threads) and of Qt's own complaints.
        Without it the loop would run on with a frozen bar.

    Returns
    -------
    QApplication
        In Fusion style with the house's palette.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName(words.APP_NAME)
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette())
    catch_everything(on_problem)
    if app.findChild(MainThreadCollector) is None:
        MainThreadCollector(app)
    return app


def catch_everything(on_problem: OnProblem) -> None:
    """Send uncaught exceptions of every thread, and Qt's messages, to one place."""

    def in_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        on_problem(_told(kind, error), error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        on_problem(_told(args.exc_type, args.exc_value), args.exc_value)

    def in_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or message in QT_NOISE:
            return
        on_problem(message, None)

    sys.excepthook = in_main
    threading.excepthook = in_thread
    qInstallMessageHandler(in_qt)


def _told(kind: type[BaseException], error: BaseException | None) -> str:
    said = str(error) if error is not None else ""
    return f"{kind.__name__}: {said}" if said else kind.__name__


def open_live(control: SessionControl, bridge: Bridge) -> LiveWindow:
    """Open the window of a session.

    Parameters
    ----------
    control : SessionControl
        Where its keys go.
    bridge : Bridge
        Where its views come from.
    """
    window = LiveWindow(control, bridge)
    window.resize(QSize(1280, 800).boundedTo(window.screen().availableSize()))
    window.show()
    return window
