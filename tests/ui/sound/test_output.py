"""PortAudio itself: without a device, and, where the system has one, with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

TO_A_FILE = """
pcm.!default {{ type file slave.pcm "null" file "{path}" format "raw" }}
pcm.null {{ type null }}
ctl.!default {{ type null }}
"""
ALSA = "ALSA_CONFIG_PATH"

PLAYS = """
import threading
import numpy as np
from ui.sound.mixer import Mixer
from ui.sound.output import PortAudio
output, made = PortAudio(), []
def make_fill(device):
    made.append(Mixer(device.fs_hz))
    return made[0].fill
for _ in range(2):
    device = output.open(make_fill)
    mixer = made.pop()
    mixer.play(np.full(round(0.1 * device.fs_hz), 0.25, dtype=np.float32))
    for _ in range(200):
        if not mixer.sounds:
            break
        threading.Event().wait(0.02)
    assert output.alive
    output.close()
    assert not output.alive
print(device.fs_hz, device.latency_s)
"""
FAILS = """
from ui.sound.output import NoSound, PortAudio
output = PortAudio()
for _ in range(2):
    try:
        output.open(lambda device: None)
    except NoSound as error:
        print("no device", error.no_library)
assert not output.alive
output.close()
"""
DEVICES = """
try:
    import sounddevice
except OSError:
    print("no library")
    raise SystemExit
print(sum(device["max_output_channels"] > 0 for device in sounddevice.query_devices()))
"""
NO_LIBRARY = """
import sys
sys.modules["sounddevice"] = None
"""
PACKAGE = "install libportaudio2"
IMPORTS = """
import sys
import ui.sound
assert "sounddevice" not in sys.modules
assert "soundfile" not in sys.modules
assert not [name for name in sys.modules if name.startswith("PySide6")]
"""


def run(code: str, config: Path | None = None) -> str:
    environment = dict(os.environ)
    if config is not None:
        environment[ALSA] = str(config)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_a_program_without_sound_does_not_pay_for_it() -> None:
    """Else the first window waits for a library that nobody asked for."""
    run(IMPORTS)


def test_no_device_is_told_and_nothing_is_printed() -> None:
    """Else a machine without a sound card fills the terminal with another library's words."""
    if (devices := run(DEVICES).strip()) != "0":
        pytest.skip(
            f"this machine has no PortAudio: {PACKAGE}" if devices == "no library" else "it has a device"
        )
    assert run(FAILS).splitlines() == ["no device False"] * 2


def test_no_library_is_told_as_such() -> None:
    """Else people look for a device where a package is missing."""
    assert "no device True" in run(NO_LIBRARY + FAILS)


@pytest.mark.device
@pytest.mark.skipif(sys.platform != "linux", reason="the device is one of ALSA's own, which writes a file")
def test_what_is_asked_for_comes_out_of_the_device(tmp_path: Path) -> None:
    """Else all is tested but the one thing that is heard."""
    if run(DEVICES).strip() == "no library":
        pytest.skip(f"this machine has no PortAudio: {PACKAGE}")
    config, path = tmp_path / "asound.conf", tmp_path / "heard.raw"
    config.write_text(TO_A_FILE.format(path=path))
    fs_hz, latency_s = map(float, run(PLAYS, config).split())
    assert fs_hz >= 8000.0
    assert latency_s < 0.2
    heard = np.frombuffer(path.read_bytes()[: path.stat().st_size // 8 * 8], dtype=np.float32)
    both = heard.reshape(-1, 2)
    assert np.array_equal(both[:, 0], both[:, 1])
    assert np.abs(both).max() == pytest.approx(0.25, abs=0.01)
