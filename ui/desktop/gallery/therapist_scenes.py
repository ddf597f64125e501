"""The therapist's page for the gallery, with a signal, holds and latencies made by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from PySide6.QtWidgets import QWidget

from emg.activation import Activations
from emg.blocks import FloatArray, SampleBlock, StreamInfo
from emg.codes import ELECTRODES_TOUCHED, CommandKind, DotState, EventKind, Phase, SignalState
from emg.input_events import command_event
from emg.live_view import BarView, LiveView, StageView
from emg.montage import FOUR_SITES, Side
from emg.pain import ASKS_WORST
from emg.reference import MEASURED, reference_event
from emg.results import Method, Outcome, Role
from emg.stage import Command, Event
from ui.desktop.gallery.pictured_holds import pictured_hold, pictured_reference
from ui.desktop.theme import DARK, Theme
from ui.desktop.windows.therapist_page import TherapistPage
from ui.reading.latency import Latencies
from ui.session.standing import Standing
from ui.session.traces import Traces
from ui.words import key_words, words

NOW_S: Final = 1000.0
AGE_S: Final = 0.012
FS_HZ: Final = 250.0
SECONDS: Final = 13.4
"""The sweep has begun anew 3.4 s ago."""

INFO: Final = StreamInfo("cyton", "cyton:pictured", FS_HZ, FS_HZ, 4, 187_500.0, 65.0)
OFFSETS_UV: Final = (12_400.0, -8_150.0, 30_900.0, 2_260.0)
EFFORT_UV: Final = (14.0, 22.0, 96.0, 58.0)
"""What each muscle gives in the pictured hold."""

BURSTS_S: Final = ((1.2, 5.6), (10.6, 13.4))
GAP_S: Final = (7.0, 7.4)
WORKING: Final = StageView(
    stage="holds",
    phase=Phase.HOLDING,
    side=Side.RIGHT,
    role=Role.TRAIN,
    hold=9,
    set_number=3,
    n_sets=6,
    elapsed_s=2.8,
    duration_s=6.0,
    in_target_s=2.5,
    counts_from_pct=24.0,
    target_pct=30.0,
    ceiling_pct=40.0,
    dots=(DotState.SUCCESS, DotState.MISSED, DotState.CURRENT, DotState.PENDING, DotState.PENDING),
    work="holds",
    other_leg="swings",
    posture="standing",
    gate_muscle="glute",
    ceiling_muscle="ham",
    exercise="power_position",
    drawing="power_position",
)
MAXIMA_UV: Final = {"glute_left": 184.0, "ham_left": 231.0, "glute_right": 192.0, "ham_right": 240.0}
TESTED: Final[Mapping[Side, tuple[tuple[float, float, float], ...]]] = {
    Side.LEFT: ((28.4, 51.0, 0.62), (26.1, 46.2, 0.55), (30.2, 55.8, 0.71)),
    Side.RIGHT: ((46.9, 48.1, 0.48), (43.2, 44.3, 0.52), (50.6, 52.0, 0.41)),
}


def _bars(
    levels_pct: tuple[float | None, ...], verdicts: tuple[str, ...] = ("ok",) * 4
) -> tuple[BarView, ...]:
    return tuple(
        BarView(site.name, pct, uv, verdict, working=site.side is Side.RIGHT, reference=Method.QUICK)
        for site, pct, uv, verdict in zip(FOUR_SITES.sites, levels_pct, EFFORT_UV, verdicts, strict=True)
    )


HOLDING: Final = LiveView(
    sample=round(FS_HZ * SECONDS),
    time_s=SECONDS,
    host_time_s=NOW_S - AGE_S,
    signal=SignalState.LIVE,
    athlete="runner-07",
    protocol="power_position",
    board="cyton",
    stage=WORKING,
    bars=_bars((7.6, 9.5, 50.0, 24.2)),
    ratio_left=0.80,
    ratio_right=2.07,
    diagonal_left_glute=0.31,
    diagonal_right_glute=5.26,
    fs_hz=FS_HZ,
    filter_delay_s=0.0063,
    window_s=0.25,
    lost_samples=100,
    calibrated=True,
)
NOTHING: Final = replace(
    HOLDING,
    signal=SignalState.NO_SIGNAL,
    bars=_bars((None,) * 4, ("no_reading",) * 4),
    host_time_s=NOW_S - 4.2,
)
CONTACT: Final = {"glute_left": "ok", "ham_left": "mains", "glute_right": "railed", "ham_right": "ok"}
VIEWS: Final[Mapping[str, LiveView]] = {
    "therapist": HOLDING,
    "therapist_test": replace(HOLDING, stage=replace(WORKING, role=Role.TEST, feedback=False)),
    "therapist_hidden": replace(HOLDING, stage=replace(WORKING, feedback=False, hidden=True)),
    "therapist_loose": replace(HOLDING, bars=_bars((7.6, 9.5, None, 24.2), ("ok", "mains", "railed", "ok"))),
    "therapist_no_signal": NOTHING,
    "therapist_stopped": replace(
        NOTHING,
        signal=SignalState.LOST,
        error=words.PROGRAM_STOPPED,
    ),
    "therapist_looking": replace(
        NOTHING,
        signal=SignalState.LOST,
        problem="The port /dev/ttyUSB0 is gone: plug the dongle in again.",
        since_s=NOW_S - 12.4,
    ),
    "therapist_question": replace(
        HOLDING, question=ELECTRODES_TOUCHED, paused=True, stage=replace(WORKING, phase=Phase.PAUSED)
    ),
    "therapist_felt_in_rest": replace(
        HOLDING,
        stage=replace(
            WORKING, phase=Phase.REST, countdown_s=9.0, duration_s=10.0, felt=True, message="target_raised:31"
        ),
    ),
    "therapist_pain": replace(
        HOLDING, stage=replace(WORKING, phase=Phase.REST, countdown_s=41.0, duration_s=60.0, asks=ASKS_WORST)
    ),
    "therapist_contact": replace(
        HOLDING,
        calibrated=False,
        bars=_bars((None,) * 4, ("ok", "mains", "railed", "ok")),
        stage=StageView("contact", Phase.BASELINE, task="relax", contact=CONTACT),
    ),
    "therapist_mvc": replace(
        HOLDING,
        calibrated=False,
        bars=_bars((None,) * 4),
        stage=StageView(
            "mvc",
            Phase.PREPARE,
            site="ham_left",
            countdown_s=3.2,
            duration_s=4.0,
            dots=(DotState.DONE, DotState.CURRENT, DotState.PENDING, DotState.PENDING),
            task="prone_knee_curl",
        ),
    ),
    "therapist_ready": replace(HOLDING, calibrated=False, bars=_bars((None,) * 4), stage=StageView()),
    "therapist_two_sites": replace(HOLDING, bars=HOLDING.bars[2:]),
    "therapist_behind": replace(HOLDING, time_s=SECONDS + 60.0, sample=round(FS_HZ * (SECONDS + 60.0))),
    "therapist_paused": replace(HOLDING, paused=True, stage=replace(WORKING, phase=Phase.PAUSED)),
}


def therapist_scenes(theme: Theme = DARK) -> Iterator[tuple[str, QWidget]]:
    """Every state of the therapist's page, with its name."""
    for name, view in VIEWS.items():
        yield name, pictured_page(theme, view)
    broken = pictured_page(theme)
    broken.show_problem(
        key_words.PROBLEM_THERAPIST,
        key_words.REPORT_SAVED.format(path="~/.local/share/powerhold/reports/20260612T093011Z.txt"),
    )
    broken.set_sound_badge("No sound: there is no audio device")
    yield "therapist_problem", broken
    first = TherapistPage(lambda: NOW_S, theme)
    first.show_view(LiveView(athlete="runner-07", board="cyton", since_s=NOW_S - 3.1))
    yield "therapist_opening", first
    writing = pictured_page(theme)
    writing.note.setText("knee drifts inwards")
    writing.begin_note()
    yield "therapist_writes", writing


