"""Lab Streaming Layer streams of others: which one is meant, what its channels are, how they are kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import methodcaller
from typing import Any, Final

import numpy as np

from emg.blocks import DIGITAL_MAX_24BIT, AuxChannel, FloatArray, SourceUnavailable, StreamInfo, Unit
from emg.said import Said
from hardware.board import CYTON_FULL_SCALE_UV
from hardware.lsl_metadata import IN_MICROVOLTS, RAW_TYPE, Metadata

HEADROOM: Final = 1024.0
"""Resting EMG in an arbitrary unit may grow so much; the resting signal still has 13 bits."""
COUNTS_HEADROOM: Final = 4.0
"""A converter's counts are known to end somewhere."""


def identity(stream: Any) -> tuple[str, ...]:
    """Give what stays the same when a sender starts anew: name, type, source id, computer."""
    return (stream.name(), stream.type(), stream.source_id(), stream.hostname())


def choose(streams: Sequence[Any], wanted: str) -> list[Any]:
    """Take the streams of this name; if there is none, of this type; if there is none, of this source id.

    Parameters
    ----------
    streams : sequence of pylsl.StreamInfo
        All that were found.
    wanted : str
        Upper and lower case are alike; empty for type EMG.
    """
    for ask in ("type",) if not wanted else ("name", "type", "source_id"):
        asked = (wanted or RAW_TYPE).casefold()
        found = [stream for stream in streams if methodcaller(ask)(stream).casefold() == asked]
        if found:
            return found
    return []


def check_one(found: Sequence[Any], streams: Sequence[Any], wanted: str) -> None:
    """Refuse to guess: exactly one stream must fit.

    Raises
    ------
    SourceUnavailable
        With the names of those that there are.
    """
    if not found:
        raise SourceUnavailable(
            Said(
                "There is no Lab Streaming Layer stream {what}: start its sender, in this network and with "
                "no firewall between. {there}",
                what=Said("called '{name}', or of this type or source id", name=wanted)
                if wanted
                else Said("of type {kind}", kind=RAW_TYPE),
                there=Said("There are: {streams}.", streams=_names(streams))
                if streams
                else Said("No other is there either."),
            )
        )
    if len(found) > 1:
        raise SourceUnavailable(
            Said(
                "There are {n} streams that fit: {streams}. Say with --port which one is "
                "meant, by its name or source id.",
                n=len(found),
                streams=_names(found),
            )
        )


def _names(streams: Sequence[Any]) -> tuple[str, ...]:
    return tuple(sorted(map(_named, streams)))


def _named(stream: Any) -> Said:
    kind, source = stream.type(), stream.source_id()
    return Said(
        "{name} ({kind}, {source})",
        name=stream.name(),
        kind=Said("type {kind}", kind=kind) if kind else Said("type none"),
        source=Said("source id {source}", source=source) if source else Said("source id none"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Which channels of a stream are EMG, in what unit, and which are something else.

    Attributes
    ----------
    emg, aux : list of int
        Positions among the channels.
    factor : ndarray of shape (n_emg,), float64
        What each EMG channel is multiplied by to give ``unit``.
    unit : Unit
        Microvolts if every EMG channel is in volts of some size.
    """

    emg: list[int]
    aux: list[int]
    factor: FloatArray
    unit: Unit

    @classmethod
    def of(cls, metadata: Metadata) -> Columns:
        """All channels are EMG, unless some are said to be and others to be something else."""
        kinds = [kind.casefold() for kind in metadata.types]
        every = range(len(kinds))
        emg = [n for n in every if kinds[n] == RAW_TYPE.casefold()] or list(every)
        factors = [IN_MICROVOLTS.get(metadata.units[n].casefold()) for n in emg]
        known = [factor for factor in factors if factor is not None]
        if len(known) < len(emg):
            return cls(emg, [n for n in every if n not in emg], np.ones(len(emg)), Unit.ARBITRARY)
        return cls(emg, [n for n in every if n not in emg], np.array(known), Unit.MICROVOLT)


def stream_info(
    described: Any, metadata: Metadata, columns: Columns, fs_hz: float, seen: FloatArray, *, counts: bool
) -> StreamInfo:
    """Put together what the house needs to know of a stream.

    Parameters
    ----------
    described : pylsl.StreamInfo
        As the inlet gives it.
    metadata, columns
        What is said of it.
    fs_hz : float
        True rate.
    seen : ndarray of shape (n, n_channels), float64
        Rows as they were sent, to see how great they are.
    counts : bool
        Whether they are whole numbers.
    """
    finite = np.where(np.isfinite(seen), seen, 0.0)
    largest: FloatArray = np.max(np.abs(finite), axis=0, initial=0.0)
    return StreamInfo(
        board="lsl",
        source_id=described.source_id() or f"{described.name()}@{described.hostname()}",
        nominal_fs_hz=described.nominal_srate() or fs_hz,
        fs_hz=fs_hz,
        n_channels=len(columns.emg),
        full_scale_uv=_full_scale(
            metadata, columns, float(np.max(largest[columns.emg] * columns.factor)), counts
        ),
        bandwidth_hz=min(metadata.bandwidth_hz or math.inf, fs_hz / 2.0),
        serial=metadata.serial,
        gain=metadata.gain,
        unit=columns.unit,
        aux=tuple(
            AuxChannel(f"AUX CH{n + 1}", metadata.units[n][:8], _roomy(float(largest[n]), counts))
            for n in columns.aux
        ),
    )


def _full_scale(metadata: Metadata, columns: Columns, largest: float, counts: bool) -> float:
    """Find the range in which samples are kept, and beyond which they are cut off.

    The amplifier's own where it is said, else a safe one for volts; twice as much for as long as it takes
    if more has been seen. In an arbitrary unit, far more than what was seen at rest.
    """
    if metadata.full_scale is not None:
        full_scale = metadata.full_scale * float(np.max(columns.factor))
    elif columns.unit is Unit.MICROVOLT:
        full_scale = CYTON_FULL_SCALE_UV
    else:
        return _roomy(largest, counts)
    while full_scale < largest:
        full_scale *= 2.0
    return full_scale


def _roomy(largest: float, counts: bool) -> float:
    """Leave room above what was seen; one recorded count is a power of two, so whole numbers stay exact."""
    if counts or largest <= 0.0:
        least = max(COUNTS_HEADROOM * largest, float(DIGITAL_MAX_24BIT))
    else:
        least = HEADROOM * largest
    return float(DIGITAL_MAX_24BIT * 2.0 ** math.ceil(math.log2(least / DIGITAL_MAX_24BIT)))
