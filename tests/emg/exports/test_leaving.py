"""Claims about what of a session leaves, in every form: codes, days, and no word that anybody wrote."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from emg.exports.make import Format, export
from emg.exports.subject import ExportRefused, Options, code_or_other, leaving_of
from emg.session.bundle import read_events
from tests.emg.exports.parts import ATHLETE, NAME, OWN_PROTOCOL, SECRETS, copy_of, day

EVERYTHING = Options(with_ids=True, with_dates=True, with_notes=True)
OWN_FORMS = [Format.CSV, Format.BDF, Format.EDF, Format.PARQUET]


def content_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("form", OWN_FORMS)
def test_no_id_date_device_or_word_of_anybody_leaves(
    form: Format, clinic: list[Path], tmp_path: Path
) -> None:
    """Else a file that was passed on says who was treated, and when."""
    made = export(clinic, form, tmp_path, Options()).path
    for name, content in content_of(made).items():
        for secret in (*SECRETS, str(clinic[0].parent)):
            assert secret.encode() not in content, f"{secret} is in {name}"
            assert secret not in name


def test_a_recording_does_say_what_was_asked_for(clinic: list[Path], tmp_path: Path) -> None:
    """Else the test above passes because nothing is ever written."""
    made = export(clinic, Format.CSV, tmp_path, EVERYTHING).path
    everything = b"".join(content_of(made).values()).decode()
    for told in (ATHLETE, NAME, "2031-05-06T09:30:15+00:00", OWN_PROTOCOL, "slipped"):
        assert told in everything
    assert "SN-31337" not in everything, "no option lets a serial number out"


def test_codes_follow_the_first_session_and_not_the_order_in_which_folders_are_given(
    clinic: list[Path],
) -> None:
    """Else the same athlete is P01 in the tables and P02 in the recordings."""
    told = [
        [(one.folder, one.name, one.day) for one in leaving_of(order, Options())]
        for order in (clinic, clinic[::-1])
    ]
    assert told[0] == told[1]
    assert [(name, day) for _, name, day in told[0]] == [("P01_s01", 0), ("P01_s02", 3), ("P02_s01", 0)]


def test_a_session_that_is_given_twice_counts_once(clinic: list[Path], tmp_path: Path) -> None:
    """Else a trailing slash doubles somebody's holds."""
    link = tmp_path / "link"
    link.symlink_to(clinic[0], target_is_directory=True)
    assert len(leaving_of([clinic[0], link, clinic[0] / ".." / clinic[0].name], Options())) == 1


def test_a_copy_of_a_session_is_refused(clinic: list[Path], tmp_path: Path) -> None:
    """Else a backup beside the original counts every hold twice."""
    copy = Path(shutil.copytree(clinic[0], tmp_path / "backup"))
    with pytest.raises(ExportRefused, match="hold the same session"):
        leaving_of([clinic[0], copy], Options())


def test_a_date_that_stands_in_lies_before_1925(clinic: list[Path]) -> None:
    """Else a format that needs a date gets one that may be taken for the real one."""
    assert [one.stand_in_date for one in leaving_of(clinic, Options())] == [
        date(1900, 1, 1), date(1900, 1, 4), date(1900, 1, 1)
    ]  # fmt: skip
    assert leaving_of(clinic, EVERYTHING)[1].stand_in_date == date(2031, 5, 9)


def test_an_exercise_of_ones_own_is_numbered_and_a_public_one_keeps_its_code(clinic: list[Path]) -> None:
    """Else the name that somebody gave to his patient's exercise leaves, or nobody knows what was done."""
    assert [one.protocol for one in leaving_of(clinic, Options())] == [
        "own1",
        "power_position",
        "power_position",
    ]


def test_every_event_leaves_and_only_codes_and_numbers_of_it(clinic: list[Path]) -> None:
    """Else an export has a cue too few, or a word too many."""
    [leaving] = leaving_of(clinic[:1], Options())
    told = leaving.happenings()
    events = read_events(clinic[0])
    assert [(one.sample, one.kind, one.hold) for one in told] == [
        (e.sample, e.kind.value, e.hold) for e in events
    ]
    assert not any(one.note for one in told)
    done = [dict(one.said)["outcome"] for one in told if one.kind == "hold_done"]
    assert done == [e.detail["outcome"] for e in events if e.kind.value == "hold_done"]
    [with_notes] = leaving_of(clinic[:1], Options(with_notes=True))
    assert [one.note for one in with_notes.happenings() if one.note] == [
        f"=1+1 {NAME} knee",
        f"slipped, {NAME}",
        "annegret",
    ]


def test_a_text_where_a_code_should_be_is_called_other() -> None:
    """Else whoever can write a session's files can write into everybody's tables."""
    assert [code_or_other(text) for text in ("quick", "", "Anna Smith", "=1+1", "x" * 65)] == [
        "quick", "", "other", "other", "other"
    ]  # fmt: skip


def test_facts_have_the_method_and_not_the_making_of_it(clinic: list[Path]) -> None:
    """Else a researcher cannot tell what 100 % is, or a patient can be told from the clinic's calendar."""
    facts = leaving_of(clinic, Options())[0].facts()
    site = facts["calibration"]["sites"]["glute_right"]
    assert (site["method"], site["position"]) == ("quick", "prone_hip_extension")
    assert site["mvc_uv"] > site["rest_uv"] > 0
    assert facts["isek"]["normalisation"].startswith("glute_left")
    assert not {"made_at", "placement", "serial", "source_id", "intake", "plan", "exercise"} & set(facts)
    json.dumps(facts, allow_nan=False)


def test_ids_that_differ_in_capitals_only_are_not_both_names_of_files(saved: Path, tmp_path: Path) -> None:
    """Else one athlete's files take the place of another's on a disk that does not tell them apart."""
    folders = [
        copy_of(saved, tmp_path, day(6), athlete="kim"),
        copy_of(saved, tmp_path, day(7), athlete="KIM"),
    ]
    with pytest.raises(ExportRefused, match="capitals"):
        leaving_of(folders, Options(with_ids=True))
    assert len({one.subject for one in leaving_of(folders, Options())}) == 2
