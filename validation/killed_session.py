"""The session of a trial, a child process: it tells how much was sent, and what it said of saving."""

from __future__ import annotations

import json
import mmap
import signal
import struct
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from calibrations.calibration import Calibration, SiteRecord
from emg.blocks import SampleBlock, Source, StreamInfo
from emg.codes import CommandKind, EventKind
from emg.live_view import LiveView
from emg.montage import FOUR_SITES, Side
from emg.protocols import load_protocol
from emg.results import Method, Presser
from emg.stage import Command, Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from ui.assembly import SessionRunner
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan, chain_settings
from ui.session.records import chain_record
from ui.session.watchers import Silent

TIMING: Final = {
    "stand_up_s": 0.5,
    "prepare_s": 0.5,
    "quiet_s": 0.5,
    "set_after_s": 0.5,
    "wait_limit_s": 2.0,
    "hold_s": 3.0,
    "rest_between_holds_s": 1.0,
    "rest_between_sides_s": 1.5,
}
COUNT: Final = struct.Struct("<q")


@dataclass(frozen=True, slots=True)
class Job:
    """What session to run.

    Attributes
    ----------
    parent, counter : str
        Folder of the session's folder, and the file that is told how many samples were sent.
    seed : int
        Of the simulated athlete.
    fs_hz, speed : float
        Rate, and how many times faster than a real board.
    faults : tuple of str
        What goes wrong.
    calibrated, checks : bool
        Brings a calibration along; checks contact and sides.
    again : str
        Stage in which the maxima are measured anew; empty for none.
    said : str
        File for what it says of saving, a line of JSON each; empty for none.
    """

    parent: str
    counter: str
    seed: int
    fs_hz: float
    speed: float
    faults: tuple[str, ...] = ()
    calibrated: bool = True
    checks: bool = False
    again: str = ""
    said: str = ""

    def to_json(self) -> str:
        """Text for the command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read it back."""
        told = json.loads(text)
        return cls(**{**told, "faults": tuple(told["faults"])})


class Counted:
    """A source that says in a shared file how far it has come; a board, which never waits.

    What is in the file outlives the process, at any moment.
    """

    paced = True

    def __init__(self, source: Source, path: Path) -> None:
        self._source = source
        self._n_sent = 0
        with path.open("r+b") as file:
            self._told = mmap.mmap(file.fileno(), COUNT.size)

    def open(self) -> StreamInfo:
        """Start streaming."""
        return self._source.open()

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Give the next block, and count it as sent."""
        block = self._source.read(timeout_s)
        if block is not None:
            self._n_sent += block.n_samples  # what a pulled cable never sent cannot be lost here
            COUNT.pack_into(self._told, 0, self._n_sent)
        return block

    def close(self) -> None:
        """Stop."""
        self._source.close()


class Insistent(Athlete):
    """The simulated athlete, and somebody who begins the session and may want the maxima anew."""

    again = ""
    begins = False

    def speak_to(self, post: Callable[[Command], None]) -> None:
        """Take the door by which he is heard."""
        super().speak_to(post)
        if self.begins:
            at = round(0.2 * self.fs_hz)
            post(Command(CommandKind.START, applied_sample=at, by=Presser.HELPER))

    def hear(self, event: Event) -> None:
        """Hear the coach."""
        super().hear(event)
        if self.again and event.kind is EventKind.STAGE_STARTED and event.run == self.again:
            at = event.sample + round(0.4 * self.fs_hz)
            if self._post is not None:
                self._post(Command(CommandKind.CALIBRATE, applied_sample=at))


class Nobody:
    """A front that shows nothing."""

    def post_view(self, view: LiveView) -> None:
        """Pass over a view."""

    def post_event(self, event: Event) -> None:
        """Pass over an event."""

    def post_end(self, end: SessionEnd) -> None:
        """Pass over the end."""


class Witness(Silent, Nobody):
    """A front and watcher that writes down what is shown of saving, and how it ended.

    Parameters
    ----------
    path : Path
        Must not lie on the disk to which something happens.
    """

    name = "trial"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = ""
        self._n_taken = 0

    def block(self, block: SampleBlock) -> None:
        """Count what the session took: behind its end it takes nothing more."""
        self._n_taken += block.n_samples

    def post_view(self, view: LiveView) -> None:
        """Note a new sentence about saving; shown again and again, it is one."""
        if view.unsaved != self._last:
            self._last = view.unsaved
            self._note(unsaved=view.unsaved)

    def post_end(self, end: SessionEnd) -> None:
        """Note the end."""
        self._note(end=end.message, exit_code=end.exit_code, n_taken=self._n_taken)

    def _note(self, **what: object) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(what)}\n")


def plan_of(job: Job) -> SessionPlan:
    """Plan the session: two measured holds and two for training on each side."""
    whole = load_protocol("power_position")
    exercise = whole.model_copy(
        update={
            "sides": (Side.RIGHT, Side.LEFT),
            "sets": tuple(one.model_copy(update={"holds": 2}) for one in whole.sets[:2]),
            "timing": whole.timing.model_copy(update=TIMING),
        }
    )
    athlete = Insistent(seed=job.seed, fs_hz=job.fs_hz, faults=parse_faults(job.faults))
    athlete.again, athlete.begins = job.again, bool(job.again)
    source = SimulatedSource(athlete, speed=job.speed)
    return SessionPlan(
        source=Counted(source, Path(job.counter)),
        exercise=exercise,
        montage=FOUR_SITES,
        athlete=Path(job.parent).parent.name,
        parent=Path(job.parent),
        performer=athlete,
        calibration=_calibration(source, Path(job.parent).parent.name) if job.calibrated else None,
        checks=job.checks,
        attended=bool(job.again),
        seed=job.seed,
        faults=job.faults,
    )


def _calibration(source: SimulatedSource, athlete: str) -> Calibration:
    info = source.open()
    source.close()
    return Calibration(
        athlete=athlete,
        board=info.board,
        source_id=info.source_id,
        unit=info.unit.value,
        chain=chain_record(info, chain_settings(info, None)),
        made_at=datetime.now(UTC),
        software="0.1.0",
        sites={
            name: SiteRecord(channel=channel, rest_uv=2.0, mvc_uv=200.0, method=Method.QUICK, mvc_cv_pct=8.0)
            for name, channel in FOUR_SITES.as_dict().items()
        },
    )


def main() -> None:
    """Run the session of the first argument to its end, if it lives to see it; SIGINT ends it in order."""
    job = Job.from_json(sys.argv[1])
    tempfile.gettempdir()  # the one it was given, whatever becomes of it later
    witness = Witness(Path(job.said)) if job.said else None
    runner = SessionRunner(plan_of(job), witness or Nobody(), [witness] if witness else [])
    signal.signal(signal.SIGINT, lambda *_: runner.interrupt())
    runner.start()
    while runner.wait(1.0) is None:
        pass


if __name__ == "__main__":
    main()
