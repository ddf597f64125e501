"""A hand on a virtual X display: it opens one, sees its windows, presses keys in them and closes them.

Needs Xvfb and libX11, and nothing of what it tries.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SCREEN: Final = "1920x1080x24"
CLIENT_MESSAGE: Final = 33
KEY_PRESS: Final = (2, 1 << 0)
KEY_RELEASE: Final = (3, 1 << 1)
"""Kind of an event, and who gets it: whoever has asked for such."""

ALT: Final = 1 << 3
VIEWABLE: Final = 2
BITS_OF_A_WORD: Final = 32
ON_ERROR: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class _Attributes(ctypes.Structure):
    """The beginning of ``XWindowAttributes`` as far as the map state."""

    _fields_ = (
        ("place", ctypes.c_int * 6),
        ("visual", ctypes.c_void_p),
        ("root", ctypes.c_ulong),
        ("gravity", ctypes.c_int * 4),
        ("planes", ctypes.c_ulong * 2),
        ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong),
        ("installed", ctypes.c_int),
        ("map_state", ctypes.c_int),
        ("rest", ctypes.c_long * 16),
    )


class _Event(ctypes.Structure):
    """What every event of X begins with."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
    )


class _ClientMessage(_Event):
    """``XClientMessageEvent``, as long as any event."""

    _fields_ = (
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 16),
    )


class _Key(_Event):
    """``XKeyEvent``, as long as any event."""

    _fields_ = (
        ("root", ctypes.c_ulong),
        ("subwindow", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
        ("place", ctypes.c_int * 4),
        ("state", ctypes.c_uint),
        ("keycode", ctypes.c_uint),
        ("same_screen", ctypes.c_int),
        ("rest", ctypes.c_long * 16),
    )


class Display:
    """A connection to an X server.

    Parameters
    ----------
    name : str
        As ``:99``.
    """

    def __init__(self, name: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        for call in ("XDefaultRootWindow", "XInternAtom", "XStringToKeysym"):
            getattr(self._x, call).restype = ctypes.c_ulong
        self._on_error = ON_ERROR(lambda display, error: 0)  # a window that has gone meanwhile is no fault
        self._x.XSetErrorHandler(self._on_error)
        connection = self._x.XOpenDisplay(name.encode())
        if not connection:
            raise OSError(f"The display {name} does not answer.")
        self._display = ctypes.c_void_p(connection)

    def windows(self) -> dict[int, str]:
        """Give the windows that can be seen, with their titles."""
        root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        parent, children, count = ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        found = (ctypes.byref(ctypes.c_ulong()), ctypes.byref(parent), ctypes.byref(children))
        self._x.XQueryTree(self._display, root, *found, ctypes.byref(count))
        there = [children[number] for number in range(count.value)]
        if there:
            self._x.XFree(children)
        titles = {window: self._title(window) for window in there if self._is_seen(window)}
        return {window: title for window, title in titles.items() if title}

    def close(self, window: int) -> None:
        """Press the cross in its corner."""
        event = _ClientMessage(type=CLIENT_MESSAGE, window=window, format=BITS_OF_A_WORD)
        event.message_type = self._atom("WM_PROTOCOLS")
        event.data[0] = self._atom("WM_DELETE_WINDOW")
        self._x.XSendEvent(self._display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
        self._x.XSync(self._display, 0)

    def press(self, window: int, key: str, *, alt: bool = False) -> None:
        """Press a key and let it go, in a window; X knows it as ``Right`` or ``s``."""
        keysym = ctypes.c_ulong(self._x.XStringToKeysym(key.encode()))
        event = _Key(window=window, root=self._x.XDefaultRootWindow(self._display), same_screen=1)
        event.keycode = self._x.XKeysymToKeycode(self._display, keysym)
        event.state = ALT if alt else 0
        for kind, mask in (KEY_PRESS, KEY_RELEASE):
            event.type = kind
            self._x.XSendEvent(
                self._display, ctypes.c_ulong(window), 0, ctypes.c_long(mask), ctypes.byref(event)
            )
        self._x.XSync(self._display, 0)

    def leave(self) -> None:
        """Hang up."""
        self._x.XCloseDisplay(self._display)

    def _title(self, window: int) -> str:
        name = ctypes.c_char_p()
        self._x.XFetchName(self._display, ctypes.c_ulong(window), ctypes.byref(name))
        return (name.value or b"").decode("latin-1")

    def _is_seen(self, window: int) -> bool:
        attributes = _Attributes()
        self._x.XGetWindowAttributes(self._display, ctypes.c_ulong(window), ctypes.byref(attributes))
        return bool(attributes.map_state == VIEWABLE)

    def _atom(self, name: str) -> int:
        return int(self._x.XInternAtom(self._display, name.encode(), 0))


@contextmanager
def virtual_display() -> Iterator[str]:
    """Open a display that nobody sees; gives its name."""
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(  # noqa: S603
        words, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise OSError("Xvfb opened no display.")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
