"""What passes between a session and its fronts, besides views, events and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from emg.codes import CommandKind
from emg.live_view import LiveView
from emg.results import Presser
from emg.stage import Event
from ui.exit_codes import EXIT_OK


class SessionControl(Protocol):
    """What a front may ask of the session; safe from any thread, never blocks."""

    def post(
        self, kind: CommandKind, value: int | None = None, by: Presser | None = None, text: str = ""
    ) -> None:
        """Put a command into the session's inbox.

        Parameters
        ----------
        kind : CommandKind
            What is asked.
        value : int or None
            What was said, with ``ANSWER``; which marker, with ``MARK``.
        by : Presser or None
            Who pressed, where the key tells.
        text : str
            What was written, with ``NOTE``.
        """
        ...

    def stop(self) -> None:
        """End the session and save it; the end comes back as a ``SessionEnd``."""
        ...


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """How a session ended.

    Attributes
    ----------
    message : str
        One sentence in the program's language, empty if all is well.
    exit_code : int
        Exit code of the command.
    folder : Path or None
        Where it was saved; None if it was not.
    holds, valid_holds : int
        Rows of holds.csv, and how many of them had a good signal.
    unfinished : int
        How many of them were paused, stopped or lost the balance.
    summary : mapping
        As summary.json; empty without one.
    latency_ms : mapping or None
        p50, p95 and p99 from a block's arrival to the end of the paint that shows it; None where nothing was
        painted.
    """

    message: str = ""
    exit_code: int = EXIT_OK
    folder: Path | None = None
    holds: int = 0
    valid_holds: int = 0
    unfinished: int = 0
    summary: Mapping[str, Any] = field(default_factory=dict)
    latency_ms: Mapping[str, float] | None = None


class Front(Protocol):
    """Who shows a session; called from the acquisition thread, must not block."""

    def post_view(self, view: LiveView) -> None:
        """Take the newest view."""
        ...

    def post_event(self, event: Event) -> None:
        """Take an event; none is left out."""
        ...

    def post_end(self, end: SessionEnd) -> None:
        """Take the end."""
        ...


class SafeFront:
    """Passes everything on to the front until it breaks: the recording must not end with the picture.

    Parameters
    ----------
    front : Front
        Who shows the session.
    on_broken : callable
        Hears once what the front raised.
    """

    def __init__(self, front: Front, on_broken: Callable[[Exception], None]) -> None:
        self._front = front
        self._on_broken = on_broken
        self._broken = False

    def post_view(self, view: LiveView) -> None:
        """Pass it on."""
        self._pass(lambda: self._front.post_view(view))

    def post_event(self, event: Event) -> None:
        """Pass it on."""
        self._pass(lambda: self._front.post_event(event))

    def post_end(self, end: SessionEnd) -> None:
        """Pass it on."""
        self._pass(lambda: self._front.post_end(end))

    def _pass(self, post: Callable[[], None]) -> None:
        if self._broken:
            return
        try:
            post()
        except Exception as error:
            self._broken = True
            self._on_broken(error)
