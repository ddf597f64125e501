"""A Cyton under random faults for as long as is wanted: what it costs, and that nothing slips by."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from emg.blocks import BoolArray, FloatArray, IntArray, SampleBlock
from hardware.boards import find_board
from hardware.brainflow_source import BrainFlowSource
from tests.emulators.cyton import FALSE_PACKET_UV
from tests.emulators.cyton_firmware import COUNT_MAX, N_CHANNELS, REFERENCE_UV, CytonFirmware
from validation.faults.catalogue import FAULTS, When
from validation.faults.kinds import LOOSE_CHANNEL
from validation.faults.numbered import NumberedCyton, WideCode
from validation.faults.session import WatchedSession, calibrated, pause

GAIN: Final = 24.0
STEP_UV: Final = REFERENCE_UV / COUNT_MAX / GAIN
TABLE_ROWS: Final = 4093
"""A prime, so that no fault's length falls into step with it."""
NUMBER_COLUMN: Final = 7
LEAK_ROWS: Final = 500
"""Samples after each open whose channels are compared: independent noise then correlates by some 0.05."""
SETTLED_AFTER: Final = 1.0 / 3.0
"""Memory counts after this share of the time: each thread that opens the board anew may bring a pool of
memory of its own, of which there is a limited number."""
LOOK_EVERY_S: Final = 2.0
PAUSE_S: Final = (2.0, 8.0)
BACK_AFTER_S: Final = 12.0
PATIENCE_S: Final = 30.0
NOT_HERE: Final = frozenset({"none", "corrupt"})
"""A flipped byte in a value is known to nobody: here it would only blur the count of false samples."""

_CODE: Final = WideCode()


@dataclass(slots=True)
class Soak:
    """What came of it.

    Attributes
    ----------
    minutes : float
        How long.
    seed : int
        Of the faults.
    faults : dict of str to int
        How often each.
    received, marked_lost, sent : int
        Samples delivered, marked lost, and measured by the board from the first to the last of them.
    reopens : int
        Of the board.
    misdated, false_samples : int
        Samples with the number of another within one open, and rows that are no sample of the board's.
    worst_guess_s : float
        Greatest error of the gap of one re-open.
    unmarked : int
        Jumps of time without a mark.
    leak : float
        Greatest correlation of two muscles after any open; they are independent.
    opens_looked_at : int
        Opens after which that was looked at.
    thread_pct, process_pct : float
        CPU of the acquisition thread, and of the whole process, drivers and disk included.
    rss_mb, rss_slope_kb_min : float
        Memory at the end, and its growth by a straight line through the looks of the last two thirds.
    log_bytes : int
        All that was written to the standard error, BrainFlow's log included.
    ended : str
        Empty, or the sentence with which the session ended too early.
    """

    minutes: float
    seed: int
    faults: dict[str, int] = field(default_factory=dict)
    received: int = 0
    marked_lost: int = 0
    sent: int = 0
    reopens: int = 0
    misdated: int = 0
    false_samples: int = 0
    worst_guess_s: float = 0.0
    unmarked: int = 0
    leak: float = 0.0
    opens_looked_at: int = 0
    thread_pct: float = 0.0
    process_pct: float = 0.0
    rss_mb: float = 0.0
    rss_slope_kb_min: float = 0.0
    log_bytes: int = 0
    ended: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return all of it in plain types."""
        return asdict(self)


def noise_table_uv() -> FloatArray:
    """Independent noise of 20 µV on every channel but the loose one, in whole steps; shape (rows, 8)."""
    noise = np.random.default_rng(0).standard_normal((TABLE_ROWS, N_CHANNELS)) * 20.0
    noise[:, LOOSE_CHANNEL - 1] = FALSE_PACKET_UV
    return np.rint(noise / STEP_UV) * STEP_UV


class TableSignal:
    """The table over and over, so that whoever knows the number of a sample knows what it must be."""

    def __init__(self) -> None:
        self._table = noise_table_uv()
        self._n = 0

    def __call__(self, n: int, /) -> FloatArray:
        """Return the next ``n`` rows."""
        rows = (self._n + np.arange(n)) % TABLE_ROWS
        self._n += n
        return self._table[rows]


def highest_correlation(counts: FloatArray) -> float:
    """Find the greatest correlation between any two muscles.

    Parameters
    ----------
    counts : ndarray of shape (n_samples, 8)
        The loose channel, and the one that carries the number, are left out.
    """
    muscles = np.delete(counts, (LOOSE_CHANNEL - 1, NUMBER_COLUMN), axis=1)
    table = np.abs(np.corrcoef(muscles, rowvar=False))
    return float(np.max(table - np.eye(len(table))))


def correlation_of_a_leak() -> float:
    """Correlation of the muscles as the firmware's defaults give them, SRB2 on."""
    return highest_correlation(CytonFirmware().convert(noise_table_uv()).astype(np.float64))


