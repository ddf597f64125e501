"""Boards that stream from their reset on, without being asked."""

from __future__ import annotations

import time

from tests.emulators.pty_board import BOOT_S, PtyBoard


class FreeRunningBoard(PtyBoard):
    """A board that streams as soon as it has started.

    Attributes
    ----------
    banner : bytes
        What it says first.
    """

    resets_on_open = True
    banner = b""
    _streams = False

    @property
    def streaming(self) -> bool:
        """From its start on."""
        return self._streams

    def _power_on(self, left_streaming: bool) -> None:
        if left_streaming:
            self._start()
        else:
            self._do_later(self._start_up, time.monotonic() + BOOT_S + self._banner_delay_s)

    def _start_up(self) -> None:
        self._speak(self.banner)
        self._start()

    def _start(self) -> None:
        self._streams = True
        self._begin_run()

    def _lose_power(self) -> None:
        self._streams = False

    def _hear(self, data: bytes) -> None:
        """It has no commands."""
