"""How a command ends: frozen numbers, for scripts."""

from __future__ import annotations

from typing import Final

EXIT_OK: Final = 0
EXIT_FAULT: Final = 1
"""A fault of the program."""
EXIT_USAGE: Final = 2
EXIT_BOARD: Final = 3
"""No board, or it was lost."""
EXIT_FILE: Final = 4
"""A file that cannot be read or written."""
EXIT_REFUSED: Final = 5
EXIT_INTERRUPTED: Final = 130
