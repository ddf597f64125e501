"""Words of the questions before anything contracts: part of the catalogue in ``ui/words``.

They ask and say what follows for the efforts; they never say what somebody has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from calibrations.intake import Effort, Flag, Intake, SorePlace, SoreSide
from emg.montage import Site
from ui.language import _
from ui.words.body_words import sites_words

TITLE: Final = _("Before anything contracts")
LABELS: Final[Mapping[str, str]] = {
    "sore_side": _("Sore side"),
    "sore_place": _("Sore where"),
    "pain": _("Pain now"),
    "company": _("Who is here"),
    "battery": _("Computer"),
}
SORE_SIDES: Final[Mapping[SoreSide, str]] = {
    SoreSide.NONE: _("Neither"),
    SoreSide.LEFT: _("Left"),
    SoreSide.RIGHT: _("Right"),
    SoreSide.BOTH: _("Both"),
}
SORE_PLACES: Final[Mapping[SorePlace, str]] = {
    SorePlace.HAM: _("Hamstring"),
    SorePlace.GLUTE: _("Glute"),
    SorePlace.OTHER: _("Somewhere else"),
}
PAIN_SCALE: Final = _("0 is no pain, 10 the worst you can think of. Keys 0 to 9; 1 then 0 is 10.")
COMPANY: Final[Mapping[bool, str]] = {False: _("A therapist is here"), True: _("The athlete is alone")}
SIGNS_TITLE: Final = _("Any of these?")
ALL_NO: Final = _("None of them")
YES: Final = _("Yes")
NO: Final = _("No")
SIGNS: Final[Mapping[Flag, str]] = {
    Flag.POP_OR_BRUISE: _("A pop was felt, or there is a bruise"),
    Flag.TINGLING: _("Tingling or numbness in the leg"),
    Flag.PAIN_AT_REST: _("Pain at rest"),
    Flag.BACK_PAIN: _("Pain in the back"),
    Flag.RECENT_INJURY: _("An injury younger than 7 days"),
}
STOP: Final = _("No maximal effort today. See a clinician first.")
MAXIMAL_ANYWAY: Final = _("A maximum all the same: the therapist decides")

ON_BATTERY: Final = _("Runs on its battery: good.")
ON_MAINS: Final = _("Plugged in: pull the plug before the electrodes go on.")
BATTERY: Final[Mapping[bool, str]] = {True: _("On its battery"), False: _("Plugged in")}
BATTERY_OPEN: Final = _("Computer: on its battery, or plugged in? It goes on without an answer")
BATTERY_WHY: Final = _("Less hum, and no way from the wall socket to the athlete.")

REASONS: Final[Mapping[str, str]] = {
    "sore_side": _("Say which side is sore, or neither"),
    "sore_place": _("Say where it is sore"),
    "pain": _("Say how much it hurts now, 0 to 10"),
    "company": _("Say whether a therapist is here"),
    "signs": _("Answer yes or no to each of the five"),
}
"""What is still to be said."""

FOLLOWS: Final[Mapping[Effort, str]] = {
    Effort.MAXIMAL: _("a maximal effort"),
    Effort.GRADED: _("light steps and a bridge instead of a maximum"),
    Effort.BRIDGE: _("a bridge instead of a maximum"),
    Effort.NONE: _("no effort, so microvolts and no percentages"),
}
FOLLOWS_LINE: Final = "{sites}: {effort}."
FOLLOWS_STILL_ON: Final = _("Rest and maximum of the kept calibration are used: no effort is asked for now.")
ALL_SITES: Final = _("Every muscle")


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
        names = [site.name for site in sites if intake.effort_of(site) is effort]
        if names:
            every = len(names) == len(sites) > 1
            said = ALL_SITES if every else sites_words(names)
            sentences.append(FOLLOWS_LINE.format(sites=said, effort=FOLLOWS[effort]))
    return sentences
