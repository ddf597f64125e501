"""Words of what goes between clinic and home: plans, sessions as one file, the note for the chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ui.language import _, _n
from ui.words import figures

# plans
PLAN_SAVED: Final = _("Saved: {path}. Send it; it names nobody.")
PLAN_FOR: Final = _("This plan is for {athlete}. It will change:")
PLAN_KEPT: Final = _("The plan is kept. It is offered first from now on.")
PLAN_ASK: Final = _("Use this plan?")
PLAN_NOT_USED: Final = _("Nothing was changed.")
PLAN_SAY_YES: Final = _("Nothing was changed: say --yes to use this plan.")
PLAN_WHOSE: Final = _(
    "The plan is for {athlete}, who is not known here: say with --athlete who uses it here."
)
PLAN_OVERWRITES: Final = _("{path} is there already: choose another name with --out.")
PLAN_DISK: Final = _("The plan cannot be kept ({reason}): free some space, then open it again.")
PLAN_UNSAVED: Final = _("The plan cannot be saved ({reason}): choose another place with --out.")
NO_PROTOCOL_KNOWN: Final = _("{athlete} has no session here yet: say the exercise with --protocol.")
ABOVE_LIMIT: Final = _(
    "A target of {pct} %MVC on the {side} is above {limit}, the most at home: say --over-60 if that is meant."
)

EXERCISE_LINE: Final = _("Exercise: {title} ({code})")
OWN_EXERCISE_NEW: Final = _("The exercise {code} is new here and goes to your own ones")
OWN_EXERCISE_CHANGED: Final = _(
    "Your own exercise {code} is replaced; the one before is kept beside it as {name}"
)
AIM_LINE: Final = _("{leg}: target {target}, ceiling {ceiling}")
FROM_TESTS: Final = _("from the test holds")
AS_EXERCISE: Final = _("as the exercise says")
OVER_60: Final = _("A target above {limit} %MVC: your therapist allows it for home")
DOSE_LINE: Final = _("Training sets: {dose}")
DOSE_NAMES: Final = ("holds", "sets", "rest_between_holds_s", "rest_between_sets_s")
DOSE_PARTS: Final[Mapping[str, str]] = {
    "holds": _("{n} in a set"),
    "rest_between_holds_s": _("{n} s rest between"),
    "rest_between_sets_s": _("{n} s rest between sets"),
}
SAME_FOR_BOTH: Final = _("A session asks both legs for the lower of the two targets")
LIMITS_LINE: Final = _("Pain above {suggest} of 10 suggests to stop, above {stop} stops")
SITES_LINE: Final = _("Channels: {sites}")
SITES_BOARD: Final = _("Channels on the {board}: {sites}")
CM_LINE: Final = _("Electrodes: {lengths} from the first landmark")
CM_PART: Final = _("{site} {cm} cm")
SENTENCE_LINE: Final = _("Your therapist says: {sentence}")
OTHER_BOARD_LINE: Final = _(
    "The board used here last was another one: the first screen now prefers the {board}"
)
UNKNOWN_BOARD: Final = _("its board {board} is not known to this version: update, then open it again")
UNKNOWN_EXERCISE: Final = _("its exercise {code} is not known to this version: update, then open it again")
TAKEN_CODE: Final = _("its own exercise has the code {code} of one that comes with the program")
CANNOT_USE: Final = _("{name} cannot be used: {why}.")
REPLACES: Final = _("It replaces the plan of {day}, which is kept")
IS_OLDER: Final = _("It is older than the plan in use, which is of {day}")
IS_IN_USE: Final = _("This very plan is in use already")

# sessions as one file
SENT: Final = _("{n} in {path} ({size} MB).")
SENT_SEALED: Final = _("{n} in {path} ({size} MB), sealed: send the passphrase by another way.")
SENT_OPEN: Final = _("It is not sealed: who has it can read it. --sealed asks for a passphrase.")
SEND_DISK: Final = _(
    "Nothing was sent: {path} cannot be written ({reason}). Choose another place with --out."
)
SEND_LARGE: Final = _(
    "Sealed, one file takes {limit} MB: send fewer sessions at a time, or leave --sealed out."
)
RECEIVED_NEW: Final = _("New for {athlete}: {sessions}.")
RECEIVED_THERE: Final = _("Here already, left as it is: {sessions}.")
RECEIVED_MORE: Final = _("Other notes here than in the file, left as they are: {sessions}.")
RECEIVE_WHOSE: Final = _(
    "These sessions are of {athlete}, who is not known here: say with --athlete whose they are."
)
RECEIVE_TWO: Final = _("These sessions are of {athletes}: say with --athlete whose they are here.")
RECEIVE_DISK: Final = _(
    "Nothing was received: the disk refuses ({reason}). Free some space, then receive it again."
)
RECEIVE_UNREAD: Final = _("{path} cannot be read: {reason}.")
WRONG_PASSPHRASE: Final = _("{name} does not open: the passphrase is wrong, or the file is damaged.")
RECEIVE_BROKEN_OFF: Final = _("Interrupted: nothing was received.")

# the note for the chart
NOTE_DONE: Final = _("Done: {day}, {what}, test holds that count: {holds}")
NOTE_PRACTICE: Final = _("Done: {day}, {what}, by the clock, nothing measured")
NOTE_NUMBERS: Final = _("Numbers: {numbers}")
NOTE_LEFT_RIGHT: Final = _("left / right: {pairs}")
NOTE_SUCCESS: Final = _("Success: {success}")
NOTE_PAIN: Final = _("Pain: {pain}")
NOTE_LIMITS: Final = _("Limits: {limits}")
NOTE_NO_NUMBERS: Final = _("none, no test hold counts")
NOTE_NOT_MEASURED: Final = _("none, nothing was measured")
NOTE_NO_TRAINING: Final = _("no training holds")
NOTE_NO_PAIN: Final = _("not asked, or not said")
NOTE_SCOPE: Final = _("compares within this session and these electrodes only; not a diagnosis")
NOTE_INCOMPLETE: Final = _("the session was not ended in order")
NOTE_SIMULATED: Final = _("simulated athlete")
NOTE_IMPORTED: Final = _("imported from another tool's recording")
HOLDS_OF_SIDE: Final = _("{leg} {n}")
NO_SUMMARY: Final = _("{path} has no summary yet: it was not ended. Open it with powerhold analyze.")

# imports
IMPORT_DATE: Final = _("'{text}' is no day: write --date 2026-05-31, or 2026-05-31T14:30.")
IMPORT_FUTURE: Final = _("{day} is still to come: say the day of the recording with --date.")
IMPORT_EARLY: Final = _("{day} is before 1970: say the day of the recording with --date.")
IMPORT_FOLDER: Final = _("{path} is a folder: only files are imported. Sessions come by powerhold receive.")
IMPORT_AGAIN: Final = _("This file is here already, as {session}.")
IMPORT_NO_MAXIMUM: Final = _("No maximum was given (--mvc SITE=A:B), so no level is in percent.")
IMPORT_NO_WORK: Final = _("No work was given (--work SIDE=A:B), so it has no holds.")
IMPORT_LONG_GAP: Final = _("At {at} s there is a hole of {hole} s: cut the file there and import its parts.")
IMPORTED: Final = _("Imported: {path}")
IMPORT_CHANGED: Final = _("The file grew while it was read: import it when its program has ended.")
IMPORT_BROKEN_OFF: Final = _("Interrupted: nothing was imported.")
NOTE_COPIED: Final = _("The note for the chart is copied")
NOTE_HINT: Final = _("C copies a note for the chart")


def dose_words(name: str, number: float) -> str:
    """``5 in a set``, ``1 set``: a part of the dose of a plan.

    Parameters
    ----------
    name : str
        One of ``DOSE_NAMES``.
    number : float
        How many, or how long.
    """
    said = _n("{n} set", "{n} sets", round(number)) if name == "sets" else DOSE_PARTS[name]
    return said.format(n=figures.number(number, "g"))


def per_week_words(n: int) -> str:
    """``3 times a week``."""
    return _n("{n} time a week", "{n} times a week", n).format(n=n)


def sessions_words(n: int) -> str:
    """``12 sessions``."""
    return _n("{n} session", "{n} sessions", n).format(n=n)
