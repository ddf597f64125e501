"""What keys and buttons do, whichever window they come from."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeyEvent

from emg.codes import CommandKind
from emg.live_view import LiveView
from emg.question import READ_S
from emg.results import Presser
from ui.desktop.keys import COMMANDS, Action, KeyReader, Press
from ui.reading.muscles import Clock
from ui.session.front import SessionControl
from ui.words import key_words, words

ASKED_ONCE: Final[Mapping[Action, str]] = {
    Action.END: words.ASK_END,
    Action.CALIBRATE: words.ASK_CALIBRATE,
}
"""What one key press must not do by itself."""

GOES_ON: Final = frozenset({Action.NEXT, Action.START, Action.PAUSE})
"""Keys that people go on with after a fault of the program."""

AT_ONCE: Final = frozenset(
    {Action.PAUSE, Action.FOOT_DOWN, Action.ENOUGH, Action.BACK, Action.FELT, Action.END}
)
"""Keys that act also where they take the help away: who is in need presses once."""

PAUSE_AGAIN_S: Final = 0.5
"""A fault that goes on asks this often for the pause that has not come yet; every one is recorded."""

FIRST_MARKER: Final = 1
"""Marker of a button, which says no number."""


class Host(Protocol):
    """What a window does itself with a key that it heard."""

    def toggle_full_screen(self) -> None:
        """Fill the screen, or give it back."""
        ...

    def show_help(self) -> None:
        """Show the keys."""
        ...

    def leave_help(self) -> bool:
        """Take the keys away; False if they were not shown."""
        ...

    def switch(self) -> None:
        """Show the other page, or the other window."""
        ...

    def show_pictures(self) -> None:
        """Show the sets so far."""
        ...

    def write_note(self) -> None:
        """Put the keyboard where notes are written."""
        ...


class SoundSwitch(Protocol):
    """The sound, as far as keys and a badge go."""

    @property
    def problem(self) -> str:
        """Why there is none, in a sentence; empty if all is well."""
        ...

    @property
    def muted(self) -> bool:
        """Whether somebody has turned it off."""
        ...

    def toggle_mute(self) -> None:
        """Turn it off or on."""
        ...

    def toggle_tone(self) -> None:
        """Turn the tone that follows the glute off or on."""
        ...


class Controls(QObject):
    """Turns keys into commands; all windows of a session share one.

    Parameters
    ----------
    control : SessionControl
        Where commands go.
    clock : callable
        Host time in seconds.
    sound : SoundSwitch or None
        What M and T turn; None without sound.

    Signals
    -------
    prompted(str)
        The sentence that stands above everything now, empty for none.
    end_asked()
        Somebody is about to end the session: what is to be kept must be given now.
    sound_changed(str)
        The badge, empty for none.
    report_wanted(), left(bool)
        Somebody wants a report of what went wrong; leaves the windows, True for a new session.

    Attributes
    ----------
    view : LiveView
        The newest one.
    ending, ended : bool
        Whether the session is being saved, and is over.
    """

    prompted = Signal(str)
    end_asked = Signal()
    sound_changed = Signal(str)
    report_wanted = Signal()
    left = Signal(bool)

    def __init__(
        self,
        control: SessionControl,
        *,
        clock: Clock = time.monotonic,
        sound: SoundSwitch | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._control = control
        self._clock = clock
        self._keys = KeyReader(clock)
        self._sound = sound
        self._asking: Action | None = None
        self._troubled = self._gone = False
        self._prompt = self._badge = ""
        self._ended_at_s = 0.0
        self._paused_at_s = float("-inf")
        self.view = LiveView()
        self.ending = False
        self.ended = False

    @property
    def prompt(self) -> str:
        """The sentence that stands above everything, empty for none."""
        if self.ended:
            return ""
        if self.ending:
            return words.ENDING
        if self._asking:
            return ASKED_ONCE[self._asking]
        return key_words.PROBLEM_ATHLETE if self._troubled else ""

    @property
    def badge(self) -> str:
        """What there is to know about the sound, empty if it sounds."""
        if self._sound is None:
            return ""
        return self._sound.problem or (key_words.MUTED if self._sound.muted else "")

    # what happens

    def see(self, view: LiveView) -> None:
        """Know what the session shows."""
        self.view = view

    def end(self) -> None:
        """Know that the session is over; told by each window."""
        if self.ended:
            return
        self.ended = True
        self._asking, self._troubled = None, False
        self._ended_at_s = self._clock()
        self._tell()

    def trouble(self) -> None:
        """Pause the session because something in the program has failed; it goes on with Next.

        What fails in every paint comes here as often; it is paused again as soon as it runs again.
        """
        if self.ended:
            return
        now_s = self._clock()
        runs = not self.view.paused and now_s - self._paused_at_s >= PAUSE_AGAIN_S
        if not self._troubled or runs:
            self._paused_at_s = now_s
            self._asking = None
            self._control.post(CommandKind.PAUSE)
        self._troubled = True
        self._tell()

    def follow_sound(self) -> None:
        """Tell the windows if the badge has changed."""
        if self.badge != self._badge:
            self._badge = self.badge
            self.sound_changed.emit(self._badge)

    # what people do

    def hear(self, event: QKeyEvent, host: Host) -> bool:
        """Do what a key says; False if it says nothing."""
        press = self._keys.read(event, asks=bool(self.view.stage.asks) and not self.ended)
        if press is None:
            return False
        self._do(press, host)
        return True

    def do(self, action: Action, host: Host) -> None:
        """Do what a button says."""
        self._do(Press(action, FIRST_MARKER if action is Action.MARK else None), host)

    def typed(self) -> None:
        """Know of an Enter or Esc that was no key of the session: where it bounces it is none either."""
        self._keys.took(Action.NEXT)
        self._keys.took(Action.PAUSE)

    def note(self, text: str) -> None:
        """Keep what somebody wrote."""
        if text.strip() and not self.ended:
            self._control.post(CommandKind.NOTE, text=text.strip())

    def may_close(self) -> bool:
        """Tell whether a window may close: after the end. Before it, ask once, then end and save.

        Who closes while it is being saved is let go: saving does not need the window.
        """
        if self.ended or self.ending:
            return True
        if self._asking is Action.END:
            self._end()
        else:
            self._ask(Action.END)
        return False

    def leave(self, *, again: bool) -> None:
        """Leave the windows of this session, once."""
        if not self._gone:
            self._gone = True
            self.left.emit(again)

    def _do(self, press: Press, host: Host) -> None:
        if host.leave_help():
            if self.ended or not (press.action in AT_ONCE or press.by is Presser.ATHLETE):
                return
            self._asking = None  # nobody has seen a question behind the help
        if self._of_the_window(press.action, host):
            return
        if self.ended:
            self._after_end(press.action)
        elif self._asking:
            self._answer(press)
        else:
            self._act(press)
        self._tell()

    def _of_the_window(self, action: Action, host: Host) -> bool:
        """Do what has nothing to do with the session; False if it has."""
        match action:
            case Action.FULL_SCREEN:
                host.toggle_full_screen()
            case Action.HELP:
                host.show_help()
            case Action.SWITCH:
                host.switch()
            case Action.PICTURES:
                host.show_pictures()
            case Action.NOTE:
                host.write_note()
            case Action.REPORT:
                self.report_wanted.emit()
            case Action.MUTE | Action.TONE:
                self._turn(action)
            case _:
                return False
        return True

    def _turn(self, action: Action) -> None:
        if self._sound is None:
            return
        if action is Action.MUTE:
            self._sound.toggle_mute()
        else:
            self._sound.toggle_tone()
        self.follow_sound()

    def _act(self, press: Press) -> None:
        action, command = press.action, COMMANDS.get(press.action)
        if action in GOES_ON:
            self._troubled = False
        # where nothing is calibrated there is nothing to lose by it
        if action is Action.END or (action is Action.CALIBRATE and self.view.calibrated):
            self._ask(action)
        elif action is Action.PAUSE or (action is Action.START and self.view.paused):
            self._control.post(CommandKind.RESUME if self.view.paused else CommandKind.PAUSE)
        elif command is not None:
            self._control.post(command, press.value, press.by)

    def _after_end(self, action: Action) -> None:
        """Leave the summary; a key that was meant for the last hold does not."""
        if self._clock() - self._ended_at_s < READ_S:
            return
        if action in (Action.NEXT, Action.START):
            self.leave(again=True)
        elif action in (Action.END, Action.PAUSE):
            self.leave(again=False)

    def _answer(self, press: Press) -> None:
        """Do it on a second press; any other key goes on, and acts unless it was only the way out."""
        asked, self._asking = self._asking, None
        if press.action is not asked:
            if press.action is not Action.PAUSE:
                self._act(press)
        elif asked is Action.END:
            self._end()
        else:
            self._control.post(COMMANDS[asked])

    def _ask(self, action: Action) -> None:
        if not self.ending:
            self._asking = action
            if action is Action.END:
                self.end_asked.emit()
        self._tell()

    def _end(self) -> None:
        self._asking = None
        self.ending = True
        self._control.stop()
        self._tell()

    def _tell(self) -> None:
        if self.prompt != self._prompt:
            self._prompt = self.prompt
            self.prompted.emit(self._prompt)
