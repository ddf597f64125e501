"""Try one fault on one kind of board, again and again, and say what was seen of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from emg.codes import EventKind
from emg.results import Outcome
from emg.sets.hold import MAX_GAP_S
from hardware.watch import NO_SIGNAL_S
from validation.faults.accounting import TEN_SECONDS_S, Account, account_for, read_codes
from validation.faults.catalogue import Fault, When
from validation.faults.kinds import Kind
from validation.faults.session import HoldSeen, WatchedDriver, WatchedSession, calibrated, pause

PATIENCE_S: Final = 30.0
Watched = WatchedDriver | WatchedSession

BEFORE_S: Final = 0.3
"""A trial is held against what came so long before its fault."""
AFTER_S: Final = 0.4
RATE_PATIENCE_S: Final = 40.0
OPEN_WATCH_S: Final = 1.0
CLOCK_TELLS_S: Final = 0.01 * TEN_SECONDS_S
"""Without a counter a loss is told to 1 % of 10 s; a shorter one is within that tolerance."""
SILENCE_IS_SEEN_S: Final = 0.4
"""No signal is said after 0.3 s or three usual chunks; a shorter pause means nothing."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One fault on one board, once.

    Attributes
    ----------
    board, fault : str
        Names of both.
    detected_ms : float or None
        From the fault to the first thing said of it; None if nothing was.
    said : str
        What.
    must_detect : bool
        Whether anything was wrong that the board's format lets anybody know.
    recovered_s : float or None
        From the end of the fault to the first sample measured after it; None if none came.
    account : Account or None
        What became of the samples; None if none came.
    hold : str
        Outcome of the hold in which it struck, with its reason; empty if there was none.
    void : bool or None
        Whether that hold is void; None without a hold.
    must_be_void : bool or None
        Whether it has to be, by what was truly lost; None where the clock leaves that open.
    """

    board: str
    fault: str
    detected_ms: float | None
    said: str
    must_detect: bool
    recovered_s: float | None
    account: Account | None
    hold: str = ""
    void: bool | None = None
    must_be_void: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """Return all of it in plain types."""
        return asdict(self)

    @classmethod
    def of_json(cls, found: dict[str, Any]) -> Trial:
        """Go back from ``as_json``."""
        account = found["account"]
        return cls(**found | {"account": None if account is None else Account(**account)})

    @property
    def false_alarm(self) -> bool:
        """Whether something was said although nothing was wrong, and nothing was late."""
        account = self.account
        calm = account is not None and account.longest_pause_s < NO_SIGNAL_S and not account.lost
        return self.detected_ms is not None and not self.must_detect and calm


def run_cell(kind: Kind, fault: Fault, repeats: int, seed: int) -> list[Trial]:
    """Try a fault on a board so many times."""
    if fault.when is When.HOLDING:
        return _while_holding(kind, fault, repeats, seed)
    once = _rate if fault.when is When.ALWAYS else _while_opening
    return [once(kind, fault) for _ in range(1 if fault.when is When.ALWAYS else repeats)]


@contextmanager
def _board(kind: Kind, fault: Fault) -> Iterator[Any]:
    with TemporaryDirectory() as folder:
        board = kind.emulator(fault.share, link=Path(folder) / "port", **fault.life)
        board.remember(kind.code)
        with board:
            yield board


@contextmanager
def _session(kind: Kind, board: Any, *, with_holds: bool) -> Iterator[Watched]:
    """Run a session, or the acquisition alone, and end it afterwards whatever happens."""
    source = kind.source(board.port)
    with TemporaryDirectory() as folder:
        watched: Watched
        if kind.driver_only:
            watched = WatchedDriver(source)
        else:
            watched = WatchedSession(source, Path(folder), calibrated(source) if with_holds else None)
        watched.start()
        try:
            yield watched
        finally:
            watched.end()


def _while_holding(kind: Kind, fault: Fault, repeats: int, seed: int) -> list[Trial]:
    rng = np.random.default_rng(seed)
    trials = []
    with _board(kind, fault) as board, _session(kind, board, with_holds=True) as session:
        session.wait_for(lambda: bool(session.received), PATIENCE_S)
        for _ in range(repeats):
            number = None if kind.driver_only else _hold_under_way(session, rng)
            trials.append(_strike(kind, fault, board, session, number))
    return trials


def _hold_under_way(session: Watched, rng: np.random.Generator) -> int:
    """Wait for a hold, and for a moment in it; one that is already void is let go."""
    while True:
        number = session.next_hold(PATIENCE_S)
        if number is None:
            raise RuntimeError(f"no hold came ({session.ended})")
        pause(rng.uniform(0.3, 0.6))
        if not session.holds_seen[number].outcome:
            return number


def _strike(kind: Kind, fault: Fault, board: Any, session: Watched, number: int | None) -> Trial:
    """Do it, undo it, wait until all is well, and look back."""
    n_before = len(session.received)
    struck_s = time.monotonic()
    fault.begin(board)
    pause(fault.lasts_s)
    fault.end(board)
    over_s = time.monotonic()
    back_s = _wait_until_back(kind, board, session, board.n_measured + fault.lasts_packets, n_before)
    if number is not None:
        session.wait_for(lambda: bool(session.holds_seen[number].outcome), PATIENCE_S)
    pause(AFTER_S)
    recovered_s = None if back_s is None else max(0.0, back_s - over_s)
    trial = _looked_back(kind, fault, board, session, struck_s, recovered_s)
    return trial if number is None else _with_hold(trial, kind, session.holds_seen[number])


def _wait_until_back(
    kind: Kind, board: Any, session: Watched, first_good: int, n_before: int
) -> float | None:
    """Wait for the first sample that was measured when all was well again; when it came."""
    n_looked_at = n_before
    found_s: list[float] = []

    def is_back() -> bool:
        nonlocal n_looked_at
        for one in session.received[n_looked_at:]:
            n_looked_at += 1
            codes = read_codes(one, session.stream, kind.code)
            if ((codes >= first_good) & (codes < board.n_measured)).any():
                found_s.append(one.time_s)
                break
        return bool(found_s)

    session.wait_for(is_back, PATIENCE_S)
    return found_s[0] if found_s else None


def _looked_back(
    kind: Kind,
    fault: Fault,
    board: Any,
    session: Watched,
    struck_s: float,
    recovered_s: float | None,
) -> Trial:
    """Say what was seen since a little before the fault struck."""
    blocks = [one for one in session.received if one.time_s >= struck_s - BEFORE_S]
    first = next((said for said in session.said if said.time_s >= struck_s), None)
    account = None
    if blocks:
        account = account_for(
            blocks, session.stream, kind.code, board.measured(), kind.fs_hz * fault.share, counts=kind.counts
        )
    return Trial(
        board=kind.name,
        fault=fault.name,
        detected_ms=None if first is None else 1e3 * (first.time_s - struck_s),
        said="" if first is None else first.code,
        must_detect=account is None or _must_be_seen(account, kind, fault),
        recovered_s=recovered_s,
        account=account,
    )


def _must_be_seen(account: Account, kind: Kind, fault: Fault) -> bool:
    """Whether something was wrong that the board's format lets anybody know."""
    tells_s = 0.0 if kind.counts else CLOCK_TELLS_S
    silent = fault.stops and fault.lasts_s > SILENCE_IS_SEEN_S
    return account.longest_gap_s > tells_s or silent or account.reopens > 0


