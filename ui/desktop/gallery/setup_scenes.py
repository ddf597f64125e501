"""Views of the set-up stages for the gallery, made by hand: every screen and state."""

from __future__ import annotations

from dataclasses import replace

from emg.blocks import Unit
from emg.codes import DotState, Phase, SignalState
from emg.live_view import LiveView, StageView
from emg.montage import FOUR_SITES, Side

GOOD = dict.fromkeys(FOUR_SITES.names, "ok")
FOUND = {"glute_left": "ok", "ham_left": "ok"}
DONE, CURRENT, PENDING, VOID = DotState.DONE, DotState.CURRENT, DotState.PENDING, DotState.VOID
MVC_DOTS = (DONE, DONE, VOID, DONE, CURRENT, PENDING, PENDING, PENDING)
MVC = StageView(
    "mvc",
    Phase.PREPARE,
    site="glute_left",
    countdown_s=3.2,
    duration_s=4.0,
    dots=MVC_DOTS,
    task="prone_hip_extension",
)
SUBMAX = StageView(
    "submax",
    Phase.EFFORT,
    site="ham_left",
    countdown_s=2.2,
    duration_s=3.0,
    dots=(DONE, CURRENT, PENDING, PENDING),
    task="prone_knee_curl",
    effort_pct=50,
)
TAP = StageView(
    "sides",
    Phase.EFFORT,
    site="glute_right",
    duration_s=6.0,
    task="tap",
    dots=(DONE, DONE, CURRENT, PENDING, PENDING, PENDING),
    findings=FOUND,
)
LIFT = StageView(
    "sides",
    Phase.EFFORT,
    side=Side.LEFT,
    countdown_s=2.1,
    duration_s=3.0,
    task="lift",
    dots=(DONE, DONE, DONE, DONE, CURRENT, PENDING),
    findings=GOOD,
)


