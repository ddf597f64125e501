"""Bars hidden by hand: the athlete holds by feeling, and the row says so."""

from __future__ import annotations

from dataclasses import replace

from emg.codes import CommandKind
from emg.input_events import command_of, is_command
from emg.live_view import StageView
from emg.results import HoldResult
from emg.stage import Event


class Curtain:
    """Closes before the bars and opens again, with every ``HIDE``.

    Attributes
    ----------
    closed_at : int or None
        Tick at which it was closed; None while it is open.
    """

    def __init__(self) -> None:
        self.closed_at: int | None = None

    def hear(self, event: Event) -> None:
        """Close or open with the command that says so."""
        if is_command(event) and command_of(event).kind is CommandKind.HIDE:
            self.closed_at = event.sample if self.closed_at is None else None

    def drawn(self, view: StageView) -> StageView:
        """Take the bars out of a view while it is closed."""
        return view if self.closed_at is None else replace(view, feedback=False, hidden=True)

    def told(self, result: HoldResult) -> HoldResult:
        """Say of a hold that was behind it from cue to end that it had no bars."""
        cue = result.cue_sample
        if self.closed_at is None or cue is None or cue < self.closed_at:
            return result
        return replace(result, feedback=False)
