"""What an exercise file must say; anything else in it is refused by name."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emg.hold import HoldPlan
from emg.montage import Side
from emg.results import Role, Until

Seconds = Annotated[float, Field(gt=0.0, le=600.0)]
Percent = Annotated[float, Field(gt=0.0, le=150.0)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class ProtocolError(ValueError):
    """A protocol cannot be used; the message names the file and the field."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Timing(_Part):
    """Seconds of every phase."""

    stand_up_s: Seconds
    prepare_s: Seconds
    quiet_s: Seconds
    set_after_s: Seconds
    hold_s: Seconds
    wait_limit_s: Seconds
    rest_between_holds_s: Seconds
    rest_between_sides_s: Seconds


class Target(_Part):
    """What the gate muscle is to reach, and what the other may not."""

    target_pct: Percent
    ceiling_pct: Percent | None = None


class SetPlan(_Part):
    """One set of holds; repeated for each side."""

    role: Role
    until: Until
    holds: Annotated[int, Field(ge=1, le=30)]
    feedback: bool


class Protocol(_Part):
    """One exercise."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    code: Word
    title: Annotated[str, Field(min_length=1, max_length=60)]
    sentence: Annotated[str, Field(min_length=1, max_length=200)]
    gate_muscle: Word
    other_muscle: Word
    sides: Annotated[tuple[Side, ...], Field(min_length=1, max_length=2)]
    timing: Timing
    target: Target
    sets: Annotated[tuple[SetPlan, ...], Field(min_length=1, max_length=10)]

    def hold_plan(self, set_plan: SetPlan, side: Side) -> HoldPlan:
        """Plan of one hold of a set; a test hold has no target to steer to."""
        trains = set_plan.role is Role.TRAIN
        return HoldPlan(
            side=side,
            role=set_plan.role,
            until=set_plan.until,
            target_pct=self.target.target_pct if trains else None,
            ceiling_pct=self.target.ceiling_pct if trains else None,
            feedback=set_plan.feedback,
            prepare_s=self.timing.prepare_s,
            quiet_s=self.timing.quiet_s,
            set_after_s=self.timing.set_after_s,
            wait_limit_s=self.timing.wait_limit_s,
            hold_s=self.timing.hold_s,
        )


def bundled_protocols() -> tuple[str, ...]:
    """Codes of the protocols that come with the program."""
    files = resources.files("emg.protocols").iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".toml")))


def load_protocol(code: str) -> Protocol:
    """Read a bundled protocol.

    Raises
    ------
    ProtocolError
        If there is none of that name, or its file is not one.
    """
    if code not in bundled_protocols():
        raise ProtocolError(f"There is no protocol '{code}': choose one of {', '.join(bundled_protocols())}.")
    text = resources.files("emg.protocols").joinpath(f"{code}.toml").read_text(encoding="utf-8")
    return parse_protocol(text, f"{code}.toml")


def parse_protocol(text: str, name: str) -> Protocol:
    """Check the text of a protocol file.

    Raises
    ------
    ProtocolError
        With the file and the first field that is wrong.
    """
    try:
        return Protocol.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{name} is not a TOML file: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ProtocolError(f"{name}: {field}: {first['msg']}.") from error