class CheckedSession(WatchedSession):
    """A session that looks at every block and keeps none of them.

    Attributes
    ----------
    result : Soak
        What has been found so far.
    newest : int
        Number of the newest reading of the board that has been delivered.
    """

    def __init__(self, parent: Path, port: str, result: Soak) -> None:
        source = BrainFlowSource(find_board("cyton"), port=port)
        super().__init__(source, parent, calibrated(source))
        self.result = result
        self.newest = -1
        self._must_be = np.rint(noise_table_uv() / STEP_UV).astype(np.int64)
        self._oldest = 0
        self._next = 0
        self._offset = 0
        self._open = -1
        self._fresh: list[FloatArray] = []
        self._n_fresh = 0

    def note_said(self, code: str, detail: str = "") -> None:
        """Let it go: there is some for every fault."""

    def note_block(self, block: SampleBlock) -> None:
        """Check a block against what the board must have measured."""
        result, counts = self.result, self.stream.scale.encode(block.data_uv).astype(np.int64)
        codes = _CODE.read(counts)
        true = self._are_true(counts, codes)
        result.false_samples += int(np.count_nonzero(~true))
        if not true.any():
            return
        offsets = (codes - np.arange(block.first_sample, block.end_sample))[true]
        if self.newest < 0:
            self._oldest, self._next, self._open = int(codes[true][0]), block.first_sample, self.n_reopens
            self._offset = int(offsets[0])
        elif self._open != self.n_reopens:
            self._opened_again(block, int(offsets[0]))
        result.misdated += int(np.count_nonzero(offsets != self._offset))
        result.received += block.n_samples
        result.marked_lost += block.first_sample - self._next
        self._next, self.newest = block.end_sample, int(codes[true][-1])
        result.sent = self.newest - self._oldest + 1
        self._look_for_leak(counts[true].astype(np.float64))

    def _are_true(self, counts: IntArray, codes: IntArray) -> BoolArray:
        """Which rows are readings of the board's, undamaged and without a leak."""
        muscles, must_be = (
            np.delete(table, NUMBER_COLUMN, axis=1) for table in (counts, self._must_be[codes % TABLE_ROWS])
        )
        found: BoolArray = (muscles == must_be).all(axis=1)
        return found

    def _opened_again(self, block: SampleBlock, offset: int) -> None:
        """Take the place of the first block after a re-open; all others of this open must keep it."""
        error_s = abs(offset - self._offset) / self.stream.fs_hz
        self.result.worst_guess_s = max(self.result.worst_guess_s, error_s)
        self.result.unmarked += not block.gap_estimated
        self._open, self._offset = self.n_reopens, offset
        self._fresh, self._n_fresh = [], 0

    def _look_for_leak(self, counts: FloatArray) -> None:
        """Compare the channels of the first samples after each open."""
        if self._n_fresh >= LEAK_ROWS:
            return
        self._fresh.append(counts)
        self._n_fresh += len(counts)
        if self._n_fresh >= LEAK_ROWS:
            self.result.leak = max(self.result.leak, highest_correlation(np.concatenate(self._fresh)))
            self.result.opens_looked_at += 1
            self._fresh = []


