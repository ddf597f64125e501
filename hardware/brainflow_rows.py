"""Which rows of BrainFlow's table hold what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from emg.blocks import DIGITAL_MAX_24BIT, AuxChannel, FloatArray

ACCEL_FULL_SCALE_G: Final = 4.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one board.

    Attributes
    ----------
    emg, accel, analog : tuple of int
        In board order.
    counter, timestamp : int
        Packet counter, and the wall clock at which the driver had the packet.
    """

    emg: tuple[int, ...]
    accel: tuple[int, ...]
    analog: tuple[int, ...]
    counter: int
    timestamp: int

    @classmethod
    def of(cls, description: dict[str, Any]) -> Rows:
        """Read BrainFlow's own description of a board."""
        return cls(
            tuple(description["emg_channels"]),
            tuple(description.get("accel_channels", ())),
            tuple(description.get("analog_channels", ())),
            description["package_num_channel"],
            description["timestamp_channel"],
        )

    def aux_channels(self) -> tuple[AuxChannel, ...]:
        """Acceleration in g, then plain numbers, which a step of 1 keeps exact."""
        axes = "XYZ"[: len(self.accel)]
        return (
            *(AuxChannel(f"ACCEL {axis}", "g", ACCEL_FULL_SCALE_G) for axis in axes),
            *(AuxChannel(f"ANALOG {n + 1}", "", float(DIGITAL_MAX_24BIT)) for n in range(len(self.analog))),
            AuxChannel("COUNTER", "", float(DIGITAL_MAX_24BIT)),
        )

    def samples(self, table: FloatArray, scale: float) -> FloatArray:
        """Turn a table of BrainFlow's into one row a sample: EMG, then the other channels.

        Parameters
        ----------
        table : ndarray of shape (n_rows, n_samples)
            As BrainFlow gives it.
        scale : float
            What its EMG is multiplied by.

        Returns
        -------
        ndarray of shape (n_samples, n_emg + n_aux), float64
        """
        emg = table[list(self.emg)] * scale
        return np.concatenate((emg, table[[*self.accel, *self.analog, self.counter]])).T

    def split(self, samples: FloatArray) -> tuple[FloatArray, FloatArray]:
        """EMG and other channels of what ``samples`` gave, each in C order."""
        n_emg = len(self.emg)
        return np.ascontiguousarray(samples[:, :n_emg]), np.ascontiguousarray(samples[:, n_emg:])
