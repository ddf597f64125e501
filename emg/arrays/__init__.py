"""The chain on whole arrays and columns: what a notebook computes is what the screen showed.

Every function takes numbers as they lie in memory (an array, a list, a pandas or polars column or
table), in microvolts, one row a sample, and runs them through the filter, the windows and the pipeline
of a live session. A row with a number that is not finite (NaN, infinite, masked, null) in any column is
a lost sample, under the rules of a live stream: up to 50 ms are bridged for the filter, after a longer
gap it starts anew, and no lost sample enters a level. Nothing is remembered between two calls.
"""

from emg.arrays.amplitude import levels, peak_rms_uv, reference_from, rms_uv
from emg.arrays.chain import Chain, filter_emg, rms_envelope
from emg.arrays.measures import detect_bursts, latency_s, power_spectrum
from emg.arrays.samples import Span, as_array

__all__ = [
    "Chain",
    "Span",
    "as_array",
    "detect_bursts",
    "filter_emg",
    "latency_s",
    "levels",
    "peak_rms_uv",
    "power_spectrum",
    "reference_from",
    "rms_envelope",
    "rms_uv",
]
