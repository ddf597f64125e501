"""An athlete without a body: he hears the coach, pushes, and his EMG comes as a board would sample it.

He reacts at the sample of an event plus a reaction time of 0.2 s or more, and every draw belongs to
(seed, hold or trial, muscle). So the seed decides the result, not the speed, not the cut into blocks of up
to 0.1 s, and not how long an earlier hold lasted: at each "prepare" the noise begins anew.
"""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from emg.blocks import FloatArray, IntArray, SampleBlock, SourceLost, StreamInfo
from emg.codes import EventKind
from emg.montage import FOUR_SITES, Side
from emg.results import Role
from emg.stage import Event, JsonValue
from hardware.emg_model import random_for
from hardware.faults import Fault, changes
from hardware.simulated_muscle import Muscle

NOISE_ANEW_S: Final = 0.25
"""From "prepare" to the noise of the hold: longer than a block, shorter than any preparation."""

WANDER_STEP_S: Final = 1.0
"""A held effort drifts to a new level so often."""

LATENCY_SHARE: Final = 0.75
LATENCY_DWELL_S: Final = 0.25
"""Latency: to the first crossing of this share of the plateau that lasts so long."""

GAIN: Final = 24.0
FULL_SCALE_UV: Final = 4.5e6 / GAIN
"""A Cyton at gain 24."""

SINC3_CORNER: Final = 0.26
"""-3 dB corner of a third-order sinc filter, in sampling rates: 65 Hz at 250 SPS."""

OFFSET_UV: Final = (10_000.0, 40_000.0)
HUM_HZ: Final = 60
HUM_UV: Final = 1.0
BLOCK_S: Final = 0.02
LONGEST_BLOCK_S: Final = 0.1

RELAXING: Final = frozenset(
    {
        EventKind.RELAX,
        EventKind.PAUSED,
        EventKind.TRIAL_DONE,
        EventKind.HOLD_DONE,
        EventKind.REST,
        EventKind.STAGE_DONE,
        EventKind.SESSION_ENDED,
    }
)


@dataclass(frozen=True, slots=True)
class TruthRow:
    """What really was in one hold: a row of truth.csv.

    Attributes
    ----------
    hold, role, side
        The hold.
    glute_latency_s, ham_latency_s : float or None
        Working side, from set to the first crossing of 75 % of the plateau that lasts 250 ms.
    pct_mvc : mapping from site name to float or None
        RMS of the noise-free effort over the scored span, in percent of the true maximum.
    """

    hold: int
    role: Role
    side: Side
    glute_latency_s: float | None
    ham_latency_s: float | None
    pct_mvc: Mapping[str, float | None]


