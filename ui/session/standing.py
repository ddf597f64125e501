"""What the session says so far: the summary that it would have if it ended now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from emg.activation import NO_REFERENCE, Reference
from emg.blocks import StreamInfo, Unit
from emg.codes import EventKind
from emg.limits import limits_of
from emg.live_view import LiveView
from emg.montage import Montage, WorkingSide
from emg.reference import reference_of
from emg.results import HoldResult, Role
from emg.session.order import order_resolution_s
from emg.session.summary import summarise
from emg.stage import Event
from ui.session.watchers import Silent

NOTHING_YET: Final[Mapping[str, Any]] = MappingProxyType({})


class Standing(Silent):
    """Follows the holds and compares them after each one, by the rules of summary.json.

    Parameters
    ----------
    sore_side : str or None
        As in the plan's intake.
    gate_muscle : str
        The muscle of the exercise.
    reports : sequence of str
        What the exercise tells besides levels.
    pain_before : int or None
        Pain 0 to 10 before the session.
    """

    name = "comparisons"

    def __init__(
        self,
        sore_side: str | None = None,
        gate_muscle: str = "glute",
        reports: Sequence[str] = (),
        pain_before: int | None = None,
    ) -> None:
        self._sore_side, self._gate_muscle = sore_side, gate_muscle
        self._reports, self._pain_before = tuple(reports), pain_before
        self._sites: tuple[str, ...] = ()
        self._unit = Unit.MICROVOLT
        self._resolution_s: float | None = None
        self._reference: Reference = NO_REFERENCE
        self._holds: list[HoldResult] = []
        # one reference is swapped, never a thing changed: a reader has the one before or the one after
        self._summary = NOTHING_YET
        self._last: HoldResult | None = None
        self._followed_s: float | None = None

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        """Begin with a stream."""
        self._sites, self._unit = montage.names, info.unit
        self._resolution_s = order_resolution_s(limits_of(info))

    def event(self, event: Event) -> None:
        """Keep the last reference with anything in it, as summary.json does."""
        if event.kind is EventKind.REFERENCE_SET and (reference := reference_of(event)).sites:
            self._reference = reference

    def hold(self, result: HoldResult) -> None:
        """Compare again, with this hold."""
        self._holds.append(result)
        self._last = result  # before its summary: who sees a new one finds the hold that made it
        self._summary = MappingProxyType(
            summarise(
                self._holds,
                self._reference,
                sites=self._sites,
                unit=self._unit,
                sore_side=self._sore_side,
                gate_muscle=self._gate_muscle,
                reports=self._reports,
                order_resolution_s=self._resolution_s,
                pain_before=self._pain_before,
            )
        )

    def summary(self) -> Mapping[str, Any]:
        """Give the newest comparisons, empty before the first hold; from any thread."""
        return self._summary

    def last(self) -> HoldResult | None:
        """Give the hold that ended last, None before the first; from any thread."""
        return self._last

    def tested(self) -> frozenset[WorkingSide]:
        """Give the legs of which a test hold is over, whether it counts or not; from any thread."""
        return frozenset(hold.side for hold in tuple(self._holds) if hold.role is Role.TEST)

    def view(self, view: LiveView) -> None:
        """Note how far the session has been followed."""
        self._followed_s = view.time_s

    def followed_s(self) -> float | None:
        """Give the sample time up to which it was followed, None before the first view; from any thread."""
        return self._followed_s
