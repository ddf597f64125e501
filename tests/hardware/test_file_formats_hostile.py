"""Claims about damaged files of every format: numbers, or one sentence, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from edfio import Bdf, BdfSignal, Edf, EdfAnnotation, EdfSignal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.files import FileUnreadable
from tests.emg.session.parts import STARTED, begin, signal, stream
from tests.hardware.reading import read_whole
from tests.hardware.test_file_formats_packets import burst_times, v6_file

N = 400


def originals(folder: Path) -> dict[str, Path]:
    """A small sound file of each format."""
    emg = np.random.default_rng(7).normal(0.0, 50.0, N)
    numbers = np.arange(N)
    found = {"openbci": v6_file(folder, numbers % 256, burst_times(numbers, 250.0))}
    found["edf"] = folder / "a.edf"
    Edf(
        [EdfSignal(emg, 200, label="EMG BF", physical_dimension="uV", physical_range=(-500, 500))],
        annotations=[EdfAnnotation(0.5, 0.25, "BAD_gap")],
    ).write(found["edf"])
    found["bdf"] = folder / "a.bdf"
    Bdf([BdfSignal(emg, 200, label="A1", physical_dimension="uV", physical_range=(-500, 500))]).write(
        found["bdf"]
    )
    found["table"] = folder / "a.csv"
    found["table"].write_text(
        "# fs=200 Hz\ntime;BF_uV;x\n" + "".join(f"{n / 200};{v};a\n" for n, v in enumerate(emg))
    )
    found["brainflow"] = folder / "b.csv"
    found["brainflow"].write_text(
        "".join(
            "\t".join(f"{v:f}" for v in (n % 256, *[emg[n]] * 8, *[0] * 13, 1.7e9 + n / 250, 0)) + "\n"
            for n in range(N)
        )
    )
    info = stream()
    writer = begin(folder, info)
    writer.write_block(signal(info, N))
    writer.close(STARTED)
    found["session"] = writer.folder.path
    return found


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return originals(tmp_path_factory.mktemp("sound"))


def read_or_refuse(path: Path, **said: object) -> None:
    """Fail on anything but samples or a refusal in one sentence."""
    try:
        found = read_whole(path, "1", **said)
    except FileUnreadable as refused:
        sentence = str(refused)
        if "\n" in sentence or not sentence.endswith("."):
            raise AssertionError(sentence) from refused
    else:
        assert np.isfinite(found.data_uv).all()
        assert (np.diff(found.index) >= 1).all()


NAMES = ("openbci", "edf", "bdf", "table", "brainflow", "session")


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_file_of_each_format_is_read(sound: dict[str, Path], name: str) -> None:
    """Else the damage below is done to files that nobody could read anyway."""
    assert read_whole(sound[name], "1", header=name != "brainflow").n >= 0.8 * N


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(NAMES),
    damage=st.lists(
        st.tuples(st.floats(0.0, 1.0), st.binary(min_size=0, max_size=12), st.integers(0, 20)), max_size=4
    ),
    keep=st.floats(0.0, 1.0) | st.just(1.0),
    in_head=st.booleans(),
)
def test_a_damaged_file_gives_numbers_or_one_sentence(
    sound: dict[str, Path],
    tmp_path: Path,
    name: str,
    damage: list[tuple[float, bytes, int]],
    keep: float,
    in_head: bool,
) -> None:
    """Else people see a traceback, or samples that run back in time."""
    path = tmp_path / "damaged"
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)
    if sound[name].is_dir():
        shutil.copytree(sound[name], path)
        target = path / ("session.json" if in_head else "raw.bdf")
    else:
        shutil.copyfile(sound[name], path)
        target = path
    content = bytearray(target.read_bytes())
    reach = min(len(content), 600) if in_head else len(content)
    for place, new, n_old in damage:
        at = int(place * reach)
        content[at : at + n_old] = new
    target.write_bytes(content[: int(keep * len(content))])

    read_or_refuse(path, header=name != "brainflow")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | st.text(alphabet="0123456789.,;\t \n\r\"'+-eE#%naif", max_size=300).map(str.encode)
    | st.binary(max_size=600).map(b"0       ".__add__)
    | st.binary(max_size=600).map(b"\xffBIOSEMI".__add__)
    | st.text(alphabet="0123456789.,= %\n", max_size=300).map(lambda t: b"%OpenBCI\n" + t.encode()),
    header=st.booleans(),
    skip=st.integers(0, 3),
)
def test_any_bytes_give_numbers_or_one_sentence(
    tmp_path: Path, content: bytes, header: bool, skip: int
) -> None:
    """Else a file of a kind nobody thought of ends in a traceback."""
    path = tmp_path / "bytes"
    path.write_bytes(content)

    read_or_refuse(path, header=header, skip=skip, fs_hz=1000.0, unit="uV")
