"""Units and rates as files write them, and the amplitude that no muscle gives."""

from __future__ import annotations

import math
import re
from typing import Final

import numpy as np

from emg.blocks import FloatArray
from emg.said import Said
from hardware.file_formats.recording import FileUnreadable

ARBITRARY: Final = "arbitrary"
MICROVOLTS: Final = {"uV": 1.0, "mV": 1e3, "V": 1e6}
"""Microvolts in one of each unit."""

SLOWEST_HZ: Final = 1.0
"""No calibration holds for less; a rate far below ends in windows of less than one sample."""

LONGEST_NAME: Final = 100
"""So much of a header name is looked at for its unit."""

FASTEST_HZ: Final = 100_000.0
"""Ten times the fastest EMG amplifier; a greater number is a slip of the pen, or of the unit."""

WINDOW_S: Final = 0.05
"""A window of 50 ms less its own mean keeps what is above some 20 Hz: offset and drift do not count."""

LOUDEST_UV: Final = 10_000.0
"""Surface EMG stays below some 10 mV peak to peak, 1.5 mV RMS (De Luca 2002). Ten millivolts RMS leave room
for mains and cables, and lie far below muscle read in a unit a thousand times too large."""

QUIETEST_UV: Final = 0.5
"""Electrodes on resting muscle give 1.3 to 5 µV RMS; below 0.5 µV not even the noise of their skin fits."""

_WORDS: Final = {"uv": "uV", "microvolt": "uV", "mv": "mV", "millivolt": "mV", "v": "V", "volt": "V"}
_UNIT: Final = r"(?P<unit>[uµμ]V|mV|V|(?:micro|milli)?volts?)"
_UNIT_AT_END: Final = re.compile(
    rf"(?:[\[(/_]\s*{_UNIT}\s*[\])]?|[\s-](?P<bare>[uµμ]V|mV))\s*$", re.IGNORECASE
)
_UNIT_SAID: Final = re.compile(rf"\bunits?\b\W{{0,4}}{_UNIT}\b", re.IGNORECASE)
_NUMBER: Final = r"(?<!\d)(?P<number>\d+(?:\.\d+)?(?:e\+?\d+)?)\s*(?P<kilo>k)?"
_RATES: Final = (
    re.compile(
        r"(?:\bfs\b|\bsampl\w*[ _-]*(?:rate|freq\w*)|\b(?:sample)?rate\b)"
        rf"\W{{0,4}}(?:k?Hz)?\W{{0,4}}{_NUMBER}",
        re.IGNORECASE,
    ),
    re.compile(rf"{_NUMBER}\s*(?:samples?\s*(?:per\s+|/\s*)s(?:ec(?:ond)?)?|sps|S/s)\b", re.IGNORECASE),
)


def unit_word(text: str) -> str | None:
    """``uV``, ``mV`` or ``V`` if the text is nothing but a unit of voltage."""
    word = text.strip().strip("[]()").lower().replace("µ", "u").replace("μ", "u").removesuffix("s")
    return _WORDS.get(word)


def unit_in_name(name: str) -> str | None:
    """Find the unit at the end of a header name: ``VL_uV``, ``BF (mV)``, ``ST [µV]``."""
    found = _UNIT_AT_END.search(name[-LONGEST_NAME:])
    return None if found is None else unit_word(found["unit"] or found["bare"])


def unit_in_text(text: str) -> str | None:
    """Find the unit that a line of a preamble declares: ``engineering units: mV``."""
    found = _UNIT_SAID.search(text)
    return None if found is None else unit_word(found["unit"])


def rate_in_text(text: str) -> float | None:
    """Find the sampling rate that comments declare; None if they declare none, or several."""
    found = {
        float(match["number"]) * (1000.0 if match["kilo"] else 1.0)
        for pattern in _RATES
        for match in pattern.finditer(text)
    }
    return found.pop() if len(found) == 1 else None


def check_rate(fs_hz: float) -> float:
    """Return the rate if it can be one.

    Raises
    ------
    FileUnreadable
        If it is not a number, not positive, or beyond any EMG amplifier.
    """
    if not (math.isfinite(fs_hz) and SLOWEST_HZ <= fs_hz <= FASTEST_HZ):
        raise FileUnreadable(
            Said(
                "A sampling rate of {rate} Hz is not one of EMG: say the true one with --fs, at most {most}.",
                rate=f"{fs_hz:g}",
                most=round(FASTEST_HZ),
            )
        )
    return fs_hz


def doubtful_amplitude(data_uv: FloatArray, fs_hz: float) -> str | None:
    """Say so if these are not the microvolts of a muscle.

    Parameters
    ----------
    data_uv : ndarray of shape (n, n_channels), float64
        The first seconds, finite.
    fs_hz : float
        Sampling rate.

    Returns
    -------
    str or None
        One sentence; None if the amplitude is possible or there is too little to tell.
    """
    n = max(2, round(WINDOW_S * fs_hz))
    n_windows = len(data_uv) // n
    if not n_windows:
        return None
    windows = data_uv[: n_windows * n].reshape(n_windows, n, -1)
    loudest = float(np.quantile(windows.std(axis=1), 0.95, axis=0).max())
    if loudest > LOUDEST_UV:
        return Said(
            "The signal reads {level} mV RMS and no muscle gives more than about 2 mV: "
            "is the unit right? Say it with --unit and --scale.",
            level=f"{loudest / 1e3:.3g}",
        )
    if 0.0 < loudest < QUIETEST_UV:
        return Said(
            "The signal reads {level} µV RMS at its loudest, less than skin alone gives: "
            "is the unit right, is this mV? Say it with --unit and --scale.",
            level=f"{loudest:.2g}",
        )
    return None
