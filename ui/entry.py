"""The command ``powerhold`` itself: without a word behind it, a window, and nothing loaded before it."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> None:
    """Open the window, or do what the words behind the command say."""
    multiprocessing.freeze_support()  # of a bundle, workers are this program again
    if sys.argv[1:]:
        from ui.late import SLOW, put_off

        put_off("scipy", SLOW)  # hardly any command filters anything
        from ui.cli import main as command_line

        command_line()
    else:
        from ui.opening import open_window

        sys.exit(open_window())


if __name__ == "__main__":
    main()
