"""Pictures of sets, pages of the summary and the history for the gallery, made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from emg.montage import Legs, Side, WorkingSide
from emg.results import Kind, Outcome, Role
from emg.session.adherence import done_of
from emg.session.library import Holds, Number, SessionDigest, SessionPain
from emg.session.trend import trends
from ui.desktop.gallery.pictured_holds import summary
from ui.desktop.theme import Theme
from ui.desktop.windows.history_page import HistoryPage
from ui.desktop.windows.history_window import HistoryWindow
from ui.desktop.windows.summary_page import SummaryPage
from ui.reading.history import History, PastSession, calendar
from ui.session.courses import HoldCourse, Muscles, SetCourse
from ui.session.front import SessionEnd
from ui.words.key_words import AGAIN_HINT

TODAY = date(2026, 6, 13)
SESSION = Path("~/.local/share/powerhold/athletes/runner-07/sessions/20260612T091500Z-power_position")
WENT_WELL = SessionEnd(folder=SESSION, holds=16, valid_holds=15)


def history_scenes(theme: Theme) -> Iterator[tuple[str, QWidget]]:
    """Give every picture and every state of the history, ready to be drawn in any size.

    Parameters
    ----------
    theme : Theme
        Colours.

    Yields
    ------
    tuple of str and QWidget
        Name of the file, and the page.
    """
    for name, course in {
        "picture_test": test_set(),
        "picture_train": training_set(),
        "picture_repetitions": repetitions(),
    }.items():
        page = SummaryPage(theme)
        page.show_end(WENT_WELL, AGAIN_HINT)
        page.show_courses([course])
        page.next_page()
        yield name, page
    yield from _read_again(theme)
    digests = past()
    shown = {
        "history": (digests, 0),
        "history_levels": (digests, 1),
        "history_latency": (digests, 3),
        "history_begins": (digests[:2], 0),
        "history_empty": ((), 0),
    }
    for name, (known, turned) in shown.items():
        history = HistoryPage(theme)
        history.show_athlete("runner-07", history_of(known))
        history.turn(turned)
        yield name, history


def _read_again(theme: Theme) -> Iterator[tuple[str, QWidget]]:
    """Give the window of the history, and sessions opened from it: a whole one, and one in pieces."""
    whole = PastSession(replace(WENT_WELL, summary=summary()), (training_set(),))
    pieces = PastSession(
        SessionEnd("events.jsonl: line 12 is cut off, so there are no pictures.", folder=SESSION)
    )
    known = history_of(past())
    yield "history_window", HistoryWindow("runner-07", known, lambda folder: whole, theme=theme)
    for name, read_past in {
        "history_session": lambda folder: whole,
        "history_session_broken": lambda folder: pieces,
    }.items():
        window = HistoryWindow("runner-07", replace(known, n_broken=2), read_past, theme=theme)
        window.history.open_selected()
        yield name, window


def course_of(
    hold: int,
    *,
    side: WorkingSide = Side.RIGHT,
    role: Role = Role.TRAIN,
    glute_pct: float = 52.0,
    ham_pct: float = 31.0,
    latency_s: float = 0.7,
    hold_s: float = 6.0,
    target_pct: float | None = None,
    **facts: Any,
) -> HoldCourse:
    """Make a hold that rises to its levels at its latency, and holds them with the scatter of EMG."""
    noise = np.random.default_rng(hold)
    waits = target_pct is not None
    end_s = hold_s + (latency_s + 0.1 if waits else 0.0)
    times_s = np.arange(-2.0, end_s, 0.05)
    scatter = np.convolve(noise.standard_normal((2, len(times_s) + 4)).ravel(), np.ones(5) / 5.0, "valid")

    def rising(level_pct: float, at_s: float, own: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        rise = 1.0 / (1.0 + np.exp(-(times_s - at_s) / 0.06))
        wander = 1.0 + 0.25 * scatter[own * len(times_s) : (own + 1) * len(times_s)]
        return np.maximum(0.0, (3.0 + (level_pct - 3.0) * rise) * wander)

    begun_s = latency_s + 0.1 if waits else 0.0
    course = HoldCourse(
        hold=hold,
        side=side,
        role=role,
        kind=Kind.HOLD,
        outcome=Outcome.SUCCESS,
        outcome_reason="",
        valid=True,
        reason="",
        excluded=False,
        target_pct=target_pct,
        ceiling_pct=None,
        times_s=times_s,
        glute_pct=rising(glute_pct, latency_s + 0.05, 0),
        ham_pct=rising(ham_pct, latency_s - 0.25, 1),
        glute_submax=False,
        ham_submax=False,
        latency_s=latency_s,
        plateau_pct=glute_pct,
        scored_s=(begun_s + 1.0, min(begun_s + 5.5, end_s)),
        fired_s=latency_s + 0.1 if waits else None,
        end_s=end_s,
    )
    return replace(course, **facts)


def test_set() -> SetCourse:
    """Three test holds; in the middle one the signal was away for a moment."""
    holds = [
        course_of(number, side=Side.LEFT, role=Role.TEST, glute_pct=28.0, ham_pct=51.0, latency_s=latency_s)
        for number, latency_s in ((1, 1.2), (2, 0.9), (3, 1.1))
    ]
    gap = (holds[1].times_s > 2.0) & (holds[1].times_s < 2.6)
    holds[1] = replace(
        holds[1],
        glute_pct=np.where(gap, np.nan, holds[1].glute_pct),
        ham_pct=np.where(gap, np.nan, holds[1].ham_pct),
    )
    return SetCourse(1, Side.LEFT, Role.TEST, tuple(holds))


def training_set() -> SetCourse:
    """Make a set in which holds end in every way."""
    asked: dict[str, Any] = {"target_pct": 40.0, "ceiling_pct": 45.0}
    void: dict[str, Any] = {"valid": False, "outcome": Outcome.VOID, "scored_s": None}
    holds = (
        course_of(7, glute_pct=52.0, **asked),
        course_of(8, glute_pct=46.0, hold_s=3.2, reason="motion", **void, **asked),
        course_of(9, ham_pct=50.0, outcome=Outcome.MISSED, outcome_reason="over_ceiling", **asked),
        course_of(
            10,
            glute_pct=24.0,
            outcome=Outcome.NOT_REACHED,
            outcome_reason="limit",
            fired_s=None,
            latency_s=1.6,
            **asked,
        ),
        course_of(11, hold_s=2.0, outcome=Outcome.LOST_BALANCE, scored_s=None, **asked),
        course_of(12, excluded=True, reason="slipped on the mat", **asked),
    )
    return SetCourse(2, Side.RIGHT, Role.TRAIN, holds, Muscles(ceiling="ham"))


def repetitions() -> SetCourse:
    """Both legs at their own pace, and the hamstring decides: as many as stand in one picture and more."""
    holds = tuple(
        course_of(
            number,
            side=Legs.BOTH,
            kind=Kind.REPETITION,
            glute_pct=18.0,
            ham_pct=20.0 + number,
            hold_s=2.4,
            latency_s=0.4,
            ham_submax=True,
        )
        for number in range(1, 16)
    )
    return SetCourse(1, Legs.BOTH, Role.TRAIN, holds, Muscles("ham", "glute"))


def past() -> tuple[SessionDigest, ...]:
    """Eight measured sessions with six tapings, three practices, a simulated one; oldest first."""
    placements = ("a", "a", "b", "c", "d", "d", "e", "f")
    left = (21.0, 24.0, 26.0, 25.0, 31.0, 30.0, 36.0, 38.0)
    measured = [
        _session(7.0 * week, left_pct, placement, doubts=("glute_left",) if week == 3 else ())
        for week, (left_pct, placement) in enumerate(zip(left, placements, strict=True))
    ]
    practised = [_session(day, None, None, kind="practice") for day in (40.0, 44.0, 51.0)]
    simulated = _session(30.0, 40.0, None, simulated=True)
    return tuple(sorted([*measured, *practised, simulated], key=lambda one: one.started_at))


def history_of(digests: tuple[SessionDigest, ...]) -> History:
    """Put a history together as it is read."""
    days = calendar(done_of(digests, UTC), TODAY)
    return History(digests[::-1], trends(digests), days)


def _session(
    day: float,
    left_pct: float | None,
    placement: str | None,
    *,
    doubts: tuple[str, ...] = (),
    **facts: Any,
) -> SessionDigest:
    started_at = datetime(2026, 4, 23, 9, 15, tzinfo=UTC) + timedelta(days=day)
    numbers: dict[str, Number] = {}
    if left_pct is not None:
        lsi_pct = 100.0 * left_pct / 44.0
        numbers = {
            "glute_lsi_pct": Number(lsi_pct, 0.82 * lsi_pct, 1.22 * lsi_pct, doubts=doubts),
            "glute_left_pct_mvc": Number(left_pct, 0.85 * left_pct, 1.18 * left_pct, doubts=doubts),
            "glute_right_pct_mvc": Number(44.0 + day % 3.0, 39.0, 50.0),
            "ham_left_pct_mvc": Number(51.0 - day % 4.0),
            "ham_right_pct_mvc": Number(43.0 + day % 5.0),
            "glute_left_latency_s": Number(2.2 - 0.2 * day / 7.0),
            "glute_right_latency_s": Number(None, never=True) if day == 14.0 else Number(0.55),
        }
    holds = {Role.TRAIN: {Outcome.SUCCESS: 8, Outcome.MISSED: 2}, Role.TEST: {Outcome.SUCCESS: 6}}
    told: dict[str, Any] = {
        "id": f"{started_at:%Y%m%dT%H%M%SZ}-power_position",
        "athlete": "runner-07",
        "protocol": "power_position",
        "kind": "session",
        "started_at": started_at,
        "complete": True,
        "board": "cyton",
        "placement": placement,
        "holds": Holds(holds),
        "numbers": numbers,
        "pain": SessionPain(2, 3, 2),
    } | facts
    return SessionDigest(folder=SESSION.parent / told["id"], **told)
