"""What people decide, as input events: needed to compute a session again from raw.bdf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from emg.codes import CommandKind, EventKind, Origin
from emg.foreign import is_whole
from emg.results import Presser
from emg.said import Said
from emg.stage import Command, Event, JsonValue

UNMAKING: Final = frozenset({EventKind.MONTAGE_SET, EventKind.NOTCH_SET})
"""A reference measured through another map or filter is none."""

MENDED = "mended"
"""How a map came to be in force: the side check found it wrong, and somebody said yes."""

_NEEDED: Final = frozenset({"command", "pressed_sample", "applied_sample"})
_KNOWN: Final = _NEEDED | {"value", "by", "text"}


def command_event(command: Command, sample: int) -> Event:
    """Make the event of a command that takes effect at a tick."""
    detail: dict[str, JsonValue] = {
        "command": command.kind.value,
        "pressed_sample": command.sample,
        "applied_sample": sample,
    }
    if command.value is not None:
        detail["value"] = command.value
    if command.by is not None:
        detail["by"] = command.by.value
    if command.text:
        detail["text"] = command.text
    return Event(sample, EventKind.COMMAND, detail=detail, origin=Origin.INPUT)


def is_command(event: Event) -> bool:
    """Whether an event is a key press; a stage may tell with one of its own what a press came to."""
    return event.kind is EventKind.COMMAND and event.origin is Origin.INPUT


def command_of(event: Event) -> Command:
    """Read the command out of its event; ``command_of(command_event(c, tick))`` says the same as ``c``.

    Parameters
    ----------
    event : Event
        A key press as it was recorded.

    Returns
    -------
    Command
        It names the tick at which it took effect.

    Raises
    ------
    ValueError
        If the event is no key press, or says too much, too little or something unknown.
    """
    detail = event.detail
    if not is_command(event) or not set(detail) >= _NEEDED or not set(detail) <= _KNOWN:
        raise ValueError(Said("the event at sample {sample} carries no command", sample=event.sample))
    if _whole(detail["applied_sample"], event) != event.sample:
        raise ValueError(Said("the command at sample {sample} names another tick", sample=event.sample))
    pressed, value, by = detail["pressed_sample"], detail.get("value"), detail.get("by")
    text = detail.get("text", "")
    if not isinstance(text, str):
        raise ValueError(
            Said(
                "the command at sample {sample} carries {text} for words",
                sample=event.sample,
                text=repr(text),
            )
        )
    return Command(
        CommandKind(str(detail["command"])),
        sample=None if pressed is None else _whole(pressed, event),
        applied_sample=event.sample,
        value=None if value is None else _whole(value, event),
        by=None if by is None else Presser(str(by)),
        text=text,
    )


def _whole(value: JsonValue, event: Event) -> int:
    if not is_whole(value):
        raise ValueError(
            Said(
                "the command at sample {sample} carries {value} for a whole number",
                sample=event.sample,
                value=repr(value),
            )
        )
    return value


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
        raise ValueError(Said("the event at sample {sample} carries no map", sample=event.sample))
    found = {site: number for site, number in channels.items() if isinstance(number, int)}
    if len(found) != len(channels):
        raise ValueError(
            Said("the event at sample {sample} carries a channel that is no number", sample=event.sample)
        )
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
        raise ValueError(Said("the event at sample {sample} carries no frequency", sample=event.sample))
    return None if notch_hz is None else float(notch_hz)
