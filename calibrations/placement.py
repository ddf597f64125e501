"""Where the electrodes sit: which taping this is, and how many centimetres from which landmark."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PlacementId = Annotated[str, Field(pattern=r"^[0-9]{8}T[0-9]{6}Z$")]
"""UTC time at which the electrodes were said to be new."""


class Placement(BaseModel):
    """One taping.

    Attributes
    ----------
    id : str
        From the time at which it was made.
    from_landmark_cm : dict from site to float
        Distance along the site's line from its first landmark, for next time; sites nobody measured are
        not in it.
    shown : bool
        Whether people were shown where the electrodes go; else nobody can say that they sit there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    id: PlacementId
    from_landmark_cm: dict[str, Annotated[float, Field(gt=0.0, le=60.0)]] = {}
    shown: bool = True

    @classmethod
    def new(cls, now: datetime) -> Placement:
        """Begin a placement: electrodes have just been taped, and nobody was shown where."""
        return cls(id=f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}", shown=False)

    def renewed(self, now: datetime) -> Placement:
        """Begin the one after this: electrodes were touched, and are where they were only by the eye."""
        new = Placement.new(now)
        if new.id == self.id:  # all within one second
            new = Placement.new(now + timedelta(seconds=1))
        return new.model_copy(update={"shown": self.shown})
