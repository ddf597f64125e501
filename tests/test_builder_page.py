"""docs/guide/builder.md: the board and the exercise of the page work as they stand there, one file each."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import click
import numpy as np
import pytest

from emg import as_array, read_samples, read_session
from emg.blocks import FloatArray, Unit
from emg.results import Role
from hardware.plain_board import PlainBoard
from hardware.wire.recognise import recognise
from tests.emulators.misbehaviour import Counts
from tests.emulators.pty_board import IntArray, Life, PtyBoard
from tests.test_every_protocol import HASTE, planned, run
from ui.cli import main as command_line
from ui.kept.exercises import find_protocol, protocols_folder

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "guide" / "builder.md"
TEXT: Final = PAGE.read_text(encoding="utf-8")
BLOCK: Final = re.compile(
    r"Write `(?P<path>[\w/]+\.(?:py|toml))`[^\n]*\n\n```(?:python|toml)\n(?P<text>.*?)```", re.S
)
BLOCKS: Final = {match["path"]: match["text"] for match in BLOCK.finditer(TEXT)}
BOARD_PATH: Final = "hardware/plain_boards/meadow.py"
EXERCISE_PATH: Final = "protocols/wall_sit_one_leg.toml"
SECONDS: Final = 1.5


class Meadow(PtyBoard):
    """The board that the page describes, from its data sheet and not from its file."""

    n_columns = 4

    def __init__(self) -> None:
        self._streams = False
        self._rng = np.random.default_rng(7)
        super().__init__(self._noise, pace_hz=500.0, counter_start=250, **Life())

    def _noise(self, n: int, /) -> FloatArray:
        return 40.0 * self._rng.standard_normal((n, 4))

    @property
    def streaming(self) -> bool:
        """From ``b`` to ``s``."""
        return self._streams

    def _power_on(self, left_streaming: bool) -> None:
        self._streams = False

    def _lose_power(self) -> None:
        self._streams = False

    def _hear(self, data: bytes) -> None:
        for word in data:
            if word == ord("b") and not self._streams:
                self._streams = True
                self._begin_run()
            elif word == ord("s"):
                self._streams = False

    def _measure(self, pairs_uv: FloatArray) -> Counts:
        return np.rint(pairs_uv / 0.1).astype(np.int32)

    def _packets(self, counters: IntArray, counts: Counts) -> list[bytes]:
        return [
            b"\x4d\x34" + bytes([int(counter) % 256]) + row.astype(">i2").tobytes() + b"\n"
            for counter, row in zip(counters, np.asarray(counts), strict=True)
        ]


def board_of_the_page(folder: Path) -> PlainBoard:
    path = folder / "meadow.py"
    path.write_text(BLOCKS[BOARD_PATH], encoding="utf-8")
    spec = importlib.util.spec_from_file_location("meadow_of_the_page", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    board = module.BOARD
    assert isinstance(board, PlainBoard)
    return board


def powerhold(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program of a tree in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; main()", *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        timeout=120.0,
        check=False,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, with one file more than it has."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "hardware", folder / "hardware")
    for name in ("emg", "calibrations", "ui"):
        (folder / name).symlink_to(ROOT / name)
    (folder / BOARD_PATH).write_text(BLOCKS[BOARD_PATH], encoding="utf-8")
    return folder


@pytest.mark.device
def test_the_board_of_the_page_is_recorded_by_adding_its_file_alone(tree: Path, tmp_path: Path) -> None:
    """Else who follows the page has a board that cannot be chosen, or records other numbers than it sent."""
    with Meadow() as board:
        arguments = ("--board", "meadow", "--port", board.port, "--seconds", str(SECONDS))
        sites = ("--sites", "glute_left=1,ham_left=2,glute_right=3,ham_right=4")
        told = powerhold(tree, "record", *arguments, *sites, "--out", str(tmp_path), "--json")
        sent = board.sent_counts()
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert (found["board"], found["fs_hz"], found["lost_samples"]) == ("meadow", 500.0, 0)
    record = read_session(Path(found["path"]))
    assert (record.unit, record.signal) == ("uV", "raw")
    info, blocks = read_samples(Path(found["path"]))
    signal_uv = as_array(blocks)
    assert info.unit is Unit.MICROVOLT
    counts = np.rint(signal_uv / 0.1)
    assert np.abs(signal_uv - 0.1 * counts).max() < 0.001, "one count is 0.1 µV"
    starts = np.flatnonzero((sent[:, 0] == counts[0, 0]) & (sent[:, 3] == counts[0, 3]))
    assert any(np.array_equal(sent[at : at + len(counts)], counts) for at in starts)
    assert len(counts) >= SECONDS * info.fs_hz


def test_the_board_of_the_page_is_in_every_list(tree: Path) -> None:
    """Else it has to be written into a second file before anybody is told of it."""
    code = (
        "import json; from hardware.boards import BOARDS; from hardware.probe import STREAMERS;"
        "from ui.commands.boards import board_facts;"
        "print(json.dumps([board_facts(BOARDS['meadow']), STREAMERS['meadow']]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        timeout=120.0,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    facts, name = json.loads(told.stdout)
    assert (facts["fs_hz"], facts["n_channels"], facts["claims"], facts["unit"]) == (
        500.0,
        4,
        ["amplitude", "onset", "spectrum"],
        "uV",
    )
    assert name == "Meadow"


def test_the_board_of_the_page_is_told_from_all_others(tmp_path: Path) -> None:
    """Else the list of ports offers it as another board, or another board as it."""
    plain, board = board_of_the_page(tmp_path), Meadow()
    counts = np.random.default_rng(3).integers(-3000, 3000, (80, 4), dtype=np.int32)
    data = b"".join(board._packets(np.arange(80), counts))

    assert recognise(data) == []
    assert plain.share(data[5:]) > 0.9
    assert plain.share(np.random.default_rng(4).bytes(5000)) == 0.0
    assert np.array_equal(plain.decoder().feed(data).values[:50], counts[:50])


def test_the_board_of_the_page_is_in_the_style_of_the_house(tmp_path: Path) -> None:
    """Else the first thing that `make check` says to who follows the page is that the page is wrong."""
    path = tmp_path / "meadow.py"
    path.write_text(BLOCKS[BOARD_PATH], encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    settings = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    for command in (["format", "--check"], ["check"]):
        told = subprocess.run(
            [*ruff, *command, *settings, str(path)], capture_output=True, text=True, timeout=60.0, check=False
        )
        assert told.returncode == 0, told.stdout + told.stderr


def test_the_exercise_of_the_page_is_done_to_its_end_from_its_file_alone(tmp_path: Path) -> None:
    """Else a therapist's own exercise is listed and cannot be done."""
    path = protocols_folder().parent / EXERCISE_PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(BLOCKS[EXERCISE_PATH], encoding="utf-8")
    exercise = find_protocol(path.stem)
    hurried = exercise.model_copy(update={"timing": exercise.timing.model_copy(update=HASTE)})

    end = run(hurried, tmp_path)

    assert (end.exit_code, end.message) == (0, "")
    assert end.holds == sum(planned(exercise).values()) == 10
    assert [one.role for one in exercise.sets] == [Role.TEST, Role.TRAIN]


@pytest.mark.parametrize("name", ["builder.md", "researcher.md"])
def test_every_command_of_the_page_is_there(name: str) -> None:
    """Else the first thing a newcomer types fails."""
    text = (PAGE.parent / name).read_text(encoding="utf-8")
    made = set(re.findall(r"(?:`|^ {4})make ([a-z-]+)", text, re.MULTILINE))
    typed = set(re.findall(r"(?:`|^ {4}|/)powerhold ([a-z]+)", text, re.MULTILINE))

    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert made
    assert made <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert typed
    assert typed <= set(command_line.list_commands(click.Context(command_line)))


def test_every_file_that_the_page_names_is_there() -> None:
    """Else a recipe sends somebody to a file that has moved."""
    named = set(re.findall(r"`((?:emg|hardware|ui|tests|docs)/[\w./]+)`", TEXT)) - {BOARD_PATH}

    assert len(named) > 10
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
