"""Claims about asking a port what is there: the answer is true, and the next open succeeds."""

from __future__ import annotations

import os
import re
import select
import threading
import time
import tty
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import serial

from hardware import probe as probing
from hardware.boards import BOARDS
from hardware.port_facts import PortFacts
from hardware.port_talk import Heard, talk_to
from hardware.probe import Answer, probe, survey
from tests.emulators.chords import ChordsEmulator
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal
from tests.emulators.olimex import OlimexEmulator
from tests.emulators.pty_board import PtyBoard
from tests.emulators.spikerbox import SpikerBoxEmulator
from tests.emulators.text_board import TextEmulator
from tests.hardware.ports_here import DROP_RIGHTS, HOLD, LOCK, adapter, another_program, run_here

pytestmark = pytest.mark.device


def leave_streaming(port: str) -> None:
    """What a crashed program leaves behind."""
    with serial.Serial(port, timeout=10.0) as crashed:
        crashed.write(b"b")
        assert crashed.read(33)[:1] == b"\xa0"


@contextmanager
def prattler(words: bytes, period_s: float) -> Iterator[str]:
    """Something that is no board and says the same again and again."""
    master, slave = os.openpty()
    tty.setraw(slave)
    port = os.ttyname(slave)
    os.close(slave)
    os.set_blocking(master, False)
    stop = threading.Event()

    def talk() -> None:
        while not stop.wait(period_s):
            try:
                os.write(master, words)
            except OSError:
                continue  # nobody has read for long

    thread = threading.Thread(target=talk, name="emg-prattler")
    thread.start()
    try:
        yield port
    finally:
        stop.set()
        thread.join()
        os.close(master)


@contextmanager
def answerer(replies: dict[bytes, list[tuple[float, bytes]]]) -> Iterator[tuple[str, threading.Event]]:
    """Something that answers each question with words, each after so many seconds; set when all is said."""
    master, slave = os.openpty()
    tty.setraw(slave)
    port = os.ttyname(slave)
    stop, said_all = threading.Event(), threading.Event()

    def answer() -> None:
        while not stop.is_set():
            if not select.select([master], [], [], 0.01)[0]:
                continue
            for delay_s, words in replies.pop(os.read(master, 100), []):
                stop.wait(delay_s)
                os.write(master, words)
            if not replies:
                said_all.set()

    thread = threading.Thread(target=answer, name="emg-answerer")
    thread.start()
    try:
        yield port, said_all
    finally:
        stop.set()
        thread.join()
        os.close(master)
        os.close(slave)


def test_a_reply_that_comes_in_pieces_is_heard_to_its_end() -> None:
    """Else its last words come when the driver has asked its own question."""
    pieces = [(0.0, b"OpenBCI V3 8-16 channel\n"), (2.2, b"Firmware: v3.1.2\n$$$"), (0.12, b"and more")]
    with answerer({b"v": pieces}) as (port, said_all):
        answer = probe_of_another(port)
        assert said_all.is_set()

    assert answer == Answer("cyton", "An OpenBCI Cyton answers (firmware v3.1.2).")


def test_a_word_in_between_does_not_end_the_questions() -> None:
    """An Arduino that has been started anew greets first, or says that it did not understand."""
    replies = {b"v": [(0.0, b"unknown command\r\n")], b"WHORU\n": [(0.0, b"UNO-R4\r\n")]}
    with answerer(replies) as (port, _):
        answer = probe_of_another(port)

    assert answer == Answer("chords", "A Chords board answers (UNO-R4).")


