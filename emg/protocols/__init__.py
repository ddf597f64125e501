"""Exercises as data: one TOML file each, and the model that checks them."""

from __future__ import annotations

from emg.protocols.model import (
    BoutsSet,
    HoldsSet,
    Protocol,
    ProtocolError,
    RepetitionsSet,
    SetPlan,
    Target,
    Timing,
    bundled_protocols,
    load_protocol,
    parse_protocol,
    protocol_text,
)

__all__ = [
    "BoutsSet",
    "HoldsSet",
    "Protocol",
    "ProtocolError",
    "RepetitionsSet",
    "SetPlan",
    "Target",
    "Timing",
    "bundled_protocols",
    "load_protocol",
    "parse_protocol",
    "protocol_text",
]
