"""Calibration files: written whole or not at all, and never over another one."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from calibrations.store import load, parse, save
from emg.results import Doubt
from tests.calibrations.parts import CALIBRATION, MADE_AT

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The umask of an ordinary shell."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(params=["second names", "no second names"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A disk that can give a file two names, and one that cannot, as FAT."""
    if request.param == "no second names":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
    return str(request.param)


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    """Else the maximum of this morning is another one in the afternoon."""
    path = save(CALIBRATION, tmp_path / "athletes" / "anna-1" / "calibrations")

    assert path.name == "20260301T093015Z.json"
    assert load(path) == CALIBRATION
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == 2


@pytest.mark.usefixtures("open_umask", "disk")
def test_files_and_folders_are_the_users_alone(tmp_path: Path) -> None:
    """Else everybody on a shared computer can read who is trained here."""
    path = save(CALIBRATION, tmp_path / "athletes" / "anna-1" / "calibrations")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.usefixtures("disk")
def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    """Else two calibrations of one second leave one."""
    second = CALIBRATION.model_copy(update={"software": "0.2.0"})
    paths = [save(CALIBRATION, tmp_path), save(second, tmp_path), save(CALIBRATION, tmp_path)]

    assert [path.name for path in paths] == [f"20260301T093015Z{n}.json" for n in ("", "-2", "-3")]
    assert [load(path) for path in paths] == [CALIBRATION, second, CALIBRATION]
    assert sorted(tmp_path.iterdir()) == sorted(paths), "nothing else is left behind"


@pytest.mark.usefixtures("disk")
@pytest.mark.parametrize("kind", ["text", "empty", "folder", "link to nowhere"])
def test_whatever_has_the_name_keeps_it(tmp_path: Path, kind: str) -> None:
    """Else a note, a folder or a broken file of the user's own is replaced."""
    taken = tmp_path / "20260301T093015Z.json"
    match kind:
        case "text":
            taken.write_text("mine", encoding="utf-8")
        case "empty":
            taken.touch()
        case "folder":
            taken.mkdir()
        case _:
            taken.symlink_to(tmp_path / "nowhere")
    before = taken.lstat()

    path = save(CALIBRATION, tmp_path)

    assert path.name == "20260301T093015Z-2.json"
    assert load(path) == CALIBRATION
    after = taken.lstat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (
        before.st_ino,
        before.st_size,
        before.st_mtime_ns,
    )
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.usefixtures("disk")
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


def aged(schema: int, **changes: dict[str, object]) -> dict[str, object]:
    """Fields of a calibration of two glutes as an earlier version wrote them."""
    fields = CALIBRATION.model_dump(mode="json", by_alias=True)
    site = fields["sites"]["glute_left"] | {"doubts": []}
    right = site | {"channel": 3, "mvc_uv": 0.3 * site["mvc_uv"]}
    fields |= {"schema": schema, "sites": {"glute_left": site, "glute_right": right}}
    fields |= {
        "trials": [{"site": name, "best_uv": 20.0} | changes.get(name, {}) for name in fields["sites"]]
    }
    if schema == 1:
        for name in ("serial", "placement", "way", "intake"):
            del fields[name]
        for record in fields["sites"].values():
            for name in ("cv_from", "doubts", "position", "hip_deg", "knee_deg", "resistance"):
                del record[name]
    return fields


@pytest.mark.parametrize("schema", [1, 2])
def test_what_is_to_be_doubted_is_doubted_whoever_wrote_the_file(schema: int) -> None:
    """Else a calibration of the version before calls an inhibited glute "symmetric"."""
    sites = parse(aged(schema)).sites
    assert (sites["glute_left"].doubts, sites["glute_right"].doubts) == ((), (Doubt.SIDES_DIFFER,))
    assert parse(aged(schema)).reference().sites["glute_right"].doubtful


def test_an_effort_that_hurt_is_doubted_on_reading_too() -> None:
    """Else the pain in the file says nothing, because nobody had counted it when it was written."""
    sites = parse(aged(2, glute_left={"pain_0_10": 3}, glute_right={"pain_0_10": 5})).sites
    assert sites["glute_left"].doubts == (Doubt.PAINFUL,)
    assert sites["glute_right"].doubts == (Doubt.SIDES_DIFFER, Doubt.PAINFUL)


