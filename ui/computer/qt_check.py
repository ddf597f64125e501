"""Whether a window can be opened here, found out without opening one.

A missing system library or an X server that does not answer makes Qt abort the whole process, so both
are probed first. Nothing of Qt is imported when this module is.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Final

from emg.said import Said

BASE_LIBRARIES: Final[Mapping[str, str]] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""Shared libraries that every Qt window needs, and the Debian package of each."""

XCB_LIBRARIES: Final[Mapping[str, str]] = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What an X display needs besides; without one of them Qt aborts."""

WAYLAND_LIBRARIES: Final[Mapping[str, str]] = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}

NO_SCREEN_PLATFORMS: Final = frozenset({"offscreen", "minimal"})
"""Qt platforms that draw without a display."""


def qt_problem(environ: Mapping[str, str] = os.environ) -> str | None:
    """Say why no window can be opened, None if one can.

    Parameters
    ----------
    environ : mapping
        The environment that Qt will see.

    Returns
    -------
    str or None
        One sentence that says what to do: first for missing libraries, then for a missing display.
    """
    return library_problem(environ) or display_problem(environ)


def library_problem(environ: Mapping[str, str] = os.environ) -> str | None:
    """Name the Debian packages that Qt lacks here, None if it lacks none."""
    if not _installed("PySide6"):
        return Said("The window needs PySide6: install it with 'pip install PySide6-Essentials'.")
    packages = missing_packages(_needed(environ)) if sys.platform == "linux" else []
    if packages:
        return Said(
            "The window needs system libraries that are not here: "
            "install them with 'apt install {packages}'.",
            packages=" ".join(packages),
        )
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        return Said(
            "The window cannot be opened because a system library is missing: {reason}.", reason=str(error)
        )
    return None


def display_problem(environ: Mapping[str, str] = os.environ) -> str | None:
    """Say that there is no display, None if there is one (or none is needed)."""
    if sys.platform != "linux" or environ.get("QT_QPA_PLATFORM", "") in NO_SCREEN_PLATFORMS:
        return None
    display = environ.get("DISPLAY", "")
    if not display:
        if environ.get("WAYLAND_DISPLAY"):
            return None
        return Said("There is no display: set DISPLAY, or run without a window (--headless).")
    if not _x_answers(display):
        return Said(
            "The display {display} does not answer: check DISPLAY, or run without a window (--headless).",
            display=display,
        )
    return None


def missing_packages(libraries: Mapping[str, str]) -> list[str]:
    """Debian packages of those shared libraries that cannot be loaded, in order."""
    return [package for library, package in libraries.items() if not _loads(library)]


def _needed(environ: Mapping[str, str]) -> dict[str, str]:
    groups: Iterable[Mapping[str, str]]
    if environ.get("QT_QPA_PLATFORM", "") in NO_SCREEN_PLATFORMS:
        groups = (BASE_LIBRARIES,)
    elif environ.get("WAYLAND_DISPLAY") and not environ.get("DISPLAY"):
        groups = (BASE_LIBRARIES, WAYLAND_LIBRARIES)
    else:
        groups = (BASE_LIBRARIES, XCB_LIBRARIES)
    return {library: package for group in groups for library, package in group.items()}


def _installed(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _x_answers(display: str) -> bool:
    """Connect to the X server and hang up, as Qt would, but without its abort."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    refused = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not refused
