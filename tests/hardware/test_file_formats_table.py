"""Claims about tables of numbers as text, however a program in whatever country wrote them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.file_formats import rows
from hardware.file_formats.clock import find_step
from hardware.file_formats.units import rate_in_text, unit_in_name
from hardware.files import FileUnreadable, describe
from tests.hardware.reading import WholeFile, read_whole, text_file

ROOT = Path(__file__).resolve().parents[2]


def read(folder: Path, text: str | bytes, *columns: str, **said: object) -> WholeFile:
    said = {"fs_hz": 1000.0, "unit": "uV"} | said
    return read_whole(text_file(folder, text), *(columns or ("1",)), **said)


def refusal(folder: Path, text: str | bytes, *columns: str, **said: object) -> str:
    with pytest.raises(FileUnreadable) as caught:
        read(folder, text, *columns, **said)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


# --- any table comes back exactly


@st.composite
def tables(draw: st.DrawFn) -> tuple[bytes, np.ndarray, bool]:
    """Bytes of a table, its numbers (NaN where a field is empty), and whether it has names."""
    separator = draw(st.sampled_from([",", ";", "\t", ", ", "  "]))
    decimal = "." if separator.strip() == "," else draw(st.sampled_from([".", ","]))
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    n_columns = draw(st.integers(2, 6))
    n_rows = draw(st.integers(2, 30))
    finite = st.floats(allow_nan=False, allow_infinity=False, width=64).filter(lambda x: abs(x) < 1e300)
    values = np.array(
        draw(
            st.lists(
                st.lists(finite, min_size=n_columns, max_size=n_columns), min_size=n_rows, max_size=n_rows
            )
        )
    )
    values[:, 0] = 0.5  # what rises evenly in the first column is time
    form = draw(st.sampled_from(["{!r}", "{:.17g}", "{:.17e}", "{:+.17E}"]))
    cells = [[form.format(float(x)).replace(".", decimal) for x in row] for row in values]
    if decimal == ",":
        cells = [[cell if "," in cell or "e" in cell else cell + ",0" for cell in row] for row in cells]
    empty = separator.strip() != "" or separator == "\t"
    if empty and draw(st.booleans()):
        row, column = draw(st.integers(1, n_rows - 1)), draw(st.integers(1, n_columns - 1))
        values[row, column] = np.nan
        cells[row][column] = draw(st.sampled_from(["", "NaN", "nan", "NA", "null"]))
    quote = '"' if draw(st.booleans()) and separator.strip() in (",", ";") else ""
    lines = [separator.join(f"{quote}{cell}{quote}" for cell in row) for row in cells]
    names = draw(st.booleans())
    if names:
        lines.insert(0, separator.join(f"M{number}_uV" for number in range(n_columns)))
    lines = [*draw(st.lists(st.sampled_from(["# made by hand", "% EMG", "#"]), max_size=3)), *lines]
    text = newline.join(lines) + (newline if draw(st.booleans()) else "")
    bom = b"\xef\xbb\xbf" if draw(st.booleans()) else b""
    return bom + text.encode(), values, names


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(table=tables(), data=st.data())
def test_any_table_comes_back_to_the_last_bit(
    tmp_path: Path, table: tuple[bytes, np.ndarray, bool], data: st.DataObject
) -> None:
    """Else the numbers depend on the country the file was written in."""
    text, values, names = table
    wanted = data.draw(st.lists(st.integers(0, values.shape[1] - 1), min_size=1, max_size=4), label="wanted")

    found = read(tmp_path, text, *(str(place + 1) for place in wanted), header=names)

    asked = values[:, wanted]
    whole = np.isfinite(asked).all(axis=1)
    np.testing.assert_array_equal(found.data_uv, asked[whole])
    np.testing.assert_array_equal(found.index, np.flatnonzero(whole))


@pytest.mark.parametrize("n_rows", [1, 2, 3])
def test_a_table_of_few_rows_is_read_whole(tmp_path: Path, n_rows: int) -> None:
    """Else the shortest recordings lose their last sample."""
    assert read(tmp_path, "BF\n" + "7\n" * n_rows).n == n_rows


def test_any_size_of_file_keeps_every_row(tmp_path: Path) -> None:
    """Else a row is lost or doubled where two pieces meet; comments in the middle stand in no row's place."""
    rng = np.random.default_rng(3)
    values = rng.normal(0.0, 100.0, (60_000, 3)).round(3)
    lines = [",".join(map(repr, row)) for row in values.tolist()]
    for at in range(59_000, 0, -997):
        lines.insert(at, f"# marker {at}")
    path = text_file(tmp_path, "A,B,C\r\n" + "\r\n".join(lines) + "\r\n")
    assert path.stat().st_size > 1_000_000

    found = read_whole(path, "C", "A", fs_hz=1000.0, unit="uV")

    np.testing.assert_array_equal(found.data_uv, values[:, [2, 0]])
    assert found.lost == 0


