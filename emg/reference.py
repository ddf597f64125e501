"""A reference as an input event: with raw.bdf it is all that is needed to compute a session again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emg.activation import Reference, SiteReference
from emg.codes import EventKind, Origin
from emg.results import Doubt, Method
from emg.said import Said
from emg.stage import Event, JsonValue

MEASURED, LOADED, DROPPED = "measured", "loaded", "dropped"
"""How a reference came to be in force; a dropped one leaves none."""


def reference_event(sample: int, reference: Reference, how: str, run: str = "") -> Event:
    """Make the event that puts a whole reference in force.

    Parameters
    ----------
    sample : int
        Tick after which it is in force.
    reference : Reference
        Rest and maximum of every site.
    how : str
        ``measured``, ``loaded`` or ``dropped``.
    run : str
        Run of the stage that measured it.
    """
    sites: Mapping[str, JsonValue] = {
        name: {
            "rest_uv": site.rest_uv,
            "mvc_uv": site.mvc_uv,
            "method": site.method.value,
            "mvc_cv_pct": site.mvc_cv_pct,
            "doubts": [doubt.value for doubt in site.doubts],
        }
        for name, site in reference.sites.items()
    }
    detail: dict[str, JsonValue] = {"how": how, "sites": sites}
    return Event(sample, EventKind.REFERENCE_SET, run=run, detail=detail, origin=Origin.INPUT)


def reference_of(event: Event) -> Reference:
    """Read the reference out of its event.

    Raises
    ------
    ValueError
        If the event does not carry one.
    """
    sites = event.detail.get("sites")
    if event.kind is not EventKind.REFERENCE_SET or not isinstance(sites, Mapping):
        raise ValueError(Said("the event at sample {sample} carries no reference", sample=event.sample))
    return Reference({name: _site(fields) for name, fields in sites.items()})


class ReferenceInForce:
    """Holds the reference that the session uses now; stages read it, the session writes it.

    Attributes
    ----------
    last : Reference
        The last one with anything in it: what the holds so far were scored with, where none is in force.
    """

    def __init__(self, value: Reference) -> None:
        self.value = self.last = value

    @property
    def value(self) -> Reference:
        """Rest and maximum in force."""
        return self._value

    @value.setter
    def value(self, value: Reference) -> None:
        self._value = value
        if value.sites:
            self.last = value

    def __call__(self) -> Reference:
        """Return the reference in force."""
        return self._value


def _site(fields: JsonValue) -> SiteReference:
    if not isinstance(fields, Mapping):
        raise ValueError(Said("a site's reference must name its rest and maximum"))
    numbers = [_number(fields.get(key)) for key in ("rest_uv", "mvc_uv", "mvc_cv_pct")]
    doubts = fields.get("doubts", ())
    if isinstance(doubts, str) or not isinstance(doubts, Sequence):
        raise ValueError(Said("a site's doubts must be a list"))
    return SiteReference(
        numbers[0],
        numbers[1],
        Method(str(fields.get("method"))),
        numbers[2],
        tuple(Doubt(str(doubt)) for doubt in doubts),
    )


def _number(value: JsonValue) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(Said("{value} is not a number", value=repr(value)))
    return float(value)
