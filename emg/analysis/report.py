"""What an analysis found, and the object of ``analyze --json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from emg.activation import reading
from emg.blocks import Signal, Unit
from emg.statistics import Comparison, MeanSd


@dataclass(frozen=True, slots=True, kw_only=True)
class BurstReport:
    """One burst of a muscle.

    Attributes
    ----------
    onset_s, offset_s : float or None
        From sample 0, corrected for the delay of filter and window; None where it lies before the
        beginning, in a gap or after the end.
    rms_uv : float or None
        RMS from onset to offset, rest still in it.
    pct_mvc : float or None
        The same with rest removed, over the maximum.
    rms_cv_pct : float or None
        Statistical error of ``rms_uv``: ``100 / (2 sqrt(B T))``.
    """

    onset_s: float | None
    offset_s: float | None
    rms_uv: float | None
    pct_mvc: float | None
    rms_cv_pct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """One electrode pair over the whole recording; None is "not known" or "does not apply".

    Attributes
    ----------
    rms_uv : float or None
        RMS of the filtered signal from ``from_s`` on, without gaps.
    rms_cv_pct : float or None
        Its statistical error: ``100 / (2 sqrt(B T))`` with the statistical bandwidth B and the time T
        over which the power was spread, so that rest between bursts does not make it look surer.
    envelope_max_uv : float or None
        Highest 250 ms RMS.
    rest_uv, rest_from
        RMS at rest, and whether it is of the rest ``window``, the ``quietest`` stretch or a
        ``calibration``.
    mvc_uv, mvc_from
        RMS at the maximum, rest still in it, and whether it is of a ``window``, or how a calibration got
        it: ``mvc``, ``quick`` or ``submax``.
    mains_ratio : float or None
        The worse of 50 and 60 Hz over its neighbours, unfiltered.
    motion_share : float or None
        Share of the unfiltered power at 5-20 Hz.
    saturated_samples : int
        Clipped samples.
    verdict : str
        The worst verdict that stands for a twentieth of the time or more; motion also where more than a
        quarter of the whole power lies at 5-20 Hz.
    verdict_shares : mapping from verdict to float
        Share of the time with a reading in which each verdict stands.
    median_frequency_hz : float or None
        None where rate or board cannot carry it.
    snr_db : float or None
        RMS of all bursts over the rest.
    bursts : tuple of BurstReport
        In order.
    """

    rms_uv: float | None
    rms_cv_pct: float | None
    envelope_max_uv: float | None
    rest_uv: float | None
    rest_from: str | None
    mvc_uv: float | None
    mvc_from: str | None
    mains_ratio: float | None
    motion_share: float | None
    saturated_samples: int
    verdict: str
    verdict_shares: Mapping[str, float]
    median_frequency_hz: float | None
    snr_db: float | None
    bursts: tuple[BurstReport, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReport:
    """The work windows of one side, by the definitions of summary.json.

    Attributes
    ----------
    ratio, ratio_sd_factor : float or None
        Geometric mean of glute over hamstring, and the factor of its scatter.
    glute_share_pct : float or None
        Mean of ``100 G / (G + H)``.
    n_windows : int
        Windows that entered.
    glute_pct_mvc, ham_pct_mvc : MeanSd
        Plateaus, rest removed, over the maximum.
    falconer_winter_pct, rudolph_pct : float or None
        Similarity of glute and hamstring over the windows.
    doubts : tuple of str
        Which of the two have a maximum that may be too low; all of the above is built on it.
    """

    ratio: float | None
    glute_share_pct: float | None
    n_windows: int
    ratio_sd_factor: float | None
    glute_pct_mvc: MeanSd
    ham_pct_mvc: MeanSd
    falconer_winter_pct: float | None
    rudolph_pct: float | None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SymmetryReport:
    """One muscle, left and right, each in its own side's windows.

    Attributes
    ----------
    lsi_pct : Comparison
        ``100 * left / right`` with its interval.
    index_pct, angle_pct : float or None
        Robinson's symmetry index and Zifchock's symmetry angle of the same means; positive where the
        right works more.
    """

    lsi_pct: Comparison
    index_pct: float | None
    angle_pct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SidesReport:
    """What the work windows of both sides say.

    Attributes
    ----------
    sides : mapping from ``left`` and ``right`` to SideReport
        Each side in its own windows.
    diagonal : mapping from name to Comparison
        One side's glute over the other side's hamstring.
    glute, ham : SymmetryReport
        The same role on both sides.
    """

    sides: Mapping[str, SideReport]
    diagonal: Mapping[str, Comparison]
    glute: SymmetryReport
    ham: SymmetryReport


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisReport:
    """All that was found in a recording; ``as_json`` gives the object of ``analyze --json``.

    Attributes
    ----------
    fs_hz, duration_s : float
        Sampling rate, and length from sample 0 to the last.
    samples, lost_samples : int
        Received and lost.
    unit, signal, board, bandwidth_hz
        As the stream says.
    band_hz : tuple of 2 floats or None
        Corners of the band-pass; None where envelopes were recorded.
    notch_hz : float or None
        Mains frequency taken out.
    zero_phase : bool
        Filtered forwards and backwards.
    from_s : float
        Left out at the beginning.
    sites : mapping from site to SiteReport
        In the order of the montage.
    sides : SidesReport or None
        None without work windows or without a maximum.
    warnings : tuple of str
        Codes, ``CODE`` or ``CODE:SITE or SIDE``.
    """

    fs_hz: float
    duration_s: float
    samples: int
    lost_samples: int
    unit: Unit
    signal: Signal
    board: str
    bandwidth_hz: float
    band_hz: tuple[float, float] | None
    notch_hz: float | None
    zero_phase: bool
    from_s: float
    sites: Mapping[str, SiteReport]
    sides: SidesReport | None
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give plain JSON; with arbitrary units ``_uv`` is null and the same name ending ``_au`` filled."""
        sites = {name: _plain(site) for name, site in self.sites.items()}
        return {
            "fs_hz": self.fs_hz,
            "band_hz": None if self.band_hz is None else list(self.band_hz),
            "notch_hz": self.notch_hz,
            "zero_phase": self.zero_phase,
            "lost_samples": self.lost_samples,
            "sites": in_unit(sites, self.unit),
            **self._sides_json(),
            "samples": self.samples,
            "duration_s": self.duration_s,
            "from_s": self.from_s,
            "unit": self.unit.value,
            "signal": self.signal.value,
            "board": self.board,
            "bandwidth_hz": reading(self.bandwidth_hz),
            "warnings": list(self.warnings),
        }

    def _sides_json(self) -> dict[str, Any]:
        found = self.sides
        if found is None:
            names = ("sides", "diagonal", "glute_lsi_pct", "ham_lsi_pct", "symmetry", "intervals")
            return dict.fromkeys(names)
        lsi = {"glute_lsi_pct": found.glute.lsi_pct, "ham_lsi_pct": found.ham.lsi_pct}
        intervals = {**lsi, **found.diagonal}
        return {
            "sides": {side: _plain(report) for side, report in found.sides.items()},
            "diagonal": {name: one.value for name, one in found.diagonal.items()},
            **{name: one.value for name, one in lsi.items()},
            "symmetry": {
                muscle: {
                    "index_pct": one.index_pct,
                    "angle_pct": one.angle_pct,
                    "doubts": list(one.lsi_pct.doubts),
                }
                for muscle, one in (("glute", found.glute), ("ham", found.ham))
            },
            "intervals": {
                name: {
                    "low": one.low,
                    "high": one.high,
                    "inside_scatter": one.inside_scatter,
                    "doubts": list(one.doubts),
                    "n": None if one.n is None else list(one.n),
                    "spread_pct": list(one.spread_pct),
                    "reason": one.reason,
                }
                for name, one in intervals.items()
            },
        }


def in_unit(value: Any, unit: Unit) -> Any:
    """Move every ``_uv`` to ``_au`` where the unit is arbitrary: it never becomes microvolts.

    Parameters
    ----------
    value : object
        Of plain JSON; objects inside objects and lists are reached.
    unit : Unit
        Of the recording.
    """
    if isinstance(value, list):
        return [in_unit(item, unit) for item in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, item in value.items():
        if unit is Unit.ARBITRARY and name.endswith("_uv"):
            found[name] = None
            found[f"{name.removesuffix('_uv')}_au"] = item
        else:
            found[name] = in_unit(item, unit)
    return found


def _plain(report: SiteReport | SideReport) -> dict[str, Any]:
    """Make an object of a report, with lists for its tuples."""
    found = asdict(report)
    return {field.name: _listed(found[field.name]) for field in fields(report)}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
