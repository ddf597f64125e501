"""What an exercise file must say; anything else in it is refused by name."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    ValidationError,
    model_validator,
)

from emg.foreign import one_line, own_words
from emg.montage import Legs, Side, WorkingSide, working_side
from emg.results import Feedback, Role, Until
from emg.said import Said
from emg.sets.hold import HoldPlan
from emg.sets.targets import HIGHEST_PCT

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

OURS: Final = "ours"
"""Source of a number that nobody published."""

LONGEST: Final = 200
"""Characters of a sentence, and of what is shown of a file that cannot be used."""


def _working_side(value: object) -> WorkingSide:
    try:
        return working_side(str(value))
    except ValueError as error:
        raise ValueError(Said("give 'left', 'right', 'both' or 'alternating'")) from error


Seconds = Annotated[float, Field(gt=0.0, le=600.0, strict=True)]
Percent = Annotated[float, Field(gt=0.0, le=HIGHEST_PCT, strict=True)]
Degrees = Annotated[float, Field(ge=0.0, le=180.0, strict=True)]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Title = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(one_line)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(one_line)]
AnyText = Annotated[str, Field(max_length=LONGEST), AfterValidator(one_line)]
Working = Annotated[WorkingSide, BeforeValidator(_working_side)]
Times = Annotated[StrictInt, Field(ge=1, le=10)]
Repetitions = Annotated[StrictInt, Field(ge=1, le=30)]


class ProtocolError(ValueError):
    """A protocol cannot be used; the message names the file and the field."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Timing(_Part):
    """Seconds of every phase; ``hold_s`` and ``wait_limit_s`` are of holds alone.

    ``rest_between_holds_s`` is also the rest between the bouts of a drill. ``rest_between_sets_s`` is
    that between the sets of one leg; without it, it is that between holds: ``between_sets_s``.
    """

    stand_up_s: Seconds
    prepare_s: Seconds
    quiet_s: Seconds
    set_after_s: Seconds
    hold_s: Seconds = 6.0
    wait_limit_s: Seconds = 30.0
    rest_between_holds_s: Seconds
    rest_between_sets_s: Seconds | None = None
    rest_between_sides_s: Seconds

    @property
    def between_sets_s(self) -> float:
        """Rest between the sets of one leg."""
        return self.rest_between_holds_s if self.rest_between_sets_s is None else self.rest_between_sets_s

    @model_validator(mode="after")
    def _quiet_is_in_prepare(self) -> Timing:
        if self.quiet_s > self.prepare_s:
            raise ValueError(Said("quiet_s is the end of prepare_s, and cannot be longer"))
        return self


class Target(_Part):
    """What the gate muscle is to reach where no test hold has shown what it can, and where that is from.

    Attributes
    ----------
    target_pct : float
        In %MVC.
    ceiling_pct : float or None
        Of the ceiling muscle, in %MVC; None is "no ceiling", which is the rule.
    source : str
        Publication, or ``ours``.
    """

    target_pct: Percent
    ceiling_pct: Percent | None = None
    source: Text


class HoldsSet(_Part):
    """Holds on cue.

    Attributes
    ----------
    role, until
        Test, learn (train until fired) or train (train until set).
    holds : int
        How many in succession.
    times : int
        How many such sets.
    offered : bool
        Only done if the set before it earned it and somebody says yes.
    """

    kind: Literal["holds"]
    role: Role
    until: Literal[Until.SET, Until.FIRED]
    holds: Repetitions
    feedback: Feedback
    times: Times = 1
    offered: StrictBool = False

    @model_validator(mode="after")
    def _a_test_steers_by_nothing(self) -> HoldsSet:
        if self.role is Role.TEST and (self.until is not Until.SET or self.feedback is not Feedback.OFF):
            raise ValueError(Said("a test set runs until set, with feedback off"))
        return self


