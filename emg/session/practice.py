"""summary.json of a practice: what can be said where nothing was measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from emg.codes import EventKind
from emg.montage import Side
from emg.pain import ASKS_AFTER
from emg.results import HoldResult, Outcome, Presser
from emg.session.model import SessionRecord
from emg.session.summary import warning_of
from emg.session.training import legs, training
from emg.stage import Event
from emg.statistics import median_iqr


def practised(record: SessionRecord, holds: Sequence[HoldResult], events: Iterable[Event]) -> dict[str, Any]:
    """Summarise a practice: counts, when it was felt, and pain; no level, and nothing built on one.

    Parameters
    ----------
    record : SessionRecord
        Its facts.
    holds : sequence of HoldResult
        All of them, as amended; what was taken out by hand is only listed.
    events : iterable of Event
        Those of pain, and notices, in order.

    Returns
    -------
    dict
        ``kind`` is ``practice``. ``sides`` has ``training`` as in a session, and ``felt``: of the holds that
        ran their course ``n`` with a press, ``n_helper`` of these by somebody else, who is later, and
        ``felt_s`` from set to it. ``legs``, ``pain``, ``excluded`` and ``warnings`` are as in a session.
    """
    events = list(events)
    return {
        "kind": record.kind,
        "sides": {side.value: _of_a_side([hold for hold in holds if hold.side is side]) for side in Side},
        "legs": legs(holds),
        "pain": {
            "before": _said((record.intake or {}).get("pain_0_10")),
            "worst": max((hold.pain_0_10 for hold in holds if hold.pain_0_10 is not None), default=None),
            "after": _pain_after(events),
        },
        "excluded": [{"hold": hold.hold, "reason": hold.excluded} for hold in holds if hold.excluded],
        "warnings": list(dict.fromkeys(filter(None, map(warning_of, events)))),
    }


def _of_a_side(holds: Sequence[HoldResult]) -> dict[str, Any]:
    pressed = [
        (hold.felt_latency_s, hold.felt_by)
        for hold in holds
        if hold.outcome is Outcome.PRACTISED and hold.felt_latency_s is not None and not hold.excluded
    ]
    return {
        "training": training(holds),
        "felt": {
            "n": len(pressed),
            "n_helper": sum(by is Presser.HELPER for _, by in pressed),
            "felt_s": asdict(median_iqr([felt_s for felt_s, _ in pressed])),
        },
    }


def _pain_after(events: Iterable[Event]) -> int | None:
    """Last answer to how it is now that all is done."""
    told = [
        _said(event.detail.get("pain_0_10"))
        for event in events
        if event.kind is EventKind.PAIN and event.detail.get("asked") == ASKS_AFTER
    ]
    return told[-1] if told else None


def _said(pain: object) -> int | None:
    return pain if isinstance(pain, int) else None
