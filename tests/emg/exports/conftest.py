"""One recorded session for all tests of exports, and the sessions of a small clinic."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emg.exports.parts import OWN_PROTOCOL, copy_of, day, recorded


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of the simulated athlete; not to be changed."""
    return recorded(tmp_path_factory.mktemp("saved"))


@pytest.fixture(scope="session")
def clinic(saved: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three sessions of two athletes, the later ones first; not to be changed."""
    parent = tmp_path_factory.mktemp("clinic")
    return [
        copy_of(saved, parent, day(9)),
        copy_of(saved, parent, day(7), athlete="b2"),
        copy_of(saved, parent, day(6), protocol=OWN_PROTOCOL),
    ]
