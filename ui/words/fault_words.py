"""What stands in the way of a set-up stage, and what to do: part of the catalogue of ``ui/words``.

One table for all codes: while a stage goes on its fault is said with the remedy, and when the session had to
end the same sentence goes on with "then start again". A code is ``code`` or ``code:what``, where ``what``
is a side, or sites with commas between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from emg.codes import ACCEPTED
from emg.limits import Limit
from emg.montage import Side
from emg.quality import WORST_FIRST
from ui.language import _, inside
from ui.words.body_words import LEGS, sites_words


@dataclass(frozen=True, slots=True)
class Fault:
    """What is the matter, with ``{what}`` for whom, and what to do about it.

    Attributes
    ----------
    what, remedy : str
        Two sentences without their full stops.
    again : str
        Said instead while the stage measures once more by itself; empty where it does not.
    otherwise : str
        Said last once the session had to end: what else can be done.
    """

    what: str
    remedy: str
    again: str = ""
    otherwise: str = ""


_ON_BATTERY: Final = _("Run the laptop on its battery, away from chargers")
THEN_START_AGAIN: Final = _(", then start again")

FAULTS: Final[Mapping[str, Fault]] = {
    "contact_railed": Fault(_("{what}: a sensor may have come loose"), _("Press the electrodes on")),
    "contact_flat": Fault(_("{what}: no contact"), _("Press the electrodes on and check the cable")),
    "contact_no_reading": Fault(_("{what}: no reading"), _("Check the plug and the cable")),
    "contact_twin": Fault(
        _("{what}: the same signal as the one beside it"),
        _("Give each lead its own jack, and keep gel apart"),
    ),
    "contact_mains": Fault(_("{what}: mains hum"), _ON_BATTERY),
    "contact_mains_50": Fault(
        _("{what}: mains hum, 50 Hz"), _ON_BATTERY, otherwise=_("Or filter it out: --mains 50")
    ),
    "contact_mains_60": Fault(
        _("{what}: mains hum, 60 Hz"), _ON_BATTERY, otherwise=_("Or filter it out: --mains 60")
    ),
    "contact_near_rail": Fault(_("{what}: a sensor is almost loose"), _("Press the electrodes on")),
    "contact_motion": Fault(_("{what}: the cable moves"), _("Tape it to the skin and lie still")),
    "contact_weak": Fault(
        _("{what}: weak contact"), _("Clean the skin, let it dry, press the electrodes on")
    ),
    "contact_noisy_rest": Fault(
        _("{what}: not quiet yet"),
        _("Let it go loose; if it stays, clean the skin and press the electrodes on"),
    ),
    "contact_too_strong": Fault(_("{what}: stronger than the board can show"), _("Turn its gain down")),
    "sides_swapped": Fault(_("{what}: left and right are swapped"), _("Swap the leads of the two sides")),
    "muscles_swapped": Fault(_("{what}: glute and hamstring are swapped"), _("Swap their two leads")),
    "map_mixed": Fault(
        _("{what}: these leads are mixed up"), _("Follow each lead from its sensor to the board")
    ),
    "same_jack": Fault(_("{what}: one and the same signal"), _("Give each lead its own jack")),
    "rest_gap": Fault(
        _("The signal kept breaking off at rest"),
        _("Check the cables and the radio"),
        _("The signal broke off. Once more, it takes ten seconds"),
    ),
    "rest_too_loud": Fault(
        _("It was not quiet enough at rest"),
        _("Press the electrodes on"),
        _("Not quiet enough yet. Let everything go loose, once more"),
    ),
    "rest_motion": Fault(
        _("A cable or the body moved at rest"),
        _("Tape the cables down and lie still"),
        _("Something moved. Lie still, once more"),
    ),
    "mvc_spoilt": Fault(
        _("The signal was not good enough for a maximum"),
        _("Check the electrodes"),
        _("The signal was not good enough in that one"),
    ),
    "mvc_too_small": Fault(
        _("A muscle gave too little signal for a maximum"),
        _("Check its electrodes"),
        _("One more time: a little harder"),
    ),
    "tap_again": Fault(
        _("{what}: no tap seen"), _("Tap once more"), _("No tap seen yet. Once more, a little firmer")
    ),
    "no_rest": Fault(
        _("{what}: never quiet enough to measure its rest"), _("It is left out, the others go on")
    ),
    "no_maximum": Fault(
        _("{what}: no maximum this time"), _("Percentages stay empty there, the rest goes on")
    ),
}
"""Every code that a set-up stage can give as a message or as the reason of a refusal."""

CONTACT: Final = "contact_"
GONE_ON: Final = _("Gone on with it: {what}")


def fault_of(code: str, cannot: Sequence[str] = ()) -> tuple[Fault, str] | None:
    """Find a code in the table, and say whom it is about; None for one that is not there.

    Parameters
    ----------
    code : str
        ``code`` or ``code:what``.
    cannot : sequence of str
        What the board cannot tell: a clipped envelope is too strong, not loose.
    """
    kind, _, about = code.partition(":")
    if kind == "contact_railed" and Limit.CONTACT in cannot:
        kind = "contact_too_strong"
    fault = FAULTS.get(kind)
    return None if fault is None else (fault, about_words(about))


def about_words(about: str) -> str:
    """``Left leg`` for a side, ``Left glute and right glute`` for sites, empty for nothing."""
    if about in set(Side):
        return LEGS[Side(about)]
    return sites_words(about.split(",")) if about else ""


def message_words(code: str, cannot: Sequence[str] = ()) -> str:
    """Sentence of a stage's message; a code without one is shown as plain words, never swallowed."""
    kind, _, about = code.partition(":")
    if kind == ACCEPTED:
        return accepted_words(about)
    found = fault_of(code, cannot)
    if found is None:
        return _plain(code)
    fault, what = found
    return fault.again or f"{_about(fault.what, what)}. {fault.remedy}"


