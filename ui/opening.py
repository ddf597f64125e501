"""The window, from either door: of the command without a word behind it, and of the command line."""

from __future__ import annotations

import os
import sys

from ui.exit_codes import EXIT_USAGE


def open_window() -> int:
    """Run the program in its window; returns the exit code."""
    os.umask(0o077)  # whatever a library writes is the user's alone
    from ui.computer.qt_check import qt_problem

    problem = qt_problem()
    if problem:
        from ui.words.command_words import NO_WINDOW
        from ui.words.told import told

        sys.stderr.write(NO_WINDOW.format(problem=told(problem)) + "\n")
        return EXIT_USAGE
    from ui.desktop.starting import run_app

    return run_app()
