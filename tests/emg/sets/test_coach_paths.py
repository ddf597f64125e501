"""Every path through a set: whatever people press and the board loses, nothing is lost or counted twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import pairwise
from math import isfinite

from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from emg.codes import CommandKind, EventKind, Phase
from emg.reference import ReferenceInForce
from emg.results import Feedback, HoldResult, MuscleResult, Outcome, Presser, Role, Until
from emg.sets.coach import HoldSet
from emg.sets.hold import HoldPlan
from emg.sets.progress import Progress
from emg.sets.score import ChainDelays
from emg.sets.set_settings import MAX_REPEATS
from emg.sets.targets import TargetRule
from emg.stage import Command, Event, StageStart
from tests.emg.sets.coached import FS, LEARN, REFERENCE, TEST, WORKING, ticks
from tests.emg.sets.test_coach_people import learnt, settings

LENGTH = 45 * FS
KEYS = [kind for kind in CommandKind if kind is not CommandKind.START]
PLANS = [
    replace(TEST, prepare_s=1.0, quiet_s=0.5, hold_s=3.0),
    replace(LEARN, prepare_s=1.0, quiet_s=0.5, hold_s=3.0, wait_limit_s=5.0),
    replace(LEARN, prepare_s=1.0, quiet_s=0.5, hold_s=3.0, until=Until.SET, ceiling_pct=40.0),
    replace(LEARN, prepare_s=1.0, quiet_s=0.5, hold_s=3.0, wait_limit_s=5.0, feedback=Feedback.FELT),
    replace(TEST, prepare_s=1.0, quiet_s=0.5, hold_s=3.0, role=Role.TRAIN, practice=True),
]

presses = st.lists(
    st.tuples(st.integers(0, LENGTH - 1), st.sampled_from(KEYS), st.integers(0, 10)), max_size=25
)
gaps = st.lists(st.tuples(st.integers(0, LENGTH - 1), st.integers(1, 2 * FS)), max_size=4)
levels = st.lists(st.floats(0.0, 120.0), min_size=1, max_size=8)
cuts = st.lists(st.integers(1, LENGTH - 1), max_size=12)
verdicts = st.sampled_from([None, {"ham_right": "railed"}, {"glute_left": "railed"}])


def signal(of: list[float], lost: list[tuple[int, int]], bad: Mapping[str, str] | None):  # type: ignore[no-untyped-def]
    """A glute that goes from level to level, and what the board loses of it."""

    def at(sample: int) -> Mapping[str, float]:
        glute = of[min(len(of) - 1, sample * len(of) // LENGTH)]
        return {**WORKING, "glute_right": glute}

    gone = {sample for start, n in lost for sample in range(start, min(start + n, LENGTH))}
    return ticks(range(LENGTH), at, lost=gone, verdicts=bad)


class Played:
    """A set that was played to its end, or to the end of the signal."""

    def __init__(self, plan: HoldPlan, *, offered: bool = False) -> None:
        self.progress = learnt(1.0, 1.0, 1.0, 1.0) if offered else Progress()
        told = settings(
            plan=plan,
            holds=3,
            lead_rest_s=1.0,
            rest_s=1.0,
            rule=TargetRule(default_pct=30.0),
            offered=offered,
            asks_pain=True,
            rechecks=True,
        )
        self.stage = HoldSet(told, ChainDelays(0.005, 0.050), ReferenceInForce(REFERENCE), self.progress)
        self.events: list[Event] = [*self.stage.begin(StageStart(0, "set#1", float(FS), 7))]
        self.holds: list[HoldResult] = []
        self.ended = ""

    def play(self, signal: object, pressed: list[tuple[int, CommandKind, int]], at_cuts: list[int]) -> Played:
        """Give ticks in pieces; a key comes before the tick at which it is obeyed."""
        keys = sorted(pressed, key=lambda press: press[0])
        edges = sorted({0, LENGTH, *at_cuts, *(at for at, _, _ in keys)})
        paused = False
        for start, stop in pairwise(edges):
            for at, kind, value in keys:
                if at == start and not self.stage.done and not self.ended:
                    step = self.stage.command(
                        Command(kind, at, at, value if kind is CommandKind.ANSWER else None, Presser.ATHLETE)
                    )
                    self._take(step)
                    paused = {CommandKind.PAUSE: True, CommandKind.RESUME: False}.get(kind, paused)
            if not paused and not self.stage.done and not self.ended:
                self._take(self.stage.advance(signal.cut(start, stop)))  # type: ignore[attr-defined]
        return self

    def _take(self, step: object) -> None:
        self.events += step.events  # type: ignore[attr-defined]
        self.holds += step.holds  # type: ignore[attr-defined]
        self.ended = self.ended or step.ends  # type: ignore[attr-defined]


@tried(max_examples=50)
@given(st.sampled_from(PLANS), presses, gaps, levels, cuts, verdicts, st.booleans())
def test_no_path_loses_an_event_counts_twice_or_invents_a_number(
    plan: HoldPlan,
    pressed: list[tuple[int, CommandKind, int]],
    lost: list[tuple[int, int]],
    of: list[float],
    at_cuts: list[int],
    bad: Mapping[str, str] | None,
    offered: bool,
) -> None:
    """Else an hour with a patient ends in a table that nobody can trust."""
    played = Played(plan, offered=offered).play(signal(of, lost, bad), pressed, at_cuts)
    holds, events = played.holds, played.events
    done = [event for event in events if event.kind is EventKind.HOLD_DONE]

    assert [hold.hold for hold in holds] == list(range(7, 7 + len(holds))), "numbers without a hole"
    assert [event.hold for event in done] == [hold.hold for hold in holds], "a row for each, once"
    assert [event.detail["outcome"] for event in done] == [hold.outcome.value for hold in holds]
    cued = [event.hold for event in events if event.kind is EventKind.CUE]
    open_hold = played.stage.view().phase.value in ("cue", "waiting", "holding")
    assert len(cued) == len(holds) + open_hold, "who was cued gets a row, or is still holding"
    assert [event.sample for event in events] == sorted(event.sample for event in events)
    counted = sum(hold.outcome.counts or hold.outcome is Outcome.PRACTISED for hold in holds)
    assert counted <= 3
    # an offer that pain has closed is over when somebody has said whether to stop or to go on
    waits = played.stage.view().phase is Phase.ASK
    assert played.stage.done == (
        counted == 3 or _repeated(holds) > MAX_REPEATS or (offered and _declined(events) and not waits)
    )
    for hold in holds:
        _is_sound(hold, bad)


def _repeated(holds: list[HoldResult]) -> int:
    return sum(hold.outcome in (Outcome.VOID, Outcome.LOST_BALANCE) for hold in holds)


def _declined(events: list[Event]) -> bool:
    return any(event.detail.get("taken") is False for event in events)


def _is_sound(hold: HoldResult, bad: Mapping[str, str] | None) -> None:
    """No number is not finite, and none stands where nothing was read."""
    for muscle in hold.sites.values():
        for field in fields(MuscleResult):
            value = getattr(muscle, field.name)
            assert not isinstance(value, float) or isfinite(value)
    if not hold.outcome.counts:
        assert all(muscle.pct_mvc is None for muscle in hold.sites.values()), "a void hold has no number"
        assert (hold.ratio_same_side, hold.glute_share_pct, hold.ratio_diagonal) == (None, None, None)
    if bad is not None:
        (site,) = bad
        assert hold.sites[site].pct_mvc is None, "what does not read has no number"
        assert hold.valid is (site == "glute_left") or not hold.valid or hold.outcome is Outcome.LOST_BALANCE
    assert hold.valid is (hold.outcome is not Outcome.VOID)
    assert bool(hold.invalid_reason) is not hold.valid
    if hold.outcome is Outcome.SUCCESS and hold.role is Role.TRAIN:
        assert hold.in_target_s is not None
        assert hold.in_target_s >= (3.0 if hold.until is Until.FIRED else 1.0) - 2.0 / FS


@tried(max_examples=30)
@given(st.sampled_from(PLANS), presses, gaps, levels, cuts)
def test_any_cut_of_the_same_ticks_tells_the_same(
    plan: HoldPlan,
    pressed: list[tuple[int, CommandKind, int]],
    lost: list[tuple[int, int]],
    of: list[float],
    at_cuts: list[int],
) -> None:
    """Else the same session reads differently on a slow computer."""
    given_signal = signal(of, lost, None)
    whole = Played(plan).play(given_signal, pressed, [])
    pieces = Played(plan).play(given_signal, pressed, at_cuts)
    assert whole.events == pieces.events
    assert whole.holds == pieces.holds
    assert whole.stage.view() == pieces.stage.view()


@tried(max_examples=20)
@given(st.sampled_from(PLANS), presses, levels)
def test_every_command_in_every_phase_is_heard_or_left_without_harm(
    plan: HoldPlan, pressed: list[tuple[int, CommandKind, int]], of: list[float]
) -> None:
    """Else one key at the wrong moment brings the session down."""
    played = Played(plan).play(signal(of, [], None), pressed, [])
    view = played.stage.view()
    assert view.stage == "holds"
    assert len([dot for dot in view.dots if dot.value == "current"]) <= 1
