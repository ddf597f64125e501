"""Exercises as data: TOML files and the model they must fit."""

from emg.protocols.model import (
    Protocol,
    ProtocolError,
    SetPlan,
    Timing,
    bundled_protocols,
    load_protocol,
)

__all__ = ["Protocol", "ProtocolError", "SetPlan", "Timing", "bundled_protocols", "load_protocol"]
