from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emg.codes import EventKind, Origin
from emg.montage import Side
from emg.results import Role
from emg.session.events import EventFormatError, event_from_json, event_to_json
from emg.stage import Event

details = st.dictionaries(
    st.text(),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
)
events = st.builds(
    Event,
    sample=st.integers(0, 2**53),
    kind=st.sampled_from(EventKind),
    run=st.text(),
    side=st.none() | st.sampled_from(Side),
    role=st.none() | st.sampled_from(Role),
    hold=st.none() | st.integers(1, 999),
    detail=details,
    origin=st.sampled_from(Origin),
)


@settings(max_examples=50, deadline=None)
@given(events)
def test_an_event_comes_back_as_it_was_from_one_line(event: Event) -> None:
    """Else a session cannot be computed again from its inputs."""
    line = event_to_json(event)
    assert len(line.splitlines()) == 1
    assert event_from_json(line) == event


def test_the_keys_stand_in_one_order_whatever_the_event() -> None:
    """Else two runs of one seed cannot be compared line by line."""
    event = Event(5, EventKind.SET, "holds#1", Side.LEFT, Role.TEST, 3, {"b": 1, "a": (2, 3)}, Origin.INPUT)
    assert event_to_json(event) == (
        '{"sample":5,"kind":"set","run":"holds#1","side":"left","role":"test","hold":3,"origin":"input",'
        '"detail":{"a":[2,3],"b":1}}'
    )


def test_what_is_not_a_number_is_null() -> None:
    """Else other programs refuse the whole line."""
    detail: dict[str, Any] = {"a": float("nan"), "b": [np.float64("inf")], "c": np.int64(3), "d": np.bool_(1)}
    found = json.loads(event_to_json(Event(0, EventKind.GAP, detail=detail)))["detail"]
    assert found == {"a": None, "b": [None], "c": 3, "d": True}


def test_what_cannot_stand_in_json_is_refused() -> None:
    """Else an object's address ends up in a file."""
    detail: dict[str, Any] = {"a": object()}
    with pytest.raises(TypeError, match="object cannot stand in JSON"):
        event_to_json(Event(0, EventKind.GAP, detail=detail))


GOOD = event_to_json(Event(5, EventKind.SET))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[1]",
        GOOD[:-1],
        GOOD.replace('"set"', '"set_up"'),
        GOOD.replace("5", "5.5"),
        GOOD.replace("5", "true"),
        GOOD.replace('"detail":{}', '"detail":[]'),
        GOOD.replace('"detail":{}', '"detail":{"a":NaN}'),
        GOOD.replace('"detail":{}', '"detail":{"a":1,"a":2}'),
        GOOD.replace('"run":""', '"run":3'),
        GOOD.replace('"side":null', '"side":"up"'),
        GOOD.replace('"role":null,', ""),
        GOOD.replace('"role":null', '"role":null,"more":1'),
        "[" * 100_000,
    ],
)
def test_a_line_that_is_not_an_event_is_refused(line: str) -> None:
    """Else a damaged file is taken for a session."""
    with pytest.raises(EventFormatError):
        event_from_json(line)
