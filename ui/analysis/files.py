"""The folder of an analysis: its numbers, its levels and its bursts, for other programs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from emg.activation import Activations
from emg.analysis import AnalysisReport
from emg.blocks import StreamInfo, Unit
from emg.quality import INVALID, VERDICTS
from emg.session.folder import PrivateFile, SessionFolder, replace_file, writing
from emg.session.tables import PCT_DECIMALS, S_DECIMALS, UV_DECIMALS, ActivationTable, csv_line, number_cell
from emg.stage import RowContext

FOLDER_NAME: Final = "analysis"
BURST_COLUMNS: Final = ("site", "burst", "onset_s", "offset_s", "rms_uv", "pct_mvc", "rms_cv_pct")


class AnalysisFolder:
    """A new folder with analysis.json, activation.csv and bursts.csv, readable by its owner only.

    Parameters
    ----------
    path : Path
        New and empty.
    info : StreamInfo
        The recording.
    sites : sequence of str
        Names of the sites.
    contexts : sequence of RowContext
        What a coach was doing, where events say so.

    Raises
    ------
    RecordingError
        From every method, if the disk refuses.
    """

    def __init__(
        self, path: Path, info: StreamInfo, sites: Sequence[str], contexts: Sequence[RowContext]
    ) -> None:
        self.path = path
        self._unit = info.unit
        self._contexts = tuple(contexts)
        self._table = ActivationTable(sites, info.fs_hz, VERDICTS, INVALID, info.unit)
        with writing(path):
            self._activation = PrivateFile(path / "activation.csv")
            self._activation.append(self._table.header.encode())

    @classmethod
    @contextmanager
    def new(
        cls, parent: Path, info: StreamInfo, sites: Sequence[str], contexts: Sequence[RowContext]
    ) -> Iterator[Self]:
        """Make it, and take it away again if the analysis is not finished: half a table misleads."""
        path = SessionFolder.create(parent, FOLDER_NAME, datetime.now(UTC)).path
        folder: Self | None = None
        try:
            folder = cls(path, info, sites, contexts)
            yield folder
            folder.close()
        except BaseException:
            if folder is not None:
                folder.close()
            shutil.rmtree(path, ignore_errors=True)
            raise

    def add(self, ticks: Activations) -> None:
        """Write the rows of activation.csv that these ticks complete."""
        lines = self._table.add(ticks, self._contexts)
        self._contexts = ()
        with writing(self.path):
            self._activation.append(lines.encode())

    def finish(self, report: AnalysisReport, told: dict[str, Any]) -> None:
        """Write bursts.csv, and analysis.json last: where it is, everything is."""
        with writing(self.path):
            self._activation.sync()
            replace_file(self.path / "bursts.csv", burst_table(report))
            replace_file(self.path / "analysis.json", json.dumps(told, indent=2, allow_nan=False) + "\n")

    def close(self) -> None:
        """Close what is open."""
        self._activation.close()


def burst_table(report: AnalysisReport) -> str:
    """Text of bursts.csv: one row a burst; with arbitrary units ``rms_au`` at the end is filled instead."""
    arbitrary = report.unit is Unit.ARBITRARY
    lines = [csv_line((*BURST_COLUMNS, *(["rms_au"] if arbitrary else [])))]
    for site, found in report.sites.items():
        for number, burst in enumerate(found.bursts, start=1):
            level = number_cell(burst.rms_uv, UV_DECIMALS)
            cells = (
                site,
                str(number),
                number_cell(burst.onset_s, S_DECIMALS),
                number_cell(burst.offset_s, S_DECIMALS),
                "" if arbitrary else level,
                number_cell(burst.pct_mvc, PCT_DECIMALS),
                number_cell(burst.rms_cv_pct, PCT_DECIMALS),
            )
            lines.append(csv_line((*cells, *([level] if arbitrary else []))))
    return "".join(lines)
