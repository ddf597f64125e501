"""A reference goes into its event and comes out of it unchanged: a session can be computed again."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.activation import Reference, SiteReference
from emg.codes import EventKind, Origin
from emg.montage import FOUR_SITES
from emg.reference import reference_event, reference_of
from emg.results import Method
from emg.session.events import event_from_json, event_to_json
from emg.stage import Event, JsonValue

GOOD: dict[str, JsonValue] = {"rest_uv": 2.0, "mvc_uv": 80.0, "method": "quick", "mvc_cv_pct": 10.0}
NO_MAXIMUM: tuple[JsonValue, ...] = (None, True, "80", [], -1.0, math.nan, math.inf, 2.0)
NO_REST: tuple[JsonValue, ...] = (-1.0, math.nan, 80.0, False)

SITE_REFERENCES = st.builds(
    lambda rest, above, method, cv: SiteReference(rest, rest + above, method, cv),
    st.floats(0.0, 1e4),
    st.floats(1e-3, 1e5),
    st.sampled_from(Method),
    st.floats(0.0, 100.0),
)


@given(st.dictionaries(st.sampled_from(FOUR_SITES.names), SITE_REFERENCES))
def test_a_reference_survives_its_line_in_the_file(sites: dict[str, SiteReference]) -> None:
    """Else a session that is computed again has other percentages than on the day."""
    reference = Reference(sites)

    event = event_from_json(event_to_json(reference_event(1234, reference, "measured", "mvc#1")))

    assert reference_of(event).sites == reference.sites
    assert (event.sample, event.run, event.detail["how"]) == (1234, "mvc#1", "measured")
    assert event.origin is Origin.INPUT, "it cannot be computed from raw.bdf alone"


def event_with(fields: JsonValue, kind: EventKind = EventKind.REFERENCE_SET) -> Event:
    return Event(7, kind, detail={"sites": {"glute_left": fields}})


@pytest.mark.parametrize(
    "event",
    [
        event_with(GOOD, EventKind.CUE),
        replace(event_with(GOOD), detail={}),
        replace(event_with(GOOD), detail={"sites": [GOOD]}),
        event_with(None),
        event_with([1, 2]),
        *(event_with({key: value for key, value in GOOD.items() if key != left_out}) for left_out in GOOD),
        *(event_with({**GOOD, "mvc_uv": bad}) for bad in NO_MAXIMUM),
        *(event_with({**GOOD, "rest_uv": bad}) for bad in NO_REST),
        event_with({**GOOD, "method": "guessed"}),
    ],
)
def test_an_event_that_carries_no_reference_is_refused(event: Event) -> None:
    """Else a damaged line of the file puts a maximum in force that nobody measured."""
    with pytest.raises(ValueError, match=r"."):
        reference_of(event)
