"""Codes of the set-up stages as they were agreed on, and views of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from emg.codes import Phase
from emg.live_view import LiveView, StageView
from emg.montage import FOUR_SITES
from tests.ui.views import HOLDING

SITES: Final = "glute_left,ham_right"
VERDICT_CODES: Final = (
    *("no_reading", "flat", "railed", "near_rail", "mains", "mains_50", "mains_60"),
    *("weak", "motion", "twin", "noisy_rest"),
)
REFUSALS: Final = (
    *(f"contact_{verdict}:{SITES}" for verdict in VERDICT_CODES),
    *("sides_swapped", f"sides_swapped:{SITES}", "muscles_swapped:left", "muscles_swapped:right"),
    *(f"map_mixed:{SITES}", f"same_jack:{SITES}"),
    *("rest_gap", "rest_too_loud", "rest_motion", "mvc_too_small", "mvc_spoilt"),
)
"""Every reason for which a set-up stage may end a session."""

GOOD: Final = dict.fromkeys(FOUR_SITES.names, "ok")
MEND: Final = "mend:glute_left=3,ham_left=4,glute_right=1,ham_right=2"


def setting_up(stage: str, phase: Phase = Phase.PREPARE, **changes: Any) -> LiveView:
    """View of a set-up stage, nothing calibrated yet."""
    return replace(HOLDING, stage=StageView(stage, phase, **changes), calibrated=False)


def contact(**verdicts: str) -> LiveView:
    """View of the contact check in which these sites are not good."""
    return setting_up("contact", Phase.BASELINE, task="relax", contact={**GOOD, **verdicts})


PAIN = setting_up("mvc", Phase.REST, site="ham_left", countdown_s=2.0, duration_s=2.0, asks="pain")
"""Pain is asked, nothing was said yet."""


def answered(answer: int | None) -> LiveView:
    """View of the question with this answer."""
    return replace(PAIN, stage=replace(PAIN.stage, answer=answer))
