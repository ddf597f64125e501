"""Words of the page that shows where the electrodes go: part of the catalogue in ``ui/words.py``.

What to do follows SENIAM (seniam.org: gluteus maximus, biceps femoris, general recommendations), in our
own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from emg.montage import Site
from ui import words

TITLE: Final = "Where the electrodes go"
LEFT: Final = "Left"
RIGHT: Final = "Right"
NOT_MEASURED: Final = "not measured"
START_MARK: Final = "A"
END_MARK: Final = "B"
DRAWING: Final = "Back view of pelvis and legs. {now} is shown between A, {start}, and B, {end}."
"""What a screen reader says of the drawing."""

DRAWING_WITHOUT_SPOT: Final = "Back view of pelvis and legs. {now} is not on the drawing."
NOT_MEASURED_SITES: Final = "Not measured: {sites}."
SITE_TITLE: Final = "{site}, channel {channel}"
STEP: Final = "{number} of {total}"


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
        start="the sacrum",
        end="the greater trochanter",
        find=(
            "A: the middle of the sacrum, the flat bone between the two dimples. B: the bony bump at the "
            "outer hip that moves when the leg turns. Half way, on the fullest part of the buttock."
        ),
        direction="Down and slightly out: from the dimple towards the middle of the back of the thigh.",
        lie="Lie on the front.",
    ),
    "ham": Guide(
        start="the sit bone",
        end="the outer edge of the shin bone's top",
        find=(
            "A: the sit bone, deep in the fold of the buttock. B: the outer edge of the shin bone's top, "
            "just below the knee joint. Half way: the muscle rises when the knee bends against your hand."
        ),
        direction="Along the line from A to B.",
        lie="Lie on the front, knee a little bent, foot turned slightly out.",
    ),
}
OTHER_GUIDE: Final = Guide(
    start="the muscle's upper end",
    end="its lower end",
    find=(
        "Let the muscle work against your hand and feel where it is thickest: there, away from its edge and "
        "its tendon."
    ),
    direction="Along the muscle's fibres.",
    lie="Lie so that it is relaxed.",
)
"""For a muscle that is not on the drawing."""

HEADINGS: Final[Mapping[str, str]] = {
    "find": "Find it",
    "direction": "Direction",
    "spacing": "Spacing",
    "skin": "Skin",
    "reference": "Reference",
    "leads": "Leads",
}
SPACING: Final = "20 mm from centre to centre."
SKIN: Final = "Shave, wipe with alcohol, let it dry. Then press the electrodes on."
REFERENCE: Final = "One for all: on a bone at the ankle, or on the spine at the base of the neck."
LEADS: Final = "Tape them down with a small loop. Then stand by a wall, and see that nothing pulls."
CM_LABEL: Final = "Centimetres from A, for next time"
CM_LABEL_OTHER: Final = "Centimetres from its upper end, for next time"
CM_LAST: Final = "last time {cm} cm"
CM_HINT: Final = "may stay empty"
CM_BAD: Final = "Write the centimetres as a number up to {most:.0f}, for example 9.5, or leave them empty."


def guide(site: Site) -> Guide:
    """Give the guide for a muscle."""
    return GUIDES.get(site.muscle, OTHER_GUIDE)


def cm_label(site: Site) -> str:
    """Say from where the centimetres are measured."""
    return CM_LABEL if site.muscle in GUIDES else CM_LABEL_OTHER


def cm_words(cm: float) -> str:
    """Write a length with as many digits as a tape measure has."""
    return f"{cm:.1f}".removesuffix(".0")


def title_words(site: Site, channel: int) -> str:
    """``Left glute, channel 1``."""
    return SITE_TITLE.format(site=words.site_words(site.name), channel=channel)
