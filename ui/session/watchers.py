"""Who follows a session beside its front: traces, pictures and sounds, none of which may end it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from emg.activation import Activations
from emg.blocks import SampleBlock, StreamInfo
from emg.live.listener import Listener
from emg.live_view import LiveView
from emg.montage import Montage
from emg.results import HoldResult
from emg.stage import Event, RowContext


class Watcher(Listener, Protocol):
    """Hears all that a session produces, on the acquisition thread, and must not block it."""

    @property
    def name(self) -> str:
        """What it is, in a word for people: ``sound``."""
        ...

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        """Begin with a stream; called once, before anything else."""
        ...

    def view(self, view: LiveView) -> None:
        """Take the newest view."""
        ...


class Silent:
    """A watcher that follows nothing; those that follow something override what they need."""

    name = ""

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        """Let it be."""

    def block(self, block: SampleBlock) -> None:
        """Let it be."""

    def event(self, event: Event) -> None:
        """Let it be."""

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Let it be."""

    def hold(self, result: HoldResult) -> None:
        """Let it be."""

    def view(self, view: LiveView) -> None:
        """Let it be."""


class Watchers:
    """Passes everything on to each watcher; one that raises is left out from then on, and named once.

    Parameters
    ----------
    watchers : sequence of Watcher
        In the order in which they hear.
    on_broken : callable
        Hears which one raised, and what.
    """

    def __init__(self, watchers: Sequence[Watcher], on_broken: Callable[[Watcher, Exception], None]) -> None:
        self._watchers = list(watchers)
        self._on_broken = on_broken
        self._opened = False

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        """Pass it on; what is shown before it is nothing to follow."""
        self._opened = True
        self._tell(lambda watcher: watcher.opened(info, montage))

    def block(self, block: SampleBlock) -> None:
        """Pass it on."""
        self._tell(lambda watcher: watcher.block(block))

    def event(self, event: Event) -> None:
        """Pass it on."""
        self._tell(lambda watcher: watcher.event(event))

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Pass it on."""
        self._tell(lambda watcher: watcher.activations(activations, contexts))

    def hold(self, result: HoldResult) -> None:
        """Pass it on."""
        self._tell(lambda watcher: watcher.hold(result))

    def view(self, view: LiveView) -> None:
        """Pass it on, once there is a session to follow."""
        if self._opened:
            self._tell(lambda watcher: watcher.view(view))

    def _tell(self, tell: Callable[[Watcher], None]) -> None:
        for watcher in list(self._watchers):
            try:
                tell(watcher)
            except Exception as error:
                self._watchers.remove(watcher)
                self._on_broken(watcher, error)
