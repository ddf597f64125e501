"""What session.json says: the facts without which nobody can read the other files."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)

from emg.blocks import Signal, StreamInfo, Unit
from emg.limits import limits_of
from emg.montage import Montage
from emg.said import Said

SCHEMA: Final = 1

Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
UtcTime = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
RecordKind: TypeAlias = Literal["session", "practice", "recording"]


class Facts(BaseModel):
    """Frozen, and nothing in it that is not listed."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", allow_inf_nan=False, validate_by_name=True
    )

    def to_json(self) -> str:
        """Text of the file that holds them."""
        found = self.model_dump(mode="json", by_alias=True)
        return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


class Gap(Facts):
    """Samples that never arrived.

    Attributes
    ----------
    first_sample : int
        First lost sample.
    n_lost : int
        How many in a row.
    estimated : bool
        True if the number was taken from the clock.
    """

    first_sample: Count
    n_lost: Annotated[int, Field(ge=1)]
    estimated: bool = False


class FilterFacts(Facts):
    """How the numbers in holds.csv and activation.csv were filtered (raw.bdf never is).

    Attributes
    ----------
    type : str
        For example ``butterworth``; ``none`` for a board that sends envelopes.
    order : int
        Per side of the band.
    band_hz : tuple of 2 floats or None
        Corners of the band-pass.
    notch_hz : float or None
        Mains frequency if the notch is on.
    causal : bool
        True unless filtered forwards and backwards.
    rms_bar_s, rms_ratio_s, rms_onset_s : float
        Windows of the moving RMS.
    """

    type: str
    order: Count
    band_hz: tuple[Positive, Positive] | None
    notch_hz: Positive | None
    causal: bool
    rms_bar_s: Positive
    rms_ratio_s: Positive
    rms_onset_s: Positive


class ElectrodeFacts(Facts):
    """What the ISEK standards ask to be reported; None is "nobody said".

    References
    ----------
    Merletti (1999), Standards for reporting EMG data, ISEK.
    """

    configuration: str | None = "bipolar"
    placement: str | None = None
    inter_electrode_mm: Positive | None = None
    material: str | None = None
    shape: str | None = None
    size_mm: Positive | None = None
    skin_preparation: str | None = None
    normalisation: str | None = None


class SoftwareFacts(Facts):
    """Which program wrote the session, on what kind of system; never whose machine."""

    name: str = "powerhold"
    version: str
    python: str
    platform: str

    @classmethod
    def here(cls, version: str) -> SoftwareFacts:
        """Facts of this process."""
        system = f"{platform.system()} {platform.release()} {platform.machine()}"
        return cls(version=version, python=platform.python_version(), platform=system.strip())


class SessionRecord(Facts):
    """session.json; units are in the names, None is "not known" or "does not apply".

    Attributes
    ----------
    schema_version : int
        ``schema`` in the file.
    id, athlete, protocol : str
        Name of the folder, pseudonym of the athlete, name of the protocol.
    kind : str
        ``session``; ``practice``: by the clock, with nothing measured; or ``recording``: raw samples and
        events only.
    started_at, ended_at : datetime
        UTC time of sample 0, and of the end.
    channels : int
        EMG channels of raw.bdf; a practice, and nothing else, has none, and no raw.bdf.
    channel_names : tuple of str
        Full name of every signal of raw.bdf, in its order.
    full_scale : float
        Physical value of the count 8388607 of the EMG channels, in ``unit``.
    cannot : tuple of str
        What the board's signal cannot tell (``emg/limits.py``).
    exercise : dict or None
        The protocol as it was run, whole.
    plan : dict or None
        What else the session was told: with ``exercise`` and ``intake`` enough to run it again.
    calibration : dict or None
        The calibration used, whole.
    intake : dict or None
        What was said before anything contracted; None where nobody was asked.
    placement : dict or None
        Which taping of the electrodes this is, and where they sit.
    isek : ElectrodeFacts
        ``emg/session/isek.py`` fills it from what is known.
    lost_samples, gaps
        What never arrived.
    complete : bool
        False until the session was closed in order.
    """

    schema_version: Literal[1] = Field(default=SCHEMA, alias="schema")
    id: str
    kind: RecordKind
    athlete: str
    protocol: str
    started_at: UtcTime
    ended_at: UtcTime | None = None
    complete: bool = False
    simulated: bool
    seed: int | None = None
    faults: tuple[str, ...] = ()
    board: str
    serial: str
    source_id: str
    fs_hz: Positive
    nominal_fs_hz: Positive
    bandwidth_hz: Positive
    signal: Signal
    unit: Unit
    cannot: tuple[str, ...] = ()
    gain: Positive | None
    full_scale: Positive
    channels: Count
    channel_names: tuple[str, ...]
    montage: dict[str, int]
    sore_side: Literal["left", "right", "both", "none"] | None = None
    filters: FilterFacts | None = None
    exercise: dict[str, JsonValue] | None = None
    plan: dict[str, JsonValue] | None = None
    calibration: dict[str, JsonValue] | None = None
    intake: dict[str, JsonValue] | None = None
    placement: dict[str, JsonValue] | None = None
    isek: ElectrodeFacts = ElectrodeFacts()
    software: SoftwareFacts
    lost_samples: Count = 0
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def of_stream(
        cls,
        info: StreamInfo,
        montage: Montage | None,
        *,
        session_id: str,
        kind: RecordKind,
        athlete: str,
        protocol: str,
        started_at: datetime,
        software: SoftwareFacts,
    ) -> SessionRecord:
        """Begin the record with what the stream says of itself; ``amended`` adds the rest."""
        return cls(
            id=session_id,
            kind=kind,
            athlete=athlete,
            protocol=protocol,
            started_at=started_at,
            simulated=info.simulated,
            board=info.board,
            serial=info.serial,
            source_id=info.source_id,
            fs_hz=info.fs_hz,
            nominal_fs_hz=info.nominal_fs_hz,
            bandwidth_hz=info.bandwidth_hz,
            signal=info.signal,
            unit=info.unit,
            cannot=limits_of(info),
            gain=info.gain,
            full_scale=info.full_scale_uv,
            channels=info.n_channels,
            channel_names=channel_names(info, montage),
            montage={} if montage is None else montage.as_dict(),
            software=software,
        )

    @model_validator(mode="after")
    def _measures_unless_it_is_a_practice(self) -> Self:
        if (self.channels == 0) is not (self.kind == "practice"):
            raise ValueError(Said("a practice, and nothing else, has no channels"))
        return self

    def amended(self, **changes: object) -> SessionRecord:
        """Return a copy with some facts changed, checked like a new one.

        Raises
        ------
        pydantic.ValidationError
            If a name is unknown or a value does not fit.
        """
        return SessionRecord.model_validate({**dict(self), **changes})


def channel_names(info: StreamInfo, montage: Montage | None) -> tuple[str, ...]:
    """Full names of the signals of raw.bdf: the site or CH1, CH2 ..., then the board's other channels."""
    sites = {} if montage is None else {channel: name for name, channel in montage.as_dict().items()}
    emg = (sites.get(number, f"CH{number}") for number in range(1, info.n_channels + 1))
    return (*emg, *(aux.label for aux in info.aux))
