"""What the wheel and the bundle are made of: nothing that is loaded by name may be forgotten.

That they run is tried by ``packaging/smoke.py`` on the made ones.
"""

from __future__ import annotations

import ast
import configparser
import importlib.util
import io
import os
import re
import struct
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import bundle, bundle_contents, dist, icons
from ui.commands import MODULES
from ui.language import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
RULES = (PACKAGING / "60-powerhold.rules").read_text(encoding="utf-8")
USB_ID = re.compile(r"""["']([0-9a-f]{4}):([0-9a-f]{4})["']""")
RULE = re.compile(
    r'(?:(?P<key>[A-Z]+(?:\{[A-Za-z_]+\})?)(?P<operator>==|!=|=|\+=)"(?P<value>[^"]*)"(?:, |$))+'
)
LAST_NUMBER_FOR_UACCESS = 73
NO_SOURCE = {".py", ".po", ".pyc"}
"""Translators write .po; the program reads the .mo beside it."""

OF_THE_MAKERS = {"texts.json"}
"""Which sentence each spoken prompt was made of: ``ui/sound/make_prompts.py`` reads it, and nobody else."""


def sources() -> Iterator[Path]:
    for package in bundle_contents.PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Modules that a file of ours imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.fixture(scope="module")
def all_imported() -> set[str]:
    shipped = set(bundle_contents.own_modules(ROOT))
    named = {path: path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in sources()}
    return set[str]().union(
        *(imported(path) for path, name in named.items() if name.removesuffix(".__init__") in shipped)
    )


# --- our own


def test_every_module_that_is_loaded_by_name_is_shipped() -> None:
    """Else a command is listed and ends in a traceback, only where it was installed."""
    shipped = set(bundle_contents.own_modules(ROOT))
    by_name = {*MODULES.values(), "ui.desktop.running", "ui.desktop.planning", "ui.report.paint", "ui.entry"}
    in_a_folder = {
        f"hardware.plain_boards.{path.stem}" for path in (ROOT / "hardware/plain_boards").glob("[a-z]*.py")
    }
    assert by_name | in_a_folder <= shipped
    assert not {name for name in shipped if importlib.util.find_spec(name.split(".")[0]) is None}


def test_nothing_that_is_shipped_needs_what_is_not(all_imported: set[str]) -> None:
    """Else what only makes pictures is left out, and a window with it."""
    left_out = {name for name in all_imported if bundle_contents.NOT_SHIPPED.fullmatch(name)}
    assert left_out == set()


def test_every_file_beside_the_modules_is_shipped() -> None:
    """Else exercises, drawings, words or the voice are there only for those who have the source."""
    there = {
        path
        for package in bundle_contents.PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in NO_SOURCE and path.name not in OF_THE_MAKERS
        if "__pycache__" not in path.parts
    }
    shipped = bundle_contents.own_data(ROOT)
    assert {path for path, _folder in shipped} == there
    assert {path.suffix for path in there} >= {".toml", ".svg", ".mo", ".ogg"}
    assert all(path == ROOT / folder / path.name for path, folder in shipped)


def test_every_folder_of_modules_is_a_package() -> None:
    """Else the wheel passes over it."""
    folders = {path.parent for path in sources()}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_the_version_is_told_once() -> None:
    """Else a release says of itself that it is the one before."""
    version = bundle_contents.version(ROOT)
    told = re.compile(rf"(?<![\d.]){re.escape(version)}(?![\d.])")
    files = [
        *sources(),
        *(ROOT / "tools").glob("*.py"),
        *(path for path in PACKAGING.iterdir() if path.is_file()),
    ]
    assert [path.name for path in files if told.search(path.read_text(encoding="utf-8"))] == []


# --- of others


def test_what_is_left_out_is_used_by_nobody(all_imported: set[str]) -> None:
    """Else the bundle fails where the source runs."""
    used = {*all_imported, *bundle_contents.LOADED_BY_NAME}
    lost = [
        (name, out)
        for name in used
        for out in bundle_contents.LEFT_OUT_MODULES
        if name == out or name.startswith(f"{out}.")
    ]
    assert lost == []
    of_qt = {name.split(".")[1] for name in used if name.startswith("PySide6.")}
    assert {name for name in of_qt if name.startswith("Qt")} <= set(bundle_contents.WANTED_QT)


WITHOUT = """
import sys

class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if any(name == out or name.startswith(out + ".") for out in sys.argv[1].split()):
            raise ModuleNotFoundError(f"{name} is not in the bundle")

sys.meta_path.insert(0, LeftOut())
from ui.desktop.gallery.all_scenes import main
sys.exit(main(["--out", sys.argv[2], "--only", *sys.argv[3:]]))
"""


