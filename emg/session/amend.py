"""What is learned of a hold after it was over: pain that was asked for later, and holds taken out by hand.

A hold is never rewritten while a session runs. What is learned later stands in events, and is put on the
holds when holds.csv and summary.json are made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from emg.codes import EventKind, Origin
from emg.foreign import is_whole
from emg.pain import WORST_PAIN
from emg.results import HoldResult
from emg.said import Said
from emg.stage import Event, JsonValue

BY_HAND: Final = frozenset({EventKind.HOLD_EXCLUDED, EventKind.HOLD_RESTORED})


def amends(event: Event) -> bool:
    """Whether an event changes what is known of holds that are over.

    The pain of an effort in the set-up names no holds, and is of none.
    """
    return event.kind in BY_HAND or (event.kind is EventKind.PAIN and "holds" in event.detail)


def amended(holds: Iterable[HoldResult], events: Iterable[Event]) -> list[HoldResult]:
    """Put on the holds what was learned of them later; the last word wins.

    Parameters
    ----------
    holds : iterable of HoldResult
        As they were when they ended.
    events : iterable of Event
        Of the session, in order; those that do not amend a hold are passed over, and so is what is said
        of a hold that is not among these.

    Returns
    -------
    list of HoldResult
        In the same order.

    Raises
    ------
    ValueError
        If an event that amends holds does not say what, or of which.
    """
    learned: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for event in filter(amends, events):
        if event.kind is EventKind.PAIN:
            for number, pain_0_10 in _pain_of(event).items():
                learned[number]["pain_0_10"] = pain_0_10
        else:
            number, reason = _decided(event)
            learned[number]["excluded"] = reason
    return [replace(hold, **learned.get(hold.hold, {})) for hold in holds]


def excluded_event(hold: int, reason: str, *, sample: int, said_at: datetime | None = None) -> Event:
    """Make the event that takes a hold out of every mean.

    Parameters
    ----------
    hold : int
        Its number.
    reason : str
        Why; it stands in the file for whoever reads the means.
    sample : int
        Where the session's clock stood: its end, if it is over.
    said_at : datetime or None
        When it was decided, with time zone, where that was after the session.

    Raises
    ------
    ValueError
        If no reason is given.
    """
    if not reason.strip():
        raise ValueError("a hold is only excluded with a reason")
    return _by_hand(EventKind.HOLD_EXCLUDED, hold, reason, sample, said_at)


def restored_event(hold: int, reason: str = "", *, sample: int, said_at: datetime | None = None) -> Event:
    """Make the event that lets an excluded hold enter the means again; see ``excluded_event``."""
    return _by_hand(EventKind.HOLD_RESTORED, hold, reason, sample, said_at)


def _by_hand(kind: EventKind, hold: int, reason: str, sample: int, said_at: datetime | None) -> Event:
    detail: dict[str, JsonValue] = {"reason": " ".join(reason.split())}
    if said_at is not None:
        detail["said_at"] = said_at.astimezone(UTC).isoformat()
    return Event(sample, kind, hold=hold, detail=detail, origin=Origin.INPUT)


def _pain_of(event: Event) -> dict[int, int]:
    """Give the answer for each hold that it is about; a question that nobody answered says nothing."""
    pain, numbers = event.detail.get("pain_0_10"), event.detail["holds"]
    if isinstance(numbers, str) or not isinstance(numbers, Sequence):
        raise ValueError(Said("the pain at sample {sample} does not list its holds", sample=event.sample))
    if pain is None:
        return {}
    if not is_whole(pain) or not 0 <= pain <= WORST_PAIN:
        raise ValueError(
            Said(
                "the pain at sample {sample} is {pain}, which is not 0 to {most}",
                sample=event.sample,
                pain=repr(pain),
                most=WORST_PAIN,
            )
        )
    found: dict[int, int] = {}
    for number in numbers:
        if not is_whole(number):
            raise ValueError(
                Said(
                    "the pain at sample {sample} names {number} for a hold",
                    sample=event.sample,
                    number=repr(number),
                )
            )
        found[number] = pain
    return found


def _decided(event: Event) -> tuple[int, str]:
    """Give the hold and why it is taken out; no reason where it is let in again."""
    reason, excludes = event.detail.get("reason"), event.kind is EventKind.HOLD_EXCLUDED
    if event.hold is None or not isinstance(reason, str) or (excludes and not reason):
        raise ValueError(
            Said(
                "the event at sample {sample} does not say which hold it is about, or why",
                sample=event.sample,
            )
        )
    return event.hold, reason if excludes else ""
