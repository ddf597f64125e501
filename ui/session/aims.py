"""What somebody sets for an athlete on the command line: target, ceiling, feedback, pain limits."""

from __future__ import annotations

from emg.pain import PainLimits
from emg.results import Feedback
from emg.said import said_by
from emg.sets.targets import HIGHEST_PCT
from ui.session.plan import Aims
from ui.words import command_words


class AimError(ValueError):
    """What was set cannot be; the message says what can."""


def aims_of(target_pct: float | None, ceiling: str | None, feedback: str | None) -> Aims:
    """Read what was set.

    Parameters
    ----------
    target_pct : float or None
        In %MVC.
    ceiling : str or None
        ``auto``, or a number in %MVC.
    feedback : str or None
        A word of ``Feedback``.

    Raises
    ------
    AimError
        If the ceiling is neither.
    """
    chosen = None if feedback is None else Feedback(feedback)
    if ceiling is None:
        return Aims(target_pct, feedback=chosen)
    if ceiling == "auto":
        return Aims(target_pct, ceiling=True, feedback=chosen)
    try:
        ceiling_pct = float(ceiling)
    except ValueError:
        ceiling_pct = 0.0
    if not 1.0 <= ceiling_pct <= HIGHEST_PCT:
        raise AimError(command_words.CEILING_IS.format(given=ceiling, highest=f"{HIGHEST_PCT:.0f}"))
    return Aims(target_pct, ceiling=True, ceiling_pct=ceiling_pct, feedback=chosen)


def limits_of(text: str) -> PainLimits:
    """Read ``3,4``.

    Raises
    ------
    AimError
        If it is not two numbers from 0 to 10, the lower one first.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 or not all(part.isdecimal() and len(part) < 3 for part in parts):
        raise AimError(command_words.PAIN_LIMITS_ARE.format(given=text))
    try:
        return PainLimits(int(parts[0]), int(parts[1]))
    except ValueError as error:
        raise AimError(said_by(error)) from error
