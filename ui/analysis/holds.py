"""What the holds of a session say to its analysis: when they were scored, and by which reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from emg.activation import Reference
from emg.analysis import Span, WorkWindow
from emg.codes import EventKind, Phase
from emg.montage import Side
from emg.reference import DROPPED, reference_of
from emg.results import Outcome, Role
from emg.said import Said, said_by
from emg.session.amend import BY_HAND
from emg.session.bundle import SessionReadError
from emg.stage import Event, RowContext


def scored_windows(events: Sequence[Event], fs_hz: float) -> tuple[WorkWindow, ...]:
    """Give the scored spans of a session's test holds that enter its means: none that was taken out."""
    last = {event.hold: event.kind for event in events if event.kind in BY_HAND}
    return tuple(
        window for hold, window in counted(events, fs_hz) if last.get(hold) is not EventKind.HOLD_EXCLUDED
    )


def counted(events: Sequence[Event], fs_hz: float) -> Iterator[tuple[int | None, WorkWindow]]:
    """Give the number and the scored span of every test hold that counts by its outcome."""
    for event in events:
        if event.kind is not EventKind.HOLD_DONE or event.role is not Role.TEST:
            continue
        if not isinstance(event.side, Side):
            continue
        start, stop = (event.detail.get(f"scored_{edge}_sample") for edge in ("from", "to"))
        outcome = str(event.detail.get("outcome"))
        counts = outcome in set(Outcome) and Outcome(outcome).counts
        if counts and isinstance(start, int) and isinstance(stop, int) and 0 <= start < stop:
            yield event.hold, WorkWindow(event.side, Span(start / fs_hz, stop / fs_hz))


def row_contexts(events: Sequence[Event]) -> list[RowContext]:
    """Say what the coach was doing, as a live session writes it beside its levels."""
    return [
        RowContext(event.sample, Phase(phase), event.role, event.side, event.hold)
        for event in events
        if isinstance(phase := event.detail.get("phase"), str) and phase in set(Phase)
    ]


def by_own_references(
    work: Sequence[WorkWindow], events: Sequence[Event], last: Reference, fs_hz: float
) -> tuple[WorkWindow, ...]:
    """Give each window the reference that was in force in it: a session may have been calibrated anew.

    Parameters
    ----------
    work : sequence of WorkWindow
        Scored spans.
    events : sequence of Event
        Of the session, in order.
    last : Reference
        The session's own; a site that is not in it is on another channel now, and has no reference.
    fs_hz : float
        Sampling rate.

    Raises
    ------
    SessionReadError
        If an event does not carry the reference that it says.
    """
    known = _references(events)

    def in_force(start_s: float) -> Reference:
        found = last
        for sample, reference in known:
            if sample <= start_s * fs_hz and reference.sites:
                found = reference
        return Reference({name: site for name, site in found.sites.items() if name in last.sites})

    return tuple(replace(window, reference=in_force(window.span.start_s)) for window in work)


def reference_left_behind(events: Sequence[Event]) -> Reference | None:
    """Give the reference of the holds of a session that threw it away and ended before there was another.

    Parameters
    ----------
    events : sequence of Event
        Of the session, in order.

    Returns
    -------
    Reference or None
        None unless it ended so.

    Raises
    ------
    SessionReadError
        If an event does not carry the reference that it says.
    """
    how = [event.detail.get("how") for event in events if event.kind is EventKind.REFERENCE_SET]
    if not how or how[-1] != DROPPED:
        return None
    known = [reference for _sample, reference in _references(events) if reference.sites]
    return known[-1] if known else None


def _references(events: Sequence[Event]) -> list[tuple[int, Reference]]:
    """List the references of a session, and from which sample on each was in force."""
    try:
        return [
            (event.sample, reference_of(event)) for event in events if event.kind is EventKind.REFERENCE_SET
        ]
    except ValueError as error:
        raise SessionReadError(
            Said("The session's references cannot be read: {fault}.", fault=said_by(error))
        ) from error
