"""Pictures of screens in every size, theme and language, as colour-blind eyes see them, and an index of all.

Words and the scale of the screen are settled when a program starts, so every language and scale is drawn by
a process of its own.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final, TypeAlias

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from ui.desktop import theme as looks
from ui.desktop.app import make_application
from ui.desktop.gallery.colour_vision import MACHADO, picture_as_seen
from ui.desktop.gallery.fits import misfits
from ui.desktop.theme import THEMES, Theme
from ui.language import LANGUAGE, LANGUAGES, VARIABLE

Scenes: TypeAlias = Callable[[Theme], Iterator[tuple[str, QWidget]]]
"""Gives every screen with its name, ready to be shown in any size."""

PLAIN_SIZE: Final = "1366x768"
ALL_SIZES: Final = f"{PLAIN_SIZE},1920x1080,3840x2160@2"
SCALE_VARIABLE: Final = "QT_SCALE_FACTOR"
COLOUR_BLIND: Final = ("holding", "overflow", "contact_bad", "summary", "start_again", "therapist")
"""Scenes where colours say most."""

SHEET_COLUMNS: Final = 8
SHEET_PX: Final = 280
CAPTION_PX: Final = 26
SHEET_QUALITY: Final = 60


@dataclass(frozen=True, slots=True)
class Size:
    """A screen.

    Attributes
    ----------
    width_px, height_px : int
        What it has.
    scale : int
        How many of them the system makes one.
    """

    width_px: int
    height_px: int
    scale: int = 1

    @classmethod
    def read(cls, text: str) -> Size:
        """Read ``1366x768`` or ``3840x2160@2``."""
        pixels, _, scale = text.partition("@")
        width, _, height = pixels.partition("x")
        return cls(int(width), int(height), int(scale or 1))

    def __str__(self) -> str:
        """As it was read."""
        return f"{self.width_px}x{self.height_px}" + (f"@{self.scale}" if self.scale > 1 else "")


@dataclass(frozen=True, slots=True)
class Tally:
    """What was looked at.

    Attributes
    ----------
    pictures, problems : int
        Screens, each in a size, theme and language; and words in them that do not fit.
    """

    pictures: int = 0
    problems: int = 0

    @classmethod
    def read(cls, said: str) -> Tally:
        """Read the last line of what a process has said that drew a part."""
        numbers = re.findall(r"\d+", said.strip().rpartition("\n")[2])
        return cls(*map(int, numbers))

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.pictures + other.pictures, self.problems + other.problems)

    def __str__(self) -> str:
        """As it is said, and read again."""
        return f"{self.pictures} pictures, {self.problems} problems"


def main(scenes: Scenes, module: str, argv: Sequence[str] | None = None) -> int:
    """Draw what is asked for, and say how much it was; 1 if words do not fit and ``--check`` was given.

    Parameters
    ----------
    scenes : callable
        The screens.
    module : str
        Module that calls this, started anew for every other language and scale.
    argv : sequence of str or None
        Command line without the program's name.
    """
    given = _parser().parse_args(argv)
    sizes = [Size.read(text) for text in (ALL_SIZES if given.all else given.sizes).split(",")]
    themes = list(THEMES) if given.all else given.themes.split(",")
    languages = list(LANGUAGES) if given.all else (given.languages or LANGUAGE).split(",")
    one_of_each = len(sizes) == len(themes) == len(languages) == 1
    tally = Tally()
    for language in languages:
        for scale in sorted({size.scale for size in sizes}):
            wanted = [size for size in sizes if size.scale == scale]
            if language == LANGUAGE and scale == _scale_here():
                flat = one_of_each and not given.folders
                job = Job(
                    given.out,
                    tuple(wanted),
                    tuple(themes),
                    tuple(given.only),
                    flat=flat,
                    only_check=given.check,
                )
                tally += job.draw(scenes, eyes=given.all or given.eyes, sheets=given.all or given.sheets)
            else:
                tally += _elsewhere(module, given, language, wanted, themes)
    if not (one_of_each or given.folders or given.check):
        write_index(given.out)
    sys.stdout.write(f"{tally}\n")
    return int(given.check and tally.problems > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Save a picture of every screen.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument(
        "--sizes", "--size", default=PLAIN_SIZE, help="WIDTHxHEIGHT[@SCALE],... in pixels of the screen"
    )
    parser.add_argument("--themes", default="dark", help="dark,light")
    parser.add_argument("--languages", default="", help="en,de; else the one that is set")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="only these scenes")
    parser.add_argument("--all", action="store_true", help="every size, theme and language, eyes and sheets")
    parser.add_argument("--eyes", action="store_true", help="some scenes as colour-blind eyes see them too")
    parser.add_argument("--sheets", action="store_true", help="a sheet with all scenes small")
    parser.add_argument("--folders", action="store_true", help="folders also for one size and theme alone")
    parser.add_argument("--check", action="store_true", help="draw nothing; end with 1 if words do not fit")
    return parser


def _scale_here() -> int:
    return round(float(os.environ.get(SCALE_VARIABLE, "1")))


def _elsewhere(
    module: str, given: argparse.Namespace, language: str, sizes: Sequence[Size], themes: Sequence[str]
) -> Tally:
    """Draw in a process that has another language or scale."""
    words = [
        *(sys.executable, "-m", module, "--out", str(given.out), "--folders"),
        *("--sizes", ",".join(map(str, sizes)), "--themes", ",".join(themes), "--languages", language),
    ]
    if given.all or given.eyes:
        words.append("--eyes")
    if given.all or given.sheets:
        words.append("--sheets")
    if given.check:
        words.append("--check")
    if given.only:
        words += ["--only", *given.only]
    place = {**os.environ, VARIABLE: language, SCALE_VARIABLE: str(sizes[0].scale)}
    done = subprocess.run(  # noqa: S603  (this program itself)
        words, env=place, check=False, stdout=subprocess.PIPE, text=True
    )
    if done.returncode not in (0, 1):
        sys.exit(f"The pictures in {language} ended with {done.returncode}.")
    return Tally.read(done.stdout)


@dataclass(frozen=True, slots=True)
class Job:
    """What this process draws.

    Attributes
    ----------
    out : Path
        Folder.
    sizes : tuple of Size
        All of the scale of this process.
    themes : tuple of str
        Names.
    only : tuple of str
        Scenes; all if there are none.
    flat : bool
        Without folders for language, theme and size.
    only_check : bool
        Only look whether words fit.
    """

    out: Path
    sizes: tuple[Size, ...]
    themes: tuple[str, ...]
    only: tuple[str, ...] = ()
    flat: bool = True
    only_check: bool = False

    def draw(self, scenes: Scenes, *, eyes: bool, sheets: bool) -> Tally:
        """Draw all of it, tell what does not fit, and return how much it was."""
        tally = Tally()
        for name in self.themes:
            theme = THEMES[name]
            app = make_application(sys.argv[:1], _end, theme=theme)
            app.setPalette(looks.palette(theme))
            for size in self.sizes:
                folder = self.out if self.flat else self.out / LANGUAGE / name / str(size)
                if not self.only_check:
                    folder.mkdir(parents=True, exist_ok=True)
                drawn = list(self._each(app, scenes, theme, size, folder))
                tally += Tally(len(drawn), sum(found for _path, found in drawn))
                paths = [path for path, _found in drawn if not self.only_check]
                if eyes and paths:
                    save_as_seen(paths, folder / "eyes")
                if sheets and paths:
                    contact_sheet(paths, self.out / f"sheet-{LANGUAGE}-{name}-{size}.webp", theme)
        return tally

    def _each(
        self, app: QApplication, scenes: Scenes, theme: Theme, size: Size, folder: Path
    ) -> Iterator[tuple[Path, int]]:
        missing = set(self.only)
        for name, window in scenes(theme):
            if not self.only or name in self.only:
                path = folder / f"{name}.png"
                found = show(app, window, size)
                if not self.only_check:
                    window.grab().save(str(path))
                window.hide()
                for problem in found:
                    sys.stderr.write(f"{LANGUAGE} {size} {name}: {problem}\n")
                yield path, len(found)
            window.deleteLater()
            # no event loop runs here that would do it, and 183 windows of 4K take 7 GB
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            missing.discard(name)
            if self.only and not missing:
                return  # the scenes behind the last one are not made for nothing


def show(app: QApplication, window: QWidget, size: Size) -> list[str]:
    """Show a window in a size; returns what does not fit in it."""
    window.resize(size.width_px // size.scale, size.height_px // size.scale)
    window.show()
    app.processEvents()
    return [str(misfit) for misfit in misfits(window)]


def save_as_seen(paths: Sequence[Path], folder: Path) -> None:
    """Save the scenes where colours say most as colour-blind eyes see them."""
    folder.mkdir(exist_ok=True)
    for path in paths:
        if path.stem in COLOUR_BLIND:
            for kind in MACHADO:
                picture_as_seen(QImage(str(path)), kind).save(str(folder / f"{path.stem}-{kind}.png"))


def contact_sheet(paths: Sequence[Path], path: Path, theme: Theme) -> None:
    """Put all pictures on one, small, with their names: what is to be looked at in one go."""
    rows = -(-len(paths) // SHEET_COLUMNS)
    height_px = SHEET_PX * 9 // 16 + CAPTION_PX
    sheet = QImage(SHEET_COLUMNS * SHEET_PX, max(1, rows) * height_px, QImage.Format.Format_RGB32)
    sheet.fill(theme.surface)
    with QPainter(sheet) as painter:
        painter.setFont(looks.font(CAPTION_PX * 0.6))
        painter.setPen(theme.text)
        for number, one in enumerate(paths):
            left, top = number % SHEET_COLUMNS * SHEET_PX, number // SHEET_COLUMNS * height_px
            small = QImage(str(one)).scaledToWidth(SHEET_PX - 6, Qt.TransformationMode.SmoothTransformation)
            painter.drawText(
                QRect(left + 4, top, SHEET_PX - 8, CAPTION_PX), Qt.AlignmentFlag.AlignVCenter, one.stem
            )
            painter.drawImage(left + 3, top + CAPTION_PX, small)
        sheet.save(str(path), None, SHEET_QUALITY)


def write_index(out: Path) -> None:
    """Write a page that shows every picture below a folder, a row for each scene."""
    found: dict[str, list[Path]] = {}
    for path in sorted(out.rglob("*.png")):
        found.setdefault(path.stem, []).append(path.relative_to(out))
    lines = ["<!doctype html><meta charset='utf-8'><title>PowerHold</title>"]
    for name, paths in sorted(found.items()):
        lines.append(f"<h2>{escape(name)}</h2>")
        for path in paths:
            where = escape(path.as_posix())
            lines.append(
                f"<a href='{where}' title='{where}'><img src='{where}' width='400' loading='lazy'></a>"
            )
    (out / "index.html").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _end(said: str, error: BaseException | None) -> None:
    sys.exit(f"{said} {error!r}")
