"""The spoken prompts as they are shipped: one small file a sentence."""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from pathlib import Path
from typing import Final

import numpy as np

from ui.sound.synth import FloatArray

FOLDER: Final = Path(__file__).resolve().parent / "prompts"
SUFFIX: Final = ".ogg"
PAUSE_S: Final = 0.15
"""Between two sentences."""


class Prompts:
    """Gives sentences at the rate of the device; takes some milliseconds, so never in a callback.

    Parameters
    ----------
    language : str
        Code of the language; one without a folder speaks English.
    fs_hz : float
        Rate of the device.
    folder : Path
        Where they lie.
    """

    def __init__(self, language: str, fs_hz: float, folder: Path = FOLDER) -> None:
        self._folder = folder / (language if (folder / language).is_dir() else "en")
        self._fs_hz = round(fs_hz)
        self._read = lru_cache(maxsize=64)(self._from_disk)

    def spoken(self, codes: tuple[str, ...], after_s: float = 0.0) -> FloatArray:
        """Give some sentences in a row.

        Parameters
        ----------
        codes : tuple of str
            Of ``ui.sound.spoken.SPOKEN``.
        after_s : float
            Silence before them.

        Raises
        ------
        OSError
            If a file cannot be read.
        """
        parts: list[FloatArray] = [np.zeros(round(after_s * self._fs_hz), dtype=np.float32)]
        for code in codes:
            parts += [self._read(code), np.zeros(round(PAUSE_S * self._fs_hz), dtype=np.float32)]
        return np.concatenate(parts[:-1] if len(parts) > 1 else parts)

    def _from_disk(self, code: str) -> FloatArray:
        import soundfile

        try:
            samples, fs_hz = soundfile.read(self._folder / f"{code}{SUFFIX}", dtype="float32")
        except soundfile.LibsndfileError as error:
            raise OSError(str(error)) from error
        return resampled(samples, int(fs_hz), self._fs_hz)


def resampled(samples: FloatArray, from_hz: int, to_hz: int) -> FloatArray:
    """Bring samples to another rate, with no images above the old one."""
    if from_hz == to_hz:
        return samples
    from scipy.signal import resample_poly

    common = gcd(from_hz, to_hz)
    return np.asarray(resample_poly(samples, to_hz // common, from_hz // common), dtype=np.float32)