def _with_hold(trial: Trial, kind: Kind, hold: HoldSeen) -> Trial:
    """Add what became of the hold, and what had to."""
    account = trial.account
    must: bool | None = None
    if account is not None and not account.false_rows:
        doubt_s = 0.0 if kind.counts and not account.reopens else CLOCK_TELLS_S
        if account.longest_gap_s > MAX_GAP_S + doubt_s:
            must = True
        elif account.longest_gap_s <= MAX_GAP_S - doubt_s:
            must = False
    return replace(
        trial,
        hold=f"{hold.outcome} {hold.reason}".strip(),
        void=hold.outcome == Outcome.VOID,
        must_be_void=must,
    )


def _rate(kind: Kind, fault: Fault) -> Trial:
    """Let a board run at another rate, and wait until it is said."""
    with _board(kind, fault) as board, _session(kind, board, with_holds=True) as session:
        session.wait_for(lambda: any(said.code == EventKind.NOTICE for said in session.said), RATE_PATIENCE_S)
        pause(AFTER_S)
        trial = _looked_back(kind, fault, board, session, session.opened_s or 0.0, None)
        trial = replace(trial, must_detect=True)
        told_s = [said.time_s for said in session.said if said.code == EventKind.NOTICE]
        if session.opened_s is None or not told_s:
            return replace(trial, detected_ms=None, said="")
        return replace(trial, detected_ms=1e3 * (told_s[0] - session.opened_s), said="notice")


def _while_opening(kind: Kind, fault: Fault) -> Trial:
    """Open a board that has the fault, and see how long it takes, or how long until it is said why not."""
    began_s = time.monotonic()
    with _board(kind, fault) as board, _session(kind, board, with_holds=False) as session:
        began_s = time.monotonic()
        session.wait_for(lambda: session.opened_s is not None, PATIENCE_S)
        session.wait_for(lambda: bool(session.received), PATIENCE_S)
        if session.opened_s is None or not session.received:
            said_s = session.said[-1].time_s if session.said else None
            return Trial(
                board=kind.name,
                fault=fault.name,
                detected_ms=None if said_s is None else 1e3 * (said_s - began_s),
                said=session.said[-1].detail.replace(board.port, "PORT") if session.said else "",
                must_detect=True,
                recovered_s=None,
                account=None,
            )
        pause(OPEN_WATCH_S)
        recovered_s = session.received[0].time_s - began_s
        trial = _looked_back(kind, fault, board, session, session.received[0].time_s, recovered_s)
        return replace(trial, detected_ms=None, said="", must_detect=False)
