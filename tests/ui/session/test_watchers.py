"""Who follows a session beside its front."""

from __future__ import annotations

from pathlib import Path

import pytest

from emg.blocks import SampleBlock, StreamInfo
from emg.codes import EventKind
from emg.live_view import LiveView
from emg.montage import Montage
from emg.results import HoldResult
from emg.stage import Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.sessions import KeptFront, plan_of, short_exercise
from ui.assembly import SessionRunner
from ui.session.front import SessionEnd
from ui.session.watchers import Silent

LIMIT_S = 60.0


class Follower(Silent):
    """Keeps what it hears, and raises where it is told to."""

    name = "sound"

    def __init__(self, raises_at: EventKind | None = None) -> None:
        self.raises_at = raises_at
        self.events: list[Event] = []
        self.holds: list[HoldResult] = []
        self.views: list[LiveView] = []
        self.order: list[str] = []

    def opened(self, info: StreamInfo, montage: Montage) -> None:
        self.order.append("opened")

    def event(self, event: Event) -> None:
        self.events.append(event)
        if event.kind is self.raises_at:
            raise RuntimeError("the speaker is gone")

    def hold(self, result: HoldResult) -> None:
        self.holds.append(result)

    def view(self, view: LiveView) -> None:
        self.views.append(view)
        self.order.append("view")


def session(tmp_path: Path, *watchers: Silent) -> tuple[SessionEnd, KeptFront]:
    athlete = Athlete(seed=1)
    source = SimulatedSource(athlete, speed=0.0)
    plan = plan_of(source, short_exercise(train=0), tmp_path, performer=athlete)
    front = KeptFront()
    runner = SessionRunner(plan, front, watchers)
    runner.start()
    end = runner.wait(LIMIT_S)
    assert end is not None
    return end, front


def test_a_watcher_hears_all_that_the_front_hears(tmp_path: Path) -> None:
    """Else a cue is painted and not sounded."""
    follower = Follower()
    end, front = session(tmp_path, follower)
    assert end.exit_code == 0, end.message
    assert follower.events == front.events
    assert len(follower.holds) == end.holds == 1
    assert follower.order[:2] == ["opened", "view"]
    assert follower.order.count("opened") == 1


def test_the_picture_comes_before_all_else_that_a_block_is_good_for(tmp_path: Path) -> None:
    """Else sound, traces and disk make the bars late."""
    order: list[str] = []

    class Ordered(KeptFront):
        def post_view(self, view: LiveView) -> None:
            order.append(f"shown {view.sample}")
            super().post_view(view)

    class Kept(Silent):
        name = "kept"

        def block(self, block: SampleBlock) -> None:
            order.append(f"block {block.end_sample}")

    athlete = Athlete(seed=1)
    plan = plan_of(SimulatedSource(athlete, speed=0.0), short_exercise(train=0), tmp_path, performer=athlete)
    runner = SessionRunner(plan, Ordered(), [Kept()])
    runner.start()
    assert runner.wait(LIMIT_S) is not None
    blocks = [place for place, what in enumerate(order) if what.startswith("block")]
    assert len(blocks) > 50
    assert all(order[place - 1].startswith("shown") for place in blocks[:-1])


@pytest.mark.parametrize("kind", [EventKind.CUE, EventKind.HOLD_DONE])
def test_a_watcher_that_fails_costs_nothing_but_itself(tmp_path: Path, kind: EventKind) -> None:
    """Else a loudspeaker that is pulled out ends the session of a patient."""
    broken, other = Follower(kind), Follower()
    end, front = session(tmp_path, broken, other)
    assert (end.exit_code, end.holds) == (0, 1), end.message
    assert other.events == front.events
    assert broken.events[-1].kind is kind  # it heard nothing after that
    assert [view.notice for view in front.views if "sound" in view.notice]
