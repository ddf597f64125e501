"""The tables of an EMG-BIDS dataset: tab-separated text, and the JSON that says what a column means.

Only codes, numbers and names of muscles are written: what people typed, notes and reasons in their own
words, is not in any of these tables.

References
----------
Brain Imaging Data Structure 1.11.1, https://bids-specification.readthedocs.io
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeAlias

from emg.codes import CommandKind, EventKind
from emg.exports.subject import code_or_other
from emg.foreign import whole_or_none
from emg.session.bdf_layout import RecordLength
from emg.session.tables import text_cell
from emg.stage import Event

NOTHING: Final = "n/a"
"""How BIDS writes "no reading"."""

Cell: TypeAlias = "str | int | float | Decimal | bool | None"
Column: TypeAlias = "dict[str, Any]"

_DECIMALS: Final = Decimal("0.000001")
"""A microsecond: finer than any sample."""

MOMENTS: Final = frozenset(
    {
        EventKind.STAGE_STARTED,
        EventKind.PREPARE,
        EventKind.CUE,
        EventKind.SET,
        EventKind.FIRED,
        EventKind.LOST_TARGET,
        EventKind.BACK_IN_TARGET,
        EventKind.OVER_CEILING,
        EventKind.UNDER_CEILING,
        EventKind.RELAX,
        EventKind.REFERENCE_SET,
        EventKind.PAUSED,
        EventKind.RESUMED,
        EventKind.REOPENED,
        EventKind.SESSION_ENDED,
    }
)
"""Events that stand in events.tsv as moments; what people wrote, answered or were told does not."""

KEYS: Final = frozenset({CommandKind.FELT, CommandKind.FOOT_DOWN, CommandKind.ENOUGH, CommandKind.MARK})
"""Key presses that say something about the muscle, and stand in events.tsv as moments."""

_CALIBRATES: Final = frozenset({"rest", "mvc", "bridge", "graded"})
_TASKS_OF_THE_SET_UP: Final = frozenset(
    {"contact", "sides", "tap", "lift", "rest", "mvc", "bridge", "graded"}
)

TRIAL_TYPES: Final[Mapping[str, str]] = {
    "hold": "one hold, from its cue (or from where it was taken, without a cue) to its end",
    "trial": "one effort or rest of the calibration, from its cue to its end; task_part says which",
    "BAD_gap": "samples that never came: the file is filled there, and what stands in it is no signal",
    "BAD_pad": "padding at the end of the file, no signal",
    EventKind.STAGE_STARTED: "a part of the session begins",
    EventKind.PREPARE: "get ready: a cue follows",
    EventKind.CUE: "begin now",
    EventKind.SET: "the position is taken: a key, or a fixed time after the cue",
    EventKind.FIRED: "the gate muscle came to its target",
    EventKind.LOST_TARGET: "it left its target",
    EventKind.BACK_IN_TARGET: "it came back to its target",
    EventKind.OVER_CEILING: "the other muscle rose above its ceiling",
    EventKind.UNDER_CEILING: "it fell below its ceiling again",
    EventKind.RELAX: "let go",
    EventKind.REFERENCE_SET: "from here on this rest and maximum are in force, or none",
    EventKind.PAUSED: "paused",
    EventKind.RESUMED: "going on",
    EventKind.REOPENED: "the board was opened again",
    EventKind.SESSION_ENDED: "the session is over",
    CommandKind.FELT: "a key: I feel the muscle",
    CommandKind.FOOT_DOWN: "a key: the foot came down",
    CommandKind.ENOUGH: "a key: enough for this hold",
    CommandKind.MARK: "a key: a marker, its number in marker",
    CommandKind.NOTE: "somebody wrote a note, where notes are in this dataset",
    EventKind.HOLD_EXCLUDED: "a hold was taken out of every mean by hand, where notes are in this dataset",
    EventKind.HOLD_RESTORED: "it was let in again, where notes are in this dataset",
}

EVENT_COLUMNS: Final[Mapping[str, Column]] = {
    "onset": {"Description": "Beginning, from the first sample of the file", "Units": "s"},
    "duration": {
        "Description": "How long it lasts; 0 for a moment, n/a if its end is not known",
        "Units": "s",
    },
    "trial_type": {"Description": "What it is", "Levels": dict(TRIAL_TYPES)},
    "sample": {"Description": "The sample of the file at which it begins, from 0"},
    "stage": {"Description": "Part of the session and which run of it, as PART#RUN"},
    "side": {
        "Description": "Working side: the stance leg, the athlete's own left or right",
        "Levels": {"left": "left", "right": "right", "both": "both at once", "alternating": "in turn"},
    },
    "role": {
        "Description": "Kind of hold",
        "Levels": {"test": "measured, bars and tones off", "train": "training, bars and tones on"},
    },
    "hold": {"Description": "Number of the hold in the session, from 1, repeats included"},
    "task_part": {"Description": "What was asked for in the set-up: rest, mvc, bridge, graded, tap or lift"},
    "site": {"Description": "Muscle and side that was asked for; several are separated by spaces"},
    "trial": {"Description": "Which try at this site, from 1"},
    "set_sample": {"Description": "Sample at which the position was taken"},
    "fired_sample": {"Description": "Sample at which the gate muscle came to its target"},
    "scored_from": {"Description": "First sample of the scored span"},
    "scored_to": {"Description": "Sample after the last of the scored span"},
    "outcome": {
        "Description": "How the hold ended",
        "Levels": {
            "success": "test: the muscle reached its threshold; training: in target as long as asked",
            "missed": "training: reached, but not for as long as asked",
            "not_reached": "never reached before the limit",
            "lost_balance": "the foot came down; the hold is repeated",
            "void": "the signal could not be used",
            "incomplete": "broken off",
        },
    },
    "excluded": {
        "Description": "Whether somebody took the hold out of every mean by hand",
        "Levels": {"true": "taken out", "false": "not"},
    },
    "pain_0_10": {"Description": "Worst pain said of the set of this hold, 0 to 10"},
    "quality": {"Description": "What became of a trial of the calibration: a code, good if it counts"},
    "marker": {"Description": "Number of a marker"},
}


_NOTE_COLUMN: Final[Column] = {"Description": "What somebody wrote"}
_NOTES: Final = frozenset({EventKind.HOLD_EXCLUDED, EventKind.HOLD_RESTORED})


def event_columns(*, notes: bool) -> dict[str, Column]:
    """Columns of events.tsv and what they mean; what people wrote only where that may leave."""
    return {**EVENT_COLUMNS, **({"note": _NOTE_COLUMN} if notes else {})}


def cell(value: Cell) -> str:
    """Write one cell: no reading is ``n/a``, a truth ``true`` or ``false``, text stands on one line."""
    match value:
        case None:
            return NOTHING
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() | Decimal():
            return _number(value)
        case _:
            return text_cell(" ".join(str(value).split())) or NOTHING


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        return NOTHING
    text = f"{Decimal(value).quantize(_DECIMALS):zf}"
    return text.rstrip("0").rstrip(".")


def tsv(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    """Write a table of BIDS: tabs, LF, and ``n/a`` where a row has nothing to say.

    Raises
    ------
    ValueError
        If a row names a column that is not in the table.
    """
    lines = ["\t".join(columns)]
    for row in rows:
        if unknown := set(row).difference(columns):
            raise ValueError(f"the table has no column {', '.join(sorted(unknown))}")
        lines.append("\t".join(cell(row.get(column)) for column in columns))
    return "\n".join(lines) + "\n"


def json_text(content: Mapping[str, Any]) -> str:
    """Write a JSON file of the dataset."""
    return json.dumps(dict(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples of the file that are no signal.

    Attributes
    ----------
    onset_s, duration_s : float
        As annotated in raw.bdf, on the file's own clock.
    text : str
        ``BAD_gap`` or ``BAD_pad``.
    """

    onset_s: float
    duration_s: float
    text: str


