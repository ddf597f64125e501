"""What people read in an EMG-BIDS dataset: its README, and the columns of its lists."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from emg.exports.bids_tables import Column

PARTICIPANT_COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "participant_id": {"Description": "Athlete; the label says nothing of who it is"},
        "species": {"Description": "Species; n/a for a simulated athlete"},
        "sessions": {"Description": "Number of sessions in this dataset"},
        "simulated": {
            "Description": "Whether a simulated athlete is among the sessions",
            "Levels": {"true": "simulated signal, nobody was measured", "false": "measured"},
        },
    }
)

SESSION_COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "session_id": {"Description": "Session, counted in the order of time"},
        "acq_time": {
            "Description": "When it began; midnight of a day before 1925 stands for a date that is not told, "
            "and such days are as far apart as the real ones"
        },
        "day": {"Description": "Day (UTC) of the session, from that of the athlete's first", "Units": "d"},
        "task": {"Description": "Protocol of the session, as TaskName of its sidecar"},
        "board": {"Description": "Board that measured"},
        "taping": {
            "Description": "Taping of the electrodes: sessions of an athlete with the same number had the "
            "same electrodes in the same place; n/a: not told"
        },
        "sore_side": {
            "Description": "Side that hurt before the session, as told",
            "Levels": {"left": "left", "right": "right", "both": "both", "none": "none"},
        },
        "pain_before_0_10": {"Description": "Pain said before the session, 0 to 10"},
        "simulated": {
            "Description": "Whether the athlete was simulated",
            "Levels": {"true": "simulated signal, nobody was measured", "false": "measured"},
        },
        "complete": {
            "Description": "Whether the session was closed in order",
            "Levels": {"true": "closed", "false": "broken off; it is whole up to its end"},
        },
    }
)

_README: Final = """\
# {name}

Surface EMG of the gluteus maximus and the hamstrings, recorded with PowerHold, an EMG biofeedback program
for the "power position": standing on one leg and holding with the glute. It is not a medical device.
{simulated}
## Who, when

Unless whoever exported it asked otherwise, nobody is named and no date is told: athletes are numbered,
sessions are counted in their order, days count from an athlete's first session, and the files bear the
date 01.01.1985 that stands for "not told". Notes and other written words are left out then as well.

## What is in it

- `*_emg.bdf`: every channel of the board as it came, 24 bit, unfiltered, EMG in microvolts (or in the
  board's own unit where `units` says n/a). Samples that never came are filled with the last value and
  annotated `BAD_gap`; padding at the end is annotated `BAD_pad`.
- `*_emg.json`: beside the fields of BIDS, `PowerHold` holds the filters behind the numbers that were shown
  live, what 100 % was at each site (`normalisation`, in the unit of the channel, rest included), what the
  ISEK standards ask to be reported, and the gaps.
- `*_channels.tsv`, `*_electrodes.tsv`: muscles and electrode pairs. Where somebody measured the length from
  a landmark, it is the x of a coordinate system of that muscle.
- `*_events.tsv`: efforts and rest of the calibration (`trial`), holds (`hold`) with side, outcome and scored
  span, the moments in them, and what is no signal. Each JSON beside a table says what its columns mean.
- `sub-*_sessions.tsv`: the sessions of an athlete: day, task, board, taping.

Left and right are the athlete's own. `n/a` means that there is no reading or that nobody said.
"""

_SIMULATED: Final = """
**Some of these athletes are simulated**: nobody was measured. The column `simulated` says which.
"""


def readme(name: str, simulated: bool) -> str:
    """Text of the README."""
    return _README.format(name=" ".join(name.split()), simulated=_SIMULATED if simulated else "")
