"""The command line of all emulators: a board that other programs can connect to, and its troubles."""

from __future__ import annotations

import argparse
import re
import signal as signals
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Protocol

import numpy as np

from hardware.simulated_faults import Fault, parse_fault
from tests.emulators.cyton_signals import AthleteSignal, ElectrodeSignal, TestSignal
from tests.emulators.pty_board import Life, PtyBoard

LOOK_S: Final = 0.2
"""Between two looks whether the first sample has been sent."""

OF_THE_WIRE: Final = frozenset({"dropped-packets", "cable-pull"})
"""Faults of the link, performed by who brings the samples; the others are in the athlete's own samples."""

_PATTERN: Final = re.compile(r"([a-z_]+)(?::(\d+))?@(\d+(?:\.\d+)?)(?:\+(\d+(?:\.\d+)?))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to misbehave.

    Attributes
    ----------
    begin : callable
        Takes the board and a number: packets, bytes, or for how many seconds.
    end : callable or None
        What puts an end to it; None for what is over at once.
    n : int
        The number unless another is asked for.
    """

    begin: Callable[[PtyBoard, float], None]
    end: Callable[[PtyBoard], None] | None = None
    n: int = 0


def _switch(name: str, on: bool) -> Callable[..., None]:
    def turn(board: PtyBoard, n: float = 0.0) -> None:
        setattr(board, name, on)

    return turn


KINDS: Final = {
    "stop_sending": Kind(lambda board, _: board.stop_sending(), PtyBoard.resume_sending),
    "freeze": Kind(lambda board, _: board.freeze(), PtyBoard.thaw),
    "stick_counter": Kind(
        lambda board, _: board.stick_counter(True), lambda board: board.stick_counter(False)
    ),
    "hang_up": Kind(lambda board, _: board.hang_up(), PtyBoard.plug_in),
    "unplug_adapter": Kind(lambda board, _: board.hang_up(powered=True), PtyBoard.plug_in),
    "silent": Kind(_switch("silent", True), _switch("silent", False)),
    "scrambled": Kind(_switch("scrambled", True), _switch("scrambled", False)),
    "hold_back": Kind(PtyBoard.hold_back),
    "drop": Kind(lambda board, n: board.drop(int(n)), n=25),
    "garbage": Kind(lambda board, n: board.garbage(int(n)), n=100),
    "lose_bytes": Kind(lambda board, n: board.lose_bytes(int(n)), n=1),
    "corrupt": Kind(lambda board, n: board.corrupt(int(n)), n=1),
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A misbehaviour that was asked for, in seconds after the first sample was sent."""

    what: str
    n: int
    start_s: float
    length_s: float | None


def parse_trouble(text: str) -> Trouble:
    """Read ``WHAT[:N]@START[+LENGTH]``.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none; the message says what can be asked for.
    """
    match = _PATTERN.fullmatch(text)
    if match is None or match[1] not in KINDS:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not WHAT[:N]@START[+LENGTH] with one of {', '.join(KINDS)}, "
            "for example hang_up@20+5 or drop:256@10"
        )
    what, n, start, length = match.groups()
    return Trouble(what, int(n or KINDS[what].n), float(start), None if length is None else float(length))


