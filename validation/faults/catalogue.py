"""The faults, one line each: what is done to the board, for how long, and when all is well again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from tests.emulators.pty_board import Life
from validation.faults.kinds import Kind

Act = Callable[[Any], None]
"""Done to an emulated board, or to whatever else misbehaves in the same words."""


class When(StrEnum):
    """When a fault strikes, which decides how it is tried."""

    HOLDING = "holding"
    OPENING = "opening"
    ALWAYS = "always"


def _nothing(board: Any) -> None:
    """Leave the board alone."""


def _switch_off(board: Any) -> None:
    """Switch the board off: its dongle, or whatever its port belongs to, stays in the computer."""
    board.silent = True


def _switch_on(board: Any) -> None:
    board.silent = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault.

    Attributes
    ----------
    name : str
        After ``--faults``.
    title : str
        On the page.
    when : When
        Inside a hold, while the board is being opened, or all the time.
    begin, end : callable
        What is done to the board, and what undoes it.
    lasts_s : float
        Between the two.
    lasts_packets : int
        Packets after that until nothing is wrong any more.
    share : float
        Share of its rate at which the board really runs.
    life : Life
        What the board is told when it is made.
    boards : tuple of str
        The only kinds that can have it; empty for all.
    stops : bool
        Nothing is delivered while it lasts.
    damages : bool
        It inserts, flips or takes away bytes.
    refused : bool
        The board cannot be opened, and the sentence that says why is what is waited for.
    """

    name: str
    title: str
    when: When = When.HOLDING
    begin: Act = _nothing
    end: Act = _nothing
    lasts_s: float = 0.0
    lasts_packets: int = 0
    share: float = 1.0
    life: Life = field(default_factory=Life)
    boards: tuple[str, ...] = ()
    stops: bool = False
    damages: bool = False
    refused: bool = False

    def can_happen_to(self, kind: Kind) -> bool:
        """Whether a kind of board can have it."""
        return self.name not in kind.without and (not self.boards or kind.name in self.boards)


def _dropped(n: int) -> Fault:
    return Fault(
        name=f"drop-{n}",
        title=f"{n} packets lost",
        begin=lambda board: board.drop(n),
        lasts_packets=n,
    )


def _held_back(seconds: float) -> Fault:
    return Fault(
        name=f"held-back-{seconds:g}",
        title=f"held back {seconds:g} s, then one burst",
        begin=lambda board: board.hold_back(seconds),
        lasts_s=seconds,
        stops=True,
    )


def _silent(seconds: float) -> Fault:
    return Fault(
        name=f"silence-{seconds:g}",
        title=f"out of range for {seconds:g} s",
        begin=lambda board: board.stop_sending(),
        end=lambda board: board.resume_sending(),
        lasts_s=seconds,
        stops=True,
    )


def _garbage(n_bytes: int) -> Fault:
    return Fault(
        name=f"garbage-{n_bytes}",
        title=f"{n_bytes} random bytes between packets",
        begin=lambda board: board.garbage(n_bytes),
        lasts_packets=1,
        damages=True,
    )


N_CORRUPT: Final = 20

FAULTS: Final = (
    Fault(name="none", title="nothing (to count false alarms)", lasts_s=1.0),
    _silent(0.6),
    _silent(4.0),
    Fault(
        name="off", title="switched off for 4 s", begin=_switch_off, end=_switch_on, lasts_s=4.0, stops=True
    ),
    _dropped(7),
    _dropped(255),
    _dropped(256),
    _dropped(257),
    _held_back(0.2),
    _held_back(0.6),
    _garbage(100),
    _garbage(500),
    Fault(
        name="lost-bytes",
        title="20 bytes lost inside a packet",
        begin=lambda board: board.lose_bytes(20),
        lasts_packets=3,
        damages=True,
    ),
    Fault(
        name="corrupt",
        title=f"a byte flipped in each of {N_CORRUPT} packets",
        begin=lambda board: board.corrupt(N_CORRUPT),
        lasts_packets=N_CORRUPT,
        damages=True,
    ),
    Fault(
        name="stuck-counter",
        title="the counter stands still for 1 s",
        begin=lambda board: board.stick_counter(on=True),
        end=lambda board: board.stick_counter(on=False),
        lasts_s=1.0,
    ),
    Fault(
        name="false-lock",
        title="the driver locks on to a wrong byte",
        begin=lambda board: board.lose_bytes(1),
        lasts_packets=1,
        damages=True,
        boards=("cyton",),
    ),
    Fault(
        name="re-plugged",
        title="pulled, and put back after 1 s at another port number",
        begin=lambda board: board.hang_up(),
        end=lambda board: board.plug_in(),
        lasts_s=1.0,
        stops=True,
    ),
    Fault(name="rate", title="runs 2.5 % too slow", when=When.ALWAYS, share=0.975),
    Fault(name="slow-banner", title="starts 1.5 s late", when=When.OPENING, life=Life(banner_delay_s=1.5)),
    Fault(
        name="left-streaming",
        title="left streaming by a crashed program",
        when=When.OPENING,
        life=Life(left_streaming=True),
    ),
    Fault(name="silent", title="nothing answers", when=When.OPENING, life=Life(silent=True), refused=True),
)
"""All of them; a new one is one more line."""


def find_fault(name: str) -> Fault:
    """Look a fault up by its name."""
    return next(fault for fault in FAULTS if fault.name == name)
