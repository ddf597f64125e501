"""What can be wrong with this computer, one check a function: facts in, a finding out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from hardware.port_advice import SLOW_LATENCY_MS, slow_adapter
from hardware.port_power import CHARGER_ADVICE
from hardware.ports import PortFacts
from hardware.probe import Answer

HOURS_OF_A_SESSION: Final = 1.0
HOURS_OF_A_WEEK: Final = 10.0
CYTON_BYTES_PER_HOUR: Final = 3 * (15 * 25 + 60) * 10 * 3600
"""raw.bdf of a Cyton: 15 channels of 25 samples and 60 for annotations ten times a second, 24 bits each."""

MISSING: Final = "because a system library is missing"
UTF8: Final = "utf8"
NO_PYTHON_BEFORE: Final = (3, 11)
IMMORTAL_CONSTANTS: Final = (3, 12)
"""From this Python on None and True are not counted, and importlib.resources takes a module."""


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor.

    Attributes
    ----------
    name : str
        What was looked at.
    state : State
        ``bad`` is what keeps PowerHold from working, ``warn`` what makes it worse.
    what : str
        What was found, one sentence.
    do : str
        What to do about it; empty if nothing.
    """

    name: str
    state: State
    what: str
    do: str = ""


# --- the window


def check_window(library_problem: str | None, display_problem: str | None) -> Finding:
    """Whether a window can be opened: without Qt's libraries it never can, without a display not now."""
    if library_problem and MISSING in library_problem:
        return Finding("window", State.BAD, library_problem, "Install the system library that it names.")
    if library_problem:
        what, do = _split(library_problem)
        return Finding("window", State.BAD, what, do)
    if display_problem:
        what, do = _split(display_problem)
        return Finding("window", State.WARN, what, do)
    return Finding("window", State.OK, "Qt and its libraries are here, and so is a display.")


def _split(sentence: str) -> tuple[str, str]:
    """Cut 'what: do' into two sentences."""
    what, colon, do = sentence.rstrip(".").partition(": ")
    return f"{what}.", f"{do[:1].upper()}{do[1:]}." if colon else ""


# --- ports


def check_ports(ports: Sequence[PortFacts], answers: Mapping[str, Answer | None]) -> list[Finding]:
    """One finding a port: permitted, free, and what answers where that was asked."""
    if not ports:
        do = "Plug in the board's dongle if it has one, and run 'powerhold ports'."
        return [Finding("ports", State.OK, "No serial port is here now.", do)]
    return [_check_port(port, answers.get(port.device)) for port in ports]


def _check_port(port: PortFacts, answer: Answer | None) -> Finding:
    name = f"port {port.device}"
    said = port.description or "A serial port"
    if not port.usable:
        return Finding(name, State.BAD, f"{said}, which this user may not use or is not there.", port.advice)
    if port.held_by:
        return Finding(name, State.WARN, f"{said}, in use by {', '.join(port.held_by)}.", port.advice)
    if answer is None:
        return Finding(name, State.OK, f"{said}, permitted and free.")
    what, do = _split(answer.detail)
    return Finding(name, State.OK if answer.board else State.WARN, what, do)


def check_latency(ports: Sequence[PortFacts], platform: str) -> Finding:
    """Whether an adapter holds back what it has heard."""
    slow = [port for port in ports if (port.latency_ms or 0) > SLOW_LATENCY_MS]
    if slow and slow[0].latency_ms is not None:
        what, do = _split(slow_adapter(slow[0].device, slow[0].latency_ms))
        return Finding("latency timer", State.WARN, what, do)
    if platform == "linux":
        return Finding("latency timer", State.OK, "No adapter here holds data back.")
    return Finding("latency timer", State.OK, "BrainFlow sets the adapter itself on this system.")


