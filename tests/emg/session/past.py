"""Sessions of the past: folders as the writer leaves them, and digests made to order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from emg.activation import Reference, SiteReference
from emg.blocks import Signal
from emg.montage import FOUR_SITES, Side
from emg.results import HoldResult, Method, Outcome, Role
from emg.session.folder import SessionFolder
from emg.session.library import Holds, Number, SessionDigest
from emg.session.model import SessionRecord, SoftwareFacts
from emg.session.writer import SessionWriter
from tests.emg.session.parts import INVALID, VERDICTS, hold, muscle, stream

MARCH = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)
HELD = Holds({Role.TRAIN: {Outcome.SUCCESS: 5}})


def reference(**methods: Method) -> Reference:
    return Reference(
        {site: SiteReference(2.0, 200.0, methods.get(site, Method.QUICK), 7.0) for site in FOUR_SITES.names}
    )


def glute_holds(left: Sequence[float], right: Sequence[float]) -> list[HoldResult]:
    told = [(Side.LEFT, pct) for pct in left] + [(Side.RIGHT, pct) for pct in right]
    return [
        hold(number, side, glute=muscle(pct), ham=muscle(20.0 + number))
        for number, (side, pct) in enumerate(told, start=1)
    ]


def past_session(
    parent: Path,
    started_at: datetime = MARCH,
    holds: Sequence[HoldResult] | None = None,
    *,
    killed: bool = False,
    methods: Mapping[str, Method] | None = None,
    **facts: Any,
) -> Path:
    """Write a session as the real writer does; ``killed`` leaves it as a kill would."""
    info = stream()
    folder = SessionFolder.create(parent, facts.get("protocol", "power_position"), started_at)
    record = SessionRecord.of_stream(
        info,
        FOUR_SITES,
        session_id=folder.name,
        kind="session",
        athlete="a01",
        protocol="power_position",
        started_at=started_at,
        software=SoftwareFacts.here("0.1.0"),
    ).amended(**facts)
    writer = SessionWriter(folder, record, info, FOUR_SITES, verdict_names=VERDICTS, invalid=INVALID)
    for result in glute_holds((40.0, 44.0, 42.0), (50.0, 55.0, 52.0)) if holds is None else holds:
        writer.write_hold(result)
    if killed:
        writer.abandon()
    else:
        writer.close(started_at + timedelta(minutes=10), reference=reference(**(methods or {})))
    return folder.path


def past_practice(
    parent: Path, started_at: datetime = MARCH, athlete: str = "a01", n: int = 8, *, killed: bool = False
) -> Path:
    """Write a practice by the clock as the real writer does."""
    info = stream(100.0, n_channels=0, board="practice", signal=Signal.NONE, aux=())
    folder = SessionFolder.create(parent, "power_position", started_at)
    record = SessionRecord.of_stream(
        info,
        None,
        session_id=folder.name,
        kind="practice",
        athlete=athlete,
        protocol="power_position",
        started_at=started_at,
        software=SoftwareFacts.here("0.1.0"),
    )
    writer = SessionWriter(folder, record, info, None)
    for number in range(1, n + 1):
        writer.write_hold(hold(number, role=Role.TRAIN, outcome=Outcome.PRACTISED))
    if killed:
        writer.abandon()
    else:
        writer.close(started_at + timedelta(minutes=10))
    return folder.path


def digest(day: float = 0.0, /, **facts: Any) -> SessionDigest:
    """One session so many days after the first of March 2026, at half past nine."""
    started_at = MARCH + timedelta(days=day)
    given: dict[str, Any] = {
        "id": f"{started_at:%Y%m%dT%H%M%SZ}-power_position",
        "athlete": "a01",
        "protocol": "power_position",
        "kind": "session",
        "started_at": started_at,
        "complete": True,
        "board": "cyton",
        "placement": f"{started_at:%Y%m%dT%H%M%SZ}",
        "holds": HELD,
    } | facts
    return SessionDigest(folder=Path("sessions") / given["id"], **given)


def series_of(name: str, *values: float | None, **facts: Any) -> list[SessionDigest]:
    """One session a day with these values of one number, each with fresh electrodes."""
    return [digest(day, numbers={name: Number(value)}, **facts) for day, value in enumerate(values)]
