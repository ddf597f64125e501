"""The tone that follows the muscle: its pitch, and whether it may sound at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from emg.codes import WORKING, Phase
from emg.live_view import BarView, LiveView
from emg.montage import Legs
from emg.results import Role
from ui.reading.muscles import GATE_MUSCLE, Show, muscle_of, read_bar

TARGET_HZ: Final = 440.0
"""Pitch at the target; one octave higher is the muscle's own best."""

LOWEST_HZ: Final = 220.0
"""A muscle that does nothing yet has this one: silence is kept for "no reading"."""

MOST_OCTAVES: Final = 1.5
"""Above the target; higher it would hurt, and nobody is there."""

USUAL_TARGET_PCT: Final = 25.0
"""Where a hold has no target."""

MOST_TARGET_PCT: Final = 80.0
"""Of a target nearer to 100 % the octave would be a jump."""

SOUNDS: Final = WORKING | {Phase.CUE}


@dataclass(frozen=True, slots=True)
class Tone:
    """What the tone does now.

    Attributes
    ----------
    hz : float
        Its pitch.
    until_s : float
        Host time from which it is silent, unless a newer view says otherwise: a stream that has died sends
        none.
    """

    hz: float
    until_s: float


def pitch_hz(level_pct: float, target_pct: float | None) -> float:
    """Pitch of a level: an octave from the target to 100 %, by the logarithm of the level.

    Parameters
    ----------
    level_pct : float
        In %MVC.
    target_pct : float or None
        Of the gate muscle.
    """
    target = min(MOST_TARGET_PCT, max(1.0, USUAL_TARGET_PCT if target_pct is None else target_pct))
    octaves = math.log(max(level_pct, 0.01) / target) / math.log(100.0 / target)
    return max(LOWEST_HZ, TARGET_HZ * math.exp2(min(MOST_OCTAVES, octaves)))


def tone_of(view: LiveView, now_s: float) -> Tone | None:
    """Say what the tone does; None is silence.

    It sounds in training holds only, while the athlete works, with the bars on, and where a bar would be
    drawn in percent: one rule for eye and ear. Where both legs work the weaker one is heard.

    Parameters
    ----------
    view : LiveView
        The newest one.
    now_s : float
        Host time, of the clock of ``view.host_time_s``.
    """
    stage = view.stage
    stopped = view.paused or view.finished or view.question or view.error
    trains = stage.stage == "holds" and stage.role is Role.TRAIN and stage.phase in SOUNDS
    if stopped or not trains or stage.hidden or not stage.feedback or stage.side is Legs.ALTERNATING:
        return None
    levels = [_level_pct(view, bar, now_s) for bar in _gate_bars(view)]
    known = [level for level in levels if level is not None]
    if not known or len(known) < len(levels):
        return None
    return Tone(pitch_hz(min(known), stage.target_pct), view.host_time_s + view.stale_after_s)


def _gate_bars(view: LiveView) -> list[BarView]:
    gate = view.stage.gate_muscle or GATE_MUSCLE
    return [bar for bar in view.bars if bar.working and muscle_of(bar.site) == gate]


def _level_pct(view: LiveView, bar: BarView, now_s: float) -> float | None:
    read = read_bar(view, bar, now_s)
    return read.level_pct if read.show is Show.PERCENT else None
