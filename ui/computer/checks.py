"""What can be wrong with this computer, one check a function: facts in, a finding out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from emg.said import Said
from hardware.charger import CHARGER_ADVICE
from hardware.port_advice import SLOW_LATENCY_MS, slow_adapter
from hardware.ports import PortFacts
from hardware.probe import Answer

HOURS_OF_A_SESSION: Final = 1.0
HOURS_OF_A_WEEK: Final = 10.0
WINDOW: Final = Said("window")
PORTS: Final = Said("ports")
LATENCY: Final = Said("latency timer")
PERMISSION: Final = Said("permission")
RIVALS: Final = Said("other programs")
CHARGER: Final = Said("charger")
SOUND: Final = Said("sound")
FOLDER: Final = Said("data folder")
DISK: Final = Said("disk")
CLOCK: Final = Said("clock")
LOCALE: Final = Said("locale")
VERSIONS: Final = Said("versions")
"""What is looked at; programs know it by the English name."""

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
    whole : str
        The one sentence that both were cut from, to be cut anew in another language; empty if there is none.
    """

    name: str
    state: State
    what: str
    do: str = ""
    whole: str = ""

    @classmethod
    def cut(cls, name: str, state: State, whole: str) -> Finding:
        """Make a finding of a sentence that says what there is and, behind a colon, what to do."""
        return cls(name, state, *cut(whole), whole)


# --- the window


def check_window(library_problem: str | None, display_problem: str | None) -> Finding:
    """Whether a window can be opened: without Qt's libraries it never can, without a display not now."""
    if library_problem and MISSING in library_problem:
        return Finding(WINDOW, State.BAD, library_problem, Said("Install the system library that it names."))
    if library_problem:
        return Finding.cut(WINDOW, State.BAD, library_problem)
    if display_problem:
        return Finding.cut(WINDOW, State.WARN, display_problem)
    return Finding(WINDOW, State.OK, Said("Qt and its libraries are here, and so is a display."))


def cut(sentence: str) -> tuple[str, str]:
    """Cut 'what: do' into two sentences, in whatever language it is said."""
    what, colon, do = sentence.rstrip(".").partition(": ")
    return f"{what}.", f"{do[:1].upper()}{do[1:]}." if colon else ""


# --- ports


def check_ports(ports: Sequence[PortFacts], answers: Mapping[str, Answer | None]) -> list[Finding]:
    """One finding a port: permitted, free, and what answers where that was asked."""
    if not ports:
        do = Said("Plug in the board's dongle if it has one, and run 'powerhold ports'.")
        return [Finding(PORTS, State.OK, Said("No serial port is here now."), do)]
    return [_check_port(port, answers.get(port.device)) for port in ports]


def _check_port(port: PortFacts, answer: Answer | None) -> Finding:
    name = Said("port {port}", port=port.device)
    said = port.description or Said("A serial port")
    if not port.usable:
        what = Said("{port}, which this user may not use or is not there.", port=said)
        return Finding(name, State.BAD, what, port.advice)
    if port.held_by:
        what = Said("{port}, in use by {names}.", port=said, names=port.held_by)
        return Finding(name, State.WARN, what, port.advice)
    if answer is None:
        return Finding(name, State.OK, Said("{port}, permitted and free.", port=said))
    return Finding.cut(name, State.OK if answer.board else State.WARN, answer.detail)


def check_latency(ports: Sequence[PortFacts], platform: str) -> Finding:
    """Whether an adapter holds back what it has heard."""
    slow = [port for port in ports if (port.latency_ms or 0) > SLOW_LATENCY_MS]
    if slow and slow[0].latency_ms is not None:
        return Finding.cut(LATENCY, State.WARN, slow_adapter(slow[0].device, slow[0].latency_ms))
    if platform == "linux":
        return Finding(LATENCY, State.OK, Said("No adapter here holds data back."))
    return Finding(LATENCY, State.OK, Said("BrainFlow sets the adapter itself on this system."))


