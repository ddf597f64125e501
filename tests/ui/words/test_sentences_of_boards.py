"""What the boards and their ports say is said in the language of the program, and kept in English."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from emg.blocks import SourceUnavailable
from emg.said import Said, said_by
from hardware.boards import BOARDS, find_board
from hardware.brainflow_source import BrainFlowSource
from hardware.files import FileUnreadable, open_file
from hardware.lsl_stream import check_one
from hardware.port_memory import PortMemory
from hardware.ports import check_port
from hardware.replay import ReplaySource
from hardware.serial_source import SerialSource
from hardware.simulated_faults import parse_fault
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal
from tests.hardware.ports_here import HOLD, another_program
from tests.ui.words.test_language import in_language
from tests.ui.words.test_no_bare_words import ROOT, bare_words
from ui.words.told import told

HARDWARE: Final = ROOT / "hardware"
ADDED: Final = HARDWARE / "plain_boards"
"""Who adds a board writes one file, in English; it can be translated later."""

NAME: Final = "the name of a product, the same in every language"
SPOKEN: Final = "what boards and files say, and nobody reads"
BUG: Final = "only a mistake in the program brings it about"
PUBLISHED: Final = "goes into a stream that other programs read"

EXCEPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "acquisition.py": {"the source was opened and said nothing": BUG},
    "other_boards.py": {"Backyard Brains SpikerBox": NAME},
    "brainflow_boards.py": {
        "OpenBCI Cyton": NAME,
        "OpenBCI Galea": NAME,
        "ANT Neuro eego EE-": NAME,
        "Mentalab Explore": NAME,
        "NeuroMD Callibri, EMG": NAME,
    },
    "brainflow_settings.py": {"Success: Channel set for ": SPOKEN},
    "brainflow_source.py": {" does not come through BrainFlow.": BUG, " is not open.": BUG},
    "clock_source.py": {"The clock is not running.": BUG},
    "file_formats/edf.py": {"EDF Annotations": SPOKEN, "BDF Annotations": SPOKEN},
    "file_formats/openbci.py": {
        "number of channels": SPOKEN,
        "sample rate": SPOKEN,
        "EXG Channel ": SPOKEN,
    },
    "lsl.py": {"The Lab Streaming Layer stream is not open.": BUG},
    "lsl_metadata.py": {
        "none: as the board gave it": PUBLISHED,
        "NaN; over a long gap": PUBLISHED,
        "causal moving RMS": PUBLISHED,
        "the same with rest removed": PUBLISHED,
        "the same over a submaximal reference": PUBLISHED,
        "glute over hamstring": PUBLISHED,
        "one JSON object each": PUBLISHED,
        "not published": PUBLISHED,
    },
    "lsl_out.py": {"PowerHold ": PUBLISHED},
    "lsl_stream.py": {"AUX CH": PUBLISHED},
    "plain_boards/__init__.py": {" has no BOARD": BUG},
    "probe.py": {"On Daisy": SPOKEN, "Failure: Communications timeout": SPOKEN, "Device failed": SPOKEN},
    "replay.py": {"The recording is not open.": BUG},
    "serial_source.py": {" is not read through a serial port": BUG, " is not open.": BUG},
    "simulated_source.py": {"The simulated board is not open.": BUG},
    "wire/chords.py": {
        "A packet cannot have ": BUG,
        " channels: say how many": BUG,
        "A value of ": BUG,
        " bits does not fit": BUG,
    },
    "wire/framing.py": {"a run may be empty": BUG},
    "wire/spikerbox.py": {
        "A frame cannot have ": BUG,
        " channels: say how many": BUG,
        "A value of ": BUG,
        " bits does not fit": BUG,
    },
}
"""By file, how a string begins that is no sentence for people, and why."""


def bare_in_hardware() -> Iterator[tuple[str, int, str]]:
    """Give each bare string of two words: its file, its line, itself."""
    for path in sorted(HARDWARE.rglob("*.py")):
        if path.parent == ADDED and path.name != "__init__.py":
            continue
        for line, text in bare_words(path.read_text(encoding="utf-8")):
            yield path.relative_to(HARDWARE).as_posix(), line, text


def test_no_sentence_of_a_board_escapes_the_catalogue() -> None:
    """Else a German screen says in English why there is no signal."""
    found = [
        f"hardware/{name}:{line}: {text!r}"
        for name, line, text in bare_in_hardware()
        if not any(text.startswith(start) for start in EXCEPTIONS.get(name, {}))
    ]
    assert found == [], "give it to Said of emg.said, and run make words"


def test_an_exception_for_a_board_is_needed() -> None:
    """Else what is excused here grows, and a new sentence that begins alike goes by unseen."""
    bare = [(name, text) for name, _line, text in bare_in_hardware()]
    needless = [
        (name, start)
        for name, starts in EXCEPTIONS.items()
        for start in starts
        if not any(name == where and text.startswith(start) for where, text in bare)
    ]
    assert needless == []


def test_every_refusal_of_a_board_or_a_file_can_be_said_in_another_language(tmp_path: Path) -> None:
    """Else a window or a command has nothing but English to show."""
    damaged = tmp_path / "damaged.bdf"
    damaged.write_bytes(b"\xffBIOSEMI" + b" " * 228 + b"1       1       1   " + b" " * 256)
    backwards = tmp_path / "backwards.csv"
    rows = [f"{n * 0.001:.3f},{n % 7}" for n in range(2000)]
    backwards.write_text("\n".join(["time [s],x_uV", *rows, *rows]), encoding="utf-8")
    refusals: list[Callable[[], object]] = [
        *(partial(find_board, "citon"), partial(find_board("cyton").check_gain, 5)),
        *(partial(find_board("synthetic").check_gain, 5), partial(parse_fault, "motion@3+0")),
        *(partial(check_port, str(damaged)), PortMemory(str(tmp_path / "gone")).current),
        *(partial(check_one, [], [], "emg"), partial(SerialSource(find_board("olimex"), port="").open)),
        *(BrainFlowSource(find_board(name)).open for name in ("cyton", "ntl_wifi", "callibri_emg")),
        ReplaySource(damaged).open,
        partial(_read_all, backwards),
        *(partial(open_file, path, columns=["1"]) for path in (damaged, tmp_path, tmp_path / "none.csv")),
        *(partial(open_file, backwards, columns=["1"], fs_hz=rate) for rate in (0.0, 1e9)),
    ]
    for refuse in refusals:
        with pytest.raises((ValueError, SourceUnavailable)) as raised:
            refuse()
        said = said_by(raised.value)
        assert isinstance(said, Said), said
        assert told(said) == said, "it is told in English here"


def test_why_a_file_is_damaged_is_said_in_the_same_language(tmp_path: Path) -> None:
    """Else a German sentence ends in an English half."""
    cut_off = tmp_path / "cut_off.bdf"
    facts = b"1       1       1   "  # data records, their seconds, signals
    cut_off.write_bytes(b"\xffBIOSEMI" + b" " * 228 + facts + b" " * 216 + b"4       ")
    with pytest.raises(FileUnreadable, match="its header is cut off") as raised:
        open_file(cut_off, columns=["1"])

    said = said_by(raised.value)
    assert isinstance(said, Said)
    assert isinstance(said.facts["reason"], Said)


def _read_all(path: Path) -> None:
    source = open_file(path, columns=["1"])
    source.open()
    while True:
        source.read()


def powerhold(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a language, in a wide terminal."""
    said = {**os.environ, "POWERHOLD_LANGUAGE": code, "PYTHONIOENCODING": "utf-8", "COLUMNS": "400"}
    return subprocess.run(
        [sys.executable, "-c", "from ui.cli import main; main()", *arguments],
        env=said,
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@contextmanager
def held_port() -> Iterator[str]:
    """A port that another program has open."""
    master, slave = os.openpty()
    port = os.ttyname(slave)
    os.close(slave)
    try:
        with another_program(HOLD, port):
            yield port
    finally:
        os.close(master)


@pytest.mark.device
def test_ports_are_told_in_german_and_written_in_english(tmp_path: Path) -> None:
    """Else a therapist reads in a foreign language which program to close, or a script breaks in German."""
    gone, plain = str(tmp_path / "gone"), tmp_path / "notes.txt"
    plain.write_text("no port", encoding="utf-8")
    with held_port() as busy, CytonEmulator(TestSignal()) as cyton:
        ports = [f"--port={port}" for port in (busy, cyton.port, gone, str(plain))]
        german = powerhold("de", "ports", *ports).stdout
        written = json.loads(powerhold("de", "ports", "--json", *ports).stdout)

    assert f"Der Anschluss {busy} ist belegt von python" in german
    assert "(Prozess " in german
    assert "Ein OpenBCI Cyton antwortet (Firmware v3.1.2)." in german
    assert f"Es gibt keinen Anschluss {gone}" in german
    assert f"{plain} ist kein serieller Anschluss" in german
    told = {port["device"]: port for port in written["ports"]}
    assert told[busy]["advice"].startswith(f"The port {busy} is in use by python")
    assert "(process " in told[busy]["held_by"][0]
    assert told[cyton.port]["detail"] == "An OpenBCI Cyton answers (firmware v3.1.2)."
    assert told[gone]["advice"].startswith("There is no port")


@pytest.mark.parametrize(
    "command",
    [
        ("record", "--board", "olimex", "--seconds", "1"),
        (
            *("live", "--headless", "--board", "olimex", "--athlete", "a01", "--protocol", "power_position"),
            *("--sites", "glute_left=1,ham_left=2,glute_right=3,ham_right=4", "--sore-side", "none"),
        ),
    ],
)
def test_a_board_that_is_not_there_ends_in_german(command: tuple[str, ...], powerhold_home: Path) -> None:
    """Else the one sentence that says what to do is the one in English."""
    ended = powerhold("de", *command, "--port", "/dev/powerhold-gone")

    assert ended.returncode == 3
    assert "Es gibt keinen Anschluss /dev/powerhold-gone: Steck den Dongle ein" in ended.stderr
    assert "There is no port" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("record", "--board", "citon", "--seconds", "1"),
            "Es gibt kein Board 'citon': Wähl eines von cyton",
        ),
        (("record", "--board", "cyton_daisy", "--seconds", "1"), "OpenBCI Cyton mit Daisy"),
        (("record", "--board=cyton", "--port=x", "--gain=5", "--seconds=1"), "keine Verstärkung 5"),
        (("record", "--board=replay", "--port=nowhere.csv", "--seconds=1"), "lässt sich nicht öffnen"),
        (("demo", "--headless", "--fault", "nothing"), "Es gibt keine Störung 'nothing'"),
    ],
)
def test_a_refused_board_is_refused_in_german(arguments: tuple[str, ...], says: str) -> None:
    """Else what was typed wrongly is told in another language than all the rest."""
    assert says in powerhold("de", *arguments).stderr


