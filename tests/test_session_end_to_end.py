"""Whole sessions: the command as it is typed, the files it leaves, and the same session computed again."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import stat
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest
from edfio import read_bdf

from emg.codes import CommandKind, EventKind, Origin
from emg.montage import Side
from emg.session.bundle import read_events, read_samples, read_session
from emg.session.outcome import holds_text
from emg.stage import Event
from hardware.simulated_athlete import Athlete
from hardware.simulated_faults import parse_faults
from hardware.simulated_source import SimulatedSource
from tests.sessions import QUICK, RIGHT_LEG, KeptFront, commands_of, plan_of, rig, short_exercise
from ui.assembly import SessionRunner
from ui.session.front import SessionEnd
from ui.session.plan import SessionPlan

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "from ui.cli import main; main()"]
LIMIT_S = 240.0
POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="signals and limits of this kind are POSIX's")


def powerhold(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def result_of(run: subprocess.CompletedProcess[str]) -> tuple[Path, dict[str, Any]]:
    """The object of --json, which must be all there is on stdout."""
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("\n") == 1
    found = json.loads(run.stdout)
    return Path(found["session"]), found


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A whole demo, as fast as it goes."""
    out = tmp_path_factory.mktemp("demo")
    return result_of(
        powerhold("demo", "--headless", "--speed", "0", "--seed", "3", "--out", str(out), "--json")
    )


# --- the demo


def test_the_demo_is_sixteen_good_holds(demo: tuple[Path, dict[str, Any]]) -> None:
    """Else the first thing people try shows something broken."""
    folder, told = demo
    rows = table(folder / "holds.csv")

    assert (told["holds"], told["valid_holds"], len(rows)) == (16, 16, 16)
    assert [row["hold"] for row in rows] == [str(n) for n in range(1, 17)]
    assert [row["role"] for row in rows] == (["test"] * 3 + ["train"] * 5) * 2
    assert [row["side"] for row in rows] == ["right"] * 8 + ["left"] * 8
    assert {(row["valid"], row["outcome"], row["athlete"]) for row in rows} == {("true", "success", "demo")}
    assert {row["feedback"] for row in rows if row["role"] == "test"} == {"false"}
    assert told["summary"] == json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert told["summary"]["sides"]["left"]["n_test"] == told["summary"]["sides"]["right"]["n_test"] == 3
    assert read_session(folder).simulated


def test_latencies_and_levels_are_those_of_the_truth(demo: tuple[Path, dict[str, Any]]) -> None:
    """Else the numbers that a physiotherapist acts on are not what the muscles did."""
    folder, _ = demo
    pairs = list(zip(table(folder / "holds.csv"), table(folder / "truth.csv"), strict=True))
    assert all(
        (row["hold"], row["side"], row["role"]) == (true["hold"], true["side"], true["role"])
        for row, true in pairs
    )

    late_s = [float(row["glute_latency_s"]) - float(true["glute_latency_s"]) for row, true in pairs]
    assert max(map(abs, late_s)) < 0.100
    assert abs(statistics.median(late_s)) < 0.050
    level = [
        float(row[f"{muscle}_pct_mvc"]) / float(true[f"{muscle}_{row['side']}_pct_mvc"])
        for row, true in pairs
        for muscle in ("glute", "ham")
    ]
    assert statistics.median(level) == pytest.approx(1.0, abs=0.10)


