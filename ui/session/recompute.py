"""A saved session computed again from its folder alone: samples, inputs, and what it was told to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from calibrations.calibration import IntakeRecord
from calibrations.draft import Draft, Way
from calibrations.intake import Intake
from calibrations.positions import Resistance
from emg.activation import NO_REFERENCE, Reference
from emg.blocks import SampleBlock, StreamInfo
from emg.codes import EventKind
from emg.filters import BandError
from emg.live.build_view import SessionFacts
from emg.live.listener import Listener
from emg.live.live_session import LiveSession
from emg.montage import NO_SITES, Montage, MontageError, Side
from emg.pain import PainLimits
from emg.pipeline import Pipeline
from emg.protocols import Protocol as Exercise
from emg.quality import INVALID, VERDICTS
from emg.reference import LOADED, ReferenceInForce, reference_of
from emg.results import Feedback, HoldResult
from emg.said import said_by
from emg.session.bundle import read_events, read_samples, read_session
from emg.session.model import SessionRecord
from emg.session.outcome import IMPORTED
from emg.session.recover import Keeper, LevelsKeeper, clock_again, end_of_practice, replay
from emg.session.tables import ActivationTable
from emg.stage import Event
from hardware.replay import ReplaySource
from ui.language import _
from ui.session.plan import Aims, SessionPlan, chain_settings
from ui.session.set_up import make_set_up
from ui.session.stages import make_stages
from ui.words.told import told

NO_AXIS_PCT: Final = 100.0
"""Nobody looks at a session that is computed again."""

LONGEST_PRACTICE_S: Final = 86_400.0
"""A later event is a damaged line."""

CALIBRATION_REFUSED: Final = "calibration_refused"

NOTHING_HELD: Final[Mapping[str, str]] = {
    "recording": _("{folder} is a recording: nothing was held in it."),
    "practice": _("{folder} was practised by the clock: nothing was measured in it."),
}
WAS_IMPORTED: Final = _("{folder} was imported: use powerhold analyze.")
TOO_OLD: Final = _("{folder} was recorded before sessions kept all that is needed to compute them again.")
TOO_NEW: Final = _(
    "{folder} was told what this version of the program does not know ({what}): use a newer one."
)
LACKS_SAMPLES: Final = _(
    "{folder} lacks samples for which the disk was too slow: its holds stay as they are."
)
LACKS_MAP: Final = _("{folder} does not say on which channels its sites were before they were mended.")
NO_PRACTICE: Final = _("{folder} is no practice that can be: it has channels, or takes longer than a day.")
NO_INPUT: Final = _("{folder} holds an input that cannot be read: {what}.")


class CannotRecompute(ValueError):
    """A session cannot be computed again exactly; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A session computed again.

    Attributes
    ----------
    record : SessionRecord
        What session.json says.
    recorded : tuple of Event
        What events.jsonl says, with what was said of the holds after the session.
    events : tuple of Event
        What it came to now.
    holds : tuple of HoldResult
        As they were when they ended, not amended.
    reference : Reference
        The last one with anything in it.
    levels : str
        Text of activation.csv, where it was asked for.
    """

    record: SessionRecord
    recorded: tuple[Event, ...]
    events: tuple[Event, ...]
    holds: tuple[HoldResult, ...]
    reference: Reference
    levels: str = ""


class _LegFacts(BaseModel):
    """What one leg was asked for, where it was not what both were."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    target_pct: float | None
    ceiling: bool
    ceiling_pct: float | None


