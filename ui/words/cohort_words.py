"""Words of ``powerhold cohort``."""

from __future__ import annotations

from typing import Final

from ui.language import _

WORKING: Final = _("Analysing sessions")
NO_FOLDER: Final = _("There is no folder {folder}.")
NONE_LEFT: Final = _("There is no session to analyse.")
NOT_LISTED: Final = _("{folder} cannot be listed ({reason}).")
NOT_READ: Final = _("{folder} cannot be read ({reason}).")
NO_SESSION_JSON: Final = _("{folder} has no session.json, so it is not a session.")
COPY: Final = _("{folder} is a copy of {kept}.")
RUNNING: Final = _("{folder} is still being recorded.")
SIMULATED: Final = _("{folder} is of the simulated athlete.")
PRACTICE: Final = _("{folder} was practised by the clock: nothing was measured in it.")
RECORDING: Final = _("{folder} is a recording: nothing was held in it.")
IMPORTED: Final = _("{folder} was imported: use powerhold analyze.")
OTHER_COURSE: Final = _(
    "{folder} goes another way by the rules of today than it did live, so its holds cannot be scored anew."
)
FAILED: Final = _("{folder} cannot be analysed: the program failed ({error}).")
DIED: Final = _("{folder} cannot be analysed: the process that works on it ends each time.")

KEY: Final = _("{subject} is {athlete}.")
LEFT_OUT: Final = _("Left out: {reason}")
MORE_LEFT_OUT: Final = _("Left out besides: {n}.")
ALL_LEFT_OUT: Final = _(
    "What was left out, and why, stands in {path}: it names folders, so do not pass it on."
)
DONE: Final = _("{holds} of {sessions} are in {path}.")
REUSED: Final = _("Analysed before: {reused}. Now: {computed}.")
INTERRUPTED: Final = _("Interrupted: what is done is kept, and the same command goes on from there.")
BUSY: Final = _("Another cohort is being made in {out}: wait for it, or choose another folder with --out.")

NEEDS_DASK: Final = _("--scheduler needs Dask: install it with pip install 'powerhold[cohort]'.")
NO_SCHEDULER: Final = _(
    "No Dask scheduler answers at {address}: start one with dask scheduler, and workers with dask worker."
)
NO_WORKER: Final = _("No worker is there yet: start some with dask worker {address}.")
SCHEDULER_LOST: Final = _(
    "The scheduler at {address} is gone: what is done is kept, and the same command goes on from there."
)
WORKER_FAILED: Final = _(
    "A worker cannot do this work ({error}): install the same PowerHold where the workers run."
)
OTHER_CODE: Final = _(
    "A worker has another version of PowerHold, NumPy or SciPy than this program, so its numbers may be "
    "others: install the same ones where the workers run."
)
JOBS_ELSEWHERE: Final = _("--jobs is for this computer: with --scheduler the workers say how many they are.")

FACTS_UNREADABLE: Final = _("{path} cannot be read ({reason}).")
FACTS_NO_TABLE: Final = _("{path} cannot be read: save it as CSV with commas, in UTF-8.")
FACTS_NO_ATHLETE: Final = _("{path} has no column athlete: it says of each athlete's id what is known.")
FACTS_HEADER: Final = _(
    "{path} has a column '{name}': write small letters, digits and _, each name once, and neither subject "
    "nor name."
)
FACTS_ROW: Final = _("Line {line} of {path} has not as many cells as its header.")
FACTS_TWICE: Final = _("{path} has athlete {athlete} twice.")