def check_port_group(
    group: str, platform: str, *, listed: bool = False, logged_in: bool = False, is_root: bool = False
) -> Finding:
    """Whether the user is in the group that may use serial ports, as listed and as logged in."""
    name = "permission"
    if platform != "linux":
        return Finding(name, State.OK, "Serial ports need no permission on this system.")
    if is_root:
        return Finding(name, State.OK, "The superuser may use every port.")
    if logged_in:
        return Finding(name, State.OK, f"This user is in the {group} group, which may use serial ports.")
    if listed:
        return Finding(
            name,
            State.WARN,
            f"This user has joined the {group} group, but not since logging in.",
            "Log out and in again.",
        )
    return Finding(
        name,
        State.WARN,
        f"This user is not in the {group} group, which may use serial ports.",
        f"Run 'sudo usermod -aG {group} $USER', log out and in again.",
    )


def check_rivals(brltty: str) -> Finding:
    """Whether another program has taken an adapter away from its port."""
    if brltty:
        what, do = _split(brltty)
        return Finding("other programs", State.BAD, what, do)
    return Finding("other programs", State.OK, "No program has taken a board's adapter away.")


# --- the person and the room


def check_charger(charging: bool | None) -> Finding:
    """Whether the computer is on the mains."""
    if charging is None:
        what = "Whether the computer is on its charger cannot be told here."
        return Finding("charger", State.UNKNOWN, what, CHARGER_ADVICE)
    if charging:
        return Finding("charger", State.WARN, "The computer is on its charger.", CHARGER_ADVICE)
    return Finding("charger", State.OK, "The computer runs on its battery.")


def check_sound(outputs: Sequence[str], platform: str) -> Finding:
    """Whether there is anything to sound a cue on."""
    if outputs:
        return Finding("sound", State.OK, f"There is {' and '.join(outputs)}.")
    if platform != "linux":
        what = "Whether there is a loudspeaker cannot be told here."
        return Finding("sound", State.UNKNOWN, what, "If cues are not heard, look at the system's volume.")
    return Finding(
        "sound",
        State.WARN,
        "No sound output is here: cues can be seen, not heard.",
        "Plug in or switch on a loudspeaker if they are to be heard.",
    )


# --- the data


def check_disk(free_bytes: int, folder: str) -> Finding:
    """How many hours of a Cyton the disk still holds."""
    hours = free_bytes / CYTON_BYTES_PER_HOUR
    room = f"about {hours:.0f} h" if hours < 1000 else "more than 1000 h"
    what = f"The disk of {folder} has room for {room} of recording."
    do = "Make room on the disk, or set POWERHOLD_HOME to a folder on another."
    if hours < HOURS_OF_A_SESSION:
        return Finding("disk", State.BAD, f"The disk of {folder} has no room for a session.", do)
    if hours < HOURS_OF_A_WEEK:
        return Finding("disk", State.WARN, what, do)
    return Finding("disk", State.OK, what)


def check_folder(folder: str, problem: str, *, exists: bool, open_to_others: bool) -> Finding:
    """Whether recordings can be written, and read by nobody else.

    Parameters
    ----------
    folder : str
        The data folder.
    problem : str
        Why nothing can be written there; empty if something can.
    exists : bool
        Whether it has been made.
    open_to_others : bool
        Whether another user may look into it.
    """
    if problem:
        return Finding(
            "data folder",
            State.BAD,
            f"Nothing can be written to {folder} ({problem}).",
            "Make it writable for this user, or set POWERHOLD_HOME to another folder.",
        )
    if not exists:
        return Finding("data folder", State.OK, f"{folder} will be made by the first session.")
    if open_to_others:
        return Finding(
            "data folder",
            State.WARN,
            f"Other users of this computer may look into {folder}.",
            f"Run 'chmod 700 {shlex.quote(folder)}'.",
        )
    return Finding("data folder", State.OK, f"{folder} can be written, and read by this user only.")


def check_clock(now_s: float, not_before_s: float) -> Finding:
    """Whether the system's clock can be right: it dates sessions, and no number depends on it."""
    day = datetime.fromtimestamp(now_s, UTC).date() if 0 <= now_s < 1e11 else now_s
    # a day of grace: a package unpacked just now, in another time zone
    if not_before_s - 86_400.0 <= now_s < datetime(2100, 1, 1, tzinfo=UTC).timestamp():
        return Finding("clock", State.OK, f"The clock says {day}.")
    return Finding(
        "clock",
        State.WARN,
        f"The clock says {day}, which cannot be: sessions would be filed under a wrong date.",
        "Set the clock of the system.",
    )


