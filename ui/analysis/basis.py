"""What the percentages of an analysis are built on: a calibration, a session's own, or windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from calibrations.calibration import Calibration
from calibrations.checks import CalibrationMismatch, Occasion, check_fits, mismatch
from calibrations.store import CalibrationUnreadable, load, parse
from emg.activation import Reference
from emg.said import Said, said_by
from emg.session.model import SessionRecord
from ui.analysis.holds import reference_left_behind
from ui.analysis.notes import CALIBRATION_UNCHECKED, CAUSAL_CALIBRATION, OTHER_FILTER, own_unfit
from ui.analysis.request import AnalysisRequest
from ui.analysis.subject import Subject
from ui.analysis.typed import RequestError
from ui.session.recording import NOBODY
from ui.session.records import chain_record


@dataclass(frozen=True, slots=True)
class Basis:
    """What percentages are built on.

    Attributes
    ----------
    reference : Reference or None
        Of a calibration.
    origin : str or None
        ``calibration``, ``session`` or ``windows``.
    notes : tuple of str
        What to know about it.
    """

    reference: Reference | None = None
    origin: str | None = None
    notes: tuple[str, ...] = ()


def basis_of(request: AnalysisRequest, subject: Subject) -> Basis:
    """Find rest and maximum: as asked for, else from the session's own calibration.

    Raises
    ------
    RequestError
        If too much was asked for.
    CalibrationUnreadable, CalibrationMismatch
        About the calibration.
    SessionReadError
        If a session does not carry the reference that it says.
    """
    if request.calibration is not None:
        if request.rest or request.mvc:
            raise RequestError(Said("A calibration has rest and maximum: leave --rest and --mvc out."))
        calibration = load(request.calibration)
        _check_calibration(calibration, subject)
        notes = () if subject.record else (CALIBRATION_UNCHECKED,)
        return Basis(calibration.reference(), "calibration", notes)
    if request.rest or request.mvc:
        return Basis(origin="windows")
    if subject.record is None:
        return Basis()
    if subject.record.calibration is None:
        return _left_behind(request, subject)
    own = _own_calibration(subject.record.calibration)
    if subject.chain.zero_phase or own.chain != chain_record(subject.info, subject.chain):
        return Basis(notes=(OTHER_FILTER,))
    reason = mismatch(own, _occasion_of(subject.record, own))
    if reason:
        return Basis(notes=(own_unfit(reason),))
    sites = {
        name: reference
        for name, reference in own.reference().sites.items()
        if subject.channels.get(name) == own.sites[name].channel
    }
    return Basis(Reference(sites), "session")


def _left_behind(request: AnalysisRequest, subject: Subject) -> Basis:
    """Find what the holds of a session were measured by that ended without a reference in force."""
    reference = reference_left_behind(subject.events)
    if reference is None:
        return Basis()
    if request.zero_phase or request.mains is not None:
        return Basis(notes=(OTHER_FILTER,))
    return Basis(reference, "session")


def _own_calibration(fields: dict[str, Any]) -> Calibration:
    try:
        return parse(fields, Said("The calibration in session.json"))
    except CalibrationUnreadable as error:
        raise CalibrationUnreadable(
            Said("{fault} Or give another one with --calibration.", fault=said_by(error))
        ) from error


def _occasion_of(record: SessionRecord, own: Calibration) -> Occasion:
    """Say what a session's own calibration must fit, as far as the record tells; its chain is known to.

    One that was loaded must have held when the session began, one measured in it before its end.
    """
    measured_in_it = own.made_at > record.started_at
    return Occasion(
        athlete=record.athlete,
        source_id=record.source_id,
        unit=record.unit.value,
        chain=own.chain,
        channels=record.montage,
        now=(record.ended_at or own.made_at) if measured_in_it else record.started_at,
        serial=record.serial,
        placement_id=_placement_id(record),
    )


def _check_calibration(calibration: Calibration, subject: Subject) -> None:
    """Refuse a calibration made for something else, as far as the recording says what it is.

    Raises
    ------
    CalibrationMismatch
        With the first thing that does not fit.
    """
    if subject.chain.zero_phase:
        raise CalibrationMismatch(CAUSAL_CALIBRATION)
    chain = chain_record(subject.info, subject.chain)
    channels = {name: site.channel for name, site in calibration.sites.items()}
    record = subject.record
    if record is None:  # a plain file says neither whose it is nor with what or when it was recorded
        chain = chain.model_copy(update={"gain": calibration.chain.gain})
        measured = {name: channels.get(name, 0) for name in subject.montage.names}
        athlete, source_id, now = calibration.athlete, calibration.source_id, calibration.made_at
    else:
        measured = subject.channels
        athlete = calibration.athlete if record.athlete == NOBODY else record.athlete
        source_id, now = record.source_id, record.ended_at or record.started_at
    serial, placement_id = ("", None) if record is None else (record.serial, _placement_id(record))
    unit = subject.info.unit.value
    check_fits(
        calibration,
        Occasion(athlete, source_id, unit, chain, channels | measured, now, serial, placement_id),
    )


def _placement_id(record: SessionRecord) -> str | None:
    return None if record.placement is None else str(record.placement.get("id", ""))
