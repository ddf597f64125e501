"""What an EMG-BIDS dataset says of one recording: filters, electrodes, placement, normalisation, channels.

Nothing is made up: what a session does not know is ``n/a``. What may be said at all is decided in
``emg/exports/subject.py``: everything here is made of ``Leaving.facts()`` and of the file of samples.

References
----------
Brain Imaging Data Structure 1.11.1, Electromyography.
Merletti (1999), Standards for reporting EMG data, ISEK.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from emg.exports.bids_tables import NOTHING, Cell, Column
from emg.montage import MontageError, Site
from emg.protocols import bundled_protocols, load_protocol
from emg.session.isek import SENIAM

Facts: TypeAlias = "Mapping[str, Any]"
"""What of session.json may leave."""

UNMEASURED: Final = "unmeasured"
"""Coordinate system of the electrodes that nobody measured."""

MUSCLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "glute": "gluteus maximus",
        "ham": "biceps femoris",
        "glute_med": "gluteus medius",
        "glute_upper": "gluteus maximus, upper part",
        "glute_lower": "gluteus maximus, lower part",
        "ham_medial": "semitendinosus and semimembranosus",
        "ham_lateral": "biceps femoris",
        "quad": "quadriceps femoris",
        "adductor": "hip adductors",
        "calf": "triceps surae",
        "erector": "erector spinae",
    }
)

CHANNEL_COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "name": {"Description": "Label of the signal in the BDF file"},
        "type": {"Description": "Type of channel"},
        "units": {"Description": "Unit of the values; n/a if the board's own unit is not known in volts"},
        "description": {"Description": "What the channel is"},
        "sampling_frequency": {"Description": "Sampling frequency of the file", "Units": "Hz"},
        "signal_electrode": {"Description": "Electrode pair, as named in electrodes.tsv"},
        "reference": {"Description": "bipolar: the difference of the two contacts of the pair"},
        "group": {"Description": "Electrodes on the same muscle"},
        "target_muscle": {"Description": "Muscle and side, the athlete's own left or right"},
        "placement_scheme": {
            "Description": "How the place was found",
            "Levels": {
                "measured": "a length was measured along the line between two landmarks",
                "other": "by the eye, or not told",
            },
        },
        "placement_description": {"Description": "Where the pair was put"},
        "interelectrode_distance": {"Description": "Centre to centre of the two contacts", "Units": "mm"},
        "low_cutoff": {
            "Description": "High-pass before the recording; n/a: none, or not known",
            "Units": "Hz",
        },
        "high_cutoff": {"Description": "-3 dB corner of the board itself", "Units": "Hz"},
        "notch": {"Description": "Notch filters before the recording; n/a: none"},
        "site": {"Description": "The site as PowerHold names it; n/a: not used in this session"},
    }
)

ELECTRODE_COLUMNS: Final[Mapping[str, Column]] = MappingProxyType(
    {
        "name": {"Description": "The electrode pair, named as its channel"},
        "x": {
            "Description": "Middle of the pair along the line between two landmarks, from the first",
            "Format": "number",
        },
        "y": {"Description": "Across that line; 0 is on it", "Format": "number"},
        "coordinate_system": {"Description": "Label of the coordinate system, the space-LABEL of its file"},
        "type": {"Description": "Shape of the contacts"},
        "material": {"Description": "Material of the contacts"},
        "impedance": {"Description": "Impedance of the contact", "Units": "kOhm"},
        "group": {"Description": "Electrodes on the same muscle"},
    }
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the file of samples says of itself.

    Attributes
    ----------
    fs_hz : float
        Sampling rate that every reader of the file computes.
    n_samples : int
        Samples of each channel, filled gaps and padding included.
    n_emg : int
        How many of the signals are EMG.
    labels : tuple of str
        Signals in the order of the file, EMG first; without the annotations.
    units : tuple of str
        Their physical dimensions, empty for plain numbers.
    """

    fs_hz: float
    n_samples: int
    n_emg: int
    labels: tuple[str, ...]
    units: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        """Length of the file."""
        return self.n_samples / self.fs_hz

    @property
    def emg_labels(self) -> tuple[str, ...]:
        """Labels of the EMG signals."""
        return self.labels[: self.n_emg]


def task_name(facts: Facts) -> str:
    """Name of the task: the code of the protocol in words."""
    name = facts["protocol"] if facts["kind"] == "session" else facts["kind"]
    return str(name).replace("_", " ")


