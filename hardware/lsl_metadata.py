"""What stands in the metadata of a Lab Streaming Layer stream: ours as written, others' as read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from emg.activation import RATIO_PAIRS
from emg.blocks import StreamInfo, Unit
from emg.montage import Montage
from hardware.boards import BOARDS

RAW_TYPE, ACTIVATION_TYPE, EVENTS_TYPE = "EMG", "EMG-activation", "Markers"

UNIT_WORDS: Final[Mapping[Unit, str]] = {Unit.MICROVOLT: "microvolts", Unit.ARBITRARY: "arbitrary"}
"""Our units in the words of the XDF recommendations."""

IN_MICROVOLTS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("microvolt", "microvolts", "uv", "\u00b5v", "\u03bcv"), 1.0),
    **dict.fromkeys(("millivolt", "millivolts", "mv"), 1e3),
    **dict.fromkeys(("volt", "volts", "v"), 1e6),
}
"""What people write for a unit, in lower case, both Greek letters, and how many microvolts it is."""

Tree = Mapping[str, Any]
"""Metadata: a value, a subtree, or a list of subtrees under each name."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a sender says of its stream, as far as it does.

    Attributes
    ----------
    labels, units, types : tuple of str
        One of each for every channel; empty where nothing is said.
    full_scale, bandwidth_hz, gain : float or None
        Of the amplifier; full scale in the unit of the channels.
    serial : str
        Serial number of the amplifier.
    """

    labels: tuple[str, ...]
    units: tuple[str, ...]
    types: tuple[str, ...]
    full_scale: float | None = None
    bandwidth_hz: float | None = None
    gain: float | None = None
    serial: str = ""


def read_metadata(info: Any) -> Metadata:
    """Read what the description of a stream says; whatever is missing or no number is left out.

    Parameters
    ----------
    info : pylsl.StreamInfo
        With its description, as an inlet gives it.
    """
    described = list(_children(info.desc().child("channels"), "channel"))
    described = described[: info.channel_count()]
    blank = ("",) * (info.channel_count() - len(described))
    labels, units, types = (
        (*(element.child_value(name).strip() for element in described), *blank)
        for name in ("label", "unit", "type")
    )
    amplifier = info.desc().child("amplifier")
    return Metadata(
        labels,
        units,
        types,
        _positive(amplifier.child_value("full_scale")),
        _positive(amplifier.child_value("bandwidth")),
        _positive(amplifier.child_value("gain")),
        info.desc().child("acquisition").child_value("serial_number"),
    )


def _children(parent: Any, name: str) -> Iterator[Any]:
    child = parent.child(name)
    while not child.empty():
        yield child
        child = child.next_sibling(name)


def _positive(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number > 0.0 else None


def activation_columns(montage: Montage, unit: Unit) -> list[tuple[str, str]]:
    """Name the columns of the activation stream, each with its unit."""
    level = "uv" if unit is Unit.MICROVOLT else "au"
    of_sites = [
        column
        for site in montage.names
        for column in ((f"{site}_{level}", UNIT_WORDS[unit]), (f"{site}_pct_mvc", "percent"))
    ]
    ratios = [(f"ratio_{name}", "ratio") for name in RATIO_PAIRS]
    return [*of_sites, *ratios, *((f"{site}_pct_submax", "percent") for site in montage.names)]


def raw_tree(info: StreamInfo, montage: Montage, session: str) -> Tree:
    """Describe the raw stream: every EMG channel of the board, with its site where it has one."""
    sites = {channel: site for site, channel in montage.channels}
    channels = []
    for number in range(1, info.n_channels + 1):
        site = sites.get(number)
        place = {"muscle": site.muscle, "side": site.side.value} if site else {}
        label = site.name if site else f"ch{number}"
        channels.append(_channel(label, UNIT_WORDS[info.unit], "EMG") | place | {"number": number})
    return {
        "channels": {"channel": channels},
        **_board_tree(info, session),
        "filtering": {"description": "none: as the board gave it"},
        "lost_samples": {"description": "NaN; over a long gap only the stamps jump"},
    }


def activation_tree(info: StreamInfo, montage: Montage, session: str) -> Tree:
    """Describe the activation stream."""
    columns = activation_columns(montage, info.unit)
    return {
        "channels": {"channel": [_channel(name, unit, ACTIVATION_TYPE) for name, unit in columns]},
        **_board_tree(info, session),
        "processing": {
            "level": "causal moving RMS of the band-passed signal over 0.25 s, rest still in it",
            "pct_mvc": "the same with rest removed in power, over the maximum with rest removed in power",
            "pct_submax": "the same over a submaximal reference, where there is no maximum",
            "ratio": "glute over hamstring in %MVC over 1 s, where both are active",
            "no_reading": "NaN",
        },
    }


def events_tree(info: StreamInfo, session: str) -> Tree:
    """Describe the stream of events."""
    return {
        "channels": {"channel": [_channel("event", "json", EVENTS_TYPE)]},
        **_board_tree(info, session),
        "format": {"description": "one JSON object each, as a line of events.jsonl"},
    }


def _channel(label: str, unit: str, kind: str) -> dict[str, Any]:
    return {"label": label, "unit": unit, "type": kind}


def _board_tree(info: StreamInfo, session: str) -> dict[str, Any]:
    """Tell what every stream says of board and session; names as XDF recommends where it does."""
    board = BOARDS.get(info.board)
    title = board.title if board else info.board
    return {
        "manufacturer": title,
        "acquisition": {"model": title, "serial_number": info.serial, "source_id": info.source_id},
        "amplifier": {
            "sampling_rate": info.fs_hz,
            "nominal_sampling_rate": info.nominal_fs_hz,
            "gain": "" if info.gain is None else info.gain,
            "full_scale": info.full_scale_uv,
            "full_scale_unit": UNIT_WORDS[info.unit],
            "bandwidth": info.bandwidth_hz,
            "signal": info.signal.value,
        },
        "subject": {"id": "not published"},
        "session": {"id": session, "simulated": str(info.simulated).lower()},
    }


def write_tree(element: Any, tree: Tree) -> None:
    """Write metadata into an element of LSL's XML."""
    for name, value in tree.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Mapping):
                write_tree(element.append_child(name), each)
            else:
                element.append_child_value(name, str(each))