def test_comments_that_fill_half_a_file_are_passed_over(tmp_path: Path) -> None:
    """Else half a comment that stands where two pieces meet is taken for a row."""
    rows = "".join(f"{n},{-n}\n# {'remark, 1, 2 ' * 30}\n" for n in range(3000))

    found = read(tmp_path, "A,B\n" + rows, "B")

    np.testing.assert_array_equal(found.data_uv[:, 0], -np.arange(3000))


# --- names, preambles, comments


def test_a_table_without_names_is_refused_until_that_is_said(tmp_path: Path) -> None:
    """Else the first sample is taken for names and lost in silence."""
    assert "--no-header" in refusal(tmp_path, "1,2\n3,4\n")
    assert read(tmp_path, "1,2\n3,4\n", "2", header=False).data_uv[:, 0].tolist() == [2.0, 4.0]


def test_names_that_were_said_to_be_missing_are_refused(tmp_path: Path) -> None:
    """Else a slip on the command line makes columns nameless."""
    sentence = refusal(tmp_path, "# x\nBF,ST\n1,2\n", header=False)

    assert "--no-header" in sentence
    assert "line 2" in sentence


def test_columns_that_are_named_by_counting_are_names_unless_said_otherwise(tmp_path: Path) -> None:
    """Else the row 0,1,2 that a data frame writes above its numbers becomes a sample."""
    text = ",0,1\n0,2.5,3.5\n1,4.5,5.5\n2,6.5,7.5\n"

    assert read(tmp_path, text, "1").data_uv[:, 0].tolist() == [3.5, 5.5, 7.5]
    assert read(tmp_path, text, "0").data_uv[:, 0].tolist() == [2.5, 4.5, 6.5]


def test_lines_that_are_passed_over_are_not_read(tmp_path: Path) -> None:
    """Else --skip does nothing."""
    text = "1,2\n3,4\nBF,ST\n5,6\n7,8\n"

    assert read(tmp_path, text, "ST", skip=2).data_uv[:, 0].tolist() == [6.0, 8.0]


def test_a_preamble_stands_above_the_names(tmp_path: Path) -> None:
    """Else the exports of most programs are refused."""
    text = "Exported by a program\nSubject: 7\nSampling rate: 2000 Hz\nUnits: mV\n\nBF,ST\n0.5,1\n0.25,2\n"

    found = read_whole(text_file(tmp_path, text), "BF")

    assert found.info.fs_hz == 2000.0
    assert found.data_uv[:, 0].tolist() == [500.0, 250.0]


def test_text_in_a_column_that_nobody_asked_for_does_no_harm(tmp_path: Path) -> None:
    """Else labels and clock times beside the signal make the file unreadable."""
    text = (
        "BF,label,time of day\n1.5,rest,12:00:00\n2.5,hold,12:00:01\n".encode("latin-1") + b"3.5,caf\xe9,x\n"
    )

    assert read(tmp_path, text, "BF").data_uv[:, 0].tolist() == [1.5, 2.5, 3.5]
    assert "'label'" in refusal(tmp_path, text, "label")


def test_a_separator_at_the_end_of_each_row_is_no_column(tmp_path: Path) -> None:
    """Else the last channel is a column of nothing."""
    text = "BF,ST,\n1,2,\n3,4,\n"

    assert [column.name for column in describe(text_file(tmp_path, text)).signals] == ["BF", "ST"]
    assert read(tmp_path, "BF,ST\n1,2,\n3,4,\n", "2").data_uv[:, 0].tolist() == [2.0, 4.0]


# --- missing, damaged


@pytest.mark.parametrize("missing", ["", " ", "NaN", "nan", "NA", "N/A", "null", "inf", "-inf", "Infinity"])
def test_a_field_that_is_no_number_is_a_lost_sample(tmp_path: Path, missing: str) -> None:
    """Else what was not measured is zero, or the last value, or the end of the analysis."""
    found = read(tmp_path, f"BF,ST\n1,2\n3,4\n{missing},6\n7,8\n", "BF")

    assert found.data_uv[:, 0].tolist() == [1.0, 3.0, 7.0]
    assert found.index.tolist() == [0, 1, 3]
    assert read(tmp_path, f"BF,ST\n1,2\n3,4\n{missing},6\n7,8\n", "ST").lost == 0


def test_empty_rows_at_the_end_are_no_samples(tmp_path: Path) -> None:
    """Else a recording is longer than it was."""
    assert read(tmp_path, "BF\tST\n1\t2\n3\t4\n\t\n\t\n").n == 2