def pictured_page(theme: Theme = DARK, view: LiveView = HOLDING) -> TherapistPage:
    """Make the page with traces, comparisons and latencies."""
    latencies = Latencies()
    rng = np.random.default_rng(3)
    for number, took_ms in enumerate(rng.gamma(6.0, 0.3, 2_000).tolist()):
        arrived_s = NOW_S - 45.0 + 0.02 * number
        latencies.add(arrived_s, arrived_s + took_ms / 1000.0)
    page = TherapistPage(lambda: NOW_S, theme, pictured_traces(), latencies, pictured_standing())
    page.show_view(view)
    return page


def pictured_traces() -> Traces:
    """Thirteen seconds of four muscles, with two efforts and a gap."""
    traces = Traces()
    traces.opened(INFO, FOUR_SITES)
    n_samples = round(FS_HZ * SECONDS)
    rms_uv, raw_uv = _signal(n_samples)
    for first, end in ((0, round(GAP_S[0] * FS_HZ)), (round(GAP_S[1] * FS_HZ), n_samples)):
        traces.block(SampleBlock(raw_uv[first:end], first, FS_HZ, NOW_S))
    traces.activations(_ticks(rms_uv), ())
    for kind, at_s in ((EventKind.CUE, 9.4), (EventKind.SET, 10.4), (EventKind.FIRED, 10.9)):
        traces.event(Event(round(at_s * FS_HZ), kind))
    for command in (
        Command(CommandKind.MARK, sample=round(6.2 * FS_HZ), value=1),
        Command(CommandKind.NOTE, sample=round(8.3 * FS_HZ), text="hip turns out; cued to face forward"),
        Command(CommandKind.FELT, sample=round(11.2 * FS_HZ)),
    ):
        traces.event(command_event(command, command.sample or 0))
    return traces


