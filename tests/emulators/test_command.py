"""The command line that all emulators share."""

from __future__ import annotations

import argparse
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import serial

from tests.emulators.command import KINDS, Trouble, parse_athlete_fault, parse_trouble, schedule
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import AthleteSignal, TestSignal
from tests.emulators.reading import PATIENCE_S, read_bytes, read_until

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("cyton", "olimex", "spikerbox", "chords", "text_board")


def test_a_trouble_is_read_as_it_is_written() -> None:
    """Else a person who wants to see 256 lost packets sees 25."""
    assert parse_trouble("hang_up@20+5") == Trouble("hang_up", 0, 20.0, 5.0)
    assert parse_trouble("drop:256@10") == Trouble("drop", 256, 10.0, None)
    assert parse_trouble("drop@0.5") == Trouble("drop", 25, 0.5, None)
    for wrong in ("drop", "drop@", "explode@3", "drop@3+", "drop:x@3", "hang_up@-1"):
        with pytest.raises(argparse.ArgumentTypeError, match="is not WHAT"):
            parse_trouble(wrong)


def test_a_fault_is_the_athlete_s_or_is_refused() -> None:
    """Else a lost packet that was asked for never is lost, and nobody is told."""
    loose = parse_athlete_fault("loose-glute-left@0.2+0.2")
    sick, well = (AthleteSignal(3, None, faults)(250) for faults in ((loose,), ()))
    assert np.flatnonzero((sick != well).any(axis=0)).tolist() == [0]
    assert np.flatnonzero((sick != well).any(axis=1)).tolist() == list(range(50, 100))
    with pytest.raises(argparse.ArgumentTypeError, match="use --misbehave"):
        parse_athlete_fault("dropped-packets@3")
    with pytest.raises(argparse.ArgumentTypeError, match="There is no fault"):
        parse_athlete_fault("headache")


def test_troubles_come_and_go_in_the_order_of_their_times() -> None:
    """Else one trouble waits for the end of another."""
    todo = schedule(map(parse_trouble, ("hang_up@20+5", "drop@22", "stop_sending@1", "hold_back@3+0.5")))

    assert [(due_s, what) for due_s, what, _ in todo] == [
        (1.0, "stop_sending"),
        (3.0, "hold_back"),
        (20.0, "hang_up"),
        (22.0, "drop"),
        (25.0, "end of hang_up"),
    ]


def test_every_trouble_can_be_made_and_ended() -> None:
    """Else one of them is a traceback in the middle of a demonstration."""
    with CytonEmulator(TestSignal()) as cyton:
        for what in KINDS:
            for _, _, act in schedule([Trouble(what, 1, 0.0, 0.1)]):
                act(cyton)
        with serial.Serial(cyton.port, 115_200, timeout=0.1) as port:
            port.write(b"b")
            read_bytes(port, 33 * 5)


@pytest.mark.parametrize("name", NAMES)
def test_every_emulator_is_a_command(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else a person cannot try the program against it."""
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(str(ROOT / "tests" / "emulators" / f"{name}.py"), run_name="__main__")

    help_text = capsys.readouterr().out
    assert f"python -m tests.emulators.{name}" in help_text
    assert "--misbehave" in help_text


def test_a_command_streams_the_athlete_misbehaves_and_leaves_what_it_sent(tmp_path: Path) -> None:
    """Else nobody can watch the real program survive."""
    link, sent = tmp_path / "olimex", tmp_path / "sent.npy"
    command = [sys.executable, "-m", "tests.emulators.olimex", "--link", str(link), "--sent", str(sent)]
    command += ["--signal", "athlete", "--seed", "3", "--misbehave", "hang_up@0.2+0.1", "--chunk", "0.05"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            said = see_it_hang_up(process, link)
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)
        finally:
            process.kill()

    assert said == ["0.2 s: hang_up\n", "0.3 s: end of hang_up\n"]
    assert process.returncode == 0
    assert np.load(sent).shape[1] == 6
    assert len(np.load(sent)) >= 20


def see_it_hang_up(process: subprocess.Popen[str], link: Path) -> list[str]:
    """Read until the port vanishes, and again when it is back; return what it said of it."""
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().strip() == str(link)
    with serial.Serial(str(link), 57_600, timeout=0.1) as port, pytest.raises(OSError):
        read_until(port, lambda data: False)
    said = [process.stderr.readline(), process.stderr.readline()]
    with serial.Serial(str(link), 57_600, timeout=0.1) as port:
        read_bytes(port, 17 * 20)
    return said