def test_the_plate_and_the_notice_speak_german_and_the_record_english(tmp_path: Path) -> None:
    """Else the athlete, two metres away, reads English while the board is looked for."""
    script = """
import errno, os
from emg.blocks import SourceUnavailable
from emg.codes import EventKind
from emg.live_view import LiveView
from emg.said import Said, said_by
from emg.session.events import event_to_json
from emg.stage import Event
from hardware.port_advice import explain
from hardware.port_memory import PortMemory
from ui.session.news import News
from ui.words.words import event_words

master, slave = os.openpty()
memory = PortMemory(os.ttyname(slave))
memory.current()
os.close(slave), os.close(master)
news = News()
try:
    memory.current()
except SourceUnavailable as gone:
    news.lost(said_by(gone), 0.0)
print(news.told(LiveView(), 0.3).problem)
for error in (PermissionError(errno.EACCES, "no"), OSError(errno.EBUSY, "busy"), OSError(errno.EIO, "no")):
    news.lost(explain("/dev/ttyUSB0", error), 0.0)
    print(news.told(LiveView(), 0.3).problem)
slow = Said("The port {port} is gone: plug the dongle in again.", port="/dev/ttyUSB0")
notice = Event(0, EventKind.NOTICE, detail={"code": "board_notice", "message": slow})
print(event_words(notice))
print(event_to_json(notice))
"""
    gone, forbidden, busy, broken, notice, written = in_language("de", script).splitlines()

    assert "ist weg: Steck den Dongle wieder ein." in gone
    assert forbidden.startswith("Du darfst den Anschluss /dev/ttyUSB0 nicht benutzen")
    assert busy.startswith("Der Anschluss /dev/ttyUSB0 ist belegt von einem anderen Programm")
    assert broken.startswith("Der Anschluss /dev/ttyUSB0 lässt sich nicht benutzen")
    assert notice == "Der Anschluss /dev/ttyUSB0 ist weg: Steck den Dongle wieder ein."
    assert "The port /dev/ttyUSB0 is gone" in written


def test_the_table_of_boards_is_german_for_people_and_english_for_programs() -> None:
    """Else half of what must be known before a board is bought is in English."""
    shown = powerhold("de", "boards").stdout
    written = json.loads(powerhold("de", "boards", "--json").stdout)["boards"]

    assert len(written) > 30
    for board in written:
        for field in ("note", "refusal"):
            translated = isinstance(getattr(BOARDS[board["name"]], field), Said)
            assert not translated or board[field] not in shown, board["name"]
    assert "Chords-Board von Upside Down Labs" in shown
    assert "Windows oder macOS" in shown
