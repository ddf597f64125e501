"""What is written down of a session besides its signal: how it was filtered, set up and calibrated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata

from calibrations.calibration import Calibration, Chain, IntakeRecord, SiteRecord, TrialRecord
from calibrations.checks import Occasion
from calibrations.draft import Draft
from calibrations.positions import POSITIONS, resistance_for
from emg.activation import Reference, SiteReference
from emg.blocks import Signal, StreamInfo
from emg.filters import ORDER
from emg.maximum import cv_from
from emg.montage import Montage
from emg.pipeline import ChainSettings
from emg.results import Method
from emg.session.isek import isek_facts
from emg.session.model import FilterFacts, SessionRecord, SoftwareFacts
from ui.kept.placements import current_placement
from ui.session.plan import Aims, SessionPlan


def software() -> SoftwareFacts:
    """Name and version of this program, as every file carries them."""
    return SoftwareFacts.here(metadata.version("powerhold"))


def filter_facts(chain: ChainSettings, info: StreamInfo) -> FilterFacts:
    """Say how the numbers were filtered."""
    raw = info.signal is Signal.RAW
    return FilterFacts(
        type="butterworth" if raw else "none",
        order=ORDER if raw else 0,
        band_hz=(chain.filters.low_hz, chain.filters.high_hz) if raw else None,
        notch_hz=chain.filters.notch_hz,
        causal=True,
        rms_bar_s=chain.bar_window_s if raw else 1.0 / info.fs_hz,
        rms_ratio_s=chain.ratio_window_s,
        rms_onset_s=chain.short_window_s if raw else 1.0 / info.fs_hz,
    )


def chain_record(info: StreamInfo, chain: ChainSettings) -> Chain:
    """Name what a maximum depends on besides the athlete."""
    raw = info.signal is Signal.RAW
    return Chain(
        fs_hz=info.fs_hz,
        low_hz=chain.filters.low_hz if raw else None,
        high_hz=chain.filters.high_hz if raw else None,
        notch_hz=chain.filters.notch_hz,
        gain=info.gain,
    )


def occasion(plan: SessionPlan, info: StreamInfo, chain: ChainSettings) -> Occasion:
    """Say what a calibration must fit to be used now; the placement is the one that was kept last.

    A simulated board keeps none.
    """
    placement = None if info.simulated else current_placement(plan.athlete)
    return Occasion(
        athlete=plan.athlete,
        source_id=info.source_id,
        serial=info.serial,
        unit=info.unit.value,
        chain=chain_record(info, chain),
        channels=plan.montage.as_dict(),
        placement_id=None if placement is None else placement.id,
        now=datetime.now(UTC),
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What a new calibration is made of.

    Attributes
    ----------
    info : StreamInfo
        The stream.
    chain : ChainSettings
        The chain in force.
    montage : Montage
        The map in force.
    reference : Reference
        Rest and maxima.
    draft : Draft
        How they were got.
    """

    info: StreamInfo
    chain: ChainSettings
    montage: Montage
    reference: Reference
    draft: Draft


def calibration_record(plan: SessionPlan, measured: Measured) -> Calibration:
    """Make the record of a calibration that was measured in this session."""
    info, draft = measured.info, measured.draft
    channels = measured.montage.as_dict()
    return Calibration(
        athlete=plan.athlete,
        board=info.board,
        serial=info.serial,
        source_id=info.source_id,
        unit=info.unit.value,
        chain=chain_record(info, measured.chain),
        placement=plan.placement,
        made_at=datetime.now(UTC),
        software=software().version,
        way=plan.way,
        intake=IntakeRecord.of(plan.intake),
        sites={
            name: _site_record(plan, draft, name, channels[name], site)
            for name, site in measured.reference.sites.items()
        },
        trials=tuple(
            TrialRecord(
                site=trial.site,
                best_uv=trial.best_uv,
                sample=trial.sample,
                position=trial.position,
                effort_pct=trial.effort_pct,
                quality=trial.quality,
                pain_0_10=trial.pain_0_10,
            )
            for trial in draft.trials
        ),
    )


def _site_record(plan: SessionPlan, draft: Draft, name: str, channel: int, site: SiteReference) -> SiteRecord:
    """Say of one site what its 100 % is, and in which position it was got."""
    codes = [trial.position for trial in draft.trials if trial.site == name]
    position = POSITIONS.get(codes[-1]) if codes else None
    return SiteRecord(
        channel=channel,
        rest_uv=site.rest_uv,
        mvc_uv=site.mvc_uv,
        method=site.method,
        mvc_cv_pct=site.mvc_cv_pct,
        cv_from="prior" if site.method is Method.SUBMAX else cv_from(draft.bests_uv(name)),
        doubts=site.doubts,
        position="" if position is None else position.code,
        hip_deg=None if position is None else position.hip_deg,
        knee_deg=None if position is None else position.knee_deg,
        resistance=None if position is None else resistance_for(position, plan.resistance),
    )


def session_record(
    plan: SessionPlan, info: StreamInfo, chain: ChainSettings, session_id: str, started_at: datetime
) -> SessionRecord:
    """Make session.json as it stands before the first sample."""
    return SessionRecord.of_stream(
        info,
        plan.montage,
        session_id=session_id,
        kind="practice" if plan.practice else "session",
        athlete=plan.athlete,
        protocol=plan.exercise.code,
        started_at=started_at,
        software=software(),
    ).amended(
        seed=plan.seed,
        faults=plan.faults,
        sore_side=plan.intake.sore_side,
        intake=IntakeRecord.of(plan.intake).model_dump(mode="json"),
        exercise=plan.exercise.model_dump(mode="json", by_alias=True),
        plan=plan_facts(plan),
        filters=None if plan.practice else filter_facts(chain, info),
        **calibration_facts(plan, plan.calibration),
    )


def plan_facts(plan: SessionPlan) -> dict[str, object]:
    """Say what a session was told besides its exercise and its intake."""
    legs = {side.value: _aim_facts(aims) for side, aims in plan.leg_aims.items()}
    return {
        "montage": plan.montage.as_dict(),
        "first_side": plan.first_side.value,
        "attended": plan.attended,
        "way": plan.way.value,
        "resistance": None if plan.resistance is None else plan.resistance.value,
        "checks": plan.checks,
        "notch_hz": plan.notch_hz,
        **_aim_facts(plan.aims),
        **({"legs": legs} if legs else {}),
        "feedback": None if plan.aims.feedback is None else plan.aims.feedback.value,
        "pain_suggest": plan.limits.suggest,
        "pain_stop": plan.limits.stop,
    }


def _aim_facts(aims: Aims) -> dict[str, object]:
    return {"target_pct": aims.target_pct, "ceiling": aims.ceiling, "ceiling_pct": aims.ceiling_pct}


def calibration_facts(plan: SessionPlan, calibration: Calibration | None) -> Mapping[str, object]:
    """Facts of session.json that follow from the placement and a calibration, or from there being none."""
    placement = None if plan.placement is None else plan.placement.model_dump(mode="json")
    fields = None if calibration is None else calibration.model_dump(mode="json", by_alias=True)
    shown = placement if plan.placement is not None and plan.placement.shown else None
    isek = isek_facts(plan.montage.names, calibration=fields, placement=shown)
    return {"calibration": fields, "placement": placement, "isek": isek}
