"""Try an installed PowerHold as people use it: ``python packaging/smoke.py COMMAND``.

COMMAND is the program of the bundle, or ``powerhold`` of an environment the wheel was put into. It is run in
an empty folder and an empty home, far from the source. Nothing but Python's own library is needed here.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from x_display import Display, virtual_display

LONGEST_S: Final = 180.0
LOOK_EVERY_S: Final = 0.02
STAYS_S: Final = 5.0
BETWEEN_KEYS_S: Final = 0.4
FORMATS: Final = ("csv", "bdf", "edf", "bids", "parquet")
HOLDS_OF_THE_DEMO: Final = 16
DONE, BAD_FOUND, INTERRUPTED = 0, 2, 130
OFFSCREEN_SAYS: Final = "This plugin does not support propagateSizeHints()"
"""Of Qt where there is no screen; means nothing."""

KEPT: Final = ("PATH", "LANG", "SYSTEMROOT", "TEMP", "TMPDIR")
"""Of the environment; all else is as on a computer where nobody builds anything."""


class Failed(Exception):
    """Something is not as it should be; the message says what."""


class Tried:
    """One installed program, an empty folder and an empty home."""

    def __init__(self, command: str, folder: Path) -> None:
        self.command, self.folder = command, folder
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment = {
            **kept,
            "HOME": str(folder),
            "POWERHOLD_HOME": str(folder / "data"),
            "POWERHOLD_LANGUAGE": "en",
            "QT_QPA_PLATFORM": "offscreen",
        }
        self.session = folder

    def run(self, *words: str, codes: Sequence[int] = (DONE,), **environment: str) -> str:
        """Run a command to its end and give what it printed."""
        done = subprocess.run(  # noqa: S603
            [self.command, *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=LONGEST_S,
            check=False,
        )
        if done.returncode not in codes or "Traceback" in done.stderr:
            raise Failed(f"powerhold {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def json(self, *words: str, codes: Sequence[int] = (DONE,)) -> Any:
        """Run a command with --json."""
        return json.loads(self.run(*words, "--json", codes=codes))

    def begin(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """Begin a command that opens windows."""
        return subprocess.Popen(  # noqa: S603
            [self.command, *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )


def check(holds: bool, sentence: str) -> None:
    """Fail with a sentence."""
    if not holds:
        raise Failed(sentence)


def until(found: Callable[[], object], program: subprocess.Popen[str], sentence: str) -> None:
    """Look again and again until something is so, as long as the program runs."""
    last_s = time.monotonic() + LONGEST_S
    while not found():
        check(program.poll() is None, f"{sentence}: the program has ended\n{_said(program)}")
        check(time.monotonic() < last_s, f"{sentence}: not within {LONGEST_S:.0f} s")
        time.sleep(LOOK_EVERY_S)


def _said(program: subprocess.Popen[str]) -> str:
    return program.communicate()[1] if program.poll() is not None else ""


# --- what is tried


def version(tried: Tried) -> str:
    """Start it at all."""
    return tried.run("--version").strip()


def tables(tried: Tried) -> str:
    """Find boards and exercises, some of which lie in files of their own."""
    boards = {board["name"] for board in tried.json("boards")["boards"]}
    check(boards >= {"cyton", "ganglion", "olimex", "spikerbox", "simulated"}, f"boards: {sorted(boards)}")
    exercises = tried.run("protocols")
    check("power_position" in exercises and "sliders" in exercises, f"exercises: {exercises}")
    tried.run("ports")
    return f"{len(boards)} boards"


def doctor(tried: Tried) -> str:
    """Load BrainFlow's library and Qt's, and look at all else that the doctor looks at."""
    checks = tried.json("doctor", codes=(DONE, BAD_FOUND))["checks"]
    bad = [one for one in checks if one["state"] == "bad" or "could not be looked at" in one["what"]]
    check(not bad, f"doctor: {bad}")
    return ", ".join(one["what"] for one in checks if one["name"] in ("BrainFlow", "sound"))


def demo(tried: Tried) -> str:
    """Run a whole session in the terminal."""
    found = tried.json("demo", "--headless", "--speed", "0", "--out", str(tried.folder))
    check(found["holds"] == HOLDS_OF_THE_DEMO, f"demo: {found}")
    tried.session = Path(found["session"])
    return f"{found['valid_holds']} of {found['holds']} holds valid"


def languages(tried: Tried) -> str:
    """Speak another language."""
    notes = {code: tried.run("note", str(tried.session), POWERHOLD_LANGUAGE=code) for code in ("en", "de")}
    check(notes["en"] != notes["de"], "German is the same as English")
    return notes["de"].splitlines()[0]


def paper(tried: Tried) -> str:
    """Paint the report, and read a session again."""
    page = tried.folder / "page.pdf"
    tried.run("report", str(tried.session), "--out", str(page))
    check(page.read_bytes().startswith(b"%PDF"), "the report is no PDF")
    tried.run("analyze", str(tried.session), "--json")
    return f"{page.stat().st_size / 1000:.0f} kB"


def exports(tried: Tried) -> str:
    """Write every format that may leave the program."""
    sizes = []
    for name in FORMATS:
        folder = tried.folder / name
        tried.run("export", str(tried.session), "--to", name, "--out", str(folder))
        files = [path for path in folder.rglob("*") if path.is_file()]
        check(bool(files), f"export --to {name} wrote nothing")
        sizes.append(f"{name} {sum(path.stat().st_size for path in files) / 1e6:.1f}")
    return f"MB: {', '.join(sizes)}"


def cohort(tried: Tried) -> str:
    """Work in two processes: where a program is frozen, the second is this one once more."""
    words = ("--to", "parquet", "--simulated", "--jobs", "2", "--out", str(tried.folder / "cohort"))
    found = tried.json("cohort", str(tried.session), *words)
    check(found["holds"] == HOLDS_OF_THE_DEMO, f"cohort: {found}")
    return f"{found['holds']} holds"


def first_window(tried: Tried) -> str:
    """Open the first window without a screen: it stays."""
    program = tried.begin()
    try:
        program.wait(STAYS_S)
        stays = False
    except subprocess.TimeoutExpired:
        stays = True
        program.terminate()
    said = program.communicate()[1].replace(OFFSCREEN_SAYS, "").strip()
    check(stays and not said, f"the first window: exit {program.returncode}\n{said}")
    return f"stays open for {STAYS_S:.0f} s"


def session_windows(tried: Tried) -> str:
    """Run a simulated hold in the windows without a screen; what is killed is put right later."""
    parent = tried.folder / "data" / "athletes" / "demo" / "sessions"
    program = tried.begin("demo", "--speed", "20")
    try:
        until(lambda: _holds(parent), program, "a hold in the windows")
    finally:
        program.terminate()
        program.wait()
    listed = tried.json("sessions", "--athlete", "demo")["sessions"]
    check(len(listed) == 1, f"the killed session is not listed: {listed}")
    return f"{len(_holds(parent))} hold, killed, and listed all the same"


def _holds(parent: Path) -> list[str]:
    """Rows of the table of holds."""
    tables = sorted(parent.glob("*/holds.csv"))
    return tables[-1].read_text(encoding="utf-8").splitlines()[1:] if tables else []


@contextmanager
def screen() -> Iterator[tuple[Display, dict[str, str]]]:
    """Open an X display; gives a hand on it, and what tells a program to come up there."""
    with virtual_display() as name:
        display = Display(name)
        yield display, {"QT_QPA_PLATFORM": "xcb", "DISPLAY": name}
        display.leave()


def on_a_screen(tried: Tried) -> str:
    """Open on an X display, run a simulated hold, close; and tell how long the first window took."""
    with screen() as (display, place):
        seconds = [_open_and_close(tried, display, place) for _ in range(3)]
        out = tried.folder / "on a screen"
        program = tried.begin("demo", "--speed", "20", "--out", str(out), **place)
        until(lambda: _holds(out), program, "a hold on the screen")
        _close_all(display, program)
    check(program.returncode in (DONE, INTERRUPTED), f"closed: exit {program.returncode}\n{_said(program)}")
    check(any(out.glob("*/summary.json")), "the session whose windows were closed was not saved")
    said = ", ".join(f"{one_s:.2f}" for one_s in seconds)
    return f"{len(_holds(out))} holds, closed, saved; the first window was there after {said} s"


def plots_on_a_screen(tried: Tried) -> str:
    """Press keys until the picture of a set is saved, and until the history is there."""
    with screen() as (display, place):
        out = tried.folder / "plots"
        program = tried.begin("demo", "--speed", "200", "--out", str(out), **place)
        until(lambda: any(out.glob("*/summary.json")), program, "a whole session on the screen")
        wanted = ("*/pictures/*.svg", "*/pictures/*.png")
        until(
            lambda: _pressed(display, "Right", "s") and all(any(out.glob(kind)) for kind in wanted),
            program,
            "a picture of a set",
        )
        _close_all(display, program)
        program = tried.begin(**place)
        until(display.windows, program, "a window on the screen")
        before = set(display.windows())
        for letter in "demo":
            _pressed(display, letter)
        until(
            lambda: _pressed(display, "h", alt=True) and set(display.windows()) - before,
            program,
            "the history",
        )
        _close_all(display, program)
    problems = sorted((tried.folder / "data" / "reports").glob("*"))
    check(not problems, f"the program has failed: {problems and problems[0].read_text(encoding='utf-8')}")
    return "pictures of sets, and the history"


def _pressed(display: Display, *keys: str, alt: bool = False) -> bool:
    """Press keys in whatever window there is, as slowly as they are heard; False if there is none."""
    for key in keys:
        windows = list(display.windows())
        if not windows:
            return False
        display.press(windows[-1], key, alt=alt)
        time.sleep(BETWEEN_KEYS_S)
    return True


def _open_and_close(tried: Tried, display: Display, place: dict[str, str]) -> float:
    begun_s = time.monotonic()
    program = tried.begin(**place)
    until(display.windows, program, "a window on the screen")
    took_s = time.monotonic() - begun_s
    _close_all(display, program)
    check(program.returncode == DONE, f"the first window: exit {program.returncode}\n{_said(program)}")
    return took_s


def _close_all(display: Display, program: subprocess.Popen[str]) -> None:
    """Close what is there until the program has ended; a session asks once."""
    last_s = time.monotonic() + LONGEST_S
    while program.poll() is None:
        check(time.monotonic() < last_s, "the windows do not close")
        for window in display.windows():
            display.close(window)
        time.sleep(0.2)


TRIALS: Final = (
    *(version, tables, doctor, demo, languages, paper, exports, cohort),
    *(first_window, session_windows, on_a_screen, plots_on_a_screen),
)
NEED_A_SCREEN: Final = (on_a_screen, plots_on_a_screen)


def main() -> int:
    """Try everything; 1 at the first thing that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", help="the program to try")
    command = shutil.which(parser.parse_args().command) or parser.error("There is no such program.")
    with tempfile.TemporaryDirectory(prefix="powerhold-smoke-") as folder:
        tried = Tried(os.path.abspath(command), Path(folder))  # noqa: PTH100  (a link is left a link)
        for trial in TRIALS:
            begun_s = time.monotonic()
            if trial in NEED_A_SCREEN and not shutil.which("Xvfb"):
                sys.stdout.write(f"{trial.__name__:16} not tried: install xvfb for that\n")
                continue
            try:
                told = trial(tried)
            except (Failed, OSError, ValueError, subprocess.SubprocessError) as problem:
                sys.stdout.write(f"{trial.__name__}: FAILED: {problem}\n")
                return 1
            sys.stdout.write(f"{trial.__name__:16} {time.monotonic() - begun_s:6.1f} s   {told}\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