@pytest.mark.usefixtures("qt_here")
def test_plots_are_drawn_without_what_is_left_out(tmp_path: Path) -> None:
    """Else there is a history and a picture of each set where the source runs, and in the bundle none."""
    scenes = ("history", "picture_train", "therapist", "summary_sore")
    words = [
        sys.executable,
        "-c",
        WITHOUT,
        " ".join(bundle_contents.LEFT_OUT_MODULES),
        str(tmp_path),
        *scenes,
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert {path.stem for path in tmp_path.rglob("*.png")} == set(scenes)


@pytest.mark.parametrize("name", bundle_contents.LOADED_BY_NAME)
def test_what_is_asked_for_by_name_exists(name: str) -> None:
    """Else a name that has changed is silently left out of the bundle."""
    if name == "pkg_resources" and sys.version_info >= (3, 12):
        pytest.skip("BrainFlow does not ask for it any more")
    assert importlib.util.find_spec(name) is not None


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_brainflow_has_its_libraries_and_no_foreign_ones(platform: str) -> None:
    """Else no Cyton opens; or the bundle carries the libraries of three systems."""
    found = importlib.util.find_spec("brainflow")
    assert found is not None
    assert found.origin is not None
    libraries = bundle_contents.brainflow_libraries(Path(found.origin).parent, platform)
    names = {path.name for path, _folder in libraries}
    assert {path.suffix for path, _folder in libraries} == {bundle_contents.NATIVE[platform]}
    assert {folder for _path, folder in libraries} == {"brainflow/lib"}
    for wanted in ("BoardController", "DataHandler", "simpleble-c", "GanglionLib"):
        assert any(wanted in name for name in names), wanted
    assert not [name for name in names if "onnx" in name or "MLModule" in name]


@pytest.mark.parametrize(
    "name",
    [
        *("PySide6/Qt/plugins/platforms/libqxcb.so", "PySide6/Qt/plugins/platforms/libqwayland.so"),
        *("PySide6/Qt/plugins/platforms/libqoffscreen.so", "PySide6/Qt/plugins/iconengines/libqsvgicon.so"),
        *("PySide6/plugins/platforms/qwindows.dll", "PySide6/plugins/styles/qmodernwindowsstyle.dll"),
        *("PySide6/Qt/plugins/imageformats/libqsvg.so", "PySide6/Qt/plugins/imageformats/libqico.so"),
        *(
            "PySide6/Qt/lib/libQt6Core.so.6",
            "PySide6/Qt/lib/libQt6DBus.so.6",
            "PySide6/Qt/lib/libicudata.so.73",
        ),
        *("PySide6/Qt/lib/libQt6XcbQpa.so.6", "PySide6/Qt/lib/libQt6WaylandClient.so.6"),
        *(
            "pyarrow/libarrow.so.2600",
            "pyarrow/libarrow_python.so.2600",
            "pyarrow/libarrow_substrait.so.2600",
        ),
        *("brainflow/lib/libBoardController.so", "ui/locale/de/LC_MESSAGES/powerhold.mo"),
        *("powerhold-0.1.dist-info/METADATA", "numpy-2.dist-info/licenses/LICENSE.txt"),
    ],
)
def test_what_is_needed_is_let_in(name: str) -> None:
    """Else a pattern that is too wide takes the window away on one kind of desktop."""
    assert bundle_contents.is_wanted(name)
    assert bundle_contents.is_wanted(name.replace("/", "\\"))


@pytest.mark.parametrize(
    "name",
    [
        *("PySide6/Qt/plugins/platforms/libqeglfs.so", "PySide6/Qt/plugins/platformthemes/libqgtk3.so"),
        *(
            "PySide6/Qt/lib/libQt6Qml.so.6",
            "PySide6/Qt/lib/libQt6QuickControls2.so.6",
            "PySide6/Qt6Quick.dll",
        ),
        *("PySide6/Qt/plugins/imageformats/libqpdf.so", "PySide6/Qt/plugins/tls/libqopensslbackend.so"),
        *("pyarrow/libarrow_flight.so.2600", "pyarrow/libarrow_python.so", "pyarrow/include/arrow/api.h"),
        *("brainflow/lib/libonnxruntime_x64.so", "powerhold-0.1.dist-info/direct_url.json"),
    ],
)
def test_what_nobody_needs_stays_out(name: str) -> None:
    """Else the bundle doubles, or tells in whose folder it was made."""
    assert not bundle_contents.is_wanted(name)
    assert not bundle_contents.is_wanted(name.replace("/", "\\"))


def test_what_came_along_with_what_is_left_out_goes_with_it() -> None:
    """Else the bundle carries a whole toolkit for a plugin that is not in it; or a link leads to nothing."""
    asked = {
        "/qt/libqgtk3.so": ["libgtk-3.so.0", "libX11.so.6"],
        "/qt/libqxcb.so": ["libX11.so.6"],
        "/usr/libX11.so.6": ["libxcb.so.1"],
        "/usr/libgtk-3.so.0": ["libpango.so.0"],
    }
    entries = [
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", "/qt/libqgtk3.so", "BINARY"),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/qt/libqxcb.so", "BINARY"),
        ("PySide6/Qt/lib/libQt6Core.so.6", "/qt/libQt6Core.so.6", "BINARY"),
        ("_ssl.so", "/python/_ssl.so", "EXTENSION"),
        *((name, f"/usr/{name}", "BINARY") for name in ("libX11.so.6", "libxcb.so.1", "libgtk-3.so.0")),
        *((name, f"/usr/{name}", "BINARY") for name in ("libpango.so.0", "libportaudio.so.2")),
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
        ("libarrow_flight.so.1", "pyarrow/libarrow_flight.so.1", "SYMLINK"),
        ("libgone.so.1", "pyarrow/libgone.so.1", "SYMLINK"),
        ("pyarrow/libQt6Core.so", "../PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
    ]
    kept = {
        name
        for name, _source, _kind in bundle_contents.without_leftovers(entries, lambda of: asked.get(of, []))
    }
    assert kept == {
        *("PySide6/Qt/plugins/platforms/libqxcb.so", "PySide6/Qt/lib/libQt6Core.so.6", "_ssl.so"),
        *("libX11.so.6", "libxcb.so.1", "libportaudio.so.2", "libQt6Core.so.6", "pyarrow/libQt6Core.so"),
    }


def test_the_spec_takes_all_of_it() -> None:
    """Else a list that is tested here is not the one that counts."""
    spec = ast.parse((PACKAGING / "powerhold.spec").read_text(encoding="utf-8"))
    used = {
        node.id for node in ast.walk(spec) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    assert used >= {"own_modules", "own_data", "brainflow_libraries", "without_leftovers", "copy_metadata"}
    assert used >= {"LOADED_BY_NAME", "LEFT_OUT_MODULES"}


# --- what lies beside the program


def test_the_rules_name_every_adapter_the_program_knows() -> None:
    """Else a board that is found is refused to who is not in a group that nobody told of."""
    text = "".join(path.read_text(encoding="utf-8") for path in sources())
    known = set(USB_ID.findall(text))
    assert ("0403", "6015") in known
    missing = {
        (vendor, product)
        for vendor, product in known
        if f'ATTRS{{idVendor}}=="{vendor}", ATTRS{{idProduct}}=="{product}"' not in RULES
        and f'ATTRS{{idVendor}}=="{vendor}", GOTO' not in RULES
    }
    assert missing == set()


def test_every_rule_can_be_read() -> None:
    """Else udev passes over the line, and says so to nobody."""
    lines = [line for line in RULES.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not RULE.fullmatch(line)] == []
    labels = set(re.findall(r'LABEL="(\w+)"', RULES))
    assert set(re.findall(r'GOTO="(\w+)"', RULES)) == labels
    (file,) = PACKAGING.glob("*.rules")
    assert int(file.name[:2]) < LAST_NUMBER_FOR_UACCESS
    assert 'TAG+="uaccess"' in RULES


def test_the_menu_entry_names_what_is_there() -> None:
    """Else the menu shows a blank square that starts nothing."""
    entry = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    entry.optionxform = str  # type: ignore[assignment,method-assign]  # its keys have capitals
    entry.read(PACKAGING / "powerhold.desktop", encoding="utf-8")
    assert entry.sections() == ["Desktop Entry"]
    said = entry["Desktop Entry"]
    assert {"Type", "Name", "Exec", "Icon", "Categories"} <= set(said)
    assert said["Exec"] in bundle_contents.project(ROOT)["project"]["scripts"]
    assert (PACKAGING / f"{said['Icon']}.svg").is_file()
    for listed in ("Categories", "Keywords"):
        assert said[listed].endswith(";"), listed
    for code in set(LANGUAGES) - {"en"}:
        assert {f"Comment[{code}]", f"GenericName[{code}]"} <= set(said), code


@pytest.mark.usefixtures("qt_here")
def test_the_pictures_are_of_the_drawing() -> None:
    """Else the drawing is changed, and every desktop shows the old one."""
    from PySide6.QtGui import QImage

    png = (icons.ICONS / "powerhold.png").read_bytes()
    assert QImage.fromData(png) == QImage.fromData(icons.picture(icons.PNG_PX))
    ico = (icons.ICONS / "powerhold.ico").read_bytes()
    assert struct.unpack("<HHH", ico[:6]) == (0, 1, len(icons.ICO_PX))
    sizes = [struct.unpack_from("<B", ico, 6 + 16 * number)[0] or 256 for number in range(len(icons.ICO_PX))]
    assert tuple(sizes) == icons.ICO_PX
    icns = (icons.ICONS / "powerhold.icns").read_bytes()
    assert struct.unpack(">4sI", icns[:8]) == (b"icns", len(icns))


def put_into_menu(home: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    place = {"HOME": str(home), "PATH": os.environ["PATH"]}
    return subprocess.run(
        ["sh", str(folder / "install.sh"), *words], env=place, capture_output=True, text=True, check=False
    )


def unpacked(folder: Path) -> Path:
    folder.mkdir()
    for name in bundle.BESIDE["linux"]:
        (folder / name).write_bytes((PACKAGING / name).read_bytes())
    program = folder / "powerhold"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="it is for Linux")
def test_the_menu_is_told_where_the_program_lies_and_forgets_it_again(tmp_path: Path) -> None:
    """Else the entry starts a program that is not in the path, or stays behind."""
    folder = unpacked(tmp_path / "unpacked")
    done = put_into_menu(tmp_path, folder)
    assert done.returncode == 0, done.stderr
    entry = tmp_path / ".local/share/applications/powerhold.desktop"
    assert f"Exec={folder}/powerhold\n" in entry.read_text(encoding="utf-8")
    link = tmp_path / ".local/bin/powerhold"
    assert link.resolve() == (folder / "powerhold").resolve()
    assert put_into_menu(tmp_path, folder, "--remove").returncode == 0
    assert not entry.exists()
    assert not link.is_symlink()
    assert (folder / "powerhold").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="it is for Linux")
def test_another_program_of_this_name_stays(tmp_path: Path) -> None:
    """Else who has the wheel as well loses it."""
    other = tmp_path / ".local/bin/powerhold"
    other.parent.mkdir(parents=True)
    other.write_text("mine", encoding="utf-8")
    folder = unpacked(tmp_path / "unpacked")
    put_into_menu(tmp_path, folder)
    put_into_menu(tmp_path, folder, "--remove")
    assert other.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="it is for Linux")