def probe_of_another(port: str) -> Answer:
    """Probe a port of which the test itself holds the other end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probing, "opened_here", lambda port: False)
        return probe(port)


@pytest.mark.parametrize(
    ("make", "board", "says"),
    [
        (lambda: CytonEmulator(TestSignal()), "cyton", "An OpenBCI Cyton answers (firmware v3.1.2)."),
        (lambda: CytonEmulator(TestSignal(), daisy=True), "cyton_daisy", "An OpenBCI Cyton with Daisy"),
        (lambda: CytonEmulator(TestSignal(), chunk_s=0.5), "cyton", "An OpenBCI Cyton answers"),
        (
            lambda: CytonEmulator(TestSignal(), off=True),
            None,
            "A dongle answers, but its board does not: switch the board to PC",
        ),
        (lambda: OlimexEmulator(TestSignal()), "olimex", "An Olimex SHIELD-EKG-EMG streams."),
        (lambda: ChordsEmulator(TestSignal()), "chords", "A Chords board answers (UNO-R3)."),
        (lambda: ChordsEmulator(TestSignal(), left_streaming=True), "chords", "A Chords board streams."),
        (lambda: SpikerBoxEmulator(TestSignal()), "spikerbox", "A Backyard Brains SpikerBox streams."),
        (lambda: TextEmulator(TestSignal()), "serial-text", "Text with numbers streams,"),
    ],
)
def test_every_board_is_recognised_by_what_it_says(
    make: Callable[[], PtyBoard], board: str | None, says: str
) -> None:
    """A SpikerBox and a Cyton dongle have the same USB name: only asking tells."""
    with make() as emulator:
        answer = probe(emulator.port)

    assert answer.board == board
    assert answer.detail.startswith(says)
    assert answer.detail.endswith(".")


def test_every_answer_is_a_board_that_can_be_chosen() -> None:
    """Else the list of ports says what to write after --board, and it is refused."""
    named = {*probing.STREAMERS, "cyton", "cyton_daisy", "serial-text"}

    assert named <= set(BOARDS)


@pytest.mark.parametrize(
    ("words", "period_s", "says"),
    [
        (b"GPS says hello\r\n", 0.05, r"Something streams that PowerHold does not know \(text, \d+ lines"),
        (b"12\r\n", 1.0, "Something (streams|answers) that PowerHold does not know"),
        (bytes(range(100, 140)) * 5, 0.01, r"Something streams that PowerHold does not know \(\d+ bytes"),
    ],
)
def test_what_is_no_board_is_not_taken_for_one(words: bytes, period_s: float, says: str) -> None:
    """Else a GPS receiver is opened as a board, and the fault is looked for in the electrodes."""
    with prattler(words, period_s) as port:
        answer = probe(port)

    assert answer.board is None
    assert re.match(says, answer.detail), answer.detail


def test_a_slow_text_is_listened_to_for_longer() -> None:
    """Else a sketch that prints eight lines a second is not known for a board."""
    with prattler(b"12,13\r\n", 0.12) as port:
        answer = probe(port)

    assert answer.board == "serial-text"


def test_the_next_open_succeeds_ten_times_in_a_row() -> None:
    """A probe that leaves words unread makes the driver's handshake fail (BrainFlow issue 187)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # before Python 3.12 BrainFlow uses what is deprecated
        from brainflow.board_shim import BoardIds, BoardShim, BrainFlowInputParams, LogLevels

        BoardShim.set_log_level(LogLevels.LEVEL_OFF.value)
    params = BrainFlowInputParams()
    with CytonEmulator(TestSignal()) as cyton:
        params.serial_port = cyton.port
        shim = BoardShim(BoardIds.CYTON_BOARD.value, params)
        for attempt in range(10):
            if attempt % 2:
                leave_streaming(cyton.port)
            answer = probe(cyton.port)
            stopped = ", it was streaming and has been stopped" if attempt % 2 else ""
            assert answer == Answer("cyton", f"An OpenBCI Cyton answers (firmware v3.1.2{stopped}).")
            assert not cyton.streaming
            shim.prepare_session()
            shim.release_session()


def test_an_empty_port_takes_six_seconds_at_most_and_ports_are_asked_at_once(tmp_path: Path) -> None:
    """Else five adapters keep a person waiting for half a minute."""
    link = tmp_path / "link"
    with (
        CytonEmulator(TestSignal(), silent=True) as one,
        CytonEmulator(TestSignal(), silent=True, link=link) as other,
        CytonEmulator(TestSignal()) as third,
    ):
        start_s = time.monotonic()
        found = survey([one.port, other.port, third.port, str(tmp_path / "missing")])
        taken_s = time.monotonic() - start_s

    answers = {port.device: answer for port, answer in found}
    nothing = Answer(None, "Nothing answers.")
    assert answers[one.port] == answers[str(link)] == nothing
    assert answers[third.port] == Answer("cyton", "An OpenBCI Cyton answers (firmware v3.1.2).")
    assert answers[str(tmp_path / "missing")] is None
    # what is waited for by the clock, and not the hesitations of the machine: 6.0 s for one port
    assert sum(question.wait_s for question in probing._QUESTIONS) <= 6.1
    assert taken_s < 2 * 6.1


def test_a_port_that_the_system_lists_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else two conversations hear half of every answer."""
    with CytonEmulator(TestSignal()) as cyton:
        monkeypatch.setattr(
            "serial.tools.list_ports.comports", lambda: [adapter(cyton.port, product="FT231X")]
        )
        ((port, answer),) = survey([cyton.port])

    assert (port.device, port.description) == (cyton.port, "FT231X")
    assert answer is not None
    assert answer.board == "cyton"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells who holds a port")
def test_a_port_that_another_program_holds_is_left_alone() -> None:
    """Else the other program's recording is stopped in the middle of a session."""
    with CytonEmulator(TestSignal()) as cyton:
        leave_streaming(cyton.port)
        with another_program(HOLD, cyton.port) as other:
            answer = probe(cyton.port)
            found = {facts.device: (facts, asked) for facts, asked in survey([cyton.port])}
            assert cyton.streaming

    assert answer.board is None
    assert f"(process {other.pid}): close that program" in answer.detail
    facts, asked = found[cyton.port]  # among whatever else is plugged in here
    assert asked is None
    assert facts.held_by