class RepetitionsSet(_Part):
    """Repetitions at the athlete's own pace, found in the envelope of the gate muscle.

    Attributes
    ----------
    repetitions, times : int
        How many in a set, and how many sets.
    limit_s : float
        A set ends after so long, however many were found.
    """

    kind: Literal["repetitions"]
    repetitions: Repetitions
    feedback: Feedback
    limit_s: Seconds
    times: Times = 1

    @property
    def role(self) -> Role:
        """Repetitions train."""
        return Role.TRAIN


class BoutsSet(_Part):
    """Bouts of a drill by the clock, looked at stride by stride.

    Attributes
    ----------
    bouts : int
        How many.
    bout_s : float
        Length of each.
    """

    kind: Literal["bouts"]
    bouts: Times
    bout_s: Seconds
    feedback: Feedback

    @property
    def role(self) -> Role:
        """Drills train."""
        return Role.TRAIN


SetPlan: TypeAlias = Annotated[HoldsSet | RepetitionsSet | BoutsSet, Field(discriminator="kind")]


def _sides(sides: tuple[WorkingSide, ...]) -> tuple[WorkingSide, ...]:
    """Take left and right in any order, or one way of using both."""
    if len(set(sides)) != len(sides) or (
        len(sides) > 1 and not all(isinstance(side, Side) for side in sides)
    ):
        raise ValueError(Said("give left, right or both of them once, or one of 'both' and 'alternating'"))
    return sides


