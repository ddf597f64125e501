"""Calibration files: written whole, never over another one, and read with suspicion."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from calibrations.store import MAX_BYTES, CalibrationUnreadable, load, save
from tests.calibrations.parts import CALIBRATION, MADE_AT

ROOT = Path(__file__).resolve().parents[2]
GOOD: dict[str, Any] = json.loads(CALIBRATION.model_dump_json(by_alias=True))


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The umask of an ordinary shell."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def file_with(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "mine.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    """Else the maximum of this morning is another one in the afternoon."""
    path = save(CALIBRATION, tmp_path / "athletes" / "anna-1" / "calibrations")

    assert path.name == "20260301T093015Z.json"
    assert load(path) == CALIBRATION
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == 1


@pytest.mark.usefixtures("open_umask")
def test_files_and_folders_are_the_users_alone(tmp_path: Path) -> None:
    """Else everybody on a shared computer can read who is trained here."""
    path = save(CALIBRATION, tmp_path / "athletes" / "anna-1" / "calibrations")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    """Else two calibrations of one second leave one."""
    second = CALIBRATION.model_copy(update={"software": "0.2.0"})
    paths = [save(CALIBRATION, tmp_path), save(second, tmp_path), save(CALIBRATION, tmp_path)]

    assert [path.name for path in paths] == [f"20260301T093015Z{n}.json" for n in ("", "-2", "-3")]
    assert [load(path) for path in paths] == [CALIBRATION, second, CALIBRATION]
    assert sorted(tmp_path.iterdir()) == sorted(paths), "nothing else is left behind"


def test_savers_at_the_same_moment_do_not_meet(tmp_path: Path) -> None:
    """Else two windows of the program mix their files."""
    paths: list[Path] = []
    threads = [
        threading.Thread(target=lambda: paths.append(save(CALIBRATION, tmp_path)), name="emg-test")
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(paths)) == 8
    assert all(load(path) == CALIBRATION for path in paths)


def test_the_name_is_the_time_in_utc(tmp_path: Path) -> None:
    """Else calibrations of one day sort in the wrong order after a journey."""
    there = MADE_AT.astimezone(timezone(timedelta(hours=9)))

    assert save(CALIBRATION.model_copy(update={"made_at": there}), tmp_path).name == "20260301T093015Z.json"


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """Else half a calibration lies there and is offered the next time."""
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from calibrations.store import save\n"
        "from tests.calibrations.parts import CALIBRATION\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try: save(CALIBRATION, Path(sys.argv[1]))\n"
        "except OSError: print('refused')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert run.stdout == "refused\n", run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_power_cut_leaves_no_half_calibration(tmp_path: Path) -> None:
    """Else a calibration that is cut off in the middle carries the name of a whole one."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from calibrations.store import save\n"
        "from tests.calibrations.parts import CALIBRATION\n"
        "os.fsync = lambda descriptor: os._exit(9)\n"
        "save(CALIBRATION, Path(sys.argv[1]))\n"
    )
    cut = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, timeout=120, check=False)

    assert cut.returncode == 9, "what gets the name is forced onto the disk before"
    assert all(path.stat().st_size == 0 for path in tmp_path.glob("*.json"))
    assert load(save(CALIBRATION, tmp_path)) == CALIBRATION, "the next one is not in its way"


def changed(**fields: object) -> str:
    return json.dumps({**GOOD, **fields})


def site(**fields: object) -> str:
    return changed(sites={"glute_left": {**GOOD["sites"]["glute_left"], **fields}})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "null",
        "[]",
        "42",
        "not JSON",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf{}",
        b"\x00" * 100,
        "[" * 200_000,
        '{"a":' * 200_000,
        json.dumps(GOOD)[:-20],
        json.dumps(GOOD) + "{}",
        "1" * 10_000,
        changed(schema=2),
        changed(schema="1"),
        changed(schema=None),
        changed(extra=1),
        changed(athlete="../../x"),
        changed(athlete="anna\n"),
        changed(athlete=""),
        changed(unit="mV"),
        changed(made_at="2026-03-01T09:30:15"),
        changed(made_at="yesterday"),
        changed(sites={}),
        changed(sites={f"muscle{n}_left": GOOD["sites"]["glute_left"] for n in range(5)}),
        changed(chain={**GOOD["chain"], "fs_hz": 0}),
        changed(chain={**GOOD["chain"], "fs_hz": True}),
        site(mvc_uv=-80.0),
        site(mvc_uv=0),
        site(mvc_uv="80"),
        site(mvc_uv=1e300),
        site(rest_uv=80.1),
        site(rest_uv=90.0),
        site(rest_uv=-1.0),
        site(channel=0),
        site(channel=1.5),
        site(method="guessed"),
        site(mvc_cv_pct=-1.0),
        site(mvc_uv=float("nan")),
        site(mvc_uv=float("inf")),
        site(mvc_uv=float("-inf")),
        site(mvc_uv=80.0).replace("80.0", "1e999"),
        json.dumps(GOOD).replace('"athlete"', '"athlete": "ben", "athlete"', 1),
        json.dumps(GOOD).replace('"rest_uv"', '"rest_uv": 1.0, "rest_uv"', 1),
        changed(software="\ud800"),
        json.dumps(GOOD) + " " * MAX_BYTES,
    ],
    ids=lambda content: repr(content[:30]),
)
def test_what_is_no_calibration_is_one_sentence(tmp_path: Path, content: str | bytes) -> None:
    """Else a damaged or forged file ends in a traceback, or puts a maximum in force that nobody reached."""
    with pytest.raises(CalibrationUnreadable) as caught:
        load(file_with(tmp_path, content))

    sentence = str(caught.value)
    assert sentence.startswith("mine.json ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    """Else a typing error ends in a traceback."""
    for path in (tmp_path / "none.json", tmp_path / "none" / "none.json", tmp_path / ("x" * 300)):
        with pytest.raises(CalibrationUnreadable, match=r"cannot be read: .*\.$"):
            load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.timeout(30)
def test_a_device_or_a_pipe_is_not_read_for_ever(tmp_path: Path) -> None:
    """Else the program hangs, or eats all memory, because of a wrong name after --calibration."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero"), tmp_path):
        with pytest.raises(CalibrationUnreadable, match=r"is not a file"):
            load(path)


def test_a_calibration_of_another_program_version_is_still_read(tmp_path: Path) -> None:
    """Else an update makes this morning's calibration useless."""
    assert load(file_with(tmp_path, changed(software="9.9.9"))).software == "9.9.9"
