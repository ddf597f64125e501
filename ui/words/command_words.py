"""Words of the commands that list, look and change: headings of their tables, and sentences of their own.

Options and their help are the language of the command line, and English, as the line "Usage" above them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from emg.montage import WorkingSide
from emg.protocols import Protocol
from emg.protocols.model import BoutsSet, HoldsSet, RepetitionsSet, SetPlan
from emg.results import Doubt, Role, Until
from ui.language import _, _n, _p
from ui.words import figures
from ui.words.body_words import LEGS_INSIDE

# headings that several tables share
ATHLETE: Final = _p("column", "athlete")
BOARD: Final = _p("column", "board")
NAME: Final = _p("column", "name")
CANNOT_BE_USED: Final = _("Cannot be used")
TO_KNOW: Final = _("What to know of them")

# boards
BOARD_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "link": _p("column", "link"),
        "rate": _p("column", "rate"),
        "channels": _p("column", "ch"),
        "band": _p("column", "band to"),
        "left": _p("column, of the signal", "left"),
        "tells": _p("column", "can tell"),
    }
)
BOARD_LEGEND: Final = _(
    "band to: half of the power is left there. left: of the signal at 100 Hz, after the board's own "
    "filter. all: amplitude, onset and spectrum. -: not known, or as the board says."
)
NOT_FOR_EMG: Final = _("Not for EMG")
RATE_MEASURED: Final = _p("rate", "measured")
TELLS_ALL: Final = _p("what a board tells", "all")
CLAIMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "amplitude": _p("what a board tells", "amplitude"),
        "onset": _p("what a board tells", "onset"),
        "spectrum": _p("what a board tells", "spectrum"),
    }
)
GAINS: Final = _("Gains {gains}; {usual} unless told.")
NOT_MICROVOLTS: Final = _("Not in microvolts.")
SYSTEMS_ONLY: Final = _("{systems} only.")

# calibrations
NO_CALIBRATION: Final = _("There is no calibration yet: a session with a board makes one.")
CALIBRATION_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "made": _p("column", "made"),
        "way": _p("column", "way"),
        "maximum": _p("column", "maximum"),
        "age": _p("column", "age"),
    }
)
DOUBTS: Final[Mapping[Doubt, str]] = MappingProxyType(
    {Doubt.SIDES_DIFFER: _("far below the other side's"), Doubt.PAINFUL: _("it hurt")}
)
DOUBTED: Final = _("{site}: {doubt} ({reasons}).")
IN_BRIDGE: Final = _("{site}: in {of_bridge}.")
TAPED: Final = _("Electrodes of {when}.")
MOVED: Final = _("Over {hours} hours old: electrodes are taken as moved.")
IN_THE_FUTURE: Final = _("in the future")

# doctor
STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ok": _p("check", "ok"),
        "warn": _p("check", "look"),
        "bad": _p("check", "trouble"),
        "unknown": _p("check", "not known"),
    }
)
"""By the codes of ``ui/computer/checks.py``."""
CHECKED: Final = _p("column", "what")
FOUND: Final = _("found, and what to do")
KEEPS_FROM_WORKING: Final = _("Things that keep PowerHold from working: {n}.")
WORTH_A_LOOK: Final = _("PowerHold can work here. Worth a look: {n}.")
CAN_WORK: Final = _("PowerHold can work here.")

# exclude
NOT_OVER: Final = _("{folder} is still running, or was cut off before it was saved: nothing was changed.")
OTHER_NUMBERS: Final = _(
    "{folder} was computed by version {version}, and this one finds other numbers in it: nothing was changed."
)
NO_HOLD: Final = _("{folder} has no hold {number}: it has {there}.")
NO_HOLDS_THERE: Final = _p("holds", "none")
ONE_HOLD_THERE: Final = _("hold {n} only")
HOLDS_THERE: Final = _("holds {first} to {last}")
NOT_OUT: Final = _("Hold {number} is not excluded, so there is nothing to restore.")
SAY_WHY: Final = _("Say with --reason why hold {number} is not to count.")
OUT: Final = _("Hold {number} enters no mean any more ({reason}); all was computed again.")
IN_AGAIN: Final = _("Hold {number} counts again as it is; all was computed again.")
UNUSABLE: Final = _("{path} cannot be used: {reason}.")
UNREADABLE: Final = _("{path} cannot be read ({reason}).")
NO_TABLE: Final = _("{path} is not a table of holds that can be read.")

# delete, import, plan
ONE_OF_THEM: Final = _("Say a SESSION or --athlete ID, one of them.")
IMPORTING: Final = _("Importing")
WRITE_CM: Final = _("--cm {part}: write SITE=CM, for example glute_left=8.5.")
NO_SUCH_SITE: Final = _("--cm {part}: the plan has no site {name}, name it in --sites too.")

# windows
NO_WINDOW: Final = _("{problem} Without a window: powerhold demo --headless.")
IN_TERMINAL: Final = _("{problem} Going on in the terminal.")

# ports
NO_PORT: Final = _("No serial port was found: plug in the board's dongle and look again.")
NOT_ASKED: Final = _("Not asked.")
PORT: Final = _p("column", "port")
PORT_TOLD: Final = _("what it is, what answers, what to do")
READY: Final = _("Ready: {options}")

# practice
REST_TODAY: Final = _(
    "Pain of {pain} of 10 before it begins: give it a rest today. A session with your therapist can say more."
)
GO_EASY: Final = _(
    "Pain of {pain} of 10: it would be wise to stop here. If you go on, stop when it gets worse."
)

# protocols
OWN_GO_THERE: Final = _(
    "Your own go into {folder}: print one with powerhold protocols show CODE, save it there as NEWCODE.toml, "
    'and write code = "NEWCODE" into it.'
)
YOUR_OWN: Final = _("Your own")
PROTOCOL_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "exercise": _p("column", "exercise"),
        "gate": _p("column, the muscle that decides", "gate"),
        "target": _p("column", "target"),
        "done": _p("column", "what is done"),
    }
)

DOSAGE: Final = _("{sets}; {legs}")
ONCE_FIRED: Final = _("{what} once it fires")
IF_EARNED: Final = _("{what} if earned")
TIMES: Final = "{n} x {what}"
EACH_LEG: Final = _("each leg")

# receive, returns
NO_SUCH_FILE: Final = _("there is no such file")
NO_FILE_NAME: Final = _("it cannot be the name of a file")
TOO_LARGE: Final = _("it is too large")
NOTES_FULL: Final = _("{name} holds {most} notes, and no more go in: move it away.")
NOTE_NOT_KEPT: Final = _("The note cannot be kept ({reason}): free some space, then note it again.")
UNLISTED: Final = _("{name} is not a listed muscle; it is taken as it is.")
RECORDED: Final = _("{samples} samples, {lost} lost: {folder}")
SIDE_LEFT_OUT: Final = _("{site} is not measured: training on that side is left out.")
TRAINING_LEFT_OUT: Final = _("{site} is not measured: training is left out.")
NO_CEILING: Final = _("--ceiling has no effect: {title} has no ceiling.")
CEILING_OF_NOTHING: Final = _("--ceiling has no effect on what is not measured: {sites}.")
CEILING_IS: Final = _("--ceiling {given}: write auto, or a number from 1 to {highest}.")
PAIN_LIMITS_ARE: Final = _("--pain-limits {given}: write two numbers from 0 to 10, for example 3,4.")
NO_NUMBER: Final = _("{option} must be a number.")
NOTED: Final = _("Noted. {told}")
NOTED_AT: Final = _p("column", "noted")

# sessions
SESSION_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "started": _p("column", "started"),
        "what": _p("column", "what"),
        "glute_left": _p("column", "glute L"),
        "glute_right": _p("column", "glute R"),
        "left_of_right": _p("column", "left of right"),
        "in_target": _p("column", "in target"),
        "pain": _p("column", "pain"),
    }
)


def days_words(n: int) -> str:
    """``12 days``: an age."""
    return _n("{n} day", "{n} days", n).format(n=n)


def dosage_words(protocol: Protocol) -> str:
    """``3 test holds of 6 s, 5 holds of 6 s once it fires; each leg``, as on the page of exercises."""
    sets = ", ".join(
        _set_words(planned, figures.number(protocol.timing.hold_s, "g")) for planned in protocol.sets
    )
    return DOSAGE.format(sets=sets, legs=_legs_words(protocol.sides))


def _set_words(planned: SetPlan, seconds: str) -> str:
    if isinstance(planned, BoutsSet):
        lasting = figures.number(planned.bout_s, "g")
        said = _n("{n} bout of {seconds} s", "{n} bouts of {seconds} s", planned.bouts)
        return said.format(n=planned.bouts, seconds=lasting)
    if isinstance(planned, RepetitionsSet):
        said = _n("{n} repetition", "{n} repetitions", planned.repetitions).format(n=planned.repetitions)
    else:
        said = _holds_words(planned, seconds)
    return TIMES.format(n=planned.times, what=said) if planned.times > 1 else said


def _holds_words(planned: HoldsSet, seconds: str) -> str:
    if planned.role is Role.TEST:
        said = _n("{n} test hold of {seconds} s", "{n} test holds of {seconds} s", planned.holds)
    else:
        said = _n("{n} hold of {seconds} s", "{n} holds of {seconds} s", planned.holds)
    told = said.format(n=planned.holds, seconds=seconds)
    told = ONCE_FIRED.format(what=told) if planned.until is Until.FIRED else told
    return IF_EARNED.format(what=told) if planned.offered else told


def _legs_words(sides: Sequence[WorkingSide]) -> str:
    return EACH_LEG if len(sides) > 1 else LEGS_INSIDE[sides[0]]
