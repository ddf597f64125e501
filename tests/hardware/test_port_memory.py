"""Claims about finding a port again: the same board or none, whatever its number is now."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emg.blocks import SourceUnavailable
from hardware import port_facts
from hardware.port_facts import PortFacts
from hardware.ports import PortMemory, find_again
from tests.emulators.cyton import CytonEmulator
from tests.emulators.cyton_signals import TestSignal
from tests.hardware.ports_here import adapter

CYTON = PortFacts("/dev/ttyUSB0", serial="DM00", usb_id="0403:6015", location="1-1")
CLONE = PortFacts("/dev/ttyUSB0", usb_id="1a86:7523", location="1-1")


def moved(port: PortFacts, device: str, location: str = "1-1", serial: str | None = None) -> PortFacts:
    return PortFacts(
        device,
        serial=port.serial if serial is None else serial,
        usb_id=port.usb_id,
        location=location,
    )


@pytest.mark.parametrize(
    ("known", "present", "found"),
    [
        (CYTON, [moved(CYTON, "/dev/ttyUSB1")], "/dev/ttyUSB1"),
        (CYTON, [moved(CYTON, "/dev/ttyUSB1", "3-2")], "/dev/ttyUSB1"),
        (CYTON, [moved(CYTON, "/dev/ttyUSB0", serial="DM99"), moved(CYTON, "/dev/ttyUSB1")], "/dev/ttyUSB1"),
        (CYTON, [moved(CYTON, "/dev/ttyUSB0", serial="DM99")], None),
        (CYTON, [], None),
        (CLONE, [moved(CLONE, "/dev/ttyUSB1")], "/dev/ttyUSB1"),
        (CLONE, [moved(CLONE, "/dev/ttyUSB0", "1-2"), moved(CLONE, "/dev/ttyUSB1")], "/dev/ttyUSB1"),
        (CLONE, [moved(CLONE, "/dev/ttyUSB0", "1-2")], None),
        (PortFacts("/dev/ttyS4"), [PortFacts("/dev/ttyS4"), CYTON], "/dev/ttyS4"),
    ],
)
def test_a_board_is_found_by_its_adapter_and_no_other_is_taken_for_it(
    known: PortFacts, present: list[PortFacts], found: str | None
) -> None:
    """Else a session goes on with another athlete's board, or never again."""
    again = find_again(known, present)

    assert (again.device if again is not None else None) == found


def test_adapters_that_share_a_serial_number_are_told_apart_by_their_socket() -> None:
    """Makers of cheap adapters give all of them the number 0001."""
    known = PortFacts("/dev/ttyUSB0", serial="0001", usb_id="10c4:ea60", location="1-1")
    present = [moved(known, "/dev/ttyUSB0", "1-2"), moved(known, "/dev/ttyUSB1", "1-1")]

    again = find_again(known, present)
    assert again is not None
    assert again.device == "/dev/ttyUSB1"
    elsewhere = [moved(known, "/dev/ttyUSB0", "1-2"), moved(known, "/dev/ttyUSB1", "1-3")]
    assert find_again(known, elsewhere) is None  # either may be the one: neither is taken


def test_the_second_port_of_an_adapter_is_not_taken_for_the_first() -> None:
    """Else the board's data port is looked for at its control port."""
    known = PortFacts("/dev/ttyACM0", serial="X", usb_id="2341:0043", location="1-1:1.0")
    present = [moved(known, "/dev/ttyACM1", "2-4:1.2"), moved(known, "/dev/ttyACM2", "2-4:1.0")]

    again = find_again(known, present)

    assert again is not None
    assert again.device == "/dev/ttyACM2"


names = st.sampled_from(["/dev/ttyUSB0", "/dev/ttyUSB1", "COM3"])
ports = st.builds(
    PortFacts,
    names,
    serial=st.sampled_from(["", "A", "B"]),
    usb_id=st.sampled_from(["", "0403:6015", "1a86:7523"]),
    location=st.sampled_from(["", "1-1", "1-2", "1-1:1.0", "1-1:1.2"]),
)


@given(ports, st.lists(ports, max_size=4))
def test_what_is_found_is_never_another_adapter(known: PortFacts, present: list[PortFacts]) -> None:
    """Else a wrong board is opened without a word."""
    again = find_again(known, present)

    if again is not None and known.usb_id:
        assert (again.usb_id, again.serial) == (known.usb_id, known.serial)
        assert again.serial or again.location == known.location


