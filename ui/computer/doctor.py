"""Look at this computer: what keeps PowerHold from working, what makes it worse, and what to do.

Neither Qt nor BrainFlow is imported with this module: what is broken must not break the doctor.
"""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import stat
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Final, TypeAlias

from emg.said import Said
from hardware.charger import on_battery
from hardware.port_advice import group_of_ports, taken_by_brltty
from hardware.ports import PortFacts, list_ports
from hardware.probe import Answer, survey
from ui.computer.checks import (
    CHARGER,
    CLOCK,
    DISK,
    FOLDER,
    LOCALE,
    PERMISSION,
    PORTS,
    RIVALS,
    SOUND,
    VERSIONS,
    WINDOW,
    Finding,
    State,
    check_brainflow,
    check_charger,
    check_clock,
    check_disk,
    check_folder,
    check_latency,
    check_locale,
    check_lsl,
    check_port_group,
    check_ports,
    check_rivals,
    check_sound,
    check_versions,
    check_window,
)
from ui.computer.qt_check import display_problem, library_problem
from ui.kept.home import home

Found: TypeAlias = Finding | list[Finding]

PACKAGES: Final = ("PySide6-Essentials", "pyqtgraph", "brainflow", "setuptools", "pyserial", "numpy", "scipy")
LONGEST_REASON: Final = 120


def examine(*, ask: bool = False) -> list[Finding]:
    """Look at everything; what cannot be looked at is itself a finding.

    Parameters
    ----------
    ask : bool
        Ask at every port what answers there, which takes some seconds.
    """
    checks: Mapping[str, Callable[[], Found]] = {
        VERSIONS: lambda: check_versions(installed(PACKAGES), sys.version_info[:3]),
        WINDOW: lambda: check_window(library_problem(), display_problem()),
        "BrainFlow": _brainflow,
        PORTS: lambda: _ports(ask),
        PERMISSION: _permission,
        RIVALS: lambda: check_rivals(taken_by_brltty()),
        CHARGER: lambda: check_charger(on_battery()),
        SOUND: lambda: check_sound(sound_outputs(os.environ), sys.platform),
        FOLDER: _folder,
        DISK: lambda: check_disk(shutil.disk_usage(_nearest(home())).free, str(home())),
        CLOCK: lambda: check_clock(time.time(), _unpacked_s()),
        LOCALE: lambda: check_locale(getattr(sys.stdout, "encoding", None) or ""),
        "LSL": _lsl,
    }
    return [finding for name, check in checks.items() for finding in _guarded(name, check)]


def is_well(findings: Iterable[Finding]) -> bool:
    """Whether nothing was found that keeps PowerHold from working."""
    return all(finding.state is not State.BAD for finding in findings)


def _guarded(name: str, check: Callable[[], Found]) -> list[Finding]:
    try:
        found = check()
    except Exception as error:  # a check that falls ill must not take the others with it
        what = Said("This could not be looked at ({reason}).", reason=reason(error))
        return [Finding(name, State.UNKNOWN, what)]
    return found if isinstance(found, list) else [found]


def reason(error: Exception) -> str:
    """Return an error as a few words on one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."


def installed(packages: Iterable[str]) -> dict[str, str]:
    """Versions of those packages that are installed."""
    found = {}
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _unpacked_s() -> float:
    """When this program came to this computer; in the bundle a module is no file."""
    return Path(sys.executable if getattr(sys, "frozen", False) else __file__).stat().st_mtime


def _brainflow() -> Finding:
    problem = ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shim = importlib.import_module("brainflow.board_shim").BoardShim
            shim.get_version()
    except Exception as error:
        problem = reason(error)
    version = installed(("brainflow",)).get("brainflow")
    return check_brainflow(version, problem, platform.machine(), sys.platform)


def _lsl() -> Finding:
    version = installed(("pylsl",)).get("pylsl")
    problem = ""
    if version is not None:
        try:
            importlib.import_module("pylsl")
        except Exception as error:  # it raises what it likes where its library is missing
            problem = reason(error)
    return check_lsl(version, problem)


def _ports(ask: bool) -> list[Finding]:
    answers: dict[str, Answer | None] = {}
    if ask:
        surveyed = survey()
        ports: list[PortFacts] = [port for port, _ in surveyed]
        answers = {port.device: answer for port, answer in surveyed}
    else:
        ports = list_ports()
    return [*check_ports(ports, answers), check_latency(ports, sys.platform)]


def _permission() -> Finding:
    group = group_of_ports()
    if sys.platform == "win32":
        return check_port_group(group, sys.platform)
    import grp
    import pwd

    try:
        entry = grp.getgrnam(group)
    except KeyError:  # Arch and its kin
        group = "uucp"
        entry = grp.getgrnam(group)
    return check_port_group(
        group,
        sys.platform,
        listed=pwd.getpwuid(os.getuid()).pw_name in entry.gr_mem,
        logged_in=entry.gr_gid in (*os.getgroups(), os.getgid()),
        is_root=os.geteuid() == 0,
    )


def sound_outputs(
    environ: Mapping[str, str], cards: Path = Path("/proc/asound/cards"), run: Path = Path("/run/user")
) -> list[str]:
    """Name what could sound a cue, without opening it: sound cards, and the servers in front of them."""
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or (run / str(os.getuid() if hasattr(os, "getuid") else 0)))
    found: list[str] = []
    if cards.exists() and "no soundcards" not in cards.read_text(encoding="utf-8", errors="replace"):
        found.append(Said("a sound card"))
    if (runtime / "pipewire-0").exists():
        found.append("PipeWire")
    if environ.get("PULSE_SERVER") or (runtime / "pulse" / "native").exists():
        found.append("PulseAudio")
    return found


def _folder() -> Finding:
    folder = home()
    problem, exists, is_open = "", False, False
    try:
        nearest = _nearest(folder)
        exists = nearest == folder
        is_open = exists and os.name == "posix" and bool(stat.S_IMODE(folder.stat().st_mode) & 0o077)
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        problem = error.strerror or reason(error)
    return check_folder(str(folder), problem, exists=exists, open_to_others=is_open)


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next((place for place in (folder, *folder.parents) if place.exists()), Path())
