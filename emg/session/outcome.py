"""What the holds of a session come to: holds.csv and summary.json, live and computed again alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import JsonValue

from emg.activation import Reference
from emg.codes import EventKind
from emg.foreign import whole_or_none
from emg.limits import Limit
from emg.pain import ASKS_AFTER
from emg.results import HoldResult
from emg.session.amend import BY_HAND
from emg.session.model import SessionRecord
from emg.session.order import order_resolution_s
from emg.session.practice import practised
from emg.session.summary import summarise, warning_of
from emg.session.tables import HoldTable
from emg.stage import Event

MATTERS: Final = BY_HAND | {EventKind.PAIN, EventKind.NOTICE, EventKind.REFERENCE_SET}
"""Kinds of events that these files are made from; a writer need not keep the others."""

IMPORTED: Final = "import"
"""Board of a session that was made from another tool's recording."""


def hold_table(record: SessionRecord) -> HoldTable:
    """Give the table of a session's holds."""
    return HoldTable(record.athlete, record.id, record.protocol, tuple(record.montage))


def holds_text(record: SessionRecord, holds: Iterable[HoldResult]) -> str:
    """Text of holds.csv.

    Parameters
    ----------
    record : SessionRecord
        Whose holds they are.
    holds : iterable of HoldResult
        Amended.
    """
    table = hold_table(record)
    return table.header + "".join(map(table.row, holds))


def summary_of(
    record: SessionRecord, holds: Sequence[HoldResult], events: Iterable[Event], reference: Reference
) -> dict[str, Any]:
    """Summarise a session from what is on disk of it.

    Parameters
    ----------
    record : SessionRecord
        Its facts.
    holds : sequence of HoldResult
        Amended.
    events : iterable of Event
        In order; those whose kind is not in ``MATTERS`` are passed over.
    reference : Reference
        The last one with anything in it.
    """
    events = list(events)
    reference = _in_order(reference, record)
    exercise, intake = record.exercise or {}, record.intake or {}
    if record.kind == "practice":
        return practised(record, holds, events)
    coarse = ["coarse_latency"] if Limit.FINE_LATENCY in record.cannot else []
    return summarise(
        holds,
        reference,
        sites=tuple(record.montage),
        timed=record.board != IMPORTED,
        unit=record.unit,
        warned=[*coarse, *filter(None, map(warning_of, events))],
        sore_side=record.sore_side,
        gate_muscle=str(exercise.get("gate_muscle", "glute")),
        reports=_words(exercise.get("reports")),
        order_resolution_s=order_resolution_s(record.cannot),
        pain_before=whole_or_none(intake.get("pain_0_10")),
        pain_after=_pain_after(events),
        pain_efforts=_pain_in_efforts(events),
    )


def _in_order(reference: Reference, record: SessionRecord) -> Reference:
    """Give a reference in the order of the map: one that is read back from the events has lost its own."""
    names = dict.fromkeys((*record.montage, *sorted(reference.sites)))
    return replace(
        reference, sites={name: reference.sites[name] for name in names if name in reference.sites}
    )


def _words(value: JsonValue) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []


def _pain_after(events: Iterable[Event]) -> int | None:
    """Give the last answer to how it was afterwards; None if nobody asked, or answered."""
    asked = (event.detail for event in events if event.kind is EventKind.PAIN)
    said = [whole_or_none(detail.get("pain_0_10")) for detail in asked if detail.get("asked") == ASKS_AFTER]
    return next((pain for pain in reversed(said) if pain is not None), None)


def _pain_in_efforts(events: Iterable[Event]) -> int | None:
    """Give the worst that was said of an effort of the set-up; unlike the others it names no holds."""
    details = (event.detail for event in events if event.kind is EventKind.PAIN)
    said = [whole_or_none(detail.get("pain_0_10")) for detail in details if "holds" not in detail]
    return max((pain for pain in said if pain is not None), default=None)