class Plugs:
    """Adapters that the system lists, each with its file."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.n_asked = 0
        self.plugged: list[SimpleNamespace] = []
        monkeypatch.setattr("serial.tools.list_ports.comports", self._comports)

    def _comports(self) -> list[SimpleNamespace]:
        self.n_asked += 1
        return list(self.plugged)

    def plug(self, name: str, serial: str | None = "DM00") -> str:
        (self.folder / name).touch()
        self.plugged.append(adapter(str(self.folder / name), serial=serial))
        return str(self.folder / name)

    def pull(self) -> None:
        for port in self.plugged:
            Path(port.device).unlink()
        self.plugged.clear()


@pytest.fixture
def plugs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plugs:
    return Plugs(tmp_path, monkeypatch)


def test_a_dongle_that_comes_back_under_another_number_is_opened_there(plugs: Plugs) -> None:
    """Linux gives a dongle that is put back the next number while the old one is still open."""
    port = plugs.plug("ttyUSB0")
    memory = PortMemory(port)
    assert (memory.current(), memory.serial, memory.gone()) == (port, "DM00", False)
    plugs.pull()
    assert memory.gone()
    with pytest.raises(SourceUnavailable, match=r"ttyUSB0 is gone: plug the dongle in again"):
        memory.current()

    moved_to = plugs.plug("ttyUSB1")

    assert memory.current() == moved_to
    assert not memory.gone()


def test_another_board_under_the_old_name_is_not_opened(plugs: Plugs) -> None:
    """Else the samples of another person's board go into this session."""
    memory = PortMemory(plugs.plug("ttyUSB0"))
    plugs.pull()
    plugs.plug("ttyUSB0", serial="DM99")

    with pytest.raises(SourceUnavailable, match="something else is there now: plug the board's own dongle"):
        memory.current()


def test_a_board_plugged_in_late_is_known_from_then_on(plugs: Plugs) -> None:
    """Else only those who plug in first are found again."""
    memory = PortMemory(str(plugs.folder / "ttyUSB0"))
    assert memory.serial == ""
    with pytest.raises(SourceUnavailable, match="There is no port"):
        memory.current()
    port = plugs.plug("ttyUSB0")
    assert memory.current() == port
    plugs.pull()

    assert memory.serial == "DM00"
    moved_to = plugs.plug("ttyUSB7")
    assert memory.current() == moved_to


def test_where_ports_are_no_files_the_list_is_asked_four_times_a_second_at_most(
    plugs: Plugs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows the list takes tens of milliseconds, and the question comes with every empty read."""
    monkeypatch.setattr(port_facts, "HAS_DEVICE_FILES", False)
    now_s = 100.0
    memory = PortMemory(plugs.plug("COM3"), clock=lambda: now_s)
    memory.current()
    plugs.n_asked = 0

    plugs.pull()
    assert [memory.gone() for _ in range(50)] == [False] * 50
    assert plugs.n_asked == 0
    now_s = 100.25
    assert [memory.gone() for _ in range(50)] == [True] * 50
    assert plugs.n_asked == 1


def test_a_port_that_windows_never_listed_is_not_taken_for_pulled_out(
    plugs: Plugs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a virtual port loses its connection four times a second."""
    monkeypatch.setattr(port_facts, "HAS_DEVICE_FILES", False)
    now_s = 0.0
    memory = PortMemory("COM9", clock=lambda: now_s)

    assert memory.current() == "COM9"
    now_s = 1.0
    assert not memory.gone()


def test_a_link_is_followed_wherever_it_leads(tmp_path: Path) -> None:
    """Names in /dev/serial/by-id stay while the number behind them changes."""
    link = tmp_path / "by-id"
    with CytonEmulator(TestSignal(), link=link) as cyton:
        memory = PortMemory(str(link))
        assert memory.current() == str(link)
        assert not memory.gone()
        cyton.hang_up()
        assert memory.gone()
        with pytest.raises(SourceUnavailable, match="is gone"):
            memory.current()
        cyton.plug_in()
        assert memory.current() == str(link)
        assert not memory.gone()

        with CytonEmulator(TestSignal()) as other:
            link.unlink()
            link.symlink_to(other.port)
            assert memory.gone()  # what was opened is not what the name means now
            assert memory.current() == str(link)
            assert not memory.gone()


def test_a_link_to_another_adapter_means_that_adapter(plugs: Plugs) -> None:
    """Who makes a link for a board decides which it is, and a link that is not there means none."""
    link = plugs.folder / "board"
    link.symlink_to(plugs.plug("ttyUSB0"))
    memory = PortMemory(str(link))
    assert (memory.current(), memory.serial) == (str(link), "DM00")
    link.unlink()
    with pytest.raises(SourceUnavailable, match="is gone"):
        memory.current()

    plugs.pull()
    link.symlink_to(plugs.plug("ttyUSB1", serial="DM99"))

    assert (memory.current(), memory.serial) == (str(link), "DM99")


def test_a_port_that_was_there_is_asked_for_and_no_other(tmp_path: Path) -> None:
    """Else in the middle of a hold the screen tells people to choose another port."""
    port = tmp_path / "ttyUSB0"
    memory = PortMemory(str(port))
    with pytest.raises(SourceUnavailable, match="or choose one"):
        memory.current()
    port.symlink_to(os.devnull)
    assert memory.current() == str(port)
    port.unlink()
    with pytest.raises(SourceUnavailable, match=r"is gone: plug the dongle in again\.$"):
        memory.current()
