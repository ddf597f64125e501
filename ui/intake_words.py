"""Words of the questions before anything contracts: part of the catalogue in ``ui/words.py``.

They ask and say what follows for the efforts; they never say what somebody has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from calibrations.intake import Effort, Flag, Intake, SorePlace, SoreSide
from emg.montage import Site
from ui import words

TITLE: Final = "Before anything contracts"
LABELS: Final[Mapping[str, str]] = {
    "sore_side": "Sore side",
    "sore_place": "Sore where",
    "pain": "Pain now",
    "company": "Who is here",
    "battery": "Computer",
}
SORE_SIDES: Final[Mapping[SoreSide, str]] = {
    SoreSide.NONE: "Neither",
    SoreSide.LEFT: "Left",
    SoreSide.RIGHT: "Right",
    SoreSide.BOTH: "Both",
}
SORE_PLACES: Final[Mapping[SorePlace, str]] = {
    SorePlace.HAM: "Hamstring",
    SorePlace.GLUTE: "Glute",
    SorePlace.OTHER: "Somewhere else",
}
PAIN_NAME: Final = "Pain now: {pain} of 10"
PAIN_SCALE: Final = "0 is no pain, 10 the worst you can think of. Keys 0 to 9; 1 then 0 is 10."
COMPANY: Final[Mapping[bool, str]] = {False: "A therapist is here", True: "The athlete is alone"}
SIGNS_TITLE: Final = "Any of these?"
ALL_NO: Final = "None of them"
YES: Final = "Yes"
NO: Final = "No"
SIGNS: Final[Mapping[Flag, str]] = {
    Flag.POP_OR_BRUISE: "A pop was felt, or there is a bruise",
    Flag.TINGLING: "Tingling or numbness in the leg",
    Flag.PAIN_AT_REST: "Pain at rest",
    Flag.BACK_PAIN: "Pain in the back",
    Flag.RECENT_INJURY: "An injury younger than 7 days",
}
STOP: Final = "No maximal effort today. See a clinician first."
MAXIMAL_ANYWAY: Final = "A maximum all the same: the therapist decides"

ON_BATTERY: Final = "Runs on its battery: good."
ON_MAINS: Final = "Plugged in: pull the plug before the electrodes go on."
BATTERY: Final[Mapping[bool, str]] = {True: "On its battery", False: "Plugged in"}
BATTERY_WHY: Final = "Less hum, and no way from the wall socket to the athlete."

REASONS: Final[Mapping[str, str]] = {
    "sore_side": "Say which side is sore, or neither",
    "sore_place": "Say where it is sore",
    "pain": "Say how much it hurts now, 0 to 10",
    "company": "Say whether a therapist is here",
    "signs": "Answer yes or no to each of the five",
}
"""What is still to be said."""

FOLLOWS: Final[Mapping[Effort, str]] = {
    Effort.MAXIMAL: "a maximal effort",
    Effort.GRADED: "light steps and a bridge instead of a maximum",
    Effort.BRIDGE: "a bridge instead of a maximum",
    Effort.NONE: "no effort, so microvolts and no percentages",
}
FOLLOWS_LINE: Final = "{sites}: {effort}."
FOLLOWS_STILL_ON: Final = "Rest and maximum of the kept calibration are used: no effort is asked for now."
ALL_SITES: Final = "Every muscle"
AND: Final = " and "


def follows_words(intake: Intake, sites: Sequence[Site], *, calibrated: bool) -> list[str]:
    """Say what follows for the efforts, a sentence for each kind, lighter ones first.

    Parameters
    ----------
    intake : Intake
        What was said.
    sites : sequence of Site
        What is measured.
    calibrated : bool
        A kept calibration is used.
    """
    if calibrated:
        return [FOLLOWS_STILL_ON]
    sentences = []
    for effort in reversed(Effort):
        names = [words.site_words(site.name) for site in sites if intake.effort_of(site) is effort]
        if names:
            every = len(names) == len(sites) > 1
            said = ALL_SITES if every else _listed(names)
            sentences.append(FOLLOWS_LINE.format(sites=said, effort=FOLLOWS[effort]))
    return sentences


def _listed(names: Sequence[str]) -> str:
    """``Left glute, right glute and right hamstring``."""
    first, *others = names
    *most, last = [first, *(name[:1].lower() + name[1:] for name in others)]
    return f"{', '.join(most)}{AND}{last}" if most else last