def parse_athlete_fault(text: str) -> Fault:
    """Read a fault of the athlete or his electrodes; the wire has its own troubles here.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none of these.
    """
    try:
        fault = parse_fault(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if fault.name in OF_THE_WIRE:
        raise argparse.ArgumentTypeError(f"{fault.name} is not of the athlete: use --misbehave, see below")
    return fault


def schedule(troubles: Iterable[Trouble]) -> list[tuple[float, str, Callable[[PtyBoard], None]]]:
    """Return what is to be done when, in order: seconds, what it is called, and how it is done."""
    todo: list[tuple[float, str, Callable[[PtyBoard], None]]] = []
    for trouble in troubles:
        kind = KINDS[trouble.what]
        todo.append((trouble.start_s, trouble.what, _beginning(trouble)))
        if kind.end is not None and trouble.length_s is not None:
            todo.append((trouble.start_s + trouble.length_s, f"end of {trouble.what}", kind.end))
    return sorted(todo, key=lambda entry: entry[0])


def _beginning(trouble: Trouble) -> Callable[[PtyBoard], None]:
    kind = KINDS[trouble.what]
    amount = trouble.n if kind.n else trouble.length_s or 0.0
    return lambda board: kind.begin(board, amount)


class Electrodes(Protocol):
    """Make the electrode signal that was asked for."""

    def __call__(self, fs_hz: float, n_channels: int, *, on_session_clock: bool = True) -> ElectrodeSignal:
        """Return a signal at a rate; see ``AthleteSignal`` for the session's clock."""
        ...


def _electrodes(options: argparse.Namespace) -> Electrodes:
    def make(fs_hz: float, n_channels: int, *, on_session_clock: bool = True) -> ElectrodeSignal:
        if options.signal == "test":
            return TestSignal(options.seed, fs_hz, n_channels)
        return AthleteSignal(options.seed, options.follow, options.fault, fs_hz, n_channels, on_session_clock)

    return make


def main(
    name: str,
    description: str | None,
    make: Callable[[argparse.Namespace, Electrodes, Life], PtyBoard],
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None,
) -> None:
    """Print the port as the first line, and stream until interrupted or terminated.

    Parameters
    ----------
    name, description : str
        Of the emulator.
    make : callable
        Makes the board from its options.
    add_options : callable
        Adds those that only this board has.
    """
    parser = argparse.ArgumentParser(prog=f"python -m tests.emulators.{name}", description=description)
    parser.add_argument("--signal", choices=("test", "athlete"), default="test")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        type=parse_athlete_fault,
        help="fault of the simulated athlete",
    )
    parser.add_argument("--follow", type=Path, help="folder of sessions whose newest coach is heard")
    parser.add_argument("--sent", type=Path, help="file for the counts sent since the last start, .npy")
    parser.add_argument("--link", type=Path, help="symbolic link to the port")
    parser.add_argument("--banner-delay", type=float, default=0.0, metavar="S", help="a slow board")
    parser.add_argument("--chunk", type=float, default=0.0, metavar="S", help="an adapter that collects")
    parser.add_argument("--left-streaming", action="store_true", help="as a crashed program leaves it")
    parser.add_argument("--silent", action="store_true", help="sends and answers nothing")
    parser.add_argument(
        "--misbehave",
        action="append",
        default=[],
        type=parse_trouble,
        metavar="WHAT[:N]@START[+LENGTH]",
        help=f"seconds after the first sample; one of {', '.join(KINDS)}",
    )
    add_options(parser)
    options = parser.parse_args()
    life = Life(
        link=options.link,
        silent=options.silent,
        left_streaming=options.left_streaming,
        banner_delay_s=options.banner_delay,
        chunk_s=options.chunk,
    )
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signals.signal(signals.SIGTERM, end)
    signals.signal(signals.SIGINT, end)
    with make(options, _electrodes(options), life) as board:
        sys.stdout.write(f"{board.port}\n")
        sys.stdout.flush()
        _misbehave(board, options.misbehave, stop)
        stop.wait()
        if options.sent is not None:
            np.save(options.sent, board.sent_counts())


def _misbehave(board: PtyBoard, troubles: Iterable[Trouble], stop: threading.Event) -> None:
    """Do what was asked for at its time, and say so."""
    todo = schedule(troubles)
    while todo and not stop.is_set() and not board.wait_sent(1, LOOK_S):
        pass
    start_s = time.monotonic()
    for due_s, what, act in todo:
        if stop.wait(max(0.0, start_s + due_s - time.monotonic())):
            return
        act(board)
        sys.stderr.write(f"{due_s:g} s: {what}\n")
        sys.stderr.flush()
