"""Five plain lines for the chart: what was done, the numbers, success, pain, and what limits them.

The numbers are the cells and sentences of the summary page; here they only get one line each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from emg.foreign import NotStrict, plain, read_small, strict_object
from emg.montage import Legs, Side
from emg.said import Said, said_by
from emg.session.bundle import SessionReadError
from emg.session.folder import SessionFolder
from emg.session.library import SessionDigest, read_digest
from emg.session.small_files import MAX_SUMMARY_BYTES, DigestError
from ui.kept.exercises import title_words
from ui.language import inside
from ui.reading.summary_parts import Summary, part, side_of, untested, warnings_of
from ui.reading.summary_sentences import comparisons
from ui.reading.summary_table import table
from ui.words import finding_words, home_words, practice_words, words
from ui.words.body_words import LEGS, LEGS_INSIDE

LONGEST: Final = 900
"""Characters of a line; what a person wrote into a file may be of any length."""

IMPORTED: Final = "imported"
"""Warning of a session that another program recorded."""

TRAINING_ROWS: Final = ("training", "felt", "felt_later")


def chart_note(summary: Summary, digest: SessionDigest) -> tuple[str, ...]:
    """Write the note of a session.

    Parameters
    ----------
    summary : mapping
        Content of summary.json.
    digest : SessionDigest
        When it was, what was done, and whether it was ended in order.

    Returns
    -------
    tuple of 5 str
        One line each, without a name or an id.
    """
    lines = (
        _done(summary, digest),
        home_words.NOTE_NUMBERS.format(numbers=_numbers(summary)),
        home_words.NOTE_SUCCESS.format(success=_success(summary)),
        home_words.NOTE_PAIN.format(pain=_pain(summary)),
        home_words.NOTE_LIMITS.format(limits=_limits(summary, digest)),
    )
    return tuple(plain(line, LONGEST) for line in lines)


def note_of(folder: Path) -> tuple[str, ...]:
    """Write the note of a session on disk.

    Parameters
    ----------
    folder : Path
        The session.

    Returns
    -------
    tuple of 5 str
        As ``chart_note``.

    Raises
    ------
    SessionReadError
        If it is no session, or has no summary that can be read.
    """
    path = SessionFolder(folder).summary_json
    try:
        digest = read_digest(folder)
        return chart_note(strict_object(read_small(path, MAX_SUMMARY_BYTES)), digest)
    except DigestError as error:
        raise SessionReadError(said_by(error)) from error
    except FileNotFoundError as error:
        raise SessionReadError(home_words.NO_SUMMARY.format(path=plain(str(folder), 200))) from error
    except OSError as error:
        raise SessionReadError(
            Said(
                "{path} cannot be opened ({reason}).", path=plain(str(path), 200), reason=str(error.strerror)
            )
        ) from error
    except NotStrict as error:
        raise SessionReadError(
            Said("{path} {fault}.", path=plain(str(path), 200), fault=said_by(error))
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SessionReadError(
            Said("{path} is not the summary of a session.", path=plain(str(path), 200))
        ) from error


def _done(summary: Summary, digest: SessionDigest) -> str:
    day = f"{digest.started_at.astimezone():%Y-%m-%d}"
    what = inside(title_words(digest.protocol))
    if practice_words.is_practice(summary):
        return home_words.NOTE_PRACTICE.format(day=day, what=what)
    counts = [(LEGS_INSIDE[side], side_of(summary, side).get("n_test") or 0) for side in Side]
    holds = ", ".join(home_words.HOLDS_OF_SIDE.format(leg=leg, n=n) for leg, n in counts)
    return home_words.NOTE_DONE.format(day=day, what=what, holds=holds)


def _numbers(summary: Summary) -> str:
    """Give the cells of the table that come from test holds, left beside right, then what is compared."""
    if practice_words.is_practice(summary):
        return home_words.NOTE_NOT_MEASURED
    if untested(summary):
        return home_words.NOTE_NO_NUMBERS
    others = {words.SUMMARY_ROWS["n_test"], *(finding_words.ROWS[name] for name in TRAINING_ROWS)}
    rows = [row for row in table(summary) if row[0] not in others]
    pairs = "; ".join(
        f"{title} {left} / {right}" for title, left, right in rows if {left, right} != {words.NONE}
    )
    told = home_words.NOTE_LEFT_RIGHT.format(pairs=pairs) if pairs else ""
    return _joined([told, *comparisons(summary)])


def _success(summary: Summary) -> str:
    trained = [(LEGS[side], part(side_of(summary, side), "training")) for side in Side]
    trained += [(LEGS[Legs(code)], told) for code, told in part(summary, "legs").items()]
    said = [
        f"{leg} {told_words}"
        for leg, told in trained
        if (told_words := finding_words.trained_words(told)) != words.NONE
    ]
    return _joined(said) or home_words.NOTE_NO_TRAINING


def _pain(summary: Summary) -> str:
    told = part(summary, "pain")
    parts = [
        said.format(pain=told[when])
        for when, said in finding_words.PAIN_WHEN.items()
        if told.get(when) is not None
    ]
    return ", ".join(parts) or home_words.NOTE_NO_PAIN


def _limits(summary: Summary, digest: SessionDigest) -> str:
    excluded = [
        finding_words.EXCLUDED_HOLD.format(n=one["hold"], reason=one["reason"])
        for one in summary.get("excluded") or ()
    ]
    return _joined(
        [
            home_words.NOTE_SIMULATED if digest.simulated else "",
            home_words.NOTE_IMPORTED if IMPORTED in warnings_of(summary) else "",
            "" if digest.complete else home_words.NOTE_INCOMPLETE,
            *(words.warning_words(warning) for warning in warnings_of(summary) if warning != IMPORTED),
            finding_words.EXCLUDED.format(holds=", ".join(excluded)) if excluded else "",
            home_words.NOTE_SCOPE,
        ]
    )


def _joined(parts: Iterable[str]) -> str:
    """Put sentences on one line, without their full stops."""
    return "; ".join(re.sub(r"[.]+$", "", text.strip()) for text in parts if text)
