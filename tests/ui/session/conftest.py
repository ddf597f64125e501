"""What several tests of a session's files begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.session.recorder_desk import (
    Desk,
    Open,
)


@pytest.fixture
def desk_of(tmp_path: Path) -> Iterator[Open]:
    """Makes desks that are let go of at the end."""
    desks: list[Desk] = []

    def make(parent: Path = tmp_path, *, paced: bool = False, places: tuple[Path, ...] = ()) -> Desk:
        desks.append(Desk(parent, paced=paced, places=places))
        return desks[-1]

    yield make
    for desk in desks:
        desk.let_go()
