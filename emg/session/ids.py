"""What an athlete may be called: the id names a folder on every disk, and stands in files that travel."""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, Field

from emg.said import Said

_PATTERN: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}
)
"""Names that Windows keeps for devices."""


def is_id(name: str) -> bool:
    """Whether a name can be that of an athlete's folder on every system."""
    return _PATTERN.fullmatch(name) is not None and name.upper() not in _DEVICES


def _no_device(name: str) -> str:
    if not is_id(name):
        raise ValueError(Said("Windows keeps this name for a device"))
    return name


AthleteId: TypeAlias = Annotated[str, Field(pattern=rf"^{_PATTERN.pattern}$"), AfterValidator(_no_device)]
"""A field of a file."""
