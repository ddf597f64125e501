"""The command ``powerhold`` itself: without a word behind it, a window, and nothing loaded before it."""

from __future__ import annotations

import multiprocessing
import os
import sys
from typing import Final

EXIT_USAGE: Final = 2


def main() -> None:
    """Open the window, or do what the words behind the command say."""
    multiprocessing.freeze_support()  # of a bundle, workers are this program again
    if sys.argv[1:]:
        from ui.late import SLOW, put_off

        put_off("scipy", SLOW)  # hardly any command filters anything
        from ui.cli import main as command_line

        command_line()
    else:
        sys.exit(open_window())


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


if __name__ == "__main__":
    main()
