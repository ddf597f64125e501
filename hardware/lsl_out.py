"""A session published on Lab Streaming Layer while it runs: raw EMG, activation, events."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from emg.activation import RATIO_PAIRS, Activations
from emg.blocks import FloatArray, SampleBlock, SourceUnavailable, StreamInfo
from emg.montage import Montage
from emg.pipeline import tick_spacing
from emg.quality import IS_INVALID
from emg.results import HoldResult
from emg.said import Said
from emg.session.events import event_to_json
from emg.stage import Event, RowContext
from hardware.lsl_clock import SampleTimes
from hardware.lsl_library import load_pylsl
from hardware.lsl_metadata import (
    ACTIVATION_TYPE,
    EVENTS_TYPE,
    RAW_TYPE,
    Tree,
    activation_tree,
    events_tree,
    raw_tree,
    write_tree,
)

OPENS_NETWORK: Final = Said(
    "Lab Streaming Layer is on: the signal goes out unencrypted, and whoever reaches this computer over the "
    "network can read it. Use it only in a network you trust."
)
"""To be shown as long as a ``LslOut`` is there; true also where only this computer hears of the streams."""

RAW, ACTIVATION, EVENTS = "PowerHold raw", "PowerHold activation", "PowerHold events"

BUFFER_S: Final = 60
"""A receiver that stalls for longer loses the oldest samples."""
FILLED_S: Final = 10.0
"""Lost samples are sent as NaN, so that rows are samples; after a longer gap only the stamps jump."""
_PROBES: Final = 16


class LslOut:
    """Three outlets that follow a session: a ``emg.live.listener.Listener`` beside the recorder.

    They are opened here and nowhere else. All three are stamped from the sample clock, laid along the
    earliest arrivals, so that one sample has one stamp in every stream, and an event the stamp of the
    sample at which it happened. No method blocks or raises: at the first failure the outlets are closed,
    and ``on_problem`` hears it once.

    Parameters
    ----------
    info : StreamInfo
        Facts of the stream.
    montage : Montage
        Sites and channels.
    session : str
        Id of the session; it goes into the metadata.
    on_problem : callable
        Hears one sentence if publishing had to end.

    Raises
    ------
    SourceUnavailable
        If Lab Streaming Layer is not there, or the outlets cannot be opened.

    Notes
    -----
    The athlete is not named: not even the pseudonym, which links this stream to others of the same person.
    Whoever records knows whom. Events carry no ids. The stream does carry what LSL always sends: the name
    of the computer.
    """

    def __init__(
        self, info: StreamInfo, montage: Montage, session: str, on_problem: Callable[[str], None]
    ) -> None:
        self._lsl = load_pylsl()
        self._on_problem = on_problem
        self._fs_hz = info.fs_hz
        self._times = SampleTimes(info.fs_hz)
        self._clock_offset_s = _clock_offset_s(self._lsl.local_clock)
        self._next = 0
        self._early: list[Event] = []
        self._source_id = info.source_id.translate({ord(quote): "_" for quote in "'\""})  # LSL asks in XPath
        tick_hz = info.fs_hz / tick_spacing(info.fs_hz)
        try:
            self._streams: tuple[Any, Any, Any] | None = (
                self._outlet(RAW, RAW_TYPE, info.fs_hz, raw_tree(info, montage, session)),
                self._outlet(ACTIVATION, ACTIVATION_TYPE, tick_hz, activation_tree(info, montage, session)),
                self._outlet(EVENTS, EVENTS_TYPE, 0.0, events_tree(info, session)),
            )
        except RuntimeError as error:
            raise SourceUnavailable(
                Said(
                    "Lab Streaming Layer cannot open its ports (16571 to 16603): look for what blocks them, "
                    "or leave --lsl-out out."
                )
            ) from error

    def _outlet(self, name: str, kind: str, rate_hz: float, tree: Tree) -> Any:
        n_channels = len(tree["channels"]["channel"])
        form = "double64" if rate_hz else "string"
        source_id = f"powerhold-{self._source_id}-{kind}"
        stream = self._lsl.StreamInfo(name, kind, n_channels, rate_hz, form, source_id)
        write_tree(stream.desc(), tree)
        return self._lsl.StreamOutlet(stream, max_buffered=BUFFER_S)

    def block(self, block: SampleBlock) -> None:
        """Publish samples; those lost before them as NaN."""
        if block.n_samples:
            self._guarded(lambda streams: self._publish_block(streams, block))

    def activations(self, activations: Activations, contexts: Sequence[RowContext]) -> None:
        """Publish levels on every tick; NaN is "no reading"."""
        if len(activations):
            self._guarded(lambda streams: self._publish_activations(streams, activations))

    def event(self, event: Event) -> None:
        """Publish an event as in events.jsonl; before the first sample it waits for it."""
        self._guarded(lambda streams: self._publish_events(streams, [event]))

    def hold(self, result: HoldResult) -> None:
        """Nothing: a finished hold is an event as well."""

    def close(self) -> None:
        """Close the outlets; safe to call twice."""
        self._streams = None

    def _guarded(self, publish: Callable[[tuple[Any, Any, Any]], None]) -> None:
        """Publish; whatever goes wrong ends the publishing and nothing else."""
        if self._streams is None:
            return
        try:
            publish(self._streams)
        except Exception as error:
            self.close()
            self._on_problem(
                Said(
                    "Publishing on Lab Streaming Layer has ended ({error}); the session itself goes on.",
                    error=str(error),
                )
            )

    def _publish_block(self, streams: tuple[Any, Any, Any], block: SampleBlock) -> None:
        raw, _, _ = streams
        self._times.arrived(block.first_sample, block.end_sample, block.host_time_s + self._clock_offset_s)
        n_lost = block.first_sample - self._next
        rows, first = block.data_uv, block.first_sample
        if 0 < n_lost <= FILLED_S * self._fs_hz:
            rows = np.concatenate((np.full((n_lost, rows.shape[1]), np.nan), rows))
            first -= n_lost
        raw.push_chunk(rows, self._times.at(np.arange(first, block.end_sample)))
        self._next = block.end_sample
        early, self._early = self._early, []
        self._publish_events(streams, early)

    def _publish_activations(self, streams: tuple[Any, Any, Any], ticks: Activations) -> None:
        if not self._times.settled:
            return  # ticks before the first sample have neither a reading nor a time
        self._times.settle(int(ticks.samples[-1]))
        streams[1].push_chunk(activation_rows(ticks), self._times.at(ticks.samples))

    def _publish_events(self, streams: tuple[Any, Any, Any], events: Sequence[Event]) -> None:
        if not self._times.settled:
            self._early += events
            return
        for event in events:
            stamp_s = float(self._times.at(np.array([event.sample]))[0])
            streams[2].push_sample([event_to_json(_without_words(event))], stamp_s)


def _without_words(event: Event) -> Event:
    """Leave out what people wrote: a note may name them, and a network is no place for names."""
    told = {name: value for name, value in event.detail.items() if name != "text"}
    return replace(event, detail=told)


def activation_rows(ticks: Activations) -> FloatArray:
    """Lay levels out in the columns of the stream; what activation.csv leaves empty is NaN.

    Returns
    -------
    ndarray of shape (n_ticks, 2 * n_sites + n_ratios + n_sites), float64
    """
    valid = np.isfinite(ticks.rms_uv) & ~IS_INVALID[ticks.verdicts]
    submax = np.array([site in ticks.submaximal for site in ticks.sites], dtype=np.bool_)
    n_sites = len(ticks.sites)
    rows = np.full((len(ticks), 3 * n_sites + len(RATIO_PAIRS)), np.nan)
    rows[:, 0 : 2 * n_sites : 2] = np.where(valid, ticks.rms_uv, np.nan)
    rows[:, 1 : 2 * n_sites : 2] = np.where(valid & ~submax, ticks.pct_mvc, np.nan)
    rows[:, -n_sites:] = np.where(valid & submax, ticks.pct_mvc, np.nan)
    for column, (name, pair) in enumerate(RATIO_PAIRS.items(), start=2 * n_sites):
        if {*pair} <= {*ticks.sites}:
            both = valid[:, [ticks.sites.index(site) for site in pair]].all(axis=1)
            rows[both, column] = ticks.ratios[name][both]
    return rows


def _clock_offset_s(local_clock: Callable[[], float]) -> float:
    """LSL's clock less Python's monotonic one: the same clock on most systems, another start on some."""
    offsets = []
    for _ in range(_PROBES):
        before_s = time.monotonic()
        there_s = local_clock()
        after_s = time.monotonic()
        offsets.append((after_s - before_s, there_s - (before_s + after_s) / 2.0))
    return min(offsets)[1]
