"""What is written down of a session besides its signal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calibrations.checks import check_fits
from calibrations.draft import Draft, Trial, TrialQuality
from calibrations.intake import Intake, SoreSide
from calibrations.placement import Placement
from calibrations.positions import Resistance
from emg.activation import Reference, SiteReference
from emg.montage import FOUR_SITES, Montage
from emg.results import Doubt, Method
from emg.session.model import ElectrodeFacts, SessionRecord
from hardware.simulated_athlete import Athlete
from hardware.simulated_source import SimulatedSource
from tests.fakes import FAKE_INFO
from tests.sessions import RIGHT_LEG, calibration_for, plan_of, short_exercise
from ui.session.plan import SessionPlan, chain_settings
from ui.session.records import Measured, calibration_facts, calibration_record, occasion, session_record

CHAIN = chain_settings(FAKE_INFO, None)
SITE = SiteReference(2.0, 90.0, Method.QUICK, 8.0)


def plan(montage: Montage = FOUR_SITES) -> SessionPlan:
    source = SimulatedSource(Athlete(seed=1), speed=0.0)
    return plan_of(source, short_exercise(), Path("nowhere"), montage=montage)


def trial(site: str, best_uv: float | None, quality: TrialQuality = TrialQuality.GOOD) -> Trial:
    return Trial(site, 1000, "prone_hip_extension", 100, best_uv, quality, pain_0_10=1)


def test_a_measured_calibration_fits_the_occasion_it_was_made_on() -> None:
    """Else nobody can go on with this morning's calibration."""
    doubtful = replace(SITE, doubts=(Doubt.PAINFUL,))
    reference = Reference({"glute_right": doubtful, "ham_right": SITE})
    trials = [
        trial("glute_right", None, TrialQuality.GAP),
        trial("glute_right", 95.0),
        trial("glute_right", 92.0),
    ]
    draft = Draft(trials=trials, reference=reference)
    here = replace(plan(RIGHT_LEG), placement=Placement.new(datetime.now(UTC)), intake=Intake(alone=True))
    here = replace(here, resistance=Resistance.SOFA)

    made = calibration_record(here, Measured(FAKE_INFO, CHAIN, RIGHT_LEG, reference, draft))

    check_fits(made, occasion(here, FAKE_INFO, CHAIN))
    assert made.reference().sites == reference.sites
    assert {name: site.channel for name, site in made.sites.items()} == {"glute_right": 3, "ham_right": 4}
    assert [(of.best_uv, of.quality, of.pain_0_10) for of in made.trials] == [
        (None, TrialQuality.GAP, 1),
        (95.0, TrialQuality.GOOD, 1),
        (92.0, TrialQuality.GOOD, 1),
    ]
    glute, ham = made.sites["glute_right"], made.sites["ham_right"]
    assert (glute.position, glute.hip_deg, glute.knee_deg) == ("prone_hip_extension", 0.0, 90.0)
    assert (glute.resistance, glute.cv_from, glute.doubts) == (Resistance.SOFA, "trials", (Doubt.PAINFUL,))
    assert (ham.position, ham.cv_from) == ("", "prior")
    assert made.placement == here.placement
    assert datetime.now(UTC) - made.made_at < timedelta(minutes=5)


def test_a_mended_map_is_the_one_in_the_record() -> None:
    """Else the calibration of this morning is refused this afternoon, or used for the wrong leg."""
    mended = Montage.of({"glute_right": 4, "ham_right": 3})
    reference = Reference(dict.fromkeys(RIGHT_LEG.names, SITE))
    made = calibration_record(plan(RIGHT_LEG), Measured(FAKE_INFO, CHAIN, mended, reference, Draft()))
    assert {name: site.channel for name, site in made.sites.items()} == {"glute_right": 4, "ham_right": 3}


def test_session_json_says_how_it_was_measured() -> None:
    """Else nobody can compute the session again, or knows what it was filtered with."""
    calibration = calibration_for(FAKE_INFO, FOUR_SITES)
    here = replace(
        plan(),
        notch_hz=50.0,
        intake=Intake(sore_side=SoreSide.LEFT, pain_0_10=2),
        placement=Placement(id="20260301T093015Z", from_landmark_cm={"glute_left": 8.5}),
        calibration=calibration,
        seed=7,
    )
    record = session_record(here, FAKE_INFO, chain_settings(FAKE_INFO, 50.0), "x", datetime.now(UTC))

    assert record.filters is not None
    assert (record.filters.band_hz, record.filters.notch_hz, record.filters.causal) == (
        (20.0, 115.0),
        50.0,
        True,
    )
    assert record.calibration is not None
    assert record.calibration["athlete"] == "demo"
    assert (record.sore_side, record.seed, record.montage) == ("left", 7, FOUR_SITES.as_dict())
    assert record.intake is not None
    assert (record.intake["sore_side"], record.intake["pain_0_10"]) == ("left", 2)
    assert record.placement == {
        "id": "20260301T093015Z",
        "from_landmark_cm": {"glute_left": 8.5},
        "shown": True,
    }
    assert SessionRecord.model_validate_json(record.to_json()) == record
    assert record.isek.placement is not None
    assert "8.5 cm" in record.isek.placement
    assert record.isek.normalisation is not None


def test_what_is_not_known_of_electrodes_and_normalisation_stays_empty() -> None:
    """Else a session in microvolts claims a maximum, or a placement that nobody was shown."""
    facts = calibration_facts(plan(), None)
    assert facts["calibration"] is None
    assert facts["isek"] == ElectrodeFacts()
