"""Chapter: rest and maximum as the session measures them, against simulated muscles whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from calibrations.draft import Draft, Way
from calibrations.maximum import MvcEffort, MvcStage
from calibrations.rest import RestStage
from emg.activation import remove_rest
from emg.blocks import FloatArray, SampleBlock, Unit
from emg.codes import EventKind
from emg.maximum import best_window_s
from emg.montage import FOUR_SITES, Site
from emg.pipeline import Pipeline
from emg.stage import Event, StageStart
from hardware.simulated_emg import BICEPS_FEMORIS, GLUTEUS_MAXIMUS, BoardNoise, Effort, random_for
from validation.knocks import knock_parts
from validation.plain_best import best_uv
from validation.results import Chapter, Claim, Claims, Table, number, signed
from validation.simulation import chain, theory

RATES_HZ: Final = (250.0, 500.0, 1000.0)
N_SESSIONS: Final = {Way.QUICK: 52, Way.FULL: 10}
"""Four placements each: more than 200 a rate on the quick way."""

SPECTRA: Final = {"glute": GLUTEUS_MAXIMUS, "ham": BICEPS_FEMORIS}
POSITION: Final = {"glute": "prone_hip_extension", "ham": "prone_knee_curl"}
MVC_UV: Final = {"glute": (60.0, 120.0), "ham": (100.0, 180.0)}
REST_UV: Final = (1.5, 6.0)
"""At the board, in the whole band; 1.3 to 5 µV were measured with laboratory systems."""

TRIAL_SHARE: Final = (0.90, 1.0)
"""Nobody pushes twice alike."""

DRIFT: Final = 0.03
DRIFT_STEP_S: Final = 1.0
REACTION_S: Final = (0.2, 0.35)
RISE_S: Final = (0.3, 0.5)
BLOCK_S: Final = 0.2
"""Shorter than any reaction, so that nothing that was given has to change."""

MVC_TOLERANCE: Final = 0.05
REST_TOLERANCE: Final = 0.05
REST_TOLERANCE_UV: Final = 0.3
REFUSED_TOLERANCE_PCT: Final = 2.0
LONGEST_S: Final = 400.0


@dataclass(slots=True)
class Pair:
    """One electrode pair on one muscle: its noise, its rest and how hard it works.

    Attributes
    ----------
    site : Site
        Where it sits.
    mvc_uv, rest_uv : float
        RMS at the maximum, at the muscle; RMS of the rest, at the board.
    """

    site: Site
    fs_hz: float
    random: np.random.Generator
    mvc_uv: float
    rest_uv: float
    emg: BoardNoise
    noise: BoardNoise
    effort: Effort = field(default_factory=Effort)
    cues: list[int] = field(default_factory=list)

    @classmethod
    def placed(cls, site: Site, fs_hz: float, seed: int, session: int) -> Pair:
        """Tape one pair of electrodes."""
        key = (f"maxima/{fs_hz:g}/{session}", site.name)
        own = random_for(seed, *key)
        return cls(
            site,
            fs_hz,
            own,
            own.uniform(*MVC_UV[site.muscle]),
            own.uniform(*REST_UV),
            BoardNoise(random_for(seed, *key, "emg"), fs_hz, SPECTRA[site.muscle]),
            BoardNoise(random_for(seed, *key, "rest"), fs_hz),
        )

    def pushes(self, cue: int, effort_s: float) -> None:
        """Give all, a little less than the time before or after, and drift."""
        self.cues.append(cue)
        share = self.random.uniform(*TRIAL_SHARE)
        start = cue + round(self.random.uniform(*REACTION_S) * self.fs_hz)
        ramp = round(self.random.uniform(*RISE_S) * self.fs_hz)
        for _ in range(round(effort_s / DRIFT_STEP_S)):
            level = share * self.random.uniform(1.0 - DRIFT, 1.0)
            self.effort.move_to(level, start=start, ramp=ramp)
            start, ramp = start + ramp, round(DRIFT_STEP_S * self.fs_hz)

    def lets_go(self, sample: int) -> None:
        """Relax."""
        start = sample + round(self.random.uniform(*REACTION_S) * self.fs_hz)
        self.effort.move_to(0.0, start=start, ramp=round(0.2 * self.fs_hz))

    def read_uv(self, start: int, stop: int) -> FloatArray:
        """Return what the board samples."""
        n = stop - start
        emg = self.mvc_uv * self.effort.levels(start, stop) * self.emg.read(n)
        return emg + self.rest_uv * self.noise.read(n)

    def true_mvc_uv(self, effort_s: float) -> float:
        """RMS of the noise-free model's best window, through the same board and band."""
        n = round(effort_s * self.fs_hz)
        levels = np.stack([self.effort.levels(cue, cue + n) for cue in self.cues], axis=1)
        best = best_uv(np.square(levels), 1.0 / self.fs_hz, best_window_s(self.fs_hz))
        return self.mvc_uv * float(best.max()) * theory(self.fs_hz, SPECTRA[self.site.muscle]).rms

    def true_rest_uv(self) -> float:
        """RMS of the rest in the same band."""
        return self.rest_uv * theory(self.fs_hz, None).rms


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What many sessions measured, over its truth.

    Attributes
    ----------
    mvc : ndarray of shape (n_placements,)
        Captured maximum with rest removed over the truth; NaN where there was none.
    rest_uv, true_rest_uv : ndarray of shape (n_placements,)
        Rest and its truth.
    seconds : float
        Longest time from the first sample to the reference.
    """

    mvc: FloatArray
    rest_uv: FloatArray
    true_rest_uv: FloatArray
    seconds: float

    @property
    def refused_pct(self) -> float:
        """Share of placements whose rest was refused, though nothing was wrong with it."""
        return 100.0 * float(np.isnan(self.rest_uv).mean())

    @property
    def rest_errors(self) -> FloatArray:
        """Error of rest over what is allowed."""
        allowed = np.maximum(REST_TOLERANCE_UV, REST_TOLERANCE * self.true_rest_uv)
        errors = (self.rest_uv - self.true_rest_uv) / allowed
        return np.asarray(errors[~np.isnan(errors)])


def sessions(fs_hz: float, way: Way, n_sessions: int, seed: int) -> Found:
    """Let many athletes go through the session's own stages, with the session's own chain."""
    rows: list[tuple[float, float, float]] = []
    longest = 0
    for session in range(n_sessions):
        pairs = [Pair.placed(site, fs_hz, seed, session) for site in FOUR_SITES.sites]
        draft, end, effort_s = _measured(fs_hz, way, pairs)
        longest = max(longest, end)
        found = {} if draft.reference is None else draft.reference.sites
        for pair in pairs:
            rest_uv = draft.rest_uv.get(pair.site.name, np.nan)
            got = found.get(pair.site.name)
            span_uv = np.nan if got is None else float(remove_rest(got.mvc_uv, got.rest_uv))
            mvc = span_uv / pair.true_mvc_uv(effort_s) if got is not None else np.nan
            rows.append((mvc, rest_uv, pair.true_rest_uv()))
    mvc, rest, true_rest = np.array(rows).T
    return Found(mvc, rest, true_rest, longest / fs_hz)


def _measured(fs_hz: float, way: Way, pairs: list[Pair]) -> tuple[Draft, int, float]:
    """One session: rest, then the maximum; the draft, its last sample, and the length of an effort."""
    pipeline, draft, start = chain(fs_hz, len(pairs), montage=FOUR_SITES), Draft(), 0
    efforts = [MvcEffort(pair.site.name, POSITION[pair.site.muscle]) for pair in pairs]
    mvc = MvcStage(efforts, draft, Unit.MICROVOLT, way=way, concludes=True)
    start = _through(RestStage(FOUR_SITES.names, draft, Unit.MICROVOLT), pipeline, pairs, start)
    if draft.rest_uv:
        start = _through(mvc, pipeline, pairs, start)
    return draft, start, mvc.effort_s


def _through(stage: RestStage | MvcStage, pipeline: Pipeline, pairs: list[Pair], start: int) -> int:
    """Run one stage to its end; the athletes hear every cue. Returns the sample after it."""
    fs_hz, block = pipeline.fs_hz, round(BLOCK_S * pipeline.fs_hz)
    stage.begin(StageStart(start, f"{stage.code}#1", fs_hz))
    limit = start + round(LONGEST_S * fs_hz)
    while not stage.done and start < limit:
        data_uv = np.stack([pair.read_uv(start, start + block) for pair in pairs], axis=1)
        for event in stage.advance(pipeline(SampleBlock(data_uv, start, fs_hz, 0.0))).events:
            _hear(event, stage, pairs)
        start += block
    return start


def _hear(event: Event, stage: RestStage | MvcStage, pairs: list[Pair]) -> None:
    for pair in pairs:
        if event.detail.get("site") == pair.site.name and isinstance(stage, MvcStage):
            if event.kind is EventKind.CUE:
                pair.pushes(event.sample, stage.effort_s)
            elif event.kind is EventKind.RELAX:
                pair.lets_go(event.sample)


def chapter(n_sessions: dict[Way, int] | None = None, seed: int = 11) -> Chapter:
    """Run everything; needs no data."""
    counts = n_sessions or N_SESSIONS
    found = {
        (fs_hz, way): sessions(fs_hz, way, count, seed) for way, count in counts.items() for fs_hz in RATES_HZ
    }
    rows, claims = [], []
    for (fs_hz, way), one in found.items():
        error = float(np.nanmedian(one.mvc)) - 1.0
        claims.append(
            Claim(
                f"maximum, {way} way, {fs_hz:g} Hz, median error, {one.mvc.size} placements",
                error,
                0.0,
                MVC_TOLERANCE,
                digits=2,
            )
        )
        claims.append(
            Claim(
                f"rest, {way} way, {fs_hz:g} Hz, error that 95 % stay within, over what is allowed",
                float(np.quantile(np.abs(one.rest_errors), 0.95)),
                0.0,
                1.0,
                digits=2,
            )
        )
        claims.append(
            Claim(f"rest refused, {way} way, {fs_hz:g} Hz, %", one.refused_pct, 0.0, REFUSED_TOLERANCE_PCT)
        )
        rows.append(_row(fs_hz, way, one))
    columns = (
        *("Hz", "way", "placements", "without a maximum"),
        *("maximum: median, %", "glute", "hamstring", "5 to 95 %", "rest: median, %", "seconds"),
    )
    return Chapter(
        "Maxima",
        "Rest and maximal efforts of simulated athletes who hear the session's own stages and are read by "
        "its own chain; every effort differs, rises and drifts. The truth of a maximum is the noise-free "
        "model's best window through the same board and band, that of rest the integral of its spectrum.",
        (
            Claims("Captured against the model", tuple(claims), "the noise-free model."),
            Table(
                "Maximum with rest removed, and rest, against the truth",
                columns,
                tuple(rows),
                f"Rest {REST_UV[0]:g} to {REST_UV[1]:g} µV; efforts of {100.0 * TRIAL_SHARE[0]:.0f} to "
                f"{100.0 * TRIAL_SHARE[1]:.0f} % of the maximum. Seconds: rest and maxima of four muscles, "
                "lying on the front all the time.",
            ),
            *knock_parts(),
        ),
    )


def _row(fs_hz: float, way: Way, one: Found) -> tuple[str, ...]:
    errors_pct = 100.0 * (one.mvc - 1.0)
    of_glute = np.tile([site.muscle == "glute" for site in FOUR_SITES.sites], one.mvc.size // 4)
    spread = " to ".join(signed(float(v), 1) for v in np.nanquantile(errors_pct, (0.05, 0.95)))
    rest_pct = 100.0 * (float(np.nanmedian(one.rest_uv / one.true_rest_uv)) - 1.0)
    return (
        *(f"{fs_hz:g}", way.value, str(one.mvc.size), str(int(np.isnan(one.mvc).sum()))),
        *(
            signed(float(np.nanmedian(some)), 1)
            for some in (errors_pct, errors_pct[of_glute], errors_pct[~of_glute])
        ),
        *(spread, signed(rest_pct, 1), number(one.seconds, 3)),
    )
