"""Every test runs away from the user's data, the network and the screen, and leaves no thread behind."""

from __future__ import annotations

import gc
import os
import re
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

from ui.computer.qt_check import qt_problem

# Before anything can import Qt. A run on a real or virtual screen names its own platform.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["POWERHOLD_LANGUAGE"] = "en"  # before any word is made
os.environ["PYTEST_QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

# The same examples on every machine, so that a red run can be repeated;
# --hypothesis-profile=search looks further.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("search", deadline=None, print_blob=True, max_examples=1000)
settings.load_profile("house")

NO_QT = "this run leaves Qt out on purpose" if "tests.without_qt" in sys.modules else qt_problem()
"""Why there is no Qt here, as a sentence, or None."""

QT_FIXTURES = frozenset({"qtbot", "qapp", "qtlog", "qtmodeltester"})
QT_IMPORT = re.compile(
    r"^(from|import) (PySide6|pyqtgraph|ui\.desktop|ui\.report|tests\.ui\.desktop)\b", re.MULTILINE
)
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def _garbage_is_the_main_threads() -> Iterator[None]:
    """A window that another thread's collection destroys takes the whole run with it."""
    if "PySide6" not in sys.modules:
        yield
        return
    gc.disable()
    yield
    gc.collect(1)


class _ModuleWithoutQt(pytest.Module):
    """A test file that cannot even be imported here; it is reported as skipped, with the reason."""

    def collect(self) -> NoReturn:
        pytest.skip(str(NO_QT), allow_module_level=True)


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Leave pytest-qt out where Qt is missing: it imports Qt when it is configured."""
    if NO_QT is not None:
        pluginmanager.set_blocked("pytest-qt")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Skip test files that import Qt where there is none."""
    if NO_QT is not None and QT_IMPORT.search(module_path.read_text(encoding="utf-8")):
        return _ModuleWithoutQt.from_parent(parent, path=module_path)
    return None


LONG = (
    "test_gallery",
    "test_session_end_to_end",
    "test_sessions_by_keyboard",
    "test_faults_of_the_set_up",
    "test_every_protocol",
    "test_figures",
    "test_same_everywhere",
    "test_language",
    "test_no_network",
    "test_two_programs",
    "test_practice_killed",
    "test_analyze_mended",
    "test_session_languages",
    "test_cohort",
    "test_cohort_dask",
    "test_properties",
    "test_coach_paths",
    "test_faults_of_streams",
    "test_passing_faults",
    "test_lasting_faults",
    "test_sessions",
    "test_library_page",
    "test_faults_performed",
    "test_simulated_athlete",
    "test_simulated_setup",
    "test_checks_of_the_athlete",
    "test_onset",
    "test_writer",
    "test_recover",
    "test_strides",
    "test_no_muscle",
    "test_spoilt",
    "test_file_formats_packets",
    "test_serial_source",
)
"""Files that take ten seconds and more: begun last, they would keep one process busy alone."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; the rest stays in the order in which it was shuffled."""
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip tests that ask for a Qt fixture where there is no Qt."""
    if NO_QT is not None and not QT_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
        pytest.skip(NO_QT)


def _only_local(method: Callable[..., Any], address_position: int) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:
        address = args[address_position]
        if self.family != socket.AF_UNIX and address[0] not in ("localhost", "127.0.0.1", "::1"):
            pytest.fail(f"a test must not leave this machine, but this one called {address!r}")
        return method(self, *args)

    return guarded


@pytest.fixture(scope="session", autouse=True)
def _away_from_network_user_and_terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _only_local(socket.socket.connect, 0))
        patch.setattr(socket.socket, "connect_ex", _only_local(socket.socket.connect_ex, 0))
        patch.setattr(socket.socket, "sendto", _only_local(socket.socket.sendto, -1))
        patch.setenv("POWERHOLD_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("TERM", "xterm-256color")  # else the bars depend on who runs the tests
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def powerhold_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that stands in for the user's data in this test; whoever writes first makes it."""
    home = tmp_path / "powerhold-home"
    monkeypatch.setenv("POWERHOLD_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _no_thread_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    frames = sys._current_frames()
    left = [
        thread for thread in threading.enumerate() if thread.name.startswith("emg-") and thread not in before
    ]
    if left:
        where = [
            f"{thread.name} is at\n{''.join(traceback.format_stack(frames[thread.ident]))}"
            for thread in left
            if thread.ident in frames
        ]
        pytest.fail("the test left threads running:\n" + "\n".join(where), pytrace=False)


@pytest.fixture
def qt_here() -> None:
    """Skip the test where Qt cannot be used; for tests that start a program of their own."""
    if NO_QT is not None:
        pytest.skip(NO_QT)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real recordings beside the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real recordings are not here: put them into ../shared/data")
    return SHARED_DATA
