"""The report in every language: nothing of it is left in English, and one thing is told as one."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from calibrations.calibration import Calibration, Chain, SiteRecord
from calibrations.positions import Resistance
from emg.montage import FOUR_SITES
from emg.protocols import load_protocol
from emg.results import Method
from emg.session.bundle import read_session
from emg.session.isek import isek_facts
from tests.emg.session.past import MARCH, glute_holds, past_session
from ui import language
from ui.language import LANGUAGES
from ui.words import report_words
from ui.words.electrode_words import electrode_words

TRANSLATED = tuple(name for name in LANGUAGES if name != "en")
ENGLISH = re.compile(r"\b(the|and|of|its|with|glute|hamstring|leg|rest|maximal|against|hip|knee|ours)\b")
TOLD = """
import json, sys
from pathlib import Path
from ui.report.material import read_material
from ui.report.sentences import blocks, cautions, headline, method_line, subtitle, went_well, what_next
found = read_material(Path(sys.argv[1]))
print(json.dumps({
    "first": [headline(found), subtitle(found), *cautions(found), *went_well(found), *what_next(found),
              method_line(found)],
    "second": [line for block in blocks(found) for line in (block.title, *block.lines)],
}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with all that a report tells: calibration, place of the electrodes, pain, a sore side."""
    calibration = Calibration(
        athlete="a01",
        board="cyton",
        source_id="cyton:x",
        unit="uV",
        chain=Chain(fs_hz=250.0, low_hz=20.0, high_hz=110.0, notch_hz=None, gain=24.0),
        placement=None,
        made_at=MARCH,
        software="0.1.0",
        sites={
            site: SiteRecord(
                channel=channel,
                rest_uv=2.0,
                mvc_uv=200.0,
                method=Method.SUBMAX if site == "ham_right" else Method.QUICK,
                position="prone_knee_curl" if site.startswith("ham") else "prone_hip_extension",
                hip_deg=0.0,
                knee_deg=90.0,
                mvc_cv_pct=7.0,
                resistance=Resistance.STRAP,
            )
            for channel, site in enumerate(FOUR_SITES.names, start=1)
        },
    ).model_dump(mode="json", by_alias=True)
    placement = {"id": "20260301T091500Z", "from_landmark_cm": {"glute_left": 8.5}}
    facts: dict[str, Any] = {
        "exercise": load_protocol("power_position").model_dump(mode="json", by_alias=True),
        "calibration": calibration,
        "placement": placement,
        "isek": isek_facts(FOUR_SITES.names, calibration=calibration, placement=placement),
        "intake": {"pain_0_10": 3},
        "sore_side": "left",
    }
    holds = glute_holds((58.0, 60.0, 57.0), (18.0, 17.0, 19.0))
    return past_session(tmp_path_factory.mktemp("told"), MARCH, holds, **facts)


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, dict[str, list[str]]]:
    """What the report says in each language; they are asked side by side."""
    runs = {
        name: subprocess.Popen(
            [sys.executable, "-c", TOLD, str(folder)],
            env={**os.environ, "POWERHOLD_LANGUAGE": name, "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
        )
        for name in TRANSLATED
    }
    return {name: json.loads(run.communicate(timeout=120)[0]) for name, run in runs.items()}


def sentences(name: str) -> Iterator[str]:
    """English of the catalogue that is other in this language, holes and all."""
    po = language.CATALOGUES / name / "LC_MESSAGES" / "powerhold.po"
    for message in read_po(io.BytesIO(po.read_bytes()), name):
        if isinstance(message.id, str) and " " in message.id and message.id != message.string:
            yield message.id


@pytest.mark.parametrize("name", TRANSLATED)
def test_nothing_of_a_report_is_left_in_english(told: dict[str, dict[str, list[str]]], name: str) -> None:
    """Else a patient takes half a page home that they cannot read."""
    lines = [line for page in told[name].values() for line in page]
    assert len(lines) > 40
    assert [line for line in lines if ENGLISH.search(line)] == []
    assert [said for said in sentences(name) for line in lines if said in line] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_line_of_the_small_print_begins_large(told: dict[str, dict[str, list[str]]], name: str) -> None:
    """Else a row looks like the rest of the one above it."""
    assert [line for line in told[name]["second"] if line[:1].islower()] == []


def test_electrodes_are_told_as_the_file_has_them(folder: Path) -> None:
    """Else the page and session.json say two different things of the same maximum."""
    record = read_session(folder)
    ours, theirs = electrode_words(record, "normalisation"), record.isek.normalisation
    assert ours is not None
    assert theirs is not None
    plain = (
        ours.replace("°", " deg").replace("left glute", "glute_left").replace("right glute", "glute_right")
    )
    for part in ("best 1 s RMS corrected for the maximum of noisy windows", "against strap", "hip at 0 deg"):
        assert part in theirs
        assert part.replace("against strap", "against a strap") in plain
    assert (electrode_words(record, "placement") or "").startswith("left glute (8.5 cm from the first), ")
    assert electrode_words(record, "material") is None


def test_what_somebody_wrote_of_electrodes_stands_as_it_is(folder: Path) -> None:
    """Else the page tells a placement that nobody used."""
    record = read_session(folder)
    isek = record.isek.model_copy(update={"placement": "two fingers above the fold"})
    assert electrode_words(record.amended(isek=isek), "placement") == "two fingers above the fold"


def test_one_thing_is_told_as_one() -> None:
    """Else the page says "1 holds"."""
    said = [
        report_words.holds_words(1),
        report_words.in_target_words(1, 1),
        report_words.in_target_words(1, 4),
        report_words.practised_words(1),
        report_words.good_signal_words(1),
        report_words.all_count_words(1),
        *(report_words.dose_words(1, "6", sided=sided, fired=True) for sided in (True, False)),
        *(report_words.repetitions_words(1, sided=sided) for sided in (True, False)),
        report_words.bouts_words(1, "12"),
        report_words.measured_words(1, "250", "", ""),
        report_words.quality_words(1, "98 %"),
        report_words.lost_words(1, 1, "0.1 %", "0.00 s"),
        report_words.board_words("callibri_emg", "1000", 1),
    ]
    plurals = re.compile(
        r"\b1 (training )?(holds|repetitions|bouts|muscles|samples|gaps|EMG channels)\b|\ball 1\b"
    )
    assert [line for line in said if plurals.search(line)] == []
    assert report_words.in_target_words(3, 4) == "3 of 4 training holds were in the target."
    assert report_words.quality_words(0, "98 %").endswith("no sample was lost.")