def run_soak(minutes: float, seed: int) -> Soak:
    """Let a board and a session live for so long.

    Parameters
    ----------
    minutes : float
        How long faults strike.
    seed : int
        Which, and when.
    """
    result = Soak(minutes, seed)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with TemporaryDirectory() as name:
        folder = Path(name)
        life = context.Process(target=_live, args=(theirs, folder / "port", 60.0 * minutes, seed))
        life.start()
        try:
            ours.recv()
            _watch(result, folder, ours)
            ours.send("done")
        finally:
            life.join(PATIENCE_S)
            life.kill()
    return result


def _watch(result: Soak, folder: Path, board: Connection) -> None:
    """Run the session until the board has had its last fault and has come back from it."""
    with _standard_error_in(folder / "stderr") as log:
        session = CheckedSession(folder, str(folder / "port"), result)
        session.start()
        try:
            session.wait_for(lambda: session.newest >= 0, PATIENCE_S)
            board.send("go")
            _measure(result, session, board)
        finally:
            session.end()
        result.log_bytes = log.stat().st_size
    result.reopens = session.n_reopens


def _measure(result: Soak, session: CheckedSession, board: Connection) -> None:
    """Look at CPU and memory while it lasts."""
    began_s, thread_s, process_s = time.monotonic(), _thread_cpu_s(), time.process_time()
    looks: list[tuple[float, float]] = []
    while session.ended is None and not board.poll(LOOK_EVERY_S):
        looks.append((time.monotonic() - began_s, _rss_kb()))
    if session.ended is not None:
        result.ended = session.ended or "without a word"
        return
    elapsed_s = time.monotonic() - began_s
    result.thread_pct = 100.0 * (_thread_cpu_s() - thread_s) / elapsed_s
    result.process_pct = 100.0 * (time.process_time() - process_s) / elapsed_s
    result.rss_mb = _rss_kb() / 1024.0
    settled = np.array([look for look in looks if look[0] >= SETTLED_AFTER * elapsed_s])
    result.rss_slope_kb_min = float(np.polyfit(settled[:, 0] / 60.0, settled[:, 1], 1)[0])
    result.faults, n_measured = board.recv()
    session.wait_for(lambda: session.newest >= n_measured, PATIENCE_S)


def _live(host: Connection, link: Path, seconds: float, seed: int) -> None:
    """Live a board's life, in a process of its own, and misbehave when told to go."""
    rng = np.random.default_rng(seed)
    board = NumberedCyton(TableSignal(), link=link)
    board.remember(_CODE)
    struck: Counter[str] = Counter()
    faults = [fault for fault in FAULTS if fault.when is When.HOLDING and fault.name not in NOT_HERE]
    with board:
        host.send("ready")
        host.recv()
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            pause(rng.uniform(*PAUSE_S))
            fault = faults[rng.integers(len(faults))]
            struck[fault.title] += 1
            fault.begin(board)
            pause(fault.lasts_s)
            fault.end(board)
        pause(BACK_AFTER_S)
        host.send((dict(struck), board.n_measured))
        host.recv()


def _thread_cpu_s() -> float:
    """CPU time of the acquisition thread."""
    thread = next(thread for thread in threading.enumerate() if thread.name == "emg-acquisition")
    words = (
        Path(f"/proc/self/task/{thread.native_id}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    )
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _rss_kb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024.0


@contextmanager
def _standard_error_in(path: Path) -> Iterator[Path]:
    """Let everything that is written to the standard error, by libraries too, go to a file."""
    kept = os.dup(2)
    with path.open("wb") as file:
        os.dup2(file.fileno(), 2)
        try:
            yield path
        finally:
            os.dup2(kept, 2)
            os.close(kept)
