"""What ``powerhold analyze`` is asked for, as it was typed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ui.analysis.file_choice import FileChoice


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """What the user asked for.

    Attributes
    ----------
    file : FileChoice
        The recording, and how it is read.
    rest : str or None
        ``A:B`` in seconds.
    mvc, work : tuple of str
        ``SITE=A:B`` and ``SIDE=A:B``.
    from_s : float
        Left out at the beginning.
    calibration : Path or None
        Instead of rest and mvc.
    zero_phase : bool
        Filter forwards and backwards.
    mains : str or None
        ``50``, ``60`` or ``off``; None for a session's own, and off for a file.
    out : Path or None
        Parent of the new folder.
    """

    file: FileChoice
    rest: str | None = None
    mvc: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    from_s: float = 0.5
    calibration: Path | None = None
    zero_phase: bool = False
    mains: str | None = None
    out: Path | None = None