def setup_scenes(base: LiveView) -> dict[str, LiveView]:
    """Every screen of the set-up, made of a view with four bars."""
    live = replace(base, calibrated=False)
    scenes = {
        "contact_begins": StageView("contact", Phase.BASELINE, task="relax"),
        "contact_good": StageView("contact", Phase.BASELINE, countdown_s=2.4, task="relax", contact=GOOD),
        "contact_bad": StageView(
            "contact",
            Phase.BASELINE,
            task="relax",
            contact={**GOOD, "ham_left": "motion", "glute_right": "flat", "ham_right": "flat"},
        ),
        "contact_twin": StageView(
            "contact",
            Phase.BASELINE,
            task="relax",
            contact={**GOOD, "glute_left": "twin", "ham_left": "twin", "ham_right": "no_reading"},
        ),
        "contact_quiet": StageView(
            "contact", Phase.BASELINE, task="relax", contact={**GOOD, "glute_right": "noisy_rest"}
        ),
        "contact_warning": StageView(
            "contact",
            Phase.BASELINE,
            countdown_s=2.4,
            task="relax",
            message="contact_near_rail:ham_left",
            contact={**GOOD, "ham_left": "near_rail"},
        ),
        "contact_hum": StageView(
            "contact",
            Phase.BASELINE,
            task="relax",
            contact={**GOOD, "glute_left": "mains", "ham_left": "mains", "ham_right": "weak"},
            message="contact_mains_50:glute_left,ham_left",
            proposal="notch:50",
        ),
        "sides_wait": replace(TAP, phase=Phase.PREPARE, countdown_s=0.8, duration_s=1.0),
        "sides_tap": TAP,
        "sides_tap_again": replace(
            TAP, phase=Phase.PREPARE, countdown_s=1.4, duration_s=1.5, message="tap_again"
        ),
        "sides_swapped": replace(
            TAP,
            phase=Phase.ASK,
            site=None,
            countdown_s=None,
            duration_s=None,
            task="",
            message="sides_swapped",
            proposal="mend:glute_left=3,ham_left=4,glute_right=1,ham_right=2",
            findings=dict.fromkeys(FOUR_SITES.names, "swapped"),
        ),
        "sides_mixed": replace(
            TAP,
            phase=Phase.ASK,
            site=None,
            countdown_s=None,
            duration_s=None,
            task="",
            message="map_mixed:glute_left,ham_left,glute_right,ham_right",
            findings=dict.fromkeys(FOUR_SITES.names, "mixed"),
        ),
        "sides_same_jack": replace(
            TAP,
            phase=Phase.ASK,
            site=None,
            countdown_s=None,
            duration_s=None,
            task="",
            message="same_jack:glute_left,ham_left",
            findings={"glute_left": "same_jack", "ham_left": "same_jack"},
        ),
        "sides_lift": LIFT,
        "sides_cannot_tell": replace(
            LIFT,
            phase=Phase.REST,
            countdown_s=1.1,
            duration_s=2.0,
            findings={**GOOD, "glute_left": "no_rise", "ham_left": "no_tap"},
        ),
        "sides_nothing_told": replace(
            LIFT,
            side=Side.RIGHT,
            phase=Phase.REST,
            countdown_s=2.1,
            findings=dict.fromkeys(FOUR_SITES.names, "cannot_tell"),
        ),
        "rest_begins": StageView("rest", Phase.PREPARE, countdown_s=4.4, duration_s=5.0),
        "rest_again": StageView(
            "rest", Phase.PREPARE, countdown_s=4.4, duration_s=5.0, message="rest_too_loud"
        ),
        "mvc_prepare": MVC,
        "mvc_curl": replace(MVC, site="ham_left", task="prone_knee_curl"),
        "mvc_alone": replace(MVC, task="standing_squeeze"),
        "mvc_push": replace(MVC, phase=Phase.EFFORT, countdown_s=2.1, duration_s=3.0),
        "mvc_again": replace(MVC, message="mvc_spoilt"),
        "mvc_no_maximum": replace(
            MVC, phase=Phase.REST, countdown_s=3.4, message="no_maximum:glute_left,ham_right"
        ),
        "mvc_rest": replace(MVC, phase=Phase.REST, countdown_s=31.0, duration_s=60.0),
        "mvc_free": replace(MVC, task="free_isometric"),
        "mvc_pain": replace(
            MVC,
            phase=Phase.REST,
            countdown_s=1.4,
            duration_s=2.0,
            asks="pain",
            asks_site="glute_left",
            answer=4,
        ),
        "mvc_pain_not_said": replace(
            MVC, site="ham_left", task="prone_knee_curl", asks="pain", asks_site="glute_left"
        ),
        "mvc_fourth": replace(
            MVC, phase=Phase.ASK, countdown_s=12.4, duration_s=15.0, proposal="fourth:glute_left"
        ),
        "submax_prepare": replace(SUBMAX, phase=Phase.PREPARE, asks="pain", asks_site="glute_left", answer=2),
        "submax_half": SUBMAX,
        "submax_rest": replace(SUBMAX, phase=Phase.REST, countdown_s=8.0, duration_s=15.0),
        "submax_bridge": replace(
            SUBMAX, phase=Phase.PREPARE, site=None, effort_pct=None, task="double_leg_bridge"
        ),
        "submax_bridge_hold": replace(SUBMAX, site=None, effort_pct=None, task="double_leg_bridge"),
    }
    views = {name: replace(live, stage=stage) for name, stage in scenes.items()}
    two = (live.bars[0], replace(live.bars[2], site="glute_med_right"))
    alone = {"glute_left": "ok", "glute_med_right": "weak"}
    views["contact_two_sites"] = replace(
        live, bars=two, stage=StageView("contact", Phase.BASELINE, task="relax", contact=alone)
    )
    views["contact_envelope"] = replace(
        live,
        unit=Unit.ARBITRARY,
        cannot=("microvolt", "contact", "mains", "onset", "fine_latency", "spectrum"),
        stage=StageView("contact", Phase.BASELINE, contact={**GOOD, "ham_left": "railed"}),
    )
    views["not_calibrated_hold"] = replace(live, stage=replace(base.stage, target_pct=None, ceiling_pct=None))
    for reason in ("contact_flat:glute_right,ham_right", "sides_swapped"):
        views[f"refused_{reason.partition(':')[0]}"] = replace(
            live,
            signal=SignalState.ENDED,
            finished=True,
            stage=StageView("finished", Phase.DONE, message=reason),
        )
    return views