def task_label(facts: Facts) -> str:
    """Label of the task in file names: its name without what BIDS does not allow there."""
    return "".join(c for c in task_name(facts) if c.isascii() and c.isalnum())


def sidecar(facts: Facts, recorded: Recorded) -> dict[str, Any]:
    """Content of ``*_emg.json``.

    Parameters
    ----------
    facts : mapping
        What may be said of a session or recording of raw EMG.
    recorded : Recorded
        Its file of samples.

    Returns
    -------
    dict
        The fields that BIDS names, then ``PowerHold``: filters of the live numbers, normalisation, what
        the ISEK standards ask, and gaps.
    """
    return {
        **_task(facts),
        "Manufacturer": NOTHING,
        "ManufacturersModelName": facts["board"] or NOTHING,
        "SoftwareVersions": facts["software"],
        "DeviceSerialNumber": NOTHING,
        "InstitutionName": NOTHING,
        "InstitutionAddress": NOTHING,
        "InstitutionalDepartmentName": NOTHING,
        **_electrodes(facts["isek"]),
        **_placement(facts, recorded),
        "SamplingFrequency": recorded.fs_hz,
        "PowerLineFrequency": (facts["filters"] or {}).get("notch_hz") or NOTHING,
        "RecordingType": "continuous",
        "RecordingDuration": round(recorded.duration_s, 6),
        "EMGChannelCount": recorded.n_emg,
        "TriggerChannelCount": 0,
        "SoftwareFilters": NOTHING,
        "HardwareFilters": _hardware_filters(facts),
        **({} if facts["gain"] is None else {"Gain": facts["gain"]}),
        "PowerHold": _own_facts(facts),
    }


def _task(facts: Facts) -> dict[str, str]:
    """Task and instructions, in the words of the bundled protocol and of no other."""
    known = facts["protocol"] in bundled_protocols()
    bundled = load_protocol(facts["protocol"]) if known else None
    return {
        "TaskName": task_name(facts),
        "TaskDescription": NOTHING if bundled is None else bundled.title,
        "Instructions": NOTHING if bundled is None else bundled.sentence,
    }


def _electrodes(isek: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "EMGReference": _reference(isek, "Bipolar"),
        "EMGGround": NOTHING,
        "ElectrodeManufacturer": NOTHING,
        "ElectrodeManufacturersModelName": NOTHING,
        "ElectrodeMaterial": isek["material"] or NOTHING,
        "ElectrodeType": isek["shape"] or NOTHING,
        "SkinPreparation": isek["skin_preparation"] or NOTHING,
    }
    apart_mm = isek["inter_electrode_mm"]
    return found if apart_mm is None else {**found, "InterelectrodeDistance": apart_mm}


def _reference(isek: Mapping[str, Any], word: str) -> str:
    return word if isek["configuration"] == "bipolar" else NOTHING


def _placement(facts: Facts, recorded: Recorded) -> dict[str, str]:
    """How the places were found: measured for all, for some, or by the eye."""
    n_measured = len(measured_cm(facts))
    some = "Measured" if n_measured == recorded.n_emg else "ChannelSpecific"
    return {
        "EMGPlacementScheme": some if n_measured else "Other",
        "EMGPlacementSchemeDescription": facts["isek"]["placement"]
        or "Nobody said where the electrodes were put.",
    }


def _corner_hz(facts: Facts) -> float | None:
    """Upper corner of the board itself; None where it is not known, and half the rate stands for it."""
    corner_hz = float(facts["bandwidth_hz"])
    return corner_hz if corner_hz < 0.499 * facts["nominal_fs_hz"] else None


def _hardware_filters(facts: Facts) -> Any:
    corner_hz = _corner_hz(facts)
    return NOTHING if corner_hz is None else {"Low-pass of the board": {"-3 dB corner (Hz)": corner_hz}}


def _own_facts(facts: Facts) -> dict[str, Any]:
    """Say what BIDS has no name for; names and units are as in PowerHold's own files."""
    same = ("simulated", "complete", "sore_side", "unit", "isek", "nominal_fs_hz", "cannot")
    # what was lost is written into session.json at the end only; after a kill the file of samples knows it
    ended = {name: facts[name] if facts["complete"] else None for name in ("lost_samples", "gaps")}
    return {
        **{name: facts[name] for name in same},
        **ended,
        "filters_of_the_live_numbers": facts["filters"],
        "normalisation": facts["calibration"],
    }