@POSIX_ONLY
def test_a_session_is_the_users_alone(demo: tuple[Path, dict[str, Any]]) -> None:
    """Else everybody on a shared computer can read how somebody trains."""
    folder, _ = demo
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_speed_changes_nothing_in_the_result(demo: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    """Else a slow computer shows another athlete than a fast one."""
    folder, _ = demo
    again, _ = result_of(
        powerhold("demo", "--headless", "--speed", "300", "--seed", "3", "--out", str(tmp_path), "--json")
    )
    for name in ("holds.csv", "activation.csv", "truth.csv"):
        texts = [
            (path / name).read_text(encoding="utf-8").replace(path.name, "SESSION")
            for path in (folder, again)
        ]
        assert texts[0] == texts[1], name
    samples = [[block.data_uv.tobytes() for block in read_samples(path)[1]] for path in (folder, again)]
    assert samples[0] == samples[1]


def test_a_recorded_session_played_to_the_coach_again_gives_the_same_numbers(
    demo: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """Else a recording does not show what the program showed, and nobody can look into a session again."""
    folder, told = demo
    sites = "glute_left=1,ham_left=2,glute_right=3,ham_right=4"
    again = (
        "--athlete",
        "again",
        "--protocol",
        "power_position",
        "--out",
        str(tmp_path),
        "--headless",
        "--json",
    )

    replayed, result = result_of(
        powerhold(
            "live", "--board", "replay", "--port", str(folder), "--speed", "0", "--sites", sites, *again
        )
    )

    assert told["summary"]["pain"]["efforts"] == 0
    unsaid = {"pain": told["summary"]["pain"] | {"efforts": None}}
    assert result["summary"] == told["summary"] | unsaid, "what the athlete said is not in the signal"
    differing = {"athlete", "session"}
    for before, after in zip(table(folder / "holds.csv"), table(replayed / "holds.csv"), strict=True):
        assert {name for name in before if before[name] != after[name]} <= differing


# --- broken off


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    """Programs that a test starts; whatever it does, none is left running."""
    running: list[subprocess.Popen[str]] = []
    yield running
    for program in running:
        if program.poll() is None:
            program.kill()
        program.wait()
        for pipe in (program.stdout, program.stderr):
            if pipe is not None:
                pipe.close()


def start(running: list[subprocess.Popen[str]], *arguments: str) -> tuple[subprocess.Popen[str], IO[str]]:
    program = subprocess.Popen(
        [*COMMAND, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    running.append(program)
    assert program.stderr is not None
    return program, program.stderr


def wait_for_line(pipe: IO[str], pattern: str) -> str:
    for line in pipe:
        if re.search(pattern, line):
            return line
    raise AssertionError(f"the program ended before it said {pattern}")


@POSIX_ONLY
def test_ctrl_c_in_a_hold_saves_the_session(
    started: list[subprocess.Popen[str]], powerhold_home: Path
) -> None:
    """Else breaking off loses what was done, or leaves files that nobody can read."""
    program, said = start(started, "demo", "--headless", "--speed", "40", "--json")
    wait_for_line(said, r"Hold 1, right leg")
    wait_for_line(said, r"test 2 of 3.*(Now|Lift|Hold|hold|stay|Stay)")
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=LIMIT_S)

    assert program.returncode == 130, err
    assert "Traceback" not in err
    folder = Path(json.loads(out)["session"])
    assert folder.parent == powerhold_home / "athletes" / "demo" / "sessions"
    rows = table(folder / "holds.csv")
    assert [row["outcome"] for row in rows] == ["success", "incomplete"]
    assert rows[1]["glute_pct_mvc"] == ""
    end = read_events(folder)[-1]
    assert (end.kind, end.detail["reason"]) == (EventKind.SESSION_ENDED, "interrupted")
    bdf = read_bdf(folder / "raw.bdf")
    assert [channel.label for channel in bdf.signals] == [
        "EMG GLUTE_L",
        "EMG HAM_L",
        "EMG GLUTE_R",
        "EMG HAM_R",
    ]
    assert len(bdf.signals[0].digital) > end.sample
    record = read_session(folder)
    assert (record.complete, record.ended_at is not None) == (True, True)


@POSIX_ONLY
def test_a_polite_kill_before_anything_happened_saves_too(
    started: list[subprocess.Popen[str]], powerhold_home: Path
) -> None:
    """Else a shutdown of the computer leaves a session that is never closed."""
    program, said = start(
        started,
        *("live", "--board", "simulated", "--sites", "glute_right=3,ham_right=4"),
        *("--athlete", "anna", "--protocol", "power_position", "--sore-side", "left"),
        *("--headless", "--json"),
    )
    wait_for_line(said, r"Lie on your front")
    program.send_signal(signal.SIGTERM)
    out, err = program.communicate(timeout=LIMIT_S)

    assert program.returncode == 130, err
    told = json.loads(out)
    assert (told["holds"], told["valid_holds"]) == (0, 0)
    folder = Path(told["session"])
    assert folder.parent == powerhold_home / "athletes" / "anna" / "sessions"
    record = read_session(folder)
    assert (record.complete, record.athlete, record.sore_side) == (True, "anna", "left")
    assert (folder / "truth.csv").exists(), "the simulated athlete hears the coach here too"


@POSIX_ONLY
def test_a_closed_pipe_ends_the_picture_and_not_the_session(tmp_path: Path) -> None:
    """Else `powerhold demo 2>&1 | head` leaves a process that not even Ctrl-C can end."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.test_session_end_to_end import short_session\n"
        "from ui.commands.session import run_to_end\n"
        "run_to_end(short_session(Path(sys.argv[1])), headless=True, as_json=True)\n"
    )
    for command in (
        [sys.executable, "-c", code, str(tmp_path / "session")],
        [
            *COMMAND,
            "record",
            "--board",
            "simulated",
            "--seconds",
            "0.5",
            "--json",
            "--out",
            str(tmp_path / "x"),
        ],
    ):
        nobody, pipe = os.pipe()
        os.close(nobody)
        try:
            ran = subprocess.run(
                command,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=pipe,
                text=True,
                timeout=LIMIT_S,
                check=False,
            )
        finally:
            os.close(pipe)
        told = json.loads(ran.stdout)
        assert read_session(Path(told.get("session") or told["path"])).complete


@POSIX_ONLY
@pytest.mark.parametrize("limit", [2_000, 60_000], ids=["no room at all", "room for a while"])
def test_a_full_disk_does_not_end_the_training(tmp_path: Path, limit: int) -> None:
    """Else the athlete is thrown out of his session because of a file, or nobody is told."""
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from tests.test_session_end_to_end import run, short_session\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)\n"
        "end, front = run(short_session(Path(sys.argv[1])))\n"
        "print(end.exit_code, end.holds, any(view.unsaved == end.message for view in front.views))\n"
        "print(end.message)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(limit)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    numbers, sentence = ran.stdout.splitlines()
    assert numbers == "2 1 True", "not done, every hold held, and shown while it happened"
    assert sentence.startswith("The disk is full, so nothing more can be saved in ")
    assert "Traceback" not in ran.stderr
    for folder in tmp_path.iterdir():
        raw = folder / "raw.bdf"
        if raw.exists() and raw.stat().st_size > 4096:
            _, blocks = read_samples(folder)
            assert sum(block.n_samples for block in blocks) > 250, "what was recorded is whole"


# --- short sessions, through the runner


def short_session(parent: Path, *, faults: tuple[str, ...] = (), seed: int = 4) -> SessionPlan:
    athlete = Athlete(seed=seed, faults=parse_faults(faults))
    source = SimulatedSource(athlete, speed=0.0)
    exercise = short_exercise(
        test=1, train=0, timing={**QUICK, "hold_s": 6.0, "prepare_s": 3.0, "quiet_s": 2.0}
    )
    return plan_of(source, exercise, parent, montage=RIGHT_LEG, performer=athlete)


def run(plan: SessionPlan, front: KeptFront | None = None) -> tuple[SessionEnd, KeptFront]:
    shown = front or KeptFront()
    runner = SessionRunner(plan, shown)
    if isinstance(shown, Player):
        shown.runner = runner
    runner.start()
    end = runner.wait(LIMIT_S)
    if end is None:
        runner.stop()
        pytest.fail("the session did not come to an end")
    return end, shown


def test_a_late_glute_moves_its_own_side_and_no_other(tmp_path: Path) -> None:
    """Else the fault of one leg is seen in the other, and the simulation proves nothing."""
    exercise = short_exercise(
        test=2, train=0, sides=tuple(Side), timing={**QUICK, "hold_s": 6.0, "prepare_s": 3.0, "quiet_s": 2.0}
    )
    rows: dict[str, list[dict[str, str]]] = {}
    for name, faults in (("well", ()), ("late", ("late-right-glute",))):
        athlete = Athlete(seed=4, faults=parse_faults(faults))
        source = SimulatedSource(athlete, speed=0.0)
        end, _ = run(plan_of(source, exercise, tmp_path / name, performer=athlete))
        assert end.folder is not None
        rows[name] = table(end.folder / "holds.csv")

    def glute(rows_of: list[dict[str, str]], side: str) -> list[float]:
        return [float(row["glute_latency_s"]) for row in rows_of if row["side"] == side]

    later_s = [b - a for a, b in zip(glute(rows["well"], "right"), glute(rows["late"], "right"), strict=True)]
    assert later_s == pytest.approx([1.0, 1.0], abs=0.1)
    assert glute(rows["late"], "left") == glute(rows["well"], "left")


class Player(KeptFront):
    """A front whose athlete and helper press keys as things happen."""

    runner: SessionRunner

    def __init__(self) -> None:
        super().__init__()
        self._pressed: set[tuple[EventKind, int | None]] = set()

    def post_event(self, event: Event) -> None:
        super().post_event(event)
        moment = event.kind, event.hold
        if event.hold is None or moment not in self._pressed:
            self._pressed.add(moment)
            for key in self._keys(event):
                self.runner.post(key)

    def _keys(self, event: Event) -> list[CommandKind]:
        holds: Mapping[tuple[EventKind, int | None], list[CommandKind]] = {
            (EventKind.CUE, 1): [CommandKind.NEXT],
            (EventKind.SET, 1): [CommandKind.FELT],
            (EventKind.SET, 2): [CommandKind.FOOT_DOWN],
            (EventKind.PREPARE, 3): [CommandKind.PAUSE],
            (EventKind.CUE, 4): [CommandKind.PAUSE],
            (EventKind.SET, 5): [CommandKind.BACK],
        }
        if event.kind is EventKind.PAUSED:
            return [CommandKind.RESUME]
        if event.kind is EventKind.REST:
            return [CommandKind.NEXT]
        return holds.get((event.kind, event.hold), []) if event.hold else []


def test_a_saved_session_computes_to_the_same_holds(tmp_path: Path) -> None:
    """Else recovery and analysis show other numbers than the day itself."""
    plan = replace(short_session(tmp_path), exercise=short_exercise(test=2, train=3))
    end, _ = run(plan, Player())
    folder = end.folder
    assert folder is not None
    saved = table(folder / "holds.csv")
    assert {"success", "lost_balance", "incomplete"} <= {row["outcome"] for row in saved}

    record, events = read_session(folder), read_events(folder)
    info, blocks = read_samples(folder)
    replay = rig(plan.exercise, tmp_path, info=info, montage=RIGHT_LEG, calibrated=False)
    for command in commands_of(events):
        replay.live.post(command)
    kept = replay.feed(blocks)

    assert holds_text(record, kept.holds) == (folder / "holds.csv").read_text(encoding="utf-8")
    derived = [event for event in events if event.origin is Origin.DERIVED]
    assert [event for event in kept.events if event.origin is Origin.DERIVED] == derived
    assert kept.table.header + kept.rows == (folder / "activation.csv").read_text(encoding="utf-8")