class _PlanFacts(BaseModel):
    """Field ``plan`` of session.json, as ``ui.session.records.plan_facts`` writes it.

    ``montage`` is the map that the session began with: the one beside it in session.json may be mended.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    first_side: Side
    attended: bool
    way: Way
    resistance: Resistance | None
    checks: bool
    notch_hz: float | None
    target_pct: float | None
    ceiling: bool
    ceiling_pct: float | None
    legs: dict[Side, _LegFacts] = {}
    feedback: Feedback | None
    pain_suggest: int
    pain_stop: int
    montage: dict[str, int] | None = None


def recomputed(folder: Path, *, with_levels: bool = False) -> Recomputed:
    """Compute a saved session again; nothing on disk is changed.

    Parameters
    ----------
    folder : Path
        A session, also one that was killed: that one ends where its samples do.
    with_levels : bool
        Make activation.csv as well.

    Raises
    ------
    SessionReadError
        If a file is missing or cannot be read.
    CannotRecompute
        If what is on disk does not say all that decided the session.
    """
    record, recorded = read_session(folder), read_events(folder)
    if record.kind in NOTHING_HELD:
        raise CannotRecompute(NOTHING_HELD[record.kind].format(folder=folder))
    if record.board == IMPORTED:
        raise CannotRecompute(WAS_IMPORTED.format(folder=folder))
    info, blocks = read_samples(folder)
    return _recomputed(folder, record, recorded, info, blocks, with_levels=with_levels)


def practised_again(folder: Path) -> Recomputed:
    """Let a saved practice pass again, by its own clock; one that was killed ends with its last event.

    Raises
    ------
    SessionReadError
        If a file is missing or cannot be read.
    CannotRecompute
        If what is on disk does not say all that decided it.
    """
    record, recorded = read_session(folder), read_events(folder)
    try:
        end_sample = end_of_practice(recorded)
    except ValueError as error:
        raise CannotRecompute(NO_INPUT.format(folder=folder, what=told(error))) from error
    if record.channels or end_sample > LONGEST_PRACTICE_S * record.fs_hz:
        raise CannotRecompute(NO_PRACTICE.format(folder=folder))
    info = StreamInfo(
        board=record.board,
        source_id=record.source_id,
        nominal_fs_hz=record.nominal_fs_hz,
        fs_hz=record.fs_hz,
        n_channels=0,
        full_scale_uv=record.full_scale,
        bandwidth_hz=record.bandwidth_hz,
        signal=record.signal,
        simulated=record.simulated,
    )
    blocks = clock_again(recorded, end_sample, info.fs_hz)
    return _recomputed(folder, record, recorded, info, blocks, with_levels=False)


def _recomputed(
    folder: Path,
    record: SessionRecord,
    recorded: Sequence[Event],
    info: StreamInfo,
    blocks: Iterable[SampleBlock],
    *,
    with_levels: bool,
) -> Recomputed:
    """Run it again from what was read."""
    if any(event.kind is EventKind.UNRECORDED for event in recorded):
        raise CannotRecompute(LACKS_SAMPLES.format(folder=folder))
    try:
        plan = plan_from(record, recorded, folder)
    except MontageError as error:
        raise CannotRecompute(said_by(error)) from error
    table = ActivationTable(plan.montage.names, info.fs_hz, VERDICTS, INVALID, info.unit)
    kept = LevelsKeeper(table=table) if with_levels else Keeper()
    try:
        reference = ReferenceInForce(_loaded(recorded))
        measures = not reference().sites and not _was_refused(recorded)
        live = _live_session(plan, info, reference, kept, measures=measures)
        replay(live, info, blocks, recorded)
    except (MontageError, BandError) as error:
        raise CannotRecompute(said_by(error)) from error
    except ValueError as error:
        raise CannotRecompute(NO_INPUT.format(folder=folder, what=told(error))) from error
    levels = "".join((table.header, *kept.rows)) if isinstance(kept, LevelsKeeper) else ""
    return Recomputed(record, tuple(recorded), tuple(kept.events), tuple(kept.holds), reference.last, levels)


def plan_from(record: SessionRecord, recorded: Sequence[Event], folder: Path) -> SessionPlan:
    """Read the plan of a saved session back.

    Parameters
    ----------
    record : SessionRecord
        What session.json says.
    recorded : sequence of Event
        What events.jsonl says.
    folder : Path
        The session: its samples stand in for the board.

    Returns
    -------
    SessionPlan
        Without performer and calibration: what they came to stands in the events.

    Raises
    ------
    CannotRecompute
        If an older version of the program wrote it, or a newer one.
    """
    if record.exercise is None or record.plan is None or record.intake is None:
        raise CannotRecompute(TOO_OLD.format(folder=folder))
    try:
        facts = _PlanFacts.model_validate(record.plan)
        return SessionPlan(
            source=ReplaySource(folder, speed=0.0),
            exercise=Exercise.model_validate(record.exercise),
            montage=_first_montage(record, facts, recorded, folder),
            athlete=record.athlete,
            parent=folder.parent,
            first_side=facts.first_side,
            seed=record.seed,
            faults=record.faults,
            notch_hz=facts.notch_hz,
            intake=_intake(record.intake),
            way=facts.way,
            resistance=facts.resistance,
            checks=facts.checks,
            attended=facts.attended,
            aims=Aims(facts.target_pct, facts.ceiling, facts.ceiling_pct, facts.feedback),
            leg_aims={
                side: Aims(leg.target_pct, leg.ceiling, leg.ceiling_pct, facts.feedback)
                for side, leg in facts.legs.items()
            },
            limits=PainLimits(facts.pain_suggest, facts.pain_stop),
            practice=record.kind == "practice",
        )
    except ValidationError as error:
        what = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise CannotRecompute(TOO_NEW.format(folder=folder, what=what)) from error


def _intake(said: Mapping[str, JsonValue]) -> Intake:
    return Intake(**dict(IntakeRecord.model_validate(said)))


def _first_montage(
    record: SessionRecord, facts: _PlanFacts, recorded: Sequence[Event], folder: Path
) -> Montage:
    """Give the sites and channels that the session began with."""
    if record.kind == "practice":
        return NO_SITES
    if facts.montage is not None:
        return Montage.of(facts.montage)
    if any(event.kind is EventKind.MONTAGE_SET for event in recorded):
        raise CannotRecompute(LACKS_MAP.format(folder=folder))
    return Montage.of(record.montage)


def _live_session(
    plan: SessionPlan,
    info: StreamInfo,
    reference: ReferenceInForce,
    listener: Listener,
    *,
    measures: bool,
) -> LiveSession:
    """Put a session together as ``ui.assembly`` did on the day, without a performer.

    ``measures`` says whether rest and maxima came before the holds, and were not brought along.
    """
    plan.montage.check_fits(info.n_channels, info.board)
    chain = chain_settings(info, plan.notch_hz)
    set_up = make_set_up(plan, info, Draft())
    before = set_up.stages if measures else set_up.checks
    return LiveSession(
        info,
        Pipeline(info, plan.montage, chain, reference()),
        make_stages(plan, info, chain, before, reference),
        reference,
        listener,
        SessionFacts(plan.athlete, plan.exercise.code, NO_AXIS_PCT, not plan.attended),
        recalibration=set_up.stages if plan.attended else (),
    )


def _loaded(recorded: Sequence[Event]) -> Reference:
    """Give the reference that the session began with: a calibration's, or none."""
    sets = (event for event in recorded if event.kind is EventKind.REFERENCE_SET)
    return next((reference_of(e) for e in sets if e.detail.get("how") == LOADED), NO_REFERENCE)


def _was_refused(recorded: Sequence[Event]) -> bool:
    """Whether a calibration was brought along that did not fit: then nothing was measured unasked."""
    notices = (event for event in recorded if event.kind is EventKind.NOTICE)
    return any(event.detail.get("code") == CALIBRATION_REFUSED for event in notices)