def why_refused(code: str, cannot: Sequence[str] = ()) -> str:
    """Sentence that says why the session ended and what to do."""
    found = fault_of(code, cannot)
    if found is None:
        return _plain(code)
    fault, what = found
    said = f"{_about(fault.what, what)}. {fault.remedy}{THEN_START_AGAIN}"
    return f"{said}. {fault.otherwise}" if fault.otherwise else said


def worst_contact(contact: Mapping[str, str]) -> str:
    """Code of the worst finding with all its sites, ``contact_flat:glute_left``; empty if all is good."""
    found = [verdict for verdict in contact.values() if verdict != "ok"]
    known = [verdict for verdict in WORST_FIRST if verdict in found]
    for verdict in [*known, *found]:
        sites = [site for site, said in contact.items() if said == verdict]
        return f"{CONTACT}{verdict}:{','.join(sites)}"
    return ""


def accepted_words(reason: str) -> str:
    """Say what somebody went on with: the reason of the refusal that it would have been."""
    return GONE_ON.format(what=inside(what_words(reason)))


def what_words(code: str) -> str:
    """Say what is the matter, without the remedy."""
    found = fault_of(code)
    return _plain(code) if found is None else _about(found[0].what, found[1])


def remedy_words(code: str) -> str:
    """Say what to do about it; empty for a code without words."""
    found = fault_of(code)
    return "" if found is None else found[0].remedy


def _about(sentence: str, what: str) -> str:
    """Put in whom it is about; where nobody is named the sentence begins with the matter itself."""
    if what or "{what}" not in sentence:
        return sentence.format(what=what)
    said = sentence.removeprefix("{what}: ")
    return said[:1].upper() + said[1:]


def _plain(code: str) -> str:
    """Plain words for a code that has none: ``Something new: left glute``."""
    kind, _, about = code.partition(":")
    said, what = kind.replace("_", " ").capitalize(), about_words(about)
    return f"{said}: {inside(what)}" if what else said