class Athlete:
    """The simulated athlete; also a ``Performer``. One thread reads him and tells him the events.

    Parameters
    ----------
    seed : int
        Decides everything about him; 0 or more.
    faults : sequence of Fault
        What is wrong with him.
    fs_hz : float
        Sampling rate of the board he is connected to; sample 0 is the first he gives.

    Attributes
    ----------
    sites : tuple of str
        Names of the columns that ``samples`` gives.
    seed, fs_hz
        As given.
    truth : list of TruthRow
        One for each hold that is done.

    Raises
    ------
    ValueError
        If a fault is not performed by this version, or the seed is below 0.
    """

    def __init__(self, *, seed: int, faults: Sequence[Fault] = (), fs_hz: float = 250.0) -> None:
        if seed < 0:
            raise ValueError(f"The seed is {seed}: give a whole number that is 0 or more.")
        self.sites = FOUR_SITES.names
        self.seed = seed
        self.fs_hz = fs_hz
        self.truth: list[TruthRow] = []
        self._later_s = {change.site: change.later_s for change in changes(faults)}
        self._muscles = {site.name: Muscle(seed, site, fs_hz) for site in FOUR_SITES.sites}
        self._given = 0
        self._key = ""
        self._draws = {name: muscle.draw("") for name, muscle in self._muscles.items()}
        self._working = False
        self._cue_samples: dict[int, int] = {}
        self._noise_due: list[tuple[int, str]] = []
        self._noise_starts = [0]

    def samples(self, n: int) -> FloatArray:
        """Return the next samples.

        Parameters
        ----------
        n : int
            How many; any cut gives the same ones, bit for bit.

        Returns
        -------
        ndarray of shape (n, 4), float64
            µV at the electrodes as the board samples them: droop and rest noise in, no offset, no hum,
            no converter steps.
        """
        data_uv = np.empty((n, len(self.sites)))
        first, end = self._given, self._given + n
        while self._given < end:
            self._begin_due_noise()
            stop = min([end, *(due for due, _ in self._noise_due)])
            for column, muscle in enumerate(self._muscles.values()):
                data_uv[self._given - first : stop - first, column] = muscle.read_uv(self._given, stop)
            self._given = stop
        return data_uv

    def since_noise_start(self, n: int) -> IntArray:
        """Return, for each of the last ``n`` samples given, how many came since the noise began anew."""
        index = np.arange(self._given - n, self._given)
        starts = np.array(self._noise_starts)
        return np.asarray(index - starts[np.searchsorted(starts, index, side="right") - 1])

    def hear(self, event: Event) -> None:
        """Take note of what the coach says; see ``emg.stage.Performer``.

        Nothing that was given is changed: if an event comes late he starts as soon as he can.
        """
        if event.kind in (EventKind.PREPARE, EventKind.CUE):
            self._take_part(_key(event))
        if event.kind is EventKind.PREPARE:
            self._noise_due.append((event.sample + self._n_samples(NOISE_ANEW_S), self._key))
        elif event.kind is EventKind.CUE and event.hold is not None:
            self._cue_samples[event.hold] = event.sample
            self._lift_foot(event)
        elif event.kind is EventKind.CUE and event.detail.get("exercise") == "mvc":
            self._push_all_out(event)
        elif event.kind is EventKind.SET:
            self._push(event)
        elif event.kind in RELAXING:
            self._relax(event.sample)
        if event.kind is EventKind.HOLD_DONE:
            self._keep_truth(event)

    def _n_samples(self, seconds: float) -> int:
        return round(seconds * self.fs_hz)

    def _begin_due_noise(self) -> None:
        """Begin the noise of the hold; heard too late, it is joined where it would be by now."""
        for due, key in [entry for entry in self._noise_due if entry[0] <= self._given]:
            self._noise_due.remove((due, key))
            self._noise_starts.append(due)
            for muscle in self._muscles.values():
                muscle.begin_noise(key)
                muscle.skip_noise(self._given - due)

    def _take_part(self, key: str) -> None:
        """Decide once what every muscle does in this hold or trial."""
        if key != self._key:
            self._key = key
            self._draws = {name: muscle.draw(key) for name, muscle in self._muscles.items()}

    def _lift_foot(self, event: Event) -> None:
        """Take up the position: the swing hamstring lifts the heel, the others keep posture."""
        for name, muscle in self._muscles.items():
            own = self._draws[name]
            swings = event.side is not None and muscle.site.side is event.side.other
            if swings and muscle.site.muscle == "ham":
                self._exert(name, event.sample, own.reaction_s, own.rise_s, own.lift * own.wander)
            else:
                self._exert(name, event.sample, own.reaction_s, own.rise_s, [own.posture])

    def _push(self, event: Event) -> None:
        """Push off with the stance leg."""
        for name, muscle in self._muscles.items():
            if muscle.site.side is event.side:
                own = self._draws[name]
                start_s = own.start_s + self._later_s.get(name, 0.0)
                self._exert(name, event.sample, start_s, own.rise_s, own.stance * own.wander)

    def _push_all_out(self, event: Event) -> None:
        """Give all with one muscle; its neighbour on the same side helps."""
        asked = event.detail.get("site")
        if asked not in self._muscles:
            return
        target = self._muscles[str(asked)].site
        for name, muscle in self._muscles.items():
            own = self._draws[name]
            level = own.synergist if muscle.site.side is target.side else own.other_side
            if muscle.site == target:
                level = own.mvc_effort
            self._exert(name, event.sample, own.reaction_s, own.mvc_rise_s, [level])

    def _relax(self, sample: int) -> None:
        """Let go with every muscle, once."""
        if not self._working:
            return
        for name, own in self._draws.items():
            self._exert(name, sample, own.release_s, own.fall_s, [0.0])
        self._working = False

    def _exert(
        self, name: str, sample: int, after_s: float, ramp_s: float, levels: Sequence[float] | FloatArray
    ) -> None:
        """Go to the first level, then to the others second by second; never in samples already given."""
        self._working = True
        start, ramp = sample + self._n_samples(after_s), self._n_samples(ramp_s)
        effort = self._muscles[name].effort
        for level in levels:
            effort.move_to(float(level), start=max(start, self._given), ramp=ramp)
            start, ramp = start + ramp, self._n_samples(WANDER_STEP_S)

    def _keep_truth(self, event: Event) -> None:
        """Write down what the muscles did in a hold that is over."""
        if event.hold is None or event.side is None or event.role is None:
            return
        start = _sample(event.detail.get("scored_from_sample"))
        stop = _sample(event.detail.get("scored_to_sample"))
        pct: dict[str, float | None] = dict.fromkeys(self.sites)
        if start is not None and stop is not None and start < stop:
            for name, muscle in self._muscles.items():
                pct[name] = 100.0 * math.sqrt(np.mean(np.square(muscle.effort.levels(start, stop))))
        self.truth.append(
            TruthRow(
                hold=event.hold,
                role=event.role,
                side=event.side,
                glute_latency_s=self._latency_s(event, f"glute_{event.side}", pct),
                ham_latency_s=self._latency_s(event, f"ham_{event.side}", pct),
                pct_mvc=pct,
            )
        )

    def _latency_s(self, event: Event, name: str, pct_mvc: Mapping[str, float | None]) -> float | None:
        """Time from set to the first lasting crossing of 75 % of the plateau, None if there is none."""
        plateau_pct = pct_mvc[name]
        set_sample = _sample(event.detail.get("set_sample"))
        end = _sample(event.detail.get("end_sample"))
        if plateau_pct is None or set_sample is None:
            return None
        start = self._cue_samples.get(event.hold or 0, set_sample)
        dwell = self._n_samples(LATENCY_DWELL_S)
        levels_pct = 100.0 * self._muscles[name].effort.levels(start, event.sample if end is None else end)
        above = levels_pct >= LATENCY_SHARE * plateau_pct
        if plateau_pct <= 0.0 or len(above) < dwell:
            return None
        lasting = np.flatnonzero(np.lib.stride_tricks.sliding_window_view(above, dwell).all(axis=1))
        return (start + int(lasting[0]) - set_sample) / self.fs_hz if len(lasting) else None