def test_a_column_that_is_empty_is_refused_by_name(tmp_path: Path) -> None:
    """Else an electrode that was never plugged in reads as no data at all, of any channel."""
    sentence = refusal(tmp_path, "BF,ST\n1,\n3,\n5,\n", "BF", "ST")

    assert "'ST'" in sentence
    assert "'BF'" not in sentence


@pytest.mark.parametrize(
    "last", ["3", "3,", "3,4", "3,4,-", "3,4,1e", "3,4,5,6", "\0\0\0\0", "3,4,\0\0", "end", "# end", '"3,4']
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_last_row_that_was_cut_off_is_left_out(tmp_path: Path, last: str, newline: str) -> None:
    """Else a recording that was killed cannot be read, or ends in a false sample."""
    text = newline.join(["A,B,C", "1,2,3", "4,5,6", last])

    assert read(tmp_path, text, "3").data_uv[:, 0].tolist() == [3.0, 6.0]


def test_a_last_row_without_a_line_end_counts(tmp_path: Path) -> None:
    """Else every file of a program that writes no last line end is a sample short."""
    assert read(tmp_path, "A\n1\n2\n3").data_uv[:, 0].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("oops,5", ("line 5", "'oops'", "'BF'")),
        ("5", ("line 5", "1 field")),
        ("5,6,7", ("line 5", "3 fields")),
    ],
)
def test_a_damaged_row_inside_is_told_by_its_line(tmp_path: Path, bad: str, words: tuple[str, ...]) -> None:
    """Else a person must look through a million lines, or a hole passes for signal."""
    sentence = refusal(tmp_path, f"# one\nBF,ST\n1,2\n\n{bad}\n# six\n3,4\n5,6\n", "BF", "ST")

    for word in words:
        assert word in sentence.replace("Line", "line")


def test_a_damaged_row_far_inside_is_told_by_its_line_too(tmp_path: Path) -> None:
    """Else the number counts from somewhere in the middle."""
    rows = ["1.25,2.5\n"] * 200_000
    rows[150_001] = "1.25,x\n"
    sentence = refusal(tmp_path, "# c\nBF,ST\n" + "".join(rows), "ST")

    assert "Line 150004 " in sentence
    assert "'x'" in sentence


# --- rates and time


@pytest.mark.parametrize(
    ("text", "fs_hz"),
    [
        ("# fs=1000 Hz, 12-bit", 1000.0),
        ("fs: 2 kHz", 2000.0),
        ("# Sampling rate (Hz): 1259.259", 1259.259),
        ("Sampling frequency = 512.0 Hz", 512.0),
        ('# {"sampling rate": 1000, "channels": 2}', 1000.0),
        ("extrapolated from 50 to 1000 samples per second.", 1000.0),
        ("2000 samples/s", 2000.0),
        ("250 SPS", 250.0),
        ("%Sample Rate = 250.0 Hz", 250.0),
        ("band-pass 20-450 Hz, notch 50 Hz", None),
        ("fs=1000\nfs=2000", None),
        ("offset 12", None),
    ],
)
def test_a_rate_in_words_is_found(text: str, fs_hz: float | None) -> None:
    """Else people must say again what the file says, or a filter's corner becomes the rate."""
    assert rate_in_text(text) == fs_hz


@pytest.mark.parametrize("name", ["V", "Channel_5", "movement", "EMG", "vmuV2", "Recto V", "adv", "uV2"])
def test_a_name_that_only_looks_like_a_unit_is_none(name: str) -> None:
    """Else a muscle's name decides its amplitude."""
    assert unit_in_name(name) is None


@pytest.mark.parametrize(
    ("name", "times", "fs_hz"),
    [
        ("time_s", [n / 1000 for n in range(60)], 1000.0),
        ("Time (ms)", [n * 4 for n in range(60)], 250.0),
        ("t [s]", [0.3 + n * 0.0005 for n in range(60)], 2000.0),
        ("X[s]", [round(n / 1259.259, 9) for n in range(60)], 1259.259),
        ("time", [round(n / 1500, 3) for n in range(600)], 1500.0),
        ("Timestamp", [1.7e9 + n / 256 for n in range(60)], 256.0),
        ("timestamp_us", [n * 1000 for n in range(60)], 1000.0),
        ("", [n / 500 for n in range(60)], 500.0),
        ("time", [round(n * 0.0009, 4) for n in range(60)], 1 / 0.0009),
        ("time", [round(n * 0.001, 3) for n in range(60) if n not in (7, 8, 30)], 1000.0),
        ("time", list(range(60)), None),
        ("", list(range(60)), None),
    ],
)
def test_an_even_column_of_times_gives_the_rate(name: str, times: list[float], fs_hz: float | None) -> None:
    """Else the rate must be said although it stands in the file, or is wrong by the digits of a clock."""
    column = find_step([repr(t) for t in times], times, name, 0)

    assert column is not None
    assert column.fs_hz == (None if fs_hz is None else pytest.approx(fs_hz, rel=1e-6))


