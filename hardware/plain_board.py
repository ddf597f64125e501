"""A board that one file describes: its line of the table, how it is spoken to, and what reads its bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from hardware.board import Board
from hardware.wire.decoder import Decoder

FEWEST_SAMPLES: Final = 3
"""Fewer may be chance."""
COUNTED_TOLERANCE: Final = 0.02
UNCOUNTED_TOLERANCE: Final = 0.004
"""A board that does not count, and whose clock is more than 0.5 % off, would seem to lose samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainBoard:
    """A serial board that streams unasked, or after one word: all that is to be known of it.

    Each module of ``hardware/plain_boards`` has one, named ``BOARD``.

    Attributes
    ----------
    row : Board
        Its line of the table. ``full_scale_at_gain_1_uv`` and ``unit`` are of the samples, which are what
        the decoder gives times ``driver_scale``. ``counting`` is said exactly if the decoder gives counters.
    bauds : tuple of int
        Its speeds, the likeliest first.
    decoder : callable
        Makes a fresh decoder of its bytes.
    start, stop : bytes
        What makes it stream if it is silent, and what ends its stream; empty if nothing does.
    promised_hz : mapping of float to float
        Rates that it is known to give, each with the one that it says it gives; without, that of ``row``.
    """

    row: Board
    bauds: tuple[int, ...]
    decoder: Callable[[], Decoder]
    start: bytes = b""
    stop: bytes = b""
    promised_hz: Mapping[float, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def rates(self) -> Mapping[float, float]:
        """Rates that may be believed; none where the rate is only measured."""
        fs_hz = self.row.fs_hz
        return self.promised_hz or ({fs_hz: fs_hz} if fs_hz else {})

    @property
    def rate_tolerance(self) -> float:
        """A rate that may be believed is, if the measured one is within this share of it."""
        return UNCOUNTED_TOLERANCE if self.row.counting is None else COUNTED_TOLERANCE

    def share(self, data: bytes) -> float:
        """Tell how much of some bytes is this board's, 0 to 1: samples against what was thrown away."""
        found = self.decoder().feed(data)
        n_found = len(found.values)
        return n_found / (n_found + found.n_bad) if n_found >= FEWEST_SAMPLES else 0.0