def _signal(n_samples: int) -> tuple[FloatArray, FloatArray]:
    """Envelopes and raw EMG on its offset."""
    rng = np.random.default_rng(7)
    time_s = np.arange(n_samples) / FS_HZ
    active = sum(
        (np.clip(np.minimum(time_s - a, b - time_s) / 0.4, 0.0, 1.0) for a, b in BURSTS_S), np.zeros(1)
    )
    level_uv = 2.5 + np.outer(active, EFFORT_UV)
    raw_uv = rng.normal(0.0, 1.0, level_uv.shape) * level_uv
    window = np.ones(round(0.25 * FS_HZ)) / round(0.25 * FS_HZ)
    power = [np.convolve(np.square(lane), window)[:n_samples] for lane in raw_uv.T]
    return np.sqrt(np.column_stack(power)), raw_uv + np.array(OFFSETS_UV)


def _ticks(rms_uv: FloatArray) -> Activations:
    """Ticks of that envelope, one a sample; what no trace shows is empty."""
    empty, n_ticks = np.zeros_like(rms_uv), len(rms_uv)
    lost = np.arange(n_ticks, dtype=np.int64)
    return Activations(
        fs_hz=FS_HZ,
        spacing=1,
        sites=FOUR_SITES.names,
        samples=lost,
        sample_uv=empty,
        power_uv2=empty,
        rms_uv=rms_uv,
        slow_uv=empty,
        short_uv=empty,
        pct_mvc=empty,
        slow_pct=empty,
        verdicts=np.zeros(rms_uv.shape, dtype=np.int8),
        lost=np.zeros(n_ticks, dtype=np.int64),
        ratios={},
    )


def pictured_standing() -> Standing:
    """Three test holds of each leg and two training holds."""
    standing = Standing("left")
    standing.opened(INFO, FOUR_SITES)
    standing.event(reference_event(0, pictured_reference(MAXIMA_UV), MEASURED))
    tests = [(side, levels) for side, found in TESTED.items() for levels in found]
    for number, (side, levels) in enumerate(tests, start=1):
        standing.hold(pictured_hold(number, side, levels, MAXIMA_UV, diagonal=levels[0] / 14.0))
    last = pictured_hold(8, Side.RIGHT, (42.0, 43.5, 0.62), MAXIMA_UV, diagonal=3.0)
    standing.hold(
        replace(last, role=Role.TRAIN, outcome=Outcome.MISSED, outcome_reason="over_ceiling"),
    )
    return standing
