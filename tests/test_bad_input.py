"""Claims about damaged files of every kind: a reader gives what is there, or one sentence; nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from edfio import Bdf, BdfSignal, EdfAnnotation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emg.blocks import EndOfSource
from emg.protocols import ProtocolError, load_protocol, protocol_text
from emg.session.events import EventFormatError, event_from_json
from hardware.files import FileUnreadable, describe, open_file
from ui.cli import main
from ui.kept.exercises import find_protocol, protocols_folder
from ui.session.plan import first_side
from validation.bad_input import GOOD, Trial, is_sentence
from validation.bad_mutations import FORMATS, PLACES
from validation.bad_readers import readers

ROWS = "".join(f"{n / 1000:.3f},{n % 7 + 0.25:.2f}\n" for n in range(300))
TABLE = f"time_s,BF_uV\n{ROWS}"
UNBOUNDED = ("session.json", "events.jsonl", "raw.bdf")
"""Read by ``emg.session.bundle``, which reads a pipe or a device to its end; not tried here."""
SAFE = ("empty", "missing", "folder", "link to itself", "no permission")
SLOW = ("analyze", "again", "exclude", "pictures", "activation")
LONG = "1" * 60_000


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Trial]]:
    root = tmp_path_factory.mktemp("sound")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERHOLD_HOME", str(root))
        yield {name: Trial(reader, root) for name, reader in readers(root).items()}


@pytest.fixture(autouse=True)
def _at_home(trials: dict[str, Trial], powerhold_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = next(iter(trials.values()))
    monkeypatch.setenv("POWERHOLD_HOME", str(first.root))


def samples(path: Path, **said: object) -> list[float]:
    source = open_file(path, columns=("1",), **said)  # type: ignore[arg-type]
    source.open()
    found: list[float] = []
    try:
        while True:
            found += source.read().data_uv[:, 0].tolist()
    except EndOfSource:
        return found


def read_or_told(path: Path, **said: object) -> str:
    try:
        return f"{len(samples(path, **said))} samples."
    except FileUnreadable as error:
        return str(error)


def refused(path: Path, **said: object) -> str:
    with pytest.raises(FileUnreadable) as caught:
        samples(path, **said)
    assert is_sentence(str(caught.value)), str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("place", [name for name in PLACES if name != "no permission" or os.getuid()])
def test_what_stands_in_the_place_of_a_file_is_refused_in_one_sentence(
    trials: dict[str, Trial], place: str
) -> None:
    """Else a pipe hangs the program, a device fills its memory, or a folder ends in a traceback."""
    asked = {name: trial for name, trial in trials.items() if place in SAFE or not name.startswith(UNBOUNDED)}
    told = {name: trial.tell_place(PLACES[place]) for name, trial in asked.items()}

    assert {name: what for name, what in told.items() if what not in GOOD} == {}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_a_damaged_file_is_read_or_refused_in_one_sentence(
    trials: dict[str, Trial], data: st.DataObject, seed: int
) -> None:
    """Else people see a traceback, wait for ever, or lose what lies beside."""
    names = [name for name in trials if not any(slow in name for slow in SLOW)]
    name = data.draw(st.sampled_from([name for name in names if not name.startswith(UNBOUNDED)]))
    trial = trials[name]
    damage = data.draw(st.sampled_from(sorted(FORMATS[trial.reader.kind])))
    content = FORMATS[trial.reader.kind][damage](trial.sound, np.random.default_rng(seed))

    assert trial.tell(content) in GOOD


@pytest.mark.parametrize("name", ["session.json", "events.jsonl", "raw.bdf"])
def test_the_readers_of_the_bundle_refuse_in_one_plain_sentence(trials: dict[str, Trial], name: str) -> None:
    """Else a name in a damaged file writes over the terminal, fills it, or ends in a traceback."""
    trial = trials[name]
    content = {
        "session.json": trial.sound.replace(b"{", '{"\u202e\u001b[2J": 1,'.encode(), 1),
        "events.jsonl": trial.sound.replace(b'"kind":"', '"kind":"\u202e'.encode(), 1),
        "raw.bdf": trial.sound[:256] + trial.sound[256:].replace(b"25      ", b"24      ", 1),
    }[name]

    assert trial.tell(content) in GOOD
    assert trial.tell_place(os.mkfifo) in GOOD


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_a_damaged_session_is_analysed_or_refused_in_one_sentence(
    trials: dict[str, Trial], data: st.DataObject, seed: int
) -> None:
    """Else an event or a fact that cannot be ends the analysis in a traceback."""
    trial = trials[data.draw(st.sampled_from([name for name in trials if "analyze" in name]))]
    damage = data.draw(st.sampled_from(sorted(FORMATS[trial.reader.kind])))
    content = FORMATS[trial.reader.kind][damage](trial.sound, np.random.default_rng(seed))

    assert trial.tell(content) in GOOD


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), share=st.floats(0.0, 1.0))
def test_of_a_file_that_was_cut_off_nothing_is_made_up(
    trials: dict[str, Trial], data: st.DataObject, share: float
) -> None:
    """Else 81 is read where 812.53 was written."""
    trial = trials[data.draw(st.sampled_from([name for name in trials if not any(s in name for s in SLOW)]))]

    assert trial.tell(trial.sound[: int(share * len(trial.sound))], cut=True) in GOOD


@pytest.mark.parametrize("lost", range(1, 6))
def test_a_last_number_that_lost_its_end_is_left_out(tmp_path: Path, lost: int) -> None:
    """Else a table cut at any byte ends in a number nobody measured."""
    path = tmp_path / "cut.csv"
    path.write_text(TABLE[:-1] if lost == 1 else TABLE[:-lost])

    found = samples(path)

    assert found == [n % 7 + 0.25 for n in range(300 if lost == 1 else 299)]


@pytest.mark.parametrize(
    "text",
    [
        f"{TABLE}{LONG}x,1\n",
        f"time_s,BF_uV\n{LONG}x,1\n{ROWS}",
        f"# {LONG}\n{TABLE}",
        f"# sampl{'_' * 60_000}\n{TABLE}",
        f"time_s,BF (V{' ' * 60_000}x\n{ROWS}",
        f"time_s{' ' * 60_000}x,BF_uV\n{ROWS}",
        f"%OpenBCI\n%{' ' * 50_000}\n%Number of channels = 1\n{ROWS}",
    ],
)
def test_no_text_is_looked_at_for_ever(tmp_path: Path, text: str) -> None:
    """Else sixty thousand digits in a file stop the program for hours."""
    path = tmp_path / "long.csv"
    path.write_text(text)

    assert is_sentence(read_or_told(path, fs_hz=1000.0, unit="uV"))


@pytest.mark.parametrize("end", [f'0.3,"{"1" * 300_000}', f"0.3,{'1' * 300_000}\n{ROWS}"])
def test_a_field_without_end_is_no_number(tmp_path: Path, end: str) -> None:
    """Else the reader of CSV gives up with an error of its own."""
    path = tmp_path / "field.csv"
    path.write_text(TABLE + end)

    assert is_sentence(read_or_told(path))


@pytest.mark.parametrize(
    "times", ["1e9,5\n1000000000.001,5\n", "1e300,5\n2e300,5\n", "90000,5\n90000.001,5\n"]
)
def test_a_time_that_jumps_by_more_than_a_day_is_refused(tmp_path: Path, times: str) -> None:
    """Else a damaged digit makes years of lost samples, or wraps round to none."""
    path = tmp_path / "jump.csv"
    path.write_text(TABLE + times)

    assert "more than a day" in refused(path)


def test_a_foreign_digit_is_told_by_its_line(tmp_path: Path) -> None:
    """Else Python takes for a number what the converter does not, and the sentence is the converter's."""
    path = tmp_path / "digits.csv"
    path.write_text(f"{TABLE}0.3,٣\n0.301,2.00\n", encoding="utf-8")

    assert refused(path).startswith("Line 302 of ")


