"""Streams, blocks, ticks and holds to be written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from emg.activation import RATIO_PAIRS, Activations
from emg.blocks import AuxChannel, FloatArray, SampleBlock, StreamInfo, Unit
from emg.montage import FOUR_SITES, Side
from emg.results import HoldResult, Method, MuscleResult, Outcome, Role, Until
from emg.session.folder import SessionFolder
from emg.session.model import SessionRecord, SoftwareFacts
from emg.session.writer import SessionWriter

STARTED = datetime(2026, 3, 1, 9, 30, 15, 250_000, tzinfo=UTC)
VERDICTS = ("ok", "no_reading", "flat", "mains")
INVALID = frozenset({"no_reading", "flat"})
AUX = (AuxChannel("ACC X", "g", 4.0), AuxChannel("COUNTER", "", 255.0))


def stream(fs_hz: float = 250.0, n_channels: int = 4, **facts: Any) -> StreamInfo:
    given: dict[str, Any] = {
        "board": "cyton",
        "source_id": "cyton:x",
        "nominal_fs_hz": fs_hz,
        "fs_hz": fs_hz,
        "n_channels": n_channels,
        "full_scale_uv": 187_500.0,
        "bandwidth_hz": 65.0,
        "gain": 24.0,
    }
    return StreamInfo(**(given | facts))


def signal(info: StreamInfo, n_samples: int, seed: int = 1) -> SampleBlock:
    """One block from sample 0, as the session processes it: exactly what counts can carry."""
    rng = np.random.default_rng(seed)
    sent = rng.normal(0.0, 0.1 * info.full_scale_uv, (n_samples, info.n_channels))
    aux = [rng.uniform(-channel.full_scale, channel.full_scale, n_samples) for channel in info.aux]
    return SampleBlock(
        info.scale.decode(info.scale.encode(sent)),
        first_sample=0,
        fs_hz=info.fs_hz,
        host_time_s=0.0,
        aux=np.stack(aux, axis=1) if aux else np.empty((0, 0)),
    )


def record_of(info: StreamInfo, session_id: str, **changes: Any) -> SessionRecord:
    return SessionRecord.of_stream(
        info,
        FOUR_SITES,
        session_id=session_id,
        kind=changes.pop("kind", "session"),
        athlete=changes.pop("athlete", "a01"),
        protocol="power_position",
        started_at=STARTED,
        software=SoftwareFacts.here("0.1.0"),
    ).amended(**changes)


def begin(parent: Path, info: StreamInfo, **changes: Any) -> SessionWriter:
    folder = SessionFolder.create(parent, "power_position", STARTED)
    record = record_of(info, folder.name, **changes)
    return SessionWriter(folder, record, info, FOUR_SITES, verdict_names=VERDICTS, invalid=INVALID)


def ticks(n_ticks: int, fs_hz: float = 250.0, seed: int = 1, unit: Unit = Unit.MICROVOLT) -> Activations:
    """Ticks from sample 0 on the house's grid, with readings missing and verdicts mixed."""
    rng = np.random.default_rng(seed)
    spacing = max(1, round(0.004 * fs_hz))
    shape = (n_ticks, 4)

    def levels() -> FloatArray:
        found = rng.uniform(0.0, 300.0, shape)
        found[rng.random(shape) < 0.2] = np.nan
        return found

    return Activations(
        fs_hz=fs_hz,
        spacing=spacing,
        sites=FOUR_SITES.names,
        samples=np.arange(n_ticks, dtype=np.int64) * spacing,
        sample_uv=levels(),
        power_uv2=levels(),
        rms_uv=levels(),
        slow_uv=levels(),
        short_uv=levels(),
        pct_mvc=levels(),
        slow_pct=levels(),
        verdicts=rng.choice(len(VERDICTS), shape, p=(0.7, 0.1, 0.1, 0.1)).astype(np.int8),
        lost=np.zeros(n_ticks, dtype=np.int64),
        ratios={name: levels()[:, 0] / 100.0 for name in RATIO_PAIRS},
    )


def muscle(pct: float | None = 40.0, latency_s: float | None = 0.2, **facts: Any) -> MuscleResult:
    given: dict[str, Any] = {
        "reference": Method.QUICK,
        "plateau_uv": None if pct is None else 2.0 * pct,
        "pct_mvc": pct,
        "latency_s": latency_s,
    }
    return MuscleResult(**(given | facts))


def hold(number: int = 1, side: Side = Side.RIGHT, role: Role = Role.TEST, **facts: Any) -> HoldResult:
    given: dict[str, Any] = {
        "hold": number,
        "set_number": 1,
        "role": role,
        "until": Until.SET,
        "side": side,
        "valid": True,
        "outcome": Outcome.SUCCESS,
        "ratio_same_side": 2.0,
    }
    named = {f"glute_{side}": "glute", f"ham_{side}": "ham"}
    named |= {f"{muscle}_{side.other}": f"opposite_{muscle}" for muscle in ("glute", "ham")}
    told = {"glute": muscle(), "ham": muscle(20.0)} | facts
    sites = {site: told[name] for site, name in named.items() if name in told}
    rest = {name: fact for name, fact in facts.items() if name not in named.values()}
    return HoldResult(**({"sites": sites} | given | rest))
