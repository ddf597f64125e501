"""What the signal means: filters, envelopes, activation, holds and coaching. No Qt, no device, no thread.

In a notebook, ``from emg import ...`` gives what is listed here; docs/library.md shows it at work.

Arrays and columns
    ``filter_emg``, ``rms_envelope``: the signal at every sample.
    ``rms_uv``, ``peak_rms_uv``: the level of a stretch.
    ``levels``: all that a session computes, as ``Activations``.
    ``latency_s``, ``detect_bursts``, ``power_spectrum``: when a muscle works, and its spectrum.
    ``Chain``, ``Span``: how the signal is filtered, and a stretch of it; ``as_array``: blocks as an array.
Rest and maximum
    ``reference_from``, ``Reference``, ``SiteReference``, ``NO_REFERENCE``, ``Method``.
    ``remove_rest``, ``percent_mvc``.
Muscle against muscle, side against side
    ``can_compare``, ``ratio``, ``glute_share_pct``, ``falconer_winter_pct``, ``rudolph``.
    ``limb_symmetry_index_pct``, ``symmetry_index_pct``, ``symmetry_angle_pct``.
    ``Group``, ``Comparison``, ``compare``, ``MeanSd``, ``mean_sd``, ``geometric_mean_sd``.
Bursts and spectrum
    ``Burst``, ``mains_ratio``, ``motion_share``, ``median_frequency_hz``, ``mean_frequency_hz``.
    ``can_tell_fatigue``, ``Epoch``, ``epoch_spans``, ``epochs``, ``FatigueTrend``, ``fatigue_trend``.
Quality
    ``VERDICTS``: what the numbers in ``Activations.verdicts`` mean.
Sessions on disk
    ``read_session``, ``read_events``, ``read_samples``, ``reference_of``.
The chain itself, block by block
    ``StreamInfo``, ``SampleBlock``, ``Montage``, ``FilterSettings``, ``ChainSettings``, ``Pipeline``.

Nothing is imported before it is asked for: the window must not wait for what only a notebook needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from emg.activation import NO_REFERENCE as NO_REFERENCE
    from emg.activation import Activations as Activations
    from emg.activation import Reference as Reference
    from emg.activation import SiteReference as SiteReference
    from emg.activation import can_compare as can_compare
    from emg.activation import glute_share_pct as glute_share_pct
    from emg.activation import limb_symmetry_index_pct as limb_symmetry_index_pct
    from emg.activation import percent_mvc as percent_mvc
    from emg.activation import ratio as ratio
    from emg.activation import remove_rest as remove_rest
    from emg.arrays import Chain as Chain
    from emg.arrays import Span as Span
    from emg.arrays import as_array as as_array
    from emg.arrays import detect_bursts as detect_bursts
    from emg.arrays import filter_emg as filter_emg
    from emg.arrays import latency_s as latency_s
    from emg.arrays import levels as levels
    from emg.arrays import peak_rms_uv as peak_rms_uv
    from emg.arrays import power_spectrum as power_spectrum
    from emg.arrays import reference_from as reference_from
    from emg.arrays import rms_envelope as rms_envelope
    from emg.arrays import rms_uv as rms_uv
    from emg.blocks import SampleBlock as SampleBlock
    from emg.blocks import StreamInfo as StreamInfo
    from emg.fatigue import Epoch as Epoch
    from emg.fatigue import FatigueTrend as FatigueTrend
    from emg.fatigue import epoch_spans as epoch_spans
    from emg.fatigue import epochs as epochs
    from emg.fatigue import fatigue_trend as fatigue_trend
    from emg.filters import FilterSettings as FilterSettings
    from emg.limits import can_tell_fatigue as can_tell_fatigue
    from emg.montage import Montage as Montage
    from emg.onset import Burst as Burst
    from emg.pipeline import ChainSettings as ChainSettings
    from emg.pipeline import Pipeline as Pipeline
    from emg.quality import VERDICTS as VERDICTS
    from emg.reference import reference_of as reference_of
    from emg.results import Method as Method
    from emg.session.bundle import read_events as read_events
    from emg.session.bundle import read_samples as read_samples
    from emg.session.bundle import read_session as read_session
    from emg.similarity import falconer_winter_pct as falconer_winter_pct
    from emg.similarity import rudolph as rudolph
    from emg.spectrum import mains_ratio as mains_ratio
    from emg.spectrum import mean_frequency_hz as mean_frequency_hz
    from emg.spectrum import median_frequency_hz as median_frequency_hz
    from emg.spectrum import motion_share as motion_share
    from emg.statistics import Comparison as Comparison
    from emg.statistics import Group as Group
    from emg.statistics import MeanSd as MeanSd
    from emg.statistics import compare as compare
    from emg.statistics import geometric_mean_sd as geometric_mean_sd
    from emg.statistics import mean_sd as mean_sd
    from emg.symmetry import symmetry_angle_pct as symmetry_angle_pct
    from emg.symmetry import symmetry_index_pct as symmetry_index_pct

_HOME: Final = {
    "emg.activation": (
        "NO_REFERENCE Activations Reference SiteReference can_compare glute_share_pct "
        "limb_symmetry_index_pct percent_mvc ratio remove_rest"
    ),
    "emg.arrays": (
        "Chain Span as_array detect_bursts filter_emg latency_s levels peak_rms_uv power_spectrum "
        "reference_from rms_envelope rms_uv"
    ),
    "emg.blocks": "SampleBlock StreamInfo",
    "emg.onset": "Burst",
    "emg.fatigue": "Epoch FatigueTrend epoch_spans epochs fatigue_trend",
    "emg.filters": "FilterSettings",
    "emg.limits": "can_tell_fatigue",
    "emg.montage": "Montage",
    "emg.pipeline": "ChainSettings Pipeline",
    "emg.quality": "VERDICTS",
    "emg.reference": "reference_of",
    "emg.results": "Method",
    "emg.session.bundle": "read_events read_samples read_session",
    "emg.similarity": "falconer_winter_pct rudolph",
    "emg.spectrum": "mains_ratio mean_frequency_hz median_frequency_hz motion_share",
    "emg.statistics": "Comparison Group MeanSd compare geometric_mean_sd mean_sd",
    "emg.symmetry": "symmetry_angle_pct symmetry_index_pct",
}
"""Where the names of the library live, as above."""

_MODULE_OF: Final = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = list(_MODULE_OF)


def __dir__() -> list[str]:
    return sorted(__all__)


if not TYPE_CHECKING:  # else every misspelt name would pass the type checker

    def __getattr__(name: str) -> Any:
        """Import the module of a name when it is first asked for (PEP 562)."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
        return found
