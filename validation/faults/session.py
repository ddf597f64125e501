"""A real session with an emulated board, watched: what it was told, what it said, and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from calibrations.calibration import Calibration, SiteRecord
from emg.blocks import SampleBlock, Source, StreamInfo
from emg.montage import Montage, Side
from emg.protocols import Protocol as Exercise
from emg.protocols import load_protocol
from emg.results import Method
from emg.stage import CommandKind, Event, EventKind, LiveView, SignalState
from ui.assembly import SessionRunner
from ui.front import SessionEnd
from ui.plan import SessionPlan, chain_record, chain_settings

ATHLETE: Final = "nobody"
MONTAGE: Final = Montage.of({"glute_right": 1})
TIMING: Final = {
    "stand_up_s": 0.2,
    "prepare_s": 0.4,
    "quiet_s": 0.2,
    "set_after_s": 0.2,
    "hold_s": 2.0,
    "rest_between_holds_s": 0.2,
}
N_SETS: Final = 200
"""A set ends after a few void holds; there is always another one."""

ANSWER_AFTER_S: Final = 0.8
"""A person reads the question before the answer is believed."""

SAYS: Final = frozenset({EventKind.GAP, EventKind.REOPENED, EventKind.NOTICE})
NOTICES_OF_THE_BOARD: Final = "board_notice"


@dataclass(frozen=True, slots=True)
class Received:
    """A block as the acquisition gave it, when, and after how many re-opens."""

    time_s: float
    block: SampleBlock
    n_reopens: int


@dataclass(frozen=True, slots=True)
class Said:
    """Something that people could see or read, and when; ``code`` says what."""

    time_s: float
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HoldSeen:
    """A hold from the moment the position was taken; its outcome once it is over."""

    number: int
    outcome: str = ""
    reason: str = ""


class WatchedSession(SessionRunner):
    """The whole session as the program runs it, from the driver to the disk, and its own front.

    Parameters
    ----------
    source : Source
        The board, closed.
    parent : Path
        Where it is recorded.
    calibration : Calibration or None
        Without it the session begins with the rest, and no hold comes.
    """

    def __init__(self, source: Source, parent: Path, calibration: Calibration | None) -> None:
        plan = SessionPlan(
            source=source,
            exercise=endless_holds(),
            montage=MONTAGE,
            athlete=ATHLETE,
            parent=parent,
            first_side=Side.RIGHT,
            calibration=calibration,
        )
        super().__init__(plan, self)
        self.changed = threading.Condition()
        self.received: list[Received] = []
        self.said: list[Said] = []
        self.holds_seen: dict[int, HoldSeen] = {}
        self.n_reopens = 0
        self.opened_s: float | None = None
        self.info: StreamInfo | None = None
        self.ended: SessionEnd | None = None
        self._present: int | None = None
        self._asked_s: float | None = None
        self._signal = SignalState.LIVE

    # What the acquisition tells

    def on_open(self, info: StreamInfo) -> None:
        """Note when the board was open."""
        with self.changed:
            self.opened_s, self.info = time.monotonic(), info
            self.changed.notify_all()
        super().on_open(info)

    def on_block(self, block: SampleBlock) -> None:
        """Keep the block, and let the session have it."""
        with self.changed:
            self.received.append(Received(time.monotonic(), block, self.n_reopens))
            self.changed.notify_all()
        super().on_block(block)

    def on_reopen(self, gap_samples: int, estimated: bool) -> None:
        """Count it."""
        self.n_reopens += 1
        super().on_reopen(gap_samples, estimated)

    # What people see; this object is its own front

    def post_view(self, view: LiveView) -> None:
        """Note when the signal is no longer shown, and answer what is asked, as a person would."""
        if view.signal is not self._signal:
            self._signal = view.signal
            if view.signal in (SignalState.NO_SIGNAL, SignalState.LOST):
                self._say(view.signal.value)
        if not view.question:
            self._asked_s = None
        elif self._asked_s is None:
            self._asked_s = time.monotonic()
        elif time.monotonic() - self._asked_s > ANSWER_AFTER_S:
            self._asked_s = None
            self.post(CommandKind.NEXT)

    def post_event(self, event: Event) -> None:
        """Follow the holds, and note what is said of the signal."""
        if event.kind is EventKind.SET and event.hold is not None:
            with self.changed:
                self.holds_seen[event.hold] = HoldSeen(event.hold)
                self._present = event.hold
                self.changed.notify_all()
        elif event.kind is EventKind.HOLD_DONE and event.hold is not None:
            outcome, reason = str(event.detail["outcome"]), str(event.detail["reason"])
            with self.changed:
                self.holds_seen[event.hold] = HoldSeen(event.hold, outcome, reason)
                self._present = None
                self.changed.notify_all()
        elif event.kind in SAYS and event.detail.get("code", NOTICES_OF_THE_BOARD) == NOTICES_OF_THE_BOARD:
            self._say(event.kind.value, str(event.detail.get("message", "")))

    def post_end(self, end: SessionEnd) -> None:
        """Note the end."""
        self._say("end", end.message)
        with self.changed:
            self.ended = end
            self.changed.notify_all()

    def _say(self, code: str, detail: str = "") -> None:
        with self.changed:
            self.said.append(Said(time.monotonic(), code, detail))
            self.changed.notify_all()

    @property
    def stream(self) -> StreamInfo:
        """Facts of the stream, once it is open."""
        assert self.info is not None
        return self.info

    # What a trial waits for

    def wait_for(self, what: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until something is so; False if it is not in time, or the session has ended."""
        with self.changed:
            self.changed.wait_for(lambda: self.ended is not None or what(), timeout_s)
            return what()

    def next_hold(self, timeout_s: float) -> int | None:
        """Wait for the next hold whose position is taken."""
        with self.changed:
            n_before = len(self.holds_seen)
        if not self.wait_for(lambda: len(self.holds_seen) > n_before, timeout_s):
            return None
        with self.changed:
            return max(self.holds_seen)


def endless_holds() -> Exercise:
    """Short test holds of the power position, one after the other for as long as is needed."""
    whole = load_protocol("power_position")
    hold = whole.sets[0].model_copy(update={"holds": 30})
    timing = whole.timing.model_copy(update=TIMING)
    return whole.model_copy(update={"sides": (Side.RIGHT,), "sets": (hold,) * N_SETS, "timing": timing})


def calibrated(source: Source) -> Calibration:
    """Open and close the source once, and make a calibration that fits it."""
    info = source.open()
    source.close()
    plan = SessionPlan(source, endless_holds(), MONTAGE, ATHLETE, Path())
    return calibration_of(info, plan)


def calibration_of(info: StreamInfo, plan: SessionPlan) -> Calibration:
    """Make a calibration as if it had just been measured with this stream."""
    site = SiteRecord(channel=1, rest_uv=0.01, mvc_uv=200.0, method=Method.QUICK, mvc_cv_pct=10.0)
    return Calibration(
        athlete=plan.athlete,
        board=info.board,
        source_id=info.source_id,
        unit=info.unit.value,
        chain=chain_record(info, chain_settings(info, None)),
        made_at=datetime.now(UTC),
        software="validation",
        sites=dict.fromkeys(plan.montage.names, site),
    )
