"""Why no window can be opened, found out before Qt aborts the process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import pytest

from ui.computer import qt_check
from ui.computer.qt_check import BASE_LIBRARIES, XCB_LIBRARIES, display_problem, missing_packages, qt_problem

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="about the libraries and displays of Linux")


@linux_only
def test_no_display_is_said_in_a_sentence() -> None:
    """Qt would abort the program with a page of plugin names."""
    problem = display_problem({})
    assert problem is not None
    assert "no display" in problem
    assert "--headless" in problem


@linux_only
def test_a_display_that_does_not_answer_is_noticed() -> None:
    """DISPLAY is often left over from a closed ssh session; Qt aborts on it."""
    problem = display_problem({"DISPLAY": ":4242"})
    assert problem is not None
    assert ":4242" in problem


def test_offscreen_needs_no_display() -> None:
    """Tests and pictures must run on a machine without a screen."""
    assert display_problem({"QT_QPA_PLATFORM": "offscreen"}) is None


def test_a_library_that_is_not_here_is_named_by_its_package() -> None:
    """A user can install a package, not a shared object."""
    libraries = {"libno-such-thing.so.9": "libno-such-thing9", "libc.so.6": "libc6"}
    assert missing_packages(libraries) == ["libno-such-thing9"]


@linux_only
@pytest.mark.parametrize(
    ("environ", "libraries"),
    [
        ({"QT_QPA_PLATFORM": "offscreen"}, BASE_LIBRARIES),
        ({"DISPLAY": ":0"}, {**BASE_LIBRARIES, **XCB_LIBRARIES}),
    ],
)
def test_missing_libraries_come_before_a_missing_display(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], libraries: Mapping[str, str]
) -> None:
    """On a bare Debian both are missing; the packages are what can be done about it."""
    monkeypatch.setattr(qt_check, "_loads", lambda library: False)
    problem = qt_problem(environ)
    assert problem is not None
    if "PySide6" not in problem:
        assert all(package in problem for package in libraries.values())
        assert problem.count(".") - " ".join(libraries.values()).count(".") == 1


def test_the_check_itself_loads_no_qt() -> None:
    """Loading Qt is what fails: the check must be importable without it."""
    code = (
        "import sys, ui.computer.qt_check; sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