def test_an_uneven_column_of_times_gives_none() -> None:
    """Else the arrival of packets is taken for a rate."""
    times = np.cumsum(np.random.default_rng(1).choice([0.0, 0.001, 0.016, 0.035], 200)).round(3)

    assert find_step([repr(float(t)) for t in times], times.tolist(), "Timestamp", 0) is None


@pytest.mark.parametrize("cut", [3, 4321])
def test_a_hole_in_time_is_lost_samples(tmp_path: Path, cut: int) -> None:
    """Else time closes up over what was not recorded and every onset after it is too early."""
    kept = [n for n in range(20_000) if not cut <= n < cut + 250]
    text = "time,BF\n" + "".join(f"{n / 1000:.3f},{n}\n" for n in kept)

    for said in ({}, {"fs_hz": 1000.0}):
        found = read_whole(text_file(tmp_path, text), "BF", unit="uV", **said)

        np.testing.assert_array_equal(found.index, kept)
        np.testing.assert_array_equal(found.data_uv[:, 0], kept)


@pytest.mark.parametrize("piece_bytes", [100, 333])
def test_holes_are_found_where_two_pieces_meet(
    tmp_path: Path, piece_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the size of a buffer decides what was lost."""
    monkeypatch.setattr(rows, "PIECE_BYTES", piece_bytes)
    kept = [n for n in range(2000) if n % 13 != 12]
    text = "time,BF\n" + "".join(f"{n / 1000:.3f},{n}\n" for n in kept)

    found = read_whole(text_file(tmp_path, text), "BF", unit="uV")

    np.testing.assert_array_equal(found.index, kept)
    np.testing.assert_array_equal(found.data_uv[:, 0], kept)


def test_a_time_that_trembles_loses_no_samples(tmp_path: Path) -> None:
    """Else a clock that is read a moment late makes a hole."""
    times = np.arange(3000) / 1000
    times[7::50] += 0.0004

    text = "time,BF\n" + "".join(f"{t:.6f},1\n" for t in times)

    assert read_whole(text_file(tmp_path, text), "BF", unit="uV").lost == 0


def test_a_clock_that_is_a_little_off_loses_no_samples(tmp_path: Path) -> None:
    """Else an hour at 1000.03 Hz grows holes that nobody made."""
    text = "time,BF\n" + "".join(f"{n / 1000.03:.4f},1\n" for n in range(40_000))

    assert read_whole(text_file(tmp_path, text), "BF", unit="uV").lost == 0


def test_time_that_runs_backwards_is_refused(tmp_path: Path) -> None:
    """Else two recordings in one file are filtered as one."""
    times = [n / 1000 for n in range(2000)] * 2
    text = "time,BF\n" + "".join(f"{t},1\n" for t in times)

    assert "backwards" in refusal(tmp_path, text, "BF")


def test_a_counter_of_rows_is_no_signal_and_may_start_anew(tmp_path: Path) -> None:
    """Else the wrap of a packet number is the end of the analysis."""
    text = "Sample Index,BF\n" + "".join(f"{n % 256},{n}\n" for n in range(1000))

    found = read(tmp_path, text, "1")

    assert (found.n, found.lost) == (1000, 0)
    assert found.data_uv[-1, 0] == 999.0


# --- bounded memory


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Else an hour of recording ends the program on a small computer."""
    row = b"0.001,-12.345,6.789,-0.123,45.6789,1.25,-2.5,3.75,100.125\n"
    code = (
        "import resource, sys\n"
        "from hardware.files import open_file\n"
        "from tests.hardware.reading import blocks_of\n"
        "for path in sys.argv[1:]:\n"
        "    source = open_file(path, columns=['EMG1', '8'], fs_hz=1000.0, unit='uV')\n"
        "    source.open()\n"
        "    n = 0\n"
        "    try:\n"
        "        while True:\n"
        "            n += source.read(0.0).n_samples\n"
        "    except Exception as error:\n"
        "        assert type(error).__name__ == 'EndOfSource', error\n"
        "    print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    names = b"x," + b",".join(b"EMG%d" % n for n in range(1, 9)) + b"\n"
    paths = []
    for n_rows in (20_000, 1_000_000):
        paths.append(tmp_path / f"{n_rows}.csv")
        with paths[-1].open("wb") as file:
            file.write(names)
            for _ in range(n_rows // 10_000):
                file.write(row * 10_000)

    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, paths)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    (small_n, small), (large_n, large) = ([int(x) for x in line.split()] for line in done.stdout.splitlines())
    kilobyte = 1024 if sys.platform == "darwin" else 1
    assert (small_n, large_n) == (20_000, 1_000_000)
    assert (large - small) / kilobyte < 40_000
