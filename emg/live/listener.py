"""Who keeps what a session produces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from emg.activation import Activations
from emg.blocks import SampleBlock
from emg.results import HoldResult
from emg.stage import Event, RowContext


class Listener(Protocol):
    """Who keeps what a session produces; called in the order in which it belongs on disk."""

    def block(self, block: SampleBlock) -> None:
        """Keep samples as the board gave them."""
        ...

    def event(self, event: Event) -> None:
        """Keep an event."""
        ...

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Keep levels, with the phase that holds from each sample on."""
        ...

    def hold(self, result: HoldResult) -> None:
        """Keep a finished hold."""
        ...
