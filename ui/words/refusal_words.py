"""Words for what is refused on the first screen, in the language of the program."""

from __future__ import annotations

from typing import Final

from ui.language import _

LACKS_SITES: Final = _("{title} cannot be done, because it needs {sites}: add it to the sites.")
"""No set of an exercise is possible."""
