"""What goes into the bundle and what stays out; the spec reads it, and so do the tests.

The data files are those of the wheel: ``[tool.setuptools.package-data]`` of pyproject.toml is the one list.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias

PACKAGES: Final = ("emg", "hardware", "calibrations", "ui")
NOT_SHIPPED: Final = re.compile(r"ui\.desktop\.gallery(\..*)?|ui\.sound\.make_prompts")
"""Of our own: what makes the pictures of the guide and the spoken prompts."""

LOADED_BY_NAME: Final = (
    "PySide6.QtOpenGL",  # pyqtgraph asks for both with every curve, drawn by them or not
    "PySide6.QtOpenGLWidgets",
    "brainflow.board_shim",
    "pkg_resources",  # BrainFlow asks it for its library before Python 3.12
    "pyarrow.csv",
    "pyarrow.parquet",
    "scipy.fft",
    "scipy.linalg",
    "scipy.signal",
    "scipy.special",
    "serial.tools.list_ports",
    "sounddevice",
    "soundfile",
)
"""Of others: what is imported late, and what a spec must not lose when the import moves."""

WANTED_QT: Final = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtOpenGL", "QtOpenGLWidgets")
LEFT_OUT_MODULES: Final = (
    *(f"PySide6.{name}" for name in ("QtNetwork", "QtPrintSupport", "QtTest")),
    *(f"PySide6.{name}" for name in ("QtQml", "QtQuick", "QtSql", "QtXml", "QtHelp", "QtDesigner")),
    *(f"pyqtgraph.{name}" for name in ("examples", "jupyter", "opengl")),
    *(
        f"pyarrow.{name}"
        for name in ("_azurefs", "_flight", "_gcsfs", "_hdfs", "_orc", "_s3fs", "_substrait")
    ),
    *(f"pyarrow.{name}" for name in ("_dataset_orc", "_pyarrow_cpp_tests", "cuda", "flight", "gandiva")),
    *("pyarrow.orc", "pyarrow.substrait", "pyarrow.tests"),
    *("IPython", "PIL", "babel", "docutils", "jinja2", "matplotlib", "numba", "pandas", "requests"),
    *("pip", "pytest", "sphinx", "tkinter", "yaml"),
)
"""What nothing here uses, though something that is used would take it along if it is installed."""

LEFT_OUT_FILES: Final = re.compile(
    # Qt: what draws without a desktop, reads other pictures, or types on a screen
    r"PySide6/(Qt/)?plugins/(designer|egldeviceintegrations|generic|networkinformation|printsupport|qml\w*)/"
    r"|PySide6/(Qt/)?plugins/(sqldrivers|tls|wayland-graphics-integration-server)/"
    r"|PySide6/(Qt/)?plugins/platforms/\w*(eglfs|linuxfb|minimalegl|vkkhrdisplay|vnc|direct2d)"
    r"|PySide6/(Qt/)?plugins/platformthemes/\w*gtk3"
    r"|PySide6/(Qt/)?plugins/platforminputcontexts/\w*virtualkeyboard"
    r"|PySide6/(Qt/)?plugins/imageformats/(?!\w*(svg|ico)\b)"
    r"|PySide6/(Qt/)?translations/"
    r"|(^|/)(lib)?Qt6?(Egl[Ff][Ss]\w*|Network|Pdf|Qml\w*|Quick\w*|VirtualKeyboard\w*|WaylandEgl\w*Compositor\w*)\b"
    # BrainFlow: machine learning on brain waves, and the library of another processor
    r"|brainflow/lib/\w*(onnxruntime|MLModule|_raspberry)"
    # Arrow: other people's clouds, its headers, and the same library under three names
    r"|pyarrow/(include|tests|src|includes)/|pyarrow/.*\.(pyx|pxd|pxi|h|lib)$"
    r"|(^|/)libarrow_(flight|python_flight|s3)\b|(^|/)libarrow_python\w*\.so(\.\d+\.\d+\.\d+)?$"
    # names of this machine
    r"|\.dist-info/(direct_url\.json|INSTALLER|RECORD|REQUESTED|WHEEL|entry_points\.txt|top_level\.txt|sboms/.*)$"
)
"""Files by where they would lie in the bundle, with ``/``."""

NATIVE: Final[Mapping[str, str]] = {"linux": ".so", "darwin": ".dylib", "win32": ".dll"}
"""How a library is named here; BrainFlow's wheel has all three kinds."""