def check_locale(encoding: str) -> Finding:
    """Whether the terminal can show all that is written to it; files do not depend on it."""
    if re.sub(r"[^a-z0-9]", "", encoding.lower()) == UTF8:
        return Finding("locale", State.OK, "The terminal can show every sign.")
    return Finding(
        "locale",
        State.WARN,
        f"The terminal's encoding is {encoding or 'not known'}: special signs may be shown as '?'.",
        "Set LANG=C.UTF-8 before starting PowerHold.",
    )


# --- the versions


def check_brainflow(version: str | None, load_error: str, machine: str, platform: str) -> Finding:
    """Whether BrainFlow's own library loads, without which no Cyton opens."""
    if not load_error:
        return Finding("BrainFlow", State.OK, f"BrainFlow {version} loads its library.")
    if platform == "linux" and machine not in ("x86_64", "AMD64"):
        return Finding(
            "BrainFlow",
            State.BAD,
            f"BrainFlow {version} brings no library for this processor ({machine}).",
            "Build BrainFlow from its source, or use a board that does not come through it.",
        )
    return Finding(
        "BrainFlow",
        State.BAD,
        f"BrainFlow's library does not load ({load_error}).",
        "Install PowerHold again with 'pip install --force-reinstall powerhold'.",
    )


def check_lsl(version: str | None, load_error: str) -> Finding:
    """Whether Lab Streaming Layer is here; nobody needs it but those who ask for it."""
    if version is None:
        return Finding(
            "LSL", State.OK, "Lab Streaming Layer is not installed; only --board lsl and --lsl-out need it."
        )
    if load_error:
        return Finding(
            "LSL",
            State.WARN,
            f"Lab Streaming Layer is installed but does not load ({load_error}).",
            "Install its library liblsl if you use --board lsl or --lsl-out.",
        )
    return Finding("LSL", State.OK, f"Lab Streaming Layer (pylsl {version}) is here.")


def check_versions(versions: Mapping[str, str], python: tuple[int, ...]) -> list[Finding]:
    """Versions with faults that have been seen; one finding each, or one that there is none.

    Parameters
    ----------
    versions : mapping of str to str
        Installed packages and their versions, among them PySide6-Essentials, pyqtgraph, brainflow
        and setuptools.
    python : tuple of int
        Version of Python.
    """
    findings = [
        Finding("versions", state, what, do)
        for applies, state, what, do in _known_faults(versions, python)
        if applies
    ]
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return findings or [Finding("versions", State.OK, f"No version with a known fault is here: {named}.")]


def _known_faults(
    versions: Mapping[str, str], python: tuple[int, ...]
) -> Collection[tuple[bool, State, str, str]]:
    qt = number_of(versions.get("PySide6-Essentials", ""))
    plots = number_of(versions.get("pyqtgraph", ""))
    tools = number_of(versions.get("setuptools", ""))
    before_312 = python < IMMORTAL_CONSTANTS
    older_qt = "Run 'pip install \"PySide6-Essentials<6.11\"'."
    return (
        (
            python < NO_PYTHON_BEFORE,
            State.BAD,
            f"Python {'.'.join(map(str, python[:2]))} is too old for PowerHold.",
            "Install Python 3.11 or newer.",
        ),
        (
            before_312 and qt[:3] == (6, 12, 0),
            State.BAD,
            "PySide6 6.12.0 ends the program after a minute on a Python before 3.12.",
            older_qt,
        ),
        (
            qt >= (6, 11) and () < plots < (0, 14, 1),
            State.WARN,
            "A figure cannot be saved as SVG with this pyqtgraph on Qt 6.11 or newer.",
            older_qt,
        ),
        (
            before_312 and tools >= (82,) and "brainflow" in versions,
            State.BAD,
            "BrainFlow does not find its library with setuptools 82 or newer on a Python before 3.12.",
            "Run 'pip install \"setuptools<82\"'.",
        ),
    )


def number_of(version: str) -> tuple[int, ...]:
    """Leading numbers of a version, for comparing: '6.12.0rc1' is (6, 12, 0); empty if there is none."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()
