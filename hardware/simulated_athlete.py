"""An athlete without a body: he hears the coach, pushes, and his EMG comes as a board would sample it.

He reacts at the sample of an event plus a reaction time of 0.2 s or more, and every draw belongs to
(seed, hold or trial, muscle). So the seed decides the result, not the speed, not the cut into blocks of up
to 0.1 s, and not how long an earlier hold lasted: at each "prepare" the noise begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np

from emg.blocks import FloatArray, IntArray
from emg.codes import CommandKind, EventKind
from emg.montage import FOUR_SITES, Side, WorkingSide, sides_of
from emg.results import Kind
from emg.said import Said
from emg.stage import Command, Event
from hardware.simulated_electrodes import Electrodes
from hardware.simulated_exercises import Turn, moves_of, repetitions, strides
from hardware.simulated_faults import Fault, change_of
from hardware.simulated_muscle import REACTION_S, Muscle
from hardware.simulated_truth import TruthRow, truth_of

NOISE_ANEW_S: Final = 0.25
"""From "prepare" to the noise of the hold: longer than a block, shorter than any preparation."""

WANDER_STEP_S: Final = 1.0
"""A held effort drifts to a new level so often."""

ANSWER_S: Final = 0.6
"""From the end of a trial to the answer how much it hurt."""

ALL_OUT_PCT: Final = 100

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


MOVING: Final = frozenset({Kind.REPETITION.value, Kind.STRIDE.value})
"""One of them that is done is no reason to stop: the set goes on."""

LEAST_REACTION_S: Final = REACTION_S[0]


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
    sore : mapping from site to int
        What hurts, and how much (0 to 10) when it gives all it has; a lesser effort hurts less.

    Attributes
    ----------
    sites : tuple of str
        Names of the columns that ``samples`` gives.
    seed, faults, fs_hz
        As given; faults of the wire are performed by who brings the samples.
    truth : list of TruthRow
        One for each hold that is done.

    Raises
    ------
    ValueError
        If the seed is below 0.
    """

    def __init__(
        self,
        *,
        seed: int,
        faults: Sequence[Fault] = (),
        fs_hz: float = 250.0,
        sore: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        if seed < 0:
            raise ValueError(Said("The seed is {seed}: give a whole number that is 0 or more.", seed=seed))
        self.sites = FOUR_SITES.names
        self.seed = seed
        self.faults = tuple(faults)
        self.fs_hz = fs_hz
        self.truth: list[TruthRow] = []
        self._muscles = {
            site.name: Muscle(seed, site, fs_hz, change_of(site.name, faults)) for site in FOUR_SITES.sites
        }
        self._electrodes = Electrodes(seed, FOUR_SITES.sites, faults, fs_hz)
        self._sore = {
            name: max(sore.get(name, 0), muscle.change.pain_0_10) for name, muscle in self._muscles.items()
        }
        self._pain: int | None = None
        self._post: Callable[[Command], None] | None = None
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
            µV on the channels as the board samples them: droop, rest noise, taps and faults in; no usual
            offset, no usual hum, no converter steps.
        """
        data_uv = np.empty((n, len(self.sites)))
        first, end = self._given, self._given + n
        while self._given < end:
            self._begin_due_noise()
            stop = min([end, *(due for due, _ in self._noise_due)])
            for column, muscle in enumerate(self._muscles.values()):
                data_uv[self._given - first : stop - first, column] = muscle.read_uv(self._given, stop)
            self._given = stop
        return self._electrodes.on_channels(data_uv, first)

    def since_noise_start(self, n: int) -> IntArray:
        """Return, for each of the last ``n`` samples given, how many came since the noise began anew."""
        index = np.arange(self._given - n, self._given)
        starts = np.array(self._noise_starts)
        return np.asarray(index - starts[np.searchsorted(starts, index, side="right") - 1])

    def levels(self, site: str, start: int, stop: int) -> FloatArray:
        """Noise-free effort of a muscle at each sample, as a share of its true maximum."""
        return self._muscles[site].effort.levels(start, stop)

    def speak_to(self, post: Callable[[Command], None]) -> None:
        """Let him answer questions.

        Parameters
        ----------
        post : callable
            Takes his answers, dated ahead by more than a block; ``LiveSession.post``.
        """
        self._post = post

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
        elif event.kind is EventKind.CUE and event.role is None:
            self._do(event)
        elif event.kind is EventKind.SET:
            self._work(event)
        elif event.kind in RELAXING and event.detail.get("kind") not in MOVING:
            self._relax(event.sample)
        if event.kind is EventKind.TRIAL_DONE:
            self._say_pain(event.sample)
        elif event.kind is EventKind.HOLD_DONE:
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
            swings = isinstance(event.side, Side) and muscle.site.side is event.side.other
            if swings and muscle.site.muscle == "ham":
                self._exert(name, event.sample, own.reaction_s, own.rise_s, own.lift * own.wander)
            else:
                self._exert(name, event.sample, own.reaction_s, own.rise_s, [own.posture])

    def _work(self, event: Event) -> None:
        """Do what the set is for: hold, or move until he is told to relax."""
        if event.side is None:
            return
        match event.detail.get("kind"):
            case "repetitions":
                self._move(event, repetitions(self.seed, self._key, event.side))
            case "bouts":
                bout_s = event.detail.get("bout_s")
                asked_s = float(bout_s) if isinstance(bout_s, (int, float)) else 0.0
                self._move(event, strides(self.seed, self._key, asked_s))
            case _:
                self._push(event, event.side)

    def _push(self, event: Event, side: WorkingSide) -> None:
        """Push off with the stance leg, or with both; an exercise for the hamstring is done with that."""
        for name, muscle in self._muscles.items():
            if muscle.site.side in sides_of(side):
                own = self._draws[name]
                level = own.stance
                if event.detail.get("gate", "glute") != "glute":
                    level = muscle.works if muscle.site.muscle == event.detail["gate"] else muscle.helps
                self._exert(name, event.sample, own.start_s, own.rise_s, level * own.wander)

    def _move(self, event: Event, turns: list[Turn]) -> None:
        """Begin to move; heard too late, he begins late, and moves no faster for it."""
        self._working = True
        set_sample = max(event.sample, self._given - self._n_samples(LEAST_REACTION_S))
        gate_muscle = str(event.detail.get("gate", "glute"))
        for name, muscle in self._muscles.items():
            posture = self._draws[name].posture
            moves = moves_of(
                muscle, turns, seed=self.seed, key=self._key, gate_muscle=gate_muscle, posture=posture
            )
            for move in moves:
                start, ramp = set_sample + self._n_samples(move.after_s), self._n_samples(move.ramp_s)
                muscle.effort.move_to(move.level, start=start, ramp=ramp)

    def _do(self, event: Event) -> None:
        """Do what a set-up stage asks for; what he does not know or have leaves him still."""
        site = str(event.detail.get("site", ""))
        self._pain = None
        match event.detail.get("exercise"):
            case "tap":
                self._electrodes.tap(site, self._key, cue=event.sample, given=self._given)
            case "lift":
                self._raise_leg(event)
            case "bridge":
                for name, own in self._draws.items():
                    self._exert(name, event.sample, own.reaction_s, own.mvc_rise_s, own.bridge * own.wander)
            case "mvc":
                self._push_with(site, event.sample, ALL_OUT_PCT)
            case "graded":
                effort_pct = event.detail.get("effort_pct")
                self._push_with(site, event.sample, effort_pct if isinstance(effort_pct, int) else 0)

    def _raise_leg(self, event: Event) -> None:
        """Lift one straight leg and squeeze; the other lies still."""
        for name, muscle in self._muscles.items():
            own = self._draws[name]
            level = own.raised if muscle.site.side is event.side else own.raised * own.other_side
            self._exert(name, event.sample, own.reaction_s, own.mvc_rise_s, level * own.wander)

    def _push_with(self, site: str, sample: int, effort_pct: int) -> None:
        """Give so much with one muscle; its neighbour on the same side helps."""
        share = effort_pct / ALL_OUT_PCT
        self._pain = round(share * self._sore.get(site, 0))
        if site not in self._muscles:
            return
        target = self._muscles[site].site
        for name, muscle in self._muscles.items():
            own = self._draws[name]
            level = share * (own.synergist if muscle.site.side is target.side else own.other_side)
            if muscle.site == target:
                level = own.mvc_effort if effort_pct == ALL_OUT_PCT else share * own.graded
            self._exert(name, sample, own.reaction_s, own.mvc_rise_s, [level])

    def _say_pain(self, sample: int) -> None:
        """Answer how much the effort that is over did hurt."""
        if self._post is not None and self._pain is not None:
            at = sample + self._n_samples(ANSWER_S)
            self._post(Command(CommandKind.ANSWER, sample=at, applied_sample=at, value=self._pain))
        self._pain = None

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
        row = truth_of(event, self._muscles, self._cue_samples, self.fs_hz)
        if row is not None:
            self.truth.append(row)


def _key(event: Event) -> str:
    """Name of the hold, set or trial that an event belongs to: its draws are its own."""
    if event.hold is not None:
        return f"hold/{event.hold}"
    if event.role is not None:
        return f"set/{event.run}/{event.detail.get('attempt', 1)}"
    asked = (str(event.detail.get(name, "")) for name in ("site", "trial", "exercise", "effort_pct"))
    return "/".join((event.run, event.side or "", *asked))
