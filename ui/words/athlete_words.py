"""What the athlete reads from three metres away: one word for the state, and a line where it helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from emg.codes import WORKING, Phase
from emg.live_view import LiveView, StageView
from emg.quality import INVALID
from emg.results import Role
from ui.language import _
from ui.words import board_words, hold_words, words

STATES: Final[Mapping[Phase, str]] = {
    Phase.PREPARE: _("Get ready"),
    Phase.CUE: _("Go"),
    Phase.WAITING: _("Push"),
    Phase.HOLDING: _("Hold"),
    Phase.REST: _("Rest"),
}
"""One word for each phase of a set; which leg is meant stands at its place."""

PUSH: Final = _("Push")
TAKE_POSITION: Final = _("Take the position")
FEEL_IT: Final = _("Feel it work? Press F or the clicker")
BARS_HIDDEN: Final = _("Bars are hidden: B shows them again")
BARS_WILL_HIDE: Final = _("The bars will be hidden: B shows them again")
MUSCLE_STATE: Final = _("{muscle}: {state}")
GHOSTS: Final = _("other side, last set")

STOPPED_KEY: Final = _("Space goes on, once all is saved")
BARLESS: Final = frozenset({Phase.REST, Phase.ASK, Phase.DONE, Phase.PAUSED})
"""Phases of a set without bars: hiding them shows nothing yet."""


def state_word(view: LiveView, fresh: bool) -> str:
    """Say the state in one word in a set, and in the words of the stage anywhere else.

    Parameters
    ----------
    view : LiveView
        What is drawn.
    fresh : bool
        Whether its data is young enough: if not, the state is that there is no signal.
    """
    stage = view.stage
    if not _runs(view, fresh) or stage.stage != "holds":
        return words.phase_title(view, fresh)
    if said := hold_words.title(stage):
        return said
    if stage.phase is Phase.EFFORT:
        return PUSH
    return STATES.get(stage.phase) or words.phase_title(view, fresh)


def hint(view: LiveView, fresh: bool) -> str:
    """Say what to do beyond the state word; empty where the word, the bars and the clock say it all."""
    if view.error:
        return STOPPED_KEY
    stage = view.stage
    said = words.phase_hint(view, fresh)
    if not _runs(view, fresh) or stage.stage != "holds":
        return said
    if lost := _lost_electrode(view):
        return lost
    if stage.phase is Phase.CUE:
        return TAKE_POSITION
    return _working_hint(stage, said) if stage.phase in WORKING else said


def _working_hint(stage: StageView, said: str) -> str:
    if stage.work in hold_words.WORK_HINTS:
        return said
    if stage.felt_asked and not stage.felt:
        return FEEL_IT
    if stage.role is Role.TEST or said == words.PHASE_HINTS[Phase.HOLDING]:
        return ""
    return said


def _lost_electrode(view: LiveView) -> str:
    """Name the first working muscle that cannot be read, and why; empty where all can."""
    if view.stage.phase not in WORKING:
        return ""
    for bar in view.bars:
        if bar.working and bar.verdict in INVALID and bar.verdict != "no_reading":
            state = board_words.verdict_words(bar.verdict, view.cannot)
            return MUSCLE_STATE.format(muscle=words.site_words(bar.site), state=state)
    return ""


def calm(view: LiveView) -> str:
    """Say what is worth knowing while all is well; that bars are hidden comes first."""
    if view.finished and view.stage.message:
        return STOPPED_KEY
    hidden = view.stage.hidden and not view.finished and bool(view.bars)
    if not hidden:
        begins = view.stage.stage == "idle" and not view.finished
        return words.calm_words(view) or (words.HELP_HINT if begins else "")
    return BARS_HIDDEN if _would_show(view.stage) else BARS_WILL_HIDE


def _would_show(stage: StageView) -> bool:
    """Whether there were bars on the screen now, had nobody hidden them."""
    if stage.stage == "idle":
        return True
    return stage.stage == "holds" and stage.phase not in BARLESS and stage.role is not Role.TEST


def _runs(view: LiveView, fresh: bool) -> bool:
    """Whether the phase is what counts now, and not that something is wrong or at rest."""
    return fresh and not (view.error or view.finished or view.paused)