def test_a_folder_that_no_menu_can_name_is_refused(tmp_path: Path) -> None:
    """Else the entry is there and does nothing when it is clicked."""
    done = put_into_menu(tmp_path, unpacked(tmp_path / "my downloads"))
    assert done.returncode == 2
    assert "without spaces" in done.stderr
    assert not (tmp_path / ".local").exists()


# --- the same source gives the same bytes


def test_a_source_archive_does_not_tell_when_and_by_whom(tmp_path: Path) -> None:
    """Else nobody can check that what is handed out was made from this source."""
    packed = []
    for mtime, owner in ((1e9, "anna"), (1.5e9, "ben")):
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w:gz") as tar:
            for name in ("b", "a") if owner == "anna" else ("a", "b"):
                entry = tarfile.TarInfo(name)
                entry.mtime, entry.uname, entry.size = mtime, owner, 1
                tar.addfile(entry, io.BytesIO(name.encode()))
        packed.append(dist.without_times(target.getvalue(), bundle.FIRST_TIME))
    assert packed[0] == packed[1]


def test_two_archives_of_one_folder_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each download has another sum."""
    monkeypatch.setattr(bundle, "DIST", tmp_path)
    folder = unpacked(tmp_path / "powerhold")
    first = bundle.archive(folder, bundle.FIRST_TIME).read_bytes()
    for path in folder.iterdir():
        os.utime(path, (1e9, 1e9))
    assert bundle.archive(folder, bundle.FIRST_TIME).read_bytes() == first


def test_the_time_that_was_asked_for_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else who builds a distribution gets another time into the files than everywhere else."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert bundle.source_date() == 1_700_000_000
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert bundle.source_date() >= bundle.FIRST_TIME
