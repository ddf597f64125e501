"""Calibration files are read with suspicion: refused with one sentence, or taken at their word."""

from __future__ import annotations

import copy
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrations.calibration import Calibration
from calibrations.store import CalibrationUnreadable, load, parse
from tests.calibrations.hostile import GOOD, NOT_JSON, NOT_OURS, changed, without_rights
from tests.calibrations.parts import CALIBRATION


def file_with(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "mine.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def check_sentence(sentence: str) -> None:
    assert sentence.endswith(".")
    assert sentence.isprintable(), "one line, and nothing in it that turns the text around"
    assert len(sentence) < 300


@pytest.mark.parametrize(("content", "says"), [*NOT_JSON, *NOT_OURS], ids=lambda content: ascii(content[:30]))
def test_what_is_no_calibration_is_one_sentence(tmp_path: Path, content: str | bytes, says: str) -> None:
    """Else a damaged or forged file ends in a traceback, or puts a maximum in force that nobody reached."""
    path = file_with(tmp_path, content)
    before = path.read_bytes()

    with pytest.raises(CalibrationUnreadable) as caught:
        load(path)

    sentence = str(caught.value)
    assert sentence.startswith("mine.json ")
    assert says in sentence
    check_sentence(sentence)
    assert path.read_bytes() == before, "and nothing is overwritten"


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    """Else a typing error ends in a traceback."""
    for name in ("none.json", "none/none.json", "x" * 300, "x\0y"):
        with pytest.raises(CalibrationUnreadable, match=r"cannot be read: .*\.$") as caught:
            load(tmp_path / name)
        check_sentence(str(caught.value))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.timeout(30)
def test_a_device_or_a_pipe_is_not_read_for_ever(tmp_path: Path) -> None:
    """Else the program hangs, or eats all memory, because of a wrong name after --calibration."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), tmp_path):
        with pytest.raises(CalibrationUnreadable, match=r"is not a calibration: it is not a file\.$"):
            load(path)


def test_a_loop_of_links_is_one_sentence(tmp_path: Path) -> None:
    """Else a folder that was copied badly ends the program."""
    loop = tmp_path / "loop.json"
    loop.symlink_to(loop)
    with pytest.raises(CalibrationUnreadable, match=r"loop\.json cannot be read: .*\.$"):
        load(loop)


@pytest.mark.skipif(sys.platform == "win32", reason="here everything may be read")
def test_a_file_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    """Else a file of another user of this computer ends the program."""
    path = file_with(tmp_path, changed())
    path.chmod(0)
    with without_rights(), pytest.raises(CalibrationUnreadable) as caught:
        load(path)
    assert str(caught.value).endswith("mine.json cannot be read: Permission denied.")


def test_a_calibration_of_another_program_version_is_still_read(tmp_path: Path) -> None:
    """Else an update makes this morning's calibration useless."""
    assert load(file_with(tmp_path, changed(software="9.9.9"))).software == "9.9.9"


def schema_1() -> dict[str, Any]:
    """The good calibration as version 0.1.0 wrote it."""
    new = ("serial", "placement", "way", "intake")
    old = {name: value for name, value in GOOD.items() if name not in new} | {"schema": 1}
    known = ("channel", "rest_uv", "mvc_uv", "method", "mvc_cv_pct")
    old["sites"] = {name: {key: site[key] for key in known} for name, site in GOOD["sites"].items()}
    old["trials"] = [{key: trial[key] for key in ("site", "best_uv")} for trial in GOOD["trials"]]
    return old


def test_a_calibration_of_schema_1_is_still_read(tmp_path: Path) -> None:
    """Else sessions that carry one can no longer be analysed."""
    found = load(file_with(tmp_path, json.dumps(schema_1())))

    assert found == CALIBRATION
    assert parse(schema_1()) == CALIBRATION
    assert (found.placement, found.intake, found.serial) == (None, None, "")
    assert all(site.doubts == () and site.cv_from == "prior" for site in found.sites.values())
    assert all(trial.pain_0_10 is None for trial in found.trials)


def test_fields_that_cannot_stand_in_a_file_are_one_sentence() -> None:
    """Else a session.json that a program put together wrongly ends the analysis with a traceback."""
    loop: dict[str, Any] = dict(GOOD)
    loop["chain"] = loop
    rate = {**GOOD["chain"], "fs_hz": float("inf")}
    level = {"glute_left": {**GOOD["sites"]["glute_left"], "mvc_uv": float("nan")}}
    changes = ({"chain": rate}, {"sites": level}, {"software": {1, 2}})
    for fields in (*({**GOOD, **change} for change in changes), loop):
        with pytest.raises(
            CalibrationUnreadable, match=r"^The calibration here is not a calibration: "
        ) as caught:
            parse(fields, "The calibration here")
        check_sentence(str(caught.value))


# --- any change of a good file

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["quick", "left", "uV", "2026-03-01T09:30:15Z", "glute_left", 1, 2, 3, 0.0, -1.0, 1e308]
    ),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=10), part, max_size=3),
    max_leaves=8,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in the file a change can be made: every value, and the whole."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for key, part in inner for place in places(part, (*here, key)))]


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """The good file with up to three of its values replaced, removed, or joined by another."""
    found = copy.deepcopy(GOOD if draw(st.booleans()) else schema_1())
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([place for place in places(found) if place]))
        holder: Any = found
        for key in way:
            holder = holder[key]
        match draw(st.sampled_from(["replace", "remove", "join"])):
            case "replace":
                holder[last] = draw(ANYTHING)
            case "remove":
                del holder[last]
            case _ if isinstance(holder, dict):
                holder[draw(st.text(max_size=10) | st.sampled_from(["doubts", "position", "way"]))] = draw(
                    ANYTHING
                )
            case _:
                holder.insert(last, draw(ANYTHING))
    return found


def says_the_same(read: Any, written: Any) -> bool:
    """Whether all that stands in the file is in the record, as it stands there."""
    if isinstance(written, dict):
        return isinstance(read, dict) and all(
            name in read and says_the_same(read[name], value) for name, value in written.items()
        )
    if isinstance(written, list):
        return len(read) == len(written) and all(map(says_the_same, read, written))
    return (type(read) is type(written) and read == written) or (
        type(written) is int and type(read) is float and read == float(written)
    )


@given(fields=mutations())
def test_any_change_of_a_good_file_is_taken_at_its_word_or_refused(
    tmp_path_factory: pytest.TempPathFactory, fields: Any
) -> None:
    """Else a field that somebody mistyped is guessed, dropped or turned into something else."""
    path = tmp_path_factory.mktemp("any") / "mine.json"
    path.write_text(json.dumps(fields), encoding="utf-8")
    try:
        found = load(path)
    except CalibrationUnreadable as error:
        check_sentence(str(error))
        return
    read = json.loads(found.model_dump_json(by_alias=True)) | {"schema": fields["schema"]}
    times = [
        Calibration.model_validate(GOOD | {"made_at": part["made_at"]}).made_at for part in (read, fields)
    ]
    assert times[0] == times[1]
    assert says_the_same(read | {"made_at": fields["made_at"]}, fields)


@given(cut=st.integers(0, 2000), junk=st.binary(max_size=20))
def test_a_damaged_file_is_refused_or_the_same(
    tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes
) -> None:
    """Else bytes that a bad disk or a copy put there become a maximum, or a traceback."""
    whole = json.dumps(GOOD).encode()
    path = tmp_path_factory.mktemp("any") / "mine.json"
    path.write_bytes(whole[:cut] + junk + whole[cut + len(junk) :])
    try:
        load(path)
    except CalibrationUnreadable as error:
        check_sentence(str(error))