def test_a_step_up_to_the_bridge_is_none_of_the_bridge() -> None:
    """Else a bridge that did not hurt is doubted for the effort that it was made instead of."""
    fields = aged(2, glute_right={"pain_0_10": 5, "effort_pct": 75})
    fields["sites"]["glute_right"]["method"] = "submax"  # type: ignore[index]
    assert parse(fields).sites["glute_right"].doubts == ()
    fields["trials"][1]["effort_pct"] = 0  # type: ignore[index]
    assert parse(fields).sites["glute_right"].doubts == (Doubt.PAINFUL,)


def test_a_doubt_that_was_written_down_stays() -> None:
    """Else a stricter setting of somebody else's is forgotten on reading."""
    fields = aged(2)
    fields["sites"]["glute_left"]["doubts"] = ["painful"]  # type: ignore[index]
    assert parse(fields).sites["glute_left"].doubts == (Doubt.PAINFUL,)


def test_the_name_is_the_time_in_utc(tmp_path: Path) -> None:
    """Else calibrations of one day sort in the wrong order after a journey."""
    there = MADE_AT.astimezone(timezone(timedelta(hours=9)))

    assert save(CALIBRATION.model_copy(update={"made_at": there}), tmp_path).name == "20260301T093015Z.json"


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    start = "import os, sys\nfrom pathlib import Path\nfrom calibrations.store import load, save\n"
    start += "from tests.calibrations.parts import CALIBRATION\nfolder = Path(sys.argv[1])\n"
    return subprocess.run(
        [sys.executable, "-c", start + code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit here")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    """Else half a calibration lies there and is offered the next time."""
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try: save(CALIBRATION, folder)\n"
        "except OSError: print('refused')\n"
    )
    found = run(code, tmp_path)

    assert found.stdout == "refused\n", found.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path) -> None:
    """Else after a power cut a calibration of zeros carries the name of a whole one."""
    cut = run("os.fsync = lambda descriptor: os._exit(9)\nsave(CALIBRATION, folder)\n", tmp_path)

    assert cut.returncode == 9
    assert list(tmp_path.glob("*.json")) == []


KILLED_AT_EVERY_LINE = """
import signal
from calibrations.shelf import shelve
files = {sys.modules[name].__file__ for name in ("calibrations.store", "emg.session.folder")}

def killed_at(line, where):
    '''Save in a process of its own that is killed at the line-th line it comes to.'''
    def trace(frame, what, _):
        nonlocal line
        if frame.f_code.co_filename not in files: return None
        line -= what == "line"
        if line < 0: os.kill(os.getpid(), signal.SIGKILL)
        return trace
    child = os.fork()
    if child == 0:
        sys.settrace(trace)
        save(CALIBRATION, where)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

kills = whole = 0
for start in ("new", "one there"):
    code, line = -signal.SIGKILL, 0
    while code:
        where = folder / start / str(line) / "calibrations"
        names = {save(CALIBRATION, where)} if start == "one there" else set()
        code = killed_at(line, where)
        assert code in (0, -signal.SIGKILL), code
        seen = set(where.glob("*.json"))
        assert all(load(path) == CALIBRATION for path in seen), (start, line, seen)
        assert names <= seen, (start, line, "one that was there is gone")
        new = save(CALIBRATION, where)
        assert load(new) == CALIBRATION and new not in seen
        assert {(one.path, one.reason) for one in shelve(where)} == {(path, "") for path in seen | {new}}
        whole += len(seen - names)
        kills, line = kills + (code != 0), line + 1
print(kills, whole)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process cannot be split here")
@pytest.mark.parametrize("second_names", [True, False])
def test_a_kill_at_any_step_leaves_the_whole_file_or_none(tmp_path: Path, second_names: bool) -> None:
    """Else an empty or a half calibration lies under the name of a good one, or stands in the way."""
    refuse = "def refuse(*_): raise OSError(1, 'Operation not permitted')\nos.link = refuse\n"
    found = run(("" if second_names else refuse) + KILLED_AT_EVERY_LINE, tmp_path)

    assert found.returncode == 0, found.stderr
    kills, whole = map(int, found.stdout.split())
    assert kills > 60, "every line of the way was a place to be killed at"
    assert 2 < whole < kills, "some kills came after the name was given, and most before"
