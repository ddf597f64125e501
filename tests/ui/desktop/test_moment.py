"""Which views only run on, and which bring something."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from emg.codes import SignalState
from emg.live_view import LiveView, StageView
from tests.ui.views import HOLDING, bars
from ui.desktop.moment import RUNNING, Moment


def later(view: LiveView, by_s: float, **changes: object) -> LiveView:
    return replace(view, time_s=view.time_s + by_s, host_time_s=view.host_time_s + by_s, **changes)  # type: ignore[arg-type]


def test_what_only_runs_on_is_looked_at_ten_times_a_second() -> None:
    """Else every block costs as much as a change of the whole page, or a count stands still."""
    moment = Moment(0.1)
    news = [moment.is_new(later(HOLDING, 0.021 * step), fresh=True) for step in range(11)]
    assert news == [True, False, False, False, False, True, False, False, False, False, True]


@pytest.mark.parametrize(
    "change",
    [
        {"signal": SignalState.LOST},
        {"paused": True},
        {"error": "It broke."},
        {"question": "electrodes_on"},
        {"finished": True},
        {"bars": ()},
        {"stage": replace(HOLDING.stage, feedback=False)},
        {"stage": replace(HOLDING.stage, message="target_default:30.0")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_happens_is_seen_at_once(change: dict[str, object]) -> None:
    """Else the screen says for a moment what is no longer so."""
    moment = Moment(0.1)
    assert moment.is_new(HOLDING, fresh=True)
    assert moment.is_new(later(HOLDING, 0.02, **change), fresh=True)
    assert not moment.is_new(later(HOLDING, 0.04, **change), fresh=True)


def test_data_that_become_old_are_news_without_a_new_view() -> None:
    """Else the last value stands there after the stream has died."""
    moment = Moment(0.1)
    assert moment.is_new(HOLDING, fresh=True)
    assert moment.is_new(later(HOLDING, 0.02), fresh=False)
    assert moment.is_new(later(HOLDING, 0.02), fresh=False), "the same view again may be asked for its age"


def test_levels_and_times_are_all_that_runs() -> None:
    """Else a field with news in it is left out, or one that always runs makes every view new."""
    assert {one.name for one in fields(LiveView)} | {one.name for one in fields(StageView)} >= RUNNING
    moment = Moment(1.0)
    assert moment.is_new(HOLDING, fresh=True)
    stage = replace(HOLDING.stage, elapsed_s=3.33, in_target_s=1.5)
    assert not moment.is_new(later(HOLDING, 0.02, stage=stage, bars=bars((1.0, 2.0, 3.0, 4.0))), fresh=True)
