"""Words of the page that shows where the electrodes go: part of the catalogue in ``ui/words``.

What to do follows SENIAM (seniam.org: gluteus maximus, biceps femoris, general recommendations), in our
own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from emg.montage import Site
from ui.language import _
from ui.words import figures, words

TITLE: Final = _("Where the electrodes go")
LEFT: Final = _("Left")
RIGHT: Final = _("Right")
NOT_MEASURED: Final = _("not measured")
START_MARK: Final = "A"
END_MARK: Final = "B"
DRAWING: Final = _("Back view of pelvis and legs. {now} is shown between A, {start}, and B, {end}.")
"""What a screen reader says of the drawing."""

DRAWING_WITHOUT_SPOT: Final = _("Back view of pelvis and legs. {now} is not on the drawing.")
NOT_MEASURED_SITES: Final = _("Not measured: {sites}.")
SITE_TITLE: Final = _("{site}, channel {channel}")
STEP: Final = _("{number} of {total}")


@dataclass(frozen=True, slots=True)
class Guide:
    """How to find the place for a muscle's pair.

    Attributes
    ----------
    start, end : str
        The two landmarks of its line, A and B.
    find : str
        How to find them by hand.
    direction : str
        How the pair is turned.
    lie : str
        How the athlete lies while it is put on.
    """

    start: str
    end: str
    find: str
    direction: str
    lie: str


GUIDES: Final[Mapping[str, Guide]] = {
    "glute": Guide(
        start=_("the sacrum"),
        end=_("the greater trochanter"),
        find=_(
            "A: the middle of the sacrum, the flat bone between the two dimples. B: the bony bump at the "
            "outer hip that moves when the leg turns. Half way, on the fullest part of the buttock."
        ),
        direction=_("Down and slightly out: from the dimple towards the middle of the back of the thigh."),
        lie=_("Lie on the front."),
    ),
    "ham": Guide(
        start=_("the sit bone"),
        end=_("the outer edge of the shin bone's top"),
        find=_(
            "A: the sit bone, deep in the fold of the buttock. B: the outer edge of the shin bone's top, "
            "just below the knee joint. Half way: the muscle rises when the knee bends against your hand."
        ),
        direction=_("Along the line from A to B."),
        lie=_("Lie on the front, knee a little bent, foot turned slightly out."),
    ),
}
OTHER_GUIDE: Final = Guide(
    start=_("the muscle's upper end"),
    end=_("its lower end"),
    find=_(
        "Let the muscle work against your hand and feel where it is thickest: there, away from its edge and "
        "its tendon."
    ),
    direction=_("Along the muscle's fibres."),
    lie=_("Lie so that it is relaxed."),
)
"""For a muscle that is not on the drawing."""

HEADINGS: Final[Mapping[str, str]] = {
    "find": _("Find it"),
    "direction": _("Direction"),
    "spacing": _("Spacing"),
    "skin": _("Skin"),
    "reference": _("Reference"),
    "leads": _("Leads"),
}
SPACING: Final = _("20 mm from centre to centre.")
SKIN: Final = _("Shave, wipe with alcohol, let it dry. Then press the electrodes on.")
REFERENCE: Final = _("One for all: on a bone at the ankle, or on the spine at the base of the neck.")
LEADS: Final = _("Tape them down with a small loop. Then stand by a wall, and see that nothing pulls.")
CM_LABEL: Final = _("Centimetres from A, for next time")
CM_LABEL_OTHER: Final = _("Centimetres from its upper end, for next time")
CM_LAST: Final = _("last time {cm} cm")
CM_HINT: Final = _("may stay empty")
CM_BAD: Final = _("Write the centimetres as a number up to {most:.0f}, for example 9.5, or leave them empty.")


def guide(site: Site) -> Guide:
    """Give the guide for a muscle."""
    return GUIDES.get(site.muscle, OTHER_GUIDE)


def cm_label(site: Site) -> str:
    """Say from where the centimetres are measured."""
    return CM_LABEL if site.muscle in GUIDES else CM_LABEL_OTHER


def cm_words(cm: float) -> str:
    """Write a length with as many digits as a tape measure has."""
    return figures.number(cm, ".1f").removesuffix(f"{figures.DECIMAL}0")


def title_words(site: Site, channel: int) -> str:
    """``Left glute, channel 1``."""
    return SITE_TITLE.format(site=words.site_words(site.name), channel=channel)
