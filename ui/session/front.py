"""What passes between a session and its fronts, besides views, events and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from emg.codes import CommandKind
from emg.live_view import LiveView
from emg.results import Presser
from emg.stage import Event


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


class SessionEnd(Protocol):
    """How a session ended."""

    @property
    def message(self) -> str:
        """One plain sentence, may be empty."""
        ...

    @property
    def exit_code(self) -> int:
        """Exit code of the program."""
        ...

    @property
    def folder(self) -> Path | None:
        """Where the session is, None if there is none."""
        ...

    @property
    def holds(self) -> int:
        """Number of holds."""
        ...

    @property
    def valid_holds(self) -> int:
        """How many of them had a good signal."""
        ...

    @property
    def unfinished(self) -> int:
        """How many of them were paused, stopped or lost the balance."""
        ...

    @property
    def summary(self) -> Mapping[str, Any]:
        """Content of summary.json, empty if there is none."""
        ...


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
