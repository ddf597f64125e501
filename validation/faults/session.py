"""A real session with an emulated board, watched: what it was told, what it said, and when."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from calibrations.calibration import Calibration, SiteRecord
from emg.blocks import SampleBlock, Source, StreamInfo
from emg.codes import CommandKind, EventKind, SignalState
from emg.live_view import LiveView
from emg.montage import Montage, Side
from emg.protocols import Protocol as Exercise
from emg.protocols import load_protocol
from emg.results import Method
from emg.stage import Event
from hardware.acquisition import Acquisition, EndReason
from ui.assembly import SessionRunner
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan, chain_settings
from ui.session.records import chain_record

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
NOTICE_OF_THE_BOARD: Final = "board_notice"


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


class Watch:
    """What is seen of a running board, by whoever waits for something to happen to it.

    Attributes
    ----------
    changed : threading.Condition
        Notified of every change; guards all the rest.
    received : list of Received
        Every block.
    said : list of Said
        All that people could have noticed.
    holds_seen : dict of int to HoldSeen
        By their numbers.
    n_reopens : int
        Of the board.
    opened_s : float or None
        When the board was open.
    info : StreamInfo or None
        Facts of its stream.
    ended : str or None
        The last sentence, once all is over.
    """

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.received: list[Received] = []
        self.said: list[Said] = []
        self.holds_seen: dict[int, HoldSeen] = {}
        self.n_reopens = 0
        self.opened_s: float | None = None
        self.info: StreamInfo | None = None
        self.ended: str | None = None

    @property
    def stream(self) -> StreamInfo:
        """Facts of the stream, once it is open."""
        assert self.info is not None
        return self.info

    def note_open(self, info: StreamInfo) -> None:
        """Note when the board was open."""
        with self.changed:
            self.opened_s, self.info = time.monotonic(), info
            self.changed.notify_all()

    def note_block(self, block: SampleBlock) -> None:
        """Keep a block."""
        with self.changed:
            self.received.append(Received(time.monotonic(), block, self.n_reopens))
            self.changed.notify_all()

    def note_said(self, code: str, detail: str = "") -> None:
        """Keep something that people could have noticed."""
        with self.changed:
            self.said.append(Said(time.monotonic(), code, detail))
            self.changed.notify_all()

    def note_hold(self, hold: HoldSeen) -> None:
        """Keep a hold as it is now."""
        with self.changed:
            self.holds_seen[hold.number] = hold
            self.changed.notify_all()

    def note_end(self, message: str) -> None:
        """Note that all is over."""
        self.note_said("end", message)
        with self.changed:
            self.ended = message
            self.changed.notify_all()

    def wait_for(self, what: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until something is so; False if it is not in time, or all is over."""
        with self.changed:
            self.changed.wait_for(lambda: self.ended is not None or what(), timeout_s)
            return what()

    def next_hold(self, timeout_s: float) -> int | None:
        """Wait for the next hold whose position is taken, and return its number."""
        with self.changed:
            n_before = len(self.holds_seen)
        if not self.wait_for(lambda: len(self.holds_seen) > n_before, timeout_s):
            return None
        with self.changed:
            return max(self.holds_seen)


class WatchedDriver(Watch):
    """The acquisition alone, for a board that no session takes because it is too slow for EMG.

    Parameters
    ----------
    source : Source
        The board, closed.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._acquisition = Acquisition(source, self)
        self._newest_s = math.inf
        self._end_sample: int | None = None
        self._silent = False

    def start(self) -> None:
        """Begin to open the board."""
        self._acquisition.start()

    def end(self) -> None:
        """End it and wait for that."""
        self._acquisition.stop()

    def on_open(self, info: StreamInfo) -> None:
        """Note it."""
        self._newest_s = time.monotonic()
        self.note_open(info)

    def on_block(self, block: SampleBlock) -> None:
        """Note it, and a jump before it."""
        self._newest_s, self._silent = block.host_time_s, False
        if self._end_sample not in (None, block.first_sample):
            self.note_said(EventKind.GAP.value)
        self._end_sample = block.end_sample
        self.note_block(block)

    def on_silence(self, now_s: float) -> None:
        """Say that there is no signal when every reader of the acquisition would."""
        if not self._silent and now_s - self._newest_s >= self._acquisition.no_signal_s:
            self._silent = True
            self.note_said(SignalState.NO_SIGNAL.value)

    def on_reopen(self, gap_samples: int, estimated: bool) -> None:
        """Count it."""
        self.n_reopens += 1

    def on_lost(self, message: str) -> None:
        """Note it."""
        self.note_said(SignalState.LOST.value, message)

    def on_notice(self, message: str) -> None:
        """Note it."""
        self.note_said(EventKind.NOTICE.value, message)

    def on_end(self, reason: EndReason, message: str) -> None:
        """Note it."""
        self.note_end(message)


class WatchedSession(Watch):
    """The whole session as the program runs it, from the driver to the disk; it is also its front.

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
        super().__init__()
        plan = SessionPlan(
            source=source,
            exercise=endless_holds(),
            montage=MONTAGE,
            athlete=ATHLETE,
            parent=parent,
            first_side=Side.RIGHT,
            calibration=calibration,
            checks=False,  # what is tried here is what comes after them
        )
        self._runner = _Runner(plan, self)
        self._asked_s: float | None = None
        self._signal = SignalState.LIVE

    def start(self) -> None:
        """Begin to open the board."""
        self._runner.start()

    def end(self) -> None:
        """End it and wait for that."""
        self._runner.stop()
        self._runner.wait()

    def post_view(self, view: LiveView) -> None:
        """Note when the signal is no longer shown, and answer what is asked, as a person would."""
        if view.signal is not self._signal:
            self._signal = view.signal
            if view.signal in (SignalState.NO_SIGNAL, SignalState.LOST):
                self.note_said(view.signal.value, view.problem)
        if not view.question:
            self._asked_s = None
        elif self._asked_s is None:
            self._asked_s = time.monotonic()
        elif time.monotonic() - self._asked_s > ANSWER_AFTER_S:
            self._asked_s = None
            self._runner.post(CommandKind.NEXT)

    def post_event(self, event: Event) -> None:
        """Follow the holds, and note what is said of the signal."""
        if event.kind is EventKind.SET and event.hold is not None:
            self.note_hold(HoldSeen(event.hold))
        elif event.kind is EventKind.HOLD_DONE and event.hold is not None:
            detail = event.detail
            self.note_hold(HoldSeen(event.hold, str(detail["outcome"]), str(detail["reason"])))
        elif event.kind in SAYS and event.detail.get("code", NOTICE_OF_THE_BOARD) == NOTICE_OF_THE_BOARD:
            self.note_said(event.kind.value, str(event.detail.get("message", "")))

    def post_end(self, end: SessionEnd) -> None:
        """Note the end."""
        self.note_end(end.message)


class _Runner(SessionRunner):
    """The session itself; what the acquisition tells it is noted first."""

    def __init__(self, plan: SessionPlan, watched: WatchedSession) -> None:
        super().__init__(plan, watched)
        self._watched = watched

    def on_open(self, info: StreamInfo) -> None:
        self._watched.note_open(info)
        super().on_open(info)

    def on_block(self, block: SampleBlock) -> None:
        self._watched.note_block(block)
        super().on_block(block)

    def on_reopen(self, gap_samples: int, estimated: bool) -> None:
        self._watched.n_reopens += 1
        super().on_reopen(gap_samples, estimated)


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


def pause(seconds: float) -> None:
    """Let time pass."""
    threading.Event().wait(seconds)
