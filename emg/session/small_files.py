"""The small files of a session, some fields of each: bounded, typed, and of any version so far."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from emg.foreign import NotStrict, own_words, plain, read_small
from emg.pain import Pain
from emg.said import Said, said_by

MAX_SESSION_BYTES: Final = 8_000_000
"""session.json: some 10 kB, and 60 bytes more for each gap."""
MAX_SUMMARY_BYTES: Final = 1_000_000
MAX_HOLDS_BYTES: Final = 8_000_000
MAX_EVENTS_BYTES: Final = 200_000_000
"""Hours of events are some megabytes."""

Kind: TypeAlias = Literal["session", "practice", "recording"]
Text: TypeAlias = Annotated[str, Field(max_length=200)]
_Known = TypeVar("_Known", bound=BaseModel)


class DigestError(ValueError):
    """A session's files cannot be read; the message is one sentence that says which and why."""


def _with_years_to_spare(moment: datetime) -> datetime:
    """Refuse times beside which there is no other time in some zone, then give UTC."""
    if not 1970 <= moment.year < 9000:
        raise ValueError(Said("no session was started then"))
    return moment.astimezone(UTC)


class Light(BaseModel):
    """Some fields of a file: the others, of this version or a later one, are let be."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


class SitePart(Light):
    """One site of a calibration or of the summary's references."""

    method: Text | None = None
    doubts: tuple[Text, ...] = ()


class PlacementPart(Light):
    """Which taping."""

    id: Text


class CalibrationPart(Light):
    """How 100 % was got."""

    way: Text | None = None
    sites: dict[Text, SitePart] = {}


class IntakePart(Light):
    """What was said before."""

    pain_0_10: Pain | None = None


class SessionFile(Light):
    """session.json, as far as a list needs it."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    id: Text
    kind: Kind
    athlete: Text
    protocol: Text
    started_at: Annotated[AwareDatetime, AfterValidator(_with_years_to_spare)]
    complete: bool = False
    ended_at: AwareDatetime | None = None
    simulated: bool = False
    board: Text | None = None
    sore_side: Text | None = None
    calibration: CalibrationPart | None = None
    placement: PlacementPart | None = None
    intake: IntakePart | None = None


class Told(Light):
    """Any number of summary.json: a mean, a median, a comparison or an estimate."""

    value: float | None = None
    mean: float | None = None
    median: float | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    sd_factor: float | None = None
    iqr: float | None = None
    doubts: tuple[Text, ...] | None = None
    reason: Text | None = None


class CountsPart(Light):
    """Of how many holds a side's numbers are."""

    glute_latency_s: Annotated[int, Field(ge=0)] | None = None


class SidePart(Light):
    """One side's numbers, from its test holds."""

    n_test: Annotated[int, Field(ge=0)] = 0
    glute_pct_mvc: Told | None = None
    ham_pct_mvc: Told | None = None
    glute_pct_submax: Told | None = None
    ratio_same_side: Told | None = None
    glute_latency_s: Told | None = None
    n: CountsPart | None = None


class FindingsPart(Light):
    """Single levels of a side that hurts and of the other."""

    sore_side: Text | None = None
    other_glute: Told | None = None
    sore_glute: Told | None = None
    sore_ham: Told | None = None


class PainPart(Light):
    """Pain 0 to 10 before, worst in the efforts of the set-up, worst in the holds, and after."""

    before: Pain | None = None
    efforts: Pain | None = None
    worst: Pain | None = None
    after: Pain | None = None


class SummaryFile(Light):
    """summary.json, also of a version that told less."""

    sides: dict[Text, SidePart] = {}
    glute_lsi_pct: Told | None = None
    ham_lsi_pct: Told | None = None
    diagonal: dict[Text, Told] = {}
    references: dict[Text, SitePart] = {}
    findings: FindingsPart | None = None
    pain: PainPart | None = None


def read_light(path: Path, model: type[_Known], max_bytes: int) -> _Known | None:
    """Read a JSON file; None where there is none.

    Raises
    ------
    DigestError
        If it cannot be read, or a field is not what it should be.
    """
    content = read_bounded(path, max_bytes)
    if content is None:
        return None
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"][:6])[:60]
        # a name in the file may be anything; the sentence stays one line
        raise DigestError(
            Said(
                "{path} cannot be read ({where}: {fault}).",
                path=str(path),
                where=plain(where, 60) or Said("text"),
                fault=own_words(first) or first["msg"],
            )
        ) from error


def read_bounded(path: Path, max_bytes: int) -> bytes | None:
    """Read a file that is one, and is small: a device or a pipe would be read for ever.

    Raises
    ------
    DigestError
        If it is no file, is larger than ``max_bytes``, or cannot be opened.
    """
    try:
        return read_small(path, max_bytes)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DigestError(
            Said("{path} cannot be opened ({reason}).", path=str(path), reason=str(error.strerror))
        ) from error
    except NotStrict as error:
        raise DigestError(Said("{path} {fault}.", path=str(path), fault=said_by(error))) from error
