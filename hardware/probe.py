"""Ask at a serial port what is there: names of adapters say nothing, two makers use the same."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from emg.blocks import SourceUnavailable
from emg.said import Said, said_by
from hardware.plain_boards import PLAIN_BOARDS
from hardware.port_advice import PORT_ERRORS, explain
from hardware.port_facts import seen_port
from hardware.port_talk import Heard, Talk, talk_to
from hardware.ports import PortFacts, alone, check_port, list_ports, opened_here, port_facts
from hardware.wire.recognise import recognise

LISTEN_S: Final = 0.3
"""Long enough for a text of 20 lines a second, and for all the others."""
MORE_TEXT_S: Final = 0.7
BANNER_S: Final = 1.7
"""A Cyton answers within 0.5 s, a dongle without its board within a second."""
REST_OF_BANNER_S: Final = 2.0
NAME_S: Final = 1.5
"""A Chords board waits a second for the end of each command."""
LONGEST_S: Final = 12.0
"""Some Bluetooth ports block while they are opened; nobody waits longer for them."""
_BAUDS: Final = (115_200, 230_400, 57_600, 222_222, 500_000, 9_600)
BAUDS_OF_STREAMS: Final = tuple(
    dict.fromkeys((*_BAUDS, *(baud for plain in PLAIN_BOARDS for baud in plain.bauds)))
)
N_STOPS: Final = 3
"""A radio may lose the command to stop."""

STREAMERS: Final[Mapping[str, str]] = {
    **{plain.row.name: plain.row.title for plain in PLAIN_BOARDS},
    "olimex": Said("An Olimex SHIELD-EKG-EMG"),
    "chords": Said("A Chords board"),
    "spikerbox": Said("A Backyard Brains SpikerBox"),
}
"""Boards that stream unasked, or were left streaming and may go on."""

NEW_LINE: Final = b"\n"
BANNER_END: Final = b"$$$"
FIRMWARE: Final = re.compile(r"Firmware: *(v[\d.]+)")
CHORDS_NAME: Final = re.compile(rb"^([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+)\r?$", re.MULTILINE)
SPIKERBOX_NAME: Final = re.compile(rb"HWT:([A-Za-z0-9]+)")

NOT_TO_BE_ASKED: Final = {
    "2458:0001": Said(
        "A Bluetooth dongle for a Ganglion is here; it is not asked, for it would take the words of "
        "other boards for the beginning of a long command."
    ),
}
"""By USB id: devices that a wrong word leaves in a state in which the next open fails."""

NOTHING: Final = Said("Nothing answers.")
OWN_USE: Final = Said("This program is using it.")
LATE: Final = Said("The port does not open within 12 s: switch its device on, or choose another.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is at a port.

    Attributes
    ----------
    board : str or None
        Name from the table of boards; None if nothing that is known answers.
    detail : str
        One sentence for people.
    """

    board: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class _Question:
    baud: int
    words: bytes
    wait_s: float
    end: bytes = b""


_QUESTIONS: Final = (
    _Question(115_200, b"", LISTEN_S),
    _Question(115_200, b"v", BANNER_S, BANNER_END),
    # by now an Arduino, which was started anew by being opened, is awake
    _Question(115_200, b"WHORU\n", NAME_S, b"\n"),
    _Question(230_400, b"WHORU\n", NAME_S, b"\n"),
    _Question(230_400, b"b:;\n", LISTEN_S, b";"),
    _Question(57_600, b"", LISTEN_S),
    _Question(9_600, b"", LISTEN_S),
)


def probe(port: str) -> Answer:
    """Ask what is at a port: listen first, then ask each kind of board in its own words.

    Blocks for 0.3 s to about 6 s. A port that another program holds, that this user may not use, or
    that this program itself streams from is left alone. Afterwards a board is silent and ready to be
    opened: a Cyton that was streaming has been stopped, every reply has been read to its end.

    Parameters
    ----------
    port : str
        The port; it need not be one that the system lists.
    """
    with alone(port):
        if opened_here(port):
            return Answer(None, OWN_USE)
        try:
            check_port(port)
            usb_id = seen_port(port).usb_id
            if usb_id in NOT_TO_BE_ASKED:
                return Answer(None, NOT_TO_BE_ASKED[usb_id])
            with talk_to(port, _QUESTIONS[0].baud) as talk:
                return _ask_all(talk)
        except SourceUnavailable as problem:
            return Answer(None, said_by(problem))
        except PORT_ERRORS as error:
            return Answer(None, explain(port, error))


def survey(extra_ports: Iterable[str] = ()) -> list[tuple[PortFacts, Answer | None]]:
    """Ask at all ports at once.

    Parameters
    ----------
    extra_ports : iterable of str
        Ports that the system does not list: pseudo-terminals, links.

    Returns
    -------
    list of tuple of (PortFacts, Answer or None)
        None where nothing was asked, because the port is held or not permitted; its advice says so.
    """
    ports = with_extra(list_ports(), extra_ports)
    asked = [port.device for port in ports if port.usable and not port.held_by]
    answers: dict[str, Answer] = {}

    def ask(port: str) -> None:
        try:
            answers[port] = probe(port)
        except Exception as error:  # the others go on; this one's death is seen in its answer
            answers[port] = Answer(None, Said("The port could not be asked ({error}).", error=str(error)))

    threads = [threading.Thread(target=ask, args=(port,), name="emg-probe", daemon=True) for port in asked]
    deadline_s = time.monotonic() + LONGEST_S
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline_s - time.monotonic()))
    late = Answer(None, LATE)
    return [(port, answers.get(port.device, late) if port.device in asked else None) for port in ports]


