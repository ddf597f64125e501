"""A recorded file as people name it: which column is which muscle, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from emg.blocks import EndOfSource, SampleBlock
from emg.montage import Montage
from emg.said import Said
from hardware.files import FileSource, describe, open_file
from ui.analysis.typed import RequestError, site_columns


@dataclass(frozen=True, slots=True)
class SitedFile:
    """A recording, found and closed, with a site on each of its channels."""

    source: FileSource
    montage: Montage

    def __post_init__(self) -> None:
        """Refuse one column for two sites, under whatever names."""
        given: dict[int, str] = {}
        for site, column in zip(self.montage.names, self.source.columns, strict=True):
            if id(column) in given:
                raise RequestError(
                    Said(
                        "Column {column} is given to {first} and {site}: each site needs its own.",
                        column=column.name,
                        first=given[id(column)],
                        site=site,
                    )
                )
            given[id(column)] = site

    def blocks(self, on_progress: Callable[[float], None] = lambda _: None) -> Iterator[SampleBlock]:
        """Read it from its first sample to its last, as often as it is asked for.

        Parameters
        ----------
        on_progress : callable
            Hears the share that was read, 0 to 1.

        Yields
        ------
        SampleBlock
            Only numbers: what is not one is lost.
        """
        self.source.open()
        try:
            while True:
                block = self.source.read()
                on_progress(self.source.fraction)
                yield block
        except EndOfSource:
            return
        finally:
            self.source.close()


@dataclass(frozen=True, slots=True)
class FileChoice:
    """A recording, and what was said of how it is read.

    Attributes
    ----------
    path : Path
        A file, or the folder of a session or recording.
    sites : str or None
        ``SITE=COLUMN,...``; a session knows its own.
    fs_hz, unit : float or None, str or None
        None for the file's own.
    scale : float
        What its numbers are multiplied with to be in that unit.
    header : bool
        Whether a row of names stands above the numbers.
    skip : int
        Lines at the top to pass over.
    """

    path: Path
    sites: str | None = None
    fs_hz: float | None = None
    unit: str | None = None
    scale: float = 1.0
    header: bool = True
    skip: int = 0

    @property
    def says_how_to_read(self) -> bool:
        """Whether anything was said that only a plain file leaves open."""
        return self != FileChoice(self.path, self.sites)

    def find(self, own: tuple[Montage, tuple[str, ...]] | None = None) -> SitedFile:
        """Look at the file, and find its columns.

        Parameters
        ----------
        own : Montage and tuple of str, or None
            What a session says of its sites and their columns; it counts where nobody said any.

        Raises
        ------
        RequestError, MontageError
            If the sites are missing, or are not meant so.
        FileUnreadable
            If the file cannot be read so; the message says what to do.
        """
        if self.sites is not None:
            own = site_columns(self.sites)
        if own is None:
            found = describe(self.path, header=self.header, skip=self.skip).signals
            names = ", ".join(column.name for column in found)
            raise RequestError(
                Said(
                    "Say which column is which muscle, --sites SITE=COLUMN,...: it has {names}.", names=names
                )
            )
        montage, columns = own
        source = open_file(
            self.path,
            columns=columns,
            fs_hz=self.fs_hz,
            unit=self.unit,
            scale=self.scale,
            header=self.header,
            skip=self.skip,
        )
        return SitedFile(source, montage)
