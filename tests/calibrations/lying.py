"""Somebody who lies still with electrodes on, for the contact check: verdicts made to order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from calibrations.contact import ContactStage
from emg.activation import Activations
from emg.blocks import Unit
from emg.codes import EventKind
from emg.contact_rules import RULES
from emg.montage import FOUR_SITES
from emg.quality import MAINS_50, MAINS_60, VERDICTS
from emg.stage import Event, StageStart
from tests.emg.sets.coached import FS, Say, Told, run, ticks

GL, HL, GR, HR = FOUR_SITES.names
POSITIONS = {**{code: VERDICTS.index(code) for code in VERDICTS}, "mains_50": MAINS_50, "mains_60": MAINS_60}
STOPS = {rule.code for rule in RULES if rule.stops}
FOUND = sorted({"mains_50", "mains_60", *VERDICTS} - {"ok", "mains", "noisy_rest"})
"""What the chain says of a contact that is not good."""

Found = Mapping[str, str]


def relaxed(
    seconds: float, *spans: tuple[float, float, Found], slow_uv: float = 2.0, lost: Iterable[int] = ()
) -> Activations:
    """Somebody who lies still; between two seconds the chain finds something of some sites."""
    levels = ticks(range(round(seconds * FS)), {}, lost=lost)
    for start_s, stop_s, found in spans:
        part = slice(round(start_s * FS), round(stop_s * FS))
        for site, code in found.items():
            levels.verdicts[part, FOUR_SITES.names.index(site)] = POSITIONS[code]
    return replace(levels, slow_uv=np.full_like(levels.slow_uv, slow_uv))


def always(found: Found, seconds: float = 40.0, **about: float) -> Activations:
    return relaxed(seconds, (0.0, seconds, found), **about)  # type: ignore[arg-type]


def contact(
    *, attended: bool = True, unit: Unit = Unit.MICROVOLT, can_tell: bool = True, at: int = 0
) -> ContactStage:
    stage = ContactStage(FOUR_SITES.names, unit, attended=attended, can_tell=can_tell)
    stage.begin(StageStart(at, "contact#1", float(FS)))
    return stage


def told(stage: ContactStage, levels: Activations, say: Say | None = None, cuts: Iterable[int] = ()) -> Told:
    return run(stage, levels, say=say, cuts=cuts)


def checked(said: Told) -> Event:
    (event,) = [event for event in said.events if event.kind is EventKind.CHECKED]
    return event


def refusals(said: Told) -> list[object]:
    return [event.detail["reason"] for event in said.events if event.kind is EventKind.REFUSED]


def accepted(said: Told) -> list[object]:
    """Reasons that were gone on with."""
    notices = [event.detail for event in said.events if event.kind is EventKind.NOTICE]
    assert {notice["code"] for notice in notices} <= {"accepted"}
    return [notice["message"] for notice in notices]
