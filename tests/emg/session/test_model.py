from __future__ import annotations

import json
import platform
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from emg.session.model import FilterFacts, Gap, SessionRecord
from tests.emg.session.parts import AUX, record_of, stream

FILTERS = FilterFacts(
    type="butterworth",
    order=2,
    band_hz=(20.0, 115.0),
    notch_hz=None,
    causal=True,
    rms_bar_s=0.25,
    rms_ratio_s=1.0,
    rms_onset_s=0.05,
)


def test_session_json_comes_back_as_it_was() -> None:
    """Else nobody can say with which filter, gain and calibration the numbers were made."""
    record = record_of(
        stream(aux=AUX),
        "s1",
        filters=FILTERS,
        gaps=(Gap(first_sample=3, n_lost=2, estimated=True),),
        calibration={"sites": {"glute_left": {"mvc_uv": 300.0}}},
        faults=("mains",),
        seed=7,
        sore_side="left",
    )
    assert SessionRecord.model_validate_json(record.to_json()) == record


def test_session_json_says_schema_and_utc() -> None:
    """Else a later program cannot know how to read the file, or when sample 0 was."""
    here = datetime(2026, 3, 1, 23, 0, tzinfo=timezone(timedelta(hours=-5)))
    found = json.loads(record_of(stream(aux=AUX), "s1", started_at=here).to_json())
    assert found["schema"] == 1
    assert found["started_at"] == "2026-03-02T04:00:00Z"
    assert found["montage"] == {"glute_left": 1, "ham_left": 2, "glute_right": 3, "ham_right": 4}
    assert found["channel_names"] == [
        "glute_left",
        "ham_left",
        "glute_right",
        "ham_right",
        "ACC X",
        "COUNTER",
    ]
    assert found["isek"]["material"] is None


def test_the_name_of_the_machine_stands_nowhere() -> None:
    """Else a session that is handed on tells whose computer it was."""
    assert platform.node()
    assert platform.node() not in json.loads(record_of(stream(), "s1").to_json())["software"].values()


@pytest.mark.parametrize(
    "change",
    [
        {"fs_hz": float("nan")},
        {"full_scale": float("inf")},
        {"gain": 0.0},
        {"started_at": datetime(2026, 3, 1)},  # noqa: DTZ001 - a time without a zone is what is refused
        {"lost_samples": -1},
        {"channels": "4"},
        {"sore_side": "middle"},
        {"name": "Jane"},
        {"calibration": {"mvc_uv": float("nan")}},
    ],
)
def test_a_fact_that_does_not_fit_is_refused(change: dict[str, Any]) -> None:
    """Else session.json holds what no reader expects."""
    with pytest.raises(ValidationError):
        record_of(stream(), "s1", **change)


def test_the_record_cannot_be_changed_in_place() -> None:
    """Else what is in memory is not what is on disk."""
    record = record_of(stream(), "s1")
    with pytest.raises(ValidationError):
        record.athlete = "b"  # type: ignore[misc]
    assert record.amended(ended_at=datetime(2026, 3, 1, tzinfo=UTC)).ended_at is not None