def test_names_with_marks_do_not_turn_the_sentence_round(tmp_path: Path) -> None:
    """Else a column's name writes over the terminal."""
    path = tmp_path / "marks.csv"
    path.write_text(f"time_s,\u202egnp\x1b[2J\n{ROWS}", encoding="utf-8")

    assert "unit of column" in refused(path)
    assert len(describe(path).signals) == 1


def test_ten_thousand_columns_do_not_fill_the_screen(tmp_path: Path) -> None:
    """Else the sentence is a megabyte."""
    path = tmp_path / "wide.csv"
    path.write_text("".join(f"{','.join(['1.5'] * 10_000)}\n" for _ in range(4)))

    with pytest.raises(FileUnreadable) as caught:
        open_file(path, columns=("nobody",), header=False)
    assert "9936 more" in str(caught.value)
    assert len(str(caught.value)) < 2_000


def test_a_parquet_of_billions_of_rows_is_no_table(tmp_path: Path) -> None:
    """Else a file of some kilobytes fills the memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "bomb.parquet"
    pq.write_table(pa.table({"BF_uV": pa.nulls(20_000_000)}), path)

    assert path.stat().st_size < 100_000
    refused(path)


def test_a_gap_of_the_ages_is_refused(tmp_path: Path) -> None:
    """Else a time that cannot be counted in samples ends in a traceback."""
    path = tmp_path / "ages.bdf"
    marks = [EdfAnnotation(0.5, 1e20, "BAD_gap")]
    signal = BdfSignal(np.arange(400.0), 200, label="A1", physical_dimension="uV", physical_range=(-500, 500))
    Bdf([signal], annotations=marks).write(path)

    assert "damaged" in refused(path)


def test_a_data_record_as_large_as_the_file_is_refused(trials: dict[str, Trial]) -> None:
    """Else it is read into the memory as a whole."""
    trial = trials["a.edf"]
    at = trial.sound.index(b"200     ", 256)
    content = trial.sound[:at] + b"99999999" + trial.sound[at + 8 :]

    assert trial.tell(content) == "refused"


@pytest.mark.parametrize(
    ("sample", "detail"),
    [("9007199254740993", "1"), ("1", "1" + "0" * 400), ("1", "1e999")],
    ids=["sample", "whole", "float"],
)
def test_an_event_holds_no_number_that_nothing_can_come_to(sample: str, detail: str) -> None:
    """Else a sample divided by the rate is an error of the machine."""
    line = (
        '{{"sample":{},"kind":"command","run":"","side":null,"role":null,"hold":null,"origin":"input",'
        '"detail":{{"x":{}}}}}'
    )
    assert event_from_json(line.format("1", "1")).detail == {"x": 1}
    with pytest.raises(EventFormatError):
        event_from_json(line.format(sample, detail))


@pytest.mark.parametrize(
    ("name", "value"), [("phase", "nirvana"), ("outcome", "won"), ("scored_from_sample", -5)]
)
def test_an_event_of_a_later_version_does_not_end_the_analysis(
    trials: dict[str, Trial], name: str, value: object
) -> None:
    """Else one unknown word costs all numbers."""
    trial = trials["events.jsonl, analyze"]
    lines = [json.loads(line) for line in trial.sound.splitlines()]
    for line in lines:
        if name in line["detail"]:
            line["detail"][name] = value

    assert trial.tell("".join(f"{json.dumps(line)}\n" for line in lines).encode()) == "read"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("montage", {"nothing": 1}),
        ("filters.rms_bar_s", 1e300),
        ("filters.band_hz", [90.0, 20.0]),
        ("fs_hz", 1e9),
        ("fs_hz", 1e-300),
        ("channels", 100_000),
    ],
)
def test_facts_of_a_session_that_cannot_be_end_analyze_with_exit_4(
    trials: dict[str, Trial], field: str, value: object
) -> None:
    """Else a damaged session.json ends in a traceback, or blames what was typed."""
    trial = trials["session.json, analyze"]
    path, facts = trial.reader.path, json.loads(trial.sound)
    holder, _, key = field.rpartition(".")
    (facts[holder] if holder else facts)[key] = value
    path.write_text(json.dumps(facts))
    try:
        result = CliRunner().invoke(main, ["analyze", str(path.parent), "--json"])
    finally:
        trial.restore()

    assert (result.exit_code, result.stdout) == (4, "")
    assert is_sentence(result.stderr.strip()), result.stderr


def test_a_protocol_that_ends_in_a_number_without_a_line_end_is_refused() -> None:
    """Else "times = 10" that was cut off runs once."""
    path = protocols_folder() / "short.toml"
    text = protocol_text("power_position").replace('"power_position"', '"short"', 1).rstrip()
    assert not text[-1].isdigit()
    path.write_text(f"{text}\ntimes = 1")
    try:
        with pytest.raises(ProtocolError, match="cut off"):
            find_protocol("short")
    finally:
        path.unlink()


def test_the_first_side_is_chosen_beside_tables_that_are_none(tmp_path: Path) -> None:
    """Else a pipe in an old session stops every new one."""
    folder = tmp_path / "20260301T093015Z-power_position"
    folder.mkdir()
    os.mkfifo(folder / "holds.csv")

    assert first_side(load_protocol("power_position"), None, tmp_path) == "right"
