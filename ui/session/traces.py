"""The last seconds of the signal, ready to be drawn: raw and envelope, two points a column, and marks.

Fed on the acquisition thread, read by the window. What is kept are columns of the sample clock, not pixels:
some 120 of them a second, whatever the rate and the cut of the blocks.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from emg.activation import Activations
from emg.blocks import FloatArray, SampleBlock, Signal, StreamInfo, Unit
from emg.codes import CommandKind, EventKind
from emg.input_events import channels_of, command_of, is_command
from emg.montage import Montage, Site
from emg.stage import Event, RowContext
from ui.session.watchers import Silent

WINDOW_S: Final = 10.0
COLUMN_HZ: Final = 120.0
"""Columns a second, about: 1,200 in all, so that one is less than a pixel wide on a laptop, and one or two
on a large screen."""

OFFSET_S: Final = 0.25
"""Time constant of the running offset that is taken away before drawing. An electrode sits on millivolts of
DC, which would push every trace off its lane; 0.25 s is a high-pass at 0.6 Hz, far below the band."""

LOWEST_SCALE_UV: Final = 50.0
"""No lane shows less than this: at rest a trace is to look like rest."""

FULL_SHARE: Final = 0.99
"""So many of the columns stay inside their lane; a single knock is cut off at its edge."""

SHRINKS_BELOW: Final = 0.25
"""A lane gets a finer scale only once it is filled by less than this: a scale that moves cannot be read."""

SCALE_BEAT_S: Final = 0.5
N_NOTES: Final = 30
UNKNOWN: Final = -1
"""A channel that no lane has followed so far."""

MARKED: Final = frozenset({EventKind.CUE, EventKind.SET, EventKind.FIRED})
WRITTEN: Final = frozenset({CommandKind.MARK, CommandKind.NOTE, CommandKind.FELT})
"""What gets a mark: moments of a hold, and what people say by key."""


@dataclass(frozen=True, slots=True)
class TraceMark:
    """A moment on the traces.

    Attributes
    ----------
    sample : int
        When, on the sample clock.
    code : str
        ``cue``, ``set``, ``fired``, ``felt``, ``mark`` or ``note``.
    text : str
        Number of the marker, or what was written; empty for the others.
    """

    sample: int
    code: str
    text: str = ""


def _empty() -> FloatArray:
    return np.empty((0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class TraceView:
    """What can be drawn now.

    Column ``c`` of the sample clock (samples ``c * spacing`` and on) stands in row ``c % n_columns``; those
    from ``end - n_columns`` to before ``end`` are there, but for the oldest few, in whose rows newer ones
    may stand that are not whole yet.

    Attributes
    ----------
    sites : tuple of str
        One lane each.
    low, high : ndarray of shape (n_columns, n_sites), read-only
        Least and greatest sample of a column, offset taken away; NaN where a sample is lost.
    rms : ndarray of shape (n_columns, n_sites), read-only
        Last envelope of a column; NaN where there is no reading.
    end : int
        One past the newest whole column.
    spacing : int
        Samples a column.
    fs_hz : float
        Sampling rate.
    scale : tuple of float
        What each lane shows at most, in ``unit``.
    centred : bool
        Whether zero is in the middle of a lane; an envelope stands on its floor.
    unit : Unit
        Of the traces.
    marks : tuple of TraceMark
        Those within the columns.
    notes : tuple of TraceMark
        The last markers and notes of the session, oldest first.
    version : int
        Changes when columns that were there already have changed.
    """

    sites: tuple[str, ...] = ()
    low: FloatArray = field(default_factory=_empty)
    high: FloatArray = field(default_factory=_empty)
    rms: FloatArray = field(default_factory=_empty)
    end: int = 0
    spacing: int = 1
    fs_hz: float = 1.0
    scale: tuple[float, ...] = ()
    centred: bool = True
    unit: Unit = Unit.MICROVOLT
    marks: tuple[TraceMark, ...] = ()
    notes: tuple[TraceMark, ...] = ()
    version: int = 0

    @property
    def n_columns(self) -> int:
        """Columns of one sweep."""
        return len(self.low)


NO_TRACES: Final = TraceView()


def scale_step(level: float) -> float:
    """Give the least of 1, 2, 5, 10, 20 ... that is not below a level."""
    decade: float = 10.0 ** math.floor(math.log10(level))
    return next(step * decade for step in (1.0, 2.0, 5.0, 10.0) if step * decade >= level * (1.0 - 1e-9))


class Traces(Silent):
    """Keeps the last ten seconds as columns.

    Only whole columns are kept, and only of samples that follow each other, so any cut of the same samples
    gives the same columns; a column that has lost a sample is a gap.
    """

    name = "traces"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sites: tuple[str, ...] = ()
        self._channels: tuple[int, ...] = ()
        self._marks: deque[TraceMark] = deque(maxlen=64)
        self._notes: deque[TraceMark] = deque(maxlen=N_NOTES)
        self._version = 0

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        """Begin with a stream."""
        spacing = max(1, round(info.fs_hz / COLUMN_HZ))
        n_columns = max(1, round(WINDOW_S * info.fs_hz / spacing))
        shape = (n_columns, len(montage.names))
        with self._lock:
            self._sites, self._channels = montage.names, montage.columns
            self._spacing, self._fs_hz, self._unit = spacing, info.fs_hz, info.unit
            self._centred = info.signal is not Signal.ENVELOPE
            self._low, self._high, self._rms = (np.full(shape, np.nan) for _ in range(3))
            self._weight = 1.0 - math.exp(-spacing / (OFFSET_S * info.fs_hz))
            self._offset: FloatArray | None = None
            self._carry = np.empty((0, shape[1]))
            self._next_sample = self._end = self._rms_end = 0
            self._scale = np.full(shape[1], self._least_scale)
            self._version += 1

    def block(self, block: SampleBlock) -> None:
        """Take samples into the columns that they complete."""
        with self._lock:
            if not self._channels:
                return
            if block.first_sample != self._next_sample:
                self._carry = self._carry[:0]
            data = np.concatenate((self._carry, block.data_uv[:, self._channels]))
            first = block.first_sample - len(self._carry)
            self._next_sample = block.end_sample
            skipped = -first % self._spacing  # of a column whose beginning is lost
            n_whole = max(0, len(data) - skipped) // self._spacing
            used = skipped + n_whole * self._spacing
            self._carry = data[used:].copy() if n_whole else data
            if n_whole:
                shape = (n_whole, self._spacing, len(self._sites))
                self._add(data[skipped:used].reshape(shape), (first + skipped) // self._spacing)

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Take the envelope: the last tick of a column is its own."""
        with self._lock:
            if activations.sites != self._sites or not len(activations):
                return
            columns = activations.samples // self._spacing
            last = np.flatnonzero(np.diff(columns, append=columns[-1] + 1))[-len(self._rms) :]
            self._rms[columns[last] % len(self._rms)] = activations.rms_uv[last]
            newest = int(activations.samples[-1] + activations.spacing) // self._spacing
            self._rms_end = max(self._rms_end, newest)

    def event(self, event: Event) -> None:
        """Keep marks and notes; follow a map that was mended."""
        if event.kind is EventKind.MONTAGE_SET:
            self._remap(event)
        elif event.kind in MARKED:
            with self._lock:
                self._marks.append(TraceMark(event.sample, event.kind.value))
        elif is_command(event):
            self._keep_written(event)

    def snapshot(self) -> TraceView:
        """Give what can be drawn now; from any thread, without a pass over samples."""
        with self._lock:
            if not self._channels:
                return NO_TRACES
            kept = (self._low.copy(), self._high.copy(), self._rms.copy())
            # a block comes before its envelope: what is shown has both
            end = min(self._end, self._rms_end)
            oldest = (end - len(self._low)) * self._spacing
            view = TraceView(
                self._sites,
                *kept,
                end=end,
                spacing=self._spacing,
                fs_hz=self._fs_hz,
                scale=tuple(self._scale.tolist()),
                centred=self._centred,
                unit=self._unit,
                marks=tuple(mark for mark in self._marks if mark.sample >= oldest),
                notes=tuple(self._notes),
                version=self._version,
            )
        for array in kept:
            array.flags.writeable = False
        return view

    @property
    def _least_scale(self) -> float:
        """Finest scale; a board's own numbers have none."""
        return LOWEST_SCALE_UV if self._unit is Unit.MICROVOLT else 1e-6

    def _add(self, samples: FloatArray, first: int) -> None:
        """Add whole columns, shape (n, spacing, n_sites), of which ``first`` is the number of the first."""
        low, high = samples.min(axis=1), samples.max(axis=1)
        if self._centred:
            offset = self._offsets((low + high) / 2.0, n_lost=first - self._end)
            low, high = low - offset, high - offset
        n_kept, before = len(self._low), self._end
        lost = np.arange(max(self._end, first - n_kept), first) % n_kept
        self._low[lost] = self._high[lost] = np.nan
        self._end = first + len(low)
        rows = np.arange(first, self._end)[-n_kept:] % n_kept
        self._low[rows], self._high[rows] = low[-n_kept:], high[-n_kept:]
        beat = max(1, round(SCALE_BEAT_S * self._fs_hz / self._spacing))
        if self._end // beat != before // beat:
            self._rescale()

    def _offsets(self, middles: FloatArray, n_lost: int) -> FloatArray:
        """Give the running offset at each column; after a gap of a window it begins anew."""
        if self._offset is None or n_lost >= len(self._low):
            self._offset = middles[0]
        offsets = np.empty_like(middles)
        for row, middle in enumerate(middles):
            self._offset = self._offset + self._weight * (middle - self._offset)
            offsets[row] = self._offset
        return offsets

    def _rescale(self) -> None:
        """Let each lane grow at once, and shrink once it is nearly empty."""
        reach = np.fmax(np.abs(self._low), np.abs(self._high))
        for lane in range(len(self._sites)):
            known = np.sort(reach[~np.isnan(reach[:, lane]), lane])
            if not len(known):
                continue
            level = float(known[int(FULL_SHARE * (len(known) - 1))])
            if level > self._scale[lane] or level < SHRINKS_BELOW * self._scale[lane]:
                self._scale[lane] = scale_step(max(level, self._least_scale))

    def _remap(self, event: Event) -> None:
        """Let each lane go on with its new channel, and with what is known of it."""
        channels = channels_of(event)
        with self._lock:
            named = Montage(tuple((Site.parse(site), channels[site]) for site in self._sites)).columns
            order = [self._channels.index(new) if new in self._channels else UNKNOWN for new in named]
            for kept in (self._low, self._high, self._rms, self._carry):
                before = kept.copy()
                for lane, source in enumerate(order):
                    kept[:, lane] = np.nan if source == UNKNOWN else before[:, source]
            if UNKNOWN in order:  # what was not followed so far begins with whole columns of its own
                self._carry, self._offset = self._carry[:0], None
            elif self._offset is not None:
                self._offset = self._offset[order]
            self._channels = named
            self._rescale()
            self._version += 1

    def _keep_written(self, event: Event) -> None:
        command = command_of(event)
        if command.kind not in WRITTEN:
            return
        # a key counts from when it was pressed, not from the tick at which it was heard
        sample = event.sample if command.sample is None else command.sample
        text = command.text if command.value is None else str(command.value)
        mark = TraceMark(sample, command.kind.value, text)
        with self._lock:
            self._marks.append(mark)
            if command.kind is not CommandKind.FELT:
                self._notes.append(mark)
