"""What people decide, as input events: needed to compute a session again from raw.bdf."""

from __future__ import annotations

from collections.abc import Mapping

from emg.codes import EventKind, Origin
from emg.stage import Command, Event, JsonValue

MENDED = "mended"
"""How a map came to be in force: the side check found it wrong, and somebody said yes."""


def command_event(command: Command, sample: int) -> Event:
    """Make the event of a command that takes effect at a tick."""
    detail: dict[str, JsonValue] = {
        "command": command.kind.value,
        "pressed_sample": command.sample,
        "applied_sample": sample,
    }
    if command.value is not None:
        detail["value"] = command.value
    return Event(sample, EventKind.COMMAND, detail=detail, origin=Origin.INPUT)


def montage_event(sample: int, channels: Mapping[str, int], run: str = "") -> Event:
    """Make the event that gives the sites other channels, from the next tick on.

    Parameters
    ----------
    sample : int
        Tick after which it is in force.
    channels : mapping from site to int
        The whole map.
    run : str
        Run of the stage that found it.
    """
    detail: dict[str, JsonValue] = {"channels": dict(channels), "how": MENDED}
    return Event(sample, EventKind.MONTAGE_SET, run=run, detail=detail, origin=Origin.INPUT)


def channels_of(event: Event) -> dict[str, int]:
    """Read the map out of its event.

    Raises
    ------
    ValueError
        If the event does not carry one.
    """
    channels = event.detail.get("channels")
    if not isinstance(channels, Mapping) or not channels:
        raise ValueError(f"the event at sample {event.sample} carries no map")
    found = {site: number for site, number in channels.items() if isinstance(number, int)}
    if len(found) != len(channels):
        raise ValueError(f"the event at sample {event.sample} carries a channel that is no number")
    return found


def notch_event(sample: int, notch_hz: float | None, run: str = "") -> Event:
    """Make the event that takes the mains out from the next sample on; None leaves it in."""
    return Event(sample, EventKind.NOTCH_SET, run=run, detail={"notch_hz": notch_hz}, origin=Origin.INPUT)


def notch_of(event: Event) -> float | None:
    """Read the mains frequency out of its event.

    Raises
    ------
    ValueError
        If the event does not carry one.
    """
    notch_hz = event.detail.get("notch_hz")
    if isinstance(notch_hz, bool) or not isinstance(notch_hz, int | float | None):
        raise ValueError(f"the event at sample {event.sample} carries no frequency")
    return None if notch_hz is None else float(notch_hz)
