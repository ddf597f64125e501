"""Words of the report that a patient takes home, and of its page for the physical therapist.

What a number means is said by the words of the summary (``ui/reading/summary_sentences.py``); here
stands what only the paper says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from emg.montage import Side
from ui.language import _, _n

DISCLAIMER: Final = _("It is not a diagnosis. PowerHold is not a medical device.")
"""Once in the whole report."""

# page 1

TITLE: Final = _("Your session")
ATHLETE: Final = _("Athlete {id}")
DONE: Final = _("What you did")
WELL: Final = _("What went well")
LAST_TIME: Final = _("Compared with last time")
PRACTISED: Final = _("How often you practised")
NEXT: Final = _("What to do next")
NEXT_SESSION: Final = _("Next session")
NEXT_LINES: Final = (_("Day"), _("Time"), _("Place"), _("Notes"))
"""To be filled in by hand."""

SIMULATED: Final = _("Simulated athlete: these are not a person's numbers.")
CUT_OFF: Final = _("This session was cut off before it was saved in order. Here is all that was on disk.")
NO_NUMBERS: Final = _("There are no numbers of this session: it was cut off before they were computed.")

DIFFERENT: Final = _(
    "Your {low} glute worked at {low_level} of its best, your {high} glute at {high_level}. "
    "The difference is more than your holds vary from one to the next."
)
ALIKE: Final = _(
    "Your left glute worked at {left} of its best, your right glute at {right}: "
    "from these holds alone nobody can tell them apart."
)
BOTH: Final = _("Your left glute worked at {left} of its best, your right glute at {right}.")
ONE: Final = _("Your {side} glute worked at {level} of its best.")
BOTH_BRIDGE: Final = _(
    "Your left glute worked at {left} of what it gives in the light two-leg bridge, your right glute at "
    "{right}. Each is compared with nothing but itself."
)
ONE_BRIDGE: Final = _(
    "Your {side} glute worked at {level} of what it gives in the light two-leg bridge, "
    "and is compared with nothing but itself."
)
NO_SIGNAL: Final = _("The signal was not good enough this time: no test hold counts, so nothing is compared.")
NO_LEVELS: Final = _("No maximum was measured for your glutes, so there are no percentages of them.")
TRAINED_ONLY: Final = _("This time you trained, and nothing was tested.")
BY_THE_CLOCK: Final = _("You practised by the clock. Nothing was measured, so there are no levels.")
NOTHING_HELD: Final = _("Nothing was held this time.")

PICTURE: Final = _("How hard each muscle worked in the test holds, in % of its own best")
PICTURE_BRIDGE: Final = _("How hard each muscle worked in the test holds, in % of the light two-leg bridge")
LEGEND: Final = _(
    "Bar: mean. Mark: one hold. Line with ends: how much the holds vary (one standard deviation)."
)
LEGEND_AFTER: Final = _("Seconds count from the moment the position is taken.")
LEGEND_DOUBT: Final = _("Dashed, with ?: may read too high.")
SEEN: Final = _("Seen from behind: your left leg is on the left.")
ITS_BEST: Final = _("its best")
BRIDGE_LINE: Final = _("the bridge")
THERE: Final[Mapping[Side, str]] = {
    Side.LEFT: _("Left glute at work after {seconds}"),
    Side.RIGHT: _("Right glute at work after {seconds}"),
}
GLUTE, HAM = _("Glute"), _("Hamstring")
NOT_MEASURED: Final = _("not measured")
NO_READING: Final = _("no reading")
NOT_TESTED: Final = _("not tested")
NO_MAXIMUM: Final = _("no maximum")
NO_NUMBER: Final = _("no number")
OF_BRIDGE: Final = _("of the bridge")

DID: Final = _("You did {holds}, and all of it is saved.")
BY_CLOCK: Final = _("by the clock, not measured")
STEADY: Final = _("No foot went down.")
PAIN_NOT_MORE: Final = _("Pain was not more after it than before: {before}, then {after} of 10.")
MORE: Final = _("{what}: {change} against your typical session, more than chance.")

FIRST_TIME: Final = _("This is the first session of this exercise that can be compared.")
NOT_IN_A_TREND: Final = _("Not known here: no earlier session of yours lies beside this one.")
NOT_COMPARED_SIM: Final = _("A simulated session is compared with no other.")
NO_LEVEL_TO_COMPARE: Final = _("This session has no number that could be compared.")
THEN: Final = _("On {day}, then today:")
BEYOND: Final = _("more than chance")
WITHIN: Final = _("may be chance")
TOO_EARLY: Final = _("too early to say")
OTHER_BOARD: Final = _("not compared: another board")
OTHER_WAY: Final = _("not compared: another kind of 100 %")
DOUBTFUL: Final = _("not compared: a maximum is in doubt")

SIMULATED_DAYS: Final = _("A simulated session is no practice.")
NO_DAYS: Final = _("Not known: this session does not lie among the others of its athlete.")
LEGEND_MEASURED: Final = _("measured")
LEGEND_PRACTISED: Final = _("practised")
LEGEND_TODAY: Final = _("this session")

SETS: Final = _("{n} times each.")
REST: Final = _("{seconds} s of rest in between.")
SOURCE: Final = _("From: {source}.")
ASK: Final = _("What else to do, your physical therapist says.")
NO_PROTOCOL: Final = _("The session does not say what its exercise was.")

NO_WAY: Final = _("not known")

# page 2

TITLE_PT: Final = _("For the physical therapist")
EACH_HOLD: Final = _("Every hold, in order")
EACH_HOLD_BRIDGE: Final = _("Every hold, in order, in % of the bridge")
LEVEL_AXIS: Final = _("% of best")
LEVEL_AXIS_BRIDGE: Final = _("% of bridge")
LATENCY_AXIS: Final = _("glute there, s")
HOLD_KEY: Final = (
    ("round", True, _("glute")),
    ("square", True, _("hamstring")),
    ("round", False, _("training")),
    ("line", True, _("target")),
    ("diamond", True, _("glute there")),
    ("up", True, _("never there")),
    ("cross", True, _("enters no mean")),
)
"""Marks, whether they are filled (a test) or hollow (training), and what they mean."""

COMPARED: Final = _("Comparisons, with 95 % range")
EVEN: Final = _("alike")
TREND: Final = _("Over time")
TREND_GLUTE: Final = _("Glute, % of best")
TREND_HAM: Final = _("Hamstring, % of best")
TREND_LSI: Final = _("Glute, left of right, %")
TREND_LATENCY: Final = _("Glute there after, s")
TREND_LEGEND: Final = _("round: left, square: right; hollow: a maximum in doubt")

TARGETS: Final = _("Targets and success")
FELT: Final = _("Felt against measured")
PAIN: Final = _("Pain, 0 to 10")
FINDINGS: Final = _("Sore side and other side")
WARNINGS: Final = _("Notes and warnings")
SIGNAL: Final = _("Signal and contact")
REFERENCES: Final = _("What 100 % is")
ELECTRODES: Final = _("Electrodes (ISEK)")
METHOD: Final = _("Filters and method")
RECORD: Final = _("Session")

PAIN_ROW: Final = _(
    "before {before}, in the set-up {efforts}, in the holds {worst}, after {after}, next morning {morning}"
)
NOT_SAID: Final = _("Not said")
NO_TRAINING: Final = _("No training hold counts.")
TRAINED: Final = _("{leg}: {told}")
NOT_FELT: Final = _('Nobody pressed "I feel it".')
FELT_UNCOUNTED: Final = _('"I feel it" was pressed, but nothing follows from it: the notes say why.')
FELT_TOLD: Final = _("{leg}: felt {felt} ({holds}), measured {measured}, so {later}")
FELT_ALONE: Final = _("{leg}: felt after {felt} ({holds})")
NO_WARNINGS: Final = _("None.")
CONTACT: Final = _("{site}: contact good in {pct} of the hold time")
CONTACT_WORST: Final = _("{contact}; else mostly: {worst}")
NO_CONTACT: Final = _("Contact: not known.")
LOST: Final = _("Lost: {samples} in {gaps}, {share} of the session; longest {longest}.")
LOST_NONE: Final = _("Lost: no sample.")
CONTACT_WHOLE: Final = _("Contact was good in {pct} of the hold time, no sample was lost.")
COUNTED: Final = _("Holds that enter no mean: {told}.")
VOID_OF: Final = _("hold {n} ({why})")
METHODS: Final[Mapping[str, str]] = {
    "mvc": _("maximum, full way"),
    "quick": _("maximum, quick way"),
    "submax": _("light two-leg bridge"),
}
REFERENCE: Final = _("{site}: {level}, {method}, rest {rest}")
REPEATS: Final = _("repeats to {cv}")
NO_REFERENCE: Final = _("Nothing: no maximum was measured.")
BAND: Final = _("Band {low} to {high} Hz, order {order}, {way}; mains notch {notch}.")
NO_BAND: Final = _("No filter: the board sends an envelope.")
CAUSAL, ZERO_PHASE = _("causal"), _("zero phase")
OFF: Final = _("off")
WINDOWS: Final = _("Moving RMS {bar} s for levels, {ratio} s for ratios, {onset} s for onsets; rest removed.")
SCORED: Final = _(
    "Level: RMS from 1.0 s after the position is set, or after the target is reached, to 5.5 s. "
    "Latency: from set to 75 % of that level."
)
ISEK_ROWS: Final[Mapping[str, str]] = {
    "configuration": _("configuration"),
    "placement": _("placement"),
    "inter_electrode_mm": _("distance (mm)"),
    "material": _("material"),
    "shape": _("shape"),
    "size_mm": _("size (mm)"),
    "skin_preparation": _("skin"),
    "normalisation": _("normalisation"),
}
ISEK_ROW: Final = _("{what}: {told}")
ISEK_NOT: Final = _("Not said: {what}.")
BOARD_GAIN: Final = _("Gain {gain}.")
NO_BOARD: Final = _("No board: practised by the clock.")
SESSION: Final = _("Athlete {athlete}, {when}.")
SOFTWARE: Final = _("{name} {version}.")

# the command

WRITTEN: Final = _("Saved: {names}")
NEEDS_SUFFIX: Final = _("Say with --out a file that ends in .pdf or .png: it was '{name}'.")
LONG_NAME: Final = _("A name can have up to {most} characters, and this one has {n}.")
IN_THE_SESSION: Final = _(
    "{path} is in the session's own folder, which stays as it is: give --out another place."
)
NOT_WRITTEN: Final = _("{path} cannot be written ({why}): give --out another place.")
IS_RECORDING: Final = _("{folder} is a recording: nothing was held in it, so there is no report of it.")
NOT_OPENED: Final = _("{path} cannot be opened ({reason}).")
NOT_TEXT: Final = _("{path} is not UTF-8 text.")
NO_TABLE: Final = _("{path} is not a table of holds that can be read.")
NOT_COMPUTED: Final = _("{folder} cannot be computed again: {reason}.")


def holds_words(n: int) -> str:
    """``16 holds``."""
    return _n("{n} hold", "{n} holds", n).format(n=n)


def in_target_words(n: int, of: int) -> str:
    """``3 of 10 training holds were in the target``."""
    if n == of:
        return _n(
            "The one training hold was in the target.", "All {n} training holds were in the target.", n
        ).format(n=n)
    return _n(
        "{n} of {of} training holds was in the target.", "{n} of {of} training holds were in the target.", n
    ).format(n=n, of=of)


def practised_words(n: int) -> str:
    """``You practised 8 holds by the clock``."""
    return _n("You practised {n} hold by the clock.", "You practised {n} holds by the clock.", n).format(n=n)


def good_signal_words(n: int) -> str:
    """Tell that all of it counts: ``the signal was good in all 16 holds``."""
    return _n("The signal was good in the one hold.", "The signal was good in all {n} holds.", n).format(n=n)


def dose_words(n: int, seconds: str, *, sided: bool, fired: bool) -> str:
    """Tell the dose: ``4 holds a leg, each 6 s``.

    Parameters
    ----------
    n : int
        How many holds.
    seconds : str
        How long each is.
    sided : bool
        Whether one leg works at a time.
    fired : bool
        Whether the time counts from the moment the muscle is in the target.
    """
    if sided and fired:
        said = _n(
            "{n} hold a leg, of {seconds} s from the moment the muscle is in the target.",
            "{n} holds a leg, each {seconds} s from the moment the muscle is in the target.",
            n,
        )
    elif sided:
        said = _n("{n} hold a leg, of {seconds} s.", "{n} holds a leg, each {seconds} s.", n)
    else:
        said = _n("{n} hold of {seconds} s.", "{n} holds, each {seconds} s.", n)
    return said.format(n=n, seconds=seconds)


def repetitions_words(n: int, *, sided: bool) -> str:
    """``15 repetitions a leg``."""
    if sided:
        return _n("{n} repetition a leg.", "{n} repetitions a leg.", n).format(n=n)
    return _n("{n} repetition.", "{n} repetitions.", n).format(n=n)


def bouts_words(n: int, seconds: str) -> str:
    """``4 bouts of 12 s``."""
    return _n("{n} bout of {seconds} s.", "{n} bouts of {seconds} s.", n).format(n=n, seconds=seconds)


def measured_words(n: int, fs: str, ways: str, quality: str) -> str:
    """Say in two lines how it was measured: of how many muscles, against what, and how well."""
    return _n(
        "Surface EMG of {n} muscle at {fs} Hz; 100 %: {ways}, with the electrodes of that day. {quality} "
        "Page 2 says how it was measured.",
        "Surface EMG of {n} muscles at {fs} Hz; 100 %: {ways}, with the electrodes of that day. {quality} "
        "Page 2 says how it was measured.",
        n,
    ).format(n=n, fs=fs, ways=ways, quality=quality)


def quality_words(lost: int, pct: str) -> str:
    """Say how good the contact was, where it is known, and how many samples were lost."""
    if not lost:
        return LOST_NONE if not pct else CONTACT_WHOLE.format(pct=pct)
    if not pct:
        return _n("{n} sample was lost.", "{n} samples were lost.", lost).format(n=lost)
    return _n(
        "Contact was good in {pct} of the hold time, {n} sample was lost.",
        "Contact was good in {pct} of the hold time, {n} samples were lost.",
        lost,
    ).format(n=lost, pct=pct)


def lost_words(n: int, gaps: int, share: str, longest: str) -> str:
    """``Lost: 120 samples in 2 gaps, 0.1 % of the session; longest 0.40 s``."""
    samples = _n("{n} sample", "{n} samples", n).format(n=n)
    told = _n("{n} gap", "{n} gaps", gaps).format(n=gaps)
    return LOST.format(samples=samples, gaps=told, share=share, longest=longest)


def all_count_words(n: int) -> str:
    """``All 16 holds count``."""
    return _n("The one hold counts.", "All {n} holds count.", n).format(n=n)


def board_words(board: str, fs: str, n: int) -> str:
    """``Board cyton, 250 Hz, 8 EMG channels``."""
    return _n(
        "Board {board}, {fs} Hz, {n} EMG channel.", "Board {board}, {fs} Hz, {n} EMG channels.", n
    ).format(board=board, fs=fs, n=n)