def check_port_group(
    group: str, platform: str, *, listed: bool = False, logged_in: bool = False, is_root: bool = False
) -> Finding:
    """Whether the user is in the group that may use serial ports, as listed and as logged in."""
    if platform != "linux":
        return Finding(PERMISSION, State.OK, Said("Serial ports need no permission on this system."))
    if is_root:
        return Finding(PERMISSION, State.OK, Said("The superuser may use every port."))
    if logged_in:
        what = Said("This user is in the {group} group, which may use serial ports.", group=group)
        return Finding(PERMISSION, State.OK, what)
    if listed:
        what = Said("This user has joined the {group} group, but not since logging in.", group=group)
        return Finding(PERMISSION, State.WARN, what, Said("Log out and in again."))
    return Finding(
        PERMISSION,
        State.WARN,
        Said("This user is not in the {group} group, which may use serial ports.", group=group),
        Said("Run 'sudo usermod -aG {group} $USER', log out and in again.", group=group),
    )


def check_rivals(brltty: str) -> Finding:
    """Whether another program has taken an adapter away from its port."""
    if brltty:
        return Finding.cut(RIVALS, State.BAD, brltty)
    return Finding(RIVALS, State.OK, Said("No program has taken a board's adapter away."))


# --- the person and the room


def check_charger(on_battery: bool | None) -> Finding:
    """Whether the computer is on the mains."""
    if on_battery is None:
        what = Said("Whether the computer is on its charger cannot be told here.")
        return Finding(CHARGER, State.UNKNOWN, what, CHARGER_ADVICE)
    if on_battery:
        return Finding(CHARGER, State.OK, Said("The computer runs on its battery."))
    return Finding(CHARGER, State.WARN, Said("The computer is on its charger."), CHARGER_ADVICE)


def check_sound(outputs: Sequence[str], platform: str) -> Finding:
    """Whether there is anything to sound a cue on."""
    if outputs:
        return Finding(SOUND, State.OK, Said("There is {outputs}.", outputs=tuple(outputs)))
    if platform != "linux":
        what = Said("Whether there is a loudspeaker cannot be told here.")
        do = Said("If cues are not heard, look at the system's volume.")
        return Finding(SOUND, State.UNKNOWN, what, do)
    return Finding(
        SOUND,
        State.WARN,
        Said("No sound output is here: cues can be seen, not heard."),
        Said("Plug in or switch on a loudspeaker if they are to be heard."),
    )


# --- the data


def check_disk(free_bytes: int, folder: str) -> Finding:
    """How many hours of a Cyton the disk still holds."""
    hours = free_bytes / CYTON_BYTES_PER_HOUR
    room = Said("about {hours} h", hours=f"{hours:.0f}") if hours < 1000 else Said("more than 1000 h")
    what = Said("The disk of {folder} has room for {room} of recording.", folder=folder, room=room)
    do = Said("Make room on the disk, or set POWERHOLD_HOME to a folder on another.")
    if hours < HOURS_OF_A_SESSION:
        what = Said("The disk of {folder} has no room for a session.", folder=folder)
        return Finding(DISK, State.BAD, what, do)
    if hours < HOURS_OF_A_WEEK:
        return Finding(DISK, State.WARN, what, do)
    return Finding(DISK, State.OK, what)


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
            FOLDER,
            State.BAD,
            Said("Nothing can be written to {folder} ({reason}).", folder=folder, reason=problem),
            Said("Make it writable for this user, or set POWERHOLD_HOME to another folder."),
        )
    if not exists:
        return Finding(FOLDER, State.OK, Said("{folder} will be made by the first session.", folder=folder))
    if open_to_others:
        return Finding(
            FOLDER,
            State.WARN,
            Said("Other users of this computer may look into {folder}.", folder=folder),
            Said("Run 'chmod 700 {folder}'.", folder=shlex.quote(folder)),
        )
    return Finding(
        FOLDER, State.OK, Said("{folder} can be written, and read by this user only.", folder=folder)
    )


def check_clock(now_s: float, not_before_s: float) -> Finding:
    """Whether the system's clock can be right: it dates sessions, and no number depends on it."""
    day = str(datetime.fromtimestamp(now_s, UTC).date() if 0 <= now_s < 1e11 else now_s)
    # a day of grace: a package unpacked just now, in another time zone
    if not_before_s - 86_400.0 <= now_s < datetime(2100, 1, 1, tzinfo=UTC).timestamp():
        return Finding(CLOCK, State.OK, Said("The clock says {day}.", day=day))
    return Finding(
        CLOCK,
        State.WARN,
        Said("The clock says {day}, which cannot be: sessions would be filed under a wrong date.", day=day),
        Said("Set the clock of the system."),
    )