def test_a_locked_port_is_left_alone_even_if_nobody_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's program cannot be seen, but its lock can."""
    monkeypatch.setattr("hardware.ports.holders", lambda port: iter(()))
    with CytonEmulator(TestSignal()) as cyton:
        leave_streaming(cyton.port)
        with another_program(LOCK, cyton.port):
            answer = probe(cyton.port)
            assert cyton.streaming

    assert "is in use by another program" in answer.detail


def test_a_port_that_this_program_streams_from_is_left_alone() -> None:
    """Else the list of ports ends the running session."""
    with CytonEmulator(TestSignal()) as cyton:
        leave_streaming(cyton.port)
        own = os.open(cyton.port, os.O_RDWR | os.O_NOCTTY)
        try:
            assert probe(cyton.port) == Answer(None, "This program is using it.")
            assert cyton.streaming
        finally:
            os.close(own)


def test_a_bluetooth_dongle_is_not_asked_in_the_words_of_other_boards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It counts the bytes of a command by its first: after a wrong one the next open finds it deaf."""
    heard = bytearray()
    monkeypatch.setattr(CytonEmulator, "_hear", lambda self, data: heard.extend(data))
    with CytonEmulator(TestSignal()) as dongle:
        bluegiga = adapter(dongle.port, usb_id=(0x2458, 0x0001), serial="1")
        monkeypatch.setattr("serial.tools.list_ports.comports", lambda: [bluegiga])
        answer = probe(dongle.port)

    assert heard == b""
    assert answer.board is None
    assert answer.detail.startswith("A Bluetooth dongle for a Ganglion is here")


def test_a_port_without_permission_is_not_opened_and_told() -> None:
    """Else the commonest trouble on Linux looks like a dead board."""
    code = (
        f"import os, sys\nfrom hardware.probe import probe\n{DROP_RIGHTS}print(probe(sys.argv[1]).detail)\n"
    )
    with CytonEmulator(TestSignal()) as cyton:
        Path(cyton.port).chmod(0)
        run = run_here(code, cyton.port)

    assert run.stdout.startswith(f"You may not use the port {cyton.port}: run 'sudo usermod -aG")
    assert run.stderr == ""


def test_a_plug_pulled_while_it_is_asked_is_one_sentence() -> None:
    """Else a traceback stands where the list of ports should be."""
    with CytonEmulator(TestSignal(), silent=True) as cyton:
        puller = threading.Timer(0.5, cyton.hang_up)
        puller.start()
        answer = probe(cyton.port)
        puller.join()

    assert answer.board is None
    assert answer.detail.endswith(": unplug the dongle, plug it in and try again.")


def test_a_port_that_never_opens_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some Bluetooth ports block for minutes; the others have long answered."""
    let_go = threading.Event()

    def stuck(port: str) -> Answer:
        if port.endswith("stuck"):
            let_go.wait(60.0)
        return Answer("cyton", "Yes.")

    monkeypatch.setattr(probing, "probe", stuck)
    monkeypatch.setattr(probing, "LONGEST_S", 0.2)
    monkeypatch.setattr(probing, "list_ports", lambda: [PortFacts("/dev/stuck"), PortFacts("/dev/b")])

    first, second = survey()
    let_go.set()
    for thread in threading.enumerate():
        if thread.name == "emg-probe":
            thread.join()

    assert first[1] is not None
    assert "does not open within" in first[1].detail
    assert second[1] == Answer("cyton", "Yes.")


def test_a_question_that_fails_in_an_unforeseen_way_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a thread dies in silence and its port is said to be slow."""

    def broken(port: str) -> Answer:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(probing, "probe", broken)
    monkeypatch.setattr(probing, "list_ports", lambda: [PortFacts("/dev/a")])

    ((_, answer),) = survey()

    assert answer == Answer(None, "The port could not be asked (no such thing).")


def test_a_conversation_ends_in_silence_or_says_that_it_does_not() -> None:
    """Else the driver finds the rest of a reply where it expects its own."""
    with CytonEmulator(TestSignal()) as cyton, talk_to(cyton.port, 115_200) as talk:
        talk.say(b"v")
        assert talk.drain()
        assert talk.listen(0.1).data == b""
        talk.say(b"b")
        assert talk.listen(5.0, b"\xc0").data
        assert not talk.drain()


def test_a_reply_is_taken_as_soon_as_it_is_whole() -> None:
    """Else every question costs its longest wait."""
    with CytonEmulator(TestSignal()) as cyton, talk_to(cyton.port, 115_200) as talk:
        talk.say(b"v")
        heard: Heard = talk.listen(60.0, b"$$$")

    assert heard.data.endswith(b"$$$")
    assert heard.seconds < 30.0