def event_rows(
    events: Sequence[Event], stretches: Iterable[Stretch], length: RecordLength, *, notes: bool = False
) -> list[dict[str, Cell]]:
    """Rows of events.tsv, in the order of their onsets.

    Parameters
    ----------
    events : sequence of Event
        Of the session, in order.
    stretches : iterable of Stretch
        Gaps and padding of the file.
    length : RecordLength
        Gives the times of samples on the clock of the file, which is the one that readers use.
    notes : bool
        Whether what people wrote may leave.

    Returns
    -------
    list of dict
        With some of the keys of ``event_columns``.
    """
    rows = [*_moments(events), *_trials(events), *_holds(events), *(_notes(events) if notes else ())]
    for row in rows:
        start, n_samples = row["sample"], row.pop("n_samples", 0)
        assert isinstance(start, int)
        row["onset"] = length.seconds(start)
        row["duration"] = length.seconds(n_samples) if isinstance(n_samples, int) else None
    for stretch in stretches:
        row = {"onset": stretch.onset_s, "duration": stretch.duration_s, "trial_type": stretch.text}
        rows.append(row | {"sample": round(stretch.onset_s * length.fs_hz)})
    return sorted(rows, key=lambda row: _order(row["sample"]))


def _order(sample: Cell) -> int:
    assert isinstance(sample, int)
    return sample


