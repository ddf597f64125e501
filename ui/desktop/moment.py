"""What of a view changes at a moment, apart from what runs: levels, times and counts."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import Final

from emg.live_view import LiveView, StageView

RUNNING: Final = frozenset(
    {
        *("sample", "time_s", "host_time_s", "lost_samples", "stage", "bars"),
        *("ratio_left", "ratio_right", "diagonal_left_glute", "diagonal_right_glute"),
        *("elapsed_s", "countdown_s", "in_target_s"),
    }
)
"""Fields that may be new in every view; whatever else there is, a new field too, counts as of the moment."""

_of_view = attrgetter(*(one.name for one in fields(LiveView) if one.name not in RUNNING))
_of_stage = attrgetter(*(one.name for one in fields(StageView) if one.name not in RUNNING))


class Moment:
    """Tells views that only run on from those in which something happens.

    Parameters
    ----------
    longest_s : float
        What only runs is told at least so often, in seconds of the session.
    """

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._key: tuple[object, ...] = ()
        self._time_s = 0.0

    def is_new(self, view: LiveView, fresh: bool) -> bool:
        """Whether all of this view must be looked at; also if it is no later than the one before."""
        key = (fresh, len(view.bars), _of_view(view), _of_stage(view.stage))
        if key == self._key and 0.0 < view.time_s - self._time_s < self._longest_s:
            return False
        self._key, self._time_s = key, view.time_s
        return True
