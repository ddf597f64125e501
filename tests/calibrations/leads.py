"""Somebody with electrodes on, whose leads may be in the wrong jacks: hears the coach, taps and lifts.

What comes out are ticks as the chain gives them, made to order: white noise for muscles, a damped swing for a
tap, all drawn beforehand, so that no cut into blocks changes a value.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from calibrations.side_check import SideCheck
from emg.activation import RATIO_PAIRS, Activations
from emg.blocks import FloatArray, Unit
from emg.codes import CommandKind, EventKind
from emg.input_events import channels_of
from emg.montage import FOUR_SITES, Montage, Site
from emg.quality import NO_READING, OK, VERDICTS
from emg.stage import Command, Event, Stage, StageStart
from tests.emg.sets.coached import FS, Say, Told

LIFTED = 8.0
"""Level of a working muscle in a lift, in levels of its rest."""

TAP_EVERY_S = 0.45
CHUNK = 50
SHORT = 12
SWING = np.exp(-np.arange(20) / 4.0) * np.cos(2.0 * np.pi * 30.0 / FS * np.arange(20))


@dataclass
class Person:
    """Who lies there.

    Attributes
    ----------
    plugged : mapping from site to int
        The channel in which the lead of each site really is.
    montage : Montage
        What the program believes.
    seen : container of str
        Sites whose taps show at all.
    lifted : mapping from site to float
        Level in the lift of its own leg, in levels of rest.
    other_leg : float
        Level of the muscles of the other leg, likewise.
    rest_uv : float
        Level at rest.
    taps : int
        How often each electrode is tapped.
    tap_uv : float
        Height of a tap.
    reaction_s : float
        From a cue to what it asks for.
    seed : int
        Of the noise.
    """

    plugged: Mapping[str, int]
    montage: Montage = FOUR_SITES
    seen: Container[str] = FOUR_SITES.names
    lifted: Mapping[str, float] = field(default_factory=dict)
    other_leg: float = 1.0
    rest_uv: float = 3.0
    taps: int = 2
    tap_uv: float = 900.0
    reaction_s: float = 0.4
    seed: int = 1
    lost: Iterable[int] = ()
    verdicts: Mapping[str, str] = field(default_factory=dict)
    seconds: int = 150

    def __post_init__(self) -> None:
        self.channels = self.montage.as_dict()
        n, width = self.seconds * FS, max(*self.channels.values(), *self.plugged.values())
        noise = np.random.default_rng(self.seed).standard_normal((n, width))
        self.levels = np.ones((n, width))
        self.touches = np.zeros((n, width))
        self.noise = noise * self.rest_uv
        self.gone = np.isin(np.arange(n), np.array([*self.lost], dtype=np.int64))
        self.given = 0
        self.asked: list[str] = []

    def hear(self, event: Event) -> None:
        """Do as asked, or take note of the new map."""
        if event.kind is EventKind.MONTAGE_SET:
            self.channels = channels_of(event)
        if event.kind is not EventKind.CUE:
            return
        start = event.sample + round(self.reaction_s * FS)
        site = event.detail.get("site")
        if isinstance(site, str):
            self.asked.append(site)
            for tap in range(self.taps if site in self.seen else 0):
                self.touch(start + tap * round(TAP_EVERY_S * FS), self.plugged[site])
        elif event.side is not None:
            for name, channel in self.plugged.items():
                own = Site.parse(name).side is event.side
                level = self.lifted.get(name, LIFTED) if own else self.other_leg
                self.levels[start : event.sample + 3 * FS, channel - 1] = level

    def touch(self, at: int, *channels: int, height: float = 1.0) -> None:
        """One touch, on one channel or several."""
        for channel in channels:
            self.touches[at : at + len(SWING), channel - 1] += height * self.tap_uv * SWING

    def ticks(self, n: int) -> Activations:
        """The next ticks, in the order of the sites."""
        columns = [self.channels[site] - 1 for site in self.montage.names]
        first, self.given = self.given, self.given + n
        history = slice(max(0, first - SHORT), self.given)
        uv = (self.noise[history] * self.levels[history] + self.touches[history])[:, columns]
        at = np.arange(first, self.given)
        gone = self.gone[first : self.given]
        sums = np.cumsum(np.square(uv), axis=0)
        sums[SHORT:] -= sums[:-SHORT].copy()
        power, short = np.square(uv[-n:]), np.sqrt(sums[-n:] / SHORT)
        power[gone] = short[gone] = np.nan
        codes = np.full(power.shape, OK, dtype=np.int8)
        for site, verdict in self.verdicts.items():
            codes[:, self.montage.names.index(site)] = VERDICTS.index(verdict)
        codes[gone] = NO_READING
        return _activations(self.montage.names, at, uv[-n:], power, short, codes, gone)


def _activations(
    sites: Sequence[str],
    at: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    uv: FloatArray,
    power: FloatArray,
    short: FloatArray,
    codes: np.ndarray[tuple[int, ...], np.dtype[np.int8]],
    gone: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> Activations:
    none = np.full_like(power, np.nan)
    return Activations(
        fs_hz=float(FS),
        spacing=1,
        sites=tuple(sites),
        samples=at,
        sample_uv=uv,
        power_uv2=power,
        rms_uv=short,
        slow_uv=short,
        short_uv=short,
        pct_mvc=none,
        slow_pct=none,
        verdicts=codes,
        lost=gone.astype(np.int64),
        ratios={name: np.full(len(at), np.nan) for name in RATIO_PAIRS},
    )


def coach(
    stage: Stage,
    person: Person,
    *,
    say: Say | None = None,
    cuts: Iterable[int] = (),
    seconds: float = 120.0,
    answer: CommandKind | None = None,
) -> Told:
    """Let a stage and a person get on with each other until it is done, or the time is up.

    Parameters
    ----------
    say : mapping from sample to commands
        Keys; while paused the stage gets no ticks.
    cuts : iterable of int
        Further ends of blocks.
    answer : CommandKind or None
        Pressed a second after each question.
    """
    told, commands, paused = Told(), dict(say or {}), False

    def publish(events: Sequence[Event]) -> None:
        told.events += events
        for event in events:
            person.hear(event)
            if event.detail.get("phase") == "ask" and answer is not None:
                commands.setdefault(event.sample + FS, answer)

    publish(stage.begin(StageStart(0, f"{stage.code}#1", float(FS))))
    ends = sorted({*cuts, *range(CHUNK, round(seconds * FS) + 1, CHUNK)})
    while person.given < ends[-1]:
        given = commands.pop(person.given, ())
        for kind in [given] if isinstance(given, CommandKind) else given:
            publish(stage.command(Command(kind, applied_sample=person.given)).events)
            paused = {CommandKind.PAUSE: True, CommandKind.RESUME: False}.get(kind, paused)
        if stage.done:
            break
        later = [sample for sample in commands if sample > person.given]
        stop = min([ends[bisect_right(ends, person.given)], *later])
        rest = person.ticks(stop - person.given)
        if paused:
            continue
        step = stage.advance(rest)
        publish(step.events)
        told.end = int(rest.samples[step.consumed - 1])
        if step.consumed < len(rest):
            person.given = told.end + 1
    return told


def swapped(*pairs: tuple[str, str], montage: Montage = FOUR_SITES) -> dict[str, int]:
    """Channels of the leads after some have changed places."""
    channels = montage.as_dict()
    for one, other in pairs:
        channels[one], channels[other] = channels[other], channels[one]
    return channels


def check(montage: Montage = FOUR_SITES, *, attended: bool = True, unit: Unit = Unit.MICROVOLT) -> SideCheck:
    return SideCheck(montage, attended=attended, unit=unit)


def right(montage: Montage = FOUR_SITES, **about: object) -> Person:
    return Person(montage.as_dict(), montage, **about)  # type: ignore[arg-type]


def of_kind(told: Told, kind: EventKind) -> list[Event]:
    return [event for event in told.events if event.kind is kind]


def outcome(told: Told) -> Mapping[str, object]:
    (checked,) = of_kind(told, EventKind.CHECKED)
    return checked.detail


def accepted(told: Told) -> list[object]:
    """Reasons that were gone on with."""
    notices = [event.detail for event in of_kind(told, EventKind.NOTICE)]
    assert {notice["code"] for notice in notices} <= {"accepted"}
    return [notice["message"] for notice in notices]


def refusals(told: Told) -> list[object]:
    return [event.detail["reason"] for event in of_kind(told, EventKind.REFUSED)]


def questions(told: Told) -> list[tuple[object, object]]:
    asked = [event for event in told.events if event.detail.get("phase") == "ask"]
    return [(event.detail["reason"], event.detail["proposal"]) for event in asked]
