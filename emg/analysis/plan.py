"""What is asked of an analysis: sites, chain, windows, and where rest and maximum come from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from emg.activation import Reference
from emg.montage import Montage, Side
from emg.pipeline import ChainSettings
from emg.said import Said


class AnalysisError(ValueError):
    """The recording or a window of it cannot be analysed; one plain sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Span:
    """A window of the recording, in seconds from sample 0.

    Attributes
    ----------
    start_s, stop_s : float
        It begins with the tick at or after ``start_s`` and ends before the one at or after ``stop_s``.

    Raises
    ------
    AnalysisError
        If it does not begin inside the recording or ends before it begins.
    """

    start_s: float
    stop_s: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_s) and math.isfinite(self.stop_s)):
            raise AnalysisError(
                Said(
                    "The window {window} is not made of numbers: write seconds, for example 2:5.",
                    window=str(self),
                )
            )
        if self.start_s < 0.0:
            raise AnalysisError(
                Said("The window {window} begins before the recording: it starts at 0.", window=str(self))
            )
        if self.start_s >= self.stop_s:
            raise AnalysisError(
                Said(
                    "The window {window} ends before it begins: write the earlier time first.",
                    window=str(self),
                )
            )

    def __str__(self) -> str:
        return f"{self.start_s:g}:{self.stop_s:g}"

    @property
    def length_s(self) -> float:
        """Duration."""
        return self.stop_s - self.start_s

    def ticks(self, fs_hz: float, spacing: int) -> tuple[int, int]:
        """First tick inside, and the one after the last; ticks are the multiples of ``spacing``."""
        start, stop = (-(-round(edge * fs_hz) // spacing) for edge in (self.start_s, self.stop_s))
        return start, stop

    def overlaps(self, other: Span) -> bool:
        """Whether a moment lies in both."""
        return self.start_s < other.stop_s and other.start_s < self.stop_s


@dataclass(frozen=True, slots=True)
class WorkWindow:
    """A stretch in which one side works: what a scored span is in a session.

    Attributes
    ----------
    side : Side
        The working side.
    span : Span
        When.
    reference : Reference or None
        Rest and maximum in force in it; None for those of the recording.
    """

    side: Side
    span: Span
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """All that an analysis needs to be told besides the signal.

    Attributes
    ----------
    montage : Montage
        Sites and channels of the blocks.
    chain : ChainSettings
        The chain, as in a live run; causal or zero-phase.
    from_s : float
        What comes before is left out of every number that is not in a window of its own.
    rest : Span or None
        Where every muscle rests; None for the quietest stretch of each site.
    mvc : mapping from site to tuple of Span
        Maximal efforts.
    work : tuple of WorkWindow
        Where sides are compared; windows of one side must not overlap.
    reference : Reference or None
        Rest and maximum from a calibration; then neither ``rest`` nor ``mvc`` makes a reference.

    Raises
    ------
    AnalysisError
        If the windows do not go together.
    """

    montage: Montage
    chain: ChainSettings
    from_s: float = 0.5
    rest: Span | None = None
    mvc: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    work: tuple[WorkWindow, ...] = ()
    reference: Reference | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "mvc", MappingProxyType(dict(self.mvc)))
        if not 0.0 <= self.from_s < math.inf:
            raise AnalysisError(
                Said("The analysis cannot begin at {start} s: use 0 or more.", start=f"{self.from_s:g}")
            )
        for site in self.mvc:
            if self.montage.index(site) is None:
                raise AnalysisError(
                    Said("{site} has an effort but no column: add it to the sites.", site=site)
                )
        for number, one in enumerate(self.work):
            for other in self.work[:number]:
                if one.side is other.side and one.span.overlaps(other.span):
                    raise AnalysisError(
                        Said(
                            "The {side} work windows {other} and {one} overlap: the same moments would count "
                            "twice.",
                            side=one.side.value,
                            other=str(other.span),
                            one=str(one.span),
                        )
                    )

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every window."""
        rest = () if self.rest is None else (self.rest,)
        efforts = (span for spans in self.mvc.values() for span in spans)
        return (*rest, *efforts, *(window.span for window in self.work))

    def check_ends(self, duration_s: float, sample_s: float) -> None:
        """Refuse windows that the recording does not reach.

        Parameters
        ----------
        duration_s : float
            Length of the recording.
        sample_s : float
            Length of a sample: a window may end within one of the end.

        Raises
        ------
        AnalysisError
            With the first such window.
        """
        for span in self.spans:
            if span.stop_s > duration_s + sample_s:
                raise AnalysisError(
                    Said(
                        "The window {span} goes beyond the end of the recording, which lasts {length} s.",
                        span=str(span),
                        length=f"{duration_s:.3f}",
                    )
                )
        if self.from_s >= duration_s:
            raise AnalysisError(
                Said(
                    "Nothing is left after {start} s of a recording of {length} s: begin earlier with "
                    "--from.",
                    start=f"{self.from_s:g}",
                    length=f"{duration_s:.3f}",
                )
            )