def check_locale(encoding: str) -> Finding:
    """Whether the terminal can show all that is written to it; files do not depend on it."""
    if re.sub(r"[^a-z0-9]", "", encoding.lower()) == UTF8:
        return Finding(LOCALE, State.OK, Said("The terminal can show every sign."))
    return Finding(
        LOCALE,
        State.WARN,
        Said(
            "The terminal's encoding is {encoding}: special signs may be shown as '?'.",
            encoding=encoding or Said("not known"),
        ),
        Said("Set LANG=C.UTF-8 before starting PowerHold."),
    )


# --- the versions


def check_brainflow(version: str | None, load_error: str, machine: str, platform: str) -> Finding:
    """Whether BrainFlow's own library loads, without which no Cyton opens."""
    if not load_error:
        return Finding(
            "BrainFlow", State.OK, Said("BrainFlow {version} loads its library.", version=str(version))
        )
    if platform == "linux" and machine not in ("x86_64", "AMD64"):
        return Finding(
            "BrainFlow",
            State.BAD,
            Said(
                "BrainFlow {version} brings no library for this processor ({machine}).",
                version=str(version),
                machine=machine,
            ),
            Said("Build BrainFlow from its source, or use a board that does not come through it."),
        )
    return Finding(
        "BrainFlow",
        State.BAD,
        Said("BrainFlow's library does not load ({reason}).", reason=load_error),
        Said("Install PowerHold again with 'pip install --force-reinstall powerhold'."),
    )


def check_lsl(version: str | None, load_error: str) -> Finding:
    """Whether Lab Streaming Layer is here; nobody needs it but those who ask for it."""
    if version is None:
        what = Said("Lab Streaming Layer is not installed; only --board lsl and --lsl-out need it.")
        return Finding("LSL", State.OK, what)
    if load_error:
        return Finding(
            "LSL",
            State.WARN,
            Said("Lab Streaming Layer is installed but does not load ({reason}).", reason=load_error),
            Said("Install its library liblsl if you use --board lsl or --lsl-out."),
        )
    return Finding("LSL", State.OK, Said("Lab Streaming Layer (pylsl {version}) is here.", version=version))


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
        Finding(VERSIONS, state, what, do)
        for applies, state, what, do in _known_faults(versions, python)
        if applies
    ]
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    none = Said("No version with a known fault is here: {versions}.", versions=named)
    return findings or [Finding(VERSIONS, State.OK, none)]


def _known_faults(
    versions: Mapping[str, str], python: tuple[int, ...]
) -> Collection[tuple[bool, State, str, str]]:
    qt = number_of(versions.get("PySide6-Essentials", ""))
    plots = number_of(versions.get("pyqtgraph", ""))
    tools = number_of(versions.get("setuptools", ""))
    before_312 = python < IMMORTAL_CONSTANTS
    older_qt = Said("Run 'pip install \"PySide6-Essentials<6.11\"'.")
    return (
        (
            python < NO_PYTHON_BEFORE,
            State.BAD,
            Said("Python {version} is too old for PowerHold.", version=".".join(map(str, python[:2]))),
            Said("Install Python 3.11 or newer."),
        ),
        (
            before_312 and qt[:3] == (6, 12, 0),
            State.BAD,
            Said("PySide6 6.12.0 ends the program after a minute on a Python before 3.12."),
            older_qt,
        ),
        (
            qt >= (6, 11) and () < plots < (0, 14, 1),
            State.WARN,
            Said("A figure cannot be saved as SVG with this pyqtgraph on Qt 6.11 or newer."),
            older_qt,
        ),
        (
            before_312 and tools >= (82,) and "brainflow" in versions,
            State.BAD,
            Said("BrainFlow does not find its library with setuptools 82 or newer on a Python before 3.12."),
            Said("Run 'pip install \"setuptools<82\"'."),
        ),
    )


def number_of(version: str) -> tuple[int, ...]:
    """Leading numbers of a version, for comparing: '6.12.0rc1' is (6, 12, 0); empty if there is none."""
    match = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, match[0].split("."))) if match else ()
