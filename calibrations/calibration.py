"""The record of a calibration: what 100 % was, how it was got, and for what it holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from calibrations.draft import TrialQuality, Way
from calibrations.intake import Flag, Intake, SorePlace, SoreSide
from calibrations.placement import Placement
from calibrations.positions import Resistance
from emg.activation import Reference, SiteReference
from emg.pain import Pain
from emg.results import Doubt, Method
from emg.said import Said
from emg.session.ids import AthleteId

SCHEMA = 2

Level = Annotated[float, Field(gt=0.0, le=1e7)]
Angle = Annotated[float, Field(ge=-30.0, le=180.0)]
SiteName = Annotated[str, Field(pattern=r"^[a-z0-9_]+_(left|right)$")]


def _written_out(moment: object) -> object:
    """Refuse a bare number: it could be seconds or milliseconds since some year."""
    if isinstance(moment, datetime) or (isinstance(moment, str) and "T" in moment):
        return moment
    raise ValueError(Said("a date and a time are needed"))


MadeAt = Annotated[
    AwareDatetime,
    Field(strict=False, ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(9000, 1, 1, tzinfo=UTC)),
    BeforeValidator(_written_out),
]
"""A clock that was never set begins in 1970; beyond these years no time zone can be reckoned."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class TrialRecord(_Part):
    """One effort; ``best_uv`` is None where a gap, a clipped sample or an artefact spoilt it."""

    site: SiteName
    best_uv: Level | None
    sample: Annotated[int, Field(ge=0)] | None = None
    position: str = ""
    effort_pct: Annotated[int, Field(ge=0, le=100)] = 100
    quality: Annotated[TrialQuality, Field(strict=False)] = TrialQuality.GOOD
    pain_0_10: Pain | None = None


class SiteRecord(_Part):
    """Rest and maximum of one site, rest still in the maximum, and the position it was got in."""

    channel: Annotated[int, Field(ge=1, le=1024)]
    rest_uv: Annotated[float, Field(ge=0.0, le=1e7)]
    mvc_uv: Level
    method: Annotated[Method, Field(strict=False)]
    mvc_cv_pct: Annotated[float, Field(ge=0.0, le=200.0)]
    cv_from: Literal["trials", "prior"] = "prior"
    doubts: Annotated[tuple[Annotated[Doubt, Field(strict=False)], ...], Field(strict=False)] = ()
    position: str = ""
    hip_deg: Angle | None = None
    knee_deg: Angle | None = None
    resistance: Annotated[Resistance, Field(strict=False)] | None = None

    @model_validator(mode="after")
    def _above_rest(self) -> SiteRecord:
        if self.mvc_uv <= self.rest_uv:
            raise ValueError(Said("the maximum must be above the rest"))
        return self


class Chain(_Part):
    """The chain it was measured through: another band gives another maximum. An envelope has no band."""

    fs_hz: Annotated[float, Field(ge=1.0, le=1e5)]
    low_hz: Annotated[float, Field(gt=0.0)] | None
    high_hz: Annotated[float, Field(gt=0.0)] | None
    notch_hz: Annotated[float, Field(gt=0.0)] | None
    gain: Annotated[float, Field(gt=0.0)] | None


class IntakeRecord(_Part):
    """What was said before anything contracted."""

    sore_side: Annotated[SoreSide, Field(strict=False)] | None = None
    sore_place: Annotated[SorePlace, Field(strict=False)] | None = None
    pain_0_10: Pain | None = None
    alone: bool = False
    flags: Annotated[tuple[Annotated[Flag, Field(strict=False)], ...], Field(strict=False)] = ()
    on_battery: bool | None = None
    maximal_anyway: bool = False

    @classmethod
    def of(cls, intake: Intake) -> IntakeRecord:
        """Record what was said."""
        return cls(**{name: getattr(intake, name) for name in cls.model_fields})


class Calibration(_Part):
    """Valid for this athlete, this board, this chain and this placement of the electrodes."""

    schema_version: Annotated[Literal[2], Field(alias="schema")] = 2
    athlete: AthleteId
    board: str
    serial: str = ""
    source_id: str
    unit: Literal["uV", "arbitrary"]
    chain: Chain
    placement: Placement | None = None
    made_at: MadeAt
    software: str
    way: Annotated[Way, Field(strict=False)] = Way.QUICK
    intake: IntakeRecord | None = None
    sites: Annotated[dict[SiteName, SiteRecord], Field(min_length=1, max_length=4)]
    trials: tuple[TrialRecord, ...] = Field(default=(), strict=False)

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, strict=True, populate_by_name=True
    )

    @model_validator(mode="after")
    def _one_channel_each(self) -> Calibration:
        if len({site.channel for site in self.sites.values()}) < len(self.sites):
            raise ValueError(Said("two sites cannot have one channel"))
        return self

    def reference(self) -> Reference:
        """Give rest and maximum to the chain."""
        return Reference(
            {
                name: SiteReference(site.rest_uv, site.mvc_uv, site.method, site.mvc_cv_pct, site.doubts)
                for name, site in self.sites.items()
            }
        )

    def age_h(self, now: datetime) -> float:
        """Hours since it was made."""
        return (now - self.made_at).total_seconds() / 3600.0
