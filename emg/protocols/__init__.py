"""Exercises as data: TOML files and the model they must fit."""

from emg.protocols.model import Protocol, ProtocolError, bundled_protocols, load_protocol

__all__ = ["Protocol", "ProtocolError", "bundled_protocols", "load_protocol"]