def with_extra(listed: Iterable[PortFacts], extra_ports: Iterable[str]) -> list[PortFacts]:
    """Add ports that the system does not list, each once."""
    ports = {port.device: port for port in listed}
    for extra in extra_ports:
        ports.setdefault(extra, port_facts(extra))
    return list(ports.values())


def _ask_all(talk: Talk) -> Answer:
    unknown: Heard | None = None
    for question in _QUESTIONS:
        talk.set_baud(question.baud)
        talk.say(question.words)
        heard = talk.listen(question.wait_s, question.end)
        if not heard.data:
            continue
        answer = _reply(talk, heard) or (_stream(talk, heard) if unknown is None else None)
        if answer is not None:
            return answer
        unknown = heard
    talk.drain()
    return Answer(None, NOTHING if unknown is None else _quoted(unknown))


def _reply(talk: Talk, heard: Heard) -> Answer | None:
    """Understand what was answered; None if it is no reply of a board that is known."""
    data = heard.data
    if b"OpenBCI" in data and BANNER_END not in data:
        data += talk.listen(REST_OF_BANNER_S, BANNER_END).data
    answer = _understood(data)
    if answer is not None:
        talk.drain()
    return answer


def _understood(data: bytes) -> Answer | None:
    text = data.decode("ascii", "replace")
    if "Failure: Communications timeout" in text or "Device failed to poll Host" in text:
        return Answer(
            None,
            Said("A dongle answers, but its board does not: switch the board to PC and check its battery."),
        )
    if "OpenBCI" in text:
        return _openbci(text)
    name = CHORDS_NAME.search(data)
    if name is not None:
        return _answers("chords", STREAMERS["chords"], name[1].decode())
    name = SPIKERBOX_NAME.search(data)
    if name is not None:
        return _answers("spikerbox", STREAMERS["spikerbox"], name[1].decode())
    return None


def _openbci(text: str, *, stopped: bool = False) -> Answer:
    found = FIRMWARE.search(text)
    firmware = Said("firmware {version}", version=found[1]) if found else Said("firmware not named")
    if stopped:
        firmware = Said("{firmware}, it was streaming and has been stopped", firmware=firmware)
    if "On Daisy" in text:
        return _answers("cyton_daisy", Said("An OpenBCI Cyton with Daisy"), firmware)
    return _answers("cyton", Said("An OpenBCI Cyton"), firmware)


def _answers(name: str, title: str, detail: str) -> Answer:
    return Answer(name, Said("{board} answers ({detail}).", board=title, detail=detail))


def _stream(talk: Talk, first: Heard) -> Answer | None:
    """Find the speed at which bytes that came unasked make sense; None if no more of them come."""
    answer = _recognised(talk, first)
    for baud in BAUDS_OF_STREAMS:
        if answer is not None:
            return answer
        if not talk.set_baud(baud):
            continue
        heard = talk.listen(LISTEN_S)
        if not heard.data:
            return None
        answer = _recognised(talk, heard)
    return answer or _unknown(Said("{n} bytes a second", n=round(len(first.data) / first.seconds)))


def _recognised(talk: Talk, heard: Heard) -> Answer | None:
    if _is_text(heard.data):
        more = talk.listen(MORE_TEXT_S)
        if not more.data:
            return None  # a greeting, and no stream
        heard = Heard(heard.data + more.data, heard.seconds + more.seconds)
    board = next((board for board, _ in recognise(heard.data)), None)
    if board == "cyton":
        return _stopped(talk)
    if board == "serial-text":
        return Answer(board, Said("Text with numbers streams, {speed}.", speed=_lines(heard)))
    if board is not None:
        return Answer(board, Said("{board} streams.", board=STREAMERS[board]))
    if _is_text(heard.data) and NEW_LINE in heard.data:
        return _unknown(Said("text, {speed}", speed=_lines(heard)))
    return None


def _unknown(what: Said) -> Answer:
    return Answer(None, Said("Something streams that PowerHold does not know ({what}).", what=what))


def _is_text(data: bytes) -> bool:
    """Whether nearly all bytes are printable, or end a line."""
    printable = sum(32 <= byte < 127 or byte in b"\r\n\t" for byte in data)
    return bool(data) and printable >= 0.95 * len(data)


def _lines(heard: Heard) -> Said:
    n = round(heard.data.count(NEW_LINE) / heard.seconds)
    return Said("{n} lines a second", n=n) if n > 1 else Said("about a line a second")


def _stopped(talk: Talk) -> Answer:
    """Stop a Cyton that a crashed program left streaming, and ask for its name."""
    for _ in range(N_STOPS):
        talk.say(b"s")
        if talk.drain():
            break
    else:
        return Answer("cyton", Said("An OpenBCI Cyton streams and does not stop: switch it off and on."))
    talk.say(b"v")
    banner = talk.listen(BANNER_S + REST_OF_BANNER_S, BANNER_END).data.decode("ascii", "replace")
    talk.drain()
    return _openbci(banner, stopped=True)


def _quoted(heard: Heard) -> Said:
    """Quote what was answered, as far as it can be read."""
    words = " ".join(heard.data.decode("ascii", "replace").split())[:40]
    if words and _is_text(heard.data):
        return Said('Something answers that PowerHold does not know ("{words}").', words=words)
    return Said("Something answers that PowerHold does not know.")
