"""The Qt application: style, colours, and a net under everything that can raise."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, TypeAlias

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.desktop.collector import MainThreadCollector
from ui.desktop.theme import DARK, Theme, palette
from ui.words import words

OnProblem: TypeAlias = Callable[[str, BaseException | None], object]
"""Called with what happened and the exception, if it was one; from whatever thread it happened in."""

QT_QUIET: Final = frozenset({QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg})
QT_NOISE: Final = ("This plugin does not support propagateSizeHints()",)
"""Said by the offscreen platform on every resize; means nothing."""


def make_application(
    argv: Sequence[str],
    on_problem: OnProblem,
    *,
    on_warning: OnProblem | None = None,
    theme: Theme = DARK,
) -> QApplication:
    """Make the application, or dress the one there is.

    Parameters
    ----------
    argv : sequence of str
        Command line, program name first.
    on_problem : callable
        Hears of every exception that nobody caught (slots, paints, threads) and of Qt's own complaints.
        Without it the loop would run on with a frozen bar.
    on_warning : callable or None
        Hears of what Qt only warns of; None for ``on_problem``.
    theme : Theme
        Colours.

    Returns
    -------
    QApplication
        In Fusion style with the house's palette.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName(words.APP_NAME)
    app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(palette(theme))
    catch_everything(on_problem, on_warning or on_problem)
    if app.findChild(MainThreadCollector) is None:
        MainThreadCollector(app)
    return app


def catch_everything(on_problem: OnProblem, on_warning: OnProblem) -> None:
    """Send uncaught exceptions of every thread, and Qt's messages, to one place."""

    def in_main(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        on_problem(_told(kind, error), error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        on_problem(_told(args.exc_type, args.exc_value), args.exc_value)

    def in_qt(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind in QT_QUIET or message in QT_NOISE:
            return
        heard = on_warning if kind is QtMsgType.QtWarningMsg else on_problem
        heard(message, None)

    sys.excepthook = in_main
    threading.excepthook = in_thread
    qInstallMessageHandler(in_qt)


def _told(kind: type[BaseException], error: BaseException | None) -> str:
    said = str(error) if error is not None else ""
    return f"{kind.__name__}: {said}" if said else kind.__name__