def measured_cm(facts: Facts) -> dict[str, float]:
    """Centimetres from the first landmark, of the sites where somebody measured and landmarks are known."""
    if facts["isek"]["placement"] is None:
        return {}  # nobody was shown from where
    return {
        site: cm
        for site, cm in facts["from_landmark_cm"].items()
        if site in facts["montage"] and _muscle(site) in SENIAM
    }


def _muscle(site: str) -> str:
    try:
        return Site.parse(site).muscle
    except MontageError:
        return site


def _target(site: str) -> str:
    try:
        parsed = Site.parse(site)
    except MontageError:
        return site
    return f"{parsed.side} {MUSCLES.get(parsed.muscle, parsed.muscle.replace('_', ' '))}"


def _site_of(facts: Facts, index: int) -> str | None:
    """Site of an EMG channel, None if nobody named one."""
    return next((site for site, channel in facts["montage"].items() if channel == index + 1), None)


def channel_rows(facts: Facts, recorded: Recorded) -> list[dict[str, Cell]]:
    """Rows of channels.tsv, in the order of the file."""
    rows = []
    for index, (label, unit) in enumerate(zip(recorded.labels, recorded.units, strict=True)):
        row: dict[str, Cell] = {"name": label, "units": unit or None, "sampling_frequency": recorded.fs_hz}
        of_emg = index < recorded.n_emg
        rows.append(row | (_emg_channel(facts, index, label) if of_emg else _other_channel(label)))
    return rows


def _emg_channel(facts: Facts, index: int, label: str) -> dict[str, Cell]:
    site, isek = _site_of(facts, index), facts["isek"]
    cm = measured_cm(facts).get(site or "")
    place = SENIAM.get(_muscle(site)) if site is not None and isek["placement"] is not None else None
    told = (
        None if place is None else f"SENIAM: {place}" + ("" if cm is None else f", {cm:g} cm from the first")
    )
    return {
        "type": "EMG",
        "description": "surface EMG as it came from the board",
        "signal_electrode": label,
        "reference": _reference(isek, "bipolar"),
        "group": site,
        "target_muscle": None if site is None else _target(site),
        "placement_scheme": "other" if cm is None else "measured",
        "placement_description": told,
        "interelectrode_distance": isek["inter_electrode_mm"],
        "high_cutoff": _corner_hz(facts),
        "site": site,
    }


def _other_channel(label: str) -> dict[str, Cell]:
    kind = "ACCEL" if label.startswith("ACCEL") else "MISC"
    return {"type": kind, "description": "another channel of the board"}


def electrode_rows(facts: Facts, recorded: Recorded) -> list[dict[str, Cell]]:
    """Rows of electrodes.tsv: one electrode pair each, with its middle where somebody measured it."""
    cm_of, isek = measured_cm(facts), facts["isek"]
    rows: list[dict[str, Cell]] = []
    for index, label in enumerate(recorded.emg_labels):
        site = _site_of(facts, index)
        cm = cm_of.get(site or "")
        rows.append(
            {
                "name": label,
                "x": cm,
                "y": None if cm is None else 0,
                "coordinate_system": UNMEASURED if cm is None or site is None else space_label(site),
                "type": isek["shape"],
                "material": isek["material"],
                "group": site,
            }
        )
    return rows


def space_label(site: str) -> str:
    """Label of the coordinate system of a site, of letters and digits as BIDS asks."""
    return "".join(part.capitalize() for part in site.split("_"))


def coordinate_systems(facts: Facts, recorded: Recorded) -> dict[str, dict[str, Any]]:
    """Content of ``*_space-LABEL_coordsystem.json`` by label, for every label of electrodes.tsv."""
    cm_of = measured_cm(facts)
    found = {
        space_label(site): _system(
            "cm",
            f"{_target(site)}. SENIAM: {SENIAM[_muscle(site)]}. x runs along the straight line through the "
            "two landmarks and counts from the first of them; y runs across it on the skin, 0 is on it.",
        )
        for site in cm_of
    }
    if len(cm_of) < recorded.n_emg:
        found[UNMEASURED] = _system(NOTHING, "Nobody measured where these electrodes are.")
    return found


def _system(units: str, description: str) -> dict[str, Any]:
    return {
        "EMGCoordinateSystem": "Other",
        "EMGCoordinateUnits": units,
        "EMGCoordinateSystemDescription": description,
    }