def _moments(events: Iterable[Event]) -> Iterator[dict[str, Cell]]:
    for event in events:
        detail, told = event.detail, event.kind.value
        sample, marker = event.sample, None
        if event.kind is EventKind.COMMAND and detail.get("command") in KEYS:
            told, marker = str(detail["command"]), whole_or_none(detail.get("value"))
            pressed = whole_or_none(detail.get("pressed_sample"))
            sample = sample if pressed is None else pressed
        elif event.kind not in MOMENTS:
            continue
        yield _placed(event) | {"trial_type": told, "sample": sample, "marker": marker}


def _notes(events: Iterable[Event]) -> Iterator[dict[str, Cell]]:
    for event in events:
        if event.kind is EventKind.COMMAND and event.detail.get("command") == CommandKind.NOTE:
            kind, text = CommandKind.NOTE.value, event.detail.get("text")
        elif event.kind in _NOTES:
            kind, text = event.kind.value, event.detail.get("reason")
        else:
            continue
        yield {"trial_type": kind, "sample": event.sample, "hold": event.hold, "note": str(text or "")}


def _placed(event: Event) -> dict[str, Cell]:
    """Where in the session an event belongs, as far as its codes say."""
    part = event.detail.get("exercise")
    return {
        "stage": code_or_other(event.run),
        "side": None if event.side is None else event.side.value,
        "role": None if event.role is None else event.role.value,
        "hold": event.hold,
        "task_part": part if isinstance(part, str) and part in _TASKS_OF_THE_SET_UP else None,
        "site": _sites(event.detail),
        "trial": whole_or_none(event.detail.get("trial")),
    }


def _sites(detail: Mapping[str, Any]) -> str | None:
    site, sites = detail.get("site"), detail.get("sites")
    if isinstance(site, str):
        return code_or_other(site)
    return " ".join(code_or_other(str(one)) for one in sites) if isinstance(sites, list) else None


def _trials(events: Iterable[Event]) -> list[dict[str, Cell]]:
    """Efforts and rests of the calibration; the last word on a trial stands."""
    rows: list[dict[str, Cell]] = []
    latest: dict[tuple[Cell, ...], dict[str, Cell]] = {}
    for event in events:
        place = _placed(event)
        if event.hold is not None or place["task_part"] not in _CALIBRATES:
            continue
        key = (event.run, place["task_part"], place["site"], place["trial"])
        if event.kind is EventKind.CUE:
            latest[key] = place | {"trial_type": "trial", "sample": event.sample, "n_samples": None}
            rows.append(latest[key])
        elif key in latest and event.kind in (EventKind.RELAX, EventKind.TRIAL_DONE):
            row = latest[key]
            if row["n_samples"] is None:
                row["n_samples"] = event.sample - _order(row["sample"])
            quality = event.detail.get("quality")
            if isinstance(quality, str):
                row["quality"] = code_or_other(quality)
    return rows


def _holds(events: Sequence[Event]) -> Iterator[dict[str, Cell]]:
    out, pain = _learned_later(events)
    for event in events:
        if event.kind is not EventKind.HOLD_DONE or event.hold is None:
            continue
        at = {
            name: whole_or_none(event.detail.get(f"{name}_sample")) for name in ("cue", "set", "fired", "end")
        }
        known = [sample for sample in (at["cue"], at["set"]) if sample is not None]
        start = known[0] if known else event.sample
        end = event.sample if at["end"] is None else at["end"]
        yield _placed(event) | {
            "trial_type": "hold",
            "sample": start,
            "n_samples": max(0, end - start),
            "set_sample": at["set"],
            "fired_sample": at["fired"],
            "scored_from": whole_or_none(event.detail.get("scored_from_sample")),
            "scored_to": whole_or_none(event.detail.get("scored_to_sample")),
            "outcome": code_or_other(str(event.detail.get("outcome", ""))),
            "excluded": event.hold in out,
            "pain_0_10": pain.get(event.hold),
        }


def _learned_later(events: Iterable[Event]) -> tuple[set[int], dict[int, int]]:
    """Find the holds that were taken out by hand, and the pain of each; reasons are people's own words."""
    out: set[int] = set()
    pain: dict[int, int] = {}
    for event in events:
        if event.hold is not None and event.kind is EventKind.HOLD_EXCLUDED:
            out.add(event.hold)
        elif event.hold is not None and event.kind is EventKind.HOLD_RESTORED:
            out.discard(event.hold)
        elif event.kind is EventKind.PAIN and isinstance(holds := event.detail.get("holds"), list):
            said = whole_or_none(event.detail.get("pain_0_10"))
            pain.update({hold: said for hold in holds if said is not None and isinstance(hold, int)})
    return out, pain