class Protocol(_Part):
    """One exercise.

    Attributes
    ----------
    code, title, sentence : str
        Name in files, name for people, and what the athlete does.
    drawing : str
        Name of the drawing.
    posture : str
        In which the athlete works.
    gate_muscle : str
        Whose level decides.
    ceiling_muscle : str or None
        The only muscle that may have a ceiling: on the working side.
    other_muscle : str
        Shown beside the gate; its contact must be good during a hold.
    other_leg : str
        What the leg does that does not work; its muscles are shown beside, and named by it.
    knee_deg : float or None
        Angle of the working knee, where the exercise fixes one; 0 is straight.
    instruction : str
        What the athlete was told, where that changes what the muscles do.
    reports : tuple of str
        What a summary tells besides levels: ``order`` in which the muscles begin, their ``share``.
    source : str
        Where the dosage is from, or ``ours``.
    """

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    code: Word
    title: Title
    sentence: Text
    drawing: Word
    posture: Literal["standing", "supine", "prone", "walking"]
    gate_muscle: Word
    other_muscle: Word
    ceiling_muscle: Word | None = None
    other_leg: Literal["swings", "stands", "rests"] = "rests"
    knee_deg: Degrees | None = None
    instruction: AnyText = ""
    reports: tuple[Literal["order", "share"], ...] = ()
    source: Text
    sides: Annotated[tuple[Working, ...], Field(min_length=1, max_length=2), AfterValidator(_sides)]
    timing: Timing
    target: Target
    sets: Annotated[tuple[SetPlan, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _fits_together(self) -> Protocol:
        """Refuse what no set could be run with."""
        if self.gate_muscle in (self.other_muscle, self.ceiling_muscle):
            raise ValueError(Said("the gate_muscle cannot be the other or the ceiling muscle too"))
        if self.target.ceiling_pct is not None and self.ceiling_muscle is None:
            raise ValueError(Said("a ceiling needs its ceiling_muscle"))
        strides = [planned.kind == "bouts" for planned in self.sets]
        if any(strides) != (self.sides == (Legs.ALTERNATING,)) or any(strides) != all(strides):
            raise ValueError(Said("bouts, and only they, have the side 'alternating'"))
        if any(planned.kind == "holds" and planned.offered for planned in self.sets[:1]):
            raise ValueError(Said("the first set cannot be offered: nothing has earned it yet"))
        return self

    def hold_plan(self, planned: HoldsSet, side: WorkingSide) -> HoldPlan:
        """Plan of one hold of a set; a test hold has no target to steer to."""
        trains = planned.role is Role.TRAIN
        return HoldPlan(
            side=side,
            role=planned.role,
            until=planned.until,
            gate_muscle=self.gate_muscle,
            target_pct=self.target.target_pct if trains else None,
            ceiling_pct=self.target.ceiling_pct if trains else None,
            feedback=planned.feedback,
            prepare_s=self.timing.prepare_s,
            quiet_s=self.timing.quiet_s,
            set_after_s=self.timing.set_after_s,
            wait_limit_s=self.timing.wait_limit_s,
            hold_s=self.timing.hold_s,
        )


def bundled_protocols() -> tuple[str, ...]:
    """Codes of the protocols that come with the program, the power position before all others."""
    files = resources.files("emg.protocols").iterdir()
    codes = (file.name[:-5] for file in files if file.name.endswith(".toml"))
    return tuple(sorted(codes, key=lambda code: (not code.startswith("power_position"), code)))


def load_protocol(code: str) -> Protocol:
    """Read a bundled protocol.

    Raises
    ------
    ProtocolError
        If there is none of that name, or its file is not one.
    """
    return parse_protocol(protocol_text(code), f"{code}.toml")


def protocol_text(code: str) -> str:
    """Text of a bundled protocol's file, as a start for an own one.

    Raises
    ------
    ProtocolError
        If there is none of that name.
    """
    if code not in bundled_protocols():
        raise ProtocolError(
            Said(
                "There is no protocol '{code}': choose one of {codes}.",
                code=_plain(code),
                codes=", ".join(bundled_protocols()),
            )
        )
    return resources.files("emg.protocols").joinpath(f"{code}.toml").read_text(encoding="utf-8")


def parse_protocol(text: str, name: str) -> Protocol:
    """Check the text of a protocol file.

    Raises
    ------
    ProtocolError
        With the file and the first field that is wrong, in one sentence.
    """
    try:
        return Protocol.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise ProtocolError(
            Said("{name}: {complaint}.", name=name, complaint=_complaint(error.errors()[0]))
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(
            Said("{name} is not a TOML file: {fault}.", name=name, fault=_plain(str(error)))
        ) from error
    except RecursionError as error:
        raise ProtocolError(Said("{name} is nested too deeply.", name=name)) from error
    except ValueError as error:  # an integer of thousands of digits, a date that is in no calendar
        raise ProtocolError(
            Said(
                "{name} holds a number or a date that cannot be: {fault}.",
                name=name,
                fault=_plain(str(error)),
            )
        ) from error


def _plain(text: str, longest: int = LONGEST) -> str:
    """Foreign text as it can stand in a sentence: one line, no control characters, not long."""
    line = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )
    return line if len(line) <= longest else f"{line[:longest]}..."


_KINDS: Final = ("holds", "repetitions", "bouts")
_ENUM_MEMBER: Final = re.compile(r"<[A-Za-z]+[.][A-Z_]+: ('[a-z]+')>")
_SAID: Final = {
    "missing": Said("it is missing"),
    "extra_forbidden": Said("there is no such field"),
    "union_tag_not_found": Said("it is missing"),
    "union_tag_invalid": Said("Input should be 'holds', 'repetitions' or 'bouts'"),
}
"""Where pydantic speaks of itself, and not of the file."""


def _complaint(error: ErrorDetails) -> str:
    """Say what is wrong and where, in the words of the file: ``sets.0.holds: ...``."""
    place = list(error["loc"])
    if place[:1] == ["sets"] and place[2:3] and place[2] in _KINDS:
        del place[2]  # which of the kinds of set was tried; the file has no such level
    if error["type"].startswith("union_tag"):
        place.append("kind")
    said = _SAID.get(error["type"]) or own_words(error)
    fault = said or _plain(_ENUM_MEMBER.sub(r"\1", error["msg"].removeprefix("Value error, ")))
    return Said("{where}: {fault}", where=_plain(".".join(map(str, place))), fault=fault) if place else fault