Entry: TypeAlias = tuple[str, str, str]
"""As PyInstaller lists a file: where it would lie, where it is (a link: what it points to), and its kind."""

OPENED_BY_NAME: Final = ("libportaudio", "libpython")
"""Libraries that no other library asks for, and that are needed all the same."""


def project(root: Path) -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def version(root: Path) -> str:
    """Give the version, from the one place where it is told."""
    return str(project(root)["project"]["version"])


def own_modules(root: Path) -> list[str]:
    """Name all modules of ours that are shipped: many are imported by name, and no analysis sees that."""
    files = sorted(path for package in PACKAGES for path in (root / package).rglob("*.py"))
    named = (path.relative_to(root).with_suffix("").as_posix().replace("/", ".") for path in files)
    return [
        name for name in (one.removesuffix(".__init__") for one in named) if not NOT_SHIPPED.fullmatch(name)
    ]


def own_data(root: Path) -> list[tuple[Path, str]]:
    """List our data files, each with its folder in the bundle."""
    globs: Mapping[str, Sequence[str]] = project(root)["tool"]["setuptools"]["package-data"]
    found = []
    for package, patterns in sorted(globs.items()):
        folder = root / package.replace(".", "/")
        files = sorted({file for pattern in patterns for file in folder.glob(pattern)})
        found += [(file, file.parent.relative_to(root).as_posix()) for file in files]
    return found


def brainflow_libraries(package: Path, platform: str = sys.platform) -> list[tuple[Path, str]]:
    """List BrainFlow's libraries for this kind of computer, each with its folder in the bundle."""
    suffix = NATIVE.get(platform, ".so")
    found = sorted((package / "lib").glob(f"*{suffix}"))
    return [(path, "brainflow/lib") for path in found if is_wanted(f"brainflow/lib/{path.name}")]


def is_wanted(name: str) -> bool:
    """Whether a file belongs into the bundle.

    Parameters
    ----------
    name : str
        Where it would lie in it.
    """
    return LEFT_OUT_FILES.search(PurePosixPath(name.replace("\\", "/")).as_posix()) is None


def without_leftovers(entries: Iterable[Entry], asked_by: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Take out what is not wanted, and what only that has brought along.

    Parameters
    ----------
    entries : iterable of Entry
        Libraries, and links to them.
    asked_by : callable
        Gives the names of the libraries that a file asks for.

    Returns
    -------
    list of Entry
        Without the system's libraries that nobody asks for any more, and without links to nothing.
    """
    wanted = [entry for entry in entries if is_wanted(entry[0])]
    places = {name: source for name, source, kind in wanted if kind != "SYMLINK"}
    system = {name for name, _source, kind in wanted if kind == "BINARY" and "/" not in name}
    system = {name for name in system if not name.startswith(OPENED_BY_NAME)}
    found = set(places) - system
    to_ask = list(found)
    while to_ask:
        asked = set(asked_by(places[to_ask.pop()])) & system - found
        found |= asked
        to_ask += asked
    linked = [entry for entry in wanted if entry[2] == "SYMLINK" and _target(entry) in found]
    return [entry for entry in wanted if entry[2] != "SYMLINK" and entry[0] in found] + linked


def _target(link: Entry) -> str:
    """Give the place in the bundle that a link points to."""
    folder = PurePosixPath(link[0]).parent
    parts: list[str] = []
    for part in (folder / link[1]).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)