def _key(event: Event) -> str:
    """Name of the hold or trial that an event belongs to: its draws are its own."""
    if event.hold is not None:
        return f"hold/{event.hold}"
    return f"{event.run}/{event.detail.get('site', '')}/{event.detail.get('trial', '')}"


def _sample(value: JsonValue) -> int | None:
    return value if isinstance(value, int) else None


def write_truth(path: Path, rows: Iterable[TruthRow], sites: Sequence[str]) -> None:
    """Write truth.csv.

    Parameters
    ----------
    path : Path
        File to write; UTF-8, LF, a decimal point, empty where there is no reading.
    rows : iterable of TruthRow
        In the order of the file.
    sites : sequence of str
        Sites of the session, one column each.
    """

    def cell(value: float | None) -> str:
        return "" if value is None else f"{value:.4f}"

    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            [
                "hold",
                "role",
                "side",
                "glute_latency_s",
                "ham_latency_s",
                *(f"{site}_pct_mvc" for site in sites),
            ]
        )
        for row in rows:
            latencies = (cell(row.glute_latency_s), cell(row.ham_latency_s))
            levels = (cell(row.pct_mvc.get(site)) for site in sites)
            table.writerow([row.hold, str(row.role), str(row.side), *latencies, *levels])


class SimulatedSource:
    """The simulated athlete on a simulated board; drop-in for ``emg.blocks.Source``. It never ends.

    Parameters
    ----------
    athlete : Athlete
        Who is measured; whoever runs the coach tells him the events.
    speed : float
        1 is real time, 20 is twenty times as fast, 0 is as fast as it is read.
    clock, sleep : callable
        Monotonic host time in seconds, and how to let some of it pass.
    block_s : float or None
        Length of a block on the sample clock; None chooses 0.02 s of host time, at most 0.1 s of signal.

    Raises
    ------
    ValueError
        If the speed is below 0 or not a number.
    """

    def __init__(
        self,
        athlete: Athlete,
        *,
        speed: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        block_s: float | None = None,
    ) -> None:
        if not (math.isfinite(speed) and speed >= 0.0):
            raise ValueError(f"The speed is {speed:g}: give 1 for real time, or 0 for as fast as it goes.")
        if block_s is None:
            block_s = min(LONGEST_BLOCK_S, BLOCK_S * speed) if speed else LONGEST_BLOCK_S
        fs_hz = athlete.fs_hz
        self._athlete = athlete
        self._speed = speed
        self._clock = clock
        self._sleep = sleep
        self._block = max(1, round(block_s * fs_hz))
        self._info = StreamInfo(
            board="simulated",
            source_id=f"simulated-{athlete.seed}",
            nominal_fs_hz=fs_hz,
            fs_hz=fs_hz,
            n_channels=len(athlete.sites),
            full_scale_uv=FULL_SCALE_UV,
            bandwidth_hz=SINC3_CORNER * fs_hz,
            gain=GAIN,
            simulated=True,
        )
        self._offset_uv = np.array([_offset_uv(athlete.seed, site) for site in athlete.sites])
        period = round(fs_hz) // math.gcd(round(fs_hz), HUM_HZ)
        self._hum_uv = HUM_UV * np.sin(2.0 * np.pi * HUM_HZ / fs_hz * np.arange(period))
        self._opened_s: float | None = None
        self._given = 0

    @property
    def athlete(self) -> Athlete:
        """Who is measured."""
        return self._athlete

    @property
    def paced(self) -> bool:
        """False: a slow reader finds every sample where it was, at any speed."""
        return False

    def open(self) -> StreamInfo:
        """Start the clock; see ``emg.blocks.Source``."""
        self._opened_s = self._clock()
        self._given = 0
        return self._info

    def read(self, timeout_s: float) -> SampleBlock | None:
        """Return the next block when it is due; deadlines are absolute, so delays do not add up.

        Raises
        ------
        SourceLost
            If it is not open.
        """
        if self._opened_s is None:
            raise SourceLost("The simulated board is not open.")
        now_s = self._clock()
        due_s = now_s
        if self._speed:
            due_s = self._opened_s + (self._given + self._block) / (self._info.fs_hz * self._speed)
        if due_s > now_s:
            self._sleep(min(due_s - now_s, timeout_s))
        if due_s - now_s > timeout_s:
            return None
        arrived_s = max(due_s, self._clock())  # later than due where the machine is too slow
        block = SampleBlock(self._next_uv(), self._given, self._info.fs_hz, host_time_s=arrived_s)
        self._given += self._block
        return block

    def close(self) -> None:
        """Stop; see ``emg.blocks.Source``."""
        self._opened_s = None

    def _next_uv(self) -> FloatArray:
        """Return samples with the electrodes' offset and a little mains hum, in steps of the converter."""
        data_uv = self._athlete.samples(self._block) + self._offset_uv
        # the hum begins anew with the noise, so that a hold reads the same whenever it comes
        since = self._athlete.since_noise_start(self._block)
        data_uv += self._hum_uv[since % len(self._hum_uv), np.newaxis]
        return self._info.scale.decode(self._info.scale.encode(data_uv))


def _offset_uv(seed: int, site: str) -> float:
    """Offset of one electrode pair, tens of millivolts of either sign."""
    own = random_for(seed, "offset", site)
    return float(own.choice((-1.0, 1.0)) * own.uniform(*OFFSET_UV))
