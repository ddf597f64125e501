"""The calibration and the clean sessions that the holds with a fault are held against."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import pytest

from calibrations.calibration import Calibration
from tests.holds.parts import Session, exercise, run

Clean: TypeAlias = Callable[[str, str], Session]


@pytest.fixture(scope="package")
def calibration(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    """What the athlete's own set-up measures: nothing that comes after it changes it."""
    return run(tmp_path_factory.mktemp("set-up"), exercise(test=1)).calibration


@pytest.fixture(scope="package")
def clean(tmp_path_factory: pytest.TempPathFactory, calibration: Calibration) -> Clean:
    """Two holds of a side and role in which nothing goes wrong."""

    @cache
    def session(side: str, role: str) -> Session:
        what = exercise(sides=(side,), **{role: 2})
        return run(tmp_path_factory.mktemp("clean"), what, calibration=calibration)

    return session
