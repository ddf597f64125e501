"""What the ISEK standards ask to be reported: said where it is known, and nowhere made up."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from emg.montage import FOUR_SITES
from emg.session.isek import isek_facts
from emg.session.model import ElectrodeFacts, SessionRecord
from tests.calibrations.parts import CALIBRATION as SAVED
from tests.emg.session.parts import record_of, stream

SITE = {
    "rest_uv": 2.0,
    "mvc_uv": 80.0,
    "method": "quick",
    "position": "prone_hip_extension",
    "hip_deg": 0.0,
    "knee_deg": 90.0,
    "resistance": "hand",
}
CURL = {"position": "prone_knee_curl", "knee_deg": 45.0}
BRIDGE = {"method": "submax", "position": "double_leg_bridge", "resistance": "none"}
CALIBRATION: dict[str, Any] = {
    "chain": {"fs_hz": 250.0},
    "sites": {
        "glute_left": SITE,
        "ham_left": SITE | BRIDGE,
        "glute_right": SITE,
        "ham_right": SITE | CURL,
    },
    "trials": [
        *(
            {"site": site, "best_uv": 80.0}
            for site in ("glute_left", "glute_right", "ham_right")
            for _ in "12"
        ),
        {"site": "glute_left", "best_uv": None},
        {"site": "ham_left", "best_uv": 20.0, "effort_pct": 25},
    ],
}
"""As it stands in session.json, less what is not asked for."""

WINDOW = "corrected for the maximum of noisy windows, rest removed in power"


def changed(**fields: Any) -> dict[str, Any]:
    return copy.deepcopy(CALIBRATION) | fields


def test_nothing_is_said_that_nobody_said() -> None:
    """Else a report claims 20 mm and a SENIAM site where somebody taped as he liked."""
    assert isek_facts(FOUR_SITES.names) == ElectrodeFacts()
    assert isek_facts(()) == ElectrodeFacts(configuration=None), "a practice has no electrodes"
    assert isek_facts(FOUR_SITES.names, inter_electrode_mm=20.0).inter_electrode_mm == 20.0


def test_the_normalisation_is_a_sentence_of_method_position_angles_resistance_and_window() -> None:
    """Else a reader cannot tell what 100 % was."""
    assert isek_facts(FOUR_SITES.names, calibration=CALIBRATION).normalisation == (
        f"glute_left, glute_right: %MVC of 2 maximal efforts (quick way), best 1 s RMS {WINDOW}, "
        "prone hip extension, hip at 0 deg, knee at 90 deg, against hand; "
        "ham_left: percent of a submaximal task, comparable with nothing but itself, RMS of its steady part, "
        "rest removed in power, double leg bridge, hip at 0 deg, knee at 90 deg, no resistance; "
        f"ham_right: %MVC of 2 maximal efforts (quick way), best 1 s RMS {WINDOW}, "
        "prone knee curl, hip at 0 deg, knee at 45 deg, against hand"
    )


def test_a_calibration_as_it_is_saved_is_understood() -> None:
    """Else the sentence is made of a record that nobody writes."""
    saved = json.loads(SAVED.model_dump_json(by_alias=True))
    text = isek_facts(("glute_left",), calibration=saved).normalisation
    assert text is not None
    assert text.startswith("glute_left: %MVC of 1 maximal efforts (quick way), best 1 s RMS")
    assert "ham_left: percent of a submaximal task" in text


@pytest.mark.parametrize(("fs_hz", "window"), [(256.0, "best 1 s"), (500.0, "best 0.5 s")])
def test_the_window_is_that_of_the_rate(fs_hz: float, window: str) -> None:
    """Else a maximum of half a second is reported as one of a whole one."""
    fast = changed(chain={"fs_hz": fs_hz}, sites={"glute_left": SITE | {"method": "mvc"}})
    text = isek_facts((), calibration=fast).normalisation
    assert text is not None
    assert window in text
    assert "(full way)" in text


def test_what_an_old_calibration_does_not_say_is_left_out() -> None:
    """Else a session of the first version cannot be reported, or gets angles nobody took."""
    bare = {key: SITE[key] for key in ("rest_uv", "mvc_uv", "method")}
    old = {"chain": {"fs_hz": 250.0}, "sites": {"glute_left": bare}}
    assert isek_facts((), calibration=old).normalisation == (
        f"glute_left: %MVC of an unknown number of maximal efforts (quick way), best 1 s RMS {WINDOW}"
    )


def test_the_placement_names_the_seniam_site_and_the_centimetres() -> None:
    """Else nobody can tape the same place in the next study."""
    facts = isek_facts(
        ("glute_left", "quad_left", "ham_left", "glute_right"),
        placement={"id": "20260301T093015Z", "from_landmark_cm": {"glute_left": 9.5}},
    )
    assert facts.placement == (
        "glute_left (9.5 cm from the first), glute_right: SENIAM gluteus maximus, half way between "
        "the sacral vertebrae and the greater trochanter; ham_left: SENIAM biceps femoris, half way "
        "between the ischial tuberosity and the lateral epicondyle of the tibia"
    )
    assert isek_facts(("quad_left",), placement={"id": "20260301T093015Z"}).placement is None


def test_intake_placement_and_isek_come_back_from_session_json() -> None:
    """Else what was said before the session is gone after it."""
    record = record_of(
        stream(),
        "s1",
        intake={"sore_side": "left", "pain_0_10": 2, "flags": []},
        placement={"id": "20260301T093015Z", "from_landmark_cm": {"glute_left": 9.5}},
        isek=isek_facts(FOUR_SITES.names, calibration=CALIBRATION),
    )
    assert SessionRecord.model_validate_json(record.to_json()) == record
    before = {
        key: value
        for key, value in json.loads(record.to_json()).items()
        if key not in ("intake", "placement")
    }
    old = SessionRecord.model_validate_json(json.dumps(before))
    assert (old.intake, old.placement) == (None, None), "a session of the first version is still read"
