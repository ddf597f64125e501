"""A calibration, and an occasion that it fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from calibrations.calibration import Calibration, Chain, SiteRecord, TrialRecord
from calibrations.checks import Occasion
from emg.results import Method

MADE_AT = datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)
CHAIN = Chain(fs_hz=250.0, low_hz=20.0, high_hz=115.0, notch_hz=None, gain=24.0)
SITES = {
    "glute_left": SiteRecord(channel=1, rest_uv=2.125, mvc_uv=80.1, method=Method.QUICK, mvc_cv_pct=9.7),
    "ham_left": SiteRecord(channel=2, rest_uv=1.9, mvc_uv=131.3, method=Method.SUBMAX, mvc_cv_pct=10.0),
}
CALIBRATION = Calibration(
    athlete="anna-1",
    board="cyton",
    source_id="cyton:DM00",
    unit="uV",
    chain=CHAIN,
    made_at=MADE_AT,
    software="0.1.0",
    sites=SITES,
    trials=(TrialRecord(site="glute_left", best_uv=None), TrialRecord(site="glute_left", best_uv=84.2)),
)
OCCASION = Occasion(
    athlete="anna-1",
    source_id="cyton:DM00",
    unit="uV",
    chain=CHAIN,
    channels={"glute_left": 1, "ham_left": 2},
    now=MADE_AT + timedelta(hours=1),
)
