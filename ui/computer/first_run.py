"""What is looked at when the program is started for the first time: five lines, each with a mark.

``powerhold doctor`` looks at more, and says what to do; this is what matters before the first electrode.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

from hardware.boards import BOARDS
from hardware.ports import PortFacts
from hardware.probe import Answer
from ui.computer.doctor import sound_outputs
from ui.kept.home import home
from ui.words import first_run_words as words
from ui.words.told import told

PORTAUDIO: Final = "libportaudio.so.2"
LONGEST_FOLDER: Final = 48
"""Letters of a folder that are shown; of a longer one its end."""

Asked: TypeAlias = Sequence[tuple[PortFacts, Answer | None]]
"""The ports, and what answers there."""


class Mark(StrEnum):
    """How a line came out."""

    GOOD = "good"
    LOOK = "look"
    OPEN = "open"


class Hearing(StrEnum):
    """What there is to hear with."""

    GOOD = "good"
    NO_LIBRARY = "no_library"
    NO_OUTPUT = "no_output"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page.

    Attributes
    ----------
    name : str
        What was looked at: a key of ``first_run_words.NAMES``.
    mark : Mark
        How it came out.
    sentence : str
        What there is to know.
    """

    name: str
    mark: Mark
    sentence: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of this computer, besides battery and ports.

    Attributes
    ----------
    hearing : Hearing
        Whether sounds can be heard.
    folder : str
        Where sessions lie, as people read it.
    refusal : str
        Why nothing can be written there; empty if something can.
    """

    hearing: Hearing
    folder: str
    refusal: str = ""


def look() -> Facts:
    """Look at this computer; nothing is asked of ports or of the sound device."""
    folder = home()
    return Facts(_hearing(os.environ), shown_folder(folder), _refusal(folder))


def lines(facts: Facts, battery: bool | None, asked: Asked | None) -> tuple[Line, ...]:
    """Say in five lines what was found.

    Parameters
    ----------
    facts : Facts
        As ``look`` gives them.
    battery : bool or None
        Whether the computer runs on its battery; None where the system does not say.
    asked : sequence or None
        What answers at the ports; None while they are being asked.
    """
    return (
        _battery(battery),
        _board(asked),
        _permission(asked),
        _sound(facts.hearing),
        _files(facts.folder, facts.refusal),
    )


def shown_folder(folder: Path) -> str:
    """Write a folder so that it fits into a line."""
    try:
        text = str(Path("~") / folder.relative_to(Path.home()))
    except (RuntimeError, ValueError):
        text = str(folder)
    return text if len(text) <= LONGEST_FOLDER else f"...{text[-LONGEST_FOLDER:]}"


def _battery(battery: bool | None) -> Line:
    marks = {True: Mark.GOOD, False: Mark.LOOK, None: Mark.OPEN}
    return Line("battery", marks[battery], words.BATTERY[battery])


def _board(asked: Asked | None) -> Line:
    if asked is None:
        return Line("board", Mark.OPEN, words.BOARD_ASKING)
    for port, answer in asked:
        board = BOARDS.get(answer.board or "") if answer is not None else None
        if board is not None:
            sentence = words.BOARD_FOUND.format(title=told(board.title), port=port.device)
            return Line("board", Mark.GOOD, sentence)
    return Line("board", Mark.OPEN, words.BOARD_NONE)


def _permission(asked: Asked | None) -> Line:
    """Judge the ports that are there: without one nobody knows who may use it."""
    ports = [port for port, _answer in asked or ()]
    refused = [port.device for port in ports if not port.usable]
    if refused:
        return Line("permission", Mark.LOOK, words.PORTS_REFUSED.format(port=refused[0]))
    if ports:
        return Line("permission", Mark.GOOD, words.PORTS_GOOD)
    return Line("permission", Mark.OPEN, words.PORTS_NONE)


def _sound(hearing: Hearing) -> Line:
    lines = {
        Hearing.GOOD: (Mark.GOOD, words.SOUND_GOOD),
        Hearing.NO_LIBRARY: (Mark.LOOK, words.SOUND_LIBRARY),
        Hearing.NO_OUTPUT: (Mark.LOOK, words.SOUND_NO_OUTPUT),
        Hearing.UNKNOWN: (Mark.OPEN, words.SOUND_UNKNOWN),
    }
    return Line("sound", *lines[hearing])


def _files(folder: str, refusal: str) -> Line:
    if refusal:
        return Line("files", Mark.LOOK, words.FILES_REFUSED.format(folder=folder, reason=refusal))
    return Line("files", Mark.GOOD, words.FILES_GOOD.format(folder=folder))


def _hearing(environ: Mapping[str, str]) -> Hearing:
    """Tell what there is to hear with, without opening it."""
    if sys.platform != "linux":
        return Hearing.UNKNOWN
    try:
        ctypes.CDLL(PORTAUDIO)
    except OSError:
        return Hearing.NO_LIBRARY
    return Hearing.GOOD if sound_outputs(environ) else Hearing.NO_OUTPUT


def _refusal(folder: Path) -> str:
    """Say why nothing can be written to a folder that may not be there yet; empty if something can."""
    nearest = next((place for place in (folder, *folder.parents) if place.exists()), Path())
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return ""
    except OSError as error:
        return error.strerror or type(error).__name__
