"""What tests of ports share: adapters that the system is said to list, and other programs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

NOBODY = 65_534
ROOT = Path(__file__).resolve().parents[2]

HOLD = "import os\nfd = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)"
"""As BrainFlow and most programs do it."""
LOCK = "import serial\nport = serial.Serial(sys.argv[1], exclusive=True)"
"""As a careful program does it."""

DROP_RIGHTS = f"import gettext, locale\nif os.getuid() == 0:\n    os.setgroups([])\n    os.setuid({NOBODY})\n"
"""To the superuser every port is permitted. What is imported later may lie where only he can read."""


def adapter(
    device: str,
    *,
    serial: str | None = "DM00",
    usb_id: tuple[int, int] | None = (0x403, 0x6015),
    location: str | None = "1-1",
    product: str = "FT231X USB UART",
) -> SimpleNamespace:
    """One entry of pyserial's list."""
    vid, pid = usb_id or (None, None)
    return SimpleNamespace(
        device=device,
        description=product,
        manufacturer="FTDI",
        serial_number=serial,
        vid=vid,
        pid=pid,
        location=location,
    )


@contextmanager
def another_program(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program that prints one line when it is ready and goes on until its input ends."""
    command = [sys.executable, "-c", f"import sys\n{code}\nprint('ready', flush=True)\nsys.stdin.read()"]
    with subprocess.Popen(
        [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin is not None
        process.stdin.close()


def run_here(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python code with the project on its path, and wait for its end."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
