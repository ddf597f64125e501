"""The plan that goes from a clinic to a home: what to do, how hard, where electrodes sit, when to stop.

It names nobody: the athlete is a pseudonym, and nothing in it was measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    Field,
    ValidationError,
    model_validator,
)

from emg.foreign import NotStrict, one_line, own_words, plain, read_small, strict_object
from emg.montage import Side, Site
from emg.pain import Pain, PainLimits
from emg.protocols import BoutsSet, HoldsSet, Protocol, RepetitionsSet, SetPlan
from emg.results import Role
from emg.said import Said, said_by
from emg.session.ids import AthleteId
from emg.session.model import Facts
from emg.sets.targets import HIGHEST_PCT, HOME_LIMIT_PCT

FORMAT: Final = "powerhold-plan"
SCHEMA: Final = 1
SUFFIX: Final = ".powerhold-plan"

MAX_BYTES: Final = 100_000
"""A plan with a whole protocol has some 4 kB."""

MOST_SITES: Final = 16
MOST_CHANNELS: Final = 1024
LONGEST_SENTENCE: Final = 200


class PlanFileError(ValueError):
    """The plan cannot be used; the message is one sentence that says which field and why."""


def _in_years(moment: datetime) -> datetime:
    if not 1970 <= moment.year < 9000:
        raise ValueError(Said("no plan was made then"))
    return moment.astimezone(UTC)


def _a_site(name: str) -> str:
    return Site.parse(name).name


Level = Annotated[float, Field(ge=1.0, le=HIGHEST_PCT)]
Seconds = Annotated[float, Field(gt=0.0, le=600.0)]
SiteName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}_(left|right)$"), AfterValidator(_a_site)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class SideAim(Facts):
    """What one side is asked for, in %MVC.

    Attributes
    ----------
    target_pct : float or None
        Target of every training hold; None takes it from the test holds.
    ceiling_pct : float or None
        Ceiling of the exercise's ceiling muscle.
    ceiling_from_tests : bool
        A ceiling, taken from the test holds.
    """

    target_pct: Level | None = None
    ceiling_pct: Level | None = None
    ceiling_from_tests: bool = False

    @model_validator(mode="after")
    def _one_ceiling(self) -> SideAim:
        if self.ceiling_from_tests and self.ceiling_pct is not None:
            raise ValueError(Said("a ceiling is a number or taken from the test holds, not both"))
        return self


class Spot(Facts):
    """Where one site is: its channel on the board, and centimetres from its first landmark, if measured."""

    channel: Annotated[int, Field(ge=1, le=MOST_CHANNELS)]
    from_landmark_cm: Annotated[float, Field(gt=0.0, le=60.0)] | None = None


class Dose(Facts):
    """How much of it; None is "as the exercise says". Test holds stay as they are, or no trend would hold.

    Attributes
    ----------
    holds : int or None
        In a training set: holds, repetitions or bouts.
    sets : int or None
        How many such sets.
    rest_between_holds_s, rest_between_sets_s : float or None
        Rest.
    """

    holds: Annotated[int, Field(ge=1, le=30)] | None = None
    sets: Annotated[int, Field(ge=1, le=10)] | None = None
    rest_between_holds_s: Seconds | None = None
    rest_between_sets_s: Seconds | None = None


class PlanFile(Facts):
    """All that a clinic sends home, and nothing about the person.

    Attributes
    ----------
    format, schema_version
        What this is (``schema`` in the file).
    made_at : datetime
        UTC.
    software : str
        Version that made it.
    athlete : str
        Pseudonym in the clinic; at home it may be another.
    protocol : str
        Code of the exercise.
    own_protocol : Protocol or None
        The whole exercise, where it is none of those that come with the program.
    aims : mapping from side to SideAim
        What each side is asked for; a side that is not in it is asked for what the exercise says.
    over_60_pct : bool
        Somebody decided that a target may lie above ``HOME_LIMIT_PCT`` at home.
    pain_suggest, pain_stop : int
        Answers above which a session suggests to stop, and stops.
    board : str
        Name from the table of boards for which the channels are; empty where they are for any.
    sites : mapping from site to Spot
        In the order in which they are listed.
    dose : Dose
        How much.
    per_week : int or None
        How often a week.
    sentence : str
        What the athlete is told.
    """

    format: Literal["powerhold-plan"] = FORMAT
    schema_version: Annotated[Literal[1], Field(alias="schema")] = SCHEMA
    made_at: Annotated[AwareDatetime, AfterValidator(_in_years)]
    software: Annotated[str, Field(max_length=40), AfterValidator(one_line)]
    athlete: AthleteId
    protocol: Code
    own_protocol: Protocol | None = None
    aims: dict[Literal["left", "right"], SideAim] = Field(default_factory=dict)
    over_60_pct: bool = False
    pain_suggest: Pain = PainLimits().suggest
    pain_stop: Pain = PainLimits().stop
    board: Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,40}$")] = ""
    sites: dict[SiteName, Spot] = Field(default_factory=dict, max_length=MOST_SITES)
    dose: Dose = Dose()
    per_week: Annotated[int, Field(ge=1, le=21)] | None = None
    sentence: Annotated[str, Field(max_length=LONGEST_SENTENCE), AfterValidator(one_line)] = ""

    @model_validator(mode="after")
    def _fits_together(self) -> PlanFile:
        if self.own_protocol is not None and self.own_protocol.code != self.protocol:
            raise ValueError(Said("protocol and the code of own_protocol are not the same"))
        for side, aim in self.aims.items():
            if aim.target_pct is not None and aim.target_pct > HOME_LIMIT_PCT and not self.over_60_pct:
                raise ValueError(
                    Said(
                        "the target of {target} %MVC on the {side} is above {most}, and over_60_pct does not "
                        "allow it",
                        target=f"{aim.target_pct:g}",
                        side=side,
                        most=f"{HOME_LIMIT_PCT:g}",
                    )
                )
        channels = [spot.channel for spot in self.sites.values()]
        if len(set(channels)) < len(channels):
            raise ValueError(Said("two sites have one channel"))
        if self.pain_suggest > self.pain_stop:
            raise ValueError(Said("pain_suggest is above pain_stop"))
        return self

    @property
    def limits(self) -> PainLimits:
        """Its pain limits."""
        return PainLimits(self.pain_suggest, self.pain_stop)

    @property
    def centimetres(self) -> dict[str, float]:
        """Lengths from the first landmark, of the sites that somebody measured."""
        told = {name: spot.from_landmark_cm for name, spot in self.sites.items()}
        return {name: cm for name, cm in told.items() if cm is not None}

    @property
    def sites_text(self) -> str:
        """``SITE=CH,...`` as the command line takes it; empty without sites."""
        return ",".join(f"{name}={spot.channel}" for name, spot in self.sites.items())

    def aim(self, side: Side) -> SideAim:
        """Give what a side is asked for."""
        return self.aims.get(side.value, SideAim())


def parse_plan(fields: Mapping[str, Any], name: str) -> PlanFile:
    """Check the fields of a plan.

    Parameters
    ----------
    fields : mapping
        As they stand in the file.
    name : str
        How to call it if it cannot be used.

    Raises
    ------
    PlanFileError
        With the first thing that is wrong.
    """
    if fields.get("format") != FORMAT:
        raise PlanFileError(
            Said("{name} is not a plan: ask for the {suffix} file again.", name=name, suffix=SUFFIX)
        )
    schema = fields.get("schema")
    if type(schema) is int and schema > SCHEMA:
        raise PlanFileError(
            Said("{name} was made by a newer version of PowerHold: update, then open it.", name=name)
        )
    if type(schema) is not int:  # true is 1 to a library, and to nobody else
        raise PlanFileError(Said("{name} is not a plan: its schema is missing or unknown.", name=name))
    try:
        return PlanFile.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        raise PlanFileError(
            Said("{name} cannot be used ({fault}): ask for a new plan.", name=name, fault=first_fault(error))
        ) from error


def read_plan(path: Path) -> PlanFile:
    """Read a plan, strictly.

    Raises
    ------
    PlanFileError
        If it is not there, too large, not JSON, says anything twice, is newer, or a field is wrong.
    """
    name = plain(path.name, 80)
    try:
        fields = strict_object(read_small(path, MAX_BYTES))
    except NotStrict as error:
        raise PlanFileError(
            Said("{name} is not a plan: it {fault}.", name=name, fault=said_by(error))
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or Said("it cannot be the name of a file")
        raise PlanFileError(
            Said("{path} cannot be read: {reason}.", path=plain(str(path), 200), reason=reason)
        ) from error
    return parse_plan(fields, name)


def dosed(exercise: Protocol, dose: Dose) -> Protocol:
    """Give an exercise with as much of its training sets as a plan says.

    Parameters
    ----------
    exercise : Protocol
        As it stands in its file.
    dose : Dose
        How much; what it does not say stays.

    Raises
    ------
    PlanFileError
        If the exercise cannot be done so.
    """
    fields = exercise.model_dump(mode="json", by_alias=True)
    fields["sets"] = [_dosed_set(planned, dose) for planned in exercise.sets]
    for name in ("rest_between_holds_s", "rest_between_sets_s"):
        if getattr(dose, name) is not None:
            fields["timing"][name] = getattr(dose, name)
    try:
        return Protocol.model_validate(fields)
    except ValidationError as error:
        raise PlanFileError(
            Said("{code} cannot be done as planned ({fault}).", code=exercise.code, fault=first_fault(error))
        ) from error


def _dosed_set(planned: SetPlan, dose: Dose) -> dict[str, Any]:
    fields = planned.model_dump(mode="json", by_alias=True)
    if planned.role is Role.TEST:
        return fields
    match planned:
        case HoldsSet():
            counted = {"holds": dose.holds, "times": dose.sets}
        case RepetitionsSet():
            counted = {"repetitions": dose.holds, "times": dose.sets}
        case BoutsSet():  # its sets are its bouts
            counted = {"bouts": dose.holds if dose.holds is not None else dose.sets}
    return fields | {name: number for name, number in counted.items() if number is not None}


def protocol_toml(protocol: Protocol) -> str:
    """Text of an exercise's own file; ``parse_protocol`` reads the same exercise out of it."""
    fields = protocol.model_dump(mode="json", by_alias=True, exclude_none=True)
    sets: list[dict[str, Any]] = fields.pop("sets")
    tables = {name: fields.pop(name) for name in ("timing", "target")}
    lines = _toml_lines(fields)
    for name, table in tables.items():
        lines += ["", f"[{name}]", *_toml_lines(table)]
    for planned in sets:
        lines += ["", "[[sets]]", *_toml_lines(planned)]
    return "\n".join(lines) + "\n"


def _toml_lines(fields: Mapping[str, Any]) -> list[str]:
    """Strings, numbers, truths and lists of strings: JSON writes them as TOML does."""
    return [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]


def first_fault(error: ValidationError) -> str:
    """Say the first thing that is wrong with a plan, and where."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(plain(str(part)) for part in first["loc"][:6])
    fault = own_words(first) or plain(first["msg"].removeprefix("Value error, "), 160)
    return Said("{where}: {fault}", where=where, fault=fault) if where else fault
