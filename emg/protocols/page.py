"""What an exercise asks for, in words, and the page that lists them all.

``docs/protocols.md`` is ``page()``, written by ``python -m emg.protocols.page``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from emg.montage import Legs, Side, WorkingSide
from emg.protocols.model import HoldsSet, Protocol, RepetitionsSet, SetPlan, bundled_protocols, load_protocol
from emg.results import Role, Until

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "protocols.md"

_HEAD: Final = ("name", "exercise", "gate", "what is done", "dose from", "target", "target from")

_INTRO: Final = """# Exercises

Written by `python -m emg.protocols.page` from the files in `emg/protocols`; do not edit it by hand. Every
exercise is a file; `powerhold protocols` lists them with your own ones, and `powerhold protocols show NAME`
prints one.

`gate` is the muscle whose level decides. `target` is what it is to reach, in percent of its maximum, where
no test hold of the session has shown what it can; with test holds the target follows from them. "ours" is a
number that we chose and nobody published; what stands behind it is what it leans on. Where a range is
given, the file holds one value of it."""

_REST: Final = """
What the three kinds of set are:

- **Holds** on cue. A *test* hold has bars and tones off and no target; only test holds are compared. A
  training hold runs from "set", or from when the gate muscle fires.
- **Repetitions** at the athlete's own pace, found in the envelope of the gate muscle, one row each.
- **Bouts** of a drill by the clock, looked at stride by stride, leg after leg.

What is deliberately so:

- **The hip-extension tests name no muscle**, neither in their sentence nor in their instruction: told to
  use the glutes, people begin in another order (Lewis and Sahrmann 2009). Share and order are told and
  never coloured: the hamstring first is common in healthy people.
- **A bridge walk-out is a hold by the clock**, 4 steps a leg out and 4 back, one a second. As a repetition
  found in the envelope it would be counted wrongly: where its steps take 40 % off the level of both legs,
  one walk-out counts as two or three (simulation). The steps are the athlete's to count.
- **Repetitions begin and end at rest**: hips on the floor, or standing tall. What never lets go cannot be
  told apart.
- **The supine hamstring hold uses both legs**, the prone one each leg by itself: they are two doses, not
  two views of one test.
- **No hamstring exercise has a ceiling**, and in the power position only the standing leg's hamstring may
  have one.

## An exercise of your own

    powerhold protocols show power_position > my_hold.toml

Put the file into the folder `protocols` where PowerHold keeps its data (`powerhold protocols` says where;
`POWERHOLD_HOME` moves it), and change its `code` to the name of the file without `.toml`. It is then in
every list. The name of an exercise that comes with the program cannot be taken. A file that cannot be used
is listed with the reason, and stops nothing. At most 64 kB, UTF-8 (UTF-16 with its mark is read too); links
are not followed. What is unknown, missing or impossible is refused by the name of its field; sets count
from 0.

| field | what it is |
| --- | --- |
| `schema` | 1 |
| `code` | name in files: a small letter, then up to 39 small letters, digits and `_`; also that of the file |
| `title` | name for people, up to 60 characters |
| `sentence` | what the athlete does, up to 200 characters |
| `drawing` | name of a drawing: that of any exercise above; with an unknown one nothing is drawn |
| `posture` | `standing`, `supine`, `prone` or `walking` |
| `gate_muscle`, `other_muscle` | whose level decides, and what is shown beside it: `glute`, `ham`, ... |
| `ceiling_muscle` | may be left out; the muscle of the working leg that is to stay under a ceiling |
| `other_leg` | may be left out; what the leg does that does not work: `swings`, `stands`, or `rests` |
| `knee_deg` | may be left out; angle of the working knee, 0 is straight |
| `instruction` | may be left out; what the athlete was told, where that changes what the muscles do |
| `reports` | may be left out; `share`, `order` or both: what a summary tells besides levels |
| `source` | where the dose is from, or `ours` |
| `sides` | `left`, `right` or both of them; or only `both`; or, for bouts, only `alternating` |
| `timing.stand_up_s` | from the set-up into the position |
| `timing.prepare_s`, `timing.quiet_s` | before the cue; the end of it that is the quiet baseline |
| `timing.set_after_s` | after the cue the position counts as taken, or at a key |
| `timing.hold_s`, `timing.wait_limit_s` | length of a hold (6), longest wait for the muscle (30) |
| `timing.rest_between_holds_s` | also between the bouts of a drill |
| `timing.rest_between_sets_s` | may be left out: then as between holds |
| `timing.rest_between_sides_s` | to change legs |
| `target.target_pct`, `target.ceiling_pct` | in %MVC; the ceiling may be left out |
| `target.source` | where they are from, or `ours` |
| `sets.kind` | `holds`, `repetitions` or `bouts`; bouts never beside another kind |
| `sets.role` | of holds: `test` (until `set`, feedback `off`) or `train` |
| `sets.until` | of holds: the clock runs from `set`, or from when the muscle has `fired` |
| `sets.holds` | how many in succession, 1 to 30 |
| `sets.offered` | of holds, may be left out; `true`: only if the set before earned it and somebody says yes |
| `sets.repetitions`, `sets.limit_s` | how many, 1 to 30; the set ends by then, however many were found |
| `sets.bouts`, `sets.bout_s` | how many, 1 to 10; length of each |
| `sets.times` | of holds and repetitions, may be left out; how many such sets, 1 to 10 |
| `sets.feedback` | `on`, `off`, `felt` (after "I felt it") or `faded` (less and less) |

`[[sets]]` are done in their order, for each side. Times are in seconds, above 0 and up to 600."""


def dosage(protocol: Protocol) -> str:
    """Say what is done: ``3 test holds of 6 s, 5 holds of 6 s once it fires; each leg``."""
    sets = ", ".join(_set_words(planned, protocol.timing.hold_s) for planned in protocol.sets)
    return f"{sets}; {_legs_words(protocol.sides)}"


def _set_words(planned: SetPlan, hold_s: float) -> str:
    if isinstance(planned, HoldsSet):
        what = f"{planned.holds} {'test holds' if planned.role is Role.TEST else 'holds'} of {hold_s:g} s"
        if planned.until is Until.FIRED:
            what += " once it fires"
        if planned.offered:
            what += " if earned"
    elif isinstance(planned, RepetitionsSet):
        what = f"{planned.repetitions} repetitions"
    else:
        return f"{planned.bouts} bouts of {planned.bout_s:g} s"
    return f"{planned.times} x {what}" if planned.times > 1 else what


def _legs_words(sides: Sequence[WorkingSide]) -> str:
    if sides == (Legs.BOTH,):
        return "both legs"
    if sides == (Legs.ALTERNATING,):
        return "leg after leg"
    return "each leg" if len(sides) == len(Side) else f"{sides[0]} leg"


def page() -> str:
    """Render ``docs/protocols.md``."""
    rows = [_row(_HEAD), _row(["---"] * len(_HEAD))]
    for code in bundled_protocols():
        protocol = load_protocol(code)
        target = f"{protocol.target.target_pct:g} %"
        what = (f"`{code}`", protocol.title, protocol.gate_muscle, dosage(protocol), protocol.source)
        rows.append(_row((*what, target, protocol.target.source)))
    return "\n\n".join((_INTRO, "\n".join(rows), _REST.strip())) + "\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
